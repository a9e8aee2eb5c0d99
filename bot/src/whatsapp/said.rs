//! Every type of message that the Cloud API delivers (Meta: webhooks/reference/messages), as words of ours.

use sapa_core::outbox::MediaKind;

use super::{people, wire::Object};
use crate::inbound::{Customer, Said};

/// The types whose node alone tells them, should the type be missing.
const NODES: [&str; 15] = [
    "text",
    "image",
    "video",
    "document",
    "audio",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "order",
    "reaction",
    "system",
    "edit",
    "revoke",
];

/// What a message says.
pub(super) fn said(message: &Object<'_>, from: &Customer) -> Said {
    let kind = message.text("type");
    let kind = kind
        .as_deref()
        .or_else(|| NODES.into_iter().find(|node| message.has(node)));
    let kind = kind.unwrap_or("unknown");
    let node = message.object(kind);
    let understood = match (kind, &node) {
        ("text", Some(node)) => node.text("body").map(Said::Text),
        ("image", Some(node)) => media(MediaKind::Image, node),
        ("video", Some(node)) => media(MediaKind::Video, node),
        ("document", Some(node)) => media(MediaKind::Document, node),
        ("sticker", Some(node)) => media(MediaKind::Sticker, node),
        ("audio", Some(node)) if node.is_true("voice") => media(MediaKind::Voice, node),
        ("audio", Some(node)) => media(MediaKind::Audio, node),
        ("voice", Some(node)) => media(MediaKind::Voice, node),
        ("location", Some(node)) => location(node),
        ("contacts", _) => contacts(message),
        ("interactive", Some(node)) => interactive(node),
        ("button", Some(node)) => button(node),
        ("order", Some(node)) => order(node),
        ("reaction", node) => Some(reaction(node.as_ref())),
        ("system", node) => Some(system(node.as_ref(), from)),
        ("edit", node) => Some(node.as_ref().and_then(edit).unwrap_or_else(|| silent(kind))),
        ("revoke", node) => {
            let original = node
                .as_ref()
                .and_then(|node| node.id("original_message_id"));
            Some(original.map_or_else(|| silent(kind), |original| Said::Revoked { original }))
        }
        // The chat was opened for the first time; nothing was written yet.
        ("request_welcome", _) => Some(silent(kind)),
        _ => None,
    };
    understood.unwrap_or_else(|| Said::Unsupported(short(&not_understood(kind, message))))
}

/// The platform's own word for it: `unsupported` says which type hides behind it (Meta: unsupported messages).
fn not_understood(kind: &str, message: &Object<'_>) -> String {
    let hidden = message
        .object("unsupported")
        .and_then(|node| node.text("type"));
    let inner = message
        .object("interactive")
        .and_then(|node| node.text("type"));
    hidden.or(inner).unwrap_or_else(|| kind.to_owned())
}

fn silent(what: &str) -> Said {
    Said::Silent(short(what))
}

fn short(word: &str) -> String {
    word.chars().take(64).collect()
}

fn media(kind: MediaKind, node: &Object<'_>) -> Option<Said> {
    Some(Said::Media {
        kind,
        platform_id: node.id("id")?,
        filename: node.text("filename"),
        mime: node.text("mime_type"),
        caption: node.text("caption").unwrap_or_default(),
        size: node.text("file_size").and_then(|size| size.parse().ok()),
    })
}

fn location(node: &Object<'_>) -> Option<Said> {
    let (latitude, longitude) = (node.number("latitude")?, node.number("longitude")?);
    let on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let words: Vec<_> = ["name", "address"]
        .iter()
        .filter_map(|key| node.text(key))
        .collect();
    on_earth.then(|| Said::Location {
        latitude,
        longitude,
        name: (!words.is_empty()).then(|| words.join(", ")),
    })
}

/// One line for each card: every part of a card may be missing.
fn contacts(message: &Object<'_>) -> Option<Said> {
    let cards = message.objects("contacts");
    let lines = cards.iter().filter_map(|card| {
        let mut parts = Vec::new();
        if let Some(name) = card.object("name") {
            let pieces = ["first_name", "last_name"].map(|key| name.text(key));
            let pieces: Vec<_> = pieces.into_iter().flatten().collect();
            let full = name
                .text("formatted_name")
                .or_else(|| (!pieces.is_empty()).then(|| pieces.join(" ")));
            parts.extend(full);
        }
        parts.extend(card.object("org").and_then(|org| org.text("company")));
        for phone in card.objects("phones") {
            parts.extend(
                phone
                    .text("phone")
                    .or_else(|| Some(format!("+{}", phone.id("wa_id")?))),
            );
        }
        for email in card.objects("emails") {
            parts.extend(email.text("email"));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then_some(Said::Contacts(lines))
}

fn interactive(node: &Object<'_>) -> Option<Said> {
    let kind = node.text("type");
    let kinds = [
        "button_reply",
        "list_reply",
        "nfm_reply",
        "call_permission_reply",
    ];
    let kind = kind
        .as_deref()
        .or_else(|| kinds.into_iter().find(|kind| node.has(kind)))?;
    let reply = node.object(kind);
    match kind {
        "button_reply" | "list_reply" => {
            let reply = reply?;
            choice(reply.text("id"), reply.text("title"))
        }
        "nfm_reply" => form(&reply?),
        "call_permission_reply" => Some(silent(kind)),
        _ => None,
    }
}

fn choice(id: Option<String>, label: Option<String>) -> Option<Said> {
    match (id, label) {
        (Some(id), label) => Some(Said::Choice {
            id,
            label: label.unwrap_or_default(),
            press: None,
        }),
        (None, label) => label.map(Said::Text),
    }
}

/// A filled-in form (Meta: Flows) as lines; `response_json` is JSON inside a string, and may be none.
fn form(reply: &Object<'_>) -> Option<Said> {
    let answers = reply.text("response_json")?;
    let answers = Object::read(&answers)?.texts();
    let lines: Vec<_> = answers
        .into_iter()
        .filter(|(key, _)| key != "flow_token")
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    (!lines.is_empty()).then(|| Said::Text(lines.join("\n")))
}

/// A template's quick reply. One without a payload of its own repeats its label there: that is a word, no choice of ours.
fn button(node: &Object<'_>) -> Option<Said> {
    let (payload, text) = (node.text("payload"), node.text("text"));
    let own = payload.filter(|payload| text.as_ref() != Some(payload));
    choice(own, text)
}

fn order(node: &Object<'_>) -> Option<Said> {
    let items = node.objects("product_items");
    let mut lines: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let product = item.text("product_retailer_id")?;
            let quantity = item.text("quantity").unwrap_or_else(|| "1".to_owned());
            let price = item.text("item_price").map(|price| {
                let currency = item.text("currency").unwrap_or_default();
                format!(" ({})", format!("{currency} {price}").trim())
            });
            Some(format!(
                "{quantity} × {product}{}",
                price.unwrap_or_default()
            ))
        })
        .collect();
    lines.extend(node.text("text"));
    (!lines.is_empty()).then_some(Said::Order(lines))
}

/// A reaction is taken back with an empty emoji, or without one.
fn reaction(node: Option<&Object<'_>>) -> Said {
    let Some((node, to)) = node.and_then(|node| Some((node, node.id("message_id")?))) else {
        return silent("reaction");
    };
    Said::Reaction {
        to,
        emoji: node.text("emoji"),
    }
}

/// `user_changed_number`, `user_changed_user_id`, `customer_changed_number`; everything else needs no answer. The new number stands in
/// `new_wa_id` up to v11, in `wa_id` since.
fn system(node: Option<&Object<'_>>, from: &Customer) -> Said {
    let Some(node) = node else {
        return silent("system");
    };
    let kind = node.text("type").unwrap_or_else(|| "system".to_owned());
    let changed = matches!(
        kind.as_str(),
        "user_changed_number" | "customer_changed_number" | "user_changed_user_id"
    );
    let (mut wa_id, mut user_id) = (None, None);
    for name in ["new_wa_id", "wa_id", "new_user_id", "user_id"]
        .iter()
        .filter_map(|key| node.id(key))
    {
        let (number, id) = people::sorted(name);
        wa_id = wa_id.or(number);
        user_id = user_id.or(id);
    }
    wa_id = wa_id.filter(|new| from.wa_id.as_ref() != Some(new));
    user_id = user_id.filter(|new| from.user_id.as_ref() != Some(new));
    if changed && (wa_id.is_some() || user_id.is_some()) {
        return Said::NewIdentity { wa_id, user_id };
    }
    silent(&kind)
}

/// New words for an earlier message: its text, or its caption.
fn edit(node: &Object<'_>) -> Option<Said> {
    let original = node.id("original_message_id")?;
    let message = node.object("message")?;
    let caption = |kind| message.object(kind)?.text("caption");
    let text = message
        .object("text")
        .and_then(|text| text.text("body"))
        .or_else(|| ["image", "video", "document"].into_iter().find_map(caption))?;
    Some(Said::Edited { original, text })
}
