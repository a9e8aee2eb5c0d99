//! A desk on SQLite with people around it, and what they hear, as a transcript.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use sapa_core::{
    clock::{Clock as _, Millis, MovableClock},
    contacts::{self, Identity},
    conversations::{self, Owner},
    db::Db,
    desk::{Bell, Desk, Health, Inflow, River, Settings, Ticks},
    i18n::{Locale, Texts},
    ids::{Ids, SystemEntropy},
    inbox::{Channel, Ephemeral},
    messages::{self, Author, Kind, NewMessage},
    outbox::Choice,
    routing,
    staff::{self, Availability, Role, Staff},
    tickets::{self, NewTicket, Priority, Ticket},
};

use super::super::StaffDesk;
use crate::inbound::{FromStaff, Said, StaffAccount};

/// 23 November 2026, 11.42 in Jakarta.
pub const NOW: Millis = Millis(1_795_408_920_000);

/// Something that stands in a chat.
#[derive(Clone)]
pub struct Posted {
    pub chat: String,
    pub external_id: String,
    pub text: String,
    pub choices: Vec<Choice>,
}

/// The house.
pub struct House {
    pub desk: Desk,
    pub clock: MovableClock,
    pub transcript: String,
    /// What is sent now belongs to this album.
    pub album: Option<String>,
    pub chats: Vec<Posted>,
    names: Vec<(String, String)>,
    pub count: u32,
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
    /// An empty one.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One that is set up a little differently.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        let db = Db::connect(&url).await.expect("SQLite opens");
        db.migrate().await.expect("the schema migrates");
        let clock = MovableClock::starting_at(NOW);
        let mut settings = Settings {
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
            media_max_bytes: 1_000_000,
        };
        change(&mut settings);
        let desk = Desk {
            db,
            clock: Arc::new(clock.clone()),
            ids: Ids::new(Arc::new(SystemEntropy)),
            keys: sapa_core::security::Keys::ephemeral(&SystemEntropy),
            texts: Arc::new(Texts::load(None).expect("the texts load")),
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
            transcript: String::new(),
            album: None,
            chats: Vec::new(),
            names: Vec::new(),
            count: 0,
            _folder: folder,
        }
    }

    /// Somebody who works here; online unless he is a viewer.
    pub async fn staff(&mut self, name: &str, role: Role) -> Staff {
        let chat = format!("7{}", self.names.len());
        let me = acting!(self, |act| {
            let invite = staff::invite(act, name, role, None).await.expect("invited");
            let locale = Some(Locale::Id);
            let me = staff::redeem(act, &invite.token, &chat, &chat, locale)
                .await
                .expect("redeemed");
            if role != Role::Viewer {
                staff::set_availability(act, &me, Availability::Online)
                    .await
                    .expect("online");
            }
            me
        });
        self.names.push((chat, name.to_owned()));
        me
    }

    /// Somebody who wrote to us a moment ago.
    pub async fn customer(&mut self, name: &str, wa_id: &str) -> String {
        let id = acting!(self, |act| {
            let identity = Identity {
                wa_id: Some(wa_id.to_owned()),
                user_id: None,
            };
            let mut met = contacts::meet(act, &identity, Some(name))
                .await
                .expect("met");
            contacts::opened_window(act, &mut met.customer, act.now)
                .await
                .expect("opened");
            met.customer.id
        });
        self.names.push((id.clone(), name.to_owned()));
        id
    }

    /// The customer opens a ticket of these words.
    pub async fn ticket(&mut self, customer_id: &str, words: &str) -> Ticket {
        let channel = self.desk.settings.whatsapp.clone();
        self.count += 1;
        let external_id = format!("wamid.{}", self.count);
        let ticket = acting!(self, |act| {
            let talk = conversations::current(act, customer_id, &channel)
                .await
                .expect("a conversation");
            let new = said(&talk, words, &external_id, act.now);
            let message = messages::store(act, new)
                .await
                .expect("stored")
                .expect("new");
            let new = NewTicket {
                customer_id: customer_id.to_owned(),
                conversation_id: Some(talk.id),
                type_id: "repair".into(),
                priority: Priority::High,
                title: tickets::title_of(words),
                description: words.to_owned(),
                message_ids: vec![message.id],
            };
            let ticket = tickets::open(act, new).await.expect("opened");
            let rota = routing::lock(act).await.expect("the lock");
            routing::assign_ticket(act, &rota, &ticket)
                .await
                .expect("assigned");
            ticket
        });
        self.pump().await;
        ticket
    }

    /// The customer asks for a person.
    pub async fn asks_for_a_person(&mut self, customer_id: &str) {
        let channel = self.desk.settings.whatsapp.clone();
        acting!(self, |act| {
            let talk = conversations::current(act, customer_id, &channel)
                .await
                .expect("a conversation");
            let rota = routing::lock(act).await.expect("the lock");
            routing::assign_conversation(act, &rota, &talk)
                .await
                .expect("assigned");
        });
        self.pump().await;
    }

    /// The customer writes; an agent who has the conversation gets it.
    pub async fn writes(&mut self, customer_id: &str, words: &str) {
        let channel = self.desk.settings.whatsapp.clone();
        self.count += 1;
        let external_id = format!("wamid.{}", self.count);
        // Whoever wrote in the same millisecond as he was queued would not have written after it.
        self.clock.advance(Duration::from_millis(5));
        acting!(self, |act| {
            let mut customer = contacts::by_id(act.tx, customer_id)
                .await
                .expect("looked for")
                .expect("a customer");
            contacts::opened_window(act, &mut customer, act.now)
                .await
                .expect("opened");
            let talk = conversations::current(act, customer_id, &channel)
                .await
                .expect("a conversation");
            let new = said(&talk, words, &external_id, act.now);
            let message = messages::store(act, new)
                .await
                .expect("stored")
                .expect("new");
            if let (Owner::Agent, Some(agent)) = (talk.owner, &talk.staff_id) {
                let agent = staff::by_id(act.tx, agent)
                    .await
                    .expect("a look")
                    .expect("known");
                messages::relay_to_staff(act, &message, &agent)
                    .await
                    .expect("relayed");
            }
        });
        let name = self.name(customer_id);
        self.note(&format!("{name}: {words}"));
        self.pump().await;
    }

    /// Words in a private chat.
    pub async fn says(&mut self, me: &Staff, words: &str) -> String {
        self.note(&format!("{}: {words}", me.name));
        self.does(me, Said::Text(words.into()), None).await.0
    }

    /// Words in reply to the newest post in the chat that contains this.
    pub async fn replies(&mut self, me: &Staff, to: &str, words: &str) -> String {
        let to = self.find(me, |post| post.text.contains(to)).external_id;
        self.note(&format!("{} (↩): {words}", me.name));
        self.does(me, Said::Text(words.into()), Some(to)).await.0
    }

    /// Changes an earlier message.
    pub async fn edits(&mut self, me: &Staff, original: &str, words: &str) {
        self.note(&format!("{} (✎): {words}", me.name));
        let said = Said::Edited {
            original: original.into(),
            text: words.into(),
        };
        self.does(me, said, None).await;
    }

    /// Presses the newest button of this label.
    pub async fn presses(&mut self, me: &Staff, label: &str) -> Vec<Ephemeral> {
        let has = |post: &Posted| post.choices.iter().any(|choice| choice.label == label);
        let post = self.find(me, has);
        let choice = post
            .choices
            .iter()
            .find(|choice| choice.label == label)
            .expect("it has the button");
        self.presses_id(me, &post.external_id, &choice.id.clone(), label)
            .await
    }

    /// Presses a button that may stand there no longer.
    pub async fn presses_id(
        &mut self,
        me: &Staff,
        post: &str,
        id: &str,
        label: &str,
    ) -> Vec<Ephemeral> {
        self.note(&format!("{}: [{label}]", me.name));
        let said = Said::Choice {
            id: id.into(),
            label: label.into(),
            press: Some("press".into()),
        };
        let (_, effects) = self.does_on(me, said, None, Some(post.to_owned())).await;
        effects
    }

    /// The id of a button and of the post that it stands below.
    pub fn button(&self, me: &Staff, label: &str) -> (String, String) {
        let has = |post: &Posted| post.choices.iter().any(|choice| choice.label == label);
        let post = self.find(me, has);
        let choice = post.choices.into_iter().find(|c| c.label == label);
        (post.external_id, choice.expect("it has the button").id)
    }

    pub async fn does(
        &mut self,
        me: &Staff,
        said: Said,
        replies_to: Option<String>,
    ) -> (String, Vec<Ephemeral>) {
        self.does_on(me, said, replies_to, None).await
    }

    async fn does_on(
        &mut self,
        me: &Staff,
        said: Said,
        replies_to: Option<String>,
        on: Option<String>,
    ) -> (String, Vec<Ephemeral>) {
        let chat = me.telegram_chat_id.clone().expect("a chat");
        self.account_does(&chat, &me.name, said, replies_to, on)
            .await
    }

    /// What somebody does in his own private chat.
    pub fn words_of(
        &self,
        chat: &str,
        name: &str,
        external_id: &str,
        said: Said,
        replies_to: Option<String>,
    ) -> FromStaff {
        FromStaff {
            account: StaffAccount {
                telegram_id: chat.to_owned(),
                chat: chat.to_owned(),
                name: name.to_owned(),
                language: Some("id".into()),
            },
            external_id: external_id.to_owned(),
            at: self.clock.now(),
            received_at: self.clock.now(),
            replies_to,
            album: None,
            said,
        }
    }

    /// Anybody does something in his own private chat.
    pub async fn account_does(
        &mut self,
        chat: &str,
        name: &str,
        said: Said,
        replies_to: Option<String>,
        on: Option<String>,
    ) -> (String, Vec<Ephemeral>) {
        self.count += 1;
        let external_id = on.unwrap_or_else(|| self.count.to_string());
        let from = FromStaff {
            album: self.album.clone(),
            ..self.words_of(chat, name, &external_id, said, replies_to)
        };
        let effects = acting!(self, |act| StaffDesk::new()
            .handle(act, from)
            .await
            .expect("it is handled"));
        for effect in &effects {
            if let Ephemeral::AnswerPress {
                text: Some(text), ..
            } = effect
            {
                self.note(&format!("  ({text})"));
            }
        }
        self.pump().await;
        (external_id, effects)
    }

    /// What was said since the last look.
    pub fn heard(&mut self) -> String {
        let text = std::mem::take(&mut self.transcript);
        // Numbers differ from run to run; in a button only their letters stand.
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find("TKT-") {
            out.push_str(&rest[..at]);
            out.push_str("TKT-NUMBER");
            rest = rest.get(at + 12..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }

    pub fn note(&mut self, line: &str) {
        let _ = writeln!(self.transcript, "{line}");
    }

    fn find(&self, me: &Staff, fits: impl Fn(&Posted) -> bool) -> Posted {
        let chat = me.telegram_chat_id.as_deref().expect("a chat");
        let found = self
            .chats
            .iter()
            .rev()
            .find(|post| post.chat == chat && fits(post));
        found
            .unwrap_or_else(|| panic!("nothing like it in the chat:\n{}", self.transcript))
            .clone()
    }

    pub fn name(&self, id: &str) -> String {
        let known = self.names.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }
}

fn said(
    talk: &conversations::Conversation,
    words: &str,
    external_id: &str,
    at: Millis,
) -> NewMessage {
    NewMessage {
        conversation_id: talk.id.clone(),
        customer_id: talk.customer_id.clone(),
        ticket_id: talk.ticket_id.clone(),
        author: Author::Customer,
        staff_id: None,
        kind: Kind::Text,
        body: words.to_owned(),
        details: None,
        media_id: None,
        channel: talk.channel.clone(),
        chat: String::new(),
        external_id: external_id.to_owned(),
        quotes: None,
        written_at: at,
    }
}
