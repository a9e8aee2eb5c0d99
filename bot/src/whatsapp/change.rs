//! A change of a webhook: what stands around its elements, whom it is for, and whose words they are.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::{
    envelope::{Part, Stored},
    split::Ours,
    wire::Object,
};

/// A contact is stored with each of its messages: a huge one is not.
const LONGEST_CONTACT: usize = 4_096;
/// The same for the facts of the envelope.
const LONGEST_FACT: usize = 200;

/// A change and what stands around it.
pub(super) struct Change<'a> {
    pub field: String,
    pub entry: Option<String>,
    pub time: Option<String>,
    pub phone_number_id: Option<String>,
    pub is_ours: bool,
    /// By every name that a person has.
    contacts: HashMap<String, &'a RawValue>,
    /// The contact, when there is but one.
    only: Option<&'a RawValue>,
}

impl<'a> Change<'a> {
    /// Nothing is known about it but where it stood.
    pub fn new(field: String) -> Self {
        Self {
            field,
            entry: None,
            time: None,
            phone_number_id: None,
            is_ours: true,
            contacts: HashMap::new(),
            only: None,
        }
    }

    /// What stands around the elements of a change.
    pub fn read(
        ours: &Ours,
        entry: &Object<'a>,
        change: &Object<'a>,
        value: Option<&Object<'a>>,
    ) -> Self {
        let mut facts = Self::new(short(change.text("field")).unwrap_or_default());
        facts.entry = short(entry.text("id"));
        facts.time = short(entry.text("time"));
        let metadata = value.and_then(|value| value.object("metadata"));
        facts.phone_number_id = short(metadata.and_then(|data| data.text("phone_number_id")));
        let account = match (&ours.business_account_id, &facts.entry) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        let number = match &facts.phone_number_id {
            Some(number) => *number == ours.phone_number_id,
            // Without a number nobody knows whom a message is for.
            None => !matches!(facts.field.as_str(), "messages" | ""),
        };
        facts.is_ours = account && number;
        let contacts = value
            .map(|value| value.list("contacts"))
            .unwrap_or_default();
        let contacts: Vec<_> = contacts
            .into_iter()
            .filter(|c| c.get().len() <= LONGEST_CONTACT)
            .collect();
        for contact in &contacts {
            let Some(object) = Object::read(contact.get()) else {
                continue;
            };
            for name in ["wa_id", "user_id"]
                .into_iter()
                .filter_map(|key| object.id(key))
            {
                facts.contacts.insert(name, contact);
            }
        }
        facts.only = match contacts[..] {
            [contact] => Some(contact),
            _ => None,
        };
        facts
    }

    /// An element of it, to be stored.
    pub fn stored<'s>(&'s self, part: Part, element: &'s RawValue) -> Stored<'s> {
        Stored {
            part,
            field: &self.field,
            entry: self.entry.as_deref(),
            time: self.time.as_deref(),
            phone_number_id: self.phone_number_id.as_deref(),
            contact: None,
            element,
        }
    }

    /// The contact of whom the element is from. A lone contact goes with an element, or is without a name itself.
    pub fn contact_of(&self, element: &Object<'_>) -> Option<&'a RawValue> {
        let keys = ["from", "from_user_id", "wa_id", "user_id"];
        let mut is_named = false;
        for name in keys.into_iter().filter_map(|key| element.id(key)) {
            is_named = true;
            if let Some(contact) = self.contacts.get(&name) {
                return Some(contact);
            }
        }
        self.only.filter(|_| !is_named || self.contacts.is_empty())
    }
}

fn short(fact: Option<String>) -> Option<String> {
    fact.map(|fact| fact.chars().take(LONGEST_FACT).collect())
}
