//! What the page does on behalf of customers and agents, and to the platforms.

use std::time::Duration;

use axum::Json;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Id, Shared};
use crate::Missing;
use crate::faults::{Fault, Faults, Rule};
use crate::shown::{Kind, Media, Place};
use crate::wire::Platform;

/// Done, or why not.
type Done = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refused(status: StatusCode, why: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": why })))
}

fn missing(why: &Missing) -> (StatusCode, Json<Value>) {
    refused(StatusCode::NOT_FOUND, &why.0)
}

fn user(id: &str) -> Result<i64, (StatusCode, Json<Value>)> {
    id.parse()
        .map_err(|_| refused(StatusCode::NOT_FOUND, "no such agent"))
}

#[derive(Deserialize)]
pub(crate) struct NewCustomer {
    name: String,
    phone: String,
}

pub(crate) async fn new_customer(State(page): Shared, Json(new): Json<NewCustomer>) -> Done {
    let digits = new.phone.chars().filter(char::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || new.name.trim().is_empty() {
        return Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "a name and an international phone number are needed",
        ));
    }
    let who = page
        .platforms
        .whatsapp()
        .customer(&new.phone, new.name.trim());
    Ok(Json(json!({"id": who.id})))
}

#[derive(Deserialize)]
pub(crate) struct Words {
    text: String,
    #[serde(default)]
    quote: Option<String>,
    #[serde(default)]
    reply_to: Option<String>,
}

pub(crate) async fn customer_text(
    State(page): Shared,
    Path(id): Id,
    Json(body): Json<Words>,
) -> Done {
    let whatsapp = page.platforms.whatsapp();
    let message = match &body.quote {
        Some(quote) => whatsapp
            .says_quoting(&id, &body.text, quote)
            .map_err(|e| missing(&e))?,
        None => whatsapp.says(&id, &body.text),
    };
    Ok(Json(json!({ "id": message })))
}

#[derive(Deserialize)]
pub(crate) struct Tap {
    message_id: String,
    choice_id: String,
}

pub(crate) async fn customer_tap(State(page): Shared, Path(id): Id, Json(tap): Json<Tap>) -> Done {
    let tapped = page
        .platforms
        .whatsapp()
        .taps_on(&id, &tap.message_id, &tap.choice_id);
    Ok(Json(json!({"id": tapped.map_err(|e| missing(&e))?})))
}

#[derive(Deserialize)]
pub(crate) struct Location {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    name: Option<String>,
}

pub(crate) async fn customer_location(
    State(page): Shared,
    Path(id): Id,
    Json(at): Json<Location>,
) -> Done {
    let place = Place {
        latitude: at.latitude,
        longitude: at.longitude,
        name: at.name,
        address: None,
    };
    Ok(Json(
        json!({"id": page.platforms.whatsapp().sends_location(&id, place)}),
    ))
}

pub(crate) async fn customer_media(State(page): Shared, Path(id): Id, form: Multipart) -> Done {
    let sent = Sent::read(form).await?;
    let message = page
        .platforms
        .whatsapp()
        .sends(&id, sent.media, sent.caption.as_deref());
    Ok(Json(json!({ "id": message })))
}

pub(crate) async fn customer_read(State(page): Shared, Path(id): Id) -> Done {
    page.platforms.whatsapp().reads(&id);
    Ok(Json(json!({})))
}

pub(crate) async fn close_window(State(page): Shared, Path(id): Id) -> Done {
    page.platforms.whatsapp().close_window(&id);
    Ok(Json(json!({})))
}

pub(crate) async fn agent_text(State(page): Shared, Path(id): Id, Json(body): Json<Words>) -> Done {
    let (telegram, user) = (page.platforms.telegram(), user(&id)?);
    let message = match &body.reply_to {
        Some(to) => {
            let to = to
                .parse()
                .map_err(|_| refused(StatusCode::NOT_FOUND, "no such message"))?;
            telegram
                .replies(user, to, &body.text)
                .map_err(|e| missing(&e))?
        }
        None => telegram.says(user, &body.text),
    };
    Ok(Json(json!({"id": message.to_string()})))
}

#[derive(Deserialize)]
pub(crate) struct Press {
    message_id: String,
    data: String,
}

pub(crate) async fn agent_press(
    State(page): Shared,
    Path(id): Id,
    Json(press): Json<Press>,
) -> Done {
    let message = user(&press.message_id)?;
    let pressed = page
        .platforms
        .telegram()
        .presses(user(&id)?, message, &press.data);
    Ok(Json(json!({"query": pressed.map_err(|e| missing(&e))?})))
}

#[derive(Deserialize)]
pub(crate) struct Edit {
    message_id: String,
    text: String,
}

pub(crate) async fn agent_edit(State(page): Shared, Path(id): Id, Json(edit): Json<Edit>) -> Done {
    let message = user(&edit.message_id)?;
    let edited = page
        .platforms
        .telegram()
        .edits(user(&id)?, message, &edit.text);
    edited.map_err(|e| missing(&e))?;
    Ok(Json(json!({})))
}

pub(crate) async fn agent_media(State(page): Shared, Path(id): Id, form: Multipart) -> Done {
    let (telegram, user) = (page.platforms.telegram(), user(&id)?);
    let sent = Sent::read(form).await?;
    let message = telegram.sends(user, sent.media, sent.caption.as_deref(), sent.reply_to);
    Ok(Json(
        json!({"id": message.map_err(|e| missing(&e))?.to_string()}),
    ))
}

pub(crate) async fn agent_read(State(page): Shared, Path(id): Id) -> Done {
    page.platforms.telegram().reads(user(&id)?);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
pub(crate) struct Advance {
    advance_ms: u64,
}

pub(crate) async fn clock(State(page): Shared, Json(by): Json<Advance>) -> Done {
    let by = Duration::from_millis(by.advance_ms.min(366 * 86_400_000));
    page.platforms.clock().advance(by);
    (page.hooks.advanced)(by);
    page.platforms
        .hub()
        .wire
        .change(crate::wire::Change::People);
    Ok(Json(json!({"now_ms": page.platforms.clock().now_ms()})))
}

#[derive(Deserialize)]
pub(crate) struct NewFault {
    platform: Platform,
    kind: String,
    #[serde(default)]
    count: Option<u32>,
    #[serde(default)]
    on: Option<bool>,
}

pub(crate) async fn fault(State(page): Shared, Json(new): Json<NewFault>) -> Done {
    let faults = page.platforms.faults();
    let fault = match new.kind.as_str() {
        "429" => Fault::TooMany {
            retry_after: Some(3),
            code: None,
        },
        "500" => Fault::ServerError,
        "lose" => Fault::LoseResponse,
        "hang" => {
            let ms = u64::try_from(Faults::HANG.as_millis()).unwrap_or(u64::MAX);
            Fault::Hang { ms }
        }
        "duplicate" => {
            faults.webhooks(new.platform, |webhooks| {
                webhooks.duplicate = new.on.unwrap_or(true);
            });
            return Ok(told(&page));
        }
        _ => {
            return Err(refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown kind of fault",
            ));
        }
    };
    match (new.on, new.count) {
        (Some(false), _) => faults.lift(new.platform, &fault),
        (Some(true), None) => faults.rule(
            new.platform,
            Rule {
                fault,
                left: None,
                method: None,
            },
        ),
        (_, count) => faults.next(new.platform, count.unwrap_or(1), fault),
    }
    Ok(told(&page))
}

pub(crate) async fn clear_faults(State(page): Shared) -> Done {
    page.platforms.faults().clear();
    Ok(told(&page))
}

fn told(page: &super::Page) -> Json<Value> {
    page.platforms
        .hub()
        .wire
        .change(crate::wire::Change::People);
    Json(json!({"faults": page.platforms.faults().current()}))
}

/// A file from the page.
struct Sent {
    media: Media,
    caption: Option<String>,
    reply_to: Option<i64>,
}

impl Sent {
    async fn read(mut form: Multipart) -> Result<Self, (StatusCode, Json<Value>)> {
        let bad = |why: &str| refused(StatusCode::UNPROCESSABLE_ENTITY, why);
        let (mut bytes, mut mime, mut filename) = (Bytes::new(), String::new(), None);
        let (mut kind, mut caption, mut reply_to) = (String::new(), None, None);
        while let Some(part) = form.next_field().await.map_err(|e| bad(&e.body_text()))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                mime = part
                    .content_type()
                    .unwrap_or("application/octet-stream")
                    .to_owned();
                filename = part.file_name().map(str::to_owned);
                bytes = part.bytes().await.map_err(|e| bad(&e.body_text()))?;
                continue;
            }
            let text = part.text().await.map_err(|e| bad(&e.body_text()))?;
            match name.as_str() {
                "kind" => kind = text,
                "caption" => caption = Some(text).filter(|text| !text.is_empty()),
                "reply_to" => reply_to = text.parse().ok(),
                _ => {}
            }
        }
        if bytes.is_empty() {
            return Err(bad("a file is needed"));
        }
        let kind = match kind.as_str() {
            "image" => Kind::Image,
            "video" => Kind::Video,
            "audio" => Kind::Audio,
            "voice" => Kind::Voice,
            "sticker" => Kind::Sticker,
            "document" => Kind::Document,
            _ => return Err(bad("unknown kind of file")),
        };
        let media = Media {
            kind,
            bytes,
            mime,
            filename,
        };
        Ok(Self {
            media,
            caption,
            reply_to,
        })
    }
}
