//! What pages need besides themselves: the stylesheets and scripts. Built in, served under names that change with their content.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::Refusal;

/// Pico.css 2.1.1 (classless), htmx 2.0.11 and the navigation's icons from Lucide 1.62.0, with their licences beside them; the rest is ours.
const FILES: [(&str, &str, &str); 6] = [
    (
        "pico.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/vendor/pico.classless.min.css"),
    ),
    (
        "pages.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/pages.css"),
    ),
    (
        "htmx.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/vendor/htmx.min.js"),
    ),
    (
        "pages.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/pages.js"),
    ),
    (
        "icons.svg",
        "image/svg+xml",
        include_str!("../../assets/vendor/lucide.svg"),
    ),
    (
        "icon.svg",
        "image/svg+xml",
        include_str!("../../assets/icon.svg"),
    ),
];

/// Stands behind the names in pages: another build is another address.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (_, _, text) in FILES {
        hash.update(text.as_bytes());
    }
    let mut version = String::new();
    for byte in hash.finalize().iter().take(6) {
        let _ = write!(version, "{byte:02x}");
    }
    version
});

pub(super) fn version() -> &'static str {
    &VERSION
}

/// One of them.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Refusal> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, kind, text) = found.ok_or(Refusal::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    Ok((headers, *text).into_response())
}
