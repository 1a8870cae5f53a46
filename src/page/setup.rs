//! The set-up card: what to read, where the news go and when, how the reading goes, the first brief
//! and the first digest.

use crate::clock::Millis;
use crate::news::subscription::{Destination, Place as News};
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
const KEPT: [&str; 8] = [
    NEWS,
    "news_form",
    "news_name",
    "news_lacks",
    "news_tags",
    "zone",
    "at",
    "subscription",
];
/// Times of day that are offered.
const TIMES: [&str; 6] = ["06:00", "07:00", "08:00", "09:00", "12:00", "18:00"];
/// Zones in one select (Discord: 25).
const ZONES_MAX: usize = 20;
/// Sources that could not be read and are named.
const TROUBLES_MAX: usize = 5;

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
    blocks.push(Block::Text(Line::ours(match (shown.whose, shown.known) {
        (Whose::Person, 0) => {
            "You have no sources yet. Choose packs of well-known outlets and the first brief comes at once; it is your own newsroom, and only you see it.".to_owned()
        }
        (Whose::Server, 0) => {
            "There are no sources here yet. Three steps, each of which can be skipped: what is read, where it goes, and when.".to_owned()
        }
        (Whose::Terminal, 0) => "There are no sources here yet.".to_owned(),
        (_, known) => format!("There {} here already; more can be added.", are_sources(known)),
    })));
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
pub fn import(ask: &Ask) -> Page {
    let blocks = vec![
        Block::Title(Line::ours("Import OPML")),
        Block::Text(
            Line::ours("Export the list of your feed reader as OPML, type ")
                .command("sources import")
                .and(" and attach the file. Names and folders are kept."),
        ),
    ];
    let back = plain("Back", Action::Turn(kept(ask, "sources")));
    let next = plain("Next", Action::Turn(kept(ask, "place")));
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
    /// The same once more.
    pub again: Ask,
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
        blocks.push(refused(&trouble.refusal));
    }
    page(super::pack::fit(blocks), place_rows(shown))
}

fn bullet(label: &str, line: Line) -> Block {
    Block::Bullet(Line::new().bold(label).and(": ").with_all(line))
}

fn refused(refusal: &Refusal) -> Block {
    let parts = [Some(&refusal.cause), refusal.you_can.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
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
        Some(trouble) => Some(trouble.again.clone()),
        None if !shown.warnings.is_empty() => Some(on.clone().value("again", "yes")),
        None => None,
    };
    buttons.extend(again.map(|again| plain("Try again", Action::Turn(again))));
    buttons.push(plain("Change time", Action::Turn(kept(shown.ask, "when"))));
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

/// How far the first readings are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub all: usize,
    pub read: usize,
    /// Refused by their sites.
    pub blocked: usize,
    /// Not read for another cause.
    pub failed: usize,
    pub waiting: usize,
    /// Name and cause.
    pub troubles: Vec<(String, String)>,
}

impl Progress {
    /// "9 read, 1 blocked, 2 waiting".
    fn words(&self) -> String {
        let counts = [
            (self.read, "read"),
            (self.blocked, "blocked"),
            (self.failed, "failed"),
            (self.waiting, "waiting"),
        ];
        let shown = counts
            .iter()
            .filter(|(count, word)| *count > 0 || *word == "read");
        let words: Vec<String> = shown
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        words.join(", ")
    }

    fn bullets(&self) -> impl Iterator<Item = Block> {
        let more = self.troubles.len().saturating_sub(TROUBLES_MAX);
        let listed = self.troubles.iter().take(TROUBLES_MAX);
        let bullets = listed
            .map(|(name, cause)| Block::Bullet(Line::new().theirs(name).and(format!(": {cause}"))));
        let rest = (more > 0).then(|| Block::Small(Line::ours(format!("and {more} more"))));
        bullets.chain(rest).collect::<Vec<_>>().into_iter()
    }
}

/// How the reading goes. `on`: the request that shows it again.
pub fn reading(progress: &Progress, on: &Ask) -> Page {
    let sources = counted(progress.all, "source", "sources");
    let mut blocks = vec![Block::Title(Line::ours(format!(
        "Reading {sources}: {}",
        progress.words()
    )))];
    let rest = match progress.waiting {
        0 => "What was read is being sorted into stories.",
        _ => {
            "The first brief stands here as soon as all were tried; this message changes by itself."
        }
    };
    blocks.push(Block::Text(Line::ours(rest)));
    blocks.extend(progress.bullets());
    let look = on.clone().value(LOOK, "again");
    let mut buttons = vec![main("Refresh", Action::Turn(look))];
    if progress.read > 0 {
        buttons.push(plain("Brief now", Action::Turn(kept(on, "brief"))));
    }
    page(super::pack::fit(blocks), vec![Row::Buttons(buttons)])
}

/// Nothing to show in what was read.
pub fn nothing(progress: &Progress, on: &Ask) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours("No news yet")),
        Block::Text(Line::ours(format!(
            "Of {} here: {}. Nothing of the last 7 days stands in them.",
            counted(progress.all, "source", "sources"),
            progress.words()
        ))),
    ];
    blocks.extend(progress.bullets());
    let buttons = vec![
        main("Refresh", Action::Turn(on.clone())),
        plain("More sources", Action::Turn(kept(on, "sources"))),
        plain("Done", Action::Turn(kept(on, "done"))),
    ];
    page(super::pack::fit(blocks), vec![Row::Buttons(buttons)])
}

/// The first brief, with the way to post it. `ask` holds what is shown.
pub fn brief(
    drawn: Page,
    whose: Whose,
    progress: &Progress,
    digest: Option<&News>,
    ask: &Ask,
) -> Page {
    let mut blocks = drawn.blocks;
    let mut line = Line::ours(format!(
        "Your first brief, from {}",
        counted(progress.all, "source", "sources")
    ));
    if progress.read < progress.all {
        line = line.and(format!(" ({})", progress.words()));
    }
    blocks.insert(1.min(blocks.len()), Block::Small(line));
    let done = plain("Done", Action::Turn(kept(ask, "done")));
    let change = |label: &str| plain(label, Action::Turn(kept(ask, "place")));
    let post = || {
        let post = Ask {
            kept: ask.kept.clone(),
            ..kept(ask, "post")
        };
        let post = match ask.get("more") {
            Some(more) => post.value("more", more),
            None => post,
        };
        main("Post it now", Action::Confirm(post))
    };
    let buttons = match (whose, digest.map(|place| place.destination)) {
        (Whose::Person, _) => {
            let follow = Ask::new("follow").value("what", "everything");
            let daily = Action::Open {
                ask: follow,
                chosen: None,
            };
            vec![main("Send it daily", daily), done]
        }
        (_, Some(Destination::Channel(_))) => vec![post(), change("Change"), done],
        (_, Some(_)) => vec![change("Change"), done],
        (_, None) => vec![change("Choose a channel"), done],
    };
    page(blocks, vec![Row::Buttons(buttons)])
}

/// The first digest goes out. `quiet`: when the quiet hours end in which it waits.
pub fn posted(place: &News, due: Option<Millis>, quiet: Option<Millis>) -> Page {
    let title = Line::ours("The first digest goes to ").with_all(place_line(place));
    let mut blocks = vec![Block::Title(title)];
    if let Some(end) = quiet {
        blocks.push(Block::Text(
            Line::ours("It waits for the end of the quiet hours, ")
                .on(end)
                .and("."),
        ));
    }
    if let Some(due) = due {
        blocks.push(Block::Text(
            Line::ours("The next one comes ")
                .on(due)
                .and(", with what is new by then."),
        ));
    }
    blocks.push(ways_on(Whose::Server));
    page(blocks, Vec::new())
}

fn ways_on(whose: Whose) -> Block {
    let line = Line::ours("Anybody can type ")
        .command("brief")
        .and(" and a topic now");
    Block::Text(match whose {
        Whose::Server => line
            .and("; ")
            .command("subscriptions add")
            .and(" sends a topic to a channel, ")
            .command("help")
            .and(" shows the rest."),
        Whose::Person | Whose::Terminal => Line::ours("Type ")
            .command("brief")
            .and(" and a topic, or ")
            .command("follow")
            .and(" to be sent what is new; ")
            .command("help")
            .and(" shows the rest."),
    })
}

/// How things stand in the end.
pub struct Summary<'a> {
    pub whose: Whose,
    pub sources: usize,
    pub digest: Option<&'a News>,
    /// "daily 08:00".
    pub when: Option<String>,
    pub due: Option<Millis>,
}

pub fn done(summary: &Summary<'_>) -> Page {
    let title = match summary.sources {
        0 => "Not set up yet",
        _ => "Lede is set up",
    };
    let mut blocks = vec![Block::Title(Line::ours(title))];
    blocks.push(Block::Bullet(match summary.sources {
        0 => Line::ours("No sources: ")
            .command("sources add")
            .and(" takes the address of a site"),
        sources => Line::ours(format!("{}: ", counted(sources, "source", "sources")))
            .command("sources list")
            .and(" shows how they are doing"),
    }));
    let digest = summary.digest.zip(summary.when.as_deref());
    if let Some((place, when)) = digest {
        let mut line = Line::ours(format!("A digest, {when}, to ")).with_all(place_line(place));
        if let Some(due) = summary.due {
            line = line.and("; the next ").on(due);
        }
        blocks.push(Block::Bullet(line));
    } else if summary.whose == Whose::Server {
        let line = Line::ours("No digest: ").command("subscriptions add");
        blocks.push(Block::Bullet(
            line.and(" sends what you choose to a channel"),
        ));
    }
    blocks.push(ways_on(summary.whose));
    page(blocks, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_one_line() {
        let progress = Progress {
            all: 12,
            read: 9,
            blocked: 1,
            failed: 0,
            waiting: 2,
            troubles: vec![("Wren".to_owned(), "blocked by the site (403)".to_owned())],
        };
        assert_eq!(progress.words(), "9 read, 1 blocked, 2 waiting");
        let drawn = reading(&progress, &step("reading"));
        let title = Block::Title(Line::ours(
            "Reading 12 sources: 9 read, 1 blocked, 2 waiting",
        ));
        assert_eq!(drawn.blocks[0], title);
        let bare = Progress {
            all: 3,
            waiting: 3,
            ..Progress::default()
        };
        assert_eq!(bare.words(), "0 read, 3 waiting");
    }

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
