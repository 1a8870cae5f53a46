//! The drawing edge: nothing of a feed that could steer a terminal gets past here.

use unicode_segmentation::UnicodeSegmentation;

/// Text with every character removed that does not print; line ends and tabs become blanks.
pub fn text(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            if is_blank(c) {
                Some(' ')
            } else {
                (!steers(c)).then_some(c)
            }
        })
        .collect()
}

/// As [`text`], but our own words may begin a new line.
pub fn our_text(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            if c == '\n' || !is_blank(c) {
                (c == '\n' || !steers(c)).then_some(c)
            } else {
                Some(' ')
            }
        })
        .collect()
}

/// An address in printable ASCII, without the characters that could end the sequence or the
/// brackets that it stands in.
pub fn address(url: &str) -> String {
    let mut clean = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'<' | b'>' | b'"' | b'\\' | b'`' | 0..=b' ' | 0x7f.. => {
                clean.push_str(&format!("%{byte:02X}"))
            }
            _ => clean.push(char::from(byte)),
        }
    }
    clean
}

/// Columns that a grapheme takes in a terminal.
pub fn columns(grapheme: &str) -> usize {
    let Some(first) = grapheme.chars().next() else {
        return 0;
    };
    if grapheme.chars().all(is_zero_width) {
        0
    } else if is_wide(first) || grapheme.contains('\u{fe0f}') {
        2
    } else {
        1
    }
}

/// Columns of a whole text.
pub fn text_columns(text: &str) -> usize {
    text.graphemes(true).map(columns).sum()
}

/// At most `columns_max` columns of a label, the cut marked.
pub fn shortened(text: &str, columns_max: usize) -> String {
    if text_columns(text) <= columns_max {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |grapheme: &&str| {
        used += columns(grapheme);
        used <= columns_max
    };
    let kept: String = text.graphemes(true).take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Controls, and marks that turn the direction of what follows or hide in it.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20f0}' | '\u{fe00}'..='\u{fe0f}')
}

/// East Asian wide and full-width characters and pictures.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let hostile = "Ferry\x1b[2J \x07late\u{9b}31m\u{202e}gnirps\u{2066}x\u{0}\r\nnew\u{85}line\u{feff}\u{e0041}";
        assert_eq!(text(hostile), "Ferry[2J late31mgnirpsx  new line");
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let clean = our_text(&text(&c.to_string()));
            assert!(!clean.chars().any(char::is_control), "{c:?}");
        }
        assert_eq!(our_text("one\ntwo\x1b"), "one\ntwo");
    }

    #[test]
    fn joined_emoji_and_scripts_with_joiners_stay_whole() {
        for kept in ["क्‍ष", "👩‍🚒 fire", "Ñandú — “café”", "港口"] {
            assert_eq!(text(kept), kept);
        }
    }

    #[test]
    fn an_address_cannot_close_its_brackets_or_the_sequence() {
        assert_eq!(
            address("https://a.example/\x1b\\x>y z\"é"),
            "https://a.example/%1B%5Cx%3Ey%20z%22%C3%A9"
        );
        assert_eq!(
            address("https://a.example/p?q=1&r=%20#s"),
            "https://a.example/p?q=1&r=%20#s"
        );
    }

    #[test]
    fn columns_count_what_is_seen() {
        assert_eq!(text_columns("harbour"), 7);
        assert_eq!(text_columns("港口"), 4);
        assert_eq!(text_columns("cafe\u{301}"), 4);
        assert_eq!(text_columns("👩‍🚒"), 2);
        assert_eq!(shortened("Harbour dredging paused", 12), "Harbour dre…");
        assert_eq!(shortened("港口港口港口", 6), "港口…");
        assert_eq!(shortened("short", 12), "short");
    }
}
