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
use sapa_core::desk::Desk;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

mod catalogue;
pub(crate) mod depths;

pub(crate) use catalogue::ACK;
use catalogue::HISTOGRAMS;

use crate::{Limits, problem::Problem, serve};

/// How often what histograms gather is folded: without it they would grow until somebody scrapes.
const FOLD: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to collect, once per process; numbers counted before are lost.
///
/// # Errors
/// Never in practice: only empty buckets are refused.
pub fn collect() -> Result<Metrics, BuildError> {
    if let Some(handle) = RECORDER.get() {
        return Ok(Metrics(handle.clone()));
    }
    let mut builder = PrometheusBuilder::new();
    for (name, bounds, _) in HISTOGRAMS {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.into()), bounds)?;
    }
    let recorder = builder.build_recorder();
    let handle = RECORDER.get_or_init(|| recorder.handle());
    if metrics::set_global_recorder(recorder).is_ok() {
        catalogue::describe();
    }
    Ok(Metrics(handle.clone()))
}

/// What was collected so far.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Serves `/metrics` until `stop`.
    pub async fn serve(self, listener: TcpListener, desk: Desk, stop: CancellationToken) {
        catalogue::begin(&desk);
        // Whoever looks first finds the depths too.
        depths::look(&desk).await;
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
        let watching = depths::watch(desk, stop.clone());
        let serving = serve(listener, self.router(), Limits::default(), clock, stop);
        tokio::join!(folding, watching, serving);
    }

    /// The metrics listener's one route.
    pub fn router(self) -> Router {
        Router::new()
            .route("/metrics", get(scrape))
            .fallback(async || Problem::NOT_FOUND.into_response())
            .with_state(self)
    }
}

async fn scrape(State(metrics): State<Metrics>) -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.0.render()).into_response()
}
