//! Where settings are given: a file, and environment variables over it.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    keys::{self, Key},
    mistakes::Mistake,
};

/// The file that is read when none is named.
const FILE: &str = "sapa.toml";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// A value as it was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value; from the environment always a string.
    pub value: Value,
    /// Where it came from.
    pub source: Source,
}

/// Everything that was given.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By key.
    pub given: BTreeMap<&'static str, Given>,
    /// What cannot be understood at all.
    pub mistakes: Vec<Mistake>,
}

/// Gathers from the file (`named`, else `SAPA_CONFIG`, else `sapa.toml` where it exists) and from variables.
pub fn gather(
    named: Option<&Path>,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Gathered {
    let mut gathered = Gathered::default();
    let variables: Vec<_> = variables.collect();
    let from_variable = variables
        .iter()
        .find(|(name, value)| name == "SAPA_CONFIG" && !value.is_empty())
        .map(|(_, value)| PathBuf::from(value));
    match named.map(Path::to_owned).or(from_variable) {
        Some(path) => gathered.read_file(&path),
        None if Path::new(FILE).exists() => gathered.read_file(Path::new(FILE)),
        None => {}
    }
    for (name, value) in &variables {
        if let Some(name) = name.to_str()
            && name.starts_with("SAPA_")
            && name.contains("__")
        {
            gathered.read_variable(name, value.to_str());
        }
    }
    gathered
}

impl Gathered {
    /// From variables alone.
    pub fn of(variables: &[(String, String)]) -> Self {
        let mut gathered = Self::default();
        for (name, value) in variables {
            gathered.read_variable(name, Some(value));
        }
        gathered
    }

    fn read_file(&mut self, path: &Path) {
        let mistake = |problem: String, fix: &str| Mistake {
            key: path.display().to_string(),
            source: None,
            problem,
            fix: fix.into(),
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let fix = "name an existing file with --config or SAPA_CONFIG; sapa.example.toml shows what it may hold";
                self.mistakes
                    .push(mistake(format!("the file cannot be read: {error}"), fix));
                return;
            }
        };
        match text.parse::<Table>() {
            Ok(table) => self.read_table(&table, "", path),
            Err(error) => {
                let line = error.span().map_or(1, |span| {
                    text.get(..span.start)
                        .map_or(1, |before| before.matches('\n').count() + 1)
                });
                // The parser's own picture would show the line, and with it perhaps a secret.
                let problem = format!("line {line} is not TOML: {}", error.message());
                self.mistakes.push(mistake(
                    problem,
                    "write texts in quotes, one `key = value` a line, below a [section]",
                ));
            }
        }
    }

    fn read_table(&mut self, table: &Table, section: &str, path: &Path) {
        for (name, value) in table {
            let name = if section.is_empty() {
                name.clone()
            } else {
                format!("{section}.{name}")
            };
            let source = Source::File(path.to_owned());
            match (keys::find(&name), value) {
                (Some(key), value) => self.take(key, value.clone(), source),
                (None, Value::Table(inner)) if keys::is_section(&name) => {
                    self.read_table(inner, &name, path);
                }
                (None, Value::Table(inner)) if section.is_empty() && !inner.is_empty() => {
                    // Name the settings rather than the section: that is where the nearest key is.
                    for key in inner.keys() {
                        self.unknown(format!("{name}.{key}"), &source, str::to_owned);
                    }
                }
                _ => self.unknown(name, &source, str::to_owned),
            }
        }
    }

    fn read_variable(&mut self, variable: &str, value: Option<&str>) {
        let name = variable["SAPA_".len()..].to_lowercase().replace("__", ".");
        let source = Source::Environment(variable.to_owned());
        match (keys::find(&name), value) {
            // As in compose files: a variable without a value is a variable that is not set.
            (Some(_), Some("")) => {}
            (Some(key), Some(text)) => self.take(key, Value::String(text.to_owned()), source),
            (Some(key), None) => self.mistakes.push(Mistake {
                key: key.name.into(),
                source: Some(source.to_string()),
                problem: "is not UTF-8".into(),
                fix: "write it in UTF-8".into(),
            }),
            (None, _) => self.unknown(name, &source, keys::variable),
        }
    }

    fn take(&mut self, key: &'static Key, value: Value, source: Source) {
        self.given.insert(key.name, Given { value, source });
    }

    fn unknown(&mut self, name: String, source: &Source, write: fn(&str) -> String) {
        let fix = match keys::nearest(&name) {
            Some(nearest) => format!("did you mean {}?", write(nearest)),
            None => "remove it; `sapa config check` shows every key".into(),
        };
        self.mistakes.push(Mistake {
            key: name,
            source: Some(source.to_string()),
            problem: "there is no such setting".into(),
            fix,
        });
    }
}
