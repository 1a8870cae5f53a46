//! Terms: a text as the search index, topics and term vectors see it.
//!
//! A term is the stem of a word; where a script puts no spaces between words, a term is a pair of
//! neighbouring characters. It consists of letters, marks and digits only, so that SQLite's
//! `unicode61` tokenizer keeps it whole.

use crate::text::known::{self, Known};
use crate::text::{vector, words};
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

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
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(composed(text)),
    }
}

/// A text in NFKC. Most of most texts is ASCII, which stays as it is: what comes between is worked
/// out, with the letter before it, to which a mark may belong.
fn composed(text: &str) -> String {
    let mut composed = String::with_capacity(text.len());
    let mut left = text;
    while let Some(strange) = left.bytes().position(|byte| !byte.is_ascii()) {
        let from = strange.saturating_sub(1);
        composed.push_str(&left[..from]);
        let strange = &left[strange..];
        let length = strange.bytes().position(|byte| byte.is_ascii());
        let to = left.len() - strange.len() + length.unwrap_or(strange.len());
        composed.extend(left[from..to].nfkc());
        left = &left[to..];
    }
    composed.push_str(left);
    composed
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
        let is_passed = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        let passed = rest.bytes().take_while(is_passed).count();
        let (skipped, first) = rest[passed..]
            .char_indices()
            .find(|(_, c)| is_word_char(*c))?;
        let skipped = passed + skipped;
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
    // Nearly every word is ASCII and ends at another ASCII character.
    let bytes = rest.as_bytes();
    let plain = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric());
    let plain = plain.unwrap_or(bytes.len());
    match bytes.get(plain) {
        Some(byte) if !byte.is_ascii() || matches!(byte, b'\'' | b'.' | b',') => {}
        _ => return plain,
    }
    let mut previous = rest[..plain].chars().next_back().unwrap_or(' ');
    let mut chars = rest[plain..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = plain + at;
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
    known::with(|known| {
        for word in words(&text) {
            push(known, &word, language, &mut terms);
        }
    });
    terms
}

/// Walks over the words of a normalised text: `index` gets their terms, divided by blanks, stop
/// words included (a column of the search index); `keep` is told, with its word, the number
/// ([`vector::hash`]) of each term that says something, as [`kept`] has them.
pub fn walk(
    text: &str,
    language: Option<&str>,
    index: &mut String,
    mut keep: impl FnMut(&Word<'_>, u32),
) {
    let elides = elides(language);
    let mut terms = Vec::new();
    known::with(|known| {
        for word in words(text) {
            if !is_plain(&word, elides) {
                push(known, &word, language, &mut terms);
                terms.drain(..).for_each(|term| add_term(index, &term));
                for term in keep_of(known, &word, language) {
                    keep(&word, vector::hash(&term));
                }
                continue;
            }
            let found = known_as(known, word.written, language);
            add_term(index, &found.term);
            if !found.is_stop && found.term.chars().nth(1).is_some() {
                keep(&word, found.number);
            }
        }
    });
}

/// Whether a word is one piece, and no number.
fn is_plain(word: &Word<'_>, elides: bool) -> bool {
    let divided = |c: char| divides(c, elides);
    !word.unspaced
        && !word.written.starts_with(|c: char| c.is_ascii_digit())
        && !word.written.contains(divided)
}

fn add_term(index: &mut String, term: &str) {
    if !term.is_empty() {
        if !index.is_empty() {
            index.push(' ');
        }
        index.push_str(term);
    }
}

/// The terms of one word, in order: nearly always one.
pub fn push_terms(word: &Word<'_>, language: Option<&str>, terms: &mut Vec<String>) {
    known::with(|known| push(known, word, language, terms));
}

fn push(
    known: &mut known::Words,
    word: &Word<'_>,
    language: Option<&str>,
    terms: &mut Vec<String>,
) {
    if word.unspaced {
        push_pairs(word.written, terms);
        return;
    }
    for piece in pieces(word.written, language) {
        let found = known_as(known, piece, language);
        if !found.term.is_empty() {
            terms.push(found.term.into_owned());
        }
    }
}

/// The stem of one piece of a word, without its apostrophe: the term that stands for it.
pub fn stem(piece: &str, language: Option<&str>) -> String {
    known::with(|known| known_as(known, piece, language).term.into_owned())
}

/// The number ([`vector::hash`]) of the term of a word in one piece; none of a stop word.
pub fn said_by(word: &str, language: Option<&str>) -> Option<u32> {
    known::with(|known| {
        let found = known_as(known, word, language);
        (!found.is_stop).then_some(found.number)
    })
}

fn known_as<'a>(known: &'a mut known::Words, piece: &str, language: Option<&str>) -> Known<'a> {
    known.recall(piece, language, || {
        let whole = words::fold(piece);
        let bare = whole.strip_suffix("'s").unwrap_or(&whole);
        let is_stop = words::is_stop_word(&whole, language)
            || (bare.len() < whole.len() && words::is_stop_word(bare, language));
        let term = only_word_chars(words::stem(&folded(piece), language));
        (term, is_stop)
    })
}

/// A piece of a word as a term of a language that has no stemmer.
pub fn bare(piece: &str) -> String {
    only_word_chars(folded(piece))
}

fn folded(piece: &str) -> String {
    let mut folded = words::fold(cut_chars(piece, TERM_CHARS_MAX));
    if folded.ends_with("'s") {
        folded.truncate(folded.len() - 2);
    }
    folded
}

/// A stem is not always made of what the index takes for letters.
fn only_word_chars(stem: String) -> String {
    let is_plain = stem.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain && stem.len() <= TERM_CHARS_MAX {
        return stem;
    }
    stem.chars()
        .filter(|c| is_word_char(*c))
        .take(TERM_CHARS_MAX)
        .collect()
}

/// A number is divided at its point or comma, so that "3.5" is found as a phrase; an elided
/// article is divided from its noun.
fn pieces<'a>(written: &'a str, language: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let elides = elides(language);
    written
        .split(move |c: char| divides(c, elides))
        .filter(|piece| !piece.is_empty())
}

fn elides(language: Option<&str>) -> bool {
    language.is_some_and(|language| ELIDING.contains(&language))
}

fn divides(c: char, elides: bool) -> bool {
    matches!(c, '.' | ',') || (elides && matches!(c, '\'' | '’' | 'ʼ'))
}

/// The terms of a text that say something: as in vectors.
pub fn kept(text: &str, language: Option<&str>) -> Vec<String> {
    let text = normal(text);
    let kept = |known: &mut known::Words| {
        let words = words(&text);
        words
            .flat_map(|word| keep_of(known, &word, language))
            .collect()
    };
    known::with(kept)
}

/// The terms that a word leaves in a vector: no stop word, no single letter. A number stays whole
/// here ("3.5").
pub fn kept_of(word: &Word<'_>, language: Option<&str>) -> Vec<String> {
    known::with(|known| keep_of(known, word, language))
}

fn keep_of(known: &mut known::Words, word: &Word<'_>, language: Option<&str>) -> Vec<String> {
    let mut kept = Vec::new();
    if word.unspaced {
        push(known, word, language, &mut kept);
    } else if word.written.starts_with(|c: char| c.is_ascii_digit()) {
        kept.push(words::fold(cut_chars(word.written, TERM_CHARS_MAX)));
    } else if !known_as(known, word.written, language).is_stop {
        push(known, word, language, &mut kept);
        if kept.len() > 1 {
            kept.retain(|term| !words::is_stop_word(term, language));
        }
    }
    kept.retain(|term| word.unspaced || term.chars().nth(1).is_some());
    kept
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
        fn what_is_composed_piece_by_piece_is_composed_as_a_whole(
            text in "([a-z ]|[àéẛ̣ﬁ…½ ]|[\u{300}-\u{323}]|[\u{1100}-\u{11c2}]|[\u{ac00}-\u{ac1d}]|\\PC){0,20}",
        ) {
            prop_assert_eq!(&*normal(&text), text.nfkc().collect::<String>());
        }

        #[test]
        fn a_walk_finds_what_the_lists_hold(
            text in "([a-zA-Z']{1,9}|[0-9.,]{1,5}|l’\\PC{1,4}|\\PC{0,6}|[港湾市ก]{1,4}| ){0,20}",
            which in 0usize..21,
        ) {
            let language = words::stemmers().get(which).copied();
            let (mut index, mut numbers) = (String::new(), Vec::new());
            walk(&normal(&text), language, &mut index, |_, number| numbers.push(number));
            prop_assert_eq!(index, terms(&text, language).join(" "));
            let kept: Vec<u32> = kept(&text, language).iter().map(|term| vector::hash(term)).collect();
            prop_assert_eq!(numbers, kept);
        }

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
