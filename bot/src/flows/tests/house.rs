//! A desk on SQLite for tests of the customers' side, and what it says.

use sapa_core::{
    clock::{Clock as _, MovableClock},
    db::Db,
    desk::{Bell, Desk, Health, Inflow, River, Settings, Ticks},
    ids::{Ids, SystemEntropy},
    inbox::{Channel, Ephemeral},
    outbox::{self, Content, MediaKind, Post},
    staff::{self, Availability, Role, Staff},
};

use super::*;
use crate::{
    flows::Customers,
    inbound::{Customer, FromCustomer, Said},
};

/// A desk, its customers' side, and what it has said.
pub struct House {
    pub desk: Desk,
    pub clock: MovableClock,
    pub customers: Customers,
    pub heard: u32,
    _folder: tempfile::TempDir,
}

/// One committed piece of work.
macro_rules! acting {
    ($house:expr, |$act:ident| $body:expr) => {{
        let desk = $house.desk.clone();
        let mut tx = desk.db.write().await.expect("a transaction");
        let value = {
            let $act: &mut sapa_core::desk::Act<'_> = &mut desk.act(&mut tx);
            $body
        };
        tx.commit().await.expect("a commit");
        value
    }};
}

pub(super) use acting;

impl House {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        let db = Db::connect(&url).await.expect("SQLite opens");
        db.migrate().await.expect("the schema migrates");
        let clock = MovableClock::starting_at(NOW);
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
            ticks: Ticks::Off,
            media_dir: folder.path().to_owned(),
            media_max_bytes: 1_000,
        };
        let desk = Desk {
            db,
            clock: Arc::new(clock.clone()),
            ids: Ids::new(Arc::new(SystemEntropy)),
            keys: sapa_core::security::Keys::ephemeral(&SystemEntropy),
            texts: Arc::clone(&TEXTS.0),
            settings: Arc::new(settings),
            river: Arc::new(River::default()),
            bell: Bell::default(),
            inflow: Inflow::default(),
            health: Health::default(),
            ages: sapa_core::otp::Ages::default(),
            live: sapa_core::settings::Live::default(),
        };
        Self {
            desk,
            clock,
            customers: Customers::new(),
            heard: 0,
            _folder: folder,
        }
    }

    pub async fn agent(&self, name: &str, telegram: &str) -> Staff {
        acting!(self, |act| {
            let invite = staff::invite(act, name, Role::Agent, None)
                .await
                .expect("an invitation");
            let agent = staff::redeem(act, &invite.token, telegram, telegram, Some(Locale::Id))
                .await
                .expect("an agent");
            staff::set_availability(act, &agent, Availability::Online)
                .await
                .expect("he is there");
            staff::by_id(act.tx, &agent.id)
                .await
                .expect("a look")
                .expect("he is known")
        })
    }

    pub fn event(&mut self, said: Said) -> FromCustomer {
        self.heard += 1;
        FromCustomer {
            customer: Customer {
                wa_id: Some("6281234567890".into()),
                user_id: None,
                profile_name: Some("Sari Wulandari".into()),
            },
            external_id: format!("wamid.{}", self.heard),
            at: self.clock.now(),
            received_at: self.clock.now(),
            quotes: None,
            said,
        }
    }

    pub async fn hears(&self, from: FromCustomer) -> Vec<Ephemeral> {
        acting!(self, |act| self
            .customers
            .handle(act, from)
            .await
            .expect("it is handled"))
    }

    pub async fn says(&mut self, text: &str) -> Vec<Ephemeral> {
        let from = self.event(Said::Text(text.into()));
        self.hears(from).await
    }

    pub async fn sends_photo(&mut self, caption: &str) {
        let from = self.event(Said::Media {
            kind: MediaKind::Image,
            platform_id: format!("media-{}", self.heard),
            filename: None,
            mime: Some("image/jpeg".into()),
            caption: caption.into(),
            size: None,
        });
        self.hears(from).await;
    }

    /// What was said on a channel since the last look, as lines.
    pub async fn told(&self, channel: &Channel) -> Vec<String> {
        acting!(self, |act| {
            let mut lines = Vec::new();
            for row in outbox::store::ready(act.tx, channel, 100)
                .await
                .expect("rows")
            {
                let mut jobs = outbox::store::claim(act.tx, &[&row.id], "test", 1, act.now)
                    .await
                    .expect("a claim");
                let Some(job) = jobs.remove(&row.id) else {
                    continue;
                };
                let line = match job.content {
                    Content::Prompt(prompt) => prompt.text.to_plain(),
                    Content::Relay { message_id, .. } => {
                        let message = sapa_core::messages::by_id(act.tx, &message_id)
                            .await
                            .expect("a look");
                        let message = message.expect("it is stored");
                        // The platform took it, under a name that reactions and edits come back to.
                        let post = Post {
                            chat: post_chat(&job.recipient, channel),
                            external_id: format!("post-{message_id}"),
                        };
                        outbox::store::post(act.tx, channel, &job.id, &post, act.now)
                            .await
                            .expect("a post");
                        format!("relay {:?} {:?}", message.kind, message.body)
                    }
                    other => other.kind().to_owned(),
                };
                lines.push(line);
            }
            lines
        })
    }

    pub async fn to_customer(&self) -> Vec<String> {
        self.told(&Channel::whatsapp("100")).await
    }

    pub async fn to_staff(&self) -> Vec<String> {
        let mut lines = self.told(&Channel::telegram("7")).await;
        lines.sort();
        lines
    }

    pub async fn opens_a_ticket(&mut self) {
        for text in [
            "internet mati dari pagi",
            "ya",
            "perbaikan",
            "tinggi",
            "kirim",
        ] {
            self.says(text).await;
        }
    }
}

fn post_chat(recipient: &str, channel: &Channel) -> String {
    if channel.is_whatsapp() {
        String::new()
    } else {
        recipient.to_owned()
    }
}
