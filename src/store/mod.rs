//! What is kept: every SQL statement of the program, one file a noun, behind one handle.
//!
//! No `sqlx` type stands in a signature outside. One writer task owns the writing connection and
//! serves small urgent writes first; readers are read-only. Each verb is one transaction.

mod postpone;

use crate::clock::Millis;
use crate::news::{
    Article, ArticleId, Newsroom, NewsroomId, Reading, Source, SourceId, StoryId,
    source::{NewsroomSource, Weight},
    story::{Neighbour, Placed},
};
use crate::page::Action;
use crate::text::vector::Vector;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened, is not a database, or is newer than this program: one clear line.
    #[error("{0}")]
    Unusable(String),
    #[error("store: {0}")]
    Failed(String),
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A handle on the store. Cheap to clone.
#[derive(Clone)]
pub struct Store {}

/// A source to be added, with the reading that its report was made from (its baseline).
pub struct NewSource {
    pub newsroom: NewsroomId,
    pub url: String,
    /// The moderator's name for it.
    pub name: Option<String>,
    pub folder: Option<String>,
    /// Who adds it (Discord's id; 0 = the host), for the audit.
    pub by: u64,
    pub reading: Reading,
    pub at: Millis,
    pub next_at: Millis,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Added {
    New(SourceId),
    AlreadyThere(SourceId),
    /// The newsroom has as many as it may have.
    Full {
        max: u32,
    },
}

/// A reading and what follows from it for the source's next turn (decided by `news::source`).
pub struct ReadingToSave {
    pub reading: Reading,
    pub next_at: Millis,
    pub interval_ms: Millis,
}

/// What saving a reading changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    pub new: u32,
    pub edited: u32,
    pub unchanged: u32,
}

/// Which articles an answer may be made from.
#[derive(Clone, Debug)]
pub struct Hunt<'a> {
    pub newsroom: NewsroomId,
    /// None = every article (top stories, headlines of a source).
    pub topic: Option<&'a crate::news::Topic>,
    pub source: Option<SourceId>,
    /// Ids in `from..until`.
    pub from: ArticleId,
    pub until: ArticleId,
    /// At most so many, the newest first.
    pub newest: u32,
}

/// An article as one newsroom sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    pub article: Article,
    pub story: Option<StoryId>,
    /// Name of the outlet as this newsroom calls it: the moderator's, else the feed's title.
    pub outlet_name: String,
    /// The visible source that carries it (with the greatest weight).
    pub source: SourceId,
    pub weight: Weight,
    /// Articles with near-equal text share this number (the first one's id).
    pub same_text: ArticleId,
    /// When the first of the newsroom's sources carried it.
    pub seen: Millis,
}

/// What was asked for by a button, and by whom it may be used.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptAction {
    pub action: Action,
    pub newsroom: NewsroomId,
    pub kept_at: Millis,
}

/// Result of looking up a button's key.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    Live(KeptAction),
    /// Older than 7 days: only the request is left, for Refresh.
    Expired(KeptAction),
    Unknown,
}

/// An article waiting to be placed.
#[derive(Clone, Debug)]
pub struct Unplaced {
    pub id: ArticleId,
    pub at: Millis,
    pub outlet: String,
    pub vector: Vector,
}

/// A placed article as the window loads it.
#[derive(Clone, Debug)]
pub struct PlacedArticle {
    pub article: Unplaced,
    pub story: StoryId,
    pub neighbours: Vec<Neighbour>,
    pub same_text: ArticleId,
}

#[allow(unused_variables, clippy::unused_async)]
impl Store {
    /// Opens (creating and migrating) the store at `sqlite://PATH`.
    pub async fn open(database_url: &str) -> Result<Self> {
        todo!()
    }
    /// A store in a new temporary file that is deleted when the last handle is gone.
    pub async fn temporary() -> Result<Self> {
        todo!()
    }
    /// Finishes what is queued, closes readers, then the writer, and merges the WAL.
    pub async fn close(&self) -> Result<()> {
        todo!()
    }
    /// Takes the run lock beside the file; false when another process holds it. Held until the handle's last clone is dropped.
    pub fn try_run_lock(&self) -> Result<bool> {
        todo!()
    }
    /// True while some process holds the run lock.
    pub fn run_locked(&self) -> Result<bool> {
        todo!()
    }

    // newsrooms and servers
    pub async fn newsroom(&self, who: Newsroom, at: Millis) -> Result<NewsroomId> {
        todo!()
    }
    /// Remembers that Lede is in these servers now; those known but missing are marked as left at `at`.
    pub async fn servers_now(&self, servers: &[u64], at: Millis) -> Result<()> {
        todo!()
    }
    pub async fn server_joined(&self, server: u64, at: Millis) -> Result<()> {
        todo!()
    }
    pub async fn server_left(&self, server: u64, at: Millis) -> Result<()> {
        todo!()
    }
    pub async fn setting(
        &self,
        newsroom: NewsroomId,
        name: &'static str,
    ) -> Result<Option<String>> {
        todo!()
    }
    pub async fn set_setting(
        &self,
        newsroom: NewsroomId,
        name: &'static str,
        value: Option<String>,
        by: u64,
        at: Millis,
    ) -> Result<()> {
        todo!()
    }

    // sources
    pub async fn add_source(&self, source: NewSource) -> Result<Added> {
        todo!()
    }
    pub async fn remove_source(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
        by: u64,
        at: Millis,
    ) -> Result<bool> {
        todo!()
    }
    pub async fn restore_source(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
        by: u64,
        at: Millis,
    ) -> Result<bool> {
        todo!()
    }
    /// Sources of a newsroom by name.
    pub async fn sources(&self, newsroom: NewsroomId) -> Result<Vec<NewsroomSource>> {
        todo!()
    }
    pub async fn source_by_url(&self, url: &str) -> Result<Option<Source>> {
        todo!()
    }
    /// Sources due at `now` that at least one newsroom has, longest overdue first.
    pub async fn due(&self, now: Millis, limit: u32) -> Result<Vec<Source>> {
        todo!()
    }
    pub async fn due_for(&self, newsroom: NewsroomId, now: Millis) -> Result<Vec<Source>> {
        todo!()
    }
    /// The moment of the next due source, if any.
    pub async fn next_due(&self) -> Result<Option<Millis>> {
        todo!()
    }
    /// Hosts' earliest next request, kept across restarts.
    pub async fn host_next(&self, host: &str) -> Result<Option<Millis>> {
        todo!()
    }
    pub async fn set_host_next(&self, host: &str, at: Millis) -> Result<()> {
        todo!()
    }
    /// The last readings of a source, newest first.
    pub async fn readings(&self, source: SourceId, limit: u32) -> Result<Vec<ReadingLine>> {
        todo!()
    }
    /// When a source of this newsroom was last read well.
    pub async fn last_read(&self, newsroom: NewsroomId) -> Result<Option<Millis>> {
        todo!()
    }

    // articles
    /// Saves readings in one transaction: same articles are recognised, edited ones revised.
    pub async fn save_readings(&self, readings: Vec<ReadingToSave>) -> Result<Vec<Saved>> {
        todo!()
    }
    /// The newest articles that the newsroom may see and that match.
    pub async fn hunt(&self, hunt: &Hunt<'_>) -> Result<Vec<Sighting>> {
        todo!()
    }
    pub async fn by_link(&self, newsroom: NewsroomId, link: &str) -> Result<Option<Sighting>> {
        todo!()
    }
    pub async fn by_article(
        &self,
        newsroom: NewsroomId,
        ids: &[ArticleId],
    ) -> Result<Vec<Sighting>> {
        todo!()
    }
    /// Term vectors of articles, in the order of `ids`; missing ones are left out.
    pub async fn vectors(&self, ids: &[ArticleId]) -> Result<Vec<(ArticleId, Vector)>> {
        todo!()
    }
    /// How many stored articles hold each term at most `newest` back, and of how many: (n, df).
    pub async fn count_articles(&self) -> Result<u64> {
        todo!()
    }

    // stories
    /// Every visible article of these stories (aliases followed), oldest first within a story.
    pub async fn view(
        &self,
        newsroom: NewsroomId,
        stories: &[StoryId],
    ) -> Result<Vec<(StoryId, Vec<Sighting>)>> {
        todo!()
    }
    /// Articles not yet placed, in the order of saving.
    pub async fn unplaced(&self, limit: u32) -> Result<Vec<Unplaced>> {
        todo!()
    }
    /// The last `limit` placed articles, in the order of placing.
    pub async fn placed(&self, limit: u32) -> Result<Vec<PlacedArticle>> {
        todo!()
    }
    /// Saves placements, moves and merges in their order, in one transaction.
    pub async fn place(&self, placements: Vec<(ArticleId, Placed)>, at: Millis) -> Result<()> {
        todo!()
    }

    // actions
    /// Keeps actions for 7 days and returns their keys (at most 40 characters each, URL-safe).
    pub async fn keep(
        &self,
        newsroom: NewsroomId,
        actions: Vec<Action>,
        at: Millis,
    ) -> Result<Vec<String>> {
        todo!()
    }
    pub async fn kept(&self, key: &str, now: Millis) -> Result<Lookup> {
        todo!()
    }
    /// Marks a one-time action as used; false when it was used before (a double press).
    pub async fn use_once(&self, key: &str, at: Millis) -> Result<bool> {
        todo!()
    }
    /// The link of the message in which the same request was shown in this channel since `since`.
    pub async fn shown(
        &self,
        channel: u64,
        request: &str,
        since: Millis,
    ) -> Result<Option<String>> {
        todo!()
    }
    pub async fn set_shown(
        &self,
        channel: u64,
        request: &str,
        link: &str,
        at: Millis,
    ) -> Result<()> {
        todo!()
    }

    // keeping house
    /// Retention in small steps; true when there is more to do.
    pub async fn sweep(&self, now: Millis, text_days: u32) -> Result<bool> {
        todo!()
    }
    /// A value of the whole program (not of a newsroom): registration hash, installation id.
    pub async fn program_value(&self, name: &'static str) -> Result<Option<String>> {
        todo!()
    }
    pub async fn set_program_value(&self, name: &'static str, value: &str) -> Result<()> {
        todo!()
    }
}

/// A line of the reading log.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingLine {
    pub at: Millis,
    pub error: Option<crate::news::ReadingError>,
    pub entries: u32,
    pub new: u32,
}
