//! What a refusal of the Bot API means, by its code and text. teloxide has no variant for many of the texts that the live server
//! sends (every topic error, "can't initiate conversation" …) and drops the code, so we read them ourselves.

use std::time::Duration;

use sapa_core::outbox::{Reach, SendError, UNREACHABLE};
use serde::Deserialize;

/// The longest pause that Telegram may ask for; more is somebody's mistake.
const LONGEST: Duration = Duration::from_hours(1);

/// Why a call did not do what it was to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Too fast: 429 with how long to wait.
    #[error("429: wait for {0:?}")]
    Flood(Duration),
    /// The server, or a proxy before it, says that it cannot now (5xx except 504): taken as not carried out, see `classify`.
    #[error("{code}: {detail}")]
    Down {
        /// `http_503` and the like.
        code: String,
        /// What it said.
        detail: String,
    },
    /// No connection was made: nothing left us.
    #[error("not connected: {0}")]
    NotSent(String),
    /// The request went out and no usable answer came: it may have been carried out.
    #[error("no answer: {0}")]
    Lost(String),
    /// The token is not accepted.
    #[error("the account is refused: {code}: {detail}")]
    Account {
        /// 401 or 404.
        code: String,
        /// What it said.
        detail: String,
    },
    /// The group became a supergroup with this id.
    #[error("the chat moved")]
    Moved(String),
    /// An edit that changes nothing: a success.
    #[error("not modified")]
    Unchanged,
    /// The press was answered already or is too old: nothing is lost.
    #[error("the press is too old")]
    Stale,
    /// The message to edit or delete is gone, or cannot be edited.
    #[error("no such message")]
    NoSuchMessage,
    /// The message to be answered is gone.
    #[error("no such message to answer")]
    NoSuchReply,
    /// The topic is gone or closed.
    #[error("no such topic: {0}")]
    NoSuchThread(String),
    /// The person blocked the bot, never started it, or is gone; the bot was thrown out of the group.
    #[error("unreachable: {code}: {detail}")]
    Unreachable {
        /// 400 or 403.
        code: String,
        /// What it said.
        detail: String,
    },
    /// Updates cannot be polled while a webhook is set.
    #[error("a webhook is set")]
    WebhookSet,
    /// Another process polls with the same token.
    #[error("another process polls")]
    OtherPoller,
    /// The file is too large.
    #[error("too large")]
    TooLarge,
    /// Anything else: asking again would change nothing.
    #[error("refused: {code}: {detail}")]
    Refused {
        /// Telegram's code.
        code: String,
        /// What it said.
        detail: String,
    },
}

/// The part of an answer that tells why not (Bot API: making requests).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Refusal {
    #[serde(default)]
    error_code: Option<i64>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: Option<Parameters>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Parameters {
    #[serde(default)]
    retry_after: Option<u64>,
    #[serde(default)]
    migrate_to_chat_id: Option<i64>,
}

/// What a refusal means. `None` as the refusal: the answer was no JSON (a proxy's page).
///
/// The Bot API has no idempotency key, so each 5xx is a choice between saying something twice and losing it:
///
/// - 500, 502 and 503, in Telegram's JSON or as a page: not carried out, tried again by the schedule. RFC 9110 15.6 leaves a 502 open (the
///   server may have died after it had sent), but it is what an outage looks like, and there nothing was carried out. Were it a doubt, the
///   second 502 of an outage would end the row, and the words would be lost for certain to spare a rare duplicate.
/// - 504, in JSON or as a page: the proxy passed the call on and did not wait for its end (RFC 9110 15.6.5). The call may well be carried
///   out afterwards: a doubt, as after a lost connection.
///
/// `whatsapp::errors` decides the same for answers without a code of Meta's.
pub fn classify(status: u16, refusal: Option<Refusal>) -> CallError {
    let answered = refusal.is_some();
    let refusal = refusal.unwrap_or_default();
    let code = refusal.error_code.unwrap_or(i64::from(status));
    let description = refusal.description.unwrap_or_default();
    let detail: String = description.chars().take(200).collect();
    if let Some(chat) = refusal
        .parameters
        .as_ref()
        .and_then(|p| p.migrate_to_chat_id)
    {
        return CallError::Moved(chat.to_string());
    }
    match code {
        429 => {
            let told = refusal.parameters.and_then(|p| p.retry_after).unwrap_or(0);
            CallError::Flood(Duration::from_secs(told.max(1)).min(LONGEST))
        }
        504 => CallError::Lost(format!("http_504: {detail}")),
        500.. => CallError::Down {
            code: format!("http_{code}"),
            detail,
        },
        401 | 404 => CallError::Account {
            code: code.to_string(),
            detail,
        },
        413 => CallError::TooLarge,
        409 if says(&description, &["webhook"])
            && !says(&description, &["terminated by other"]) =>
        {
            CallError::WebhookSet
        }
        409 => CallError::OtherPoller,
        403 => CallError::Unreachable {
            code: code.to_string(),
            detail,
        },
        // A proxy's redirect or its own refusal, not Telegram's word: it may be gone in a moment.
        _ if !answered => CallError::Down {
            code: format!("http_{code}"),
            detail,
        },
        _ => bad_request(code, &description, detail),
    }
}

/// The texts of the live server's 400 (facts 1.6, 2.5, 2.6).
fn bad_request(code: i64, description: &str, detail: String) -> CallError {
    const UNREACHABLE: [&str; 6] = [
        "chat not found",
        "user is deactivated",
        "user not found",
        "peer_id_invalid",
        "input_user_deactivated",
        "chat_write_forbidden",
    ];
    const NO_MESSAGE: [&str; 8] = [
        "message to edit not found",
        "message to delete not found",
        "message to react not found",
        "message can't be edited",
        "message can't be deleted",
        "message_id_invalid",
        "there is no text in the message to edit",
        "there is no caption in the message to edit",
    ];
    const NO_THREAD: [&str; 5] = [
        "message thread not found",
        "topic_closed",
        "topic_deleted",
        "topic_id_invalid",
        "topic not found",
    ];
    let code = code.to_string();
    if says(description, &["message is not modified"]) {
        CallError::Unchanged
    } else if says(description, &["query is too old", "query id is invalid"]) {
        CallError::Stale
    } else if says(
        description,
        &["replied not found", "reply message not found"],
    ) {
        CallError::NoSuchReply
    } else if says(description, &NO_MESSAGE) {
        CallError::NoSuchMessage
    } else if says(description, &NO_THREAD) {
        CallError::NoSuchThread(detail)
    } else if says(description, &UNREACHABLE) {
        CallError::Unreachable { code, detail }
    } else if says(description, &["file is too big", "file_too_large"]) {
        CallError::TooLarge
    } else {
        CallError::Refused { code, detail }
    }
}

fn says(description: &str, any: &[&str]) -> bool {
    let description = description.to_ascii_lowercase();
    any.iter().any(|text| description.contains(text))
}

impl CallError {
    /// For calls that may be made twice without harm (edits, reactions): a lost answer is no doubt, only another try.
    #[must_use]
    pub fn harmless_twice(self) -> Self {
        match self {
            Self::Lost(detail) => Self::NotSent(detail),
            other => other,
        }
    }
}

impl From<CallError> for SendError {
    fn from(error: CallError) -> Self {
        let text = error.to_string();
        let retry = |after, code: &str, detail| Self::Retry {
            after,
            reach: Reach::Recipient,
            code: code.to_owned(),
            detail,
        };
        let never = |code: &str, detail| Self::Permanent {
            code: code.to_owned(),
            detail,
        };
        match error {
            CallError::Flood(after) => retry(Some(after), "429", text),
            CallError::Down { code, detail } => retry(None, &code, detail),
            CallError::NotSent(detail) => retry(None, "network", detail),
            CallError::Lost(detail) => Self::Uncertain { detail },
            CallError::Account { code, detail } => Self::AccountRefused { code, detail },
            CallError::Moved(chat) => Self::Moved(chat),
            CallError::Unchanged | CallError::Stale => Self::Cancelled,
            CallError::NoSuchMessage => never("no_message", text),
            CallError::NoSuchReply => never("no_reply", text),
            CallError::NoSuchThread(detail) => never("no_topic", detail),
            CallError::Unreachable { detail, .. } => never(UNREACHABLE, detail),
            CallError::Refused { code, detail } => never(&code, detail),
            CallError::WebhookSet | CallError::OtherPoller => retry(None, "409", text),
            CallError::TooLarge => never("413", text),
        }
    }
}
