//! Where a customer is logged in.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use sapa_core::{otp, portal};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ProblemBody, Refusal,
    input::{Auth, Key, Paging, Params},
    writing,
};
use crate::{problem::Problem, surface::Shared};

/// A session that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenSession {
    id: String,
    /// The internet address that it began at.
    address: String,
    /// The browser and system, as far as they are known.
    browser: Option<String>,
    /// What the browser calls itself.
    agent: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// To five minutes.
    #[schema(format = DateTime)]
    seen_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
    /// The one that asks.
    current: bool,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sessions {
    items: Vec<OpenSession>,
    /// How many there are in all.
    total: i64,
    /// The offset of the next page; null when this is the last.
    next: Option<i64>,
}

/// Where the customer is logged in, the newest first.
#[utoipa::path(get, path = "/sessions", operation_id = "sessions_list", tag = "sessions", security(("session" = [])), params(Paging), responses(
    (status = 200, description = "A page of them", body = Sessions),
    (status = 400, description = "A parameter is unknown or wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Params(paging): Params<Paging>,
) -> Result<Json<Sessions>, Refusal> {
    let (offset, limit) = paging.clamped();
    let now = shared.surface.desk.clock.now();
    let mut tx = shared.surface.desk.db.read().await?;
    let page = (offset, limit);
    let (page, total) = portal::sessions(&mut tx, &visitor.customer_id, now, page).await?;
    tx.rollback().await?;
    let shown = |session: portal::Session| OpenSession {
        current: session.id == visitor.session.id,
        browser: otp::browser(&session.agent),
        id: session.id,
        address: session.address,
        agent: session.agent,
        created_at: session.created_at.rfc3339(),
        seen_at: session.seen_at.rfc3339(),
        expires_at: session.expires_at.rfc3339(),
    };
    Ok(Json(Sessions {
        next: super::next(offset, page.len(), total),
        items: page.into_iter().map(shown).collect(),
        total,
    }))
}

/// Ends one of the customer's sessions.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "sessions_revoke", tag = "sessions", security(("session" = [])),
    params(("id" = String, Path, description = "The session's id")), responses(
    (status = 204, description = "It is over"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "The customer has no such session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Key(id): Key,
) -> Result<StatusCode, Refusal> {
    let ended = writing!(shared, |act| {
        Ok(portal::revoke(act, &visitor.customer_id, &id).await?)
    })?;
    if ended {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NOT_FOUND.into())
    }
}
