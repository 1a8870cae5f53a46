//! Fix this story: the panel, a page for each thing that can be wrong, and what was done, with Undo.

use crate::clock::Millis;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::story::{SourceLine, StoryLines};
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select};
use crate::text::plain;

/// What it is called wherever it can be pressed or chosen.
pub const TITLE: &str = "Fix this story";

/// Sources of the story that the panel lists.
const SOURCES_MAX: usize = 8;
/// Choices of one select (Discord: 25).
pub const CHOICES_MAX: usize = 25;
/// Characters of a headline in a line of the audit.
const AUDIT_CHARS_MAX: usize = 90;

/// A correction in force, as the panel tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub id: i64,
    /// "merged with another story".
    pub what: String,
    pub at: Millis,
}

/// What the panel shows.
#[derive(Clone, Debug)]
pub struct Panel {
    pub story: StoryLines,
    pub sources: Vec<SourceLine>,
    pub is_hidden: bool,
    pub standing: Vec<Standing>,
}

/// The request that this story be fixed.
pub fn ask_of(story: &StoryLines) -> Ask {
    Ask::new("fix").value("link", format!("~{}", story.id.0))
}

/// The button by which a report is put aside, and the value that says of which kind it is.
pub const NOTHING_WRONG: &str = "Nothing is wrong";
pub const REPORT: &str = "report";

/// What can be done about a report; `what`: its kind, as a value.
pub fn report_buttons(story: &StoryLines, what: &str) -> Vec<Button> {
    vec![button(ask_of(story)), nothing_wrong(ask_of(story), what)]
}

/// Puts a report aside. `ask`: the request that names its story.
pub fn nothing_wrong(ask: Ask, what: &str) -> Button {
    let nothing = ask.value("do", "nothing").value(REPORT, what);
    Button {
        label: NOTHING_WRONG.to_owned(),
        action: Action::Confirm(nothing),
        style: Style::Plain,
    }
}

/// "Fix this story", wherever a moderator may want it.
pub fn button(ask: Ask) -> Button {
    Button {
        label: TITLE.to_owned(),
        action: Action::Open { ask, chosen: None },
        style: Style::Plain,
    }
}

fn head(title: &str, story: &StoryLines) -> Vec<Block> {
    vec![
        Block::Title(Line::ours(title)),
        Block::Heading(Line::new().link(&story.headline, story.url.as_deref())),
        Block::Small(story.small()),
    ]
}

fn turn(label: &str, ask: Ask) -> Button {
    Button {
        label: label.to_owned(),
        action: Action::Turn(ask),
        style: Style::Plain,
    }
}

fn bold(label: &str, rest: &str) -> Block {
    Block::Bullet(Line::new().bold(label).and(rest))
}

/// What is the matter with the story?
pub fn panel(panel: &Panel) -> Page {
    let story = &panel.story;
    let mut blocks = head(TITLE, story);
    blocks.extend(
        panel
            .sources
            .iter()
            .take(SOURCES_MAX)
            .map(SourceLine::bullet),
    );
    let more = panel.sources.len().saturating_sub(SOURCES_MAX);
    if more > 0 {
        blocks.push(Block::Small(Line::ours(format!("and {more} more"))));
    }
    blocks.push(Block::Divider);
    let mut rows = Vec::new();
    if panel.is_hidden {
        let text = "Moderators hid this story: it is in no answer, message or digest here.";
        blocks.push(Block::Text(Line::ours(text)));
    } else {
        let (words, buttons) = choices(story, panel.sources.len());
        blocks.extend(words);
        rows.push(Row::Buttons(buttons));
    }
    blocks.push(Block::Small(Line::ours(
        "This changes what is seen here and nowhere else. Each can be taken back.",
    )));
    if !panel.standing.is_empty() {
        blocks.push(Block::Text(Line::new().bold("Corrected before")));
        for one in panel.standing.iter().take(CHOICES_MAX) {
            blocks.push(Block::Bullet(
                Line::new().theirs(&one.what).and(" ").ago(one.at),
            ));
        }
        rows.push(take_back(story, &panel.standing));
    }
    Page {
        blocks: fit(blocks),
        rows,
        empty: false,
    }
}

/// What can be done, each with what it means, and its button.
fn choices(story: &StoryLines, articles: usize) -> (Vec<Block>, Vec<Button>) {
    let ask = |what: &str| ask_of(story).value("do", what);
    let mut blocks = vec![bold(
        "Merge with…",
        ": this story and another one are one. What either was told is not told again.",
    )];
    let mut buttons = vec![turn("Merge with…", ask("merge"))];
    if articles > 1 {
        blocks.push(bold(
            "Split out…",
            ": some of its articles are a story of their own. Later ones go to what they are nearest to.",
        ));
        buttons.push(turn("Split out…", ask("split")));
    }
    blocks.push(bold(
        "Hide here",
        ": it is in no answer, message or digest any more.",
    ));
    buttons.push(Button {
        label: "Hide here".to_owned(),
        action: Action::Confirm(ask("hide")),
        style: Style::Danger,
    });
    blocks.push(bold(
        "Wrong topic",
        ": it is not about a topic, and Lede learns from that.",
    ));
    buttons.push(turn("Wrong topic", ask("topic")));
    (blocks, buttons)
}

fn take_back(story: &StoryLines, standing: &[Standing]) -> Row {
    let choice = |one: &Standing| Choice {
        label: one.what.clone(),
        value: one.id.to_string(),
        description: None,
    };
    let choices = standing.iter().take(CHOICES_MAX).map(choice);
    Row::Select(select(
        "Take back",
        &ask_of(story),
        "undo",
        choices.collect(),
    ))
}

fn back(story: &StoryLines) -> Button {
    turn("Back", ask_of(story))
}

fn fill(label: &str, field: &str, asked: &str, ask: Ask) -> Button {
    Button {
        label: format!("{label}…"),
        action: Action::Fill {
            form: Form {
                title: label.to_owned(),
                fields: vec![Field {
                    name: field.to_owned(),
                    label: asked.to_owned(),
                    value: String::new(),
                    required: true,
                    long: false,
                }],
            },
            ask,
        },
        style: Style::Plain,
    }
}

/// A page on which something is chosen, where there is anything to choose, or named in a form.
fn asking(title: &str, story: &StoryLines, said: &str, select: Select, other: Button) -> Page {
    let mut blocks = head(title, story);
    blocks.push(Block::Text(Line::ours(said)));
    let select = (!select.choices.is_empty()).then_some(Row::Select(select));
    let buttons = Row::Buttons(vec![other, back(story)]);
    Page {
        blocks: fit(blocks),
        rows: select.into_iter().chain([buttons]).collect(),
        empty: false,
    }
}

/// A select of what `option` of the request is to hold.
fn select(placeholder: &str, ask: &Ask, option: &str, choices: Vec<Choice>) -> Select {
    Select {
        placeholder: placeholder.to_owned(),
        action: Action::Choose {
            ask: ask.clone(),
            option: option.to_owned(),
        },
        choices,
    }
}

/// With which other story is it one? `near`: those that are likest.
pub fn merge(story: &StoryLines, near: &[StoryLines]) -> Page {
    let ask = ask_of(story).value("do", "merge");
    let said = match near {
        [] => "No story of the last days is like it. Name one by a headline or a link.",
        _ => "Choose the story that is one with it, or name another by a headline or a link.",
    };
    let near = near.iter().take(CHOICES_MAX).map(StoryLines::choice);
    let near = select("Merge with", &ask, "with", near.collect());
    let words = "Words of its headline, or a link";
    let other = fill("Another story", "with", words, ask);
    asking("Merge with…", story, said, near, other)
}

/// Is it this one? Asked where a story was named by words or a link.
pub fn is_it(story: &StoryLines, other: &StoryLines) -> Page {
    let ask = ask_of(story).value("do", "merge");
    let mut blocks = head("Merge with this one?", story);
    blocks.push(Block::Text(Line::ours("and")));
    blocks.push(Block::Heading(
        Line::new().link(&other.headline, other.url.as_deref()),
    ));
    blocks.push(Block::Small(other.small()));
    let merge = Button {
        label: "Merge".to_owned(),
        action: Action::Confirm(ask.clone().value("with", format!("~{}", other.id.0))),
        style: Style::Main,
    };
    Page {
        blocks: fit(blocks),
        rows: vec![Row::Buttons(vec![merge, turn("Another one", ask)])],
        empty: false,
    }
}

/// An article that may be split out.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub article: i64,
    pub line: SourceLine,
    pub is_chosen: bool,
}

/// Which of its articles are a story of their own? `chosen`: as the request keeps them.
pub fn split(story: &StoryLines, pieces: &[Piece], chosen: &str) -> Page {
    let mut blocks = head("Split out…", story);
    blocks.push(Block::Text(Line::ours(
        "Choose the articles that are another story, one after the other; choosing one again leaves it in.",
    )));
    let count = pieces.iter().filter(|piece| piece.is_chosen).count();
    for piece in pieces.iter().filter(|piece| piece.is_chosen) {
        blocks.push(piece.line.bullet());
    }
    if pieces.len() > CHOICES_MAX {
        let text = format!("The newest {CHOICES_MAX} of {} articles.", pieces.len());
        blocks.push(Block::Small(Line::ours(text)));
    }
    let ask = ask_of(story).value("do", "split").value("chosen", chosen);
    let choice = |piece: &Piece| Choice {
        label: match piece.is_chosen {
            true => format!("✓ {}", piece.line.title),
            false => piece.line.title.clone(),
        },
        value: piece.article.to_string(),
        description: Some(piece.line.outlet.clone()),
    };
    let choices = pieces.iter().rev().take(CHOICES_MAX).map(choice);
    let articles = "Articles of another story";
    let mut rows = vec![Row::Select(select(
        articles,
        &ask,
        "pick",
        choices.collect(),
    ))];
    let mut buttons = Vec::new();
    if count > 0 && count < pieces.len() {
        buttons.push(Button {
            label: format!("Split out {}", counted(count, "article", "articles")),
            action: Action::Confirm(ask),
            style: Style::Main,
        });
    }
    buttons.push(back(story));
    rows.push(Row::Buttons(buttons));
    Page {
        blocks: fit(blocks),
        rows,
        empty: false,
    }
}

/// About which topic is it not? `topics`: (key, as it is called) of subscriptions that it matches.
pub fn topic(story: &StoryLines, topics: &[(String, String)]) -> Page {
    let ask = ask_of(story).value("do", "topic");
    let said = match topics {
        [] => {
            "No channel here subscribes to a topic that it meets. Name the topic that it is not about."
        }
        _ => {
            "Choose the topic that it is not about. It is not sent for that topic and not in its brief, \
             and Lede learns from its articles what does not belong to the topic."
        }
    };
    let choice = |(key, shown): &(String, String)| Choice {
        label: shown.clone(),
        value: key.clone(),
        description: None,
    };
    let topics = topics.iter().take(CHOICES_MAX).map(choice);
    let topics = select("Not about", &ask, "topic", topics.collect());
    let words = "The topic that it is not about";
    let other = fill("Another topic", "topic", words, ask);
    asking("Wrong topic", story, said, topics, other)
}

/// What was done. `change`: the audit's line, for Undo; `story`: to go on with, where it is shown.
pub fn done(said: Line, effect: &str, change: i64, story: Option<&StoryLines>) -> Page {
    let undo = Ask::new("audit").value("undo", change.to_string());
    let mut buttons = vec![Button {
        label: "Undo".to_owned(),
        action: Action::Confirm(undo),
        style: Style::Plain,
    }];
    buttons.extend(story.map(|story| turn("Fix more", ask_of(story))));
    Page {
        blocks: vec![
            Block::Title(Line::ours("Fixed")),
            Block::Text(said),
            Block::Small(Line::ours(effect)),
        ],
        rows: vec![Row::Buttons(buttons)],
        empty: false,
    }
}

/// Taken back from the panel, where it can be older than the audit's Undo allows.
pub fn taken_back(story: Option<&StoryLines>) -> Page {
    let buttons: Vec<Button> = (story.map(|story| turn(TITLE, ask_of(story))))
        .into_iter()
        .collect();
    Page {
        blocks: vec![
            Block::Title(Line::ours("Taken back")),
            Block::Text(Line::ours(
                "The story is again as it was before. What was sent meanwhile is not sent again.",
            )),
        ],
        rows: match buttons.is_empty() {
            true => Vec::new(),
            false => vec![Row::Buttons(buttons)],
        },
        empty: false,
    }
}

/// What a member said of it was put aside; none where the story is gone.
pub fn put_aside(story: Option<&StoryLines>) -> Page {
    let said = match story {
        Some(story) => Line::new().bold(&story.headline).and(" stays as it is."),
        None => Line::ours("The story is gone here by now."),
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours(NOTHING_WRONG)),
            Block::Text(said),
            Block::Small(Line::ours(
                "Whoever said that something is wrong with it is told so.",
            )),
        ],
        ..Page::default()
    }
}

/// A headline in a line of the audit.
pub fn named(headline: &str) -> String {
    format!("“{}”", plain::cut(headline, AUDIT_CHARS_MAX))
}

/// Before and after of a correction, in words.
pub mod audit {
    use super::named;
    use crate::page::brief::counted;

    pub fn merge(one: &str, other: &str) -> (String, String) {
        let before = format!("{} and {}", named(one), named(other));
        (before, "one story".to_owned())
    }

    /// `out`: of so many articles.
    pub fn split(headline: &str, first: &str, out: usize, all: usize) -> (String, String) {
        let articles = |n| counted(n, "article", "articles");
        let before = format!("{} with {}", named(headline), articles(all));
        let left = articles(all.saturating_sub(out));
        let after = format!("{left} of it, and {} with {}", named(first), articles(out));
        (before, after)
    }

    pub fn hide(headline: &str) -> (String, String) {
        (format!("{}, shown", named(headline)), "hidden".to_owned())
    }

    pub fn topic(headline: &str, topic: &str) -> (String, String) {
        let before = format!("{}, about {topic}", named(headline));
        (before, format!("not about {topic}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audited_headline_is_cut_and_numbers_are_counted() {
        let long = "Harbour ".repeat(30);
        let (before, after) = audit::split(&long, "Ferry", 1, 3);
        assert!(before.chars().count() < 120, "{before}");
        assert_eq!(after, "2 articles of it, and “Ferry” with 1 article");
        assert_eq!(audit::hide("A").0, "“A”, shown");
    }
}
