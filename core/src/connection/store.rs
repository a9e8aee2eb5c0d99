//! SQL of what is known of the channels' health.

use super::{Fact, news::Reading};
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
    inbox::Channel,
};

statements! {
    FACT = "select channel, subject, level, value, detail, until_at, since, seen_at from connections where channel = $1 and subject = $2";
    FACTS = "select channel, subject, level, value, detail, until_at, since, seen_at from connections where channel = $1 order by subject";
    CHANGE = "insert into connections (channel, subject, level, value, detail, until_at, since, seen_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)
        on conflict (channel, subject) do update set level = excluded.level, value = excluded.value, detail = excluded.detail,
            until_at = excluded.until_at, since = excluded.since, seen_at = excluded.seen_at
        where connections.level <> excluded.level or connections.value <> excluded.value";
    SEEN = "update connections set detail = $3, until_at = $4, seen_at = $5 where channel = $1 and subject = $2";
    FORGET = "delete from connections where channel = $1 and subject = $2";
    EXPIRED = "select subject from connections where channel = $1 and subject = 'account' and level <> 'good' and until_at <= $2";
    CANCEL_UNTOLD = "update outbox set state = 'cancelled' where supersede_key = $1 and state in ('queued', 'parked')";
    FLOW = "select count(*), min(created_at) from outbox where channel = $1 and state = 'queued'";
    UNHANDLED = "select count(*), min(received_at) from inbox where channel = $1 and state = 'pending'";
    DEAD = "select count(*) from inbox where state = 'dead'";
}

/// What is known of one thing.
pub(super) async fn fact(
    tx: &mut Tx,
    channel: &Channel,
    subject: &str,
) -> db::Result<Option<Fact>> {
    run!(tx, |c| sqlx::query_as(FACT)
        .bind(channel)
        .bind(subject)
        .fetch_optional(c)
        .await)
}

/// Everything that is known of a channel.
pub(super) async fn facts(tx: &mut Tx, channel: &Channel) -> db::Result<Vec<Fact>> {
    run!(tx, |c| sqlx::query_as(FACTS)
        .bind(channel)
        .fetch_all(c)
        .await)
}

/// Remembers another state. False: it was known. Of two processes that hear the same, one changes it.
pub(super) async fn change(
    tx: &mut Tx,
    channel: &Channel,
    reading: &Reading,
    now: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(CHANGE)
        .bind(channel)
        .bind(&reading.subject)
        .bind(reading.level)
        .bind(&reading.value)
        .bind(&reading.detail)
        .bind(reading.until)
        .bind(now)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// The state is as it was; the rest may be newer.
pub(super) async fn seen(
    tx: &mut Tx,
    channel: &Channel,
    reading: &Reading,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SEEN)
        .bind(channel)
        .bind(&reading.subject)
        .bind(&reading.detail)
        .bind(reading.until)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Something is no more.
pub(super) async fn forget(tx: &mut Tx, channel: &Channel, subject: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FORGET)
        .bind(channel)
        .bind(subject)
        .execute(c)
        .await
        .map(drop))
}

/// What was to hold until a time that has come.
pub(super) async fn expired(
    tx: &mut Tx,
    channel: &Channel,
    now: Millis,
) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(EXPIRED)
        .bind(channel)
        .bind(now)
        .fetch_all(c)
        .await)
}

/// An alert that nobody has read yet is not wanted any more. False: it went out, or there was none.
pub(super) async fn cancel_untold(tx: &mut Tx, key: &str) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(CANCEL_UNTOLD)
        .bind(key)
        .execute(c)
        .await
        .map(|r| r.rows_affected() > 0))
}

/// How many rows wait to go out on a channel, and since when the oldest.
pub(super) async fn flow(tx: &mut Tx, channel: &Channel) -> db::Result<(i64, Option<Millis>)> {
    run!(tx, |c| sqlx::query_as(FLOW)
        .bind(channel)
        .fetch_one(c)
        .await)
}

/// How many events of a channel are not handled, and since when the oldest.
pub(super) async fn unhandled(tx: &mut Tx, channel: &Channel) -> db::Result<(i64, Option<Millis>)> {
    run!(tx, |c| sqlx::query_as(UNHANDLED)
        .bind(channel)
        .fetch_one(c)
        .await)
}

/// How many events were given up.
pub(super) async fn dead(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(DEAD).fetch_one(c).await)
}
