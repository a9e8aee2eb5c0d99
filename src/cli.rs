//! The command line. Each command has a file of its own; this one names them and tells how they ended.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use serde_json::{Value, json};

use crate::{
    config::Mistakes,
    config_check, dead, erase, export_person, load, migrate,
    output::Output,
    sandbox, seed, serve,
    staff_invite::{self, NoSuchTeam},
    superadmin_link, trace,
};

/// A customer-care desk whose front doors are chats: customers on WhatsApp, agents in Telegram.
///
/// To look around, with nothing to configure: sapa sandbox
#[derive(Debug, Parser)]
#[command(name = "sapa", version, propagate_version = true)]
struct Cli {
    /// The settings' file; without it ./sapa.toml is read where it exists. Every setting may also be given as SAPA_<SECTION>__<KEY>.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SAPA_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// Print one JSON object on stdout instead of words.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything at once: both platforms in miniature, the desk, demo people, and a page to play with.
    Sandbox(sandbox::Arguments),
    /// Run the desk against the configured platforms.
    Serve,
    /// Bring the database up to date (serve does it too).
    Migrate,
    /// Look at the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Tell the life of every message of a ticket: received, handled, queued, sent, delivered, read, or why not.
    Trace(trace::Arguments),
    /// Look after events that could not be handled.
    #[command(subcommand)]
    Dead(DeadCommand),
    /// Look after the people who answer.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Write everything that is known about one customer into a JSON file.
    ExportPerson(export_person::Arguments),
    /// Erase one customer's data for good. Ticket numbers, times and invoices stay, without content.
    Erase(erase::Arguments),
    /// Fill the database with sample data: customers with accounts and invoices, and tickets.
    Seed(seed::Arguments),
    /// Make a link that opens the super-admin door of the pages: once, within 10 minutes. The first super admin is invited behind it.
    SuperadminLink(Nothing),
    /// Measure the real desk: start it against platforms in miniature, drive it, and count what came through.
    #[command(subcommand)]
    Load(load::Mode),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show every setting with its source, and every mistake with its fix. Secrets are masked.
    Check(Nothing),
}

#[derive(Debug, Args)]
struct Nothing {}

#[derive(Debug, Subcommand)]
enum DeadCommand {
    /// Show the newest ones with their last error.
    List(Nothing),
    /// Handle one once more, in its place in the conversation.
    Retry(dead::Arguments),
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Make a one-time Telegram link that turns whoever opens it into a member of staff. Good for 24 hours.
    Invite(staff_invite::Arguments),
}

/// Runs the command that the process was started with. 0: done, 1: failed, 2: wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Output { json: cli.json };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(run(cli, out));
            // What still blocks a thread (a name being resolved) must not keep the process.
            runtime.shutdown_background();
            done
        }
        Err(error) => Err(error.into()),
    };
    done.unwrap_or_else(|error| {
        out.failure(&error, details(&error));
        ExitCode::FAILURE
    })
}

async fn run(cli: Cli, out: Output) -> anyhow::Result<ExitCode> {
    let file = cli.config.as_deref();
    match cli.command {
        Command::Sandbox(arguments) => sandbox::run(arguments, out).await?,
        // A whole desk: not on the stack of every short command.
        Command::Serve => Box::pin(serve::run(file, out)).await?,
        Command::Seed(arguments) => seed::run(file, arguments, out).await?,
        Command::Migrate => migrate::run(file, out).await?,
        Command::SuperadminLink(_) => superadmin_link::run(file, out).await?,
        Command::Load(mode) => return load::run(mode, out).await,
        Command::Config(ConfigCommand::Check(_)) => return Ok(config_check::run(file, out)),
        Command::Trace(arguments) => trace::run(file, &arguments, out).await?,
        Command::ExportPerson(arguments) => export_person::run(file, arguments, out).await?,
        Command::Erase(arguments) => erase::run(file, &arguments, out).await?,
        Command::Dead(DeadCommand::List(_)) => dead::list(file, out).await?,
        Command::Dead(DeadCommand::Retry(arguments)) => dead::retry(file, &arguments, out).await?,
        Command::Staff(StaffCommand::Invite(arguments)) => {
            staff_invite::run(file, arguments, out).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a script may want to know of an error.
fn details(error: &anyhow::Error) -> Value {
    if let Some(Mistakes(mistakes)) = error.downcast_ref() {
        let told = mistakes
            .iter()
            .map(|m| json!({"key": m.key, "source": m.source, "problem": m.problem, "fix": m.fix}));
        return json!({"mistakes": told.collect::<Vec<_>>()});
    }
    if let Some(NoSuchTeam { known, .. }) = error.downcast_ref() {
        return json!({"teams": known});
    }
    json!({})
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
