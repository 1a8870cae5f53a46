//! Retention, in steps so small that nobody waits for one.

use super::Result;
use super::actions::{self, LIVE_MS, REQUEST_MS};
use super::erase;
use super::statements::{json_array, statements};
use crate::clock::{DAY, Millis};
use crate::page::Action;
use sqlx::SqliteConnection;

/// Rows of each kind that one step looks at.
const STEP_ROWS: usize = 300;
const READINGS_MS: Millis = 30 * DAY;
const AUDIT_MS: Millis = 90 * DAY;
/// Undoing a removal is possible for so long.
const REMOVED_MS: Millis = 30 * DAY;
/// All of a server that Lede was removed from is kept for so long: it may come back.
pub(super) const LEFT_MS: Millis = 30 * DAY;
/// Decisions, messages and what was told by them: stories do not live that long.
const TOLD_MS: Millis = 90 * DAY;
/// Stories are looked back on for a month; what was corrected of them outlives that by far.
const CORRECTIONS_MS: Millis = 180 * DAY;
const SHOWN_MS: Millis = DAY;
const HOSTS_MS: Millis = DAY;

statements! {
    OLD_TEXTS = "SELECT id FROM article WHERE swept = 0 AND seen_at < $1 ORDER BY seen_at LIMIT $2";
    EMPTY_INDEX = "DELETE FROM article_terms WHERE rowid IN (SELECT value FROM json_each($1))";
    EMPTY_VECTORS = "DELETE FROM article_vector WHERE article IN (SELECT value FROM json_each($1))";
    EMPTY_NEIGHBOURS = "DELETE FROM placement_neighbours WHERE sequence IN (
        SELECT p.sequence FROM json_each($1) AS w CROSS JOIN placement AS p ON p.article = w.value)";
    EMPTY_TEXTS = "UPDATE article SET text = '', swept = 1
        WHERE id IN (SELECT value FROM json_each($1))";
    OLD_ACTIONS = "SELECT key, action FROM action WHERE stripped = 0 AND kept_at < $1 LIMIT $2";
    STRIP_ACTION = "UPDATE action SET action = $2, stripped = 1 WHERE key = $1";
    DROP_ACTIONS = "DELETE FROM action WHERE key IN (
        SELECT key FROM action WHERE kept_at < $1 LIMIT $2)";
    DROP_READINGS = "DELETE FROM reading WHERE (source, at) IN (
        SELECT source, at FROM reading WHERE last_at < $1 LIMIT $2)";
    DROP_AUDIT = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT $2)";
    DROP_SHOWN = "DELETE FROM shown WHERE (channel, request) IN (
        SELECT channel, request FROM shown WHERE at < $1 LIMIT $2)";
    DROP_HOSTS = "DELETE FROM host WHERE name IN (SELECT name FROM host WHERE next_at < $1 LIMIT $2)";
    DROP_REMOVED = "DELETE FROM newsroom_source WHERE (newsroom, source) IN (
        SELECT newsroom, source FROM newsroom_source WHERE removed_at < $1 LIMIT $2)";
    DROP_DECISIONS = "DELETE FROM decision WHERE (subscription, story) IN (
        SELECT subscription, story FROM decision WHERE decided_at < $1 LIMIT $2)";
    /// Digests go with their stories; what was told is told without them.
    DROP_LETTERS = "DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE made_at < $1 LIMIT $2)";
    DROP_TOLD = "DELETE FROM told WHERE (destination, story) IN (
        SELECT destination, story FROM told WHERE at < $1 LIMIT $2)";
    DROP_TOLD_SENTENCES = "DELETE FROM told_sentence WHERE (destination, hash) IN (
        SELECT destination, hash FROM told_sentence WHERE at < $1 LIMIT $2)";
    DROP_ASKED = "DELETE FROM asked WHERE (newsroom, person, topic) IN (
        SELECT newsroom, person, topic FROM asked WHERE at < $1 LIMIT $2)";
    DROP_NOTICES = "DELETE FROM notice WHERE id IN (
        SELECT id FROM notice WHERE made_at < $1 LIMIT $2)";
    /// With where they put articles.
    DROP_CORRECTIONS = "DELETE FROM correction WHERE id IN (
        SELECT id FROM correction WHERE at < $1 LIMIT $2)";
    DROP_REPORTS = "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE at < $1 LIMIT $2)";
    DROP_SUGGESTIONS = "DELETE FROM suggestion WHERE id IN (
        SELECT id FROM suggestion WHERE made_at < $1 LIMIT $2)";
    DROP_SUBSCRIPTIONS = "DELETE FROM subscription WHERE id IN (
        SELECT id FROM subscription WHERE removed_at < $1 LIMIT $2)";
}

/// Rows that go when they are so old.
const DROPS: &[(&str, Millis)] = &[
    (DROP_ACTIONS, REQUEST_MS),
    (DROP_READINGS, READINGS_MS),
    (DROP_AUDIT, AUDIT_MS),
    (DROP_SHOWN, SHOWN_MS),
    (DROP_HOSTS, HOSTS_MS),
    (DROP_REMOVED, REMOVED_MS),
    (DROP_DECISIONS, TOLD_MS),
    (DROP_LETTERS, TOLD_MS),
    (DROP_TOLD, TOLD_MS),
    (DROP_TOLD_SENTENCES, TOLD_MS),
    (DROP_ASKED, TOLD_MS),
    (DROP_NOTICES, TOLD_MS),
    (DROP_CORRECTIONS, CORRECTIONS_MS),
    (DROP_REPORTS, TOLD_MS),
    (DROP_SUGGESTIONS, TOLD_MS),
    (DROP_SUBSCRIPTIONS, REMOVED_MS),
];

/// One step; true when there may be more to do.
pub(super) async fn step(c: &mut SqliteConnection, now: Millis, text_days: u32) -> Result<bool> {
    let mut more = empty_texts(c, now - Millis::from(text_days) * DAY).await?;
    more |= strip_actions(c, now - LIVE_MS).await?;
    more |= erase::step(c, now - LEFT_MS).await?;
    for (sql, age) in DROPS.iter().copied() {
        let done = sqlx::query(sql)
            .bind(now - age)
            .bind(STEP_ROWS as i64)
            .execute(&mut *c)
            .await?;
        more |= done.rows_affected() >= STEP_ROWS as u64;
    }
    Ok(more)
}

/// A swept article keeps its title, its link and what it is recognised by.
async fn empty_texts(c: &mut SqliteConnection, before: Millis) -> Result<bool> {
    let ids: Vec<i64> = sqlx::query_scalar(OLD_TEXTS)
        .bind(before)
        .bind(STEP_ROWS as i64)
        .fetch_all(&mut *c)
        .await?;
    let more = ids.len() >= STEP_ROWS;
    if ids.is_empty() {
        return Ok(false);
    }
    let ids = json_array(ids);
    for sql in [EMPTY_INDEX, EMPTY_VECTORS, EMPTY_NEIGHBOURS, EMPTY_TEXTS] {
        sqlx::query(sql).bind(&ids).execute(&mut *c).await?;
    }
    Ok(more)
}

/// Of an expired action the request is left.
async fn strip_actions(c: &mut SqliteConnection, before: Millis) -> Result<bool> {
    let rows: Vec<(String, String)> = sqlx::query_as(OLD_ACTIONS)
        .bind(before)
        .bind(STEP_ROWS as i64)
        .fetch_all(&mut *c)
        .await?;
    let more = rows.len() >= STEP_ROWS;
    for (key, json) in rows {
        let bare = match serde_json::from_str::<Action>(&json) {
            Ok(action) => actions::to_json(&actions::stripped(action)),
            Err(_) => json,
        };
        sqlx::query(STRIP_ACTION)
            .bind(key)
            .bind(bare)
            .execute(&mut *c)
            .await?;
    }
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, TestFile, entry, feed, hunt, new_source, to_save};
    use super::super::{Added, Store};
    use super::*;
    use crate::clock::MINUTE;
    use crate::news::story::{Neighbour, Placed};
    use crate::news::{ArticleId, Newsroom, NewsroomId, SourceId, StoryId};

    const TEXT: &str = "The ferry of Avel left at nine with forty passengers on board.";

    async fn started(file: &TestFile) -> (Store, NewsroomId, SourceId) {
        let store = file.open().await;
        store.server_joined(1, NOON).await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let entries = [entry("https://avel.example/1", "Ferry leaves", TEXT)];
        let new = new_source(
            newsroom,
            "https://avel.example/feed",
            feed("Avel", &entries),
            NOON,
        );
        match store.add_source(new).await.unwrap() {
            Added::New(id) => (store, newsroom, id),
            other => panic!("{other:?}"),
        }
    }

    async fn count(file: &TestFile, table: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(sql)
            .fetch_one(&mut file.raw().await)
            .await
            .unwrap()
    }

    async fn sweep_all(store: &Store, now: Millis) {
        while store.sweep(now, 90).await.unwrap() {}
    }

    #[tokio::test]
    async fn old_texts_go_and_headlines_stay() {
        let file = TestFile::new();
        let (store, newsroom, source) = started(&file).await;
        let id = store.unplaced(1).await.unwrap()[0].id;
        let neighbours = vec![Neighbour {
            article: ArticleId(1),
            similarity: 0.5,
        }];
        let placed = Placed {
            story: StoryId(id.0),
            score: None,
            neighbours,
            same_text: id,
            carried: None,
            merged: Vec::new(),
            moved: Vec::new(),
        };
        store.place(vec![(id, placed)], NOON).await.unwrap();
        sweep_all(&store, NOON + 90 * DAY).await;
        assert_eq!(
            store.hunt(&hunt(newsroom, Some("ferry"))).await.unwrap()[0]
                .article
                .text,
            TEXT
        );
        sweep_all(&store, NOON + 90 * DAY + 1).await;
        assert!(
            store
                .hunt(&hunt(newsroom, Some("ferry")))
                .await
                .unwrap()
                .is_empty()
        );
        assert!(store.vectors(&[id]).await.unwrap().is_empty());
        let left = store.view(newsroom, &[StoryId(id.0)]).await.unwrap();
        let article = &left[0].1[0].article;
        assert_eq!(
            (
                article.title.as_str(),
                article.text.as_str(),
                article.revision
            ),
            ("Ferry leaves", "", 1)
        );
        assert!(store.placed(0, 10).await.unwrap().is_empty());
        let again = feed(
            "Avel",
            &[entry("https://avel.example/1", "Ferry leaves", TEXT)],
        );
        let saved = store
            .save_readings(vec![to_save(source, again, NOON + 91 * DAY)])
            .await
            .unwrap();
        assert_eq!(saved[0].unchanged, 1, "it is still known");
    }

    #[tokio::test]
    async fn logs_keys_and_notes_go_in_their_time() {
        let file = TestFile::new();
        let (store, newsroom, _) = started(&file).await;
        store
            .set_shown(1, "brief", "https://discord.example/1", NOON)
            .await
            .unwrap();
        store.set_host_next("avel.example", NOON).await.unwrap();
        let ask = crate::page::Ask::new("brief");
        store
            .keep(newsroom, vec![Action::Turn(ask)], NOON)
            .await
            .unwrap();
        let counts = async || {
            let mut counts = Vec::new();
            for table in ["reading", "audit", "action", "shown", "host"] {
                counts.push(count(&file, table).await);
            }
            counts
        };
        assert_eq!(counts().await, [1, 1, 1, 1, 1]);
        sweep_all(&store, NOON + DAY + MINUTE).await;
        assert_eq!(counts().await, [1, 1, 1, 0, 0]);
        sweep_all(&store, NOON + 30 * DAY + MINUTE).await;
        assert_eq!(counts().await, [0, 1, 1, 0, 0]);
        sweep_all(&store, NOON + 90 * DAY + MINUTE).await;
        assert_eq!(counts().await, [0, 0, 0, 0, 0]);
    }

    #[tokio::test]
    async fn sources_of_a_left_server_go_after_thirty_days() {
        let file = TestFile::new();
        let (store, newsroom, source) = started(&file).await;
        store.server_left(1, NOON).await.unwrap();
        sweep_all(&store, NOON + 30 * DAY).await;
        assert_eq!(store.sources(newsroom).await.unwrap().len(), 1);
        sweep_all(&store, NOON + 30 * DAY + 1).await;
        assert!(store.sources(newsroom).await.unwrap().is_empty());
        store.server_joined(1, NOON + 31 * DAY).await.unwrap();
        assert_eq!(
            store
                .restore_source(newsroom, source, 1, NOON)
                .await
                .unwrap(),
            crate::store::Restored::Gone
        );
        assert_eq!(store.count_articles().await.unwrap(), 1, "articles stay");
    }

    #[tokio::test]
    async fn a_sweep_goes_in_steps() {
        let file = TestFile::new();
        let (store, _, source) = started(&file).await;
        let many: Vec<_> = (0..450)
            .map(|n| {
                entry(
                    &format!("https://avel.example/m/{n}"),
                    &format!("Report number {n}"),
                    "",
                )
            })
            .collect();
        store
            .save_readings(vec![to_save(source, feed("Avel", &many), NOON + 1)])
            .await
            .unwrap();
        assert!(store.sweep(NOON + 91 * DAY, 90).await.unwrap());
        assert!(!store.sweep(NOON + 91 * DAY, 90).await.unwrap());
        assert_eq!(count(&file, "article_vector").await, 0);
    }
}
