//! `/sources export`: all sources as an OPML file, with names, folders and weights.

use crate::desk::command::Answer;
use crate::desk::{Asker, Desk, setup};
use crate::feed::opml::{self, OpmlFeed};
use crate::news::source::{NewsroomSource, Weight};
use crate::news::{NewsroomId, link};
use crate::page::sources::transfer::exported;

/// What the exported file is called, and its title.
const FILE_NAME: &str = "sources.opml";
const TITLE: &str = "Sources of Lede";

/// # Errors
/// Failures of the store.
pub async fn export(desk: &Desk, asker: &Asker, room: NewsroomId) -> Answer {
    let sources = desk.store.sources(room).await?;
    if sources.is_empty() {
        return setup::first(desk, asker).await;
    }
    // The host's own file stays on the host's disk; any other goes through Discord.
    let whole = asker.terminal;
    let secret = |source: &&NewsroomSource| link::shown(&source.source.url) != source.source.url;
    let without = match whole {
        true => 0,
        false => sources.iter().filter(secret).count(),
    };
    let feeds: Vec<OpmlFeed> = sources.iter().map(|source| feed(source, whole)).collect();
    let text = opml::write(TITLE, &feeds);
    Ok(exported(sources.len(), without, FILE_NAME, text))
}

/// A source as a list has it; `whole`: with name and password in its address.
fn feed(source: &NewsroomSource, whole: bool) -> OpmlFeed {
    let url = match whole {
        true => source.source.url.clone(),
        false => link::shown(&source.source.url),
    };
    OpmlFeed {
        url,
        title: Some(source.name.clone()),
        folder: source.folder.clone(),
        site: source.source.site.clone(),
        note: None,
        weight: (source.weight != Weight::Normal).then_some(source.weight),
    }
}
