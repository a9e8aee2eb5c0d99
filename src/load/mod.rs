//! `sapa load`: the real `sapa serve` as a child process, driven over real HTTP by platforms in miniature that live in this process.
//!
//! What is counted is counted at the platforms' side: ids they issued, calls they received. The desk's own counters are never asked.

mod child;
mod crash;
mod figures;
mod ingest;
mod people;
mod relay;
mod traffic;

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use sapa_sandbox::load::{Courier, Miniature};
use serde_json::Value;

use crate::{output::Output, signals};
use child::{Child, Surroundings};

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum Mode {
    /// How fast webhooks are acknowledged: signed beforehand, keep-alive connections, everybody a new customer.
    Ingest(ingest::Arguments),
    /// How long a customer's words take to the agent's chat, and answers back, at a steady rate.
    Relay(relay::Arguments),
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

/// Both platforms, the way to the desk, and what its child processes are started with.
struct Stage {
    platforms: Miniature,
    courier: Courier,
    surroundings: Surroundings,
    /// Tells the ids of this run apart.
    run: String,
}

/// How many webhooks may be on their way at once.
const CONNECTIONS: usize = 64;

impl Stage {
    async fn set(common: &Common) -> anyhow::Result<Self> {
        if let Some(path) = common
            .database
            .as_deref()
            .and_then(|url| url.strip_prefix("sqlite://"))
            && std::path::Path::new(path).exists()
        {
            bail!("{path} exists; a load run needs a fresh database and never touches another");
        }
        let platforms = Miniature::start(common.seed)
            .await
            .context("the miniature platforms cannot listen")?;
        let courier = Courier::start(CONNECTIONS, platforms.watch, &platforms.stop);
        let surroundings = Surroundings::new(&platforms, common.database.as_deref())?;
        let run = format!("{:x}", platforms.cloud.now_s());
        Ok(Self {
            platforms,
            courier,
            surroundings,
            run,
        })
    }

    async fn desk(&self) -> anyhow::Result<Child> {
        let child = Child::start(&self.surroundings, self.platforms.watch).await?;
        self.courier.points_to(Some(child.address));
        Ok(child)
    }
}

/// Runs a mode and tells what came of it. 1: something was lost or came twice.
pub async fn run(mode: Mode, out: Output) -> anyhow::Result<ExitCode> {
    let stop = signals::stop()?;
    let measured = async {
        match mode {
            Mode::Ingest(arguments) => ingest::run(arguments).await,
            Mode::Relay(arguments) => relay::run(arguments).await,
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
