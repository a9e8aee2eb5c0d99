//! Tests of everything that speaks Telegram, against a server that answers what a test tells it to.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sapa_core::{
    clock::{Clock as _, Millis, MovableClock, SystemClock},
    db::Db,
    desk::{Bell, Desk, Health, Inflow, River, Settings, Ticks},
    i18n::{Locale, Texts},
    ids::{Ids, SystemEntropy},
    inbox::{Channel, Event},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{Account, Client};

mod calls;
mod client;
mod door;
mod errors;
mod poller;
mod read;
mod relay;
mod render;
mod sender;
mod ticks;
mod twice;

/// 23 November 2026, 11.42 in Jakarta.
pub const START: Millis = Millis(1_795_408_920_000);
pub const TOKEN: &str = "7:very-secret_Token";

/// One request that a server saw.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What it answers.
pub enum Reply {
    /// A successful answer of the Bot API.
    Ok(Value),
    /// A refusal with a description and parameters.
    No(u16, &'static str, Value),
    /// Anything at all.
    Raw(u16, &'static str, Vec<u8>),
    /// The request is read and the connection closed.
    Lost,
    /// The request is read and nothing is said.
    Silence,
    /// A head that never ends, a byte at a time.
    Drip,
    /// A body that breaks off.
    Torn,
}

pub fn posted(id: i64) -> Reply {
    Reply::Ok(json!({"message_id": id, "date": 1, "chat": {"id": 9, "type": "private"}}))
}

pub fn no(code: u16, description: &'static str) -> Reply {
    Reply::No(code, description, Value::Null)
}

/// A server in place of Telegram's.
pub struct Server {
    pub address: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Server {
    /// Answers the calls in turn by what `script` makes of them.
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

    pub fn client(&self) -> Client {
        client_of(&self.address)
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
    let (status, kind, body) = match script(place, &call) {
        Reply::Ok(result) => (
            200,
            "application/json",
            json!({"ok": true, "result": result})
                .to_string()
                .into_bytes(),
        ),
        Reply::No(code, description, parameters) => {
            let told = json!({"ok": false, "error_code": code, "description": description, "parameters": parameters});
            (code, "application/json", told.to_string().into_bytes())
        }
        Reply::Raw(status, kind, body) => (status, kind, body),
        Reply::Lost => return None,
        Reply::Silence => return std::future::pending().await,
        Reply::Drip => return drip(&mut stream).await,
        Reply::Torn => {
            let head = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{\"ok\":true,";
            return stream.write_all(head).await.ok();
        }
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()
}

async fn drip(stream: &mut TcpStream) -> Option<()> {
    stream.write_all(b"HTTP/1.1 200 X\r\nx: ").await.ok()?;
    loop {
        SystemClock::new().sleep(Duration::from_millis(20)).await;
        stream.write_all(b"x").await.ok()?;
    }
}

async fn request(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0_usize);
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let target = text.split_whitespace().nth(1)?.to_owned();
    Some(Call {
        method: target.rsplit('/').next().unwrap_or_default().to_owned(),
        path: target,
        body,
    })
}

pub fn account(address: &str) -> Account {
    Account {
        token: SecretString::from(TOKEN),
        api_url: address.parse().expect("an address"),
        webhook_secret: Some(SecretString::from("hook-secret")),
    }
}

pub fn client_of(address: &str) -> Client {
    Client::new(&account(address)).expect("a client")
}

/// A desk on a fresh SQLite database; the folder goes with it.
pub async fn desk() -> (Desk, MovableClock, tempfile::TempDir) {
    desk_with(Ticks::Reaction).await
}

pub async fn desk_with(ticks: Ticks) -> (Desk, MovableClock, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = MovableClock::starting_at(START);
    let settings = Settings {
        name: "Sapa".into(),
        time_zone: chrono_tz::Asia::Jakarta,
        locale: Locale::Id,
        default_region: "ID".into(),
        currency: "IDR".into(),
        whatsapp: Channel::whatsapp("100"),
        telegram: Channel::telegram("7"),
        notice_template: None,
        reopen_template: None,
        otp_template: None,
        pages_url: "http://127.0.0.1:8080".into(),
        ticks,
        media_dir: folder.path().join("media"),
        media_max_bytes: 20_000_000,
    };
    let url = format!("sqlite://{}", folder.path().join("desk.db").display());
    let db = Db::connect(&url).await.expect("a database");
    db.migrate().await.expect("a schema");
    let desk = Desk {
        db,
        clock: Arc::new(clock.clone()),
        ids: Ids::new(Arc::new(SystemEntropy)),
        keys: sapa_core::security::Keys::ephemeral(&SystemEntropy),
        texts: Arc::new(Texts::load(None).expect("texts")),
        settings: Arc::new(settings),
        river: Arc::new(River::default()),
        bell: Bell::default(),
        inflow: Inflow::default(),
        health: Health::default(),
        ages: sapa_core::otp::Ages::default(),
        live: sapa_core::settings::Live::default(),
    };
    (desk, clock, folder)
}

pub fn event(update: &Value) -> Event {
    Event {
        seq: 1,
        channel: Channel::telegram("7"),
        external_id: "77".into(),
        lane: "tg:7|u9".into(),
        payload: update.to_string().into_bytes(),
        received_at: START,
        attempts: 0,
    }
}
