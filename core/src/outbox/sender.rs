//! One sender per channel, elected by a lease: it claims when the limits grant, sends, and records what became of it.
//!
//! Claims and records of one round share a transaction, so that a busy channel costs one commit for many messages.

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Job, Post, SendError, Sender,
    breaker::Breaker,
    doubts::{self, Presence},
    limits::{Limiter, Rates},
    outcome::{self, Next},
    queue::{Moment, Queue, is_message, never_twice},
    store::{self, Waiting},
    track,
};
use crate::{db, desk::Desk, failpoints::reached, inbox::Channel, leases};

/// Messages of one channel that may be in flight at once: this many at most are uncertain after a kill.
const IN_FLIGHT: usize = 32;
/// How many waiting rows are held in memory.
const LOOK_AHEAD: i64 = 2_000;
/// A queue of so many rows that could go is not read anew whenever a row comes, but at most every [`LONG_LOOK`].
const LONG: usize = 200;
/// See [`LONG`].
const LONG_LOOK: Duration = Duration::from_millis(100);
/// How often it is asked whether another sender left rows in flight, and whether there are rows in doubt that nobody told us of.
const OVERSIGHT: Duration = Duration::from_secs(2);

/// A channel that goes out.
#[derive(Clone)]
pub struct Outlet {
    /// The platform's sending side.
    pub sender: Arc<dyn Sender>,
    /// How fast.
    pub rates: Rates,
}

/// All channels' senders.
pub struct Senders;

impl Senders {
    /// Runs every outlet that this process is elected for, until `stop`; what is in flight then is recorded first.
    pub async fn run(desk: Desk, outlets: Vec<Outlet>, owner: String, stop: CancellationToken) {
        let mut tasks = tokio::task::JoinSet::new();
        for outlet in outlets {
            let (desk, owner, stop) = (desk.clone(), owner.clone(), stop.clone());
            tasks.spawn(async move {
                let name = format!("sender:{}", outlet.sender.channel());
                let presence = Presence::begins(&desk);
                let term =
                    |epoch, term| Term::new(&desk, &outlet, &owner, (epoch, presence)).run(term);
                leases::hold(&desk, &name, &owner, &stop, term).await;
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

pub(super) type Answer = Result<Vec<Post>, SendError>;

struct Term {
    desk: Desk,
    sender: Arc<dyn Sender>,
    owner: String,
    epoch: i64,
    /// Since when we are there, until it is known whether doubts begin anew.
    presence: Option<Presence>,
    queue: Queue,
    limiter: Limiter,
    /// Rows that may have gone out, and until when a status may still tell.
    doubts: HashMap<String, (Waiting, Duration)>,
    closed_until: Duration,
    breaker: Breaker,
    in_flight: HashSet<String>,
    /// What the queue holds may not be what the table holds.
    stale: bool,
    /// When the table was read last.
    looked: Option<Duration>,
    /// When it was last looked for what other senders left.
    oversaw: Option<Duration>,
    /// A transaction failed: rows may be claimed that were never sent.
    unsure: bool,
    /// What came back and is not recorded yet.
    answered: Vec<(Waiting, Job, Answer)>,
    answers: mpsc::UnboundedReceiver<(Waiting, Job, Answer)>,
    answering: mpsc::UnboundedSender<(Waiting, Job, Answer)>,
}

impl Term {
    fn new(desk: &Desk, outlet: &Outlet, owner: &str, (epoch, presence): (i64, Presence)) -> Self {
        let (answering, answers) = mpsc::unbounded_channel();
        Self {
            desk: desk.clone(),
            sender: Arc::clone(&outlet.sender),
            owner: owner.to_owned(),
            epoch,
            presence: Some(presence),
            queue: Queue::default(),
            limiter: Limiter::new(outlet.rates, desk.clock.mono()),
            doubts: HashMap::new(),
            closed_until: Duration::ZERO,
            breaker: Breaker::default(),
            in_flight: HashSet::new(),
            stale: true,
            looked: None,
            oversaw: None,
            unsure: false,
            answered: Vec::new(),
            answers,
            answering,
        }
    }

    async fn run(mut self, stop: CancellationToken) {
        let mut bell = self.desk.bell.outbox();
        loop {
            let stopping = stop.is_cancelled();
            if stopping && self.in_flight.is_empty() && self.answered.is_empty() {
                return;
            }
            let wait = match self.round(stopping).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(channel = %self.sender.channel(), %error, "the outbox could not be read or written");
                    (self.stale, self.unsure) = (true, true);
                    Duration::from_millis(500)
                }
            };
            if !wait.is_zero() {
                tokio::select! {
                    Some(answer) = self.answers.recv() => self.take(answer),
                    _ = bell.changed() => self.stale = true,
                    () = self.desk.clock.sleep(wait) => self.stale = true,
                    () = stop.cancelled(), if !stopping => {}
                }
            }
            while let Ok(answer) = self.answers.try_recv() {
                self.take(answer);
            }
        }
    }

    fn take(&mut self, answer: (Waiting, Job, Answer)) {
        self.in_flight.remove(&answer.0.id);
        let jitter = self.desk.ids.below(400);
        self.breaker.note(&answer.2, self.desk.clock.mono(), jitter);
        self.answered.push(answer);
    }

    /// Records what came back, claims what may go, and sends it. Returns how long until the next round is worth while.
    async fn round(&mut self, stopping: bool) -> db::Result<Duration> {
        let mut wait_to_look = None;
        if self.stale && !stopping {
            wait_to_look = self.too_soon_to_look();
            if wait_to_look.is_none() {
                self.look().await?;
                self.stale = false;
            }
        }
        let channel = self.sender.channel().clone();
        let now = Moment {
            wall: self.desk.clock.now(),
            mono: self.desk.clock.mono(),
        };
        if channel.is_whatsapp() {
            self.limiter.inbound(self.desk.inflow.take(&channel));
        }
        self.limiter.tidy(now.mono);
        let closed = self.closed_until.saturating_sub(now.mono);
        let closed = closed.max(self.breaker.rests(now.mono));
        let room = if stopping || !closed.is_zero() {
            0
        } else {
            let most = self.breaker.most(now.mono, IN_FLIGHT);
            most.saturating_sub(self.in_flight.len())
        };
        let picked = self.queue.pick(now, &mut self.limiter, room);
        let overdue: Vec<_> = self
            .doubts
            .values()
            .filter(|(_, until)| *until <= now.mono)
            .map(|(row, _)| row.clone())
            .collect();
        if !(self.answered.is_empty() && picked.rows.is_empty() && overdue.is_empty()) {
            let frees = !(self.answered.is_empty() && overdue.is_empty());
            self.write(&picked.rows, &overdue).await?;
            if self.stale || (frees && !self.queue.is_empty()) {
                // Who waited for a line that is free now goes at once, and what was refused is read anew with its pause.
                return Ok(Duration::ZERO);
            }
        }
        // While the channel rests nothing was picked, and the end of the rest is what is waited for.
        let wait = if closed.is_zero() {
            picked.wait
        } else {
            closed
        };
        let doubts = self.doubts.values();
        let doubt = doubts
            .map(|(_, until)| until.saturating_sub(now.mono))
            .min();
        let soonest = [doubt, wait_to_look]
            .into_iter()
            .flatten()
            .fold(wait, Duration::min);
        Ok(soonest.max(Duration::from_millis(1)))
    }

    /// How long to go on with a long queue before it is read anew.
    fn too_soon_to_look(&self) -> Option<Duration> {
        let looked = self.looked?;
        if !self.queue.holds(LONG, self.desk.clock.now()) {
            return None;
        }
        let wait = (looked + LONG_LOOK).saturating_sub(self.desk.clock.mono());
        (!wait.is_zero()).then_some(wait)
    }

    /// Reads what waits, and now and then what is in doubt.
    async fn look(&mut self) -> db::Result<()> {
        let channel = self.sender.channel().clone();
        let now = self.desk.clock.mono();
        let oversees = self.oversaw.is_none_or(|at| now >= at + OVERSIGHT);
        if oversees {
            self.doubt_what_others_left(&channel).await?;
            if let Some(presence) = self.presence {
                presence.makes_up_for_silence(&self.desk, &channel).await?;
                self.presence = None;
            }
        }
        if self.unsure {
            self.unclaim().await?;
        }
        let mut tx = self.desk.db.glance().await?;
        let waiting = store::ready(&mut tx, &channel, LOOK_AHEAD).await?;
        if oversees || !self.doubts.is_empty() {
            let doubtful = store::doubts(&mut tx, &channel).await?;
            self.weigh(doubtful);
            self.oversaw = Some(now);
        }
        tx.rollback().await?;
        self.looked = Some(now);
        self.queue.forget();
        self.queue.load(waiting);
        Ok(())
    }

    /// Rows that another sender had in flight when it ended are in doubt.
    async fn doubt_what_others_left(&self, channel: &Channel) -> db::Result<()> {
        if !store::needs_doubting(&self.desk.db, channel, &self.owner, self.epoch).await? {
            return Ok(());
        }
        let mut tx = self.desk.db.write().await?;
        let until = self
            .desk
            .clock
            .now()
            .plus(doubts::patience(&self.desk, channel));
        let doubted = store::doubt(&mut tx, channel, &self.owner, self.epoch, until).await?;
        tx.commit().await?;
        tracing::warn!(%channel, doubted, "messages were in flight when their sender ended; whether they went out is uncertain");
        metrics::counter!("sapa_outbox_uncertain_total", "channel" => channel.0.clone())
            .increment(doubted);
        Ok(())
    }

    /// These are in doubt now, and what was before is not any more.
    fn weigh(&mut self, doubtful: Vec<Waiting>) {
        let told: Vec<_> = self
            .doubts
            .keys()
            .filter(|id| !doubtful.iter().any(|row| &row.id == *id))
            .cloned()
            .collect();
        for id in told {
            if let Some((row, _)) = self.doubts.remove(&id) {
                self.queue.free(&row.recipient, row.class);
            }
        }
        for row in doubtful {
            self.queue.occupy(&row);
            let left = doubts::left(&self.desk, self.sender.channel(), row.due_at);
            let until = self.desk.clock.mono() + left;
            self.doubts.entry(row.id.clone()).or_insert((row, until));
        }
    }

    /// Rows that were claimed by a transaction of ours whose end we did not hear of were never sent: they wait again.
    async fn unclaim(&mut self) -> db::Result<()> {
        let channel = self.sender.channel().clone();
        let mut tx = self.desk.db.write().await?;
        for id in store::mine(&mut tx, &channel, &self.owner, self.epoch).await? {
            let answered = self.answered.iter().any(|(row, _, _)| row.id == id);
            if !answered && !self.in_flight.contains(&id) {
                store::unclaim(&mut tx, &id, &self.owner, self.epoch).await?;
            }
        }
        tx.commit().await?;
        self.unsure = false;
        Ok(())
    }

    /// One transaction: answers recorded, doubts resolved, rows claimed. Then the claimed ones go out.
    async fn write(&mut self, picked: &[Waiting], overdue: &[Waiting]) -> db::Result<()> {
        let answered = std::mem::take(&mut self.answered);
        let written = self.write_once(&answered, picked, overdue).await;
        let (jobs, nexts) = match written {
            Ok(written) => written,
            Err(error) => {
                // Nothing was claimed: the lines are free again, and the rows are read anew.
                for row in picked {
                    self.queue.free(&row.recipient, row.class);
                }
                if db::blames_the_row(&error) {
                    self.record_apart(answered).await?;
                } else {
                    self.answered = answered;
                }
                return Err(error);
            }
        };
        self.stale |= !overdue.is_empty() || answered.iter().any(|(_, _, answer)| answer.is_err());
        for ((row, _, _), next) in answered.into_iter().zip(nexts) {
            self.apply(&row, next);
        }
        for row in overdue {
            self.doubts.remove(&row.id);
            self.queue.free(&row.recipient, row.class);
        }
        for (row, job) in picked.iter().zip(jobs) {
            match job {
                Some(job) => {
                    track::claimed(&job);
                    self.send(row.clone(), job);
                }
                None => self.queue.free(&row.recipient, row.class),
            }
        }
        Ok(())
    }

    /// Records answers one by one: the one that the database refuses must not keep the others from being recorded.
    async fn record_apart(&mut self, answered: Vec<(Waiting, Job, Answer)>) -> db::Result<()> {
        let mut answered = answered.into_iter();
        while let Some(one) = answered.next() {
            match self.write_once(std::slice::from_ref(&one), &[], &[]).await {
                Ok((_, nexts)) => {
                    for next in nexts {
                        self.apply(&one.0, next);
                    }
                }
                Err(error) if db::blames_the_row(&error) => {
                    tracing::error!(row = one.0.id, %error, "what became of a message cannot be recorded");
                    self.queue.free(&one.0.recipient, one.0.class);
                }
                Err(error) => {
                    self.answered.push(one);
                    self.answered.extend(answered);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn write_once(
        &self,
        answered: &[(Waiting, Job, Answer)],
        picked: &[Waiting],
        overdue: &[Waiting],
    ) -> db::Result<(Vec<Option<Job>>, Vec<Next>)> {
        let mut tx = self.desk.db.write().await?;
        let mut act = self.desk.act(&mut tx);
        let fence = outcome::Fence {
            owner: &self.owner,
            epoch: self.epoch,
        };
        let nexts = outcome::record(&mut act, fence, answered).await?;
        for row in overdue {
            outcome::resolve_doubt(&mut act, fence, &row.id, never_twice(row.class)).await?;
        }
        let ids: Vec<_> = picked.iter().map(|row| row.id.as_str()).collect();
        let now = act.now;
        let mut taken = store::claim(act.tx, &ids, &self.owner, self.epoch, now).await?;
        let jobs = ids.into_iter().map(|id| taken.remove(id)).collect();
        let made = act.made_rows();
        drop(act);
        if !picked.is_empty() {
            reached("claim.before_commit");
        }
        if !answered.is_empty() {
            reached("mark.before_commit");
        }
        tx.commit().await?;
        if !picked.is_empty() {
            reached("claim.after_commit");
        }
        if made {
            self.desk.bell.ring_outbox();
        }
        Ok((jobs, nexts))
    }

    fn apply(&mut self, row: &Waiting, next: Next) {
        let mono = self.desk.clock.mono();
        match next {
            Next::Free => {}
            Next::Doubt => {
                self.doubts.insert(
                    row.id.clone(),
                    (
                        row.clone(),
                        mono + doubts::patience(&self.desk, self.sender.channel()),
                    ),
                );
                return;
            }
            Next::HoldLine(pause) => {
                self.limiter
                    .give_back(&row.recipient, is_message(&row.kind));
                self.queue
                    .hold_line(&row.recipient, row.class, mono + pause);
            }
            Next::HoldRecipient(pause) => self.queue.hold_recipient(&row.recipient, mono + pause),
            Next::HoldChannel(pause) => self.closed_until = self.closed_until.max(mono + pause),
            Next::SlowDown(pause) => {
                self.closed_until = self.closed_until.max(mono + pause);
                self.limiter.too_fast(mono);
            }
        }
        self.queue.free(&row.recipient, row.class);
    }

    fn send(&mut self, row: Waiting, job: Job) {
        self.in_flight.insert(row.id.clone());
        let (sender, answering) = (Arc::clone(&self.sender), self.answering.clone());
        let clock = Arc::clone(&self.desk.clock);
        tokio::spawn(async move {
            let sending = track::sending(clock.as_ref(), sender.as_ref(), &job);
            let sent = AssertUnwindSafe(sending).catch_unwind().await;
            let answer = sent.unwrap_or_else(|_| {
                Err(SendError::Uncertain {
                    detail: "the sender panicked".into(),
                })
            });
            reached("send.after");
            let _ = answering.send((row, job, answer));
        });
    }
}
