//! The article of a link that somebody asked about and no source brought: its page is read politely
//! and kept for a day, in memory alone. It belongs to no source, is never stored and never grouped.

use crate::clock::{DAY, MINUTE, Millis};
use crate::desk::Desk;
use crate::feed::{self, extract};
use crate::news::reading::ReadingError;
use crate::news::topic::as_link;
use crate::news::{link, outlet};
use crate::page::link::{NotRead, Subject, no_address};
use crate::page::{Ask, Refusal};
use crate::text::plain;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::timeout;

/// How long a page is kept, and why there is none: it may be mended meanwhile.
const KEPT_MS: Millis = DAY;
const FAILURE_KEPT_MS: Millis = 10 * MINUTE;
/// Pages that are kept: at most 20 MB, as a text has at most 200,000 bytes.
const KEPT_MAX: usize = 100;
/// Pages that are read at once, since each may be large.
const AT_ONCE_MAX: usize = 4;
/// How long a person waits for a page, its turn, robots.txt and redirects included.
const LINK_SECONDS_MAX: u64 = 30;
/// A shorter text is a teaser, a notice or the frame of a page.
const TEXT_CHARS_MIN: usize = 200;
/// Characters of a headline, and of the first words that stand for one.
const TITLE_CHARS_MAX: usize = 200;

/// The article of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Where it was found, after redirects; canonical.
    pub url: String,
    /// The registrable domain of that. A page's own word for its outlet is not believed.
    pub outlet: String,
    pub title: String,
    /// Paragraphs divided by line ends.
    pub text: String,
    pub language: Option<String>,
    /// As the page says, and never later than it was read.
    pub published: Option<Millis>,
    pub read_at: Millis,
}

impl Linked {
    /// As an answer names it.
    pub fn subject(&self) -> Subject {
        Subject {
            title: self.title.clone(),
            url: self.url.clone(),
            outlet: self.outlet.clone(),
            at: self.published,
        }
    }
}

type Read = Result<Arc<Linked>, NotRead>;
/// Since when a page is kept, and what came of it, once that is known.
type Slot = (Millis, Arc<OnceCell<Read>>);

/// The pages that are kept. Cheap to clone; the clones share them.
#[derive(Clone)]
pub struct Links {
    /// By canonical link. Who asks for one that is being read waits for it.
    kept: Arc<Mutex<HashMap<String, Slot>>>,
    at_once: Arc<Semaphore>,
}

impl Default for Links {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        }
    }
}

impl Links {
    /// What is kept of a link, or room for it.
    fn slot(&self, url: &str, now: Millis) -> Arc<OnceCell<Read>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, read)| is_fresh(read.get(), *since, now));
        if kept.len() >= KEPT_MAX
            && !kept.contains_key(url)
            && let Some(oldest) = kept.iter().min_by_key(|(_, (since, _))| *since)
        {
            let oldest = oldest.0.clone();
            kept.remove(&oldest);
        }
        let (_, read) = kept.entry(url.to_owned()).or_insert((now, Arc::default()));
        Arc::clone(read)
    }
}

fn is_fresh(read: Option<&Read>, since: Millis, now: Millis) -> bool {
    match read {
        Some(Err(NotRead::Failed(ReadingError::Resting { until }))) => now < *until,
        Some(Err(_)) => (0..FAILURE_KEPT_MS).contains(&(now - since)),
        Some(Ok(_)) | None => (0..KEPT_MS).contains(&(now - since)),
    }
}

/// The link that a request names, canonical.
///
/// # Errors
/// A refusal where it is none.
pub fn named(ask: &Ask) -> Result<String, Refusal> {
    let typed = ask.get("link").unwrap_or_default();
    as_link(typed).map(String::from).ok_or_else(no_address)
}

/// The article of a canonical link, kept or from its page.
///
/// # Errors
/// Why there is none.
pub async fn read(desk: &Desk, url: &str) -> Read {
    let slot = desk.links.slot(url, desk.now());
    slot.get_or_init(|| async {
        let limit = Duration::from_secs(LINK_SECONDS_MAX);
        timeout(limit, fetch(desk, url))
            .await
            .unwrap_or(Err(NotRead::Failed(ReadingError::TimedOut)))
    })
    .await
    .clone()
}

async fn fetch(desk: &Desk, url: &str) -> Read {
    let _permit = desk.links.at_once.acquire().await;
    let now = desk.now();
    let page = desk.fetcher.page(url, now).await.map_err(NotRead::Failed)?;
    if !page.is_web_page() {
        return Err(NotRead::NotAPage);
    }
    let asked = url.to_owned();
    let read = tokio::task::spawn_blocking(move || article(&page, &asked, now));
    match read.await {
        Ok(article) => article.map(Arc::new),
        Err(error) => {
            tracing::error!("a page was not read to its end: {error}");
            Err(NotRead::TooLittle)
        }
    }
}

/// What a page holds.
fn article(page: &feed::Page, asked: &str, now: Millis) -> Result<Linked, NotRead> {
    let found = match extract::extract(&page.body, page.content_type.as_deref()) {
        Ok(found) => found,
        Err(extract::NotReadable::NoText) => return Err(NotRead::TooLittle),
        Err(extract::NotReadable::TooLarge) => {
            let limit_bytes = feed::PAGE_BYTES_MAX;
            return Err(NotRead::Failed(ReadingError::TooLarge { limit_bytes }));
        }
    };
    if found.text.chars().count() < TEXT_CHARS_MIN {
        return Err(NotRead::TooLittle);
    }
    let url = link::canonical(page.url.as_str(), None).unwrap_or_else(|| asked.to_owned());
    let outlet = outlet::outlet(Some(&url), None, &url);
    let title = outlet::clean_title(&found.title.unwrap_or_default(), &outlet);
    let words = if title.is_empty() {
        &found.text
    } else {
        &title
    };
    Ok(Linked {
        title: plain::cut(words, TITLE_CHARS_MAX),
        published: found.published.filter(|at| *at <= now),
        url,
        outlet,
        text: found.text,
        language: found.language,
        read_at: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> feed::Page {
        feed::Page {
            url: "https://www.avel.example/ferry?utm_source=x#top"
                .parse()
                .unwrap(),
            content_type: Some("text/html; charset=utf-8".to_owned()),
            body: body.as_bytes().to_vec(),
        }
    }

    fn report(title: &str) -> String {
        let text = "The ferry to Morn stopped on Monday after a pump failed in the engine room. "
            .repeat(4);
        format!("<html lang=en><title>{title}</title><main><h1>{title}</h1><p>{text}</p></main>")
    }

    #[test]
    fn an_article_is_named_by_where_it_was_found() {
        let found = article(
            &page(&report("Ferry to Morn stops")),
            "https://x.example/",
            5,
        )
        .unwrap();
        assert_eq!(found.url, "https://www.avel.example/ferry");
        assert_eq!(found.outlet, "avel.example");
        assert_eq!(found.title, "Ferry to Morn stops");
        assert!(found.text.starts_with("The ferry to Morn stopped"));
        let long = article(&page(&report(&"Ferry ".repeat(200))), "", 5).unwrap();
        assert!(long.title.chars().count() <= TITLE_CHARS_MAX);
    }

    #[test]
    fn a_frame_without_a_text_is_too_little() {
        for body in [
            "",
            "<p>Log in to go on.</p>",
            "<script>app()</script>",
            "\u{0}\u{1}",
        ] {
            assert_eq!(
                article(&page(body), "", 5),
                Err(NotRead::TooLittle),
                "{body:?}"
            );
        }
    }

    #[test]
    fn what_is_kept_has_an_end_in_time_and_number() {
        let links = Links::default();
        let good = article(&page(&report("Ferry to Morn stops")), "", 0).unwrap();
        links.slot("a", 0).set(Ok(Arc::new(good))).unwrap();
        links.slot("b", 0).set(Err(NotRead::TooLittle)).unwrap();
        let resting = ReadingError::Resting { until: MINUTE };
        links
            .slot("c", 0)
            .set(Err(NotRead::Failed(resting)))
            .unwrap();
        let kept = |now| ["a", "b", "c"].map(|url| links.slot(url, now).initialized());
        assert_eq!(kept(1), [true, true, true]);
        assert_eq!(kept(MINUTE), [true, true, false]);
        assert_eq!(kept(FAILURE_KEPT_MS), [true, false, false]);
        assert_eq!(kept(KEPT_MS), [false, false, false]);
        for n in 0..3 * KEPT_MAX {
            links.slot(&n.to_string(), KEPT_MS + n as Millis);
            assert!(links.kept.lock().unwrap().len() <= KEPT_MAX);
        }
        let kept = links.kept.lock().unwrap();
        assert!(kept.contains_key("299") && !kept.contains_key("a"));
    }
}
