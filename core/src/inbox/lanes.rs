//! Lanes: the events of one person strictly in order, people in parallel; retried, and then parked so that the lane goes on.

use std::{
    collections::{HashMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::{Broken, Event, Handler, store};
use crate::{
    db::{self, dialect, dialect::Fence},
    desk::Desk,
    failpoints::reached,
};

/// How many events of a lane are handled before another lane gets its turn.
const TURN: i64 = 16;
/// How often a deadlock or a serialisation failure is met with another try at once.
const AGAIN: usize = 5;
/// The pauses before a failed event is tried again: five tries within 30 s.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 15];

/// Lanes with something to do, in memory: on SQLite one process has them all. (On PostgreSQL they are a table, and this stays empty.)
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

    /// The lane that has waited longest and may run at `now`; how long until one may otherwise.
    fn take(&self, now: Duration) -> Result<String, Option<Duration>> {
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
    fn give_back(&self, lane: String, unfinished: bool, not_before: Duration) {
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

/// The workers that handle events.
#[derive(Clone)]
pub struct Lanes {
    desk: Desk,
    book: Arc<Book>,
    handler: Arc<dyn Handler>,
    owner: String,
}

enum Turn {
    /// Everything that was read is handled, and perhaps there is more.
    Over { unfinished: bool },
    /// The lane's first event failed; it is tried again after a pause.
    Paused(Duration),
    /// Another process has the lane now.
    Lost,
}

enum Claim {
    Lane(String, Option<Fence>),
    Nothing(Option<Duration>),
}

impl Lanes {
    /// Workers for this desk; `owner` names the process.
    pub fn new(desk: &Desk, book: Arc<Book>, handler: Arc<dyn Handler>, owner: String) -> Self {
        Self {
            desk: desk.clone(),
            book,
            handler,
            owner,
        }
    }

    /// Works until `stop` is cancelled; an event that is being handled is finished first.
    pub async fn run(self, workers: usize, stop: CancellationToken) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..workers {
            tasks.spawn(self.clone().work(stop.clone()));
        }
        let rescan = self.rescan_when_told();
        tokio::select! {
            () = async { while tasks.join_next().await.is_some() {} } => {}
            () = rescan => {}
        }
    }

    /// Rebuilds the book at the start and when another process (a short command beside `serve`) wrote.
    async fn rescan_when_told(&self) {
        let mut afar = self.desk.bell.afar();
        loop {
            if !self.desk.db.is_shared() {
                let lanes = async {
                    let mut tx = self.desk.db.read().await?;
                    store::open_lanes(&mut tx).await
                };
                match lanes.await {
                    Ok(lanes) if !lanes.is_empty() => {
                        for lane in &lanes {
                            self.book.offer(lane);
                        }
                        self.desk.bell.ring_inbox();
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "lanes could not be read"),
                }
            }
            if afar.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    async fn work(self, stop: CancellationToken) {
        let mut bell = self.desk.bell.inbox();
        while !stop.is_cancelled() {
            bell.borrow_and_update();
            let pause = match self.claim().await {
                Ok(Claim::Lane(lane, fence)) => {
                    self.turn(lane, fence).await;
                    continue;
                }
                Ok(Claim::Nothing(wait)) => wait
                    .unwrap_or(Duration::from_mins(1))
                    .max(Duration::from_millis(5)),
                Err(error) => {
                    tracing::warn!(%error, "lanes could not be claimed");
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                _ = bell.changed() => {}
                () = self.desk.clock.sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn claim(&self) -> db::Result<Claim> {
        if !self.desk.db.is_shared() {
            return Ok(match self.book.take(self.desk.clock.mono()) {
                Ok(lane) => Claim::Lane(lane, None),
                Err(wait) => Claim::Nothing(wait),
            });
        }
        let now = self.desk.clock.now();
        let mut tx = self.desk.db.write().await?;
        let lease = i64::try_from(self.desk.river.lease.as_millis()).unwrap_or(i64::MAX);
        let fence = dialect::claim_lane(&mut tx, &self.owner, lease, now).await?;
        let claim = if let Some(fence) = fence {
            Claim::Lane(fence.lane.clone(), Some(fence))
        } else {
            let soonest = dialect::soonest_lane(&mut tx)
                .await?
                .filter(|due| *due > now);
            Claim::Nothing(soonest.map(|due| due.since(now)))
        };
        tx.commit().await?;
        Ok(claim)
    }

    async fn turn(&self, lane: String, fence: Option<Fence>) {
        let turn = self
            .handle_some(&lane, fence.as_ref())
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "a lane's turn was broken off");
                Turn::Paused(Duration::from_secs(1))
            });
        let (unfinished, pause) = match turn {
            Turn::Over { unfinished } => (unfinished, Duration::ZERO),
            Turn::Paused(pause) => (true, pause),
            Turn::Lost => return,
        };
        let Some(fence) = fence else {
            self.book
                .give_back(lane, unfinished, self.desk.clock.mono() + pause);
            if unfinished {
                self.desk.bell.ring_inbox();
            }
            return;
        };
        let released = async {
            let mut tx = self.desk.db.write().await?;
            dialect::release_lane(&mut tx, &fence, self.desk.clock.now().plus(pause)).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(%error, "a lane could not be released; its lease will run out");
        }
    }

    async fn handle_some(&self, lane: &str, fence: Option<&Fence>) -> db::Result<Turn> {
        let mut tx = self.desk.db.read().await?;
        let events = store::of_lane(&mut tx, lane, TURN).await?;
        tx.rollback().await?;
        let unfinished = i64::try_from(events.len()).is_ok_and(|count| count == TURN);
        if events.is_empty()
            && let Some(fence) = fence
        {
            return self.recount(fence).await;
        }
        for event in &events {
            match self.handle_or_again(event, fence).await {
                Ok(true) => {}
                Ok(false) => return Ok(Turn::Lost),
                Err(error) => return self.failed(event, fence, &error.to_string()).await,
            }
        }
        Ok(Turn::Over { unfinished })
    }

    /// A lane that claims to have events and has none: its count is put right, so that it is not claimed for nothing for ever.
    async fn recount(&self, fence: &Fence) -> db::Result<Turn> {
        let mut tx = self.desk.db.write().await?;
        dialect::recount_lane(&mut tx, fence).await?;
        tx.commit().await?;
        Ok(Turn::Over { unfinished: false })
    }

    /// Handles an event; a transaction that PostgreSQL chose to end for another's sake is simply done again.
    async fn handle_or_again(&self, event: &Event, fence: Option<&Fence>) -> Result<bool, Broken> {
        for _ in 0..AGAIN {
            match self.handle_one(event, fence).await {
                Err(error) if error.downcast_ref().is_some_and(db::is_retryable) => {}
                handled => return handled,
            }
        }
        self.handle_one(event, fence).await
    }

    /// Handles an event in one transaction with its mark. False: the lane is somebody else's now, nothing was done.
    async fn handle_one(&self, event: &Event, fence: Option<&Fence>) -> Result<bool, Broken> {
        let mut tx = self.desk.db.write().await?;
        let mut act = self.desk.act_for(&mut tx, format!("e{}", event.seq));
        let now = act.now;
        // A panic in a handler is a failed event, not the end of the desk.
        let handled = AssertUnwindSafe(self.handler.handle(&mut act, event))
            .catch_unwind()
            .await;
        drop(act);
        let effects = handled.map_err(|_| Broken::from("the handler panicked"))??;
        let fresh = store::done(&mut tx, event.seq, now).await?;
        if !fresh {
            return Ok(true);
        }
        if let Some(fence) = fence
            && !dialect::keep_lane(&mut tx, fence, 1).await?
        {
            return Ok(false);
        }
        reached("event.before_commit");
        tx.commit().await?;
        reached("event.after_commit");
        self.desk.bell.ring_outbox();
        if !effects.is_empty() {
            let (after, event) = (Arc::clone(&self.handler), event.clone());
            tokio::spawn(async move { after.afterwards(&event, effects).await });
        }
        Ok(true)
    }

    async fn failed(&self, event: &Event, fence: Option<&Fence>, error: &str) -> db::Result<Turn> {
        let tried = usize::try_from(event.attempts).unwrap_or(usize::MAX);
        let retries = usize::try_from(self.desk.river.event_retries).unwrap_or(usize::MAX);
        if tried >= retries {
            return self.bury(event, fence, error).await;
        }
        tracing::warn!(seq = event.seq, channel = %event.channel, tried, error, "an event could not be handled; it will be tried again");
        let mut tx = self.desk.db.write().await?;
        store::failed_once(&mut tx, event.seq, error).await?;
        tx.commit().await?;
        let pause = PAUSES.get(tried).or(PAUSES.last()).copied().unwrap_or(15);
        Ok(Turn::Paused(Duration::from_secs(pause)))
    }

    /// Parks an event that nobody can handle; the handler tells the person that waits, and the lane goes on.
    async fn bury(&self, event: &Event, fence: Option<&Fence>, error: &str) -> db::Result<Turn> {
        tracing::error!(seq = event.seq, channel = %event.channel, error, "an event is given up and lies dead");
        let mut tx = self.desk.db.write().await?;
        store::dead(&mut tx, event.seq, error, self.desk.clock.now()).await?;
        if let Some(fence) = fence
            && !dialect::keep_lane(&mut tx, fence, 1).await?
        {
            return Ok(Turn::Lost);
        }
        tx.commit().await?;
        let told = async {
            let mut tx = self.desk.db.write().await?;
            let mut act = self.desk.act_for(&mut tx, format!("d{}", event.seq));
            AssertUnwindSafe(self.handler.gave_up(&mut act, event))
                .catch_unwind()
                .await
                .map_err(|_| "it panicked")??;
            drop(act);
            tx.commit().await?;
            Ok::<_, Broken>(())
        };
        match told.await {
            Ok(()) => self.desk.bell.ring_outbox(),
            Err(error) => {
                tracing::warn!(seq = event.seq, %error, "nobody could be told of a dead event");
            }
        }
        Ok(Turn::Over { unfinished: true })
    }
}
