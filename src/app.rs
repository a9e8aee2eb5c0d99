//! From settings to a desk that can run.

use std::sync::Arc;

use anyhow::Context as _;
use sapa_bot::{telegram, whatsapp};
use sapa_core::{
    clock::{Clock, SystemClock},
    db::Db,
    desk::{Bell, Desk, Health, Inflow, Settings},
    i18n::Texts,
    ids::{Ids, SystemEntropy},
    inbox::Channel,
};

use sapa_webhook::Proxies;

use crate::{
    App, Http, Rates, TelegramMode,
    config::{Config, secret_key},
};

impl App {
    /// Everything that `serve` needs, from settings that were loaded for it. The metrics' listener is added by who has one.
    ///
    /// # Errors
    /// When the database does not open or a text of the deployment's own is broken.
    pub async fn from_config(config: &Config) -> anyhow::Result<Self> {
        let (wa, tg) = (&config.whatsapp, &config.telegram);
        let needed = "the settings were loaded for a running desk";
        let whatsapp = whatsapp::Account {
            access_token: wa.access_token.clone().context(needed)?,
            phone_number_id: wa.phone_number_id.clone().context(needed)?,
            app_secret: wa.app_secret.clone().context(needed)?,
            verify_token: wa.verify_token.clone().context(needed)?,
            api_url: wa.api_url.clone(),
            api_version: wa.api_version.clone(),
            business_account_id: wa.business_account_id.clone(),
            media_hosts: wa.media_hosts.clone(),
        };
        let telegram_mode = match &config.http.public_url {
            Some(public) if tg.webhook => TelegramMode::Webhook {
                url: format!(
                    "{}/webhooks/telegram",
                    public.as_str().trim_end_matches('/')
                ),
            },
            _ => TelegramMode::Polling,
        };
        Ok(Self {
            desk: desk(config).await?,
            whatsapp,
            telegram: telegram_account(config)?,
            telegram_mode,
            rates: Rates {
                whatsapp: wa.rates,
                telegram: tg.rates,
            },
            rivers: None,
            retention: config.retention.clone(),
            http: Http {
                metrics: None,
                proxies: Proxies::parse(&config.http.trusted_proxies)?,
            },
        })
    }
}

/// The account that staff write to.
pub fn telegram_account(config: &Config) -> anyhow::Result<telegram::Account> {
    let tg = &config.telegram;
    Ok(telegram::Account {
        token: tg
            .token
            .clone()
            .context("the settings were loaded for a bot")?,
        api_url: tg.api_url.clone(),
        webhook_secret: tg.webhook_secret.clone().filter(|_| tg.webhook),
    })
}

/// The desk alone: what short commands need. Its database is opened, not migrated.
pub async fn desk(config: &Config) -> anyhow::Result<Desk> {
    let settings = Settings {
        name: config.desk.name.clone(),
        time_zone: config.desk.time_zone,
        locale: config.desk.locale,
        default_region: config.desk.default_region.clone(),
        currency: config.desk.currency.clone(),
        whatsapp: Channel::whatsapp(
            config
                .whatsapp
                .phone_number_id
                .as_deref()
                .unwrap_or_default(),
        ),
        telegram: Channel::telegram(config.telegram.bot_id.as_deref().unwrap_or_default()),
        notice_template: config.whatsapp.template_notice.clone(),
        reopen_template: config.whatsapp.template_reopen.clone(),
        otp_template: config.whatsapp.template_otp.clone(),
        pages_url: config.http.pages_url(),
        ticks: config.telegram.ticks,
        media_dir: config.media.dir.clone(),
        media_max_bytes: config.media.max_bytes,
    };
    let ids = ids();
    let texts = Texts::load(config.desk.locales.as_deref())?;
    Ok(Desk {
        db: database(config).await?,
        clock: Arc::new(SystemClock::new()) as Arc<dyn Clock>,
        keys: secret_key::keys(config, &ids)?,
        ids,
        texts: Arc::new(texts),
        settings: Arc::new(settings),
        river: Arc::new(config.river.clone()),
        bell: Bell::default(),
        inflow: Inflow::default(),
        health: Health::default(),
        ages: sapa_core::otp::Ages::default(),
        live: sapa_core::settings::Live::default(),
    })
}

/// Ids from the system's randomness.
pub fn ids() -> Ids {
    Ids::new(Arc::new(SystemEntropy))
}

/// Makes the folder of a database that is a file.
pub fn make_folder(config: &Config) -> anyhow::Result<()> {
    let folder = config
        .database
        .file
        .as_deref()
        .and_then(|file| file.parent());
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    Ok(())
}

/// Opens the database, and makes its folder first where it is a file.
pub async fn database(config: &Config) -> anyhow::Result<Db> {
    make_folder(config)?;
    let opened = Db::connect(&config.database.url).await;
    opened.with_context(|| match &config.database.file {
        Some(file) => format!("the database {} cannot be opened", file.display()),
        None => "the PostgreSQL server of database.url does not let us in".into(),
    })
}
