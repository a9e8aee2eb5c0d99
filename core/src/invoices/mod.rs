//! Invoices: what a customer has to pay, and whether they did.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::Act,
};

pub(crate) mod store;

/// What was done about an invoice, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Stored {
    /// Nothing yet.
    Pending,
    /// It was paid.
    Paid,
    /// It is not to be paid.
    Cancelled,
}

/// Where an invoice stands at a time: one that nobody pays becomes overdue by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// To be paid, and there is time.
    Pending,
    /// To be paid, and late.
    Overdue,
    /// Paid.
    Paid,
    /// Not to be paid.
    Cancelled,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Invoice {
    /// Our id.
    pub id: String,
    /// What people call it: unique.
    pub number: String,
    /// Who is to pay.
    pub customer_id: String,
    /// How much, in minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// What was done about it.
    pub status: Stored,
    /// When it was made out.
    pub issued_at: Millis,
    /// By when it is to be paid.
    pub due_at: Millis,
    /// When it was paid.
    pub paid_at: Option<Millis>,
}

impl Invoice {
    /// Where it stands.
    pub fn status_at(&self, now: Millis) -> InvoiceStatus {
        match self.status {
            Stored::Paid => InvoiceStatus::Paid,
            Stored::Cancelled => InvoiceStatus::Cancelled,
            Stored::Pending if self.due_at < now => InvoiceStatus::Overdue,
            Stored::Pending => InvoiceStatus::Pending,
        }
    }
}

/// What a customer owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Owed {
    /// So many are to be paid, late ones included.
    pub unpaid: i64,
    /// So many of them are late.
    pub overdue: i64,
    /// So much in all, of those in the currency that was asked for.
    pub amount: i64,
}

/// A page of a customer's invoices, the newest first, and how many there are.
pub async fn of_customer(
    tx: &mut Tx,
    customer_id: &str,
    status: Option<InvoiceStatus>,
    now: Millis,
    (offset, limit): (i64, i64),
) -> db::Result<(Vec<Invoice>, i64)> {
    store::of_customer(tx, customer_id, status, now, (offset, limit)).await
}

/// What a customer owes at a time, the amount in one currency.
pub async fn owed(tx: &mut Tx, customer_id: &str, currency: &str, now: Millis) -> db::Result<Owed> {
    store::owed(tx, customer_id, currency, now).await
}

/// Stores an invoice. False: one of this number is there already.
pub async fn add(act: &mut Act<'_>, invoice: &Invoice) -> db::Result<bool> {
    store::insert(act.tx, invoice, act.now).await
}
