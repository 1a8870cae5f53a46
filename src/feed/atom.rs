//! Atom 1.0 and 0.3: from the tree of a document to drafts. Where Atom's own elements say nothing,
//! the modules that RSS has count as they do there.

use super::draft::{
    Draft, FeedDraft, Markup, absolute, alternate, atom_text, first_filled, original,
};
use super::element::{Element, Ns};
use super::xml::Document;
use super::{dates, rss};
use crate::news::habits::Skip;

const OWN: [Ns; 2] = [Ns::Atom, Ns::Rss];

/// Reads a document whose root is `feed`.
pub fn read(document: &Document, root: &Element) -> (FeedDraft, Vec<Draft>) {
    let feed = FeedDraft {
        title: first_filled(root, &[(&OWN, "title")])
            .or_else(|| first_filled(root, rss::TITLES))
            .map(atom_text)
            .unwrap_or_default(),
        link: alternate(root, &OWN).and_then(|link| absolute(root, &link)),
        language: root.attribute("xml:lang").map(str::to_owned).or_else(|| {
            let spaces = &[Ns::Dc, Ns::DcTerms, Ns::Rss, Ns::Atom];
            first_filled(root, &[(spaces, "language")]).map(|e| e.text())
        }),
        ttl_minutes: None,
        skip: Skip::default(),
        author: author(root),
    };
    let entries = document
        .entries
        .iter()
        .map(|element| entry(element, &feed))
        .collect();
    (feed, entries)
}

fn entry(element: &Element, feed: &FeedDraft) -> Draft {
    // Of several the last counts, as other readers have it.
    let date = |names: &[&str]| {
        names.iter().find_map(|name| {
            element
                .all(&OWN, name)
                .filter_map(|e| dates::parse(&e.text()))
                .last()
        })
    };
    let guid = first_filled(element, &[(&OWN, "id"), (&OWN, "guid")])
        .or_else(|| first_filled(element, rss::GUIDS))
        .map(|e| e.text().trim().to_owned());
    let source = element.all(&OWN, "source").next();
    Draft {
        original: original(element),
        link: alternate(element, &OWN)
            .and_then(|link| absolute(element, &link))
            .or_else(|| {
                element
                    .all(&OWN, "content")
                    .find_map(|e| absolute(e, e.attribute("src")?))
            }),
        guid: guid.filter(|guid| !guid.is_empty()),
        title: first_filled(element, &[(&OWN, "title"), (&[Ns::Media], "title")])
            .or_else(|| first_filled(element, rss::TITLES))
            .map(atom_text)
            .unwrap_or_default(),
        summary: first_filled(element, &[(&OWN, "summary"), (&[Ns::Dc], "description")])
            .or_else(|| first_filled(element, rss::SUMMARIES))
            .map(atom_text)
            .or_else(|| media_description(element)),
        content: element
            .all(&OWN, "content")
            .find(|e| e.attribute("src").is_none())
            .map(atom_text)
            .or_else(|| first_filled(element, rss::CONTENTS).map(Markup::of_html)),
        published: date(&["published", "issued", "created", "pubdate"])
            .or_else(|| rss::date(element, rss::PUBLISHED)),
        updated: date(&["updated", "modified"])
            .or_else(|| rss::date(element, &[(&[Ns::DcTerms], "modified")])),
        author: author(element)
            .or_else(|| source.and_then(author))
            .or_else(|| feed.author.clone()),
        image: enclosure(element).or_else(|| rss::image(element)),
        language: element
            .attribute("xml:lang")
            .map(str::to_owned)
            .or_else(|| {
                let spaces = &[Ns::Dc, Ns::DcTerms];
                first_filled(element, &[(spaces, "language")]).map(|e| e.text())
            }),
        base: element.base.clone(),
    }
}

fn media_description(element: &Element) -> Option<Markup> {
    let group = element.all(&[Ns::Media], "group").next().unwrap_or(element);
    first_filled(group, &[(&[Ns::Media], "description")]).map(atom_text)
}

fn author(element: &Element) -> Option<Markup> {
    let person = |e: &Element| {
        first_filled(e, &[(&OWN, "name")])
            .or_else(|| first_filled(e, &[(&OWN, "email")]))
            .map(|e| e.text())
            .or_else(|| e.elements().next().is_none().then(|| e.text()))
            .filter(|name| !name.trim().is_empty())
    };
    let names: Vec<String> = element.all(&OWN, "author").filter_map(person).collect();
    if names.is_empty() {
        return rss::author(element);
    }
    Some(Markup::Plain(names.join(", ")))
}

fn enclosure(element: &Element) -> Option<String> {
    element
        .all(&OWN, "link")
        .find(|e| {
            e.attribute("rel") == Some("enclosure")
                && e.attribute("type")
                    .is_some_and(|kind| kind.starts_with("image/"))
        })
        .and_then(|e| absolute(e, e.attribute("href")?))
}
