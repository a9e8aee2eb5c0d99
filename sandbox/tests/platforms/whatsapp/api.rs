//! What the desk may do, and what it is refused.

use super::*;

#[tokio::test]
async fn tokens_and_unknown_objects_are_refused_as_meta_does() {
    let world = World::start().await;
    let bare = world
        .http
        .get(world.url(PHONE_NUMBER_ID))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status(), 401);
    assert_eq!(bare.json::<Value>().await.unwrap()["error"]["code"], 190);
    assert_eq!(world.get(PHONE_NUMBER_ID).await.1["id"], PHONE_NUMBER_ID);
    let unknown = world.get("999").await;
    assert_eq!((unknown.0, code(&unknown)), (400, 100));
    assert_eq!(unknown.1["error"]["error_subcode"], 33);
    let templates = world
        .get(&format!(
            "{BUSINESS_ACCOUNT_ID}/message_templates?name=reopen&language=id"
        ))
        .await;
    assert_eq!(templates.1["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_window_opens_with_the_customers_words_and_shuts_after_a_day() {
    let world = World::start().await;
    assert_eq!(code(&world.text("first").await), 131_047);
    world.whatsapp().says(SARI, "halo");
    assert_eq!(world.text("now").await.0, 200);
    world
        .platforms
        .clock()
        .advance(Duration::from_hours(24) - Duration::from_mins(1));
    assert_eq!(world.text("still").await.0, 200);
    world.platforms.clock().advance(Duration::from_mins(1));
    assert_eq!(code(&world.text("too late").await), 131_047);
    let parameters = json!([{"type": "text", "text": "Sari"}]);
    let template = json!({
        "type": "template",
        "template": {"name": "reopen", "language": {"code": "id"}, "components": [{"type": "body", "parameters": parameters}]},
    });
    let sent = world.send(template).await;
    assert_eq!(sent.1["messages"][0]["message_status"], "accepted");
    let shown = world.whatsapp().message(&wamid(&sent)).unwrap();
    assert_eq!(shown.template.unwrap().params, ["Sari"]);
    assert!(shown.text.starts_with("Halo Sari,"));
}

#[tokio::test]
async fn a_shut_window_may_be_told_by_status_instead() {
    let rules = Rules {
        window_refusal: WindowRefusal::Status,
        posting: Posting::InOrder,
        ..Rules::default()
    };
    let world = World::with(rules).await;
    let id = wamid(&world.text("halo").await);
    world.whatsapp().settled().await;
    let status = &world.desk.elements("statuses")[0];
    assert_eq!(
        (&status["id"], &status["status"]),
        (&json!(id), &json!("failed"))
    );
    assert_eq!(status["errors"][0]["code"], 131_047);
}

#[tokio::test]
async fn numbers_are_read_as_meta_reads_them() {
    let world = World::start().await;
    world.whatsapp().customer("16315551234", "Joe");
    for wa in [SARI, "16315551234"] {
        world.whatsapp().says(wa, "hi");
    }
    for (to, wa_id) in [
        ("+62 812-3456-7890", SARI),
        ("6281234567890", SARI),
        ("081234567890", SARI),
        ("81234567890", SARI),
        ("+1 (631) 555-1234", "16315551234"),
        ("16315551234", "16315551234"),
    ] {
        let sent = world
            .send(json!({"to": to, "type": "text", "text": {"body": "hi"}}))
            .await;
        assert_eq!(sent.1["contacts"][0], json!({"input": to, "wa_id": wa_id}));
    }
    let nobody = wamid(&world.send(json!({
        "to": "+6289999999", "type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}},
    })).await);
    world.whatsapp().settled().await;
    let failed = world
        .desk
        .elements("statuses")
        .into_iter()
        .find(|s| s["id"] == json!(nobody))
        .unwrap();
    assert_eq!(failed["errors"][0]["code"], 131_026);
    assert_eq!(
        code(
            &world
                .send(json!({"to": "Sari", "type": "text", "text": {"body": "hi"}}))
                .await
        ),
        131_009
    );
}

#[tokio::test]
async fn a_customer_without_a_number_is_known_by_user_id_alone() {
    let world = World::start().await;
    let who = Customer {
        name: "Ayu".to_owned(),
        user_id: Some("ID.13491208655302741918".to_owned()),
        username: Some("ayu".to_owned()),
        ..Customer::default()
    };
    let ayu = world.whatsapp().add(who).id;
    world.whatsapp().says(&ayu, "halo");
    world.whatsapp().settled().await;
    let value = &world.desk.values()[0];
    assert_eq!(
        value["contacts"][0],
        json!({"profile": {"name": "Ayu", "username": "ayu"}, "user_id": ayu})
    );
    assert_eq!(value["messages"][0]["from_user_id"], json!(ayu));
    assert!(value["messages"][0].get("from").is_none());
    let mut body = json!({"messaging_product": "whatsapp", "recipient": ayu, "type": "text", "text": {"body": "hai"}});
    let path = world.url(&format!("{PHONE_NUMBER_ID}/messages"));
    let post = |body: Value| {
        world
            .http
            .post(&path)
            .bearer_auth(ACCESS_TOKEN)
            .json(&body)
            .send()
    };
    let answer: Value = post(body.clone()).await.unwrap().json().await.unwrap();
    assert_eq!(answer["contacts"][0], json!({"input": ayu, "user_id": ayu}));
    body["type"] = json!("template");
    body["template"] = json!({"name": "login_code", "language": {"code": "id"}, "components": [
        {"type": "body", "parameters": [{"type": "text", "text": "123456"}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "123456"}]},
    ]});
    body.as_object_mut().unwrap().remove("text");
    let answer: Value = post(body).await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"]["code"], 131_062);
}

#[tokio::test]
async fn pair_and_throughput_limits_bite_and_let_go() {
    let world = World::with(Rules {
        pair_burst: 3,
        throughput: 6,
        ..Rules::default()
    })
    .await;
    let other = "6289876543210";
    world.whatsapp().says(SARI, "halo");
    world.whatsapp().says(other, "halo");
    world.platforms.clock().advance(Duration::from_secs(2));
    for _ in 0..3 {
        assert_eq!(world.text("x").await.0, 200);
    }
    assert_eq!(code(&world.text("x").await), 131_056);
    let to_other = json!({"to": other, "type": "text", "text": {"body": "x"}});
    assert_eq!(
        world.send(to_other.clone()).await.0,
        200,
        "other customers are unaffected"
    );
    // Five have been counted; a word from a customer is the sixth.
    world.whatsapp().says(other, "lagi");
    assert_eq!(code(&world.send(to_other.clone()).await), 130_429);
    world.platforms.clock().advance(Duration::from_secs(6));
    assert_eq!(world.text("x").await.0, 200);
    assert_eq!(world.send(to_other).await.0, 200);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn media_go_up_and_down_with_the_token_only() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "halo");
    let picture = Media::photo();
    let part = Part::bytes(picture.bytes.to_vec())
        .file_name("a.png")
        .mime_str("image/png")
        .unwrap();
    let form = Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", "image/png")
        .part("file", part);
    let request = world
        .http
        .post(world.url(&format!("{PHONE_NUMBER_ID}/media")))
        .bearer_auth(ACCESS_TOKEN);
    let uploaded: Value = request
        .multipart(form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = uploaded["id"].as_str().unwrap().to_owned();
    let sent = wamid(
        &world
            .send(json!({"type": "image", "image": {"id": id, "caption": "modem"}}))
            .await,
    );
    let shown = world.whatsapp().message(&sent).unwrap();
    assert_eq!(
        (shown.kind, shown.media.unwrap().bytes),
        (Kind::Image, picture.bytes.clone())
    );

    world
        .whatsapp()
        .sends(SARI, Media::document("tagihan.pdf"), Some("ini"));
    world.whatsapp().settled().await;
    let document = world.desk.elements("messages").pop().unwrap()["document"].clone();
    assert_eq!(
        (&document["filename"], &document["caption"]),
        (&json!("tagihan.pdf"), &json!("ini"))
    );
    let told = world
        .get(&format!(
            "{}?phone_number_id={PHONE_NUMBER_ID}",
            document["id"].as_str().unwrap()
        ))
        .await
        .1;
    let url = told["url"].as_str().unwrap();
    assert_eq!(world.http.get(url).send().await.unwrap().status(), 401);
    let bytes = world
        .http
        .get(url)
        .bearer_auth(ACCESS_TOKEN)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(bytes, Media::document("x").bytes);
    world.platforms.clock().advance(Duration::from_secs(302));
    assert_eq!(
        world
            .http
            .get(url)
            .bearer_auth(ACCESS_TOKEN)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}

#[tokio::test]
async fn marking_read_reaches_back_and_shows_on_the_customers_side() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "satu");
    let second = world.whatsapp().says(SARI, "dua");
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": second, "typing_indicator": {"type": "text"}});
    let request = world
        .http
        .post(world.url(&format!("{PHONE_NUMBER_ID}/messages")))
        .bearer_auth(ACCESS_TOKEN);
    let answer: Value = request
        .json(&read)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer, json!({"success": true}));
    let ticks: Vec<_> = world
        .whatsapp()
        .chat(SARI)
        .into_iter()
        .map(|m| m.status)
        .collect();
    assert_eq!(ticks, [Some(Ticks::Read), Some(Ticks::Read)]);
}

#[tokio::test]
async fn the_api_misbehaves_on_demand() {
    let world = World::start().await;
    world.whatsapp().says(SARI, "halo");
    let faults = world.platforms.faults();
    let next = |fault| faults.next_of(Platform::WhatsApp, "messages", 1, fault);
    next(Fault::TooMany {
        retry_after: None,
        code: Some(131_056),
    });
    assert_eq!(code(&world.text("x").await), 131_056);
    next(Fault::ServerError);
    assert_eq!(world.text("x").await.0, 500);
    next(Fault::Refuse {
        code: 131_026,
        message: "gone".to_owned(),
    });
    assert_eq!(code(&world.text("x").await), 131_026);
    let messages = world.url(&format!("{PHONE_NUMBER_ID}/messages"));
    let body =
        json!({"messaging_product": "whatsapp", "to": SARI, "type": "text", "text": {"body": "x"}});
    let post = || {
        world
            .http
            .post(&messages)
            .bearer_auth(ACCESS_TOKEN)
            .json(&body)
            .send()
    };
    next(Fault::BadGateway);
    let html = post().await.unwrap();
    assert_eq!(html.status(), 502);
    assert!(html.text().await.unwrap().contains("<html>"));
    assert_eq!(
        world.whatsapp().chat(SARI).len(),
        1,
        "none of these sent anything"
    );
    next(Fault::InvalidJson);
    post().await.unwrap().json::<Value>().await.unwrap_err();
    next(Fault::LoseResponse);
    post().await.unwrap_err();
    assert_eq!(
        world.whatsapp().chat(SARI).len(),
        3,
        "both of these were carried out"
    );
    let statuses: Vec<u16> = world
        .whatsapp()
        .calls()
        .iter()
        .map(|call| call.status)
        .collect();
    assert_eq!(statuses, [429, 500, 400, 502, 200, 0]);
    assert_eq!(world.text("x").await.0, 200, "faults are used up");
}
