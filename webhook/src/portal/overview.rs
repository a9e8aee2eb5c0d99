//! What a customer sees first.

use std::sync::Arc;

use axum::{Json, extract::State};
use sapa_core::portal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ProblemBody, Refusal, input::Auth, tickets::Ticket};
use crate::surface::Shared;

/// A customer's affairs in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stats {
    /// Tickets that are seen to.
    active_tickets: i64,
    /// Tickets that are over.
    completed_tickets: i64,
    /// Invoices to be paid, late ones included.
    pending_invoices: i64,
    /// Those of them that are late.
    overdue_invoices: i64,
    /// What is to be paid in all, in minor units.
    outstanding_amount: i64,
    /// Its currency (ISO 4217); invoices in another one are counted above, and not added up.
    currency: String,
    /// The five newest tickets.
    recent_tickets: Vec<Ticket>,
}

/// The customer's affairs in numbers.
#[utoipa::path(get, path = "/dashboard/stats", operation_id = "dashboard_stats", tag = "dashboard", security(("session" = [])), responses(
    (status = 200, description = "As they are", body = Stats),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn stats(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
) -> Result<Json<Stats>, Refusal> {
    let desk = &shared.surface.desk;
    let mut tx = desk.db.read().await?;
    let seen = portal::dashboard(desk, &mut tx, &visitor.customer_id).await?;
    tx.rollback().await?;
    Ok(Json(Stats {
        active_tickets: seen.active,
        completed_tickets: seen.completed,
        pending_invoices: seen.owed.unpaid,
        overdue_invoices: seen.owed.overdue,
        outstanding_amount: seen.owed.amount,
        currency: desk.settings.currency.clone(),
        recent_tickets: seen.recent.into_iter().map(Ticket::from).collect(),
    }))
}
