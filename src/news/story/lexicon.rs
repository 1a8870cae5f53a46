//! The terms of the window: in how many articles each stands, how much that makes it weigh, and
//! which articles hold it.

use crate::text::background;
use std::collections::{HashMap, VecDeque};

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
/// Articles that one term may bring as candidates, the newest.
const POSTINGS_READ_MAX: usize = 5_000;
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
}

/// What counts as common: the window and the background, or the window's own other languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    English,
    Other,
}

#[derive(Default)]
pub struct Lexicon {
    numbers: HashMap<u32, u32>,
    terms: Vec<Term>,
    /// ln of the term's share of the articles, without the number of articles: English, then other.
    logs: Vec<[[f32; PARTS]; 2]>,
    free: Vec<u32>,
    /// Articles counted: English, other.
    articles: [u32; 2],
}

#[derive(Default)]
struct Term {
    hash: u32,
    articles: [u32; PARTS],
    /// Articles of the background that hold it.
    background: f32,
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
        let term = Term {
            hash,
            background,
            ..Term::default()
        };
        let number = if let Some(number) = self.free.pop() {
            self.terms[number as usize] = term;
            number
        } else {
            self.terms.push(term);
            self.logs.push([[0.0; PARTS]; 2]);
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

    /// Counts an article that arrives.
    pub fn add(&mut self, slot: u32, tongue: Tongue, terms: &[Held]) {
        self.articles[tongue as usize] += 1;
        for held in terms {
            let term = &mut self.terms[held.number as usize];
            term.postings
                .push_back(slot << COUNT_BITS | u32::from(held.counts[ALL]));
            for (articles, count) in term.articles.iter_mut().zip(held.counts) {
                *articles += u32::from(count > 0);
            }
            self.weigh(held.number);
        }
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
                self.weigh(held.number);
            }
        }
    }

    /// Makes the oldest article the newest.
    pub fn renew_oldest(&mut self, terms: &[Held]) {
        for held in terms {
            self.terms[held.number as usize].postings.rotate_left(1);
        }
    }

    fn weigh(&mut self, number: u32) {
        let term = &self.terms[number as usize];
        let with = |background: f32| {
            term.articles
                .map(|articles| (articles as f32 + background + 0.5).ln())
        };
        self.logs[number as usize] = [with(term.background), with(0.0)];
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
            lexicon: self,
            tongue,
            log_articles,
            log_own: capped.then_some(log_own),
        }
    }

    /// The weight that a term has before any article is counted: it never changes.
    pub fn idf_first(&self, number: u32, tongue: Tongue) -> f32 {
        match tongue {
            Tongue::English => {
                let background = self.terms[number as usize].background;
                ((BACKGROUND_ARTICLES + 1.0).ln() - (background + 0.5).ln()).max(IDF_MIN)
            }
            Tongue::Other => 1.0,
        }
    }

    /// Slots and counts of the newest articles that hold the term.
    pub fn postings(&self, number: u32) -> impl Iterator<Item = (u32, u8)> + '_ {
        let postings = &self.terms[number as usize].postings;
        let skipped = postings.len().saturating_sub(POSTINGS_READ_MAX);
        postings
            .range(skipped..)
            .map(|posting| (posting >> COUNT_BITS, (posting & 0xff) as u8))
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
            + self.logs.capacity() * size_of::<[[f32; PARTS]; 2]>()
            + self.free.capacity() * 4
    }
}

/// The weights of terms at one moment.
#[derive(Clone, Copy)]
pub struct Scale<'a> {
    lexicon: &'a Lexicon,
    tongue: Tongue,
    log_articles: f32,
    /// ln of the window's own articles, where they put a limit on a term's weight.
    log_own: Option<f32>,
}

impl Scale<'_> {
    /// Inverse document frequency of a term in each part.
    #[inline]
    pub fn idf(&self, number: u32) -> [f32; PARTS] {
        let logs = &self.lexicon.logs[number as usize];
        let own = self
            .log_own
            .map(|own| own - logs[Tongue::Other as usize][ALL]);
        let limit = match own {
            Some(own) if own < COMMON_IDF_MAX => COMMON_IDF_FACTOR * own,
            _ => f32::INFINITY,
        };
        let logs = &logs[self.tongue as usize];
        let idf = |part: usize| (self.log_articles - logs[part]).min(limit).max(IDF_MIN);
        // Not by `map`: that is not inlined here, and this runs for every term of every candidate.
        [idf(0), idf(1), idf(2)]
    }
}
