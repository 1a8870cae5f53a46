//! `/help`, and answers that have nothing to show but a way on.

use crate::page::action::Style;
use crate::page::period::Period;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// A command as help lists it, or the subcommands of one.
pub struct Entry {
    /// "sources add".
    pub names: Vec<String>,
    /// It stands under that name in the menu of messages.
    pub in_menu: bool,
    pub description: &'static str,
}

/// What the caller may use; whoever may use moderators' commands can open the set-up card.
/// `own`: the newsroom is the caller's own.
pub fn help(everyone: &[Entry], moderators: &[Entry], own: bool) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours("Lede briefs you on the news")),
        Block::Text(Line::ours(
            "It quotes its sources word for word and links every sentence. Ask for a topic and get the stories, or open one to see who reports it.",
        )),
    ];
    blocks.extend(everyone.iter().map(Entry::bullet));
    if !moderators.is_empty() {
        let whose = match own {
            true => "For your own newsroom",
            false => "For moderators",
        };
        blocks.push(Block::Text(Line::new().bold(whose)));
        blocks.extend(moderators.iter().map(Entry::bullet));
    }
    blocks.push(Block::Small(Line::ours(
        "A topic is words, \"a phrase\", or -word to leave something out; an article says all of them, or what stands for them. Help with a topic tells which words stand for it.",
    )));
    let set_up = Row::Buttons(vec![super::setup::button()]);
    Page {
        blocks: super::pack::fit(blocks),
        rows: (!moderators.is_empty())
            .then_some(set_up)
            .into_iter()
            .collect(),
        empty: false,
    }
}

impl Entry {
    fn bullet(&self) -> Block {
        let mut names = Line::new();
        for (at, name) in self.names.iter().enumerate() {
            let before = if at > 0 { ", " } else { "" };
            names = match self.in_menu {
                true => names.and("A message's menu, Apps, ").bold(name),
                false => names.and(before).command(name),
            };
        }
        Block::Bullet(match self.names.len() {
            0 | 1 => names.and(": ").and(self.description),
            _ => Line::ours(self.description).and(": ").with_all(names),
        })
    }
}

/// What stands for a topic.
pub struct Words<'a> {
    /// The command of that name, where there is one.
    pub command: Option<Entry>,
    /// The topic, capitalised.
    pub title: String,
    /// Other names of the places that it names.
    pub others: Vec<&'a str>,
    /// What the newsroom's articles taught, the weightiest first; none when they are too few.
    pub learned: Option<Vec<String>>,
    pub brief: Ask,
}

pub fn words(words: &Words<'_>) -> Page {
    let mut blocks: Vec<Block> = Vec::new();
    if let Some(command) = &words.command {
        blocks.extend([command.bullet(), Block::Divider]);
    }
    blocks.extend([
        Block::Title(Line::ours("What stands for ").theirs(&words.title)),
        Block::Text(Line::ours(
            "Its own words and their inflections, which always count most.",
        )),
    ]);
    if !words.others.is_empty() {
        blocks.push(Block::Text(
            Line::new()
                .bold("Also")
                .and(": ")
                .theirs(words.others.join(", ")),
        ));
    }
    let learned = words.learned.as_ref().filter(|learned| !learned.is_empty());
    blocks.push(Block::Text(match learned {
        Some(learned) => Line::new()
            .bold("Learned from your sources")
            .and(": ")
            .theirs(learned.join(", ")),
        None => Line::ours("Your sources have reported too little on it yet to teach more."),
    }));
    let found = match learned {
        Some(_) => "An article that never says the topic is found when it says much of this. ",
        None => "",
    };
    blocks.push(Block::Small(Line::ours(format!(
        "{found}-word leaves a word out, and search means the typed words alone.",
    ))));
    let button = Button {
        label: "Brief".to_owned(),
        action: Action::Open {
            ask: words.brief.clone(),
            chosen: None,
        },
        style: Style::Main,
    };
    Page {
        blocks: super::pack::fit(blocks),
        rows: vec![Row::Buttons(vec![button])],
        empty: false,
    }
}

/// A newsroom without sources, for those who do not decide about them; moderators get the card.
pub fn no_sources() -> Page {
    let way = Line::ours("Ask a moderator to type ")
        .command("sources packs")
        .and(" or ")
        .command("sources add")
        .and("; ")
        .command("suggest-source")
        .and(" proposes one.");
    let blocks = vec![Block::Title(Line::ours("No sources yet")), Block::Text(way)];
    Page {
        blocks,
        rows: Vec::new(),
        empty: true,
    }
}

/// Nothing on a topic: the nearest stories that there are, and what else to try.
pub struct Nothing {
    /// As shown; none for the top stories.
    pub topic: Option<String>,
    pub period: Period,
    /// Topics that do have news.
    pub near: Vec<String>,
    /// The one source that was asked for.
    pub source: Option<String>,
    pub sources: usize,
    /// Whether the asker may add a source, or else suggests one.
    pub may_add: bool,
    pub ask: Ask,
}

pub fn nothing(nothing: &Nothing) -> Page {
    let (title, did) = match &nothing.topic {
        Some(topic) => (Line::ours("Nothing on ").theirs(topic), "reported on it"),
        None => (Line::ours("No news"), "published anything"),
    };
    let period = nothing.period.short();
    let mut blocks = vec![
        Block::Title(title),
        Block::Text(match (&nothing.source, nothing.sources) {
            (Some(source), _) => Line::new()
                .theirs(source)
                .and(format!(" has not {did} in the last {period}.")),
            (None, 1) => Line::ours(format!(
                "The one source here has not {did} in the last {period}."
            )),
            (None, sources) => Line::ours(format!(
                "None of the {sources} sources here {did} in the last {period}."
            )),
        }),
    ];
    if nothing.topic.is_some() && nothing.source.is_none() {
        let missing = Line::ours("Is an outlet missing? ");
        blocks.push(Block::Small(match nothing.may_add {
            true => missing.command("sources add").and(" adds it."),
            false => missing
                .command("suggest-source")
                .and(" proposes it to the moderators."),
        }));
    }
    let mut buttons = Vec::new();
    if !nothing.near.is_empty() {
        blocks.push(Block::Text(Line::ours("There is news on these:")));
        for topic in nothing.near.iter().take(4) {
            let ask = Ask::new("brief").value("topic", topic.clone());
            buttons.push(Button {
                label: topic.clone(),
                action: Action::Turn(ask),
                style: Style::Plain,
            });
        }
    }
    if let Some(wider) = nothing.period.wider() {
        let ask = Ask {
            kept: Vec::new(),
            from: 0,
            as_of: None,
            outlets: 0,
            ..nothing.ask.clone()
        }
        .value("period", wider.value());
        buttons.push(Button {
            label: wider.short().to_owned(),
            action: Action::Turn(ask),
            style: Style::Plain,
        });
    }
    let rows = if buttons.is_empty() {
        Vec::new()
    } else {
        vec![Row::Buttons(buttons)]
    };
    Page {
        blocks,
        rows,
        empty: true,
    }
}

/// A button whose answer is no longer kept.
pub fn expired(refresh: Ask) -> Page {
    let blocks = vec![
        Block::Title(Line::ours("This answer is over a week old")),
        Block::Text(Line::ours("Refresh asks the same again.")),
    ];
    let action = Action::Open {
        ask: refresh,
        chosen: None,
    };
    let button = Button {
        label: "Refresh".to_owned(),
        action,
        style: Style::Main,
    };
    Page {
        blocks,
        rows: vec![Row::Buttons(vec![button])],
        empty: false,
    }
}
