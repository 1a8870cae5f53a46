//! Subscriptions and follows: what is wished, when, and where it goes.

use crate::clock::Millis;
use crate::news::source::NewsroomSource;
use crate::news::zone::{Quiet, TimeOfDay, When};
use crate::news::{NewsroomId, SourceId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubscriptionId(pub i64);

/// The store's number of a place where messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DestinationId(pub i64);

/// Subscriptions that a server's or a person's newsroom may have.
pub const SUBSCRIPTIONS_PER_NEWSROOM_MAX: u32 = 100;
/// Outlets that can be waited for.
pub const WAIT_FOR_MAX: u8 = 5;
/// Messages a day that can be chosen at most.
pub const PER_DAY_MAX: u32 = 200;
/// Mentions of a role a day.
pub const PINGS_PER_DAY_MAX: u32 = 3;
/// From so many sources on, a topic waits for two outlets by itself.
const SOURCES_MANY: usize = 10;

/// Where Lede sends without being asked at that moment. The numbers are Discord's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Destination {
    Channel(u64),
    /// By direct message.
    Person(u64),
    Terminal,
}

/// What kind of place a destination is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    #[default]
    Text,
    Announcement,
    Thread,
    /// A post a story.
    Forum,
    Direct,
    Terminal,
}

/// A destination as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub destination: Destination,
    pub form: Form,
    /// Its name when it was last seen; empty where none is known.
    pub name: String,
    /// Whether Lede may read what was posted there.
    pub readable: bool,
}

/// What is subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// A topic: its key, and as it was typed (for titles).
    Topic {
        key: String,
        shown: String,
    },
    /// Each new article of a source.
    Source(SourceId),
    /// Each new article of the sources in a folder.
    Folder(String),
    Everything,
}

/// How it is wished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub when: When,
    /// Outlets that must have a story, 1 to [`WAIT_FOR_MAX`].
    pub wait_for: u8,
    /// Messages a day at most; what is more comes in a digest.
    pub per_day: u32,
    pub quiet: Option<Quiet>,
    /// The role that a push mentions (Discord's id).
    pub mention: Option<u64>,
    /// Publishes messages of an announcement channel to the channels that follow it.
    pub crosspost: bool,
    /// Tags of forum posts (Discord's ids).
    pub tags: Vec<u64>,
}

/// Why a subscription sleeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pause {
    /// Somebody wished so (Discord's id; 0 = the host).
    ByHand { by: u64, at: Millis },
    /// Its destination takes no messages (why: `news::push::Lost` of the destination).
    Lost { at: Millis },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub newsroom: NewsroomId,
    pub destination: DestinationId,
    pub place: Place,
    pub what: What,
    pub wish: Wish,
    /// Discord's id of the person; 0 = the host.
    pub made_by: u64,
    pub made_at: Millis,
    pub paused: Option<Pause>,
    /// When its next digest is due.
    pub digest_at: Option<Millis>,
}

impl What {
    /// Whether articles are wanted and not stories of a topic.
    pub fn is_each_article(&self) -> bool {
        matches!(self, What::Source(_) | What::Folder(_))
    }

    /// Why nothing of it can come, by the sources of its newsroom; none where something may, and for
    /// what is wished of all sources.
    pub fn unheard(&self, sources: &[NewsroomSource]) -> Option<Unheard> {
        let mut of_it = (sources.iter())
            .filter(|one| match self {
                What::Source(id) => one.source.id == *id,
                What::Folder(folder) => one.folder.as_ref() == Some(folder),
                What::Topic { .. } | What::Everything => true,
            })
            .peekable();
        match self {
            What::Topic { .. } | What::Everything => None,
            _ if of_it.peek().is_none() => Some(Unheard::Removed),
            _ if of_it.any(|one| one.weight.is_heard()) => None,
            _ => Some(Unheard::Muted),
        }
    }
}

/// Why nothing of a source or folder can come, whatever it publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// The newsroom has it no more.
    Removed,
    Muted,
}

impl Destination {
    pub fn is_direct(self) -> bool {
        matches!(self, Destination::Person(_))
    }
}

impl Wish {
    /// What is wished of a channel unless somebody says otherwise. `sources`: of the newsroom.
    pub fn of_channel(what: &What, sources: usize, mention: Option<u64>) -> Self {
        let topic = matches!(what, What::Topic { .. });
        let when = match what {
            What::Everything => When::Daily(TimeOfDay::MORNING),
            _ => When::Breaking,
        };
        let many = topic && sources >= SOURCES_MANY;
        Self {
            when,
            wait_for: if mention.is_some() || many { 2 } else { 1 },
            per_day: if what.is_each_article() { 20 } else { 8 },
            quiet: mention.map(|_| Quiet::NIGHT),
            mention,
            crosspost: false,
            tags: Vec::new(),
        }
    }

    /// What a person who follows something gets unless they say otherwise.
    pub fn of_person() -> Self {
        Self {
            when: When::Daily(TimeOfDay::MORNING),
            wait_for: 1,
            per_day: 10,
            quiet: Some(Quiet::NIGHT),
            mention: None,
            crosspost: false,
            tags: Vec::new(),
        }
    }
}
