//! The Cloud API at its leanest: every message is taken, named, counted, and followed by its statuses.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::ledger::{Arrival, Ledger};
use super::{Courier, Parcel, Watch, requests};
use crate::clock::Clock;
use crate::locked;

/// Something a customer can tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The message it stands under.
    pub message: String,
    /// As the desk named it.
    pub id: String,
    /// As it is shown.
    pub title: String,
    /// A row of a list, not a button.
    pub in_list: bool,
}

/// What the Cloud API saw.
pub struct Cloud {
    clock: Watch,
    times: Clock,
    next: AtomicU64,
    /// Answers of agents that reached customers.
    pub answers: Arc<Ledger>,
    /// The first words of the desk to each customer, by customer.
    pub greeted: Arc<Ledger>,
    offers: Mutex<HashMap<u64, Vec<Offer>>>,
    keep_offers: AtomicBool,
    codes: Mutex<Option<HashMap<String, String>>>,
    statuses: Mutex<Option<Courier>>,
    calls: AtomicU64,
}

impl Cloud {
    pub(super) fn new(clock: Watch) -> Self {
        Self {
            clock,
            times: Clock::real(),
            next: AtomicU64::new(1),
            answers: Arc::new(Ledger::new('j')),
            greeted: Arc::new(Ledger::new('g')),
            offers: Mutex::default(),
            keep_offers: AtomicBool::new(false),
            codes: Mutex::default(),
            statuses: Mutex::default(),
            calls: AtomicU64::new(0),
        }
    }

    /// From now on every message is followed by `sent` and `delivered`.
    pub fn statuses_by(&self, courier: Courier) {
        *locked(&self.statuses) = Some(courier);
    }

    /// Whether choices are kept for taps; only the preparations need them.
    pub fn keep_offers(&self, keep: bool) {
        self.keep_offers.store(keep, Ordering::Relaxed);
        locked(&self.offers).clear();
    }

    /// A choice that the customer's newest message offers, by the beginning of its label.
    pub fn offer(&self, customer: u64, label: &str) -> Option<Offer> {
        let offers = locked(&self.offers);
        let found = offers.get(&customer)?.iter();
        found
            .clone()
            .find(|offer| offer.title.starts_with(label))
            .cloned()
    }

    /// From now on one-time codes are kept until somebody takes them.
    pub fn keep_codes(&self) {
        *locked(&self.codes) = Some(HashMap::new());
    }

    /// The code that came to a number last, once.
    pub fn take_code(&self, number: &str) -> Option<String> {
        locked(&self.codes).as_mut()?.remove(number)
    }

    /// How many messages the desk has sent.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Seconds since 1970, for messages' times.
    pub fn now_s(&self) -> i64 {
        self.times.now_s()
    }

    /// `POST /messages`; `unanswered`: the desk will not hear of it.
    pub(super) fn message(&self, raw: &[u8], unanswered: bool) -> Value {
        let Ok(body) = serde_json::from_slice::<Value>(raw) else {
            return json!({"error": {"message": "(#100) Invalid parameter", "type": "OAuthException", "code": 100}});
        };
        if body.get("status").is_some() {
            return json!({"success": true});
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        let to = body["to"].as_str().unwrap_or_default();
        let id = format!(
            "wamid.DESK{:012}",
            self.next.fetch_add(1, Ordering::Relaxed)
        );
        let arrival = Arrival {
            at: self.clock.at(),
            unanswered,
            // A customer is never told that something may have come twice.
            flagged: false,
        };
        // Meta: authentication templates carry the code as the body's one parameter.
        if let Some(codes) = locked(&self.codes).as_mut()
            && let Some(code) = body["template"]["components"][0]["parameters"][0]["text"].as_str()
        {
            codes.insert(to.trim_start_matches('+').to_owned(), code.to_owned());
        }
        if let Some(mark) = self.answers.find(raw) {
            self.answers.arrived(mark, arrival);
        }
        if let Some(customer) = requests::customer(to) {
            self.greeted.arrived(customer, arrival);
            if self.keep_offers.load(Ordering::Relaxed) {
                let offers = offers(&body["interactive"]["action"], &id);
                locked(&self.offers).insert(customer, offers);
            }
        }
        self.tell(&id, to, body["biz_opaque_callback_data"].as_str());
        json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to.trim_start_matches('+')}], "messages": [{"id": id}]})
    }

    fn tell(&self, id: &str, to: &str, note: Option<&str>) {
        let Some(courier) = locked(&self.statuses).clone() else {
            return;
        };
        for word in ["sent", "delivered"] {
            let request = requests::status(id, to, note, word, self.times.now_s());
            courier.bring(Parcel {
                request,
                mark: None,
            });
        }
    }
}

fn offers(action: &Value, message: &str) -> Vec<Offer> {
    let offer = |what: &Value, in_list| {
        Some(Offer {
            message: message.to_owned(),
            id: what["id"].as_str()?.to_owned(),
            title: what["title"].as_str()?.to_owned(),
            in_list,
        })
    };
    let buttons = action["buttons"].as_array().into_iter().flatten();
    let sections = action["sections"].as_array().into_iter().flatten();
    let rows = sections.flat_map(|section| section["rows"].as_array().into_iter().flatten());
    buttons
        .filter_map(|button| offer(&button["reply"], false))
        .chain(rows.filter_map(|row| offer(row, true)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_seen_and_messages_counted() {
        let cloud = Cloud::new(Watch::start());
        cloud.keep_offers(true);
        let body = json!({
            "messaging_product": "whatsapp", "to": format!("+{}", requests::number(3)), "type": "interactive",
            "interactive": {"type": "button", "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "Buat tiket"}}]}},
        });
        let answer = cloud.message(body.to_string().as_bytes(), false);
        let id = answer["messages"][0]["id"].as_str().expect("an id");
        let offer = cloud.offer(3, "Buat").expect("it is offered");
        assert_eq!((offer.id.as_str(), offer.message.as_str()), ("a", id));
        assert_eq!(cloud.offer(4, "Buat"), None);
        assert_eq!(cloud.calls(), 1);
        cloud.message(br#"{"status":"read","message_id":"x"}"#, false);
        assert_eq!(cloud.calls(), 1, "a read receipt is no message");
    }
}
