//! What was sent into the desk and what came out of it again, by the marks that texts carry.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use crate::locked;

/// A mark's life.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// When it was sent.
    pub sent: Option<Duration>,
    /// When the desk said "got it".
    pub acked: Option<Duration>,
    /// When it came out on the other side; more than once is a duplicate.
    pub arrivals: Vec<Arrival>,
}

/// A call of the desk that carried a mark.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// When.
    pub at: Duration,
    /// The answer to the call was withheld: the desk cannot know that it arrived.
    pub unanswered: bool,
    /// It said itself that it may be a second copy.
    pub flagged: bool,
}

/// Everything that went one way.
#[derive(Debug)]
pub struct Ledger {
    letter: char,
    marks: Mutex<HashMap<u64, Mark>>,
    flag: OnceLock<String>,
}

impl Ledger {
    pub(crate) fn new(letter: char) -> Self {
        Self {
            letter,
            marks: Mutex::default(),
            flag: OnceLock::new(),
        }
    }

    /// From now on a second copy is expected to say these words.
    pub fn expects_flags(&self, words: &str) {
        let _ = self.flag.set(words.to_owned());
    }

    /// Whether second copies are expected to say what they are.
    pub fn has_flags(&self) -> bool {
        self.flag.get().is_some()
    }

    /// Whether a body says that it may be a second copy.
    pub(crate) fn is_flagged(&self, body: &[u8]) -> bool {
        let Some(flag) = self.flag.get().map(String::as_bytes) else {
            return false;
        };
        body.windows(flag.len()).any(|window| window == flag)
    }

    /// The mark as it stands in a text.
    pub fn token(&self, mark: u64) -> String {
        format!("z{}{mark:08}{}z", self.letter, self.letter)
    }

    /// The first mark in a body, whatever else stands there.
    pub(crate) fn find(&self, body: &[u8]) -> Option<u64> {
        let letter = u32::from(self.letter).try_into().unwrap_or(b'?');
        let found = body.windows(12).find(|window| {
            window.starts_with(&[b'z', letter])
                && window.ends_with(&[letter, b'z'])
                && window[2..10].iter().all(u8::is_ascii_digit)
        })?;
        std::str::from_utf8(&found[2..10]).ok()?.parse().ok()
    }

    /// It is on its way.
    pub fn sent(&self, mark: u64, at: Duration) {
        locked(&self.marks).entry(mark).or_default().sent = Some(at);
    }

    /// The desk has said "got it". The first time counts.
    pub fn acked(&self, mark: u64, at: Duration) {
        locked(&self.marks)
            .entry(mark)
            .or_default()
            .acked
            .get_or_insert(at);
    }

    /// It came out on the other side.
    pub(crate) fn arrived(&self, mark: u64, arrival: Arrival) {
        locked(&self.marks)
            .entry(mark)
            .or_default()
            .arrivals
            .push(arrival);
    }

    /// How many marks have come out at least once.
    pub fn delivered(&self) -> usize {
        let marks = locked(&self.marks);
        marks.values().filter(|m| !m.arrivals.is_empty()).count()
    }

    /// Whether this mark has come out.
    pub fn has_arrived(&self, mark: u64) -> bool {
        let marks = locked(&self.marks);
        marks.get(&mark).is_some_and(|m| !m.arrivals.is_empty())
    }

    /// Whether this mark was ever sent or seen.
    pub fn knows(&self, mark: u64) -> bool {
        locked(&self.marks).contains_key(&mark)
    }

    /// Everything, in no order.
    pub fn marks(&self) -> Vec<(u64, Mark)> {
        let marks = locked(&self.marks);
        marks.iter().map(|(n, mark)| (*n, mark.clone())).collect()
    }

    /// Forgets what the preparations left.
    pub fn clear(&self) {
        locked(&self.marks).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_texts() {
        let ledger = Ledger::new('q');
        let text = format!("{{\"text\":\"zq12 Sari\\nhalo {} pak\"}}", ledger.token(42));
        assert_eq!(ledger.find(text.as_bytes()), Some(42));
        assert_eq!(Ledger::new('j').find(text.as_bytes()), None);
        assert_eq!(ledger.find(b"zq0000"), None);
    }

    #[test]
    fn second_copies_are_known_by_their_words() {
        let ledger = Ledger::new('q');
        assert!(!ledger.is_flagged(b"halo (once more)"));
        ledger.expects_flags("(once more)");
        assert!(ledger.is_flagged(b"halo (once more)") && !ledger.is_flagged(b"halo"));
    }
}
