//! Readings: what they change of a source, the reading log, and saving what they brought.

use super::articles::Batch;
use super::intake::Prepared;
use super::nouns::{ReadingLine, ReadingToSave, Saved};
use super::statements::{Bound, insert, run, statements};
use super::{Result, prepare};
use crate::clock::Millis;
use crate::news::{Feed, Outcome, Reading, ReadingError, Source, SourceId, link};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// Readings in a row that must agree on a new address before a source takes it.
const MOVED_TIMES_MIN: i64 = 3;
/// A feed's title is cut here.
const TITLE_CHARS_MAX: usize = 200;

statements! {
    /// Of [[source, at, next at, interval, title, site, language, whether it is a full answer, etag,
    /// last modified, where it moved, habits], ...]. A full answer brings its validators or none;
    /// "unchanged" may leave them out.
    GOOD = "UPDATE source SET good_at = w.value ->> 1, tried_at = w.value ->> 1, failures = 0,
            failing_since = NULL, error = NULL, next_at = w.value ->> 2,
            interval_ms = w.value ->> 3, title = w.value ->> 4, site = w.value ->> 5,
            language = w.value ->> 6,
            etag = CASE WHEN w.value ->> 7 THEN w.value ->> 8 ELSE coalesce(w.value ->> 8, etag) END,
            last_modified = CASE WHEN w.value ->> 7 THEN w.value ->> 9
                ELSE coalesce(w.value ->> 9, last_modified) END,
            moved_times = CASE WHEN w.value ->> 10 IS NULL THEN 0
                WHEN moved_to = w.value ->> 10 THEN moved_times + 1 ELSE 1 END,
            moved_to = w.value ->> 10, habits = coalesce(w.value ->> 11, habits)
        FROM json_each($1) AS w WHERE source.id = w.value ->> 0";
    /// Of [[source, at, bytes, next at, interval, etag, last modified], ...].
    UNCHANGED = "UPDATE source SET good_at = w.value ->> 1, tried_at = w.value ->> 1, failures = 0,
            failing_since = NULL, error = NULL, next_at = w.value ->> 3,
            interval_ms = w.value ->> 4, etag = coalesce(w.value ->> 5, etag),
            last_modified = coalesce(w.value ->> 6, last_modified), moved_times = 0, moved_to = NULL
        FROM json_each($1) AS w WHERE source.id = w.value ->> 0";
    /// As [`LOG_AGAIN`], for the same rows; gives back the sources whose last line went on.
    UNCHANGED_AGAIN = "UPDATE reading SET last_at = w.value ->> 1, times = times + 1, entries = 0,
            bytes = w.value ->> 2
        FROM json_each($1) AS w WHERE reading.source = w.value ->> 0
            AND reading.at = (SELECT max(x.at) FROM reading AS x WHERE x.source = w.value ->> 0)
            AND new = 0 AND edited = 0 AND error IS NULL
        RETURNING source";
    FAILED = "UPDATE source SET tried_at = $2, failures = failures + 1,
            failing_since = coalesce(failing_since, $2), error = $5, next_at = $3, interval_ms = $4
        WHERE id = $1";
    TAKE_ADDRESS = "UPDATE source SET moved_from = url, moved_at = $4, url = $2, moved_to = NULL,
            moved_times = 0
        WHERE id = $1 AND moved_times >= $3 AND NOT EXISTS (SELECT 1 FROM source WHERE url = $2)";
    BASELINES = "UPDATE newsroom_source SET baseline_at = w.value ->> 1 FROM json_each($1) AS w
        WHERE source = w.value ->> 0 AND removed_at IS NULL AND baseline_at IS NULL";
    /// Goes on with the last line when nothing is new and it ended alike with nothing new.
    LOG_AGAIN = "UPDATE reading SET last_at = $2, times = times + 1, entries = $3, bytes = $4
        WHERE source = $1 AND at = (SELECT max(at) FROM reading WHERE source = $1)
        AND new = 0 AND edited = 0 AND error IS $5";
    LOG = "INSERT INTO reading (source, at, last_at, times, entries, bytes, error, new, edited)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)
        ON CONFLICT (source, at) DO UPDATE SET times = times + 1, entries = excluded.entries,
        bytes = excluded.bytes, error = excluded.error, new = new + excluded.new,
        edited = edited + excluded.edited";
    /// As [`LOG`], for a reading that brought nothing.
    LOG_QUIET = "INSERT INTO reading (source, at, last_at, times, entries, bytes, new, edited)
        VALUES (?, ?, ?, 1, 0, ?, 0, 0)
        ON CONFLICT (source, at) DO UPDATE SET times = times + 1, entries = 0,
        bytes = excluded.bytes, error = NULL";
    LINES = "SELECT last_at, error, entries, new FROM reading WHERE source = $1
        ORDER BY at DESC LIMIT $2";
}

/// All of them in one transaction. A reading whose source is unknown changes nothing.
pub(super) async fn save(
    c: &mut SqliteConnection,
    readings: Vec<ReadingToSave>,
    prepared: Vec<Prepared>,
) -> Result<Vec<Saved>> {
    let sources = prepare::described(c, readings.iter().map(|save| &save.reading)).await?;
    let mut batch = Batch::default();
    for entry in prepared {
        if let Some(source) = sources.get(&readings[entry.reading].reading.source) {
            batch.add(source, entry);
        }
    }
    let saved = batch.save(c, readings.len()).await?;
    let quiet = quiet(&readings);
    note_quiet(c, &readings, &quiet, &sources).await?;
    let (mut good, mut notes) = (Vec::new(), Notes::default());
    for (to_save, saved) in readings.iter().zip(&saved) {
        let Some(source) = sources.get(&to_save.reading.source) else {
            continue;
        };
        if !quiet.contains(&source.id) {
            notes.add(c, source, to_save, *saved).await?;
        }
        if !matches!(to_save.reading.outcome, Outcome::Failed(_)) {
            good.push(json!([source.id, to_save.reading.at]));
        }
    }
    notes.write(c).await?;
    sqlx::query(BASELINES)
        .bind(Value::from(good).to_string())
        .execute(c)
        .await?;
    Ok(saved)
}

/// Sources of which all that is to be noted is that nothing changed: most of them, at most times.
fn quiet(readings: &[ReadingToSave]) -> HashSet<SourceId> {
    let (mut quiet, mut seen) = (HashSet::new(), HashSet::new());
    for ReadingToSave { reading, .. } in readings {
        let once = seen.insert(reading.source);
        if once && reading.outcome == Outcome::Unchanged && reading.moved_to.is_none() {
            quiet.insert(reading.source);
        } else {
            quiet.remove(&reading.source);
        }
    }
    quiet
}

/// Notes that nothing changed, for all such sources at once.
async fn note_quiet(
    c: &mut SqliteConnection,
    readings: &[ReadingToSave],
    quiet: &HashSet<SourceId>,
    sources: &HashMap<SourceId, Source>,
) -> Result<()> {
    let of_quiet = |to_save: &&ReadingToSave| {
        let source = &to_save.reading.source;
        quiet.contains(source) && sources.contains_key(source)
    };
    let readings: Vec<&ReadingToSave> = readings.iter().filter(of_quiet).collect();
    if readings.is_empty() {
        return Ok(());
    }
    let rows = readings.iter().map(|to_save| {
        let Reading {
            source,
            at,
            bytes,
            etag,
            last_modified,
            ..
        } = &to_save.reading;
        let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
        let (next_at, interval) = (to_save.next_at, to_save.interval_ms);
        json!([source.0, at, bytes, next_at, interval, etag, last_modified])
    });
    let rows = Value::from_iter(rows).to_string();
    sqlx::query(UNCHANGED).bind(&rows).execute(&mut *c).await?;
    let again: Vec<i64> = sqlx::query_scalar(UNCHANGED_AGAIN)
        .bind(&rows)
        .fetch_all(&mut *c)
        .await?;
    let again: HashSet<i64> = again.into_iter().collect();
    let others = readings
        .into_iter()
        .map(|to_save| &to_save.reading)
        .filter(|reading| !again.contains(&reading.source.0));
    let lines = insert(LOG_QUIET, others, |row, reading| {
        let bytes = i64::try_from(reading.bytes).unwrap_or(i64::MAX);
        let row = row.bind(reading.source.0).bind(reading.at);
        row.bind(reading.at).bind(bytes)
    });
    run(c, lines).await
}

/// What is to be written down of how sources are doing, with the lines of the log: for many sources
/// at once, each of them once.
#[derive(Default)]
struct Notes<'a> {
    sources: HashSet<SourceId>,
    /// As [`GOOD`] takes them.
    good: Vec<Value>,
    /// Sources whose feed moved, and where to.
    moved: Vec<(&'a Source, &'a str, Millis)>,
    /// Readings that brought something.
    lines: Vec<Line>,
}

impl<'a> Notes<'a> {
    async fn add(
        &mut self,
        c: &mut SqliteConnection,
        source: &'a Source,
        to_save: &'a ReadingToSave,
        saved: Saved,
    ) -> Result<()> {
        let ReadingToSave {
            reading,
            next_at,
            interval_ms,
        } = to_save;
        if !self.sources.insert(source.id) {
            std::mem::take(self).write(c).await?;
            self.sources.insert(source.id);
        }
        if let Outcome::Failed(error) = &reading.outcome {
            let error = json_of(error);
            let failed = sqlx::query(FAILED)
                .bind(source.id.0)
                .bind(reading.at)
                .bind(next_at)
                .bind(interval_ms);
            failed.bind(&error).execute(&mut *c).await?;
            return log(c, Line::of(reading, 0, Some(error), saved)).await;
        }
        let full = match &reading.outcome {
            Outcome::Read(feed) => Some(feed),
            _ => None,
        };
        let habits = full.map(|feed| {
            let habits = source.habits.after(feed, saved.new, reading.at);
            serde_json::to_string(&habits).expect("plain values")
        });
        let moved_to = reading.moved_to.as_deref();
        let moved_to = moved_to.filter(|url| *url != source.url);
        let (title, site, language) = (&source.title, &source.site, &source.language);
        let (etag, last_modified) = (&reading.etag, &reading.last_modified);
        self.good.push(json!([
            source.id,
            reading.at,
            next_at,
            interval_ms,
            title,
            site,
            language,
            full.is_some(),
            etag,
            last_modified,
            moved_to,
            habits,
        ]));
        let moved = moved_to.map(|url| (source, url, reading.at));
        self.moved.extend(moved);
        let entries = full.map_or(0, |feed| feed.entries.len() as i64);
        let line = Line::of(reading, entries, None, saved);
        if line.is_quiet() {
            return log(c, line).await;
        }
        self.lines.push(line);
        Ok(())
    }

    async fn write(self, c: &mut SqliteConnection) -> Result<()> {
        if !self.good.is_empty() {
            let good = Value::from(self.good).to_string();
            sqlx::query(GOOD).bind(good).execute(&mut *c).await?;
        }
        for (source, url, at) in self.moved {
            take_address(c, source, url, at).await?;
        }
        run(c, insert(LOG, self.lines, Line::bind)).await
    }
}

/// Gives a source the address to which its feed has moved, once enough readings agree on it.
async fn take_address(
    c: &mut SqliteConnection,
    source: &Source,
    url: &str,
    at: Millis,
) -> Result<()> {
    let taken = sqlx::query(TAKE_ADDRESS)
        .bind(source.id.0)
        .bind(url)
        .bind(MOVED_TIMES_MIN)
        .bind(at);
    if taken.execute(c).await?.rows_affected() > 0 {
        let (from, to) = (link::shown(&source.url), link::shown(url));
        tracing::info!(
            source = source.id.0,
            from,
            to,
            "source {from} moved to {to}"
        );
    }
    Ok(())
}

/// Takes over what the feed says of itself; what it leaves out stays.
pub(super) fn describe(source: &mut Source, feed: &Feed) {
    let title: String = feed.title.trim().chars().take(TITLE_CHARS_MAX).collect();
    if !title.is_empty() {
        source.title = title;
    }
    source.site = feed.link.clone().or_else(|| source.site.take());
    source.language = feed.language.clone().or_else(|| source.language.take());
}

/// A line of the log.
struct Line {
    source: SourceId,
    at: Millis,
    entries: i64,
    bytes: i64,
    error: Option<String>,
    saved: Saved,
}

impl Line {
    fn of(reading: &Reading, entries: i64, error: Option<String>, saved: Saved) -> Self {
        Self {
            source: reading.source,
            at: reading.at,
            entries,
            bytes: i64::try_from(reading.bytes).unwrap_or(i64::MAX),
            error,
            saved,
        }
    }

    /// Whether it brought nothing, so that the last line may go on.
    fn is_quiet(&self) -> bool {
        self.saved.new == 0 && self.saved.edited == 0
    }

    fn bind(row: Bound, line: Self) -> Bound {
        let row = row.bind(line.source.0).bind(line.at).bind(line.at);
        let row = row.bind(line.entries).bind(line.bytes).bind(line.error);
        row.bind(line.saved.new).bind(line.saved.edited)
    }
}

async fn log(c: &mut SqliteConnection, line: Line) -> Result<()> {
    if line.is_quiet() {
        let again = sqlx::query(LOG_AGAIN)
            .bind(line.source.0)
            .bind(line.at)
            .bind(line.entries)
            .bind(line.bytes)
            .bind(&line.error)
            .execute(&mut *c)
            .await?;
        if again.rows_affected() > 0 {
            return Ok(());
        }
    }
    run(c, insert(LOG, [line], Line::bind)).await
}

fn json_of(error: &ReadingError) -> String {
    serde_json::to_string(error).expect("an enum of plain values")
}

pub(super) async fn lines(
    c: &mut SqliteConnection,
    source: SourceId,
    limit: u32,
) -> Result<Vec<ReadingLine>> {
    let rows: Vec<(Millis, Option<String>, u32, u32)> = sqlx::query_as(LINES)
        .bind(source.0)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(at, error, entries, new)| ReadingLine {
            at,
            error: error.and_then(|json| serde_json::from_str(&json).ok()),
            entries,
            new,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, entry, feed, new_source, reading, to_save};
    use super::super::{Added, Store};
    use super::*;
    use crate::clock::MINUTE;
    use crate::news::Newsroom;

    const URL: &str = "https://avel.example/feed";

    async fn started() -> (Store, SourceId) {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        match store
            .add_source(new_source(newsroom, URL, feed("Avel", &[]), NOON))
            .await
            .unwrap()
        {
            Added::New(id) => (store, id),
            other => panic!("{other:?}"),
        }
    }

    async fn save(store: &Store, reading: Reading) -> Saved {
        let next_at = reading.at + MINUTE;
        store
            .save_readings(vec![ReadingToSave {
                reading,
                next_at,
                interval_ms: MINUTE,
            }])
            .await
            .unwrap()[0]
    }

    fn ended(source: SourceId, outcome: Outcome, at: Millis) -> Reading {
        Reading {
            outcome,
            ..reading(source, Feed::default(), at)
        }
    }

    #[tokio::test]
    async fn failures_are_counted_until_a_good_reading() {
        let (store, id) = started().await;
        let source = async || store.source_by_url(URL).await.unwrap().unwrap();
        for n in 1..=3 {
            let error = if n == 3 {
                ReadingError::Blocked(403)
            } else {
                ReadingError::TimedOut
            };
            save(&store, ended(id, Outcome::Failed(error), NOON + n)).await;
        }
        let state = source().await.state;
        assert_eq!(
            (state.failures, state.failing_since, state.error),
            (3, Some(NOON + 1), Some(ReadingError::Blocked(403)))
        );
        assert_eq!(
            (state.good_at, state.tried_at),
            (Some(NOON), Some(NOON + 3))
        );
        save(&store, ended(id, Outcome::Unchanged, NOON + 4)).await;
        let source = source().await;
        assert_eq!(
            (
                source.state.failures,
                source.state.failing_since,
                source.state.error
            ),
            (0, None, None)
        );
        assert_eq!(
            (source.state.good_at, source.next_at, source.interval_ms),
            (Some(NOON + 4), NOON + 4 + MINUTE, MINUTE)
        );
    }

    #[tokio::test]
    async fn readings_in_a_row_that_bring_nothing_are_one_line() {
        let (store, id) = started().await;
        let news = feed("Avel", &[entry("https://avel.example/1", "Ferry one", "")]);
        for n in 1..=3 {
            save(&store, ended(id, Outcome::Unchanged, NOON + n)).await;
        }
        assert_eq!(save(&store, reading(id, news, NOON + 4)).await.new, 1);
        save(
            &store,
            ended(id, Outcome::Failed(ReadingError::TimedOut), NOON + 5),
        )
        .await;
        save(
            &store,
            ended(id, Outcome::Failed(ReadingError::TimedOut), NOON + 6),
        )
        .await;
        save(
            &store,
            ended(id, Outcome::Failed(ReadingError::Gone), NOON + 7),
        )
        .await;
        let lines = store.readings(id, 10).await.unwrap();
        let lines: Vec<_> = lines
            .into_iter()
            .map(|line| (line.at - NOON, line.error, line.new))
            .collect();
        let (timed_out, gone) = (Some(ReadingError::TimedOut), Some(ReadingError::Gone));
        assert_eq!(
            lines,
            [(7, gone), (6, timed_out), (4, None), (3, None)].map(|(at, error)| (
                at,
                error,
                u32::from(at == 4)
            ))
        );
    }

    #[tokio::test]
    async fn validators_are_those_of_the_last_full_answer() {
        let (store, id) = started().await;
        let etag = async || store.source_by_url(URL).await.unwrap().unwrap().etag;
        let full = |etag: Option<&str>, at| Reading {
            etag: etag.map(str::to_owned),
            ..reading(id, feed("", &[]), at)
        };
        save(&store, full(Some("one"), NOON + 1)).await;
        save(&store, ended(id, Outcome::Unchanged, NOON + 2)).await;
        save(
            &store,
            ended(id, Outcome::Failed(ReadingError::BrokeOff), NOON + 3),
        )
        .await;
        assert_eq!(etag().await.as_deref(), Some("one"));
        save(&store, full(None, NOON + 4)).await;
        assert_eq!(etag().await, None);
        assert_eq!(
            store.source_by_url(URL).await.unwrap().unwrap().title,
            "Avel",
            "an empty title is none"
        );
    }

    #[tokio::test]
    async fn a_source_moves_when_three_readings_agree() {
        let (store, id) = started().await;
        let moved = |to: Option<&str>, at| Reading {
            moved_to: to.map(str::to_owned),
            ..ended(id, Outcome::Unchanged, at)
        };
        let new = "https://avel.example/new";
        for (n, to) in [
            Some(new),
            Some(new),
            None,
            Some(new),
            Some("https://other.example/"),
            Some(new),
            Some(new),
        ]
        .iter()
        .enumerate()
        {
            save(&store, moved(*to, NOON + n as i64)).await;
        }
        assert!(
            store.source_by_url(new).await.unwrap().is_none(),
            "not three in a row"
        );
        save(&store, moved(Some(new), NOON + 50)).await;
        assert_eq!(
            store
                .source_by_url(new)
                .await
                .unwrap()
                .map(|source| source.id),
            Some(id)
        );
        assert!(store.source_by_url(URL).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_batch_saves_several_readings_and_passes_over_unknown_sources() {
        let (store, id) = started().await;
        let one = [entry("https://avel.example/1", "Ferry one", "")];
        let two = [
            one[0].clone(),
            entry("https://avel.example/2", "Ferry two", ""),
        ];
        let batch = vec![
            to_save(id, feed("Avel", &one), NOON + 1),
            to_save(SourceId(99), feed("Nobody", &one), NOON + 2),
            to_save(id, feed("Avel", &two), NOON + 3),
        ];
        let saved = store.save_readings(batch).await.unwrap();
        let counts: Vec<_> = saved
            .iter()
            .map(|saved| (saved.new, saved.unchanged))
            .collect();
        assert_eq!(counts, [(1, 0), (0, 0), (1, 1)]);
        assert_eq!(store.count_articles().await.unwrap(), 2);
        assert!(store.save_readings(Vec::new()).await.unwrap().is_empty());
    }
}
