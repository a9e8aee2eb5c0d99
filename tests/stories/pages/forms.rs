//! Forms that are refused come back as they were typed, with a sentence by the field.

use reqwest::StatusCode;
use sapa_core::{contacts, staff::Role};

use super::{logged_in, opened, value};
use crate::{stories::ingress::on_both, world::World};

const SARI: &str = "6281234567890";

/// A customer's address in the book.
pub(super) async fn page_of(world: &World, number: &str) -> String {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let found = contacts::by_number(&mut tx, number).await;
    let id = found.expect("a look-up").expect("a customer").id;
    format!("/admin/customers/{id}")
}

/// A customer's whole form.
pub(super) fn details<'f>(
    account: &'f str,
    price: &'f str,
    city: &'f str,
) -> [(&'static str, &'f str); 13] {
    [
        ("name", "Sari Wulandari"),
        ("account_number", account),
        ("full_name", ""),
        ("package", ""),
        ("bandwidth", ""),
        ("monthly_price", price),
        ("account_status", "active"),
        ("email", ""),
        ("address", ""),
        ("city", city),
        ("province", ""),
        ("locale", ""),
        ("portal", "on"),
    ]
}

/// The page has this value in a field, and a sentence by that one.
fn comes_back(text: &str, value: &str, field: &str, words: &str) {
    assert!(text.contains(&format!("value=\"{value}\"")), "{text}");
    let described = format!("aria-describedby=\"wrong-{field}\"");
    assert!(text.contains(&described), "{field}: {text}");
    let by = text.split(&format!("id=\"wrong-{field}\">")).nth(1);
    assert!(
        by.is_some_and(|by| by.starts_with(words)),
        "{field}: {text}"
    );
}

#[test]
fn what_was_typed_about_a_customer_is_still_there() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        world.customer("Sari", SARI).says("halo").await;
        world.customer("Tono", "6281200000001").says("halo").await;
        let browser = logged_in(world, &dewi).await;
        let new = [("name", "Ani <A>"), ("phone", "12")];
        let refused = browser
            .fills("/admin/customers/new", "/admin/customers", &new)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        comes_back(&refused.text, "Ani &#60;A&#62;", "phone", "Itu bukan nomor");
        let new = [("name", " "), ("phone", "0812-9999-0000")];
        let refused = browser
            .fills("/admin/customers/new", "/admin/customers", &new)
            .await;
        comes_back(&refused.text, "0812-9999-0000", "name", "Isi namanya");

        let tono = page_of(world, "6281200000001").await;
        let done = browser.fills(&tono, &tono, &details("A-1", "", "")).await;
        assert_eq!(done.place, format!("{tono}?done=changed"));
        let sari = page_of(world, SARI).await;
        for (form, field, words) in [
            (
                details("", "dua ratus", "Bandung"),
                "monthly_price",
                "Tulis angka saja",
            ),
            (
                details("A-1", "1", "Bandung"),
                "account_number",
                "Nomor pelanggan itu sudah",
            ),
        ] {
            let refused = browser.fills(&sari, &sari, &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            comes_back(&refused.text, "Bandung", field, words);
        }
        let kept = browser.get(&sari).await.text;
        assert!(!kept.contains("Bandung"), "nothing was written");
    });
}

#[test]
fn what_was_typed_about_a_type_or_a_setting_is_still_there() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let browser = logged_in(world, &dewi).await;
        let mut form = super::house::form("Antar", "satu jam");
        let (new, all) = ("/admin/types/new", "/admin/types");
        let refused = browser.fills(new, all, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        comes_back(&refused.text, "satu jam", "high", "Tulis angka saja");
        assert!(refused.text.contains("value=\"Antar\""));
        form = super::house::form("", "90");
        let refused = browser.fills(new, all, &form).await;
        comes_back(&refused.text, "90", "name_id", "Isi namanya");
        let zone = "/admin/settings/time-zone";
        let refused = browser
            .fills("/admin/settings", zone, &[("value", "Mars/Base")])
            .await;
        let told = "aria-describedby=\"wrong-time_zone hint-time_zone\"";
        assert!(refused.text.contains(told), "{}", refused.text);
        assert!(refused.text.contains("Isian ini tidak bisa dipakai"));
    });
}

#[test]
fn words_that_are_too_many_or_none_are_still_there() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        let number = sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &budi).await;
        let page = format!("/admin/tickets/{number}");
        let long = format!("awalnya <b>{}", "a".repeat(4_090));
        let step = [("status", "on_hold"), ("note", long.as_str())];
        for (form, fields, field) in [
            ("answer", &[("text", long.as_str())][..], "answer"),
            ("note", &[("text", long.as_str())], "note"),
            ("status", &step, "reason"),
        ] {
            let action = format!("{page}/{form}");
            let refused = browser.fills(&page, &action, fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            let kept = long.replace('<', "&#60;").replace('>', "&#62;");
            assert_eq!(refused.text.matches(&kept).count(), 1, "{form}");
            let by = format!("id=\"wrong-{field}\">Terlalu panjang");
            assert!(refused.text.contains(&by), "{form}: {}", refused.text);
            // Who asks for the same address again comes to the page.
            assert_eq!(
                browser.get(&format!("{action}?before=m")).await.place,
                format!("{page}?before=m")
            );
        }
        let held = browser
            .fills(&page, &format!("{page}/status"), &step)
            .await
            .text;
        assert!(
            held.contains("<option value=\"on_hold\" selected>"),
            "{held}"
        );
        assert!(
            held.contains("name=\"tell\">"),
            "not checked as it was not: {held}"
        );
        let nothing = [("text", " \r\n ")];
        let refused = browser
            .fills(&page, &format!("{page}/note"), &nothing)
            .await;
        assert!(
            refused.text.contains("id=\"wrong-note\">Tulis dulu"),
            "{}",
            refused.text
        );
        // Among the conversations the answer comes back to them.
        let talk = format!("/admin/conversations/{number}");
        let fields = [("text", long.as_str()), ("view", "conversations")];
        let refused = browser
            .fills(&talk, &format!("{page}/answer"), &fields)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("class=\"talks chosen\"")
                && refused.text.contains("wrong-answer")
        );
        world.settle().await;
        assert!(!sari.last().contains("awalnya"), "{}", sari.last());
    });
}

#[test]
fn words_that_came_too_late_are_given_back() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        let number = sari.opens_a_ticket("internet mati").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let (writing, taking) = (logged_in(world, &budi).await, logged_in(world, &dewi).await);
        let page = format!("/admin/tickets/{number}");
        let form = writing.get(&page).await.text;
        let hidden = |name: &str| (name.to_owned(), value(&form, name).expect("a field"));
        let own = [hidden("token"), hidden("nonce")];
        let taken = taking.fills(&page, &format!("{page}/take"), &[]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        for (what, own) in [("answer", &own[..]), ("note", &own[..1])] {
            let mut fields = own.to_vec();
            fields.push(("text".to_owned(), "Teknisi <segera> datang.".to_owned()));
            let late = writing.post(&format!("{page}/{what}"), &fields).await;
            assert_eq!(late.status, StatusCode::NOT_FOUND, "{what}: {}", late.text);
            let kept = "readonly>Teknisi &#60;segera&#62; datang.</textarea>";
            assert!(late.text.contains(kept), "{what}: {}", late.text);
        }
        world.settle().await;
        assert!(!sari.last().contains("Teknisi"), "{}", sari.last());
    });
}

#[test]
fn what_was_typed_about_staff_is_still_there() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        world.team("Lapangan", &budi).await;
        let browser = logged_in(world, &dewi).await;
        let staff = "/admin/staff";
        let long = "E".repeat(65);
        let new = [
            ("name", long.as_str()),
            ("role", "viewer"),
            ("team", "Lapangan"),
        ];
        let refused = browser.fills(staff, "/admin/staff/invite", &new).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        comes_back(&refused.text, &long, "name", "Isi namanya");
        for chosen in ["viewer", "Lapangan"] {
            let chosen = format!("value=\"{chosen}\" selected>");
            assert!(refused.text.contains(&chosen), "{}", refused.text);
        }
        let team = [("name", long.as_str())];
        let refused = browser.fills(staff, "/admin/staff/teams", &team).await;
        comes_back(&refused.text, &long, "new_team", "Isi namanya");
        let page = format!("{staff}/{}", super::work::id_of(world, &budi).await);
        for typed in ["banyak", "501"] {
            let action = format!("{page}/capacity");
            let refused = browser.fills(&page, &action, &[("capacity", typed)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            comes_back(
                &refused.text,
                typed,
                "capacity",
                "Tulis angka dari 0 sampai 500",
            );
        }
        assert!(
            !browser.get(staff).await.text.contains(&long),
            "nobody was invited"
        );
        let (door, new) = (
            opened(world).await,
            [("name", long.as_str()), ("role", "editor")],
        );
        let invite = "/admin/super/invite";
        let refused = door.fills("/admin/super", invite, &new).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        comes_back(&refused.text, &long, "name", "Isi namanya");
        assert!(
            refused.text.contains("value=\"editor\" selected>"),
            "{}",
            refused.text
        );
    });
}
