//! The surface against requests of every kind: in one piece, and byte by byte over real sockets.

mod contrast;
mod requests;
mod sockets;

use std::{path::Path, sync::Arc, time::Duration};

use sapa_core::{
    clock::{Clock, SystemClock},
    db::Db,
    desk::{Bell, Desk, Health, Inflow, River, Settings, Ticks},
    i18n::{Locale, Texts},
    ids::{Ids, SystemEntropy},
    inbox::{self, Book, Channel, Door, Headers, Ingest, NewEvent, Refused, Stream},
};
use tokio_util::sync::CancellationToken;

use crate::{Limits, Proxies, Surface};

/// A platform whose signature is the header `x-proof: right`, and whose elements are lines.
struct Lines(Channel);

impl Door for Lines {
    fn verify(&self, headers: &dyn Headers, _: &[u8]) -> Result<(), Refused> {
        if headers.all("x-proof") == [b"right"] {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    fn split(&self, body: &[u8]) -> Vec<NewEvent> {
        assert_ne!(body, b"poison", "this platform's door has a fault");
        let lines = body.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| NewEvent {
                channel: self.0.clone(),
                external_id: String::from_utf8_lossy(line).into_owned(),
                stream: Stream::Lane,
                lane: "somebody".into(),
                payload: line.to_vec(),
            })
            .collect()
    }

    fn challenge(&self, mode: &str, token: &str, challenge: &str) -> Option<String> {
        (mode == "subscribe" && token == "ours").then(|| challenge.to_owned())
    }
}

/// A surface on a database of its own.
struct House {
    surface: Surface,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let desk = desk(folder.path()).await;
        desk.db.migrate().await.expect("the schema migrates");
        let stop = CancellationToken::new();
        let (ingest, writing) = Ingest::start(&desk, Arc::new(Book::default()), stop.clone());
        tokio::spawn(writing);
        let surface = Surface {
            whatsapp: Arc::new(Lines(desk.settings.whatsapp.clone())),
            telegram: None,
            proxies: Proxies::default(),
            ingest,
            desk,
            stop: stop.clone(),
            limits: Limits {
                header_time: Duration::from_millis(300),
                body_time: Duration::from_millis(300),
                ..Limits::default()
            },
        };
        Self {
            surface,
            stop,
            _folder: folder,
        }
    }

    /// The inbox's events that wait to be handled.
    async fn stored(&self) -> i64 {
        let mut tx = self.surface.desk.db.read().await.expect("a transaction");
        inbox::store::pending(&mut tx).await.expect("a count")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn desk(folder: &Path) -> Desk {
    let url = format!("sqlite://{}", folder.join("t.db").display());
    Desk {
        db: Db::connect(&url).await.expect("SQLite opens"),
        clock: Arc::new(SystemClock::new()) as Arc<dyn Clock>,
        ids: Ids::new(Arc::new(SystemEntropy)),
        keys: sapa_core::security::Keys::ephemeral(&SystemEntropy),
        texts: Arc::new(Texts::load(None).expect("the built-in texts load")),
        settings: Arc::new(Settings {
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
            media_dir: folder.to_owned(),
            media_max_bytes: 20_000_000,
        }),
        river: Arc::new(River::default()),
        bell: Bell::default(),
        inflow: Inflow::default(),
        health: Health::default(),
        ages: sapa_core::otp::Ages::default(),
        live: sapa_core::settings::Live::default(),
    }
}
