//! Repair right after an article joined a story: stories that turn out to be one are merged, the
//! article's nearest neighbours may move to where they fit better, and a story that turns out to be
//! two is split.

use super::StoryId;
use super::likeness::SIMILARITY_SCALE;
use super::split;
use super::window::{JOIN_SCORE_MIN, Masses, Window, best, linkage};
use crate::news::ArticleId;
use std::collections::HashMap;

/// Two stories are one from this pair mass over (size · size)^0.83 on.
const MERGE_SCORE_MIN: f32 = 0.36;
const MERGE_SIZE_POWER: f32 = 0.83;
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
        self.split_off(slot, &mut repaired);
        repaired
    }

    /// Splits the article's own kind off from a story that turns out to be two. The part where the
    /// story began keeps its id, so a part that holds it waits for an article of the other part.
    /// The new id is that of the article, which no story has borne.
    fn split_off(&mut self, slot: u32, repaired: &mut Repaired) {
        let story = self.story_of[slot as usize];
        if !split::SIZES.contains(&self.size(story)) {
            return;
        }
        if self.is_mostly_bare(&[story]) {
            return;
        }
        let mut slots = self.stories[&story].slots.clone();
        slots.sort_unstable_by_key(|slot| self.place_in_order(*slot));
        let places: HashMap<u32, usize> = slots.iter().copied().zip(0..).collect();
        let mut masses = split::Masses::new(slots.len());
        for (place, slot) in slots.iter().enumerate() {
            for (other, similarity) in self.edges(*slot) {
                if let Some(other) = places.get(&other) {
                    masses.set(place, *other, similarity);
                }
            }
        }
        let own = split::part_of(masses, places[&slot]);
        if own.contains(&0) {
            return;
        }
        let id = self.entries[slot as usize].id;
        for place in own {
            self.leave(slots[place]);
            self.enter(slots[place], StoryId(id.0));
            if slots[place] != slot {
                let moved = self.entries[slots[place] as usize].id;
                repaired.moved.push((moved, StoryId(id.0)));
            }
        }
    }

    fn merge_around(&mut self, slot: u32, repaired: &mut Repaired) {
        let mut near: Vec<StoryId> = self
            .edges(slot)
            .map(|(other, _)| self.story_of[other as usize])
            .collect();
        near.sort_unstable();
        near.dedup();
        loop {
            let own = self.story_of[slot as usize];
            near.retain(|story| *story != own);
            let Some(other) = self.best_merge(own, &near) else {
                return;
            };
            let (elder, younger) = (own.min(other), own.max(other));
            for moved in self.stories.remove(&younger).unwrap_or_default().slots {
                self.enter(moved, elder);
            }
            near.retain(|story| *story != other);
            repaired.merged.push((younger, elder));
        }
    }

    /// The story that has most in common with an article's own, of equals the eldest; none where
    /// none has enough.
    fn best_merge(&self, own: StoryId, near: &[StoryId]) -> Option<StoryId> {
        let mut best: Option<(StoryId, f32)> = None;
        let is_better = |other: StoryId, score: f32, (story, most): (StoryId, f32)| {
            score > most || (score == most && other < story)
        };
        for (other, mass) in self.masses(own, near) {
            // Sizes only make it less.
            if (mass as f32 / SIMILARITY_SCALE) < MERGE_SCORE_MIN {
                continue;
            }
            let sizes = (self.size(own) * self.size(other)) as f32;
            let score = mass as f32 / SIMILARITY_SCALE / sizes.powf(MERGE_SIZE_POWER);
            if score >= MERGE_SCORE_MIN * self.caution()
                && best.is_none_or(|best| is_better(other, score, best))
                && !self.stay_apart(own, other, mass)
            {
                best = Some((other, score));
            }
        }
        best.map(|(other, _)| other)
    }

    /// Whether the bond between two stories is weak beside that within each.
    fn stay_apart(&self, a: StoryId, b: StoryId, across: u64) -> bool {
        let part = |id: StoryId| {
            let story = &self.stories[&id];
            (story.slots.len(), story.within)
        };
        !self.is_mostly_bare(&[a, b]) && split::stay_apart(part(a), part(b), across)
    }

    /// Headlines share too few words for the bonds among them to be measured.
    fn is_mostly_bare(&self, stories: &[StoryId]) -> bool {
        let of = |id: &StoryId| &self.stories[id];
        let bare: usize = stories.iter().map(|id| of(id).bare).sum();
        let all: usize = stories.iter().map(|id| of(id).slots.len()).sum();
        bare * 2 > all
    }

    /// Sums of the similarities across a story and each of the others, walking the side with
    /// fewer articles.
    fn masses(&self, own: StoryId, others: &[StoryId]) -> Masses {
        let mut masses: Masses = others.iter().map(|story| (*story, 0)).collect();
        let outside: usize = others.iter().map(|story| self.size(*story)).sum();
        if self.size(own) <= outside {
            for slot in &self.stories[&own].slots {
                for (other, similarity) in self.edges(*slot) {
                    if let Some(mass) = masses.get_mut(&self.story_of[other as usize]) {
                        *mass += u64::from(similarity);
                    }
                }
            }
            return masses;
        }
        for (story, mass) in &mut masses {
            let slots = self.stories.get(story).map(|story| &story.slots);
            for slot in slots.into_iter().flatten() {
                let edges = self.edges(*slot);
                *mass += edges
                    .filter(|(other, _)| self.story_of[*other as usize] == own)
                    .map(|(_, similarity)| u64::from(similarity))
                    .sum::<u64>();
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
        let mut masses = Masses::default();
        for (other, similarity) in self.edges(slot) {
            let story = self.story_of[other as usize];
            *masses.entry(story).or_default() += u64::from(similarity);
        }
        let now = match self.size(own) {
            0 | 1 => JOIN_SCORE_MIN * self.caution(),
            size => linkage(masses.get(&own).copied().unwrap_or(0), size - 1),
        };
        let scored = masses
            .into_iter()
            .filter(|(story, _)| *story != own)
            .map(|(story, mass)| (story, linkage(mass, self.size(story))));
        best(scored)
            .filter(|(_, score)| *score > MOVE_GAIN_MIN * now)
            .map(|(story, _)| story)
    }
}
