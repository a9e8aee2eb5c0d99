//! SQL of what goes. The walks follow an index on time and never look at what they have passed.

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
    DELETE_PORTAL_SESSIONS = "delete from portal_sessions where id in
            (select id from portal_sessions where expires_at >= $1 and expires_at < $2 order by expires_at limit $3)
        returning expires_at";
    DELETE_STAFF_SESSIONS = "delete from staff_sessions where id in
            (select id from staff_sessions where expires_at >= $1 and expires_at < $2 order by expires_at limit $3)
        returning expires_at";
    DELETE_LINKS = "delete from door_links where id in
            (select id from door_links where expires_at >= $1 and expires_at < $2 order by expires_at limit $3)
        returning expires_at";
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

/// Deletes customers' sessions that were over before `before`; when each of them was.
pub(super) async fn delete_portal_sessions(
    tx: &mut Tx,
    from: Millis,
    before: Millis,
    limit: i64,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(DELETE_PORTAL_SESSIONS)
        .bind(from)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Deletes the staff's sessions that were over before `before`; when each of them was.
pub(super) async fn delete_staff_sessions(
    tx: &mut Tx,
    from: Millis,
    before: Millis,
    limit: i64,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(DELETE_STAFF_SESSIONS)
        .bind(from)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Deletes links to the super-admin door that were too old before `before`; when each of them was. There are few: they need no index.
pub(super) async fn delete_links(
    tx: &mut Tx,
    from: Millis,
    before: Millis,
    limit: i64,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(DELETE_LINKS)
        .bind(from)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}
