//! From a web page to its article: title, text in paragraphs, language and time of publication.

mod blocks;
mod body;
mod facts;
mod linked;
mod main_part;
mod phrases;
mod prune;
mod sift;
mod tree;

use super::{PAGE_BYTES_MAX, decode, entity};
use crate::clock::Millis;
use crate::text::plain;

/// A page's article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    pub title: Option<String>,
    /// Paragraphs divided by line ends, no markup, no control marks.
    pub text: String,
    /// As the page writes it, else as its words tell.
    pub language: Option<String>,
    pub published: Option<Millis>,
}

/// Why a page gives no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    #[error("the page is larger than 5 MiB")]
    TooLarge,
    #[error("the page holds no text of an article")]
    NoText,
}

/// Reads the article of a page.
///
/// # Errors
/// Pages over [`PAGE_BYTES_MAX`], pages without text.
pub fn extract(bytes: &[u8], content_type: Option<&str>) -> Result<Extracted, NotReadable> {
    if bytes.len() as u64 > PAGE_BYTES_MAX {
        return Err(NotReadable::TooLarge);
    }
    entity::begin();
    let page = decode::text(bytes, content_type);
    let mut page = tree::read(&page);
    let linked = linked::read(&page.head.linked).unwrap_or_default();
    let headings = tree::headings(&page.nodes);
    let title = facts::title(&page.head, &linked, &headings);
    let heading = prune::prune(&mut page.nodes, title.as_deref());
    let all = blocks::read(&page.nodes, 0..page.nodes.len());
    let description = facts::description(&page.head).unwrap_or_default();
    let chosen = main_part::find(&page.nodes, all, heading, &description);
    let chosen = sift::sift(chosen, title.as_deref());
    let chosen = body::vet(chosen, linked.body.as_deref());
    let text: Vec<_> = chosen.into_iter().map(|block| block.text).collect();
    let text = plain::tidy(&text.join("\n"));
    let text = body::or(text, linked.body.as_deref());
    if text.is_empty() {
        return Err(NotReadable::NoText);
    }
    Ok(Extracted {
        language: facts::language(&page.head, &linked, &text),
        published: facts::published(&page.head, &linked),
        title,
        text,
    })
}
