//! Reading a topic: words, "a phrase", -word. Whatever else is typed is just text.

use super::{Topic, TopicError, places as known_places};
use crate::news::link;
use crate::text::terms::{self, Word};
use crate::text::words;
use url::Url;

/// Words of a topic, those of phrases and exclusions counted.
pub const TOPIC_WORDS_MAX: usize = 12;
/// Characters of a topic as typed.
pub const TOPIC_CHARS_MAX: usize = 200;
/// A stem of another language than English stands for a word only if it is this long: a short one
/// is likely to be another word.
const FOREIGN_STEM_CHARS_MIN: usize = 4;

/// Places that "new" is a part of the name of, where it is no stop word.
const NEW_PLACES: &[&str] = &[
    "brunswick",
    "caledonia",
    "delhi",
    "england",
    "guinea",
    "hampshire",
    "haven",
    "jersey",
    "mexico",
    "orleans",
    "wales",
    "york",
    "zealand",
];

/// A word or phrase as typed.
struct Piece {
    excluded: bool,
    /// Its words, folded, as they stand in the key.
    key: String,
    /// Terms for each of its places.
    places: Vec<Vec<String>>,
}

impl Topic {
    /// Reads what a person typed: words, "a phrase", -word.
    pub fn parse(typed: &str) -> Result<Self, TopicError> {
        let shown = fold_space(typed);
        if shown.chars().count() > TOPIC_CHARS_MAX {
            return Err(TopicError::TooLong {
                max: TOPIC_CHARS_MAX,
            });
        }
        let mut count = 0;
        let mut pieces: Vec<Piece> = Vec::new();
        for (excluded, text) in split(&fold_quotes(&shown)) {
            let text = terms::normal(text);
            let typed: Vec<Word<'_>> = terms::words(&text).collect();
            count += typed.len();
            pieces.extend(piece(excluded, &typed));
        }
        if count > TOPIC_WORDS_MAX {
            return Err(TopicError::TooManyWords {
                max: TOPIC_WORDS_MAX,
            });
        }
        if pieces.is_empty() {
            return Err(TopicError::Empty);
        }
        if pieces.iter().all(|piece| piece.excluded) {
            return Err(TopicError::OnlyExclusions);
        }
        Ok(assemble(shown, pieces))
    }
}

/// The link that was typed or pasted in place of a topic, also between `<` and `>`.
pub fn as_link(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let typed = typed
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(typed);
    let is_web = typed.get(..8).is_some_and(|start| {
        let start = start.to_ascii_lowercase();
        start.starts_with("http://") || start.starts_with("https://")
    });
    if !is_web || typed.contains(char::is_whitespace) {
        return None;
    }
    Url::parse(&link::canonical(typed, None)?).ok()
}

fn assemble(shown: String, mut pieces: Vec<Piece>) -> Topic {
    // The same word twice is one wish, and order is none.
    pieces.sort_by(|a, b| order(a).cmp(&order(b)));
    pieces.dedup_by(|a, b| order(a) == order(b));
    drop_stop_words(&mut pieces);
    let key: Vec<String> = pieces
        .iter()
        .map(|piece| match (piece.excluded, piece.key.contains(' ')) {
            (false, false) => piece.key.clone(),
            (false, true) => format!("\"{}\"", piece.key),
            (true, false) => format!("-{}", piece.key),
            (true, true) => format!("-\"{}\"", piece.key),
        })
        .collect();
    let mut topic = Topic {
        shown,
        key: key.join(" "),
        words: Vec::new(),
        aliases: Vec::new(),
        phrases: Vec::new(),
        excluded: Vec::new(),
        excluded_phrases: Vec::new(),
    };
    let mut word_keys = Vec::new();
    for mut piece in pieces {
        let (words, phrases) = if piece.excluded {
            (&mut topic.excluded, &mut topic.excluded_phrases)
        } else {
            (&mut topic.words, &mut topic.phrases)
        };
        if piece.places.len() == 1 {
            if !piece.excluded {
                word_keys.push(piece.key);
            }
            words.append(&mut piece.places);
        } else {
            phrases.push(piece.places);
        }
    }
    topic.aliases = known_places::aliases(&word_keys, &topic.words);
    topic
}

fn order(piece: &Piece) -> (bool, bool, &str) {
    (piece.excluded, piece.key.contains(' '), &piece.key)
}

/// English stop words beside other words say nothing ("war in ukraine").
fn drop_stop_words(pieces: &mut Vec<Piece>) {
    let is_new_place = pieces
        .iter()
        .any(|piece| !piece.excluded && NEW_PLACES.contains(&piece.key.as_str()));
    let is_stop = |piece: &Piece| {
        let named = is_new_place && piece.key == "new";
        !piece.excluded && !named && words::is_stop_word(&piece.key, Some("en"))
    };
    if pieces
        .iter()
        .any(|piece| !piece.excluded && !is_stop(piece))
    {
        pieces.retain(|piece| !is_stop(piece));
    }
}

fn piece(excluded: bool, typed: &[Word<'_>]) -> Option<Piece> {
    let key: Vec<String> = typed.iter().map(|word| key_word(word.written)).collect();
    let places: Vec<Vec<String>> = typed.iter().flat_map(places).collect();
    (!places.is_empty()).then(|| Piece {
        excluded,
        key: key.join(" "),
        places,
    })
}

pub(super) fn key_word(written: &str) -> String {
    let folded = words::fold(written);
    folded.strip_suffix("'s").unwrap_or(&folded).to_string()
}

/// The places that a word fills in the index, each with the terms that stand for it.
pub(super) fn places(word: &Word<'_>) -> Vec<Vec<String>> {
    let mut own = Vec::new();
    terms::push_terms(word, None, &mut own);
    let [english] = own.as_slice() else {
        return own.into_iter().map(|term| vec![term]).collect();
    };
    let mut standing = vec![english.clone()];
    if !word.unspaced {
        let folded = terms::bare(word.written);
        let mut add = |term: String, chars_min: usize| {
            if term.chars().count() >= chars_min && !standing.contains(&term) {
                standing.push(term);
            }
        };
        add(folded, 1);
        for language in words::stemmers() {
            add(
                terms::stem(word.written, Some(language)),
                FOREIGN_STEM_CHARS_MIN,
            );
        }
    }
    vec![standing]
}

/// Trims, makes one space of white space and control characters.
fn fold_space(typed: &str) -> String {
    typed
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn fold_quotes(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' | '「' | '」' | '『' | '』' => {
                '"'
            }
            '－' | '−' | '–' | '—' => '-',
            c => c,
        })
        .collect()
}

/// Words and phrases in order, with whether each is excluded. A quotation mark that is not closed
/// opens a phrase up to the end.
fn split(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let bare = rest.trim_start_matches('-');
        let excluded = bare.len() < rest.len();
        let (piece, after) = match bare.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => bare.split_at(bare.find([' ', '"']).unwrap_or(bare.len())),
        };
        pieces.push((excluded, piece));
        rest = after.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(typed: &str) -> String {
        Topic::parse(typed).unwrap().key
    }

    #[test]
    fn spellings_of_one_topic_are_one() {
        for typed in [
            "Ukraine",
            " ukraine ",
            "UKRAINE",
            "ＵＫＲＡＩＮＥ",
            "ukraine\u{0}",
            "Ukraine’s",
            "ukraine ukraine",
            "ukraine,",
        ] {
            assert_eq!(key(typed), "ukraine", "{typed}");
        }
        assert_eq!(key("grain  Ukraine"), key("ukraine grain"));
        assert_eq!(key("war in Ukraine"), "ukraine war");
        assert_eq!(key("new taxes"), "taxes");
        assert_eq!(key("New York"), "new york");
        assert_eq!(key("ports"), "ports");
        assert_ne!(key("ports"), key("port"));
    }

    #[test]
    fn words_come_first_then_phrases_then_exclusions() {
        let typed = "-sport „North Sea” wind -“oil rig” energy";
        assert_eq!(key(typed), "energy wind \"north sea\" -sport -\"oil rig\"");
        let topic = Topic::parse(typed).unwrap();
        assert_eq!(topic.shown, typed);
        assert_eq!(topic.words.len(), 2);
        assert_eq!(topic.phrases, [[vec!["north"], vec!["sea"]]]);
        assert_eq!(topic.excluded[0][0], "sport");
        assert_eq!(topic.excluded_phrases.len(), 1);
    }

    #[test]
    fn a_word_of_several_terms_is_a_phrase() {
        assert_eq!(key("covid-19"), "\"covid 19\"");
        assert_eq!(key("covid-19"), key("\"COVID 19\""));
        let topic = Topic::parse("港湾都市").unwrap();
        assert_eq!(topic.key, "港湾都市");
        assert_eq!(topic.phrases, [[vec!["港湾"], vec!["湾都"], vec!["都市"]]]);
        assert_eq!(Topic::parse("港湾").unwrap().words, [["港湾"]]);
    }

    #[test]
    fn a_word_stands_for_its_stems_in_all_languages() {
        let topic = Topic::parse("elections").unwrap();
        assert!(topic.words[0].contains(&"elect".to_string()));
        assert!(topic.words[0].contains(&"elections".to_string()));
        let iran = Topic::parse("iran").unwrap();
        assert!(
            !iran.words[0].contains(&"ira".to_string()),
            "{:?}",
            iran.words
        );
    }

    #[test]
    fn operators_are_just_text() {
        for typed in [
            "ukraine AND",
            "ukraine*",
            "NEAR(ukraine)",
            "title:ukraine",
            "'ukraine'",
            "ukraine^2; DROP",
            "\"ukraine",
        ] {
            let topic = Topic::parse(typed).unwrap();
            let terms = topic
                .words
                .iter()
                .flatten()
                .chain(topic.phrases.iter().flatten().flatten());
            for term in terms {
                assert!(term.chars().all(char::is_alphanumeric), "{term}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_topic_is_refused() {
        for typed in ["", "   ", "\"\"", "-", "!!", "\u{0}", "🙂"] {
            assert_eq!(Topic::parse(typed), Err(TopicError::Empty), "{typed}");
        }
        assert_eq!(
            Topic::parse("-sport -\"oil rig\""),
            Err(TopicError::OnlyExclusions)
        );
        let many = (0..13)
            .map(|n| format!("word{n}"))
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(
            Topic::parse(&many),
            Err(TopicError::TooManyWords { max: 12 })
        );
        assert_eq!(
            Topic::parse(&"é".repeat(201)),
            Err(TopicError::TooLong { max: 200 })
        );
        assert!(Topic::parse(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn only_stop_words_are_better_than_nothing() {
        assert_eq!(key("the who"), "the who");
    }

    #[test]
    fn a_pasted_link_is_no_topic() {
        let link = as_link(" <https://Avel.example/a?utm_source=x> ").unwrap();
        assert_eq!(link.as_str(), "https://avel.example/a");
        for typed in [
            "avel.example",
            "ukraine",
            "see https://avel.example/a",
            "https://avel.example/a b",
            "ftp://avel.example",
        ] {
            assert!(as_link(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_lone_character_of_a_script_without_spaces_is_noticed() {
        let lone = |typed: &str| {
            let topic = Topic::parse(typed).expect("a topic");
            topic.lone_character().map(str::to_owned)
        };
        for (typed, one) in [("港", "港"), ("avel 嵐", "嵐"), ("\"港\" avel", "港")] {
            assert_eq!(lone(typed).as_deref(), Some(one), "{typed}");
        }
        // What stands together in an article too is found by its neighbours.
        for typed in ["港口", "港0", "\"港 嵐\"", "x", "é", "avel -港"] {
            assert_eq!(lone(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn the_key_is_its_own_key(typed in "\\PC{0,40}") {
            if let Ok(topic) = Topic::parse(&typed) {
                if let Ok(again) = Topic::parse(&topic.key) {
                    prop_assert_eq!(again.key, topic.key);
                }
                for word in topic.words.iter().chain(topic.phrases.iter().flatten()) {
                    prop_assert!(!word.is_empty() && word.iter().all(|term| !term.is_empty()));
                }
            }
        }
    }
}
