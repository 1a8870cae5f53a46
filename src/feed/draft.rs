//! Entries on their way: what a format said, before it is cleaned.

use super::clean;
use super::element::{Element, Ns};
use crate::clock::Millis;
use crate::news::habits::Skip;
use std::rc::Rc;
use url::Url;

/// A text and what it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Markup {
    Html(String),
    Plain(String),
}

impl Default for Markup {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl Markup {
    /// The inside of an element whose text is HTML, or which has markup for children.
    pub fn of_html(element: &Element) -> Self {
        if element.elements().next().is_some() {
            Self::Html(element.inner_markup(false))
        } else {
            Self::Html(element.text())
        }
    }

    /// As a reader sees it, with the first picture in it.
    pub fn clean(&self) -> clean::Cleaned {
        match self {
            Self::Html(text) if text.contains(['<', '&']) => clean::html(text),
            Self::Html(text) => clean::Cleaned {
                text: clean::html(text).text,
                image: None,
            },
            Self::Plain(text) => clean::Cleaned {
                text: clean::plain(text),
                image: None,
            },
        }
    }
}

/// An entry as its feed wrote it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub guid: Option<String>,
    /// Absolute, as written where it was absolute.
    pub link: Option<String>,
    /// The link behind a counting service's.
    pub original: Option<String>,
    pub title: Markup,
    pub summary: Option<Markup>,
    pub content: Option<Markup>,
    pub published: Option<Millis>,
    pub updated: Option<Millis>,
    pub author: Option<Markup>,
    pub image: Option<String>,
    pub language: Option<String>,
    /// What addresses in its texts are relative to.
    pub base: Option<Rc<Url>>,
}

/// A feed without its entries.
#[derive(Clone, Debug, Default)]
pub struct FeedDraft {
    pub title: Markup,
    pub link: Option<String>,
    pub language: Option<String>,
    pub ttl_minutes: Option<u32>,
    pub skip: Skip,
    pub author: Option<Markup>,
}

/// The first child with something in it, in the order of the wishes.
pub fn first_filled<'a>(parent: &'a Element, wishes: &[(&[Ns], &str)]) -> Option<&'a Element> {
    wishes.iter().find_map(|(spaces, name)| {
        parent
            .elements()
            .filter(|child| child.name == *name && spaces.contains(&child.ns))
            .find(|child| {
                !child.children.is_empty()
                    && (child.elements().next().is_some() || !child.text().trim().is_empty())
            })
    })
}

/// The `link` that leads to the page: `rel` alternate or none, HTML before the rest.
pub fn alternate(parent: &Element, spaces: &[Ns]) -> Option<String> {
    let links = || {
        parent
            .elements()
            .filter(|e| e.name == "link" && spaces.contains(&e.ns))
            .filter(|e| {
                e.attribute("rel").is_none_or(|rel| {
                    rel.is_empty()
                        || rel.eq_ignore_ascii_case("alternate")
                        || rel.ends_with("/relation/alternate")
                })
            })
    };
    let page = |e: &&Element| e.attribute("type").is_none_or(|kind| kind.contains("html"));
    let mut candidates = links().filter(page).chain(links());
    candidates.find_map(|e| {
        let written = e
            .attribute("href")
            .map_or_else(|| e.text().trim().to_owned(), str::to_owned);
        if Url::parse(&written).is_ok() {
            return Some(written);
        }
        let base = e.base.as_deref().filter(|_| !written.is_empty());
        match base.map(|base| base.join(&written)) {
            Some(Ok(url)) => Some(url.into()),
            _ => (!written.is_empty()).then_some(written),
        }
    })
}

/// The link behind a counting service's, where the feed names it.
pub fn original(entry: &Element) -> Option<String> {
    let link = first_filled(entry, &[(&[Ns::Feedburner], "origlink")])?;
    absolute(entry, &link.text())
}

/// An address made absolute; one that is absolute stays as written. Only http and https.
pub fn absolute(at: &Element, written: &str) -> Option<String> {
    join(at.base.as_deref(), written)
}

/// Like [`absolute`], with the base given.
pub fn join(base: Option<&Url>, written: &str) -> Option<String> {
    let written: String = written.chars().filter(|c| !c.is_control()).collect();
    let written = written.trim().to_owned();
    if written.is_empty() {
        return None;
    }
    if let Ok(url) = Url::parse(&written) {
        return is_web(&url).then_some(written);
    }
    // A site's name without a scheme, as people write it.
    let url = if written.starts_with("www.") {
        Url::parse(&format!("http://{written}")).ok()?
    } else {
        base?.join(&written).ok()?
    };
    is_web(&url).then(|| url.into())
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// The text of an Atom construct, by its type and mode.
pub fn atom_text(element: &Element) -> Markup {
    let kind = element
        .attribute("type")
        .unwrap_or("text")
        .to_ascii_lowercase();
    // Atom 0.3 offers one text in several types.
    if kind.starts_with("multipart/")
        && let Some(part) = element
            .elements()
            .find(|part| part.attribute("type").is_some_and(|of| of.contains("html")))
            .or_else(|| element.elements().next())
    {
        return atom_text(part);
    }
    let mode = element.attribute("mode").map(str::to_ascii_lowercase);
    let nested = element.elements().next().is_some();
    let html = kind.contains("html") && !kind.contains("xhtml");
    let textual = html
        || kind.is_empty()
        || kind == "text"
        || kind.starts_with("text/")
        || kind.contains("xml");
    let coded = match mode.as_deref() {
        Some("base64") => true,
        Some(_) => false,
        None => !textual && kind.contains('/') && !kind.contains("json"),
    };
    if coded && let Some(text) = from_base64(&element.text()) {
        let is_plain = textual && !html && !clean::looks_like_html(&text);
        return if is_plain {
            Markup::Plain(text)
        } else {
            Markup::Html(text)
        };
    }
    if nested {
        return Markup::Html(element.inner_markup(html));
    }
    let text = element.text();
    if html || (mode.as_deref() == Some("escaped") && kind != "text/plain" && kind != "text") {
        return Markup::Html(text);
    }
    if kind.contains("xml") || !clean::looks_like_html(&text) {
        return Markup::Plain(text);
    }
    Markup::Html(text)
}

/// Decodes base64; none when it is not base64, or not text.
fn from_base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && *b != b'=')
    {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The address of the widest picture among elements of Media RSS and enclosures.
pub fn largest_image<'a>(
    candidates: impl Iterator<Item = (&'a Element, &'a str)>,
) -> Option<String> {
    let mut best: Option<(u32, &str)> = None;
    for (element, key) in candidates {
        let Some(url) = element.attribute(key).filter(|url| !url.is_empty()) else {
            continue;
        };
        let kind = element.attribute("type").unwrap_or_default();
        let picture = element.name == "thumbnail"
            || element.attribute("medium") == Some("image")
            || kind.starts_with("image/")
            || (kind.is_empty() && element.attribute("medium").is_none() && has_picture_name(url));
        let width = element
            .attribute("width")
            .and_then(|width| width.parse().ok())
            .unwrap_or(1);
        if picture && width > 0 && best.is_none_or(|(most, _)| width > most) {
            best = Some((width, url));
        }
    }
    best.map(|(_, url)| url.to_owned())
}

fn has_picture_name(url: &str) -> bool {
    let path = url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"]
        .iter()
        .any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_absolute_and_only_the_web_is_kept() {
        let base = Url::parse("https://basin.example/news/").ok();
        assert_eq!(
            join(base.as_ref(), " ../a?b=1 ").as_deref(),
            Some("https://basin.example/a?b=1")
        );
        assert_eq!(
            join(base.as_ref(), "http://x.example").as_deref(),
            Some("http://x.example")
        );
        assert_eq!(
            join(None, "\u{1} http://x.example/a \u{1}").as_deref(),
            Some("http://x.example/a")
        );
        assert_eq!(
            join(base.as_ref(), "www.x.example/a").as_deref(),
            Some("http://www.x.example/a")
        );
        assert_eq!(join(base.as_ref(), "javascript:alert(1)"), None);
        assert_eq!(join(None, "/a"), None);
    }

    #[test]
    fn base64_is_decoded_when_it_is_text() {
        assert_eq!(
            from_base64("SGFyYm91\nciDDqQ==").as_deref(),
            Some("Harbour é")
        );
        assert_eq!(from_base64("not base64!"), None);
    }
}
