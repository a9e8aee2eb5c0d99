//! Stops a channel whose platform is away: after some failures in a row nothing is tried for a while, then one message tries it for all.
//! Without it an outage would use up every waiting message's attempts, and leave dozens in doubt.

use std::time::Duration;

use super::{Reach, SendError, outcome::TOO_FAST, sender::Answer};

/// So many failures in a row are no accident of one message's.
const TRIPS: u32 = 5;
/// The first rest, and the longest.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What a channel's last answers say about its platform.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    until: Duration,
}

impl Breaker {
    /// An answer came, or none did. `jitter` is between 0 and 399.
    pub fn note(&mut self, answer: &Answer, now: Duration, jitter: u64) {
        match answer {
            Err(SendError::NotYet(_) | SendError::Cancelled | SendError::Moved(_)) => {}
            Err(error) if is_outage(error) => {
                self.failures = self.failures.saturating_add(1);
                if let Some(over) = self.failures.checked_sub(TRIPS) {
                    let rest = REST.0 * 2_u32.pow(over.min(5));
                    let jitter = u32::try_from(jitter).unwrap_or(200).min(399);
                    self.until = now + rest.min(REST.1) * (800 + jitter) / 1_000;
                }
            }
            _ => *self = Self::default(),
        }
    }

    /// How many messages may be in flight; zero while the channel rests.
    pub fn most(&self, now: Duration, usually: usize) -> usize {
        if self.failures < TRIPS {
            usually
        } else {
            usize::from(now >= self.until)
        }
    }

    /// How long the channel rests still.
    pub fn rests(&self, now: Duration) -> Duration {
        self.until.saturating_sub(now)
    }
}

/// Whether an error speaks of the platform or the way to it, and not of the message: no answer, a 5xx without a pause of the platform's own,
/// or its word that it is in trouble as a whole. (That we are too fast is our trouble.)
fn is_outage(error: &SendError) -> bool {
    match error {
        SendError::Uncertain { .. } => true,
        SendError::Retry {
            after: None,
            reach: Reach::Channel,
            code,
            ..
        } => !TOO_FAST.contains(&code.as_str()),
        SendError::Retry {
            after: None, code, ..
        } => code == "network" || code == "no_answer" || code.starts_with("http_5"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUALLY: usize = 32;

    fn down() -> Answer {
        Err(SendError::Retry {
            after: None,
            reach: Reach::Recipient,
            code: "http_502".into(),
            detail: String::new(),
        })
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_few_failures_stop_nobody_and_an_answer_of_any_kind_ends_the_count() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.note(&down(), at(1), 0);
        }
        assert_eq!(breaker.most(at(1), USUALLY), USUALLY);
        let refused = SendError::Permanent {
            code: "100".into(),
            detail: String::new(),
        };
        breaker.note(&Err(refused), at(1), 0);
        breaker.note(&down(), at(1), 0);
        assert_eq!(breaker.most(at(1), USUALLY), USUALLY, "it was there");
    }

    #[test]
    fn a_platform_that_says_it_is_in_trouble_is_away_and_one_that_says_we_are_too_fast_is_there() {
        let says = |code: &str| {
            Err(SendError::Retry {
                after: None,
                reach: Reach::Channel,
                code: code.into(),
                detail: String::new(),
            })
        };
        let after = |code| {
            let mut breaker = Breaker::default();
            for _ in 0..TRIPS {
                breaker.note(&says(code), at(1), 0);
            }
            breaker.most(at(1), USUALLY)
        };
        assert_eq!(after("131016"), 0);
        assert_eq!(after("130429"), USUALLY);
    }

    #[test]
    fn an_outage_is_tried_by_one_message_at_growing_pauses() {
        let mut breaker = Breaker::default();
        let mut now = Duration::ZERO;
        let mut tries = 0;
        while now < Duration::from_mins(10) {
            match breaker.most(now, USUALLY) {
                0 => now += breaker.rests(now),
                most => {
                    assert!(tries < 5 || most == 1, "one tries for all");
                    breaker.note(&down(), now, 200);
                    tries += 1;
                }
            }
        }
        assert!((20..40).contains(&tries), "{tries} tries in ten minutes");
        breaker.note(&Ok(Vec::new()), now, 0);
        assert_eq!(breaker.most(now, USUALLY), USUALLY);
    }
}
