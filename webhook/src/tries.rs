//! How often one address may try codes: counted by this process, for each address or network by itself. What a code is good for is limited
//! where codes are kept; this keeps whoever makes up challenges from writing without end.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sapa_core::otp;

/// So many tries in [`WINDOW`]: many customers of a mobile network share one address (carrier-grade NAT).
const MOST: u32 = 100;
const WINDOW: Duration = Duration::from_mins(10);
/// As many addresses as are counted at once; beyond them counting begins anew.
const ADDRESSES: usize = 50_000;

/// Since when an address is counted, and how often it tried.
#[derive(Default)]
pub(crate) struct Tries(Mutex<HashMap<String, (Duration, u32)>>);

impl Tries {
    /// Counts a try; how long to wait when there were too many. `now` is the monotonic time.
    pub(crate) fn take(&self, address: &str, now: Duration) -> Result<(), Duration> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = |since: Duration| now.saturating_sub(since) < WINDOW;
        if counted.len() >= ADDRESSES {
            counted.retain(|_, (since, _)| goes_on(*since));
            if counted.len() >= ADDRESSES {
                counted.clear();
            }
        }
        let (since, tries) = counted.entry(otp::source(address)).or_insert((now, 0));
        if !goes_on(*since) {
            (*since, *tries) = (now, 0);
        }
        if *tries >= MOST {
            return Err((*since + WINDOW).saturating_sub(now));
        }
        *tries += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_tries_and_gets_them_again() {
        let tries = Tries::default();
        let minute = Duration::from_mins(1);
        for n in 0..MOST {
            let address = format!("2001:db8:1:2::{n:x}");
            assert_eq!(tries.take(&address, minute), Ok(()), "{n}");
        }
        let late = minute * 4;
        assert_eq!(tries.take("2001:db8:1:2::ffff", late), Err(minute * 7));
        assert_eq!(tries.take("2001:db8:1:3::1", late), Ok(()));
        assert_eq!(tries.take("203.0.113.7", late), Ok(()));
        assert_eq!(tries.take("2001:db8:1:2::ffff", minute * 11), Ok(()));
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let tries = Tries::default();
        for n in 0..ADDRESSES + 10 {
            let address = format!("2001:db8:{:x}:{:x}::1", n >> 16, n & 0xffff);
            assert_eq!(tries.take(&address, Duration::ZERO), Ok(()));
        }
        let counted = tries.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(counted.len() <= ADDRESSES);
    }
}
