//! `/sources pending`: the sources that members suggested and what they say is wrong with stories, one
//! a page, and deciding about a source.

use crate::desk::command::{Answer, Asked};
use crate::desk::sources::add::{find, here_already, new_source};
use crate::desk::suggest_source::reason;
use crate::desk::wrong::value_of;
use crate::desk::{Asker, Desk, No, compose};
use crate::news::NewsroomId;
use crate::page::sources::{added, onward::Onward};
use crate::page::suggestion::{Turn, decided, declined, none_pending, pending as page, with_rest};
use crate::page::{Ask, Page, Refusal, wrong};
use crate::store::{Deciding, OpenReport, Suggestion};

/// Suggestions that are counted at most.
const WAITING_MAX: u32 = 200;

/// The one at `ask.from` of those that wait.
///
/// # Errors
/// Failures of the store.
pub async fn pending(desk: &Desk, room: NewsroomId, asked: &Asked) -> Answer {
    let all = desk.store.suggestions(room, WAITING_MAX).await?;
    let reports = desk.store.open_reports(room).await?;
    let turn = Turn {
        at: asked
            .ask
            .from
            .min((all.len() + reports.len()).saturating_sub(1)),
        sources: all.len(),
        reports: reports.len(),
    };
    let report = turn
        .at
        .checked_sub(all.len())
        .and_then(|at| reports.get(at));
    match (all.get(turn.at), report) {
        (Some(one), _) => Ok(page(&one.shown(), turn)),
        (None, Some(report)) => reported(desk, room, report, turn).await,
        (None, None) => Ok(none_pending()),
    }
}

/// What members say of a story.
async fn reported(desk: &Desk, room: NewsroomId, of: &OpenReport, turn: Turn) -> Answer {
    let view = compose::view_all(desk, room, of.story).await?;
    let lines = view.map(|view| compose::lines(&view, 0));
    Ok(wrong::pending(
        &wrong::Report {
            story: lines.as_ref(),
            ask: &Ask::new("fix").value("link", format!("~{}", of.story.0)),
            what: value_of(of.what),
            members: of.members as usize,
            since: of.since,
        },
        turn,
    ))
}

/// Approves or declines a suggestion. A button that is too old shows it instead.
///
/// # Errors
/// A refusal where there is none, or it cannot be read any more; failures of the store.
pub async fn decide(desk: &Desk, asker: &Asker, room: NewsroomId, asked: &Asked) -> Answer {
    let ask = &asked.ask;
    let typed = ask.get("number").unwrap_or_default().trim();
    let number = typed.trim_start_matches('#').parse().ok();
    let known = match number {
        Some(id) => desk.store.suggestion(room, id).await?,
        None => None,
    };
    let Some(known) = known else {
        return Err(unknown().into());
    };
    if known.decided.is_some() {
        return Ok(before(&known));
    }
    let title = &known.report.title;
    if ask.get("what") == Some("approve") {
        if !asked.confirmed && !asker.terminal {
            return show(desk, room, &known).await;
        }
        return approve(desk, asker, room, &known).await;
    }
    let Some(said) = ask.get("reason").or(asker.terminal.then_some("")) else {
        return show(desk, room, &known).await;
    };
    let why = reason(Some(said))?;
    let (by, now) = (asker.person, desk.now());
    let done = desk.store.decline(room, known.id, by, why.clone(), now);
    match done.await? {
        Deciding::Done { .. } => {
            let is_told = known.person.is_some_and(|person| person != 0);
            rest(desk, room, declined(title, why.as_deref(), is_told)).await
        }
        no => not_done(no),
    }
}

/// As Confirm of `/sources add`: the feed is read again, and that reading is the baseline.
async fn approve(desk: &Desk, asker: &Asker, room: NewsroomId, known: &Suggestion) -> Answer {
    let checked = find(desk, &known.feed, None).await?;
    let sources = desk.store.sources(room).await?;
    // The very same address was what was wished, whoever added it.
    let is_other = sources.iter().all(|one| one.source.url != checked.url);
    if let Some(cause) = here_already(&sources, &checked.url).filter(|_| is_other) {
        return Err(Refusal::new(cause)
            .will("The suggestion waits.")
            .can("Decline it.")
            .into());
    }
    let (name, entries) = (checked.shown(), checked.entries());
    let source = new_source(desk, asker, room, checked);
    match desk.store.approve(known.id, source).await? {
        Deciding::Done { .. } => rest(desk, room, added(&name, entries, Onward::Nothing)).await,
        no => not_done(no),
    }
}

async fn show(desk: &Desk, room: NewsroomId, one: &Suggestion) -> Answer {
    let all = desk.store.suggestions(room, WAITING_MAX).await?;
    let at = all.iter().position(|other| other.id == one.id);
    let turn = Turn {
        at: at.unwrap_or_default(),
        sources: all.len().max(1),
        reports: desk.store.open_reports(room).await?.len(),
    };
    Ok(page(&one.shown(), turn))
}

/// The page with the way to what still waits.
async fn rest(desk: &Desk, room: NewsroomId, page: Page) -> Answer {
    let sources = desk.store.suggestions(room, WAITING_MAX).await?.len();
    let reports = desk.store.open_reports(room).await?.len();
    Ok(with_rest(page, sources, reports))
}

fn not_done(no: Deciding) -> Result<Page, No> {
    Err(match no {
        Deciding::Before(known) => return Ok(before(&known)),
        Deciding::Full { max } => Refusal::new(format!(
            "There are {max} sources already, as many as a newsroom may have."
        ))
        .will("The suggestion waits.")
        .can("Remove one with /sources remove, then approve it."),
        Deciding::Unknown | Deciding::Done { .. } => unknown(),
    }
    .into())
}

fn before(known: &Suggestion) -> Page {
    let title = &known.report.title;
    match &known.decided {
        Some(how) => decided(title, how.outcome, how.by, how.at, how.reason.as_deref()),
        None => none_pending(),
    }
}

fn unknown() -> Refusal {
    Refusal::new("There is no such suggestion any more.")
        .can("Type /sources pending to see what waits.")
}
