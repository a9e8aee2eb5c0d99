//! The desk's buttons: what each asks for, the id that travels with it, and its label. Pure. An id is no permission: whoever handles a
//! press checks again who pressed and how things stand.

use sapa_core::{
    args,
    contacts::late,
    i18n::{Locale, Localizer},
    otp::delivery,
    outbox::Choice,
    tickets::{Priority, Status, allowed},
};

/// What a card is about; the pressed buttons below it carry the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A ticket, by id.
    Ticket(String),
    /// A conversation without a ticket, by id.
    Talk(String),
}

/// How a customer is told that a ticket is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// In the desk's own words.
    Standard,
    /// In the agent's words.
    Own,
    /// Not at all.
    Silent,
}

/// What a button asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// The next words go to this customer.
    Reply(Subject),
    /// The ticket is being worked on.
    Work(String),
    /// The ticket has to wait; asks why.
    Hold(String),
    /// It has to wait, and nothing is said about why.
    HoldPlain(String),
    /// The ticket is done.
    Done(String),
    /// How the customer is told so.
    Close(Closing, String),
    /// A ticket that is over is to be worked on again.
    Reopen(String),
    /// Somebody who runs the desk has to help with the ticket; asks why.
    Escalate(String),
    /// Nobody has to, after all.
    EscalateNot(String),
    /// This escalated ticket is mine from now on.
    TakeOver(String),
    /// Mine from now on.
    Take(Subject),
    /// To whom? A page of colleagues.
    Move(Subject, usize),
    /// To this colleague.
    Give(Subject, String),
    /// What was said and done.
    History(Subject),
    /// The ticket's card, once more.
    Card(Subject),
    /// A conversation becomes a ticket: of which type?
    Make(String),
    /// Of this type; how urgent?
    MakeType(String, String),
    /// This urgent.
    MakePriority(String, String, Priority),
    /// The conversation is over.
    End(String),
    /// What was kept goes to this customer.
    To(String),
    /// Take this customer over, and send what was kept.
    Claim(String),
    /// What was kept goes to nobody.
    Drop,
    /// What was asked is not wanted any more.
    Never,
    /// Send the template that asks this customer to write again.
    Template(String),
    /// Leave it at that.
    Leave,
    /// Send a late answer (this outbox row) after all.
    Late(String),
    /// Do not send it.
    KeepBack(String),
    /// Send the new words of this message as a correction.
    Correct(String),
    /// Keep the open work.
    Keep,
    /// Hand the open work over.
    HandOver,
    /// Speak this language.
    Speak(Locale),
    /// Come online.
    Online,
    /// Take the oldest that waits.
    Next,
    /// This one-time code was not asked for by him.
    NotMe(String),
    /// All data of this customer go for good.
    Erase(String),
    /// Another try for this dead event.
    DeadRetry(i64),
    /// Another try for all that lay dead before this one.
    DeadAll(i64),
    /// The dead events before this one.
    DeadOlder(i64),
}

impl Press {
    /// The id that travels with the button: at most 64 bytes (Telegram Bot API: `InlineKeyboardButton`).
    pub fn id(&self) -> String {
        match self {
            Self::Reply(about) => about.verb("reply"),
            Self::Work(ticket) => format!("work:{ticket}"),
            Self::Hold(ticket) => format!("hold:{ticket}"),
            Self::HoldPlain(ticket) => format!("held:{ticket}"),
            Self::Done(ticket) => format!("done:{ticket}"),
            Self::Close(Closing::Standard, ticket) => format!("std:{ticket}"),
            Self::Close(Closing::Own, ticket) => format!("own:{ticket}"),
            Self::Close(Closing::Silent, ticket) => format!("mute:{ticket}"),
            Self::Reopen(ticket) => format!("open:{ticket}"),
            Self::Escalate(ticket) => format!("esc:{ticket}"),
            Self::EscalateNot(ticket) => format!("unesc:{ticket}"),
            Self::TakeOver(ticket) => format!("over:{ticket}"),
            Self::Take(about) => about.verb("take"),
            Self::Move(about, page) => format!("{}:{page}", about.verb("move")),
            Self::Give(about, staff) => format!("{}:{staff}", about.verb("give")),
            Self::History(about) => about.verb("hist"),
            Self::Card(about) => about.verb("card"),
            Self::Make(talk) => format!("make:{talk}"),
            Self::MakeType(talk, kind) => format!("mkt:{talk}:{kind}"),
            Self::MakePriority(talk, kind, priority) => {
                format!("mkp:{talk}:{}:{kind}", letter(*priority))
            }
            Self::End(talk) => format!("end:{talk}"),
            Self::To(customer) => format!("to:{customer}"),
            Self::Claim(customer) => format!("claim:{customer}"),
            Self::Drop => "drop".to_owned(),
            Self::Never => "never".to_owned(),
            Self::Template(customer) => format!("tpl:{customer}"),
            Self::Leave => "leave".to_owned(),
            Self::Late(row) => format!("{}:{row}", late::SEND),
            Self::KeepBack(row) => format!("{}:{row}", late::KEEP_BACK),
            Self::Correct(message) => format!("fix:{message}"),
            Self::Keep => "keep".to_owned(),
            Self::HandOver => "hand".to_owned(),
            Self::Speak(locale) => format!("lang:{}", locale.code()),
            Self::Online => "online".to_owned(),
            Self::Next => "next".to_owned(),
            Self::NotMe(challenge) => format!("{}:{challenge}", delivery::NOT_ME),
            Self::Erase(customer) => format!("erase:{customer}"),
            Self::DeadRetry(seq) => format!("retry:{seq}"),
            Self::DeadAll(before) => format!("retries:{before}"),
            Self::DeadOlder(before) => format!("dead:{before}"),
        }
    }

    /// What an id that came back asks for. `None`: it is none of ours.
    pub fn parse(id: &str) -> Option<Self> {
        let (verb, rest) = id.split_once(':').unwrap_or((id, ""));
        let (first, more) = rest.split_once(':').unwrap_or((rest, ""));
        if let Some(press) = Self::alone(verb) {
            return rest.is_empty().then_some(press);
        }
        if first.is_empty() {
            return None;
        }
        let one = first.to_owned();
        Some(match verb {
            "work" => Self::Work(one),
            "hold" => Self::Hold(one),
            "held" => Self::HoldPlain(one),
            "done" => Self::Done(one),
            "std" => Self::Close(Closing::Standard, one),
            "own" => Self::Close(Closing::Own, one),
            "mute" => Self::Close(Closing::Silent, one),
            "open" => Self::Reopen(one),
            "esc" => Self::Escalate(one),
            "unesc" => Self::EscalateNot(one),
            "over" => Self::TakeOver(one),
            "make" => Self::Make(one),
            "mkt" if !more.is_empty() => Self::MakeType(one, more.to_owned()),
            "mkp" => {
                let (priority, kind) = more.split_once(':')?;
                Self::MakePriority(one, kind.to_owned(), of_letter(priority)?)
            }
            "end" => Self::End(one),
            "to" => Self::To(one),
            "claim" => Self::Claim(one),
            "tpl" => Self::Template(one),
            late::SEND => Self::Late(one),
            late::KEEP_BACK => Self::KeepBack(one),
            "fix" => Self::Correct(one),
            delivery::NOT_ME => Self::NotMe(one),
            "erase" => Self::Erase(one),
            "lang" => Self::Speak(Locale::parse(first)?),
            "retry" => Self::DeadRetry(first.parse().ok()?),
            "retries" => Self::DeadAll(first.parse().ok()?),
            "dead" => Self::DeadOlder(first.parse().ok()?),
            _ => {
                let (verb, about) = match verb.strip_prefix("c-") {
                    Some(verb) => (verb, Subject::Talk(one)),
                    None => (verb, Subject::Ticket(one)),
                };
                return Self::about(verb, about, more);
            }
        })
    }

    fn alone(verb: &str) -> Option<Self> {
        Some(match verb {
            "drop" => Self::Drop,
            "never" => Self::Never,
            "leave" => Self::Leave,
            "keep" => Self::Keep,
            "hand" => Self::HandOver,
            "online" => Self::Online,
            "next" => Self::Next,
            _ => return None,
        })
    }

    fn about(verb: &str, about: Subject, more: &str) -> Option<Self> {
        Some(match verb {
            "reply" => Self::Reply(about),
            "take" => Self::Take(about),
            "move" => Self::Move(about, more.parse().ok()?),
            "give" if !more.is_empty() => Self::Give(about, more.to_owned()),
            "hist" => Self::History(about),
            "card" => Self::Card(about),
            _ => return None,
        })
    }

    /// The key of its label, for those whose label is always the same.
    pub fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::Reply(_) => "desk-button-reply",
            Self::Work(_) => "desk-button-work",
            Self::Hold(_) => "desk-button-hold",
            Self::HoldPlain(_) => "desk-button-hold-plain",
            Self::Done(_) => "desk-button-done",
            Self::Close(Closing::Standard, _) => "desk-button-close-standard",
            Self::Close(Closing::Own, _) => "desk-button-close-own",
            Self::Close(Closing::Silent, _) => "desk-button-close-silent",
            Self::Reopen(_) => "desk-button-reopen",
            Self::Escalate(_) => "desk-button-escalate",
            Self::TakeOver(_) => "desk-button-take-over",
            Self::Take(_) => "desk-button-take",
            Self::Move(_, 0) => "desk-button-move",
            Self::Move(..) => "desk-button-more",
            Self::History(_) => "desk-button-history",
            Self::Make(_) => "desk-button-make",
            Self::End(_) => "desk-button-end",
            Self::Claim(_) => "desk-button-claim",
            Self::Late(_) => "desk-button-late",
            Self::Drop | Self::KeepBack(_) => "desk-button-drop",
            Self::Never | Self::EscalateNot(_) => "desk-button-never",
            Self::Template(_) => "desk-button-template",
            Self::Leave => "desk-button-leave",
            Self::Correct(_) => "desk-button-correct",
            Self::Keep => "desk-button-keep",
            Self::HandOver => "desk-button-hand-over",
            Self::Online => "desk-button-online",
            Self::Next => "desk-button-next",
            Self::NotMe(_) => "otp-button-not-me",
            Self::Erase(_) => "people-button-erase",
            Self::DeadAll(_) => "dead-button-all",
            Self::DeadOlder(_) => "dead-button-older",
            Self::Give(..)
            | Self::Card(_)
            | Self::MakeType(..)
            | Self::MakePriority(..)
            | Self::To(_)
            | Self::DeadRetry(_)
            | Self::Speak(_) => return None,
        })
    }

    /// The button, with its own label.
    pub fn choice(&self, l: &Localizer) -> Choice {
        let label = match (self, self.key()) {
            (_, Some(key)) => l.label(key, args![]),
            (Self::MakePriority(_, _, priority), _) => l.label(priority.key(), args![]),
            (Self::DeadRetry(seq), _) => {
                l.label("dead-button-retry", args!["seq" => seq.to_string()])
            }
            (Self::Speak(locale), _) => locale.native_name().to_owned(),
            (other, None) => other.id(),
        };
        Choice::new(self.id(), label)
    }

    /// The button, with somebody's or something's name on it.
    pub fn named(&self, name: &str) -> Choice {
        Choice::new(self.id(), fitting(name, LABEL))
    }
}

impl Subject {
    fn verb(&self, verb: &str) -> String {
        match self {
            Self::Ticket(id) => format!("{verb}:{id}"),
            Self::Talk(id) => format!("c-{verb}:{id}"),
        }
    }
}

/// The longest label: so many characters still stand in one line on a phone, two buttons beside each other.
pub const LABEL: usize = 24;

/// Words that fit, in UTF-16 units, as platforms count; cut with `…` where they do not.
pub fn fitting(text: &str, units: usize) -> String {
    if text.encode_utf16().count() <= units {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for letter in unicode_segmentation::UnicodeSegmentation::graphemes(text, true) {
        used += letter.encode_utf16().count();
        if used > units {
            break;
        }
        out.push_str(letter);
    }
    format!("{}…", out.trim_end())
}

/// What a card's reader has to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// He sees to it.
    pub mine: bool,
    /// He works on tickets at all.
    pub works: bool,
    /// He may give colleagues' work to others, or take it himself.
    pub leads: bool,
}

/// The buttons below a ticket's card, by the one table of transitions and what the reader may do.
pub fn of_ticket(ticket_id: &str, status: Status, reader: Reader) -> Vec<Press> {
    let id = || ticket_id.to_owned();
    let about = || Subject::Ticket(id());
    let mut presses = Vec::new();
    if status.is_done() {
        if reader.works && (reader.mine || reader.leads) && allowed(status, Status::Open) {
            presses.push(Press::Reopen(id()));
        }
    } else if reader.mine {
        presses.push(Press::Reply(about()));
        let steps = [
            (Status::InProgress, Press::Work(id())),
            (Status::OnHold, Press::Hold(id())),
            (Status::Resolved, Press::Done(id())),
            (Status::Escalated, Press::Escalate(id())),
        ];
        presses.extend(
            steps
                .into_iter()
                .filter(|(to, _)| allowed(status, *to))
                .map(|(_, press)| press),
        );
        presses.push(Press::Move(about(), 0));
    } else if reader.leads {
        if reader.works {
            presses.push(match status {
                Status::Escalated => Press::TakeOver(id()),
                _ => Press::Take(about()),
            });
        }
        presses.push(Press::Move(about(), 0));
    }
    presses.push(Press::History(about()));
    presses
}

/// The buttons below a conversation's card.
pub fn of_talk(conversation_id: &str) -> Vec<Press> {
    let id = || conversation_id.to_owned();
    let about = || Subject::Talk(id());
    vec![
        Press::Reply(about()),
        Press::Make(id()),
        Press::Move(about(), 0),
        Press::History(about()),
        Press::End(id()),
    ]
}

/// As choices of a prompt.
pub fn choices(l: &Localizer, presses: &[Press]) -> Vec<Choice> {
    presses.iter().map(|press| press.choice(l)).collect()
}

fn letter(priority: Priority) -> char {
    match priority {
        Priority::Low => 'l',
        Priority::Normal => 'n',
        Priority::High => 'h',
        Priority::Urgent => 'u',
    }
}

fn of_letter(letter_read: &str) -> Option<Priority> {
    Priority::ALL
        .into_iter()
        .find(|priority| letter_read == letter(*priority).to_string())
}
