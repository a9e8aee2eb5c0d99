//! The audit log: who changed what, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use sapa_core::staff::{self, Line, Permission};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Params, Visit},
    reading,
    shell::{Shell, html},
};
use crate::surface::Shared;

/// As many as a page holds.
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    s: Shell,
    lines: Vec<Line>,
    next: Option<String>,
}

/// A page of it.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(place): Params<Place>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::AuditRead)?;
    let before = place.before.as_deref();
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut lines = reading!(shared, |act| Ok(staff::trail(act.tx, before, most).await?))?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|last| last.id.clone());
    let s = Shell::of(&shared.surface.desk, &visit, "pages-audit");
    Ok(html(&Page { s, lines, next }))
}
