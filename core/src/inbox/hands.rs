//! Which fenced lanes this process is at work on, and what becomes of those that it owns without knowing.
//!
//! A claim whose commit was not confirmed, or a release that did not reach the database, leaves a lane with an owner who does nothing about
//! it. As soon as the database answers again, the process lets go of everything that it is not at work on.

use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    db::{self, dialect},
    desk::Desk,
};

/// The lanes in this process's hands.
#[derive(Default)]
pub struct Hands {
    held: Mutex<HashSet<String>>,
    unsure: AtomicBool,
}

impl Hands {
    /// Work on a lane begins.
    pub fn take(&self, lane: &str) {
        self.lock().insert(lane.to_owned());
    }

    /// Work on a lane has ended.
    pub fn leave(&self, lane: &str) {
        self.lock().remove(lane);
    }

    /// The database did not say what became of a claim or a release.
    pub fn unsure(&self) {
        self.unsure.store(true, Ordering::SeqCst);
    }

    /// When something was unsure: gives back every lane that nobody here works on. One that was claimed this very moment may be among
    /// them; whoever works on it finds its fence void and leaves it to the next.
    pub async fn let_go(&self, desk: &Desk, owner: &str) -> db::Result<()> {
        if !self.unsure.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        let held: Vec<_> = self.lock().iter().cloned().collect();
        let freed = async {
            let mut tx = desk.db.write().await?;
            let freed = dialect::free_lanes(&mut tx, owner, &held).await?;
            tx.commit().await?;
            Ok(freed)
        };
        match freed.await {
            Ok(freed) => {
                if freed > 0 {
                    tracing::warn!(
                        freed,
                        "lanes whose claim or release was not confirmed are free again"
                    );
                    desk.bell.ring_inbox();
                }
                Ok(())
            }
            Err(error) => {
                self.unsure();
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
