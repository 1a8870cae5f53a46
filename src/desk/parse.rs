//! One parser for the prompt, the shell and tests: `/name [sub] words… option:value` or
//! `--option value`. Bare words fill the first required option, else the first; only known option
//! names end them.

use crate::desk::command::{Asked, Command, Kind, Opt};
use crate::desk::{ALL, find};
use crate::page::{Ask, Refusal};

/// Characters of one request line.
const LINE_CHARS_MAX: usize = 4_000;

/// Reads a line as typed at the prompt: "/brief harbour period:7d".
///
/// # Errors
/// A refusal that says what was not understood and what would be.
pub fn parse_line(line: &str) -> Result<Asked, Refusal> {
    parse_words(&tokens(line))
}

/// Reads shell words: `brief harbour --period 7d`.
///
/// # Errors
/// As [`parse_line`].
pub fn parse_words(words: &[String]) -> Result<Asked, Refusal> {
    let chars: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    if chars > LINE_CHARS_MAX {
        let refusal = Refusal::new(format!("That is over {LINE_CHARS_MAX} characters long."));
        return Err(refusal.can("Use fewer words."));
    }
    let mut words = words.iter();
    let name = words
        .next()
        .map(|word| word.trim_start_matches('/'))
        .unwrap_or_default();
    let command = find(name).ok_or_else(|| unknown_command(name))?;
    let mut ask = Ask::new(command.name);
    let mut rest: Vec<&str> = words.map(String::as_str).collect();
    let options = if command.subs.is_empty() {
        command.options
    } else {
        let sub = rest
            .first()
            .and_then(|word| command.subs.iter().find(|sub| sub.name == *word));
        let sub = sub.ok_or_else(|| unknown_sub(command))?;
        rest.remove(0);
        ask.sub = Some(sub.name.to_owned());
        sub.options
    };
    read_options(&mut ask, options, &rest)
}

/// Sorts words into options.
fn read_options(ask: &mut Ask, options: &'static [Opt], words: &[&str]) -> Result<Asked, Refusal> {
    let default = options
        .iter()
        .find(|option| option.required)
        .or(options.first());
    let mut current = default;
    let mut confirmed = false;
    let mut values: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for word in words {
        if let Some((option, first)) = named(options, word)? {
            if option.kind == Kind::Flag {
                if first.is_some() {
                    let refusal = Refusal::new(format!("“--{}” takes no value.", option.name));
                    return Err(refusal.can("Leave it out where it is not wanted."));
                }
                confirmed |= option.name == "yes";
                continue;
            }
            if values.iter().any(|(name, _)| *name == option.name) {
                let refusal = Refusal::new(format!("“{}” was given twice.", option.name));
                return Err(refusal.can("Give it once."));
            }
            // A choice is one word, so what follows it belongs to the words again.
            let done = first.is_some() && matches!(option.kind, Kind::Choice(_));
            values.push((option.name, first.into_iter().collect()));
            current = if done { default } else { Some(option) };
            continue;
        }
        let Some(option) = current else {
            let refusal = Refusal::new(format!("“{}” takes no words.", ask.command));
            return Err(refusal.can("Type it alone, and go on from its answer."));
        };
        match values.iter_mut().find(|(name, _)| *name == option.name) {
            Some((_, words)) => words.push(word),
            None => values.push((option.name, vec![word])),
        }
        if matches!(option.kind, Kind::Choice(_)) {
            current = default;
        }
    }
    for (name, words) in values {
        ask.values.insert(name.to_owned(), words.join(" "));
    }
    Ok(Asked {
        ask: std::mem::take(ask),
        confirmed,
    })
}

/// `period:7d` → the option and its first word; `--period` → the option and nothing yet.
fn named<'w>(
    options: &'static [Opt],
    word: &'w str,
) -> Result<Option<(&'static Opt, Option<&'w str>)>, Refusal> {
    let by_name = |name: &str| options.iter().find(|option| option.name == name);
    if let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) {
        let (name, value) = flag
            .split_once('=')
            .map_or((flag, None), |(name, value)| (name, Some(value)));
        return match by_name(name) {
            Some(option) => Ok(Some((option, value))),
            None => {
                let known: Vec<String> = options
                    .iter()
                    .map(|option| format!("--{}", option.name))
                    .collect();
                let can = if known.is_empty() {
                    "It takes no options.".to_owned()
                } else {
                    format!("It knows {}.", known.join(", "))
                };
                Err(Refusal::new(format!("There is no option “--{name}”.")).can(can))
            }
        };
    }
    let split = word
        .split_once(':')
        .filter(|(_, value)| !value.starts_with("//"));
    Ok(split.and_then(|(name, value)| {
        let option = by_name(name)?;
        let value = value.trim_matches('"');
        Some((option, Some(value).filter(|value| !value.is_empty())))
    }))
}

/// Splits at blanks outside quotes. Quotes stay: a topic reads them.
fn tokens(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    // More than is allowed is read, so that too long a line is refused and not cut.
    for c in line.chars().take(2 * LINE_CHARS_MAX) {
        quoted ^= c == '"';
        if c.is_whitespace() && !quoted {
            if !token.is_empty() {
                tokens.push(std::mem::take(&mut token));
            }
        } else {
            token.push(c);
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens
}

fn unknown_command(name: &str) -> Refusal {
    let names: Vec<&str> = ALL.iter().map(|command| command.name).collect();
    let cause = match name {
        "" => "No command was given.".to_owned(),
        _ => format!("There is no command “{name}”."),
    };
    Refusal::new(cause).can(format!("Try one of: {}.", names.join(", ")))
}

fn unknown_sub(command: &Command) -> Refusal {
    let subs: Vec<&str> = command.subs.iter().map(|sub| sub.name).collect();
    Refusal::new(format!("“{}” needs to know what to do.", command.name)).can(format!(
        "Say one of: {}.",
        subs.iter()
            .map(|sub| format!("{} {sub}", command.name))
            .collect::<Vec<_>>()
            .join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(String, String)> {
        parse_line(line)
            .expect("the line is read")
            .ask
            .values
            .into_iter()
            .collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn bare_words_fill_the_first_required_option() {
        assert_eq!(
            values("/brief harbour ferry"),
            [pair("topic", "harbour ferry")]
        );
        assert_eq!(
            values("brief \"white  house\" -garden"),
            [pair("topic", "\"white  house\" -garden")]
        );
    }

    #[test]
    fn options_are_named_in_both_ways() {
        let wanted = [pair("period", "7d"), pair("topic", "harbour")];
        for line in [
            "/brief harbour period:7d",
            "brief harbour --period 7d",
            "brief --period=7d harbour",
            "/brief period:7d harbour",
        ] {
            assert_eq!(values(line), wanted, "{line}");
        }
    }

    #[test]
    fn unknown_options_are_words_or_refused() {
        assert_eq!(
            values("/brief minister: resigns"),
            [pair("topic", "minister: resigns")]
        );
        assert!(parse_line("brief harbour --colour red").is_err());
    }

    #[test]
    fn what_is_said_twice_or_too_long_is_refused() {
        for line in [
            "brief harbour topic:ferry",
            "brief harbour period:7d period:3d",
            "sources add x --yes=false",
        ] {
            assert!(parse_line(line).is_err(), "{line}");
        }
        assert!(parse_line(&format!("brief {}", "a".repeat(5_000))).is_err());
        assert!(parse_line(&format!("brief {}", "a ".repeat(5_000))).is_err());
    }

    #[test]
    fn a_subcommand_takes_its_own_options() {
        let asked = parse_line("/sources add https://avel.example/feed name:Avel Courier --yes")
            .expect("read");
        assert_eq!(asked.ask.sub.as_deref(), Some("add"));
        assert_eq!(asked.ask.get("link"), Some("https://avel.example/feed"));
        assert_eq!(asked.ask.get("name"), Some("Avel Courier"));
        assert!(asked.confirmed);
    }

    #[test]
    fn what_is_not_known_says_what_is() {
        let refusal = parse_line("/brif harbour").expect_err("not a command");
        assert!(refusal.you_can.expect("a way out").contains("brief"));
        assert!(
            parse_line("/sources")
                .expect_err("no sub")
                .you_can
                .expect("a way out")
                .contains("sources add")
        );
        assert!(parse_line("").is_err());
    }
}
