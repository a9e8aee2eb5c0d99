//! Messages, keys, files, refusals.

use super::*;

#[tokio::test]
async fn parameters_may_come_as_json_form_or_query() {
    let world = World::start().await;
    world.telegram().says(BUDI, "/start");
    let chat = BUDI.to_string();
    let keyboard =
        json!({"inline_keyboard": [[{"text": "Ya", "callback_data": "y:1"}]]}).to_string();
    let form = [
        ("chat_id", chat.as_str()),
        ("text", "formulir"),
        ("reply_markup", &keyboard),
    ];
    let sent: Value = world
        .http
        .post(world.url("sendMessage"))
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        sent["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"],
        "y:1"
    );
    let query = world
        .http
        .get(world.url("sendMessage"))
        .query(&[("chat_id", chat.as_str()), ("text", "a b")]);
    let sent: Value = query.send().await.unwrap().json().await.unwrap();
    assert_eq!(sent["result"]["text"], "a b");
}

#[tokio::test]
async fn a_key_is_pressed_and_answered_once() {
    let world = World::start().await;
    world.telegram().says(BUDI, "/start");
    let keyboard = json!({"inline_keyboard": [[{"text": "Kerjakan", "callback_data": "work:1"}]]});
    let sent = world
        .ok(
            "sendMessage",
            json!({"chat_id": BUDI, "text": "kartu", "reply_markup": keyboard}),
        )
        .await;
    let message = sent["message_id"].as_i64().unwrap();
    let query = world.telegram().presses(BUDI, message, "Kerjakan").unwrap();
    let update = world.updates(0).await.pop().unwrap();
    assert_eq!(update["callback_query"]["data"], "work:1");
    assert_eq!(update["callback_query"]["message"]["message_id"], message);
    world
        .ok(
            "answerCallbackQuery",
            json!({"callback_query_id": query, "text": "Siap"}),
        )
        .await;
    assert_eq!(world.telegram().answers()[0].text, "Siap");
    let again = world
        .call("answerCallbackQuery", json!({"callback_query_id": query}))
        .await;
    assert_eq!(
        again["description"],
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    );
    world
        .ok(
            "editMessageText",
            json!({"chat_id": BUDI, "message_id": message, "text": "dikerjakan"}),
        )
        .await;
    let shown = world.telegram().message(BUDI, message).unwrap();
    assert!(
        shown.edited && shown.keyboard.is_empty(),
        "an edit without a keyboard takes it away"
    );
    world
        .telegram()
        .presses(BUDI, message, "Kerjakan")
        .unwrap_err();
}

#[tokio::test]
async fn replies_carry_the_message_they_answer() {
    let world = World::start().await;
    world.telegram().starts(BUDI, "TOKEN").unwrap();
    let sent = world
        .ok(
            "sendMessage",
            json!({"chat_id": BUDI, "text": "<b>kartu</b>", "parse_mode": "HTML"}),
        )
        .await;
    let card = sent["message_id"].as_i64().unwrap();
    world.telegram().replies(BUDI, card, "siap").unwrap();
    let updates = world.updates(0).await;
    assert_eq!(updates[0]["message"]["text"], "/start TOKEN");
    assert_eq!(updates[0]["message"]["entities"][0]["type"], "bot_command");
    let reply = &updates[1]["message"];
    assert_eq!(reply["reply_to_message"]["message_id"], card);
    assert_eq!(reply["reply_to_message"]["entities"][0]["type"], "bold");
    let answered = world.ok("sendMessage", json!({
        "chat_id": BUDI, "text": "ok", "reply_parameters": {"message_id": reply["message_id"]},
    })).await;
    assert_eq!(answered["reply_to_message"]["text"], "siap");
    assert_eq!(
        world
            .telegram()
            .chat(BUDI)
            .last()
            .unwrap()
            .quote
            .as_ref()
            .unwrap()
            .text,
        "siap"
    );
    world
        .telegram()
        .edits(BUDI, reply["message_id"].as_i64().unwrap(), "siap!")
        .unwrap();
    let edited = world.updates(0).await.pop().unwrap();
    assert_eq!(edited["edited_message"]["text"], "siap!");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn files_go_up_through_attach_and_come_down_by_path() {
    let world = World::start().await;
    world.telegram().says(BUDI, "/start");
    let picture = Media::photo();
    let part = Part::bytes(picture.bytes.to_vec())
        .file_name("a.png")
        .mime_str("image/png")
        .unwrap();
    let form = Form::new()
        .text("chat_id", BUDI.to_string())
        .text("photo", "attach://f0")
        .text("caption", "modem")
        .part("f0", part);
    let sent: Value = world
        .http
        .post(world.url("SendPhoto"))
        .multipart(form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = sent["result"]["photo"][0]["file_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = world.telegram().chat(BUDI).pop().unwrap();
    assert_eq!(
        (shown.kind, shown.media.unwrap().bytes),
        (Kind::Image, picture.bytes.clone())
    );

    world
        .telegram()
        .sends(BUDI, Media::voice(), None, None)
        .unwrap();
    let voice = world.updates(0).await.pop().unwrap()["message"]["voice"].clone();
    let file = world
        .ok("getFile", json!({"file_id": voice["file_id"]}))
        .await;
    let path = file["file_path"].as_str().unwrap();
    let url = format!(
        "{}/file/bot{BOT_TOKEN}/{path}",
        world.platforms.telegram_url()
    );
    assert_eq!(
        world
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        Media::voice().bytes
    );

    let album =
        json!([{"type": "photo", "media": id, "caption": "a"}, {"type": "photo", "media": id}]);
    let sent = world
        .ok("sendMediaGroup", json!({"chat_id": BUDI, "media": album}))
        .await;
    assert_eq!(sent[0]["media_group_id"], sent[1]["media_group_id"]);
    assert_eq!(sent.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_chat_has_its_own_pace() {
    let rules = Rules {
        telegram_chat_burst: 3,
        ..Rules::default()
    };
    let world = World::with(rules).await;
    world.telegram().person(9002, "Rina", None);
    world.telegram().says(BUDI, "/start");
    world.telegram().says(9002, "/start");
    for _ in 0..3 {
        assert_eq!(world.text("x").await["ok"], true);
    }
    let refused = world.text("x").await;
    assert_eq!(refused["error_code"], 429);
    assert_eq!(refused["parameters"]["retry_after"], 1);
    world
        .ok("sendMessage", json!({"chat_id": 9002, "text": "x"}))
        .await;
    world.platforms.clock().advance(Duration::from_secs(1));
    assert_eq!(world.text("x").await["ok"], true);

    world.telegram().group(-1001, "Desk");
    for _ in 0..20 {
        world.platforms.clock().advance(Duration::from_millis(100));
        world
            .ok("sendMessage", json!({"chat_id": -1001, "text": "x"}))
            .await;
    }
    let refused = world
        .call("sendMessage", json!({"chat_id": -1001, "text": "x"}))
        .await;
    let wait = refused["parameters"]["retry_after"].as_i64().unwrap();
    assert!((55..60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn strangers_blockers_and_unknown_chats_are_refused() {
    let world = World::start().await;
    assert_eq!(
        world.text("x").await["description"],
        "Forbidden: bot can't initiate conversation with a user"
    );
    world.telegram().says(BUDI, "/start");
    assert_eq!(world.text("x").await["ok"], true);
    world.telegram().blocks(BUDI);
    assert_eq!(world.text("x").await["error_code"], 403);
    let told = world.updates(0).await.pop().unwrap();
    assert_eq!(
        told["my_chat_member"]["new_chat_member"]["status"],
        "kicked"
    );
    world.telegram().unblocks(BUDI);
    assert_eq!(world.text("x").await["ok"], true);
    let nobody = world
        .call("sendMessage", json!({"chat_id": 1, "text": "x"}))
        .await;
    assert_eq!(nobody["description"], "Bad Request: chat not found");
}

#[tokio::test]
async fn command_menus_are_kept_by_scope() {
    let world = World::start().await;
    let scope = json!({"type": "chat", "chat_id": BUDI});
    let list = json!([{"command": "next", "description": "Tiket berikutnya"}]);
    world
        .ok("setMyCommands", json!({"commands": list, "scope": scope}))
        .await;
    assert_eq!(
        world.ok("getMyCommands", json!({"scope": scope})).await,
        list
    );
    assert_eq!(world.ok("getMyCommands", json!({})).await, json!([]));
    assert_eq!(
        world.telegram().commands("chat", BUDI, ""),
        [("next".to_owned(), "Tiket berikutnya".to_owned())]
    );
    world.ok("deleteMyCommands", json!({"scope": scope})).await;
    assert!(world.telegram().commands("chat", BUDI, "").is_empty());
}
