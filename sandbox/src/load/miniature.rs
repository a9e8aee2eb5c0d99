//! Starts both lean platforms on random ports of this machine.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Bot, Cloud, Dice, Watch};
use crate::clock::pause;
use crate::platforms::credentials::{ACCESS_TOKEN, BOT_TOKEN};
use crate::server::{self, Lost, header};

/// More than any call of the desk holds.
const MOST: usize = 32 * 1024 * 1024;

/// How the platforms misbehave.
#[derive(Debug, Default)]
pub struct Mischief {
    /// So many of a hundred answers are withheld, after the call was carried out.
    pub lost_answers: AtomicU64,
    /// Every call is carried out and answered so many milliseconds after it came, but for the poll, which waits anyway.
    pub slow_ms: AtomicU64,
}

impl Mischief {
    async fn linger(&self) {
        let slow = self.slow_ms.load(Ordering::Relaxed);
        if slow > 0 {
            pause(Duration::from_millis(slow)).await;
        }
    }
}

/// Both lean platforms, running. They stop when this is dropped.
pub struct Miniature {
    /// The Bot API.
    pub bot: Arc<Bot>,
    /// The Cloud API.
    pub cloud: Arc<Cloud>,
    /// How they misbehave.
    pub mischief: Arc<Mischief>,
    /// The time of the run.
    pub watch: Watch,
    /// The run's dice.
    pub dice: Dice,
    /// Where the Bot API is.
    pub telegram_url: String,
    /// Where the Cloud API is.
    pub whatsapp_url: String,
    /// Ends with them.
    pub stop: CancellationToken,
}

impl Miniature {
    /// Starts them on the current tokio runtime.
    pub async fn start(seed: u64) -> io::Result<Self> {
        let (watch, dice) = (Watch::start(), Dice::new(seed));
        let bot = Arc::new(Bot::new(watch, dice.clone()));
        let cloud = Arc::new(Cloud::new(watch));
        let mischief = Arc::new(Mischief::default());
        let stop = CancellationToken::new();
        let telegram = TcpListener::bind("127.0.0.1:0").await?;
        let whatsapp = TcpListener::bind("127.0.0.1:0").await?;
        let telegram_url = format!("http://{}", telegram.local_addr()?);
        let whatsapp_url = format!("http://{}", whatsapp.local_addr()?);
        let (api, faults, luck) = (Arc::clone(&bot), Arc::clone(&mischief), dice.clone());
        tokio::spawn(server::run(telegram, stop.clone(), move |request| {
            let lost = luck.percent(faults.lost_answers.load(Ordering::Relaxed));
            bot_api(Arc::clone(&api), Arc::clone(&faults), request, lost)
        }));
        let (api, faults, luck) = (Arc::clone(&cloud), Arc::clone(&mischief), dice.clone());
        tokio::spawn(server::run(whatsapp, stop.clone(), move |request| {
            let lost = luck.percent(faults.lost_answers.load(Ordering::Relaxed));
            cloud_api(Arc::clone(&api), Arc::clone(&faults), request, lost)
        }));
        Ok(Self {
            bot,
            cloud,
            mischief,
            watch,
            dice,
            telegram_url,
            whatsapp_url,
            stop,
        })
    }
}

impl Drop for Miniature {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn bot_api(
    bot: Arc<Bot>,
    mischief: Arc<Mischief>,
    request: Request,
    lost: bool,
) -> Result<Response, Lost> {
    let path = request.uri().path().to_owned();
    let called = path
        .strip_prefix("/bot")
        .and_then(|rest| rest.strip_prefix(BOT_TOKEN)?.strip_prefix('/'));
    let Some(method) = called else {
        let refusal = json!({"ok": false, "error_code": 401, "description": "Unauthorized"});
        return Ok(server::json(401, &refusal));
    };
    let polls = method == "getUpdates";
    let lost = lost && !polls;
    if !polls {
        mischief.linger().await;
    }
    let body = axum::body::to_bytes(request.into_body(), MOST)
        .await
        .map_err(|_| Lost)?;
    let answer = bot.call(method, &body, lost).await;
    if lost {
        return Err(Lost);
    }
    let status = answer["error_code"]
        .as_u64()
        .and_then(|code| u16::try_from(code).ok());
    Ok(server::json(status.unwrap_or(200), &answer))
}

async fn cloud_api(
    cloud: Arc<Cloud>,
    mischief: Arc<Mischief>,
    request: Request,
    lost: bool,
) -> Result<Response, Lost> {
    mischief.linger().await;
    let authorised = header(request.headers(), "authorization") == format!("Bearer {ACCESS_TOKEN}");
    let sends = request.method() == "POST" && request.uri().path().ends_with("/messages");
    let body = axum::body::to_bytes(request.into_body(), MOST)
        .await
        .map_err(|_| Lost)?;
    if !(authorised && sends) {
        let refusal = json!({"error": {"message": "Unsupported request", "type": "GraphMethodException", "code": 100}});
        return Ok(server::json(400, &refusal));
    }
    let answer = cloud.message(&body, lost);
    if lost {
        return Err(Lost);
    }
    Ok(server::json(200, &answer))
}
