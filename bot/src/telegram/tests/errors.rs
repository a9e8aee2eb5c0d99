//! What Telegram's refusals mean (facts 1.6, 2.5, 4.4; faults 5b).

use std::time::Duration;

use sapa_core::outbox::{Reach, SendError};
use serde_json::json;

use super::super::errors::{CallError, classify};

fn of(code: u16, description: &str) -> CallError {
    let refusal = json!({"ok": false, "error_code": code, "description": description});
    classify(code, serde_json::from_value(refusal).ok())
}

fn kind(error: &CallError) -> &'static str {
    match error {
        CallError::Flood(_) => "flood",
        CallError::Down { .. } => "down",
        CallError::NotSent(_) => "not sent",
        CallError::Lost(_) => "lost",
        CallError::Account { .. } => "account",
        CallError::Moved(_) => "moved",
        CallError::Unchanged => "unchanged",
        CallError::Stale => "stale",
        CallError::NoSuchMessage => "no message",
        CallError::NoSuchReply => "no reply",
        CallError::NoSuchThread(_) => "no topic",
        CallError::Unreachable { .. } => "unreachable",
        CallError::WebhookSet => "webhook",
        CallError::OtherPoller => "other poller",
        CallError::TooLarge => "too large",
        CallError::Refused { .. } => "refused",
    }
}

/// Code, description, and what it is.
const TEXTS: &[(u16, &str, &str)] = &[
    (403, "Forbidden: bot was blocked by the user", "unreachable"),
    (403, "Forbidden: user is deactivated", "unreachable"),
    (
        403,
        "Forbidden: bot can't initiate conversation with a user",
        "unreachable",
    ),
    (
        403,
        "Forbidden: bot can't send messages to bots",
        "unreachable",
    ),
    (
        403,
        "Forbidden: bot was kicked from the group chat",
        "unreachable",
    ),
    (403, "Forbidden: the group chat was deleted", "unreachable"),
    (
        403,
        "Forbidden: bot is not a member of the supergroup chat",
        "unreachable",
    ),
    (400, "Bad Request: chat not found", "unreachable"),
    (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
        "unchanged",
    ),
    (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "stale",
    ),
    (400, "Bad Request: message to edit not found", "no message"),
    (
        400,
        "Bad Request: message to delete not found",
        "no message",
    ),
    (400, "Bad Request: message can't be edited", "no message"),
    (
        400,
        "Bad Request: there is no text in the message to edit",
        "no message",
    ),
    (
        400,
        "Bad Request: message to be replied not found",
        "no reply",
    ),
    (400, "Bad Request: message thread not found", "no topic"),
    (400, "Bad Request: TOPIC_CLOSED", "no topic"),
    (400, "Bad Request: TOPIC_DELETED", "no topic"),
    (400, "Bad Request: message is too long", "refused"),
    (400, "Bad Request: message caption is too long", "refused"),
    (400, "Bad Request: BUTTON_DATA_INVALID", "refused"),
    (400, "Bad Request: REACTION_INVALID", "refused"),
    (400, "Bad Request: file is too big", "too large"),
    (413, "Request Entity Too Large", "too large"),
    (401, "Unauthorized", "account"),
    (404, "Not Found", "account"),
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        "other poller",
    ),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        "webhook",
    ),
    (409, "Conflict: terminated by setWebhook request", "webhook"),
    (429, "Too Many Requests: retry after 5", "flood"),
    (500, "Internal Server Error", "down"),
    (502, "Bad Gateway", "down"),
    (503, "Service Unavailable", "down"),
    (504, "Gateway Timeout", "lost"),
    (418, "I'm a teapot", "refused"),
];

#[test]
fn the_live_servers_texts() {
    for &(code, description, expected) in TEXTS {
        assert_eq!(
            kind(&of(code, description)),
            expected,
            "{code} {description}"
        );
    }
}

#[test]
fn pages_of_proxies_are_no_word_of_telegrams() {
    for (status, expected) in [
        (500, "down"),
        (502, "down"),
        (503, "down"),
        (504, "lost"),
        (302, "down"),
        (400, "down"),
        (429, "flood"),
        (413, "too large"),
    ] {
        assert_eq!(kind(&classify(status, None)), expected, "{status}");
    }
}

#[test]
fn pauses_are_obeyed_within_reason() {
    let cases = [
        (json!({"retry_after": 1}), 1),
        (json!({"retry_after": 30}), 30),
        (json!({"retry_after": 0}), 1),
        (json!({}), 1),
        (json!(null), 1),
        (json!({"retry_after": 1_000_000_000}), 3_600),
    ];
    for (parameters, seconds) in cases {
        let refusal = json!({"ok": false, "error_code": 429, "parameters": parameters});
        let error = classify(429, serde_json::from_value(refusal).ok());
        assert_eq!(
            error,
            CallError::Flood(Duration::from_secs(seconds)),
            "{parameters}"
        );
        assert!(matches!(
            SendError::from(error),
            SendError::Retry { after: Some(after), reach: Reach::Recipient, .. } if after == Duration::from_secs(seconds)
        ));
    }
}

#[test]
fn a_group_that_became_a_supergroup_is_followed() {
    let refusal = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1_001_234_567_890_i64}});
    let error = classify(400, serde_json::from_value(refusal).ok());
    assert_eq!(
        SendError::from(error),
        SendError::Moved("-1001234567890".into())
    );
}

#[test]
fn what_a_row_becomes() {
    let permanent = |error| matches!(SendError::from(error), SendError::Permanent { .. });
    assert!(permanent(of(403, "Forbidden: bot was blocked by the user")));
    assert!(permanent(of(400, "Bad Request: message is too long")));
    assert!(matches!(
        SendError::from(of(500, "x")),
        SendError::Retry { after: None, .. }
    ));
    assert!(matches!(
        SendError::from(CallError::NotSent("x".into())),
        SendError::Retry { after: None, .. }
    ));
    assert!(matches!(
        SendError::from(CallError::Lost("x".into())),
        SendError::Uncertain { .. }
    ));
    let harmless = CallError::Lost("x".into()).harmless_twice();
    assert!(
        matches!(SendError::from(harmless), SendError::Retry { .. }),
        "an edit is simply made again"
    );
    assert!(matches!(
        SendError::from(of(401, "Unauthorized")),
        SendError::AccountRefused { .. }
    ));
}
