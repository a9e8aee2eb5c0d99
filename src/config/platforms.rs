//! The settings of the two platforms, typed.

use std::time::Duration;

use sapa_core::{desk::Ticks, outbox::limits::Rates};
use secrecy::SecretString;
use toml::Value;
use url::Url;

use super::{Need, Reader, Wrong, sections::Http, values};

/// `telegram.*`
#[derive(Clone, Debug)]
pub struct Telegram {
    /// The bot's token.
    pub token: Option<SecretString>,
    /// The bot's id, the digits before the token's colon.
    pub bot_id: Option<String>,
    /// The Bot API.
    pub api_url: Url,
    /// Updates are posted to us.
    pub webhook: bool,
    /// What they prove themselves with.
    pub webhook_secret: Option<SecretString>,
    /// How an agent sees how far an answer has come.
    pub ticks: Ticks,
    /// How fast we may send.
    pub rates: Rates,
}

/// `whatsapp.*`
#[derive(Clone, Debug)]
pub struct WhatsApp {
    /// What we prove ourselves with.
    pub access_token: Option<SecretString>,
    /// The business number.
    pub phone_number_id: Option<String>,
    /// What Meta signs events with.
    pub app_secret: Option<SecretString>,
    /// What Meta proves itself with when it verifies our address.
    pub verify_token: Option<SecretString>,
    /// The Cloud API, without a version.
    pub api_url: Url,
    /// Its version, `v23.0`-like.
    pub api_version: String,
    /// The business account.
    pub business_account_id: Option<String>,
    /// The only hosts from which media are fetched.
    pub media_hosts: Vec<String>,
    /// Template (name, language) for one-time codes.
    pub template_otp: Option<(String, String)>,
    /// Template for notices outside the window.
    pub template_notice: Option<(String, String)>,
    /// Template that asks a customer to write again.
    pub template_reopen: Option<(String, String)>,
    /// How fast we may send.
    pub rates: Rates,
}

/// `telegram.*`; in webhook mode `http.public_url` is checked with it.
pub(super) fn telegram(reader: &mut Reader, http: &Http) -> Telegram {
    let token = reader.get("telegram.token", bot_token);
    let api_url =
        web(reader, "telegram.api_url").unwrap_or_else(|| official("https://api.telegram.org"));
    if api_url
        .path()
        .split('/')
        .any(|part| part.starts_with("bot"))
    {
        let fix = "leave out /bot and what follows; the token has its own setting";
        reader.wrong("telegram.api_url", Wrong::new("contains a bot's path", fix));
    }
    let modes = [("polling", false), ("webhook", true)];
    let webhook = reader.or("telegram.mode", false, |v| values::one_of(v, &modes));
    if webhook && reader.need == Need::Serve {
        check_webhook(reader, http);
    }
    let ticks = [
        ("reaction", Ticks::Reaction),
        ("line", Ticks::Line),
        ("off", Ticks::Off),
    ];
    let chat_per_second = reader.or("telegram.chat_per_second", 1.0, values::rate);
    Telegram {
        bot_id: token
            .as_deref()
            .and_then(|token| token.split_once(':'))
            .map(|(id, _)| id.to_owned()),
        token: token.map(SecretString::from),
        api_url,
        webhook,
        webhook_secret: reader.get("telegram.webhook_secret", webhook_secret),
        ticks: reader.or("telegram.ticks", Ticks::Reaction, |v| {
            values::one_of(v, &ticks)
        }),
        rates: Rates {
            per_second: reader.or("telegram.messages_per_second", 28.0, values::rate),
            recipient_every: Duration::from_secs_f64(1.0 / chat_per_second),
            recipient_burst: count(reader, "telegram.chat_burst", 5),
            group_per_minute: Some(count(reader, "telegram.group_per_minute", 20)),
        },
    }
}

fn bot_token(value: &Value) -> Result<String, Wrong> {
    let token = values::text(value)?;
    let digits = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let fits = token
        .split_once(':')
        .is_some_and(|(id, rest)| digits(id) && plain(rest));
    if fits {
        return Ok(token);
    }
    let fix = "paste it from @BotFather: digits, a colon, letters";
    Err(Wrong::new("is not a bot's token", fix))
}

/// Telegram Bot API: setWebhook, `secret_token`.
fn webhook_secret(value: &Value) -> Result<SecretString, Wrong> {
    let secret = values::text(value)?;
    if secret.len() <= 256 && plain(&secret) {
        return Ok(SecretString::from(secret));
    }
    let fix = "use 1 to 256 of A-Z, a-z, 0-9, _ and -";
    Err(Wrong::new("has characters that Telegram refuses", fix))
}

fn check_webhook(reader: &mut Reader, http: &Http) {
    let missing = "is missing, and telegram.mode is webhook";
    if !reader.is_given("telegram.webhook_secret") {
        let fix = "choose 1 to 256 of A-Z, a-z, 0-9, _ and -";
        reader.wrong("telegram.webhook_secret", Wrong::new(missing, fix));
    }
    if !reader.is_given("http.public_url") {
        let fix = "give the address under which Telegram reaches this server";
        reader.wrong("http.public_url", Wrong::new(missing, fix));
    }
    let https = http
        .public_url
        .as_ref()
        .filter(|url| url.scheme() == "https");
    let port = https.and_then(Url::port_or_known_default);
    // Telegram Bot API: setWebhook, "ports currently supported".
    if port.is_some_and(|port| ![443, 80, 88, 8443].contains(&port)) {
        reader.warn(
            "http.public_url",
            "Telegram posts to the ports 443, 80, 88 and 8443 only",
        );
    }
}

/// `whatsapp.*`
pub(super) fn whatsapp(reader: &mut Reader) -> WhatsApp {
    let api_url =
        web(reader, "whatsapp.api_url").unwrap_or_else(|| official("https://graph.facebook.com"));
    if api_url.path().split('/').any(is_version) {
        reader.wrong(
            "whatsapp.api_url",
            Wrong::new(
                "contains a version",
                "leave it out; the version has its own setting, whatsapp.api_version",
            ),
        );
    }
    let own_host = api_url.host_str().map(|host| {
        api_url
            .port()
            .map_or(host.to_owned(), |port| format!("{host}:{port}"))
    });
    // Meta: business phone numbers, media, "download media".
    let hosts: Vec<_> = own_host
        .into_iter()
        .chain(["lookaside.fbsbx.com".to_owned()])
        .collect();
    let secret = |v: &Value| values::text(v).map(SecretString::from);
    WhatsApp {
        access_token: reader.get("whatsapp.access_token", secret),
        phone_number_id: reader.get("whatsapp.phone_number_id", account_id),
        app_secret: reader.get("whatsapp.app_secret", secret),
        verify_token: reader.get("whatsapp.verify_token", secret),
        api_version: reader.or("whatsapp.api_version", "v23.0".into(), |value| {
            let version = values::text(value)?;
            if is_version(&version) { Ok(version) } else { Err(Wrong::new("is not a version", "write it as v23.0")) }
        }),
        business_account_id: reader.get("whatsapp.business_account_id", account_id),
        media_hosts: reader.or("whatsapp.media_hosts", hosts, |value| {
            let hosts = values::list(value)?;
            let bare = hosts.iter().all(|host| !host.contains('/') && !host.contains('@'));
            if bare { Ok(hosts) } else { Err(Wrong::new("holds more than hosts", "write hosts, with a port where it is not the usual one, such as lookaside.fbsbx.com")) }
        }),
        template_otp: reader.get("whatsapp.templates.otp", values::template),
        template_notice: reader.get("whatsapp.templates.notice", values::template),
        template_reopen: reader.get("whatsapp.templates.reopen", values::template),
        rates: Rates {
            per_second: reader.or("whatsapp.messages_per_second", 80.0, values::rate),
            recipient_every: Duration::from_secs_f64(reader.or("whatsapp.pair_seconds", 6.0, values::rate)),
            recipient_burst: count(reader, "whatsapp.pair_burst", 45),
            group_per_minute: None,
        },
        api_url,
    }
}

fn account_id(value: &Value) -> Result<String, Wrong> {
    // A number without quotes is what many people write.
    let id = match value {
        Value::Integer(number) => number.to_string(),
        other => values::text(other)?,
    };
    if plain(&id) {
        Ok(id)
    } else {
        Err(Wrong::new(
            "is not an id",
            "paste the id, digits only; it is not the phone number",
        ))
    }
}

/// An address, and a warning when it is for tests only.
pub(super) fn web(reader: &mut Reader, key: &'static str) -> Option<Url> {
    let (url, warning) = reader.get(key, values::address)?;
    if let Some(warning) = warning {
        reader.warn(key, warning);
    }
    Some(url)
}

fn count(reader: &mut Reader, key: &'static str, default: u32) -> u32 {
    let given = reader.get(key, |v| values::whole(v, 1, 1_000_000));
    given
        .and_then(|count| u32::try_from(count).ok())
        .unwrap_or(default)
}

fn official(url: &str) -> Url {
    url.parse()
        .expect("the platforms' own addresses are addresses")
}

fn is_version(part: &str) -> bool {
    let numbers = part.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
