//! What is worked out for a reading before it is handed to the writer: hashes, vectors and index
//! words, on a thread for long work. One outlet's great feed must not hold up the writes for which
//! somebody waits.
//!
//! An entry that its source carried just so before gets no words, as none will be written. That is
//! looked up beforehand and may have changed by the time of the write, which then makes up for it.

use super::articles;
use super::intake::Prepared;
use super::recognise;
use super::{Result, Store, StoreError, readings, refrains, sources};
use crate::news::{Entry, Feed, Outcome, Reading, Source, SourceId};
use crate::text::refrain::{Memory, Refrains};
use crate::text::vector::{Indexed, Vector};
use std::borrow::Cow;
use std::collections::HashMap;

/// Entries of one reading that are looked at.
const READING_ENTRIES_MAX: usize = 500;
/// Longer titles and texts are cut.
const TITLE_CHARS_MAX: usize = 500;
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// What an entry is found by. What its source repeats makes no article like another.
pub(super) fn words_of(entry: &Entry, refrains: &Refrains) -> Indexed {
    let language = entry.language.as_deref();
    let mut words = Indexed::of(&entry.title, &entry.text, language);
    if let Cow::Owned(report) = refrains.cut_from(&entry.text, language) {
        words.vector = Vector::of(&entry.title, &report, language);
    }
    words
}

/// The entries of `readings`, prepared; `of` says which reading one of them is.
pub(super) async fn prepare<T: Send + 'static>(
    store: &Store,
    readings: Vec<T>,
    of: fn(&T) -> &Reading,
) -> Result<(Vec<T>, Vec<Prepared>)> {
    if !readings
        .iter()
        .any(|reading| matches!(of(reading).outcome, Outcome::Read(_)))
    {
        return Ok((readings, Vec::new()));
    }
    let (readings, mut prepared) = apart(move || {
        let all = readings.iter().enumerate();
        let prepared = all.flat_map(|(number, reading)| entries(number, of(reading)));
        let prepared: Vec<Prepared> = prepared.collect();
        (readings, prepared)
    })
    .await?;
    let (is_known, memories) = known(store, readings.iter().map(of), &mut prepared).await?;
    let prepared = apart(move || {
        word(&mut prepared, &is_known, memories);
        prepared
    })
    .await?;
    Ok((readings, prepared))
}

/// Whether the sources carried the entries just so before, and what is remembered of the sources
/// of the others.
async fn known(
    store: &Store,
    readings: impl Iterator<Item = &Reading> + Clone,
    prepared: &mut [Prepared],
) -> Result<(Vec<bool>, HashMap<i64, Memory>)> {
    let mut c = store.reader().await?;
    let sources = described(&mut c, readings).await?;
    if sources
        .values()
        .all(|source| source.state.good_at.is_none())
    {
        // None of them was ever read.
        return Ok((vec![false; prepared.len()], HashMap::new()));
    }
    let is_known = articles::look_up(&mut c, &sources, prepared).await?;
    let new = prepared
        .iter()
        .zip(&is_known)
        .filter(|(_, is_known)| !**is_known);
    let sources = new.map(|(prepared, _)| prepared.source).collect();
    let memories = refrains::remembered(&mut c, sources).await?;
    Ok((is_known, memories))
}

/// Makes the words of the entries that are not known, less the refrains of their sources. What a
/// reading itself shows to be one counts: a source's first reading has many articles.
fn word(prepared: &mut [Prepared], is_known: &[bool], mut memories: HashMap<i64, Memory>) {
    let mut new: Vec<&mut Prepared> = prepared
        .iter_mut()
        .zip(is_known)
        .filter_map(|(prepared, is_known)| (!is_known).then_some(prepared))
        .collect();
    for prepared in &mut new {
        let trace = refrains::trace(prepared);
        let memory = memories.entry(prepared.source).or_default();
        memory.take(trace.clone());
        prepared.trace = Some(trace);
    }
    for prepared in new {
        let refrains = memories[&prepared.source].refrains();
        prepared.words = Some(words_of(&prepared.entry, refrains));
    }
}

/// The sources of the readings, as these describe them.
pub(super) async fn described(
    c: &mut sqlx::SqliteConnection,
    readings: impl Iterator<Item = &Reading> + Clone,
) -> Result<HashMap<SourceId, Source>> {
    let mut sources = sources::by_ids(c, readings.clone().map(|reading| reading.source)).await?;
    for reading in readings {
        if let (Some(source), Outcome::Read(feed)) =
            (sources.get_mut(&reading.source), &reading.outcome)
        {
            readings::describe(source, feed);
        }
    }
    Ok(sources)
}

fn entries(number: usize, reading: &Reading) -> Vec<Prepared> {
    let Outcome::Read(feed) = &reading.outcome else {
        return Vec::new();
    };
    let entries = &feed.entries[..feed.entries.len().min(READING_ENTRIES_MAX)];
    let shared = recognise::Shared::of(entries);
    let capped = entries.iter().map(|entry| capped(entry, feed));
    capped
        .filter(|entry| !entry.title.trim().is_empty() || !entry.text.trim().is_empty())
        .map(|entry| Prepared {
            reading: number,
            source: reading.source.0,
            at: reading.at,
            outlet: 0,
            keys: recognise::keys(&entry, &shared),
            candidates: Vec::new(),
            words: None,
            trace: None,
            entry,
        })
        .collect()
}

fn capped(entry: &Entry, feed: &Feed) -> Entry {
    let mut entry = entry.clone();
    if let Some((end, _)) = entry.title.char_indices().nth(TITLE_CHARS_MAX) {
        entry.title.truncate(end);
    }
    entry
        .text
        .truncate(entry.text.floor_char_boundary(TEXT_BYTES_MAX));
    entry.language = entry.language.or_else(|| feed.language.clone());
    entry
}

/// Runs `work` on a thread for long work.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Failed(format!("a reading could not be prepared: {error}")))
}

#[cfg(test)]
mod tests {
    use super::super::Added;
    use super::super::test::{NOON, entry, feed, new_source, to_save};
    use super::*;
    use crate::news::Newsroom;

    #[tokio::test]
    async fn words_are_made_before_the_write_and_only_for_what_is_new() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let entries = [
            entry("https://avel.example/1", "Ferry one", "It left at nine."),
            entry("https://avel.example/2", "Ferry two", "It left at ten."),
        ];
        let new = new_source(
            newsroom,
            "https://avel.example/feed",
            feed("Avel", &entries[..1]),
            NOON,
        );
        let Added::New(id) = store.add_source(new).await.unwrap() else {
            panic!("new")
        };
        let save = to_save(id, feed("Avel", &entries), NOON + 1);
        let (_, prepared) = prepare(&store, vec![save], |save| &save.reading)
            .await
            .unwrap();
        let words = prepared.iter().map(|entry| entry.words.is_some());
        assert_eq!(words.collect::<Vec<_>>(), [false, true]);
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let panicked: Result<()> = apart(|| panic!("at the last entry")).await;
        assert!(panicked.is_err());
    }
}
