//! A whole desk in one process: the real `run`, the miniature platforms, both clocks moved together.

mod people;
mod transcript;

use std::{future::Future, sync::Arc, sync::Mutex, time::Duration};

use sapa::{App, Rates, TelegramMode};
use sapa_core::{
    clock::{Clock as _, Millis, MovableClock, SystemClock},
    db::Db,
    desk::{Desk, River, Settings},
    i18n::Texts,
    ids::{Ids, SystemEntropy},
    inbox, outbox,
    retention::Retention,
    staff::{self, Role},
};
use sapa_sandbox::{Options, Platforms, Posting, Rules, Statuses};
use tokio_util::sync::CancellationToken;

pub use people::{Agent, Customer, number_in};
use transcript::Transcript;

/// 23 November 2026, 11.42 in Jakarta: where the dialogues of the design begin.
const START: i64 = 1_795_408_920_000;

/// Which database a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Sqlite,
    Postgres,
}

/// What a world may be told before it begins.
pub struct Plan {
    pub base: Base,
    pub rules: Rules,
    pub river: River,
    pub telegram_webhook: bool,
    pub settings: fn(&mut Settings),
    pub retention: Retention,
}

impl Plan {
    pub fn on(base: Base) -> Self {
        let rules = Rules {
            statuses: Statuses::Explicit,
            posting: Posting::InOrder,
            ..Rules::default()
        };
        Self {
            base,
            rules,
            river: River::default(),
            telegram_webhook: false,
            settings: |_| {},
            retention: Retention::usual(chrono_tz::Asia::Jakarta),
        }
    }
}

/// A desk, its platforms, and a pen that writes down what everybody sees.
pub struct World {
    pub platforms: Platforms,
    pub desk: Desk,
    clock: MovableClock,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
    pub address: String,
    transcript: Mutex<Transcript>,
    pub folder: tempfile::TempDir,
    plan: Plan,
    pub url: String,
}

impl World {
    pub async fn new(base: Base) -> Self {
        Self::planned(Plan::on(base)).await
    }

    pub async fn planned(plan: Plan) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match plan.base {
            Base::Sqlite => format!("sqlite://{}", folder.path().join("desk.db").display()),
            Base::Postgres => own_postgres().await,
        };
        let clock = sapa_sandbox::Clock::at(START);
        let options = Options {
            clock,
            rules: plan.rules.clone(),
            ..Options::default()
        };
        let platforms = Platforms::start(options)
            .await
            .expect("the platforms start");
        let clock = MovableClock::starting_at(Millis(START));
        let started = start(&platforms, &clock, &url, folder.path(), &plan).await;
        let transcript = Mutex::new(Transcript::new(platforms.whatsapp(), platforms.telegram()));
        let Started {
            desk,
            stop,
            running,
            address,
        } = started;
        Self {
            platforms,
            desk,
            clock,
            stop,
            running,
            address,
            transcript,
            folder,
            plan,
            url,
        }
    }

    /// The process ends without a word, as by `kill -9`, and another begins on the same database.
    pub async fn crash_and_restart(&mut self) {
        self.running.abort();
        self.stop.cancel();
        let started = start(
            &self.platforms,
            &self.clock,
            &self.url,
            self.folder.path(),
            &self.plan,
        )
        .await;
        let Started {
            desk,
            stop,
            running,
            address,
        } = started;
        (self.desk, self.stop, self.running, self.address) = (desk, stop, running, address);
    }

    /// A customer with a phone.
    pub fn customer(&self, name: &str, phone: &str) -> Customer<'_> {
        self.platforms.whatsapp().customer(phone, name);
        self.transcript().add_customer(name, phone);
        Customer {
            world: self,
            name: name.to_owned(),
            phone: phone.to_owned(),
        }
    }

    /// A customer who was here before a restart.
    pub fn known_customer(&self, name: &str, phone: &str) -> Customer<'_> {
        Customer {
            world: self,
            name: name.to_owned(),
            phone: phone.to_owned(),
        }
    }

    /// Somebody of the staff who was here before a restart.
    pub fn known_agent(&self, id: i64) -> Agent<'_> {
        Agent { world: self, id }
    }

    /// A team with one member; its id.
    pub async fn team(&self, name: &str, member: &Agent<'_>) -> String {
        let mut tx = self.desk.db.write().await.expect("a transaction");
        let mut act = self.desk.act(&mut tx);
        let team = staff::ensure_team(&mut act, name).await.expect("a team");
        let staff = staff::by_telegram_id(act.tx, &member.id.to_string())
            .await
            .expect("a look-up")
            .expect("a member");
        staff::join_team(&mut act, &staff.id, &team)
            .await
            .expect("he joins");
        drop(act);
        tx.commit().await.expect("a commit");
        team
    }

    /// Makes a ticket type a team's.
    pub async fn type_belongs_to(&self, type_id: &str, team: &str) {
        let mut tx = self.desk.db.write().await.expect("a transaction");
        let mut act = self.desk.act(&mut tx);
        sapa_core::tickets::set_type_team(&mut act, type_id, Some(team))
            .await
            .expect("it is set");
        drop(act);
        tx.commit().await.expect("a commit");
    }

    /// An agent who was invited, has pressed the link and is online.
    pub async fn agent(&self, name: &str) -> Agent<'_> {
        let agent = self.invited(name, Role::Agent, None).await;
        agent.says("/online").await;
        self.transcript().forget();
        agent
    }

    /// Somebody of the staff who was invited and has pressed the link.
    pub async fn invited(&self, name: &str, role: Role, team: Option<&str>) -> Agent<'_> {
        let token = {
            let mut tx = self.desk.db.write().await.expect("a transaction");
            let mut act = self.desk.act(&mut tx);
            let invite = staff::invite(&mut act, name, role, team)
                .await
                .expect("an invite");
            drop(act);
            tx.commit().await.expect("a commit");
            invite.token
        };
        let agent = self.telegram_person(name);
        self.platforms
            .telegram()
            .starts(agent.id, &token)
            .expect("the link fits");
        self.settle().await;
        self.transcript().forget();
        agent
    }

    /// Anybody with a Telegram account.
    pub fn telegram_person(&self, name: &str) -> Agent<'_> {
        let id = 9_000_000
            + i64::try_from(self.platforms.telegram().people().len()).expect("few people");
        self.platforms.telegram().person(id, name, None);
        self.transcript().add_agent(name, id);
        Agent { world: self, id }
    }

    /// Moves the desk's and the platforms' clocks, and waits until the consequences are through.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.platforms.clock().advance(by);
        // Sleepers wake one after the other.
        SystemClock::new().sleep(Duration::from_millis(30)).await;
        self.settle().await;
    }

    /// Somebody sets the desk's wall clock. The platforms' clocks and everybody's patience stay as they are.
    pub fn jump(&self, hours: i64) {
        self.clock.jump(hours * 3_600_000);
    }

    /// Lets so many seconds pass at ten times their speed: the platforms' pace is seconds, and a burst takes many.
    pub async fn pass(&self, seconds: u32) {
        let real = SystemClock::new();
        for _ in 0..seconds {
            real.sleep(Duration::from_millis(100)).await;
            self.clock.advance(Duration::from_millis(900));
            self.platforms.clock().advance(Duration::from_millis(900));
        }
        self.settle().await;
    }

    /// Lets time pass at about ten times its speed, without waiting for what follows.
    pub async fn hurry(&self, by: Duration) {
        SystemClock::new().sleep(by / 10).await;
        self.clock.advance(by * 9 / 10);
        self.platforms.clock().advance(by * 9 / 10);
    }

    /// Moves the clocks and waits a moment, but not until everything is through: for times in which it cannot be.
    pub async fn leap(&self, by: Duration) {
        self.clock.advance(by);
        self.platforms.clock().advance(by);
        SystemClock::new().sleep(Duration::from_millis(100)).await;
    }

    /// Waits until something is so; no clock is moved.
    pub async fn until(&self, is_so: impl Fn() -> bool) {
        let real = SystemClock::new();
        while !is_so() {
            assert!(
                real.mono() < Duration::from_secs(20),
                "it does not come to be\n{}",
                self.transcript_text()
            );
            real.sleep(Duration::from_millis(4)).await;
        }
    }

    /// Waits until nothing moves any more: no webhook, no event, no message that could go now.
    pub async fn settle(&self) {
        let mut calm = 0;
        let mut why = String::new();
        let real = SystemClock::new();
        while real.mono() < Duration::from_secs(20) {
            real.sleep(Duration::from_millis(4)).await;
            match self.unrest().await {
                None => calm += 1,
                Some(unrest) => (calm, why) = (0, unrest),
            }
            if calm == 3 {
                self.transcript().look();
                return;
            }
        }
        panic!(
            "the desk does not come to rest: {why}\n{}",
            self.transcript().text()
        );
    }

    async fn unrest(&self) -> Option<String> {
        let whatsapp = self.platforms.whatsapp();
        if tokio::time::timeout(Duration::from_millis(1), whatsapp.settled())
            .await
            .is_err()
        {
            return Some("a WhatsApp webhook is under way".into());
        }
        if self.platforms.telegram().waiting() > 0 {
            return Some("Telegram has updates that nobody took".into());
        }
        let mut tx = self.desk.db.read().await.ok()?;
        let events = inbox::store::pending(&mut tx).await.expect("a count");
        let rows = outbox::store::moving(&mut tx, self.desk.clock.now())
            .await
            .expect("a count");
        let files = sapa_core::media::wanted(&mut tx).await.expect("a count");
        let codes = sapa_core::otp::unsent(&mut tx).await.expect("a count");
        let people = sapa_core::people::waiting(&mut tx).await.expect("a count");
        (events + rows + files + codes + people > 0).then(|| {
            format!(
                "{events} events, {rows} messages, {files} files, {codes} codes and {people} people's data are under way"
            )
        })
    }

    /// What everybody has seen so far, ticket numbers replaced in the order of their appearance.
    pub fn transcript_text(&self) -> String {
        self.transcript().text()
    }

    fn transcript(&self) -> std::sync::MutexGuard<'_, Transcript> {
        self.transcript
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A line of the narrator.
    pub fn note(&self, line: &str) {
        self.transcript().narrate(line);
    }

    /// Ends the world in good order; fails when an event lies dead or the desk did not leave in time.
    pub async fn close(self) -> String {
        self.settle().await;
        let dead = {
            let mut tx = self.desk.db.read().await.expect("a transaction");
            inbox::dead::list(&mut tx, 10).await.expect("the dead")
        };
        assert!(
            dead.is_empty(),
            "events lie dead: {dead:?}\n{}",
            self.transcript_text()
        );
        self.stop.cancel();
        let left = tokio::time::timeout(Duration::from_secs(10), self.running).await;
        left.expect("the desk leaves within ten seconds")
            .expect("it does not panic")
            .expect("it leaves in good order");
        let transcript = self
            .transcript
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        transcript.text()
    }
}

struct Started {
    desk: Desk,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
    address: String,
}

async fn start(
    platforms: &Platforms,
    clock: &MovableClock,
    url: &str,
    folder: &std::path::Path,
    plan: &Plan,
) -> Started {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let mut settings = people::settings(folder);
    settings.pages_url.clone_from(&address);
    (plan.settings)(&mut settings);
    let desk = Desk {
        db: Db::connect(url).await.expect("the database opens"),
        clock: Arc::new(clock.clone()),
        ids: Ids::new(Arc::new(SystemEntropy)),
        keys: people::keys(),
        texts: Arc::new(Texts::load(None).expect("the built-in texts load")),
        settings: Arc::new(settings),
        river: Arc::new(plan.river.clone()),
        bell: sapa_core::desk::Bell::default(),
        inflow: sapa_core::desk::Inflow::default(),
        health: sapa_core::desk::Health::default(),
        ages: sapa_core::otp::Ages::default(),
        live: sapa_core::settings::Live::default(),
    };
    let telegram_mode = if plan.telegram_webhook {
        TelegramMode::Webhook {
            url: format!("{address}/webhooks/telegram"),
        }
    } else {
        TelegramMode::Polling
    };
    let app = App {
        desk: desk.clone(),
        whatsapp: people::whatsapp_account(platforms),
        telegram: people::telegram_account(platforms, plan.telegram_webhook),
        telegram_mode,
        rates: Rates::default(),
        rivers: None,
        retention: plan.retention.clone(),
        http: sapa::Http::default(),
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn(sapa::run(app, listener, stop.clone()));
    let webhook = format!("{address}/webhooks/whatsapp");
    platforms
        .whatsapp()
        .connect_webhook(&webhook)
        .await
        .expect("the webhook is verified");
    Started {
        desk,
        stop,
        running,
        address,
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

/// Plays a story on one database.
pub fn play<F: Future<Output = ()>>(story: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(story);
}

/// A story that must go the same way on both databases; its transcript is one snapshot for both.
macro_rules! story {
    ($(#[$meta:meta])* $name:ident, |$base:ident| $body:expr) => {
        $(#[$meta])*
        mod $name {
            use super::*;
            use crate::world::{Base, play};

            async fn story($base: Base) -> String {
                $body
            }

            fn check(base: Base) {
                play(async move {
                    let transcript = story(base).await;
                    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
                        insta::assert_snapshot!(stringify!($name), transcript);
                    });
                });
            }

            #[test]
            fn sqlite() {
                check(Base::Sqlite);
            }

            #[test]
            fn postgres() {
                check(Base::Postgres);
            }
        }
    };
}

pub(crate) use story;
