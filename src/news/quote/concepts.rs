//! Concepts: the words and pairs of words of a story, and what covering each is worth.
//!
//! The constants are logistic regressions on summaries that people wrote (fitted on stories of two
//! to ten articles, and on single ones); their target was the share of the summaries that hold the
//! concept. `tools/quotes.py` makes them. On stories of folds not fitted on it measured, as ROUGE-1
//! and 2, recall .394 and .109 (100 words of ten articles), F1 .480 and .249 (60 words of one) and
//! .386 and .192 (3 sentences of one); with the other set of single articles only, .470 and .240,
//! .380 and .184.

use super::sheet::{Sheet, Token, content_counts, share_held};
use std::collections::HashMap;

/// From so many articles on a concept must stand in two of them.
const ARTICLES_FLOOR_MIN: usize = 4;

/// What a sentence's place at the head of its article counts.
const LEAD_WEIGHTS: [f32; 3] = [1.0, 0.6, 0.4];

/// Weighted concepts, and which of them each sentence holds.
pub(super) struct Concepts {
    pub value: Vec<f32>,
    /// For each sentence, sorted, each once.
    pub held: Vec<Vec<u32>>,
}

/// What is counted of one concept.
#[derive(Clone, Debug)]
struct Count {
    /// The words; one word twice for a single one.
    pair: (u32, u32),
    is_pair: bool,
    stops: usize,
    sentences: usize,
    articles: usize,
    newest_article: usize,
    newest_lead: f32,
    lead: f32,
    first: bool,
    earliest: f32,
    /// Index of the first sentence that holds it.
    first_at: usize,
    central: f32,
    /// Best share of the title's words in one of its sentences.
    beside_title: f32,
}

impl Concepts {
    pub fn weigh(sheet: &Sheet) -> Self {
        let central = centrality(sheet);
        let (mut counts, mut held) = count(sheet, &central);
        let singles = word_shares(sheet);
        let single = sheet.articles == 1;
        let value: Vec<f32> = counts
            .iter_mut()
            .map(|count| {
                count.lead += count.newest_lead;
                if single {
                    single_value(count, sheet, &singles)
                } else if sheet.articles >= ARTICLES_FLOOR_MIN && count.articles < 2 {
                    0.0
                } else {
                    story_value(count, sheet, &singles)
                }
            })
            .collect();
        for held in &mut held {
            held.retain(|concept| value[*concept as usize] > 0.0);
        }
        Self { value, held }
    }
}

/// How often a word stands in the story, and in which share of its articles.
struct Words {
    times: Vec<u32>,
    share: Vec<f32>,
    stop: Vec<bool>,
    in_title: Vec<bool>,
}

fn word_shares(sheet: &Sheet) -> Words {
    let stems = sheet.stems();
    let mut words = Words {
        times: vec![0; stems],
        share: vec![0.0; stems],
        stop: vec![false; stems],
        in_title: vec![false; stems],
    };
    let mut newest = vec![usize::MAX; stems];
    for sentence in &sheet.sentences {
        for token in &sentence.tokens {
            let stem = token.stem as usize;
            words.times[stem] += 1;
            words.stop[stem] = token.stop;
            if newest[stem] != sentence.article {
                newest[stem] = sentence.article;
                words.share[stem] += 1.0 / sheet.articles as f32;
            }
        }
    }
    for token in sheet.titles.iter().flatten() {
        words.in_title[token.stem as usize] = true;
        words.stop[token.stem as usize] = token.stop;
    }
    words
}

/// Cosine of each sentence's rare words with all sentences' together, the largest being 1.
fn centrality(sheet: &Sheet) -> Vec<f32> {
    let mut holders = vec![0u32; sheet.stems()];
    let rows: Vec<Vec<(u32, f32)>> = sheet
        .sentences
        .iter()
        .map(|sentence| {
            let row = content_counts(&sentence.tokens);
            row.iter()
                .for_each(|(stem, _)| holders[*stem as usize] += 1);
            row
        })
        .collect();
    let all = rows.len() as f32;
    let mut sum = vec![0.0f32; sheet.stems()];
    let rows: Vec<Vec<(u32, f32)>> = rows
        .into_iter()
        .map(|mut row| {
            row.iter_mut()
                .for_each(|(stem, times)| *times *= (all / holders[*stem as usize] as f32).ln());
            let length = row
                .iter()
                .map(|(_, weight)| weight * weight)
                .sum::<f32>()
                .sqrt();
            if length > 0.0 {
                row.iter_mut().for_each(|(_, weight)| *weight /= length);
            }
            row.iter()
                .for_each(|(stem, weight)| sum[*stem as usize] += weight);
            row
        })
        .collect();
    let cosines: Vec<f32> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|(stem, weight)| weight * sum[*stem as usize])
                .sum()
        })
        .collect();
    let largest = cosines.iter().copied().fold(0.0f32, f32::max);
    cosines
        .into_iter()
        .map(|cosine| if largest > 0.0 { cosine / largest } else { 0.0 })
        .collect()
}

fn count(sheet: &Sheet, central: &[f32]) -> (Vec<Count>, Vec<Vec<u32>>) {
    let mut ids: HashMap<u64, u32> = HashMap::new();
    let mut counts: Vec<Count> = Vec::new();
    let mut held = Vec::with_capacity(sheet.sentences.len());
    for (index, sentence) in sheet.sentences.iter().enumerate() {
        let beside_title = share_held(&sheet.titles[sentence.article], &sentence.tokens);
        let singles = sentence
            .tokens
            .iter()
            .filter(|token| !token.stop)
            .map(|token| (*token, *token, false));
        let pairs = sentence
            .tokens
            .windows(2)
            .filter(|pair| !(pair[0].stop && pair[1].stop))
            .map(|pair| (pair[0], pair[1], true));
        let mut here: Vec<u32> = singles
            .chain(pairs)
            .map(|(a, b, is_pair)| {
                let next = counts.len() as u32;
                let id = *ids.entry(key(a, b, is_pair)).or_insert(next);
                if id == next {
                    counts.push(Count::new(a, b, is_pair, index));
                }
                id
            })
            .collect();
        here.sort_unstable();
        here.dedup();
        for id in &here {
            counts[*id as usize].see(sentence, central[index], beside_title);
        }
        held.push(here);
    }
    (counts, held)
}

/// One number for a concept: stems are numbered far below 2^31.
fn key(a: Token, b: Token, is_pair: bool) -> u64 {
    u64::from(a.stem) << 32 | u64::from(b.stem) << 1 | u64::from(is_pair)
}

impl Count {
    fn new(a: Token, b: Token, is_pair: bool, first_at: usize) -> Self {
        Self {
            pair: (a.stem, b.stem),
            is_pair,
            stops: usize::from(is_pair) * (usize::from(a.stop) + usize::from(b.stop)),
            sentences: 0,
            articles: 0,
            newest_article: usize::MAX,
            newest_lead: 0.0,
            lead: 0.0,
            first: false,
            earliest: 1.0,
            first_at,
            central: 0.0,
            beside_title: 0.0,
        }
    }

    fn see(&mut self, sentence: &super::sheet::Sentence, central: f32, beside_title: f32) {
        self.sentences += 1;
        if self.newest_article != sentence.article {
            self.newest_article = sentence.article;
            self.articles += 1;
            self.lead += self.newest_lead;
            self.newest_lead = 0.0;
        }
        let lead = LEAD_WEIGHTS.get(sentence.position).copied().unwrap_or(0.0);
        self.newest_lead = self.newest_lead.max(lead);
        self.first |= sentence.position == 0;
        let place = sentence.position as f32 / (sentence.of.max(2) - 1) as f32;
        self.earliest = self.earliest.min(place);
        self.central = self.central.max(central);
        self.beside_title = self.beside_title.max(beside_title);
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn yes(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}

/// What a concept of a story of several articles is worth.
fn story_value(count: &Count, sheet: &Sheet, words: &Words) -> f32 {
    let articles = sheet.articles as f32;
    let often = (1.0 + count.sentences as f32).ln();
    let lead = (1.0 + count.lead).ln();
    let share = count.articles as f32 / articles;
    let (a, b) = count.pair;
    if !count.is_pair {
        let x = -5.319 + 0.845 * often - 0.212 * lead
            + 0.931 * share
            + 1.497 * count.lead / articles
            + 0.461 * yes(count.first)
            - 0.326 * count.earliest
            + 1.829 * count.central;
        return 0.45 * logistic(x).powf(1.3);
    }
    let held = |stem: u32| {
        if words.stop[stem as usize] {
            0.0
        } else {
            words.share[stem as usize]
        }
    };
    let x = -7.268 + 1.252 * often - 0.074 * lead
        + 0.207 * share
        + 1.015 * count.lead / articles
        + 0.497 * yes(count.first)
        - 0.670 * count.earliest
        + 1.855 * count.central
        + 0.349 * count.stops as f32
        + 0.554 * held(a).min(held(b))
        + 1.065 * held(a).max(held(b));
    0.55 * logistic(x).powf(1.1)
}

/// What a concept of a single article is worth.
fn single_value(count: &Count, sheet: &Sheet, words: &Words) -> f32 {
    let first = count.first_at as f32;
    let often = (0.01 + count.sentences as f32).ln();
    let early = (-first / 3.0).exp();
    let late = (1.0 + first).ln();
    let place = first / (sheet.sentences.len().max(2) - 1) as f32;
    let (a, b) = (count.pair.0 as usize, count.pair.1 as usize);
    let title = yes(words.in_title[a] && words.in_title[b]);
    let topical = |stem: usize| yes(words.in_title[stem] && !words.stop[stem]);
    let in_title = (topical(a) + topical(b)) / 2.0;
    let times = (1.0 + words.times[a].min(words.times[b]) as f32).ln();
    if !count.is_pair {
        let x = -2.691 + 0.107 * often - 0.161 * early - 0.839 * late
            + 0.214 * place
            + 1.137 * count.central
            + 0.524 * count.beside_title
            + 1.618 * title
            + 1.478 * in_title
            + 1.207 * times;
        return 0.5 * logistic(x).powf(1.3);
    }
    let x = -1.790 + 1.086 * often - 0.546 * early - 1.000 * late
        + 0.220 * place
        + 0.870 * count.central
        + 0.634 * count.beside_title
        + 1.103 * title
        + 1.230 * in_title
        + 0.011 * times;
    0.5 * logistic(x)
}
