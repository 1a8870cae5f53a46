//! `lab topics --queries FILE [--store FILE]`: articles as JSON lines in; for each query those that
//! belong to it, best first, and those that match, out.

use crate::news::Topic;
use crate::news::topic::{Collection, Fit, Profile};
use crate::text::vector::Vector;
use anyhow::Context;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};

/// Articles that are named for a query.
const RANKED_MAX: usize = 1_000;

#[derive(Deserialize)]
struct ArticleLine {
    id: serde_json::Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Deserialize)]
struct QueryLine {
    id: serde_json::Value,
    query: String,
}

/// Without `--store` the articles themselves are what is learned from.
///
/// # Errors
/// Wrong use and unreadable input.
pub fn run(args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let option = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1)
    };
    let queries = option("--queries").context("lab topics needs --queries FILE")?;
    let articles = read_articles(input)?;
    let apart = match option("--store") {
        Some(path) => Some(read_articles(&mut open(path)?)?),
        None => None,
    };
    let store: Vec<&Vector> = apart
        .as_ref()
        .unwrap_or(&articles)
        .iter()
        .map(|(_, vector)| vector)
        .collect();
    let collection = Collection::of(store.iter().copied());
    for query in lines::<QueryLine>(&mut open(queries)?) {
        let query = query?;
        let topic = Topic::parse(&query.query)?;
        let (ranked, matched) = answer(&topic, &articles, &collection, &store);
        let answer = serde_json::json!({ "query": query.id, "ranked": ranked, "matched": matched });
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

type Ids<'a> = Vec<&'a serde_json::Value>;

fn answer<'a>(
    topic: &Topic,
    articles: &'a [(serde_json::Value, Vector)],
    collection: &Collection,
    store: &[&Vector],
) -> (Ids<'a>, Ids<'a>) {
    let fit = Fit::new(topic);
    let profile = Profile::learn(topic, collection, store, std::iter::empty());
    let mut standings: Vec<_> = articles
        .iter()
        .map(|(id, vector)| (profile.standing(&fit, vector, collection), id))
        .collect();
    standings.sort_by(|a, b| b.0.rank.total_cmp(&a.0.rank));
    let ranked = standings.iter().filter(|(standing, _)| standing.rank > 0.0);
    let ranked = ranked.take(RANKED_MAX).map(|(_, id)| *id).collect();
    let matched = standings.iter().filter(|(standing, _)| standing.is_match());
    (ranked, matched.map(|(_, id)| *id).collect())
}

fn read_articles(input: &mut dyn BufRead) -> anyhow::Result<Vec<(serde_json::Value, Vector)>> {
    lines::<ArticleLine>(input)
        .map(|article| {
            let article = article?;
            let title = article.title.unwrap_or_default();
            let text = article.text.unwrap_or_default();
            Ok((
                article.id,
                Vector::of(&title, &text, article.language.as_deref()),
            ))
        })
        .collect()
}

fn open(path: &str) -> anyhow::Result<BufReader<File>> {
    Ok(BufReader::new(
        File::open(path).with_context(|| format!("cannot open {path}"))?,
    ))
}

fn lines<T: serde::de::DeserializeOwned>(
    input: &mut dyn BufRead,
) -> impl Iterator<Item = anyhow::Result<T>> {
    input
        .lines()
        .filter(|line| !line.as_ref().is_ok_and(|line| line.trim().is_empty()))
        .map(|line| serde_json::from_str(&line?).context("not the JSON that is expected"))
}
