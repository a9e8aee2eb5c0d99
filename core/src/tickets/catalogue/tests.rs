//! Types come, change and go; those that are used stay.

use super::*;
use crate::{
    testing::{
        both,
        people::{acting, customer, reading, ticket},
    },
    tickets::{Priority, type_by_id, types},
};

fn draft(id: &str, en: &str) -> Draft {
    Draft {
        names: BTreeMap::from([("id".into(), id.into()), ("en".into(), en.into())]),
        keywords: vec![" Antar ".into(), "antar".into(), "kirim paket".into()],
        own_minutes: [None, None, Some(90), None],
        position: 3,
        ..Draft::default()
    }
}

#[tokio::test]
async fn a_type_comes_changes_and_goes() {
    for (desk, _, _fresh) in both().await {
        let by = Actor::Staff("dewi".into());
        let new = draft("  Antar  Barang ", "Delivery");
        let id = acting!(desk, |act| add_type(act, &by, &new).await.unwrap());
        let kind = reading!(desk, |tx| type_by_id(tx, &id).await.unwrap().unwrap());
        assert_eq!(kind.names["id"], "Antar Barang");
        assert_eq!(kind.keywords, ["antar", "kirim paket"]);
        assert_eq!(kind.minutes(Priority::High), 90);
        acting!(desk, |act| {
            let renamed = draft("Pengantaran", "");
            change_type(act, &by, &id, &renamed).await.unwrap();
            switch_type(act, &by, &id, false).await.unwrap();
            switch_type(act, &by, &id, false).await.unwrap();
        });
        let offered = reading!(desk, |tx| types(tx).await.unwrap());
        assert!(offered.iter().all(|kind| kind.id != id));
        let all = reading!(desk, |tx| all_types(tx).await.unwrap());
        let entry = all.iter().find(|entry| entry.kind.id == id).unwrap();
        assert_eq!(entry.kind.names.len(), 1, "an empty name is none");
        assert!(!entry.active && !entry.used);
        acting!(desk, |act| remove_type(act, &by, &id).await.unwrap());
        let gone = reading!(desk, |tx| type_by_id(tx, &id).await.unwrap());
        assert!(gone.is_none());
        let sql = "select action || ' ' || coalesce(before_value, '-') || ' > ' || coalesce(after_value, '-') from audit order by id";
        let audit: Vec<String> = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .fetch_all(c)
            .await)
        .unwrap());
        assert_eq!(
            audit,
            [
                "type.added - > Delivery / Antar Barang",
                "type.changed Delivery / Antar Barang > Pengantaran",
                "type.switched on > off",
                "type.removed Pengantaran > -"
            ]
        );
    }
}

#[tokio::test]
async fn what_is_used_stays_and_what_makes_no_sense_is_refused() {
    for (desk, _, _fresh) in both().await {
        let by = Actor::System;
        let sari = customer(&desk, "6281234567890", "Sari").await;
        ticket(&desk, &sari).await;
        acting!(desk, |act| {
            let used = remove_type(act, &by, "repair").await;
            assert!(matches!(used, Err(Refused::Used)));
            let unknown = switch_type(act, &by, "nothing", true).await;
            assert!(matches!(unknown, Err(Refused::Unknown)));
            let good = draft("Antar", "Delivery");
            let with = |change: fn(&mut Draft)| {
                let mut draft = good.clone();
                change(&mut draft);
                draft
            };
            let refusals = [
                with(|d| d.names.clear()),
                with(|d| d.names = BTreeMap::from([("id".into(), "a".repeat(25))])),
                with(|d| d.names = BTreeMap::from([("xx".into(), "x".into())])),
                with(|d| d.names = BTreeMap::from([("id".into(), "perbaikan".into())])),
                with(|d| d.own_minutes[0] = Some(0)),
                with(|d| d.own_minutes[3] = Some(i64::MAX)),
                with(|d| d.keywords = vec!["a".repeat(41)]),
                with(|d| d.team_id = Some("nobody's".into())),
            ];
            let mut told = Vec::new();
            for refused in &refusals {
                let refused = add_type(act, &by, refused).await.unwrap_err();
                told.push(format!("{refused:?}"));
            }
            assert_eq!(
                told,
                [
                    "Name",
                    "Name",
                    "Language",
                    "NameTaken",
                    "Minutes",
                    "Minutes",
                    "Keywords",
                    "Team"
                ]
            );
            // Its own name is not taken.
            let mut repair = draft("Perbaikan", "Repair");
            repair.position = 1;
            change_type(act, &by, "repair", &repair).await.unwrap();
        });
    }
}
