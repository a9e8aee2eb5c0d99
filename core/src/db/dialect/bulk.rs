//! Many rows at once, from one JSON array of arrays: how sample data gets in. The two databases take such an array apart differently.

use super::super::{Result, Tx, run, statements};

/// The same insert for both.
macro_rules! from_json {
    (sqlite, $insert:literal) => {
        concat!(
            $insert,
            " from json_each($1) where true on conflict do nothing"
        )
    };
    (postgres, $insert:literal) => {
        concat!(
            $insert,
            " from json_array_elements(cast($1 as json)) as value on conflict do nothing"
        )
    };
}

macro_rules! customers {
    ($db:ident) => {
        from_json!($db, "insert into customers (id, name, created_at, account_number, full_name, package, bandwidth, monthly_price, currency,
            account_status, email, address, city, province, terms)
            select value->>0, value->>1, cast(value->>2 as bigint), value->>3, value->>1, value->>4, value->>5, cast(value->>6 as bigint),
            value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13")
    };
}
macro_rules! identities {
    ($db:ident) => {
        from_json!(
            $db,
            "insert into contact_identities (kind, value, customer_id, created_at)
            select 'wa_id', value->>0, value->>1, cast(value->>2 as bigint)"
        )
    };
}
macro_rules! tickets {
    ($db:ident) => {
        from_json!($db, "insert into tickets (id, number, customer_id, type_id, priority, status, title, description, opened_at, due_at,
            resolved_at, closed_at, updated_at)
            select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, cast(value->>8 as bigint),
            cast(value->>9 as bigint), cast(value->>10 as bigint), cast(value->>11 as bigint), cast(value->>12 as bigint)")
    };
}
macro_rules! events {
    ($db:ident) => {
        from_json!($db, "insert into ticket_events (ticket_id, at, kind, actor, actor_id, from_value, to_value)
            select value->>0, cast(value->>1 as bigint), value->>2, value->>3, value->>4, value->>5, value->>6")
    };
}
macro_rules! invoices {
    ($db:ident) => {
        from_json!($db, "insert into invoices (id, number, customer_id, amount, currency, status, issued_at, due_at, paid_at, created_at)
            select value->>0, value->>1, value->>2, cast(value->>3 as bigint), value->>4, value->>5, cast(value->>6 as bigint),
            cast(value->>7 as bigint), cast(value->>8 as bigint), cast(value->>6 as bigint)")
    };
}

statements! {
    CUSTOMERS_SQLITE = customers!(sqlite);
    CUSTOMERS_POSTGRES = customers!(postgres);
    IDENTITIES_SQLITE = identities!(sqlite);
    IDENTITIES_POSTGRES = identities!(postgres);
    TICKETS_SQLITE = tickets!(sqlite);
    TICKETS_POSTGRES = tickets!(postgres);
    EVENTS_SQLITE = events!(sqlite);
    EVENTS_POSTGRES = events!(postgres);
    INVOICES_SQLITE = invoices!(sqlite);
    INVOICES_POSTGRES = invoices!(postgres);
    SET_TERMS_SQLITE = "update customers set terms = d.terms from (select value->>0 as id, value->>1 as terms from json_each($1)) as d
        where customers.id = d.id and customers.terms is null";
    SET_TERMS_POSTGRES = "update customers set terms = d.terms
        from (select value->>0 as id, value->>1 as terms from json_array_elements(cast($1 as json)) as value) as d
        where customers.id = d.id and customers.terms is null";
}

/// What many rows are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Customers with their accounts.
    Customers,
    /// Their numbers.
    Identities,
    /// Tickets.
    Tickets,
    /// What happened to them.
    Events,
    /// Invoices.
    Invoices,
}

/// Inserts many rows (a JSON array of arrays, in the order of the statement above); those that are there already stay. How many are new.
pub async fn insert(tx: &mut Tx, rows: Rows, json: &str) -> Result<u64> {
    let (sqlite, postgres) = match rows {
        Rows::Customers => (CUSTOMERS_SQLITE, CUSTOMERS_POSTGRES),
        Rows::Identities => (IDENTITIES_SQLITE, IDENTITIES_POSTGRES),
        Rows::Tickets => (TICKETS_SQLITE, TICKETS_POSTGRES),
        Rows::Events => (EVENTS_SQLITE, EVENTS_POSTGRES),
        Rows::Invoices => (INVOICES_SQLITE, INVOICES_POSTGRES),
    };
    let sql = if tx.is_postgres() { postgres } else { sqlite };
    run!(tx, |c| sqlx::query(sql)
        .bind(json)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}

/// Gives customers who have none yet the words that they are found by (a JSON array of id and list).
pub async fn set_terms(tx: &mut Tx, json: &str) -> Result<()> {
    let sql = if tx.is_postgres() {
        SET_TERMS_POSTGRES
    } else {
        SET_TERMS_SQLITE
    };
    run!(tx, |c| sqlx::query(sql)
        .bind(json)
        .execute(c)
        .await
        .map(drop))
}
