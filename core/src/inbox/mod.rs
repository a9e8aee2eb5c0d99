//! The river in: what a platform tells us is durable before the platform is told "got it", and is handled in order, once.
//!
//! `Door` verifies and splits a body into events; [`Ingest`] makes them durable in groups; [`Lanes`] hands them to a [`Handler`],
//! one lane (one person on one channel) strictly in order, lanes in parallel; [`statuses`] applies delivery statuses in bulk.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{clock::Millis, db::Type, desk::Act};

mod book;
pub mod dead;
mod hands;
mod ingest;
mod lanes;
pub mod statuses;
pub mod store;
#[cfg(test)]
mod tests;
pub mod track;

pub use book::Book;
pub use ingest::{Busy, Ingest, Ingested};
pub use lanes::Lanes;

/// A platform account that events come from and messages go to: `wa:<phone_number_id>` or `tg:<bot_id>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Channel(pub String);

impl Channel {
    /// The channel of a WhatsApp business number.
    pub fn whatsapp(phone_number_id: &str) -> Self {
        Self(format!("wa:{phone_number_id}"))
    }

    /// The channel of a Telegram bot.
    pub fn telegram(bot_id: &str) -> Self {
        Self(format!("tg:{bot_id}"))
    }

    /// Whether customers are on the other side.
    pub fn is_whatsapp(&self) -> bool {
        self.0.starts_with("wa:")
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of the river's arms an event takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Stream {
    /// Handled one by one, in the order of its lane.
    Lane,
    /// A delivery status (payload: a [`statuses::StatusChange`]); applied in bulk, never in a customer's lane.
    Status,
    /// Kept as it came and never handled: a signed body that nobody can read, an event of somebody else's account.
    Quarantine,
}

/// One element of a webhook, or one update, on its way into the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Where it came from.
    pub channel: Channel,
    /// The platform's own id of it, unique on the channel; what comes twice is stored once.
    pub external_id: String,
    /// Which arm it takes.
    pub stream: Stream,
    /// The lane (a person on this channel; in Telegram groups chat and thread). For a status: the platform's id of the message it speaks of.
    pub lane: String,
    /// The element and the envelope's facts that it needs, as the platform's module understands them.
    pub payload: Vec<u8>,
}

/// An event that is being handled.
#[derive(Clone, Debug, PartialEq, Eq, crate::db::FromRow)]
pub struct Event {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// Where it came from.
    pub channel: Channel,
    /// The platform's own id of it.
    pub external_id: String,
    /// Its lane.
    pub lane: String,
    /// As stored.
    pub payload: Vec<u8>,
    /// When it was stored.
    pub received_at: Millis,
    /// How often handling it has failed.
    pub attempts: i64,
}

/// The headers of a request, without a word about the HTTP framework that read them.
pub trait Headers {
    /// Every value of a header; `name` in lower case.
    fn all(&self, name: &str) -> Vec<&[u8]>;
}

/// Why a body does not come in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the request does not prove that it comes from the platform")]
pub struct Refused;

/// A platform's entrance.
pub trait Door: Send + Sync {
    /// Does the request prove where it comes from? In constant time over the exact bytes.
    fn verify(&self, headers: &dyn Headers, body: &[u8]) -> Result<(), Refused>;
    /// Every element of the body as an event of its own. A body that cannot be read becomes one event in quarantine; nothing is an error.
    fn split(&self, body: &[u8]) -> Vec<NewEvent>;
    /// The answer to a platform's question whether this address is ours (Meta's `hub.*` parameters); `None` refuses.
    fn challenge(&self, _mode: &str, _token: &str, _challenge: &str) -> Option<String> {
        None
    }
}

/// What went wrong while an event was handled; it will be tried again, and then parked for people to look at.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;

/// A [`Handler`]'s word that something still under way will tell what the event is about: it is handled in a moment, and that is no failure.
#[derive(Debug, thiserror::Error)]
#[error("what the event is about is still under way")]
pub struct TooEarly;

/// Something to do after the commit, best effort, never after a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ephemeral {
    /// Takes the spinner off a pressed button, with a few words if there is something to say.
    AnswerPress {
        /// The platform's id of the press.
        press: String,
        /// At most 200 characters.
        text: Option<String>,
    },
    /// Shows the person that the message was seen.
    MarkRead {
        /// The platform's id of the message.
        external_id: String,
        /// And that an answer is being written.
        typing: bool,
    },
    /// Events were put back into their lanes: whoever handles them looks.
    LookAgain,
    /// Something was asked for about one person's data: whoever does that looks.
    LookAtPeople,
    /// The settings were changed: they are read anew.
    LookAtSettings,
    /// One-time codes were asked for: whoever sends them looks.
    SendCodes,
}

/// Who handles events.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles an event inside the transaction that marks it done: everything it does happens once, or not at all.
    async fn handle(&self, act: &mut Act<'_>, event: &Event) -> Result<Vec<Ephemeral>, Broken>;
    /// Does what may be lost, after the commit.
    async fn afterwards(&self, event: &Event, effects: Vec<Ephemeral>);
    /// Said once when an event was given up and lies dead: the lane goes on, and a person who waits for an answer should hear something.
    async fn gave_up(&self, act: &mut Act<'_>, event: &Event) -> Result<(), Broken>;
}
