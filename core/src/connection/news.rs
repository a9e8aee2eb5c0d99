//! What can be told about a channel's health, and how well each of it means that we are.

use std::time::Duration;

use super::Level;
use crate::{clock::Millis, desk::Settings};

/// The subject under which our own number stands, as it is shown.
pub(super) const PHONE: &str = "phone";
/// A token that ends sooner than this is spoken of.
const TOKEN_SOON: Duration = Duration::from_hours(7 * 24);

/// One thing that was heard about a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A message went out.
    Accepted,
    /// A question was answered: the token is good. Whether we may send is not said.
    Answered,
    /// The platform refuses the account, with its code.
    Refused {
        /// The platform's code.
        code: String,
    },
    /// Our number, as people see it.
    Phone(String),
    /// How people take our messages.
    Quality(Quality),
    /// What state the number is in, in the platform's word.
    Number(String),
    /// Whether we may send at the moment.
    Sending(Sending, Option<String>),
    /// What became of the name that people see.
    Name(Review, Option<String>),
    /// How many people may be written to first in a day; `unlimited` for as many as we like.
    Limit(String),
    /// How fast we may send.
    Throughput(Throughput),
    /// How the business account stands with the platform.
    Account(Standing),
    /// Something that the platform wants us to know.
    Alert {
        /// Its word for it.
        kind: String,
        /// It is serious.
        critical: bool,
    },
    /// Somebody changed what protects the number.
    Security(String),
    /// How long the token lasts.
    Token(Token),
    /// Whether events come to us.
    Webhook(Webhook),
    /// What waits at the platform for us.
    Backlog(Backlog),
    /// Whether somebody else takes our updates away.
    Conflict(bool),
    /// A message template and its state, in the platform's words.
    Template {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
        /// Its state: `APPROVED`, `PAUSED` …
        status: String,
    },
    /// A template costs another price from now on.
    Category {
        /// Its name.
        name: String,
        /// Its category until now.
        from: String,
        /// Its category from now on.
        to: String,
    },
    /// What was to hold until some time is over.
    Expired {
        /// What it was about.
        subject: String,
    },
}

/// Meta's `quality_rating`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// High.
    Green,
    /// Medium.
    Yellow,
    /// Low.
    Red,
    /// Not rated yet.
    Unknown,
}

/// Meta's `can_send_message`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Freely.
    Available,
    /// Not everything, or not to everybody.
    Limited,
    /// Nothing.
    Blocked,
}

/// A decision of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// Yes.
    Approved,
    /// Not decided.
    Pending,
    /// No.
    Rejected,
}

/// How fast a number may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throughput {
    /// As every number at first.
    Standard,
    /// Ten times that and more.
    High,
    /// Not told.
    Unknown,
}

/// How the business account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Well.
    Fine,
    /// Its review is not over.
    InReview,
    /// It was not accepted.
    Rejected,
    /// It broke a rule, in the platform's word for it.
    Violation(String),
    /// Some things are forbidden for a while.
    Restricted(Restriction),
    /// It will be shut unless somebody objects.
    ShutSoon,
    /// It is shut.
    Shut,
    /// It is gone.
    Deleted,
    /// The number moved to another device or provider.
    Offboarded,
}

/// What is forbidden, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The platform's words.
    pub kinds: Vec<String>,
    /// Until when, where that is known.
    pub until: Option<Millis>,
}

/// How long a token lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// For ever.
    Lasting,
    /// Until then.
    Until(Millis),
    /// It is no good any more.
    Dead,
}

/// Whether events come to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Webhook {
    /// They do.
    Ours,
    /// They are asked for, and none is needed.
    Polled,
    /// Nobody can say: the settings do not name the business account.
    Unasked,
    /// They do not, and we could not change that.
    Missing,
    /// They did not; now they do again.
    Mended,
    /// Somebody had turned them elsewhere; now they come to us again.
    Stolen,
}

/// What waits at the platform for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many events.
    pub count: i64,
    /// Why the platform could not hand them over lately, in its words.
    pub failing: Option<String>,
}

/// News as they are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub subject: String,
    pub level: Level,
    pub value: String,
    pub detail: Option<String>,
    pub until: Option<Millis>,
}

impl Reading {
    fn new(subject: &str, level: Level, value: impl Into<String>) -> Self {
        Self {
            subject: subject.to_owned(),
            level,
            value: value.into(),
            detail: None,
            until: None,
        }
    }

    fn with(self, detail: Option<String>) -> Self {
        Self { detail, ..self }
    }
}

impl News {
    /// Something that happened, and is no state: told each time.
    pub(super) fn is_event(&self) -> bool {
        matches!(
            self,
            Self::Alert { .. }
                | Self::Security(_)
                | Self::Category { .. }
                | Self::Webhook(Webhook::Mended | Webhook::Stolen)
        )
    }

    /// How it is remembered.
    pub(super) fn reading(&self, settings: &Settings, now: Millis) -> Reading {
        use Level::{Bad, Good};
        match self {
            Self::Accepted | Self::Answered => Reading::new("access", Good, "accepted"),
            Self::Refused { code } => {
                Reading::new("access", Bad, "refused").with(Some(code.clone()))
            }
            Self::Phone(number) => Reading::new(PHONE, Good, number.clone()),
            Self::Quality(quality) => of_quality(*quality),
            Self::Number(status) => Reading::new("number", of_number(status), status.clone()),
            Self::Sending(sending, why) => of_sending(*sending).with(why.clone()),
            Self::Name(review, name) => of_name(*review).with(name.clone()),
            Self::Limit(limit) => Reading::new("limit", Good, limit.clone()),
            Self::Throughput(throughput) => Reading::new("throughput", Good, throughput.word()),
            Self::Account(standing) => of_account(standing),
            Self::Alert { kind, .. } => Reading::new("alert", Good, kind.clone()),
            Self::Security(event) => Reading::new("security", Good, event.clone()),
            Self::Token(token) => of_token(*token, now),
            Self::Webhook(webhook) => of_webhook(webhook),
            Self::Backlog(backlog) => of_backlog(backlog),
            Self::Conflict(true) => Reading::new("polling", Bad, "shared"),
            Self::Conflict(false) => Reading::new("polling", Good, "alone"),
            Self::Template {
                name,
                language,
                status,
            } => {
                let level = of_template(status, used(settings, name, language));
                Reading::new(&template(name, language), level, status.clone())
            }
            Self::Category { name, to, .. } => {
                Reading::new(&format!("category:{name}"), Good, to.clone())
            }
            Self::Expired { subject } => Reading::new(subject, Good, "fine"),
        }
    }
}

impl Throughput {
    fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::High => "high",
            Self::Unknown => "unknown",
        }
    }
}

fn of_quality(quality: Quality) -> Reading {
    let (level, word) = match quality {
        Quality::Green => (Level::Good, "green"),
        Quality::Yellow => (Level::Watch, "yellow"),
        Quality::Red => (Level::Bad, "red"),
        Quality::Unknown => (Level::Good, "unknown"),
    };
    Reading::new("quality", level, word)
}

fn of_sending(sending: Sending) -> Reading {
    let (level, word) = match sending {
        Sending::Available => (Level::Good, "available"),
        Sending::Limited => (Level::Watch, "limited"),
        Sending::Blocked => (Level::Bad, "blocked"),
    };
    Reading::new("sending", level, word)
}

fn of_name(review: Review) -> Reading {
    let (level, word) = match review {
        Review::Approved => (Level::Good, "approved"),
        Review::Pending => (Level::Good, "pending"),
        Review::Rejected => (Level::Watch, "rejected"),
    };
    Reading::new("name", level, word)
}

fn of_webhook(webhook: &Webhook) -> Reading {
    let (level, word) = match webhook {
        Webhook::Ours | Webhook::Mended | Webhook::Stolen => (Level::Good, "ours"),
        Webhook::Polled => (Level::Good, "polled"),
        Webhook::Unasked => (Level::Good, "unasked"),
        Webhook::Missing => (Level::Bad, "missing"),
    };
    Reading::new("webhook", level, word)
}

fn of_backlog(backlog: &Backlog) -> Reading {
    let (level, word) = match &backlog.failing {
        Some(_) => (Level::Watch, "failing"),
        None => (Level::Good, "flowing"),
    };
    let detail = serde_json::json!([backlog.count, backlog.failing]).to_string();
    Reading::new("backlog", level, word).with(Some(detail))
}

/// Meta: template status. One that the desk speaks with has to be approved; of the others only a refusal matters.
fn of_template(status: &str, used: bool) -> Level {
    match (status, used) {
        ("APPROVED" | "REINSTATED", _)
        | ("PENDING" | "IN_APPEAL" | "ARCHIVED" | "UNARCHIVED", false) => Level::Good,
        (_, true) => Level::Bad,
        (_, false) => Level::Watch,
    }
}

/// The subject of a template.
pub(super) fn template(name: &str, language: &str) -> String {
    format!("template:{name}:{language}")
}

/// Whether the desk speaks with this template.
pub(super) fn used(settings: &Settings, name: &str, language: &str) -> bool {
    let is_it = |template: &Option<(String, String)>| {
        template
            .as_ref()
            .is_some_and(|(known, code)| known == name && code == language)
    };
    [
        &settings.notice_template,
        &settings.reopen_template,
        &settings.otp_template,
    ]
    .into_iter()
    .any(is_it)
}

/// Meta: phone number `status`. A word that nobody has told us of is watched.
fn of_number(status: &str) -> Level {
    match status {
        "CONNECTED" => Level::Good,
        "RESTRICTED" | "BANNED" | "DISCONNECTED" | "DELETED" | "UNVERIFIED" => Level::Bad,
        _ => Level::Watch,
    }
}

fn of_account(standing: &Standing) -> Reading {
    let reading = |level, word: &str| Reading::new("account", level, word);
    match standing {
        Standing::Fine => reading(Level::Good, "fine"),
        Standing::InReview => reading(Level::Watch, "in-review"),
        Standing::Rejected => reading(Level::Bad, "rejected"),
        Standing::Violation(kind) => reading(Level::Watch, "violation").with(Some(kind.clone())),
        Standing::Restricted(restriction) => Reading {
            detail: Some(restriction.kinds.join(", ")),
            until: restriction.until,
            ..reading(Level::Bad, "restricted")
        },
        Standing::ShutSoon => reading(Level::Bad, "shut-soon"),
        Standing::Shut => reading(Level::Bad, "shut"),
        Standing::Deleted => reading(Level::Bad, "deleted"),
        Standing::Offboarded => reading(Level::Bad, "offboarded"),
    }
}

fn of_token(token: Token, now: Millis) -> Reading {
    let (level, word, until) = match token {
        Token::Lasting => (Level::Good, "lasting", None),
        Token::Until(at) if at <= now => (Level::Bad, "dead", Some(at)),
        Token::Until(at) if at <= now.plus(TOKEN_SOON) => (Level::Watch, "ending", Some(at)),
        Token::Until(at) => (Level::Good, "until", Some(at)),
        Token::Dead => (Level::Bad, "dead", None),
    };
    Reading {
        until,
        ..Reading::new("token", level, word)
    }
}
