//! SQL of what waits: how much, in which state, and for how long. Asked now and then, never on the way of a message.

use super::{Channel, Millis, Tx, db, run, statements};

statements! {
    // A row that waits for its hour has not waited yet; one that was refused waits since it was made.
    DEPTHS = "select channel, cast('queued' as text) as state, count(*) as count,
                min(case when error_code is null then due_at else created_at end) as since
            from outbox where state = 'queued' group by channel
        union all select channel, state, count(*), min(coalesce(claimed_at, created_at)) from outbox
            where state in ('claimed', 'uncertain') group by channel, state
        union all select channel, cast('parked' as text), count(*), min(created_at) from outbox where state = 'parked' group by channel";
    MOVING = "select count(*) from outbox where (state = 'queued' and due_at <= $1) or state = 'claimed'";
    PENDING = "select count(*) from outbox where channel = $1 and state = 'queued'";
    FAILED_SINCE = "select count(*) from outbox where state = 'failed' and failed_at >= $1";
}

/// How much of a channel's stands in one state.
#[derive(Clone, Debug, PartialEq, Eq, db::FromRow)]
pub struct Depth {
    /// Which channel.
    pub channel: Channel,
    /// `queued`, `claimed`, `uncertain` or `parked`.
    pub state: String,
    /// How many rows.
    pub count: i64,
    /// Since when the oldest of them waits; in the future when all of them wait for their hour.
    pub since: Millis,
}

/// What is under way in the outbox, by channel and state; what is at zero is not told.
pub async fn depths(tx: &mut Tx) -> db::Result<Vec<Depth>> {
    run!(tx, |c| sqlx::query_as(DEPTHS).fetch_all(c).await)
}

/// How many rows have failed for good since then.
pub async fn failed_since(tx: &mut Tx, since: Millis) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(FAILED_SINCE)
        .bind(since)
        .fetch_one(c)
        .await)
}

/// How many rows could go now or are in flight.
pub async fn moving(tx: &mut Tx, now: Millis) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(MOVING)
        .bind(now)
        .fetch_one(c)
        .await)
}

/// How many rows wait on a channel.
pub async fn pending(tx: &mut Tx, channel: &Channel) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(PENDING)
        .bind(channel)
        .fetch_one(c)
        .await)
}
