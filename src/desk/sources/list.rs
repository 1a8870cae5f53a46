//! `/sources list`: all sources, or those that a filter takes.

use crate::desk::command::Answer;
use crate::desk::{Asker, Desk, setup};
use crate::news::NewsroomId;
use crate::page::Ask;
use crate::page::health::is_trouble;
use crate::page::sources::list::{self as page, Filter};
use std::collections::HashMap;

/// # Errors
/// Failures of the store.
pub async fn list(desk: &Desk, asker: &Asker, room: NewsroomId, ask: &Ask) -> Answer {
    let sources = desk.store.sources(room).await?;
    if sources.is_empty() {
        return setup::first(desk, asker).await;
    }
    let filter = Filter::parse(ask.get("filter").unwrap_or_default());
    let mut cover = HashMap::new();
    for source in page::page(&sources, &filter, ask) {
        if is_trouble(&source.source.state) {
            let id = source.source.id;
            cover.insert(id, desk.store.cover(room, id).await?.len());
        }
    }
    Ok(page::list(&sources, &filter, &cover, ask))
}
