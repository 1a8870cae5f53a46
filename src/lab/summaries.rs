//! `lab summaries`: quotes of the stories on standard input, for the scorers.

use crate::news::quote::{self, Material, Wanted};
use crate::text::refrain::Refrains;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

#[derive(Deserialize)]
pub(super) struct Line {
    pub id: String,
    pub docs: Vec<Text>,
}

#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default)]
    title: String,
    text: String,
    #[serde(skip)]
    outlet: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    summary: String,
}

/// Reads one story a line (`id`, `docs`) and writes one summary a line (`id`, `summary`).
/// `args` are `--words N` or `--sentences N`.
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let wanted = wanted(args)?;
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line = story(&line)?;
        let quotes = quote::select(&materials(&line.docs), wanted);
        let sentences: Vec<&str> = quotes
            .iter()
            .map(|quote| &line.docs[quote.article].text[quote.range.clone()])
            .collect();
        let answer = Answer {
            id: &line.id,
            summary: sentences.join(" "),
        };
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
    }
    Ok(())
}

/// The story of a line.
pub(super) fn story(line: &str) -> anyhow::Result<Line> {
    let mut line: Line = serde_json::from_str(line).context("a line is no story")?;
    for (number, text) in line.docs.iter_mut().enumerate() {
        text.outlet = number.to_string();
    }
    Ok(line)
}

/// The articles of a story: each of an outlet of its own, all of one moment.
pub(super) fn materials(docs: &[Text]) -> Vec<Material<'_>> {
    let materials = docs.iter().enumerate().map(|(index, text)| Material {
        article: index,
        outlet: &text.outlet,
        same_text: index as i64,
        title: &text.title,
        text: &text.text,
        language: None,
        refrains: Refrains::NONE,
        at: 0,
        weight: 1.0,
    });
    materials.collect()
}

/// How much is wanted by the arguments.
pub(super) fn wanted(args: &[String]) -> anyhow::Result<Wanted> {
    match args {
        [flag, number] if flag == "--words" => Ok(Wanted::Words(
            number.parse().context("--words takes a number")?,
        )),
        [flag, number] if flag == "--sentences" => Ok(Wanted::Sentences(
            number.parse().context("--sentences takes a number")?,
        )),
        _ => bail!("say --words N or --sentences N"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = r#"{"id":"a","docs":[{"title":"","text":"The old bridge of Avel was shut on Monday because of cracks. The ferry runs every ten minutes until late at night."}]}"#;

    fn answer(args: &[&str], input: &str) -> anyhow::Result<String> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut out = Vec::new();
        run(&args, &mut input.as_bytes(), &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn each_story_gets_one_line() {
        let found = answer(&["--sentences", "1"], &format!("{STORY}\n\n{STORY}\n"))
            .expect("the input is well formed");
        assert_eq!(found.lines().count(), 2);
        assert!(found.contains(
            r#""id":"a","summary":"The old bridge of Avel was shut on Monday because of cracks.""#
        ));
    }

    #[test]
    fn wrong_arguments_and_lines_are_refused() {
        assert!(answer(&[], STORY).is_err());
        assert!(answer(&["--words", "x"], STORY).is_err());
        assert!(answer(&["--words", "60"], "no story").is_err());
    }
}
