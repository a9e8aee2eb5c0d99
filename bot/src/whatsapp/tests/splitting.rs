//! Bodies taken apart: every element once, in its own lane, and nothing that makes it fall over.

use std::collections::HashSet;

use sapa_core::{
    clock::Millis,
    inbox::{
        NewEvent, Stream,
        statuses::{Reached, StatusChange},
    },
};
use serde_json::{Value, json};

use super::{ACCOUNT, NUMBER, START, body, messages, samples, split};
use crate::whatsapp::{Account, WhatsAppDoor};

fn text(id: &str, from: &str) -> Value {
    json!({ "from": from, "id": id, "timestamp": "1795408900", "type": "text", "text": { "body": "halo" } })
}

fn status(event: &NewEvent) -> StatusChange {
    assert_eq!(event.stream, Stream::Status);
    serde_json::from_slice(&event.payload).expect("a status")
}

#[test]
fn every_sample_of_metas_makes_one_event() {
    for (name, sample) in samples() {
        let events = split(&sample);
        assert_eq!(events.len(), 1, "{name}");
        let stream = if name.contains("status") {
            Stream::Status
        } else {
            Stream::Lane
        };
        assert_eq!(events[0].stream, stream, "{name}");
        assert_eq!(events[0].channel.0, format!("wa:{NUMBER}"), "{name}");
        assert_eq!(
            split(&sample),
            events,
            "{name}: the same body makes the same event"
        );
    }
}

#[test]
fn elements_of_every_array_of_every_change_count() {
    let change = |value: Value| json!({ "field": "messages", "value": value });
    let metadata = json!({ "phone_number_id": NUMBER });
    let everything = json!({
        "object": "whatsapp_business_account",
        "entry": [
            { "id": ACCOUNT, "changes": [
                change(json!({ "metadata": metadata, "messages": [text("wamid.1", "6281000001"), text("wamid.2", "6281000002")],
                    "statuses": [{ "id": "wamid.9", "status": "sent", "timestamp": "1795408900" }],
                    "errors": [{ "code": 131_000 }, { "code": 131_001 }] })),
                { "field": "account_update", "value": { "event": "X" } },
            ] },
            { "id": ACCOUNT, "time": 5, "changes": [
                change(json!({ "metadata": metadata, "messages": [text("wamid.3", "6281000001")] })),
                { "field": "user_preferences", "value": { "metadata": metadata, "user_preferences": [{ "wa_id": "6281000001" }, { "wa_id": "6281000003" }] } },
                { "field": "message_template_status_update", "value": null },
                { "field": "calls", "value": { "statuses": [{ "id": "wacid.1", "status": "RINGING" }] } },
            ] },
        ],
    });
    let events = split(everything.to_string().as_bytes());
    let lanes: Vec<_> = events.iter().map(|e| (e.stream, e.lane.as_str())).collect();
    assert_eq!(
        lanes,
        [
            (Stream::Lane, "6281000001"),
            (Stream::Lane, "6281000002"),
            (Stream::Status, "wamid.9"),
            (Stream::Lane, "field:messages"),
            (Stream::Lane, "field:messages"),
            (Stream::Lane, "field:account_update"),
            (Stream::Lane, "6281000001"),
            (Stream::Lane, "6281000001"),
            (Stream::Lane, "6281000003"),
            (Stream::Lane, "field:message_template_status_update"),
            (Stream::Lane, "field:calls"),
        ]
    );
    let ids: HashSet<_> = events.iter().map(|e| &e.external_id).collect();
    assert_eq!(ids.len(), events.len());
    assert_eq!(events[0].external_id, "wamid.1");
}

#[test]
fn elements_are_kept_as_they_came() {
    let element = r#"{ "id":"wamid.1",  "from":"6281000001","type":"hologram","x":1.50,"name":"\u00e4\/","deep":[[{}]] }"#;
    let body = format!(
        r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"{NUMBER}"}},"messages":[{element}]}}}}]}}]}}"#
    );
    let events = split(body.as_bytes());
    let payload = String::from_utf8(events[0].payload.clone()).expect("text");
    assert!(payload.contains(element), "{payload}");
}

#[test]
fn each_message_has_its_own_contact() {
    let contacts = json!([
        { "wa_id": "6281000002", "profile": { "name": "Dua" } },
        { "user_id": "ID.1", "profile": { "name": "Satu" } },
    ]);
    let elements = json!([
        text("wamid.1", "ID.1"),
        text("wamid.2", "6281000002"),
        text("wamid.3", "6281000003"),
    ]);
    let events = split(&messages(
        json!({ "contacts": contacts, "messages": elements }),
    ));
    let names: Vec<_> = events
        .iter()
        .map(|event| {
            let payload: Value = serde_json::from_slice(&event.payload).expect("JSON");
            payload["contact"]["profile"]["name"].clone()
        })
        .collect();
    assert_eq!(names, [json!("Satu"), json!("Dua"), Value::Null]);
}

#[test]
fn a_lone_contact_names_whoever_is_not_named() {
    let contacts = json!([{ "user_id": "ID.1349", "profile": { "name": "Rahasia" } }]);
    let element = json!({ "id": "wamid.1", "type": "text", "text": { "body": "halo" } });
    let events = split(&messages(
        json!({ "contacts": contacts, "messages": [element] }),
    ));
    assert_eq!(events[0].lane, "ID.1349");
    let stranger = split(&messages(
        json!({ "contacts": contacts, "messages": [text("wamid.1", "6281000009")] }),
    ));
    assert_eq!(stranger[0].lane, "6281000009");
    assert!(!String::from_utf8_lossy(&stranger[0].payload).contains("Rahasia"));
}

#[test]
fn statuses_say_it_in_our_words() {
    let told = |element: Value| split(&messages(json!({ "statuses": [element] }))).remove(0);
    let event = told(json!({
        "id": "wamid.1", "status": "failed", "timestamp": "1795408900", "recipient_id": "6281234567890",
        "biz_opaque_callback_data": "01ROW.1",
        "errors": [{ "code": 131_049, "title": "t", "error_data": { "details": "healthy ecosystem, +6281234567890" } }],
    }));
    assert_eq!(event.lane, "wamid.1");
    let expected = StatusChange {
        external_id: "wamid.1".into(),
        outbox_id: Some("01ROW.1".into()),
        reached: Reached::Failed,
        at: Millis(1_795_408_900_000),
        error_code: Some("131049".into()),
        error: Some("healthy ecosystem, +…".into()),
    };
    assert_eq!(status(&event), expected);
    let words = [
        ("sent", Reached::Sent),
        ("delivered", Reached::Delivered),
        ("read", Reached::Read),
        ("played", Reached::Read),
    ];
    for (word, reached) in words {
        let event = told(json!({ "id": "wamid.1", "status": word, "timestamp": 0 }));
        assert_eq!(
            (status(&event).reached, status(&event).at),
            (reached, START),
            "{word}"
        );
        assert_eq!(event.external_id, format!("status:wamid.1:{word}:"));
    }
    let one =
        told(json!({ "id": "wamid.1", "status": "read", "recipient_participant_id": "6281" }));
    let other =
        told(json!({ "id": "wamid.1", "status": "read", "recipient_participant_id": "6282" }));
    assert_ne!(one.external_id, other.external_id);
}

#[test]
fn a_status_that_is_none_is_kept_apart() {
    let strange = [
        json!({ "id": "wamid.1", "status": "teleported" }),
        json!({ "id": "wamid.1", "status": null }),
        json!({ "status": "sent" }),
        json!({ "id": {}, "status": "sent" }),
    ];
    for element in strange {
        let events = split(&messages(json!({ "statuses": [element] })));
        assert_eq!(
            (events.len(), events[0].stream),
            (1, Stream::Quarantine),
            "{element}"
        );
    }
}

#[test]
fn a_message_that_comes_in_two_batches_is_the_same_event() {
    let one = split(&messages(
        json!({ "messages": [text("wamid.1", "6281000001")] }),
    ));
    let two = split(&messages(
        json!({ "messages": [text("wamid.0", "6281000001"), text("wamid.1", "6281000001")] }),
    ));
    assert_eq!(one[0].external_id, two[1].external_id);
}

#[test]
fn an_edit_is_never_taken_for_what_it_edits() {
    let original = text("wamid.1", "6281000001");
    let edit = json!({ "from": "6281000001", "id": "wamid.1", "timestamp": "1795408910", "type": "edit", "edit": {} });
    let revoke = json!({ "from": "6281000001", "id": "wamid.1", "timestamp": "1795408915", "type": "revoke", "revoke": {} });
    let events = split(&messages(json!({ "messages": [original, edit, revoke] })));
    let ids: HashSet<_> = events.iter().map(|e| &e.external_id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn somebody_elses_events_are_kept_and_stand_in_nobodys_way() {
    let theirs = |number: Value| {
        let value = json!({ "metadata": { "phone_number_id": number }, "messages": [text("wamid.1", "6281000001")],
            "statuses": [{ "id": "wamid.2", "status": "sent" }] });
        split(&body("messages", &value))
    };
    for number in [json!("999"), Value::Null, json!({})] {
        let events = theirs(number);
        assert_eq!(events.len(), 2);
        for event in events {
            assert_eq!(event.stream, Stream::Quarantine);
            assert!(
                event.external_id.starts_with("foreign:"),
                "{}",
                event.external_id
            );
        }
    }
    // The right number, written as a number.
    let number: u64 = NUMBER.parse().expect("digits");
    assert_eq!(theirs(json!(number))[0].stream, Stream::Lane);
}

#[test]
fn another_business_account_is_somebody_else() {
    use sapa_core::inbox::Door as _;
    let of = |id: &str| Account {
        business_account_id: Some(id.into()),
        ..super::account("https://graph.test")
    };
    let sent = messages(json!({ "messages": [text("wamid.1", "6281000001")] }));
    let other = body("account_update", &json!({ "event": "X" }));
    for (id, stream) in [(ACCOUNT, Stream::Lane), ("1", Stream::Quarantine)] {
        let clock = std::sync::Arc::new(sapa_core::clock::SystemClock::new());
        let door = WhatsAppDoor::new(&of(id), clock);
        assert_eq!(door.split(&sent)[0].stream, stream);
        assert_eq!(door.split(&other)[0].stream, stream);
    }
}

#[test]
fn what_nobody_can_read_is_kept_once_as_it_came() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let many = messages(json!({ "messages": vec![0; 6_000] }));
    let bodies: Vec<Vec<u8>> = vec![
        vec![],
        b"this is no JSON".to_vec(),
        b"null".to_vec(),
        b"NaN".to_vec(),
        b"\"\"".to_vec(),
        b"{}".to_vec(),
        b"{\"entry\":null}".to_vec(),
        b"{\"entry\":[]}".to_vec(),
        b"{\"object\":\"page\",\"entry\":[{}]}".to_vec(),
        b"{\"entry\":[{\"changes\":[]}".to_vec(),
        b"{\"entry\":[{\"id\":\"\0\"}]}".to_vec(),
        vec![0xff, 0xfe, 0x00],
        deep.into_bytes(),
        many,
    ];
    for body in bodies {
        let events = split(&body);
        assert_eq!(events.len(), 1, "{:.60}", String::from_utf8_lossy(&body));
        let event = &events[0];
        assert_eq!((event.stream, &event.payload), (Stream::Quarantine, &body));
        assert!(event.external_id.starts_with("body:") && event.external_id.len() == 69);
    }
}

#[test]
fn strange_elements_are_kept_beside_the_good_ones() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let strange = [
        "null",
        "1",
        "\"x\"",
        "[]",
        "{}",
        &deep,
        r#"{"id":"\ud800","from":"\udfff"}"#,
        r#"{"a":1,"a":2}"#,
    ];
    for element in strange {
        let good = text("wamid.good", "6281000001");
        let body = format!(
            r#"{{"entry":[7,{{"changes":3}},{{"changes":[null,{{"field":"messages","value":{{"metadata":{{"phone_number_id":"{NUMBER}"}},"contacts":{element},"statuses":{element},"messages":[{element},{good}]}}}}]}}]}}"#
        );
        let events = split(body.as_bytes());
        assert!(
            events
                .iter()
                .any(|e| e.external_id == "wamid.good" && e.stream == Stream::Lane),
            "{element:.60}"
        );
        assert!(
            events
                .iter()
                .all(|e| !e.lane.contains('\0') && e.external_id.len() < 1_100)
        );
    }
}

#[test]
fn keys_that_stand_twice_and_characters_that_are_none_cost_nothing() {
    let body = format!(
        r#"{{"entry":[{{"changes":[{{"field":"x","field":"messages","k\ud800":1,"value":{{"metadata":{{"phone_number_id":"{NUMBER}"}},
        "messages":[{{"id":"wamid.1\u0000","id":"wamid.2\u0000","from":"6281000001","type":"text","text":{{"body":"\ud83dx"}}}}]}}}}]}}]}}"#
    );
    let events = split(body.as_bytes());
    assert_eq!(
        (events[0].external_id.as_str(), events[0].lane.as_str()),
        ("wamid.2", "6281000001")
    );
}

#[test]
fn a_full_batch_is_taken_apart_whole() {
    let elements: Vec<_> = (0..1_000)
        .map(|n| text(&format!("wamid.{n}"), "6281000001"))
        .collect();
    let contacts: Vec<_> = (0..1_000)
        .map(|n| json!({ "wa_id": format!("62810{n:05}") }))
        .collect();
    let events = split(&messages(
        json!({ "messages": elements, "contacts": contacts }),
    ));
    let ids: Vec<_> = events.iter().map(|e| e.external_id.clone()).collect();
    let expected: Vec<_> = (0..1_000).map(|n| format!("wamid.{n}")).collect();
    assert_eq!(ids, expected, "in the order of the array");
}
