//! From an address to entries: network in, untrusted bytes; plain, checked values out.

pub mod clean;
pub mod dates;
pub mod parse;

mod atom;
mod decode;
mod draft;
mod entity;
mod html;
mod json;
mod rss;
mod xml;
mod zones;

use crate::clock::Millis;
use crate::news::{Feed, Outcome, ReadingError};

/// What a fetcher may do, from the settings.
#[derive(Clone, Debug, Default)]
pub struct FetchSettings {
    /// Exact `host:port` pairs that may be fetched although they are not public.
    pub allow_private: Vec<String>,
    /// Contact address for the user agent.
    pub contact: Option<String>,
    /// Names that resolve to a socket of this machine in tests: host → address.
    pub resolve: Vec<(String, std::net::SocketAddr)>,
}

/// Fetches feeds and pages. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {}

/// A conditional request for a feed.
#[derive(Clone, Debug, Default)]
pub struct FeedRequest {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What came back for a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    pub outcome: Outcome,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Where permanent redirects alone led.
    pub moved_to: Option<String>,
    pub bytes: u64,
    pub wait_ms: Option<Millis>,
}

/// A feed that a page offers or that lies at a well-known place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub url: String,
    pub title: Option<String>,
}

/// What an address that a moderator gave turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The address itself is a feed; `url` after redirects.
    Feed {
        url: String,
        fetched: Box<Fetched>,
    },
    /// A page that offers feeds, the likeliest first, the first already read.
    Page {
        candidates: Vec<Candidate>,
        first: Option<(String, Box<Fetched>)>,
    },
    Nothing(ReadingError),
}

#[allow(unused_variables, clippy::unused_async)]
impl Fetcher {
    pub fn new(settings: &FetchSettings) -> anyhow::Result<Self> {
        todo!()
    }
    /// A fetcher without network, over the bundled sample edition opened at `opened`; it shows at any moment what `clock` allows.
    pub fn sample(clock: crate::clock::Clock, opened: Millis) -> Self {
        todo!()
    }
    /// Reads a feed; `now` dates Retry-After. Never fails: what went wrong is the outcome.
    pub async fn feed(&self, request: &FeedRequest, now: Millis) -> Fetched {
        todo!()
    }
    /// Finds the feed behind an address as a person gave it (scheme optional).
    pub async fn find(&self, address: &str, now: Millis) -> Found {
        todo!()
    }
}

/// Checks an address as given, without any look-up: scheme, port, literal addresses, private names.
pub fn check_address(
    address: &str,
    allow_private: &[String],
) -> Result<url::Url, crate::news::reading::AddressError> {
    let _ = (address, allow_private);
    todo!()
}

/// Bytes as they came from a server to a parsed feed: the whole way but the network.
pub fn read_bytes(
    bytes: &[u8],
    content_type: Option<&str>,
    base_url: &str,
) -> Result<Feed, ReadingError> {
    parse::read(bytes, content_type, base_url).map(|parsed| parsed.feed)
}
