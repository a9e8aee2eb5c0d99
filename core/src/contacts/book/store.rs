//! The SQL of the customers' book.

use super::Entry;
use crate::{
    clock::Millis,
    contacts::finding::{self, Sought, all_said, beginning, called, numbered},
    db::{self, Tx, run, statements},
};

/// A page of the book, out of those who are meant; what stands beside them is looked up for those who are shown.
macro_rules! page {
    ($which:expr) => {
        concat!(
            "select c.id, c.name, c.account_number, c.city, c.created_at,
                (select i.value from contact_identities i where i.customer_id = c.id and i.kind = 'wa_id'
                    order by i.created_at desc, i.value limit 1) as wa_id,
                (select count(*) from tickets t
                    where t.customer_id = c.id and t.status not in ('resolved', 'closed', 'cancelled')) as open_tickets
            from (select id, name, account_number, city, created_at from customers
                where deleted_at is null and ", $which, "
                    and created_at <= coalesce(cast($1 as bigint), 9223372036854775807)
                    and (cast($1 as bigint) is null or created_at < $1 or id < $2)
                order by created_at desc, id desc limit $3) as c
            order by c.created_at desc, c.id desc"
        )
    };
}

statements! {
    ALL_BY_AGE = page!("true");
    // As many rows as hold a page of people for certain (finding::ALIKE), from behind the last page on.
    FOUND = page!(concat!("id in (",
        called!("$9", "$10", "$11", "$12", "$13", "(cast($1 as bigint) is null or met_at < $1 or (met_at = $1 and customer_id < $2))", "$8"),
        " union all ", numbered!("$4", "$5", "$6", "$7", "$8"), ")"));
    COMMON = page!(concat!("(", all_said!("terms", "$9", "$10", "$11"), " or id in (", numbered!("$4", "$5", "$6", "$7", "$8"), "))"));
    HOLDER = "select id from customers where account_number = $1";
    FORGET_IDENTITIES = "delete from contact_identities where customer_id = $1";
    REMOVE = "update customers set deleted_at = $2, account_number = null, terms = null where id = $1";
}

pub(super) async fn all(
    tx: &mut Tx,
    after: Option<(Millis, &str)>,
    limit: usize,
) -> db::Result<Vec<Entry>> {
    let (after, after_id) = after.unzip();
    run!(tx, |c| sqlx::query_as(ALL_BY_AGE)
        .bind(after)
        .bind(after_id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)
}

pub(super) async fn search(
    tx: &mut Tx,
    sought: &Sought,
    after: Option<(Millis, &str)>,
    limit: usize,
) -> db::Result<Vec<Entry>> {
    let (after, after_id) = after.unzip();
    let plan = sought.plan(&mut *tx).await?;
    let (found, words) = match &plan {
        Some(plan) => (FOUND, plan.words()),
        None => (COMMON, sought.words()),
    };
    let digits = &sought.digits;
    run!(tx, |c| {
        let mut query = sqlx::query_as(found)
            .bind(after)
            .bind(after_id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(&digits.from)
            .bind(&digits.before)
            .bind(&digits.last)
            .bind(&digits.end)
            .bind(i64::try_from(limit * finding::ALIKE).unwrap_or(i64::MAX));
        for word in words {
            query = query.bind(word);
        }
        query.fetch_all(c).await
    })
}

pub(super) async fn holder(tx: &mut Tx, account_number: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(HOLDER)
        .bind(account_number)
        .fetch_optional(c)
        .await)
}

pub(super) async fn forget_identities(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FORGET_IDENTITIES)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn remove(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(REMOVE)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}
