//! The panel of `/following`: what a person follows, what waits, zone and quiet hours.

use crate::clock::Millis;
use crate::news::zone::Quiet;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::health::listed;
use crate::page::pack::fit;
use crate::page::subscriptions::manage::{Entry, Whose, bullets, open_select};
use crate::page::{Action, Ask, Block, Button, Card, Line, Page, Row};

pub struct Panel<'a> {
    pub entries: &'a [Entry<'a>],
    /// How many of them were made elsewhere than here.
    pub elsewhere: usize,
    /// What could not be delivered: text and time.
    pub notices: Vec<(String, Millis)>,
    pub zone: &'a str,
    pub zone_chosen: bool,
    pub quiet: Option<Quiet>,
    /// What was just changed.
    pub changed: Option<String>,
    pub whose: Whose,
}

/// What a person is told who follows something from the sources of a server that Lede was removed
/// from. `until`: so long it is kept for that server's return. `may_keep`: whether they can take it over.
pub fn left(names: &[String], until: Millis, may_keep: bool) -> Card {
    let head = Line::ours("Lede was removed from a server from whose sources you follow ")
        .theirs(listed(names))
        .and(": nothing of it comes now.");
    let rest = Line::ours("It goes on if that server takes Lede back, until ")
        .on(until)
        .and("; then it is gone.");
    let way =
        || Line::ours(" To keep it as your own, with its sources, type ").command("following");
    let rest = match may_keep {
        true => rest.with_all(way()).and("."),
        false => rest,
    };
    Card {
        head,
        blocks: vec![Block::Text(rest)],
    }
}

/// Taken over into the person's own newsroom: so many follows, and sources that came with them.
/// `left_out`: sources for which there was no room, of so many that there may be.
pub fn kept(follows: usize, sources: usize, left_out: Option<(usize, u32)>) -> Page {
    let what = counted(follows, "follow is", "follows are");
    let mut blocks = vec![
        Block::Title(Line::ours(format!("{what} your own now"))),
        Block::Text(
            Line::ours(format!(
                "{} came along. What comes out from now on is sent. To see them, in a direct message with Lede: ",
                counted(sources, "new source", "new sources")
            ))
            .command("sources list")
            .and("."),
        ),
    ];
    if let Some((n, max)) = left_out {
        let sources = counted(n, "source", "sources");
        blocks.push(Block::Text(Line::ours(format!(
            "There was no room for {sources}: you may have {max}."
        ))));
    }
    Page {
        blocks,
        rows: vec![Row::Buttons(vec![Button {
            label: "What you follow".to_owned(),
            action: Action::Turn(Ask::new("following")),
            style: Style::Plain,
        }])],
        empty: false,
    }
}

pub fn panel(panel: &Panel<'_>) -> Page {
    let title = match panel.entries.len() {
        0 => "You follow nothing yet".to_owned(),
        n => format!("You follow {}", counted(n, "thing", "things")),
    };
    let mut blocks = vec![Block::Title(Line::ours(title))];
    blocks.extend(
        panel
            .changed
            .as_ref()
            .map(|said| Block::Text(Line::ours(said))),
    );
    if panel.entries.is_empty() {
        blocks.push(Block::Text(
            Line::ours("Type ")
                .command("follow")
                .and(" and a topic: a preview is shown before anything is saved."),
        ));
    }
    blocks.extend(bullets(panel.entries));
    let keep = panel
        .entries
        .iter()
        .any(|one| one.rest.is_some_and(|rest| rest.may_keep));
    if keep {
        blocks.push(Block::Text(Line::ours(
            "Keep takes what rests over into your own list, with the sources that it comes from.",
        )));
    }
    if panel.elsewhere > 0 {
        blocks.push(Block::Small(Line::ours(format!(
            "{} of them made elsewhere, from the sources there",
            panel.elsewhere
        ))));
    }
    if !panel.notices.is_empty() {
        blocks.push(Block::Text(Line::new().bold("What did not reach you")));
        let notice = |(text, at): &(String, Millis)| {
            Block::Bullet(Line::new().theirs(text).and(" · ").ago(*at))
        };
        blocks.extend(panel.notices.iter().map(notice));
    }
    let zone = match panel.zone_chosen {
        true => panel.zone.to_owned(),
        false => "UTC, as none was chosen".to_owned(),
    };
    let quiet = match panel.quiet {
        Some(quiet) => format!("{quiet} (nothing is sent then; it comes when they end)"),
        None => "none".to_owned(),
    };
    blocks.push(Block::Small(Line::ours(format!(
        "Time zone {zone} · quiet hours {quiet}"
    ))));
    let mut rows = Vec::new();
    if !panel.entries.is_empty() {
        rows.push(open_select(panel.entries, panel.whose));
    }
    rows.push(Row::Buttons(buttons(panel, keep)));
    Page {
        blocks: fit(blocks),
        rows,
        empty: panel.entries.is_empty(),
    }
}

/// What can be done with all of it. `keep`: whether something rests and can be taken over.
fn buttons(panel: &Panel<'_>, keep: bool) -> Vec<Button> {
    let keep = keep.then(|| Button {
        label: "Keep".to_owned(),
        action: Action::Confirm(Ask::new("following").value("do", "keep")),
        style: Style::Plain,
    });
    let settings = [
        fill(
            "Quiet hours",
            "quiet",
            "Such as 22-8, or off",
            panel.quiet.map_or("off".to_owned(), |one| one.to_string()),
        ),
        fill(
            "Time zone",
            "zone",
            "Such as Europe/Berlin",
            panel.zone.to_owned(),
        ),
    ];
    keep.into_iter().chain(settings).collect()
}

/// A button that opens a form of one field.
fn fill(title: &str, name: &str, label: &str, value: String) -> Button {
    Button {
        label: title.to_owned(),
        action: Action::Fill {
            form: Form {
                title: title.to_owned(),
                fields: vec![Field {
                    name: name.to_owned(),
                    label: label.to_owned(),
                    value,
                    required: true,
                    long: false,
                }],
            },
            ask: Ask::new("following"),
        },
        style: Style::Plain,
    }
}
