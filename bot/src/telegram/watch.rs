//! Asks Telegram where updates go and whether they arrive, and turns them back when somebody has turned them elsewhere.

use std::time::Duration;

use async_trait::async_trait;
use sapa_core::{
    clock::Millis,
    connection::{Backlog, News, Webhook, watch::Watcher},
    desk::Desk,
    inbox::Channel,
};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{
    ALLOWED_UPDATES,
    client::Client,
    errors::CallError,
    webhook::{delete_webhook, set_webhook},
    wire,
};

/// A failure counts so long after it happened, while something waits.
const RECENT: Duration = Duration::from_mins(10);

/// Asks about one bot.
pub struct TelegramWatch {
    desk: Desk,
    client: Client,
    channel: Channel,
    /// Where updates are to go, and the secret for it; `None` when they are polled.
    ours: Option<(String, SecretString)>,
    /// It was as it should be: another state is somebody's doing, not our own start's.
    settled: bool,
}

impl TelegramWatch {
    /// Whoever asks about this bot, whose updates go to `ours` or are polled.
    pub fn new(desk: Desk, client: Client, ours: Option<(String, SecretString)>) -> Self {
        let channel = Channel::telegram(client.bot_id());
        Self {
            desk,
            client,
            channel,
            ours,
            settled: false,
        }
    }

    async fn direction(&mut self, url: &str) -> News {
        let wanted = self.ours.as_ref().map_or("", |(url, _)| url);
        let well = match self.ours {
            Some(_) => Webhook::Ours,
            None => Webhook::Polled,
        };
        if url == wanted {
            self.settled = true;
            return News::Webhook(well);
        }
        let turned = match &self.ours {
            Some((url, secret)) => set_webhook(&self.client, url, secret, &ALLOWED_UPDATES).await,
            None => delete_webhook(&self.client).await,
        };
        match turned {
            Ok(()) if self.settled => {
                tracing::warn!(
                    "somebody had turned the bot's updates elsewhere; they come to us again"
                );
                News::Webhook(Webhook::Stolen)
            }
            Ok(()) => {
                self.settled = true;
                News::Webhook(well)
            }
            Err(error) => {
                tracing::warn!(%error, "the bot's updates could not be turned to us");
                News::Webhook(Webhook::Missing)
            }
        }
    }

    fn backlog(&self, info: &Value) -> Backlog {
        let number = |name: &str| info.get(name).and_then(Value::as_i64);
        let count = number("pending_update_count").unwrap_or_default();
        let at = number("last_error_date").and_then(|seconds| seconds.checked_mul(1_000));
        let recent = at.is_some_and(|at| self.desk.clock.now().since(Millis(at)) < RECENT);
        let failing = wire::text(info, "last_error_message")
            .filter(|_| recent && count > 0 && self.ours.is_some());
        Backlog { count, failing }
    }
}

#[async_trait]
impl Watcher for TelegramWatch {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    async fn look(&mut self) -> Vec<News> {
        let info = match self.client.call_named("getWebhookInfo", &Map::new()).await {
            Ok(info) => info,
            Err(CallError::Account { code, .. }) => return vec![News::Refused { code }],
            Err(error) => {
                tracing::debug!(%error, "Telegram does not say how we are connected");
                return Vec::new();
            }
        };
        let url = wire::text(&info, "url").unwrap_or_default();
        vec![
            News::Answered,
            self.direction(&url).await,
            News::Backlog(self.backlog(&info)),
        ]
    }
}
