//! What a world stands on: the desk's settings, and a database of its own.

use std::{path::Path, sync::Arc};

use sapa_core::{
    desk::{Settings, Ticks},
    i18n::Locale,
    ids::{Ids, SystemEntropy},
    inbox::Channel,
};
use sapa_sandbox::credentials;

/// How the desk is set up unless a plan says otherwise.
pub(super) fn settings(folder: &Path) -> Settings {
    Settings {
        name: "Sapa".into(),
        time_zone: chrono_tz::Asia::Jakarta,
        locale: Locale::Id,
        default_region: "ID".into(),
        currency: "IDR".into(),
        whatsapp: Channel::whatsapp(credentials::PHONE_NUMBER_ID),
        telegram: Channel::telegram(&credentials::BOT_ID.to_string()),
        notice_template: None,
        reopen_template: None,
        otp_template: None,
        ticks: Ticks::Reaction,
        media_dir: folder.join("media"),
        media_max_bytes: 20_000_000,
    }
}

/// An empty database of its own on the test server; its URL.
pub async fn own_postgres() -> String {
    let server = std::env::var("SAPA_TEST_POSTGRES")
        .expect("SAPA_TEST_POSTGRES names a PostgreSQL server: run scripts/test, which starts one");
    let name = format!(
        "sapa_{}",
        Ids::new(Arc::new(SystemEntropy)).token().to_lowercase()
    );
    sapa_core::db::create_database(&server, &name)
        .await
        .expect("a database of our own")
}
