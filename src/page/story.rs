//! How a story looks: in a brief with its quotes, in a list as one line, and as a card of its own.

use crate::clock::Millis;
use crate::news::StoryId;
use crate::page::action::{Action, Style};
use crate::page::{Ask, Block, Button, Choice, Line, Page, Row, Select};

/// A verbatim sentence and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteLine {
    pub sentence: String,
    pub outlet: String,
    pub url: Option<String>,
}

/// A figure that two outlets give differently, each in its own sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferLine {
    /// The figure as the sentence has it, with its unit.
    pub values: [String; 2],
    pub quotes: [QuoteLine; 2],
}

/// A sentence of the time before the newest reports.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLine {
    pub at: Millis,
    pub quote: QuoteLine,
}

/// A story as an answer shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryLines {
    pub id: StoryId,
    /// Place among the stories that this page was to show, from 0: some may have gone since.
    pub place: usize,
    pub headline: String,
    pub url: Option<String>,
    /// Outlets that have it, agency copies counted once, and the lead article's outlet.
    pub outlets: usize,
    pub lead_outlet: String,
    /// Distinct outlets, however much of one text they carry: at least `outlets`.
    pub carriers: usize,
    pub newest: Millis,
    pub quotes: Vec<QuoteLine>,
    /// What its outlets give differently, the surest first; mostly nothing.
    pub differs: Vec<DifferLine>,
}

/// One article of a story, for the card's list.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceLine {
    pub outlet: String,
    pub title: String,
    pub url: Option<String>,
    pub at: Millis,
    /// True when its text is the same as that of an article before it.
    pub copy: bool,
}

/// Everything that a story card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    pub story: StoryLines,
    pub oldest: Millis,
    /// How it came to where it is, oldest first; empty for a story of one half day.
    pub timeline: Vec<TimeLine>,
    pub sources: Vec<SourceLine>,
    pub related: Vec<StoryLines>,
    pub hashtags: Vec<String>,
}

/// Sources that a card lists at most, and related stories.
const CARD_SOURCES_MAX: usize = 15;
pub const CARD_RELATED_MAX: usize = 4;

impl StoryLines {
    /// "5 outlets · newest 2 h ago", "One text in 3 outlets · 2 h ago", or "Only Basin Weekly so far ·
    /// 2 h ago".
    pub fn small(&self) -> Line {
        match (self.copied(), self.outlets) {
            (Some(n), _) => Line::ours(format!("One text in {n} outlets · ")).ago(self.newest),
            (None, 0 | 1) => match self.has_one_name() {
                true => Line::ours("Only ").theirs(&self.lead_outlet),
                false => Line::ours("One outlet"),
            }
            .and(" so far · ")
            .ago(self.newest),
            (None, n) => Line::ours(format!("{n} outlets · newest ")).ago(self.newest),
        }
    }

    /// False where one outlet speaks by several sources, each with its name under its quotes.
    pub fn has_one_name(&self) -> bool {
        let mut quotes = self.quotes.iter();
        quotes.all(|quote| quote.outlet == self.lead_outlet)
    }

    /// How many outlets carry the one text that there is; none where one outlet has it, or there are
    /// several texts.
    pub fn copied(&self) -> Option<usize> {
        (self.outlets <= 1 && self.carriers > 1).then_some(self.carriers)
    }

    /// Headline, small print, at most `quotes` quotes and what outlets give differently.
    pub fn blocks(&self, quotes: usize) -> Vec<Block> {
        let heading = Block::Heading(Line::new().link(&self.headline, self.url.as_deref()));
        let mut blocks = vec![heading, Block::Small(self.small())];
        blocks.extend(self.quotes.iter().take(quotes).map(QuoteLine::block));
        blocks.extend(self.differs.first().map(DifferLine::block));
        blocks
    }

    /// "- Headline · 3 outlets".
    pub fn bullet(&self) -> Block {
        let line = Line::new().link(&self.headline, self.url.as_deref());
        Block::Bullet(match (self.copied(), self.outlets) {
            (Some(n), _) => line.and(format!(" · one text in {n} outlets")),
            (None, 0 | 1) => line.and(" · ").theirs(&self.lead_outlet),
            (None, n) => line.and(format!(" · {n} outlets")),
        })
    }

    /// The story as a choice of a select.
    pub fn choice(&self) -> Choice {
        let description = match (self.copied(), self.outlets) {
            (Some(n), _) => format!("One text in {n} outlets"),
            (None, 0 | 1) => format!("Only {}", self.lead_outlet),
            (None, n) => format!("{n} outlets"),
        };
        Choice {
            label: self.headline.clone(),
            value: format!("~{}", self.id.0),
            description: Some(description),
        }
    }
}

impl QuoteLine {
    pub fn block(&self) -> Block {
        let line = Line::new()
            .theirs(&self.sentence)
            .and(" — ")
            .link(&self.outlet, self.url.as_deref());
        Block::Quote(line)
    }
}

impl DifferLine {
    /// "**Outlets differ:** 14 crowns ([Avel Courier](…)), 16 crowns ([Coast Radio](…))".
    pub(in crate::page) fn block(&self) -> Block {
        let mut line = Line::new().bold("Outlets differ:");
        for (place, (value, quote)) in self.values.iter().zip(&self.quotes).enumerate() {
            line = line
                .and(if place == 0 { " " } else { ", " })
                .theirs(value)
                .and(" (")
                .link(&quote.outlet, quote.url.as_deref())
                .and(")");
        }
        Block::Text(line)
    }

    /// The same with both sentences under it, which hold the links.
    fn in_full(&self) -> Vec<Block> {
        let [one, other] = &self.values;
        let line = Line::new().bold("Outlets differ:").and(" ");
        let head = Block::Text(line.theirs(one).and(" or ").theirs(other));
        let quotes = self.quotes.iter().map(QuoteLine::block);
        std::iter::once(head).chain(quotes).collect()
    }
}

impl TimeLine {
    /// When, then what was said: a quote ends with its outlet.
    fn blocks(&self) -> [Block; 2] {
        [Block::Small(Line::new().ago(self.at)), self.quote.block()]
    }
}

/// A select that opens one of these stories as a card.
pub fn open_select(stories: &[StoryLines]) -> Option<Row> {
    if stories.is_empty() {
        return None;
    }
    Some(Row::Select(Select {
        placeholder: "Open a story".to_owned(),
        action: Action::Open {
            ask: Ask::new("story"),
            chosen: Some("find".to_owned()),
        },
        choices: stories.iter().take(25).map(StoryLines::choice).collect(),
    }))
}

/// The card of one story. `show_here` is offered where the asker may post, `wrong` where moderators
/// hear it.
pub fn card(card: &Card, show_here: Option<Ask>, wrong: Option<Ask>) -> Page {
    let story = &card.story;
    let mut blocks = vec![Block::Title(
        Line::new().link(&story.headline, story.url.as_deref()),
    )];
    let mut small = story.small();
    if card.sources.len() > 1 {
        small = small.and(" · first ").ago(card.oldest);
    }
    blocks.push(Block::Small(small));
    let below = |quote: &&QuoteLine| story.differs.iter().any(|line| line.quotes.contains(quote));
    let quotes = story.quotes.iter().filter(|quote| !below(quote));
    blocks.extend(quotes.map(QuoteLine::block));
    if !story.differs.is_empty() {
        blocks.push(Block::Divider);
        blocks.extend(story.differs.iter().flat_map(DifferLine::in_full));
    }
    if !card.timeline.is_empty() {
        blocks.push(Block::Divider);
        blocks.push(Block::Text(Line::new().bold("Before")));
        blocks.extend(card.timeline.iter().flat_map(TimeLine::blocks));
    }
    blocks.push(Block::Divider);
    blocks.push(Block::Text(Line::new().bold("Sources")));
    blocks.extend(
        card.sources
            .iter()
            .take(CARD_SOURCES_MAX)
            .map(SourceLine::bullet),
    );
    if card.sources.len() > CARD_SOURCES_MAX {
        let more = card.sources.len() - CARD_SOURCES_MAX;
        blocks.push(Block::Small(Line::ours(format!("and {more} more"))));
    }
    if !card.related.is_empty() {
        blocks.push(Block::Divider);
        blocks.push(Block::Text(Line::new().bold("Related")));
        blocks.extend(card.related.iter().map(StoryLines::bullet));
    }
    if !card.hashtags.is_empty() {
        let tags: Vec<String> = card.hashtags.iter().map(|tag| format!("#{tag}")).collect();
        blocks.push(Block::Small(Line::new().theirs(tags.join(" "))));
    }
    let mut rows: Vec<Row> = open_select(&card.related)
        .map(|row| match row {
            Row::Select(select) => Row::Select(Select {
                placeholder: "Open a related story".to_owned(),
                ..select
            }),
            other => other,
        })
        .into_iter()
        .collect();
    let buttons: Vec<Button> = (show_here.map(show_here_button).into_iter())
        .chain(wrong.map(super::wrong::button))
        .collect();
    if !buttons.is_empty() {
        rows.push(Row::Buttons(buttons));
    }
    Page {
        blocks: super::pack::fit(blocks),
        rows,
        empty: false,
    }
}

pub fn show_here_button(ask: Ask) -> Button {
    Button {
        label: "Show here".to_owned(),
        action: Action::ShowHere(ask),
        style: Style::Plain,
    }
}

impl SourceLine {
    pub(in crate::page) fn bullet(&self) -> Block {
        let line = Line::new()
            .theirs(&self.outlet)
            .and(": ")
            .link(&self.title, self.url.as_deref());
        let line = if self.copy {
            line.and(" · same text")
        } else {
            line
        };
        Block::Bullet(line.and(" · ").ago(self.at))
    }
}
