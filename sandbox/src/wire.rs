//! What the platforms can see going past: a live feed of small events, a ledger of the last ones, and a log
//! of every API call. Nothing here changes behaviour.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::broadcast;

use crate::locked;

/// How many events and calls are kept for looking back.
const KEPT: usize = 10_000;

/// One of the two miniature platforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// The `WhatsApp` Cloud API.
    WhatsApp,
    /// The Telegram Bot API.
    Telegram,
}

/// Where on its way a thing was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hop {
    /// A person wrote; the platform has it.
    In,
    /// The desk acknowledged it (webhook answered 200, update confirmed).
    Stored,
    /// The desk acted on it (marked read, answered a callback query).
    Handled,
    /// The desk called the API to send something.
    Out,
    /// It reached the person.
    Delivered,
    /// The person has seen it.
    Read,
    /// Something was refused, lost or delayed.
    Fault,
}

/// One thing that went past.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireEvent {
    /// When, by the sandbox's clock.
    pub at_ms: i64,
    /// Where on its way.
    pub hop: Hop,
    /// Which platform saw it.
    pub platform: Platform,
    /// Whose chat: a customer's key or a Telegram chat id.
    pub chat: String,
    /// Who it came from.
    pub from: String,
    /// Who it goes to.
    pub to: String,
    /// A short summary.
    pub text: String,
    /// Id of the message or update, when it has one.
    pub id: String,
}

/// One API call as it was received and answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// When, by the sandbox's clock.
    pub at_ms: i64,
    /// Telegram's method in its documented spelling, or the last words of the Graph path (`messages`, `media`).
    pub method: String,
    /// HTTP verb and path, the token left out.
    pub path: String,
    /// The parameters; files are named with their size.
    pub body: Value,
    /// HTTP status answered; 0 when the answer was withheld.
    pub status: u16,
    /// The answer's JSON, or null.
    pub answer: Value,
}

/// A change in somebody's chat, for the page and for persistence.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Message {
        platform: Platform,
        chat: String,
        id: String,
        new: bool,
    },
    People,
}

pub(crate) struct Wire {
    live: broadcast::Sender<WireEvent>,
    changes: broadcast::Sender<Change>,
    past: Mutex<VecDeque<WireEvent>>,
    calls: Mutex<(VecDeque<Call>, VecDeque<Call>)>,
}

impl Wire {
    pub fn new() -> Self {
        Self {
            live: broadcast::Sender::new(1024),
            changes: broadcast::Sender::new(1024),
            past: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    pub fn event(&self, event: WireEvent) {
        tracing::trace!(hop = ?event.hop, platform = ?event.platform, id = event.id, "wire");
        keep(&mut locked(&self.past), event.clone());
        // Nobody listening is fine.
        let _ = self.live.send(event);
    }

    pub fn change(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    pub fn call(&self, platform: Platform, call: Call) {
        let mut calls = locked(&self.calls);
        match platform {
            Platform::WhatsApp => keep(&mut calls.0, call),
            Platform::Telegram => keep(&mut calls.1, call),
        }
    }

    pub fn calls(&self, platform: Platform) -> Vec<Call> {
        let calls = locked(&self.calls);
        match platform {
            Platform::WhatsApp => calls.0.iter().cloned().collect(),
            Platform::Telegram => calls.1.iter().cloned().collect(),
        }
    }

    pub fn forget_calls(&self, platform: Platform) {
        let mut calls = locked(&self.calls);
        match platform {
            Platform::WhatsApp => calls.0.clear(),
            Platform::Telegram => calls.1.clear(),
        }
    }

    pub fn past(&self) -> Vec<WireEvent> {
        locked(&self.past).iter().cloned().collect()
    }

    pub fn listen(&self) -> broadcast::Receiver<WireEvent> {
        self.live.subscribe()
    }

    pub fn listen_changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
}

fn keep<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() >= KEPT {
        queue.pop_front();
    }
    queue.push_back(item);
}
