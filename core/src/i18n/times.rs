//! Instants and durations in words that people use, in the desk's zone.

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeZone as _};
use chrono_tz::Tz;

use super::Localizer;
use crate::{args, clock::Millis};

impl Localizer {
    /// An instant as people say it: "hari ini 15.40 WIB", "besok pukul 09.00 WIB", "Kamis 26 Nov pukul 09.00 WIB".
    pub fn when(&self, at: Millis, now: Millis) -> String {
        let (at, now) = (self.local(at), self.local(now));
        let days = (at.date_naive() - now.date_naive()).num_days();
        let time = self.clock_time(&at);
        match days {
            0 => self.label("when-today", args!["time" => time]),
            1 => self.label("when-tomorrow", args!["time" => time]),
            -1 => self.label("when-yesterday", args!["time" => time]),
            _ => self.label("when-date", args!["date" => self.date(&at), "time" => time]),
        }
    }

    /// An instant in full, whatever day it is now: "Kamis 26 Nov 2026 pukul 09.00 WIB".
    pub fn exact(&self, at: Millis) -> String {
        let at = self.local(at);
        let date = format!("{} {}", self.date(&at), at.year());
        self.label(
            "when-date",
            args!["date" => date, "time" => self.clock_time(&at)],
        )
    }

    /// The time of day with the zone: "15.40 WIB".
    pub fn time(&self, at: Millis) -> String {
        self.clock_time(&self.local(at))
    }

    /// The time of day to the second, for whoever follows what happened when: "15.40.07".
    pub fn seconds(&self, at: Millis) -> String {
        let format = self.label("clock-seconds-format", &[]);
        self.local(at).format(&format).to_string()
    }

    /// A duration in its two largest units: "3 jam 58 menit", "42 menit", "kurang dari semenit".
    pub fn duration(&self, long: Duration) -> String {
        let minutes = i64::try_from(long.as_secs() / 60).unwrap_or(i64::MAX);
        let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => self.label("duration-moment", &[]),
            (0, 0, m) => self.label("duration-minutes", args!["minutes" => m]),
            (0, h, 0) => self.label("duration-hours", args!["hours" => h]),
            (0, h, m) => self.label(
                "duration-hours-minutes",
                args!["hours" => h, "minutes" => m],
            ),
            (d, 0, _) => self.label("duration-days", args!["days" => d]),
            (d, h, _) => self.label("duration-days-hours", args!["days" => d, "hours" => h]),
        }
    }

    /// When the day of this instant began, in the desk's zone. Where midnight was skipped by summer time, the first instant after it.
    pub fn midnight(&self, at: Millis) -> Millis {
        let day = self.local(at).date_naive();
        let start = day.and_hms_opt(0, 0, 0).unwrap_or_default();
        let zone = self.zone();
        let start = zone.from_local_datetime(&start).earliest();
        start.map_or(at, |start| Millis(start.timestamp_millis()))
    }

    fn local(&self, at: Millis) -> DateTime<Tz> {
        let instant = DateTime::from_timestamp_millis(at.0).unwrap_or_default();
        self.zone().from_utc_datetime(&instant.naive_utc())
    }

    fn clock_time(&self, at: &DateTime<Tz>) -> String {
        let clock = at.format(&self.label("clock-format", &[])).to_string();
        format!("{clock} {}", at.format("%Z"))
    }

    fn date(&self, at: &DateTime<Tz>) -> String {
        let names = |key: &str, index: u32| {
            let all = self.label(key, &[]);
            let name = usize::try_from(index)
                .ok()
                .and_then(|i| all.split(',').nth(i).map(|n| n.trim().to_owned()));
            name.unwrap_or_default()
        };
        let weekday = names("weekday-names", at.weekday().num_days_from_monday());
        format!(
            "{weekday} {} {}",
            at.day(),
            names("month-names", at.month0())
        )
    }
}
