//! Every setting by name. What stands here is known; anything else in a file or in the environment is a mistake.

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `section.key`, as in the file.
    pub name: &'static str,
    /// Never shown.
    pub secret: bool,
    /// What holds when nothing is given, as a person reads it; empty when there is nothing.
    pub default: &'static str,
}

const fn key(name: &'static str, default: &'static str) -> Key {
    Key {
        name,
        secret: false,
        default,
    }
}

const fn secret(name: &'static str) -> Key {
    Key {
        name,
        secret: true,
        default: "",
    }
}

/// All of them, in the order in which `config check` shows them.
pub const KEYS: &[Key] = &[
    key("database.url", "sqlite://sapa.db"),
    key("http.listen", "127.0.0.1:8080"),
    key("http.public_url", ""),
    key("http.trusted_proxies", ""),
    key("http.metrics_listen", "127.0.0.1:9464"),
    secret("telegram.token"),
    key("telegram.api_url", "https://api.telegram.org"),
    key("telegram.mode", "polling"),
    secret("telegram.webhook_secret"),
    key("telegram.ticks", "reaction"),
    key("telegram.messages_per_second", "28"),
    key("telegram.chat_per_second", "1"),
    key("telegram.chat_burst", "5"),
    key("telegram.group_per_minute", "20"),
    secret("whatsapp.access_token"),
    key("whatsapp.phone_number_id", ""),
    secret("whatsapp.app_secret"),
    secret("whatsapp.verify_token"),
    key("whatsapp.api_url", "https://graph.facebook.com"),
    key("whatsapp.api_version", "v23.0"),
    key("whatsapp.business_account_id", ""),
    key(
        "whatsapp.media_hosts",
        "the host of whatsapp.api_url, lookaside.fbsbx.com",
    ),
    key("whatsapp.templates.otp", ""),
    key("whatsapp.templates.notice", ""),
    key("whatsapp.templates.reopen", ""),
    key("whatsapp.messages_per_second", "80"),
    key("whatsapp.pair_seconds", "6"),
    key("whatsapp.pair_burst", "45"),
    key("river.lease", "30s"),
    key("river.grace", "60s"),
    key("river.event_retries", "5"),
    key(
        "river.send_retries",
        "1s, 4s, 15s, 1m, 3m, 10m, 30m, 1h, 2h, 4h",
    ),
    key("media.dir", "media, beside the database"),
    key("media.max_bytes", "20000000"),
    key("desk.name", "Sapa"),
    key("desk.time_zone", "Asia/Jakarta"),
    key("desk.locale", "id"),
    key("desk.currency", "IDR"),
    key("desk.default_region", "ID"),
    key("desk.locales", ""),
    secret("security.secret_key"),
    secret("security.previous_keys"),
    key("reminders.schedule", "0 0 9 * * *"),
    key("retention.events", "30d"),
    key("retention.deliveries", "90d"),
    key("retention.schedule", "0 30 3 * * *"),
    key("log.format", "pretty on a terminal, else json"),
];

/// The key of this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Whether keys begin with this section.
pub fn is_section(name: &str) -> bool {
    let within = |key: &Key| {
        key.name
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    KEYS.iter().any(within)
}

/// The known key that looks most like a mistyped one: by the whole name, or by the last part in the wrong section.
pub fn nearest(name: &str) -> Option<&'static str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |known: &str| {
        let whole = strsim::normalized_damerau_levenshtein(known, name);
        let end = strsim::normalized_damerau_levenshtein(&last(known), &last(name));
        // The right word in the wrong section is worth a little less than a slip of the pen.
        whole.max(end * 0.9)
    };
    KEYS.iter()
        .map(|key| (likeness(key.name), key.name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.6)
        .map(|(_, name)| name)
}

/// The environment variable of a key.
pub fn variable(name: &str) -> String {
    format!("SAPA_{}", name.replace('.', "__").to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_understood() {
        assert_eq!(nearest("database.ulr"), Some("database.url"));
        assert_eq!(
            nearest("whatsapp.acess_token"),
            Some("whatsapp.access_token")
        );
        assert_eq!(nearest("telegram.app_secret"), Some("whatsapp.app_secret"));
        assert_eq!(nearest("time_zone"), Some("desk.time_zone"));
        assert_eq!(nearest("colour.of_the_door"), None);
    }

    #[test]
    fn the_example_file_names_every_key_and_no_other() {
        let example = include_str!("../../sapa.example.toml");
        let mut section = String::new();
        let mut named = Vec::new();
        for line in example.lines() {
            let line = line.trim_start_matches("# ").trim_start_matches('#');
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                name.clone_into(&mut section);
            } else if let Some((key, _)) = line.split_once(" = ")
                && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            {
                named.push(format!("{section}.{key}"));
            }
        }
        for key in KEYS {
            assert!(
                named.iter().any(|name| name == key.name),
                "{} is missing",
                key.name
            );
        }
        for name in named {
            assert!(find(&name).is_some(), "{name} is no key");
        }
    }
}
