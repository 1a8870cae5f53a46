//! What a moderator wants to know of a feed before it is saved: what it holds, what it shares with the
//! newsroom's sources, and what speaks against it.

use super::add::{Checked, feed_name};
use crate::clock::{DAY, Millis};
use crate::desk::Desk;
use crate::desk::command::No;
use crate::desk::compose;
use crate::feed::is_free;
use crate::news::source::NewsroomSource;
use crate::news::{ArticleId, Entry, Feed, NewsroomId, SourceId};
use crate::news::{link, outlet, signs, story};
use crate::page::sources::{Overlap, Paid, Report, Shared, Warning};
use crate::store::{Hunt, Sighting};
use crate::text::refrain::Refrains;
use crate::text::vector::Vector;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;

/// Recent articles of the newsroom that a new source is compared with, and how far they go back.
const OVERLAP_ARTICLES_MAX: u32 = 300;
const OVERLAP_DAYS: i64 = 7;
/// Entries of the new source that are compared.
const OVERLAP_ENTRIES_MAX: usize = 30;
/// Stories that the report names.
const SHARED_MAX: usize = 3;
/// Characters from which an entry's text is more than a teaser.
const FULL_TEXT_CHARS_MIN: usize = 600;
/// With a smaller share of full texts, the page of an article is asked whether it is free.
const FULL_TEXT_SHARE_MIN: f32 = 0.2;
/// How long the report waits for that page.
const PAGE_SECONDS_MAX: u64 = 8;
/// A feed whose newest article is older is hardly read any more.
const STALE_MS: Millis = 30 * DAY;

/// What a moderator wants to know before saving.
///
/// # Errors
/// Failures of the store.
pub async fn inspect(
    desk: &Desk,
    room: NewsroomId,
    sources: &[NewsroomSource],
    checked: Checked,
) -> Result<Report, No> {
    let Checked {
        url, feed, others, ..
    } = checked;
    let entries = &feed.entries;
    let full_text = full_text(entries);
    let mut newest: Vec<&Entry> = entries.iter().collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    let mut warnings = Vec::new();
    warnings.extend(signs::private(&url).map(Warning::Private));
    warnings.extend(already(desk, room, sources, entries).await?);
    if full_text < FULL_TEXT_SHARE_MIN {
        warnings.extend(paid(desk, &url, &newest).await.map(Warning::Paid));
    }
    warnings.extend(broken(entries, &newest, desk.now()));
    Ok(Report {
        title: feed_name(&feed, &url),
        url: link::shown(&url),
        language: feed
            .language
            .clone()
            .or_else(|| entries.iter().find_map(|entry| entry.language.clone())),
        entries: entries.len(),
        per_day: per_day(&feed),
        full_text,
        overlap: overlap(desk, room, &feed).await?,
        newest: newest
            .iter()
            .take(3)
            .map(|entry| (entry.title.clone(), entry.link.clone(), entry.published))
            .collect(),
        repaired: feed.repaired,
        warnings,
        others,
    })
}

/// Share of entries whose text is more than a teaser.
fn full_text(entries: &[Entry]) -> f32 {
    let is_full = |entry: &&Entry| entry.text.chars().count() >= FULL_TEXT_CHARS_MIN;
    let full = entries.iter().filter(is_full).count();
    full as f32 / entries.len().max(1) as f32
}

fn broken(entries: &[Entry], newest: &[&Entry], now: Millis) -> Vec<Warning> {
    let Some(first) = newest.first() else {
        return vec![Warning::Empty];
    };
    let of = entries.len();
    let (undated, ahead) = signs::dates(entries, now);
    let mut warnings = Vec::new();
    if undated > 0 {
        warnings.push(Warning::Undated { some: undated, of });
    }
    if ahead > 0 {
        warnings.push(Warning::Ahead { some: ahead, of });
    }
    if first.published.is_some_and(|at| now - at > STALE_MS) {
        warnings.push(Warning::Stale);
    }
    warnings
}

/// A source of the newsroom that brings the same entries.
async fn already(
    desk: &Desk,
    room: NewsroomId,
    sources: &[NewsroomSource],
    entries: &[Entry],
) -> Result<Option<Warning>, No> {
    let compared = entries.iter().take(OVERLAP_ENTRIES_MAX);
    let mut by_source: HashMap<SourceId, usize> = HashMap::new();
    for link in compared.clone().filter_map(|entry| entry.link.as_deref()) {
        if let Some(sighting) = desk.store.by_link(room, link).await? {
            *by_source.entry(sighting.source).or_default() += 1;
        }
    }
    let most = by_source.into_iter().max_by_key(|(id, n)| (*n, id.0));
    let same = most.filter(|(_, shared)| signs::same_entries(*shared, compared.len()));
    let known = same.and_then(|(id, _)| sources.iter().find(|one| one.source.id == id));
    Ok(known.map(|one| Warning::Already {
        name: one.name.clone(),
        url: Some(link::shown(&one.source.url)),
    }))
}

/// Whether what the teasers lead to is to be paid for: as the page of the newest article says, else
/// as marks in the feed do. Only a page of the feed's own outlet is asked, and its robots.txt.
async fn paid(desk: &Desk, url: &str, newest: &[&Entry]) -> Option<Paid> {
    let own = outlet::outlet(Some(url), None, url);
    let is_own = |link: &&str| outlet::outlet(Some(link), None, url) == own;
    let link = newest.iter().find_map(|entry| entry.link.as_deref());
    if let Some(link) = link.filter(is_own) {
        let limit = Duration::from_secs(PAGE_SECONDS_MAX);
        let page = timeout(limit, desk.fetcher.page(link, desk.now())).await;
        // A page that cannot be read says nothing about its price.
        if let Ok(Ok(page)) = page
            && let Some(free) = is_free(&page.body)
        {
            return (!free).then_some(Paid::Sure);
        }
    }
    let entries: Vec<Entry> = newest.iter().map(|entry| (*entry).clone()).collect();
    let some = signs::paid(&entries)?;
    Some(Paid::Likely {
        some,
        of: entries.len(),
    })
}

/// Articles a day over the span of the dated entries.
fn per_day(feed: &Feed) -> Option<f64> {
    let dates: Vec<Millis> = feed
        .entries
        .iter()
        .filter_map(|entry| entry.published)
        .collect();
    let span = dates.iter().max()? - dates.iter().min()?;
    (dates.len() >= 3 && span > 0).then(|| dates.len() as f64 / (span as f64 / DAY as f64).max(0.5))
}

/// Which entries tell a story that the newsroom's sources have too; none where there is nothing to
/// compare.
async fn overlap(desk: &Desk, room: NewsroomId, feed: &Feed) -> Result<Option<Overlap>, No> {
    let now = desk.now();
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(now - OVERLAP_DAYS * DAY),
        until: ArticleId::first_at(now + 1),
        newest: OVERLAP_ARTICLES_MAX,
    };
    let sightings = desk.store.hunt(&hunt).await?;
    if sightings.is_empty() || feed.entries.is_empty() {
        return Ok(None);
    }
    let ids: Vec<ArticleId> = sightings.iter().map(|one| one.article.id).collect();
    let times: HashMap<ArticleId, Millis> = sightings
        .iter()
        .map(|one| (one.article.id, one.article.at()))
        .collect();
    let vectors = desk.store.vectors(&ids).await?.into_iter();
    let mut known: Vec<(ArticleId, Millis, Vector)> = vectors
        .map(|(id, vector)| (id, times[&id], vector))
        .collect();
    known.sort_by_key(|(id, ..)| *id);
    let entries = feed.entries.iter().take(OVERLAP_ENTRIES_MAX);
    let entries: Vec<Entry> = entries.cloned().collect();
    let nearest = tokio::task::spawn_blocking(move || {
        let vector = |entry: Entry| {
            let language = entry.language.as_deref();
            let vector = Vector::of(&entry.title, &entry.text, language);
            (entry.published.unwrap_or(now), vector)
        };
        story::overlap(known, entries.into_iter().map(vector).collect())
    })
    .await
    .map_err(anyhow::Error::from)?;
    let found = nearest.iter().flatten();
    let found: Vec<&Sighting> = found
        .filter_map(|id| sightings.iter().find(|one| one.article.id == *id))
        .collect();
    Ok(Some(Overlap {
        some: found.len(),
        of: nearest.len(),
        shared: shared(&found),
    }))
}

/// The stories that both have, each once, by the newsroom's own headline.
fn shared(found: &[&Sighting]) -> Vec<Shared> {
    let mut told = Vec::new();
    let mut all = Vec::new();
    for sighting in found {
        let story = compose::story_of(sighting);
        if !told.contains(&story) && all.len() < SHARED_MAX {
            told.push(story);
            all.push(Shared {
                headline: compose::headline(sighting, Refrains::NONE),
                url: sighting.article.link.clone(),
                outlet: sighting.outlet_name.clone(),
            });
        }
    }
    all
}
