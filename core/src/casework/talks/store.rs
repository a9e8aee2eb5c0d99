//! The SQL of who talks. A page is the newest of two lists, each along an index in the order of the page, so that it takes no longer with
//! a million tickets; names and last words are looked up for what is shown only.

use super::Line;
use crate::{
    clock::Millis,
    contacts::finding::{Sought, all_said, beginning, called, numbered},
    db::{self, Tx, run, statements},
};

/// Of a name that is not common so many words lead to people at most: all of them are known.
const PEOPLE: i64 = 10_000;

/// The columns that both lists have.
macro_rules! conversation {
    ($condition:literal) => {
        concat!(
            "select v.id, v.ticket_id, v.id as conversation_id, v.owner = 'queue' as waits, v.customer_id, v.staff_id,
                coalesce(v.last_customer_at, v.opened_at) as at
            from conversations v where v.state = 'open' and ",
            $condition
        )
    };
}

macro_rules! ticket {
    ($condition:literal) => {
        concat!(
            "select t.id, t.id as ticket_id, cast(null as text) as conversation_id, t.staff_id is null as waits, t.customer_id, t.staff_id,
                t.opened_at as at
            from tickets t where t.status not in ('resolved', 'closed', 'cancelled') and not exists (select 1 from conversations o
                where o.customer_id = t.customer_id and o.state = 'open' and o.owner <> 'bot' and o.ticket_id = t.id) and ",
            $condition
        )
    };
}

/// With the names and the last words.
macro_rules! told {
    ($($part:expr),* ; $order:literal) => {
        concat!(
            "select p.id, t.number, t.title, t.status, p.waits, p.at, c.name as customer_name, s.name as staff_name, m.body as words,
                coalesce(m.author, 'customer') = 'customer' as theirs, coalesce(m.created_at, p.at) as said_at
            from (", $($part,)* ") p
                join customers c on c.id = p.customer_id left join tickets t on t.id = p.ticket_id left join staff s on s.id = p.staff_id
                left join messages m on m.id = case when p.conversation_id is null
                    then (select l.id from messages l where l.ticket_id = p.id order by l.created_at desc, l.id desc limit 1)
                    else (select l.id from messages l where l.conversation_id = p.conversation_id
                        order by l.created_at desc, l.id desc limit 1) end
            ", $order
        )
    };
}

/// Whoever is called so or has this number, among those who talk. The empty text keeps SQLite from looking at everything of theirs instead
/// of at what is talked about now.
macro_rules! named_talks {
    ($meant:expr, $or:expr) => {
        concat!("with meant as materialized (", $meant, ") ",
            told!("select * from (",
                conversation!("v.owner = 'bot' and cast($2 as text) is null and v.customer_id in (select customer_id from meant) limit $1"),
                ") a union all select * from (",
                conversation!("v.owner <> 'bot' and (cast($2 as text) is null or v.staff_id = $2 or v.owner = 'queue') and "),
                "(v.customer_id || '' in (select customer_id from meant)", $or, ")
                    order by coalesce(v.last_customer_at, v.opened_at) desc, v.id desc limit $1) b union all select * from (",
                ticket!("(cast($2 as text) is null or t.staff_id = $2 or (t.status = 'open' and t.staff_id is null)) and "),
                "(t.customer_id || '' in (select customer_id from meant)", $or, ") order by t.opened_at desc, t.id desc limit $1) c";
                "order by p.at desc, p.id desc limit $1"))
    };
}

statements! {
    ALL_TALKS = told!("select * from (",
        conversation!("v.owner <> 'bot' and coalesce(v.last_customer_at, v.opened_at) <= coalesce(cast($1 as bigint), 9223372036854775807)
            and (cast($1 as bigint) is null or coalesce(v.last_customer_at, v.opened_at) < $1 or v.id < $2)
            order by coalesce(v.last_customer_at, v.opened_at) desc, v.id desc limit $3"),
        ") a union all select * from (",
        ticket!("t.opened_at <= coalesce(cast($1 as bigint), 9223372036854775807)
            and (cast($1 as bigint) is null or t.opened_at < $1 or t.id < $2) order by t.opened_at desc, t.id desc limit $3"),
        ") b";
        "order by p.at desc, p.id desc limit $3");
    HIS_TALKS = told!("select * from (",
        conversation!("v.owner <> 'bot' and v.staff_id = $4
            and (cast($1 as bigint) is null or coalesce(v.last_customer_at, v.opened_at) < $1
                or (coalesce(v.last_customer_at, v.opened_at) = $1 and v.id < $2))
            order by coalesce(v.last_customer_at, v.opened_at) desc, v.id desc limit $3"),
        ") a union all select * from (",
        ticket!("t.staff_id = $4 and t.status in ('open', 'assigned', 'in_progress', 'on_hold', 'escalated') and (cast($1 as bigint) is null or t.opened_at < $1 or (t.opened_at = $1 and t.id < $2))
            order by t.opened_at desc, t.id desc limit $3"),
        ") b";
        "order by p.at desc, p.id desc limit $3");
    WAITING_TALKS = told!("select v.id, v.ticket_id, v.id as conversation_id, v.owner = 'queue' as waits, v.customer_id, v.staff_id,
            coalesce(v.queued_at, v.opened_at) as at
        from conversations v where v.state = 'open' and v.owner = 'queue' and v.ticket_id is null
            and (cast($1 as bigint) is null or v.queued_at > $1 or (v.queued_at = $1 and v.id > $2))
        order by v.queued_at, v.id limit $3";
        "order by p.at, p.id limit $3");
    NAMED_TALKS = named_talks!(concat!(called!("$8", "$9", "$10", "$11", "$12", "true", "$7"), " union all ",
        numbered!("$3", "$4", "$5", "$6", "$7")), "");
    COMMONLY_NAMED_TALKS = named_talks!(numbered!("$3", "$4", "$5", "$6", "$7"),
        concat!(" or exists (select 1 from customers n where n.id = customer_id and ", all_said!("n.terms", "$8", "$9", "$10"), ")"));
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) async fn all(
    tx: &mut Tx,
    staff_id: Option<&str>,
    after: Option<(Millis, &str)>,
    limit: usize,
) -> db::Result<Vec<Line>> {
    let (at, id) = after.unzip();
    match staff_id {
        None => run!(tx, |c| sqlx::query_as(ALL_TALKS)
            .bind(at)
            .bind(id)
            .bind(most(limit))
            .fetch_all(c)
            .await),
        Some(staff_id) => run!(tx, |c| sqlx::query_as(HIS_TALKS)
            .bind(at)
            .bind(id)
            .bind(most(limit))
            .bind(staff_id)
            .fetch_all(c)
            .await),
    }
}

pub(super) async fn waiting(
    tx: &mut Tx,
    after: Option<(Millis, &str)>,
    limit: usize,
) -> db::Result<Vec<Line>> {
    let (at, id) = after.unzip();
    run!(tx, |c| sqlx::query_as(WAITING_TALKS)
        .bind(at)
        .bind(id)
        .bind(most(limit))
        .fetch_all(c)
        .await)
}

pub(super) async fn named(
    tx: &mut Tx,
    sought: &Sought,
    seen_by: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Line>> {
    let plan = sought.plan(&mut *tx).await?;
    let (named, words) = match &plan {
        Some(plan) => (NAMED_TALKS, plan.words()),
        None => (COMMONLY_NAMED_TALKS, sought.words()),
    };
    let digits = &sought.digits;
    run!(tx, |c| {
        let mut query = sqlx::query_as(named)
            .bind(most(limit))
            .bind(seen_by)
            .bind(&digits.from)
            .bind(&digits.before)
            .bind(&digits.last)
            .bind(&digits.end)
            .bind(PEOPLE);
        for word in words {
            query = query.bind(word);
        }
        query.fetch_all(c).await
    })
}
