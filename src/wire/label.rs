//! Short plain texts of Discord: labels of buttons and choices, which know no markdown.

use crate::page::markdown::{harmless, is_blank, length};
use unicode_segmentation::UnicodeSegmentation;

/// Stands where a text that must not be empty is.
const NOTHING: &str = "–";

/// The text on one line, without what cannot be seen and what looks like a token, at most
/// `units_max` UTF-16 units, cut between graphemes.
pub fn cut(text: &str, units_max: usize) -> String {
    let text = harmless(text);
    let mut kept = String::new();
    let mut units = 0;
    let mut ended = true;
    for grapheme in text.trim().graphemes(true) {
        let shown = if grapheme.trim().is_empty() {
            " "
        } else {
            grapheme
        };
        units += length(shown);
        if units > units_max {
            ended = false;
            break;
        }
        kept.push_str(shown);
    }
    if !ended {
        while length(&kept) >= units_max {
            let last = kept
                .grapheme_indices(true)
                .next_back()
                .map_or(0, |(at, _)| at);
            kept.truncate(last);
        }
        kept.truncate(kept.trim_end().len());
        kept.push('…');
    }
    if is_blank(&kept) {
        NOTHING.to_owned()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_is_cut_between_graphemes() {
        assert_eq!(cut("Tide tables", 20), "Tide tables");
        assert_eq!(cut("Tide tables", 6), "Tide…");
        assert_eq!(cut("ab👩\u{200d}🚒", 6), "ab…");
        assert_eq!(cut("ab👩\u{200d}🚒", 7), "ab👩\u{200d}🚒");
        assert_eq!(cut(" a\n\u{202e}b ", 9), "a b");
    }

    #[test]
    fn a_label_is_never_empty() {
        assert_eq!(cut("", 9), "–");
        assert_eq!(cut("\u{200b}\n", 9), "–");
        assert_eq!(cut(&"👩\u{200d}".repeat(60), 80), "…");
    }

    proptest! {
        #[test]
        fn a_label_never_exceeds_its_limit(text in "\\PC{0,60}", units_max in 1usize..50) {
            prop_assert!(length(&cut(&text, units_max)) <= units_max);
        }
    }
}
