//! Times of the day and days of the week, as people type them.

use super::plain;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A time that a clock on the wall shows, in minutes since midnight. Kept and shown as "08:00".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the day: type it like 8, 08:30, 8.30 pm, 20h, noon or midnight")]
pub struct TimeError;

impl TimeOfDay {
    /// When digests come unless somebody chose.
    pub const MORNING: Self = Self::hour(8);

    /// A time on the full hour, 0 to 23.
    pub const fn hour(hour: u8) -> Self {
        assert!(hour < 24, "a day has 24 hours");
        Self(hour as u16 * 60)
    }

    /// Minutes since midnight, below 1440.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// Reads "8", "08:00", "8:30", "0830", "8am", "8.30 pm", "20h", "20h15", "noon", "midnight";
    /// 24:00 is midnight.
    pub fn parse(typed: &str) -> Result<Self, TimeError> {
        let typed = plain(typed).ok_or(TimeError)?;
        match typed.as_str() {
            "noon" | "midday" => return Ok(Self::hour(12)),
            "midnight" => return Ok(Self::hour(0)),
            _ => {}
        }
        let (clock, half) = half_of_day(&typed);
        let (hour, minute) = hour_and_minute(clock.trim_end()).ok_or(TimeError)?;
        let hour = match half {
            Some(half) if (1..=12).contains(&hour) => hour % 12 + 12 * half,
            None if hour < 24 => hour,
            None if hour == 24 && minute == 0 => 0,
            _ => return Err(TimeError),
        };
        match minute {
            0..60 => Ok(Self(hour * 60 + minute)),
            _ => Err(TimeError),
        }
    }
}

/// What stands before "am" or "pm", and 0 or 1 for the half of the day.
fn half_of_day(typed: &str) -> (&str, Option<u16>) {
    let ends = [("am", 0), ("a.m.", 0), ("pm", 1), ("p.m.", 1)];
    let found = ends
        .iter()
        .find_map(|(end, half)| Some((typed.strip_suffix(end)?, *half)));
    match found {
        Some((clock, half)) => (clock, Some(half)),
        None => (typed, None),
    }
}

fn hour_and_minute(clock: &str) -> Option<(u16, u16)> {
    if let Some((hour, minute)) = clock.split_once([':', '.', 'h']) {
        let hours_alone = minute.is_empty() && clock.ends_with('h');
        let minute = match hours_alone {
            true => 0,
            false => digits(minute, 2..=2)?,
        };
        return Some((digits(hour.trim_end(), 1..=2)?, minute));
    }
    if clock.len() == 4 {
        let number = digits(clock, 4..=4)?;
        return Some((number / 100, number % 100));
    }
    Some((digits(clock, 1..=2)?, 0))
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let fits = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The weekday of a day counted from 1 January 1970, which was a Thursday.
    pub fn of(day: i64) -> Self {
        Self::ALL[((day.rem_euclid(7) + 3) % 7) as usize]
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }

    /// Reads a weekday's name, its plural or its beginning from two letters on ("mo", "thurs").
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = plain(typed)?;
        let typed = typed.trim_end_matches('.');
        Self::ALL.into_iter().find(|day| {
            let name = day.name().to_lowercase();
            (typed.len() >= 2 && name.starts_with(typed)) || typed.strip_suffix('s') == Some(&name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let cases = [
            ("8", "08:00"),
            ("08", "08:00"),
            ("0", "00:00"),
            ("08:00", "08:00"),
            (" 8:30 ", "08:30"),
            ("8.30", "08:30"),
            ("0830", "08:30"),
            ("2030", "20:30"),
            ("8am", "08:00"),
            ("8 AM", "08:00"),
            ("8.30 pm", "20:30"),
            ("8:30\u{202f}PM", "20:30"),
            ("8 p.m.", "20:00"),
            ("12am", "00:00"),
            ("12:05 am", "00:05"),
            ("12pm", "12:00"),
            ("20h", "20:00"),
            ("20 h", "20:00"),
            ("20h15", "20:15"),
            ("Noon", "12:00"),
            ("midnight", "00:00"),
            ("23:59", "23:59"),
            ("24:00", "00:00"),
            ("２０：１５", "20:15"),
        ];
        for (typed, shown) in cases {
            let time = TimeOfDay::parse(typed).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Ok(shown), "{typed}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_what_would_be() {
        let cases = [
            "", " ", "25", "24:01", "8:60", "8:5", "8:300", "008", "83", "-8", "+8", "8:-1", "8::",
            "8:", "8.", "h", "h30", "13pm", "0am", "am", "8 30", "eight", "8:30:00", "99999",
            "8pmm", "١٢", "8½", "\u{0}8",
        ];
        for typed in cases {
            assert_eq!(TimeOfDay::parse(typed), Err(TimeError), "{typed}");
        }
        assert_eq!(TimeOfDay::parse(&"8".repeat(100_000)), Err(TimeError));
        assert!(TimeError.to_string().contains("08:30"));
    }

    #[test]
    fn weekdays_are_read_whole_or_begun() {
        for (n, day) in Weekday::ALL.into_iter().enumerate() {
            assert_eq!(Weekday::of(n as i64 - 3), day);
            assert_eq!(Weekday::parse(day.name()), Some(day));
            assert_eq!(Weekday::parse(&day.name()[..3].to_uppercase()), Some(day));
            assert_eq!(Weekday::parse(&format!("{}s", day.name())), Some(day));
        }
        assert_eq!(Weekday::parse("thurs."), Some(Weekday::Thursday));
        for typed in ["", "m", "s", "moon", "mondayss", "8"] {
            assert_eq!(Weekday::parse(typed), None, "{typed}");
        }
        for day in [i64::MIN, i64::MAX] {
            Weekday::of(day);
        }
    }

    proptest! {
        #[test]
        fn a_time_reads_back_as_it_is_shown(minutes in 0u16..1_440) {
            let time = TimeOfDay(minutes);
            prop_assert_eq!(TimeOfDay::parse(&time.to_string()), Ok(time));
            let kept = serde_json::to_string(&time).unwrap();
            prop_assert_eq!(&kept, &format!("\"{time}\""));
            prop_assert_eq!(serde_json::from_str::<TimeOfDay>(&kept).unwrap(), time);
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused(typed in "[ -~]{0,12}|.{0,12}") {
            if let Ok(time) = TimeOfDay::parse(&typed) {
                prop_assert!(time.minutes() < 1_440);
            }
            Weekday::parse(&typed);
        }
    }
}
