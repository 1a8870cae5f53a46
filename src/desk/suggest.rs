//! What is offered while somebody types: live stories, names in the news, sources.

use crate::clock::DAY;
use crate::desk::{Asker, Desk, brief, compose};
use crate::news::ArticleId;
use crate::page::Choice;
use crate::store::{Hunt, Sighting};
use crate::text::{refrain::Refrains, words};
use std::collections::{HashMap, HashSet};

/// Choices offered at once (Discord: 25).
const CHOICES_MAX: usize = 20;
/// Recent articles that are looked through for each letter typed.
const ARTICLES_MAX: u32 = 200;
const DAYS: i64 = 3;
/// Bytes of an article's beginning in which names are looked for.
const NAMES_BYTES_MAX: usize = 600;
/// Characters of a choice's value (Discord: 100).
const VALUE_CHARS_MAX: usize = 100;

/// Topics: what was typed, Top stories, names in the news, live stories.
///
/// # Errors
/// Failures of the store.
pub async fn topics(desk: &Desk, asker: &Asker, typed: &str) -> anyhow::Result<Vec<Choice>> {
    let typed = typed.trim();
    let recent = recent(desk, asker).await?;
    let mut choices = Vec::new();
    if !typed.is_empty() {
        choices.push(choice(typed, typed));
    }
    if brief::TOP.to_lowercase().starts_with(&typed.to_lowercase()) {
        choices.push(choice(brief::TOP, brief::TOP));
    }
    let wanted = typed.to_lowercase();
    choices.extend(
        names_in(&recent)
            .into_iter()
            .filter(|name| name.to_lowercase().contains(&wanted))
            .take(6)
            .map(|name| choice(&name, &name)),
    );
    choices.extend(story_choices(&recent, &wanted));
    Ok(first_of_each(choices))
}

/// Live stories whose headline holds what was typed.
///
/// # Errors
/// Failures of the store.
pub async fn stories(desk: &Desk, asker: &Asker, typed: &str) -> anyhow::Result<Vec<Choice>> {
    let typed = typed.trim();
    let recent = recent(desk, asker).await?;
    let mut choices = story_choices(&recent, &typed.to_lowercase());
    if choices.is_empty() && !typed.is_empty() {
        choices.push(choice(typed, typed));
    }
    Ok(first_of_each(choices))
}

/// The newsroom's sources by name.
///
/// # Errors
/// Failures of the store.
pub async fn sources(desk: &Desk, asker: &Asker, typed: &str) -> anyhow::Result<Vec<Choice>> {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let wanted = typed.trim().to_lowercase();
    let all = desk.store.sources(room).await?;
    let matching = all
        .iter()
        .filter(|source| source.name.to_lowercase().contains(&wanted));
    Ok(matching
        .take(CHOICES_MAX)
        .map(|source| choice(&source.name, &format!("~{}", source.source.id.0)))
        .collect())
}

/// Names that the newest articles are about, the most frequent first.
///
/// # Errors
/// Failures of the store.
pub async fn names(desk: &Desk, asker: &Asker, most: usize) -> anyhow::Result<Vec<String>> {
    let mut names = names_in(&recent(desk, asker).await?);
    names.truncate(most);
    Ok(names)
}

async fn recent(desk: &Desk, asker: &Asker) -> anyhow::Result<Vec<Sighting>> {
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(now - DAYS * DAY),
        until: ArticleId::first_at(now + 1),
        newest: ARTICLES_MAX,
    };
    Ok(desk.store.hunt(&hunt).await?)
}

/// Names in the first sentences, counted over articles; only those of several.
fn names_in(recent: &[Sighting]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    // German writes every noun with a capital.
    for sighting in recent
        .iter()
        .filter(|sighting| sighting.article.language.as_deref() != Some("de"))
    {
        let text = &sighting.article.text;
        for name in names_of(
            &text[..text.floor_char_boundary(NAMES_BYTES_MAX)],
            sighting.article.language.as_deref(),
        ) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<(String, usize)> =
        counts.into_iter().filter(|(_, count)| *count > 1).collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names.into_iter().map(|(name, _)| name).collect()
}

/// Runs of one to three words with a capital in mid-sentence, each once.
fn names_of(text: &str, language: Option<&str>) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut run: Vec<&str> = Vec::new();
    let mut opens = true;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let bare = bare
            .strip_suffix("'s")
            .or(bare.strip_suffix("’s"))
            .unwrap_or(bare);
        let capital = bare.chars().next().is_some_and(char::is_uppercase)
            && bare.chars().any(char::is_lowercase);
        if capital
            && !opens
            && bare.chars().count() > 2
            && !words::is_stop_word(&bare.to_lowercase(), language)
        {
            run.push(bare);
        } else {
            take_name(&mut run, &mut names);
        }
        if word.ends_with(|c: char| !c.is_alphanumeric()) {
            take_name(&mut run, &mut names);
        }
        opens = word.ends_with(['.', '!', '?', ':', '"', '”', '“']);
    }
    take_name(&mut run, &mut names);
    names
}

fn take_name(run: &mut Vec<&str>, names: &mut HashSet<String>) {
    if (1..=3).contains(&run.len()) {
        names.insert(run.join(" "));
    }
    run.clear();
}

/// One choice a story, the newest article's headline first.
fn story_choices(recent: &[Sighting], wanted: &str) -> Vec<Choice> {
    let mut told = HashSet::new();
    recent
        .iter()
        .filter_map(|sighting| {
            let id = sighting
                .story
                .map_or(sighting.article.id.0, |story| story.0);
            let headline = compose::headline(sighting, Refrains::NONE);
            (headline.to_lowercase().contains(wanted) && told.insert(id))
                .then(|| choice(&headline, &format!("~{id}")))
        })
        .take(CHOICES_MAX)
        .collect()
}

fn choice(label: &str, value: &str) -> Choice {
    Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        description: None,
    }
}

fn first_of_each(choices: Vec<Choice>) -> Vec<Choice> {
    let mut seen = HashSet::new();
    choices
        .into_iter()
        .filter(|choice| {
            choice.value.chars().map(char::len_utf16).sum::<usize>() <= VALUE_CHARS_MAX
        })
        .filter(|choice| seen.insert(choice.label.to_lowercase()))
        .take(CHOICES_MAX)
        .collect()
}
