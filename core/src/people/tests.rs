//! What goes, what stays, and that an interruption loses nothing of it.

use std::time::Duration;

use super::*;
use crate::{
    contacts::Customer,
    conversations,
    db::{Db, run},
    desk::Desk,
    inbox::{Channel, NewEvent, Stream},
    messages::{self, Author, NewMessage},
    outbox::{self, Class, Content, NewRow, Prompt},
    testing::{
        both, desk,
        people::{acting, conversation, customer, number, outbox as rows, reading, ticket, words},
    },
};

const SARI: &str = "6281234567890";
const TONO: &str = "6281234567891";

/// Events as a platform sends them, stored.
async fn came(desk: &Desk, events: &[(&str, &str, Stream, &str)]) {
    let channel = |id: &str| Channel(id.split('/').next().unwrap_or_default().to_owned());
    let events: Vec<NewEvent> = events
        .iter()
        .map(|(id, lane, stream, payload)| NewEvent {
            channel: channel(id),
            external_id: (*id).to_owned(),
            stream: *stream,
            lane: (*lane).to_owned(),
            payload: payload.as_bytes().to_vec(),
        })
        .collect();
    let now = desk.clock.now();
    crate::db::dialect::insert_events(desk.db.way_in().await, &events, now)
        .await
        .unwrap();
}

/// Every event: id, lane, state, payload.
async fn events(desk: &Desk) -> Vec<(String, String, String, String)> {
    let sql = "select external_id, lane, state, payload from inbox order by seq";
    let all: Vec<(String, String, String, Vec<u8>)> =
        reading!(desk, |tx| run!(tx, |c| sqlx::query_as(sql)
            .fetch_all(c)
            .await)
        .unwrap());
    all.into_iter()
        .map(|(id, lane, state, payload)| {
            (
                id,
                lane,
                state,
                String::from_utf8_lossy(&payload).into_owned(),
            )
        })
        .collect()
}

async fn mark(desk: &Desk, state: &str, ids: &[&str]) {
    for id in ids {
        let sql = "update inbox set state = $1 where external_id = $2";
        acting!(desk, |act| run!(&mut *act.tx, |c| sqlx::query(sql)
            .bind(state)
            .bind(id)
            .execute(c)
            .await
            .map(drop))
        .unwrap());
    }
}

async fn asked(desk: &Desk, id: &str) -> String {
    acting!(desk, |act| ask_erasure(act, &Actor::System, id)
        .await
        .unwrap())
}

/// Events of hers, of his and of staff, in every state.
async fn all_sorts_came(desk: &Desk) {
    let lane = Stream::Lane;
    let all = [
        ("wa:100/old", SARI, lane, "{\"text\":\"her words\"}"),
        ("wa:100/waits", SARI, lane, "{\"text\":\"her next words\"}"),
        ("wa:100/dead", SARI, lane, "{\"text\":\"her dead words\"}"),
        ("wa:100/his", TONO, lane, "{\"text\":\"his words\"}"),
        (
            "wa:100/his-dead",
            TONO,
            lane,
            "{\"text\":\"ask 6281234567890\"}",
        ),
        ("wa:100/stray", "x", Stream::Quarantine, "<6281234567890>"),
        ("tg:7/said", "50", lane, "{\"text\":\"Ibu yang di Melati\"}"),
        (
            "tg:7/dead",
            "50",
            lane,
            "{\"text\":\"Sari Wulandari marah\"}",
        ),
        ("tg:7/dead-other", "50", lane, "{\"text\":\"bukan dia\"}"),
    ];
    came(desk, &all).await;
    mark(desk, "done", &["wa:100/old", "wa:100/his", "tg:7/said"]).await;
    let dead = [
        "wa:100/dead",
        "wa:100/his-dead",
        "tg:7/dead",
        "tg:7/dead-other",
    ];
    mark(desk, "dead", &dead).await;
}

/// Words to her that wait for her, words to staff that were sent, and words to him.
async fn all_sorts_are_told(desk: &Desk, (sari, tono): (&str, &str)) {
    let all = [
        (sari, Some(sari), "to her"),
        ("50", None, "Tiket Anda: Sari Wulandari"),
        ("50", None, "Tiket Anda: Tono"),
        (tono, Some(tono), "Sari Wulandari menyapa"),
    ];
    acting!(desk, |act| {
        for (recipient, about, text) in all {
            let settings = act.desk.settings.clone();
            let channel = about.map_or(&settings.telegram, |_| &settings.whatsapp);
            let said = Prompt::text(crate::markup::Markup::plain(text));
            let mut row = NewRow::new(channel, recipient, Class::Notice, Content::Prompt(said));
            row.customer_id = about.map(str::to_owned);
            row.parked = about == Some(sari);
            outbox::enqueue(act, row).await.unwrap();
        }
        let sent = "update outbox set state = 'sent' where recipient = '50'";
        run!(&mut *act.tx, |c| sqlx::query(sent)
            .execute(c)
            .await
            .map(drop))
        .unwrap();
    });
}

#[tokio::test]
async fn of_the_rivers_goes_what_is_theirs() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari Wulandari").await;
        let tono = customer(&desk, TONO, "Tono").await;
        all_sorts_came(&desk).await;
        all_sorts_are_told(&desk, (&sari.id, &tono.id)).await;
        let request = asked(&desk, &sari.id).await;
        assert_eq!(
            asked(&desk, &sari.id).await,
            request,
            "asked twice it is one"
        );
        erase(&desk, &request).await.unwrap();

        let all = events(&desk).await;
        assert!(all.iter().all(|(_, lane, _, _)| !lane.contains(SARI)));
        let told = all.into_iter();
        let told = told.map(|(id, _, state, payload)| format!("{id} {state} {payload}"));
        insta::assert_snapshot!("the_rivers", told.collect::<Vec<_>>().join("\n"));
        let states = rows(&desk).await.into_iter();
        let states: Vec<_> = states.map(|row| format!("{} {}", row.1, row.2)).collect();
        assert_eq!(
            states,
            [
                "erased cancelled",
                "erased sent",
                "prompt sent",
                "prompt queued"
            ]
        );
        let fresh = acting!(desk, |act| contacts::meet(act, &number(SARI), Some("Sari"))
            .await
            .unwrap());
        assert!(fresh.is_new && fresh.customer.id != sari.id);
    }
}

#[tokio::test]
async fn an_erasure_that_was_interrupted_goes_on() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari Wulandari").await;
        let open = ticket(&desk, &sari).await;
        let request = asked(&desk, &sari.id).await;
        // As after a crash between the database and the files.
        acting!(desk, |act| store::emptied(
            act.tx,
            &request,
            &["gone.bin".into()]
        )
        .await
        .unwrap());
        assert_eq!(reading!(desk, |tx| waiting(tx).await.unwrap()), 1);
        erase(&desk, &request).await.unwrap();
        assert_eq!(reading!(desk, |tx| waiting(tx).await.unwrap()), 0);
        let left = reading!(desk, |tx| tickets::by_id(tx, &open.id)
            .await
            .unwrap()
            .unwrap());
        assert_eq!(left.title, "");
        clock.advance(Duration::from_secs(1));
        erase(&desk, &request).await.unwrap();
        erase(&desk, "nobody's").await.unwrap();
    }
}

#[tokio::test]
async fn what_nobody_is_or_was_erased_is_refused() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, SARI, "Sari Wulandari").await;
        let number = ticket(&desk, &sari).await.number;
        let meant = async |typed: &str| {
            let found = acting!(desk, |act| find(act, typed).await.unwrap());
            found.map(|person| person.id)
        };
        for typed in [
            "0812-3456-7890",
            SARI,
            &sari.id,
            &number,
            &number.to_lowercase(),
        ] {
            assert_eq!(meant(typed).await.as_deref(), Some(&*sari.id), "{typed}");
        }
        for typed in ["", "0811", "TKT-00000000", "Sari", "%", "'"] {
            assert_eq!(meant(typed).await, None, "{typed}");
        }
        let request = asked(&desk, &sari.id).await;
        erase(&desk, &request).await.unwrap();
        let by = Actor::System;
        acting!(desk, |act| {
            let again = ask_erasure(act, &by, &sari.id).await;
            assert!(matches!(again, Err(Refused::Erased(_))));
            let told = ask_export(act, &by, &sari.id).await;
            assert!(matches!(told, Err(Refused::Erased(_))));
            let nobody = ask_erasure(act, &by, "nobody").await;
            assert!(matches!(nobody, Err(Refused::Unknown)));
        });
        assert_eq!(meant(SARI).await, None);
        assert_eq!(meant(&number).await.as_deref(), Some(&*sari.id));
    }
}

/// A year of two people's words, mixed, changed, and forgotten again: pages of the file split and join.
async fn a_year(desk: &Desk, who: &Customer, mark: &str) {
    let talk = conversation(desk, who).await;
    for n in 0..600 {
        let filling = "panjang ".repeat(1 + n % 90);
        acting!(desk, |act| {
            let id = format!("wamid.{mark}.{n}");
            let body = format!("{mark} nomor {n} {filling}");
            let said: NewMessage = words(&talk, Author::Customer, &id, &body, act.now);
            let said = messages::store(act, said).await.unwrap().unwrap();
            let draft = serde_json::json!({ "draft": format!("{mark} {filling}") });
            let person = format!("customer:{}", who.id);
            crate::sessions::save(act, &person, 1, &draft)
                .await
                .unwrap();
            if n % 7 == 0 {
                messages::edited(act, &said, &format!("{mark} pendek"))
                    .await
                    .unwrap();
            }
        });
    }
    acting!(desk, |act| {
        let open = conversations::open_of(act.tx, &who.id).await.unwrap();
        assert!(open.is_some());
    });
}

#[tokio::test]
async fn sqlite_keeps_nothing_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let db = Db::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let (desk, _) = desk(&db);
    let (sari, tono) = (
        customer(&desk, SARI, "Sari Wulandari").await,
        customer(&desk, TONO, "Tono").await,
    );
    tokio::join!(
        a_year(&desk, &sari, "melati"),
        a_year(&desk, &tono, "mawar")
    );
    let raw = |mark: &str| {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let holds = files.filter(|file| {
            let bytes = std::fs::read(file.as_ref().unwrap().path()).unwrap();
            bytes
                .windows(mark.len())
                .any(|part| part == mark.as_bytes())
        });
        holds.count()
    };
    assert!(raw("melati") > 0 && raw("Sari Wulandari") > 0);
    let request = asked(&desk, &sari.id).await;
    erase(&desk, &request).await.unwrap();
    for mark in ["melati", "Sari Wulandari", SARI] {
        assert_eq!(raw(mark), 0, "{mark} can be read out of the file");
    }
    assert!(raw("mawar") > 0);
}
