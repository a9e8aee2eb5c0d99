//! What has been dealt with long ago goes: events of the inbox, rows of the outbox with their posts, logins that are over. What is open, or dead and waits
//! for a person, stays; so do customers, tickets, conversations and messages.
//!
//! Deleted is in small transactions with room between them, so that nobody waits for more than one of them.

use std::time::Duration;

use chrono_tz::Tz;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Millis,
    db::{self, Tx, dialect},
    desk::Desk,
    schedule::{self, Schedule},
};

pub(crate) mod store;
#[cfg(test)]
mod tests;

/// As many rows as go in one transaction.
const BATCH: i64 = 200;
/// As many of an SQLite file's free pages as are given back at once.
const PAGES: i64 = 64;
/// Free pages that the file keeps: tomorrow's rows need them.
const SPARE: i64 = 1_024;
/// Room for everybody else, between two transactions.
const BREATH: Duration = Duration::from_millis(20);

/// How long what has been dealt with is kept; `None` for ever.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Events. Longer than the platforms repeat theirs (Meta: seven days), or a repetition would be taken for something new.
    pub events: Option<Duration>,
    /// What was sent, with the way back from a reply to what it answers, and with its part of the trace.
    pub deliveries: Option<Duration>,
    /// When it is looked what may go.
    pub schedule: Schedule,
}

impl Retention {
    /// Meta repeats an event for seven days (Meta: create-webhook-endpoint); a day more for clocks.
    pub const LEAST_EVENTS: Duration = Duration::from_hours(8 * 24);
    /// What is kept of events unless somebody says otherwise.
    pub const EVENTS: Duration = Duration::from_hours(30 * 24);
    /// What is kept of deliveries unless somebody says otherwise.
    pub const DELIVERIES: Duration = Duration::from_hours(90 * 24);
    /// How long logins that are over are kept: as long as the address that somebody was logged in from is known as theirs.
    pub const LOGINS: Duration = Duration::from_hours(30 * 24);
    /// When, unless somebody says otherwise: at night.
    pub const SCHEDULE: &'static str = "0 30 3 * * *";

    /// What holds unless somebody says otherwise.
    ///
    /// # Panics
    /// When our own schedule is none.
    pub fn usual(zone: Tz) -> Self {
        Self {
            events: Some(Self::EVENTS),
            deliveries: Some(Self::DELIVERIES),
            schedule: Schedule::parse(Self::SCHEDULE, zone).expect("our own schedule is one"),
        }
    }
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Events.
    pub events: u64,
    /// Outbox rows.
    pub deliveries: u64,
    /// Sessions of customers and staff, and links to the super-admin door.
    pub logins: u64,
}

/// Lets things go by the schedule, in one process at a time, until `stop`.
pub async fn run(desk: Desk, retention: Retention, owner: String, stop: CancellationToken) {
    let job = |_, term| {
        let (desk, retention) = (&desk, &retention);
        async move {
            let gone = age(desk, retention, &term).await?;
            tracing::info!(
                events = gone.events,
                deliveries = gone.deliveries,
                logins = gone.logins,
                "what was dealt with long ago is gone"
            );
            Ok(())
        }
    };
    schedule::run(&desk, "retention", &retention.schedule, &owner, &stop, job).await;
}

/// Lets go of everything that is old enough now.
pub async fn age(desk: &Desk, retention: &Retention, stop: &CancellationToken) -> db::Result<Gone> {
    let now = desk.clock.now();
    let mut gone = Gone::default();
    if let Some(kept) = retention.events {
        gone.events = walk(desk, now.minus(kept), stop, store::delete_events).await?;
    }
    if let Some(kept) = retention.deliveries {
        gone.deliveries = walk(desk, now.minus(kept), stop, store::delete_deliveries).await?;
    }
    let over = now.minus(Retention::LOGINS);
    gone.logins = walk(desk, over, stop, store::delete_portal_sessions).await?
        + walk(desk, over, stop, store::delete_staff_sessions).await?
        + walk(desk, over, stop, store::delete_links).await?;
    if gone != Gone::default() {
        shrink(desk, stop).await?;
    }
    metrics::counter!("sapa_retention_deleted_total", "table" => "inbox").increment(gone.events);
    metrics::counter!("sapa_retention_deleted_total", "table" => "outbox")
        .increment(gone.deliveries);
    metrics::counter!("sapa_retention_deleted_total", "table" => "logins").increment(gone.logins);
    Ok(gone)
}

/// Walks from the oldest row to `before`, a batch at a time.
async fn walk(
    desk: &Desk,
    before: Millis,
    stop: &CancellationToken,
    delete: impl AsyncFn(&mut Tx, Millis, Millis, i64) -> db::Result<Vec<Millis>>,
) -> db::Result<u64> {
    let (mut from, mut gone) = (Millis(i64::MIN), 0);
    while !stop.is_cancelled() {
        let mut tx = desk.db.write().await?;
        let deleted = delete(&mut tx, from, before, BATCH).await?;
        tx.commit().await?;
        let count = deleted.len();
        gone += u64::try_from(count).unwrap_or(u64::MAX);
        // What stands before the last one that went stays: it is not looked at again.
        from = deleted.into_iter().max().unwrap_or(from);
        if i64::try_from(count).is_ok_and(|count| count < BATCH) {
            break;
        }
        desk.clock.sleep(BREATH).await;
    }
    Ok(gone)
}

/// Gives an SQLite file's free pages back to the disk, a few at a time.
async fn shrink(desk: &Desk, stop: &CancellationToken) -> db::Result<()> {
    while !stop.is_cancelled() {
        let mut tx = desk.db.write().await?;
        let free = dialect::free_pages(&mut tx).await?;
        if free <= SPARE {
            return tx.rollback().await;
        }
        dialect::give_pages_back(&mut tx, PAGES.min(free - SPARE)).await?;
        tx.commit().await?;
        desk.clock.sleep(BREATH).await;
    }
    Ok(())
}
