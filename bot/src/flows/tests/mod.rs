//! The dialogue with customers, in tables and as it reads. Without a database.

use std::{
    fmt::Write as _,
    sync::{Arc, LazyLock},
    time::Duration,
};

use sapa_core::{
    clock::Millis,
    i18n::{Locale, Texts},
    outbox::{Choice, Prompt},
    tickets::{Priority, Status, TicketType},
};

use super::{
    dialogue::{FileKind, Heard, Input, Sent, State, TicketFact, View, With},
    person,
    step::{self, Effect, Step},
    ticket::{self, Opened},
    ticket_detail,
    vocabulary::Vocabulary,
};

mod crooked;
mod handling;
mod house;

mod labels;
mod mine;
mod transcripts;
mod typed;
mod with_staff;

/// 23 November 2026, 11.42 in Jakarta.
const NOW: Millis = Millis(1_795_408_920_000);

fn kind(id: &str, en: &str, indonesian: &str, keywords: &[&str]) -> TicketType {
    TicketType {
        id: id.into(),
        names: [
            ("en".to_owned(), en.to_owned()),
            ("id".to_owned(), indonesian.to_owned()),
        ]
        .into(),
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        team_id: None,
        own_minutes: [None; 4],
        position: 0,
    }
}

/// The texts, read once for all tests.
static TEXTS: LazyLock<(Arc<Texts>, Arc<Vocabulary>)> = LazyLock::new(|| {
    let texts = Arc::new(Texts::load(None).expect("the built-in texts load"));
    let words = Arc::new(Vocabulary::read(&texts, chrono_tz::Asia::Jakarta));
    (texts, words)
});

fn view(locale: Locale) -> View {
    View {
        texts: Arc::clone(&TEXTS.0),
        words: Arc::clone(&TEXTS.1),
        zone: chrono_tz::Asia::Jakarta,
        locale,
        now: NOW,
        idle: None,
        desk: "Sapa".into(),
        name: "Sari Wulandari".into(),
        with: With::Bot,
        types: vec![
            kind("billing", "Billing", "Tagihan", &["tagihan", "bill"]),
            kind(
                "repair",
                "Repair",
                "Perbaikan",
                &["internet", "mati", "down"],
            ),
            kind("upgrade", "Package upgrade", "Upgrade Paket", &["upgrade"]),
            kind("technical", "Technical", "Teknis", &["router"]),
        ],
        tickets: Vec::new(),
    }
}

fn a_ticket(number: &str, status: Status, title: &str) -> TicketFact {
    TicketFact {
        id: format!("id-{number}"),
        number: number.into(),
        type_id: "repair".into(),
        status,
        title: title.into(),
        reopenable: matches!(status, Status::Resolved | Status::Closed),
    }
}

/// A dialogue from its beginning, and what was said in it.
struct Talk {
    state: State,
    view: View,
    last: Option<Prompt>,
    done: Vec<Effect>,
    agent: Option<&'static str>,
    heard: u32,
    log: String,
}

impl Talk {
    fn new(locale: Locale) -> Self {
        let (state, view) = (State::default(), view(locale));
        Self {
            state,
            view,
            last: None,
            done: Vec::new(),
            agent: Some("Budi"),
            heard: 0,
            log: String::new(),
        }
    }

    fn says(&mut self, text: &str) -> &mut Self {
        let _ = writeln!(self.log, "Sari:  {text}");
        self.hears(Heard::Words(text.into()))
    }

    /// Taps the choice of the last bubble that begins so.
    fn taps(&mut self, label: &str) -> &mut Self {
        let choices = self
            .last
            .as_ref()
            .map(|prompt| prompt.choices.clone())
            .unwrap_or_default();
        let choice = choices
            .iter()
            .find(|choice| choice.label.starts_with(label));
        let choice = choice
            .unwrap_or_else(|| panic!("no {label} among {choices:?}"))
            .clone();
        self.taps_old(&choice)
    }

    /// Taps a choice of any bubble.
    fn taps_old(&mut self, choice: &Choice) -> &mut Self {
        let _ = writeln!(self.log, "Sari:  ({})", choice.label);
        self.hears(Heard::Tap {
            id: choice.id.clone(),
            label: choice.label.clone(),
        })
    }

    fn sends(&mut self, kind: FileKind, caption: &str) -> &mut Self {
        let _ = writeln!(self.log, "Sari:  <{kind:?}> {caption}");
        self.hears(Heard::File {
            kind,
            caption: caption.into(),
        })
    }

    fn sends_sticker(&mut self) -> &mut Self {
        let _ = writeln!(self.log, "Sari:  <sticker>");
        self.hears(Heard::Sticker)
    }

    fn waits(&mut self, minutes: u64) -> &mut Self {
        let _ = writeln!(self.log, "({minutes} minutes)");
        self.view.idle = Some(Duration::from_mins(minutes));
        self.view.now = self.view.now.plus(Duration::from_mins(minutes));
        self
    }

    fn choice(&self, label: &str) -> Choice {
        let choices = &self.last.as_ref().expect("something was said").choices;
        choices
            .iter()
            .find(|choice| choice.label.starts_with(label))
            .expect("it is among the choices")
            .clone()
    }

    /// What is said next comes within the second.
    fn in_one_breath(&mut self) -> &mut Self {
        self.view.idle = Some(Duration::from_millis(200));
        self
    }

    fn hears(&mut self, heard: Heard) -> &mut Self {
        self.heard += 1;
        let input = Input {
            message_id: format!("MESSAGE{:04}", self.heard),
            heard,
        };
        let stored = serde_json::to_string(&self.state).expect("a state can be stored");
        let state = serde_json::from_str(&stored).expect("and read back");
        let Step { state, effects } = step::step(state, &input, &self.view);
        self.state = state;
        // People take their time; see `in_one_breath`.
        self.view.idle = Some(Duration::from_secs(5));
        self.done.clone_from(&effects);
        for effect in effects {
            self.does(effect);
        }
        self
    }

    /// What the orchestrator would do, and say.
    fn does(&mut self, effect: Effect) {
        let due_at = self.view.now.plus(Duration::from_hours(4));
        match effect {
            Effect::Say(prompt) => self.hears_back(prompt),
            Effect::OpenTicket { draft } => {
                let (kind, priority) = (
                    draft.type_id.unwrap_or_default(),
                    draft.priority.map(Priority::as_str),
                );
                let messages = draft.messages.len();
                let _ = writeln!(
                    self.log,
                    "       => ticket: {kind}, {priority:?}, {messages} messages, {:?}",
                    draft.text
                );
                self.state.sent = Some(Sent {
                    tag: draft.tag,
                    number: "TKT-7K3M9QXA".into(),
                });
                let opened = Opened {
                    number: "TKT-7K3M9QXA",
                    due_at,
                    agent: self.agent,
                };
                self.hears_back(ticket::opened(&opened, &self.view));
            }
            Effect::AskForPerson { messages } => {
                let _ = writeln!(
                    self.log,
                    "       => a person, who is given {} messages",
                    messages.len()
                );
                self.hears_back(person::found(self.agent, !messages.is_empty(), &self.view));
            }
            Effect::SetLocale(locale) => self.view.locale = locale,
            Effect::AddMessageToTicket { ticket_id, .. } => {
                let ticket = self
                    .view
                    .ticket(&ticket_id)
                    .expect("it is the customer's")
                    .clone();
                self.hears_back(ticket_detail::added(&ticket, self.agent, &self.view));
            }
            other => {
                let _ = writeln!(self.log, "       => {other:?}");
            }
        }
    }

    fn hears_back(&mut self, prompt: Prompt) {
        for (n, line) in prompt.text.to_plain().lines().enumerate() {
            let _ = writeln!(
                self.log,
                "{}{line}",
                if n == 0 { "Sapa:  " } else { "       " }
            );
        }
        if let Some(label) = &prompt.list_label {
            let _ = writeln!(self.log, "       [{label}]");
            for choice in &prompt.choices {
                let hint = choice
                    .description
                    .as_ref()
                    .map(|hint| format!(" - {hint}"))
                    .unwrap_or_default();
                let _ = writeln!(self.log, "         . {}{hint}", choice.label);
            }
        } else if !prompt.choices.is_empty() {
            let buttons: Vec<String> = prompt
                .choices
                .iter()
                .map(|choice| format!("[{}]", choice.label))
                .collect();
            let _ = writeln!(self.log, "       {}", buttons.join(" "));
        }
        self.last = Some(prompt);
    }

    /// The words of the last bubble.
    fn last(&self) -> String {
        self.last
            .as_ref()
            .map(|prompt| prompt.text.to_plain())
            .unwrap_or_default()
    }

    fn labels(&self) -> Vec<&str> {
        self.last
            .iter()
            .flat_map(|prompt| &prompt.choices)
            .map(|choice| choice.label.as_str())
            .collect()
    }

    fn opened(&self) -> bool {
        matches!(self.done.as_slice(), [Effect::OpenTicket { .. }])
    }
}
