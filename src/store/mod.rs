//! What is kept: every SQL statement of the program, one file a noun, behind one handle.
//!
//! No `sqlx` type stands in a signature outside. One writer task owns the writing connection and
//! serves small urgent writes first; readers are read-only. Each verb is one transaction.

mod actions;
mod afterwards;
mod articles;
mod asked;
mod audit;
mod changes;
mod check;
mod corrections;
mod deciding;
mod decisions;
mod decisions_read;
mod deeds;
mod erase;
mod health;
mod hunt;
mod import;
mod intake;
mod letters;
mod lock;
mod neighbours;
mod newsrooms;
mod notices;
mod nouns;
mod opening;
mod outbox;
mod overlay;
mod postbox;
mod postpone;
mod prepare;
mod privacy;
mod publishing;
mod pushing;
mod readings;
mod recognise;
mod refrains;
mod reports;
mod resting;
mod schema;
mod sightings;
mod sources;
mod statements;
mod stories;
mod subscriptions;
mod suggestions;
mod sweep;
#[cfg(test)]
mod test;
mod told;
mod undo;
mod values;
mod wanted;
mod writer;

pub use audit::Hand;
pub use changes::{UNDO_MS, Untold, audit_key};
pub use corrections::{
    Corrected, Correcting, StandingCorrection, TakenBack, Wish as CorrectionWish,
};
pub use decisions::Basis;
pub use decisions_read::{Decided, LetterAbout, Verdict};
pub use health::{HealthNotice, Turned, Watched};
pub use letters::LetterPlace;
pub use notices::{Dealt, NOTICE_BUTTONS_MAX, NewNotice, Notice, Whom};
pub use nouns::{
    Added, Begin, Claim, Claimed, Due, Edited, Held, Hunt, KeptAction, Known, Letterbox, Lookup,
    NewDigest, NewSource, NewSubscription, Noted, PlacedArticle, ReadingLine, ReadingToSave,
    Restored, Ruling, Saved, SeenBy, SentRow, Shown, Sighting, SourceEdit, StoryArticle,
    Subscribed, Undone, Unplaced, Unread, Wording,
};
pub use overlay::{Part, parts};
pub use privacy::{
    Stored, StoredAsked, StoredChange, StoredFollow, StoredSource, StoredSuggestion,
};
pub use publishing::Unpublished;
pub use reports::{NewReport, OpenReport, Reported, Waiting, What as ReportWhat};
pub use sources::SOURCES_PER_NEWSROOM_MAX;
pub use suggestions::{
    Deciding, Decision, NewSuggestion, SUGGESTIONS_A_DAY_MAX, Suggesting, Suggestion,
};

use crate::clock::Millis;
use crate::news::{
    ArticleId, Newsroom, NewsroomId, Source, SourceId, StoryId, source::NewsroomSource,
    story::Placed,
};
use crate::page::Action;
use crate::text::refrain::Refrains;
use crate::text::vector::Vector;
use futures_util::future::BoxFuture;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::collections::HashMap;
use std::sync::Arc;
use writer::Urgency;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened, is not a database, or is newer than this program: one clear line.
    #[error("{0}")]
    Unusable(String),
    #[error("store: {0}")]
    Failed(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A handle on the store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<opening::Inner>,
}

/// Opening and closing.
impl Store {
    /// Opens (creating and migrating) the store at `sqlite://PATH`.
    pub async fn open(database_url: &str) -> Result<Self> {
        opening::open(database_url).await
    }

    /// A store in a new temporary file that is deleted when the last handle is gone.
    pub async fn temporary() -> Result<Self> {
        opening::temporary().await
    }

    /// Finishes what is queued, closes readers, then the writer, and merges the WAL.
    pub async fn close(&self) -> Result<()> {
        self.inner.close().await
    }

    /// Takes the run lock beside the file; false when another process holds it. Held until the
    /// handle's last clone is dropped.
    pub fn try_run_lock(&self) -> Result<bool> {
        lock::try_take(&self.inner.path, &self.inner.run_lock)
    }

    /// Gives the run lock back, if this handle has it.
    pub fn give_back_run_lock(&self) {
        lock::give_back(&self.inner.run_lock);
    }

    /// True while some process holds the run lock.
    pub fn run_locked(&self) -> Result<bool> {
        lock::is_held(&self.inner.path, &self.inner.run_lock)
    }

    /// A small write for which somebody waits.
    async fn urgent<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.inner.writer.write(Urgency::Urgent, work).await
    }

    /// A write that lets urgent ones pass.
    async fn batch<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.inner.writer.write(Urgency::Batch, work).await
    }

    /// A reader in a transaction: all that it reads is of one moment.
    async fn reader(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.inner.readers.begin().await?)
    }
}

/// Newsrooms, servers, settings.
impl Store {
    /// The newsroom's id; it is made when there is none.
    pub async fn newsroom(&self, who: Newsroom, at: Millis) -> Result<NewsroomId> {
        let known = newsrooms::find(&mut *self.reader().await?, who).await?;
        match known {
            Some(id) => Ok(id),
            None => {
                self.urgent(move |c| Box::pin(newsrooms::ensure(c, who, at)))
                    .await
            }
        }
    }

    /// Remembers that Lede is in these servers now; those known but missing are marked as left at
    /// `at`.
    pub async fn servers_now(&self, servers: &[u64], at: Millis) -> Result<()> {
        let servers = servers.to_vec();
        self.urgent(move |c| Box::pin(newsrooms::servers_now(c, servers, at)))
            .await
    }

    /// From now on only these servers' newsrooms and the terminal's count as wanting a source
    /// (none = all newsrooms). Kept until it is said anew.
    pub async fn serve_only(&self, servers: &[u64]) -> Result<()> {
        let servers = servers.to_vec();
        self.urgent(move |c| Box::pin(sources::serve_only(c, servers)))
            .await
    }

    pub async fn server_joined(&self, server: u64, at: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(newsrooms::joined(c, server, at)))
            .await
    }

    pub async fn server_left(&self, server: u64, at: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(newsrooms::left(c, server, at)))
            .await
    }
}

/// Sources and their readings.
impl Store {
    /// Adds a source to a newsroom: the source, the audit line and the baseline reading in one
    /// transaction.
    pub async fn add_source(&self, source: NewSource) -> Result<Added> {
        let mut source = source;
        let known = self.source_by_url(&source.url).await?;
        // Whether its entries are known depends on which source it is.
        source.reading.source = known.map_or(SourceId(0), |known| known.id);
        let (mut sources, entries) =
            prepare::prepare(self, vec![source], |source| &source.reading).await?;
        let source = sources.pop().expect("the one that was prepared");
        self.urgent(move |c| Box::pin(sources::add(c, source, entries)))
            .await
    }

    /// Sources of a newsroom by name.
    pub async fn sources(&self, newsroom: NewsroomId) -> Result<Vec<NewsroomSource>> {
        sources::of_newsroom(&mut *self.reader().await?, newsroom).await
    }

    /// What a source was called that the newsroom removed; none once that is forgotten.
    pub async fn removed_source_name(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
    ) -> Result<Option<String>> {
        sources::removed_name(&mut *self.reader().await?, newsroom, source).await
    }

    pub async fn source_by_url(&self, url: &str) -> Result<Option<Source>> {
        sources::by_url(&mut *self.reader().await?, url).await
    }

    /// Sources due at `now` that at least one newsroom has, longest overdue first.
    pub async fn due(&self, now: Millis, limit: u32) -> Result<Vec<Source>> {
        sources::due(&mut *self.reader().await?, now, limit).await
    }

    pub async fn due_for(&self, newsroom: NewsroomId, now: Millis) -> Result<Vec<Source>> {
        sources::due_for(&mut *self.reader().await?, newsroom, now).await
    }

    /// The moment of the next due source, if any.
    pub async fn next_due(&self) -> Result<Option<Millis>> {
        sources::next_due(&mut *self.reader().await?).await
    }

    /// Hosts that asked to be left alone beyond `now`, and until when.
    pub async fn resting_hosts(&self, now: Millis) -> Result<Vec<(String, Millis)>> {
        values::resting_hosts(&mut *self.reader().await?, now).await
    }

    pub async fn set_host_next(&self, host: &str, at: Millis) -> Result<()> {
        let host = host.to_owned();
        self.urgent(move |c| Box::pin(values::set_host_next(c, host, at)))
            .await
    }

    /// The last readings of a source, newest first.
    pub async fn readings(&self, source: SourceId, limit: u32) -> Result<Vec<ReadingLine>> {
        readings::lines(&mut *self.reader().await?, source, limit).await
    }

    /// When a source of this newsroom was last read well.
    pub async fn last_read(&self, newsroom: NewsroomId) -> Result<Option<Millis>> {
        sources::last_read(&mut *self.reader().await?, newsroom).await
    }
}

/// Articles.
impl Store {
    /// Saves readings in one transaction: same articles are recognised, edited ones revised.
    pub async fn save_readings(&self, readings: Vec<ReadingToSave>) -> Result<Vec<Saved>> {
        let (readings, entries) = prepare::prepare(self, readings, |save| &save.reading).await?;
        self.batch(move |c| Box::pin(readings::save(c, readings, entries)))
            .await
    }

    /// The newest articles that the newsroom may see and that match, newest first.
    pub async fn hunt(&self, hunt: &Hunt<'_>) -> Result<Vec<Sighting>> {
        let mut reader = self.reader().await?;
        let ids = hunt::newest(&mut reader, hunt).await?;
        sightings::load(&mut reader, hunt.newsroom, &ids).await
    }

    /// The same, their ids alone.
    pub async fn hunt_ids(&self, hunt: &Hunt<'_>) -> Result<Vec<ArticleId>> {
        hunt::newest(&mut *self.reader().await?, hunt).await
    }

    /// The newest visible article with this link.
    pub async fn by_link(&self, newsroom: NewsroomId, link: &str) -> Result<Option<Sighting>> {
        let mut reader = self.reader().await?;
        let ids = articles::by_link(&mut reader, link).await?;
        Ok(sightings::load(&mut reader, newsroom, &ids)
            .await?
            .into_iter()
            .next())
    }

    /// The story of the newest visible article with this link, also where moderators hid it; an
    /// article that waits for its place is a story of its own.
    pub async fn story_of_link(&self, newsroom: NewsroomId, link: &str) -> Result<Option<StoryId>> {
        let mut reader = self.reader().await?;
        let ids = articles::by_link(&mut reader, link).await?;
        let overlay = overlay::of(&mut reader, newsroom).await?;
        let found = sightings::load_all(&mut reader, newsroom, overlay.as_ref(), &ids).await?;
        let found = found.first();
        Ok(found.map(|one| one.story.unwrap_or(StoryId(one.article.id.0))))
    }

    /// Those of the articles that the newsroom sees, in the order of `ids`.
    pub async fn by_article(
        &self,
        newsroom: NewsroomId,
        ids: &[ArticleId],
    ) -> Result<Vec<Sighting>> {
        sightings::load(&mut *self.reader().await?, newsroom, ids).await
    }

    /// Term vectors of articles, in the order of `ids`; missing ones are left out.
    pub async fn vectors(&self, ids: &[ArticleId]) -> Result<Vec<(ArticleId, Vector)>> {
        articles::vectors(&mut *self.reader().await?, ids).await
    }

    /// The sentences that sources set under all their articles; sources without any are left out.
    pub async fn refrains(&self, sources: &[SourceId]) -> Result<HashMap<SourceId, Refrains>> {
        refrains::known(&mut *self.reader().await?, sources.iter().copied()).await
    }

    /// Term vectors of the newest articles of all, those from `from` on, newest first.
    pub async fn newest_vectors(&self, from: ArticleId, limit: u32) -> Result<Vec<Vector>> {
        articles::newest_vectors(&mut *self.reader().await?, from, limit).await
    }

    /// How many articles are stored.
    pub async fn count_articles(&self) -> Result<u64> {
        articles::count(&mut *self.reader().await?).await
    }
}

/// Stories.
impl Store {
    /// For each of the stories that there is: its living id in the newsroom, that of the elder one
    /// after a merge.
    pub async fn living(
        &self,
        newsroom: NewsroomId,
        stories: &[StoryId],
    ) -> Result<HashMap<StoryId, StoryId>> {
        stories::living(&mut *self.reader().await?, newsroom, stories).await
    }

    /// Every visible article of these stories (aliases followed), oldest first within a story.
    /// A story comes once, under its living id, in the order of first asking; what the newsroom
    /// sees nothing of, or hid, is left out.
    pub async fn view(
        &self,
        newsroom: NewsroomId,
        stories: &[StoryId],
    ) -> Result<Vec<(StoryId, Vec<Sighting>)>> {
        stories::view(&mut *self.reader().await?, newsroom, stories).await
    }

    /// The same of one story, also where moderators hid it.
    pub async fn view_all(
        &self,
        newsroom: NewsroomId,
        story: StoryId,
    ) -> Result<Option<(StoryId, Vec<Sighting>)>> {
        stories::view_all(&mut *self.reader().await?, newsroom, story).await
    }

    /// Outlets and texts by which sources that are muted but counted report these living stories.
    pub async fn counted(
        &self,
        newsroom: NewsroomId,
        stories: &[StoryId],
    ) -> Result<Vec<(StoryId, String, ArticleId)>> {
        stories::counted(&mut *self.reader().await?, newsroom, stories).await
    }

    /// Articles not yet placed, in the order of saving.
    pub async fn unplaced(&self, limit: u32) -> Result<Vec<Unplaced>> {
        stories::unplaced(&mut *self.reader().await?, limit).await
    }

    /// After which place in the order of placing the newest `articles` come.
    pub async fn last_before(&self, articles: u32) -> Result<i64> {
        stories::last_before(&mut *self.reader().await?, articles).await
    }

    /// The first `limit` articles placed after that place, in the order of placing.
    pub async fn placed(&self, after: i64, limit: u32) -> Result<Vec<PlacedArticle>> {
        stories::placed(&mut *self.reader().await?, after, limit).await
    }

    /// Saves placements, moves and merges in their order, in one transaction.
    pub async fn place(&self, placements: Vec<(ArticleId, Placed)>, at: Millis) -> Result<()> {
        self.batch(move |c| Box::pin(stories::place(c, placements, at)))
            .await
    }
}

/// Actions and what was shown.
impl Store {
    /// Keeps actions for 7 days and returns their keys (26 characters each, URL-safe).
    pub async fn keep(
        &self,
        newsroom: NewsroomId,
        actions: Vec<Action>,
        at: Millis,
    ) -> Result<Vec<String>> {
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        self.urgent(move |c| Box::pin(actions::keep(c, newsroom, actions, at)))
            .await
    }

    pub async fn kept(&self, key: &str, now: Millis) -> Result<Lookup> {
        actions::kept(&mut *self.reader().await?, key, now).await
    }

    /// Whether a one-time action was used.
    pub async fn is_used(&self, key: &str) -> Result<bool> {
        actions::is_used(&mut *self.reader().await?, key).await
    }

    /// Marks a one-time action as used; false when it was used before (a double press).
    pub async fn use_once(&self, key: &str, at: Millis) -> Result<bool> {
        let key = key.to_owned();
        self.urgent(move |c| Box::pin(actions::use_once(c, key, at)))
            .await
    }

    /// The link of the message in which the same request was shown in this channel since `since`.
    pub async fn shown(
        &self,
        channel: u64,
        request: &str,
        since: Millis,
    ) -> Result<Option<String>> {
        actions::shown(&mut *self.reader().await?, channel, request, since).await
    }

    pub async fn set_shown(
        &self,
        channel: u64,
        request: &str,
        link: &str,
        at: Millis,
    ) -> Result<()> {
        let (request, link) = (request.to_owned(), link.to_owned());
        self.urgent(move |c| Box::pin(actions::set_shown(c, channel, request, link, at)))
            .await
    }
}

/// Keeping house.
impl Store {
    /// Retention in small steps; true when there is more to do.
    pub async fn sweep(&self, now: Millis, text_days: u32) -> Result<bool> {
        self.batch(move |c| Box::pin(sweep::step(c, now, text_days)))
            .await
    }

    /// A value of the whole program (not of a newsroom): registration hash, installation id.
    pub async fn program_value(&self, name: &'static str) -> Result<Option<String>> {
        values::program_value(&mut *self.reader().await?, name).await
    }

    pub async fn set_program_value(&self, name: &'static str, value: &str) -> Result<()> {
        let value = value.to_owned();
        self.urgent(move |c| Box::pin(values::set_program_value(c, name, value)))
            .await
    }
}
