//! Identifiers, made from a clock and an [`Entropy`] that are both handed in.

use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Millis;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Where randomness comes from.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes` with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random numbers.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Makes ids, numbers and tokens.
#[derive(Clone)]
pub struct Ids {
    entropy: Arc<dyn Entropy>,
    /// The last id, as a number: within one process a later id is always a greater one, also within a millisecond.
    last: Arc<Mutex<u128>>,
}

impl Ids {
    /// Ids from this source of randomness.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self {
            entropy,
            last: Arc::default(),
        }
    }

    /// A ULID: 26 letters, sortable by time, unique without asking anybody.
    pub fn id(&self, now: Millis) -> String {
        let mut random = [0; 16];
        self.entropy.fill(&mut random[6..]);
        let time = u64::try_from(now.0).unwrap_or(0).to_be_bytes();
        random[..6].copy_from_slice(&time[2..]);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same_millisecond = *last >> 80 == u128::from_be_bytes(random) >> 80;
        *last = if same_millisecond {
            *last + 1
        } else {
            u128::from_be_bytes(random)
        };
        encode(*last, 26)
    }

    /// A ticket's number: `TKT-` and eight letters or digits without I, L, O and U, so that it can be read out and not guessed.
    pub fn ticket_number(&self) -> String {
        format!(
            "TKT-{}",
            encode(u128::from(u64::from_be_bytes(self.bytes())), 8)
        )
    }

    /// A secret for a link: 128 bits in 26 letters, all of which Telegram's deep links allow.
    pub fn token(&self) -> String {
        encode(u128::from_be_bytes(self.bytes()), 26)
    }

    /// A random number below `limit` (for jitter; not for secrets).
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_be_bytes(self.bytes()) % limit.max(1)
    }

    /// Bytes that nobody can guess.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// What a person typed for a ticket's number, put right: any case, with or without `TKT-`, and O for 0, I and L for 1.
pub fn parse_ticket_number(typed: &str) -> Option<String> {
    let upper = typed.trim().to_uppercase();
    let (bare, named) = match upper.strip_prefix("TKT") {
        Some(rest) => (rest.trim_start_matches(['-', ' ']), true),
        // Eight letters alone are rather a word ("internet").
        None => (upper.as_str(), upper.contains(|c: char| c.is_ascii_digit())),
    };
    let letters: String = bare
        .chars()
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let known = letters.len() == 8 && letters.bytes().all(|b| CROCKFORD.contains(&b));
    (known && named).then(|| format!("TKT-{letters}"))
}

/// The first ticket number that stands in a text of ours.
pub fn ticket_number_in(text: &str) -> Option<&str> {
    let candidates = text
        .match_indices("TKT-")
        .filter_map(|(at, _)| text.get(at..at + 12));
    candidates
        .into_iter()
        .find(|number| parse_ticket_number(number).as_deref() == Some(number))
}

/// A ticket's number for each of 2^40 numbers, no two the same, that does not look like counting. For sample data.
pub(crate) fn ticket_number_of(n: u64) -> String {
    // An odd factor maps 2^40 numbers onto themselves.
    let scrambled = n.wrapping_mul(0x9E_3779_B97F) & ((1 << 40) - 1);
    format!("TKT-{}", encode(u128::from(scrambled), 8))
}

fn encode(mut value: u128, letters: usize) -> String {
    let mut out = vec![0; letters];
    for slot in out.iter_mut().rev() {
        *slot = CROCKFORD[usize::try_from(value & 31).expect("five bits fit")];
        value >>= 5;
    }
    String::from_utf8(out).expect("Crockford's letters are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let ids = Ids::new(Arc::new(SystemEntropy));
        let (early, late) = (ids.id(Millis(1_000)), ids.id(Millis(2_000)));
        assert!(early < late, "{early} sorts before {late}");
        assert_eq!(early.len(), 26);
        let same: Vec<_> = (0..100).map(|_| ids.id(Millis(3_000))).collect();
        assert!(same.is_sorted(), "also within a millisecond");
    }

    #[test]
    fn a_number_is_found_in_words() {
        let text = "Balas TKT-, Tiket TKT-7K3M9QXA sudah TKT-00000000.";
        assert_eq!(ticket_number_in(text), Some("TKT-7K3M9QXA"));
        assert_eq!(ticket_number_in("TKT-é"), None);
    }

    #[test]
    fn numbers_survive_sloppy_typing() {
        assert_eq!(
            parse_ticket_number(" tkt-7k3m9qxa ").as_deref(),
            Some("TKT-7K3M9QXA")
        );
        assert_eq!(
            parse_ticket_number("7K3M9QXA").as_deref(),
            Some("TKT-7K3M9QXA")
        );
        assert_eq!(
            parse_ticket_number("TKT 7K3M9QXO").as_deref(),
            Some("TKT-7K3M9QX0")
        );
        assert_eq!(parse_ticket_number("internet"), None);
        assert_eq!(parse_ticket_number("TKT-7K3M9QX"), None);
    }
}
