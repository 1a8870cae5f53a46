//! An article as the matcher sees it: its terms by number, made once.

use crate::text::vector::{self, Indexed, Vector, Weighted};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::LazyLock;

/// Keyed anew in each process, so that nobody can make up terms that fall together.
static KEYED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A number that stands for a term, a key or a list of them within this process. That two of a
/// million share one has a chance of one in thirty million.
pub fn number(of: impl std::hash::Hash) -> u64 {
    KEYED.hash_one(of)
}

/// For maps whose keys nobody from outside can choose: [`number`]s and running numbers.
pub type Numbered<K, V> = HashMap<K, V, BuildHasherDefault<Mixed>>;

/// One multiplication (2^64 over the golden ratio, Knuth's multiplicative hash).
#[derive(Default)]
pub struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// An article made ready to be held against topics.
#[derive(Clone, Debug)]
pub struct ArticleTerms {
    /// The terms of title and text in order, stop words included.
    pub(super) title: Vec<u64>,
    pub(super) text: Vec<u64>,
    /// Each term once.
    pub(super) terms: Vec<Seen>,
    pub(super) vector: Vector,
}

/// A term of an article.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub number: u64,
    pub in_title: bool,
    pub in_text: bool,
    /// Where the vector holds it.
    pub counts: Option<Weighted>,
}

impl ArticleTerms {
    pub fn of(title: &str, text: &str, language: Option<&str>) -> Self {
        Self::new(&Indexed::of(title, text, language))
    }

    /// Of an article whose terms were made for the index.
    pub fn new(indexed: &Indexed) -> Self {
        let mut article = Self {
            title: Vec::new(),
            text: Vec::new(),
            terms: Vec::new(),
            vector: indexed.vector.clone(),
        };
        let mut places: Numbered<u64, usize> = Numbered::default();
        for term in indexed.title.split(' ').filter(|term| !term.is_empty()) {
            let number = article.see(term, &mut places, true);
            article.title.push(number);
        }
        for term in indexed.text.split(' ').filter(|term| !term.is_empty()) {
            let number = article.see(term, &mut places, false);
            article.text.push(number);
        }
        article
    }

    fn see(&mut self, term: &str, places: &mut Numbered<u64, usize>, is_title: bool) -> u64 {
        let number = number(term);
        let at = *places.entry(number).or_insert_with(|| {
            self.terms.push(Seen {
                number,
                in_title: false,
                in_text: false,
                counts: self.vector.get(vector::hash(term)).copied(),
            });
            self.terms.len() - 1
        });
        self.terms[at].in_title |= is_title;
        self.terms[at].in_text |= !is_title;
        number
    }
}
