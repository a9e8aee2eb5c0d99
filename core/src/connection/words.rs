//! What is known of a channel's health, in words that people use.

use super::Fact;
use crate::{args, clock::Millis, i18n::Localizer, inbox::Channel};

/// A channel's name.
pub fn channel(l: &Localizer, channel: &Channel) -> String {
    let key = if channel.is_whatsapp() {
        "connection-whatsapp"
    } else {
        "connection-telegram"
    };
    l.label(key, &[])
}

/// What a fact is about.
pub fn subject(l: &Localizer, subject: &str) -> String {
    match subject.split_once(':') {
        Some(("template", rest)) => {
            let (name, language) = rest.rsplit_once(':').unwrap_or((rest, ""));
            l.label(
                "connection-subject-template",
                args!["name" => name, "language" => language],
            )
        }
        _ => l.label(&format!("connection-subject-{subject}"), &[]),
    }
}

/// How it is; the platform's own word where we have none.
pub fn value(l: &Localizer, fact: &Fact, now: Millis) -> String {
    match fact.subject.as_str() {
        "limit" => limit(l, &fact.value),
        "quality" | "sending" | "throughput" | "webhook" | "polling" | "access" | "account"
        | "token" | "name" => {
            let until = until(l, &fact.subject, fact.until_at, now);
            let detail = fact.detail.clone().unwrap_or_default();
            l.label(
                &format!("connection-value-{}-{}", fact.subject, fact.value),
                args!["when" => until, "detail" => detail],
            )
        }
        _ => fact.value.clone(),
    }
}

/// Until when something holds; nothing where nobody knows.
pub(super) fn until(l: &Localizer, subject: &str, at: Option<Millis>, now: Millis) -> String {
    match at {
        None => String::new(),
        Some(at) if subject == "account" => {
            l.label("connection-until", args!["when" => l.when(at, now)])
        }
        Some(at) => l.when(at, now),
    }
}

/// A limit of people a day.
pub(super) fn limit(l: &Localizer, limit: &str) -> String {
    match limit.parse::<i64>() {
        Ok(people) => l.label("connection-value-limit", args!["people" => people]),
        Err(_) if limit == "unlimited" => l.label("connection-value-limit-unlimited", &[]),
        Err(_) => limit.to_owned(),
    }
}

/// How many events wait at the platform, and why it could not hand them over.
pub fn backlog(fact: &Fact) -> (i64, Option<String>) {
    let detail = fact.detail.as_deref().unwrap_or_default();
    serde_json::from_str(detail).unwrap_or_default()
}
