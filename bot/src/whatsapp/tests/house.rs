//! A desk on SQLite with one customer, whose sender talks to a server of the test's.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sapa_core::{
    clock::{Clock as _, MovableClock},
    contacts::{self, Customer, Identity},
    conversations,
    db::Db,
    desk::{Act, Bell, Desk, Health, Inflow, River, Settings, Ticks},
    i18n::{Locale, Texts},
    ids::{Ids, SystemEntropy},
    inbox::Channel,
    media::{self, Fetch, FetchError, MediaKind, MediaState},
    messages::{self, Author, Kind, Message, NewMessage},
    outbox::{self, Class, Content, Job, NewRow, Post, SendError, Sender as _},
};
use tokio_util::sync::CancellationToken;

use super::{NUMBER, START, account, server::Server};
use crate::whatsapp::{Client, WhatsAppSender};

pub struct House {
    pub desk: Desk,
    pub clock: MovableClock,
    pub customer: Customer,
    sender: WhatsAppSender,
    _folder: tempfile::TempDir,
}

/// One committed piece of work.
macro_rules! acting {
    ($desk:expr, |$act:ident| $body:expr) => {{
        let mut tx = $desk.db.write().await.expect("a transaction");
        let value = {
            let $act: &mut Act<'_> = &mut $desk.act(&mut tx);
            $body
        };
        tx.commit().await.expect("a commit");
        value
    }};
}

pub(super) use acting;

impl House {
    pub async fn new(server: &Server) -> Self {
        let number = Identity {
            wa_id: Some("6281234567890".into()),
            user_id: None,
        };
        Self::of(server, number).await
    }

    /// With this customer, who wrote just now.
    pub async fn of(server: &Server, identity: Identity) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        let db = Db::connect(&url).await.expect("SQLite opens");
        db.migrate().await.expect("the schema migrates");
        let clock = MovableClock::starting_at(START);
        let desk = Desk {
            db,
            clock: Arc::new(clock.clone()),
            ids: Ids::new(Arc::new(SystemEntropy)),
            keys: sapa_core::security::Keys::ephemeral(&SystemEntropy),
            texts: Arc::new(Texts::load(None).expect("the built-in texts load")),
            settings: Arc::new(settings(&folder)),
            river: Arc::new(River::default()),
            bell: Bell::default(),
            inflow: Inflow::default(),
            health: Health::default(),
            ages: sapa_core::otp::Ages::default(),
            live: sapa_core::settings::Live::default(),
        };
        let customer = acting!(desk, |act| {
            let mut met = contacts::meet(act, &identity, Some("Sari"))
                .await
                .expect("a customer");
            contacts::opened_window(act, &mut met.customer, act.now)
                .await
                .expect("a window");
            met.customer
        });
        let client = Client::new(&account(&server.address)).expect("a client");
        let sender = WhatsAppSender::new(desk.clone(), client);
        Self {
            desk,
            clock,
            customer,
            sender,
            _folder: folder,
        }
    }

    pub fn job(&self, content: Content) -> Job {
        Job {
            seq: 1,
            id: "01ROW.1".into(),
            channel: self.desk.settings.whatsapp.clone(),
            recipient: self.customer.id.clone(),
            content,
            customer_id: Some(self.customer.id.clone()),
            ticket_id: None,
            message_id: None,
            attempts: 0,
            flagged: false,
            begun: Vec::new(),
            created_at: self.clock.now(),
        }
    }

    /// The same as a row of the outbox that is being sent.
    pub async fn row(&self, content: Content) -> Job {
        let mut tx = self.desk.db.write().await.expect("a transaction");
        let mut act = self.desk.act(&mut tx);
        let channel = self.desk.settings.whatsapp.clone();
        let row = NewRow::new(&channel, &self.customer.id, Class::Conversation, content);
        let id = outbox::enqueue(&mut act, row).await.expect("a row");
        drop(act);
        tx.commit().await.expect("a commit");
        self.claim(&id).await
    }

    /// A row that is taken for sending, again and again.
    pub async fn claim(&self, id: &str) -> Job {
        let mut tx = self.desk.db.write().await.expect("a transaction");
        outbox::store::unclaim(&mut tx, id, "me", 1)
            .await
            .expect("let go");
        let jobs = outbox::store::claim(&mut tx, &[id], "me", 1, self.clock.now()).await;
        tx.commit().await.expect("a commit");
        jobs.expect("a claim").remove(id).expect("the row")
    }

    pub async fn send(&self, content: Content) -> Result<Vec<Post>, SendError> {
        self.sender.send(&self.job(content)).await
    }

    pub async fn send_job(&self, job: &Job) -> Result<Vec<Post>, SendError> {
        self.sender.send(job).await
    }

    pub fn channel(&self) -> &Channel {
        self.sender.channel()
    }

    /// Sends; what was called a message.
    pub async fn sent(&self, content: Content) -> Vec<String> {
        let posts = self.send(content).await.expect("it goes out");
        assert!(posts.iter().all(|post| post.chat.is_empty()));
        posts.into_iter().map(|post| post.external_id).collect()
    }

    /// A message as somebody wrote it.
    pub async fn message(&self, author: Author, change: impl FnOnce(&mut NewMessage)) -> Message {
        let whatsapp = self.desk.settings.whatsapp.clone();
        let (channel, chat) = match author {
            Author::Agent => (self.desk.settings.telegram.clone(), "900"),
            _ => (whatsapp.clone(), ""),
        };
        acting!(self.desk, |act| {
            let conversation = conversations::current(act, &self.customer.id, &whatsapp)
                .await
                .expect("a conversation");
            let mut new = NewMessage {
                conversation_id: conversation.id,
                customer_id: self.customer.id.clone(),
                ticket_id: None,
                author,
                staff_id: None,
                kind: Kind::Text,
                body: "kami cek".into(),
                details: None,
                media_id: None,
                channel,
                chat: chat.into(),
                external_id: act.id(),
                quotes: None,
                written_at: act.now,
            };
            change(&mut new);
            messages::store(act, new)
                .await
                .expect("the database")
                .expect("a new one")
        })
    }

    pub async fn wants(&self, kind: MediaKind) -> String {
        let telegram = self.desk.settings.telegram.clone();
        acting!(self.desk, |act| media::want(
            act,
            &telegram,
            "77",
            kind,
            Some("foto.jpg"),
            None
        )
        .await
        .expect("wanted"))
    }

    /// The file comes, or cannot be had.
    pub async fn fetches(&self, id: &str, outcome: Result<&'static [u8], FetchError>) {
        let stop = CancellationToken::new();
        let fetcher: Arc<dyn Fetch> = Arc::new(Played(outcome));
        let channel = self.desk.settings.telegram.clone();
        let job = tokio::spawn(media::run(
            self.desk.clone(),
            vec![(channel, fetcher)],
            stop.clone(),
        ));
        for _ in 0..500 {
            let mut tx = self.desk.db.read().await.expect("a transaction");
            let media = media::by_id(&mut tx, id).await.expect("the database");
            tx.rollback().await.expect("an end");
            if media.expect("a file").state != MediaState::Wanted {
                stop.cancel();
                return job.await.expect("the job ends");
            }
            self.desk.clock.sleep(Duration::from_millis(10)).await;
        }
        panic!("the file never came");
    }
}

struct Played(Result<&'static [u8], FetchError>);

#[async_trait]
impl Fetch for Played {
    async fn fetch(&self, _platform_id: &str, _max_bytes: u64) -> Result<Vec<u8>, FetchError> {
        self.0.map(<[u8]>::to_vec)
    }
}

fn settings(folder: &tempfile::TempDir) -> Settings {
    Settings {
        name: "Sapa".into(),
        time_zone: chrono_tz::Asia::Jakarta,
        locale: Locale::Id,
        default_region: "ID".into(),
        currency: "IDR".into(),
        whatsapp: Channel::whatsapp(NUMBER),
        telegram: Channel::telegram("7"),
        notice_template: None,
        reopen_template: None,
        otp_template: None,
        pages_url: "http://127.0.0.1:8080".into(),
        ticks: Ticks::Off,
        media_dir: folder.path().join("media"),
        media_max_bytes: 20_000_000,
    }
}
