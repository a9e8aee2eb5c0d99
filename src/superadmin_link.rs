//! `sapa superadmin-link`: a link that opens the super-admin door once. Runs beside a running desk on the same database.

use std::path::Path;

use anyhow::Context as _;
use sapa_core::logins::{self, DoorLink};
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    output::Output,
};

/// Makes the link and tells it; this is the only time that it is seen.
pub async fn run(file: Option<&Path>, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let desk = app::desk(&config).await?;
    desk.db
        .migrate()
        .await
        .context("the database could not be brought up to date")?;
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let link = logins::link_to_door(&mut act, None).await;
    drop(act);
    let DoorLink { url, expires_at } = link.context("the link could not be stored")?;
    tx.commit().await?;
    desk.db.close().await;
    let expires_at = expires_at.rfc3339();
    let words = format!("It opens the super-admin door once, until {expires_at}:\n{url}");
    out.result(&json!({"url": url, "expires_at": expires_at}), &words);
    Ok(())
}
