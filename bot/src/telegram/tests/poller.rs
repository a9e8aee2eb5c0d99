//! Polling: nothing is confirmed before it is stored.

use std::{sync::Arc, time::Duration};

use sapa_core::{
    clock::{Clock as _, SystemClock},
    desk::{Desk, Trouble},
    inbox::{Book, Event, Ingest, store},
    meta,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Reply, Server, desk, no};
use crate::telegram::Poller;

const SET: &str = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

fn update(id: i64) -> Value {
    json!({"update_id": id, "message": {"message_id": id, "from": {"id": 9}, "chat": {"id": 9, "type": "private"}, "text": "x"}})
}

async fn stored(desk: &Desk) -> Vec<Event> {
    let mut tx = desk.db.read().await.expect("a transaction");
    store::of_lane(&mut tx, "tg:7|u9", 100)
        .await
        .expect("events")
}

async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let clock = SystemClock::new();
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    panic!("never happened: {what}");
}

struct Polling {
    stop: CancellationToken,
    poller: tokio::task::JoinHandle<()>,
}

impl Polling {
    fn start(desk: &Desk, server: &Server, ingest: &Ingest) -> Self {
        let stop = CancellationToken::new();
        let poller = Poller::new(desk.clone(), server.client(), ingest.clone());
        let poller = tokio::spawn(poller.run(stop.clone()));
        Self { stop, poller }
    }

    async fn end(self) {
        self.stop.cancel();
        self.poller.await.expect("the poller ends");
    }
}

fn ingest(desk: &Desk) -> (Ingest, CancellationToken) {
    let stop = CancellationToken::new();
    let (ingest, writing) = Ingest::start(desk, Arc::new(Book::default()), stop.clone());
    tokio::spawn(writing);
    (ingest, stop)
}

#[tokio::test]
async fn the_offset_follows_what_was_received_and_survives_a_restart() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|place, _| match place {
        0 => Reply::Ok(json!([update(500), update(3)])),
        1 => Reply::Ok(json!([update(4)])),
        _ => Reply::Ok(json!([])),
    })
    .await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    eventually("three polls", async || server.calls().len() > 2).await;
    polling.end().await;
    let calls = server.calls();
    let first = calls[0].json();
    assert_eq!(calls[0].method, "getUpdates");
    assert_eq!(first.get("offset"), None, "nothing is known yet");
    assert_eq!(first["timeout"], 25);
    assert_eq!(
        first["allowed_updates"],
        json!([
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "message_reaction"
        ])
    );
    assert_eq!(
        calls[1].json()["offset"],
        4,
        "behind the last received, not the highest"
    );
    assert_eq!(calls[2].json()["offset"], 5);
    let ids: Vec<_> = stored(&desk)
        .await
        .into_iter()
        .map(|e| e.external_id)
        .collect();
    assert_eq!(ids, ["500", "3", "4"], "in the order of arrival");

    let again = Server::start(|_, _| Reply::Ok(json!([]))).await;
    let polling = Polling::start(&desk, &again, &ingest);
    eventually("a poll", async || !again.calls().is_empty()).await;
    polling.end().await;
    assert_eq!(again.calls()[0].json()["offset"], 5);
}

#[tokio::test]
async fn what_is_not_stored_is_not_confirmed() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|_, _| Reply::Ok(json!([update(7)]))).await;
    let (closed, stop) = ingest(&desk);
    stop.cancel();
    eventually("the inbox is closed", async || {
        closed.put(Vec::new()).await.is_ok()
    })
    .await;
    let polling = Polling::start(&desk, &server, &closed);
    eventually("a poll", async || !server.calls().is_empty()).await;
    for _ in 0..5 {
        clock.advance(Duration::from_secs(1));
        SystemClock::new().sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        server.calls().len(),
        1,
        "no other poll before the batch is stored"
    );
    polling.end().await;
    assert!(stored(&desk).await.is_empty());
    let mut tx = desk.db.read().await.expect("a transaction");
    let offset = meta::get(&mut tx, "telegram.offset.7").await.expect("meta");
    assert_eq!(offset, None);
}

#[tokio::test]
async fn a_webhook_in_the_way_is_taken_away_once() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|place, call| match call.method.as_str() {
        "deleteWebhook" => Reply::Ok(json!(true)),
        _ if place < 5 => no(409, SET),
        _ => Reply::Ok(json!([])),
    })
    .await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    eventually("it polls in the end", async || {
        clock.advance(Duration::from_secs(31));
        server.calls().len() > 6
    })
    .await;
    polling.end().await;
    let methods: Vec<_> = server.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(
        methods.iter().filter(|m| *m == "deleteWebhook").count(),
        1,
        "{methods:?}"
    );
}

#[tokio::test]
async fn another_poller_is_given_way() {
    let (desk, clock, _folder) = desk().await;
    let server =
        Server::start(|_, _| no(409, "Conflict: terminated by other getUpdates request")).await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    eventually("a poll", async || !server.calls().is_empty()).await;
    clock.advance(Duration::from_millis(2_900));
    SystemClock::new().sleep(Duration::from_millis(30)).await;
    assert_eq!(server.calls().len(), 1, "three seconds between attempts");
    clock.advance(Duration::from_millis(200));
    eventually("another poll", async || server.calls().len() > 1).await;
    polling.end().await;
}

#[tokio::test]
async fn a_refused_token_is_told_and_retried_slowly() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|place, _| match place {
        0 => no(401, "Unauthorized"),
        _ => Reply::Ok(json!([])),
    })
    .await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    let channel = desk.settings.telegram.clone();
    eventually("the trouble is known", async || {
        desk.health.trouble(&channel).is_some()
    })
    .await;
    assert_eq!(
        desk.health.trouble(&channel),
        Some(Trouble::Refused("401".into()))
    );
    // The admins' alert is written before the pause begins: the clock moves on until it has.
    eventually("it is over", async || {
        clock.advance(Duration::from_secs(31));
        desk.health.trouble(&channel).is_none()
    })
    .await;
    polling.end().await;
}

#[tokio::test]
async fn outages_are_waited_out_without_a_hot_loop() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|_, _| Reply::Raw(502, "text/html", b"<h1>".to_vec())).await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    for _ in 0..30 {
        clock.advance(Duration::from_secs(1));
        SystemClock::new().sleep(Duration::from_millis(10)).await;
    }
    polling.end().await;
    let polls = server.calls().len();
    assert!((3..=10).contains(&polls), "{polls} polls in half a minute");
}

#[tokio::test]
async fn a_server_that_does_not_wait_is_not_asked_in_a_loop() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|place, _| match place % 2 {
        0 => Reply::Ok(json!([])),
        _ => Reply::Ok(json!([{"no": "id"}])),
    })
    .await;
    let (ingest, _stop) = ingest(&desk);
    let polling = Polling::start(&desk, &server, &ingest);
    for _ in 0..10 {
        clock.advance(Duration::from_millis(500));
        SystemClock::new().sleep(Duration::from_millis(20)).await;
    }
    polling.end().await;
    let polls = server.calls().len();
    assert!((5..=12).contains(&polls), "{polls} polls in five seconds");
}
