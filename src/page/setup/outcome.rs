//! What comes of the set-up card: how the reading goes, the first brief, the first digest, and how
//! things stand in the end.

use super::{LOOK, Whose, kept, main, page, plain};
use crate::clock::Millis;
use crate::news::subscription::{Destination, Place as News};
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::subscriptions::words::place_line;
use crate::page::{Action, Ask, Block, Line, Page, Row};

/// Sources that could not be read and are named.
const TROUBLES_MAX: usize = 5;

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
pub fn reading(progress: &Progress, whose: Whose, on: &Ask) -> Page {
    let sources = counted(progress.all, "source", "sources");
    let mut blocks = vec![Block::Title(Line::ours(format!(
        "Reading {sources}: {}",
        progress.words()
    )))];
    let rest = match (progress.waiting, whose) {
        (0, _) => "What was read is being sorted into stories.",
        (_, Whose::Terminal) => {
            "They are read by lede run and lede read; lede read --once does it now."
        }
        _ => "The first brief takes this place as soon as all of them were tried.",
    };
    blocks.push(Block::Text(Line::ours(rest)));
    blocks.extend(progress.bullets());
    let look = on.clone().value(LOOK, "again");
    let mut buttons = vec![main("Refresh", Action::Turn(look))];
    if progress.read > 0 {
        buttons.push(plain("Brief now", Action::Turn(kept(on, "brief"))));
    }
    page(fit(blocks), vec![Row::Buttons(buttons)])
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
    page(fit(blocks), vec![Row::Buttons(buttons)])
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
    use crate::page::setup::step;

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
        let drawn = reading(&progress, Whose::Server, &step("reading"));
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
}
