//! Whether the process lives, and whether it can take events.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sapa_core::{connection, desk::Trouble, inbox::Channel};
use serde_json::{Map, Value, json};

use crate::surface::Shared;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many requests may wait for their commit before the inbox counts as full.
const FULL: usize = 3_000;
/// How long a refusal of the inbox counts when nothing was tried since.
const REMEMBERED: Duration = Duration::from_secs(5);

/// The process answers.
pub(crate) async fn alive() -> Response {
    Json(json!({"status": "alive"})).into_response()
}

/// Able to take events: 200, else 503 with the reasons. The senders are told but fail nothing: an outage of one
/// platform must not stop the other's webhooks.
pub(crate) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let (database, queue) = (database(&shared).await, queue(&shared));
    let reasons: Vec<_> = [&database, &queue]
        .into_iter()
        .filter_map(|check| check.as_ref().err().copied())
        .collect();
    let mut senders = Map::new();
    for channel in [shared.whatsapp(), shared.telegram()] {
        senders.insert(channel.0.clone(), sender(&shared, channel));
    }
    let told = |check: Result<(), &str>| if check.is_ok() { "ok" } else { "failing" };
    let (status, word) = if reasons.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let body = json!({
        "status": word,
        "checks": {"database": told(database), "queue": told(queue)},
        "reasons": reasons,
        "senders": senders,
        "connections": connections(&shared).await,
    });
    (status, Json(body)).into_response()
}

/// What is known of the channels' health; null while the database does not say.
async fn connections(shared: &Shared) -> Value {
    let known = async {
        let desk = &shared.surface.desk;
        let mut tx = desk.db.read().await?;
        let mut channels = Map::new();
        for channel in [shared.whatsapp(), shared.telegram()] {
            let facts = connection::facts(&mut tx, channel).await?;
            let facts = facts.into_iter().map(|fact| {
                let told = json!({"level": fact.level, "value": fact.value, "since": fact.since, "seen": fact.seen_at});
                (fact.subject, told)
            });
            channels.insert(channel.0.clone(), Value::Object(facts.collect()));
        }
        tx.rollback().await?;
        Ok::<_, sapa_core::db::Error>(Value::Object(channels))
    };
    let known = tokio::time::timeout(PATIENCE, known).await;
    known.ok().and_then(Result::ok).unwrap_or(Value::Null)
}

async fn database(shared: &Shared) -> Result<(), &'static str> {
    let ping = shared.surface.desk.db.ping();
    match tokio::time::timeout(PATIENCE, ping).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not answer");
            Err("the database does not answer")
        }
        Err(_) => Err("the database does not answer in time"),
    }
}

fn queue(shared: &Shared) -> Result<(), &'static str> {
    if shared.surface.ingest.waiting() >= FULL {
        return Err("too many events wait to be stored");
    }
    let now = shared.surface.desk.clock.mono();
    let refused = shared.busy_since();
    match refused {
        Some(at) if now.saturating_sub(at) < REMEMBERED => {
            Err("the last event could not be stored")
        }
        _ => Ok(()),
    }
}

fn sender(shared: &Shared, channel: &Channel) -> Value {
    match shared.surface.desk.health.trouble(channel) {
        Some(Trouble::Refused(code)) => json!({"state": "refused", "code": code}),
        Some(Trouble::Delayed(code)) => json!({"state": "delayed", "code": code}),
        None => json!({"state": "ok"}),
    }
}
