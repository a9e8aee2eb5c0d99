//! What a dialogue with a customer is made of: where it stands, what was heard, what is known. What follows is [`super::step`].

use std::{sync::Arc, time::Duration};

use chrono_tz::Tz;
use sapa_core::{
    clock::Millis,
    i18n::{Locale, Localizer, Texts},
    ids::parse_ticket_number,
    tickets::{Priority, Status, TicketType},
};
use serde::{Deserialize, Serialize};

use super::{account, my_tickets, ticket, vocabulary::Vocabulary};

/// The version of [`State`] as it is stored; another one is met with a kind word and the menu.
pub const VERSION: i64 = 1;

/// After this long a half-made ticket is not simply gone on with: the next word is met with "Lanjutkan?".
pub const IDLE: Duration = Duration::from_mins(30);

/// What comes so soon after the last of several photos or lines is of one piece with them: they get one answer together.
pub const GATHERED: Duration = Duration::from_secs(1);

/// Where a customer's dialogue stands; stored as the session of `customer:<id>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The place.
    pub at: At,
    /// A half-made ticket that waits while the customer looks elsewhere.
    #[serde(default)]
    pub paused: Option<Draft>,
    /// Answers in a row that were not understood.
    #[serde(default)]
    pub misses: u8,
    /// The ticket that was sent last: a second tap on its button finds it here.
    #[serde(default)]
    pub sent: Option<Sent>,
    /// The stay in the queue (its beginning) during which the customer was already told that nobody is free.
    #[serde(default)]
    pub told_waiting: Option<Millis>,
    /// The last message was a part of what somebody has to say (or a greeting), and was answered: what comes with it needs no answer of its own.
    #[serde(default)]
    pub gathering: bool,
}

/// A place in the dialogue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum At {
    /// Nothing is going on.
    #[default]
    Home,
    /// Words came, and we offered to make a ticket of them.
    Offer {
        /// The words.
        draft: Draft,
    },
    /// A ticket is being made.
    Ticket {
        /// What is asked.
        step: ticket::Asking,
        /// What is known so far.
        draft: Draft,
    },
    /// The customer came back to a half-made ticket, and we asked whether to go on.
    Resume {
        /// What was asked.
        step: ticket::Asking,
        /// What was known.
        draft: Draft,
        /// What the customer came back with.
        kept: Draft,
    },
    /// Among the customer's own tickets.
    Mine {
        /// Where there.
        place: my_tickets::Place,
    },
    /// The language was asked.
    Language,
    /// At the customer's own data.
    Account {
        /// Where there.
        place: account::Place,
    },
    /// The customer wrote "menu" while an agent has the conversation, and we asked whether to end it.
    Leave {
        /// Tells this question's buttons from older ones.
        tag: String,
    },
}

/// What a ticket will be made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Tells this draft's buttons from those of older ones.
    pub tag: String,
    /// The chosen type.
    pub type_id: Option<String>,
    /// The chosen priority.
    pub priority: Option<Priority>,
    /// The customer's words.
    pub text: String,
    /// Our ids of the messages that belong to it.
    pub messages: Vec<String>,
    /// How many of them are files or places.
    pub files: u32,
}

impl Draft {
    /// An empty draft that begins with this input.
    pub fn begun_by(input: &Input) -> Self {
        let from = input.message_id.len().saturating_sub(4);
        Self {
            tag: input.message_id.get(from..).unwrap_or_default().to_owned(),
            ..Self::default()
        }
    }

    /// With words that a message said.
    pub fn hear(&mut self, text: &str, message_id: &str) {
        let text = text.trim();
        if !text.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(text);
        }
        if !self.messages.iter().any(|known| known == message_id) {
            self.messages.push(message_id.to_owned());
        }
    }

    /// With a file and the words below it.
    pub fn attach(&mut self, caption: &str, message_id: &str) {
        self.hear(caption, message_id);
        self.files += 1;
    }

    /// With everything that another one holds besides its choices.
    pub fn absorb(&mut self, other: Self) {
        let Self {
            text,
            messages,
            files,
            ..
        } = other;
        for message in &messages {
            self.hear("", message);
        }
        if let Some(last) = messages.last() {
            self.hear(&text, last);
        }
        self.files += files;
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// A ticket that went off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The draft's tag.
    pub tag: String,
    /// The ticket's number.
    pub number: String,
}

/// One message of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Our id of it.
    pub message_id: String,
    /// What was in it.
    pub heard: Heard,
}

/// What was in a message, as far as a dialogue cares.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Words.
    Words(String),
    /// A button or a row.
    Tap {
        /// Its id.
        id: String,
        /// What it said.
        label: String,
    },
    /// Something that can be attached.
    File {
        /// What.
        kind: FileKind,
        /// The words with it.
        caption: String,
    },
    /// A sticker.
    Sticker,
    /// Something that we cannot read.
    Unknown,
}

/// What can be attached to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// A file.
    Document,
    /// Spoken words.
    Voice,
    /// A place.
    Location,
    /// Contact cards.
    Contacts,
}

/// Who has the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// Us.
    Bot,
    /// Nobody yet: it waits for an agent.
    Queue {
        /// Since when.
        since: Millis,
        /// The number of its ticket.
        ticket: Option<String>,
    },
    /// An agent.
    Agent {
        /// His name.
        name: String,
        /// The number of its ticket.
        ticket: Option<String>,
    },
}

/// One of the customer's own tickets.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketFact {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The id of its type.
    pub type_id: String,
    /// Where it stands.
    pub status: Status,
    /// Its title.
    pub title: String,
    /// Whether it may be opened again.
    pub reopenable: bool,
}

impl TicketFact {
    /// Whether somebody still has to do something about it.
    pub fn is_open(&self) -> bool {
        !self.status.is_done()
    }
}

/// Plain facts, loaded before.
#[derive(Clone)]
pub struct View {
    /// The desk's words.
    pub texts: Arc<Texts>,
    /// The words that people type.
    pub words: Arc<Vocabulary>,
    /// The desk's zone.
    pub zone: Tz,
    /// The customer's language.
    pub locale: Locale,
    /// Now.
    pub now: Millis,
    /// How long after the dialogue's last step this came in, however late it is handled; `None` for the first.
    pub idle: Option<Duration>,
    /// The desk's name.
    pub desk: String,
    /// The customer's name; may be empty.
    pub name: String,
    /// Who has the conversation.
    pub with: With,
    /// The types a ticket can have, in order.
    pub types: Vec<TicketType>,
    /// The customer's tickets, open ones first, newest first.
    pub tickets: Vec<TicketFact>,
}

impl View {
    /// The texts in the customer's language.
    pub fn l(&self) -> Localizer {
        self.texts.localizer(self.locale, self.zone)
    }

    /// The same facts for somebody who speaks another language.
    #[must_use]
    pub fn in_locale(&self, locale: Locale) -> Self {
        Self {
            locale,
            ..self.clone()
        }
    }

    /// Whether a half-made thing was left alone for so long that we ask before we go on with it.
    pub fn is_idle(&self) -> bool {
        self.idle.is_some_and(|idle| idle >= IDLE)
    }

    /// Whether this message came in one breath with the one before.
    pub fn is_one_breath(&self) -> bool {
        self.idle.is_some_and(|idle| idle < GATHERED)
    }

    /// A type by its id.
    pub fn type_named(&self, id: &str) -> Option<&TicketType> {
        self.types.iter().find(|known| known.id == id)
    }

    /// The customer's own ticket whose number was typed.
    pub fn numbered(&self, text: &str) -> Option<&TicketFact> {
        let number = parse_ticket_number(text)?;
        self.tickets.iter().find(|known| known.number == number)
    }

    /// One of the customer's own tickets by its id.
    pub fn ticket(&self, id: &str) -> Option<&TicketFact> {
        self.tickets.iter().find(|known| known.id == id)
    }
}

impl State {
    /// The same dialogue at another place; whatever brought it there was understood.
    #[must_use]
    pub fn go(self, at: At) -> Self {
        Self {
            at,
            misses: 0,
            ..self
        }
    }

    /// The same dialogue with nothing going on.
    #[must_use]
    pub fn home(self) -> Self {
        self.go(At::default())
    }

    /// The ticket in the making.
    pub fn draft(&self) -> Option<&Draft> {
        match &self.at {
            At::Offer { draft } | At::Ticket { draft, .. } | At::Resume { draft, .. } => {
                Some(draft)
            }
            At::Home | At::Mine { .. } | At::Language | At::Account { .. } | At::Leave { .. } => {
                None
            }
        }
    }

    /// The same dialogue about to look elsewhere: a half-made ticket waits.
    #[must_use]
    pub fn pause(mut self) -> Self {
        if let At::Ticket { draft, .. } | At::Resume { draft, .. } = &self.at {
            self.paused = Some(draft.clone());
        }
        self.home()
    }
}
