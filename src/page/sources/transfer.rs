//! Lists of sources taken in and out: what an import did, and the exported file.

use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// Refusals of an import that are listed in the answer; all of them are in its file.
const REFUSED_LISTED_MAX: usize = 5;
/// What the file of refusals is called.
const REFUSED_FILE: &str = "not-added.txt";

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub already: usize,
    /// Address and why not.
    pub refused: Vec<(String, String)>,
    /// Feeds beyond so many were not looked at.
    pub cut_at: Option<usize>,
}

pub fn imported(imported: &Imported) -> Page {
    let others = [
        (imported.already, "there already"),
        (imported.refused.len(), "not added"),
    ];
    let others = others.into_iter().filter(|(n, _)| *n > 0);
    let others: Vec<String> = others.map(|(n, what)| format!("{n} {what}")).collect();
    let mut blocks = vec![Block::Title(Line::ours(format!(
        "{} added",
        counted(imported.added, "source", "sources")
    )))];
    if !others.is_empty() {
        blocks.push(Block::Small(Line::ours(others.join(", "))));
    }
    let mut rows = Vec::new();
    if imported.added > 0 {
        blocks.push(Block::Text(Line::ours(
            "They are read one after the other from now on; what they hold by then is no news here.",
        )));
        let unread = Ask::new("sources").subcommand("list");
        rows.push(Row::Buttons(vec![Button {
            label: "How far it is".to_owned(),
            action: Action::Open {
                ask: unread.value("filter", "unread"),
                chosen: None,
            },
            style: Style::Main,
        }]));
    }
    if let Some(max) = imported.cut_at {
        blocks.push(Block::Text(Line::ours(format!(
            "Only the first {max} feeds of the file were looked at. Divide it to import the rest."
        ))));
    }
    let listed = imported.refused.iter().take(REFUSED_LISTED_MAX);
    blocks.extend(
        listed.map(|(address, why)| {
            Block::Bullet(Line::new().theirs(address).and(format!(": {why}")))
        }),
    );
    let mut blocks = fit(blocks);
    if imported.refused.len() > REFUSED_LISTED_MAX {
        blocks.push(Block::Small(Line::ours(format!(
            "All {} that were not added, and why, are in {REFUSED_FILE}.",
            imported.refused.len()
        ))));
    }
    if !imported.refused.is_empty() {
        let line = |(address, why): &(String, String)| format!("{address}\t{why}\n");
        blocks.push(Block::File {
            name: REFUSED_FILE.to_owned(),
            text: imported.refused.iter().map(line).collect(),
        });
    }
    Page {
        blocks,
        rows,
        empty: imported.added + imported.already == 0,
    }
}

/// The file with all sources. `without`: how many stand there without their name and password.
pub fn exported(sources: usize, without: usize, name: &str, text: String) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours(counted(sources, "source", "sources"))),
        Block::Text(Line::ours(
            "The file is OPML, which other feed readers take too, with names, folders and weights. Bring it back with ",
        ).command("sources import").and(".")),
    ];
    if without > 0 {
        blocks.push(Block::Text(Line::ours(format!(
            "{} in it without name and password, which are no matter for a file.",
            match without {
                1 => "1 address stands".to_owned(),
                n => format!("{n} addresses stand"),
            }
        ))));
    }
    blocks.push(Block::File {
        name: name.to_owned(),
        text,
    });
    Page {
        blocks,
        ..Page::default()
    }
}
