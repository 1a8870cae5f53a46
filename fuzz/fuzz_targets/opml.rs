//! Lists of feeds: bounded, each address once, titles clean; never a panic.
#![no_main]

use lede::feed::clean::TITLE_CHARS_MAX;
use lede::feed::opml::{OPML_FEEDS_MAX, opml};
use lede_fuzz::check_text;
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;

fuzz_target!(|bytes: &[u8]| {
    let Ok(feeds) = opml(bytes) else {
        return;
    };
    assert!(feeds.len() <= OPML_FEEDS_MAX);
    let mut addresses = HashSet::new();
    for feed in &feeds {
        assert!((1..=2_000).contains(&feed.url.len()), "{}", feed.url.len());
        assert!(addresses.insert(&feed.url), "{} comes twice", feed.url);
        for text in [&feed.title, &feed.folder].into_iter().flatten() {
            check_text("title or folder", text, true);
            assert!((1..=TITLE_CHARS_MAX).contains(&text.encode_utf16().count()));
        }
    }
});
