//! Plain text: foreign text without what cannot be seen, and text cut to a length.

use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// Marks that one letter may carry; more are a prank that covers the lines around it.
const LETTER_MARKS_MAX: usize = 3;

/// What stands for the rest of a cut text.
const CUT_MARK: char = '…';

/// The text without control, bidirectional and invisible characters, with at most three marks a
/// letter, white space folded, and one `\n` wherever there was a line break.
pub fn tidy(text: &str) -> String {
    let mut tidied = Tidied {
        text: String::with_capacity(text.len()),
        gap: Gap::None,
        marks: 0,
    };
    let mut left = text;
    while !left.is_empty() {
        let plain = plain_length(left);
        if plain > 0 {
            tidied.take_plain(&left[..plain]);
            left = &left[plain..];
        }
        let strange = left.find(is_graphic).unwrap_or(left.len());
        // The character behind is looked at and not taken.
        let seen = strange + usize::from(strange < left.len());
        let mut rest = left[..seen]
            .char_indices()
            .filter(|(_, c)| c.is_whitespace() || !is_unseen(*c))
            .peekable();
        while let Some((_, c)) = rest.next_if(|(at, _)| *at < strange) {
            tidied.take(c, rest.peek().map(|(_, next)| *next));
        }
        left = &left[strange..];
    }
    tidied.text
}

/// Bytes of words in ASCII with single blanks between them at the start of a text: most of most
/// texts.
pub fn plain_length(text: &str) -> usize {
    let mut end = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_graphic() {
            end = at + 1;
        } else if byte != b' ' || at != end || at == 0 {
            break;
        }
    }
    end
}

fn is_graphic(c: char) -> bool {
    c.is_ascii_graphic()
}

/// The text without what [`tidy`] takes out of words, its white space as it is: for what people
/// type, which nobody tidied.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let seen = text.chars().filter(|c| {
        marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
        marks <= LETTER_MARKS_MAX && (c.is_whitespace() || !is_unseen(*c))
    });
    Cow::Owned(seen.collect())
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

struct Tidied {
    text: String,
    /// White space that is written once something follows it.
    gap: Gap,
    /// Marks on the newest letter.
    marks: usize,
}

impl Tidied {
    /// Takes words with single blanks between them, of which nothing is left out.
    fn take_plain(&mut self, run: &str) {
        self.close_gap();
        self.marks = 0;
        self.text.push_str(run);
    }

    fn close_gap(&mut self) {
        if self.gap != Gap::None && !self.text.is_empty() {
            self.text
                .push(if self.gap == Gap::Line { '\n' } else { ' ' });
            self.marks = 0;
        }
        self.gap = Gap::None;
    }

    fn take(&mut self, c: char, next: Option<char>) {
        if c.is_whitespace() || c == BRAILLE_BLANK {
            let gap = if is_line_break(c) {
                Gap::Line
            } else {
                Gap::Space
            };
            self.gap = self.gap.max(gap);
            return;
        }
        if is_joiner(c) {
            let last = self.text.chars().next_back();
            let joins = self.gap == Gap::None && joins(c, last, next);
            if joins {
                self.text.push(c);
            }
            return;
        }
        self.close_gap();
        self.marks = if is_combining_mark(c) {
            self.marks + 1
        } else {
            0
        };
        if self.marks <= LETTER_MARKS_MAX {
            self.text.push(c);
        }
    }
}

const BRAILLE_BLANK: char = '\u{2800}';

fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A joiner is kept between parts of one emoji, and where a script spells with it.
fn joins(joiner: char, last: Option<char>, next: Option<char>) -> bool {
    let (Some(last), Some(next)) = (last, next) else {
        return false;
    };
    let emoji = joiner == '\u{200d}' && is_emoji_part(last) && is_emoji(next);
    emoji || (spells_with_joiners(last) && spells_with_joiners(next) && !is_combining_mark(next))
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}')
}

fn is_emoji_part(c: char) -> bool {
    is_emoji(c) || c == '\u{fe0f}'
}

fn spells_with_joiners(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6d3}' | '\u{900}'..='\u{dff}')
}

/// Controls, direction overrides, zero-width and filler characters, private and unassigned uses.
fn is_unseen(c: char) -> bool {
    if is_joiner(c) {
        return false;
    }
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// The text, or as many of its characters as a reader sees them, then `…`, so that it has at most
/// `chars_max` UTF-16 units (the strictest way in which Discord may count).
pub fn cut(text: &str, chars_max: usize) -> String {
    if text.encode_utf16().count() <= chars_max {
        return text.to_owned();
    }
    if chars_max == 0 {
        return String::new();
    }
    let mut units = CUT_MARK.len_utf16();
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        units += grapheme.encode_utf16().count();
        if units > chars_max {
            break;
        }
        end = at + grapheme.len();
    }
    let mut short = text[..end].trim_end().to_owned();
    short.push(CUT_MARK);
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_is_folded_and_paragraphs_stay() {
        assert_eq!(
            tidy("  The ferry\u{a0} sank.\r\n\r\n\t It\u{2028}was old.  "),
            "The ferry sank.\nIt\nwas old."
        );
    }

    #[test]
    fn what_cannot_be_seen_is_gone() {
        assert_eq!(
            tidy("a\u{202e}b\u{200b}c\u{0}d\u{2066}e\u{ad}f\u{feff}"),
            "abcdef"
        );
        assert_eq!(tidy("per\u{200c}haps\u{200d}"), "perhaps");
    }

    #[test]
    fn what_people_type_keeps_its_blanks_and_loses_the_rest() {
        let typed = format!(
            " a\n\u{202e}b\u{200b}\0  Z{}algo 👩\u{200d}🚒 ",
            "\u{301}".repeat(9)
        );
        let seen = " a\nb  Z\u{301}\u{301}\u{301}algo 👩\u{200d}🚒 ";
        assert_eq!(visible(&typed), seen);
    }

    #[test]
    fn an_emoji_family_stays_together() {
        let family = "👩\u{200d}👩\u{200d}👧 and ❤\u{fe0f}\u{200d}🔥";
        assert_eq!(tidy(family), family);
    }

    #[test]
    fn persian_keeps_its_joiner() {
        assert_eq!(tidy("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn a_tower_of_marks_is_lowered_to_three() {
        let tower = format!("Z{}ebra", "\u{301}".repeat(40));
        assert_eq!(tidy(&tower), format!("Z{}ebra", "\u{301}".repeat(3)));
    }

    #[test]
    fn a_cut_counts_as_discord_may_count() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("ab 🚢🚢", 6), "ab 🚢…", "a ship is two units");
        assert_eq!(
            cut("👩\u{200d}👩\u{200d}👧 x", 5),
            "…",
            "a family is not torn"
        );
        assert_eq!(cut("abc", 0), "");
    }

    /// [`tidy`] a character at a time.
    fn slowly(text: &str) -> String {
        let mut tidied = Tidied {
            text: String::new(),
            gap: Gap::None,
            marks: 0,
        };
        let seen = |c: &char| c.is_whitespace() || !is_unseen(*c);
        let letters: Vec<char> = text.chars().filter(seen).collect();
        for (at, c) in letters.iter().enumerate() {
            tidied.take(*c, letters.get(at + 1).copied());
        }
        tidied.text
    }

    proptest! {
        #[test]
        fn runs_of_ascii_are_taken_as_their_letters(
            text in "([a-zA-Z.,&]{1,6}|[\u{200c}\u{200d}\u{301}👩\u{fe0f} \n\tمक\u{94d}\u{0}\u{202e}é]{1,3}){0,30}",
        ) {
            prop_assert_eq!(tidy(&text), slowly(&text));
        }

        #[test]
        fn tidying_twice_changes_nothing(
            text in proptest::collection::vec(prop_oneof![
                any::<char>(),
                Just('\u{200d}'), Just('\u{200c}'), Just('\u{301}'), Just('\u{fe0f}'), Just('👩'), Just('\n'), Just(' '), Just('م'), Just('क'), Just('\u{94d}'),
            ], 0..60)
        ) {
            let text: String = text.into_iter().collect();
            let once = tidy(&text);
            prop_assert_eq!(tidy(&once), once.clone());
            prop_assert!(once.len() <= text.len());
        }

        #[test]
        fn a_cut_is_never_too_long_and_cutting_twice_changes_nothing(text in "\\PC{0,80}", most in 0usize..60) {
            let short = cut(&text, most);
            prop_assert!(short.encode_utf16().count() <= most);
            prop_assert_eq!(cut(&short, most), short.clone());
        }
    }
}
