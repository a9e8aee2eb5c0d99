//! The entrance: proves where a webhook comes from, and makes every update an event. Polling and webhook share [`split`].

use sapa_core::{
    hex::hex,
    inbox::{Channel, Door, Headers, NewEvent, Refused, Stream},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, value::RawValue};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{Account, BadToken, wire};

/// Telegram Bot API: setWebhook, `secret_token`.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// The entrance of a bot's updates.
pub struct TelegramDoor {
    channel: Channel,
    secret: Option<SecretString>,
}

impl TelegramDoor {
    /// The entrance of this account.
    pub fn new(account: &Account) -> Result<Self, BadToken> {
        Ok(Self {
            channel: Channel::telegram(account.bot_id()?),
            secret: account.webhook_secret.clone(),
        })
    }
}

impl Door for TelegramDoor {
    fn verify(&self, headers: &dyn Headers, _body: &[u8]) -> Result<(), Refused> {
        let secret = self.secret.as_ref().ok_or(Refused)?.expose_secret();
        let [told] = headers.all(SECRET_HEADER)[..] else {
            return Err(Refused);
        };
        // Of digests, so that not even the length is told by the time that it takes.
        let (told, secret) = (Sha256::digest(told), Sha256::digest(secret.as_bytes()));
        bool::from(told.as_slice().ct_eq(secret.as_slice()))
            .then_some(())
            .ok_or(Refused)
    }

    fn split(&self, body: &[u8]) -> Vec<NewEvent> {
        split(&self.channel, body)
    }
}

/// One update, or the array that `getUpdates` answers with, as events: each exactly the bytes that came.
pub fn split(channel: &Channel, body: &[u8]) -> Vec<NewEvent> {
    let body = body.trim_ascii();
    if body.first() == Some(&b'[')
        && let Ok(updates) = serde_json::from_slice::<Vec<&RawValue>>(body)
    {
        let one = |update: &&RawValue| event(channel, update.get().as_bytes());
        return updates.iter().map(one).collect();
    }
    vec![event(channel, body)]
}

fn event(channel: &Channel, raw: &[u8]) -> NewEvent {
    let update: Option<Value> = serde_json::from_slice(raw).ok();
    let named = update
        .as_ref()
        .and_then(|update| Some((wire::id(update, "update_id")?, lane(update))));
    let (external_id, lane, stream) = match named {
        Some((id, lane)) => (id, lane, Stream::Lane),
        None => (
            format!("sha256:{}", hex(Sha256::digest(raw))),
            "unreadable".to_owned(),
            Stream::Quarantine,
        ),
    };
    NewEvent {
        channel: channel.clone(),
        external_id,
        stream,
        lane,
        payload: raw.to_vec(),
    }
}

/// The id of an update in an answer to `getUpdates`.
pub fn update_id(event: &NewEvent) -> Option<i64> {
    event.external_id.parse().ok()
}

/// A person's private chat and whatever he presses are one lane; in groups, a chat and its topic are.
fn lane(update: &Value) -> String {
    let Some((kind, body)) = wire::update(update) else {
        return "other".into();
    };
    let person = body
        .get("from")
        .or(body.get("user"))
        .and_then(|from| wire::id(from, "id"));
    let chat = match body.get("chat") {
        Some(chat) if kind != "callback_query" && !wire::is_private(chat) => chat,
        Some(chat) if person.is_none() => {
            return wire::id(chat, "id").map_or("other".into(), |id| format!("u{id}"));
        }
        _ => return person.map_or("other".into(), |id| format!("u{id}")),
    };
    let Some(id) = wire::id(chat, "id") else {
        return "other".into();
    };
    // In a plain supergroup a thread id only marks a chain of replies (facts 2.6).
    match wire::id(body, "message_thread_id").filter(|_| wire::flag(body, "is_topic_message")) {
        Some(thread) => format!("g{id}:{thread}"),
        None => format!("g{id}"),
    }
}
