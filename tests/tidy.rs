//! The repository checks itself: sizes, heads, the direction of imports, and that every language says everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A file past this is two things.
const LONGEST: usize = 500;
/// Folders that are not ours to judge.
const SKIPPED: &[&str] = &["target", ".git", "node_modules", ".sapa-sandbox", "shots"];

struct File {
    path: String,
    text: String,
}

impl File {
    /// The lines that are code or comments of production: what stands after the tests' module begins is not.
    fn production(&self) -> &str {
        self.text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
    }

    fn is_test(&self) -> bool {
        self.path.contains("/testing")
            || self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }
}

/// Every file with this ending, by its path from the root.
fn files(ending: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of ours").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
                folders.push(path);
            } else if path.is_file() && name.to_string_lossy().ends_with(ending) {
                found.push(read(root, &path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn read(root: &Path, path: &PathBuf) -> File {
    let text = fs::read(path).expect("a readable file");
    File {
        path: path
            .strip_prefix(root)
            .expect("within the root")
            .display()
            .to_string(),
        text: String::from_utf8_lossy(&text).into_owned(),
    }
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn no_file_is_too_long_and_each_says_what_it_is() {
    let sources = files(".rs");
    assert!(
        sources.len() > 50,
        "the sources are found: {}",
        sources.len()
    );
    let long = |file: &&File| file.text.lines().count() > LONGEST;
    let told = |file: &File| format!("{} ({} lines)", file.path, file.text.lines().count());
    let too_long: Vec<_> = sources.iter().filter(long).map(told).collect();
    none("longer than 500 lines", &too_long);
    let scripts = files(".js")
        .into_iter()
        .chain(files(".mjs"))
        .chain(files(".css"));
    let too_long: Vec<_> = scripts
        .filter(|file| long(&file))
        .map(|file| told(&file))
        .collect();
    none("longer than 500 lines", &too_long);
    let headless = sources.iter().filter(|file| !file.text.starts_with("//!"));
    none(
        "without a head (//!) that says what they own",
        &headless.map(|file| file.path.clone()).collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_named_after_nothing() {
    let vague = [
        "utils", "util", "helpers", "helper", "common", "manager", "misc",
    ];
    let is_vague = |file: &&File| {
        let parts = file
            .path
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part));
        parts.into_iter().any(|part| vague.contains(&part))
    };
    let found: Vec<_> = files(".rs")
        .iter()
        .filter(is_vague)
        .map(|file| file.path.clone())
        .collect();
    none("named after nothing", &found);
}

/// Who may name a library or a crate of ours, by the beginning of the path. Tests may name more.
const IMPORTS: &[(&str, &[&str])] = &[
    ("sqlx::", &["core/src/db/"]),
    ("teloxide::", &["bot/src/telegram/"]),
    ("axum::", &["webhook/src/", "sandbox/src/"]),
    ("hyper::", &["webhook/src/", "sandbox/src/"]),
    ("metrics_exporter_prometheus::", &["webhook/src/"]),
    (
        "rustix::",
        &["webhook/src/", "src/", "core/src/failpoints.rs"],
    ),
    ("fail::", &["core/src/failpoints.rs"]),
    ("clap::", &["src/"]),
    ("cron::", &["core/src/schedule/"]),
    ("phonenumber::", &["core/src/contacts/"]),
    ("ring::", &["core/src/security/"]),
    ("jsonwebtoken::", &["core/src/security/"]),
    ("utoipa::", &["webhook/src/"]),
    ("askama::", &["webhook/src/admin/"]),
    ("qrcode::", &["webhook/src/admin/"]),
    ("infer::", &["core/src/media/"]),
    ("fluent_bundle::", &["core/src/i18n/"]),
    ("sapa_core::", &["bot/src/", "webhook/src/", "src/"]),
    ("sapa_bot::", &["src/"]),
    ("sapa_webhook::", &["src/"]),
    ("sapa_sandbox::", &["src/"]),
];

#[test]
fn imports_run_one_way() {
    let mut found = Vec::new();
    for file in files(".rs").iter().filter(|file| !file.is_test()) {
        for (line, code) in code_lines(file.production()) {
            for (name, homes) in IMPORTS {
                let at_home = homes.iter().any(|home| file.path.starts_with(home));
                let in_store = *name == "sqlx::"
                    && (file.path.ends_with("/store.rs") || file.path.contains("/store/"));
                if names(code, name) && !at_home && !in_store {
                    found.push(format!("{}:{line} names {name}", file.path));
                }
            }
        }
    }
    none("imports in the wrong direction", &found);
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line.trim_start()));
    lines.filter(|(_, line)| !line.starts_with("//"))
}

/// Whether code names a path that begins with `name`, and not one that only ends like it.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

#[test]
fn the_clock_and_the_terminal_are_named_where_they_belong() {
    let mut found = Vec::new();
    for file in files(".rs").iter().filter(|file| !file.is_test()) {
        for (line, code) in code_lines(file.production()) {
            if ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("]
                .iter()
                .any(|print| names(code, print))
            {
                found.push(format!(
                    "{}:{line} prints; only src/output.rs does",
                    file.path
                ));
            }
            if code.contains("#[allow(") {
                found.push(format!(
                    "{}:{line} allows; #[expect(lint, reason)] it",
                    file.path
                ));
            }
        }
    }
    none("out of place", &found);
}

#[test]
fn nothing_speaks_of_the_machine_it_was_written_on() {
    // Written in two parts: this file is checked too.
    let homes = [
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
    ];
    let mut found = Vec::new();
    let endings = [
        ".rs", ".toml", ".md", ".sql", ".ftl", ".js", ".mjs", ".css", ".html", ".json", ".snap",
        ".yml",
    ];
    for file in endings.into_iter().flat_map(files) {
        for (n, line) in file.text.lines().enumerate() {
            if homes.iter().any(|home| line.contains(home)) {
                found.push(format!("{}:{}", file.path, n + 1));
            }
        }
    }
    none("paths of somebody's machine", &found);
}

/// A message's values, and the messages it refers to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Message {
    variables: BTreeSet<String>,
    references: BTreeSet<String>,
}

/// The messages of a language; an attribute is `message.attribute`.
fn messages(language: &str) -> BTreeMap<String, Message> {
    let mut all: BTreeMap<String, Message> = BTreeMap::new();
    let mut doubled = Vec::new();
    for file in files(".ftl")
        .iter()
        .filter(|file| file.path.starts_with(&format!("locales/{language}/")))
    {
        let (mut id, mut key) = (String::new(), String::new());
        for line in file.text.lines().filter(|line| !line.starts_with('#')) {
            let (name, own) = (
                line.split_once('=').map_or("", |(name, _)| name.trim()),
                !line.starts_with([' ', '}', '\t']),
            );
            if own && !name.is_empty() {
                name.clone_into(&mut id);
                id.clone_into(&mut key);
                if all.insert(key.clone(), Message::default()).is_some() {
                    doubled.push(format!("{}: {key}", file.path));
                }
            } else if let Some(attribute) = name.strip_prefix('.') {
                key = format!("{id}.{attribute}");
                all.insert(key.clone(), Message::default());
            }
            if let Some(message) = all.get_mut(&key) {
                gather(line, message);
            }
        }
    }
    none("messages that stand twice", &doubled);
    all
}

fn gather(line: &str, message: &mut Message) {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
            .collect::<String>()
    };
    for (at, _) in line.match_indices('$') {
        message.variables.insert(word(&line[at + 1..]));
    }
    for (at, _) in line.match_indices('{') {
        let inner = line[at + 1..].trim_start();
        if inner.starts_with(|c: char| c.is_ascii_lowercase()) {
            message.references.insert(word(inner));
        }
    }
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let (english, indonesian) = (messages("en"), messages("id"));
    assert!(
        english.len() > 50,
        "the messages are found: {}",
        english.len()
    );
    let mut found = Vec::new();
    for (key, message) in &english {
        match indonesian.get(key) {
            None => found.push(format!("{key} is missing in id")),
            Some(other) if other.variables != message.variables => {
                found.push(format!(
                    "{key}: en has {:?}, id has {:?}",
                    message.variables, other.variables
                ));
            }
            Some(_) => {}
        }
    }
    let missing = indonesian.keys().filter(|key| !english.contains_key(*key));
    found.extend(missing.map(|key| format!("{key} is missing in en")));
    none("the languages differ", &found);
    let languages =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")).expect("the locales");
    assert_eq!(languages.count(), 2, "a new language is compared here too");
}

/// Texts in the Rust sources that may be keys: words joined by hyphens; those that end in `{` or `-` begin a key that is put together.
fn quoted(sources: &[File]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut whole, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
    for file in sources {
        for part in file.text.split('"') {
            if part.is_empty() || part.len() > 80 {
                continue;
            }
            let word = part.split('{').next().unwrap_or_default();
            let is_key = |text: &str| {
                text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
            };
            if is_key(part) && !part.ends_with('-') {
                whole.insert(part.to_owned());
            } else if is_key(word) && word.ends_with('-') {
                beginnings.insert(word.to_owned());
            }
        }
    }
    (whole, beginnings)
}

#[test]
fn every_message_is_said_somewhere() {
    let sources: Vec<_> = files(".rs")
        .into_iter()
        .chain(files(".html"))
        .filter(|file| file.path != "tests/tidy.rs")
        .collect();
    let (whole, beginnings) = quoted(&sources);
    let english = messages("en");
    let referred: BTreeSet<_> = english
        .values()
        .flat_map(|message| &message.references)
        .collect();
    let unsaid = english.keys().filter(|key| {
        let begun = beginnings
            .iter()
            .any(|beginning| key.starts_with(beginning.as_str()));
        !whole.contains(*key) && !begun && !referred.contains(key)
    });
    none(
        "messages that nobody says",
        &unsaid.cloned().collect::<Vec<_>>(),
    );
}

#[test]
fn every_key_that_is_said_exists() {
    let english = messages("en");
    let mut found = Vec::new();
    let sources: Vec<_> = files(".rs").into_iter().chain(files(".html")).collect();
    for file in sources.iter().filter(|file| !file.is_test()) {
        let calls = [
            ".text(", ".label(", ".words(", "s.t(", "s.with(", "s.count(",
        ];
        for call in calls {
            for (at, _) in file.production().match_indices(call) {
                let argument = file.text[at + call.len()..].trim_start();
                let Some(key) = argument
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next())
                else {
                    continue;
                };
                if key.contains('-') && !key.contains('{') && !english.contains_key(key) {
                    found.push(format!("{}: {key}", file.path));
                }
            }
        }
    }
    none("messages that do not exist", &found);
}

/// What `cargo build` makes has no place where the environment can end it: only the tests ask for those.
#[test]
fn the_production_build_has_no_fail_points() {
    let tree = |edges: &str| {
        let mut cargo = Command::new(env!("CARGO"));
        let told = cargo
            .args(["tree", "--offline", "--locked", "--package", "sapa"])
            .args(["--prefix", "none", "--edges", edges])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(told.status.success(), "{told:?}");
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        told.lines().any(|line| line.starts_with("fail v"))
    };
    assert!(tree("normal,build,dev"), "the tests have them");
    assert!(!tree("normal,build"), "production has them");
}
