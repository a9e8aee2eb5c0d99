//! What went wrong with a request, as `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

/// A refusal. Its `type` is `/problems/<name>` and stays the same for ever; scripts may depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    name: &'static str,
    title: &'static str,
    retry_after: Option<&'static str>,
    closes: bool,
}

impl Problem {
    const fn new(status: StatusCode, name: &'static str, title: &'static str) -> Self {
        Self {
            status,
            name,
            title,
            retry_after: None,
            closes: false,
        }
    }

    pub(crate) const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here");
    pub(crate) const METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "This address does not take this method",
    );
    pub(crate) const VERIFICATION: Self = Self::new(
        StatusCode::FORBIDDEN,
        "verification-refused",
        "The verify token is not ours",
    );
    pub(crate) const SIGNATURE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "signature-refused",
        "The body is not signed by the platform",
    );
    pub(crate) const SECRET: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "secret-refused",
        "The secret token is missing or wrong",
    );
    pub(crate) const TOO_LARGE: Self = Self {
        closes: true,
        ..Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
        )
    };
    pub(crate) const TOO_SLOW: Self = Self {
        closes: true,
        ..Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-too-slow",
            "The body did not arrive in time",
        )
    };
    pub(crate) const BROKEN_BODY: Self = Self {
        closes: true,
        ..Self::new(
            StatusCode::BAD_REQUEST,
            "body-broken",
            "The body could not be read",
        )
    };
    pub(crate) const FULL: Self = Self {
        retry_after: Some("2"),
        closes: true,
        ..Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "full",
            "Too many large bodies are being read; send it again",
        )
    };
    pub(crate) const UNAUTHORIZED: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "There is no such session, or not any more",
    );
    pub(crate) const OTP_REJECTED: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "otp-rejected",
        "The code is not right, or not any more",
    );
    pub(crate) const TOO_OFTEN: Self = Self::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too soon or too often; come again later",
    );
    pub(crate) const NUMBER_TAKEN: Self = Self::new(
        StatusCode::CONFLICT,
        "number-taken",
        "Another customer has this number",
    );
    pub(crate) const NUMBER_FIXED: Self = Self::new(
        StatusCode::CONFLICT,
        "number-fixed",
        "Codes cannot be sent to another number here; ask for the change in the chat",
    );
    pub(crate) const INVALID: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        "The body is not as it should be",
    );
    pub(crate) const BAD_PARAMETER: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "bad-parameter",
        "A parameter is unknown or not as it should be",
    );
    pub(crate) const BROKEN_JSON: Self =
        Self::new(StatusCode::BAD_REQUEST, "not-json", "The body is not JSON");
    pub(crate) const NOT_JSON: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "The body is to be application/json",
    );
    pub(crate) const UNAVAILABLE: Self = Self {
        retry_after: Some("2"),
        ..Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The database does not answer; try again",
        )
    };
    pub(crate) const BUSY: Self = Self {
        retry_after: Some("2"),
        ..Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "The event is not stored; send it again",
        )
    };
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.with::<()>(&[])
    }
}

impl Problem {
    /// With what is wrong in particular, if anything is.
    pub(crate) fn with<E: Serialize>(self, errors: &[E]) -> Response {
        let mut body = json!({
            "type": format!("/problems/{}", self.name),
            "title": self.title,
            "status": self.status.as_u16(),
        });
        if !errors.is_empty() {
            body["errors"] = json!(errors);
        }
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
