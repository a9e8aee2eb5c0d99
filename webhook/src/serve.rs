//! Accepts connections and serves a router on each: with deadlines, a limit, and a graceful end.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sapa_core::clock::Clock;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{Limits, address::Peer};

/// How long requests under way may take after the stop: a little more than the inbox's deadline.
const GRACE: Duration = Duration::from_secs(4);
/// How long to wait when a connection cannot be accepted, mostly for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);
/// The largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;

/// Serves until `stop`; then accepts nothing more, closes idle connections, and answers what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let most = limits.affordable_connections();
    let places = Arc::new(Semaphore::new(most));
    let connections = TaskTracker::new();
    let mut starved = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                starved = false;
                let patience = patience(&limits, places.available_permits(), most);
                let peer = stream.peer_addr().ok().map(|peer| Peer(peer.ip()));
                let served = connection(stream, peer, router.clone(), patience, stop.clone());
                connections.spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                if !std::mem::replace(&mut starved, true) {
                    tracing::warn!(%error, "connections cannot be accepted for the moment");
                }
                clock.sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(GRACE, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            left = connections.len(),
            "some requests did not end in time"
        );
    }
}

/// How long a new connection may be silent. When more than half of the places are taken, those who say nothing lose theirs ten times
/// sooner: whoever holds many connections open keeps the others waiting for a moment, not for as long as he likes.
fn patience(limits: &Limits, free: usize, most: usize) -> Duration {
    if free < most / 2 {
        limits.header_time / 10
    } else {
        limits.header_time
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

async fn connection(
    stream: TcpStream,
    peer: Option<Peer>,
    router: Router,
    patience: Duration,
    stop: CancellationToken,
) {
    let router = router.map_request(move |mut request: Request<Incoming>| {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        request
    });
    // Answers are small and awaited: never held back for more.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD_BYTES)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}
