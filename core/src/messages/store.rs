//! The messages' SQL.

use super::Message;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
    inbox::Channel,
};

statements! {
    INSERT = "insert into messages (id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id,
            channel, chat, external_id, quotes, written_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (channel, chat, external_id) do nothing";
    BY_ID = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel, chat,
            external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where id = $1";
    FIND = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel, chat,
            external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where channel = $1 and chat = $2 and external_id = $3";
    OF_CONVERSATION = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel,
            chat, external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where conversation_id = $1 order by created_at desc, written_at desc, id desc limit $2";
    OF_TICKET = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel,
            chat, external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where ticket_id = $1 order by created_at desc, written_at desc, id desc limit $2";
    PAGE_OF_TICKET = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel,
            chat, external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where ticket_id = $1 and (cast($2 as text) is null or (created_at, written_at, id) <
            (select b.created_at, b.written_at, b.id from messages b where b.id = $2 and b.ticket_id = $1))
        order by created_at desc, written_at desc, id desc limit $3";
    PAGE_OF_CONVERSATION = "select id, conversation_id, customer_id, ticket_id, author, staff_id, kind, body, details, media_id, channel,
            chat, external_id, quotes, written_at, created_at, edited_at, revoked_at
        from messages where conversation_id = $1 and (cast($2 as text) is null or (created_at, written_at, id) <
            (select b.created_at, b.written_at, b.id from messages b where b.id = $2 and b.conversation_id = $1))
        order by created_at desc, written_at desc, id desc limit $3";
    DETACH = "update messages set ticket_id = null where id = $1";
    ATTACH = "update messages set ticket_id = $2 where id = $1 and customer_id = $3";
    LAST_RELAY = "select customer_id, created_at from outbox
        where channel = $1 and recipient = $2 and kind = 'relay' order by seq desc limit 1";
    HANDED = "select count(*), count(case when state in ('sent', 'delivered', 'read')
                or (recipient = $3 and state in ('queued', 'claimed', 'uncertain')) then 1 end)
        from outbox where message_id = $1 and channel = $2 and kind = 'relay'";
    EDITED = "update messages set body = $2, edited_at = $3 where id = $1";
    REVOKED = "update messages set revoked_at = $2 where id = $1";
}

/// False: it is known already.
pub(super) async fn insert(tx: &mut Tx, message: &Message) -> db::Result<bool> {
    let rows = run!(tx, |c| sqlx::query(INSERT)
        .bind(&message.id)
        .bind(&message.conversation_id)
        .bind(&message.customer_id)
        .bind(&message.ticket_id)
        .bind(message.author)
        .bind(&message.staff_id)
        .bind(message.kind)
        .bind(&message.body)
        .bind(&message.details)
        .bind(&message.media_id)
        .bind(&message.channel)
        .bind(&message.chat)
        .bind(&message.external_id)
        .bind(&message.quotes)
        .bind(message.written_at)
        .bind(message.created_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Message>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn find(
    tx: &mut Tx,
    channel: &Channel,
    chat: &str,
    external_id: &str,
) -> db::Result<Option<Message>> {
    run!(tx, |c| sqlx::query_as(FIND)
        .bind(channel)
        .bind(chat)
        .bind(external_id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn of_conversation(tx: &mut Tx, id: &str, limit: i64) -> db::Result<Vec<Message>> {
    let newest_first: Vec<Message> = run!(tx, |c| sqlx::query_as(OF_CONVERSATION)
        .bind(id)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(newest_first.into_iter().rev().collect())
}

pub(super) async fn of_ticket(tx: &mut Tx, id: &str, limit: i64) -> db::Result<Vec<Message>> {
    let newest_first: Vec<Message> = run!(tx, |c| sqlx::query_as(OF_TICKET)
        .bind(id)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(newest_first.into_iter().rev().collect())
}

pub(super) async fn page_of_ticket(
    tx: &mut Tx,
    id: &str,
    before: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Message>> {
    page(tx, PAGE_OF_TICKET, id, before, limit).await
}

pub(super) async fn page_of_conversation(
    tx: &mut Tx,
    id: &str,
    before: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Message>> {
    page(tx, PAGE_OF_CONVERSATION, id, before, limit).await
}

async fn page(
    tx: &mut Tx,
    found: &'static str,
    id: &str,
    before: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Message>> {
    let newest_first: Vec<Message> = run!(tx, |c| sqlx::query_as(found)
        .bind(id)
        .bind(before)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)?;
    Ok(newest_first.into_iter().rev().collect())
}

/// A customer's message belongs to one of their tickets.
pub(crate) async fn detach(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DETACH)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

pub(crate) async fn attach(
    tx: &mut Tx,
    id: &str,
    ticket_id: &str,
    customer_id: &str,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(ATTACH)
        .bind(id)
        .bind(ticket_id)
        .bind(customer_id)
        .execute(c)
        .await
        .map(drop))
}

/// Whose message was handed into a chat last, and when.
pub(super) async fn last_relay(
    tx: &mut Tx,
    channel: &Channel,
    chat: &str,
) -> db::Result<Option<(Option<String>, Millis)>> {
    run!(tx, |c| sqlx::query_as(LAST_RELAY)
        .bind(channel)
        .bind(chat)
        .fetch_optional(c)
        .await)
}

/// How often a message was to be handed to staff, and how often that was done or will yet be, in this chat.
pub(super) async fn handed(
    tx: &mut Tx,
    id: &str,
    channel: &Channel,
    chat: &str,
) -> db::Result<(i64, i64)> {
    run!(tx, |c| sqlx::query_as(HANDED)
        .bind(id)
        .bind(channel)
        .bind(chat)
        .fetch_one(c)
        .await)
}

pub(super) async fn edited(tx: &mut Tx, id: &str, text: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(EDITED)
        .bind(id)
        .bind(text)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn revoked(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(REVOKED)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}
