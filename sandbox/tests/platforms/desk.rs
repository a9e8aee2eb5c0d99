//! A stand-in for the desk: takes webhooks and remembers them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use sapa_sandbox::credentials::VERIFY_TOKEN;
use serde_json::Value;

#[derive(Default)]
pub struct Seen {
    pub posts: Mutex<Vec<(HeaderMap, Bytes)>>,
    /// What to answer next; 200 when empty.
    pub answers: Mutex<VecDeque<u16>>,
}

#[derive(Clone, Default)]
pub struct Desk(pub Arc<Seen>);

impl Desk {
    /// Starts it; gives the webhook's address.
    pub async fn start() -> (Self, String) {
        let desk = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let app = Router::new()
            .route("/hook", get(verify).post(take))
            .with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (desk, url)
    }

    pub fn answers(&self, statuses: &[u16]) {
        self.0.answers.lock().expect("no panic").extend(statuses);
    }

    pub fn posts(&self) -> Vec<(HeaderMap, Bytes)> {
        self.0.posts.lock().expect("no panic").clone()
    }

    /// The bodies as JSON.
    pub fn bodies(&self) -> Vec<Value> {
        let posts = self.posts();
        posts
            .iter()
            .map(|(_, body)| serde_json::from_slice(body).expect("JSON"))
            .collect()
    }

    /// The values of all changes in `WhatsApp` webhooks.
    pub fn values(&self) -> Vec<Value> {
        let bodies = self.bodies();
        bodies
            .iter()
            .map(|body| body["entry"][0]["changes"][0]["value"].clone())
            .collect()
    }

    /// All elements of `messages` or `statuses`, in the order they came.
    pub fn elements(&self, kind: &str) -> Vec<Value> {
        let values = self.values();
        values
            .iter()
            .flat_map(|value| value[kind].as_array().cloned().unwrap_or_default())
            .collect()
    }
}

async fn verify(Query(asked): Query<Vec<(String, String)>>) -> (StatusCode, String) {
    let value = |name: &str| {
        asked
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
    };
    if value("hub.verify_token").as_deref() == Some(VERIFY_TOKEN) {
        (StatusCode::OK, value("hub.challenge").unwrap_or_default())
    } else {
        (StatusCode::FORBIDDEN, String::new())
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> StatusCode {
    desk.0.posts.lock().expect("no panic").push((headers, body));
    let answer = desk
        .0
        .answers
        .lock()
        .expect("no panic")
        .pop_front()
        .unwrap_or(200);
    StatusCode::from_u16(answer).expect("a status")
}

/// Tries until it holds, for two seconds at most.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        wait(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

/// Real time passes: for what must not happen.
#[expect(clippy::disallowed_methods, reason = "waits for a real socket")]
pub async fn wait(by: Duration) {
    tokio::time::sleep(by).await;
}
