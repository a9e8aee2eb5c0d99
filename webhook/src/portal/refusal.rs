//! What the portal refuses, as problems.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use sapa_core::{
    db,
    otp::{NotVerified, Refused},
    portal::{ChangeRefused, OpeningRefused},
};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

use crate::problem::Problem;

/// A problem (RFC 9457), as it is described.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Which problem it is; stays the same for ever.
    #[schema(example = "/problems/not-found")]
    r#type: String,
    /// The same in words.
    title: String,
    /// The status code once more.
    status: u16,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Its name; empty when it is the body as a whole.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) detail: String,
}

/// Why a request is not granted.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Problem,
    retry_after: Option<Duration>,
    errors: Vec<FieldError>,
    /// Two transactions were in each other's way: the same request may be tried again.
    pub(super) again: bool,
}

impl Refusal {
    /// A field is not as it should be.
    pub(crate) fn field(field: &str, detail: impl Into<String>) -> Self {
        Self {
            errors: vec![FieldError {
                field: field.to_owned(),
                detail: detail.into(),
            }],
            ..Problem::INVALID.into()
        }
    }

    /// A parameter of the address is not as it should be.
    pub(crate) fn parameter(detail: impl Into<String>) -> Self {
        Self {
            problem: Problem::BAD_PARAMETER,
            ..Self::field("", detail)
        }
    }

    pub(super) fn too_soon(wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..Problem::TOO_OFTEN.into()
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            retry_after: None,
            errors: Vec::new(),
            again: false,
        }
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        let again = db::is_retryable(&error);
        if !again {
            tracing::error!(%error, "a request of the portal could not be answered");
        }
        Self {
            again,
            ..Problem::UNAVAILABLE.into()
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooSoon(wait) => Self::too_soon(wait),
            Refused::Db(error) => error.into(),
        }
    }
}

impl From<NotVerified> for Refusal {
    fn from(refused: NotVerified) -> Self {
        match refused {
            NotVerified::Rejected => Problem::OTP_REJECTED.into(),
            NotVerified::Db(error) => error.into(),
        }
    }
}

impl From<ChangeRefused> for Refusal {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::NoTemplate => Problem::NUMBER_FIXED.into(),
            ChangeRefused::NotANumber => Self::field("whatsapp_number", "is no phone number"),
            ChangeRefused::TooSoon(wait) => Self::too_soon(wait),
            ChangeRefused::Rejected => Problem::OTP_REJECTED.into(),
            ChangeRefused::NumberTaken => Problem::NUMBER_TAKEN.into(),
            ChangeRefused::Db(error) => error.into(),
        }
    }
}

impl From<OpeningRefused> for Refusal {
    fn from(refused: OpeningRefused) -> Self {
        match refused {
            OpeningRefused::UnknownType => Self::field("type", "is no type of ticket"),
            OpeningRefused::NotTheirs => Self::field("priority", "is given by staff only"),
            OpeningRefused::TooOften(wait) => Self::too_soon(wait),
            OpeningRefused::Db(error) => error.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.problem.with(&self.errors);
        if let Some(wait) = self.retry_after {
            // Rounded up: who comes at the second that was named is let in.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
