//! `sapa export-person`: everything that is known about a customer, as a JSON file that a machine can read. Runs beside a running desk.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Args;
use sapa_core::{people, tickets::Actor};
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    erase::meant,
    output::Output,
};

/// Whose data, and where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A phone number in any form, a customer number, a ticket's number, or the customer's id.
    customer: String,
    /// The file to write; without it person-<id>.json in this folder. One that is there already is not overwritten.
    #[arg(value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Writes what is known about a customer.
pub async fn run(file: Option<&Path>, arguments: Arguments, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let desk = app::desk(&config).await?;
    let (person, _) = meant(&desk, &arguments.customer).await?;
    let mut tx = desk.db.read().await?;
    let now = desk.clock.now();
    let told = people::tell(&mut tx, &desk.settings, &person.id, now).await?;
    tx.rollback().await?;
    let Some(told) = told else {
        bail!("there is no customer \"{}\"", arguments.customer);
    };
    let usual = || PathBuf::from(format!("person-{}.json", person.id));
    let path = arguments.to.unwrap_or_else(usual);
    let (messages, tickets, files) = told.counts();
    let to = path.clone();
    tokio::task::spawn_blocking(move || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Nobody else's to read.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        told.write(options.open(to)?)
    })
    .await?
    .with_context(|| format!("{} could not be written", path.display()))?;
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    people::audit_export(&mut act, &Actor::System, &person.id).await?;
    drop(act);
    tx.commit().await?;
    let object = json!({"customer_id": person.id, "file": path, "messages": messages, "tickets": tickets, "files": files});
    let words = format!(
        "{}: {messages} messages, {tickets} tickets, {files} files.",
        path.display()
    );
    out.result(&object, &words);
    Ok(())
}
