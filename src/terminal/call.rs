//! What the shell asked for: the program's own verbs and flags; every other word is the desk's.

use crate::desk::{self, Command, Kind, Opt};
use clap::{Parser, Subcommand};

/// Commands whose answers have a Next, and those whose `list` has one.
const LISTS: &[&str] = &["audit", "brief", "headlines", "search"];
const SUB_LISTS: &[&str] = &["sources", "subscriptions"];

/// A parsed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub verb: Verb,
    /// Print the body of the Discord message instead of text.
    pub json: bool,
    /// What a list begins after, where nobody can press Next.
    pub skip: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Nothing was said: the bot, or the sample edition.
    Default,
    Run,
    Try(Vec<String>),
    Read {
        once: bool,
    },
    Ask(Vec<String>),
}

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    pub json: bool,
    pub skip: usize,
}

impl Call {
    pub fn how(&self) -> How {
        How {
            json: self.json,
            skip: self.skip,
        }
    }

    /// True for the bot and for reading without end.
    pub fn runs_long(&self) -> bool {
        matches!(
            self.verb,
            Verb::Default | Verb::Run | Verb::Read { once: false }
        )
    }
}

/// What to do about the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    Call(Call),
    /// Help or the version, wanted: print it.
    Print(String),
    /// Not understood: print it as an error.
    Wrong(String),
}

#[derive(Parser)]
#[command(name = "lede", version, disable_help_subcommand = true)]
#[command(
    about = "A Discord bot that briefs a server on the news, quoting its sources word for word"
)]
struct Arguments {
    /// Print an answer as the body of the Discord message that the bot would send
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Option<Spoken>,
}

#[derive(Subcommand)]
enum Spoken {
    /// Run the bot (needs DISCORD_TOKEN)
    Run,
    /// Try Lede on a sample edition: no token, no network, nothing is kept
    Try {
        /// A command to answer instead of opening the prompt
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Keep reading the sources without Discord
    Read {
        /// Read what is due, print a table and end
        #[arg(long)]
        once: bool,
    },
    #[command(external_subcommand)]
    Ask(Vec<String>),
}

/// Reads the arguments of the program, its name first.
pub fn parse(words: impl IntoIterator<Item = std::ffi::OsString>) -> Parsed {
    let arguments = <Arguments as clap::CommandFactory>::command().after_help(commands_help());
    let parsed = arguments
        .try_get_matches_from(words)
        .and_then(|matches| <Arguments as clap::FromArgMatches>::from_arg_matches(&matches));
    let Arguments { mut json, verb } = match parsed {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return Parsed::Wrong(error.to_string()),
        Err(error) => return Parsed::Print(error.to_string()),
    };
    let mut skip = Ok(0);
    let mut own_flags = |words: Vec<String>| -> Vec<String> {
        let (flags, mut words): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|word| word == "--json");
        json |= !flags.is_empty();
        skip = skip_of(&mut words);
        words
    };
    let verb = match verb {
        None => Verb::Default,
        Some(Spoken::Run) => Verb::Run,
        Some(Spoken::Read { once }) => Verb::Read { once },
        Some(Spoken::Try { words }) => Verb::Try(own_flags(words)),
        Some(Spoken::Ask(words)) => Verb::Ask(own_flags(words)),
    };
    if let Verb::Try(words) | Verb::Ask(words) = &verb
        && words.iter().any(|word| word == "--help" || word == "-h")
    {
        let name = words
            .first()
            .map(|word| word.trim_start_matches('/'))
            .unwrap_or_default();
        if let Some(command) = desk::find(name) {
            return Parsed::Print(command_help(command, words.get(1).map(String::as_str)));
        }
    }
    match skip {
        Ok(skip) => Parsed::Call(Call { verb, json, skip }),
        Err(wrong) => Parsed::Wrong(wrong),
    }
}

/// Takes `--skip N` out of the words.
fn skip_of(words: &mut Vec<String>) -> Result<usize, String> {
    let is_skip = |word: &String| word == "--skip" || word.starts_with("--skip=");
    let Some(at) = words.iter().position(is_skip) else {
        return Ok(0);
    };
    let flag = words.remove(at);
    let given = match flag.split_once('=') {
        Some((_, given)) => given.to_owned(),
        None if at < words.len() => words.remove(at),
        None => String::new(),
    };
    let mut names = words.iter().map(|word| word.trim_start_matches('/'));
    let (name, sub) = (names.next().unwrap_or_default(), names.next());
    let is_list = LISTS.contains(&name) || (SUB_LISTS.contains(&name) && sub == Some("list"));
    if !is_list {
        return Err(format!("--skip is for lists, and “{name}” is none."));
    }
    let number = given.parse();
    number.map_err(|_| format!("--skip is “{given}”; it wants a whole number, as in --skip 10."))
}

/// The desk's commands, as `lede --help` lists them.
fn commands_help() -> String {
    let mut lines = vec![
        "Questions to the desk, as in Discord (try: lede brief harbour --period 24h):".to_owned(),
    ];
    for command in desk::ALL {
        if command.subs.is_empty() {
            lines.push(format!(
                "  {:<44} {}",
                usage(command.name, command.options),
                command.description
            ));
        }
        for sub in command.subs {
            let name = format!("{} {}", command.name, sub.name);
            lines.push(format!(
                "  {:<44} {}",
                usage(&name, sub.options),
                sub.description
            ));
        }
    }
    lines.push(String::new());
    lines.push(
        "--skip N begins a list after its first N; --yes confirms without asking.".to_owned(),
    );
    lines.push("Settings come from the environment or .env; .env.example lists them.".to_owned());
    lines.push(
        "Exit status: 0 answer, 1 nothing found or refused, 2 wrong use, 70 failure, 78 settings."
            .to_owned(),
    );
    lines.join("\n")
}

/// One command with its options explained; of its subcommands only the one that is named.
fn command_help(command: &Command, named: Option<&str>) -> String {
    let mut lines = vec![command.description.to_owned(), String::new()];
    let mut explain = |name: &str, description: Option<&str>, options: &[Opt]| {
        lines.push(format!("Usage: lede {}", usage(name, options)));
        lines.extend(description.map(|description| format!("  {description}")));
        for option in options.iter().filter(is_of_terminals) {
            let values = match option.kind {
                Kind::Choice(choices) => {
                    let known: Vec<&str> = choices.iter().map(|(value, _)| *value).collect();
                    format!(" ({})", known.join(", "))
                }
                _ => String::new(),
            };
            lines.push(format!(
                "  --{:<12} {}{values}",
                option.name, option.description
            ));
        }
        lines.push(String::new());
    };
    if command.subs.is_empty() {
        explain(command.name, None, command.options);
    }
    let is_named = |sub: &&desk::Sub| named.is_none_or(|named| sub.name == named);
    let subs = match command.subs.iter().any(|sub| is_named(&sub)) {
        true => command.subs.iter().filter(|sub| is_named(sub)).collect(),
        false => command.subs.iter().collect::<Vec<_>>(),
    };
    for sub in subs {
        explain(
            &format!("{} {}", command.name, sub.name),
            Some(sub.description),
            sub.options,
        );
    }
    lines.push("--json prints the body of the Discord message instead.".to_owned());
    if LISTS.contains(&command.name) || SUB_LISTS.contains(&command.name) {
        lines.push("--skip N begins a list after its first N.".to_owned());
    }
    format!("{}\n", lines.join("\n"))
}

/// A terminal has no channels and roles.
fn is_of_terminals(option: &&Opt) -> bool {
    !matches!(option.kind, Kind::Channel | Kind::Role)
}

/// "brief TOPIC [--period …] [--length …]".
fn usage(name: &str, options: &[Opt]) -> String {
    let bare = options
        .iter()
        .find(|option| option.required)
        .or(options.first())
        .map(|option| option.name);
    let mut usage = name.to_owned();
    for option in options.iter().filter(is_of_terminals) {
        let upper = option.name.to_uppercase();
        usage.push_str(
            &match (option.required, Some(option.name) == bare, option.kind) {
                (_, _, Kind::Flag) => format!(" [--{}]", option.name),
                (true, true, _) => format!(" {upper}"),
                (false, true, _) => format!(" [{upper}]"),
                (true, false, _) => format!(" --{} …", option.name),
                (false, false, _) => format!(" [--{} …]", option.name),
            },
        );
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Parsed {
        parse(line.split_whitespace().map(Into::into))
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn only_verbs_and_flags_are_the_programs_own() {
        let call = |verb, json| {
            Parsed::Call(Call {
                verb,
                json,
                skip: 0,
            })
        };
        assert_eq!(parsed("lede"), call(Verb::Default, false));
        assert_eq!(parsed("lede run"), call(Verb::Run, false));
        assert_eq!(
            parsed("lede read --once"),
            call(Verb::Read { once: true }, false)
        );
        assert_eq!(parsed("lede try"), call(Verb::Try(vec![]), false));
        assert_eq!(
            parsed("lede try brief harbour --period 7d"),
            call(
                Verb::Try(words(&["brief", "harbour", "--period", "7d"])),
                false
            )
        );
        assert_eq!(
            parsed("lede brief ukraine -war --period 24h"),
            call(
                Verb::Ask(words(&["brief", "ukraine", "-war", "--period", "24h"])),
                false
            )
        );
        for line in [
            "lede --json brief run",
            "lede brief --json run",
            "lede brief run --json",
        ] {
            assert_eq!(
                parsed(line),
                call(Verb::Ask(words(&["brief", "run"])), true),
                "{line}"
            );
        }
        assert_eq!(
            parsed("lede try brief harbour --json"),
            call(Verb::Try(words(&["brief", "harbour"])), true)
        );
    }

    #[test]
    fn a_list_can_begin_further_on() {
        for line in [
            "lede headlines ferry --skip 10",
            "lede headlines --skip=10 ferry",
        ] {
            let Parsed::Call(call) = parsed(line) else {
                panic!("{line} is a call")
            };
            assert_eq!(call.skip, 10);
            assert_eq!(call.verb, Verb::Ask(words(&["headlines", "ferry"])));
        }
        for line in [
            "lede headlines --skip",
            "lede headlines --skip ten",
            "lede sources add x --skip 10",
        ] {
            assert!(matches!(parsed(line), Parsed::Wrong(_)), "{line}");
        }
        assert!(matches!(
            parsed("lede try sources list --skip 15"),
            Parsed::Call(Call { skip: 15, .. })
        ));
    }

    #[test]
    fn help_for_one_subcommand_is_about_that_one() {
        let Parsed::Print(help) = parsed("lede sources add --help") else {
            panic!("help is printed")
        };
        assert!(help.contains("lede sources add LINK") && !help.contains("sources import"));
        let Parsed::Print(help) = parsed("lede sources --help") else {
            panic!("help is printed")
        };
        assert!(help.contains("sources add") && help.contains("sources import"));
    }

    #[test]
    fn help_lists_every_command_of_the_desk() {
        let Parsed::Print(help) = parsed("lede --help") else {
            panic!("help is printed")
        };
        for command in desk::ALL {
            assert!(
                help.contains(&format!("\n  {}", command.name)),
                "{} in {help}",
                command.name
            );
        }
        assert!(
            matches!(parsed("lede --version"), Parsed::Print(version) if version.starts_with("lede "))
        );
        assert!(
            matches!(parsed("lede help --help"), Parsed::Print(help) if help.contains("Usage: lede help"))
        );
        assert!(matches!(parsed("lede read --twice"), Parsed::Wrong(_)));
        assert!(matches!(parsed("lede run now"), Parsed::Wrong(_)));
    }
}
