//! The conversations' SQL.

use super::Conversation;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
    inbox::Channel,
};

statements! {
    OPEN_OF = "select id, customer_id, channel, owner, staff_id, ticket_id, opened_at, queued_at, last_customer_at, last_staff_at
        from conversations where customer_id = $1 and state = 'open'";
    BY_ID = "select id, customer_id, channel, owner, staff_id, ticket_id, opened_at, queued_at, last_customer_at, last_staff_at
        from conversations where id = $1";
    OF_STAFF = "select id, customer_id, channel, owner, staff_id, ticket_id, opened_at, queued_at, last_customer_at, last_staff_at
        from conversations where staff_id = $1 and state = 'open' and owner = 'agent'
        order by coalesce(last_customer_at, opened_at) desc, id desc";
    OF_TICKET = "select id, customer_id, channel, owner, staff_id, ticket_id, opened_at, queued_at, last_customer_at, last_staff_at
        from conversations where customer_id = $1 and ticket_id = $2 and state = 'open'";
    WAITING = "select id, customer_id, channel, owner, staff_id, ticket_id, opened_at, queued_at, last_customer_at, last_staff_at
        from conversations where state = 'open' and owner = 'queue' and ticket_id is null order by queued_at, id limit $1";
    INSERT = "insert into conversations (id, customer_id, channel, state, owner, opened_at) values ($1, $2, $3, 'open', 'bot', $4)
        on conflict do nothing";
    SET_OWNER = "update conversations set owner = $2, staff_id = $3, ticket_id = $4, queued_at = $5 where id = $1 and state = 'open'";
    SET_TICKET = "update conversations set ticket_id = $2 where id = $1 and state = 'open'";
    CLOSE = "update conversations set state = 'closed', closed_at = $2, queued_at = null where id = $1 and state = 'open'";
    CUSTOMER_WROTE = "update conversations set last_customer_at = $2
        where id = $1 and (last_customer_at is null or last_customer_at < $2)";
    STAFF_WROTE = "update conversations set last_staff_at = $2 where id = $1 and (last_staff_at is null or last_staff_at < $2)";
}

pub(super) async fn open_of(tx: &mut Tx, customer_id: &str) -> db::Result<Option<Conversation>> {
    run!(tx, |c| sqlx::query_as(OPEN_OF)
        .bind(customer_id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Conversation>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn of_staff(tx: &mut Tx, staff_id: &str) -> db::Result<Vec<Conversation>> {
    run!(tx, |c| sqlx::query_as(OF_STAFF)
        .bind(staff_id)
        .fetch_all(c)
        .await)
}

/// The open conversation that is about a ticket.
pub(crate) async fn of_ticket(
    tx: &mut Tx,
    customer_id: &str,
    ticket_id: &str,
) -> db::Result<Option<Conversation>> {
    run!(tx, |c| sqlx::query_as(OF_TICKET)
        .bind(customer_id)
        .bind(ticket_id)
        .fetch_optional(c)
        .await)
}

/// Those that wait for an agent without a ticket, the one that waits longest first.
pub(crate) async fn waiting(tx: &mut Tx, limit: i64) -> db::Result<Vec<Conversation>> {
    run!(tx, |c| sqlx::query_as(WAITING)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Makes the customer's one open conversation, unless it is there already.
pub(super) async fn insert(
    tx: &mut Tx,
    id: &str,
    customer_id: &str,
    channel: &Channel,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(id)
        .bind(customer_id)
        .bind(channel)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_owner(tx: &mut Tx, to: &Conversation) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_OWNER)
        .bind(&to.id)
        .bind(to.owner)
        .bind(&to.staff_id)
        .bind(&to.ticket_id)
        .bind(to.queued_at)
        .execute(c)
        .await
        .map(drop))
}

/// The conversation is about this ticket now.
pub(crate) async fn set_ticket(tx: &mut Tx, id: &str, ticket_id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_TICKET)
        .bind(id)
        .bind(ticket_id)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn close(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CLOSE)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// The customer wrote at this time.
pub(crate) async fn customer_wrote(tx: &mut Tx, id: &str, at: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CUSTOMER_WROTE)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(drop))
}

/// An agent wrote at this time.
pub(crate) async fn staff_wrote(tx: &mut Tx, id: &str, at: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(STAFF_WROTE)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(drop))
}
