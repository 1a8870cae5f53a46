//! From an address to entries: network in, untrusted bytes; plain, checked values out.

pub mod clean;
pub mod dates;
pub mod discover;
pub mod extract;
pub mod guard;
pub mod hosts;
pub mod opml;
pub mod parse;
pub mod robots;
pub mod sample;

mod atom;
mod calendar;
mod cookies;
mod decode;
mod draft;
mod element;
mod entity;
#[cfg(test)]
mod faults_tests;
mod fetch;
mod find;
mod hours;
mod html;
mod json;
mod months;
mod paid;
mod rss;
mod scripts;
mod unpack;
mod waits;
mod xml;
mod zones;

use crate::clock::{Clock, Millis};
use crate::news::{Feed, Outcome, ReadingError};
use std::sync::Arc;

pub use fetch::{FEED_BYTES_MAX, PAGE_BYTES_MAX};
pub use opml::{OpmlError, OpmlFeed, OpmlList, opml};
pub use paid::is_free;
pub use sample::{SampleSource, sample_sources};

/// What a fetcher may do, from the settings.
#[derive(Clone, Debug, Default)]
pub struct FetchSettings {
    /// Exact `host:port` pairs that may be fetched although they are not public.
    pub allow_private: Vec<String>,
    /// Contact address for the user agent.
    pub contact: Option<String>,
    /// Names that resolve to a socket of this machine in tests: host → address.
    pub resolve: Vec<(String, std::net::SocketAddr)>,
    /// How long one fetch may take; none = thirty seconds.
    pub patience: Option<std::time::Duration>,
    /// Time between the beginnings of two requests to one host; none = [`hosts::HOST_SPACING_MS`].
    pub spacing: Option<std::time::Duration>,
    /// By which is dated what hosts ask for.
    pub clock: Clock,
}

/// Fetches feeds and pages. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    way: Arc<Way>,
}

/// Where bytes come from.
pub(crate) enum Way {
    Network(fetch::Network),
    Sample { clock: Clock, opened: Millis },
}

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

/// An article's page as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it came from after redirects.
    pub url: url::Url,
    pub content_type: Option<String>,
    /// Decoded from its content coding, not from its character set.
    pub body: Vec<u8>,
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
    /// The address itself is a feed; `url` is where permanent redirects alone led.
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

impl Page {
    /// Whether it is a web page, by its first bytes or by what its server calls it.
    pub fn is_web_page(&self) -> bool {
        let kind = self.content_type.as_deref();
        // Pages of XML begin as feeds do.
        let called = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("xhtml"));
        called || fetch::is_page(kind, &self.body)
    }
}

impl Fetcher {
    pub fn new(settings: &FetchSettings) -> anyhow::Result<Self> {
        Self::new_behind(settings, &[])
    }

    /// Like [`Fetcher::new`], where proxies stand between: their own names may lead to private numbers.
    pub fn new_behind(settings: &FetchSettings, proxy_hosts: &[String]) -> anyhow::Result<Self> {
        Ok(Self {
            way: Arc::new(Way::Network(fetch::Network::new(
                settings,
                proxy_hosts,
                guard::system_look_up(),
            )?)),
        })
    }

    /// A fetcher without network, over the bundled sample edition opened at `opened`; it shows at any moment what `clock` allows.
    pub fn sample(clock: Clock, opened: Millis) -> Self {
        Self {
            way: Arc::new(Way::Sample { clock, opened }),
        }
    }

    /// How the hosts are treated; none for the sample edition, which asks nobody.
    pub fn hosts(&self) -> Option<&hosts::Hosts> {
        match &*self.way {
            Way::Network(network) => Some(network.hosts()),
            Way::Sample { .. } => None,
        }
    }

    /// Reads a feed; `now` dates Retry-After. Never fails: what went wrong is the outcome.
    pub async fn feed(&self, request: &FeedRequest, now: Millis) -> Fetched {
        tracing::debug!("a fetch begins");
        let fetched = find::feed(&self.way, request, now).await;
        tracing::debug!("a fetch ends");
        fetched
    }

    /// Fetches the page of an article, where its site's robots.txt allows it: within the guard, in
    /// the host's turn, at most [`PAGE_BYTES_MAX`], in half a minute.
    ///
    /// # Errors
    /// `Robots` where the site forbids it, `Resting` where the host is to be left alone, else what
    /// went wrong; a status other than 200 to 299 is an error.
    pub async fn page(&self, url: &str, now: Millis) -> Result<Page, ReadingError> {
        find::page(&self.way, url, now).await
    }

    /// Fetches a file that somebody handed over, of at most `bytes_max`: within the guard, in the
    /// host's turn, in half a minute.
    ///
    /// # Errors
    /// `TooLarge` where there is more, else what went wrong; a status other than 200 to 299 is an
    /// error.
    pub async fn file(
        &self,
        url: &str,
        bytes_max: u64,
        now: Millis,
    ) -> Result<Vec<u8>, ReadingError> {
        find::file(&self.way, url, bytes_max, now).await
    }

    /// Finds the feed behind an address as a person gave it (scheme optional).
    pub async fn find(&self, address: &str, now: Millis) -> Found {
        find::find(&self.way, address, now).await
    }
}

/// Checks an address as given, without any look-up: scheme, port, literal addresses, private names.
pub fn check_address(
    address: &str,
    allow_private: &[String],
) -> Result<url::Url, crate::news::reading::AddressError> {
    guard::check_pairs(address, allow_private)
}

/// Bytes as they came from a server to a parsed feed: the whole way but the network.
pub fn read_bytes(
    bytes: &[u8],
    content_type: Option<&str>,
    base_url: &str,
) -> Result<Feed, ReadingError> {
    parse::read(bytes, content_type, base_url).map(|parsed| parsed.feed)
}
