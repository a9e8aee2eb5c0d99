//! What every room of the house needs: the database, the clock, ids, texts and the desk's settings; and [`Act`], one piece of work on them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono_tz::Tz;
use tokio::sync::watch;

use crate::{
    clock::{Clock, Millis},
    db::{self, Db, Tx},
    i18n::{Locale, Localizer, Texts},
    ids::Ids,
    inbox::Channel,
    otp,
    security::Keys,
    settings,
};

/// A running desk.
#[derive(Clone)]
pub struct Desk {
    /// Its memory.
    pub db: Db,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Its ids and tokens.
    pub ids: Ids,
    /// What it keeps secrets with.
    pub keys: Keys,
    /// Its words.
    pub texts: Arc<Texts>,
    /// Its ways.
    pub settings: Arc<Settings>,
    /// How patient its rivers are.
    pub river: Arc<River>,
    /// Wakes whoever waits for work.
    pub bell: Bell,
    /// How much comes in, for limits that count both directions.
    pub inflow: Inflow,
    /// How the platforms treat us.
    pub health: Health,
    /// How old one-time codes are.
    pub ages: otp::Ages,
    /// What was changed of its ways since it started.
    pub live: settings::Live,
}

/// How a desk is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The business's name, as customers read it.
    pub name: String,
    /// The zone in which people are told times.
    pub time_zone: Tz,
    /// The language of whoever has told no other.
    pub locale: Locale,
    /// ISO 3166 country whose local phone numbers people type.
    pub default_region: String,
    /// ISO 4217: what prices and invoices are in unless they say otherwise.
    pub currency: String,
    /// The WhatsApp account that customers write to.
    pub whatsapp: Channel,
    /// The Telegram account that staff write to.
    pub telegram: Channel,
    /// An approved template (name, language) for notices outside the window.
    pub notice_template: Option<(String, String)>,
    /// An approved template (name, language) that asks a customer to write again.
    pub reopen_template: Option<(String, String)>,
    /// An approved authentication template (name, language) for one-time codes.
    pub otp_template: Option<(String, String)>,
    /// Where the staff's pages are reached from outside, without a slash at the end.
    pub pages_url: String,
    /// How an agent sees how far an answer has come.
    pub ticks: Ticks,
    /// Where files lie.
    pub media_dir: std::path::PathBuf,
    /// The largest file that is fetched, in bytes.
    pub media_max_bytes: u64,
}

/// How patient the rivers are.
#[derive(Clone, Debug)]
pub struct River {
    /// How long a claimed lane is a process's own without being renewed.
    pub lease: Duration,
    /// How long a WhatsApp message that may have gone out waits for a status that tells.
    pub grace: Duration,
    /// How often handling an event is tried again before it is parked.
    pub event_retries: u32,
    /// The pauses before a refused message is tried again; when they are used up it has failed.
    pub send_retries: Vec<Duration>,
}

impl Default for River {
    fn default() -> Self {
        let seconds = [1, 4, 15, 60, 180, 600, 1_800, 3_600, 7_200, 14_400];
        Self {
            lease: Duration::from_secs(30),
            grace: Duration::from_mins(1),
            event_retries: 5,
            send_retries: seconds.map(Duration::from_secs).to_vec(),
        }
    }
}

/// Messages that came in on a channel since a sender last asked: WhatsApp counts both directions against a number's throughput.
#[derive(Clone, Default)]
pub struct Inflow(Arc<Mutex<HashMap<Channel, u64>>>);

impl Inflow {
    /// So many came in.
    pub fn add(&self, channel: &Channel, count: u64) {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *channels.entry(channel.clone()).or_default() += count;
    }

    /// How many came in since the last call.
    pub fn take(&self, channel: &Channel) -> u64 {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        channels
            .get_mut(channel)
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

/// How a platform treats us at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It does not answer, or asks to come later; what is to be sent waits.
    Delayed(String),
    /// It refuses the account; nothing goes out until somebody mends that.
    Refused(String),
}

/// Which channels are in trouble, with the platform's code.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<HashMap<Channel, (Trouble, Duration)>>>);

impl Health {
    /// The platform refuses the account. True when that is news. `mono`: now, by the clock that does not jump; so for all of these.
    pub fn refused(&self, channel: &Channel, code: &str, mono: Duration) -> bool {
        let trouble = (Trouble::Refused(code.to_owned()), mono);
        let before = self.lock().insert(channel.clone(), trouble);
        !matches!(before, Some((Trouble::Refused(_), _)))
    }

    /// The platform cannot be reached or is overloaded.
    pub fn delayed(&self, channel: &Channel, code: &str, mono: Duration) {
        let mut channels = self.lock();
        if !matches!(channels.get(channel), Some((Trouble::Refused(_), _))) {
            channels.insert(channel.clone(), (Trouble::Delayed(code.to_owned()), mono));
        }
    }

    /// A message went out: whatever was wrong is mended. True when the account had been refused.
    pub fn went_out(&self, channel: &Channel) -> bool {
        let before = self.lock().remove(channel);
        matches!(before, Some((Trouble::Refused(_), _)))
    }

    /// What this process saw long ago is not so for ever: trouble that nothing has confirmed since `before` is over.
    pub fn outlived(&self, channel: &Channel, before: Duration) {
        let mut channels = self.lock();
        if channels.get(channel).is_some_and(|(_, at)| *at < before) {
            channels.remove(channel);
        }
    }

    /// What is wrong with a channel, if anything is.
    pub fn trouble(&self, channel: &Channel) -> Option<Trouble> {
        self.lock().get(channel).map(|(trouble, _)| trouble.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Channel, (Trouble, Duration)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an agent sees how far an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticks {
    /// A reaction on his message.
    Reaction,
    /// A line in reply to it, edited in place.
    Line,
    /// Failures only.
    Off,
}

impl Desk {
    /// The texts in a language, in the desk's zone.
    pub fn localizer(&self, locale: Locale) -> Localizer {
        self.texts.localizer(locale, self.set_up().time_zone)
    }

    /// Its ways as they are now: what it was started with, and what was changed since.
    pub fn set_up(&self) -> Arc<Settings> {
        self.live.over(&self.settings)
    }

    /// One piece of work that no event caused: its outbox rows get ids of their own.
    pub fn act<'t>(&self, tx: &'t mut Tx) -> Act<'t> {
        let now = self.clock.now();
        self.act_for(tx, self.ids.id(now))
    }

    /// One piece of work that has a cause: a replay of the same cause makes the same rows.
    pub fn act_for<'t>(&self, tx: &'t mut Tx, cause: String) -> Act<'t> {
        let mut desk = self.clone();
        desk.settings = self.set_up();
        Act {
            desk,
            tx,
            now: self.clock.now(),
            cause,
            rows: 0,
            wants_file: false,
        }
    }
}

/// One piece of work on the desk, inside somebody's transaction. Whoever owns the event, request or job owns the transaction;
/// domain functions take the act, and neither begin nor commit.
pub struct Act<'t> {
    /// The desk.
    pub desk: Desk,
    /// The transaction.
    pub tx: &'t mut Tx,
    /// The one instant that the whole act happens at.
    pub now: Millis,
    cause: String,
    rows: u32,
    wants_file: bool,
}

impl Act<'_> {
    /// A new id.
    pub fn id(&self) -> String {
        self.desk.ids.id(self.now)
    }

    /// The texts in a language.
    pub fn localizer(&self, locale: Locale) -> Localizer {
        self.desk.localizer(locale)
    }

    /// Whether something was put into the outbox.
    pub(crate) fn made_rows(&self) -> bool {
        self.rows > 0
    }

    /// A file is wanted: once this is committed, whoever fetches files looks.
    pub(crate) fn want_file(&mut self) {
        self.wants_file = true;
    }

    /// Whether a file is wanted.
    pub(crate) fn wants_file(&self) -> bool {
        self.wants_file
    }

    pub(crate) fn next_row_id(&mut self) -> String {
        self.rows += 1;
        format!("{}.{}", self.cause, self.rows)
    }
}

/// Bells that wake the engines. A ring is never lost: who was busy hears it when he listens again.
#[derive(Clone)]
pub struct Bell {
    inbox: watch::Sender<u64>,
    statuses: watch::Sender<u64>,
    outbox: watch::Sender<u64>,
    media: watch::Sender<u64>,
    codes: watch::Sender<u64>,
    people: watch::Sender<u64>,
    settings: watch::Sender<u64>,
    afar: watch::Sender<u64>,
    remote: watch::Sender<u64>,
}

/// Somebody who listens to a bell.
pub type Ear = watch::Receiver<u64>;

impl Default for Bell {
    fn default() -> Self {
        let bell = || watch::Sender::new(0);
        Self {
            inbox: bell(),
            statuses: bell(),
            outbox: bell(),
            media: bell(),
            codes: bell(),
            people: bell(),
            settings: bell(),
            afar: bell(),
            remote: bell(),
        }
    }
}

impl Bell {
    /// There are events to handle.
    pub fn ring_inbox(&self) {
        self.inbox.send_modify(|n| *n += 1);
        self.remote.send_modify(|n| *n += 1);
    }

    /// There are statuses to apply.
    pub fn ring_statuses(&self) {
        self.statuses.send_modify(|n| *n += 1);
        self.remote.send_modify(|n| *n += 1);
    }

    /// There is something to send.
    pub fn ring_outbox(&self) {
        self.outbox.send_modify(|n| *n += 1);
        self.remote.send_modify(|n| *n += 1);
    }

    /// There is a file to fetch.
    pub fn ring_media(&self) {
        self.media.send_modify(|n| *n += 1);
        self.remote.send_modify(|n| *n += 1);
    }

    /// There are one-time codes to send.
    pub fn ring_codes(&self) {
        self.codes.send_modify(|n| *n += 1);
    }

    /// Something was asked for about one person's data.
    pub fn ring_people(&self) {
        self.people.send_modify(|n| *n += 1);
    }

    /// The settings were changed, here.
    pub fn ring_settings(&self) {
        self.settings.send_modify(|n| *n += 1);
    }

    /// Another process wrote something: everybody here looks.
    pub fn ring_from_afar(&self) {
        for bell in [
            &self.inbox,
            &self.statuses,
            &self.outbox,
            &self.media,
            &self.afar,
        ] {
            bell.send_modify(|n| *n += 1);
        }
    }

    /// Hears [`Bell::ring_inbox`].
    pub fn inbox(&self) -> Ear {
        self.inbox.subscribe()
    }

    /// Hears [`Bell::ring_statuses`].
    pub fn statuses(&self) -> Ear {
        self.statuses.subscribe()
    }

    /// Hears [`Bell::ring_outbox`].
    pub fn outbox(&self) -> Ear {
        self.outbox.subscribe()
    }

    /// Hears that a file may be wanted.
    pub fn media(&self) -> Ear {
        self.media.subscribe()
    }

    /// Hears [`Bell::ring_codes`].
    pub fn codes(&self) -> Ear {
        self.codes.subscribe()
    }

    /// Hears [`Bell::ring_people`].
    pub fn people(&self) -> Ear {
        self.people.subscribe()
    }

    /// Hears [`Bell::ring_settings`].
    pub fn settings(&self) -> Ear {
        self.settings.subscribe()
    }

    /// Hears [`Bell::ring_from_afar`].
    pub fn afar(&self) -> Ear {
        self.afar.subscribe()
    }

    /// Passes rings on to other processes and theirs to us, until the future is dropped. On PostgreSQL at most one NOTIFY per 20 ms.
    pub async fn carry(&self, db: &Db, clock: &dyn Clock) -> db::Result<()> {
        let hear = async {
            let mut listener = db::Listener::start(db).await?;
            loop {
                listener.heard(clock).await?;
                self.ring_from_afar();
            }
        };
        tokio::select! {
            heard = hear => heard,
            told = self.tell(db, clock) => told,
        }
    }

    async fn tell(&self, db: &Db, clock: &dyn Clock) -> db::Result<()> {
        let mut rung = self.remote.subscribe();
        loop {
            if rung.changed().await.is_err() {
                return Ok(());
            }
            if let Db::Postgres(pool) = db {
                clock.sleep(Duration::from_millis(20)).await;
                rung.borrow_and_update();
                db::notify(pool).await?;
            }
        }
    }
}
