//! The miniature platforms' own clock. It runs with real time and can be moved forward; timers of the
//! platforms wait on it. The only place of this crate that reads the machine's time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A clock that runs with real elapsed time from a chosen start and can be moved forward. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base_ms: i64,
    started: Instant,
    moved_ms: watch::Sender<i64>,
}

impl Clock {
    /// A clock that starts at the machine's time.
    #[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock")]
    pub fn real() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::at(millis(since))
    }

    /// A clock that starts at the given Unix time in milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock")]
    pub fn at(unix_ms: i64) -> Self {
        Self(Arc::new(Inner {
            base_ms: unix_ms,
            started: Instant::now(),
            moved_ms: watch::Sender::new(0),
        }))
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.0.base_ms + millis(self.0.started.elapsed()) + *self.0.moved_ms.borrow()
    }

    /// Seconds since 1970, as both platforms write times.
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Moves the clock forward and wakes the timers that have come due.
    pub fn advance(&self, by: Duration) {
        self.0.moved_ms.send_modify(|moved| *moved += millis(by));
    }

    /// Waits until this clock has moved on by `by`, through real time or [`Clock::advance`].
    pub async fn sleep(&self, by: Duration) {
        let due = self.now_ms() + millis(by);
        let mut moved = self.0.moved_ms.subscribe();
        loop {
            let left = due - self.now_ms();
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else {
                return;
            };
            tokio::select! {
                () = pause(Duration::from_millis(left)) => {}
                changed = moved.changed() => if changed.is_err() { return },
            }
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}

/// Waits in real time: for what must not follow a moved clock, such as the jitter of shuffled webhooks.
#[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock")]
pub(crate) async fn pause(by: Duration) {
    tokio::time::sleep(by).await;
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
