//! How updates reach the bot.

use super::*;

#[tokio::test]
async fn the_token_decides_and_methods_are_spelt_in_any_case() {
    let world = World::start().await;
    for method in ["getMe", "GetMe", "getme"] {
        let me = world.ok(method, json!({})).await;
        assert_eq!(
            (&me["username"], &me["is_bot"]),
            (&json!(BOT_USERNAME), &json!(true))
        );
    }
    let wrong = format!("{}/bot1:x/getMe", world.platforms.telegram_url());
    assert_eq!(world.http.get(wrong).send().await.unwrap().status(), 401);
    assert_eq!(
        world.call("sendNothing", json!({})).await["description"],
        "Not Found"
    );
}

#[tokio::test]
async fn updates_stay_until_an_offset_confirms_them() {
    let world = World::start().await;
    world.telegram().says(BUDI, "satu");
    world.telegram().says(BUDI, "dua");
    let first = world.updates(0).await;
    assert_eq!(first, world.updates(0).await, "fetching confirms nothing");
    let ids: Vec<i64> = first
        .iter()
        .map(|u| u["update_id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids[1], ids[0] + 1);
    assert_eq!(world.updates(ids[1]).await.len(), 1);
    assert_eq!(world.telegram().waiting(), 1);
    assert!(world.updates(ids[1] + 1).await.is_empty());
    world.telegram().says(BUDI, "tiga");
    world.telegram().says(BUDI, "empat");
    let last = world.updates(-1).await;
    assert_eq!(
        last[0]["message"]["text"], "empat",
        "a negative offset forgets what is older"
    );
    assert_eq!(world.telegram().waiting(), 1);
}

#[tokio::test]
async fn a_long_poll_wakes_and_a_second_poller_ends_the_first() {
    let world = World::start().await;
    let poll = || async { world.call("getUpdates", json!({"timeout": 30})).await };
    let (woken, ()) = tokio::join!(poll(), async {
        wait(Duration::from_millis(50)).await;
        world.telegram().says(BUDI, "halo");
    });
    assert_eq!(woken["result"][0]["message"]["text"], "halo");
    let id = woken["result"][0]["update_id"].as_i64().unwrap();
    let (first, second) = tokio::join!(
        world.call("getUpdates", json!({"timeout": 30, "offset": id + 1})),
        async {
            wait(Duration::from_millis(50)).await;
            world.call("getUpdates", json!({"timeout": 0})).await
        }
    );
    assert_eq!(first["error_code"], 409);
    assert!(
        first["description"]
            .as_str()
            .unwrap()
            .starts_with("Conflict: terminated by other getUpdates request")
    );
    assert_eq!(second["ok"], true);
    // The wait is on the sandbox's clock.
    let (empty, ()) = tokio::join!(poll(), async {
        wait(Duration::from_millis(50)).await;
        world.platforms.clock().advance(Duration::from_secs(31));
    });
    assert_eq!(empty["result"], json!([]));
}

#[tokio::test]
async fn allowed_updates_stick_until_they_are_set_again() {
    let world = World::start().await;
    world
        .ok("getUpdates", json!({"allowed_updates": ["callback_query"]}))
        .await;
    world.telegram().says(BUDI, "unseen");
    assert!(world.updates(0).await.is_empty());
    world.ok("getUpdates", json!({"allowed_updates": []})).await;
    world.telegram().says(BUDI, "seen");
    assert_eq!(world.updates(0).await.len(), 1);
}

#[tokio::test]
async fn webhooks_carry_the_secret_and_repeat_in_order_until_taken() {
    let world = World::start().await;
    let (desk, url) = Desk::start().await;
    desk.answers(&[500]);
    world.telegram().says(BUDI, "satu");
    world.telegram().says(BUDI, "dua");
    world
        .ok("setWebhook", json!({"url": url, "secret_token": "rahasia"}))
        .await;
    let conflict = world.call("getUpdates", json!({})).await;
    assert!(
        conflict["description"]
            .as_str()
            .unwrap()
            .starts_with("Conflict: can't use getUpdates method while webhook is active")
    );
    eventually("the refusal is told", || {
        world
            .platforms
            .ledger()
            .iter()
            .any(|event| event.text.contains("500"))
    })
    .await;
    let info = world.ok("getWebhookInfo", json!({})).await;
    assert_eq!(info["pending_update_count"], 2);
    assert!(info["last_error_message"].as_str().unwrap().contains("500"));
    world.platforms.clock().advance(Duration::from_secs(1));
    eventually("both are taken", || world.telegram().waiting() == 0).await;
    let texts: Vec<Value> = desk
        .bodies()
        .iter()
        .map(|u| u["message"]["text"].clone())
        .collect();
    assert_eq!(
        texts,
        ["satu", "satu", "dua"],
        "the second waits for the first"
    );
    assert!(
        desk.posts()
            .iter()
            .all(|(h, _)| h["x-telegram-bot-api-secret-token"] == "rahasia")
    );
    world.ok("deleteWebhook", json!({})).await;
    assert!(world.updates(0).await.is_empty());
}

#[tokio::test]
async fn the_api_misbehaves_on_demand() {
    let world = World::start().await;
    world.telegram().says(BUDI, "/start");
    let faults = world.platforms.faults();
    faults.next(
        Platform::Telegram,
        1,
        Fault::TooMany {
            retry_after: Some(30),
            code: None,
        },
    );
    assert_eq!(world.updates(0).await.len(), 1, "polling is spared");
    assert_eq!(world.text("x").await["parameters"]["retry_after"], 30);
    faults.next(Platform::Telegram, 1, Fault::LoseResponse);
    let body = json!({"chat_id": BUDI, "text": "lost"});
    world
        .http
        .post(world.url("sendMessage"))
        .json(&body)
        .send()
        .await
        .unwrap_err();
    assert_eq!(world.telegram().chat(BUDI).last().unwrap().text, "lost");
    faults.next(Platform::Telegram, 1, Fault::Hang { ms: 5_000 });
    let (hung, ()) = tokio::join!(
        world.http.post(world.url("sendMessage")).json(&body).send(),
        async {
            wait(Duration::from_millis(50)).await;
            world.platforms.clock().advance(Duration::from_secs(5));
        }
    );
    hung.unwrap_err();
    assert_eq!(
        world.telegram().chat(BUDI).len(),
        2,
        "what hung was not carried out"
    );
    faults.webhooks(Platform::Telegram, |webhooks| webhooks.duplicate = true);
    assert_eq!(world.updates(0).await.len(), 2, "the same update twice");
}
