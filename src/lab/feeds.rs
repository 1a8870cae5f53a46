//! `lede lab` for feeds, pages and addresses: parse, discover, opml, extract, guard, as the bot does them.

use crate::clock::Millis;
use crate::feed::{dates, discover, extract, guard, opml, parse};
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::io::Write;
use url::Url;

/// Runs a task over a file or an address and prints one JSON object. 1 = refused, said on stderr.
pub fn run(task: &str, args: &[String], out: &mut dyn Write) -> anyhow::Result<i32> {
    let args = Args::of(args);
    let answer = match task {
        "parse" => parsed(&args)?,
        "discover" => discovered(&args)?,
        "extract" => extracted(&args)?,
        "opml" => listed(&args)?,
        "guard" => guarded(&args)?,
        _ => bail!("no such task: {task}"),
    };
    match answer {
        Ok(value) => {
            writeln!(out, "{value}")?;
            Ok(0)
        }
        Err(cause) => {
            eprintln!("{cause}");
            Ok(1)
        }
    }
}

/// `--name value` pairs and the one bare word.
#[derive(Default)]
struct Args {
    base_url: Option<String>,
    content_type: Option<String>,
    url: Option<String>,
    bare: Option<String>,
}

impl Args {
    fn of(args: &[String]) -> Self {
        let mut found = Self::default();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            match arg.as_str() {
                "--base-url" => found.base_url = rest.next().cloned(),
                "--content-type" => found.content_type = rest.next().cloned(),
                "--url" => found.url = rest.next().cloned(),
                _ => found.bare = Some(arg.clone()),
            }
        }
        found
    }

    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let file = self.bare.as_deref().context("a file is needed")?;
        std::fs::read(file).with_context(|| format!("reading {file}"))
    }
}

type Answer = Result<Value, String>;

fn parsed(args: &Args) -> anyhow::Result<Answer> {
    let bytes = args.bytes()?;
    let content_type = args.content_type.as_deref().filter(|kind| !kind.is_empty());
    let base = args.base_url.as_deref().unwrap_or_default();
    Ok(parse::read(&bytes, content_type, base)
        .map(|parsed| shown(&parsed))
        .map_err(|error| error.to_string()))
}

fn shown(parsed: &parse::Parsed) -> Value {
    let moment = |at: Option<Millis>| at.map(dates::rfc_3339);
    let entries: Vec<Value> = parsed
        .details
        .iter()
        .map(|detail| {
            let entry = &detail.entry;
            json!({
                "id": entry.guid,
                "title": entry.title,
                "link": detail.link,
                "published": moment(entry.published),
                "updated": moment(entry.updated),
                "author": entry.author,
                "summary_text": detail.summary,
                "content_text": detail.content,
            })
        })
        .collect();
    let feed = &parsed.feed;
    json!({ "feed": { "title": feed.title, "link": feed.link, "language": feed.language }, "entries": entries })
}

fn discovered(args: &Args) -> anyhow::Result<Answer> {
    let bytes = args.bytes()?;
    let url =
        Url::parse(args.url.as_deref().unwrap_or_default()).context("--url must be an address")?;
    let offers = discover::read(&bytes, &url, &guard::Allowance::default());
    let feeds: Vec<Value> = offers
        .candidates
        .iter()
        .map(|candidate| json!({ "url": candidate.url, "title": candidate.title }))
        .collect();
    Ok(Ok(json!({ "feeds": feeds })))
}

fn extracted(args: &Args) -> anyhow::Result<Answer> {
    let bytes = args.bytes()?;
    let content_type = args.content_type.as_deref().filter(|kind| !kind.is_empty());
    Ok(extract::extract(&bytes, content_type)
        .map(|page| {
            json!({
                "title": page.title,
                "text": page.text,
                "language": page.language,
                "published": page.published.map(dates::rfc_3339),
            })
        })
        .map_err(|error| error.to_string()))
}

fn listed(args: &Args) -> anyhow::Result<Answer> {
    let answer = opml(&args.bytes()?)
        .map_err(|error| error.to_string())
        .map(|feeds| {
            let feeds: Vec<Value> = feeds
                .iter()
                .map(|feed| json!({ "url": feed.url, "title": feed.title, "folder": feed.folder }))
                .collect();
            json!({ "feeds": feeds })
        });
    Ok(answer)
}

fn guarded(args: &Args) -> anyhow::Result<Answer> {
    let address = args.bare.as_deref().context("an address is needed")?;
    let checked = guard::check(address, &guard::Allowance::default());
    let reason = checked
        .as_ref()
        .err()
        .map_or("public".to_owned(), ToString::to_string);
    Ok(Ok(json!({ "allowed": checked.is_ok(), "reason": reason })))
}
