//! Entries and articles: an item as a feed gave it, and the cleaned one that is kept.

use crate::clock::Millis;
use crate::news::source::SourceId;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970 of the earlier of publication and sighting, shifted left by
/// [`ARTICLE_SEQUENCE_BITS`], plus a sequence number: ids follow time, so a period is an id range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArticleId(pub i64);

pub const ARTICLE_SEQUENCE_BITS: u32 = 20;

impl ArticleId {
    /// The smallest id that an article of the moment `at` or later can have.
    pub fn first_at(at: Millis) -> Self {
        Self(at.clamp(0, i64::MAX >> ARTICLE_SEQUENCE_BITS) << ARTICLE_SEQUENCE_BITS)
    }

    /// The moment that the id encodes (Unix milliseconds).
    pub fn at(self) -> Millis {
        self.0 >> ARTICLE_SEQUENCE_BITS
    }
}

/// A parsed item, its texts plain (no markup, no control characters), not yet trusted or stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// As the feed wrote it.
    pub guid: Option<String>,
    /// Absolute, http or https, canonical (see `news::link`).
    pub link: Option<String>,
    pub title: String,
    /// Paragraphs divided by `\n`; the longest text that the item gives.
    pub text: String,
    pub published: Option<Millis>,
    pub updated: Option<Millis>,
    pub author: Option<String>,
    /// Address of the lead image: absolute, http or https.
    pub image: Option<String>,
    /// Two-letter language of the entry or its feed, lower case.
    pub language: Option<String>,
}

/// A stored article at its newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub id: ArticleId,
    /// Counts from 1; an edit makes a new one. Quotes cite a revision.
    pub revision: i64,
    /// The source in which it was seen first.
    pub source: SourceId,
    /// Registrable domain of its link (see `news::outlet`).
    pub outlet: String,
    pub link: Option<String>,
    pub title: String,
    /// Empty once the text has been swept away by retention.
    pub text: String,
    pub language: Option<String>,
    pub published: Option<Millis>,
    pub seen: Millis,
    pub image: Option<String>,
}

impl Article {
    /// When it counts as published: never later than seen.
    pub fn at(&self) -> Millis {
        self.id.at()
    }
}
