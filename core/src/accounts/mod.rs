//! What a customer has with the business: the number and name on the contract, the package and its price, where they live, what they want
//! to hear of. Who they are on WhatsApp, and how to write to them, is `contacts`.

use crate::{
    contacts::finding,
    db::{self, FromRow, Tx, Type},
    desk::Act,
    i18n::Locale,
};

pub(crate) mod store;

/// Where a contract stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum AccountStatus {
    /// It runs.
    Active,
    /// It rests, mostly for want of payment.
    Suspended,
    /// It is over.
    Terminated,
}

impl AccountStatus {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Terminated => "terminated",
        }
    }
}

/// A customer's account. Whoever only ever chatted has an empty one.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Account {
    /// The customer's id.
    pub id: String,
    /// The name they go by.
    pub name: String,
    /// The language they chose.
    pub locale: Option<Locale>,
    /// What the business calls them: unique.
    pub account_number: Option<String>,
    /// The name on the contract.
    pub full_name: Option<String>,
    /// What they have.
    pub package: Option<String>,
    /// How fast it is, as it is sold ("50 Mbps").
    pub bandwidth: Option<String>,
    /// What it costs a month, in minor units.
    pub monthly_price: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Where the contract stands.
    pub account_status: Option<AccountStatus>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Street and house.
    pub address: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Province.
    pub province: Option<String>,
    /// What they want to hear of.
    #[sqlx(flatten)]
    pub notify: Notify,
    /// They may use the portal.
    pub portal_enabled: bool,
}

/// What a customer wants to hear of of the desk's own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Notify {
    /// How their tickets go on.
    #[sqlx(rename = "notify_tickets")]
    pub tickets: bool,
    /// Invoices that are due.
    #[sqlx(rename = "notify_invoices")]
    pub invoices: bool,
    /// Offers.
    #[sqlx(rename = "notify_offers")]
    pub offers: bool,
}

/// What a customer changes by themselves. `None` leaves it; an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The e-mail address.
    pub email: Option<String>,
    /// Street and house.
    pub address: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Province.
    pub province: Option<String>,
    /// The language they are spoken to in.
    pub locale: Option<Locale>,
    /// Whether they want to hear how their tickets go on.
    pub notify_tickets: Option<bool>,
    /// Whether they want to be reminded of invoices.
    pub notify_invoices: Option<bool>,
    /// Whether they want to hear of offers.
    pub notify_offers: Option<bool>,
}

/// What the business writes into an account: it replaces what stood there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// What the business calls them.
    pub account_number: Option<String>,
    /// The name on the contract.
    pub full_name: Option<String>,
    /// What they have.
    pub package: Option<String>,
    /// How fast it is.
    pub bandwidth: Option<String>,
    /// What it costs a month, in minor units.
    pub monthly_price: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Where it stands.
    pub account_status: Option<AccountStatus>,
}

/// Something before an @ and a domain after it; whether it is anybody's only a letter to it would tell.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let fine = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let named = domain.split('.').all(|label| !label.is_empty()) && domain.contains('.');
    !name.is_empty() && !name.contains('@') && named && text.chars().all(fine)
}

/// A customer's account. Nobody's, when the customer was erased or is another one's now.
pub async fn of(tx: &mut Tx, customer_id: &str) -> db::Result<Option<Account>> {
    store::of(tx, customer_id).await
}

/// The customer changes something.
pub async fn change(act: &mut Act<'_>, customer_id: &str, changes: &Changes) -> db::Result<()> {
    store::change(act.tx, customer_id, changes).await
}

/// The business changes the contract.
pub async fn set_contract(
    act: &mut Act<'_>,
    customer_id: &str,
    contract: &Contract,
) -> db::Result<()> {
    store::set_contract(act.tx, customer_id, contract).await?;
    finding::renew(act.tx, customer_id).await
}

/// Lets a customer use the portal, or no longer; then their sessions end, and do not come back when it is switched on again.
pub async fn set_portal(act: &mut Act<'_>, customer_id: &str, enabled: bool) -> db::Result<()> {
    store::set_portal(act.tx, customer_id, enabled).await?;
    if !enabled {
        end_sessions(act, customer_id).await?;
    }
    Ok(())
}

/// Every session of a customer in the portal ends.
pub(crate) async fn end_sessions(act: &mut Act<'_>, customer_id: &str) -> db::Result<()> {
    store::end_sessions(act.tx, customer_id, act.now).await
}

/// Two customers become one: what the survivor does not have, they take from the other.
pub(crate) async fn merge(tx: &mut Tx, from: &str, to: &str) -> db::Result<()> {
    store::merge(tx, from, to).await?;
    finding::renew(tx, to).await
}
