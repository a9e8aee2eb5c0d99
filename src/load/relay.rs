//! `sapa load relay`: from the webhook's sending to the agent's `sendMessage`, and from the agent's reply to the customer's message.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use clap::Args;
use serde_json::json;

use super::{
    Child, Common, Report, Stage,
    child::Memory,
    figures::{Account, millis, rate},
    traffic::{Disorder, People, come_through, customers_write},
};

/// After so long without a movement nothing more is expected.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to measure the relay.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Customers' words a second.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    rate: u32,
    /// For how long.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// So many processes serve one PostgreSQL database and take the webhooks in turn.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
    replicas: u32,
    /// Both platforms take so many milliseconds for every call while customers write, and are quick again afterwards.
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS", value_parser = clap::value_parser!(u64).range(..=60_000))]
    slow: u64,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Report> {
    let people = &arguments.people;
    people.check()?;
    let stage =
        Arc::new(Stage::set(arguments.common.seed, arguments.common.database.as_deref()).await?);
    stage.platforms.cloud.statuses_by(stage.courier.clone());
    let desks = stage.desks(arguments.replicas).await?;
    people.settle_in(&stage).await?;
    let idle = occupied(&desks);
    let answering = people.answer(&stage, false);
    let count = u64::from(arguments.rate) * u64::from(arguments.seconds);
    let began = stage.platforms.watch.at();
    let slowness = &stage.platforms.mischief.slow_ms;
    slowness.store(arguments.slow, Ordering::Relaxed);
    customers_write(
        &stage,
        people,
        count,
        f64::from(arguments.rate),
        Disorder::default(),
    )
    .await;
    slowness.store(0, Ordering::Relaxed);
    come_through(&stage, count, people.answers_to(count), PATIENCE).await;
    answering.end();
    let (words, answers) = (
        Account::of(&stage.platforms.bot.words, &[], true),
        Account::of(&stage.platforms.cloud.answers, &[], false),
    );
    let last = last_arrival(&stage).unwrap_or(began);
    let sustained = rate(words.delivered, last.saturating_sub(began));
    let memory = occupied(&desks);
    let ready = desks.iter().map(|desk| desk.ready_after).max();
    let ready = ready.unwrap_or_default();
    let mut left = true;
    for desk in desks {
        left &= desk.terminate().await?;
    }
    let object = json!({
        "mode": "relay", "replicas": arguments.replicas, "offered_per_second": arguments.rate, "slow_ms": arguments.slow, "seconds": arguments.seconds, "delivered_per_second": sustained,
        "customer_to_agent": words.object(), "agent_to_customer": answers.object(), "ack_ms": words.acks.object(),
        "memory_kib": {"before": idle.resident, "after": memory.resident, "peak": memory.peak}, "ready_ms": millis(ready), "left_in_order": left,
    });
    let told = format!(
        "{}\n{}\nacknowledgement: {}\ndelivered {sustained}/s of {}/s offered\nmemory: {} KiB before, {} KiB at most; ready after {:.0} ms",
        words.words("customer to agent"),
        answers.words("agent to customer"),
        words.acks.words(),
        arguments.rate,
        idle.resident,
        memory.peak,
        millis(ready),
    );
    let wrong = words.lost + words.duplicated + answers.lost + answers.duplicated;
    Ok(Report {
        object,
        words: told,
        good: wrong == 0 && words.acknowledged == words.sent && left,
    })
}

fn last_arrival(stage: &Stage) -> Option<Duration> {
    let marks = stage.platforms.bot.words.marks();
    let arrived = marks.iter().filter_map(|(_, mark)| mark.arrivals.first());
    arrived.map(|arrival| arrival.at).max()
}

/// What the processes occupy together.
fn occupied(desks: &[Child]) -> Memory {
    desks
        .iter()
        .map(Child::memory)
        .fold(Memory::default(), |sum, one| Memory {
            resident: sum.resident + one.resident,
            peak: sum.peak + one.peak,
        })
}
