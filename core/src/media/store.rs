//! SQL of files.

use std::time::Duration;

use super::Media;
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
    inbox::Channel,
};

statements! {
    WANT = "insert into media (id, channel, platform_id, kind, filename, mime, state, attempts, next_due, created_at)
        values ($1, $2, $3, $4, $5, $6, 'wanted', 0, $7, $7)
        on conflict (channel, platform_id) do update set
            attempts = case media.state when 'failed' then 0 else media.attempts end,
            next_due = case media.state when 'failed' then excluded.next_due else media.next_due end,
            error = case media.state when 'failed' then null else media.error end,
            state = case media.state when 'failed' then 'wanted' else media.state end
        returning id";
    KEEP = "insert into media (id, channel, platform_id, kind, filename, mime, size, state, attempts, next_due, created_at, stored_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $9)";
    BY_ID = "select id, channel, platform_id, kind, filename, mime, size, state, error, created_at from media where id = $1";
    DUE = "select id from media where state = 'wanted' and (next_due <= $1 or next_due > $2) order by next_due, id limit 1";
    NEXT = "select min(next_due) from media where state = 'wanted'";
    CLAIM = "update media set attempts = attempts + 1, next_due = $3 where id = $1 and state = 'wanted' and (next_due <= $2 or next_due > $4)
        returning id, channel, platform_id, attempts";
    FREE = "update media set next_due = $1 where state = 'wanted' and next_due > $1";
    STORED = "update media set state = 'stored', mime = $2, size = $3, sha256 = $4, stored_at = $5, error = null where id = $1";
    WANTED = "select count(*) from media where state = 'wanted'";
    FAILED = "update media set state = 'failed', error = $2 where id = $1";
    LATER = "update media set next_due = $2, error = $3 where id = $1 and state = 'wanted'";
}

/// Nothing is put off for so long: what is due later than that was put off before the clock was set back, and is due now.
const NEVER: Duration = Duration::from_mins(5);

/// A file that this process fetches now.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Claimed {
    pub(super) id: String,
    pub(super) channel: Channel,
    pub(super) platform_id: String,
    pub(super) attempts: i64,
}

pub(super) async fn wanted(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(WANTED).fetch_one(c).await)
}

pub(super) async fn want(tx: &mut Tx, media: &Media) -> db::Result<String> {
    run!(tx, |c| sqlx::query_scalar(WANT)
        .bind(&media.id)
        .bind(&media.channel)
        .bind(&media.platform_id)
        .bind(media.kind)
        .bind(&media.filename)
        .bind(&media.mime)
        .bind(media.created_at)
        .fetch_one(c)
        .await)
}

/// A file of the desk's own making, which lies in the folder already.
pub(crate) async fn keep(tx: &mut Tx, media: &Media) -> db::Result<()> {
    run!(tx, |c| sqlx::query(KEEP)
        .bind(&media.id)
        .bind(&media.channel)
        .bind(&media.platform_id)
        .bind(media.kind)
        .bind(&media.filename)
        .bind(&media.mime)
        .bind(media.size)
        .bind(media.state)
        .bind(media.created_at)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Media>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The file that has waited longest, if one is due.
pub(super) async fn due(tx: &mut Tx, now: Millis) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(DUE)
        .bind(now)
        .bind(now.plus(NEVER))
        .fetch_optional(c)
        .await)
}

/// When the next file is due.
pub(super) async fn next(tx: &mut Tx) -> db::Result<Option<Millis>> {
    run!(tx, |c| sqlx::query_scalar(NEXT).fetch_one(c).await)
}

/// Takes a file until `until`. `None`: another process took it.
pub(super) async fn claim(
    tx: &mut Tx,
    id: &str,
    now: Millis,
    until: Millis,
) -> db::Result<Option<Claimed>> {
    run!(tx, |c| sqlx::query_as(CLAIM)
        .bind(id)
        .bind(now)
        .bind(until)
        .bind(now.plus(NEVER))
        .fetch_optional(c)
        .await)
}

/// Whatever an earlier run had taken is due at once.
pub(super) async fn free(tx: &mut Tx, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FREE)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// False: nobody wants it any more.
pub(super) async fn stored(
    tx: &mut Tx,
    id: &str,
    mime: &str,
    size: i64,
    sha256: &str,
    now: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(STORED)
        .bind(id)
        .bind(mime)
        .bind(size)
        .bind(sha256)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn failed(tx: &mut Tx, id: &str, error: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FAILED)
        .bind(id)
        .bind(error)
        .execute(c)
        .await
        .map(drop))
}

/// It is tried again later.
pub(super) async fn later(tx: &mut Tx, id: &str, due: Millis, error: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(LATER)
        .bind(id)
        .bind(due)
        .bind(error)
        .execute(c)
        .await
        .map(drop))
}
