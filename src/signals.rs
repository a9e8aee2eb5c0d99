//! When to stop: Ctrl-C or SIGTERM, once to drain, a second time to leave at once.

use std::{future::Future, time::Duration};

use sapa_core::clock::{Clock as _, SystemClock};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long a desk may take to leave.
const AT_MOST: Duration = Duration::from_millis(9_800);

/// A token that is cancelled by Ctrl-C or SIGTERM.
///
/// # Errors
/// When the system lets nobody listen for signals.
pub fn stop() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let told = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if told.is_cancelled() {
                // Whoever asks twice does not want to wait; both rivers survive it.
                std::process::exit(130);
            }
            told.cancel();
        }
    });
    Ok(stop)
}

/// Runs something that ends in good order after `stop`; when it does not within ten seconds, leaves without it.
pub async fn within_ten_seconds(
    running: impl Future<Output = anyhow::Result<()>>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let late = async {
        stop.cancelled().await;
        SystemClock::new().sleep(AT_MOST).await;
    };
    tokio::select! {
        ended = running => ended,
        () = late => {
            tracing::warn!("some work did not end in time; it is taken up again at the next start");
            Ok(())
        }
    }
}
