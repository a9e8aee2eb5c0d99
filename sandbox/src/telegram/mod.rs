//! The Telegram Bot API in miniature, and the people who use it.
//!
//! [`Telegram`] is the people's hands and eyes (`person` holds what they do). What the bot may do stands in
//! `api` and the modules of its methods; both meet in `state`.

pub(crate) mod api;
mod commands;
mod content;
mod errors;
mod html;
mod limits;
#[cfg(test)]
mod limits_walk;
mod markup;
mod media;
mod messages;
mod params;
mod person;
mod reactions;
pub(crate) mod state;
mod updates;
pub(crate) mod webhook;

use std::sync::Arc;

use serde_json::Value;

pub use state::{Answer, Person};

use crate::hub::Hub;
use crate::locked;
use crate::shown::Shown;
use crate::wire::{Call, Change, Platform};
use state::{Chat, State};

/// The people's side, and a view into the platform.
#[derive(Clone)]
pub struct Telegram(pub(crate) Arc<Hub>);

impl Telegram {
    /// A person with an account; made if new. The bot may write only after they have written.
    pub fn person(&self, id: i64, name: &str, username: Option<&str>) -> Person {
        let person = Person {
            id,
            name: name.to_owned(),
            username: username.map(str::to_owned),
            language: "id".to_owned(),
        };
        self.add(person)
    }

    /// Adds a person or updates their profile.
    pub fn add(&self, person: Person) -> Person {
        ensure(&mut locked(&self.0.telegram), person.id).person = Some(person.clone());
        self.0.wire.change(Change::People);
        person
    }

    /// A supergroup in which the bot is an administrator (negative id).
    pub fn group(&self, id: i64, title: &str) {
        let mut state = locked(&self.0.telegram);
        let chat = ensure(&mut state, id);
        chat.person = None;
        chat.title = Some(title.to_owned());
        chat.started = true;
    }

    /// All people, in the order they came.
    pub fn people(&self) -> Vec<Person> {
        let state = locked(&self.0.telegram);
        let mut chats: Vec<&Chat> = state
            .chats
            .values()
            .filter(|chat| chat.person.is_some())
            .collect();
        chats.sort_by_key(|chat| chat.order);
        chats
            .into_iter()
            .filter_map(|chat| chat.person.clone())
            .collect()
    }

    /// Everything in a chat, in order, as it stands now; files included.
    pub fn chat(&self, id: i64) -> Vec<Shown> {
        let state = locked(&self.0.telegram);
        let messages = state.chats.get(&id).map(|chat| chat.messages.iter());
        messages
            .into_iter()
            .flatten()
            .map(|stored| self.with_bytes(stored.shown.clone()))
            .collect()
    }

    /// One message of a chat.
    pub fn message(&self, chat: i64, id: i64) -> Option<Shown> {
        let state = locked(&self.0.telegram);
        let stored = state
            .chats
            .get(&chat)?
            .messages
            .iter()
            .rev()
            .find(|stored| stored.id == id)?;
        Some(self.with_bytes(stored.shown.clone()))
    }

    fn with_bytes(&self, mut shown: Shown) -> Shown {
        if let Some(media) = &mut shown.media
            && let Some(file) = self.0.files.get(&media.id)
        {
            media.bytes = file.bytes;
        }
        shown
    }

    /// How many messages of the bot the person has not looked at.
    pub fn unread(&self, user: i64) -> usize {
        locked(&self.0.telegram)
            .chats
            .get(&user)
            .map_or(0, |chat| chat.unread)
    }

    /// The person looks at the chat (the bot learns nothing of it).
    pub fn reads(&self, user: i64) {
        if let Some(chat) = locked(&self.0.telegram).chats.get_mut(&user) {
            chat.unread = 0;
        }
        self.0.wire.change(Change::People);
    }

    /// All pressed keys with their answers, oldest first.
    pub fn answers(&self) -> Vec<Answer> {
        locked(&self.0.telegram).queries.clone()
    }

    /// The commands of a scope (`default`, `chat`, …; 0 where no chat is named) as name and description.
    pub fn commands(&self, scope: &str, chat: i64, language: &str) -> Vec<(String, String)> {
        let key = commands::scope_key(scope, chat, language);
        let state = locked(&self.0.telegram);
        let list = state
            .commands
            .get(&key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let text =
            |command: &Value, key: &str| command[key].as_str().unwrap_or_default().to_owned();
        list.iter()
            .map(|command| (text(command, "command"), text(command, "description")))
            .collect()
    }

    /// Queues any update of this kind with this content; it gets the next `update_id`.
    pub fn update(&self, kind: &str, content: &Value) {
        let now_ms = self.0.clock.now_ms();
        locked(&self.0.telegram).push_update(kind, 0, now_ms, content);
        self.0.telegram_changed.notify_waiters();
    }

    /// Somebody else with the token turns the bot's updates to another address; empty takes the webhook away.
    pub fn webhook_stolen(&self, url: &str) {
        let hook = state::Webhook {
            url: url.to_owned(),
            max_connections: 40,
            ..state::Webhook::default()
        };
        locked(&self.0.telegram).webhook = (!url.is_empty()).then_some(hook);
        self.0.telegram_changed.notify_waiters();
    }

    /// Where updates are posted; `None` when they are polled.
    pub fn webhook(&self) -> Option<String> {
        let state = locked(&self.0.telegram);
        state.webhook.as_ref().map(|hook| hook.url.clone())
    }

    /// The bot's token is not accepted any more, or is again.
    pub fn token_revoked(&self, revoked: bool) {
        locked(&self.0.telegram).revoked = revoked;
        self.0.telegram_changed.notify_waiters();
    }

    /// How many updates the bot has not confirmed.
    pub fn waiting(&self) -> usize {
        locked(&self.0.telegram).updates.len()
    }

    /// Waits until the bot has confirmed every update.
    pub async fn settled(&self) {
        loop {
            let changed = self.0.telegram_changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.waiting() == 0 {
                return;
            }
            changed.await;
        }
    }

    /// Every API call received but empty polls, oldest first (the last 10,000).
    pub fn calls(&self) -> Vec<Call> {
        self.0.wire.calls(Platform::Telegram)
    }

    /// Forgets the log of calls.
    pub fn forget_calls(&self) {
        self.0.wire.forget_calls(Platform::Telegram);
    }
}

/// The chat with this id, made if new (named after its number).
fn ensure(state: &mut State, id: i64) -> &mut Chat {
    let order = state.chats.len();
    state.chats.entry(id).or_insert_with(|| {
        let person = Person {
            id,
            name: id.to_string(),
            language: "id".to_owned(),
            username: None,
        };
        Chat {
            id,
            order,
            person: Some(person),
            ..Chat::default()
        }
    })
}
