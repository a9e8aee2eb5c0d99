//! Requests in one piece.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use http_body_util::BodyExt as _;
use sapa_core::security::Keys;
use secrecy::SecretString;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{House, Lines};
use crate::router;

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.expect("an answer")
}

fn post(path: &str, proof: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header("x-proof", proof);
    request.body(body.into()).expect("a request")
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body");
    String::from_utf8(bytes.to_bytes().to_vec()).expect("UTF-8")
}

async fn problem(response: Response<Body>) -> Value {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&text(response).await).expect("JSON");
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string(), "{body}");
    body
}

#[tokio::test]
async fn what_is_proved_is_stored_before_it_is_acknowledged() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let answer = send(&router, post("/webhooks/whatsapp", "right", "a\nb\nc")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(house.stored().await, 3);
    let again = send(&router, post("/webhooks/whatsapp", "right", "c\nd")).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(house.stored().await, 4, "what was known is stored once");
}

#[tokio::test]
async fn the_same_body_a_hundred_times_at_once_is_stored_once() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let posts = (0..100).map(|_| send(&router, post("/webhooks/whatsapp", "right", "a\nb")));
    for answer in futures_util::future::join_all(posts).await {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(house.stored().await, 2);
}

#[tokio::test]
async fn a_thousand_elements_in_three_megabytes_come_in_with_one_request() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let element = "x".repeat(3_000);
    let elements: Vec<_> = (0..1_000).map(|n| format!("{n:04}{element}")).collect();
    let body = elements.join("\n");
    let answer = send(&router, post("/webhooks/whatsapp", "right", body)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(house.stored().await, 1_000);
}

#[tokio::test]
async fn what_proves_nothing_is_refused_and_not_stored() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let answer = send(&router, post("/webhooks/whatsapp", "wrong", "a")).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(problem(answer).await["type"], "/problems/signature-refused");
    let twice = Request::post("/webhooks/whatsapp")
        .header("x-proof", "right")
        .header("x-proof", "wrong");
    let answer = send(&router, twice.body("a".into()).expect("a request")).await;
    assert_eq!(
        answer.status(),
        StatusCode::FORBIDDEN,
        "the door sees every value of the header"
    );
    assert_eq!(house.stored().await, 0);
}

#[tokio::test]
async fn a_body_that_breaks_the_door_is_acknowledged_and_kept() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let answer = send(&router, post("/webhooks/whatsapp", "right", "poison")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer = send(&router, post("/webhooks/whatsapp", "right", "fine")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        house.stored().await,
        1,
        "only the good one is to be handled"
    );
}

#[tokio::test]
async fn telegrams_address_exists_in_webhook_mode_only() {
    let mut house = House::new().await;
    let polling = router(house.surface.clone());
    let answer = send(&polling, post("/webhooks/telegram", "right", "u")).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(problem(answer).await["type"], "/problems/not-found");

    let channel = house.surface.desk.settings.telegram.clone();
    house.surface.telegram = Some(Arc::new(Lines(channel)));
    let webhook = router(house.surface.clone());
    let answer = send(&webhook, post("/webhooks/telegram", "wrong", "u")).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(problem(answer).await["type"], "/problems/secret-refused");
    assert_eq!(house.stored().await, 0);
    let answer = send(&webhook, post("/webhooks/telegram", "right", "u")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(house.stored().await, 1);
}

#[tokio::test]
async fn the_challenge_comes_back_for_the_right_token() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let asked = "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=115%3C8&hub.verify_token=";
    let answer = send(&router, get(&format!("{asked}ours"))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("text/plain"), "{kind}");
    assert_eq!(text(answer).await, "115<8");
    for wrong in [format!("{asked}theirs"), "/webhooks/whatsapp".into()] {
        let answer = send(&router, get(&wrong)).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{wrong}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    let answer = send(&router, get("/metrics")).await;
    assert_eq!(
        answer.status(),
        StatusCode::NOT_FOUND,
        "metrics are never on the public listener"
    );
    problem(answer).await;
    let answer = send(&router, post("/healthz", "", "")).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    problem(answer).await;
}

#[tokio::test]
async fn ready_follows_the_database_and_only_reports_the_senders() {
    let house = House::new().await;
    let router = router(house.surface.clone());
    assert_eq!(
        send(&router, get("/healthz")).await.status(),
        StatusCode::OK
    );
    let desk = &house.surface.desk;
    desk.health
        .refused(&desk.settings.whatsapp, "190", desk.clock.mono());
    let answer = send(&router, get("/readyz")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let told: Value = serde_json::from_str(&text(answer).await).expect("JSON");
    assert_eq!(told["senders"]["wa:100"]["code"], "190");
    assert_eq!(told["senders"]["tg:7"]["state"], "ok");

    desk.db.close().await;
    let answer = send(&router, post("/webhooks/whatsapp", "right", "a")).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(problem(answer).await["type"], "/problems/busy");
    let answer = send(&router, get("/readyz")).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let told: Value = serde_json::from_str(&text(answer).await).expect("JSON");
    assert_eq!(told["checks"]["database"], "failing");
    assert_eq!(told["reasons"].as_array().map(Vec::len), Some(2), "{told}");
}

#[tokio::test]
async fn the_metrics_tell_what_was_counted() {
    let house = House::new().await;
    let metrics = crate::metrics::collect().expect("the metrics begin");
    let public = router(house.surface.clone());
    send(&public, post("/webhooks/whatsapp", "right", "counted")).await;
    crate::metrics::depths::measure(&house.surface.desk)
        .await
        .expect("the database answers");
    let answer = send(&metrics.router(), get("/metrics")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let told = text(answer).await;
    for line in [
        "# TYPE sapa_ack_seconds histogram",
        "sapa_ack_seconds_bucket{channel=\"wa:100\",le=\"0.015\"}",
        "# HELP sapa_inbox_accepted_total ",
        "sapa_inbox_accepted_total{channel=\"wa:100\"} 1",
        "sapa_inbox_pending{channel=\"wa:100\"} 1",
        "sapa_inbox_dead{channel=\"tg:7\"} 0",
        "sapa_outbox_parked{channel=\"wa:100\"} 0",
        "sapa_channel_trouble{channel=\"wa:100\"} 0",
    ] {
        assert!(told.contains(line), "{line} is missing in:\n{told}");
    }
}

#[tokio::test]
async fn a_form_that_lay_open_while_the_key_was_changed_is_taken() {
    let house = House::new().await;
    let secret = |letter: &str| SecretString::from(letter.repeat(32));
    let with = |current: &str, previous: &[SecretString]| {
        let mut surface = house.surface.clone();
        surface.desk.keys = Keys::new(&secret(current), previous);
        router(surface)
    };
    let before = send(&with("a", &[]), get("/admin/login")).await;
    let cookie = before.headers()["set-cookie"].to_str().expect("ASCII");
    let cookie = cookie.split(';').next().expect("its value").to_owned();
    let page = text(before).await;
    let (_, token) = page
        .split_once("name=\"token\" value=\"")
        .expect("a form's token");
    let token = token.split('"').next().expect("its end");
    let sent = || {
        let form = Request::post("/admin/login")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", &cookie);
        let fields = format!("token={token}&name=budi&password=");
        form.body(Body::from(fields)).expect("a request")
    };
    let rotated = send(&with("b", &[secret("a")]), sent()).await;
    assert_eq!(rotated.status(), StatusCode::SEE_OTHER);
    let forgotten = send(&with("b", &[]), sent()).await;
    assert_eq!(forgotten.status(), StatusCode::FORBIDDEN);
}
