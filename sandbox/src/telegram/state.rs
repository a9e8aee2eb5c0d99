//! Who is on the miniature Telegram, what stands in their chats, and what the bot has not confirmed yet.

use std::collections::{BTreeMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::Refusal;
use crate::platforms::credentials::{BOT_ID, BOT_NAME, BOT_USERNAME};
use crate::rates::{Bucket, Sliding};
use crate::shown::{Shown, Side};

/// A person with a Telegram account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their user id, which is also the id of their chat with the bot.
    pub id: i64,
    /// Their first name.
    pub name: String,
    /// Their user name.
    pub username: Option<String>,
    /// The language of their app.
    pub language: String,
}

impl Person {
    /// Bot API: `User`.
    pub(crate) fn user(&self) -> Value {
        let mut user = json!({"id": self.id, "is_bot": false, "first_name": self.name, "language_code": self.language});
        if let Some(username) = &self.username {
            user["username"] = json!(username);
        }
        user
    }
}

/// Bot API: `User` of the bot.
pub(crate) fn bot() -> Value {
    json!({"id": BOT_ID, "is_bot": true, "first_name": BOT_NAME, "username": BOT_USERNAME})
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub id: i64,
    pub order: usize,
    /// The person of a private chat.
    pub person: Option<Person>,
    /// The title of a group.
    pub title: Option<String>,
    /// The person has written, so the bot may.
    pub started: bool,
    pub blocked: bool,
    pub messages: Vec<Stored>,
    pub unread: usize,
    #[serde(skip)]
    pub bucket: Bucket,
    #[serde(skip)]
    pub minute: Sliding,
}

/// A message as it is shown and as it goes over the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub id: i64,
    pub shown: Shown,
    pub wire: Value,
}

impl Chat {
    /// Bot API: `Chat`.
    pub fn wire(&self) -> Value {
        match (&self.person, &self.title) {
            (Some(person), _) => {
                let mut chat = json!({"id": self.id, "first_name": person.name, "type": "private"});
                if let Some(username) = &person.username {
                    chat["username"] = json!(username);
                }
                chat
            }
            (None, title) => json!({"id": self.id, "title": title, "type": "supergroup"}),
        }
    }

    pub fn name(&self) -> String {
        let person = self.person.as_ref().map(|person| person.name.clone());
        person.or_else(|| self.title.clone()).unwrap_or_default()
    }

    pub fn message(&mut self, id: i64) -> Option<&mut Stored> {
        self.messages
            .iter_mut()
            .rev()
            .find(|stored| stored.id == id && !stored.shown.deleted)
    }

    pub fn peek(&self, id: i64) -> Option<&Stored> {
        self.messages
            .iter()
            .rev()
            .find(|stored| stored.id == id && !stored.shown.deleted)
    }

    pub fn add(&mut self, stored: Stored) {
        if stored.shown.from == Side::Them {
            self.unread += 1;
        }
        self.messages.push(stored);
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Update {
    pub id: i64,
    pub chat: i64,
    pub at_ms: i64,
    pub value: Value,
}

/// A pressed key, waiting for its answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The query's id.
    pub query: String,
    /// Who pressed.
    pub user: i64,
    /// The key's data.
    pub data: String,
    /// Answered already.
    pub answered: bool,
    /// What the bot answered; empty when it only stopped the spinner.
    pub text: String,
    /// Shown as an alert instead of a toast.
    pub alert: bool,
    /// When it was pressed.
    pub at_ms: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub max_connections: i64,
    pub last_error: Option<(i64, String)>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub chats: BTreeMap<i64, Chat>,
    pub last_message: i64,
    pub last_update: i64,
    pub updates: VecDeque<Update>,
    pub allowed: Option<Vec<String>>,
    pub webhook: Option<Webhook>,
    /// The token is not accepted any more.
    #[serde(default)]
    pub revoked: bool,
    pub queries: Vec<Answer>,
    /// By scope and language.
    pub commands: BTreeMap<String, Value>,
    #[serde(skip)]
    pub everywhere: Sliding,
    /// Counts calls of getUpdates, so that a waiting one sees that another came.
    #[serde(skip)]
    pub polls: u64,
    /// Chats whose webhook delivery is under way.
    #[serde(skip)]
    pub in_flight: HashSet<i64>,
}

impl State {
    pub fn new() -> Self {
        Self {
            last_update: 700_000_000,
            ..Self::default()
        }
    }

    /// The chat of a call, or why the bot may not write there.
    pub fn writable(&mut self, id: Option<i64>) -> Result<&mut Chat, Refusal> {
        let chat = self.known(id)?;
        if chat.blocked {
            return Err(Refusal::forbidden("bot was blocked by the user"));
        }
        if !chat.started {
            return Err(Refusal::forbidden(
                "bot can't initiate conversation with a user",
            ));
        }
        Ok(chat)
    }

    pub fn known(&mut self, id: Option<i64>) -> Result<&mut Chat, Refusal> {
        let id = id.ok_or_else(|| Refusal::bad("chat_id is empty"))?;
        self.chats
            .get_mut(&id)
            .ok_or_else(|| Refusal::bad("chat not found"))
    }

    pub fn next_message(&mut self) -> i64 {
        self.last_message += 1;
        self.last_message
    }

    /// Queues an update unless the bot did not ask for its kind.
    pub fn push_update(&mut self, kind: &str, chat: i64, at_ms: i64, content: &Value) {
        // Bot API: getUpdates, allowed_updates; an empty list is "all but these three".
        let quiet = matches!(
            kind,
            "chat_member" | "message_reaction" | "message_reaction_count"
        );
        let wanted = match self.allowed.as_deref() {
            None | Some([]) => !quiet,
            Some(allowed) => allowed.iter().any(|name| name == kind),
        };
        if !wanted {
            return;
        }
        self.last_update += 1;
        let id = self.last_update;
        let value = json!({"update_id": id, kind: content});
        self.updates.push_back(Update {
            id,
            chat,
            at_ms,
            value,
        });
    }
}
