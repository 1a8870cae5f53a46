//! XML documents of feeds as small trees, one for each entry. Lenient, bounded, nothing is expanded.
//!
//! The tokens are quick-xml's; this file decides what to do when they do not nest.

use super::element::{Element, Node, Ns, namespace, of_prefix};
use super::entity;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::rc::Rc;
use url::Url;

/// Elements nested deeper keep only their text.
const DEPTH_MAX: usize = 100;
/// Elements kept for one entry, and for the feed outside of its entries.
const NODES_MAX: usize = 10_000;
const ATTRIBUTES_MAX: usize = 64;
/// Namespace declarations known at once.
const SCOPES_MAX: usize = 100;
/// Entries read of one document; the newest of them are kept.
const ENTRIES_READ_MAX: usize = 20_000;
const SECTION: &str = "<![CDATA[";
/// How often reading goes on behind a piece of damaged markup.
const RESTARTS_MAX: usize = 64;

/// Gives the tokens of a document whatever its tags and ampersands are like.
pub fn lenient(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// A document taken apart.
#[derive(Debug, Default)]
pub struct Document {
    /// `rss`, `rdf:RDF`, `feed` or `channel`, without the entries. An `entry` that stands alone gets
    /// a `feed` around it.
    pub root: Option<Element>,
    pub entries: Vec<Element>,
    /// First element, when it is not a feed's.
    pub stranger: Option<String>,
    pub repaired: bool,
}

/// Reads a document; `base` is the address that it came from.
pub fn read(text: &str, base: Option<&Url>) -> Document {
    let mended = escape_lone_brackets(text);
    let mut builder = Builder {
        base: base.cloned().map(Rc::new),
        ..Builder::default()
    };
    builder.document.repaired = matches!(mended, Cow::Owned(_));
    builder.run(&mended);
    builder.finish()
}

/// Escapes each `<` that cannot begin markup, outside of comments and CDATA.
pub fn escape_lone_brackets(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    // Sections and comments that have no end in the rest of the text.
    let mut endless = [false; 2];
    while let Some(found) = text[at..].find('<') {
        at += found;
        let rest = &text[at..];
        if let Some(kind) = [SECTION, "<!--"]
            .iter()
            .position(|begin| rest.starts_with(begin))
        {
            at += 4;
            if !endless[kind] {
                let end = ["]]>", "-->"][kind];
                match text[at..].find(end) {
                    Some(length) => at += length + end.len(),
                    None => endless[kind] = true,
                }
            }
            continue;
        }
        let next = rest[1..].chars().next();
        if next.is_some_and(|c| !(c.is_alphabetic() || matches!(c, '/' | '!' | '?' | '_' | ':'))) {
            out.push_str(&text[kept..at]);
            out.push_str("&lt;");
            kept = at + 1;
        }
        at += 1;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// Fields that hold no fields: a new one ends them.
const LEAVES: [&str; 8] = [
    "title",
    "link",
    "guid",
    "pubdate",
    "id",
    "updated",
    "published",
    "description",
];
/// Fields that end an unclosed one, or an unclosed entry.
const FIELDS: [&str; 13] = [
    "title",
    "link",
    "guid",
    "pubdate",
    "id",
    "updated",
    "published",
    "description",
    "summary",
    "content",
    "author",
    "item",
    "entry",
];

#[derive(Default)]
struct Builder {
    base: Option<Rc<Url>>,
    stack: Vec<Element>,
    /// Namespace declarations: how deep they stand, prefix, namespace.
    scopes: Vec<(usize, String, Ns)>,
    /// Open elements that are too deep or too many to be kept.
    over: usize,
    nodes: usize,
    document: Document,
    done: bool,
}

impl Builder {
    fn run(&mut self, text: &str) {
        let mut offset = 0;
        for _ in 0..RESTARTS_MAX {
            let mut reader = lenient(&text[offset..]);
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => return,
                    Ok(event) => self.event(event),
                    Err(_) => break,
                }
                if self.done {
                    return;
                }
            }
            self.document.repaired = true;
            let broken = offset + reader.error_position() as usize;
            // A section without an end holds what would stand there without it.
            let section = text
                .get(broken..)
                .is_some_and(|rest| rest.starts_with(SECTION));
            let behind = broken + if section { SECTION.len() } else { 1 };
            if !text.get(behind..).is_some_and(|rest| rest.contains('<')) {
                return;
            }
            if !section {
                self.text("<");
            }
            offset = behind;
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(&tag, false),
            Event::Empty(tag) => self.start(&tag, true),
            Event::End(tag) => self.end(tag.name().as_ref()),
            Event::Text(text) => self.text(&text.into_inner()),
            Event::CData(text) => self.text(&text.into_inner()),
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                match entity::resolve(&name) {
                    Some(letters) => self.text(&letters),
                    None => {
                        self.document.repaired = true;
                        self.text(&format!("&{name};"));
                    }
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        if let Some(Node::Text(before)) = open.children.last_mut() {
            before.push_str(text);
        } else if !(text.trim().is_empty() && is_container(open)) {
            open.children.push(Node::Text(text.to_owned()));
        }
    }

    fn start(&mut self, tag: &BytesStart, empty: bool) {
        let written = tag.name();
        let written: &str = written.as_ref();
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let name = local.to_ascii_lowercase();
        let is_root = self.stack.is_empty();
        let may_begin = matches!(name.as_str(), "rss" | "rdf" | "feed" | "channel" | "entry");
        if is_root && !may_begin {
            return self.strange(name);
        }
        if self.over > 0 && !FIELDS[11..].contains(&name.as_str()) {
            self.over += usize::from(!empty);
            return;
        }
        let attributes = attributes_of(tag);
        let own = declarations(&attributes, is_root.then_some((prefix, &*name)));
        let ns = own
            .iter()
            .find(|(name, _)| name == prefix)
            .map_or_else(|| self.resolve(prefix), |(_, ns)| *ns);
        if is_root && name == "entry" && ns != Ns::Atom {
            return self.strange(name);
        }
        self.close_unclosed(ns, &name);
        if self.stack.len() >= DEPTH_MAX || self.nodes >= NODES_MAX {
            self.over += usize::from(!empty);
            return;
        }
        let mut base = self
            .stack
            .last()
            .map_or(self.base.clone(), |open| open.base.clone());
        if let Some((_, written)) = attributes.iter().find(|(key, _)| key == "xml:base") {
            let own = base
                .as_ref()
                .map_or_else(|| Url::parse(written), |base| base.join(written));
            let own = own.ok().filter(|own| !own.cannot_be_a_base());
            base = own.map(Rc::new).or(base);
        }
        self.nodes += 1;
        let depth = self.stack.len();
        let left = SCOPES_MAX.saturating_sub(self.scopes.len());
        self.scopes.extend(
            own.into_iter()
                .take(left)
                .map(|(name, ns)| (depth, name, ns)),
        );
        self.stack.push(Element {
            ns,
            name,
            attributes,
            children: Vec::new(),
            base,
            written: written.to_owned(),
        });
        if empty {
            self.pop();
        }
    }

    /// Notes an element before the feed's first.
    fn strange(&mut self, name: String) {
        self.done |= name == "html";
        self.document.stranger.get_or_insert(name);
    }

    /// Ends what an author forgot to end: a field by the next field, an entry by the next entry.
    fn close_unclosed(&mut self, ns: Ns, name: &str) {
        if !FIELDS.contains(&name) || !matches!(ns, Ns::Rss | Ns::Atom) {
            return;
        }
        if matches!(name, "item" | "entry")
            && let Some(at) = self
                .stack
                .iter()
                .position(|open| is_entry(open) && open.ns == ns)
        {
            self.document.repaired = true;
            self.over = 0;
            self.close_to(at);
        } else if let Some(open) = self.stack.last()
            && open.ns == ns
            && LEAVES.contains(&open.name.as_str())
            && self.stack.len() > 1
            && is_container(&self.stack[self.stack.len() - 2])
        {
            self.document.repaired = true;
            self.pop();
        }
    }

    fn end(&mut self, written: &str) {
        let at = self.stack.iter().rposition(|open| open.written == written);
        if self.over > 0 {
            let ends_entry = at.is_some_and(|at| is_container(&self.stack[at]));
            if !ends_entry {
                self.over -= 1;
                return;
            }
            self.over = 0;
        }
        match at {
            Some(at) => {
                self.document.repaired |= at + 1 != self.stack.len();
                self.close_to(at);
            }
            None => self.document.repaired |= !self.stack.is_empty(),
        }
    }

    fn close_to(&mut self, at: usize) {
        while self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(element) = self.stack.pop() else {
            return;
        };
        let depth = self.stack.len();
        while self.scopes.last().is_some_and(|scope| scope.0 >= depth) {
            self.scopes.pop();
        }
        match self.stack.last_mut() {
            Some(parent) if is_entry(&element) && is_container(parent) => {
                self.document.entries.push(element);
                self.nodes = 0;
                self.done = self.document.entries.len() >= ENTRIES_READ_MAX;
            }
            Some(parent) => parent.children.push(Node::Element(element)),
            None => {
                self.done = true;
                let root = if is_entry(&element) {
                    let around = Element::around(&element);
                    self.document.entries.push(element);
                    around
                } else {
                    element
                };
                self.document.root = Some(root);
            }
        }
    }

    fn resolve(&self, prefix: &str) -> Ns {
        let declared = self
            .scopes
            .iter()
            .rev()
            .find(|(_, name, _)| name == prefix)
            .map(|scope| scope.2);
        declared.unwrap_or_else(|| of_prefix(prefix))
    }

    /// What is open at the end: an entry that was cut off is dropped, the feed around it is kept.
    fn finish(mut self) -> Document {
        let at = self.stack.iter().position(is_entry);
        self.document.repaired |= !self.stack.is_empty();
        if let Some(at) = at {
            self.stack.truncate(at);
        }
        self.close_to(0);
        self.document
    }
}

fn is_entry(element: &Element) -> bool {
    matches!(element.name.as_str(), "item" | "entry")
        && matches!(element.ns, Ns::Rss | Ns::Atom | Ns::Rdf)
}

/// Whether an element holds fields or entries, and no text of its own.
fn is_container(element: &Element) -> bool {
    matches!(
        element.name.as_str(),
        "rss" | "rdf" | "feed" | "channel" | "item" | "entry" | "items"
    ) && matches!(element.ns, Ns::Rss | Ns::Atom | Ns::Rdf)
}

/// A tag's attributes, names in lower case, references decoded.
pub fn attributes_of(tag: &BytesStart) -> Vec<(String, String)> {
    tag.html_attributes()
        .with_checks(false)
        .take(ATTRIBUTES_MAX)
        .flatten()
        .map(|attribute| {
            let key: &str = attribute.key.as_ref();
            (
                key.to_ascii_lowercase(),
                entity::decode(&attribute.value).into_owned(),
            )
        })
        .collect()
}

/// The namespaces that a tag declares. A root's own (its prefix and name are given) counts as RSS's
/// when it is not known, or when RSS says that it is Atom.
fn declarations(attributes: &[(String, String)], root: Option<(&str, &str)>) -> Vec<(String, Ns)> {
    let declaration = |(key, value): &(String, String)| {
        let name = key
            .strip_prefix("xmlns")?
            .trim_start_matches(':')
            .to_owned();
        let own = root.filter(|(prefix, _)| *prefix == name);
        let ns = match (namespace(value), own) {
            (Ns::Other, Some(_)) | (Ns::Atom, Some((_, "rss" | "channel"))) => Ns::Rss,
            (ns, _) => ns,
        };
        Some((name, ns))
    };
    attributes.iter().filter_map(declaration).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<String> {
        read(text, None)
            .entries
            .iter()
            .map(|e| e.all(&[Ns::Rss], "title").map(Element::text).collect())
            .collect()
    }

    #[test]
    fn a_cut_feed_keeps_its_whole_entries() {
        let text = "<rss><channel><title>T</title><item><title>One</title></item><item><title>Tw";
        assert_eq!(titles(text), ["One"]);
        assert!(read(text, None).root.is_some());
    }

    #[test]
    fn a_section_without_an_end_ends_with_its_field() {
        let text = "<rss><channel><item><title><![CDATA[1 < 2</title></item><item><title>Two</title></item></channel></rss>";
        assert_eq!(titles(text), ["1 < 2", "Two"]);
        let many = format!("<rss><channel>{}", "<item><![CDATA[".repeat(100_000));
        assert!(read(&many, None).repaired);
    }

    #[test]
    fn a_base_that_is_no_place_is_passed_over() {
        let url = Url::parse("https://basin.example/feed").ok();
        let document = read("<rss xml:base='tag:basin.example,2031:a'/>", url.as_ref());
        let root = document.root.expect("a feed");
        assert_eq!(root.base.as_deref(), url.as_ref());
    }

    #[test]
    fn unclosed_entries_and_fields_end_where_the_next_begins() {
        assert_eq!(
            titles(
                "<rss><channel><item><title>One<link>l</link><item><title>Two</title></channel></rss>"
            ),
            ["One", "Two"]
        );
    }

    #[test]
    fn lone_brackets_and_ampersands_are_text() {
        assert_eq!(
            titles(
                "<rss><channel><item><title>1 < 2 & 3 &nbsp; R&D</title></item></channel></rss>"
            ),
            ["1 < 2 & 3 \u{a0} R&D"]
        );
    }

    #[test]
    fn deep_and_wide_documents_are_bounded() {
        let deep = format!("<rss><channel><item><title>{}x", "<b>".repeat(200_000));
        assert!(read(&deep, None).root.is_some());
        let wide = format!(
            "<rss><channel><item {}><title>x</title></item></channel></rss>",
            "a='1' ".repeat(100_000)
        );
        assert_eq!(titles(&wide), ["x"]);
    }

    #[test]
    fn an_entry_alone_and_a_feed_in_the_wrong_space_are_read() {
        let entry = "<entry xmlns='http://www.w3.org/2005/Atom'><title>One</title></entry>";
        let document = read(entry, None);
        assert_eq!(document.entries.len(), 1);
        assert!(document.root.is_some_and(|root| root.name == "feed"));
        assert!(
            read("<entry><title>One</title></entry>", None)
                .root
                .is_none()
        );
        let wrong = "<rss xmlns='http://www.w3.org/2005/Atom'><channel><item><title>One</title></item></channel></rss>";
        assert_eq!(titles(wrong), ["One"]);
    }

    #[test]
    fn declared_entities_are_not_expanded() {
        let text = r#"<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&b;&f;</title></item></channel></rss>"#;
        assert_eq!(titles(text), ["&b;&f;"]);
    }
}
