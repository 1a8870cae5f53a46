//! A report's own sentences: what is left of a page's text without litter, datelines and the links
//! that hang on its end.

use crate::text::{dateline, litter, refrain::Refrains, sentences};
use std::ops::Range;

/// More sentences of one text are not looked at.
const SENTENCES_MAX: usize = 400;

/// One sentence of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the text, without a dateline.
    pub range: Range<usize>,
    /// It has a line for itself, as headlines do.
    pub whole_line: bool,
}

/// The sentences of the report: without litter, the refrains of its source, and the lines at its
/// end that have no end mark or are questions (links to other reports).
pub fn sentences(text: &str, language: Option<&str>, refrains: &Refrains) -> Vec<Sentence> {
    let all = sentences::split(text, language);
    let mut kept: Vec<Sentence> = Vec::new();
    let mut report_ends = 0;
    for range in all.into_iter().take(SENTENCES_MAX) {
        let sentence = &text[range.clone()];
        if litter::is_litter(sentence) || refrains.holds(sentence) {
            continue;
        }
        let whole_line = is_whole_line(text, &range);
        kept.push(Sentence {
            range: without_dateline(text, range.clone()),
            whole_line,
        });
        if !whole_line || (sentences::has_end_mark(sentence) && !sentence.ends_with('?')) {
            report_ends = kept.len();
        }
    }
    if report_ends > 0 {
        kept.truncate(report_ends);
    }
    kept
}

/// A sentence's range without the dateline or byline before its first word.
pub fn without_dateline(text: &str, range: Range<usize>) -> Range<usize> {
    let from = range.start + dateline::length(&text[range.clone()]);
    if from < range.end {
        from..range.end
    } else {
        range
    }
}

fn is_whole_line(text: &str, range: &Range<usize>) -> bool {
    let space = |c: char| c.is_whitespace() && c != '\n';
    let before = text[..range.start].trim_end_matches(space);
    let after = text[range.end..].trim_start_matches(space);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_at_the_end_and_litter_are_no_part_of_a_report() {
        let text = "AVEL (Norvia Press) - The old bridge is shut.\nRead more: Bridges\nThe mayor is angry.\nWhy is the bridge shut?\nBridge of Avel in pictures";
        let found: Vec<&str> = sentences(text, None, Refrains::NONE)
            .into_iter()
            .map(|sentence| &text[sentence.range])
            .collect();
        assert_eq!(found, ["The old bridge is shut.", "The mayor is angry."]);
    }

    #[test]
    fn a_text_of_headlines_only_is_kept() {
        assert_eq!(
            sentences("Bridge shut\nMayor angry", None, Refrains::NONE).len(),
            2
        );
        assert!(sentences("", None, Refrains::NONE).is_empty());
    }
}
