//! `lab stories`: articles as JSON lines in, in stream order; the story of each out.

use crate::clock::Millis;
use crate::news::story::Window;
use crate::news::{ArticleId, StoryId};
use crate::text::vector::Vector;
use anyhow::Context;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead, Write};

/// Articles in the window, as in the bot.
const WINDOW_ARTICLES_MAX: usize = 50_000;

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

/// Reads `{"id", "time", "title", "text"}` a line, writes `{"id", "story"}` a line.
pub fn run(_args: &[String], input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut window = Window::new(WINDOW_ARTICLES_MAX);
    let mut labels = Vec::new();
    let mut stories: HashMap<ArticleId, StoryId> = HashMap::new();
    let mut aliases: HashMap<StoryId, StoryId> = HashMap::new();
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let article: Line = serde_json::from_str(&line).context("not an article as JSON")?;
        let id = ArticleId(labels.len() as i64 + 1);
        let at = article.time.as_deref().and_then(millis).unwrap_or(0);
        let (title, text) = (
            article.title.unwrap_or_default(),
            article.text.unwrap_or_default(),
        );
        let vector = Vector::of(&title, &text, article.language.as_deref());
        let placed = window.place(id, at, vector);
        aliases.extend(placed.merged);
        stories.extend(placed.moved);
        stories.insert(id, placed.story);
        labels.push((article.id, id));
    }
    for (label, id) in labels {
        let mut story = stories[&id];
        while let Some(elder) = aliases.get(&story) {
            story = *elder;
        }
        writeln!(
            out,
            "{}",
            serde_json::json!({ "id": label, "story": story.0 })
        )?;
    }
    Ok(())
}

/// Unix milliseconds of `2031-05-17`, `2031-05-17T04:47:38` or the same with `Z`, taken as UTC.
pub(super) fn millis(time: &str) -> Option<Millis> {
    let (date, clock) = time.split_at_checked(10)?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil date, with years that begin in March.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    let mut seconds = 0.0;
    if let Some(clock) = clock.strip_prefix(['T', ' ']) {
        for (part, factor) in clock
            .trim_end_matches('Z')
            .splitn(3, ':')
            .zip([3600.0, 60.0, 1.0])
        {
            seconds += part.parse::<f64>().ok()? * factor;
        }
    }
    Some(days * 86_400_000 + (seconds * 1000.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(millis("1970-01-01"), Some(0));
        assert_eq!(millis("2014-03-10T16:52:50Z"), Some(1_394_470_370_000));
        assert_eq!(millis("2000-02-29T00:00:01"), Some(951_782_401_000));
        assert_eq!(millis("soon"), None);
    }

    #[test]
    fn articles_of_one_event_get_one_story() -> anyhow::Result<()> {
        let lines = r#"{"id": "a", "time": "2031-05-17", "title": "Lindholm ferry runs aground off Avel", "text": "A ferry from Lindholm ran aground off Avel on Monday with forty passengers aboard."}
{"id": "b", "time": "2031-05-17", "title": "Avel raises bread price", "text": "Bakers in Avel raise the price of bread."}
{"id": "c", "time": "2031-05-17", "title": "Forty rescued as Lindholm ferry runs aground", "text": "Forty passengers of a ferry from Lindholm were rescued after it ran aground off Avel."}
"#;
        let mut out = Vec::new();
        run(&[], &mut lines.as_bytes(), &mut out)?;
        assert_eq!(
            String::from_utf8(out)?,
            "{\"id\":\"a\",\"story\":1}\n{\"id\":\"b\",\"story\":2}\n{\"id\":\"c\",\"story\":1}\n"
        );
        Ok(())
    }
}
