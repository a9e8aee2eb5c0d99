//! Transactions on either database, and the one connection that writes to SQLite.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx::{
    PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection,
    query,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Error, Result};

/// A transaction on either database. Dropped without [`Tx::commit`] it rolls back.
pub enum Tx {
    /// On SQLite; a writing one keeps everybody else from writing until it ends.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

/// What a transaction on SQLite holds.
pub enum SqliteTx {
    /// The connection that writes.
    Writes(Writing),
    /// A connection that reads, all from one moment.
    Reads(Transaction<'static, Sqlite>),
    /// A connection that reads; each statement sees its own moment.
    Glances(PoolConnection<Sqlite>),
}

/// What a transaction on PostgreSQL holds.
pub enum PostgresTx {
    /// A transaction of its own.
    Begun(Transaction<'static, Postgres>),
    /// A connection; each statement is a transaction of its own.
    Glances(PoolConnection<Postgres>),
}

/// The one connection that writes to SQLite, behind a fair lock: first come, first served (but see [`super::Turns`]). With pooled writers and a busy time-out the
/// acknowledgement of webhooks starves. Empty once the database was closed.
pub type Writer = Arc<Mutex<Option<SqliteConnection>>>;

/// The turn of what comes in.
pub enum WayIn {
    /// The connection that writes; nobody else does until this is dropped.
    Sqlite(OwnedMutexGuard<Option<SqliteConnection>>),
    /// A server lets everybody in at once.
    Postgres(PgPool),
}

/// The writing connection in a transaction.
pub struct Writing {
    /// `None` once the transaction has ended.
    connection: Option<OwnedMutexGuard<Option<SqliteConnection>>>,
}

impl Writing {
    pub(super) async fn begin(writer: &Writer) -> Result<Self> {
        let connection = Arc::clone(writer).lock_owned().await;
        if connection.is_none() {
            return Err(Error::PoolClosed);
        }
        let mut begun = Self {
            connection: Some(connection),
        };
        // IMMEDIATE: take SQLite's one write lock now, not in the middle of the transaction.
        query("begin immediate").execute(&mut *begun).await?;
        Ok(begun)
    }

    async fn end(mut self, how: &'static str) -> Result<()> {
        query(how).execute(&mut *self).await?;
        self.connection = None;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        let connection = self.connection.as_deref().and_then(Option::as_ref);
        connection.expect("there from the beginning to the end")
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        let connection = self.connection.as_deref_mut().and_then(Option::as_mut);
        connection.expect("there from the beginning to the end")
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Some(mut left) = self.connection.take() else {
            return;
        };
        // Whoever writes next waits until what was left is undone. Without a runtime the process ends, and that undoes it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Some(connection) = left.as_mut() {
                    // It fails when there was nothing to undo.
                    let _ = query("rollback").execute(connection).await;
                }
            });
        }
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Writes(tx) => tx,
            Self::Reads(tx) => tx,
            Self::Glances(connection) => connection,
        }
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writes(tx) => tx,
            Self::Reads(tx) => tx,
            Self::Glances(connection) => connection,
        }
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self {
            Self::Begun(tx) => tx,
            Self::Glances(connection) => connection,
        }
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Begun(tx) => tx,
            Self::Glances(connection) => connection,
        }
    }
}

impl Tx {
    /// Makes everything since the beginning durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(SqliteTx::Writes(tx)) => tx.end("commit").await,
            Self::Sqlite(SqliteTx::Reads(tx)) => tx.commit().await,
            Self::Postgres(PostgresTx::Begun(tx)) => tx.commit().await,
            Self::Sqlite(SqliteTx::Glances(_)) | Self::Postgres(PostgresTx::Glances(_)) => Ok(()),
        }
    }

    /// Undoes everything since the beginning.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(SqliteTx::Writes(tx)) => tx.end("rollback").await,
            Self::Sqlite(SqliteTx::Reads(tx)) => tx.rollback().await,
            Self::Postgres(PostgresTx::Begun(tx)) => tx.rollback().await,
            Self::Sqlite(SqliteTx::Glances(_)) | Self::Postgres(PostgresTx::Glances(_)) => Ok(()),
        }
    }

    /// Whether this is PostgreSQL, for the few statements of `dialect` that come in two texts.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}
