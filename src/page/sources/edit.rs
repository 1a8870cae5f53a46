//! `/sources edit`: a source as the newsroom has it, and what can be changed of it.

use crate::news::link;
use crate::news::source::{NewsroomSource, Weight};
use crate::page::action::{Field, Form, Style};
use crate::page::subscriptions::unheard::{self, Standing};
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select, health};

/// Folders that are offered beside none (Discord: 25 choices).
const FOLDERS_MAX: usize = 24;
/// UTF-16 units of a choice's value (Discord: 100).
const VALUE_UNITS_MAX: usize = 100;

/// A source and what was just changed of it.
pub struct Panel<'a> {
    pub source: &'a NewsroomSource,
    /// Folders of the newsroom.
    pub folders: &'a [&'a str],
    /// Names of the sources that cover the topics of one with trouble.
    pub cover: &'a [String],
    /// The number of the change just made, to be taken back.
    pub changed: Option<i64>,
    /// What stands on it and gets nothing.
    pub standing: Standing,
}

/// What a weight does.
pub fn meaning(weight: Weight) -> &'static str {
    match weight {
        Weight::More => "its articles come before others",
        Weight::Normal => "as others",
        Weight::Less => "its articles come after others",
        Weight::Counted => "its articles are not shown, but it counts as an outlet of its stories",
        Weight::Muted => "its articles are left out of answers, and not counted",
    }
}

/// The panel of one source.
pub fn panel(panel: &Panel<'_>) -> Page {
    let source = panel.source;
    let mut blocks = vec![Block::Title(Line::new().theirs(&source.name))];
    if panel.changed.is_some() {
        blocks.push(Block::Text(Line::ours("Saved. It is so from now on:")));
    }
    let standing = unheard::standing(panel.standing);
    let weight = format!(": {}, {}", source.weight.word(), meaning(source.weight));
    let folder = Line::new().bold("Folder").and(": ");
    blocks.extend([
        Block::Bullet(Line::new().bold("Weight").and(weight)),
        Block::Bullet(match &source.folder {
            Some(name) => folder.theirs(name),
            None => folder.and("none"),
        }),
        Block::Bullet(
            Line::new()
                .bold("Health")
                .and(": ")
                .with_all(health::line(source, panel.cover.len())),
        ),
    ]);
    let advice = health::advice(source, panel.cover);
    blocks.extend(advice.into_iter().map(Block::Bullet));
    blocks.extend(standing);
    blocks.push(Block::Small(
        Line::ours(health::interval(source.source.interval_ms))
            .and(" · ")
            .theirs(link::shown(&source.source.url)),
    ));
    let mut rows = vec![weights(source)];
    rows.extend(folders(panel));
    rows.push(Row::Buttons(buttons(panel)));
    Page {
        blocks,
        rows,
        empty: false,
    }
}

/// The request about this source, whatever it is called.
fn about(sub: &str, source: &NewsroomSource) -> Ask {
    Ask::new("sources")
        .subcommand(sub)
        .value("which", format!("~{}", source.source.id.0))
}

fn weights(source: &NewsroomSource) -> Row {
    let choice = |weight: Weight| Choice {
        label: capital(weight.word()),
        value: weight.word().to_owned(),
        description: Some(meaning(weight).to_owned()),
    };
    Row::Select(Select {
        placeholder: "Weight".to_owned(),
        action: Action::Choose {
            ask: about("edit", source),
            option: "weight".to_owned(),
        },
        choices: Weight::ALL.into_iter().map(choice).collect(),
    })
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// Folders that are there to move it to; none where there is none.
fn folders(panel: &Panel<'_>) -> Option<Row> {
    let fits = |name: &&&str| name.encode_utf16().count() <= VALUE_UNITS_MAX;
    let names = panel.folders.iter().filter(fits).take(FOLDERS_MAX);
    let choice = |label: String, value: &str| Choice {
        label,
        value: value.to_owned(),
        description: None,
    };
    let mut choices = vec![choice("No folder".to_owned(), "off")];
    choices.extend(names.map(|name| choice((*name).to_owned(), name)));
    (choices.len() > 1).then(|| {
        Row::Select(Select {
            placeholder: "Move to a folder".to_owned(),
            action: Action::Choose {
                ask: about("edit", panel.source),
                option: "folder".to_owned(),
            },
            choices,
        })
    })
}

fn buttons(panel: &Panel<'_>) -> Vec<Button> {
    let source = panel.source;
    let field = |name: &str, label: &str, value: &str| Field {
        name: name.to_owned(),
        label: label.to_owned(),
        value: value.to_owned(),
        required: false,
        long: false,
    };
    let form = Form {
        title: "Name and folder".to_owned(),
        fields: vec![
            field("name", "Name; empty = its own title", &source.name),
            field(
                "folder",
                "Folder; empty = none",
                source.folder.as_deref().unwrap_or_default(),
            ),
        ],
    };
    let ask = about("edit", source).value("form", "yes");
    let fill = Action::Fill { form, ask };
    let undo = panel.changed.map(|change| {
        let ask = Ask::new("audit").value("undo", change.to_string());
        ("Undo", Action::Confirm(ask), Style::Plain)
    });
    let test = Action::Open {
        ask: about("test", source),
        chosen: None,
    };
    let all = [
        ("Name and folder", fill, Style::Main),
        ("Test", test, Style::Plain),
        (
            "Remove",
            Action::Turn(about("remove", source)),
            Style::Danger,
        ),
        (
            "All sources",
            Action::Turn(Ask::new("sources").subcommand("list")),
            Style::Plain,
        ),
    ];
    undo.into_iter()
        .chain(all)
        .map(|(label, action, style)| Button {
            label: label.to_owned(),
            action,
            style,
        })
        .collect()
}
