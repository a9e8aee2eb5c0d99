//! F5 and F10: several processes on one PostgreSQL. One dies, one is stopped for a while; the others take over, and nothing happens twice.

use std::cell::Cell;

use rustix::process::{Signal, kill_process};
use sapa_sandbox::load::Mark;

use super::*;

/// Within this another process does what the dead one did.
const TAKEN_OVER: Duration = Duration::from_secs(5);

/// Jobs that only one process may do, and somebody does: two senders, the poller.
const TAKEN: &str =
    "select count(*) from leases where (name like 'sender:%' or name like 'poller:%')
    and expires_at > cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";

/// Until a process has been stopped by its fail point (`/proc/PID/stat`: T).
async fn stopped(scene: &Scene, desk: &Child) {
    let path = format!("/proc/{}/stat", desk.id().expect(WELL).as_raw_nonzero());
    scene
        .until("the process stops", async || {
            let stat = std::fs::read_to_string(&path).unwrap_or_default();
            stat.rsplit(") ")
                .next()
                .is_some_and(|rest| rest.starts_with('T'))
        })
        .await;
}

/// How long words were on their way, as far as that was after `since`.
fn waited(words: &Mark, since: Duration) -> Duration {
    let sent = words.sent.unwrap_or_default().max(since);
    let first = words
        .arrivals
        .first()
        .map_or(Duration::MAX, |first| first.at);
    first.saturating_sub(sent)
}

#[test]
fn f5_two_processes_share_the_work_and_nothing_happens_twice() {
    play(async {
        let scene = Scene::on(Base::Postgres).await;
        let (one, other) = (scene.desk().await, scene.desk().await);
        scene.settle_in(3, 20).await;
        for mark in 0..300 {
            let to = if mark % 2 == 0 { &one } else { &other };
            scene.stage.courier.points_to(vec![to.address]);
            scene.writes(mark % 20, mark);
            scene.pause(Duration::from_millis(10)).await;
        }
        scene
            .until("everything arrives", async || {
                (0..300).all(|mark| scene.arrivals(mark).0 > 0)
            })
            .await;
        scene.rest().await;
        scene.once_or_flagged(0..300).await;
        if !scene.told().contains("the lease is lost") {
            let flagged = scene.count(FLAGGED).await;
            assert_eq!(flagged, 0, "one sender from the beginning to the end");
        }
        assert_eq!(scene.count(TAKEN).await, 3, "each job is one process's");
        let spread = "select max(held) - min(held) from
            (select count(*) as held from tickets where staff_id is not null group by staff_id) as per_agent";
        let spread = scene.count(spread).await;
        assert!(spread <= 1, "round robin over two processes: {spread}");
        let conversations = "select cast(max(open) as bigint) from
            (select count(*) as open from conversations where state = 'open' group by customer_id) as per_customer";
        assert_eq!(scene.count(conversations).await, 1);
        assert!(one.terminate().await.expect(WELL));
        scene.stage.courier.points_to(vec![other.address]);
        scene.writes(0, 1_000);
        scene
            .until("the other goes on", async || scene.arrivals(1_000).0 == 1)
            .await;
        assert!(other.terminate().await.expect(WELL));
    });
}

/// Customers write to the one that will die, then to the others; the agent answers when it is dead. When that was, and how many words.
async fn write_until_it_dies(
    scene: &Scene,
    dying: Child,
    others: [&Child; 2],
    to: Relayed,
) -> (Duration, u64) {
    let (watch, first) = (scene.stage.platforms.watch, dying.address);
    let (alive, writing) = (Cell::new(true), Cell::new(true));
    let dead = async {
        struck(dying).await;
        let at = watch.at();
        alive.set(false);
        scene.replies(to, 9_999);
        scene.pause(Duration::from_secs(2)).await;
        writing.set(false);
        at
    };
    let write = async {
        let mut mark = 0;
        while writing.get() {
            let to = match mark % 2 {
                _ if alive.get() => first,
                0 => others[0].address,
                _ => others[1].address,
            };
            scene.stage.courier.points_to(vec![to]);
            scene.writes(mark % 3, mark);
            scene.pause(Duration::from_millis(150)).await;
            mark += 1;
        }
        mark
    };
    tokio::join!(dead, write)
}

#[test]
fn the_others_take_over_within_five_seconds_when_one_dies() {
    play(async {
        let scene = Scene::on(Base::Postgres).await;
        // The first one polls and sends. It dies with a lane in its hands, but not before everybody has settled in: two events for each
        // agent and five for each customer.
        let dying = scene
            .desk_with("event.before_commit=19*off->return(kill)")
            .await;
        let mut heard = scene.stage.platforms.bot.listen();
        scene
            .until("it polls and sends", async || scene.count(TAKEN).await == 3)
            .await;
        let (second, third) = (scene.desk().await, scene.desk().await);
        scene.settle_in(2, 3).await;
        scene.writes(0, 9_999);
        let to = scene.heard(&mut heard, 9_999).await;
        scene.rest().await;

        let (died, last) = write_until_it_dies(&scene, dying, [&second, &third], to).await;
        scene
            .until("everything arrives", async || {
                (0..last).all(|mark| scene.arrivals(mark).0 > 0) && scene.arrivals(9_999).1 > 0
            })
            .await;
        scene.rest().await;
        let platforms = &scene.stage.platforms;
        let marks = platforms.bot.words.marks();
        for (mark, words) in marks.iter().filter(|(mark, _)| *mark < last) {
            let waited = waited(words, died);
            assert!(
                waited < TAKEN_OVER,
                "words {mark} waited {waited:?}\n{}",
                scene.told()
            );
        }
        let answered = waited(&platforms.cloud.answers.marks()[0].1, died);
        assert!(
            answered < TAKEN_OVER,
            "the agent was heard after {answered:?}\n{}",
            scene.told()
        );
        assert_eq!(scene.arrivals(9_999).1, 1, "his answer came once");
        scene.once_or_flagged(0..last).await;
        assert!(second.terminate().await.expect(WELL));
        assert!(third.terminate().await.expect(WELL));
    });
}

#[test]
fn what_a_process_stored_and_told_nobody_of_before_it_died_is_taken_over() {
    play(async {
        let scene = Scene::on(Base::Postgres).await;
        let desk = scene.desk().await;
        scene.settle_in(1, 1).await;
        assert!(desk.terminate().await.expect(WELL));

        let other = scene.desk().await;
        let dying = scene.desk_with("ingest.after_commit=return(kill)").await;
        let watch = scene.stage.platforms.watch;
        scene.writes(0, 1);
        struck(dying).await;
        let died = watch.at();
        // The platform does not bring it a second time meanwhile.
        scene.stage.courier.points_to(Vec::new());
        scene
            .until("the words arrive", async || scene.arrivals(1).0 > 0)
            .await;
        let marks = scene.stage.platforms.bot.words.marks();
        let waited = waited(&marks[0].1, died);
        assert!(waited < TAKEN_OVER, "{waited:?}\n{}", scene.told());
        scene.stage.courier.points_to(vec![other.address]);
        scene.rest().await;
        assert_eq!(scene.arrivals(1).0, 1, "the repetition is known");
        assert!(other.terminate().await.expect(WELL));
    });
}

#[test]
fn f10_a_process_that_was_stopped_amid_an_event_finds_its_lane_gone() {
    play(async {
        let scene = Scene::on(Base::Postgres).await;
        let desk = scene.desk().await;
        scene.settle_in(1, 2).await;
        assert!(desk.terminate().await.expect(WELL));

        let sleeper = scene.desk_with("event.before_commit=1*return(stop)").await;
        scene.writes(0, 1);
        stopped(&scene, &sleeper).await;
        let awake = scene.desk().await;
        // The server ends the transaction that rests; the lane is the other's, and nobody waits for its locks.
        scene.writes(1, 2);
        scene
            .until("the other does its work", async || {
                scene.arrivals(1).0 > 0 && scene.arrivals(2).0 > 0
            })
            .await;
        kill_process(sleeper.id().expect(WELL), Signal::CONT).expect("it goes on");
        scene.writes(0, 3);
        scene
            .until("the lane goes on", async || scene.arrivals(3).0 > 0)
            .await;
        scene.rest().await;
        for mark in 1..=3 {
            assert_eq!(scene.arrivals(mark).0, 1, "words {mark}\n{}", scene.told());
        }
        assert_eq!(scene.count(FLAGGED).await, 0);
        let stored =
            "select count(*) from messages where author = 'customer' and body like '%sudah bisa?%'";
        assert_eq!(scene.count(stored).await, 3);
        let left = sleeper.terminate().await.expect(WELL);
        assert!(left, "it lives on, and leaves in good order");
        assert!(awake.terminate().await.expect(WELL));
    });
}

#[test]
fn f10_a_sender_that_was_stopped_between_claim_and_call_cannot_mark_its_row() {
    play(async {
        let scene = Scene::on(Base::Postgres).await;
        let desk = scene.desk().await;
        scene.settle_in(1, 1).await;
        assert!(desk.terminate().await.expect(WELL));

        let sleeper = scene.desk_with("claim.after_commit=1*return(stop)").await;
        scene
            .until("it sends", async || scene.count(TAKEN).await == 3)
            .await;
        scene.writes(0, 1);
        stopped(&scene, &sleeper).await;
        assert_eq!(scene.arrivals(1).0, 0, "claimed, not sent");
        let awake = scene.desk().await;
        scene
            .until("the other sends it", async || scene.arrivals(1).0 == 1)
            .await;
        scene.rest().await;
        let mark = "select min(epoch) from outbox where flagged and state = 'sent'";
        let epoch = scene.count(mark).await;
        kill_process(sleeper.id().expect(WELL), Signal::CONT).expect("it goes on");
        let refused = "a message was sent by a sender that had been replaced meanwhile";
        scene
            .until("its mark is refused", async || {
                scene.told().contains(refused)
            })
            .await;
        let twice = "once by each: the one message that was in flight";
        assert_eq!(scene.arrivals(1).0, 2, "{twice}");
        assert_eq!(scene.count(mark).await, epoch, "the row is the other's");
        assert_eq!(scene.count(FLAGGED).await, 1);
        scene.writes(0, 2);
        scene
            .until("it goes on", async || scene.arrivals(2).0 > 0)
            .await;
        scene.rest().await;
        assert_eq!(scene.arrivals(2).0, 1, "by one of them");
        assert!(sleeper.terminate().await.expect(WELL));
        assert!(awake.terminate().await.expect(WELL));
    });
}
