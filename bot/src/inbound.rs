//! What somebody said, whichever platform carried it: the words that flows and the desk understand.

use sapa_core::{clock::Millis, outbox::MediaKind};

/// Somebody on WhatsApp, as the platform names him. At least one of the two names is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// The phone number as WhatsApp writes it: digits without `+`, verbatim.
    pub wa_id: Option<String>,
    /// The business-scoped user id.
    pub user_id: Option<String>,
    /// The name in the person's profile.
    pub profile_name: Option<String>,
}

/// One message or event from a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct FromCustomer {
    /// Who.
    pub customer: Customer,
    /// The platform's id of the message.
    pub external_id: String,
    /// When it was written, by the platform's clock.
    pub at: Millis,
    /// When it came in, by ours. Whatever is behind handles it later.
    pub received_at: Millis,
    /// The platform's id of the message that it quotes or answers.
    pub quotes: Option<String>,
    /// What it says.
    pub said: Said,
}

/// A Telegram account in a private chat with the bot. Groups, anonymous and forwarded senders never become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffAccount {
    /// `from.id`.
    pub telegram_id: String,
    /// The private chat's id.
    pub chat: String,
    /// First and last name.
    pub name: String,
    /// The language of the person's app.
    pub language: Option<String>,
}

/// One message or event from a Telegram account in a private chat.
#[derive(Clone, Debug, PartialEq)]
pub struct FromStaff {
    /// Who.
    pub account: StaffAccount,
    /// The platform's id of the message (of the pressed message for a press).
    pub external_id: String,
    /// When.
    pub at: Millis,
    /// When we stored it.
    pub received_at: Millis,
    /// The platform's id of the message that it answers.
    pub replies_to: Option<String>,
    /// Items of one album share this.
    pub album: Option<String>,
    /// What it says.
    pub said: Said,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Words.
    Text(String),
    /// A choice of ours was tapped or pressed.
    Choice {
        /// The choice's id.
        id: String,
        /// Its label as the person saw it, where the platform tells.
        label: String,
        /// The platform's id of the press, to be answered (Telegram).
        press: Option<String>,
    },
    /// A file.
    Media {
        /// What sort.
        kind: MediaKind,
        /// The platform's id of the file.
        platform_id: String,
        /// As the sender named it.
        filename: Option<String>,
        /// What the platform believes it is.
        mime: Option<String>,
        /// The words with it; empty when there are none.
        caption: String,
        /// Size in bytes, where the platform tells.
        size: Option<u64>,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The place's name and address, where given.
        name: Option<String>,
    },
    /// Contact cards, as readable lines.
    Contacts(Vec<String>),
    /// A reaction to one of our messages; `None` takes it back.
    Reaction {
        /// The platform's id of the message.
        to: String,
        /// Which.
        emoji: Option<String>,
    },
    /// New words for an earlier message.
    Edited {
        /// The platform's id of the earlier message.
        original: String,
        /// The words as they are now.
        text: String,
    },
    /// An earlier message was taken back by its writer.
    Revoked {
        /// The platform's id of it.
        original: String,
    },
    /// The person has another phone number or user id from now on.
    NewIdentity {
        /// The new phone number, digits.
        wa_id: Option<String>,
        /// The new user id.
        user_id: Option<String>,
    },
    /// Cannot be reached any more: blocked the bot (`false`), or came back (`true`).
    Reachable(bool),
    /// An order from a catalogue, as readable lines.
    Order(Vec<String>),
    /// Something that we do not understand, with the platform's word for it. Answered kindly, kept as it came.
    Unsupported(String),
    /// Something that needs no answer (a note of the platform); kept, counted.
    Silent(String),
}
