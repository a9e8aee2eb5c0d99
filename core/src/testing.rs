//! A desk for tests, on a fresh database with a clock that can be moved.

use std::sync::Arc;

use crate::{
    clock::{Clock, Millis, MovableClock},
    db::{Db, testing::Fresh},
    desk::{Desk, River, Settings, Ticks},
    i18n::{Locale, Texts},
    ids::{Ids, SystemEntropy},
    inbox::Channel,
    security::Keys,
};

/// Customers, agents and tickets.
pub mod people;

/// 23 November 2026, 11.42 in Jakarta.
pub const START: Millis = Millis(1_795_408_920_000);

/// A desk on this database.
pub fn desk(db: &Db) -> (Desk, MovableClock) {
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
        ticks: Ticks::Reaction,
        media_dir: std::env::temp_dir(),
        media_max_bytes: 20_000_000,
    };
    let desk = Desk {
        db: db.clone(),
        clock: Arc::new(clock.clone()),
        keys: Keys::ephemeral(&SystemEntropy),
        ids: Ids::new(Arc::new(SystemEntropy)),
        texts: Arc::new(Texts::load(None).expect("the built-in texts load")),
        settings: Arc::new(settings),
        river: Arc::new(River::default()),
        bell: crate::desk::Bell::default(),
        inflow: crate::desk::Inflow::default(),
        health: crate::desk::Health::default(),
        ages: crate::otp::Ages::default(),
        live: crate::settings::Live::default(),
    };
    (desk, clock)
}

/// A desk on each kind of database.
pub async fn both() -> Vec<(Desk, MovableClock, Fresh)> {
    let fresh = crate::db::testing::both().await;
    fresh
        .into_iter()
        .map(|fresh| {
            let (desk, clock) = desk(&fresh.db);
            (desk, clock, fresh)
        })
        .collect()
}

/// The same desk after its secret key was changed: keys of one letter, for tests that can tell them apart.
pub fn with_keys(desk: &Desk, current: char, previous: &[char]) -> Desk {
    let secret = |letter: &char| secrecy::SecretString::from(letter.to_string().repeat(32));
    let previous: Vec<_> = previous.iter().map(secret).collect();
    Desk {
        keys: Keys::new(&secret(&current), &previous),
        ..desk.clone()
    }
}

/// Waits until something is true, in real time, for ten seconds at most.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let clock = crate::clock::SystemClock::new();
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        clock.sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

/// Makes a row's content something that no version of ours wrote.
pub async fn spoil(db: &Db, row: &str) {
    const SPOIL: &str = "update outbox set content = '{\"kind\":\"hologram\"}' where id = $1";
    let mut tx = db.write().await.expect("a transaction");
    crate::db::run!(&mut tx, |c| sqlx::query(SPOIL)
        .bind(row)
        .execute(c)
        .await
        .map(drop))
    .expect("it is spoilt");
    tx.commit().await.expect("a commit");
}
