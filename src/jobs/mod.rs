//! What runs unasked: one file a job, each with a `tick` that a test can call.
//!
//! [`ALL`] is the table of jobs. [`Jobs::run`] keeps one task for each: a tick that fails is
//! logged once and tried again, one that panics is begun anew, and panics in a row end the program,
//! so that whoever supervises it can start it afresh.

pub mod decide;
pub mod delivery;
pub mod group;
pub mod health;
pub mod keep;
pub mod letters;
pub mod plan;
pub mod poll;
pub mod push;
pub mod round;
pub mod sample;
pub mod sweep;

pub use decide::Decide;
pub use delivery::{Delivery, Edited, Found, Parcel, Posted, Published, To};
pub use group::Group;
pub use health::Health;
pub use poll::{Poll, PollReport, SourceReport};
pub use push::Push;
pub use sweep::Sweep;

use crate::clock::{Clock, DAY, Millis, SECOND};
use crate::desk::Desk;
use crate::store::Store;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Notify;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The shortest rest between two rounds of reading.
const POLL_REST_MS: Millis = SECOND / 4;

/// The shortest rest of a job that is due again at once.
const REST_MS_MIN: Millis = SECOND / 4;
/// How long at most after its time a hold or a digest is looked at.
const DECIDE_REST_MS_MAX: Millis = 5 * SECOND;
/// Letters that a command wrote are found after so long at most.
const PUSH_REST_MS_MAX: Millis = SECOND;

/// How long one pass over all due sources waits for hosts that must be asked slowly.
const ONCE_MS_MAX: Millis = 10 * crate::clock::MINUTE;

/// A job: its name in the log, and a tick that returns when the next one should be at the latest.
pub struct Job {
    pub name: &'static str,
    /// What wakes it before its time.
    wake: fn(&Jobs) -> Option<&Notify>,
    tick: for<'a> fn(&'a Jobs, Millis) -> Boxed<'a, anyhow::Result<Millis>>,
}

/// Every job, in the order in which one pass runs them.
pub const ALL: &[Job] = &[
    Job {
        name: "poll",
        wake: |_| None,
        tick: |jobs, now| Box::pin(jobs.poll_turn(now)),
    },
    Job {
        name: "group",
        wake: |jobs| Some(&jobs.saved),
        tick: |jobs, now| Box::pin(jobs.group_turn(now)),
    },
    Job {
        name: "decide",
        wake: |jobs| Some(&jobs.placed),
        tick: |jobs, now| Box::pin(jobs.decide_turn(now)),
    },
    Job {
        name: "push",
        wake: |jobs| Some(&jobs.decided),
        tick: |jobs, _| Box::pin(jobs.push_turn()),
    },
    Job {
        name: "health",
        wake: |_| None,
        tick: |jobs, now| Box::pin(jobs.health_turn(now)),
    },
    Job {
        name: "sweep",
        wake: |_| None,
        tick: |jobs, now| Box::pin(jobs.sweep_turn(now)),
    },
];

/// The jobs and what they work with. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub poll: Arc<Poll>,
    pub group: Arc<Group>,
    pub decide: Arc<Decide>,
    /// None where nothing can be sent.
    pub push: Option<Arc<Push>>,
    pub health: Arc<Health>,
    pub sweep: Arc<Sweep>,
    clock: Clock,
    store: Store,
    poll_ms_min: Millis,
    /// Rung when articles were saved, so that grouping does not wait for its turn.
    saved: Arc<Notify>,
    /// Rung when articles were placed.
    placed: Arc<Notify>,
    /// Rung when something may have been put into the outbox.
    decided: Arc<Notify>,
}

/// What one pass over all jobs did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub poll: PollReport,
    pub placed: u32,
    pub sent: usize,
}

impl Jobs {
    /// The jobs of a desk; nothing is sent.
    pub fn of(desk: &Desk) -> Self {
        let (store, clock) = (desk.store.clone(), desk.clock.clone());
        let saved = Arc::new(Notify::new());
        let poll_ms_min = i64::from(desk.settings.poll_seconds_min.max(1)) * SECOND;
        let poll = Poll::new(
            store.clone(),
            desk.fetcher.clone(),
            clock.clone(),
            poll_ms_min,
            saved.clone(),
        );
        Self {
            poll: Arc::new(poll),
            group: Arc::new(Group::new(store.clone())),
            decide: Arc::new(Decide::new(desk.clone())),
            push: None,
            health: Arc::new(Health::new(store.clone())),
            sweep: Arc::new(Sweep::new(store.clone(), desk.settings.text_days)),
            clock,
            store,
            poll_ms_min,
            saved,
            placed: Arc::default(),
            decided: Arc::default(),
        }
    }

    /// The same with a way to send what is decided.
    pub fn delivering(self, desk: &Desk, delivery: Arc<dyn Delivery>) -> Self {
        let push = Push::new(desk.clone(), delivery);
        Self {
            push: Some(Arc::new(push)),
            ..self
        }
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
        self.decide.tick(now).await?;
        let sent = match &self.push {
            Some(push) => push.tick().await?.sent,
            None => 0,
        };
        self.health.tick(now).await?;
        self.sweep.tick(now).await?;
        Ok(Report { poll, placed, sent })
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
        if self.group.tick(now).await? > 0 {
            self.placed.notify_one();
        }
        Ok(self.clock.now() + self.poll_ms_min)
    }

    async fn decide_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        if self.decide.tick(now).await?.sent > 0 {
            self.decided.notify_one();
        }
        let now = self.clock.now();
        let due = self.store.next_decision().await?.unwrap_or(i64::MAX);
        Ok(due.clamp(now + REST_MS_MIN, now + DECIDE_REST_MS_MAX))
    }

    async fn push_turn(&self) -> anyhow::Result<Millis> {
        let Some(push) = &self.push else {
            return Ok(self.clock.now() + DAY);
        };
        push.tick().await?;
        let now = self.clock.now();
        let due = self.store.next_try().await?.unwrap_or(i64::MAX);
        Ok(due.clamp(now + REST_MS_MIN, now + PUSH_REST_MS_MAX))
    }

    async fn health_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        self.health.tick(now).await
    }

    async fn sweep_turn(&self, now: Millis) -> anyhow::Result<Millis> {
        self.sweep.tick(now).await
    }
}
