//! `lab keyphrases`: key phrases of the texts on standard input, for the scorers.

use crate::text::keyphrases::{self, Outline, Phrase};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, Write};

/// Key phrases of a text, unless `--keys N` says otherwise.
const KEYS_DEFAULT: usize = 10;

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    lang: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    keys: Vec<String>,
}

/// All phrases of a text, for the fitting of weights.
#[derive(Serialize)]
struct MeasuredText<'a> {
    id: &'a str,
    phrases: Vec<Measured<'a>>,
}

#[derive(Serialize)]
struct Measured<'a> {
    key: String,
    stems: &'a [u32],
    count: usize,
    measures: &'a [f32],
}

impl<'a> Measured<'a> {
    fn of(phrase: &'a Phrase) -> Self {
        Self {
            key: phrase.written.join(" "),
            stems: &phrase.stems,
            count: phrase.count,
            measures: &phrase.measures,
        }
    }
}

/// Reads one text a line (`id`, `lang`, `text`), all of them before it answers, as the store
/// would know them, and writes one answer a line (`id`, `keys`).
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let (most, measured) = match args {
        [] => (KEYS_DEFAULT, false),
        [flag] if flag == "--measures" => (0, true),
        [flag, number] if flag == "--keys" => {
            (number.parse().context("--keys takes a number")?, false)
        }
        _ => bail!("say --keys N, --measures, or nothing"),
    };
    let lines: Vec<Line> = input
        .lines()
        .filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()))
        .map(|line| serde_json::from_str(&line?).context("a line is no text"))
        .collect::<anyhow::Result<_>>()?;
    let mut holders: HashMap<String, f32> = HashMap::new();
    for line in &lines {
        for stem in Outline::of(&line.text, line.lang.as_deref(), &|_| false).stems() {
            *holders.entry(stem.clone()).or_default() += 1.0;
        }
    }
    let texts = lines.len() as f32;
    let rarity = |stem: &str| {
        let held = holders.get(stem).copied().unwrap_or(0.0);
        ((texts + 1.0) / (held + 1.0)).ln() / (texts + 1.0).ln()
    };
    for line in &lines {
        let outline = Outline::of(&line.text, line.lang.as_deref(), &|_| false);
        let phrases = outline.phrases(Some(&rarity));
        if measured {
            let phrases = phrases.iter().map(Measured::of).collect();
            let measured = MeasuredText {
                id: &line.id,
                phrases,
            };
            writeln!(out, "{}", serde_json::to_string(&measured)?)?;
            continue;
        }
        let keys = keyphrases::pick(&phrases, most)
            .into_iter()
            .map(|phrase| phrase.written.join(" "))
            .collect();
        writeln!(
            out,
            "{}",
            serde_json::to_string(&Answer { id: &line.id, keys })?
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_gets_its_key_phrases() {
        let text = r#"{"id":"a","lang":"en","text":"The old bridge of Avel is shut. The old bridge is weak."}"#;
        let mut out = Vec::new();
        run(
            &["--keys".to_owned(), "3".to_owned()],
            &mut text.as_bytes(),
            &mut out,
        )
        .expect("the input is well formed");
        let answer: serde_json::Value = serde_json::from_slice(&out).expect("an answer is JSON");
        let keys = answer["keys"].as_array().expect("keys are a list");
        assert!(
            keys.len() == 3 && keys.contains(&"old bridge".into()),
            "{answer}"
        );
        assert!(run(&["--most".to_owned()], &mut "".as_bytes(), &mut Vec::new()).is_err());
    }
}
