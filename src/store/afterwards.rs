//! What follows on a message: changes of it, new facts of its story, and what moderators have to know
//! of messages that did not come through.

use super::Result;
use super::nouns::Letterbox;
use super::outbox::letterbox;
use super::statements::statements;
use super::subscriptions::{ensure_place, json};
use crate::clock::{DAY, Millis};
use crate::news::push::{Cause, ToldMessage, go_on};
use crate::news::subscription::{DestinationId, Form, Place};
use crate::news::{Destination, NewsroomId, StoryId};
use sqlx::SqliteConnection;
use std::collections::HashSet;

statements! {
    /// The message about a story is redrawn while it may be changed.
    EDIT_LATER = "UPDATE outbox SET edit_at = $3 WHERE state = 2 AND kind = 0 AND edit_at IS NULL
        AND sent_at > $2 AND id IN (SELECT t.outbox FROM json_each($1) AS w
            CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
            CROSS JOIN told AS t ON t.story = s.id)";
    EDITS = concat!(letterbox!(), " WHERE o.edit_at IS NOT NULL AND o.edit_at <= $1
        AND o.state = 2 ORDER BY o.edit_at LIMIT $2");
    NEXT_EDIT = "SELECT min(edit_at) FROM outbox WHERE edit_at IS NOT NULL AND state = 2";
    /// When a destination was last told or updated of a living story; the row itself left out.
    SAID_AT = "SELECT max(w.at) FROM (
            SELECT t.at AS at FROM story AS s CROSS JOIN told AS t ON t.story = s.id
                WHERE (s.id = $1 OR s.alias_of = $1) AND t.destination = $2
            UNION ALL SELECT o.first_try FROM story AS s
                CROSS JOIN outbox AS o ON o.story = s.id AND o.destination = $2
                WHERE (s.id = $1 OR s.alias_of = $1) AND o.kind = 2 AND o.state <> 5 AND o.id <> $3
        ) AS w";
    /// Other messages of the destination about what is one story with this row's by now, and elder.
    ELDERS = "SELECT count(*) FROM outbox AS o JOIN story AS y ON y.id = o.story
        CROSS JOIN story AS e ON e.id = coalesce(y.alias_of, y.id)
            OR e.alias_of = coalesce(y.alias_of, y.id)
        CROSS JOIN told AS u ON u.destination = o.destination AND u.story = e.id
        WHERE o.id = $1 AND u.story < (SELECT min(t.story) FROM told AS t
            WHERE t.destination = o.destination AND t.outbox = o.id)";
    EDITED = "UPDATE outbox SET edit_at = $2, outlets = $3 WHERE id = $1";
    /// Messages about these stories that may no longer be changed, the elder story's first: what
    /// was said last there, new facts of the day and those that wait, how many there were.
    GO_ON = "SELECT o.destination, o.subscription, w.value, o.message,
            CASE WHEN d.form = 3 THEN o.channel ELSE o.thread END,
            (SELECT max(coalesce(u.sent_at, u.made_at)) FROM outbox AS u
                WHERE u.destination = o.destination AND u.story = o.story AND u.kind IN (0, 2)),
            (SELECT count(*) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story = o.story AND u.kind = 2 AND u.made_at > $3 AND u.state <> 5),
            (SELECT count(*) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story = o.story AND u.kind = 2 AND u.state IN (0, 1)),
            (SELECT coalesce(max(u.part), 0) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story = o.story AND u.kind = 2), o.story
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN told AS t ON t.story = s.id
        CROSS JOIN outbox AS o ON o.id = t.outbox AND o.kind = 0 AND o.state = 2
            AND o.sent_at <= $2 AND o.message IS NOT NULL
        JOIN destination AS d ON d.id = o.destination AND d.kind <> 2
        ORDER BY o.destination, o.story";
    ADD_NEWS = "INSERT INTO outbox
            (id, destination, subscription, kind, story, part, cause, due_at, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM outbox), $1, $2, 2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING";
    /// Told stories that a source of the newsroom added to since.
    FED_SINCE = "SELECT DISTINCT coalesce(s.alias_of, s.id) FROM told AS t
        JOIN story AS s ON s.id = t.story
        WHERE t.destination = $1 AND t.at > $3 AND EXISTS (
            SELECT 1 FROM placement AS p CROSS JOIN carried AS c ON c.article = p.article
            CROSS JOIN newsroom_source AS ns ON ns.newsroom = $2 AND ns.source = c.source
                AND ns.removed_at IS NULL AND ns.muted = 0
            WHERE p.story = coalesce(s.alias_of, s.id) AND c.seen_at > t.at)
        ORDER BY 1 DESC LIMIT $4";
    DESTINATION = "SELECT id FROM destination WHERE kind = 0 AND discord = $1";
    UNTOLD_NOTICES = "SELECT n.id, v.value, n.text FROM notice AS n
        JOIN setting AS v ON v.newsroom = n.newsroom AND v.name = 'notices_channel'
        LEFT JOIN destination AS d ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
        WHERE n.told_at IS NULL AND n.person = 0 AND n.dealt_at IS NULL AND d.lost_at IS NULL
        ORDER BY n.id LIMIT $1";
    UNTOLD_OF_PERSONS = "SELECT n.id, d.id, n.text FROM notice AS n
        JOIN destination AS d ON d.kind = 1 AND d.discord = n.person AND d.lost_at IS NULL
        WHERE n.told_at IS NULL AND n.person > 0 AND n.way = 1 AND EXISTS (
            SELECT 1 FROM subscription AS s
            WHERE s.destination = d.id AND s.removed_at IS NULL)
        ORDER BY n.id LIMIT $1";
    ADD_NOTICE = "INSERT INTO outbox (id, destination, kind, cause, due_at, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM outbox), $1, 4, $2, $3, $3)";
    NOTICE_TOLD = "UPDATE notice SET told_at = $2 WHERE id = $1 AND told_at IS NULL";
    UNKNOWN_OF = "SELECT id, story FROM outbox
        WHERE destination = $1 AND state = 4 AND named_in IS NULL AND story IS NOT NULL";
    /// With whether a digest or a notice names it.
    UNKNOWN_MESSAGES = "SELECT d.discord, o.named_in IS NOT NULL OR EXISTS (
            SELECT 1 FROM notice AS n WHERE n.key = 'outbox:' || o.id)
        FROM outbox AS o JOIN destination AS d ON d.id = o.destination WHERE o.state = 4";
}

pub(super) async fn unknown_of(
    c: &mut SqliteConnection,
    destination: DestinationId,
) -> Result<Vec<(i64, StoryId)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(UNKNOWN_OF)
        .bind(destination.0)
        .fetch_all(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, story)| (id, StoryId(story)))
        .collect())
}

/// The messages about these stories that may still be changed are redrawn at `at`.
pub(super) async fn edit_later(
    c: &mut SqliteConnection,
    stories: String,
    sent_after: Millis,
    at: Millis,
) -> Result<()> {
    sqlx::query(EDIT_LATER)
        .bind(stories)
        .bind(sent_after)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn edits(
    c: &mut SqliteConnection,
    now: Millis,
    limit: u32,
) -> Result<Vec<Letterbox>> {
    Ok(sqlx::query_as(EDITS)
        .bind(now)
        .bind(limit)
        .fetch_all(c)
        .await?)
}

/// Whether an elder message of the destination tells the same story by now: that one goes on.
pub(super) async fn has_elder(c: &mut SqliteConnection, id: i64) -> Result<bool> {
    let elders: i64 = sqlx::query_scalar(ELDERS).bind(id).fetch_one(c).await?;
    Ok(elders > 0)
}

/// `again`: when it is to be tried again.
pub(super) async fn edited(
    c: &mut SqliteConnection,
    id: i64,
    again: Option<Millis>,
    outlets: i64,
) -> Result<()> {
    sqlx::query(EDITED)
        .bind(id)
        .bind(again)
        .bind(outlets)
        .execute(c)
        .await?;
    Ok(())
}

/// When the destination was last told or updated of a story, in whatever row but this one.
pub(super) async fn said_at(
    c: &mut SqliteConnection,
    row: i64,
    destination: DestinationId,
    story: StoryId,
) -> Result<Option<Millis>> {
    Ok(sqlx::query_scalar(SAID_AT)
        .bind(story.0)
        .bind(destination.0)
        .bind(row)
        .fetch_one(c)
        .await?)
}

type GoOnRow = (
    i64,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    Option<Millis>,
    u32,
    u32,
    i64,
    i64,
);

/// Writes down the new facts that are to be sent about stories that were pushed before
/// `sent_before`: one row for each destination at most, and none while one waits.
pub(super) async fn add_news(
    c: &mut SqliteConnection,
    stories: String,
    sent_before: Millis,
    now: Millis,
) -> Result<u32> {
    let rows: Vec<GoOnRow> = sqlx::query_as(GO_ON)
        .bind(stories)
        .bind(sent_before)
        .bind(now - DAY)
        .fetch_all(&mut *c)
        .await?;
    let mut known = HashSet::new();
    let mut added = 0;
    for row in rows {
        let (
            destination,
            subscription,
            living,
            message,
            thread,
            said_at,
            today,
            waiting,
            part,
            own,
        ) = row;
        // Two messages about stories that became one: it goes on under the elder's.
        if !known.insert((destination, living)) || waiting > 0 {
            continue;
        }
        let told = ToldMessage {
            said_at: said_at.unwrap_or(now),
            updates_today: today,
            message: message as u64,
            thread: thread.map(|thread| thread as u64),
        };
        let Some((due_at, cause)) = go_on(&told, now) else {
            continue;
        };
        let done = sqlx::query(ADD_NEWS)
            .bind(destination)
            .bind(subscription)
            .bind(own)
            .bind(part + 1)
            .bind(json(&cause)?)
            .bind(due_at)
            .bind(now)
            .execute(&mut *c)
            .await?;
        added += u32::try_from(done.rows_affected()).unwrap_or(0);
    }
    Ok(added)
}

/// Told stories (living) of a destination that a newsroom's sources added to since they were told.
pub(super) async fn fed_since(
    c: &mut SqliteConnection,
    destination: DestinationId,
    newsroom: NewsroomId,
    told_after: Millis,
    limit: u32,
) -> Result<Vec<StoryId>> {
    let ids: Vec<i64> = sqlx::query_scalar(FED_SINCE)
        .bind(destination.0)
        .bind(newsroom.0)
        .bind(told_after)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(ids.into_iter().map(StoryId).collect())
}

pub(super) async fn has_notices(c: &mut SqliteConnection) -> Result<bool> {
    let of_moderators: Option<(i64, String, String)> = sqlx::query_as(UNTOLD_NOTICES)
        .bind(1)
        .fetch_optional(&mut *c)
        .await?;
    let of_persons: Option<(i64, i64, String)> = sqlx::query_as(UNTOLD_OF_PERSONS)
        .bind(1)
        .fetch_optional(c)
        .await?;
    Ok(of_moderators.is_some() || of_persons.is_some())
}

/// Notices for moderators go to their newsroom's notices channel, where it has one that takes them;
/// those of persons to their direct messages, where they follow something and take them.
pub(super) async fn post_notices(c: &mut SqliteConnection, limit: u32, now: Millis) -> Result<u32> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(UNTOLD_NOTICES)
        .bind(limit)
        .fetch_all(&mut *c)
        .await?;
    let mut posted = 0;
    for (id, channel, words) in rows {
        let Ok(channel) = channel.trim().parse::<u64>() else {
            continue;
        };
        let known = sqlx::query_scalar::<_, i64>(DESTINATION)
            .bind(channel as i64)
            .fetch_optional(&mut *c)
            .await?;
        let destination = match known {
            Some(known) => known,
            None => {
                let place = Place {
                    destination: Destination::Channel(channel),
                    form: Form::Text,
                    name: String::new(),
                    readable: true,
                };
                ensure_place(c, &place).await?.0
            }
        };
        post_notice(c, id, destination, words, now).await?;
        posted += 1;
    }
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(UNTOLD_OF_PERSONS)
        .bind(limit)
        .fetch_all(&mut *c)
        .await?;
    for (id, destination, words) in rows {
        post_notice(c, id, destination, words, now).await?;
        posted += 1;
    }
    Ok(posted)
}

async fn post_notice(
    c: &mut SqliteConnection,
    id: i64,
    destination: i64,
    words: String,
    now: Millis,
) -> Result<()> {
    let cause = Cause {
        notice: Some(id),
        words,
        ..Cause::default()
    };
    sqlx::query(ADD_NOTICE)
        .bind(destination)
        .bind(json(&cause)?)
        .bind(now)
        .execute(&mut *c)
        .await?;
    sqlx::query(NOTICE_TOLD)
        .bind(id)
        .bind(now)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn unknown_messages(c: &mut SqliteConnection) -> Result<Vec<(u64, bool)>> {
    let rows: Vec<(i64, bool)> = sqlx::query_as(UNKNOWN_MESSAGES).fetch_all(c).await?;
    Ok(rows
        .into_iter()
        .map(|(id, named)| (id as u64, named))
        .collect())
}

/// When the next message may be changed.
pub(super) async fn next_edit(c: &mut SqliteConnection) -> Result<Option<Millis>> {
    Ok(sqlx::query_scalar(NEXT_EDIT).fetch_one(c).await?)
}
