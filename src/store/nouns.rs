//! What the store's verbs take and give, beside the nouns of `news`.

use crate::clock::Millis;
use crate::news::{
    Article, ArticleId, NewsroomId, Reading, ReadingError, SourceId, StoryId, Topic,
    source::Weight, story::Neighbour,
};
use crate::page::Action;
use crate::text::vector::Vector;

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

/// A source to be added before it is read.
#[derive(Clone, Debug)]
pub struct Unread {
    pub url: String,
    /// The moderator's name for it.
    pub name: Option<String>,
    pub folder: Option<String>,
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

/// What taking back the removal of a source came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    Done,
    /// It was not removed, or is there again.
    AlreadyThere,
    /// The newsroom has as many as it may have.
    Full {
        max: u32,
    },
    /// The newsroom never had it, or its removal is too long ago.
    Gone,
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
    pub topic: Option<&'a Topic>,
    /// Only what this source carries; muted sources answer only when named here.
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
    pub vector: Vector,
}

/// A placed article as the window loads it.
#[derive(Clone, Debug)]
pub struct PlacedArticle {
    /// Its place in the order of placing.
    pub sequence: i64,
    pub article: Unplaced,
    pub story: StoryId,
    pub neighbours: Vec<Neighbour>,
    pub same_text: ArticleId,
}

/// A line of the reading log: one reading, or several in a row that ended alike with nothing new.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingLine {
    /// The last of them.
    pub at: Millis,
    pub error: Option<ReadingError>,
    pub entries: u32,
    pub new: u32,
}
