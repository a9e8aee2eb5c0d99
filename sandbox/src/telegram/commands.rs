//! The bot's command menus by scope and language (Bot API: setMyCommands).

use std::sync::Arc;

use serde_json::{Value, json};

use super::errors::Refusal;
use super::limits;
use super::params::Params;
use crate::hub::Hub;
use crate::locked;

pub(crate) fn set(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let key = key(hub, params)?;
    let commands = params.json("commands")?.unwrap_or(Value::Null);
    let Some(list) = commands.as_array() else {
        return Err(Refusal::bad(
            "can't parse commands: expected an Array of BotCommand",
        ));
    };
    limits::check("commands", list.len())?;
    let mut kept = Vec::new();
    for command in list {
        let text = |key: &str| command[key].as_str().unwrap_or_default();
        let name = text("command").trim_start_matches('/');
        limits::text("command.name", name)?;
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(good) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        limits::text("command.description", text("description").trim())?;
        kept.push(json!({"command": name, "description": text("description")}));
    }
    locked(&hub.telegram)
        .commands
        .insert(key, Value::Array(kept));
    Ok(Value::Bool(true))
}

pub(crate) fn get(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let key = key(hub, params)?;
    Ok(locked(&hub.telegram)
        .commands
        .get(&key)
        .cloned()
        .unwrap_or_else(|| json!([])))
}

pub(crate) fn delete(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let key = key(hub, params)?;
    locked(&hub.telegram).commands.remove(&key);
    Ok(Value::Bool(true))
}

fn key(hub: &Arc<Hub>, params: &Params<'_>) -> Result<String, Refusal> {
    let scope = params
        .json("scope")?
        .unwrap_or_else(|| json!({"type": "default"}));
    let kind = scope["type"].as_str().unwrap_or_default();
    let needs_chat = matches!(kind, "chat" | "chat_administrators" | "chat_member");
    let plain = matches!(
        kind,
        "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators"
    );
    if !needs_chat && !plain {
        return Err(Refusal::bad(
            "can't parse BotCommandScope: unsupported type specified",
        ));
    }
    let chat = if needs_chat {
        let id = &scope["chat_id"];
        let id = id.as_i64().or_else(|| id.as_str()?.parse().ok());
        let mut state = locked(&hub.telegram);
        state.known(id)?.id
    } else {
        0
    };
    Ok(scope_key(
        kind,
        chat,
        params.text("language_code").as_deref().unwrap_or_default(),
    ))
}

/// How a scope is kept.
pub(crate) fn scope_key(kind: &str, chat: i64, language: &str) -> String {
    format!("{kind}/{chat}/{language}")
}
