//! The menus: who sees which commands. They are display only; what a command may do is decided when it is given (Bot API:
//! `BotCommandScope`).

use std::{collections::HashMap, time::Duration};

use sapa_core::{
    db,
    desk::Desk,
    i18n::{Locale, Localizer},
    meta,
    staff::{self, Role},
};
use serde_json::Value;
use teloxide::{
    payloads::{GetMe, SetMyCommands, setters::*},
    types::{BotCommand, BotCommandScope, ChatId, Recipient},
};
use tokio_util::sync::CancellationToken;

use super::{client::Client, errors::CallError, render::fitting};
use crate::desk::commands::{ALL, Command, permits};

/// Where the bot's user name is remembered, for links (`t.me/<name>?start=…`).
pub const USERNAME: &str = meta::BOT_USERNAME;

/// What somebody may use who is not staff.
const EVERYBODY: [&str; 3] = ["start", "help", "language"];
/// Bot API: `BotCommand`, `description`.
const DESCRIPTION: usize = 256;
/// How often it is looked whether somebody came, went, or has another role or language.
const LOOK: Duration = Duration::from_secs(15);

/// What a person's menu depends on.
type Menus = HashMap<String, (Role, Locale)>;

/// Remembers the bot's user name and keeps everybody's menu as it should be, until `stop` is cancelled.
pub async fn run(desk: Desk, client: Client, stop: CancellationToken) {
    let mut menus = Menus::new();
    let mut introduced = false;
    loop {
        let done = async {
            if !introduced {
                introduce(&desk, &client).await?;
                introduced = true;
            }
            register(&desk, &client, &mut menus).await
        };
        tokio::select! {
            () = stop.cancelled() => return,
            done = done => if let Err(error) = done {
                tracing::warn!(%error, "the menus of commands are not up to date; trying again");
            },
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = desk.clock.sleep(LOOK) => {}
        }
    }
}

/// Asks Telegram who we are, and sets what everybody sees.
pub async fn introduce(desk: &Desk, client: &Client) -> anyhow::Result<()> {
    username(desk, client).await?;
    let everybody: Vec<&Command> = ALL
        .iter()
        .filter(|command| EVERYBODY.contains(&command.name))
        .collect();
    let own = menu(&desk.localizer(desk.settings.locale), &everybody);
    client.call(&SetMyCommands::new(own)).await?;
    for locale in Locale::ALL {
        let commands = menu(&desk.localizer(locale), &everybody);
        let set = SetMyCommands::new(commands).language_code(locale.code());
        client.call(&set).await?;
    }
    Ok(())
}

/// Asks Telegram for the bot's user name, and remembers it.
pub async fn username(desk: &Desk, client: &Client) -> anyhow::Result<Option<String>> {
    let me = client.call(&GetMe::new()).await?;
    let name = me.get("username").and_then(Value::as_str);
    if let Some(name) = name {
        let mut tx = desk.db.write().await?;
        let mut act = desk.act(&mut tx);
        meta::set(&mut act, USERNAME, name).await?;
        drop(act);
        tx.commit().await?;
    }
    Ok(name.map(str::to_owned))
}

/// Sets the menus of staff that are not what they should be; `menus` holds what was set.
pub async fn register(desk: &Desk, client: &Client, menus: &mut Menus) -> anyhow::Result<()> {
    let now = wanted(desk).await?;
    menus.retain(|chat, _| now.contains_key(chat));
    for (chat, (role, locale)) in now {
        if menus.get(&chat) == Some(&(role, locale)) {
            continue;
        }
        let commands: Vec<&Command> = ALL.iter().filter(|c| permits(role, c)).collect();
        let Ok(id) = chat.parse() else { continue };
        let set = SetMyCommands::new(menu(&desk.localizer(locale), &commands)).scope(
            BotCommandScope::Chat {
                chat_id: Recipient::Id(ChatId(id)),
            },
        );
        match client.call(&set).await {
            // Who blocked the bot sees no menu anyway.
            Ok(_) | Err(CallError::Unreachable { .. } | CallError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        menus.insert(chat, (role, locale));
    }
    Ok(())
}

async fn wanted(desk: &Desk) -> db::Result<Menus> {
    let mut tx = desk.db.read().await?;
    let staff = staff::colleagues(&mut tx).await?;
    tx.rollback().await?;
    Ok(staff
        .into_iter()
        .filter_map(|person| Some((person.telegram_chat_id?, (person.role, person.locale))))
        .collect())
}

fn menu(l: &Localizer, commands: &[&Command]) -> Vec<BotCommand> {
    commands
        .iter()
        .map(|command| {
            let description = l.label(command.description_key, &[]);
            BotCommand::new(command.name, fitting(&description, DESCRIPTION))
        })
        .collect()
}
