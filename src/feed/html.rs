//! HTML as a flat run of tokens, in one pass and without a tree: hostile pages cannot make it slow.

/// A piece of a page. Comments and declarations are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with its references still in it.
    Text(&'a str),
    /// A start tag: its name and what stands behind it.
    Open {
        name: &'a str,
        attributes: &'a str,
    },
    Close(&'a str),
    /// The inside of a script, a style and the like.
    Raw(&'a str),
}

/// Elements whose inside is not markup.
const RAW: [&str; 9] = [
    "script",
    "style",
    "iframe",
    "noembed",
    "noframes",
    "xmp",
    "textarea",
    "title",
    "plaintext",
];
/// Of these, those that show nothing when they are not closed: a text that is cut within ends there.
/// What is behind another one without an end is text, as the author meant it.
const CODE: [&str; 2] = ["script", "style"];
/// Attributes looked at in one tag.
const ATTRIBUTES_MAX: usize = 64;

pub struct Tokens<'a> {
    rest: &'a str,
    /// Place in [`RAW`] of the element that was just opened.
    raw: Option<usize>,
    /// Those that have no end in the rest of the page.
    endless: [bool; RAW.len()],
    /// No section ends any more: looked for once, not at each `<![CDATA[`.
    no_sections: bool,
}

pub fn tokens(page: &str) -> Tokens<'_> {
    Tokens {
        rest: page,
        raw: None,
        endless: [false; RAW.len()],
        no_sections: false,
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(raw) = self.raw.take() {
            match end_of_raw(self.rest, RAW[raw]) {
                Some(end) => return Some(Token::Raw(self.take(end))),
                None if CODE.contains(&RAW[raw]) => {
                    return Some(Token::Raw(self.take(self.rest.len())));
                }
                None => self.endless[raw] = true,
            }
        }
        while !self.rest.is_empty() {
            match self.rest.find('<') {
                Some(0) => {
                    if let Some(token) = self.markup() {
                        return Some(token);
                    }
                }
                at => {
                    let end = at.unwrap_or(self.rest.len());
                    return Some(Token::Text(self.take(end)));
                }
            }
        }
        None
    }
}

impl<'a> Tokens<'a> {
    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// What begins at `<`; none for what is never shown.
    fn markup(&mut self) -> Option<Token<'a>> {
        let rest = self.rest;
        if let Some(comment) = rest.strip_prefix("<!--") {
            self.rest = behind_comment(comment);
            return None;
        }
        if let Some(inside) = rest.strip_prefix("<![CDATA[")
            && !self.no_sections
        {
            if let Some(end) = inside.find("]]>") {
                self.rest = &inside[end + 3..];
                return (end > 0).then(|| Token::Text(&inside[..end]));
            }
            self.no_sections = true;
        }
        let second = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        match second {
            b'!' | b'?' => {
                self.rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
                None
            }
            b'/' => {
                let end = rest.find('>').map_or(rest.len(), |end| end + 1);
                let name = name_of(&rest[2..]);
                self.rest = &rest[end..];
                (!name.is_empty()).then_some(Token::Close(name))
            }
            letter if letter.is_ascii_alphabetic() => self.start_tag(),
            _ => Some(Token::Text(self.take(1))),
        }
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let rest = self.rest;
        let name = name_of(&rest[1..]);
        let behind = &rest[1 + name.len()..];
        let Some(end) = end_of_tag(behind) else {
            self.rest = "";
            return None;
        };
        self.rest = &behind[end + 1..];
        let attributes = &behind[..end];
        let closed = attributes.ends_with('/');
        self.raw = RAW
            .iter()
            .position(|raw| raw.eq_ignore_ascii_case(name))
            .filter(|&raw| !closed && !self.endless[raw]);
        Some(Token::Open { name, attributes })
    }
}

/// What follows a comment, given from behind `<!--`: `-->` ends it, `--!>` too, and a `>` at once.
fn behind_comment(comment: &str) -> &str {
    if let Some(rest) = ["->", ">"].iter().find_map(|end| comment.strip_prefix(end)) {
        return rest;
    }
    let mut ends = comment
        .match_indices("--")
        .map(|(at, _)| &comment[at + 2..]);
    // Of `--->` the first two hyphens match.
    ends.find_map(|rest| {
        ["!>", ">", "->"]
            .iter()
            .find_map(|end| rest.strip_prefix(end))
    })
    .unwrap_or_default()
}

fn name_of(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
        .unwrap_or(text.len());
    &text[..end]
}

/// Where the `>` of a tag is: quotes count only behind `=`.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => {
                quote = Some(byte);
                after_equals = false;
            }
            (None, b'=') => after_equals = true,
            (None, b' ' | b'\t' | b'\n' | b'\r') => {}
            (None, _) => after_equals = false,
        }
    }
    None
}

/// Where the end tag of a raw element begins.
fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let begin = from + at + 2;
        let end = begin + name.len();
        if end <= bytes.len() && bytes[begin..end].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(from + at);
        }
        from = begin;
    }
    None
}

/// The value of an attribute of a start tag, references decoded.
pub fn attribute<'a>(attributes: &'a str, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    pairs(attributes)
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| super::entity::decode(value))
}

/// The attributes of a start tag, names and values as written; of a hostile tag only the first.
pub fn pairs(attributes: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attributes;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
            .map_or(rest.len(), |(at, _)| at);
        let key = &rest[..end];
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = value_of(after.trim_start());
        }
        Some((key, value))
    })
    .take(ATTRIBUTES_MAX)
}

fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_into_tokens() {
        let page = "a <b title='>'>x</b><!-- no --> 1 < 2 <script>if (a<b) {}</script><br/>";
        let found: Vec<_> = tokens(page).collect();
        assert_eq!(
            found,
            [
                Token::Text("a "),
                Token::Open {
                    name: "b",
                    attributes: " title='>'"
                },
                Token::Text("x"),
                Token::Close("b"),
                Token::Text(" 1 "),
                Token::Text("<"),
                Token::Text(" 2 "),
                Token::Open {
                    name: "script",
                    attributes: ""
                },
                Token::Raw("if (a<b) {}"),
                Token::Close("script"),
                Token::Open {
                    name: "br",
                    attributes: "/"
                },
            ]
        );
    }

    #[test]
    fn comments_end_as_in_browsers() {
        for page in [
            "<!-->a",
            "<!--->a",
            "<!---->a",
            "<!-- x --->a",
            "<!-- x --!>a",
            "<!-- - -- x ----->a",
        ] {
            assert_eq!(
                tokens(page).collect::<Vec<_>>(),
                [Token::Text("a")],
                "{page}"
            );
        }
        assert_eq!(tokens("<!-- a -- > b").next(), None);
    }

    #[test]
    fn attributes_are_found_in_any_spelling() {
        let tag =
            r#" checked HREF=/feed?a=1&amp;b=2 rel = 'alternate' title="A &quot;B&quot;" é=1"#;
        assert_eq!(attribute(tag, "href").as_deref(), Some("/feed?a=1&b=2"));
        assert_eq!(attribute(tag, "rel").as_deref(), Some("alternate"));
        assert_eq!(attribute(tag, "title").as_deref(), Some("A \"B\""));
        assert_eq!(attribute(tag, "checked").as_deref(), Some(""));
        assert_eq!(attribute(tag, "none"), None);
        assert_eq!(attribute("=", "x"), None);
    }
}
