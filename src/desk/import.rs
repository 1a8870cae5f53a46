//! `sources import`: all feeds of an OPML file on the host's disk, added without reading them first.

use crate::desk::command::{Answer, No};
use crate::desk::{Asker, Desk};
use crate::feed::check_address;
use crate::feed::opml::{OpmlFeed, opml};
use crate::news::{NewsroomId, ReadingError, link};
use crate::page::sources::{Imported, imported};
use crate::page::{Ask, Refusal, health};
use crate::store::{Added, Unread};

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
    let unread: Vec<Unread> = feeds
        .into_iter()
        .filter_map(|feed| checked(desk, feed, &mut outcome))
        .collect();
    let urls: Vec<String> = unread.iter().map(|one| one.url.clone()).collect();
    let added = desk
        .store
        .add_unread(room, unread, asker.person, desk.now())
        .await?;
    for (url, added) in urls.iter().zip(added) {
        match added {
            Added::New(_) => outcome.added += 1,
            Added::AlreadyThere(_) => outcome.already += 1,
            Added::Full { max } => outcome.refused.push((
                link::shown(url),
                format!("there are {max} already, as many as there may be"),
            )),
        }
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

/// The feed with its address as it is kept, unless it must not be fetched.
fn checked(desk: &Desk, feed: OpmlFeed, outcome: &mut Imported) -> Option<Unread> {
    match check_address(&feed.url, &desk.settings.allow_private) {
        Ok(url) => Some(Unread {
            url: url.to_string(),
            name: feed.title,
            folder: feed.folder,
        }),
        Err(error) => {
            let cause = health::cause(&ReadingError::Address(error));
            outcome.refused.push((link::shown(&feed.url), cause));
            None
        }
    }
}
