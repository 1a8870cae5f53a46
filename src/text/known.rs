//! Words met lately, with what they are as terms: most words of a text were in the text before, and
//! to look one up costs a tenth of stemming it. Each thread remembers for itself.

use std::cell::RefCell;
use std::collections::HashMap;

/// Words remembered by a thread, about a megabyte; then it begins anew.
const WORDS_MAX: usize = 8_192;
/// Languages remembered, so that made-up ones cannot fill the list.
const LANGUAGES_MAX: usize = 32;
/// Longer words are not remembered.
const WORD_BYTES_MAX: usize = 48;

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub term: String,
    pub is_stop: bool,
}

thread_local! {
    static WORDS: RefCell<Words> = RefCell::default();
}

#[derive(Default)]
struct Words {
    /// A few languages, so they are looked through; none is a language of its own.
    languages: Vec<(Option<String>, HashMap<String, Known>)>,
    count: usize,
}

impl Words {
    fn keep(&mut self, word: &str, language: Option<&str>, known: Known) {
        if self.count >= WORDS_MAX || self.languages.len() >= LANGUAGES_MAX {
            *self = Self::default();
        }
        self.count += 1;
        let mut languages = self.languages.iter_mut();
        match languages.find(|(one, _)| one.as_deref() == language) {
            Some((_, words)) => {
                words.insert(word.to_owned(), known);
            }
            None => {
                let words = HashMap::from([(word.to_owned(), known)]);
                self.languages.push((language.map(str::to_owned), words));
            }
        }
    }
}

/// What `of` says of the word in that language, asked for anew only when it is not remembered.
pub fn recall<T>(
    word: &str,
    language: Option<&str>,
    of: impl FnOnce() -> Known,
    take: impl FnOnce(&Known) -> T,
) -> T {
    if word.len() > WORD_BYTES_MAX {
        return take(&of());
    }
    WORDS.with_borrow_mut(|words| {
        let is_it = |(one, _): &(Option<String>, _)| one.as_deref() == language;
        let at = words.languages.iter().position(is_it);
        if let Some(known) = at.and_then(|at| words.languages[at].1.get(word)) {
            return take(known);
        }
        let known = of();
        let taken = take(&known);
        words.keep(word, language, known);
        taken
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(term: &str) -> Known {
        Known {
            term: term.to_owned(),
            is_stop: false,
        }
    }

    #[test]
    fn a_word_is_asked_for_once_in_each_language() {
        let term = |known: &Known| known.term.clone();
        assert_eq!(recall("ports", Some("en"), || known("port"), term), "port");
        let again = || panic!("it is remembered");
        assert_eq!(recall("ports", Some("en"), again, term), "port");
        assert_eq!(
            recall("ports", Some("fr"), || known("ports"), term),
            "ports"
        );
    }

    #[test]
    fn a_stream_of_new_words_is_forgotten_in_time() {
        for number in 0..3 * WORDS_MAX {
            let word = format!("w{number}");
            recall(&word, None, || known(&word), |_| ());
        }
        WORDS.with_borrow(|words| {
            let held: usize = words.languages.iter().map(|(_, of)| of.len()).sum();
            assert!(held <= WORDS_MAX && held == words.count, "{held}");
        });
    }
}
