//! The SQL of round robin.

use crate::{
    db::{self, FromRow, Tx, run, statements},
    staff::Role,
    tickets::Ticket,
};

statements! {
    LOAD = "select (select count(*) from tickets t
                where t.staff_id = $1 and t.status in ('assigned', 'in_progress', 'on_hold', 'escalated'))
            + (select count(*) from conversations c
                where c.staff_id = $1 and c.state = 'open' and c.owner = 'agent' and c.ticket_id is null)";
    CANDIDATES = "select s.id, s.role, s.capacity,
            (select count(*) from tickets t
                where t.staff_id = s.id and t.status in ('assigned', 'in_progress', 'on_hold', 'escalated'))
            + (select count(*) from conversations c
                where c.staff_id = s.id and c.state = 'open' and c.owner = 'agent' and c.ticket_id is null) as load
        from staff s
        where s.active and s.availability = 'online' and s.telegram_chat_id is not null
            and (cast($1 as text) is null or exists (select 1 from team_members m where m.team_id = $1 and m.staff_id = s.id))
        order by s.last_assigned, s.id";
    HAS_MEMBERS = "select exists (select 1 from team_members where team_id = $1)";
    COUNT_UP = "update rota set counter = counter + 1 where id = 1 returning counter";
    SET_LAST_ASSIGNED = "update staff set last_assigned = $2 where id = $1";
    WAITING_TICKETS = "select t.id, t.number, t.customer_id, t.type_id, t.priority, t.status, t.title, t.description, t.team_id,
            t.staff_id, t.opened_at, t.due_at, t.assigned_at, t.resolved_at, t.closed_at, t.updated_at
        from tickets t
        where t.status = 'open' and t.staff_id is null
            and (t.team_id is null
                or not exists (select 1 from team_members m where m.team_id = t.team_id)
                or exists (select 1 from team_members m join staff s on s.id = m.staff_id
                    where m.team_id = t.team_id and s.active and s.availability = 'online' and s.telegram_chat_id is not null))
        order by t.opened_at, t.id limit $1";
}

/// Somebody who is there, and how much he has.
#[derive(FromRow)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) role: Role,
    pub(super) capacity: i64,
    pub(super) load: i64,
}

pub(super) async fn load(tx: &mut Tx, staff_id: &str) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(LOAD)
        .bind(staff_id)
        .fetch_one(c)
        .await)
}

/// Whoever is there, of a team when one is asked for; the one whose turn it is first.
pub(super) async fn candidates(tx: &mut Tx, team_id: Option<&str>) -> db::Result<Vec<Candidate>> {
    run!(tx, |c| sqlx::query_as(CANDIDATES)
        .bind(team_id)
        .fetch_all(c)
        .await)
}

/// Whether anybody is in a team.
pub(super) async fn has_members(tx: &mut Tx, team_id: &str) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(HAS_MEMBERS)
        .bind(team_id)
        .fetch_one(c)
        .await)
}

/// One more assignment; how many there are now.
pub(super) async fn count_up(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(COUNT_UP).fetch_one(c).await)
}

pub(super) async fn set_last_assigned(tx: &mut Tx, staff_id: &str, count: i64) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_LAST_ASSIGNED)
        .bind(staff_id)
        .bind(count)
        .execute(c)
        .await
        .map(drop))
}

/// Tickets that wait and that somebody who is there could see to, the oldest first.
pub(super) async fn waiting_tickets(tx: &mut Tx, limit: i64) -> db::Result<Vec<Ticket>> {
    run!(tx, |c| sqlx::query_as(WAITING_TICKETS)
        .bind(limit)
        .fetch_all(c)
        .await)
}
