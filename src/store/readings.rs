//! Readings: what they change of a source, the reading log, and saving what they brought.

use super::articles::{self, Batch};
use super::nouns::{ReadingLine, ReadingToSave, Saved};
use super::statements::statements;
use super::{Result, sources};
use crate::clock::Millis;
use crate::news::{Feed, Outcome, Reading, ReadingError, Source, SourceId};
use sqlx::SqliteConnection;

/// Readings in a row that must agree on a new address before a source takes it.
const MOVED_TIMES_MIN: i64 = 3;
/// A feed's title is cut here.
const TITLE_CHARS_MAX: usize = 200;

statements! {
    GOOD = "UPDATE source SET good_at = $2, tried_at = $2, failures = 0, failing_since = NULL,
        error = NULL, next_at = $3, interval_ms = $4 WHERE id = $1";
    FAILED = "UPDATE source SET tried_at = $2, failures = failures + 1,
        failing_since = coalesce(failing_since, $2), error = $5, next_at = $3, interval_ms = $4
        WHERE id = $1";
    VALIDATORS = "UPDATE source SET etag = $2, last_modified = $3 WHERE id = $1";
    DESCRIBED = "UPDATE source SET title = $2, site = $3, language = $4 WHERE id = $1";
    MOVED = "UPDATE source SET moved_times = CASE WHEN moved_to = $2 THEN moved_times + 1 ELSE 1 END,
        moved_to = $2 WHERE id = $1 RETURNING moved_times";
    NOT_MOVED = "UPDATE source SET moved_to = NULL, moved_times = 0
        WHERE id = $1 AND moved_to IS NOT NULL";
    TAKE_ADDRESS = "UPDATE source SET url = $2, moved_to = NULL, moved_times = 0
        WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM source WHERE url = $2)";
    BASELINE = "UPDATE newsroom_source SET baseline_at = $2
        WHERE source = $1 AND removed_at IS NULL AND baseline_at IS NULL";
    /// Goes on with the last line when nothing is new and it ended alike with nothing new.
    LOG_AGAIN = "UPDATE reading SET last_at = $2, times = times + 1, entries = $3, bytes = $4
        WHERE source = $1 AND at = (SELECT max(at) FROM reading WHERE source = $1)
        AND new = 0 AND edited = 0 AND error IS $5";
    LOG = "INSERT INTO reading (source, at, last_at, times, entries, bytes, error, new, edited)
        VALUES ($1, $2, $2, 1, $3, $4, $5, $6, $7)
        ON CONFLICT (source, at) DO UPDATE SET times = times + 1, entries = excluded.entries,
        bytes = excluded.bytes, error = excluded.error, new = new + excluded.new,
        edited = edited + excluded.edited";
    LINES = "SELECT last_at, error, entries, new FROM reading WHERE source = $1
        ORDER BY at DESC LIMIT $2";
}

/// All of them in one transaction. A reading whose source is unknown changes nothing.
pub(super) async fn save(
    c: &mut SqliteConnection,
    readings: Vec<ReadingToSave>,
) -> Result<Vec<Saved>> {
    let mut batch = Batch::default();
    let mut saved = Vec::with_capacity(readings.len());
    for ReadingToSave {
        reading,
        next_at,
        interval_ms,
    } in readings
    {
        saved.push(match sources::by_id(c, reading.source).await? {
            Some(source) => {
                save_one(c, &mut batch, &source, &reading, next_at, interval_ms).await?
            }
            None => Saved::default(),
        });
    }
    batch.finish(c).await?;
    Ok(saved)
}

async fn save_one(
    c: &mut SqliteConnection,
    batch: &mut Batch,
    source: &Source,
    reading: &Reading,
    next_at: Millis,
    interval_ms: Millis,
) -> Result<Saved> {
    let mut saved = Saved::default();
    let mut entries = 0;
    match &reading.outcome {
        Outcome::Failed(error) => {
            let error = json(error);
            sqlx::query(FAILED)
                .bind(source.id.0)
                .bind(reading.at)
                .bind(next_at)
                .bind(interval_ms)
                .bind(&error)
                .execute(&mut *c)
                .await?;
            log(c, reading, entries, Some(error), saved).await?;
            return Ok(saved);
        }
        Outcome::Unchanged => {}
        Outcome::Read(feed) => {
            let described = describe(c, source, feed).await?;
            saved = articles::save(c, batch, &described, feed, reading.at).await?;
            entries = feed.entries.len() as i64;
        }
    }
    sqlx::query(GOOD)
        .bind(source.id.0)
        .bind(reading.at)
        .bind(next_at)
        .bind(interval_ms)
        .execute(&mut *c)
        .await?;
    keep_validators(c, reading).await?;
    follow_move(c, source, reading.moved_to.as_deref()).await?;
    sqlx::query(BASELINE)
        .bind(source.id.0)
        .bind(reading.at)
        .execute(&mut *c)
        .await?;
    log(c, reading, entries, None, saved).await?;
    Ok(saved)
}

/// Takes over what the feed says of itself; what it leaves out stays.
async fn describe(c: &mut SqliteConnection, source: &Source, feed: &Feed) -> Result<Source> {
    let title: String = feed.title.trim().chars().take(TITLE_CHARS_MAX).collect();
    let described = Source {
        title: if title.is_empty() {
            source.title.clone()
        } else {
            title
        },
        site: feed.link.clone().or_else(|| source.site.clone()),
        language: feed.language.clone().or_else(|| source.language.clone()),
        ..source.clone()
    };
    if described != *source {
        sqlx::query(DESCRIBED)
            .bind(source.id.0)
            .bind(&described.title)
            .bind(&described.site)
            .bind(&described.language)
            .execute(c)
            .await?;
    }
    Ok(described)
}

/// A full answer brings its validators or none; "unchanged" may leave them out.
async fn keep_validators(c: &mut SqliteConnection, reading: &Reading) -> Result<()> {
    let full = matches!(reading.outcome, Outcome::Read(_));
    if full || reading.etag.is_some() || reading.last_modified.is_some() {
        sqlx::query(VALIDATORS)
            .bind(reading.source.0)
            .bind(&reading.etag)
            .bind(&reading.last_modified)
            .execute(c)
            .await?;
    }
    Ok(())
}

async fn follow_move(
    c: &mut SqliteConnection,
    source: &Source,
    moved_to: Option<&str>,
) -> Result<()> {
    let Some(url) = moved_to.filter(|url| *url != source.url) else {
        sqlx::query(NOT_MOVED).bind(source.id.0).execute(c).await?;
        return Ok(());
    };
    let times: i64 = sqlx::query_scalar(MOVED)
        .bind(source.id.0)
        .bind(url)
        .fetch_one(&mut *c)
        .await?;
    if times >= MOVED_TIMES_MIN {
        let taken = sqlx::query(TAKE_ADDRESS)
            .bind(source.id.0)
            .bind(url)
            .execute(c)
            .await?;
        if taken.rows_affected() > 0 {
            tracing::info!(
                source = source.id.0,
                from = source.url,
                to = url,
                "source {} moved to {url}",
                source.url
            );
        }
    }
    Ok(())
}

async fn log(
    c: &mut SqliteConnection,
    reading: &Reading,
    entries: i64,
    error: Option<String>,
    saved: Saved,
) -> Result<()> {
    let bytes = i64::try_from(reading.bytes).unwrap_or(i64::MAX);
    if saved.new == 0 && saved.edited == 0 {
        let again = sqlx::query(LOG_AGAIN)
            .bind(reading.source.0)
            .bind(reading.at)
            .bind(entries)
            .bind(bytes)
            .bind(&error)
            .execute(&mut *c)
            .await?;
        if again.rows_affected() > 0 {
            return Ok(());
        }
    }
    sqlx::query(LOG)
        .bind(reading.source.0)
        .bind(reading.at)
        .bind(entries)
        .bind(bytes)
        .bind(error)
        .bind(saved.new)
        .bind(saved.edited)
        .execute(c)
        .await?;
    Ok(())
}

fn json(error: &ReadingError) -> String {
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
