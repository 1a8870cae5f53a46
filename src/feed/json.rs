//! JSON Feed: from its text to drafts; a cut document keeps its whole entries.

use super::dates;
use super::draft::{Draft, FeedDraft, Markup, join};
use crate::news::habits::Skip;
use serde_json::Value;
use std::rc::Rc;
use url::Url;

/// Entries read of one document; the newest of them are kept.
const ENTRIES_READ_MAX: usize = 20_000;

/// What the text is.
pub enum Read {
    Feed {
        feed: FeedDraft,
        entries: Vec<Draft>,
        repaired: bool,
    },
    /// JSON, but no feed.
    Other,
    Damaged,
}

/// Reads a document that came from `base`.
pub fn read(text: &str, base: Option<&Url>) -> Read {
    let first = |text: &str| {
        serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .next()
            .and_then(Result::ok)
    };
    let (value, repaired) = match first(text) {
        Some(value) => (value, false),
        None => {
            let mended = mended(text);
            let whole = || cut_to_whole(&mended).as_deref().and_then(first);
            match first(&mended).or_else(whole) {
                Some(value) => (value, true),
                None => return Read::Damaged,
            }
        }
    };
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        let version = string(&value, "version").unwrap_or_default();
        if version.contains("jsonfeed") {
            return Read::Feed {
                feed: feed(&value, base),
                entries: Vec::new(),
                repaired,
            };
        }
        return Read::Other;
    };
    let feed = feed(&value, base);
    let base = base.cloned().map(Rc::new);
    let entries = items
        .iter()
        .take(ENTRIES_READ_MAX)
        .filter(|v| v.is_object())
        .map(|v| entry(v, &feed, base.as_ref()))
        .collect();
    Read::Feed {
        feed,
        entries,
        repaired,
    }
}

fn string(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn feed(value: &Value, base: Option<&Url>) -> FeedDraft {
    let title = string(value, "title").unwrap_or_default();
    FeedDraft {
        title: titled(title),
        link: ["home_page_url", "feed_url"]
            .iter()
            .find_map(|key| join(base, &string(value, key)?))
            .or_else(|| base.map(Url::to_string)),
        language: string(value, "language"),
        ttl_minutes: None,
        skip: Skip::default(),
        author: author(value),
    }
}

fn titled(title: String) -> Markup {
    if super::clean::looks_like_html(&title) {
        Markup::Html(title)
    } else {
        Markup::Plain(title)
    }
}

fn author(value: &Value) -> Option<Markup> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.trim().to_owned()),
        value => string(value, "name"),
    };
    let authors = match value.get("authors") {
        Some(Value::Array(authors)) => authors.iter().filter_map(name).collect(),
        Some(one) => name(one).into_iter().collect(),
        None => Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    for name in authors
        .into_iter()
        .chain(value.get("author").and_then(name))
    {
        if !names.contains(&name) && names.len() < 10 {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| Markup::Plain(names.join(", ")))
}

fn entry(value: &Value, feed: &FeedDraft, base: Option<&Rc<Url>>) -> Draft {
    let address = |key: &str| join(base.map(Rc::as_ref), &string(value, key)?);
    let date = |key: &str| string(value, key).and_then(|text| dates::parse(&text));
    let guid = string(value, "id");
    let html = string(value, "content_html").map(Markup::Html);
    let plain = string(value, "content_text").map(Markup::Plain);
    let attached = value
        .get("attachments")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find_map(|attachment| {
            string(attachment, "mime_type").filter(|kind| kind.starts_with("image/"))?;
            join(base.map(Rc::as_ref), &string(attachment, "url")?)
        });
    Draft {
        link: address("url")
            .or_else(|| address("external_url"))
            .or_else(|| join(None, guid.as_deref()?)),
        original: None,
        guid,
        title: string(value, "title").map(titled).unwrap_or_default(),
        summary: string(value, "summary").map(titled),
        content: html.or(plain),
        published: date("date_published"),
        updated: date("date_modified"),
        author: author(value).or_else(|| feed.author.clone()),
        image: address("image")
            .or_else(|| address("banner_image"))
            .or(attached),
        language: string(value, "language"),
        base: base.cloned(),
    }
}

/// The text with what strings may not hold in a form that they may: line ends and other controls as
/// blanks, halves of letters (`\ud83d`) as the mark of what cannot be read.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '\\' || c < ' ') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let unit = |text: &str| {
            let four = text.strip_prefix("\\u")?.get(..4)?;
            u32::from_str_radix(four, 16).ok()
        };
        let (letters, length) = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (&rest[..12], 12),
            (Some(0xd800..=0xdfff), _) => ("\\ufffd", 6),
            // An escape and the letter that it is for, a second backslash above all.
            _ if rest.starts_with('\\') => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (&rest[..length], length)
            }
            _ => (" ", 1),
        };
        out.push_str(letters);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The text up to the last whole object in an array in the outermost object, with both closed.
fn cut_to_whole(text: &str) -> Option<String> {
    let (mut depth, mut quoted, mut escaped, mut end) = (0_usize, false, false, None);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 2 {
                    end = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(format!("{}]}}", &text[..end?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_document_keeps_its_whole_entries() {
        let text = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","tags":["a]"]},{"id":2},{"id":"thr"#;
        let Read::Feed {
            entries, repaired, ..
        } = read(text, None)
        else {
            panic!("no feed")
        };
        assert!(repaired);
        assert_eq!(
            entries
                .iter()
                .filter_map(|e| e.guid.as_deref())
                .collect::<Vec<_>>(),
            ["1", "2"]
        );
    }

    #[test]
    fn strings_that_json_does_not_allow_are_mended() {
        let text = "{\"version\":\"https://jsonfeed.org/version/1.1\",\n\"items\":[{\"title\":\"One\ttwo\nthree \\ud83d \\ud83d\\udea2 \\\\ud83d\"}]}";
        let Read::Feed { entries, .. } = read(text, None) else {
            panic!("no feed")
        };
        assert_eq!(
            entries[0].title,
            Markup::Plain("One two three \u{fffd} 🚢 \\ud83d".to_owned())
        );
    }

    #[test]
    fn other_json_is_no_feed() {
        assert!(matches!(read(r#"{"a":1}"#, None), Read::Other));
        assert!(matches!(read(&"[".repeat(100_000), None), Read::Damaged));
    }
}
