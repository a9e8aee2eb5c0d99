//! SQL of what goes. Both walks follow an index on time and never look at what they have passed.

use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    DELETE_EVENTS = "delete from inbox where seq in
            (select seq from inbox where received_at >= $1 and received_at < $2 and state in ('done', 'kept', 'orphan')
            order by received_at limit $3)
        returning received_at";
    DELETE_DELIVERIES = "delete from outbox where seq in
            (select seq from outbox where created_at >= $1 and created_at < $2 and state in ('sent', 'delivered', 'read', 'failed', 'cancelled')
                and coalesce(sent_at, failed_at, created_at) < $2
            order by created_at limit $3)
        returning created_at";
}

/// Deletes events that were dealt with and came before `before`, the oldest first; when each of them came. Statuses whose message was
/// never known are dealt with too: the platform has long stopped repeating them.
pub(super) async fn delete_events(
    tx: &mut Tx,
    from: Millis,
    before: Millis,
    limit: i64,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(DELETE_EVENTS)
        .bind(from)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Deletes rows whose way ended before `before`, with their posts; when each of them was made. One that waited long for its customer
/// counts from when it went out.
pub(super) async fn delete_deliveries(
    tx: &mut Tx,
    from: Millis,
    before: Millis,
    limit: i64,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(DELETE_DELIVERIES)
        .bind(from)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}
