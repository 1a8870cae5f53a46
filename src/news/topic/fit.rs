//! How well an article fits a topic: by the topic's own words and their inflections.
//!
//! What the store teaches about a topic stands apart (`profile`).

use super::Topic;
use crate::text::vector::{self, Vector, Weighted};
use crate::text::words;

/// What an occurrence in the title, in the rest of the lead, in the rest of the text weighs.
const TITLE_WEIGHT: f32 = 3.0;
const LEAD_WEIGHT: f32 = 1.0;
const TEXT_WEIGHT: f32 = 0.5;
/// Weight at which half of the strength is reached, in a text of middling length.
const HALF_WEIGHT: f32 = 1.5;
/// Kept words of a text of middling length.
const MIDDLING_WORDS: f32 = 200.0;
/// How much length counts, and how long a text can count as.
const LENGTH_SHARE: f32 = 0.5;
const LENGTH_MAX: f32 = 3.0;
/// The most common word still counts a little.
const RARITY_MIN: f32 = 0.05;
/// For a topic of which vectors know no word ("U.S.").
pub(super) const UNKNOWN_FIT: f32 = 0.5;
/// What another name of a place is worth beside the one that was typed.
pub(super) const ALIAS_SHARE: f32 = 0.8;

/// Where a topic stands in an article, for Why?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Words and phrases of the topic.
    pub wanted: usize,
    /// How many of them stand in the title.
    pub in_title: usize,
    /// Occurrences of all of them in title and text.
    pub mentions: usize,
}

/// A topic made ready to be held against many vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Words that must occur, each as the terms that stand for it.
    pub(super) needed: Vec<Vec<u32>>,
    pub(super) aliases: Vec<FitAlias>,
    excluded: Vec<Vec<u32>>,
    /// Whether vectors show all that the topic asks for: no phrase, no stop word.
    pub is_shown: bool,
}

/// Other names of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FitAlias {
    /// Indices into `needed`.
    pub of: Vec<usize>,
    /// Each name as its words, each as the terms that stand for it.
    pub names: Vec<Vec<Vec<u32>>>,
}

impl Topic {
    /// Whether an article is meant, by its terms in order (see `text::terms`).
    pub fn matches(&self, title: &[String], text: &[String]) -> Option<Match> {
        if self.excludes(title, text) {
            return None;
        }
        let mut found = Match {
            wanted: 0,
            in_title: 0,
            mentions: 0,
        };
        let words = self.words.iter().map(std::slice::from_ref);
        for wanted in words.chain(self.phrases.iter().map(Vec::as_slice)) {
            let (in_title, in_text) = (occurrences(wanted, title), occurrences(wanted, text));
            if in_title + in_text == 0 {
                return None;
            }
            found.wanted += 1;
            found.in_title += usize::from(in_title > 0);
            found.mentions += in_title + in_text;
        }
        Some(found)
    }

    /// Whether an excluded word or phrase stands in an article, by its terms in order.
    pub fn excludes(&self, title: &[String], text: &[String]) -> bool {
        let words = self.excluded.iter().map(std::slice::from_ref);
        let mut all = words.chain(self.excluded_phrases.iter().map(Vec::as_slice));
        all.any(|unwanted| occurrences(unwanted, title) + occurrences(unwanted, text) > 0)
    }

    /// How well an article fits, 0 to 1 (see [`Fit::score`]).
    pub fn score(&self, vector: &Vector, idf: impl Fn(u32) -> f32) -> f32 {
        Fit::new(self).score(vector, idf)
    }
}

/// How often a sequence of places, each with alternatives, stands in a sequence of terms.
pub(super) fn occurrences(places: &[Vec<String>], terms: &[String]) -> usize {
    if places.is_empty() {
        return 0;
    }
    let stands = |window: &&[String]| {
        window
            .iter()
            .zip(places)
            .all(|(term, alternatives)| alternatives.contains(term))
    };
    terms.windows(places.len()).filter(stands).count()
}

impl Fit {
    pub fn new(topic: &Topic) -> Self {
        let hashes = |place: &Vec<String>| -> Vec<u32> {
            place.iter().map(|term| vector::hash(term)).collect()
        };
        let places = topic.words.iter().chain(topic.phrases.iter().flatten());
        let known: Vec<_> = places.filter(|place| is_in_vectors(place)).collect();
        // A name with words that vectors do not know ("Papua New Guinea") goes by its other words.
        let position = |at: &usize| known.iter().position(|place| *place == &topic.words[*at]);
        let aliases = topic.aliases.iter().map(|alias| FitAlias {
            of: alias.of.iter().filter_map(position).collect(),
            names: alias
                .names
                .iter()
                .filter(|name| name.iter().all(|place| is_in_vectors(place)))
                .map(|name| name.iter().map(hashes).collect())
                .collect(),
        });
        Self {
            is_shown: topic.phrases.is_empty() && known.len() == topic.words.len(),
            aliases: aliases.filter(|alias| !alias.of.is_empty()).collect(),
            needed: known.into_iter().map(hashes).collect(),
            excluded: topic.excluded.iter().map(hashes).collect(),
        }
    }

    /// The terms that count, to look up how common they are.
    pub fn terms(&self) -> impl Iterator<Item = u32> + '_ {
        self.needed.iter().flatten().copied()
    }

    /// Whether an excluded word stands in the article.
    pub fn is_excluded(&self, vector: &Vector) -> bool {
        let holds = |terms: &Vec<u32>| terms.iter().any(|term| vector.get(*term).is_some());
        self.excluded.iter().any(holds)
    }

    /// How well an article fits, 0 to 1: each word's strength (title before lead before the rest,
    /// saturating, less in a long text), averaged by how rare the words are. 0 where a word is
    /// missing or an excluded one stands. `idf` is ln(articles / articles with the term).
    pub fn score(&self, vector: &Vector, idf: impl Fn(u32) -> f32) -> f32 {
        if self.is_excluded(vector) {
            return 0.0;
        }
        if self.needed.is_empty() {
            return UNKNOWN_FIT;
        }
        let half = half_weight(vector.words());
        let (mut sum, mut weights) = (0.0, 0.0);
        for (at, terms) in self.needed.iter().enumerate() {
            let weight = weight_in(terms, vector).max(self.alias_weight(at, vector));
            if weight == 0.0 {
                return 0.0;
            }
            let rarity = rarity(terms.iter().copied(), &idf);
            sum += rarity * weight / (weight + half);
            weights += rarity;
        }
        sum / weights
    }

    /// Whether every word, or another name for it, stands in the article.
    pub fn has_every_word(&self, vector: &Vector) -> bool {
        self.needed.iter().enumerate().all(|(at, terms)| {
            terms.iter().any(|term| vector.get(*term).is_some())
                || self.alias_weight(at, vector) > 0.0
        })
    }

    /// The weight of the best other name of the place that the word at `at` names, or helps to.
    fn alias_weight(&self, at: usize, vector: &Vector) -> f32 {
        let names = self.aliases.iter().filter(|alias| alias.of.contains(&at));
        ALIAS_SHARE
            * names
                .flat_map(|alias| &alias.names)
                .map(|name| {
                    let words = name.iter().map(|terms| weight_in(terms, vector));
                    words.fold(f32::MAX, f32::min)
                })
                .fold(0.0, f32::max)
    }
}

/// The weight at which half of the strength is reached in a text of so many kept words.
pub(super) fn half_weight(words: u32) -> f32 {
    let length = (words as f32 / MIDDLING_WORDS).min(LENGTH_MAX);
    HALF_WEIGHT * (1.0 - LENGTH_SHARE + LENGTH_SHARE * length)
}

/// How rare a word is: its most common spelling tells.
pub(super) fn rarity(terms: impl Iterator<Item = u32>, idf: impl Fn(u32) -> f32) -> f32 {
    terms.map(idf).fold(f32::MAX, f32::min).max(RARITY_MIN)
}

fn weight_in(terms: &[u32], vector: &Vector) -> f32 {
    let found = terms.iter().filter_map(|term| vector.get(*term));
    found.map(weight_of).sum()
}

/// What the occurrences of one term weigh.
pub(super) fn weight_of(counts: &Weighted) -> f32 {
    let title = f32::from(counts.title);
    let lead = f32::from(counts.lead.saturating_sub(counts.title));
    let text = f32::from(counts.all.saturating_sub(counts.lead.max(counts.title)));
    TITLE_WEIGHT * title + LEAD_WEIGHT * lead + TEXT_WEIGHT * text
}

/// Vectors hold no stop words and no single letters, so these cannot be asked for.
pub(super) fn is_in_vectors(place: &[String]) -> bool {
    let is_unspaced = |term: &str| terms_are_pairs(term);
    place.iter().all(|term| {
        let long = term.chars().nth(1).is_some() || is_unspaced(term);
        let mut languages = words::stemmers().iter().map(|language| Some(*language));
        long && !languages.any(|language| words::is_stop_word(term, language))
    })
}

/// Whether a term is of a script without spaces.
pub(super) fn terms_are_pairs(term: &str) -> bool {
    crate::text::terms::words(term).all(|word| word.unspaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms::terms;

    fn score(topic: &str, title: &str, text: &str) -> f32 {
        Topic::parse(topic)
            .unwrap()
            .score(&Vector::of(title, text, None), |_| 4.0)
    }

    fn matched(topic: &str, title: &str, text: &str) -> Option<Match> {
        Topic::parse(topic)
            .unwrap()
            .matches(&terms(title, None), &terms(text, None))
    }

    /// Text on another subject, of so many words.
    fn filler(words: usize) -> String {
        (0..words).map(|n| format!("filler{n} ")).collect()
    }

    #[test]
    fn the_title_counts_more_than_the_lead_and_the_lead_more_than_the_rest() {
        let rest = filler(120);
        let title = score("lindholm", "Lindholm votes", &rest);
        let lead = score("lindholm", "A vote", &format!("Lindholm votes. {rest}"));
        let deep = score("lindholm", "A vote", &format!("{rest} Lindholm votes."));
        assert!(
            title > 1.3 * lead && lead > 1.3 * deep && deep > 0.0,
            "{title} {lead} {deep}"
        );
    }

    #[test]
    fn a_passing_mention_in_a_long_text_is_weak() {
        let passing = score(
            "lindholm",
            "Avel plans its budget",
            &format!("{}Lindholm.", filler(250)),
        );
        assert!(passing < crate::news::rank::PASSING_MATCH_MAX, "{passing}");
        let subject = score("lindholm", "Lindholm plans its budget", &filler(250));
        assert!(subject > 2.0 * passing);
    }

    #[test]
    fn every_word_is_needed_and_no_excluded_one_may_stand() {
        assert_eq!(score("lindholm harbour", "Lindholm votes", ""), 0.0);
        assert!(score("lindholm harbour", "Lindholm opens harbours", "") > 0.5);
        assert_eq!(
            score("lindholm -harbour", "Lindholm opens harbours", ""),
            0.0
        );
        assert_eq!(score("U.S.", "Talks in the U.S.", ""), UNKNOWN_FIT);
    }

    #[test]
    fn vectors_do_not_show_phrases_and_stop_words() {
        let is_shown = |typed| Fit::new(&Topic::parse(typed).unwrap()).is_shown;
        assert!(is_shown("lindholm harbour"));
        assert!(!is_shown("\"north sea\"") && !is_shown("new york"));
    }

    #[test]
    fn what_is_excluded_is_seen_in_the_text() {
        let excludes = |typed: &str, text: &str| {
            Topic::parse(typed)
                .unwrap()
                .excludes(&terms("Wind", None), &terms(text, None))
        };
        assert!(excludes("wind -\"north sea\"", "Off the North Sea coast."));
        assert!(!excludes("wind -\"north sea\"", "The sea in the north."));
        assert!(excludes("wind -us", "The US has wind."));
    }

    #[test]
    fn inflections_match_and_phrases_keep_their_order() {
        let found = matched(
            "elections",
            "An election in Avel",
            "The elections were calm.",
        );
        assert_eq!(
            found,
            Some(Match {
                wanted: 1,
                in_title: 1,
                mentions: 2
            })
        );
        assert!(matched("\"north sea\"", "Wind in the North Sea", "").is_some());
        assert!(matched("\"north sea\"", "The sea in the north", "").is_none());
        assert!(matched("wind -\"north sea\"", "Wind in the North Sea", "").is_none());
        assert!(matched("covid-19", "Covid-19 returns", "").is_some());
        assert!(matched("avel 3.5", "Avel grows by 3.5 percent", "").is_some());
    }

    #[test]
    fn scripts_without_spaces_match() {
        let topic = Topic::parse("湾都市").unwrap();
        let title = terms("港湾都市の会議", Some("ja"));
        assert!(topic.matches(&title, &[]).is_some());
        let vector = Vector::of("港湾都市の会議", "", Some("ja"));
        assert!(topic.score(&vector, |_| 4.0) > 0.5);
    }
}
