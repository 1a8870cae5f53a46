//! What is chosen of what a page says about itself: title, language, time of publication.

use super::dated;
use super::linked::Linked;
use super::sift::folded;
use super::tree::{Head, Page};
use crate::clock::{HOUR, MINUTE, Millis};
use crate::feed::{clean, dates};
use crate::text::{language as languages, plain};

/// A heading with fewer letters is no title.
const HEADING_LETTERS_MIN: usize = 12;

/// Longest tag of a language (bytes), as RFC 5646 recommends room for.
const LANGUAGE_TAG_BYTES_MAX: usize = 35;

/// Dates of one page that are compared.
const TIMES_MAX: usize = 20;
/// Zones lie at most so far from UTC, and in such steps.
const ZONE_APART_MAX: Millis = 14 * HOUR;
const ZONE_STEP: Millis = 15 * MINUTE;

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
    "og:published_time",
    "article:published",
    "article:post_date",
    "article:publicationdate",
    "dateposted",
    "dc.date.publication",
    "article_date_original",
    "originalpublicationdate",
    "published_time",
    "published_at",
    "published-date",
    "published_date",
    "publication-date",
    "publication_date",
    "publicationdate",
    "article-publication-date",
    "first-publication-date",
    "date_published",
    "pub_date",
    "publishtime",
    "publish_time",
    "cxenseparse:publishtime",
    "mediator_published_time",
    "shareaholic:article_published_time",
    "swiftype:published_at",
    "rnews:datepublished",
    "prism.publicationdate",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "news:publicationdate",
    "vr:published_time",
    "bt:pubdate",
    "rbpubdate",
    "displaydate",
    "release_date",
    "og:release_date",
    "dc:date",
    "dc:created",
    "dc.created",
    "dc.issued",
    "dc.date.available",
    "article.created",
    "datecreated",
    "creation_date",
    "created",
    "pdate",
    "ptime",
    "gentime",
    "timestamp",
    "uploaddate",
    "date",
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
    let site = meta(head, "og:site_name").map(folded).unwrap_or_default();
    // A title that only names the site says less than a heading.
    let named: Vec<String> = said
        .iter()
        .filter(|title| folded(title) != site)
        .cloned()
        .collect();
    let said = if named.is_empty() && !headings.is_empty() {
        named
    } else {
        said
    };
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

/// The time of publication: what JSON-LD, the head and the shown times say, in this order; else what
/// a box near the heading shows, else the day in the page's address.
pub fn published(page: &Page, linked: &Linked, title: Option<&str>) -> Option<Millis> {
    let head = &page.head;
    let heading = dated::heading(&page.nodes, title);
    let address = || meta(head, "canonical").or_else(|| meta(head, "og:url"));
    said(page, linked, heading)
        .or_else(|| dated::shown(&page.nodes, heading))
        .or_else(|| dated::of_address(address()?))
}

fn said(page: &Page, linked: &Linked, heading: Option<usize>) -> Option<Millis> {
    let head = &page.head;
    let meta = PUBLISHED.iter().filter_map(|key| meta(head, key));
    let times = dated::times(head, &page.nodes, heading);
    let said: Vec<(&str, Millis)> = linked
        .published
        .as_deref()
        .into_iter()
        .chain(meta)
        .chain(linked.page.as_deref())
        .chain(times)
        .chain(linked.film.as_deref())
        .filter_map(|text| Some((text, dates::parse(text)?)))
        .take(TIMES_MAX)
        .collect();
    let (text, first) = *said.first()?;
    if names_zone(text) {
        return Some(first);
    }
    // The same time of day again, with its zone.
    let zoned = said.iter().find(|(text, at)| {
        let apart = (at - first).abs();
        names_zone(text) && apart <= ZONE_APART_MAX && apart % ZONE_STEP == 0
    });
    Some(zoned.map_or(first, |(_, at)| *at))
}

/// Whether a date says more behind its time of day than digits.
fn names_zone(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, rest)| {
        rest.contains(|c: char| c.is_alphabetic() || matches!(c, '+' | '-'))
    })
}

/// Whether a text has the shape of a language tag. A forgotten quotation mark makes half a page of it.
fn is_tag(text: &str) -> bool {
    text.len() <= LANGUAGE_TAG_BYTES_MAX
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The language that the page names, else the one that the text is written in.
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
        .filter_map(|tags| tags.trim().split([',', ';', ' ', '.']).next())
        .map(|tag| tag.replace('_', "-"))
        .find(|tag| is_tag(tag) && languages::normal(tag).is_some())
        .or_else(|| languages::detect(text).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::dates::rfc_3339;

    fn head(meta: &[(&'static str, &'static str)], title: &'static str) -> Head<'static> {
        Head {
            meta: meta
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).into()))
                .collect(),
            title: Some(title.into()),
            ..Head::default()
        }
    }

    #[test]
    fn a_language_is_a_tag_and_no_more() {
        let named = |written| {
            let head = head(&[("content-language", written)], "x");
            language(&head, &Linked::default(), "")
        };
        assert_eq!(named("de_AT, en").as_deref(), Some("de-AT"));
        assert_eq!(named("en-Xé<head>\n<meta"), None);
    }

    #[test]
    fn a_title_loses_the_name_of_the_site() {
        let none = Linked::default();
        let named = head(
            &[("og:site_name", "Basin Post")],
            "Ferry stops | Basin Post",
        );
        assert_eq!(title(&named, &none, &[]).as_deref(), Some("Ferry stops"));
        let twice = head(
            &[
                ("og:title", "Ferry - what now? - Basin"),
                ("twitter:title", "Ferry - what now?"),
            ],
            "x",
        );
        assert_eq!(
            title(&twice, &none, &[]).as_deref(),
            Some("Ferry - what now?")
        );
        let bare = head(&[], "Fire at mill - three hurt");
        assert_eq!(
            title(&bare, &none, &[]).as_deref(),
            Some("Fire at mill - three hurt")
        );
    }

    #[test]
    fn the_heading_counts_where_the_head_repeats_it_with_more() {
        let said = head(&[("og:title", "Harbour: Ferry to Avel stops - Basin")], "x");
        let headings = ["Basin".to_owned(), "Ferry to Avel stops".to_owned()];
        assert_eq!(
            title(&said, &Linked::default(), &headings).as_deref(),
            Some("Ferry to Avel stops")
        );
    }

    #[test]
    fn what_is_said_of_the_article_counts_before_the_page_and_the_page_before_a_film() {
        let linked = Linked {
            page: Some("2031-03-02".to_owned()),
            film: Some("2031-03-03".to_owned()),
            ..Linked::default()
        };
        let day = |head: Head<'static>| {
            let page = Page {
                head,
                nodes: Vec::new(),
            };
            published(&page, &linked, None).map(rfc_3339)
        };
        let said = day(head(&[("date", "2031-03-01")], ""));
        assert_eq!(said.as_deref(), Some("2031-03-01T00:00:00Z"));
        assert_eq!(day(head(&[], "")).as_deref(), Some("2031-03-02T00:00:00Z"));
    }

    #[test]
    fn odd_zones_become_utc_and_a_date_without_one_takes_it_from_another() {
        let linked = |date: &str| Linked {
            published: Some(date.to_owned()),
            ..Linked::default()
        };
        let read = |head: Head<'static>, date: &str| {
            let page = Page {
                head,
                nodes: Vec::new(),
            };
            published(&page, &linked(date), None).map(rfc_3339)
        };
        let none = || head(&[], "");
        assert_eq!(
            read(none(), "2031-03-04T09:30:00+0545").as_deref(),
            Some("2031-03-04T03:45:00Z")
        );
        assert_eq!(
            read(none(), "Tue, 4 Mar 2031 09:30 EST").as_deref(),
            Some("2031-03-04T14:30:00Z")
        );
        let zoned = head(&[("date", "2031-03-04T09:30:00+02:00")], "");
        assert_eq!(
            read(zoned, "2031-03-04 09:30:00").as_deref(),
            Some("2031-03-04T07:30:00Z")
        );
        let later = head(&[("date", "2031-03-04T11:31:10+02:00")], "");
        assert_eq!(
            read(later, "2031-03-04 09:30:00").as_deref(),
            Some("2031-03-04T09:30:00Z")
        );
        assert_eq!(read(none(), "soon"), None);
    }
}
