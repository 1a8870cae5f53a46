//! Finding a zone by what somebody types: a city, part of a name, an offset.

use super::{NOT_NAMES, ZONES, Zone, plain, shown};
use crate::clock::{HOUR, MINUTE, Millis};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zones that are offered before others that fit as well: of large cities, from west to east.
const FIRST: &[&str] = &[
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Europe/Paris",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Europe/Athens",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Manila",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
];

/// What people call the time of a place, and the place that most of them mean.
const SPOKEN: &[(&str, &str)] = &[
    ("aest", "Australia/Sydney"),
    ("bst", "Europe/London"),
    ("central time", "America/Chicago"),
    ("cest", "Europe/Berlin"),
    ("cet", "Europe/Berlin"),
    ("cst", "America/Chicago"),
    ("eastern time", "America/New_York"),
    ("edt", "America/New_York"),
    ("est", "America/New_York"),
    ("gmt", "Europe/London"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("mountain time", "America/Denver"),
    ("msk", "Europe/Moscow"),
    ("mst", "America/Denver"),
    ("pacific time", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
];

/// As much of it has to be typed before it comes first.
const SPOKEN_BYTES_MIN: usize = 3;

/// What names (folded) of offsets begin with.
const NO_PLACES: &str = "etc/";

/// The farthest that a zone's clocks have been from UTC.
const OFFSET_HOURS_MAX: Millis = 15;

/// A name of the database, old ones included.
struct Name {
    /// Folded, "america/new york".
    folded: String,
    /// Where the last part of the folded name begins, "new york".
    city_at: usize,
    /// The name of today for the same place.
    today: String,
    /// Its place in [`FIRST`], or behind all of them.
    rank: usize,
}

impl Name {
    fn city(&self) -> &str {
        &self.folded[self.city_at..]
    }
}

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let names = ZONES.available().filter_map(|name| {
        let name = name.as_str();
        let is_name = !NOT_NAMES.contains(&name);
        let today = Zone::named(name).filter(|_| is_name)?.name;
        let folded = folded(name);
        let rank = FIRST.iter().position(|first| *first == today);
        Some(Name {
            city_at: folded.rfind('/').map_or(0, |slash| slash + 1),
            folded,
            rank: rank.unwrap_or(FIRST.len()),
            today,
        })
    });
    names.collect()
});

/// Letters without their marks, in small; what joins words in names is a space.
fn folded(name: &str) -> String {
    let letters = name.nfkd().filter(|c| !is_combining_mark(*c));
    let letters = letters.map(|c| if matches!(c, '_' | '-') { ' ' } else { c });
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The zone of the city of that name, if there is one only. Etc/GMT+1 is no city, and an hour
/// behind UTC, not ahead as those mean who type its last part.
pub fn city(typed: &str) -> Option<Zone> {
    let typed = folded(typed);
    let is_place = |name: &Name| name.city_at > 0 && !name.folded.starts_with(NO_PLACES);
    let fits = |name: &&Name| is_place(name) && name.city() == typed;
    let mut fitting = NAMES.iter().filter(fits);
    let today = &fitting.next()?.today;
    let is_one = fitting.all(|other| other.today == *today);
    is_one.then(|| Zone::named(today))?
}

/// The offset that somebody names, "+2", "utc-3:30", "gmt +0545".
pub fn offset(typed: &str) -> Option<Millis> {
    let typed = typed.trim();
    let rest = ["utc", "gmt"]
        .iter()
        .find_map(|name| typed.strip_prefix(name));
    let rest = rest.unwrap_or(typed).trim_start();
    let mut characters = rest.chars();
    let sign = match characters.next()? {
        '+' => 1,
        '-' | '−' | '–' => -1,
        _ => return None,
    };
    let digits = characters.as_str().trim_start();
    let (hours, minutes) = match digits.split_once([':', '.']) {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
        _ => return None,
    };
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse::<Millis>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let fits = hours <= OFFSET_HOURS_MAX && minutes < 60;
    fits.then_some(sign * (hours * HOUR + minutes * MINUTE))
}

/// How well a name fits what is typed (folded): the smaller the better.
fn fit(name: &Name, typed: &str) -> Option<u8> {
    let (whole, city) = (name.folded.as_str(), name.city());
    let word_begins = |text: &str| {
        let mut at = text.match_indices(typed).map(|(at, _)| at);
        at.any(|at| at == 0 || matches!(text.as_bytes()[at - 1], b' ' | b'/'))
    };
    match () {
        () if whole == typed || city == typed => Some(0),
        () if city.starts_with(typed) => Some(1),
        () if whole.starts_with(typed) => Some(2),
        () if word_begins(whole) => Some(3),
        () if whole.contains(typed) => Some(4),
        () => None,
    }
}

/// See [`Zone::suggest`].
pub fn suggest(typed: &str, now: Millis, most: usize) -> Vec<(String, String)> {
    let names: Vec<&str> = if typed.trim().is_empty() {
        FIRST.to_vec()
    } else if let Some(typed) = plain(typed) {
        match offset(&typed) {
            Some(offset) => with_offset(offset, now),
            None => with_name(&folded(&typed)),
        }
    } else {
        Vec::new()
    };
    let zones = names.into_iter().filter_map(Zone::named).take(most);
    let label = |zone: &Zone| format!("{} · {}", zone.name, shown(zone, now, "%H:%M"));
    zones
        .map(|zone| (zone.name.clone(), label(&zone)))
        .collect()
}

fn with_offset(offset: Millis, now: Millis) -> Vec<&'static str> {
    let has_it = |name: &str| Zone::named(name).is_some_and(|zone| zone.offset_ms(now) == offset);
    let names = NAMES.iter().filter(|name| has_it(&name.today));
    sorted(names.map(|name| (u8::from(name.folded.starts_with(NO_PLACES)), name)))
}

fn with_name(typed: &str) -> Vec<&'static str> {
    // A name of marks alone folds to nothing, which every name would hold.
    if typed.is_empty() {
        return Vec::new();
    }
    let spoken = SPOKEN
        .iter()
        .filter(|(spoken, _)| typed.len() >= SPOKEN_BYTES_MIN && spoken.starts_with(typed));
    let spoken = spoken.map(|(_, name)| *name);
    let is_asked =
        |name: &&Name| typed.starts_with(NO_PLACES) || !name.folded.starts_with(NO_PLACES);
    let fitting = NAMES
        .iter()
        .filter(is_asked)
        .filter_map(|name| Some((fit(name, typed)?, name)));
    once_each(spoken.chain(sorted(fitting)))
}

/// The names of today, the best fitting first, each once.
fn sorted(names: impl Iterator<Item = (u8, &'static Name)>) -> Vec<&'static str> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|(fit, name)| (*fit, name.rank, name.today.as_str()));
    once_each(names.into_iter().map(|(_, name)| name.today.as_str()))
}

fn once_each(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 9 March 2026, 13:05 GMT.
    const NOW: Millis = 1_773_061_500_000;

    fn names(typed: &str) -> Vec<String> {
        let found = Zone::suggest(typed, NOW, 25);
        found.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_city_a_region_or_part_of_them_finds_the_zone() {
        let first = [
            ("berl", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("new_y", "America/New_York"),
            ("York", "America/New_York"),
            ("america/new", "America/New_York"),
            ("AMERICA/NEW YORK", "America/New_York"),
            ("são paulo", "America/Sao_Paulo"),
            ("zürich", "Europe/Zurich"),
            ("port au prince", "America/Port-au-Prince"),
            ("port-au", "America/Port-au-Prince"),
            ("utc", "UTC"),
            ("calcutta", "Asia/Kolkata"),
            ("kiev", "Europe/Kyiv"),
            ("japan", "Asia/Tokyo"),
            ("indianapolis", "America/Indiana/Indianapolis"),
            ("est", "America/New_York"),
            ("pacific time", "America/Los_Angeles"),
            ("london", "Europe/London"),
        ];
        for (typed, name) in first {
            assert_eq!(
                names(typed).first().map(String::as_str),
                Some(name),
                "{typed}"
            );
        }
    }

    #[test]
    fn the_exact_city_comes_before_beginnings_and_those_before_the_rest() {
        let paris = names("par");
        assert_eq!(paris[..2], ["Europe/Paris", "America/Paramaribo"]);
        let contained = paris.iter().position(|name| name == "Asia/Singapore");
        assert_eq!(contained, None, "Singa-po-re holds no par");
        let rome = names("rome");
        assert_eq!(rome, ["Europe/Rome"]);
        let europe = names("europe");
        assert_eq!(europe[0], "Europe/London");
        assert_eq!(europe.len(), 25);
        let indian = names("indian");
        assert_eq!(indian[0], "America/Indiana/Indianapolis");
        assert!(indian.contains(&"Indian/Maldives".to_owned()));
        let all: HashSet<_> = europe.iter().collect();
        assert_eq!(all.len(), europe.len(), "each once");
    }

    #[test]
    fn a_word_for_a_time_finds_its_place_before_the_cities_that_begin_so() {
        assert_eq!(names("ist")[..2], ["Asia/Kolkata", "Europe/Istanbul"]);
        assert_eq!(names("ista")[0], "Europe/Istanbul");
        assert_eq!(names("is")[0], "Europe/Istanbul");
    }

    #[test]
    fn the_label_shows_the_time_there_now() {
        let found = Zone::suggest("berlin", NOW, 25);
        let berlin = (
            "Europe/Berlin".to_owned(),
            "Europe/Berlin · 14:05".to_owned(),
        );
        assert_eq!(found, [berlin]);
        let found = Zone::suggest("kathmandu", NOW, 1);
        assert_eq!(found[0].1, "Asia/Kathmandu · 18:50");
    }

    #[test]
    fn an_offset_names_the_zones_that_have_it_now() {
        let two = names("utc+2");
        assert_eq!(two[0], "Africa/Johannesburg");
        let winter = Zone::suggest("+2", NOW, 200);
        assert!(winter.iter().any(|(name, _)| name == "Europe/Helsinki"));
        for typed in ["+2", "+02:00", "UTC +2", "gmt+0200", "+2.00", "＋2"] {
            assert_eq!(names(typed), two, "{typed}");
        }
        let half_a_year_on = NOW + 183 * 24 * HOUR;
        let summer = Zone::suggest("+2", half_a_year_on, 200);
        assert_eq!(summer[0].0, "Europe/Berlin");
        assert!(summer.iter().all(|(name, _)| name != "Europe/Helsinki"));
        assert!(summer.last().unwrap().0.starts_with("Etc/"));
        assert_eq!(names("+5:45"), ["Asia/Kathmandu"]);
        assert_eq!(names("-9:30"), ["Pacific/Marquesas"]);
        assert_eq!(names("−9:30"), ["Pacific/Marquesas"]);
        assert_eq!(names("gmt+"), ["UTC"], "Etc/GMT+2 is two hours behind");
        assert_eq!(names("+"), ["UTC"], "GMT+0");
        assert_eq!(names("etc/gmt+2"), ["Etc/GMT+2"]);
        for typed in ["+99", "+5:60", "+123", "+x", "+é1", "+2:", "utc+", "+5:4:5"] {
            assert_eq!(names(typed), [""; 0], "{typed}");
        }
    }

    #[test]
    fn nothing_typed_gives_large_cities_and_nonsense_gives_nothing() {
        assert_eq!(names(""), FIRST[..25]);
        assert_eq!(names("  "), FIRST[..25]);
        for typed in [
            "qqq",
            "\u{301}",
            "Factory",
            "Etc/Unknown",
            "\u{0}",
            "../../etc/passwd",
        ] {
            assert_eq!(names(typed), [""; 0], "{typed:?}");
        }
        assert_eq!(names(&"a".repeat(100_000)), [""; 0]);
        assert_eq!(Zone::suggest("berlin", NOW, 0), []);
        for now in [i64::MIN, i64::MAX] {
            assert_eq!(Zone::suggest("berlin", now, 5).len(), 1);
        }
    }

    #[test]
    fn every_name_that_is_offered_and_every_one_of_the_tables_reads_back() {
        for name in FIRST.iter().chain(SPOKEN.iter().map(|(_, name)| name)) {
            assert_eq!(Zone::parse(name).unwrap().name(), *name);
        }
        assert!(NAMES.len() > 550, "{}", NAMES.len());
        for name in NAMES.iter() {
            assert_eq!(Zone::parse(&name.today).unwrap().name(), name.today);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_at_most_so_many_are_offered(typed in ".{0,20}", most in 0usize..30) {
            prop_assert!(Zone::suggest(&typed, NOW, most).len() <= most);
        }
    }
}
