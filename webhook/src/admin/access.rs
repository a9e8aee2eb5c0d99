//! Who is behind a request to the pages, and that he sent it himself: sessions, the language, forms. Read strictly.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
};
use sapa_core::{
    desk::Desk,
    i18n::{Locale, Localizer},
    logins::{self, Opener, Visitor},
    security::Label,
    staff::Permission,
};
use serde::de::DeserializeOwned;

use super::{Refusal, back::Back, writing};
use crate::{
    Limits,
    address::{Peer, agent},
    body,
    surface::Shared,
};

/// The largest form; what people write in it is far shorter.
const FORM: usize = 64 * 1024;
/// The cookie of the language that was chosen last.
const LANGUAGE: &str = "sapa-language";

/// The cookies that hold a secret.
#[derive(Clone, Copy)]
pub(super) enum Cookie {
    /// Somebody's session.
    Session,
    /// The open super-admin door.
    Door,
    /// A browser that nobody has logged in with: its forms are tied to it.
    Visit,
}

impl Cookie {
    /// Over TLS the name itself keeps other hosts from setting it (RFC 6265bis, 4.1.3).
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-sapa",
            (Self::Session, false) => "sapa",
            (Self::Door, true) => "__Secure-sapa-door",
            (Self::Door, false) => "sapa-door",
            (Self::Visit, true) => "__Host-sapa-visit",
            (Self::Visit, false) => "sapa-visit",
        }
    }

    pub(super) fn read(self, desk: &Desk, headers: &HeaderMap) -> Option<String> {
        cookie(headers, self.name(is_secure(desk)))
    }

    /// The header that sets it; for no time when there is no value.
    pub(super) fn header(self, desk: &Desk, value: Option<&str>) -> HeaderValue {
        let secure = is_secure(desk);
        let (seconds, path) = match self {
            // A day longer than the session: whoever comes back by then can be told that it is over.
            Self::Session => (8 * 86_400, "/"),
            Self::Door => (1_800, "/admin/super"),
            Self::Visit => (86_400, "/"),
        };
        let seconds = if value.is_some() { seconds } else { 0 };
        let secure_word = if secure { "; Secure" } else { "" };
        let name = self.name(secure);
        let value = value.unwrap_or_default();
        let line = format!(
            "{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure_word}"
        );
        HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The header that remembers a language.
pub(super) fn language_cookie(desk: &Desk, locale: Locale) -> HeaderValue {
    let secure_word = if is_secure(desk) { "; Secure" } else { "" };
    let code = locale.code();
    let line =
        format!("{LANGUAGE}={code}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure_word}");
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub(super) fn is_secure(desk: &Desk) -> bool {
    desk.settings.pages_url.starts_with("https://")
}

/// A cookie by its name.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && value.len() <= 100).then(|| value.to_owned())
    })
}

/// The language to speak with somebody whom we do not know: the one chosen last, the browser's, the desk's.
pub(super) fn language(desk: &Desk, headers: &HeaderMap) -> Locale {
    let chosen = cookie(headers, LANGUAGE).and_then(|code| Locale::parse(&code));
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted
        .and_then(|line| line.to_str().ok())
        .unwrap_or_default();
    let mut accepted = accepted
        .split(',')
        .map(|one| one.split(';').next().unwrap_or(one));
    chosen
        .or_else(|| accepted.find_map(|one| Locale::parse(one.trim())))
        .unwrap_or(desk.settings.locale)
}

/// Where a request comes from, as sessions and codes remember it.
pub(super) struct Place {
    pub(super) address: String,
    pub(super) agent: String,
}

impl Place {
    pub(super) fn of(parts: &Parts, shared: &Shared) -> Self {
        let peer = parts.extensions.get::<Peer>();
        let address = peer.map(|peer| shared.surface.proxies.client(peer.0, &parts.headers));
        Self {
            address: address.map(|ip| ip.to_string()).unwrap_or_default(),
            agent: agent(&parts.headers),
        }
    }
}

/// Somebody of the staff who looks at a page.
pub(super) struct Visit {
    /// The page that he comes from.
    pub(super) from: String,
    pub(super) visitor: Visitor,
    pub(super) l: Localizer,
    /// What his forms carry.
    pub(super) token: String,
}

impl Visit {
    /// Goes on only if he may do that.
    pub(super) fn permit(&self, permission: Permission) -> Result<(), Refusal> {
        if self.visitor.may(permission) {
            Ok(())
        } else {
            Err(Refusal::Forbidden)
        }
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.visitor.may(permission)
    }
}

impl FromRequestParts<Arc<Shared>> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let desk = &shared.surface.desk;
        let token = Cookie::Session.read(desk, &parts.headers);
        let token = token.ok_or(Refusal::LoggedOut)?;
        let mut tx = desk.db.read().await?;
        let visitor = logins::visitor(desk, &mut tx, &token).await?;
        tx.rollback().await?;
        let visitor = visitor.ok_or(Refusal::LoggedOut)?;
        if visitor.is_due(desk) {
            writing!(shared, |act| Ok(visitor.seen(act).await?))?;
        }
        Ok(Self {
            l: desk.localizer(visitor.staff.locale),
            token: form_token(desk, &visitor.session.id),
            from: came_from(desk, &parts.headers),
            visitor,
        })
    }
}

/// Somebody behind the super-admin door.
pub(super) struct Inside {
    pub(super) opener: Opener,
    pub(super) l: Localizer,
    pub(super) token: String,
}

impl FromRequestParts<Arc<Shared>> for Inside {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let desk = &shared.surface.desk;
        let token = Cookie::Door.read(desk, &parts.headers);
        let token = token.ok_or(Refusal::DoorClosed)?;
        let mut tx = desk.db.read().await?;
        let opener = logins::opener(desk, &mut tx, &token).await?;
        tx.rollback().await?;
        let opener = opener.ok_or(Refusal::DoorClosed)?;
        let locale = opener.staff.as_ref().map(|staff| staff.locale);
        let locale = locale.unwrap_or_else(|| language(desk, &parts.headers));
        Ok(Self {
            l: desk.localizer(locale),
            token: form_token(desk, &opener.session.id),
            opener,
        })
    }
}

/// Somebody whom we do not know (yet).
pub(super) struct Stranger {
    pub(super) l: Localizer,
    pub(super) token: String,
    pub(super) place: Place,
    /// The cookie that his forms are tied to; to be set when it is new.
    pub(super) visit: String,
    /// The session that his browser shows, if it shows one.
    pub(super) session: Option<String>,
    /// Where he was when he was led to the login.
    pub(super) back: Option<Back>,
}

impl FromRequestParts<Arc<Shared>> for Stranger {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let desk = &shared.surface.desk;
        let visit = Cookie::Visit.read(desk, &parts.headers);
        let visit = visit.unwrap_or_else(|| desk.ids.token());
        Ok(Self {
            l: desk.localizer(language(desk, &parts.headers)),
            token: form_token(desk, &visit),
            place: Place::of(parts, shared),
            session: Cookie::Session.read(desk, &parts.headers),
            back: Back::read(&parts.headers),
            visit,
        })
    }
}

/// Whoever sends a form.
pub(super) trait Sender: FromRequestParts<Arc<Shared>, Rejection = Refusal> + Send {
    /// What his forms are tied to: their token is made of it.
    fn tie(&self) -> &str;
}

impl Sender for Visit {
    fn tie(&self) -> &str {
        &self.visitor.session.id
    }
}

impl Sender for Inside {
    fn tie(&self) -> &str {
        &self.opener.session.id
    }
}

impl Sender for Stranger {
    fn tie(&self) -> &str {
        &self.visit
    }
}

/// A form that somebody sent from a page of ours.
pub(super) struct Posted<W, T>(pub(super) W, pub(super) T);

impl<W: Sender, T: DeserializeOwned> FromRequest<Arc<Shared>> for Posted<W, T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        if !is_from_here(&shared.surface.desk, &parts.headers) {
            return Err(Refusal::Foreign);
        }
        let who = W::from_request_parts(&mut parts, shared).await?;
        let limits = Limits {
            body_bytes: FORM,
            ..shared.surface.limits
        };
        let read = body::read(&parts.headers, body, &limits, &shared.budget).await;
        let read = read.map_err(|_| Refusal::BadForm)?;
        let fields: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&read.bytes).map_err(|_| Refusal::BadForm)?;
        let (own, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(k, _)| k == "token");
        let shown = own.first().map_or("", |(_, token)| token.as_str());
        // By any key that is accepted: a form that lay open while the key was changed is taken.
        let keys = &shared.surface.desk.keys;
        if !keys.verify(Label::PagesForm, who.tie().as_bytes(), shown) {
            return Err(Refusal::Foreign);
        }
        // PostgreSQL keeps no U+0000.
        if fields
            .iter()
            .any(|(k, v)| k.contains('\0') || v.contains('\0'))
        {
            return Err(Refusal::BadForm);
        }
        let again = serde_urlencoded::to_string(fields).map_err(|_| Refusal::BadForm)?;
        let input = serde_urlencoded::from_str(&again).map_err(|_| Refusal::BadForm)?;
        Ok(Self(who, input))
    }
}

/// Nothing but the token.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

fn form_token(desk: &Desk, id: &str) -> String {
    desk.keys.mac(Label::PagesForm, id.as_bytes())
}

/// Whether a page of ours sent it. Browsers say so themselves (Fetch Metadata); older ones name the page's origin. Who says nothing is no
/// browser that we know.
fn is_from_here(desk: &Desk, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = text(headers, &header::ORIGIN).and_then(|origin| origin.parse::<Uri>().ok());
    origin.is_some_and(|origin| is_ours(desk, headers, &origin))
}

fn text<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether an address names the host that the request came to, or the one that the pages are told to be at.
fn is_ours(desk: &Desk, headers: &HeaderMap, address: &Uri) -> bool {
    let Some(authority) = address.authority() else {
        return false;
    };
    let own = desk.settings.pages_url.parse::<Uri>().ok();
    let own = own.as_ref().and_then(Uri::authority);
    text(headers, &header::HOST) == Some(authority.as_str()) || own == Some(authority)
}

/// The page that a form was sent from, as it was asked for; the first page when nobody knows. Never one that is not ours.
pub(super) fn came_from(desk: &Desk, headers: &HeaderMap) -> String {
    let page = text(headers, &header::REFERER).and_then(|page| page.parse::<Uri>().ok());
    let page = page.filter(|page| is_ours(desk, headers, page));
    let path = stood_on(page.as_ref().map_or("", Uri::path));
    let fits = path == "/admin" || path.starts_with("/admin/");
    if fits {
        without_done(path, page.as_ref().and_then(Uri::query).unwrap_or_default())
    } else {
        "/admin".to_owned()
    }
}

/// An address without the word about what was just done there.
pub(super) fn without_done(path: &str, query: &str) -> String {
    let asked = query.split('&').filter(|one| !one.starts_with("done="));
    match asked.collect::<Vec<_>>().join("&") {
        none if none.is_empty() => path.to_owned(),
        asked => format!("{path}?{asked}"),
    }
}

/// The page that the form for an address stands on: what only answers forms is nothing to come (back) to.
pub(super) fn stood_on(path: &str) -> &str {
    let Some((before, last)) = path.rsplit_once('/') else {
        return path;
    };
    match last {
        "invite" | "again" | "answer" | "password" | "note" | "status" | "take" | "give"
        | "priority" | "number" | "teams" | "team" | "capacity" | "switch" | "remove" | "role"
        | "data" | "logout" | "language" | "escalate" | "take-over" | "leave" => before,
        "sessions" if before.starts_with("/admin/super/") => before,
        // …/sessions/{key}/end, and of a customer also …/sessions/end.
        "end" => match before.split_once("/sessions") {
            Some((page, _)) if page != "/admin" => page,
            _ => "/admin/sessions",
        },
        _ if before == "/admin/settings" => before,
        _ => path,
    }
}

/// The parameters of an address. Unknown ones are refused.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Shared>> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shared>) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(Refusal::BadAddress);
        }
        let read = serde_urlencoded::from_str(query);
        read.map(Self).map_err(|_| Refusal::BadAddress)
    }
}

/// The id, number or secret that an address names. What cannot be one is not found.
pub(super) struct Key(pub(super) String);

impl FromRequestParts<Arc<Shared>> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let Keys([key]) = Keys::from_request_parts(parts, shared).await?;
        Ok(Self(key))
    }
}

/// The ids that an address names, where there are several.
pub(super) struct Keys<const N: usize>(pub(super) [String; N]);

impl<const N: usize> FromRequestParts<Arc<Shared>> for Keys<N> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let named = Path::<Vec<(String, String)>>::from_request_parts(parts, shared).await;
        let Path(named) = named.map_err(|_| Refusal::NotFound)?;
        let keys: Vec<_> = named.into_iter().map(|(_, key)| key).collect();
        let plain = |key: &String| {
            key.len() <= 40 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let keys = Some(keys).filter(|keys| keys.iter().all(plain));
        let keys = keys.and_then(|keys| keys.try_into().ok());
        keys.map(Self).ok_or(Refusal::NotFound)
    }
}
