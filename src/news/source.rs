//! Sources: feeds that newsrooms read, and how they are doing.

use crate::clock::Millis;
use crate::news::habits::Habits;
use crate::news::reading::ReadingError;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub i64);

/// A feed, read once for all newsrooms that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub id: SourceId,
    /// Address of the feed, as read.
    pub url: String,
    /// The feed's own title, trimmed.
    pub title: String,
    /// Address of the site that the feed belongs to.
    pub site: Option<String>,
    pub language: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// When it is due again.
    pub next_at: Millis,
    pub interval_ms: Millis,
    pub habits: Habits,
    pub state: SourceState,
}

/// How a source has been doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceState {
    /// Last time that the source answered well (also "unchanged").
    pub good_at: Option<Millis>,
    pub tried_at: Option<Millis>,
    /// Failures in a row.
    pub failures: u32,
    pub failing_since: Option<Millis>,
    pub error: Option<ReadingError>,
}

/// A source as one newsroom has it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewsroomSource {
    pub source: Source,
    /// The moderator's name for it, else the feed's title, else its host.
    pub name: String,
    pub folder: Option<String>,
    pub weight: Weight,
    pub added_at: Millis,
    /// Articles of the last seven days.
    pub articles_week: u32,
    /// Time of its newest article; none = it has none.
    pub newest: Option<Millis>,
    /// Where its feed has moved, while too few readings agree on it to take the address.
    pub moving_to: Option<String>,
}

/// How much a newsroom thinks of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Weight {
    /// Left out of everything.
    Muted,
    /// Never shown, but counted among the outlets that report a story.
    Counted,
    Less,
    #[default]
    Normal,
    More,
}

impl Weight {
    /// The heaviest first.
    pub const ALL: [Weight; 5] = [
        Weight::More,
        Weight::Normal,
        Weight::Less,
        Weight::Counted,
        Weight::Muted,
    ];

    /// Whether its articles are shown: those of others never lead a story, are quoted or listed.
    pub fn is_heard(self) -> bool {
        !matches!(self, Weight::Muted | Weight::Counted)
    }

    /// As typed and exported: "more".
    pub fn word(self) -> &'static str {
        match self {
            Weight::Muted => "muted",
            Weight::Counted => "counted",
            Weight::Less => "less",
            Weight::Normal => "normal",
            Weight::More => "more",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        Weight::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Factor on an article's rank.
    pub fn factor(self) -> f32 {
        match self {
            Weight::Muted | Weight::Counted => 0.0,
            Weight::Less => 0.6,
            Weight::Normal => 1.0,
            Weight::More => 1.5,
        }
    }
}
