//! `getUpdates`: offsets confirm, one poller at a time, long polling (Bot API: getUpdates).

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::errors::Refusal;
use super::params::Params;
use super::state::State;
use crate::hub::Hub;
use crate::locked;
use crate::wire::{Hop, Platform};

/// Updates are kept for 24 hours.
const KEPT_MS: i64 = 86_400_000;

pub(crate) async fn get(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let allowed = allowed(params)?;
    let limit = usize::try_from(params.int("limit").unwrap_or(100))
        .unwrap_or(100)
        .clamp(1, 100);
    // The server polls 50 s at most.
    let timeout_s = u64::try_from(params.int("timeout").unwrap_or(0))
        .unwrap_or(0)
        .min(50);
    let (mine, confirmed) = {
        let mut state = locked(&hub.telegram);
        if state.webhook.is_some() {
            let why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(Refusal::conflict(why));
        }
        if allowed.is_some() {
            state.allowed = allowed;
        }
        state.polls += 1;
        let confirmed = confirm(
            &mut state,
            params.int("offset").unwrap_or(0),
            hub.clock.now_ms(),
        );
        (state.polls, confirmed)
    };
    hub.telegram_changed.notify_waiters();
    for (chat, id) in confirmed {
        let name = locked(&hub.telegram)
            .chats
            .get(&chat)
            .map(super::state::Chat::name)
            .unwrap_or_default();
        let id = id.to_string();
        hub.tell(
            Hop::Stored,
            Platform::Telegram,
            &chat.to_string(),
            (&name, "desk"),
            "update confirmed",
            &id,
        );
    }
    let timer = hub.clock.sleep(Duration::from_secs(timeout_s));
    tokio::pin!(timer);
    let mut over = timeout_s == 0;
    loop {
        let changed = hub.telegram_changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if let Some(answer) = ready(hub, mine, limit, over)? {
            return Ok(answer);
        }
        tokio::select! {
            () = changed => {}
            () = &mut timer => over = true,
        }
    }
}

/// The batch when there is one, or when waiting is over.
fn ready(hub: &Hub, mine: u64, limit: usize, over: bool) -> Result<Option<Value>, Refusal> {
    let faults = hub.faults.webhooks(Platform::Telegram);
    let state = locked(&hub.telegram);
    if state.polls != mine {
        let why = "terminated by other getUpdates request; make sure that only one bot instance is running";
        return Err(Refusal::conflict(why));
    }
    if state.webhook.is_some() {
        return Err(Refusal::conflict("terminated by setWebhook request"));
    }
    let mut found: Vec<Value> = Vec::new();
    if !faults.hold {
        let updates = state.updates.iter().take(limit).map(|update| &update.value);
        for update in updates {
            found.push(update.clone());
            if faults.duplicate {
                found.push(update.clone());
            }
        }
    }
    Ok((over || !found.is_empty()).then_some(Value::Array(found)))
}

/// Forgets what is confirmed or too old; gives chat and id of the confirmed.
fn confirm(state: &mut State, offset: i64, now_ms: i64) -> Vec<(i64, i64)> {
    state
        .updates
        .retain(|update| now_ms - update.at_ms < KEPT_MS);
    let from = match offset {
        0 => return Vec::new(),
        offset if offset > 0 => offset,
        // A negative offset counts from the end and forgets everything before.
        offset => {
            let back = usize::try_from(-offset).unwrap_or(usize::MAX);
            let at = state.updates.len().saturating_sub(back);
            match state.updates.get(at) {
                Some(update) => update.id,
                None => return Vec::new(),
            }
        }
    };
    let gone: Vec<(i64, i64)> = state
        .updates
        .iter()
        .filter(|u| u.id < from)
        .map(|u| (u.chat, u.id))
        .collect();
    state.updates.retain(|update| update.id >= from);
    gone
}

/// `allowed_updates`; left out, the earlier setting stays.
pub(crate) fn allowed(params: &Params<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(value) = params.json("allowed_updates")? else {
        return Ok(None);
    };
    let Some(names) = value.as_array() else {
        return Err(Refusal::bad("can't parse allowed_updates JSON array"));
    };
    Ok(Some(
        names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    ))
}
