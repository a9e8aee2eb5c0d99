//! Jobs that only one process may do at a time: sending on a channel, polling Telegram. A lease in the database decides who.
//!
//! And the one lease that every process has for itself ([`Process`]): when it runs out, the process is dead to the others, and its lanes are
//! free. A renewal a second for a whole process is cheaper than short leases on every lane.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{db, desk::Desk};

mod process;
pub mod store;
#[cfg(test)]
mod tests;

pub use process::Process;

/// How long a lease lives without being renewed. Another process takes over within this time and a beat: well under five seconds.
const LIFE: Duration = Duration::from_secs(3);
/// How often it is renewed, or asked for.
const BEAT: Duration = Duration::from_millis(600);

/// Waits for the lease `name`, runs `job` while it is held, and begins again when it was lost. Ends when `stop` is cancelled and the job has ended.
///
/// The job gets the lease's epoch, for fencing, and a token that is cancelled when the lease is lost or the process stops.
pub async fn hold<F>(
    desk: &Desk,
    name: &str,
    owner: &str,
    stop: &CancellationToken,
    job: impl Fn(i64, CancellationToken) -> F,
) where
    F: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        if let Some(epoch) = take(desk, name, owner).await {
            tracing::info!(lease = name, epoch, "this process has the lease");
            let term = stop.child_token();
            let running = job(epoch, term.clone());
            tokio::pin!(running);
            tokio::select! {
                () = &mut running => {}
                () = renew_until_lost(desk, name, owner, epoch) => {
                    term.cancel();
                    running.await;
                }
            }
            let given = give_back(desk, name, owner).await;
            if let Err(error) = given {
                tracing::warn!(lease = name, %error, "a lease could not be given back; it will run out");
            }
        }
        tokio::select! {
            () = desk.clock.sleep(BEAT) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn renew_until_lost(desk: &Desk, name: &str, owner: &str, epoch: i64) {
    if !desk.db.is_shared() {
        // The one process that owns an SQLite file has nobody to lose it to.
        return std::future::pending().await;
    }
    let mut renewed = desk.clock.mono();
    loop {
        desk.clock.sleep(BEAT).await;
        // The lease counts from before the answer came: whoever waited long for it must not believe himself its holder for longer.
        let asked = desk.clock.mono();
        if take(desk, name, owner).await == Some(epoch) {
            renewed = asked;
        } else if desk.clock.mono().saturating_sub(renewed) < LIFE {
            // A database that does not answer for a moment is no reason to let go before the lease's own end.
        } else {
            tracing::warn!(lease = name, "the lease is lost");
            return;
        }
    }
}

async fn take(desk: &Desk, name: &str, owner: &str) -> Option<i64> {
    let taken = async {
        let mut tx = desk.db.write().await?;
        let millis = i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX);
        let epoch = store::take(&mut tx, name, owner, millis, !desk.db.is_shared()).await?;
        tx.commit().await?;
        Ok::<_, db::Error>(epoch)
    };
    taken.await.unwrap_or_else(|error| {
        tracing::warn!(lease = name, %error, "a lease could not be asked for");
        None
    })
}

async fn give_back(desk: &Desk, name: &str, owner: &str) -> db::Result<()> {
    let mut tx = desk.db.write().await?;
    store::give_back(&mut tx, name, owner).await?;
    tx.commit().await
}
