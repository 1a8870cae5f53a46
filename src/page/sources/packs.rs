//! `/sources packs`: what packs there are, what is in one, and what reading them showed.

use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select};

/// A pack as it is offered.
#[derive(Clone, Debug)]
pub struct Offered {
    /// "world".
    pub name: &'static str,
    pub label: &'static str,
    pub feeds: usize,
}

/// A feed of a pack.
#[derive(Clone, Debug)]
pub struct PackFeed {
    pub title: String,
    pub site: Option<String>,
    /// The newsroom has it.
    pub here: bool,
    /// Nobody read it when the pack was made.
    pub unread: bool,
}

/// All packs, to choose one.
pub fn all(packs: &[Offered]) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours("Packs of sources")),
        Block::Text(Line::ours(
            "Ready lists of long-standing outlets. Choose one to see what is in it; nothing is added before you confirm.",
        )),
    ];
    blocks.extend(packs.iter().map(|pack| {
        let count = format!(": {}", counted(pack.feeds, "source", "sources"));
        Block::Bullet(Line::new().bold(pack.label).and(count))
    }));
    Page {
        blocks,
        rows: vec![select(packs, "Choose a pack")],
        empty: false,
    }
}

fn select(packs: &[Offered], placeholder: &str) -> Row {
    let choice = |pack: &Offered| Choice {
        label: pack.label.to_owned(),
        value: pack.name.to_owned(),
        description: None,
    };
    Row::Select(Select {
        placeholder: placeholder.to_owned(),
        action: Action::Choose {
            ask: Ask::new("sources").subcommand("packs"),
            option: "pack".to_owned(),
        },
        choices: packs.iter().map(choice).collect(),
    })
}

/// What is in a pack, with Confirm where something of it is not here yet.
pub fn one(pack: &Offered, feeds: &[PackFeed], packs: &[Offered]) -> Page {
    let new = feeds.iter().filter(|feed| !feed.here).count();
    let unread = feeds.iter().filter(|feed| feed.unread).count();
    let mut blocks = vec![Block::Title(Line::ours(format!("Pack: {}", pack.label)))];
    blocks.push(Block::Small(Line::ours(match feeds.len() - new {
        0 => counted(feeds.len(), "source", "sources"),
        here => format!(
            "{}, {here} here already",
            counted(feeds.len(), "source", "sources")
        ),
    })));
    if unread > 0 {
        let which = if unread == feeds.len() {
            "None of these addresses was".to_owned()
        } else {
            format!("{} of these addresses were not", unread)
        };
        blocks.push(Block::Text(Line::ours(format!(
            "{which} read when the pack was made; the first reading shows which of them work."
        ))));
    }
    blocks.extend(feeds.iter().map(|feed| {
        let line = Line::new().link(&feed.title, feed.site.as_deref());
        Block::Bullet(if feed.here {
            line.and(", here already")
        } else {
            line
        })
    }));
    let mut rows = vec![select(packs, "Another pack")];
    if new > 0 {
        let ask = Ask::new("sources").subcommand("packs");
        rows.push(Row::Buttons(vec![Button {
            label: format!("Add {}", counted(new, "source", "sources")),
            action: Action::Confirm(ask.value("pack", pack.name)),
            style: Style::Main,
        }]));
    }
    Page {
        blocks: fit(blocks),
        rows,
        empty: false,
    }
}

/// One address of the packs, read.
#[derive(Clone, Debug)]
pub struct Checked {
    pub pack: &'static str,
    pub title: String,
    pub url: String,
    /// Articles in it, or why it cannot be read.
    pub result: Result<usize, String>,
}

/// What reading all packs showed; for a terminal, so of any length.
pub fn checked(all: &[Checked]) -> Page {
    let read = all.iter().filter(|one| one.result.is_ok()).count();
    let mut blocks = vec![Block::Title(Line::ours(format!(
        "{read} of {} of the packs can be read",
        counted(all.len(), "address", "addresses")
    )))];
    if read == 0 {
        blocks.push(Block::Text(Line::ours(
            "Not one: most likely there is no way to the internet from here, and this says nothing about the packs.",
        )));
    }
    blocks.extend(all.iter().map(|one| {
        let line = Line::ours(format!("{}: ", one.pack))
            .theirs(&one.title)
            .and(" · ")
            .theirs(&one.url)
            .and(": ");
        Block::Bullet(match &one.result {
            Ok(articles) => line.and(counted(*articles, "article", "articles")),
            Err(why) => line.and(why),
        })
    }));
    Page {
        blocks,
        rows: Vec::new(),
        empty: read < all.len(),
    }
}
