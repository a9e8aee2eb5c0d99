//! SQL of forgetting what was sealed.

use super::{Millis, Tx, db, run, statements};

statements! {
    ERASE = "update outbox set content = '{\"kind\":\"erased\"}', kind = 'erased' where id = $1 and kind = 'sealed'";
    ERASE_ALL = "update outbox set content = '{\"kind\":\"erased\"}', kind = 'erased'
        where kind = 'sealed' and (created_at < $1 or state in ('sent', 'delivered', 'read', 'failed', 'cancelled'))";
}

/// Forgets what a row said, if it was a secret.
pub async fn erase(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(ERASE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

pub(in crate::outbox) async fn erase_all(tx: &mut Tx, before: Millis) -> db::Result<u64> {
    run!(tx, |c| sqlx::query(ERASE_ALL)
        .bind(before)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}
