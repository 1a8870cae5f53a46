//! Words met lately, with what they are as terms: most words of a text were in the text before, and
//! to look one up costs a tenth of stemming it.

use crate::text::vector;
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::{LazyLock, Mutex, TryLockError};

/// Words remembered, about three megabytes; a power of two. A word may stand in one of two places
/// side by side, of which a new word takes that of the one met less lately. Of the words of 16,500
/// articles, 60,000 different ones, 4 % have to be stemmed; with half as many places, one for each
/// word, it was 9 %.
const PLACES: usize = 65_536;
/// Languages remembered, so that made-up ones cannot fill the list.
const LANGUAGES_MAX: usize = 32;
/// Words that are longer together with their term are not remembered.
const TEXT_BYTES_MAX: usize = 40;

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    pub term: Cow<'a, str>,
    /// [`vector::hash`] of the term.
    pub number: u32,
    pub is_stop: bool,
}

/// One memory for all, so that it is warm whichever thread asks; who finds it in use takes its own.
static WORDS: LazyLock<Mutex<Words>> = LazyLock::new(Mutex::default);

thread_local! {
    static OWN_WORDS: RefCell<Words> = RefCell::default();
}

/// Words remembered.
#[derive(Default)]
pub struct Words {
    /// A few languages, so they are looked through; none is a language of its own.
    languages: Vec<Option<String>>,
    /// Two for each remainder of a word's hash, the one met last first; empty until the first word
    /// comes.
    places: Vec<[Place; 2]>,
}

struct Place {
    /// [`vector::hash`] of the term.
    number: u32,
    word_bytes: u8,
    term_bytes: u8,
    /// Of [`Words::languages`].
    language: u8,
    is_stop: bool,
    /// The word, which is not empty once there is one, and behind it the term: here and not elsewhere,
    /// so that the machine's memory is asked once.
    text: [u8; TEXT_BYTES_MAX],
}

impl Default for Place {
    fn default() -> Self {
        Self {
            number: 0,
            word_bytes: 0,
            term_bytes: 0,
            language: 0,
            is_stop: false,
            text: [0; TEXT_BYTES_MAX],
        }
    }
}

impl Place {
    /// None where word and term are too long together.
    fn new(word: &str, language: u8, term: &str, is_stop: bool) -> Option<Self> {
        let mut place = Self {
            number: vector::hash(term),
            word_bytes: u8::try_from(word.len()).ok()?,
            term_bytes: u8::try_from(term.len()).ok()?,
            language,
            is_stop,
            ..Self::default()
        };
        let (of_word, rest) = place.text.split_at_mut_checked(word.len())?;
        of_word.copy_from_slice(word.as_bytes());
        rest.get_mut(..term.len())?.copy_from_slice(term.as_bytes());
        Some(place)
    }

    fn holds(&self, word: &str, language: u8) -> bool {
        let word_bytes = usize::from(self.word_bytes);
        word_bytes == word.len()
            && self.language == language
            && self.text[..word_bytes] == *word.as_bytes()
    }

    fn known(&self) -> Known<'_> {
        let term = &self.text[usize::from(self.word_bytes)..][..usize::from(self.term_bytes)];
        Known {
            term: Cow::Borrowed(std::str::from_utf8(term).expect("written from one")),
            number: self.number,
            is_stop: self.is_stop,
        }
    }
}

/// Lends what is remembered, for a text at most. `work` does not ask for it again.
pub fn with<T>(work: impl FnOnce(&mut Words) -> T) -> T {
    match WORDS.try_lock() {
        Ok(mut words) => work(&mut words),
        Err(TryLockError::Poisoned(words)) => work(&mut words.into_inner()),
        Err(TryLockError::WouldBlock) => OWN_WORDS.with_borrow_mut(work),
    }
}

impl Words {
    /// What `of` says of the word in that language (its term, and whether it is a stop word), asked
    /// for anew only when it is not remembered.
    pub fn recall(
        &mut self,
        word: &str,
        language: Option<&str>,
        of: impl FnOnce() -> (String, bool),
    ) -> Known<'_> {
        if word.is_empty() {
            return passing(of());
        }
        let language = self.language(language);
        if self.places.is_empty() {
            self.places.resize_with(PLACES / 2, Default::default);
        }
        let places = &mut self.places[place_of(word, language)];
        if !places[0].holds(word, language) {
            places.swap(0, 1);
        }
        if !places[0].holds(word, language) {
            let (term, is_stop) = of();
            match Place::new(word, language, &term, is_stop) {
                Some(place) => places[0] = place,
                None => return passing((term, is_stop)),
            }
        }
        places[0].known()
    }

    fn language(&mut self, language: Option<&str>) -> u8 {
        let is_it = |one: &Option<String>| one.as_deref() == language;
        if let Some(at) = self.languages.iter().position(is_it) {
            return at as u8;
        }
        if self.languages.len() >= LANGUAGES_MAX {
            *self = Self::default();
        }
        self.languages.push(language.map(str::to_owned));
        self.languages.len() as u8 - 1
    }
}

/// What is not remembered.
fn passing((term, is_stop): (String, bool)) -> Known<'static> {
    Known {
        number: vector::hash(&term),
        term: Cow::Owned(term),
        is_stop,
    }
}

/// FNV-1a, 64 bits, folded. Words that are made to share a place only drive each other out.
fn place_of(word: &str, language: u8) -> usize {
    let begin = 0xcbf2_9ce4_8422_2325 ^ u64::from(language);
    let hash = word.bytes().fold(begin, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as usize % (PLACES / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(term: &str) -> (String, bool) {
        (term.to_owned(), false)
    }

    #[test]
    fn a_word_is_asked_for_once_in_each_language() {
        let mut words = Words::default();
        let mut term = |language, of: fn() -> (String, bool)| {
            words.recall("ports", Some(language), of).term.into_owned()
        };
        assert_eq!(term("en", || known("port")), "port");
        assert_eq!(term("en", || panic!("it is remembered")), "port");
        assert_eq!(term("fr", || known("ports")), "ports");
    }

    #[test]
    fn a_stream_of_new_words_and_languages_is_forgotten_in_time() {
        let mut words = Words::default();
        for number in 0..3 * PLACES {
            let word = format!("w{number}");
            let language = format!("l{}", number % 100);
            let found = words.recall(&word, Some(&language), || known(&word));
            assert_eq!(found.term, word);
        }
        assert_eq!(words.places.len(), PLACES / 2);
        assert!(words.languages.len() <= LANGUAGES_MAX);
    }

    #[test]
    fn who_finds_it_in_use_takes_its_own() {
        let recall = |words: &mut Words| {
            words
                .recall("quay", None, || known("quay"))
                .term
                .into_owned()
        };
        let held = WORDS.lock();
        assert_eq!(with(recall), "quay");
        drop(held);
        assert_eq!(with(recall), "quay");
    }
}
