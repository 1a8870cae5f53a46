//! The panel of `/following`: what a person follows, what waits, zone and quiet hours.

use crate::clock::Millis;
use crate::news::zone::Quiet;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::subscriptions::manage::{Entry, Whose, bullets, open_select};
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

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
    rows.push(Row::Buttons(vec![
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
    ]));
    Page {
        blocks: fit(blocks),
        rows,
        empty: panel.entries.is_empty(),
    }
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
