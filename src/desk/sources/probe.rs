//! `/sources test`: reads a source now, without saving, and says how it went.

use crate::clock::Millis;
use crate::desk::Desk;
use crate::desk::command::{Answer, Asked};
use crate::desk::rests::keep_rests;
use crate::desk::sources::pick;
use crate::feed::FeedRequest;
use crate::news::{NewsroomId, Outcome};
use crate::page::sources::{Tested, tested};
use crate::store::ReadingLine;

/// Entries of the reading log that a test looks back on.
const LOG_LINES: u32 = 20;
/// Articles of one reading from which on a moderator is told: no outlet publishes so many at once.
const FLOOD_ARTICLES_MIN: u32 = 100;

/// Reads a source now, without saving, and says how it went.
///
/// # Errors
/// A refusal where there is no such source; failures of the store.
pub async fn test(desk: &Desk, room: NewsroomId, asked: &Asked) -> Answer {
    let source = pick(desk, room, asked.ask.get("which").unwrap_or_default()).await?;
    let request = FeedRequest {
        url: source.source.url.clone(),
        ..FeedRequest::default()
    };
    let fetched = desk.fetcher.feed(&request, desk.now()).await;
    keep_rests(&desk.store, &desk.fetcher).await?;
    let log = desk.store.readings(source.source.id, LOG_LINES).await?;
    let failed = log.iter().filter(|line| line.error.is_some()).count();
    let (result, repaired) = match &fetched.outcome {
        Outcome::Read(feed) => (Ok(feed.entries.len()), feed.repaired),
        Outcome::Unchanged => (Ok(0), false),
        Outcome::Failed(error) => (Err(error), false),
    };
    Ok(tested(&Tested {
        source: &source,
        result,
        repaired,
        log: Some((failed, log.len())),
        flood: flood(&log),
    }))
}

/// The largest flood in a log (the newest line first). The first good reading is none: a feed has
/// as many articles as it has.
fn flood(log: &[ReadingLine]) -> Option<(u32, Millis)> {
    let first = log.iter().rposition(|line| line.error.is_none())?;
    log[..first]
        .iter()
        .filter(|line| line.new >= FLOOD_ARTICLES_MIN)
        .max_by_key(|line| line.new)
        .map(|line| (line.new, line.at))
}
