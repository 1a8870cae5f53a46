//! `/sources add`: what is in a feed before anything is saved, and saving it.

use crate::desk::command::{Answer, Asked, No};
use crate::desk::rests::keep_rests;
use crate::desk::sources::inspect::inspect;
use crate::desk::{Asker, Desk};
use crate::feed::{Fetched, Found, clean};
use crate::news::reading::{AddressError, NotAFeed, ReadingError};
use crate::news::source::NewsroomSource;
use crate::news::{Feed, Newsroom, NewsroomId, Outcome, Reading, SourceId, link, signs};
use crate::page::sources::onward::Onward;
use crate::page::sources::{added, report};
use crate::page::{Ask, Refusal, health};
use crate::store::{Added, NewSource};

/// The report, or with a yes the source.
///
/// # Errors
/// A refusal where nothing is behind the address or it is there; failures of the store.
pub async fn add(desk: &Desk, asker: &Asker, room: NewsroomId, asked: &Asked) -> Answer {
    let typed = asked.ask.get("link").unwrap_or_default().trim();
    let checked = find(desk, typed, asked.ask.get("name")).await?;
    let sources = desk.store.sources(room).await?;
    if let Some(cause) = here_already(&sources, &checked.url) {
        return Err(Refusal::new(cause)
            .can("See /sources list for how it is doing.")
            .into());
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
    Ok(report(
        &inspect(desk, room, &sources, checked).await?,
        confirm,
    ))
}

/// What is said of an address that is a source here, be it in another form; none where it is not.
pub fn here_already(sources: &[NewsroomSource], url: &str) -> Option<String> {
    let known = sources
        .iter()
        .find(|source| signs::same_address(&source.source.url, url))?;
    let other = match known.source.url == url {
        true => "",
        false => ", under another address",
    };
    Some(format!("“{}” is a source here already{other}.", known.name))
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
            return Err(unreadable(typed, &ReadingError::NotAFeed(NotAFeed::Page)).into());
        }
        Found::Nothing(error) => return Err(unreadable(typed, &error).into()),
    };
    let feed = match fetched.outcome.clone() {
        Outcome::Read(feed) => *feed,
        Outcome::Failed(error) => return Err(unreadable(typed, &error).into()),
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

fn unreadable(typed: &str, error: &ReadingError) -> Refusal {
    // A word alone is taken for the name of a machine near by, which nobody means.
    let is_word = !typed.contains(['.', ':', '/']);
    let cause = match error {
        ReadingError::Address(AddressError::Malformed) => "That is not a web address.".to_owned(),
        ReadingError::Address(_) if is_word => "That is not a web address.".to_owned(),
        error => format!("It cannot be read: {}.", health::cause(error)),
    };
    let is_list = typed.to_lowercase().ends_with(".opml");
    let way_out = match error {
        ReadingError::NotAFeed(_) if is_list => "Give a list of feeds to /sources import.",
        error => health::way_out(error),
    };
    Refusal::new(cause).will("Nothing was saved.").can(way_out)
}

/// A feed that was found and read.
pub struct Checked {
    pub url: String,
    pub fetched: Fetched,
    pub feed: Feed,
    /// What it is to be called, where that was said.
    pub name: Option<String>,
    /// Other feeds of the site: address and title.
    pub others: Vec<(String, String)>,
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

/// The feed's title, else its host.
pub fn feed_name(feed: &Feed, url: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_and_what_is_a_list_are_told_apart() {
        let private = ReadingError::Address(AddressError::Private);
        assert_eq!(
            unreadable("notalink", &private).cause,
            "That is not a web address."
        );
        let cause = unreadable("http://10.0.0.1/feed", &private).cause;
        assert!(cause.contains("private"), "{cause}");
        let other = ReadingError::NotAFeed(NotAFeed::Other);
        let list = unreadable("https://avel.example/feeds.opml", &other);
        assert!(
            list.you_can
                .is_some_and(|can| can.contains("/sources import"))
        );
    }
}
