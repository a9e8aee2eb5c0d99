//! How old challenges are by a clock that nobody can set back: the wall clock may jump, and must not make a code live longer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::GOOD_FOR;

/// When the challenges of this process began, on its monotonic clock. After a restart the wall clock alone counts.
#[derive(Clone, Default)]
pub struct Ages(Arc<Mutex<HashMap<String, Duration>>>);

impl Ages {
    /// A challenge begins.
    pub(super) fn begin(&self, challenge: &str, mono: Duration) {
        let mut began = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody can use any more are forgotten a little later than they end, lest they become unknown and young again.
        began.retain(|_, at| mono.saturating_sub(*at) < GOOD_FOR * 7);
        began.insert(challenge.to_owned(), mono);
    }

    /// Whether a challenge is not too old; unknown ones are not ours to judge.
    pub(super) fn is_fresh(&self, challenge: &str, mono: Duration) -> bool {
        let began = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        began
            .get(challenge)
            .is_none_or(|at| mono.saturating_sub(*at) < GOOD_FOR)
    }
}
