//! `/sources remove`, and taking it back.

use crate::desk::command::{Answer, Asked};
use crate::desk::sources::pick;
use crate::desk::subscriptions::what::standing;
use crate::desk::{Asker, Desk};
use crate::news::{NewsroomId, SourceId};
use crate::page::sources::{removed, restored};
use crate::page::subscriptions::unheard::Standing;
use crate::page::{Ask, Refusal};
use crate::store::Restored;

/// Removes at once, with Undo; with `undo` brings back.
///
/// # Errors
/// A refusal where there is no such source or no way back; failures of the store.
pub async fn remove(desk: &Desk, asker: &Asker, room: NewsroomId, asked: &Asked) -> Answer {
    let now = desk.now();
    if let Some(id) = asked
        .ask
        .get("undo")
        .and_then(|id| id.parse().ok())
        .map(SourceId)
    {
        let name = asked.ask.get("name").unwrap_or("It");
        if !asked.confirmed {
            let nothing = Standing::default();
            return Ok(removed(name, nothing, asked.ask.clone()));
        }
        let outcome = desk
            .store
            .restore_source(room, id, asker.person, now)
            .await?;
        return not_restored(name, outcome).map_or_else(|| Ok(restored(name)), |no| Err(no.into()));
    }
    let source = pick(desk, room, asked.ask.get("which").unwrap_or_default()).await?;
    desk.store
        .remove_source(room, source.source.id, asker.person, now)
        .await?;
    let undo = Ask::new("sources")
        .subcommand("remove")
        .value("which", source.name.clone())
        .value("undo", source.source.id.0.to_string())
        .value("name", source.name.clone());
    let left = desk.store.sources(room).await?;
    let standing = standing(desk, room, &source, &left).await?;
    Ok(removed(&source.name, standing, undo))
}

/// Why a removal could not be taken back; none where it was.
fn not_restored(name: &str, outcome: Restored) -> Option<Refusal> {
    Some(match outcome {
        Restored::Done => return None,
        Restored::AlreadyThere => Refusal::new(format!("“{name}” is a source here already."))
            .can("See /sources list for how it is doing."),
        Restored::Full { max } => Refusal::new(format!(
            "“{name}” cannot come back: there are {max} sources already, as many as a newsroom may have."
        ))
        .can("Remove one with /sources remove, then add it again with /sources add."),
        Restored::Gone => Refusal::new(format!(
            "“{name}” was removed too long ago to be brought back."
        ))
        .can("Add it again with /sources add."),
    })
}
