//! Agents and customers with open tickets, brought in through the wire as real ones come: invited, linked, online; by taps.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use sapa_sandbox::load::{Bot, Parcel, reply, says, wamid};
use tokio::task::JoinSet;

use super::Stage;

/// How long one step may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pace of looking whether it is done.
const LOOK: Duration = Duration::from_millis(5);
/// How many customers open their tickets at once.
const AT_ONCE: u64 = 16;
/// Ids and marks of the preparations begin here; those of the run below.
pub const PREPARATIONS: u64 = 50_000_000;
/// What a customer taps on the short way to a ticket.
const TAPS: [&str; 4] = ["Buat tiket", "Perbaikan", "Normal", "Kirim tiket"];

/// Brings in so many agents, and customers with a ticket each. They are numbered from 0.
///
/// # Errors
/// When the desk does not let somebody in within half a minute.
pub async fn settle_in(stage: &Arc<Stage>, agents: u64, customers: u64) -> anyhow::Result<()> {
    for agent in 0..agents {
        comes_online(stage, agent).await?;
    }
    stage.platforms.cloud.keep_offers(true);
    let mut opening = JoinSet::new();
    for customer in 0..customers {
        if customer >= AT_ONCE
            && let Some(opened) = opening.join_next().await
        {
            opened??;
        }
        opening.spawn(opens_a_ticket(Arc::clone(stage), customer));
    }
    while let Some(opened) = opening.join_next().await {
        opened??;
    }
    let at_rest = || stage.courier.open() == 0 && stage.platforms.bot.waiting() == 0;
    until(stage, "the desk does not come to rest", at_rest).await?;
    // Reactions and receipts of the preparations are not part of the run.
    stage
        .platforms
        .watch
        .pause(Duration::from_millis(500))
        .await;
    stage.platforms.cloud.keep_offers(false);
    for ledger in [
        &stage.platforms.bot.words,
        &stage.platforms.cloud.answers,
        &stage.platforms.cloud.greeted,
    ] {
        ledger.clear();
    }
    Ok(())
}

async fn comes_online(stage: &Stage, agent: u64) -> anyhow::Result<()> {
    let name = format!("Agent {agent}");
    let invite = [
        "staff", "invite", "--name", &name, "--role", "agent", "--json",
    ];
    let told = stage.surroundings.ask(&invite).await?;
    let token = told["token"]
        .as_str()
        .context("an invitation has a token")?;
    let (bot, chat) = (&stage.platforms.bot, Bot::chat(agent));
    for words in [format!("/start {token}"), "/online".to_owned()] {
        let before = bot.heard(chat);
        bot.says(chat, &words);
        let otherwise = "an agent is not let in";
        until(stage, otherwise, || bot.heard(chat) > before).await?;
    }
    Ok(())
}

async fn opens_a_ticket(stage: Arc<Stage>, customer: u64) -> anyhow::Result<()> {
    let (bot, cloud) = (&stage.platforms.bot, &stage.platforms.cloud);
    let mark = PREPARATIONS + customer;
    let id = |step: u64| wamid(&stage.run, (PREPARATIONS + customer) * 10 + step);
    let words = format!("internet mati dari pagi {}", bot.words.token(mark));
    let bring = |request| {
        stage.courier.bring(Parcel {
            request,
            mark: None,
        });
    };
    bring(says(customer, &id(0), &words, cloud.now_s()));
    for (step, label) in (1..).zip(TAPS) {
        let otherwise = format!("customer {customer} is not offered \"{label}\"");
        until(&stage, &otherwise, || {
            cloud.offer(customer, label).is_some()
        })
        .await?;
        let offer = cloud.offer(customer, label).context(otherwise)?;
        bring(reply(customer, &id(step), &offer, cloud.now_s()));
    }
    let otherwise = format!("the ticket of customer {customer} does not reach an agent");
    until(&stage, &otherwise, || bot.words.has_arrived(mark)).await
}

async fn until(stage: &Stage, otherwise: &str, done: impl Fn() -> bool) -> anyhow::Result<()> {
    let waiting = async {
        while !done() {
            stage.platforms.watch.pause(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .with_context(|| otherwise.to_owned())
}
