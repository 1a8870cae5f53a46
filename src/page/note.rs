//! Short private words about the asking itself: too fast, expired, already done, failed.

use crate::clock::Millis;
use crate::page::action::{Button, Style};
use crate::page::brief::counted;
use crate::page::pack::measure;
use crate::page::{Action, Ask, Block, Card, Line, Page, Refusal, Row};
use crate::text::plain;

/// UTF-16 units of a plain notice that leads an answer.
const NOTICE_UNITS_MAX: usize = 400;

/// UTF-16 units of what stands under the head of one that is told in full: with more it might find
/// room above no answer, and those behind it neither.
const FULL_UNITS_MAX: usize = 1_600;

/// Somebody asks faster than Lede serves one person.
pub fn too_fast() -> Refusal {
    Refusal::new("That was a lot of requests in a few seconds.")
        .will("Lede serves you again in ten seconds.")
        .can("Wait a moment, then ask again.")
}

/// What moderators have to know, above an answer to one of them.
pub fn for_moderators(card: &Card, buttons: Vec<Button>) -> Vec<Block> {
    leading("For moderators:", card, buttons)
}

/// What a person asked moderators and is answered, above another answer to them.
pub fn for_person(card: &Card, buttons: Vec<Button>) -> Vec<Block> {
    in_full("For you:", card, buttons)
}

/// Plain ones in small print; what asks for a decision in full.
fn leading(mark: &str, card: &Card, buttons: Vec<Button>) -> Vec<Block> {
    if !buttons.is_empty() {
        return in_full(mark, card, buttons);
    }
    let words = card.words();
    let cut = plain::cut(&words, NOTICE_UNITS_MAX);
    let said = match cut == words {
        true => card.line(),
        false => Line::new().theirs(cut),
    };
    vec![Block::Small(Line::ours(mark).and(" ").with_all(said))]
}

fn in_full(mark: &str, card: &Card, buttons: Vec<Button>) -> Vec<Block> {
    let head = Line::new().bold(mark).and(" ");
    let mut blocks = vec![Block::Text(head.with_all(card.head.clone()))];
    let mut left = FULL_UNITS_MAX;
    let fitting = card.blocks.iter().take_while(|block| {
        let units = measure(std::slice::from_ref(block));
        let fits = units <= left;
        left = left.saturating_sub(units);
        fits
    });
    blocks.extend(fitting.cloned());
    if blocks.len() <= card.blocks.len() {
        blocks.push(Block::Small(Line::ours("… and more")));
    }
    if !buttons.is_empty() {
        blocks.push(Block::Buttons(buttons));
    }
    blocks.push(Block::Divider);
    blocks
}

/// Notices that are still to come.
pub fn more_notices(more: usize) -> Block {
    let text = format!("… and {more} more, above your next answer");
    Block::Small(Line::ours(text))
}

/// What waits for moderators, above an answer to one of them.
pub fn waiting(sources: u32, reports: u32) -> Block {
    let count = |n: u32, one: &str, many: &str| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        (n > 0).then(|| counted(n, one, many))
    };
    let parts = [
        count(sources, "suggested source", "suggested sources"),
        count(reports, "report of a story", "reports of stories"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let wait = if sources + reports == 1 {
        " waits: "
    } else {
        " wait: "
    };
    let line = Line::ours("For moderators: ").and(parts.join(" and "));
    Block::Small(line.and(wait).command("sources pending"))
}

/// Under a notice that somebody dealt with.
pub fn dealt_line(by: u64, at: Millis, what: &str) -> Block {
    let line = Line::ours("Dealt with ").ago(at);
    Block::Small(line.and(format!(" by {}: ", who(by))).theirs(what))
}

/// Somebody did already what can be done once only.
pub fn dealt(by: u64, at: Millis, what: &str) -> Page {
    let line = Line::ours("This was dealt with ")
        .ago(at)
        .and(format!(" by {}: ", who(by)))
        .theirs(what)
        .and(".");
    Page {
        blocks: vec![Block::Text(line)],
        ..Page::default()
    }
}

/// A person (Discord's id; 0 = the host) as they are named to others, without a ping.
pub fn who(person: u64) -> String {
    match person {
        0 => "the host".to_owned(),
        id => format!("<@{id}>"),
    }
}

/// Lede answers as many as it can at once.
pub fn busy() -> Refusal {
    Refusal::new("Lede is answering as many people as it can at once.")
        .can("Ask again in a moment.")
}

/// Something broke; the code stands beside the cause in the host's log.
pub fn failed(code: &str) -> Refusal {
    Refusal::new(format!("Something failed inside Lede. Its code is {code}."))
        .will("Lede has noted the cause in its log under this code.")
        .can("Try again. If it fails again, tell the code to whoever runs this bot.")
}

/// A button that Lede did not make, or forgot.
pub fn unknown_button() -> Refusal {
    Refusal::new("Lede does not know this button any more.").can(
        "Type the command again: buttons live for a week, and can be refreshed for three months.",
    )
}

/// A button that was made for another server or person.
pub fn not_yours() -> Refusal {
    Refusal::new("This button was made for another server or person.")
        .can("Type the command here to get your own.")
}

/// A change that was confirmed before.
pub fn already_done() -> Refusal {
    Refusal::new("This was confirmed before, and is done once only.")
        .can("Type the command again to see how things stand.")
}

/// A change that an earlier press is making.
pub fn being_done() -> Refusal {
    Refusal::new("This is being done at this moment.")
        .can("Look at the answer to the earlier press.")
}

/// A form that could not be opened in the time that there is for it.
pub fn form_too_slow() -> Refusal {
    Refusal::new("The form could not be opened in time.").can("Press the button again.")
}

/// A moderator's button pressed by somebody without the right.
pub fn moderators_only() -> Refusal {
    Refusal::new("Only moderators may do this: it needs the right to manage the server.")
        .can("Ask a moderator of this server.")
}

/// Show here by somebody who may not write here.
pub fn may_not_write() -> Refusal {
    Refusal::new("You may not write in this channel, so Lede does not post for you here.")
        .can("Use the command in a channel in which you may write.")
}

/// A server that the host does not serve.
pub fn not_served() -> Refusal {
    Refusal::new("Whoever runs this bot has limited it to other servers.")
        .can("Ask them to add this server, or run your own Lede.")
}

/// A command that Discord still shows but Lede does not have.
pub fn unknown_command() -> Refusal {
    Refusal::new("This version of Lede does not have this command.")
        .will("Discord's list of commands is brought up to date within the hour.")
        .can("Type /help to see what there is.")
}

/// An answer whose buttons are too old, with a way to get it anew.
pub fn expired(ask: Ask) -> Page {
    let refresh = Button {
        label: "Refresh".to_owned(),
        action: Action::Open { ask, chosen: None },
        style: Style::Main,
    };
    Page {
        blocks: vec![Block::Text(Line::ours(
            "The buttons of this answer have expired: they live for a week. \
             Refresh gives you the answer as it is now.",
        ))],
        rows: vec![Row::Buttons(vec![refresh])],
        empty: false,
    }
}

/// The same is on its way to this channel.
pub fn being_shown() -> Refusal {
    Refusal::new("This is being shown here at this moment.").can("Look at the end of the channel.")
}

/// The same was shown in this channel a moment ago. The address stands bare: that of a message is
/// drawn by Discord as a link to it.
pub fn already_shown(link: &str) -> Page {
    let line = Line::ours(format!(
        "This was shown here less than ten minutes ago: {link}"
    ));
    Page {
        blocks: vec![Block::Text(line)],
        ..Page::default()
    }
}

/// Discuss: the thread is there. The address stands bare, as in [`already_shown`].
pub fn thread_opened(link: &str) -> Page {
    let line = Line::ours(format!("It is discussed here: {link}"));
    Page {
        blocks: vec![Block::Text(line)],
        ..Page::default()
    }
}

/// Discuss where Lede may not open threads.
pub fn may_not_open_threads() -> Refusal {
    Refusal::new("Lede may not open threads in this channel.")
        .can("Ask a moderator to give Lede the right Create Public Threads here.")
}

/// Discord did not say what a channel or role is.
pub fn discord_is_silent() -> Refusal {
    Refusal::new("Discord did not say in time what that channel or role is.")
        .will("Nothing was saved.")
        .can("Try again in a minute.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::pack::PAGE_CHARS_MAX;

    #[test]
    fn what_asks_for_a_decision_has_room_above_an_answer_however_long_its_links_are() {
        let url = format!("https://tern.example/{}", "x".repeat(900));
        let long = |n: usize| {
            let title = format!("Title {n} {}", "y".repeat(280));
            Block::Bullet(Line::new().link(title, Some(&url)))
        };
        let card = Card {
            head: Line::ours("The Tern is suggested as a source"),
            blocks: (0..6).map(long).collect(),
        };
        let approve = Button {
            label: "Approve".to_owned(),
            action: Action::Confirm(Ask::new("sources")),
            style: Style::Main,
        };
        let drawn = for_moderators(&card, vec![approve]);
        assert!(measure(&drawn) < PAGE_CHARS_MAX, "{}", measure(&drawn));
        assert!(drawn.iter().any(|one| matches!(one, Block::Buttons(_))));
        assert!(measure(&drawn) > 1_000, "what has room is there");
    }
}
