//! Stand-ins until the jobs are here.

use crate::clock::{Clock, Millis};
use crate::config::Settings;
use crate::desk::Desk;
use crate::news::{ReadingError, SourceId};
use std::future::Future;
use std::sync::Arc;

pub struct Jobs {
    pub poll: Arc<Poll>,
    pub group: Arc<Group>,
}
pub struct Poll;
pub struct Group;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PollReport {
    pub sources: Vec<SourceReport>,
    pub postponed: u32,
}
impl PollReport {
    pub fn new_articles(&self) -> u32 {
        self.sources.iter().map(|source| source.new).sum()
    }
}
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReport {
    pub source: SourceId,
    pub name: String,
    pub url: String,
    pub error: Option<ReadingError>,
    pub unchanged: bool,
    pub entries: u32,
    pub new: u32,
    pub edited: u32,
    pub took_ms: u64,
}
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub poll: PollReport,
    pub placed: u32,
}
pub type Progress<'a> = &'a (dyn Fn(&SourceReport) + Send + Sync);
impl Poll {
    pub async fn tick_with(
        &self,
        _now: Millis,
        _progress: Progress<'_>,
    ) -> anyhow::Result<PollReport> {
        Ok(PollReport::default())
    }
}
impl Group {
    pub async fn tick(&self, _now: Millis) -> anyhow::Result<u32> {
        Ok(0)
    }
}
impl Jobs {
    pub fn of(_desk: &Desk) -> Self {
        Self {
            poll: Arc::new(Poll),
            group: Arc::new(Group),
        }
    }
    pub async fn tick_all(&self, _now: Millis) -> anyhow::Result<Report> {
        Ok(Report::default())
    }
    pub async fn run(&self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        stop.await;
        Ok(())
    }
}
pub async fn open_sample(_settings: Arc<Settings>, _clock: Clock) -> anyhow::Result<(Desk, Jobs)> {
    anyhow::bail!("the sample edition is not here yet")
}
