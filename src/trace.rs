//! `sapa trace`: the life of every message of a ticket, for whoever asks what became of it. Tells times and reasons, never words.

use std::path::Path;

use anyhow::{Context as _, bail};
use chrono::{DateTime, SecondsFormat};
use clap::Args;
use sapa_core::{
    clock::Millis,
    ids::parse_ticket_number,
    tickets,
    trace::{self, Life},
};
use serde_json::{Value, json};

use crate::{
    app,
    config::{self, Need},
    output::{Output, table},
};

/// Which ticket.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ticket's number, as TKT-7K3M9QXA; case and the first letters do not matter.
    number: String,
}

/// Tells the messages of a ticket.
pub async fn run(file: Option<&Path>, arguments: &Arguments, out: Output) -> anyhow::Result<()> {
    let Some(number) = parse_ticket_number(&arguments.number) else {
        bail!(
            "\"{}\" is no ticket number; one looks like TKT-7K3M9QXA",
            arguments.number
        );
    };
    let (config, _) = config::load(file, Need::Database)?;
    let db = app::database(&config).await?;
    let mut tx = db.read().await?;
    let ticket = tickets::by_number(&mut tx, &number).await;
    let ticket = ticket.context("the ticket could not be read; has the database been migrated?")?;
    let Some(ticket) = ticket else {
        bail!("there is no ticket {number}");
    };
    let lives = trace::of_ticket(&mut tx, &ticket).await?;
    tx.rollback().await?;
    let messages: Vec<_> = lives.iter().map(object).collect();
    let object = json!({"number": ticket.number, "ticket_id": ticket.id, "status": ticket.status.as_str(), "messages": messages});
    let rows: Vec<_> = lives.iter().map(row).collect();
    let head = [
        "from",
        "what",
        "written",
        "stored",
        "handled",
        "queued",
        "sent",
        "delivered",
        "read",
        "state",
    ];
    let words = if rows.is_empty() {
        format!("{}: nothing has been written about it yet.", ticket.number)
    } else {
        table(&head, &rows)
    };
    out.result(&object, &words);
    Ok(())
}

/// An instant for scripts and for the table.
pub fn moment(at: Millis) -> Option<String> {
    DateTime::from_timestamp_millis(at.0).map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn object(life: &Life) -> Value {
    let at = |at: Option<Millis>| at.and_then(moment);
    json!({
        "message_id": life.message_id, "inbox_seq": life.inbox_seq, "outbox_id": life.outbox_id, "author": life.author, "kind": life.kind,
        "written_at": moment(life.written_at), "stored_at": at(life.stored_at), "handled_at": moment(life.handled_at),
        "queued_at": at(life.queued_at), "sent_at": at(life.sent_at), "delivered_at": at(life.delivered_at),
        "read_at": at(life.read_at), "failed_at": at(life.failed_at), "state": life.state,
        "attempts": life.attempts, "may_be_duplicate": life.flagged, "error_code": life.error_code,
    })
}

fn row(life: &Life) -> Vec<String> {
    let clock = |at: Option<Millis>| {
        let time = at.and_then(|at| DateTime::from_timestamp_millis(at.0));
        time.map_or_else(|| "-".into(), |at| at.format("%m-%d %H:%M:%S").to_string())
    };
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut state = life
        .state
        .map_or_else(|| "handed to nobody".into(), |state| word(&json!(state)));
    if let Some(code) = &life.error_code {
        state = format!("{state} ({code})");
    }
    if life.flagged == Some(true) {
        state.push_str(", may be a duplicate");
    }
    vec![
        word(&json!(life.author)),
        word(&json!(life.kind)),
        clock(Some(life.written_at)),
        clock(life.stored_at),
        clock(Some(life.handled_at)),
        clock(life.queued_at),
        clock(life.sent_at),
        clock(life.delivered_at),
        clock(life.read_at),
        state,
    ]
}
