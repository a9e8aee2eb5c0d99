//! Files of the Bot API: uploads, `file_id`s, albums, `getFile` and the download path.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::content::{self, Content, formatted};
use super::errors::Refusal;
use super::limits;
use super::params::Params;
use crate::body::Upload;
use crate::files::{File, dimensions};
use crate::hub::{Hub, hex};
use crate::server::raw;
use crate::shown::{Kind, Shown, ShownMedia};

/// A kind of file: how it is called, how its ids begin, where it is downloaded from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub field: &'static str,
    pub prefix: &'static str,
    pub folder: &'static str,
    pub kind: Kind,
}

const fn sort(field: &'static str, prefix: &'static str, folder: &'static str, kind: Kind) -> Sort {
    Sort {
        field,
        prefix,
        folder,
        kind,
    }
}

pub(crate) const SORTS: &[Sort] = &[
    sort("photo", "AgAC", "photos", Kind::Image),
    sort("document", "BQAC", "documents", Kind::Document),
    sort("video", "BAAC", "videos", Kind::Video),
    sort("audio", "CQAC", "music", Kind::Audio),
    sort("voice", "AwAC", "voice", Kind::Voice),
    sort("sticker", "CAAC", "stickers", Kind::Sticker),
];

pub(crate) fn sort_of(kind: Kind) -> Sort {
    SORTS
        .iter()
        .copied()
        .find(|sort| sort.kind == kind)
        .unwrap_or(SORTS[1])
}

pub(crate) fn photo(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[0])
}

pub(crate) fn document(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[1])
}

pub(crate) fn video(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[2])
}

pub(crate) fn audio(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[3])
}

pub(crate) fn voice(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[4])
}

pub(crate) fn sticker(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    send_file(hub, params, SORTS[5])
}

fn send_file(hub: &Arc<Hub>, params: &Params<'_>, sort: Sort) -> Result<Value, Refusal> {
    let (caption, entities) = formatted(params, "caption", "caption")?;
    let id = file_id(hub, params, sort, sort.field)?;
    let mut content = content(hub, sort, &id, &caption);
    if !entities.is_empty() {
        content.shown.entities.clone_from(&entities);
        content
            .fields
            .insert("caption_entities".to_owned(), json!(entities));
    }
    content::send(hub, params, vec![content]).map(super::messages::one)
}

pub(crate) fn album(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let items = params.json("media")?.unwrap_or(Value::Null);
    let items = items.as_array().cloned().unwrap_or_default();
    limits::check("album", items.len())?;
    let kind = |item: &Value| item["type"].as_str().unwrap_or_default().to_owned();
    let lone = items
        .iter()
        .any(|item| matches!(kind(item).as_str(), "document" | "audio"));
    if lone && items.iter().any(|item| kind(item) != kind(&items[0])) {
        return Err(Refusal::bad(
            "document and audio can't be mixed with other media types",
        ));
    }
    let group = hub.ids.number("album").to_string();
    let mut contents = Vec::new();
    for item in &items {
        let named = SORTS[..4].iter().find(|sort| sort.field == kind(item));
        let sort = named.ok_or_else(|| Refusal::bad("can't parse InputMedia: unsupported type"))?;
        let mode = item["parse_mode"].as_str().unwrap_or_default();
        let caption = item["caption"].as_str().unwrap_or_default();
        let (caption, entities) = content::parse(caption, mode, item.get("caption_entities"))?;
        limits::text("caption", &caption)?;
        let mut fields = params.0.clone();
        fields
            .values
            .insert("media".to_owned(), item["media"].clone());
        let id = file_id(hub, &Params(&fields), *sort, "media")?;
        let mut content = content(hub, *sort, &id, &caption);
        if !entities.is_empty() {
            content
                .fields
                .insert("caption_entities".to_owned(), json!(entities));
        }
        content.shown.album = Some(group.clone());
        content
            .fields
            .insert("media_group_id".to_owned(), json!(group));
        contents.push(content);
    }
    content::send(hub, params, contents).map(Value::Array)
}

/// An upload is stored; a `file_id` must be known and of the right kind.
fn file_id(hub: &Hub, params: &Params<'_>, sort: Sort, field: &str) -> Result<String, Refusal> {
    if let Some(upload) = params.upload(field) {
        check_upload(sort, upload)?;
        return Ok(store(
            hub,
            sort,
            File {
                bytes: upload.bytes.clone(),
                mime: mime_of(sort, upload),
                filename: upload.filename.clone(),
                at_ms: hub.clock.now_ms(),
                received: false,
            },
        ));
    }
    let Some(id) = params.text(field).filter(|id| !id.is_empty()) else {
        return Err(Refusal::bad(format!(
            "there is no {} in the request",
            sort.field
        )));
    };
    if hub.files.get(&id).is_none() {
        return Err(Refusal::bad("wrong file identifier/HTTP URL specified"));
    }
    if !id.starts_with(sort.prefix) {
        return Err(Refusal::bad(format!(
            "can't use this file as {}: type of file mismatch",
            sort.field
        )));
    }
    Ok(id)
}

/// Clients upload everything as bytes; the server tells types by content and name.
fn mime_of(sort: Sort, upload: &Upload) -> String {
    let name = upload.filename.as_deref().unwrap_or_default();
    let extension = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let known = match (sort.kind, extension.as_str()) {
        (Kind::Image, _) if upload.bytes.starts_with(b"\x89PNG") => "image/png",
        (Kind::Image, _) => "image/jpeg",
        (Kind::Voice, _) => "audio/ogg",
        (Kind::Sticker, _) => "image/webp",
        (Kind::Video, _) => "video/mp4",
        (Kind::Audio, _) => "audio/mpeg",
        (_, "png") => "image/png",
        (_, "jpg" | "jpeg") => "image/jpeg",
        (_, "pdf") => "application/pdf",
        (_, "txt") => "text/plain",
        (_, "csv") => "text/csv",
        (_, "xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (_, "zip") => "application/zip",
        _ => "application/octet-stream",
    };
    let told = upload.mime.as_str();
    if told == "application/octet-stream" {
        known
    } else {
        told
    }
    .to_owned()
}

fn check_upload(sort: Sort, upload: &Upload) -> Result<(), Refusal> {
    if sort.kind != Kind::Image {
        return limits::check("upload.file", upload.bytes.len());
    }
    limits::check("upload.photo", upload.bytes.len())?;
    let webp = upload.bytes.starts_with(b"RIFF") || upload.bytes.starts_with(b"GIF8");
    let Some((width, height)) = dimensions(&upload.bytes) else {
        return if webp {
            Ok(())
        } else {
            Err(Refusal::bad("IMAGE_PROCESS_FAILED"))
        };
    };
    let sides = usize::try_from(u64::from(width) + u64::from(height)).unwrap_or(usize::MAX);
    let flat = width == 0 || height == 0;
    limits::check("photo.sides", if flat { 0 } else { sides })?;
    let (wide, narrow) = (width.max(height), width.min(height));
    limits::check(
        "photo.ratio",
        usize::try_from(wide.div_ceil(narrow)).unwrap_or(usize::MAX),
    )
}

/// Keeps a file under a fresh `file_id`.
pub(crate) fn store(hub: &Hub, sort: Sort, file: File) -> String {
    let id = format!("{}AgUAAxkBAAI{}", sort.prefix, hub.ids.hex("file", 40));
    hub.files.put(&id, file);
    id
}

/// The message content for a stored file.
pub(crate) fn content(hub: &Hub, sort: Sort, id: &str, caption: &str) -> Content {
    let file = hub.files.get(id);
    let (mime, filename) = file
        .as_ref()
        .map(|f| (f.mime.clone(), f.filename.clone()))
        .unwrap_or_default();
    let mut fields = Map::new();
    if let Some(file) = &file {
        fields.insert(sort.field.to_owned(), described(sort, id, file));
    }
    if !caption.is_empty() {
        fields.insert("caption".to_owned(), json!(caption));
    }
    let media = ShownMedia {
        id: id.to_owned(),
        url: format!("/sandbox/media/{id}"),
        mime,
        filename,
        caption: Some(caption.to_owned()).filter(|c| !c.is_empty()),
        ..ShownMedia::default()
    };
    Content {
        shown: Shown {
            kind: sort.kind,
            media: Some(media),
            ..Shown::default()
        },
        fields,
    }
}

/// Bot API: `PhotoSize`, `Document`, `Video` …
fn described(sort: Sort, id: &str, file: &File) -> Value {
    let unique = format!("AQAD{}", &hex(&file.sha256())[..12]);
    let (width, height) = dimensions(&file.bytes).unwrap_or((640, 480));
    let mut base = json!({"file_id": id, "file_unique_id": unique, "file_size": file.bytes.len()});
    let mut add = |name: &str, value: Value| base[name] = value;
    match sort.kind {
        Kind::Image => {
            add("width", json!(width));
            add("height", json!(height));
            return json!([base]);
        }
        Kind::Video => {
            add("width", json!(width));
            add("height", json!(height));
            add("duration", json!(1));
        }
        Kind::Audio | Kind::Voice => add("duration", json!(1)),
        Kind::Sticker => {
            add("type", json!("regular"));
            add("width", json!(512));
            add("height", json!(512));
            add("is_animated", json!(false));
            add("is_video", json!(false));
            return base;
        }
        _ => {}
    }
    add(
        "mime_type",
        json!(file.mime.split(';').next().unwrap_or_default()),
    );
    if let Some(filename) = file.filename.as_ref().filter(|_| sort.kind != Kind::Voice) {
        add("file_name", json!(filename));
    }
    base
}

pub(crate) fn get_file(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let id = params.text("file_id").unwrap_or_default();
    let file = hub
        .files
        .get(&id)
        .ok_or_else(|| Refusal::bad("invalid file_id"))?;
    limits::check("download", file.bytes.len())?;
    let sort = SORTS
        .iter()
        .find(|sort| id.starts_with(sort.prefix))
        .unwrap_or(&SORTS[1]);
    let extension = match file.mime.split(';').next().unwrap_or_default() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "audio/ogg" => "oga",
        "video/mp4" => "mp4",
        "application/pdf" => "pdf",
        _ => "bin",
    };
    let unique = format!("AQAD{}", &hex(&file.sha256())[..12]);
    Ok(json!({
        "file_id": id, "file_unique_id": unique, "file_size": file.bytes.len(),
        "file_path": format!("{}/{id}.{extension}", sort.folder),
    }))
}

/// `/file/bot<token>/<path>`.
pub(crate) fn download(hub: &Hub, path: &str) -> Response {
    let name = path.rsplit('/').next().unwrap_or_default();
    let id = name.split('.').next().unwrap_or_default();
    match hub.files.get(id) {
        Some(file) => raw(200, "application/octet-stream", file.bytes),
        None => raw(
            404,
            "application/json",
            Refusal::not_found().answer().to_string(),
        ),
    }
}
