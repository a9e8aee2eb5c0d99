//! The outbox's SQL.

pub mod depths;
pub(crate) mod parked;
pub(crate) mod posts;
pub(crate) mod secrets;
pub(crate) mod waiting;

pub use depths::{moving, pending};
pub use parked::{cancel_row, has_parked, park, parked_before, release_parked, release_row};
pub use posts::{PostTarget, card_post, id_of_external, post, post_target, posts_of_message};
pub use waiting::{Waiting, ready};

use std::collections::HashMap;

use super::{CardSubject, Class, Content, Job, NewRow, Post, State};
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, dialect, run, statements},
    inbox::Channel,
};

statements! {
    INSERT = "insert into outbox (id, channel, recipient, class, kind, supersede_key, content, customer_id, ticket_id, message_id,
            state, due_at, attempts, owner, epoch, flagged, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, null, 0, false, $13) on conflict (id) do nothing";
    SUPERSEDE = "update outbox set state = 'cancelled' where supersede_key = $1 and state in ('queued', 'parked') and id <> $2";
    CANCEL_BY_KEY = "update outbox set state = 'cancelled' where supersede_key = $1 and state in ('queued', 'parked')";
    DOUBT = "update outbox set state = 'uncertain', due_at = $4 where channel = $1 and state = 'claimed' and not (owner = $2 and epoch = $3)
            and not exists (select 1 from leases where name = 'sender:' || outbox.channel and not (leases.owner = $2 and leases.epoch = $3))";
    DOUBT_ANEW = "update outbox set due_at = $2 where channel = $1 and state = 'uncertain' and due_at < $2";
    HEARD_BEFORE = "select max(received_at) from inbox where received_at < $1";
    UNREADABLE = "update outbox set state = 'failed', failed_at = $2, error_code = 'unreadable',
            error = 'its content is not what this version understands' where id = $1";
    MINE = "select id from outbox where channel = $1 and state = 'claimed' and owner = $2 and epoch = $3";
    UNCLAIM = "update outbox set state = 'queued' where id = $1 and state = 'claimed' and owner = $2 and epoch = $3";
    BEGIN = "update outbox set begun = $2 where id = $1 and state = 'claimed'";
    UNDER_WAY = "select exists (select 1 from outbox where channel = $1 and state in ('claimed', 'uncertain') and state = 'claimed'
            and recipient = $2 and created_at <= $3)";
    ABANDONED = "select exists (select 1 from outbox where channel = $1 and state = 'claimed' and not (owner = $2 and epoch = $3))";
    DOUBTS = "select seq, id, recipient, class, kind, due_at, error_code is not null as refused from outbox
        where channel = $1 and state = 'uncertain'";
    SETTLE = "update outbox set state = $4, due_at = $5, attempts = $6, error_code = $7, error = $8, failed_at = $9
        where id = $1 and owner = $2 and epoch = $3 and state = 'claimed'";
    RESEND = "update outbox set state = 'queued', flagged = true, attempts = attempts + case when flagged then 1 else 0 end, due_at = $2
        where id = $1 and state = 'uncertain' and not exists (select 1 from leases where name = 'sender:' || outbox.channel and not (leases.owner = $3 and leases.epoch = $4))
            and (not flagged or (channel like 'tg:%' and coalesce(error_code, '') <> 'uncertain' and attempts < 5))";
    GIVE_UP_DOUBT = "update outbox set state = 'failed', failed_at = $2, error_code = 'uncertain',
            error = 'the platform never answered and no status came'
        where id = $1 and state = 'uncertain' and not exists (select 1 from leases where name = 'sender:' || outbox.channel and not (leases.owner = $3 and leases.epoch = $4))";
    AGAIN = "update outbox set state = 'queued', attempts = attempts + 1, due_at = $2, failed_at = null where id = $1 and state = 'failed'";
    MOVE = "update outbox set recipient = $3 where channel = $1 and recipient = $2 and state in ('queued', 'claimed', 'parked')";
    CANCEL_TO = "update outbox set state = 'cancelled' where channel = $1 and recipient = $2 and state in ('queued', 'parked')";
    DELIVERY = "select state, error_code, error, flagged from outbox where message_id = $1 and kind = 'relay' order by seq desc limit 1";
    ROW = "select id, channel, recipient, class, kind, state, message_id, ticket_id, customer_id, attempts, flagged, error_code, error, created_at,
            sent_at, delivered_at, read_at, failed_at from outbox where id = $1";
}

/// Where a row stands, for whoever asks.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its channel.
    pub channel: Channel,
    /// To whom.
    pub recipient: String,
    /// [`Class`] as a number.
    pub class: i64,
    /// The content's kind.
    pub kind: String,
    /// Its state.
    pub state: State,
    /// Which of our messages it carries.
    pub message_id: Option<String>,
    /// Which ticket it is about.
    pub ticket_id: Option<String>,
    /// Whom it is about.
    pub customer_id: Option<String>,
    /// Failed attempts.
    pub attempts: i64,
    /// It may have gone out twice.
    pub flagged: bool,
    /// The platform's code of the last refusal.
    pub error_code: Option<String>,
    /// Its words.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Millis,
    /// When the platform took it.
    pub sent_at: Option<Millis>,
    /// When it reached the device.
    pub delivered_at: Option<Millis>,
    /// When it was seen.
    pub read_at: Option<Millis>,
    /// When it was refused for good.
    pub failed_at: Option<Millis>,
}

/// How far the row that carries a message has come.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Delivery {
    /// Its state.
    pub state: State,
    /// The platform's code of the last refusal.
    pub error_code: Option<String>,
    /// Its words.
    pub error: Option<String>,
    /// It may have gone out twice.
    pub flagged: bool,
}

pub(super) async fn insert(tx: &mut Tx, id: &str, row: &NewRow, now: Millis) -> db::Result<()> {
    let content = encode(&row.content)?;
    let state = if row.parked {
        State::Parked
    } else {
        State::Queued
    };
    run!(tx, |c| sqlx::query(INSERT)
        .bind(id)
        .bind(&row.channel)
        .bind(&row.recipient)
        .bind(row.class as i64)
        .bind(row.content.kind())
        .bind(&row.supersede_key)
        .bind(content)
        .bind(&row.customer_id)
        .bind(&row.ticket_id)
        .bind(&row.message_id)
        .bind(state)
        .bind(row.due_at.unwrap_or(now))
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn supersede(tx: &mut Tx, key: &str, by: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SUPERSEDE)
        .bind(key)
        .bind(by)
        .execute(c)
        .await
        .map(drop))
}

/// What waits under a key is not wanted any more.
pub async fn cancel_by_key(tx: &mut Tx, key: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CANCEL_BY_KEY)
        .bind(key)
        .execute(c)
        .await
        .map(drop))
}

/// A row as it is taken for sending.
#[derive(FromRow)]
pub struct Claimed {
    seq: i64,
    id: String,
    channel: Channel,
    recipient: String,
    content: String,
    customer_id: Option<String>,
    ticket_id: Option<String>,
    message_id: Option<String>,
    attempts: i64,
    flagged: bool,
    begun: Option<String>,
    created_at: Millis,
}

/// Takes rows for sending. What is not wanted any more is missing.
pub async fn claim(
    tx: &mut Tx,
    ids: &[&str],
    owner: &str,
    epoch: i64,
    now: Millis,
) -> db::Result<HashMap<String, Job>> {
    let mut jobs = HashMap::new();
    if ids.is_empty() {
        return Ok(jobs);
    }
    for row in dialect::many::claim(tx, ids, owner, epoch, now).await? {
        let Ok(content) = decode(&row.content) else {
            // Written by a newer version, perhaps: it fails alone and keeps nobody waiting.
            tracing::error!(row = row.id, "a message cannot be read and is given up");
            run!(&mut *tx, |c| sqlx::query(UNREADABLE)
                .bind(&row.id)
                .bind(now)
                .execute(c)
                .await
                .map(drop))?;
            continue;
        };
        let job = Job {
            seq: row.seq,
            id: row.id.clone(),
            channel: row.channel,
            recipient: row.recipient,
            content,
            customer_id: row.customer_id,
            ticket_id: row.ticket_id,
            message_id: row.message_id,
            attempts: row.attempts,
            flagged: row.flagged,
            // Unreadable is as good as not begun: it goes out whole.
            begun: row
                .begun
                .and_then(|posts| serde_json::from_str(&posts).ok())
                .unwrap_or_default(),
            created_at: row.created_at,
        };
        jobs.insert(row.id, job);
    }
    Ok(jobs)
}

/// So much of a row that is being sent has gone out, and the rest has not.
pub async fn begin(tx: &mut Tx, id: &str, posts: &[Post]) -> db::Result<()> {
    let posts = serde_json::to_string(posts).map_err(|error| db::Error::Encode(error.into()))?;
    run!(tx, |c| sqlx::query(BEGIN)
        .bind(id)
        .bind(&posts)
        .execute(c)
        .await
        .map(drop))
}

/// The rows that a sender holds.
pub async fn mine(
    tx: &mut Tx,
    channel: &Channel,
    owner: &str,
    epoch: i64,
) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(MINE)
        .bind(channel)
        .bind(owner)
        .bind(epoch)
        .fetch_all(c)
        .await)
}

/// A row that was claimed and never sent waits again.
pub async fn unclaim(tx: &mut Tx, id: &str, owner: &str, epoch: i64) -> db::Result<()> {
    run!(tx, |c| sqlx::query(UNCLAIM)
        .bind(id)
        .bind(owner)
        .bind(epoch)
        .execute(c)
        .await
        .map(drop))
}

/// Rows that another sender had in flight may have gone out: nobody knows. `until`: so long a status may tell.
pub async fn doubt(
    tx: &mut Tx,
    channel: &Channel,
    owner: &str,
    epoch: i64,
    until: Millis,
) -> db::Result<u64> {
    run!(tx, |c| sqlx::query(DOUBT)
        .bind(channel)
        .bind(owner)
        .bind(epoch)
        .bind(until)
        .execute(c)
        .await
        .map(|r| r.rows_affected()))
}

/// For every row in doubt a status may tell until then.
pub async fn doubt_anew(tx: &mut Tx, channel: &Channel, until: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DOUBT_ANEW)
        .bind(channel)
        .bind(until)
        .execute(c)
        .await
        .map(drop))
}

/// When the last event came in before this moment.
pub async fn heard_before(tx: &mut Tx, moment: Millis) -> db::Result<Option<Millis>> {
    run!(tx, |c| sqlx::query_scalar(HEARD_BEFORE)
        .bind(moment)
        .fetch_one(c)
        .await)
}

/// Whether another sender left rows in flight.
pub async fn needs_doubting(
    db: &db::Db,
    channel: &Channel,
    owner: &str,
    epoch: i64,
) -> db::Result<bool> {
    let mut tx = db.read().await?;
    run!(&mut tx, |c| sqlx::query_scalar(ABANDONED)
        .bind(channel)
        .bind(owner)
        .bind(epoch)
        .fetch_one(c)
        .await)
}

/// Whether something that was made by then is with the platform, and its answer is not. (The list of states is the condition of the partial
/// index, which SQLite takes only when it finds it in the question.)
pub async fn is_under_way(
    tx: &mut Tx,
    channel: &Channel,
    recipient: &str,
    by: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(UNDER_WAY)
        .bind(channel)
        .bind(recipient)
        .bind(by)
        .fetch_one(c)
        .await)
}

/// Rows in doubt.
pub async fn doubts(tx: &mut Tx, channel: &Channel) -> db::Result<Vec<Waiting>> {
    run!(tx, |c| sqlx::query_as(DOUBTS)
        .bind(channel)
        .fetch_all(c)
        .await)
}

/// Where a claimed row goes after a refusal.
pub struct Settled<'a> {
    /// Its new state.
    pub state: State,
    /// Not before.
    pub due_at: Millis,
    /// Failed attempts.
    pub attempts: i64,
    /// The platform's code and words.
    pub error: Option<(&'a str, &'a str)>,
    /// When it was refused for good.
    pub failed_at: Option<Millis>,
}

/// Puts a claimed row where it belongs after a refusal. False: this sender has been replaced.
pub async fn settle(
    tx: &mut Tx,
    id: &str,
    owner: &str,
    epoch: i64,
    to: &Settled<'_>,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(SETTLE)
        .bind(id)
        .bind(owner)
        .bind(epoch)
        .bind(to.state)
        .bind(to.due_at)
        .bind(to.attempts)
        .bind(to.error.map(|e| e.0))
        .bind(to.error.map(|e| e.1))
        .bind(to.failed_at)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// A doubtful row is sent once more and flagged. False: it was sent once more already, a status has told, or another sends now. On Telegram,
/// which has no statuses, one whose sender died again before anybody could know goes out again, five times at most: it may be what kills the
/// sender.
pub async fn resend(
    tx: &mut Tx,
    id: &str,
    owner: &str,
    epoch: i64,
    now: Millis,
) -> db::Result<bool> {
    end_doubt(tx, RESEND, (id, owner, epoch), now).await
}

/// A doubtful row is given up. False: a status has told meanwhile, or another sends now.
pub async fn give_up_doubt(
    tx: &mut Tx,
    id: &str,
    owner: &str,
    epoch: i64,
    now: Millis,
) -> db::Result<bool> {
    end_doubt(tx, GIVE_UP_DOUBT, (id, owner, epoch), now).await
}

async fn end_doubt(
    tx: &mut Tx,
    how: &'static str,
    (id, owner, epoch): (&str, &str, i64),
    now: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(how)
        .bind(id)
        .bind(now)
        .bind(owner)
        .bind(epoch)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// A row that failed after all is sent again. False: it did not fail.
pub async fn again(tx: &mut Tx, id: &str, due_at: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(AGAIN)
        .bind(id)
        .bind(due_at)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

/// A chat has another id now: everything that waits for it goes there.
pub async fn move_recipient(
    tx: &mut Tx,
    channel: &Channel,
    from: &str,
    to: &str,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(MOVE)
        .bind(channel)
        .bind(from)
        .bind(to)
        .execute(c)
        .await
        .map(drop))
}

/// Nothing more goes to this recipient: he was deactivated, or blocked us.
pub async fn cancel_to(tx: &mut Tx, channel: &Channel, recipient: &str) -> db::Result<u64> {
    run!(tx, |c| sqlx::query(CANCEL_TO)
        .bind(channel)
        .bind(recipient)
        .execute(c)
        .await
        .map(|r| r.rows_affected()))
}

/// How far the row that carries a message has come.
pub async fn delivery(tx: &mut Tx, message_id: &str) -> db::Result<Option<Delivery>> {
    run!(tx, |c| sqlx::query_as(DELIVERY)
        .bind(message_id)
        .fetch_optional(c)
        .await)
}

/// A row by its id.
pub async fn row(tx: &mut Tx, id: &str) -> db::Result<Option<Row>> {
    run!(tx, |c| sqlx::query_as(ROW).bind(id).fetch_optional(c).await)
}

impl Class {
    /// The class of a stored number.
    pub(super) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Conversation,
            1 => Self::Notice,
            2 => Self::Card,
            _ => Self::Broadcast,
        }
    }
}

fn encode(content: &Content) -> db::Result<String> {
    serde_json::to_string(content).map_err(|e| db::Error::Encode(e.into()))
}

fn decode(content: &str) -> db::Result<Content> {
    serde_json::from_str(content).map_err(|e| db::Error::Decode(e.into()))
}
