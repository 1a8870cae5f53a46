//! The pages of `/subscriptions` and `/follow`: the card before anything is saved, the list, one of
//! them, and what was changed.

pub mod change;
pub mod manage;
pub mod unheard;
pub mod words;

use crate::clock::{DAY, Millis};
use crate::news::push::DIGEST_STORIES_MAX;
use crate::news::subscription::Place;
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::story::StoryLines;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};
use change::Part;
use words::{Terms, facts, place_line};

/// Stories on the card that would have been sent.
pub const CARD_STORIES_MAX: usize = 3;
/// Of so many stories fewer than a tenth: nearly never.
const NEVER_STORIES_MIN: usize = 3;

/// What the last days would have brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// The newest that it would have sent, the newest first.
    pub last: Vec<StoryLines>,
    /// What matched over `span_ms`: stories, or articles where each is wanted.
    pub matched: usize,
    /// How many of them had the outlets that are waited for.
    pub enough: usize,
    /// How far back was counted; never 0 once something was.
    pub span_ms: Millis,
    /// Articles are counted and not stories.
    pub articles: bool,
    /// Sources of the newsroom.
    pub sources: usize,
}

/// Who is doing what with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// A moderator adds it for a channel.
    Add,
    /// What is there already is wished otherwise.
    Edit,
    /// A person follows it.
    Follow,
}

/// The card that is shown before anything is saved.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    pub doing: Doing,
    /// What is subscribed to, as it is called.
    pub what: &'a str,
    pub place: &'a Place,
    pub terms: Terms<'a>,
    pub outlook: &'a Outlook,
    pub warnings: &'a [String],
    /// The request as it stands; Confirm and Change go on from it.
    pub ask: &'a Ask,
}

/// What, where, how, what it would have sent, what to expect.
pub fn card(card: &Card<'_>) -> Page {
    let what = Line::new().theirs(card.what);
    let title = match card.doing {
        Doing::Add => Line::ours("Send ")
            .theirs(card.what)
            .and(" to ")
            .with_all(place_line(card.place))
            .and("?"),
        Doing::Edit => Line::ours("Change ").with_all(what).and("?"),
        Doing::Follow => Line::ours("Follow ").with_all(what).and("?"),
    };
    let mut blocks = vec![Block::Title(title)];
    blocks.extend(facts(&card.terms, card.place));
    blocks.push(Block::Bullet(
        Line::new()
            .bold("To expect")
            .and(": ")
            .and(expected(card.outlook, &card.terms)),
    ));
    let notes = nearly_never(card.outlook, card.terms.wish.wait_for);
    blocks.extend(card.warnings.iter().cloned().chain(notes).map(note));
    if !card.outlook.last.is_empty() {
        let title = match card.outlook.last.len() {
            1 => "The last that it would have sent".to_owned(),
            n => format!("The last {n} that it would have sent"),
        };
        blocks.push(Block::Divider);
        blocks.push(Block::Text(Line::new().bold(title)));
        blocks.extend(card.outlook.last.iter().map(dated));
    }
    Page {
        blocks: fit(blocks),
        rows: vec![
            Row::Buttons(vec![
                Button {
                    label: if card.doing == Doing::Edit {
                        "Save"
                    } else {
                        "Confirm"
                    }
                    .to_owned(),
                    action: Action::Confirm(card.ask.clone()),
                    style: Style::Main,
                },
                Button {
                    label: "Cancel".to_owned(),
                    action: Action::Turn(card.ask.clone().value("cancel", "yes")),
                    style: Style::Plain,
                },
            ]),
            change::select(&Part::of(card.terms.wish, card.place), card.ask),
        ],
        empty: false,
    }
}

/// "- Headline · 3 outlets · 2 h ago".
fn dated(story: &StoryLines) -> Block {
    match story.bullet() {
        Block::Bullet(line) => Block::Bullet(line.and(" · ").ago(story.newest)),
        other => other,
    }
}

fn note(text: String) -> Block {
    Block::Text(Line::new().bold("Note").and(format!(": {text}")))
}

/// How many a day, in words.
fn expected(outlook: &Outlook, terms: &Terms<'_>) -> String {
    let (one, many) = if outlook.articles {
        ("article", "articles")
    } else {
        ("story", "stories")
    };
    let days = outlook.span_ms as f64 / DAY as f64;
    let looked = match days.round() as i64 {
        ..=1 => "last day".to_owned(),
        days => format!("last {days} days"),
    };
    let rate = outlook.enough as f64 / days.max(1.0);
    let words = match (outlook.enough, rate.round() as usize) {
        (0, _) => return format!("nothing in the {looked} would have been sent."),
        (n, 0) => format!("{} in the {looked}", counted(n, one, many)),
        (_, rate) => format!("about {} a day", counted(rate, one, many)),
    };
    let cap = terms.bound.per_day as usize;
    if terms.is_digest() {
        format!("{words}. A digest tells the strongest {DIGEST_STORIES_MAX} and counts the rest.")
    } else if rate > cap as f64 {
        format!("{words}: {cap} as they break, the rest in one message the next morning.")
    } else {
        format!("{words}.")
    }
}

/// A warning where waiting for outlets would leave next to nothing.
fn nearly_never(outlook: &Outlook, wait_for: u8) -> Option<String> {
    if wait_for <= 1 {
        return None;
    }
    let wanted = usize::from(wait_for);
    if outlook.sources < wanted {
        let sources = counted(outlook.sources, "source", "sources");
        return Some(format!(
            "there are only {sources} here, so hardly a story can have {wait_for} outlets. Wait for fewer, or it sends nearly nothing."
        ));
    }
    let few = outlook.matched >= NEVER_STORIES_MIN && outlook.enough * 10 < outlook.matched;
    few.then(|| {
        format!(
            "only {} of {} stories had {wait_for} outlets, so it would nearly never send. Wait for fewer under Change.",
            outlook.enough, outlook.matched
        )
    })
}

/// Nothing was saved.
pub fn cancelled(what: &str) -> Page {
    Page {
        blocks: vec![Block::Text(
            Line::ours("Nothing was changed about ")
                .theirs(what)
                .and("."),
        )],
        ..Page::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::subscription::{What, Wish};
    use crate::news::zone::Zone;

    fn said(outlook: Outlook, wish: Wish) -> String {
        let zone = Zone::utc();
        let terms = Terms {
            wish: &wish,
            bound: &wish,
            zone: &zone,
            zone_chosen: false,
            due: None,
            each_article: false,
        };
        expected(&outlook, &terms)
    }

    fn outlook(enough: usize, days: i64) -> Outlook {
        Outlook {
            matched: enough,
            enough,
            span_ms: days * DAY,
            sources: 12,
            ..Outlook::default()
        }
    }

    fn breaking() -> Wish {
        let topic = What::Topic {
            key: "harbour".into(),
            shown: "harbour".into(),
        };
        Wish::of_channel(&topic, 3, None)
    }

    #[test]
    fn what_to_expect_is_said_in_words() {
        assert_eq!(
            said(outlook(0, 7), breaking()),
            "nothing in the last 7 days would have been sent."
        );
        assert_eq!(
            said(outlook(3, 7), breaking()),
            "3 stories in the last 7 days."
        );
        assert_eq!(said(outlook(21, 7), breaking()), "about 3 stories a day.");
        assert_eq!(
            said(outlook(140, 7), breaking()),
            "about 20 stories a day: 8 as they break, the rest in one message the next morning."
        );
        assert_eq!(
            said(outlook(12, 1), Wish::of_person()),
            "about 12 stories a day. A digest tells the strongest 7 and counts the rest."
        );
    }

    #[test]
    fn waiting_for_more_than_comes_is_warned_of() {
        let of = |matched, enough, sources, wait_for| {
            let outlook = Outlook {
                matched,
                enough,
                sources,
                ..outlook(0, 7)
            };
            nearly_never(&outlook, wait_for)
        };
        assert_eq!(of(40, 0, 12, 1), None);
        assert_eq!(of(40, 12, 12, 2), None);
        assert_eq!(of(2, 0, 12, 2), None, "too little to say");
        assert!(of(40, 1, 12, 3).is_some_and(|note| note.contains("only 1 of 40")));
        assert!(of(0, 0, 1, 2).is_some_and(|note| note.contains("only 1 source here")));
    }
}
