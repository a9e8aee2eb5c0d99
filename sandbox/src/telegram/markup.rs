//! Checks reply markups and reads inline keyboards (Bot API: `InlineKeyboardMarkup`).

use serde_json::Value;

use super::errors::Refusal;
use super::limits;
use super::params::Params;
use crate::shown::ShownKey;

/// What a call attaches to its message.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// As it goes into the message; `None` when there is nothing to show (removals, custom keyboards).
    pub wire: Option<Value>,
    pub keys: Vec<Vec<ShownKey>>,
}

/// Reads `reply_markup`.
pub(crate) fn read(params: &Params<'_>) -> Result<Markup, Refusal> {
    let Some(value) = params.json("reply_markup")? else {
        return Ok(Markup::default());
    };
    let Some(markup) = value.as_object() else {
        return Err(Refusal::bad("object expected as reply markup"));
    };
    if let Some(rows) = markup.get("inline_keyboard") {
        return inline(rows);
    }
    if let Some(rows) = markup.get("keyboard") {
        for key in rows
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|row| row.as_array().into_iter().flatten())
        {
            let text = key["text"].as_str().or(key.as_str()).unwrap_or_default();
            if text.trim().is_empty() {
                return Err(Refusal::bad("keyboard button text must be non-empty"));
            }
        }
        return Ok(Markup::default());
    }
    if markup.contains_key("remove_keyboard") || markup.contains_key("force_reply") {
        return Ok(Markup::default());
    }
    Err(Refusal::bad("unknown reply markup"))
}

fn inline(rows: &Value) -> Result<Markup, Refusal> {
    let Some(rows) = rows.as_array() else {
        return Err(Refusal::bad(
            "field \"inline_keyboard\" must be of type Array",
        ));
    };
    let mut keys = Vec::new();
    for row in rows {
        let Some(row) = row.as_array() else {
            return Err(Refusal::bad(
                "an array of arrays is expected as inline keyboard",
            ));
        };
        let row: Vec<ShownKey> = row.iter().map(key).collect::<Result<_, _>>()?;
        if !row.is_empty() {
            keys.push(row);
        }
    }
    limits::check("keyboard.buttons", keys.iter().map(Vec::len).sum())?;
    if keys.is_empty() {
        return Ok(Markup::default());
    }
    let wire = serde_json::json!({"inline_keyboard": rows});
    Ok(Markup {
        wire: Some(wire),
        keys,
    })
}

fn key(button: &Value) -> Result<ShownKey, Refusal> {
    const OTHER: [&str; 8] = [
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ];
    let text = button["text"].as_str().ok_or_else(|| {
        Refusal::bad("can't parse inline keyboard button: Field \"text\" must be of type String")
    })?;
    limits::text("keyboard.text", text.trim())?;
    let (data, url) = (button["callback_data"].as_str(), button["url"].as_str());
    let other = OTHER
        .iter()
        .filter(|name| button.get(**name).is_some())
        .count();
    match usize::from(data.is_some()) + usize::from(url.is_some()) + other {
        0 => {
            return Err(Refusal::bad(
                "text buttons are unallowed in the inline keyboard",
            ));
        }
        1 => {}
        _ => {
            return Err(Refusal::bad(
                "inline keyboard button must have exactly one action",
            ));
        }
    }
    if let Some(data) = data {
        limits::check("callback_data", data.len())?;
    }
    if let Some(url) = url {
        check_url(url)?;
    }
    Ok(ShownKey {
        text: text.to_owned(),
        data: data.unwrap_or_default().to_owned(),
        url: url.map(str::to_owned),
    })
}

/// `TDLib`: `LinkManager::check_link` wants a host with a dot, so `http://localhost` is refused.
fn check_url(url: &str) -> Result<(), Refusal> {
    let parsed = reqwest::Url::parse(url).ok();
    let good = parsed.is_some_and(|parsed| match parsed.scheme() {
        "http" | "https" => parsed.host_str().is_some_and(|host| host.contains('.')),
        "tg" | "ton" => true,
        _ => false,
    });
    if good {
        return Ok(());
    }
    Err(Refusal::bad(format!(
        "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
    )))
}
