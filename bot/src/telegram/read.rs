//! Updates as the words that the desk understands. Whatever an update holds, reading it never fails: what is not understood is named.

use sapa_core::{clock::Millis, inbox::Event, outbox::MediaKind};
use serde_json::Value;

use super::wire::{self, flag, has, id, text};
use crate::inbound::{FromStaff, Said, StaffAccount};

/// What an update is to the desk.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and nearly always the large one"
)]
pub enum Read {
    /// Somebody said or did something in the private chat with the bot. Whether he is staff, the desk knows.
    FromStaff(FromStaff),
    /// A button was pressed outside a private chat: the press is answered, and nothing else is done.
    PressElsewhere {
        /// Telegram's id of the press.
        press: String,
    },
    /// Nothing to do, with the reason or Telegram's word for it, for counting.
    Ignored(String),
}

/// Understands an update.
pub fn read(event: &Event) -> Read {
    let Ok(update) = serde_json::from_slice::<Value>(&event.payload) else {
        return Read::Ignored("unreadable".into());
    };
    let Some((kind, body)) = wire::update(&update) else {
        return Read::Ignored("empty".into());
    };
    let understood = match kind {
        "message" => message(event, body),
        "edited_message" => edited(event, body),
        "callback_query" => return press(event, body),
        "my_chat_member" => membership(event, body),
        "message_reaction" => reaction(event, body),
        other => Err(other.to_owned()),
    };
    understood.map_or_else(Read::Ignored, Read::FromStaff)
}

type Understood = Result<FromStaff, String>;

fn message(event: &Event, body: &Value) -> Understood {
    let account = account(body, "from")?;
    if let Some(service) = SERVICE.iter().find(|name| has(body, name)) {
        return Err((*service).to_owned());
    }
    Ok(FromStaff {
        account,
        external_id: id(body, "message_id").ok_or("no message_id")?,
        at: when(body, "date", event),
        received_at: event.received_at,
        replies_to: replies_to(body),
        album: text(body, "media_group_id"),
        said: said(body),
    })
}

fn edited(event: &Event, body: &Value) -> Understood {
    let account = account(body, "from")?;
    let original = id(body, "message_id").ok_or("no message_id")?;
    let text = text(body, "text").or_else(|| text(body, "caption"));
    Ok(FromStaff {
        account,
        external_id: original.clone(),
        at: when(body, "edit_date", event),
        received_at: event.received_at,
        replies_to: replies_to(body),
        album: None,
        said: Said::Edited {
            original,
            text: text.ok_or("edited_message")?,
        },
    })
}

/// A press comes from a person, wherever the message is; its message may be inaccessible (`date` 0) or missing (facts 2.4).
fn press(event: &Event, body: &Value) -> Read {
    let Some(press) = text(body, "id") else {
        return Read::Ignored("callback_query".into());
    };
    let message = body.get("message");
    let chat = message.and_then(|message| message.get("chat"));
    let inline = has(body, "inline_message_id");
    let elsewhere = chat.map_or(inline, |chat| !wire::is_private(chat));
    let person = body
        .get("from")
        .filter(|from| !flag(from, "is_bot"))
        .and_then(|from| Some((id(from, "id")?, from)));
    let (Some((person, from)), Some(data), false) = (person, text(body, "data"), elsewhere) else {
        return Read::PressElsewhere { press };
    };
    let label = message
        .and_then(|message| pressed_label(message, &data))
        .unwrap_or_default();
    Read::FromStaff(FromStaff {
        account: named(person.clone(), person, from),
        external_id: message
            .and_then(|message| id(message, "message_id"))
            .unwrap_or_default(),
        at: event.received_at,
        received_at: event.received_at,
        replies_to: None,
        album: None,
        said: Said::Choice {
            id: data,
            label,
            press: Some(press),
        },
    })
}

fn pressed_label(message: &Value, data: &str) -> Option<String> {
    let rows = message.get("reply_markup")?.get("inline_keyboard")?;
    let mut buttons = rows
        .as_array()?
        .iter()
        .filter_map(Value::as_array)
        .flatten();
    let pressed = buttons.find(|b| b.get("callback_data").and_then(Value::as_str) == Some(data))?;
    text(pressed, "text")
}

/// In a private chat only blocking and coming back are told (facts 2.8).
fn membership(event: &Event, body: &Value) -> Understood {
    let account = account(body, "from")?;
    let status = body
        .get("new_chat_member")
        .and_then(|member| text(member, "status"));
    let reachable = match status.as_deref() {
        Some("kicked" | "left") => false,
        Some("member") => true,
        _ => return Err("my_chat_member".into()),
    };
    Ok(FromStaff {
        account,
        external_id: event.external_id.clone(),
        at: when(body, "date", event),
        received_at: event.received_at,
        replies_to: None,
        album: None,
        said: Said::Reachable(reachable),
    })
}

fn reaction(event: &Event, body: &Value) -> Understood {
    let account = account(body, "user")?;
    let to = id(body, "message_id").ok_or("no message_id")?;
    let now = body.get("new_reaction").and_then(Value::as_array);
    let now = now.ok_or("message_reaction")?;
    let emoji = now
        .iter()
        .rev()
        .find_map(|reaction| text(reaction, "emoji"));
    let said = if emoji.is_none() && !now.is_empty() {
        Said::Silent("custom_reaction".into())
    } else {
        Said::Reaction { to, emoji }
    };
    Ok(FromStaff {
        account,
        external_id: event.external_id.clone(),
        at: when(body, "date", event),
        received_at: event.received_at,
        replies_to: None,
        album: None,
        said,
    })
}

/// Whose private chat it is. Groups, channels, anonymous senders and bots are nobody's.
fn account(body: &Value, sender: &str) -> Result<StaffAccount, String> {
    let chat = body.get("chat").ok_or("no chat")?;
    if !wire::is_private(chat) {
        return Err("group".into());
    }
    if has(body, "sender_chat") || has(body, "actor_chat") {
        return Err("anonymous".into());
    }
    let from = body.get(sender).ok_or("anonymous")?;
    if flag(from, "is_bot") {
        return Err("bot".into());
    }
    let person = id(from, "id").ok_or("anonymous")?;
    let chat = id(chat, "id").ok_or("no chat")?;
    Ok(named(person, chat, from))
}

fn named(telegram_id: String, chat: String, from: &Value) -> StaffAccount {
    let names = ["first_name", "last_name"].map(|part| text(from, part).unwrap_or_default());
    StaffAccount {
        telegram_id,
        chat,
        name: names.join(" ").trim().to_owned(),
        language: text(from, "language_code"),
    }
}

/// In a topic every message seems to answer the one that made the topic: that is no quote (facts 2.6).
fn replies_to(body: &Value) -> Option<String> {
    let answered = body.get("reply_to_message")?;
    (!has(answered, "forum_topic_created"))
        .then(|| id(answered, "message_id"))
        .flatten()
}

fn when(body: &Value, name: &str, event: &Event) -> Millis {
    let seconds = body
        .get(name)
        .or_else(|| body.get("date"))
        .and_then(Value::as_i64);
    // Nonsense (0, the far future) is the moment of arrival.
    let sane = |seconds: &i64| (1..4_102_444_800).contains(seconds);
    seconds
        .filter(sane)
        .map_or(event.received_at, |seconds| Millis(seconds * 1_000))
}

/// Messages of Telegram itself.
const SERVICE: [&str; 24] = [
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "users_shared",
    "chat_shared",
    "connected_website",
    "write_access_allowed",
    "boost_added",
    "chat_background_set",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "web_app_data",
    "refunded_payment",
];

/// What accompanies a message and says nothing by itself.
const ENVELOPE: [&str; 17] = [
    "message_id",
    "message_thread_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "via_bot",
    "has_protected_content",
    "media_group_id",
    "forward_origin",
    "effect_id",
    "link_preview_options",
    "reply_markup",
];

fn said(body: &Value) -> Said {
    if let Some(text) = text(body, "text") {
        // A forwarded `/start TOKEN` would let anybody who sees an invitation be let in by somebody else's forward.
        let command = text.trim_start().starts_with('/');
        return if command && has(body, "forward_origin") {
            Said::Unsupported("forwarded_command".into())
        } else {
            Said::Text(text)
        };
    }
    media(body)
        .or_else(|| place(body))
        .or_else(|| contact(body))
        .unwrap_or_else(|| Said::Unsupported(unknown(body)))
}

fn unknown(body: &Value) -> String {
    let fields = body
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    fields
        .map(String::as_str)
        .find(|name| !ENVELOPE.contains(name) && has(body, name))
        .unwrap_or("nothing")
        .to_owned()
}

fn media(body: &Value) -> Option<Said> {
    // An animation also comes as `document`, for old clients (Bot API: Message).
    const FILES: [(&str, MediaKind); 7] = [
        ("animation", MediaKind::Video),
        ("video", MediaKind::Video),
        ("video_note", MediaKind::Video),
        ("voice", MediaKind::Voice),
        ("audio", MediaKind::Audio),
        ("sticker", MediaKind::Sticker),
        ("document", MediaKind::Document),
    ];
    let caption = text(body, "caption").unwrap_or_default();
    if let Some(photo) = body.get("photo").and_then(largest) {
        return file(photo, MediaKind::Image, caption, Some("image/jpeg"));
    }
    let (name, kind) = FILES.iter().find(|(name, _)| has(body, name))?;
    let of = body.get(name)?;
    let usual = match *name {
        "video_note" => Some("video/mp4"),
        "sticker" if flag(of, "is_video") => Some("video/webm"),
        "sticker" if flag(of, "is_animated") => Some("application/x-tgsticker"),
        "sticker" => Some("image/webp"),
        _ => None,
    };
    file(of, *kind, caption, usual)
}

fn file(of: &Value, kind: MediaKind, caption: String, usual: Option<&str>) -> Option<Said> {
    Some(Said::Media {
        kind,
        platform_id: text(of, "file_id")?,
        filename: text(of, "file_name"),
        mime: text(of, "mime_type").or_else(|| usual.map(str::to_owned)),
        caption,
        size: of.get("file_size").and_then(Value::as_u64),
    })
}

/// The same picture comes in several sizes.
fn largest(sizes: &Value) -> Option<&Value> {
    let number = |size: &Value, name| size.get(name).and_then(Value::as_u64).unwrap_or(0);
    sizes.as_array()?.iter().max_by_key(|size| {
        let area = number(size, "width").saturating_mul(number(size, "height"));
        (area, number(size, "file_size"))
    })
}

fn place(body: &Value) -> Option<Said> {
    let venue = body.get("venue").filter(|venue| venue.is_object());
    let of = venue
        .and_then(|venue| venue.get("location"))
        .or_else(|| body.get("location"))?;
    let parts = ["title", "address"].map(|part| venue.and_then(|venue| text(venue, part)));
    let name: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    Some(Said::Location {
        latitude: of.get("latitude")?.as_f64()?,
        longitude: of.get("longitude")?.as_f64()?,
        name: (!name.is_empty()).then(|| name.join(", ")),
    })
}

fn contact(body: &Value) -> Option<Said> {
    let of = body.get("contact").filter(|contact| contact.is_object())?;
    let names = ["first_name", "last_name"].map(|part| text(of, part).unwrap_or_default());
    let name = names.join(" ").trim().to_owned();
    let phone = text(of, "phone_number").unwrap_or_default();
    let line = match (name.is_empty(), phone.is_empty()) {
        (false, false) => format!("{name}: {phone}"),
        (true, false) => phone,
        _ => name,
    };
    Some(Said::Contacts(vec![line]))
}
