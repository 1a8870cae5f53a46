//! Lists of feeds as readers export them: addresses, titles, folders; read and written.

use super::{clean, decode, entity, xml};
use crate::news::source::Weight;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use std::collections::HashSet;

/// Largest file that is read (bytes).
pub const OPML_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Feeds taken from one file.
pub const OPML_FEEDS_MAX: usize = 20_000;
/// Folders nested deeper are ignored.
const DEPTH_MAX: usize = 32;
const ADDRESS_BYTES_MAX: usize = 2_000;
/// How often reading goes on behind a piece of damaged markup.
const RESTARTS_MAX: usize = 64;
/// Characters of a longer address by which it is known again.
const SHOWN_CHARS_MAX: usize = 100;

/// The attribute of our own in which an export keeps a source's weight.
const WEIGHT: &str = "lede:weight";
/// The name of the space that it is in. Nothing is to be found there.
const SPACE: &str = "urn:lede:opml";

/// A feed of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpmlFeed {
    pub url: String,
    pub title: Option<String>,
    /// The innermost folder.
    pub folder: Option<String>,
    /// Address of the site that the feed belongs to.
    pub site: Option<String>,
    /// What the list says of it (`description`).
    pub note: Option<String>,
    /// How much the newsroom that exported it thought of it.
    pub weight: Option<Weight>,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpmlList {
    /// Each address once, in order.
    pub feeds: Vec<OpmlFeed>,
    /// Addresses that were named before in the same file.
    pub doubles: Vec<String>,
    /// Addresses that are longer than any that is kept, cut.
    pub too_long: Vec<String>,
    /// There are more than [`OPML_FEEDS_MAX`]; what comes after them was left.
    pub more: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    #[error("more than {max} bytes")]
    TooLarge { max: usize },
    #[error("not an OPML file")]
    NotOpml,
}

/// The feeds of a list; each address once, in order.
pub fn opml(bytes: &[u8]) -> Result<Vec<OpmlFeed>, OpmlError> {
    read(bytes).map(|list| list.feeds)
}

/// Reads a list. A damaged file gives what can be read of it.
pub fn read(bytes: &[u8]) -> Result<OpmlList, OpmlError> {
    if bytes.len() > OPML_BYTES_MAX {
        return Err(OpmlError::TooLarge {
            max: OPML_BYTES_MAX,
        });
    }
    entity::begin();
    let text = decode::text(bytes, None);
    let mended = xml::escape_lone_brackets(&text);
    let mut list = List::default();
    let mut from = 0;
    for _ in 0..RESTARTS_MAX {
        match list.read(&mended[from..]) {
            // Behind a piece of damaged markup reading goes on.
            Some(broken) => from += broken + 1,
            None => break,
        }
        if !mended.get(from..).is_some_and(|rest| rest.contains('<')) {
            break;
        }
    }
    if list.is_opml {
        Ok(list.found)
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
    found: OpmlList,
    known: HashSet<String>,
}

impl List {
    /// Reads on to the end, or to markup that is damaged: gives its place.
    fn read(&mut self, text: &str) -> Option<usize> {
        let mut reader = xml::lenient(text);
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.open(&tag, false),
                Ok(Event::Empty(tag)) => self.open(&tag, true),
                Ok(Event::End(tag)) if is(tag.name().as_ref(), "outline") => self.close(),
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(_) => return Some(reader.error_position() as usize),
            }
            if self.found.more {
                return None;
            }
        }
    }

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
        let line = |key: &str| {
            let line = cleaned(&value(key)?);
            Some(line).filter(|line| !line.is_empty())
        };
        let title = line("title").or_else(|| line("text"));
        let url = value("xmlurl").or_else(|| {
            let is_feed = |kind: String| matches!(&*kind.to_ascii_lowercase(), "rss" | "atom");
            value("url").filter(|_| value("type").is_some_and(is_feed))
        });
        if let Some(url) = url.as_deref().map(web) {
            self.found(OpmlFeed {
                url,
                title: title.clone(),
                folder: self.open.iter().rev().flatten().next().cloned(),
                site: value("htmlurl").filter(|site| site.len() <= ADDRESS_BYTES_MAX),
                note: line("description"),
                weight: value(WEIGHT).and_then(|word| Weight::parse(&word)),
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

    fn found(&mut self, feed: OpmlFeed) {
        if feed.url.len() > ADDRESS_BYTES_MAX {
            let cut = feed.url.chars().take(SHOWN_CHARS_MAX).collect();
            self.found.too_long.push(cut);
        } else if !self.known.insert(feed.url.clone()) {
            self.found.doubles.push(feed.url);
        } else if self.found.feeds.len() < OPML_FEEDS_MAX {
            self.found.feeds.push(feed);
        } else {
            self.found.more = true;
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

/// Text of an attribute, which readers write as plain text and as HTML.
fn cleaned(text: &str) -> String {
    clean::one_line(&clean::html(text).text)
}

/// Writes a list that [`read`] takes back whole: folders in the order in which they first come,
/// feeds without one first.
pub fn write(title: &str, feeds: &[OpmlFeed]) -> String {
    let written = written(title, feeds).expect("memory takes all that is written");
    String::from_utf8(written).expect("it is made of strings")
}

fn written(title: &str, feeds: &[OpmlFeed]) -> std::io::Result<Vec<u8>> {
    let mut folders: Vec<Option<&str>> = vec![None];
    for feed in feeds {
        if !folders.contains(&feed.folder.as_deref()) {
            folders.push(feed.folder.as_deref());
        }
    }
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let opml = xml.create_element("opml");
    let opml = opml.with_attributes([("version", "2.0"), ("xmlns:lede", SPACE)]);
    opml.write_inner_content(|xml| {
        xml.create_element("head").write_inner_content(|xml| {
            let title = holdable(title);
            let element = xml.create_element("title");
            element.write_text_content(BytesText::new(&title))?;
            Ok(())
        })?;
        xml.create_element("body").write_inner_content(|xml| {
            for folder in folders {
                let mut inside = feeds.iter().filter(|feed| feed.folder.as_deref() == folder);
                match folder {
                    None => inside.try_for_each(|feed| outline(xml, feed))?,
                    Some(folder) => {
                        let name = as_text(folder);
                        let element = xml.create_element("outline");
                        element
                            .with_attributes([("text", &*name), ("title", &*name)])
                            .write_inner_content(|xml| {
                                inside.try_for_each(|feed| outline(xml, feed))
                            })?;
                    }
                }
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(xml.into_inner())
}

fn outline(xml: &mut Writer<Vec<u8>>, feed: &OpmlFeed) -> std::io::Result<()> {
    let name = feed.title.as_deref().map(as_text);
    let attributes = [
        ("type", Some("rss".to_owned())),
        ("text", name.clone()),
        ("title", name),
        ("xmlUrl", Some(holdable(&feed.url))),
        ("htmlUrl", feed.site.as_deref().map(holdable)),
        ("description", feed.note.as_deref().map(holdable)),
        (WEIGHT, feed.weight.map(|weight| weight.word().to_owned())),
    ];
    let mut element = BytesStart::new("outline");
    for (key, value) in &attributes {
        if let Some(value) = value {
            element.push_attribute((*key, value.as_str()));
        }
    }
    xml.write_event(Event::Empty(element))
}

/// A name as the reader will find it again: one that would be taken for HTML is written as HTML.
fn as_text(name: &str) -> String {
    if cleaned(name) == name {
        holdable(name)
    } else {
        quick_xml::escape::escape(holdable(name)).into_owned()
    }
}

/// Text without what XML cannot hold; line ends and tabs would become blanks in an attribute all
/// the same.
fn holdable(text: &str) -> String {
    let held = text
        .chars()
        .filter(|letter| letter.is_ascii_whitespace() || !letter.is_control())
        .filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}'));
    held.map(|letter| {
        if letter.is_ascii_whitespace() {
            ' '
        } else {
            letter
        }
    })
    .collect()
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
    use proptest::prelude::*;

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
            ..OpmlFeed::default()
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

    #[test]
    fn an_outline_that_is_damaged_does_not_end_the_list() {
        let text = "<opml><body><outline xmlUrl='https://a.example/1'/>\
            <outline text=\"y xmlUrl=\"https://a.example/2\"/>\
            <outline type='RSS' url='https://a.example/3'/></body></opml>";
        let found = opml(text.as_bytes()).expect("a list");
        let urls: Vec<&str> = found.iter().map(|feed| &*feed.url).collect();
        assert_eq!(urls, ["https://a.example/1", "https://a.example/3"]);
    }

    #[test]
    fn what_is_named_twice_or_endless_is_told() {
        let long = "x".repeat(3_000);
        let text = format!(
            "<opml><outline xmlUrl='https://a.example/'/><outline xmlUrl='https://a.example/'/>\
             <outline xmlUrl='https://b.example/{long}'/></opml>"
        );
        let list = read(text.as_bytes()).expect("a list");
        assert_eq!(list.feeds.len(), 1);
        assert_eq!(list.doubles, ["https://a.example/"]);
        assert!(list.too_long[0].starts_with("https://b.example/xxx"));
        let many: String = (0..OPML_FEEDS_MAX + 5)
            .map(|n| format!("<outline xmlUrl='https://n{n}.example/'/>"))
            .collect();
        let list = read(format!("<opml>{many}</opml>").as_bytes()).expect("a list");
        assert!(list.more && list.feeds.len() == OPML_FEEDS_MAX);
    }

    fn feed_of(url: &str, name: &str, folder: &str, weight: usize) -> OpmlFeed {
        let some = |text: &str| {
            let line = clean::one_line(&clean::plain(text));
            (!line.is_empty()).then_some(line)
        };
        OpmlFeed {
            url: format!("https://n.example/{url}"),
            title: some(name),
            folder: some(folder),
            weight: Weight::ALL.get(weight).copied(),
            ..OpmlFeed::default()
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            rows in proptest::collection::vec(
                ("[a-z0-9?&=%<>\"']{1,30}", ".{0,40}", "(|A|B & C|<b>|.{0,9})", 0..5_usize), 0..20
            )
        ) {
            let mut feeds: Vec<OpmlFeed> = Vec::new();
            for (url, name, folder, weight) in &rows {
                let feed = feed_of(url, name, folder, *weight);
                if feeds.iter().all(|known| known.url != feed.url) {
                    feeds.push(feed);
                }
            }
            let mut found = read(write("Mine & <theirs>", &feeds).as_bytes()).expect("a list").feeds;
            found.sort_by(|a, b| a.url.cmp(&b.url));
            feeds.sort_by(|a, b| a.url.cmp(&b.url));
            prop_assert_eq!(found, feeds);
        }
    }

    #[test]
    fn names_that_look_like_markup_are_read_again() {
        for name in [
            "R&D <live>",
            "AT&amp;T",
            "A < B > C",
            "&lt;b&gt;",
            "\"Q\" 'q' &#38;",
            "<!-- x -->",
        ] {
            let feeds = [feed_of("1", name, name, 3)];
            let found = read(write("x", &feeds).as_bytes()).expect("a list").feeds;
            assert_eq!(found, feeds, "{name}");
        }
    }
}
