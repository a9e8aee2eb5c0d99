//! The challenges' SQL.

use super::Purpose;
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
};

statements! {
    INSERT = "insert into otp_challenges (id, purpose, handle, subject, source, address, agent, code_hash, sealed, detail, tries,
            created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)";
    BY_HANDLE = "select created_at from otp_challenges
        where handle = $1 and created_at > $2 and created_at <= $3 and (cast($4 as text) is null or source = $4)
        order by created_at desc limit 20";
    BY_SOURCE = "select created_at from otp_challenges where source = $1 and created_at > $2 and created_at <= $3
        order by created_at desc limit 500";
    BY_SUBJECT = "select created_at from otp_challenges
        where subject = $1 and created_at > $2 and created_at <= $3 and (cast($4 as text) is null or source = $4)
        order by created_at desc limit 30";
    COUNT_TRY = "update otp_challenges set tries = tries + 1
        where id = $1 and purpose = $2 and tries < $3 and used_at is null and killed_at is null and created_at <= $4 and expires_at > $4
        returning subject, code_hash, detail";
    USE_UP = "update otp_challenges set used_at = $2, sealed = null where id = $1 and used_at is null";
    KILL_OPEN = "update otp_challenges set killed_at = $2, sealed = null where subject = $1 and used_at is null and killed_at is null";
    DISOWN = "update otp_challenges set killed_at = coalesce(killed_at, $3), disowned_at = $3, sealed = null
        where id = $1 and subject = $2 returning used_at is not null";
    DISOWNED = "select exists (select 1 from otp_challenges where subject = $1 and source = $2 and disowned_at > $3)";
    UNSENT = "select id, purpose, subject, source, sealed, address, agent, expires_at from otp_challenges
        where sealed is not null order by created_at limit 50";
    TAKE = "update otp_challenges set sealed = null where id = $1 and sealed is not null";
    COUNT_UNSENT = "select count(*) from otp_challenges where sealed is not null";
    FORGET = "delete from otp_challenges where created_at < $1";
}

/// A challenge to store.
pub(super) struct New<'a> {
    pub(super) id: &'a str,
    pub(super) purpose: Purpose,
    pub(super) handle: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) source: &'a str,
    pub(super) address: &'a str,
    pub(super) agent: &'a str,
    pub(super) code_hash: &'a str,
    pub(super) sealed: &'a str,
    pub(super) detail: Option<String>,
    pub(super) created_at: Millis,
    pub(super) expires_at: Millis,
}

/// A challenge that somebody tried to answer.
#[derive(FromRow)]
pub(super) struct Tried {
    pub(super) subject: Option<String>,
    pub(super) code_hash: String,
    pub(super) detail: Option<String>,
}

/// A code that is not in the outbox yet.
#[derive(FromRow)]
pub(super) struct Unsent {
    pub(super) id: String,
    pub(super) purpose: Purpose,
    pub(super) subject: Option<String>,
    pub(super) source: String,
    pub(super) sealed: String,
    pub(super) address: String,
    pub(super) agent: String,
    pub(super) expires_at: Millis,
}

pub(super) async fn insert(tx: &mut Tx, new: &New<'_>) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(new.id)
        .bind(new.purpose)
        .bind(new.handle)
        .bind(new.subject)
        .bind(new.source)
        .bind(new.address)
        .bind(new.agent)
        .bind(new.code_hash)
        .bind(new.sealed)
        .bind(&new.detail)
        .bind(new.created_at)
        .bind(new.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// When codes were asked for this, the newest first; from one source only when one is named.
pub(super) async fn asked_by_handle(
    tx: &mut Tx,
    handle: &str,
    source: Option<&str>,
    since: Millis,
    until: Millis,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(BY_HANDLE)
        .bind(handle)
        .bind(since)
        .bind(until)
        .bind(source)
        .fetch_all(c)
        .await)
}

pub(super) async fn asked_by_source(
    tx: &mut Tx,
    source: &str,
    since: Millis,
    until: Millis,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(BY_SOURCE)
        .bind(source)
        .bind(since)
        .bind(until)
        .fetch_all(c)
        .await)
}

pub(super) async fn asked_by_subject(
    tx: &mut Tx,
    subject: &str,
    source: Option<&str>,
    since: Millis,
    until: Millis,
) -> db::Result<Vec<Millis>> {
    run!(tx, |c| sqlx::query_scalar(BY_SUBJECT)
        .bind(subject)
        .bind(since)
        .bind(until)
        .bind(source)
        .fetch_all(c)
        .await)
}

/// Counts a try. `None`: there is nothing to be tried (any more).
pub(super) async fn count_try(
    tx: &mut Tx,
    id: &str,
    purpose: Purpose,
    most: i64,
    now: Millis,
) -> db::Result<Option<Tried>> {
    run!(tx, |c| sqlx::query_as(COUNT_TRY)
        .bind(id)
        .bind(purpose)
        .bind(most)
        .bind(now)
        .fetch_optional(c)
        .await)
}

/// False: somebody was quicker.
pub(super) async fn use_up(tx: &mut Tx, id: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(USE_UP)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn kill_open(tx: &mut Tx, subject: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(KILL_OPEN)
        .bind(subject)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn disown(
    tx: &mut Tx,
    id: &str,
    subject: &str,
    now: Millis,
) -> db::Result<Option<bool>> {
    run!(tx, |c| sqlx::query_scalar(DISOWN)
        .bind(id)
        .bind(subject)
        .bind(now)
        .fetch_optional(c)
        .await)
}

/// Whether the subject said lately that who asks from there is not he.
pub(super) async fn is_disowned(
    tx: &mut Tx,
    subject: &str,
    source: &str,
    since: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(DISOWNED)
        .bind(subject)
        .bind(source)
        .bind(since)
        .fetch_one(c)
        .await)
}

pub(super) async fn list_unsent(tx: &mut Tx) -> db::Result<Vec<Unsent>> {
    run!(tx, |c| sqlx::query_as(UNSENT).fetch_all(c).await)
}

/// False: another process has taken it.
pub(super) async fn take(tx: &mut Tx, id: &str) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(TAKE)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn unsent(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(COUNT_UNSENT).fetch_one(c).await)
}

pub(super) async fn forget(tx: &mut Tx, before: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FORGET)
        .bind(before)
        .execute(c)
        .await
        .map(drop))
}
