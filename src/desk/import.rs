//! `sources import`: all feeds of an OPML file on the host's disk, added without reading them first.

use crate::desk::command::{Answer, No};
use crate::desk::{Asker, Desk};
use crate::feed::check_address;
use crate::feed::opml::{OpmlFeed, opml};
use crate::news::{NewsroomId, Outcome, Reading, SourceId, link};
use crate::page::sources::{Imported, imported};
use crate::page::{Ask, Refusal, health};
use crate::store::{Added, NewSource};

/// Bytes of an OPML file.
const OPML_BYTES_MAX: u64 = 5 * 1024 * 1024;

/// Adds the feeds of the file that `ask` names. They are due at once.
///
/// # Errors
/// A refusal where the file cannot be read or is no OPML; failures of the store.
pub async fn answer(desk: &Desk, asker: &Asker, room: NewsroomId, ask: &Ask) -> Answer {
    let path = ask.get("file").unwrap_or_default().to_owned();
    let bytes = read(&path).await?;
    let feeds = opml(&bytes).map_err(|error| {
        Refusal::new(format!("“{path}” cannot be used: {error}."))
            .can("Export the list again as OPML.")
    })?;
    let mut outcome = Imported::default();
    for feed in feeds {
        add(desk, asker, room, feed, &mut outcome).await?;
    }
    Ok(imported(&outcome))
}

async fn read(path: &str) -> Result<Vec<u8>, No> {
    let cannot = |why: String| {
        Refusal::new(format!("“{path}” cannot be read: {why}.")).can("Check the file's name.")
    };
    let size = tokio::fs::metadata(path)
        .await
        .map_err(|error| cannot(error.to_string()))?
        .len();
    if size > OPML_BYTES_MAX {
        return Err(cannot(format!(
            "it is larger than {} MiB",
            OPML_BYTES_MAX / (1024 * 1024)
        ))
        .into());
    }
    Ok(tokio::fs::read(path)
        .await
        .map_err(|error| cannot(error.to_string()))?)
}

async fn add(
    desk: &Desk,
    asker: &Asker,
    room: NewsroomId,
    feed: OpmlFeed,
    outcome: &mut Imported,
) -> Result<(), No> {
    let url = match check_address(&feed.url, &desk.settings.allow_private) {
        Ok(url) => url.to_string(),
        Err(error) => {
            outcome.refused.push((
                link::shown(&feed.url),
                health::cause(&crate::news::ReadingError::Address(error)),
            ));
            return Ok(());
        }
    };
    let now = desk.now();
    let reading = Reading {
        source: SourceId(0),
        at: now,
        outcome: Outcome::Unchanged,
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 0,
        wait_ms: None,
    };
    let source = NewSource {
        newsroom: room,
        url: url.clone(),
        name: feed.title,
        folder: feed.folder,
        by: asker.person,
        reading,
        at: now,
        next_at: now,
    };
    match desk.store.add_source(source).await? {
        Added::New(_) => outcome.added += 1,
        Added::AlreadyThere(_) => outcome.already += 1,
        Added::Full { max } => outcome.refused.push((
            link::shown(&url),
            format!("there are {max} already, as many as there may be"),
        )),
    }
    Ok(())
}
