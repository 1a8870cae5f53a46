//! Times of day as people write them: `10h14`, `10.14 Uhr`, `9 pm`, `10時14分` in the one form
//! `HH:MM`, and the reading of that form.

use super::zones::{self, Zone};
use crate::clock::{HOUR, MINUTE, Millis, SECOND};

/// Marks between hour and minute, between minute and second, and behind seconds.
const HOUR_MARKS: [char; 6] = ['h', '時', '时', '點', '点', '시'];
const MINUTE_MARKS: [char; 3] = ['分', '분', 'm'];
const SECOND_MARKS: [char; 3] = ['秒', '초', 's'];

/// The text with its first time of day in colons, if it has one in another form.
pub fn with_colons(text: &str) -> String {
    let text = text.replace(" : ", ":");
    let colons = text
        .match_indices(':')
        .any(|(at, _)| ends_with_digit(&text[..at]) && starts_with_digit(&text[at + 1..]));
    if colons {
        return text;
    }
    for form in [marked, half_only, dotted] {
        let mut numbers = 0;
        let mut at = 0;
        while let Some(found) = text[at..].find(|c: char| c.is_ascii_digit()) {
            let begin = at + found;
            let hour = digits(&text[begin..]);
            at = begin + hour.len();
            if hour.len() <= 2
                && !text[..begin].ends_with(['.', ','])
                && let Some((clock, rest)) = form(hour, &text[at..], numbers)
            {
                return format!("{}{clock} {rest}", &text[..begin]);
            }
            numbers += 1;
        }
    }
    text
}

/// A time in colons, and what stands behind it. Asked for with an hour, what stands behind that,
/// and how many numbers stand before it.
type Clock<'a> = Option<(String, &'a str)>;

/// `10h14`, `10 h`, `10時14分55秒`.
fn marked<'a>(hour: &str, behind: &'a str, _: usize) -> Clock<'a> {
    let after = behind.trim_start().strip_prefix(HOUR_MARKS)?;
    let minute = digits(after.trim_start());
    if minute.is_empty() {
        let free = !after.starts_with(char::is_alphanumeric);
        return free.then(|| (format!("{hour}:00"), after));
    }
    let rest = &after.trim_start()[minute.len()..];
    let Some(rest) = rest.strip_prefix(MINUTE_MARKS) else {
        return (minute.len() == 2).then(|| (format!("{hour}:{minute}"), rest));
    };
    let second = digits(rest.trim_start());
    let behind = rest.trim_start()[second.len()..].strip_prefix(SECOND_MARKS);
    match behind.filter(|_| !second.is_empty()) {
        Some(rest) => Some((format!("{hour}:{minute}:{second}"), rest)),
        None => Some((format!("{hour}:{minute}"), rest)),
    }
}

/// `9 pm`.
fn half_only<'a>(hour: &str, behind: &'a str, _: usize) -> Clock<'a> {
    let rest = behind.trim_start();
    let after = ["am", "pm"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    (!after.starts_with(char::is_alphanumeric)).then(|| (format!("{hour}:00"), rest))
}

/// `10.14` and `10.14.55`. A dot divides dates too: a time stands behind a whole one.
fn dotted<'a>(hour: &str, behind: &'a str, numbers: usize) -> Clock<'a> {
    let after = behind.strip_prefix('.').filter(|_| numbers >= 2)?;
    let (minute, rest) = after.split_at(digits(after).len());
    if minute.len() != 2 {
        return None;
    }
    let second = rest.strip_prefix('.').map_or("", digits);
    if second.len() == 2 {
        return Some((format!("{hour}:{minute}:{second}"), &rest[3..]));
    }
    (!rest.starts_with('.')).then(|| (format!("{hour}:{minute}"), rest))
}

fn digits(text: &str) -> &str {
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    &text[..run]
}

fn ends_with_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Divides a text at its time of day. A time that is out of bounds makes it no date.
pub fn split(text: &str) -> Option<(&str, Option<Millis>, &str)> {
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        let run = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if run == 0 || !starts_with_digit(after) {
            continue;
        }
        match c {
            // A year before the colon: `16/Feb/2024:08:05`.
            ':' if run == 4 => {}
            ':' if run > 2 => return None,
            ':' => {
                let begin = at - run;
                if text[..begin].ends_with('+') {
                    // A date and an offset: `2024-10-02+02:00`.
                    return Some((&text[..begin - 1], None, &text[begin - 1..]));
                }
                let (clock, length) = clock_with_colons(&text[begin..])?;
                return Some((&text[..begin], Some(clock), &text[begin + length..]));
            }
            't' => {
                let run = digits(after);
                if matches!(run.len(), 2 | 4 | 6) && !after[run.len()..].starts_with(':') {
                    return Some((before, Some(compact(run)?), &after[run.len()..]));
                }
            }
            _ => {}
        }
    }
    let run = digits(text);
    match run.len() {
        12 | 14 => Some((&run[..8], Some(compact(&run[8..])?), &text[run.len()..])),
        _ => Some((text, None, "")),
    }
}

/// `HH[MM[SS]]`.
fn compact(run: &str) -> Option<Millis> {
    let part = |index: usize| run.get(index..index + 2).and_then(|two| two.parse().ok());
    clock_of(part(0)?, part(2).unwrap_or(0), part(4).unwrap_or(0))
}

/// `H:MM[:SS[.fff]]` at the start of a text, and its length.
fn clock_with_colons(text: &str) -> Option<(Millis, usize)> {
    let mut parts = [0_i64; 3];
    let mut at = 0;
    for (index, part) in parts.iter_mut().enumerate() {
        let run = digits(&text[at..]);
        if run.is_empty() || run.len() > 2 {
            return None;
        }
        *part = run.parse().ok()?;
        at += run.len();
        let next = text[at..].starts_with(':') && starts_with_digit(&text[at + 1..]);
        if index == 2 || !next {
            break;
        }
        at += 1;
    }
    if let Some(fraction) = text[at..].strip_prefix(['.', ',', ':']) {
        let run = digits(fraction).len();
        at += if run > 0 { run + 1 } else { 0 };
    }
    Some((clock_of(parts[0], parts[1], parts[2])?, at))
}

fn clock_of(hour: i64, minute: i64, second: i64) -> Option<Millis> {
    let fits =
        (hour < 24 && minute < 60 && second <= 60) || (hour == 24 && minute == 0 && second == 0);
    fits.then(|| hour * HOUR + minute * MINUTE + second.min(59) * SECOND)
}

/// Halves of the day and whether they are the later one; the short ones are Arabic and Finnish.
const HALVES: [(&str, bool); 6] = [
    ("am", false),
    ("pm", true),
    ("ص", false),
    ("م", true),
    ("ap", false),
    ("ip", true),
];

/// What stands behind the time: half of the day (true = the later), zone, and the rest.
pub fn after(after: &str) -> (Option<bool>, Option<Zone>, &str) {
    let mut rest = after.trim_start();
    let half = HALVES.into_iter().find_map(|(word, late)| {
        let behind = rest.strip_prefix(word)?;
        (!behind.starts_with(char::is_alphabetic)).then_some((late, behind))
    });
    if let Some((_, behind)) = half {
        rest = behind.trim_start_matches([' ', ',', '.']);
    }
    let (zone, rest) = zones::read(rest);
    (half.map(|(late, _)| late), zone, rest)
}

/// Half of the day before the time, as in Korean and Chinese.
pub fn half_before(before: &str) -> Option<bool> {
    match before.split_whitespace().next_back()? {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// The time with its half of the day.
pub fn with_half(clock: Millis, half: Option<bool>) -> Millis {
    match half {
        Some(true) if clock < 12 * HOUR => clock + 12 * HOUR,
        Some(false) if (12 * HOUR..13 * HOUR).contains(&clock) => clock - 12 * HOUR,
        _ => clock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_get_colons_and_dates_none() {
        for (written, colons) in [
            ("2 octobre 2024 à 10h14", "2 octobre 2024 à 10:14 "),
            ("2 octobre 2024, 10 h", "2 octobre 2024, 10:00 "),
            ("2024-10-2 10時14分55秒", "2024-10-2 10:14:55 "),
            ("2024-10-2  pm 1시 31분", "2024-10-2  pm 1:31 "),
            ("02.10.2024 10.14 uhr", "02.10.2024 10:14  uhr"),
            ("2024-10-02t10.14.55z", "2024-10-02t10:14:55 z"),
            ("2 oct 2024 9pm", "2 oct 2024 9:00 pm"),
        ] {
            assert_eq!(with_colons(written), colons);
        }
        for same in [
            "02.10.2024",
            "1. 10. 24",
            "2024.10.02",
            "2 oct 2024 10:14 h",
        ] {
            assert_eq!(with_colons(same), same);
        }
    }

    #[test]
    fn a_text_is_divided_at_its_time() {
        let at = |hour, minute| Some(hour * HOUR + minute * MINUTE);
        assert_eq!(split("a 8:05 b"), Some(("a ", at(8, 5), " b")));
        assert_eq!(split("2024t0805z"), Some(("2024", at(8, 5), "z")));
        assert_eq!(
            split("2/oct/2024:08:05:00"),
            Some(("2/oct/2024:", at(8, 5), ""))
        );
        assert_eq!(split("202410020805"), Some(("20241002", at(8, 5), "")));
        assert_eq!(
            split("2024-10-02+02:00"),
            Some(("2024-10-02", None, "+02:00"))
        );
        assert_eq!(split("24:00"), Some(("", at(24, 0), "")));
        assert_eq!(split("24:01"), None);
    }
}
