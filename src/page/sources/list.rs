//! `/sources list`: all sources or some of them, each with how it is doing.

use crate::news::SourceId;
use crate::news::source::{NewsroomSource, Weight};
use crate::page::brief::{counted, next_button};
use crate::page::pack::Packer;
use crate::page::{Action, Ask, Block, Choice, Line, Page, Row, Select, health};
use crate::text::plain::cut;
use std::collections::HashMap;

/// Sources on one page of the list.
pub const SOURCES_PAGE_MAX: usize = 15;
/// Choices of one select (Discord: 25).
const CHOICES_MAX: usize = 25;
/// Characters of a filter that the title repeats.
const FILTER_CHARS_MAX: usize = 80;
/// UTF-16 units of a choice's value (Discord: 100).
const VALUE_UNITS_MAX: usize = 100;

/// Which sources of a newsroom are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    /// Those that a moderator should look after.
    Trouble,
    /// Those that were not read yet.
    Unread,
    Muted,
    Folder(String),
    /// Words of the name, the folder or the address, lower case.
    Words(String),
}

impl Filter {
    /// As typed: "trouble", "folder:Ports", words.
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        let lower = typed.to_lowercase();
        match (lower.as_str(), typed.split_once(':')) {
            ("" | "all", _) => Filter::All,
            ("trouble", _) => Filter::Trouble,
            ("unread", _) => Filter::Unread,
            ("muted", _) => Filter::Muted,
            (_, Some((key, folder))) if key.trim().eq_ignore_ascii_case("folder") => {
                Filter::Folder(folder.trim().to_owned())
            }
            _ => Filter::Words(lower),
        }
    }

    pub fn takes(&self, source: &NewsroomSource) -> bool {
        let has = |text: &str, words: &str| text.to_lowercase().contains(words);
        let folder = source.folder.as_deref().unwrap_or_default();
        match self {
            Filter::All => true,
            Filter::Trouble => health::is_trouble(&source.source.state),
            Filter::Unread => source.source.state.tried_at.is_none(),
            Filter::Muted => !source.weight.is_heard(),
            Filter::Folder(name) => folder.to_lowercase() == name.to_lowercase(),
            Filter::Words(words) => {
                has(&source.name, words) || has(folder, words) || has(&source.source.url, words)
            }
        }
    }

    /// Completes "3 of 12 sources ".
    fn words(&self) -> Line {
        match self {
            Filter::All => Line::new(),
            Filter::Trouble => Line::ours(" with trouble"),
            Filter::Unread => Line::ours(" not read yet"),
            Filter::Muted => Line::ours(" muted"),
            Filter::Folder(name) => Line::ours(" in folder ").theirs(cut(name, FILTER_CHARS_MAX)),
            Filter::Words(words) => Line::ours(" with “")
                .theirs(cut(words, FILTER_CHARS_MAX))
                .and("”"),
        }
    }
}

/// The sources of one page, from `ask.from` on.
pub fn page<'a>(
    sources: &'a [NewsroomSource],
    filter: &Filter,
    ask: &Ask,
) -> Vec<&'a NewsroomSource> {
    let taken = sources.iter().filter(|one| filter.takes(one));
    taken.skip(ask.from).take(SOURCES_PAGE_MAX).collect()
}

/// One page of the list, from `ask.from` on. `cover`: how many others cover the topics of a source
/// with trouble.
pub fn list(
    sources: &[NewsroomSource],
    filter: &Filter,
    cover: &HashMap<SourceId, usize>,
    ask: &Ask,
) -> Page {
    let taken: Vec<&NewsroomSource> = sources.iter().filter(|one| filter.takes(one)).collect();
    let mut packer = Packer::new();
    let all = counted(sources.len(), "source", "sources");
    let title = match filter {
        Filter::All => Line::ours(all),
        some => Line::ours(format!("{} of {all}", taken.len())).with_all(some.words()),
    };
    let mut head = vec![
        Block::Title(title),
        Block::Small(Line::ours(state(sources))),
    ];
    let filters = filters(sources, ask);
    if taken.is_empty() {
        head.push(Block::Text(Line::ours(match filters {
            Some(_) => "None of them. Choose others below.",
            None => "None of them.",
        })));
    }
    packer.add(head);
    let shown = taken
        .iter()
        .skip(ask.from)
        .take(SOURCES_PAGE_MAX)
        .take_while(|source| packer.add(vec![bullet(source, cover)]))
        .count();
    let page: &[&NewsroomSource] = taken.get(ask.from..ask.from + shown).unwrap_or_default();
    let mut rows: Vec<Row> = open_select(page).into_iter().collect();
    rows.extend(filters);
    rows.extend(next_button(ask, shown, taken.len()).map(|next| Row::Buttons(vec![next])));
    Page {
        blocks: packer.blocks,
        rows,
        empty: taken.is_empty(),
    }
}

/// "all fine", "2 with trouble, 3 not read yet": nothing is called fine that could not be read.
fn state(sources: &[NewsroomSource]) -> String {
    let count = |filter: Filter| sources.iter().filter(|one| filter.takes(one)).count();
    let not_read = |one: &&NewsroomSource| {
        let state = &one.source.state;
        state.error.is_some() && !health::is_trouble(state)
    };
    let told = [
        (count(Filter::Trouble), "with trouble"),
        (
            sources.iter().filter(not_read).count(),
            "not read at the last try",
        ),
        (count(Filter::Unread), "not read yet"),
        (count(Filter::Muted), "muted"),
    ];
    let told = told.into_iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, what)| format!("{n} {what}")).collect();
    if told.is_empty() {
        "all fine".to_owned()
    } else {
        told.join(", ")
    }
}

fn bullet(source: &NewsroomSource, cover: &HashMap<SourceId, usize>) -> Block {
    let mut line = Line::new().bold(&source.name);
    if let Some(folder) = &source.folder {
        line = line.and(" (").theirs(folder).and(")");
    }
    line = match source.weight {
        Weight::Normal => line.and(": "),
        other => line.and(format!(", {}: ", other.word())),
    };
    let cover = cover.get(&source.source.id).copied().unwrap_or(0);
    Block::Bullet(line.with_all(health::line(source, cover)))
}

/// Opens one of the sources on this page.
fn open_select(page: &[&NewsroomSource]) -> Option<Row> {
    let choice = |source: &&NewsroomSource| Choice {
        label: source.name.clone(),
        value: format!("~{}", source.source.id.0),
        description: None,
    };
    (!page.is_empty()).then(|| {
        Row::Select(Select {
            placeholder: "Open a source".to_owned(),
            action: Action::Choose {
                ask: Ask::new("sources").subcommand("edit"),
                option: "which".to_owned(),
            },
            choices: page.iter().take(CHOICES_MAX).map(choice).collect(),
        })
    })
}

/// Chooses what is shown, where there is more than one way to look at them.
fn filters(sources: &[NewsroomSource], ask: &Ask) -> Option<Row> {
    let some = |filter: Filter| sources.iter().any(|one| filter.takes(one));
    let mut choices = vec![("All".to_owned(), "all".to_owned())];
    for (filter, label) in [
        (Filter::Trouble, "With trouble"),
        (Filter::Unread, "Not read yet"),
        (Filter::Muted, "Muted"),
    ] {
        if some(filter.clone()) {
            let word = match filter {
                Filter::Trouble => "trouble",
                Filter::Unread => "unread",
                _ => "muted",
            };
            choices.push((label.to_owned(), word.to_owned()));
        }
    }
    let folders = folders(sources).into_iter();
    choices.extend(folders.map(|name| (format!("Folder {name}"), format!("folder:{name}"))));
    choices.retain(|(_, value)| value.encode_utf16().count() <= VALUE_UNITS_MAX);
    (choices.len() > 1).then(|| {
        let choice = |(label, value)| Choice {
            label,
            value,
            description: None,
        };
        let mut ask = ask.clone();
        ask.from = 0;
        ask.values.remove("filter");
        Row::Select(Select {
            placeholder: "Show".to_owned(),
            action: Action::Choose {
                ask,
                option: "filter".to_owned(),
            },
            choices: choices.into_iter().take(CHOICES_MAX).map(choice).collect(),
        })
    })
}

/// Folders of a newsroom, each once, by name.
pub fn folders(sources: &[NewsroomSource]) -> Vec<&str> {
    let mut folders: Vec<&str> = sources
        .iter()
        .filter_map(|one| one.folder.as_deref())
        .collect();
    folders.sort_by_key(|name| name.to_lowercase());
    folders.dedup();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_word_a_folder_or_words_of_the_name() {
        for (typed, filter) in [
            ("", Filter::All),
            ("All", Filter::All),
            ("Trouble", Filter::Trouble),
            (" muted ", Filter::Muted),
            ("unread", Filter::Unread),
            (
                "folder: Ports & Co",
                Filter::Folder("Ports & Co".to_owned()),
            ),
            ("Avel C", Filter::Words("avel c".to_owned())),
            ("https://avel", Filter::Words("https://avel".to_owned())),
        ] {
            assert_eq!(Filter::parse(typed), filter, "{typed}");
        }
    }
}
