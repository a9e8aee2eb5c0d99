//! The people of a world: what they do, each act followed to its end.

use sapa_core::{
    desk::{Settings, Ticks},
    i18n::Locale,
    inbox::Channel,
    security::Keys,
};
use sapa_sandbox::{Media, Platforms, Shown, Side, credentials};
use secrecy::SecretString;

use super::World;

/// A customer with a phone.
pub struct Customer<'w> {
    pub(super) world: &'w World,
    pub name: String,
    pub phone: String,
}

impl Customer<'_> {
    pub async fn says(&self, text: &str) {
        self.world.transcript().act(&self.name, text);
        self.world.platforms.whatsapp().says(&self.phone, text);
        self.world.settle().await;
    }

    /// Says something in answer to the newest message that contains `quoted`.
    pub async fn says_quoting(&self, quoted: &str, text: &str) {
        let chat = self.world.platforms.whatsapp().chat(&self.phone);
        let message = chat
            .iter()
            .rev()
            .find(|m| m.words().contains(quoted))
            .expect("the quoted message");
        self.world
            .transcript()
            .act(&self.name, &format!("({quoted}…) {text}"));
        self.world
            .platforms
            .whatsapp()
            .says_quoting(&self.phone, text, &message.id)
            .expect("it can be quoted");
        self.world.settle().await;
    }

    pub async fn taps(&self, choice: &str) {
        self.world
            .transcript()
            .act(&self.name, &format!("[{choice}]"));
        let whole = self
            .whole_label(choice)
            .unwrap_or_else(|| choice.to_owned());
        let tapped = self.world.platforms.whatsapp().taps(&self.phone, &whole);
        tapped.unwrap_or_else(|missing| panic!("{missing}\n{}", self.world.transcript_text()));
        self.world.settle().await;
    }

    /// The newest label that begins with these letters: numbers of tickets are not known beforehand.
    fn whole_label(&self, beginning: &str) -> Option<String> {
        let labels = |m: &Shown| {
            let rows = m
                .list
                .iter()
                .flat_map(|list| list.rows.iter().map(|row| row.title.clone()));
            m.buttons
                .iter()
                .map(|b| b.title.clone())
                .chain(rows)
                .collect::<Vec<_>>()
        };
        self.heard()
            .iter()
            .rev()
            .flat_map(labels)
            .find(|label| label.starts_with(beginning))
    }

    pub async fn sends(&self, what: &str, file: Media, caption: Option<&str>) {
        self.world.transcript().act(
            &self.name,
            &format!("({what}) {}", caption.unwrap_or_default()),
        );
        self.world
            .platforms
            .whatsapp()
            .sends(&self.phone, file, caption);
        self.world.settle().await;
    }

    pub fn reads(&self) {
        self.world.platforms.whatsapp().delivers(&self.phone);
        self.world.platforms.whatsapp().reads(&self.phone);
    }

    /// What the desk has said, newest last.
    pub fn heard(&self) -> Vec<Shown> {
        let chat = self.world.platforms.whatsapp().chat(&self.phone);
        chat.into_iter().filter(|m| m.from == Side::Them).collect()
    }

    /// The last words of the desk.
    pub fn last(&self) -> String {
        self.heard().last().map(Shown::words).unwrap_or_default()
    }

    /// The short way to a ticket, up to the confirmation; the ticket's number.
    pub async fn opens_a_ticket(&self, text: &str) -> String {
        self.says(text).await;
        for tap in ["Buat tiket", "Perbaikan", "Tinggi - 4 jam", "Kirim tiket"] {
            self.taps(tap).await;
        }
        number_in(&self.last()).unwrap_or_else(|| {
            panic!(
                "no number in {:?}\n{}",
                self.last(),
                self.world.transcript_text()
            )
        })
    }
}

/// Somebody on Telegram.
pub struct Agent<'w> {
    pub(super) world: &'w World,
    pub id: i64,
}

impl Agent<'_> {
    fn acts(&self, what: &str) {
        let name = self.world.transcript().name_of(self.id);
        self.world.transcript().act(&name, what);
    }

    pub async fn says(&self, text: &str) -> i64 {
        self.acts(text);
        let id = self.world.platforms.telegram().says(self.id, text);
        self.world.settle().await;
        id
    }

    /// Replies to the newest message that contains `quoted`.
    pub async fn replies(&self, quoted: &str, text: &str) -> i64 {
        let id = self.starts_replying(quoted, text);
        self.world.settle().await;
        id
    }

    /// The same, without waiting for what comes of it.
    pub fn starts_replying(&self, quoted: &str, text: &str) -> i64 {
        let to = self.find(quoted);
        self.acts(&format!("(↩ {quoted}) {text}"));
        let telegram = self.world.platforms.telegram();
        telegram
            .replies(self.id, to, text)
            .expect("it can be replied to")
    }

    pub async fn sends(&self, quoted: &str, what: &str, file: Media, caption: Option<&str>) -> i64 {
        let to = self.find(quoted);
        self.acts(&format!(
            "(↩ {quoted}) ({what}) {}",
            caption.unwrap_or_default()
        ));
        let id = self
            .world
            .platforms
            .telegram()
            .sends(self.id, file, caption, Some(to))
            .expect("it can be sent");
        self.world.settle().await;
        id
    }

    pub async fn presses(&self, key: &str) {
        self.acts(&format!("[{key}]"));
        let keys = |m: &Shown| {
            m.keyboard
                .iter()
                .flatten()
                .map(|key| key.text.clone())
                .collect::<Vec<_>>()
        };
        let chat = self.heard();
        let whole = chat
            .iter()
            .rev()
            .flat_map(keys)
            .find(|label| label.contains(key));
        let whole = whole.unwrap_or_else(|| key.to_owned());
        let pressed = self
            .world
            .platforms
            .telegram()
            .presses_newest(self.id, &whole);
        pressed.unwrap_or_else(|missing| panic!("{missing}\n{}", self.world.transcript_text()));
        self.world.settle().await;
    }

    pub async fn edits(&self, message: i64, text: &str) {
        self.acts(&format!("(changes his message) {text}"));
        self.world
            .platforms
            .telegram()
            .edits(self.id, message, text)
            .expect("it can be changed");
        self.world.settle().await;
    }

    /// Everything in the chat that the desk wrote.
    pub fn heard(&self) -> Vec<Shown> {
        let chat = self.world.platforms.telegram().chat(self.id);
        chat.into_iter()
            .filter(|m| m.from == Side::Them && !m.deleted)
            .collect()
    }

    pub fn last(&self) -> String {
        self.heard().last().map(Shown::words).unwrap_or_default()
    }

    /// The reactions on one of his own messages.
    pub fn reactions(&self, message: i64) -> Vec<String> {
        self.world
            .platforms
            .telegram()
            .message(self.id, message)
            .map(|m| m.reactions)
            .unwrap_or_default()
    }

    fn find(&self, quoted: &str) -> i64 {
        let chat = self.heard();
        let found = chat.iter().rev().find(|m| m.words().contains(quoted));
        let found = found.unwrap_or_else(|| {
            panic!("nobody said \"{quoted}\"\n{}", self.world.transcript_text())
        });
        found.id.parse().expect("a message id")
    }
}

/// The first ticket number in a text.
pub fn number_in(text: &str) -> Option<String> {
    sapa_core::ids::ticket_number_in(text).map(str::to_owned)
}

pub(super) fn whatsapp_account(platforms: &Platforms) -> sapa_bot::whatsapp::Account {
    let api_url: reqwest::Url = platforms.whatsapp_url().parse().expect("an address");
    let host = format!("127.0.0.1:{}", api_url.port().expect("a port"));
    sapa_bot::whatsapp::Account {
        access_token: SecretString::from(credentials::ACCESS_TOKEN),
        phone_number_id: credentials::PHONE_NUMBER_ID.into(),
        app_secret: SecretString::from(credentials::APP_SECRET),
        verify_token: credentials::VERIFY_TOKEN.into(),
        api_url,
        api_version: "v23.0".into(),
        business_account_id: Some(credentials::BUSINESS_ACCOUNT_ID.into()),
        media_hosts: vec![host],
    }
}

pub(super) fn telegram_account(
    platforms: &Platforms,
    webhook: bool,
) -> sapa_bot::telegram::Account {
    sapa_bot::telegram::Account {
        token: SecretString::from(credentials::BOT_TOKEN),
        api_url: platforms.telegram_url().parse().expect("an address"),
        webhook_secret: webhook.then(|| SecretString::from("a-secret-for-tests")),
    }
}

/// How a world's desk is set up.
pub(super) fn settings(folder: &std::path::Path) -> Settings {
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
        pages_url: String::new(),
        ticks: Ticks::Reaction,
        media_dir: folder.join("media"),
        media_max_bytes: 20_000_000,
    }
}

/// The same before and after a restart.
pub(super) fn keys() -> Keys {
    Keys::new(&SecretString::from("the secret key of every world..."), &[])
}
