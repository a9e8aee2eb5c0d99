//! What a platform carried, as a dialogue hears it and as it is stored.

use sapa_core::{messages::Kind, outbox::MediaKind};
use serde_json::json;

use super::dialogue::{FileKind, Heard};
use crate::inbound::Said;

/// What is stored of a message besides the words.
pub struct Stored {
    /// What sort of message it is.
    pub kind: Kind,
    /// The words, the caption, or the lines.
    pub body: String,
    /// A place as `{latitude, longitude, name}`, cards and goods as an array of lines, a choice as `{choice}`.
    pub details: Option<String>,
}

/// What a message is stored as. Events that are no messages are stored as what we do not understand.
pub fn stored(said: &Said) -> Stored {
    let plain = |kind, body: &str| Stored {
        kind,
        body: body.to_owned(),
        details: None,
    };
    match said {
        Said::Text(text) => plain(Kind::Text, text),
        Said::Choice { id, label, .. } => Stored {
            details: Some(json!({ "choice": id }).to_string()),
            ..plain(Kind::Text, label)
        },
        Said::Media { kind, caption, .. } => plain(kind_of(*kind), caption),
        Said::Location {
            latitude,
            longitude,
            name,
        } => Stored {
            details: Some(
                json!({ "latitude": latitude, "longitude": longitude, "name": name }).to_string(),
            ),
            ..plain(Kind::Location, name.as_deref().unwrap_or_default())
        },
        Said::Contacts(lines) => lined(Kind::Contacts, lines),
        Said::Order(lines) => lined(Kind::Order, lines),
        Said::Unsupported(what) => Stored {
            details: Some(json!({ "type": what }).to_string()),
            ..plain(Kind::Unsupported, "")
        },
        Said::Reaction { .. }
        | Said::Edited { .. }
        | Said::Revoked { .. }
        | Said::NewIdentity { .. }
        | Said::Reachable(_)
        | Said::Silent(_) => plain(Kind::Unsupported, ""),
    }
}

fn lined(kind: Kind, lines: &[String]) -> Stored {
    Stored {
        kind,
        body: lines.join("\n"),
        details: Some(json!(lines).to_string()),
    }
}

fn kind_of(kind: MediaKind) -> Kind {
    match kind {
        MediaKind::Image => Kind::Image,
        MediaKind::Video => Kind::Video,
        MediaKind::Audio => Kind::Audio,
        MediaKind::Voice => Kind::Voice,
        MediaKind::Document => Kind::Document,
        MediaKind::Sticker => Kind::Sticker,
    }
}

/// What a dialogue hears.
pub fn heard(said: Said) -> Heard {
    match said {
        Said::Text(text) => Heard::Words(text),
        Said::Order(lines) => Heard::Words(lines.join("\n")),
        Said::Choice { id, label, .. } => Heard::Tap { id, label },
        Said::Media { kind, caption, .. } => match kind {
            MediaKind::Image => Heard::File {
                kind: FileKind::Photo,
                caption,
            },
            MediaKind::Video => Heard::File {
                kind: FileKind::Video,
                caption,
            },
            MediaKind::Document => Heard::File {
                kind: FileKind::Document,
                caption,
            },
            MediaKind::Audio | MediaKind::Voice => Heard::File {
                kind: FileKind::Voice,
                caption,
            },
            MediaKind::Sticker => Heard::Sticker,
        },
        Said::Location { .. } => Heard::File {
            kind: FileKind::Location,
            caption: String::new(),
        },
        Said::Contacts(_) => Heard::File {
            kind: FileKind::Contacts,
            caption: String::new(),
        },
        Said::Reaction { .. }
        | Said::Edited { .. }
        | Said::Revoked { .. }
        | Said::NewIdentity { .. }
        | Said::Reachable(_)
        | Said::Unsupported(_)
        | Said::Silent(_) => Heard::Unknown,
    }
}
