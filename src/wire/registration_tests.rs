//! Tests of the registration: what Discord limits, on the real table and on one of our own.

use super::*;
use crate::desk::command::boxed;
use crate::page::Page;

const OPTIONS: &[Opt] = &[
    opt(
        "period",
        Kind::Choice(&[("24h", "24 hours"), ("7d", "7 days")]),
        false,
        false,
    ),
    opt("topic", Kind::Topic, true, true),
    opt("yes", Kind::Flag, false, false),
    opt("where", Kind::Channel, false, true),
    opt("file", Kind::File, false, false),
];

const fn opt(name: &'static str, kind: Kind, required: bool, complete: bool) -> Opt {
    Opt {
        name,
        description: "What it is",
        kind,
        required,
        complete,
    }
}

const fn command(name: &'static str, who: Who, subs: &'static [Sub], in_discord: bool) -> Command {
    Command {
        name,
        description: "What it does",
        who,
        options: OPTIONS,
        subs,
        in_discord,
        public_in_news: false,
        answer: |_, _, _| boxed(async { Ok(Page::default()) }),
    }
}

const SUBS: &[Sub] = &[Sub {
    name: "add",
    description: "Adds one",
    options: OPTIONS,
    in_discord: true,
}];
const TIDE: Command = command("tide", Who::Everyone, &[], true);
const BOATS: Command = command("boats", Who::Moderators, SUBS, true);
const SHELL: Command = command("shell", Who::Everyone, &[], false);

#[test]
fn a_command_is_registered_with_its_options_required_ones_first() {
    let list = registration(&[&TIDE, &SHELL]);
    assert_eq!(
        list.as_array().unwrap().len(),
        1,
        "what only the terminal has is left out"
    );
    assert_eq!(list[0]["default_member_permissions"], Value::Null);
    assert_eq!(
        (&list[0]["contexts"], &list[0]["integration_types"]),
        (&json!([0, 1, 2]), &json!([0, 1]))
    );
    assert_eq!(
        list[0]["options"],
        json!([
            { "type": 3, "name": "topic", "description": "What it is", "required": true, "autocomplete": true },
            { "type": 3, "name": "period", "description": "What it is", "required": false, "choices": [
                { "name": "24 hours", "value": "24h" }, { "name": "7 days", "value": "7d" }] },
            { "type": 7, "name": "where", "description": "What it is", "required": false,
              "channel_types": [0, 5, 10, 11, 12, 15] },
            { "type": 11, "name": "file", "description": "What it is", "required": false },
        ])
    );
}

#[test]
fn what_stands_in_the_menu_of_messages_has_a_name_alone_and_no_mention() {
    const OF_LINK: Command = Command {
        options: &[opt("link", Kind::OfMessage("Tide of link"), true, false)],
        ..command("tide-of", Who::Everyone, &[], true)
    };
    assert_eq!(
        registration(&[&OF_LINK]),
        json!([{ "type": 3, "name": "Tide of link", "default_member_permissions": null,
            "integration_types": [0, 1], "contexts": [0, 1, 2] }])
    );
    assert_eq!(commands(&[&OF_LINK], |_| Some(7)).id("tide-of"), None);
}

#[test]
fn moderators_commands_need_manage_server_and_hold_subcommands() {
    let list = registration(&[&BOATS]);
    assert_eq!(list[0]["default_member_permissions"], 32);
    let sub = &list[0]["options"][0];
    assert_eq!((&sub["type"], &sub["name"]), (&json!(1), &json!("add")));
    assert_eq!(sub["options"].as_array().unwrap().len(), 4);
}

#[test]
fn what_needs_a_channel_is_a_servers_and_the_rest_a_persons_too() {
    let of = |name: &str| {
        let list = registration(crate::desk::ALL);
        let all = list.as_array().unwrap();
        let one = all.iter().find(|one| one["name"] == name).unwrap();
        (one["integration_types"].clone(), one["contexts"].clone())
    };
    assert_eq!(of("subscriptions"), (json!([0]), json!([0, 1])));
    for name in ["brief", "follow", "sources", "settings", "Related coverage"] {
        assert_eq!(of(name), (json!([0, 1]), json!([0, 1, 2])), "{name}");
    }
}

#[test]
fn subcommands_share_the_id_of_their_command() {
    let known = commands(&[&TIDE, &BOATS, &SHELL], |name| {
        (name != "shell").then_some(name.len() as u64)
    });
    assert_eq!(
        (known.id("tide"), known.id("boats add")),
        (Some(4), Some(5))
    );
    assert_eq!((known.id("boats"), known.id("shell")), (None, None));
}

/// What Discord allows in a name: small letters, digits, `-` and `_`, at most 32.
fn check_named(what: &Value) {
    let name = what["name"].as_str().unwrap();
    let plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
    assert!(plain && (1..=32).contains(&name.len()), "{name}");
    let description = what["description"].as_str().unwrap();
    assert!(
        (1..=100).contains(&description.encode_utf16().count()),
        "{name}: {description}"
    );
    let options = what["options"].as_array().cloned().unwrap_or_default();
    assert!(options.len() <= 25, "{name}");
    let names: std::collections::BTreeSet<_> =
        options.iter().map(|one| one["name"].to_string()).collect();
    assert_eq!(
        names.len(),
        options.len(),
        "{name} has two options of one name"
    );
    options.iter().for_each(check_named);
    for choice in what["choices"].as_array().into_iter().flatten() {
        assert!(
            (1..=100).contains(&choice["name"].as_str().unwrap().chars().count()),
            "{choice}"
        );
        assert!(
            (1..=100).contains(&choice["value"].as_str().unwrap().chars().count()),
            "{choice}"
        );
    }
}

#[test]
fn every_command_of_the_desk_can_be_registered() {
    let list = registration(crate::desk::ALL);
    let list = list.as_array().unwrap();
    assert!(list.len() <= 100);
    let (typed, in_menu): (Vec<_>, Vec<_>) = list.iter().partition(|one| one["type"] == 1);
    typed.into_iter().for_each(check_named);
    let names: Vec<&str> = in_menu
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["Fix this story", "Related coverage", "Summarise link"]
    );
    assert!(names.len() <= 15, "a menu has fifteen commands of one bot");
    for one in in_menu {
        assert!(
            one.get("description").is_none() && one.get("options").is_none(),
            "{one}"
        );
    }
    list.iter().for_each(|one| {
        assert!(
            one.to_string().len() <= 8_000,
            "a command has 8,000 characters"
        )
    });
}
