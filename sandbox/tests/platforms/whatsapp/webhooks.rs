//! What the desk gets: messages, statuses, retries, disorder.

use std::fmt::Write as _;

use hmac::{KeyInit as _, Mac as _};

use super::*;

#[tokio::test]
async fn webhooks_are_ascii_and_signed_over_their_exact_bytes() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "Halo 😀 a/b");
    world.whatsapp().settled().await;
    let (headers, body) = world.desk.posts().remove(0);
    assert!(body.is_ascii());
    assert!(
        body.windows(12).any(|w| w == b"\\ud83d\\ude00"),
        "emoji are escaped as a surrogate pair"
    );
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(APP_SECRET.as_bytes()).unwrap();
    mac.update(&body);
    let mut hex = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert_eq!(headers["x-hub-signature-256"], format!("sha256={hex}"));
    let value = &world.desk.values()[0];
    assert_eq!(value["messages"][0]["text"]["body"], "Halo 😀 a/b");
    assert_eq!(value["messages"][0]["timestamp"], "1800000000");
    assert_eq!(
        value["contacts"],
        json!([{"profile": {"name": "Sari"}, "wa_id": SARI}])
    );
    assert_eq!(value["metadata"]["phone_number_id"], PHONE_NUMBER_ID);
    assert_eq!(
        world.desk.bodies()[0]["entry"][0]["id"],
        BUSINESS_ACCOUNT_ID
    );
}

#[tokio::test]
async fn a_webhook_is_verified_before_it_is_used_and_early_events_wait_for_it() {
    let platforms = Platforms::start(Options::default()).await.unwrap();
    let (desk, url) = Desk::start().await;
    platforms.whatsapp().says(SARI, "too early");
    let wrong = url.replace("/hook", "/elsewhere");
    platforms
        .whatsapp()
        .connect_webhook(&wrong)
        .await
        .unwrap_err();
    assert!(desk.posts().is_empty());
    platforms.whatsapp().connect_webhook(&url).await.unwrap();
    eventually("the early message arrives", || desk.posts().len() == 1).await;
}

#[tokio::test]
async fn refused_webhooks_are_retried_on_the_sandbox_clock() {
    let world = World::start().await;
    world.desk.answers(&[503, 500, 404]);
    world.whatsapp().says(SARI, "halo");
    // The first retry comes at once, the second a second later, the third after two.
    eventually("the immediate retry", || world.desk.posts().len() == 2).await;
    assert_eq!(world.whatsapp().chat(SARI)[0].status, Some(Ticks::Sent));
    for tries in [3, 4] {
        world.platforms.clock().advance(Duration::from_secs(2));
        eventually("a later retry", || world.desk.posts().len() == tries).await;
    }
    world.whatsapp().settled().await;
    let bodies: Vec<_> = world
        .desk
        .posts()
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "retries repeat the same bytes"
    );
    assert_eq!(
        world.whatsapp().chat(SARI)[0].status,
        Some(Ticks::Delivered)
    );
}

#[tokio::test]
async fn statuses_come_in_order_with_our_note_and_only_move_forward() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "halo");
    let note =
        json!({"type": "text", "text": {"body": "hai"}, "biz_opaque_callback_data": "outbox-1"});
    let id = wamid(&world.send(note).await);
    eventually("delivered", || {
        world.whatsapp().message(&id).unwrap().status == Some(Ticks::Delivered)
    })
    .await;
    world.whatsapp().reads(SARI);
    world.whatsapp().reads(SARI);
    world.whatsapp().status(&id, Ticks::Sent);
    world.whatsapp().settled().await;
    let statuses = world.desk.elements("statuses");
    let words: Vec<&str> = statuses
        .iter()
        .map(|s| s["status"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["sent", "delivered", "read"]);
    for status in &statuses {
        assert_eq!(status["biz_opaque_callback_data"], "outbox-1");
        assert_eq!(status["recipient_id"], SARI);
    }
    assert_eq!(statuses[0]["pricing"]["category"], "service");
    assert!(statuses[2].get("pricing").is_none());
}

#[tokio::test]
async fn explicit_statuses_come_only_when_told() {
    let world = World::with(Rules {
        statuses: Statuses::Explicit,
        posting: Posting::InOrder,
        ..Rules::default()
    })
    .await;
    world.whatsapp().says(SARI, "halo");
    let id = wamid(&world.text("hai").await);
    world
        .whatsapp()
        .fails(&id, 131_049, "kept from the user for a healthy ecosystem");
    world.whatsapp().settled().await;
    let statuses = world.desk.elements("statuses");
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0]["errors"][0]["code"], 131_049);
}

#[tokio::test]
async fn taps_answer_the_newest_message_that_offers_the_choice() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "menu");
    let buttons = |id: &str| {
        json!({"type": "interactive", "interactive": {
            "type": "button", "body": {"text": "Pilih"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": id, "title": "Ya"}}]},
        }})
    };
    world.send(buttons("old")).await;
    let newest = wamid(&world.send(buttons("new")).await);
    let list = wamid(&world.send(json!({"type": "interactive", "interactive": {
        "type": "list", "body": {"text": "Jenis"},
        "action": {"button": "Lihat", "sections": [{"title": "Semua", "rows": [{"id": "r1", "title": "Perbaikan", "description": "disarankan"}]}]},
    }})).await);
    world.whatsapp().taps(SARI, "Ya").unwrap();
    world.whatsapp().taps(SARI, "Perbaikan").unwrap();
    assert!(
        world
            .whatsapp()
            .taps(SARI, "Tidak")
            .unwrap_err()
            .0
            .contains("Perbaikan")
    );
    world.whatsapp().settled().await;
    let taps = world.desk.elements("messages").split_off(1);
    assert_eq!(
        taps[0]["interactive"],
        json!({"type": "button_reply", "button_reply": {"id": "new", "title": "Ya"}})
    );
    assert_eq!(taps[0]["context"]["id"], json!(newest));
    assert_eq!(
        taps[1]["interactive"]["list_reply"]["description"],
        "disarankan"
    );
    assert_eq!(taps[1]["context"]["id"], json!(list));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn every_kind_of_message_reaches_the_desk() {
    let world = World::start().await;
    let whatsapp = world.whatsapp();
    let first = whatsapp.says(SARI, "halo");
    whatsapp.says_quoting(SARI, "itu", &first).unwrap();
    whatsapp.sends(SARI, Media::voice(), None);
    whatsapp.sends(SARI, Media::sticker(), None);
    whatsapp.sends(SARI, Media::video(), Some("lihat"));
    whatsapp.sends_location(
        SARI,
        Place {
            latitude: -6.2,
            longitude: 106.8,
            ..Place::default()
        },
    );
    whatsapp.sends_contact(SARI, "Budi", "+62 811 1");
    whatsapp.reacts(SARI, &first, Some("👍"));
    whatsapp.edits(SARI, &first, "hai");
    whatsapp.revokes(SARI, &first);
    whatsapp.sends_unsupported(SARI);
    whatsapp.sends_element(
        SARI,
        "system",
        json!({"type": "user_changed_number", "new_wa_id": "6281"}),
    );
    whatsapp.settled().await;
    let messages = world.desk.elements("messages");
    let kinds: Vec<&str> = messages
        .iter()
        .map(|m| m["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "text",
            "text",
            "audio",
            "sticker",
            "video",
            "location",
            "contacts",
            "reaction",
            "edit",
            "revoke",
            "unsupported",
            "system",
        ]
    );
    for message in &messages {
        assert!(
            message.get(message["type"].as_str().unwrap()).is_some(),
            "{message}"
        );
    }
    assert_eq!(messages[1]["context"]["id"], json!(first));
    assert_eq!(messages[2]["audio"]["voice"], true);
    let system = world.desk.values().pop().unwrap();
    assert!(
        system.get("contacts").is_none(),
        "a changed number comes without contacts"
    );
    let chat = whatsapp.chat(SARI);
    assert!(chat[0].deleted && chat[0].edited);
    assert!(chat.iter().all(|m| m.from == Side::Me));
}

#[tokio::test]
async fn webhooks_misbehave_on_demand() {
    let world = World::start().await;
    let (whatsapp, faults) = (world.whatsapp(), world.platforms.faults());
    faults.webhooks(Platform::WhatsApp, |webhooks| webhooks.duplicate = true);
    whatsapp.says(SARI, "dua kali");
    whatsapp.settled().await;
    assert_eq!(world.desk.posts().len(), 2);
    faults.clear();
    faults.webhooks(Platform::WhatsApp, |webhooks| {
        webhooks.hold = true;
        webhooks.batch = 20;
        webhooks.shuffle = true;
    });
    let ids: Vec<String> = (0..20)
        .map(|i| whatsapp.says(SARI, &i.to_string()))
        .collect();
    assert_eq!(world.desk.posts().len(), 2);
    faults.webhooks(Platform::WhatsApp, |webhooks| webhooks.hold = false);
    whatsapp.settled().await;
    let batch = world.desk.bodies().pop().unwrap()["entry"][0]["changes"][0]["value"].clone();
    let came: Vec<&str> = batch["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["id"].as_str().unwrap())
        .collect();
    assert_eq!(came.len(), 20);
    assert_ne!(came, ids, "shuffled");
    assert!(ids.iter().all(|id| came.contains(&id.as_str())));
    assert_eq!(batch["contacts"].as_array().unwrap().len(), 1);
    faults.clear();
    let events = vec![
        whatsapp.text_event(SARI, "a"),
        whatsapp.status_event("wamid.x", Ticks::Read),
    ];
    whatsapp.batch(events);
    whatsapp.settled().await;
    let both = world.desk.bodies().pop().unwrap();
    assert_eq!(
        both["entry"][0]["changes"].as_array().unwrap().len(),
        2,
        "messages and statuses do not mix"
    );
    assert_eq!(whatsapp.raw_event(b"{not json").await.unwrap(), 200);
}

#[tokio::test]
async fn marketing_stops_when_the_customer_says_so() {
    let world = World::start().await;
    world.whatsapp().stops_marketing(SARI, true);
    let promo = json!({"type": "template", "template": {"name": "promo", "language": {"code": "id"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Sari"}]}]}});
    assert_eq!(code(&world.send(promo.clone()).await), 131_050);
    world.whatsapp().stops_marketing(SARI, false);
    assert_eq!(world.send(promo).await.0, 200);
    world.whatsapp().settled().await;
    let told: Vec<Value> = world
        .desk
        .values()
        .into_iter()
        .filter_map(|v| v.get("user_preferences").cloned())
        .collect();
    assert_eq!(
        (&told[0][0]["value"], &told[1][0]["value"]),
        (&json!("stop"), &json!("resume"))
    );
}
