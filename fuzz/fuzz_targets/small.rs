//! Short inputs: dates, addresses as members give them, links, topics.
#![no_main]

use lede::clock::DAY;
use lede::feed::{check_address, dates};
use lede::news::Topic;
use lede::news::link::{LINK_BYTES_MAX, canonical};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// Days from 1970 to the years 1900 and 2200, a day for the zones.
const DAYS: std::ops::RangeInclusive<i64> = -25_568..=84_372;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Some(at) = dates::parse(&text) {
        assert!(DAYS.contains(&at.div_euclid(DAY)), "{at} is far away");
        let seconds = at.div_euclid(1_000) * 1_000;
        assert_eq!(dates::parse(&dates::rfc_3339(at)), Some(seconds));
    }
    if let Ok(url) = check_address(&text, &[]) {
        assert!(matches!(url.scheme(), "http" | "https"));
        let again = check_address(url.as_str(), &[]);
        assert_eq!(again.as_ref(), Ok(&url), "what was allowed stays so");
    }
    if let Some(link) = canonical(&text, Some("https://basin.example/a/b")) {
        assert!(link.len() <= LINK_BYTES_MAX);
        lede_fuzz::check_address("link", &link);
        assert!(
            !link.contains(['(', ')', '[', ']', '<', '>', '"', '`', '\\', ' ']),
            "{link}"
        );
        assert_eq!(
            canonical(&link, None).as_ref(),
            Some(&link),
            "a link is cleaned once"
        );
        assert!(Url::parse(&link).is_ok());
    }
    if let Ok(topic) = Topic::parse(&text) {
        assert!(!topic.key.is_empty());
        assert!(!topic.words.is_empty() || !topic.phrases.is_empty());
    }
});
