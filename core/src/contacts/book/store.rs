//! The SQL of the customers' book.

use super::Entry;
use crate::{
    clock::Millis,
    db::{self, Tx, dialect, run, statements},
};

statements! {
    SEARCH = "select c.id, c.name, c.account_number, c.city, c.created_at,
            (select i.value from contact_identities i where i.customer_id = c.id and i.kind = 'wa_id'
                order by i.created_at desc, i.value limit 1) as wa_id,
            (select count(*) from tickets t
                where t.customer_id = c.id and t.status not in ('resolved', 'closed', 'cancelled')) as open_tickets
        from customers c
        where c.deleted_at is null
            and (cast($1 as text) is null or lower(c.name) like $1 escape '\\' or lower(c.account_number) like $1 escape '\\'
                or lower(c.full_name) like $1 escape '\\'
                or exists (select 1 from contact_identities i where i.customer_id = c.id and i.kind = 'wa_id' and i.value = $2))
            and (cast($3 as bigint) is null or c.created_at < $3 or (c.created_at = $3 and c.id < $4))
        order by c.created_at desc, c.id desc limit $5";
    HOLDER = "select id from customers where account_number = $1";
    FORGET_IDENTITIES = "delete from contact_identities where customer_id = $1";
    REMOVE = "update customers set deleted_at = $2, account_number = null where id = $1";
}

pub(super) async fn search(
    tx: &mut Tx,
    words: &str,
    number: Option<&str>,
    after: Option<(Millis, &str)>,
    limit: usize,
) -> db::Result<Vec<Entry>> {
    let (after, after_id) = after.unzip();
    run!(tx, |c| sqlx::query_as(SEARCH)
        .bind(dialect::containing(words))
        .bind(number)
        .bind(after)
        .bind(after_id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)
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
