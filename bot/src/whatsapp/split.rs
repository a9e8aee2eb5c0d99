//! Takes a webhook's body apart, to the last element of every array. Nothing is an error: what is not understood is kept as it came.

use sapa_core::{
    clock::Millis,
    hex::hex,
    inbox::{
        Channel, NewEvent, Stream,
        statuses::{Reached, StatusChange},
    },
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::{
    change::Change,
    envelope::{Part, Stored},
    errors, people,
    wire::{Object, mended},
};

/// Meta puts at most 1,000 updates into a body (Meta: create-webhook-endpoint). One of many more is kept in one piece.
const MOST: usize = 5_000;

/// Which account is ours.
pub(super) struct Ours {
    pub channel: Channel,
    pub phone_number_id: String,
    pub business_account_id: Option<String>,
}

/// Every element of the body as an event of its own.
pub(super) fn split(ours: &Ours, now: Millis, body: &[u8]) -> Vec<NewEvent> {
    let taken_apart = std::str::from_utf8(body).ok().and_then(|text| {
        let text = mended(text);
        let root = Object::read(&text)?;
        let product = root.text("object");
        if product.is_some_and(|product| product != "whatsapp_business_account") {
            return None;
        }
        let mut splitter = Splitter {
            ours,
            now,
            events: Vec::new(),
        };
        for entry in root.list("entry") {
            splitter.entry(entry)?;
        }
        (!splitter.events.is_empty()).then_some(splitter.events)
    });
    taken_apart.unwrap_or_else(|| vec![whole(ours, body)])
}

/// A body that nobody can read, kept once as it came.
fn whole(ours: &Ours, body: &[u8]) -> NewEvent {
    let external_id = hashed("body", &[body]);
    NewEvent {
        channel: ours.channel.clone(),
        lane: external_id.clone(),
        external_id,
        stream: Stream::Quarantine,
        payload: body.to_vec(),
    }
}

struct Splitter<'s> {
    ours: &'s Ours,
    now: Millis,
    events: Vec<NewEvent>,
}

impl Splitter<'_> {
    /// `None`: there are more elements than any body of Meta's has.
    fn entry(&mut self, raw: &RawValue) -> Option<()> {
        let stray = |field: &str| Change::new(field.to_owned());
        let Some(entry) = Object::read(raw.get()) else {
            return self.keep(&stray("entry"), Part::Stray, raw);
        };
        let changes = entry.list("changes");
        if changes.is_empty() {
            return self.keep(&stray("entry"), Part::Stray, raw);
        }
        for raw in changes {
            let Some(change) = Object::read(raw.get()) else {
                self.keep(&stray("changes"), Part::Stray, raw)?;
                continue;
            };
            self.change(&entry, &change, raw)?;
        }
        Some(())
    }

    fn change(&mut self, entry: &Object<'_>, change: &Object<'_>, raw: &RawValue) -> Option<()> {
        let value = change.object("value");
        let facts = Change::read(self.ours, entry, change, value.as_ref());
        let parts: &[(&str, Part)] = match facts.field.as_str() {
            "messages" => &[
                ("messages", Part::Message),
                ("statuses", Part::Status),
                ("errors", Part::Error),
            ],
            "user_preferences" => &[("user_preferences", Part::Preference)],
            _ => &[],
        };
        let before = self.events.len();
        for (key, part) in parts {
            for element in value.iter().flat_map(|value| value.list(key)) {
                self.element(&facts, *part, element)?;
            }
        }
        if self.events.len() == before {
            self.keep(&facts, Part::Change, raw)?;
        }
        Some(())
    }

    fn element(&mut self, change: &Change<'_>, part: Part, raw: &RawValue) -> Option<()> {
        let Some(element) = Object::read(raw.get()) else {
            return self.keep(change, Part::Stray, raw);
        };
        if part == Part::Status
            && change.is_ours
            && let Some(event) = self.status(&element)
        {
            return self.push(event);
        }
        let contact = change.contact_of(&element);
        let about = contact.and_then(|contact| Object::read(contact.get()));
        let lane = match part {
            Part::Message | Part::Preference => {
                let customer = people::who(&element, about.as_ref());
                people::lane(&customer).unwrap_or("nobody").to_owned()
            }
            _ => format!("field:{}", change.field),
        };
        let external_id = (part == Part::Message && change.is_ours)
            .then(|| message_id(&element))
            .flatten();
        let stored = Stored {
            contact,
            ..change.stored(part, raw)
        };
        self.store(change, &stored, external_id, lane)
    }

    /// A status of a message of ours; `None` when it is none that we know.
    fn status(&self, status: &Object<'_>) -> Option<NewEvent> {
        let message = status.id("id")?;
        let word = status.text("status")?;
        let reached = match word.as_str() {
            "sent" => Reached::Sent,
            "delivered" => Reached::Delivered,
            // A voice note was played: it was read.
            "read" | "played" => Reached::Read,
            "failed" => Reached::Failed,
            _ => return None,
        };
        let error = status.objects("errors").into_iter().next();
        let change = StatusChange {
            external_id: message.clone(),
            outbox_id: status.id("biz_opaque_callback_data"),
            reached,
            at: status.instant("timestamp", self.now),
            error_code: error.as_ref().and_then(|error| error.text("code")),
            error: error.as_ref().map(errors::words),
        };
        let participant = status.id("recipient_participant_id").unwrap_or_default();
        Some(NewEvent {
            channel: self.ours.channel.clone(),
            external_id: format!("status:{message}:{word}:{participant}"),
            stream: Stream::Status,
            lane: message,
            payload: serde_json::to_vec(&change).ok()?,
        })
    }

    fn keep(&mut self, change: &Change<'_>, part: Part, raw: &RawValue) -> Option<()> {
        let lane = format!("field:{}", change.field);
        self.store(change, &change.stored(part, raw), None, lane)
    }

    fn store(
        &mut self,
        change: &Change<'_>,
        stored: &Stored<'_>,
        external_id: Option<String>,
        lane: String,
    ) -> Option<()> {
        let handled = change.is_ours && !matches!(stored.part, Part::Stray | Part::Status);
        let (stream, sort) = match (handled, change.is_ours) {
            (true, _) => (Stream::Lane, "event"),
            (false, true) => (Stream::Quarantine, "stray"),
            // Never in the place of an event of ours.
            (false, false) => (Stream::Quarantine, "foreign"),
        };
        let parts = [
            &change.field,
            change.entry.as_deref().unwrap_or_default(),
            change.time.as_deref().unwrap_or_default(),
        ];
        let [field, entry, time] = parts.map(str::as_bytes);
        let element = stored.element.get().as_bytes();
        self.push(NewEvent {
            channel: self.ours.channel.clone(),
            external_id: external_id
                .unwrap_or_else(|| hashed(sort, &[field, entry, time, element])),
            stream,
            lane,
            payload: serde_json::to_vec(stored).ok()?,
        })
    }

    fn push(&mut self, event: NewEvent) -> Option<()> {
        self.events.push(event);
        (self.events.len() <= MOST).then_some(())
    }
}

/// What tells a message from every other. An edit or a withdrawal is an event of its own, even where it should carry the id of what it
/// changes.
fn message_id(message: &Object<'_>) -> Option<String> {
    let id = message.id("id")?;
    match message.text("type").as_deref() {
        Some(kind @ ("edit" | "revoke")) => {
            let at = message.id("timestamp").unwrap_or_default();
            Some(format!("{kind}:{id}:{at}"))
        }
        _ => Some(id),
    }
}

fn hashed(sort: &str, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    format!("{sort}:{}", hex(hash.finalize()))
}
