//! The terms of the window: in how many articles each stands, how much that makes it weigh, and
//! which articles hold it.

use super::lanes::{BESIDE, Lanes};
use super::likeness;
use crate::text::background;
use crate::text::spread::Spread;
use std::collections::{HashMap, VecDeque};
use std::ops::Deref;

/// Articles' worth of background that stand behind the window's own counts.
const BACKGROUND_ARTICLES: f32 = 2_000.0;
/// No term weighs less.
const IDF_MIN: f32 = 0.05;
/// From so many articles on, the window's own counts can make a term common that the background
/// does not know: the name of the town that every article is about. Tried on the labelled sets:
/// it costs .0016 of the mean, all of it in windows of a few dozen articles, and keeps the stories
/// of a single town apart.
const OWN_ARTICLES_MIN: u32 = 15;
/// Share of the window's articles from which a term is common, as ln of one over it.
const COMMON_IDF_MAX: f32 = 0.8;
/// What is left of a common term's weight by the window's own counts.
const COMMON_IDF_FACTOR: f32 = 0.5;
/// Articles that one term may bring as candidates, the newest. From 200 on the labelled sets stay as
/// they are.
const POSTINGS_READ_MAX: usize = 1_000;
/// Bits of a posting that hold the count; the rest is the slot.
const COUNT_BITS: u32 = 8;
/// Slots that a posting can name.
pub const SLOTS_MAX: usize = 1 << (32 - COUNT_BITS);

/// The parts of an article that are counted apart.
pub const PARTS: usize = 3;
/// All of the article, its lead, its words with a capital.
pub const ALL: usize = 0;
pub const LEAD: usize = 1;
pub const CAPS: usize = 2;

/// A term of an article in the window: the number of the term here, and its counts.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub number: u32,
    pub counts: [u8; PARTS],
    /// The counts in short; see [`likeness::shape`].
    pub shape: u8,
}

impl Held {
    pub fn new(number: u32, counts: [u8; PARTS]) -> Self {
        let shape = likeness::shape(counts);
        Self {
            number,
            counts,
            shape,
        }
    }
}

/// The terms of an article in the window: those with a shape first, each kind sorted by the hash of the
/// term.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    all: Box<[Held]>,
    shaped: u16,
}

impl Terms {
    pub fn new(mut all: Box<[Held]>) -> Self {
        all.sort_by_key(|held| held.shape == likeness::NO_SHAPE);
        // An article has far fewer terms.
        let shaped = all.partition_point(|held| held.shape != likeness::NO_SHAPE) as u16;
        Self { all, shaped }
    }

    /// Those with a shape and those without.
    pub fn parts(&self) -> (&[Held], &[Held]) {
        self.all.split_at(usize::from(self.shaped))
    }
}

impl Deref for Terms {
    type Target = [Held];

    fn deref(&self) -> &[Held] {
        &self.all
    }
}

/// What counts as common: the window and the background, or the window's own other languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    English,
    Other,
}

/// For how many more a full list of the window makes room: a quarter and not as many again, as there are
/// very many lists of which most grow no more.
pub fn grown_by(length: usize) -> usize {
    length / 4 + 2
}

/// Slot of a posting's article, and how often it holds the term.
#[inline(always)]
pub fn slot_and_count(posting: u32) -> (u32, u8) {
    (posting >> COUNT_BITS, (posting & 0xff) as u8)
}

#[derive(Default)]
pub struct Lexicon {
    numbers: HashMap<u32, u32, Spread>,
    terms: Vec<Term>,
    /// ln of the term's share of the articles, without the number of articles: English, then other.
    /// Beside the parts stands that of the window alone over all of the article.
    logs: [Vec<Lanes>; 2],
    /// ln of so many articles of the window and a half.
    own_logs: Vec<f32>,
    free: Vec<u32>,
    /// Whether articles were counted that the logarithms do not know of.
    unweighed: bool,
    /// Articles counted: English, other.
    articles: [u32; 2],
}

#[derive(Default)]
struct Term {
    hash: u32,
    articles: [u32; PARTS],
    /// Articles of the background that hold it.
    background: f32,
    /// What it weighs in English before any article is counted.
    first: f32,
    /// Slots of the articles that hold it, oldest first, with the count.
    postings: VecDeque<u32>,
}

impl Lexicon {
    /// The number of a term, made when it is new.
    pub fn number(&mut self, hash: u32) -> u32 {
        if let Some(number) = self.numbers.get(&hash) {
            return *number;
        }
        let background = BACKGROUND_ARTICLES * background::share(hash);
        let first = (BACKGROUND_ARTICLES + 1.0).ln() - (background + 0.5).ln();
        let term = Term {
            hash,
            background,
            first: first.max(IDF_MIN),
            ..Term::default()
        };
        let number = if let Some(number) = self.free.pop() {
            self.terms[number as usize] = term;
            number
        } else {
            self.terms.push(term);
            self.logs.iter_mut().for_each(|logs| logs.push(Lanes::ZERO));
            self.terms.len() as u32 - 1
        };
        self.numbers.insert(hash, number);
        number
    }

    /// How many terms have a number, or had one.
    pub fn numbers_end(&self) -> usize {
        self.terms.len()
    }

    pub fn hash(&self, number: u32) -> u32 {
        self.terms[number as usize].hash
    }

    /// In how many articles of the window the term stands.
    pub fn articles_with(&self, number: u32) -> u32 {
        self.terms[number as usize].articles[ALL]
    }

    /// Which language an article is taken to be in.
    pub fn tongue(&self, terms: &[Held]) -> Tongue {
        let is_known = |held: &&Held| self.terms[held.number as usize].background > 0.0;
        let known = terms.iter().filter(is_known).count();
        if background::covers(known, terms.len()) {
            Tongue::English
        } else {
            Tongue::Other
        }
    }

    /// Counts an article that arrives; its terms are to be weighed, now or later.
    pub fn add(&mut self, slot: u32, tongue: Tongue, terms: &[Held]) {
        self.articles[tongue as usize] += 1;
        for held in terms {
            let term = &mut self.terms[held.number as usize];
            if term.postings.len() == term.postings.capacity() {
                let more = grown_by(term.postings.len());
                term.postings.reserve_exact(more);
            }
            term.postings
                .push_back(slot << COUNT_BITS | u32::from(held.counts[ALL]));
            for (articles, count) in term.articles.iter_mut().zip(held.counts) {
                *articles += u32::from(count > 0);
            }
        }
    }

    /// Weighs the terms of an article that was counted, after those that were left for later.
    pub fn weigh(&mut self, terms: &[Held]) {
        if std::mem::take(&mut self.unweighed) {
            (0..self.terms.len() as u32).for_each(|number| self.weigh_one(number));
        } else {
            terms.iter().for_each(|held| self.weigh_one(held.number));
        }
    }

    /// Leaves the weighing for when many more articles are counted.
    pub fn weigh_later(&mut self) {
        self.unweighed = true;
    }

    /// Uncounts the oldest article. Its postings stand first in every list, as articles leave in
    /// the order in which they came.
    pub fn remove_oldest(&mut self, tongue: Tongue, terms: &[Held]) {
        self.articles[tongue as usize] -= 1;
        for held in terms {
            let term = &mut self.terms[held.number as usize];
            term.postings.pop_front();
            for (articles, count) in term.articles.iter_mut().zip(held.counts) {
                *articles -= u32::from(count > 0);
            }
            if term.postings.is_empty() {
                self.numbers.remove(&term.hash);
                *term = Term::default();
                self.free.push(held.number);
            } else {
                self.weigh_one(held.number);
            }
        }
    }

    /// Makes the oldest article the newest.
    pub fn renew_oldest(&mut self, terms: &[Held]) {
        for held in terms {
            self.terms[held.number as usize].postings.rotate_left(1);
        }
    }

    fn weigh_one(&mut self, number: u32) {
        let term = &self.terms[number as usize];
        let most = term.articles[ALL] as usize;
        for articles in self.own_logs.len()..=most {
            self.own_logs.push((articles as f32 + 0.5).ln());
        }
        let own = term
            .articles
            .map(|articles| self.own_logs[articles as usize]);
        let with = match term.background {
            0.0 => own,
            background => term
                .articles
                .map(|articles| (articles as f32 + background + 0.5).ln()),
        };
        for (logs, of) in self.logs.iter_mut().zip([with, own]) {
            logs[number as usize] = Lanes([of[ALL], of[LEAD], of[CAPS], own[ALL]]);
        }
    }

    /// The weights of terms at this moment, for an article of that tongue.
    pub fn scale(&self, tongue: Tongue) -> Scale<'_> {
        let articles = self.articles[tongue as usize] as f32;
        let log_own = (articles + 1.0).ln();
        let log_articles = match tongue {
            Tongue::English => (articles + BACKGROUND_ARTICLES + 1.0).ln(),
            Tongue::Other => log_own,
        };
        let capped = tongue == Tongue::English && self.articles[0] >= OWN_ARTICLES_MIN;
        Scale {
            logs: &self.logs[tongue as usize],
            log_articles: Lanes([log_articles, log_articles, log_articles, log_own]),
            common_idf_max: if capped { COMMON_IDF_MAX } else { f32::MIN },
        }
    }

    /// The weight that a term has before any article is counted: it never changes.
    pub fn idf_first(&self, number: u32, tongue: Tongue) -> f32 {
        match tongue {
            Tongue::English => self.terms[number as usize].first,
            Tongue::Other => 1.0,
        }
    }

    /// The newest articles that hold the term; see [`slot_and_count`].
    pub fn postings(&self, number: u32) -> [&[u32]; 2] {
        let postings = &self.terms[number as usize].postings;
        let skipped = postings.len().saturating_sub(POSTINGS_READ_MAX);
        let (old, new) = postings.as_slices();
        let skipped_new = skipped.saturating_sub(old.len());
        [&old[skipped.min(old.len())..], &new[skipped_new..]]
    }

    /// Rough bytes held.
    pub fn bytes(&self) -> usize {
        let postings: usize = self
            .terms
            .iter()
            .map(|term| term.postings.capacity() * 4)
            .sum();
        let numbers = self.numbers.capacity() * 10;
        postings
            + numbers
            + self.terms.capacity() * size_of::<Term>()
            + self.logs[0].capacity() * 2 * size_of::<Lanes>()
            + self.free.capacity() * 4
    }
}

/// The weights of terms at one moment.
#[derive(Clone, Copy)]
pub struct Scale<'a> {
    logs: &'a [Lanes],
    /// ln of the number of articles; beside the parts that of the window's own.
    log_articles: Lanes,
    /// Under which weight by the window's own counts a term is common, where these say so.
    common_idf_max: f32,
}

impl Scale<'_> {
    /// Inverse document frequency of a term in each part; what stands beside them says nothing, but
    /// is the same for the same term, and above zero.
    #[inline(always)]
    pub fn idf(&self, number: u32) -> Lanes {
        let idf = self.log_articles.minus(self.logs[number as usize]);
        let own = idf.0[BESIDE];
        if own < self.common_idf_max {
            return common(idf);
        }
        idf.max(Lanes::all(IDF_MIN))
    }
}

/// The same of one of the few terms that the window's own counts make common.
#[cold]
fn common(idf: Lanes) -> Lanes {
    let limit = COMMON_IDF_FACTOR * idf.0[BESIDE];
    idf.min(Lanes::all(limit)).max(Lanes::all(IDF_MIN))
}
