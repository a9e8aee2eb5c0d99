//! SQL of dead events.

use super::Dead;
use crate::db::{self, Tx, run, statements};

statements! {
    BEFORE = "select seq, channel, external_id, received_at, attempts, error from inbox where state = 'dead' and seq < $2
        order by seq desc limit $1";
    COUNT = "select count(*) from inbox where state = 'dead' and seq < $1";
    RETRY = "update inbox set state = 'pending', attempts = 0, handled_at = null where seq = $1 and state = 'dead' returning lane";
}

pub(super) async fn before(tx: &mut Tx, seq: i64, limit: i64) -> db::Result<Vec<Dead>> {
    run!(tx, |c| sqlx::query_as(BEFORE)
        .bind(limit)
        .bind(seq)
        .fetch_all(c)
        .await)
}

pub(super) async fn count(tx: &mut Tx, before: i64) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(before)
        .fetch_one(c)
        .await)
}

pub(super) async fn retry(tx: &mut Tx, seq: i64) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(RETRY)
        .bind(seq)
        .fetch_optional(c)
        .await)
}
