//! What is left of a server goes thirty days after Lede was removed from it, in small steps.

use super::Result;
use super::statements::statements;
use crate::clock::Millis;
use sqlx::SqliteConnection;

/// Rows of a kind that go in one step.
const STEP_ROWS: i64 = 300;

statements! {
    /// The server that was left first, with its newsroom.
    LEFT = "SELECT v.id, n.id FROM server AS v
        LEFT JOIN newsroom AS n ON n.kind = 0 AND n.discord = v.id
        WHERE v.left_at < $1 ORDER BY v.left_at LIMIT 1";
    SOURCES = "DELETE FROM newsroom_source WHERE newsroom = $1 AND source IN (
        SELECT source FROM newsroom_source WHERE newsroom = $1 LIMIT $2)";
    AUDIT = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE newsroom = $1 LIMIT $2)";
    ACTIONS = "DELETE FROM action WHERE key IN (SELECT key FROM action WHERE newsroom = $1 LIMIT $2)";
    DECISIONS = "DELETE FROM decision WHERE (subscription, story) IN (
        SELECT d.subscription, d.story FROM subscription AS s
        CROSS JOIN decision AS d ON d.subscription = s.id WHERE s.newsroom = $1 LIMIT $2)";
    LETTERS = "DELETE FROM outbox WHERE id IN (SELECT o.id FROM subscription AS s
        CROSS JOIN outbox AS o ON o.subscription = s.id WHERE s.newsroom = $1 LIMIT $2)";
    SENTENCES = "DELETE FROM told_sentence WHERE (destination, hash) IN (
        SELECT t.destination, t.hash FROM destination AS d
        CROSS JOIN told_sentence AS t ON t.destination = d.id
        WHERE d.id IN (SELECT destination FROM subscription WHERE newsroom = $1)
            AND d.kind = 0 LIMIT $2)";
    /// Its channels: those that were subscribed, and the one for notices. With what was told there.
    PLACES = "DELETE FROM destination WHERE kind = 0 AND (
            id IN (SELECT destination FROM subscription WHERE newsroom = $1)
            OR discord IN (SELECT CAST(value AS INTEGER) FROM setting
                WHERE newsroom = $1 AND name = 'notices_channel'))
        AND NOT EXISTS (SELECT 1 FROM subscription AS s
            WHERE s.destination = destination.id AND s.newsroom <> $1)";
    /// With all that is kept for it: settings, subscriptions, notices, what members asked.
    NEWSROOM = "DELETE FROM newsroom WHERE id = $1 AND kind = 0";
    /// Its number stands for nobody, and is not given to another.
    NOBODY = "INSERT INTO newsroom (id, kind, discord, made_at) VALUES ($1, 0, -$1, 0)";
    SERVER = "DELETE FROM server WHERE id = $1 AND left_at IS NOT NULL";
}

/// Rows that may be many, before what they hang on.
const MANY: &[&str] = &[SOURCES, AUDIT, ACTIONS, DECISIONS, LETTERS, SENTENCES];

/// One step for the servers that were left before that moment; true when there may be more to do.
pub(super) async fn step(c: &mut SqliteConnection, left_before: Millis) -> Result<bool> {
    let left: Option<(i64, Option<i64>)> = sqlx::query_as(LEFT)
        .bind(left_before)
        .fetch_optional(&mut *c)
        .await?;
    let Some((server, newsroom)) = left else {
        return Ok(false);
    };
    if let Some(newsroom) = newsroom {
        for sql in MANY.iter().copied() {
            let done = sqlx::query(sql)
                .bind(newsroom)
                .bind(STEP_ROWS)
                .execute(&mut *c)
                .await?;
            if done.rows_affected() > 0 {
                return Ok(true);
            }
        }
        for sql in [PLACES, NEWSROOM, NOBODY] {
            sqlx::query(sql).bind(newsroom).execute(&mut *c).await?;
        }
        super::subscriptions::changed(c).await?;
    }
    sqlx::query(SERVER).bind(server).execute(&mut *c).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, TestFile, entry, feed, new_source};
    use super::super::{NewSubscription, Store};
    use crate::clock::{DAY, Millis};
    use crate::news::subscription::{Destination, Form, Place, What, Wish};
    use crate::news::{Newsroom, NewsroomId};
    use crate::page::{Action, Ask};
    use sqlx::{AssertSqlSafe, Executor, SqliteConnection};

    /// Columns that hold a newsroom or Discord's id of a server or channel.
    const HOLDERS: &str = "SELECT m.name, c.name FROM sqlite_master AS m
        JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'
        AND (c.name IN ('newsroom', 'discord', 'channel') OR (m.name, c.name) = ('server', 'id'))";

    async fn held(raw: &mut SqliteConnection, newsroom: i64, ids: &[i64]) -> Vec<String> {
        let columns: Vec<(String, String)> =
            sqlx::query_as(HOLDERS).fetch_all(&mut *raw).await.unwrap();
        let mut held = Vec::new();
        for (table, column) in columns {
            let of = match column.as_str() {
                "newsroom" => vec![newsroom],
                _ => ids.to_vec(),
            };
            for id in of {
                let sql = format!("SELECT count(*) FROM {table} WHERE {column} = {id}");
                let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_one(&mut *raw)
                    .await
                    .unwrap();
                if count > 0 {
                    held.push(format!("{table}.{column} {id}"));
                }
            }
        }
        held.sort();
        held.dedup();
        held
    }

    /// A server (Discord's id) with something of everything that is kept for one.
    async fn settled(store: &Store, raw: &mut SqliteConnection, server: u64) -> NewsroomId {
        store.server_joined(server, NOON).await.unwrap();
        let room = store
            .newsroom(Newsroom::Server(server), NOON)
            .await
            .unwrap();
        let entries = [entry("https://avel.example/1", "Ferry leaves", "It left.")];
        let new = new_source(
            room,
            "https://avel.example/feed",
            feed("Avel", &entries),
            NOON,
        );
        store.add_source(new).await.unwrap();
        let notices = Some(format!("{server}7"));
        let set = store.set_setting(room, "notices_channel", notices, 7, NOON);
        set.await.unwrap();
        let press = vec![Action::Turn(Ask::new("brief"))];
        store.keep(room, press, NOON).await.unwrap();
        let places = [
            Destination::Channel(server * 10),
            Destination::Person(server * 10 + 9),
        ];
        for destination in places {
            let new = NewSubscription {
                newsroom: room,
                place: Place {
                    destination,
                    form: Form::Text,
                    name: "news".into(),
                    readable: true,
                },
                what: What::Everything,
                wish: Wish::of_person(),
                by: 7,
                at: NOON,
                digest_at: None,
            };
            store.subscribe(new).await.unwrap();
        }
        let (room_id, channel) = (room.0, server * 10);
        for sql in [
            "INSERT OR IGNORE INTO story (id, made_at) VALUES (10, 1)".to_owned(),
            format!("INSERT INTO asked VALUES ({room_id}, 7, 'ferry', {NOON})"),
            format!("INSERT INTO notice (id, newsroom, person, key, text, made_at) VALUES ({server}, {room_id}, 0, 'k', 'N', {NOON})"),
            format!("INSERT OR IGNORE INTO destination (kind, discord, form) VALUES (0, {server}7, 0)"),
            format!(
                "INSERT INTO outbox (id, destination, subscription, kind, story, cause, due_at, made_at, state, channel)
                SELECT {server}, d.id, s.id, 0, 10, '{{}}', 5, {NOON}, 2, {channel} FROM destination AS d
                JOIN subscription AS s ON s.destination = d.id WHERE d.kind = 0 AND d.discord = {channel}"
            ),
            format!(
                "INSERT INTO decision SELECT subscription, 10, 0, '\"Gone\"', '{{}}', NULL, {NOON}, id
                FROM outbox WHERE id = {server}"
            ),
            format!("INSERT INTO told SELECT destination, 10, {NOON}, id FROM outbox WHERE id = {server}"),
            format!("INSERT INTO told_sentence SELECT destination, 5, {NOON} FROM outbox WHERE id = {server}"),
        ] {
            raw.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        room
    }

    async fn sweep_all(store: &Store, now: Millis) {
        while store.sweep(now, 90).await.unwrap() {}
    }

    #[tokio::test]
    async fn all_of_a_server_goes_thirty_days_after_it_was_left_and_nothing_before() {
        let file = TestFile::new();
        let store = file.open().await;
        let mut raw = file.raw().await;
        let left = settled(&store, &mut raw, 41).await;
        let other = settled(&store, &mut raw, 52).await;
        let of_left = [41, 410, 417, 419];
        let before = held(&mut raw, left.0, &of_left).await;
        for what in [
            "asked",
            "audit",
            "action",
            "notice",
            "newsroom_source",
            "subscription",
        ] {
            assert!(
                before.contains(&format!("{what}.newsroom {}", left.0)),
                "{before:?}"
            );
        }
        for what in [
            "destination.discord 410",
            "destination.discord 417",
            "server.id 41",
        ] {
            assert!(before.contains(&what.to_owned()), "{before:?}");
        }
        store.server_left(41, NOON).await.unwrap();
        sweep_all(&store, NOON + 30 * DAY).await;
        // Who follows something there is told so in a newsroom of their own.
        let own = "newsroom.discord 419".to_owned();
        let mut before = before;
        before.push(own.clone());
        before.sort();
        assert_eq!(held(&mut raw, left.0, &of_left).await, before);
        // It comes back and is left again: all is as it was, and the days count anew.
        store.server_joined(41, NOON + 30 * DAY).await.unwrap();
        sweep_all(&store, NOON + 59 * DAY).await;
        store.server_left(41, NOON + 59 * DAY).await.unwrap();
        sweep_all(&store, NOON + 60 * DAY).await;
        assert_eq!(held(&mut raw, left.0, &of_left).await, before);
        let kept = held(&mut raw, other.0, &[52, 520, 527]).await;
        sweep_all(&store, NOON + 89 * DAY + 1).await;
        // What a person follows elsewhere or kept for themselves is theirs.
        let person = "destination.discord 419".to_owned();
        assert_eq!(held(&mut raw, left.0, &of_left).await, [person, own]);
        assert_eq!(held(&mut raw, other.0, &[52, 520, 527]).await, kept);
        let articles = store.count_articles().await.unwrap();
        assert_eq!(articles, 1, "articles belong to nobody");
        store.server_joined(41, NOON + 90 * DAY).await.unwrap();
        let anew = store
            .newsroom(Newsroom::Server(41), NOON + 90 * DAY)
            .await
            .unwrap();
        assert!(
            anew != left && anew != other,
            "its number is not given again"
        );
        assert!(store.sources(anew).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_great_server_goes_in_steps_and_so_do_several() {
        let file = TestFile::new();
        let store = file.open().await;
        let mut raw = file.raw().await;
        for server in [41, 52, 63] {
            settled(&store, &mut raw, server).await;
            store.server_left(server, NOON).await.unwrap();
        }
        let many = format!(
            "WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000)
            INSERT INTO audit (id, newsroom, at, by, what, subject)
            SELECT 1000 + value, 1, {NOON}, 7, 'setting', 'zone' FROM n"
        );
        raw.execute(AssertSqlSafe(many)).await.unwrap();
        let later = NOON + 30 * DAY + 1;
        let mut steps = 0;
        while store.sweep(later, 90).await.unwrap() {
            steps += 1;
        }
        assert!((8..60).contains(&steps), "{steps}");
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM server")
            .fetch_one(&mut raw)
            .await
            .unwrap();
        assert_eq!(left, 0);
    }
}
