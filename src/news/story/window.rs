//! The window: the newest articles in memory, their stories, and the placing of a new one.

use super::lexicon::{ALL, Held, Lexicon, SLOTS_MAX, Terms, Tongue, grown_by};
use super::likeness::{self, Frame, SIMILARITY_SCALE, Yardstick};
use super::search::Pair;
use super::{Neighbour, Placed, StoryId};
use crate::clock::{DAY, Millis};
use crate::news::ArticleId;
use crate::text::spread::Spread;
use crate::text::vector::Vector;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Neighbours of an article that are kept, the nearest.
pub(super) const NEIGHBOURS_MAX: usize = 80;
/// A story is joined from this score on.
pub(super) const JOIN_SCORE_MIN: f32 = 0.2;
/// Exponent of a story's size under the sum of similarities.
const SIZE_POWER: f32 = 0.7;
/// How much the bars are raised for the first article of all, falling to nothing over so many
/// articles. Tried on the labelled sets, where it changes nothing.
const CAUTION_MAX: f32 = 1.6;
const CAUTION_ARTICLES: f32 = 40.0;

/// How much older than a new article the last one of a story may be and still stay in the window.
const LIVE_MAX: Millis = 14 * DAY;

/// The newest articles in memory, over which new ones are placed.
pub struct Window {
    articles_max: usize,
    /// A ring: the article with number n stands in slot n % `articles_max`.
    pub(super) entries: Vec<Entry>,
    /// Numbers of the oldest article in the window, and of the next one to come.
    oldest: u32,
    next: u32,
    /// Slot of the oldest article.
    first: u32,
    numbers: HashMap<ArticleId, u32, Spread>,
    /// Story of each slot.
    pub(super) story_of: Vec<StoryId>,
    pub(super) stories: HashMap<StoryId, Story, Spread>,
    pub(super) lexicon: Lexicon,
    pub(super) yardstick: Yardstick,
    /// By slot.
    pub(super) marks: Vec<Mark>,
}

/// What a search looks at for every article that shares a term with the new one.
pub(super) struct Mark {
    /// Zero between searches.
    pub score: f32,
    /// One over the length of the article's vector by weights that never change.
    pub inverse_length: f32,
}

/// An article in the window.
pub(super) struct Entry {
    pub id: ArticleId,
    pub frame: Frame,
    pub same_text: ArticleId,
    pub tongue: Tongue,
    /// Whether it is more than a headline.
    pub has_text: bool,
    pub terms: Terms,
    /// Neighbours that were there when it came, and those that came later.
    pub older: Box<[Edge]>,
    pub newer: Vec<Edge>,
}

/// What is known of a story's articles in the window.
#[derive(Default)]
pub(super) struct Story {
    pub slots: Vec<u32>,
    /// Sum of the similarities of their pairs.
    pub within: u64,
    /// How many of them are no more than a headline.
    pub bare: usize,
}

/// One side of a pair: the other article's number, the similarity in parts of [`SIMILARITY_SCALE`].
#[derive(Clone, Copy)]
#[repr(Rust, packed(2))]
pub(super) struct Edge {
    pub number: u32,
    pub similarity: u16,
}

impl Window {
    /// A window of at most `articles_max` articles.
    pub fn new(articles_max: usize) -> Self {
        Self {
            articles_max: articles_max.clamp(1, SLOTS_MAX),
            entries: Vec::new(),
            oldest: 0,
            next: 0,
            first: 0,
            numbers: HashMap::default(),
            story_of: Vec::new(),
            stories: HashMap::default(),
            lexicon: Lexicon::default(),
            yardstick: Yardstick::default(),
            marks: Vec::new(),
        }
    }

    /// Places an article and takes it into the window; `at` ≤ 0 is an unknown time. An article
    /// that is there already stays where it is.
    pub fn place(&mut self, id: ArticleId, at: Millis, vector: Vector) -> Placed {
        if let Some(number) = self.numbers.get(&id) {
            return self.placed_before(self.slot(*number));
        }
        let carried = self.carry(at);
        let slot = self.admit(id, at, &vector);
        self.lexicon.weigh(&self.entries[slot as usize].terms);
        let (pairs, same_text) = self.compare(slot);
        self.entries[slot as usize].same_text = same_text.unwrap_or(id);
        let joined = self.choose(&pairs);
        let story = joined.map_or(StoryId(id.0), |(story, _)| story);
        self.connect(
            slot,
            pairs
                .iter()
                .map(|pair| (pair.slot, pair.similarity))
                .collect(),
        );
        self.enter(slot, story);
        let repaired = if joined.is_some() {
            self.repair(slot)
        } else {
            Default::default()
        };
        Placed {
            story: self.story_of[slot as usize],
            score: joined.map(|(_, score)| score),
            neighbours: self.neighbours(slot),
            same_text: self.entries[slot as usize].same_text,
            carried,
            merged: repaired.merged,
            moved: repaired.moved,
        }
    }

    /// Factor on the bars, above 1 while the window has seen too little to know what is common.
    pub(super) fn caution(&self) -> f32 {
        1.0 + CAUTION_MAX * (1.0 - self.len() as f32 / CAUTION_ARTICLES).max(0.0)
    }

    /// Takes in an article that was placed before, in the order of placing.
    pub fn restore(
        &mut self,
        id: ArticleId,
        at: Millis,
        vector: Vector,
        story: StoryId,
        neighbours: Vec<Neighbour>,
        same_text: ArticleId,
    ) {
        if self.numbers.contains_key(&id) {
            return;
        }
        let slot = self.admit(id, at, &vector);
        self.lexicon.weigh_later();
        self.entries[slot as usize].same_text = same_text;
        let mut edges: Vec<(u32, u16)> = neighbours
            .iter()
            .filter(|neighbour| neighbour.article != id)
            .filter_map(|neighbour| {
                let number = self.numbers.get(&neighbour.article)?;
                let similarity = (neighbour.similarity * SIMILARITY_SCALE).round();
                Some((self.slot(*number), similarity as u16))
            })
            .collect();
        edges.sort_unstable_by_key(|(slot, similarity)| {
            (
                std::cmp::Reverse(*similarity),
                self.entries[*slot as usize].id,
            )
        });
        edges.truncate(NEIGHBOURS_MAX);
        self.connect(slot, edges);
        self.enter(slot, story);
    }

    /// How many articles are in the window.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rough bytes held.
    pub fn bytes(&self) -> usize {
        let entries: usize = self
            .entries
            .iter()
            .map(|entry| {
                let edges = entry.older.len() + entry.newer.capacity();
                edges * size_of::<Edge>() + entry.terms.len() * size_of::<Held>()
            })
            .sum();
        let stories: usize = self
            .stories
            .values()
            .map(|story| story.slots.capacity() * 4 + size_of::<Story>() + 16)
            .sum();
        entries
            + stories
            + self.entries.capacity()
                * (size_of::<Entry>() + size_of::<StoryId>() + size_of::<Mark>())
            + self.numbers.capacity() * 24
            + self.lexicon.bytes()
            + self.yardstick.bytes()
    }

    /// The slot of a number that is in the window or the next to come; numbers wrap around only after
    /// four billion articles.
    fn slot(&self, number: u32) -> u32 {
        self.turned(self.first + number.wrapping_sub(self.oldest))
    }

    /// A place beyond the last slot goes on at the first one.
    fn turned(&self, place: u32) -> u32 {
        let slots = self.articles_max as u32;
        if place < slots { place } else { place - slots }
    }

    /// Makes the second oldest article the oldest.
    fn pass_oldest(&mut self) {
        self.oldest += 1;
        self.first = self.turned(self.first + 1);
    }

    /// The number of the article in a slot.
    fn number(&self, slot: u32) -> u32 {
        self.oldest + self.place_in_order(slot)
    }

    /// How many articles in the window came before the one in the slot.
    pub(super) fn place_in_order(&self, slot: u32) -> u32 {
        self.turned(slot + self.articles_max as u32 - self.first)
    }

    fn slots(&self) -> std::ops::Range<u32> {
        0..self.entries.len() as u32
    }

    /// Counts an article and gives it a slot, after the oldest has left a full window. Its terms are
    /// still to be weighed.
    fn admit(&mut self, id: ArticleId, at: Millis, vector: &Vector) -> u32 {
        let is_full = self.entries.len() == self.articles_max;
        if is_full {
            self.evict();
        }
        let terms = vector
            .0
            .iter()
            .map(|w| Held::new(self.lexicon.number(w.term), [w.all, w.lead, w.caps]));
        let terms = Terms::new(terms.collect());
        let tongue = self.lexicon.tongue(&terms);
        let slot = self.slot(self.next);
        self.lexicon.add(slot, tongue, &terms);
        let length = terms.iter().map(|held| {
            let idf = self.lexicon.idf_first(held.number, tongue);
            (likeness::count_weight(held.counts[ALL]) * idf).powi(2)
        });
        let length = length.sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let has_text = vector.0.iter().any(|w| w.all > w.title);
        let frame = Frame {
            at,
            words: vector.words(),
        };
        let (older, newer) = (Box::default(), Vec::new());
        let entry = Entry {
            id,
            frame,
            same_text: id,
            tongue,
            has_text,
            terms,
            older,
            newer,
        };
        let mark = Mark {
            score: 0.0,
            inverse_length: 1.0 / length,
        };
        if is_full {
            self.entries[slot as usize] = entry;
            self.marks[slot as usize] = mark;
        } else {
            self.entries.push(entry);
            self.story_of.push(StoryId(id.0));
            self.marks.push(mark);
        }
        self.numbers.insert(id, self.next);
        self.next += 1;
        debug_assert!(self.slots().contains(&slot));
        slot
    }

    /// Before an article of that time comes into a full window: keeps the oldest one as the newest,
    /// without neighbours, if it is the last of a story of several that is still live. One for each
    /// that comes, so that the kept ones are never more than half of the window.
    fn carry(&mut self, at: Millis) -> Option<ArticleId> {
        if self.entries.len() < self.articles_max {
            return None;
        }
        let slot = self.slot(self.oldest);
        let story = self.story_of[slot as usize];
        let entry = &self.entries[slot as usize];
        let joined = story != StoryId(entry.id.0);
        let live = entry.frame.at > 0 && at.saturating_sub(entry.frame.at) <= LIVE_MAX;
        if !joined || !live || self.size(story) > 1 {
            return None;
        }
        self.leave(slot);
        let entry = &mut self.entries[slot as usize];
        self.lexicon.renew_oldest(&entry.terms);
        (entry.older, entry.newer) = (Box::default(), Vec::new());
        let id = entry.id;
        // In a full window the next slot is that of the oldest.
        self.numbers.insert(id, self.next);
        self.next += 1;
        self.pass_oldest();
        self.enter(slot, story);
        Some(id)
    }

    fn evict(&mut self) {
        let slot = self.slot(self.oldest);
        self.leave(slot);
        let entry = &mut self.entries[slot as usize];
        self.lexicon
            .remove_oldest(entry.tongue, &std::mem::take(&mut entry.terms));
        self.numbers.remove(&entry.id);
        self.pass_oldest();
    }

    /// The story that a new article with these neighbours joins, and its score.
    fn choose(&self, pairs: &[Pair]) -> Option<(StoryId, f32)> {
        let mut masses = Masses::default();
        for pair in pairs {
            let story = self.story_of[pair.slot as usize];
            *masses.entry(story).or_default() += u64::from(pair.similarity);
        }
        let least = JOIN_SCORE_MIN * self.caution();
        let scored = masses
            .into_iter()
            .map(|(story, mass)| (story, linkage(mass, self.size(story))));
        best(scored.filter(|(_, score)| *score >= least))
    }

    /// Keeps the neighbours of a new article, on both sides.
    fn connect(&mut self, slot: u32, edges: Vec<(u32, u16)>) {
        let own = self.number(slot);
        let mut older = Vec::with_capacity(edges.len());
        for (other, similarity) in edges {
            let number = self.number(other);
            older.push(Edge { number, similarity });
            let newer = &mut self.entries[other as usize].newer;
            if newer.len() == newer.capacity() {
                newer.reserve_exact(grown_by(newer.len()));
            }
            newer.push(Edge {
                number: own,
                similarity,
            });
        }
        self.entries[slot as usize].older = older.into_boxed_slice();
    }

    fn neighbours(&self, slot: u32) -> Vec<Neighbour> {
        let edges = self.entries[slot as usize].older.iter();
        edges
            .filter(|edge| edge.number >= self.oldest)
            .map(|edge| Neighbour {
                article: self.entries[self.slot(edge.number) as usize].id,
                similarity: f32::from(edge.similarity) / SIMILARITY_SCALE,
            })
            .collect()
    }

    fn placed_before(&self, slot: u32) -> Placed {
        Placed {
            story: self.story_of[slot as usize],
            score: None,
            neighbours: self.neighbours(slot),
            same_text: self.entries[slot as usize].same_text,
            carried: None,
            merged: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// Slots of the neighbours that are in the window, with similarities.
    pub(super) fn edges(&self, slot: u32) -> impl Iterator<Item = (u32, u16)> + '_ {
        let entry = &self.entries[slot as usize];
        let older = entry.older.iter().filter(|edge| edge.number >= self.oldest);
        older
            .chain(&entry.newer)
            .map(|edge| (self.slot(edge.number), edge.similarity))
    }

    pub(super) fn size(&self, story: StoryId) -> usize {
        self.stories
            .get(&story)
            .map_or(0, |story| story.slots.len())
    }

    pub(super) fn enter(&mut self, slot: u32, story: StoryId) {
        self.story_of[slot as usize] = story;
        let within = self.bond(slot, story);
        let has_text = self.entries[slot as usize].has_text;
        let story = self.stories.entry(story).or_default();
        story.slots.push(slot);
        story.within += within;
        story.bare += usize::from(!has_text);
    }

    pub(super) fn leave(&mut self, slot: u32) {
        let id = self.story_of[slot as usize];
        let within = self.bond(slot, id);
        let Some(story) = self.stories.get_mut(&id) else {
            return;
        };
        if let Some(at) = story.slots.iter().position(|other| *other == slot) {
            story.slots.swap_remove(at);
            story.within -= within;
            story.bare -= usize::from(!self.entries[slot as usize].has_text);
        }
        if story.slots.is_empty() {
            self.stories.remove(&id);
        }
    }

    /// Sum of an article's similarities to those of a story.
    fn bond(&self, slot: u32, story: StoryId) -> u64 {
        self.edges(slot)
            .filter(|(other, _)| self.story_of[*other as usize] == story)
            .map(|(_, similarity)| u64::from(similarity))
            .sum()
    }
}

/// Sums of similarities by story.
pub(super) type Masses = HashMap<StoryId, u64, Spread>;

/// Of stories with scores the one with the highest, of equals the eldest.
pub(super) fn best(scored: impl Iterator<Item = (StoryId, f32)>) -> Option<(StoryId, f32)> {
    scored.reduce(|best, (story, score)| {
        let is_better = score > best.1 || (score == best.1 && story < best.0);
        if is_better { (story, score) } else { best }
    })
}

/// The bond of an article to a story: sum of similarities over size^0.7.
pub(super) fn linkage(mass: u64, size: usize) -> f32 {
    mass as f32 / SIMILARITY_SCALE / powered(size)
}

/// A story's size to the power of 0.7, worked out once for all usual sizes.
fn powered(size: usize) -> f32 {
    static POWERED: LazyLock<[f32; 256]> =
        LazyLock::new(|| std::array::from_fn(|size| (size as f32).powf(SIZE_POWER)));
    let known = POWERED.get(size).copied();
    known.unwrap_or_else(|| (size as f32).powf(SIZE_POWER))
}
