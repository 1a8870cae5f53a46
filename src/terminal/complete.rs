//! Completion at the prompt: names of commands and options, choices, and what the desk offers live.

use crate::desk::{self, Asker, Command, Desk, Kind, Opt, options};
use crate::page::Ask;
use crate::terminal::clean;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};
use std::time::Duration;
use tokio::runtime::Handle;

/// What the prompt itself knows.
const OWN: &[&str] = &["/wait", "/quit"];
/// How long a person who pressed Tab waits for the desk.
const LIVE_MS_MAX: u64 = 1_500;
/// Columns of an offered label.
const LABEL_COLUMNS_MAX: usize = 60;

/// What can stand where the cursor is.
#[derive(Debug, PartialEq, Eq)]
struct Wanted<'l> {
    /// Where the part to be replaced begins.
    start: usize,
    /// Fixed words, as they would be typed.
    words: Vec<String>,
    /// An option whose values the desk knows, and what is typed of it.
    live: Option<(Ask, &'static str, &'l str)>,
}

/// Works out what the cursor stands in, from the line up to it.
fn wanted(line: &str) -> Wanted<'_> {
    let start = line
        .char_indices()
        .rev()
        .find(|(_, c)| c.is_whitespace())
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = &line[start..];
    let before: Vec<&str> = line[..start].split_whitespace().collect();
    let fixed = |words: Vec<String>| Wanted {
        start,
        words,
        live: None,
    };
    let Some(name) = before.first() else {
        let names = desk::ALL
            .iter()
            .map(|command| format!("/{}", command.name))
            .chain(OWN.iter().map(|own| (*own).to_owned()));
        return fixed(
            names
                .filter(|name| {
                    name.trim_start_matches('/')
                        .starts_with(word.trim_start_matches('/'))
                })
                .collect(),
        );
    };
    let Some(command) = desk::find(name.trim_start_matches('/')) else {
        return fixed(Vec::new());
    };
    if command.subs.is_empty() {
        return value(line, start, command, None);
    }
    match before.get(1) {
        None => fixed(
            command
                .subs
                .iter()
                .map(|sub| sub.name.to_owned())
                .filter(|sub| sub.starts_with(word))
                .collect(),
        ),
        Some(sub) => match command.subs.iter().find(|known| known.name == *sub) {
            Some(sub) => value(line, start, command, Some(sub.name)),
            None => fixed(Vec::new()),
        },
    }
}

/// Inside the options of a command.
fn value<'l>(
    line: &'l str,
    start: usize,
    command: &'static Command,
    sub: Option<&'static str>,
) -> Wanted<'l> {
    let known = options(command, sub);
    let word = &line[start..];
    let (option, from) = match open_option(line, known, if sub.is_some() { 2 } else { 1 }) {
        Some(open) => open,
        None => {
            return Wanted {
                start,
                words: Vec::new(),
                live: None,
            };
        }
    };
    let mut words: Vec<String> = Vec::new();
    let typed = &line[from..];
    if let Kind::Choice(choices) = option.kind {
        let prefix = &line[start..from.max(start)];
        words.extend(
            choices
                .iter()
                .filter(|(value, _)| value.starts_with(typed))
                .map(|(value, _)| format!("{prefix}{value}")),
        );
    }
    let names = known
        .iter()
        .filter(|known| known.kind != Kind::Flag)
        .map(|known| format!("{}:", known.name));
    words.extend(names.filter(|name| !word.is_empty() && name.starts_with(word)));
    let mut ask = Ask::new(command.name);
    ask.sub = sub.map(str::to_owned);
    let live = (option.complete).then_some((ask, option.name, typed));
    Wanted { start, words, live }
}

/// The option that the cursor is in, and where its value begins: after the last `name:` or
/// `--name `, else the first required (or first) one's, after the command.
fn open_option(
    line: &str,
    known: &'static [Opt],
    words_before: usize,
) -> Option<(&'static Opt, usize)> {
    let mut open = known
        .iter()
        .find(|option| option.required)
        .or(known.first())?;
    let mut from = None;
    let mut ended = false;
    for (at, word) in words_at(line).skip(words_before) {
        if ended {
            (open, from, ended) = (
                known
                    .iter()
                    .find(|option| option.required)
                    .or(known.first())?,
                None,
                false,
            );
        }
        let colon = word.split_once(':').and_then(|(name, _)| {
            Some((
                known.iter().find(|option| option.name == name)?,
                name.len() + 1,
            ))
        });
        let dashes = word
            .strip_prefix("--")
            .and_then(|name| known.iter().find(|option| option.name == name));
        if let Some((option, skip)) = colon {
            (open, from) = (option, Some(at + skip));
            ended = matches!(option.kind, Kind::Choice(_)) && at + word.len() < line.len();
        } else if let Some(option) = dashes {
            let rest = line[at + word.len()..].trim_start();
            (open, from) = (option, Some(line.len() - rest.len()));
        } else {
            from = from.or(Some(at));
        }
    }
    Some((
        open,
        if ended {
            line.len()
        } else {
            from.unwrap_or(line.len())
        },
    ))
}

/// Words with the places where they begin.
fn words_at(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    line.split_inclusive(char::is_whitespace)
        .map(move |part| {
            let at = next;
            next += part.len();
            (at, part.trim_end())
        })
        .filter(|(_, word)| !word.is_empty())
}

/// The helper of the line editor.
pub struct Completion {
    desk: Desk,
    asker: Asker,
    handle: Handle,
}

impl Completion {
    pub fn new(desk: Desk, asker: Asker, handle: Handle) -> Self {
        Self {
            desk,
            asker,
            handle,
        }
    }
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let line = line.get(..pos).unwrap_or(line);
        let wanted = wanted(line);
        let Some((ask, option, typed)) = wanted.live else {
            return Ok((wanted.start, pairs(wanted.words)));
        };
        let offered = self.handle.block_on(async {
            let offer = self.desk.complete(&self.asker, &ask, option, typed);
            tokio::time::timeout(Duration::from_millis(LIVE_MS_MAX), offer).await
        });
        let choices = offered.ok().and_then(Result::ok).unwrap_or_default();
        if choices.is_empty() {
            return Ok((wanted.start, pairs(wanted.words)));
        }
        let live = choices.into_iter().map(|choice| Pair {
            display: clean::shortened(&clean::text(&choice.label), LABEL_COLUMNS_MAX),
            replacement: clean::text(&choice.value),
        });
        Ok((pos - typed.len(), live.collect()))
    }
}

fn pairs(words: Vec<String>) -> Vec<Pair> {
    let finished = |word: String| {
        if word.ends_with(':') {
            word
        } else {
            format!("{word} ")
        }
    };
    words
        .into_iter()
        .map(|word| Pair {
            display: word.clone(),
            replacement: finished(word),
        })
        .collect()
}

impl Hinter for Completion {
    type Hint = String;
}
impl Highlighter for Completion {}
impl Validator for Completion {}
impl Helper for Completion {}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        wanted(line).words
    }

    #[test]
    fn a_line_begins_with_a_command() {
        assert_eq!(words("/he"), ["/headlines", "/help"]);
        assert_eq!(words("he"), ["/headlines", "/help"]);
        assert_eq!(words("/wa"), ["/wait"]);
        assert!(words("/nothing here").is_empty());
    }

    #[test]
    fn a_command_with_subcommands_offers_them() {
        assert_eq!(
            words("/sources "),
            [
                "add",
                "check-packs",
                "decide",
                "edit",
                "export",
                "import",
                "list",
                "packs",
                "pending",
                "remove",
                "test"
            ]
        );
        assert_eq!(words("/sources re"), ["remove"]);
        assert!(words("/sources nothing x").is_empty());
    }

    #[test]
    fn bare_words_are_the_first_required_option_and_asked_of_the_desk() {
        let line = "/brief north har";
        let wanted = wanted(line);
        let (ask, option, typed) = wanted.live.expect("topics are live");
        assert_eq!(
            (ask.command.as_str(), option, typed),
            ("brief", "topic", "north har")
        );
        assert_eq!(
            super::wanted("/sources remove ").live.expect("live").1,
            "which"
        );
        assert_eq!(super::wanted("/brief harbour period:7d length:").live, None);
    }

    #[test]
    fn names_and_choices_of_options_are_offered() {
        assert!(words("/brief harbour pe").contains(&"period:".to_owned()));
        assert_eq!(words("/brief harbour period:2"), ["period:24h"]);
        assert_eq!(words("/brief harbour --period 2"), ["24h"]);
        assert!(words("/brief harbour --period ").contains(&"7d".to_owned()));
    }

    #[test]
    fn no_line_breaks_it() {
        for line in [
            "",
            " ",
            "/",
            "/brief :::",
            "/brief --",
            "/brief period:",
            "/brief é港 period:é",
            "/sources  add  x:y --name",
            "\u{a0}x",
            "/brief\u{a0}--period\u{2003}2",
        ] {
            for (at, _) in line.char_indices().chain([(line.len(), ' ')]) {
                wanted(&line[..at]);
            }
        }
    }
}
