//! Terms: a text as the search index, topics and term vectors see it.
//!
//! A term is the stem of a word; where a script puts no spaces between words, a term is a pair of
//! neighbouring characters. It consists of letters, marks and digits only, so that SQLite's
//! `unicode61` tokenizer keeps it whole.

use crate::text::known::{self, Known};
use crate::text::words;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut here: in the index and in a topic alike.
const TERM_CHARS_MAX: usize = 40;
/// Words of one text that are looked at; the rest is left out of the index.
const WORDS_MAX: usize = 20_000;
/// Bytes of one text that are looked at.
const TEXT_BYTES_MAX: usize = 400_000;
/// Languages that glue short words to the next one with an apostrophe.
const ELIDING: &[&str] = &["ca", "fr", "it"];

/// A word of a text, or a run of characters of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written (NFKC).
    pub written: &'a str,
    /// Byte position in the normalised text.
    pub start: usize,
    /// Whether it is a run of characters of a script without spaces.
    pub unspaced: bool,
}

/// A text in the form in which its words are found: NFKC, capped.
pub fn normal(text: &str) -> Cow<'_, str> {
    let text = cut_bytes(text, TEXT_BYTES_MAX);
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// The words of a normalised text. An apostrophe inside a word belongs to it, and so does a point
/// or comma between digits ("1,200.5").
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    Words { text, at: 0 }.take(WORDS_MAX)
}

struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let rest = self.text.get(self.at..)?;
        let (skipped, first) = rest.char_indices().find(|(_, c)| is_word_char(*c))?;
        let start = self.at + skipped;
        let rest = &self.text[start..];
        let unspaced = is_unspaced(first);
        let length = if unspaced {
            run_length(rest)
        } else {
            word_length(rest)
        };
        self.at = start + length;
        Some(Word {
            written: &rest[..length],
            start,
            unspaced,
        })
    }
}

fn run_length(rest: &str) -> usize {
    rest.char_indices()
        .find(|(_, c)| !is_unspaced(*c) && !is_combining_mark(*c))
        .map_or(rest.len(), |(at, _)| at)
}

fn word_length(rest: &str) -> usize {
    let mut previous = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let belongs = if is_word_char(c) {
            !is_unspaced(c)
        } else {
            let next = chars.peek().map_or(' ', |(_, next)| *next);
            let next = if is_word_char(next) { next } else { ' ' };
            match c {
                '\'' | '’' | 'ʼ' => {
                    previous.is_alphanumeric() && next.is_alphabetic() && !is_unspaced(next)
                }
                '.' | ',' => previous.is_numeric() && next.is_numeric() && !is_unspaced(next),
                _ => false,
            }
        };
        if !belongs {
            return at;
        }
        previous = c;
    }
    rest.len()
}

/// Letters, marks and digits. The negative circled letters are symbols that only look the part.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    (c.is_alphanumeric() || is_combining_mark(c)) && !symbol
}

/// Scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
fn is_unspaced(c: char) -> bool {
    let in_blocks = matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}');
    in_blocks && is_word_char(c)
}

/// The terms of a text in order, stop words included.
pub fn terms(text: &str, language: Option<&str>) -> Vec<String> {
    let text = normal(text);
    let mut terms = Vec::new();
    for word in words(&text) {
        push_terms(&word, language, &mut terms);
    }
    terms
}

/// The two columns of the search index: the terms of title and text, joined by spaces.
pub fn index_text(title: &str, text: &str, language: Option<&str>) -> (String, String) {
    (
        terms(title, language).join(" "),
        terms(text, language).join(" "),
    )
}

/// The terms of one word, in order: nearly always one.
pub fn push_terms(word: &Word<'_>, language: Option<&str>, terms: &mut Vec<String>) {
    if word.unspaced {
        push_pairs(word.written, terms);
        return;
    }
    for piece in pieces(word.written, language) {
        let term = stem(piece, language);
        if !term.is_empty() {
            terms.push(term);
        }
    }
}

/// The stem of one piece of a word, without its apostrophe: the term that stands for it.
pub fn stem(piece: &str, language: Option<&str>) -> String {
    let known = || known_of(piece, language);
    known::recall(piece, language, known, |known| known.term.clone())
}

fn known_of(piece: &str, language: Option<&str>) -> Known {
    let whole = words::fold(piece);
    let bare = whole.strip_suffix("'s").unwrap_or(&whole);
    Known {
        term: only_word_chars(&words::stem(&folded(piece), language)),
        is_stop: words::is_stop_word(&whole, language) || words::is_stop_word(bare, language),
    }
}

/// A piece of a word as a term of a language that has no stemmer.
pub fn bare(piece: &str) -> String {
    only_word_chars(&folded(piece))
}

fn folded(piece: &str) -> String {
    let mut folded = words::fold(cut_chars(piece, TERM_CHARS_MAX));
    if folded.ends_with("'s") {
        folded.truncate(folded.len() - 2);
    }
    folded
}

/// A stem is not always made of what the index takes for letters.
fn only_word_chars(stem: &str) -> String {
    stem.chars()
        .filter(|c| is_word_char(*c))
        .take(TERM_CHARS_MAX)
        .collect()
}

/// A number is divided at its point or comma, so that "3.5" is found as a phrase; an elided
/// article is divided from its noun.
fn pieces<'a>(written: &'a str, language: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let elides = language.is_some_and(|language| ELIDING.contains(&language));
    written
        .split(move |c: char| matches!(c, '.' | ',') || (elides && matches!(c, '\'' | '’' | 'ʼ')))
        .filter(|piece| !piece.is_empty())
}

/// The terms of a text that say something: as in vectors.
pub fn kept(text: &str, language: Option<&str>) -> Vec<String> {
    let text = normal(text);
    words(&text)
        .flat_map(|word| kept_of(&word, language))
        .collect()
}

/// The terms that a word leaves in a vector: no stop word, no single letter. A number stays whole
/// here ("3.5").
pub fn kept_of(word: &Word<'_>, language: Option<&str>) -> Vec<String> {
    let mut kept = Vec::new();
    if word.unspaced {
        push_terms(word, language, &mut kept);
    } else if word.written.starts_with(|c: char| c.is_ascii_digit()) {
        kept.push(words::fold(cut_chars(word.written, TERM_CHARS_MAX)));
    } else if !is_stop(word.written, language) {
        push_terms(word, language, &mut kept);
        if kept.len() > 1 {
            kept.retain(|term| !words::is_stop_word(term, language));
        }
    }
    kept.retain(|term| word.unspaced || term.chars().nth(1).is_some());
    kept
}

fn is_stop(written: &str, language: Option<&str>) -> bool {
    let known = || known_of(written, language);
    known::recall(written, language, known, |known| known.is_stop)
}

fn push_pairs(run: &str, terms: &mut Vec<String>) {
    let run = words::fold(run);
    let chars: Vec<char> = run.chars().filter(|c| is_word_char(*c)).collect();
    if chars.len() == 1 {
        terms.push(run);
        return;
    }
    terms.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
}

fn cut_bytes(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

fn cut_chars(text: &str, chars_max: usize) -> &str {
    text.char_indices()
        .nth(chars_max)
        .map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(text: &str, language: Option<&str>) -> String {
        terms(text, language).join(" ")
    }

    #[test]
    fn an_apostrophe_before_a_symbol_that_looks_like_a_letter_belongs_to_no_word() {
        let written = |text| words(text).map(|word| word.written).collect::<Vec<_>>();
        assert_eq!(written("avel'\u{1f150}"), ["avel"]);
        assert_eq!(written("l'avel"), ["l'avel"]);
    }

    #[test]
    fn words_become_stems_of_their_language() {
        assert_eq!(
            joined("The Harbours’ ferries don't sail", None),
            "the harbour ferri dont sail"
        );
        assert_eq!(joined("Lindholm's mayor", None), "lindholm mayor");
        assert_eq!(
            joined("les élections d’Avel", Some("fr")),
            "le élect d avel"
        );
    }

    #[test]
    fn numbers_are_found_as_phrases() {
        assert_eq!(
            joined("1,200.5 crowns in 2031.", None),
            "1 200 5 crown in 2031"
        );
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(
            joined("港湾都市でAI会議", Some("ja")),
            "港湾 湾都 都市 市で ai 会議"
        );
        assert_eq!(joined("猫", Some("ja")), "猫");
        assert_eq!(joined("서울 시장", Some("ko")), "서울 시장");
    }

    #[test]
    fn spellings_of_one_word_are_one_term() {
        assert_eq!(
            joined("ＵＫＲＡＩＮＥ ukraine Ukraine’s", None),
            "ukrain ukrain ukrain"
        );
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let long = "x1".repeat(500);
        assert_eq!(terms(&long, None)[0].chars().count(), TERM_CHARS_MAX);
        assert_eq!(terms(&"a b ".repeat(30_000), None).len(), WORDS_MAX);
    }

    proptest! {
        #[test]
        fn terms_are_kept_whole_by_the_index(text in "\\PC{0,80}", which in 0usize..21) {
            let language = words::stemmers().get(which).copied();
            for term in terms(&text, language) {
                prop_assert!(!term.is_empty());
                prop_assert!(term.chars().all(is_word_char), "{term:?}");
                prop_assert!(term.chars().count() <= TERM_CHARS_MAX);
            }
        }
    }
}
