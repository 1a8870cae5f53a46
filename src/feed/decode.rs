//! From bytes to text: the declared encoding where it fits, what the bytes say where it does not.

use super::entity;
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1252,
};
use std::borrow::Cow;

/// How far into the bytes an encoding may be declared.
const DECLARATION_BYTES_MAX: usize = 1024;

/// Decodes a document; never fails, at worst letters are replaced. NULs are taken out.
pub fn text<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let text = decoded(bytes, content_type);
    // Controls 128 to 159 are Windows-1252 that somebody took for Latin-1.
    if text.contains(|c: char| matches!(c, '\0' | '\u{80}'..='\u{9f}')) {
        return Cow::Owned(
            text.chars()
                .filter(|c| *c != '\0')
                .map(entity::western)
                .collect(),
        );
    }
    text
}

fn decoded<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, marks)) = Encoding::for_bom(bytes)
        && !bytes.starts_with(&[0xff, 0xfe, 0, 0])
    {
        return encoding.decode_without_bom_handling(&bytes[marks..]).0;
    }
    if let Some(text) = utf_32(bytes) {
        return Cow::Owned(text);
    }
    match bytes {
        [b'<', 0, ..] => return UTF_16LE.decode_without_bom_handling(bytes).0,
        [0, b'<', ..] => return UTF_16BE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    let declared = [declared_outside(content_type), declared_inside(bytes)];
    let escaped = |encoding: &&'static Encoding| *encoding == encoding_rs::ISO_2022_JP;
    if let Some(encoding) = declared.iter().flatten().find(|encoding| escaped(encoding)) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    for encoding in likelier_first(declared).into_iter().flatten() {
        if encoding != UTF_8
            && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
        {
            return text;
        }
    }
    guessed(bytes)
}

/// A header that says a Western encoding may be the server's habit: any bytes fit it, so a document
/// that says otherwise knows better.
fn likelier_first(
    [outside, inside]: [Option<&'static Encoding>; 2],
) -> [Option<&'static Encoding>; 2] {
    if outside == Some(WINDOWS_1252) && inside.is_some_and(|inside| inside != UTF_8) {
        [inside, outside]
    } else {
        [outside, inside]
    }
}

/// Nothing declared fits: UTF-8 with a few bad bytes, else Windows-1252.
fn guessed(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let bad = text.matches(char::REPLACEMENT_CHARACTER).count();
    let good = text.chars().filter(|c| !c.is_ascii()).count() - bad;
    // Letters of several bytes do not come about by chance.
    if good > 0 && good >= bad {
        return text;
    }
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// The charset of an HTTP header.
fn declared_outside(content_type: Option<&str>) -> Option<&'static Encoding> {
    let lower = content_type?.to_ascii_lowercase();
    let (_, value) = lower.split_once("charset")?;
    let label = value.trim_start().strip_prefix('=')?.trim_start();
    let label = label
        .trim_start_matches(['"', '\''])
        .split(['"', '\'', ';', ' ', ','])
        .next()?;
    labelled(label)
}

/// An encoding by one of the names (lower case) that it goes by, those of the standard first.
fn labelled(label: &str) -> Option<&'static Encoding> {
    let standard = |label: &str| Encoding::for_label(label.as_bytes());
    standard(label).or_else(|| {
        let bare: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let page = ["windows", "win", "cp", "ms", "ibm"]
            .iter()
            .find_map(|system| bare.strip_prefix(system));
        match page {
            Some("932") => return Some(SHIFT_JIS),
            Some("936") => return Some(GBK),
            Some("949") => return Some(EUC_KR),
            Some("950") => return Some(BIG5),
            Some("874") => return Some(WINDOWS_874),
            Some("65001") => return Some(UTF_8),
            Some(page) => return standard(&format!("windows-{page}")),
            None => {}
        }
        if let Some(part) = bare.strip_prefix("iso8859") {
            return standard(&format!("iso-8859-{part}"));
        }
        SPELLED_APART
            .iter()
            .find(|name| name.replace(['-', '_'], "") == bare)
            .and_then(|name| standard(name))
            .or_else(|| (bare == "utf8mb4").then_some(UTF_8))
    })
}

/// Encodings whose names are written without their hyphens, too.
const SPELLED_APART: [&str; 8] = [
    "euc-jp",
    "euc-kr",
    "koi8-r",
    "koi8-u",
    "big5",
    "gb2312",
    "utf-16le",
    "iso-2022-jp",
];

/// The encoding that an XML declaration or a meta element names.
fn declared_inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES_MAX)])
        .to_ascii_lowercase();
    let value = ["encoding", "charset"].iter().find_map(|name| {
        let (_, value) = head.split_once(name)?;
        value.trim_start().strip_prefix('=')
    })?;
    let label = value.trim_start().trim_start_matches(['"', '\'']);
    let label = label.split(['"', '\'', '?', '>', ' ', ';']).next()?;
    // A document whose declaration can be read as ASCII is not in UTF-16, whatever it says.
    labelled(label).filter(|&encoding| encoding != UTF_16LE && encoding != UTF_16BE)
}

fn utf_32(bytes: &[u8]) -> Option<String> {
    let number: fn([u8; 4]) -> u32 = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => u32::from_be_bytes,
        _ => return None,
    };
    let letter = |four: &[u8]| {
        let four = four.try_into().expect("the chunks have four bytes");
        char::from_u32(number(four)).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    Some(
        bytes
            .chunks_exact(4)
            .map(letter)
            .filter(|&c| c != '\u{feff}')
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn marks_and_zero_bytes_tell_wide_encodings() {
        assert_eq!(text(b"\xef\xbb\xbf<a>\xc3\xa9", None), "<a>é");
        assert_eq!(text(&both("\u{feff}<a>é", u16::to_le_bytes), None), "<a>é");
        assert_eq!(
            text(
                &both("<a>é", u16::to_be_bytes),
                Some("text/xml; charset=utf-8")
            ),
            "<a>é"
        );
        let wide: Vec<u8> = "<a>é"
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect();
        assert_eq!(text(&wide, None), "<a>é");
    }

    #[test]
    fn the_header_counts_then_the_declaration_and_a_lie_is_survived() {
        assert_eq!(
            text(b"\xcf\xf0\xe8", Some("text/xml; charset=\"windows-1251\"")),
            "При"
        );
        assert_eq!(
            text(b"<?xml version='1.0' encoding='windows-1251'?>\xcf", None),
            "<?xml version='1.0' encoding='windows-1251'?>П"
        );
        assert_eq!(
            text("é".as_bytes(), Some("text/xml; charset=iso-8859-1")),
            "é"
        );
        assert_eq!(text(b"caf\xe9", Some("text/xml; charset=utf-8")), "café");
        assert_eq!(
            text(
                b"<?xml version='1.0' encoding='euc-kr'?>\xb3\xe2",
                Some("text/xml; charset=us-ascii")
            ),
            "<?xml version='1.0' encoding='euc-kr'?>년"
        );
        assert_eq!(
            text(b"<?xml encoding='bogus'?>it\x92s", None),
            "<?xml encoding='bogus'?>it’s"
        );
    }

    #[test]
    fn encodings_go_by_many_names() {
        for (label, name) in [
            ("cp932", "Shift_JIS"),
            ("windows-949", "EUC-KR"),
            ("ms936", "GBK"),
            ("win-1251", "windows-1251"),
            ("iso8859_2", "ISO-8859-2"),
            ("eucjp", "EUC-JP"),
            ("utf8mb4", "UTF-8"),
        ] {
            assert_eq!(labelled(label).map(Encoding::name), Some(name), "{label}");
        }
        assert_eq!(labelled("bogus"), None);
    }

    #[test]
    fn bad_bytes_are_replaced_and_zeros_dropped() {
        assert_eq!(text(b"caf\xc3\xa9 \xff", None), "café \u{fffd}");
        assert_eq!(text("éèà\0 a".as_bytes(), None), "éèà a");
        let mut bytes = "Zoë, Ørsted, São".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(text(&bytes, None), "Zoë, Ørsted, São\u{fffd}");
    }
}
