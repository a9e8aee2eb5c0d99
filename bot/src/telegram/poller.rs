//! Long polling with a durable offset: updates are stored before they are confirmed. What confirms is the next request's offset, and it
//! goes out only after the commit.

use std::time::Duration;

use sapa_core::{
    connection::{self, News},
    db,
    desk::Desk,
    inbox::{Channel, Ingest, NewEvent, track},
    meta,
};
use serde_json::{Map, json};
use tokio_util::sync::CancellationToken;

use super::{
    ALLOWED_UPDATES,
    client::Client,
    door::{split, update_id},
    errors::CallError,
    webhook::delete_webhook,
};

/// So long the server waits for something to happen (at most 50 s: facts 2.2).
const WAIT: Duration = Duration::from_secs(25);
/// So long we wait for its answer.
const PATIENCE: Duration = Duration::from_secs(35);
/// An answer holds at most 100 updates and about 4 MiB (facts 2.2).
const ANSWER: usize = 16 * 1024 * 1024;
/// The live server spaces its answers to a second poller so (facts 1.3).
const CONFLICT: Duration = Duration::from_secs(3);
/// So many conflicts in a row are no restart of our own any more, whose old poll ends within 35 s.
const SHARED: u32 = 15;
/// The longest pause between attempts.
const LONGEST: Duration = Duration::from_secs(30);
/// A refused token does not mend itself in a moment.
const REFUSED: Duration = Duration::from_secs(30);
/// A poll that brings nothing new takes longer than this.
const QUICK: Duration = Duration::from_secs(1);
/// While the inbox takes nothing.
const BUSY: Duration = Duration::from_millis(500);

/// Asks Telegram for updates. Only one process may: run it under a lease.
pub struct Poller {
    desk: Desk,
    client: Client,
    ingest: Ingest,
    channel: Channel,
    failures: u32,
    /// How often in a row somebody else has taken our turn.
    conflicts: u32,
    /// A webhook is taken away once per run; who sets it again has a reason.
    deleted_webhook: bool,
}

impl Poller {
    /// A poller that stores what comes through `ingest`.
    pub fn new(desk: Desk, client: Client, ingest: Ingest) -> Self {
        let channel = Channel::telegram(client.bot_id());
        Self {
            desk,
            client,
            ingest,
            channel,
            failures: 0,
            conflicts: 0,
            deleted_webhook: false,
        }
    }

    /// Polls until `stop` is cancelled. Never confirms what is not stored.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut offset = None;
        while !stop.is_cancelled() {
            if offset.is_none() {
                offset = match self.remembered().await {
                    Ok(offset) => Some(offset),
                    Err(error) => {
                        tracing::warn!(%error, "the place in Telegram's updates cannot be read");
                        self.pause(BUSY, &stop).await;
                        continue;
                    }
                };
            }
            let since = self.desk.clock.mono();
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                asked = self.ask(offset.flatten()) => asked,
            };
            match asked {
                Ok(events) => {
                    self.well().await;
                    let next = self.take(events, &stop).await;
                    let quick = self.desk.clock.mono().saturating_sub(since) < QUICK;
                    let stuck = next.is_none() || offset == Some(next);
                    offset = next.map(Some).or(offset);
                    if stuck && quick {
                        // Nothing at once instead of after a while, or the same again: no hot loop.
                        self.pause(BUSY, &stop).await;
                    }
                }
                Err(error) => {
                    let pause = self.trouble(&error).await;
                    self.pause(pause, &stop).await;
                }
            }
        }
    }

    async fn ask(&self, offset: Option<i64>) -> Result<Vec<NewEvent>, CallError> {
        let mut fields = Map::new();
        if let Some(offset) = offset {
            fields.insert("offset".into(), offset.into());
        }
        fields.insert("timeout".into(), WAIT.as_secs().into());
        fields.insert("allowed_updates".into(), json!(ALLOWED_UPDATES));
        let asked = self
            .client
            .call_raw("getUpdates", &fields, PATIENCE, ANSWER);
        let updates = asked.await?;
        Ok(if updates.get().trim() == "[]" {
            Vec::new()
        } else {
            split(&self.channel, updates.get().as_bytes())
        })
    }

    /// Stores a batch, however long that takes, and remembers the place behind it: behind the *last received*, not the highest, for ids
    /// begin anywhere after a quiet week (facts 2.2). `None`: nothing came, or we stop and nothing is confirmed.
    async fn take(&self, events: Vec<NewEvent>, stop: &CancellationToken) -> Option<i64> {
        if events.is_empty() {
            return None;
        }
        track::came_in(&events);
        let next = events.iter().rev().find_map(update_id).map(|last| last + 1);
        while self.ingest.put(events.clone()).await.is_err() {
            if stop.is_cancelled() {
                return None;
            }
            tracing::warn!("updates wait: the inbox takes nothing");
            self.pause(BUSY, stop).await;
        }
        if let Some(next) = next
            && let Err(error) = self.remember(next).await
        {
            // After a restart they come again, and are known.
            tracing::warn!(%error, "the place in Telegram's updates was not remembered");
        }
        next
    }

    async fn well(&mut self) {
        if self.failures > 0 {
            tracing::info!("Telegram gives updates again");
            self.failures = 0;
            if self.desk.health.went_out(&self.channel) {
                connection::tell(&self.desk, &self.channel, &[News::Accepted]).await;
            }
        }
        if std::mem::take(&mut self.conflicts) >= SHARED {
            connection::tell(&self.desk, &self.channel, &[News::Conflict(false)]).await;
        }
    }

    /// Deals with a refusal; how long to wait.
    async fn trouble(&mut self, error: &CallError) -> Duration {
        self.failures += 1;
        match error {
            CallError::OtherPoller => {
                let channel = self.channel.0.clone();
                metrics::counter!("sapa_telegram_poll_conflicts_total", "channel" => channel)
                    .increment(1);
                tracing::warn!("somebody else polls with the same token");
                self.conflicts += 1;
                if self.conflicts == SHARED {
                    connection::tell(&self.desk, &self.channel, &[News::Conflict(true)]).await;
                }
                CONFLICT
            }
            CallError::WebhookSet if !self.deleted_webhook => {
                tracing::warn!("a webhook is set, but this desk polls: taking it away");
                match delete_webhook(&self.client).await {
                    Ok(()) => {
                        self.deleted_webhook = true;
                        Duration::ZERO
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the webhook could not be taken away");
                        CONFLICT
                    }
                }
            }
            CallError::WebhookSet => {
                tracing::error!("somebody sets a webhook for this bot while this desk polls");
                REFUSED
            }
            CallError::Account { code, .. } => {
                tracing::error!(%error, "Telegram does not accept the token");
                if self
                    .desk
                    .health
                    .refused(&self.channel, code, self.desk.clock.mono())
                {
                    let code = code.clone();
                    connection::tell(&self.desk, &self.channel, &[News::Refused { code }]).await;
                }
                REFUSED
            }
            CallError::Flood(after) => (*after).min(LONGEST),
            error => {
                tracing::warn!(%error, failures = self.failures, "Telegram gives no updates");
                let mono = self.desk.clock.mono();
                self.desk.health.delayed(&self.channel, "no_updates", mono);
                let steps = self.failures.saturating_sub(1).min(5);
                let base = Duration::from_millis(500 << steps);
                let jitter = u32::try_from(self.desk.ids.below(400)).unwrap_or(200);
                (base * (800 + jitter) / 1_000).min(LONGEST)
            }
        }
    }

    async fn pause(&self, pause: Duration, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.desk.clock.sleep(pause) => {}
        }
    }

    fn key(&self) -> String {
        format!("telegram.offset.{}", self.client.bot_id())
    }

    async fn remembered(&self) -> db::Result<Option<i64>> {
        let mut tx = self.desk.db.read().await?;
        let offset = meta::get(&mut tx, &self.key()).await?;
        tx.rollback().await?;
        Ok(offset.and_then(|offset| offset.parse().ok()))
    }

    async fn remember(&self, offset: i64) -> db::Result<()> {
        let mut tx = self.desk.db.write().await?;
        let mut act = self.desk.act(&mut tx);
        meta::set(&mut act, &self.key(), &offset.to_string()).await?;
        drop(act);
        tx.commit().await
    }
}
