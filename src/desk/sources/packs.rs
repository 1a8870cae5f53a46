//! `/sources packs`: lists of well-known outlets that come with the program, and reading them all.

use crate::desk::command::{Answer, Asked, No};
use crate::desk::rests::keep_rests;
use crate::desk::sources::import;
use crate::desk::{Asker, Desk};
use crate::feed::opml::{self, OpmlList};
use crate::feed::{FeedRequest, check_address};
use crate::news::{NewsroomId, Outcome};
use crate::page::sources::packs::{Checked, Offered, PackFeed, all, checked, one};
use crate::page::sources::transfer::imported;
use crate::page::{Refusal, health};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Addresses of the packs that are read at once.
const AT_ONCE_MAX: usize = 8;
/// What a pack says of an address that nobody read.
const NOT_READ: &str = "Not read";

/// A list of sources that comes with the program.
struct Pack {
    /// As typed, and the file's name.
    name: &'static str,
    label: &'static str,
    /// OPML.
    text: &'static str,
}

macro_rules! packs {
    ($(($name:literal, $label:literal)),* $(,)?) => {
        const PACKS: &[Pack] = &[$(Pack {
            name: $name,
            label: $label,
            text: include_str!(concat!("../../../assets/packs/", $name, ".opml")),
        }),*];
        /// Name and label of each pack.
        pub const CHOICES: &[(&str, &str)] = &[$(($name, $label)),*];
    };
}

packs![
    ("world", "World"),
    ("europe", "Europe"),
    ("ukraine", "Ukraine"),
    ("technology", "Technology"),
    ("science", "Science"),
    ("business", "Business"),
    ("german", "German"),
    ("spanish", "Spanish"),
];

impl Pack {
    fn list(&self) -> anyhow::Result<OpmlList> {
        opml::read(self.text.as_bytes())
            .map_err(|error| anyhow::anyhow!("pack {}: {error}", self.name))
    }

    fn offered(&self) -> anyhow::Result<Offered> {
        Ok(Offered {
            name: self.name,
            label: self.label,
            feeds: self.list()?.feeds.len(),
        })
    }
}

/// What packs there are.
///
/// # Errors
/// Where one that comes with the program is no OPML.
pub fn offers() -> anyhow::Result<Vec<Offered>> {
    PACKS.iter().map(Pack::offered).collect()
}

/// All packs; with one named, what is in it; with a yes, adds it.
///
/// # Errors
/// A refusal where there is no such pack; failures of the store.
pub async fn packs(desk: &Desk, asker: &Asker, room: NewsroomId, asked: &Asked) -> Answer {
    let offered = offers()?;
    let Some(name) = asked.ask.get("pack").filter(|name| !name.is_empty()) else {
        return Ok(all(&offered));
    };
    let found = PACKS
        .iter()
        .zip(&offered)
        .find(|(pack, _)| pack.name == name);
    let (pack, mine) = found.ok_or_else(|| {
        Refusal::new(format!("There is no pack “{name}”.")).can("Type /sources packs to see them.")
    })?;
    let list = pack.list()?;
    if asked.confirmed {
        return Ok(imported(&import::add(desk, asker, room, list).await?));
    }
    let sources = desk.store.sources(room).await?;
    let known: HashSet<&str> = sources.iter().map(|one| one.source.url.as_str()).collect();
    let is_here = |url: &str| {
        let kept = check_address(url, &desk.settings.allow_private);
        kept.is_ok_and(|kept| known.contains(kept.as_str()))
    };
    let feeds = list.feeds.into_iter().map(|feed| PackFeed {
        here: is_here(&feed.url),
        unread: feed.note.is_some_and(|note| note.starts_with(NOT_READ)),
        title: feed.title.unwrap_or(feed.url),
        site: feed.site,
    });
    Ok(one(mine, &feeds.collect::<Vec<_>>(), &offered))
}

/// Reads every address of the packs once, a few at a time.
///
/// # Errors
/// Failures of the store.
pub async fn check(desk: &Desk) -> Answer {
    let turns = Arc::new(Semaphore::new(AT_ONCE_MAX));
    let mut readings = JoinSet::new();
    for (number, (pack, feed)) in feeds()?.into_iter().enumerate() {
        let (desk, turns) = (desk.clone(), Arc::clone(&turns));
        readings.spawn(async move {
            // Nobody closes it: without a turn there is still the host's own.
            let _turn = turns.acquire().await;
            let request = FeedRequest {
                url: feed.url.clone(),
                ..FeedRequest::default()
            };
            let fetched = desk.fetcher.feed(&request, desk.now()).await;
            let result = match fetched.outcome {
                Outcome::Read(feed) => Ok(feed.entries.len()),
                Outcome::Unchanged => Ok(0),
                Outcome::Failed(error) => Err(health::cause(&error)),
            };
            let title = feed.title.unwrap_or_default();
            let url = feed.url;
            (
                number,
                Checked {
                    pack,
                    title,
                    url,
                    result,
                },
            )
        });
    }
    let mut all = Vec::new();
    while let Some(read) = readings.join_next().await {
        all.push(read.map_err(anyhow::Error::from)?);
    }
    keep_rests(&desk.store, &desk.fetcher).await?;
    all.sort_by_key(|(number, _)| *number);
    let all: Vec<Checked> = all.into_iter().map(|(_, one)| one).collect();
    Ok(checked(&all))
}

/// Every feed of every pack.
fn feeds() -> Result<Vec<(&'static str, opml::OpmlFeed)>, No> {
    let mut feeds = Vec::new();
    for pack in PACKS {
        feeds.extend(pack.list()?.feeds.into_iter().map(|feed| (pack.name, feed)));
    }
    Ok(feeds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn a_pack_names_six_outlets_with_their_sites_and_claims_nothing() {
        assert!(PACKS.len() >= 8);
        for pack in PACKS {
            let list = pack.list().expect("a pack is OPML");
            assert_eq!(list.doubles, [""; 0], "{}", pack.name);
            let mut outlets = HashSet::new();
            for feed in &list.feeds {
                let address = check_address(&feed.url, &[]);
                assert!(address.is_ok(), "{}", feed.url);
                let site = feed.site.as_deref().map(Url::parse);
                let site = site.expect("a site").expect("an address");
                assert_eq!(site.scheme(), "https");
                outlets.insert(site.host_str().expect("a host").to_owned());
                assert!(feed.title.is_some(), "{}", feed.url);
                assert_eq!(feed.folder.as_deref(), Some(pack.label), "{}", feed.url);
                let note = feed.note.as_deref();
                assert_eq!(note, Some("Not read when this was written"), "{}", feed.url);
            }
            assert!(outlets.len() >= 6, "{}: {outlets:?}", pack.name);
        }
    }

    #[test]
    fn the_packs_are_the_files_of_their_folder() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/packs");
        let files = std::fs::read_dir(folder).expect("the folder is there");
        let names = files.map(|file| file.expect("a file").file_name().into_string());
        let mut names: Vec<String> = names.map(|name| name.expect("plain letters")).collect();
        names.sort();
        let mut packs: Vec<String> = PACKS
            .iter()
            .map(|pack| format!("{}.opml", pack.name))
            .collect();
        packs.sort();
        assert_eq!(names, packs);
    }
}
