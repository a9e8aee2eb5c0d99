//! The SQL of lists of tickets.

use super::{Group, Row, Wanted};
use crate::{
    clock::Millis,
    db::{self, Tx, dialect, run, statements},
};

statements! {
    LIST = "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
            s.name as staff_name
        from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
        where (cast($1 as text) is null or t.status = $1)
            and (cast($2 as text) <> 'active' or t.status not in ('resolved', 'closed', 'cancelled'))
            and (cast($2 as text) <> 'done' or t.status in ('resolved', 'closed', 'cancelled'))
            and (cast($2 as text) <> 'waiting' or (t.status = 'open' and t.staff_id is null))
            and (cast($2 as text) <> 'overdue' or (t.status not in ('resolved', 'closed', 'cancelled') and t.due_at < $3))
            and (cast($4 as text) is null or t.priority = $4)
            and (cast($5 as text) is null or t.type_id = $5)
            and (cast($6 as text) is null or t.staff_id = $6)
            and (cast($7 as text) is null or t.customer_id = $7)
            and (cast($8 as text) is null or lower(t.title) like $8 escape '\\' or lower(c.name) like $8 escape '\\')
            and (cast($9 as text) is null or t.staff_id = $9 or (t.status = 'open' and t.staff_id is null))
            and (cast($10 as bigint) is null or t.opened_at < $10 or (t.opened_at = $10 and t.id < $11))
        order by t.opened_at desc, t.id desc limit $12";
    NUMBERED = "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
            s.name as staff_name
        from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
        where t.number = $1 and (cast($2 as text) is null or t.staff_id = $2 or (t.status = 'open' and t.staff_id is null))";
}

pub(super) async fn list(
    tx: &mut Tx,
    wanted: &Wanted<'_>,
    now: Millis,
    limit: usize,
) -> db::Result<Vec<Row>> {
    let status = match wanted.group {
        Group::Status(status) => Some(status),
        _ => None,
    };
    let group = if status.is_some() {
        "all"
    } else {
        wanted.group.as_str()
    };
    let words = dialect::containing(wanted.words);
    let (after, after_id) = wanted.after.unzip();
    run!(tx, |c| sqlx::query_as(LIST)
        .bind(status)
        .bind(group)
        .bind(now)
        .bind(wanted.priority)
        .bind(wanted.type_id)
        .bind(wanted.staff_id)
        .bind(wanted.customer_id)
        .bind(words)
        .bind(wanted.seen_by)
        .bind(after)
        .bind(after_id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)
}

pub(super) async fn numbered(
    tx: &mut Tx,
    number: &str,
    seen_by: Option<&str>,
) -> db::Result<Vec<Row>> {
    run!(tx, |c| sqlx::query_as(NUMBERED)
        .bind(number)
        .bind(seen_by)
        .fetch_all(c)
        .await)
}
