//! From the bytes of a document to a feed: decode, tell the format, read, clean, bound.

use super::clean::{self, Cleaned};
use super::draft::{Draft, FeedDraft, Markup, join};
use super::{atom, decode, entity, json, rss, xml};
use crate::news::link::canonical;
use crate::news::reading::NotAFeed;
use crate::news::{Entry, Feed, ReadingError};
use crate::text::plain;
use url::Url;

/// Entries kept of one feed.
pub const ENTRIES_MAX: usize = 500;
/// Longest id, link or picture address that is kept (characters).
const ADDRESS_CHARS_MAX: usize = 2_000;
/// Longest title made from the beginning of a text (characters).
const TITLE_OF_TEXT_CHARS_MAX: usize = 120;
const AUTHOR_CHARS_MAX: usize = 120;

/// A feed, and each entry with what the feed itself does not keep apart.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub feed: Feed,
    /// All entries read, empty ones too.
    pub details: Vec<Detail>,
}

/// An entry with its two texts.
#[derive(Clone, Debug)]
pub struct Detail {
    pub entry: Entry,
    /// The link before it was made canonical.
    pub link: Option<String>,
    pub summary: Option<String>,
    pub content: Option<String>,
}

/// Reads a document as it came from a server.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base_url: &str,
) -> Result<Parsed, ReadingError> {
    if bytes
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0)
    {
        return Err(ReadingError::NotAFeed(NotAFeed::Empty));
    }
    entity::begin();
    let base = Url::parse(base_url).ok();
    let text = decode::text(bytes, content_type);
    let text =
        text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if text.starts_with(['{', '[']) {
        return match json::read(text, base.as_ref()) {
            json::Read::Feed {
                feed,
                entries,
                repaired,
            } => Ok(finish(feed, entries, repaired)),
            json::Read::Other => Err(ReadingError::NotAFeed(NotAFeed::Other)),
            json::Read::Damaged => Err(ReadingError::NotAFeed(NotAFeed::Damaged)),
        };
    }
    let document = xml::read(text, base.as_ref());
    let Some(root) = &document.root else {
        return Err(ReadingError::NotAFeed(what_instead(
            bytes,
            text,
            document.stranger.as_deref(),
        )));
    };
    let (feed, entries) = if root.name == "feed" {
        atom::read(&document, root)
    } else {
        rss::read(&document, root)
    };
    Ok(finish(feed, entries, document.repaired))
}

/// What a document is that is no feed.
fn what_instead(bytes: &[u8], text: &str, stranger: Option<&str>) -> NotAFeed {
    const PAGE: [&str; 10] = [
        "html", "head", "body", "div", "p", "script", "meta", "title", "h1", "center",
    ];
    let controls = bytes
        .iter()
        .take(512)
        .filter(|b| **b < 9 || (14..27).contains(*b))
        .count();
    if controls > 4 || (text.starts_with("%PDF") || text.starts_with("PK\u{3}")) {
        return NotAFeed::Binary;
    }
    let head = text
        .get(..text.len().min(200))
        .unwrap_or_default()
        .to_ascii_lowercase();
    match stranger {
        _ if head.starts_with("<!doctype html") => NotAFeed::Page,
        Some(name) if PAGE.contains(&name) => NotAFeed::Page,
        None if text.starts_with('<') => NotAFeed::Damaged,
        _ => NotAFeed::Other,
    }
}

fn finish(draft: FeedDraft, entries: Vec<Draft>, repaired: bool) -> Parsed {
    let language = draft.language.as_deref().and_then(language);
    let details: Vec<Detail> = newest(entries)
        .into_iter()
        .map(|entry| detail(entry, language.as_deref()))
        .collect();
    let kept = |detail: &&Detail| !detail.entry.title.is_empty() || !detail.entry.text.is_empty();
    let feed = Feed {
        title: clean::one_line(&draft.title.clean().text),
        link: draft.link.filter(|link| fits(link)),
        language,
        ttl_minutes: draft.ttl_minutes.filter(|minutes| *minutes > 0),
        skip: draft.skip,
        entries: details
            .iter()
            .filter(kept)
            .map(|detail| detail.entry.clone())
            .collect(),
        repaired,
    };
    Parsed { feed, details }
}

/// The newest entries, in the order of the feed; where one has no date, the first.
fn newest(mut entries: Vec<Draft>) -> Vec<Draft> {
    if entries.len() > ENTRIES_MAX {
        let mut dates: Vec<_> = entries
            .iter()
            .map(|entry| entry.published.or(entry.updated))
            .collect();
        if dates.iter().all(Option::is_some) {
            dates.sort_unstable();
            let oldest = dates[dates.len() - ENTRIES_MAX];
            entries.retain(|entry| entry.published.or(entry.updated) >= oldest);
        }
        entries.truncate(ENTRIES_MAX);
    }
    entries
}

fn detail(draft: Draft, feed_language: Option<&str>) -> Detail {
    let summary = draft.summary.as_ref().map(Markup::clean);
    let content = draft.content.as_ref().map(Markup::clean);
    let text = |part: &Option<Cleaned>| part.as_ref().map(|part| part.text.clone());
    let (summary_text, content_text) = (text(&summary), text(&content));
    let longest = [&content_text, &summary_text]
        .into_iter()
        .flatten()
        .max_by_key(|text| text.len());
    let longest = longest.cloned().unwrap_or_default();
    let mut title = clean::one_line(&draft.title.clean().text);
    if title.is_empty() {
        title = title_of(&longest);
    }
    let pictured = [&content, &summary]
        .into_iter()
        .flatten()
        .find_map(|part| part.image.clone());
    let image = draft
        .image
        .or_else(|| join(draft.base.as_deref(), &pictured?));
    let link = draft.link.filter(|link| fits(link));
    let original = draft.original.or_else(|| link.clone());
    let entry = Entry {
        guid: draft
            .guid
            .map(|guid| plain::tidy(&guid))
            .filter(|guid| fits(guid)),
        link: original.as_deref().and_then(|link| canonical(link, None)),
        title,
        text: longest,
        published: draft.published.or(draft.updated),
        updated: draft.updated,
        author: draft.author.and_then(|author| byline(&author.clean().text)),
        image: image.filter(|image| fits(image)),
        language: draft
            .language
            .as_deref()
            .and_then(language)
            .or_else(|| feed_language.map(str::to_owned)),
    };
    Detail {
        entry,
        link,
        summary: summary_text,
        content: content_text,
    }
}

fn fits(address: &str) -> bool {
    !address.is_empty() && address.len() <= ADDRESS_CHARS_MAX
}

/// A title for an entry that has none: its first line, cut at a word.
fn title_of(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= TITLE_OF_TEXT_CHARS_MAX {
        return line.to_owned();
    }
    let short = plain::cut(line, TITLE_OF_TEXT_CHARS_MAX);
    let short = short.trim_end_matches('…');
    let word = short
        .rfind(' ')
        .filter(|at| *at > short.len() / 2)
        .map_or(short, |at| &short[..at]);
    format!("{}…", word.trim_end_matches([',', ';', ':', ' ']))
}

/// The name in `name@host (Name)`, else the text.
fn byline(text: &str) -> Option<String> {
    let line = plain::cut(&clean::one_line(text), AUTHOR_CHARS_MAX);
    let named = line
        .split_once(" (")
        .filter(|(mail, _)| mail.contains('@') && !mail.contains(' '))
        .map(|(_, name)| name.trim_end_matches(')').trim().to_owned())
        .filter(|name| !name.is_empty());
    named.or((!line.is_empty()).then_some(line))
}

/// Two letters, lower case.
fn language(written: &str) -> Option<String> {
    let lower = written.trim().to_ascii_lowercase();
    let part = lower
        .split(['-', '_', ';', ',', ' '])
        .next()
        .unwrap_or_default();
    let short = match part {
        "eng" | "english" => "en",
        "deu" | "ger" | "german" => "de",
        "spa" | "spanish" => "es",
        "fra" | "fre" | "french" => "fr",
        part => part,
    };
    (short.len() == 2 && short.bytes().all(|b| b.is_ascii_lowercase())).then(|| short.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::dates::rfc_3339;

    fn fixture(bytes: &[u8], base: &str) -> Feed {
        read(bytes, None, base).expect("a feed").feed
    }

    #[test]
    fn a_damaged_feed_keeps_every_whole_entry() {
        let feed = fixture(
            include_bytes!("../../tests/fixtures/feeds/damaged.rss"),
            "https://basin.example/feed",
        );
        assert!(feed.repaired);
        assert_eq!(
            (
                feed.title.as_str(),
                feed.language.as_deref(),
                feed.ttl_minutes
            ),
            ("Basin & Coast Weekly", Some("en"), Some(30))
        );
        assert_eq!(feed.entries.len(), 3);
        let first = &feed.entries[0];
        assert_eq!(first.title, "Ferry fares rise 3 & 4 crowns: \"not fair\"");
        assert_eq!(
            first.text,
            "The ferry to Orle costs 14 crowns from Monday.\nChildren pay half."
        );
        assert_eq!(
            first.link.as_deref(),
            Some("https://basin.example/ferry?a=1&b=2")
        );
        assert_eq!(
            first.image.as_deref(),
            Some("https://basin.example/pix/ferry.jpg")
        );
        assert_eq!(first.author.as_deref(), Some("Ana Lind"));
        assert_eq!(
            first.published.map(rfc_3339).as_deref(),
            Some("2024-10-02T06:05:00Z")
        );
        assert_eq!(
            (
                feed.entries[1].title.as_str(),
                feed.entries[1].text.as_str()
            ),
            ("Café opens on the quay", "Coffee & cake")
        );
        assert_eq!(feed.entries[1].published, None);
        assert_eq!(
            (
                feed.entries[2].title.as_str(),
                feed.entries[2].guid.as_deref()
            ),
            ("A note without a title.", Some("note-3"))
        );
    }

    #[test]
    fn old_formats_are_read() {
        let atom = fixture(
            include_bytes!("../../tests/fixtures/feeds/old.atom"),
            "https://abend.example/atom.xml",
        );
        let entry = &atom.entries[0];
        assert_eq!(
            (atom.title.as_str(), atom.link.as_deref()),
            ("Abendßlatt", Some("https://abend.example/blatt/"))
        );
        assert_eq!(
            (entry.title.as_str(), entry.text.as_str()),
            ("Hafen gesperrt", "Der Hafen ist zu.\nBis Freitag.")
        );
        assert_eq!(
            entry.link.as_deref(),
            Some("https://abend.example/blatt/hafen.html")
        );
        assert_eq!(
            entry.published.map(rfc_3339).as_deref(),
            Some("2024-10-02T08:05:00Z")
        );
        let rdf = fixture(
            include_bytes!("../../tests/fixtures/feeds/old.rdf"),
            "https://vesk.example/rdf",
        );
        assert_eq!((rdf.title.as_str(), rdf.entries.len()), ("Vesk Wire", 1));
        assert_eq!(
            rdf.entries[0].published.map(rfc_3339).as_deref(),
            Some("2024-10-02T00:00:00Z")
        );
    }

    #[test]
    fn a_cut_json_feed_is_read() {
        let feed = fixture(
            include_bytes!("../../tests/fixtures/feeds/short.json"),
            "https://coast.example/feed.json",
        );
        assert_eq!(feed.entries.len(), 2);
        assert_eq!(
            (
                feed.entries[0].title.as_str(),
                feed.entries[0].guid.as_deref()
            ),
            ("Boats & nets", Some("7"))
        );
        assert_eq!(feed.entries[0].text, "Nets are back.\nBoats too.");
        assert_eq!(
            feed.entries[0].image.as_deref(),
            Some("https://coast.example/pix/7.png")
        );
        assert_eq!(
            (
                feed.entries[1].title.as_str(),
                feed.entries[1].language.as_deref()
            ),
            ("Tide at nine.", Some("en"))
        );
    }

    #[test]
    fn what_is_no_feed_is_named() {
        let kind = |bytes: &[u8]| match read(bytes, None, "") {
            Err(ReadingError::NotAFeed(kind)) => kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(kind(b" \n"), NotAFeed::Empty);
        assert_eq!(kind(b"<!DOCTYPE html><html><body>x"), NotAFeed::Page);
        assert_eq!(
            kind(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0"),
            NotAFeed::Binary
        );
        assert_eq!(kind(b"{\"a\": 1}"), NotAFeed::Other);
        assert_eq!(kind(b"plain words"), NotAFeed::Other);
        assert_eq!(kind(b"<rss"), NotAFeed::Damaged);
    }

    #[test]
    fn of_many_entries_the_newest_are_kept() {
        let entry = |day: usize| {
            format!(
                "<item><title>{day}</title><pubDate>2024-01-01T00:{:02}:{:02}Z</pubDate></item>",
                day / 60,
                day % 60
            )
        };
        let entries: String = (0..ENTRIES_MAX + 20).map(entry).collect();
        let feed = fixture(
            format!("<rss><channel>{entries}</channel></rss>").as_bytes(),
            "",
        );
        assert_eq!(feed.entries.len(), ENTRIES_MAX);
        assert_eq!(feed.entries[0].title, "20");
    }

    #[test]
    fn a_byline_is_a_name() {
        assert_eq!(
            byline("ana@basin.example (Ana Lind)").as_deref(),
            Some("Ana Lind")
        );
        assert_eq!(
            byline("Ana Lind (ana@basin.example)").as_deref(),
            Some("Ana Lind (ana@basin.example)")
        );
        assert_eq!(byline(" "), None);
    }
}
