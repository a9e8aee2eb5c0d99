//! One SQL text, two typed databases.
//!
//! [`Db`] is SQLite or PostgreSQL; [`Tx`] is a transaction on either, and `run!` executes the same statement on whichever it is,
//! natively typed. What really differs between the two stands in [`dialect`], and nowhere else.

use std::{path::PathBuf, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection, PgPool, SqliteConnection, SqlitePool,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use tokio::sync::Mutex;

mod checkpoint;
pub mod dialect;
mod errors;
mod listen;
mod turns;
mod tx;

pub use errors::{
    blames_the_row, is_out_of_order, is_retryable, is_unique_violation, may_be_replayed,
};
pub use listen::Listener;
pub(crate) use listen::notify;
pub use sqlx::{Error, FromRow, Result, Type};
pub use turns::{Knock, Turns};
pub use tx::{PostgresTx, SqliteTx, Tx, WayIn, Writer, Writing};

/// After so long without use a connection to a server may be gone.
const STALE: Duration = Duration::from_secs(2);

/// Why the schema is not up to date.
#[derive(Debug, thiserror::Error)]
pub enum Unmigrated {
    /// Somebody else has been here.
    #[error(
        "a newer version of Sapa has been at work on this database (it has migration {0}, which this one does not know): run that version, or go back to a backup from before it"
    )]
    Newer(i64),
    /// A migration did not go through; it is begun again at the next start.
    #[error(transparent)]
    Failed(MigrateError),
}

/// The database of a desk.
#[derive(Clone)]
pub enum Db {
    /// Inside this process.
    Sqlite {
        /// Four connections that refuse to write.
        read: SqlitePool,
        /// The one connection that writes.
        write: Writer,
        /// Who writes next.
        turns: Arc<Turns>,
    },
    /// A server, shared by any number of processes.
    Postgres(PgPool),
}

/// Runs the same expression on whichever connection the transaction holds; both arms are typed natively.
macro_rules! run {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// Named statements, and `ALL` of them for the test that prepares each on both databases.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        /// Every statement of this store with its name.
        #[cfg(test)]
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

pub(crate) use {run, statements};

impl Db {
    /// Opens the database behind `url` (`sqlite://path` or `postgres://…`). A missing SQLite file is made.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options: PgConnectOptions = url.parse()?;
            // Nothing but SQL is awaited within a transaction: one that rests has lost its process, or that process is stopped. The
            // server ends it, so that others do not wait for its locks.
            let options = options.options([("idle_in_transaction_session_timeout", "5s")]);
            let pool = PgPoolOptions::new()
                .max_connections(16)
                // As long as a webhook waits. A new try to connect also begins with short pauses again.
                .acquire_timeout(Duration::from_secs(2))
                // A connection that was used a moment ago is not asked whether it is still there: that would be a way there and back
                // for each transaction.
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        if meta.idle_for > STALE {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                });
            return Ok(Self::Postgres(pool.connect_with(options).await?));
        }
        let file: SqliteConnectOptions = url.parse()?;
        let file = file
            .create_if_missing(true)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted or written over is overwritten within its page: who was erased is not to be read out of the file.
            .pragma("secure_delete", "fast")
            .statement_cache_capacity(512)
            // Only short commands run beside `serve` on the same file: wait for them, they are quick.
            .busy_timeout(Duration::from_secs(5))
            .disable_statement_logging();
        // Keys that come in no order touch pages all over the indexes: what is written again soon is better kept (KiB).
        let writer = file.clone().pragma("cache_size", "-16000");
        let write = SqliteConnection::connect_with(&writer).await?;
        let four = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            // A file does not go away as a server does: asking first would double the way to its thread.
            .test_before_acquire(false);
        let read = four.connect_with(file.pragma("query_only", "on")).await?;
        Ok(Self::Sqlite {
            read,
            write: Arc::new(Mutex::new(Some(write))),
            turns: Arc::default(),
        })
    }

    /// The file behind an SQLite `url`, `None` for a PostgreSQL one; an error when the `url` is neither.
    pub fn file(url: &str) -> Result<Option<PathBuf>> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return url.parse::<PgConnectOptions>().map(|_| None);
        }
        let file: SqliteConnectOptions = url.parse()?;
        Ok(Some(file.get_filename().to_owned()))
    }

    /// Brings the schema up to date. A newer version's database is not touched.
    pub async fn migrate(&self) -> Result<(), Unmigrated> {
        let migrated = match self {
            Self::Sqlite { write, .. } => {
                let mut write = write.lock().await;
                match write.as_mut() {
                    Some(write) => {
                        let all = sqlx::migrate!("../migrations/sqlite");
                        all.run_direct(None, write, false).await
                    }
                    None => Err(Error::PoolClosed.into()),
                }
            }
            Self::Postgres(pool) => sqlx::migrate!("../migrations/postgres").run(pool).await,
        };
        migrated.map_err(|error| match error {
            MigrateError::VersionMissing(number) => Unmigrated::Newer(number),
            other => Unmigrated::Failed(other),
        })
    }

    /// A transaction that only reads. It never waits for a writer on SQLite.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(SqliteTx::Reads(read.begin().await?)),
            Self::Postgres(pool) => Tx::Postgres(PostgresTx::Begun(pool.begin().await?)),
        })
    }

    /// For a statement or two that only read and need not see the same moment: without the way there and back for a beginning and an end.
    pub async fn glance(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(SqliteTx::Glances(read.acquire().await?)),
            Self::Postgres(pool) => Tx::Postgres(PostgresTx::Glances(pool.acquire().await?)),
        })
    }

    /// A transaction that writes. Await nothing but SQL while it is open: on SQLite everybody else waits for it.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, turns, .. } => {
                let _turn = turns.one_of_us().await;
                Tx::Sqlite(SqliteTx::Writes(Writing::begin(write).await?))
            }
            Self::Postgres(pool) => Tx::Postgres(PostgresTx::Begun(pool.begin().await?)),
        })
    }

    /// Waits until what comes in may be written. Whoever asks takes the rest of what waits along once it may: it gets every second turn.
    pub async fn way_in(&self) -> WayIn {
        match self {
            Self::Sqlite { write, .. } => WayIn::Sqlite(Arc::clone(write).lock_owned().await),
            Self::Postgres(pool) => WayIn::Postgres(pool.clone()),
        }
    }

    /// One request more waits for its commit, until what this returns is dropped.
    pub fn knock(&self) -> Option<Knock> {
        match self {
            Self::Sqlite { turns, .. } => Some(turns.knock()),
            Self::Postgres(_) => None,
        }
    }

    /// Whether so many wait at the way in that whoever writes had better be short.
    pub fn is_pressed(&self) -> bool {
        matches!(self, Self::Sqlite { turns, .. } if turns.is_pressed())
    }

    /// Whether several processes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Tells running desks on a shared database that something was written. (On SQLite they see it by themselves.)
    pub async fn tell_others(&self) -> Result<()> {
        match self {
            Self::Sqlite { .. } => Ok(()),
            Self::Postgres(pool) => notify(pool).await,
        }
    }

    /// Makes this process's writing fit for millions of rows, until it ends: with SQLite's usual 2 MB of cache and a checkpoint every
    /// 1,000 pages, pages of large indexes are read and written over and over.
    pub async fn expect_masses(&self) -> Result<()> {
        let Self::Sqlite { write, .. } = self else {
            return Ok(());
        };
        let more = "pragma cache_size = -524288; pragma wal_autocheckpoint = 65536";
        let mut write = write.lock().await;
        let write = write.as_mut().ok_or(Error::PoolClosed)?;
        sqlx::raw_sql(more).execute(write).await.map(drop)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        match self {
            Self::Sqlite { read, .. } => read.acquire().await?.ping().await,
            Self::Postgres(pool) => pool.acquire().await?.ping().await,
        }
    }

    /// Waits for what is running and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                if let Some(write) = write.lock().await.take() {
                    // Whatever goes wrong now, everything that was committed is durable.
                    let _ = write.close().await;
                }
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Makes an empty database on a PostgreSQL server and tells its URL: every test has one of its own. `name` holds letters, digits and `_`.
///
/// # Errors
/// When the server does not answer or refuses; a `name` with other characters is refused here.
pub async fn create_database(server: &str, name: &str) -> Result<String> {
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(Error::Configuration(
            format!("`{name}` is no name for a database").into(),
        ));
    }
    let admin = PgPool::connect(server).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&admin)
        .await?;
    admin.close().await;
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    Ok(format!("{base}/{name}"))
}

/// A desk's database without a desk, for tests of stores: a fresh one on each of the two kinds.
#[cfg(test)]
pub mod testing;

/// Prepares every statement of every store on both databases.
#[cfg(test)]
mod prepared;

/// Both schemas are the same.
#[cfg(test)]
mod parity;
