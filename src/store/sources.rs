//! Sources: which newsroom has which, and which are due.

use super::audit::{self, Change, Hand};
use super::intake::Prepared;
use super::nouns::{Added, NewSource, ReadingToSave, Restored};
use super::statements::{json_array, statements};
use super::{Result, health, readings, values};
use crate::clock::{DAY, MINUTE, Millis};
use crate::news::source::{NewsroomSource, SourceState, Weight};
use crate::news::{ArticleId, NewsroomId, Source, SourceId, link};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use std::collections::HashMap;

/// Sources that a server's or a person's newsroom may have; the host's terminal has no limit.
pub const SOURCES_PER_NEWSROOM_MAX: u32 = 200;

macro_rules! source_columns {
    () => {
        "s.id, s.url, s.title, s.site, s.language, s.etag, s.last_modified, s.next_at,
         s.interval_ms, s.good_at, s.tried_at, s.failures, s.failing_since, s.error, s.habits"
    };
}

/// Who wants a source: newsrooms of servers that Lede is in, of persons and the terminal; where
/// only some servers are served, those of these servers and the terminal.
macro_rules! refresh {
    () => {
        "UPDATE source SET wanted = EXISTS (
            SELECT 1 FROM newsroom_source AS ns JOIN newsroom AS n ON n.id = ns.newsroom
            LEFT JOIN server AS v ON n.kind = 0 AND v.id = n.discord
            LEFT JOIN program_value AS w ON w.name = 'serve_only'
            WHERE ns.source = source.id AND ns.removed_at IS NULL AND v.left_at IS NULL
            AND (n.kind = 2 OR coalesce(w.value, '[]') = '[]' OR (n.kind = 0
                AND n.discord IN (SELECT o.value FROM json_each(w.value) AS o))))"
    };
}

statements! {
    BY_URL = concat!("SELECT ", source_columns!(), " FROM source AS s WHERE s.url = $1");
    BY_IDS = concat!("SELECT ", source_columns!(), " FROM json_each($1) AS w
        CROSS JOIN source AS s ON s.id = w.value");
    DUE = concat!("SELECT ", source_columns!(), " FROM source AS s
        WHERE s.wanted = 1 AND s.next_at <= $1 ORDER BY s.next_at LIMIT $2");
    DUE_FOR = concat!("SELECT ", source_columns!(), " FROM newsroom_source AS ns
        JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.removed_at IS NULL AND s.next_at <= $2 ORDER BY s.next_at");
    NEXT_DUE = "SELECT next_at FROM source WHERE wanted = 1 ORDER BY next_at LIMIT 1";
    OF_NEWSROOM = concat!("SELECT ", source_columns!(), ",
        ns.name, ns.folder, ns.weight, ns.muted, ns.added_at,
        (SELECT count(*) FROM carried AS c WHERE c.source = s.id AND c.article >= $2),
        (SELECT max(c.article) FROM carried AS c WHERE c.source = s.id), s.moved_to
        FROM newsroom_source AS ns JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.removed_at IS NULL");
    REMOVED_NAME = "SELECT ns.name, s.title, s.url FROM newsroom_source AS ns
        JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.source = $2 AND ns.removed_at IS NOT NULL";
    LAST_TRIED = "SELECT max(s.tried_at) FROM newsroom_source AS ns JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.removed_at IS NULL";
    LAST_READ = "SELECT max(s.good_at) FROM newsroom_source AS ns JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.removed_at IS NULL";
    HAS = "SELECT removed_at FROM newsroom_source WHERE newsroom = $1 AND source = $2";
    COUNT = "SELECT count(*) FROM newsroom_source WHERE newsroom = $1 AND removed_at IS NULL
        AND (SELECT kind FROM newsroom WHERE id = $1) <> 2";
    NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM source";
    INSERT = "INSERT INTO source (id, url, title, added_at, next_at, interval_ms)
        VALUES ($1, $2, '', $3, $4, $5)";
    ATTACH = "INSERT INTO newsroom_source (newsroom, source, name, folder, added_by, added_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (newsroom, source) DO UPDATE SET name = excluded.name, folder = excluded.folder,
        weight = 2, muted = 0, added_by = excluded.added_by, added_at = excluded.added_at,
        baseline_at = NULL, removed_at = NULL, told_stage = 0";
    REMOVE = "UPDATE newsroom_source SET removed_at = $3
        WHERE newsroom = $1 AND source = $2 AND removed_at IS NULL";
    /// What was read in between counts as known: the next reading is the new baseline.
    RESTORE = "UPDATE newsroom_source SET removed_at = NULL, baseline_at = CASE
        WHEN (SELECT good_at FROM source WHERE id = $2) > removed_at THEN NULL ELSE baseline_at END
        WHERE newsroom = $1 AND source = $2 AND removed_at IS NOT NULL";
    REFRESH_WANTED = concat!(refresh!(), "
        WHERE id IN (SELECT source FROM newsroom_source WHERE newsroom = $1)");
    REFRESH_ONE = concat!(refresh!(), " WHERE id = $1");
    REFRESH_THESE = concat!(refresh!(), " WHERE id IN (SELECT value FROM json_each($1))");
    REFRESH_ALL = refresh!();
}

impl FromRow<'_, SqliteRow> for Source {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let error: Option<String> = row.try_get(13)?;
        let habits: Option<String> = row.try_get(14)?;
        Ok(Source {
            id: SourceId(row.try_get(0)?),
            url: row.try_get(1)?,
            title: row.try_get(2)?,
            site: row.try_get(3)?,
            language: row.try_get(4)?,
            etag: row.try_get(5)?,
            last_modified: row.try_get(6)?,
            next_at: row.try_get(7)?,
            interval_ms: row.try_get(8)?,
            habits: habits
                .and_then(|json| serde_json::from_str(&json).ok())
                .unwrap_or_default(),
            state: SourceState {
                good_at: row.try_get(9)?,
                tried_at: row.try_get(10)?,
                failures: row.try_get(11)?,
                failing_since: row.try_get(12)?,
                error: error.and_then(|json| serde_json::from_str(&json).ok()),
            },
        })
    }
}

impl FromRow<'_, SqliteRow> for NewsroomSource {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let source = Source::from_row(row)?;
        let name: Option<String> = row.try_get(15)?;
        Ok(NewsroomSource {
            name: name.unwrap_or_else(|| own_name(&source)),
            folder: row.try_get(16)?,
            weight: weight(row.try_get(17)?, row.try_get(18)?),
            added_at: row.try_get(19)?,
            articles_week: row.try_get(20)?,
            newest: row
                .try_get::<Option<i64>, _>(21)?
                .map(|id| ArticleId(id).at()),
            moving_to: row.try_get(22)?,
            source,
        })
    }
}

/// The feed's title, else its host.
pub(super) fn own_name(source: &Source) -> String {
    match source.title.trim() {
        "" => url::Url::parse(&source.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_else(|| source.url.clone()),
        title => title.to_owned(),
    }
}

/// From the columns; `muted`: 0 = heard, 1 = muted, 2 = muted but counted.
pub(super) fn weight(weight: i64, muted: i64) -> Weight {
    match weight {
        _ if muted == 2 => Weight::Counted,
        _ if muted != 0 => Weight::Muted,
        ..=1 => Weight::Less,
        2 => Weight::Normal,
        3.. => Weight::More,
    }
}

pub(super) async fn by_url(c: &mut SqliteConnection, url: &str) -> Result<Option<Source>> {
    Ok(sqlx::query_as(BY_URL).bind(url).fetch_optional(c).await?)
}

pub(super) async fn by_ids(
    c: &mut SqliteConnection,
    ids: impl Iterator<Item = SourceId>,
) -> Result<HashMap<SourceId, Source>> {
    let ids = json_array(ids.map(|id| id.0));
    let sources: Vec<Source> = sqlx::query_as(BY_IDS).bind(ids).fetch_all(c).await?;
    Ok(sources
        .into_iter()
        .map(|source| (source.id, source))
        .collect())
}

pub(super) async fn due(c: &mut SqliteConnection, now: Millis, limit: u32) -> Result<Vec<Source>> {
    Ok(sqlx::query_as(DUE)
        .bind(now)
        .bind(limit)
        .fetch_all(c)
        .await?)
}

pub(super) async fn due_for(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    now: Millis,
) -> Result<Vec<Source>> {
    Ok(sqlx::query_as(DUE_FOR)
        .bind(newsroom.0)
        .bind(now)
        .fetch_all(c)
        .await?)
}

pub(super) async fn next_due(c: &mut SqliteConnection) -> Result<Option<Millis>> {
    Ok(sqlx::query_scalar(NEXT_DUE).fetch_optional(c).await?)
}

pub(super) async fn last_read(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
) -> Result<Option<Millis>> {
    Ok(sqlx::query_scalar(LAST_READ)
        .bind(newsroom.0)
        .fetch_one(c)
        .await?)
}

/// "The last seven days" end with the newsroom's latest reading: the store has no clock.
pub(super) async fn of_newsroom(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
) -> Result<Vec<NewsroomSource>> {
    let tried: Option<Millis> = sqlx::query_scalar(LAST_TRIED)
        .bind(newsroom.0)
        .fetch_one(&mut *c)
        .await?;
    let week = ArticleId::first_at(tried.unwrap_or_default() - 7 * DAY);
    let mut sources: Vec<NewsroomSource> = sqlx::query_as(OF_NEWSROOM)
        .bind(newsroom.0)
        .bind(week.0)
        .fetch_all(c)
        .await?;
    sources.sort_by_cached_key(|source| (source.name.to_lowercase(), source.source.id));
    Ok(sources)
}

/// Source, audit line and baseline stand in one transaction: a crash leaves all of them or none.
pub(super) async fn add(
    c: &mut SqliteConnection,
    new: NewSource,
    entries: Vec<Prepared>,
) -> Result<Added> {
    let known = by_url(c, &new.url).await?.map(|source| source.id);
    if let Some(id) = known {
        let removed: Option<Option<Millis>> = sqlx::query_scalar(HAS)
            .bind(new.newsroom.0)
            .bind(id.0)
            .fetch_optional(&mut *c)
            .await?;
        if removed == Some(None) {
            return Ok(Added::AlreadyThere(id));
        }
    }
    if is_full(c, new.newsroom).await? {
        return Ok(Added::Full {
            max: SOURCES_PER_NEWSROOM_MAX,
        });
    }
    let interval_ms = (new.next_at - new.at).max(MINUTE);
    let id = match known {
        Some(id) => id,
        None => insert(c, &new, interval_ms).await?,
    };
    attach(c, &new, id).await?;
    sqlx::query(REFRESH_ONE).bind(id.0).execute(&mut *c).await?;
    let hand = Hand {
        newsroom: new.newsroom,
        by: new.by,
        at: new.at,
    };
    let after = Some(link::shown(&new.url));
    note(c, hand, id, "source.add", after).await?;
    let mut reading = new.reading;
    reading.source = id;
    // Where the address led was settled when it was found.
    reading.moved_to = None;
    readings::save(
        c,
        vec![ReadingToSave {
            reading,
            next_at: new.next_at,
            interval_ms,
        }],
        entries,
    )
    .await?;
    Ok(Added::New(id))
}

/// A source that nobody had.
async fn insert(
    c: &mut SqliteConnection,
    new: &NewSource,
    interval_ms: Millis,
) -> Result<SourceId> {
    let id: i64 = sqlx::query_scalar(NEXT_ID).fetch_one(&mut *c).await?;
    sqlx::query(INSERT)
        .bind(id)
        .bind(&new.url)
        .bind(new.at)
        .bind(new.next_at)
        .bind(interval_ms)
        .execute(&mut *c)
        .await?;
    Ok(SourceId(id))
}

/// The source as the newsroom has it from now on.
async fn attach(c: &mut SqliteConnection, new: &NewSource, id: SourceId) -> Result<()> {
    sqlx::query(ATTACH)
        .bind(new.newsroom.0)
        .bind(id.0)
        .bind(
            new.name
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty()),
        )
        .bind(
            new.folder
                .as_deref()
                .map(str::trim)
                .filter(|folder| !folder.is_empty()),
        )
        .bind(new.by as i64)
        .bind(new.at)
        .execute(&mut *c)
        .await?;
    Ok(())
}

pub(super) async fn remove(c: &mut SqliteConnection, hand: Hand, source: SourceId) -> Result<bool> {
    let done = sqlx::query(REMOVE)
        .bind(hand.newsroom.0)
        .bind(source.0)
        .bind(hand.at)
        .execute(&mut *c)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    refresh_wanted(c, hand.newsroom).await?;
    health::removed(c, hand, source).await?;
    note(c, hand, source, "source.remove", None).await?;
    Ok(true)
}

pub(super) async fn restore(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
) -> Result<Restored> {
    let removed: Option<Option<Millis>> = sqlx::query_scalar(HAS)
        .bind(hand.newsroom.0)
        .bind(source.0)
        .fetch_optional(&mut *c)
        .await?;
    match removed {
        None => return Ok(Restored::Gone),
        Some(None) => return Ok(Restored::AlreadyThere),
        Some(Some(_)) => {}
    }
    if is_full(c, hand.newsroom).await? {
        return Ok(Restored::Full {
            max: SOURCES_PER_NEWSROOM_MAX,
        });
    }
    sqlx::query(RESTORE)
        .bind(hand.newsroom.0)
        .bind(source.0)
        .execute(&mut *c)
        .await?;
    refresh_wanted(c, hand.newsroom).await?;
    note(c, hand, source, "source.restore", None).await?;
    Ok(Restored::Done)
}

/// What a source was called that the newsroom removed; none once that is forgotten.
pub(super) async fn removed_name(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    source: SourceId,
) -> Result<Option<String>> {
    let removed: Option<(Option<String>, String, String)> = sqlx::query_as(REMOVED_NAME)
        .bind(newsroom.0)
        .bind(source.0)
        .fetch_optional(c)
        .await?;
    Ok(removed.map(|(name, title, url)| {
        let title = Some(title).filter(|title| !title.is_empty());
        name.or(title).unwrap_or_else(|| link::shown(&url))
    }))
}

/// Computes anew which of a newsroom's sources are to be read.
pub(super) async fn refresh_wanted(c: &mut SqliteConnection, newsroom: NewsroomId) -> Result<()> {
    sqlx::query(REFRESH_WANTED)
        .bind(newsroom.0)
        .execute(c)
        .await?;
    Ok(())
}

/// Computes anew which of these sources (a JSON array of ids) are to be read.
pub(super) async fn refresh_these(c: &mut SqliteConnection, ids: String) -> Result<()> {
    sqlx::query(REFRESH_THESE).bind(ids).execute(c).await?;
    Ok(())
}

/// The program's value that lists the only servers that are served; with none, all are, and persons.
const SERVE_ONLY: &str = "serve_only";
const NO_SERVERS: &str = "[]";

/// Takes only these servers' newsrooms and the terminal's as wanting their sources; none = all.
pub(super) async fn serve_only(c: &mut SqliteConnection, servers: Vec<u64>) -> Result<()> {
    let servers = json_array(servers.into_iter().map(|id| id as i64));
    let before = values::program_value(c, SERVE_ONLY).await?;
    if before.as_deref().unwrap_or(NO_SERVERS) == servers {
        return Ok(());
    }
    values::set_program_value(c, SERVE_ONLY, servers).await?;
    sqlx::query(REFRESH_ALL).execute(c).await?;
    Ok(())
}

/// Whether sources of persons are read.
pub(super) async fn serves_persons(c: &mut SqliteConnection) -> Result<bool> {
    let served = values::program_value(c, SERVE_ONLY).await?;
    Ok(served.is_none_or(|servers| servers == NO_SERVERS))
}

async fn is_full(c: &mut SqliteConnection, newsroom: NewsroomId) -> Result<bool> {
    let count: u32 = sqlx::query_scalar(COUNT)
        .bind(newsroom.0)
        .fetch_one(c)
        .await?;
    Ok(count >= SOURCES_PER_NEWSROOM_MAX)
}

async fn note(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
    what: &'static str,
    after: Option<String>,
) -> Result<()> {
    let change = Change {
        hand,
        what,
        subject: source.0.to_string(),
        before: None,
        after,
    };
    audit::add(c, change).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::test::{NOON, TestFile, entry, feed, new_source, to_save};
    use super::*;
    use crate::clock::HOUR;
    use crate::news::Newsroom;

    async fn add(store: &Store, newsroom: NewsroomId, name: &str) -> Added {
        let url = format!("https://{name}.example/feed");
        store
            .add_source(new_source(newsroom, &url, feed("", &[]), NOON))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_source_is_added_once_and_read_once_for_all() {
        let store = Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), NOON).await.unwrap();
        let entries = [
            entry("https://avel.example/1", "Ferry one", ""),
            entry("https://avel.example/2", "Ferry two", ""),
        ];
        let mut new = new_source(
            one,
            "https://avel.example/feed",
            feed(" Avel  ", &entries),
            NOON,
        );
        (new.name, new.folder) = (Some(" The Courier ".into()), Some(" ".into()));
        let Added::New(id) = store.add_source(new).await.unwrap() else {
            panic!("new")
        };
        assert_eq!(add(&store, one, "avel").await, Added::AlreadyThere(id));
        assert_eq!(add(&store, two, "avel").await, Added::New(id));
        let mine = store.sources(one).await.unwrap().remove(0);
        assert_eq!(
            (
                mine.name.as_str(),
                mine.folder.as_deref(),
                mine.articles_week
            ),
            ("The Courier", None, 2)
        );
        assert_eq!(
            (mine.weight, mine.added_at, mine.source.title.as_str()),
            (Weight::Normal, NOON, "Avel")
        );
        assert_eq!(
            mine.source.state.good_at,
            Some(NOON),
            "the report's reading is its baseline"
        );
        assert_eq!(store.sources(two).await.unwrap()[0].name, "Avel");
        let by_url = store
            .source_by_url("https://avel.example/feed")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(by_url.id, id);
        assert_eq!(store.due(NOON + DAY, 10).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_newsroom_has_room_for_so_many_sources() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        for number in 0..SOURCES_PER_NEWSROOM_MAX {
            assert!(matches!(
                add(&store, newsroom, &format!("s{number}")).await,
                Added::New(_)
            ));
        }
        assert_eq!(
            add(&store, newsroom, "more").await,
            Added::Full { max: 200 }
        );
        assert_eq!(
            store
                .source_by_url("https://more.example/feed")
                .await
                .unwrap(),
            None,
            "nothing is left behind"
        );
        let host = store.newsroom(Newsroom::Terminal, NOON).await.unwrap();
        for number in 0..=SOURCES_PER_NEWSROOM_MAX {
            assert!(
                matches!(
                    add(&store, host, &format!("s{number}")).await,
                    Added::New(_)
                ),
                "the host's own has no limit"
            );
        }
        let first = store.sources(newsroom).await.unwrap()[0].source.id;
        store.remove_source(newsroom, first, 1, NOON).await.unwrap();
        assert!(matches!(add(&store, newsroom, "more").await, Added::New(_)));
        assert_eq!(
            store
                .restore_source(newsroom, first, 1, NOON)
                .await
                .unwrap(),
            Restored::Full { max: 200 },
            "no room to come back"
        );
    }

    #[tokio::test]
    async fn removed_sources_rest_and_come_back() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let Added::New(id) = add(&store, newsroom, "avel").await else {
            panic!("new")
        };
        let restore = async |id| store.restore_source(newsroom, id, 1, NOON).await.unwrap();
        assert_eq!(restore(id).await, Restored::AlreadyThere);
        assert_eq!(restore(SourceId(999)).await, Restored::Gone);
        assert!(store.remove_source(newsroom, id, 1, NOON).await.unwrap());
        assert!(!store.remove_source(newsroom, id, 1, NOON).await.unwrap());
        assert!(store.sources(newsroom).await.unwrap().is_empty());
        assert!(store.due(NOON + DAY, 10).await.unwrap().is_empty());
        assert_eq!(restore(id).await, Restored::Done);
        assert_eq!(store.due_for(newsroom, NOON + DAY).await.unwrap().len(), 1);
        assert_eq!(store.next_due().await.unwrap(), Some(NOON + 10 * MINUTE));
    }

    #[tokio::test]
    async fn the_longest_overdue_is_read_first_and_names_are_in_order() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        for name in ["cove", "basin", "avel"] {
            add(&store, newsroom, name).await;
        }
        let sources = store.sources(newsroom).await.unwrap();
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["avel.example", "basin.example", "cove.example"]);
        let ids: Vec<SourceId> = sources.iter().map(|source| source.source.id).collect();
        for (id, minutes) in ids.iter().zip([30, 10, 20]) {
            let at = NOON + minutes * MINUTE;
            store
                .save_readings(vec![to_save(*id, feed("", &[]), at)])
                .await
                .unwrap();
        }
        let due = async |now| {
            let due = store.due(now, 2).await.unwrap();
            due.into_iter().map(|source| source.id).collect::<Vec<_>>()
        };
        assert_eq!(due(NOON + DAY).await, [ids[1], ids[2]]);
        assert_eq!(due(NOON + 20 * MINUTE).await, [ids[1]]);
        assert_eq!(
            store.last_read(newsroom).await.unwrap(),
            Some(NOON + 30 * MINUTE)
        );
    }

    #[tokio::test]
    async fn a_baseline_is_the_first_reading_since_it_was_added() {
        let file = TestFile::new();
        let store = file.open().await;
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let Added::New(id) = add(&store, newsroom, "avel").await else {
            panic!("new")
        };
        let mut raw = file.raw().await;
        let mut baseline = async || -> Option<Millis> {
            sqlx::query_scalar("SELECT baseline_at FROM newsroom_source")
                .fetch_one(&mut raw)
                .await
                .unwrap()
        };
        let read = async |at| {
            store
                .save_readings(vec![to_save(id, feed("", &[]), at)])
                .await
                .unwrap()
        };
        read(NOON + HOUR).await;
        assert_eq!(baseline().await, Some(NOON));
        store
            .remove_source(newsroom, id, 1, NOON + 2 * HOUR)
            .await
            .unwrap();
        store
            .restore_source(newsroom, id, 1, NOON + 3 * HOUR)
            .await
            .unwrap();
        assert_eq!(
            baseline().await,
            Some(NOON),
            "an undone removal changes nothing"
        );
        store
            .remove_source(newsroom, id, 1, NOON + 4 * HOUR)
            .await
            .unwrap();
        read(NOON + 5 * HOUR).await;
        store
            .restore_source(newsroom, id, 1, NOON + 6 * HOUR)
            .await
            .unwrap();
        read(NOON + 7 * HOUR).await;
        assert_eq!(
            baseline().await,
            Some(NOON + 7 * HOUR),
            "what was read without it is no news"
        );
    }

    #[tokio::test]
    async fn sources_of_servers_that_are_not_served_are_not_read() {
        let store = Store::temporary().await.unwrap();
        let all = [
            ("one", Newsroom::Server(1)),
            ("two", Newsroom::Server(2)),
            ("person", Newsroom::Person(1)),
            ("host", Newsroom::Terminal),
        ];
        for (name, who) in all {
            let newsroom = store.newsroom(who, NOON).await.unwrap();
            add(&store, newsroom, name).await;
        }
        let due = async || {
            let due = store.due(NOON + DAY, 10).await.unwrap().into_iter();
            let mut urls: Vec<String> = due.map(|source| source.url).collect();
            urls.sort();
            urls
        };
        assert_eq!(due().await.len(), 4);
        store.serve_only(&[2]).await.unwrap();
        let few = ["https://host.example/feed", "https://two.example/feed"];
        assert_eq!(due().await, few);
        let one = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        store.servers_now(&[1, 2], NOON).await.unwrap();
        add(&store, one, "late").await;
        assert_eq!(due().await, few, "later changes keep to it");
        store.serve_only(&[]).await.unwrap();
        assert_eq!(due().await.len(), 5);
    }
}
