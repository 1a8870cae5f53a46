//! Takes lines out of an article that are no part of its text: captions, credits, links to other
//! articles, requests to subscribe, notes on time and author.

use super::blocks::{Block, Kind};
use super::phrases::{CREDITS, ELSEWHERE, PLEAS, SIGNATURES};
use crate::text::{litter, sentences};
use std::collections::HashMap;

/// A longer line is read whatever it begins with (characters).
const LINE_CHARS_MAX: usize = 260;
/// A line of time and author is shorter (characters).
const NOTE_CHARS_MAX: usize = 90;
/// A line that stands more often on a page is no sentence of an article.
const REPEATS_MAX: usize = 2;
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
        || starts(start, ELSEWHERE) && (block.linked > 0 || !ended || announces(start, ELSEWHERE))
        || announces(start, CREDITS)
        || starts(start, SIGNATURES) && text.chars().nth(200).is_none()
        || starts(start, PLEAS) && (!ended || text.chars().nth(160).is_none())
        || is_credit(text, ended)
        || is_note(text, ended)
        || litter::is_litter(text)
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
    (year && numbers >= 2 && words <= 10 && (clock || numbers >= 2 && words <= 6))
        || (clock && words <= 4)
        || text
            .split_whitespace()
            .all(|word| word.chars().all(|c| !c.is_alphabetic()))
}
