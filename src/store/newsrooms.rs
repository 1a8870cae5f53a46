//! Newsrooms and their settings, and which servers Lede is in.

use super::audit::{self, Change, Hand};
use super::statements::{json_array, statements};
use super::{Result, Store, resting, sources, subscriptions};
use crate::clock::Millis;
use crate::news::{Newsroom, NewsroomId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

statements! {
    FIND = "SELECT id FROM newsroom WHERE kind = $1 AND discord = $2";
    MAKE = "INSERT INTO newsroom (id, kind, discord, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM newsroom), $1, $2, $3)
        ON CONFLICT (kind, discord) DO NOTHING";
    SETTINGS = "SELECT name, value FROM setting WHERE newsroom = $1";
    SETTING = "SELECT value FROM setting WHERE newsroom = $1 AND name = $2";
    SET_SETTING = "INSERT INTO setting (newsroom, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (newsroom, name) DO UPDATE SET value = excluded.value";
    FORGET_SETTING = "DELETE FROM setting WHERE newsroom = $1 AND name = $2";
    JOINED_NEW = "INSERT INTO server (id, joined_at) SELECT value, $2 FROM json_each($1) WHERE true
        ON CONFLICT (id) DO NOTHING";
    JOINED_AGAIN = "UPDATE server SET joined_at = $2, left_at = NULL
        WHERE left_at IS NOT NULL AND id IN (SELECT value FROM json_each($1)) RETURNING id";
    LEFT_OTHERS = "UPDATE server SET left_at = $2
        WHERE left_at IS NULL AND id NOT IN (SELECT value FROM json_each($1)) RETURNING id";
    LEFT = "UPDATE server SET left_at = $2 WHERE id = $1 AND left_at IS NULL RETURNING id";
}

/// What newsrooms wish.
impl Store {
    /// The newsroom's id where there is one.
    pub async fn known_newsroom(&self, who: Newsroom) -> Result<Option<NewsroomId>> {
        find(&mut *self.reader().await?, who).await
    }

    pub async fn setting(
        &self,
        newsroom: NewsroomId,
        name: &'static str,
    ) -> Result<Option<String>> {
        self::setting(&mut *self.reader().await?, newsroom, name).await
    }

    /// All settings of a newsroom by their names.
    pub async fn settings(&self, newsroom: NewsroomId) -> Result<HashMap<String, String>> {
        self::settings(&mut *self.reader().await?, newsroom).await
    }

    /// Sets or (with none) forgets a setting, with a line in the audit; gives that line's number
    /// where something changed.
    pub async fn set_setting(
        &self,
        newsroom: NewsroomId,
        name: &'static str,
        value: Option<String>,
        by: u64,
        at: Millis,
    ) -> Result<Option<i64>> {
        self.urgent(move |c| Box::pin(self::set_setting(c, newsroom, name, value, by, at)))
            .await
    }
}

/// Kind and Discord's id, as the table has them.
fn columns(who: Newsroom) -> (i64, i64) {
    match who {
        Newsroom::Server(id) => (0, id as i64),
        Newsroom::Person(id) => (1, id as i64),
        Newsroom::Terminal => (2, 0),
    }
}

pub(super) async fn find(c: &mut SqliteConnection, who: Newsroom) -> Result<Option<NewsroomId>> {
    let (kind, discord) = columns(who);
    let id = sqlx::query_scalar(FIND)
        .bind(kind)
        .bind(discord)
        .fetch_optional(c)
        .await?;
    Ok(id.map(NewsroomId))
}

pub(super) async fn ensure(
    c: &mut SqliteConnection,
    who: Newsroom,
    at: Millis,
) -> Result<NewsroomId> {
    let (kind, discord) = columns(who);
    sqlx::query(MAKE)
        .bind(kind)
        .bind(discord)
        .bind(at)
        .execute(&mut *c)
        .await?;
    let id = sqlx::query_scalar(FIND)
        .bind(kind)
        .bind(discord)
        .fetch_one(c)
        .await?;
    Ok(NewsroomId(id))
}

pub(super) async fn setting(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    name: &str,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(SETTING)
        .bind(newsroom.0)
        .bind(name)
        .fetch_optional(c)
        .await?)
}

pub(super) async fn settings(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
) -> Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> = sqlx::query_as(SETTINGS)
        .bind(newsroom.0)
        .fetch_all(c)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn set_setting(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    name: &str,
    value: Option<String>,
    by: u64,
    at: Millis,
) -> Result<Option<i64>> {
    let before = setting(c, newsroom, name).await?;
    if before == value {
        return Ok(None);
    }
    match &value {
        Some(value) => {
            sqlx::query(SET_SETTING)
                .bind(newsroom.0)
                .bind(name)
                .bind(value)
                .execute(&mut *c)
                .await?
        }
        None => {
            sqlx::query(FORGET_SETTING)
                .bind(newsroom.0)
                .bind(name)
                .execute(&mut *c)
                .await?
        }
    };
    let change = Change {
        hand: Hand { newsroom, by, at },
        what: "setting",
        subject: name.to_owned(),
        before,
        after: value,
    };
    Ok(Some(audit::add(c, change).await?))
}

pub(super) async fn servers_now(
    c: &mut SqliteConnection,
    servers: Vec<u64>,
    at: Millis,
) -> Result<()> {
    let servers = json_array(servers.into_iter().map(|id| id as i64));
    let joined = join(c, &servers, at).await?;
    let left: Vec<i64> = sqlx::query_scalar(LEFT_OTHERS)
        .bind(&servers)
        .bind(at)
        .fetch_all(&mut *c)
        .await?;
    refresh(c, joined, false, at).await?;
    refresh(c, left, true, at).await
}

pub(super) async fn joined(c: &mut SqliteConnection, server: u64, at: Millis) -> Result<()> {
    let joined = join(c, &json_array([server as i64]), at).await?;
    refresh(c, joined, false, at).await
}

pub(super) async fn left(c: &mut SqliteConnection, server: u64, at: Millis) -> Result<()> {
    let server = server as i64;
    sqlx::query(JOINED_NEW)
        .bind(json_array([server]))
        .bind(at)
        .execute(&mut *c)
        .await?;
    let left: Vec<i64> = sqlx::query_scalar(LEFT)
        .bind(server)
        .bind(at)
        .fetch_all(&mut *c)
        .await?;
    refresh(c, left, true, at).await
}

/// Returns the servers that had been left.
async fn join(c: &mut SqliteConnection, servers: &str, at: Millis) -> Result<Vec<i64>> {
    sqlx::query(JOINED_NEW)
        .bind(servers)
        .bind(at)
        .execute(&mut *c)
        .await?;
    Ok(sqlx::query_scalar(JOINED_AGAIN)
        .bind(servers)
        .bind(at)
        .fetch_all(c)
        .await?)
}

/// The sources of these servers may be wanted now, or no more, and so may what persons follow there.
async fn refresh(
    c: &mut SqliteConnection,
    servers: Vec<i64>,
    is_left: bool,
    at: Millis,
) -> Result<()> {
    if !servers.is_empty() {
        subscriptions::changed(c).await?;
    }
    for server in servers {
        let Some(newsroom) = find(c, Newsroom::Server(server as u64)).await? else {
            continue;
        };
        sources::refresh_wanted(c, newsroom).await?;
        match is_left {
            true => resting::rest(c, newsroom, at).await?,
            false => resting::go_on(c, newsroom, at).await?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::{TestFile, feed, new_source};
    use super::*;
    use crate::clock::DAY;

    #[tokio::test]
    async fn a_newsroom_keeps_its_id() {
        let file = TestFile::new();
        let store = file.open().await;
        let server = store
            .newsroom(Newsroom::Server(u64::MAX >> 1), 1)
            .await
            .unwrap();
        let person = store.newsroom(Newsroom::Person(7), 2).await.unwrap();
        let terminal = store.newsroom(Newsroom::Terminal, 3).await.unwrap();
        assert!(server != person && person != terminal && server != terminal);
        store.close().await.unwrap();
        let store = file.open().await;
        assert_eq!(
            store.newsroom(Newsroom::Person(7), 9).await.unwrap(),
            person
        );
        assert_eq!(
            store
                .newsroom(Newsroom::Server(u64::MAX >> 1), 9)
                .await
                .unwrap(),
            server
        );
    }

    #[tokio::test]
    async fn a_setting_is_kept_for_one_newsroom_until_it_is_forgotten() {
        let store = super::super::Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), 1).await.unwrap();
        store
            .set_setting(one, "zone", Some("Europe/Riga".into()), 5, 10)
            .await
            .unwrap();
        assert_eq!(
            store.setting(one, "zone").await.unwrap().as_deref(),
            Some("Europe/Riga")
        );
        assert_eq!(store.setting(two, "zone").await.unwrap(), None);
        store.set_setting(one, "zone", None, 5, 11).await.unwrap();
        assert_eq!(store.setting(one, "zone").await.unwrap(), None);
    }

    #[tokio::test]
    async fn sources_of_a_left_server_are_not_read_until_it_is_back() {
        let store = super::super::Store::temporary().await.unwrap();
        store.servers_now(&[1, 2], 5).await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), 10).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), 10).await.unwrap();
        store
            .add_source(new_source(
                one,
                "https://avel.example/feed",
                feed("Avel", &[]),
                10,
            ))
            .await
            .unwrap();
        store
            .add_source(new_source(
                two,
                "https://avel.example/feed",
                feed("Avel", &[]),
                10,
            ))
            .await
            .unwrap();
        store
            .add_source(new_source(
                two,
                "https://basin.example/feed",
                feed("Basin", &[]),
                10,
            ))
            .await
            .unwrap();
        let due = async |store: &super::super::Store| store.due(DAY, 10).await.unwrap().len();
        assert_eq!(due(&store).await, 2);
        store.server_left(2, 20).await.unwrap();
        assert_eq!(
            due(&store).await,
            1,
            "the first server still reads one of them"
        );
        store.servers_now(&[], 30).await.unwrap();
        assert_eq!(due(&store).await, 0);
        assert_eq!(store.next_due().await.unwrap(), None);
        store.server_joined(2, 40).await.unwrap();
        assert_eq!(due(&store).await, 2);
        store.servers_now(&[1], 50).await.unwrap();
        assert_eq!(due(&store).await, 1);
        assert_eq!(
            store.sources(two).await.unwrap().len(),
            2,
            "kept for its return"
        );
    }
}
