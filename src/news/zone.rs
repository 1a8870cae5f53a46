//! Time zones: what a clock on somebody's wall shows, where their day ends, what a zone is called.
//!
//! The database of zones is bundled (jiff), so that nothing depends on the machine's own. This
//! file is the only one that knows jiff; a zone is asked in [`Millis`] and answers in them.
//! Moments outside of the years 1 to 9998 have no zones: there UTC's days are counted.

mod quiet;
mod suggest;
mod time;
mod when;

pub use quiet::{Quiet, QuietError};
pub use time::{TimeError, TimeOfDay, Weekday};
pub use when::{DIGEST_AT, DIGEST_ON, When, WhenError};

use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The most characters of a name, a time or a schedule that are looked at.
pub const TYPED_CHARS_MAX: usize = 64;
/// The first moment that zones are reckoned with: the year 1.
const MOMENT_MS_MIN: Millis = -62_135_596_800_000;
/// The last one: the end of the year 9998.
const MOMENT_MS_MAX: Millis = 253_370_764_799_999;
/// Names of the database that are no place's: a stand-in for a clock that nobody set, and
/// abbreviations that stand there for places without summer time, which few mean who type them.
const NOT_NAMES: &[&str] = &["Factory", "Etc/Unknown", "EST", "MST"];

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database, kept by its name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    #[error("not a time zone: type a name like Europe/Berlin or America/New_York, or UTC")]
    Unknown,
    #[error(
        "an offset, which knows no summer time: type the name of a place, like Europe/Berlin, or UTC"
    )]
    Offset,
}

impl Zone {
    /// The zone of who chose none.
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        }
    }

    /// The zone of that name, in whatever case and with spaces for underscores; old names lead to
    /// the one of today (Asia/Calcutta to Asia/Kolkata). A city alone will do where it names one
    /// zone.
    pub fn parse(typed: &str) -> Result<Self, ZoneError> {
        let typed = plain(typed).ok_or(ZoneError::Unknown)?;
        let name = typed.split_whitespace().collect::<Vec<_>>().join("_");
        if let Some(zone) = Self::named(&name).or_else(|| suggest::city(&name)) {
            return Ok(zone);
        }
        match suggest::offset(&typed) {
            Some(_) => Err(ZoneError::Offset),
            None => Err(ZoneError::Unknown),
        }
    }

    /// The zone of a name of the database, its case aside.
    fn named(name: &str) -> Option<Self> {
        if NOT_NAMES.iter().any(|not| not.eq_ignore_ascii_case(name)) {
            return None;
        }
        let name = ZONES.get(name).ok()?.primary_iana_name()?.to_owned();
        let zone = ZONES.get(&name).ok()?;
        Some(Self { name, zone })
    }

    /// Names for what somebody has typed so far, the likeliest first, at most `most`, each with a
    /// label that shows the zone's time `now`: "Europe/Berlin · 14:05". What is typed may be part
    /// of a city's or region's name, or an offset ("+2", "UTC-3:30"), which names the zones that
    /// have it now. With nothing typed, zones of large cities from west to east.
    pub fn suggest(typed: &str, now: Millis, most: usize) -> Vec<(String, String)> {
        suggest::suggest(typed, now, most)
    }

    /// The name in the database, "Europe/Berlin".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the zone's clocks are ahead of UTC at a moment.
    fn offset_ms(&self, at: Millis) -> Millis {
        let at = moment(at);
        at.map_or(0, |at| self.zone.to_offset(at).seconds() as Millis * SECOND)
    }

    /// What the zone's clocks show, as if they were UTC's.
    fn wall(&self, at: Millis) -> Millis {
        at.saturating_add(self.offset_ms(at))
    }

    /// The next moment after `at` at which clocks are put forward or back.
    fn next_change(&self, at: Millis) -> Option<Millis> {
        let next = self.zone.following(moment(at)?).next()?;
        Some(next.timestamp().as_millisecond()).filter(|next| moment(*next).is_some())
    }

    /// The moment at which the clocks show a time of a day, the first of two. A time that clocks
    /// leap over comes as long after the leap as it would have come without it, or, where that is
    /// the next day already, as long before it. None for a day that was left out.
    fn moment_of(&self, day: i64, time: TimeOfDay) -> Option<Millis> {
        let wall = day.checked_mul(DAY)?;
        let wall = wall.checked_add(Millis::from(time.minutes()) * MINUTE)?;
        let wall: DateTime = Offset::UTC.to_datetime(moment(wall)?);
        let found = self.zone.to_ambiguous_timestamp(wall);
        let on_that_day = |at: Result<Timestamp, _>| {
            let at = at.ok()?.as_millisecond();
            (local_day(self, at) == day).then_some(at)
        };
        // Without an ambiguity both are one.
        on_that_day(found.compatible()).or_else(|| on_that_day(found.earlier()))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, ZoneError> {
        Self::parse(&text)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

/// The day that a moment belongs to in a zone, in days since 1 January 1970 there.
pub fn local_day(zone: &Zone, at: Millis) -> i64 {
    zone.wall(at).div_euclid(DAY)
}

/// The first moment after `at` that belongs to a later day of the zone: midnight, or the moment
/// to which the clocks leap over it.
pub fn day_ends_at(zone: &Zone, at: Millis) -> Millis {
    let day = local_day(zone, at);
    let mut from = at;
    loop {
        let wall = zone.wall(from);
        if wall.div_euclid(DAY) > day {
            return from;
        }
        let midnight = from.saturating_add((day + 1).saturating_mul(DAY).saturating_sub(wall));
        match zone.next_change(from) {
            Some(change) if change <= midnight => from = change,
            _ => return midnight,
        }
    }
}

/// The first moment of the zone's day that `now` belongs to, for what is counted by day.
pub fn day_began_at(zone: &Zone, now: Millis) -> Millis {
    let mut began = day_ends_at(zone, now.saturating_sub(DAY + 2 * HOUR));
    loop {
        let next = day_ends_at(zone, began);
        if next > now || next <= began {
            return began.min(now);
        }
        began = next;
    }
}

/// A moment as the terminal shows it, in the zone's time: "Mon 9 Mar, 14:05".
pub fn at_local(zone: &Zone, at: Millis) -> String {
    shown(zone, at, "%a %-d %b, %H:%M")
}

fn shown(zone: &Zone, at: Millis, format: &str) -> String {
    let wall = zone.wall(at).clamp(MOMENT_MS_MIN, MOMENT_MS_MAX);
    let wall = moment(wall).map(|wall| Offset::UTC.to_datetime(wall));
    wall.map_or_else(String::new, |wall| wall.strftime(format).to_string())
}

fn moment(at: Millis) -> Option<Timestamp> {
    let fits = (MOMENT_MS_MIN..=MOMENT_MS_MAX).contains(&at);
    fits.then(|| Timestamp::from_millisecond(at).ok())?
}

/// What somebody typed, trimmed, in small letters and with the plain forms of letters and signs
/// (full width, old digits); none when it is empty or too long.
fn plain(typed: &str) -> Option<String> {
    if typed.chars().nth(TYPED_CHARS_MAX).is_some() {
        return None;
    }
    let typed = typed.nfkc().collect::<String>().to_lowercase();
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}

#[cfg(test)]
mod tests;
