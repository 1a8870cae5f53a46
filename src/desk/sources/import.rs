//! `/sources import`: all feeds of an OPML file, added without reading them first. The file is an
//! attachment in Discord, and a file of the host's in a terminal.

use crate::desk::command::{Answer, No};
use crate::desk::{Asker, Desk};
use crate::feed::check_address;
use crate::feed::opml::{self, OPML_BYTES_MAX, OPML_FEEDS_MAX, OpmlFeed, OpmlList};
use crate::news::link::{self, shown_as_written};
use crate::news::{NewsroomId, ReadingError};
use crate::page::sources::transfer::{Imported, imported};
use crate::page::{Ask, Refusal, health};
use crate::store::{Added, Unread};

const MIB_BYTES: usize = 1024 * 1024;

/// Adds the feeds of the file that `ask` names. They are due at once.
///
/// # Errors
/// A refusal where the file cannot be read or is no OPML; failures of the store.
pub async fn import(desk: &Desk, asker: &Asker, room: NewsroomId, ask: &Ask) -> Answer {
    let file = ask.get("file").unwrap_or_default().trim();
    let on_the_web = file.starts_with("https://") || file.starts_with("http://");
    let (name, bytes) = match asker.terminal && !on_the_web {
        true => (file.to_owned(), read(file).await?),
        false => (last_part(file), fetch(desk, file).await?),
    };
    // A file of some megabytes takes its time, in which others are answered.
    let read = tokio::task::spawn_blocking(move || opml::read(&bytes)).await;
    let found = read.map_err(anyhow::Error::from)?.map_err(|error| {
        Refusal::new(format!("“{name}” cannot be used: {error}."))
            .will("Nothing was added.")
            .can("Export the list from your feed reader again, as OPML.")
    })?;
    Ok(imported(&add(desk, asker, room, found).await?))
}

/// Adds what a list holds, as far as there is room; says of the rest why not.
///
/// # Errors
/// Failures of the store.
pub async fn add(
    desk: &Desk,
    asker: &Asker,
    room: NewsroomId,
    list: OpmlList,
) -> Result<Imported, No> {
    let mut outcome = Imported {
        cut_at: list.more.then_some(OPML_FEEDS_MAX),
        ..Imported::default()
    };
    let unread: Vec<Unread> = list
        .feeds
        .into_iter()
        .filter_map(|feed| checked(desk, feed, &mut outcome))
        .collect();
    let urls: Vec<String> = unread.iter().map(|one| one.url.clone()).collect();
    let (by, now) = (asker.person, desk.now());
    let added = desk.store.add_unread(room, unread, by, now).await?;
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
    let doubles = list
        .doubles
        .iter()
        .map(|url| (shown_as_written(url), "it is in the file twice"));
    let long = list
        .too_long
        .into_iter()
        .map(|url| (url, "its address is too long"));
    let odd = doubles.chain(long).map(|(url, why)| (url, why.to_owned()));
    outcome.refused.extend(odd);
    Ok(outcome)
}

/// The feed with its address as it is kept, unless it must not be fetched.
fn checked(desk: &Desk, feed: OpmlFeed, outcome: &mut Imported) -> Option<Unread> {
    match check_address(&feed.url, &desk.settings.allow_private) {
        Ok(url) => Some(Unread {
            url: url.to_string(),
            name: feed.title,
            folder: feed.folder,
            weight: feed.weight.unwrap_or_default(),
        }),
        Err(error) => {
            let cause = health::cause(&ReadingError::Address(error));
            outcome.refused.push((shown_as_written(&feed.url), cause));
            None
        }
    }
}

/// The attachment's name, without the signature that Discord puts behind it.
fn last_part(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "The file" } else { name }.to_owned()
}

async fn fetch(desk: &Desk, address: &str) -> Result<Vec<u8>, No> {
    let fetched = desk
        .fetcher
        .file(address, OPML_BYTES_MAX as u64, desk.now());
    Ok(fetched.await.map_err(|error| {
        let name = last_part(address);
        let refusal = Refusal::new(format!(
            "“{name}” cannot be read: {}.",
            health::cause(&error)
        ))
        .will("Nothing was added.");
        match error {
            ReadingError::TooLarge { .. } => refusal.can("Divide the list into smaller files."),
            _ => refusal.can("Attach the file again."),
        }
    })?)
}

async fn read(path: &str) -> Result<Vec<u8>, No> {
    let cannot = |why: String| {
        Refusal::new(format!("“{path}” cannot be read: {why}.")).can("Check the file's name.")
    };
    let size = tokio::fs::metadata(path)
        .await
        .map_err(|error| cannot(error.to_string()))?
        .len();
    if size > OPML_BYTES_MAX as u64 {
        let why = format!("it is larger than {} MiB", OPML_BYTES_MAX / MIB_BYTES);
        return Err(cannot(why)
            .can("Divide the list into smaller files.")
            .into());
    }
    Ok(tokio::fs::read(path)
        .await
        .map_err(|error| cannot(error.to_string()))?)
}
