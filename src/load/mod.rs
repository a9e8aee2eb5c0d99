//! `sapa load`: the real `sapa serve` as a child process, driven over real HTTP by platforms in miniature that live in this process.
//!
//! What is counted is counted at the platforms' side: ids they issued, calls they received. The desk's own counters are never asked.

mod broadcast;
mod child;
mod crash;
mod figures;
mod ingest;
mod pages;
mod people;
mod relay;
mod stage;
mod traffic;

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::{output::Output, signals};

pub use child::{Child, Surroundings};
pub use people::settle_in;
pub use stage::Stage;

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Mode {
    /// How fast webhooks are acknowledged: signed beforehand, keep-alive connections, everybody a new customer.
    Ingest(ingest::Arguments),
    /// How long a customer's words take to the agent's chat, and answers back, at a steady rate.
    Relay(relay::Arguments),
    /// How long people wait who look at things: the portal's login and lists, on a database full of sample data.
    Pages(pages::Arguments),
    /// Many messages at once against a platform that refuses what is too fast.
    Broadcast(broadcast::Arguments),
    /// Kills the desk again and again under traffic, with lost answers, duplicates and shuffled webhooks, and counts what came through.
    Crash(crash::Arguments),
}

/// What every mode takes.
#[derive(Debug, Args)]
struct Common {
    /// A fresh database, such as <postgres://user:password@host/empty>; without it a new SQLite file in a temporary folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Makes chance repeatable.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// How a run went.
struct Report {
    object: Value,
    words: String,
    /// Nothing was lost, nothing came twice that should not.
    good: bool,
}

/// Runs a mode and tells what came of it. 1: something was lost or came twice.
pub(crate) async fn run(mode: Mode, out: Output) -> anyhow::Result<ExitCode> {
    let stop = signals::stop()?;
    let measured = async {
        match mode {
            Mode::Ingest(arguments) => ingest::run(arguments).await,
            Mode::Relay(arguments) => relay::run(arguments).await,
            Mode::Pages(arguments) => pages::run(arguments).await,
            Mode::Broadcast(arguments) => broadcast::run(arguments).await,
            Mode::Crash(arguments) => crash::run(arguments).await,
        }
    };
    let report = tokio::select! {
        report = measured => report?,
        () = stop.cancelled() => bail!("stopped before the end; nothing was measured"),
    };
    out.result(&report.object, &report.words);
    Ok(if report.good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
