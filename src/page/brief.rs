//! The brief: first stories with two or three quotes, then one, then lines.

use crate::clock::Millis;
use crate::page::action::Style;
use crate::page::pack::Packer;
use crate::page::period::Period;
use crate::page::story::{StoryLines, open_select, show_here_button};
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// How much of a pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Short,
    Normal,
    Deep,
}

pub const LENGTHS: &[(&str, &str)] = &[
    ("short", "Short"),
    ("normal", "Normal"),
    ("deep", "Deep: more quotes"),
];

impl Length {
    pub fn parse(typed: &str) -> Option<Self> {
        match typed {
            "short" => Some(Length::Short),
            "normal" => Some(Length::Normal),
            "deep" => Some(Length::Deep),
            _ => None,
        }
    }

    /// Quotes of the story at `position` of the answer; none = a line under "Also".
    pub fn quotes(self, position: usize) -> usize {
        match (self, position) {
            (Length::Short, 0..=2) => 1,
            (Length::Short, _) => 0,
            (Length::Normal, 0..=1) => 3,
            (Length::Normal, 2..=3) => 2,
            (Length::Normal, 4..=5) => 1,
            (Length::Normal, _) => 0,
            (Length::Deep, _) => 3,
        }
    }

    /// Lines under "Also" on one page.
    fn lines_max(self) -> usize {
        match self {
            Length::Short => 4,
            Length::Normal => 6,
            Length::Deep => 0,
        }
    }
}

/// When somebody last asked for the same topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    pub at: Millis,
    /// Nobody did: it is a day ago.
    pub first: bool,
}

/// How far back an answer goes that was made from the newest articles alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub articles: usize,
    pub oldest: Millis,
}

impl Reach {
    /// " · of the newest 500 articles, the oldest 9 h ago".
    pub fn after(reach: Option<&Self>, line: Line) -> Line {
        match reach {
            Some(Self { articles, oldest }) => line
                .and(format!(" · of the newest {articles} articles, the oldest "))
                .ago(*oldest),
            None => line,
        }
    }
}

/// "5 stories", or "the 60 strongest stories" where no more are kept.
pub fn stories_of(all: usize, only_strongest: bool) -> String {
    match only_strongest {
        true => format!("the {all} strongest stories"),
        false => counted(all, "story", "stories"),
    }
}

/// What a brief says.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The topic as shown, "Top stories" for none.
    pub title: String,
    pub period: Period,
    /// The period asked for, where the brief was widened by itself.
    pub asked: Option<Period>,
    /// Where it goes on from what its asker saw before.
    pub since: Option<Since>,
    pub length: Length,
    /// From `ask.from` on, the best first; as many as a page can hold at most.
    pub stories: Vec<StoryLines>,
    /// How many of the kept ones this page was to show.
    pub page_max: usize,
    /// Stories and outlets of the whole answer.
    pub stories_all: usize,
    /// Whether more stories were found than are kept.
    pub only_strongest: bool,
    pub reach: Option<Reach>,
    pub outlets_all: usize,
    pub read_at: Option<Millis>,
    /// The request with what is kept, `from` at this page's first story.
    pub ask: Ask,
    pub may_show: bool,
}

/// Draws a brief page.
pub fn draw(brief: &Brief) -> Page {
    let mut packer = Packer::new();
    packer.add(head(brief));
    let mut shown = 0;
    let mut also = Vec::new();
    for story in &brief.stories {
        let quotes = brief.length.quotes(shown);
        let mut blocks = Vec::new();
        if quotes == 0 {
            if also.len() == brief.length.lines_max() {
                break;
            }
            if also.is_empty() {
                blocks.extend([Block::Divider, Block::Text(Line::new().bold("Also"))]);
            }
            blocks.push(story.bullet());
            also.push(story.id);
        } else {
            if shown > 0 {
                blocks.push(Block::Divider);
            }
            blocks.extend(story.blocks(quotes));
        }
        if !packer.add(blocks) {
            break;
        }
        shown += 1;
    }
    Page {
        blocks: packer.blocks,
        rows: rows(brief, shown),
        empty: brief.stories.is_empty(),
    }
}

/// Nothing was seen since the last time: with the way to what was there before.
pub fn nothing_since(title: &str, since: Since, ask: &Ask) -> Page {
    let line = match since.first {
        false => Line::ours("Nothing was seen since you asked ")
            .ago(since.at)
            .and("."),
        true => {
            Line::ours("You had not asked for it before, and nothing was seen in the last 24 h.")
        }
    };
    let wider = if since.first {
        Period::Week
    } else {
        Period::Day
    };
    let ask = Ask {
        kept: Vec::new(),
        ..ask.clone().value("period", wider.value())
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours("Nothing new on ").theirs(title)),
            Block::Text(line),
        ],
        rows: vec![Row::Buttons(vec![Button {
            label: wider.short().to_owned(),
            action: Action::Turn(ask),
            style: Style::Plain,
        }])],
        empty: true,
    }
}

/// "## Ukraine · last 24 h" and the line under it.
fn head(brief: &Brief) -> Vec<Block> {
    let period = match brief.since {
        Some(Since { first: false, .. }) => "since the last time".to_owned(),
        _ => format!("last {}", brief.period.short()),
    };
    let title = Line::new().theirs(&brief.title).and(format!(" · {period}"));
    let mut small = Line::ours(format!(
        "{}, {}",
        stories_of(brief.stories_all, brief.only_strongest),
        counted(brief.outlets_all, "outlet", "outlets")
    ));
    if brief.ask.from > 0 {
        small = small.and(format!(", from the {}", ordinal(brief.ask.from + 1)));
    }
    if let Some(asked) = brief.asked {
        small = small.and(format!(
            " · little in {}, so {}",
            asked.short(),
            brief.period.short()
        ));
    }
    small = match brief.since {
        Some(Since { at, first: false }) => small.and(" · you asked ").ago(at),
        Some(_) => small.and(" · you had not asked for it before, so 24 h"),
        None => small,
    };
    small = Reach::after(brief.reach.as_ref(), small);
    if let Some(read_at) = brief.read_at {
        small = small.and(" · sources read ").ago(read_at);
    }
    vec![Block::Title(title), Block::Small(small)]
}

fn rows(brief: &Brief, shown: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = open_select(&brief.stories[..shown.min(brief.stories.len())])
        .into_iter()
        .collect();
    let mut buttons = Vec::new();
    if brief.may_show {
        buttons.push(show_here_button(brief.ask.clone()));
    }
    if let Some(wider) = brief.period.wider() {
        let mut ask = Ask {
            kept: Vec::new(),
            from: 0,
            as_of: None,
            ..brief.ask.clone()
        };
        ask.values
            .insert("period".to_owned(), wider.value().to_owned());
        buttons.push(Button {
            label: wider.short().to_owned(),
            action: Action::Turn(ask),
            style: Style::Plain,
        });
    }
    let told = told(&brief.stories, shown, brief.page_max);
    buttons.extend(next_button(&brief.ask, told, brief.stories_all));
    if !buttons.is_empty() {
        rows.push(Row::Buttons(buttons));
    }
    rows
}

/// How many of the stories that a page was to show are done with, when it shows the first `shown`
/// of those that are still there.
pub fn told(stories: &[StoryLines], shown: usize, page_max: usize) -> usize {
    match shown {
        all if all == stories.len() => page_max,
        0 => 0,
        some => stories[some - 1].place + 1,
    }
}

/// Next, where the answer goes on after the `shown` ones of this page.
pub fn next_button(ask: &Ask, shown: usize, all: usize) -> Option<Button> {
    let from = ask.from + shown;
    (shown > 0 && from < all).then(|| Button {
        label: "Next".to_owned(),
        action: Action::Turn(Ask {
            from,
            ..ask.clone()
        }),
        style: Style::Main,
    })
}

/// "1 story", "5 stories".
pub fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_end_as_they_are_spoken() {
        let said: Vec<String> = [1, 2, 3, 4, 11, 12, 21, 112]
            .into_iter()
            .map(ordinal)
            .collect();
        assert_eq!(
            said,
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th"]
        );
    }
}
