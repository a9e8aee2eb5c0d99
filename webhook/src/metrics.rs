//! The numbers that operators watch, as Prometheus text on a listener of their own.
//!
//! Whoever counts uses the `metrics` facade; this file alone knows who collects.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use sapa_core::{db, desk::Desk, inbox};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Limits, problem::Problem, serve};

/// How often what histograms gather is folded: without it they would grow until somebody scrapes.
const FOLD: Duration = Duration::from_secs(5);

/// From a webhook's last byte to its commit.
pub(crate) const ACK_SECONDS: &str = "sapa_ack_seconds";

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

const ACK_BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
];
const RELAY_BUCKETS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Begins to collect, once per process; numbers counted before are lost.
///
/// # Errors
/// Never in practice: only empty buckets are refused.
pub fn collect() -> Result<Metrics, BuildError> {
    if let Some(handle) = RECORDER.get() {
        return Ok(Metrics(handle.clone()));
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(ACK_SECONDS.into()), &ACK_BUCKETS)?
        .set_buckets_for_metric(Matcher::Full("sapa_relay_seconds".into()), &RELAY_BUCKETS)?
        .build_recorder();
    let handle = RECORDER.get_or_init(|| recorder.handle());
    if metrics::set_global_recorder(recorder).is_ok() {
        describe();
    }
    Ok(Metrics(handle.clone()))
}

/// What was collected so far.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Serves `/metrics` until `stop`.
    pub async fn serve(self, listener: TcpListener, desk: Desk, stop: CancellationToken) {
        let (handle, clock, over) = (self.0.clone(), Arc::clone(&desk.clock), stop.clone());
        let folding = async move {
            loop {
                tokio::select! {
                    () = over.cancelled() => return,
                    () = clock.sleep(FOLD) => handle.run_upkeep(),
                }
            }
        };
        let clock = Arc::clone(&desk.clock);
        let serving = serve(listener, self.router(desk), Limits::default(), clock, stop);
        tokio::join!(folding, serving);
    }

    /// The metrics listener's one route.
    pub fn router(self, desk: Desk) -> Router {
        Router::new()
            .route("/metrics", get(scrape))
            .fallback(async || Problem::NOT_FOUND.into_response())
            .with_state((self, desk))
    }
}

async fn scrape(State((metrics, desk)): State<(Metrics, Desk)>) -> Response {
    if let Err(error) = count(&desk).await {
        // The other numbers are worth telling all the more.
        tracing::warn!(%error, "the open events could not be counted");
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.0.render()).into_response()
}

/// What stands in the database is counted when somebody asks.
async fn count(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.read().await?;
    let counts = inbox::store::depths(&mut tx).await?;
    tx.rollback().await?;
    for channel in [&desk.settings.whatsapp, &desk.settings.telegram] {
        for (name, state) in [
            ("sapa_inbox_pending", "pending"),
            ("sapa_inbox_dead", "dead"),
        ] {
            let found = counts
                .iter()
                .find(|depth| depth.channel == *channel && depth.state == state);
            let open = found.map_or(0, |depth| depth.count);
            let open = u32::try_from(open).unwrap_or(u32::MAX);
            metrics::gauge!(name, "channel" => channel.0.clone()).set(f64::from(open));
        }
    }
    Ok(())
}

fn describe() {
    use metrics::{Unit::Seconds, describe_counter, describe_gauge, describe_histogram};
    describe_counter!(
        "sapa_inbox_accepted_total",
        "Events that are durable and acknowledged"
    );
    describe_counter!(
        "sapa_inbox_quarantined_total",
        "Events that are kept and not handled: unreadable ones, and those of other accounts"
    );
    describe_gauge!("sapa_inbox_pending", "Events that wait to be handled");
    describe_gauge!("sapa_inbox_dead", "Events that were given up and lie dead");
    describe_gauge!("sapa_outbox_pending", "Messages that wait to be sent");
    describe_counter!(
        "sapa_outbox_sent_total",
        "Messages that a platform has taken"
    );
    describe_counter!("sapa_outbox_failed_total", "Messages that were given up");
    describe_counter!(
        "sapa_outbox_uncertain_total",
        "Messages of which it was unknown whether they went out"
    );
    describe_counter!(
        "sapa_platform_refused_total",
        "Refusals by a platform, by its code"
    );
    describe_counter!(
        "sapa_telegram_poll_conflicts_total",
        "Polls that another poller of the same bot has broken"
    );
    describe_histogram!(
        ACK_SECONDS,
        Seconds,
        "From a webhook's last byte to its commit"
    );
    describe_histogram!(
        "sapa_relay_seconds",
        Seconds,
        "From a message being handled to its being sent across"
    );
}
