//! `/sources add`: what is in a feed before anything is saved, and saving it.

use crate::clock::{DAY, Millis};
use crate::desk::command::{Answer, Asked, No};
use crate::desk::rests::keep_rests;
use crate::desk::{Asker, Desk};
use crate::feed::{Fetched, Found, clean};
use crate::news::reading::{AddressError, NotAFeed, ReadingError};
use crate::news::{ArticleId, Feed, Newsroom, NewsroomId, Outcome, Reading, SourceId, StoryId};
use crate::news::{link, related};
use crate::page::sources::onward::Onward;
use crate::page::sources::{Report, added, report};
use crate::page::{Ask, Refusal, health};
use crate::store::{Added, Hunt, NewSource};
use crate::text::background;
use crate::text::vector::Vector;

/// Recent articles of the newsroom that a new source is compared with.
const OVERLAP_ARTICLES_MAX: u32 = 300;
/// Entries of the new source that are compared.
const OVERLAP_ENTRIES_MAX: usize = 30;
/// Nearness over rare terms from which two articles count as one event, for the overlap only.
const OVERLAP_NEARNESS_MIN: f32 = 0.35;
/// Characters from which an entry's text is more than a teaser.
const FULL_TEXT_CHARS_MIN: usize = 600;

/// The report, or with a yes the source.
///
/// # Errors
/// A refusal where nothing is behind the address or it is there; failures of the store.
pub async fn add(desk: &Desk, asker: &Asker, room: NewsroomId, asked: &Asked) -> Answer {
    let typed = asked.ask.get("link").unwrap_or_default().trim();
    let checked = find(desk, typed, asked.ask.get("name")).await?;
    let sources = desk.store.sources(room).await?;
    if let Some(known) = sources
        .iter()
        .find(|source| source.source.url == checked.url)
    {
        let refusal = Refusal::new(format!("“{}” is a source here already.", known.name));
        return Err(refusal.can("See /sources list for how it is doing.").into());
    }
    if asked.confirmed {
        return save(desk, asker, room, checked).await;
    }
    let mut confirm = Ask::new("sources")
        .subcommand("add")
        .value("link", checked.url.clone());
    if let Some(name) = &checked.name {
        confirm = confirm.value("name", name.clone());
    }
    Ok(report(&inspect(desk, room, checked).await?, confirm))
}

/// The feed behind an address, read once.
///
/// # Errors
/// A refusal where it cannot be read; failures of the store.
pub async fn find(desk: &Desk, typed: &str, name: Option<&str>) -> Result<Checked, No> {
    let found = desk.fetcher.find(typed, desk.now()).await;
    keep_rests(&desk.store, &desk.fetcher).await?;
    let (url, fetched, others) = match found {
        Found::Feed { url, fetched } => (url, fetched, Vec::new()),
        Found::Page {
            candidates,
            first: Some((url, fetched)),
        } => {
            // What a select sends is seen by Discord: no addresses with credentials.
            let others = candidates
                .into_iter()
                .filter(|other| other.url != url && link::shown(&other.url) == other.url)
                .map(|other| (other.url.clone(), other.title.unwrap_or(other.url)))
                .collect();
            (url, fetched, others)
        }
        Found::Page { first: None, .. } => {
            return Err(unreadable(&ReadingError::NotAFeed(NotAFeed::Page)).into());
        }
        Found::Nothing(error) => return Err(unreadable(&error).into()),
    };
    let feed = match fetched.outcome.clone() {
        Outcome::Read(feed) => *feed,
        Outcome::Failed(error) => return Err(unreadable(&error).into()),
        Outcome::Unchanged => Feed::default(),
    };
    let name = name.map(clean::one_line).filter(|name| !name.is_empty());
    Ok(Checked {
        url,
        fetched: *fetched,
        feed,
        name,
        others,
    })
}

fn unreadable(error: &ReadingError) -> Refusal {
    let cause = match error {
        ReadingError::Address(AddressError::Malformed) => "That is not a web address.".to_owned(),
        error => format!("It cannot be read: {}.", health::cause(error)),
    };
    Refusal::new(cause)
        .will("Nothing was saved.")
        .can(health::way_out(error))
}

/// What was found at an address.
pub struct Checked {
    /// Of the feed.
    pub url: String,
    fetched: Fetched,
    feed: Feed,
    name: Option<String>,
    /// Other feeds of the site: address and title.
    others: Vec<(String, String)>,
}

impl Checked {
    /// What it would be called.
    pub fn shown(&self) -> String {
        let own = || feed_name(&self.feed, &self.url);
        self.name.clone().unwrap_or_else(own)
    }

    /// How many articles are in it.
    pub fn entries(&self) -> usize {
        self.feed.entries.len()
    }
}

/// The source to be saved, with the reading just made as its baseline.
pub fn new_source(desk: &Desk, asker: &Asker, room: NewsroomId, checked: Checked) -> NewSource {
    let now = desk.now();
    let Checked {
        url,
        fetched,
        feed,
        name,
        others: _,
    } = checked;
    NewSource {
        newsroom: room,
        url,
        name,
        folder: None,
        by: asker.person,
        // The store gives the id; the reading is this source's first.
        reading: Reading {
            source: SourceId(0),
            at: now,
            outcome: Outcome::Read(Box::new(feed)),
            etag: fetched.etag,
            last_modified: fetched.last_modified,
            moved_to: fetched.moved_to,
            bytes: fetched.bytes,
            wait_ms: fetched.wait_ms,
        },
        at: now,
        next_at: now + i64::from(desk.settings.poll_seconds_min) * 1_000,
    }
}

async fn save(desk: &Desk, asker: &Asker, room: NewsroomId, checked: Checked) -> Answer {
    let (shown, entries) = (checked.shown(), checked.entries());
    let source = new_source(desk, asker, room, checked);
    match desk.store.add_source(source).await? {
        Added::New(id) => {
            let onward = match asker.newsroom {
                Newsroom::Server(_) => Onward::Channel(id),
                Newsroom::Person(_) => Onward::Follow(id),
                Newsroom::Terminal => Onward::Nothing,
            };
            Ok(added(&shown, entries, onward))
        }
        Added::AlreadyThere(_) => Err(Refusal::new(format!("“{shown}” is a source here already."))
            .can("See /sources list.")
            .into()),
        Added::Full { max } => Err(Refusal::new(format!(
            "There are {max} sources already, as many as a newsroom may have."
        ))
        .can("Remove one with /sources remove.")
        .into()),
    }
}

fn feed_name(feed: &Feed, url: &str) -> String {
    let host = || {
        url::Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
    };
    Some(feed.title.trim().to_owned())
        .filter(|title| !title.is_empty())
        .or_else(host)
        .unwrap_or_else(|| url.to_owned())
}

/// What a moderator wants to know before saving.
///
/// # Errors
/// Failures of the store.
pub async fn inspect(desk: &Desk, room: NewsroomId, checked: Checked) -> Result<Report, No> {
    let Checked {
        url, feed, others, ..
    } = checked;
    let entries = &feed.entries;
    let full = entries
        .iter()
        .filter(|entry| entry.text.chars().count() >= FULL_TEXT_CHARS_MIN)
        .count();
    let mut newest: Vec<_> = entries.iter().collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    let mut warnings = Vec::new();
    if entries.is_empty() {
        warnings.push("there is nothing in it at the moment.".to_owned());
    } else if newest
        .first()
        .and_then(|entry| entry.published)
        .is_some_and(|at| desk.now() - at > 30 * DAY)
    {
        warnings.push("its newest article is more than a month old.".to_owned());
    }
    Ok(Report {
        title: feed_name(&feed, &url),
        url: link::shown(&url),
        language: feed
            .language
            .clone()
            .or_else(|| entries.iter().find_map(|entry| entry.language.clone())),
        entries: entries.len(),
        per_day: per_day(&feed),
        full_text: if entries.is_empty() {
            0.0
        } else {
            full as f32 / entries.len() as f32
        },
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

/// Share of the entries that the newsroom's sources report too; none where there is nothing to compare.
async fn overlap(desk: &Desk, room: NewsroomId, feed: &Feed) -> Result<Option<f32>, No> {
    let now = desk.now();
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(now - 7 * DAY),
        until: ArticleId::first_at(now + 1),
        newest: OVERLAP_ARTICLES_MAX,
    };
    let ids: Vec<ArticleId> = desk
        .store
        .hunt(&hunt)
        .await?
        .iter()
        .map(|sighting| sighting.article.id)
        .collect();
    if ids.is_empty() || feed.entries.is_empty() {
        return Ok(None);
    }
    let known: Vec<(StoryId, Vector)> = desk
        .store
        .vectors(&ids)
        .await?
        .into_iter()
        .map(|(id, vector)| (StoryId(id.0), vector))
        .collect();
    let near = |(_, nearness): &(StoryId, f32)| *nearness >= OVERLAP_NEARNESS_MIN;
    let entries: Vec<_> = feed
        .entries
        .iter()
        .take(OVERLAP_ENTRIES_MAX)
        .cloned()
        .collect();
    let share = tokio::task::spawn_blocking(move || {
        let too = entries
            .iter()
            .map(|entry| Vector::of(&entry.title, &entry.text, entry.language.as_deref()))
            .filter(|vector| {
                related::rank(vector, &known, background::idf)
                    .first()
                    .is_some_and(near)
            })
            .count();
        too as f32 / entries.len() as f32
    })
    .await
    .map_err(anyhow::Error::from)?;
    Ok(Some(share))
}
