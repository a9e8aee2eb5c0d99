//! The invoices' SQL.

use super::{Invoice, InvoiceStatus, Owed};
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    INSERT = "insert into invoices (id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (number) do nothing";
    ALL_OF = "select id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at from invoices
        where customer_id = $1 and $2 >= 0 order by issued_at desc, id desc limit $3 offset $4";
    PENDING_OF = "select id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at from invoices
        where customer_id = $1 and status = 'pending' and due_at >= $2 order by issued_at desc, id desc limit $3 offset $4";
    OVERDUE_OF = "select id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at from invoices
        where customer_id = $1 and status = 'pending' and due_at < $2 order by issued_at desc, id desc limit $3 offset $4";
    PAID_OF = "select id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at from invoices
        where customer_id = $1 and status = 'paid' and $2 >= 0 order by issued_at desc, id desc limit $3 offset $4";
    CANCELLED_OF = "select id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at from invoices
        where customer_id = $1 and status = 'cancelled' and $2 >= 0 order by issued_at desc, id desc limit $3 offset $4";
    COUNT_ALL = "select count(*) from invoices where customer_id = $1 and $2 >= 0";
    COUNT_PENDING = "select count(*) from invoices where customer_id = $1 and status = 'pending' and due_at >= $2";
    COUNT_OVERDUE = "select count(*) from invoices where customer_id = $1 and status = 'pending' and due_at < $2";
    COUNT_PAID = "select count(*) from invoices where customer_id = $1 and status = 'paid' and $2 >= 0";
    COUNT_CANCELLED = "select count(*) from invoices where customer_id = $1 and status = 'cancelled' and $2 >= 0";
    OWED = "select count(*) as unpaid, cast(coalesce(sum(case when due_at < $3 then 1 else 0 end), 0) as bigint) as overdue,
            cast(coalesce(sum(case when currency = $2 then amount else 0 end), 0) as bigint) as amount
        from invoices where customer_id = $1 and status = 'pending'";
}

pub(super) async fn insert(tx: &mut Tx, invoice: &Invoice, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(&invoice.id)
        .bind(&invoice.number)
        .bind(&invoice.customer_id)
        .bind(invoice.amount)
        .bind(&invoice.currency)
        .bind(invoice.status)
        .bind(invoice.issued_at)
        .bind(invoice.due_at)
        .bind(invoice.paid_at)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn of_customer(
    tx: &mut Tx,
    customer_id: &str,
    status: Option<InvoiceStatus>,
    now: Millis,
    (offset, limit): (i64, i64),
) -> db::Result<(Vec<Invoice>, i64)> {
    let (list, count) = match status {
        None => (ALL_OF, COUNT_ALL),
        Some(InvoiceStatus::Pending) => (PENDING_OF, COUNT_PENDING),
        Some(InvoiceStatus::Overdue) => (OVERDUE_OF, COUNT_OVERDUE),
        Some(InvoiceStatus::Paid) => (PAID_OF, COUNT_PAID),
        Some(InvoiceStatus::Cancelled) => (CANCELLED_OF, COUNT_CANCELLED),
    };
    let page = run!(&mut *tx, |c| sqlx::query_as(list)
        .bind(customer_id)
        .bind(now)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = run!(tx, |c| sqlx::query_scalar(count)
        .bind(customer_id)
        .bind(now)
        .fetch_one(c)
        .await)?;
    Ok((page, total))
}

pub(super) async fn owed(
    tx: &mut Tx,
    customer_id: &str,
    currency: &str,
    now: Millis,
) -> db::Result<Owed> {
    run!(tx, |c| sqlx::query_as(OWED)
        .bind(customer_id)
        .bind(currency)
        .bind(now)
        .fetch_one(c)
        .await)
}
