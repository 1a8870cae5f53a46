//! Time zones as feeds name them: offsets, abbreviations, and the well-known places.

use super::calendar::{civil, days_from_1970};
use crate::clock::{DAY, HOUR, Millis};

/// Furthest offset that is believed (minutes).
const OFFSET_MINUTES_MAX: i64 = 15 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Minutes ahead of UTC.
    Minutes(i64),
    /// Minutes ahead in winter, one hour more in summer by the rule.
    Summer(i64, Rule),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Europe,
    America,
}

impl Zone {
    /// Minutes ahead of UTC at a local moment.
    pub fn minutes_at(self, local: Millis) -> i64 {
        match self {
            Zone::Minutes(minutes) => minutes,
            Zone::Summer(minutes, rule) => {
                minutes
                    + if is_summer(local, minutes, rule) {
                        60
                    } else {
                        0
                    }
            }
        }
    }
}

fn is_summer(local: Millis, minutes: i64, rule: Rule) -> bool {
    let (year, ..) = civil(local.div_euclid(DAY));
    let sunday = |month: i64, day: i64| {
        let from = days_from_1970(year, month, day).unwrap_or(0);
        // 1970-01-04 was a Sunday.
        from + (3 - from).rem_euclid(7)
    };
    let (begin, end) = match rule {
        Rule::America => (
            sunday(3, 8) * DAY + 2 * HOUR,
            sunday(11, 1) * DAY + 2 * HOUR,
        ),
        Rule::Europe => {
            let shift = minutes * crate::clock::MINUTE;
            (
                sunday(3, 25) * DAY + HOUR + shift,
                sunday(10, 25) * DAY + 2 * HOUR + shift,
            )
        }
    };
    (begin..end).contains(&local)
}

/// Reads a zone at the start of a text (lower case); gives it and what follows.
pub fn read(text: &str) -> (Option<Zone>, &str) {
    let text = text.trim_start();
    if text.starts_with(['+', '-']) {
        return offset(text).map_or((None, text), |(zone, rest)| (Some(zone), rest));
    }
    let end = text
        .find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '/' | '_')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if matches!(name, "gmt" | "utc" | "ut" | "z")
        && let Some((zone, rest)) = offset(rest.trim_start())
    {
        return (Some(zone), rest);
    }
    match named(name) {
        Some(zone) => (Some(zone), rest),
        None => (None, text),
    }
}

/// `+HH:MM`, `-HHMM`, `+H`.
fn offset(text: &str) -> Option<(Zone, &str)> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &text[1..];
    let run = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, mut rest) = rest.split_at(run.min(4));
    let value: i64 = digits.parse().ok()?;
    let mut minutes = if run <= 2 {
        value * 60
    } else {
        value / 100 * 60 + value % 100
    };
    if run <= 2
        && let Some(behind) = rest.strip_prefix(':')
        && let Some(more) = behind.get(..2).and_then(|two| two.parse::<i64>().ok())
    {
        minutes += more;
        rest = &behind[2..];
    }
    let minutes = if minutes <= OFFSET_MINUTES_MAX {
        sign * minutes
    } else {
        0
    };
    Some((Zone::Minutes(minutes), rest))
}

/// Abbreviations, in minutes ahead of UTC. Those with several meanings have the one that news use.
const ABBREVIATIONS: [(&str, i64); 52] = [
    ("z", 0),
    ("gmt", 0),
    ("utc", 0),
    ("ut", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("trt", 180),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("bdt", 360),
    ("wib", 420),
    ("ict", 420),
    ("sgt", 480),
    ("hkt", 480),
    ("myt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("art", -180),
    ("nst", -210),
    ("ndt", -150),
    ("at", -240),
    ("ast", -240),
    ("adt", -180),
    ("et", -300),
    ("est", -300),
    ("edt", -240),
    ("ct", -360),
    ("cst", -360),
    ("cdt", -300),
    ("mt", -420),
    ("mst", -420),
];
const MORE_ABBREVIATIONS: [(&str, i64); 9] = [
    ("mdt", -360),
    ("pt", -480),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("sast", 120),
    ("wat", 60),
];

/// Places of the zone database: minutes ahead in winter, and whether there is summer time.
const PLACES: [(&str, i64, Option<Rule>); 57] = [
    ("europe/london", 0, Some(Rule::Europe)),
    ("europe/dublin", 0, Some(Rule::Europe)),
    ("europe/lisbon", 0, Some(Rule::Europe)),
    ("europe/amsterdam", 60, Some(Rule::Europe)),
    ("europe/belgrade", 60, Some(Rule::Europe)),
    ("europe/berlin", 60, Some(Rule::Europe)),
    ("europe/brussels", 60, Some(Rule::Europe)),
    ("europe/budapest", 60, Some(Rule::Europe)),
    ("europe/copenhagen", 60, Some(Rule::Europe)),
    ("europe/luxembourg", 60, Some(Rule::Europe)),
    ("europe/madrid", 60, Some(Rule::Europe)),
    ("europe/oslo", 60, Some(Rule::Europe)),
    ("europe/paris", 60, Some(Rule::Europe)),
    ("europe/prague", 60, Some(Rule::Europe)),
    ("europe/rome", 60, Some(Rule::Europe)),
    ("europe/stockholm", 60, Some(Rule::Europe)),
    ("europe/vienna", 60, Some(Rule::Europe)),
    ("europe/warsaw", 60, Some(Rule::Europe)),
    ("europe/zurich", 60, Some(Rule::Europe)),
    ("europe/athens", 120, Some(Rule::Europe)),
    ("europe/bucharest", 120, Some(Rule::Europe)),
    ("europe/helsinki", 120, Some(Rule::Europe)),
    ("europe/kiev", 120, Some(Rule::Europe)),
    ("europe/kyiv", 120, Some(Rule::Europe)),
    ("europe/riga", 120, Some(Rule::Europe)),
    ("europe/sofia", 120, Some(Rule::Europe)),
    ("europe/tallinn", 120, Some(Rule::Europe)),
    ("europe/vilnius", 120, Some(Rule::Europe)),
    ("europe/istanbul", 180, None),
    ("europe/minsk", 180, None),
    ("europe/moscow", 180, None),
    ("america/halifax", -240, Some(Rule::America)),
    ("america/new_york", -300, Some(Rule::America)),
    ("america/detroit", -300, Some(Rule::America)),
    ("america/toronto", -300, Some(Rule::America)),
    ("america/montreal", -300, Some(Rule::America)),
    ("america/chicago", -360, Some(Rule::America)),
    ("america/winnipeg", -360, Some(Rule::America)),
    ("america/denver", -420, Some(Rule::America)),
    ("america/edmonton", -420, Some(Rule::America)),
    ("america/phoenix", -420, None),
    ("america/los_angeles", -480, Some(Rule::America)),
    ("america/vancouver", -480, Some(Rule::America)),
    ("america/anchorage", -540, Some(Rule::America)),
    ("america/sao_paulo", -180, None),
    ("america/argentina/buenos_aires", -180, None),
    ("america/bogota", -300, None),
    ("america/lima", -300, None),
    ("america/mexico_city", -360, None),
    ("asia/dubai", 240, None),
    ("asia/karachi", 300, None),
    ("asia/kolkata", 330, None),
    ("asia/bangkok", 420, None),
    ("asia/singapore", 480, None),
    ("asia/shanghai", 480, None),
    ("asia/tokyo", 540, None),
    ("asia/seoul", 540, None),
];

fn named(name: &str) -> Option<Zone> {
    let short = ABBREVIATIONS
        .iter()
        .chain(&MORE_ABBREVIATIONS)
        .find(|(known, _)| *known == name);
    if let Some((_, minutes)) = short {
        return Some(Zone::Minutes(*minutes));
    }
    let (_, minutes, rule) = PLACES.iter().find(|(known, ..)| *known == name)?;
    Some(rule.map_or(Zone::Minutes(*minutes), |rule| Zone::Summer(*minutes, rule)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_names_are_read_with_what_follows() {
        assert_eq!(read("+0530 2024"), (Some(Zone::Minutes(330)), " 2024"));
        assert_eq!(read(" -3:30"), (Some(Zone::Minutes(-210)), ""));
        assert_eq!(read("gmt+02:00 (x)"), (Some(Zone::Minutes(120)), " (x)"));
        assert_eq!(read("pdt"), (Some(Zone::Minutes(-420)), ""));
        assert_eq!(read("2024"), (None, "2024"));
    }

    #[test]
    fn summer_time_follows_the_rule_of_the_place() {
        let at = |year, month, day| days_from_1970(year, month, day).unwrap() * DAY + 12 * HOUR;
        assert_eq!(
            Zone::Summer(60, Rule::Europe).minutes_at(at(2024, 3, 30)),
            60
        );
        assert_eq!(
            Zone::Summer(60, Rule::Europe).minutes_at(at(2024, 3, 31)),
            120
        );
        assert_eq!(
            Zone::Summer(-480, Rule::America).minutes_at(at(2023, 3, 31)),
            -420
        );
        assert_eq!(
            Zone::Summer(-480, Rule::America).minutes_at(at(2023, 12, 1)),
            -480
        );
    }
}
