//! The sandbox's desk: the real one, with the demo accounts of the miniature platforms.

use std::sync::Arc;

use sapa_bot::{telegram, whatsapp};
use sapa_core::{
    clock::MovableClock,
    db::Db,
    desk::{Bell, Desk, Health, Inflow, River, Settings, Ticks},
    i18n::{Locale, Texts},
    inbox::Channel,
    retention::Retention,
    security::Keys,
};
use sapa_sandbox::{Platforms, credentials};
use secrecy::SecretString;
use url::Url;

use super::Files;
use crate::{App, Http, Rates, TelegramMode, app, config::secret_key};

/// The desk, with the platforms' addresses of this run.
pub(super) async fn app(
    platforms: &Platforms,
    clock: &MovableClock,
    files: &Files,
    pages_url: String,
) -> anyhow::Result<App> {
    let api_url: Url = platforms.whatsapp_url().parse()?;
    let host = format!("127.0.0.1:{}", api_url.port().unwrap_or(80));
    let whatsapp = whatsapp::Account {
        access_token: SecretString::from(credentials::ACCESS_TOKEN),
        phone_number_id: credentials::PHONE_NUMBER_ID.into(),
        app_secret: SecretString::from(credentials::APP_SECRET),
        verify_token: SecretString::from(credentials::VERIFY_TOKEN),
        api_url,
        api_version: "v23.0".into(),
        business_account_id: Some(credentials::BUSINESS_ACCOUNT_ID.into()),
        media_hosts: vec![host],
    };
    let telegram = telegram::Account {
        token: SecretString::from(credentials::BOT_TOKEN),
        api_url: platforms.telegram_url().parse()?,
        webhook_secret: None,
    };
    Ok(App {
        desk: desk(clock, files, pages_url).await?,
        whatsapp,
        telegram,
        telegram_mode: TelegramMode::Polling,
        rates: Rates::default(),
        rivers: None,
        retention: Retention::usual(chrono_tz::Asia::Jakarta),
        http: Http::default(),
    })
}

async fn desk(clock: &MovableClock, files: &Files, pages_url: String) -> anyhow::Result<Desk> {
    let db = Db::connect(&format!("sqlite://{}", files.database.display())).await?;
    db.migrate().await?;
    let settings = Settings {
        name: "Sapa".into(),
        time_zone: chrono_tz::Asia::Jakarta,
        locale: Locale::Id,
        default_region: "ID".into(),
        currency: "IDR".into(),
        whatsapp: Channel::whatsapp(credentials::PHONE_NUMBER_ID),
        telegram: Channel::telegram(&credentials::BOT_ID.to_string()),
        notice_template: None,
        reopen_template: None,
        otp_template: Some(("login_code".into(), "id".into())),
        pages_url,
        ticks: Ticks::Reaction,
        media_dir: files.media.clone(),
        media_max_bytes: 20_000_000,
    };
    let ids = app::ids();
    Ok(Desk {
        db,
        clock: Arc::new(clock.clone()),
        keys: Keys::new(&secret_key::kept(&files.database, &ids)?, &[]),
        ids,
        texts: Arc::new(Texts::load(None)?),
        settings: Arc::new(settings),
        river: Arc::new(River::default()),
        bell: Bell::default(),
        inflow: Inflow::default(),
        health: Health::default(),
        ages: sapa_core::otp::Ages::default(),
        live: sapa_core::settings::Live::default(),
    })
}
