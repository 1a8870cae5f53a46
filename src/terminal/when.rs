//! Moments in words: "2 h ago" within a week, a date beyond. Dates are in UTC and say so.

use crate::clock::{DAY, HOUR, MINUTE, Millis};

/// "just now", "5 min ago", "in 2 h", "3 d ago", "9 Mar 2026".
pub fn ago(at: Millis, now: Millis) -> String {
    let past = now.saturating_sub(at);
    let apart = past.saturating_abs();
    let amount = match apart {
        0..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => format!("{} min", apart / MINUTE),
        HOUR..DAY => format!("{} h", apart / HOUR),
        _ if apart < 8 * DAY => format!("{} d", apart / DAY),
        _ => return date(at),
    };
    if past >= 0 {
        format!("{amount} ago")
    } else {
        format!("in {amount}")
    }
}

/// "9 Mar 2026, 14:05 UTC".
pub fn on(at: Millis) -> String {
    let of_day = at.rem_euclid(DAY);
    format!(
        "{}, {:02}:{:02} UTC",
        date(at),
        of_day / HOUR,
        of_day % HOUR / MINUTE
    )
}

/// "2h", "90 min", "1d 6h" as milliseconds; nothing else.
pub fn parse_span(typed: &str) -> Option<Millis> {
    let mut rest = typed.trim();
    let mut sum: Millis = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, next) = after.split_at(letters);
        let unit = match unit.to_ascii_lowercase().as_str() {
            "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
            "h" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            _ => return None,
        };
        sum = sum.checked_add(number.parse::<Millis>().ok()?.checked_mul(unit)?)?;
        rest = next.trim_start();
    }
    Some(sum)
}

/// Days since 1970 to a date of the Gregorian calendar (Howard Hinnant's `civil_from_days`).
fn date(at: Millis) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let days = at.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    format!(
        "{day} {} {year}",
        MONTHS[usize::try_from(month).expect("a month is 0 to 11")]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SECOND;

    const NOW: Millis = 1_773_065_100_000; // 9 Mar 2026, 14:05 UTC

    #[test]
    fn moments_are_told_as_people_would() {
        assert_eq!(ago(NOW - 59 * SECOND, NOW), "just now");
        assert_eq!(ago(NOW - MINUTE, NOW), "1 min ago");
        assert_eq!(ago(NOW - 2 * HOUR - MINUTE, NOW), "2 h ago");
        assert_eq!(ago(NOW + 3 * HOUR, NOW), "in 3 h");
        assert_eq!(ago(NOW - 7 * DAY, NOW), "7 d ago");
        assert_eq!(ago(NOW - 8 * DAY, NOW), "1 Mar 2026");
        assert_eq!(on(NOW), "9 Mar 2026, 14:05 UTC");
    }

    #[test]
    fn dates_hold_at_the_edges() {
        assert_eq!(on(0), "1 Jan 1970, 00:00 UTC");
        assert_eq!(on(-1), "31 Dec 1969, 23:59 UTC");
        assert_eq!(on(1_709_164_800_000), "29 Feb 2024, 00:00 UTC");
        assert_eq!(on(946_684_799_999), "31 Dec 1999, 23:59 UTC");
        for extreme in [i64::MIN, i64::MAX] {
            ago(extreme, NOW);
            on(extreme);
        }
    }

    #[test]
    fn spans_are_read_as_typed() {
        assert_eq!(parse_span("2h"), Some(2 * HOUR));
        assert_eq!(parse_span(" 90 min "), Some(90 * MINUTE));
        assert_eq!(parse_span("1d 6h"), Some(30 * HOUR));
        for wrong in [
            "",
            "h",
            "2",
            "2 weeks",
            "-2h",
            "2h!",
            "99999999999999999999h",
            "9223372036854775807d",
        ] {
            assert_eq!(parse_span(wrong), None, "{wrong}");
        }
    }
}
