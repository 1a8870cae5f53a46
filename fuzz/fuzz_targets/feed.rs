//! Bytes to a feed: decoded, parsed, cleaned, within every bound. The first byte chooses the
//! content type.
#![no_main]

use lede::clock::DAY;
use lede::feed::clean::{TEXT_BYTES_MAX, TITLE_CHARS_MAX};
use lede::feed::parse::{self, ENTRIES_MAX};
use lede::news::Entry;
use lede_fuzz::{check_address, check_text};
use libfuzzer_sys::fuzz_target;

const CONTENT_TYPES: [Option<&str>; 14] = [
    None,
    Some("text/xml"),
    Some("application/rss+xml; charset=utf-8"),
    Some("application/atom+xml; charset=\"iso-8859-1\""),
    Some("application/feed+json"),
    Some("text/html; charset=windows-1251"),
    Some("text/xml; charset=utf-16"),
    Some("text/xml; charset=iso-2022-jp"),
    Some("text/xml; charset=shift_jis"),
    Some("text/xml; charset=gb18030"),
    Some("text/xml; charset=big5"),
    Some("text/xml; charset=euc-kr"),
    Some("text/xml; charset=x-user-defined"),
    Some("charset;charset==;"),
];
/// Addresses and ids that are kept (bytes), and names.
const ADDRESS_BYTES_MAX: usize = 2_000;
const AUTHOR_CHARS_MAX: usize = 120;
/// Days from 1970 to the years 1900 and 2200, a day for the zones.
const DAYS: std::ops::RangeInclusive<i64> = -25_568..=84_372;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, document)) = bytes.split_first() else {
        return;
    };
    let content_type = CONTENT_TYPES[usize::from(*choice) % CONTENT_TYPES.len()];
    let base = ["https://basin.example/news/feed.xml", ""][usize::from(choice >> 7)];
    let Ok(parsed) = parse::read(document, content_type, base) else {
        return;
    };
    let feed = &parsed.feed;
    check_text("feed title", &feed.title, true);
    assert!(feed.entries.len() <= ENTRIES_MAX && parsed.details.len() <= ENTRIES_MAX);
    assert_ne!(feed.ttl_minutes, Some(0));
    if let Some(link) = &feed.link {
        check_address("feed link", link);
    }
    for entry in &feed.entries {
        check_entry(entry);
    }
    let again = parse::read(document, content_type, base).expect("read once");
    assert_eq!(feed, &again.feed, "reading twice gives the same");
});

fn check_entry(entry: &Entry) {
    assert!(!entry.title.is_empty(), "no title: {entry:?}");
    check_text("title", &entry.title, true);
    assert!(entry.title.encode_utf16().count() <= TITLE_CHARS_MAX);
    check_text("text", &entry.text, false);
    assert!(entry.text.len() <= TEXT_BYTES_MAX);
    for (what, address) in [("link", &entry.link), ("image", &entry.image)] {
        if let Some(address) = address {
            check_address(what, address);
            assert!(address.len() <= ADDRESS_BYTES_MAX);
        }
    }
    if let Some(guid) = &entry.guid {
        check_text("guid", guid, false);
        assert!((1..=ADDRESS_BYTES_MAX).contains(&guid.len()));
    }
    if let Some(author) = &entry.author {
        check_text("author", author, true);
        assert!((1..=AUTHOR_CHARS_MAX).contains(&author.encode_utf16().count()));
    }
    for at in [entry.published, entry.updated].into_iter().flatten() {
        assert!(DAYS.contains(&at.div_euclid(DAY)), "{at} is far away");
    }
    if let Some(language) = &entry.language {
        assert!(language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()));
    }
}
