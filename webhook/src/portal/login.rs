//! Coming in and leaving.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use sapa_core::{otp::NotVerified, portal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ProblemBody, Refusal,
    input::{Auth, Client, Input},
    profile::Profile,
    writing,
};
use crate::{problem::Problem, surface::Shared};

/// Whose code is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OtpRequest {
    /// A phone number in any form that people write it.
    #[schema(example = "0812-3456-7890", max_length = 40)]
    phone: String,
}

/// Something to answer with a code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChallengeBody {
    /// Worth nothing without the code.
    pub(super) challenge_id: String,
    /// Until when the code is good.
    #[schema(format = DateTime)]
    pub(super) expires_at: String,
}

/// A code that came by WhatsApp.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OtpAnswer {
    /// What `request-otp` gave.
    #[schema(max_length = 64)]
    pub(super) challenge_id: String,
    /// The six digits.
    #[schema(example = "123456", max_length = 16)]
    pub(super) code: String,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Session {
    /// Shown from now on as `Authorization: Bearer …`.
    token: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Who it is.
    customer: Profile,
}

/// Asks for a code.
///
/// The code goes to the number by WhatsApp. The answer is the same for numbers that are nobody's. Between two codes for a number lies a
/// minute; there are at most 5 an hour, and 3 of them from an address that the customer was never logged in from.
#[utoipa::path(post, path = "/request-otp", operation_id = "request_otp", tag = "login", request_body = OtpRequest, responses(
    (status = 200, description = "A challenge, whether the number is a customer's or not", body = ChallengeBody),
    (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not application/json", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "No phone number", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too soon or too often", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn request_otp(
    State(shared): State<Arc<Shared>>,
    client: Client,
    Input(asked): Input<OtpRequest>,
) -> Result<Json<ChallengeBody>, Refusal> {
    let challenge = writing!(shared, |act| {
        let Client { address, agent } = &client;
        let asked = portal::request_code(act, &asked.phone, address, agent).await?;
        asked.map_err(|_| Refusal::field("phone", "is no phone number"))
    })?;
    shared.surface.desk.bell.ring_codes();
    Ok(Json(ChallengeBody {
        challenge_id: challenge.id,
        expires_at: challenge.expires_at.rfc3339(),
    }))
}

/// Answers a challenge with its code, and begins a session of seven days.
///
/// Five wrong codes end a challenge. Nobody is told what was wrong. From one address there are at most 100 tries in ten minutes.
#[utoipa::path(post, path = "/verify-otp", operation_id = "verify_otp", tag = "login", request_body = OtpAnswer, responses(
    (status = 200, description = "A session", body = Session),
    (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "The code is not right, or not any more", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not application/json", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is missing or unknown", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many tries from this address", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn verify_otp(
    State(shared): State<Arc<Shared>>,
    client: Client,
    Input(answer): Input<OtpAnswer>,
) -> Result<Json<Session>, Refusal> {
    shared
        .count_try(&client.address)
        .map_err(Refusal::too_soon)?;
    let entered = writing!(shared, |act| {
        let (challenge, code) = (&answer.challenge_id, &answer.code);
        let Client { address, agent } = &client;
        match portal::enter(act, challenge, code, address, agent).await {
            Ok(entered) => {
                let profile = Profile::of(act, &entered.account).await?;
                Ok(Ok((entered, profile)))
            }
            Err(NotVerified::Rejected) => Ok(Err(Problem::OTP_REJECTED)),
            Err(NotVerified::Db(error)) => Err(error.into()),
        }
    })?;
    let (entered, customer) = entered?;
    Ok(Json(Session {
        token: entered.token,
        expires_at: entered.session.expires_at.rfc3339(),
        customer,
    }))
}

/// Ends the session that the token is of.
#[utoipa::path(post, path = "/logout", operation_id = "logout", tag = "login", security(("session" = [])), responses(
    (status = 204, description = "It is over"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn logout(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
) -> Result<StatusCode, Refusal> {
    writing!(shared, |act| Ok(portal::leave(act, &visitor).await?))?;
    Ok(StatusCode::NO_CONTENT)
}
