//! The settings by section, typed.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use chrono_tz::Tz;
use sapa_core::{
    db::Db,
    desk::River,
    i18n::{Locale, Texts},
    retention::Retention,
    schedule::{NoSchedule, Schedule},
};
use secrecy::SecretString;
use toml::Value;
use url::Url;

use super::{
    Need, Reader, Wrong,
    platforms::{Telegram, WhatsApp, telegram, web, whatsapp},
    values,
};

/// Everything that a desk is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its memory.
    pub database: Database,
    /// Its doors.
    pub http: Http,
    /// Its staff's platform.
    pub telegram: Telegram,
    /// Its customers' platform.
    pub whatsapp: WhatsApp,
    /// Its rivers' patience.
    pub river: River,
    /// Its files.
    pub media: Media,
    /// Its words.
    pub desk: DeskWords,
    /// Its keys.
    pub security: Security,
    /// When reminders go out, as a cron expression in the desk's time.
    pub reminders_schedule: String,
    /// How long what has been dealt with is kept.
    pub retention: Retention,
    /// How it writes its log; `None` by whether a person reads it.
    pub log_format: Option<LogFormat>,
}

/// `database.*`
#[derive(Clone)]
pub struct Database {
    /// With a password in it, perhaps: not to be shown.
    pub url: String,
    /// The file, when it is SQLite.
    pub file: Option<PathBuf>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// `http.*`
#[derive(Clone, Debug)]
pub struct Http {
    /// The public listener.
    pub listen: SocketAddr,
    /// How the world reaches it.
    pub public_url: Option<Url>,
    /// Whose forwarded addresses are believed.
    pub trusted_proxies: Vec<String>,
    /// The metrics' listener, if there is one.
    pub metrics_listen: Option<SocketAddr>,
    /// Somebody asked for it: then it must not be left out silently.
    pub metrics_wanted: bool,
}

impl Http {
    /// Where the staff's pages are reached: by the public address, else where we listen.
    pub fn pages_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

/// `media.*`
#[derive(Clone, Debug)]
pub struct Media {
    /// Where files lie.
    pub dir: PathBuf,
    /// The largest that is fetched.
    pub max_bytes: u64,
}

/// `desk.*`
#[derive(Clone, Debug)]
pub struct DeskWords {
    /// The business's name.
    pub name: String,
    /// The zone in which people are told times.
    pub time_zone: Tz,
    /// The language of whoever has told no other.
    pub locale: Locale,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166, for phone numbers that people type.
    pub default_region: String,
    /// A folder whose messages override built-in ones.
    pub locales: Option<PathBuf>,
}

/// `security.*`
#[derive(Clone, Debug)]
pub struct Security {
    /// What every other key is derived from.
    pub secret_key: Option<SecretString>,
    /// Earlier ones, still accepted.
    pub previous_keys: Vec<SecretString>,
}

/// `log.format`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

impl Config {
    pub(super) fn from(reader: &mut Reader) -> Self {
        let database = database(reader);
        let beside = database
            .file
            .as_deref()
            .and_then(|file| file.parent())
            .map(PathBuf::from)
            .unwrap_or_default();
        let http = http(reader);
        let desk = desk(reader);
        let retention = retention(reader, desk.time_zone);
        let config = Self {
            telegram: telegram(reader, &http),
            whatsapp: whatsapp(reader),
            river: river(reader),
            media: Media {
                dir: reader.or("media.dir", beside.join("media"), |v| {
                    values::text(v).map(PathBuf::from)
                }),
                max_bytes: reader.or("media.max_bytes", 20_000_000, |v| {
                    values::whole(v, 1, 100_000_000)
                }),
            },
            desk,
            retention,
            security: security(reader),
            reminders_schedule: reader.or("reminders.schedule", "0 0 9 * * *".into(), schedule),
            log_format: reader.get("log.format", |v| {
                values::one_of(
                    v,
                    &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)],
                )
            }),
            database,
            http,
        };
        let shared = config.database.file.is_none()
            && !reader
                .gathered
                .mistakes
                .iter()
                .any(|m| m.key == "database.url");
        if shared
            && reader.need == Need::Serve
            && config.security.secret_key.is_none()
            && !reader.is_given("security.secret_key")
        {
            let fix = "make one with `openssl rand -base64 32` and give the same to every process; beside an SQLite database it is made for you";
            reader.wrong(
                "security.secret_key",
                Wrong::new(
                    "is missing, and PostgreSQL has no folder to keep one in",
                    fix,
                ),
            );
        }
        config
    }
}

fn database(reader: &mut Reader) -> Database {
    let parse = |value: &Value| {
        let url = values::text(value)?;
        let fix = "write it as sqlite://sapa.db, sqlite:///var/lib/sapa/sapa.db or postgres://user:password@host/database";
        let known = ["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        if !known || url.contains(":memory:") || url.contains("mode=memory") {
            return Err(Wrong::new(
                "is neither an SQLite file nor a PostgreSQL database",
                fix,
            ));
        }
        let file = Db::file(&url)
            .map_err(|error| Wrong::new(format!("cannot be understood: {error}"), fix))?;
        Ok(Database { url, file })
    };
    let default = Database {
        url: "sqlite://sapa.db".into(),
        file: Some("sapa.db".into()),
    };
    reader.or("database.url", default, parse)
}

fn http(reader: &mut Reader) -> Http {
    let metrics = |value: &Value| {
        if value.as_str() == Some("off") {
            return Ok(None);
        }
        values::listen(value).map(Some)
    };
    Http {
        listen: reader.or(
            "http.listen",
            SocketAddr::from(([127, 0, 0, 1], 8080)),
            values::listen,
        ),
        public_url: web(reader, "http.public_url"),
        trusted_proxies: reader.or("http.trusted_proxies", Vec::new(), proxies),
        metrics_listen: reader.or(
            "http.metrics_listen",
            Some(SocketAddr::from(([127, 0, 0, 1], 9464))),
            metrics,
        ),
        metrics_wanted: reader.is_given("http.metrics_listen"),
    }
}

fn proxies(value: &Value) -> Result<Vec<String>, Wrong> {
    let proxies = values::list(value)?;
    for proxy in &proxies {
        let (address, bits) = proxy
            .split_once('/')
            .map_or((proxy.as_str(), None), |(a, b)| (a, Some(b)));
        let most = address
            .parse::<std::net::IpAddr>()
            .map(|ip| if ip.is_ipv4() { 32 } else { 128 });
        let fits = most.is_ok_and(|most| {
            bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
        });
        if !fits {
            return Err(Wrong::new(
                format!("\"{proxy}\" is no address"),
                "write addresses or networks, such as 10.0.0.1 or 10.0.0.0/8",
            ));
        }
    }
    Ok(proxies)
}

fn river(reader: &mut Reader) -> River {
    let usual = River::default();
    let at_least = |least: Duration| {
        move |value: &Value| {
            let duration = values::duration(value)?;
            if duration >= least {
                Ok(duration)
            } else {
                Err(Wrong::new(
                    "is too short",
                    format!("give at least {}ms", least.as_millis()),
                ))
            }
        }
    };
    River {
        lease: reader.or("river.lease", usual.lease, at_least(Duration::from_secs(1))),
        grace: reader.or("river.grace", usual.grace, at_least(Duration::ZERO)),
        event_retries: u32::try_from(
            reader.or("river.event_retries", 5, |v| values::whole(v, 0, 1_000)),
        )
        .unwrap_or(5),
        send_retries: reader.or("river.send_retries", usual.send_retries, values::durations),
    }
}

fn desk(reader: &mut Reader) -> DeskWords {
    let locales = reader.get("desk.locales", |value| {
        let folder = PathBuf::from(values::text(value)?);
        if !folder.is_dir() {
            return Err(Wrong::new("there is no such folder", "make the folder, with a subfolder for each language (id, en), or remove the setting"));
        }
        Texts::load(Some(&folder)).map_err(|error| Wrong::new(error.to_string(), "correct the file"))?;
        Ok(folder)
    });
    let letters = |count: usize, example: &'static str| {
        move |value: &Value| {
            let code = values::text(value)?.to_uppercase();
            let fits = code.len() == count && code.bytes().all(|b| b.is_ascii_uppercase());
            if fits {
                Ok(code)
            } else {
                Err(Wrong::new(
                    "is not a code",
                    format!("write {count} letters, such as {example}"),
                ))
            }
        }
    };
    DeskWords {
        name: reader.or("desk.name", "Sapa".into(), values::text),
        time_zone: reader.or("desk.time_zone", chrono_tz::Asia::Jakarta, time_zone),
        locale: reader.or("desk.locale", Locale::Id, |v| {
            values::one_of(v, &Locale::ALL.map(|locale| (locale.code(), locale)))
        }),
        currency: reader.or("desk.currency", "IDR".into(), letters(3, "IDR")),
        default_region: reader.or("desk.default_region", "ID".into(), letters(2, "ID")),
        locales,
    }
}

fn time_zone(value: &Value) -> Result<Tz, Wrong> {
    let name = values::text(value)?;
    name.parse().map_err(|_| {
        let near = chrono_tz::TZ_VARIANTS.iter().map(|zone| {
            (
                strsim::normalized_damerau_levenshtein(zone.name(), &name),
                zone.name(),
            )
        });
        let near = near
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or("Asia/Jakarta", |(_, name)| name);
        Wrong::new(
            format!("\"{name}\" is no time zone"),
            format!("write it as {near}"),
        )
    })
}

fn security(reader: &mut Reader) -> Security {
    let long_enough = |key: String| {
        let fits = key.len() >= 32;
        if fits {
            Ok(SecretString::from(key))
        } else {
            Err(Wrong::new(
                "is too short to be unguessable",
                "give at least 32 characters; `openssl rand -base64 32` makes them",
            ))
        }
    };
    Security {
        secret_key: reader.get("security.secret_key", |v| {
            values::text(v).and_then(long_enough)
        }),
        previous_keys: reader.or("security.previous_keys", Vec::new(), |v| {
            values::list(v)?.into_iter().map(long_enough).collect()
        }),
    }
}

fn retention(reader: &mut Reader, zone: Tz) -> Retention {
    let usual = Retention::usual(zone);
    Retention {
        events: reader.or("retention.events", usual.events, |v| {
            let why = "give at least 8d, or 0 to keep everything: Meta repeats events for seven days, and a repeated one must be recognised";
            values::kept(v, Retention::LEAST_EVENTS, why)
        }),
        deliveries: reader.or("retention.deliveries", usual.deliveries, |v| {
            let why = "give at least 2d, or 0 to keep everything: staff answer messages of yesterday";
            values::kept(v, Duration::from_hours(48), why)
        }),
        schedule: reader.or("retention.schedule", usual.schedule, |v| {
            let text = schedule(v)?;
            Schedule::parse(&text, zone).map_err(|error| no_schedule(&error))
        }),
    }
}

fn schedule(value: &Value) -> Result<String, Wrong> {
    let text = values::text(value)?;
    match Schedule::parse(&text, Tz::UTC) {
        Ok(_) => Ok(text),
        Err(error) => Err(no_schedule(&error)),
    }
}

fn no_schedule(error: &NoSchedule) -> Wrong {
    let told = error.to_string();
    let why = told.lines().last().unwrap_or_default().trim();
    Wrong::new(
        format!("is not a cron expression with seconds ({why})"),
        "write second, minute, hour, day, month, weekday, such as 0 0 9 * * *",
    )
}
