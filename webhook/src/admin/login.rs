//! Coming in and leaving; the language.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use sapa_core::{
    i18n::Locale,
    logins::{
        self,
        password::{self, Shown},
    },
    otp::{Challenge, NotVerified, Refused},
    staff,
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Cookie, Key, Nothing, Params, Posted, Stranger, Visit, language_cookie},
    back::Back,
    reading,
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
    /// A password is asked for besides the code: the link came from the chat, where nobody has been asked for it.
    password: bool,
    problem: Option<String>,
    /// He was logged in, and is not any more.
    is_over: bool,
}

impl Page {
    fn answer(shared: &Shared, who: &Stranger, challenge: Option<&str>) -> Self {
        Self {
            s: Shell::stranger(&shared.surface.desk, who, "pages-login"),
            challenge: challenge.map(str::to_owned),
            password: false,
            problem: None,
            is_over: who.back.as_ref().is_some_and(|back| back.is_over),
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
    #[serde(default)]
    password: String,
}

/// Sends a code to whoever has this user name, and asks for it; the same when nobody has it, and when the password is not his.
pub(super) async fn name(
    State(shared): State<Arc<Shared>>,
    Posted(who, Name { name, password }): Posted<Stranger, Name>,
) -> Result<Response, Refusal> {
    match asked(&shared, &who, &name, &password).await? {
        Ok(challenge) => {
            shared.surface.desk.bell.ring_codes();
            Ok(Redirect::to(&format!("/admin/login/{}", challenge.id)).into_response())
        }
        Err(wait) => too_many(&shared, &who, wait).await,
    }
}

/// Somebody asks for codes, or tries them, too often.
async fn too_many(
    shared: &Arc<Shared>,
    who: &Stranger,
    wait: Duration,
) -> Result<Response, Refusal> {
    witness::too_many(shared, &who.place.address).await?;
    let wait = who.l.duration(wait);
    let mut page = Page::answer(shared, who, None);
    page.problem = Some(page.s.with("pages-login-too-soon", "wait", wait));
    let page = page.show(shared, who);
    Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response())
}

/// The challenge, or how long to wait for one.
async fn asked(
    shared: &Arc<Shared>,
    who: &Stranger,
    name: &str,
    password: &str,
) -> Result<Result<Challenge, Duration>, Refusal> {
    let (address, agent) = (&who.place.address, &who.place.agent);
    let looked = reading!(shared, |act| {
        match logins::may_ask(act, name, address).await {
            Ok(()) => Ok(Ok(password::set_by_name(act.tx, name).await?)),
            Err(Refused::TooSoon(wait)) => Ok(Err(wait)),
            Err(Refused::Db(error)) => Err(error.into()),
        }
    })?;
    let set = match looked {
        Ok(set) => set,
        Err(wait) => return Ok(Err(wait)),
    };
    let shown = Shown::of(&shared.surface.desk, set, password).await?;
    writing!(shared, |act| {
        match logins::request_code(act, name, &shown, address, agent).await {
            Ok(challenge) => Ok(Ok(challenge)),
            Err(Refused::TooSoon(wait)) => Ok(Err(wait)),
            Err(Refused::Db(error)) => Err(error.into()),
        }
    })
}

/// Asks for the code.
pub(super) async fn ask_code(
    State(shared): State<Arc<Shared>>,
    who: Stranger,
    Key(challenge): Key,
) -> Result<Response, Refusal> {
    let set = reading!(shared, |act| Ok(password::set_for(act, &challenge).await?))?;
    let mut page = Page::answer(&shared, &who, Some(&challenge));
    page.password = set.is_some();
    Ok(page.show(&shared, &who))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    code: String,
    #[serde(default)]
    password: String,
}

/// Takes the code and begins a session, under an id that the browser has not had before.
pub(super) async fn code(
    State(shared): State<Arc<Shared>>,
    Key(challenge): Key,
    Posted(who, Code { code, password }): Posted<Stranger, Code>,
) -> Result<Response, Refusal> {
    if let Err(wait) = shared.count_try(&who.place.address) {
        return too_many(&shared, &who, wait).await;
    }
    let set = reading!(shared, |act| Ok(password::set_for(act, &challenge).await?))?;
    let asked = set.is_some();
    let shown = match set {
        None => Shown::nothing(),
        set => Shown::of(&shared.surface.desk, set, &password).await?,
    };
    let entered = writing!(shared, |act| {
        let (address, agent) = (&who.place.address, &who.place.agent);
        match logins::enter(act, &challenge, &code, &shown, address, agent).await {
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
        page.password = asked;
        page.problem = Some(page.s.t("pages-login-rejected"));
        let page = page.show(&shared, &who);
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let desk = &shared.surface.desk;
    let page = who.back.as_ref().map_or("/admin", |back| &back.page);
    let mut response = Redirect::to(page).into_response();
    let headers = response.headers_mut();
    if who.back.is_some() {
        headers.append(header::SET_COOKIE, Back::forgotten(desk));
    }
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
