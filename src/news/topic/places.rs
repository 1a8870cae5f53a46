//! Names of places: what else stands for a country that a topic names, its people and its capital
//! among it ("Kyiv", "Ukrainian" for Ukraine), in the languages of the greatest outlets.
//!
//! The table is our own: public facts, one country a line.

use super::Alias;
use super::parse::{key_word, places};
use crate::text::terms::{self, Word};
use std::sync::LazyLock;

/// A line: names, people, cities, separated by tabs; within them by commas.
const TABLE: &str = include_str!("places.tsv");

struct Country {
    /// Each name as the sorted words of its key.
    names: Vec<Vec<String>>,
    line: &'static str,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(country).collect()
});

fn country(line: &'static str) -> Country {
    let names = line.split('\t').next().unwrap_or_default();
    Country {
        names: names.split(", ").map(key).collect(),
        line,
    }
}

fn key(name: &str) -> Vec<String> {
    let folded = terms::normal(name);
    let mut words: Vec<String> = terms::words(&folded)
        .map(|word| key_word(word.written))
        .collect();
    words.sort();
    words
}

/// The other names of the countries that a topic's words name, given by their keys and by the terms
/// that stand for them, in the topic's order.
///
/// A country that is named by more words wins over one that is named by some of them: North Korea
/// over Korea.
pub(super) fn aliases(keys: &[String], words: &[Vec<String>]) -> Vec<Alias> {
    let position = |name: &String| keys.iter().position(|key| key == name);
    let mut found: Vec<(Vec<usize>, &Country)> = COUNTRIES
        .iter()
        .filter_map(|country| {
            let named = country.names.iter().filter_map(|name| {
                let of: Option<Vec<usize>> = name.iter().map(position).collect();
                of.filter(|of| !of.is_empty())
            });
            Some((named.max_by_key(Vec::len)?, country))
        })
        .collect();
    let whole: Vec<Vec<usize>> = found.iter().map(|(of, _)| of.clone()).collect();
    found.retain(|(of, _)| {
        !whole
            .iter()
            .any(|other| other.len() > of.len() && of.iter().all(|at| other.contains(at)))
    });
    found
        .into_iter()
        .map(|(of, country)| {
            let (written, names) = names(country, &of, keys, words).into_iter().unzip();
            Alias { of, names, written }
        })
        .collect()
}

/// Everything that stands for a country but what was typed.
fn names(
    country: &Country,
    of: &[usize],
    keys: &[String],
    words: &[Vec<String>],
) -> Vec<(&'static str, Vec<Vec<String>>)> {
    let mut typed: Vec<String> = of.iter().map(|at| keys[*at].clone()).collect();
    typed.sort();
    let own = |term: &String| of.iter().any(|at| words[*at].contains(term));
    let all = country.line.split('\t').flat_map(|part| part.split(", "));
    all.filter(|name| !name.is_empty() && key(name) != typed)
        .filter_map(|written| {
            let folded = terms::normal(written);
            let spelt: Vec<Word<'_>> = terms::words(&folded).collect();
            let mut name: Vec<Vec<String>> = spelt.iter().flat_map(places).collect();
            if let [only] = name.as_mut_slice() {
                only.retain(|term| !own(term));
            }
            let whole = !name.is_empty() && name.iter().all(|place| !place.is_empty());
            whole.then_some((written, name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Topic;
    use std::collections::HashMap;

    fn stands_for(typed: &str, name: &str) -> bool {
        let topic = Topic::parse(typed).unwrap();
        let wanted = terms::terms(name, Some("en"));
        topic.aliases.iter().any(|alias| {
            alias.names.iter().any(|places| {
                places.len() == wanted.len()
                    && places
                        .iter()
                        .zip(&wanted)
                        .all(|(place, term)| place.contains(term))
            })
        })
    }

    #[test]
    fn a_country_is_also_its_people_and_its_capital() {
        assert!(stands_for("ukraine", "Kyiv") && stands_for("Ukraine war", "Ukrainians"));
        assert!(stands_for("germany", "Allemagne") && stands_for("österreich", "Vienna"));
        assert!(stands_for("saudi arabia", "Riyadh") && stands_for("côte d'ivoire", "Abidjan"));
        assert!(!stands_for("kyiv", "Ukraine"), "a city is not its country");
        assert!(
            !stands_for("ukraine", "Ukraine"),
            "what was typed is no alias"
        );
    }

    #[test]
    fn all_words_of_a_name_are_needed_and_the_longer_name_wins() {
        assert!(stands_for("north korea", "Pyongyang") && !stands_for("korea", "Pyongyang"));
        assert!(stands_for("south sudan", "Juba") && !stands_for("south sudan", "Khartoum"));
        assert!(stands_for("new zealand", "Wellington"));
        assert!(!stands_for("south america", "Washington"));
        assert!(
            !stands_for("new mexico", "Mexico City") && stands_for("new mexico", "Albuquerque")
        );
        assert!(!stands_for("northern ireland", "Dublin"));
        let topic = Topic::parse("ukraine grain").unwrap();
        assert_eq!(topic.words[topic.aliases[0].of[0]][0], "ukrain");
    }

    #[test]
    fn every_line_has_three_parts_and_every_name_one_country() {
        let mut seen = HashMap::new();
        for country in COUNTRIES.iter() {
            assert_eq!(country.line.split('\t').count(), 3, "{}", country.line);
            for name in &country.names {
                assert!(!name.is_empty(), "{}", country.line);
                let before = seen.insert(name.clone(), country.line);
                assert_eq!(before, None, "{name:?}");
            }
        }
    }
}
