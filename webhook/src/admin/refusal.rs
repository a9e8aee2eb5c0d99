//! What the pages refuse: as a page of its own, or, where only a part of a page was asked for, as a line.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use sapa_core::{
    db,
    desk::Desk,
    i18n::{Locale, Localizer},
    logins::password::Busy,
};

use super::{
    access::{language, stood_on},
    back::Back,
    shell::{Shell, html},
    witness,
};
use crate::surface::Shared;

/// Why something is not shown or not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nobody is logged in.
    LoggedOut,
    /// The super-admin door is closed.
    DoorClosed,
    /// He may not.
    Forbidden,
    /// There is nothing there, or nothing for him.
    NotFound,
    /// The form is not as our pages make it.
    BadForm,
    /// The address is not as our pages make it.
    BadAddress,
    /// The form does not come from a page of ours, or from one of an earlier session.
    Foreign,
    /// The address does not take this method.
    Method,
    /// The database does not answer.
    Unavailable,
    /// Too many passwords are looked at just now.
    Busy,
    /// Two transactions were in each other's way: the same may be tried again.
    Again,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::DoorClosed | Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadForm => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadAddress => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable | Self::Again | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The Fluent keys of what is said, and of what to do about it.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::LoggedOut => (
                "pages-refused-logged-out",
                "pages-refused-logged-out-advice",
            ),
            Self::DoorClosed => ("pages-refused-door", "pages-refused-door-advice"),
            Self::Forbidden => ("pages-refused-forbidden", "pages-refused-forbidden-advice"),
            Self::NotFound => ("pages-refused-not-found", "pages-refused-not-found-advice"),
            Self::BadForm | Self::BadAddress | Self::Method => {
                ("pages-refused-bad", "pages-refused-bad-advice")
            }
            Self::Foreign => ("pages-refused-foreign", "pages-refused-foreign-advice"),
            Self::Busy => ("pages-refused-busy", "pages-refused-busy-advice"),
            Self::Unavailable | Self::Again => (
                "pages-refused-unavailable",
                "pages-refused-unavailable-advice",
            ),
        }
    }
}

/// Words that somebody typed and that went nowhere: the page that says so gives them back.
#[derive(Clone)]
struct Kept(String);

impl Refusal {
    /// The refusal of what somebody wrote, which is not to be lost with it.
    pub(super) fn keeping(self, words: &str) -> Response {
        let mut response = self.into_response();
        response.extensions_mut().insert(Kept(words.to_owned()));
        response
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        if db::is_retryable(&error) {
            return Self::Again;
        }
        tracing::error!(%error, "a page could not be shown");
        Self::Unavailable
    }
}

impl From<Busy> for Refusal {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Page {
    s: Shell,
    advice: String,
    kept: Option<String>,
}

/// Gives a refusal its page, and every answer the headers that keep it to ourselves.
pub(super) async fn dress(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let desk = &shared.surface.desk;
    let part = request.headers().contains_key("hx-request");
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let asked = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let home = (method == Method::GET)
        .then(|| page_of_form(&asked))
        .flatten();
    let mut response = next.run(request).await;
    if let Some(Refusal::Forbidden) = response.extensions().get() {
        let route = route.as_ref().map_or("", MatchedPath::as_str);
        if let Err(error) = witness::forbidden(&shared, &headers, (&method, route)).await {
            tracing::warn!(?error, "a refusal could not be written down");
        }
    }
    if let Some(home) = home.filter(|_| response.extensions().get() == Some(&Refusal::Method)) {
        response = Redirect::to(&home).into_response();
    }
    if let Some(refusal) = response.extensions().get::<Refusal>().copied() {
        let l = desk.localizer(spoken(&shared, &headers, refusal).await);
        let kept = response.extensions_mut().remove::<Kept>();
        response = drawn(desk, l, refusal, (part, kept));
        if refusal == Refusal::LoggedOut
            && let Some(back) = Back::of(desk, (&method, &asked), &headers)
        {
            let cookie = back.header(desk);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: browsers then name no origin when they send a form (Fetch, "append a request Origin header").
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let keep = headers.entry(header::CACHE_CONTROL);
    keep.or_insert(HeaderValue::from_static("no-store"));
    response
}

/// As a page of its own, or as a line where a part of a page was asked for.
fn drawn(
    desk: &Desk,
    l: Localizer,
    refusal: Refusal,
    (part, kept): (bool, Option<Kept>),
) -> Response {
    let (title, advice) = match (refusal, &kept) {
        // It was there when he began to write.
        (Refusal::NotFound, Some(_)) => ("pages-refused-late", "pages-refused-late-advice"),
        _ => refusal.keys(),
    };
    match (refusal, part) {
        (Refusal::LoggedOut, false) => Redirect::to("/admin/login").into_response(),
        // A part of a page cannot be the login: the whole page goes there (htmx, "HX-Redirect").
        (Refusal::LoggedOut, true) => {
            let away = [("hx-redirect", "/admin/login")];
            (refusal.status(), away, l.label(title, &[])).into_response()
        }
        (_, true) => (refusal.status(), l.label(title, &[])).into_response(),
        (_, false) => {
            let advice = l.label(advice, &[]);
            let s = Shell::bare(desk, l, title);
            let kept = kept.map(|Kept(words)| words);
            (refusal.status(), html(&Page { s, advice, kept })).into_response()
        }
    }
}

/// The language to tell a refusal in: his own, when he is logged in.
async fn spoken(shared: &Arc<Shared>, headers: &HeaderMap, refusal: Refusal) -> Locale {
    // Whoever does not answer is not asked again.
    let asks = !matches!(refusal, Refusal::Unavailable | Refusal::Again);
    let who = if asks {
        witness::visitor(shared, headers).await
    } else {
        Ok(None)
    };
    match who {
        Ok(Some(visitor)) => visitor.staff.locale,
        _ => language(&shared.surface.desk, headers),
    }
}

/// Where a form stands that answers at this address (below `/admin`): a form that came back does so there, and somebody may ask for it
/// again.
fn page_of_form(asked: &Uri) -> Option<String> {
    let path = format!("/admin{}", asked.path());
    let query = asked.query().map(|query| format!("?{query}"));
    let page = Some(stood_on(&path)).filter(|page| *page != path);
    page.map(|page| format!("{page}{}", query.unwrap_or_default()))
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
