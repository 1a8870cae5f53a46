//! A page as a flat tree that hostile markup can make neither deep nor large, and what its head says.

use super::dated::says_changed;
use crate::feed::html::{Token, pairs, tokens};
use crate::feed::{dates, entity};
use std::borrow::Cow;

/// Elements below this depth are not kept as elements; their text is.
const DEPTH_MAX: usize = 120;
/// Elements and texts kept of one page.
const NODES_MAX: usize = 60_000;
/// Text kept of one page (bytes).
const TEXT_BYTES_MAX: usize = 1_500_000;
/// JSON-LD read of one page (bytes).
const LINKED_BYTES_MAX: usize = 1_000_000;
/// Meta elements, times and headings kept of one page, each.
const FACTS_MAX: usize = 200;

/// A smaller script holds no article (bytes).
const SCRIPT_BYTES_MIN: usize = 300;
/// A longer text before a time is no label of it (bytes).
const LABEL_BYTES_MAX: usize = 80;
/// Main headings looked at.
const HEADINGS_MAX: usize = 5;

/// Elements that hold nothing.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Elements of which a reader sees nothing that belongs to a report.
const UNSEEN: [&str; 30] = [
    "amp-ad",
    "amp-analytics",
    "amp-consent",
    "amp-embed",
    "amp-sidebar",
    "amp-social-share",
    "audio",
    "button",
    "canvas",
    "datalist",
    "dialog",
    "embed",
    "head",
    "iframe",
    "input",
    "label",
    "map",
    "math",
    "nav",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "option",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "video",
];
/// Marks of letters: they say nothing about what a text is for, and browsers repeat them without end.
const LETTERING: [&str; 14] = [
    "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
    "wbr",
];
/// Elements that end an open paragraph.
const ENDS_PARAGRAPH: [&str; 32] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
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
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
];

/// An element, or a run of text when `name` is empty. A node's inside is the nodes up to `end`.
#[derive(Debug)]
pub struct Node<'a> {
    pub name: Cow<'a, str>,
    pub attributes: &'a str,
    /// Text as written, references still in it.
    pub text: &'a str,
    pub end: usize,
    pub parent: usize,
    /// Letters inside, roughly (bytes of text without white space at its ends).
    pub letters: usize,
    /// Those of them in links.
    pub linked: usize,
    /// What neither the reader nor the choice of the main part shall see.
    pub pruned: bool,
}

/// What a page says about itself.
#[derive(Debug, Default)]
pub struct Head<'a> {
    /// Keys in lower case, in page order.
    pub meta: Vec<(String, Cow<'a, str>)>,
    pub times: Vec<Time<'a>>,
    pub linked: Vec<&'a str>,
    /// The larger of the other scripts that stand on the page itself.
    pub scripts: Vec<&'a str>,
    pub title: Option<Cow<'a, str>>,
    pub language: Option<String>,
}

/// A `<time>` element.
#[derive(Debug)]
pub struct Time<'a> {
    /// Its `datetime` where that is a date, else its words.
    pub text: Cow<'a, str>,
    pub stamp: Stamp,
    /// Nodes before it.
    pub at: usize,
    /// Whether it stands in a part of the page that holds no article.
    pub aside: bool,
}

/// What a time is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stamp {
    Published,
    Plain,
    Updated,
}

pub struct Page<'a> {
    pub head: Head<'a>,
    pub nodes: Vec<Node<'a>>,
}

/// Reads a page in one pass.
pub fn read(text: &str) -> Page<'_> {
    let mut reader = Reader {
        page: Page {
            head: Head::default(),
            nodes: vec![Node::of("body".into(), "", "", 0)],
        },
        open: vec![Open {
            name: "body".into(),
            node: Some(0),
        }],
        unseen: None,
        text_left: TEXT_BYTES_MAX,
        linked_left: LINKED_BYTES_MAX,
        paragraphs: 0,
        raw: Raw::Dropped,
        in_time: false,
    };
    for token in tokens(text) {
        reader.take(token);
    }
    reader.close_to(0);
    reader.page
}

/// The page's headings of a rank that have words.
pub fn headings(nodes: &[Node], rank: &str) -> Vec<String> {
    (1..nodes.len())
        .filter(|&at| nodes[at].name == rank)
        .take(HEADINGS_MAX)
        .map(|at| words_of(nodes, at))
        .filter(|words| !words.is_empty())
        .collect()
}

/// The text inside an element.
pub fn words_of(nodes: &[Node], at: usize) -> String {
    let mut words = String::new();
    for node in &nodes[at..nodes[at].end] {
        words.push_str(&entity::decode(node.text));
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sums letters upwards.
pub fn weigh(nodes: &mut [Node]) {
    for node in nodes.iter_mut() {
        if node.name.is_empty() {
            node.letters = node.text.trim().len();
        } else {
            node.letters = 0;
        }
        node.linked = 0;
    }
    for at in (1..nodes.len()).rev() {
        if nodes[at].pruned {
            continue;
        }
        let (letters, mut linked) = (nodes[at].letters, nodes[at].linked);
        if nodes[at].name == "a" {
            linked = letters;
            nodes[at].linked = letters;
        }
        let parent = nodes[at].parent;
        nodes[parent].letters += letters;
        nodes[parent].linked += linked;
    }
}

impl<'a> Node<'a> {
    fn of(name: Cow<'a, str>, attributes: &'a str, text: &'a str, parent: usize) -> Self {
        Self {
            name,
            attributes,
            text,
            end: 0,
            parent,
            letters: 0,
            linked: 0,
            pruned: false,
        }
    }

    pub fn is_text(&self) -> bool {
        self.name.is_empty()
    }
}

struct Open<'a> {
    name: Cow<'a, str>,
    /// None for elements that are not kept.
    node: Option<usize>,
}

/// What the raw text that comes next is.
#[derive(PartialEq)]
enum Raw {
    Dropped,
    Title,
    Linked,
    Script,
}

struct Reader<'a> {
    page: Page<'a>,
    open: Vec<Open<'a>>,
    /// How many elements were open when an unseen one began.
    unseen: Option<usize>,
    text_left: usize,
    linked_left: usize,
    /// Paragraphs that are open: mostly none, and then none is looked for.
    paragraphs: usize,
    raw: Raw,
    /// The next text is the words of a time.
    in_time: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: Token<'a>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::Raw(text) => self.raw(text),
            Token::Open { name, attributes } => self.open(name, attributes),
            Token::Close(name) => self.close(name),
        }
    }

    fn text(&mut self, text: &'a str) {
        if std::mem::take(&mut self.in_time)
            && let Some(last) = self.page.head.times.last_mut()
            && dates::parse(&last.text).is_none()
        {
            last.text = entity::decode(text);
        }
        let text = &text[..text.floor_char_boundary(self.text_left)];
        if self.unseen.is_none() && self.page.nodes.len() < NODES_MAX && !text.is_empty() {
            self.text_left -= text.len();
            let parent = self.parent();
            let at = self.page.nodes.len();
            self.page.nodes.push(Node::of("".into(), "", text, parent));
            self.page.nodes[at].end = at + 1;
        }
    }

    fn raw(&mut self, text: &'a str) {
        let head = &mut self.page.head;
        match std::mem::replace(&mut self.raw, Raw::Dropped) {
            Raw::Title => head.title = head.title.take().or_else(|| Some(entity::decode(text))),
            Raw::Linked => {
                if text.len() <= self.linked_left {
                    self.linked_left -= text.len();
                    head.linked.push(text);
                }
            }
            Raw::Script => {
                if text.len() >= SCRIPT_BYTES_MIN && head.scripts.len() < FACTS_MAX {
                    head.scripts.push(text);
                }
            }
            Raw::Dropped => {}
        }
    }

    fn open(&mut self, written: &'a str, attributes: &'a str) {
        if !written
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b':')
        {
            return;
        }
        let name = if written.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(written.to_ascii_lowercase())
        } else {
            Cow::Borrowed(written)
        };
        self.note(&name, attributes);
        if LETTERING.contains(&&*name) || matches!(&*name, "html" | "body") {
            return;
        }
        self.end_what_is_implied(&name);
        let void = VOID.contains(&&*name) || (attributes.ends_with('/') && name.contains('-'));
        let seen = self.unseen.is_none();
        let unseen = UNSEEN.contains(&&*name);
        if void {
            if seen && !unseen && matches!(&*name, "br" | "img" | "hr") {
                self.keep(name, "");
            }
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        if seen && unseen {
            self.unseen = Some(self.open.len());
        }
        let node = (seen && !unseen)
            .then(|| self.keep(name.clone(), attributes))
            .flatten();
        self.paragraphs += usize::from(name == "p");
        self.open.push(Open { name, node });
    }

    fn keep(&mut self, name: Cow<'a, str>, attributes: &'a str) -> Option<usize> {
        if self.page.nodes.len() >= NODES_MAX {
            return None;
        }
        let parent = self.parent();
        let at = self.page.nodes.len();
        self.page.nodes.push(Node::of(name, attributes, "", parent));
        self.page.nodes[at].end = at + 1;
        Some(at)
    }

    fn parent(&self) -> usize {
        self.open
            .iter()
            .rev()
            .find_map(|open| open.node)
            .unwrap_or(0)
    }

    fn close(&mut self, written: &str) {
        let found = self
            .open
            .iter()
            .rposition(|open| open.name.eq_ignore_ascii_case(written));
        if let Some(at) = found.filter(|at| *at > 0) {
            // A cell, a row or a table that is open holds what is inside it.
            let barred = self.open[at + 1..]
                .iter()
                .any(|open| matches!(&*open.name, "table" | "td" | "th"));
            if !barred || matches!(&*self.open[at].name, "table" | "tr" | "tbody") {
                self.close_to(at);
            }
        }
    }

    fn close_to(&mut self, length: usize) {
        let end = self.page.nodes.len();
        for open in self.open.drain(length..) {
            self.paragraphs -= usize::from(open.name == "p");
            if let Some(node) = open.node {
                self.page.nodes[node].end = end;
            }
        }
        self.unseen = self.unseen.filter(|at| *at < length);
    }

    /// HTML lets authors leave out some end tags.
    fn end_what_is_implied(&mut self, name: &str) {
        let (ends, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "table", "div"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
            "a" => (&["a"], &["table", "td"]),
            _ if self.paragraphs > 0 && ENDS_PARAGRAPH.contains(&name) => {
                (&["p"], &["td", "th", "table", "button", "object"])
            }
            _ => return,
        };
        let found = self
            .open
            .iter()
            .rposition(|open| ends.contains(&&*open.name) || within.contains(&&*open.name));
        if let Some(at) = found.filter(|&at| at > 0 && ends.contains(&&*self.open[at].name)) {
            self.close_to(at);
        }
    }

    /// Notes a time that the page shows.
    fn time(&mut self, attributes: &'a str, text: Cow<'a, str>) {
        let mut stamp = Stamp::Plain;
        for (key, value) in pairs(attributes) {
            let key = key.to_ascii_lowercase();
            let names = matches!(&*key, "itemprop" | "class");
            let says = |word: &str| names && value.to_ascii_lowercase().contains(word);
            if key == "pubdate" || says("publish") {
                stamp = Stamp::Published;
            } else if stamp == Stamp::Plain && (says("modif") || says("updat")) {
                stamp = Stamp::Updated;
            }
        }
        let before = self.page.nodes.last().map_or("", |node| node.text);
        if stamp == Stamp::Plain && before.len() <= LABEL_BYTES_MAX && says_changed(before) {
            stamp = Stamp::Updated;
        }
        let open = |names: &[&str]| self.open.iter().any(|open| names.contains(&&*open.name));
        let aside =
            open(&["aside", "nav"]) || (open(&["header", "footer"]) && !open(&["article", "main"]));
        self.in_time = true;
        let at = self.page.nodes.len();
        self.page.head.times.push(Time {
            text,
            stamp,
            at,
            aside,
        });
    }

    /// Notes what an element says about the page.
    fn note(&mut self, name: &str, attributes: &'a str) {
        self.in_time = false;
        let value = |key: &str| {
            pairs(attributes)
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
                .map(|(_, value)| entity::decode(value))
        };
        if name == "time" && self.page.head.times.len() < FACTS_MAX {
            let text = value("datetime").or_else(|| value("content"));
            self.time(attributes, text.unwrap_or_default());
            return;
        }
        let head = &mut self.page.head;
        match name {
            "html" => {
                head.language = head
                    .language
                    .take()
                    .or_else(|| Some(value("lang")?.into_owned()))
            }
            "title" if self.unseen.is_none() || head.title.is_none() => {
                let in_picture = self.open.iter().any(|open| open.name == "svg");
                self.raw = if in_picture { Raw::Dropped } else { Raw::Title };
            }
            "script" => {
                let linked =
                    value("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"));
                self.raw = if linked { Raw::Linked } else { Raw::Script };
            }
            "meta" if head.meta.len() < FACTS_MAX => {
                let key = ["property", "name", "itemprop", "http-equiv"]
                    .iter()
                    .find_map(|key| value(key));
                let content = value("content").or_else(|| value("datetime"));
                if let (Some(key), Some(content)) = (key, content) {
                    head.meta.push((key.trim().to_ascii_lowercase(), content));
                }
            }
            "link" if head.meta.len() < FACTS_MAX => {
                if value("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"))
                    && let Some(address) = value("href")
                {
                    head.meta.push(("canonical".to_owned(), address));
                }
            }
            _ => {
                if let Some(kind) = value("itemprop")
                    && kind.contains("datePublished")
                    && let Some(content) = value("content").or_else(|| value("datetime"))
                    && head.meta.len() < FACTS_MAX
                {
                    head.meta.push(("datepublished".to_owned(), content));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(page: &Page) -> String {
        let name = |node: &Node| match node.is_text() {
            true => node.text.to_owned(),
            false => format!("<{} {}>", node.name, node.end),
        };
        page.nodes.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn end_tags_may_be_missing() {
        let page = read("<p>One<p>Two<ul><li>a<li>b</ul><div><b>c</div>d");
        assert_eq!(
            outline(&page),
            "<body 13> <p 3> One <p 5> Two <ul 10> <li 8> a <li 10> b <div 12> c d"
        );
    }

    #[test]
    fn a_cell_that_is_open_holds_a_stray_end_tag() {
        let page = read("<div><table><tr><td>a</div>b</table>c</div>d");
        assert_eq!(
            outline(&page),
            "<body 9> <div 8> <table 7> <tr 7> <td 7> a b c d"
        );
    }

    #[test]
    fn what_nobody_sees_is_not_kept_and_ends_with_what_holds_it() {
        let page = read(
            "<div><nav><ul><li>x</div>a<script>'</div>'</script><svg><title>no</title></svg>b",
        );
        assert_eq!(outline(&page), "<body 4> <div 2> a b");
        assert_eq!(page.head.title, None);
    }

    #[test]
    fn a_hundred_thousand_open_elements_make_a_shallow_tree() {
        let text = "<div>x".repeat(100_000);
        let page = read(&text);
        let mut depth = vec![0; page.nodes.len()];
        for at in 1..page.nodes.len() {
            depth[at] = depth[page.nodes[at].parent] + 1;
        }
        assert!(depth.iter().all(|depth| *depth <= DEPTH_MAX));
        assert!(page.nodes.len() <= NODES_MAX);
    }

    #[test]
    fn the_head_is_noted() {
        let page = read(
            r#"<HTML lang="en-GB"><title>A &amp; B</title><meta property="OG:Title" content="A">
            <script type="application/ld+json">{}</script><script>no</script>
            <time itemprop=datePublished datetime=2031-03-04>x</time><time>5 March 2031</time>"#,
        );
        let head = page.head;
        assert_eq!(head.language.as_deref(), Some("en-GB"));
        assert_eq!(head.title.as_deref(), Some("A & B"));
        assert_eq!(head.meta, [("og:title".to_owned(), "A".into())]);
        assert_eq!(head.linked, ["{}"]);
        assert_eq!(
            head.times
                .iter()
                .map(|time| (&*time.text, time.stamp))
                .collect::<Vec<_>>(),
            [
                ("2031-03-04", Stamp::Published),
                ("5 March 2031", Stamp::Plain)
            ]
        );
    }
}
