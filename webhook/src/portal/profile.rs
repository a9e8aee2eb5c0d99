//! A customer's own profile.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sapa_core::{
    accounts::{self, Account, AccountStatus, Changes},
    contacts, db,
    desk::Act,
    i18n::Locale,
    portal::{self, ChangeRefused, Changed},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ProblemBody, Refusal,
    input::{Auth, Client, Input, line},
    login::{ChallengeBody, OtpAnswer},
    writing,
};
use crate::{problem::Problem, surface::Shared};

/// An amount.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Money {
    /// In minor units (ISO 4217): 25000000 are 250,000 rupiah.
    amount: i64,
    /// ISO 4217.
    currency: String,
}

/// A language.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

/// Where a contract stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Active,
    Suspended,
    Terminated,
}

/// What the customer wants to hear of by WhatsApp.
#[derive(Debug, Serialize, ToSchema)]
struct Notifications {
    /// How their tickets go on.
    tickets: bool,
    /// Invoices.
    invoices: bool,
    /// Offers.
    offers: bool,
}

/// A customer. What stands in `ProfileChanges` they change by themselves, the rest is the business's.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Profile {
    /// What the business calls the customer.
    customer_id: String,
    full_name: String,
    package: Option<String>,
    bandwidth: Option<String>,
    monthly_price: Option<Money>,
    account_status: Option<Standing>,
    email: Option<String>,
    /// In international form.
    whatsapp_number: Option<String>,
    address: Option<String>,
    city: Option<String>,
    province: Option<String>,
    language: Language,
    notifications: Notifications,
}

impl Profile {
    /// As it is now.
    pub(super) async fn of(act: &mut Act<'_>, account: &Account) -> db::Result<Self> {
        let identity = contacts::identity(act.tx, &account.id).await?;
        let currency = &act.desk.settings.currency;
        let country = identity.wa_id.as_deref().map(contacts::language_of);
        let language = account.locale.or(country);
        let a = account.clone();
        Ok(Self {
            customer_id: a.account_number.unwrap_or(a.id),
            full_name: a.full_name.unwrap_or(a.name),
            package: a.package,
            bandwidth: a.bandwidth,
            monthly_price: a.monthly_price.map(|amount| Money {
                amount,
                currency: a.currency.unwrap_or_else(|| currency.clone()),
            }),
            account_status: a.account_status.map(|status| match status {
                AccountStatus::Active => Standing::Active,
                AccountStatus::Suspended => Standing::Suspended,
                AccountStatus::Terminated => Standing::Terminated,
            }),
            email: a.email,
            whatsapp_number: identity.wa_id.map(|wa_id| format!("+{wa_id}")),
            address: a.address,
            city: a.city,
            province: a.province,
            language: match language.unwrap_or(act.desk.settings.locale) {
                Locale::Id => Language::Id,
                Locale::En => Language::En,
            },
            notifications: Notifications {
                tickets: a.notify.tickets,
                invoices: a.notify.invoices,
                offers: a.notify.offers,
            },
        })
    }
}

/// What a customer changes. What is left out (or null) stays as it is, an empty text clears it; what is not named here is refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileChanges {
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Counts after a code that goes to this number: the answer is 202 then.
    #[schema(max_length = 40)]
    whatsapp_number: Option<String>,
    #[schema(max_length = 300)]
    address: Option<String>,
    #[schema(max_length = 100)]
    city: Option<String>,
    #[schema(max_length = 100)]
    province: Option<String>,
    language: Option<Language>,
    notifications: Option<NotificationChanges>,
}

/// What the customer wants to hear of from now on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotificationChanges {
    tickets: Option<bool>,
    invoices: Option<bool>,
    offers: Option<bool>,
}

impl ProfileChanges {
    fn checked(self) -> Result<(Changes, Option<String>), Refusal> {
        let clean = |field: &str, text: Option<String>, most| {
            text.map(|text| line(field, &text, most)).transpose()
        };
        let email = clean("email", self.email, 254)?;
        if email
            .as_deref()
            .is_some_and(|email| !email.is_empty() && !accounts::is_email(email))
        {
            return Err(Refusal::field("email", "is no e-mail address"));
        }
        let notify = self.notifications.unwrap_or_default();
        let changes = Changes {
            email,
            address: clean("address", self.address, 300)?,
            city: clean("city", self.city, 100)?,
            province: clean("province", self.province, 100)?,
            locale: self.language.map(|language| match language {
                Language::Id => Locale::Id,
                Language::En => Locale::En,
            }),
            notify_tickets: notify.tickets,
            notify_invoices: notify.invoices,
            notify_offers: notify.offers,
        };
        Ok((changes, self.whatsapp_number))
    }
}

async fn present(act: &mut Act<'_>, customer_id: &str) -> Result<Profile, Refusal> {
    let account = accounts::of(act.tx, customer_id).await?;
    let account = account.ok_or(Problem::UNAUTHORIZED)?;
    Ok(Profile::of(act, &account).await?)
}

/// The customer's profile.
#[utoipa::path(get, path = "/profile", operation_id = "profile_show", tag = "profile", security(("session" = [])), responses(
    (status = 200, description = "As it is", body = Profile),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
) -> Result<Json<Profile>, Refusal> {
    let desk = &shared.surface.desk;
    let mut tx = desk.db.read().await?;
    let profile = present(&mut desk.act(&mut tx), &visitor.customer_id).await?;
    tx.rollback().await?;
    Ok(Json(profile))
}

/// Changes the profile.
///
/// A new WhatsApp number counts only after its code: the rest is changed, the answer is 202 with a challenge, a code goes to the **new**
/// number, and `POST profile/confirm` takes it. Where no template for codes is configured the number is changed by asking in the chat (409).
#[utoipa::path(put, path = "/profile", operation_id = "profile_change", tag = "profile", security(("session" = [])), request_body = ProfileChanges, responses(
    (status = 200, description = "As it is now", body = Profile),
    (status = 202, description = "As it is now but for the number, which waits for its code", body = ChallengeBody),
    (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "Codes cannot be sent to another number here; nothing is changed", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not application/json", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is unknown, read-only or wrong; nothing is changed", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many codes; nothing is changed", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    client: Client,
    Input(changes): Input<ProfileChanges>,
) -> Result<Response, Refusal> {
    let (wanted, phone) = changes.checked()?;
    let (outcome, profile) = writing!(shared, |act| {
        let client = (client.address.as_str(), client.agent.as_str());
        let (session, phone) = (&visitor.session, phone.as_deref());
        let outcome = portal::change_profile(act, session, &wanted, phone, client).await?;
        Ok((outcome, present(act, &visitor.customer_id).await?))
    })?;
    Ok(match outcome {
        Changed::Done => Json(profile).into_response(),
        Changed::Confirm(challenge) => {
            shared.surface.desk.bell.ring_codes();
            let body = ChallengeBody {
                challenge_id: challenge.id,
                expires_at: challenge.expires_at.rfc3339(),
            };
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
    })
}

/// Takes the code that went to the new number. Every other session of the customer ends.
#[utoipa::path(post, path = "/profile/confirm", operation_id = "profile_confirm", tag = "profile", security(("session" = [])), request_body = OtpAnswer, responses(
    (status = 200, description = "As it is now", body = Profile),
    (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session, or the code is not right", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "Another customer has this number", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not application/json", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is missing or unknown", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Input(answer): Input<OtpAnswer>,
) -> Result<Json<Profile>, Refusal> {
    let confirmed = writing!(shared, |act| {
        let (challenge, code) = (&answer.challenge_id, &answer.code);
        match portal::confirm_number(act, &visitor.session, challenge, code).await {
            Ok(()) => Ok(Ok(present(act, &visitor.customer_id).await?)),
            Err(ChangeRefused::Db(error)) => Err(error.into()),
            // Committed: a wrong try counts.
            Err(refused) => Ok(Err(refused)),
        }
    })?;
    let profile = confirmed?;
    shared.surface.desk.bell.ring_outbox();
    Ok(Json(profile))
}
