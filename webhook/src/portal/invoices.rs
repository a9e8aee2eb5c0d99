//! A customer's invoices.

use std::sync::Arc;

use axum::{Json, extract::State};
use sapa_core::{
    clock::Millis,
    invoices::{self, InvoiceStatus},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ProblemBody, Refusal,
    input::{Auth, Paging, Params},
};
use crate::surface::Shared;

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// To be paid, and there is time.
    Pending,
    /// To be paid, and late.
    Overdue,
    Paid,
    Cancelled,
}

/// Which invoices.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    #[default]
    All,
    Pending,
    Overdue,
    Paid,
    Cancelled,
}

impl Which {
    fn status(self) -> Option<InvoiceStatus> {
        match self {
            Self::All => None,
            Self::Pending => Some(InvoiceStatus::Pending),
            Self::Overdue => Some(InvoiceStatus::Overdue),
            Self::Paid => Some(InvoiceStatus::Paid),
            Self::Cancelled => Some(InvoiceStatus::Cancelled),
        }
    }
}

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invoice {
    number: String,
    /// In minor units (ISO 4217).
    amount: i64,
    /// ISO 4217.
    currency: String,
    #[schema(inline)]
    status: Standing,
    #[schema(format = DateTime)]
    issued_at: String,
    #[schema(format = DateTime)]
    due_at: String,
    #[schema(format = DateTime)]
    paid_at: Option<String>,
}

impl Invoice {
    fn at(invoice: invoices::Invoice, now: Millis) -> Self {
        Self {
            status: match invoice.status_at(now) {
                InvoiceStatus::Pending => Standing::Pending,
                InvoiceStatus::Overdue => Standing::Overdue,
                InvoiceStatus::Paid => Standing::Paid,
                InvoiceStatus::Cancelled => Standing::Cancelled,
            },
            number: invoice.number,
            amount: invoice.amount,
            currency: invoice.currency,
            issued_at: invoice.issued_at.rfc3339(),
            due_at: invoice.due_at.rfc3339(),
            paid_at: invoice.paid_at.map(Millis::rfc3339),
        }
    }
}

/// A page of invoices.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invoices {
    items: Vec<Invoice>,
    /// How many there are in all.
    total: i64,
    /// The offset of the next page; null when this is the last.
    next: Option<i64>,
}

/// Which invoices, and which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct InvoiceQuery {
    #[param(inline)]
    status: Option<Which>,
    /// How many to leave out: `next` of the page before.
    #[param(minimum = 0, default = 0)]
    offset: Option<i64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

/// The customer's invoices, the newest first.
#[utoipa::path(get, path = "/invoices", operation_id = "invoices_list", tag = "invoices", security(("session" = [])), params(InvoiceQuery), responses(
    (status = 200, description = "A page of them", body = Invoices),
    (status = 400, description = "A parameter is unknown or wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Params(query): Params<InvoiceQuery>,
) -> Result<Json<Invoices>, Refusal> {
    let (offset, limit) = Paging::new(query.offset, query.limit).clamped();
    let status = query.status.unwrap_or_default().status();
    let now = shared.surface.desk.clock.now();
    let mut tx = shared.surface.desk.db.read().await?;
    let page = (offset, limit);
    let (page, total) =
        invoices::of_customer(&mut tx, &visitor.customer_id, status, now, page).await?;
    tx.rollback().await?;
    Ok(Json(Invoices {
        next: super::next(offset, page.len(), total),
        items: page.into_iter().map(|one| Invoice::at(one, now)).collect(),
        total,
    }))
}
