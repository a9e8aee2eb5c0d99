//! The accounts' SQL: the columns of customers that the business knows them by.

use super::{Account, Changes, Contract};
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    OF = "select id, name, locale, account_number, full_name, package, bandwidth, monthly_price, currency, account_status, email, address,
            city, province, notify_tickets, notify_invoices, notify_offers, portal_enabled
        from customers where id = $1 and deleted_at is null";
    CHANGE = "update customers set
            email = case when cast($2 as text) is null then email else nullif($2, '') end,
            address = case when cast($3 as text) is null then address else nullif($3, '') end,
            city = case when cast($4 as text) is null then city else nullif($4, '') end,
            province = case when cast($5 as text) is null then province else nullif($5, '') end,
            locale = coalesce($6, locale), notify_tickets = coalesce($7, notify_tickets),
            notify_invoices = coalesce($8, notify_invoices), notify_offers = coalesce($9, notify_offers)
        where id = $1";
    SET_CONTRACT = "update customers set account_number = $2, full_name = $3, package = $4, bandwidth = $5, monthly_price = $6,
            currency = $7, account_status = $8
        where id = $1";
    SET_PORTAL = "update customers set portal_enabled = $2 where id = $1";
    END_SESSIONS = "update portal_sessions set revoked_at = $2 where customer_id = $1 and revoked_at is null";
    FREE_NUMBER = "update customers set account_number = null where id = $1";
    INHERIT = "update customers set account_number = coalesce(account_number, $2), full_name = coalesce(full_name, $3),
            package = coalesce(package, $4), bandwidth = coalesce(bandwidth, $5), monthly_price = coalesce(monthly_price, $6),
            currency = coalesce(currency, $7), account_status = coalesce(account_status, $8), email = coalesce(email, $9),
            address = coalesce(address, $10), city = coalesce(city, $11), province = coalesce(province, $12),
            portal_enabled = portal_enabled and $13
        where id = $1";
    WANTS_TICKETS = "select notify_tickets from customers where id = $1";
}

pub(super) async fn of(tx: &mut Tx, id: &str) -> db::Result<Option<Account>> {
    run!(tx, |c| sqlx::query_as(OF).bind(id).fetch_optional(c).await)
}

pub(super) async fn change(tx: &mut Tx, id: &str, to: &Changes) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CHANGE)
        .bind(id)
        .bind(&to.email)
        .bind(&to.address)
        .bind(&to.city)
        .bind(&to.province)
        .bind(to.locale)
        .bind(to.notify_tickets)
        .bind(to.notify_invoices)
        .bind(to.notify_offers)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_contract(tx: &mut Tx, id: &str, to: &Contract) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_CONTRACT)
        .bind(id)
        .bind(&to.account_number)
        .bind(&to.full_name)
        .bind(&to.package)
        .bind(&to.bandwidth)
        .bind(to.monthly_price)
        .bind(&to.currency)
        .bind(to.account_status)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_portal(tx: &mut Tx, id: &str, enabled: bool) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_PORTAL)
        .bind(id)
        .bind(enabled)
        .execute(c)
        .await
        .map(drop))
}

/// Ends every session of a customer in the portal.
pub(super) async fn end_sessions(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(END_SESSIONS)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn merge(tx: &mut Tx, from: &str, to: &str) -> db::Result<()> {
    let Some(given) = of(tx, from).await? else {
        return Ok(());
    };
    run!(&mut *tx, |c| sqlx::query(FREE_NUMBER)
        .bind(from)
        .execute(c)
        .await
        .map(drop))?;
    run!(tx, |c| sqlx::query(INHERIT)
        .bind(to)
        .bind(&given.account_number)
        .bind(&given.full_name)
        .bind(&given.package)
        .bind(&given.bandwidth)
        .bind(given.monthly_price)
        .bind(&given.currency)
        .bind(given.account_status)
        .bind(&given.email)
        .bind(&given.address)
        .bind(&given.city)
        .bind(&given.province)
        .bind(given.portal_enabled)
        .execute(c)
        .await
        .map(drop))
}

/// Whether a customer wants to hear how their tickets go on.
pub(crate) async fn wants_tickets(tx: &mut Tx, id: &str) -> db::Result<bool> {
    let wants: Option<bool> = run!(tx, |c| sqlx::query_scalar(WANTS_TICKETS)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    Ok(wants.unwrap_or(true))
}
