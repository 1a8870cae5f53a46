//! `/audit`: who changed what and when, with before and after, and what can be taken back.

use crate::clock::Millis;
use crate::page::action::Style;
use crate::page::brief::{counted, next_button};
use crate::page::note::who;
use crate::page::pack::Packer;
use crate::page::{Action, Ask, Block, Button, Card, Choice, Line, Page, Row, Select};

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
    /// Before and after are Discord's ids, with commas: what stands before each where it is shown,
    /// "#" of channels, "@&" of roles.
    pub mark: Option<&'static str>,
}

impl Part {
    fn side(&self, value: Option<&String>) -> Line {
        let Some(value) = value else {
            return Line::ours("none");
        };
        let ids = value.split(',').map(|id| id.trim().parse::<u64>());
        match (self.mark, ids.collect::<Result<Vec<_>, _>>()) {
            (Some(mark), Ok(ids)) => {
                let shown = ids.iter().map(|id| format!("<{mark}{id}>"));
                Line::ours(shown.collect::<Vec<_>>().join(" "))
            }
            _ => Line::new().theirs(value),
        }
    }
}

impl Change {
    /// "set Time zone: none → Europe/Riga".
    fn line(&self) -> Line {
        let mut line = Line::ours(format!("{} ", self.what)).theirs(&self.subject);
        for (at, part) in self.parts.iter().enumerate() {
            let label = match part.label {
                "" => String::new(),
                label => format!("{label} "),
            };
            line = line
                .and(if at == 0 { ": " } else { ", " })
                .and(label)
                .with_all(part.side(part.before.as_ref()))
                .and(" → ")
                .with_all(part.side(part.after.as_ref()));
        }
        line
    }

    /// "@Mia set Time zone: none → Europe/Riga".
    fn by_whom(&self) -> Line {
        let line = Line::ours(format!("{} ", who(self.by))).with_all(self.line());
        match self.undone_at {
            Some(at) => line.and(" · taken back ").ago(at),
            None => line,
        }
    }

    fn bullet(&self) -> Block {
        let line = Line::ours(format!("#{} · ", self.id))
            .ago(self.at)
            .and(" · ");
        Block::Bullet(line.with_all(self.by_whom()))
    }
}

/// One page of the changes, from `ask.from` on.
pub fn changes(all: &[Change], ask: &Ask) -> Page {
    let mut packer = Packer::new();
    packer.add(vec![
        Block::Title(Line::ours("Changes")),
        Block::Small(Line::ours(format!(
            "the last {}; sources, stories, settings and subscriptions can be taken back for a day",
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

/// What the channel for notices is told: `named` with the newest first, of `count`.
pub fn news_card(named: &[Change], count: usize) -> Card {
    let newest = named.first().map(Change::by_whom).unwrap_or_default();
    let head = match count {
        0 | 1 => newest,
        n => Line::ours(format!("{n} changes, the newest: ")).with_all(newest),
    };
    let older = named
        .iter()
        .skip(1)
        .map(|change| Block::Bullet(change.by_whom()));
    let mut blocks: Vec<Block> = older.collect();
    let more = count.saturating_sub(named.len());
    if more > 0 {
        blocks.push(Block::Small(Line::ours(format!("and {more} more"))));
    }
    Card { head, blocks }
}

/// What can be done about it.
pub fn news_buttons(newest: &Change) -> Vec<Button> {
    let undo = newest.has_undo.then(|| Button {
        label: "Undo".to_owned(),
        action: Action::Confirm(Ask::new("audit").value("undo", newest.id.to_string())),
        style: Style::Plain,
    });
    let all = Button {
        label: "Last changes".to_owned(),
        action: Action::Open {
            ask: Ask::new("audit"),
            chosen: None,
        },
        style: Style::Plain,
    };
    undo.into_iter().chain([all]).collect()
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

/// How things are once a change is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    AsBefore,
    /// A subscription that is there again, and begins anew.
    ThereAnew,
    /// One that is awake again, and begins anew.
    AwakeAnew,
}

/// Taken back.
pub fn undone(change: &Change, way: Way) -> Page {
    let how = match way {
        Way::ThereAnew => "It is there again. What came out meanwhile is not sent.",
        Way::AwakeAnew => "It is awake again. What came out meanwhile is not sent.",
        Way::AsBefore => "It is again as it was before.",
    };
    let back = Button {
        label: "Changes".to_owned(),
        action: Action::Turn(Ask::new("audit")),
        style: Style::Plain,
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours("Taken back")),
            Block::Text(change.line().and(".")),
            Block::Small(Line::ours(how)),
        ],
        rows: vec![Row::Buttons(vec![back])],
        empty: false,
    }
}
