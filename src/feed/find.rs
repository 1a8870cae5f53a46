//! What an address turns out to be: a feed, a page that offers feeds, or nothing.

use super::discover::{self, WELL_KNOWN};
use super::fetch::{Answer, FEED_BYTES_MAX, PAGE_BYTES_MAX, Request};
use super::guard::Allowance;
use super::waits::retry_after;
use super::{Candidate, FeedRequest, Fetched, Found, Page, Way, decode, opml, parse, sample};
use crate::clock::Millis;
use crate::news::reading::{AddressError, NotAFeed};
use crate::news::{Outcome, ReadingError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

/// Candidates of a page that are read until one is a feed.
const CANDIDATES_READ_MAX: usize = 4;
/// Looking for the feed behind an address takes no longer, all its fetches included.
const FIND_SECONDS_MAX: u64 = 45;
/// Pages followed by frames and refreshes.
const ONWARD_MAX: usize = 2;
/// Bytes of a page that are searched for a wall against bots.
const WALL_BYTES_MAX: usize = 64 * 1024;
/// Words of such walls, lower case.
const WALLS: [&str; 8] = [
    "captcha",
    "cf-challenge",
    "cf_chl_",
    "just a moment...",
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "attention required!",
];

/// Feeds parsed at once: more bring nothing, as there are hardly more cores, and each thread that works
/// holds on to memory of its own.
static PARSED_AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Reads a feed.
pub async fn feed(way: &Way, request: &FeedRequest, now: Millis) -> Fetched {
    let mut asked = Request {
        url: request.url.clone(),
        etag: request.etag.clone(),
        last_modified: request.last_modified.clone(),
        bytes_max: FEED_BYTES_MAX,
        ..Request::default()
    };
    let conditional = request.etag.is_some() || request.last_modified.is_some();
    let mut answer = get(way, &asked, now).await;
    if !conditional && answer.as_ref().is_ok_and(|answer| answer.status == 304) {
        asked.fresh = true;
        answer = get(way, &asked, now).await;
    }
    match answer {
        Ok(answer) if answer.status == 304 && conditional => Fetched {
            outcome: Outcome::Unchanged,
            etag: answer.etag.or_else(|| request.etag.clone()),
            last_modified: answer
                .last_modified
                .or_else(|| request.last_modified.clone()),
            moved_to: answer.moved_to,
            bytes: 0,
            wait_ms: answer.wait_ms,
        },
        Ok(answer) => read(answer, now).await.0,
        Err(error) => failed(error),
    }
}

/// Fetches the page of an article.
pub async fn page(way: &Way, url: &str, now: Millis) -> Result<Page, ReadingError> {
    let request = Request {
        url: url.to_owned(),
        bytes_max: PAGE_BYTES_MAX,
        page: true,
        ..Request::default()
    };
    let answer = get(way, &request, now).await?;
    match status_error(&answer, now) {
        Some(error) => Err(error),
        None => Ok(Page {
            url: answer.url,
            content_type: answer.content_type,
            body: answer.body,
        }),
    }
}

/// Fetches a file.
pub async fn file(
    way: &Way,
    url: &str,
    bytes_max: u64,
    now: Millis,
) -> Result<Vec<u8>, ReadingError> {
    let request = Request {
        url: url.to_owned(),
        bytes_max,
        ..Request::default()
    };
    let answer = get(way, &request, now).await?;
    match status_error(&answer, now) {
        Some(error) => Err(error),
        None => Ok(answer.body),
    }
}

/// Finds the feed behind an address as a person gave it, who waits for it.
pub async fn find(way: &Way, address: &str, now: Millis) -> Found {
    find_within(Duration::from_secs(FIND_SECONDS_MAX), way, address, now).await
}

/// Like [`find`], for so long at most, however many steps it takes.
pub async fn find_within(limit: Duration, way: &Way, address: &str, now: Millis) -> Found {
    timeout(limit, look(way, address, now))
        .await
        .unwrap_or(Found::Nothing(ReadingError::TimedOut))
}

async fn look(way: &Way, address: &str, now: Millis) -> Found {
    let address = opml::web(address.trim().trim_matches(['<', '>']));
    let open = Allowance::default();
    let allowance = match way {
        Way::Network(network) => network.allowance(),
        Way::Sample { .. } => &open,
    };
    let mut next = match first_answer(way, &address, now).await {
        Ok(answer) => answer,
        Err(error) => return Found::Nothing(error),
    };
    let mut left = ONWARD_MAX;
    loop {
        let (url, asked) = (next.url.clone(), next.asked.clone());
        let (fetched, page) = read(next, now).await;
        let error = match fetched.outcome {
            Outcome::Failed(error) => error,
            _ => {
                // Where a temporary redirect leads is another place tomorrow.
                return Found::Feed {
                    url: fetched.moved_to.clone().unwrap_or(asked.into()),
                    fetched: Box::new(fetched),
                };
            }
        };
        let Some(page) = page else {
            return Found::Nothing(error);
        };
        let offers = discover::page(&page, &url, allowance);
        if !offers.candidates.is_empty() {
            return first_feed(way, offers.candidates, now).await;
        }
        let onward = offers.onward.filter(|_| left > 0);
        left = left.saturating_sub(1);
        match onward {
            Some(onward) => match get(way, &page_request(onward.into()), now).await {
                Ok(answer) => next = answer,
                Err(error) => return Found::Nothing(error),
            },
            None => return well_known(way, &url, error, now).await,
        }
    }
}

/// The first answer to an address whose scheme may be missing: https, then http where that is refused.
async fn first_answer(way: &Way, address: &str, now: Millis) -> Result<Answer, ReadingError> {
    if address.contains("://") {
        return get(way, &page_request(address.to_owned()), now).await;
    }
    let named = address
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    if named.is_some_and(|scheme| {
        matches!(
            scheme.as_str(),
            "javascript" | "data" | "mailto" | "file" | "about" | "tel"
        )
    }) {
        return Err(ReadingError::Address(AddressError::Scheme));
    }
    match get(way, &page_request(format!("https://{address}")), now).await {
        Err(
            ReadingError::NoConnection
            | ReadingError::Tls(_)
            | ReadingError::BrokeOff
            | ReadingError::TimedOut,
        ) => get(way, &page_request(format!("http://{address}")), now).await,
        answer => answer,
    }
}

fn page_request(url: String) -> Request {
    Request {
        url,
        bytes_max: FEED_BYTES_MAX,
        ..Request::default()
    }
}

/// Reads candidates in order until one is a feed; that one comes first.
async fn first_feed(way: &Way, mut candidates: Vec<Candidate>, now: Millis) -> Found {
    for at in 0..candidates.len().min(CANDIDATES_READ_MAX) {
        let url = candidates[at].url.clone();
        let fetched = feed(
            way,
            &FeedRequest {
                url: url.clone(),
                ..FeedRequest::default()
            },
            now,
        )
        .await;
        if matches!(fetched.outcome, Outcome::Read(_)) {
            candidates[..=at].rotate_right(1);
            return Found::Page {
                candidates,
                first: Some((url, Box::new(fetched))),
            };
        }
    }
    Found::Page {
        candidates,
        first: None,
    }
}

/// Looks where feeds lie when no page says so.
async fn well_known(way: &Way, page: &Url, error: ReadingError, now: Millis) -> Found {
    for place in WELL_KNOWN {
        let Ok(url) = page.join(&format!("/{place}")) else {
            continue;
        };
        let url = String::from(url);
        let fetched = feed(
            way,
            &FeedRequest {
                url: url.clone(),
                ..FeedRequest::default()
            },
            now,
        )
        .await;
        match &fetched.outcome {
            Outcome::Read(feed) => {
                let title = Some(feed.title.clone()).filter(|title| !title.is_empty());
                let candidates = vec![Candidate {
                    url: url.clone(),
                    title,
                }];
                return Found::Page {
                    candidates,
                    first: Some((url, Box::new(fetched))),
                };
            }
            Outcome::Failed(
                ReadingError::Blocked(_)
                | ReadingError::Busy { .. }
                | ReadingError::Resting { .. }
                | ReadingError::TimedOut,
            ) => break,
            _ => {}
        }
    }
    Found::Nothing(error)
}

async fn get(way: &Way, request: &Request, now: Millis) -> Result<Answer, ReadingError> {
    match way {
        Way::Network(network) => network.get(request, now).await,
        Way::Sample { clock, opened } => sampled(request, *opened, clock.now()),
    }
}

/// The sample edition's answer: its feeds, and for each of its sites a page that names the feed.
fn sampled(request: &Request, opened: Millis, now: Millis) -> Result<Answer, ReadingError> {
    let url =
        super::guard::check(&request.url, &Allowance::default()).map_err(ReadingError::Address)?;
    let of_site = |source: &&sample::SampleSource| {
        Url::parse(source.url).is_ok_and(|own| own.host_str() == url.host_str())
    };
    let source = sample::sample_sources()
        .iter()
        .find(of_site)
        .ok_or(ReadingError::NoSuchHost)?;
    let is_feed = Url::parse(source.url).is_ok_and(|own| own.path() == url.path());
    let body = match url.path() {
        _ if is_feed => sample::render(source, opened, now),
        "/" => format!(
            "<!DOCTYPE html><link rel=alternate type=application/rss+xml href=\"{}\">",
            source.url
        ),
        _ => return Err(ReadingError::NotFound),
    };
    Ok(Answer {
        status: 200,
        asked: url.clone(),
        url,
        content_type: None,
        etag: None,
        last_modified: None,
        moved_to: None,
        wait_ms: None,
        retry_after: None,
        challenged: false,
        body: body.into_bytes(),
    })
}

/// What an answer says, and its text when it is a page.
async fn read(answer: Answer, now: Millis) -> (Fetched, Option<String>) {
    let moved_to = answer.moved_to.clone();
    if let Some(error) = status_error(&answer, now) {
        return (
            Fetched {
                moved_to,
                ..failed(error)
            },
            None,
        );
    }
    let mut fetched = Fetched {
        outcome: Outcome::Failed(ReadingError::NotAFeed(NotAFeed::Damaged)),
        etag: answer.etag.clone(),
        last_modified: answer.last_modified.clone(),
        moved_to,
        bytes: answer.body.len() as u64,
        wait_ms: answer.wait_ms,
    };
    let turn = PARSED_AT_ONCE.acquire().await.expect("it is never closed");
    let reading = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        tracing::debug!("a parse begins");
        let parsed = parse::read(
            &answer.body,
            answer.content_type.as_deref(),
            answer.url.as_str(),
        );
        tracing::debug!("a parse ends");
        let is_page = matches!(parsed, Err(ReadingError::NotAFeed(NotAFeed::Page)));
        if is_page && answer.body.len() as u64 > PAGE_BYTES_MAX {
            let limit_bytes = PAGE_BYTES_MAX;
            return (
                Err(ReadingError::TooLarge { limit_bytes }),
                None,
                answer.status,
            );
        }
        let page = is_page
            .then(|| decode::text(&answer.body, answer.content_type.as_deref()).into_owned());
        (parsed, page, answer.status)
    });
    // A parser that panics is one feed that cannot be read, not the end of the program.
    let Ok((parsed, page, status)) = reading.await else {
        return (fetched, None);
    };
    match parsed {
        Ok(parsed) => fetched.outcome = Outcome::Read(Box::new(parsed.feed)),
        Err(_) if page.as_deref().is_some_and(is_wall) => {
            return (failed(ReadingError::Blocked(status)), None);
        }
        Err(error) => {
            return (
                Fetched {
                    moved_to: fetched.moved_to,
                    bytes: fetched.bytes,
                    ..failed(error)
                },
                page,
            );
        }
    }
    (fetched, None)
}

fn is_wall(page: &str) -> bool {
    let mut end = page.len().min(WALL_BYTES_MAX);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let head = page[..end].to_ascii_lowercase();
    WALLS.iter().any(|words| head.contains(words))
        && !head.contains("application/rss+xml")
        && !head.contains("application/atom+xml")
}

fn status_error(answer: &Answer, now: Millis) -> Option<ReadingError> {
    let status = answer.status;
    let error = match status {
        200..=299 => return None,
        _ if answer.challenged => ReadingError::Blocked(status),
        401 | 403 | 451 => ReadingError::Blocked(status),
        404 => ReadingError::NotFound,
        410 => ReadingError::Gone,
        429 | 503 => {
            let retry_after_ms = answer
                .retry_after
                .as_deref()
                .and_then(|value| retry_after(value, now));
            ReadingError::Busy {
                status,
                retry_after_ms,
            }
        }
        _ => ReadingError::Status(status),
    };
    Some(error)
}

fn failed(error: ReadingError) -> Fetched {
    let wait_ms = match &error {
        ReadingError::Busy { retry_after_ms, .. } => *retry_after_ms,
        _ => None,
    };
    Fetched {
        outcome: Outcome::Failed(error),
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 0,
        wait_ms,
    }
}
