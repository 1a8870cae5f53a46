//! Lists: headlines, and the hits of a search.

use crate::clock::Millis;
use crate::page::brief::{Reach, counted, next_button, stories_of, told};
use crate::page::pack::Packer;
use crate::page::story::{StoryLines, open_select, show_here_button};
use crate::page::{Ask, Block, Line, Page, Row};

/// Headlines on one page.
pub const HEADLINES_MAX: usize = 10;
/// Hits on one page.
pub const HITS_MAX: usize = 8;

/// Ten linked headlines, one a story.
#[derive(Clone, Debug)]
pub struct Headlines {
    /// "Top stories", a topic or a source's name.
    pub title: String,
    /// "last 24 h".
    pub period: String,
    pub stories: Vec<StoryLines>,
    /// How many of the kept ones this page was to show.
    pub page_max: usize,
    pub stories_all: usize,
    /// Whether more stories were found than are kept.
    pub only_strongest: bool,
    pub reach: Option<Reach>,
    pub read_at: Option<Millis>,
    pub ask: Ask,
    pub may_show: bool,
}

pub fn headlines(list: &Headlines) -> Page {
    let mut packer = Packer::new();
    let title = Line::new()
        .theirs(&list.title)
        .and(format!(" · {}", list.period));
    let small = Line::ours(stories_of(list.stories_all, list.only_strongest));
    let mut small = Reach::after(list.reach.as_ref(), small);
    if let Some(read_at) = list.read_at {
        small = small.and(" · sources read ").ago(read_at);
    }
    packer.add(vec![Block::Title(title), Block::Small(small)]);
    let shown = list
        .stories
        .iter()
        .take(HEADLINES_MAX)
        .take_while(|story| packer.add(vec![story.bullet()]))
        .count();
    let mut rows: Vec<Row> = open_select(&list.stories[..shown]).into_iter().collect();
    let told = told(&list.stories, shown, list.page_max);
    rows.extend(buttons(&list.ask, list.may_show, told, list.stories_all));
    Page {
        blocks: packer.blocks,
        rows,
        empty: list.stories.is_empty(),
    }
}

/// An article that holds the words, with the sentence that does.
#[derive(Clone, Debug)]
pub struct Hit {
    pub headline: String,
    pub url: Option<String>,
    pub outlet: String,
    pub at: Millis,
    pub sentence: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Hits {
    pub words: String,
    pub period: String,
    pub hits: Vec<Hit>,
    /// How many of the kept ones this page was to show.
    pub page_max: usize,
    pub hits_all: usize,
    /// Whether there are older ones that are not kept.
    pub only_newest: bool,
    pub ask: Ask,
    pub may_show: bool,
}

pub fn hits(list: &Hits) -> Page {
    let mut packer = Packer::new();
    let title = Line::ours("Search: ")
        .theirs(&list.words)
        .and(format!(" · {}", list.period));
    packer.add(vec![
        Block::Title(title),
        Block::Small(Line::ours(match list.only_newest {
            true => format!("the newest {} articles", list.hits_all),
            false => counted(list.hits_all, "article", "articles"),
        })),
    ]);
    let shown = list
        .hits
        .iter()
        .take(HITS_MAX)
        .take_while(|hit| packer.add(hit_blocks(hit)))
        .count();
    let told = if shown == list.hits.len() {
        list.page_max
    } else {
        shown
    };
    let rows = buttons(&list.ask, list.may_show, told, list.hits_all)
        .into_iter()
        .collect();
    Page {
        blocks: packer.blocks,
        rows,
        empty: list.hits.is_empty(),
    }
}

fn hit_blocks(hit: &Hit) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(Line::new().link(&hit.headline, hit.url.as_deref())),
        Block::Small(Line::new().theirs(&hit.outlet).and(" · ").ago(hit.at)),
    ];
    if let Some(sentence) = &hit.sentence {
        let line = Line::new()
            .theirs(sentence)
            .and(" — ")
            .link(&hit.outlet, hit.url.as_deref());
        blocks.push(Block::Quote(line));
    }
    blocks
}

fn buttons(ask: &Ask, may_show: bool, shown: usize, all: usize) -> Option<Row> {
    let show = may_show.then(|| show_here_button(ask.clone()));
    let buttons: Vec<_> = show
        .into_iter()
        .chain(next_button(ask, shown, all))
        .collect();
    (!buttons.is_empty()).then_some(Row::Buttons(buttons))
}
