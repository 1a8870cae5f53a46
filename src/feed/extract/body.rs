//! An article's text as the page's JSON-LD gives it, against the lines found on the page.

use super::blocks::{Block, Kind};
use crate::feed::clean;
use std::collections::HashSet;

/// How many words in a row a line must share with the body.
const ROW_WORDS: usize = 3;
/// A line is of the body when so many of its rows are (percent).
const ROWS_PERCENT_MIN: usize = 60;
/// A body is believed when it holds this much of the text that was found (percent).
const BODY_PERCENT_MIN: usize = 65;
/// What follows the last line that the body has: when it is more, the body was cut (percent).
const TAIL_PERCENT_MAX: usize = 20;
/// A body is taken instead of a text that is shorter than this part of it (percent).
const SHORT_PERCENT_MAX: usize = 40;
/// Words of a body that are looked at.
const BODY_WORDS_MAX: usize = 30_000;

/// The lines without those between the body's that the body does not have.
pub fn vet(blocks: Vec<Block>, body: Option<&str>) -> Vec<Block> {
    let Some(body) = body else {
        return blocks;
    };
    let body = words(&clean::html(body).text);
    let rows: HashSet<&[String]> = body.windows(ROW_WORDS).collect();
    let known: Vec<bool> = blocks
        .iter()
        .map(|block| has(&rows, &body, &block.text))
        .collect();
    let letters = |from: usize, to: usize, of: bool| -> usize {
        let inside = blocks[from..to].iter().zip(&known[from..to]);
        inside
            .filter(|(_, known)| **known || of)
            .map(|(block, _)| block.text.len())
            .sum()
    };
    let all = letters(0, blocks.len(), true);
    let (Some(first), Some(last)) = (
        known.iter().position(|known| *known),
        known.iter().rposition(|known| *known),
    ) else {
        return blocks;
    };
    let covered = letters(0, blocks.len(), false);
    let tail = letters(last + 1, blocks.len(), true);
    if covered * 100 < all * BODY_PERCENT_MIN || tail * 100 > all * TAIL_PERCENT_MAX {
        return blocks;
    }
    let keep = |at: usize, block: &Block| {
        known[at] || at < first || (block.kind == Kind::Heading && at < last)
    };
    let mut at = 0;
    blocks
        .into_iter()
        .filter(|block| {
            at += 1;
            keep(at - 1, block)
        })
        .collect()
}

/// The body where hardly a text was found.
pub fn or(text: String, body: Option<&str>) -> String {
    match body.map(|body| clean::html(body).text) {
        Some(body) if text.len() * 100 < body.len() * SHORT_PERCENT_MAX => body,
        _ => text,
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(BODY_WORDS_MAX)
        .map(str::to_lowercase)
        .collect()
}

fn has(rows: &HashSet<&[String]>, body: &[String], text: &str) -> bool {
    let line = words(text);
    if line.len() < ROW_WORDS {
        return body.windows(line.len().max(1)).any(|row| row == line);
    }
    let found = line
        .windows(ROW_WORDS)
        .filter(|row| rows.contains(row))
        .count();
    found * 100 >= (line.len() + 1 - ROW_WORDS) * ROWS_PERCENT_MIN
}
