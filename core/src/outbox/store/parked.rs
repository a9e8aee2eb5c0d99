//! The SQL of rows that wait for their customer to write: WhatsApp's window is closed.

use super::Row;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    PARK = "update outbox set state = 'parked', failed_at = null where id = $1 and state = 'failed'";
    RELEASE = "update outbox set state = 'queued', due_at = $2 where recipient = $1 and state = 'parked' and created_at >= $3";
    PARKED_BEFORE = "select id, channel, recipient, class, kind, state, message_id, ticket_id, customer_id, attempts, flagged, error_code, error,
            created_at, sent_at, delivered_at, read_at, failed_at
        from outbox where recipient = $1 and state = 'parked' and created_at < $2 order by seq";
    RELEASE_ROW = "update outbox set state = 'queued', due_at = $2 where id = $1 and state = 'parked'";
    CANCEL_ROW = "update outbox set state = 'cancelled' where id = $1 and state = 'parked'";
    HAS_PARKED = "select exists (select 1 from outbox where recipient = $1 and state = 'parked')";
}

/// Whether anything waits for a recipient to write.
pub async fn has_parked(tx: &mut Tx, recipient: &str) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(HAS_PARKED)
        .bind(recipient)
        .fetch_one(c)
        .await)
}

/// A row that was refused after it had been taken, because the window is closed, waits for the customer like any other.
pub async fn park(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(PARK)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

/// A customer wrote: what waited for that goes out, unless it is older than `not_before`. How many rows.
pub async fn release_parked(
    tx: &mut Tx,
    recipient: &str,
    now: Millis,
    not_before: Millis,
) -> db::Result<u64> {
    run!(tx, |c| sqlx::query(RELEASE)
        .bind(recipient)
        .bind(now)
        .bind(not_before)
        .execute(c)
        .await
        .map(|r| r.rows_affected()))
}

/// What has waited for a recipient since before then.
pub async fn parked_before(tx: &mut Tx, recipient: &str, before: Millis) -> db::Result<Vec<Row>> {
    run!(tx, |c| sqlx::query_as(PARKED_BEFORE)
        .bind(recipient)
        .bind(before)
        .fetch_all(c)
        .await)
}

/// A parked row goes out after all. False: it is not parked any more.
pub async fn release_row(tx: &mut Tx, id: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(RELEASE_ROW)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// A parked row is not wanted any more. False: it is not parked any more.
pub async fn cancel_row(tx: &mut Tx, id: &str) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(CANCEL_ROW)
        .bind(id)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}
