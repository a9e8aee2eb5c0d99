//! Whoever is led to the login comes back afterwards to where he was, and is told when it was his session that ended.
//!
//! It travels in a cookie and not in the login's address: he may also come in by the link from the chat. Only pages of ours are led back to.

use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use sapa_core::desk::Desk;

use super::access::{Cookie, came_from, cookie, is_secure, without_done};

const NAME: &str = "sapa-back";
/// Whoever has not come in by then begins at the first page.
const LASTS: u32 = 1_800;
/// A cookie that is longer is not read.
const LONGEST: usize = 99;

/// Where somebody was.
pub(super) struct Back {
    /// A page of ours, with its filters.
    pub(super) page: String,
    /// He showed a session, and it was over.
    pub(super) is_over: bool,
}

impl Back {
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let kept = cookie(headers, NAME)?;
        let (mark, page) = kept.split_at_checked(1)?;
        is_page(page).then(|| Self {
            page: page.to_owned(),
            is_over: mark == "1",
        })
    }

    /// Of a request that nobody is logged in for: the page that was asked for, or the one that a form or a part stands on. `None`: there is
    /// nothing to come back to, and nothing to be told.
    pub(super) fn of(
        desk: &Desk,
        (method, below): (&Method, &Uri),
        headers: &HeaderMap,
    ) -> Option<Self> {
        let is_over = Cookie::Session.read(desk, headers).is_some();
        let path = format!("/admin{}", below.path());
        let path = path.trim_end_matches('/');
        let page = if method == Method::GET && !headers.contains_key("hx-request") {
            // A file or a stream is no page: what leads there stays as it is.
            is_page(path).then(|| without_done(path, below.query().unwrap_or_default()))?
        } else {
            came_from(desk, headers)
        };
        let fits = page.len() < LONGEST && is_page(&page);
        let page = if fits { page } else { bare(&page)? };
        (is_over || page != "/admin").then_some(Self { page, is_over })
    }

    /// The header that keeps it until he has come in.
    pub(super) fn header(&self, desk: &Desk) -> HeaderValue {
        let mark = u8::from(self.is_over);
        line(desk, &format!("{mark}{}", self.page), LASTS)
    }

    /// The header that forgets it.
    pub(super) fn forgotten(desk: &Desk) -> HeaderValue {
        line(desk, "", 0)
    }
}

fn line(desk: &Desk, value: &str, lasts: u32) -> HeaderValue {
    let secure = if is_secure(desk) { "; Secure" } else { "" };
    let line =
        format!("{NAME}={value}; Path=/admin; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Without its filters.
fn bare(page: &str) -> Option<String> {
    let path = page.split('?').next().filter(|path| is_page(path));
    path.map(str::to_owned)
}

/// Whether it is the address of a page that may be come back to: nothing but what stands here, on this host, and nothing in it that a cookie
/// cannot hold.
fn is_page(page: &str) -> bool {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let asked = |b: u8| b.is_ascii_alphanumeric() || b"-_.~%=&+".contains(&b);
    let plain = |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let parts: Vec<_> = path.split('/').collect();
    let known = match parts.as_slice() {
        ["", "admin"]
        | [
            "",
            "admin",
            "conversations" | "tickets" | "customers" | "types" | "settings" | "staff" | "audit"
            | "sessions",
        ] => true,
        [
            "",
            "admin",
            "conversations" | "tickets" | "customers" | "types" | "staff",
            key,
        ]
        | ["", "admin", "customers", key, "erase"] => !key.is_empty() && plain(key),
        _ => false,
    };
    known && query.bytes().all(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_led_back_to() {
        for page in [
            "/admin",
            "/admin/tickets?group=all&q=internet+mati%3F",
            "/admin/tickets/TKT-ABCD2345",
            "/admin/customers/new",
            "/admin/customers/01ARZ3NDEKTSV4RRFFQ69G5FAV/erase",
        ] {
            assert!(is_page(page), "{page}");
        }
        for page in [
            "",
            "/",
            "//evil.example/admin",
            "https://evil.example/admin",
            "/admin/../evil",
            "/admin//evil.example",
            "/admin/tickets/",
            "/admin/tickets/a/answer",
            "/admin/tickets/%2e%2e",
            "/admin/tickets?q=a;b",
            "/admin/tickets?q=\"",
            "/admin/login",
            "/admin/live",
            "/admin/super",
            "/administrator",
        ] {
            assert!(!is_page(page), "{page}");
        }
    }
}
