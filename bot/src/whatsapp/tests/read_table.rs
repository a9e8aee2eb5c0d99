//! What elements mean: Meta's samples, and what real traffic makes of them.

use sapa_core::{clock::Millis, outbox::MediaKind};
use serde_json::{Value, json};

use super::{START, body, messages, read_one, samples, split, stored};
use crate::{
    inbound::{Customer, FromCustomer, Said},
    whatsapp::{Read, read},
};

pub(super) fn from(element: &Value) -> FromCustomer {
    let contacts = json!([{ "wa_id": "6281234567890", "profile": { "name": "Sari" } }]);
    match read_one(&messages(
        json!({ "messages": [element], "contacts": contacts }),
    )) {
        Read::Message(from) => from,
        other => panic!("no message: {other:?}"),
    }
}

/// What a message of this type with these keys says.
pub(super) fn said(kind: &str, more: &Value) -> Said {
    let mut element = json!({ "from": "6281234567890", "id": "wamid.1", "timestamp": "1795408900", "type": kind });
    for (key, value) in more.as_object().expect("keys") {
        element[key] = value.clone();
    }
    from(&element).said
}

pub(super) fn choice(id: &str, label: &str) -> Said {
    Said::Choice {
        id: id.into(),
        label: label.into(),
        press: None,
    }
}

fn sample_says(name: &str) -> Option<Said> {
    let media = |kind, id: &str, caption: &str| Said::Media {
        kind,
        platform_id: id.into(),
        filename: None,
        mime: Some("image/jpeg".into()),
        caption: caption.into(),
        size: None,
    };
    Some(
        match name
            .trim_start_matches("meta_openapi_webhook_")
            .trim_start_matches("metadocs_")
        {
            "button_message" => Said::Text("Unsubscribe".into()),
            "contact_sharing_message" => {
                Said::Contacts(vec!["Lucía Gómez, Google, +1 (983) 555-2319".into()])
            }
            "image_message" => media(MediaKind::Image, "1003383421387256", "Taj Mahal"),
            "interactive_button_reply_message" => choice("cancel-button", "Cancel"),
            "interactive_button_reply" => choice("change-button", "Change"),
            "interactive_list_reply_message" | "interactive_list_reply" => {
                choice("priority_express", "Priority Mail Express")
            }
            "location_message" => Said::Location {
                latitude: 37.442_214_965_82,
                longitude: -122.161_659_240_72,
                name: Some("Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301".into()),
            },
            "order_message" => Said::Order(vec![
                "2 × di9ozbzfi4 (USD 30)".into(),
                "1 × nqryix03ez (USD 25)".into(),
            ]),
            "reaction_message" => Said::Reaction {
                to: "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA".into(),
                emoji: Some("👍".into()),
            },
            "system_message" => Said::NewIdentity {
                wa_id: Some("12195555358".into()),
                user_id: None,
            },
            "text_message" => Said::Text("Does it come in another color?".into()),
            "text_message_from_click_to_whatsapp_ad" => {
                Said::Text("Hello! Can I get more info on this?".into())
            }
            "text_message_with_context_product_inquiry" => {
                Said::Text("Is this still available?".into())
            }
            "unsupported_message" => Said::Unsupported("unsupported".into()),
            _ => return None,
        },
    )
}

#[test]
fn every_sample_of_metas_is_understood() {
    let mut understood = 0;
    for (name, sample) in samples() {
        if name.contains("status_") {
            continue;
        }
        let event = stored(split(&sample).remove(0));
        match (read(&event), sample_says(&name)) {
            (Read::Message(from), Some(expected)) => {
                assert_eq!(from.said, expected, "{name}");
                assert_eq!(
                    from.customer.wa_id.as_deref(),
                    Some("16505551234"),
                    "{name}"
                );
                assert!(
                    from.external_id.starts_with("wamid.") && from.at < START,
                    "{name}"
                );
                understood += 1;
            }
            (
                Read::Preference {
                    customer,
                    marketing,
                    at,
                },
                None,
            ) => {
                assert_eq!(
                    (customer.wa_id.as_deref(), marketing),
                    (Some("16505551234"), true)
                );
                assert_eq!(at, Millis(1_731_705_721_000));
            }
            (Read::Platform(field), None) => {
                assert!(field.starts_with("group_"), "{name}: {field}");
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(understood, 15);
}

#[test]
fn quotes_are_kept_and_forwards_are_none() {
    let quoting = |context: Value| {
        let mut element = json!({ "from": "6281234567890", "id": "wamid.1", "type": "text", "text": { "body": "ya" } });
        element["context"] = context;
        from(&element).quotes
    };
    assert_eq!(
        quoting(json!({ "from": "1", "id": "wamid.9" })).as_deref(),
        Some("wamid.9")
    );
    for none in [
        json!({ "forwarded": true }),
        json!(null),
        json!("wamid.9"),
        json!({ "id": null }),
    ] {
        assert_eq!(quoting(none), None);
    }
}

#[test]
fn a_message_knows_who_wrote_it_and_when() {
    let element = json!({ "from": "6281234567890", "id": "wamid.1", "timestamp": "1795408900", "type": "text", "text": { "body": "a\u{0}b" } });
    let expected = FromCustomer {
        customer: Customer {
            wa_id: Some("6281234567890".into()),
            user_id: None,
            profile_name: Some("Sari".into()),
        },
        external_id: "wamid.1".into(),
        at: Millis(1_795_408_900_000),
        received_at: START,
        quotes: None,
        said: Said::Text("ab".into()),
    };
    assert_eq!(from(&element), expected);
    for nonsense in [
        json!("0"),
        json!(-1),
        json!("9223372036854775808"),
        json!("99999999999"),
        json!(null),
        json!([]),
    ] {
        let element = json!({ "from": "6281234567890", "id": "wamid.1", "timestamp": nonsense, "type": "text", "text": { "body": "x" } });
        assert_eq!(from(&element).at, START, "{nonsense}");
    }
}

#[test]
fn people_without_a_number_are_people() {
    let text = json!({ "id": "wamid.1", "type": "text", "text": { "body": "x" } });
    let with = |from: Value, contact: Value| {
        let mut element = text.clone();
        for (key, value) in from.as_object().expect("keys") {
            element[key] = value.clone();
        }
        match read_one(&messages(
            json!({ "messages": [element], "contacts": [contact] }),
        )) {
            Read::Message(from) => (from.customer.wa_id, from.customer.user_id),
            other => panic!("{other:?}"),
        }
    };
    let id = Some("US.13491208655302741918".to_owned());
    let phone = Some("6281234567890".to_owned());
    let name = "US.13491208655302741918";
    assert_eq!(
        with(json!({ "from_user_id": name }), json!({ "user_id": name })),
        (None, id.clone())
    );
    assert_eq!(
        with(json!({}), json!({ "user_id": name, "profile": {} })),
        (None, id.clone())
    );
    assert_eq!(
        with(json!({ "from": name }), json!({ "wa_id": name })),
        (None, id.clone())
    );
    assert_eq!(
        with(
            json!({ "from": "6281234567890", "from_user_id": name }),
            json!({ "wa_id": "6281234567890" })
        ),
        (phone, id)
    );
}

#[test]
fn depth_in_a_corner_hides_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = String::from_utf8(messages(
        json!({ "messages": [{ "from": "6281234567890", "id": "wamid.1", "type": "text", "text": { "body": "halo" }, "x": "DEEP" }] }),
    ));
    let body = body.expect("text").replace("\"DEEP\"", &deep);
    let Read::Message(from) = read_one(body.as_bytes()) else {
        panic!("not read");
    };
    assert_eq!(from.said, Said::Text("halo".into()));
}

#[test]
fn the_platforms_own_news_is_told_apart() {
    let kinds = [
        (
            messages(json!({ "errors": [{ "code": 131_000 }] })),
            "error:131000",
        ),
        (messages(json!({ "something": [] })), "messages"),
        (
            body("account_update", &json!({ "event": "X" })),
            "account_update",
        ),
        (
            body(
                "user_preferences",
                &json!({ "user_preferences": [{ "wa_id": "62812", "value": "perhaps" }] }),
            ),
            "user_preferences",
        ),
        (
            messages(
                json!({ "messages": [{ "id": "wamid.1", "type": "text", "text": { "body": "x" } }] }),
            ),
            "nobody",
        ),
        (
            messages(
                json!({ "messages": [{ "id": "wamid.1", "from": "6281234567890", "group_id": "g", "type": "text", "text": { "body": "x" } }] }),
            ),
            "group_message",
        ),
    ];
    for (body, kind) in kinds {
        assert_eq!(read_one(&body), Read::Platform(kind.into()));
    }
    let stop = json!({ "wa_id": "6281234567890", "category": "marketing_messages", "value": "stop", "timestamp": 1_795_408_900 });
    let Read::Preference { marketing, at, .. } = read_one(&body(
        "user_preferences",
        &json!({ "user_preferences": [stop] }),
    )) else {
        panic!("no preference");
    };
    assert_eq!((marketing, at), (false, Millis(1_795_408_900_000)));
    let mut broken = stored(split(b"x").remove(0));
    assert_eq!(read(&broken), Read::Platform("unreadable".into()));
    broken.payload =
        br#"{"part":"message","field":"messages","contact":null,"element":7}"#.to_vec();
    assert_eq!(read(&broken), Read::Platform("unreadable".into()));
}
