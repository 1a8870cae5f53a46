//! The desk: what Lede can be asked. One file a command with its grammar, its request and its
//! answer; [`ALL`] is the one table from which Discord's registration, the command line, `/help`,
//! rights and the README's table are derived. It knows no front end.

pub mod asker;
pub mod audit;
pub mod brief;
pub mod command;
pub mod compose;
pub mod fix;
pub mod follow;
pub mod following;
pub mod headlines;
pub mod help;
pub mod kept;
pub mod learned;
pub mod letters;
pub mod linked;
pub mod notices;
pub mod open;
pub mod parse;
pub mod preferences;
pub mod privacy;
pub mod related;
pub mod rests;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sources;
pub mod story;
pub mod subscriptions;
pub mod suggest;
pub mod suggest_source;
pub mod summarise;
pub mod why;
pub mod wrong;
pub mod zones;

pub use asker::Asker;
pub use command::{Answer, Asked, Command, Kind, No, Opt, Sub, Who};
pub use kept::Pressed;
pub use letters::LetterPlace;
pub use parse::{parse_line, parse_words};

use crate::clock::{Clock, Millis};
use crate::config::Settings;
use crate::feed::Fetcher;
use crate::page::{Action, Ask, Choice, Refusal};
use crate::store::Store;
use std::sync::Arc;

/// Every command, in the order of their names.
pub const ALL: &[&Command] = &[
    &audit::COMMAND,
    &brief::COMMAND,
    &fix::COMMAND,
    &follow::COMMAND,
    &following::COMMAND,
    &headlines::COMMAND,
    &help::COMMAND,
    &privacy::COMMAND,
    &related::COMMAND,
    &search::COMMAND,
    &settings::COMMAND,
    &setup::COMMAND,
    &sources::COMMAND,
    &story::COMMAND,
    &subscriptions::COMMAND,
    &suggest_source::COMMAND,
    &summarise::COMMAND,
    &why::COMMAND,
];

/// The command of that name.
pub fn find(name: &str) -> Option<&'static Command> {
    ALL.iter().copied().find(|command| command.name == name)
}

/// The command that stands under that name in the menu of messages.
pub fn find_in_menu(name: &str) -> Option<&'static Command> {
    let in_menu = |command: &&Command| command.in_discord && command.menu() == Some(name);
    ALL.iter().copied().find(in_menu)
}

/// What the commands work with. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub settings: Arc<Settings>,
    pub clock: Clock,
    pub store: Store,
    pub fetcher: Fetcher,
    pub learned: learned::Learned,
    pub suggested: suggest::Suggested,
    pub links: linked::Links,
}

impl Desk {
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Answers a request.
    ///
    /// # Errors
    /// [`No::Refused`] with words for the asker, [`No::Failed`] for the log.
    pub async fn answer(&self, asker: &Asker, asked: &Asked) -> Answer {
        let ask = &asked.ask;
        let command = find(&ask.command)
            .ok_or_else(|| Refusal::new("That command is no longer there.").can("Try /help."))?;
        if command.who == Who::Moderators && !asker.moderator {
            let refusal = Refusal::new("Only moderators of this server may do that.");
            return Err(refusal
                .can("Ask somebody with the right to manage the server.")
                .into());
        }
        check(command, ask, asker)?;
        let answer = (command.answer)(self, asker, asked).await;
        let answer = setup::in_place_of(self, asker, command, answer).await;
        self.came(asker).await;
        answer
    }

    /// Answers a press. `chosen`: option → value, from a select or a form.
    ///
    /// # Errors
    /// As [`Desk::answer`].
    pub async fn press(
        &self,
        asker: &Asker,
        action: &Action,
        chosen: &[(String, String)],
    ) -> Answer {
        let ask = filled(action, chosen);
        let confirmed = matches!(action, Action::Confirm(_));
        self.answer(asker, &Asked { ask, confirmed }).await
    }

    /// What to offer while `option` of `ask` holds `typed`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn complete(
        &self,
        asker: &Asker,
        ask: &Ask,
        option: &str,
        typed: &str,
    ) -> anyhow::Result<Vec<Choice>> {
        let Some(command) = find(&ask.command) else {
            return Ok(Vec::new());
        };
        let kind = options(command, ask.sub.as_deref())
            .iter()
            .find(|known| known.name == option)
            .map(|known| known.kind);
        match kind {
            Some(Kind::Topic) => suggest::topics(self, asker, typed).await,
            Some(Kind::Story) => suggest::stories(self, asker, typed).await,
            Some(Kind::Source) => suggest::sources(self, asker, typed).await,
            Some(Kind::What) => subscriptions::what::offered(self, asker, typed).await,
            Some(Kind::When) => Ok(subscriptions::what::whens(typed)),
            Some(Kind::Subscription) => {
                let room = self.store.newsroom(asker.newsroom, self.now()).await?;
                let scope = subscriptions::what::Scope::of_moderator(asker, room);
                scope.offered(self, typed).await
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// The request of an action with what came with the press: the value of a select, the fields of a
/// form.
pub fn filled(action: &Action, chosen: &[(String, String)]) -> Ask {
    let mut ask = action.ask().clone();
    if let Action::Fill { form, .. } = action {
        for field in &form.fields {
            if let Some((_, value)) = chosen.iter().find(|(name, _)| *name == field.name) {
                ask.values.insert(field.name.clone(), value.clone());
            }
        }
    } else if let Some(option) = action.takes() {
        // Of a select of several: all that were chosen.
        let own = chosen.iter().filter(|(name, _)| name == option);
        let values: Vec<&str> = own.map(|(_, value)| value.as_str()).collect();
        if !values.is_empty() {
            ask.values.insert(option.to_owned(), values.join(","));
        }
    }
    ask
}

/// The options of a command, or of its subcommand.
pub fn options(command: &Command, sub: Option<&str>) -> &'static [Opt] {
    match sub {
        Some(name) => command
            .subs
            .iter()
            .find(|sub| sub.name == name)
            .map_or(&[], |sub| sub.options),
        None => command.options,
    }
}

/// Refuses what is missing and what is not among the choices.
fn check(command: &Command, ask: &Ask, asker: &Asker) -> Result<(), Refusal> {
    for option in options(command, ask.sub.as_deref()) {
        let value = ask
            .get(option.name)
            .map(str::trim)
            .filter(|value| !value.is_empty());
        // A terminal has no channels: there the terminal itself is meant.
        let required = option.required && !(asker.terminal && option.kind == Kind::Channel);
        if required && value.is_none() {
            let refusal = Refusal::new(format!(
                "“{}” is missing: {}.",
                option.name,
                option.description.to_lowercase()
            ));
            return Err(refusal.can(format!(
                "Say for instance: {}",
                example(command, ask, asker)
            )));
        }
        if let (Kind::Choice(choices), Some(value)) = (option.kind, value)
            && !choices.iter().any(|(known, _)| *known == value)
            && !(option.name == "period" && crate::page::period::Period::parse(value).is_some())
        {
            let known: Vec<&str> = choices.iter().map(|(known, _)| *known).collect();
            let refusal = Refusal::new(format!("“{value}” is no {}.", option.name));
            return Err(refusal.can(format!("Choose one of: {}.", known.join(", "))));
        }
    }
    Ok(())
}

/// "/subscriptions add harbour channel:#news": what is required, the first of it by position.
fn example(command: &Command, ask: &Ask, asker: &Asker) -> String {
    let mut line = format!("/{}", command.name);
    if let Some(word) = &ask.sub {
        line = format!("{line} {word}");
    }
    let needed = options(command, ask.sub.as_deref())
        .iter()
        .filter(|option| option.required && !(asker.terminal && option.kind == Kind::Channel));
    for (at, option) in needed.enumerate() {
        let value = match option.kind {
            Kind::Link => "https://example.org",
            Kind::OfMessage(_) => "https://example.org/harbour",
            Kind::File => "feeds.opml",
            Kind::Channel => "#news",
            Kind::Choice(choices) => choices.first().map_or("", |(value, _)| *value),
            _ if option.name == "number" => "1",
            _ => "harbour",
        };
        line = match at {
            0 => format!("{line} {value}"),
            _ => format!("{line} {}:{value}", option.name),
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_together_goes_into_one_option() {
        let action = Action::Choose {
            ask: Ask::new("setup"),
            option: "packs".to_owned(),
        };
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let chosen = [named("packs", "world"), named("packs", "science")];
        assert_eq!(filled(&action, &chosen).get("packs"), Some("world,science"));
        let one = filled(&action, &chosen[..1]);
        assert_eq!(one.get("packs"), Some("world"));
        assert_eq!(filled(&action, &[]).get("packs"), None);
        assert_eq!(filled(&action, &[named("other", "x")]).get("packs"), None);
    }

    #[test]
    fn what_is_missing_is_shown_by_an_example_of_the_same_command() {
        let shown = |name: &str, sub: Option<&str>, terminal: bool| {
            let mut ask = Ask::new(name);
            ask.sub = sub.map(str::to_owned);
            let asker = Asker {
                terminal,
                ..Asker::terminal()
            };
            example(find(name).expect("a command"), &ask, &asker)
        };
        assert_eq!(shown("brief", None, true), "/brief harbour");
        assert_eq!(
            shown("sources", Some("import"), true),
            "/sources import feeds.opml"
        );
        assert_eq!(
            shown("sources", Some("decide"), true),
            "/sources decide 1 what:approve"
        );
        let add = Some("add");
        assert_eq!(
            shown("subscriptions", add, true),
            "/subscriptions add harbour"
        );
        assert_eq!(
            shown("subscriptions", add, false),
            "/subscriptions add harbour channel:#news"
        );
    }
}
