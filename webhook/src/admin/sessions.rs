//! Where one is logged in, and ending it there; the password that one may set.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sapa_core::{
    logins::{
        self, Session,
        password::{self, Shown, Unfit},
    },
    otp::browser,
};

use serde::Deserialize;

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
    /// Whether a password is set, and what is wrong with what was just typed.
    password: bool,
    problem: Option<String>,
    /// The session, its browser, whether it is this one.
    sessions: Vec<(Session, String, bool)>,
}

/// One's own sessions.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    page(&shared, &visit, None, done.get()).await
}

async fn page(
    shared: &Arc<Shared>,
    visit: &Visit,
    unfit: Option<Unfit>,
    done: Option<&str>,
) -> Result<Response, Refusal> {
    let me = &visit.visitor.staff;
    let user_name = writing!(shared, |act| Ok(logins::user_name(act, me).await?))?;
    let (sessions, set) = reading!(shared, |act| {
        let sessions = logins::sessions(act.tx, &me.id, act.now).await?;
        Ok((sessions, password::set_by(act.tx, &me.id).await?))
    })?;
    let s = Shell::of(&shared.surface.desk, visit, "pages-sessions").done(done);
    let told = |session: Session| {
        let browser = browser(&session.agent).unwrap_or_else(|| s.t("otp-unknown-browser"));
        let this = session.id == visit.visitor.session.id;
        (session, browser, this)
    };
    Ok(html(&Page {
        sessions: sessions.into_iter().map(told).collect(),
        user_name,
        password: set.is_some(),
        problem: unfit.map(|unfit| words(&s, unfit)),
        s,
    }))
}

fn words(s: &Shell, unfit: Unfit) -> String {
    let count = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    match unfit {
        Unfit::TooShort => s.count("pages-password-too-short", &count(password::SHORTEST)),
        Unfit::TooLong => s.count("pages-password-too-long", &count(password::LONGEST)),
        Unfit::WrongOld => s.t("pages-password-wrong"),
        Unfit::TooOften => s.t("pages-password-too-often"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    clear: Option<String>,
}

/// Sets one's own password, another one, or none.
pub(super) async fn set_password(
    State(shared): State<Arc<Shared>>,
    Posted(who, form): Posted<Visit, Change>,
) -> Result<Response, Refusal> {
    match changed(&shared, &who, &form).await? {
        Ok(done) => Ok(then("/admin/sessions", done)),
        Err(unfit) => {
            let page = page(&shared, &who, Some(unfit), None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn changed(
    shared: &Arc<Shared>,
    who: &Visit,
    form: &Change,
) -> Result<Result<&'static str, Unfit>, Refusal> {
    let (desk, me) = (&shared.surface.desk, &who.visitor);
    let clears = form.clear.is_some();
    if let (false, Err(unfit)) = (clears, password::fits(&form.password)) {
        return Ok(Err(unfit));
    }
    let (set, worn_out) = reading!(shared, |act| {
        let set = password::set_by(act.tx, &me.staff.id).await?;
        Ok((set, password::is_worn_out(act, &me.staff.id).await?))
    })?;
    if worn_out {
        return Ok(Err(Unfit::TooOften));
    }
    let old = match set {
        None => Shown::nothing(),
        set => Shown::of(desk, set, &form.old).await?,
    };
    if !old.is_right() {
        writing!(shared, |act| Ok(password::was_wrong(act, me).await?))?;
        return Ok(Err(Unfit::WrongOld));
    }
    let new = if clears {
        None
    } else {
        Some(password::hash(desk, &form.password).await?)
    };
    let new = new.as_deref();
    let changed = writing!(
        shared,
        |act| Ok(password::change(act, me, &old, new).await?)
    )?;
    Ok(match (changed, clears) {
        (false, _) => Ok("too-late"),
        (true, true) => Ok("password-cleared"),
        (true, false) => Ok("password-set"),
    })
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
