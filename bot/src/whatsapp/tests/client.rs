//! Calls that go well, and all the ways in which they do not.

use std::time::Duration;

use sapa_core::outbox::{Reach, SendError};
use serde_json::json;

use super::{
    NUMBER, TOKEN, account,
    server::{Reply, Server, ok, refused, sent},
};
use crate::{
    expired::Expired,
    whatsapp::client::{Accepted, Client, Patience},
};

fn client(server: &Server) -> Client {
    let patience = Patience {
        connect: Duration::from_millis(500),
        call: Duration::from_millis(700),
        file: Duration::from_millis(700),
    };
    Client::patient(&account(&server.address), patience).expect("a client")
}

/// What a message's sending comes to when the server answers so.
async fn outcome(reply: fn() -> Reply) -> Result<Accepted, SendError> {
    let server = Server::start(move |_, _| reply()).await;
    let sent = client(&server).send(&json!({ "type": "text" }), 0).await;
    assert_eq!(
        server.calls().len(),
        1,
        "nothing is sent twice, no redirect is followed"
    );
    if let Err(error) = &sent {
        let told = format!("{error} {error:?}");
        assert!(
            !told.contains(TOKEN) && !told.contains("127.0.0.1") && !told.contains("http://"),
            "{told}"
        );
    }
    sent
}

#[tokio::test]
async fn a_message_goes_to_the_number_with_the_token() {
    let server = Server::start(|_, _| sent("wamid.1")).await;
    let mut account = account(&server.address);
    account.api_url = format!("{}/graph/", server.address)
        .parse()
        .expect("an address");
    let client = Client::new(&account).expect("a client");
    let id = client
        .send(&json!({ "type": "text" }), 0)
        .await
        .expect("it went out");
    let call = server.calls().remove(0);
    assert_eq!((id.id.as_str(), call.method.as_str()), ("wamid.1", "POST"));
    assert_eq!(call.path, format!("/graph/v23.0/{NUMBER}/messages"));
    assert!(
        call.head
            .to_lowercase()
            .contains(&format!("authorization: bearer {}", TOKEN.to_lowercase()))
    );
    assert!(
        call.head
            .to_lowercase()
            .contains("content-type: application/json")
    );
    assert_eq!(call.json(), json!({ "type": "text" }));
}

#[tokio::test]
async fn a_success_without_an_id_is_uncertain() {
    let replies: [fn() -> Reply; 7] = [
        || Reply::Now(200, b"<html>maintenance</html>".to_vec()),
        || Reply::Now(200, vec![]),
        || Reply::Now(200, b"{\"messages\":[{\"id\":\"wam".to_vec()),
        || ok(&json!({ "messages": [] })),
        || ok(&json!({ "messages": [{ "id": null }] })),
        || ok(&json!({ "messages": [{ "id": " " }] })),
        || Reply::Now(504, vec![]),
    ];
    for reply in replies {
        let error = outcome(reply).await.expect_err("no id");
        assert!(matches!(error, SendError::Uncertain { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_uncertain() {
    let replies: [fn() -> Reply; 5] = [
        || Reply::Lost,
        || Reply::Silence,
        || Reply::Drip,
        || Reply::Torn(b"{\"messages\":[{\"id\":\"wamid.1\"}]}".to_vec()),
        || Reply::Endless,
    ];
    for (at, reply) in replies.into_iter().enumerate() {
        let error = outcome(reply).await.expect_err("no answer");
        assert!(
            matches!(error, SendError::Uncertain { .. }),
            "{at}: {error}"
        );
    }
}

#[tokio::test]
async fn without_a_connection_nothing_went_out() {
    for address in ["http://127.0.0.1:1", "http://no-such-host.invalid"] {
        let client = Client::new(&account(address)).expect("a client");
        let error = client
            .send(&json!({}), 0)
            .await
            .expect_err("nobody is there");
        let SendError::Retry {
            reach: Reach::Channel,
            code,
            ..
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!(code, "network");
        assert!(!format!("{error:?}").contains("no-such-host"));
    }
}

#[tokio::test]
async fn an_expired_certificate_is_told_nothing() {
    let server = Expired::start().await;
    let client = Client::new(&account(&server.address)).expect("a client");
    let error = client.send(&json!({}), 0).await.expect_err("no trust");
    let SendError::Retry {
        reach: Reach::Channel,
        code,
        detail,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(code, "network");
    assert!(detail.contains("certificate is not accepted"), "{detail}");
    assert!(server.was_not_trusted());
}

#[tokio::test]
async fn refusals_have_their_class() {
    let closed = outcome(|| refused(400, 131_047)).await;
    assert_eq!(closed, Err(SendError::WindowClosed));
    let token = outcome(|| refused(401, 190)).await;
    assert!(
        matches!(token, Err(SendError::AccountRefused { .. })),
        "{token:?}"
    );
    let elsewhere =
        outcome(|| Reply::With(302, "location: http://169.254.169.254/\r\n", vec![])).await;
    assert!(
        matches!(elsewhere, Err(SendError::AccountRefused { .. })),
        "{elsewhere:?}"
    );
    let busy = outcome(|| Reply::With(429, "retry-after: 7\r\n", vec![])).await;
    let Err(SendError::Retry {
        after,
        reach: Reach::Channel,
        ..
    }) = busy
    else {
        panic!("{busy:?}");
    };
    assert_eq!(after, Some(Duration::from_secs(7)));
    let hidden = outcome(|| Reply::Torn(b"x".repeat(2_000_000))).await;
    assert!(
        matches!(hidden, Err(SendError::Uncertain { .. })),
        "{hidden:?}"
    );
}

#[tokio::test]
async fn marking_as_read_shows_typing() {
    let server = Server::start(|_, _| ok(&json!({ "success": true }))).await;
    let client = client(&server);
    client
        .mark_read("wamid.1", true)
        .await
        .expect("it is marked");
    client
        .mark_read("wamid.2", false)
        .await
        .expect("it is marked");
    let bodies: Vec<_> = server
        .calls()
        .iter()
        .map(super::server::Call::json)
        .collect();
    assert_eq!(
        bodies[0],
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1", "typing_indicator": { "type": "text" } })
    );
    assert_eq!(
        bodies[1],
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.2" })
    );
}

#[tokio::test]
async fn a_file_is_handed_over() {
    let server = Server::start(|_, _| ok(&json!({ "id": "1234" }))).await;
    let id = client(&server)
        .upload(b"GIF89a".to_vec(), "image/jpeg", "x.jpg")
        .await;
    assert_eq!(id.as_deref(), Ok("1234"));
    let call = server.calls().remove(0);
    assert_eq!(call.path, format!("/v23.0/{NUMBER}/media"));
    let body = String::from_utf8_lossy(&call.body).into_owned();
    for part in [
        "name=\"messaging_product\"\r\n\r\nwhatsapp",
        "name=\"type\"\r\n\r\nimage/jpeg",
        "filename=\"x.jpg\"",
        "GIF89a",
    ] {
        assert!(body.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_file_that_was_not_handed_over_was_seen_by_nobody() {
    type Case = (fn() -> Reply, fn(&SendError) -> bool);
    let cases: [Case; 6] = [
        (|| Reply::Lost, |e| matches!(e, SendError::Retry { .. })),
        (
            || Reply::Now(200, b"{}".to_vec()),
            |e| matches!(e, SendError::Retry { .. }),
        ),
        (
            || Reply::Now(504, vec![]),
            |e| matches!(e, SendError::Retry { .. }),
        ),
        (
            || refused(429, 130_429),
            |e| matches!(e, SendError::Retry { .. }),
        ),
        (
            || refused(400, 100),
            |e| matches!(e, SendError::Permanent { code, .. } if code == "media"),
        ),
        (
            || refused(401, 190),
            |e| matches!(e, SendError::AccountRefused { .. }),
        ),
    ];
    for (at, (reply, expected)) in cases.into_iter().enumerate() {
        let server = Server::start(move |_, _| reply()).await;
        let error = client(&server)
            .upload(vec![1], "image/png", "x.png")
            .await
            .expect_err("refused");
        assert!(expected(&error), "{at}: {error}");
    }
}

#[test]
fn an_account_that_cannot_work_is_told_at_start() {
    for address in ["ftp://graph.test", "data:text/plain,x"] {
        assert!(Client::new(&account(address)).is_err(), "{address}");
    }
    let mut account = account("https://graph.test");
    account.access_token = secrecy::SecretString::from("to\nken");
    let told = Client::new(&account).err().expect("no token").to_string();
    assert!(told.contains("access_token") && !told.contains("to\nken"));
}
