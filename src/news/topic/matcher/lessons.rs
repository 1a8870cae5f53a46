//! Profiles of many topics, held against an article together: each word of the article leads to the
//! profiles that hold it, so that all are scored in one pass over what they share with it.
//!
//! All words of a profile are kept. To leave out those that cannot reach the bar was tried on
//! profiles learned from real news: four fifths of the words are needed all the same, and to score
//! the doubtful ones afterwards costs more than was saved.

use super::signs::NONE;
use crate::news::topic::profile::{Profile, Scale};
use std::collections::HashMap;

/// Given-up lessons are swept out when there are so many of them, and a quarter as many as others.
const SWEPT_LESSONS_MIN: usize = 64;
/// A bar is lowered by that share, so that rounding loses no match; the exact rule comes after it.
const ROUNDING: f32 = 1e-4;

#[derive(Debug, Default)]
pub struct Lessons {
    all: Vec<Lesson>,
    /// The score under which the profile alone is no ground for a match, by lesson.
    bars: Vec<f32>,
    free: Vec<u32>,
    /// Given up, but still standing under their words.
    gone: Vec<u32>,
    by_term: HashMap<u32, Vec<Weight>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Whose it is; [`NONE`] once it is given up.
    pub topic: u32,
    pub scale: Scale,
}

#[derive(Clone, Copy, Debug)]
struct Weight {
    lesson: u32,
    weight: f32,
}

impl Lessons {
    pub fn add(&mut self, topic: u32, profile: &Profile) -> u32 {
        let scale = profile.scale();
        let bar = scale.profile_score_min() * (1.0 - ROUNDING);
        let number = self.free.pop().unwrap_or_else(|| {
            self.all.push(Lesson { topic, scale });
            self.bars.push(bar);
            (self.all.len() - 1) as u32
        });
        self.all[number as usize] = Lesson { topic, scale };
        // Without a best score no score counts.
        self.bars[number as usize] = if bar > 0.0 { bar } else { f32::INFINITY };
        for &(term, weight) in profile.terms() {
            let weight = Weight {
                lesson: number,
                weight,
            };
            self.by_term.entry(term).or_default().push(weight);
        }
        number
    }

    pub fn remove(&mut self, number: u32) {
        self.all[number as usize].topic = NONE;
        self.bars[number as usize] = f32::INFINITY;
        self.gone.push(number);
        let live = self.all.len() - self.free.len() - self.gone.len();
        if self.gone.len() >= SWEPT_LESSONS_MIN.max(live / 4) {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        let all = &self.all;
        self.by_term.retain(|_, weights| {
            weights.retain(|weight| all[weight.lesson as usize].topic != NONE);
            if weights.capacity() > 2 * weights.len() {
                weights.shrink_to_fit();
            }
            !weights.is_empty()
        });
        self.free.append(&mut self.gone);
    }

    pub fn get(&self, number: u32) -> Lesson {
        self.all[number as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len() - self.free.len() - self.gone.len()
    }

    /// Weights that are kept.
    #[cfg(test)]
    pub fn places(&self) -> usize {
        self.by_term.values().map(Vec::len).sum()
    }

    /// The profile score of each lesson for an article, given as a vector of length 1 sorted by
    /// term.
    pub fn scores(&self, unit: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.all.len()];
        for (term, of_article) in unit {
            for weight in self.by_term.get(term).into_iter().flatten() {
                scores[weight.lesson as usize] += weight.weight * of_article;
            }
        }
        scores
    }

    /// Whether a lesson's score may be ground enough for a match.
    pub fn is_ground(&self, number: u32, score: f32) -> bool {
        score >= self.bars[number as usize]
    }

    /// The topics whose profile alone may be ground enough.
    pub fn grounded(&self, scores: &[f32]) -> impl Iterator<Item = u32> {
        let reached = self.bars.iter().zip(scores).zip(&self.all);
        reached
            .filter(|((bar, score), _)| score >= bar)
            .map(|(_, lesson)| lesson.topic)
    }
}
