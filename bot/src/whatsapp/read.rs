//! From a stored element to what somebody said. What is missing or strange makes less of it, never a failure.

use sapa_core::{clock::Millis, inbox::Event};

use super::{
    account::{self, Told},
    envelope::{Part, Payload},
    people,
    said::said,
    wire::Object,
};
use crate::inbound::{Customer, FromCustomer};

/// What an event of WhatsApp's is.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// A person said or did something.
    Message(FromCustomer),
    /// A person wants to hear of offers, or does not any more (Meta: user preferences webhook).
    Preference {
        /// Who.
        customer: Customer,
        /// Whether marketing messages are welcome.
        marketing: bool,
        /// Since when.
        at: Millis,
    },
    /// The platform tells how the account stands.
    Account(Told),
    /// The platform tells something about the account, or about nobody we could answer, that we have no use for; with its word for it. Kept and counted.
    Platform(String),
}

impl Read {
    /// A word for it, for counting.
    pub fn kind(&self) -> &str {
        match self {
            Self::Message(_) => "message",
            Self::Preference { .. } => "user_preferences",
            Self::Account(_) => "account",
            Self::Platform(kind) => kind,
        }
    }
}

/// Understands an event that [`super::WhatsAppDoor`] made.
pub fn read(event: &Event) -> Read {
    let Ok(payload) = serde_json::from_slice::<Payload<'_>>(&event.payload) else {
        return Read::Platform("unreadable".to_owned());
    };
    let Some(element) = Object::read(payload.element.get()) else {
        return Read::Platform("unreadable".to_owned());
    };
    let contact = payload
        .contact
        .and_then(|contact| Object::read(contact.get()));
    match payload.part {
        Part::Message => message(event, &element, contact.as_ref()),
        Part::Preference => preference(event, &element, contact.as_ref()),
        Part::Error => {
            let code = element.id("code").unwrap_or_default();
            Read::Platform(format!("error:{code}"))
        }
        Part::Status => Read::Platform("status".to_owned()),
        Part::Change => match account::told(&payload.field, &element) {
            Some(told) => Read::Account(told),
            None => Read::Platform(payload.field),
        },
        Part::Stray => Read::Platform(payload.field),
    }
}

fn message(event: &Event, element: &Object<'_>, contact: Option<&Object<'_>>) -> Read {
    let mut customer = people::who(element, contact);
    if people::lane(&customer).is_none() {
        // Older notices of a changed number name the person there only.
        let system = element.object("system");
        let former = system.and_then(|system| system.id("customer"));
        (customer.wa_id, customer.user_id) = former.map(people::sorted).unwrap_or_default();
    }
    if people::lane(&customer).is_none() {
        return Read::Platform("nobody".to_owned());
    }
    if element.has("group_id") {
        // Said to a group: a person who did not write to us is not answered.
        return Read::Platform("group_message".to_owned());
    }
    let context = element.object("context");
    Read::Message(FromCustomer {
        said: said(element, &customer),
        customer,
        external_id: element
            .id("id")
            .unwrap_or_else(|| event.external_id.clone()),
        at: element.instant("timestamp", event.received_at),
        received_at: event.received_at,
        quotes: context.and_then(|context| context.id("id")),
    })
}

fn preference(event: &Event, element: &Object<'_>, contact: Option<&Object<'_>>) -> Read {
    let customer = people::who(element, contact);
    let category = element.text("category");
    let marketing = match element.text("value").as_deref() {
        Some("resume") => Some(true),
        Some("stop") => Some(false),
        _ => None,
    };
    match marketing {
        Some(marketing)
            if category.as_deref() == Some("marketing_messages")
                && people::lane(&customer).is_some() =>
        {
            Read::Preference {
                customer,
                marketing,
                at: element.instant("timestamp", event.received_at),
            }
        }
        _ => Read::Platform("user_preferences".to_owned()),
    }
}
