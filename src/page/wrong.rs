//! Wrong? on a story's card: what a member can say of it, and what becomes of that.

use crate::clock::Millis;
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::fix;
use crate::page::story::StoryLines;
use crate::page::suggestion::Turn;
use crate::page::{Action, Ask, Block, Button, Card, Choice, Line, Page, Row, Select};
use crate::text::plain;

/// Characters of a headline in a notice.
const HEADLINE_CHARS_MAX: usize = 120;

/// What can be wrong, as values and in words.
pub const CHOICES: [(&str, &str); 4] = [
    ("parts", "It is not one story"),
    ("same", "It is the same as another story"),
    ("topic", "It is not about its topic"),
    ("place", "It should not be here"),
];

/// The button on a card.
pub fn button(ask: Ask) -> Button {
    Button {
        label: "Wrong?".to_owned(),
        action: Action::Open {
            ask: ask.value("wrong", "ask"),
            chosen: None,
        },
        style: Style::Plain,
    }
}

/// What is wrong? `fix`: where a moderator asks, who can mend it at once.
pub fn question(story: &StoryLines, ask: &Ask, fix: bool) -> Page {
    let blocks = vec![
        Block::Title(Line::ours("What is wrong?")),
        Block::Heading(Line::new().link(&story.headline, story.url.as_deref())),
        Block::Text(Line::ours(
            "Moderators are told what you choose, and not who you are. You hear when they dealt with it.",
        )),
    ];
    let choice = |(value, label): &(&str, &str)| Choice {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
        description: None,
    };
    let mut rows = vec![Row::Select(Select {
        placeholder: "What is wrong".to_owned(),
        action: Action::Choose {
            ask: ask.clone(),
            option: "wrong".to_owned(),
        },
        choices: CHOICES.iter().map(choice).collect(),
    })];
    if fix {
        rows.push(Row::Buttons(vec![fix::button(fix::ask_of(story))]));
    }
    Page {
        blocks,
        rows,
        empty: false,
    }
}

/// It was passed on.
pub fn thanks() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Thank you")),
            Block::Text(Line::ours(
                "The moderators are told. You hear when they dealt with it.",
            )),
        ],
        ..Page::default()
    }
}

/// This person said so before.
pub fn before() -> Page {
    Page {
        blocks: vec![
            Block::Title(Line::ours("Already passed on")),
            Block::Text(Line::ours(
                "What you said of this story waits for the moderators. It was not passed on a second time.",
            )),
        ],
        ..Page::default()
    }
}

/// What moderators are told.
pub fn notice(story: &StoryLines, what: &str) -> Card {
    let said = CHOICES.iter().find(|(value, _)| *value == what);
    let said = said.map_or("Something is wrong with it", |(_, label)| label);
    Card {
        head: Line::ours("A member says that a story is wrong"),
        blocks: vec![
            Block::Heading(Line::new().link(&story.headline, story.url.as_deref())),
            Block::Text(Line::ours(format!("{said}."))),
        ],
    }
}

/// What members say of a story, and moderators did not deal with yet.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// None where the newsroom has it no more.
    pub story: Option<&'a StoryLines>,
    /// The request that names it.
    pub ask: &'a Ask,
    /// Of [`CHOICES`].
    pub what: &'a str,
    pub members: usize,
    pub since: Millis,
}

/// One of those that wait, with the way to the next.
pub fn pending(report: &Report<'_>, turn: Turn) -> Page {
    let heading = match report.story {
        Some(story) => Line::new().link(&story.headline, story.url.as_deref()),
        None => Line::ours("A story that is gone here by now"),
    };
    let said = CHOICES.iter().find(|(value, _)| *value == report.what);
    let said = said.map_or("Something is wrong with it", |(_, label)| label);
    let by = counted(report.members, "member", "members");
    let buttons = match report.story {
        Some(story) => fix::report_buttons(story, report.what),
        None => vec![fix::nothing_wrong(report.ask.clone(), report.what)],
    };
    Page {
        blocks: vec![
            Block::Title(turn.title()),
            Block::Heading(heading),
            Block::Small(Line::ours(format!("said by {by} · ")).ago(report.since)),
            Block::Text(Line::ours(format!("{said}."))),
        ],
        rows: vec![turn.row(buttons)],
        empty: false,
    }
}

/// What a member is told whose report was dealt with.
pub fn dealt_with(headline: &str) -> String {
    let headline = plain::cut(headline, HEADLINE_CHARS_MAX);
    format!("Moderators dealt with what you said of “{headline}”. Thank you.")
}

/// Of a story that is gone.
pub const GONE: &str = "Moderators looked at what you said of a story that is gone by now.";

/// The same, where nothing was found wrong.
pub fn left_as_it_is(headline: &str) -> String {
    let headline = plain::cut(headline, HEADLINE_CHARS_MAX);
    format!("Moderators looked at what you said of “{headline}”, and left the story as it is.")
}
