//! SQL of erasing. What goes by a person's id is a handful of statements; the rivers are walked through, for nobody knows beforehand what
//! in them speaks of whom.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
    inbox::Channel,
};

statements! {
    // In the order of their execution: what is found by a row comes before that row.
    MESSAGES = "update messages set body = '', details = null, media_id = null, external_id = id, quotes = null where customer_id = $1";
    TICKETS = "update tickets set title = '', description = '' where customer_id = $1";
    TICKET_NOTES = "update ticket_events set note = null
        where note is not null and ticket_id in (select id from tickets where customer_id = $1)";
    ESCALATIONS = "update escalations set reason = '' where ticket_id in (select id from tickets where customer_id = $1)";
    OUTBOX_OPEN = "update outbox set state = 'cancelled'
        where customer_id = $1 and state in ('queued', 'parked') and kind <> 'card_edit'";
    OUTBOX_WORDS = "update outbox set content = '{\"kind\":\"erased\"}', kind = 'erased'
        where customer_id = $1 and kind in ('prompt', 'template', 'sealed')";
    OUTBOX_ERRORS = "update outbox set error = null where customer_id = $1 and error is not null";
    // WhatsApp's ids hold the number in base 64; Telegram's are numbers of its own, and lead an agent's reply to \"this customer is gone\".
    POSTS = "delete from outbox_posts where channel like 'wa:%' and outbox_id in (select id from outbox where customer_id = $1)";
    PORTAL_SESSIONS = "delete from portal_sessions where customer_id = $1";
    CODES = "delete from otp_challenges where subject = $1";
    DIALOGUE = "delete from sessions where person = 'customer:' || $1";
    STAFF_DIALOGUES = "delete from sessions where person like 'staff:%' and state like '%' || $1 || '%'";
    FOCUS = "update staff set focus_customer_id = null, focus_until = null where focus_customer_id = $1";
    AUDIT = "update audit set before_value = null, after_value = null
        where subject = $1 and (before_value is not null or after_value is not null)";
    CONVERSATIONS = "update conversations set state = 'closed', owner = 'bot', queued_at = null, closed_at = coalesce(last_customer_at, opened_at)
        where customer_id = $1 and state = 'open'";
    IDENTITIES = "delete from contact_identities where customer_id = $1";

    CUSTOMER = "update customers set name = '–', locale = null, window_opened_at = null, account_number = null, full_name = null,
            email = null, address = null, city = null, province = null, portal_enabled = false, terms = null,
            deleted_at = coalesce(deleted_at, $2), erased_at = $2
        where id = $1";
    FILES = "select id, mime from media where id in (select media_id from messages where customer_id = $1 and media_id is not null)
                and not exists (select 1 from messages other where other.media_id = media.id and other.customer_id <> $1)
        union select id, mime from media where channel = 'export' and platform_id like $1 || ':%'";
    DELETE_FILE = "delete from media where id = $1";
    TOP_OF_INBOX = "select max(seq) from inbox";
    TOP_OF_OUTBOX = "select max(seq) from outbox";
    PENDING_OF_LANE = "select seq from inbox where stream = 'lane' and state = 'pending' and lane = $1";
    INBOX = "select seq, channel, external_id, lane, state, received_at, payload from inbox where seq > $1 order by seq limit $2";
    OUTBOX = "select seq, channel, recipient, customer_id, kind, state, content from outbox where seq > $1 order by seq limit $2";
    EMPTY_EVENT = "update inbox set payload = $2, lane = 'erased', error = null,
            handled_at = case when state in ('pending', 'dead') then $3 else handled_at end,
            state = case when state in ('pending', 'dead', 'orphan') then 'done' else state end
        where seq = $1";
    EMPTY_ROW = "update outbox set content = '{\"kind\":\"erased\"}', kind = 'erased', error = null,
            state = case when state in ('queued', 'parked') then 'cancelled' else state end
        where seq = $1";
    EMPTIED_EVENTS = "delete from inbox where lane = 'erased' and received_at < $1 and state in ('done', 'kept', 'orphan')";
    OLD_EXPORTS = "select id, mime from media where channel = 'export' and created_at < $1";
}

/// What goes by the person's id, in this order.
const BY_ID: [&str; 16] = [
    MESSAGES,
    TICKETS,
    TICKET_NOTES,
    ESCALATIONS,
    OUTBOX_OPEN,
    OUTBOX_WORDS,
    OUTBOX_ERRORS,
    POSTS,
    PORTAL_SESSIONS,
    CODES,
    DIALOGUE,
    STAFF_DIALOGUES,
    FOCUS,
    AUDIT,
    CONVERSATIONS,
    IDENTITIES,
];

/// An event, as far as it matters whom it speaks of.
#[derive(FromRow)]
pub(in crate::people) struct Event {
    pub(in crate::people) seq: i64,
    pub(in crate::people) channel: Channel,
    pub(in crate::people) external_id: String,
    pub(in crate::people) lane: String,
    pub(in crate::people) state: String,
    pub(in crate::people) received_at: Millis,
    pub(in crate::people) payload: Vec<u8>,
}

/// A row of the outbox, as far as it matters whom it speaks of.
#[derive(FromRow)]
pub(in crate::people) struct Row {
    pub(in crate::people) seq: i64,
    pub(in crate::people) channel: Channel,
    pub(in crate::people) recipient: String,
    pub(in crate::people) customer_id: Option<String>,
    pub(in crate::people) kind: String,
    pub(in crate::people) state: String,
    pub(in crate::people) content: String,
}

/// A file, as far as its name on the disk goes.
#[derive(FromRow)]
pub(in crate::people) struct File {
    pub(in crate::people) id: String,
    pub(in crate::people) mime: Option<String>,
}

/// Everything that a person's id leads to. May be done again.
pub(in crate::people) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<()> {
    for sql in BY_ID {
        run!(&mut *tx, |c| sqlx::query(sql)
            .bind(id)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// The person's own row.
pub(in crate::people) async fn customer(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CUSTOMER)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// The person's files that are nobody else's; they are in no list any more.
pub(in crate::people) async fn take_files(tx: &mut Tx, id: &str) -> db::Result<Vec<File>> {
    run!(tx, |c| sqlx::query_as(FILES).bind(id).fetch_all(c).await)
}

pub(in crate::people) async fn delete_file(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DELETE_FILE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

/// Files that were made to be handed over before then.
pub(in crate::people) async fn old_exports(tx: &mut Tx, before: Millis) -> db::Result<Vec<File>> {
    run!(tx, |c| sqlx::query_as(OLD_EXPORTS)
        .bind(before)
        .fetch_all(c)
        .await)
}

/// The newest place in both rivers.
pub(in crate::people) async fn tops(tx: &mut Tx) -> db::Result<(i64, i64)> {
    let inbox: Option<i64> = run!(&mut *tx, |c| sqlx::query_scalar(TOP_OF_INBOX)
        .fetch_one(c)
        .await)?;
    let outbox: Option<i64> = run!(tx, |c| sqlx::query_scalar(TOP_OF_OUTBOX).fetch_one(c).await)?;
    Ok((inbox.unwrap_or(0), outbox.unwrap_or(0)))
}

pub(in crate::people) async fn events(
    tx: &mut Tx,
    after: i64,
    limit: i64,
) -> db::Result<Vec<Event>> {
    run!(tx, |c| sqlx::query_as(INBOX)
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await)
}

pub(in crate::people) async fn rows(tx: &mut Tx, after: i64, limit: i64) -> db::Result<Vec<Row>> {
    run!(tx, |c| sqlx::query_as(OUTBOX)
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// What a lane has to do.
pub(in crate::people) async fn pending(tx: &mut Tx, lane: &str) -> db::Result<Vec<i64>> {
    run!(tx, |c| sqlx::query_scalar(PENDING_OF_LANE)
        .bind(lane)
        .fetch_all(c)
        .await)
}

/// The event says nothing any more; what was to be handled or looked at is not.
pub(in crate::people) async fn empty_event(tx: &mut Tx, seq: i64, now: Millis) -> db::Result<()> {
    let nothing: &[u8] = b"{}";
    run!(tx, |c| sqlx::query(EMPTY_EVENT)
        .bind(seq)
        .bind(nothing)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// The row says nothing any more, and does not go out.
pub(in crate::people) async fn empty_row(tx: &mut Tx, seq: i64) -> db::Result<()> {
    run!(tx, |c| sqlx::query(EMPTY_ROW)
        .bind(seq)
        .execute(c)
        .await
        .map(drop))
}

/// Lets events go that say nothing and came before then. How many.
pub(in crate::people) async fn delete_emptied(tx: &mut Tx, before: Millis) -> db::Result<u64> {
    run!(tx, |c| sqlx::query(EMPTIED_EVENTS)
        .bind(before)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}
