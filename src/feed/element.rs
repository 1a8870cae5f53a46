//! Elements of feeds as small trees, and the namespaces that feeds use.

use std::rc::Rc;
use url::Url;

/// The namespaces that Lede knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ns {
    /// RSS in all its versions, or none at all.
    Rss,
    Atom,
    Rdf,
    Xhtml,
    Dc,
    DcTerms,
    Content,
    Media,
    Itunes,
    Syndication,
    Feedburner,
    Other,
}

/// Beginnings of namespace addresses without scheme, lower case. The longer stand first.
const NAMESPACES: [(&str, Ns); 21] = [
    ("www.w3.org/2005/atom", Ns::Atom),
    ("purl.org/atom/ns", Ns::Atom),
    ("purl.org/rss/1.0/modules/content", Ns::Content),
    ("purl.org/rss/1.0/modules/syndication", Ns::Syndication),
    ("purl.org/rss/1.0/modules", Ns::Other),
    ("purl.org/rss/1.0", Ns::Rss),
    ("purl.org/net/rss1.1", Ns::Rss),
    ("channel.netscape.com/rdf/simple/0.9", Ns::Rss),
    ("my.netscape.com", Ns::Rss),
    ("backend.userland.com/", Ns::Rss),
    ("blogs.law.harvard.edu/tech/rss", Ns::Rss),
    ("cyber.law.harvard.edu/rss", Ns::Rss),
    ("www.rssboard.org", Ns::Rss),
    ("purl.org/dc/elements", Ns::Dc),
    ("purl.org/dc/terms", Ns::DcTerms),
    ("search.yahoo.com/mrss", Ns::Media),
    ("tools.search.yahoo.com/mrss", Ns::Media),
    ("www.itunes.com/", Ns::Itunes),
    ("www.w3.org/1999/xhtml", Ns::Xhtml),
    ("rssnamespace.org/feedburner", Ns::Feedburner),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Ns::Rdf),
];

/// What prefixes mean when the document forgets to say it.
const PREFIXES: [(&str, Ns); 13] = [
    ("", Ns::Rss),
    ("rss", Ns::Rss),
    ("atom", Ns::Atom),
    ("atom10", Ns::Atom),
    ("a10", Ns::Atom),
    ("dc", Ns::Dc),
    ("dcterms", Ns::DcTerms),
    ("content", Ns::Content),
    ("media", Ns::Media),
    ("itunes", Ns::Itunes),
    ("sy", Ns::Syndication),
    ("feedburner", Ns::Feedburner),
    ("rdf", Ns::Rdf),
];

#[derive(Debug)]
pub struct Element {
    pub ns: Ns,
    /// Local name, lower case.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    /// What relative addresses in it are relative to.
    pub base: Option<Rc<Url>>,
    /// Its name with its prefix.
    pub written: String,
}

#[derive(Debug)]
pub enum Node {
    Text(String),
    Element(Element),
}

impl Element {
    /// The feed around an entry that stands alone.
    pub fn around(entry: &Self) -> Self {
        Self {
            ns: entry.ns,
            name: "feed".to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
            base: entry.base.clone(),
            written: "feed".to_owned(),
        }
    }

    /// An attribute by its name as written, lower case; else one that has a prefix before the name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let prefixed = |key: &str| {
            let prefix = key.strip_suffix(name).and_then(|key| key.strip_suffix(':'));
            prefix.is_some_and(|prefix| !matches!(prefix, "xml" | "xmlns"))
        };
        let exact = self.attributes.iter().find(|(key, _)| key == name);
        exact
            .or_else(|| self.attributes.iter().find(|(key, _)| prefixed(key)))
            .map(|(_, value)| value.trim())
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The children of this name in one of these namespaces.
    pub fn all<'a>(&'a self, spaces: &'a [Ns], name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements()
            .filter(move |child| child.name == name && spaces.contains(&child.ns))
    }

    /// All text in it, markup left out.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text);
        text
    }

    fn add_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(own) => text.push_str(own),
                Node::Element(inner) => inner.add_text(text),
            }
        }
    }

    /// Its inside as HTML, where its elements are the markup.
    /// With `escaped_once`, its texts are markup too, as they were escaped.
    pub fn inner_markup(&self, escaped_once: bool) -> String {
        let mut out = String::new();
        self.add_markup(escaped_once, &mut out);
        out
    }

    fn add_markup(&self, escaped_once: bool, out: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(text) if escaped_once => out.push_str(text),
                Node::Text(text) => out.push_str(&escaped(text)),
                Node::Element(inner) => {
                    out.push('<');
                    out.push_str(&inner.name);
                    for (key, value) in &inner.attributes {
                        out.push_str(&format!(" {key}=\"{}\"", escaped(value)));
                    }
                    out.push('>');
                    inner.add_markup(escaped_once, out);
                    if !matches!(
                        inner.name.as_str(),
                        "br" | "img" | "hr" | "input" | "link" | "meta"
                    ) {
                        out.push_str(&format!("</{}>", inner.name));
                    }
                }
            }
        }
    }
}

fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// What a namespace's address stands for.
pub fn namespace(address: &str) -> Ns {
    let lower = address.trim().to_ascii_lowercase();
    if lower.is_empty() {
        return Ns::Rss;
    }
    let bare = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, bare)| bare);
    NAMESPACES
        .iter()
        .find(|(start, _)| bare.starts_with(start))
        .map_or(Ns::Other, |(_, ns)| *ns)
}

/// What a prefix means where the document does not say it.
pub fn of_prefix(prefix: &str) -> Ns {
    PREFIXES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(prefix))
        .map_or(Ns::Other, |(_, ns)| *ns)
}
