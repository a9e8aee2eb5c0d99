//! How one event is followed on its way in: through the log, by ids alone, and in the numbers that operators watch. Never a word of what it
//! says, and nothing that names a person: a platform's own message id does (WhatsApp's holds the phone number), so only its digest is logged.

use sha2::{Digest as _, Sha256};
use tracing::{Level, Span};

use super::{Event, NewEvent};
use crate::{clock::Millis, hex::hex};

/// So many bytes of a digest tell the events of some days apart.
const MARK: usize = 6;

/// An entrance has taken these out of a request; logged inside the request's span. `event` leads from there to `handling`.
pub fn came_in(events: &[NewEvent]) {
    if !tracing::enabled!(Level::DEBUG) {
        return;
    }
    for one in events {
        let (event, channel) = (mark(&one.external_id), &one.channel);
        tracing::debug!(event, %channel, stream = ?one.stream, "an event came in");
    }
}

/// The span of its handling: the ids of the rows that it makes begin with `e<seq>.`
pub(super) fn handling(event: &Event) -> Span {
    let span = tracing::info_span!("handle", seq = event.seq, channel = %event.channel);
    if tracing::enabled!(Level::DEBUG) {
        let event = mark(&event.external_id);
        span.in_scope(|| tracing::debug!(event, "an event is taken up"));
    }
    span
}

/// They are handled, and what they caused is durable.
pub(super) fn handled(events: &[&Event], now: Millis) {
    for event in events {
        let channel = &event.channel.0;
        let took = now.since(event.received_at).as_secs_f64();
        metrics::counter!("sapa_inbox_handled_total", "channel" => channel.clone()).increment(1);
        metrics::histogram!("sapa_handle_seconds", "channel" => channel.clone()).record(took);
        tracing::debug!(seq = event.seq, "an event was handled");
    }
}

/// It could not be handled, and is tried again.
pub(super) fn failed(event: &Event) {
    metrics::counter!("sapa_inbox_retried_total", "channel" => event.channel.0.clone())
        .increment(1);
}

/// It was given up.
pub(super) fn died(event: &Event) {
    metrics::counter!("sapa_inbox_died_total", "channel" => event.channel.0.clone()).increment(1);
}

fn mark(external_id: &str) -> String {
    let digest = Sha256::digest(external_id);
    hex(&digest[..MARK])
}
