//! Refusals in Meta's exact shape (Meta: support/error-codes).

use serde_json::{Value, json};

/// Why a call was refused, or why a message failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub http: u16,
    pub code: i64,
    pub subcode: Option<i64>,
    pub details: String,
}

impl Refusal {
    pub fn new(code: i64, details: impl Into<String>) -> Self {
        Self {
            http: http_status(code),
            code,
            subcode: None,
            details: details.into(),
        }
    }

    /// A path that names nothing: 400 with code 100 and subcode 33, not 404.
    pub fn unknown_object(verb: &str, id: &str) -> Self {
        let verb = verb.to_ascii_lowercase();
        let details = format!(
            "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. Please read the Graph API documentation at \
             https://developers.facebook.com/docs/graph-api"
        );
        Self {
            http: 400,
            code: 100,
            subcode: Some(33),
            details,
        }
    }

    pub fn bad_token() -> Self {
        Self::new(
            190,
            "Invalid OAuth access token - Cannot parse access token",
        )
    }

    /// The answer's body.
    pub fn answer(&self, trace: &str) -> Value {
        if self.subcode == Some(33) || self.code == 190 {
            let kind = if self.code == 190 {
                "OAuthException"
            } else {
                "GraphMethodException"
            };
            let mut error = json!({"message": self.details, "type": kind, "code": self.code, "fbtrace_id": trace});
            if let Some(subcode) = self.subcode {
                error["error_subcode"] = json!(subcode);
            }
            return json!({ "error": error });
        }
        json!({"error": {
            "message": format!("(#{}) {}", self.code, title(self.code)),
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": trace,
        }})
    }

    /// The `errors[]` element of a failed status.
    pub fn in_status(&self) -> Value {
        json!({
            "code": self.code,
            "title": title(self.code),
            "message": title(self.code),
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

/// Meta's name for a code.
fn title(code: i64) -> &'static str {
    match code {
        1 => "API Unknown",
        2 => "API Service",
        4 => "API Too Many Calls",
        10 => "Permission Denied",
        80_007 => "Rate limit issues",
        100 => "Invalid parameter",
        130_429 => "Rate limit hit",
        131_000 => "Something went wrong",
        131_005 => "Access denied",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_021 => "Recipient cannot be sender",
        131_026 => "Message Undeliverable.",
        131_031 => "Account has been locked",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_050 => "User's number is part of an opt-out list",
        131_051 => "Unsupported message type",
        131_052 => "Media download error",
        131_053 => "Media upload error",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        131_062 => "Business-scoped user ID is not supported for this message",
        132_000 => "Template Param Count Mismatch",
        132_001 => "Template does not exist",
        132_005 => "Template Hydrated Text Too Long",
        132_012 => "Template Parameter Format Mismatch",
        132_015 => "Template is Paused",
        132_016 => "Template is Disabled",
        132_018 => "Template parameter validation failed",
        2_388_019 => "Template limit exceeded",
        _ => "Error",
    }
}

/// Meta's page no longer lists the HTTP status of a code; this is how it was listed and seen. Build on the code.
fn http_status(code: i64) -> u16 {
    match code {
        0 | 190 => 401,
        3 | 131_000 | 131_016 | 131_045 => 500,
        2 => 503,
        10 | 131_005 | 131_031 | 368 => 403,
        132_001 => 404,
        4 | 80_007 | 130_429 | 131_048 | 131_056 => 429,
        _ => 400,
    }
}
