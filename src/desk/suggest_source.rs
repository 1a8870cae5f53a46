//! `/suggest-source`: a member names a source, which is tested and shown to the moderators, who
//! decide; the member is told.

use crate::clock::DAY;
use crate::desk::command::{Answer, Asked, Command, Kind, Opt, Who, boxed};
use crate::desk::sources::add::{find, here_already};
use crate::desk::sources::inspect::inspect;
use crate::desk::{Asker, Desk};
use crate::news::source::NewsroomSource;
use crate::news::{Newsroom, link};
use crate::page::suggestion::{sent, short};
use crate::page::{Refusal, markdown};
use crate::store::{NewSuggestion, SUGGESTIONS_A_DAY_MAX, Suggesting};

pub const COMMAND: Command = Command {
    name: "suggest-source",
    description: "Suggest a source to the moderators: it is tested, and they decide",
    who: Who::Everyone,
    options: &[
        Opt {
            name: "link",
            description: "Address of a site or a feed",
            kind: Kind::Link,
            required: true,
            complete: false,
        },
        Opt {
            name: "why",
            description: "Why it would be good to have",
            kind: Kind::Words,
            required: false,
            complete: false,
        },
    ],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// UTF-16 units of the reason.
pub const REASON_UNITS_MAX: usize = 300;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    if matches!(asker.newsroom, Newsroom::Person(_)) {
        return Err(Refusal::new("Here the sources are your own.")
            .can("Add it with /sources add.")
            .into());
    }
    let why = reason(asked.ask.get("why"))?;
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let typed = asked.ask.get("link").unwrap_or_default().trim();
    let sources = desk.store.sources(room).await?;
    is_new(&sources, typed)?;
    // Nothing is fetched for who may not suggest any more.
    let lately = desk.store.suggested_lately(room, asker.person, now).await?;
    if lately >= SUGGESTIONS_A_DAY_MAX {
        return Err(too_many().into());
    }
    let checked = find(desk, typed, None).await?;
    is_new(&sources, &checked.url)?;
    let feed = checked.url.clone();
    let mut report = inspect(desk, room, &sources, checked).await?;
    // The moderators decide about this one.
    report.others.clear();
    let new = NewSuggestion {
        newsroom: room,
        link: link::shown_as_written(typed),
        feed,
        person: asker.person,
        why,
        report: report.clone(),
    };
    match desk.store.suggest(new, now).await? {
        Suggesting::New(_) => Ok(sent(&report.for_member(), !asker.terminal)),
        Suggesting::Waits(_) => {
            let title = short(&report.title);
            Err(Refusal::new(format!("“{title}” is suggested already."))
                .will("The moderators have not decided yet.")
                .can("Wait for that, or suggest another one.")
                .into())
        }
        Suggesting::TooMany { .. } => Err(too_many().into()),
        Suggesting::Full => Err(Refusal::new(
            "The moderators have all the suggestions that they can decide about.",
        )
        .can("Tell a moderator yourself, or try again in some days.")
        .into()),
    }
}

fn too_many() -> Refusal {
    let max = SUGGESTIONS_A_DAY_MAX;
    Refusal::new(format!(
        "You have suggested {max} sources within a day, as many as one member may."
    ))
    .can(format!(
        "Suggest it again in {} hours or less.",
        DAY / crate::clock::HOUR
    ))
}

/// Refuses what is a source here already.
fn is_new(sources: &[NewsroomSource], url: &str) -> Result<(), Refusal> {
    match here_already(sources, url) {
        Some(cause) => Err(Refusal::new(cause)
            .can("Type /headlines with its name as the source to see what it brings.")),
        None => Ok(()),
    }
}

/// A reason as it is kept: one line; none where nothing is said.
///
/// # Errors
/// A refusal where it is too long.
pub fn reason(typed: Option<&str>) -> Result<Option<String>, Refusal> {
    let words = typed.map(|typed| typed.split_whitespace().collect::<Vec<_>>());
    let line = words.map(|words| words.join(" "));
    match line.filter(|line| !line.is_empty()) {
        Some(line) if markdown::length(&line) > REASON_UNITS_MAX => Err(Refusal::new(format!(
            "That is over {REASON_UNITS_MAX} characters long."
        ))
        .will("Nothing was saved.")
        .can("Say it shorter.")),
        line => Ok(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_short_line() {
        let said = |text: &str| reason(Some(text)).map(|line| line.unwrap_or_default());
        assert_eq!(said(" It is\nnear ").as_deref(), Ok("It is near"));
        assert_eq!(said("  ").as_deref(), Ok(""));
        assert_eq!(reason(None), Ok(None));
        assert!(said(&"x".repeat(REASON_UNITS_MAX)).is_ok());
        assert!(said(&"x".repeat(REASON_UNITS_MAX + 1)).is_err());
    }
}
