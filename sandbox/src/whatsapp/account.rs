//! How Meta sees the business: the number, the token, the subscription and the templates' states, as they are asked for and as webhooks
//! tell of their changes. [`super::WhatsApp`] changes them as Meta would.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::errors::Refusal;
use super::{WhatsApp, templates::Template, webhooks::Event, webhooks::publish};
use crate::body::Fields;
use crate::hub::Hub;
use crate::locked;
use crate::platforms::credentials::{
    ACCESS_TOKEN, BUSINESS_ACCOUNT_ID, DISPLAY_PHONE_NUMBER, PHONE_DIGITS, PHONE_NUMBER_ID,
};

/// The app's id, as `debug_token` and `subscribed_apps` name it.
const APP_ID: &str = "670843887433847";
/// Fields of a number that come without being asked for (Meta: phone number reference).
const PLAIN: [&str; 6] = [
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
];

/// How long the token lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenLife {
    /// For ever, as a system user's.
    #[default]
    Lasting,
    /// Until this second since 1970.
    Until(i64),
}

impl TokenLife {
    pub(super) fn is_alive(self, now_s: i64) -> bool {
        match self {
            Self::Lasting => true,
            Self::Until(end) => now_s < end,
        }
    }
}

/// How Meta sees the business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality: String,
    /// `CONNECTED`, `FLAGGED`, `RESTRICTED` …
    pub status: String,
    /// `TIER_250`, `TIER_2K` … `TIER_UNLIMITED`.
    pub limit: String,
    /// `STANDARD` or `HIGH`.
    pub throughput: String,
    /// `AVAILABLE`, `LIMITED`, `BLOCKED`.
    pub can_send: String,
    /// Whether the app is subscribed to the account.
    pub subscribed: bool,
    /// Whether it may be subscribed again.
    pub may_subscribe: bool,
    /// How long the token lasts.
    pub token: TokenLife,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            quality: "GREEN".to_owned(),
            status: "CONNECTED".to_owned(),
            limit: "TIER_2K".to_owned(),
            throughput: "STANDARD".to_owned(),
            can_send: "AVAILABLE".to_owned(),
            subscribed: true,
            may_subscribe: true,
            token: TokenLife::Lasting,
        }
    }
}

/// Graph API: error handling, 190 with subcode 463 ("has expired").
pub(super) fn expired_token(now_s: i64) -> Refusal {
    Refusal {
        subcode: Some(463),
        ..Refusal::new(
            190,
            format!(
                "Error validating access token: Session has expired. The current time is {now_s}."
            ),
        )
    }
}

/// Meta: `GET /{Phone-Number-ID}`, with `fields` the ones that are asked for; one that is none refuses the question.
pub(super) fn phone_number(hub: &Hub, fields: &Fields) -> Result<Value, Refusal> {
    let account = locked(&hub.whatsapp).account.clone();
    let mut all = Map::new();
    let known = json!({
        "verified_name": "Sapa Sandbox",
        "code_verification_status": "VERIFIED",
        "display_phone_number": DISPLAY_PHONE_NUMBER,
        "quality_rating": account.quality,
        "platform_type": "CLOUD_API",
        "throughput": {"level": account.throughput},
        "status": account.status,
        "name_status": "APPROVED",
        "account_mode": "LIVE",
        "whatsapp_business_manager_messaging_limit": account.limit,
        "health_status": health(&account),
    });
    let asked = fields.values.get("fields").and_then(Value::as_str);
    let asked: Vec<&str> = asked.map_or(PLAIN.to_vec(), |list| list.split(',').collect());
    for name in asked {
        match known.get(name) {
            Some(value) => {
                all.insert(name.to_owned(), value.clone());
            }
            None if name == "id" => {}
            None => {
                let details = format!(
                    "Tried accessing nonexisting field ({name}) on node type (WhatsAppBusinessPhoneNumber)"
                );
                return Err(Refusal::new(100, details));
            }
        }
    }
    all.insert("id".to_owned(), json!(PHONE_NUMBER_ID));
    Ok(Value::Object(all))
}

/// Meta: health status.
fn health(account: &Account) -> Value {
    let mut entity = json!({"entity_type": "PHONE_NUMBER", "id": PHONE_NUMBER_ID, "can_send_message": account.can_send});
    if account.can_send != "AVAILABLE" {
        entity["errors"] = json!([{
            "error_code": 141_006, "error_description": "There is an error with the payment method.",
            "possible_solution": "Add a payment method to your account.",
        }]);
    }
    json!({"can_send_message": account.can_send, "entities": [entity]})
}

/// Graph API: `debug_token`. The token that asks must belong to the same app.
pub(super) fn debug_token(hub: &Hub, fields: &Fields) -> Result<Value, Refusal> {
    let asked = fields.values.get("input_token").and_then(Value::as_str);
    let Some(asked) = asked else {
        return Err(Refusal::new(
            100,
            "(#100) The parameter input_token is required",
        ));
    };
    if asked != ACCESS_TOKEN {
        let error = json!({"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"});
        return Ok(json!({"data": {"error": error, "is_valid": false, "scopes": []}}));
    }
    let expires_at = match locked(&hub.whatsapp).account.token {
        TokenLife::Lasting => 0,
        TokenLife::Until(end) => end,
    };
    Ok(json!({"data": {
        "app_id": APP_ID, "type": "SYSTEM_USER", "application": "Sapa Sandbox", "data_access_expires_at": 0,
        "expires_at": expires_at, "is_valid": true, "issued_at": 1_700_000_000,
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"], "user_id": "122100000000000001",
    }}))
}

/// Meta: `GET /{waba}/subscribed_apps`.
pub(super) fn subscribed_apps(hub: &Hub) -> Value {
    let app = json!({"whatsapp_business_api_data": {
        "link": "https://www.facebook.com/games/?app_id=670843887433847", "name": "Sapa Sandbox", "id": APP_ID,
    }});
    let subscribed = locked(&hub.whatsapp).account.subscribed;
    json!({"data": if subscribed { vec![app] } else { Vec::new() }})
}

/// Meta: `POST /{waba}/subscribed_apps`.
pub(super) fn subscribe(hub: &Hub) -> Result<Value, Refusal> {
    let account = &mut locked(&hub.whatsapp).account;
    if !account.may_subscribe {
        return Err(Refusal::new(
            200,
            "You do not have permission to access this field",
        ));
    }
    account.subscribed = true;
    Ok(json!({"success": true}))
}

/// Meta: `DELETE /{waba}/subscribed_apps`.
pub(super) fn unsubscribe(hub: &Hub) -> Value {
    locked(&hub.whatsapp).account.subscribed = false;
    json!({"success": true})
}

impl WhatsApp {
    /// How Meta sees the business.
    pub fn account(&self) -> Account {
        locked(&self.0.whatsapp).account.clone()
    }

    /// Changes how Meta sees the business; the webhooks that Meta sends of such changes follow.
    pub fn changes_account(&self, change: impl FnOnce(&mut Account)) {
        let (before, after) = {
            let mut state = locked(&self.0.whatsapp);
            let before = state.account.clone();
            change(&mut state.account);
            (before, state.account.clone())
        };
        if before.quality != after.quality {
            let event = if after.quality == "RED" {
                "FLAGGED"
            } else {
                "UNFLAGGED"
            };
            // A step between the upper two is told by no webhook.
            if after.quality == "RED" || before.quality == "RED" {
                self.number_event(event, &after.limit);
            }
        }
        if before.throughput != after.throughput && after.throughput == "HIGH" {
            self.number_event("THROUGHPUT_UPGRADE", "TIER_UNLIMITED");
        }
        if before.limit != after.limit {
            let daily = match after.limit.as_str() {
                "TIER_UNLIMITED" => json!(-1),
                tier => json!(tier),
            };
            let value = json!({"max_daily_conversations_per_business": daily, "max_phone_numbers_per_business": 25});
            self.event("business_capability_update", value);
        }
    }

    /// Meta: `phone_number_quality_update`.
    fn number_event(&self, event: &str, limit: &str) {
        let value =
            json!({"display_phone_number": PHONE_DIGITS, "event": event, "current_limit": limit});
        self.event("phone_number_quality_update", value);
    }

    /// The account breaks a rule, is restricted, shut or opened again (Meta: `account_update`).
    pub fn account_update(&self, event: &str, more: &Value) {
        let mut value = json!({"phone_number": PHONE_DIGITS, "event": event, "waba_info": {"waba_id": BUSINESS_ACCOUNT_ID}});
        if let (Some(value), Some(more)) = (value.as_object_mut(), more.as_object()) {
            value.extend(more.clone());
        }
        self.event("account_update", value);
    }

    /// A template gets another state (Meta: `message_template_status_update`); `false` when there is none such.
    pub fn template_becomes(&self, name: &str, language: &str, status: &str) -> bool {
        let found = {
            let mut state = locked(&self.0.whatsapp);
            let is_it = |t: &&mut Template| t.name == name && t.language == language;
            state.templates.iter_mut().find(is_it).map(|template| {
                status.clone_into(&mut template.status);
                template.category.clone()
            })
        };
        let Some(category) = found else {
            return false;
        };
        let value = json!({
            "event": status, "message_template_id": 1_689_556_908_129_832_i64, "message_template_name": name,
            "message_template_language": language, "reason": "NONE", "message_template_category": category,
        });
        tell(&self.0, "message_template_status_update", value);
        true
    }
}

fn tell(hub: &Arc<Hub>, field: &str, value: Value) {
    let field = field.to_owned();
    publish(hub, vec![Event::Other { field, value }]);
}
