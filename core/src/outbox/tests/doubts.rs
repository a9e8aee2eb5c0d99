//! Doubts over several restarts.

use super::*;
use crate::{
    clock::MovableClock,
    inbox::{self, NewEvent, Stream},
};

/// A desk that was killed with a message in flight, started again, and killed again after 40 of the 60 seconds that a status gets.
async fn killed_twice(desk: &Desk, clock: &MovableClock, channel: &Channel) {
    say(desk, channel, "e1", &[("a", "1")]).await;
    let mut tx = desk.db.write().await.unwrap();
    store::claim(&mut tx, &["e1.1"], "killed", 1, desk.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    heard(desk, channel, "one").await;
    clock.advance(Duration::from_millis(100));
    let running = start(desk, channel, vec![]);
    eventually("it is in doubt", || async {
        row(desk, "e1.1").await.state == State::Uncertain
    })
    .await;
    running.stop.cancel();
    running.ended.await.unwrap();
    clock.advance(Duration::from_secs(40));
}

/// An event came in.
async fn heard(desk: &Desk, channel: &Channel, id: &str) {
    let event = NewEvent {
        channel: channel.clone(),
        external_id: id.to_owned(),
        stream: Stream::Quarantine,
        lane: "nobody".into(),
        payload: b"{}".to_vec(),
    };
    let mut tx = desk.db.write().await.unwrap();
    inbox::store::quarantine(&mut tx, &event, "a sign of life", desk.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Starts a sender, and waits until it has looked at everything.
async fn started(desk: &Desk, channel: &Channel) -> Running {
    let running = start(desk, channel, vec![]);
    say(desk, channel, "e2", &[("b", "2")]).await;
    eventually("another is sent", || async {
        row(desk, "e2.1").await.state == State::Sent
    })
    .await;
    assert_eq!(row(desk, "e1.1").await.state, State::Uncertain);
    running
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_killed_again_and_again_still_ends_its_doubts() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        killed_twice(&desk, &clock, &channel).await;
        heard(&desk, &channel, "two").await;
        clock.advance(Duration::from_millis(100));
        let running = started(&desk, &channel).await;
        clock.advance(Duration::from_secs(21));
        desk.bell.ring_outbox();
        eventually("60 seconds in all are over", || async {
            row(&desk, "e1.1").await.state == State::Sent
        })
        .await;
        assert!(row(&desk, "e1.1").await.flagged);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_long_silence_a_status_has_the_whole_grace_again() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        killed_twice(&desk, &clock, &channel).await;
        clock.advance(Duration::from_mins(10));
        let running = started(&desk, &channel).await;
        clock.advance(Duration::from_secs(45));
        say(&desk, &channel, "e3", &[("c", "3")]).await;
        eventually("another is sent", || async {
            row(&desk, "e3.1").await.state == State::Sent
        })
        .await;
        assert_eq!(row(&desk, "e1.1").await.state, State::Uncertain);
        clock.advance(Duration::from_secs(16));
        desk.bell.ring_outbox();
        eventually("the grace is over", || async {
            row(&desk, "e1.1").await.state == State::Sent
        })
        .await;
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

/// How often a row goes out again whose sender dies with it in flight each time.
async fn resends(desk: &Desk, channel: &Channel, cause: &str) -> usize {
    say(desk, channel, cause, &[("a", "1")]).await;
    let id = format!("{cause}.1");
    let mut tx = desk.db.write().await.unwrap();
    let mut again = 0;
    loop {
        let now = desk.clock.now();
        let owner = format!("killed {again}");
        store::claim(&mut tx, &[&id], &owner, 1, now).await.unwrap();
        store::doubt(&mut tx, channel, "the next", 1, now)
            .await
            .unwrap();
        if !store::resend(&mut tx, &id, "the next", 1, now)
            .await
            .unwrap()
        {
            tx.commit().await.unwrap();
            return again;
        }
        again += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_senders_die_is_not_given_up_where_no_status_can_tell() {
    for (desk, _, _fresh) in both().await {
        let settings = desk.settings.clone();
        assert_eq!(resends(&desk, &settings.whatsapp, "e1").await, 1);
        assert_eq!(resends(&desk, &settings.telegram, "e2").await, 6);
    }
}
