//! What comes in: bodies, parameters, keys in addresses, and who is behind it. Read strictly; what is not known is refused.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use sapa_core::portal::{self, Visitor};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::IntoParams;

use super::{Refusal, writing};
use crate::{
    Limits,
    address::{Peer, agent},
    body,
    problem::Problem,
    surface::Shared,
};

/// The largest body that the portal reads; what people write in it is far shorter.
const BODY: usize = 64 * 1024;
/// A page holds so many unless told otherwise, and at most so many.
const PAGE: (i64, i64) = (20, 100);

/// A JSON body.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Shared>> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        if !is_json(&head.headers) {
            return Err(Problem::NOT_JSON.into());
        }
        let limits = Limits {
            body_bytes: BODY,
            ..shared.surface.limits
        };
        let read = body::read(&head.headers, body, &limits, &shared.budget).await?;
        let value: Value =
            serde_json::from_slice(&read.bytes).map_err(|_| Refusal::from(Problem::BROKEN_JSON))?;
        if holds_nul(&value) {
            // PostgreSQL keeps no such text.
            return Err(Refusal::field("", "a text holds U+0000"));
        }
        let input = serde_json::from_value(value);
        input
            .map(Self)
            .map_err(|error| Refusal::field("", error.to_string()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(key, v)| key.contains('\0') || holds_nul(v)),
        _ => false,
    }
}

/// The parameters of an address.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Shared>> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let read = Query::<T>::from_request_parts(parts, shared).await;
        let Query(read) = read.map_err(|error| Refusal::parameter(error.body_text()))?;
        Ok(Self(read))
    }
}

/// The id or number that an address names. What cannot be one is not found.
pub(super) struct Key(pub(super) String);

impl FromRequestParts<Arc<Shared>> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let key = Path::<String>::from_request_parts(parts, shared).await;
        let key = key.ok().map(|Path(key)| key);
        let plain = |key: &String| {
            key.len() <= 32 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let key = key.filter(plain);
        key.map(Self).ok_or_else(|| Problem::NOT_FOUND.into())
    }
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// How many to leave out: `next` of the page before.
    #[param(minimum = 0, default = 0)]
    offset: Option<i64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

impl Paging {
    pub(super) fn new(offset: Option<i64>, limit: Option<i64>) -> Self {
        Self { offset, limit }
    }

    /// Offset and limit within bounds.
    pub(super) fn clamped(&self) -> (i64, i64) {
        let offset = self.offset.unwrap_or_default().max(0);
        (offset, self.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1))
    }
}

/// Who asks: his address and what his browser calls itself.
pub(super) struct Client {
    pub(super) address: String,
    pub(super) agent: String,
}

impl FromRequestParts<Arc<Shared>> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<Peer>();
        let proxies = &shared.surface.proxies;
        let address = peer.map(|Peer(ip)| proxies.client(*ip, &parts.headers).to_string());
        Ok(Self {
            address: address.unwrap_or_default(),
            agent: agent(&parts.headers),
        })
    }
}

/// A customer with a session. Every route but the two of coming in demands one.
pub(super) struct Auth(pub(super) Visitor);

impl FromRequestParts<Arc<Shared>> for Auth {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let desk = &shared.surface.desk;
        let token = bearer(&parts.headers).ok_or(Problem::UNAUTHORIZED)?;
        let mut tx = desk.db.read().await?;
        let visitor = portal::visitor(desk, &mut tx, token).await?;
        tx.rollback().await?;
        let visitor = visitor.ok_or(Problem::UNAUTHORIZED)?;
        if portal::touch(desk, &visitor) {
            writing!(shared, |act| Ok(visitor.seen(act).await?))?;
        }
        Ok(Self(visitor))
    }
}

/// The token of the one `Authorization` header there is.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (all.next(), all.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A text on one line: spaces put right, no control characters, no longer than it may be.
pub(super) fn line(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let words: Vec<_> = text.split_whitespace().collect();
    let mut flat = words.join(" ");
    flat.retain(|c| !c.is_control());
    short_enough(field, flat, most)
}

/// A text of several lines, without other control characters.
pub(super) fn paragraphs(field: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter(|c| *c == '\n' || !c.is_control());
    let kept: String = kept.collect();
    short_enough(field, kept.trim().to_owned(), most)
}

fn short_enough(field: &str, text: String, most: usize) -> Result<String, Refusal> {
    if text.chars().count() > most {
        return Err(Refusal::field(
            field,
            format!("has more than {most} characters"),
        ));
    }
    Ok(text)
}
