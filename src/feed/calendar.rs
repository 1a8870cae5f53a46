//! Days and moments by the Gregorian calendar.

use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};

/// Years that a date of a feed may have.
const YEAR_MIN: i64 = 1900;
const YEAR_MAX: i64 = 2200;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The day of a year's day number, counted from 1.
pub fn ordinal(year: i64, day: i64) -> Option<(i64, i64, i64)> {
    let mut left = day;
    for month in 1..=12 {
        let length = month_days(year, month);
        if (1..=length).contains(&left) {
            return Some((year, month, left));
        }
        left -= length;
    }
    None
}

/// The day of a week by ISO 8601: week 1 has the year's first Thursday, day 1 is Monday.
pub fn week_day(year: i64, week: i64, day: i64) -> Option<(i64, i64, i64)> {
    let monday = |year| {
        let fourth = days_from_1970(year, 1, 4)?;
        // 1970-01-05 was a Monday.
        Some(fourth - (fourth - 4).rem_euclid(7))
    };
    let weeks = (monday(year + 1)? - monday(year)?) / 7;
    let fits = (1..=weeks).contains(&week) && (1..=7).contains(&day);
    fits.then(|| Some(civil(monday(year)? + (week - 1) * 7 + day - 1)))?
}

/// Whether a moment lies in a year that a date of a feed may have.
pub fn is_in_bounds(at: Millis) -> bool {
    let (year, ..) = civil(at.div_euclid(DAY));
    (YEAR_MIN..=YEAR_MAX).contains(&year)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01; none when there is no such day.
pub fn days_from_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let fits = (YEAR_MIN..=YEAR_MAX).contains(&year)
        && (1..=12).contains(&month)
        && (1..=month_days(year, month)).contains(&day);
    fits.then(|| {
        // Years begin in March here, so that the leap day is the last of its year.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    })
}

/// Year, month, day of a day counted from 1970-01-01.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// A moment as RFC 3339 in UTC, to the second.
pub fn rfc_3339(at: Millis) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let (hour, minute, second) = time_of(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A moment as RFC 2822 in UTC.
pub fn rfc_2822(at: Millis) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let days = at.div_euclid(DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = time_of(at);
    let weekday = DAYS[days.rem_euclid(7) as usize];
    let name = NAMES[month as usize - 1];
    format!("{weekday}, {day:02} {name} {year:04} {hour:02}:{minute:02}:{second:02} +0000")
}

fn time_of(at: Millis) -> (i64, i64, i64) {
    let time = at.rem_euclid(DAY);
    (time / HOUR, time % HOUR / MINUTE, time % MINUTE / SECOND)
}
