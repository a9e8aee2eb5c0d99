//! How often codes may be asked for. Counted by what was typed, by the asker's address and by whose account it is; every asking counts,
//! also for numbers that are nobody's, so that a refusal tells nothing.

use std::{net::IpAddr, time::Duration};

use super::{Request, Target, store};
use crate::{clock::Millis, db, desk::Act};

/// What was asked for after us counts too, by so much: whoever held the lock before us may have begun after us, or have a clock that is ahead
/// of ours. What lies further in the future was written before a clock was set back, and holds nobody up.
const AHEAD: Duration = Duration::from_mins(1);
/// Between two codes for one number.
const PAUSE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Whose asking is counted, how many are allowed in which time.
const BY_HANDLE: [(usize, Duration); 2] = [(5, HOUR), (20, DAY)];
/// As many for one number from one address that was never logged in: it leaves some for whoever asks from elsewhere.
const BY_HANDLE_HERE: [(usize, Duration); 2] = [(3, HOUR), (10, DAY)];
/// Many customers of a mobile network share one address (carrier-grade NAT).
const BY_SOURCE: [(usize, Duration); 2] = [(100, HOUR), (500, DAY)];
const BY_SUBJECT: [(usize, Duration); 2] = [(10, HOUR), (30, DAY)];

/// What is counted, and known again, for one address: an IPv6 customer has a whole /64 to himself (RFC 6177).
pub fn source(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(ip) => ip.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// How long to wait before another code may be asked for; `None`: not at all.
pub(super) async fn wait(
    act: &mut Act<'_>,
    handle: &str,
    source: &str,
    asked: &Request<'_>,
) -> db::Result<Option<Duration>> {
    // Two who ask at the same moment are counted one after the other (on SQLite they are anyway). Always in this order: nobody waits for a
    // number while he holds an address that the number's holder waits for.
    db::dialect::lock_name(act.tx, handle).await?;
    db::dialect::lock_name(act.tx, source).await?;
    // Where it is nobody's, what was typed stands for the account: the same work.
    db::dialect::lock_name(act.tx, asked.subject.unwrap_or(handle)).await?;
    let (since, until) = (act.now.minus(DAY), act.now.plus(AHEAD));
    let only_here = asked.familiar.then_some(source);
    // Another number may be a stranger's: he gets no more of us than a stranger may ask for, whoever it is that asks.
    let strange = !asked.familiar || matches!(asked.target, Target::Number(_));
    let here = store::asked_by_handle(act.tx, handle, Some(source), since, until).await?;
    let everywhere = store::asked_by_handle(act.tx, handle, None, since, until).await?;
    let (by_handle, most_here) = if strange {
        (everywhere, &BY_HANDLE_HERE)
    } else {
        (here.clone(), &BY_HANDLE)
    };
    let by_source = store::asked_by_source(act.tx, source, since, until).await?;
    // Looked for also when it is nobody's: the same work.
    let subject = asked.subject.unwrap_or_default();
    let by_subject = store::asked_by_subject(act.tx, subject, only_here, since, until).await?;
    let pause = by_handle.first().map(|last| last.plus(PAUSE));
    let free = [
        pause,
        free_at(&by_handle, &BY_HANDLE),
        free_at(&here, most_here),
        free_at(&by_source, &BY_SOURCE),
        free_at(&by_subject, &BY_SUBJECT),
    ];
    let free = free.into_iter().flatten().max().unwrap_or_default();
    Ok((free > act.now).then(|| free.since(act.now)))
}

/// When the fullest of the windows has room again; `asked` is the newest first.
pub(crate) fn free_at(asked: &[Millis], limits: &[(usize, Duration)]) -> Option<Millis> {
    let full = limits.iter().filter_map(|(most, window)| {
        let first_that_counts = asked.get(most - 1)?;
        Some(first_that_counts.plus(*window))
    });
    full.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_v6_neighbourhood_is_one_source() {
        assert_eq!(source("203.0.113.7"), "203.0.113.7");
        assert_eq!(source("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(source("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(source("2001:db8:1:2::9"), "2001:db8:1:2::/64");
        assert_eq!(source(""), "");
    }
}
