//! The inbox's SQL. What differs between the databases stands in `db::dialect`.

use super::{Channel, Event, NewEvent, Stream};
use crate::{
    clock::Millis,
    db::{self, Tx, dialect, run, statements},
};

statements! {
    INSERT_ONE = "insert into inbox (channel, external_id, stream, lane, payload, received_at, state, attempts, error, handled_at)
        values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9) on conflict (channel, external_id) do nothing";
    OF_LANE = "select seq, channel, external_id, lane, payload, received_at, attempts from inbox
        where stream = 'lane' and state = 'pending' and lane = $1 order by seq limit $2";
    OPEN_LANES = "select distinct lane from inbox where stream = 'lane' and state = 'pending'";
    DEAD = "update inbox set state = 'dead', handled_at = $2, attempts = attempts + 1, error = $3 where seq = $1 and state = 'pending'";
    FAILED_ONCE = "update inbox set attempts = attempts + 1, error = $2 where seq = $1 and state = 'pending'";
    REVIVE_ORPHANS = "update inbox set state = 'pending' where channel = $1 and lane = $2 and state = 'orphan'";
    REDACT = "update inbox set payload = $2 where seq = $1";
    STATUSES_WAIT = "select exists (select 1 from inbox where stream = 'status' and state = 'pending')";
    SWEEP_ORPHANS = "update inbox set state = 'pending' where state = 'orphan' and exists
        (select 1 from outbox_posts where outbox_posts.channel = inbox.channel and outbox_posts.external_id = inbox.lane)";
    PENDING = "select count(*) from inbox where state = 'pending'";
    DEPTHS = "select channel, cast('pending' as text) as state, count(*) as count, min(received_at) as oldest
            from inbox where state = 'pending' group by channel
        union all select channel, cast('dead' as text), count(*), min(received_at) from inbox where state = 'dead' group by channel
        union all select channel, cast('orphan' as text), count(*), min(received_at) from inbox where state = 'orphan' group by channel";
    COUNT = "select count(*) from inbox where channel = $1";
}

/// Keeps an event that could not be stored the ordinary way, as bytes, with the reason. Somebody's words lie among the dead, where people look.
pub async fn quarantine(tx: &mut Tx, event: &NewEvent, why: &str, now: Millis) -> db::Result<()> {
    let (stream, state, dead_at) = match event.stream {
        Stream::Lane => (Stream::Lane, "dead", Some(now)),
        Stream::Status | Stream::Quarantine => (Stream::Quarantine, "kept", None),
    };
    // PostgreSQL keeps no U+0000 in texts.
    let lane = dialect::lane_name(event).replace('\0', "");
    run!(tx, |c| sqlx::query(INSERT_ONE)
        .bind(&event.channel)
        .bind(event.external_id.replace('\0', ""))
        .bind(stream)
        .bind(lane)
        .bind(&event.payload)
        .bind(now)
        .bind(state)
        .bind(why)
        .bind(dead_at)
        .execute(c)
        .await
        .map(drop))
}

/// The oldest open events of a lane.
pub async fn of_lane(tx: &mut Tx, lane: &str, limit: i64) -> db::Result<Vec<Event>> {
    run!(tx, |c| sqlx::query_as(OF_LANE)
        .bind(lane)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Every lane with something to do.
pub async fn open_lanes(tx: &mut Tx) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(OPEN_LANES).fetch_all(c).await)
}

/// Parks an event that cannot be handled, with its error, for people to look at.
pub async fn dead(tx: &mut Tx, seq: i64, error: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(DEAD)
        .bind(seq)
        .bind(now)
        .bind(error)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// Notes that handling an event failed once more.
pub async fn failed_once(tx: &mut Tx, seq: i64, error: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FAILED_ONCE)
        .bind(seq)
        .bind(error)
        .execute(c)
        .await
        .map(drop))
}

/// Statuses that came before their message was known are looked at again. True when there were any.
pub async fn revive_orphans(tx: &mut Tx, channel: &Channel, external_id: &str) -> db::Result<bool> {
    let revive = run!(tx, |c| sqlx::query(REVIVE_ORPHANS)
        .bind(channel)
        .bind(external_id)
        .execute(c)
        .await
        .map(|r| r.rows_affected()));
    Ok(revive? > 0)
}

/// Forgets what an event said: it held a secret that has been used.
pub async fn redact(tx: &mut Tx, seq: i64) -> db::Result<()> {
    let nothing: &[u8] = b"{}";
    run!(tx, |c| sqlx::query(REDACT)
        .bind(seq)
        .bind(nothing)
        .execute(c)
        .await
        .map(drop))
}

/// Whether there are statuses to apply.
pub async fn statuses_wait(tx: &mut Tx) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(STATUSES_WAIT).fetch_one(c).await)
}

/// Statuses whose message has become known since are looked at again.
pub async fn sweep_orphans(tx: &mut Tx) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SWEEP_ORPHANS)
        .execute(c)
        .await
        .map(drop))
}

/// How many events wait.
pub async fn pending(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(PENDING).fetch_one(c).await)
}

/// How much of a channel's stands in one state.
#[derive(Clone, Debug, PartialEq, Eq, db::FromRow)]
pub struct Depth {
    /// Which channel.
    pub channel: Channel,
    /// `pending`, `dead`, or `orphan` (a status whose message is not known yet).
    pub state: String,
    /// How many events.
    pub count: i64,
    /// When the oldest of them was stored.
    pub oldest: Millis,
}

/// What is open in the inbox, by channel and state; what is at zero is not told.
pub async fn depths(tx: &mut Tx) -> db::Result<Vec<Depth>> {
    run!(tx, |c| sqlx::query_as(DEPTHS).fetch_all(c).await)
}

/// How many events of a channel are stored, in whatever state.
pub async fn count(tx: &mut Tx, channel: &Channel) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(channel)
        .fetch_one(c)
        .await)
}
