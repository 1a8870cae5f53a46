//! From a fragment of HTML to what a reader sees: paragraphs divided by line ends, no markup.

use super::entity;
use super::html::{Token, attribute, tokens};
use crate::text::plain;

/// Most bytes of text that one field gives.
pub const TEXT_BYTES_MAX: usize = 200_000;
/// Most characters of a title.
pub const TITLE_CHARS_MAX: usize = 300;

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 38] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
    "html",
];
/// Elements of which nothing is shown.
const HIDDEN: [&str; 6] = ["audio", "canvas", "head", "select", "template", "video"];
/// Images no wider or higher than this are counters, not pictures (pixels).
const TRACKER_PIXELS_MAX: u32 = 3;

/// A fragment as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub text: String,
    /// The first picture, as written.
    pub image: Option<String>,
}

/// Cleans a fragment of HTML.
pub fn html(fragment: &str) -> Cleaned {
    let mut lines = Lines::default();
    let mut image = None;
    let mut hidden: Option<(&str, usize)> = None;
    let mut pre = 0_usize;
    for token in tokens(fragment) {
        if let Some((name, depth)) = hidden {
            hidden = match token {
                Token::Open {
                    name: inner,
                    attributes,
                } if inner.eq_ignore_ascii_case(name) && !attributes.ends_with('/') => {
                    Some((name, depth + 1))
                }
                Token::Close(inner) if inner.eq_ignore_ascii_case(name) => {
                    (depth > 1).then(|| (name, depth - 1))
                }
                _ => Some((name, depth)),
            };
            continue;
        }
        match token {
            Token::Text(text) => lines.push(&entity::decode(text), pre > 0),
            Token::Raw(_) => {}
            Token::Open { name, attributes } => {
                if is(&HIDDEN, name) && !attributes.ends_with('/') {
                    hidden = Some((name, 1));
                } else if name.eq_ignore_ascii_case("img") {
                    image = image.or_else(|| picture(attributes));
                }
                pre += usize::from(name.eq_ignore_ascii_case("pre"));
                lines.edge(name);
            }
            Token::Close(name) => {
                pre = pre.saturating_sub(usize::from(name.eq_ignore_ascii_case("pre")));
                lines.edge(name);
            }
        }
        if lines.text.len() > TEXT_BYTES_MAX {
            break;
        }
    }
    Cleaned {
        text: lines.finish(),
        image,
    }
}

/// Cleans text that is no markup. A line end counts when a sentence or nothing stands before it.
pub fn plain(text: &str) -> String {
    let mut lines = Lines::default();
    for line in text.split('\n') {
        let line = line.trim();
        lines.push(line, false);
        match line.chars().last() {
            None => lines.break_line(),
            Some('.' | '!' | '?' | ':' | '…' | '"' | '”' | '»' | '。') => lines.break_line(),
            Some(_) => lines.space = true,
        }
        if lines.text.len() > TEXT_BYTES_MAX {
            break;
        }
    }
    lines.finish()
}

/// Whether text that is said to be plain is HTML after all.
pub fn looks_like_html(text: &str) -> bool {
    let marked = tokens(text).take(200).any(|token| match token {
        Token::Close(name) => is(&BLOCKS, name) || is(&INLINE, name),
        Token::Open { name, .. } => is(&["br", "p", "img", "hr"], name),
        _ => false,
    });
    marked || (text.contains('&') && entity::decode(text) != text && !text.contains('<'))
}

const INLINE: [&str; 14] = [
    "a", "b", "i", "em", "strong", "span", "u", "s", "cite", "code", "small", "sub", "sup", "font",
];

/// One line of at most [`TITLE_CHARS_MAX`] characters.
pub fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain::cut(&line, TITLE_CHARS_MAX)
}

fn is(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn picture(attributes: &str) -> Option<String> {
    let tiny = ["width", "height"].iter().any(|side| {
        attribute(attributes, side)
            .and_then(|value| value.trim_end_matches("px").trim().parse::<u32>().ok())
            .is_some_and(|pixels| pixels <= TRACKER_PIXELS_MAX)
    });
    // Pages that load pictures late name them beside a stand-in.
    let source = ["src", "data-src", "data-lazy-src", "data-original"]
        .iter()
        .filter_map(|key| attribute(attributes, key))
        .map(|source| source.trim().to_owned())
        .find(|source| !source.is_empty() && !source.starts_with("data:"));
    source.filter(|_| !tiny)
}

/// Builds lines: white space folded, no empty line.
#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
}

impl Lines {
    fn push(&mut self, text: &str, keep_line_ends: bool) {
        let mut left = text;
        while let Some(c) = left.chars().next() {
            let length = plain::plain_length(left).max(c.len_utf8());
            if c == '\n' && keep_line_ends {
                self.break_line();
            } else if c.is_whitespace() {
                self.space = true;
            } else {
                if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push(' ');
                }
                self.space = false;
                self.text.push_str(&left[..length]);
            }
            left = &left[length..];
        }
    }

    fn edge(&mut self, name: &str) {
        if is(&BLOCKS, name) {
            self.break_line();
        } else if is(&["td", "th"], name) {
            self.space = true;
        }
    }

    fn break_line(&mut self) {
        self.space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn finish(self) -> String {
        let text = plain::tidy(&self.text);
        let mut end = text.len().min(TEXT_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_becomes_paragraphs() {
        let found = html(
            "<p>Harbour <b>closed</b>&nbsp;today.</p>\n<ul><li>One</li><li>Two &amp;amp; three</li></ul>x<br>y",
        );
        assert_eq!(
            found.text,
            "Harbour closed today.\nOne\nTwo &amp; three\nx\ny"
        );
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        let found = html(
            "a<script>alert('<b>')</script><style>p{}</style><!-- c --><iframe src=x>no</iframe> b <img width=1 src=t.gif><img src='p.jpg'>",
        );
        assert_eq!(found.text, "a b");
        assert_eq!(found.image.as_deref(), Some("p.jpg"));
    }

    #[test]
    fn a_picture_that_is_loaded_late_is_found() {
        let found = html("<img src='data:image/gif;base64,R0' data-src='p.jpg'>");
        assert_eq!(found.image.as_deref(), Some("p.jpg"));
    }

    #[test]
    fn what_stands_behind_an_unclosed_frame_is_shown_and_behind_a_script_not() {
        assert_eq!(html("a <iframe src=x> b <b>c</b>").text, "a b c");
        assert_eq!(html("a <script> b <b>c</b>").text, "a");
        let many = "<iframe>x".repeat(100_000);
        assert_eq!(html(&many).text.len(), 100_000);
    }

    #[test]
    fn a_hundred_thousand_open_elements_are_no_trouble() {
        let found = html(&"<div>x".repeat(100_000));
        assert!(found.text.len() <= TEXT_BYTES_MAX);
    }

    #[test]
    fn a_long_title_is_cut_at_a_letter() {
        let title = one_line(&"é ".repeat(400));
        assert!(title.chars().count() <= TITLE_CHARS_MAX);
        assert!(title.ends_with('…'));
    }

    #[test]
    fn plain_text_keeps_its_paragraphs_and_loses_its_wrapping() {
        assert_eq!(
            plain("The ferry\nsails at nine.\n\nIt returns late.\nBring a coat"),
            "The ferry sails at nine.\nIt returns late.\nBring a coat"
        );
    }
}
