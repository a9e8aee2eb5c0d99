//! The river out: no handler calls a platform. It inserts rows here in its own transaction; one elected sender per channel claims,
//! renders, sends, and records what the platform called the message.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Millis,
    db::{self, Type},
    desk::{Act, Desk},
    inbox::Channel,
};

mod breaker;
pub mod content;
mod doubts;
pub mod limits;
pub mod lost;
mod outcome;
mod queue;
mod secret;
mod sender;
pub mod store;
#[cfg(test)]
mod tests;
mod track;

pub use content::{CardSubject, Choice, Content, MediaKind, Prompt, Template};
pub use outcome::{delivery_changed, pair_pause};
pub use secret::{Secret, forget, opened};
pub use sender::{Outlet, Senders};

/// Who goes first. Order holds within one recipient and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Words between a customer and the desk.
    Conversation = 0,
    /// What the system tells of its own accord.
    Notice = 1,
    /// Cards and ticks: pictures of a state, of which only the newest counts.
    Card = 2,
    /// Campaigns.
    Broadcast = 3,
}

/// Where a row stands. `Sent` to `Read` only move forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Waits for the customer to write: WhatsApp's window is closed.
    Parked,
    /// In flight.
    Claimed,
    /// It may have gone out; waits for a status that tells.
    Uncertain,
    /// The platform took it.
    Sent,
    /// It reached the person's device.
    Delivered,
    /// The person saw it.
    Read,
    /// Refused for good; `error` says why.
    Failed,
    /// Superseded, or nobody wants it any more.
    Cancelled,
}

/// One thing to say to one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRow {
    /// The account that says it.
    pub channel: Channel,
    /// On WhatsApp the customer's id (the address is looked up when it is sent), on Telegram the chat's id.
    pub recipient: String,
    /// Its class.
    pub class: Class,
    /// What to say.
    pub content: Content,
    /// A newer unsent row with the same key replaces this one.
    pub supersede_key: Option<String>,
    /// Whom it is about, for replies that come back to it.
    pub customer_id: Option<String>,
    /// Which ticket it is about.
    pub ticket_id: Option<String>,
    /// Which of our messages it carries.
    pub message_id: Option<String>,
    /// Not before.
    pub due_at: Option<Millis>,
    /// Waits for the customer to write first.
    pub parked: bool,
}

impl NewRow {
    /// A row without references, due at once.
    pub fn new(
        channel: &Channel,
        recipient: impl Into<String>,
        class: Class,
        content: Content,
    ) -> Self {
        Self {
            channel: channel.clone(),
            recipient: recipient.into(),
            class,
            content,
            supersede_key: None,
            customer_id: None,
            ticket_id: None,
            message_id: None,
            due_at: None,
            parked: false,
        }
    }
}

/// Puts a row into the outbox; it goes out after the commit. Its id derives from the event that caused it, so a replay makes no second row.
pub async fn enqueue(act: &mut Act<'_>, row: NewRow) -> db::Result<String> {
    let id = act.next_row_id();
    if let Some(key) = &row.supersede_key {
        store::supersede(act.tx, key, &id).await?;
    }
    store::insert(act.tx, &id, &row, act.now).await?;
    Ok(id)
}

/// A claimed row, on its way to a platform.
#[derive(Clone, Debug)]
pub struct Job {
    /// The row's place in the order.
    pub seq: i64,
    /// The row's id; on WhatsApp it travels as `biz_opaque_callback_data`.
    pub id: String,
    /// As in [`NewRow`].
    pub channel: Channel,
    /// As in [`NewRow`].
    pub recipient: String,
    /// What to say.
    pub content: Content,
    /// Whom it is about.
    pub customer_id: Option<String>,
    /// Which ticket it is about.
    pub ticket_id: Option<String>,
    /// Which of our messages it carries.
    pub message_id: Option<String>,
    /// Failed attempts so far.
    pub attempts: i64,
    /// It may have gone out already: this is its second time.
    pub flagged: bool,
    /// What went out of it before it was interrupted.
    pub begun: Vec<Post>,
    /// When the row was made.
    pub created_at: Millis,
}

/// A message as the platform knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The chat, as in the channel's recipients; empty where message ids are unique by themselves (WhatsApp).
    pub chat: String,
    /// The platform's message id.
    pub external_id: String,
}

/// The code of a final refusal that says that a person of the staff cannot be reached at all: he blocked the bot, or the account is gone.
pub const UNREACHABLE: &str = "unreachable";

/// How far a refusal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This recipient only.
    Recipient,
    /// Everybody on the channel.
    Channel,
}

/// Why a row did not go out; decided where the error happens.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SendError {
    /// Not now: tried again after `after`, or by the schedule when the platform named no time.
    #[error("temporary: {code}: {detail}")]
    Retry {
        /// The platform's own word for how long.
        after: Option<Duration>,
        /// Who has to wait.
        reach: Reach,
        /// The platform's code (or `network`, `http_503` …).
        code: String,
        /// What it said, without personal data.
        detail: String,
    },
    /// Never: told to whoever cares.
    #[error("final: {code}: {detail}")]
    Permanent {
        /// The platform's code.
        code: String,
        /// What it said, without personal data.
        detail: String,
    },
    /// It may have gone out: the answer was lost.
    #[error("uncertain: {detail}")]
    Uncertain {
        /// What happened.
        detail: String,
    },
    /// WhatsApp's 24-hour window is closed: the row is parked.
    #[error("the customer service window is closed")]
    WindowClosed,
    /// Something it needs is not there yet (a file); not an attempt.
    #[error("waits for something it needs")]
    NotYet(Duration),
    /// The account itself is refused (an expired token, a locked account): the channel stops until it is mended.
    #[error("the account is refused: {code}: {detail}")]
    AccountRefused {
        /// The platform's code.
        code: String,
        /// What it said.
        detail: String,
    },
    /// The chat has another id now (Telegram: a group became a supergroup); the row goes there.
    #[error("the chat moved")]
    Moved(String),
    /// Nobody needs it any more.
    #[error("no longer wanted")]
    Cancelled,
}

/// Remembers what went out of a message in parts before it was interrupted: whoever sends the row next, after a restart too, goes on there.
pub async fn interrupted(desk: &Desk, job: &Job, posts: &[Post]) {
    let remembered = async {
        let mut tx = desk.db.write().await?;
        store::begin(&mut tx, &job.id, posts).await?;
        tx.commit().await
    };
    if let Err(error) = remembered.await {
        tracing::warn!(row = job.id, %error, "the beginning of a message is not remembered; it may come twice");
    }
}

/// A platform's sending side.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// The account.
    fn channel(&self) -> &Channel;
    /// Renders the row from the desk's current state and sends it. An empty list of posts is a success that left no message (a reaction, an unchanged edit).
    async fn send(&self, job: &Job) -> Result<Vec<Post>, SendError>;
}
