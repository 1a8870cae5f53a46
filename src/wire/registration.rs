//! The table of commands as Discord registers it.

use crate::desk::{Command, Kind, Opt, Sub, Who};
use crate::page::markdown::Commands;
use serde_json::{Value, json};

const CHAT_INPUT: u8 = 1;
/// Stands in the menu of messages: no description, no options, and a name that may have blanks.
const MESSAGE: u8 = 3;
/// The permission Manage Server; a number, as Discord's own description of this request says.
const MANAGE_SERVER: u64 = 1 << 5;
/// Installed to servers, and by persons for themselves.
const INSTALLED: [u8; 2] = [0, 1];
/// Used in servers, in the bot's direct messages and in those of others.
const CONTEXTS: [u8; 3] = [0, 1, 2];
/// What is a server's is installed to servers, and used in them and in the bot's direct messages.
const INSTALLED_TO_SERVERS: [u8; 1] = [0];
const CONTEXTS_OF_SERVERS: [u8; 2] = [0, 1];
/// Text, announcement, thread (three kinds) and forum.
pub(super) const CHANNEL_TYPES: [u8; 6] = [0, 5, 10, 11, 12, 15];

const SUB_COMMAND: u8 = 1;
const STRING: u8 = 3;
const CHANNEL: u8 = 7;
const ROLE: u8 = 8;
const ATTACHMENT: u8 = 11;

/// The list of commands, as one request sets it. What only a terminal has is left out.
pub fn registration(table: &[&Command]) -> Value {
    table
        .iter()
        .filter(|command| command.in_discord)
        .map(|command| one(command))
        .collect()
}

/// The same list for servers alone.
pub fn of_servers(mut table: Value) -> Value {
    for one in table.as_array_mut().into_iter().flatten() {
        one["integration_types"] = json!(INSTALLED_TO_SERVERS);
        one["contexts"] = json!(CONTEXTS_OF_SERVERS);
    }
    table
}

/// The names by which pages speak of commands, with Discord's ids: `id` knows those of the
/// registered commands, which their subcommands share.
pub fn commands(table: &[&Command], id: impl Fn(&str) -> Option<u64>) -> Commands {
    let known = table
        .iter()
        .filter(|command| command.menu().is_none())
        .filter_map(|command| Some((command, id(command.name)?)));
    Commands::new(known.flat_map(|(command, id)| {
        let bare = command
            .subs
            .is_empty()
            .then(|| (command.name.to_owned(), id));
        let subs = command
            .subs
            .iter()
            .map(move |sub| (format!("{} {}", command.name, sub.name), id));
        bare.into_iter().chain(subs)
    }))
}

fn one(command: &Command) -> Value {
    let rights = match command.who {
        Who::Everyone => Value::Null,
        Who::Moderators => MANAGE_SERVER.into(),
    };
    let mut drawn = json!({
        "default_member_permissions": rights,
    });
    let (installed, contexts): (&[u8], &[u8]) = match command.is_of_servers() {
        true => (&INSTALLED_TO_SERVERS, &CONTEXTS_OF_SERVERS),
        false => (&INSTALLED, &CONTEXTS),
    };
    drawn["integration_types"] = json!(installed);
    drawn["contexts"] = json!(contexts);
    if let Some(name) = command.menu() {
        drawn["type"] = MESSAGE.into();
        drawn["name"] = name.into();
        return drawn;
    }
    let options: Vec<Value> = match command.subs {
        [] => options(command.options),
        subs => subs.iter().filter(|sub| sub.in_discord).map(sub).collect(),
    };
    drawn["type"] = CHAT_INPUT.into();
    drawn["name"] = command.name.into();
    drawn["description"] = command.description.into();
    drawn["options"] = options.into();
    drawn
}

fn sub(sub: &Sub) -> Value {
    json!({
        "type": SUB_COMMAND,
        "name": sub.name,
        "description": sub.description,
        "options": options(sub.options),
    })
}

/// Required ones first, as Discord demands; else in the table's order.
fn options(options: &[Opt]) -> Vec<Value> {
    let shown = |required: bool| {
        options
            .iter()
            .filter(move |opt| opt.kind != Kind::Flag && opt.required == required)
    };
    shown(true).chain(shown(false)).map(option).collect()
}

fn option(opt: &Opt) -> Value {
    let kind = match opt.kind {
        Kind::Channel => CHANNEL,
        Kind::Role => ROLE,
        Kind::File => ATTACHMENT,
        _ => STRING,
    };
    let mut drawn = json!({
        "type": kind, "name": opt.name, "description": opt.description, "required": opt.required,
    });
    match opt.kind {
        Kind::Choice(choices) => {
            let choice = |(value, label): &(&str, &str)| json!({ "name": label, "value": value });
            drawn["choices"] = choices.iter().map(choice).collect();
        }
        Kind::Channel => drawn["channel_types"] = json!(CHANNEL_TYPES),
        Kind::Role | Kind::File => {}
        _ if opt.complete => drawn["autocomplete"] = true.into(),
        _ => {}
    }
    drawn
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
