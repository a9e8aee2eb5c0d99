//! What goes into a message: formatted text, and putting it into a chat with quote, keyboard and rate limits.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::errors::Refusal;
use super::params::Params;
use super::state::{Chat, State, Stored, bot};
use super::{html, limits, markup};
use crate::hub::Hub;
use crate::locked;
use crate::shown::{Quote, Shown, ShownEntity, Side, summary, utf16};
use crate::wire::{Hop, Platform};

/// A message to be: as it is shown, and the fields that carry it over the wire.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub shown: Shown,
    pub fields: Map<String, Value>,
}

impl Content {
    pub fn text(text: String, entities: Vec<ShownEntity>) -> Self {
        let mut fields = Map::new();
        fields.insert("text".to_owned(), json!(text));
        if !entities.is_empty() {
            fields.insert("entities".to_owned(), json!(entities));
        }
        Self {
            shown: Shown {
                text,
                entities,
                ..Shown::default()
            },
            fields,
        }
    }
}

/// Reads a text with its `parse_mode` or entities; checks its length after parsing.
pub(crate) fn formatted(
    params: &Params<'_>,
    field: &str,
    row: &str,
) -> Result<(String, Vec<ShownEntity>), Refusal> {
    let raw = params.text(field).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default();
    let list = if field == "caption" {
        "caption_entities"
    } else {
        "entities"
    };
    let given = params.json(list)?;
    let (text, entities) = parse(&raw, &mode, given.as_ref())?;
    limits::text(row, &text)?;
    Ok((text, entities))
}

/// Parses by mode, or takes the entities as they are given.
pub(crate) fn parse(
    raw: &str,
    mode: &str,
    given: Option<&Value>,
) -> Result<(String, Vec<ShownEntity>), Refusal> {
    match mode.to_ascii_lowercase().as_str() {
        "html" => {
            html::parse(raw).map_err(|why| Refusal::bad(format!("can't parse entities: {why}")))
        }
        "" => {
            let entities: Vec<ShownEntity> = match given {
                None => Vec::new(),
                Some(given) => serde_json::from_value(given.clone())
                    .map_err(|_| Refusal::bad("can't parse entities: object expected"))?,
            };
            let length = utf16(raw);
            if entities
                .iter()
                .any(|entity| entity.offset + entity.length > length)
            {
                return Err(Refusal::bad("ENTITY_BOUNDS_INVALID"));
            }
            Ok(html::trimmed(raw, entities))
        }
        _ => Err(Refusal::bad("unsupported parse_mode")),
    }
}

/// Puts the contents into the chat; gives the messages as the bot gets them back.
pub(crate) fn send(
    hub: &Arc<Hub>,
    params: &Params<'_>,
    contents: Vec<Content>,
) -> Result<Vec<Value>, Refusal> {
    let markup = markup::read(params)?;
    let now_ms = hub.clock.now_ms();
    let mut sent = Vec::new();
    let mut told = Vec::new();
    let (chat_id, name) = {
        let mut guard = locked(&hub.telegram);
        let state = &mut *guard;
        let chat = state.writable(params.int("chat_id"))?;
        let (chat_id, name) = (chat.id, chat.name());
        // The sandbox has no topics; the live server says the same for a wrong thread.
        if params
            .int("message_thread_id")
            .is_some_and(|thread| thread != 0)
        {
            return Err(Refusal::bad("message thread not found"));
        }
        let quote = quoted(params, chat)?;
        within_rates(hub, state, chat_id, contents.len(), now_ms)?;
        for mut content in contents {
            let id = state.next_message();
            let chat = state.known(Some(chat_id))?;
            content.shown.keyboard.clone_from(&markup.keys);
            let stored = stored(
                chat,
                id,
                now_ms,
                content,
                quote.as_ref(),
                markup.wire.as_ref(),
            );
            sent.push(stored.wire.clone());
            told.push((id.to_string(), summary(&stored.shown.words())));
            chat.add(stored);
        }
        (chat_id.to_string(), name)
    };
    for (id, text) in told {
        hub.tell(
            Hop::Out,
            Platform::Telegram,
            &chat_id,
            ("desk", &name),
            &text,
            &id,
        );
        let names = ("Telegram", name.as_str());
        hub.tell(
            Hop::Delivered,
            Platform::Telegram,
            &chat_id,
            names,
            "delivered",
            &id,
        );
        hub.message_changed(Platform::Telegram, &chat_id, &id, true);
    }
    Ok(sent)
}

fn stored(
    chat: &Chat,
    id: i64,
    now_ms: i64,
    content: Content,
    quote: Option<&(Quote, Value)>,
    markup: Option<&Value>,
) -> Stored {
    let mut wire = json!({
        "message_id": id, "from": bot(), "chat": chat.wire(), "date": now_ms.div_euclid(1000),
    });
    for (name, value) in content.fields {
        wire[name] = value;
    }
    if let Some((_, quoted)) = quote {
        wire["reply_to_message"] = quoted.clone();
    }
    if let Some(markup) = markup {
        wire["reply_markup"] = markup.clone();
    }
    let shown = Shown {
        id: id.to_string(),
        from: Side::Them,
        at_ms: now_ms,
        quote: quote.map(|(quote, _)| quote.clone()),
        ..content.shown
    };
    Stored { id, shown, wire }
}

/// `reply_parameters`, or the older `reply_to_message_id`.
fn quoted(params: &Params<'_>, chat: &Chat) -> Result<Option<(Quote, Value)>, Refusal> {
    let given = params.json("reply_parameters")?;
    let (id, lenient) = match &given {
        Some(given) => {
            let id = given["message_id"].as_i64();
            (id, given["allow_sending_without_reply"] == json!(true))
        }
        None => (
            params.int("reply_to_message_id"),
            params.flag("allow_sending_without_reply"),
        ),
    };
    let Some(id) = id else {
        return Ok(None);
    };
    match quote_of(chat, id) {
        Some(found) => Ok(Some(found)),
        None if lenient => Ok(None),
        None => Err(Refusal::bad("message to be replied not found")),
    }
}

/// A message as a quote, and as `reply_to_message` (which carries no reply of its own).
pub(crate) fn quote_of(chat: &Chat, id: i64) -> Option<(Quote, Value)> {
    let stored = chat.peek(id)?;
    let mut wire = stored.wire.clone();
    if let Some(wire) = wire.as_object_mut() {
        wire.remove("reply_to_message");
    }
    Some((
        Quote {
            id: id.to_string(),
            text: stored.shown.words(),
        },
        wire,
    ))
}

fn within_rates(
    hub: &Hub,
    state: &mut State,
    chat: i64,
    count: usize,
    now_ms: i64,
) -> Result<(), Refusal> {
    let rules = &hub.rules;
    state
        .everywhere
        .take(now_ms, count, rules.telegram_per_second, 1000)
        .map_err(Refusal::too_many)?;
    let chat = state.known(Some(chat))?;
    if chat.person.is_some() {
        chat.bucket.take(now_ms, rules.telegram_chat_burst, 1000)
    } else {
        chat.minute
            .take(now_ms, count, rules.telegram_group_per_minute, 60_000)
    }
    .map_err(Refusal::too_many)
}
