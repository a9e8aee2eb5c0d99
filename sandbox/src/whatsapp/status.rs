//! Statuses of sent messages, and the desk's read receipts.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::errors::Refusal;
use super::shape::Node;
use super::state::State;
use super::webhooks::{self, Event};
use crate::hub::Hub;
use crate::locked;
use crate::shown::{Side, Ticks};
use crate::wire::{Hop, Platform};

/// Moves a message of the desk forward and posts the status; nothing when it was there already.
pub(crate) fn advance(hub: &Arc<Hub>, id: &str, to: Ticks) {
    let moved = {
        let mut state = locked(&hub.whatsapp);
        state
            .message(id)
            .is_some_and(|(_, sent)| State::forward(sent, to))
    };
    if !moved {
        return;
    }
    if let Some(element) = element(hub, id, to, None) {
        webhooks::publish(hub, vec![Event::Status(element)]);
    }
    let (key, name) = whose(hub, id);
    let hop = match to {
        Ticks::Delivered => Some(Hop::Delivered),
        Ticks::Read => Some(Hop::Read),
        _ => None,
    };
    if let Some(hop) = hop {
        hub.tell(
            hop,
            Platform::WhatsApp,
            &key,
            (&name, "desk"),
            to.word(),
            id,
        );
    }
    hub.message_changed(Platform::WhatsApp, &key, id, false);
}

/// Lets a message fail.
pub(crate) fn fail(hub: &Arc<Hub>, id: &str, why: &Refusal) {
    {
        let mut state = locked(&hub.whatsapp);
        let Some((_, sent)) = state.message(id) else {
            return;
        };
        sent.shown.status = Some(Ticks::Failed);
        sent.shown.error = Some(format!("{}: {}", why.code, why.details));
    }
    if let Some(element) = element(hub, id, Ticks::Failed, Some(why)) {
        webhooks::publish(hub, vec![Event::Status(element)]);
    }
    let (key, name) = whose(hub, id);
    hub.tell(
        Hop::Fault,
        Platform::WhatsApp,
        &key,
        ("desk", &name),
        &why.code.to_string(),
        id,
    );
    hub.message_changed(Platform::WhatsApp, &key, id, false);
}

fn whose(hub: &Hub, id: &str) -> (String, String) {
    let mut state = locked(&hub.whatsapp);
    state
        .message(id)
        .map(|(who, _)| (who.id.clone(), who.name.clone()))
        .unwrap_or_default()
}

/// An element of `statuses[]` (Meta: webhooks/reference/messages/status, v24 form without `conversation`).
pub(crate) fn element(hub: &Hub, id: &str, to: Ticks, why: Option<&Refusal>) -> Option<Value> {
    let now_s = hub.clock.now_s();
    let mut state = locked(&hub.whatsapp);
    let (who, sent) = state.message(id)?;
    let mut element = json!({"id": id, "status": to.word(), "timestamp": now_s.to_string()});
    if let Some(wa_id) = &who.wa_id {
        element["recipient_id"] = json!(wa_id);
    }
    if let Some(user_id) = &who.user_id {
        element["recipient_user_id"] = json!(user_id);
    }
    if let Some(note) = &sent.note {
        element["biz_opaque_callback_data"] = json!(note);
    }
    if matches!(to, Ticks::Sent | Ticks::Delivered) {
        let free = sent.category == "service";
        element["pricing"] = json!({
            "billable": !free,
            "pricing_model": "PMP",
            "type": if free { "free_customer_service" } else { "regular" },
            "category": sent.category,
        });
    }
    if let Some(why) = why {
        element["errors"] = json!([why.in_status()]);
    }
    Some(element)
}

/// `status: "read"`: this message and those before it get their blue ticks; typing may be shown.
pub(crate) fn mark_read(hub: &Arc<Hub>, body: &Map<String, Value>) -> Result<Value, Refusal> {
    let node = Node {
        path: "message",
        map: body,
    };
    node.only(&[
        "messaging_product",
        "status",
        "message_id",
        "typing_indicator",
    ])?;
    if node.text("status")? != "read" {
        return Err(Refusal::new(100, "Param status must be read."));
    }
    let id = node.text("message_id")?;
    let typing = body.contains_key("typing_indicator");
    if typing {
        let indicator = node.object("typing_indicator")?;
        indicator.only(&["type"])?;
        if indicator.text("type")? != "text" {
            return Err(Refusal::new(
                100,
                "Param typing_indicator['type'] must be text.",
            ));
        }
    }
    let (key, name, changed) = read_up_to(hub, id)?;
    let told = if typing { "read, typing" } else { "read" };
    hub.tell(
        Hop::Handled,
        Platform::WhatsApp,
        &key,
        ("desk", &name),
        told,
        id,
    );
    for id in changed {
        hub.message_changed(Platform::WhatsApp, &key, &id, false);
    }
    Ok(json!({"success": true}))
}

/// Marks the customer's messages up to this one read; gives the chat, the name and what changed.
fn read_up_to(hub: &Hub, id: &str) -> Result<(String, String, Vec<String>), Refusal> {
    let mut changed = Vec::new();
    let mut state = locked(&hub.whatsapp);
    let key = state.chat_of.get(id).cloned();
    let person = key.and_then(|key| state.people.get_mut(&key));
    let at = person.as_ref().and_then(|person| {
        person
            .messages
            .iter()
            .rposition(|sent| sent.shown.id == id && sent.shown.from == Side::Me)
    });
    let (Some(person), Some(at)) = (person, at) else {
        return Err(super::shape::invalid(format!(
            "message_id {id} is not a message of a customer"
        )));
    };
    for sent in &mut person.messages[..=at] {
        if sent.shown.from == Side::Me && State::forward(sent, Ticks::Read) {
            changed.push(sent.shown.id.clone());
        }
    }
    Ok((person.who.id.clone(), person.who.name.clone(), changed))
}
