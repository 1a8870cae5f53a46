//! What is offered while somebody types: live stories, names in the news, sources.

use crate::clock::{DAY, MINUTE, Millis};
use crate::desk::{Asker, Desk, brief, compose};
use crate::news::hashtag::{self, german};
use crate::news::{ArticleId, NewsroomId};
use crate::page::Choice;
use crate::store::{Hunt, Sighting};
use crate::text::{refrain::Refrains, words};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Choices offered at once (Discord: 25).
const CHOICES_MAX: usize = 20;
/// Recent articles that are looked through for each letter typed.
const ARTICLES_MAX: u32 = 200;
const DAYS: i64 = 3;
/// Bytes of an article's beginning in which names are looked for.
const NAMES_BYTES_MAX: usize = 600;
/// German writes every noun with a capital.
const GERMAN: &str = "de";
/// What was found stays for that long; a letter typed asks for it again.
const KEPT_MS: Millis = MINUTE;
/// Newsrooms for which it stays.
const NEWSROOMS_KEPT_MAX: usize = 200;
/// Names and stories that are kept of a newsroom.
const KEPT_MAX: usize = 200;
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
        recent
            .names
            .iter()
            .filter(|name| name.to_lowercase().contains(&wanted))
            .take(6)
            .map(|name| choice(name, name)),
    );
    choices.extend(recent.stories_with(&wanted));
    Ok(first_of_each(choices))
}

/// Live stories whose headline holds what was typed.
///
/// # Errors
/// Failures of the store.
pub async fn stories(desk: &Desk, asker: &Asker, typed: &str) -> anyhow::Result<Vec<Choice>> {
    let typed = typed.trim();
    let recent = recent(desk, asker).await?;
    let mut choices: Vec<Choice> = recent.stories_with(&typed.to_lowercase()).collect();
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
    let recent = recent(desk, asker).await?;
    Ok(recent.names.iter().take(most).cloned().collect())
}

/// What the newsrooms' newest articles offer, kept for a minute. Cheap to clone; the clones share it.
#[derive(Clone, Debug, Default)]
pub struct Suggested(Arc<Mutex<HashMap<NewsroomId, Kept>>>);

impl Suggested {
    /// Stories of a newsroom were corrected: they are looked up anew.
    pub async fn forget(&self, newsroom: NewsroomId) {
        self.0.lock().await.remove(&newsroom);
    }
}

/// When it was looked up, and what was found.
type Kept = (Millis, Arc<Recent>);

/// Names and stories of a newsroom's newest articles.
#[derive(Debug)]
struct Recent {
    /// The most frequent first.
    names: Vec<String>,
    /// The newest first.
    stories: Vec<Choice>,
}

impl Recent {
    fn of(recent: &[Sighting]) -> Self {
        let mut names = names_in(recent);
        names.truncate(KEPT_MAX);
        Self {
            names,
            stories: story_choices(recent),
        }
    }

    fn stories_with(&self, wanted: &str) -> impl Iterator<Item = Choice> {
        self.stories
            .iter()
            .filter(move |story| story.label.to_lowercase().contains(wanted))
            .take(CHOICES_MAX)
            .cloned()
    }
}

async fn recent(desk: &Desk, asker: &Asker) -> anyhow::Result<Arc<Recent>> {
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    if let Some((at, recent)) = desk.suggested.0.lock().await.get(&room)
        && (0..KEPT_MS).contains(&(now - at))
    {
        return Ok(Arc::clone(recent));
    }
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(now - DAYS * DAY),
        until: ArticleId::first_at(now + 1),
        newest: ARTICLES_MAX,
    };
    let recent = Arc::new(Recent::of(&desk.store.hunt(&hunt).await?));
    let mut kept = desk.suggested.0.lock().await;
    if kept.len() >= NEWSROOMS_KEPT_MAX {
        kept.retain(|_, (at, _)| (0..KEPT_MS).contains(&(now - *at)));
    }
    if kept.len() < NEWSROOMS_KEPT_MAX {
        kept.insert(room, (now, Arc::clone(&recent)));
    }
    Ok(recent)
}

/// Names in the first sentences, counted over articles; only those of several.
fn names_in(recent: &[Sighting]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let texts = || {
        recent.iter().map(|sighting| {
            let text = &sighting.article.text;
            let text = &text[..text.floor_char_boundary(NAMES_BYTES_MAX)];
            (text, sighting.article.language.as_deref())
        })
    };
    let german = texts().filter(|(_, language)| *language == Some(GERMAN));
    let nouns = german::common_nouns(german.map(|(text, _)| text));
    for (text, language) in texts() {
        let is_noun = |word: &str| language == Some(GERMAN) && nouns.contains(word);
        for name in names_of(text, language, &is_noun) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<(String, usize)> =
        counts.into_iter().filter(|(_, count)| *count > 1).collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names.into_iter().map(|(name, _)| name).collect()
}

/// Runs of one to three words with a capital in mid-sentence, each once. `is_noun` is asked of
/// folded words that have their capital for another reason.
fn names_of(text: &str, language: Option<&str>, is_noun: &dyn Fn(&str) -> bool) -> HashSet<String> {
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
            && !words::is_stop_word(&words::fold(bare), language)
            && !is_noun(&words::fold(bare))
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
    // A day, a month or a title alone is no topic that anybody means.
    let says_nothing = |word: &str| hashtag::is_banned(&words::fold(word));
    if (1..=3).contains(&run.len()) && !run.iter().all(|word| says_nothing(word)) {
        names.insert(run.join(" "));
    }
    run.clear();
}

/// One choice a story, the newest article's headline first.
fn story_choices(recent: &[Sighting]) -> Vec<Choice> {
    let mut told = HashSet::new();
    recent
        .iter()
        .filter_map(|sighting| {
            let id = sighting
                .story
                .map_or(sighting.article.id.0, |story| story.0);
            let headline = compose::headline(sighting, Refrains::NONE);
            told.insert(id)
                .then(|| choice(&headline, &format!("~{id}")))
        })
        .take(KEPT_MAX)
        .collect()
}

fn choice(label: &str, value: &str) -> Choice {
    Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        description: None,
    }
}

pub(super) fn first_of_each(choices: Vec<Choice>) -> Vec<Choice> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, language: &str) -> Vec<String> {
        let nouns = german::common_nouns(std::iter::once(text));
        let is_noun = |word: &str| language == GERMAN && nouns.contains(word);
        let mut names: Vec<String> = names_of(text, Some(language), &is_noun)
            .into_iter()
            .collect();
        names.sort();
        names
    }

    #[test]
    fn german_texts_offer_names_and_no_nouns() {
        let text = "Am Montag bat Mira Holt in Lindholm um Hilfe. Der Hafen braucht Wasser, sagte Holt, und die Feuerwehr aus Norvien kommt mit Lastwagen.";
        assert_eq!(
            names(text, "de"),
            ["Holt", "Lindholm", "Mira Holt", "Norvien"]
        );
    }

    #[test]
    fn other_texts_offer_what_has_a_capital_in_mid_sentence() {
        let text = "The mayor of Avel, Mira Holt, met Jon Bell's brother. Bridges are shut.";
        assert_eq!(names(text, "en"), ["Avel", "Jon Bell", "Mira Holt"]);
        let text = "On Tuesday and in March, President Holt met the Minister in Avel on Monday.";
        assert_eq!(names(text, "en"), ["Avel", "President Holt"]);
        let text = "Le maire a vu lundi Avel, et Lundi encore, avec Mira Holt.";
        assert_eq!(names(text, "fr"), ["Avel", "Mira Holt"]);
    }
}
