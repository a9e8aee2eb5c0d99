//! What is said, without a word about how a platform writes it.

use serde::{Deserialize, Serialize};

use crate::{clock::Millis, db::Type, markup::Markup};

/// The content of an outbox row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Something the desk itself says.
    Prompt(Prompt),
    /// A stored message handed across: a customer's to an agent's chat, an agent's to the customer.
    Relay {
        /// Our id of the message.
        message_id: String,
        /// Begins with the customer's name: the first of a burst.
        heading: bool,
    },
    /// A ticket or conversation as a card with buttons, rendered from its state at the moment of sending.
    Card(CardSubject),
    /// The same card, edited in place where it was shown last in this chat; posted anew when it is not there any more.
    CardEdit(CardSubject),
    /// How far an agent's message has come, shown on the message itself.
    Tick {
        /// Our id of the agent's message.
        message_id: String,
    },
    /// An approved WhatsApp template, which may be sent outside the window.
    Template(Template),
    /// Something that nobody may read here ([`super::Secret`]).
    Sealed {
        /// What only our keys open.
        sealed: String,
        /// Until when it is worth sending.
        until: Millis,
    },
    /// What is left of it afterwards.
    Erased,
}

impl Content {
    /// The kind's name in the `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Prompt(_) => "prompt",
            Self::Relay { .. } => "relay",
            Self::Card(_) => "card",
            Self::CardEdit(_) => "card_edit",
            Self::Tick { .. } => "tick",
            Self::Template(_) => "template",
            Self::Sealed { .. } => "sealed",
            Self::Erased => "erased",
        }
    }
}

/// What a card shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardSubject {
    /// A ticket, by id.
    Ticket(String),
    /// A conversation without a ticket, by id.
    Conversation(String),
}

/// One bubble: a text, perhaps a file, perhaps choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// The words, already in the person's language.
    pub text: Markup,
    /// What the person may answer; empty for a plain message. Rendered as buttons, a list, or numbered text, as fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The label of the button that opens the choices when they are shown as a list (at most 20 characters).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_label: Option<String>,
    /// A stored file (our media id) that goes with the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// The platform's id of a message in the same chat that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The platform's id of one of our own messages that this replaces in place (Telegram); posted anew when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

impl Prompt {
    /// Words alone.
    pub fn text(text: Markup) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Words and what may be answered.
    pub fn choose(text: Markup, choices: Vec<Choice>) -> Self {
        Self {
            text,
            choices,
            ..Self::default()
        }
    }
}

/// One of the answers that a prompt offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Comes back when it is chosen. At most 64 bytes (Telegram's `callback_data`).
    pub id: String,
    /// What the button says: verb first, at most 20 UTF-16 units for buttons, 24 for list rows.
    pub label: String,
    /// A line below the label where the choices are a list (at most 72).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Choice {
    /// A choice without a description.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            description: None,
        }
    }

    /// With a line below its label.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// An approved template with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name at Meta.
    pub name: String,
    /// Its language code at Meta.
    pub language: String,
    /// The body's positional parameters.
    pub parameters: Vec<String>,
    /// A one-time code: travels in the body and in the copy-code button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound with a title.
    Audio,
    /// A spoken message.
    Voice,
    /// Any other file.
    Document,
    /// A sticker.
    Sticker,
}
