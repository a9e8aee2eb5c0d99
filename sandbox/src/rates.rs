//! The two shapes of rate limit that the platforms use: a bucket that refills, and a sliding count.

use std::collections::VecDeque;

/// Holds `burst` tokens and gets one back every `refill_ms`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bucket {
    /// Milliseconds of credit used up, as of `at_ms`.
    used_ms: i64,
    at_ms: i64,
}

impl Bucket {
    /// Takes one token, or says how many milliseconds until there is one.
    pub fn take(&mut self, now_ms: i64, burst: u32, refill_ms: i64) -> Result<(), i64> {
        let since = (now_ms - self.at_ms).max(0);
        self.used_ms = (self.used_ms - since).max(0);
        self.at_ms = now_ms;
        let full = i64::from(burst).saturating_mul(refill_ms);
        let over = self.used_ms.saturating_add(refill_ms) - full;
        if over > 0 {
            return Err(over);
        }
        self.used_ms += refill_ms;
        Ok(())
    }
}

/// Counts what happened within the last `window_ms`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sliding(VecDeque<i64>);

impl Sliding {
    /// Counts `n`, or says how many milliseconds until there is room.
    pub fn take(&mut self, now_ms: i64, n: usize, most: usize, window_ms: i64) -> Result<(), i64> {
        if most == usize::MAX {
            return Ok(());
        }
        self.forget(now_ms - window_ms);
        if self.0.len() + n > most {
            let oldest = self.0.front().copied().unwrap_or(now_ms);
            return Err((oldest + window_ms - now_ms).max(1));
        }
        self.0.extend(std::iter::repeat_n(now_ms, n));
        Ok(())
    }

    /// Counts what cannot be refused (people writing to the desk).
    pub fn count(&mut self, now_ms: i64, window_ms: i64) {
        self.forget(now_ms - window_ms);
        self.0.push_back(now_ms);
    }

    fn forget(&mut self, before_ms: i64) {
        while self.0.front().is_some_and(|at| *at <= before_ms) {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_allows_its_burst_and_then_one_per_refill() {
        let mut bucket = Bucket::default();
        for _ in 0..45 {
            assert_eq!(bucket.take(1_000, 45, 6_000), Ok(()));
        }
        assert_eq!(bucket.take(1_000, 45, 6_000), Err(6_000));
        assert_eq!(bucket.take(6_999, 45, 6_000), Err(1));
        assert_eq!(bucket.take(7_000, 45, 6_000), Ok(()));
    }

    #[test]
    fn a_sliding_count_forgets_after_its_window() {
        let mut count = Sliding::default();
        assert_eq!(count.take(0, 20, 20, 60_000), Ok(()));
        assert_eq!(count.take(10_000, 1, 20, 60_000), Err(50_000));
        assert_eq!(count.take(60_000, 1, 20, 60_000), Ok(()));
    }
}
