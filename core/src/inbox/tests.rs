//! The river in, on both databases: stored once, in order, retried, parked; statuses forward only.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{
    Book, Broken, Channel, Ephemeral, Event, Handler, Ingest, Lanes, NewEvent, Stream, TooEarly,
    dead,
    statuses::{self, Reached, StatusChange},
    store,
};
use crate::{
    clock::Millis,
    db::dialect::many,
    desk::{Act, Desk},
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Post, Prompt, State},
    testing::{both, eventually},
    tickets::Actor,
};

fn event(id: &str, lane: &str) -> NewEvent {
    let payload = format!(r#"{{"id":"{id}","text":"\u0000 é"}}"#).into_bytes();
    NewEvent {
        channel: Channel::whatsapp("100"),
        external_id: id.into(),
        stream: Stream::Lane,
        lane: lane.into(),
        payload,
    }
}

/// Remembers what it handled; fails or panics on events whose id says so.
#[derive(Default)]
struct Recorder {
    seen: Mutex<HashMap<String, Vec<String>>>,
    failures: AtomicU64,
    /// For how many tries more it is too early.
    too_early: AtomicU64,
    /// For how many tries more the database's disk fails.
    bad_disk: AtomicU64,
}

#[async_trait]
impl Handler for Recorder {
    async fn handle(&self, act: &mut Act<'_>, event: &Event) -> Result<Vec<Ephemeral>, Broken> {
        if event.external_id.starts_with("bad") {
            self.failures.fetch_add(1, Ordering::SeqCst);
            return Err("it cannot be handled".into());
        }
        let early = |left: u64| left.checked_sub(1);
        let (all, any) = (Ordering::SeqCst, Ordering::SeqCst);
        if event.external_id == "early" && self.too_early.fetch_update(all, any, early).is_ok() {
            return Err(TooEarly.into());
        }
        if event.external_id == "unread" && self.bad_disk.fetch_update(all, any, early).is_ok() {
            let failed = std::io::Error::from_raw_os_error(5);
            return Err(crate::db::Error::Io(failed).into());
        }
        assert!(
            !event.external_id.starts_with("panic"),
            "a handler that panics"
        );
        let prompt = Content::Prompt(Prompt::text(Markup::plain("halo")));
        outbox::enqueue(
            act,
            NewRow::new(&event.channel, "somebody", Class::Conversation, prompt),
        )
        .await?;
        self.seen
            .lock()
            .unwrap()
            .entry(event.lane.clone())
            .or_default()
            .push(event.external_id.clone());
        Ok(Vec::new())
    }

    async fn afterwards(&self, _: &Event, _: Vec<Ephemeral>) {}

    async fn gave_up(&self, _: &mut Act<'_>, _: &Event) -> Result<(), Broken> {
        Ok(())
    }
}

struct Running {
    ingest: Ingest,
    recorder: Arc<Recorder>,
    stop: CancellationToken,
}

fn start(desk: &Desk) -> Running {
    let (book, stop) = (Arc::new(Book::default()), CancellationToken::new());
    let (ingest, writing) = Ingest::start(desk, Arc::clone(&book), stop.clone());
    let recorder = Arc::new(Recorder::default());
    let handler: Arc<dyn Handler> = recorder.clone();
    tokio::spawn(writing);
    tokio::spawn(Lanes::new(desk, book, handler, "me".into()).run(4, stop.clone()));
    Running {
        ingest,
        recorder,
        stop,
    }
}

async fn pending(desk: &Desk) -> i64 {
    let mut tx = desk.db.read().await.unwrap();
    store::pending(&mut tx).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_a_hundred_times_in_parallel_is_handled_once() {
    for (desk, _, _fresh) in both().await {
        let running = start(&desk);
        let puts = (0..100).map(|_| {
            let ingest = running.ingest.clone();
            tokio::spawn(async move {
                ingest
                    .put(vec![event("wamid.1", "a"), event("wamid.2", "a")])
                    .await
            })
        });
        for put in puts.collect::<Vec<_>>() {
            put.await.unwrap().unwrap();
        }
        eventually("both are handled", || async { pending(&desk).await == 0 }).await;
        assert_eq!(
            running.recorder.seen.lock().unwrap()["wa:100|a"],
            ["wamid.1", "wamid.2"]
        );
        let mut tx = desk.db.read().await.unwrap();
        assert_eq!(
            outbox::store::pending(&mut tx, &Channel::whatsapp("100"))
                .await
                .unwrap(),
            2,
            "one row per event"
        );
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_keeps_its_order_and_lanes_run_side_by_side() {
    for (desk, _, _fresh) in both().await {
        let running = start(&desk);
        let all: Vec<_> = (0..300)
            .map(|n| event(&format!("{n:04}"), ["a", "b", "c"][n % 3]))
            .collect();
        running.ingest.put(all).await.unwrap();
        eventually("all are handled", || async { pending(&desk).await == 0 }).await;
        let seen = running.recorder.seen.lock().unwrap().clone();
        for lane in ["a", "b", "c"] {
            let order = &seen[&format!("wa:100|{lane}")];
            assert_eq!(order.len(), 100);
            assert!(order.is_sorted(), "lane {lane} is in order: {order:?}");
        }
        running.stop.cancel();
    }
}

/// Something holds up the middle one of three events, oftener than a failure would be tried again: it is handled in its place, and none is
/// given up. `pause`: how soon it is tried again.
async fn holds_up(id: &str, holding: fn(&Recorder) -> &AtomicU64, pause: Duration) {
    for (desk, clock, _fresh) in both().await {
        let running = start(&desk);
        holding(&running.recorder).store(20, Ordering::SeqCst);
        let all = ["first", id, "last"].map(|id| event(id, "a"));
        running.ingest.put(all.to_vec()).await.unwrap();
        eventually("all are handled", || async {
            clock.advance(pause);
            pending(&desk).await == 0
        })
        .await;
        let mut seen = running.recorder.seen.lock().unwrap()["wa:100|a"].clone();
        // What shared its transaction was handled anew.
        seen.dedup();
        assert_eq!(seen, ["first", id, "last"]);
        let mut tx = desk.db.read().await.unwrap();
        assert_eq!(dead::list(&mut tx, 10).await.unwrap(), []);
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_too_early_waits_a_moment_in_its_place() {
    holds_up("early", |seen| &seen.too_early, Duration::from_millis(20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_given_up_because_the_disk_fails() {
    holds_up("unread", |seen| &seen.bad_disk, Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_handled_is_retried_parked_and_overtaken() {
    for (desk, clock, _fresh) in both().await {
        let running = start(&desk);
        running
            .ingest
            .put(vec![
                event("bad", "a"),
                event("panic", "a"),
                event("good", "a"),
            ])
            .await
            .unwrap();
        eventually("the lane goes on", || async {
            clock.advance(Duration::from_secs(16));
            pending(&desk).await == 0
        })
        .await;
        assert_eq!(
            running.recorder.failures.load(Ordering::SeqCst),
            6,
            "once and five times more"
        );
        assert_eq!(running.recorder.seen.lock().unwrap()["wa:100|a"], ["good"]);
        let mut tx = desk.db.write().await.unwrap();
        let given_up = dead::list(&mut tx, 10).await.unwrap();
        assert_eq!(
            given_up
                .iter()
                .map(|e| e.external_id.as_str())
                .collect::<Vec<_>>(),
            ["panic", "bad"]
        );
        let (bad, by) = (given_up[1].seq, Actor::Staff("s".into()));
        assert_eq!(dead::count(&mut tx, given_up[0].seq).await.unwrap(), 1);
        assert_eq!(dead::before(&mut tx, bad, 10).await.unwrap(), []);
        let mut act = desk.act(&mut tx);
        assert!(dead::retry(&mut act, &by, bad).await.unwrap());
        assert!(
            !dead::retry(&mut act, &by, bad).await.unwrap(),
            "it is not dead any more"
        );
        let audited: Vec<(String, Option<String>, String)> =
            crate::db::run!(act.tx, |c| sqlx::query_as(
                "select actor, actor_id, subject from audit where action = 'event.retried'"
            )
            .fetch_all(c)
            .await)
            .unwrap();
        let subject = format!("inbox:{bad}");
        assert_eq!(audited, [("staff".into(), Some("s".into()), subject)]);
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_an_earlier_run_are_handled_after_a_restart() {
    for (desk, _, _fresh) in both().await {
        let events = [event("1", "a"), event("2", "b")];
        let now = desk.clock.now();
        let fresh = crate::db::dialect::insert_events(desk.db.way_in().await, &events, now).await;
        assert_eq!(fresh.unwrap(), 2);
        let running = start(&desk);
        eventually("they are handled", || async { pending(&desk).await == 0 }).await;
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_database_refuses_stands_in_nobodys_way() {
    for (desk, _, _fresh) in both().await {
        let running = start(&desk);
        let mut hostile = event("hostile", "a");
        hostile.lane = "nul \u{0} lane".into();
        running
            .ingest
            .put(vec![event("1", "a"), hostile, event("2", "a")])
            .await
            .unwrap();
        eventually("the others are handled", || async {
            pending(&desk).await == 0
        })
        .await;
        let seen = running.recorder.seen.lock().unwrap().clone();
        assert_eq!(seen["wa:100|a"], ["1", "2"]);
        let mut tx = desk.db.read().await.unwrap();
        let dead = dead::list(&mut tx, 10).await.unwrap();
        let lies_dead = dead.iter().any(|event| event.external_id == "hostile");
        let was_handled = seen.values().flatten().any(|id| id == "hostile");
        assert!(
            lies_dead != was_handled,
            "somebody's words are not put away unseen"
        );
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_move_forward_only_and_wait_for_their_message() {
    for (desk, _, _fresh) in both().await {
        let running = start(&desk);
        tokio::spawn(statuses::run(desk.clone(), running.stop.clone()));
        let channel = Channel::whatsapp("100");
        two_messages(&desk, &channel).await;

        // By our own id, in the wrong order, and twice; and by the platform's id before anybody knows it.
        let by_us = [
            Reached::Read,
            Reached::Delivered,
            Reached::Sent,
            Reached::Read,
        ];
        let mut events: Vec<_> = by_us
            .iter()
            .enumerate()
            .map(|(n, r)| status(&format!("a{n}"), "wamid.a", Some("x.1"), *r))
            .collect();
        events.push(status("b1", "wamid.b", None, Reached::Delivered));
        running.ingest.put(events).await.unwrap();
        eventually("the first is read", || async {
            state(&desk, "x.1").await == State::Read
        })
        .await;
        assert_eq!(
            state(&desk, "x.2").await,
            State::Queued,
            "nobody knows yet whose status the other is"
        );

        learn(&desk, &channel, "x.2", "wamid.b").await;
        desk.bell.ring_statuses();
        eventually("the orphan found its message", || async {
            state(&desk, "x.2").await == State::Delivered
        })
        .await;
        running
            .ingest
            .put(vec![status("b2", "wamid.b", None, Reached::Sent)])
            .await
            .unwrap();
        eventually("the late one is applied", || async {
            pending(&desk).await == 0
        })
        .await;
        assert_eq!(
            state(&desk, "x.2").await,
            State::Delivered,
            "and moves nothing back"
        );
        running.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_passes_is_tried_again_when_a_status_tells_it_too() {
    for (desk, _, _fresh) in both().await {
        let running = start(&desk);
        tokio::spawn(statuses::run(desk.clone(), running.stop.clone()));
        let channel = Channel::whatsapp("100");
        two_messages(&desk, &channel).await;
        let failed = |id: &str, row: &str, code: &str| {
            let told = status(id, &format!("wamid.{id}"), Some(row), Reached::Failed);
            let mut change: StatusChange = serde_json::from_slice(&told.payload).unwrap();
            change.error_code = Some(code.into());
            let payload = serde_json::to_vec(&change).unwrap();
            NewEvent { payload, ..told }
        };
        // They have to be gone before anybody can say that they failed.
        let mut tx = desk.db.write().await.unwrap();
        let now = desk.clock.now();
        let rows = ["x.1", "x.2"];
        let taken = outbox::store::claim(&mut tx, &rows, "me", 1, now).await;
        assert_eq!(taken.unwrap().len(), 2);
        many::sent(&mut tx, &rows, "me", 1, now).await.unwrap();
        tx.commit().await.unwrap();
        let told = vec![failed("a", "x.1", "131056"), failed("b", "x.2", "131026")];
        running.ingest.put(told).await.unwrap();
        eventually("both are told", || async { pending(&desk).await == 0 }).await;
        assert_eq!(state(&desk, "x.1").await, State::Queued);
        assert_eq!(state(&desk, "x.2").await, State::Failed, "for good");
        let mut tx = desk.db.read().await.unwrap();
        let waiting = outbox::store::ready(&mut tx, &channel, 10).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert!(
            waiting[0].due_at >= now.plus(Duration::from_secs(1)),
            "4^0 s"
        );
        running.stop.cancel();
    }
}

/// The platform's id of a message becomes known after its statuses came.
async fn learn(desk: &Desk, channel: &Channel, row: &str, wamid: &str) {
    let mut tx = desk.db.write().await.unwrap();
    let post = Post {
        chat: String::new(),
        external_id: wamid.into(),
    };
    outbox::store::post(&mut tx, channel, row, &post, desk.clock.now())
        .await
        .unwrap();
    assert!(
        store::revive_orphans(&mut tx, channel, wamid)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

async fn two_messages(desk: &Desk, channel: &Channel) {
    let mut tx = desk.db.write().await.unwrap();
    let mut act = desk.act_for(&mut tx, "x".into());
    let prompt = || Content::Prompt(Prompt::text(Markup::plain("halo")));
    for _ in 0..2 {
        outbox::enqueue(
            &mut act,
            NewRow::new(channel, "somebody", Class::Conversation, prompt()),
        )
        .await
        .unwrap();
    }
    drop(act);
    tx.commit().await.unwrap();
}

fn status(id: &str, wamid: &str, outbox_id: Option<&str>, reached: Reached) -> NewEvent {
    let change = StatusChange {
        external_id: wamid.into(),
        outbox_id: outbox_id.map(Into::into),
        reached,
        at: Millis(1_000),
        error_code: None,
        error: None,
    };
    let payload = serde_json::to_vec(&change).unwrap();
    NewEvent {
        channel: Channel::whatsapp("100"),
        external_id: id.into(),
        stream: Stream::Status,
        lane: wamid.into(),
        payload,
    }
}

async fn state(desk: &Desk, id: &str) -> State {
    let mut tx = desk.db.read().await.unwrap();
    outbox::store::row(&mut tx, id)
        .await
        .unwrap()
        .unwrap()
        .state
}
