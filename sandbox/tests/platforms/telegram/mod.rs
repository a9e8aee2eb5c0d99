//! The rules of the miniature Bot API, seen through a plain HTTP client.

mod messages;
mod updates;

use std::time::Duration;

use crate::desk::{Desk, eventually, wait};
use reqwest::multipart::{Form, Part};
use sapa_sandbox::credentials::{BOT_TOKEN, BOT_USERNAME};
use sapa_sandbox::{Clock, Fault, Kind, Media, Options, Platform, Platforms, Rules, Telegram};
use serde_json::{Value, json};

const BUDI: i64 = 9001;

struct World {
    platforms: Platforms,
    http: reqwest::Client,
}

impl World {
    async fn with(rules: Rules) -> Self {
        let clock = Clock::at(1_800_000_000_000);
        let platforms = Platforms::start(Options {
            clock,
            rules,
            ..Options::default()
        })
        .await
        .unwrap();
        platforms.telegram().person(BUDI, "Budi", Some("budi"));
        Self {
            platforms,
            http: reqwest::Client::new(),
        }
    }

    async fn start() -> Self {
        Self::with(Rules::default().unlimited()).await
    }

    fn telegram(&self) -> Telegram {
        self.platforms.telegram()
    }

    fn url(&self, method: &str) -> String {
        format!("{}/bot{BOT_TOKEN}/{method}", self.platforms.telegram_url())
    }

    async fn call(&self, method: &str, body: Value) -> Value {
        let answer = self
            .http
            .post(self.url(method))
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["ok"] == json!(true), status == 200);
        body
    }

    async fn ok(&self, method: &str, body: Value) -> Value {
        let answer = self.call(method, body).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["result"].clone()
    }

    async fn updates(&self, offset: i64) -> Vec<Value> {
        let found = self
            .ok("getUpdates", json!({"offset": offset, "timeout": 0}))
            .await;
        found.as_array().unwrap().clone()
    }

    async fn text(&self, text: &str) -> Value {
        self.call("sendMessage", json!({"chat_id": BUDI, "text": text}))
            .await
    }
}
