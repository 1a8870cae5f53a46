//! Words met lately, with what they are as terms: most words of a text were in the text before, and
//! to look one up costs a tenth of stemming it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::{LazyLock, Mutex, TryLockError};

/// Places for words, about four megabytes; a power of two. A word has one place, which the next word
/// of that place takes.
const PLACES: usize = 32_768;
/// Languages remembered, so that made-up ones cannot fill the list.
const LANGUAGES_MAX: usize = 32;
/// Longer words are not remembered.
const WORD_BYTES_MAX: usize = 48;

/// What a word is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub term: String,
    /// [`crate::text::vector::hash`] of the term.
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
    /// Empty until the first word comes.
    places: Vec<Place>,
}

#[derive(Clone, Default)]
struct Place {
    /// Never empty once it holds a word.
    word: String,
    language: usize,
    known: Known,
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
    /// What `of` says of the word in that language, asked for anew only when it is not remembered.
    pub fn recall<'a>(
        &'a mut self,
        word: &str,
        language: Option<&str>,
        of: impl FnOnce() -> Known,
    ) -> Cow<'a, Known> {
        if word.is_empty() || word.len() > WORD_BYTES_MAX {
            return Cow::Owned(of());
        }
        let language = self.language(language);
        if self.places.is_empty() {
            self.places.resize_with(PLACES, Place::default);
        }
        let place = &mut self.places[place_of(word, language)];
        if place.word != word || place.language != language {
            place.word.clear();
            place.word.push_str(word);
            place.language = language;
            place.known = of();
        }
        Cow::Borrowed(&place.known)
    }

    fn language(&mut self, language: Option<&str>) -> usize {
        let is_it = |one: &Option<String>| one.as_deref() == language;
        if let Some(at) = self.languages.iter().position(is_it) {
            return at;
        }
        if self.languages.len() >= LANGUAGES_MAX {
            *self = Self::default();
        }
        self.languages.push(language.map(str::to_owned));
        self.languages.len() - 1
    }
}

/// FNV-1a, 64 bits, folded. Words that are made to share a place only drive each other out.
fn place_of(word: &str, language: usize) -> usize {
    let begin = 0xcbf2_9ce4_8422_2325 ^ language as u64;
    let hash = word.bytes().fold(begin, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(term: &str) -> Known {
        Known {
            term: term.to_owned(),
            ..Known::default()
        }
    }

    #[test]
    fn a_word_is_asked_for_once_in_each_language() {
        let mut words = Words::default();
        let mut term =
            |language, of: fn() -> Known| words.recall("ports", Some(language), of).term.clone();
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
        assert_eq!(words.places.len(), PLACES);
        assert!(words.languages.len() <= LANGUAGES_MAX);
    }

    #[test]
    fn who_finds_it_in_use_takes_its_own() {
        let recall = |words: &mut Words| words.recall("quay", None, || known("quay")).term.clone();
        let held = WORDS.lock();
        assert_eq!(with(recall), "quay");
        drop(held);
        assert_eq!(with(recall), "quay");
    }
}
