//! Sources that members suggest: the card for moderators, what the member is told, and the list of
//! those that wait.

use crate::clock::Millis;
use crate::page::action::{Field, Form, Style};
use crate::page::note::who;
use crate::page::pack::fit;
use crate::page::sources::{Report, facts};
use crate::page::{Action, Ask, Block, Button, Card, Line, Page, Row};
use crate::text::plain;

/// UTF-16 units of a source's title in a head or a button's answer.
const TITLE_UNITS_MAX: usize = 120;

/// A source that somebody suggested.
#[derive(Clone, Copy, Debug)]
pub struct Suggested<'a> {
    pub id: i64,
    /// Discord's id of the member; 0 = the host; none = they had it deleted.
    pub person: Option<u64>,
    pub why: Option<&'a str>,
    pub report: &'a Report,
    pub made_at: Millis,
}

/// How a suggestion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Declined,
    Approved,
    /// Its member had their data deleted.
    Withdrawn,
}

/// A title as it stands in a sentence.
pub fn short(title: &str) -> String {
    plain::cut(title, TITLE_UNITS_MAX)
}

/// What moderators are told of one.
pub fn card(of: &Suggested<'_>) -> Card {
    Card {
        head: Line::new()
            .theirs(short(&of.report.title))
            .and(" is suggested as a source"),
        blocks: blocks(of),
    }
}

fn blocks(of: &Suggested<'_>) -> Vec<Block> {
    let by = match of.person {
        Some(person) => Line::ours(format!("By {}", who(person))),
        None => Line::ours("By somebody who had their data deleted"),
    };
    let by = match of.why {
        Some(why) => by.and(": “").theirs(why).and("”"),
        None => by,
    };
    let mut blocks = vec![Block::Text(by)];
    blocks.extend(facts(of.report));
    blocks
}

/// What can be done about one.
pub fn buttons(id: i64) -> Vec<Button> {
    let ask = |what: &str| {
        let ask = Ask::new("sources").subcommand("decide");
        ask.value("number", id.to_string()).value("what", what)
    };
    let reason = Field {
        name: "reason".to_owned(),
        label: "What the member is told of why".to_owned(),
        value: String::new(),
        required: false,
        long: true,
    };
    let form = Form {
        title: "Decline the suggestion".to_owned(),
        fields: vec![reason],
    };
    vec![
        Button {
            label: "Approve".to_owned(),
            action: Action::Confirm(ask("approve")),
            style: Style::Main,
        },
        Button {
            label: "Decline".to_owned(),
            action: Action::Fill {
                form,
                ask: ask("decline"),
            },
            style: Style::Plain,
        },
    ]
}

/// To the member: it is on its way.
pub fn sent(report: &Report, is_told: bool) -> Page {
    let decide = Line::ours("The moderators decide. ");
    let told = match is_told {
        true => decide.and(
            "You are told: by direct message where you follow something, else above your next \
             private answer.",
        ),
        false => decide.command("sources pending").and(" lists what waits."),
    };
    let title = Line::new()
        .theirs(short(&report.title))
        .and(" is suggested");
    let mut blocks = vec![Block::Title(title), Block::Text(told)];
    blocks.extend(facts(report));
    Page {
        blocks: fit(blocks),
        ..Page::default()
    }
}

/// To the member: what was decided.
pub fn told(title: &str, outcome: Outcome, reason: Option<&str>) -> Card {
    let head = Line::ours("Your suggestion “").theirs(short(title));
    match (outcome, reason) {
        (Outcome::Approved, _) => Card {
            head: head.and("” is a source now."),
            blocks: vec![Block::Text(
                Line::ours("Its articles are in ")
                    .command("headlines")
                    .and(" and in answers from now on."),
            )],
        },
        (_, Some(reason)) => Card {
            head: head.and("” was declined."),
            blocks: vec![Block::Text(
                Line::ours("The moderators say: “").theirs(reason).and("”"),
            )],
        },
        (_, None) => Card {
            head: head.and("” was declined."),
            blocks: vec![Block::Text(Line::ours("No reason was given."))],
        },
    }
}

/// The place of one in what waits for moderators: suggested sources, and what members say is wrong
/// with stories behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// From 0 on.
    pub at: usize,
    pub sources: usize,
    pub reports: usize,
}

impl Turn {
    fn all(self) -> usize {
        self.sources + self.reports
    }

    /// "2 of 3 suggested sources".
    pub fn title(self) -> Line {
        let (one, many) = match self {
            Turn { reports: 0, .. } => ("suggested source", "suggested sources"),
            Turn { sources: 0, .. } => ("report of a story", "reports of stories"),
            _ => ("thing that waits", "things that wait"),
        };
        Line::ours(match self.all() {
            ..=1 => format!("1 {one}"),
            all => format!("{} of {all} {many}", self.at + 1),
        })
    }

    /// The way to the next, behind the buttons of this one. In a shell a main button means that the
    /// question was answered by showing what a yes would do, so none is.
    pub fn row(self, mut buttons: Vec<Button>) -> Row {
        for button in &mut buttons {
            button.style = Style::Plain;
        }
        if self.all() > 1 {
            buttons.push(more("Next", (self.at + 1) % self.all()));
        }
        Row::Buttons(buttons)
    }
}

/// One of those that wait, with the way to the next.
pub fn pending(of: &Suggested<'_>, turn: Turn) -> Page {
    let name = Line::new().theirs(short(&of.report.title));
    let mut blocks = vec![
        Block::Title(turn.title()),
        Block::Heading(name),
        Block::Small(Line::ours(format!("number {} · ", of.id)).ago(of.made_at)),
    ];
    blocks.extend(self::blocks(of));
    Page {
        blocks: fit(blocks),
        rows: vec![turn.row(buttons(of.id))],
        empty: false,
    }
}

fn more(label: &str, from: usize) -> Button {
    let ask = Ask::new("sources").subcommand("pending");
    Button {
        label: label.to_owned(),
        action: Action::Turn(Ask { from, ..ask }),
        style: Style::Plain,
    }
}

pub fn none_pending() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Nothing waits")),
            Block::Text(
                Line::ours("Members suggest sources with ")
                    .command("suggest-source")
                    .and(", and say by Wrong? on a story's card what is wrong with it."),
            ),
        ],
        rows: Vec::new(),
        empty: true,
    }
}

/// The page with the way to the sources and reports that still wait.
pub fn with_rest(mut page: Page, sources: usize, reports: usize) -> Page {
    let waiting = sources + reports;
    if waiting > 0 {
        let label = match reports {
            0 => format!("Other suggestions ({waiting})"),
            _ => format!("What else waits ({waiting})"),
        };
        page.rows.push(Row::Buttons(vec![more(&label, 0)]));
    }
    page
}

/// Declined just now.
pub fn declined(title: &str, reason: Option<&str>, is_told: bool) -> Page {
    let told = match (is_told, reason) {
        (false, _) => Line::ours("Nobody is told of it."),
        (true, None) => Line::ours("The member is told so, without a reason."),
        (true, Some(reason)) => Line::ours("The member is told: “").theirs(reason).and("”"),
    };
    Page {
        blocks: vec![
            Block::Title(Line::new().theirs(short(title)).and(" is declined")),
            Block::Text(told),
        ],
        ..Page::default()
    }
}

/// It was decided before, by whom and when.
pub fn decided(
    title: &str,
    outcome: Outcome,
    by: Option<u64>,
    at: Millis,
    reason: Option<&str>,
) -> Page {
    let what = match outcome {
        Outcome::Approved => "approved",
        Outcome::Declined => "declined",
        Outcome::Withdrawn => "withdrawn",
    };
    let mut line = Line::ours(format!("It was {what} ")).ago(at);
    if let Some(by) = by {
        line = line.and(format!(" by {}", who(by)));
    }
    line = match reason {
        Some(reason) => line.and(": “").theirs(reason).and("”"),
        None => line.and("."),
    };
    Page {
        blocks: vec![
            Block::Title(Line::new().theirs(short(title)).and(" was decided before")),
            Block::Text(line),
        ],
        ..Page::default()
    }
}
