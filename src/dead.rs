//! `sapa dead`: events that were given up, and another try. Runs beside a running desk, which hears of it at once.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;
use sapa_core::{clock::Millis, inbox, tickets::Actor};
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    output::{Output, table},
    trace::moment,
};

/// As many as are shown.
const MOST: i64 = 50;

/// Which event to try again.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its number, as `sapa dead list` shows it.
    seq: i64,
}

/// Shows the newest dead events.
pub async fn list(file: Option<&Path>, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let db = app::database(&config).await?;
    let mut tx = db.read().await?;
    let dead = inbox::dead::list(&mut tx, MOST).await;
    tx.rollback().await?;
    let dead = dead.context("the events could not be read; has the database been migrated?")?;
    let items: Vec<_> = dead
        .iter()
        .map(|event| {
            json!({"seq": event.seq, "channel": event.channel, "external_id": event.external_id,
                "received_at": moment(event.received_at), "attempts": event.attempts, "error": event.error})
        })
        .collect();
    let rows: Vec<Vec<String>> = dead.iter().map(row).collect();
    let words = if rows.is_empty() {
        "No event lies dead.".to_owned()
    } else {
        table(&["seq", "channel", "received", "tries", "error"], &rows)
    };
    out.result(&json!({"items": items}), &words);
    Ok(())
}

fn row(event: &inbox::dead::Dead) -> Vec<String> {
    let at = |at: Millis| moment(at).unwrap_or_default();
    vec![
        event.seq.to_string(),
        event.channel.to_string(),
        at(event.received_at),
        event.attempts.to_string(),
        event.error.clone().unwrap_or_default(),
    ]
}

/// Puts a dead event back into its lane; the audit remembers it.
pub async fn retry(file: Option<&Path>, arguments: &Arguments, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let desk = app::desk(&config).await?;
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let found = inbox::dead::retry(&mut act, &Actor::System, arguments.seq).await?;
    drop(act);
    tx.commit().await?;
    if !found {
        bail!(
            "no event {} lies dead; sapa dead list shows those that do",
            arguments.seq
        );
    }
    desk.db.tell_others().await?;
    out.result(
        &json!({"seq": arguments.seq, "state": "pending"}),
        "It is back in its place and is handled as soon as a desk runs.",
    );
    Ok(())
}
