//! The small calls: courtesies, menus, files, the webhook.

use std::{collections::HashMap, time::Duration};

use sapa_core::{
    clock::{Clock as _, SystemClock},
    media::{Fetch as _, FetchError},
    meta,
    staff::{self, Role},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Call, Reply, Server, TOKEN, desk, no};
use crate::telegram::{TelegramMedia, commands, ephemeral, webhook};

#[tokio::test]
async fn courtesies_never_trouble_anybody() {
    let server = Server::start(|place, _| match place {
        0 => Reply::Ok(json!(true)),
        1 => no(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        _ => Reply::Lost,
    })
    .await;
    let client = server.client();
    ephemeral::answer_press(&client, "p1", Some(&"x".repeat(300))).await;
    ephemeral::answer_press(&client, "p1", None).await;
    ephemeral::answer_press(&client, "p2", None).await;
    let calls: Vec<_> = server.calls().iter().map(Call::json).collect();
    assert_eq!(calls.len(), 3);
    assert_eq!(
        calls[0],
        json!({"callback_query_id": "p1", "text": "x".repeat(200)})
    );
    assert_eq!(calls[1], json!({"callback_query_id": "p1"}));
    assert_eq!(calls[2], json!({"callback_query_id": "p2"}));
}

#[tokio::test]
async fn menus_follow_roles_and_languages() {
    let (desk, _, _folder) = desk().await;
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    for (name, role, id) in [("Budi", Role::Agent, "9"), ("Vina", Role::Viewer, "10")] {
        let invite = staff::invite(&mut act, name, role, None)
            .await
            .expect("an invite");
        staff::redeem(&mut act, &invite.token, id, id, None)
            .await
            .expect("redeemed");
    }
    drop(act);
    tx.commit().await.expect("a commit");
    let server = Server::start(|_, call| match call.method.as_str() {
        "getMe" => Reply::Ok(json!({"id": 7, "is_bot": true, "username": "sapa_bot"})),
        _ => Reply::Ok(json!(true)),
    })
    .await;
    let client = server.client();
    commands::introduce(&desk, &client)
        .await
        .expect("introduced");
    let mut menus = HashMap::new();
    commands::register(&desk, &client, &mut menus)
        .await
        .expect("registered");
    commands::register(&desk, &client, &mut menus)
        .await
        .expect("nothing to do");
    let calls = server.calls();
    assert_eq!(calls.len(), 1 + 3 + 2, "each menu is set once");
    let mut tx = desk.db.read().await.expect("a transaction");
    let name = meta::get(&mut tx, commands::USERNAME).await.expect("meta");
    assert_eq!(name.as_deref(), Some("sapa_bot"));
    let offers = |chat: i64, command: &str| {
        let menu = calls
            .iter()
            .map(Call::json)
            .find(|call| call["scope"]["chat_id"] == chat)
            .expect("a menu");
        assert_eq!(menu["scope"]["type"], "chat");
        menu["commands"]
            .as_array()
            .expect("commands")
            .iter()
            .any(|c| c["command"] == command)
    };
    assert!(offers(9, "online") && offers(9, "help"));
    assert!(!offers(10, "online"), "viewers have no rota");
    let everybody = calls[1].json();
    assert!(everybody.get("scope").is_none() && everybody.get("language_code").is_none());
    assert!(!everybody["commands"].to_string().contains("\"online\""));
    let languages: Vec<_> = calls[2..4]
        .iter()
        .map(|call| call.json()["language_code"].clone())
        .collect();
    assert_eq!(languages, [json!("id"), json!("en")]);
}

async fn file(
    getting: impl Fn() -> Reply + Send + Sync + 'static,
    downloading: impl Fn() -> Reply + Send + Sync + 'static,
) -> (Result<Vec<u8>, FetchError>, Vec<Call>) {
    let server = Server::start(move |_, call| {
        if call.method == "getFile" {
            getting()
        } else {
            downloading()
        }
    })
    .await;
    let fetched = TelegramMedia::new(server.client()).fetch("f1", 1_000).await;
    (fetched, server.calls())
}

fn path(path: &'static str) -> impl Fn() -> Reply {
    move || Reply::Ok(json!({"file_id": "f1", "file_size": 5, "file_path": path}))
}

#[tokio::test]
async fn files_are_fetched_within_limits() {
    let bytes = || Reply::Raw(200, "image/jpeg", b"bytes".to_vec());
    let (fetched, calls) = file(path("photos/file_1.jpg"), bytes).await;
    assert_eq!(fetched, Ok(b"bytes".to_vec()));
    assert_eq!(calls[1].path, format!("/file/bot{TOKEN}/photos/file_1.jpg"));

    let (fetched, calls) = file(
        || Reply::Ok(json!({"file_size": 1_001, "file_path": "x"})),
        bytes,
    )
    .await;
    assert_eq!((fetched, calls.len()), (Err(FetchError::TooLarge), 1));
    let liar = || Reply::Raw(200, "image/jpeg", vec![0; 1_001]);
    assert_eq!(file(path("x"), liar).await.0, Err(FetchError::TooLarge));
    assert_eq!(
        file(|| no(400, "Bad Request: file is too big"), bytes)
            .await
            .0,
        Err(FetchError::TooLarge)
    );
    assert_eq!(
        file(|| no(400, "Bad Request: invalid file_id"), bytes)
            .await
            .0,
        Err(FetchError::Gone)
    );
    assert_eq!(
        file(path("x"), || no(404, "Not Found")).await.0,
        Err(FetchError::Gone)
    );
    assert_eq!(
        file(path("x"), || Reply::Lost).await.0,
        Err(FetchError::Retry)
    );
    assert_eq!(file(|| no(500, "x"), bytes).await.0, Err(FetchError::Retry));
}

#[tokio::test]
async fn files_lead_nowhere_else() {
    for odd in [
        "../getMe",
        "/etc/passwd",
        "a/../../b",
        "http://169.254.169.254/",
        "x?y=z",
        "",
    ] {
        let (fetched, calls) = file(path(odd), || Reply::Raw(200, "x/y", Vec::new())).await;
        assert_eq!(
            (fetched, calls.len()),
            (Err(FetchError::Refused), 1),
            "{odd}"
        );
    }
}

#[tokio::test]
async fn the_webhook_is_set_however_often_that_takes() {
    let (desk, clock, _folder) = desk().await;
    let server = Server::start(|place, _| {
        if place < 2 {
            no(500, "x")
        } else {
            Reply::Ok(json!(true))
        }
    })
    .await;
    let setting = tokio::spawn(webhook::run(
        desk,
        server.client(),
        "https://desk.example/webhooks/telegram".into(),
        "hook-secret".to_owned().into(),
        CancellationToken::new(),
    ));
    while !setting.is_finished() {
        clock.advance(Duration::from_secs(1));
        SystemClock::new().sleep(Duration::from_millis(5)).await;
    }
    let calls = server.calls();
    assert_eq!(calls.len(), 3);
    assert_eq!(
        calls[2].json(),
        json!({"url": "https://desk.example/webhooks/telegram", "secret_token": "hook-secret",
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]})
    );
}
