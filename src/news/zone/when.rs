//! When a subscription speaks: at once, or in a digest at times that its clock on the wall shows.
//!
//! A daily digest comes once on every day that there is, a weekly one once a week; a time that
//! comes twice counts the first time, one that clocks leap over is made up for on the same day.
//! An hourly digest comes when the clock strikes: it shows a full hour or leaps over one. Put back
//! by whole hours it strikes the same hour again, an hour later; put back by less it does not. So
//! a year has as many hourly digests as hours.

use super::{MOMENT_MS_MAX, MOMENT_MS_MIN, TimeOfDay, Weekday, Zone, local_day, moment, plain};
use crate::clock::{HOUR, Millis};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The time of digests where none is given.
pub const DIGEST_AT: TimeOfDay = TimeOfDay::hour(8);
/// The day of weekly digests where none is given.
pub const DIGEST_ON: Weekday = Weekday::Monday;

/// A clock strikes at least once in so long, however it is put back.
const STRIKE_MS_MAX: Millis = 4 * HOUR;
/// Days by which the count of days may be out where one was left out or lived twice.
const DAYS_ODD_MAX: i64 = 1;

/// When a subscription or follow speaks. Kept and shown as "as it breaks", "hourly", "daily 08:00"
/// or "weekly Monday 08:00".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

/// What stands for [`When::Breaking`].
const BREAKING: &[&str] = &[
    "as it breaks",
    "as they break",
    "as it happens",
    "at once",
    "breaking",
    "immediately",
    "instantly",
];

/// Words that say nothing here.
const FILLERS: &[&str] = &["a", "at", "each", "every", "on", "once", "the"];

impl When {
    /// Reads "as it breaks", "hourly", "daily", "daily 07:30", "weekly", "weekly monday 8:00",
    /// "mon 8", "every friday at noon"; a time alone is daily.
    pub fn parse(typed: &str) -> Result<Self, WhenError> {
        let typed = plain(typed).ok_or(WhenError)?;
        let words: Vec<&str> = typed
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
            .collect();
        if BREAKING.contains(&words.join(" ").as_str()) {
            return Ok(Self::Breaking);
        }
        let (mut rhythm, mut weekday, mut time) = (None, None, Vec::new());
        for word in words.into_iter().filter(|word| !FILLERS.contains(word)) {
            let day = Weekday::parse(word);
            let twice = match word {
                "hourly" | "hour" => rhythm.replace(Self::Hourly).is_some(),
                "daily" | "day" => rhythm.replace(Self::Daily(DIGEST_AT)).is_some(),
                "weekly" | "week" => {
                    let weekly = Self::Weekly(DIGEST_ON, DIGEST_AT);
                    rhythm.replace(weekly).is_some()
                }
                _ if day.is_some() => weekday.replace(day).is_some(),
                _ => {
                    time.push(word);
                    false
                }
            };
            if twice {
                return Err(WhenError);
            }
        }
        let time = match time.is_empty() {
            true => None,
            false => Some(TimeOfDay::parse(&time.join(" ")).map_err(|_| WhenError)?),
        };
        let at = time.unwrap_or(DIGEST_AT);
        match (rhythm, weekday.flatten(), time) {
            (Some(Self::Hourly), None, None) => Ok(Self::Hourly),
            (Some(Self::Daily(_)), None, _) | (None, None, Some(_)) => Ok(Self::Daily(at)),
            (Some(Self::Weekly(..)), None, _) => Ok(Self::Weekly(DIGEST_ON, at)),
            (Some(Self::Weekly(..)) | None, Some(day), _) => Ok(Self::Weekly(day, at)),
            _ => Err(WhenError),
        }
    }

    /// The first moment after `after` (not at it) at which a digest is due; none where there are
    /// no digests, or none in the years that zones know.
    pub fn next_due(&self, zone: &Zone, after: Millis) -> Option<Millis> {
        let after = after.max(MOMENT_MS_MIN);
        moment(after)?;
        if *self == Self::Hourly {
            return next_strike(zone, after);
        }
        self.due_about(zone, after).filter(|due| *due > after).min()
    }

    /// The last moment up to `at` (itself included) at which a digest was due.
    pub fn last_due(&self, zone: &Zone, at: Millis) -> Option<Millis> {
        let at = at.min(MOMENT_MS_MAX);
        moment(at)?;
        if *self == Self::Hourly {
            let from = (at - STRIKE_MS_MAX).max(MOMENT_MS_MIN);
            let strikes =
                std::iter::successors(next_strike(zone, from), |strike| next_strike(zone, *strike));
            return strikes.take_while(|strike| *strike <= at).last();
        }
        self.due_about(zone, at).filter(|due| *due <= at).max()
    }

    /// The moments about `at` at which digests are due, the ones next to it among them.
    fn due_about(&self, zone: &Zone, at: Millis) -> impl Iterator<Item = Millis> {
        let days = match self {
            Self::Weekly(..) => DAYS_ODD_MAX + 7,
            _ => DAYS_ODD_MAX + 1,
        };
        let day = local_day(zone, at);
        (day - days..=day + days).filter_map(|day| self.due_on(zone, day))
    }

    /// When the digest of a day is due. A weekly one whose day was left out comes a day later.
    fn due_on(&self, zone: &Zone, day: i64) -> Option<Millis> {
        match *self {
            Self::Breaking | Self::Hourly => None,
            Self::Daily(time) => zone.moment_of(day, time),
            Self::Weekly(weekday, _) if Weekday::of(day) != weekday => None,
            Self::Weekly(_, time) => zone
                .moment_of(day, time)
                .or_else(|| zone.moment_of(day + 1, time)),
        }
    }
}

/// The next moment after `after` at which the zone's clocks strike.
fn next_strike(zone: &Zone, after: Millis) -> Option<Millis> {
    let mut from = after;
    loop {
        let wall = zone.wall(from);
        let next = from + HOUR - wall.rem_euclid(HOUR);
        match zone.next_change(from) {
            Some(change) if change <= next => {
                if strikes(wall + (change - from), zone.wall(change)) {
                    return Some(change);
                }
                from = change;
            }
            _ => return moment(next).map(|_| next),
        }
    }
}

/// Whether a clock strikes that would show `before` and is put to `now` at that moment.
fn strikes(before: Millis, now: Millis) -> bool {
    match before <= now {
        true => (before - 1).div_euclid(HOUR) < now.div_euclid(HOUR),
        false => now.rem_euclid(HOUR) == 0 && before - now >= HOUR,
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breaking => f.write_str("as it breaks"),
            Self::Hourly => f.write_str("hourly"),
            Self::Daily(time) => write!(f, "daily {time}"),
            Self::Weekly(day, time) => write!(f, "weekly {} {time}", day.name()),
        }
    }
}

impl FromStr for When {
    type Err = WhenError;

    fn from_str(text: &str) -> Result<Self, WhenError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for When {
    type Error = WhenError;

    fn try_from(text: String) -> Result<Self, WhenError> {
        Self::parse(&text)
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{CHANGES, ZONES, at, utc, zone};
    use super::*;
    use crate::clock::{DAY, MINUTE};
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn when(typed: &str) -> When {
        When::parse(typed).unwrap()
    }

    /// Every moment at which a digest is due from one moment up to before another.
    fn dues(when: When, zone: &Zone, from: Millis, until: Millis) -> Vec<Millis> {
        let next = |after: &Millis| when.next_due(zone, *after);
        let dues = std::iter::successors(next(&(from - 1)), next);
        dues.take_while(|due| *due < until).collect()
    }

    #[test]
    fn schedules_are_read_as_people_type_them() {
        let cases = [
            ("as it breaks", "as it breaks"),
            ("Breaking", "as it breaks"),
            ("hourly", "hourly"),
            ("every hour", "hourly"),
            ("daily", "daily 08:00"),
            ("daily 07:30", "daily 07:30"),
            ("daily at 7.30 pm", "daily 19:30"),
            ("every day at noon", "daily 12:00"),
            ("7:30", "daily 07:30"),
            ("8 pm", "daily 20:00"),
            ("weekly", "weekly Monday 08:00"),
            ("once a week", "weekly Monday 08:00"),
            ("weekly monday 8:00", "weekly Monday 08:00"),
            ("weekly 18:00", "weekly Monday 18:00"),
            ("weekly, on Fridays, 9", "weekly Friday 09:00"),
            ("mon 8", "weekly Monday 08:00"),
            ("8:30 sat", "weekly Saturday 08:30"),
            ("every sunday", "weekly Sunday 08:00"),
        ];
        for (typed, shown) in cases {
            let when = when(typed);
            assert_eq!(when.to_string(), shown, "{typed}");
            assert_eq!(When::parse(shown), Ok(when), "what is shown reads back");
            let kept = serde_json::to_string(&when).unwrap();
            assert_eq!(serde_json::from_str::<When>(&kept).unwrap(), when);
        }
        let refused = [
            "",
            "at",
            "never",
            "hourly 8",
            "daily monday",
            "daily daily",
            "mon tue 8",
            "hourly fri",
            "weekly daily",
            "daily 25",
            "daily 8 9",
            "breaking 8",
            "monthly",
            "\u{0}",
        ];
        for typed in refused {
            assert_eq!(When::parse(typed), Err(WhenError), "{typed}");
        }
    }

    #[test]
    fn digests_keep_to_the_clock_on_the_wall() {
        // Zone, schedule, after (UTC), due (UTC).
        let cases = [
            (
                "UTC",
                "daily 8",
                "2026-03-09T07:59:59",
                "2026-03-09T08:00:00",
            ),
            (
                "UTC",
                "daily 8",
                "2026-03-09T08:00:00",
                "2026-03-10T08:00:00",
            ),
            (
                "UTC",
                "daily 8",
                "2026-12-31T08:00:00",
                "2027-01-01T08:00:00",
            ),
            (
                "UTC",
                "daily 8",
                "2028-02-28T12:00:00",
                "2028-02-29T08:00:00",
            ),
            (
                "UTC",
                "daily 8",
                "2026-02-28T12:00:00",
                "2026-03-01T08:00:00",
            ),
            (
                "UTC",
                "weekly mon 8",
                "2026-03-09T07:00:00",
                "2026-03-09T08:00:00",
            ),
            (
                "UTC",
                "weekly mon 8",
                "2026-03-09T08:00:00",
                "2026-03-16T08:00:00",
            ),
            (
                "UTC",
                "weekly thu 0:00",
                "2026-12-26T00:00:00",
                "2026-12-31T00:00:00",
            ),
            (
                "Europe/Berlin",
                "daily 8",
                "2026-03-28T12:00:00",
                "2026-03-29T06:00:00",
            ),
            (
                "Europe/Berlin",
                "daily 8",
                "2026-10-24T12:00:00",
                "2026-10-25T07:00:00",
            ),
            (
                "Europe/Berlin",
                "weekly sun 8",
                "2026-03-23T00:00:00",
                "2026-03-29T06:00:00",
            ),
            (
                "America/New_York",
                "daily 8",
                "2026-03-08T00:00:00",
                "2026-03-08T12:00:00",
            ),
            (
                "America/New_York",
                "daily 8",
                "2026-11-01T00:00:00",
                "2026-11-01T13:00:00",
            ),
            (
                "America/New_York",
                "weekly sun 8",
                "2026-11-01T00:00:00",
                "2026-11-01T13:00:00",
            ),
            (
                "Australia/Lord_Howe",
                "daily 8",
                "2026-04-04T00:00:00",
                "2026-04-04T21:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "daily 8",
                "2026-10-03T00:00:00",
                "2026-10-03T21:00:00",
            ),
            (
                "Asia/Kathmandu",
                "daily 8",
                "2026-03-09T00:00:00",
                "2026-03-09T02:15:00",
            ),
            // Times that the clock leaps over.
            (
                "Europe/Berlin",
                "daily 2:30",
                "2026-03-28T12:00:00",
                "2026-03-29T01:30:00",
            ),
            (
                "Europe/Berlin",
                "daily 2:30",
                "2026-03-29T01:30:00",
                "2026-03-30T00:30:00",
            ),
            (
                "Europe/Berlin",
                "weekly sun 2:30",
                "2026-03-28T12:00:00",
                "2026-03-29T01:30:00",
            ),
            (
                "America/New_York",
                "daily 2:30",
                "2026-03-08T00:00:00",
                "2026-03-08T07:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "daily 2:15",
                "2026-10-03T00:00:00",
                "2026-10-03T15:45:00",
            ),
            // In Nuuk it leaps from 23:00 to midnight: the day still gets its digest.
            (
                "America/Nuuk",
                "daily 23:30",
                "2026-03-28T12:00:00",
                "2026-03-29T00:30:00",
            ),
            (
                "America/Nuuk",
                "daily 23:30",
                "2026-03-29T00:30:00",
                "2026-03-30T00:30:00",
            ),
            // Times that come twice count once.
            (
                "Europe/Berlin",
                "daily 2:30",
                "2026-10-24T12:00:00",
                "2026-10-25T00:30:00",
            ),
            (
                "Europe/Berlin",
                "daily 2:30",
                "2026-10-25T00:30:00",
                "2026-10-26T01:30:00",
            ),
            (
                "America/New_York",
                "daily 1:30",
                "2026-11-01T00:00:00",
                "2026-11-01T05:30:00",
            ),
            (
                "America/New_York",
                "daily 1:30",
                "2026-11-01T05:30:00",
                "2026-11-02T06:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "daily 1:45",
                "2026-04-04T00:00:00",
                "2026-04-04T14:45:00",
            ),
            (
                "Australia/Lord_Howe",
                "daily 1:45",
                "2026-04-04T14:45:00",
                "2026-04-05T15:15:00",
            ),
            // In 2011 Samoa had no 30 December, a Friday.
            (
                "Pacific/Apia",
                "daily 8",
                "2011-12-29T18:00:00",
                "2011-12-30T18:00:00",
            ),
            (
                "Pacific/Apia",
                "weekly fri 8",
                "2011-12-29T18:00:00",
                "2011-12-30T18:00:00",
            ),
            // The hour that the clock leaps over begins with the leap.
            (
                "Europe/Berlin",
                "hourly",
                "2026-03-29T00:00:00",
                "2026-03-29T01:00:00",
            ),
            (
                "Europe/Berlin",
                "hourly",
                "2026-03-29T01:00:00",
                "2026-03-29T02:00:00",
            ),
            (
                "Europe/Berlin",
                "hourly",
                "2026-10-25T00:00:00",
                "2026-10-25T01:00:00",
            ),
            (
                "Asia/Kathmandu",
                "hourly",
                "2026-03-09T12:00:00",
                "2026-03-09T12:15:00",
            ),
            (
                "Asia/Kathmandu",
                "hourly",
                "2026-03-09T12:15:00",
                "2026-03-09T13:15:00",
            ),
            (
                "Australia/Lord_Howe",
                "hourly",
                "2026-10-03T14:30:00",
                "2026-10-03T15:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "hourly",
                "2026-10-03T15:30:00",
                "2026-10-03T16:00:00",
            ),
            (
                "Australia/Lord_Howe",
                "hourly",
                "2026-04-04T14:00:00",
                "2026-04-04T15:30:00",
            ),
        ];
        for (name, typed, after, due) in cases {
            let (zone, when) = (zone(name), when(typed));
            let found = when.next_due(&zone, at(after));
            assert_eq!(
                found.map(utc).as_deref(),
                Some(due),
                "{name} {typed} after {after}"
            );
            assert_eq!(
                when.last_due(&zone, at(due)),
                found,
                "{name} {typed} at {due}"
            );
            let before = when.last_due(&zone, at(due) - 1).unwrap();
            assert!(before <= at(after), "{name} {typed}: {}", utc(before));
        }
    }

    #[test]
    fn news_as_it_breaks_is_never_due() {
        let zone = zone("Europe/Berlin");
        assert_eq!(When::Breaking.next_due(&zone, 0), None);
        assert_eq!(When::Breaking.last_due(&zone, 0), None);
    }

    #[test]
    fn each_local_day_of_a_year_has_exactly_one_daily_digest() {
        for name in ZONES {
            let zone = zone(name);
            for time in ["0:00", "0:30", "2:00", "2:30", "8", "12", "23:30", "23:59"] {
                let when = when(time);
                // Two years about a leap day, from a local midnight to another.
                let first = local_day(&zone, at("2027-07-01T12:00:00"));
                let last = local_day(&zone, at("2029-07-01T12:00:00"));
                let from = zone.moment_of(first, TimeOfDay::hour(0)).unwrap();
                let until = zone.moment_of(last, TimeOfDay::hour(0)).unwrap();
                let dues = dues(when, &zone, from, until);
                let days = dues.iter().map(|due| local_day(&zone, *due));
                let expected: Vec<i64> = (first..last).collect();
                assert_eq!(days.collect::<Vec<_>>(), expected, "{name} {time}");
                assert_eq!(expected.len(), 731);
            }
        }
    }

    #[test]
    fn each_week_has_exactly_one_weekly_digest_on_its_day() {
        for name in ZONES {
            let zone = zone(name);
            for day in Weekday::ALL {
                let when = When::Weekly(day, TimeOfDay::parse("2:30").unwrap());
                let dues = dues(
                    when,
                    &zone,
                    at("2026-01-01T12:00:00"),
                    at("2027-12-30T12:00:00"),
                );
                let days: Vec<i64> = dues.iter().map(|due| local_day(&zone, *due)).collect();
                assert!(days.iter().all(|at| Weekday::of(*at) == day), "{name}");
                assert!(days.windows(2).all(|two| two[1] - two[0] == 7), "{name}");
                assert_eq!(days.len(), 104, "{name} {day:?}");
            }
        }
    }

    #[test]
    fn a_year_has_as_many_hourly_digests_as_hours() {
        for name in ZONES {
            let zone = zone(name);
            let (from, until) = (at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00"));
            let dues = dues(When::Hourly, &zone, from, until);
            assert_eq!(dues.len(), 365 * 24, "{name}");
            for two in dues.windows(2) {
                let apart = two[1] - two[0];
                let changed = zone.offset_ms(two[1]) - zone.offset_ms(two[0]);
                // About a change by half an hour, and behind a strike that came with a leap.
                match (changed % HOUR, zone.wall(two[0]) % HOUR) {
                    (0, 0) => assert_eq!(apart, HOUR, "{name} {}", utc(two[0])),
                    _ => assert!((30 * MINUTE..=90 * MINUTE).contains(&apart), "{name}"),
                }
            }
            let on_the_hour = |due: &&Millis| zone.wall(**due) % HOUR == 0;
            let off = dues.len() - dues.iter().filter(on_the_hour).count();
            assert_eq!(off, usize::from(*name == "Australia/Lord_Howe"), "{name}");
            let mut shown = HashSet::new();
            let again = dues
                .iter()
                .filter(|due| !shown.insert(zone.wall(**due) / HOUR));
            let whole_hours_back = [
                "Europe/Berlin",
                "America/New_York",
                "America/Nuuk",
                "Africa/Cairo",
            ];
            assert_eq!(
                again.count(),
                usize::from(whole_hours_back.contains(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn about_every_change_the_next_and_the_last_agree_minute_by_minute() {
        for typed in [
            "hourly",
            "daily 0:00",
            "daily 2:30",
            "daily 23:30",
            "weekly sun 2:15",
        ] {
            let when = when(typed);
            for (name, change) in CHANGES {
                let (zone, change) = (zone(name), at(change));
                let dues = dues(when, &zone, change - 30 * DAY, change + 30 * DAY);
                assert!(dues.is_sorted_by(|a, b| a < b));
                for minute in -300..=300 {
                    let now = change + minute * MINUTE;
                    let split = dues.partition_point(|due| *due <= now);
                    assert_eq!(
                        when.last_due(&zone, now),
                        Some(dues[split - 1]),
                        "{name} {typed}"
                    );
                    assert_eq!(
                        when.next_due(&zone, now),
                        Some(dues[split]),
                        "{name} {typed}"
                    );
                }
            }
        }
    }

    #[test]
    fn moments_beyond_all_calendars_have_no_digest_and_break_nothing() {
        for typed in ["as it breaks", "hourly", "daily 8", "weekly mon 8"] {
            for name in ZONES {
                let (when, zone) = (when(typed), zone(name));
                for late in [i64::MAX, i64::MAX - 1, MOMENT_MS_MAX] {
                    assert_eq!(when.next_due(&zone, late), None);
                    let last = when.last_due(&zone, late);
                    assert_eq!(last.is_some(), when != When::Breaking);
                    assert!(last <= Some(late));
                }
                for early in [i64::MIN, i64::MIN + 1, MOMENT_MS_MIN] {
                    assert_eq!(
                        when.last_due(&zone, early).filter(|due| *due != early),
                        None
                    );
                    let next = when.next_due(&zone, early);
                    assert_eq!(next.is_some(), when != When::Breaking);
                    assert!(next.is_none_or(|next| next > early));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_last_is_not_after_a_moment_and_the_next_is(
            now in prop_oneof![any::<i64>(), -1i64 << 41..1i64 << 42],
            zone_at in 0usize..ZONES.len(),
            minutes in 0u16..1_440,
            weekday in 0usize..7,
        ) {
            let zone = zone(ZONES[zone_at]);
            let time = TimeOfDay::parse(&format!("{}:{:02}", minutes / 60, minutes % 60)).unwrap();
            let day = Weekday::ALL[weekday];
            for when in [When::Hourly, When::Daily(time), When::Weekly(day, time)] {
                let (last, next) = (when.last_due(&zone, now), when.next_due(&zone, now));
                prop_assert!(last.is_none_or(|last| last <= now));
                prop_assert!(next.is_none_or(|next| next > now));
                if let (Some(last), Some(next)) = (last, next) {
                    prop_assert_eq!(when.next_due(&zone, last), Some(next));
                    prop_assert_eq!(when.last_due(&zone, next), Some(next));
                    prop_assert_eq!(when.last_due(&zone, next - 1), Some(last));
                }
            }
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused(typed in "[a-z0-9: ]{0,20}|.{0,20}") {
            if let Ok(when) = When::parse(&typed) {
                prop_assert_eq!(When::parse(&when.to_string()), Ok(when));
            }
        }
    }
}
