//! Figures: the numbers of a sentence with what they say, so that only like is held against like.

use super::lists::{
    AGO, AND, BETWEEN, DEFINITE, FATES, HEDGES, LEAST, MARKET, MOST, PEOPLE, POLL, SPORT, TO,
};
use super::numbers::{self, Number, Token};
use super::units::{CURRENCIES, EACH, MONTHS, PER, PERCENT, PERCENT_PAIRS, RECKONED_FOR, UNITS};
use crate::text::{terms, words};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Figures of one sentence that are held against others.
const FIGURES_MAX: usize = 8;

/// Words after a number in which what it counts is looked for.
const COUNTED_WORDS_MAX: usize = 3;

/// Words before and after a number in which the fate of people is looked for.
const FATE_WORDS_MAX: usize = 6;

/// Words of sport from which a sentence is one of sport.
const SPORT_WORDS_MIN: usize = 2;

/// What a number says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An amount of one currency.
    Money(&'static str),
    Percent,
    Year,
    /// A day of a year: month times 31 and day.
    Date,
    /// The age of somebody, by the name before it where there is one.
    Age(String),
    /// People who suffered something, all of them or a group.
    People(&'static str, String),
    /// A length, mass, area, speed or span of time in its base unit.
    Measure(&'static str),
    /// Things, by the stem of their word.
    Count(String),
}

/// A number of a sentence, and what it says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub kind: Kind,
    pub value: f64,
    pub digits: usize,
    pub hedged: bool,
    /// The least and the most that it can mean: "at least 14", "up to 14".
    pub bounds: (f64, f64),
    /// What a rate is reckoned for: "year" in "3 crowns a year".
    pub per: Option<String>,
    /// Tokens and bytes of the sentence, with what the number counts.
    pub tokens: Range<usize>,
    pub range: Range<usize>,
}

/// The tokens of a sentence, all its numbers, and those that say something comparable.
pub(super) struct Read<'a> {
    pub tokens: Vec<Token<'a>>,
    pub numbers: Vec<Number>,
    pub figures: Vec<Figure>,
}

/// Reads a sentence.
pub(super) fn read<'a>(sentence: &'a str, language: Option<&str>) -> Read<'a> {
    let tokens = numbers::tokens(sentence);
    let numbers = numbers::numbers(sentence, &tokens, language);
    let mut figures: Vec<Figure> = Vec::new();
    if !numbers.is_empty() && !is_of_sport(&tokens) {
        for number in &numbers {
            let reader = Reader {
                tokens: &tokens,
                numbers: &numbers,
                number,
                language,
            };
            let converted = figures.last().is_some_and(|last| {
                matches!(last.kind, Kind::Money(_) | Kind::Measure(_))
                    && tokens[number.tokens.start].before == Some('(')
            });
            if let Some((kind, value, end)) = reader.kind()
                && !converted
                && !reader.is_of_change(&kind)
                && figures.len() < FIGURES_MAX
            {
                let month_first = kind == Kind::Date && end == number.tokens.end;
                let from = number.tokens.start - usize::from(month_first);
                figures.push(Figure {
                    kind,
                    value,
                    digits: number.digits,
                    hedged: reader.is_hedged(),
                    bounds: reader.bounds(value),
                    per: reader.per(end),
                    tokens: from..end,
                    range: tokens[from].range.start..tokens[end - 1].range.end,
                });
            }
        }
    }
    let is_empty = figures.is_empty();
    let any = |list: &[&str]| {
        let listed = |token: &Token| list.contains(&token.folded.as_str());
        !is_empty && tokens.iter().any(listed)
    };
    if any(MARKET) {
        figures.clear();
    } else if any(POLL) {
        figures.retain(|figure| !matches!(figure.kind, Kind::Percent | Kind::Count(_)));
    }
    Read {
        tokens,
        numbers,
        figures,
    }
}

fn is_of_sport(tokens: &[Token]) -> bool {
    let words = tokens
        .iter()
        .filter(|token| SPORT.contains(&token.folded.as_str()));
    words.count() >= SPORT_WORDS_MIN
}

/// One number among its neighbours.
struct Reader<'a> {
    tokens: &'a [Token<'a>],
    numbers: &'a [Number],
    number: &'a Number,
    language: Option<&'a str>,
}

impl Reader<'_> {
    /// What the number says, its value in base units, and the token after its unit.
    fn kind(&self) -> Option<(Kind, f64, usize)> {
        let (value, end) = (self.number.value, self.number.tokens.end);
        self.money()
            .or_else(|| self.percent())
            .or_else(|| self.age())
            .or_else(|| self.date())
            .or_else(|| {
                let followed = self
                    .next(0)
                    .is_some_and(|next| PEOPLE.contains(&next) || unit(next).is_some());
                let dated = self
                    .previous(1)
                    .is_some_and(|token| token.folded.len() <= 2)
                    && self.previous(2).and_then(month).is_some();
                let year =
                    self.number.plain && (1900.0..2100.0).contains(&value) && !followed && !dated;
                year.then_some((Kind::Year, value, end))
            })
            .or_else(|| match self.next(0).and_then(unit) {
                Some(unit) => self.measure(unit),
                None => self.people_or_count(),
            })
    }

    /// The word so many places after the number, within its clause.
    fn next(&self, places: usize) -> Option<&str> {
        let at = self.number.tokens.end + places;
        let passed = self.tokens.get(self.number.tokens.end - 1..at)?;
        let open = passed.iter().all(|token| !token.ends);
        let token = self.tokens.get(at).filter(|_| open)?;
        Some(&token.folded)
    }

    /// The word so many places before the number, 1 = next to it.
    fn previous(&self, places: usize) -> Option<&Token<'_>> {
        self.tokens
            .get(self.number.tokens.start.checked_sub(places)?)
    }

    fn money(&self) -> Option<(Kind, f64, usize)> {
        let (value, end) = (self.number.value, self.number.tokens.end);
        if let Some(currency) = self.number.currency {
            return Some((Kind::Money(currency), value, end));
        }
        let skipped = usize::from(matches!(self.next(0), Some("of" | "de" | "d" | "us")));
        let word = self.next(skipped)?;
        let (_, currency) = CURRENCIES.iter().find(|(name, _)| *name == word)?;
        Some((Kind::Money(currency), value, end + skipped + 1))
    }

    fn percent(&self) -> Option<(Kind, f64, usize)> {
        let (value, end) = (self.number.value, self.number.tokens.end);
        if self.number.percent {
            return Some((Kind::Percent, value, end));
        }
        let word = self.next(0)?;
        if PERCENT.contains(&word) {
            return Some((Kind::Percent, value, end + 1));
        }
        let pair = (word, self.next(1)?);
        PERCENT_PAIRS
            .contains(&pair)
            .then_some((Kind::Percent, value, end + 2))
    }

    fn age(&self) -> Option<(Kind, f64, usize)> {
        let (value, end) = (self.number.value, self.number.tokens.end);
        if !(1.0..=115.0).contains(&value) {
            return None;
        }
        let before = |places| self.previous(places).map(|token| token.folded.as_str());
        let after = (self.next(0), self.next(1));
        let years = match after {
            (Some("year" | "years"), Some("old")) | (Some("jahre"), Some("alt")) => 2,
            (Some(word), _) if word.starts_with("jährig") => 1,
            (Some("ans"), _) if matches!(before(2), Some("âgé" | "âgée" | "âgés")) => 1,
            (Some("años"), Some("de")) if self.next(2) == Some("edad") => 1,
            _ => 0,
        };
        if years > 0 {
            return Some((Kind::Age(String::new()), value, end + years));
        }
        if matches!(before(1), Some("aged" | "age")) {
            return Some((Kind::Age(String::new()), value, end));
        }
        // "Mira Holt, 47, said"
        let name = self.previous(1)?;
        let apposed = self.number.plain
            && name.after == Some(',')
            && name.written.starts_with(char::is_uppercase)
            && self.tokens[end - 1].after == Some(',')
            && value >= 10.0
            && month(name).is_none();
        apposed.then(|| (Kind::Age(name.folded.clone()), value, end))
    }

    fn date(&self) -> Option<(Kind, f64, usize)> {
        let (value, end) = (self.number.value, self.number.tokens.end);
        if !self.number.plain || !(1.0..=31.0).contains(&value) {
            return None;
        }
        let day = |month: u32| f64::from(month) * 31.0 + value;
        let of = self.tokens.get(end);
        let skipped = usize::from(of.is_some_and(|token| token.folded == "de"));
        if let Some(month) = self.tokens.get(end + skipped).and_then(month) {
            return Some((Kind::Date, day(month), end + skipped + 1));
        }
        let month = month(self.previous(1)?)?;
        matches!(self.language, None | Some("en")).then_some((Kind::Date, day(month), end))
    }

    fn measure(&self, (dimension, factor): (&'static str, f64)) -> Option<(Kind, f64, usize)> {
        let before = |places| {
            self.previous(places)
                .map_or("", |token| token.folded.as_str())
        };
        let counted_back = self.next(1).is_some_and(|word| AGO.contains(&word))
            || matches!(
                before(1),
                "vor"
                    | "hace"
                    | "last"
                    | "past"
                    | "next"
                    | "first"
                    | "letzten"
                    | "derniers"
                    | "dernières"
                    | "últimos"
                    | "últimas"
                    | "nächsten"
                    | "ersten"
                    | "every"
            )
            || (before(1) == "a" && before(2) == "y");
        if dimension == "time" && counted_back {
            return None;
        }
        let value = self.number.value * factor;
        Some((Kind::Measure(dimension), value, self.number.tokens.end + 1))
    }

    fn people_or_count(&self) -> Option<(Kind, f64, usize)> {
        let definite = |token: &Token| DEFINITE.contains(&token.folded.as_str());
        let compound = self.tokens[self.number.tokens.end - 1].after == Some('-');
        if !compound && self.previous(1).is_some_and(definite) {
            return None;
        }
        let counted = self.counted();
        let word = counted.map(|at| self.tokens[at].folded.as_str());
        let value = self.number.value;
        let end = counted.map_or(self.number.tokens.end, |at| at + 1);
        let of_people = word.is_none_or(|word| PEOPLE.contains(&word) || fate(word).is_some());
        if let Some(fate) = self.fate(counted) {
            let group = match word {
                Some(word) if !of_people => terms::stem(word, self.language),
                _ => String::new(),
            };
            return Some((Kind::People(fate, group), value, end));
        }
        let word = word?;
        let counted = if of_people {
            "people".to_owned()
        } else {
            terms::stem(word, self.language)
        };
        Some((Kind::Count(counted), value, end))
    }

    /// The token of the first word after the number that says what it counts.
    fn counted(&self) -> Option<usize> {
        (0..COUNTED_WORDS_MAX)
            .map_while(|places| Some((self.number.tokens.end + places, self.next(places)?)))
            .take_while(|(at, _)| !self.is_number(*at))
            .find(|(_, word)| {
                word.chars().all(char::is_alphabetic)
                    && word.chars().count() > 1
                    && !words::is_stop_word(word, self.language)
            })
            .map(|(at, _)| at)
    }

    fn is_number(&self, at: usize) -> bool {
        self.numbers
            .iter()
            .any(|number| number.tokens.contains(&at))
    }

    /// What the people counted suffered: by the nearest word of it in the clause.
    fn fate(&self, counted: Option<usize>) -> Option<&'static str> {
        let divides = |at: usize| {
            self.is_number(at)
                || matches!(self.tokens[at].folded.as_str(), "and" | "und" | "et" | "y")
        };
        let last = counted.unwrap_or(self.number.tokens.end - 1);
        let mut after = None;
        for at in self.number.tokens.end..self.tokens.len().min(last + 1 + FATE_WORDS_MAX) {
            if self.tokens[at - 1].ends || divides(at) {
                break;
            }
            if let Some(fate) = fate(&self.tokens[at].folded) {
                after = Some((at - self.number.tokens.end, fate));
                break;
            }
        }
        let mut before = None;
        let start = self.number.tokens.start;
        for at in (start.saturating_sub(FATE_WORDS_MAX)..start).rev() {
            if self.tokens[at].ends || divides(at) {
                break;
            }
            if let Some(fate) = fate(&self.tokens[at].folded) {
                before = Some((start - at, fate));
                break;
            }
        }
        [after, before]
            .into_iter()
            .flatten()
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, fate)| fate)
    }

    /// Whether it is one end of a range, or what something was before it changed.
    fn is_of_change(&self, kind: &Kind) -> bool {
        let amount = matches!(kind, Kind::Money(_) | Kind::Percent | Kind::Measure(_));
        let left = amount && self.previous(1).is_some_and(|token| token.folded == "from");
        let timed = matches!(kind, Kind::Year | Kind::Date);
        left || !timed && self.is_of_range()
    }

    /// "10 to 15", "between 10 and 15".
    fn is_of_range(&self) -> bool {
        let joins = |low: &Range<usize>, high: &Range<usize>| {
            if low.end + 1 != high.start || self.tokens[low.end - 1].ends {
                return false;
            }
            let word = self.tokens[low.end].folded.as_str();
            let before = low
                .start
                .checked_sub(1)
                .map(|at| self.tokens[at].folded.as_str());
            TO.contains(&word)
                || AND.contains(&word) && before.is_some_and(|word| BETWEEN.contains(&word))
        };
        let own = &self.number.tokens;
        self.numbers
            .iter()
            .any(|other| joins(own, &other.tokens) || joins(&other.tokens, own))
    }

    /// The least and the most that a value can mean by the words right before it.
    fn bounds(&self, value: f64) -> (f64, f64) {
        let word = |places| match self.previous(places) {
            Some(token) if !token.ends => token.folded.as_str(),
            _ => "",
        };
        let says = |list: &[(&str, &str)]| {
            let before = |(first, last): &(&str, &str)| {
                *last == word(1) && (first.is_empty() || *first == word(2))
            };
            list.iter().any(before)
        };
        if says(LEAST) {
            (value, f64::INFINITY)
        } else if says(MOST) {
            (0.0, value)
        } else {
            (value, value)
        }
    }

    /// What the amount before the token `end` is reckoned for.
    fn per(&self, end: usize) -> Option<String> {
        let word = |at: usize| {
            let token = self.tokens.get(at).filter(|_| !self.tokens[at - 1].ends)?;
            Some(token.folded.as_str())
        };
        let first = word(end)?;
        if EACH.contains(&first) {
            return Some(first.to_owned());
        }
        let second = PER.contains(&first).then(|| word(end + 1)).flatten()?;
        RECKONED_FOR.contains(&second).then(|| second.to_owned())
    }

    fn is_hedged(&self) -> bool {
        (1..=3)
            .filter_map(|places| self.previous(places))
            .any(|token| HEDGES.contains(&token.folded.as_str()))
    }
}

/// Whether a word only says in what a number is measured.
pub(super) fn is_unit(word: &str) -> bool {
    unit(word).is_some()
        || CURRENCIES.iter().any(|(name, _)| *name == word)
        || PERCENT.contains(&word)
}

fn unit(word: &str) -> Option<(&'static str, f64)> {
    UNITS
        .iter()
        .find(|(name, _, _)| *name == word)
        .map(|(_, dimension, factor)| (*dimension, *factor))
}

pub(super) fn month(token: &Token) -> Option<u32> {
    let (_, month) = MONTHS.iter().find(|(name, _)| *name == token.folded)?;
    let is_verb = token.folded == "may" || token.folded == "march";
    (!is_verb || token.written.starts_with(char::is_uppercase)).then_some(*month)
}

fn fate(word: &str) -> Option<&'static str> {
    static KNOWN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let words = |(fate, words): &(&'static str, &'static str)| {
            let fate = *fate;
            words.split_whitespace().map(move |word| (word, fate))
        };
        FATES.iter().flat_map(words).collect()
    });
    KNOWN.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sentence: &str, language: &str) -> Vec<(String, f64, String)> {
        read(sentence, Some(language))
            .figures
            .into_iter()
            .map(|figure| {
                let kind = format!("{:?}", figure.kind).replace('"', "");
                (kind, figure.value, sentence[figure.range].to_owned())
            })
            .collect()
    }

    fn kinds(sentence: &str, language: &str) -> Vec<String> {
        let of = of(sentence, language).into_iter();
        of.map(|(kind, value, written)| format!("{kind} {value} {written}"))
            .collect()
    }

    #[test]
    fn a_number_says_what_stands_beside_it() {
        assert_eq!(
            kinds(
                "By 2031 the port cost 3.2 billion euros, 12 percent more, after 14 people were killed and 30 injured on May 12.",
                "en"
            ),
            [
                "Year 2031 2031",
                "Money(€) 3200000000 3.2 billion euros",
                "Percent 12 12 percent",
                "People(killed, ) 14 14 people",
                "People(injured, ) 30 30 injured",
                "Date 167 May 12",
            ]
        );
        assert_eq!(
            kinds(
                "Mira Holt, 47, got 18 months for three bridges 5 km away.",
                "en"
            ),
            [
                "Age(holt) 47 47",
                "Measure(time) 47336400 18 months",
                "Count(bridg) 3 three bridges",
                "Measure(length) 5000 5 km",
            ]
        );
    }

    #[test]
    fn other_languages_say_it_in_their_words() {
        assert_eq!(
            kinds(
                "Bei dem Unglück am 12. Mai starben 14 Menschen, 30 wurden verletzt.",
                "de"
            ),
            [
                "Date 167 12. Mai",
                "People(killed, ) 14 14 Menschen",
                "People(injured, ) 30 30 wurden verletzt"
            ]
        );
        assert_eq!(
            kinds(
                "Le port a coûté 3,2 milliards d'euros et fait 14 morts le 12 mai.",
                "fr"
            ),
            [
                "Money(€) 3200000000 3,2 milliards d'euros",
                "People(killed, ) 14 14 morts",
                "Date 167 12 mai"
            ]
        );
        assert_eq!(
            kinds(
                "El 12 de mayo murieron 14 personas y el 20 por ciento huyó.",
                "es"
            ),
            [
                "Date 167 12 de mayo",
                "People(killed, ) 14 14 personas",
                "Percent 20 20 por ciento"
            ]
        );
    }

    #[test]
    fn sport_markets_and_times_gone_by_say_nothing() {
        assert!(kinds("The coach saw 3 goals in 14 matches.", "en").is_empty());
        assert!(kinds("Its shares fell 12 percent to $14.", "en").is_empty());
        assert!(kinds("They met three years ago.", "en").is_empty());
        assert!(kinds("In a poll 12 percent said no.", "en").is_empty());
    }
}
