//! The window: the newest articles in memory, their stories, and the placing of a new one.

use super::lexicon::{ALL, Held, Lexicon, SLOTS_MAX, Tongue};
use super::likeness::{self, SIMILARITY_SCALE, Yardstick};
use super::{Neighbour, Placed, StoryId};
use crate::clock::Millis;
use crate::news::ArticleId;
use crate::text::background;
use crate::text::vector::Vector;
use std::collections::{BTreeMap, HashMap};

/// Terms by which candidates are looked for.
const SEARCH_TERMS_MAX: usize = 40;
/// Candidates that are compared exactly.
const CANDIDATES_MAX: usize = 200;
/// Neighbours of an article that are kept, the nearest.
const NEIGHBOURS_MAX: usize = 100;
/// A story is joined from this score on.
pub(super) const JOIN_SCORE_MIN: f32 = 0.24;
/// Exponent of a story's size under the sum of similarities.
const SIZE_POWER: f32 = 0.7;
/// Cosine over all terms from which on two texts count as the same.
const SAME_TEXT_COSINE_MIN: f32 = 0.9;
/// Two texts that share fewer terms are not alike, however rare the term. Bare headlines may be.
const SHARED_TERMS_MIN: u32 = 2;
/// Terms without which a text is too short to be told from another.
const SAME_TEXT_TERMS_MIN: usize = 6;

/// The newest articles in memory, over which new ones are placed.
pub struct Window {
    articles_max: usize,
    /// A ring: the article with number n stands in slot n % `articles_max`.
    pub(super) entries: Vec<Entry>,
    /// Numbers of the oldest article in the window, and of the next one to come.
    oldest: u32,
    next: u32,
    numbers: HashMap<ArticleId, u32>,
    /// Story of each slot.
    pub(super) story_of: Vec<StoryId>,
    /// Slots of the articles of each story.
    pub(super) members: HashMap<StoryId, Vec<u32>>,
    lexicon: Lexicon,
    yardstick: Yardstick,
    /// Search score by slot; all zero between searches.
    scores: Vec<f32>,
}

/// An article in the window.
pub(super) struct Entry {
    pub id: ArticleId,
    at: Millis,
    same_text: ArticleId,
    tongue: Tongue,
    /// Whether it is more than a headline.
    has_text: bool,
    /// Length of the vector by weights that never change.
    length: f32,
    /// Sorted by the hash of the term.
    terms: Box<[Held]>,
    /// Neighbours that were there when it came, and those that came later.
    pub older: Box<[Edge]>,
    pub newer: Vec<Edge>,
}

/// One side of a pair: the other article's number, the similarity in parts of [`SIMILARITY_SCALE`].
#[derive(Clone, Copy)]
#[repr(Rust, packed(2))]
pub(super) struct Edge {
    pub number: u32,
    pub similarity: u16,
}

/// An article that was compared with the new one.
struct Pair {
    slot: u32,
    similarity: u16,
}

impl Window {
    /// A window of at most `articles_max` articles.
    pub fn new(articles_max: usize) -> Self {
        Self {
            articles_max: articles_max.clamp(1, SLOTS_MAX),
            entries: Vec::new(),
            oldest: 0,
            next: 0,
            numbers: HashMap::new(),
            story_of: Vec::new(),
            members: HashMap::new(),
            lexicon: Lexicon::default(),
            yardstick: Yardstick::default(),
            scores: Vec::new(),
        }
    }

    /// Places an article and takes it into the window; `at` ≤ 0 is an unknown time. An article
    /// that is there already stays where it is.
    pub fn place(&mut self, id: ArticleId, at: Millis, vector: Vector) -> Placed {
        if let Some(number) = self.numbers.get(&id) {
            return self.placed_before(self.slot(*number));
        }
        let slot = self.admit(id, at, &vector);
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
            merged: repaired.merged,
            moved: repaired.moved,
        }
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
        let members: usize = self
            .members
            .values()
            .map(|slots| slots.capacity() * 4 + 48)
            .sum();
        entries
            + members
            + self.entries.capacity() * (size_of::<Entry>() + size_of::<StoryId>() + 4)
            + self.numbers.capacity() * 24
            + self.lexicon.bytes()
            + self.yardstick.bytes()
    }

    /// The slot of a number; numbers wrap around only after four billion articles.
    fn slot(&self, number: u32) -> u32 {
        number % self.articles_max as u32
    }

    fn slots(&self) -> std::ops::Range<u32> {
        0..self.entries.len() as u32
    }

    /// Counts an article and gives it a slot, after the oldest has left a full window.
    fn admit(&mut self, id: ArticleId, at: Millis, vector: &Vector) -> u32 {
        let is_full = self.entries.len() == self.articles_max;
        if is_full {
            self.evict();
        }
        let tongue = if background::covers(vector) {
            Tongue::English
        } else {
            Tongue::Other
        };
        let terms: Box<[Held]> = vector
            .0
            .iter()
            .map(|w| Held {
                number: self.lexicon.number(w.term),
                counts: [w.all, w.lead, w.caps],
            })
            .collect();
        let slot = self.slot(self.next);
        self.lexicon.add(slot, tongue, &terms);
        let length = terms.iter().map(|held| {
            let idf = self.lexicon.idf_first(held.number, tongue);
            (likeness::count_weight(held.counts[ALL]) * idf).powi(2)
        });
        let length = length.sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let has_text = vector.0.iter().any(|w| w.all > w.title);
        let (older, newer) = (Box::default(), Vec::new());
        let entry = Entry {
            id,
            at,
            same_text: id,
            tongue,
            has_text,
            length,
            terms,
            older,
            newer,
        };
        if is_full {
            self.entries[slot as usize] = entry;
        } else {
            self.entries.push(entry);
            self.story_of.push(StoryId(id.0));
            self.scores.push(0.0);
        }
        self.numbers.insert(id, self.next);
        self.next += 1;
        debug_assert!(self.slots().contains(&slot));
        slot
    }

    fn evict(&mut self) {
        let slot = self.slot(self.oldest);
        self.leave(slot);
        let entry = &mut self.entries[slot as usize];
        self.lexicon
            .remove_oldest(entry.tongue, &std::mem::take(&mut entry.terms));
        self.numbers.remove(&entry.id);
        self.oldest += 1;
    }

    /// The neighbours of a new article, nearest first, and the first article with the same text.
    fn compare(&mut self, slot: u32) -> (Vec<Pair>, Option<ArticleId>) {
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
            let terms = entry.terms.len().min(other.terms.len());
            if cosine >= SAME_TEXT_COSINE_MIN && terms >= SAME_TEXT_TERMS_MIN {
                let nearer = same.is_none_or(|(best, id, _)| (cosine, id) > (best, other.id));
                if nearer {
                    same = Some((cosine, other.id, other.same_text));
                }
            }
            if let Some(similarity) = likeness::similarity(common.cosines, entry.at, other.at) {
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
        pairs.truncate(NEIGHBOURS_MAX);
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
        let mut touched = Vec::new();
        for (weight, number) in terms {
            let weight = weight * scale.idf(number)[ALL];
            for (other, count) in self.lexicon.postings(number) {
                if other == slot {
                    continue;
                }
                let score = &mut self.scores[other as usize];
                if *score == 0.0 {
                    touched.push(other);
                }
                let length = self.entries[other as usize].length;
                *score += weight * likeness::count_weight(count) / length;
            }
        }
        if touched.len() > CANDIDATES_MAX {
            touched.select_nth_unstable_by(CANDIDATES_MAX, |a, b| {
                let score = |slot: u32| self.scores[slot as usize];
                let ids = || {
                    self.entries[*b as usize]
                        .id
                        .cmp(&self.entries[*a as usize].id)
                };
                score(*b).total_cmp(&score(*a)).then_with(ids)
            });
        }
        for other in &touched {
            self.scores[*other as usize] = 0.0;
        }
        touched.truncate(CANDIDATES_MAX);
        touched
    }

    /// The story that a new article with these neighbours joins, and its score.
    fn choose(&self, pairs: &[Pair]) -> Option<(StoryId, f32)> {
        let mut masses: BTreeMap<StoryId, u64> = BTreeMap::new();
        for pair in pairs {
            *masses.entry(self.story_of[pair.slot as usize]).or_default() +=
                u64::from(pair.similarity);
        }
        let mut best: Option<(StoryId, f32)> = None;
        for (story, mass) in masses {
            let score = linkage(mass, self.size(story));
            if score >= JOIN_SCORE_MIN && best.is_none_or(|(_, most)| score > most) {
                best = Some((story, score));
            }
        }
        best
    }

    /// Keeps the neighbours of a new article, on both sides.
    fn connect(&mut self, slot: u32, edges: Vec<(u32, u16)>) {
        let own = self.numbers[&self.entries[slot as usize].id];
        let mut older = Vec::with_capacity(edges.len());
        for (other, similarity) in edges {
            let entry = &mut self.entries[other as usize];
            entry.newer.push(Edge {
                number: own,
                similarity,
            });
            older.push(Edge {
                number: self.numbers[&entry.id],
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
        self.members.get(&story).map_or(0, Vec::len)
    }

    pub(super) fn enter(&mut self, slot: u32, story: StoryId) {
        self.story_of[slot as usize] = story;
        self.members.entry(story).or_default().push(slot);
    }

    pub(super) fn leave(&mut self, slot: u32) {
        let story = self.story_of[slot as usize];
        if let Some(slots) = self.members.get_mut(&story) {
            if let Some(at) = slots.iter().position(|other| *other == slot) {
                slots.swap_remove(at);
            }
            if slots.is_empty() {
                self.members.remove(&story);
            }
        }
    }
}

/// The bond of an article to a story: sum of similarities over size^0.7.
pub(super) fn linkage(mass: u64, size: usize) -> f32 {
    mass as f32 / SIMILARITY_SCALE / (size as f32).powf(SIZE_POWER)
}
