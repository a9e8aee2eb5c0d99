//! Media of the Cloud API: which types and sizes are taken, upload, look-up, download and deletion.

use axum::response::Response;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::errors::Refusal;
use super::limits;
use crate::body::Fields;
use crate::files::File;
use crate::hub::{Hub, hex};
use crate::platforms::credentials::{APP_SECRET, PHONE_NUMBER_ID};
use crate::server::raw;

/// The classes of media that Meta tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

impl Class {
    pub fn named(kind: &str) -> Option<Self> {
        Some(match kind {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            "sticker" => Self::Sticker,
            _ => return None,
        })
    }

    /// The class of an upload, by its type alone.
    fn of(mime: &str) -> Self {
        if mime == "image/webp" {
            Self::Sticker
        } else if mime.starts_with("image/") {
            Self::Image
        } else if mime.starts_with("video/") {
            Self::Video
        } else if mime.starts_with("audio/") {
            Self::Audio
        } else {
            Self::Document
        }
    }

    /// Meta: business-phone-numbers/media, supported types.
    fn takes(self, mime: &str) -> bool {
        match self {
            Self::Image => matches!(mime, "image/jpeg" | "image/png"),
            Self::Video => matches!(mime, "video/mp4" | "video/3gpp"),
            Self::Audio => {
                matches!(
                    mime,
                    "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg"
                )
            }
            Self::Document => !mime.is_empty(),
            Self::Sticker => mime == "image/webp",
        }
    }

    fn row(self, animated: bool) -> &'static str {
        match self {
            Self::Image => "media.image",
            Self::Video => "media.video",
            Self::Audio => "media.audio",
            Self::Document => "media.document",
            Self::Sticker if animated => "media.sticker.animated",
            Self::Sticker => "media.sticker",
        }
    }
}

/// Checks type and size.
pub(crate) fn check(class: Class, mime: &str, size: usize, animated: bool) -> Result<(), Refusal> {
    let plain = mime.split(';').next().unwrap_or_default().trim();
    if !class.takes(plain) {
        let details = format!("{mime} is not a supported type for {class:?}");
        return Err(Refusal::new(131_053, details));
    }
    limits::check(class.row(animated), size)
}

/// An animated WebP says so in its `ANIM` chunk.
pub(crate) fn animated(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.windows(4).take(200).any(|four| four == b"ANIM")
}

/// `POST /{phone-number-id}/media`.
pub(crate) fn upload(hub: &Hub, fields: &Fields) -> Result<Value, Refusal> {
    if fields
        .values
        .get("messaging_product")
        .and_then(Value::as_str)
        != Some("whatsapp")
    {
        return Err(Refusal::new(
            100,
            "The parameter messaging_product is required.",
        ));
    }
    let upload = fields
        .files
        .get("file")
        .ok_or_else(|| Refusal::new(100, "The parameter file is required."))?;
    let told = fields.values.get("type").and_then(Value::as_str);
    let mime = match told {
        Some(told) if told.contains('/') => told,
        _ => &upload.mime,
    };
    let plain = mime.split(';').next().unwrap_or_default().trim();
    if mime == "application/octet-stream" {
        return Err(Refusal::new(
            100,
            "Param file must be a file with one of the supported types, got application/octet-stream.",
        ));
    }
    let moving = animated(&upload.bytes);
    check(Class::of(plain), mime, upload.bytes.len(), moving)?;
    if !looks_like(plain, &upload.bytes) {
        return Err(Refusal::new(
            131_053,
            format!("the file's bytes are not {plain}"),
        ));
    }
    let id = store(
        hub,
        File {
            bytes: upload.bytes.clone(),
            mime: mime.to_owned(),
            filename: upload.filename.clone(),
            at_ms: hub.clock.now_ms(),
            received: false,
        },
    );
    Ok(json!({ "id": id }))
}

/// Keeps a file under a fresh id.
pub(crate) fn store(hub: &Hub, file: File) -> String {
    let id = format!("{:015}", hub.ids.number("media") % 1_000_000_000_000_000);
    hub.files.put(&id, file);
    id
}

/// Meta refuses pictures whose bytes are something else.
fn looks_like(mime: &str, bytes: &[u8]) -> bool {
    match mime {
        "image/jpeg" => bytes.starts_with(&[0xff, 0xd8, 0xff]),
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        _ => true,
    }
}

/// A file that has not expired: uploads 30 days, files from people 7.
pub(crate) fn known(hub: &Hub, id: &str) -> Option<File> {
    let file = hub.files.get(id)?;
    let row = if file.received {
        "media.received.age"
    } else {
        "media.uploaded.age"
    };
    limits::check(row, age_s(hub.clock.now_ms(), file.at_ms))
        .is_ok()
        .then_some(file)
}

fn age_s(now_ms: i64, then_ms: i64) -> usize {
    usize::try_from((now_ms - then_ms) / 1000).unwrap_or(0)
}

/// `GET /{media-id}`.
pub(crate) fn describe(
    hub: &Hub,
    id: &str,
    file: &File,
    asked_number: Option<&str>,
) -> Result<Value, Refusal> {
    if asked_number.is_some_and(|number| number != PHONE_NUMBER_ID) {
        return Err(Refusal::unknown_object("get", id));
    }
    Ok(json!({
        "messaging_product": "whatsapp",
        "url": url(hub, id),
        "mime_type": file.mime,
        "sha256": hex(&file.sha256()),
        "file_size": file.bytes.len(),
        "id": id,
    }))
}

/// An address that works for five minutes.
pub(crate) fn url(hub: &Hub, id: &str) -> String {
    let ext = hub.clock.now_s();
    let hash = signature(id, ext);
    format!(
        "{}/whatsapp_business/attachments/?mid={id}&ext={ext}&hash={hash}",
        hub.whatsapp_url
    )
}

fn signature(id: &str, ext: i64) -> String {
    hex(&Sha256::digest(format!("{APP_SECRET}:{id}:{ext}")))[..32].to_owned()
}

/// The download address: 404 when it is wrong or older than five minutes.
pub(crate) fn download(hub: &Hub, fields: &Fields) -> Response {
    let value = |name: &str| {
        fields
            .values
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (id, made) = (value("mid"), value("ext").parse::<i64>().unwrap_or(0));
    let fresh = limits::check("media.url.age", age_s(hub.clock.now_ms(), made * 1000)).is_ok();
    match known(hub, id) {
        Some(file) if fresh && value("hash") == signature(id, made) => {
            raw(200, &file.mime, file.bytes)
        }
        _ => raw(404, "text/plain", "Not Found"),
    }
}
