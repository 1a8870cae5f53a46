//! The pages of `/sources`: report before adding, test, removed; the others in files of their own.

pub mod edit;
pub mod list;
pub mod onward;
pub mod packs;
pub mod transfer;

use crate::clock::Millis;
use crate::news::signs::Private;
use crate::news::source::NewsroomSource;
use crate::news::{ReadingError, link};
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::subscriptions::unheard::{self, Standing};
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select, health};
use serde::{Deserialize, Serialize};

/// What one reading of a candidate showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub title: String,
    /// Address of the feed without credentials.
    pub url: String,
    pub language: Option<String>,
    pub entries: usize,
    /// Articles a day, from the dates of the entries.
    pub per_day: Option<f64>,
    /// Share of entries whose text is more than a teaser, 0 to 1.
    pub full_text: f32,
    /// What the newsroom's other sources have too; none with no others.
    pub overlap: Option<Overlap>,
    pub newest: Vec<(String, Option<String>, Option<Millis>)>,
    pub repaired: bool,
    pub warnings: Vec<Warning>,
    /// Other feeds of the site: address and title.
    pub others: Vec<(String, String)>,
}

impl Report {
    /// As a member may see it: the addresses of the newsroom's sources are its moderators', and one
    /// may be made for one reader.
    pub fn for_member(mut self) -> Self {
        for warning in &mut self.warnings {
            if let Warning::Already { url, .. } = warning {
                *url = None;
            }
        }
        self
    }
}

/// Articles of a candidate that tell a story which the newsroom's sources have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    pub some: usize,
    /// Articles that were compared.
    pub of: usize,
    /// Some of the stories.
    pub shared: Vec<Shared>,
}

/// A story that a candidate shares, as the newsroom has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    pub headline: String,
    pub url: Option<String>,
    pub outlet: String,
}

/// What speaks against a candidate, or should be known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Warning {
    /// It seems to be for one reader.
    Private(Private),
    /// A source of the newsroom brings the same articles, under this address; none where that is
    /// not told.
    Already {
        name: String,
        url: Option<String>,
    },
    Paid(Paid),
    Empty,
    /// So many articles of all have no date.
    Undated {
        some: usize,
        of: usize,
    },
    /// So many are dated ahead.
    Ahead {
        some: usize,
        of: usize,
    },
    /// Its newest article is more than a month old.
    Stale,
}

/// How sure it is that its articles are to be paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paid {
    /// The page of its newest article says so.
    Sure,
    /// So many articles are marked like that.
    Likely { some: usize, of: usize },
}

impl Warning {
    fn words(&self) -> String {
        match self {
            Warning::Private(Private::Login) => {
                "its address holds a name or a password. Everybody \
                here could read what it brings: add it only if you may share it."
                    .to_owned()
            }
            Warning::Private(Private::Key(name)) => format!(
                "its address seems to be made for one reader (“{name}=…”). Everybody here could read \
                 what it brings: add it only if you may share it."
            ),
            Warning::Already { name, url } => {
                let url = url
                    .as_ref()
                    .map_or(String::new(), |url| format!(" ({url})"));
                format!(
                    "“{name}” is a source here and brings the same articles{url}: it looks like one feed \
                     under two addresses."
                )
            }
            Warning::Paid(Paid::Sure) => {
                "its articles are to be paid for, at least the newest: its \
                page says so. Answers quote what the feed itself holds."
                    .to_owned()
            }
            Warning::Paid(Paid::Likely { some, of }) => format!(
                "many of its articles are probably to be paid for: {some} of {of} are marked like that."
            ),
            Warning::Empty => "there is nothing in it at the moment.".to_owned(),
            Warning::Undated { some, of } if some == of => {
                "its articles have no dates: each counts as published when Lede sees it first."
                    .to_owned()
            }
            Warning::Undated { some, of } => format!(
                "{some} of {of} articles have no date: they count as published when Lede sees them first."
            ),
            Warning::Ahead { some, of } => format!(
                "{some} of {of} articles are dated in the future: they count as published when Lede sees \
                 them first."
            ),
            Warning::Stale => "its newest article is more than a month old.".to_owned(),
        }
    }
}

/// The report, with Confirm.
pub fn report(report: &Report, confirm: Ask) -> Page {
    let mut blocks = vec![Block::Title(
        Line::ours("Add ").theirs(&report.title).and("?"),
    )];
    blocks.extend(facts(report));
    let mut rows = Vec::new();
    if !report.others.is_empty() {
        let choices = report
            .others
            .iter()
            .take(25)
            .map(|(url, title)| Choice {
                label: title.clone(),
                value: url.clone(),
                description: Some(url.clone()),
            })
            .filter(|choice| choice.value.len() <= 100)
            .collect::<Vec<_>>();
        if !choices.is_empty() {
            let action = Action::Open {
                ask: confirm.clone(),
                chosen: Some("link".to_owned()),
            };
            rows.push(Row::Select(Select {
                placeholder: "Another feed of this site".to_owned(),
                action,
                choices,
            }));
        }
    }
    rows.push(Row::Buttons(vec![Button {
        label: "Confirm".to_owned(),
        action: Action::Confirm(confirm),
        style: Style::Main,
    }]));
    Page {
        blocks,
        rows,
        empty: false,
    }
}

/// What the reading showed, without the title.
pub fn facts(report: &Report) -> Vec<Block> {
    let mut what = counted(report.entries, "article", "articles");
    if let Some(rate) = report.per_day {
        what = match rate {
            r if r >= 1.0 => format!("{what}, about {r:.0} a day"),
            _ => format!("{what}, less than one a day"),
        };
    }
    let mut small = Line::ours(what);
    if report.entries > 0 {
        small = small.and(match report.full_text {
            share if share >= 0.6 => " · full texts",
            share if share >= 0.2 => " · some full texts, some teasers",
            _ => " · teasers only",
        });
    }
    if let Some(language) = &report.language {
        small = small.and(" · language ").theirs(language);
    }
    let mut blocks = vec![
        Block::Small(small),
        Block::Small(Line::new().theirs(&report.url)),
    ];
    if let Some(overlap) = &report.overlap {
        let Overlap { some, of, shared } = overlap;
        let percent = (100 * some + of / 2) / (*of).max(1);
        let more = match shared.is_empty() {
            true => ".".to_owned(),
            false => format!(" (by story, {some} of {of} articles):"),
        };
        blocks.push(Block::Text(Line::ours(match some {
            0 => "None of it is in your other sources.".to_owned(),
            _ => format!("{percent} % of it is also in your other sources{more}"),
        })));
        blocks.extend(shared.iter().map(|one| {
            let line = Line::new().link(&one.headline, one.url.as_deref());
            Block::Bullet(line.and(" · ").theirs(&one.outlet))
        }));
    }
    if report.repaired {
        blocks.push(Block::Text(Line::ours(
            "The feed is not well-formed; Lede reads it all the same.",
        )));
    }
    blocks.extend(
        report
            .warnings
            .iter()
            .map(|one| Block::Text(Line::new().bold("Note:").and(" ").theirs(one.words()))),
    );
    let has_list = |overlap: &Overlap| !overlap.shared.is_empty();
    if report.overlap.as_ref().is_some_and(has_list) {
        blocks.push(Block::Text(Line::ours("Its newest:")));
    }
    blocks.extend(report.newest.iter().take(3).map(|(title, url, at)| {
        let line = Line::new().link(title, url.as_deref());
        Block::Bullet(match at {
            Some(at) => line.and(" · ").ago(*at),
            None => line,
        })
    }));
    blocks
}

/// Saved: what happens next.
pub fn added(name: &str, entries: usize, onward: onward::Onward) -> Page {
    let blocks = vec![
        Block::Title(Line::new().theirs(name).and(" is a source now")),
        Block::Text(
            Line::ours(format!(
                "{} read. ",
                counted(entries, "article", "articles")
            ))
            .and("New ones come in as they are published. Try ")
            .command("headlines")
            .and("."),
        ),
    ];
    Page {
        blocks,
        rows: onward.rows(),
        empty: false,
    }
}

/// What a test of a source showed just now.
pub struct Tested<'a> {
    pub source: &'a NewsroomSource,
    pub result: Result<usize, &'a ReadingError>,
    pub repaired: bool,
    /// Failed readings of the last ones in the log.
    pub log: Option<(usize, usize)>,
    /// How many articles one reading brought, and when, where they were far too many.
    pub flood: Option<(u32, Millis)>,
}

pub fn tested(test: &Tested<'_>) -> Page {
    let mut blocks = vec![Block::Title(Line::new().theirs(&test.source.name))];
    match test.result {
        Ok(entries) => {
            let more = if test.repaired {
                " It is not well-formed, but Lede can read it."
            } else {
                ""
            };
            blocks.push(Block::Text(Line::ours(format!(
                "Read just now: {} in the feed.{more}",
                counted(entries, "article", "articles")
            ))));
        }
        Err(error) => {
            blocks.push(Block::Text(Line::ours(format!(
                "It cannot be read just now: {}.",
                health::cause(error)
            ))));
            blocks.push(Block::Text(Line::ours(health::way_out(error))));
        }
    }
    blocks.push(Block::Text(Line(
        Line::ours("So far: ")
            .0
            .into_iter()
            .chain(health::line(test.source, 0).0)
            .collect(),
    )));
    if let Some((failed, all)) = test.log.filter(|(failed, _)| *failed > 0) {
        blocks.push(Block::Small(Line::ours(match (failed, all) {
            (1, 1) => "The one reading so far failed".to_owned(),
            (some, all) if some == all => format!("All of the last {all} readings failed"),
            _ => format!("{failed} of the last {all} readings failed"),
        })));
    }
    if let Some((new, at)) = test.flood {
        let flood = Line::ours(format!("One reading brought {new} new articles at once, "));
        blocks.push(Block::Text(
            flood
                .ago(at)
                .and(". If they are no news, remove the source."),
        ));
    }
    blocks.push(Block::Small(
        Line::ours(health::interval(test.source.source.interval_ms))
            .and(" · ")
            .theirs(link::shown(&test.source.source.url)),
    ));
    Page {
        blocks,
        rows: Vec::new(),
        empty: false,
    }
}

/// Removed, with Undo.
pub fn removed(name: &str, standing: Standing, undo: Ask) -> Page {
    let mut blocks = vec![
        Block::Title(Line::new().theirs(name).and(" is no source any more")),
        Block::Text(Line::ours(
            "Its articles no longer appear in answers here. Undo brings them back.",
        )),
    ];
    blocks.extend(unheard::standing(standing));
    let button = Button {
        label: "Undo".to_owned(),
        action: Action::Confirm(undo),
        style: Style::Plain,
    };
    Page {
        blocks,
        rows: vec![Row::Buttons(vec![button])],
        empty: false,
    }
}

pub fn restored(name: &str) -> Page {
    let blocks = vec![Block::Title(
        Line::new().theirs(name).and(" is a source again"),
    )];
    Page {
        blocks,
        rows: Vec::new(),
        empty: false,
    }
}
