//! Request bodies in their three spellings (JSON, urlencoded, multipart), read into one shape.

use std::collections::HashMap;

use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::server::header;

/// More than any platform takes; beyond it the connection is not worth reading.
const MOST: usize = 120 * 1024 * 1024;

/// A file in a multipart body.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub bytes: Bytes,
    pub mime: String,
    pub filename: Option<String>,
}

/// The fields of a request and the files with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub values: Map<String, Value>,
    pub files: HashMap<String, Upload>,
}

impl Fields {
    /// The fields as they go to the call log: files by name and size.
    pub fn logged(&self) -> Value {
        let mut values = self.values.clone();
        for (name, file) in &self.files {
            let told = json!({"file": file.filename, "mime": file.mime, "size": file.bytes.len()});
            values.insert(name.clone(), told);
        }
        Value::Object(values)
    }
}

/// Reads query and body; the error says what was wrong with the body.
pub(crate) async fn read(request: Request) -> Result<Fields, String> {
    let mut fields = Fields::default();
    if let Some(query) = request.uri().query() {
        pairs(query, &mut fields.values);
    }
    let content_type = header(request.headers(), "content-type").to_ascii_lowercase();
    if content_type.starts_with("multipart/form-data") {
        return multipart(request, fields).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), MOST)
        .await
        .map_err(|e| e.to_string())?;
    if bytes.is_empty() {
        return Ok(fields);
    }
    if content_type.starts_with("application/x-www-form-urlencoded") {
        pairs(&String::from_utf8_lossy(&bytes), &mut fields.values);
        return Ok(fields);
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => fields.values.extend(object),
        Ok(_) => return Err("the body must be a JSON object".to_owned()),
        Err(e) => return Err(format!("can't parse JSON object: {e}")),
    }
    Ok(fields)
}

async fn multipart(mut request: Request, mut fields: Fields) -> Result<Fields, String> {
    // axum caps multipart at 2 MB unless told; the platforms' own limits are checked by their tables.
    DefaultBodyLimit::max(MOST).apply(&mut request);
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|e| e.body_text())?;
    while let Some(part) = form.next_field().await.map_err(|e| e.body_text())? {
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.file_name().map(str::to_owned);
        let mime = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|e| e.body_text())?;
        if filename.is_some()
            || mime
                .as_deref()
                .is_some_and(|m| !m.starts_with("text/plain"))
        {
            let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
            fields.files.insert(
                name,
                Upload {
                    bytes,
                    mime,
                    filename,
                },
            );
        } else {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            fields.values.insert(name, Value::String(text));
        }
    }
    Ok(fields)
}

fn pairs(query: &str, into: &mut Map<String, Value>) {
    let Ok(url) = reqwest::Url::parse(&format!("http://localhost/?{query}")) else {
        return;
    };
    for (name, value) in url.query_pairs() {
        into.insert(name.into_owned(), Value::String(value.into_owned()));
    }
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, "authorization").split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
