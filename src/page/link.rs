//! The answers about one link: what else is near its article, quotes of it, and why there are none.

use crate::clock::Millis;
use crate::news::reading::{AddressError, ReadingError};
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::health::cause;
use crate::page::story::{QuoteLine, StoryLines, open_select, show_here_button};
use crate::page::{Action, Ask, Block, Button, Line, Page, Refusal, Row};

/// Why the page of a link gives no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    Failed(ReadingError),
    /// A picture, a film, a document.
    NotAPage,
    TooLittle,
}

/// What was asked for is no link.
pub fn no_address() -> Refusal {
    Refusal::new("That is not a web address.")
        .can("Give a whole one: it begins with http:// or https://.")
}

/// A message without a link. `own`: one of Lede's answers, whose text Discord does not pass on in
/// a form that can be read here.
pub fn none_in_message(own: bool) -> Refusal {
    match own {
        true => Refusal::new("Lede cannot look for links in its own answers that only you see.")
            .can("Use its buttons, or Open a story under it; or Show here, and then this on what is posted."),
        false => Refusal::new("There is no link in that message.")
            .can("Use this on a message that holds a link to an article."),
    }
}

/// Why a page was not read, and what can be done.
pub fn not_read(why: &NotRead) -> Refusal {
    let said = match why {
        NotRead::Failed(error) => format!("That page cannot be read: {}.", cause(error)),
        NotRead::NotAPage => "That link leads to a file, not to a page with an article.".to_owned(),
        NotRead::TooLittle => {
            "That page shows too little text to quote: it may be for subscribers \
                               only, be no article, or be drawn by a program."
                .to_owned()
        }
    };
    let can = match why {
        NotRead::Failed(ReadingError::Address(AddressError::Private | AddressError::Port)) => {
            "Use a link to a public page."
        }
        NotRead::Failed(ReadingError::Address(_)) => {
            "Give a whole address: it begins with http:// or https://."
        }
        NotRead::Failed(ReadingError::Resting { .. }) => "Try again after that time.",
        NotRead::Failed(ReadingError::Busy { .. }) => "Try again later, or open the link itself.",
        NotRead::Failed(ReadingError::NotFound | ReadingError::Gone | ReadingError::NoSuchHost) => {
            "Check the link."
        }
        NotRead::Failed(ReadingError::Robots | ReadingError::Blocked(_))
        | NotRead::NotAPage
        | NotRead::TooLittle => "Open the link itself, or search for words of its headline.",
        NotRead::Failed(_) => "Try again in ten minutes, or open the link itself.",
    };
    Refusal::new(said).can(can)
}

/// The outlet of the article is one that the newsroom muted.
pub fn muted(outlet: &str) -> Refusal {
    Refusal::new(format!(
        "{outlet} is muted here, so Lede does not quote it."
    ))
    .can("Open the link itself, or see who else reports it.")
}

/// The story of the article is one that moderators hid.
pub fn hidden() -> Refusal {
    Refusal::new("Moderators hid that story here, so nothing of it is shown.").can(
        "Open the link itself; a moderator can take it back under Fix this story in its message's menu.",
    )
}

/// The source that was asked about is one that the newsroom muted.
pub fn muted_source(name: &str) -> Refusal {
    Refusal::new(format!("{name} is muted here, so nothing of it is shown."))
        .can("Leave the source out, or ask a moderator to hear it again with /sources edit.")
}

/// The article that was asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub title: String,
    pub url: String,
    pub outlet: String,
    /// When it was published, where that is known.
    pub at: Option<Millis>,
}

/// Stories near an article that no source here has.
pub struct Near {
    pub subject: Subject,
    /// The newsroom's sources.
    pub sources: usize,
    /// The nearest first.
    pub stories: Vec<StoryLines>,
    pub may_show: bool,
}

/// Quotes of one article.
pub struct Summary {
    pub subject: Subject,
    pub quotes: Vec<QuoteLine>,
    pub from: Origin,
    pub may_show: bool,
}

/// Where the quotes were taken from.
pub enum Origin {
    Source,
    /// Only what a source brought, since the page gives no more.
    SourceAlone(NotRead),
    /// The page itself, read then.
    Page(Millis),
}

impl Subject {
    fn small(&self) -> Line {
        let line = Line::new().theirs(&self.outlet);
        match self.at {
            Some(at) => line.and(" · ").ago(at),
            None => line,
        }
    }

    fn title(&self) -> Block {
        Block::Title(Line::new().link(&self.title, Some(&self.url)))
    }

    fn ask(&self, command: &str) -> Ask {
        Ask::new(command).value("link", self.url.clone())
    }
}

pub fn near(near: &Near) -> Page {
    let (subject, sources) = (&near.subject, near.sources);
    let who = match sources {
        1 => "The one source here does not have this article".to_owned(),
        _ => format!("None of the {sources} sources here has this article"),
    };
    let mut blocks = vec![subject.title(), Block::Small(subject.small())];
    if near.stories.is_empty() {
        blocks.push(Block::Text(Line::ours(format!(
            "{who} or a story near it."
        ))));
    } else {
        let count = counted(near.stories.len(), "story is", "stories are");
        blocks.push(Block::Text(Line::ours(format!("{who}. {count} near it:"))));
        blocks.extend(near.stories.iter().map(StoryLines::bullet));
    }
    let mut rows: Vec<Row> = open_select(&near.stories).into_iter().collect();
    rows.push(buttons(
        subject,
        "Summarise link",
        ["related", "summarise"],
        near.may_show,
    ));
    Page {
        blocks: super::pack::fit(blocks),
        rows,
        empty: near.stories.is_empty(),
    }
}

pub fn summary(summary: &Summary) -> Page {
    let subject = &summary.subject;
    let small = match &summary.from {
        Origin::Source => subject.small(),
        Origin::SourceAlone(_) => subject.small().and(" · what its feed says of it"),
        Origin::Page(at) => subject.small().and(" · page read ").ago(*at),
    };
    let mut blocks = vec![subject.title(), Block::Small(small)];
    blocks.extend(summary.quotes.iter().map(QuoteLine::block));
    if let Origin::SourceAlone(why) = &summary.from {
        blocks.push(Block::Small(Line::ours(not_read(why).cause)));
    }
    let others = buttons(
        subject,
        "Related coverage",
        ["summarise", "related"],
        summary.may_show,
    );
    Page {
        blocks: super::pack::fit(blocks),
        rows: vec![others],
        empty: false,
    }
}

/// The other command on the same link, and Show here. `commands`: this one, and the other.
fn buttons(subject: &Subject, label: &str, commands: [&str; 2], may_show: bool) -> Row {
    let [own, other] = commands.map(|command| subject.ask(command));
    let other = Button {
        label: label.to_owned(),
        action: Action::Open {
            ask: other,
            chosen: None,
        },
        style: Style::Plain,
    };
    let show = may_show.then(|| show_here_button(own));
    Row::Buttons(std::iter::once(other).chain(show).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_way_out() {
        let until = 0;
        for error in [
            ReadingError::Robots,
            ReadingError::Blocked(403),
            ReadingError::Resting { until },
            ReadingError::NotFound,
            ReadingError::TimedOut,
        ] {
            let told = not_read(&NotRead::Failed(error));
            assert!(
                told.cause.ends_with('.') && told.you_can.is_some(),
                "{told:?}"
            );
        }
    }
}
