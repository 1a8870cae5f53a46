//! Dates as feeds write them: RFC 822, ISO 8601 and what people type, in several languages.

use super::calendar::{days_from_1970, is_in_bounds, ordinal, week_day};
pub use super::calendar::{rfc_2822, rfc_3339};
use super::zones::{self, Zone};
use super::{hours, months, scripts};
use crate::clock::{DAY, MINUTE, Millis, SECOND};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Longest text that is looked at as a date (characters).
const DATE_CHARS_MAX: usize = 80;
/// Two-digit years up to this one are of this century.
const SHORT_YEAR_MAX: i64 = 68;

/// A date's moment; none when the text is no date.
pub fn parse(text: &str) -> Option<Millis> {
    let letters = text.trim().chars().take(DATE_CHARS_MAX);
    let text: String = letters.map(scripts::western_digit).nfc().collect();
    // A Turkish capital İ leaves a dot behind.
    let text = text.to_lowercase().replace('\u{307}', "");
    if let Some(moment) = counted(&text) {
        return Some(moment);
    }
    // ISO 8601 writes so a day of any year.
    if text.starts_with("--") {
        return None;
    }
    let written = text;
    let korean = written.contains(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    let text = hours::with_colons(&scripts::western(&with_hyphens(&written)));
    let (before, clock, after) = hours::split(&text)?;
    let (half, zone, rest) = hours::after(after);
    let (year, month, day) = day_of(before).or_else(|| day_of(&format!("{before} {rest}")))?;
    let year = scripts::gregorian(year, &written);
    let half = half.or_else(|| hours::half_before(before));
    let time = hours::with_half(clock.unwrap_or(0), half);
    let local = days_from_1970(year, month, day)? * DAY + time;
    let zone = zone
        .or_else(|| zone_before(before))
        .unwrap_or(Zone::Minutes(if korean { 9 * 60 } else { 0 }));
    Some(local - zone.minutes_at(local) * MINUTE)
}

/// Seconds, milliseconds or microseconds since 1970, also as `/Date(N)/` and `@N`.
fn counted(text: &str) -> Option<Millis> {
    let bare = text.strip_prefix('@').unwrap_or(text);
    let bare = match bare.strip_prefix("/date(") {
        Some(inside) => inside.split([')', '+', '-']).next()?,
        None => bare,
    };
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let count: i64 = whole.parse().ok()?;
    let at = match whole.len() {
        9 | 10 => count * SECOND,
        13 if fraction.is_empty() => count,
        16 if fraction.is_empty() => count / 1_000,
        _ => return None,
    };
    is_in_bounds(at).then_some(at)
}

/// A date as cameras write it, `2024:10:02 08:05:09`, with hyphens.
fn with_hyphens(text: &str) -> Cow<'_, str> {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(rest))
            if year.len() == 4 && month.len() == 2 && digits(year) && digits(month) =>
        {
            Cow::Owned(format!("{year}-{month}-{rest}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A zone behind a date without a time, as in `26 Sep 2022 GMT`.
fn zone_before(before: &str) -> Option<Zone> {
    let last = before.split_whitespace().next_back()?;
    let named = last.starts_with(|c: char| c.is_ascii_alphabetic()) && last != "at";
    named.then(|| zones::read(last).0)?
}

/// A number of a date: its value, how many digits it has, the mark before it.
type Number = (i64, usize, char);

/// Words between the numbers of a date that are no month are no longer (characters): de, st, er.
const JOINT_CHARS_MAX: usize = 2;

/// Year, month and day of a text without a time.
fn day_of(text: &str) -> Option<(i64, i64, i64)> {
    if let Some(day) = day_of_week(text) {
        return Some(day);
    }
    let mut numbers: Vec<Number> = Vec::new();
    let mut month = None;
    let mut weak = false;
    let mut stranger_at = None;
    let mut strange = false;
    let mut mark = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((begin, c)) = letters.next() {
        let alike: fn(char) -> bool = match c {
            _ if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            _ if c.is_alphabetic() => months::in_word,
            _ => {
                let blank = c.is_whitespace() && mark != ' ';
                mark = if blank { mark } else { c };
                continue;
            }
        };
        let mut end = begin + c.len_utf8();
        while let Some((at, next)) = letters.next_if(|&(_, next)| alike(next)) {
            end = at + next.len_utf8();
        }
        let run = &text[begin..end];
        if c.is_ascii_digit() {
            if numbers.len() == 3 {
                return None;
            }
            strange |= stranger_at == Some(numbers.len());
            numbers.push((run.parse().ok()?, run.len(), mark));
        } else if month.is_none() || weak {
            let found = months::named(run).map(|found| (found, numbers.len()));
            month = found.or(month);
            weak = found.is_some() && numbers.is_empty() && months::may_be_weekday(run)
                || found.is_none() && weak;
            let strange = found.is_none() && run.chars().count() > JOINT_CHARS_MAX;
            stranger_at = (strange && !numbers.is_empty()).then_some(numbers.len());
        }
        mark = ' ';
    }
    match month {
        Some((month, before)) => named_day(&numbers, month, before),
        None if strange => None,
        None => numbered_day(&numbers, text.trim_start().starts_with('-')),
    }
}

/// A day by its week: `2024-W40-3`, `2024W403`, `2024-W40`.
fn day_of_week(text: &str) -> Option<(i64, i64, i64)> {
    let (year, rest) = text.trim().trim_end_matches('t').split_once('w')?;
    let (week, day) = rest.split_at_checked(2)?;
    let day = match day.strip_prefix('-').unwrap_or(day) {
        "" => 1,
        day => day.parse().ok().filter(|_| day.len() == 1)?,
    };
    let year = year.strip_suffix('-').unwrap_or(year);
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(week) {
        return None;
    }
    week_day(year.parse().ok()?, week.parse().ok()?, day)
}

fn named_day(numbers: &[Number], month: i64, before: usize) -> Option<(i64, i64, i64)> {
    match *numbers {
        [year] if year.1 == 4 => Some((year.0, month, 1)),
        [first, second] if first.1 == 4 => Some((first.0, month, second.0)),
        [first, second] if first.0 > 31 && before == 1 => Some((full_year(first), month, second.0)),
        [first, second] => Some((full_year(second), month, first.0)),
        _ => None,
    }
}

fn numbered_day(numbers: &[Number], hyphen_first: bool) -> Option<(i64, i64, i64)> {
    match *numbers {
        [(value, 8, _)] => Some((value / 10_000, value / 100 % 100, value % 100)),
        [(value, 7, _)] => ordinal(value / 1_000, value % 1_000),
        [(value, 6, _)] => Some((short_year(value / 10_000), value / 100 % 100, value % 100)),
        [(value, 5, _)] => ordinal(short_year(value / 1_000), value % 1_000),
        [(value, 4, _)] if hyphen_first => Some((short_year(value / 100), value % 100, 1)),
        [(value, 4, _)] => Some((value, 1, 1)),
        [(year, 4, _), (day, 3, _)] => ordinal(year, day),
        [(year, 2, _), (day, 3, '-')] => ordinal(short_year(year), day),
        [(year, 4, _), (month, 1..=2, _)] => Some((year, month, 1)),
        [(year, 2, '-'), (month, 2, '-')] => Some((short_year(year), month, 1)),
        [(year, 4, _), (month, ..), (day, ..)] => Some((year, month, day)),
        // No year has one digit.
        [(year, 2, _), (month, ..), (day, 1, _)] => Some((short_year(year), month, day)),
        [_, _, (_, 1, _)] => None,
        [(first, ..), (second, _, mark), third] => short_day(first, second, third, mark),
        _ => None,
    }
}

/// Three numbers, the first of at most two digits: which is which is told by the mark and the values.
fn short_day(first: i64, second: i64, third: Number, mark: char) -> Option<(i64, i64, i64)> {
    let year_first = third.1 <= 2 && mark == '-' && (1..=12).contains(&second) && third.0 <= 31;
    if year_first {
        return Some((short_year(first), second, third.0));
    }
    let american = mark == '/' && first <= 12;
    let (day, month) = if american || second > 12 {
        (second, first)
    } else {
        (first, second)
    };
    Some((full_year(third), month, day))
}

fn full_year(number: Number) -> i64 {
    if number.1 <= 2 {
        short_year(number.0)
    } else {
        number.0
    }
}

fn short_year(year: i64) -> i64 {
    if year <= SHORT_YEAR_MAX {
        2000 + year
    } else {
        1900 + year
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or("none".to_owned(), rfc_3339)
    }

    #[test]
    fn the_two_standards_are_read() {
        assert_eq!(
            read("Wed, 02 Oct 2024 08:05:09 +0200"),
            "2024-10-02T06:05:09Z"
        );
        assert_eq!(read("2 Oct 24 8:05 GMT"), "2024-10-02T08:05:00Z");
        assert_eq!(
            read("2024-10-02T08:05:09.123-03:30"),
            "2024-10-02T11:35:09Z"
        );
        assert_eq!(read("20241002T080509Z"), "2024-10-02T08:05:09Z");
        assert_eq!(read("2024-276"), "2024-10-02T00:00:00Z");
        assert_eq!(read("2024-10"), "2024-10-01T00:00:00Z");
        assert_eq!(read("-2410"), "2024-10-01T00:00:00Z");
    }

    #[test]
    fn what_people_type_is_read() {
        for text in [
            "Oct. 2, 2024, 10:05 p.m. EST",
            "Wed Oct  2 22:05:00 EST 2024",
            "Wednesday, October 2, 2024 - 10:05pm EST",
            "Wed, 10/02/2024 - 22:05 EST",
            "2024/10/02 22:05 -0500",
            "mercredi 2 octobre 2024 22:05 EST",
            "Thu Oct 03 2024 03:05:00 GMT+0000 (Coordinated Universal Time)",
        ] {
            assert_eq!(read(text), "2024-10-03T03:05:00Z", "{text}");
        }
        assert_eq!(read("2024年10月2日 下午 1:30"), "2024-10-02T13:30:00Z");
        assert_eq!(read("Di, 5 Mär 2024 12:00 CET"), "2024-03-05T11:00:00Z");
        assert_eq!(read("mar., 5 mars 2024 12:00"), "2024-03-05T12:00:00Z");
        assert_eq!(read("02.10.24"), "2024-10-02T00:00:00Z");
        assert_eq!(read("26/09/2024"), "2024-09-26T00:00:00Z");
        assert_eq!(
            read("Fri, 5 Jul 2024 12:00:00 Europe/Berlin"),
            "2024-07-05T10:00:00Z"
        );
        assert_eq!(read("1727863509"), "2024-10-02T10:05:09Z");
    }

    #[test]
    fn partial_forms_weeks_and_counts_are_read() {
        for (text, moment) in [
            ("2024-W40-3T08:05:00Z", "2024-10-02T08:05:00Z"),
            ("2021W53", "none"),
            ("2020-W53-7", "2021-01-03T00:00:00Z"),
            ("2024-10-02+02:00", "2024-10-01T22:00:00Z"),
            ("202410020805", "2024-10-02T08:05:00Z"),
            ("20241002080509+0200", "2024-10-02T06:05:09Z"),
            ("02/Oct/2024:08:05:09 +0000", "2024-10-02T08:05:09Z"),
            ("/Date(1727856309000+0200)/", "2024-10-02T08:05:09Z"),
            ("@1727856309.5", "2024-10-02T08:05:09Z"),
            ("2024-10-02T24:00:00Z", "2024-10-03T00:00:00Z"),
            ("2024-10-02T08:05:60Z", "2024-10-02T08:05:59Z"),
        ] {
            assert_eq!(read(text), moment, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, moment) in [
            ("2 octobre 2024 à 8h05", "2024-10-02T08:05:00Z"),
            ("2. Okt. 2024, 8.05 Uhr", "2024-10-02T08:05:00Z"),
            ("2nd of October, 2024 at 8:05 p.m.", "2024-10-02T20:05:00Z"),
            ("Oct 2, 2024 8 pm EDT", "2024-10-03T00:00:00Z"),
            ("2024年10月2日(水) 8時05分", "2024-10-02T08:05:00Z"),
            ("2024. 10. 2. 오후 1:30", "2024-10-02T04:30:00Z"),
            (
                "星期三, 02 十月 2024 08:05:00 +0800",
                "2024-10-02T00:05:00Z",
            ),
            ("Wed, 2 Oct 2024 08:05 Eastern Time", "2024-10-02T12:05:00Z"),
            ("Wed, 2 Oct 2024 08:05 (EST)", "2024-10-02T13:05:00Z"),
            ("2 EKİM 2024", "2024-10-02T00:00:00Z"),
            ("2 fe\u{301}vrier 2024", "2024-02-02T00:00:00Z"),
        ] {
            assert_eq!(read(text), moment, "{text}");
        }
    }

    #[test]
    fn dates_in_many_scripts_and_calendars_are_read() {
        for text in [
            "٤ مارس ٢٠٣١",
            "۴ مارس ۲۰۳۱",
            "4 آذار 2031",
            "४ मार्च २०३१",
            "৪ মার্চ ২০৩১",
            "4 மார்ச் 2031",
            "4 มีนาคม 2574",
            "4 มี.ค. 2574",
            "4 Tháng Ba 2031",
            "ngày 4 tháng 3 năm 2031",
            "4 Machi 2031",
            "2031 წლის 4 მარტი",
            "2031. gada 4. marts",
            "4 במרץ 2031",
            "4 наурыз 2031",
            "令和13年3月4日",
            "二〇三一年三月四日",
            "2031:03:04 00:00:00",
        ] {
            assert_eq!(read(text), "2031-03-04T00:00:00Z", "{text}");
        }
        assert_eq!(read("4 كانون الثاني 2031"), "2031-01-04T00:00:00Z");
        assert_eq!(read("4 Hulyo 2031 13:05"), "2031-07-04T13:05:00Z");
        for text in [
            "2031年3月4日 下午3点05分",
            "2031年3月4日晚上3:05",
            "4 Μαρτίου 2031, 3:05 μ.μ.",
            "3:05 p.m 4 March 2031",
            "4 مارس 2031 3:05 م",
        ] {
            assert_eq!(read(text), "2031-03-04T15:05:00Z", "{text}");
        }
    }

    #[test]
    fn what_is_no_date_does_not_become_one() {
        for text in [
            "",
            "soon",
            "2024-13-40",
            "31 Feb 2024 10:00",
            "99:99",
            "2 Oct 2024 25:00",
            "Room 5",
            "0000-00-00",
            "1.2.3.4.5",
            "v1.2.3",
            "Wed, 02 Foo 2024 08:05:09 GMT",
            "2024-foo-3",
            "--10-02",
            "2 foo 3 bar 2024",
            "9999999999",
            "4 Aug",
            "2 hours ago",
        ] {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    #[test]
    fn moments_are_written_as_they_are_read() {
        for at in [0, 951_782_400_000, 1_727_863_509_000, 4_102_444_799_000] {
            assert_eq!(parse(&rfc_2822(at)), Some(at));
            assert_eq!(parse(&rfc_3339(at)), Some(at));
        }
    }
}
