//! The time of a load run, and its dice. Real time: what is measured is how long things really take.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::clock::pause;

/// A stopwatch; copies show the same time.
#[derive(Clone, Copy, Debug)]
pub struct Watch(Instant);

impl Watch {
    /// Starts it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a load run measures real elapsed time"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has been running.
    pub fn at(&self) -> Duration {
        self.0.elapsed()
    }

    /// Waits for so long.
    pub async fn pause(&self, by: Duration) {
        pause(by).await;
    }

    /// Waits until the stopwatch shows `at`. False: that was past already.
    pub async fn until(&self, at: Duration) -> bool {
        match at.checked_sub(self.at()) {
            Some(left) if !left.is_zero() => {
                pause(left).await;
                true
            }
            _ => false,
        }
    }
}

/// Throws that are the same for the same seed. Clones share them.
#[derive(Clone, Debug)]
pub struct Dice(Arc<AtomicU64>);

impl Dice {
    /// Dice of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    /// A number below `sides` (splitmix64).
    pub fn below(&self, sides: u64) -> u64 {
        let step = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides.max(1)
    }

    /// True so many times of a hundred.
    pub fn percent(&self, chance: u64) -> bool {
        self.below(100) < chance
    }
}
