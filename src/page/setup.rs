//! The set-up card: what to read, where the news go and when. What comes of it is in `outcome`.

mod outcome;

pub use outcome::{Progress, Summary, brief, done, nothing, posted, reading};

use crate::clock::Millis;
use crate::news::subscription::Place as News;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::sources::packs::Offered;
use crate::page::subscriptions::words::place_line;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Pick, Refusal, Row, Select};

/// The value that names a step of the card.
pub const STEP: &str = "step";
/// The value that marks the request which a page makes by itself while it waits.
pub const LOOK: &str = "look";
/// The value that holds the channel of the digest.
pub const NEWS: &str = "news";

/// What goes along from step to step.
const KEPT: [&str; 9] = [
    NEWS,
    "news_form",
    "news_name",
    "news_lacks",
    "news_tags",
    "zone",
    "at",
    "subscription",
    "made",
];
/// Times of day that are offered.
const TIMES: [&str; 6] = ["06:00", "07:00", "08:00", "09:00", "12:00", "18:00"];
/// Zones in one select (Discord: 25).
const ZONES_MAX: usize = 20;

/// Whose newsroom is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Server,
    Person,
    Terminal,
}

/// A request to a step of the card.
pub fn step(name: &str) -> Ask {
    Ask::new("setup").value(STEP, name)
}

/// The same with what goes along from the step before.
pub fn kept(ask: &Ask, name: &str) -> Ask {
    let mut on = step(name);
    for (key, value) in &ask.values {
        if KEPT.contains(&key.as_str()) {
            on.values.insert(key.clone(), value.clone());
        }
    }
    on
}

/// The button that opens the card.
pub fn button() -> Button {
    plain(
        "Set up",
        Action::Turn(Ask::new("setup").value(STEP, "sources")),
    )
}

fn main(label: &str, action: Action) -> Button {
    Button {
        label: label.to_owned(),
        action,
        style: Style::Main,
    }
}

fn plain(label: &str, action: Action) -> Button {
    Button {
        label: label.to_owned(),
        action,
        style: Style::Plain,
    }
}

fn page(blocks: Vec<Block>, rows: Vec<Row>) -> Page {
    Page {
        blocks,
        rows,
        empty: false,
    }
}

/// The first step.
pub struct Sources<'a> {
    pub packs: &'a [Offered],
    /// Sources that are there already.
    pub known: usize,
    pub whose: Whose,
}

/// What to read: packs, a site, a list.
pub fn sources(shown: &Sources<'_>) -> Page {
    let title = match shown.whose {
        Whose::Person => "What do you want to read?",
        Whose::Server | Whose::Terminal => "Set up Lede",
    };
    let mut blocks = vec![Block::Title(Line::ours(title))];
    blocks.push(Block::Text(match (shown.whose, shown.known) {
        (Whose::Person, 0) => Line::ours(
            "You have no sources yet. Choose packs of well-known outlets and the first brief comes at once; it is your own newsroom, and only you see it.",
        ),
        (Whose::Server, 0) => Line::ours(
            "There are no sources here yet. Three steps, each of which can be skipped: what is read, where it goes, and when.",
        ),
        (Whose::Terminal, 0) => Line::ours("There are no sources here yet. Without a prompt: ")
            .command("sources packs")
            .and(" or ")
            .command("sources add")
            .and(", with --yes."),
        (_, known) => Line::ours(format!(
            "There {} here already; more can be added.",
            are_sources(known)
        )),
    }));
    if shown.whose != Whose::Person {
        blocks.push(Block::Text(Line::new().bold("1. Sources").and(
            ": packs of well-known outlets, one site, or the list of your feed reader",
        )));
    }
    let choice = |pack: &Offered| Choice {
        label: pack.label.to_owned(),
        value: pack.name.to_owned(),
        description: Some(counted(pack.feeds, "source", "sources")),
    };
    let select = Select {
        placeholder: "Add packs, one or several".to_owned(),
        action: Action::Choose {
            ask: step("packs"),
            option: "packs".to_owned(),
        },
        choices: shown.packs.iter().map(choice).collect(),
    };
    let skip = match shown.whose {
        Whose::Person => None,
        Whose::Server | Whose::Terminal => Some(plain("Skip", Action::Turn(step("place")))),
    };
    let buttons = [
        plain("Paste a site", paste()),
        plain("Import OPML", Action::Turn(step("import"))),
    ];
    let buttons = buttons.into_iter().chain(skip).collect();
    page(blocks, vec![Row::Several(select), Row::Buttons(buttons)])
}

fn are_sources(count: usize) -> String {
    match count {
        1 => "is 1 source".to_owned(),
        n => format!("are {n} sources"),
    }
}

/// A form for the address of a site, whose report follows.
fn paste() -> Action {
    Action::Fill {
        form: Form {
            title: "Add a site".to_owned(),
            fields: vec![Field {
                name: "link".to_owned(),
                label: "Address of a site or a feed".to_owned(),
                value: String::new(),
                required: true,
                long: false,
            }],
        },
        ask: Ask::new("sources").subcommand("add"),
    }
}

/// How a list of feeds is imported: a file cannot be given by a button.
pub fn import(whose: Whose, ask: &Ask) -> Page {
    let blocks = vec![
        Block::Title(Line::ours("Import OPML")),
        Block::Text(
            Line::ours("Export the list of your feed reader as OPML, type ")
                .command("sources import")
                .and(" and attach the file. Names and folders are kept."),
        ),
    ];
    let back = plain("Back", Action::Turn(kept(ask, "sources")));
    let next = match whose {
        Whose::Person => "reading",
        Whose::Server | Whose::Terminal => "place",
    };
    let next = plain("Next", Action::Turn(kept(ask, next)));
    page(blocks, vec![Row::Buttons(vec![back, next])])
}

/// When a digest comes.
pub struct Time<'a> {
    /// "daily 08:00".
    pub when: String,
    pub zone: &'a str,
    pub due: Millis,
}

/// What stands in the way of something that was picked.
pub struct Trouble {
    pub refusal: Refusal,
    /// The same once more, where rights are missing that somebody can give meanwhile.
    pub again: Option<Ask>,
}

/// The second and third step.
pub struct Place<'a> {
    pub whose: Whose,
    /// Sources that were just added.
    pub added: Option<usize>,
    pub sources: usize,
    /// The channel of the digest.
    pub news: Option<&'a News>,
    /// What is worse there for want of a right.
    pub warnings: &'a [String],
    pub notices: Option<u64>,
    pub role: Option<u64>,
    pub time: Time<'a>,
    pub trouble: Option<Trouble>,
    pub ask: &'a Ask,
}

/// Where the news go, who else moderates, and when the digest comes.
pub fn place(shown: &Place<'_>) -> Page {
    let mut blocks = vec![Block::Title(Line::ours("Where and when"))];
    blocks.push(Block::Small(Line::ours(
        match (shown.added, shown.sources) {
            (Some(0), _) => {
                "No source was added: they are here already, or there is no more room".to_owned()
            }
            (Some(added), _) => format!(
                "{} added; they are being read",
                counted(added, "source", "sources")
            ),
            (None, 0) => "No sources yet, so there is nothing to send".to_owned(),
            (None, sources) => counted(sources, "source", "sources"),
        },
    )));
    if shown.whose == Whose::Server {
        blocks.push(Block::Text(Line::new().bold("2. Channels")));
        blocks.push(bullet(
            "News",
            shown
                .news
                .map_or_else(|| Line::ours("none yet; it gets the digest"), place_line),
        ));
        blocks.push(bullet(
            "Notices to moderators",
            Line::ours(shown.notices.map_or_else(
                || "none; they lead the next answer to a moderator".to_owned(),
                |id| format!("<#{id}>"),
            )),
        ));
        blocks.push(bullet(
            "Newsroom role",
            Line::ours(shown.role.map_or_else(
                || "none; moderators are those who may manage the server".to_owned(),
                |id| format!("<@&{id}>"),
            )),
        ));
    }
    let number = match shown.whose {
        Whose::Server => "3. Digest",
        Whose::Person | Whose::Terminal => "2. Digest",
    };
    blocks.push(Block::Text(
        Line::new()
            .bold(number)
            .and(format!(
                ": {}, {}; the first ",
                shown.time.when, shown.time.zone
            ))
            .on(shown.time.due),
    ));
    for warning in shown.warnings {
        blocks.push(Block::Text(
            Line::new().bold("Note").and(format!(": {warning}")),
        ));
    }
    if let Some(trouble) = &shown.trouble {
        blocks.push(refused(trouble));
    }
    page(super::pack::fit(blocks), place_rows(shown))
}

fn bullet(label: &str, line: Line) -> Block {
    Block::Bullet(Line::new().bold(label).and(": ").with_all(line))
}

fn refused(trouble: &Trouble) -> Block {
    let refusal = &trouble.refusal;
    let way = match &trouble.again {
        Some(_) => Some("Give me that in the channel's settings and press Try again."),
        None => refusal.you_can.as_deref(),
    };
    let parts: Vec<&str> = [Some(refusal.cause.as_str()), way]
        .into_iter()
        .flatten()
        .collect();
    Block::Text(
        Line::new()
            .bold("Not yet")
            .and(": ")
            .theirs(parts.join(" ")),
    )
}

fn place_rows(shown: &Place<'_>) -> Vec<Row> {
    let on = kept(shown.ask, "place");
    let pick = |placeholder: &str, kind, option: &str| Row::Pick {
        placeholder: placeholder.to_owned(),
        kind,
        action: Action::Choose {
            ask: on.clone(),
            option: option.to_owned(),
        },
    };
    let mut rows = Vec::new();
    if shown.whose == Whose::Server {
        rows.push(pick("A channel for news", Pick::Channel, NEWS));
        rows.push(pick(
            "A channel for notices to moderators",
            Pick::Channel,
            "notices",
        ));
        rows.push(pick("A newsroom role", Pick::Role, "role"));
    }
    let mut buttons = Vec::new();
    let has_place = shown.news.is_some() || shown.whose == Whose::Terminal;
    if has_place && shown.sources > 0 {
        buttons.push(main("Start", Action::Turn(kept(shown.ask, "start"))));
    }
    let again = match &shown.trouble {
        Some(trouble) => trouble.again.clone(),
        None if !shown.warnings.is_empty() => Some(on.clone().value("again", "yes")),
        None => None,
    };
    buttons.extend(again.map(|again| plain("Try again", Action::Turn(again))));
    buttons.push(plain("Time", Action::Turn(kept(shown.ask, "when"))));
    buttons.push(plain("Back", Action::Turn(kept(shown.ask, "sources"))));
    buttons.push(match shown.sources {
        0 => plain("Done", Action::Turn(kept(shown.ask, "done"))),
        _ => plain("Skip", Action::Turn(kept(shown.ask, "reading"))),
    });
    rows.push(Row::Buttons(buttons));
    rows
}

/// Choosing the time of day and the zone. `zones`: name and label of each.
pub fn when(time: &Time<'_>, zones: Vec<(String, String)>, ask: &Ask) -> Page {
    let on = kept(ask, "place");
    let select = |placeholder: &str, option: &str, choices| {
        Row::Select(Select {
            placeholder: placeholder.to_owned(),
            action: Action::Choose {
                ask: on.clone(),
                option: option.to_owned(),
            },
            choices,
        })
    };
    let choice = |label: String, value: String| Choice {
        label,
        value,
        description: None,
    };
    let times = TIMES
        .iter()
        .map(|time| choice((*time).to_owned(), (*time).to_owned()));
    let zones = zones.into_iter().take(ZONES_MAX);
    let zones = zones.map(|(name, label)| choice(label, name));
    let blocks = vec![
        Block::Title(Line::ours("When should the digest come?")),
        Block::Text(
            Line::ours(format!("Now {}, {}; the first ", time.when, time.zone)).on(time.due),
        ),
    ];
    let typed = Action::Fill {
        form: Form {
            title: "Time zone".to_owned(),
            fields: vec![Field {
                name: "zone-typed".to_owned(),
                label: "A city or zone, such as Europe/Berlin".to_owned(),
                value: String::new(),
                required: true,
                long: false,
            }],
        },
        ask: kept(ask, "when"),
    };
    let buttons = vec![
        plain("Type a city", typed),
        plain("Back", Action::Turn(on.clone())),
    ];
    page(
        blocks,
        vec![
            select("Time of day", "at", times.collect()),
            select("Time zone", "zone", zones.collect()),
            Row::Buttons(buttons),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_card_knows_goes_along() {
        let ask = step("place")
            .value(NEWS, "5")
            .value("news_name", "town")
            .value("added", "9")
            .value("locale", "de");
        let on = kept(&ask, "start");
        let wanted = step("start").value(NEWS, "5").value("news_name", "town");
        assert_eq!(on, wanted);
    }
}
