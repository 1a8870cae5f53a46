//! `lab differ`: what the outlets of the stories on standard input give differently.

use super::stories::millis;
use crate::news::differ::{self, Side};
use crate::news::quote::Material;
use crate::text::language;
use anyhow::Context;
use serde::Deserialize;
use std::io::{BufRead, Write};

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    docs: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

/// Reads one story a line (`id`, `docs`), writes one answer a line: `id`, `differ` with a list of
/// `a`, `b` (`doc` = index, `sentence`, `value`) and `score`. A document without a source is an
/// outlet of its own.
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    anyhow::ensure!(args.is_empty(), "differ takes no options");
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).context("a line is no story")?;
        let outlets: Vec<String> = line
            .docs
            .iter()
            .enumerate()
            .map(|(index, doc)| doc.source.clone().unwrap_or_else(|| index.to_string()))
            .collect();
        let articles: Vec<Material> = line
            .docs
            .iter()
            .enumerate()
            .map(|(index, doc)| {
                let text = doc.text.as_deref().unwrap_or_default();
                Material {
                    article: index,
                    outlet: &outlets[index],
                    same_text: index as i64,
                    title: doc.title.as_deref().unwrap_or_default(),
                    text,
                    language: language::detect(text),
                    at: doc.time.as_deref().and_then(millis).unwrap_or(0),
                    weight: 1.0,
                }
            })
            .collect();
        let side = |side: &Side| {
            let text = articles[side.article].text;
            serde_json::json!({
                "doc": side.article,
                "sentence": text[side.sentence.clone()],
                "value": text[side.value.clone()],
            })
        };
        let differ: Vec<serde_json::Value> = differ::differences(&articles)
            .iter()
            .map(|found| {
                serde_json::json!({ "a": side(&found.a), "b": side(&found.b), "score": found.score })
            })
            .collect();
        let answer = serde_json::json!({ "id": line.id, "differ": differ });
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_story_gets_its_differences() -> anyhow::Result<()> {
        let story = r#"{"id":7,"docs":[
            {"source":"a","time":"2031-05-17","text":"The ferry Orla sank off Avel on Monday, and 14 people were killed, the coast guard of Norvia said."},
            {"source":"b","time":"2031-05-17","text":"The coast guard of Norvia said that 16 people were killed when the ferry Orla sank off Avel."}]}"#;
        let mut out = Vec::new();
        run(&[], &mut story.replace('\n', "").as_bytes(), &mut out)?;
        let answer: serde_json::Value = serde_json::from_slice(&out)?;
        assert_eq!(answer["id"], 7);
        assert_eq!(answer["differ"][0]["a"]["value"], "14 people");
        assert_eq!(answer["differ"][0]["b"]["value"], "16 people");
        assert_eq!(answer["differ"][0]["b"]["doc"], 1);
        assert!(run(&[], &mut "no story".as_bytes(), &mut Vec::new()).is_err());
        Ok(())
    }
}
