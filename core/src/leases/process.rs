//! A process's own sign of life, and what becomes of the lanes of one that gives none.

use tokio_util::sync::CancellationToken;

use super::{BEAT, LIFE, store};
use crate::{
    db::{self, dialect},
    desk::Desk,
};

/// A process among others on a shared database. (The one process on an SQLite file has nobody to tell.)
pub struct Process {
    desk: Desk,
    owner: String,
}

impl Process {
    /// The others know of this process from here on: before it takes its first lane.
    pub async fn begin(desk: &Desk, owner: &str) -> db::Result<Self> {
        let process = Self {
            desk: desk.clone(),
            owner: owner.to_owned(),
        };
        if desk.db.is_shared() {
            process.beat().await?;
        }
        Ok(process)
    }

    /// Gives signs of life until `stop` (the lanes that are being handled then are safe for a lease's life), and frees the lanes of processes that give none any more.
    pub async fn live(self, stop: CancellationToken) {
        if !self.desk.db.is_shared() {
            return;
        }
        while !stop.is_cancelled() {
            tokio::select! {
                () = self.desk.clock.sleep(BEAT) => {}
                () = stop.cancelled() => return,
            }
            let round = async {
                self.beat().await?;
                self.free_the_lanes_of_the_dead().await
            };
            if let Err(error) = round.await {
                tracing::warn!(%error, "no sign of life could be given");
            }
        }
    }

    async fn beat(&self) -> db::Result<()> {
        let life = i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX);
        let mut tx = self.desk.db.write().await?;
        let name = store::process(&self.owner);
        store::take(&mut tx, &name, &self.owner, life, true).await?;
        tx.commit().await
    }

    /// Whoever is stopped and goes on later finds that his lanes have another owner or epoch, and commits nothing.
    pub(super) async fn free_the_lanes_of_the_dead(&self) -> db::Result<()> {
        let mut tx = self.desk.db.read().await?;
        let dead = store::dead_processes(&mut tx).await?;
        tx.rollback().await?;
        for owner in dead {
            let mut tx = self.desk.db.write().await?;
            let freed = dialect::free_lanes(&mut tx, &owner, &[]).await?;
            // A lane that the dead one still holds locked is freed in a later round; until then its name stays.
            store::bury(&mut tx, &owner).await?;
            tx.commit().await?;
            if freed > 0 {
                tracing::warn!(
                    process = owner,
                    freed,
                    "the lanes of a process that gives no sign of life are free"
                );
                self.desk.bell.ring_inbox();
            }
        }
        Ok(())
    }
}
