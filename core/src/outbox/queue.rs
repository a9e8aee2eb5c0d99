//! What waits on one channel, in a sender's memory: who may go next.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use super::{Class, limits::Limiter, store::Waiting};
use crate::clock::Millis;

/// Order holds within one of these.
type Line = (String, i64);

/// The waiting rows of one channel.
#[derive(Default)]
pub(super) struct Queue {
    rows: BTreeMap<(i64, i64), Waiting>,
    busy: HashSet<Line>,
    held: HashMap<Line, Duration>,
    held_recipients: HashMap<String, Duration>,
    /// Until when rows wait that are not due: the wall clock is asked once, for it may be set.
    waits: HashMap<(i64, i64), (Millis, Duration)>,
}

/// The two clocks at one moment.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub wall: Millis,
    pub mono: Duration,
}

/// Who goes now, and how long until it is worth looking again.
pub(super) struct Picked {
    pub rows: Vec<Waiting>,
    pub wait: Duration,
}

impl Queue {
    /// Rows that were read from the table; what is known is left as it is.
    pub fn load(&mut self, rows: Vec<Waiting>) {
        for row in rows {
            self.rows.entry((row.class, row.seq)).or_insert(row);
        }
    }

    /// Whether nothing waits here.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether at least so many rows wait here that could go by now.
    pub fn holds(&self, many: usize, now: Millis) -> bool {
        let due = self.rows.values().filter(|row| row.due_at <= now);
        due.take(many).count() == many
    }

    /// Forgets everything that was read, to read it anew. Lines that are busy or held stay so.
    pub fn forget(&mut self) {
        self.rows.clear();
    }

    /// Nothing goes on this line until it is freed: a row is in flight, or in doubt.
    pub fn occupy(&mut self, row: &Waiting) {
        self.busy.insert(line(row));
    }

    /// The line's row has been dealt with.
    pub fn free(&mut self, recipient: &str, class: i64) {
        self.busy.remove(&(recipient.to_owned(), class));
    }

    /// Nothing goes on this line before `until`.
    pub fn hold_line(&mut self, recipient: &str, class: i64, until: Duration) {
        self.held.insert((recipient.to_owned(), class), until);
    }

    /// Nothing goes to this recipient before `until`.
    pub fn hold_recipient(&mut self, recipient: &str, until: Duration) {
        self.held_recipients.insert(recipient.to_owned(), until);
    }

    /// The rows that may go now, in the order of classes and within one line in the order of arrival; they leave the queue and occupy their lines.
    pub fn pick(&mut self, now: Moment, limiter: &mut Limiter, most: usize) -> Picked {
        self.held.retain(|_, until| *until > now.mono);
        self.held_recipients.retain(|_, until| *until > now.mono);
        let mut wait = Duration::from_mins(1);
        let mut blocked: HashSet<Line> = HashSet::new();
        let mut chosen = Vec::new();
        for (place, row) in &self.rows {
            if chosen.len() >= most {
                break;
            }
            // First of all: from the first look on, the wall clock is not asked again.
            let pause = pause(&mut self.waits, *place, row.due_at, now);
            let line = line(row);
            if self.busy.contains(&line) || blocked.contains(&line) {
                continue;
            }
            if let Some(until) = self.held_until(row) {
                wait = wait.min(until.saturating_sub(now.mono));
                continue;
            }
            if !pause.is_zero() {
                wait = wait.min(pause);
                // A message that was refused is not overtaken by later ones; one that is merely debounced may be.
                if row.refused {
                    blocked.insert(line);
                }
                continue;
            }
            let channel = limiter.wait_channel(now.mono);
            if !channel.is_zero() {
                wait = wait.min(channel);
                break;
            }
            let to_person = is_message(&row.kind);
            let recipient = if to_person {
                limiter.wait_recipient(&row.recipient, now.mono)
            } else {
                Duration::ZERO
            };
            if !recipient.is_zero() {
                wait = wait.min(recipient);
                blocked.insert(line);
                continue;
            }
            limiter.take(&row.recipient, to_person);
            blocked.insert(line);
            chosen.push(*place);
        }
        self.waits.retain(|place, _| self.rows.contains_key(place));
        let rows: Vec<_> = chosen
            .iter()
            .filter_map(|place| self.rows.remove(place))
            .collect();
        for row in &rows {
            self.occupy(row);
        }
        Picked {
            rows,
            wait: wait.max(Duration::from_millis(1)),
        }
    }

    fn held_until(&self, row: &Waiting) -> Option<Duration> {
        let holds = [
            self.held.get(&line(row)),
            self.held_recipients.get(&row.recipient),
        ];
        holds.into_iter().flatten().max().copied()
    }
}

/// How long a row still waits for its time.
fn pause(
    waits: &mut HashMap<(i64, i64), (Millis, Duration)>,
    place: (i64, i64),
    due_at: Millis,
    now: Moment,
) -> Duration {
    let known = waits.get(&place).filter(|(due, _)| *due == due_at);
    if known.is_none() && due_at <= now.wall {
        return Duration::ZERO;
    }
    let until = known.map_or_else(|| now.mono + due_at.since(now.wall), |(_, until)| *until);
    waits.insert(place, (due_at, until));
    until.saturating_sub(now.mono)
}

fn line(row: &Waiting) -> Line {
    (row.recipient.clone(), row.class)
}

/// Whether a row of this kind is a message of its own in the chat. Edits and reactions change one that is there.
pub(super) fn is_message(kind: &str) -> bool {
    !matches!(kind, "tick" | "card_edit")
}

/// Whether a row of this class is never sent twice, even if nobody knows whether it went out.
pub(super) fn never_twice(class: i64) -> bool {
    Class::from_number(class) == Class::Broadcast
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::limits::Rates;

    fn row(seq: i64, recipient: &str, class: Class, due_at: i64, refused: bool) -> Waiting {
        let (id, kind) = (seq.to_string(), "prompt".to_owned());
        Waiting {
            seq,
            id,
            recipient: recipient.into(),
            class: class as i64,
            kind,
            due_at: Millis(due_at),
            refused,
        }
    }

    fn pick(queue: &mut Queue, rates: Rates, at: u64) -> Vec<i64> {
        let mono = Duration::from_secs(at);
        let now = Moment {
            wall: Millis(i64::try_from(at).expect("small") * 1_000),
            mono,
        };
        queue
            .pick(now, &mut Limiter::new(rates, mono), 10)
            .rows
            .iter()
            .map(|r| r.seq)
            .collect()
    }

    #[test]
    fn conversations_go_before_broadcasts_and_one_line_waits_for_itself() {
        // Fast enough for several at once.
        let rates = Rates {
            per_second: 1_000.0,
            ..Rates::whatsapp()
        };
        let mut queue = Queue::default();
        queue.load(vec![
            row(1, "b", Class::Broadcast, 0, false),
            row(2, "a", Class::Conversation, 0, false),
            row(3, "a", Class::Conversation, 0, false),
        ]);
        assert_eq!(pick(&mut queue, rates, 1), [2, 1]);
        assert_eq!(pick(&mut queue, rates, 1), [0_i64; 0], "the line is busy");
        queue.free("a", 0);
        assert_eq!(pick(&mut queue, rates, 1), [3]);
    }

    #[test]
    fn a_refused_row_is_not_overtaken_a_debounced_one_is() {
        let mut queue = Queue::default();
        queue.load(vec![
            row(1, "a", Class::Card, 9_000, true),
            row(2, "a", Class::Card, 0, false),
        ]);
        assert_eq!(pick(&mut queue, Rates::telegram(), 1), [0_i64; 0]);
        let mut queue = Queue::default();
        queue.load(vec![
            row(1, "a", Class::Card, 9_000, false),
            row(2, "a", Class::Card, 0, false),
        ]);
        assert_eq!(pick(&mut queue, Rates::telegram(), 1), [2]);
    }

    #[test]
    fn a_held_recipient_delays_nobody_else() {
        let mut queue = Queue::default();
        queue.hold_recipient("a", Duration::from_mins(1));
        queue.load(vec![
            row(1, "a", Class::Conversation, 0, false),
            row(2, "b", Class::Conversation, 0, false),
        ]);
        assert_eq!(pick(&mut queue, Rates::telegram(), 1), [2]);
    }
}
