//! Customers who write at a steady rate, agents who answer, and the wait until everything has come through.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::ensure;
use clap::Args;
use sapa_sandbox::load::{Parcel, Relayed, says, wamid};
use tokio::{sync::mpsc, task::JoinSet};

use super::{Stage, people::PREPARATIONS};

/// How many tickets an agent may hold (the desk's own default).
const ROOM: u64 = 20;

/// Who takes part.
#[derive(Clone, Debug, Args)]
pub struct People {
    /// How many agents answer.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=500))]
    agents: u64,
    /// How many customers write, each with an open ticket; at most 20 for each agent.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    customers: u64,
    /// Agents answer every so many-th word.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    answer_every: u64,
}

impl People {
    /// Brings them in.
    pub async fn settle_in(&self, stage: &Arc<Stage>) -> anyhow::Result<()> {
        super::people::settle_in(stage, self.agents, self.customers).await
    }

    /// The agents at work. `again`: they answer anew when an answer does not arrive, because the desk asks whom it is for.
    pub fn answer(&self, stage: &Arc<Stage>, again: bool) -> Answering {
        let heard = stage.platforms.bot.listen();
        let anew = Arc::new(AtomicUsize::new(0));
        let run = agents_answer(
            Arc::clone(stage),
            heard,
            (self.answer_every, self.customers),
            (Arc::clone(&anew), again),
        );
        Answering {
            task: tokio::spawn(run),
            anew,
        }
    }

    /// How many answers so many words get.
    pub fn answers_to(&self, words: u64) -> u64 {
        words.div_ceil(self.answer_every)
    }

    /// Whether the agents have room for all the tickets.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.customers <= self.agents * ROOM,
            "{} agents have room for {} tickets; give more --agents or fewer --customers",
            self.agents,
            self.agents * ROOM,
        );
        Ok(())
    }
}

/// Agents at work.
pub struct Answering {
    task: tokio::task::JoinHandle<()>,
    anew: Arc<AtomicUsize>,
}

impl Answering {
    /// They go home; how many answers were given anew.
    pub fn end(self) -> usize {
        self.task.abort();
        self.anew.load(Ordering::Relaxed)
    }
}

/// How webhooks misbehave on their way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disorder {
    /// So many of a hundred come twice.
    pub doubled: u64,
    /// Each is held back for up to so many milliseconds.
    pub shuffled: u64,
}

/// Lets customers write `count` words at this rate, in turn. Requests are built and signed before the first goes out.
pub async fn customers_write(
    stage: &Arc<Stage>,
    people: &People,
    count: u64,
    rate: f64,
    disorder: Disorder,
) {
    let (words, watch) = (&stage.platforms.bot.words, stage.platforms.watch);
    let now_s = stage.platforms.cloud.now_s();
    let request = |mark: u64| {
        let text = format!("halo pak, sudah bisa? {}", words.token(mark));
        says(
            mark % people.customers,
            &wamid(&stage.run, mark),
            &text,
            now_s,
        )
    };
    let requests: Vec<_> = (0..count).map(request).collect();
    let began = watch.at();
    for (mark, request) in (0_u32..).zip(requests) {
        let due = began + Duration::from_secs(1).mul_f64(f64::from(mark) / rate);
        // What goes out late because this machine is busy has waited since it was due.
        let sent = if watch.until(due).await {
            watch.at()
        } else {
            due
        };
        words.sent(u64::from(mark), sent);
        let twice = stage.platforms.dice.percent(disorder.doubled);
        for request in std::iter::repeat_n(request, 1 + usize::from(twice)) {
            bring(stage, request, u64::from(mark), disorder);
        }
    }
}

fn bring(stage: &Arc<Stage>, request: Vec<u8>, mark: u64, disorder: Disorder) {
    let parcel = Parcel {
        request,
        mark: Some((Arc::clone(&stage.platforms.bot.words), mark)),
    };
    if disorder.shuffled == 0 {
        stage.courier.bring(parcel);
        return;
    }
    let hold = Duration::from_millis(stage.platforms.dice.below(disorder.shuffled));
    let stage = Arc::clone(stage);
    tokio::spawn(async move {
        stage.platforms.watch.pause(hold).await;
        stage.courier.bring(parcel);
    });
}

/// How long an agent takes to answer, and how long until he answers anew because the desk asked back.
const READING: Duration = Duration::from_secs(1);
const ASKED_BACK: Duration = Duration::from_secs(20);
/// Each answer given anew is a message of its own; its mark lies so much higher.
pub const ANEW: u64 = 10_000_000;

/// What of each customer reached an agent last.
type Newest = Arc<Mutex<HashMap<u64, Relayed>>>;

/// Agents answer what reaches them, once, for as long as anybody writes.
async fn agents_answer(
    stage: Arc<Stage>,
    mut heard: mpsc::UnboundedReceiver<Relayed>,
    (every, customers): (u64, u64),
    (anew, again): (Arc<AtomicUsize>, bool),
) {
    let newest = Newest::default();
    let mut answered = HashSet::new();
    let mut answering = JoinSet::new();
    while let Some(relayed) = heard.recv().await {
        if relayed.mark >= PREPARATIONS {
            continue;
        }
        let customer = relayed.mark % customers;
        locked(&newest).insert(customer, relayed);
        if relayed.mark.is_multiple_of(every) && answered.insert(relayed.mark) {
            let (stage, newest, anew) =
                (Arc::clone(&stage), Arc::clone(&newest), Arc::clone(&anew));
            let whom = (relayed.mark, customer);
            answering.spawn(answer(stage, newest, whom, (anew, again)));
        }
    }
}

/// An answer to what the customer said last. When a kill or a lost answer kept the desk from learning what that message is called, it asks
/// whom the answer is for instead of guessing; the agent then answers anew.
async fn answer(
    stage: Arc<Stage>,
    newest: Newest,
    (mark, customer): (u64, u64),
    (anew, again): (Arc<AtomicUsize>, bool),
) {
    let (bot, answers) = (&stage.platforms.bot, &stage.platforms.cloud.answers);
    let watch = stage.platforms.watch;
    watch.pause(READING).await;
    for mark_of_answer in [mark, mark + ANEW, mark + 2 * ANEW] {
        let Some(to) = locked(&newest).get(&customer).copied() else {
            return;
        };
        anew.fetch_add(usize::from(mark_of_answer >= ANEW), Ordering::Relaxed);
        let text = format!("kami cek dulu ya {}", answers.token(mark_of_answer));
        answers.sent(mark_of_answer, watch.at());
        bot.replies(to.chat, to.message, &text);
        watch.pause(ASKED_BACK).await;
        if !again || answers.has_arrived(mark_of_answer) {
            return;
        }
    }
}

fn locked(newest: &Newest) -> MutexGuard<'_, HashMap<u64, Relayed>> {
    newest.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until so many words and answers have come through, or nothing has moved for `patience`.
pub async fn come_through(stage: &Stage, words: u64, answers: u64, patience: Duration) {
    let watch = stage.platforms.watch;
    let (mut before, mut moved) = ((0, 0), watch.at());
    loop {
        let now = (
            stage.platforms.bot.words.delivered(),
            stage.platforms.cloud.answers.delivered(),
        );
        let all = now.0 as u64 >= words && now.1 as u64 >= answers && stage.courier.open() == 0;
        if now != before {
            (before, moved) = (now, watch.at());
        }
        if all || watch.at().saturating_sub(moved) > patience {
            return;
        }
        watch.pause(Duration::from_millis(20)).await;
    }
}
