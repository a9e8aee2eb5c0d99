//! Meta's webhooks: envelopes, escaping, signing, posting with retries, and the ways they misbehave.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::{mpsc, watch};

use super::state::{Customer, State};
use crate::clock::pause;
use crate::hub::{Hub, hex};
use crate::locked;
use crate::platforms::credentials::{
    APP_SECRET, BUSINESS_ACCOUNT_ID, DISPLAY_PHONE_NUMBER, PHONE_NUMBER_ID, VERIFY_TOKEN,
};
use crate::shown::{Side, Ticks};
use crate::wire::{Hop, Platform};

/// Meta drops an event after seven days.
const GIVE_UP_MS: i64 = 7 * 86_400_000;
/// Fewer events than a batch wait this long for company.
const COMPANY: Duration = Duration::from_millis(250);

/// One element of a webhook.
#[derive(Clone, Debug)]
pub enum Event {
    /// An element of `messages[]`, with the customer for `contacts[]`.
    Message {
        /// The customer (key, phone digits or user id); unknown ones give no contact.
        from: String,
        /// The element.
        element: Value,
    },
    /// An element of `statuses[]`.
    Status(Value),
    /// Any other field with its value.
    Other {
        /// `user_preferences`, `message_template_status_update` …
        field: String,
        /// The whole value.
        value: Value,
    },
}

/// A body to post in its turn.
type Order = (Busy, Arc<[Event]>);

pub(crate) struct Queue {
    url: Mutex<Option<String>>,
    waiting: Mutex<VecDeque<Event>>,
    open: watch::Sender<usize>,
    in_order: mpsc::UnboundedSender<Order>,
    orders: Mutex<Option<mpsc::UnboundedReceiver<Order>>>,
}

impl Queue {
    pub fn new(url: Option<String>) -> Self {
        let (in_order, orders) = mpsc::unbounded_channel();
        Self {
            url: Mutex::new(url),
            waiting: Mutex::default(),
            open: watch::Sender::new(0),
            in_order,
            orders: Mutex::new(Some(orders)),
        }
    }

    pub fn url(&self) -> Option<String> {
        locked(&self.url).clone()
    }

    /// Waits until everything posted so far has been answered 200.
    pub async fn settled(&self) {
        let _ = self.open.subscribe().wait_for(|open| *open == 0).await;
    }
}

/// Something is under way that ends in webhooks; `settled` waits for it.
pub(crate) struct Busy(Arc<Hub>);

impl Busy {
    pub fn new(hub: &Arc<Hub>) -> Self {
        hub.webhooks.open.send_modify(|open| *open += 1);
        Self(hub.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.webhooks.open.send_modify(|open| *open -= 1);
    }
}

/// Hands events to the desk as the faults allow.
pub(crate) fn publish(hub: &Arc<Hub>, events: Vec<Event>) {
    if !locked(&hub.whatsapp).account.subscribed {
        // Meta posts to subscribed apps only, and hands nothing over later.
        return hub.trouble(
            Platform::WhatsApp,
            "the app is not subscribed: an event is lost",
        );
    }
    let faults = hub.faults.webhooks(Platform::WhatsApp);
    let waiting = {
        let mut waiting = locked(&hub.webhooks.waiting);
        waiting.extend(events);
        waiting.len()
    };
    if faults.hold || hub.webhooks.url().is_none() {
        return;
    }
    if faults.batch > 1 && waiting < faults.batch {
        let later = hub.clone();
        hub.runtime.spawn(async move {
            pause(COMPANY).await;
            release(&later);
        });
        return;
    }
    release(hub);
}

/// Posts everything that waits, unless it is still held.
pub(crate) fn release(hub: &Arc<Hub>) {
    let faults = hub.faults.webhooks(Platform::WhatsApp);
    if faults.hold || hub.webhooks.url().is_none() {
        return;
    }
    let mut events: Vec<Event> = locked(&hub.webhooks.waiting).drain(..).collect();
    if faults.shuffle {
        for at in (1..events.len()).rev() {
            let other = usize::try_from(hub.ids.number("shuffle")).unwrap_or(0) % (at + 1);
            events.swap(at, other);
        }
    }
    for chunk in events.chunks(faults.batch.max(1)) {
        post(hub, chunk);
    }
}

/// Posts these events as one body.
pub(crate) fn post(hub: &Arc<Hub>, events: impl Into<Arc<[Event]>>) {
    let events = events.into();
    let faults = hub.faults.webhooks(Platform::WhatsApp);
    for _ in 0..=usize::from(faults.duplicate) {
        let busy = Busy::new(hub);
        if hub.rules.posting == crate::Posting::InOrder {
            let _ = hub.webhooks.in_order.send((busy, events.clone()));
            continue;
        }
        let (hub, events) = (hub.clone(), events.clone());
        let wait = if faults.shuffle {
            hub.ids.jitter(Duration::from_millis(40))
        } else {
            Duration::ZERO
        };
        hub.runtime.clone().spawn(async move {
            if !wait.is_zero() {
                pause(wait).await;
            }
            deliver(&hub, &events).await;
            drop(busy);
        });
    }
}

/// The worker of `Posting::InOrder`.
pub(crate) async fn post_in_order(hub: Arc<Hub>) {
    let Some(mut orders) = locked(&hub.webhooks.orders).take() else {
        return;
    };
    loop {
        tokio::select! {
            () = hub.stop.cancelled() => return,
            events = orders.recv() => match events {
                Some((_busy, events)) => deliver(&hub, &events).await,
                None => return,
            },
        }
    }
}

async fn deliver(hub: &Arc<Hub>, events: &[Event]) {
    let body = {
        let state = locked(&hub.whatsapp);
        escaped(&envelope(&state, events, hub.clock.now_s()))
    };
    let since = hub.clock.now_ms();
    let mut wait = Duration::ZERO;
    loop {
        match post_bytes(
            hub,
            body.clone().into_bytes(),
            Some(signature(body.as_bytes())),
        )
        .await
        {
            Ok(200) => {
                arrived(hub, events);
                break;
            }
            Ok(status) => failed(hub, &format!("webhook answered {status}")),
            Err(_) => failed(hub, "webhook could not be reached"),
        }
        if hub.clock.now_ms() - since > GIVE_UP_MS {
            break;
        }
        // "retried immediately, then a few more times with decreasing frequency" (Meta: create-webhook-endpoint).
        tokio::select! {
            () = hub.stop.cancelled() => break,
            () = hub.clock.sleep(wait) => {}
        }
        wait = (wait * 2).clamp(Duration::from_secs(1), Duration::from_hours(1));
    }
}

fn failed(hub: &Hub, why: &str) {
    hub.trouble(Platform::WhatsApp, why);
}

/// Posts bytes with a signature; gives the HTTP status.
pub(crate) async fn post_bytes(
    hub: &Hub,
    body: Vec<u8>,
    signature: Option<String>,
) -> Result<u16, reqwest::Error> {
    let url = hub.webhooks.url().unwrap_or_default();
    let mut request = hub
        .http
        .post(url)
        .header("Content-Type", "application/json")
        .body(body);
    if let Some(signature) = signature {
        request = request.header("X-Hub-Signature-256", signature);
    }
    Ok(request.send().await?.status().as_u16())
}

/// Acknowledged: the customers' own messages get their second tick.
fn arrived(hub: &Arc<Hub>, events: &[Event]) {
    for event in events {
        let Event::Message { from, element } = event else {
            continue;
        };
        let id = element["id"].as_str().unwrap_or_default();
        let mut state = locked(&hub.whatsapp);
        let name = state.find(from).and_then(|key| {
            let person = state.people.get_mut(&key)?;
            if let Some(sent) = person.message(id)
                && sent.shown.from == Side::Me
            {
                State::forward(sent, Ticks::Delivered);
            }
            Some((key, person.who.name.clone()))
        });
        drop(state);
        if let Some((key, name)) = name {
            hub.tell(
                Hop::Stored,
                Platform::WhatsApp,
                &key,
                (&name, "desk"),
                "webhook answered 200",
                id,
            );
            hub.message_changed(Platform::WhatsApp, &key, id, false);
        }
    }
}

/// Meta: create-webhook-endpoint, verification request; connects when the answer is right.
pub(crate) async fn connect(hub: &Arc<Hub>, url: &str) -> Result<(), String> {
    let challenge = (hub.ids.number("challenge") % 10_000_000_000).to_string();
    let asked = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", &challenge),
        ("hub.verify_token", VERIFY_TOKEN),
    ];
    let answer = hub
        .http
        .get(url)
        .query(&asked)
        .send()
        .await
        .map_err(|e| e.to_string())?;
    let status = answer.status().as_u16();
    let body = answer.text().await.map_err(|e| e.to_string())?;
    if status != 200 || body != challenge {
        return Err(format!(
            "verification failed: status {status}, the challenge was not repeated"
        ));
    }
    *locked(&hub.webhooks.url) = Some(url.to_owned());
    release(hub);
    Ok(())
}

/// Cuts the webhook off: events wait until it is connected again.
pub(crate) fn disconnect(hub: &Hub) {
    *locked(&hub.webhooks.url) = None;
}

fn envelope(state: &State, events: &[Event], now_s: i64) -> Value {
    let mut changes: Vec<Value> = Vec::new();
    let mut timed = false;
    for event in events {
        match event {
            Event::Message { from, element } => {
                let who = state
                    .find(from)
                    .and_then(|key| state.people.get(&key))
                    .map(|p| &p.who);
                let value = messages_value(&mut changes, "messages");
                push(value, "messages", element.clone());
                // Meta: a change of number comes without contacts.
                if let Some(who) = who.filter(|_| element["type"] != "system") {
                    let contact = contact(who);
                    if !value["contacts"]
                        .as_array()
                        .is_some_and(|all| all.contains(&contact))
                    {
                        push(value, "contacts", contact);
                    }
                }
            }
            Event::Status(status) => {
                push(
                    messages_value(&mut changes, "statuses"),
                    "statuses",
                    status.clone(),
                );
            }
            Event::Other { field, value } => {
                timed = true;
                changes.push(json!({"value": value, "field": field}));
            }
        }
    }
    let mut entry = json!({"id": BUSINESS_ACCOUNT_ID, "changes": changes});
    if timed {
        entry["time"] = json!(now_s);
    }
    json!({"object": "whatsapp_business_account", "entry": [entry]})
}

/// The value that gathers elements of one kind; messages and statuses never share one.
fn messages_value<'a>(changes: &'a mut Vec<Value>, kind: &str) -> &'a mut Value {
    let known = changes
        .iter()
        .position(|change| change["field"] == "messages" && change["value"].get(kind).is_some());
    let at = known.unwrap_or_else(|| {
        let digits: String = DISPLAY_PHONE_NUMBER
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        changes.push(json!({
            "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": digits, "phone_number_id": PHONE_NUMBER_ID},
            },
            "field": "messages",
        }));
        changes.len() - 1
    });
    &mut changes[at]["value"]
}

fn push(value: &mut Value, key: &str, item: Value) {
    match value[key].as_array_mut() {
        Some(array) => array.push(item),
        None => value[key] = json!([item]),
    }
}

fn contact(who: &Customer) -> Value {
    let mut contact = json!({"profile": {"name": who.name}});
    if let Some(username) = &who.username {
        contact["profile"]["username"] = json!(username);
    }
    if let Some(wa_id) = &who.wa_id {
        contact["wa_id"] = json!(wa_id);
    }
    if let Some(user_id) = &who.user_id {
        contact["user_id"] = json!(user_id);
    }
    contact
}

/// JSON as Meta sends it: ASCII only, other characters as `\uXXXX`, slashes escaped.
pub(crate) fn escaped(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing into a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// The value of `X-Hub-Signature-256` for these bytes.
pub(crate) fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}
