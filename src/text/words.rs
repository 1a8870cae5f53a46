//! Words: their folded form, their stem, and whether they are stop words, by two-letter language.

mod lists;

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A longer word is no word of a language: it is not stemmed.
const STEMMED_BYTES_MAX: usize = 64;

/// The language that is assumed when none is known.
const LANGUAGE_ASSUMED: &str = "en";

const STEMMERS: &[(&str, Algorithm)] = &[
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

static STOP_WORDS: LazyLock<Vec<(&'static str, HashSet<&'static str>)>> = LazyLock::new(|| {
    lists::STOP_WORDS
        .iter()
        .map(|(language, words)| (*language, words.split_whitespace().collect()))
        .collect()
});

/// The languages (two letters) whose words can be stemmed.
pub fn stemmers() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> =
        LazyLock::new(|| STEMMERS.iter().map(|(language, _)| *language).collect());
    &NAMES
}

/// The form in which words are compared: NFKC, lower case, straight apostrophes.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let lower: String = word.nfkc().flat_map(char::to_lowercase).collect();
    lower
        .nfkc()
        .map(|c| {
            if matches!(c, '’' | 'ʼ' | '‘') {
                '\''
            } else {
                c
            }
        })
        .collect()
}

/// The Snowball stem of the folded word. Without a language the word counts as English; in a
/// language that has no stemmer, and in scripts that English does not write, it stays itself.
pub fn stem(word: &str, language: Option<&str>) -> String {
    let folded = fold(word);
    let language = language.unwrap_or(LANGUAGE_ASSUMED);
    let algorithm = STEMMERS
        .iter()
        .find(|(name, _)| *name == language)
        .map(|(_, found)| *found);
    match algorithm {
        Some(algorithm) if is_stemmed(&folded, algorithm) => {
            let stem = Stemmer::create(algorithm).stem(&folded).into_owned();
            if stem.is_empty() { folded } else { stem }
        }
        _ => folded,
    }
}

/// Words with digits, of another script than the language's, or overlong are left alone.
fn is_stemmed(folded: &str, algorithm: Algorithm) -> bool {
    let latin =
        |c: char| c.is_ascii_lowercase() || c == '\'' || ('\u{df}'..='\u{24f}').contains(&c);
    let of_script: fn(char) -> bool = match algorithm {
        Algorithm::Russian => |c| ('\u{400}'..='\u{52f}').contains(&c),
        Algorithm::Greek => |c| ('\u{370}'..='\u{3ff}').contains(&c),
        Algorithm::Arabic => |c| ('\u{600}'..='\u{6ff}').contains(&c),
        Algorithm::Tamil => |c| ('\u{b80}'..='\u{bff}').contains(&c),
        _ => latin,
    };
    folded.len() <= STEMMED_BYTES_MAX && folded.chars().all(of_script)
}

/// Whether there is a list of stop words for the language.
pub fn has_stop_words(language: Option<&str>) -> bool {
    let language = language.unwrap_or(LANGUAGE_ASSUMED);
    STOP_WORDS.iter().any(|(name, _)| *name == language)
}

/// Whether a folded word is a stop word. Without a language it counts as English; a language
/// without a list has none.
pub fn is_stop_word(lower: &str, language: Option<&str>) -> bool {
    let language = language.unwrap_or(LANGUAGE_ASSUMED);
    STOP_WORDS
        .iter()
        .any(|(name, words)| *name == language && words.contains(lower))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn inflections_share_a_stem_in_their_own_language() {
        assert_eq!(stem("Harbours", Some("en")), stem("harbour", None));
        assert_eq!(stem("elections", Some("en")), "elect");
        assert_eq!(stem("Häuser", Some("de")), stem("Häusern", Some("de")));
        assert_eq!(stem("élections", Some("fr")), stem("élection", Some("fr")));
        assert_eq!(stem("выборы", Some("ru")), stem("выборов", Some("ru")));
    }

    #[test]
    fn a_language_without_a_stemmer_keeps_its_words() {
        assert_eq!(stem("Wyborów", Some("pl")), "wyborów");
        assert_eq!(stem("選挙", Some("ja")), "選挙");
        assert_eq!(stem("選挙", None), "選挙");
        assert_eq!(stem("G20", Some("en")), "g20");
    }

    #[test]
    fn folding_makes_one_word_of_its_spellings() {
        assert_eq!(fold("UKRAINE’S"), "ukraine's");
        assert_eq!(fold("ｆｕｌｌ"), "full");
        assert_eq!(stem("Ukraine’s", Some("en")), stem("ukraine", Some("en")));
    }

    #[test]
    fn stop_words_belong_to_their_language() {
        for word in [
            "said", "mr", "one", "two", "new", "year", "just", "like", "get", "make",
        ] {
            assert!(is_stop_word(word, None), "{word}");
        }
        assert!(is_stop_word("und", Some("de")));
        assert!(!is_stop_word("und", Some("en")));
        assert!(!is_stop_word("the", Some("pl")));
        assert!(
            lists::STOP_WORDS
                .iter()
                .all(|(_, words)| words.split_whitespace().all(|w| fold(w) == w))
        );
    }

    proptest! {
        #[test]
        fn no_word_of_any_language_panics(word in "\\PC{0,24}", which in 0..STEMMERS.len()) {
            let _ = stem(&word, Some(STEMMERS[which].0));
        }

        #[test]
        fn letters_of_each_script_never_panic(
            word in "[a-zà-ÿ']{0,12}|[а-яё]{0,12}|[α-ωά-ώ]{0,12}|[\u{621}-\u{652}]{0,12}|[\u{b85}-\u{bcd}]{0,12}",
            which in 0..STEMMERS.len(),
        ) {
            let _ = stem(&word, Some(STEMMERS[which].0));
        }
    }
}
