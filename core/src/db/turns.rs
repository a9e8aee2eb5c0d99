//! Whose turn it is at the one connection that writes to SQLite.
//!
//! What comes in gets every second turn, because everybody else queues here first and only one of them waits for the connection itself.
//! And when many wait at the way in, those who write make their turns short.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{Mutex, MutexGuard};

/// So many requests that wait for their commit are a press. (A platform sends over a few dozen connections; at a pace that can be kept up
/// for long, one or two wait.)
const PRESS: usize = 16;

/// Who writes next.
#[derive(Default)]
pub struct Turns {
    queue: Mutex<()>,
    knocking: Arc<AtomicUsize>,
}

/// A request that waits for its commit.
pub struct Knock(Arc<AtomicUsize>);

impl Turns {
    /// Waits among all who are not the way in; held until the connection is.
    pub(super) async fn one_of_us(&self) -> MutexGuard<'_, ()> {
        self.queue.lock().await
    }

    pub(super) fn knock(&self) -> Knock {
        self.knocking.fetch_add(1, Ordering::Relaxed);
        Knock(Arc::clone(&self.knocking))
    }

    pub(super) fn is_pressed(&self) -> bool {
        self.knocking.load(Ordering::Relaxed) >= PRESS
    }
}

impl Drop for Knock {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
