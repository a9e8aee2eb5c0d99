//! Who is on the miniature `WhatsApp` and what stands in their chats.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::templates::{self, Template};
use crate::rates::{Bucket, Sliding};
use crate::shown::{Quote, Shown, Side, Ticks};

/// The customer service window (Meta: send-messages, 24 hours).
pub(crate) const WINDOW_MS: i64 = 24 * 3_600_000;

/// A customer's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The key used with this crate: the phone digits, else the user id.
    pub id: String,
    /// The profile name.
    pub name: String,
    /// The phone number's digits; `None` when the number is hidden behind a user name.
    pub wa_id: Option<String>,
    /// The business-scoped user id (`ID.1349…`).
    pub user_id: Option<String>,
    /// The user name.
    pub username: Option<String>,
    /// The language of their phone, for the page.
    pub locale: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Person {
    pub who: Customer,
    pub order: usize,
    pub messages: Vec<Sent>,
    /// When the customer last wrote (window).
    pub wrote_ms: Option<i64>,
    pub unread: usize,
    pub stopped_marketing: bool,
    #[serde(skip)]
    pub pair: Bucket,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub shown: Shown,
    /// `biz_opaque_callback_data`.
    pub note: Option<String>,
    pub category: String,
}

impl Person {
    pub fn window_open(&self, now_ms: i64) -> bool {
        self.wrote_ms
            .is_some_and(|wrote| now_ms < wrote + WINDOW_MS)
    }

    pub fn message(&mut self, id: &str) -> Option<&mut Sent> {
        self.messages
            .iter_mut()
            .rev()
            .find(|sent| sent.shown.id == id)
    }

    pub fn quote(&self, id: &str) -> Option<Quote> {
        let sent = self
            .messages
            .iter()
            .rev()
            .find(|sent| sent.shown.id == id)?;
        Some(Quote {
            id: id.to_owned(),
            text: sent.shown.words(),
        })
    }

    pub fn add(&mut self, sent: Sent) {
        if sent.shown.from == Side::Them {
            self.unread += 1;
        }
        self.messages.push(sent);
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub people: BTreeMap<String, Person>,
    /// Whose chat a message stands in.
    pub chat_of: HashMap<String, String>,
    pub templates: Vec<Template>,
    /// How Meta sees the business.
    #[serde(default)]
    pub account: super::account::Account,
    #[serde(skip)]
    pub throughput: Sliding,
}

impl State {
    pub fn new() -> Self {
        Self {
            templates: templates::demo(),
            ..Self::default()
        }
    }

    /// Finds a customer by key, phone digits or user id.
    pub fn find(&self, id: &str) -> Option<String> {
        let digits = id.trim_start_matches('+');
        if self.people.contains_key(digits) {
            return Some(digits.to_owned());
        }
        let same = |known: &Option<String>| known.as_deref() == Some(id);
        self.people
            .values()
            .find(|p| same(&p.who.user_id) || p.who.wa_id.as_deref() == Some(digits))
            .map(|p| p.who.id.clone())
    }

    /// The customer's chat; an unknown one is made, named after its number.
    pub fn person(&mut self, id: &str) -> &mut Person {
        let key = self.find(id).unwrap_or_else(|| {
            let digits = id.trim_start_matches('+').to_owned();
            let known = Customer {
                name: digits.clone(),
                wa_id: Some(digits.clone()),
                ..Customer::default()
            };
            self.add(Customer {
                id: digits,
                ..known
            })
        });
        self.people.entry(key).or_default()
    }

    /// Adds a customer or updates their profile.
    pub fn add(&mut self, mut who: Customer) -> String {
        if who.id.is_empty() {
            who.id = who
                .wa_id
                .clone()
                .or_else(|| who.user_id.clone())
                .unwrap_or_default();
        }
        if who.locale.is_empty() {
            let indonesian = who
                .wa_id
                .as_deref()
                .is_none_or(|digits| digits.starts_with("62"));
            if indonesian { "id" } else { "en" }.clone_into(&mut who.locale);
        }
        let key = who.id.clone();
        let order = self.people.len();
        let person = self.people.entry(key.clone()).or_insert_with(|| Person {
            order,
            ..Person::default()
        });
        person.who = who;
        key
    }

    /// The chat and the message with this id.
    pub fn message(&mut self, id: &str) -> Option<(&Customer, &mut Sent)> {
        let key = self.chat_of.get(id)?;
        let person = self.people.get_mut(key)?;
        let sent = person
            .messages
            .iter_mut()
            .rev()
            .find(|sent| sent.shown.id == id)?;
        Some((&person.who, sent))
    }

    /// Moves a message's ticks forward; `false` when they were there already.
    pub fn forward(sent: &mut Sent, to: Ticks) -> bool {
        let moves = sent
            .shown
            .status
            .is_none_or(|now| now < to && now != Ticks::Failed);
        if moves {
            sent.shown.status = Some(to);
        }
        moves
    }
}
