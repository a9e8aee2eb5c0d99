//! The portal's SQL.

use super::Session;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    INSERT = "insert into portal_sessions (id, customer_id, address, agent, created_at, seen_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    LIVE = "select s.id, s.customer_id, s.address, s.agent, s.created_at, s.seen_at, s.expires_at
        from portal_sessions s join customers c on c.id = s.customer_id
        where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and c.deleted_at is null and c.portal_enabled";
    SEEN = "update portal_sessions set seen_at = $2 where id = $1 and seen_at < $2";
    OF_CUSTOMER = "select id, customer_id, address, agent, created_at, seen_at, expires_at from portal_sessions
        where customer_id = $1 and revoked_at is null and expires_at > $2 order by created_at desc, id desc limit $3 offset $4";
    COUNT = "select count(*) from portal_sessions where customer_id = $1 and revoked_at is null and expires_at > $2";
    REVOKE = "update portal_sessions set revoked_at = $3
        where customer_id = $1 and id = $2 and revoked_at is null and expires_at > $3";
    REVOKE_OTHERS = "update portal_sessions set revoked_at = $3 where customer_id = $1 and id <> $2 and revoked_at is null";
    ADDRESSES = "select address from portal_sessions where customer_id = $1 and seen_at > $2
        group by address order by max(created_at) desc limit 500";
}

pub(super) async fn insert(tx: &mut Tx, session: &Session) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(&session.id)
        .bind(&session.customer_id)
        .bind(&session.address)
        .bind(&session.agent)
        .bind(session.created_at)
        .bind(session.seen_at)
        .bind(session.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// A session that goes on, of a customer who may use the portal.
pub(super) async fn live(tx: &mut Tx, id: &str, now: Millis) -> db::Result<Option<Session>> {
    run!(tx, |c| sqlx::query_as(LIVE)
        .bind(id)
        .bind(now)
        .fetch_optional(c)
        .await)
}

pub(super) async fn seen(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SEEN)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn of_customer(
    tx: &mut Tx,
    customer_id: &str,
    now: Millis,
    (offset, limit): (i64, i64),
) -> db::Result<(Vec<Session>, i64)> {
    let page = run!(&mut *tx, |c| sqlx::query_as(OF_CUSTOMER)
        .bind(customer_id)
        .bind(now)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = run!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(customer_id)
        .bind(now)
        .fetch_one(c)
        .await)?;
    Ok((page, total))
}

/// False: the customer has no such session.
pub(super) async fn revoke(
    tx: &mut Tx,
    customer_id: &str,
    id: &str,
    now: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(REVOKE)
        .bind(customer_id)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

/// Ends every session of a customer but one.
pub(super) async fn revoke_others(
    tx: &mut Tx,
    customer_id: &str,
    id: &str,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(REVOKE_OTHERS)
        .bind(customer_id)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Where a customer was logged in since then.
pub(super) async fn addresses(
    tx: &mut Tx,
    customer_id: &str,
    since: Millis,
) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(ADDRESSES)
        .bind(customer_id)
        .bind(since)
        .fetch_all(c)
        .await)
}
