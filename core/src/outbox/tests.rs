//! The river out, on both databases: order, retries, holds, doubts, restarts.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

mod crowds;
mod doubts;

use super::{
    Class, Content, Job, NewRow, Outlet, Post, Prompt, Reach, SendError, Sender, Senders, State,
    enqueue, limits::Rates, store,
};
use crate::{
    desk::Desk,
    inbox::Channel,
    markup::Markup,
    testing::{both, eventually},
};

/// A platform that answers as it is told, and remembers what it was asked.
struct Platform {
    channel: Channel,
    sent: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<SendError>>,
}

#[async_trait]
impl Sender for Platform {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    async fn send(&self, job: &Job) -> Result<Vec<Post>, SendError> {
        let Content::Prompt(prompt) = &job.content else {
            return Err(SendError::Cancelled);
        };
        let text = prompt.text.to_plain();
        assert!(text != "panic", "a sender that panics");
        let refusal = if text == "fine" {
            None
        } else {
            self.answers.lock().unwrap().pop_front()
        };
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        self.sent.lock().unwrap().push(text);
        Ok(vec![Post {
            chat: String::new(),
            external_id: format!("p.{}", job.id),
        }])
    }
}

struct Running {
    platform: Arc<Platform>,
    stop: CancellationToken,
    ended: tokio::task::JoinHandle<()>,
}

fn start(desk: &Desk, channel: &Channel, answers: Vec<SendError>) -> Running {
    let (sent, answers) = (Mutex::default(), Mutex::new(answers.into()));
    let platform = Arc::new(Platform {
        channel: channel.clone(),
        sent,
        answers,
    });
    let stop = CancellationToken::new();
    let outlet = Outlet {
        sender: platform.clone(),
        rates: Rates::whatsapp(),
    };
    let owner = desk.ids.token();
    let ended = tokio::spawn(Senders::run(
        desk.clone(),
        vec![outlet],
        owner,
        stop.clone(),
    ));
    Running {
        platform,
        stop,
        ended,
    }
}

async fn say(desk: &Desk, channel: &Channel, cause: &str, lines: &[(&str, &str)]) {
    let mut tx = desk.db.write().await.unwrap();
    let mut act = desk.act_for(&mut tx, cause.to_owned());
    for (to, text) in lines {
        let content = Content::Prompt(Prompt::text(Markup::plain(text)));
        enqueue(
            &mut act,
            NewRow::new(channel, *to, Class::Conversation, content),
        )
        .await
        .unwrap();
    }
    drop(act);
    tx.commit().await.unwrap();
    desk.bell.ring_outbox();
}

async fn row(desk: &Desk, id: &str) -> store::Row {
    let mut tx = desk.db.read().await.unwrap();
    store::row(&mut tx, id).await.unwrap().unwrap()
}

fn refused(after: Option<Duration>) -> SendError {
    SendError::Retry {
        after,
        reach: Reach::Recipient,
        code: "131056".into(),
        detail: "pair rate".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_person_go_out_in_order_and_a_replay_sends_nothing_twice() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let running = start(&desk, &channel, vec![]);
        let lines = [("a", "1"), ("a", "2"), ("a", "3"), ("a", "4")];
        say(&desk, &channel, "e1", &lines).await;
        say(&desk, &channel, "e1", &lines).await;
        eventually("the last is sent", || async {
            row(&desk, "e1.4").await.state == State::Sent
        })
        .await;
        assert_eq!(*running.platform.sent.lock().unwrap(), ["1", "2", "3", "4"]);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_holds_one_person_in_order_and_nobody_else() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let running = start(
            &desk,
            &channel,
            vec![refused(Some(Duration::from_secs(40)))],
        );
        say(
            &desk,
            &channel,
            "e1",
            &[("a", "1"), ("a", "2"), ("b", "fine")],
        )
        .await;
        eventually("the other one is served", || async {
            row(&desk, "e1.3").await.state == State::Sent
        })
        .await;
        eventually("the refusal is noted", || async {
            row(&desk, "e1.1").await.attempts == 1
        })
        .await;
        assert_eq!(
            row(&desk, "e1.2").await.state,
            State::Queued,
            "nothing overtakes the first"
        );
        clock.advance(Duration::from_secs(41));
        eventually("both arrive", || async {
            row(&desk, "e1.2").await.state == State::Sent
        })
        .await;
        assert_eq!(*running.platform.sent.lock().unwrap(), ["fine", "1", "2"]);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_moved_takes_everything_along_that_waits_for_it() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.telegram.clone();
        say(
            &desk,
            &channel,
            "e1",
            &[("-5", "1"), ("-5", "2"), ("-7", "fine")],
        )
        .await;
        let moved = SendError::Moved("-1005".into());
        let running = start(&desk, &channel, vec![moved]);
        eventually("all are sent", || async {
            let states = [
                row(&desk, "e1.2").await.state,
                row(&desk, "e1.3").await.state,
            ];
            states == [State::Sent; 2]
        })
        .await;
        assert_eq!(running.platform.sent.lock().unwrap().len(), 3);
        for (id, chat) in [("e1.1", "-1005"), ("e1.2", "-1005"), ("e1.3", "-7")] {
            let row = row(&desk, id).await;
            assert_eq!((row.recipient.as_str(), row.state), (chat, State::Sent));
            assert_eq!(row.attempts, 0, "it is nobody's fault");
        }
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_not_overtaken_while_others_come_and_go() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let running = start(&desk, &channel, vec![refused(None), refused(None)]);
        say(&desk, &channel, "e0", &[("a", "1"), ("a", "2")]).await;
        for n in 1..=20 {
            say(
                &desk,
                &channel,
                &format!("e{n}"),
                &[("b", "fine"), ("c", "fine")],
            )
            .await;
        }
        eventually("both arrive", || async {
            clock.advance(Duration::from_secs(2));
            row(&desk, "e0.2").await.state == State::Sent
        })
        .await;
        let sent = running.platform.sent.lock().unwrap().clone();
        let to_a: Vec<_> = sent.iter().filter(|text| *text != "fine").collect();
        assert_eq!(to_a, ["1", "2"]);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_nobody_can_read_fails_alone() {
    for (desk, _, fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        say(&desk, &channel, "e1", &[("a", "1"), ("b", "fine")]).await;
        crate::testing::spoil(&fresh.db, "e1.1").await;
        let running = start(&desk, &channel, vec![]);
        eventually("the other one goes out", || async {
            row(&desk, "e1.2").await.state == State::Sent
        })
        .await;
        assert_eq!(
            row(&desk, "e1.1").await.error_code.as_deref(),
            Some("unreadable")
        );
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_final_fails_at_once_and_what_is_temporary_in_the_end() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let mut answers = vec![SendError::Permanent {
            code: "131026".into(),
            detail: "undeliverable".into(),
        }];
        answers.extend(std::iter::repeat_n(refused(None), 20));
        let running = start(&desk, &channel, answers);
        say(&desk, &channel, "e1", &[("a", "1")]).await;
        eventually("it failed", || async {
            row(&desk, "e1.1").await.state == State::Failed
        })
        .await;
        assert_eq!(
            row(&desk, "e1.1").await.error_code.as_deref(),
            Some("131026")
        );
        say(&desk, &channel, "e2", &[("a", "2")]).await;
        eventually("it is given up", || async {
            clock.advance(Duration::from_hours(5));
            row(&desk, "e2.1").await.state == State::Failed
        })
        .await;
        assert_eq!(row(&desk, "e2.1").await.attempts, 10);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_waits_for_a_status_and_is_sent_once_more_flagged() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let lost = || SendError::Uncertain {
            detail: "time-out".into(),
        };
        let running = start(&desk, &channel, vec![lost(), lost()]);
        say(&desk, &channel, "e1", &[("a", "1"), ("a", "2")]).await;
        eventually("it is in doubt", || async {
            row(&desk, "e1.1").await.state == State::Uncertain
        })
        .await;
        assert!(
            running.platform.sent.lock().unwrap().is_empty(),
            "the second waits for the first"
        );
        eventually("after the grace once more, then given up", || async {
            clock.advance(Duration::from_secs(61));
            row(&desk, "e1.1").await.state == State::Failed
        })
        .await;
        assert!(row(&desk, "e1.1").await.flagged);
        eventually("the second follows", || async {
            row(&desk, "e1.2").await.state == State::Sent
        })
        .await;
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_resolves_the_doubt_without_sending_again() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let running = start(
            &desk,
            &channel,
            vec![SendError::Uncertain {
                detail: "time-out".into(),
            }],
        );
        say(&desk, &channel, "e1", &[("a", "1"), ("a", "2")]).await;
        eventually("it is in doubt", || async {
            row(&desk, "e1.1").await.state == State::Uncertain
        })
        .await;
        let mut tx = desk.db.write().await.unwrap();
        let told = serde_json::json!([["e1.1", "delivered", 3, null, 5, null, null, null, null]])
            .to_string();
        assert_eq!(
            crate::db::dialect::apply_statuses(&mut tx, &told)
                .await
                .unwrap(),
            ["e1.1"]
        );
        tx.commit().await.unwrap();
        desk.bell.ring_outbox();
        eventually("the next follows", || async {
            row(&desk, "e1.2").await.state == State::Sent
        })
        .await;
        assert_eq!(*running.platform.sent.lock().unwrap(), ["2"]);
        assert_eq!(row(&desk, "e1.1").await.state, State::Delivered);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_in_flight_at_a_kill_are_uncertain_after_the_restart() {
    for (desk, clock, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        say(&desk, &channel, "e1", &[("a", "1")]).await;
        let mut tx = desk.db.write().await.unwrap();
        assert!(
            store::claim(
                &mut tx,
                &["e1.1"],
                "the one that was killed",
                1,
                desk.clock.now()
            )
            .await
            .unwrap()
            .contains_key("e1.1")
        );
        tx.commit().await.unwrap();
        let running = start(&desk, &channel, vec![]);
        eventually("it is in doubt", || async {
            row(&desk, "e1.1").await.state == State::Uncertain
        })
        .await;
        eventually("it is sent once more", || async {
            clock.advance(Duration::from_secs(61));
            row(&desk, "e1.1").await.state == State::Sent
        })
        .await;
        assert!(row(&desk, "e1.1").await.flagged);
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_while_sending_is_an_uncertain_message_not_the_end_of_the_sender() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let running = start(&desk, &channel, vec![]);
        say(&desk, &channel, "e1", &[("a", "panic"), ("b", "fine")]).await;
        eventually("it is in doubt", || async {
            row(&desk, "e1.1").await.state == State::Uncertain
        })
        .await;
        eventually("others go on", || async {
            row(&desk, "e1.2").await.state == State::Sent
        })
        .await;
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_senders_on_one_database_never_send_twice() {
    let fresh = crate::db::testing::postgres().await;
    let (desk, _) = crate::testing::desk(&fresh.db);
    let channel = desk.settings.whatsapp.clone();
    let (one, two) = (
        start(&desk, &channel, vec![]),
        start(&desk, &channel, vec![]),
    );
    for n in 0..30 {
        say(
            &desk,
            &channel,
            &format!("e{n}"),
            &[("a", &n.to_string()), ("b", "fine")],
        )
        .await;
    }
    eventually("all are sent", || async {
        row(&desk, "e29.1").await.state == State::Sent
            && row(&desk, "e29.2").await.state == State::Sent
    })
    .await;
    let sent = |running: &Running| running.platform.sent.lock().unwrap().len();
    assert_eq!(sent(&one) + sent(&two), 60);
    assert!(
        sent(&one) == 0 || sent(&two) == 0,
        "only the elected one sends"
    );
    for running in [one, two] {
        running.stop.cancel();
        running.ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_row_replaces_an_unsent_older_one_and_parked_rows_wait_for_the_customer() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.whatsapp.clone();
        let mut tx = desk.db.write().await.unwrap();
        let mut act = desk.act_for(&mut tx, "x".into());
        let text = |t: &str| Content::Prompt(Prompt::text(Markup::plain(t)));
        for t in ["old", "new"] {
            let row = NewRow {
                supersede_key: Some("card:1".into()),
                ..NewRow::new(&channel, "a", Class::Card, text(t))
            };
            enqueue(&mut act, row).await.unwrap();
        }
        let parked = NewRow {
            parked: true,
            ..NewRow::new(&channel, "a", Class::Conversation, text("later"))
        };
        enqueue(&mut act, parked).await.unwrap();
        let now = act.now;
        drop(act);
        assert_eq!(
            store::release_parked(&mut tx, "a", now, now.plus(Duration::from_secs(1)))
                .await
                .unwrap(),
            0,
            "too old"
        );
        tx.commit().await.unwrap();
        assert_eq!(row(&desk, "x.1").await.state, State::Cancelled);
        assert_eq!(row(&desk, "x.2").await.state, State::Queued);
        assert_eq!(row(&desk, "x.3").await.state, State::Parked);
        let mut tx = desk.db.write().await.unwrap();
        assert_eq!(
            store::release_parked(&mut tx, "a", now, now).await.unwrap(),
            1
        );
        tx.commit().await.unwrap();
        assert_eq!(row(&desk, "x.3").await.state, State::Queued);
    }
}
