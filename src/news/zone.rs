//! Time zones, quiet hours and digest times (being written elsewhere; this knows few zones).

use crate::clock::{DAY, HOUR, MINUTE, Millis};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Zones of the stand-in, with minutes ahead of UTC.
const ZONES: &[(&str, i64)] = &[
    ("UTC", 0),
    ("Europe/Berlin", 60),
    ("Europe/London", 0),
    ("America/New_York", -300),
    ("Asia/Kathmandu", 345),
    ("Asia/Tokyo", 540),
];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone: type a name like Europe/Berlin or America/New_York, or UTC")]
pub struct ZoneError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeOfDay(u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the day: type it like 8, 08:30")]
pub struct TimeError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quiet {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not quiet hours: type them like 22-8 or 22:00-07:30, or off")]
pub struct QuietError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Weekday {
    Monday,
    Sunday,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum When {
    Breaking,
    Hourly,
    Daily(TimeOfDay),
    Weekly(Weekday, TimeOfDay),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a time to send at: type it like as it breaks, hourly, daily 07:30 or weekly Monday 8:00"
)]
pub struct WhenError;

impl Zone {
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }
    pub fn name(&self) -> &str {
        &self.0
    }
    pub fn parse(typed: &str) -> Result<Self, ZoneError> {
        let typed = typed.trim().replace(' ', "_");
        let known = ZONES.iter().find(|(name, _)| {
            let city = name.rsplit('/').next().unwrap_or_default();
            name.eq_ignore_ascii_case(&typed) || city.eq_ignore_ascii_case(&typed)
        });
        known
            .map(|(name, _)| Self((*name).to_owned()))
            .ok_or(ZoneError)
    }
    pub fn suggest(typed: &str, now: Millis, most: usize) -> Vec<(String, String)> {
        let typed = typed.trim().to_lowercase();
        let fitting = ZONES
            .iter()
            .filter(|(name, _)| name.to_lowercase().contains(&typed));
        let label = |(name, ahead): &(&str, i64)| {
            let of_day = (now + ahead * MINUTE).rem_euclid(DAY);
            let label = format!(
                "{name} · {:02}:{:02}",
                of_day / HOUR,
                of_day % HOUR / MINUTE
            );
            ((*name).to_owned(), label)
        };
        fitting.take(most).map(label).collect()
    }
    fn ahead(&self) -> Millis {
        let known = ZONES.iter().find(|(name, _)| *name == self.0);
        known.map_or(0, |(_, minutes)| minutes * MINUTE)
    }
}

impl TimeOfDay {
    pub const MORNING: Self = Self(8 * 60);
    pub fn minutes(self) -> u16 {
        self.0
    }
    pub fn parse(typed: &str) -> Result<Self, TimeError> {
        let (hour, minute) = typed.trim().split_once(':').unwrap_or((typed.trim(), "0"));
        let hour: u16 = hour.parse().map_err(|_| TimeError)?;
        let minute: u16 = minute.parse().map_err(|_| TimeError)?;
        (hour < 24 && minute < 60)
            .then_some(Self(hour * 60 + minute))
            .ok_or(TimeError)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Quiet {
    pub const NIGHT: Self = Self {
        from: TimeOfDay(22 * 60),
        to: TimeOfDay(8 * 60),
    };
    pub fn parse(typed: &str) -> Result<Option<Self>, QuietError> {
        if typed.trim() == "off" {
            return Ok(None);
        }
        let (from, to) = typed.split_once(['-', '–']).ok_or(QuietError)?;
        let from = TimeOfDay::parse(from).map_err(|_| QuietError)?;
        let to = TimeOfDay::parse(to).map_err(|_| QuietError)?;
        (from != to)
            .then_some(Some(Self { from, to }))
            .ok_or(QuietError)
    }
    pub fn ends_at(&self, zone: &Zone, now: Millis) -> Option<Millis> {
        let now = now + zone.ahead();
        let (from, to) = (i64::from(self.from.0), i64::from(self.to.0));
        let minute = now.rem_euclid(DAY) / MINUTE;
        let inside = if from < to {
            (from..to).contains(&minute)
        } else {
            minute >= from || minute < to
        };
        inside.then(|| {
            let day = now.div_euclid(DAY) * DAY + to * MINUTE;
            (if day > now { day } else { day + DAY }) - zone.ahead()
        })
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from, self.to)
    }
}

impl When {
    pub fn parse(typed: &str) -> Result<Self, WhenError> {
        let typed = typed.trim().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let time = |word: Option<&&str>| {
            let time = word.map_or(Ok(TimeOfDay::MORNING), |word| TimeOfDay::parse(word));
            time.map_err(|_| WhenError)
        };
        match words.as_slice() {
            ["as", "it", "breaks"] | ["breaking"] => Ok(When::Breaking),
            ["hourly"] => Ok(When::Hourly),
            ["daily", rest @ ..] => Ok(When::Daily(time(rest.last())?)),
            ["weekly", "sunday", rest @ ..] => {
                Ok(When::Weekly(Weekday::Sunday, time(rest.last())?))
            }
            ["weekly", "monday", rest @ ..] => {
                Ok(When::Weekly(Weekday::Monday, time(rest.last())?))
            }
            ["weekly"] => Ok(When::Weekly(Weekday::Monday, TimeOfDay::MORNING)),
            _ => Err(WhenError),
        }
    }
    pub fn next_due(&self, zone: &Zone, after: Millis) -> Option<Millis> {
        let ahead = zone.ahead();
        let after = after + ahead;
        match self {
            When::Breaking => None,
            When::Hourly => Some((after.div_euclid(HOUR) + 1) * HOUR - ahead),
            When::Daily(time) | When::Weekly(_, time) => {
                let day = after.div_euclid(DAY) * DAY + i64::from(time.0) * MINUTE;
                Some((if day > after { day } else { day + DAY }) - ahead)
            }
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breaking => f.write_str("as it breaks"),
            Self::Hourly => f.write_str("hourly"),
            Self::Daily(time) => write!(f, "daily {time}"),
            Self::Weekly(day, time) => write!(f, "weekly {day:?} {time}"),
        }
    }
}

/// The next local midnight.
pub fn day_ends_at(zone: &Zone, at: Millis) -> Millis {
    ((at + zone.ahead()).div_euclid(DAY) + 1) * DAY - zone.ahead()
}
