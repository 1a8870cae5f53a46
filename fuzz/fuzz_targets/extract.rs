//! A page to its article: clean text, a title in one line, a time that can be. The first byte
//! chooses the content type.
#![no_main]

use lede::clock::DAY;
use lede::feed::extract::extract;
use lede_fuzz::check_text;
use libfuzzer_sys::fuzz_target;

const CONTENT_TYPES: [Option<&str>; 4] = [
    None,
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=windows-1251"),
    Some("text/html; charset=gb18030"),
];
/// Days from 1970 to the years 1900 and 2200, a day for the zones.
const DAYS: std::ops::RangeInclusive<i64> = -25_568..=84_372;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, page)) = bytes.split_first() else {
        return;
    };
    let content_type = CONTENT_TYPES[usize::from(*choice) % CONTENT_TYPES.len()];
    let Ok(article) = extract(page, content_type) else {
        return;
    };
    assert!(!article.text.is_empty());
    check_text("text", &article.text, false);
    if let Some(title) = &article.title {
        assert!(!title.is_empty());
        check_text("title", title, true);
    }
    if let Some(language) = &article.language {
        assert!(!language.contains(char::is_control), "{language:?}");
    }
    if let Some(at) = article.published {
        assert!(DAYS.contains(&at.div_euclid(DAY)), "{at} is far away");
    }
});
