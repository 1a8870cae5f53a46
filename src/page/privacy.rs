//! `/privacy`: what is stored about the one who asks, in words; export and delete.

use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// How much is stored of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub follows: usize,
    pub messages: usize,
    pub asked: usize,
    pub suggestions: usize,
    pub settings: usize,
    pub sources: usize,
    /// Changes in newsrooms that name them, kept 90 days.
    pub changes: usize,
    /// Stories of which they said that something is wrong.
    pub reports: usize,
    /// Channels' subscriptions, sources and corrections that are noted as made by them.
    pub made: usize,
}

pub fn overview(counts: &Counts) -> Page {
    let kept = kept(counts);
    let mut blocks = vec![Block::Title(Line::ours("What Lede knows of you"))];
    if kept.is_empty() {
        blocks.push(Block::Text(Line::ours("Nothing.")));
    }
    blocks.extend(kept);
    blocks.push(Block::Text(Line::ours(
        "Lede reads no messages. It keeps ids and no names of people, and what you press and type only as far as it is named here.",
    )));
    let button = |label: &str, action: Action, style| Button {
        label: label.to_owned(),
        action,
        style,
    };
    let export = Action::Open {
        ask: Ask::new("privacy").value("do", "export"),
        chosen: None,
    };
    let delete = Action::Turn(Ask::new("privacy").value("do", "delete"));
    Page {
        blocks,
        rows: vec![Row::Buttons(vec![
            button("Export", export, Style::Plain),
            button("Delete", delete, Style::Danger),
        ])],
        empty: false,
    }
}

/// A line for each kind of which there is something.
fn kept(counts: &Counts) -> Vec<Block> {
    let lines = [
        (
            counts.follows,
            ["follow", "follows"],
            ", with what was decided and sent for it",
        ),
        (
            counts.messages,
            ["direct message", "direct messages"],
            " that Lede sent you",
        ),
        (
            counts.asked,
            ["topic", "topics"],
            " that you asked for, each with the last time",
        ),
        (
            counts.suggestions,
            ["source", "sources"],
            " that you suggested, for 90 days",
        ),
        (counts.settings, ["setting", "settings"], " of your own"),
        (counts.sources, ["source", "sources"], " of your own"),
        (
            counts.changes,
            ["change", "changes"],
            " that you made, in the audit of where you made it, for 90 days",
        ),
        (
            counts.reports,
            ["report", "reports"],
            " of yours that something is wrong with a story",
        ),
        (
            counts.made,
            ["entry", "entries"],
            " of servers that name you as who added it",
        ),
    ];
    let some = lines.into_iter().filter(|(n, ..)| *n > 0);
    some.map(|(n, [one, many], what)| {
        Block::Bullet(Line::ours(format!("{}{what}", counted(n, one, many))))
    })
    .collect()
}

/// The file with everything.
pub fn export(name: &str, text: String) -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Your data")),
            Block::Text(Line::ours(
                "All that Lede knows of you, as JSON; times are Unix milliseconds.",
            )),
            Block::File {
                name: name.to_owned(),
                text,
            },
        ],
        ..Page::default()
    }
}

/// What would be deleted, before it is.
pub fn ask_delete() -> Page {
    let confirm = Button {
        label: "Delete it all".to_owned(),
        action: Action::Confirm(Ask::new("privacy").value("do", "delete")),
        style: Style::Danger,
    };
    let back = Button {
        label: "Keep it".to_owned(),
        action: Action::Turn(Ask::new("privacy")),
        style: Style::Plain,
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours("Delete what Lede knows of you?")),
            Block::Text(Line::ours(
                "All that you follow ends, and what was sent to you, what you asked for, what you suggested, your settings and your own sources are deleted. It cannot be undone.",
            )),
            Block::Text(Line::ours(
                "What you changed as a moderator is the server's record: it names you for 90 days, and as long as what you added is there.",
            )),
        ],
        rows: vec![Row::Buttons(vec![confirm, back])],
        empty: false,
    }
}

pub fn deleted() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Deleted")),
            Block::Text(Line::ours("Lede has forgotten what it knew of you.")),
        ],
        ..Page::default()
    }
}
