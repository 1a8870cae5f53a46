//! What the store's verbs take and give, beside the nouns of `news`.

use crate::clock::Millis;
use crate::news::SubscriptionId;
use crate::news::push::{Cause, Decision, Grounds, Reason};
use crate::news::subscription::{DestinationId, Place, What, Wish};
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
    pub weight: Weight,
}

/// What a moderator wants otherwise about a source; none leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEdit {
    /// None inside = the feed's own title.
    pub name: Option<Option<String>>,
    /// None inside = no folder.
    pub folder: Option<Option<String>>,
    pub weight: Option<Weight>,
}

/// What editing a source came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The number of its line in the audit.
    Done(i64),
    /// It was so already.
    Same,
    /// The newsroom does not have it.
    Gone,
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    pub id: i64,
    pub at: Millis,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    /// What was done: source.add, source.edit, source.remove, source.restore, setting,
    /// subscription.add and so on; of what a person follows follow.add and so on.
    pub what: String,
    /// To what: an id, a setting's name.
    pub subject: String,
    /// As stored: of a source's edit JSON of [`Held`], of a setting its value.
    pub before: Option<String>,
    pub after: Option<String>,
    pub undone_at: Option<Millis>,
    /// What a source is called in the newsroom now.
    pub source: Option<String>,
    /// What a subscription is for, and what its channel was called when it was last seen.
    pub subscribed: Option<(What, String)>,
}

/// When the next digest of a subscription is due once a change of it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due(pub Option<Millis>);

/// What a newsroom's moderators say of a source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Held {
    pub name: Option<String>,
    pub folder: Option<String>,
    /// 1 = less, 2 = normal, 3 = more; stays while it is muted.
    pub weight: i64,
    pub muted: bool,
    /// Muted, but counted among the outlets of a story.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
}

/// What taking back a change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    Done(Box<Noted>),
    /// There is no such change in the newsroom.
    Unknown,
    /// It was taken back before.
    Before,
    /// Longer ago than [`super::UNDO_MS`].
    TooLate,
    /// What it changed was changed again since.
    ChangedSince,
    /// The newsroom has as many sources as it may have.
    Full {
        max: u32,
    },
    /// A change of this kind has no way back here.
    NoWay,
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
    /// Only what this source carries. Muted sources never answer.
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

/// A wish to be kept.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    pub newsroom: NewsroomId,
    pub place: Place,
    pub what: What,
    pub wish: Wish,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
    /// When its first digest is due.
    pub digest_at: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    New(SubscriptionId),
    /// The same goes there already.
    AlreadyThere(SubscriptionId),
    /// The newsroom has as many as it may have.
    Full {
        max: u32,
    },
}

/// A placed article and one of the newsrooms that see it, by one of their sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenBy {
    pub article: ArticleId,
    pub story: StoryId,
    pub newsroom: NewsroomId,
    pub source: SourceId,
    pub folder: Option<String>,
    /// The source is muted but counted: it wins nobody, but what others won may be enough now.
    pub counted: bool,
}

/// An article's words, for matching.
#[derive(Clone, Debug)]
pub struct Wording {
    pub article: ArticleId,
    pub title: String,
    pub text: String,
    pub language: Option<String>,
    pub vector: Vector,
}

/// An article of a story as one of the newsroom's sources carries it, without its words.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryArticle {
    pub story: StoryId,
    pub article: ArticleId,
    /// The store's number of the outlet.
    pub outlet: i64,
    pub same_text: ArticleId,
    /// When this source carried it first.
    pub seen: Millis,
    pub published: Option<Millis>,
    pub source: SourceId,
    /// The source's first saved reading since the newsroom has it; none = there is none yet.
    pub baseline: Option<Millis>,
    pub folder: Option<String>,
    /// The source's last reading before the sighting.
    pub read_before: Option<Millis>,
    /// Its source is muted but counted.
    pub counted: bool,
}

/// A decision as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub subscription: SubscriptionId,
    /// The living story.
    pub story: StoryId,
    pub sent: bool,
    pub held: bool,
    pub reason: Reason,
    pub grounds: Grounds,
    pub until: Option<Millis>,
}

/// A decision to be kept, and what its message would be drawn from.
#[derive(Clone, Debug)]
pub struct Ruling {
    pub subscription: SubscriptionId,
    pub destination: DestinationId,
    pub story: StoryId,
    pub decision: Decision,
    pub grounds: Grounds,
    pub cause: Cause,
    /// The outbox row of the digest that tells it; none = a push of its own.
    pub digest: Option<i64>,
}

/// A digest to be sent, or a turn of one that has nothing to say.
#[derive(Clone, Debug)]
pub struct NewDigest {
    pub subscription: SubscriptionId,
    pub destination: DestinationId,
    /// When it was due.
    pub due_at: Millis,
    /// When the next one is; none for a digest of what was held.
    pub next: Option<Millis>,
    /// False where nothing is sent this time.
    pub is_sent: bool,
    /// Stories in its order.
    pub stories: Vec<StoryId>,
    pub cause: Cause,
    pub decided: Vec<Ruling>,
}

/// An outbox row, as far as sending needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Letterbox {
    pub id: i64,
    pub destination: DestinationId,
    pub place: Place,
    pub subscription: Option<SubscriptionId>,
    pub newsroom: Option<NewsroomId>,
    /// 0 = push, 1 = digest, 2 = new facts, 3 = hello, 4 = notice.
    pub kind: i64,
    /// The living story.
    pub story: Option<StoryId>,
    pub part: i64,
    pub cause: Cause,
    pub due_at: Millis,
    pub made_at: Millis,
    /// Whether a try was begun whose end is not recorded.
    pub is_begun: bool,
    pub begun: Option<Begin>,
    pub next_try: Option<Millis>,
    /// Channel and message, once it stands there.
    pub standing: Option<(u64, u64)>,
    pub thread: Option<u64>,
    pub outlets: i64,
    /// Whether its subscription wants it published to the channels that follow this one.
    pub crosspost: bool,
}

/// What a claim froze, and the tries since.
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    pub body: String,
    pub nonce: String,
    pub first_try: Millis,
    pub last_try: Millis,
    pub tries: u32,
    /// Tries that may have posted it.
    pub open: u32,
}

/// A row to be begun, with all that its message tells.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: i64,
    pub body: String,
    pub nonce: String,
    pub outlets: i64,
    pub stories: Vec<StoryId>,
    /// Hashes of the sentences that it quotes.
    pub sentences: Vec<i64>,
    pub now: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    Begun,
    /// Told by another message, or no longer wanted.
    Gone,
}

/// What a message shows after it was changed.
#[derive(Clone, Debug)]
pub struct Shown {
    pub outlets: i64,
    /// Hashes of the sentences that it quotes.
    pub sentences: Vec<i64>,
}

/// Where a message came to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentRow {
    pub id: i64,
    /// Channel and message; none where somebody took it away at once.
    pub standing: Option<(u64, u64)>,
    /// Whether it is to be published to the channels that follow this one.
    pub publish: bool,
    pub at: Millis,
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
