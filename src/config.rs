//! The settings: gathered from a file and the environment, checked as a whole, each remembered with its source.
//!
//! A mistake never hides another: everything is read, and then everything that is wrong is told with its fix.

use std::path::Path;

use serde::Serialize;
use toml::Value;

pub mod keys;
mod mistakes;
mod platforms;
pub mod secret_key;
mod sections;
mod sources;
mod values;

pub use mistakes::{Mistake, Mistakes, Wrong};
pub use platforms::{Telegram, WhatsApp};
pub use sections::{Config, Database, DeskWords, Http, LogFormat, Media, Security};
pub use sources::Source;
use sources::{Gathered, gather};

/// What the settings are needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The database alone.
    Database,
    /// The database and the bot, for invitations.
    Invite,
    /// Everything that a running desk needs.
    Serve,
}

impl Need {
    fn missing(self, key: &str) -> Option<&'static str> {
        let bot = "paste the token that @BotFather gave for the bot";
        let meta = match key {
            "telegram.token" if self != Self::Database => return Some(bot),
            "whatsapp.access_token" => {
                "paste a system user's token with whatsapp_business_messaging (Meta: business settings, system users)"
            }
            "whatsapp.phone_number_id" => {
                "paste the phone number id (Meta: app dashboard, WhatsApp, API setup)"
            }
            "whatsapp.app_secret" => {
                "paste the app's secret (Meta: app dashboard, app settings, basic); without it anybody could send us events in Meta's name"
            }
            "whatsapp.verify_token" => {
                "choose a long random word, and write the same one into Meta's webhook settings"
            }
            _ => return None,
        };
        (self == Self::Serve).then_some(meta)
    }
}

/// A setting as `config check` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// `section.key`.
    pub key: &'static str,
    /// Its value, masked when it is a secret; `None` when there is none.
    pub value: Option<String>,
    /// Where it came from.
    pub source: String,
}

/// All settings, as far as they could be read.
#[derive(Debug)]
pub struct Report {
    /// Every key, in the table's order.
    pub shown: Vec<Shown>,
    /// What works but should be known.
    pub warnings: Vec<String>,
    /// The settings, or everything that is wrong with them.
    pub config: Result<Config, Mistakes>,
}

/// Reads the settings of this process: `named`, else `SAPA_CONFIG`, else `sapa.toml`; and the environment over it.
pub fn read(named: Option<&Path>, need: Need) -> Report {
    understand(gather(named, std::env::vars_os()), need)
}

/// The settings, or all mistakes at once.
pub fn load(named: Option<&Path>, need: Need) -> Result<(Config, Vec<String>), Mistakes> {
    let report = read(named, need);
    Ok((report.config?, report.warnings))
}

/// The settings of another process, from the variables that it was started with.
pub fn given(variables: &[(String, String)], need: Need) -> Result<Config, Mistakes> {
    understand(Gathered::of(variables), need).config
}

fn understand(gathered: Gathered, need: Need) -> Report {
    let shown = keys::KEYS.iter().map(|key| show(key, &gathered)).collect();
    let mut reader = Reader {
        gathered,
        need,
        warnings: Vec::new(),
    };
    let config = Config::from(&mut reader);
    let mistakes = std::mem::take(&mut reader.gathered.mistakes);
    Report {
        shown,
        warnings: reader.warnings,
        config: if mistakes.is_empty() {
            Ok(config)
        } else {
            Err(Mistakes(mistakes))
        },
    }
}

fn show(key: &keys::Key, gathered: &Gathered) -> Shown {
    let given = gathered.given.get(key.name);
    let value = match given {
        Some(_) if key.secret => Some("********".into()),
        Some(given) => Some(masked(&written(&given.value))),
        None => Some(key.default.to_owned()).filter(|default| !default.is_empty()),
    };
    Shown {
        key: key.name,
        value,
        source: given
            .map_or(Source::Default, |given| given.source.clone())
            .to_string(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Table(table) => {
            let parts =
                ["name", "language"].map(|part| table.get(part).map_or_else(String::new, written));
            parts.join(":")
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(when) => when.to_string(),
    }
}

/// An address without the password in it.
fn masked(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let Some((who, place)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    match who.split_once(':') {
        Some((user, _)) => format!("{scheme}{user}:********@{place}"),
        None => text.to_owned(),
    }
}

/// Reads keys one by one, and keeps what is wrong.
struct Reader {
    gathered: Gathered,
    need: Need,
    warnings: Vec<String>,
}

impl Reader {
    /// The value of a key, `None` when it is not given, is wrong, or is missing although it is needed (both are noted).
    fn get<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        let Some(given) = self.gathered.given.get(key) else {
            if let Some(fix) = self.need.missing(key) {
                self.wrong(key, Wrong::new("is missing", fix));
            }
            return None;
        };
        match parse(&given.value) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong(key, wrong);
                None
            }
        }
    }

    fn or<T>(
        &mut self,
        key: &'static str,
        default: T,
        parse: impl FnOnce(&Value) -> Result<T, Wrong>,
    ) -> T {
        self.get(key, parse).unwrap_or(default)
    }

    fn is_given(&self, key: &str) -> bool {
        self.gathered.given.contains_key(key)
    }

    fn wrong(&mut self, key: &str, wrong: Wrong) {
        let source = self
            .gathered
            .given
            .get(key)
            .map(|given| given.source.to_string());
        self.gathered.mistakes.push(Mistake {
            key: key.to_owned(),
            source,
            problem: wrong.problem,
            fix: wrong.fix,
        });
    }

    fn warn(&mut self, key: &str, warning: &str) {
        self.warnings.push(format!("{key}: {warning}"));
    }
}

#[cfg(test)]
mod tests;
