//! Customers who look after their own affairs: the code is read from the phone, everything else goes over HTTP.

use std::time::Duration;

use reqwest::{Method, header};
use sapa_core::{
    accounts::{self, AccountStatus, Contract},
    clock::Millis,
    desk::{Act, Settings},
    invoices::{self, Invoice, Stored},
};
use serde_json::{Value, json};

use crate::world::{Base, Customer, Plan, World, play};

mod affairs;
mod login;
mod number;
mod strangers;

const SARI: &str = "6281234567890";
const TONO: &str = "6281234567891";

/// A client of the portal.
pub(super) struct Browser {
    client: reqwest::Client,
    base: String,
    pub(super) token: Option<String>,
}

impl Browser {
    pub(super) fn new(world: &World) -> Self {
        Self {
            client: reqwest::Client::new(),
            base: format!("{}/api/customer-portal", world.address),
            token: None,
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        answer(request).await
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// A challenge for a number.
    pub(super) async fn challenge(&self, phone: &str) -> String {
        let (status, body) = self.post("/request-otp", json!({ "phone": phone })).await;
        assert_eq!(status, 200, "{body}");
        body["challenge_id"].as_str().expect("an id").to_owned()
    }

    pub(super) async fn verify(&self, challenge: &str, code: &str) -> (u16, Value) {
        let body = json!({ "challenge_id": challenge, "code": code });
        self.post("/verify-otp", body).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .map_or("", |kind| kind.to_str().expect("a type"))
        .to_owned();
    let text = answer.text().await.expect("a body");
    let wanted = if status < 400 {
        "application/json"
    } else {
        "application/problem+json"
    };
    if status == 204 {
        assert_eq!(text, "");
        return (status, Value::Null);
    }
    assert_eq!(kind, wanted, "{status} {text}");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// The code in the newest message.
pub(super) fn code(customer: &Customer<'_>) -> String {
    let words = customer.last();
    let groups = words.split(|c: char| !c.is_ascii_digit());
    let code = groups.into_iter().find(|group| group.len() == 6);
    code.unwrap_or_else(|| panic!("no code in {words:?}"))
        .to_owned()
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

/// A customer who has written, and a browser that they are logged in with.
pub(super) async fn logged_in<'w>(
    world: &'w World,
    name: &str,
    phone: &str,
) -> (Customer<'w>, Browser) {
    let customer = world.customer(name, phone);
    customer.says("halo").await;
    let mut browser = Browser::new(world);
    let challenge = browser.challenge(phone).await;
    world.settle().await;
    let (status, session) = browser.verify(&challenge, &code(&customer)).await;
    assert_eq!(status, 200, "{session}");
    browser.token = Some(session["token"].as_str().expect("a token").to_owned());
    (customer, browser)
}

/// A piece of the business's own work on the customer with this number.
async fn on_account(world: &World, phone: &str, work: impl AsyncFnOnce(&mut Act<'_>, &str)) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let customer = sapa_core::contacts::by_number(act.tx, phone).await;
    let customer = customer.expect("a look-up").expect("a customer");
    work(&mut act, &customer.id).await;
    drop(act);
    tx.commit().await.expect("a commit");
}

fn invoice(act: &Act<'_>, customer_id: &str, number: &str, status: Stored, due: i64) -> Invoice {
    Invoice {
        id: act.id(),
        number: number.into(),
        customer_id: customer_id.into(),
        amount: 25_000_000,
        currency: "IDR".into(),
        status,
        issued_at: Millis(act.now.0 - 864_000_000),
        due_at: Millis(act.now.0 + due * 86_400_000),
        paid_at: (status == Stored::Paid).then_some(act.now),
    }
}
