//! All wire knowledge of Telegram: updates come in through [`TelegramDoor`] or [`Poller`], are understood by [`read`], and what the
//! desk says goes out through [`TelegramSender`]. Knows nothing about what is talked about; cards are the desk's.
//!
//! teloxide lends its types and payloads. Its dispatcher, its listeners and its way of sending are not used: the module of [`Client`] says why.

use secrecy::{ExposeSecret as _, SecretString};

mod album;
mod client;
pub mod commands;
mod door;
pub mod ephemeral;
mod errors;
mod files;
mod keyboard;
mod media;
mod poller;
mod read;
mod relay;
mod render;
mod sender;
mod ticks;
mod twice;
mod watch;
pub mod webhook;
mod wire;

#[cfg(test)]
mod tests;

pub use client::{Client, Upload};
pub use door::TelegramDoor;
pub use errors::CallError;
pub use media::TelegramMedia;
pub use poller::Poller;
pub use read::{Read, read};
pub use sender::TelegramSender;
pub use watch::TelegramWatch;

/// The kinds of updates that we ask for. Telegram keeps the earlier list when none is named (Bot API: getUpdates).
pub const ALLOWED_UPDATES: [&str; 5] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
];

/// A bot's account.
#[derive(Clone, Debug)]
pub struct Account {
    /// What `BotFather` gave: `<bot id>:<secret>`.
    pub token: SecretString,
    /// The Bot API's address, without `/bot…`.
    pub api_url: reqwest::Url,
    /// What Telegram repeats in every webhook request; without one nothing comes in that way.
    pub webhook_secret: Option<SecretString>,
}

/// The token is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "telegram.token is not a bot token: digits, a colon, then letters, digits, `_` and `-` are expected"
)]
pub struct BadToken;

impl Account {
    /// The bot's id: the part of the token that is no secret.
    pub fn bot_id(&self) -> Result<&str, BadToken> {
        let (id, secret) = self.token.expose_secret().split_once(':').ok_or(BadToken)?;
        let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        (digits && !secret.is_empty() && secret.bytes().all(letters))
            .then_some(id)
            .ok_or(BadToken)
    }
}
