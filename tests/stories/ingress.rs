//! What comes in at the doors: proven, split to the last element, stored once; and nothing else.

use sapa_core::inbox;
use sapa_sandbox::{WhatsApp, credentials};
use serde_json::json;

use crate::world::{Base, World, play};

#[expect(
    clippy::needless_pass_by_value,
    reason = "a closure is given by value at every call"
)]
pub fn on_both(story: impl AsyncFn(&World)) {
    for base in [Base::Sqlite, Base::Postgres] {
        play(async {
            let world = World::new(base).await;
            story(&world).await;
            world.close().await;
        });
    }
}

pub async fn stored(world: &World) -> i64 {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    inbox::store::count(&mut tx, &world.desk.settings.whatsapp)
        .await
        .expect("a count")
}

pub fn envelope(value: &serde_json::Value) -> Vec<u8> {
    let change = json!({ "field": "messages", "value": value });
    let entry = json!({ "id": credentials::BUSINESS_ACCOUNT_ID, "changes": [change] });
    json!({ "object": "whatsapp_business_account", "entry": [entry] })
        .to_string()
        .into_bytes()
}

pub fn metadata() -> serde_json::Value {
    json!({ "display_phone_number": credentials::PHONE_DIGITS, "phone_number_id": credentials::PHONE_NUMBER_ID })
}

pub fn text(id: &str, from: &str, body: &str) -> serde_json::Value {
    json!({ "from": from, "id": id, "timestamp": "1795408920", "type": "text", "text": { "body": body } })
}

/// Posts a signed body; comes again when the desk asks for it, as Meta does.
pub async fn delivered(world: &World, body: &[u8]) -> u16 {
    for _ in 0..5 {
        let answer = world.platforms.whatsapp().raw_event(body).await;
        let answer = answer.expect("an answer");
        if answer != 503 {
            return answer;
        }
    }
    503
}

pub async fn post(world: &World, body: &[u8], headers: &[(&str, String)]) -> u16 {
    let mut request = reqwest::Client::new()
        .post(format!("{}/webhooks/whatsapp", world.address))
        .body(body.to_vec());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.send().await.expect("an answer").status().as_u16()
}

/// A body and the headers that come with it.
type Attempt<'a> = (&'a [u8], Vec<(&'a str, String)>);

#[test]
fn a_body_that_proves_nothing_is_refused_and_not_stored() {
    on_both(async |world| {
        let body = envelope(
            &json!({ "metadata": metadata(), "messages": [text("wamid.forged", "6281234567890", "halo")] }),
        );
        let right = WhatsApp::signature(&body);
        let name = "X-Hub-Signature-256";
        let hex = right.trim_start_matches("sha256=").to_owned();
        let spaced = [&body[..], b" "].concat();
        let wrong: Vec<Attempt> = vec![
            (&body, vec![]),
            (&body, vec![(name, format!("sha256={}", "0".repeat(64)))]),
            (&body, vec![(name, right[..right.len() - 2].to_owned())]),
            (
                &body,
                vec![("X-Hub-Signature", format!("sha1={}", &hex[..40]))],
            ),
            (
                &body,
                vec![(name, format!("sha256={}", hex.to_uppercase()))],
            ),
            (&body, vec![(name, hex.clone())]),
            (&body, vec![(name, right.clone()), (name, right.clone())]),
            (&spaced, vec![(name, right.clone())]),
        ];
        for (body, headers) in wrong {
            assert_eq!(post(world, body, &headers).await, 403, "{headers:?}");
        }
        assert_eq!(stored(world).await, 0);
        assert_eq!(post(world, &body, &[(name, right)]).await, 200);
        assert_eq!(stored(world).await, 1);
        world.settle().await;
    });
}

#[test]
fn verification_asks_for_the_token() {
    on_both(async |world| {
        let ask = async |token: &str| {
            let query =
                format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}");
            let answer = reqwest::get(format!("{}/webhooks/whatsapp?{query}", world.address))
                .await
                .expect("an answer");
            (
                answer.status().as_u16(),
                answer.text().await.expect("a body"),
            )
        };
        assert_eq!(
            ask(credentials::VERIFY_TOKEN).await,
            (200, "1158201444".to_owned())
        );
        assert_eq!(ask("somebody-else").await.0, 403);
    });
}

#[test]
fn every_element_of_a_batch_counts_and_the_same_body_counts_once() {
    on_both(async |world| {
        let messages: Vec<_> = (0..20)
            .map(|n| text(&format!("wamid.{n}"), &format!("62813000000{n:02}"), "halo"))
            .collect();
        let statuses: Vec<_> = (0..20)
            .map(|n| json!({ "id": format!("wamid.unknown{n}"), "status": "delivered", "timestamp": "1795408920", "recipient_id": "1" }))
            .collect();
        let value = json!({ "messaging_product": "whatsapp", "metadata": metadata(), "messages": messages, "statuses": statuses });
        let change = json!({ "field": "messages", "value": value });
        let other = json!({ "field": "messages", "value": { "metadata": metadata(), "messages": [text("wamid.other", "6281399999999", "halo")] } });
        let entry = |changes: Vec<serde_json::Value>| json!({ "id": credentials::BUSINESS_ACCOUNT_ID, "changes": changes });
        let body = json!({ "object": "whatsapp_business_account", "entry": [entry(vec![change]), entry(vec![other.clone(), other])] });
        let body = body.to_string().into_bytes();
        for _ in 0..3 {
            assert_eq!(delivered(world, &body).await, 200);
        }
        assert_eq!(
            stored(world).await,
            41,
            "20 messages, 20 statuses, and one that stood in the body twice"
        );
        world.settle().await;
        let greeted = world
            .platforms
            .whatsapp()
            .calls()
            .iter()
            .filter(|call| call.body["type"] == "interactive")
            .count();
        assert_eq!(greeted, 21, "everybody is greeted once");
    });
}

#[test]
fn every_published_sample_is_taken() {
    on_both(async |world| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/whatsapp");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .expect("the samples")
            .map(|f| f.expect("a file").path())
            .collect();
        files.sort();
        assert!(files.len() > 20, "Meta's samples are here");
        for file in files {
            let body = std::fs::read_to_string(&file).expect("a sample");
            // The samples are of many accounts; ours is put in.
            let body = with_our_account(&body);
            let answer = delivered(world, body.as_bytes()).await;
            assert_eq!(answer, 200, "{}", file.display());
            world.settle().await;
        }
    });
}

fn with_our_account(body: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(body).expect("a sample is JSON");
    for entry in value["entry"].as_array_mut().into_iter().flatten() {
        entry["id"] = json!(credentials::BUSINESS_ACCOUNT_ID);
        for change in entry["changes"].as_array_mut().into_iter().flatten() {
            if change["value"]["metadata"].is_object() {
                change["value"]["metadata"]["phone_number_id"] =
                    json!(credentials::PHONE_NUMBER_ID);
            }
        }
    }
    value.to_string()
}

#[test]
fn bodies_that_nobody_can_read_are_kept_and_acknowledged() {
    on_both(async |world| {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let hostile: Vec<Vec<u8>> = vec![
            b"this is no JSON".to_vec(),
            deep.into_bytes(),
            b"{\"object\":\"whatsapp_business_account\",\"entry\":null}".to_vec(),
            b"{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[null,1,\"x\",{}]}}]}]}".to_vec(),
            vec![0xff, 0xfe, 0x00],
            envelope(
                &json!({ "metadata": metadata(), "messages": [{ "id": 5, "from": null, "timestamp": "-1", "type": "text", "text": { "body": ["x"] } }] }),
            ),
            envelope(
                &json!({ "metadata": metadata(), "messages": [{ "id": "wamid.far", "from": "6281234567890", "timestamp": "9223372036854775808", "type": "text", "text": { "body": "\u{0}nul" } }] }),
            ),
            envelope(
                &json!({ "metadata": metadata(), "messages": [{ "id": "wamid.new", "from": "6281234567890", "timestamp": "1795408920", "type": "hologram", "hologram": {} }] }),
            ),
        ];
        for body in hostile {
            let answer = delivered(world, &body).await;
            assert_eq!(
                answer,
                200,
                "{}",
                String::from_utf8_lossy(&body[..body.len().min(80)])
            );
        }
        world.settle().await;
    });
}

#[test]
fn events_of_another_account_are_kept_and_answered_to_nobody() {
    on_both(async |world| {
        let stranger = json!({ "display_phone_number": "1", "phone_number_id": "999" });
        let body = envelope(
            &json!({ "metadata": stranger, "messages": [text("wamid.foreign", "6281234567890", "halo")] }),
        );
        assert_eq!(delivered(world, &body).await, 200);
        world.settle().await;
        assert!(
            world.platforms.whatsapp().calls().is_empty(),
            "nobody is answered"
        );
    });
}

#[test]
fn a_body_over_four_megabytes_is_too_large() {
    on_both(async |world| {
        let body = vec![b' '; 4 * 1024 * 1024 + 1];
        let signature = WhatsApp::signature(&body);
        assert_eq!(
            post(world, &body, &[("X-Hub-Signature-256", signature)]).await,
            413
        );
    });
}

#[test]
fn a_person_without_a_number_is_answered_by_the_user_id() {
    on_both(async |world| {
        let _budi = world.agent("Budi").await;
        let who = sapa_sandbox::whatsapp::Customer {
            name: "Rahasia".into(),
            user_id: Some("ID.13491208655302741918".into()),
            ..Default::default()
        };
        let who = world.platforms.whatsapp().add(who);
        world.platforms.whatsapp().says(&who.id, "halo");
        world.settle().await;
        let sent = world.platforms.whatsapp().calls();
        let sent = sent
            .iter()
            .find(|call| call.body["type"] == "interactive")
            .expect("an answer");
        assert_eq!(sent.body["recipient"], "ID.13491208655302741918");
        assert!(sent.body.get("to").is_none());
    });
}
