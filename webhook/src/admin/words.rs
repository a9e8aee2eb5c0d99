//! What staff write in their own words, first of all answers: as it is kept, what becomes of it, and as it comes back with a sentence when
//! it cannot be kept.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sapa_core::contacts::{self, Customer, Told};
use serde::Deserialize;

use super::shell::{Shell, Wrong, html};

/// The longest answer (Meta: text messages, `body`), note and reason.
const LONGEST: usize = 4_096;

/// What a form says that stands among the conversations.
pub(super) const CONVERSATIONS: &str = "conversations";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) nonce: String,
    #[serde(default)]
    pub(super) view: String,
}

impl Answer {
    /// It comes back as it was typed.
    pub(super) fn refused(&self, key: &'static str) -> Typed {
        Typed {
            answer: self.text.clone(),
            fault: Some(("answer", key)),
            ..Typed::default()
        }
    }
}

/// From which page a form came.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    #[serde(default)]
    pub(super) view: String,
}

/// What stands in the fields for one's own words: nothing, or what was refused, with why.
#[derive(Default)]
pub(super) struct Typed {
    /// An answer to the customer.
    pub(super) answer: String,
    /// A note for colleagues.
    pub(super) note: String,
    /// Why a ticket goes on to another status.
    pub(super) reason: String,
    /// That status.
    pub(super) status: String,
    /// Whether the customer is not to hear of it.
    pub(super) silent: bool,
    /// Why somebody has to help with a ticket.
    pub(super) why: String,
    /// The field that is wrong, and the key of what to do about it.
    pub(super) fault: Option<(&'static str, &'static str)>,
}

impl Typed {
    /// The sentence by the field.
    pub(super) fn wrong(&self, s: &Shell) -> Wrong {
        let told = |(field, key)| Wrong::new(field, s.t(key));
        self.fault.map(told).unwrap_or_default()
    }

    /// A page that shows it: in order, unless something was refused.
    pub(super) fn on(&self, page: &impl askama::Template) -> Response {
        match self.fault {
            Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response(),
            None => html(page),
        }
    }
}

/// What somebody wrote, or the key of why it cannot be kept: it is nothing, or too long.
pub(super) fn words(text: &str) -> Result<String, &'static str> {
    match remark(text)? {
        text if text.is_empty() => Err("pages-wrong-empty"),
        text => Ok(text),
    }
}

/// What somebody may have written, or the key of why it cannot be kept.
pub(super) fn remark(text: &str) -> Result<String, &'static str> {
    let text = plain_lines(text);
    if text.chars().count() > LONGEST {
        return Err("pages-wrong-words");
    }
    Ok(text)
}

/// Without what is around it, its lines ended as everywhere else: forms send each as CR LF (HTML, "multipart form data" and
/// "URL-encoded form data": newlines are normalised), which would count twice against what may be written.
pub(super) fn plain_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.trim().to_owned()
}

/// What became of an answer.
pub(super) fn became(told: Option<&Told>) -> &'static str {
    match told {
        Some(Told::Parked(_)) => "parked",
        Some(Told::NotSent) => "not-sent",
        Some(Told::Queued(_) | Told::Templated(_)) | None => "sent",
    }
}

/// What is to be known of WhatsApp's window.
pub(super) fn window(s: &Shell, customer: Option<&Customer>) -> String {
    match customer.and_then(contacts::window_closes) {
        Some(closes) if closes > s.now => s.with("pages-window-open", "when", s.when(&closes)),
        _ => s.t("pages-window-closed"),
    }
}
