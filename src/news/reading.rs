//! Readings: what one fetch of a source brought, or why it brought nothing.

use crate::clock::Millis;
use crate::news::article::Entry;
use crate::news::habits::Skip;
use crate::news::source::SourceId;
use serde::{Deserialize, Serialize};

/// A feed document, decoded and parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub title: String,
    /// Address of the site.
    pub link: Option<String>,
    pub language: Option<String>,
    /// Minutes that the feed asks to be left alone.
    pub ttl_minutes: Option<u32>,
    /// When it asks not to be read.
    #[serde(default, skip_serializing_if = "Skip::is_none")]
    pub skip: Skip,
    pub entries: Vec<Entry>,
    /// What had to be mended before it could be read, for `/sources test`.
    pub repaired: bool,
}

/// One fetch of one source, as saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub source: SourceId,
    pub at: Millis,
    pub outcome: Outcome,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Where a permanent redirect led, when there was one.
    pub moved_to: Option<String>,
    /// Bytes of the decoded body.
    pub bytes: u64,
    /// How long the server asks to be left alone (Cache-Control, Retry-After), capped at a day.
    pub wait_ms: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server said that nothing changed (304).
    Unchanged,
    Read(Box<Feed>),
    Failed(ReadingError),
}

/// Why a reading brought nothing. The words that people see are in `page::health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReadingError {
    #[error("address not allowed: {0}")]
    Address(AddressError),
    #[error("no such host")]
    NoSuchHost,
    #[error("cannot connect")]
    NoConnection,
    /// No secure connection; the cause as a clause.
    #[error("TLS: {0}")]
    Tls(String),
    #[error("timed out")]
    TimedOut,
    #[error("connection broke off")]
    BrokeOff,
    #[error("not HTTP")]
    NotHttp,
    #[error("header too large")]
    HeaderTooLarge,
    #[error("more than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("content coding cannot be decoded")]
    BadCoding,
    #[error("redirects without end or without a place to go")]
    Redirects,
    #[error("status {0}: blocked")]
    Blocked(u16),
    #[error("status 404")]
    NotFound,
    #[error("status 410")]
    Gone,
    #[error("status {status}: busy")]
    Busy {
        status: u16,
        retry_after_ms: Option<Millis>,
    },
    /// Not asked, because its host asked to be left alone.
    #[error("left alone as asked")]
    Resting { until: Millis },
    /// Not asked, because the site's robots.txt forbids it.
    #[error("forbidden by robots.txt")]
    Robots,
    #[error("status {0}")]
    Status(u16),
    #[error("not a feed: {0}")]
    NotAFeed(NotAFeed),
}

/// Why an address may not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AddressError {
    #[error("not an address")]
    Malformed,
    #[error("only http and https")]
    Scheme,
    #[error("port not allowed")]
    Port,
    #[error("private or reserved")]
    Private,
}

/// What was found in place of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NotAFeed {
    #[error("empty")]
    Empty,
    #[error("a web page")]
    Page,
    #[error("binary")]
    Binary,
    #[error("damaged beyond repair")]
    Damaged,
    #[error("something else")]
    Other,
}
