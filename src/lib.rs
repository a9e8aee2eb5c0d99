//! The entry point of production and tests: [`run`] wires the rooms of the house together and runs them until it is told to stop.

mod app;
mod bed;
pub mod cli;
pub mod config;
mod config_check;
mod dead;
mod erase;
mod export_person;
pub mod load;
mod lock;
mod logging;
mod migrate;
mod output;
mod sandbox;
mod seed;
mod serve;
mod signals;
mod staff_invite;
mod superadmin_link;
mod trace;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use sapa_bot::{handler::Conversations, telegram, whatsapp};
use sapa_core::{
    connection::watch::{self, Watcher},
    contacts::finding,
    desk::Desk,
    inbox::{Book, Ingest, Lanes, statuses},
    leases::{self, Process},
    media::{self, Fetch},
    otp,
    outbox::{self, Outlet, Senders},
    people,
    retention::{self, Retention},
    settings,
};
use sapa_webhook::{Limits, Proxies, Surface};
use tokio::{net::TcpListener, runtime::Handle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long running work may take to end after a stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Everything that a desk needs to run.
pub struct App {
    /// The desk itself.
    pub desk: Desk,
    /// The account that customers write to.
    pub whatsapp: whatsapp::Account,
    /// The account that staff write to.
    pub telegram: telegram::Account,
    /// How Telegram's updates come.
    pub telegram_mode: TelegramMode,
    /// How fast the channels may send.
    pub rates: Rates,
    /// How long what has been dealt with is kept.
    pub retention: Retention,
    /// What besides the webhooks is served.
    pub http: Http,
    /// Where the rivers run; `None`: where everything else does.
    pub rivers: Option<Handle>,
}

/// How Telegram's updates come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TelegramMode {
    /// We ask.
    Polling,
    /// Telegram posts them to this address.
    Webhook {
        /// The public address of `/webhooks/telegram`.
        url: String,
    },
}

/// How fast the channels may send.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// To customers.
    pub whatsapp: outbox::limits::Rates,
    /// To staff.
    pub telegram: outbox::limits::Rates,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            whatsapp: outbox::limits::Rates::whatsapp(),
            telegram: outbox::limits::Rates::telegram(),
        }
    }
}

/// What besides the webhooks is served.
#[derive(Default)]
pub struct Http {
    /// Where the metrics are read; never on the public listener.
    pub metrics: Option<TcpListener>,
    /// Whose forwarded addresses are believed.
    pub proxies: Proxies,
}

/// Runs the desk until `shutdown`; then drains within ten seconds.
///
/// # Errors
/// When the database cannot be brought up to date, or the media folder cannot be made.
pub async fn run(
    app: App,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    if app.http.metrics.is_some() {
        // Before anything is counted: what comes earlier is not seen by anybody.
        sapa_webhook::metrics::collect()?;
    }
    let desk = app.desk.clone();
    desk.db
        .migrate()
        .await
        .context("the database could not be brought up to date")?;
    finding::fill(&desk.db)
        .await
        .context("customers could not be given the words they are found by")?;
    settings::refresh(&desk)
        .await
        .context("the settings that were changed could not be read")?;
    tokio::fs::create_dir_all(&desk.settings.media_dir)
        .await
        .context("the folder for media could not be made")?;
    // The boot id: rows of another one are nobody's any more.
    let owner = desk.ids.id(desk.clock.now());
    let process = Process::begin(&desk, &owner)
        .await
        .context("the other processes could not be told of this one")?;
    let (intake, rivers) = (CancellationToken::new(), CancellationToken::new());
    let bed = app.rivers.clone().unwrap_or_else(Handle::current);
    let tasks = TaskTracker::new();
    tasks.spawn(process.live(rivers.clone()));
    let entrances = TaskTracker::new();

    let book = Arc::new(Book::default());
    let (ingest, writing) = Ingest::start(&desk, Arc::clone(&book), rivers.clone());
    tasks.spawn_on(writing, &bed);
    let clients = Clients::new(&app)?;
    start_rivers(&app, &clients, book, &owner, &tasks, &rivers);
    start_care(&app, &clients, &owner, &tasks, &rivers);
    let doors = Entrances {
        tasks: &entrances,
        stop: &intake,
    };
    start_entrances(app, &clients, &ingest, listener, &owner, &doors)?;

    shutdown.cancelled().await;
    tracing::info!("stopping: nothing new is taken in, what runs is finished");
    intake.cancel();
    entrances.close();
    let _ = tokio::time::timeout(DRAIN / 4, entrances.wait()).await;
    rivers.cancel();
    tasks.close();
    if tokio::time::timeout(DRAIN, tasks.wait()).await.is_err() {
        tracing::warn!("some work did not end in time; it is taken up again at the next start");
    }
    desk.db.close().await;
    Ok(())
}

struct Clients {
    whatsapp: whatsapp::Client,
    telegram: telegram::Client,
}

impl Clients {
    fn new(app: &App) -> anyhow::Result<Self> {
        Ok(Self {
            whatsapp: whatsapp::Client::new(&app.whatsapp)?,
            telegram: telegram::Client::new(&app.telegram)?,
        })
    }
}

fn start_rivers(
    app: &App,
    clients: &Clients,
    book: Arc<Book>,
    owner: &str,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let desk = &app.desk;
    let bed = app.rivers.clone().unwrap_or_else(Handle::current);
    let handler = Arc::new(Conversations::new(
        desk,
        clients.whatsapp.clone(),
        clients.telegram.clone(),
    ));
    // On SQLite one writes while the other reads what comes next.
    let workers = if desk.db.is_shared() { 8 } else { 2 };
    let lanes = Lanes::new(desk, book, handler, owner.to_owned());
    tasks.spawn_on(lanes.run(workers, stop.clone()), &bed);
    tasks.spawn_on(statuses::run(desk.clone(), stop.clone()), &bed);
    let outlets = vec![
        Outlet {
            sender: Arc::new(whatsapp::WhatsAppSender::new(
                desk.clone(),
                clients.whatsapp.clone(),
            )),
            rates: app.rates.whatsapp,
        },
        Outlet {
            sender: Arc::new(telegram::TelegramSender::new(
                desk.clone(),
                clients.telegram.clone(),
            )),
            rates: app.rates.telegram,
        },
    ];
    let senders = Senders::run(desk.clone(), outlets, owner.to_owned(), stop.clone());
    tasks.spawn_on(senders, &bed);
    let fetchers: Vec<(_, Arc<dyn Fetch>)> = vec![
        (
            desk.settings.whatsapp.clone(),
            Arc::new(whatsapp::WhatsAppMedia::new(clients.whatsapp.clone())),
        ),
        (
            desk.settings.telegram.clone(),
            Arc::new(telegram::TelegramMedia::new(clients.telegram.clone())),
        ),
    ];
    tasks.spawn(media::run(desk.clone(), fetchers, stop.clone()));
    tasks.spawn(otp::delivery::run(desk.clone(), stop.clone()));
    tasks.spawn(carry_bells(desk.clone(), stop.clone()));
    tasks.spawn(keep_log_short(desk.clone(), stop.clone()));
}

/// Keeps the database's log short, and begins again when that failed.
async fn keep_log_short(desk: Desk, stop: CancellationToken) {
    while let Err(error) = desk.db.keep_log_short(desk.clock.as_ref(), &stop).await {
        tracing::warn!(%error, "the database's log cannot be carried over for the moment");
        desk.clock.sleep(Duration::from_secs(5)).await;
    }
}

/// What looks after the desk itself: whether it is connected, and what it need not keep any more.
fn start_care(
    app: &App,
    clients: &Clients,
    owner: &str,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let desk = app.desk.clone();
    let (whatsapp, telegram) = (clients.whatsapp.clone(), clients.telegram.clone());
    let account = app.whatsapp.business_account_id.clone();
    let secret = app.telegram.webhook_secret.clone();
    let webhook = match &app.telegram_mode {
        TelegramMode::Webhook { url } => secret.map(|secret| (url.clone(), secret)),
        TelegramMode::Polling => None,
    };
    let watchers = {
        let desk = desk.clone();
        move || -> Vec<Box<dyn Watcher>> {
            let (whatsapp, telegram) = (whatsapp.clone(), telegram.clone());
            let (account, webhook) = (account.clone(), webhook.clone());
            vec![
                Box::new(whatsapp::WhatsAppWatch::new(
                    desk.clone(),
                    whatsapp,
                    account,
                )),
                Box::new(telegram::TelegramWatch::new(
                    desk.clone(),
                    telegram,
                    webhook,
                )),
            ]
        }
    };
    tasks.spawn(watch::run(
        desk.clone(),
        watchers,
        owner.to_owned(),
        stop.clone(),
    ));
    tasks.spawn(settings::run(desk.clone(), stop.clone()));
    tasks.spawn(people::run(desk.clone(), stop.clone()));
    tasks.spawn(retention::run(
        desk,
        app.retention.clone(),
        owner.to_owned(),
        stop.clone(),
    ));
}

/// Passes the bells of other processes on, and begins again when the database was away.
async fn carry_bells(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            carried = desk.bell.carry(&desk.db, desk.clock.as_ref()) => {
                if let Err(error) = carried {
                    tracing::warn!(%error, "other processes' writes are not heard for a moment");
                }
                // Whatever was missed meanwhile is looked for.
                desk.bell.ring_from_afar();
                desk.clock.sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

struct Entrances<'a> {
    tasks: &'a TaskTracker,
    stop: &'a CancellationToken,
}

fn start_entrances(
    app: App,
    clients: &Clients,
    ingest: &Ingest,
    listener: TcpListener,
    owner: &str,
    entrances: &Entrances<'_>,
) -> anyhow::Result<()> {
    let Entrances { tasks, stop } = entrances;
    let desk = app.desk;
    let (limits, clock) = (Limits::default(), Arc::clone(&desk.clock));
    let door = Arc::new(telegram::TelegramDoor::new(&app.telegram)?);
    let by_webhook = matches!(app.telegram_mode, TelegramMode::Webhook { .. });
    let surface = Surface {
        desk: desk.clone(),
        ingest: ingest.clone(),
        whatsapp: Arc::new(whatsapp::WhatsAppDoor::new(
            &app.whatsapp,
            Arc::clone(&desk.clock),
        )),
        telegram: by_webhook.then_some(door),
        proxies: app.http.proxies,
        limits,
        stop: (*stop).clone(),
    };
    let router = sapa_webhook::router(surface);
    tasks.spawn(sapa_webhook::serve(
        listener,
        router,
        limits,
        clock,
        (*stop).clone(),
    ));
    if let Some(listener) = app.http.metrics {
        let metrics = sapa_webhook::metrics::collect()?;
        tasks.spawn(metrics.serve(listener, desk.clone(), (*stop).clone()));
    }
    tasks.spawn(telegram::commands::run(
        desk.clone(),
        clients.telegram.clone(),
        (*stop).clone(),
    ));
    match app.telegram_mode {
        TelegramMode::Webhook { url } => {
            let secret = app
                .telegram
                .webhook_secret
                .context("webhook mode needs telegram.webhook_secret")?;
            tasks.spawn(telegram::webhook::run(
                desk,
                clients.telegram.clone(),
                url,
                secret,
                (*stop).clone(),
            ));
        }
        TelegramMode::Polling => {
            let (client, ingest) = (clients.telegram.clone(), ingest.clone());
            tasks.spawn(poll(
                desk,
                client,
                ingest,
                owner.to_owned(),
                (*stop).clone(),
            ));
        }
    }
    Ok(())
}

/// Polls Telegram while this process is the one that may.
async fn poll(
    desk: Desk,
    client: telegram::Client,
    ingest: Ingest,
    owner: String,
    stop: CancellationToken,
) {
    let name = format!("poller:{}", client.bot_id());
    let poll =
        |_, term| telegram::Poller::new(desk.clone(), client.clone(), ingest.clone()).run(term);
    leases::hold(&desk, &name, &owner, &stop, poll).await;
}
