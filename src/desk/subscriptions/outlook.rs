//! What a wish would have brought over the last days: which stories match it, and how many of them
//! had the outlets that it waits for.

use crate::clock::{DAY, Millis};
use crate::desk::compose::{self, Found, Place, View};
use crate::desk::learned::{self, Lesson};
use crate::desk::{Desk, No, brief};
use crate::news::source::NewsroomSource;
use crate::news::subscription::What;
use crate::news::topic::Fit;
use crate::news::{NewsroomId, SourceId, StoryId, Topic};
use crate::page::subscriptions::{CARD_STORIES_MAX, Outlook};
use std::collections::HashSet;

/// How far back is looked.
pub const LOOK_BACK_DAYS: i64 = 7;
/// Stories whose outlets are counted, the newest.
const STORIES_MAX: usize = 150;

/// What is looked for, and where.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub room: NewsroomId,
    pub what: &'a What,
    pub wait_for: u8,
    /// All sources of the newsroom.
    pub sources: &'a [NewsroomSource],
}

/// What it would have sent, and how much.
///
/// # Errors
/// Failures of the store.
pub async fn outlook(desk: &Desk, wanted: Wanted<'_>) -> Result<Outlook, No> {
    let span_ms = span(wanted.sources, desk.now());
    let stories = stories(desk, wanted, desk.now() - span_ms).await?;
    let all = stories.len();
    let newest = stories.into_iter().take(STORIES_MAX).collect::<Vec<_>>();
    let looked_at = newest.len();
    let mut views = compose::views(desk, wanted.room, &newest).await?;
    views.retain(|view| outlets(view) >= usize::from(wanted.wait_for));
    views.sort_by_key(|view| std::cmp::Reverse(newest_at(view)));
    let mut enough = views.len();
    if looked_at < all {
        // The share among the newest stands for all.
        enough = (enough * all).div_ceil(looked_at.max(1));
    }
    let last = views.iter().take(CARD_STORIES_MAX);
    let mut found = Outlook {
        last: last.map(|view| compose::lines(view, 0)).collect(),
        matched: all,
        enough,
        span_ms,
        articles: false,
        sources: wanted.sources.len(),
    };
    if let Some(articles) = articles(wanted) {
        // Their sources were counted already, further than stories are looked at.
        found.articles = true;
        if wanted.wait_for <= 1 {
            (found.matched, found.enough) = (articles, articles);
            found.span_ms = LOOK_BACK_DAYS * DAY;
        }
    }
    Ok(found)
}

/// Since when there can be anything: the newsroom's first source, at most a week, at least a day.
fn span(sources: &[NewsroomSource], now: Millis) -> Millis {
    let first = sources.iter().map(|source| source.added_at).min();
    let since = first.map_or(0, |first| now - first);
    since.clamp(DAY, LOOK_BACK_DAYS * DAY)
}

/// Articles of the last week, where each is wanted.
fn articles(wanted: Wanted<'_>) -> Option<usize> {
    let among = match wanted.what {
        What::Source(_) | What::Folder(_) => chosen(wanted),
        What::Topic { .. } | What::Everything => return None,
    };
    let articles = wanted
        .sources
        .iter()
        .filter(|source| among.contains(&source.source.id))
        .map(|source| source.articles_week as usize);
    Some(articles.sum())
}

/// The sources that a source's or folder's wish names.
fn chosen(wanted: Wanted<'_>) -> Vec<SourceId> {
    let is_wanted = |source: &&NewsroomSource| match wanted.what {
        What::Source(id) => source.source.id == *id,
        What::Folder(folder) => source.folder.as_ref() == Some(folder),
        What::Topic { .. } | What::Everything => true,
    };
    let chosen = wanted.sources.iter().filter(is_wanted);
    chosen.map(|source| source.source.id).collect()
}

/// Stories that match, the newest first (of everything: the strongest first).
///
/// # Errors
/// Failures of the store.
pub async fn stories(desk: &Desk, wanted: Wanted<'_>, from: Millis) -> Result<Vec<StoryId>, No> {
    let place = Place {
        newsroom: wanted.room,
        topic: None,
        source: None,
        from,
        until: desk.now(),
        seen_after: None,
    };
    match wanted.what {
        What::Topic { shown, .. } => match brief::topic_of(shown)? {
            Some(topic) => of_topic(desk, place, &topic).await,
            None => Ok(Vec::new()),
        },
        What::Everything => {
            let Found { stories, .. } = compose::find(desk, place).await?;
            Ok(stories)
        }
        What::Source(_) | What::Folder(_) => {
            let mut found = Vec::new();
            for source in chosen(wanted) {
                let source = Some(source);
                found.extend(compose::sightings(desk, Place { source, ..place }).await?);
            }
            found.sort_by_key(|sighting| std::cmp::Reverse(sighting.article.id));
            Ok(once_each(found.iter().map(compose::story_of)))
        }
    }
}

async fn of_topic(desk: &Desk, place: Place<'_>, topic: &Topic) -> Result<Vec<StoryId>, No> {
    let place = Place {
        topic: Some(topic),
        ..place
    };
    let mut found = compose::sightings(desk, place).await?;
    if let Some(lesson) = learned::lesson(desk, place.newsroom, topic).await? {
        let about = above_bar(desk, topic, &lesson, &found).await?;
        let unsaid = compose::unsaid_sightings(desk, place, topic, &lesson, &found).await?;
        found.retain(|sighting| about.contains(&sighting.article.id.0));
        found.extend(unsaid);
    }
    found.sort_by_key(|sighting| std::cmp::Reverse(sighting.article.id));
    Ok(once_each(found.iter().map(compose::story_of)))
}

/// Those of the articles with the topic's words that reach the bar.
async fn above_bar(
    desk: &Desk,
    topic: &Topic,
    lesson: &Lesson,
    found: &[crate::store::Sighting],
) -> Result<HashSet<i64>, No> {
    let ids: Vec<_> = found.iter().map(|sighting| sighting.article.id).collect();
    let fit = Fit::new(topic);
    let vectors = desk.store.vectors(&ids).await?;
    let reaches = |(id, vector): &(crate::news::ArticleId, _)| {
        let mut standing = lesson.standing(&fit, vector);
        // The hunt found them by all words, of which the vector may show fewer.
        standing.has_every_word = true;
        standing.is_match().then_some(id.0)
    };
    Ok(vectors.iter().filter_map(reaches).collect())
}

fn once_each(stories: impl Iterator<Item = StoryId>) -> Vec<StoryId> {
    let mut seen = HashSet::new();
    stories.filter(|story| seen.insert(*story)).collect()
}

/// Outlets that have the story; copies of one text count once.
pub fn outlets(view: &View) -> usize {
    compose::outlets(view)
}

fn newest_at(view: &View) -> Millis {
    let times = view.sightings.iter().map(|sighting| sighting.article.at());
    times.max().unwrap_or_default()
}
