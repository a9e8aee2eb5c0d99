//! The files that people send, for whoever may see what they were sent about. Their bytes are strangers': only pictures of known kinds are
//! shown, everything else is handed over to be saved.

use std::{io, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::stream;
use sapa_core::{
    casework,
    media::{self, Media, MediaState},
};
use tokio::io::AsyncReadExt as _;

use super::{
    Refusal,
    access::{Key, Visit},
    reading,
};
use crate::surface::Shared;

/// As much of a file as is in memory at a time.
const PART: usize = 64 * 1024;
/// What browsers draw without running anything.
const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];
/// What is called by its name when it is saved; all else is just bytes.
const OTHERS: [&str; 9] = [
    "application/pdf",
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "video/3gpp",
    "video/mp4",
    "text/plain",
];

/// Whether a file of this type is shown as a picture.
pub(super) fn is_picture(mime: &str) -> bool {
    PICTURES.contains(&mime)
}

/// The file that goes with a message.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(message): Key,
) -> Result<Response, Refusal> {
    let me = &visit.visitor.staff;
    let found = reading!(shared, |act| Ok(casework::file(act, me, &message).await?))?;
    let found = found.filter(|media| media.state == MediaState::Stored);
    let media = found.ok_or(Refusal::NotFound)?;
    let path = media::path(&shared.surface.desk.settings, &media);
    let file = tokio::fs::File::open(path).await;
    let file = file.map_err(|error| {
        tracing::error!(%error, media = media.id, "a stored file cannot be read");
        Refusal::NotFound
    })?;
    let parts = stream::try_unfold(file, |mut file| async move {
        let mut part = vec![0; PART];
        let read = file.read(&mut part).await?;
        part.truncate(read);
        Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(part), file)))
    });
    let headers = headers(&media)?;
    Ok((headers, Body::from_stream(parts)).into_response())
}

fn headers(media: &Media) -> Result<[(header::HeaderName, HeaderValue); 3], Refusal> {
    let mime = media.mime.as_deref().unwrap_or_default();
    let known = PICTURES.iter().chain(&OTHERS).find(|known| **known == mime);
    let kind = known.copied().unwrap_or("application/octet-stream");
    let how = if is_picture(kind) {
        "inline"
    } else {
        "attachment"
    };
    let name = media.filename.as_deref().unwrap_or(&media.id);
    let name = HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{}", quoted(name)));
    Ok([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            name.map_err(|_| Refusal::NotFound)?,
        ),
        // A live thread asks for its pictures again at each change.
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=600"),
        ),
    ])
}

/// A name as headers carry it (RFC 8187, 3.2.1: ext-value).
fn quoted(name: &str) -> String {
    let quote = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(quote).collect()
}
