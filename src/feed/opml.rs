//! Lists of feeds as readers export them: addresses, titles, folders.

use super::{clean, decode, entity, xml};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Largest file that is read (bytes).
pub const OPML_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Feeds taken from one file.
pub const OPML_FEEDS_MAX: usize = 5_000;
/// Folders nested deeper are ignored.
const DEPTH_MAX: usize = 32;
const ADDRESS_BYTES_MAX: usize = 2_000;

/// A feed of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpmlFeed {
    pub url: String,
    pub title: Option<String>,
    /// The innermost folder.
    pub folder: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    #[error("more than {max} bytes")]
    TooLarge { max: usize },
    #[error("not an OPML file")]
    NotOpml,
}

/// Reads a list; each address once, in order. A damaged file gives what can be read of it.
pub fn opml(bytes: &[u8]) -> Result<Vec<OpmlFeed>, OpmlError> {
    if bytes.len() > OPML_BYTES_MAX {
        return Err(OpmlError::TooLarge {
            max: OPML_BYTES_MAX,
        });
    }
    entity::begin();
    let text = decode::text(bytes, None);
    let mended = xml::escape_lone_brackets(&text);
    let mut reader = Reader::from_str(&mended);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut list = List::default();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => list.open(&tag, false),
            Event::Empty(tag) => list.open(&tag, true),
            Event::End(tag) if is(tag.name().as_ref(), "outline") => list.close(),
            Event::Eof => break,
            _ => {}
        }
        if list.feeds.len() >= OPML_FEEDS_MAX {
            break;
        }
    }
    if list.is_opml {
        Ok(list.feeds)
    } else {
        Err(OpmlError::NotOpml)
    }
}

fn is(written: &str, name: &str) -> bool {
    written
        .rsplit(':')
        .next()
        .is_some_and(|local| local.eq_ignore_ascii_case(name))
}

#[derive(Default)]
struct List {
    is_opml: bool,
    /// Open outlines: the title of a folder, none for a feed with children.
    open: Vec<Option<String>>,
    /// Open outlines below the deepest folder that is kept.
    over: usize,
    feeds: Vec<OpmlFeed>,
    known: std::collections::HashSet<String>,
}

impl List {
    fn open(&mut self, tag: &BytesStart, empty: bool) {
        let name = tag.name();
        self.is_opml |= is(name.as_ref(), "opml");
        if !is(name.as_ref(), "outline") {
            return;
        }
        self.is_opml = true;
        let attributes = xml::attributes_of(tag);
        let value = |key: &str| {
            let found = attributes.iter().find(|(known, _)| known == key)?;
            Some(found.1.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let title = value("title")
            .or_else(|| value("text"))
            .map(|title| clean::one_line(&clean::html(&title).text));
        let title = title.filter(|title| !title.is_empty());
        let url = value("xmlurl").or_else(|| {
            value("url")
                .filter(|_| value("type").is_some_and(|kind| kind == "rss" || kind == "atom"))
        });
        if let Some(url) = url
            .as_deref()
            .map(web)
            .filter(|url| url.len() <= ADDRESS_BYTES_MAX)
            && self.known.insert(url.clone())
        {
            let folder = self.open.iter().rev().flatten().next().cloned();
            self.feeds.push(OpmlFeed {
                url,
                title: title.clone(),
                folder,
            });
        }
        if !empty {
            if self.open.len() < DEPTH_MAX {
                self.open.push(title.filter(|_| url.is_none()))
            } else {
                self.over += 1
            }
        }
    }

    fn close(&mut self) {
        if self.over > 0 {
            self.over -= 1;
        } else {
            self.open.pop();
        }
    }
}

/// `feed://` and `feed:https://` as what they mean.
pub fn web(address: &str) -> String {
    let address = address.trim();
    match address.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => {
            match address[5..].strip_prefix("//") {
                Some(rest) => format!("https://{rest}"),
                None => address[5..].to_owned(),
            }
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_keep_their_names_and_folders() {
        let text = r#"<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
            <outline text="Coast"><outline text="Basin &amp; Co" title="" type="rss" xmlUrl="https://basin.example/rss?a=1&b=2" />
            <outline text="Deep"><outline xmlUrl="feed://deep.example/feed" text="D"></outline></outline></outline>
            <outline XMLURL="https://basin.example/rss?a=1&amp;b=2"/><outline text="Top" xmlUrl="https://top.example/"/></body>"#;
        let feed = |url: &str, title: &str, folder: Option<&str>| OpmlFeed {
            url: url.to_owned(),
            title: Some(title.to_owned()),
            folder: folder.map(str::to_owned),
        };
        assert_eq!(
            opml(text.as_bytes()).expect("a list"),
            [
                feed(
                    "https://basin.example/rss?a=1&b=2",
                    "Basin & Co",
                    Some("Coast")
                ),
                feed("https://deep.example/feed", "D", Some("Deep")),
                feed("https://top.example/", "Top", None),
            ]
        );
    }

    #[test]
    fn what_is_no_list_is_refused_and_hostile_ones_are_bounded() {
        assert_eq!(opml(b"<html></html>"), Err(OpmlError::NotOpml));
        assert_eq!(opml(b""), Err(OpmlError::NotOpml));
        assert!(matches!(
            opml(&vec![b' '; OPML_BYTES_MAX + 1]),
            Err(OpmlError::TooLarge { .. })
        ));
        let deep = format!("<opml>{}", "<outline text='a'>".repeat(100_000));
        assert_eq!(opml(deep.as_bytes()).expect("a list").len(), 0);
    }
}
