//! What an error of the database means for the work that met it.

use super::Error;

/// Whether the whole transaction may simply be tried again: a serialisation failure or a deadlock (PostgreSQL 40001, 40P01).
pub fn is_retryable(error: &Error) -> bool {
    matches!(error, Error::Database(e) if matches!(e.code().as_deref(), Some("40001" | "40P01")))
}

/// The same for work whose keys make it harmless twice: also when the connection was lost, and with it the word whether a commit took place.
pub fn may_be_replayed(error: &Error) -> bool {
    match error {
        Error::Io(_) => true,
        // PostgreSQL: at rest for too long, ended by the administrator, by a crash, on its way up or down.
        Error::Database(e) => {
            let lost = ["25P03", "57P01", "57P02", "57P03"];
            is_retryable(error) || e.code().is_some_and(|code| lost.contains(&code.as_ref()))
        }
        _ => false,
    }
}

/// Whether the database itself is out of order (its disk fails or is full, it is busy, away or being started), so that the same work will
/// succeed when it is well again, and nobody's row is to blame.
pub fn is_out_of_order(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        Error::Database(e) => e.code().is_some_and(|code| {
            match e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                // PostgreSQL: connection, resources, an administrator's hand (not a statement that was cancelled), system.
                Some(_) => ["08", "53", "57P", "58"]
                    .iter()
                    .any(|class| code.starts_with(class)),
                // SQLite: busy, locked, out of memory, read-only, I/O, malformed (which a failed read is called, too), full, cannot be opened,
                // locking.
                None => matches!(kind(&code), 5..=8 | 10 | 11 | 13..=15),
            }
        }),
        _ => false,
    }
}

/// Whether a unique key refused the row.
pub fn is_unique_violation(error: &Error) -> bool {
    matches!(error, Error::Database(e) if e.is_unique_violation())
}

/// Whether the row itself is to blame, and not the database's state: it would be refused again however often it is tried.
pub fn blames_the_row(error: &Error) -> bool {
    match error {
        Error::Encode(_) | Error::ColumnDecode { .. } => true,
        // PostgreSQL: data exceptions, integrity constraints, program limits. SQLite: constraint, too big, mismatch, and malformed JSON (1).
        Error::Database(e) => e.code().is_some_and(|code| {
            match e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                Some(_) => ["22", "23", "54"]
                    .iter()
                    .any(|class| code.starts_with(class)),
                None => matches!(kind(&code), 1 | 18..=20),
            }
        }),
        _ => false,
    }
}

/// `SQLite`'s primary result code: an extended one carries it in its lower byte. 0 is no error's.
fn kind(code: &str) -> u32 {
    code.parse::<u32>().unwrap_or_default() & 0xff
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};

    use super::*;

    async fn sqlite(statements: &'static [&'static str]) -> Error {
        let mut one = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        for statement in statements {
            if let Err(error) = one.execute(*statement).await {
                return error;
            }
        }
        panic!("{statements:?} were carried out");
    }

    #[tokio::test]
    async fn sqlites_errors_blame_whom_they_mean() {
        let full = sqlite(&[
            "create table t (a blob) strict",
            "pragma max_page_count = 2",
            "insert into t values (zeroblob(100000))",
        ]);
        let read_only = sqlite(&["pragma query_only = on", "create table t (a)"]);
        for error in [full.await, read_only.await] {
            assert!(
                is_out_of_order(&error) && !blames_the_row(&error),
                "{error}"
            );
        }
        let taken = sqlite(&["create table t (a unique)", "insert into t values (1), (1)"]);
        let wrong = sqlite(&["select json_extract('{', '$.a')"]);
        for error in [taken.await, wrong.await] {
            assert!(
                blames_the_row(&error) && !is_out_of_order(&error),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn postgres_errors_blame_whom_they_mean() {
        let server = std::env::var("SAPA_TEST_POSTGRES").expect("scripts/test starts a server");
        let mut one = PgConnection::connect(&server).await.unwrap();
        for (code, (out_of_order, row)) in [
            ("53100", (true, false)),  // disk full
            ("58030", (true, false)),  // I/O error
            ("57P03", (true, false)),  // on its way up
            ("57014", (false, false)), // it took too long
            ("40001", (false, false)), // another one came first
            ("23505", (false, true)),  // taken
        ] {
            let statement = format!("do $$ begin raise exception using errcode = '{code}'; end $$");
            let error = one
                .execute(sqlx::AssertSqlSafe(statement))
                .await
                .unwrap_err();
            let found = (is_out_of_order(&error), blames_the_row(&error));
            assert_eq!(found, (out_of_order, row), "{code}: {error}");
        }
    }
}
