//! Customers: the person and the ways a platform names them. Owns who somebody is, which language they read and whether WhatsApp
//! lets us write to them now. Does not own what is talked about: that is `conversations` and `tickets`.

use std::time::Duration;

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx},
    desk::{Act, Settings},
    i18n::Locale,
};

pub mod book;
pub mod finding;
pub mod late;
mod meet;
mod merge;
mod phone;
pub(crate) mod store;
mod telling;

pub use meet::{change_identity, meet, settle_on_number};
pub(crate) use phone::calling_code;
pub use phone::{format_phone, learn_phone_numbers, parse_phone};
pub use telling::{Refs, Told, opened_window, tell, tell_freely, window_closes, words};

/// WhatsApp's customer service window, counted from the customer's last message (Meta: send-messages).
const WINDOW: Duration = Duration::from_hours(24);

/// Two minutes less than Meta's window: what is queued now must still be inside when it arrives there.
const WINDOW_MARGIN: Duration = Duration::from_mins(2);

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Customer {
    /// Our id.
    pub id: String,
    /// The name they go by, as they wrote it; a number or an id while nobody has told a name.
    pub name: String,
    /// The language they chose.
    pub locale: Option<Locale>,
    /// When they last wrote, by the message's own timestamp.
    pub window_opened_at: Option<Millis>,
    /// When we first met.
    pub created_at: Millis,
}

/// How WhatsApp names a person: by number, by a user id of the business's own scope, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The phone number in digits, verbatim from the platform.
    pub wa_id: Option<String>,
    /// The business-scoped user id, verbatim.
    pub user_id: Option<String>,
}

/// Whom an event is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The customer.
    pub customer: Customer,
    /// This is the first time.
    pub is_new: bool,
    /// The customer whose number this was before: the number belongs to another person now, and staff should know.
    pub recycled: Option<String>,
}

/// A customer by id. People who were erased or merged into another are not found.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Customer>> {
    store::by_id(tx, id).await
}

/// The customer who has this number (digits, as WhatsApp names it).
pub async fn by_number(tx: &mut Tx, wa_id: &str) -> db::Result<Option<Customer>> {
    store::by_key(tx, store::Key::WaId, Some(wa_id)).await
}

/// How the platform names a customer now.
pub async fn identity(tx: &mut Tx, customer_id: &str) -> db::Result<Identity> {
    store::identity(tx, customer_id).await
}

/// Whether somebody has this number.
pub async fn knows_number(tx: &mut Tx, wa_id: &str) -> db::Result<bool> {
    let known = store::by_key(tx, store::Key::WaId, Some(wa_id)).await?;
    Ok(known.is_some())
}

/// Writes a number down as this customer's, besides those they have. False: it is somebody's already.
pub async fn claim_number(act: &mut Act<'_>, customer_id: &str, wa_id: &str) -> db::Result<bool> {
    store::claim_identity(act.tx, store::Key::WaId, wa_id, customer_id, act.now).await
}

/// The platform writes this customer's number in another way too (Brazil, Mexico): whoever writes from that one is this customer. It counts
/// as the oldest of the customer's numbers, so that messages go on to the one that the customer wrote from.
pub async fn also_known_as(act: &mut Act<'_>, customer_id: &str, wa_id: &str) -> db::Result<()> {
    store::claim_identity(act.tx, store::Key::WaId, wa_id, customer_id, Millis(0))
        .await
        .map(drop)
}

/// The customer chose a language.
pub async fn set_locale(act: &mut Act<'_>, customer_id: &str, locale: Locale) -> db::Result<()> {
    store::set_locale(act.tx, customer_id, locale).await
}

/// The language to use with a customer: the one they chose, else their phone's country's, else the desk's.
pub fn speaks(customer: &Customer, identity: &Identity, settings: &Settings) -> Locale {
    let by_country = || identity.wa_id.as_deref().map(language_of);
    customer
        .locale
        .or_else(by_country)
        .unwrap_or(settings.locale)
}

/// The language of a number's country.
pub fn language_of(wa_id: &str) -> Locale {
    if wa_id.starts_with("62") {
        Locale::Id
    } else {
        Locale::En
    }
}

#[cfg(test)]
mod tests;
