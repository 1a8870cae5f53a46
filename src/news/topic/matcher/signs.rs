//! What topics look for, each kept once however many topics share it: words, and the other names
//! of a place.

use super::article::{Numbered, number};
use crate::news::topic::Alias;
use crate::news::topic::fit;
use crate::text::{background, vector};
use std::collections::HashMap;

/// No number: nothing follows, nobody owns.
pub const NONE: u32 = u32::MAX;

/// Things by running number; a number that is given up is given out again.
#[derive(Debug)]
pub struct Slots<T> {
    all: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T: Default> Slots<T> {
    pub fn add(&mut self, one: T) -> u32 {
        match self.free.pop() {
            Some(at) => {
                self.all[at as usize] = one;
                at
            }
            None => {
                self.all.push(one);
                (self.all.len() - 1) as u32
            }
        }
    }

    pub fn take(&mut self, at: u32) -> T {
        self.free.push(at);
        std::mem::take(&mut self.all[at as usize])
    }

    pub fn get(&self, at: u32) -> &T {
        &self.all[at as usize]
    }

    pub fn get_mut(&mut self, at: u32) -> &mut T {
        &mut self.all[at as usize]
    }

    /// All there ever were at once: one more than the greatest number.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How many of them are in use.
    #[cfg(test)]
    pub fn used(&self) -> usize {
        self.all.len() - self.free.len()
    }
}

/// A topic that is to be looked at where a word or name stands.
#[derive(Clone, Copy, Debug)]
pub struct Keyed {
    pub topic: u32,
    /// Another word without which the topic is not said either; [`NONE`] where there is none. Most
    /// topics are given up by it before they are looked at.
    pub with: u32,
}

/// Puts a topic into a list sorted by topic.
pub fn enter(list: &mut Vec<Keyed>, keyed: Keyed) {
    if let Err(at) = list.binary_search_by_key(&keyed.topic, |it| it.topic) {
        list.insert(at, keyed);
    }
}

/// Takes a topic out of a list sorted by topic.
pub fn leave(list: &mut Vec<Keyed>, topic: u32) {
    if let Ok(at) = list.binary_search_by_key(&topic, |it| it.topic) {
        list.remove(at);
    }
}

/// One way to write a word: its term's [`number`] and its number in vectors.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    pub number: u64,
    pub in_vectors: u32,
}

#[derive(Debug, Default)]
pub struct Word {
    uses: u32,
    /// The terms that stand for it.
    pub terms: Box<[Term]>,
    /// Whether vectors hold it.
    pub is_shown: bool,
    /// As the fit weighs it.
    pub rarity: f32,
    /// Names of places that are looked for where it stands.
    pub names: Vec<u32>,
    /// Topics that are looked at where it stands, sorted.
    pub keyed: Vec<Keyed>,
}

impl Word {
    /// How much a key it is: vectors and the background know nothing of stop words.
    pub fn rareness(&self) -> f32 {
        if self.is_shown { self.rarity } else { 0.0 }
    }

    pub fn is(&self, term: u64) -> bool {
        self.terms.iter().any(|own| own.number == term)
    }
}

/// The other names of a place.
#[derive(Debug, Default)]
pub struct Names {
    uses: u32,
    pub names: Box<[Name]>,
    /// Topics that are looked at where one of them stands, sorted.
    pub keyed: Vec<Keyed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// Its words in order.
    pub words: Box<[u32]>,
    /// Whether vectors hold them all.
    pub is_shown: bool,
}

/// A term and one of the words that it stands for.
#[derive(Debug, Default)]
struct Link {
    word: u32,
    next: u32,
}

#[derive(Debug, Default)]
pub struct Signs {
    words: Slots<Word>,
    /// By the number of their terms.
    by_terms: Numbered<u64, u32>,
    /// The first link of each term.
    first: Numbered<u64, u32>,
    links: Slots<Link>,
    names: Slots<Names>,
    by_names: HashMap<Box<[Name]>, u32>,
}

impl Signs {
    pub fn word(&self, word: u32) -> &Word {
        self.words.get(word)
    }

    pub fn word_mut(&mut self, word: u32) -> &mut Word {
        self.words.get_mut(word)
    }

    pub fn names(&self, names: u32) -> &Names {
        self.names.get(names)
    }

    pub fn names_mut(&mut self, names: u32) -> &mut Names {
        self.names.get_mut(names)
    }

    /// The words that a term stands for.
    pub fn words_of(&self, term: u64) -> impl Iterator<Item = u32> + '_ {
        let first = self.first.get(&term).copied();
        let next = |at: &u32| {
            let next = self.links.get(*at).next;
            (next != NONE).then_some(next)
        };
        std::iter::successors(first, next).map(|at| self.links.get(at).word)
    }

    /// Takes a word into use, given by the terms that stand for it.
    pub fn use_word(&mut self, place: &[String]) -> u32 {
        let numbers: Vec<u64> = place.iter().map(number).collect();
        let of_terms = number(&numbers);
        if let Some(&word) = self.by_terms.get(&of_terms) {
            self.words.get_mut(word).uses += 1;
            return word;
        }
        let terms: Box<[Term]> = place
            .iter()
            .zip(&numbers)
            .map(|(term, &number)| Term {
                number,
                in_vectors: vector::hash(term),
            })
            .collect();
        let in_vectors = terms.iter().map(|term| term.in_vectors);
        let word = self.words.add(Word {
            uses: 1,
            is_shown: fit::is_in_vectors(place),
            rarity: fit::rarity(in_vectors, background::idf),
            terms,
            ..Word::default()
        });
        self.by_terms.insert(of_terms, word);
        for term in numbers {
            let next = self.first.get(&term).copied().unwrap_or(NONE);
            self.first.insert(term, self.links.add(Link { word, next }));
        }
        word
    }

    /// Gives up a word once.
    pub fn drop_word(&mut self, word: u32) {
        let known = self.words.get_mut(word);
        known.uses -= 1;
        if known.uses > 0 {
            return;
        }
        let known = self.words.take(word);
        let numbers: Vec<u64> = known.terms.iter().map(|term| term.number).collect();
        self.by_terms.remove(&number(&numbers));
        for term in numbers {
            self.unlink(term, word);
        }
    }

    fn unlink(&mut self, term: u64, word: u32) {
        let mut before = NONE;
        let mut at = self.first.get(&term).copied().unwrap_or(NONE);
        while at != NONE && self.links.get(at).word != word {
            before = at;
            at = self.links.get(at).next;
        }
        if at == NONE {
            return;
        }
        let next = self.links.take(at).next;
        if before != NONE {
            self.links.get_mut(before).next = next;
        } else if next != NONE {
            self.first.insert(term, next);
        } else {
            self.first.remove(&term);
        }
    }

    /// Takes the other names of a place into use.
    pub fn use_names(&mut self, alias: &Alias) -> u32 {
        let names: Box<[Name]> = alias
            .names
            .iter()
            .map(|name| Name {
                words: name.iter().map(|place| self.use_word(place)).collect(),
                is_shown: name.iter().all(|place| fit::is_in_vectors(place)),
            })
            .collect();
        if let Some(&known) = self.by_names.get(&names) {
            self.names.get_mut(known).uses += 1;
            self.drop_words_of(&names);
            return known;
        }
        let number = self.names.add(Names {
            uses: 1,
            names: names.clone(),
            keyed: Vec::new(),
        });
        for name in &names {
            if let Some(word) = self.rarest(&name.words) {
                let leads = &mut self.words.get_mut(word).names;
                if !leads.contains(&number) {
                    leads.push(number);
                }
            }
        }
        self.by_names.insert(names, number);
        number
    }

    /// Gives up the other names of a place once.
    pub fn drop_names(&mut self, number: u32) {
        let known = self.names.get_mut(number);
        known.uses -= 1;
        if known.uses > 0 {
            return;
        }
        let names = self.names.take(number).names;
        for word in names.iter().flat_map(|name| &name.words) {
            let leads = &mut self.words.get_mut(*word).names;
            leads.retain(|names| *names != number);
        }
        self.by_names.remove(&names);
        self.drop_words_of(&names);
    }

    fn drop_words_of(&mut self, names: &[Name]) {
        for word in names.iter().flat_map(|name| &name.words) {
            self.drop_word(*word);
        }
    }

    /// The word of a sequence that stands in the fewest articles, as far as is known.
    pub fn rarest(&self, words: &[u32]) -> Option<u32> {
        let rareness = |word: &u32| self.words.get(*word).rareness();
        let mut words = words.iter().copied();
        let first = words.next()?;
        Some(words.fold(first, |best, word| {
            if rareness(&word) > rareness(&best) {
                word
            } else {
                best
            }
        }))
    }

    /// How rare the commonest of some names is.
    pub fn rareness_of_names(&self, names: u32) -> f32 {
        let names = self.names.get(names).names.iter();
        let rareness = names.filter_map(|name| {
            let word = self.rarest(&name.words)?;
            Some(self.words.get(word).rareness())
        });
        rareness.fold(f32::MAX, f32::min)
    }

    /// One more than the greatest number of a word.
    pub fn words_end(&self) -> usize {
        self.words.len()
    }

    /// How many words, links to words, and lists of names are in use.
    #[cfg(test)]
    pub fn used(&self) -> (usize, usize, usize) {
        assert_eq!(self.words.used(), self.by_terms.len());
        let used = (self.words.used(), self.links.used(), self.names.used());
        assert!(self.first.len() <= used.1 && self.by_names.len() == used.2);
        used
    }
}
