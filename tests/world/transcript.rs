//! What everybody sees, written down in the order in which it appeared: the taste of a dialogue, to be read and compared.

use std::{collections::HashMap, fmt::Write as _};

use sapa_sandbox::{Kind, Shown, Side, Telegram, WhatsApp};

enum Who {
    Customer { name: String, phone: String },
    Agent { name: String, id: i64 },
}

/// The pen.
pub struct Transcript {
    whatsapp: WhatsApp,
    telegram: Telegram,
    people: Vec<Who>,
    seen: HashMap<(String, String), String>,
    text: String,
}

impl Transcript {
    pub fn new(whatsapp: WhatsApp, telegram: Telegram) -> Self {
        Self {
            whatsapp,
            telegram,
            people: Vec::new(),
            seen: HashMap::new(),
            text: String::new(),
        }
    }

    pub fn add_customer(&mut self, name: &str, phone: &str) {
        self.people.push(Who::Customer {
            name: name.into(),
            phone: phone.into(),
        });
    }

    pub fn add_agent(&mut self, name: &str, id: i64) {
        self.people.push(Who::Agent {
            name: name.into(),
            id,
        });
    }

    pub fn name_of(&self, wanted: i64) -> String {
        let names = self.people.iter().find_map(|who| match who {
            Who::Agent { name, id } if *id == wanted => Some(name.clone()),
            _ => None,
        });
        names.unwrap_or_default()
    }

    pub fn act(&mut self, name: &str, what: &str) {
        let _ = writeln!(self.text, "{name}: {what}");
    }

    pub fn narrate(&mut self, line: &str) {
        let _ = writeln!(self.text, "({line})");
    }

    /// Forgets what was written so far; what people have seen stays seen.
    pub fn forget(&mut self) {
        self.look();
        self.text.clear();
    }

    /// Writes down what is new or changed in anybody's chat.
    pub fn look(&mut self) {
        for who in &self.people {
            let (name, chat) = match who {
                Who::Customer { name, phone } => (name, self.whatsapp.chat(phone)),
                Who::Agent { name, id } => (name, self.telegram.chat(*id)),
            };
            for message in chat {
                // Reactions come when their pause is over, in real time: stories ask for them, transcripts leave them out.
                if message.from == Side::Me {
                    continue;
                }
                let shown = shown(&message);
                let before = self
                    .seen
                    .insert((name.clone(), message.id.clone()), shown.clone());
                if before.as_ref() == Some(&shown) {
                    continue;
                }
                let verb = if before.is_some() { "now" } else { "to" };
                let indent = " ".repeat(4);
                let _ = writeln!(
                    self.text,
                    "{indent}{verb} {name}: {}",
                    shown.replace('\n', &format!("\n{indent}    "))
                );
            }
        }
    }

    /// The whole, ticket numbers replaced in the order of their appearance.
    pub fn text(&self) -> String {
        let mut text = self.text.clone();
        let mut count = 0;
        while let Some(number) = super::people::number_in(&text) {
            count += 1;
            text = text.replace(&number, &format!("TKT#{count}"));
            // Where room is short a button shows the letters alone.
            text = text.replace(&number[4..], &format!("#{count}"));
        }
        text
    }
}

fn shown(message: &Shown) -> String {
    let mut text = String::new();
    if let Some(quote) = message.quote.as_ref() {
        let first: String = quote
            .text
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(32)
            .collect();
        let _ = write!(text, "(↩ {first}) ");
    }
    if message.kind != Kind::Text {
        let _ = write!(text, "({:?}) ", message.kind);
    }
    text.push_str(&message.words());
    if let Some(place) = &message.location {
        let _ = write!(text, "{}, {}", place.latitude, place.longitude);
    }
    if let Some(template) = &message.template {
        let _ = write!(text, " <{} {}>", template.name, template.params.join(" | "));
    }
    for button in &message.buttons {
        let _ = write!(
            text,
            "{}[{}]",
            if message.buttons[0] == *button {
                "\n"
            } else {
                " "
            },
            button.title
        );
    }
    if let Some(list) = &message.list {
        let _ = write!(text, "\n[{} ▾]", list.button);
        for row in &list.rows {
            let about = row
                .description
                .as_ref()
                .map(|d| format!(" - {d}"))
                .unwrap_or_default();
            let _ = write!(text, "\n  · {}{about}", row.title);
        }
    }
    for row in &message.keyboard {
        let keys: Vec<_> = row.iter().map(|key| format!("[{}]", key.text)).collect();
        let _ = write!(text, "\n{}", keys.join(" "));
    }
    text
}
