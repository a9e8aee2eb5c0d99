//! Rates: token buckets on the monotonic clock, so that a platform never has to refuse us.

use std::{collections::HashMap, time::Duration};

/// How fast a channel may send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Messages per second on the whole channel.
    pub per_second: f64,
    /// Pause between two messages to one recipient, once the burst is used up.
    pub recipient_every: Duration,
    /// Messages to one recipient before the pause applies.
    pub recipient_burst: u32,
    /// Messages per minute to one group (recipients that begin with `-`, as Telegram writes groups); `None` where there are none.
    pub group_per_minute: Option<u32>,
}

impl Rates {
    /// WhatsApp's documented defaults: 80 a second both ways, one per six seconds to a person after a burst of 45.
    pub fn whatsapp() -> Self {
        let (every, burst) = (Duration::from_secs(6), 45);
        Self {
            per_second: 80.0,
            recipient_every: every,
            recipient_burst: burst,
            group_per_minute: None,
        }
    }

    /// Telegram's documented advice: under 30 a second, about one a second in a chat, 20 a minute in a group.
    pub fn telegram() -> Self {
        let every = Duration::from_secs(1);
        Self {
            per_second: 28.0,
            recipient_every: every,
            recipient_burst: 5,
            group_per_minute: Some(20),
        }
    }
}

/// Tokens that come back with time.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    capacity: f64,
    per_second: f64,
    tokens: f64,
    at: Duration,
}

impl Bucket {
    /// A full bucket.
    pub fn new(capacity: f64, per_second: f64, now: Duration) -> Self {
        Self {
            capacity,
            per_second,
            tokens: capacity,
            at: now,
        }
    }

    fn refill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.per_second).min(self.capacity);
        self.at = self.at.max(now);
    }

    /// How long until a token is there; zero when it is.
    pub fn wait(&mut self, now: Duration) -> Duration {
        self.refill(now);
        if self.tokens >= 1.0 - 1e-9 {
            return Duration::ZERO;
        }
        Duration::from_secs_f64((1.0 - self.tokens) / self.per_second).max(Duration::from_millis(1))
    }

    /// Takes a token, whether it is there or not.
    pub fn take(&mut self) {
        self.tokens -= 1.0;
    }

    /// Takes tokens that others used; a second's worth of debt at most.
    pub fn drain(&mut self, used: f64) {
        self.tokens = (self.tokens - used).max(-self.per_second);
    }

    fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.capacity);
    }

    fn is_full(&mut self, now: Duration) -> bool {
        self.refill(now);
        self.tokens >= self.capacity
    }
}

/// How much of its rate a channel keeps when the platform says that it is too fast, and the least that it comes down to.
const SLOWED: (f64, f64) = (0.5, 0.05);
/// How fast it comes back: from a half to the whole in about a minute.
const RECOVERS_PER_SECOND: f64 = 0.01;

/// The buckets of one channel.
pub struct Limiter {
    rates: Rates,
    all: Bucket,
    /// The part of the configured rate that is used, and since when it grows again.
    share: (f64, Duration),
    recipients: HashMap<String, Bucket>,
}

impl Limiter {
    /// Full buckets. The channel's own holds one message and what a late wake-up of 10 ms would lose: bursts are spread rather than
    /// refused, and the platform's second, which slides, has some milliseconds of the network's in hand.
    pub fn new(rates: Rates, now: Duration) -> Self {
        let all = Bucket::new(1.0 + rates.per_second / 100.0, rates.per_second, now);
        Self {
            rates,
            all,
            share: (1.0, now),
            recipients: HashMap::new(),
        }
    }

    /// Others used the channel: WhatsApp counts what comes in against what may go out.
    pub fn inbound(&mut self, messages: u64) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of messages within a moment"
        )]
        self.all.drain(messages as f64);
    }

    /// The platform says that the whole channel is too fast (WhatsApp's 130429, Telegram's 429 in several chats): its limits are lower than
    /// what is configured, or somebody else uses them too. Half as fast from now on, and slowly back.
    pub fn too_fast(&mut self, now: Duration) {
        // Those that were in flight together say it together: it counts once.
        if self.share.0 < 1.0 && now.saturating_sub(self.share.1) < Duration::from_secs(1) {
            return;
        }
        let share = (self.share_at(now) * SLOWED.0).max(SLOWED.1);
        self.share = (share, now);
        self.all.refill(now);
    }

    fn share_at(&self, now: Duration) -> f64 {
        let grown = now.saturating_sub(self.share.1).as_secs_f64() * RECOVERS_PER_SECOND;
        (self.share.0 + grown).min(1.0)
    }

    /// How long the whole channel has to wait.
    pub fn wait_channel(&mut self, now: Duration) -> Duration {
        self.all.per_second = self.rates.per_second * self.share_at(now);
        self.all.wait(now)
    }

    /// How long this recipient has to wait.
    pub fn wait_recipient(&mut self, recipient: &str, now: Duration) -> Duration {
        let rates = self.rates;
        let bucket = self
            .recipients
            .entry(recipient.to_owned())
            .or_insert_with(|| recipient_bucket(rates, recipient, now));
        bucket.wait(now)
    }

    /// A message goes out. `to_person`: it is a message of its own in the recipient's chat (not an edit or a reaction).
    pub fn take(&mut self, recipient: &str, to_person: bool) {
        self.all.take();
        if to_person && let Some(bucket) = self.recipients.get_mut(recipient) {
            bucket.take();
        }
    }

    /// What was taken was not used after all.
    pub fn give_back(&mut self, recipient: &str, to_person: bool) {
        self.all.give_back();
        if to_person && let Some(bucket) = self.recipients.get_mut(recipient) {
            bucket.give_back();
        }
    }

    /// Forgets recipients whose buckets are full again.
    pub fn tidy(&mut self, now: Duration) {
        if self.recipients.len() > 1_000 {
            self.recipients.retain(|_, bucket| !bucket.is_full(now));
        }
    }
}

fn recipient_bucket(rates: Rates, recipient: &str, now: Duration) -> Bucket {
    match rates.group_per_minute {
        Some(per_minute) if recipient.starts_with('-') => Bucket::new(
            f64::from(per_minute) / 4.0,
            f64::from(per_minute) / 60.0,
            now,
        ),
        _ => Bucket::new(
            f64::from(rates.recipient_burst),
            1.0 / rates.recipient_every.as_secs_f64().max(0.001),
            now,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_at_full_speed_never_exceeds_the_rate_in_any_second() {
        let mut limiter = Limiter::new(Rates::telegram(), Duration::ZERO);
        let mut sent = Vec::new();
        let mut now = Duration::ZERO;
        while now < Duration::from_mins(1) {
            let wait = limiter.wait_channel(now);
            if wait.is_zero() {
                limiter.take("1", false);
                sent.push(now);
            } else {
                now += wait;
            }
        }
        let worst = sent
            .iter()
            .map(|at| {
                sent.iter()
                    .filter(|t| **t >= *at && **t < *at + Duration::from_secs(1))
                    .count()
            })
            .max();
        assert!(worst <= Some(30), "at most 30 in any second, not {worst:?}");
        assert!(
            sent.len() > 28 * 59,
            "and close to 28 a second over the minute: {}",
            sent.len()
        );
    }

    #[test]
    fn a_channel_that_is_told_that_it_is_too_fast_slows_down_and_comes_back() {
        let mut limiter = Limiter::new(Rates::whatsapp(), Duration::ZERO);
        let sent_within = |limiter: &mut Limiter, from: Duration| {
            let (mut now, mut sent) = (from, 0);
            while now < from + Duration::from_secs(2) {
                match limiter.wait_channel(now) {
                    Duration::ZERO => {
                        limiter.take("a", false);
                        sent += 1;
                    }
                    wait => now += wait,
                }
            }
            sent
        };
        assert!(sent_within(&mut limiter, Duration::ZERO) >= 155);
        for _ in 0..32 {
            limiter.too_fast(Duration::from_secs(2));
        }
        let slow = sent_within(&mut limiter, Duration::from_secs(2));
        assert!((70..95).contains(&slow), "half as fast: {slow}");
        for second in 4..60 {
            limiter.too_fast(Duration::from_secs(second));
        }
        let slowest = sent_within(&mut limiter, Duration::from_mins(1));
        assert!((6..20).contains(&slowest), "never to a stop: {slowest}");
        let again = sent_within(&mut limiter, Duration::from_mins(4));
        assert!(again >= 155, "and back: {again}");
    }

    #[test]
    fn a_pair_has_a_burst_and_then_a_pause() {
        let mut limiter = Limiter::new(Rates::whatsapp(), Duration::ZERO);
        for _ in 0..45 {
            assert_eq!(limiter.wait_recipient("a", Duration::ZERO), Duration::ZERO);
            limiter.take("a", true);
        }
        let wait = limiter.wait_recipient("a", Duration::ZERO);
        assert!(
            wait > Duration::from_secs(5) && wait <= Duration::from_secs(6),
            "{wait:?}"
        );
        limiter.give_back("a", true);
        assert_eq!(limiter.wait_recipient("a", Duration::ZERO), Duration::ZERO);
        assert_eq!(
            limiter.wait_recipient("b", Duration::ZERO),
            Duration::ZERO,
            "another person is not delayed"
        );
    }
}
