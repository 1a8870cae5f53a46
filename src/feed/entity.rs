//! Character references: `&amp;`, `&#8217;`, `&eacute;` to the letters that they stand for, once.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Longest name that is looked up (bytes); HTML's longest has 31.
const NAME_BYTES_MAX: usize = 32;
/// Names remembered for each thread.
const CACHE_NAMES_MAX: usize = 512;
/// Names looked up for one document; a hostile one has millions.
const LOOKUPS_MAX: u32 = 2_000;

/// What Windows-1252 puts where Unicode has the controls 128 to 159; browsers read numbers so.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
    '\u{8f}', //
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

thread_local! {
    static KNOWN: RefCell<HashMap<String, Option<String>>> = RefCell::new(HashMap::new());
    static LOOKUPS_LEFT: Cell<u32> = const { Cell::new(LOOKUPS_MAX) };
}

/// Begins a document: its names may be looked up.
pub fn begin() {
    LOOKUPS_LEFT.set(LOOKUPS_MAX);
}

/// Replaces every reference that is known; the rest stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((letters, length)) => {
                out.push_str(&letters);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The reference at the start of `text` (which begins with `&`) and its length in bytes.
fn reference(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let numeric = bytes.get(1) == Some(&b'#');
    let from = if numeric { 2 } else { 1 };
    let end = (from..bytes.len().min(from + NAME_BYTES_MAX))
        .find(|&at| !bytes[at].is_ascii_alphanumeric())
        .unwrap_or(bytes.len().min(from + NAME_BYTES_MAX));
    if end == from {
        return None;
    }
    let closed = bytes.get(end) == Some(&b';');
    if numeric || closed {
        let letters = resolve(&text[1..end])?;
        return Some((letters, end + usize::from(closed)));
    }
    // In addresses `&copy=1` is a name and a value.
    let is_old = OLD.contains(&&text[1..end]) && bytes.get(end) != Some(&b'=');
    is_old.then(|| Some((resolve(&text[1..end])?, end)))?
}

/// Names that HTML reads without a semicolon, too (HTML, 13.5); some that are words are left out.
const OLD: [&str; 66] = [
    "nbsp", "amp", "lt", "gt", "quot", "copy", "laquo", "raquo", "iexcl", "iquest", "pound",
    "middot", "plusmn", "frac12", "frac14", "frac34", "szlig", "agrave", "aacute", "acirc",
    "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave",
    "iacute", "icirc", "iuml", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "oslash",
    "ugrave", "uacute", "ucirc", "uuml", "yacute", "Agrave", "Aacute", "Acirc", "Auml", "Aring",
    "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Iacute", "Ntilde", "Oacute", "Ocirc", "Ouml",
    "Oslash", "Uacute", "Uuml", "ordf", "ordm", "acute",
];

/// What a reference stands for, given without `&` and `;`.
pub fn resolve(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().map(|code| numbered(code).to_string());
    }
    let common = match name {
        "amp" | "AMP" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => return named(name),
    };
    Some(common.to_owned())
}

/// A letter, or what Windows-1252 has in the place of a control.
pub fn western(letter: char) -> char {
    match letter {
        '\u{80}'..='\u{9f}' => WINDOWS_1252[letter as usize - 0x80],
        letter => letter,
    }
}

fn numbered(code: u32) -> char {
    match code {
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).map_or(char::REPLACEMENT_CHARACTER, western),
    }
}

/// HTML's names, as the HTML parser knows them.
fn named(name: &str) -> Option<String> {
    if name.is_empty()
        || name.len() > NAME_BYTES_MAX
        || !name.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return None;
    }
    if let Some(found) = KNOWN.with_borrow(|known| known.get(name).cloned()) {
        return found;
    }
    LOOKUPS_LEFT.set(LOOKUPS_LEFT.get().checked_sub(1)?);
    let text = dom_query::Document::fragment(format!("&{name};"))
        .text()
        .to_string();
    let found = (text.chars().count() <= 2 && !text.starts_with('&')).then_some(text);
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= CACHE_NAMES_MAX {
            known.clear();
        }
        known.insert(name.to_owned(), found.clone());
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_once_and_unknown_ones_stay() {
        assert_eq!(
            decode("caf&eacute; &amp;amp; &#8217;&#x41;&#146; &nosuch; R&D AT&T;"),
            "café &amp; ’A’ &nosuch; R&D AT&T;"
        );
        assert_eq!(decode("a&nbsp;b"), "a\u{a0}b");
        assert_eq!(
            decode("&#0; &#xD800; &#99999999999;"),
            "\u{fffd} \u{fffd} &#99999999999;"
        );
        assert_eq!(decode("& &; &# &#x;"), "& &; &# &#x;");
        assert_eq!(
            decode("&copy 2031, &eacute; &Uuml. &AMP;"),
            "© 2031, é Ü. &"
        );
        assert_eq!(
            decode("?a=1&copy=3 &copyright &reg"),
            "?a=1&copy=3 &copyright &reg"
        );
    }
}
