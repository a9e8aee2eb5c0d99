//! A server in place of Meta's: it answers, lets wait, drips and breaks off as a test tells it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// One request that the server saw.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub head: String,
    pub body: Vec<u8>,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// What it answers.
pub enum Reply {
    /// A status and a body.
    Now(u16, Vec<u8>),
    /// With headers of its own.
    With(u16, &'static str, Vec<u8>),
    /// A body that is announced longer than it is.
    Torn(Vec<u8>),
    /// A body that never ends.
    Endless,
    /// One byte of the head at a time, a hundred a second.
    Drip,
    /// The connection is closed without a word.
    Lost,
    /// Nothing, for a long time.
    Silence,
}

pub fn ok(body: &Value) -> Reply {
    Reply::Now(200, body.to_string().into_bytes())
}

pub fn sent(id: &str) -> Reply {
    ok(
        &serde_json::json!({ "messaging_product": "whatsapp", "contacts": [{ "input": "+62812", "wa_id": "62812" }], "messages": [{ "id": id }] }),
    )
}

pub fn refused(status: u16, code: i64) -> Reply {
    let error = serde_json::json!({ "error": { "message": format!("(#{code}) x"), "code": code, "error_data": { "details": "because" } } });
    Reply::Now(status, error.to_string().into_bytes())
}

pub struct Server {
    pub address: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Server {
    /// Answers each call by its place and content.
    pub async fn start(script: impl Fn(usize, &Call) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let (seen, script) = (Arc::clone(&calls), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
                tokio::spawn(async move { serve(stream, &seen, script.as_ref()).await });
            }
        });
        Self { address, calls }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Call>>,
    script: &(impl Fn(usize, &Call) -> Reply + Sync),
) -> Option<()> {
    let call = request(&mut stream).await?;
    let place = {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(call.clone());
        seen.len() - 1
    };
    let head = |status: u16, more: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n"
        )
        .into_bytes()
    };
    let bytes = match script(place, &call) {
        Reply::Now(status, body) => [head(status, "", body.len()), body].concat(),
        Reply::With(status, more, body) => [head(status, more, body.len()), body].concat(),
        Reply::Torn(body) => [head(200, "", body.len() + 9), body].concat(),
        Reply::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n")
                .await
                .ok()?;
            loop {
                stream.write_all(&[b'x'; 8_192]).await.ok()?;
            }
        }
        Reply::Drip => {
            for byte in head(200, "", 0) {
                stream.write_all(&[byte]).await.ok()?;
                pause(10).await;
            }
            return None;
        }
        Reply::Lost => return None,
        Reply::Silence => {
            pause(60_000).await;
            return None;
        }
    };
    stream.write_all(&bytes).await.ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the other side of a wire has its own clock"
)]
async fn pause(millis: u64) {
    tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
}

async fn request(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    while bytes.len() < end + length.unwrap_or(0) {
        more(stream, &mut bytes).await?;
    }
    let mut first = head.split_whitespace();
    Some(Call {
        method: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        body: bytes.split_off(end),
        head,
    })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 8_192];
    let read = stream
        .read(&mut chunk)
        .await
        .ok()
        .filter(|read| *read > 0)?;
    bytes.extend_from_slice(&chunk[..read]);
    Some(())
}
