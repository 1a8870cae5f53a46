//! Grounding: whether a sentence stands in an article, and how well one that does not stand there
//! word for word is supported by it.
//!
//! A name or number (an anchor) only counts where a sentence that holds it also holds the other words
//! of the claim; words side by side in the claim should be near each other in the article.

use crate::news::differ;
use crate::text::{background, report, sentences, terms, vector, words};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Sentences of an article, tokens of a sentence and places of a word that are looked at.
const SENTENCES_MAX: usize = 400;
const TOKENS_MAX: usize = 80;
const PLACES_MAX: usize = 24;

/// Rarity of the rarest term, by which weights are made 0 to 1, and what each weighs beside it.
const IDF_MAX: f32 = 8.52;
const WEIGHT_BASE: f32 = 0.05;

/// Weight from which a word is as telling as a name.
const RARE_WEIGHT_MIN: f32 = 0.8;

/// What a pair of neighbours in the wrong order counts, and what each word between them costs.
const REVERSED_FACTOR: f32 = 0.6;
const DISTANCE_COST: f32 = 0.25;

/// What each of [`Measures`] weighs, and what their sum must reach: made by `tools/grounding.py`.
const WEIGHTS: [f32; MEASURES] = [0.33, 0.57, 0.53, 0.45, 0.28, 0.31, 0.37];
const SUM_MIN: f32 = 1.19;

/// How steeply the score leaves one half around that sum.
const STEEPNESS: f32 = 3.0;

/// How many measures a claim gets.
pub const MEASURES: usize = 7;

/// What is measured of a claim, each 0 to 1: names are known; worst context of an anchor; of a rare
/// word; worst neighbours of an anchor; worst pair of neighbours; three words in a row; words right
/// beside anchors.
pub type Measures = [f32; MEASURES];

/// How well a claim is supported, 0 to 1, and whether that is enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Support {
    pub score: f32,
    pub supported: bool,
}

/// The sentence of `text` at `range`, where that is one whole sentence of the report: the gate that
/// everything shown as a quote passes.
pub fn verbatim<'t>(
    text: &'t str,
    language: Option<&str>,
    range: &Range<usize>,
) -> Option<&'t str> {
    let sentence = text.get(range.clone())?;
    report::sentences(text, language)
        .iter()
        .any(|known| known.range == *range)
        .then_some(sentence)
}

/// One word of a claim or an article.
#[derive(Clone, Copy, Debug)]
struct Token {
    term: u32,
    stop: bool,
    /// A number, or capitalised within its sentence.
    name: bool,
    number: bool,
    weight: f32,
}

/// An article prepared for claims.
#[derive(Debug)]
pub struct Account {
    language: Option<String>,
    /// Terms of each sentence.
    held: Vec<HashSet<u32>>,
    /// Where each term stands: sentence and place in it.
    places: HashMap<u32, Vec<(usize, usize)>>,
    pairs: HashSet<(u32, u32)>,
    triples: HashSet<(u32, u32, u32)>,
}

impl Account {
    pub fn read(text: &str, language: Option<&str>) -> Self {
        let mut account = Self {
            language: language.map(str::to_owned),
            held: Vec::new(),
            places: HashMap::new(),
            pairs: HashSet::new(),
            triples: HashSet::new(),
        };
        let all = sentences::split(text, language);
        for (sentence, range) in all.into_iter().take(SENTENCES_MAX).enumerate() {
            let terms: Vec<u32> = tokens(&text[range], language)
                .iter()
                .map(|token| token.term)
                .collect();
            for (place, term) in terms.iter().enumerate() {
                let places = account.places.entry(*term).or_default();
                if places.len() < PLACES_MAX {
                    places.push((sentence, place));
                }
            }
            account
                .pairs
                .extend(terms.windows(2).map(|two| (two[0], two[1])));
            let three = terms.windows(3);
            account
                .triples
                .extend(three.map(|three| (three[0], three[1], three[2])));
            account.held.push(terms.into_iter().collect());
        }
        account
    }

    /// How well a claim is supported.
    pub fn support(&self, claim: &str) -> Support {
        let measures = self.measures(claim).into_iter();
        let sum: f32 = measures
            .zip(WEIGHTS)
            .map(|(measure, weight)| measure * weight)
            .sum();
        Support {
            score: 1.0 / (1.0 + (STEEPNESS * (SUM_MIN - sum)).exp()),
            supported: sum >= SUM_MIN,
        }
    }

    /// What the score is made of.
    pub fn measures(&self, claim: &str) -> Measures {
        let all = tokens(claim, self.language.as_deref());
        let content: Vec<usize> = (0..all.len()).filter(|at| !all[*at].stop).collect();
        let words: Vec<Token> = content.iter().map(|at| all[*at]).collect();
        let chosen = |wanted: &dyn Fn(&Token) -> bool| -> Vec<usize> {
            (0..words.len()).filter(|at| wanted(&words[*at])).collect()
        };
        let anchors = chosen(&|word| word.name || word.number);
        let telling = chosen(&|word| word.name || word.number || word.weight > RARE_WEIGHT_MIN);
        let context: Vec<f32> = words
            .iter()
            .map(|word| self.context(word, &words))
            .collect();
        let near: Vec<f32> = words
            .windows(2)
            .map(|two| self.nearness(two[0].term, two[1].term))
            .collect();
        let beside: Vec<f32> = (0..words.len())
            .map(|at| {
                let before = at.checked_sub(1).map_or(0.0, |before| near[before]);
                before.max(near.get(at).copied().unwrap_or(0.0))
            })
            .collect();
        let joined: Vec<f32> = content.iter().map(|at| self.joined(&all, *at)).collect();
        let of_anchors = worst_of(&context, &anchors).unwrap_or(mean(&context));
        [
            f32::from(
                words
                    .iter()
                    .all(|word| !word.name || self.places.contains_key(&word.term)),
            ),
            of_anchors,
            worst_of(&context, &telling).unwrap_or(mean(&context)),
            worst_of(&beside, &anchors).unwrap_or_else(|| weighed_mean(&near, &words)),
            near.iter().copied().fold(1.0, f32::min),
            self.in_a_row(&all),
            mean(&match anchors.len() {
                0 => joined,
                _ => anchors.iter().map(|at| joined[*at]).collect(),
            }),
        ]
    }

    /// The largest share of the other words' weight that stands in a sentence with this word, or in
    /// the one before.
    fn context(&self, word: &Token, words: &[Token]) -> f32 {
        let Some(places) = self.places.get(&word.term) else {
            return 0.0;
        };
        let others = || words.iter().filter(|other| other.term != word.term);
        let all: f32 = others().map(|other| other.weight).sum();
        if all <= 0.0 {
            return 1.0;
        }
        let in_sentence = |sentence: usize| -> f32 {
            let before = sentence.checked_sub(1);
            others()
                .filter(|other| {
                    self.held[sentence].contains(&other.term)
                        || before.is_some_and(|before| self.held[before].contains(&other.term))
                })
                .map(|other| other.weight)
                .sum()
        };
        let shares = places
            .iter()
            .map(|(sentence, _)| in_sentence(*sentence) / all);
        shares.fold(0.0, f32::max)
    }

    /// How near each other two words stand in one sentence, 1 = the second right after the first.
    fn nearness(&self, first: u32, second: u32) -> f32 {
        let (Some(first), Some(second)) = (self.places.get(&first), self.places.get(&second))
        else {
            return 0.0;
        };
        let mut best = 0.0f32;
        for (sentence, place) in first {
            for (_, other) in second.iter().filter(|(also, _)| also == sentence) {
                let order = if other > place { 1.0 } else { REVERSED_FACTOR };
                let between = place.abs_diff(*other).saturating_sub(1) as f32;
                best = best.max(order / (1.0 + DISTANCE_COST * between));
            }
        }
        best
    }

    /// Share of a word's direct neighbours that stand beside it in the article as well.
    fn joined(&self, all: &[Token], at: usize) -> f32 {
        let two = |from: usize| {
            let pair = (all[from].term, all.get(from + 1)?.term);
            Some(f32::from(self.pairs.contains(&pair)))
        };
        let sides = [at.checked_sub(1).and_then(two), two(at)];
        mean(&sides.into_iter().flatten().collect::<Vec<f32>>())
    }

    /// Share of three words in a row that stand so in the article.
    fn in_a_row(&self, all: &[Token]) -> f32 {
        let found = all.windows(3).map(|three| {
            let three = (three[0].term, three[1].term, three[2].term);
            f32::from(self.triples.contains(&three))
        });
        mean(&found.collect::<Vec<f32>>())
    }
}

/// The mean; 1 of nothing.
fn mean(values: &[f32]) -> f32 {
    match values.len() {
        0 => 1.0,
        n => values.iter().sum::<f32>() / n as f32,
    }
}

fn worst_of(values: &[f32], which: &[usize]) -> Option<f32> {
    which.iter().map(|at| values[*at]).reduce(f32::min)
}

/// The mean over neighbours, each pair by its weight.
fn weighed_mean(near: &[f32], words: &[Token]) -> f32 {
    let weights = || words.windows(2).map(|two| two[0].weight + two[1].weight);
    let all: f32 = weights().sum();
    let sum: f32 = near
        .iter()
        .zip(weights())
        .map(|(near, weight)| near * weight)
        .sum();
    if all > 0.0 { sum / all } else { 1.0 }
}

fn tokens(sentence: &str, language: Option<&str>) -> Vec<Token> {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '\'' | '’');
    sentence
        .split(|c: char| !is_inner(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .take(TOKENS_MAX)
        .enumerate()
        .map(|(place, word)| token(word, place == 0, language))
        .collect()
}

fn token(word: &str, first: bool, language: Option<&str>) -> Token {
    let folded = words::fold(word);
    let in_words = differ::number_word(&folded, language);
    let number = in_words.is_some() || folded.starts_with(|c: char| c.is_ascii_digit());
    let stem = match in_words {
        Some(value) => value.to_string(),
        None if number => folded.replace(',', ""),
        None => terms::stem(&folded, language),
    };
    let term = vector::hash(&stem);
    let letter = folded.chars().nth(1).is_none();
    let stop = !number && (letter || words::is_stop_word(&folded, language));
    Token {
        term,
        stop,
        name: !first && !number && !stop && word.starts_with(char::is_uppercase),
        number,
        weight: background::idf(term) / IDF_MAX + WEIGHT_BASE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "The ferry Orla sank off Avel on Monday. The coast guard of Norvia rescued 14 people from the water, captain Mira Holt said. A court in Lindholm will hear the owner in 2041.";

    fn score(claim: &str) -> f32 {
        Account::read(REPORT, Some("en")).support(claim).score
    }

    #[test]
    fn a_sentence_of_the_article_is_supported() {
        let account = Account::read(REPORT, Some("en"));
        for sentence in sentences::split(REPORT, Some("en")) {
            assert!(account.support(&REPORT[sentence]).supported);
        }
    }

    #[test]
    fn a_swapped_name_or_number_lowers_the_score() {
        let told = "The coast guard of Norvia rescued 14 people.";
        for swapped in ["rescued 16 people", "rescued 2041 people", "sank 14 people"] {
            let claim = told.replace("rescued 14 people", swapped);
            assert!(
                score(&claim) + 0.1 < score(told),
                "{claim}: {}",
                score(&claim)
            );
        }
        for foreign in ["Lindholm", "Germany"] {
            let claim = told.replace("Norvia", foreign);
            assert!(
                score(&claim) + 0.1 < score(told),
                "{claim}: {}",
                score(&claim)
            );
        }
        assert!(
            !Account::read(REPORT, Some("en"))
                .support("Germany gave Avel 90 boats.")
                .supported
        );
    }

    #[test]
    fn only_whole_sentences_are_verbatim() {
        let first = sentences::split(REPORT, None)[0].clone();
        assert_eq!(
            verbatim(REPORT, None, &first),
            Some("The ferry Orla sank off Avel on Monday.")
        );
        assert_eq!(verbatim(REPORT, None, &(4..first.end)), None);
        assert_eq!(verbatim(REPORT, None, &(0..9_999)), None);
        assert_eq!(verbatim("Größe.", None, &(0..3)), None);
    }

    #[test]
    fn empty_claims_and_texts_have_a_score() {
        let nothing = Account::read("", None);
        for claim in ["", "of the", "Avel", REPORT] {
            assert!((0.0..=1.0).contains(&nothing.support(claim).score));
            assert!((0.0..=1.0).contains(&score(claim)));
        }
    }
}
