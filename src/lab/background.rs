//! Counts, over articles as JSON lines, in how many each stem stands (see `text::background`).

use crate::text::terms;
use crate::text::words;
use anyhow::Context;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};

/// Stems that are written, the most common ones.
const STEMS_MAX: usize = 5_000;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

/// Reads English articles and writes the table: their number, then stem and count.
pub fn run(_args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut articles = 0_u32;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let article: Line = serde_json::from_str(&line).context("not an article as JSON")?;
        articles += 1;
        let text = format!("{}\n{}", article.title, article.text);
        let stems: BTreeSet<String> = terms::kept(&text, None).into_iter().collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1;
        }
    }
    let mut table: Vec<(String, u32)> = counts
        .into_iter()
        .filter(|(stem, _)| !words::is_stop_word(stem, None))
        .collect();
    table.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    table.truncate(STEMS_MAX);
    table.sort();
    writeln!(out, "{articles}")?;
    for (stem, count) in table {
        writeln!(out, "{stem}\t{count}")?;
    }
    Ok(())
}
