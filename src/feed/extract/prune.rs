//! Takes out of a page what stands around and between the paragraphs of an article.
//!
//! Judged by element names, by the words of class and id names, and by how much of a text is links.
//! Nothing is taken that holds a large part of the page's running text, whatever its name.

use super::blocks::INLINE;
use super::phrases::ELSEWHERE;
use super::sift::folded;
use super::tree::{Node, weigh, words_of};
use crate::feed::entity;
use crate::feed::html::pairs;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Of the page's running text, what an element with a telling name may hold at most (percent).
const RUNNING_PERCENT_MAX: usize = 35;
/// The same for readers' comments, which may outweigh the article.
const COMMENTS_PERCENT_MAX: usize = 85;
/// What is left of a page when its comments are taken out must be an article (letters).
const ARTICLE_LETTERS_MIN: usize = 500;
/// Notes on who wrote when are short (letters).
const NOTE_LETTERS_MAX: usize = 400;
/// A figure with more text is more than a picture (letters).
const FIGURE_LETTERS_MAX: usize = 800;
/// A list or box is one of links when they hold this much of it (percent).
const LINKS_PERCENT_MIN: usize = 70;
/// The same for a box whose name says that it leads elsewhere.
const TEASER_LINKS_PERCENT_MIN: usize = 40;
/// Words looked at in one class or id.
const NAME_WORDS_MAX: usize = 24;
/// Longest class or id that is looked at (bytes).
const NAME_BYTES_MAX: usize = 400;

/// A teaser has no more words beside its link (letters).
const CARD_LETTERS_MAX: usize = 700;
/// A link that is the heading of a teaser has more (letters).
const CARD_HEADING_LETTERS_MIN: usize = 20;

/// A shorter piece between capitals is as likely chance, as in `n1AuAdJl` (letters).
const PIECE_LETTERS_MIN: usize = 4;

/// Main headings looked at.
const HEADINGS_MAX: usize = 5;
/// Elements without text that may stand before the first words of a box.
const BEFORE_NODES_MAX: usize = 200;

/// A label of a box has so many bytes, and words where they alone tell it.
const LABEL_BYTES_MIN: usize = 6;
const LABEL_BYTES_MAX: usize = 90;
const LABEL_WORDS_MAX: usize = 4;
/// A line with more beside a label is not alone (letters).
const LABEL_REST_MAX: usize = 4;

/// Element names that stand beside an article.
const BESIDE: &[&str] = &["aside", "figcaption", "footer", "menu"];

/// Headings below a page's own.
const HEADINGS: &[&str] = &["h2", "h3", "h4", "h5", "h6"];

/// Words of class and id names of boxes that are no part of an article.
const BOXES: &[&str] = &[
    "ad",
    "addthis",
    "ads",
    "adtext",
    "adv",
    "advert",
    "advertisement",
    "advertising",
    "advtext",
    "affiliate",
    "audioplayer",
    "banner",
    "bookmark",
    "breadcrumb",
    "breadcrumbs",
    "caption",
    "captions",
    "copyright",
    "credit",
    "credits",
    "crosslink",
    "crosslinks",
    "disclaimer",
    "donate",
    "donation",
    "explore",
    "feedback",
    "figcaption",
    "inread",
    "jwplayer",
    "legende",
    "mailchimp",
    "morelinks",
    "moreon",
    "mostread",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "newsletters",
    "onward",
    "outbrain",
    "pager",
    "pagination",
    "paginator",
    "piano",
    "plista",
    "podcast",
    "preroll",
    "print",
    "printbox",
    "promo",
    "promobox",
    "promotion",
    "pullquote",
    "rating",
    "readmore",
    "readnext",
    "recirc",
    "recirculation",
    "recommendation",
    "recommendations",
    "recommended",
    "registration",
    "related",
    "relateds",
    "reporterrbox",
    "seealso",
    "share",
    "sharebar",
    "sharedaddy",
    "sharing",
    "shop",
    "sidebar",
    "signin",
    "signup",
    "skip",
    "skiplink",
    "slider",
    "social",
    "socials",
    "sponsor",
    "sponsored",
    "subscribe",
    "subscription",
    "swiper",
    "taboola",
    "toolbar",
    "tooltip",
    "trending",
    "tts",
    "videoplayer",
    "wallpaper",
    "whatsapp",
];
/// The same for what may hold more text than the article: galleries, what asks for consent or lies over the page.
const OVERLAYS: &[&str] = &[
    "carousel",
    "consent",
    "cookie",
    "cookies",
    "gallery",
    "gdpr",
    "lightbox",
    "modal",
    "overlay",
    "popup",
    "slideshow",
];
/// Words of names of short notes: who wrote, when, under which heads.
const NOTES: &[&str] = &[
    "attribution",
    "author",
    "authors",
    "bild",
    "bio",
    "byline",
    "bylines",
    "categories",
    "category",
    "contributor",
    "contributors",
    "date",
    "dateline",
    "datetime",
    "duration",
    "eyebrow",
    "foto",
    "hashtags",
    "image",
    "img",
    "imgbox",
    "keyword",
    "keywords",
    "kicker",
    "lastmod",
    "meta",
    "metadata",
    "modified",
    "photo",
    "photos",
    "picture",
    "pubdate",
    "publishdate",
    "published",
    "readingtime",
    "rubric",
    "rubrik",
    "spitzmarke",
    "tag",
    "taglist",
    "tags",
    "time",
    "timestamp",
    "topics",
    "updated",
    "vcard",
    "views",
    "writer",
];
/// Words of names of boxes that lead elsewhere, which only links make certain.
const TEASERS: &[&str] = &[
    "also",
    "bottom",
    "box",
    "embed",
    "extra",
    "inline",
    "link",
    "linked",
    "links",
    "list",
    "more",
    "next",
    "other",
    "popular",
    "preview",
    "previous",
    "read",
    "relevant",
    "similar",
    "suggested",
    "teaser",
    "teasers",
    "topic",
    "tout",
    "widget",
];
/// Words of names of readers' comments.
const COMMENTS: &[&str] = &[
    "comentarios",
    "comment",
    "commentaires",
    "comments",
    "disqus",
    "kommentare",
];
/// Words of names of what only screen readers or printers show.
const SCREENLESS: &[&str] = &["offscreen", "screenreader", "visuallyhidden"];
const SCREENLESS_PAIRS: &[(&str, &str)] = &[
    ("sr", "only"),
    ("visually", "hidden"),
    ("screen", "reader"),
    ("off", "screen"),
    ("h", "offscreen"),
    ("print", "only"),
    ("pull", "quote"),
    ("audio", "player"),
    ("media", "player"),
    ("video", "player"),
    ("dis", "none"),
    ("d", "none"),
    ("a11y", "hidden"),
];
/// Words before or behind which a telling word says something else: the page that *has* a sidebar.
const WRAPPERS: &[&str] = &["has", "no", "with", "without"];

/// Marks what is no part of the article; gives the page's main heading.
pub fn prune(nodes: &mut [Node], title: Option<&str>, names: Names) -> Option<usize> {
    nodes.iter_mut().for_each(|node| node.pruned = false);
    weigh(nodes);
    let title = title.map(folded).unwrap_or_default();
    let main_heading = main_heading(nodes, &title);
    let running = nodes.first().map_or(0, |body| body.letters - body.linked);
    prune_announced(nodes, running, &title);
    let running = nodes.first().map_or(0, |body| body.letters - body.linked);
    let telling = telling(nodes, names);
    let mut at = 1;
    while at < nodes.len() {
        let titled = main_heading.is_some_and(|heading| (at + 1..nodes[at].end).contains(&heading));
        let beside = !nodes[at].is_text() && !titled && is_beside(nodes, at, running, &telling);
        let pruned = nodes[at].pruned || beside || Some(at) == main_heading;
        nodes[at].pruned = pruned;
        at = if pruned { nodes[at].end } else { at + 1 };
    }
    weigh(nodes);
    main_heading
}

/// Takes out boxes that announce in words that they lead elsewhere.
fn prune_announced(nodes: &mut [Node], running: usize, title: &str) {
    let mut at = 1;
    let mut found = false;
    while at < nodes.len() {
        if nodes[at].pruned {
            at = nodes[at].end;
            continue;
        }
        let announces = if nodes[at].is_text() {
            announces_elsewhere(nodes, at)
        } else {
            HEADINGS.contains(&&*nodes[at].name) && leads_elsewhere(nodes, at, title)
        };
        if announces {
            let mut top = at;
            let mut up = nodes[at].parent;
            while up != 0 && begins_with(nodes, up, at) && is_card(&nodes[up], running) {
                top = up;
                up = nodes[up].parent;
            }
            nodes[top].pruned = true;
            found = true;
            at = nodes[top].end;
            continue;
        }
        at += 1;
    }
    if found {
        weigh(nodes);
    }
}

/// Whether an element may be a link with its teaser, or a box of such.
fn is_card(node: &Node, running: usize) -> bool {
    let unlinked = node.letters - node.linked;
    let mostly_links = node.linked * 100 >= node.letters * TEASER_LINKS_PERCENT_MIN;
    unlinked * 100 <= running * RUNNING_PERCENT_MAX
        && (unlinked <= CARD_LETTERS_MAX || mostly_links)
}

/// Whether the first words inside an element are those of a node.
fn begins_with(nodes: &[Node], at: usize, text: usize) -> bool {
    let mut inner = at + 1;
    for _ in 0..BEFORE_NODES_MAX {
        if inner >= text {
            return true;
        }
        if nodes[inner].pruned {
            inner = nodes[inner].end;
            continue;
        }
        if nodes[inner].is_text() && nodes[inner].letters > 0 {
            return false;
        }
        inner += 1;
    }
    false
}

/// Whether a heading is the link of another article.
fn leads_elsewhere(nodes: &[Node], at: usize, title: &str) -> bool {
    let node = &nodes[at];
    let in_link = nodes[node.parent].name == "a" || nodes[nodes[node.parent].parent].name == "a";
    (CARD_HEADING_LETTERS_MIN..=CARD_LETTERS_MAX).contains(&node.letters)
        && (in_link || node.linked * 100 >= node.letters * LINKS_PERCENT_MIN)
        && folded(&words_of(nodes, at)) != title
}

/// Whether a text is the label of a box that leads elsewhere: alone in its line, or before a colon.
fn announces_elsewhere(nodes: &[Node], at: usize) -> bool {
    let text = nodes[at].text.trim();
    if !(LABEL_BYTES_MIN..=LABEL_BYTES_MAX).contains(&text.len()) {
        return false;
    }
    let mut line = nodes[at].parent;
    while line != 0 && INLINE.contains(&&*nodes[line].name) {
        line = nodes[line].parent;
    }
    if !begins_with(nodes, line, at) {
        return false;
    }
    let alone = nodes[line].letters <= text.len() + LABEL_REST_MAX;
    let lower = entity::decode(text).to_lowercase();
    let start = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let few = start.split_whitespace().count() <= LABEL_WORDS_MAX;
    let more = ["more ", "mehr "]
        .iter()
        .any(|word| start.starts_with(word));
    if alone && few && more && HEADINGS.contains(&&*nodes[line].name) {
        return true;
    }
    ELSEWHERE.iter().any(|phrase| {
        start.strip_prefix(phrase).is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', '\u{a0}', '.', '…', '!']);
            (alone && rest.is_empty()) || rest.starts_with([':', '：', '|'])
        })
    })
}

/// Whether class and id names say what is no part of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Believed,
    Ignored,
}

/// What the names on a page tell.
struct Telling {
    /// Of each node: what its name says that it is, and by which word.
    kinds: Vec<Option<(Kind, &'static str)>>,
    /// How much running text stands below names with a word (letters).
    held: HashMap<&'static str, usize>,
}

fn telling(nodes: &[Node], names: Names) -> Telling {
    let counts = |kind: &(Kind, &str)| names == Names::Believed || kind.0 == Kind::Screenless;
    let kinds: Vec<_> = nodes
        .iter()
        .map(|node| kind_of(node).filter(counts))
        .collect();
    let mut held: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, (node, kind)) in nodes.iter().zip(&kinds).enumerate() {
        if let Some((_, word)) = kind {
            let (letters, end) = held.entry(word).or_default();
            if at >= *end {
                *letters += node.letters - node.linked;
                *end = node.end;
            }
        }
    }
    let held = held
        .into_iter()
        .map(|(word, (letters, _))| (word, letters))
        .collect();
    Telling { kinds, held }
}

/// The `h1` that says the page's title, else the only one.
fn main_heading(nodes: &[Node], title: &str) -> Option<usize> {
    let headings = || {
        (0..nodes.len())
            .filter(|&at| nodes[at].name == "h1" && nodes[at].letters > 0)
            .take(HEADINGS_MAX)
    };
    let says_title = |at: usize| {
        let words = folded(&words_of(nodes, at));
        !words.is_empty() && (title.contains(&words) || words.contains(title)) && !title.is_empty()
    };
    headings()
        .find(|&at| says_title(at))
        .or_else(|| (headings().count() == 1).then(|| headings().next())?)
}

fn is_beside(nodes: &[Node], at: usize, running: usize, telling: &Telling) -> bool {
    let node = &nodes[at];
    let percent = |part: usize, whole: usize| (part * 100).checked_div(whole).unwrap_or(0);
    let small = percent(node.letters - node.linked, running) <= RUNNING_PERCENT_MAX;
    let links = percent(node.linked, node.letters);
    match &*node.name {
        name if BESIDE.contains(&name) && small => return true,
        "figure"
            if node.letters <= FIGURE_LETTERS_MAX
                && !holds(nodes, at, &["table", "pre", "blockquote"]) =>
        {
            return true;
        }
        "ul" | "ol" | "p" if links >= LINKS_PERCENT_MIN && small && !ends_sentence(nodes, at) => {
            return true;
        }
        "article" if is_nested(nodes, at) && small && links >= TEASER_LINKS_PERCENT_MIN => {
            return true;
        }
        _ => {}
    }
    let Some((kind, word)) = telling.kinds[at] else {
        return false;
    };
    if kind != Kind::Screenless && is_in_text(nodes, at) {
        return false;
    }
    let held = telling.held.get(word).copied().unwrap_or_default();
    let small = percent(held, running) <= RUNNING_PERCENT_MAX;
    match kind {
        Kind::Comments => {
            let fits = percent(held, running) <= COMMENTS_PERCENT_MAX;
            small || (fits && running.saturating_sub(held) >= ARTICLE_LETTERS_MIN)
        }
        Kind::Box | Kind::Screenless => small,
        Kind::Note => small && node.letters <= NOTE_LETTERS_MAX,
        Kind::Teaser => small && node.name != "a" && links >= TEASER_LINKS_PERCENT_MIN,
    }
}

/// Whether the last words inside end a sentence.
fn ends_sentence(nodes: &[Node], at: usize) -> bool {
    nodes[at + 1..nodes[at].end]
        .iter()
        .rev()
        .map(|node| node.text.trim_end())
        .find(|text| !text.is_empty())
        .is_some_and(|text| text.ends_with(['.', '!', '。', '।', '…']))
}

/// Whether an element is a part of a table, or an inline one among the words of a paragraph.
fn is_in_text(nodes: &[Node], at: usize) -> bool {
    if matches!(&*nodes[at].name, "tbody" | "tr" | "td" | "th") {
        return true;
    }
    let mut up = at;
    while matches!(
        &*nodes[up].name,
        "a" | "span" | "time" | "mark" | "q" | "cite" | "abbr"
    ) {
        up = nodes[up].parent;
    }
    up != at
        && matches!(&*nodes[up].name, "p" | "li" | "blockquote")
        && nodes[up].letters > nodes[at].letters * 2
}

fn is_nested(nodes: &[Node], at: usize) -> bool {
    let mut up = nodes[at].parent;
    while up != 0 {
        if nodes[up].name == "article" {
            return true;
        }
        up = nodes[up].parent;
    }
    false
}

fn holds(nodes: &[Node], at: usize, names: &[&str]) -> bool {
    nodes[at + 1..nodes[at].end]
        .iter()
        .any(|node| names.contains(&&*node.name))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Box,
    Comments,
    Note,
    Screenless,
    Teaser,
}

impl Kind {
    /// Whether the name alone decides.
    fn is_sure(self) -> bool {
        matches!(self, Self::Box | Self::Comments | Self::Screenless)
    }
}

/// What class, id and role say that an element is.
fn kind_of(node: &Node) -> Option<(Kind, &'static str)> {
    let mut kind = None;
    for (name, value) in pairs(node.attributes) {
        match name {
            "class" if is_hiding_class(value) => return Some((Kind::Screenless, "hidden")),
            "class" | "id" | "data-testid" | "data-component" => {
                let found = kind_of_name(value);
                if found.is_some_and(|(kind, _)| kind.is_sure()) {
                    return found;
                }
                kind = kind.or(found);
            }
            "role" if matches!(value, "navigation" | "complementary" | "dialog" | "alert") => {
                return Some((Kind::Box, "role"));
            }
            "hidden" => return Some((Kind::Screenless, "hidden")),
            "aria-modal" if value == "true" => return Some((Kind::Comments, "modal")),
            "style" if hides(value) => return Some((Kind::Screenless, "hidden")),
            "itemprop" if matches!(value, "author" | "publisher") => {
                kind = kind.or(Some((Kind::Note, "itemprop")))
            }
            _ => {}
        }
    }
    kind
}

fn hides(style: &str) -> bool {
    let style = style.to_ascii_lowercase().replace(' ', "");
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// `hidden`, unless a second class shows the element on wider screens.
fn is_hiding_class(class: &str) -> bool {
    let mut names = class.split_ascii_whitespace();
    names.clone().any(|name| name == "hidden") && !names.any(|name| name.contains(':'))
}

fn kind_of_name(value: &str) -> Option<(Kind, &'static str)> {
    let value = &value[..value.floor_char_boundary(NAME_BYTES_MAX)];
    let mut kind: Option<(Kind, &'static str)> = None;
    let mut before = String::new();
    let mut seen = 0;
    let _ = words(value, &mut |word| {
        seen += 1;
        let wraps = WRAPPERS.contains(&&*before);
        if !wraps {
            let found = kind_of_word(&before, word);
            if kind.is_none() || found.is_some_and(|(kind, _)| kind.is_sure()) {
                kind = found.or(kind);
            }
        }
        before.clear();
        before.push_str(word);
        let done = seen >= NAME_WORDS_MAX || kind.is_some_and(|(kind, _)| kind.is_sure());
        if done {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    kind
}

fn kind_of_word(before: &str, word: &str) -> Option<(Kind, &'static str)> {
    let found = |table: &[&'static str], kind| {
        let at = table.binary_search(&word).ok()?;
        Some((kind, table[at]))
    };
    let pair = || {
        let pair = SCREENLESS_PAIRS
            .iter()
            .find(|pair| **pair == (before, word))?;
        Some((Kind::Screenless, pair.1))
    };
    found(OVERLAYS, Kind::Comments)
        .or_else(|| found(BOXES, Kind::Box))
        .or_else(|| found(COMMENTS, Kind::Comments))
        .or_else(|| found(SCREENLESS, Kind::Screenless))
        .or_else(pair)
        .or_else(|| found(NOTES, Kind::Note))
        .or_else(|| found(TEASERS, Kind::Teaser))
}

/// The words of a name in lower case: `relatedStories related-box` has four.
pub fn words(name: &str, take: &mut dyn FnMut(&str) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut word = String::new();
    let mut lower = false;
    // Whether the word begins inside a run of letters.
    let mut inside = false;
    for c in name.chars().chain([' ']) {
        let ends = !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && lower);
        if ends && !word.is_empty() {
            let whole = !inside && !c.is_ascii_alphanumeric();
            if whole || word.len() >= PIECE_LETTERS_MIN {
                take(&word)?;
            }
            inside = c.is_ascii_alphanumeric();
            word.clear();
        }
        lower = c.is_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        for table in [BOXES, COMMENTS, NOTES, OVERLAYS, TEASERS] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }
}
