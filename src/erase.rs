//! `sapa erase`: a customer's data are erased for good; what the business must be able to account for stays, without a word. Runs beside
//! a running desk.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;
use sapa_core::{
    desk::Desk,
    people::{self, Extent, Person},
    tickets::Actor,
};
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    output::Output,
    trace::moment,
};

/// Whose data.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A phone number in any form, a customer number, a ticket's number, or the customer's id.
    customer: String,
    /// Only tell what would go.
    #[arg(long)]
    dry_run: bool,
}

/// Erases a customer's data.
pub async fn run(file: Option<&Path>, arguments: &Arguments, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let desk = app::desk(&config).await?;
    let (person, extent) = meant(&desk, &arguments.customer).await?;
    if arguments.dry_run {
        let object = json!({"customer_id": person.id, "erased": false, "goes": extent});
        out.result(&object, &told("Would be erased", &extent));
        return Ok(());
    }
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let request = people::ask_erasure(&mut act, &Actor::System, &person.id).await?;
    drop(act);
    tx.commit().await?;
    people::erase(&desk, &request).await?;
    desk.db.tell_others().await?;
    let object = json!({"customer_id": person.id, "erased": true, "goes": extent});
    out.result(&object, &told("Erased", &extent));
    Ok(())
}

/// Whom somebody means at the command line, and how much there is about them.
pub async fn meant(desk: &Desk, typed: &str) -> anyhow::Result<(Person, Extent)> {
    let mut tx = desk.db.read().await?;
    let mut act = desk.act(&mut tx);
    let found = people::find(&mut act, typed).await;
    let found = found.context("the customer could not be read; has the database been migrated?")?;
    let Some(person) = found else {
        bail!("there is no customer \"{typed}\"");
    };
    if let Some(at) = person.erased_at {
        bail!(
            "this customer's data was erased already, at {}",
            moment(at).unwrap_or_default()
        );
    }
    let extent = people::extent(act.tx, &person.id).await?;
    drop(act);
    tx.rollback().await?;
    Ok((person, extent))
}

fn told(what: &str, extent: &Extent) -> String {
    format!(
        "{what}: name, numbers and address, {} messages, {} files, {} logins, and what {} tickets say.\nKept without content: the tickets' numbers and times, {} invoices.",
        extent.messages, extent.files, extent.sessions, extent.tickets, extent.invoices
    )
}
