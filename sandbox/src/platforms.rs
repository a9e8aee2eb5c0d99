//! Starts and stops both platforms and hands out their handles.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::faults::{FaultBox, Faults};
use crate::files::Files;
use crate::hub::{Hub, Ids};
use crate::options::Options;
use crate::telegram::{self, Telegram};
use crate::whatsapp::{self, WhatsApp};
use crate::wire::{Wire, WireEvent};
use crate::{persist, server};

/// The fixed credentials of the demo accounts. Worth nothing anywhere else.
pub mod credentials {
    /// The bot's token.
    pub const BOT_TOKEN: &str = "7000000001:AAEsandboxSandboxSandboxSandboxSandb";
    /// The bot's id, the first part of its token.
    pub const BOT_ID: i64 = 7_000_000_001;
    /// The bot's user name.
    pub const BOT_USERNAME: &str = "SapaSandboxBot";
    /// The bot's name.
    pub const BOT_NAME: &str = "Sapa Sandbox";
    /// Bearer token of the `WhatsApp` Cloud API.
    pub const ACCESS_TOKEN: &str = "EAASandboxAccessToken";
    /// The business number's id.
    pub const PHONE_NUMBER_ID: &str = "106540352242922";
    /// The `WhatsApp` business account.
    pub const BUSINESS_ACCOUNT_ID: &str = "102290129340398";
    /// Signs webhooks.
    pub const APP_SECRET: &str = "5a4d2f0c1b3e697886a7b5c4d3e2f101";
    /// Asked for when a webhook is connected.
    pub const VERIFY_TOKEN: &str = "sapa-sandbox-verify";
    /// The business number as it is shown.
    pub const DISPLAY_PHONE_NUMBER: &str = "+62 21 5550 7000";
    /// The business number's digits.
    pub const PHONE_DIGITS: &str = "622155507000";
    /// Country code of the business number, prepended to numbers without `+`.
    pub const COUNTRY_CODE: &str = "62";
}

/// Both miniature platforms, running. They stop when this is dropped.
pub struct Platforms {
    hub: Arc<Hub>,
}

impl Platforms {
    /// Binds both servers and starts them on the current tokio runtime.
    pub async fn start(options: Options) -> io::Result<Self> {
        let whatsapp_listener = TcpListener::bind(options.whatsapp_addr).await?;
        let telegram_listener = TcpListener::bind(options.telegram_addr).await?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(std::time::Duration::from_secs(20))
            .build()
            .map_err(io::Error::other)?;
        let hub = Arc::new(Hub {
            clock: options.clock,
            rules: options.rules,
            faults: FaultBox::default(),
            wire: Wire::new(),
            files: Files::default(),
            ids: Ids::new(options.seed),
            http,
            runtime: Handle::current(),
            stop: CancellationToken::new(),
            whatsapp_url: format!("http://{}", whatsapp_listener.local_addr()?),
            telegram_url: format!("http://{}", telegram_listener.local_addr()?),
            whatsapp: Mutex::new(whatsapp::state::State::new()),
            webhooks: whatsapp::webhooks::Queue::new(options.whatsapp_webhook),
            telegram: Mutex::new(telegram::state::State::new()),
            telegram_changed: Notify::new(),
            saving: Mutex::default(),
        });
        if let Some(dir) = &options.data {
            persist::load(&hub, dir)?;
            tokio::spawn(persist::keep_saving(hub.clone(), dir.clone()));
        }
        let for_whatsapp = hub.clone();
        let stop = hub.stop.clone();
        tokio::spawn(server::run(
            whatsapp_listener,
            stop.clone(),
            move |request| whatsapp::api::handle(for_whatsapp.clone(), request),
        ));
        let for_telegram = hub.clone();
        tokio::spawn(server::run(telegram_listener, stop, move |request| {
            telegram::api::handle(for_telegram.clone(), request)
        }));
        tokio::spawn(whatsapp::webhooks::post_in_order(hub.clone()));
        tokio::spawn(telegram::webhook::deliver(hub.clone()));
        Ok(Self { hub })
    }

    /// Address of the Bot API, without `/bot…`.
    pub fn telegram_url(&self) -> &str {
        &self.hub.telegram_url
    }

    /// Address of the Cloud API, without a version.
    pub fn whatsapp_url(&self) -> &str {
        &self.hub.whatsapp_url
    }

    /// The clock both platforms live by.
    pub fn clock(&self) -> &Clock {
        &self.hub.clock
    }

    /// The customers' side and the Cloud API's log.
    pub fn whatsapp(&self) -> WhatsApp {
        WhatsApp(self.hub.clone())
    }

    /// The agents' side and the Bot API's log.
    pub fn telegram(&self) -> Telegram {
        Telegram(self.hub.clone())
    }

    /// Faults on demand.
    pub fn faults(&self) -> Faults {
        Faults(self.hub.clone())
    }

    /// The live feed of what goes past.
    pub fn wire(&self) -> broadcast::Receiver<WireEvent> {
        self.hub.wire.listen()
    }

    /// What has gone past (the last 10,000).
    pub fn ledger(&self) -> Vec<WireEvent> {
        self.hub.wire.past()
    }

    /// Writes chats, ids, offsets and files to a folder, from which `Options::data` reads them.
    pub fn save_to(&self, dir: &Path) -> io::Result<()> {
        persist::save(&self.hub, dir)
    }

    /// Stops both servers, their timers and their webhooks, and cuts open connections. A program that ends
    /// right after this calls `save_to` itself: the automatic saving may not get its turn any more.
    pub fn shutdown(&self) {
        self.hub.stop.cancel();
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }
}

impl Drop for Platforms {
    fn drop(&mut self) {
        self.shutdown();
    }
}
