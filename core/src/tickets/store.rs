//! The tickets' SQL.

use super::{Actor, EventKind, Filter, Status, Ticket, TicketEvent, TicketType};
use crate::{
    db::{self, FromRow, Tx, run, statements},
    desk::Act,
};

statements! {
    TYPES = "select id, names, keywords, team_id, low_minutes, normal_minutes, high_minutes, urgent_minutes, position
        from ticket_types where active order by position, id";
    TYPE = "select id, names, keywords, team_id, low_minutes, normal_minutes, high_minutes, urgent_minutes, position
        from ticket_types where id = $1";
    SET_TYPE_TEAM = "update ticket_types set team_id = $2 where id = $1";
    INSERT = "insert into tickets (id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id,
            opened_at, due_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (number) do nothing";
    UPDATE = "update tickets set priority = $3, status = $4, staff_id = $5, due_at = $6, assigned_at = $7, resolved_at = $8,
            closed_at = $9, updated_at = $10
        where id = $1 and status = $2";
    BY_ID = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where id = $1";
    BY_NUMBER = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where number = $1";
    OWNED = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where customer_id = $1 and id = $2";
    OF_CUSTOMER = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where customer_id = $1 order by opened_at desc, id desc limit $2 offset $3";
    OPEN_OF_CUSTOMER = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at,
            due_at, assigned_at, resolved_at, closed_at, updated_at
        from tickets where customer_id = $1 and status not in ('resolved', 'closed', 'cancelled')
        order by opened_at desc, id desc limit $2 offset $3";
    DONE_OF_CUSTOMER = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at,
            due_at, assigned_at, resolved_at, closed_at, updated_at
        from tickets where customer_id = $1 and status in ('resolved', 'closed', 'cancelled')
        order by opened_at desc, id desc limit $2 offset $3";
    IN_OF_CUSTOMER = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at,
            due_at, assigned_at, resolved_at, closed_at, updated_at
        from tickets where customer_id = $1 and status = $2 order by opened_at desc, id desc limit $3 offset $4";
    COUNT_IN_OF_CUSTOMER = "select count(*) from tickets where customer_id = $1 and status = $2";
    COUNT_OF_CUSTOMER = "select count(*) from tickets where customer_id = $1";
    COUNT_OPEN_OF_CUSTOMER = "select count(*) from tickets
        where customer_id = $1 and status not in ('resolved', 'closed', 'cancelled')";
    COUNT_DONE_OF_CUSTOMER = "select count(*) from tickets
        where customer_id = $1 and status in ('resolved', 'closed', 'cancelled')";
    OF_STAFF = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where staff_id = $1 and status in ('assigned', 'in_progress', 'on_hold', 'escalated') order by due_at, id";
    WAITING = "select id, number, customer_id, type_id, priority, status, title, description, team_id, staff_id, opened_at, due_at,
            assigned_at, resolved_at, closed_at, updated_at
        from tickets where status = 'open' and staff_id is null order by opened_at, id limit $1";
    LOG = "insert into ticket_events (ticket_id, at, kind, actor, actor_id, from_value, to_value, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    HISTORY = "select e.at, e.kind, e.actor,
            case e.actor when 'staff' then (select s.name from staff s where s.id = e.actor_id)
                when 'customer' then (select c.name from customers c where c.id = e.actor_id) end as actor_name,
            e.from_value, e.to_value, e.note
        from ticket_events e where e.ticket_id = $1 order by e.seq";
}

#[derive(FromRow)]
pub(super) struct TypeRow {
    id: String,
    names: String,
    keywords: String,
    team_id: Option<String>,
    low_minutes: Option<i64>,
    normal_minutes: Option<i64>,
    high_minutes: Option<i64>,
    urgent_minutes: Option<i64>,
    position: i64,
}

impl TypeRow {
    pub(super) fn read(self) -> db::Result<TicketType> {
        Ok(TicketType {
            names: serde_json::from_str(&self.names).map_err(|e| db::Error::Decode(e.into()))?,
            keywords: serde_json::from_str(&self.keywords)
                .map_err(|e| db::Error::Decode(e.into()))?,
            id: self.id,
            team_id: self.team_id,
            own_minutes: [
                self.low_minutes,
                self.normal_minutes,
                self.high_minutes,
                self.urgent_minutes,
            ],
            position: self.position,
        })
    }
}

/// A line for a ticket's history.
pub(crate) struct NewEvent<'a> {
    pub(crate) kind: EventKind,
    pub(crate) by: &'a Actor,
    pub(crate) from_value: Option<&'a str>,
    pub(crate) to_value: Option<&'a str>,
    pub(crate) note: Option<&'a str>,
}

impl<'a> NewEvent<'a> {
    pub(crate) fn of(kind: EventKind, by: &'a Actor) -> Self {
        Self {
            kind,
            by,
            from_value: None,
            to_value: None,
            note: None,
        }
    }
}

pub(super) async fn set_type_team(
    tx: &mut Tx,
    type_id: &str,
    team_id: Option<&str>,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(SET_TYPE_TEAM)
        .bind(type_id)
        .bind(team_id)
        .execute(c)
        .await
        .map(|r| r.rows_affected() == 1))
}

pub(super) async fn types(tx: &mut Tx) -> db::Result<Vec<TicketType>> {
    let rows: Vec<TypeRow> = run!(tx, |c| sqlx::query_as(TYPES).fetch_all(c).await)?;
    rows.into_iter().map(TypeRow::read).collect()
}

pub(super) async fn type_by_id(tx: &mut Tx, id: &str) -> db::Result<Option<TicketType>> {
    let row: Option<TypeRow> = run!(tx, |c| sqlx::query_as(TYPE)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(TypeRow::read).transpose()
}

/// False: the number is taken.
pub(super) async fn insert(tx: &mut Tx, ticket: &Ticket) -> db::Result<bool> {
    let rows = run!(tx, |c| sqlx::query(INSERT)
        .bind(&ticket.id)
        .bind(&ticket.number)
        .bind(&ticket.customer_id)
        .bind(&ticket.type_id)
        .bind(ticket.priority)
        .bind(ticket.status)
        .bind(&ticket.title)
        .bind(&ticket.description)
        .bind(&ticket.team_id)
        .bind(&ticket.staff_id)
        .bind(ticket.opened_at)
        .bind(ticket.due_at)
        .bind(ticket.updated_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Writes what can change in a ticket that is [`locked`]. False: the ticket no longer has the status `from`, and nothing was written.
pub(super) async fn update(tx: &mut Tx, ticket: &Ticket, from: Status) -> db::Result<bool> {
    let rows = run!(tx, |c| sqlx::query(UPDATE)
        .bind(&ticket.id)
        .bind(from)
        .bind(ticket.priority)
        .bind(ticket.status)
        .bind(&ticket.staff_id)
        .bind(ticket.due_at)
        .bind(ticket.assigned_at)
        .bind(ticket.resolved_at)
        .bind(ticket.closed_at)
        .bind(ticket.updated_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Ticket>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// A ticket as it is now, nobody else's to change until the transaction ends. Every change begins here.
pub(crate) async fn locked(tx: &mut Tx, id: &str) -> db::Result<Option<Ticket>> {
    db::dialect::lock_ticket(tx, id).await?;
    by_id(tx, id).await
}

pub(super) async fn by_number(tx: &mut Tx, number: &str) -> db::Result<Option<Ticket>> {
    run!(tx, |c| sqlx::query_as(BY_NUMBER)
        .bind(number)
        .fetch_optional(c)
        .await)
}

pub(super) async fn owned(tx: &mut Tx, customer_id: &str, id: &str) -> db::Result<Option<Ticket>> {
    run!(tx, |c| sqlx::query_as(OWNED)
        .bind(customer_id)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn of_customer(
    tx: &mut Tx,
    customer_id: &str,
    filter: Filter,
    offset: i64,
    limit: i64,
) -> db::Result<(Vec<Ticket>, i64)> {
    let (list, count) = match filter {
        Filter::All => (OF_CUSTOMER, COUNT_OF_CUSTOMER),
        Filter::Open => (OPEN_OF_CUSTOMER, COUNT_OPEN_OF_CUSTOMER),
        Filter::Done => (DONE_OF_CUSTOMER, COUNT_DONE_OF_CUSTOMER),
    };
    let page = run!(&mut *tx, |c| sqlx::query_as(list)
        .bind(customer_id)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = run!(tx, |c| sqlx::query_scalar(count)
        .bind(customer_id)
        .fetch_one(c)
        .await)?;
    Ok((page, total))
}

pub(super) async fn of_customer_in(
    tx: &mut Tx,
    customer_id: &str,
    status: Status,
    offset: i64,
    limit: i64,
) -> db::Result<(Vec<Ticket>, i64)> {
    let page = run!(&mut *tx, |c| sqlx::query_as(IN_OF_CUSTOMER)
        .bind(customer_id)
        .bind(status)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = run!(tx, |c| sqlx::query_scalar(COUNT_IN_OF_CUSTOMER)
        .bind(customer_id)
        .bind(status)
        .fetch_one(c)
        .await)?;
    Ok((page, total))
}

pub(super) async fn of_staff(tx: &mut Tx, staff_id: &str) -> db::Result<Vec<Ticket>> {
    run!(tx, |c| sqlx::query_as(OF_STAFF)
        .bind(staff_id)
        .fetch_all(c)
        .await)
}

pub(super) async fn waiting(tx: &mut Tx, limit: i64) -> db::Result<Vec<Ticket>> {
    run!(tx, |c| sqlx::query_as(WAITING)
        .bind(limit)
        .fetch_all(c)
        .await)
}

/// Writes a line into a ticket's history.
pub(crate) async fn log(act: &mut Act<'_>, ticket_id: &str, event: NewEvent<'_>) -> db::Result<()> {
    let now = act.now;
    run!(&mut *act.tx, |c| sqlx::query(LOG)
        .bind(ticket_id)
        .bind(now)
        .bind(event.kind)
        .bind(event.by.kind())
        .bind(event.by.id())
        .bind(event.from_value)
        .bind(event.to_value)
        .bind(event.note)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn history(tx: &mut Tx, ticket_id: &str) -> db::Result<Vec<TicketEvent>> {
    run!(tx, |c| sqlx::query_as(HISTORY)
        .bind(ticket_id)
        .fetch_all(c)
        .await)
}
