//! Settings that admins change while the desk runs. They stand over what the desk was started with, hold at once here and within half a minute
//! in other processes, and each change is in the audit. What concerns the machine (addresses, secrets, limits) is in the file of settings alone.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::{
    db::{self, Tx},
    desk::{Act, Desk, Settings},
    i18n::Locale,
    staff,
    tickets::Actor,
};

pub(crate) mod store;

/// The longest name of a business.
const NAME: usize = 60;
/// How often it is looked whether another process changed something.
const LOOK: Duration = Duration::from_secs(30);

/// Something that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The business's name, as customers read it.
    Name,
    /// The zone in which people are told times.
    TimeZone,
    /// The language of whoever has told no other.
    Locale,
    /// The country whose local phone numbers people type.
    DefaultRegion,
    /// What prices are in unless they say otherwise.
    Currency,
}

impl Key {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::TimeZone,
        Self::Locale,
        Self::DefaultRegion,
        Self::Currency,
    ];

    /// As it is stored, and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::TimeZone => "time_zone",
            Self::Locale => "locale",
            Self::DefaultRegion => "default_region",
            Self::Currency => "currency",
        }
    }

    /// The Fluent key of what it is.
    pub fn label_key(self) -> &'static str {
        match self {
            Self::Name => "setting-name",
            Self::TimeZone => "setting-time-zone",
            Self::Locale => "setting-locale",
            Self::DefaultRegion => "setting-default-region",
            Self::Currency => "setting-currency",
        }
    }

    /// The Fluent key of what it may be.
    pub fn hint_key(self) -> &'static str {
        match self {
            Self::Name => "setting-hint-name",
            Self::TimeZone => "setting-hint-time-zone",
            Self::Locale => "setting-hint-locale",
            Self::DefaultRegion => "setting-hint-default-region",
            Self::Currency => "setting-hint-currency",
        }
    }

    /// From what somebody typed; as in the file of settings (`desk.name`) too.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_lowercase().replace('-', "_");
        let typed = typed.strip_prefix("desk.").unwrap_or(&typed);
        Self::ALL.into_iter().find(|key| key.as_str() == typed)
    }

    /// What somebody typed, as it is stored. `None`: it cannot be that.
    pub fn read(self, typed: &str) -> Option<String> {
        let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        match self {
            Self::Name => {
                let fits = (1..=NAME).contains(&typed.chars().count());
                (fits && !typed.chars().any(char::is_control)).then_some(typed)
            }
            Self::TimeZone => {
                let zone = typed.parse::<chrono_tz::Tz>().ok()?;
                Some(zone.name().to_owned())
            }
            Self::Locale => {
                let locale = Locale::parse(&typed)?;
                Some(locale.code().to_owned())
            }
            Self::DefaultRegion => letters(&typed, 2),
            Self::Currency => letters(&typed, 3),
        }
    }

    /// What it is in these settings.
    fn of(self, settings: &Settings) -> String {
        match self {
            Self::Name => settings.name.clone(),
            Self::TimeZone => settings.time_zone.name().to_owned(),
            Self::Locale => settings.locale.code().to_owned(),
            Self::DefaultRegion => settings.default_region.clone(),
            Self::Currency => settings.currency.clone(),
        }
    }

    /// Sets it in these settings. What cannot be read is left as it is: another version wrote it.
    fn put(self, settings: &mut Settings, value: &str) {
        let Some(value) = self.read(value) else {
            return;
        };
        match self {
            Self::Name => settings.name = value,
            Self::TimeZone => {
                if let Ok(zone) = value.parse() {
                    settings.time_zone = zone;
                }
            }
            Self::Locale => {
                if let Some(locale) = Locale::parse(&value) {
                    settings.locale = locale;
                }
            }
            Self::DefaultRegion => settings.default_region = value,
            Self::Currency => settings.currency = value,
        }
    }
}

fn letters(typed: &str, count: usize) -> Option<String> {
    let typed = typed.to_uppercase();
    (typed.len() == count && typed.bytes().all(|b| b.is_ascii_uppercase())).then_some(typed)
}

/// The settings as they are now, where something was changed since the start.
#[derive(Clone, Default)]
pub struct Live(Arc<RwLock<Option<Arc<Settings>>>>);

impl Live {
    /// What was changed, or else what the desk was started with.
    pub(crate) fn over(&self, started_with: &Arc<Settings>) -> Arc<Settings> {
        let live = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(live.as_ref().unwrap_or(started_with))
    }

    fn replace(&self, settings: Settings) {
        let mut live = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *live = Some(Arc::new(settings));
    }
}

/// A setting as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub key: Key,
    /// What it is.
    pub value: String,
    /// It was changed here, over what the desk was started with.
    pub changed: bool,
}

/// Why a setting is not changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be that.
    #[error("{} cannot be that", .0.as_str())]
    Invalid(Key),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Every setting as it is now.
pub async fn list(desk: &Desk, tx: &mut Tx) -> db::Result<Vec<Line>> {
    let changed = store::all(tx).await?;
    let of = |key: Key| {
        let own = changed.iter().find(|(name, _)| name == key.as_str());
        Line {
            key,
            value: own.map_or_else(|| key.of(&desk.settings), |(_, value)| value.clone()),
            changed: own.is_some(),
        }
    };
    Ok(Key::ALL.map(of).to_vec())
}

/// Changes a setting: what it was and what it is. It holds once [`refresh`] was called after the commit; other processes follow.
pub async fn set(
    act: &mut Act<'_>,
    by: &Actor,
    key: Key,
    typed: &str,
) -> Result<(String, String), Refused> {
    let value = key.read(typed).ok_or(Refused::Invalid(key))?;
    let desk = act.desk.clone();
    let lines = list(&desk, act.tx).await?;
    let before = lines.into_iter().find(|line| line.key == key);
    let before = before.map(|line| line.value).unwrap_or_default();
    store::set(act.tx, key.as_str(), &value, act.now).await?;
    let subject = format!("setting:{}", key.as_str());
    let (from, to) = (Some(&*before), Some(&*value));
    staff::audit(act, by, "setting.changed", &subject, from, to).await?;
    Ok((before, value))
}

/// Reads the settings anew; from here on they hold in this process.
pub async fn refresh(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.read().await?;
    let changed = store::all(&mut tx).await?;
    tx.rollback().await?;
    let mut settings = Settings::clone(&desk.settings);
    for (name, value) in changed {
        if let Some(key) = Key::parse(&name) {
            key.put(&mut settings, &value);
        }
    }
    desk.live.replace(settings);
    Ok(())
}

/// Keeps the settings as they were changed, here or by another process, until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    let mut changed = desk.bell.settings();
    while !stop.is_cancelled() {
        changed.borrow_and_update();
        if let Err(error) = refresh(&desk).await {
            tracing::warn!(%error, "the settings could not be read anew");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            rung = changed.changed() => if rung.is_err() { return },
            () = desk.clock.sleep(LOOK) => {}
        }
    }
}

#[cfg(test)]
mod tests;
