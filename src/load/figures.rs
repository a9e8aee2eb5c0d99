//! Percentiles and ledgers, as objects for scripts and as words for people.

use std::time::Duration;

use sapa_sandbox::load::{Ledger, Mark};
use serde_json::{Value, json};

/// How long things took.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Of these.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }

    /// The time within which so many of a hundred were done: nearest rank.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// In milliseconds.
    pub fn object(&self) -> Value {
        json!({
            "count": self.0.len(), "p50": millis(self.percentile(50)), "p95": millis(self.percentile(95)),
            "p99": millis(self.percentile(99)), "max": millis(self.percentile(100)),
        })
    }

    /// In one line.
    pub fn words(&self) -> String {
        format!(
            "p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            millis(self.percentile(50)),
            millis(self.percentile(95)),
            millis(self.percentile(99)),
            millis(self.percentile(100)),
        )
    }
}

/// Milliseconds to the microsecond.
pub fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// So many in so long, a second.
pub fn rate(count: usize, time: Duration) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    (count / time.as_secs_f64().max(f64::EPSILON) * 10.0).round() / 10.0
}

/// What came of everything that went one way.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub sent: usize,
    pub acknowledged: usize,
    pub delivered: usize,
    /// Never came out, although whoever sent it may forget it.
    pub lost: usize,
    /// Came more than once without an excuse.
    pub duplicated: usize,
    /// Came more than once because nobody could know: the answer was withheld, or the desk was killed while the call was in flight. Where
    /// copies can say that they are such, only those that do are among these.
    pub uncertain: usize,
    /// From sending to coming out.
    pub times: Times,
    /// From sending to "got it".
    pub acks: Times,
}

/// A call that was answered so shortly before a kill may not have been written down.
const IN_FLIGHT: Duration = Duration::from_millis(500);

impl Account {
    /// Balances a ledger. `acknowledges`: what was never acknowledged is not lost, its sender still has it.
    pub fn of(ledger: &Ledger, kills: &[Duration], acknowledges: bool) -> Self {
        let marks = ledger.marks();
        let mut account = Self::default();
        let (mut times, mut acks) = (Vec::new(), Vec::new());
        for (_, mark) in &marks {
            let Some(sent) = mark.sent else { continue };
            account.sent += 1;
            account.acknowledged += usize::from(mark.acked.is_some());
            acks.extend(mark.acked.map(|at| at.saturating_sub(sent)));
            match mark.arrivals.first() {
                Some(first) => {
                    account.delivered += 1;
                    times.push(first.at.saturating_sub(sent));
                }
                None if mark.acked.is_some() || !acknowledges => account.lost += 1,
                None => {}
            }
            let (excused, not) = if ledger.has_flags() {
                copies(mark)
            } else {
                repeats(mark, kills)
            };
            account.uncertain += excused;
            account.duplicated += not;
        }
        (account.times, account.acks) = (Times::of(times), Times::of(acks));
        account
    }

    /// For scripts.
    pub fn object(&self) -> Value {
        json!({
            "sent": self.sent, "acknowledged": self.acknowledged, "delivered": self.delivered,
            "lost": self.lost, "duplicated": self.duplicated, "uncertain": self.uncertain, "ms": self.times.object(),
        })
    }

    /// In two lines.
    pub fn words(&self, name: &str) -> String {
        // What is fetched by polling is never acknowledged by name.
        let acknowledged = match self.acknowledged {
            0 => String::new(),
            some => format!("{some} acknowledged, "),
        };
        format!(
            "{name}: {} sent, {acknowledged}{} delivered, {} lost, {} duplicated, {} uncertain\n  {}",
            self.sent,
            self.delivered,
            self.lost,
            self.duplicated,
            self.uncertain,
            self.times.words(),
        )
    }
}

/// Repeated arrivals that say what they are, and others.
fn copies(mark: &Mark) -> (usize, usize) {
    let again = mark.arrivals.iter().skip(1);
    let flagged = again.filter(|arrival| arrival.flagged).count();
    (flagged, mark.arrivals.len().saturating_sub(1) - flagged)
}

/// Repeated arrivals, with and without an excuse in what came before.
fn repeats(mark: &Mark, kills: &[Duration]) -> (usize, usize) {
    let pairs = mark.arrivals.iter().zip(mark.arrivals.iter().skip(1));
    let excused = pairs.filter(|(before, after)| {
        let struck = |kill: &Duration| {
            (before.at..after.at).contains(kill) && kill.saturating_sub(before.at) < IN_FLIGHT
        };
        before.unanswered || kills.iter().any(struck)
    });
    let (excused, all) = (excused.count(), mark.arrivals.len().saturating_sub(1));
    (excused, all - excused)
}

#[cfg(test)]
mod tests {
    use sapa_sandbox::load::Arrival;

    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let times = Times::of((1..=200).rev().map(Duration::from_millis));
        assert_eq!(times.percentile(50), Duration::from_millis(100));
        assert_eq!(times.percentile(99), Duration::from_millis(198));
        assert_eq!(times.percentile(100), Duration::from_millis(200));
        assert_eq!(Times::default().percentile(99), Duration::ZERO);
    }

    #[test]
    fn a_copy_says_what_it_is() {
        let arrival = |flagged| Arrival {
            at: Duration::ZERO,
            unanswered: true,
            flagged,
        };
        let mark = |arrivals: Vec<Arrival>| Mark {
            arrivals,
            ..Mark::default()
        };
        assert_eq!(copies(&mark(vec![])), (0, 0));
        let all = vec![arrival(false), arrival(true), arrival(false)];
        assert_eq!(copies(&mark(all)), (1, 1));
    }

    #[test]
    fn a_repeat_needs_an_excuse() {
        let at = |ms, unanswered| Arrival {
            at: Duration::from_millis(ms),
            unanswered,
            flagged: false,
        };
        let mark = |arrivals: Vec<Arrival>| Mark {
            arrivals,
            ..Mark::default()
        };
        let kill = [Duration::from_millis(1_050)];
        assert_eq!(repeats(&mark(vec![at(1_000, false)]), &kill), (0, 0));
        assert_eq!(
            repeats(&mark(vec![at(1_000, false), at(1_900, false)]), &kill),
            (1, 0)
        );
        assert_eq!(
            repeats(&mark(vec![at(1_060, false), at(1_900, false)]), &kill),
            (0, 1)
        );
        assert_eq!(
            repeats(
                &mark(vec![at(9, true), at(90, false), at(95, false)]),
                &kill
            ),
            (1, 1)
        );
    }
}
