//! One round of reading sources: keeps many fetches in flight, and saves what they bring in batches.

use crate::clock::{Millis, SECOND};
use crate::feed::Fetched;
use crate::feed::hosts::HOST_SPACING_MS;
use crate::jobs::plan::Go;
use crate::jobs::poll::{DUE_SOURCES_MAX, Done, NOW_WAIT_MS_MAX, Poll, PollReport, Progress};
use crate::news::reading::NotAFeed;
use crate::news::schedule::DEAD_MS_MAX;
use crate::news::{Outcome, Reading, ReadingError, Source, SourceId};
use crate::store::ReadingToSave;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::{Id, JoinSet};

/// Sources fetched at once.
pub const AT_ONCE_MAX: usize = 32;
/// Articles saved in one transaction, unless one reading alone holds more. Each page of the file that
/// a batch touches is written once for all of it.
pub const BATCH_ARTICLES_MAX: usize = 1_000;
/// Bytes of feeds saved in one transaction, likewise.
const BATCH_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How long a reading waits for others before it is saved (real time).
const BATCH_WAIT: Duration = Duration::from_millis(500);
/// How often a tick looks for newly due sources while fetches are in flight.
const LOOK_MS: Millis = SECOND;

pub(super) struct Round<'a> {
    poll: &'a Poll,
    progress: Progress<'a>,
    pub report: PollReport,
    /// Sources that may be asked for, not yet begun, with the moment from which on.
    queue: VecDeque<(Source, Millis)>,
    tasks: JoinSet<Fetched>,
    reading: HashMap<Id, (Source, Instant)>,
    batch: Vec<Done>,
    batch_articles: usize,
    batch_bytes: u64,
    batch_since: Instant,
    /// Where a source goes whose host must rest: into the store (a tick), or back into the queue.
    these_only: bool,
    /// The running bot's: it may go on for hours, so it lines up what is due in great number, and
    /// keeps no reports.
    pub lasting: bool,
    postponed: Vec<(SourceId, Millis)>,
}

impl<'a> Round<'a> {
    pub fn new(poll: &'a Poll, progress: Progress<'a>) -> Self {
        Self {
            poll,
            progress,
            report: PollReport::default(),
            queue: VecDeque::new(),
            tasks: JoinSet::new(),
            reading: HashMap::new(),
            batch: Vec::new(),
            batch_articles: 0,
            batch_bytes: 0,
            batch_since: Instant::now(),
            these_only: false,
            lasting: false,
            postponed: Vec::new(),
        }
    }

    /// Reads what is due, looking again while it works, until nothing is due or in flight: a hung
    /// source holds its own place and no other's.
    pub async fn read_due(&mut self, began_at: Millis) -> anyhow::Result<()> {
        let mut now = began_at;
        let mut look_at = began_at;
        loop {
            if self.queue.is_empty() && now >= look_at {
                if self.lasting {
                    self.poll.line_up(now).await?;
                }
                self.take_due(now).await?;
                look_at = now + LOOK_MS;
            }
            self.begin(now).await?;
            if self.tasks.is_empty() && self.queue.is_empty() {
                self.save().await?;
                if self.take_due(now).await? == 0 {
                    self.poll.careful.store(false, Ordering::SeqCst);
                    return Ok(());
                }
                continue;
            }
            self.wait(look_at).await?;
            now = now.max(self.poll.clock.now());
        }
    }

    /// Reads `sources` alone, due or not.
    pub async fn read_these(&mut self, sources: Vec<Source>) -> anyhow::Result<()> {
        self.these_only = true;
        self.queue = sources.into_iter().map(|source| (source, 0)).collect();
        loop {
            self.begin(self.poll.clock.now()).await?;
            let next_at = self.queue.iter().map(|(_, at)| *at).min();
            if self.tasks.is_empty() {
                self.save().await?;
                let Some(next_at) = next_at else {
                    self.poll.careful.store(false, Ordering::SeqCst);
                    return Ok(());
                };
                self.poll.clock.sleep_until(next_at).await;
            } else {
                self.wait(next_at.unwrap_or(Millis::MAX)).await?;
            }
        }
    }

    /// Queues what is due and not being read; returns how many sources that were.
    async fn take_due(&mut self, now: Millis) -> anyhow::Result<usize> {
        let due = self.poll.store.due(now, DUE_SOURCES_MAX).await?;
        let busy = |id| {
            let read = self.reading.values().any(|(source, _)| source.id == id);
            read || self.batch.iter().any(|done| done.report.source == id)
        };
        let due: Vec<_> = due.into_iter().filter(|source| !busy(source.id)).collect();
        let count = due.len();
        self.queue.extend(due.into_iter().map(|source| (source, 0)));
        Ok(count)
    }

    /// Begins as many fetches as may run; puts off those whose host must not be asked yet.
    async fn begin(&mut self, now: Millis) -> anyhow::Result<()> {
        for _ in 0..self.queue.len() {
            if self.tasks.len() >= AT_ONCE_MAX {
                break;
            }
            let Some((source, at)) = self.queue.pop_front() else {
                break;
            };
            if at > now {
                self.queue.push_back((source, at));
                continue;
            }
            match self.poll.ask(&source, now) {
                Go::Now(ticket) => {
                    let task = self.tasks.spawn(self.poll.fetch(&source, ticket, now));
                    self.reading.insert(task.id(), (source, Instant::now()));
                }
                Go::Already => self.postponed.push((source.id, now + HOST_SPACING_MS)),
                Go::Later(at) if self.these_only && at <= now + NOW_WAIT_MS_MAX => {
                    self.queue.push_back((source, at))
                }
                Go::Later(at) => {
                    self.report.postponed += 1;
                    self.postponed.push((source.id, at));
                }
            }
        }
        if !self.postponed.is_empty() && !self.these_only {
            self.poll
                .store
                .postpone(std::mem::take(&mut self.postponed))
                .await?;
        }
        Ok(())
    }

    /// Waits for a fetch to end, for the batch to be old enough, or for the clock to reach `until`.
    async fn wait(&mut self, until: Millis) -> anyhow::Result<()> {
        let patience = match self.batch.is_empty() {
            true => Duration::MAX,
            false => BATCH_WAIT.saturating_sub(self.batch_since.elapsed()),
        };
        let full = self.tasks.len() >= AT_ONCE_MAX;
        let ended = tokio::select! {
            biased;
            ended = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => ended,
            () = tokio::time::sleep(patience) => return self.save().await,
            () = self.poll.clock.sleep_until(until), if !full => return Ok(()),
        };
        let (id, fetched) = match ended {
            Some(Ok((id, fetched))) => (id, Some(fetched)),
            Some(Err(error)) => (error.id(), None),
            None => return Ok(()),
        };
        let Some((source, since)) = self.reading.remove(&id) else {
            return Ok(());
        };
        if fetched.is_none() {
            tracing::error!(
                source = source.id.0,
                "reading source {} broke down",
                source.id.0
            );
        }
        let done = self.poll.finish(&source, fetched, since).await?;
        if self.batch.is_empty() {
            self.batch_since = Instant::now();
        }
        self.batch_articles += done.report.entries as usize;
        self.batch_bytes += done.save.reading.bytes;
        self.batch.push(done);
        let is_full =
            self.batch_articles >= BATCH_ARTICLES_MAX || self.batch_bytes >= BATCH_BYTES_MAX;
        if is_full || self.poll.is_careful() {
            self.save().await?;
        }
        Ok(())
    }

    /// Saves the batch in one transaction. After a failure the next batches hold one reading each,
    /// so that the one which cannot be saved is found and counts as failed.
    async fn save(&mut self) -> anyhow::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        (self.batch_articles, self.batch_bytes) = (0, 0);
        let (saves, mut reports): (Vec<_>, Vec<_>) = std::mem::take(&mut self.batch)
            .into_iter()
            .map(|done| (done.save, done.report))
            .unzip();
        let alone = match saves.as_slice() {
            [one] => Some(refused(&one.reading, one.interval_ms)),
            _ => None,
        };
        let saved = match (self.poll.store.save_readings(saves).await, alone) {
            (Ok(saved), _) => saved,
            (Err(error), Some(refused)) => {
                tracing::error!(
                    source = refused.reading.source.0,
                    "a reading cannot be saved: {error}"
                );
                if let Outcome::Failed(error) = &refused.reading.outcome {
                    reports[0].error = Some(error.clone());
                }
                self.poll.store.save_readings(vec![refused]).await?
            }
            (Err(error), None) => {
                self.poll.careful.store(true, Ordering::SeqCst);
                return Err(error.into());
            }
        };
        for (report, saved) in reports.iter_mut().zip(saved) {
            report.new = saved.new;
            report.edited = saved.edited;
            (self.progress)(report);
        }
        if reports.iter().any(|report| report.new + report.edited > 0) {
            self.poll.ring();
        }
        self.report.sources.append(&mut reports);
        Ok(())
    }
}

/// The reading that is saved in place of one that the store refused: a failure, left for a day.
fn refused(reading: &Reading, interval_ms: Millis) -> ReadingToSave {
    let outcome = Outcome::Failed(ReadingError::NotAFeed(NotAFeed::Damaged));
    ReadingToSave {
        reading: Reading {
            source: reading.source,
            at: reading.at,
            outcome,
            etag: None,
            last_modified: None,
            moved_to: None,
            bytes: reading.bytes,
            wait_ms: None,
        },
        next_at: reading.at + DEAD_MS_MAX,
        interval_ms,
    }
}
