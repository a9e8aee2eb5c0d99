//! SQL of escalations.

use super::Escalation;
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
    tickets::Actor,
};

statements! {
    RAISE = "insert into escalations (id, ticket_id, staff_id, reason, opened_at) values ($1, $2, $3, $4, $5)";
    OPEN_OF = "select e.id, e.ticket_id, e.staff_id, s.name as staff_name, e.reason, e.opened_at
        from escalations e join staff s on s.id = e.staff_id where e.ticket_id = $1 and e.ended_at is null";
    END = "update escalations set ended_at = $2, ended_actor = $3, ended_actor_id = $4 where id = $1 and ended_at is null";
}

pub(super) async fn raise(
    tx: &mut Tx,
    id: &str,
    (ticket_id, staff_id): (&str, &str),
    reason: &str,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(RAISE)
        .bind(id)
        .bind(ticket_id)
        .bind(staff_id)
        .bind(reason)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn open_of(tx: &mut Tx, ticket_id: &str) -> db::Result<Option<Escalation>> {
    run!(tx, |c| sqlx::query_as(OPEN_OF)
        .bind(ticket_id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn end(tx: &mut Tx, id: &str, by: &Actor, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(END)
        .bind(id)
        .bind(now)
        .bind(by.kind())
        .bind(by.id())
        .execute(c)
        .await
        .map(drop))
}
