//! Methods that write, change and take back messages (Bot API: sendMessage, editMessageText, deleteMessage …).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::content::{self, Content, formatted};
use super::errors::Refusal;
use super::markup::{self, Markup};
use super::params::Params;
use super::state::Stored;
use super::{limits, reactions};
use crate::hub::Hub;
use crate::locked;
use crate::shown::{Kind, Place, Shown, Side};
use crate::wire::{Hop, Platform};

const SAME: &str = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

pub(crate) fn one(mut sent: Vec<Value>) -> Value {
    sent.pop().unwrap_or_default()
}

pub(crate) fn send(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let (text, entities) = formatted(params, "text", "text")?;
    content::send(hub, params, vec![Content::text(text, entities)]).map(one)
}

pub(crate) fn location(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let (Some(latitude), Some(longitude)) = (params.float("latitude"), params.float("longitude"))
    else {
        return Err(Refusal::bad("latitude and longitude must be specified"));
    };
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(Refusal::bad("wrong location specified"));
    }
    let (name, address) = (params.text("title"), params.text("address"));
    let place = json!({"latitude": latitude, "longitude": longitude});
    let mut fields = Map::new();
    if name.is_some() {
        let venue = json!({"location": place, "title": name, "address": address});
        fields.insert("venue".to_owned(), venue);
    }
    fields.insert("location".to_owned(), place);
    let location = Some(Place {
        latitude,
        longitude,
        name,
        address,
    });
    let shown = Shown {
        kind: Kind::Location,
        location,
        ..Shown::default()
    };
    content::send(hub, params, vec![Content { shown, fields }]).map(one)
}

pub(crate) fn contact(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let (Some(phone), Some(name)) = (params.text("phone_number"), params.text("first_name")) else {
        return Err(Refusal::bad(
            "phone_number and first_name must be specified",
        ));
    };
    let mut fields = Map::new();
    fields.insert(
        "contact".to_owned(),
        json!({"phone_number": phone, "first_name": name}),
    );
    let shown = Shown {
        kind: Kind::Contacts,
        text: format!("{name}\n{phone}"),
        ..Shown::default()
    };
    content::send(hub, params, vec![Content { shown, fields }]).map(one)
}

pub(crate) fn copy(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let content = {
        let mut state = locked(&hub.telegram);
        let from = state.known(params.int("from_chat_id"))?;
        let missing = || Refusal::bad("message to copy not found");
        let stored = from
            .peek(params.int("message_id").unwrap_or(0))
            .ok_or_else(missing)?;
        let mut fields = stored.wire.as_object().cloned().unwrap_or_default();
        for name in [
            "message_id",
            "from",
            "chat",
            "date",
            "edit_date",
            "reply_markup",
            "reply_to_message",
            "media_group_id",
        ] {
            fields.remove(name);
        }
        let old = stored.shown.clone();
        let shown = Shown {
            quote: None,
            keyboard: Vec::new(),
            reactions: Vec::new(),
            edited: false,
            ..old
        };
        Content { shown, fields }
    };
    let sent = content::send(hub, params, vec![content]).map(one)?;
    Ok(json!({"message_id": sent["message_id"]}))
}

pub(crate) fn edit_text(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let (text, entities) = formatted(params, "text", "text")?;
    edit(hub, params, |stored, markup| {
        if stored.wire.get("text").is_none() {
            return Err(Refusal::bad("there is no text in the message to edit"));
        }
        let same = stored.shown.text == text && stored.shown.entities == entities;
        if same && same_markup(stored, markup) {
            return Err(Refusal::bad(SAME));
        }
        stored.wire["text"] = json!(text);
        put_entities(stored, "entities", &json!(entities));
        stored.shown.text = text;
        stored.shown.entities = entities;
        stored.shown.edited = true;
        Ok(())
    })
}

pub(crate) fn edit_caption(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let (caption, entities) = formatted(params, "caption", "caption")?;
    edit(hub, params, |stored, markup| {
        let Some(media) = &mut stored.shown.media else {
            return Err(Refusal::bad("there is no caption in the message to edit"));
        };
        let new = (!caption.is_empty()).then(|| caption.clone());
        let same = media.caption == new;
        media.caption = new;
        if same && same_markup(stored, markup) {
            return Err(Refusal::bad(SAME));
        }
        stored.wire["caption"] = json!(caption);
        put_entities(stored, "caption_entities", &json!(entities));
        stored.shown.edited = true;
        Ok(())
    })
}

pub(crate) fn edit_markup(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    edit(hub, params, |stored, markup| {
        if same_markup(stored, markup) {
            Err(Refusal::bad(SAME))
        } else {
            Ok(())
        }
    })
}

fn same_markup(stored: &Stored, markup: &Markup) -> bool {
    stored.wire.get("reply_markup") == markup.wire.as_ref()
}

fn put_entities(stored: &mut Stored, name: &str, entities: &Value) {
    if let Some(wire) = stored.wire.as_object_mut() {
        wire.remove(name);
        if entities.as_array().is_some_and(|all| !all.is_empty()) {
            wire.insert(name.to_owned(), entities.clone());
        }
    }
}

/// Finds the bot's message, lets it be changed, and replaces its keyboard (none given: none left).
fn edit(
    hub: &Arc<Hub>,
    params: &Params<'_>,
    change: impl FnOnce(&mut Stored, &Markup) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let markup = markup::read(params)?;
    let now_s = hub.clock.now_s();
    let (wire, chat, id) = {
        let mut state = locked(&hub.telegram);
        let chat = state.writable(params.int("chat_id"))?;
        let id = params.int("message_id").unwrap_or(0);
        let chat_id = chat.id;
        let stored = chat
            .message(id)
            .ok_or_else(|| Refusal::bad("message to edit not found"))?;
        if stored.shown.from != Side::Them {
            return Err(Refusal::bad("message can't be edited"));
        }
        change(stored, &markup)?;
        stored.wire["edit_date"] = json!(now_s);
        if let Some(wire) = stored.wire.as_object_mut() {
            wire.remove("reply_markup");
            if let Some(markup) = markup.wire {
                wire.insert("reply_markup".to_owned(), markup);
            }
        }
        stored.shown.keyboard = markup.keys;
        (stored.wire.clone(), chat_id.to_string(), id.to_string())
    };
    hub.message_changed(Platform::Telegram, &chat, &id, false);
    Ok(wire)
}

pub(crate) fn delete(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let id = params.int("message_id").unwrap_or(0);
    delete_one(hub, params.int("chat_id"), id)?;
    Ok(Value::Bool(true))
}

pub(crate) fn delete_many(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let ids = params.json("message_ids")?.unwrap_or(Value::Null);
    for id in ids
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
    {
        // Those that are not found are skipped (Bot API: deleteMessages).
        let _ = delete_one(hub, params.int("chat_id"), id);
    }
    Ok(Value::Bool(true))
}

fn delete_one(hub: &Arc<Hub>, chat: Option<i64>, id: i64) -> Result<(), Refusal> {
    let now_ms = hub.clock.now_ms();
    let chat = {
        let mut state = locked(&hub.telegram);
        let chat = state.known(chat)?;
        let chat_id = chat.id;
        let stored = chat
            .message(id)
            .ok_or_else(|| Refusal::bad("message to delete not found"))?;
        let hours = (now_ms - stored.shown.at_ms)
            .max(0)
            .unsigned_abs()
            .div_ceil(3_600_000);
        limits::check(
            "delete.age_hours",
            usize::try_from(hours).unwrap_or(usize::MAX),
        )?;
        stored.shown.deleted = true;
        chat_id.to_string()
    };
    hub.message_changed(Platform::Telegram, &chat, &id.to_string(), false);
    Ok(())
}

pub(crate) fn react(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let reaction = params.json("reaction")?.unwrap_or_else(|| json!([]));
    let mut emoji = Vec::new();
    for item in reaction.as_array().into_iter().flatten() {
        let known = item["emoji"].as_str().filter(|_| item["type"] == "emoji");
        match known.filter(|emoji| reactions::ALLOWED.contains(emoji)) {
            Some(known) => emoji.push(known.to_owned()),
            None => return Err(Refusal::bad("REACTION_INVALID")),
        }
    }
    // Bot API: setMessageReaction, bots set at most one.
    if emoji.len() > 1 {
        return Err(Refusal::bad("REACTIONS_TOO_MANY"));
    }
    let id = params.int("message_id").unwrap_or(0);
    let told = emoji.first().cloned().unwrap_or_default();
    let (chat, name) = {
        let mut state = locked(&hub.telegram);
        let chat = state.writable(params.int("chat_id"))?;
        let stored = chat
            .message(id)
            .ok_or_else(|| Refusal::bad("message to react not found"))?;
        stored.shown.reactions = emoji;
        (chat.id.to_string(), chat.name())
    };
    let id = id.to_string();
    hub.tell(
        Hop::Handled,
        Platform::Telegram,
        &chat,
        ("desk", &name),
        &told,
        &id,
    );
    hub.message_changed(Platform::Telegram, &chat, &id, false);
    Ok(Value::Bool(true))
}

/// How long a pressed key may wait for its answer.
const QUERY_MS: i64 = 10 * 60_000;

pub(crate) fn answer_query(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let text = params.text("text").unwrap_or_default();
    limits::text("callback_answer", &text)?;
    let id = params.text("callback_query_id").unwrap_or_default();
    let now_ms = hub.clock.now_ms();
    let (user, alert) = {
        let mut state = locked(&hub.telegram);
        let query = state
            .queries
            .iter_mut()
            .rev()
            .find(|query| query.query == id);
        let open = query.filter(|query| !query.answered && now_ms - query.at_ms <= QUERY_MS);
        let query = open.ok_or_else(|| {
            Refusal::bad("query is too old and response timeout expired or query ID is invalid")
        })?;
        query.answered = true;
        query.text.clone_from(&text);
        query.alert = params.flag("show_alert");
        (query.user.to_string(), query.alert)
    };
    let told = if alert {
        format!("alert: {text}")
    } else {
        text
    };
    hub.tell(
        Hop::Handled,
        Platform::Telegram,
        &user,
        ("desk", &user),
        &told,
        &id,
    );
    Ok(Value::Bool(true))
}

pub(crate) fn action(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    const ACTIONS: [&str; 11] = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    let action = params.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    locked(&hub.telegram).writable(params.int("chat_id"))?;
    Ok(Value::Bool(true))
}

pub(crate) fn pin(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let mut state = locked(&hub.telegram);
    let chat = state.writable(params.int("chat_id"))?;
    let found = params
        .int("message_id")
        .is_none_or(|id| chat.peek(id).is_some());
    if found {
        Ok(Value::Bool(true))
    } else {
        Err(Refusal::bad("message to pin not found"))
    }
}

pub(crate) fn get_chat(hub: &Arc<Hub>, params: &Params<'_>) -> Result<Value, Refusal> {
    let mut state = locked(&hub.telegram);
    let mut chat = state.known(params.int("chat_id"))?.wire();
    chat["accent_color_id"] = json!(0);
    chat["max_reaction_count"] = json!(11);
    chat["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
        "premium_subscription": false, "gifts_from_channels": false,
    });
    Ok(chat)
}
