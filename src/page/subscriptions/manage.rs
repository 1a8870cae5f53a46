//! Subscriptions that are there: the list, one of them with its buttons, and what was changed.

use super::change::{self, Part};
use super::unheard;
use super::words::{Terms, brief_terms, facts, place_line, place_text, sleep_line, way_back};
use crate::clock::Millis;
use crate::news::Subscription;
use crate::news::push::Lost;
use crate::news::subscription::Unheard;
use crate::page::action::Style;
use crate::page::brief::{counted, next_button};
use crate::page::pack::{Packer, fit};
use crate::page::story::StoryLines;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select};

/// Subscriptions on one page of the list: as many as a select holds.
pub const LIST_PAGE_MAX: usize = 20;

/// A subscription with what is said of it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub subscription: &'a Subscription,
    /// What is subscribed to, as it is called.
    pub what: String,
    pub terms: Terms<'a>,
    pub lost: Option<&'a Lost>,
    /// Why nothing of it can come.
    pub unheard: Option<Unheard>,
    pub rest: Option<Rest>,
}

/// Of what comes from the sources of a server that Lede was removed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Since then.
    pub since: Millis,
    /// Whether its person can take it over.
    pub may_keep: bool,
}

impl Entry<'_> {
    fn sleeps(&self) -> Option<Line> {
        let subscription = self.subscription;
        sleep_line(subscription.paused.as_ref(), self.lost, &subscription.place)
    }

    /// Why nothing comes: it sleeps, or its source is not heard.
    fn silence(&self) -> Vec<Line> {
        let what = &self.subscription.what;
        let unheard = self.unheard.map(|why| unheard::brief(what, why));
        let all = self.sleeps().into_iter().chain(unheard);
        all.chain(self.rests()).collect()
    }

    fn rests(&self) -> Option<Line> {
        let line = Line::ours("nothing comes, as Lede was removed from its server ");
        self.rest.map(|rest| line.ago(rest.since))
    }

    fn is_awake(&self) -> bool {
        self.subscription.paused.is_none()
    }

    fn id(&self) -> String {
        format!("~{}", self.subscription.id.0)
    }

    /// "Ukraine in #news", for labels.
    pub fn label(&self) -> String {
        format!("{} · {}", self.what, place_text(&self.subscription.place))
    }

    fn bullet(&self) -> Block {
        let line = Line::new()
            .bold(&self.what)
            .and(" · ")
            .with_all(place_line(&self.subscription.place))
            .and(format!(": {}", brief_terms(&self.terms)));
        Block::Bullet(self.with_silence(line))
    }

    fn with_silence(&self, line: Line) -> Line {
        let all = self.silence().into_iter();
        all.fold(line, |line, why| line.and("; ").with_all(why))
    }
}

/// Whose they are: a channel's of moderators, or the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Newsroom,
    Person,
}

impl Whose {
    fn command(self, sub: &str) -> Ask {
        match self {
            Whose::Newsroom => Ask::new("subscriptions").subcommand(sub),
            // One command for all that a person does with a follow.
            Whose::Person => Ask::new("following").value("do", sub),
        }
    }

    fn list(self) -> Ask {
        match self {
            Whose::Newsroom => self.command("list"),
            Whose::Person => Ask::new("following"),
        }
    }
}

/// One page of the list, from `ask.from` on.
pub fn list(entries: &[Entry<'_>], ask: &Ask) -> Page {
    let asleep = entries.iter().filter(|entry| !entry.is_awake()).count();
    let unheard = entries.iter().filter(|entry| entry.unheard.is_some());
    let small = match (asleep, unheard.count()) {
        (0, 0) => "All awake".to_owned(),
        (n, 0) => format!("{n} paused"),
        (0, n) => format!("{n} without a source that is heard"),
        (asleep, n) => format!("{asleep} paused · {n} without a source that is heard"),
    };
    let mut packer = Packer::new();
    let title = counted(entries.len(), "subscription", "subscriptions");
    packer.add(vec![
        Block::Title(Line::ours(title)),
        Block::Small(Line::ours(small)),
    ]);
    let from = ask.from.min(entries.len());
    let shown = entries[from..]
        .iter()
        .take(LIST_PAGE_MAX)
        .take_while(|entry| packer.add(vec![entry.bullet()]))
        .count();
    let mut rows = vec![open_select(&entries[from..from + shown], Whose::Newsroom)];
    let next = next_button(ask, shown, entries.len());
    rows.extend(next.map(|next| Row::Buttons(vec![next])));
    Page {
        blocks: packer.blocks,
        rows,
        empty: entries.is_empty(),
    }
}

/// Opens one of them in place of the list.
pub fn open_select(entries: &[Entry<'_>], whose: Whose) -> Row {
    Row::Select(Select {
        placeholder: "Open one".to_owned(),
        action: Action::Choose {
            ask: whose.command("edit"),
            option: "which".to_owned(),
        },
        choices: entries
            .iter()
            .take(LIST_PAGE_MAX)
            .map(|entry| Choice {
                label: match whose {
                    Whose::Newsroom => entry.label(),
                    Whose::Person => entry.what.clone(),
                },
                value: entry.id(),
                description: Some(brief_terms(&entry.terms)),
            })
            .collect(),
    })
}

/// The bullets of a person's follows, for the panel of `/following`.
pub fn bullets(entries: &[Entry<'_>]) -> Vec<Block> {
    let bullet = |entry: &Entry<'_>| {
        let line = Line::new()
            .bold(&entry.what)
            .and(format!(": {}", brief_terms(&entry.terms)));
        Block::Bullet(entry.with_silence(line))
    };
    entries.iter().map(bullet).collect()
}

/// No subscription yet.
pub fn none() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("No subscriptions yet")),
            Block::Text(
                Line::ours("Type ")
                    .command("subscriptions add")
                    .and(", a topic and a channel: a preview is shown before anything is saved."),
            ),
        ],
        rows: Vec::new(),
        empty: true,
    }
}

/// Why nothing comes although it is awake, and what can be done about that.
fn silent(entry: &Entry<'_>, whose: Whose) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(why) = entry.unheard {
        let what = &entry.subscription.what;
        let line = Line::new().bold("Silent").and(": ");
        let line = line.with_all(unheard::brief(what, why)).and(". ");
        let way = unheard::way_back(what, why, whose);
        blocks.push(Block::Text(line.with_all(way)));
    }
    if let Some(rests) = entry.rests() {
        let line = Line::new().bold("Rests").and(": ").with_all(rests);
        let line = match entry.rest {
            Some(Rest { may_keep: true, .. }) => line
                .and(". To keep it as your own, with its sources, press Keep in ")
                .command("following"),
            _ => line,
        };
        blocks.push(Block::Text(line.and(".")));
    }
    blocks
}

/// One subscription with all that can be done with it.
pub fn panel(entry: &Entry<'_>, whose: Whose) -> Page {
    let place = &entry.subscription.place;
    let mut title = Line::new().theirs(&entry.what);
    if whose == Whose::Newsroom {
        title = title.and(" in ").with_all(place_line(place));
    }
    let mut blocks = vec![Block::Title(title)];
    match entry.sleeps() {
        Some(why) => {
            blocks.push(Block::Text(
                Line::new().bold("Asleep").and(": ").with_all(why).and("."),
            ));
            let lost = matches!(
                entry.subscription.paused,
                Some(crate::news::subscription::Pause::Lost { .. })
            );
            let way = lost.then(|| way_back(entry.lost, place)).flatten();
            blocks.extend(way.map(|way| Block::Text(Line::ours(way))));
        }
        None => blocks.push(Block::Small(
            Line::ours("Since ").ago(entry.subscription.made_at),
        )),
    }
    blocks.extend(silent(entry, whose));
    blocks.extend(facts(&entry.terms, place));
    let confirm = |label: &str, ask: Ask, style| Button {
        label: label.to_owned(),
        action: Action::Confirm(ask),
        style,
    };
    let which = |sub: &str| whose.command(sub).value("which", entry.id());
    let pause = match entry.is_awake() {
        true => confirm("Pause", which("pause"), Style::Plain),
        false => confirm("Wake", which("pause").value("wake", "yes"), Style::Plain),
    };
    let stop = match whose {
        Whose::Newsroom => "Remove",
        Whose::Person => "Stop",
    };
    Page {
        blocks: fit(blocks),
        rows: vec![
            change::select(&Part::of(entry.terms.wish, place), &which("edit")),
            Row::Buttons(vec![
                pause,
                Button {
                    label: "Preview".to_owned(),
                    action: Action::Open {
                        ask: which("preview"),
                        chosen: None,
                    },
                    style: Style::Plain,
                },
                confirm(stop, which("remove"), Style::Danger),
                Button {
                    label: "All".to_owned(),
                    action: Action::Turn(whose.list()),
                    style: Style::Plain,
                },
            ]),
        ],
        empty: false,
    }
}

/// What a confirmed change came to.
#[derive(Clone, Debug)]
pub enum Done {
    Added,
    /// With the number of the change, by which it is taken back.
    Edited(Option<i64>),
    /// It is as it was before a change.
    TakenBack,
    Followed,
    Paused,
    Woken,
    Restored,
    /// The same was there.
    Already,
}

/// Saved, with what comes next.
pub fn done(done: &Done, entry: &Entry<'_>, whose: Whose) -> Page {
    let place = &entry.subscription.place;
    let what = Line::new().theirs(&entry.what);
    let there = Line::new()
        .theirs(&entry.what)
        .and(" in ")
        .with_all(place_line(place));
    let named = match whose {
        Whose::Newsroom => there,
        Whose::Person => what.clone(),
    };
    let title = match done {
        Done::Added => what
            .and(" goes to ")
            .with_all(place_line(place))
            .and(" now"),
        Done::Followed => Line::ours("You follow ").with_all(what),
        Done::Edited(_) => named.and(" is changed"),
        Done::TakenBack => named.and(" is again as it was"),
        Done::Paused => named.and(" is paused"),
        Done::Woken => named.and(" is awake"),
        Done::Restored => named.and(" is back"),
        Done::Already => named.and(" is there already"),
    };
    let text = match done {
        Done::Paused => Line::ours("What comes meanwhile is not sent later. Wake begins anew."),
        Done::Already => Line::ours(
            "Nothing was added: one story is one message, however often it is asked for.",
        ),
        _ => match entry.unheard {
            Some(why) => {
                let what = &entry.subscription.what;
                let line = Line::ours("So far ").with_all(unheard::brief(what, why));
                line.and(". ").with_all(unheard::way_back(what, why, whose))
            }
            None => next_line(&entry.terms, entry.terms.due),
        },
    };
    let open = Button {
        label: "Open".to_owned(),
        action: Action::Turn(whose.command("edit").value("which", entry.id())),
        style: Style::Plain,
    };
    let mut buttons = vec![open];
    if let Done::Edited(Some(change)) = done {
        buttons.insert(0, undo_edit(*change, whose));
    }
    if let Done::Paused = done {
        let ask = whose.command("pause").value("which", entry.id());
        buttons.insert(
            0,
            Button {
                label: "Wake".to_owned(),
                action: Action::Confirm(ask.value("wake", "yes")),
                style: Style::Plain,
            },
        );
    }
    Page {
        blocks: vec![Block::Title(title), Block::Text(text)],
        rows: vec![Row::Buttons(buttons)],
        empty: false,
    }
}

/// A moderator's change is taken back as all that moderators do, a person's by that person alone.
fn undo_edit(change: i64, whose: Whose) -> Button {
    let ask = match whose {
        Whose::Newsroom => Ask::new("audit").value("undo", change.to_string()),
        Whose::Person => whose.command("undo").value("change", change.to_string()),
    };
    Button {
        label: "Undo".to_owned(),
        action: Action::Confirm(ask),
        style: Style::Plain,
    }
}

/// What comes next.
fn next_line(terms: &Terms<'_>, due: Option<Millis>) -> Line {
    match due {
        Some(due) => Line::ours("The next message comes ")
            .on(due)
            .and(", if there is news by then. What is already out is not sent."),
        None => {
            let what = if terms.each_article {
                "article"
            } else {
                "story"
            };
            Line::ours(format!(
                "The next new {what} is the first to come. What is already out is not sent."
            ))
        }
    }
}

/// Taken away, with Undo.
pub fn removed(entry: &Entry<'_>, whose: Whose) -> Page {
    let title = match whose {
        Whose::Newsroom => Line::new()
            .theirs(&entry.what)
            .and(" no longer goes to ")
            .with_all(place_line(&entry.subscription.place)),
        Whose::Person => Line::ours("You no longer follow ").theirs(&entry.what),
    };
    let undo = whose
        .command("remove")
        .value("which", &entry.what)
        .value("undo", entry.subscription.id.0.to_string())
        .value("newsroom", entry.subscription.newsroom.0.to_string());
    Page {
        blocks: vec![
            Block::Title(title),
            Block::Text(Line::ours("What waited to be sent for it is dropped.")),
        ],
        rows: vec![Row::Buttons(vec![Button {
            label: "Undo".to_owned(),
            action: Action::Confirm(undo),
            style: Style::Plain,
        }])],
        empty: false,
    }
}

/// What would be sent now.
#[derive(Clone, Copy, Debug)]
pub struct Preview<'a> {
    /// With the quotes that would stand in it.
    pub stories: &'a [StoryLines],
    /// They would be sent; else they show how it would look.
    pub due: bool,
    /// Stories beyond them.
    pub more: usize,
}

/// What would be sent now, shown to one person.
pub fn preview(entry: &Entry<'_>, shown: &Preview<'_>, whose: Whose) -> Page {
    let stories = shown.stories;
    let mut packer = Packer::new();
    let title = Line::ours("What ")
        .theirs(&entry.what)
        .and(" would send now");
    let small = match (stories.len(), entry.terms.is_digest()) {
        (0, _) => "Nothing, and nothing of the last days matches.".to_owned(),
        _ if !shown.due => {
            "Nothing: all of it was out before, or was sent. This is how it would look.".to_owned()
        }
        (n, true) => format!(
            "One message with {}. Only you see this.",
            counted(n, "story", "stories")
        ),
        (n, false) => format!("{}. Only you see this.", counted(n, "message", "messages")),
    };
    packer.add(vec![Block::Title(title), Block::Small(Line::ours(small))]);
    for (at, story) in stories.iter().enumerate() {
        let mut blocks = Vec::new();
        if at > 0 {
            blocks.push(Block::Divider);
        }
        blocks.extend(story.blocks(if at < 2 { 3 } else { 1 }));
        if !packer.add(blocks) {
            break;
        }
    }
    if shown.more > 0 && shown.due {
        let left = counted(shown.more, "more story", "more stories");
        packer.add(vec![Block::Small(Line::ours(format!("And {left}.")))]);
    }
    let open = Button {
        label: "Open".to_owned(),
        action: Action::Turn(whose.command("edit").value("which", entry.id())),
        style: Style::Plain,
    };
    Page {
        blocks: packer.blocks,
        rows: vec![Row::Buttons(vec![open])],
        empty: stories.is_empty(),
    }
}
