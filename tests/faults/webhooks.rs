//! W1 to W12: what may come in at the doors, and how often. What was answered 200 is stored once; what is not ours is refused early.
//!
//! More of them stand beside the code: W5 in `stories/ingress.rs`, W9 and W10 byte by byte in `webhook/src/tests/sockets.rs`, W8 in
//! `bot/src/whatsapp/tests/splitting.rs`.

use std::time::Duration;

use futures_util::future::join_all;
use sapa_core::contacts::{self, Identity};
use sapa_sandbox::{Media, Platform, WhatsApp, credentials};
use serde_json::{Value, json};

use crate::{
    stories::ingress::{delivered, envelope, metadata, on_both, post, stored, text},
    world::{Base, World, play},
};

const SARI: &str = "6281234567890";

fn messages(messages: &[Value]) -> Vec<u8> {
    envelope(
        &json!({ "messaging_product": "whatsapp", "metadata": metadata(), "messages": messages }),
    )
}

/// How many bubbles with a choice went out to customers.
fn questions(world: &World) -> usize {
    let calls = world.platforms.whatsapp().calls();
    calls
        .iter()
        .filter(|call| call.body["type"] == "interactive")
        .count()
}

#[test]
fn w1_one_body_a_hundred_times_at_once_in_two_batches_and_after_a_week() {
    on_both(async |world| {
        let body = messages(&[text("wamid.once", SARI, "halo")]);
        let whatsapp = world.platforms.whatsapp();
        let answers = join_all((0..100).map(|_| whatsapp.raw_event(&body))).await;
        for answer in answers {
            assert_eq!(answer.expect("an answer"), 200);
        }
        let batch = messages(&[
            text("wamid.other", SARI, "internet mati"),
            text("wamid.once", SARI, "halo"),
        ]);
        assert_eq!(delivered(world, &batch).await, 200);
        assert_eq!(stored(world).await, 2);
        world.settle().await;
        let asked = questions(world);
        world.advance(Duration::from_hours(7 * 24)).await;
        assert_eq!(delivered(world, &body).await, 200);
        world.settle().await;
        assert_eq!(stored(world).await, 2);
        assert_eq!(questions(world), asked, "a replay is answered to nobody");
    });
}

#[test]
fn w2_statuses_in_any_order_and_of_nobody_knows_which_message() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        sari.opens_a_ticket("internet mati").await;
        let answer = budi.replies("TKT-", "kami cek").await;
        let chat = world.platforms.whatsapp().chat(SARI);
        let sent = chat.iter().find(|m| m.words().contains("kami cek"));
        let sent = sent.expect("it went out").id.clone();
        let status = |id: &str, word: &str| json!({ "id": id, "status": word, "timestamp": "1795408925", "recipient_id": SARI });
        let bodies = [
            vec![status(&sent, "read")],
            vec![status(&sent, "delivered"), status(&sent, "sent")],
            vec![
                status("wamid.of-nobody", "delivered"),
                status(&sent, "read"),
            ],
        ];
        for statuses in bodies {
            let body = envelope(&json!({ "metadata": metadata(), "statuses": statuses }));
            assert_eq!(delivered(world, &body).await, 200);
            world.settle().await;
        }
        world.advance(Duration::from_secs(3)).await;
        assert_eq!(budi.reactions(answer), ["👀"], "the farthest counts");
    });
}

#[test]
fn w3_an_album_of_a_new_customer_is_one_conversation_with_one_answer() {
    on_both(async |world| {
        let _budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        for _ in 0..6 {
            world.platforms.whatsapp().sends(SARI, Media::photo(), None);
        }
        world.settle().await;
        assert_eq!(questions(world), 1, "{}", world.transcript_text());
        sari.taps("Buat tiket").await;
        sari.taps("Perbaikan").await;
        sari.taps("Tinggi - 4 jam").await;
        sari.says("internet mati").await;
        assert!(sari.last().contains("6 lampiran"), "{}", sari.last());
    });
}

#[test]
fn w3_lines_in_one_breath_are_greeted_once() {
    on_both(async |world| {
        let sari = world.customer("Sari", SARI);
        for line in ["internet mati", "dari tadi pagi", "lampunya merah"] {
            world.platforms.whatsapp().says(SARI, line);
        }
        world.settle().await;
        assert_eq!(questions(world), 1, "{}", world.transcript_text());
        world.advance(Duration::from_secs(5)).await;
        sari.says("sudah saya nyalakan ulang").await;
        for line in ["internet mati", "dari tadi pagi", "lampunya merah"] {
            assert!(sari.last().contains(line), "{}", sari.last());
        }
    });
}

#[test]
fn w4_a_thousand_elements_come_in_together_or_not_at_all() {
    on_both(async |world| {
        let statuses: Vec<_> = (0..990)
            .map(|n| json!({ "id": format!("wamid.{n}"), "status": "delivered", "timestamp": "1795408925", "recipient_id": "1" }))
            .collect();
        let words: Vec<_> = (0..10)
            .map(|n| {
                text(
                    &format!("wamid.m{n}"),
                    &format!("62813000000{n:02}"),
                    &"x".repeat(200_000),
                )
            })
            .collect();
        let body =
            envelope(&json!({ "metadata": metadata(), "messages": words, "statuses": statuses }));
        assert!(body.len() > 2_000_000, "{}", body.len());
        let watching = async {
            let mut seen = vec![0];
            while seen.last() != Some(&1_000) {
                seen.push(stored(world).await);
            }
            seen
        };
        let (answer, seen) = tokio::join!(delivered(world, &body), watching);
        assert_eq!(answer, 200);
        assert!(
            seen.iter().all(|rows| [0, 1_000].contains(rows)),
            "one transaction: {seen:?}"
        );
    });
}

/// The customer behind an identity.
async fn who(world: &World, wa_id: Option<&str>, user_id: Option<&str>) -> (String, bool) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let identity = Identity {
        wa_id: wa_id.map(str::to_owned),
        user_id: user_id.map(str::to_owned),
    };
    let met = contacts::meet(&mut act, &identity, None).await;
    let met = met.expect("a customer");
    drop(act);
    tx.rollback().await.expect("nothing is kept");
    (met.customer.id, met.is_new)
}

#[test]
fn w6_one_customer_by_number_by_user_id_and_by_both() {
    on_both(async |world| {
        let user = "ID.13491208655302741918";
        let said = async |id: &str, wa_id: Option<&str>, user_id: Option<&str>, username: &str| {
            let contact = json!({ "profile": { "name": "Sari", "username": username }, "wa_id": wa_id, "user_id": user_id });
            let message = json!({ "id": id, "from": wa_id, "from_user_id": user_id, "timestamp": "1795408925", "type": "text", "text": { "body": "halo" } });
            let body = envelope(
                &json!({ "metadata": metadata(), "contacts": [contact], "messages": [message] }),
            );
            assert_eq!(delivered(world, &body).await, 200);
            world.settle().await;
        };
        said("wamid.1", None, Some(user), "sari").await;
        let (sari, is_new) = who(world, None, Some(user)).await;
        assert!(!is_new, "known by the user id alone");
        said("wamid.2", Some(SARI), None, "sari").await;
        assert_ne!(
            who(world, Some(SARI), None).await.0,
            sari,
            "nobody can know yet"
        );
        said("wamid.3", Some(SARI), Some(user), "sari.w").await;
        let (one, _) = who(world, None, Some(user)).await;
        assert_eq!(
            who(world, Some(SARI), None).await,
            (one.clone(), false),
            "merged"
        );
        said("wamid.4", Some("6281300000009"), Some(user), "sari.w").await;
        assert_eq!(
            who(world, Some("6281300000009"), None).await,
            (one, false),
            "the same user with another number"
        );
    });
}

/// Elements of `messages` that Meta does not document, or not so.
fn odd_messages() -> Vec<Value> {
    let message = |rest: Value| {
        let mut message = text("wamid.odd", "6281300000001", "halo");
        for (key, value) in rest.as_object().expect("an object") {
            message[key] = value.clone();
        }
        message["id"] = json!(
            format!("wamid.{rest}")
                .chars()
                .take(100)
                .collect::<String>()
        );
        message
    };
    vec![
        message(json!({ "type": "hologram", "hologram": {} })),
        message(
            json!({ "type": "reaction", "reaction": { "message_id": "wamid.of-nobody", "emoji": "👍" } }),
        ),
        message(
            json!({ "type": "revoke", "revoke": { "original_message_id": "wamid.of-nobody" } }),
        ),
        message(
            json!({ "type": "unsupported", "errors": [{ "code": 131_051, "title": "Message type unknown" }] }),
        ),
        message(json!({ "context": { "id": null, "from": 5 }, "type": "text" })),
        message(json!({ "type": null })),
        message(json!({ "type": "text", "text": null })),
        message(json!({ "type": "text", "text": { "body": 12345 } })),
        message(json!({ "from": 6_281_300_000_001_i64 })),
        message(json!({ "timestamp": 0 })),
        message(json!({ "timestamp": "-5" })),
        message(json!({ "timestamp": "9223372036854775808" })),
        message(json!({ "timestamp": "4102444800" })),
        message(json!({ "timestamp": 1.5 })),
        message(json!({ "type": "image", "image": { "id": null, "mime_type": 7 } })),
        message(
            json!({ "type": "location", "location": { "latitude": "NaN", "longitude": 1e308 } }),
        ),
        message(json!({ "type": "interactive", "interactive": null })),
        message(json!({ "type": "button", "button": { "payload": "ticket:make#", "text": "x" } })),
    ]
}

#[test]
fn w7_what_nobody_expected_is_stored_and_stops_nobody() {
    on_both(async |world| {
        let odd = odd_messages();
        for message in &odd {
            assert_eq!(
                delivered(world, &messages(std::slice::from_ref(message))).await,
                200,
                "{message}"
            );
        }
        let errors = envelope(
            &json!({ "metadata": metadata(), "errors": [{ "code": 130_429, "title": "Rate limit hit" }], "unknown": [1] }),
        );
        assert_eq!(delivered(world, &errors).await, 200);
        world.settle().await;
        assert_eq!(
            stored(world).await,
            i64::try_from(odd.len()).expect("few") + 1
        );
        let sari = world.customer("Sari", SARI);
        sari.says("internet mati").await;
        assert!(sari.last().contains("internet mati"), "the desk goes on");
    });
}

#[test]
fn w7_a_message_from_the_future_does_not_hold_the_window_open() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        sari.opens_a_ticket("internet mati").await;
        let mut late = text("wamid.future", SARI, "dari masa depan");
        late["timestamp"] = json!("4102444800");
        assert_eq!(delivered(world, &messages(&[late])).await, 200);
        world.settle().await;
        world.advance(Duration::from_hours(25)).await;
        budi.replies("dari masa depan", "kami cek").await;
        assert!(budi.last().contains("disimpan"), "{}", budi.last());
    });
}

#[test]
fn w8_hostile_json_with_a_right_signature_is_bounded_and_kept() {
    on_both(async |world| {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let with = |element: &str| {
            let account = credentials::BUSINESS_ACCOUNT_ID;
            let number = credentials::PHONE_NUMBER_ID;
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{account}","changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"{number}"}},"messages":[{element}]}}}}]}}]}}"#
            )
        };
        let said = |id: &str, body: &str| {
            format!(
                r#"{{"id":"wamid.{id}","from":"{SARI}","timestamp":"1795408925","type":"text","text":{{"body":{body}}}}}"#
            )
        };
        let bodies: Vec<Vec<u8>> = vec![
            with(&format!(
                r#"{{"id":"wamid.deep","from":"{SARI}","x":{deep}}}"#
            ))
            .into_bytes(),
            with(&vec!["{}"; 1_000_000].join(",")).into_bytes(),
            format!("[{}]", vec!["1"; 1_000_000].join(",")).into_bytes(),
            with(&said("twice", r#""a","body":"b""#)).into_bytes(),
            with(&said("nan", "NaN")).into_bytes(),
            with(&said("lone", r#""\ud800 x \udc00""#)).into_bytes(),
            with(&said("nul", r#""a\u0000b""#)).into_bytes(),
            [with(&said("bytes", "\"")).as_bytes(), b"\xff\xfe\"}}]}"].concat(),
        ];
        for body in &bodies {
            assert!(body.len() < 4 * 1024 * 1024);
            assert_eq!(
                delivered(world, body).await,
                200,
                "{}",
                String::from_utf8_lossy(&body[..body.len().min(200)])
            );
        }
        world.settle().await;
        let rows = stored(world).await;
        assert!((6..=16).contains(&rows), "no flood of rows: {rows}");
        let heard: String = world
            .platforms
            .whatsapp()
            .chat(SARI)
            .iter()
            .map(sapa_sandbox::Shown::words)
            .collect();
        assert!(!heard.contains('\0'));
    });
}

#[test]
fn w9_a_gzip_bomb_is_bytes_like_any_others() {
    on_both(async |world| {
        // A gzip head and half a megabyte of anything: nothing here inflates, whatever the header says.
        let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        bomb.resize(500_000, 0);
        let headers = [
            ("X-Hub-Signature-256", WhatsApp::signature(&bomb)),
            ("Content-Encoding", "gzip".to_owned()),
        ];
        assert_eq!(post(world, &bomb, &headers).await, 200);
        assert_eq!(stored(world).await, 1, "kept as it came");
    });
}

#[test]
fn w11_what_belongs_to_somebody_else_is_kept_apart() {
    on_both(async |world| {
        let strangers = json!({ "display_phone_number": "1", "phone_number_id": "999" });
        let number = envelope(
            &json!({ "metadata": strangers, "messages": [text("wamid.foreign", SARI, "halo")] }),
        );
        let account = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "4711", "changes": [
            { "field": "messages", "value": { "metadata": metadata(), "messages": [text("wamid.ours", SARI, "halo")] } }] }] });
        for body in [number, account.to_string().into_bytes()] {
            assert_eq!(delivered(world, &body).await, 200);
        }
        world.settle().await;
        assert!(
            world.platforms.whatsapp().calls().is_empty(),
            "nobody is answered"
        );
        // And an event of ours with the same id is not taken for known.
        let ours = messages(&[text("wamid.ours", SARI, "halo")]);
        assert_eq!(delivered(world, &ours).await, 200);
        world.settle().await;
        assert_eq!(questions(world), 1);
    });
}

/// W12 and "Backpressure": past the deadline a platform is asked to come again; nothing is acknowledged that is not committed.
#[test]
fn w12_a_database_that_is_held_means_503_and_nothing_stored() {
    play(async {
        let world = World::new(Base::Sqlite).await;
        let held = world.desk.db.write().await.expect("the only writer");
        let bodies: Vec<_> = (0..20)
            .map(|n| messages(&[text(&format!("wamid.{n}"), SARI, "halo")]))
            .collect();
        let asked = async {
            join_all(bodies.iter().map(async |body| {
                reqwest::Client::new()
                    .post(format!("{}/webhooks/whatsapp", world.address))
                    .header("X-Hub-Signature-256", WhatsApp::signature(body))
                    .body(body.clone())
                    .send()
                    .await
                    .expect("an answer")
            }))
            .await
        };
        let waiting = async {
            // Longer than the deadline, once they are all in.
            for _ in 0..3 {
                world.advance(Duration::from_secs(3)).await;
            }
        };
        let (answers, ()) = tokio::join!(asked, waiting);
        for answer in answers {
            assert_eq!(answer.status().as_u16(), 503);
            assert_eq!(answer.headers()["retry-after"], "2");
        }
        assert_eq!(stored(&world).await, 0);
        held.rollback().await.expect("it is free again");
        for body in &bodies {
            assert_eq!(delivered(&world, body).await, 200);
        }
        assert_eq!(stored(&world).await, 20, "each of them once");
        world.settle().await;
        world.close().await;
    });
}

#[test]
fn w12_duplicates_shuffles_and_batches_of_the_platform_have_one_effect_each() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        sari.opens_a_ticket("internet mati").await;
        world
            .platforms
            .faults()
            .webhooks(Platform::WhatsApp, |webhooks| {
                (webhooks.duplicate, webhooks.shuffle, webhooks.batch) = (true, true, 5);
            });
        for n in 0..10 {
            world
                .platforms
                .whatsapp()
                .says(SARI, &format!("kabar-{n}."));
        }
        world.platforms.faults().release(Platform::WhatsApp);
        world.pass(10).await;
        let heard = budi.heard();
        for n in 0..10 {
            let words = format!("kabar-{n}.");
            let seen = heard.iter().filter(|m| m.words().contains(&words)).count();
            assert_eq!(seen, 1, "{words}");
        }
    });
}
