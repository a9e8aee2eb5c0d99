//! One person's data: telling all of it, and erasing it for good. What the business must be able to account for stays (ids, times,
//! statuses, amounts), without a word about the person.
//!
//! Both take longer than a conversation waits, so they are asked for here, written down, and done by [`run`] (or by the command line, which
//! waits for it). Whatever interrupts an erasure, it is gone through again from the beginning.

use crate::{
    clock::Millis,
    contacts,
    db::{self, FromRow, Tx, Type},
    desk::Act,
    ids::parse_ticket_number,
    staff,
    tickets::{self, Actor},
};

mod erasing;
mod exporting;
mod mentions;
pub(crate) mod store;
mod work;

pub use erasing::erase;
pub use exporting::{Told, tell};
pub use work::run;

/// Files that were made to be handed over lie on this channel.
const EXPORTS: &str = "export";

/// What is asked for about a person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// All of it, as a file.
    Export,
    /// None of it to be left.
    Erasure,
}

/// A customer, erased or not.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Person {
    /// The customer's id.
    pub id: String,
    /// The name they go by.
    pub name: String,
    /// When we first met.
    pub created_at: Millis,
    /// Since when nothing is known of them any more.
    pub erased_at: Option<Millis>,
}

/// How much there is about a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow, serde::Serialize)]
pub struct Extent {
    /// Messages, theirs and to them.
    pub messages: i64,
    /// Files.
    pub files: i64,
    /// Logins to the portal.
    pub sessions: i64,
    /// Tickets.
    pub tickets: i64,
    /// Tickets that somebody has to see to yet.
    pub open_tickets: i64,
    /// Invoices.
    pub invoices: i64,
}

/// Why nothing is done about a person's data.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody is meant by that.
    #[error("there is no such customer")]
    Unknown,
    /// There is nothing left to tell or to erase.
    #[error("this customer's data was erased already")]
    Erased(Millis),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Whom somebody means: by a phone number in any local form, a customer number, the number of a ticket, or our id. People who were
/// erased are found by what is left: their id and their tickets.
pub async fn find(act: &mut Act<'_>, typed: &str) -> db::Result<Option<Person>> {
    let typed = typed.trim();
    if let Some(number) = parse_ticket_number(typed) {
        return match tickets::by_number(act.tx, &number).await? {
            Some(ticket) => store::person(act.tx, &ticket.customer_id).await,
            None => Ok(None),
        };
    }
    if let Some(person) = store::by_name_of_ours(act.tx, typed).await? {
        return Ok(Some(person));
    }
    let region = &act.desk.settings.default_region;
    let Some(wa_id) = contacts::parse_phone(typed, region) else {
        return Ok(None);
    };
    match contacts::by_number(act.tx, &wa_id).await? {
        Some(customer) => store::person(act.tx, &customer.id).await,
        None => Ok(None),
    }
}

/// A person by the customer's id.
pub async fn by_id(tx: &mut Tx, customer_id: &str) -> db::Result<Option<Person>> {
    store::person(tx, customer_id).await
}

/// How much there is about them.
pub async fn extent(tx: &mut Tx, customer_id: &str) -> db::Result<Extent> {
    store::extent(tx, customer_id).await
}

/// Asks for everything about a person as a file. Whoever asks gets it in his chat; ring [`crate::desk::Bell::ring_people`] after the commit.
pub async fn ask_export(act: &mut Act<'_>, by: &Actor, customer_id: &str) -> Result<(), Refused> {
    known(act.tx, customer_id).await?;
    let id = act.id();
    store::ask(act.tx, &id, Kind::Export, customer_id, by, act.now).await?;
    audit_export(act, by, customer_id).await?;
    Ok(())
}

/// Writes down who was told everything about a person.
pub async fn audit_export(act: &mut Act<'_>, by: &Actor, customer_id: &str) -> db::Result<()> {
    staff::audit(act, by, "person.exported", customer_id, None, None).await
}

/// Asks for a person's data to be erased. The request's id, for [`erase`]; ring [`crate::desk::Bell::ring_people`] after the commit. Asked
/// twice it is one request.
pub async fn ask_erasure(
    act: &mut Act<'_>,
    by: &Actor,
    customer_id: &str,
) -> Result<String, Refused> {
    known(act.tx, customer_id).await?;
    if let Some(open) = store::open_erasure(act.tx, customer_id).await? {
        return Ok(open);
    }
    let id = act.id();
    store::ask(act.tx, &id, Kind::Erasure, customer_id, by, act.now).await?;
    staff::audit(act, by, "person.erasure_asked", customer_id, None, None).await?;
    Ok(id)
}

async fn known(tx: &mut Tx, customer_id: &str) -> Result<Person, Refused> {
    let person = store::person(tx, customer_id)
        .await?
        .ok_or(Refused::Unknown)?;
    match person.erased_at {
        Some(at) => Err(Refused::Erased(at)),
        None => Ok(person),
    }
}

/// How many requests are still to be done.
pub async fn waiting(tx: &mut Tx) -> db::Result<i64> {
    store::waiting(tx).await
}

#[cfg(test)]
mod tests;
