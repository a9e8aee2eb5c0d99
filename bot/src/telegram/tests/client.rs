//! Calls against a server that behaves badly (faults 5b).

use std::time::Duration;

use sapa_core::{
    clock::{Clock as _, SystemClock},
    outbox::MediaKind,
};
use serde_json::json;
use teloxide::{
    payloads::{GetMe, SendMessage},
    types::ChatId,
};

use super::{Call, Reply, Server, TOKEN, client_of, no, posted};
use crate::{
    expired::Expired,
    telegram::{CallError, Upload},
};

fn hello() -> SendMessage {
    SendMessage::new(ChatId(9), "halo")
}

async fn answered(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Result<(), CallError> {
    let server = Server::start(move |_, _| reply()).await;
    let sent = server.client().call(&hello()).await;
    sent.map(drop)
}

#[tokio::test]
async fn a_call_is_spelt_as_documented() {
    let server = Server::start(|_, _| posted(5)).await;
    let sent = server.client().call(&hello()).await.expect("an answer");
    assert_eq!(sent["message_id"], 5);
    let call = &server.calls()[0];
    assert_eq!(call.path, format!("/bot{TOKEN}/sendMessage"));
    assert_eq!(
        call.json(),
        json!({"chat_id": 9, "text": "halo"}),
        "no nulls"
    );
    server
        .client()
        .call(&GetMe::new())
        .await
        .expect("an answer");
    assert_eq!(server.calls()[1].json(), json!({}));
}

#[tokio::test]
async fn a_base_with_a_path_and_a_slash_works() {
    let server = Server::start(|_, _| posted(5)).await;
    let client = client_of(&format!("{}/bots/", server.address));
    client.call(&hello()).await.expect("an answer");
    assert_eq!(
        server.calls()[0].path,
        format!("/bots/bot{TOKEN}/sendMessage")
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_it_open() {
    let bodies: [&'static [u8]; 5] = [
        b"",
        b"<html>",
        b"{\"ok\":true,\"result\":",
        b"{\"ok\":true}",
        b"\xff",
    ];
    for body in bodies {
        let error = answered(move || Reply::Raw(200, "text/html", body.to_vec())).await;
        assert!(
            matches!(error, Err(CallError::Lost(_))),
            "{body:?}: {error:?}"
        );
    }
    let error = answered(|| Reply::Lost).await;
    assert!(matches!(error, Err(CallError::Lost(_))), "{error:?}");
    let endless = answered(|| Reply::Raw(200, "application/json", vec![b' '; 3_000_000])).await;
    assert!(matches!(endless, Err(CallError::Lost(_))), "{endless:?}");
}

#[tokio::test]
async fn a_call_has_a_deadline_however_its_answer_drips() {
    let replies: [fn() -> Reply; 3] = [|| Reply::Silence, || Reply::Drip, || Reply::Torn];
    for (at, reply) in replies.into_iter().enumerate() {
        let server = Server::start(move |_, _| reply()).await;
        let clock = SystemClock::new();
        let patience = Duration::from_millis(300);
        let parameters = serde_json::Map::new();
        let client = server.client();
        let called = client.call_raw("sendMessage", &parameters, patience, 1_000);
        let error = called.await.expect_err("no answer");
        assert!(matches!(error, CallError::Lost(_)), "{at}: {error:?}");
        assert!(clock.mono() < Duration::from_secs(5), "{at}");
    }
}

#[tokio::test]
async fn what_was_not_sent_is_known() {
    let nobody = client_of("http://127.0.0.1:1");
    let error = nobody.call(&hello()).await;
    assert!(matches!(error, Err(CallError::NotSent(_))), "{error:?}");
    let no_host = client_of("http://no-such-host.invalid");
    let error = no_host.call(&hello()).await;
    assert!(matches!(error, Err(CallError::NotSent(_))), "{error:?}");
    let expired = Expired::start().await;
    let error = client_of(&expired.address).call(&hello()).await;
    let Err(CallError::NotSent(why)) = error else {
        panic!("{error:?}");
    };
    assert!(why.contains("certificate expired"), "{why}");
    assert!(expired.was_not_trusted() && !why.contains(TOKEN), "{why}");
}

#[tokio::test]
async fn refusals_are_understood_whatever_their_form() {
    assert_eq!(
        answered(|| Reply::No(429, "Too Many Requests", json!({"retry_after": 3}))).await,
        Err(CallError::Flood(Duration::from_secs(3)))
    );
    let page = answered(|| Reply::Raw(502, "text/html", b"<h1>502".to_vec())).await;
    assert!(matches!(page, Err(CallError::Down { code, .. }) if code == "http_502"));
    let refused =
        json!({"ok": false, "error_code": 400, "description": "Bad Request: chat not found"});
    let under_200 =
        answered(move || Reply::Raw(200, "application/json", refused.to_string().into_bytes()))
            .await;
    assert!(matches!(under_200, Err(CallError::Unreachable { .. })));
}

#[tokio::test]
async fn an_unknown_method_is_not_the_tokens_fault() {
    let server = Server::start(|place, _| {
        if place == 1 {
            posted(1)
        } else {
            no(404, "Not Found")
        }
    })
    .await;
    let client = server.client();
    assert!(matches!(
        client.call(&hello()).await,
        Err(CallError::Account { .. })
    ));
    client.call(&hello()).await.expect("an answer");
    assert!(matches!(
        client.clone().call(&hello()).await,
        Err(CallError::Refused { .. })
    ));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::start(|_, _| Reply::Raw(302, "text/html", Vec::new())).await;
    let error = server.client().call(&hello()).await;
    assert!(matches!(error, Err(CallError::Down { .. })), "{error:?}");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn no_error_tells_the_token() {
    let replies: [fn() -> Reply; 4] = [
        || Reply::Lost,
        || no(401, "Unauthorized"),
        || Reply::Raw(200, "text/html", b"<html>".to_vec()),
        || Reply::Raw(502, "text/html", b"x".to_vec()),
    ];
    let mut errors = Vec::new();
    for reply in replies {
        errors.push(answered(reply).await.expect_err("an error"));
    }
    let nobody = client_of("http://127.0.0.1:1").call(&hello()).await;
    errors.push(nobody.expect_err("an error"));
    for error in errors {
        let told = format!("{error} {error:?}");
        assert!(
            !told.contains("very-secret") && !told.contains("/bot"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn an_album_is_one_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let upload = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        Upload {
            path,
            name: name.into(),
            mime: "image/jpeg".into(),
        }
    };
    let items = [
        (MediaKind::Image, upload("a.jpg", b"first")),
        (MediaKind::Image, upload("b.jpg", b"second")),
    ];
    let server = Server::start(|_, call: &Call| match call.method.as_str() {
        "sendMediaGroup" => Reply::Ok(json!([{"message_id": 1}, {"message_id": 2}])),
        _ => no(404, "Not Found"),
    })
    .await;
    let client = server.client();
    assert_eq!(
        client.album(9, &items, None).await,
        Ok(vec!["1".into(), "2".into()])
    );
    let body = server.calls()[0].text();
    for part in [
        "name=\"media\"",
        "attach://file0",
        "name=\"file1\"; filename=\"b.jpg\"",
        "first",
        "second",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(
        client.album(9, &items[..1], None).await.is_err(),
        "one is no album"
    );
}
