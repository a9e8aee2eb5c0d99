//! Jobs by the clock: when a cron expression falls due in the desk's zone, and running what it is for, once each time.
//!
//! What is remembered is the wall-clock instant up to which a job has been seen to. So a restart, a clock that jumps and a change to or
//! from summer time neither skip a time nor do it twice; times that were missed while nobody ran are made up for by one run.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use tokio_util::sync::CancellationToken;

use crate::{clock::Millis, db, desk::Desk, leases, meta};

#[cfg(test)]
mod tests;

/// How often the wall clock is looked at: it may have been set meanwhile.
const LOOK: Duration = Duration::from_secs(15);
/// How long before a job that failed is tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// Further ahead than this nobody's clock is by accident of a zone or a time server: what was remembered then is not believed.
const BELIEVED: Duration = Duration::from_hours(48);
/// No change of a zone's offset is larger.
const WIDEST_CHANGE: TimeDelta = TimeDelta::hours(3);
/// As many minutes as a zone may leave out.
const WIDEST_GAP: i64 = 26 * 60;

/// A cron expression (second, minute, hour, day, month, weekday) in a zone.
#[derive(Clone, Debug)]
pub struct Schedule {
    times: cron::Schedule,
    zone: Tz,
}

/// The expression is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSchedule(String);

impl Schedule {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it is none, or never comes.
    pub fn parse(expression: &str, zone: Tz) -> Result<Self, NoSchedule> {
        let times: cron::Schedule = expression
            .trim()
            .parse()
            .map_err(|error: cron::error::Error| NoSchedule(error.to_string()))?;
        if times.after(&DateTime::UNIX_EPOCH).next().is_none() {
            return Err(NoSchedule("it never comes".into()));
        }
        Ok(Self { times, zone })
    }

    /// The first time after an instant. Every time that the clock on the wall shows comes once: one that is left out in spring comes when
    /// the clock goes on, one that is shown twice in autumn comes the first time.
    pub fn next_after(&self, instant: Millis) -> Option<Millis> {
        let instant = DateTime::from_timestamp_millis(instant.0)?;
        let shown = self.zone.from_utc_datetime(&instant.naive_utc());
        // The expression is read on the wall, where days have no gaps: the crate itself would leave a time out in spring.
        let from = (shown.naive_local() - WIDEST_CHANGE).and_utc();
        self.times
            .after(&from)
            .filter_map(|wall| self.instant(wall.naive_utc()))
            .find(|at| *at > instant)
            .map(|at| Millis(at.timestamp_millis()))
    }

    /// When the wall shows this, or first shows something later.
    fn instant(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let known = |wall: NaiveDateTime| self.zone.from_local_datetime(&wall).earliest();
        if let Some(at) = known(wall) {
            return Some(at.to_utc());
        }
        let minute = wall - TimeDelta::seconds(wall.and_utc().timestamp().rem_euclid(60));
        (1..=WIDEST_GAP)
            .find_map(|minutes| known(minute + TimeDelta::minutes(minutes)))
            .map(|at| at.to_utc())
    }
}

/// Runs a job whenever it is due, in one process at a time, until `stop`. The job gets the time that it is for: what it makes derives its
/// ids from that, so that a job that was interrupted and runs again makes the same. One that fails is tried again.
pub async fn run<F>(
    desk: &Desk,
    name: &str,
    schedule: &Schedule,
    owner: &str,
    stop: &CancellationToken,
    job: impl Fn(Millis, CancellationToken) -> F,
) where
    F: Future<Output = anyhow::Result<()>>,
{
    let lease = format!("schedule:{name}");
    leases::hold(desk, &lease, owner, stop, |_, term| {
        let job = &job;
        async move {
            while !term.is_cancelled() {
                let wait = match round(desk, name, schedule, &term, job).await {
                    Ok(wait) => wait,
                    Err(error) => {
                        tracing::error!(job = name, %error, "a job failed; it is tried again");
                        AGAIN
                    }
                };
                tokio::select! {
                    () = term.cancelled() => {}
                    () = desk.clock.sleep(wait) => {}
                }
            }
        }
    })
    .await;
}

/// Looks whether the job is due, and runs it. How long until it is worth while to look again.
async fn round<F>(
    desk: &Desk,
    name: &str,
    schedule: &Schedule,
    stop: &CancellationToken,
    job: &impl Fn(Millis, CancellationToken) -> F,
) -> anyhow::Result<Duration>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let now = desk.clock.now();
    let Some(seen) = seen(desk, name, now).await? else {
        // The first time ever: nothing was missed.
        remember(desk, name, now).await?;
        return Ok(Duration::ZERO);
    };
    let Some(due) = schedule.next_after(seen) else {
        return Ok(LOOK);
    };
    if due > now {
        return Ok(due.since(now).min(LOOK));
    }
    tracing::info!(job = name, due = due.0, "a job begins");
    job(due, stop.clone()).await?;
    if stop.is_cancelled() {
        // Perhaps not to its end: whoever comes next does it again.
        return Ok(Duration::ZERO);
    }
    remember(desk, name, now).await?;
    Ok(Duration::ZERO)
}

fn key(name: &str) -> String {
    format!("schedule.{name}")
}

/// Up to when a job has been seen to.
async fn seen(desk: &Desk, name: &str, now: Millis) -> db::Result<Option<Millis>> {
    let mut tx = desk.db.read().await?;
    let seen = meta::get(&mut tx, &key(name)).await?;
    tx.rollback().await?;
    let seen = seen.and_then(|seen| seen.parse().ok()).map(Millis);
    Ok(seen.filter(|seen| *seen <= now.plus(BELIEVED)))
}

async fn remember(desk: &Desk, name: &str, until: Millis) -> db::Result<()> {
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    meta::set(&mut act, &key(name), &until.0.to_string()).await?;
    drop(act);
    tx.commit().await
}
