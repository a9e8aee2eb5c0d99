//! Webhook mode: setting it, and delivering in order within a chat, in parallel between chats (the Bot API
//! server's `WebhookActor`): 1 s after a failure, doubling to 60 s, `Retry-After` honoured.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::errors::Refusal;
use super::limits;
use super::params::Params;
use super::state::{Update, Webhook};
use super::updates;
use crate::hub::Hub;
use crate::locked;
use crate::wire::{Hop, Platform};

pub(crate) fn set(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let url = params.text("url").unwrap_or_default();
    let secret = params
        .text("secret_token")
        .filter(|secret| !secret.is_empty());
    if let Some(secret) = &secret {
        limits::text("secret_token", secret)?;
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !secret.chars().all(good) {
            return Err(Refusal::bad("secret token contains unallowed characters"));
        }
    }
    let max_connections = params.int("max_connections").unwrap_or(40);
    if !(1..=100).contains(&max_connections) {
        return Err(Refusal::bad("max_connections must be between 1 and 100"));
    }
    let allowed = updates::allowed(params)?;
    let parsed = reqwest::Url::parse(&url).ok();
    // The live server wants https; on loopback plain http is what a sandbox is for.
    let good = parsed.is_some_and(|parsed| match parsed.scheme() {
        "https" => true,
        "http" => matches!(parsed.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    });
    if !url.is_empty() && !good {
        return Err(Refusal::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    {
        let mut state = locked(&hub.telegram);
        if allowed.is_some() {
            state.allowed = allowed;
        }
        if params.flag("drop_pending_updates") {
            state.updates.clear();
        }
        let hook = Webhook {
            url: url.clone(),
            secret,
            max_connections,
            last_error: None,
        };
        state.webhook = (!url.is_empty()).then_some(hook);
    }
    hub.telegram_changed.notify_waiters();
    Ok(Value::Bool(true))
}

#[expect(clippy::unnecessary_wraps, reason = "has the shape of every method")]
pub(crate) fn delete(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let mut state = locked(&hub.telegram);
    state.webhook = None;
    if params.flag("drop_pending_updates") {
        state.updates.clear();
    }
    Ok(Value::Bool(true))
}

#[expect(clippy::unnecessary_wraps, reason = "has the shape of every method")]
pub(crate) fn info(hub: &Arc<Hub>, _: &Params<'_>) -> Result<Value, Refusal> {
    let state = locked(&hub.telegram);
    let hook = state.webhook.clone().unwrap_or_default();
    let mut info = json!({
        "url": hook.url, "has_custom_certificate": false, "pending_update_count": state.updates.len(),
    });
    if state.webhook.is_some() {
        info["max_connections"] = json!(hook.max_connections);
    }
    if let Some((at, message)) = hook.last_error {
        info["last_error_date"] = json!(at);
        info["last_error_message"] = json!(message);
    }
    if let Some(allowed) = state.allowed.as_ref().filter(|allowed| !allowed.is_empty()) {
        info["allowed_updates"] = json!(allowed);
    }
    Ok(info)
}

/// The worker: starts a delivery for every chat that has updates and none under way.
pub(crate) async fn deliver(hub: Arc<Hub>) {
    loop {
        let changed = hub.telegram_changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        for update in due(&hub) {
            let hub = hub.clone();
            tokio::spawn(async move { post_until_taken(&hub, update).await });
        }
        tokio::select! {
            () = hub.stop.cancelled() => return,
            () = changed => {}
        }
    }
}

fn due(hub: &Hub) -> Vec<Update> {
    let held = hub.faults.webhooks(Platform::Telegram).hold;
    let mut state = locked(&hub.telegram);
    let Some(most) = state.webhook.as_ref().map(|hook| hook.max_connections) else {
        return Vec::new();
    };
    let most = usize::try_from(most).unwrap_or(40);
    let mut found: Vec<Update> = Vec::new();
    for update in if held { None } else { Some(&state.updates) }
        .into_iter()
        .flatten()
    {
        let busy =
            state.in_flight.contains(&update.chat) || found.iter().any(|f| f.chat == update.chat);
        if !busy && state.in_flight.len() + found.len() < most {
            found.push(update.clone());
        }
    }
    state
        .in_flight
        .extend(found.iter().map(|update| update.chat));
    found
}

async fn post_until_taken(hub: &Arc<Hub>, update: Update) {
    let mut wait = Duration::from_secs(1);
    loop {
        let Some(hook) = locked(&hub.telegram).webhook.clone() else {
            break;
        };
        let twice = hub.faults.webhooks(Platform::Telegram).duplicate;
        let mut answer = post(hub, &hook, &update.value).await;
        if twice && answer.is_ok() {
            answer = post(hub, &hook, &update.value).await;
        }
        let Err((why, retry_after)) = answer else {
            let name = {
                let mut state = locked(&hub.telegram);
                state.updates.retain(|waiting| waiting.id != update.id);
                state
                    .chats
                    .get(&update.chat)
                    .map(super::state::Chat::name)
                    .unwrap_or_default()
            };
            let (chat, id) = (update.chat.to_string(), update.id.to_string());
            hub.tell(
                Hop::Stored,
                Platform::Telegram,
                &chat,
                (&name, "desk"),
                "webhook answered 200",
                &id,
            );
            break;
        };
        hub.trouble(Platform::Telegram, &why);
        if let Some(hook) = &mut locked(&hub.telegram).webhook {
            hook.last_error = Some((hub.clock.now_s(), why));
        }
        tokio::select! {
            () = hub.stop.cancelled() => break,
            () = hub.clock.sleep(retry_after.unwrap_or(wait)) => {}
        }
        wait = (wait * 2).min(Duration::from_mins(1));
    }
    locked(&hub.telegram).in_flight.remove(&update.chat);
    hub.telegram_changed.notify_waiters();
}

async fn post(hub: &Hub, hook: &Webhook, update: &Value) -> Result<(), (String, Option<Duration>)> {
    let mut request = hub.http.post(&hook.url).json(update);
    if let Some(secret) = &hook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let answer = request
        .send()
        .await
        .map_err(|_| ("Connection refused".to_owned(), None))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let told = answer
        .headers()
        .get("retry-after")
        .and_then(|v| v.to_str().ok()?.parse().ok());
    let wait = told.map(|seconds: u64| Duration::from_secs(seconds.min(3600)));
    Err((
        format!("Wrong response from the webhook: {}", answer.status()),
        wait,
    ))
}
