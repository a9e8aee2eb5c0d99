//! The SQL of lists of tickets. One list, found in several ways: by whatever leaves the fewest to look at. A way is one walk, or a few, each
//! along an index in the order of age and ended by the page's limit, so that a page of a million tickets takes no longer than one of a
//! thousand; what is found is told with its names afterwards. The other filters are applied on the way, and read from the index where
//! many could be passed over.

use super::{Group, Row, Wanted};
use crate::{
    clock::Millis,
    contacts::finding::{Sought, all_said, beginning, called},
    db::{self, Tx, run, statements},
    tickets::Status,
};

/// One walk: ids of a page's tickets at most.
macro_rules! walk {
    ($name:literal, $from:expr, $which:expr) => {
        concat!(
            "select id from (select t.id from ", $from, " where ", $which, "
                and (cast($1 as text) is null or t.status = $1)
                and (cast($2 as text) <> 'active' or t.status not in ('resolved', 'closed', 'cancelled'))
                and (cast($2 as text) <> 'done' or t.status in ('resolved', 'closed', 'cancelled'))
                and (cast($2 as text) <> 'waiting' or (t.status = 'open' and t.staff_id is null))
                and (cast($2 as text) <> 'overdue' or (t.status not in ('resolved', 'closed', 'cancelled') and t.due_at < $3))
                and (cast($4 as text) is null or t.priority = $4)
                and (cast($5 as text) is null or t.type_id = $5)
                and (cast($6 as text) is null or t.staff_id = $6)
                and (cast($7 as text) is null or t.customer_id = $7)
                and (cast($8 as text) is null or t.staff_id = $8 or (t.status = 'open' and t.staff_id is null))
                and t.opened_at <= coalesce(cast($9 as bigint), 9223372036854775807)
                and (cast($9 as bigint) is null or t.opened_at < $9 or t.id < $10)
                order by t.opened_at desc, t.id desc limit $11) as ", $name
        )
    };
    ($name:literal, $which:expr) => {
        walk!($name, "tickets t", $which)
    };
}

/// The list, by one way of finding.
macro_rules! found {
    ($first:expr $(, $walk:expr)*) => {
        concat!(
            "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
                s.name as staff_name
            from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
            where t.id in (", $first, $(" union all ", $walk,)* ")
            order by t.opened_at desc, t.id desc limit $11"
        )
    };
}

/// A walk along somebody's tickets of one status; at once at its end where this status is not asked for.
macro_rules! in_status {
    ($which:literal, $status:literal, $groups:literal) => {
        walk!(
            $status,
            concat!(
                $which,
                " and t.status = '",
                $status,
                "' and coalesce(cast($1 as text), '",
                $status,
                "') = '",
                $status,
                "' and ",
                $groups
            )
        )
    };
}

/// A walk along the tickets of somebody of the staff for each status.
macro_rules! of_staff {
    ($which:literal $($rest:tt)*) => {
        found!(
            in_status!($which, "open", "cast($2 as text) <> 'done'"),
            in_status!($which, "assigned", "cast($2 as text) <> 'done'"),
            in_status!($which, "in_progress", "cast($2 as text) <> 'done'"),
            in_status!($which, "on_hold", "cast($2 as text) <> 'done'"),
            in_status!($which, "escalated", "cast($2 as text) <> 'done'"),
            in_status!($which, "resolved", "cast($2 as text) in ('all', 'done')"),
            in_status!($which, "closed", "cast($2 as text) in ('all', 'done')"),
            in_status!($which, "cancelled", "cast($2 as text) in ('all', 'done')")
            $($rest)*
        )
    };
}

/// Each of the words is in the title, or so begins one of the customer's.
macro_rules! said {
    ($a:expr, $b:expr, $c:expr) => {
        concat!(
            "(cast($12 as text) is null or lower(t.title) like $12 escape '\\' or ",
            $a,
            ")
                and (cast($13 as text) is null or lower(t.title) like $13 escape '\\' or ",
            $b,
            ")
                and (cast($14 as text) is null or lower(t.title) like $14 escape '\\' or ",
            $c,
            ")"
        )
    };
}

/// The same, by the terms of the customer beside.
macro_rules! said_beside {
    () => {
        said!(
            "n.terms like '%\"' || $15 || '%'",
            "n.terms like '%\"' || $16 || '%'",
            "n.terms like '%\"' || $17 || '%'"
        )
    };
}

/// What is active.
macro_rules! active {
    ($beside:literal, $said:expr) => {
        walk!(
            "active",
            concat!("tickets t", $beside),
            concat!(
                "t.status not in ('resolved', 'closed', 'cancelled') and ",
                $said
            )
        )
    };
}

/// The newest that are not active.
macro_rules! newest {
    ($beside:literal, $count:literal, $said:expr) => {
        walk!("newest", concat!("(select id, customer_id, type_id, priority, status, title, staff_id, opened_at, due_at from tickets
            order by opened_at desc, id desc limit ", $count, ") as t", $beside),
            concat!("t.status in ('resolved', 'closed', 'cancelled') and ", $said))
    };
}

/// The same, by who has a word that is not common. The empty text keeps SQLite from looking at everything of theirs.
macro_rules! said_by_few {
    () => {
        said!(
            concat!("t.customer_id || '' in (", beginning!("$15"), ")"),
            concat!("t.customer_id || '' in (", beginning!("$16"), ")"),
            concat!("t.customer_id || '' in (", beginning!("$17"), ")")
        )
    };
}

statements! {
    BY_AGE = found!(walk!("w", "true"));
    ACTIVE = found!(walk!("w", "t.status not in ('resolved', 'closed', 'cancelled')"));
    OF_CUSTOMER = found!(walk!("w", "tickets t join customers n on n.id = t.customer_id", concat!("t.customer_id = $7 and ", said_beside!())));
    OF_STAFF = of_staff!("t.staff_id = $6");
    BY_PRIORITY = found!(walk!("w", "t.priority = $4"));
    BY_TYPE_AND_PRIORITY = found!(walk!("w", "t.type_id = $5 and t.priority = $4"));
    BY_TYPE = found!(
        walk!("u", "t.type_id = $5 and t.priority = 'urgent'"),
        walk!("h", "t.type_id = $5 and t.priority = 'high'"),
        walk!("n", "t.type_id = $5 and t.priority = 'normal'"),
        walk!("l", "t.type_id = $5 and t.priority = 'low'"));
    BY_STATUS = found!(walk!("w", "t.status = $1"));
    SEEN = of_staff!("t.staff_id = $8" , walk!("w", "t.status = 'open' and t.staff_id is null"));
    // Titles are looked through where they are likely to be meant: those that are active and the newest ones.
    SAYING = found!(
        walk!("named", concat!("t.customer_id in (", called!("$18", "$19", "$20", "$21", "$22", "true", "200"), ")")),
        active!("", said_by_few!()), newest!("", "5000", said_by_few!()));
    // So many are called so that they fill a page with what is active and new.
    COMMONLY_SAYING = found!(active!(" join customers n on n.id = t.customer_id", said_beside!()),
        newest!(" join customers n on n.id = t.customer_id", "3000", said_beside!()));
    NUMBERED = "select t.id, t.number, t.title, t.status, t.priority, t.type_id, t.opened_at, t.due_at, c.name as customer_name,
            s.name as staff_name
        from tickets t join customers c on c.id = t.customer_id left join staff s on s.id = t.staff_id
        where t.number = $1 and (cast($2 as text) is null or t.staff_id = $2 or (t.status = 'open' and t.staff_id is null))";
}

/// What leaves the fewest to look at, where no words are given. Nearly all tickets are closed: that says nothing, what is cancelled or waits to
/// be closed does.
fn way(wanted: &Wanted<'_>) -> &'static str {
    let (active, few) = match wanted.group {
        Group::Status(status) => (!status.is_done(), status != Status::Closed),
        Group::Open | Group::Waiting | Group::Overdue => (true, true),
        Group::Done | Group::All => (false, false),
    };
    if wanted.staff_id.is_some() {
        OF_STAFF
    } else if active {
        ACTIVE
    } else if wanted.seen_by.is_some() {
        SEEN
    } else if few {
        BY_STATUS
    } else {
        match (wanted.type_id, wanted.priority) {
            (Some(_), Some(_)) => BY_TYPE_AND_PRIORITY,
            (Some(_), None) => BY_TYPE,
            (None, Some(_)) => BY_PRIORITY,
            (None, None) if matches!(wanted.group, Group::Status(_)) => BY_STATUS,
            (None, None) => BY_AGE,
        }
    }
}

pub(super) async fn list(
    tx: &mut Tx,
    wanted: &Wanted<'_>,
    now: Millis,
    limit: usize,
) -> db::Result<Vec<Row>> {
    // No phone number is looked for here.
    let sought = Sought::parse(wanted.words, "");
    let said = sought.clone().unwrap_or_default();
    let plan = said.plan(&mut *tx).await?;
    let instead = said.instead.iter().map(Option::as_deref);
    let patterns = said.patterns.iter().map(Option::as_deref);
    let (found, texts): (_, Vec<_>) = match &plan {
        _ if wanted.customer_id.is_some() => (OF_CUSTOMER, patterns.chain(instead).collect()),
        _ if sought.is_none() => (way(wanted), Vec::new()),
        Some(plan) => {
            let words = plan.instead.into_iter().chain(plan.words());
            (SAYING, patterns.chain(words).collect())
        }
        None => (COMMONLY_SAYING, patterns.chain(instead).collect()),
    };
    let (status, group) = match wanted.group {
        Group::Status(status) => (Some(status), "all"),
        group => (None, group.as_str()),
    };
    let (after, after_id) = wanted.after.unzip();
    run!(tx, |c| {
        let mut query = sqlx::query_as(found)
            .bind(status)
            .bind(group)
            .bind(now)
            .bind(wanted.priority)
            .bind(wanted.type_id)
            .bind(wanted.staff_id)
            .bind(wanted.customer_id)
            .bind(wanted.seen_by)
            .bind(after)
            .bind(after_id)
            .bind(most(limit));
        for text in &texts {
            query = query.bind(*text);
        }
        query.fetch_all(c).await
    })
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
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
