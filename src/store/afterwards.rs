//! What follows on a message: changes of it, new facts of its story, and what moderators have to know
//! of messages that did not come through.

use super::nouns::Letterbox;
use super::outbox::letterbox;
use super::statements::statements;
use super::subscriptions::{ensure_place, json};
use super::{Result, deciding, outbox, overlay};
use crate::clock::{DAY, Millis};
use crate::news::push::{Cause, ToldMessage, go_on};
use crate::news::subscription::{DestinationId, Form, Place};
use crate::news::{Destination, NewsroomId, Overlay, StoryId};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashSet};

statements! {
    /// The message about a story ([[part, story], ...]) is redrawn while it may be changed.
    EDIT_LATER = "UPDATE outbox SET edit_at = $3 WHERE state = 2 AND kind = 0 AND edit_at IS NULL
        AND sent_at > $2 AND id IN (SELECT t.outbox FROM json_each($1) AS w
            CROSS JOIN story AS s ON s.id = w.value ->> 0 OR s.alias_of = w.value ->> 0
            CROSS JOIN told AS t ON t.story = s.id)
        AND ($4 IS NULL OR subscription IN (SELECT id FROM subscription WHERE newsroom = $4))";
    EDITS = concat!(letterbox!(), " WHERE o.edit_at IS NOT NULL AND o.edit_at <= $1
        AND o.state = 2 ORDER BY o.edit_at LIMIT $2");
    NEXT_EDIT = "SELECT min(edit_at) FROM outbox WHERE edit_at IS NOT NULL AND state = 2";
    /// When a destination was last told or updated of any of these stories; the row itself left out.
    SAID_AT = "SELECT max(m.at) FROM (
            SELECT t.at AS at FROM json_each($1) AS w
                CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
                CROSS JOIN told AS t ON t.story = s.id WHERE t.destination = $2
            UNION ALL SELECT o.first_try FROM json_each($1) AS w
                CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
                CROSS JOIN outbox AS o ON o.story = s.id AND o.destination = $2
                WHERE o.kind = 2 AND o.state <> 5 AND o.id <> $3
        ) AS m";
    /// Other messages of the destination about what is one story with this row's by now, and elder.
    /// (Below zero are a newsroom's own stories, younger than the machine's.)
    ELDERS = "SELECT count(*) FROM outbox AS o JOIN story AS y ON y.id = o.story
        CROSS JOIN story AS e ON e.id = coalesce(y.alias_of, y.id)
            OR e.alias_of = coalesce(y.alias_of, y.id)
        CROSS JOIN told AS u ON u.destination = o.destination AND u.story = e.id
        WHERE o.id = $1 AND (u.story < 0, abs(u.story)) < (
            SELECT t.story < 0, abs(t.story) FROM told AS t
            WHERE t.destination = o.destination AND t.outbox = o.id
            ORDER BY t.story < 0, abs(t.story) LIMIT 1)";
    /// The same where moderators merged stories: messages about any of these before this row's.
    ELDERS_OF_PARTS = "SELECT count(*) FROM json_each($2) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        JOIN outbox AS o ON o.id = $1
        CROSS JOIN told AS u ON u.destination = o.destination AND u.story = s.id
        WHERE u.outbox < o.id";
    /// What was to be shown since it was looked up, at $4, is still.
    EDITED = "UPDATE outbox SET outlets = $3, edit_at = CASE WHEN edit_at > $4 THEN edit_at ELSE $2 END WHERE id = $1";
    /// Messages about these stories ([[part, story], ...]) that may no longer be changed, the elder
    /// story's first: what was said last there, new facts of the day and those that wait, how many
    /// there were. Of one newsroom alone, or of all but those that corrected stories.
    GO_ON = "SELECT o.destination, o.subscription, w.value ->> 1, o.message,
            CASE WHEN d.form = 3 THEN o.channel ELSE o.thread END,
            (SELECT max(coalesce(u.sent_at, u.made_at)) FROM outbox AS u
                WHERE u.destination = o.destination AND u.story IN (o.story, w.value ->> 0) AND u.kind IN (0, 2)),
            (SELECT count(*) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story IN (o.story, w.value ->> 0) AND u.kind = 2 AND u.made_at > $3 AND u.state <> 5),
            (SELECT count(*) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story IN (o.story, w.value ->> 0) AND u.kind = 2 AND u.state IN (0, 1)),
            (SELECT coalesce(max(u.part), 0) FROM outbox AS u WHERE u.destination = o.destination
                AND u.story IN (o.story, w.value ->> 0) AND u.kind = 2),
            o.story, (SELECT coalesce(y.alias_of, y.id) FROM story AS y WHERE y.id = o.story)
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value ->> 0 OR s.alias_of = w.value ->> 0
        CROSS JOIN told AS t ON t.story = s.id
        CROSS JOIN outbox AS o ON o.id = t.outbox AND o.kind = 0 AND o.state = 2
            AND o.sent_at <= $2 AND o.message IS NOT NULL
        JOIN destination AS d ON d.id = o.destination AND d.kind <> 2
        LEFT JOIN subscription AS b ON b.id = o.subscription
        WHERE ($4 IS NULL OR b.newsroom = $4)
            AND coalesce(b.newsroom, 0) NOT IN (SELECT value FROM json_each($5))
        ORDER BY o.destination, o.story < 0, abs(o.story)";
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
    /// What a destination was told of late, under the living names.
    TOLD_SINCE = "SELECT coalesce(s.alias_of, s.id), max(t.at) FROM told AS t
        JOIN story AS s ON s.id = t.story
        WHERE t.destination = $1 AND t.at > $2 GROUP BY 1";
    DESTINATION = "SELECT id FROM destination WHERE kind = 0 AND discord = $1";
    UNTOLD_NOTICES = "SELECT n.id, v.value, n.text FROM notice AS n
        JOIN setting AS v ON v.newsroom = n.newsroom AND v.name = 'notices_channel'
        LEFT JOIN destination AS d ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
        WHERE n.told_at IS NULL AND n.person = 0 AND n.dealt_at IS NULL AND d.lost_at IS NULL
        ORDER BY n.id LIMIT $1";
    /// From the few that wait, not from all persons.
    UNTOLD_OF_PERSONS = "SELECT n.id, d.id, n.text FROM notice AS n
        CROSS JOIN destination AS d ON d.kind = 1 AND d.discord = n.person AND d.lost_at IS NULL
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
            SELECT 1 FROM subscription AS u CROSS JOIN notice AS n
                ON n.newsroom = u.newsroom AND n.key = 'outbox:' || o.id
            WHERE u.id = o.subscription)
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
    let rows = rows.into_iter();
    Ok(rows.map(|(id, story)| (id, StoryId(story))).collect())
}

/// Stories as newsrooms see them, by those that goes by the machine's alone and those that
/// corrected them.
struct Reach {
    /// None: all newsrooms but those in `except`.
    only: Option<NewsroomId>,
    except: Vec<NewsroomId>,
    /// Each part with its story.
    stories: Vec<[i64; 2]>,
}

async fn reach(c: &mut SqliteConnection, seen: &[(NewsroomId, StoryId)]) -> Result<Vec<Reach>> {
    let rooms: BTreeSet<NewsroomId> = seen.iter().map(|(room, _)| *room).collect();
    let overlays = overlay::of_all(c, rooms).await?;
    let of_all: BTreeSet<i64> = (seen.iter())
        .filter(|(room, _)| !overlays.contains_key(room))
        .map(|(_, story)| story.0)
        .collect();
    let mut found = vec![Reach {
        only: None,
        except: overlays.keys().copied().collect(),
        stories: of_all.into_iter().map(|story| [story, story]).collect(),
    }];
    for (room, overlay) in &overlays {
        let own: BTreeSet<StoryId> = (seen.iter())
            .filter(|(of, story)| of == room && !overlay.is_hidden(*story))
            .map(|(_, story)| *story)
            .collect();
        let stories = own.into_iter().flat_map(|story| {
            let parts = overlay::parts_of(Some(overlay), story).into_iter();
            parts.map(move |part| [part.0, story.0])
        });
        found.push(Reach {
            only: Some(*room),
            except: Vec::new(),
            stories: stories.collect(),
        });
    }
    found.retain(|one| !one.stories.is_empty());
    Ok(found)
}

/// The messages about these stories, as newsrooms see them, that may still be changed are redrawn at
/// `at`.
pub(super) async fn edit_later(
    c: &mut SqliteConnection,
    seen: Vec<(NewsroomId, StoryId)>,
    sent_after: Millis,
    at: Millis,
) -> Result<()> {
    for one in reach(c, &seen).await? {
        sqlx::query(EDIT_LATER)
            .bind(json(&one.stories)?)
            .bind(sent_after)
            .bind(at)
            .bind(one.only.map(|room| room.0))
            .execute(&mut *c)
            .await?;
    }
    Ok(())
}

pub(super) async fn edits(
    c: &mut SqliteConnection,
    now: Millis,
    limit: u32,
) -> Result<Vec<Letterbox>> {
    let rows = sqlx::query_as(EDITS).bind(now).bind(limit);
    let rows = rows.fetch_all(&mut *c).await?;
    outbox::renamed(c, rows).await
}

/// Whether an elder message of the destination tells the same story by now: that one goes on.
pub(super) async fn has_elder(c: &mut SqliteConnection, row: &Letterbox) -> Result<bool> {
    let parts = parts(c, row, row.story).await?;
    let elders: i64 = if parts.len() > 1 {
        let elders = sqlx::query_scalar(ELDERS_OF_PARTS).bind(row.id);
        elders.bind(json(&parts)?).fetch_one(c).await?
    } else {
        sqlx::query_scalar(ELDERS).bind(row.id).fetch_one(c).await?
    };
    Ok(elders > 0)
}

/// The stories of which a row's story consists in its newsroom.
async fn parts(
    c: &mut SqliteConnection,
    row: &Letterbox,
    story: Option<StoryId>,
) -> Result<Vec<i64>> {
    let (Some(room), Some(story)) = (row.newsroom, story) else {
        return Ok(story.into_iter().map(|story| story.0).collect());
    };
    let overlay = overlay::of(c, room).await?;
    let parts = overlay::parts_of(overlay.as_ref(), story);
    Ok(parts.into_iter().map(|part| part.0).collect())
}

/// `found_at`: when it was looked up. `again`: when it is to be tried again.
pub(super) async fn edited(
    c: &mut SqliteConnection,
    id: i64,
    found_at: Millis,
    again: Option<Millis>,
    outlets: i64,
) -> Result<()> {
    sqlx::query(EDITED)
        .bind(id)
        .bind(again)
        .bind(outlets)
        .bind(found_at)
        .execute(c)
        .await?;
    Ok(())
}

/// When the destination was last told or updated of a story, in whatever row but this one.
pub(super) async fn said_at(
    c: &mut SqliteConnection,
    row: &Letterbox,
    story: StoryId,
) -> Result<Option<Millis>> {
    let parts = parts(c, row, Some(story)).await?;
    Ok(sqlx::query_scalar(SAID_AT)
        .bind(json(&parts)?)
        .bind(row.destination.0)
        .bind(row.id)
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
    i64,
);

/// Writes down the new facts that are to be sent about stories, as newsrooms see them, that were
/// pushed before `sent_before`: one row for each destination at most, and none while one waits.
pub(super) async fn add_news(
    c: &mut SqliteConnection,
    seen: Vec<(NewsroomId, StoryId)>,
    sent_before: Millis,
    now: Millis,
) -> Result<u32> {
    let mut added = 0;
    for one in reach(c, &seen).await? {
        let except: Vec<i64> = one.except.iter().map(|room| room.0).collect();
        let rows: Vec<GoOnRow> = sqlx::query_as(GO_ON)
            .bind(json(&one.stories)?)
            .bind(sent_before)
            .bind(now - DAY)
            .bind(one.only.map(|room| room.0))
            .bind(json(&except)?)
            .fetch_all(&mut *c)
            .await?;
        added += go_on_with(c, rows, &one.stories, now).await?;
    }
    Ok(added)
}

/// `parts`: of the stories of the rows, each with its story.
async fn go_on_with(
    c: &mut SqliteConnection,
    rows: Vec<GoOnRow>,
    parts: &[[i64; 2]],
    now: Millis,
) -> Result<u32> {
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
            own_living,
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
        // A story that was split off goes on where it was told, under its own name.
        let name = match parts.contains(&[own_living, living]) {
            true => own,
            false => living,
        };
        let done = sqlx::query(ADD_NEWS)
            .bind(destination)
            .bind(subscription)
            .bind(name)
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
    if let Some(overlay) = overlay::of(c, newsroom).await? {
        return corrected_fed_since(c, destination, newsroom, &overlay, told_after, limit).await;
    }
    let ids: Vec<i64> = sqlx::query_scalar(FED_SINCE)
        .bind(destination.0)
        .bind(newsroom.0)
        .bind(told_after)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(ids.into_iter().map(StoryId).collect())
}

/// The same where moderators corrected stories.
async fn corrected_fed_since(
    c: &mut SqliteConnection,
    destination: DestinationId,
    newsroom: NewsroomId,
    overlay: &Overlay,
    told_after: Millis,
    limit: u32,
) -> Result<Vec<StoryId>> {
    let rows: Vec<(i64, Millis)> = sqlx::query_as(TOLD_SINCE)
        .bind(destination.0)
        .bind(told_after)
        .fetch_all(&mut *c)
        .await?;
    let mut told: BTreeMap<StoryId, Millis> = BTreeMap::new();
    for (story, at) in rows {
        let story = overlay.story(StoryId(story));
        let told = told.entry(story).or_default();
        *told = at.max(*told);
    }
    told.retain(|story, _| !overlay.is_hidden(*story));
    let stories: Vec<StoryId> = told.keys().copied().collect();
    let seen = deciding::story_articles(c, newsroom, &stories).await?;
    let fed: BTreeSet<StoryId> = (seen.iter())
        .filter(|one| told.get(&one.story).is_some_and(|at| one.seen > *at))
        .map(|one| one.story)
        .collect();
    Ok(fed.into_iter().rev().take(limit as usize).collect())
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
