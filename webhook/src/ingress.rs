//! The platforms' webhooks: proved, taken apart, durable, and only then acknowledged.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use sapa_core::{
    hex::hex,
    inbox::{Channel, Door, Headers, NewEvent, Stream, track},
};
use sha2::{Digest as _, Sha256};
use tracing::{Instrument as _, Span};

use crate::{body, metrics::ACK, problem::Problem, surface::Shared};

/// Headers as core knows them.
struct Received<'h>(&'h HeaderMap);

impl Headers for Received<'_> {
    fn all(&self, name: &str) -> Vec<&[u8]> {
        let values = self.0.get_all(name);
        values.iter().map(HeaderValue::as_bytes).collect()
    }
}

/// Meta asks whether the address is ours (Meta: webhooks, "verification requests").
pub(crate) async fn challenge(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let value = |name| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let door = &shared.surface.whatsapp;
    let answer = door.challenge(
        value("hub.mode"),
        value("hub.verify_token"),
        value("hub.challenge"),
    );
    match answer {
        // Whoever made the challenge up must not get it back as a page.
        Some(challenge) => {
            ([(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], challenge).into_response()
        }
        None => Problem::VERIFICATION.into_response(),
    }
}

/// Meta posts events.
pub(crate) async fn whatsapp(
    State(shared): State<Arc<Shared>>,
    request: Request<Body>,
) -> Result<StatusCode, Problem> {
    let door = Arc::clone(&shared.surface.whatsapp);
    let channel = shared.whatsapp();
    take_in(&shared, channel, door.as_ref(), Problem::SIGNATURE, request)
        .instrument(span(channel))
        .await
}

/// Telegram posts an update.
pub(crate) async fn telegram(
    State(shared): State<Arc<Shared>>,
    request: Request<Body>,
) -> Result<StatusCode, Problem> {
    let door = shared.surface.telegram.clone();
    let door = door.ok_or(Problem::NOT_FOUND)?;
    let channel = shared.telegram();
    take_in(&shared, channel, door.as_ref(), Problem::SECRET, request)
        .instrument(span(channel))
        .await
}

/// What is logged about one request carries its number. At `debug`: thousands of them come in a second, and whatever is worth a warning
/// names its channel itself.
fn span(channel: &Channel) -> Span {
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let request = REQUESTS.fetch_add(1, Ordering::Relaxed);
    tracing::debug_span!("webhook", request, %channel)
}

async fn take_in(
    shared: &Shared,
    channel: &Channel,
    door: &dyn Door,
    refusal: Problem,
    request: Request<Body>,
) -> Result<StatusCode, Problem> {
    let clock = &shared.surface.desk.clock;
    let (head, body) = request.into_parts();
    let taken = body::read(&head.headers, body, &shared.surface.limits, &shared.budget).await?;
    let body = &taken.bytes;
    let began = clock.mono();
    door.verify(&Received(&head.headers), body).map_err(|_| {
        tracing::warn!(%channel, bytes = body.len(), "a webhook that proves nothing was refused");
        refused(channel, "proof");
        refusal
    })?;
    let events = split(door, channel, body);
    track::came_in(&events);
    let stored = shared.surface.ingest.put(events).await;
    shared.remember(stored.is_ok());
    stored.map_err(|_| {
        refused(channel, "busy");
        Problem::BUSY
    })?;
    tracing::debug!("the events are durable");
    let took = clock.mono().saturating_sub(began);
    metrics::histogram!(ACK, "channel" => channel.0.clone()).record(took.as_secs_f64());
    Ok(StatusCode::OK)
}

fn refused(channel: &Channel, reason: &'static str) {
    metrics::counter!("sapa_webhook_refused_total", "channel" => channel.0.clone(), "reason" => reason)
        .increment(1);
}

/// A body that makes the door panic is kept as it is and acknowledged: the platform would send it again for days.
fn split(door: &dyn Door, channel: &Channel, body: &[u8]) -> Vec<NewEvent> {
    catch_unwind(AssertUnwindSafe(|| door.split(body))).unwrap_or_else(|_| {
        tracing::error!(%channel, bytes = body.len(), "a webhook's body could not be taken apart; it is kept as it came");
        let external_id = format!("body:{}", hex(Sha256::digest(body)));
        vec![NewEvent {
            channel: channel.clone(),
            lane: external_id.clone(),
            external_id,
            stream: Stream::Quarantine,
            payload: body.to_vec(),
        }]
    })
}
