//! Time as a parameter. Everything that asks for the hour asks a [`Clock`]; this file alone touches the system's clocks.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::db::Type;

/// An instant: milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// This instant and a duration more; stays at the end of time rather than wrapping.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// This instant and a duration less.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// An instant as ISO 8601 writes it, also with an offset without a colon (`2026-04-19T13:59:20+0000`).
    pub fn from_iso(text: &str) -> Option<Self> {
        let parsed = chrono::DateTime::parse_from_rfc3339(text)
            .or_else(|_| chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"));
        parsed.ok().map(|at| Self(at.timestamp_millis()))
    }

    /// As RFC 3339 writes it, in UTC to the second.
    pub fn rfc3339(self) -> String {
        let at = chrono::DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// How long after `earlier` this is; zero when it is before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whether this is after `earlier` and not longer than `span`. A clock that was set back makes nobody wait longer: it is not.
    pub fn is_within(self, earlier: Self, span: Duration) -> bool {
        self >= earlier && self.since(earlier) < span
    }
}

/// Where time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, for what people are told and what is stored.
    fn now(&self) -> Millis;
    /// A clock that never jumps backwards, for limits and time-outs. Counts from an arbitrary start.
    fn mono(&self) -> Duration;
    /// Resolves when `mono` has advanced by `by`.
    fn sleep(&self, by: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's own clocks.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time counts from now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clocks"
    )]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clocks"
    )]
    fn now(&self) -> Millis {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn mono(&self) -> Duration {
        self.start.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that sleeps")]
    fn sleep(&self, by: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(by))
    }
}

/// A clock that runs on from a chosen instant and can be moved forward: for tests and for the sandbox's "advance" buttons.
#[derive(Clone)]
pub struct MovableClock {
    start: Millis,
    jumped: Arc<AtomicI64>,
    system: Arc<SystemClock>,
    moved: Arc<(Mutex<Duration>, Notify)>,
}

impl MovableClock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: Millis) -> Self {
        Self {
            start,
            jumped: Arc::default(),
            system: Arc::new(SystemClock::new()),
            moved: Arc::new((Mutex::new(Duration::ZERO), Notify::new())),
        }
    }

    /// Moves the clock forward; everybody who sleeps looks again.
    pub fn advance(&self, by: Duration) {
        *self.offset() += by;
        self.moved.1.notify_waiters();
    }

    /// Somebody sets the wall clock, to and fro; the monotonic one does not notice.
    pub fn jump(&self, millis: i64) {
        self.jumped.fetch_add(millis, Ordering::SeqCst);
    }

    fn offset(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.moved
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Millis {
        let shown = self.start.plus(self.mono());
        Millis(shown.0 + self.jumped.load(Ordering::SeqCst))
    }

    fn mono(&self) -> Duration {
        self.system.mono() + *self.offset()
    }

    fn sleep(&self, by: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let until = self.mono() + by;
        Box::pin(async move {
            loop {
                let moved = clock.moved.1.notified();
                let left = until.saturating_sub(clock.mono());
                if left.is_zero() {
                    return;
                }
                tokio::select! {
                    () = clock.system.sleep(left) => {}
                    () = moved => {}
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn advancing_wakes_sleepers() {
        let clock = MovableClock::starting_at(Millis(1_000));
        let sleeper = tokio::spawn(clock.sleep(Duration::from_hours(1)));
        tokio::task::yield_now().await;
        clock.advance(Duration::from_hours(1));
        sleeper.await.expect("the sleeper ends");
        assert!(clock.now() >= Millis(3_601_000));
    }

    #[test]
    fn since_never_goes_below_zero() {
        assert_eq!(Millis(5).since(Millis(9)), Duration::ZERO);
        assert_eq!(Millis(1_009).since(Millis(9)), Duration::from_secs(1));
    }

    #[test]
    fn nobody_waits_longer_for_a_clock_that_was_set_back() {
        let second = Duration::from_secs(1);
        assert!(Millis(1_008).is_within(Millis(9), second));
        assert!(!Millis(1_009).is_within(Millis(9), second));
        assert!(!Millis(8).is_within(Millis(9), second));
    }
}
