//! Background: how common a stem is in English news, for a store that has seen little yet.
//!
//! The figures are made by `tools/background.py` from unlabelled articles of 2012 to 2020, each cut
//! to its first 1,500 characters. The table holds counts only.

use crate::text::spread::Spread;
use crate::text::vector;
use std::collections::HashMap;
use std::sync::LazyLock;

/// First line: number of articles. Then a stem and the number of articles that hold it a line.
const TABLE: &str = include_str!("background.tsv");
/// A text in which fewer of its terms stand in the table is not English.
const KNOWN_SHARE_MIN: f32 = 0.4;

static SHARES: LazyLock<HashMap<u32, f32, Spread>> = LazyLock::new(|| read(TABLE));

fn read(table: &str) -> HashMap<u32, f32, Spread> {
    let mut lines = table.lines();
    let articles: f32 = lines
        .next()
        .and_then(|line| line.parse().ok())
        .unwrap_or(1.0);
    lines
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(stem, count)| {
            Some((vector::hash(stem), count.parse::<f32>().ok()? / articles))
        })
        .collect()
}

/// The share of background articles that hold the term; 0 when it is too rare to be listed.
pub fn share(term: u32) -> f32 {
    SHARES.get(&term).copied().unwrap_or(0.0)
}

/// Articles that a term outside the table is taken to stand in, as a share.
const RARE_SHARE: f32 = 0.000_2;

/// How much a term tells: the logarithm of one over its share of articles, 0 to about 8.5.
pub fn idf(term: u32) -> f32 {
    -(share(term) + RARE_SHARE).min(1.0).ln()
}

/// Whether the background speaks the language of an article, of whose terms so many are known here.
pub fn covers(known: usize, terms: usize) -> bool {
    known as f32 >= KNOWN_SHARE_MIN * terms as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms;
    use crate::text::vector::Vector;

    fn share_of(word: &str) -> f32 {
        share(vector::hash(&terms::stem(word, None)))
    }

    #[test]
    fn the_table_is_sound() {
        assert!(TABLE.len() < 100_000);
        assert!(SHARES.len() > 4_500);
        assert!(SHARES.values().all(|share| *share > 0.0 && *share < 1.0));
    }

    #[test]
    fn common_words_are_common() {
        assert!(share_of("president") > share_of("harbour"));
        assert!(share_of("government") > 0.05);
        assert_eq!(share_of("Lindholmsk"), 0.0);
    }

    #[test]
    fn english_is_told_from_other_languages() {
        let english = "The government opened the harbour after the election of a president.";
        let german = "Die Regierung hat den Hafen nach der Wahl des Kanzlers eröffnet.";
        let spoken = |text: &str, language| {
            let terms = Vector::of("", text, language).0;
            let known = terms.iter().filter(|weighted| share(weighted.term) > 0.0);
            covers(known.count(), terms.len())
        };
        assert!(spoken(english, None));
        assert!(!spoken(german, Some("de")));
    }
}
