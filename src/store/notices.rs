//! What somebody still has to be told, with what can be done about it, and places that take no
//! messages.

use super::nouns::Letterbox;
use super::statements::{json_array, statements};
use super::subscriptions::{changed, json};
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::push::Lost;
use crate::news::subscription::{DestinationId, Place};
use crate::news::{Destination, NewsroomId};
use crate::page::push::card;
use crate::page::{Button, Card};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use std::collections::HashMap;

/// Buttons of one notice: a row of a message.
pub const NOTICE_BUTTONS_MAX: usize = 5;

/// The columns that a [`Notice`] is read from.
macro_rules! notices {
    () => {
        "SELECT n.id, n.newsroom, n.person, n.text, n.card, n.buttons, n.made_at, n.dealt_by,
            n.dealt_at, n.dealt FROM notice AS n"
    };
}

statements! {
    OPEN = concat!(notices!(), " WHERE n.newsroom = $1 AND n.person = $2 AND n.told_at IS NULL
        ORDER BY n.id LIMIT $3");
    /// A person's in whatever newsroom.
    OPEN_OF_PERSON = concat!(notices!(), " WHERE n.person = $1 AND n.person > 0
        AND n.told_at IS NULL AND n.way = 0 ORDER BY n.id LIMIT $2");
    /// Where no channel takes them.
    LEADING = concat!(notices!(), " WHERE n.newsroom = $1 AND n.person = 0 AND n.told_at IS NULL
        AND n.way = 0 AND n.dealt_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM setting AS v LEFT JOIN destination AS d
                ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
            WHERE v.newsroom = n.newsroom AND v.name = 'notices_channel'
                AND CAST(v.value AS INTEGER) > 0 AND d.lost_at IS NULL)
        ORDER BY n.id LIMIT $2");
    /// What has buttons is pressed in the newsroom that it is about.
    LEADING_OF_PERSON = concat!(notices!(), " WHERE n.person = $1 AND n.person > 0
        AND n.told_at IS NULL AND n.way IN (1, 2) AND (n.buttons = '[]' OR n.newsroom = $2)
        ORDER BY n.id LIMIT $3");
    BY_ID = concat!(notices!(), " WHERE n.id = $1");
    OF_LETTER = concat!(notices!(), " JOIN outbox AS o ON o.cause ->> 'notice' = n.id
        WHERE o.id = $1 AND o.kind = 4");
    TOLD = "UPDATE notice SET told_at = $2
        WHERE told_at IS NULL AND id IN (SELECT value FROM json_each($1)) RETURNING id";
    /// Whoever was not told yet need not be any more.
    DEAL = "UPDATE notice SET dealt_by = $2, dealt_at = $3, dealt = $4,
            told_at = coalesce(told_at, $3)
        WHERE id = $1 AND dealt_at IS NULL";
    /// Where it was told, that is shown, also where it is being redrawn just now.
    SHOW_DEALT = "UPDATE outbox SET edit_at = $2 WHERE kind = 4 AND state = 2
        AND cause ->> 'notice' = $1";
    OF_KEY = "SELECT id FROM notice
        WHERE newsroom = $1 AND key = $2 AND person = 0 AND dealt_at IS NULL";
    /// The same of a key.
    DEAL_KEY = "UPDATE notice SET dealt_by = $3, dealt_at = $4, dealt = $5,
            told_at = coalesce(told_at, $4)
        WHERE newsroom = $1 AND key = $2 AND person = 0 AND dealt_at IS NULL";
    /// Of one key only one notice can wait to be told. Changes are told in the channel or not at all.
    UNTELL = "UPDATE notice SET told_at = NULL WHERE id IN (
            SELECT max(n.id) FROM outbox AS o JOIN notice AS n ON n.id = o.cause ->> 'notice'
            WHERE o.destination = $1 AND o.kind = 4 AND o.state = 0 AND n.dealt_at IS NULL
                AND (n.way = 0 OR n.person > 0)
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
    NOTICE = "INSERT INTO notice (id, newsroom, person, key, text, made_at, card, buttons, way)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM notice), $1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (newsroom, person, key) WHERE told_at IS NULL DO NOTHING RETURNING id";
    FOUND_CHANNEL = "UPDATE destination SET lost_at = NULL, lost = NULL
        WHERE kind = 0 AND discord = $1 AND lost_at IS NOT NULL";
}

/// Who is to be told, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The newsroom's moderators: in their channel for notices; without one that takes it, above a
    /// private answer to one of them.
    Moderators,
    /// The same, in that channel or not at all.
    Channel,
    /// A person (Discord's id): by direct message where they follow something and take messages,
    /// else above their next private answer.
    Person(u64),
    /// A person (Discord's id), above their next private answer and nowhere else.
    Answer(u64),
}

/// Something to be told, with what can be done about it.
#[derive(Clone, Debug)]
pub struct NewNotice {
    pub newsroom: NewsroomId,
    pub whom: Whom,
    /// The same thing is told once: of one key only one notice waits.
    pub key: String,
    pub card: Card,
    /// At most [`NOTICE_BUTTONS_MAX`]. Those that confirm or open a form deal with the notice: the
    /// first such press that is answered, and no other. What opens something only may be pressed
    /// again, until it is dealt with: then its message in the channel is redrawn without them. In the channel moderators' need their right at the press, whatever they ask for; in a
    /// private answer their commands' own rights count.
    pub buttons: Vec<Button>,
}

impl NewNotice {
    /// Plain words, maybe with others' text in them, and no buttons.
    pub fn of_words(newsroom: NewsroomId, whom: Whom, key: String, words: &str) -> Self {
        Self {
            newsroom,
            whom,
            key,
            card: card(words),
            buttons: Vec::new(),
        }
    }
}

/// Something that is to be told or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: i64,
    pub newsroom: NewsroomId,
    /// Discord's id of the person whom it concerns; none = the newsroom's moderators.
    pub person: Option<u64>,
    /// All that it says, where that is plain words.
    pub text: String,
    pub card: Card,
    pub buttons: Vec<Button>,
    pub made_at: Millis,
    pub dealt: Option<Dealt>,
}

/// Who dealt with something by a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealt {
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
    /// The button's label.
    pub what: String,
}

/// Notices, and places that take no messages.
impl Store {
    /// Has somebody told of something; nothing where the same waits to be told already.
    pub async fn notify(&self, notice: NewNotice, at: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(notify(c, notice, at))).await
    }

    /// What the moderators of a newsroom were not told yet, the oldest first.
    pub async fn notices(&self, newsroom: NewsroomId, limit: u32) -> Result<Vec<Notice>> {
        Ok(sqlx::query_as(OPEN)
            .bind(newsroom.0)
            .bind(0_i64)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// What a person (Discord's id) was not told yet, the oldest first.
    pub async fn notices_of_person(&self, person: u64, limit: u32) -> Result<Vec<Notice>> {
        Ok(sqlx::query_as(OPEN_OF_PERSON)
            .bind(person as i64)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// As [`Self::notices`], but only where the newsroom has no channel that takes them: an answer
    /// has to tell them.
    pub async fn leading_notices(&self, newsroom: NewsroomId, limit: u32) -> Result<Vec<Notice>> {
        Ok(sqlx::query_as(LEADING)
            .bind(newsroom.0)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// What a person's next private answer in a newsroom has to tell them.
    pub async fn leading_of_person(
        &self,
        person: u64,
        newsroom: NewsroomId,
        limit: u32,
    ) -> Result<Vec<Notice>> {
        Ok(sqlx::query_as(LEADING_OF_PERSON)
            .bind(person as i64)
            .bind(newsroom.0)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    pub async fn notice(&self, id: i64) -> Result<Option<Notice>> {
        by_id(&mut *self.reader().await?, id).await
    }

    /// The notice that a row of the outbox tells.
    pub async fn notice_of_letter(&self, outbox: i64) -> Result<Option<Notice>> {
        let found = sqlx::query_as(OF_LETTER).bind(outbox);
        Ok(found.fetch_optional(&mut *self.reader().await?).await?)
    }

    /// They are told; gives those that nobody told before.
    pub async fn notices_told(&self, ids: &[i64], at: Millis) -> Result<Vec<i64>> {
        let ids = json_array(ids.iter().copied());
        self.urgent(move |c| Box::pin(told(c, ids, at))).await
    }

    /// Somebody dealt with a notice. Who did so first stays.
    pub async fn deal(&self, notice: i64, dealt: Dealt) -> Result<()> {
        self.urgent(move |c| Box::pin(deal(c, notice, dealt))).await
    }

    /// As [`Self::deal`], of what moderators of a newsroom were or are to be told under a key.
    pub async fn deal_key(&self, newsroom: NewsroomId, key: String, dealt: Dealt) -> Result<()> {
        self.urgent(move |c| Box::pin(deal_key(c, newsroom, key, dealt)))
            .await
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

impl FromRow<'_, SqliteRow> for Notice {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let text: String = row.try_get(3)?;
        // What a former version wrote and nobody can read any more is told without it.
        let rich: Option<String> = row.try_get(4)?;
        let rich = rich.and_then(|rich| serde_json::from_str(&rich).ok());
        let buttons: String = row.try_get(5)?;
        let person: i64 = row.try_get(2)?;
        let by: Option<i64> = row.try_get(7)?;
        let at: Option<Millis> = row.try_get(8)?;
        let what: Option<String> = row.try_get(9)?;
        Ok(Notice {
            id: row.try_get(0)?,
            newsroom: NewsroomId(row.try_get(1)?),
            person: (person != 0).then_some(person as u64),
            card: rich.unwrap_or_else(|| card(&text)),
            text,
            buttons: serde_json::from_str(&buttons).unwrap_or_default(),
            made_at: row.try_get(6)?,
            dealt: by.zip(at).map(|(by, at)| Dealt {
                by: by as u64,
                at,
                what: what.unwrap_or_default(),
            }),
        })
    }
}

pub(super) async fn by_id(c: &mut SqliteConnection, id: i64) -> Result<Option<Notice>> {
    let found = sqlx::query_as(BY_ID).bind(id);
    Ok(found.fetch_optional(c).await?)
}

async fn told(c: &mut SqliteConnection, ids: String, at: Millis) -> Result<Vec<i64>> {
    let told = sqlx::query_scalar(TOLD).bind(ids).bind(at);
    Ok(told.fetch_all(c).await?)
}

pub(super) async fn deal(c: &mut SqliteConnection, notice: i64, dealt: Dealt) -> Result<()> {
    let first = sqlx::query(DEAL)
        .bind(notice)
        .bind(dealt.by as i64)
        .bind(dealt.at)
        .bind(dealt.what)
        .execute(&mut *c)
        .await?;
    if first.rows_affected() > 0 {
        show_dealt(c, notice, dealt.at).await?;
    }
    Ok(())
}

/// The messages that tell it are drawn anew.
pub(super) async fn show_dealt(c: &mut SqliteConnection, notice: i64, at: Millis) -> Result<()> {
    sqlx::query(SHOW_DEALT)
        .bind(notice)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn deal_key(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    key: String,
    dealt: Dealt,
) -> Result<()> {
    let notices: Vec<i64> = sqlx::query_scalar(OF_KEY)
        .bind(newsroom.0)
        .bind(&key)
        .fetch_all(&mut *c)
        .await?;
    for notice in notices {
        show_dealt(c, notice, dealt.at).await?;
    }
    sqlx::query(DEAL_KEY)
        .bind(newsroom.0)
        .bind(key)
        .bind(dealt.by as i64)
        .bind(dealt.at)
        .bind(dealt.what)
        .execute(c)
        .await?;
    Ok(())
}

/// As [`Store::notify`], within a transaction.
pub(super) async fn notify(c: &mut SqliteConnection, notice: NewNotice, now: Millis) -> Result<()> {
    put(c, notice, now).await.map(drop)
}

/// The same; gives its number, where nothing of its key waited.
pub(super) async fn put(
    c: &mut SqliteConnection,
    notice: NewNotice,
    now: Millis,
) -> Result<Option<i64>> {
    let (person, way) = match notice.whom {
        Whom::Moderators => (0, 0),
        Whom::Channel => (0, 1),
        Whom::Person(person) => (person as i64, 1),
        Whom::Answer(person) => (person as i64, 2),
    };
    let mut buttons = notice.buttons;
    buttons.truncate(NOTICE_BUTTONS_MAX);
    let put = sqlx::query_scalar(NOTICE)
        .bind(notice.newsroom.0)
        .bind(person)
        .bind(notice.key)
        .bind(notice.card.words())
        .bind(now)
        .bind(json(&notice.card)?)
        .bind(json(&buttons)?)
        .bind(way);
    Ok(put.fetch_optional(c).await?)
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
    sqlx::query(NOTICE)
        .bind(newsroom.0)
        .bind(person)
        .bind(key)
        .bind(text)
        .bind(now)
        .bind(None::<String>)
        .bind("[]")
        .bind(0)
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

    const ADD: &str = "INSERT INTO notice (id, newsroom, person, key, text, made_at)";

    #[tokio::test]
    async fn notices_are_told_once_and_lost_places_are_found_again() {
        let file = TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let mut raw = file.raw().await;
        for sql in [
            "INSERT INTO notice (id, newsroom, person, key, text, made_at)
                VALUES (1, 1, 0, 'a', 'A channel is gone', 5)",
            "INSERT INTO notice (id, newsroom, person, key, text, made_at)
                VALUES (2, 1, 7, 'b', 'Three messages', 6)",
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
            let sql = format!("{ADD} VALUES ({n}, 1, 0, 'k{n}', 'N{n}', 5)");
            raw.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        assert_eq!(leading().await, 3);
        let channel = Some("300".to_owned());
        let set = store.set_setting(room, "notices_channel", channel, 7, 6);
        set.await.unwrap();
        assert_eq!(leading().await, 0, "the channel is to tell them");
        assert_eq!(store.post_notices(2, 7).await.unwrap(), 2);
        // One of them is told anew meanwhile: it cannot wait twice.
        let sql = format!("{ADD} VALUES (4, 1, 0, 'k1', 'N1 again', 8)");
        raw.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
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
