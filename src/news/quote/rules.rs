//! What readers expect of quotes beyond covering a story: several outlets, nothing said twice, no
//! two figures that clash side by side.

use super::choice::{self, Cover};
use super::concepts::Concepts;
use super::figures::{self, Figure};
use super::sheet::{Sentence, Sheet};
use super::{Material, Wanted};
use std::collections::HashMap;

/// Share of the shorter sentence's stems from which two sentences say the same.
const SAME_SHARE_MIN: f32 = 0.6;

/// Stems that sentences share, and their share of the shorter one's, above which figures that
/// count the same thing are about the same thing.
const CONTEXT_STEMS_MIN: usize = 2;
const CONTEXT_SHARE_MIN: f32 = 0.25;

/// Of the best gain, what another outlet's sentence must bring to be preferred.
const FAIR_GAIN_SHARE: f32 = 0.2;

/// Sentences that count one thing, of which each is held against each.
const COUNTING_MAX: usize = 60;

/// At most so many sentences by the selector, then made to follow the rules.
pub(super) fn choose(
    sheet: &Sheet,
    concepts: &Concepts,
    articles: &[Material],
    most: usize,
) -> Vec<usize> {
    let rules = Rules::new(sheet, articles);
    let whole: Vec<usize> = sheet
        .fit()
        .into_iter()
        .filter(|sentence| !sheet.sentences[*sentence].torn)
        .collect();
    let candidates = rules.without_stale(&whole);
    let mut picked = choice::choose(sheet, concepts, &candidates, Wanted::Sentences(most));
    let worth: HashMap<usize, f32> = picked
        .iter()
        .map(|sentence| (*sentence, choice::worth(sheet, concepts, *sentence)))
        .collect();
    picked.sort_by(|a, b| worth[b].total_cmp(&worth[a]).then(a.cmp(b)));
    let mut kept: Vec<usize> = Vec::new();
    for sentence in picked {
        if rules.agrees(sentence, &kept) && rules.is_new_voice(sentence, &kept) {
            kept.push(sentence);
        }
    }
    while kept.len() < most {
        let Some(sentence) = rules.next(concepts, &candidates, &kept) else {
            break;
        };
        kept.push(sentence);
    }
    kept
}

struct Rules<'a> {
    sheet: &'a Sheet,
    articles: &'a [Material<'a>],
    /// For each article, who speaks: one outlet, or the outlets that copy one report.
    voices: Vec<usize>,
    /// There is one voice only.
    is_alone: bool,
    /// For each sentence, its content stems, sorted.
    stems: Vec<Vec<u32>>,
    figures: Vec<Vec<Figure>>,
}

impl<'a> Rules<'a> {
    fn new(sheet: &'a Sheet, articles: &'a [Material<'a>]) -> Self {
        let text = |sentence: &Sentence| {
            let article = &articles[sentence.article];
            (&article.text[sentence.range.clone()], article.language)
        };
        let figures = sheet.sentences.iter().map(|sentence| {
            let (text, language) = text(sentence);
            if sentence.fit {
                figures::figures(text, language)
            } else {
                Vec::new()
            }
        });
        let voices = voices(articles);
        Self {
            sheet,
            articles,
            is_alone: voices.iter().all(|voice| *voice == 0),
            voices,
            stems: sheet.sentences.iter().map(content_stems).collect(),
            figures: figures.collect(),
        }
    }

    /// The candidates without those whose figures a newer article gives otherwise.
    fn without_stale(&self, candidates: &[usize]) -> Vec<usize> {
        let mut counting: HashMap<&str, Vec<usize>> = HashMap::new();
        for sentence in candidates {
            for figure in &self.figures[*sentence] {
                let list = counting.entry(&figure.counted).or_default();
                if list.len() < COUNTING_MAX && list.last() != Some(sentence) {
                    list.push(*sentence);
                }
            }
        }
        let at = |sentence: usize| self.articles[self.sheet.sentences[sentence].article].at;
        let is_stale = |sentence: usize| {
            self.figures[sentence]
                .iter()
                .filter_map(|figure| counting.get(figure.counted.as_str()))
                .flatten()
                .any(|other| at(*other) > at(sentence) && self.clashes(sentence, *other))
        };
        candidates
            .iter()
            .copied()
            .filter(|sentence| !is_stale(*sentence))
            .collect()
    }

    fn agrees(&self, sentence: usize, kept: &[usize]) -> bool {
        kept.iter().all(|other| {
            *other != sentence
                && !self.says_the_same(sentence, *other)
                && !self.clashes(sentence, *other)
        })
    }

    fn is_new_voice(&self, sentence: usize, kept: &[usize]) -> bool {
        let voice = |sentence: usize| self.voices[self.sheet.sentences[sentence].article];
        self.is_alone || kept.iter().all(|other| voice(*other) != voice(sentence))
    }

    fn says_the_same(&self, one: usize, other: usize) -> bool {
        let shared = shared(&self.stems[one], &self.stems[other]);
        let shorter = self.stems[one].len().min(self.stems[other].len());
        shared as f32 >= SAME_SHARE_MIN * shorter as f32
    }

    /// Whether two sentences count the same thing differently in the same context.
    fn clashes(&self, one: usize, other: usize) -> bool {
        if self.sheet.sentences[one].article == self.sheet.sentences[other].article {
            return false;
        }
        let shorter = self.stems[one].len().min(self.stems[other].len());
        let shared = shared(&self.stems[one], &self.stems[other]);
        shared > CONTEXT_STEMS_MIN
            && shared as f32 >= CONTEXT_SHARE_MIN * shorter as f32
            && figures::differing(&self.figures[one], &self.figures[other]).is_some()
    }

    /// The sentence that adds the most, from another outlet where that has a fair one.
    fn next(&self, concepts: &Concepts, candidates: &[usize], kept: &[usize]) -> Option<usize> {
        let cover = Cover::new(self.sheet, concepts, kept);
        let exponent = choice::length_exponent(Wanted::Sentences(1));
        let best = |new_voice: bool| {
            candidates
                .iter()
                .copied()
                .filter(|sentence| self.agrees(*sentence, kept))
                .filter(|sentence| !new_voice || self.is_new_voice(*sentence, kept))
                .map(|sentence| {
                    let words = self.sheet.sentences[sentence].words as f32;
                    (sentence, cover.gain(sentence) / words.powf(exponent))
                })
                .filter(|(_, gain)| *gain > 0.0)
                .reduce(|best, next| if next.1 > best.1 { next } else { best })
        };
        let anybody = best(false)?;
        match best(true) {
            Some(other) if other.1 >= FAIR_GAIN_SHARE * anybody.1 => Some(other.0),
            _ => Some(anybody.0),
        }
    }
}

fn voices(articles: &[Material]) -> Vec<usize> {
    let mut voices: Vec<usize> = Vec::with_capacity(articles.len());
    for (index, article) in articles.iter().enumerate() {
        let elder = articles[..index].iter().position(|elder| {
            elder.outlet == article.outlet || elder.same_text == article.same_text
        });
        voices.push(elder.map_or(index, |elder| voices[elder]));
    }
    voices
}

fn content_stems(sentence: &Sentence) -> Vec<u32> {
    let mut stems: Vec<u32> = sentence
        .tokens
        .iter()
        .filter(|token| !token.stop)
        .map(|token| token.stem)
        .collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

fn shared(one: &[u32], other: &[u32]) -> usize {
    one.iter()
        .filter(|stem| other.binary_search(stem).is_ok())
        .count()
}
