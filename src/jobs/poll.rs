//! Reads sources when they are due: fetches with many hosts at once, saves in batches, and tells
//! what each reading brought.

use crate::clock::{Clock, MINUTE, Millis};
use crate::desk::rests::keep_rests;
use crate::feed::hosts::host_of;
use crate::feed::{FeedRequest, Fetched, Fetcher};
use crate::jobs::plan::{Go, Hosts, Ticket};
use crate::jobs::round::Round;
use crate::news::link;
use crate::news::reading::NotAFeed;
use crate::news::schedule::{self, Went};
use crate::news::{Feed, Outcome, Reading, ReadingError, Source, SourceId};
use crate::store::{ReadingToSave, Store};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;

/// Due sources looked at in one go.
pub const DUE_SOURCES_MAX: u32 = 1_000;
/// How long "read these now" waits for a host before it leaves a source for its next turn.
pub const NOW_WAIT_MS_MAX: Millis = MINUTE;
/// Sources that are given their moments in one transaction.
const LINE_UP_AT_ONCE: usize = 1_000;
/// Sources whose last entries are remembered, to know whether a reading brought news.
const REMEMBERED_SOURCES_MAX: usize = 100_000;

/// Called with each source's report as soon as its reading is saved.
pub type Progress<'a> = &'a (dyn Fn(&SourceReport) + Send + Sync);

/// The job that reads sources.
pub struct Poll {
    pub(super) store: Store,
    fetcher: Fetcher,
    pub(super) clock: Clock,
    interval_ms_min: Millis,
    hosts: Hosts,
    /// A number for the entries of each source's last reading.
    entries: Mutex<HashMap<SourceId, u64>>,
    saved: Arc<Notify>,
    /// Set when a batch could not be saved: then each reading is saved alone.
    pub(super) careful: AtomicBool,
}

/// What a tick did, one line a source, in the order of saving.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PollReport {
    pub sources: Vec<SourceReport>,
    /// Sources whose host must not be asked yet.
    pub postponed: u32,
}

/// What one reading brought.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReport {
    pub source: SourceId,
    /// The feed's title, or its host.
    pub name: String,
    /// Address of the feed without credentials.
    pub url: String,
    /// Why nothing was read, if so.
    pub error: Option<ReadingError>,
    /// The server said that nothing changed.
    pub unchanged: bool,
    pub entries: u32,
    pub new: u32,
    pub edited: u32,
    pub took_ms: u64,
}

/// A reading that waits to be saved, and its line of the report.
pub(super) struct Done {
    pub save: ReadingToSave,
    pub report: SourceReport,
}

impl PollReport {
    pub fn new_articles(&self) -> u32 {
        self.sources.iter().map(|source| source.new).sum()
    }

    pub fn failed(&self) -> usize {
        self.sources
            .iter()
            .filter(|source| source.error.is_some())
            .count()
    }
}

impl Poll {
    pub fn new(
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        interval_ms_min: Millis,
        saved: Arc<Notify>,
    ) -> Self {
        Self {
            store,
            fetcher,
            clock,
            interval_ms_min,
            hosts: Hosts::default(),
            entries: Mutex::default(),
            saved,
            careful: AtomicBool::new(false),
        }
    }

    /// Reads the sources that are due at `now`, and those that come due while it works.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<PollReport> {
        self.tick_with(now, &|_| ()).await
    }

    /// Like [`Self::tick`], telling of each source as soon as it is saved.
    pub async fn tick_with(
        &self,
        now: Millis,
        progress: Progress<'_>,
    ) -> anyhow::Result<PollReport> {
        let mut round = Round::new(self, progress);
        round.read_due(now).await?;
        Ok(round.report)
    }

    /// Reads what is due as long as anything is: the running bot's way, hung sources or not.
    pub async fn turn(&self, now: Millis) -> anyhow::Result<()> {
        let mut round = Round::new(self, &|_| ());
        round.lasting = true;
        round.read_due(now).await
    }

    /// Where far more sources are due than usual, gives each a moment of its own.
    pub(super) async fn line_up(&self, now: Millis) -> anyhow::Result<()> {
        let line = schedule::line_up(self.store.overdue(now).await?, now);
        for part in line.chunks(LINE_UP_AT_ONCE) {
            self.store.postpone(part.to_vec()).await?;
        }
        Ok(())
    }

    /// Reads these sources now, due or not. A host that asked for more than a minute's rest is not
    /// asked; its sources come at their turn.
    pub async fn poll_sources(
        &self,
        sources: Vec<Source>,
        progress: Progress<'_>,
    ) -> anyhow::Result<PollReport> {
        let mut round = Round::new(self, progress);
        round.read_these(sources).await?;
        Ok(round.report)
    }

    /// Asks whether `source` may be read.
    pub(super) fn ask(&self, source: &Source, now: Millis) -> Go {
        let host = host_of(&source.url);
        let hosts = self.fetcher.hosts();
        if hosts.is_some_and(|hosts| hosts.is_own(&host) && hosts.rest_until(&host, now).is_none())
        {
            return self.hosts.ask_own(source.id);
        }
        let rest_until = hosts.and_then(|hosts| hosts.rest_until(&host, now));
        self.hosts.ask(source.id, &host, rest_until, now)
    }

    /// A task that fetches; it may panic, for what it reads is hostile.
    pub(super) fn fetch(
        &self,
        source: &Source,
        ticket: Ticket,
        now: Millis,
    ) -> impl Future<Output = Fetched> + Send + use<> {
        let fetcher = self.fetcher.clone();
        let request = FeedRequest {
            url: source.url.clone(),
            etag: source.etag.clone(),
            last_modified: source.last_modified.clone(),
        };
        async move {
            let _ticket = ticket;
            fetcher.feed(&request, now).await
        }
    }

    /// Turns what came back into a reading with the source's next turn, and keeps what hosts asked
    /// for meanwhile.
    pub(super) async fn finish(
        &self,
        source: &Source,
        fetched: Option<Fetched>,
        since: Instant,
    ) -> anyhow::Result<Done> {
        let now = self.clock.now();
        let reading = reading_of(source, fetched, now);
        keep_rests(&self.store, &self.fetcher).await?;
        let news = self.is_news(source, &reading.outcome);
        let went = Went {
            outcome: &reading.outcome,
            news,
            wait_ms: reading.wait_ms,
        };
        let turn = schedule::next_turn(
            source,
            went,
            self.interval_ms_min,
            now,
            seed(source.id, now),
        );
        let took_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let report = SourceReport::of(source, &reading.outcome, took_ms);
        let save = ReadingToSave {
            reading,
            next_at: turn.next_at,
            interval_ms: turn.interval_ms,
        };
        Ok(Done { save, report })
    }

    pub(super) fn ring(&self) {
        self.saved.notify_one();
    }

    pub(super) fn is_careful(&self) -> bool {
        self.careful.load(Ordering::SeqCst)
    }

    /// Whether a reading brought entries that the one before did not; after a restart, whether any
    /// was published since the last good reading.
    fn is_news(&self, source: &Source, outcome: &Outcome) -> bool {
        let Outcome::Read(feed) = outcome else {
            return false;
        };
        let number = number_of(feed);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= REMEMBERED_SOURCES_MAX {
            entries.clear();
        }
        match entries.insert(source.id, number) {
            Some(before) => before != number,
            None => {
                let good_at = source.state.good_at.unwrap_or(0);
                feed.entries
                    .iter()
                    .any(|entry| entry.published.is_some_and(|at| at >= good_at))
            }
        }
    }
}

impl SourceReport {
    fn of(source: &Source, outcome: &Outcome, took_ms: u64) -> Self {
        let (error, entries, title) = match outcome {
            Outcome::Failed(error) => (Some(error.clone()), 0, ""),
            Outcome::Unchanged => (None, 0, ""),
            Outcome::Read(feed) => {
                let entries = u32::try_from(feed.entries.len()).unwrap_or(u32::MAX);
                (None, entries, feed.title.trim())
            }
        };
        Self {
            source: source.id,
            name: match (source.title.as_str(), title) {
                // Of the feeds of one site, the host alone would not say which this is.
                ("", "") => address_of(&source.url),
                ("", read) => read.to_owned(),
                (known, _) => known.to_owned(),
            },
            url: link::shown(&source.url),
            error,
            unchanged: *outcome == Outcome::Unchanged,
            entries,
            new: 0,
            edited: 0,
            took_ms,
        }
    }
}

/// An address without its scheme.
fn address_of(url: &str) -> String {
    let shown = link::shown(url);
    shown
        .split_once("://")
        .map_or(shown.as_str(), |(_, rest)| rest)
        .to_owned()
}

/// What came back as a reading. Nothing came back when the fetching task broke down; "unchanged"
/// without having been asked is no answer.
fn reading_of(source: &Source, fetched: Option<Fetched>, at: Millis) -> Reading {
    let unasked = source.etag.is_none() && source.last_modified.is_none();
    let fetched = fetched.unwrap_or(Fetched {
        outcome: Outcome::Failed(ReadingError::NotAFeed(NotAFeed::Damaged)),
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 0,
        wait_ms: None,
    });
    let outcome = match fetched.outcome {
        Outcome::Unchanged if unasked => Outcome::Failed(ReadingError::Status(304)),
        outcome => outcome,
    };
    let read = matches!(outcome, Outcome::Read(_));
    Reading {
        source: source.id,
        at,
        etag: if read {
            fetched.etag
        } else {
            fetched.etag.or_else(|| source.etag.clone())
        },
        last_modified: if read {
            fetched.last_modified
        } else {
            fetched
                .last_modified
                .or_else(|| source.last_modified.clone())
        },
        outcome,
        moved_to: fetched.moved_to,
        bytes: fetched.bytes,
        wait_ms: fetched.wait_ms,
    }
}

/// Equal for feeds with the same entries in any order.
fn number_of(feed: &Feed) -> u64 {
    let numbers = feed.entries.iter().map(|entry| {
        let mut hasher = DefaultHasher::new();
        let name = entry
            .link
            .as_ref()
            .or(entry.guid.as_ref())
            .unwrap_or(&entry.title);
        name.hash(&mut hasher);
        hasher.finish()
    });
    numbers.fold(0, u64::wrapping_add)
}

fn seed(source: SourceId, now: Millis) -> u64 {
    let mut hasher = DefaultHasher::new();
    (source.0, now).hash(&mut hasher);
    hasher.finish()
}
