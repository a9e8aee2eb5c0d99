//! Where SQLite and PostgreSQL really differ. Everything else is one text for both.

use std::borrow::Cow;

use super::{Result, Tx, WayIn, run, statements};
use crate::{
    clock::Millis,
    inbox::{Channel, Event, NewEvent, Stream},
};

pub mod bulk;
pub mod many;

statements! {
    INSERT_EVENTS_SQLITE = "insert into inbox (channel, external_id, stream, lane, payload, received_at, state, attempts)
        select value->>0, value->>1, value->>2, value->>3, cast(value->>4 as blob), $2, value->>5, 0 from json_each($1) where true
        on conflict (channel, external_id) do nothing";
    INSERT_EVENTS_POSTGRES = "insert into inbox (channel, external_id, stream, lane, payload, received_at, state, attempts)
        select e.channel, e.external_id, e.stream, e.lane, e.payload, $6, e.state, 0
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $7::text[])
            with ordinality as e (channel, external_id, stream, lane, payload, state, place)
        order by e.place
        on conflict (channel, external_id) do nothing returning stream, lane";
    NOW_SQLITE = "select cast(unixepoch('subsec') * 1000 as integer)";
    NOW_POSTGRES = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
    LOCK_ROTA_SQLITE = "select counter from rota where id = 1";
    LOCK_ROTA_POSTGRES = "select counter from rota where id = 1 for update";
    LOCK_CONVERSATION_POSTGRES = "select id from conversations where customer_id = $1 and state = 'open' for update";
    LOCK_TICKET_POSTGRES = "select id from tickets where id = $1 for update";
    LOCK_NAME_POSTGRES = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
    OPEN_STATUSES_SQLITE = "select seq, channel, lane, payload from inbox
        where stream = 'status' and state = 'pending' order by seq limit $1";
    OPEN_STATUSES_POSTGRES = "select seq, channel, lane, payload from inbox
        where stream = 'status' and state = 'pending' order by seq limit $1 for update skip locked";
    MARK_EVENTS_SQLITE = "update inbox set state = $2, handled_at = $3 where seq in (select value from json_each($1))";
    MARK_EVENTS_POSTGRES = "update inbox set state = $2, handled_at = $3
        where seq in (select cast(value as bigint) from json_array_elements_text(cast($1 as json)))";
    DONE_SQLITE = "update inbox set state = 'done', handled_at = $2 where seq in (select value from json_each($1)) and state = 'pending'";
    DONE_POSTGRES = "update inbox set state = 'done', handled_at = $2 where seq = any($1) and state = 'pending'";
    OF_LANES_SQLITE = "select seq, channel, external_id, lane, payload, received_at, attempts from inbox
        where stream = 'lane' and state = 'pending' and lane in (select value from json_each($1)) order by seq limit $2";
    APPLY_STATUSES_SQLITE = "update outbox set
            state = case when d.rank > (case outbox.state when 'read' then 4 when 'delivered' then 3 when 'failed' then 2 when 'sent' then 1 when 'cancelled' then 9 else 0 end) then d.state else outbox.state end,
            sent_at = coalesce(outbox.sent_at, d.sent_at), delivered_at = coalesce(outbox.delivered_at, d.delivered_at),
            read_at = coalesce(outbox.read_at, d.read_at), failed_at = coalesce(outbox.failed_at, d.failed_at),
            error_code = coalesce(d.error_code, outbox.error_code), error = coalesce(d.error, outbox.error)
        from (select value->>0 as id, value->>1 as state, value->>2 as rank, value->>3 as sent_at, value->>4 as delivered_at,
                value->>5 as read_at, value->>6 as failed_at, value->>7 as error_code, value->>8 as error from json_each($1)) as d
        where outbox.id = d.id
            and d.rank > (case outbox.state when 'read' then 4 when 'delivered' then 3 when 'failed' then 2 when 'sent' then 1 when 'cancelled' then 9 else 0 end)
        returning outbox.id";
    APPLY_STATUSES_POSTGRES = "update outbox set
            state = d.state,
            sent_at = coalesce(outbox.sent_at, d.sent_at), delivered_at = coalesce(outbox.delivered_at, d.delivered_at),
            read_at = coalesce(outbox.read_at, d.read_at), failed_at = coalesce(outbox.failed_at, d.failed_at),
            error_code = coalesce(d.error_code, outbox.error_code), error = coalesce(d.error, outbox.error)
        from (select value->>0 as id, value->>1 as state, cast(value->>2 as bigint) as rank, cast(value->>3 as bigint) as sent_at,
                cast(value->>4 as bigint) as delivered_at, cast(value->>5 as bigint) as read_at, cast(value->>6 as bigint) as failed_at,
                value->>7 as error_code, value->>8 as error from json_array_elements(cast($1 as json)) as value order by 1) as d
        where outbox.id = d.id
            and d.rank > (case outbox.state when 'read' then 4 when 'delivered' then 3 when 'failed' then 2 when 'sent' then 1 when 'cancelled' then 9 else 0 end)
        returning outbox.id";
    CLAIM_LANE = "update inbox_lanes set owner = $1, epoch = epoch + 1,
            lease_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $2
        where lane = (select lane from inbox_lanes
            where pending > 0 and (next_due <= $3 or next_due > $3 + 60000)
                and (owner is null or lease_until < cast(extract(epoch from clock_timestamp()) * 1000 as bigint))
            order by next_due limit 1 for update skip locked)
        returning lane, epoch";
    GROW_LANES = "insert into inbox_lanes (lane, pending, next_due, owner, epoch, lease_until)
        select lane, count(*), 0, null, 0, 0 from unnest($1::text[]) as fresh (lane) group by lane order by lane
        on conflict (lane) do update set pending = inbox_lanes.pending + excluded.pending";
    KEEP_LANE = "update inbox_lanes set pending = pending - $4,
            lease_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $5
        where lane = $1 and owner = $2 and epoch = $3";
    RECOUNT_LANE = "update inbox_lanes set pending =
            (select count(*) from inbox where inbox.lane = inbox_lanes.lane and stream = 'lane' and state = 'pending')
        where lane = $1 and owner = $2 and epoch = $3";
    RELEASE_LANE = "update inbox_lanes set owner = null, next_due = $4 where lane = $1 and owner = $2 and epoch = $3";
    FREE_LANES = "update inbox_lanes set owner = null
        where lane in (select lane from inbox_lanes where owner = $1 and not (lane = any($2)) order by lane for update skip locked)";
    OWNS_LANES = "select exists (select 1 from inbox_lanes where owner = $1)";
    FORGET_LANES = "delete from inbox_lanes where lane = $1 or right(lane, length($1) + 1) = '|' || $1";
    FREE_PAGES_SQLITE = "pragma freelist_count";
    SOONEST_LANE = "select min(next_due) from inbox_lanes where pending > 0";
}

/// Makes events durable in the order given, in a transaction of its own, and leaves out the ones that are known. How many are new.
pub async fn insert_events(way: WayIn, events: &[NewEvent], now: Millis) -> Result<u64> {
    match way {
        WayIn::Sqlite(mut write) => {
            let rows: Vec<_> = events
                .iter()
                .map(|e| {
                    let payload = String::from_utf8_lossy(&e.payload);
                    let (lane, state) = (lane_name(e), state(e));
                    (&e.channel, &e.external_id, e.stream, lane, payload, state)
                })
                .collect();
            let rows = json(&rows)?;
            let insert = sqlx::query(INSERT_EVENTS_SQLITE).bind(rows).bind(now);
            let write = write.as_mut().ok_or(sqlx::Error::PoolClosed)?;
            // A statement by itself is a transaction, and goes to the connection's thread once instead of three times.
            let done = insert.execute(write).await?;
            Ok(done.rows_affected())
        }
        WayIn::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            let column =
                |pick: fn(&NewEvent) -> String| events.iter().map(pick).collect::<Vec<_>>();
            let fresh: Vec<(Stream, String)> = sqlx::query_as(INSERT_EVENTS_POSTGRES)
                .bind(column(|e| e.channel.0.clone()))
                .bind(column(|e| e.external_id.clone()))
                .bind(column(|e| stream(e.stream).to_owned()))
                .bind(column(|e| lane_name(e).into_owned()))
                .bind(events.iter().map(|e| &e.payload[..]).collect::<Vec<_>>())
                .bind(now)
                .bind(column(|e| state(e).to_owned()))
                .fetch_all(&mut *tx)
                .await?;
            let count = u64::try_from(fresh.len()).unwrap_or(u64::MAX);
            let lanes = fresh.into_iter().filter(|(s, _)| *s == Stream::Lane);
            let lanes: Vec<_> = lanes.map(|(_, lane)| lane).collect();
            if !lanes.is_empty() {
                let grow = sqlx::query(GROW_LANES).bind(lanes);
                grow.execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(count)
        }
    }
}

/// The name of a lane across all channels.
pub fn lane_name(event: &NewEvent) -> Cow<'_, str> {
    match event.stream {
        Stream::Lane => Cow::Owned(format!("{}|{}", event.channel, event.lane)),
        Stream::Status | Stream::Quarantine => Cow::Borrowed(&event.lane),
    }
}

fn stream(stream: Stream) -> &'static str {
    match stream {
        Stream::Lane => "lane",
        Stream::Status => "status",
        Stream::Quarantine => "quarantine",
    }
}

fn state(event: &NewEvent) -> &'static str {
    if event.stream == Stream::Quarantine {
        "kept"
    } else {
        "pending"
    }
}

/// The database's own clock: leases expire by it, whatever the processes believe.
pub async fn now(tx: &mut Tx) -> Result<Millis> {
    let sql = if tx.is_postgres() {
        NOW_POSTGRES
    } else {
        NOW_SQLITE
    };
    run!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)
}

/// The counter of round robin, locked until the transaction ends (on SQLite the writer's turn is that lock already).
pub async fn lock_rota(tx: &mut Tx) -> Result<i64> {
    let sql = if tx.is_postgres() {
        LOCK_ROTA_POSTGRES
    } else {
        LOCK_ROTA_SQLITE
    };
    run!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)
}

/// Locks a customer's open conversation until the transaction ends (on SQLite the writer's turn is that lock already). False: there is
/// none to lock.
pub async fn lock_conversation(tx: &mut Tx, customer_id: &str) -> Result<bool> {
    let Tx::Postgres(tx) = tx else {
        return Ok(true);
    };
    let locked = sqlx::query(LOCK_CONVERSATION_POSTGRES).bind(customer_id);
    Ok(locked.fetch_optional(&mut **tx).await?.is_some())
}

/// Locks a ticket until the transaction ends (on SQLite the writer's turn is that lock already).
pub async fn lock_ticket(tx: &mut Tx, id: &str) -> Result<()> {
    let Tx::Postgres(tx) = tx else {
        return Ok(());
    };
    let locked = sqlx::query(LOCK_TICKET_POSTGRES).bind(id);
    locked.fetch_optional(&mut **tx).await.map(drop)
}

/// Whoever locks the same name waits until this transaction ends (on SQLite the writer's turn is that lock already).
pub async fn lock_name(tx: &mut Tx, name: &str) -> Result<()> {
    let Tx::Postgres(tx) = tx else {
        return Ok(());
    };
    let locked = sqlx::query(LOCK_NAME_POSTGRES).bind(name);
    locked.execute(&mut **tx).await.map(drop)
}

/// The oldest statuses that are not applied, at most `limit`; other processes leave them alone meanwhile.
pub async fn open_statuses(
    tx: &mut Tx,
    limit: i64,
) -> Result<Vec<(i64, Channel, String, Vec<u8>)>> {
    let sql = if tx.is_postgres() {
        OPEN_STATUSES_POSTGRES
    } else {
        OPEN_STATUSES_SQLITE
    };
    run!(tx, |c| sqlx::query_as(sql).bind(limit).fetch_all(c).await)
}

/// What lanes have to do, in the order of arrival (SQLite; on PostgreSQL lanes are claimed one by one).
pub async fn of_lanes(tx: &mut Tx, lanes: &[String], limit: i64) -> Result<Vec<Event>> {
    let Tx::Sqlite(tx) = tx else {
        return Ok(Vec::new());
    };
    let lanes = json(lanes)?;
    sqlx::query_as(OF_LANES_SQLITE)
        .bind(lanes)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// Marks events handled; how many of them were not before.
pub async fn done(tx: &mut Tx, seqs: &[i64], now: Millis) -> Result<usize> {
    let marked = match tx {
        Tx::Sqlite(tx) => {
            let seqs = json(seqs)?;
            let done = sqlx::query(DONE_SQLITE).bind(seqs).bind(now);
            done.execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let done = sqlx::query(DONE_POSTGRES).bind(seqs).bind(now);
            done.execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(usize::try_from(marked).unwrap_or(usize::MAX))
}

/// Gives many events a state at once.
pub async fn mark_events(tx: &mut Tx, seqs: &[i64], state: &str, now: Millis) -> Result<()> {
    let sql = if tx.is_postgres() {
        MARK_EVENTS_POSTGRES
    } else {
        MARK_EVENTS_SQLITE
    };
    let seqs = json(seqs)?;
    run!(tx, |c| sqlx::query(sql)
        .bind(seqs)
        .bind(state)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Moves many outbox rows forward at once (`rows`: a JSON array of arrays, one per row id); the ids that really moved.
pub async fn apply_statuses(tx: &mut Tx, rows: &str) -> Result<Vec<String>> {
    let sql = if tx.is_postgres() {
        APPLY_STATUSES_POSTGRES
    } else {
        APPLY_STATUSES_SQLITE
    };
    run!(tx, |c| sqlx::query_scalar(sql)
        .bind(rows)
        .fetch_all(c)
        .await)
}

/// A lane that is this process's until its lease ends (PostgreSQL; on SQLite lanes live in memory).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The lane.
    pub lane: String,
    /// Which process.
    pub owner: String,
    /// Which claim of the lane this is.
    pub epoch: i64,
    /// How long the lease is renewed for, in milliseconds.
    pub lease: i64,
}

/// Claims the lane that has waited longest, if any is free.
pub async fn claim_lane(
    tx: &mut Tx,
    owner: &str,
    lease: i64,
    now: Millis,
) -> Result<Option<Fence>> {
    let Tx::Postgres(tx) = tx else {
        return Ok(None);
    };
    let claimed: Option<(String, i64)> = sqlx::query_as(CLAIM_LANE)
        .bind(owner)
        .bind(lease)
        .bind(now)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(claimed.map(|(lane, epoch)| Fence {
        lane,
        owner: owner.to_owned(),
        epoch,
        lease,
    }))
}

/// Counts `done` events off a lane and renews its lease. False: somebody else has it now, and nothing that was done may be committed.
pub async fn keep_lane(tx: &mut Tx, fence: &Fence, done: i64) -> Result<bool> {
    let Tx::Postgres(tx) = tx else {
        return Ok(true);
    };
    let kept = sqlx::query(KEEP_LANE)
        .bind(&fence.lane)
        .bind(&fence.owner)
        .bind(fence.epoch)
        .bind(done)
        .bind(fence.lease);
    Ok(kept.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Counts a lane's open events anew.
pub async fn recount_lane(tx: &mut Tx, fence: &Fence) -> Result<()> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    let recount = sqlx::query(RECOUNT_LANE)
        .bind(&fence.lane)
        .bind(&fence.owner)
        .bind(fence.epoch);
    recount.execute(&mut **tx).await.map(drop)
}

/// Gives a lane back, to be claimed again from `due` on.
pub async fn release_lane(tx: &mut Tx, fence: &Fence, due: Millis) -> Result<()> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    let release = sqlx::query(RELEASE_LANE)
        .bind(&fence.lane)
        .bind(&fence.owner)
        .bind(fence.epoch)
        .bind(due);
    release.execute(&mut **tx).await.map(drop)
}

/// Makes a lane whose event was put back (a dead one, retried by a person) ready again.
pub async fn grow_lane(tx: &mut Tx, lane: &str) -> Result<()> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    sqlx::query(GROW_LANES)
        .bind(vec![lane.to_owned()])
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// Forgets a lane, by its name or by the person's. Whoever is handling its events loses it, and what he did.
pub async fn forget_lanes(tx: &mut Tx, name: &str) -> Result<()> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    let forget = sqlx::query(FORGET_LANES).bind(name).execute(&mut **tx);
    forget.await.map(drop)
}

/// When the next lane is due.
pub async fn soonest_lane(tx: &mut Tx) -> Result<Option<Millis>> {
    let Tx::Postgres(tx) = tx else {
        return Ok(None);
    };
    sqlx::query_scalar(SOONEST_LANE).fetch_one(&mut **tx).await
}

/// Frees every lane of a process but those that are named and those that a transaction of its still holds. How many. Their fences are
/// void from here on.
pub async fn free_lanes(tx: &mut Tx, owner: &str, but: &[String]) -> Result<u64> {
    let Tx::Postgres(tx) = tx else { return Ok(0) };
    let free = sqlx::query(FREE_LANES).bind(owner).bind(but);
    Ok(free.execute(&mut **tx).await?.rows_affected())
}

/// Whether a process owns a lane.
pub async fn owns_lanes(tx: &mut Tx, owner: &str) -> Result<bool> {
    let Tx::Postgres(tx) = tx else {
        return Ok(false);
    };
    sqlx::query_scalar(OWNS_LANES)
        .bind(owner)
        .fetch_one(&mut **tx)
        .await
}

/// How many pages of the file hold nothing (SQLite; PostgreSQL looks after its files by itself).
pub async fn free_pages(tx: &mut Tx) -> Result<i64> {
    let Tx::Sqlite(tx) = tx else { return Ok(0) };
    sqlx::query_scalar(FREE_PAGES_SQLITE)
        .fetch_one(&mut **tx)
        .await
}

/// Gives at most so many of them back to the disk.
pub async fn give_pages_back(tx: &mut Tx, pages: i64) -> Result<()> {
    let Tx::Sqlite(tx) = tx else { return Ok(()) };
    // A pragma takes no parameters; this one is a number of ours.
    let pragma = sqlx::AssertSqlSafe(format!("pragma incremental_vacuum({pages})"));
    // It works page by page while it is read: to its end.
    sqlx::query(pragma).fetch_all(&mut **tx).await.map(drop)
}

/// A list as SQLite takes it.
fn json(list: &(impl serde::Serialize + ?Sized)) -> Result<String> {
    serde_json::to_string(list).map_err(|e| sqlx::Error::Encode(e.into()))
}

/// A pattern for `like … escape '\\'` that finds these words anywhere, whatever signs are in them; `None` when there are none.
pub fn containing(words: &str) -> Option<String> {
    let words = words.trim().to_lowercase();
    let mut pattern = String::from("%");
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    (!words.is_empty()).then_some(pattern)
}
