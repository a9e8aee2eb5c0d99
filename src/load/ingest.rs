//! `sapa load ingest`: how fast and how soon webhooks are acknowledged.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;
use sapa_sandbox::load::{Connection, Ledger, Watch, foreign, says, wamid};
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    Common, Report, Stage,
    child::{Child, Memory},
    figures::{Account, Times, millis, rate},
};

/// As many requests are made for a second of going as fast as it goes.
const AS_FAST_AS_IT_GOES: u32 = 45_000;
/// After so long without an answer nothing more is expected.
const PATIENCE: Duration = Duration::from_secs(5);
/// Before the clock starts, so that connections and caches are warm.
const WARM: usize = 50;

/// How to measure the way in.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How many connections send, each one request at a time.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    connections: u32,
    /// Events a second in all; without it as fast as it goes.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: Option<u32>,
    /// For how long.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Events that the desk only stores (another number's), so that handlers have nothing to do.
    #[arg(long)]
    stored_only: bool,
    /// Seconds to wait afterwards until every customer has been greeted.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=3_600))]
    drain: u32,
    #[command(flatten)]
    common: Common,
}

/// What a connection has to do.
struct Line {
    requests: Vec<(u64, Vec<u8>)>,
    /// From one request to the next; zero: at once.
    pace: Duration,
    first: Duration,
}

#[derive(Default)]
struct Outcome {
    times: Vec<Duration>,
    refused: usize,
    broken: usize,
    last: Duration,
}

/// What a run saw.
struct Seen {
    all: Outcome,
    took: Duration,
    handled_meanwhile: usize,
    finished: bool,
    drained_after: Duration,
    idle: Memory,
    loaded: Memory,
    peak: u64,
    ready: Duration,
    left: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Report> {
    let stage = Stage::set(arguments.common.seed, arguments.common.database.as_deref()).await?;
    let desk = stage.desk().await?;
    let watch = stage.platforms.watch;
    let lines = lines(&stage, &arguments);
    warm_up(&stage, &desk).await?;
    let idle = desk.memory();
    let ledger = &stage.platforms.cloud.greeted;
    ledger.clear();
    let began = watch.at() + Duration::from_millis(50);
    let all = send_everything(&stage, desk.address, lines, began, arguments.seconds).await?;
    let (loaded, handled_meanwhile) = (desk.memory(), ledger.delivered());
    let finished = arguments.stored_only || drain(&stage, all.times.len(), arguments.drain).await;
    let seen = Seen {
        took: all.last.saturating_sub(began),
        drained_after: watch.at().saturating_sub(all.last),
        all,
        handled_meanwhile,
        finished,
        idle,
        loaded,
        peak: desk.memory().peak,
        ready: desk.ready_after,
        left: desk.terminate().await?,
    };
    Ok(report(&arguments, &seen, &Account::of(ledger, &[], true)))
}

async fn send_everything(
    stage: &Stage,
    address: SocketAddr,
    lines: Vec<Line>,
    began: Duration,
    seconds: u32,
) -> anyhow::Result<Outcome> {
    let watch = stage.platforms.watch;
    let span = (began, began + Duration::from_secs(seconds.into()));
    let mut sending = JoinSet::new();
    for line in lines {
        let ledger = Arc::clone(&stage.platforms.cloud.greeted);
        sending.spawn(async move { send_all(address, line, &ledger, watch, span).await });
    }
    let mut all = Outcome::default();
    while let Some(one) = sending.join_next().await {
        let one = one?;
        all.times.extend(one.times);
        all.refused += one.refused;
        all.broken += one.broken;
        all.last = all.last.max(one.last);
    }
    Ok(all)
}

fn report(arguments: &Arguments, seen: &Seen, account: &Account) -> Report {
    let missing = if arguments.stored_only {
        0
    } else {
        account.lost
    };
    let (lost, unfinished) = if seen.finished {
        (missing, 0)
    } else {
        (0, missing)
    };
    let (all, acks) = (&seen.all, Times::of(seen.all.times.iter().copied()));
    let (acknowledged, per_second) = (all.times.len(), rate(all.times.len(), seen.took));
    let object = json!({
        "mode": "ingest", "connections": arguments.connections, "offered_per_second": arguments.rate, "seconds": arguments.seconds,
        "stored_only": arguments.stored_only, "acknowledged": acknowledged, "acks_per_second": per_second, "ack_ms": acks.object(),
        "refused": all.refused, "broken": all.broken, "handled_meanwhile": seen.handled_meanwhile, "handled": account.delivered,
        "drained_after_ms": millis(seen.drained_after), "unfinished": unfinished, "lost": lost, "duplicated": account.duplicated,
        "memory_kib": {"idle": seen.idle.resident, "loaded": seen.loaded.resident, "peak": seen.peak},
        "ready_ms": millis(seen.ready), "left_in_order": seen.left,
    });
    let words = format!(
        "{acknowledged} acknowledged in {:.1} s: {per_second}/s over {} connections\n  {}\nrefused {}, broken {}\nledger: {acknowledged} acknowledged, {} handled ({} while it came in), {lost} lost, {} duplicated, {unfinished} not finished\nmemory: {} KiB idle, {} KiB at most; ready after {:.0} ms",
        seen.took.as_secs_f64(),
        arguments.connections,
        acks.words(),
        all.refused,
        all.broken,
        account.delivered,
        seen.handled_meanwhile,
        account.duplicated,
        seen.idle.resident,
        seen.peak,
        millis(seen.ready),
    );
    Report {
        object,
        words,
        good: lost + account.duplicated + all.broken == 0 && seen.left,
    }
}

/// Requests for every connection, built and signed.
fn lines(stage: &Stage, arguments: &Arguments) -> Vec<Line> {
    let connections = arguments.connections;
    let count = arguments.rate.unwrap_or(AS_FAST_AS_IT_GOES) * arguments.seconds;
    let now_s = stage.platforms.cloud.now_s();
    let make = if arguments.stored_only { foreign } else { says };
    let pace = arguments.rate.map(|rate| Duration::from_secs(1) / rate);
    let line = |line: u32| Line {
        requests: (line..count)
            .step_by(connections as usize)
            .map(u64::from)
            .map(|n| (n, make(n, &wamid(&stage.run, n), "halo", now_s)))
            .collect(),
        pace: pace.unwrap_or_default() * connections,
        first: pace.unwrap_or_default() * line,
    };
    (0..connections).map(line).collect()
}

async fn warm_up(stage: &Stage, desk: &Child) -> anyhow::Result<()> {
    let mut connection = Connection::open(desk.address).await?;
    for n in (80_000_000..).take(WARM) {
        let id = wamid(&stage.run, n);
        connection
            .exchange(&foreign(n, &id, "halo", stage.platforms.cloud.now_s()))
            .await?;
    }
    Ok(())
}

async fn send_all(
    address: SocketAddr,
    line: Line,
    ledger: &Ledger,
    watch: Watch,
    (began, end): (Duration, Duration),
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut connection = Connection::open(address).await.ok();
    let mut due = began + line.first;
    for (mark, request) in line.requests {
        // Open loop: what goes out late because its connection was still waiting has waited since it was due.
        let on_time = watch.until(due).await;
        let sent = if on_time || line.pace.is_zero() {
            watch.at()
        } else {
            due
        };
        if sent >= end {
            break;
        }
        due += line.pace;
        if connection.is_none() {
            connection = Connection::open(address).await.ok();
        }
        let answered = match &mut connection {
            Some(open) => open.exchange(&request).await.ok(),
            None => None,
        };
        let at = watch.at();
        match answered {
            Some(200) => {
                ledger.sent(mark, sent);
                ledger.acked(mark, at);
                outcome.times.push(at.saturating_sub(sent));
                outcome.last = at;
            }
            Some(_) => outcome.refused += 1,
            None => {
                connection = None;
                outcome.broken += 1;
            }
        }
    }
    outcome
}

/// Waits until everybody was greeted. False: the time was over while it still went on.
async fn drain(stage: &Stage, expected: usize, seconds: u32) -> bool {
    let watch = stage.platforms.watch;
    let end = watch.at() + Duration::from_secs(seconds.into());
    let (mut before, mut moved) = (0, watch.at());
    while watch.at() < end {
        let now = stage.platforms.cloud.greeted.delivered();
        if now != before {
            (before, moved) = (now, watch.at());
        }
        if now >= expected || watch.at().saturating_sub(moved) > PATIENCE {
            // Something that comes twice would still come now.
            watch.pause(Duration::from_millis(300)).await;
            return true;
        }
        watch.pause(Duration::from_millis(20)).await;
    }
    false
}
