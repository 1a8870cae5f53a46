//! Repair right after an article joined a story: stories that turn out to be one are merged, and
//! the article's nearest neighbours may move to where they fit better.

use super::StoryId;
use super::likeness::SIMILARITY_SCALE;
use super::window::{JOIN_SCORE_MIN, Window, linkage};
use crate::news::ArticleId;
use std::collections::{BTreeMap, BTreeSet};

/// Two stories are one from this pair mass over (size · size)^0.85 on.
const MERGE_SCORE_MIN: f32 = 0.36;
const MERGE_SIZE_POWER: f32 = 0.85;
/// Nearest neighbours that may move.
const MOVED_MAX: usize = 5;
/// How much better the other story must fit.
const MOVE_GAIN_MIN: f32 = 1.05;

/// What a repair changed, in order.
#[derive(Default)]
pub(super) struct Repaired {
    pub merged: Vec<(StoryId, StoryId)>,
    pub moved: Vec<(ArticleId, StoryId)>,
}

impl Window {
    /// Repairs around an article that has just joined a story.
    pub(super) fn repair(&mut self, slot: u32) -> Repaired {
        let mut repaired = Repaired::default();
        self.merge_around(slot, &mut repaired);
        self.move_around(slot, &mut repaired);
        repaired
    }

    fn merge_around(&mut self, slot: u32, repaired: &mut Repaired) {
        let mut near: BTreeSet<StoryId> = self
            .edges(slot)
            .map(|(other, _)| self.story_of[other as usize])
            .collect();
        loop {
            let own = self.story_of[slot as usize];
            near.remove(&own);
            let Some(other) = self.best_merge(own, &near) else {
                return;
            };
            let (elder, younger) = (own.min(other), own.max(other));
            for moved in self.members.remove(&younger).unwrap_or_default() {
                self.enter(moved, elder);
            }
            near.remove(&other);
            repaired.merged.push((younger, elder));
        }
    }

    fn best_merge(&self, own: StoryId, near: &BTreeSet<StoryId>) -> Option<StoryId> {
        let mut best: Option<(StoryId, f32)> = None;
        for (other, mass) in self.masses(own, near) {
            let sizes = (self.size(own) * self.size(other)) as f32;
            let score = mass as f32 / SIMILARITY_SCALE / sizes.powf(MERGE_SIZE_POWER);
            if score >= MERGE_SCORE_MIN * self.caution()
                && best.is_none_or(|(_, most)| score > most)
            {
                best = Some((other, score));
            }
        }
        best.map(|(other, _)| other)
    }

    /// Sums of the similarities across a story and each of the others, walking the side with
    /// fewer articles.
    fn masses(&self, own: StoryId, others: &BTreeSet<StoryId>) -> BTreeMap<StoryId, u64> {
        let mut masses: BTreeMap<StoryId, u64> = BTreeMap::new();
        let outside: usize = others.iter().map(|story| self.size(*story)).sum();
        if self.size(own) <= outside {
            for slot in &self.members[&own] {
                for (other, similarity) in self.edges(*slot) {
                    let story = self.story_of[other as usize];
                    if others.contains(&story) {
                        *masses.entry(story).or_default() += u64::from(similarity);
                    }
                }
            }
            return masses;
        }
        for story in others {
            for slot in self.members.get(story).into_iter().flatten() {
                let edges = self.edges(*slot);
                let mass: u64 = edges
                    .filter(|(other, _)| self.story_of[*other as usize] == own)
                    .map(|(_, similarity)| u64::from(similarity))
                    .sum();
                *masses.entry(*story).or_default() += mass;
            }
        }
        masses
    }

    fn move_around(&mut self, slot: u32, repaired: &mut Repaired) {
        let nearest: Vec<u32> = self
            .edges(slot)
            .take(MOVED_MAX)
            .map(|(other, _)| other)
            .collect();
        for slot in nearest {
            if let Some(story) = self.better_story(slot) {
                self.leave(slot);
                self.enter(slot, story);
                repaired.moved.push((self.entries[slot as usize].id, story));
            }
        }
    }

    /// The story into which an article fits clearly better than into its own.
    fn better_story(&self, slot: u32) -> Option<StoryId> {
        let own = self.story_of[slot as usize];
        let mut masses: BTreeMap<StoryId, u64> = BTreeMap::new();
        for (other, similarity) in self.edges(slot) {
            *masses.entry(self.story_of[other as usize]).or_default() += u64::from(similarity);
        }
        let now = match self.size(own) {
            0 | 1 => JOIN_SCORE_MIN,
            size => linkage(masses.get(&own).copied().unwrap_or(0), size - 1),
        };
        let mut best: Option<(StoryId, f32)> = None;
        for (story, mass) in masses {
            let score = linkage(mass, self.size(story));
            if story != own && best.is_none_or(|(_, most)| score > most) {
                best = Some((story, score));
            }
        }
        best.filter(|(_, score)| *score > MOVE_GAIN_MIN * now)
            .map(|(story, _)| story)
    }
}
