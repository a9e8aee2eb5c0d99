//! What may be set, and that it holds.

use super::*;
use crate::testing::{
    both,
    people::{acting, reading},
};

#[test]
fn settings_are_read_as_people_type_them() {
    let cases = [
        (Key::Name, "  Kopi  Senja ", Some("Kopi Senja")),
        (Key::Name, " ", None),
        (Key::TimeZone, "Asia/Makassar", Some("Asia/Makassar")),
        (Key::TimeZone, "Mars/Base", None),
        (Key::Locale, "en_US", Some("en")),
        (Key::Locale, "xx", None),
        (Key::DefaultRegion, "my", Some("MY")),
        (Key::DefaultRegion, "MYS", None),
        (Key::Currency, "usd", Some("USD")),
        (Key::Currency, "U$D", None),
    ];
    for (key, typed, read) in cases {
        assert_eq!(key.read(typed).as_deref(), read, "{key:?} {typed}");
    }
    assert_eq!(Key::Name.read(&"a".repeat(NAME + 1)), None);
    for key in Key::ALL {
        assert_eq!(Key::parse(&format!(" desk.{} ", key.as_str())), Some(key));
    }
    assert_eq!(Key::parse("time-zone"), Some(Key::TimeZone));
    assert_eq!(Key::parse("secret_key"), None);
}

#[tokio::test]
async fn a_change_holds_for_what_is_done_next_and_is_remembered_with_its_author() {
    for (desk, _, _fresh) in both().await {
        let by = Actor::Staff("dewi".into());
        let changed = acting!(desk, |act| {
            let zone = set(act, &by, Key::TimeZone, "Asia/Makassar").await.unwrap();
            set(act, &by, Key::Name, "Kopi Senja").await.unwrap();
            let refused = set(act, &by, Key::Currency, "rupiah").await;
            assert!(matches!(refused, Err(Refused::Invalid(Key::Currency))));
            zone
        });
        assert_eq!(changed, ("Asia/Jakarta".into(), "Asia/Makassar".into()));
        refresh(&desk).await.unwrap();
        let (name, zone) = acting!(desk, |act| {
            let settings = &act.desk.settings;
            (settings.name.clone(), act.localizer(settings.locale).zone())
        });
        assert_eq!((&*name, zone), ("Kopi Senja", chrono_tz::Asia::Makassar));
        let lines = reading!(desk, |tx| list(&desk, tx).await.unwrap());
        let told: Vec<_> = lines
            .iter()
            .map(|line| (line.key.as_str(), &*line.value, line.changed))
            .collect();
        assert_eq!(
            told,
            [
                ("name", "Kopi Senja", true),
                ("time_zone", "Asia/Makassar", true),
                ("locale", "id", false),
                ("default_region", "ID", false),
                ("currency", "IDR", false)
            ]
        );
        let sql = "select actor_id || ' ' || subject || ' ' || before_value || ' ' || after_value from audit order by id";
        let audit: Vec<String> = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .fetch_all(c)
            .await)
        .unwrap());
        assert_eq!(
            audit,
            [
                "dewi setting:time_zone Asia/Jakarta Asia/Makassar",
                "dewi setting:name Sapa Kopi Senja"
            ]
        );
    }
}
