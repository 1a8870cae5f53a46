//! `/help`: only what the caller may use.

use crate::desk::command::{Answer, Asked, Command, Kind, Opt, Sub, Who, boxed};
use crate::desk::{ALL, Asker, Desk, brief, learned};
use crate::news::Newsroom;
use crate::page::help::{Entry, Words, help, words};
use crate::page::{Ask, Page, Refusal};

pub const COMMAND: Command = Command {
    name: "help",
    description: "What Lede can do for you",
    who: Who::Everyone,
    options: &[Opt {
        name: "topic",
        description: "See which words stand for a topic",
        kind: Kind::Topic,
        required: false,
        complete: true,
    }],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Learned words that are named.
const LEARNED_MAX: usize = 20;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    match asked
        .ask
        .get("topic")
        .filter(|typed| !typed.trim().is_empty())
    {
        Some(typed) => words_of(desk, asker, typed).await,
        None => Ok(commands(asker)),
    }
}

/// What stands for a topic: its words, other names of its places, what the newsroom's articles
/// taught.
async fn words_of(desk: &Desk, asker: &Asker, typed: &str) -> Answer {
    let Some(topic) = brief::topic_of(typed)? else {
        return Err(Refusal::new("Top stories have no words of their own.")
            .can("Name a topic, such as harbour.")
            .into());
    };
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let mut others: Vec<&str> = Vec::new();
    for name in topic.aliases.iter().flat_map(|alias| &alias.written) {
        if !others.contains(name) {
            others.push(name);
        }
    }
    let named = typed.split_whitespace().next().unwrap_or_default();
    let named = named.trim_start_matches('/').to_lowercase();
    Ok(words(&Words {
        command: entry_of(asker, &named),
        title: brief::title_of(&topic),
        others,
        learned: learned::words(desk, room, &topic, LEARNED_MAX).await?,
        brief: Ask::new("brief").value("topic", typed),
    }))
}

/// A command that may be meant where its name was typed for a topic.
fn entry_of(asker: &Asker, name: &str) -> Option<Entry> {
    let command = super::find(name)?;
    let may = asker.moderator || command.who == Who::Everyone;
    let menu = command.menu().filter(|_| !asker.terminal);
    (may && (command.in_discord || asker.terminal)).then(|| Entry {
        names: match command.subs {
            [] => vec![menu.unwrap_or(command.name).to_owned()],
            subs => subs
                .iter()
                .filter(|sub| sub.in_discord || asker.terminal)
                .map(|sub| format!("{} {}", command.name, sub.name))
                .collect(),
        },
        in_menu: menu.is_some(),
        description: command.description,
    })
}

fn commands(asker: &Asker) -> Page {
    let mut everyone = Vec::new();
    let mut moderators = Vec::new();
    let own = matches!(asker.newsroom, Newsroom::Person(_));
    let here = |command: &&&Command| {
        (command.in_discord || asker.terminal) && !(own && command.is_of_servers())
    };
    for command in ALL.iter().filter(here) {
        let list = if command.who == Who::Everyone {
            &mut everyone
        } else {
            &mut moderators
        };
        if command.subs.is_empty() {
            let menu = command.menu().filter(|_| !asker.terminal);
            list.push(Entry {
                names: vec![menu.unwrap_or(command.name).to_owned()],
                in_menu: menu.is_some(),
                description: command.description,
            });
        }
        let here = |sub: &&Sub| sub.in_discord || asker.terminal;
        let named = |sub: &Sub| format!("{} {}", command.name, sub.name);
        let subs = command.subs.iter().filter(here);
        if asker.terminal {
            list.extend(subs.map(|sub| Entry {
                names: vec![named(sub)],
                in_menu: false,
                description: sub.description,
            }));
        } else if !command.subs.is_empty() {
            // Discord shows what each of them does while it is typed.
            list.push(Entry {
                names: subs.map(named).collect(),
                in_menu: false,
                description: command.description,
            });
        }
    }
    if !asker.moderator {
        moderators.clear();
    }
    help(&everyone, &moderators, own)
}
