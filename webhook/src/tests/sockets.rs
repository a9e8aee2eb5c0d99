//! Clients that are slow, lie, or send too much, over real sockets.

use std::{sync::Arc, time::Duration};

use sapa_core::clock::{Clock as _, SystemClock};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::House;
use crate::{router, serve};

struct Served {
    house: House,
    address: std::net::SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Served {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut crate::Limits)) -> Self {
        let mut house = House::new().await;
        change(&mut house.surface.limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(
            listener,
            router(house.surface.clone()),
            house.surface.limits,
            Arc::new(SystemClock::new()),
            stop.clone(),
        ));
        Self {
            house,
            address,
            stop,
            serving,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address)
            .await
            .expect("a connection")
    }

    /// Sends bytes, keeps the connection open, and reads until the server closes it.
    async fn answer(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may answer and close before everything is written.
        let _ = stream.write_all(request).await;
        hear(&mut stream).await
    }
}

async fn hear(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut heard)).await;
    ended.expect("the server closes the connection").ok();
    String::from_utf8_lossy(&heard).into_owned()
}

fn head(rest: &str) -> Vec<u8> {
    format!("POST /webhooks/whatsapp HTTP/1.1\r\nhost: t\r\nx-proof: right\r\n{rest}\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let served = Served::new().await;
    let clock = SystemClock::new();
    let mut stream = served.connect().await;
    let (mut reads, mut writes) = stream.split();
    let dripping = async {
        loop {
            clock.sleep(Duration::from_millis(40)).await;
            if writes.write_all(b"x").await.is_err() {
                return;
            }
        }
    };
    let mut rest = Vec::new();
    tokio::select! {
        _ = reads.read_to_end(&mut rest) => {}
        () = dripping => {}
        () = clock.sleep(Duration::from_secs(5)) => panic!("still connected"),
    }
    assert!(
        clock.mono() >= Duration::from_millis(250),
        "not before its time"
    );
    assert_eq!(
        served.answer(b"").await,
        "",
        "who says nothing is cut off too"
    );
}

#[tokio::test]
async fn others_are_answered_while_many_are_slow() {
    let served = Served::with(|limits| limits.header_time = Duration::from_secs(10)).await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = served.connect().await;
        stream.write_all(b"POST /web").await.expect("a few bytes");
        slow.push(stream);
    }
    let clock = SystemClock::new();
    let mut request = head("content-length: 1\r\nconnection: close");
    request.push(b'a');
    let heard = served.answer(&request).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    assert!(clock.mono() < Duration::from_secs(1), "{:?}", clock.mono());
    drop(slow);
}

#[tokio::test]
async fn who_takes_every_place_and_says_nothing_loses_most_of_them_soon() {
    let served = Served::with(|limits| {
        limits.header_time = Duration::from_secs(6);
        limits.connections = 10;
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = served.connect().await;
        stream.write_all(b"POST /web").await.expect("a few bytes");
        slow.push(stream);
    }
    let clock = SystemClock::new();
    let mut request = head("content-length: 1\r\nconnection: close");
    request.push(b'a');
    let heard = served.answer(&request).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    assert!(clock.mono() < Duration::from_secs(5), "{:?}", clock.mono());
    drop(slow);
}

#[tokio::test]
async fn a_body_that_is_shorter_than_announced_is_not_waited_for() {
    let served = Served::new().await;
    let mut request = head("content-length: 100");
    request.extend_from_slice(b"a\nb");
    let heard = served.answer(&request).await;
    assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
    assert_eq!(served.house.stored().await, 0);
}

#[tokio::test]
async fn a_body_that_is_longer_than_announced_is_cut_there() {
    let served = Served::new().await;
    let mut request = head("content-length: 1");
    request.extend_from_slice(b"a\nb");
    let heard = served.answer(&request).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    assert_eq!(served.house.stored().await, 1);
}

#[tokio::test]
async fn a_large_body_is_refused_by_its_announcement() {
    let served = Served::new().await;
    let heard = served
        .answer(&head("content-length: 104857600\r\nexpect: 100-continue"))
        .await;
    assert!(
        heard.starts_with("HTTP/1.1 413"),
        "before a byte of it: {heard}"
    );
    assert!(heard.contains("/problems/body-too-large"), "{heard}");
}

#[tokio::test]
async fn who_sends_a_large_body_reads_the_refusal_and_no_reset() {
    let served = Served::new().await;
    let mut announced = head("content-length: 10485760");
    announced.extend(std::iter::repeat_n(b'x', 10 * 1024 * 1024));
    let heard = served.answer(&announced).await;
    assert!(heard.starts_with("HTTP/1.1 413"), "announced: {heard}");

    let mut chunked = head("transfer-encoding: chunked");
    for _ in 0..160 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend(std::iter::repeat_n(b'x', 0x10000));
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let heard = served.answer(&chunked).await;
    assert!(heard.starts_with("HTTP/1.1 413"), "in pieces: {heard}");
    assert_eq!(served.house.stored().await, 0);
}

#[tokio::test]
async fn bodies_that_nobody_has_proved_yet_share_one_budget() {
    let served = Served::with(|limits| {
        limits.bodies_bytes = 300_000;
        limits.body_time = Duration::from_secs(10);
    })
    .await;
    // Three strangers fill it, and never finish.
    let mut strangers = Vec::new();
    for _ in 0..3 {
        let mut stream = served.connect().await;
        let mut request = head("content-length: 1000000");
        request.extend(std::iter::repeat_n(b'x', 110_000));
        stream.write_all(&request).await.expect("a part of a body");
        strangers.push(stream);
    }
    let large = || {
        let mut request = head("content-length: 200000\r\nconnection: close");
        request.extend(std::iter::repeat_n(b'x', 200_000));
        request
    };
    let clock = SystemClock::new();
    let heard = loop {
        // Until what the strangers wrote has been read.
        let heard = served.answer(&large()).await;
        if heard.starts_with("HTTP/1.1 503") {
            break heard;
        }
        assert!(clock.mono() < Duration::from_secs(5), "{heard}");
    };
    assert!(heard.contains("retry-after: 2"), "{heard}");
    assert!(heard.contains("/problems/full"), "{heard}");
    let mut small = head("content-length: 1\r\nconnection: close");
    small.push(b'a');
    let heard = served.answer(&small).await;
    assert!(
        heard.starts_with("HTTP/1.1 200"),
        "an ordinary event comes in all the same: {heard}"
    );
    drop(strangers);
    loop {
        let heard = served.answer(&large()).await;
        if heard.starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(
            clock.mono() < Duration::from_secs(10),
            "what they held is free again: {heard}"
        );
    }
    assert_eq!(served.house.stored().await, 2);
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let served = Served::new().await;
    let heard = served.answer(b"\x16\x03\x01 hello\r\n\r\n").await;
    assert!(heard.starts_with("HTTP/1.1 400"), "{heard}");
    let huge = format!(
        "GET / HTTP/1.1\r\nhost: t\r\nx: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let heard = served.answer(huge.as_bytes()).await;
    assert!(
        heard.is_empty() || heard.starts_with("HTTP/1.1 431"),
        "{heard}"
    );
}

#[tokio::test]
async fn beyond_the_limit_connections_wait_for_a_place() {
    let served = Served::with(|limits| {
        limits.header_time = Duration::from_secs(10);
        limits.connections = 2;
    })
    .await;
    let (first, _second) = (served.connect().await, served.connect().await);
    let mut request = head("content-length: 1\r\nconnection: close");
    request.push(b'a');
    let mut third = served.connect().await;
    third.write_all(&request).await.expect("a request");
    let mut byte = [0];
    let soon = tokio::time::timeout(Duration::from_millis(100), third.read(&mut byte)).await;
    assert!(soon.is_err(), "no place yet");
    drop(first);
    let heard = hear(&mut third).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
}

#[tokio::test]
async fn the_stop_closes_idle_connections_and_answers_what_is_under_way() {
    let served = Served::with(|limits| {
        limits.header_time = Duration::from_secs(10);
        limits.body_time = Duration::from_secs(10);
    })
    .await;
    let mut idle = served.connect().await;
    let mut busy = served.connect().await;
    busy.write_all(&head("content-length: 3"))
        .await
        .expect("a head");
    // Long enough for both to be accepted.
    SystemClock::new().sleep(Duration::from_millis(50)).await;
    busy.write_all(b"a\n").await.expect("most of the body");
    served.stop.cancel();
    assert_eq!(hear(&mut idle).await, "", "idle: closed at once");
    busy.write_all(b"b").await.expect("the rest of the body");
    let heard = hear(&mut busy).await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    assert_eq!(served.house.stored().await, 2);
    served.serving.await.expect("the listener ends");
    assert!(
        TcpStream::connect(served.address).await.is_err(),
        "nobody listens"
    );
}
