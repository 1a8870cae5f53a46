//! `lab sheet`: what the choice of quotes sees of the stories on standard input, for fitting it.

use super::summaries::{materials, story, wanted};
use crate::news::quote::Outline;
use serde::Serialize;
use std::io::{BufRead, Write};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    #[serde(flatten)]
    outline: Outline,
}

/// Reads one story a line (`id`, `docs`) and writes its sentences, a line a story. `args` are those
/// of `lab summaries`.
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let wanted = wanted(args)?;
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line = story(&line)?;
        let answer = Answer {
            id: &line.id,
            outline: Outline::of(&materials(&line.docs), wanted),
        };
        writeln!(out, "{}", serde_json::to_string(&answer)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_story_gets_one_sheet() {
        let story = r#"{"id":"a","docs":[{"title":"Bridge shut","text":"The old bridge of Avel was shut on Monday because of cracks."}]}"#;
        let mut out = Vec::new();
        let args = ["--words".to_owned(), "60".to_owned()];
        run(
            &args,
            &mut format!("{story}\n\n{story}\n").as_bytes(),
            &mut out,
        )
        .unwrap();
        let first: serde_json::Value =
            serde_json::from_slice(out.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
        assert_eq!(first["titles"][0][0][0], "bridg");
        assert_eq!(first["sentences"][0]["length"], 12);
        assert_eq!(
            first["sentences"][0]["words"][1],
            serde_json::json!(["old", false])
        );
    }
}
