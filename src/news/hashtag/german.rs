//! German writes every noun large: which words of a text are names is told from what stands before
//! them. Common nouns follow articles, adjectives and numbers; names follow prepositions and verbs.

use crate::text::words;
use std::collections::{HashMap, HashSet};

/// Share of a word's places after an article, adjective or number from which it is no name.
const DETERMINED_SHARE: f32 = 0.3;

/// What stands before a common noun, contractions with the article included.
const DETERMINERS: &str =
    "der die das den dem des ein eine einen einem einer eines kein keine keinen
    keiner im am zum zur beim vom ins ans aufs dieser diese dieses diesen diesem jeder jede jedes
    mehr viele alle beide weitere weiteren mehrere einige andere anderen wenige seine seiner seinen ihre ihrer ihren ihr sein unsere zwei drei vier";

/// Endings of adjectives before a noun; those of verbs in the past are none.
const ADJECTIVE_ENDINGS: &[&str] = &["en", "er", "es", "em", "e"];
const VERB_ENDINGS: &[&str] = &["te", "ten"];

/// Names that have the article.
const NAMES_WITH_ARTICLE: &str =
    "ukraine schweiz türkei slowakei mongolei krim niederlande usa iran
    irak libanon jemen sudan kongo kosovo vatikan kreml gazastreifen emirate philippinen eu un uno
    nato bundestag bundesrat";

/// Endings of nouns that are never names, and of titles before names.
const COMMON_ENDINGS: &[&str] = &[
    "ung",
    "ungen",
    "heit",
    "heiten",
    "keit",
    "keiten",
    "schaft",
    "schaften",
    "tion",
    "tionen",
    "tät",
    "nis",
    "ismus",
    "minister",
    "ministerin",
    "präsident",
    "präsidentin",
    "präsidenten",
    "kanzler",
    "kanzlerin",
    "chef",
    "chefin",
    "sprecher",
    "sprecherin",
    "vorsitzende",
    "vorsitzender",
    "behörde",
    "behörden",
];

/// The words of these texts, folded, that are no names.
pub(super) fn common_nouns<'t>(texts: impl Iterator<Item = &'t str>) -> HashSet<String> {
    let mut seen: HashMap<String, (u32, u32)> = HashMap::new();
    for line in texts.flat_map(str::lines) {
        let mut before = String::new();
        for written in line.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
            if written.is_empty() {
                continue;
            }
            let folded = words::fold(written);
            if written.starts_with(char::is_uppercase) {
                let (all, determined) = seen.entry(folded.clone()).or_default();
                *all += 1;
                *determined += u32::from(determines(&before));
            }
            before = if written.starts_with(char::is_lowercase) || is_listed(DETERMINERS, &folded) {
                folded
            } else if written.starts_with(|c: char| c.is_ascii_digit()) {
                "zwei".to_owned()
            } else {
                String::new()
            };
        }
    }
    seen.into_iter()
        .filter(|(word, (all, determined))| {
            let common = *determined as f32 >= DETERMINED_SHARE * *all as f32;
            let ending = COMMON_ENDINGS.iter().any(|ending| word.ends_with(ending));
            (common || ending) && !is_listed(NAMES_WITH_ARTICLE, word)
        })
        .map(|(word, _)| word)
        .collect()
}

fn determines(before: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| before.ends_with(ending));
    let adjective = before.chars().count() > 4
        && ends(ADJECTIVE_ENDINGS)
        && !ends(VERB_ENDINGS)
        && !words::is_stop_word(before, Some("de"));
    is_listed(DETERMINERS, before) || adjective
}

fn is_listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}
