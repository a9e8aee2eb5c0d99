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

impl Page {
    /// What was done, in words; what has none is shown as it is kept.
    fn deed(&self, action: &str) -> String {
        staff::deed_key(action).map_or_else(|| action.to_owned(), |key| self.s.t(&key))
    }

    /// A value as people say it: roles and availability have words, the rest stands for itself.
    fn value(&self, kept: &str) -> String {
        let key = staff::value_key(kept);
        key.map_or_else(|| kept.to_owned(), |key| self.s.t(key))
    }
}

/// Whether it is one of our ids, which tells nobody anything.
fn is_id(subject: &str) -> bool {
    let letter = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    subject.len() == 26 && subject.bytes().all(letter)
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
    // Who does something about himself stands there once.
    for line in lines
        .iter_mut()
        .filter(|line| line.subject_name == line.actor_name)
    {
        line.subject_name = None;
    }
    let next = lines.last().filter(|_| more).map(|last| last.id.clone());
    let s = Shell::of(&shared.surface.desk, &visit, "pages-audit");
    Ok(html(&Page { s, lines, next }))
}
