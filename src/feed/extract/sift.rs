//! Takes lines out of an article that are no part of its text: captions, credits, links to other
//! articles, requests to subscribe, notes on time and author.

use super::blocks::{Block, Kind};
use super::phrases::{BYLINES, CREDITS, ELSEWHERE, PLEAS, SIGNATURES};
use crate::text::{litter, sentences};
use std::collections::HashMap;

/// A longer line is read whatever it begins with (characters).
const LINE_CHARS_MAX: usize = 260;
/// A line of time and author is shorter (characters).
const NOTE_CHARS_MAX: usize = 90;
/// A line that stands more often on a page is no sentence of an article.
const REPEATS_MAX: usize = 2;
/// A line as long as this that stands again in another place is there for another width of screen (bytes).
const COPY_BYTES_MIN: usize = 120;
/// Words before a label's colon.
const LABEL_WORDS_MAX: usize = 4;
/// Lines at the start in which the title may stand again.
const TITLE_LINES_MAX: usize = 6;

/// The article's lines.
pub fn sift(blocks: Vec<Block>, title: Option<&str>) -> Vec<Block> {
    let title = title.map(folded).filter(|title| !title.is_empty());
    let mut count: HashMap<&str, usize> = HashMap::new();
    for block in &blocks {
        *count.entry(&block.text).or_default() += 1;
    }
    let keep: Vec<bool> = blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let repeated = count[block.text.as_str()] > REPEATS_MAX
                && block.text.len() < NOTE_CHARS_MAX
                && !sentences::has_end_mark(&block.text);
            let is_title = (at < TITLE_LINES_MAX || block.kind == Kind::Heading)
                && title
                    .as_ref()
                    .is_some_and(|title| *title == folded(&block.text));
            !repeated && !is_title && !is_litter(block)
        })
        .collect();
    let mut kept: Vec<Block> = blocks
        .into_iter()
        .zip(keep)
        .filter(|(_, keep)| *keep)
        .map(|(block, _)| block)
        .collect();
    let mut first: HashMap<String, usize> = HashMap::new();
    kept.retain(|block| {
        block.text.len() < COPY_BYTES_MIN
            || *first.entry(block.text.clone()).or_insert(block.parent) == block.parent
    });
    while kept.last().is_some_and(|last| last.kind == Kind::Heading) {
        kept.pop();
    }
    kept
}

/// Letters and digits in lower case.
pub fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_litter(block: &Block) -> bool {
    let text = block.text.as_str();
    if !text.contains(char::is_alphanumeric) {
        return true;
    }
    if text.chars().nth(LINE_CHARS_MAX).is_some() {
        return false;
    }
    let lower = text.to_lowercase();
    let start = lower.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©');
    let ended = sentences::has_end_mark(text);
    let mostly_linked = block.linked * 10 >= text.len() * 9;
    (mostly_linked && !ended && block.kind != Kind::Entry)
        || announces(start, ELSEWHERE)
        || starts(start, ELSEWHERE) && block.linked * 2 >= text.len()
        || announces(start, CREDITS)
        || starts(start, SIGNATURES) && (!ended || has_label(text))
        || starts(start, PLEAS) && !ended
        || is_credit(text, ended)
        || is_note(text, ended)
        || is_byline(text, ended)
        || litter::is_litter(text)
}

/// Whether one of the first words ends with a colon.
fn has_label(text: &str) -> bool {
    text.split_whitespace()
        .take(LABEL_WORDS_MAX)
        .any(|word| word.ends_with(':'))
}

fn starts(start: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        start.strip_prefix(phrase).is_some_and(|rest| {
            !rest.starts_with(char::is_alphanumeric) || phrase.chars().any(|c| c >= '\u{3000}')
        })
    })
}

/// A phrase and then a colon or a bar, or nothing.
fn announces(start: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        start.strip_prefix(phrase).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.is_empty() || rest.starts_with([':', '|', '：', '/', '©'])
        })
    })
}

/// "(Image: Getty)", "Anna Holm/Basin Press", "REUTERS/Name" at the end of a line that is no sentence.
fn is_credit(text: &str, ended: bool) -> bool {
    if ended {
        return false;
    }
    let lower = text.to_lowercase();
    let bracketed = text.ends_with([')', ']'])
        && lower.rfind(['(', '[']).is_some_and(|open| {
            let inside = lower[open + 1..].trim_start();
            [
                "image", "photo", "picture", "foto", "bild", "credit", "pic", "imagen", "video",
                "file", "ap photo", "crédit",
            ]
            .iter()
            .any(|word| inside.starts_with(word))
        });
    let tail = lower
        .rfind(['.', '!', '?', '…'])
        .map_or(lower.as_str(), |end| &lower[end..]);
    bracketed
        || tail.contains("foto:")
        || tail.contains("photo:")
        || tail.contains("bild:")
        || tail.contains("photo by ")
        || tail.contains("getty images")
        || tail.contains("© ")
}

/// A short line that is a time, a place of time and author, or a count, but no sentence.
fn is_note(text: &str, ended: bool) -> bool {
    if ended || text.chars().nth(NOTE_CHARS_MAX).is_some() {
        return false;
    }
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let clock = (1..bytes.len()).any(|at| {
        matches!(bytes[at], b':' | b'.')
            && digits(at - 1)
            && digits(at + 1)
            && digits(at + 2)
            && !digits(at + 3)
    });
    let year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")));
    let words = text.split_whitespace().count();
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .count();
    (year && numbers >= 2 && words <= if clock { 10 } else { 6 })
        || (clock && words <= 4)
        || text
            .split_whitespace()
            .all(|word| word.chars().all(|c| !c.is_alphabetic()))
}

/// "Von Anna Holm", "By Our Correspondent, AVEL": a word for "by" and then names in capitals.
fn is_byline(text: &str, ended: bool) -> bool {
    if ended || text.chars().nth(NOTE_CHARS_MAX).is_some() {
        return false;
    }
    let mut words = text.split_whitespace();
    let by = words
        .next()
        .unwrap_or_default()
        .trim_end_matches(':')
        .to_lowercase();
    let rest: Vec<&str> = words.collect();
    let named = |word: &&&str| {
        word.chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_uppercase)
    };
    BYLINES.contains(&&*by)
        && (2..=8).contains(&rest.len())
        && rest.iter().filter(named).count() * 3 >= rest.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn litter_line(text: &str) -> bool {
        is_litter(&Block {
            text: text.to_owned(),
            ..Block::default()
        })
    }

    #[test]
    fn lines_that_are_no_sentences_of_a_report_are_litter() {
        for text in [
            "Read more: Ferry to Avel stops",
            "Lesen Sie auch: Fähre nach Avel fällt aus",
            "Читайте также: паром в Авель не ходит",
            "関連記事：フェリーが止まる",
            "Photo: Anna Holm",
            "Boats in the harbour of Avel (Photo: Anna Holm)",
            "Der Hafen von Avel am Montag. Foto: Anna Holm",
            "Published 4 March 2031",
            "04.03.2031, 15:23 Uhr",
            "Von Anna Holm",
            "Sign up to our newsletter",
            "* * *",
        ] {
            assert!(litter_line(text), "{text}");
        }
    }

    #[test]
    fn sentences_that_begin_like_labels_are_kept() {
        for text in [
            "Related parties must be named, the court ruled.",
            "More about the bridge was said on Monday.",
            "Published in 2019, the report had warned of it.",
            "Comments by the minister drew anger.",
            "By Monday evening the fire was out.",
            "Video games were sold at the market, too.",
            "In 2031 the bridge was 40 years old.",
        ] {
            assert!(!litter_line(text), "{text}");
        }
    }
}
