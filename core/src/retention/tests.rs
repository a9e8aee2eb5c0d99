//! What goes and what stays, to the millisecond.

use super::*;
use crate::{
    clock::MovableClock,
    db::{dialect::insert_events, run},
    inbox::{Channel, NewEvent, Stream},
    outbox::{self, Class, Content, NewRow, Post, Prompt},
    testing::{self, START},
};

const SET_EVENT: &str = "update inbox set state = $2 where external_id = $1";
const SET_ROW: &str = "update outbox set state = $2, created_at = $3, sent_at = $4 where id = $1";
const EVENTS: &str = "select external_id from inbox order by seq";
const ROWS: &str = "select id from outbox order by seq";
const POSTS: &str = "select outbox_id from outbox_posts order by outbox_id";
const DAY: Duration = Duration::from_hours(24);

fn event(id: &str) -> NewEvent {
    NewEvent {
        channel: Channel::whatsapp("100"),
        external_id: id.to_owned(),
        stream: Stream::Status,
        lane: "wamid.1".to_owned(),
        payload: b"{}".to_vec(),
    }
}

async fn keep(desk: &Desk, id: &str, state: &str, at: Millis) {
    let fresh = insert_events(desk.db.way_in().await, &[event(id)], at)
        .await
        .unwrap();
    assert_eq!(fresh, 1);
    let mut tx = desk.db.write().await.unwrap();
    run!(&mut tx, |c| sqlx::query(SET_EVENT)
        .bind(id)
        .bind(state)
        .execute(c)
        .await
        .map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

async fn sent(desk: &Desk, id: &str, state: &str, made: Millis, went: Option<Millis>) {
    let mut tx = desk.db.write().await.unwrap();
    let mut act = desk.act_for(&mut tx, id.to_owned());
    let channel = Channel::telegram("7");
    let content = Content::Prompt(Prompt::text(crate::markup::Markup::plain("halo")));
    let row = NewRow::new(&channel, "42", Class::Conversation, content);
    let id = outbox::enqueue(&mut act, row).await.unwrap();
    let post = Post {
        chat: "42".to_owned(),
        external_id: id.clone(),
    };
    outbox::store::post(act.tx, &channel, &id, &post, made)
        .await
        .unwrap();
    drop(act);
    run!(&mut tx, |c| sqlx::query(SET_ROW)
        .bind(&id)
        .bind(state)
        .bind(made)
        .bind(went)
        .execute(c)
        .await
        .map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

async fn all(desk: &Desk, sql: &'static str) -> Vec<String> {
    let mut tx = desk.db.read().await.unwrap();
    run!(&mut tx, |c| sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
}

#[tokio::test]
async fn what_is_open_or_dead_stays_and_what_is_done_goes_at_its_time() {
    let stop = CancellationToken::new();
    for (desk, _, _fresh) in testing::both().await {
        let old = START.minus(DAY);
        for state in ["pending", "dead", "done", "kept", "orphan"] {
            keep(&desk, state, state, old).await;
        }
        keep(&desk, "just", "done", Millis(START.0 - 1)).await;
        keep(&desk, "edge", "done", START).await;
        let gone = walk(&desk, START, &stop, store::delete_events)
            .await
            .unwrap();
        assert_eq!(gone, 4);
        assert_eq!(all(&desk, EVENTS).await, ["pending", "dead", "edge"]);
    }
}

#[tokio::test]
async fn rows_go_with_their_posts_and_count_from_when_they_went_out() {
    let stop = CancellationToken::new();
    for (desk, _, _fresh) in testing::both().await {
        let old = START.minus(DAY);
        for state in [
            "queued",
            "parked",
            "claimed",
            "uncertain",
            "sent",
            "delivered",
            "read",
            "failed",
            "cancelled",
        ] {
            sent(&desk, state, state, old, None).await;
        }
        sent(&desk, "waited", "sent", old, Some(START)).await;
        sent(&desk, "edge", "sent", START, Some(START)).await;
        let gone = walk(&desk, START, &stop, store::delete_deliveries)
            .await
            .unwrap();
        assert_eq!(gone, 5);
        let stays = [
            "queued.1",
            "parked.1",
            "claimed.1",
            "uncertain.1",
            "waited.1",
            "edge.1",
        ];
        assert_eq!(all(&desk, ROWS).await, stays);
        let mut posts = stays;
        posts.sort_unstable();
        assert_eq!(all(&desk, POSTS).await, posts);
    }
}

#[tokio::test]
async fn a_repetition_after_seven_days_is_recognised() {
    let stop = CancellationToken::new();
    let retention = Retention {
        events: Some(Retention::LEAST_EVENTS),
        ..Retention::usual(chrono_tz::Asia::Jakarta)
    };
    for (desk, clock, _fresh) in testing::both().await {
        keep(&desk, "wamid.1", "done", desk.clock.now()).await;
        let days = async |clock: &MovableClock, days| {
            clock.advance(DAY * days);
            age(&desk, &retention, &stop).await.unwrap()
        };
        assert_eq!(days(&clock, 7).await, Gone::default());
        let now = desk.clock.now();
        let again = insert_events(desk.db.way_in().await, &[event("wamid.1")], now).await;
        assert_eq!(again.unwrap(), 0, "it is the same");
        assert_eq!(all(&desk, EVENTS).await.len(), 1);
        assert_eq!(days(&clock, 2).await.events, 1);
    }
}

#[tokio::test]
async fn nothing_goes_where_everything_is_kept() {
    let stop = CancellationToken::new();
    let retention = Retention {
        events: None,
        deliveries: None,
        ..Retention::usual(chrono_tz::Asia::Jakarta)
    };
    for (desk, clock, _fresh) in testing::both().await {
        keep(&desk, "wamid.1", "done", desk.clock.now()).await;
        sent(&desk, "a", "sent", desk.clock.now(), None).await;
        clock.advance(DAY * 3_650);
        assert_eq!(
            age(&desk, &retention, &stop).await.unwrap(),
            Gone::default()
        );
    }
}

#[tokio::test]
async fn many_go_in_small_steps_past_those_that_stay_and_the_file_shrinks() {
    let stop = CancellationToken::new();
    let retention = Retention::usual(chrono_tz::Asia::Jakarta);
    for (desk, clock, _fresh) in testing::both().await {
        let events: Vec<_> = (0..3_000)
            .map(|n| NewEvent {
                payload: vec![b' '; 3_000],
                ..event(&format!("wamid.{n}"))
            })
            .collect();
        for (n, batch) in (0_i64..).zip(events.chunks(500)) {
            // Two batches of the same millisecond: more than go in one step.
            let at = Millis(desk.clock.now().0 + n / 2);
            insert_events(desk.db.way_in().await, batch, at)
                .await
                .unwrap();
        }
        let mut tx = desk.db.write().await.unwrap();
        let done = "update inbox set state = case when seq % 10 = 0 then 'dead' else 'done' end";
        run!(&mut tx, |c| sqlx::query(done).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        clock.advance(DAY * 31);
        let gone = age(&desk, &retention, &stop).await.unwrap();
        assert_eq!(gone.events, 2_700);
        assert_eq!(all(&desk, EVENTS).await.len(), 300, "the dead stay");
        let mut tx = desk.db.write().await.unwrap();
        assert!(dialect::free_pages(&mut tx).await.unwrap() <= SPARE);
    }
}

#[tokio::test]
async fn logins_go_a_month_after_their_end() {
    let stop = CancellationToken::new();
    let retention = Retention::usual(chrono_tz::Asia::Jakarta);
    for (desk, clock, _fresh) in testing::both().await {
        let sari = testing::people::customer(&desk, "62811", "Sari").await;
        let now = desk.clock.now();
        let sql = [
            "insert into portal_sessions (id, customer_id, address, agent, created_at, seen_at, expires_at)
                values ($1, $2, '', '', $3, $3, $3)",
            "insert into staff_sessions (id, kind, token_hash, address, agent, created_at, seen_at, expires_at)
                values ($1, 'pages', $1 || $2, '', '', $3, $3, $3)",
            "insert into door_links (id, token_hash, created_at, expires_at) values ($1, $1 || $2, $3, $3)",
        ];
        let mut tx = desk.db.write().await.unwrap();
        for sql in sql {
            for (id, ended) in [("old", now), ("young", now.plus(DAY))] {
                run!(&mut tx, |c| sqlx::query(sql)
                    .bind(id)
                    .bind(&sari.id)
                    .bind(ended)
                    .execute(c)
                    .await
                    .map(drop))
                .unwrap();
            }
        }
        tx.commit().await.unwrap();
        clock.advance(DAY * 30 + Duration::from_secs(1));
        let gone = age(&desk, &retention, &stop).await.unwrap();
        assert_eq!(gone.logins, 3);
        for left in [
            "select id from portal_sessions",
            "select id from staff_sessions",
            "select id from door_links",
        ] {
            assert_eq!(all(&desk, left).await, ["young"], "{left}");
        }
    }
}
