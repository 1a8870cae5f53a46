//! When and where a sentence's figures hold: those of other years, days or places contradict nothing.

use super::figures::{self, Kind, Read};
use crate::clock::{DAY, Millis};
use std::collections::{BTreeSet, HashSet};

/// Days of a mean year of the calendar.
const YEAR_DAYS: f64 = 365.2425;

/// Words that tell of what was before, alone and in pairs.
const EARLIER: &[&str] = &[
    "initially",
    "originally",
    "vorjahr",
    "vorjahres",
    "zunächst",
    "ursprünglich",
    "auparavant",
    "initialement",
    "inicialmente",
    "anteriormente",
];
const EARLIER_PAIRS: &[(&str, &str)] = &[
    ("last", "year"),
    ("last", "month"),
    ("previous", "year"),
    ("previous", "month"),
    ("year", "earlier"),
    ("years", "earlier"),
    ("year", "ago"),
    ("years", "ago"),
    ("months", "ago"),
    ("first", "said"),
    ("had", "said"),
    ("vergangenen", "jahr"),
    ("vergangenes", "jahr"),
    ("letzten", "jahr"),
    ("letztes", "jahr"),
    ("an", "dernier"),
    ("année", "dernière"),
    ("année", "précédente"),
    ("año", "pasado"),
    ("año", "anterior"),
];

const WEEKDAYS: &[(&str, &str)] = &[
    ("monday", "mo"),
    ("montag", "mo"),
    ("lundi", "mo"),
    ("lunes", "mo"),
    ("tuesday", "tu"),
    ("dienstag", "tu"),
    ("mardi", "tu"),
    ("martes", "tu"),
    ("wednesday", "we"),
    ("mittwoch", "we"),
    ("mercredi", "we"),
    ("miércoles", "we"),
    ("thursday", "th"),
    ("donnerstag", "th"),
    ("jeudi", "th"),
    ("jueves", "th"),
    ("friday", "fr"),
    ("freitag", "fr"),
    ("vendredi", "fr"),
    ("viernes", "fr"),
    ("saturday", "sa"),
    ("samstag", "sa"),
    ("sonnabend", "sa"),
    ("samedi", "sa"),
    ("sábado", "sa"),
    ("sunday", "su"),
    ("sonntag", "su"),
    ("dimanche", "su"),
    ("domingo", "su"),
];

/// Words before the name of a place.
const AT: &[&str] = &[
    "in", "at", "near", "off", "outside", "across", "around", "à", "en", "près", "cerca",
];

/// What a sentence says of when and where.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Context {
    years: BTreeSet<u32>,
    /// Days of years, as [`Kind::Date`] counts them.
    dates: BTreeSet<u32>,
    months: BTreeSet<u32>,
    weekdays: BTreeSet<&'static str>,
    /// It tells of an earlier year or of what was said before.
    earlier: bool,
    /// Names behind "in", "near" and the like.
    places: BTreeSet<String>,
}

impl Context {
    /// Of a sentence in an article of `at`.
    pub fn read(read: &Read, language: Option<&str>, at: Millis) -> Self {
        let of_kind = |kind: Kind| {
            let figures = read
                .figures
                .iter()
                .filter(move |figure| figure.kind == kind);
            figures.map(|figure| figure.value as u32).collect()
        };
        let mut context = Self {
            years: of_kind(Kind::Year),
            dates: of_kind(Kind::Date),
            ..Self::default()
        };
        let this_year = 1970 + (at as f64 / DAY as f64 / YEAR_DAYS) as u32;
        let past = context.years.iter().all(|year| *year < this_year);
        context.earlier = past && !context.years.is_empty();
        for (place, token) in read.tokens.iter().enumerate() {
            let word = token.folded.as_str();
            let before = place.checked_sub(1).map(|before| &read.tokens[before]);
            let before = before.filter(|before| !before.ends);
            let pair = (before.map_or("", |before| before.folded.as_str()), word);
            context.earlier |= EARLIER.contains(&word) || EARLIER_PAIRS.contains(&pair);
            context.months.extend(figures::month(token));
            let day = WEEKDAYS.iter().find(|(name, _)| *name == word);
            context.weekdays.extend(day.map(|(_, day)| *day));
            // German writes every noun like a name.
            let named = language != Some("de") && token.written.starts_with(char::is_uppercase);
            let timed = day.is_some() || figures::month(token).is_some();
            if named && !timed && AT.contains(&pair.0) {
                context.places.insert(token.folded.clone());
            }
        }
        context
    }

    /// Whether a figure of `kind` holds at another time or place than the other sentence's;
    /// `mine` and `theirs` are the words of the two articles.
    pub fn is_another(
        &self,
        other: &Self,
        kind: &Kind,
        (mine, theirs): (&HashSet<String>, &HashSet<String>),
    ) -> bool {
        let foreign = |places: &BTreeSet<String>, words: &HashSet<String>| {
            !places.is_empty() && places.iter().all(|place| !words.contains(place))
        };
        // Ages go with persons, whatever else their sentences tell.
        let dated = matches!(kind, Kind::Year | Kind::Date | Kind::Age(_));
        let at_other_time = !dated
            && (self.earlier != other.earlier
                || apart(&self.years, &other.years)
                || apart(&self.dates, &other.dates)
                || apart(&self.months, &other.months)
                || apart(&self.weekdays, &other.weekdays));
        at_other_time || foreign(&self.places, theirs) && foreign(&other.places, mine)
    }
}

/// Whether both say something, and nothing that the other says.
fn apart<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
    !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of January 2030.
    const NOW: Millis = 1_893_456_000_000;

    fn another(one: &str, other: &str) -> bool {
        let read = |text| {
            let read = figures::read(text, Some("en"));
            let words = read.tokens.iter().map(|token| token.folded.clone());
            (Context::read(&read, Some("en"), NOW), words.collect())
        };
        let ((one, mine), (other, theirs)) = (read(one), read(other));
        one.is_another(&other, &Kind::Percent, (&mine, &theirs))
    }

    #[test]
    fn years_days_and_places_set_sentences_apart() {
        for (one, other) in [
            ("Exports rose in 2031.", "Exports rose in 2032."),
            ("Exports rose in March.", "Exports rose in April."),
            ("It closed on Monday.", "It closed on Tuesday."),
            ("In 2019 a ferry sank.", "A ferry sank."),
            ("It earned more last year.", "It earned more."),
            (
                "The storm hit schools in Avel.",
                "The storm hit schools in Lindholm.",
            ),
        ] {
            assert!(another(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_only_one_says_does_not() {
        for (one, other) in [
            ("It closed on Monday.", "It closed."),
            ("It will open in 2031.", "It will open."),
            (
                "The storm hit schools in Avel.",
                "The storm hit Avel and schools in Lindholm.",
            ),
            ("Holt said it in May.", "May said it."),
        ] {
            assert!(!another(one, other), "{one} {other}");
        }
    }
}
