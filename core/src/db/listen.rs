//! Hearing that another connection wrote: NOTIFY on PostgreSQL, `data_version` on SQLite.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};

use super::{Db, Error, Result};

/// The one channel of PostgreSQL that all processes of a desk listen on. It carries no payload: who wakes looks for himself.
const CHANNEL: &str = "sapa";

/// Waits for writes by others: by other processes on PostgreSQL, by short commands beside `serve` on SQLite.
pub enum Listener {
    /// Looks at SQLite's `data_version` five times a second: it changes when another connection commits.
    Sqlite {
        /// Asked on the connection that writes: `data_version` speaks of changes by *other* connections, and ours are no news.
        db: Db,
        /// What it was last.
        seen: i64,
    },
    /// Listens, and looks once a second all the same.
    Postgres(Box<PgListener>),
}

impl Listener {
    /// Begins to listen.
    pub async fn start(db: &Db) -> Result<Self> {
        match db {
            Db::Sqlite { .. } => Ok(Self::Sqlite {
                db: db.clone(),
                seen: -1,
            }),
            Db::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen(CHANNEL).await?;
                Ok(Self::Postgres(Box::new(listener)))
            }
        }
    }

    /// Returns when something may have been written. Spurious returns are harmless.
    pub async fn heard(&mut self, clock: &dyn crate::clock::Clock) -> Result<()> {
        match self {
            Self::Sqlite { db, seen } => loop {
                clock.sleep(Duration::from_millis(200)).await;
                let now = data_version(db).await?;
                if std::mem::replace(seen, now) != now {
                    return Ok(());
                }
            },
            Self::Postgres(listener) => {
                tokio::select! {
                    heard = listener.recv() => heard.map(drop),
                    () = clock.sleep(Duration::from_secs(1)) => Ok(()),
                }
            }
        }
    }
}

async fn data_version(db: &Db) -> Result<i64> {
    let Db::Sqlite { write, .. } = db else {
        return Ok(0);
    };
    let mut write = write.lock().await;
    let write = write.as_mut().ok_or(Error::PoolClosed)?;
    sqlx::query_scalar("pragma data_version")
        .fetch_one(write)
        .await
}

/// Tells the other processes that something was written. Called after a commit, never inside: there it cost two thirds of the throughput.
pub(crate) async fn notify(pool: &PgPool) -> Result<()> {
    sqlx::query("select pg_notify($1, '')")
        .bind(CHANNEL)
        .execute(pool)
        .await
        .map(drop)
}
