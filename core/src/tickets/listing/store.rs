//! The SQL of lists of tickets. One list, found in several ways: by whatever leaves the fewest to look at, each along an index in the order
//! of age, so that a page of a million tickets takes no longer than one of a thousand. The other filters are applied to what is found.

use super::{Group, Row, Wanted};
use crate::{
    clock::Millis,
    db::{self, Tx, dialect, run, statements},
    tickets::Status,
};

/// The list, by one way of finding.
macro_rules! found {
    ($way:literal) => {
        concat!(
            "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
                s.name as staff_name
            from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
            where ", $way, "
                and (cast($1 as text) is null or t.status = $1)
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
                and t.opened_at <= coalesce(cast($10 as bigint), 9223372036854775807)
                and (cast($10 as bigint) is null or t.opened_at < $10 or t.id < $11)
            order by t.opened_at desc, t.id desc limit $12"
        )
    };
}

statements! {
    BY_AGE = found!("true");
    ACTIVE = found!("t.status not in ('resolved', 'closed', 'cancelled')");
    OF_CUSTOMER = found!("t.customer_id = $7");
    OF_STAFF = found!("t.staff_id = $6");
    BY_PRIORITY = found!("t.priority = $4");
    BY_TYPE = found!("t.type_id = $5");
    BY_STATUS = found!("t.status = $1");
    SEEN = found!("t.id in (select id from tickets where staff_id = $9
                union all select id from tickets where status = 'open' and staff_id is null)");
    // Titles are looked through where they are likely to be meant; names in the whole book. The plus keeps SQLite from hopping through an
    // index to rows that it has to read one by one anyway.
    SAYING = found!("t.id in (select id from tickets
                    where customer_id in (select id from customers where lower(name) like $8 escape '\\' and +deleted_at is null limit 200)
                union all select id from (select id, title from tickets where status not in ('resolved', 'closed', 'cancelled')
                    order by opened_at desc, id desc limit 20000) as active where lower(title) like $8 escape '\\'
                union all select id from (select id, title from tickets order by opened_at desc, id desc limit 5000) as newest
                    where lower(title) like $8 escape '\\')");
    NUMBERED = "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
            s.name as staff_name
        from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
        where t.number = $1 and (cast($2 as text) is null or t.staff_id = $2 or (t.status = 'open' and t.staff_id is null))";
}

/// What leaves the fewest to look at.
fn way(wanted: &Wanted<'_>, status: Option<Status>, words: Option<&str>) -> &'static str {
    let active = match status {
        Some(status) => !status.is_done(),
        None => matches!(wanted.group, Group::Open | Group::Waiting | Group::Overdue),
    };
    if wanted.customer_id.is_some() {
        OF_CUSTOMER
    } else if active {
        ACTIVE
    } else if words.is_some() {
        SAYING
    } else if wanted.staff_id.is_some() {
        OF_STAFF
    } else if wanted.seen_by.is_some() {
        SEEN
    } else if wanted.priority.is_some() {
        BY_PRIORITY
    } else if wanted.type_id.is_some() {
        BY_TYPE
    } else if status.is_some() {
        BY_STATUS
    } else {
        BY_AGE
    }
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
    let found = way(wanted, status, words.as_deref());
    run!(tx, |c| sqlx::query_as(found)
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
