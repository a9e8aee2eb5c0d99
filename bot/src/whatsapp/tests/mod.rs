//! Tests of everything that speaks WhatsApp: Meta's own samples and crooked ones, and calls against a server that answers what a test
//! tells it to.

use std::sync::Arc;

use sapa_core::{
    clock::{Millis, MovableClock},
    inbox::{Door as _, Event, NewEvent},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Account, Read, WhatsAppDoor, read};

mod account_table;
mod client;
mod door;
mod fetching;
mod house;
mod read_table;
mod refusals;
mod rendering;
mod said_table;
mod sending;
mod server;
mod splitting;
mod words;

/// 23 November 2026, 11.42 in Jakarta.
pub const START: Millis = Millis(1_795_408_920_000);
pub const NUMBER: &str = "106540352242922";
pub const ACCOUNT: &str = "102290129340398";
pub const TOKEN: &str = "EAAG-very-secret-token";
pub const SECRET: &str = "app-secret";

/// An account whose API is here.
pub fn account(api: &str) -> Account {
    let api_url: reqwest::Url = api.parse().expect("an address");
    let port = api_url.port().map(|port| format!(":{port}"));
    let host = api_url.host_str().unwrap_or_default();
    let media_hosts = vec![format!("{host}{}", port.unwrap_or_default())];
    Account {
        access_token: SecretString::from(TOKEN),
        phone_number_id: NUMBER.into(),
        app_secret: SecretString::from(SECRET),
        verify_token: SecretString::from("verify-me"),
        api_url,
        api_version: "v23.0".into(),
        business_account_id: None,
        media_hosts,
    }
}

pub fn door() -> WhatsAppDoor {
    WhatsAppDoor::new(
        &account("https://graph.test"),
        Arc::new(MovableClock::starting_at(START)),
    )
}

pub fn split(body: &[u8]) -> Vec<NewEvent> {
    door().split(body)
}

/// An event as it comes back from the inbox.
pub fn stored(new: NewEvent) -> Event {
    Event {
        seq: 1,
        channel: new.channel,
        external_id: new.external_id,
        lane: new.lane,
        payload: new.payload,
        received_at: START,
        attempts: 0,
    }
}

/// The body of one change of our account.
pub fn body(field: &str, value: &Value) -> Vec<u8> {
    let change = json!({ "field": field, "value": value });
    let entry = json!({ "id": ACCOUNT, "changes": [change] });
    json!({ "object": "whatsapp_business_account", "entry": [entry] })
        .to_string()
        .into_bytes()
}

/// A change of `messages` of our number.
pub fn messages(mut value: Value) -> Vec<u8> {
    value["metadata"] = json!({ "display_phone_number": "15550783881", "phone_number_id": NUMBER });
    body("messages", &value)
}

/// What is read of the one event that a body makes.
pub fn read_one(body: &[u8]) -> Read {
    let mut events = split(body);
    assert_eq!(events.len(), 1, "{}", String::from_utf8_lossy(body));
    read(&stored(events.remove(0)))
}

/// Meta's published samples by name, of our number.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/whatsapp");
    let files = std::fs::read_dir(folder).expect("the samples");
    let mut samples: Vec<_> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(&path).expect("a sample"))
        })
        .collect();
    samples.sort();
    assert!(samples.len() >= 22, "all of Meta's samples are here");
    samples
}
