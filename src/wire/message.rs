//! Pages and refusals as messages of Components V2.

use super::label::cut;
use super::registration::CHANNEL_TYPES;
use crate::page::action::Style;
use crate::page::letter::act_key;
use crate::page::markdown::{Commands, block, length, words};
use crate::page::pack::ROW_BUTTONS_MAX;
use crate::page::{Action, Block, Button, Choice, Page, Pick, Press, Refusal, Row, Touch};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

/// Nested ones count.
pub const COMPONENTS_MAX: usize = 40;
/// UTF-16 units of all text displays of a message together.
pub const TEXT_UNITS_MAX: usize = 4_000;
/// Options of a select, and choices offered while typing.
pub const CHOICES_MAX: usize = 25;
pub const CHOICE_UNITS_MAX: usize = 100;
pub(super) const BUTTON_UNITS_MAX: usize = 80;
const PLACEHOLDER_UNITS_MAX: usize = 150;

/// Files of one message: no page has more, and Discord's client library can number but one.
const FILES_MAX: usize = 1;

const FLAG_EPHEMERAL: u32 = 1 << 6;
const FLAG_COMPONENTS_V2: u32 = 1 << 15;

pub(super) const ACTION_ROW: u8 = 1;
pub(super) const BUTTON: u8 = 2;
const STRING_SELECT: u8 = 3;
const ROLE_SELECT: u8 = 6;
const CHANNEL_SELECT: u8 = 8;
const TEXT_DISPLAY: u8 = 10;
const FILE: u8 = 13;
const SEPARATOR: u8 = 14;

/// Ends a message whose last blocks found no room.
const MORE: &str = "-# … more behind Next";
const MORE_UNITS: usize = MORE.len();

/// How a page is drawn, apart from what it says.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// For all to see; else only for the person who asked.
    pub public: bool,
    pub commands: Commands,
}

/// The body of an answer, as Discord takes it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Message {
    pub flags: u32,
    pub components: Vec<Value>,
    /// The files by their numbers; Discord shows those that a component names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Value>,
    pub allowed_mentions: Silence,
    /// What is sent beside the body, in the order of `attachments`.
    #[serde(skip)]
    pub files: Vec<Attached>,
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub name: String,
    pub text: String,
}

/// Always `{"parse": []}`: no text of a message may ping anyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silence;

impl Serialize for Silence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("parse", &[(); 0])?;
        map.end()
    }
}

impl Message {
    fn new(components: Vec<Value>, public: bool) -> Self {
        let ephemeral = if public { 0 } else { FLAG_EPHEMERAL };
        Self {
            flags: FLAG_COMPONENTS_V2 | ephemeral,
            components,
            attachments: Vec::new(),
            allowed_mentions: Silence,
            files: Vec::new(),
        }
    }

    /// The same with the files of a page, which stand below its text.
    fn with_files(mut self, files: Vec<Attached>) -> Self {
        let drawn = files.iter().enumerate();
        self.attachments = drawn
            .map(|(id, file)| json!({ "id": id.to_string(), "filename": file.name }))
            .collect();
        self.files = files;
        self
    }
}

/// The files of a page.
fn files(page: &Page) -> Vec<Attached> {
    let file = |block: &Block| match block {
        Block::File { name, text } => Some(Attached {
            name: name.clone(),
            text: text.clone(),
        }),
        _ => None,
    };
    let files = page.blocks.iter().filter_map(file);
    files.take(FILES_MAX).collect()
}

/// What a press sends back: the letter that decides the acknowledgement, then the kept key.
pub fn custom_id(action: &Action, key: &str, public: bool) -> String {
    format!("{}{key}", action.press(public).letter())
}

/// As [`custom_id`], for the button of a letter: its answer is new and private.
pub(super) fn custom_id_of_touch(touch: Touch, outbox: i64) -> String {
    format!("{}{}", Press::New.letter(), touch.key(outbox))
}

/// As [`custom_id`], for a notice's own button: what it stands on is never turned by it.
pub(super) fn custom_id_of_act(action: &Action, outbox: i64, place: usize) -> String {
    custom_id(action, &act_key(outbox, place), true)
}

/// A page with the keys of its actions, in the order of [`Page::actions`].
pub fn message(page: &Page, keys: &[String], drawing: &Drawing) -> Message {
    debug_assert_eq!(page.actions().len(), keys.len(), "one key for each action");
    let mut keys = keys.iter();
    let mut id = |action: &Action| {
        let key = keys.next().map_or("", String::as_str);
        custom_id(action, key, drawing.public)
    };
    let parts = parts(&page.blocks, &drawing.commands, &mut id);
    let rows = rows(page, &mut id);
    let files = files(page);
    let among = parts.iter().flat_map(|part| &part.rows);
    let taken = rows.iter().chain(among).map(count).sum::<usize>() + files.len();
    let room = COMPONENTS_MAX.saturating_sub(taken);
    debug_assert!(
        units(&parts) <= TEXT_UNITS_MAX + 1,
        "pages are packed before they are drawn"
    );
    let mut components = texts(within(parts, TEXT_UNITS_MAX), room);
    let drawn = files.iter().map(|file| {
        let url = format!("attachment://{}", file.name);
        json!({ "type": FILE, "file": { "url": url } })
    });
    components.extend(drawn);
    components.extend(rows);
    Message::new(components, drawing.public).with_files(files)
}

/// A refusal, which only the person who asked ever sees.
pub fn refusal(refusal: &Refusal, drawing: &Drawing) -> Message {
    let draw = |text: &str| words(text, &drawing.commands);
    let mut lines = vec![draw(&refusal.cause)];
    lines.extend(
        refusal
            .lede_will
            .iter()
            .chain(&refusal.you_can)
            .map(|text| draw(text)),
    );
    let part = Part {
        lines,
        ..Part::default()
    };
    let parts = within(vec![part], TEXT_UNITS_MAX);
    Message::new(texts(parts, COMPONENTS_MAX), false)
}

/// Drawn blocks that stand close together, whether a line divides them from those above, and the
/// rows of buttons under them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    divided: bool,
    lines: Vec<String>,
    rows: Vec<Value>,
}

/// A divider begins a part; so does text below small print, which else would look as if it belonged
/// to it: the next of a list. `id` gives a button its key.
fn parts(
    blocks: &[Block],
    commands: &Commands,
    id: &mut impl FnMut(&Action) -> String,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut divided = false;
    let mut small = false;
    let mut quote = false;
    for one in blocks {
        divided |= *one == Block::Divider;
        if let Block::Buttons(buttons) = one {
            let rows = button_rows(buttons, id);
            match parts.last_mut() {
                Some(part) => part.rows.extend(rows),
                // Discord takes no empty text.
                None => parts.push(Part {
                    lines: vec!["–".to_owned()],
                    rows,
                    ..Part::default()
                }),
            }
            continue;
        }
        let text = block(one, commands);
        if text.is_empty() {
            continue;
        }
        let apart = divided || (small && matches!(one, Block::Text(_)));
        match parts
            .last_mut()
            .filter(|part| !apart && part.rows.is_empty())
        {
            // Quotes of different outlets would run into one paragraph.
            Some(part) if quote && matches!(one, Block::Quote(_)) => {
                part.lines.push(format!("\n{text}"))
            }
            Some(part) => part.lines.push(text),
            None => parts.push(Part {
                divided: divided && !parts.is_empty(),
                lines: vec![text],
                rows: Vec::new(),
            }),
        }
        divided = false;
        small = matches!(one, Block::Small(_));
        quote = matches!(one, Block::Quote(_));
    }
    parts
}

/// With a line end after each block, so that parts can share a text.
fn units(parts: &[Part]) -> usize {
    parts
        .iter()
        .flat_map(|part| &part.lines)
        .map(|text| length(text) + 1)
        .sum()
}

/// The last resort: as many whole blocks as fit, and a line that says so.
fn within(mut parts: Vec<Part>, units_max: usize) -> Vec<Part> {
    if units(&parts) <= units_max + 1 {
        return parts;
    }
    let mut left = units_max.saturating_sub(MORE_UNITS);
    let mut kept = Vec::new();
    for mut part in parts.drain(..) {
        let fits = |text: &String| {
            let taken = length(text) + 1;
            let fits = taken <= left;
            left -= if fits { taken } else { 0 };
            fits
        };
        let all = part.lines.len();
        let fitting = part.lines.iter().map(fits).take_while(|fits| *fits).count();
        part.lines.truncate(fitting);
        if fitting > 0 {
            kept.push(part);
        }
        if fitting < all {
            break;
        }
    }
    match kept.last_mut() {
        Some(last) => last.lines.push(MORE.to_owned()),
        None => kept.push(Part {
            lines: vec![MORE.to_owned()],
            ..Part::default()
        }),
    }
    kept
}

/// Text displays with separators where a line divides them; the parts for which the components do
/// not suffice share the last text.
fn texts(parts: Vec<Part>, room: usize) -> Vec<Value> {
    let mut used = 0;
    let mut displays: Vec<(bool, String, Vec<Value>)> = Vec::new();
    for part in parts {
        let text = part.lines.join("\n");
        let takes = 1 + usize::from(part.divided);
        match displays.last_mut() {
            Some((_, last, rows)) if used + takes > room => {
                last.push('\n');
                last.push_str(&text);
                rows.extend(part.rows);
                used = room;
            }
            _ => {
                used += takes;
                displays.push((part.divided, text, part.rows));
            }
        }
    }
    if displays.is_empty() {
        displays.push((false, "–".to_owned(), Vec::new()));
    }
    let mut components = Vec::new();
    for (divided, content, rows) in displays {
        if divided {
            components.push(json!({ "type": SEPARATOR, "divider": true, "spacing": 1 }));
        }
        components.push(json!({ "type": TEXT_DISPLAY, "content": content }));
        components.extend(rows);
    }
    components
}

fn rows(page: &Page, id: &mut impl FnMut(&Action) -> String) -> Vec<Value> {
    let mut rows = Vec::new();
    for row in &page.rows {
        match row {
            Row::Buttons(buttons) => rows.extend(button_rows(buttons, id)),
            Row::Select(one) => {
                let id = id(&one.action);
                rows.extend(select(&one.placeholder, &one.choices, id));
            }
            Row::Several(one) => {
                let id = id(&one.action);
                rows.extend(select(&one.placeholder, &one.choices, id).map(several));
            }
            Row::Pick {
                placeholder,
                kind,
                action,
            } => rows.push(pick(placeholder, *kind, id(action))),
        }
    }
    rows
}

fn button_rows(buttons: &[Button], id: &mut impl FnMut(&Action) -> String) -> Vec<Value> {
    let drawn = buttons.iter().map(|one| button(one, id(&one.action)));
    let drawn: Vec<Value> = drawn.collect();
    let groups = drawn.chunks(ROW_BUTTONS_MAX);
    let row = |group: &[Value]| json!({ "type": ACTION_ROW, "components": group });
    groups.map(row).collect()
}

pub(super) fn button(button: &Button, custom_id: String) -> Value {
    let style = match button.style {
        Style::Main => 1,
        Style::Plain => 2,
        Style::Danger => 4,
    };
    let label = cut(&button.label, BUTTON_UNITS_MAX);
    json!({ "type": BUTTON, "style": style, "label": label, "custom_id": custom_id })
}

/// A row with a select; none where no choice is left: Discord takes no empty select.
pub(super) fn select(placeholder: &str, choices: &[Choice], custom_id: String) -> Option<Value> {
    let mut values = Vec::new();
    let mut options = Vec::new();
    for choice in choices {
        let usable = (1..=CHOICE_UNITS_MAX).contains(&length(&choice.value));
        if options.len() == CHOICES_MAX || !usable || values.contains(&&choice.value) {
            continue;
        }
        values.push(&choice.value);
        let label = cut(&choice.label, CHOICE_UNITS_MAX);
        let mut option = json!({ "label": label, "value": choice.value });
        if let Some(description) = &choice.description {
            option["description"] = cut(description, CHOICE_UNITS_MAX).into();
        }
        options.push(option);
    }
    let placeholder = cut(placeholder, PLACEHOLDER_UNITS_MAX);
    let drawn = json!({
        "type": STRING_SELECT, "custom_id": custom_id, "placeholder": placeholder, "options": options,
    });
    (!options.is_empty()).then(|| json!({ "type": ACTION_ROW, "components": [drawn] }))
}

/// The row with its select, of which any number can be chosen.
fn several(mut row: Value) -> Value {
    let drawn = &mut row["components"][0];
    let all = drawn["options"].as_array().map_or(1, Vec::len);
    drawn["min_values"] = 1.into();
    drawn["max_values"] = all.into();
    row
}

/// A row with a select that Discord fills with what the server has.
fn pick(placeholder: &str, kind: Pick, custom_id: String) -> Value {
    let placeholder = cut(placeholder, PLACEHOLDER_UNITS_MAX);
    let mut drawn = json!({ "custom_id": custom_id, "placeholder": placeholder });
    match kind {
        Pick::Role => drawn["type"] = ROLE_SELECT.into(),
        Pick::Channel => {
            drawn["type"] = CHANNEL_SELECT.into();
            drawn["channel_types"] = json!(CHANNEL_TYPES);
        }
    }
    json!({ "type": ACTION_ROW, "components": [drawn] })
}

/// A component and those inside it.
fn count(component: &Value) -> usize {
    1 + component["components"]
        .as_array()
        .map_or(0, |inner| inner.iter().map(count).sum())
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
