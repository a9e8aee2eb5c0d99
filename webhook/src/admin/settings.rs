//! The settings that admins change while the desk runs, one form for each.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use sapa_core::{
    i18n::Locale,
    settings::{self, Key as Setting, Line, Refused},
    staff::Permission,
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Params, Posted, Visit},
    reading,
    shell::{Done, Shell, html, then},
    writing,
};
use crate::surface::Shared;

const HOME: &str = "/admin/settings";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/settings", get(list))
        .route("/settings/{key}", post(change))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Page {
    s: Shell,
    lines: Vec<Line>,
    /// Which is refused, and what was typed.
    problem: Option<(Setting, String)>,
}

impl Page {
    /// Its name in an address, where there are no underscores.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
        reason = "templates hand over what they go through by reference, and can only ask what they are given"
    )]
    fn address(&self, key: &Setting) -> String {
        format!("{HOME}/{}", key.as_str().replace('_', "-"))
    }

    /// What there is to choose from, where that is a language.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
        reason = "templates hand over what they go through by reference, and can only ask what they are given"
    )]
    fn languages(&self, key: &Setting) -> &'static [Locale] {
        match key {
            Setting::Locale => &Locale::ALL,
            _ => &[],
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over what they go through by reference"
    )]
    fn typed<'p>(&'p self, key: &Setting, value: &'p str) -> &'p str {
        match &self.problem {
            Some((refused, typed)) if refused == key => typed,
            _ => value,
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over what they go through by reference"
    )]
    fn is_refused(&self, key: &Setting) -> bool {
        self.problem
            .as_ref()
            .is_some_and(|(refused, _)| refused == key)
    }
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    done: Option<&str>,
    problem: Option<(Setting, String)>,
) -> Result<Response, Refusal> {
    let desk = &shared.surface.desk;
    let lines = reading!(shared, |act| Ok(settings::list(desk, act.tx).await?))?;
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = Page {
        s: Shell::of(desk, visit, "pages-settings").done(done),
        lines,
        problem,
    };
    Ok((status, html(&page)).into_response())
}

/// All of them.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::SettingsEdit)?;
    page(&shared, &visit, done.get(), None).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    value: String,
}

/// Changes one.
async fn change(
    State(shared): State<Arc<Shared>>,
    Key(name): Key,
    Posted(who, Form { value }): Posted<Visit, Form>,
) -> Result<Response, Refusal> {
    who.permit(Permission::SettingsEdit)?;
    let key = Setting::parse(&name).ok_or(Refusal::NotFound)?;
    let by = who.visitor.actor();
    let changed = writing!(shared, |act| {
        match settings::set(act, &by, key, &value).await {
            Ok(_) => Ok(true),
            Err(Refused::Invalid(_)) => Ok(false),
            Err(Refused::Db(error)) => Err(error.into()),
        }
    })?;
    if !changed {
        return page(&shared, &who, None, Some((key, value))).await;
    }
    // It holds on the very next page.
    settings::refresh(&shared.surface.desk).await?;
    Ok(then(HOME, "changed"))
}
