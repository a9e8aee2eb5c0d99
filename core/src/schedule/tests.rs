//! Schedules over changes of the clock, and jobs that come once.

use std::sync::{Arc, Mutex};

use chrono_tz::{Asia::Jakarta, Europe::Berlin};

use super::*;
use crate::{
    clock::{Clock, MovableClock, SystemClock},
    testing,
};

fn at(text: &str) -> Millis {
    Millis(text.parse::<DateTime<Utc>>().unwrap().timestamp_millis())
}

fn times(expression: &str, zone: Tz, from: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::parse(expression, zone).unwrap();
    let mut instant = at(from);
    let mut found = Vec::new();
    for _ in 0..count {
        instant = schedule.next_after(instant).unwrap();
        let shown = DateTime::from_timestamp_millis(instant.0).unwrap();
        found.push(shown.format("%d %H:%M").to_string());
    }
    found
}

#[test]
fn times_are_the_desks() {
    assert_eq!(
        times("0 0 9 * * *", Jakarta, "2026-11-23T01:59:59Z", 2),
        ["23 02:00", "24 02:00"]
    );
    assert_eq!(
        times("0 0 9 * * *", Jakarta, "2026-11-23T02:00:00Z", 1),
        ["24 02:00"],
        "after, not at"
    );
    assert_eq!(
        times("0 0 9 * * Mon", Jakarta, "2026-11-23T03:00:00Z", 1),
        ["30 02:00"]
    );
}

#[test]
fn summer_time_leaves_none_out_and_repeats_none() {
    // 29 March 2026: 02.00 becomes 03.00 in Berlin (01.00 UTC).
    assert_eq!(
        times("0 30 2 * * *", Berlin, "2026-03-28T00:00:00Z", 3),
        ["28 01:30", "29 01:00", "30 00:30"]
    );
    assert_eq!(
        times("0 */20 * * * *", Berlin, "2026-03-29T00:30:00Z", 3),
        ["29 00:40", "29 01:00", "29 01:20"]
    );
    // 25 October 2026: 03.00 becomes 02.00 (01.00 UTC); 02.30 is shown twice.
    assert_eq!(
        times("0 30 2 * * *", Berlin, "2026-10-24T12:00:00Z", 2),
        ["25 00:30", "26 01:30"]
    );
    assert_eq!(
        times("0 30 2 * * *", Berlin, "2026-10-25T00:30:00Z", 1),
        ["26 01:30"],
        "not again when the wall shows it again"
    );
}

#[test]
fn what_is_no_schedule_is_refused() {
    for text in [
        "",
        "0 0 9 * *",
        "0 0 25 * * *",
        "daily at nine",
        "0 0 0 30 2 *",
    ] {
        assert!(Schedule::parse(text, Jakarta).is_err(), "{text}");
    }
}

/// A wall clock that can be set to anything; what counts upwards goes on.
#[derive(Clone)]
struct Wall(Arc<Mutex<Millis>>);

impl Clock for Wall {
    fn now(&self) -> Millis {
        *self.0.lock().unwrap()
    }
    fn mono(&self) -> Duration {
        SystemClock::new().mono()
    }
    fn sleep(&self, by: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        SystemClock::new().sleep(by)
    }
}

/// Sets the clock to each of these in turn and lets the job be looked after; for which times it ran.
async fn ran(clocks: &[&str]) -> Vec<String> {
    let schedule = Schedule::parse("0 0 9 * * *", Jakarta).unwrap();
    let mut all = Vec::new();
    for (mut desk, _, _fresh) in testing::both().await {
        let wall = Wall(Arc::new(Mutex::new(at(clocks[0]))));
        desk.clock = Arc::new(wall.clone());
        let runs = Mutex::new(Vec::new());
        let job = |due: Millis, _| {
            let shown = DateTime::from_timestamp_millis(due.0).unwrap();
            runs.lock()
                .unwrap()
                .push(shown.format("%d %H:%M").to_string());
            async { anyhow::Ok(()) }
        };
        for clock in clocks {
            *wall.0.lock().unwrap() = at(clock);
            for _ in 0..3 {
                round(&desk, "test", &schedule, &CancellationToken::new(), &job)
                    .await
                    .unwrap();
            }
        }
        all.push(runs.into_inner().unwrap());
    }
    assert_eq!(all[0], all[1], "both databases");
    all.swap_remove(0)
}

#[tokio::test]
async fn a_clock_that_jumps_neither_skips_a_job_nor_does_it_twice() {
    // 9.00 in Jakarta is 02.00 UTC.
    assert_eq!(
        ran(&["2026-11-23T00:00:00Z", "2026-11-23T01:59:59Z"]).await,
        Vec::<String>::new(),
        "not before its time, and nothing is made up for at the first start"
    );
    assert_eq!(
        ran(&[
            "2026-11-23T01:30:00Z",
            "2026-11-23T02:30:00Z",
            "2026-11-23T01:40:00Z",
            "2026-11-23T02:20:00Z"
        ])
        .await,
        ["23 02:00"],
        "an hour forward, over its time, and back again"
    );
    assert_eq!(
        ran(&[
            "2026-11-23T01:30:00Z",
            "2026-11-23T02:01:00Z",
            "2026-11-23T01:01:00Z",
            "2026-11-23T02:00:30Z",
            "2026-11-24T02:00:00Z"
        ])
        .await,
        ["23 02:00", "24 02:00"],
        "an hour back, after its time"
    );
    assert_eq!(
        ran(&[
            "2026-11-23T01:30:00Z",
            "2026-11-26T10:00:00Z",
            "2026-11-27T02:00:00Z"
        ])
        .await,
        ["23 02:00", "27 02:00"],
        "days in which nobody ran are made up for by one run"
    );
    assert_eq!(
        ran(&[
            "2027-11-23T01:30:00Z",
            "2026-11-23T01:30:00Z",
            "2026-11-23T02:00:00Z"
        ])
        .await,
        ["23 02:00"],
        "a clock that was a year ahead"
    );
}

#[tokio::test]
async fn a_job_that_fails_comes_again_and_one_that_ended_does_not() {
    let schedule = Schedule::parse("0 0 9 * * *", Jakarta).unwrap();
    for (desk, clock, _fresh) in testing::both().await {
        let runs = Mutex::new(0);
        let job = |_: Millis, _| {
            let mut runs = runs.lock().unwrap();
            *runs += 1;
            let fails = *runs == 1;
            async move {
                anyhow::ensure!(!fails, "a bad day");
                Ok(())
            }
        };
        let look = async |clock: &MovableClock, by| {
            clock.advance(by);
            round(&desk, "test", &schedule, &CancellationToken::new(), &job).await
        };
        look(&clock, Duration::ZERO).await.unwrap();
        assert!(look(&clock, Duration::from_hours(24)).await.is_err());
        look(&clock, Duration::from_mins(1)).await.unwrap();
        look(&clock, Duration::from_mins(1)).await.unwrap();
        assert_eq!(*runs.lock().unwrap(), 2);
    }
}

#[tokio::test]
async fn of_two_processes_one_runs_the_job() {
    let schedule = Schedule::parse("0 0 9 * * *", Jakarta).unwrap();
    for (desk, clock, _fresh) in testing::both().await {
        if !desk.db.is_shared() {
            continue;
        }
        let runs = Arc::new(Mutex::new(0));
        let stop = CancellationToken::new();
        let start = |owner: &'static str| {
            let (desk, schedule, runs, stop) = (
                desk.clone(),
                schedule.clone(),
                Arc::clone(&runs),
                stop.clone(),
            );
            tokio::spawn(async move {
                run(&desk, "test", &schedule, owner, &stop, |_, _| {
                    *runs.lock().unwrap() += 1;
                    async { anyhow::Ok(()) }
                })
                .await;
            })
        };
        let both = [start("a"), start("b")];
        testing::eventually("the job is looked after", || async {
            let mut tx = desk.db.read().await.unwrap();
            meta::get(&mut tx, &key("test")).await.unwrap().is_some()
        })
        .await;
        clock.advance(Duration::from_hours(24));
        testing::eventually("it ran", || async { *runs.lock().unwrap() > 0 }).await;
        for _ in 0..5 {
            clock.advance(Duration::from_secs(20));
            tokio::task::yield_now().await;
        }
        stop.cancel();
        for one in both {
            one.await.unwrap();
        }
        assert_eq!(*runs.lock().unwrap(), 1);
    }
}
