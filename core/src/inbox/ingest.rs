//! Group commit: whatever is waiting is written with one statement, and every request is answered after its own rows are durable.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Book, Channel, NewEvent, Stream, store};
use crate::{
    db::{self, WayIn, dialect},
    desk::Desk,
    failpoints::reached,
};

/// How many rows one transaction takes, at least one request's.
const GROUP: usize = 512;
/// How many requests may wait.
const WAITING: usize = 4_096;
/// How long a request may wait for its commit before the platform is asked to come again.
const DEADLINE: Duration = Duration::from_secs(2);

/// The way into the inbox. Cheap to clone; every request has one.
#[derive(Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Waiting>,
    desk: Desk,
}

/// Proof that events are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested(());

/// Not committed: the platform is to send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the inbox cannot take events right now")]
pub struct Busy;

struct Waiting {
    events: Vec<NewEvent>,
    since: Duration,
    answer: oneshot::Sender<Result<Ingested, Busy>>,
}

impl Ingest {
    /// The way in, and the one task of this process that writes. The task ends when `stop` is cancelled and nobody waits any more.
    pub fn start(
        desk: &Desk,
        book: Arc<Book>,
        stop: CancellationToken,
    ) -> (Self, BoxFuture<'static, ()>) {
        let (queue, waiting) = mpsc::channel(WAITING);
        let writer = Writer {
            desk: desk.clone(),
            book,
        };
        (
            Self {
                queue,
                desk: desk.clone(),
            },
            Box::pin(writer.run(waiting, stop)),
        )
    }

    /// Makes events durable. Returns after the commit, or says that they are not stored.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full, its deadline has passed, or the database refuses.
    pub async fn put(&self, events: Vec<NewEvent>) -> Result<Ingested, Busy> {
        if events.is_empty() {
            return Ok(Ingested(()));
        }
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            events,
            since: self.desk.clock.mono(),
            answer,
        };
        self.queue.try_send(waiting).map_err(|_| Busy)?;
        let _knock = self.desk.db.knock();
        // A commit that hangs is not waited for: the rows' keys make it harmless when they come again.
        tokio::select! {
            answered = answered => answered.unwrap_or(Err(Busy)),
            () = self.desk.clock.sleep(DEADLINE) => Err(Busy),
        }
    }

    /// How many requests wait for their commit.
    pub fn waiting(&self) -> usize {
        WAITING - self.queue.capacity()
    }
}

/// What a group brought on one channel.
#[derive(Default)]
struct Tally {
    accepted: u64,
    messages: u64,
    quarantined: u64,
}

impl Tally {
    fn tell(&self, channel: &Channel) {
        metrics::counter!("sapa_inbox_accepted_total", "channel" => channel.0.clone())
            .increment(self.accepted);
        if self.quarantined > 0 {
            metrics::counter!("sapa_inbox_quarantined_total", "channel" => channel.0.clone())
                .increment(self.quarantined);
            tracing::warn!(%channel, events = self.quarantined, "events were kept in quarantine");
        }
    }
}

struct Writer {
    desk: Desk,
    book: Arc<Book>,
}

impl Writer {
    async fn run(self, mut queue: mpsc::Receiver<Waiting>, stop: CancellationToken) {
        let mut group = Vec::new();
        loop {
            tokio::select! {
                biased;
                taken = queue.recv_many(&mut group, GROUP) => if taken == 0 { return },
                () = stop.cancelled() => {
                    // What was taken in is still answered; what comes now is not let in.
                    queue.close();
                    while queue.recv_many(&mut group, GROUP).await > 0 {
                        self.commit_all(&mut group, None).await;
                    }
                    return;
                }
            }
            // The others' turn may last: whoever comes meanwhile goes in together with those who came before.
            let way = self.desk.db.way_in().await;
            while group.len() < GROUP
                && let Ok(waiting) = queue.try_recv()
            {
                group.push(waiting);
            }
            self.commit_all(&mut group, Some(way)).await;
        }
    }

    /// Commits what waits, about [`GROUP`] rows at a time, the first of them at once if `way` is there.
    async fn commit_all(&self, group: &mut Vec<Waiting>, mut way: Option<WayIn>) {
        let mut batch = Vec::new();
        let mut rows = 0;
        for waiting in group.drain(..) {
            if self.desk.clock.mono().saturating_sub(waiting.since) > DEADLINE {
                let _ = waiting.answer.send(Err(Busy));
                continue;
            }
            rows += waiting.events.len();
            batch.push(waiting);
            if rows >= GROUP {
                self.commit(std::mem::take(&mut batch), way.take()).await;
                rows = 0;
            }
        }
        self.commit(batch, way).await;
    }

    async fn commit(&self, batch: Vec<Waiting>, way: Option<WayIn>) {
        if batch.is_empty() {
            return;
        }
        let mut events = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for waiting in batch {
            answers.push(waiting.answer);
            events.extend(waiting.events);
        }
        let stored = self.store(&events, way).await;
        for answer in answers {
            let _ = answer.send(stored.as_ref().map(|_| Ingested(())).map_err(|_| Busy));
        }
        if let Ok(fresh) = stored {
            self.announce(&events, fresh);
        }
    }

    /// Wakes whoever has something to do now. A lane that is named for an event that was known already simply finds nothing.
    fn announce(&self, events: &[NewEvent], fresh: u64) {
        let (mut lanes, mut statuses) = (false, false);
        let mut tallies: HashMap<&Channel, Tally> = HashMap::new();
        for event in events {
            let tally = tallies.entry(&event.channel).or_default();
            tally.accepted += 1;
            match event.stream {
                Stream::Lane => {
                    lanes = true;
                    tally.messages += 1;
                    self.book.offer(&dialect::lane_name(event));
                }
                Stream::Status => statuses = true,
                Stream::Quarantine => tally.quarantined += 1,
            }
        }
        for (channel, tally) in tallies {
            tally.tell(channel);
            self.desk.inflow.add(channel, tally.messages);
        }
        let all = u64::try_from(events.len()).unwrap_or(u64::MAX);
        metrics::counter!("sapa_inbox_repeated_total").increment(all.saturating_sub(fresh));
        if lanes {
            self.desk.bell.ring_inbox();
        }
        if statuses {
            self.desk.bell.ring_statuses();
        }
    }

    /// Writes all rows in one transaction. When a row is to blame, the group is halved until that row stands alone, and is kept as bytes.
    fn store<'a>(
        &'a self,
        events: &'a [NewEvent],
        way: Option<WayIn>,
    ) -> BoxFuture<'a, Result<u64, db::Error>> {
        Box::pin(async move {
            let error = match self.write(events, way).await {
                Ok(stored) => return Ok(stored),
                Err(error) if db::may_be_replayed(&error) => return self.write(events, None).await,
                Err(error) => error,
            };
            if !db::blames_the_row(&error) {
                tracing::error!(%error, rows = events.len(), "events could not be stored; the platform will send them again");
                return Err(error);
            }
            if let [event] = events {
                tracing::warn!(channel = %event.channel, %error, "an event that the database refuses goes into quarantine");
                self.quarantine(event, &error.to_string()).await?;
                return Ok(1);
            }
            let (first, second) = events.split_at(events.len() / 2);
            Ok(self.store(first, None).await? + self.store(second, None).await?)
        })
    }

    async fn write(&self, events: &[NewEvent], mut way: Option<WayIn>) -> db::Result<u64> {
        let mut apart = 0;
        for event in events.iter().filter(|event| is_bytes(event)) {
            // It has a turn of its own, which would wait for this one.
            way = None;
            self.quarantine(event, "its bytes are no text").await?;
            apart += 1;
        }
        let now = self.desk.clock.now();
        reached("ingest.before_commit");
        let way = match way {
            Some(way) => way,
            None => self.desk.db.way_in().await,
        };
        let fresh = dialect::insert_events(way, events, now).await?;
        reached("ingest.after_commit");
        Ok(apart + fresh)
    }

    async fn quarantine(&self, event: &NewEvent, why: &str) -> db::Result<()> {
        let mut tx = self.desk.db.write().await?;
        store::quarantine(&mut tx, event, why, self.desk.clock.now()).await?;
        tx.commit().await
    }
}

/// An unreadable body that is no text either: kept byte for byte, where a text would be altered.
fn is_bytes(event: &NewEvent) -> bool {
    event.stream == Stream::Quarantine && std::str::from_utf8(&event.payload).is_err()
}
