//! What the page reads: people, messages, files.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{Id, Page, Shared};
use crate::server::raw;
use crate::shown::{Kind, Shown};

pub(crate) async fn state(State(page): Shared) -> Json<Value> {
    Json(state_json(&page))
}

fn state_json(page: &Page) -> Value {
    let (whatsapp, telegram) = (page.platforms.whatsapp(), page.platforms.telegram());
    let customers: Vec<Value> = whatsapp
        .customers()
        .into_iter()
        .map(|who| {
            json!({
                "id": who.id, "name": who.name, "locale": who.locale,
                "phone": who.wa_id.as_deref().map(|digits| format!("+{digits}")),
                "window_open_until_ms": whatsapp.window_until_ms(&who.id),
                "unread": whatsapp.unread(&who.id),
            })
        })
        .collect();
    let agents: Vec<Value> = telegram
        .people()
        .into_iter()
        .map(|who| {
            json!({
                "id": who.id.to_string(), "name": who.name, "username": who.username,
                "unread": telegram.unread(who.id),
            })
        })
        .collect();
    json!({
        "now_ms": page.platforms.clock().now_ms(),
        "desk": {"name": page.hooks.desk_name, "time_zone": page.hooks.time_zone},
        "customers": customers,
        "agents": agents,
        "faults": page.platforms.faults().current(),
    })
}

pub(crate) async fn customer_messages(State(page): Shared, Path(id): Id) -> Response {
    let whatsapp = page.platforms.whatsapp();
    if !whatsapp.customers().iter().any(|who| who.id == id) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let items: Vec<Value> = whatsapp.chat(&id).iter().map(message).collect();
    Json(json!({ "items": items })).into_response()
}

pub(crate) async fn agent_messages(State(page): Shared, Path(id): Id) -> Response {
    let telegram = page.platforms.telegram();
    let known = id
        .parse()
        .ok()
        .filter(|id| telegram.people().iter().any(|who| who.id == *id));
    let Some(id) = known else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let items: Vec<Value> = telegram.chat(id).iter().map(message).collect();
    Json(json!({ "items": items })).into_response()
}

/// A message in the page's JSON. A place is told in its text too; a message taken back becomes a system line.
pub(crate) fn message(shown: &Shown) -> Value {
    let mut told = shown.clone();
    if let Some(place) = &told.location
        && told.text.is_empty()
    {
        let names = [&place.name, &place.address].into_iter().flatten();
        told.text = names.cloned().collect::<Vec<_>>().join("\n");
        if told.text.is_empty() {
            let _ = write!(told.text, "{:.5}, {:.5}", place.latitude, place.longitude);
        }
    }
    if told.deleted {
        told.kind = Kind::System;
        told.media = None;
    }
    serde_json::to_value(told).unwrap_or_default()
}

/// A file of either platform. Shown inline for pictures, sound and video; anything else is a download.
pub(crate) async fn media(State(page): Shared, Path(id): Id) -> Response {
    let Some(file) = page.platforms.hub().files.get(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mime = file
        .mime
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let inline = ["image/jpeg", "image/png", "image/webp", "image/gif"].contains(&mime.as_str())
        || mime.starts_with("audio/")
        || mime.starts_with("video/");
    let mut response = raw(200, &mime, file.bytes);
    let headers = response.headers_mut();
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        "content-security-policy",
        HeaderValue::from_static("sandbox"),
    );
    if !inline {
        headers.insert(
            "content-disposition",
            HeaderValue::from_static("attachment"),
        );
    }
    response
}
