//! Why an article was sent, held or not sent: what was seen of it, and one sentence for each
//! subscription, whatever the reason.

use crate::clock::Millis;
use crate::news::push::{Grounds, Reason};
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::story::StoryLines;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// Sources that are named with the time at which each carried it.
const SOURCES_MAX: usize = 6;
/// Words that are named as having matched.
const WORDS_MAX: usize = 8;

/// What became of it for one subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// What is subscribed to, as it is called.
    pub what: String,
    /// Where it goes.
    pub place: Line,
    pub state: State,
    /// Score, bar, words, outlets.
    pub grounds: Option<Grounds>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It was to be sent, and was at `sent_at`, where it is out.
    Sent {
        mention: bool,
        sent_at: Option<Millis>,
    },
    Held {
        reason: Reason,
        until: Option<Millis>,
        /// By which subscription it was told, as it is called.
        told_by: Option<String>,
    },
    Skipped {
        reason: Reason,
        told_by: Option<String>,
    },
    /// Nothing was decided, as nothing in it meets the subscription.
    NoMatch,
    /// Nothing was decided: all of it was seen before.
    Before { made_at: Millis },
    /// Nothing was decided yet.
    NotYet,
    /// The subscription sleeps.
    Asleep { since: Millis },
}

/// A story, who carried it, and what became of it.
#[derive(Clone, Debug)]
pub struct Why {
    pub story: StoryLines,
    /// Sources of this newsroom with the time of the first sighting, the first one first.
    pub seen_by: Vec<(String, Millis)>,
    pub fates: Vec<Fate>,
}

/// The whole answer.
pub fn draw(why: &Why) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours("Why")),
        Block::Heading(Line::new().link(&why.story.headline, why.story.url.as_deref())),
        Block::Small(why.story.small()),
        Block::Text(seen(&why.seen_by)),
    ];
    if why.fates.is_empty() {
        blocks.push(Block::Text(Line::ours(
            "No subscription is there that could have sent it.",
        )));
    }
    for fate in &why.fates {
        blocks.push(Block::Bullet(fate.line()));
        blocks.extend(
            fate.grounds
                .as_ref()
                .and_then(grounds_line)
                .map(Block::Small),
        );
    }
    let story = Ask::new("story").value("find", format!("~{}", why.story.id.0));
    Page {
        blocks: fit(blocks),
        rows: vec![Row::Buttons(vec![Button {
            label: "All sources".to_owned(),
            action: Action::Open {
                ask: story,
                chosen: None,
            },
            style: Style::Plain,
        }])],
        empty: false,
    }
}

/// A link that none of the sources carried.
pub fn unseen(link: &str, sources: usize) -> Page {
    let sources = counted(sources, "source", "sources");
    Page {
        blocks: vec![
            Block::Title(Line::ours("Not seen")),
            Block::Small(Line::new().theirs(link)),
            Block::Text(Line::ours(format!(
                "None of the {sources} here has carried that link, so it could not be sent. The feed may leave it out, or name it by another address: look for words of its headline."
            ))),
        ],
        rows: Vec::new(),
        empty: true,
    }
}

fn seen(seen_by: &[(String, Millis)]) -> Line {
    let mut line = Line::new().bold("Seen").and(": ");
    for (at, (name, seen_at)) in seen_by.iter().take(SOURCES_MAX).enumerate() {
        if at > 0 {
            line = line.and(", ");
        }
        line = line.theirs(name).and(" ").ago(*seen_at);
    }
    match seen_by.len().saturating_sub(SOURCES_MAX) {
        0 => line,
        more => line.and(format!(" and {more} more")),
    }
}

impl Fate {
    /// "**Ukraine** in #news: held for quiet hours until 8:00."
    fn line(&self) -> Line {
        Line::new()
            .bold(&self.what)
            .and(" · ")
            .with_all(self.place.clone())
            .and(": ")
            .with_all(self.state.line())
    }
}

impl State {
    /// One sentence for every state and reason.
    fn line(&self) -> Line {
        match self {
            State::Sent { mention, sent_at } => sent(*mention, *sent_at),
            State::Held {
                reason,
                until,
                told_by,
            } => {
                let line = Line::ours("held, ").with_all(because(reason, told_by.as_deref()));
                match until {
                    Some(until) => line.and("; decided again ").on(*until).and("."),
                    None => line.and("; decided again when something new comes."),
                }
            }
            State::Skipped { reason, told_by } => Line::ours("not sent, ")
                .with_all(because(reason, told_by.as_deref()))
                .and("."),
            State::NoMatch => Line::ours("not sent, as nothing in it meets this subscription."),
            State::Before { made_at } => {
                Line::ours("not sent, as it was out before the subscription began ")
                    .ago(*made_at)
                    .and(".")
            }
            State::NotYet => {
                Line::ours("not decided yet: it came a moment ago, or waits to be placed.")
            }
            State::Asleep { since } => Line::ours("not sent, as the subscription sleeps since ")
                .ago(*since)
                .and("."),
        }
    }
}

fn sent(mention: bool, sent_at: Option<Millis>) -> Line {
    let how = if mention { " with its mention" } else { "" };
    match sent_at {
        Some(at) => Line::ours(format!("sent{how} ")).ago(at).and("."),
        None => Line::ours(format!("to be sent{how}; the message is on its way.")),
    }
}

/// The reason, to stand behind "held," or "not sent,".
fn because(reason: &Reason, told_by: Option<&str>) -> Line {
    match reason {
        Reason::Sent { .. } => Line::ours("although it was decided to be sent"),
        Reason::BelowBar => Line::ours("as it is not enough about the topic"),
        Reason::Excluded(word) => Line::ours("as it holds “")
            .theirs(word)
            .and("”, which the topic leaves out"),
        Reason::Baseline => Line::ours(
            "as all of it was seen before the subscription or its source was added, or was old when it was seen",
        ),
        Reason::AlreadyTold(told) => {
            let line = Line::ours("as this place was told ").ago(told.at);
            match told_by {
                Some(by) => line.and(" by ").theirs(by),
                None => {
                    line.and(" by another subscription, or with a story that it was merged into")
                }
            }
        }
        Reason::Waiting { wait_for } => Line::ours(format!("until {wait_for} outlets have it")),
        Reason::TooFew { wait_for } => Line::ours(format!(
            "as it never had {wait_for} outlets and nothing was added to it for three days"
        )),
        Reason::QuietHours => Line::ours("as these are quiet hours"),
        Reason::Cap { per_day } => Line::ours(format!(
            "as the {} of the day were used up",
            counted(*per_day as usize, "message", "messages")
        )),
        Reason::DigestTime => Line::ours("to come with the next digest"),
        Reason::Late => Line::ours(
            "as it could not be sent in time; a digest names it where one is still to come",
        ),
        Reason::Unlisted => Line::ours(
            "as the digest had no room for it and counted it among those that it did not list",
        ),
        Reason::Gone => Line::ours("as no source here has it any more"),
    }
}

/// "score 1.4 of 1.0 needed · words: harbour, quay · 2 outlets".
fn grounds_line(grounds: &Grounds) -> Option<Line> {
    let mut parts = Vec::new();
    if let (Some(score), Some(bar)) = (grounds.score, grounds.bar) {
        parts.push(Line::ours(format!("score {score:.1}, needed {bar:.1}")));
    }
    if !grounds.words.is_empty() {
        let words: Vec<&str> = grounds
            .words
            .iter()
            .take(WORDS_MAX)
            .map(String::as_str)
            .collect();
        parts.push(Line::ours("words: ").theirs(words.join(", ")));
    }
    if grounds.outlets > 0 {
        parts.push(Line::ours(counted(grounds.outlets, "outlet", "outlets")));
    }
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    Some(parts.fold(first, |line, part| line.and(" · ").with_all(part)))
}
