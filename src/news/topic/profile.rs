//! Profiles: what the store teaches about a topic, beyond its own words.
//!
//! The articles that fit the words best are set against all others; the words that they have more
//! of become the profile. The topic's own words are kept out of it, so that an article is found
//! that never says them. A topic that fills more than a quarter of the store teaches nothing: its
//! own words have to do. A profile is made anew when the store has grown; matching an article
//! afterwards takes one pass over its terms.

use super::fit::ALIAS_SHARE;
use super::{Fit, Topic};
use crate::text::vector::{Vector, Weighted};
use std::collections::{HashMap, HashSet};

/// Saturation and length normalisation of the word score (BM25).
const SATURATION: f32 = 1.2;
const LENGTH_SHARE: f32 = 0.75;
/// Articles to learn from, those that fit the words best.
const TAUGHT_MAX: usize = 50;
/// They reach this share of the best one's score.
const TAUGHT_SHARE_MIN: f32 = 0.25;
/// What another name of a place counts among what they are chosen by.
const TAUGHT_ALIAS_SHARE: f32 = 0.5;
/// How much of the average article is taken away from what they say.
const AVERAGE_TAKEN: f32 = 3.5;
/// Added to the average, so that a word that hardly ever occurs does not outweigh all others.
const AVERAGE_LEAST: f32 = 1e-5;
/// How much of what articles say that are not about the topic is taken away besides (Rocchio's
/// formula of relevance feedback, where a quarter is usual; here a person said so of each one).
const AGAINST_SHARE: f32 = 0.5;
/// Words of a profile.
const PROFILE_TERMS_MAX: usize = 250;
/// What an occurrence counts besides: in the title, in the lead, capitalised within a sentence.
const STRESS: f32 = 0.5;
/// The mean of so many best articles is what counts as a profile score of 1.
const BEST_ARTICLES: usize = 20;
/// What the profile counts beside the words: in order, and for a match.
const PROFILE_RANK_SHARE: f32 = 3.0;
const PROFILE_MATCH_SHARE: f32 = 2.0;
/// The fit of an article that never says the topic and is among those that fit its profile best:
/// below what the topic's word in the title gives, so that own words weigh most.
const PROFILE_FIT_MAX: f32 = 0.5;
/// An article matches from this score on.
pub const MATCH_SCORE_MIN: f32 = 1.0;
/// Where not every word stands, the profile alone has to give this much of it.
const PROFILE_MATCH_MIN: f32 = 0.5;

/// What is known of all stored articles together.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    articles: u32,
    words: u64,
    with: HashMap<u32, u32>,
    /// Mean of the unit vectors of all articles.
    mean: HashMap<u32, f32>,
}

/// What the store teaches about one topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Sorted by term, of unit length. Empty when the store knows nothing of the topic.
    terms: Vec<(u32, f32)>,
    scale: Scale,
}

/// What an article's scores are held against.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scale {
    /// The greatest word score in the store.
    words_max: f32,
    /// The greatest profile score in the store, and the mean of the best ones.
    profile_max: f32,
    profile_best: f32,
}

/// How an article stands to a topic and its profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Word score as a share of the best in the store.
    pub words: f32,
    /// Whether every word, or another name for it, stands in it.
    pub has_every_word: bool,
    /// Profile score as a share of the best ones in the store.
    pub profile: f32,
    /// For the order of answers.
    pub rank: f32,
}

impl Standing {
    /// Score for a match: the words and twice the profile.
    pub fn score(&self) -> f32 {
        self.words + PROFILE_MATCH_SHARE * self.profile
    }

    /// How well the article fits, 0 to 1: what its words give (`words`, see [`Fit::score`]), raised
    /// by the profile as far as an article that never says the topic can come.
    pub fn fit(&self, words: f32) -> f32 {
        words + (1.0 - words) * PROFILE_FIT_MAX * self.profile.min(1.0)
    }

    /// Whether the article is about the topic.
    pub fn is_match(&self) -> bool {
        let grounded = self.has_every_word
            || PROFILE_MATCH_SHARE * self.profile >= PROFILE_MATCH_MIN * MATCH_SCORE_MIN;
        grounded && self.score() >= MATCH_SCORE_MIN
    }
}

impl Collection {
    pub fn of<'a>(vectors: impl Iterator<Item = &'a Vector> + Clone) -> Self {
        let mut collection = Self::default();
        for vector in vectors.clone() {
            collection.articles += 1;
            collection.words += u64::from(vector.words());
            for weighted in &vector.0 {
                *collection.with.entry(weighted.term).or_default() += 1;
            }
        }
        for vector in vectors {
            let share = 1.0 / collection.articles as f32;
            for (term, weight) in collection.unit(vector) {
                *collection.mean.entry(term).or_default() += weight * share;
            }
        }
        collection
    }

    /// ln(1 + articles without the term / articles with it): never negative.
    pub fn idf(&self, term: u32) -> f32 {
        self.idf_of(self.with.get(&term).copied().unwrap_or(0))
    }

    fn idf_of(&self, with: u32) -> f32 {
        let with = with as f32;
        (1.0 + (self.articles as f32 - with + 0.5) / (with + 0.5)).ln()
    }

    /// The article as a vector of length 1, sorted by term.
    pub(super) fn unit(&self, vector: &Vector) -> Vec<(u32, f32)> {
        let weigh = |w: &Weighted| {
            let stressed = f32::from(w.title) + f32::from(w.lead) + f32::from(w.caps);
            let count = f32::from(w.all.max(1)) + STRESS * stressed;
            (w.term, (1.0 + count.ln()) * self.idf(w.term))
        };
        let mut unit: Vec<(u32, f32)> = vector.0.iter().map(weigh).collect();
        make_unit(&mut unit);
        unit
    }

    /// A word that has several terms is as common as its most common term.
    pub(super) fn idf_of_word(&self, terms: impl Iterator<Item = u32>) -> f32 {
        let with = terms.filter_map(|term| self.with.get(&term)).max();
        self.idf_of(with.copied().unwrap_or(0))
    }

    /// BM25 of the topic's words.
    fn word_score(&self, fit: &Fit, vector: &Vector) -> f32 {
        let words = fit.needed.iter();
        words.map(|terms| self.term_score(terms, vector)).sum()
    }

    /// The same of the other names of its places: of each place the best, by its least found word.
    fn alias_score(&self, fit: &Fit, vector: &Vector) -> f32 {
        let name_score = |name: &Vec<Vec<u32>>| {
            let words = name.iter().map(|terms| self.term_score(terms, vector));
            words.fold(f32::MAX, f32::min) * name.len() as f32
        };
        let best = |names: &Vec<Vec<Vec<u32>>>| names.iter().map(name_score).fold(0.0, f32::max);
        fit.aliases.iter().map(|alias| best(&alias.names)).sum()
    }

    fn term_score(&self, terms: &[u32], vector: &Vector) -> f32 {
        let count: f32 = found(terms, vector).map(|w| f32::from(w.all)).sum();
        if count == 0.0 {
            return 0.0;
        }
        self.idf_of_word(terms.iter().copied()) * self.saturated(count, vector.words())
    }

    /// What so many occurrences count in a text of so many kept words.
    pub(super) fn saturated(&self, count: f32, words: u32) -> f32 {
        let mean = (self.words as f32 / self.articles.max(1) as f32).max(1.0);
        let length = 1.0 - LENGTH_SHARE + LENGTH_SHARE * words as f32 / mean;
        count * (SATURATION + 1.0) / (count + SATURATION * length)
    }

    /// How much the topic's own words and other names say that the article is about it.
    fn said(&self, fit: &Fit, vector: &Vector) -> f32 {
        self.word_score(fit, vector) + ALIAS_SHARE * self.alias_score(fit, vector)
    }

    /// The same for choosing what to learn from: own words count more, and most in the title.
    fn worth_learning(&self, fit: &Fit, vector: &Vector) -> f32 {
        let own = self.word_score(fit, vector);
        let alias = TAUGHT_ALIAS_SHARE * self.alias_score(fit, vector);
        if own > 0.0 {
            own + self.title_score(fit, vector) + alias
        } else {
            alias
        }
    }

    fn title_score(&self, fit: &Fit, vector: &Vector) -> f32 {
        let in_title = |terms: &&Vec<u32>| found(terms, vector).any(|w| w.title > 0);
        fit.needed
            .iter()
            .filter(in_title)
            .map(|terms| self.idf_of_word(terms.iter().copied()))
            .sum()
    }
}

fn found<'a>(terms: &'a [u32], vector: &'a Vector) -> impl Iterator<Item = &'a Weighted> {
    terms.iter().filter_map(|term| vector.get(*term))
}

fn make_unit(terms: &mut [(u32, f32)]) {
    let length = terms
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f32>()
        .sqrt();
    if length > 0.0 {
        for (_, weight) in terms {
            *weight /= length;
        }
    }
}

impl Scale {
    /// How an article stands to the topic, by what the topic's words score in it (`said`), whether
    /// every word stands, and its profile score.
    pub fn stand(&self, said: f32, has_every_word: bool, profile: f32) -> Standing {
        let share = |score: f32, of: f32| if of > 0.0 { score / of } else { 0.0 };
        let words = share(said, self.words_max);
        Standing {
            words,
            has_every_word,
            profile: share(profile, self.profile_best),
            rank: words + PROFILE_RANK_SHARE * share(profile, self.profile_max),
        }
    }

    /// The profile score under which an article that does not say every word is no match, whatever
    /// its words.
    pub fn profile_score_min(&self) -> f32 {
        PROFILE_MATCH_MIN * MATCH_SCORE_MIN / PROFILE_MATCH_SHARE * self.profile_best
    }
}

impl Profile {
    /// Learns what belongs to a topic from the articles of `teachers` that fit it best. Its scores
    /// are shares of the greatest among `teachers` and `others`, articles counted in `collection`.
    pub fn learn<'a>(
        topic: &Topic,
        collection: &Collection,
        teachers: &[&'a Vector],
        others: impl Iterator<Item = &'a Vector> + Clone,
    ) -> Self {
        Self::learn_against(topic, collection, teachers, &[], others)
    }

    /// The same where moderators said of the articles `against` that they are not about the topic:
    /// none of `teachers`, they lower what the words that they hold count in the profile.
    pub fn learn_against<'a>(
        topic: &Topic,
        collection: &Collection,
        teachers: &[&'a Vector],
        against: &[&Vector],
        others: impl Iterator<Item = &'a Vector> + Clone,
    ) -> Self {
        let fit = Fit::new(topic);
        let store = teachers.iter().copied().chain(others);
        let said = store.clone().map(|vector| collection.said(&fit, vector));
        let mut profile = Self {
            terms: taught(&fit, collection, teachers, against),
            scale: Scale {
                words_max: said.fold(0.0, f32::max),
                ..Scale::default()
            },
        };
        let mut scores: Vec<f32> = store
            .map(|vector| profile.score_of(vector, collection))
            .collect();
        scores.sort_unstable_by(|a, b| b.total_cmp(a));
        scores.truncate(BEST_ARTICLES);
        profile.scale.profile_max = scores.first().copied().unwrap_or(0.0);
        profile.scale.profile_best = scores.iter().sum::<f32>() / scores.len().max(1) as f32;
        profile
    }

    /// The words that weigh most, for Why?: their hashes, the weightiest first.
    pub fn weightiest(&self) -> Vec<u32> {
        let mut terms = self.terms.clone();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.into_iter().map(|(term, _)| term).collect()
    }

    /// The words with their weights, sorted by word, of unit length together.
    pub(super) fn terms(&self) -> &[(u32, f32)] {
        &self.terms
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    /// How an article stands to the topic.
    pub fn standing(&self, fit: &Fit, vector: &Vector, collection: &Collection) -> Standing {
        if fit.is_excluded(vector) {
            return Standing {
                words: 0.0,
                has_every_word: false,
                profile: 0.0,
                rank: 0.0,
            };
        }
        let score = self.score_of(vector, collection);
        let said = collection.said(fit, vector);
        self.scale.stand(said, fit.has_every_word(vector), score)
    }

    fn score_of(&self, vector: &Vector, collection: &Collection) -> f32 {
        let unit = collection.unit(vector);
        let weight = |(term, weight): &(u32, f32)| {
            let at = self
                .terms
                .binary_search_by_key(term, |(term, _)| *term)
                .ok()?;
            Some(self.terms[at].1 * weight)
        };
        unit.iter().filter_map(weight).sum()
    }
}

/// The mean of articles that are not about the topic.
fn wrong(collection: &Collection, against: &[&Vector]) -> HashMap<u32, f32> {
    let share = 1.0 / against.len().max(1) as f32;
    let mut mean: HashMap<u32, f32> = HashMap::new();
    for vector in against {
        for (term, weight) in collection.unit(vector) {
            *mean.entry(term).or_default() += weight * share;
        }
    }
    mean
}

/// The words that the best fitting articles have more of than all articles.
fn taught(
    fit: &Fit,
    collection: &Collection,
    store: &[&Vector],
    against: &[&Vector],
) -> Vec<(u32, f32)> {
    let mut teachers: Vec<(f32, usize)> = store
        .iter()
        .enumerate()
        .map(|(at, vector)| (collection.worth_learning(fit, vector), at))
        .filter(|(worth, _)| *worth > 0.0)
        .collect();
    teachers.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    teachers.truncate(TAUGHT_MAX);
    let bar = teachers
        .first()
        .map_or(0.0, |(best, _)| best * TAUGHT_SHARE_MIN);
    teachers.retain(|(score, _)| *score > bar);
    let total: f32 = teachers.iter().map(|(score, _)| score).sum();
    let mut weights: HashMap<u32, f32> = HashMap::new();
    for (score, at) in &teachers {
        for (term, weight) in collection.unit(store[*at]) {
            *weights.entry(term).or_default() += weight * score / total;
        }
    }
    for (term, weight) in wrong(collection, against) {
        if let Some(right) = weights.get_mut(&term) {
            *right -= AGAINST_SHARE * weight;
        }
    }
    let own: HashSet<u32> = fit.terms().collect();
    let mut terms: Vec<(u32, f32)> = weights
        .into_iter()
        .filter(|(term, _)| !own.contains(term))
        .map(|(term, weight)| {
            let mean = collection.mean.get(&term).copied().unwrap_or(0.0);
            let times = weight.max(0.0) / (mean + AVERAGE_LEAST);
            (term, (weight - AVERAGE_TAKEN * mean) * times.ln_1p())
        })
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    terms.truncate(PROFILE_TERMS_MAX);
    terms.sort_by_key(|(term, _)| *term);
    make_unit(&mut terms);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Vec<Vector> {
        let mut texts = Vec::new();
        for n in 0..60 {
            texts.push(match n % 6 {
                0 => (
                    format!("Norland votes on its budget, part {n}"),
                    format!("Premier Oskarsen spoke in Vesthavn about crowns and taxes{n}."),
                ),
                1 | 2 => (
                    format!("Ferry line {n} opens"),
                    format!("Ships sail from the harbour to the island of Avel{n} each morning."),
                ),
                _ => (
                    format!("Football: round {n}"),
                    format!("The keeper held a late penalty and the coach{n} praised the defence."),
                ),
            });
        }
        texts
            .iter()
            .map(|(title, text)| Vector::of(title, text, None))
            .collect()
    }

    fn standing(topic: &str, title: &str, text: &str) -> Standing {
        let store = store();
        let refs: Vec<&Vector> = store.iter().collect();
        let collection = Collection::of(store.iter());
        let topic = Topic::parse(topic).unwrap();
        let profile = Profile::learn(&topic, &collection, &refs, std::iter::empty());
        profile.standing(
            &Fit::new(&topic),
            &Vector::of(title, text, None),
            &collection,
        )
    }

    #[test]
    fn an_article_that_never_says_the_word_is_found() {
        let hidden = standing(
            "norland",
            "Oskarsen in Vesthavn",
            "The premier spoke about crowns and the budget.",
        );
        assert!(!hidden.has_every_word);
        assert!(hidden.is_match(), "{hidden:?}");
        let other = standing(
            "norland",
            "Ferry line opens",
            "Ships sail from the harbour.",
        );
        assert!(!other.is_match() && other.profile < 0.1, "{other:?}");
    }

    /// What a regatta that is called after Norland would teach of it, and does not once moderators
    /// said that it is not about it.
    #[test]
    fn articles_that_are_not_about_the_topic_lower_its_profile() {
        let mut store = store();
        let regatta = |n: usize| {
            let title = format!("Norland regatta: heat {n}");
            let text = "The oarsmen rowed past the buoy, and Oskarsen praised the umpire.";
            Vector::of(&title, text, None)
        };
        store.extend((0..6).map(regatta));
        let collection = Collection::of(store.iter());
        let topic = Topic::parse("norland").unwrap();
        let (right, wrong) = store.split_at(60);
        let all: Vec<&Vector> = store.iter().collect();
        let right: Vec<&Vector> = right.iter().collect();
        let wrong: Vec<&Vector> = wrong.iter().collect();
        let none = std::iter::empty;
        let before = Profile::learn(&topic, &collection, &all, none());
        let without = Profile::learn(&topic, &collection, &right, none());
        let after = Profile::learn_against(&topic, &collection, &right, &wrong, none());
        let fit = Fit::new(&topic);
        let standing = |profile: &Profile, title: &str, text: &str| {
            let article = Vector::of(title, text, None);
            profile.standing(&fit, &article, &collection).profile
        };
        let rowing = |profile: &Profile| {
            let text = "The umpire saw the oarsmen pass the buoy.";
            standing(profile, "Oarsmen win the heat", text)
        };
        assert!(rowing(&before) > 0.2, "{}", rowing(&before));
        assert_eq!(rowing(&after).abs(), 0.0);
        let politics = |profile: &Profile| {
            let text = "The premier spoke about crowns and the budget.";
            standing(profile, "Oskarsen in Vesthavn", text)
        };
        assert!(politics(&after) > 0.5, "{}", politics(&after));
        // A name that both hold counts less than it would without them.
        let name = |profile: &Profile| standing(profile, "Oskarsen", "");
        assert!(
            name(&after) < name(&without),
            "{} {}",
            name(&after),
            name(&without)
        );
    }

    #[test]
    fn an_excluded_word_wins_over_the_profile() {
        let excluded = standing(
            "norland -crowns",
            "Oskarsen in Vesthavn",
            "The premier spoke about crowns.",
        );
        assert!(!excluded.is_match());
    }

    #[test]
    fn a_store_that_knows_nothing_teaches_nothing() {
        let unknown = standing("zeppelins", "Zeppelins return", "A zeppelin was seen.");
        assert_eq!((unknown.words, unknown.profile), (0.0, 0.0));
        let topic = Topic::parse("norland").unwrap();
        let nothing = Profile::learn(&topic, &Collection::default(), &[], std::iter::empty());
        assert!(nothing.weightiest().is_empty());
    }
}
