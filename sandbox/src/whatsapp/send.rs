//! `POST /messages`: finds the recipient, applies the rules that depend on them, puts the message into their
//! chat and sends the statuses.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::errors::Refusal;
use super::state::{Customer, Sent, State};
use super::templates::Template;
use super::validate::{self, Draft};
use super::webhooks::{self, Busy, Event};
use super::{media, status};
use crate::files::File;
use crate::hub::Hub;
use crate::locked;
use crate::options::{Statuses, WindowRefusal};
use crate::platforms::credentials::{COUNTRY_CODE, PHONE_DIGITS};
use crate::shown::{Shown, Ticks, summary};
use crate::wire::{Hop, Platform};

/// Carries out a call of `POST /messages`.
pub(crate) fn message(hub: &Arc<Hub>, body: &Map<String, Value>) -> Result<Value, Refusal> {
    if body.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
        return Err(Refusal::new(
            100,
            "The parameter messaging_product is required.",
        ));
    }
    if body.contains_key("status") {
        return status::mark_read(hub, body);
    }
    let now_ms = hub.clock.now_ms();
    let mut state = locked(&hub.whatsapp);
    let draft = validate::message(body, &state.templates, &hub.files)?;
    let recipient = recipient(&state, body, &draft)?;
    limits_of_rate(hub, &mut state, &recipient, now_ms)?;
    if let Some(key) = &recipient.key {
        may_write(hub, &state, key, &draft, now_ms)?;
    } else if draft.freeform && hub.rules.window_refusal == WindowRefusal::Answer {
        return Err(window_closed());
    }
    let id = wamid(hub, recipient.digits.as_deref().unwrap_or_default());
    let answer = accepted(&recipient, &id, !draft.freeform);
    let Some(key) = recipient.key else {
        drop(state);
        undeliverable(hub, &recipient.input, &id, draft.note.as_deref());
        return Ok(answer);
    };
    let link = draft.link.clone();
    let reacted = draft.reaction.as_ref().map(|(target, _)| target.clone());
    let closed = draft.freeform && !state.person(&key).window_open(now_ms);
    let name = state.person(&key).who.name.clone();
    let told = put(&mut state, &key, draft, &id, now_ms);
    drop(state);
    hub.tell(
        Hop::Out,
        Platform::WhatsApp,
        &key,
        ("desk", &name),
        &told,
        &id,
    );
    if let Some(target) = reacted {
        hub.message_changed(Platform::WhatsApp, &key, &target, false);
        return Ok(answer);
    }
    if closed {
        status::fail(hub, &id, &window_closed());
        return Ok(answer);
    }
    let (later, busy) = (hub.clone(), Busy::new(hub));
    hub.runtime.spawn(async move {
        after(&later, &id, link).await;
        drop(busy);
    });
    Ok(answer)
}

struct Recipient {
    input: String,
    /// The customer, when there is one.
    key: Option<String>,
    digits: Option<String>,
    user_id: Option<String>,
}

fn recipient(
    state: &State,
    body: &Map<String, Value>,
    draft: &Draft,
) -> Result<Recipient, Refusal> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    match text("recipient_type") {
        None | Some("individual") => {}
        Some(other) => {
            return Err(Refusal::new(
                100,
                format!("recipient_type {other} is not served here"),
            ));
        }
    }
    let who = |key: &Option<String>| {
        key.as_ref()
            .and_then(|key| state.people.get(key))
            .map(|p| &p.who)
    };
    match (text("to"), text("recipient")) {
        (Some(to), _) => {
            let (key, digits) = number(state, to)?;
            let user_id = who(&key).and_then(|who: &Customer| who.user_id.clone());
            Ok(Recipient {
                input: to.to_owned(),
                key,
                digits: Some(digits),
                user_id,
            })
        }
        (None, Some(user_id)) => {
            // Meta: authentication templates need a phone number.
            if draft.category == "authentication" {
                return Err(Refusal::new(
                    131_062,
                    "authentication templates need a phone number",
                ));
            }
            let key = state
                .people
                .values()
                .find(|p| p.who.user_id.as_deref() == Some(user_id));
            let key = key.map(|p| p.who.id.clone());
            let digits = who(&key).and_then(|who| who.wa_id.clone());
            Ok(Recipient {
                input: user_id.to_owned(),
                key,
                digits,
                user_id: Some(user_id.to_owned()),
            })
        }
        (None, None) => Err(Refusal::new(100, "The parameter to is required.")),
    }
}

/// Meta: send-messages. `+ - ( )` and spaces are taken; without `+` the business number's country code is
/// prepended. Libraries send the bare digits of `wa_id`, so a number that is known as it stands is taken too.
fn number(state: &State, to: &str) -> Result<(Option<String>, String), Refusal> {
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    let clean = to
        .chars()
        .all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    if !clean || !(5..=17).contains(&digits.len()) {
        return Err(super::shape::invalid(format!("{to} is not a phone number")));
    }
    let find = |digits: &str| {
        // The key is the number where there is one; only merged people need the search.
        let known = state.people.get(digits);
        if known.is_some_and(|person| person.who.wa_id.as_deref() == Some(digits)) {
            return Some(digits.to_owned());
        }
        let people = state.people.values();
        people
            .into_iter()
            .find(|p| p.who.wa_id.as_deref() == Some(digits))
            .map(|p| p.who.id.clone())
    };
    let national = format!("{COUNTRY_CODE}{}", digits.trim_start_matches('0'));
    let prefixed = !to.trim_start().starts_with('+') && !digits.starts_with(COUNTRY_CODE);
    let (key, digits) = match find(&digits) {
        Some(key) => (Some(key), digits),
        None if prefixed => (find(&national), national),
        None => (None, digits),
    };
    if digits == PHONE_DIGITS {
        return Err(Refusal::new(
            131_021,
            "Sender and recipient phone number is the same",
        ));
    }
    Ok((key, digits))
}

fn limits_of_rate(
    hub: &Hub,
    state: &mut State,
    to: &Recipient,
    now_ms: i64,
) -> Result<(), Refusal> {
    state
        .throughput
        .take(now_ms, 1, hub.rules.throughput, 1000)
        .map_err(|_| Refusal::new(130_429, "Cloud API message throughput has been reached."))?;
    if let Some(person) = to.key.as_ref().and_then(|key| state.people.get_mut(key)) {
        let refill_ms = i64::from(hub.rules.pair_seconds) * 1000;
        person.pair.take(now_ms, hub.rules.pair_burst, refill_ms).map_err(|_| {
            let details = "Too many messages sent from this phone number to the same phone number in a short period of time.";
            Refusal::new(131_056, details)
        })?;
    }
    Ok(())
}

fn may_write(
    hub: &Hub,
    state: &State,
    key: &str,
    draft: &Draft,
    now_ms: i64,
) -> Result<(), Refusal> {
    let Some(person) = state.people.get(key) else {
        return Ok(());
    };
    let told_at_once = hub.rules.window_refusal == WindowRefusal::Answer;
    if draft.freeform && told_at_once && !person.window_open(now_ms) {
        return Err(window_closed());
    }
    if draft.category == "marketing" && person.stopped_marketing {
        return Err(Refusal::new(
            131_050,
            "The user has stopped marketing messages from this business.",
        ));
    }
    let stands = |id: &str| person.messages.iter().any(|sent| sent.shown.id == id);
    let named = draft
        .quotes
        .as_deref()
        .or(draft.reaction.as_ref().map(|(id, _)| id.as_str()));
    match named {
        Some(id) if !stands(id) => Err(super::shape::invalid(format!(
            "message_id {id} is not in this chat"
        ))),
        _ => Ok(()),
    }
}

fn window_closed() -> Refusal {
    let details = "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
    Refusal::new(131_047, details)
}

fn accepted(to: &Recipient, id: &str, template: bool) -> Value {
    let mut contact = json!({"input": to.input});
    if let Some(digits) = &to.digits {
        contact["wa_id"] = json!(digits);
    }
    if let Some(user_id) = &to.user_id {
        contact["user_id"] = json!(user_id);
    }
    let mut message = json!({"id": id});
    if template {
        message["message_status"] = json!("accepted");
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
}

/// A message id in the platform's form: base64 of a small binary record with the number and twenty hex digits.
pub(crate) fn wamid(hub: &Hub, digits: &str) -> String {
    use base64::Engine as _;
    let mut record = vec![0x1c, 0x18, u8::try_from(digits.len()).unwrap_or(0)];
    record.extend_from_slice(digits.as_bytes());
    record.extend_from_slice(&[0x15, 0x02, 0x00, 0x11, 0x18, 0x14]);
    record.extend_from_slice(hub.ids.hex("wamid", 20).as_bytes());
    record.push(0);
    format!(
        "wamid.{}",
        base64::engine::general_purpose::STANDARD.encode(record)
    )
}

/// Puts the message into the chat; gives what the wire tells.
fn put(state: &mut State, key: &str, draft: Draft, id: &str, now_ms: i64) -> String {
    if let Some((target, emoji)) = draft.reaction {
        if let Some((_, sent)) = state.message(&target) {
            sent.shown.reactions = Some(emoji.clone())
                .filter(|e| !e.is_empty())
                .into_iter()
                .collect();
        }
        state.chat_of.insert(id.to_owned(), key.to_owned());
        return emoji;
    }
    let person = state.person(key);
    let quote = draft
        .quotes
        .as_deref()
        .and_then(|quoted| person.quote(quoted));
    let mut shown = Shown {
        id: id.to_owned(),
        at_ms: now_ms,
        quote,
        status: Some(Ticks::Accepted),
        ..draft.shown
    };
    if let Some(media) = &mut shown.media {
        media.url = format!("/sandbox/media/{}", media.id);
    }
    let told = summary(&shown.words());
    person.add(Sent {
        shown,
        note: draft.note,
        category: draft.category,
    });
    state.chat_of.insert(id.to_owned(), key.to_owned());
    told
}

/// Fetches a linked file if there is one, then lets the statuses come.
async fn after(hub: &Arc<Hub>, id: &str, link: Option<String>) {
    let key = locked(&hub.whatsapp)
        .chat_of
        .get(id)
        .cloned()
        .unwrap_or_default();
    if let Some(link) = link
        && let Err(why) = fetch(hub, id, &link).await
    {
        status::fail(hub, id, &Refusal::new(131_053, why));
        return;
    }
    hub.message_changed(Platform::WhatsApp, &key, id, true);
    if hub.rules.statuses == Statuses::Auto {
        status::advance(hub, id, Ticks::Sent);
        status::advance(hub, id, Ticks::Delivered);
    }
}

async fn fetch(hub: &Arc<Hub>, id: &str, link: &str) -> Result<(), String> {
    let request = hub.http.get(link).timeout(Duration::from_secs(10)).send();
    let answer = request
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(|e| e.to_string())?;
    let told = answer
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok());
    let mime = told.unwrap_or("application/octet-stream").to_owned();
    let bytes = answer.bytes().await.map_err(|e| e.to_string())?;
    let file = File {
        bytes,
        mime: mime.clone(),
        filename: None,
        at_ms: hub.clock.now_ms(),
        received: false,
    };
    let stored = media::store(hub, file);
    if let Some((_, sent)) = locked(&hub.whatsapp).message(id)
        && let Some(media) = &mut sent.shown.media
    {
        media.url = format!("/sandbox/media/{stored}");
        media.id = stored;
        media.mime = mime;
    }
    Ok(())
}

/// A number without an account: accepted, then failed by status (Meta: 131026).
fn undeliverable(hub: &Arc<Hub>, input: &str, id: &str, note: Option<&str>) {
    let digits: String = input.chars().filter(char::is_ascii_digit).collect();
    let refusal = Refusal::new(
        131_026,
        "Message was not delivered: the recipient is not on WhatsApp.",
    );
    let mut element = json!({
        "id": id, "status": "failed", "timestamp": hub.clock.now_s().to_string(),
        "recipient_id": digits, "errors": [refusal.in_status()],
    });
    if let Some(note) = note {
        element["biz_opaque_callback_data"] = json!(note);
    }
    hub.tell(
        Hop::Fault,
        Platform::WhatsApp,
        &digits,
        ("desk", &digits),
        "not on WhatsApp",
        id,
    );
    webhooks::publish(hub, vec![Event::Status(element)]);
}

/// Adds a template after checking its definition (Meta: at most 250 per account).
pub(crate) fn add_template(state: &mut State, template: Template) -> Result<(), Refusal> {
    template.check()?;
    super::limits::check("templates", state.templates.len() + 1)?;
    state
        .templates
        .retain(|t| (&t.name, &t.language) != (&template.name, &template.language));
    state.templates.push(template);
    Ok(())
}
