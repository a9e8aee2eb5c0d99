//! Coming in and leaving; the language.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use sapa_core::{
    i18n::Locale,
    logins,
    otp::{NotVerified, Refused},
    staff,
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Cookie, Key, Nothing, Params, Posted, Stranger, Visit, language_cookie},
    shell::{Shell, html},
    witness, writing,
};
use crate::surface::Shared;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    s: Shell,
    /// The challenge that a code is asked for; none while the name is.
    challenge: Option<String>,
    problem: Option<String>,
}

impl Page {
    fn answer(shared: &Shared, who: &Stranger, challenge: Option<&str>) -> Self {
        Self {
            s: Shell::stranger(&shared.surface.desk, who, "pages-login"),
            challenge: challenge.map(str::to_owned),
            problem: None,
        }
    }

    fn show(&self, shared: &Shared, who: &Stranger) -> Response {
        let mut page = html(self);
        let visit = Cookie::Visit.header(&shared.surface.desk, Some(&who.visit));
        page.headers_mut().append(header::SET_COOKIE, visit);
        page
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    lang: Option<String>,
}

/// Asks who it is.
pub(super) async fn ask_name(
    State(shared): State<Arc<Shared>>,
    who: Stranger,
    Params(wish): Params<Wish>,
) -> Response {
    if let Some(locale) = wish.lang.as_deref().and_then(Locale::parse) {
        let mut response = Redirect::to("/admin/login").into_response();
        let cookie = language_cookie(&shared.surface.desk, locale);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        return response;
    }
    Page::answer(&shared, &who, None).show(&shared, &who)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    name: String,
}

/// Sends a code to whoever has this user name, and asks for it; the same when nobody has it.
pub(super) async fn name(
    State(shared): State<Arc<Shared>>,
    Posted(who, Name { name }): Posted<Stranger, Name>,
) -> Result<Response, Refusal> {
    let asked = writing!(shared, |act| {
        let (address, agent) = (&who.place.address, &who.place.agent);
        match logins::request_code(act, &name, address, agent).await {
            Ok(challenge) => Ok(Ok(challenge)),
            Err(Refused::TooSoon(wait)) => Ok(Err(wait)),
            Err(Refused::Db(error)) => Err(error.into()),
        }
    })?;
    let wait = match asked {
        Ok(challenge) => {
            shared.surface.desk.bell.ring_codes();
            return Ok(Redirect::to(&format!("/admin/login/{}", challenge.id)).into_response());
        }
        Err(wait) => wait,
    };
    witness::too_many(&shared, &who.place.address).await?;
    let wait = who.l.duration(wait);
    let mut page = Page::answer(&shared, &who, None);
    page.problem = Some(page.s.with("pages-login-too-soon", "wait", wait));
    let page = page.show(&shared, &who);
    Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response())
}

/// Asks for the code.
pub(super) async fn ask_code(
    State(shared): State<Arc<Shared>>,
    who: Stranger,
    Key(challenge): Key,
) -> Response {
    Page::answer(&shared, &who, Some(&challenge)).show(&shared, &who)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    code: String,
}

/// Takes the code and begins a session, under an id that the browser has not had before.
pub(super) async fn code(
    State(shared): State<Arc<Shared>>,
    Key(challenge): Key,
    Posted(who, Code { code }): Posted<Stranger, Code>,
) -> Result<Response, Refusal> {
    let entered = writing!(shared, |act| {
        let (address, agent) = (&who.place.address, &who.place.agent);
        match logins::enter(act, &challenge, &code, address, agent).await {
            Ok(entered) => {
                if let Some(before) = &who.session {
                    logins::leave_before(act, before).await?;
                }
                Ok(Some(entered))
            }
            Err(NotVerified::Rejected) => Ok(None),
            Err(NotVerified::Db(error)) => Err(error.into()),
        }
    })?;
    let Some(entered) = entered else {
        let mut page = Page::answer(&shared, &who, Some(&challenge));
        page.problem = Some(page.s.t("pages-login-rejected"));
        let page = page.show(&shared, &who);
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let desk = &shared.surface.desk;
    let mut response = Redirect::to("/admin").into_response();
    let headers = response.headers_mut();
    let session = Cookie::Session.header(desk, Some(&entered.token));
    headers.append(header::SET_COOKIE, session);
    headers.append(header::SET_COOKIE, Cookie::Visit.header(desk, None));
    headers.append(
        header::SET_COOKIE,
        language_cookie(desk, entered.staff.locale),
    );
    Ok(response)
}

/// Ends the session.
pub(super) async fn leave(
    State(shared): State<Arc<Shared>>,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    writing!(shared, |act| Ok(logins::leave(act, &who.visitor).await?))?;
    let mut response = Redirect::to("/admin/login").into_response();
    let cookie = Cookie::Session.header(&shared.surface.desk, None);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    language: String,
}

/// Speaks another language from now on, in the chat too.
pub(super) async fn speak(
    State(shared): State<Arc<Shared>>,
    Posted(who, Language { language }): Posted<Visit, Language>,
) -> Result<Response, Refusal> {
    let locale = Locale::parse(&language).ok_or(Refusal::BadForm)?;
    writing!(shared, |act| {
        Ok(staff::set_locale(act, &who.visitor.staff, locale).await?)
    })?;
    let mut response = Redirect::to(&who.from).into_response();
    let cookie = language_cookie(&shared.surface.desk, locale);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
