//! What customers do: write, quote, tap, send files, react, edit, take back. Each becomes a message in their
//! chat and an element of a webhook (Meta: webhooks/reference/messages).

use serde_json::{Value, json};

use super::state::{Sent, State};
use super::webhooks::{self, Event};
use super::{WhatsApp, media, send};
use crate::files::File;
use crate::hub::hex;
use crate::locked;
use crate::platforms::credentials::PHONE_DIGITS;
use crate::shown::{Kind, Media, Place, Shown, ShownMedia, Side, Ticks, summary};
use crate::wire::{Hop, Platform};
use crate::{Missing, Quote};

impl WhatsApp {
    /// The customer writes a text; gives the message's id.
    pub fn says(&self, wa: &str, text: &str) -> String {
        let event = self.text_event(wa, text);
        self.post_one(event)
    }

    /// The text as an event that is not posted yet, for [`WhatsApp::batch`].
    pub fn text_event(&self, wa: &str, text: &str) -> Event {
        let shown = Shown {
            text: text.to_owned(),
            ..Shown::default()
        };
        self.make(wa, "text", json!({"body": text}), Some(shown), None)
    }

    /// The customer answers a particular message.
    pub fn says_quoting(&self, wa: &str, text: &str, quoted: &str) -> Result<String, Missing> {
        let quote = self.quote(wa, quoted)?;
        let shown = Shown {
            text: text.to_owned(),
            quote: Some(quote),
            ..Shown::default()
        };
        let context = json!({"from": PHONE_DIGITS, "id": quoted});
        let event = self.make(
            wa,
            "text",
            json!({"body": text}),
            Some(shown),
            Some(context),
        );
        Ok(self.post_one(event))
    }

    fn quote(&self, wa: &str, id: &str) -> Result<Quote, Missing> {
        let mut state = locked(&self.0.whatsapp);
        let quote = state.person(wa).quote(id);
        quote.ok_or_else(|| Missing(format!("no message {id} in the chat of {wa}")))
    }

    /// The customer taps a button or picks a row, by its title or id: the newest message that offers it.
    pub fn taps(&self, wa: &str, choice: &str) -> Result<String, Missing> {
        let chat = self.chat(wa);
        let offers = |m: &&Shown| m.from == Side::Them && find_choice(m, choice).is_some();
        let message = chat.iter().rev().find(offers).ok_or_else(|| {
            let last = chat
                .iter()
                .rev()
                .find(|m| m.from == Side::Them && !choices(m).is_empty());
            let offered = last.map(choices).unwrap_or_default();
            Missing(format!(
                "nothing offers \"{choice}\"; last offered: {offered:?}"
            ))
        })?;
        let id = message.id.clone();
        self.taps_on(wa, &id, choice)
    }

    /// The customer taps a choice of one particular message.
    pub fn taps_on(&self, wa: &str, message: &str, choice: &str) -> Result<String, Missing> {
        let missing = || Missing(format!("message {message} does not offer \"{choice}\""));
        let shown = self.message(message).ok_or_else(missing)?;
        let (id, title, description) = find_choice(&shown, choice).ok_or_else(missing)?;
        let (kind, node) = if shown.kind == Kind::Template {
            ("button", json!({"payload": id, "text": title}))
        } else if shown.list.is_some() {
            let mut reply = json!({"id": id, "title": title});
            if let Some(description) = description {
                reply["description"] = json!(description);
            }
            (
                "interactive",
                json!({"type": "list_reply", "list_reply": reply}),
            )
        } else {
            (
                "interactive",
                json!({"type": "button_reply", "button_reply": {"id": id, "title": title}}),
            )
        };
        if let Some((_, sent)) = locked(&self.0.whatsapp).message(message) {
            sent.shown.used_choice = Some(id);
        }
        let quote = Quote {
            id: message.to_owned(),
            text: shown.words(),
        };
        let said = Shown {
            text: title,
            quote: Some(quote),
            ..Shown::default()
        };
        let context = json!({"from": PHONE_DIGITS, "id": message});
        let event = self.make(wa, kind, node, Some(said), Some(context));
        let chat = self.key(wa);
        self.0
            .message_changed(Platform::WhatsApp, &chat, message, false);
        Ok(self.post_one(event))
    }

    /// The customer sends a file.
    pub fn sends(&self, wa: &str, file: Media, caption: Option<&str>) -> String {
        let size = file.bytes.len();
        let stored = File {
            bytes: file.bytes,
            mime: file.mime.clone(),
            filename: file.filename.clone(),
            at_ms: self.0.clock.now_ms(),
            received: true,
        };
        let sha256 = stored.sha256_base64();
        let moving = media::animated(&stored.bytes);
        let id = media::store(&self.0, stored);
        let mut node = json!({
            "id": id, "mime_type": file.mime, "sha256": sha256, "url": media::url(&self.0, &id),
        });
        if let Some(caption) = caption {
            node["caption"] = json!(caption);
        }
        let kind = match file.kind {
            Kind::Video => "video",
            Kind::Document => "document",
            Kind::Audio | Kind::Voice => "audio",
            Kind::Sticker => "sticker",
            _ => "image",
        };
        match file.kind {
            Kind::Document => {
                let unnamed = || format!("{}.bin", hex(&size.to_be_bytes()));
                node["filename"] = json!(file.filename.clone().unwrap_or_else(unnamed));
            }
            Kind::Audio | Kind::Voice => node["voice"] = json!(file.kind == Kind::Voice),
            Kind::Sticker => node["animated"] = json!(moving),
            _ => {}
        }
        let media = ShownMedia {
            url: format!("/sandbox/media/{id}"),
            id,
            mime: file.mime,
            filename: file.filename,
            caption: caption.map(str::to_owned),
            ..ShownMedia::default()
        };
        let shown = Shown {
            kind: file.kind,
            media: Some(media),
            ..Shown::default()
        };
        let event = self.make(wa, kind, node, Some(shown), None);
        self.post_one(event)
    }

    /// The customer shares a place.
    pub fn sends_location(&self, wa: &str, place: Place) -> String {
        let mut node = json!({"latitude": place.latitude, "longitude": place.longitude});
        if let Some(name) = &place.name {
            node["name"] = json!(name);
        }
        if let Some(address) = &place.address {
            node["address"] = json!(address);
        }
        let shown = Shown {
            kind: Kind::Location,
            location: Some(place),
            ..Shown::default()
        };
        let event = self.make(wa, "location", node, Some(shown), None);
        self.post_one(event)
    }

    /// The customer shares somebody's contact card.
    pub fn sends_contact(&self, wa: &str, name: &str, phone: &str) -> String {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let card = json!([{
            "name": {"formatted_name": name, "first_name": name},
            "phones": [{"phone": phone, "wa_id": digits, "type": "CELL"}],
        }]);
        let shown = Shown {
            kind: Kind::Contacts,
            text: format!("{name}\n{phone}"),
            ..Shown::default()
        };
        let event = self.make(wa, "contacts", card, Some(shown), None);
        self.post_one(event)
    }

    /// The customer reacts to a message; `None` takes the reaction back (the emoji is left out then).
    pub fn reacts(&self, wa: &str, message: &str, emoji: Option<&str>) -> String {
        let mut node = json!({"message_id": message});
        if let Some(emoji) = emoji {
            node["emoji"] = json!(emoji);
        }
        if let Some((_, sent)) = locked(&self.0.whatsapp).message(message) {
            sent.shown.reactions = emoji.map(str::to_owned).into_iter().collect();
        }
        let chat = self.key(wa);
        self.0
            .message_changed(Platform::WhatsApp, &chat, message, false);
        let event = self.make(wa, "reaction", node, None, None);
        self.post_one(event)
    }

    /// The customer changes one of their texts.
    pub fn edits(&self, wa: &str, message: &str, text: &str) -> String {
        if let Some((_, sent)) = locked(&self.0.whatsapp).message(message) {
            text.clone_into(&mut sent.shown.text);
            sent.shown.edited = true;
        }
        let chat = self.key(wa);
        self.0
            .message_changed(Platform::WhatsApp, &chat, message, false);
        let changed = json!({"type": "text", "text": {"body": text}});
        let node = json!({"original_message_id": message, "message": changed});
        let event = self.make(wa, "edit", node, None, None);
        self.post_one(event)
    }

    /// The customer takes a message back.
    pub fn revokes(&self, wa: &str, message: &str) -> String {
        if let Some((_, sent)) = locked(&self.0.whatsapp).message(message) {
            sent.shown.deleted = true;
        }
        let chat = self.key(wa);
        self.0
            .message_changed(Platform::WhatsApp, &chat, message, false);
        let node = json!({"original_message_id": message});
        let event = self.make(wa, "revoke", node, None, None);
        self.post_one(event)
    }

    /// The customer sends something that the Cloud API does not support (a poll, say).
    pub fn sends_unsupported(&self, wa: &str) -> String {
        let shown = Shown {
            kind: Kind::System,
            ..Shown::default()
        };
        let mut event = self.make(
            wa,
            "unsupported",
            json!({"type": "poll"}),
            Some(shown),
            None,
        );
        if let Event::Message { element, .. } = &mut event {
            element["errors"] = json!([{
                "code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }]);
        }
        self.post_one(event)
    }

    /// Any element: `kind` and the node of that name, from this customer, with fresh id and time.
    pub fn sends_element(&self, wa: &str, kind: &str, node: Value) -> String {
        let shown = Shown {
            kind: Kind::System,
            text: kind.to_owned(),
            ..Shown::default()
        };
        let event = self.make(wa, kind, node, Some(shown), None);
        self.post_one(event)
    }

    fn key(&self, wa: &str) -> String {
        locked(&self.0.whatsapp).person(wa).who.id.clone()
    }

    /// Posts an event made here; gives the message's id.
    fn post_one(&self, event: Event) -> String {
        let id = match &event {
            Event::Message { element, .. } => element["id"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        webhooks::publish(&self.0, vec![event]);
        id
    }

    /// Puts the message into the chat, opens the window, and builds the element.
    fn make(
        &self,
        wa: &str,
        kind: &str,
        node: Value,
        shown: Option<Shown>,
        context: Option<Value>,
    ) -> Event {
        let now_ms = self.0.clock.now_ms();
        let mut state = locked(&self.0.whatsapp);
        // Meta: inbound and outbound count together.
        state.throughput.count(now_ms, 1000);
        let person = state.person(wa);
        person.wrote_ms = Some(now_ms);
        let who = person.who.clone();
        let id = send::wamid(&self.0, who.wa_id.as_deref().unwrap_or_default());
        let mut element = json!({"id": id, "timestamp": (now_ms / 1000).to_string(), "type": kind});
        element[kind] = node;
        if let Some(wa_id) = &who.wa_id {
            element["from"] = json!(wa_id);
        }
        if let Some(user_id) = &who.user_id {
            element["from_user_id"] = json!(user_id);
        }
        if let Some(context) = context {
            element["context"] = context;
        }
        let told = shown.as_ref().map_or_else(|| kind.to_owned(), Shown::words);
        let seen = shown.is_some();
        if let Some(shown) = shown {
            let shown = Shown {
                id: id.clone(),
                from: Side::Me,
                at_ms: now_ms,
                status: Some(Ticks::Sent),
                ..shown
            };
            person.add(Sent {
                shown,
                ..Sent::default()
            });
        }
        remember(&mut state, &id, &who.id);
        drop(state);
        self.0.tell(
            Hop::In,
            Platform::WhatsApp,
            &who.id,
            (&who.name, "desk"),
            &summary(&told),
            &id,
        );
        if seen {
            self.0
                .message_changed(Platform::WhatsApp, &who.id, &id, true);
        }
        Event::Message {
            from: who.id,
            element,
        }
    }
}

fn remember(state: &mut State, id: &str, key: &str) {
    state.chat_of.insert(id.to_owned(), key.to_owned());
}

/// Id, title and description of the choice with this id or title.
fn find_choice(message: &Shown, wanted: &str) -> Option<(String, String, Option<String>)> {
    let button = message
        .buttons
        .iter()
        .find(|b| b.title == wanted || b.id == wanted);
    if let Some(button) = button {
        return Some((button.id.clone(), button.title.clone(), None));
    }
    let rows = &message.list.as_ref()?.rows;
    let row = rows.iter().find(|r| r.title == wanted || r.id == wanted)?;
    Some((row.id.clone(), row.title.clone(), row.description.clone()))
}

fn choices(message: &Shown) -> Vec<String> {
    let rows = message
        .list
        .iter()
        .flat_map(|list| list.rows.iter().map(|row| row.title.clone()));
    message
        .buttons
        .iter()
        .map(|b| b.title.clone())
        .chain(rows)
        .collect()
}
