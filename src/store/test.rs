//! Stores, feeds and topics for this module's tests.

use super::nouns::{Hunt, NewSource, ReadingToSave};
use super::{NewSubscription, Store, Subscribed, schema};
use crate::clock::{DAY, MINUTE, Millis};
use crate::news::subscription::{Destination, Form, Place, SubscriptionId, What, Wish};
use crate::news::{ArticleId, Entry, Feed, NewsroomId, Outcome, Reading, SourceId, Topic};
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::{Path, PathBuf};

/// A file for a store, gone at the end of the test.
pub(super) struct TestFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl TestFile {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lede.db");
        Self {
            _folder: folder,
            path,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub async fn open(&self) -> Store {
        Store::open(&format!("sqlite://{}", self.path.display()))
            .await
            .unwrap()
    }

    /// A connection of its own, to look behind the store's face.
    pub async fn raw(&self) -> SqliteConnection {
        schema::options(&self.path).connect().await.unwrap()
    }
}

pub(super) fn entry(link: &str, title: &str, text: &str) -> Entry {
    Entry {
        link: (!link.is_empty()).then(|| link.to_owned()),
        title: title.to_owned(),
        text: text.to_owned(),
        language: Some("en".to_owned()),
        ..Entry::default()
    }
}

pub(super) fn feed(title: &str, entries: &[Entry]) -> Feed {
    Feed {
        title: title.to_owned(),
        entries: entries.to_vec(),
        ..Feed::default()
    }
}

pub(super) fn reading(source: SourceId, feed: Feed, at: Millis) -> Reading {
    Reading {
        source,
        at,
        outcome: Outcome::Read(Box::new(feed)),
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 1_000,
        wait_ms: None,
    }
}

pub(super) fn to_save(source: SourceId, feed: Feed, at: Millis) -> ReadingToSave {
    ReadingToSave {
        reading: reading(source, feed, at),
        next_at: at + 10 * MINUTE,
        interval_ms: 10 * MINUTE,
    }
}

pub(super) fn new_source(newsroom: NewsroomId, url: &str, feed: Feed, at: Millis) -> NewSource {
    NewSource {
        newsroom,
        url: url.to_owned(),
        name: None,
        folder: None,
        by: 7,
        reading: reading(SourceId(0), feed, at),
        at,
        next_at: at + 10 * MINUTE,
    }
}

/// A topic of single terms: words, and -words that are kept out.
pub(super) fn topic(typed: &str) -> Topic {
    let (excluded, words): (Vec<&str>, Vec<&str>) =
        typed.split(' ').partition(|word| word.starts_with('-'));
    Topic {
        shown: typed.to_owned(),
        key: typed.to_owned(),
        words: words.iter().map(|word| vec![(*word).to_owned()]).collect(),
        aliases: Vec::new(),
        phrases: Vec::new(),
        excluded_phrases: Vec::new(),
        excluded: excluded
            .iter()
            .map(|word| vec![word[1..].to_owned()])
            .collect(),
    }
}

/// A moment well after 1990.
pub(super) const NOON: Millis = 20_000 * DAY + DAY / 2;

/// The newest hundred of all times.
pub(super) fn hunt(newsroom: NewsroomId, words: Option<&str>) -> Hunt<'static> {
    let stems = |words: &str| crate::text::terms::terms(words, Some("en")).join(" ");
    let topic = words.map(|words| &*Box::leak(Box::new(topic(&stems(words)))));
    let (from, until) = (ArticleId(0), ArticleId(i64::MAX));
    Hunt {
        newsroom,
        topic,
        source: None,
        from,
        until,
        newest: 100,
    }
}

/// Somebody follows a topic by direct message, at this moment and with a digest due at the other.
pub(super) async fn follow(
    store: &Store,
    newsroom: NewsroomId,
    person: u64,
    topic: &str,
    (at, digest_at): (Millis, Millis),
) -> SubscriptionId {
    let new = NewSubscription {
        newsroom,
        place: Place {
            destination: Destination::Person(person),
            form: Form::Direct,
            name: String::new(),
            readable: true,
        },
        what: What::Topic {
            key: topic.to_owned(),
            shown: topic.to_owned(),
        },
        wish: Wish::of_person(),
        by: person,
        at,
        digest_at: Some(digest_at),
    };
    match store.subscribe(new).await.unwrap() {
        Subscribed::New(id) => id,
        other => panic!("it is new: {other:?}"),
    }
}
