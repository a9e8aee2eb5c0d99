//! The page's API, its live stream, and what is kept between runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::desk::{Desk, eventually};
use futures_util::StreamExt as _;
use reqwest::multipart::{Form, Part};
use sapa_sandbox::credentials::{ACCESS_TOKEN, BOT_TOKEN, PHONE_NUMBER_ID};
use sapa_sandbox::page::{self, Hooks};
use sapa_sandbox::{Options, Platforms, Ticks};
use serde_json::{Value, json};

const SARI: &str = "6281234567890";

struct World {
    platforms: Arc<Platforms>,
    url: String,
    http: reqwest::Client,
    desk: Desk,
    advanced: Arc<AtomicU64>,
}

impl World {
    async fn start(options: Options) -> Self {
        let platforms = Arc::new(Platforms::start(options).await.unwrap());
        platforms.whatsapp().customer(SARI, "Sari");
        platforms.telegram().person(9001, "Budi", None);
        let (desk, hook) = Desk::start().await;
        platforms.whatsapp().connect_webhook(&hook).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let advanced = Arc::new(AtomicU64::new(0));
        let seen = advanced.clone();
        let mut hooks = Hooks::named("Warung", "Asia/Jakarta");
        hooks.advanced = Box::new(move |by| seen.store(by.as_secs(), Ordering::SeqCst));
        tokio::spawn(page::serve(listener, platforms.clone(), hooks));
        Self {
            platforms,
            url,
            http: reqwest::Client::new(),
            desk,
            advanced,
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self
            .http
            .get(format!("{}/sandbox/{path}", self.url))
            .send()
            .await
            .unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self
            .http
            .post(format!("{}/sandbox/{path}", self.url))
            .json(&body)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or_default(),
        )
    }

    async fn desk_says(&self, body: Value) {
        let mut whole = json!({"messaging_product": "whatsapp", "to": format!("+{SARI}")});
        whole
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        let url = format!(
            "{}/v23.0/{PHONE_NUMBER_ID}/messages",
            self.platforms.whatsapp_url()
        );
        let sent = self
            .http
            .post(url)
            .bearer_auth(ACCESS_TOKEN)
            .json(&whole)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 200);
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn the_customers_side_of_the_page_works() {
    let world = World::start(Options::default()).await;
    let state = world.get("state").await;
    assert_eq!(state["desk"]["name"], "Warung");
    assert_eq!(state["customers"][0]["id"], SARI);
    assert_eq!(state["customers"][0]["phone"], format!("+{SARI}"));
    assert_eq!(state["customers"][0]["window_open_until_ms"], Value::Null);
    assert_eq!(
        state["agents"][0],
        json!({"id": "9001", "name": "Budi", "username": null, "unread": 0})
    );

    let path = |action: &str| format!("customers/{SARI}/{action}");
    world.post(&path("text"), json!({"text": "halo"})).await;
    world.desk_says(json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "Apa?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "m", "title": "Menu"}}]}}})).await;
    let items = world.get(&path("messages")).await["items"].clone();
    assert_eq!(
        (&items[0]["from"], &items[0]["text"]),
        (&json!("me"), &json!("halo"))
    );
    assert_eq!(items[1]["buttons"], json!([{"id": "m", "title": "Menu"}]));
    assert_eq!(world.get("state").await["customers"][0]["unread"], 1);
    world.post(&path("read"), json!({})).await;
    assert_eq!(world.get("state").await["customers"][0]["unread"], 0);
    let tap = json!({"message_id": items[1]["id"], "choice_id": "m"});
    assert_eq!(world.post(&path("tap"), tap).await.0, 200);
    assert_eq!(
        world
            .post(&path("tap"), json!({"message_id": "x", "choice_id": "m"}))
            .await
            .0,
        404
    );
    world
        .post(
            &path("location"),
            json!({"latitude": -6.2, "longitude": 106.8, "name": "Rumah"}),
        )
        .await;
    let form = Form::new()
        .text("kind", "image")
        .text("caption", "modem")
        .part(
            "file",
            Part::bytes(sapa_sandbox::Media::photo().bytes.to_vec())
                .file_name("a.png")
                .mime_str("image/png")
                .unwrap(),
        );
    let url = format!("{}/sandbox/{}", world.url, path("media"));
    assert_eq!(
        world
            .http
            .post(url)
            .multipart(form)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let items = world.get(&path("messages")).await["items"].clone();
    assert_eq!(items[1]["used_choice"], "m");
    assert_eq!(items[3]["text"], "Rumah");
    let media = items[4]["media"]["url"].as_str().unwrap();
    let file = world
        .http
        .get(format!("{}{media}", world.url))
        .send()
        .await
        .unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    world.platforms.whatsapp().settled().await;
    assert_eq!(world.desk.elements("messages").len(), 4);
    world.post(&path("close-window"), json!({})).await;
    assert_eq!(
        world.get("state").await["customers"][0]["window_open_until_ms"],
        Value::Null
    );
}

#[tokio::test]
async fn the_agents_side_of_the_page_works() {
    let world = World::start(Options::default()).await;
    world
        .post("agents/9001/text", json!({"text": "/start"}))
        .await;
    let send = format!(
        "{}/bot{BOT_TOKEN}/sendMessage",
        world.platforms.telegram_url()
    );
    let body = json!({"chat_id": 9001, "text": "<b>kartu</b>", "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "Balas", "callback_data": "r:1"}]]}});
    world.http.post(&send).json(&body).send().await.unwrap();
    let card = world.get("agents/9001/messages").await["items"][1].clone();
    assert_eq!(
        card["keyboard"],
        json!([[{"text": "Balas", "data": "r:1"}]])
    );
    assert_eq!(
        card["entities"],
        json!([{"type": "bold", "offset": 0, "length": 5}])
    );
    let press = json!({"message_id": card["id"], "data": "r:1"});
    assert_eq!(world.post("agents/9001/press", press).await.0, 200);
    let reply = world
        .post(
            "agents/9001/text",
            json!({"text": "siap", "reply_to": card["id"]}),
        )
        .await
        .1;
    world
        .post(
            "agents/9001/edit",
            json!({"message_id": reply["id"], "text": "siap!"}),
        )
        .await;
    let mine = world.get("agents/9001/messages").await["items"][2].clone();
    assert_eq!(
        (&mine["text"], &mine["edited"]),
        (&json!("siap!"), &json!(true))
    );
    assert_eq!(mine["quote"], json!({"id": card["id"], "text": "kartu"}));
    assert_eq!(world.platforms.telegram().waiting(), 4);
}

#[tokio::test]
async fn the_stream_tells_messages_changes_and_the_wire() {
    let world = World::start(Options::default()).await;
    let stream = world
        .http
        .get(format!("{}/sandbox/events", world.url))
        .send()
        .await
        .unwrap();
    let mut bytes = stream.bytes_stream();
    world
        .post(&format!("customers/{SARI}/text"), json!({"text": "halo"}))
        .await;
    let mut told = String::new();
    while !(told.contains("event: changed") && told.contains("event: wire")) {
        let part = tokio::time::timeout(Duration::from_secs(5), bytes.next()).await;
        told.push_str(&String::from_utf8_lossy(
            &part.expect("in time").expect("open").unwrap(),
        ));
    }
    let data = told
        .lines()
        .skip_while(|line| *line != "event: message")
        .nth(1)
        .unwrap();
    let message: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(
        (&message["who"], &message["id"]),
        (&json!("customer"), &json!(SARI))
    );
    assert_eq!(message["message"]["text"], "halo");
}

#[tokio::test]
async fn faults_clock_and_new_customers_can_be_set_from_the_page() {
    let world = World::start(Options::default()).await;
    let set = world
        .post(
            "faults",
            json!({"platform": "telegram", "kind": "429", "count": 2}),
        )
        .await;
    assert_eq!(set.1["faults"]["telegram"]["api"][0]["left"], 2);
    world
        .post(
            "faults",
            json!({"platform": "whatsapp", "kind": "duplicate", "on": true}),
        )
        .await;
    assert_eq!(
        world.get("state").await["faults"]["whatsapp"]["webhooks"]["duplicate"],
        true
    );
    assert_eq!(
        world
            .post("faults", json!({"platform": "whatsapp", "kind": "flood"}))
            .await
            .0,
        422
    );
    world.post("faults/clear", json!({})).await;
    assert_eq!(
        world.get("state").await["faults"]["telegram"]["api"],
        json!([])
    );
    let before = world.get("state").await["now_ms"].as_i64().unwrap();
    world.post("clock", json!({"advance_ms": 3_600_000})).await;
    assert!(world.get("state").await["now_ms"].as_i64().unwrap() >= before + 3_600_000);
    assert_eq!(world.advanced.load(Ordering::SeqCst), 3600);
    let new = world
        .post(
            "customers",
            json!({"name": "Ayu", "phone": "+62 899 1234 567"}),
        )
        .await;
    assert_eq!(new.1["id"], "628991234567");
    assert_eq!(
        world
            .post("customers", json!({"name": "Ayu", "phone": "12"}))
            .await
            .0,
        422
    );
}

#[tokio::test]
async fn only_this_machine_may_drive_the_page() {
    let world = World::start(Options::default()).await;
    let post = |origin: &'static str, host: Option<&'static str>| {
        let mut request = world
            .http
            .post(format!("{}/sandbox/faults/clear", world.url))
            .header("origin", origin);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        request.send()
    };
    assert_eq!(
        post("https://evil.example", None).await.unwrap().status(),
        403
    );
    assert_eq!(
        post("http://localhost:7070", None).await.unwrap().status(),
        200
    );
    assert_eq!(
        post("http://127.0.0.1:7070", Some("rebound.example"))
            .await
            .unwrap()
            .status(),
        403
    );
}

#[tokio::test]
async fn every_file_of_the_page_is_served() {
    let world = World::start(Options::default()).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let answer = world
            .http
            .get(format!("{}/{name}", world.url))
            .send()
            .await
            .unwrap();
        assert_eq!(
            answer.status(),
            200,
            "{name} is missing from the list in src/page/mod.rs"
        );
    }
    assert_eq!(
        world
            .http
            .get(format!("{}/../Cargo.toml", world.url))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}

#[tokio::test]
async fn chats_ids_and_files_outlive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options {
        data: Some(dir.path().to_owned()),
        ..Options::default()
    };
    let world = World::start(options()).await;
    let whatsapp = world.platforms.whatsapp();
    let id = whatsapp.sends(SARI, sapa_sandbox::Media::photo(), Some("modem"));
    world.platforms.telegram().says(9001, "/start");
    whatsapp.settled().await;
    world.platforms.shutdown();
    eventually("saved at the end", || {
        dir.path().join("platforms.json").exists()
    })
    .await;

    let again = Platforms::start(options()).await.unwrap();
    let chat = again.whatsapp().chat(SARI);
    assert_eq!(
        (chat[0].id.as_str(), chat[0].status),
        (id.as_str(), Some(Ticks::Delivered))
    );
    assert_eq!(
        chat[0].media.as_ref().unwrap().bytes,
        sapa_sandbox::Media::photo().bytes
    );
    assert!(again.whatsapp().window_until_ms(SARI).is_some());
    assert_eq!(
        again.telegram().waiting(),
        1,
        "unconfirmed updates are kept"
    );
    assert_ne!(
        again.whatsapp().says(SARI, "lagi"),
        id,
        "ids go on, they do not start over"
    );
}
