//! `sapa load broadcast`: many messages at once to many chats, against a platform that refuses what is faster than it allows.
//!
//! The messages are put into the outbox beside the running desk, in the class of campaigns, as a broadcast's are.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Context as _;
use clap::Args;
use sapa_core::{
    desk::Desk,
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt},
};
use sapa_sandbox::load::Bot;
use serde_json::json;

use super::{
    Common, Report, Stage,
    figures::{Account, millis},
};
use crate::{
    app,
    config::{self, Need},
};

/// After so long without a movement nothing more is expected.
const PATIENCE: Duration = Duration::from_secs(30);

/// How to measure a broadcast.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How many messages, each to a chat of its own.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    messages: u64,
    /// How many a second the platform takes; what is faster is refused (429).
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    allowed: u32,
    /// How many a second the desk sends (`telegram.messages_per_second`), as 29.5; without it as many as the platform takes.
    #[arg(long)]
    rate: Option<f64>,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Report> {
    let mut stage = Stage::set(arguments.common.seed, arguments.common.database.as_deref()).await?;
    let rate = arguments
        .rate
        .unwrap_or(f64::from(arguments.allowed))
        .to_string();
    let surroundings = &mut stage.surroundings;
    surroundings.set("SAPA_TELEGRAM__MESSAGES_PER_SECOND", &rate);
    stage.platforms.bot.takes(arguments.allowed);
    let child = stage.desk().await?;
    queue(&stage, arguments.messages).await?;
    let began = stage.platforms.watch.at();
    wait(&stage, arguments.messages).await;
    let ledger = &stage.platforms.bot.words;
    let account = Account::of(ledger, &[], false);
    let arrivals: BTreeSet<_> = ledger
        .marks()
        .into_iter()
        .filter_map(|(_, mark)| Some(mark.arrivals.first()?.at))
        .collect();
    let first = arrivals.first().copied().unwrap_or(began);
    let last = arrivals.last().copied().unwrap_or(began);
    // From the first to the last there is one pause less than there are messages.
    let pauses = u32::try_from(account.delivered.saturating_sub(1)).unwrap_or(u32::MAX);
    let took = last.saturating_sub(first);
    let sustained =
        (f64::from(pauses) / took.as_secs_f64().max(f64::EPSILON) * 100.0).round() / 100.0;
    let refused = stage.platforms.bot.refusals();
    let peak = child.memory().peak;
    let left = child.terminate().await?;
    let object = json!({
        "mode": "broadcast", "messages": arguments.messages, "allowed_per_second": arguments.allowed, "delivered_per_second": sustained,
        "refused": refused, "took_ms": millis(took), "ledger": account.object(), "memory_kib": {"peak": peak}, "left_in_order": left,
    });
    let words = format!(
        "{}\n{sustained}/s of {}/s allowed, {refused} refusals\nmemory: {peak} KiB at most",
        account.words("broadcast"),
        arguments.allowed,
    );
    Ok(Report {
        object,
        words,
        good: account.lost + account.duplicated == 0 && left,
    })
}

/// Puts the messages into the outbox in one transaction, as whoever starts a broadcast does.
async fn queue(stage: &Stage, messages: u64) -> anyhow::Result<()> {
    let config = config::given(stage.surroundings.settings(), Need::Database)?;
    let desk: Desk = app::desk(&config).await?;
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let telegram = desk.settings.telegram.clone();
    for mark in 0..messages {
        let words = format!("Promo bulan ini {}", stage.platforms.bot.words.token(mark));
        let content = Content::Prompt(Prompt::text(Markup::plain(&words)));
        let chat = Bot::chat(mark).to_string();
        let row = NewRow::new(&telegram, chat, Class::Broadcast, content);
        outbox::enqueue(&mut act, row).await?;
        let at = stage.platforms.watch.at();
        stage.platforms.bot.words.sent(mark, at);
    }
    drop(act);
    tx.commit()
        .await
        .context("the messages could not be queued")?;
    desk.db.tell_others().await?;
    desk.db.close().await;
    Ok(())
}

/// Waits until every message has arrived, or nothing moves any more.
async fn wait(stage: &Stage, messages: u64) {
    let watch = stage.platforms.watch;
    let (mut before, mut moved) = (0, watch.at());
    loop {
        let now = stage.platforms.bot.words.delivered();
        if now != before {
            (before, moved) = (now, watch.at());
        }
        let all = u64::try_from(now).is_ok_and(|now| now >= messages);
        if all || watch.at().saturating_sub(moved) > PATIENCE {
            // Something that comes twice would still come now.
            return watch.pause(Duration::from_secs(1)).await;
        }
        watch.pause(Duration::from_millis(20)).await;
    }
}
