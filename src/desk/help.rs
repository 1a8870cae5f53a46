//! `/help`: only what the caller may use.

use crate::desk::command::{Answer, Asked, Command, Who, boxed};
use crate::desk::{ALL, Asker};
use crate::page::help::{Entry, help};

pub const COMMAND: Command = Command {
    name: "help",
    description: "What Lede can do for you",
    who: Who::Everyone,
    options: &[],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |_, asker, asked| boxed(answer(asker, asked)),
};

async fn answer(asker: &Asker, _: &Asked) -> Answer {
    let mut everyone = Vec::new();
    let mut moderators = Vec::new();
    for command in ALL
        .iter()
        .filter(|command| command.in_discord || asker.terminal)
    {
        let list = if command.who == Who::Everyone {
            &mut everyone
        } else {
            &mut moderators
        };
        if command.subs.is_empty() {
            list.push(Entry {
                name: command.name.to_owned(),
                description: command.description,
            });
        }
        list.extend(command.subs.iter().map(|sub| Entry {
            name: format!("{} {}", command.name, sub.name),
            description: sub.description,
        }));
    }
    if !asker.moderator {
        moderators.clear();
    }
    Ok(help(&everyone, &moderators))
}
