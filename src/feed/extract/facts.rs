//! What is chosen of what a page says about itself: title, language, time of publication.

use super::linked::Linked;
use super::tree::Head;
use crate::clock::Millis;
use crate::feed::{clean, dates};
use crate::text::{language as languages, plain};

/// Meta elements that hold the time of publication, the better first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "cxenseparse:recs:publishtime",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.date",
    "date",
    "last-modified",
];

pub fn title(head: &Head, linked: &Linked) -> Option<String> {
    let meta = |key: &str| {
        head.meta
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| &**value)
    };
    [
        linked.headline.as_deref(),
        meta("og:title"),
        meta("twitter:title"),
        head.title.as_deref(),
    ]
    .into_iter()
    .flatten()
    .map(|title| plain::tidy(&clean::one_line(&clean::html(title).text)))
    .find(|title| !title.is_empty())
}

pub fn published(head: &Head, linked: &Linked) -> Option<Millis> {
    let meta = PUBLISHED.iter().filter_map(|key| {
        head.meta
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| &**value)
    });
    let marked = head.times.iter().filter(|(_, marked)| *marked);
    let others = head.times.iter().filter(|(_, marked)| !*marked);
    linked
        .published
        .as_deref()
        .into_iter()
        .chain(meta)
        .chain(marked.chain(others).map(|(time, _)| &**time))
        .find_map(dates::parse)
}

pub fn language(head: &Head, linked: &Linked, text: &str) -> Option<String> {
    let meta = |key: &str| {
        head.meta
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| &**value)
    };
    let said = [
        head.language.as_deref(),
        linked.language.as_deref(),
        meta("og:locale"),
        meta("content-language"),
        meta("language"),
    ];
    said.into_iter()
        .flatten()
        .find(|tag| languages::normal(tag).is_some())
        .map(|tag| tag.trim().replace('_', "-"))
        .or_else(|| languages::detect(text).map(str::to_owned))
}
