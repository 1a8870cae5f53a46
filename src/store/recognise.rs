//! Which stored article an entry is: pure rules over hashes and words. An article is recognised
//! within its outlet by its canonical link with a near-same title or text, else by its guid with a
//! near-same text, else by a long text that is the same. A link that differing titles share
//! identifies nothing.

use crate::news::Entry;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Words from which on an equal text alone identifies an article.
const TEXT_WORDS_MIN: usize = 40;
/// Words of a text that are compared.
const COMPARED_WORDS_MAX: usize = 400;
/// Distinct words below which two texts must be equal to count as near.
const NEAR_WORDS_MIN: usize = 5;
/// Share of common words among all words of both.
const NEAR_TEXT_MIN: f32 = 0.5;
const NEAR_TITLE_MIN: f32 = 0.6;
/// Share of the shorter text's words that the longer one has: a teaser and its full text.
const CONTAINED_MIN: f32 = 0.8;

/// What an article may be found by, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// Link and title (title and text where there is no link or no title).
    Titled,
    Link,
    Guid,
    Text,
}

/// Hashes of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub clues: Vec<(Clue, i64)>,
    /// Of the guid alone, as it is kept with the source that carries it.
    pub guid: Option<i64>,
    /// Of title and text: while it stays, the entry was not edited.
    pub mark: i64,
}

/// What differing titles of one document share, and what is therefore no clue.
#[derive(Default)]
pub(super) struct Shared<'a> {
    links: HashSet<&'a str>,
    guids: HashSet<&'a str>,
}

impl<'a> Shared<'a> {
    pub fn of(entries: &'a [Entry]) -> Self {
        let titles: Vec<String> = entries.iter().map(|entry| folded(&entry.title)).collect();
        Self {
            links: shared(entries, &titles, |entry| entry.link.as_deref()),
            guids: shared(entries, &titles, |entry| entry.guid.as_deref()),
        }
    }
}

fn shared<'a>(
    entries: &'a [Entry],
    titles: &[String],
    mark: impl Fn(&'a Entry) -> Option<&'a str>,
) -> HashSet<&'a str> {
    let mut firsts: HashMap<&str, &String> = HashMap::new();
    let mut shared = HashSet::new();
    for (entry, title) in entries.iter().zip(titles) {
        let Some(mark) = mark(entry) else { continue };
        if *firsts.entry(mark).or_insert(title) != title {
            shared.insert(mark);
        }
    }
    shared
}

pub(super) fn keys(entry: &Entry, shared: &Shared<'_>) -> Keys {
    let title = folded(&entry.title);
    let link = entry.link.as_deref().unwrap_or_default();
    let guid = entry.guid.as_deref().filter(|guid| !guid.trim().is_empty());
    let text = folded(&entry.text);
    let mut clues = Vec::with_capacity(4);
    clues.push(if link.is_empty() || title.is_empty() {
        (Clue::Titled, hash(&["bare", link, &title, &text]))
    } else {
        (Clue::Titled, hash(&["titled", link, &title]))
    });
    if !link.is_empty() && !shared.links.contains(link) {
        clues.push((Clue::Link, link_key(link)));
    }
    let guid_key = guid.map(|guid| hash(&["guid", guid]));
    if let Some(key) = guid_key.filter(|_| !guid.is_some_and(|guid| shared.guids.contains(guid))) {
        clues.push((Clue::Guid, key));
    }
    if text.split(' ').nth(TEXT_WORDS_MIN - 1).is_some() {
        clues.push((Clue::Text, hash(&["text", &text])));
    }
    Keys {
        clues,
        guid: guid_key,
        mark: hash(&["mark", &entry.title, &entry.text]),
    }
}

/// The hash by which a canonical link is looked up.
pub(super) fn link_key(link: &str) -> i64 {
    hash(&["link", link])
}

/// A stored article that shares a hash with an entry.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub title: &'a str,
    pub text: &'a str,
    /// Of the guid under which the entry's own source carries it.
    pub guid: Option<i64>,
}

/// Whether an entry is the article that one of its clues led to.
pub(super) fn is_same(
    clue: Clue,
    entry: &Entry,
    guid: Option<i64>,
    candidate: &Candidate<'_>,
) -> bool {
    match clue {
        Clue::Titled | Clue::Text => true,
        Clue::Link => {
            // Two guids in one source are two entries there, unless the texts say otherwise.
            let other = guid.is_some() && candidate.guid.is_some() && guid != candidate.guid;
            folded(&entry.title) == folded(candidate.title)
                || near_text(&entry.text, candidate.text)
                || (!other && near_title(&entry.title, candidate.title))
        }
        Clue::Guid if entry.text.trim().is_empty() || candidate.text.trim().is_empty() => {
            near_title(&entry.title, candidate.title)
        }
        Clue::Guid => near_text(&entry.text, candidate.text),
    }
}

/// Whether an entry's wording takes the place of the stored one. The source whose wording it is may
/// change it, but not empty it; another source must bring clearly more.
pub(super) fn rewords(entry: &Entry, stored: &Candidate<'_>, own: bool) -> bool {
    if entry.title == stored.title && entry.text == stored.text {
        return false;
    }
    let words = |text: &str| text.split_whitespace().count();
    if own {
        !entry.title.trim().is_empty() && (!entry.text.is_empty() || stored.text.is_empty())
            || (entry.title == stored.title && !entry.text.is_empty())
    } else {
        !entry.title.trim().is_empty() && words(&entry.text) * 4 > words(stored.text) * 5 + 40
    }
}

fn near_title(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    !one.is_empty() && (one == other || common(&one, &other).0 >= NEAR_TITLE_MIN)
}

fn near_text(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if one == other {
        return true;
    }
    let (alike, contained, fewest) = common(&one, &other);
    fewest >= NEAR_WORDS_MIN && (alike >= NEAR_TEXT_MIN || contained >= CONTAINED_MIN)
}

/// Common words among all words, among the fewer, and how many the fewer are.
fn common(one: &str, other: &str) -> (f32, f32, usize) {
    let one: HashSet<&str> = one.split(' ').take(COMPARED_WORDS_MAX).collect();
    let other: HashSet<&str> = other.split(' ').take(COMPARED_WORDS_MAX).collect();
    let both = one.intersection(&other).count();
    let all = one.len() + other.len() - both;
    let fewest = one.len().min(other.len());
    (
        both as f32 / all.max(1) as f32,
        both as f32 / fewest.max(1) as f32,
        fewest,
    )
}

/// Lower-case words divided by single blanks: what is left when spelling and layout are not looked
/// at. Scripts without spaces come out as characters.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut between = false;
    let mut left = text;
    while let Some(c) = left.chars().next() {
        if c.is_ascii_alphanumeric() {
            if between && !folded.is_empty() {
                folded.push(' ');
            }
            between = false;
            let other = left.bytes().position(|byte| !byte.is_ascii_alphanumeric());
            let (word, rest) = left.split_at(other.unwrap_or(left.len()));
            let from = folded.len();
            folded.push_str(word);
            folded[from..].make_ascii_lowercase();
            left = rest;
            continue;
        }
        left = &left[c.len_utf8()..];
        if c.is_ascii() || !c.is_alphanumeric() {
            between = true;
            continue;
        }
        let alone =
            ('\u{2e80}'..='\u{d7ff}').contains(&c) && !('\u{ac00}'..='\u{d7a3}').contains(&c);
        if (between || alone) && !folded.is_empty() {
            folded.push(' ');
        }
        between = alone;
        folded.extend(c.to_lowercase());
    }
    folded
}

/// The first 64 bits of a SHA-256 over the parts.
fn hash(parts: &[&str]) -> i64 {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part.as_bytes());
    }
    let bytes: [u8; 32] = sha.finalize().into();
    i64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(link: &str, title: &str, text: &str) -> Entry {
        let link = (!link.is_empty()).then(|| link.to_owned());
        Entry {
            link,
            title: title.to_owned(),
            text: text.to_owned(),
            ..Entry::default()
        }
    }

    #[test]
    fn words_are_compared_without_case_marks_or_layout() {
        assert_eq!(
            folded("  “Harbour” reopens,\nAVEL says!"),
            "harbour reopens avel says"
        );
        assert_eq!(folded("港湾AI"), "港 湾 ai");
        assert!(near_title(
            "Harbour reopens after two weeks",
            "Harbour reopens after three weeks"
        ));
        assert!(!near_title("Harbour reopens", "Council votes"));
        assert!(!near_title("", ""));
        assert!(!near_text("", ""));
    }

    #[test]
    fn a_teaser_is_near_its_full_text() {
        let teaser = "The harbour of Avel reopened on Monday after the storm";
        let full = format!(
            "{teaser}. The first ferry left at nine with forty passengers and a band on deck."
        );
        assert!(near_text(teaser, &full));
        assert!(!near_text(
            teaser,
            "Voters in Lindholm choose a new council on Sunday, and nobody knows whom"
        ));
    }

    #[test]
    fn a_link_shared_by_differing_titles_is_no_clue() {
        let entries = [
            entry("https://a.example/", "One", ""),
            entry("https://a.example/", "Two", ""),
            entry("https://a.example/3", "Three", ""),
        ];
        let shared = Shared::of(&entries);
        assert_eq!(shared.links.len(), 1);
        let clues = |entry: &Entry| {
            keys(entry, &shared)
                .clues
                .iter()
                .map(|(clue, _)| *clue)
                .collect::<Vec<_>>()
        };
        assert_eq!(clues(&entries[0]), [Clue::Titled]);
        assert_eq!(clues(&entries[2]), [Clue::Titled, Clue::Link]);
    }

    #[test]
    fn another_source_rewords_only_with_clearly_more() {
        let stored = Candidate {
            title: "T",
            text: "one two three four five",
            guid: None,
        };
        assert!(rewords(
            &entry("", "T", "one two three four six"),
            &stored,
            true
        ));
        assert!(!rewords(
            &entry("", "T", "one two three four six"),
            &stored,
            false
        ));
        assert!(
            !rewords(&entry("", "T", ""), &stored, true),
            "a text is not taken away"
        );
        assert!(rewords(
            &entry("", "T", &"word ".repeat(30)),
            &stored,
            false
        ));
        assert!(!rewords(
            &entry("", "T", "one two three four five"),
            &stored,
            true
        ));
    }
}
