//! What somebody still has to be told, and places that take no messages.

use super::nouns::Letterbox;
use super::statements::{json_array, statements};
use super::subscriptions::{changed, json};
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::push::Lost;
use crate::news::subscription::{DestinationId, Place};
use crate::news::{Destination, NewsroomId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

statements! {
    OPEN = "SELECT id, text, made_at FROM notice
        WHERE newsroom = $1 AND person = $2 AND told_at IS NULL ORDER BY id LIMIT $3";
    /// A person's in whatever newsroom.
    OPEN_OF_PERSON = "SELECT id, text, made_at FROM notice
        WHERE person = $1 AND told_at IS NULL ORDER BY id LIMIT $2";
    /// Where no channel takes them.
    LEADING = "SELECT n.id, n.text, n.made_at FROM notice AS n
        WHERE n.newsroom = $1 AND n.person = 0 AND n.told_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM setting AS v LEFT JOIN destination AS d
                ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
            WHERE v.newsroom = n.newsroom AND v.name = 'notices_channel'
                AND CAST(v.value AS INTEGER) > 0 AND d.lost_at IS NULL)
        ORDER BY n.id LIMIT $2";
    TOLD = "UPDATE notice SET told_at = $2
        WHERE told_at IS NULL AND id IN (SELECT value FROM json_each($1)) RETURNING id";
    /// Of one key only one notice can wait to be told.
    UNTELL = "UPDATE notice SET told_at = NULL WHERE id IN (
            SELECT max(n.id) FROM outbox AS o JOIN notice AS n ON n.id = o.cause ->> 'notice'
            WHERE o.destination = $1 AND o.kind = 4 AND o.state = 0
            GROUP BY n.newsroom, n.person, n.key)
        AND NOT EXISTS (SELECT 1 FROM notice AS o WHERE o.newsroom = notice.newsroom
            AND o.person = notice.person AND o.key = notice.key AND o.told_at IS NULL)";
    TAKE_OUT = "UPDATE outbox SET state = 5, error = 'its channel takes no messages'
        WHERE destination = $1 AND kind = 4 AND state = 0";
    LOST = "SELECT id, lost FROM destination
        WHERE id IN (SELECT value FROM json_each($1)) AND lost_at IS NOT NULL";
    LOSE = "UPDATE destination SET lost_at = $2, lost = $3 WHERE id = $1 AND lost_at IS NULL";
    /// Newsrooms that subscribe for it, or have it as their notices channel.
    SUBSCRIBERS = "SELECT newsroom FROM subscription
        WHERE destination = $1 AND removed_at IS NULL AND paused IS NULL
        UNION SELECT setting.newsroom FROM destination AS d JOIN setting
            ON setting.name = 'notices_channel' AND CAST(setting.value AS INTEGER) = d.discord
        WHERE d.id = $1 AND d.kind = 0";
    NOTICE = "INSERT INTO notice (id, newsroom, person, key, text, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM notice), $1, $2, $3, $4, $5)
        ON CONFLICT (newsroom, person, key) WHERE told_at IS NULL DO NOTHING";
    FOUND_CHANNEL = "UPDATE destination SET lost_at = NULL, lost = NULL
        WHERE kind = 0 AND discord = $1 AND lost_at IS NOT NULL";
}

/// Something that is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: i64,
    pub text: String,
    pub made_at: Millis,
}

/// Notices, and places that take no messages.
impl Store {
    /// What the moderators of a newsroom were not told yet, the oldest first.
    pub async fn notices(&self, newsroom: NewsroomId, limit: u32) -> Result<Vec<Notice>> {
        let rows = sqlx::query_as(OPEN)
            .bind(newsroom.0)
            .bind(0_i64)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(notices(rows))
    }

    /// What a person (Discord's id) was not told yet, the oldest first.
    pub async fn notices_of_person(&self, person: u64, limit: u32) -> Result<Vec<Notice>> {
        let rows = sqlx::query_as(OPEN_OF_PERSON)
            .bind(person as i64)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(notices(rows))
    }

    /// As [`Self::notices`], but only where the newsroom has no channel that takes them: an answer
    /// has to tell them.
    pub async fn leading_notices(&self, newsroom: NewsroomId, limit: u32) -> Result<Vec<Notice>> {
        let rows = sqlx::query_as(LEADING)
            .bind(newsroom.0)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(notices(rows))
    }

    /// They are told; gives those that nobody told before.
    pub async fn notices_told(&self, ids: &[i64], at: Millis) -> Result<Vec<i64>> {
        let ids = json_array(ids.iter().copied());
        self.urgent(move |c| Box::pin(told(c, ids, at))).await
    }

    /// Why places take no messages; those that do are left out.
    pub async fn lost(&self, places: &[DestinationId]) -> Result<HashMap<DestinationId, Lost>> {
        let rows: Vec<(i64, Option<String>)> = sqlx::query_as(LOST)
            .bind(json_array(places.iter().map(|place| place.0)))
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let lost = rows.into_iter().filter_map(|(id, lost)| {
            // A reason of a former version is as good as none.
            Some((DestinationId(id), serde_json::from_str(&lost?).ok()?))
        });
        Ok(lost.collect())
    }

    /// Somebody says that a channel (Discord's id) takes messages again: it is tried anew.
    pub async fn channel_found(&self, channel: u64) -> Result<()> {
        self.urgent(move |c| Box::pin(found_channel(c, channel)))
            .await
    }
}

fn notices(rows: Vec<(i64, String, i64)>) -> Vec<Notice> {
    let notice = |(id, text, made_at)| Notice { id, text, made_at };
    rows.into_iter().map(notice).collect()
}

async fn told(c: &mut SqliteConnection, ids: String, at: Millis) -> Result<Vec<i64>> {
    let told = sqlx::query_scalar(TOLD).bind(ids).bind(at);
    Ok(told.fetch_all(c).await?)
}

/// Writes down what the moderators of a newsroom, or the person of a direct message, are to be told.
pub(super) async fn add(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    place: &Place,
    key: String,
    text: String,
    now: Millis,
) -> Result<()> {
    let person = match place.destination {
        Destination::Person(person) => person as i64,
        _ => 0,
    };
    add_for(c, newsroom, person, key, text, now).await
}

/// The same for a person (Discord's id), or for the newsroom's moderators (0).
pub(super) async fn add_for(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    person: i64,
    key: String,
    text: String,
    now: Millis,
) -> Result<()> {
    sqlx::query(NOTICE)
        .bind(newsroom.0)
        .bind(person)
        .bind(key)
        .bind(text)
        .bind(now)
        .execute(c)
        .await?;
    Ok(())
}

/// Marks a place as one that takes no messages, and has its newsrooms told of it once.
pub(super) async fn lose(
    c: &mut SqliteConnection,
    row: &Letterbox,
    lost: &Lost,
    notice: &str,
    now: Millis,
) -> Result<()> {
    let place = row.destination.0;
    sqlx::query(LOSE)
        .bind(place)
        .bind(now)
        .bind(json(lost)?)
        .execute(&mut *c)
        .await?;
    come_back(c, row.destination).await?;
    let newsrooms: Vec<i64> = sqlx::query_scalar(SUBSCRIBERS)
        .bind(place)
        .fetch_all(&mut *c)
        .await?;
    for newsroom in newsrooms {
        let (newsroom, key) = (NewsroomId(newsroom), format!("lost:{place}"));
        add(c, newsroom, &row.place, key, notice.to_owned(), now).await?;
    }
    changed(c).await
}

/// Notices on their way to a place that takes no messages are to be told elsewhere.
async fn come_back(c: &mut SqliteConnection, place: DestinationId) -> Result<()> {
    for sql in [UNTELL, TAKE_OUT] {
        sqlx::query(sql).bind(place.0).execute(&mut *c).await?;
    }
    Ok(())
}

async fn found_channel(c: &mut SqliteConnection, channel: u64) -> Result<()> {
    let found = sqlx::query(FOUND_CHANNEL)
        .bind(channel as i64)
        .execute(&mut *c)
        .await?;
    if found.rows_affected() > 0 {
        changed(c).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::*;
    use crate::news::Newsroom;
    use sqlx::Executor;

    #[tokio::test]
    async fn notices_are_told_once_and_lost_places_are_found_again() {
        let file = TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let mut raw = file.raw().await;
        for sql in [
            "INSERT INTO notice VALUES (1, 1, 0, 'a', 'A channel is gone', 5, NULL)",
            "INSERT INTO notice VALUES (2, 1, 7, 'b', 'Three messages', 6, NULL)",
            "INSERT INTO destination (id, kind, discord, form, lost_at, lost)
                VALUES (4, 0, 300, 0, 9, '\"Gone\"')",
            "INSERT INTO destination (id, kind, discord, form) VALUES (5, 0, 301, 0)",
        ] {
            raw.execute(sql).await.unwrap();
        }
        let texts = |notices: Vec<Notice>| -> Vec<String> {
            notices.into_iter().map(|notice| notice.text).collect()
        };
        assert_eq!(
            texts(store.notices(room, 9).await.unwrap()),
            ["A channel is gone"]
        );
        assert_eq!(
            texts(store.notices_of_person(7, 9).await.unwrap()),
            ["Three messages"]
        );
        assert_eq!(store.notices_told(&[1, 2], 10).await.unwrap(), [1, 2]);
        assert!(store.notices_told(&[1, 2], 11).await.unwrap().is_empty());
        assert!(store.notices(room, 9).await.unwrap().is_empty());
        assert!(store.notices_of_person(7, 9).await.unwrap().is_empty());
        let (gone, fine) = (DestinationId(4), DestinationId(5));
        let lost = store.lost(&[gone, fine]).await.unwrap();
        assert_eq!(lost, HashMap::from([(gone, Lost::Gone)]));
        store.channel_found(300).await.unwrap();
        assert!(store.lost(&[gone]).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn notices_go_to_a_channel_that_takes_them_and_else_lead_an_answer() {
        let file = TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let mut raw = file.raw().await;
        let leading = async || store.leading_notices(room, 9).await.unwrap().len();
        for n in 1..=3 {
            let sql = format!("INSERT INTO notice VALUES ({n}, 1, 0, 'k{n}', 'N{n}', 5, NULL)");
            raw.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        assert_eq!(leading().await, 3);
        let channel = Some("300".to_owned());
        let set = store.set_setting(room, "notices_channel", channel, 7, 6);
        set.await.unwrap();
        assert_eq!(leading().await, 0, "the channel is to tell them");
        assert_eq!(store.post_notices(2, 7).await.unwrap(), 2);
        // One of them is told anew meanwhile: it cannot wait twice.
        raw.execute("INSERT INTO notice VALUES (4, 1, 0, 'k1', 'N1 again', 8, NULL)")
            .await
            .unwrap();
        let heads = store.heads(9, 9).await.unwrap();
        let lost = store.lose(heads[0].id, Lost::Forbidden, "No right".into(), 9);
        lost.await.unwrap();
        let texts = store.leading_notices(room, 9).await.unwrap();
        let texts: Vec<&str> = texts.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["N2", "N3", "N1 again", "No right"]);
        assert_eq!(store.post_notices(9, 10).await.unwrap(), 0);
        assert!(store.heads(10, 9).await.unwrap().is_empty());
        store.channel_found(300).await.unwrap();
        assert_eq!(leading().await, 0);
        assert_eq!(store.post_notices(9, 11).await.unwrap(), 4);
    }
}
