//! A page: the feeds that it offers may be fetched, and as a fragment it is cleaned.
#![no_main]

use lede::feed::clean::{self, TEXT_BYTES_MAX};
use lede::feed::discover;
use lede::feed::guard::{self, Allowance};
use lede_fuzz::{check_address, check_text};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://basin.example/news/today").expect("an address");
    let allowance = Allowance::default();
    let offers = discover::read(bytes, &url, &allowance);
    let mut addresses: Vec<&str> = Vec::new();
    for candidate in &offers.candidates {
        check_address("candidate", &candidate.url);
        guard::check(&candidate.url, &allowance).expect("a candidate may be fetched");
        assert!(!addresses.contains(&candidate.url.as_str()), "twice");
        addresses.push(&candidate.url);
        if let Some(title) = &candidate.title {
            check_text("title", title, true);
        }
    }
    if let Some(onward) = &offers.onward {
        guard::check(onward.as_str(), &allowance).expect("the way on may be fetched");
    }
    let fragment = String::from_utf8_lossy(bytes);
    let cleaned = clean::html(&fragment);
    check_text("fragment", &cleaned.text, false);
    assert!(cleaned.text.len() <= TEXT_BYTES_MAX);
    let _ = clean::looks_like_html(&fragment);
    check_text("plain text", &clean::plain(&fragment), false);
});
