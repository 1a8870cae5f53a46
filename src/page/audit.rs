//! `/audit`: who changed what and when, with before and after, and what can be taken back.

use crate::clock::Millis;
use crate::page::action::Style;
use crate::page::brief::{counted, next_button};
use crate::page::pack::Packer;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select};

/// Changes on one page.
pub const CHANGES_PAGE_MAX: usize = 12;

/// A change by a moderator.
#[derive(Clone, Debug)]
pub struct Change {
    pub id: i64,
    pub at: Millis,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    /// "added a source", "changed a source", "set".
    pub what: String,
    /// To what: a source's name, a setting.
    pub subject: String,
    /// What of it, before and after; empty where there is nothing of the kind.
    pub parts: Vec<Part>,
    pub undone_at: Option<Millis>,
    /// Whether it can be taken back now.
    pub has_undo: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// "folder"; empty where there is one part only.
    pub label: &'static str,
    /// None = nothing was set.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Change {
    /// "set Time zone: none → Europe/Riga".
    fn line(&self) -> Line {
        let mut line = Line::ours(format!("{} ", self.what)).theirs(&self.subject);
        let none = || "none".to_owned();
        for (at, part) in self.parts.iter().enumerate() {
            let label = match part.label {
                "" => String::new(),
                label => format!("{label} "),
            };
            line = line
                .and(if at == 0 { ": " } else { ", " })
                .and(label)
                .theirs(part.before.clone().unwrap_or_else(none))
                .and(" → ")
                .theirs(part.after.clone().unwrap_or_else(none));
        }
        line
    }

    fn bullet(&self) -> Block {
        let who = match self.by {
            0 => "the host".to_owned(),
            id => format!("<@{id}>"),
        };
        let line = Line::ours(format!("#{} · ", self.id))
            .ago(self.at)
            .and(format!(" · {who} "))
            .with_all(self.line());
        Block::Bullet(match self.undone_at {
            Some(at) => line.and(" · taken back ").ago(at),
            None => line,
        })
    }
}

/// One page of the changes, from `ask.from` on.
pub fn changes(all: &[Change], ask: &Ask) -> Page {
    let mut packer = Packer::new();
    packer.add(vec![
        Block::Title(Line::ours("Changes")),
        Block::Small(Line::ours(format!(
            "the last {}; sources, stories and settings can be taken back for a day",
            counted(all.len(), "change", "changes")
        ))),
    ]);
    let shown = all
        .iter()
        .skip(ask.from)
        .take(CHANGES_PAGE_MAX)
        .take_while(|change| packer.add(vec![change.bullet()]))
        .count();
    let page = all.get(ask.from..ask.from + shown).unwrap_or_default();
    let choices: Vec<Choice> = page.iter().filter(|one| one.has_undo).map(choice).collect();
    let mut rows = Vec::new();
    if !choices.is_empty() {
        rows.push(Row::Select(Select {
            placeholder: "Take back".to_owned(),
            action: Action::Choose {
                ask: Ask::new("audit"),
                option: "undo".to_owned(),
            },
            choices,
        }));
    }
    rows.extend(next_button(ask, shown, all.len()).map(|next| Row::Buttons(vec![next])));
    Page {
        blocks: packer.blocks,
        rows,
        empty: all.is_empty(),
    }
}

fn choice(change: &Change) -> Choice {
    Choice {
        label: format!("#{} {} {}", change.id, change.what, change.subject),
        value: change.id.to_string(),
        description: None,
    }
}

/// Nothing was changed yet.
pub fn none() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Changes")),
            Block::Text(Line::ours("Nobody changed anything in the last 90 days.")),
        ],
        rows: Vec::new(),
        empty: true,
    }
}

/// Taken back.
pub fn undone(change: &Change) -> Page {
    let back = Button {
        label: "Changes".to_owned(),
        action: Action::Turn(Ask::new("audit")),
        style: Style::Plain,
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours("Taken back")),
            Block::Text(change.line().and(".")),
            Block::Small(Line::ours("It is again as it was before.")),
        ],
        rows: vec![Row::Buttons(vec![back])],
        empty: false,
    }
}
