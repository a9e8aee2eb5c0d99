//! Refusals in the Bot API's words; bots read them, so they are spelt as the live server spells them.

use serde_json::{Value, json};

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub fn bad(what: impl std::fmt::Display) -> Self {
        Self {
            code: 400,
            description: format!("Bad Request: {what}"),
            retry_after: None,
        }
    }

    pub fn forbidden(what: &str) -> Self {
        Self {
            code: 403,
            description: format!("Forbidden: {what}"),
            retry_after: None,
        }
    }

    pub fn conflict(what: &str) -> Self {
        Self {
            code: 409,
            description: format!("Conflict: {what}"),
            retry_after: None,
        }
    }

    pub fn not_found() -> Self {
        Self {
            code: 404,
            description: "Not Found".to_owned(),
            retry_after: None,
        }
    }

    pub fn unauthorized() -> Self {
        Self {
            code: 401,
            description: "Unauthorized".to_owned(),
            retry_after: None,
        }
    }

    pub fn too_large() -> Self {
        Self {
            code: 413,
            description: "Request Entity Too Large".to_owned(),
            retry_after: None,
        }
    }

    /// 429 with a wait, rounded up to whole seconds.
    pub fn too_many(wait_ms: i64) -> Self {
        let seconds = u64::try_from(wait_ms).unwrap_or(0).div_ceil(1000).max(1);
        let description = format!("Too Many Requests: retry after {seconds}");
        Self {
            code: 429,
            description,
            retry_after: Some(seconds),
        }
    }

    pub fn answer(&self) -> Value {
        let mut answer =
            json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(seconds) = self.retry_after {
            answer["parameters"] = json!({"retry_after": seconds});
        }
        answer
    }
}
