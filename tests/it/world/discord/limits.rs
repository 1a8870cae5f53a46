//! Discord's documented limits that its own description does not know, checked on each body.

use serde_json::Value;
use std::collections::BTreeSet;

pub const EPHEMERAL: u64 = 1 << 6;
pub const COMPONENTS_V2: u64 = 1 << 15;
const COMPONENTS_MAX: usize = 40;
const TEXT_UNITS_MAX: usize = 4_000;
const CONTENT_UNITS_MAX: usize = 2_000;
const EMBED_UNITS_MAX: usize = 6_000;
const ID_UNITS_MAX: usize = 100;
const BUTTON_UNITS_MAX: usize = 80;
const CHOICE_UNITS_MAX: usize = 100;
const PLACEHOLDER_UNITS_MAX: usize = 150;
const MODAL_UNITS_MAX: usize = 45;
const CHOICES_MAX: usize = 25;
const COMMAND_UNITS_MAX: usize = 8_000;
/// Kinds of components that may stand outermost in a message of Components V2.
const OUTERMOST: [u64; 7] = [1, 9, 10, 12, 13, 14, 17];

pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn texts<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

/// A component and all inside it.
fn all<'a>(components: &'a [Value], found: &mut Vec<&'a Value>) {
    for component in components {
        found.push(component);
        all(list(component, "components"), found);
        found.extend(component.get("accessory"));
    }
}

/// What is wrong with a body that makes or edits a message. `v2`: the message was one before.
pub fn message(body: &Value, v2: bool, edit: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let flags = body["flags"].as_u64().unwrap_or(0);
    let v2 = v2 || flags & COMPONENTS_V2 != 0;
    match body.get("allowed_mentions") {
        None => wrong.push("allowed_mentions is missing".to_owned()),
        Some(mentions) if mentions["parse"] != serde_json::json!([]) => {
            wrong.push("allowed_mentions has a parse that is not empty".to_owned());
        }
        Some(mentions) if mentions.get("users").is_some() || mentions["replied_user"] == true => {
            wrong.push("allowed_mentions would ping people".to_owned());
        }
        Some(_) => {}
    }
    let content = texts(body, "content");
    if v2 && (!content.is_empty() || !list(body, "embeds").is_empty()) {
        wrong.push("content or embeds in a message of Components V2".to_owned());
    }
    if units(content) > CONTENT_UNITS_MAX {
        wrong.push(format!("content has {} characters", units(content)));
    }
    let empty = content.trim().is_empty() && list(body, "embeds").is_empty();
    if empty && list(body, "components").is_empty() && (!edit || body.get("content").is_some()) {
        wrong.push("an empty message (50006)".to_owned());
    }
    embeds(list(body, "embeds"), &mut wrong);
    components(list(body, "components"), v2, &mut wrong);
    wrong
}

fn embeds(embeds: &[Value], wrong: &mut Vec<String>) {
    let of_one = |embed: &Value| -> usize {
        let own = units(texts(embed, "title")) + units(texts(embed, "description"));
        let around =
            units(texts(&embed["footer"], "text")) + units(texts(&embed["author"], "name"));
        let fields = list(embed, "fields").iter();
        own + around
            + fields
                .map(|one| units(texts(one, "name")) + units(texts(one, "value")))
                .sum::<usize>()
    };
    let total: usize = embeds.iter().map(of_one).sum();
    if total > EMBED_UNITS_MAX {
        wrong.push(format!("{total} characters in all embeds"));
    }
}

fn components(outermost: &[Value], v2: bool, wrong: &mut Vec<String>) {
    let mut found = Vec::new();
    all(outermost, &mut found);
    if v2 && found.len() > COMPONENTS_MAX {
        wrong.push(format!("{} components", found.len()));
    }
    if !v2 && outermost.len() > 5 {
        wrong.push(format!("{} rows in a classic message", outermost.len()));
    }
    for component in outermost {
        let kind = component["type"].as_u64().unwrap_or(0);
        if !(OUTERMOST.contains(&kind) && (v2 || kind == 1)) {
            wrong.push(format!("a component of type {kind} outermost"));
        }
    }
    let displays = found.iter().filter(|one| one["type"] == 10);
    let text: usize = displays.map(|one| units(texts(one, "content"))).sum();
    if text > TEXT_UNITS_MAX {
        wrong.push(format!("{text} characters in all text displays"));
    }
    let mut ids = BTreeSet::new();
    for component in found {
        if let Some(id) = component["custom_id"].as_str()
            && !ids.insert(id)
        {
            wrong.push(format!("the custom_id {id} twice"));
        }
        one(component, wrong);
    }
}

fn one(component: &Value, wrong: &mut Vec<String>) {
    let mut sized = |what: &str, text: &str, least: usize, most: usize| {
        let size = units(text);
        if size < least || size > most {
            wrong.push(format!(
                "{what} has {size} characters, allowed are {least} to {most}"
            ));
        }
    };
    match component["type"].as_u64() {
        Some(1) => {
            let inner = list(component, "components");
            let select = inner
                .iter()
                .any(|one| matches!(one["type"].as_u64(), Some(3 | 5..=8)));
            if inner.is_empty() || inner.len() > if select { 1 } else { 5 } {
                wrong.push(format!("an action row with {} components", inner.len()));
            }
        }
        Some(2) if component["style"] == 5 => {
            sized(
                "the label of a link button",
                texts(component, "label"),
                1,
                BUTTON_UNITS_MAX,
            );
            sized("the url of a link button", texts(component, "url"), 1, 512);
        }
        Some(2) => {
            let least = usize::from(component.get("emoji").is_none());
            sized(
                "the label of a button",
                texts(component, "label"),
                least,
                BUTTON_UNITS_MAX,
            );
            sized(
                "the custom_id of a button",
                texts(component, "custom_id"),
                1,
                ID_UNITS_MAX,
            );
        }
        Some(3) => {
            sized(
                "the custom_id of a select",
                texts(component, "custom_id"),
                1,
                ID_UNITS_MAX,
            );
            sized(
                "a placeholder",
                texts(component, "placeholder"),
                0,
                PLACEHOLDER_UNITS_MAX,
            );
            let options = list(component, "options");
            for option in options {
                sized(
                    "the label of an option",
                    texts(option, "label"),
                    1,
                    CHOICE_UNITS_MAX,
                );
                sized(
                    "the value of an option",
                    texts(option, "value"),
                    1,
                    CHOICE_UNITS_MAX,
                );
                sized(
                    "the description of an option",
                    texts(option, "description"),
                    0,
                    CHOICE_UNITS_MAX,
                );
            }
            let values: BTreeSet<&str> = options.iter().map(|one| texts(one, "value")).collect();
            if values.len() < options.len() {
                wrong.push("two options of one value".to_owned());
            }
            if options.is_empty() || options.len() > CHOICES_MAX {
                wrong.push(format!("a select with {} options", options.len()));
            }
        }
        Some(6 | 8) => {
            let (id, placeholder) = (
                texts(component, "custom_id"),
                texts(component, "placeholder"),
            );
            sized("the custom_id of a select", id, 1, ID_UNITS_MAX);
            sized("a placeholder", placeholder, 0, PLACEHOLDER_UNITS_MAX);
        }
        Some(10) => sized(
            "a text display",
            texts(component, "content").trim(),
            1,
            TEXT_UNITS_MAX,
        ),
        _ => {}
    }
}

/// What is wrong with what is offered while somebody types.
pub fn choices(body: &Value) -> Vec<String> {
    let choices = list(body, "choices");
    let mut wrong = Vec::new();
    if choices.len() > CHOICES_MAX {
        wrong.push(format!("{} choices", choices.len()));
    }
    for choice in choices {
        for key in ["name", "value"] {
            let size = units(texts(choice, key));
            if !(1..=CHOICE_UNITS_MAX).contains(&size) {
                wrong.push(format!("the {key} of a choice has {size} characters"));
            }
        }
    }
    wrong
}

/// What is wrong with a form.
pub fn modal(body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sized = |what: &str, text: &str, most: usize| {
        if !(1..=most).contains(&units(text)) {
            wrong.push(format!("{what} of a form has {} characters", units(text)));
        }
    };
    sized("the title", texts(body, "title"), MODAL_UNITS_MAX);
    sized("the custom_id", texts(body, "custom_id"), ID_UNITS_MAX);
    let rows = list(body, "components");
    let mut ids = BTreeSet::new();
    for input in rows.iter().flat_map(|row| list(row, "components")) {
        sized("a label", texts(input, "label"), MODAL_UNITS_MAX);
        sized(
            "the custom_id of a field",
            texts(input, "custom_id"),
            ID_UNITS_MAX,
        );
        ids.insert(texts(input, "custom_id"));
    }
    if ids.len() != rows.len() || rows.is_empty() || rows.len() > 5 {
        wrong.push(format!(
            "a form with {} rows and {} fields",
            rows.len(),
            ids.len()
        ));
    }
    wrong
}

/// What is wrong with a list of commands.
pub fn commands(body: &Value) -> Vec<String> {
    let commands = body.as_array().map_or(&[][..], Vec::as_slice);
    let mut wrong = Vec::new();
    if commands.len() > 100 {
        wrong.push(format!("{} commands", commands.len()));
    }
    // Commands on users and messages have names with blanks and no description.
    let slash = |one: &&Value| one["type"].as_u64().unwrap_or(1) == 1;
    named(
        &commands.iter().filter(slash).cloned().collect::<Vec<_>>(),
        &mut wrong,
    );
    for command in commands.iter().filter(|one| !slash(one)) {
        let name = texts(command, "name");
        let bare = ["description", "options"].map(|key| command.get(key).is_none());
        if !(1..=32).contains(&units(name)) || bare != [true, true] {
            wrong.push(format!("{name:?} is no command of a menu"));
        }
    }
    for command in commands {
        let size = command_units(command);
        if size > COMMAND_UNITS_MAX {
            wrong.push(format!(
                "the command {} has {size} characters",
                texts(command, "name")
            ));
        }
    }
    wrong
}

fn named(things: &[Value], wrong: &mut Vec<String>) {
    let names: BTreeSet<&str> = things.iter().map(|one| texts(one, "name")).collect();
    if names.len() < things.len() {
        wrong.push(format!("one name twice among {names:?}"));
    }
    let mut optional = false;
    for thing in things {
        let (name, description) = (texts(thing, "name"), texts(thing, "description"));
        let plain = name
            .chars()
            .all(|c| c.is_alphanumeric() && !c.is_uppercase() || "-_".contains(c));
        if !(1..=32).contains(&units(name)) || !plain {
            wrong.push(format!("{name:?} is no name"));
        }
        if !(1..=100).contains(&units(description)) {
            wrong.push(format!(
                "the description of {name} has {} characters",
                units(description)
            ));
        }
        if thing["required"] == true && optional {
            wrong.push(format!("the required option {name} behind an optional one"));
        }
        optional |= thing["required"] != true;
        if thing["autocomplete"] == true && thing.get("choices").is_some() {
            wrong.push(format!("{name} has choices and autocomplete"));
        }
        wrong.extend(choices(thing));
        named(list(thing, "options"), wrong);
    }
    if things.len() > 100 {
        wrong.push("too many options".to_owned());
    }
}

fn command_units(thing: &Value) -> usize {
    let own = units(texts(thing, "name")) + units(texts(thing, "description"));
    let of_choice = |one: &Value| units(texts(one, "name")) + units(texts(one, "value"));
    let choices: usize = list(thing, "choices").iter().map(of_choice).sum();
    own + choices
        + list(thing, "options")
            .iter()
            .map(command_units)
            .sum::<usize>()
}
