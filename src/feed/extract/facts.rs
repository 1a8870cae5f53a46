//! What is chosen of what a page says about itself: title, language, time of publication.

use super::linked::Linked;
use super::sift::folded;
use super::tree::Head;
use crate::clock::Millis;
use crate::feed::{clean, dates};
use crate::text::{language as languages, plain};

/// A heading with fewer letters is no title.
const HEADING_LETTERS_MIN: usize = 12;

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

/// The title: what JSON-LD, the head and the headings say, without the name of the site.
pub fn title(head: &Head, linked: &Linked, headings: &[String]) -> Option<String> {
    let cleaned = |title: &str| plain::tidy(&clean::one_line(&clean::html(title).text));
    let said: Vec<String> = [
        linked.headline.as_deref(),
        meta(head, "og:title"),
        meta(head, "twitter:title"),
        head.title.as_deref(),
        meta(head, "title"),
    ]
    .into_iter()
    .flatten()
    .map(cleaned)
    .filter(|title| !title.is_empty())
    .collect();
    let headings: Vec<String> = headings.iter().map(|heading| cleaned(heading)).collect();
    let repeats = |title: &str, heading: &str| {
        let heading = folded(heading);
        heading.chars().count() >= HEADING_LETTERS_MIN && folded(title).contains(&heading)
    };
    let Some(first) = said.first() else {
        return headings.into_iter().find(|heading| !heading.is_empty());
    };
    if let Some(heading) = headings.iter().find(|heading| repeats(first, heading)) {
        return Some(heading.clone());
    }
    let site = meta(head, "og:site_name").map(folded).unwrap_or_default();
    Some(without_site(first, &said, &site).to_owned())
}

/// A title without " | Name of the site" at its end: a part that the site is called by, or that another title lacks.
fn without_site<'a>(title: &'a str, said: &[String], site: &str) -> &'a str {
    for mark in [" | ", " - ", " – ", " — ", " · ", " :: ", " » "] {
        if let Some((words, last)) = title.rsplit_once(mark) {
            let is_site = !site.is_empty() && folded(last) == site;
            let is_alone = said.iter().any(|other| other == words);
            if !words.trim().is_empty() && (is_site || is_alone) {
                return words.trim();
            }
        }
    }
    title
}

fn meta<'a>(head: &'a Head, key: &str) -> Option<&'a str> {
    head.meta
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| &**value)
}

/// What the page says that its article is about.
pub fn description(head: &Head) -> Option<String> {
    let said = meta(head, "og:description").or_else(|| meta(head, "description"))?;
    Some(folded(&clean::html(said).text))
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
    let said = [
        head.language.as_deref(),
        linked.language.as_deref(),
        meta(head, "og:locale"),
        meta(head, "content-language"),
        meta(head, "language"),
    ];
    said.into_iter()
        .flatten()
        .find(|tag| languages::normal(tag).is_some())
        .map(|tag| tag.trim().replace('_', "-"))
        .or_else(|| languages::detect(text).map(str::to_owned))
}
