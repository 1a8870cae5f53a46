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
    /// Summer is at the turn of the year.
    Australia,
    NewZealand,
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
        Rule::Australia | Rule::NewZealand => {
            let begin = match rule {
                Rule::NewZealand => sunday(9, 24),
                _ => sunday(10, 1),
            };
            // The hours of the changes are those of winter and of summer.
            return !(sunday(4, 1) * DAY + 3 * HOUR..begin * DAY + 2 * HOUR).contains(&local);
        }
    };
    (begin..end).contains(&local)
}

/// Reads a zone at the start of a text (lower case); gives it and what follows.
pub fn read(text: &str) -> (Option<Zone>, &str) {
    let text = text.trim_start_matches([' ', '(', '[']);
    if text.starts_with(['+', '-']) {
        return offset(text).map_or((None, text), |(zone, rest)| (Some(zone), rest));
    }
    for (name, zone) in &SPOKEN {
        if let Some(rest) = text.strip_prefix(name) {
            return (Some(*zone), rest);
        }
    }
    // The database's own names count the other way round.
    if let Some((Zone::Minutes(minutes), rest)) = text.strip_prefix("etc/gmt").and_then(offset) {
        return (Some(Zone::Minutes(-minutes)), rest);
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
    if rest.is_empty()
        && let Some((_, minutes)) = MILITARY.iter().find(|(letter, _)| *letter == name)
    {
        return (Some(Zone::Minutes(*minutes)), rest);
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
    // A sign written twice, or apart from its number: a lone hyphen may divide a time from a date.
    let rest = match &text[1..] {
        rest if rest.starts_with(['-', '+']) => &rest[1..],
        rest if sign > 0 => rest.trim_start(),
        rest => rest,
    };
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
const ABBREVIATIONS: [(&str, i64); 96] = [
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
    ("wat", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("cat", 120),
    ("sast", 120),
    ("eest", 180),
    ("idt", 180),
    ("eat", 180),
    ("msk", 180),
    ("trt", 180),
    ("irst", 210),
    ("msd", 240),
    ("gst", 240),
    ("azt", 240),
    ("samt", 240),
    ("aft", 270),
    ("pkt", 300),
    ("uzt", 300),
    ("yekt", 300),
    // India's, not Israel's or Ireland's.
    ("ist", 330),
    ("npt", 345),
    ("bdt", 360),
    ("mmt", 390),
    ("wib", 420),
    ("ict", 420),
    ("novt", 420),
    ("krat", 420),
    ("wita", 480),
    ("irkt", 480),
    ("sgt", 480),
    ("hkt", 480),
    ("myt", 480),
    ("pht", 480),
    ("awst", 480),
    ("wit", 540),
    ("yakt", 540),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("vlat", 600),
    ("chst", 600),
    ("aest", 600),
    ("aedt", 660),
    ("magt", 660),
    ("nzst", 720),
    ("pett", 720),
    ("nzdt", 780),
    ("cvt", -60),
    ("ndt", -150),
    ("brst", -120),
    ("brt", -180),
    ("art", -180),
    ("uyt", -180),
    ("gft", -180),
    ("clst", -180),
    ("adt", -180),
    ("pmst", -180),
    ("nst", -210),
    ("at", -240),
    ("ast", -240),
    ("bot", -240),
    ("clt", -240),
    ("gyt", -240),
    ("vet", -240),
    ("edt", -240),
    ("est", -300),
    ("act", -300),
    ("cot", -300),
    ("ect", -300),
    ("pet", -300),
    ("cdt", -300),
    ("cst", -360),
    ("galt", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("akdt", -480),
    ("akst", -540),
    ("hdt", -540),
    ("hst", -600),
    ("hast", -600),
    ("sst", -660),
];

/// The letters that RFC 822 (5.1) names, in minutes ahead of UTC; the other letters mean other things.
const MILITARY: [(&str, i64); 4] = [("a", -60), ("m", -720), ("n", 60), ("y", 720)];

/// Zones as they are spoken of; those without "standard" or "daylight" follow the rule.
const SPOKEN: [(&str, Zone); 20] = [
    ("eastern standard time", Zone::Minutes(-300)),
    ("eastern daylight time", Zone::Minutes(-240)),
    ("eastern", Zone::Summer(-300, Rule::America)),
    ("central standard time", Zone::Minutes(-360)),
    ("central daylight time", Zone::Minutes(-300)),
    ("central european summer time", Zone::Minutes(120)),
    ("central european standard time", Zone::Minutes(60)),
    ("central european", Zone::Summer(60, Rule::Europe)),
    ("central", Zone::Summer(-360, Rule::America)),
    ("mountain standard time", Zone::Minutes(-420)),
    ("mountain daylight time", Zone::Minutes(-360)),
    ("mountain", Zone::Summer(-420, Rule::America)),
    ("pacific standard time", Zone::Minutes(-480)),
    ("pacific daylight time", Zone::Minutes(-420)),
    ("pacific time", Zone::Summer(-480, Rule::America)),
    ("british summer time", Zone::Minutes(60)),
    ("india standard time", Zone::Minutes(330)),
    ("japan standard time", Zone::Minutes(540)),
    ("greenwich mean time", Zone::Minutes(0)),
    ("coordinated universal time", Zone::Minutes(0)),
];

/// Places of the zone database, and generic abbreviations that follow a rule: minutes ahead in winter, and whether there is summer time.
const PLACES: [(&str, i64, Option<Rule>); 178] = [
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
    ("et", -300, Some(Rule::America)),
    ("ct", -360, Some(Rule::America)),
    ("mt", -420, Some(Rule::America)),
    ("pt", -480, Some(Rule::America)),
    ("aet", 600, Some(Rule::Australia)),
    ("us/eastern", -300, Some(Rule::America)),
    ("us/central", -360, Some(Rule::America)),
    ("us/mountain", -420, Some(Rule::America)),
    ("us/arizona", -420, None),
    ("us/pacific", -480, Some(Rule::America)),
    ("us/alaska", -540, Some(Rule::America)),
    ("us/hawaii", -600, None),
    ("canada/atlantic", -240, Some(Rule::America)),
    ("canada/eastern", -300, Some(Rule::America)),
    ("canada/central", -360, Some(Rule::America)),
    ("canada/mountain", -420, Some(Rule::America)),
    ("canada/pacific", -480, Some(Rule::America)),
    ("europe/andorra", 60, Some(Rule::Europe)),
    ("europe/bratislava", 60, Some(Rule::Europe)),
    ("europe/ljubljana", 60, Some(Rule::Europe)),
    ("europe/malta", 60, Some(Rule::Europe)),
    ("europe/monaco", 60, Some(Rule::Europe)),
    ("europe/podgorica", 60, Some(Rule::Europe)),
    ("europe/sarajevo", 60, Some(Rule::Europe)),
    ("europe/skopje", 60, Some(Rule::Europe)),
    ("europe/tirane", 60, Some(Rule::Europe)),
    ("europe/vaduz", 60, Some(Rule::Europe)),
    ("europe/zagreb", 60, Some(Rule::Europe)),
    ("europe/gibraltar", 60, Some(Rule::Europe)),
    ("europe/belfast", 0, Some(Rule::Europe)),
    ("europe/chisinau", 120, Some(Rule::Europe)),
    ("asia/nicosia", 120, Some(Rule::Europe)),
    ("europe/kaliningrad", 120, None),
    ("europe/samara", 240, None),
    ("atlantic/reykjavik", 0, None),
    ("atlantic/canary", 0, Some(Rule::Europe)),
    ("atlantic/madeira", 0, Some(Rule::Europe)),
    ("atlantic/azores", -60, Some(Rule::Europe)),
    ("america/st_johns", -210, Some(Rule::America)),
    ("america/boise", -420, Some(Rule::America)),
    ("america/indiana/indianapolis", -300, Some(Rule::America)),
    ("america/indianapolis", -300, Some(Rule::America)),
    ("america/kentucky/louisville", -300, Some(Rule::America)),
    ("america/regina", -360, None),
    ("america/puerto_rico", -240, None),
    ("america/caracas", -240, None),
    ("america/la_paz", -240, None),
    ("america/guayaquil", -300, None),
    ("america/panama", -300, None),
    ("america/jamaica", -300, None),
    ("america/costa_rica", -360, None),
    ("america/guatemala", -360, None),
    ("america/el_salvador", -360, None),
    ("america/montevideo", -180, None),
    ("america/buenos_aires", -180, None),
    ("america/bahia", -180, None),
    ("america/fortaleza", -180, None),
    ("america/manaus", -240, None),
    ("america/santo_domingo", -240, None),
    ("africa/accra", 0, None),
    ("africa/abidjan", 0, None),
    ("africa/dakar", 0, None),
    ("africa/algiers", 60, None),
    ("africa/casablanca", 60, None),
    ("africa/lagos", 60, None),
    ("africa/tunis", 60, None),
    ("africa/harare", 120, None),
    ("africa/johannesburg", 120, None),
    ("africa/maputo", 120, None),
    ("africa/addis_ababa", 180, None),
    ("africa/kampala", 180, None),
    ("africa/nairobi", 180, None),
    ("asia/baghdad", 180, None),
    ("asia/kuwait", 180, None),
    ("asia/qatar", 180, None),
    ("asia/riyadh", 180, None),
    ("asia/baku", 240, None),
    ("asia/tbilisi", 240, None),
    ("asia/yerevan", 240, None),
    ("asia/tehran", 210, None),
    ("asia/kabul", 270, None),
    ("asia/tashkent", 300, None),
    ("asia/yekaterinburg", 300, None),
    ("asia/almaty", 300, None),
    ("asia/calcutta", 330, None),
    ("asia/colombo", 330, None),
    ("asia/kathmandu", 345, None),
    ("asia/katmandu", 345, None),
    ("asia/dhaka", 360, None),
    ("asia/yangon", 390, None),
    ("asia/rangoon", 390, None),
    ("asia/novosibirsk", 420, None),
    ("asia/krasnoyarsk", 420, None),
    ("asia/jakarta", 420, None),
    ("asia/saigon", 420, None),
    ("asia/ho_chi_minh", 420, None),
    ("asia/hong_kong", 480, None),
    ("asia/irkutsk", 480, None),
    ("asia/kuala_lumpur", 480, None),
    ("asia/macau", 480, None),
    ("asia/manila", 480, None),
    ("asia/taipei", 480, None),
    ("asia/vladivostok", 600, None),
    ("australia/perth", 480, None),
    ("australia/darwin", 570, None),
    ("australia/adelaide", 570, Some(Rule::Australia)),
    ("australia/brisbane", 600, None),
    ("australia/canberra", 600, Some(Rule::Australia)),
    ("australia/hobart", 600, Some(Rule::Australia)),
    ("australia/melbourne", 600, Some(Rule::Australia)),
    ("australia/sydney", 600, Some(Rule::Australia)),
    ("pacific/auckland", 720, Some(Rule::NewZealand)),
    ("pacific/fiji", 720, None),
    ("pacific/guam", 600, None),
    ("pacific/honolulu", -600, None),
    ("nz", 720, Some(Rule::NewZealand)),
    ("gb", 0, Some(Rule::Europe)),
    ("japan", 540, None),
    ("singapore", 480, None),
    ("hongkong", 480, None),
    ("turkey", 180, None),
];

fn named(name: &str) -> Option<Zone> {
    if let Some((_, minutes)) = ABBREVIATIONS.iter().find(|(known, _)| *known == name) {
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
        assert_eq!(read("--0330"), (Some(Zone::Minutes(-210)), ""));
        assert_eq!(read("- 2 oct 2024"), (None, "- 2 oct 2024"));
        assert_eq!(read("etc/gmt+5"), (Some(Zone::Minutes(-300)), ""));
        assert_eq!(read("n"), (Some(Zone::Minutes(60)), ""));
        assert_eq!(read("a paris"), (None, "a paris"));
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
        for (month, minutes) in [(1, 660), (7, 600), (12, 660)] {
            let sydney = Zone::Summer(600, Rule::Australia);
            assert_eq!(sydney.minutes_at(at(2024, month, 15)), minutes);
        }
    }
}
