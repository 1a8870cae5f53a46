//! The choice: sentences that together cover the most worth, greedily, then bettered by swaps.

use super::Wanted;
use super::concepts::Concepts;
use super::sheet::Sheet;

/// Rounds of swaps; the first two bring nearly all.
const SWAP_ROUNDS_MAX: usize = 6;

/// What a swap must multiply the worth by.
const SWAP_RISE_MIN: f32 = 1.000_01;

/// Where sentences are counted, not words, long ones would win without it.
const SENTENCES_LENGTH_EXPONENT: f32 = 0.5;

/// Of a sentence that costs its words.
const WORDS_LENGTH_EXPONENT: f32 = 0.75;

/// A gain below this is none.
const GAIN_MIN: f32 = 1e-6;

/// What each concept's best chosen sentence gives it already.
pub(super) struct Cover<'a> {
    sheet: &'a Sheet,
    concepts: &'a Concepts,
    best: Vec<f32>,
}

impl<'a> Cover<'a> {
    pub fn new(sheet: &'a Sheet, concepts: &'a Concepts, chosen: &[usize]) -> Self {
        let mut cover = Self {
            sheet,
            concepts,
            best: vec![0.0; concepts.value.len()],
        };
        chosen.iter().for_each(|sentence| cover.add(*sentence));
        cover
    }

    pub fn add(&mut self, sentence: usize) {
        let quality = self.sheet.sentences[sentence].quality;
        for concept in &self.concepts.held[sentence] {
            let best = &mut self.best[*concept as usize];
            *best = best.max(quality);
        }
    }

    /// What a sentence would add to the worth covered.
    pub fn gain(&self, sentence: usize) -> f32 {
        let quality = self.sheet.sentences[sentence].quality;
        self.concepts.held[sentence]
            .iter()
            .map(|concept| {
                let concept = *concept as usize;
                self.concepts.value[concept] * (quality - self.best[concept]).max(0.0)
            })
            .sum()
    }

    fn total(&self) -> f32 {
        self.best
            .iter()
            .zip(&self.concepts.value)
            .map(|(best, value)| best * value)
            .sum()
    }
}

/// What a sentence covers by itself.
pub(super) fn worth(sheet: &Sheet, concepts: &Concepts, sentence: usize) -> f32 {
    Cover::new(sheet, concepts, &[]).gain(sentence)
}

/// What a sentence's length is raised to before its gain is divided by it.
pub(super) fn length_exponent(wanted: Wanted) -> f32 {
    match wanted {
        Wanted::Sentences(_) => SENTENCES_LENGTH_EXPONENT,
        Wanted::Words(_) => WORDS_LENGTH_EXPONENT,
    }
}

/// The best set of the candidates that is within what is wanted, in no particular order.
pub(super) fn choose(
    sheet: &Sheet,
    concepts: &Concepts,
    candidates: &[usize],
    wanted: Wanted,
) -> Vec<usize> {
    let budget = Budget { sheet, wanted };
    let exponent = length_exponent(wanted);
    let mut chosen = Vec::new();
    budget.fill(concepts, candidates, &mut chosen, exponent);
    for _ in 0..SWAP_ROUNDS_MAX {
        let Some((out, into)) = best_swap(&budget, concepts, candidates, &chosen) else {
            break;
        };
        chosen[out] = into;
        budget.fill(concepts, candidates, &mut chosen, 0.0);
    }
    chosen
}

struct Budget<'a> {
    sheet: &'a Sheet,
    wanted: Wanted,
}

impl Budget<'_> {
    fn most(&self) -> usize {
        match self.wanted {
            Wanted::Sentences(most) | Wanted::Words(most) => most,
        }
    }

    fn cost(&self, sentence: usize) -> usize {
        match self.wanted {
            Wanted::Sentences(_) => 1,
            Wanted::Words(_) => self.sheet.sentences[sentence].words,
        }
    }

    fn spent(&self, chosen: &[usize]) -> usize {
        chosen.iter().map(|sentence| self.cost(*sentence)).sum()
    }

    /// Sentences are counted, so nothing else keeps the long ones from winning every swap.
    fn swap_exponent(&self) -> f32 {
        match self.wanted {
            Wanted::Sentences(_) => SENTENCES_LENGTH_EXPONENT,
            Wanted::Words(_) => 0.0,
        }
    }

    /// Adds the sentence with the most gain for its length until none fits.
    fn fill(
        &self,
        concepts: &Concepts,
        candidates: &[usize],
        chosen: &mut Vec<usize>,
        exponent: f32,
    ) {
        let mut cover = Cover::new(self.sheet, concepts, chosen);
        loop {
            let left = self.most().saturating_sub(self.spent(chosen));
            let best = candidates
                .iter()
                .filter(|sentence| self.cost(**sentence) <= left && !chosen.contains(sentence))
                .map(|sentence| (*sentence, cover.gain(*sentence)))
                .filter(|(_, gain)| *gain > GAIN_MIN)
                .map(|(sentence, gain)| {
                    (
                        sentence,
                        gain / (self.sheet.sentences[sentence].words as f32).powf(exponent),
                    )
                })
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            let Some((sentence, _)) = best else {
                return;
            };
            cover.add(sentence);
            chosen.push(sentence);
        }
    }
}

/// Which chosen one to put out, and what to put in its place, so that the whole gains the most.
fn best_swap(
    budget: &Budget,
    concepts: &Concepts,
    candidates: &[usize],
    chosen: &[usize],
) -> Option<(usize, usize)> {
    let merit =
        |worth: f32, words: usize| worth / (words.max(1) as f32).powf(budget.swap_exponent());
    let words = |sentence: usize| budget.sheet.sentences[sentence].words;
    let all: usize = chosen.iter().map(|sentence| words(*sentence)).sum();
    let now = merit(Cover::new(budget.sheet, concepts, chosen).total(), all);
    let mut best: Option<(f32, usize, usize)> = None;
    for out in 0..chosen.len() {
        let mut rest = chosen.to_vec();
        rest.remove(out);
        let cover = Cover::new(budget.sheet, concepts, &rest);
        let base = cover.total();
        let left = budget.most().saturating_sub(budget.spent(&rest));
        for into in candidates {
            if budget.cost(*into) > left || chosen.contains(into) {
                continue;
            }
            let then = merit(
                base + cover.gain(*into),
                all - words(chosen[out]) + words(*into),
            );
            if then > best.map_or(now * SWAP_RISE_MIN, |(most, _, _)| most) {
                best = Some((then, out, *into));
            }
        }
    }
    best.map(|(_, out, into)| (out, into))
}
