//! `sapa load crash`: kill -9 every few seconds under traffic, and the ledger of what came through.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::{
    Common, Report, Stage,
    child::{Child, Memory},
    figures::{Account, Times, millis},
    traffic::{ANEW, Disorder, People, come_through, customers_write},
};

/// Longer than an agent waits before he answers anew, any pause of the desk before it tries again, and its grace.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the desk writes below words that may have reached an agent before (`relay-twice`).
const SECOND_COPY: &str = "(mungkin terkirim dua kali)";

/// How to break the desk.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How often it is killed.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    kills: u32,
    /// Seconds between kills, on the average.
    #[arg(long, default_value_t = 2.0, value_parser = seconds)]
    every: f64,
    /// Customers' words a second.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    rate: u32,
    /// So many of a hundred answers of the platforms are withheld.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(0..=50))]
    lost_answers: u64,
    /// So many of a hundred events come twice.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=100))]
    doubled: u64,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    common: Common,
}

fn seconds(typed: &str) -> Result<f64, String> {
    let number = typed.parse().ok().filter(|n| (0.2..=600.0).contains(n));
    number.ok_or_else(|| "give seconds between 0.2 and 600".to_owned())
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Report> {
    let people = &arguments.people;
    people.check()?;
    let mut stage = Stage::set(arguments.common.seed, arguments.common.database.as_deref()).await?;
    // Statuses come at once here; whoever waits for one that was lost with a kill waits less long.
    stage.surroundings.set("SAPA_RIVER__GRACE", "10s");
    let stage = Arc::new(stage);
    stage.platforms.cloud.statuses_by(stage.courier.clone());
    let desk = stage.desk().await?;
    people.settle_in(&stage).await?;
    let answering = people.answer(&stage, true);
    let mischief = &stage.platforms.mischief.lost_answers;
    mischief.store(arguments.lost_answers, std::sync::atomic::Ordering::Relaxed);
    stage.platforms.bot.double_updates(arguments.doubled);
    stage.platforms.bot.words.expects_flags(SECOND_COPY);
    let disorder = Disorder {
        doubled: arguments.doubled,
        shuffled: 300,
    };
    let span = f64::from(arguments.kills) * arguments.every + 1.0;
    let count = Duration::from_secs_f64(span * f64::from(arguments.rate)).as_secs();
    let writing = customers_write(&stage, people, count, f64::from(arguments.rate), disorder);
    let (killed, ()) = tokio::join!(kill_and_restart(&stage, &arguments, desk), writing);
    let killed = killed?;
    mischief.store(0, std::sync::atomic::Ordering::Relaxed);
    come_through(&stage, count, people.answers_to(count), PATIENCE).await;
    // A duplicate would still come now.
    stage.platforms.watch.pause(Duration::from_secs(2)).await;
    let anew = answering.end();
    let memory = killed.desk.memory();
    let left = killed.desk.terminate().await?;
    let after = After { memory, left, anew };
    Ok(report(
        &stage,
        &arguments,
        &killed.at,
        &killed.ready,
        &after,
    ))
}

/// How it was in the end.
struct After {
    /// The last process's.
    memory: Memory,
    left: bool,
    /// Answers that the desk asked back about, and that were given again.
    anew: usize,
}

/// What the killing left behind.
struct Killed {
    desk: Child,
    at: Vec<Duration>,
    ready: Times,
}

async fn kill_and_restart(
    stage: &Arc<Stage>,
    arguments: &Arguments,
    desk: Child,
) -> anyhow::Result<Killed> {
    let (watch, dice) = (stage.platforms.watch, &stage.platforms.dice);
    let (mut desk, mut at, mut ready) = (desk, Vec::new(), Vec::new());
    for _ in 0..arguments.kills {
        // Between half and one and a half of the average: not in step with anything.
        let share = Duration::from_secs_f64(arguments.every).mul_f64(0.5);
        let chance = u32::try_from(dice.below(1_000)).unwrap_or(0);
        watch
            .pause(share + share.mul_f64(f64::from(chance) / 500.0))
            .await;
        stage.courier.points_to(Vec::new());
        at.push(watch.at());
        desk.kill();
        desk = stage
            .desk()
            .await
            .context("the desk does not start again")?;
        ready.push(desk.ready_after);
    }
    Ok(Killed {
        desk,
        at,
        ready: Times::of(ready),
    })
}

/// The answers' account. One that the desk asked back about and that was given anew is not lost.
fn answers(stage: &Stage, kills: &[Duration]) -> Account {
    let ledger = &stage.platforms.cloud.answers;
    let mut account = Account::of(ledger, kills, false);
    let asked_back = |mark: u64| ledger.knows(mark + ANEW);
    let marks = ledger.marks();
    let given_anew = marks
        .iter()
        .filter(|(mark, answer)| answer.arrivals.is_empty() && asked_back(*mark));
    account.lost -= given_anew.count();
    account
}

fn report(
    stage: &Stage,
    arguments: &Arguments,
    kills: &[Duration],
    ready: &Times,
    after: &After,
) -> Report {
    let words = Account::of(&stage.platforms.bot.words, kills, true);
    let answers = answers(stage, kills);
    // WhatsApp tells by statuses what went out; Telegram cannot.
    let twice_on_whatsapp = answers.duplicated + answers.uncertain;
    let wrong = words.lost + answers.lost + words.duplicated + twice_on_whatsapp;
    let unacknowledged = words.sent - words.acknowledged;
    let object = json!({
        "mode": "crash", "kills": arguments.kills, "offered_per_second": arguments.rate,
        "acknowledged": words.acknowledged, "unacknowledged": unacknowledged, "handled": words.delivered,
        "delivered": words.delivered + answers.delivered, "lost": words.lost + answers.lost,
        "duplicated": words.duplicated + twice_on_whatsapp, "uncertain": words.uncertain,
        "customer_to_agent": words.object(), "agent_to_customer": answers.object(),
        "ready_ms": ready.object(), "answered_anew": after.anew, "left_in_order": after.left,
        "memory_kib": {"after": after.memory.resident, "peak": after.memory.peak},
    });
    let told = format!(
        "{} kills under {} words a second\n{}\n{}\nready again: {}; memory: {} KiB at most since the last kill\n{}",
        arguments.kills,
        arguments.rate,
        words.words("customer to agent (Telegram)"),
        answers.words("agent to customer (WhatsApp)"),
        ready.words(),
        after.memory.peak,
        if wrong + unacknowledged == 0 {
            format!(
                "nothing was lost; {} came twice and said so (median relay {:.0} ms)",
                words.uncertain,
                millis(words.times.percentile(50)),
            )
        } else {
            format!("WRONG: {wrong} lost or duplicated, {unacknowledged} never acknowledged")
        },
    );
    Report {
        object,
        words: told,
        good: wrong + unacknowledged == 0 && after.left,
    }
}
