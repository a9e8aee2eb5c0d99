//! `sapa staff invite`: a one-time link into Telegram. Runs beside a running desk on the same database.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser as _};
use sapa_bot::telegram;
use sapa_core::{
    desk::Desk,
    meta,
    staff::{self, Invite, InviteError, Role},
};
use serde_json::json;

use crate::{
    app,
    config::{self, Config, Need},
    output::{Output, complain},
};

/// How long Telegram may take to tell the bot's name.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whom to invite.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The person's name, as customers will read it.
    #[arg(long, value_parser = name)]
    name: String,
    /// What they may do.
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::as_str)).map(|typed| Role::parse(&typed).unwrap_or(Role::Viewer)))]
    role: Role,
    /// The team they work in.
    #[arg(long)]
    team: Option<String>,
}

/// The team that was named does not exist.
#[derive(Debug)]
pub struct NoSuchTeam {
    /// As it was typed.
    pub named: String,
    /// The teams there are.
    pub known: Vec<String>,
}

impl std::fmt::Display for NoSuchTeam {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no team \"{}\"", self.named)?;
        if self.known.is_empty() {
            f.write_str("; no teams have been made yet")
        } else {
            write!(f, "; the teams are: {}", self.known.join(", "))
        }
    }
}

impl std::error::Error for NoSuchTeam {}

fn name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    if (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("a name has 1 to 64 characters".into())
    }
}

/// Makes the invitation and tells it; this is the only time that the token is seen.
pub async fn run(file: Option<&Path>, arguments: Arguments, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Invite)?;
    let desk = app::desk(&config).await?;
    desk.db
        .migrate()
        .await
        .context("the database could not be brought up to date")?;
    let invite = invite(&desk, &arguments).await?;
    let username = username(&desk, &config).await;
    desk.db.close().await;
    let link = username.map(|username| format!("https://t.me/{username}?start={}", invite.token));
    let expires_at = invite.expires_at.rfc3339();
    let object = json!({
        "staff_id": invite.staff_id,
        "role": invite.role.as_str(),
        "token": invite.token,
        "link": link,
        "expires_at": expires_at,
    });
    let way = match &link {
        Some(link) => format!(
            "Send {} this link; it works once, until {expires_at}:\n{link}",
            arguments.name
        ),
        None => format!(
            "Telegram cannot be reached, so the bot's name is not known. {} can write this to the bot until {expires_at}, once:\n/start {}",
            arguments.name, invite.token
        ),
    };
    out.result(&object, &way);
    Ok(())
}

async fn invite(desk: &Desk, arguments: &Arguments) -> anyhow::Result<Invite> {
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let invited = staff::invite(
        &mut act,
        &arguments.name,
        arguments.role,
        arguments.team.as_deref(),
    )
    .await;
    drop(act);
    let invite = invited.map_err(|error| match error {
        InviteError::UnknownTeam { known } => anyhow::Error::new(NoSuchTeam {
            named: arguments.team.clone().unwrap_or_default(),
            known,
        }),
        InviteError::Db(error) => {
            anyhow::Error::new(error).context("the invitation could not be stored")
        }
    })?;
    tx.commit().await?;
    Ok(invite)
}

/// The bot's user name: asked, for another token is another bot; else as it is remembered. `None` when neither is to be had.
async fn username(desk: &Desk, config: &Config) -> Option<String> {
    match ask(desk, config).await {
        Ok(name) => name,
        Err(error) => {
            complain(&format!("warning: Telegram cannot be reached: {error:#}"));
            remembered(desk).await.ok().flatten()
        }
    }
}

async fn ask(desk: &Desk, config: &Config) -> anyhow::Result<Option<String>> {
    let client = telegram::Client::new(&app::telegram_account(config)?)?;
    let asked = tokio::time::timeout(PATIENCE, telegram::commands::username(desk, &client)).await;
    asked.context("it does not answer in time")?
}

async fn remembered(desk: &Desk) -> anyhow::Result<Option<String>> {
    let mut tx = desk.db.read().await?;
    let known = meta::get(&mut tx, telegram::commands::USERNAME).await?;
    tx.rollback().await?;
    Ok(known)
}
