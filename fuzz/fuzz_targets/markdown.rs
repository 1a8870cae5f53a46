//! Others' text as Discord's markdown: it reads as it was and takes no effect, alone, beside
//! another text and in a masked link.
#![no_main]

use lede::page::markdown::{Commands, escape, safe_url, words};
use lede::text::plain;
use libfuzzer_sys::fuzz_target;

#[path = "../../src/page/markdown/reader.rs"]
mod reader;

/// Runs of letters this long may be masked as secrets.
const SECRET_CHARS_MIN: usize = 20;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let escaped = escape(&text);
    assert!(!escaped.contains('\n') && !escaped.contains(|c: char| c.is_control()));
    let (shown, effects) = reader::read(&escaped);
    assert!(effects.is_empty(), "{escaped:?} has {effects:?}");
    let seen = visible(&text);
    if !may_hold_secrets(&seen) {
        assert_eq!(shown, seen);
    }
    assert!(reader::read(&words(&text, &Commands::none())).1.is_empty());

    let half = text.floor_char_boundary(text.len() / 2);
    let (one, two) = text.split_at(half);
    let beside = format!("x {} {}", escape(one), escape(two));
    let effects = reader::read(&beside).1;
    assert!(effects.is_empty(), "{beside:?} has {effects:?}");

    let url = safe_url(&text);
    assert!(
        url.bytes()
            .all(|b| b.is_ascii_graphic() && !b"()<>[]\\\"`|*".contains(&b))
    );
    if !url.is_empty() {
        assert!(url.starts_with("https://") || url.starts_with("http://"));
        assert_eq!(safe_url(&url), url, "an address is encoded once");
    }
});

/// What a reader sees of a text before it was escaped.
fn visible(text: &str) -> String {
    let seen = plain::visible(text);
    seen.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}

fn may_hold_secrets(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .any(|run| run.len() >= SECRET_CHARS_MIN)
}
