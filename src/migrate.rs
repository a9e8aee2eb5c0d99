//! `sapa migrate`: brings the database up to date.

use std::path::Path;

use anyhow::Context as _;
use sapa_core::contacts::finding;
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    output::Output,
};

/// Migrates the configured database.
pub async fn run(file: Option<&Path>, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let db = app::database(&config).await?;
    let migrated = db
        .migrate()
        .await
        .context("the database could not be brought up to date");
    let filled = match migrated {
        Ok(()) => finding::fill(&db)
            .await
            .context("customers could not be given the words they are found by"),
        Err(error) => Err(error),
    };
    db.close().await;
    filled?;
    let kind = if db.is_shared() {
        "postgresql"
    } else {
        "sqlite"
    };
    let object = json!({"database": kind, "status": "up to date"});
    out.result(&object, "The database is up to date.");
    Ok(())
}
