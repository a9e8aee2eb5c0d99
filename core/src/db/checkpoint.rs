//! Carries SQLite's write-ahead log into the database file beside the writers, not in the middle of their commits.
//!
//! Left to itself SQLite does that inside whichever commit makes the log long enough, and everybody who waits for a commit waits for it.

use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use tokio_util::sync::CancellationToken;

use super::{Db, Result, dialect};
use crate::clock::Clock;

/// How often the log is carried over.
const OFTEN: Duration = Duration::from_millis(250);
/// From so many pages on (4 KiB each) the rest is carried over while nobody writes, so that the log begins anew and its file grows no further.
const LONG: i64 = 8_000;
/// How often what was written meanwhile is carried over beside the writers before that.
const MEANWHILE: usize = 2;

/// As many free pages as are given back in one transaction.
const PAGES: i64 = 64;
/// How often an end of the log is waited for, and how long each time.
const TRIES: usize = 5;
/// See [`TRIES`].
const WAIT: Duration = Duration::from_secs(1);

/// What a checkpoint tells: whether it was kept from finishing, the log's length in pages, and how many of them are carried over.
type Told = (i64, i64, i64);

impl Db {
    /// Keeps the log short until `stop`. On PostgreSQL there is nothing to do.
    pub async fn keep_log_short(&self, clock: &dyn Clock, stop: &CancellationToken) -> Result<()> {
        let Self::Sqlite { read, write, .. } = self else {
            return Ok(());
        };
        let mut own = SqliteConnection::connect_with(&read.connect_options()).await?;
        if let Some(write) = write.lock().await.as_mut() {
            let by_hand = sqlx::query("pragma wal_autocheckpoint = 0");
            by_hand.execute(write).await?;
        }
        loop {
            tokio::select! {
                () = clock.sleep(OFTEN) => {}
                () = stop.cancelled() => return own.close().await,
            }
            let (_, length, _) = carry(&mut own).await?;
            if length <= LONG {
                continue;
            }
            // What was written meanwhile, and meanwhile again: the less is left, the shorter is the wait of those who write.
            for _ in 0..MEANWHILE {
                carry(&mut own).await?;
            }
            if let Some(write) = write.lock().await.as_mut() {
                carry(write).await?;
            }
        }
    }

    /// Leaves nothing in SQLite's files of what was deleted: its free pages go back to the disk, and its log begins anew. False: the log
    /// could not be ended for now; it still holds what was. (PostgreSQL looks after its files by itself, when it vacuums.)
    pub async fn leave_no_traces(&self) -> Result<bool> {
        let Self::Sqlite { read, .. } = self else {
            return Ok(true);
        };
        loop {
            let mut tx = self.write().await?;
            if dialect::free_pages(&mut tx).await? == 0 {
                tx.rollback().await?;
                break;
            }
            dialect::give_pages_back(&mut tx, PAGES).await?;
            tx.commit().await?;
        }
        let patient = read.connect_options().as_ref().clone().busy_timeout(WAIT);
        let mut own = SqliteConnection::connect_with(&patient).await?;
        let mut ended = false;
        for _ in 0..TRIES {
            let truncate = sqlx::query_as("pragma wal_checkpoint(truncate)");
            let (busy, _, _): Told = truncate.fetch_one(&mut own).await?;
            ended = busy == 0;
            if ended {
                break;
            }
        }
        own.close().await?;
        Ok(ended)
    }
}

async fn carry(connection: &mut SqliteConnection) -> Result<Told> {
    sqlx::query_as("pragma wal_checkpoint(passive)")
        .fetch_one(connection)
        .await
}
