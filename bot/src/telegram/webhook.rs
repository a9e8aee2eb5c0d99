//! Telling Telegram where updates are to go.

use std::time::Duration;

use sapa_core::desk::Desk;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, json};
use teloxide::payloads::DeleteWebhook;
use tokio_util::sync::CancellationToken;

use super::{ALLOWED_UPDATES, client::Client, errors::CallError};

/// Sets the webhook. What has waited for us is kept.
pub async fn set_webhook(
    client: &Client,
    url: &str,
    secret: &SecretString,
    allowed_updates: &[&str],
) -> Result<(), CallError> {
    let mut fields = Map::new();
    fields.insert("url".into(), url.into());
    fields.insert("secret_token".into(), secret.expose_secret().into());
    // Left out, the earlier list would stay, and reactions would never come (Bot API: setWebhook).
    fields.insert("allowed_updates".into(), json!(allowed_updates));
    client.call_named("setWebhook", &fields).await.map(drop)
}

/// Takes the webhook away, for polling. What has waited for us is kept.
pub async fn delete_webhook(client: &Client) -> Result<(), CallError> {
    client.call(&DeleteWebhook::new()).await.map(drop)
}

/// Sets the webhook, however often that takes; ends when it is set or `stop` is cancelled.
pub async fn run(
    desk: Desk,
    client: Client,
    url: String,
    secret: SecretString,
    stop: CancellationToken,
) {
    let mut pause = Duration::from_secs(1);
    loop {
        let error = tokio::select! {
            () = stop.cancelled() => return,
            set = set_webhook(&client, &url, &secret, &ALLOWED_UPDATES) => match set {
                Ok(()) => return tracing::info!("Telegram posts updates to the webhook"),
                Err(error) => error,
            },
        };
        tracing::error!(%error, "the webhook could not be set; trying again");
        tokio::select! {
            () = stop.cancelled() => return,
            () = desk.clock.sleep(pause) => pause = (pause * 2).min(Duration::from_mins(1)),
        }
    }
}
