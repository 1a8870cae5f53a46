//! Search: which articles in the window are like a new one.

use super::lexicon::{self, ALL};
use super::likeness;
use super::window::{NEIGHBOURS_MAX, Window};
use crate::news::ArticleId;

/// Terms by which candidates are looked for. Tried on the labelled sets: 20 find what 30 do, 15 cost
/// .0002 of the mean.
const SEARCH_TERMS_MAX: usize = 20;
/// Candidates that are compared exactly: so many as may be kept. Tried on the labelled sets: 120 give
/// .0003 more of the mean for half as much work again.
const CANDIDATES_MAX: usize = NEIGHBOURS_MAX;
/// A candidate is not compared that scores less over the search terms alone, as a share of what the
/// new article itself would over all its terms. Tried on the labelled sets, whole, halved, cut short
/// and mixed: up to here nothing is lost, from .03 on the halves lose .001.
const CANDIDATE_COSINE_MIN: f32 = 0.025;
/// Cosine over all terms from which on two texts count as the same, where both also have so much of
/// the longer one's terms: a few rare names make even short reports of one event alike that each
/// outlet wrote itself.
const SAME_TEXT_COSINE_MIN: f32 = 0.9;
const SAME_TEXT_SHARE_MIN: f32 = 0.8;
/// Two texts that share fewer terms are not alike, however rare the term. Bare headlines may be.
const SHARED_TERMS_MIN: u32 = 2;
/// Terms without which a text is too short to be told from another.
const SAME_TEXT_TERMS_MIN: usize = 6;

/// An article that was compared with the new one.
pub(super) struct Pair {
    pub slot: u32,
    pub similarity: u16,
}

impl Window {
    /// The neighbours of a new article, nearest first, and the first article with the same text.
    pub(super) fn compare(&mut self, slot: u32) -> (Vec<Pair>, Option<ArticleId>) {
        let entry = &self.entries[slot as usize];
        let scale = self.lexicon.scale(entry.tongue);
        self.yardstick
            .lay(&entry.terms, self.lexicon.numbers_end(), scale);
        let candidates = self.candidates(slot);
        let entry = &self.entries[slot as usize];
        let scale = self.lexicon.scale(entry.tongue);
        let mut pairs = Vec::new();
        let mut same: Option<(f32, ArticleId, ArticleId)> = None;
        for candidate in candidates {
            let other = &self.entries[candidate as usize];
            let common = self.yardstick.compare(&other.terms, scale);
            if common.terms < SHARED_TERMS_MIN && entry.has_text && other.has_text {
                continue;
            }
            let cosine = common.cosines[ALL].unwrap_or(0.0);
            let (own, others) = (entry.terms.len(), other.terms.len());
            let share = common.terms as f32 / own.max(others) as f32;
            if cosine >= SAME_TEXT_COSINE_MIN
                && share >= SAME_TEXT_SHARE_MIN
                && own.min(others) >= SAME_TEXT_TERMS_MIN
            {
                let nearer = same.is_none_or(|(best, id, _)| (cosine, id) > (best, other.id));
                if nearer {
                    same = Some((cosine, other.id, other.same_text));
                }
            }
            if let Some(similarity) = likeness::similarity(common.cosines, entry.frame, other.frame)
            {
                pairs.push(Pair {
                    slot: candidate,
                    similarity,
                });
            }
        }
        self.yardstick.clear(&entry.terms);
        pairs.sort_unstable_by_key(|pair| {
            (
                std::cmp::Reverse(pair.similarity),
                self.entries[pair.slot as usize].id,
            )
        });
        (pairs, same.map(|(_, _, same_text)| same_text))
    }

    /// The articles that share most with the one laid out, by its weightiest terms that another
    /// article holds too.
    fn candidates(&mut self, slot: u32) -> Vec<u32> {
        let entry = &self.entries[slot as usize];
        let mut terms: Vec<(f32, u32)> = entry
            .terms
            .iter()
            .filter(|held| self.lexicon.articles_with(held.number) > 1)
            .map(|held| (self.yardstick.weight(held.number), held.number))
            .collect();
        terms.sort_unstable_by(|a, b| {
            let hashes = || self.lexicon.hash(a.1).cmp(&self.lexicon.hash(b.1));
            b.0.total_cmp(&a.0).then_with(hashes)
        });
        terms.truncate(SEARCH_TERMS_MAX);
        let scale = self.lexicon.scale(entry.tongue);
        // As a share of what the article would score against itself: in a store of copies all
        // terms weigh far less than they first did.
        let norm = self.yardstick.norm();
        let own_length = 1.0 / self.marks[slot as usize].inverse_length;
        let near = CANDIDATE_COSINE_MIN * norm * (norm / own_length).min(1.0);
        let counts = likeness::count_weights();
        let mut touched = Vec::new();
        for (weight, number) in terms {
            let weight = weight * scale.idf(number).0[ALL];
            for posting in self.lexicon.postings(number).into_iter().flatten() {
                let (other, count) = lexicon::slot_and_count(*posting);
                let mark = &mut self.marks[other as usize];
                if mark.score == 0.0 {
                    touched.push(other);
                }
                mark.score += weight * counts[usize::from(count)] * mark.inverse_length;
            }
        }
        let mut chosen: Vec<(f32, u32)> = Vec::new();
        for other in touched {
            let score = std::mem::take(&mut self.marks[other as usize].score);
            if score >= near && other != slot {
                chosen.push((score, other));
            }
        }
        if chosen.len() > CANDIDATES_MAX {
            chosen.select_nth_unstable_by(CANDIDATES_MAX, |(a, a_slot), (b, b_slot)| {
                let id = |slot: u32| self.entries[slot as usize].id;
                b.total_cmp(a).then_with(|| id(*b_slot).cmp(&id(*a_slot)))
            });
            chosen.truncate(CANDIDATES_MAX);
        }
        chosen.into_iter().map(|(_, other)| other).collect()
    }
}
