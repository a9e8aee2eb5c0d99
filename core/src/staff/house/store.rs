//! The SQL of lists of staff, of changes of people, and of the audit log.

use super::{Line, Member, Role, Team};
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    MEMBERS = "select s.id, s.name, s.user_name, s.role, s.availability, s.capacity, s.telegram_chat_id is not null as linked,
            (select count(*) from tickets t
                where t.staff_id = s.id and t.status in ('assigned', 'in_progress', 'on_hold', 'escalated'))
            + (select count(*) from conversations c
                where c.staff_id = s.id and c.state = 'open' and c.owner = 'agent' and c.ticket_id is null) as load
        from staff s where s.active order by s.name, s.id";
    TEAMS = "select t.id, t.name, (select count(*) from team_members m join staff s on s.id = m.staff_id
                where m.team_id = t.id and s.active) as members
        from teams t order by t.name";
    TEAMS_OF = "select team_id from team_members where staff_id = $1";
    LEAVE_TEAM = "delete from team_members where staff_id = $1 and team_id = $2";
    SET_CAPACITY = "update staff set capacity = $2 where id = $1";
    SET_ROLE = "update staff set role = $2 where id = $1";
    DEACTIVATE = "update staff set active = false where id = $1";
    SPOIL_INVITES = "update staff_invites set used_at = $2 where staff_id = $1 and used_at is null";
    TRAIL = "select a.id, a.at, a.actor, a.action, a.subject, a.before_value, a.after_value,
            case a.actor when 'staff' then (select s.name from staff s where s.id = a.actor_id)
                when 'customer' then (select c.name from customers c where c.id = a.actor_id) end as actor_name,
            (select s.name from staff s where s.id = a.subject) as subject_name
        from audit a where cast($1 as text) is null or a.id < $1 order by a.id desc limit $2";
}

pub(super) async fn members(tx: &mut Tx) -> db::Result<Vec<Member>> {
    run!(tx, |c| sqlx::query_as(MEMBERS).fetch_all(c).await)
}

pub(super) async fn teams(tx: &mut Tx) -> db::Result<Vec<Team>> {
    run!(tx, |c| sqlx::query_as(TEAMS).fetch_all(c).await)
}

pub(super) async fn teams_of(tx: &mut Tx, id: &str) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(TEAMS_OF)
        .bind(id)
        .fetch_all(c)
        .await)
}

pub(super) async fn leave_team(tx: &mut Tx, id: &str, team: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(LEAVE_TEAM)
        .bind(id)
        .bind(team)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_capacity(tx: &mut Tx, id: &str, capacity: i64) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_CAPACITY)
        .bind(id)
        .bind(capacity)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_role(tx: &mut Tx, id: &str, to: Role) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_ROLE)
        .bind(id)
        .bind(to)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn deactivate(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DEACTIVATE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

/// Invitations that nobody has taken up are worth nothing any more.
pub(super) async fn spoil_invites(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SPOIL_INVITES)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn trail(tx: &mut Tx, before: Option<&str>, limit: i64) -> db::Result<Vec<Line>> {
    run!(tx, |c| sqlx::query_as(TRAIL)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await)
}
