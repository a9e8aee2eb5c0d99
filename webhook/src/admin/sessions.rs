//! Where one is logged in, and ending it there.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use sapa_core::{
    logins::{self, Session},
    otp::browser,
};

use super::{
    Refusal,
    access::{Key, Nothing, Params, Posted, Visit},
    reading,
    shell::{Done, Shell, html, then},
    writing,
};
use crate::surface::Shared;

#[derive(Template)]
#[template(path = "sessions.html")]
struct Page {
    s: Shell,
    user_name: String,
    /// The session, its browser, whether it is this one.
    sessions: Vec<(Session, String, bool)>,
}

/// One's own sessions.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    let me = &visit.visitor.staff;
    let user_name = writing!(shared, |act| Ok(logins::user_name(act, me).await?))?;
    let sessions = reading!(shared, |act| {
        Ok(logins::sessions(act.tx, &me.id, act.now).await?)
    })?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-sessions").done(done.get());
    let told = |session: Session| {
        let browser = browser(&session.agent).unwrap_or_else(|| s.t("otp-unknown-browser"));
        let this = session.id == visit.visitor.session.id;
        (session, browser, this)
    };
    let sessions = sessions.into_iter().map(told).collect();
    Ok(html(&Page {
        s,
        user_name,
        sessions,
    }))
}

/// Ends one of them.
pub(super) async fn end(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    let (by, me) = (who.visitor.actor(), &who.visitor.staff.id);
    let ended = writing!(shared, |act| Ok(logins::revoke(act, &by, me, &id).await?))?;
    if ended {
        Ok(then("/admin/sessions", "ended"))
    } else {
        Err(Refusal::NotFound)
    }
}
