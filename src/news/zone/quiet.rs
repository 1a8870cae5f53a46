//! Quiet hours: the part of the day in which nobody wants to be rung.

use super::{TimeError, TimeOfDay, Zone, moment, plain};
use crate::clock::{DAY, MINUTE, Millis};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Quiet hours, from a time of the day up to another, over midnight where `to` is the earlier one.
/// What counts is what the clock on the wall shows: hours that it shows twice are quiet twice.
/// Kept and shown as "22:00–08:00".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quiet {
    from: TimeOfDay,
    to: TimeOfDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuietError {
    #[error("not quiet hours: type them like 22-8 or 22:00-07:30, or off")]
    Unreadable,
    #[error(
        "the same time twice, which would leave no hour or every one: type off, or two different times"
    )]
    Empty,
}

/// What may stand between the two times.
const BETWEEN: &[&str] = &["-", "‐", "–", "—", "−", "until", "till", "to"];

impl Quiet {
    /// What nobody chose otherwise.
    pub const NIGHT: Self = Self {
        from: TimeOfDay::hour(22),
        to: TimeOfDay::hour(8),
    };

    /// Refused when both times are one.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Result<Self, QuietError> {
        match from == to {
            true => Err(QuietError::Empty),
            false => Ok(Self { from, to }),
        }
    }

    /// The first time that is quiet.
    pub fn begins(&self) -> TimeOfDay {
        self.from
    }

    /// The first time that is not.
    pub fn ends(&self) -> TimeOfDay {
        self.to
    }

    /// Reads "22-8", "22:00–08:00", "10pm to 7am", "from 22 until 8"; none for "off" or "none".
    pub fn parse(typed: &str) -> Result<Option<Self>, QuietError> {
        let typed = plain(typed).ok_or(QuietError::Unreadable)?;
        if ["off", "none", "no", "never"].contains(&typed.as_str()) {
            return Ok(None);
        }
        let times = typed.strip_prefix("from ").unwrap_or(&typed);
        let mut parts = BETWEEN.iter().filter_map(|word| times.split_once(word));
        let (from, to) = parts.next().ok_or(QuietError::Unreadable)?;
        let unreadable = |_: TimeError| QuietError::Unreadable;
        let from = TimeOfDay::parse(from).map_err(unreadable)?;
        let to = TimeOfDay::parse(to).map_err(unreadable)?;
        Self::new(from, to).map(Some)
    }

    /// When the quiet hours end that `now` lies in; none when it lies in none. They end when the
    /// clock shows another time, be it that it leaps out of them.
    pub fn ends_at(&self, zone: &Zone, now: Millis) -> Option<Millis> {
        moment(now)?;
        let mut from = now;
        while let Some(left) = self.left(zone.wall(from)) {
            let end = from + left;
            match zone.next_change(from) {
                Some(change) if change <= end => from = change,
                _ => return Some(end),
            }
        }
        (from > now).then_some(from)
    }

    /// How long a clock that shows `wall` has to run until it shows the end; none outside.
    fn left(&self, wall: Millis) -> Option<Millis> {
        let ms = |time: TimeOfDay| Millis::from(time.minutes()) * MINUTE;
        let left = (ms(self.to) - wall).rem_euclid(DAY);
        let length = (ms(self.to) - ms(self.from)).rem_euclid(DAY);
        (1..=length).contains(&left).then_some(left)
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from, self.to)
    }
}

impl TryFrom<String> for Quiet {
    type Error = QuietError;

    fn try_from(text: String) -> Result<Self, QuietError> {
        Self::parse(&text)?.ok_or(QuietError::Unreadable)
    }
}

impl From<Quiet> for String {
    fn from(quiet: Quiet) -> Self {
        quiet.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{CHANGES, at, zone};
    use super::*;
    use crate::clock::{HOUR, MINUTE};
    use proptest::prelude::*;

    fn quiet(typed: &str) -> Quiet {
        Quiet::parse(typed).unwrap().unwrap()
    }

    #[test]
    fn quiet_hours_are_read_as_people_type_them() {
        let cases = [
            ("22-8", "22:00–08:00"),
            ("22:00–08:00", "22:00–08:00"),
            ("22:00 — 7:30", "22:00–07:30"),
            ("10pm to 7am", "22:00–07:00"),
            ("From 22 until 8", "22:00–08:00"),
            ("noon till midnight", "12:00–00:00"),
            ("18-24", "18:00–00:00"),
            ("1 - 5", "01:00–05:00"),
        ];
        for (typed, shown) in cases {
            let quiet = quiet(typed);
            assert_eq!(quiet.to_string(), shown, "{typed}");
            assert_eq!(Quiet::new(quiet.begins(), quiet.ends()), Ok(quiet));
        }
        for typed in ["off", "None", " no "] {
            assert_eq!(Quiet::parse(typed), Ok(None));
        }
        for typed in [
            "", "22", "22-", "-8", "22-8-9", "22–25", "x to y", "on", "--",
        ] {
            assert_eq!(Quiet::parse(typed), Err(QuietError::Unreadable), "{typed}");
        }
        for typed in ["8-8", "0-24", "8am to 08:00"] {
            assert_eq!(Quiet::parse(typed), Err(QuietError::Empty), "{typed}");
        }
        let kept = serde_json::to_string(&quiet("22-8")).unwrap();
        assert_eq!(kept, "\"22:00–08:00\"");
        assert_eq!(serde_json::from_str::<Quiet>(&kept).unwrap(), quiet("22-8"));
        for kept in ["\"off\"", "\"8-8\"", "3"] {
            assert!(serde_json::from_str::<Quiet>(kept).is_err(), "{kept}");
        }
    }

    #[test]
    fn quiet_hours_end_by_the_clock_on_the_wall() {
        // Zone, hours, now (UTC), end (UTC).
        let cases = [
            ("UTC", "22-8", "2026-03-09T21:59:59", ""),
            ("UTC", "22-8", "2026-03-09T22:00:00", "2026-03-10T08:00:00"),
            ("UTC", "22-8", "2026-03-10T07:59:59", "2026-03-10T08:00:00"),
            ("UTC", "22-8", "2026-03-10T08:00:00", ""),
            ("UTC", "1-5", "2026-03-10T00:59:59", ""),
            ("UTC", "1-5", "2026-03-10T03:00:00", "2026-03-10T05:00:00"),
            ("UTC", "22-0", "2028-02-29T23:00:00", "2028-03-01T00:00:00"),
            ("UTC", "22-8", "2026-12-31T23:00:00", "2027-01-01T08:00:00"),
            // An hour shorter in spring, an hour longer in autumn, each from 22 to 8.
            (
                "Europe/Berlin",
                "22-8",
                "2026-03-28T21:00:00",
                "2026-03-29T06:00:00",
            ),
            (
                "Europe/Berlin",
                "22-8",
                "2026-10-24T20:00:00",
                "2026-10-25T07:00:00",
            ),
            (
                "America/New_York",
                "22-8",
                "2026-03-08T03:00:00",
                "2026-03-08T12:00:00",
            ),
            (
                "America/New_York",
                "22-8",
                "2026-11-01T02:00:00",
                "2026-11-01T13:00:00",
            ),
            (
                "Australia/Lord_Howe",
                "22-8",
                "2026-04-04T11:00:00",
                "2026-04-04T21:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "22-8",
                "2026-10-03T11:30:00",
                "2026-10-03T21:00:00",
            ),
            (
                "Asia/Kathmandu",
                "22-8",
                "2026-03-09T16:15:00",
                "2026-03-10T02:15:00",
            ),
            // They end at 02:30, which the clock leaps over: with the leap, at 03:00.
            (
                "Europe/Berlin",
                "22-2:30",
                "2026-03-29T00:30:00",
                "2026-03-29T01:00:00",
            ),
            // They begin at 02:30, which the clock leaps over.
            ("Europe/Berlin", "2:30-6", "2026-03-29T00:59:59", ""),
            (
                "Europe/Berlin",
                "2:30-6",
                "2026-03-29T01:00:00",
                "2026-03-29T04:00:00",
            ),
            // All of them are leapt over.
            ("Europe/Berlin", "2-3", "2026-03-29T00:59:59", ""),
            ("Europe/Berlin", "2-3", "2026-03-29T01:00:00", ""),
            // They end at 02:30, which comes twice: quiet until each of them.
            (
                "Europe/Berlin",
                "22-2:30",
                "2026-10-24T22:00:00",
                "2026-10-25T00:30:00",
            ),
            ("Europe/Berlin", "22-2:30", "2026-10-25T00:45:00", ""),
            (
                "Europe/Berlin",
                "22-2:30",
                "2026-10-25T01:00:00",
                "2026-10-25T01:30:00",
            ),
            // The clock is put back while they last.
            (
                "Europe/Berlin",
                "2:15-3",
                "2026-10-25T00:20:00",
                "2026-10-25T01:00:00",
            ),
            ("Europe/Berlin", "2:15-3", "2026-10-25T01:00:00", ""),
            (
                "Europe/Berlin",
                "2-3",
                "2026-10-25T00:00:00",
                "2026-10-25T02:00:00",
            ),
        ];
        for (name, hours, now, end) in cases {
            let found = quiet(hours).ends_at(&zone(name), at(now));
            let end = (!end.is_empty()).then(|| at(end));
            assert_eq!(found, end, "{name} {hours} {now}");
        }
    }

    #[test]
    fn across_every_change_they_are_what_a_watch_on_the_wall_says_minute_by_minute() {
        for hours in [
            "22-8",
            "2-3",
            "1:30-2:30",
            "2:15-2:45",
            "23:30-0:30",
            "0:01-0:00",
        ] {
            let quiet = quiet(hours);
            for (name, change) in CHANGES {
                let (zone, change) = (zone(name), at(change));
                let is_quiet = |at| quiet.left(zone.wall(at)).is_some();
                let mut end = None;
                for minute in (-1_500..=1_500).rev() {
                    let now = change + minute * MINUTE;
                    if !is_quiet(now) {
                        end = Some(now);
                    }
                    let Some(end) = end else { continue };
                    let expected = (end > now).then_some(end);
                    assert_eq!(
                        quiet.ends_at(&zone, now),
                        expected,
                        "{name} {hours} {minute}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn an_end_is_later_and_within_a_day_and_a_leap(
            from in 0u8..24, to in 0u8..24, now in prop_oneof![any::<i64>(), -1i64 << 42..1i64 << 42],
        ) {
            let hours = Quiet::new(TimeOfDay::hour(from), TimeOfDay::hour(to));
            prop_assume!(hours.is_ok());
            for name in ["Europe/Berlin", "Australia/Lord_Howe", "UTC"] {
                if let Some(end) = hours.unwrap().ends_at(&zone(name), now) {
                    prop_assert!(end > now && end - now < DAY + 3 * HOUR);
                }
            }
        }
    }

    #[test]
    fn moments_beyond_all_calendars_are_never_quiet() {
        for now in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
            assert_eq!(quiet("22-8").ends_at(&zone("Europe/Berlin"), now), None);
        }
    }
}
