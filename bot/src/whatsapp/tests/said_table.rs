//! Every type of message, whole and crooked.

use sapa_core::outbox::MediaKind;
use serde_json::json;

use super::{
    messages, read_one,
    read_table::{choice, from, said},
};
use crate::{inbound::Said, whatsapp::Read};

#[test]
fn files_of_every_kind() {
    let kinds = [
        ("image", json!({}), MediaKind::Image),
        ("video", json!({}), MediaKind::Video),
        ("audio", json!({ "voice": false }), MediaKind::Audio),
        ("audio", json!({ "voice": true }), MediaKind::Voice),
        (
            "document",
            json!({ "filename": "a.pdf" }),
            MediaKind::Document,
        ),
        ("sticker", json!({ "animated": true }), MediaKind::Sticker),
    ];
    for (kind, mut node, expected) in kinds {
        node["id"] = json!(77);
        node["mime_type"] = json!("x/y");
        node["caption"] = json!(null);
        node["url"] = json!("http://169.254.169.254/");
        let filename = node["filename"].as_str().map(str::to_owned);
        let media = Said::Media {
            kind: expected,
            platform_id: "77".into(),
            filename,
            mime: Some("x/y".into()),
            caption: String::new(),
            size: None,
        };
        assert_eq!(said(kind, &json!({ kind: node })), media);
        let failed = said(kind, &json!({ "errors": [{ "code": 131_052 }] }));
        assert_eq!(
            failed,
            Said::Unsupported(kind.into()),
            "a file that Meta could not load"
        );
    }
}

#[test]
fn answers_to_choices() {
    let cases = [
        (
            json!({ "type": "button_reply", "button_reply": { "id": "a:b", "title": "Ya" } }),
            choice("a:b", "Ya"),
        ),
        (
            json!({ "button_reply": { "id": "a:b" } }),
            choice("a:b", ""),
        ),
        (
            json!({ "type": "list_reply", "list_reply": { "id": 5, "title": "Lima", "description": null } }),
            choice("5", "Lima"),
        ),
        (
            json!({ "type": "list_reply", "list_reply": { "title": "Lima" } }),
            Said::Text("Lima".into()),
        ),
        (
            json!({ "type": "button_reply" }),
            Said::Unsupported("button_reply".into()),
        ),
        (
            json!({ "type": "nfm_reply", "nfm_reply": { "name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"t\",\"kota\":\"Solo\",\"umur\":7}" } }),
            Said::Text("kota: Solo\numur: 7".into()),
        ),
        (
            json!({ "type": "nfm_reply", "nfm_reply": { "response_json": "no json" } }),
            Said::Unsupported("nfm_reply".into()),
        ),
        (
            json!({ "type": "nfm_reply", "nfm_reply": { "body": "Sent" } }),
            Said::Unsupported("nfm_reply".into()),
        ),
        (
            json!({ "type": "call_permission_reply", "call_permission_reply": {} }),
            Said::Silent("call_permission_reply".into()),
        ),
        (
            json!({ "type": "hologram" }),
            Said::Unsupported("hologram".into()),
        ),
        (json!(null), Said::Unsupported("interactive".into())),
    ];
    for (node, expected) in cases {
        assert_eq!(
            said("interactive", &json!({ "interactive": node })),
            expected
        );
    }
    assert_eq!(
        said("interactive", &json!({ "errors": [{ "code": 131_000 }] })),
        Said::Unsupported("interactive".into())
    );
}

#[test]
fn answers_to_templates() {
    let buttons = [
        (
            json!({ "payload": "menu:open", "text": "Buka" }),
            choice("menu:open", "Buka"),
        ),
        (
            json!({ "payload": "Buka", "text": "Buka" }),
            Said::Text("Buka".into()),
        ),
        (json!({ "text": "Buka" }), Said::Text("Buka".into())),
        (json!({}), Said::Unsupported("button".into())),
    ];
    for (node, expected) in buttons {
        assert_eq!(said("button", &json!({ "button": node })), expected);
    }
}

#[test]
fn changes_to_what_was_said() {
    let reaction = |emoji: Option<&str>| Said::Reaction {
        to: "wamid.9".into(),
        emoji: emoji.map(str::to_owned),
    };
    let edited = Said::Edited {
        original: "wamid.9".into(),
        text: "baru".into(),
    };
    let silent = |what: &str| Said::Silent(what.into());
    let cases = [
        (
            "reaction",
            json!({ "message_id": "wamid.9", "emoji": "👍" }),
            reaction(Some("👍")),
        ),
        (
            "reaction",
            json!({ "message_id": "wamid.9", "emoji": "" }),
            reaction(None),
        ),
        (
            "reaction",
            json!({ "message_id": "wamid.9" }),
            reaction(None),
        ),
        ("reaction", json!({ "emoji": "👍" }), silent("reaction")),
        (
            "edit",
            json!({ "original_message_id": "wamid.9", "message": { "type": "text", "text": { "body": "baru" } } }),
            edited.clone(),
        ),
        (
            "edit",
            json!({ "original_message_id": "wamid.9", "message": { "type": "image", "image": { "caption": "baru" } } }),
            edited,
        ),
        (
            "edit",
            json!({ "original_message_id": "wamid.9" }),
            silent("edit"),
        ),
        ("edit", json!(null), silent("edit")),
        (
            "revoke",
            json!({ "original_message_id": "wamid.9" }),
            Said::Revoked {
                original: "wamid.9".into(),
            },
        ),
        ("revoke", json!({}), silent("revoke")),
    ];
    for (kind, node, expected) in cases {
        assert_eq!(
            said(kind, &json!({ kind: node })),
            expected,
            "{kind} {node}"
        );
    }
}

#[test]
fn people_move() {
    let new = |wa_id: Option<&str>, user_id: Option<&str>| Said::NewIdentity {
        wa_id: wa_id.map(str::to_owned),
        user_id: user_id.map(str::to_owned),
    };
    let cases = [
        (
            json!({ "type": "user_changed_number", "wa_id": "12195555358" }),
            new(Some("12195555358"), None),
        ),
        (
            json!({ "type": "customer_changed_number", "new_wa_id": "12195555358", "wa_id": "6281234567890" }),
            new(Some("12195555358"), None),
        ),
        (
            json!({ "type": "user_changed_user_id", "user_id": "ID.77" }),
            new(None, Some("ID.77")),
        ),
        (
            json!({ "type": "user_changed_number", "wa_id": "12195555358", "user_id": "ID.77" }),
            new(Some("12195555358"), Some("ID.77")),
        ),
        (
            json!({ "type": "user_changed_number", "wa_id": "6281234567890" }),
            Said::Silent("user_changed_number".into()),
        ),
        (
            json!({ "type": "user_changed_number" }),
            Said::Silent("user_changed_number".into()),
        ),
        (
            json!({ "type": "customer_identity_changed", "wa_id": "12195555358" }),
            Said::Silent("customer_identity_changed".into()),
        ),
        (json!(null), Said::Silent("system".into())),
    ];
    for (node, expected) in cases {
        assert_eq!(
            said("system", &json!({ "system": node })),
            expected,
            "{node}"
        );
    }
    // Without a sender, the notice itself says who it was.
    let element = json!({ "id": "wamid.1", "type": "system", "system": { "type": "customer_changed_number", "customer": "6281234567890", "wa_id": "12195555358" } });
    let Read::Message(moved) = read_one(&messages(json!({ "messages": [element] }))) else {
        panic!("nobody moved");
    };
    assert_eq!(moved.customer.wa_id.as_deref(), Some("6281234567890"));
}

#[test]
fn what_is_strange_is_answered_kindly() {
    let strange = [
        ("text", json!({}), "text"),
        ("text", json!({ "text": null }), "text"),
        ("text", json!({ "text": { "body": ["x"] } }), "text"),
        ("text", json!({ "text": { "body": " \n" } }), "text"),
        (
            "location",
            json!({ "location": { "latitude": 91, "longitude": 0 } }),
            "location",
        ),
        (
            "location",
            json!({ "location": { "latitude": "north", "longitude": 0 } }),
            "location",
        ),
        ("contacts", json!({ "contacts": [] }), "contacts"),
        (
            "contacts",
            json!({ "contacts": [{}, null, { "name": {} }] }),
            "contacts",
        ),
        (
            "order",
            json!({ "order": { "product_items": null } }),
            "order",
        ),
        (
            "unsupported",
            json!({ "unsupported": { "type": "poll_update" }, "errors": [{ "code": 131_051 }] }),
            "poll_update",
        ),
        (
            "hologram",
            json!({ "hologram": { "deep": [[[]]] } }),
            "hologram",
        ),
    ];
    for (kind, more, what) in strange {
        assert_eq!(said(kind, &more), Said::Unsupported(what.into()), "{kind}");
    }
    let untyped = json!({ "from": "6281234567890", "id": "wamid.1", "text": { "body": "halo" } });
    assert_eq!(from(&untyped).said, Said::Text("halo".into()));
    let place = said(
        "location",
        &json!({ "location": { "latitude": "-6.2", "longitude": 106.8 } }),
    );
    assert_eq!(
        place,
        Said::Location {
            latitude: -6.2,
            longitude: 106.8,
            name: None
        }
    );
    let card = json!({ "contacts": [{ "name": { "first_name": "Ana", "last_name": "B" }, "phones": [{ "wa_id": "62811" }], "emails": [{ "email": "a@b.c" }] }] });
    assert_eq!(
        said("contacts", &card),
        Said::Contacts(vec!["Ana B, +62811, a@b.c".into()])
    );
}
