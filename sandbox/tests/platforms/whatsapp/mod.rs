//! The rules of the miniature Cloud API, seen through a plain HTTP client.

mod api;
mod webhooks;

use std::time::Duration;

use crate::desk::{Desk, eventually};
use reqwest::multipart::{Form, Part};
use sapa_sandbox::credentials::{ACCESS_TOKEN, APP_SECRET, BUSINESS_ACCOUNT_ID, PHONE_NUMBER_ID};
use sapa_sandbox::{
    Clock, Fault, Kind, Media, Options, Place, Platform, Platforms, Posting, Rules, Side, Statuses,
    Ticks, WhatsApp, WindowRefusal, whatsapp::Customer,
};
use serde_json::{Value, json};

const SARI: &str = "6281234567890";

struct World {
    platforms: Platforms,
    desk: Desk,
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
        platforms.whatsapp().customer(SARI, "Sari");
        let (desk, url) = Desk::start().await;
        platforms.whatsapp().connect_webhook(&url).await.unwrap();
        Self {
            platforms,
            desk,
            http: reqwest::Client::new(),
        }
    }

    async fn start() -> Self {
        Self::with(Rules {
            posting: Posting::InOrder,
            ..Rules::default()
        })
        .await
    }

    fn whatsapp(&self) -> WhatsApp {
        self.platforms.whatsapp()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v23.0/{path}", self.platforms.whatsapp_url())
    }

    async fn send(&self, body: Value) -> (u16, Value) {
        let mut whole = json!({"messaging_product": "whatsapp", "to": format!("+{SARI}")});
        whole
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        let request = self
            .http
            .post(self.url(&format!("{PHONE_NUMBER_ID}/messages")));
        let answer = request
            .bearer_auth(ACCESS_TOKEN)
            .json(&whole)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn text(&self, text: &str) -> (u16, Value) {
        self.send(json!({"type": "text", "text": {"body": text}}))
            .await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self
            .http
            .get(self.url(path))
            .bearer_auth(ACCESS_TOKEN)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

fn code(answer: &(u16, Value)) -> i64 {
    answer.1["error"]["code"].as_i64().unwrap_or(0)
}

fn wamid(answer: &(u16, Value)) -> String {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["messages"][0]["id"].as_str().unwrap().to_owned()
}
