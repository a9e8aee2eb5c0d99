//! Which lanes have something to do, in memory: on SQLite one process has them all. (On PostgreSQL they are a table.)

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many lanes one worker takes together: their events share transactions.
const TOGETHER: usize = 32;

/// Lanes with something to do. On PostgreSQL it stays empty.
#[derive(Default)]
pub struct Book {
    lanes: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    ready: VecDeque<String>,
    known: HashMap<String, Line>,
}

struct Line {
    running: bool,
    more: bool,
    not_before: Duration,
}

impl Book {
    /// A lane has something to do.
    pub fn offer(&self, lane: &str) {
        let mut lines = self.lock();
        if let Some(line) = lines.known.get_mut(lane) {
            line.more = true;
            return;
        }
        lines.known.insert(
            lane.to_owned(),
            Line {
                running: false,
                more: false,
                not_before: Duration::ZERO,
            },
        );
        lines.ready.push_back(lane.to_owned());
    }

    /// The lanes that have waited longest and may run at `now`; how long until one may otherwise.
    pub(super) fn take(&self, now: Duration) -> Result<Vec<String>, Option<Duration>> {
        let mut taken = Vec::new();
        while taken.len() < TOGETHER {
            match self.take_one(now) {
                Ok(lane) => taken.push(lane),
                Err(wait) if taken.is_empty() => return Err(wait),
                Err(_) => break,
            }
        }
        Ok(taken)
    }

    fn take_one(&self, now: Duration) -> Result<String, Option<Duration>> {
        let mut lines = self.lock();
        let due = lines.ready.iter().position(|lane| {
            lines
                .known
                .get(lane)
                .is_some_and(|line| line.not_before <= now)
        });
        let Some(lane) = due.and_then(|at| lines.ready.remove(at)) else {
            let waits = lines
                .ready
                .iter()
                .filter_map(|lane| lines.known.get(lane))
                .map(|line| line.not_before);
            return Err(waits.min().map(|at| at.saturating_sub(now)));
        };
        if let Some(line) = lines.known.get_mut(&lane) {
            line.running = true;
            line.more = false;
        }
        Ok(lane)
    }

    /// A lane's turn is over; it comes again when there is more, not before `not_before`.
    pub(super) fn give_back(&self, lane: String, unfinished: bool, not_before: Duration) {
        let mut lines = self.lock();
        let again = lines.known.get(&lane).is_some_and(|line| line.more) || unfinished;
        if again {
            lines.known.insert(
                lane.clone(),
                Line {
                    running: false,
                    more: false,
                    not_before,
                },
            );
            lines.ready.push_back(lane);
        } else {
            lines.known.remove(&lane);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
