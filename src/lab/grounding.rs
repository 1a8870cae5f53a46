//! `lab grounding`: whether claims are supported by the articles that they cite, for the scorers.

use crate::news::grounding::Account;
use crate::text::language;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead, Write};

#[derive(Deserialize)]
struct Document {
    doc: String,
    article: String,
}

#[derive(Deserialize)]
struct Claim {
    id: String,
    doc: String,
    sentence: String,
}

/// `args` are `--docs FILE` with one `doc`, `article` a line. Reads one claim a line (`id`, `doc`,
/// `sentence`), writes `id`, `supported`, `score`; with `--measures` also what the score is made of.
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let (file, measured) = match args {
        [flag, file] if flag == "--docs" => (file, false),
        [flag, file, more] if flag == "--docs" && more == "--measures" => (file, true),
        _ => bail!("say --docs FILE, and --measures to see what scores are made of"),
    };
    let documents = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    let mut accounts = HashMap::new();
    for line in documents.lines().filter(|line| !line.trim().is_empty()) {
        let document: Document = serde_json::from_str(line).context("a line is no document")?;
        let spoken = language::detect(&document.article);
        accounts.insert(document.doc, Account::read(&document.article, spoken));
    }
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let claim: Claim = serde_json::from_str(&line).context("a line is no claim")?;
        let account = accounts
            .get(&claim.doc)
            .with_context(|| format!("there is no document {}", claim.doc))?;
        let support = account.support(&claim.sentence);
        let mut answer = serde_json::json!({
            "id": claim.id,
            "supported": support.supported,
            "score": support.score,
        });
        if measured {
            answer["measures"] = serde_json::json!(account.measures(&claim.sentence));
        }
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_claim_is_held_against_its_document() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("docs.jsonl");
        std::fs::write(
            &file,
            r#"{"doc":"a","article":"The ferry Orla sank off Avel on Monday. The coast guard of Norvia rescued 14 people."}"#,
        )?;
        let claims = r#"{"id":"1","doc":"a","sentence":"The ferry Orla sank off Avel on Monday."}
{"id":"2","doc":"a","sentence":"The bridge of Lindholm cost 90 crowns."}"#;
        let args = ["--docs".to_owned(), file.display().to_string()];
        let mut out = Vec::new();
        run(&args, &mut claims.as_bytes(), &mut out)?;
        let lines: Vec<serde_json::Value> = String::from_utf8(out)?
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        assert_eq!(lines[0]["supported"], true);
        assert_eq!(lines[1]["supported"], false);
        let stray = r#"{"id":"3","doc":"b","sentence":"No."}"#;
        assert!(run(&args, &mut stray.as_bytes(), &mut Vec::new()).is_err());
        assert!(run(&[], &mut "".as_bytes(), &mut Vec::new()).is_err());
        Ok(())
    }
}
