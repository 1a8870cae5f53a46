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
/// A longer text is not taken for the remains of a page that scripts would have filled (bytes).
const REMAINS_BYTES_MAX: usize = 500;
/// Words of a body that are looked at.
const BODY_WORDS_MAX: usize = 30_000;

/// The lines without those between the body's that the body does not have.
pub fn vet(blocks: Vec<Block>, body: Option<&str>) -> Vec<Block> {
    let Some(body) = body else {
        return blocks;
    };
    let body = words(&clean::html(body).text);
    let rows: HashSet<&[String]> = body.windows(ROW_WORDS).collect();
    let single: HashSet<&str> = body.iter().map(String::as_str).collect();
    let known: Vec<bool> = blocks
        .iter()
        .map(|block| has(&rows, &single, &block.text))
        .collect();
    let letters = |from: usize, to: usize, of: bool| -> usize {
        let inside = blocks[from..to].iter().zip(&known[from..to]);
        inside
            .filter(|(_, known)| **known || of)
            .map(|(block, _)| block.text.len())
            .sum()
    };
    let (Some(first), Some(last)) = (
        known.iter().position(|known| *known),
        known.iter().rposition(|known| *known),
    ) else {
        return blocks;
    };
    let all = letters(first, blocks.len(), true);
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
    match body.map(cleaned) {
        Some(body) if text.len() <= REMAINS_BYTES_MAX && text.len() * 2 < body.len() => body,
        _ => text,
    }
}

fn cleaned(body: &str) -> String {
    if clean::looks_like_html(body) {
        clean::html(body).text
    } else {
        clean::plain(body)
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(BODY_WORDS_MAX)
        .map(str::to_lowercase)
        .collect()
}

fn has(rows: &HashSet<&[String]>, single: &HashSet<&str>, text: &str) -> bool {
    let line = words(text);
    if line.len() < ROW_WORDS {
        return line.iter().all(|word| single.contains(word.as_str()));
    }
    let found = line
        .windows(ROW_WORDS)
        .filter(|row| rows.contains(row))
        .count();
    found * 100 >= (line.len() + 1 - ROW_WORDS) * ROWS_PERCENT_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "The harbour closed on Monday after the storm. Boats stayed at their moorings until noon. Repairs will take two weeks, the master said.";

    fn lines(texts: &[&str]) -> Vec<Block> {
        texts
            .iter()
            .map(|text| Block {
                text: (*text).to_owned(),
                ..Block::default()
            })
            .collect()
    }

    fn vetted(texts: &[&str], body: &str) -> Vec<String> {
        vet(lines(texts), Some(body))
            .into_iter()
            .map(|block| block.text)
            .collect()
    }

    #[test]
    fn lines_between_those_of_the_body_go_and_the_lead_stays() {
        let found = vetted(
            &[
                "A storm shut the port of Avel for days.",
                "The harbour closed on Monday after the storm.",
                "Our app has all the news.",
                "Boats stayed at their moorings until noon. Repairs will take two weeks, the master said.",
                "Join us!",
            ],
            BODY,
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("A storm") && found[2].starts_with("Boats"));
    }

    #[test]
    fn a_body_that_was_cut_vets_nothing() {
        let texts = [
            "The harbour closed on Monday after the storm.",
            "Fishermen lost a week of work, and the market has been empty since then.",
        ];
        assert_eq!(
            vetted(&texts, "The harbour closed on Monday after the storm."),
            texts
        );
    }

    #[test]
    fn the_body_stands_in_for_a_page_that_scripts_would_fill() {
        assert_eq!(or("Loading".to_owned(), Some(BODY)), BODY);
        assert_eq!(or(BODY.to_owned(), Some("The harbour closed.")), BODY);
        assert_eq!(or("Loading".to_owned(), None), "Loading");
    }
}
