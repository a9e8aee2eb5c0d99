//! The customers as a book: looked through, written into, and torn out of by staff.

use super::{Identity, finding::Sought, meet, parse_phone, store as contacts};
use crate::{
    accounts,
    clock::Millis,
    conversations,
    db::{self, FromRow},
    desk::Act,
    staff,
    tickets::{self, Actor},
};

pub(crate) mod store;

/// As many as a page holds.
pub const PAGE: usize = 50;

/// A customer in a list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Entry {
    /// Our id.
    pub id: String,
    /// The name they go by.
    pub name: String,
    /// What the business calls them.
    pub account_number: Option<String>,
    /// Their number, in digits.
    pub wa_id: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// How many tickets of theirs somebody has to see to.
    pub open_tickets: i64,
    /// When we first met.
    pub created_at: Millis,
}

/// What staff write about a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The name they go by.
    pub name: String,
    /// E-mail address, street, town, province; empty where there is none.
    pub changes: accounts::Changes,
    /// What they have with the business.
    pub contract: accounts::Contract,
    /// They may use the portal.
    pub portal_enabled: bool,
}

/// Why a customer is not written down.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What was given is no phone number.
    #[error("this is no phone number")]
    NotANumber,
    /// Somebody has this number.
    #[error("another customer has this number")]
    NumberTaken(String),
    /// Somebody has this customer number.
    #[error("another customer has this customer number")]
    AccountTaken,
    /// There is no such customer (any more).
    #[error("there is no such customer")]
    Unknown,
    /// A ticket of theirs is not done yet.
    #[error("a ticket is still open")]
    HasTickets,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// A page of customers, the newest first, and whether there are more. Words are the beginnings of those of a name or a customer number, or a
/// part of a phone number.
pub async fn search(
    act: &mut Act<'_>,
    words: &str,
    after: Option<(Millis, &str)>,
) -> db::Result<(Vec<Entry>, bool)> {
    let mut found = match Sought::parse(words, &act.desk.settings.default_region) {
        Some(sought) => store::search(act.tx, &sought, after, PAGE + 1).await?,
        None => store::all(act.tx, after, PAGE + 1).await?,
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    Ok((found, more))
}

/// Writes a new customer down. Their id.
pub async fn add(
    act: &mut Act<'_>,
    by: &Actor,
    name: &str,
    phone: &str,
) -> Result<String, Refused> {
    let region = act.desk.settings.default_region.clone();
    let wa_id = parse_phone(phone, &region).ok_or(Refused::NotANumber)?;
    if let Some(known) = super::by_number(act.tx, &wa_id).await? {
        return Err(Refused::NumberTaken(known.id));
    }
    let identity = Identity {
        wa_id: Some(wa_id),
        user_id: None,
    };
    let met = meet(act, &identity, Some(name)).await?;
    staff::audit(act, by, "customer.added", &met.customer.id, None, None).await?;
    Ok(met.customer.id)
}

/// Changes what is known of a customer. What they are called by WhatsApp stays.
pub async fn change(act: &mut Act<'_>, by: &Actor, id: &str, to: &Details) -> Result<(), Refused> {
    super::by_id(act.tx, id).await?.ok_or(Refused::Unknown)?;
    if let Some(number) = &to.contract.account_number
        && store::holder(act.tx, number)
            .await?
            .is_some_and(|holder| holder != id)
    {
        return Err(Refused::AccountTaken);
    }
    contacts::rename(act.tx, id, to.name.trim()).await?;
    accounts::change(act, id, &to.changes).await?;
    accounts::set_contract(act, id, &to.contract).await?;
    accounts::set_portal(act, id, to.portal_enabled).await?;
    // Who and what, but not the words: they are somebody's own.
    staff::audit(act, by, "customer.changed", id, None, None).await?;
    Ok(())
}

/// Takes a customer out of the book: they are found no more, and whoever writes from their number is somebody new. What was said is kept.
pub async fn remove(act: &mut Act<'_>, by: &Actor, id: &str) -> Result<(), Refused> {
    let customer = super::by_id(act.tx, id).await?.ok_or(Refused::Unknown)?;
    let open = conversations::hold_open(act.tx, &customer.id).await?;
    let (_, unfinished) = tickets::of_customer(act.tx, id, tickets::Filter::Open, 0, 0).await?;
    if unfinished > 0 {
        return Err(Refused::HasTickets);
    }
    if let Some(open) = open {
        conversations::close(act, &open).await?;
    }
    store::forget_identities(act.tx, id).await?;
    store::remove(act.tx, id, act.now).await?;
    staff::audit(act, by, "customer.removed", id, None, None).await?;
    Ok(())
}
