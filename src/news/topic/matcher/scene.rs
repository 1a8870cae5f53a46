//! An article against all topics of a matcher: which words and names stand in it, how much they
//! say, and what that makes of a topic.

use super::article::{ArticleTerms, Numbered};
use super::{Entry, Handle, Hit, Keyed, Marks, Matcher, NONE};
use crate::news::topic::fit::{self, ALIAS_SHARE, UNKNOWN_FIT};
use crate::news::topic::{Collection, Standing};
use std::cell::Cell;

pub struct Scene<'a> {
    matcher: &'a Matcher,
    article: &'a ArticleTerms,
    collection: &'a Collection,
    /// Words and names that stand in the article, by number; names also where vectors alone show
    /// them.
    words: Numbered<u32, Stands>,
    names: Numbered<u32, Stands>,
    /// The numbers of the words.
    marks: Marks,
    /// The profile score of each lesson.
    pub profiles: Vec<f32>,
    /// Kept words of the article, and the weight that they make half.
    kept: u32,
    half: f32,
}

/// How a word, or the best other name of a place, stands in the article.
#[derive(Clone, Debug, Default)]
struct Stands {
    in_title: bool,
    in_text: bool,
    /// What it weighs for the fit.
    weight: f32,
    /// How often vectors count it.
    count: f32,
    /// What it scores, once that was asked.
    score: Cell<Option<f32>>,
}

/// Which words and phrases of a topic stand.
#[derive(Default)]
struct Look {
    misses: bool,
    found: u32,
    in_title: u32,
    by_name: u32,
}

impl<'a> Scene<'a> {
    pub fn new(
        matcher: &'a Matcher,
        article: &'a ArticleTerms,
        collection: &'a Collection,
    ) -> Self {
        let profiles = if matcher.lessons.len() == 0 {
            Vec::new()
        } else {
            matcher.lessons.scores(&collection.unit(&article.vector))
        };
        let kept = article.vector.words();
        let mut scene = Self {
            matcher,
            article,
            collection,
            words: Numbered::with_capacity_and_hasher(2 * article.terms.len(), Default::default()),
            names: Numbered::default(),
            marks: Marks::new(matcher.signs.words_end()),
            profiles,
            kept,
            half: fit::half_weight(kept),
        };
        scene.find_words();
        scene.find_names();
        scene
    }

    fn find_words(&mut self) {
        for term in &self.article.terms {
            for word in self.matcher.signs.words_of(term.number) {
                self.marks.mark(word);
                let stands = self.words.entry(word).or_default();
                stands.in_title |= term.in_title;
                stands.in_text |= term.in_text;
                if let Some(counts) = &term.counts {
                    stands.weight += fit::weight_of(counts);
                    stands.count += f32::from(counts.all);
                }
            }
        }
    }

    fn find_names(&mut self) {
        let signs = &self.matcher.signs;
        let mut names = Numbered::default();
        for number in self.words.keys().flat_map(|word| &signs.word(*word).names) {
            names.entry(*number).or_insert_with(|| {
                let mut best = Stands::default();
                for name in &signs.names(*number).names {
                    let (in_title, in_text) = self.stand(&name.words);
                    best.in_title |= in_title;
                    best.in_text |= in_text;
                    if name.is_shown {
                        let weights = name.words.iter().map(|word| self.weight(*word));
                        best.weight = best.weight.max(weights.fold(f32::MAX, f32::min));
                    }
                }
                best
            });
        }
        self.names = names;
    }

    /// The topics to be looked at because a word of theirs, or a name for it, stands.
    pub fn keyed(&self) -> impl Iterator<Item = &'a Keyed> {
        let signs = &self.matcher.signs;
        let words = self.words.keys().flat_map(|word| &signs.word(*word).keyed);
        words.chain(
            self.names
                .keys()
                .flat_map(|names| &signs.names(*names).keyed),
        )
    }

    /// Whether a second word of the topic stands as well.
    pub fn may_say(&self, keyed: &Keyed) -> bool {
        keyed.with == NONE || self.marks.has(keyed.with)
    }

    /// What the article has of a topic, if it matches.
    pub fn hit(&self, topic: u32) -> Option<Hit> {
        let entry = self.matcher.entries.get(topic);
        let look = self.look(entry);
        if look.misses && !self.may_be_unsaid(entry) || self.excludes(entry) {
            return None;
        }
        let standing = (entry.lesson != NONE).then(|| self.standing(entry, !look.misses));
        if look.misses && !standing.is_some_and(|standing| standing.is_match()) {
            return None;
        }
        Some(Hit {
            topic: Handle(topic),
            has_every_word: !look.misses,
            words: if look.misses { 0.0 } else { self.fit(entry) },
            standing,
            found: look.found,
            in_title: look.in_title,
            by_name: look.by_name,
        })
    }

    /// Whether an article that does not say every word may match all the same.
    fn may_be_unsaid(&self, entry: &Entry) -> bool {
        let is_grounded = || {
            let lessons = &self.matcher.lessons;
            lessons.is_ground(entry.lesson, self.profiles[entry.lesson as usize])
        };
        entry.lesson != NONE && (is_grounded() || self.shows_every_word(entry))
    }

    fn look(&self, entry: &Entry) -> Look {
        let mut look = Look::default();
        for (at, word) in entry.words.iter().enumerate() {
            let (mut in_title, mut in_text) = self.stand(std::slice::from_ref(word));
            let by_itself = in_title || in_text;
            for alias in entry
                .aliases()
                .iter()
                .filter(|alias| alias.of.contains(&at))
            {
                let names = self.names.get(&alias.names);
                in_title |= names.is_some_and(|names| names.in_title);
                in_text |= names.is_some_and(|names| names.in_text);
            }
            look.add(at, in_title, in_text, by_itself);
        }
        for (at, phrase) in entry.phrases().iter().enumerate() {
            let (in_title, in_text) = self.stand(phrase);
            look.add(entry.words.len() + at, in_title, in_text, true);
        }
        look
    }

    /// Whether words stand in that order in the title, and in the text.
    fn stand(&self, words: &[u32]) -> (bool, bool) {
        if !words.iter().all(|word| self.marks.has(*word)) {
            return (false, false);
        }
        if let [word] = words {
            let stands = self.words.get(word);
            return stands.map_or((false, false), |it| (it.in_title, it.in_text));
        }
        if words.is_empty() {
            return (false, false);
        }
        let signs = &self.matcher.signs;
        let is_it = |window: &[u64]| {
            let mut pairs = window.iter().zip(words);
            pairs.all(|(term, word)| signs.word(*word).is(*term))
        };
        let stand_in = |terms: &[u64]| terms.windows(words.len()).any(is_it);
        (stand_in(&self.article.title), stand_in(&self.article.text))
    }

    fn excludes(&self, entry: &Entry) -> bool {
        let stands = |words: &[u32]| {
            let (in_title, in_text) = self.stand(words);
            in_title || in_text
        };
        entry.more.as_ref().is_some_and(|more| {
            let mut words = more.excluded.iter().map(std::slice::from_ref);
            words.any(stands) || more.excluded_phrases.iter().any(|phrase| stands(phrase))
        })
    }

    /// The words that vectors show, those of phrases too, and the place of each among the topic's
    /// words.
    fn shown<'e>(&'e self, entry: &'e Entry) -> impl Iterator<Item = (Option<usize>, u32)> + 'e {
        let words = entry.words.iter().enumerate();
        let words = words.map(|(at, word)| (Some(at), *word));
        let phrases = entry.phrases().iter().flatten().map(|word| (None, *word));
        words
            .chain(phrases)
            .filter(|(_, word)| self.matcher.signs.word(*word).is_shown)
    }

    /// As [`crate::news::topic::Fit::score`] has it.
    fn fit(&self, entry: &Entry) -> f32 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (at, word) in self.shown(entry) {
            let weight = self.weight(word).max(self.alias_weight(entry, at));
            if weight == 0.0 {
                return 0.0;
            }
            let rarity = self.matcher.signs.word(word).rarity;
            sum += rarity * weight / (weight + self.half);
            weights += rarity;
        }
        if weights == 0.0 {
            return UNKNOWN_FIT;
        }
        sum / weights
    }

    fn weight(&self, word: u32) -> f32 {
        if !self.marks.has(word) {
            return 0.0;
        }
        self.words.get(&word).map_or(0.0, |stands| stands.weight)
    }

    fn alias_weight(&self, entry: &Entry, at: Option<usize>) -> f32 {
        let Some(at) = at else {
            return 0.0;
        };
        let naming = entry
            .aliases()
            .iter()
            .filter(|alias| alias.of_shown.contains(&at));
        let weights = naming.filter_map(|alias| self.names.get(&alias.names));
        ALIAS_SHARE * weights.map(|names| names.weight).fold(0.0, f32::max)
    }

    /// As [`crate::news::topic::Profile::standing`] has it. An article that says every word has
    /// every word, whatever vectors show of it.
    fn standing(&self, entry: &Entry, says_every_word: bool) -> Standing {
        let words = self.shown(entry).map(|(_, word)| self.score(word));
        let words: f32 = words.sum();
        let names = entry
            .aliases()
            .iter()
            .filter(|alias| !alias.of_shown.is_empty());
        let names: f32 = names.map(|alias| self.score_of_names(alias.names)).sum();
        self.matcher.lessons.get(entry.lesson).scale.stand(
            words + ALIAS_SHARE * names,
            says_every_word || self.shows_every_word(entry),
            self.profiles[entry.lesson as usize],
        )
    }

    /// Whether vectors show all that the topic asks for, and show it in this article.
    fn shows_every_word(&self, entry: &Entry) -> bool {
        let signs = &self.matcher.signs;
        let mut words = entry.words.iter().enumerate();
        entry.phrases().is_empty()
            && words.all(|(at, word)| {
                let weight = self.weight(*word);
                signs.word(*word).is_shown
                    && (weight > 0.0 || self.alias_weight(entry, Some(at)) > 0.0)
            })
    }

    fn score(&self, word: u32) -> f32 {
        let Some(stands) = self.words.get(&word).filter(|stands| stands.count > 0.0) else {
            return 0.0;
        };
        stands.score(|| {
            let terms = self.matcher.signs.word(word).terms.iter();
            let idf = self
                .collection
                .idf_of_word(terms.map(|term| term.in_vectors));
            idf * self.collection.saturated(stands.count, self.kept)
        })
    }

    fn score_of_names(&self, names: u32) -> f32 {
        let Some(stands) = self.names.get(&names) else {
            return 0.0;
        };
        stands.score(|| {
            let names = self.matcher.signs.names(names).names.iter();
            let scores = names.filter(|name| name.is_shown).map(|name| {
                let words = name.words.iter().map(|word| self.score(*word));
                words.fold(f32::MAX, f32::min) * name.words.len() as f32
            });
            scores.fold(0.0, f32::max)
        })
    }
}

impl Stands {
    fn score(&self, make: impl FnOnce() -> f32) -> f32 {
        let score = self.score.get().unwrap_or_else(make);
        self.score.set(Some(score));
        score
    }
}

impl Look {
    fn add(&mut self, at: usize, in_title: bool, in_text: bool, by_itself: bool) {
        // A topic that was typed has far fewer words than there are bits.
        let bit = 1_u32.checked_shl(at as u32).unwrap_or(0);
        if !in_title && !in_text {
            self.misses = true;
            return;
        }
        self.found |= bit;
        if in_title {
            self.in_title |= bit;
        }
        if !by_itself {
            self.by_name |= bit;
        }
    }
}
