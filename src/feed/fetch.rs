//! One request and what came back: redirects by hand, every hop checked, everything bounded.

use super::FetchSettings;
use super::cookies::Cookies;
use super::guard::{self, Allowance, LookUp, ResolveError, Resolver};
use super::hosts::{Hosts, Turn, host_of_url};
use super::robots::{self, Rules};
use super::unpack::{CODINGS, Unpacker};
use super::waits::{Since, fresh_ms, retry_after, text};
use crate::clock::{Clock, Millis};
use crate::news::ReadingError;
use reqwest::header::{self, HeaderMap, HeaderValue};
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// Most bytes of a feed, decoded.
pub const FEED_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// Most bytes of a page, decoded.
pub const PAGE_BYTES_MAX: u64 = 5 * 1024 * 1024;
/// A fetch takes no longer, redirects included.
const FETCH_SECONDS_MAX: u64 = 30;
const CONNECT_SECONDS_MAX: u64 = 10;
const REDIRECTS_MAX: usize = 5;
/// Connections kept open to a host of the operator's own, which is asked many things at once.
const DIRECT_IDLE_MAX: usize = 32;
/// Bytes of a body that tell a page from a feed.
const HEAD_BYTES: usize = 512;
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5";

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub bytes_max: u64,
    /// What is longer is cut there instead of refused.
    pub cut: bool,
    /// An article's page, for which the site's robots.txt is asked.
    pub page: bool,
    /// Past every cache on the way.
    pub fresh: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// What was asked for.
    pub asked: Url,
    /// Where it came from after redirects.
    pub url: Url,
    pub content_type: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Where permanent redirects alone led.
    pub moved_to: Option<String>,
    /// How long it is called fresh, by Cache-Control or Expires.
    pub wait_ms: Option<Millis>,
    pub retry_after: Option<String>,
    /// Whether a wall against bots answered.
    pub challenged: bool,
    pub body: Vec<u8>,
}

/// The way to the network.
pub struct Network {
    guarded: reqwest::Client,
    /// For hosts that were allowed by name or by pair: no filter, no proxy.
    direct: reqwest::Client,
    allowance: Allowance,
    patience: Duration,
    hosts: Hosts,
    robots: robots::Kept,
    clock: Clock,
}

impl Network {
    pub fn new(
        settings: &FetchSettings,
        proxy_hosts: &[String],
        look_up: LookUp,
    ) -> anyhow::Result<Self> {
        let client = |open: bool| {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
                .pool_idle_timeout(Duration::from_secs(FETCH_SECONDS_MAX))
                .pool_max_idle_per_host(1)
                .referer(false)
                .user_agent(user_agent(settings.contact.as_deref()))
                .dns_resolver(Arc::new(Resolver::new(
                    settings,
                    proxy_hosts,
                    open,
                    Arc::clone(&look_up),
                )))
        };
        Ok(Self {
            guarded: client(false).build()?,
            direct: client(true)
                .no_proxy()
                .pool_max_idle_per_host(DIRECT_IDLE_MAX)
                .build()?,
            allowance: Allowance::of(settings),
            patience: settings
                .patience
                .unwrap_or(Duration::from_secs(FETCH_SECONDS_MAX)),
            hosts: Hosts::new(settings.spacing, &settings.allow_private),
            robots: robots::Kept::default(),
            clock: settings.clock.clone(),
        })
    }

    pub fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Asks, follows, and reads the body; `now` dates what hosts ask for.
    pub async fn get(&self, request: &Request, now: Millis) -> Result<Answer, ReadingError> {
        let url = guard::check(&request.url, &self.allowance).map_err(ReadingError::Address)?;
        let since = Since::new(now, &self.clock);
        let turn = self.turn(&url, request, now).await?;
        self.follow(url, turn, request, since).await
    }

    /// Waits for the host's turn, and for pages asks its robots.txt before.
    async fn turn(&self, url: &Url, request: &Request, now: Millis) -> Result<Turn, ReadingError> {
        let spacing = match request.page {
            true => self.page_spacing(url, now).await?,
            false => None,
        };
        self.hosts.turn(&host_of_url(url), spacing, now).await
    }

    /// The spacing that a site asks for; an error where it does not want the page to be read.
    async fn page_spacing(&self, url: &Url, now: Millis) -> Result<Option<Duration>, ReadingError> {
        let origin = url.origin().ascii_serialization();
        let found = match self.robots.get(&origin, now) {
            Some(found) => found,
            None => {
                let found = self.ask_robots(url, now).await?;
                self.robots.keep(origin, found.clone(), now);
                found
            }
        };
        match found {
            found if !robots::page_allowed(&found, url) => Err(ReadingError::Robots),
            robots::Found::Rules(rules) => Ok(rules.crawl_delay),
            _ => Ok(None),
        }
    }

    /// Reads a site's robots.txt. A host at rest is not one whose rules cannot be read.
    async fn ask_robots(&self, url: &Url, now: Millis) -> Result<robots::Found, ReadingError> {
        let Ok(url) = url.join("/robots.txt") else {
            return Ok(robots::Found::Unreadable);
        };
        let request = Request {
            url: url.into(),
            bytes_max: robots::ROBOTS_BYTES_MAX as u64,
            cut: true,
            ..Request::default()
        };
        let answer = Box::pin(self.get(&request, now));
        Ok(match answer.await {
            Ok(answer) if (200..300).contains(&answer.status) => {
                robots::Found::Rules(Arc::new(Rules::parse(&answer.body)))
            }
            Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
                robots::Found::Missing
            }
            Err(ReadingError::Resting { until }) => return Err(ReadingError::Resting { until }),
            // RFC 9309, 2.3.1.2: more redirects than followed mean that there is none.
            Err(ReadingError::Redirects) => robots::Found::Missing,
            _ => robots::Found::Unreadable,
        })
    }

    /// All answers together may take [`FETCH_SECONDS_MAX`]; waiting for a host's turn does not count.
    async fn follow(
        &self,
        asked: Url,
        mut turn: Turn,
        request: &Request,
        since: Since<'_>,
    ) -> Result<Answer, ReadingError> {
        let mut url = asked.clone();
        let mut moved_to = None;
        let mut permanent = true;
        let mut cookies = Cookies::default();
        let mut patience = self.patience;
        for _ in 0..=REDIRECTS_MAX {
            let began = Instant::now();
            let response = self.ask(&url, request, &cookies);
            let response = within(patience, response).await?;
            let status = response.status().as_u16();
            self.note_refusal(&url, &response, since.now());
            patience = patience.saturating_sub(began.elapsed());
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                let places = (asked, url, moved_to);
                let answer = answer(response, places, request, since.now());
                let answer = within(patience, answer).await;
                drop(turn);
                return answer;
            }
            cookies.keep(&url, response.headers());
            let next = next_hop(&url, response.headers())?;
            guard::check_url(&next, &self.allowance).map_err(ReadingError::Address)?;
            permanent &= matches!(status, 301 | 308);
            if permanent {
                moved_to = Some(next.to_string());
            }
            url = next;
            drop((response, turn));
            turn = self.turn(&url, request, since.now()).await?;
        }
        Err(ReadingError::Redirects)
    }

    /// Lets a host rest that asks for it, whoever asked it and through whatever redirects.
    fn note_refusal(&self, url: &Url, response: &reqwest::Response, now: Millis) {
        let after = text(response.headers(), &header::RETRY_AFTER);
        let after_ms = after.and_then(|value| retry_after(&value, now));
        let status = response.status().as_u16();
        self.hosts.refused(&host_of_url(url), status, after_ms, now);
    }

    async fn ask(
        &self,
        url: &Url,
        request: &Request,
        cookies: &Cookies,
    ) -> Result<reqwest::Response, ReadingError> {
        let client = if self.allowance.covers(url) {
            &self.direct
        } else {
            &self.guarded
        };
        let mut asked = client
            .get(url.clone())
            .header(header::ACCEPT, ACCEPT)
            .header(header::ACCEPT_ENCODING, CODINGS);
        let optional = [
            (header::IF_NONE_MATCH, request.etag.clone()),
            (header::IF_MODIFIED_SINCE, request.last_modified.clone()),
            (
                header::CACHE_CONTROL,
                request.fresh.then(|| "no-cache".to_owned()),
            ),
            (header::COOKIE, cookies.of(url)),
        ];
        for (name, value) in optional {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                asked = asked.header(name, value);
            }
        }
        asked.send().await.map_err(|error| sending_error(&error))
    }
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, ReadingError>>,
) -> Result<T, ReadingError> {
    let done = tokio::time::timeout(patience, work).await;
    done.unwrap_or(Err(ReadingError::TimedOut))
}

fn user_agent(contact: Option<&str>) -> String {
    let version = concat!(
        "Lede/",
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR")
    );
    let contact: String = contact
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .collect();
    if contact.is_empty() {
        version.to_owned()
    } else {
        format!("{version} (+{contact})")
    }
}

/// Where a redirect leads. Name and password stay with their host.
fn next_hop(url: &Url, headers: &HeaderMap) -> Result<Url, ReadingError> {
    let location = headers
        .get(header::LOCATION)
        .ok_or(ReadingError::Redirects)?;
    let location = String::from_utf8_lossy(location.as_bytes());
    let mut next = url.join(location.trim()).map_err(|error| match error {
        url::ParseError::InvalidPort => {
            ReadingError::Address(crate::news::reading::AddressError::Port)
        }
        _ => ReadingError::Redirects,
    })?;
    next.set_fragment(None);
    let same = next.origin() == url.origin();
    // An address that cannot hold a name and a password has none to lose.
    let _ = next.set_username(if same { url.username() } else { "" });
    let _ = next.set_password(if same { url.password() } else { None });
    Ok(next)
}

/// `places`: what was asked for, where it led, and where permanent redirects alone led.
async fn answer(
    mut response: reqwest::Response,
    (asked, url, moved_to): (Url, Url, Option<String>),
    request: &Request,
    now: Millis,
) -> Result<Answer, ReadingError> {
    let headers = response.headers();
    let text = |name: header::HeaderName| text(headers, &name);
    let status = response.status().as_u16();
    let mut found = Answer {
        status,
        asked,
        url,
        content_type: text(header::CONTENT_TYPE),
        etag: text(header::ETAG).filter(|tag| HeaderValue::from_str(tag).is_ok()),
        last_modified: text(header::LAST_MODIFIED)
            .filter(|date| HeaderValue::from_str(date).is_ok()),
        moved_to,
        wait_ms: fresh_ms(headers, now),
        retry_after: text(header::RETRY_AFTER),
        challenged: headers.contains_key("cf-mitigated"),
        body: Vec::new(),
    };
    if !(200..300).contains(&status) {
        return Ok(found);
    }
    let bytes_max = request.bytes_max;
    let mut body = Unpacker::new(text(header::CONTENT_ENCODING).as_deref(), bytes_max)?;
    let fits = |length: u64, limit_bytes: u64| match length > limit_bytes && !request.cut {
        true => Err(ReadingError::TooLarge { limit_bytes }),
        false => Ok(()),
    };
    fits(response.content_length().unwrap_or(0), bytes_max)?;
    while let Some(chunk) = response.chunk().await.map_err(|error| body_error(&error))? {
        match body.take(&chunk) {
            Err(ReadingError::TooLarge { .. }) if request.cut => {
                found.body = body.bytes().to_vec();
                return Ok(found);
            }
            taken => taken?,
        }
        let length = body.bytes().len() as u64;
        if length > PAGE_BYTES_MAX && is_page(found.content_type.as_deref(), body.bytes()) {
            fits(length, bytes_max.min(PAGE_BYTES_MAX))?;
        }
    }
    found.body = body.finish()?;
    Ok(found)
}

/// Whether a body is a page by its first bytes, or by what its server calls it where they do not
/// say feed: many feeds are called pages.
pub fn is_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&body[..body.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    let head = head.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let begins = |signs: &[&str]| signs.iter().any(|sign| head.starts_with(sign));
    let called = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    begins(&["<!doctype html", "<html"])
        || (called && !begins(&["<?xml", "<rss", "<feed", "<rdf", "<!--", "{"]))
}

/// The causes of an error, outermost first.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

fn sending_error(error: &reqwest::Error) -> ReadingError {
    if let Some(cause) = causes(error).find_map(|cause| cause.downcast_ref::<ResolveError>()) {
        return match cause {
            ResolveError::NoSuchHost => ReadingError::NoSuchHost,
            ResolveError::Private => {
                ReadingError::Address(crate::news::reading::AddressError::Private)
            }
        };
    }
    if error.is_timeout() {
        return ReadingError::TimedOut;
    }
    let innermost = causes(error)
        .last()
        .map(|cause| cause.to_string().to_ascii_lowercase())
        .unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| innermost.contains(word));
    if says(&[
        "certificate",
        "tls",
        "handshake",
        "received fatal alert",
        "corrupt message",
    ]) {
        return ReadingError::Tls(tls_cause(&innermost).to_owned());
    }
    if says(&["message head is too large"]) {
        return ReadingError::HeaderTooLarge;
    }
    if says(&["invalid http"]) {
        return ReadingError::NotHttp;
    }
    if error.is_connect() {
        ReadingError::NoConnection
    } else {
        ReadingError::BrokeOff
    }
}

/// Why TLS refused, as a clause: the words of rustls are for programmers.
fn tls_cause(lower: &str) -> &'static str {
    const CAUSES: &[(&str, &str)] = &[
        ("expired", "its certificate has expired"),
        ("not valid yet", "its certificate is not valid yet"),
        ("notvalidyet", "its certificate is not valid yet"),
        ("not valid for name", "its certificate is for another name"),
        ("notvalidforname", "its certificate is for another name"),
        ("unknownissuer", "nobody known vouches for its certificate"),
        (
            "causedasendentity",
            "nobody known vouches for its certificate",
        ),
        ("revoked", "its certificate was withdrawn"),
        ("certificate", "its certificate is not valid"),
    ];
    CAUSES
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map_or("it does not speak HTTPS properly", |(_, cause)| cause)
}

fn body_error(error: &reqwest::Error) -> ReadingError {
    if error.is_timeout() {
        return ReadingError::TimedOut;
    }
    ReadingError::BrokeOff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_is_called_a_page_is_none() {
        let html = Some("text/html; charset=utf-8");
        assert!(is_page(html, b"<p>Tides"));
        assert!(is_page(None, b"\xef\xbb\xbf\n<!DOCTYPE html><p>"));
        for feed in [
            "<?xml version='1.0'?><rss>",
            " <rss>",
            "<feed>",
            "{\"items\":[]}",
        ] {
            assert!(!is_page(html, feed.as_bytes()), "{feed}");
        }
        assert!(!is_page(Some("application/xml"), b"<odd>"));
    }

    #[test]
    fn name_and_password_stay_with_their_host() {
        let url = Url::parse("http://ann:secret@basin.example/feed").expect("an address");
        let to = |location: &'static str| {
            next_hop(
                &url,
                &HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static(location))]),
            )
            .map(String::from)
        };
        assert_eq!(
            to("/new"),
            Ok("http://ann:secret@basin.example/new".to_owned())
        );
        assert_eq!(
            to("http://other.example/x#y"),
            Ok("http://other.example/x".to_owned())
        );
        assert_eq!(
            to("https://basin.example/feed"),
            Ok("https://basin.example/feed".to_owned())
        );
        assert_eq!(to("http://[bad"), Err(ReadingError::Redirects));
        assert_eq!(
            next_hop(&url, &HeaderMap::new()),
            Err(ReadingError::Redirects)
        );
    }
}
