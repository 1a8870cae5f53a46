//! `/sources list`: all sources, or those that a filter takes.

use crate::desk::command::Answer;
use crate::desk::{Asker, Desk, setup};
use crate::news::NewsroomId;
use crate::page::Ask;
use crate::page::sources::list::{self as page, Filter};

/// # Errors
/// Failures of the store.
pub async fn list(desk: &Desk, asker: &Asker, room: NewsroomId, ask: &Ask) -> Answer {
    let sources = desk.store.sources(room).await?;
    if sources.is_empty() {
        return setup::first(desk, asker).await;
    }
    let filter = Filter::parse(ask.get("filter").unwrap_or_default());
    Ok(page::list(&sources, &filter, ask))
}
