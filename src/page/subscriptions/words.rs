//! Subscriptions in words: what, where, when, how much, and how they are doing.

use crate::clock::Millis;
use crate::news::push::Lost;
use crate::news::source::NewsroomSource;
use crate::news::subscription::{Destination, Form, PINGS_PER_DAY_MAX, Pause, Place, What, Wish};
use crate::news::zone::{When, Zone};
use crate::page::brief::counted;
use crate::page::{Block, Line};

/// How something is sent: what is wished, within the bounds of the newsroom.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub wish: &'a Wish,
    /// The wish within the newsroom's quiet hours and cap.
    pub bound: &'a Wish,
    pub zone: &'a Zone,
    /// Whether somebody chose the zone.
    pub zone_chosen: bool,
    /// When the next digest comes.
    pub due: Option<Millis>,
    /// Articles are wanted and not the stories of a topic.
    pub each_article: bool,
}

impl Terms<'_> {
    pub fn is_digest(&self) -> bool {
        self.wish.when != When::Breaking
    }
}

/// What is subscribed to, as it is called: "Ukraine", "Avel Courier", "folder Ports", "everything".
pub fn what_name(what: &What, sources: &[NewsroomSource]) -> String {
    match what {
        What::Topic { shown, .. } => capitalised(shown),
        What::Source(id) => sources
            .iter()
            .find(|source| source.source.id == *id)
            .map_or_else(
                || "a source that was removed".to_owned(),
                |source| source.name.clone(),
            ),
        What::Folder(folder) => format!("folder {folder}"),
        What::Everything => "Everything".to_owned(),
    }
}

/// With a capital at its beginning.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Where it goes, to be read in a page: a channel that can be clicked.
pub fn place_line(place: &Place) -> Line {
    match place.destination {
        Destination::Channel(id) => Line::ours(format!("<#{id}>")),
        Destination::Person(_) => Line::ours("your direct messages"),
        Destination::Terminal => Line::ours("the terminal"),
    }
}

/// Where it goes, for a label or a refusal, where nothing can be clicked.
pub fn place_text(place: &Place) -> String {
    match place.destination {
        Destination::Channel(_) if place.name.is_empty() => "a channel".to_owned(),
        Destination::Channel(_) => format!("#{}", place.name.trim_start_matches('#')),
        Destination::Person(_) => "direct messages".to_owned(),
        Destination::Terminal => "the terminal".to_owned(),
    }
}

/// Every wish and default as a line of its own.
pub fn facts(terms: &Terms<'_>, place: &Place) -> Vec<Block> {
    let fact =
        |name: &str, line: Line| Block::Bullet(Line::new().bold(name).and(": ").with_all(line));
    let mut blocks = vec![fact("When", when_line(terms, place))];
    if !terms.is_digest() {
        let per_day = counted(terms.bound.per_day as usize, "message", "messages");
        let most = format!("{per_day} a day; what is more comes together the next morning");
        blocks.push(fact("At most", Line::ours(most)));
        let quiet = match terms.bound.quiet {
            None => "none".to_owned(),
            Some(quiet) if terms.wish.quiet.is_none() && !place.destination.is_direct() => {
                format!("{quiet}, as /settings has it; what comes then waits until they end")
            }
            Some(quiet) => format!("{quiet}; what comes then waits until they end"),
        };
        blocks.push(fact("Quiet hours", Line::ours(quiet)));
    }
    if let Destination::Channel(_) = place.destination {
        let mention = match terms.wish.mention {
            Some(role) => format!("<@&{role}>, at most {PINGS_PER_DAY_MAX} times a day"),
            None => "nobody; messages make no sound".to_owned(),
        };
        blocks.push(fact("Mention", Line::ours(mention)));
    }
    if place.form == Form::Announcement {
        let crosspost = match terms.wish.crosspost {
            true => "yes, to the channels that follow this one",
            false => "no",
        };
        blocks.push(fact("Publish", Line::ours(crosspost)));
    }
    if place.form == Form::Forum {
        let tags = match terms.wish.tags.len() {
            0 => "none".to_owned(),
            n => counted(n, "tag", "tags"),
        };
        blocks.push(fact("Tags", Line::ours(tags)));
    }
    blocks
}

fn when_line(terms: &Terms<'_>, place: &Place) -> Line {
    let wish = terms.wish;
    let subject = if terms.each_article {
        "each new article"
    } else {
        "each story once"
    };
    let outlets = match wish.wait_for {
        0 | 1 if terms.each_article => String::new(),
        0 | 1 => ", with its first outlet".to_owned(),
        n => format!(", when {n} outlets have it"),
    };
    if !terms.is_digest() {
        let posts = match place.form {
            Form::Forum => ", a post each",
            _ => "",
        };
        return Line::ours(format!("as it breaks, {subject}{outlets}{posts}"));
    }
    let zone = match (terms.zone_chosen, wish.when) {
        (_, When::Hourly) => String::new(),
        (true, _) => format!(" ({})", terms.zone.name()),
        (false, _) => " UTC".to_owned(),
    };
    let line = Line::ours(format!("{}{zone}, in one message", wish.when));
    let line = match wish.wait_for {
        0 | 1 => line,
        n => line.and(format!(", what {n} outlets have")),
    };
    match terms.due {
        Some(due) => line.and("; the next ").on(due),
        None => line,
    }
}

/// One line for lists: "as it breaks, when 2 outlets have it, 8 a day at most".
pub fn brief_terms(terms: &Terms<'_>) -> String {
    let wish = terms.wish;
    let mut words = wish.when.to_string();
    if wish.wait_for > 1 {
        words += &format!(", waits for {} outlets", wish.wait_for);
    }
    if !terms.is_digest() {
        words += &format!(", {} a day at most", terms.bound.per_day);
        if let Some(quiet) = terms.bound.quiet {
            words += &format!(", quiet {quiet}");
        }
    }
    words
}

/// Why it sleeps, and what wakes it; none while it is awake.
pub fn sleep_line(paused: Option<&Pause>, lost: Option<&Lost>, place: &Place) -> Option<Line> {
    Some(match paused? {
        Pause::ByHand { at, .. } => Line::ours("paused by hand ").ago(*at),
        Pause::Lost { at } => Line::ours(lost_words(lost, place))
            .and("; paused ")
            .ago(*at),
    })
}

fn lost_words(lost: Option<&Lost>, place: &Place) -> &'static str {
    match (lost, place.destination) {
        (Some(Lost::Gone), _) => "the channel is gone",
        (Some(Lost::Forbidden), _) => "Lede may not write there",
        (Some(Lost::Locked), _) => "the thread is locked or archived",
        (Some(Lost::ClosedDirect), _) | (None, Destination::Person(_)) => {
            "direct messages from Lede are closed"
        }
        (None, _) => "the channel took no messages",
    }
}

/// What somebody can do about a place that takes no messages.
pub fn way_back(lost: Option<&Lost>, place: &Place) -> Option<&'static str> {
    Some(match (lost, place.destination) {
        (Some(Lost::Gone), _) => "Remove this one and add it for another channel.",
        (Some(Lost::Forbidden), _) => {
            "Allow Lede to view and write in the channel, then press Wake."
        }
        (Some(Lost::Locked), _) => "Unlock the thread, then press Wake.",
        (Some(Lost::ClosedDirect), _) | (None, Destination::Person(_)) => {
            "Allow direct messages from members of a server that has Lede in Discord's privacy settings, or, if you \
             left it, add Lede to your account; then press Wake."
        }
        (None, _) => return None,
    })
}

/// The first direct message of a follow. It is plain text, which the front end escapes.
pub fn hello_words(what: &str, when: &str) -> String {
    format!("You now follow {what}: {when}. It comes here. /following pauses, changes or stops it.")
}
