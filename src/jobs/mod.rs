//! What runs unasked: one file a job, each with a `tick` that a test can call.
//!
//! [`ALL`] is the table of jobs. [`Jobs::run`] keeps one task for each: a tick that fails is
//! logged once and tried again, one that panics is begun anew, and panics in a row end the program,
//! so that whoever supervises it can start it afresh.

pub mod decide;
pub mod delivery;
pub mod group;
pub mod keep;
pub mod letters;
pub mod plan;
pub mod poll;
pub mod push;
pub mod round;
pub mod sample;
pub mod sweep;

pub use delivery::{Delivery, Edited, Found, Parcel, Posted, To};
pub use group::Group;
pub use poll::{Poll, PollReport, SourceReport};
pub use sweep::Sweep;

use crate::clock::{Clock, Millis, SECOND};
use crate::config::Settings;
use crate::desk::Desk;
use crate::feed::Fetcher;
use crate::store::Store;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Notify;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The shortest rest between two rounds of reading.
const POLL_REST_MS: Millis = SECOND / 4;

/// How long one pass over all due sources waits for hosts that must be asked slowly.
const ONCE_MS_MAX: Millis = 10 * crate::clock::MINUTE;

/// A job: its name in the log, and a tick that returns when the next one should be at the latest.
pub struct Job {
    pub name: &'static str,
    tick: for<'a> fn(&'a Jobs, Millis) -> Boxed<'a, anyhow::Result<Millis>>,
}

/// Every job, in the order in which one pass runs them.
pub const ALL: &[Job] = &[
    Job {
        name: "poll",
        tick: |jobs, now| Box::pin(jobs.poll_turn(now)),
    },
    Job {
        name: "group",
        tick: |jobs, now| Box::pin(jobs.group_turn(now)),
    },
    Job {
        name: "sweep",
        tick: |jobs, now| Box::pin(jobs.sweep_turn(now)),
    },
];

/// The jobs and what they work with. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub poll: Arc<Poll>,
    pub group: Arc<Group>,
    pub sweep: Arc<Sweep>,
    clock: Clock,
    store: Store,
    poll_ms_min: Millis,
    /// Rung when articles were saved, so that grouping does not wait for its turn.
    saved: Arc<Notify>,
}

/// What one pass over all jobs did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub poll: PollReport,
    pub placed: u32,
}

impl Jobs {
    pub fn new(store: Store, fetcher: Fetcher, clock: Clock, settings: &Settings) -> Self {
        let saved = Arc::new(Notify::new());
        let poll_ms_min = i64::from(settings.poll_seconds_min.max(1)) * SECOND;
        let poll = Poll::new(
            store.clone(),
            fetcher,
            clock.clone(),
            poll_ms_min,
            saved.clone(),
        );
        Self {
            poll: Arc::new(poll),
            group: Arc::new(Group::new(store.clone())),
            sweep: Arc::new(Sweep::new(store.clone(), settings.text_days)),
            clock,
            store,
            poll_ms_min,
            saved,
        }
    }

    /// The jobs of a desk.
    pub fn of(desk: &Desk) -> Self {
        Self::new(
            desk.store.clone(),
            desk.fetcher.clone(),
            desk.clock.clone(),
            &desk.settings,
        )
    }

    /// Reads what is due and what comes due while hosts are spaced, places it, and ends: for
    /// `lede read --once`.
    pub async fn read_once(&self, progress: poll::Progress<'_>) -> anyhow::Result<Report> {
        let mut report = Report::default();
        let until = self.clock.now() + ONCE_MS_MAX;
        loop {
            let round = self.poll.tick_with(self.clock.now(), progress).await?;
            let postponed = round.postponed > 0;
            report.poll.sources.extend(round.sources);
            report.placed += self.group.tick(self.clock.now()).await?;
            let next_at = self
                .store
                .next_due()
                .await?
                .filter(|at| postponed && *at < until);
            let Some(next_at) = next_at else {
                return Ok(report);
            };
            self.clock.sleep_until(next_at).await;
        }
    }

    /// Runs each job once, in order: for a manual clock and for `lede read --once`.
    pub async fn tick_all(&self, now: Millis) -> anyhow::Result<Report> {
        let poll = self.poll.tick(now).await?;
        let placed = self.group.tick(now).await?;
        self.sweep.tick(now).await?;
        Ok(Report { poll, placed })
    }

    /// Runs all jobs until `stop` is ready, or fails when a job panics again and again. A fetch in
    /// flight is dropped at the end (its source stays due); a save in flight is the store's, which
    /// finishes it.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let mut tasks = tokio::task::JoinSet::new();
        for job in ALL {
            let jobs = self.clone();
            tasks.spawn(async move { keep::keep(job, &jobs).await });
        }
        tokio::select! {
            () = stop => Ok(()),
            ended = tasks.join_next() => match ended {
                Some(Ok(result)) => result,
                Some(Err(error)) => Err(error.into()),
                None => Ok(()),
            },
        }
    }

    async fn poll_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        self.poll.turn(now).await?;
        let now = self.clock.now();
        let latest = now + self.poll_ms_min;
        let due = self.store.next_due().await?.unwrap_or(latest);
        Ok(due.min(latest).max(now + POLL_REST_MS))
    }

    async fn group_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        self.group.tick(now).await?;
        Ok(self.clock.now() + self.poll_ms_min)
    }

    async fn sweep_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        self.sweep.tick(now).await
    }
}
