//! Lanes: the events of one person strictly in order, people in parallel; retried, and then parked so that the lane goes on.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{Book, Broken, Ephemeral, Event, Handler, TooEarly, hands::Hands, store, track};
use crate::{
    db::{self, Tx, dialect, dialect::Fence},
    desk::Desk,
    failpoints::reached,
};

/// How many events of a lane are handled before another lane gets its turn.
const TURN: i64 = 16;
/// How many events of lanes that are taken together are read at once.
const TURN_TOGETHER: i64 = 64;
/// How long events share one transaction before the others who write get their turn.
const SHARED: Duration = Duration::from_millis(3);
/// How often a deadlock or a serialisation failure is met with another try at once.
const AGAIN: usize = 5;
/// How soon an event is looked at again for which it was too early.
const SOON: Duration = Duration::from_millis(20);
/// The pauses before a failed event is tried again: five tries within 30 s.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 15];

/// The workers that handle events.
#[derive(Clone)]
pub struct Lanes {
    desk: Desk,
    book: Arc<Book>,
    handler: Arc<dyn Handler>,
    owner: String,
    hands: Arc<Hands>,
}

enum Turn {
    /// Everything that was read is handled, and perhaps there is more.
    Over { unfinished: bool },
    /// The lane's first event failed; it is tried again after a pause.
    Paused(Duration),
    /// Another process has the lane now.
    Lost,
}

/// What kept events from being handled.
struct Failed {
    /// Which of them is to blame.
    at: usize,
    error: Broken,
}

impl From<db::Error> for Failed {
    fn from(error: db::Error) -> Self {
        let error = error.into();
        Self { at: 0, error }
    }
}

enum Claim {
    /// Lanes out of this process's book.
    Ours(Vec<String>),
    /// A lane out of the table that all processes share.
    Fenced(Fence),
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
            hands: Arc::default(),
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
                Ok(Claim::Ours(lanes)) => {
                    self.turn_together(lanes).await;
                    continue;
                }
                Ok(Claim::Fenced(fence)) => {
                    self.turn(&fence).await;
                    continue;
                }
                Ok(Claim::Nothing(wait)) => wait
                    .unwrap_or(Duration::from_mins(1))
                    .max(Duration::from_millis(5)),
                Err(error) => {
                    self.hands.unsure();
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
                Ok(lanes) => Claim::Ours(lanes),
                Err(wait) => Claim::Nothing(wait),
            });
        }
        self.hands.let_go(&self.desk, &self.owner).await?;
        let now = self.desk.clock.now();
        let mut tx = self.desk.db.write().await?;
        let lease = i64::try_from(self.desk.river.lease.as_millis()).unwrap_or(i64::MAX);
        let fence = dialect::claim_lane(&mut tx, &self.owner, lease, now).await?;
        let claim = if let Some(fence) = fence {
            Claim::Fenced(fence)
        } else {
            let soonest = dialect::soonest_lane(&mut tx)
                .await?
                .filter(|due| *due > now);
            Claim::Nothing(soonest.map(|due| due.since(now)))
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// One turn of a lane that is fenced.
    async fn turn(&self, fence: &Fence) {
        self.hands.take(&fence.lane);
        let turn = self
            .handle_lane(fence)
            .await
            .unwrap_or_else(|error| broken_off(&error));
        self.hands.leave(&fence.lane);
        let pause = match turn {
            Turn::Over { .. } => Duration::ZERO,
            Turn::Paused(pause) => pause,
            Turn::Lost => return,
        };
        let released = async {
            let mut tx = self.desk.db.write().await?;
            dialect::release_lane(&mut tx, fence, self.desk.clock.now().plus(pause)).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            self.hands.unsure();
            tracing::warn!(%error, "a lane could not be released; it will be as soon as the database answers");
        }
    }

    /// One turn of several lanes of this process's own.
    async fn turn_together(&self, lanes: Vec<String>) {
        let (mut stopped, unread) = match self.handle_lanes(&lanes).await {
            Ok(turns) => turns,
            Err(error) => {
                let Turn::Paused(pause) = broken_off(&error) else {
                    return;
                };
                let all = lanes.iter().map(|lane| (lane.clone(), Turn::Paused(pause)));
                (all.collect(), false)
            }
        };
        let mut more = false;
        for lane in lanes {
            let (unfinished, pause) = match stopped.remove(&lane) {
                None => (unread, Duration::ZERO),
                Some(Turn::Over { unfinished }) => (unfinished || unread, Duration::ZERO),
                Some(Turn::Paused(pause)) => (true, pause),
                Some(Turn::Lost) => (false, Duration::ZERO),
            };
            more |= unfinished;
            let not_before = self.desk.clock.mono() + pause;
            self.book.give_back(lane, unfinished, not_before);
        }
        if more {
            self.desk.bell.ring_inbox();
        }
    }

    async fn handle_lane(&self, fence: &Fence) -> db::Result<Turn> {
        let mut tx = self.desk.db.glance().await?;
        let events = store::of_lane(&mut tx, &fence.lane, TURN).await?;
        tx.rollback().await?;
        if events.is_empty() {
            return self.recount(fence).await;
        }
        for event in &events {
            match self.handle_or_again(event, fence).await {
                Ok(0) => return Ok(Turn::Lost),
                Ok(_) => {}
                Err(error) => return self.failed(event, Some(fence), &error).await,
            }
        }
        Ok(Turn::Over { unfinished: false })
    }

    /// Handles what lanes have to do, in the order of arrival. Which lanes stopped, and whether something was left unread.
    async fn handle_lanes(&self, lanes: &[String]) -> db::Result<(HashMap<String, Turn>, bool)> {
        let mut tx = self.desk.db.glance().await?;
        let events = dialect::of_lanes(&mut tx, lanes, TURN_TOGETHER).await?;
        tx.rollback().await?;
        let unread = i64::try_from(events.len()).is_ok_and(|count| count == TURN_TOGETHER);
        let mut waiting: Vec<&Event> = events.iter().collect();
        let mut stopped = HashMap::new();
        while !waiting.is_empty() {
            match self.handle(&waiting, None).await {
                Ok(handled) => drop(waiting.drain(..handled)),
                Err(Failed { at, error }) => {
                    // It must not keep the others from being handled; its lane stops there.
                    let blamed = waiting[at];
                    let turn = self.failed(blamed, None, &error).await?;
                    stopped.insert(blamed.lane.clone(), turn);
                    waiting.retain(|event| event.seq < blamed.seq || event.lane != blamed.lane);
                }
            }
        }
        Ok((stopped, unread))
    }

    /// A lane that claims to have events and has none: its count is put right, so that it is not claimed for nothing for ever.
    async fn recount(&self, fence: &Fence) -> db::Result<Turn> {
        let mut tx = self.desk.db.write().await?;
        dialect::recount_lane(&mut tx, fence).await?;
        tx.commit().await?;
        Ok(Turn::Over { unfinished: false })
    }

    /// Handles an event; a transaction that PostgreSQL chose to end for another's sake is simply done again.
    async fn handle_or_again(&self, event: &Event, fence: &Fence) -> Result<usize, Broken> {
        for _ in 0..AGAIN {
            match self.handle(&[event], Some(fence)).await {
                Err(Failed { error, .. })
                    if error.downcast_ref().is_some_and(db::may_be_replayed) => {}
                handled => return handled.map_err(|failed| failed.error),
            }
        }
        let handled = self.handle(&[event], Some(fence)).await;
        handled.map_err(|failed| failed.error)
    }

    /// Handles events in one transaction with their marks, as many as fit into its time: all of them, or none when one fails. How many;
    /// none when the lane is somebody else's now.
    async fn handle(&self, events: &[&Event], fence: Option<&Fence>) -> Result<usize, Failed> {
        let mut tx = self.desk.db.write().await?;
        let began = self.desk.clock.mono();
        let (mut seqs, mut after, mut files) = (Vec::new(), Vec::new(), false);
        for (at, event) in events.iter().enumerate() {
            let handled = self.handle_one(&mut tx, event).await;
            let (effects, wants_file) = handled.map_err(|error| Failed { at, error })?;
            seqs.push(event.seq);
            files |= wants_file;
            if !effects.is_empty() {
                after.push(((*event).clone(), effects));
            }
            let shared = self.desk.clock.mono().saturating_sub(began);
            if shared > SHARED || self.desk.db.is_pressed() {
                break;
            }
        }
        let fresh = dialect::done(&mut tx, &seqs, self.desk.clock.now()).await?;
        if fresh == 0 {
            // Handled already: what was done here is not kept.
            return Ok(seqs.len());
        }
        if fresh != seqs.len() {
            return Err(db::Error::Protocol("an event was handled meanwhile".into()).into());
        }
        if let Some(fence) = fence
            && !dialect::keep_lane(&mut tx, fence, 1).await?
        {
            return Ok(0);
        }
        reached("event.before_commit");
        tx.commit().await?;
        reached("event.after_commit");
        track::handled(&events[..seqs.len()], self.desk.clock.now());
        self.desk.bell.ring_outbox();
        if files {
            self.desk.bell.ring_media();
        }
        for (event, effects) in after {
            let handler = Arc::clone(&self.handler);
            tokio::spawn(async move { handler.afterwards(&event, effects).await });
        }
        Ok(seqs.len())
    }

    /// Handles an event inside somebody's transaction. What is to be done afterwards, and whether a file is wanted.
    async fn handle_one(
        &self,
        tx: &mut Tx,
        event: &Event,
    ) -> Result<(Vec<Ephemeral>, bool), Broken> {
        let mut act = self.desk.act_for(tx, format!("e{}", event.seq));
        // A panic in a handler is a failed event, not the end of the desk.
        let effects = AssertUnwindSafe(self.handler.handle(&mut act, event))
            .catch_unwind()
            .instrument(track::handling(event))
            .await
            .map_err(|_| Broken::from("the handler panicked"))??;
        Ok((effects, act.wants_file()))
    }

    async fn failed(
        &self,
        event: &Event,
        fence: Option<&Fence>,
        error: &Broken,
    ) -> db::Result<Turn> {
        if error.is::<TooEarly>() {
            return Ok(Turn::Paused(SOON));
        }
        if let Some(error) = error.downcast_ref().filter(|e| db::is_out_of_order(e)) {
            // No event is given up because of a disk or a server that failed for a while.
            return Ok(broken_off(error));
        }
        let error = &*error.to_string();
        let tried = usize::try_from(event.attempts).unwrap_or(usize::MAX);
        let retries = usize::try_from(self.desk.river.event_retries).unwrap_or(usize::MAX);
        if tried >= retries {
            return self.bury(event, fence, error).await;
        }
        tracing::warn!(seq = event.seq, channel = %event.channel, tried, error, "an event could not be handled; it will be tried again");
        track::failed(event);
        let mut tx = self.desk.db.write().await?;
        store::failed_once(&mut tx, event.seq, error).await?;
        tx.commit().await?;
        let pause = PAUSES.get(tried).or(PAUSES.last()).copied().unwrap_or(15);
        Ok(Turn::Paused(Duration::from_secs(pause)))
    }

    /// Parks an event that nobody can handle; the handler tells the person that waits, and the lane goes on.
    async fn bury(&self, event: &Event, fence: Option<&Fence>, error: &str) -> db::Result<Turn> {
        tracing::error!(seq = event.seq, channel = %event.channel, error, "an event is given up and lies dead");
        track::died(event);
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

/// What becomes of a lane whose turn the database broke off.
fn broken_off(error: &db::Error) -> Turn {
    tracing::warn!(%error, "a lane's turn was broken off");
    Turn::Paused(Duration::from_secs(1))
}
