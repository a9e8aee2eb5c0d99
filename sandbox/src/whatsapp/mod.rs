//! The `WhatsApp` Cloud API in miniature, and the customers who use it.
//!
//! [`WhatsApp`] is the customers' hands and eyes: it writes, taps and reads as people do. What the desk may
//! do stands in `api`; both meet in `state`.

mod account;
pub(crate) mod api;
mod customer;
mod errors;
mod hydrate;
mod interactive;
mod limits;
#[cfg(test)]
mod limits_walk;
mod media;
mod send;
mod shape;
pub(crate) mod state;
mod status;
mod templates;
mod validate;
pub(crate) mod webhooks;

use std::sync::Arc;

use serde_json::{Value, json};

pub use account::{Account, TokenLife};
pub use state::Customer;
pub use templates::{Template, TemplateButton};
pub use webhooks::Event;

use crate::hub::Hub;
use crate::locked;
use crate::shown::{Shown, Side, Ticks};
use crate::wire::{Call, Platform};
use errors::Refusal;
use state::State;

/// The customers' side, and a view into the platform.
#[derive(Clone)]
pub struct WhatsApp(pub(crate) Arc<Hub>);

impl WhatsApp {
    /// A customer with a phone number (digits, `+` allowed) and a profile name; made if new.
    pub fn customer(&self, phone: &str, name: &str) -> Customer {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let id = digits.clone();
        self.add(Customer {
            id,
            name: name.to_owned(),
            wa_id: Some(digits),
            ..Customer::default()
        })
    }

    /// A customer with any mix of phone number, user id and user name; an empty `id` is filled in.
    pub fn add(&self, who: Customer) -> Customer {
        let mut state = locked(&self.0.whatsapp);
        let key = state.add(who);
        let who = state.person(&key).who.clone();
        drop(state);
        self.0.wire.change(crate::wire::Change::People);
        who
    }

    /// All customers, in the order they came.
    pub fn customers(&self) -> Vec<Customer> {
        let state = locked(&self.0.whatsapp);
        let mut people: Vec<_> = state.people.values().collect();
        people.sort_by_key(|person| person.order);
        people
            .into_iter()
            .map(|person| person.who.clone())
            .collect()
    }

    /// Everything the customer sees, in order, files included.
    pub fn chat(&self, wa: &str) -> Vec<Shown> {
        let mut state = locked(&self.0.whatsapp);
        let messages = &state.person(wa).messages;
        messages
            .iter()
            .map(|sent| self.with_bytes(sent.shown.clone()))
            .collect()
    }

    /// One message of a chat.
    pub fn message(&self, id: &str) -> Option<Shown> {
        let shown = locked(&self.0.whatsapp).message(id)?.1.shown.clone();
        Some(self.with_bytes(shown))
    }

    fn with_bytes(&self, mut shown: Shown) -> Shown {
        if let Some(media) = &mut shown.media
            && let Some(file) = self.0.files.get(&media.id)
        {
            media.bytes = file.bytes;
        }
        shown
    }

    /// How many messages of the desk the customer has not read.
    pub fn unread(&self, wa: &str) -> usize {
        locked(&self.0.whatsapp).person(wa).unread
    }

    /// Until when the desk may write freely; `None` when the window is shut.
    pub fn window_until_ms(&self, wa: &str) -> Option<i64> {
        let mut state = locked(&self.0.whatsapp);
        let until = state.person(wa).wrote_ms? + state::WINDOW_MS;
        (until > self.0.clock.now_ms()).then_some(until)
    }

    /// Shuts the 24-hour window without waiting for it.
    pub fn close_window(&self, wa: &str) {
        locked(&self.0.whatsapp).person(wa).wrote_ms = None;
        self.0.wire.change(crate::wire::Change::People);
    }

    /// The customer opens the chat: every message of the desk gets `read`.
    pub fn reads(&self, wa: &str) {
        let ids: Vec<String> = {
            let mut state = locked(&self.0.whatsapp);
            let person = state.person(wa);
            person.unread = 0;
            let unread = person.messages.iter().filter(|sent| {
                let open = sent.shown.status.is_some_and(|status| status < Ticks::Read);
                sent.shown.from == Side::Them && open
            });
            unread.map(|sent| sent.shown.id.clone()).collect()
        };
        for id in ids {
            status::advance(&self.0, &id, Ticks::Read);
        }
        self.0.wire.change(crate::wire::Change::People);
    }

    /// Every message of the desk that is not yet there is delivered (`sent` first where it is missing).
    pub fn delivers(&self, wa: &str) {
        let open: Vec<String> = self
            .chat(wa)
            .into_iter()
            .filter(|m| m.from == Side::Them && m.status.is_some_and(|s| s < Ticks::Delivered))
            .map(|m| m.id)
            .collect();
        for id in open {
            status::advance(&self.0, &id, Ticks::Sent);
            status::advance(&self.0, &id, Ticks::Delivered);
        }
    }

    /// Moves one message forward and posts that status.
    pub fn status(&self, id: &str, to: Ticks) {
        status::advance(&self.0, id, to);
    }

    /// Lets one message fail with an error code (131026, 131049, 131050 …).
    pub fn fails(&self, id: &str, code: i64, details: &str) {
        status::fail(&self.0, id, &Refusal::new(code, details));
    }

    /// A status as an event for [`WhatsApp::batch`]; the chat is not changed.
    pub fn status_event(&self, id: &str, to: Ticks) -> Event {
        let known = status::element(&self.0, id, to, None);
        let now_s = self.0.clock.now_s().to_string();
        Event::Status(
            known.unwrap_or_else(|| json!({"id": id, "status": to.word(), "timestamp": now_s})),
        )
    }

    /// Posts several elements in one webhook, whatever the faults say.
    pub fn batch(&self, events: Vec<Event>) {
        webhooks::post(&self.0, events);
    }

    /// Posts a webhook of another field.
    pub fn event(&self, field: &str, value: Value) {
        let field = field.to_owned();
        webhooks::publish(&self.0, vec![Event::Other { field, value }]);
    }

    /// The customer stops (or resumes) marketing messages: webhook `user_preferences`, then 131050.
    pub fn stops_marketing(&self, wa: &str, stops: bool) {
        let who = {
            let mut state = locked(&self.0.whatsapp);
            let person = state.person(wa);
            person.stopped_marketing = stops;
            person.who.clone()
        };
        let number = crate::credentials::PHONE_NUMBER_ID;
        let preference = json!({
            "wa_id": who.wa_id, "category": "marketing_messages", "timestamp": self.0.clock.now_s(),
            "value": if stops { "stop" } else { "resume" },
            "detail": if stops { "User requested to stop marketing messages" } else { "User requested to resume marketing messages" },
        });
        let value = json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": crate::credentials::PHONE_DIGITS, "phone_number_id": number},
            "contacts": [{"profile": {"name": who.name}, "wa_id": who.wa_id}],
            "user_preferences": [preference],
        });
        self.event("user_preferences", value);
    }

    /// Posts this body, signed as it is, and gives the desk's HTTP status.
    pub async fn raw_event(&self, body: &[u8]) -> Result<u16, reqwest::Error> {
        let signed = webhooks::signature(body);
        webhooks::post_bytes(&self.0, body.to_vec(), Some(signed)).await
    }

    /// Posts this body with any signature header, or none.
    pub async fn raw_signed(
        &self,
        body: &[u8],
        header: Option<&str>,
    ) -> Result<u16, reqwest::Error> {
        webhooks::post_bytes(&self.0, body.to_vec(), header.map(str::to_owned)).await
    }

    /// The header value that would be right for these bytes.
    pub fn signature(body: &[u8]) -> String {
        webhooks::signature(body)
    }

    /// Asks the URL Meta's verification question; when the challenge comes back, webhooks flow there.
    pub async fn connect_webhook(&self, url: &str) -> Result<(), String> {
        webhooks::connect(&self.0, url).await
    }

    /// Cuts the webhook off; events wait until it is connected again.
    pub fn disconnect_webhook(&self) {
        webhooks::disconnect(&self.0);
    }

    /// Waits until every webhook under way has been answered 200, the statuses that follow from sends included.
    pub async fn settled(&self) {
        self.0.webhooks.settled().await;
    }

    /// Adds or replaces a template; the error names the broken limit.
    pub fn template(&self, template: Template) -> Result<(), String> {
        let mut state: std::sync::MutexGuard<'_, State> = locked(&self.0.whatsapp);
        send::add_template(&mut state, template).map_err(|refusal| refusal.details)
    }

    /// Every API call received, oldest first (the last 10,000).
    pub fn calls(&self) -> Vec<Call> {
        self.0.wire.calls(Platform::WhatsApp)
    }

    /// Forgets the log of calls.
    pub fn forget_calls(&self) {
        self.0.wire.forget_calls(Platform::WhatsApp);
    }
}
