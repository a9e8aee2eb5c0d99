//! SQL of leases. Their end is by the database's clock.

use crate::{
    clock::Millis,
    db::{self, Tx, dialect, run, statements},
};

statements! {
    TAKE = "insert into leases (name, owner, epoch, expires_at) values ($1, $2, 1, $3)
        on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at,
            epoch = case when leases.owner = excluded.owner and leases.expires_at >= $4 then leases.epoch else leases.epoch + 1 end
        where leases.owner = excluded.owner or leases.expires_at < $4 or $5
        returning epoch";
    DEAD_PROCESSES = "select owner from leases where name = 'process:' || owner and expires_at < $1";
    BURY = "delete from leases where name = $1";
    GIVE_BACK = "update leases set expires_at = 0 where name = $1 and owner = $2";
}

/// Takes or renews a lease. `seize` takes it whoever has it (SQLite: another boot's lease is void). `None`: somebody else has it.
pub async fn take(
    tx: &mut Tx,
    name: &str,
    owner: &str,
    millis: i64,
    seize: bool,
) -> db::Result<Option<i64>> {
    let now = dialect::now(tx).await?;
    let until = Millis(now.0 + millis);
    run!(tx, |c| sqlx::query_scalar(TAKE)
        .bind(name)
        .bind(owner)
        .bind(until)
        .bind(now)
        .bind(seize)
        .fetch_optional(c)
        .await)
}

/// Ends a lease early, so that another process need not wait for its end.
pub async fn give_back(tx: &mut Tx, name: &str, owner: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(GIVE_BACK)
        .bind(name)
        .bind(owner)
        .execute(c)
        .await
        .map(drop))
}

/// The name of a process's own lease.
pub fn process(owner: &str) -> String {
    format!("process:{owner}")
}

/// Processes that have given no sign of life for as long as their lease.
pub async fn dead_processes(tx: &mut Tx) -> db::Result<Vec<String>> {
    let now = dialect::now(tx).await?;
    run!(tx, |c| sqlx::query_scalar(DEAD_PROCESSES)
        .bind(now)
        .fetch_all(c)
        .await)
}

/// Forgets a process once it owns no lane any more.
pub async fn bury(tx: &mut Tx, owner: &str) -> db::Result<()> {
    if dialect::owns_lanes(tx, owner).await? {
        return Ok(());
    }
    let name = process(owner);
    run!(tx, |c| sqlx::query(BURY)
        .bind(name)
        .execute(c)
        .await
        .map(drop))
}
