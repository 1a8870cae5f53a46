//! The part of a page that holds its article: the smallest element around most of the running text,
//! and what belongs to it beside that element.

use super::blocks::{Block, Kind};
use super::sift::folded;
use super::tree::Node;
use crate::text::sentences;
use std::ops::Range;

/// A block with less says nothing about where the article is (bytes).
const TELLING_BYTES_MIN: usize = 60;
/// A line with less is a label (bytes).
const SHORT_BYTES_MIN: usize = 20;
/// An element is entered when it holds this much of the running text around it (percent).
const MAIN_PERCENT_MIN: usize = 70;
/// What an `article` with the page's heading holds at least, to be the page's article (bytes, percent of the running text).
const ARTICLE_BYTES_MIN: usize = 300;
const ARTICLE_PERCENT_MIN: usize = 15;
/// A lead and a description that share so many first letters are the same.
const LEAD_LETTERS_MIN: usize = 40;
/// How far up from the main element its article is looked for (elements).
const CLIMB_MAX: usize = 6;

/// The blocks of the article, in page order.
pub fn find(
    nodes: &[Node],
    blocks: Vec<Block>,
    heading: Option<usize>,
    description: &str,
) -> Vec<Block> {
    let mut weight = vec![0_usize; nodes.len()];
    for block in &blocks {
        weight[block.node] += weight_of(block);
    }
    for at in (1..nodes.len()).rev() {
        weight[nodes[at].parent] += weight[at];
    }
    let from = article(nodes, &weight, heading);
    let main = heaviest(nodes, &weight, from);
    let whole = article_around(nodes, main);
    let lead = heading
        .filter(|heading| *heading < main)
        .map_or(main..main, |heading| heading..main);
    let mut chosen: Vec<Block> = Vec::new();
    for block in blocks {
        let inside = within(nodes, main).contains(&block.node);
        let beside = within(nodes, whole).contains(&block.node) || lead.contains(&block.node);
        let is_lead = || {
            is_telling(&block)
                && (sentences::has_end_mark(&block.text) || says(&block.text, description))
        };
        if inside || (beside && is_lead()) {
            chosen.push(block);
        }
    }
    chosen
}

/// Whether a text begins as the page's description does.
fn says(text: &str, description: &str) -> bool {
    let text = folded(text);
    let same = text
        .chars()
        .zip(description.chars())
        .take_while(|(a, b)| a == b)
        .count();
    same >= LEAD_LETTERS_MIN
}

fn within(nodes: &[Node], at: usize) -> Range<usize> {
    at..nodes[at].end
}

fn is_telling(block: &Block) -> bool {
    let long = block.text.len();
    block.kind != Kind::Heading && long >= TELLING_BYTES_MIN && block.linked * 2 < long
}

/// The `article` that the page's main heading stands in, else the only one, when it holds an article's
/// text; else the page.
fn article(nodes: &[Node], weight: &[usize], heading: Option<usize>) -> usize {
    let enough = |at: usize| {
        weight[at] >= ARTICLE_BYTES_MIN && weight[at] * 100 >= weight[0] * ARTICLE_PERCENT_MIN
    };
    let mut up = heading.map_or(0, |heading| nodes[heading].parent);
    while up != 0 && nodes[up].name != "article" {
        up = nodes[up].parent;
    }
    if up != 0 && enough(up) {
        return up;
    }
    let mut articles = (1..nodes.len())
        .filter(|&at| nodes[at].name == "article" && weight[at] >= ARTICLE_BYTES_MIN);
    match (articles.next(), articles.next()) {
        (Some(only), None) if enough(only) => only,
        _ => 0,
    }
}

/// How much a block tells about where the article is: short lines, as in a table of results, a little.
fn weight_of(block: &Block) -> usize {
    let long = block.text.len();
    if is_telling(block) {
        long
    } else if block.kind != Kind::Heading && long >= SHORT_BYTES_MIN && block.linked * 5 < long {
        long / 3
    } else {
        0
    }
}

/// Enters elements as long as one child holds nearly all.
fn heaviest(nodes: &[Node], weight: &[usize], from: usize) -> usize {
    let mut main = from;
    loop {
        let children =
            std::iter::successors((main + 1 < nodes[main].end).then_some(main + 1), |&child| {
                (nodes[child].end < nodes[main].end).then_some(nodes[child].end)
            });
        let best = children.max_by_key(|&child| (weight[child], usize::MAX - child));
        match best {
            Some(best)
                if weight[best] > 0
                    && weight[best] * 100 >= weight[main] * MAIN_PERCENT_MIN
                    && nodes[best].name != "p" =>
            {
                main = best;
            }
            _ => return main,
        }
    }
}

/// The nearest element around `main` that is marked as an article, else its parent.
fn article_around(nodes: &[Node], main: usize) -> usize {
    let mut up = main;
    for _ in 0..CLIMB_MAX {
        if nodes[up].name == "article" || up == 0 {
            return up;
        }
        up = nodes[up].parent;
    }
    main
}
