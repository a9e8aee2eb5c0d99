//! Customers' files: by id, from known hosts, never too much.

use sapa_core::media::{Fetch as _, FetchError};
use serde_json::json;

use super::{
    NUMBER, TOKEN, account,
    server::{Call, Reply, Server, ok, refused},
};
use crate::whatsapp::{Client, WhatsAppMedia};

fn media(server: &Server) -> WhatsAppMedia {
    WhatsAppMedia::new(Client::new(&account(&server.address)).expect("a client"))
}

fn address(call: &Call, path: &str) -> String {
    let host = call
        .head
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    format!("http://{}/{path}", host.unwrap_or_default())
}

fn is_look_up(call: &Call) -> bool {
    call.path.starts_with("/v23.0/")
}

#[tokio::test]
async fn a_file_comes_from_where_the_platform_says() {
    let server = Server::start(|_, call| {
        if is_look_up(call) {
            return ok(&json!({ "url": address(call, "attachments/?mid=77"), "file_size": "5", "id": "77" }));
        }
        Reply::Now(200, b"bytes".to_vec())
    })
    .await;
    assert_eq!(
        media(&server).fetch("77", 5).await.as_deref(),
        Ok(&b"bytes"[..])
    );
    let calls = server.calls();
    assert_eq!(calls[0].path, format!("/v23.0/77?phone_number_id={NUMBER}"));
    assert_eq!(calls[1].path, "/attachments/?mid=77");
    assert!(calls.iter().all(|call| call.head.contains(TOKEN)));
}

#[tokio::test]
async fn a_dead_address_is_asked_for_anew_once() {
    let server = Server::start(|at, call| match (at, is_look_up(call)) {
        (_, true) => ok(&json!({ "url": address(call, &format!("file/{at}")) })),
        (1, false) => Reply::Now(404, b"Not Found".to_vec()),
        _ => Reply::Now(200, b"bytes".to_vec()),
    })
    .await;
    assert!(media(&server).fetch("77", 99).await.is_ok());
    let paths: Vec<_> = server.calls().into_iter().map(|call| call.path).collect();
    assert_eq!(paths[1], "/file/0");
    assert_eq!(paths[3], "/file/2");

    let gone = Server::start(|_, call| {
        if is_look_up(call) {
            ok(&json!({ "url": address(call, "file") }))
        } else {
            Reply::Now(404, vec![])
        }
    })
    .await;
    assert_eq!(media(&gone).fetch("77", 99).await, Err(FetchError::Gone));
    assert_eq!(gone.calls().len(), 4);
}

#[tokio::test]
async fn nothing_is_fetched_from_elsewhere() {
    let elsewhere = [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/x",
        "http://127.0.0.1:1/x",
        "http://[::1]/x",
        "http://[::ffff:7f00:1]/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "http://0251.0376.0251.0376/x",
        "http://127.1/x",
        // A name that anybody may point to this machine.
        "http://lookaside.fbsbx.com.127.0.0.1.nip.test/x",
        "https://lookaside.fbsbx.com@evil.test/x",
        "data:text/plain,x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "https://lookaside.fbsbx.com.evil.test/x",
        "not an address",
    ];
    for url in elsewhere {
        let server = Server::start(move |_, _| ok(&json!({ "url": url }))).await;
        assert_eq!(
            media(&server).fetch("77", 99).await,
            Err(FetchError::Refused),
            "{url}"
        );
        assert_eq!(server.calls().len(), 1, "{url}");
    }
    let named = Server::start(|_, call| {
        let address = address(call, "x").replace("http://", "http://user:word@");
        ok(&json!({ "url": address }))
    })
    .await;
    assert_eq!(
        media(&named).fetch("77", 99).await,
        Err(FetchError::Refused)
    );
    let moved = Server::start(|_, call| {
        if is_look_up(call) {
            ok(&json!({ "url": address(call, "x") }))
        } else {
            Reply::With(302, "location: http://169.254.169.254/\r\n", vec![])
        }
    })
    .await;
    assert_eq!(
        media(&moved).fetch("77", 99).await,
        Err(FetchError::Refused)
    );
    assert_eq!(moved.calls().len(), 2);
}

#[tokio::test]
async fn an_id_is_never_a_path() {
    let server = Server::start(|_, _| ok(&json!({}))).await;
    for id in ["", "../me", "77?fields=x", "77/../8", "https://x", "7 7"] {
        assert_eq!(
            media(&server).fetch(id, 99).await,
            Err(FetchError::Refused),
            "{id}"
        );
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn too_much_is_not_read() {
    let told =
        Server::start(|_, call| ok(&json!({ "url": address(call, "x"), "file_size": 100 }))).await;
    assert_eq!(
        media(&told).fetch("77", 99).await,
        Err(FetchError::TooLarge)
    );
    assert_eq!(told.calls().len(), 1);
    for endless in [true, false] {
        let untold = Server::start(move |_, call| match (is_look_up(call), endless) {
            (true, _) => ok(&json!({ "url": address(call, "x") })),
            (false, true) => Reply::Endless,
            (false, false) => Reply::Now(200, vec![0; 100]),
        })
        .await;
        assert_eq!(
            media(&untold).fetch("77", 99).await,
            Err(FetchError::TooLarge)
        );
    }
}

#[tokio::test]
async fn why_a_file_cannot_be_had() {
    type Case = (fn() -> Reply, FetchError);
    let look_ups: [Case; 8] = [
        (|| Reply::Now(404, vec![]), FetchError::Gone),
        (
            || {
                Reply::Now(
                    400,
                    br#"{"error":{"code":100,"error_subcode":33}}"#.to_vec(),
                )
            },
            FetchError::Gone,
        ),
        (|| refused(400, 131_009), FetchError::Refused),
        (|| refused(401, 190), FetchError::Retry),
        (|| refused(429, 80_007), FetchError::Retry),
        (|| Reply::Now(500, vec![]), FetchError::Retry),
        (|| Reply::Now(200, b"<html>".to_vec()), FetchError::Retry),
        (|| Reply::Lost, FetchError::Retry),
    ];
    for (at, (reply, expected)) in look_ups.into_iter().enumerate() {
        let server = Server::start(move |_, _| reply()).await;
        assert_eq!(
            media(&server).fetch("77", 99).await,
            Err(expected),
            "look-up {at}"
        );
    }
    let downloads: [Case; 5] = [
        (|| Reply::Now(401, vec![]), FetchError::Retry),
        (|| Reply::Now(500, vec![]), FetchError::Retry),
        (|| Reply::Now(410, vec![]), FetchError::Refused),
        (|| Reply::Torn(b"half".to_vec()), FetchError::Retry),
        (|| Reply::Lost, FetchError::Retry),
    ];
    for (at, (reply, expected)) in downloads.into_iter().enumerate() {
        let server = Server::start(move |_, call| {
            if is_look_up(call) {
                ok(&json!({ "url": address(call, "x") }))
            } else {
                reply()
            }
        })
        .await;
        assert_eq!(
            media(&server).fetch("77", 99).await,
            Err(expected),
            "download {at}"
        );
    }
}
