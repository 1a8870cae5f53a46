//! Others' text as Discord's markdown: every character is seen, none has an effect.

use crate::text::plain;
use std::borrow::Cow;

/// Has a meaning wherever it stands.
const MARKS: [char; 9] = ['\\', '*', '_', '~', '|', '`', '[', ']', '<'];
/// Has a meaning at the start of a line: heading, list, small print, quote.
const LINE_MARKS: [char; 4] = ['#', '-', '+', '>'];
/// Around a text that is written from the right: without them its full stop would stand at the wrong
/// end, and a number behind it in our line would be drawn on its far side.
const ISOLATE: char = '\u{2068}';
const ISOLATE_END: char = '\u{2069}';
/// Shorter runs of letters and digits are no secrets.
const SECRET_CHARS_MIN: usize = 20;
/// A run without dots that is this long and looks random is a secret.
const SECRET_RUN_CHARS_MIN: usize = 60;
/// What is left of a secret.
const SECRET_CHARS_SHOWN: usize = 4;
const SECRET_STARTS: [&str; 8] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AKIA",
];

/// Others' text on one line, safe wherever in a line it stands. Line ends become blanks, what cannot
/// be seen and towers of marks are left out, what looks like a token is masked.
pub fn escape(text: &str) -> String {
    let text = harmless(text);
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut start = true;
    let mut before = ' ';
    let mut digits = 0;
    for (at, raw) in text.char_indices() {
        let c = if raw.is_whitespace() { ' ' } else { raw };
        let rest = &bytes[at + raw.len_utf8()..];
        let marked = MARKS.contains(&c)
            || (start && LINE_MARKS.contains(&c))
            || match c {
                '@' => names_everyone(rest),
                ':' => is_emoji_code(rest),
                '/' => before == ':',
                '.' => digits > 0 || ends_with_discord(&bytes[..at]),
                _ => false,
            };
        if marked {
            out.push('\\');
        }
        out.push(c);
        digits = if c.is_ascii_digit() && (start || digits > 0) {
            digits + 1
        } else {
            0
        };
        start &= c == ' ';
        before = c;
    }
    match text.chars().any(is_written_from_the_right) {
        true => format!("{ISOLATE}{out}{ISOLATE_END}"),
        false => out,
    }
}

/// Letters of Hebrew, Arabic and their neighbours.
fn is_written_from_the_right(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1eeff}')
}

/// Others' text for places that know no markdown: only what can be seen, tokens masked.
pub fn harmless(text: &str) -> Cow<'_, str> {
    match plain::visible(text) {
        Cow::Borrowed(text) => mask(text),
        Cow::Owned(text) => Cow::Owned(mask(&text).into_owned()),
    }
}

fn names_everyone(rest: &[u8]) -> bool {
    [&b"everyone"[..], b"here"]
        .into_iter()
        .any(|name| rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name))
}

/// `smile:` after a colon. Each run is looked at once, for the colon in front of it.
fn is_emoji_code(rest: &[u8]) -> bool {
    let run = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b))
        .count();
    run > 0 && rest.get(run) == Some(&b':')
}

fn ends_with_discord(before: &[u8]) -> bool {
    [&b"discord"[..], b"discordapp"].into_iter().any(|name| {
        before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name)
    })
}

fn mask(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut begin = 0;
    let ends = text
        .char_indices()
        .filter(|(_, c)| !is_secret_char(*c))
        .map(|(at, c)| (at, at + c.len_utf8()));
    for (end, next) in ends.chain([(text.len(), text.len())]) {
        let run = text[begin..end].trim_end_matches('.');
        if is_secret(run) {
            out.push_str(&text[copied..begin + SECRET_CHARS_SHOWN]);
            out.push('…');
            copied = begin + run.len();
        }
        begin = next;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

fn is_secret_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Tokens of Discord and of a few others, and long runs that no word is.
fn is_secret(run: &str) -> bool {
    if run.len() < SECRET_CHARS_MIN {
        return false;
    }
    let mixed = |part: &str| {
        part.bytes().any(|b| b.is_ascii_uppercase())
            && part.bytes().any(|b| b.is_ascii_lowercase())
            && part.bytes().any(|b| b.is_ascii_digit())
    };
    if SECRET_STARTS.iter().any(|start| run.starts_with(start))
        && run.bytes().any(|b| b.is_ascii_digit())
    {
        return true;
    }
    if run.starts_with("sk-") && mixed(run) {
        return true;
    }
    let mut parts = run.splitn(4, '.');
    if let (Some(one), Some(two), Some(three), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    {
        return one.len() >= SECRET_CHARS_MIN && two.len() >= 6 && three.len() >= 27 && mixed(run);
    }
    let joints = run.bytes().filter(|b| b"-_.".contains(b)).count();
    run.len() >= SECRET_RUN_CHARS_MIN && joints <= 4 && mixed(run)
}

#[cfg(test)]
#[path = "reader.rs"]
mod reader;

#[cfg(test)]
mod tests {
    use super::reader::read;
    use super::*;
    use proptest::prelude::*;

    /// What Discord shows of others' text, and that nothing in it took effect.
    fn shown(text: &str) -> String {
        let escaped = escape(text);
        let (shown, effects) = read(&escaped);
        assert!(
            effects.is_empty(),
            "{text:?} became {escaped:?}, which has {effects:?}"
        );
        shown
    }

    const NASTY: &[&str] = &[
        "@everyone look",
        "@here",
        "<@123> <@!123> <@&456> <#789>",
        "</brief:123>",
        "<id:guide>",
        "<t:1700000000:R>",
        "<:crane:123456789> <a:crane:123456789>",
        ":smile: at 10:30:15",
        "[win](https://bad.example)",
        "[a](<https://bad.example>)",
        "https://bad.example/x_(y)_",
        "<https://bad.example>",
        "discord.gg/abc Discord.GG/abc discordapp.com/invite/x",
        "# big",
        "## big",
        "-# small",
        "- item",
        "* item",
        "+ item",
        "12. item",
        " 3. item",
        "> quote",
        ">>> quote",
        "  # x",
        "*a* **b** ***c*** _d_ __e__ ~~f~~ ||g|| `h` ```i```",
        "snake_case_word",
        "a * b * c",
        "\\*not\\* \\",
        "\\",
        "¯\\_(ツ)_/¯",
        "2 < 3 > 1",
        "100% ~5 km",
        "a|b",
        "]( [",
        "http://a http://b",
    ];

    #[test]
    fn nasty_texts_read_as_they_are() {
        for text in NASTY {
            assert_eq!(&shown(text), text);
        }
    }

    #[test]
    fn plain_text_stays_plain() {
        let text = "The ferry left at 6:45, 212 aboard (14.50 crowns) – “full”, said A. Ek. Port/Lindholm, a@b.example #tide";
        assert_eq!(escape(text), text);
    }

    #[test]
    fn a_text_is_one_line_without_control_characters() {
        assert_eq!(shown("a\n# b\r\tc"), "a # b  c");
        assert_eq!(shown("a\u{202e}b\0c\u{7}"), "abc");
        assert_eq!(
            shown("@\u{202e}everyone :\u{200b}smile:"),
            "@everyone :smile:"
        );
        // What is left out hides nothing.
        assert_eq!(
            shown("@\u{200e}everyone :\0tide: discord\u{200f}.gg/x"),
            "@everyone :tide: discord.gg/x"
        );
        assert_eq!(shown("👩\u{200d}🚒 é"), "👩\u{200d}🚒 é");
    }

    #[test]
    fn a_text_from_the_right_keeps_its_marks_to_itself() {
        assert_eq!(escape("أغلق الميناء."), "\u{2068}أغلق الميناء.\u{2069}");
        assert_eq!(escape("*שלום"), "\u{2068}\\*שלום\u{2069}");
        assert_eq!(escape("Міст 港 é."), "Міст 港 é.");
        // A feed's own marks of direction are left out, so that ours are the only ones.
        assert_eq!(escape("a\u{2067}b\u{2069}"), "ab");
    }

    #[test]
    fn what_looks_like_a_token_is_masked() {
        let token = format!(
            "{}.{}.{}",
            "Mz4Abc9Def8Ghi7Jkl6Mno5P", "Gx7Yz1", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5"
        );
        assert_eq!(escape(&format!("key {token}.")), "key Mz4A….");
        assert_eq!(escape(&format!("ghp_{}", "a1B2".repeat(9))), "ghp\\_…");
        assert_eq!(
            escape(&format!("/webhooks/1/{}", "a1B2c".repeat(13))),
            "/webhooks/1/a1B2…"
        );
        let slug =
            "Ferry-line-opens-between-Port-Avel-and-Lindholm-in-spring-2031-says-harbour-board";
        assert_eq!(escape(slug), slug);
        assert_eq!(
            escape("www.avel-courier.example.org/ferries"),
            "www.avel-courier.example.org/ferries"
        );
    }

    #[test]
    fn long_hostile_text_is_escaped_in_no_time() {
        for part in [":", "[", "a:", "1.", "\\", "<@", "a.", "discord."] {
            let text = part.repeat(200_000 / part.len());
            assert!(escape(&text).len() <= 2 * text.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn any_text_reads_as_it_is(text in "[ a1.:/@#<>&!t()\\[\\]*_~|`\\\\+-]{0,40}") {
            prop_assert_eq!(shown(&text), text);
        }

        #[test]
        fn any_mix_of_nasty_parts_reads_as_it_is(parts in proptest::collection::vec(proptest::sample::select(NASTY), 0..6)) {
            let text = parts.join("");
            prop_assert_eq!(shown(&text), text);
        }

        #[test]
        fn two_texts_side_by_side_have_no_effect(a in "[a1.:*_~|`>#-]{0,12}", b in "[a1.:*_~|`>#-]{0,12}") {
            let drawn = format!("x {} {}", escape(&a), escape(&b));
            prop_assert!(read(&drawn).1.is_empty(), "{}", drawn);
        }
    }
}
