//! Wrong? on a story's card: a member says what is wrong, and the moderators are told.

use crate::desk::command::Answer;
use crate::desk::{Asker, Desk, letters};
use crate::news::NewsroomId;
use crate::page::story::StoryLines;
use crate::page::{Ask, Refusal, fix, wrong};
use crate::store::{NewReport, ReportWhat, Reported};

/// The value of a request for a story that says what is wrong with it.
pub const WRONG: &str = "wrong";

/// What a value of [`wrong::CHOICES`] says.
pub fn what_of(said: &str) -> Option<ReportWhat> {
    Some(match said {
        "parts" => ReportWhat::NotOneStory,
        "same" => ReportWhat::SameAsAnother,
        "topic" => ReportWhat::NotAboutTopic,
        "place" => ReportWhat::ShouldNotBeHere,
        _ => return None,
    })
}

/// The same the other way round.
pub fn value_of(what: ReportWhat) -> &'static str {
    let mut all = wrong::CHOICES.iter().map(|(value, _)| *value);
    all.find(|value| what_of(value) == Some(what))
        .expect("each has a value")
}

/// Asks what is wrong, or passes it on.
///
/// # Errors
/// A refusal where too much was reported; failures of the store.
pub async fn answer(
    desk: &Desk,
    asker: &Asker,
    room: NewsroomId,
    story: &StoryLines,
    ask: &Ask,
) -> Answer {
    let again = Ask::new("story").value("find", format!("~{}", story.id.0));
    let said = ask.get(WRONG).unwrap_or_default();
    let Some(what) = what_of(said) else {
        // In a direct message nobody is a moderator of the server that it came from.
        let may_fix = asker.moderator && ask.get(letters::OUTBOX).is_none();
        let page = wrong::question(story, &again, may_fix);
        return Ok(letters::from_same_letter(page, ask));
    };
    let report = NewReport {
        newsroom: room,
        story: story.id,
        person: asker.person,
        what,
        card: wrong::notice(story, said),
        buttons: fix::report_buttons(story, said),
    };
    match desk.store.report(report, desk.now()).await? {
        Reported::Done => Ok(wrong::thanks()),
        Reported::Before => Ok(wrong::before()),
        Reported::TooMany { max } => Err(Refusal::new(format!(
            "You said of {max} stories today that they are wrong."
        ))
        .can("Tell a moderator, or try again tomorrow.")
        .into()),
        Reported::Full => Err(Refusal::new(
            "The moderators have all the reports that they can take.",
        )
        .can("Tell a moderator yourself.")
        .into()),
        Reported::Gone => Err(Refusal::new("That story waits for its place.")
            .can("Try again in a minute.")
            .into()),
    }
}
