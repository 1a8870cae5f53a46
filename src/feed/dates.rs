//! Dates as feeds write them: RFC 822, ISO 8601 and what people type, in several languages.

use super::calendar::{days_from_1970, ordinal};
pub use super::calendar::{rfc_2822, rfc_3339};
use super::zones::{self, Zone};
use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};

/// Longest text that is looked at as a date (characters).
const DATE_CHARS_MAX: usize = 80;
/// Two-digit years up to this one are of this century.
const SHORT_YEAR_MAX: i64 = 68;

/// Beginnings of month names, the longer before the shorter where they clash.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "gen", "ene", "янв", "ιαν", "stycz", "sty", "janv", "led", "січ", "ocak", "oca",
    ],
    &[
        "feb", "fev", "fév", "фев", "φεβ", "φεβρ", "lut", "únor", "lis.", "лют", "şub", "helm",
    ],
    &[
        "mar", "mär", "mrz", "maa", "мар", "μαρ", "márc", "břez", "бер", "maal",
    ],
    &[
        "apr", "avr", "abr", "апр", "απρ", "ápr", "kwi", "dub", "кві", "nis", "huht",
    ],
    &[
        "may", "mai", "mag", "mei", "maj", "май", "мая", "μαϊ", "μαι", "μάι", "máj", "květ", "тра",
        "touko",
    ],
    &[
        "jun", "juin", "giu", "июн", "ιουν", "ιούν", "jún", "cze", "červn", "чер", "haz", "kesä",
    ],
    &[
        "jul", "juil", "lug", "июл", "ιουλ", "ιούλ", "júl", "lip", "červe", "лип", "tem", "hein",
    ],
    &[
        "aug", "aoû", "aou", "ago", "авг", "αυγ", "αύγ", "sie", "srp", "сер", "ağu", "elo",
    ],
    &[
        "sep", "set", "сен", "σεπ", "szep", "wrz", "zář", "вер", "eyl", "syys",
    ],
    &[
        "oct", "okt", "ott", "out", "окт", "οκτ", "paź", "říj", "жов", "eki", "loka",
    ],
    &["nov", "noi", "ноя", "νοε", "νοέ", "lis", "kas", "marras"],
    &[
        "dec", "déc", "dez", "dic", "дек", "δεκ", "gru", "pros", "гру", "ara", "joulu",
    ],
];

/// A date's moment; none when the text is no date.
pub fn parse(text: &str) -> Option<Millis> {
    let text: String = text
        .trim()
        .chars()
        .take(DATE_CHARS_MAX)
        .collect::<String>()
        .to_lowercase();
    if let Some(moment) = counted(&text) {
        return Some(moment);
    }
    let korean = text.contains('년');
    let text = western(&text);
    let (before, clock, after) = split_clock(&text)?;
    let (half, zone, rest) = after_clock(after);
    let (year, month, day) = day_of(before).or_else(|| day_of(&format!("{before} {rest}")))?;
    let time = with_half(clock.unwrap_or(0), half.or_else(|| half_before(before)));
    let local = days_from_1970(year, month, day)? * DAY + time;
    let zone = zone
        .or_else(|| zone_before(before))
        .unwrap_or(Zone::Minutes(if korean { 9 * 60 } else { 0 }));
    Some(local - zone.minutes_at(local) * MINUTE)
}

/// Seconds or milliseconds since 1970.
fn counted(text: &str) -> Option<Millis> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        9 | 10 if digits => text.parse::<i64>().ok().map(|seconds| seconds * SECOND),
        13 if digits => text.parse().ok(),
        _ => None,
    }
}

/// East Asian marks of year, month, day and half-day as Western ones; a typographic minus as one.
fn western(text: &str) -> String {
    const MARKS: [(&str, &str); 13] = [
        ("년", "-"),
        ("월", "-"),
        ("일", " "),
        ("年", "-"),
        ("月", "-"),
        ("日", " "),
        ("오전", " am "),
        ("오후", " pm "),
        ("上午", " am "),
        ("下午", " pm "),
        ("a.m.", "am"),
        ("p.m.", "pm"),
        ("−", "-"),
    ];
    if text.is_ascii() && !text.contains(".m.") {
        return text.to_owned();
    }
    MARKS.iter().fold(text.to_owned(), |text, (mark, plain)| {
        text.replace(mark, plain)
    })
}

/// Divides a text at its time of day. A time that is out of bounds makes it no date.
fn split_clock(text: &str) -> Option<(&str, Option<Millis>, &str)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    for at in 1..bytes.len() {
        if bytes[at] == b':' && digit(at - 1) && digit(at + 1) {
            let begin = if at >= 2 && digit(at - 2) {
                at - 2
            } else {
                at - 1
            };
            if begin > 0 && digit(begin - 1) {
                return None;
            }
            let (clock, length) = clock_with_colons(&text[begin..])?;
            return Some((&text[..begin], Some(clock), &text[begin + length..]));
        }
        let begin = at + 1;
        if bytes[at] == b't' && digit(at - 1) && digit(begin) && digit(begin + 1) {
            let run = text[begin..].bytes().take_while(u8::is_ascii_digit).count();
            if run % 2 == 0 && run <= 6 && bytes.get(begin + run) != Some(&b':') {
                let part = |index: usize| {
                    text[begin..begin + run]
                        .get(index..index + 2)
                        .and_then(|two| two.parse().ok())
                };
                let clock = clock_of(part(0)?, part(2).unwrap_or(0), part(4).unwrap_or(0))?;
                return Some((&text[..at], Some(clock), &text[begin + run..]));
            }
        }
    }
    if bytes.len() == 14 && (0..14).all(digit) {
        let part = |index: usize| text[index..index + 2].parse().unwrap_or(0);
        return Some((&text[..8], Some(clock_of(part(8), part(10), part(12))?), ""));
    }
    Some((text, None, ""))
}

/// `H:MM[:SS[.fff]]` at the start of a text, and its length.
fn clock_with_colons(text: &str) -> Option<(Millis, usize)> {
    let mut parts = [0_i64; 3];
    let mut at = 0;
    for (index, part) in parts.iter_mut().enumerate() {
        let run = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        if run == 0 || run > 2 {
            return None;
        }
        *part = text[at..at + run].parse().ok()?;
        at += run;
        let next =
            text[at..].starts_with(':') && text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if index == 2 || !next {
            break;
        }
        at += 1;
    }
    if let Some(fraction) = text[at..].strip_prefix(['.', ',']) {
        let run = fraction.bytes().take_while(u8::is_ascii_digit).count();
        at += if run > 0 { run + 1 } else { 0 };
    }
    Some((clock_of(parts[0], parts[1], parts[2])?, at))
}

fn clock_of(hour: i64, minute: i64, second: i64) -> Option<Millis> {
    let fits =
        (hour < 24 && minute < 60 && second <= 60) || (hour == 24 && minute == 0 && second == 0);
    fits.then(|| hour * HOUR + minute * MINUTE + second.min(59) * SECOND)
}

/// What stands behind the time: half of the day, zone, and the rest.
fn after_clock(after: &str) -> (Option<bool>, Option<Zone>, &str) {
    let mut rest = after.trim_start();
    let half = [("am", false), ("pm", true)]
        .into_iter()
        .find_map(|(word, late)| {
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
fn half_before(before: &str) -> Option<bool> {
    let last = before.split_whitespace().next_back()?;
    [("am", false), ("pm", true)]
        .into_iter()
        .find(|(word, _)| *word == last)
        .map(|(_, late)| late)
}

/// A zone behind a date without a time, as in `26 Sep 2022 GMT`.
fn zone_before(before: &str) -> Option<Zone> {
    let last = before.split_whitespace().next_back()?;
    last.starts_with(|c: char| c.is_ascii_alphabetic())
        .then(|| zones::read(last).0)?
}

fn with_half(clock: Millis, half: Option<bool>) -> Millis {
    match half {
        Some(true) if clock < 12 * HOUR => clock + 12 * HOUR,
        Some(false) if (12 * HOUR..13 * HOUR).contains(&clock) => clock - 12 * HOUR,
        _ => clock,
    }
}

/// A number of a date: its value, how many digits it has, the mark before it.
type Number = (i64, usize, char);

/// Year, month and day of a text without a time.
fn day_of(text: &str) -> Option<(i64, i64, i64)> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut month = None;
    let mut weak = false;
    let mut mark = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((begin, c)) = letters.next() {
        let alike: fn(char) -> bool = match c {
            _ if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            _ if c.is_alphabetic() => |c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c),
            _ => {
                mark = if c.is_whitespace() && mark != ' ' {
                    mark
                } else {
                    c
                };
                continue;
            }
        };
        let mut end = begin + c.len_utf8();
        while let Some((at, next)) = letters.next_if(|&(_, next)| alike(next)) {
            end = at + next.len_utf8();
        }
        let run = &text[begin..end];
        if c.is_ascii_digit() {
            numbers.push((run.parse().ok()?, run.len(), mark));
            if numbers.len() > 3 {
                return None;
            }
        } else if month.is_none() || weak {
            let found = month_of(run).map(|found| (found, numbers.len()));
            month = found.or(month);
            weak = found.is_some() && numbers.is_empty() && WEEKDAYS.contains(&run)
                || found.is_none() && weak;
        }
        mark = ' ';
    }
    match month {
        Some((month, before)) => named_day(&numbers, month, before),
        None => numbered_day(&numbers, text.trim_start().starts_with('-')),
    }
}

/// Words that begin like a month and may be a weekday: a month behind them wins.
const WEEKDAYS: [&str; 8] = [
    "mar",
    "mart",
    "mardi",
    "martes",
    "martedì",
    "maandag",
    "maanantai",
    "szerda",
];

/// The month that a word names.
fn month_of(word: &str) -> Option<i64> {
    let mut best: Option<(usize, usize)> = None;
    for (index, names) in MONTHS.iter().enumerate() {
        for name in *names {
            if word.starts_with(name) && best.is_none_or(|(_, length)| name.len() > length) {
                best = Some((index, name.len()));
            }
        }
    }
    best.map(|(index, _)| index as i64 + 1)
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
