//! How deep the river is: what waits and what lies dead, for the metrics.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::store;
use crate::{db, desk::Desk};

/// How often it is measured.
const EVERY: Duration = Duration::from_secs(5);

/// Measures until `stop`.
pub async fn measure(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = measure_once(&desk).await {
            tracing::debug!(%error, "the inbox could not be measured");
        }
        tokio::select! {
            () = desk.clock.sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn measure_once(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.read().await?;
    let depths = store::depths(&mut tx).await?;
    tx.rollback().await?;
    for (name, depths) in ["sapa_inbox_pending", "sapa_inbox_dead"]
        .into_iter()
        .zip(depths)
    {
        for channel in [&desk.settings.whatsapp, &desk.settings.telegram] {
            let depth = depths
                .iter()
                .find(|(of, _)| of == channel)
                .map_or(0, |(_, count)| *count);
            let depth = f64::from(u32::try_from(depth).unwrap_or(u32::MAX));
            metrics::gauge!(name, "channel" => channel.0.clone()).set(depth);
        }
    }
    Ok(())
}
