//! What a correction changes of what was decided and told: it is decided anew, in that newsroom
//! alone, and nothing is told a second time.

use super::super::statements::{insert, json_array, run, statements};
use super::super::{Result, overlay, sightings};
use super::places;
use crate::clock::Millis;
use crate::news::correction::{Correction, Kind};
use crate::news::{ArticleId, NewsroomId, Overlay, StoryId};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Articles of a corrected story that are decided about again, the newest.
const AGAIN_MAX: usize = 400;

statements! {
    /// Messages that wait, of these stories ([id, ...]); they were not begun.
    WAITING = "SELECT o.id FROM json_each($2) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN outbox AS o ON o.story = s.id AND o.kind = 0 AND o.state = 0
        JOIN subscription AS u ON u.id = o.subscription AND u.newsroom = $1";
    FORGET_SENT = "DELETE FROM decision
        WHERE verdict = 0 AND outbox IN (SELECT value FROM json_each($1))
        AND story IN (SELECT s.id FROM json_each($2) AS w
            CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value)";
    /// Without its story another one about it can take its place.
    DROP_WAITING = "UPDATE outbox SET state = 5, story = NULL, next_try = NULL,
            error = 'moderators corrected its story'
        WHERE id IN (SELECT value FROM json_each($1)) AND state = 0";
    /// What was not sent is decided from what the story is now. What a digest counted stays.
    FORGET_OTHERS = "DELETE FROM decision WHERE verdict <> 0 AND reason <> '\"Unlisted\"'
        AND story IN (SELECT s.id FROM json_each($2) AS w
            CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value)
        AND subscription IN (SELECT id FROM subscription
            WHERE newsroom = $1 AND removed_at IS NULL AND paused IS NULL)";
    AGAIN = "INSERT INTO undecided_again (newsroom, article) VALUES (?, ?) ON CONFLICT DO NOTHING";
    /// Who was told of parts of a story, under which of them and when.
    TOLD = "SELECT t.destination, w.value, t.at, t.outbox FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN told AS t ON t.story = s.id ORDER BY t.at";
    TELL = "INSERT INTO told (destination, story, at, outbox) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    MERGED_AT = "SELECT coalesce(max(at), 0) FROM correction
        WHERE id IN (SELECT value FROM json_each($1))";
}

/// A destination that was told: its number, under which name, when, and by which row.
type Told = (i64, i64, Millis, Option<i64>);

/// What was decided about the stories, or waits to be sent, is forgotten, and their articles are
/// decided about again. `before`: the corrections in force before the change; `stories`: as they
/// were named then, and one that came of it.
pub async fn unsettle(
    c: &mut SqliteConnection,
    room: NewsroomId,
    before: &[Correction],
    stories: &[StoryId],
    articles: &[ArticleId],
) -> Result<()> {
    let seen = [Overlay::new(before), now(c, room).await?];
    let mut names: BTreeSet<StoryId> = stories.iter().copied().collect();
    for overlay in &seen {
        for story in stories {
            names.extend(overlay.parts(overlay.story(*story)));
        }
    }
    let names = json_array(names.iter().map(|story| story.0));
    let waiting: Vec<i64> = sqlx::query_scalar(WAITING)
        .bind(room.0)
        .bind(&names)
        .fetch_all(&mut *c)
        .await?;
    let waiting = json_array(waiting);
    sqlx::query(FORGET_SENT)
        .bind(&waiting)
        .bind(&names)
        .execute(&mut *c)
        .await?;
    sqlx::query(DROP_WAITING)
        .bind(&waiting)
        .execute(&mut *c)
        .await?;
    sqlx::query(FORGET_OTHERS)
        .bind(room.0)
        .bind(names)
        .execute(&mut *c)
        .await?;
    let newest = articles.iter().rev().take(AGAIN_MAX);
    let again = insert(AGAIN, newest, |query, article| {
        query.bind(room.0).bind(article.0)
    });
    run(c, again).await
}

async fn now(c: &mut SqliteConnection, room: NewsroomId) -> Result<Overlay> {
    Ok(overlay::of(c, room).await?.unwrap_or_default())
}

/// Who was told of the parts of a story, which are told under their living names.
async fn told(c: &mut SqliteConnection, parts: &[StoryId]) -> Result<Vec<Told>> {
    Ok(sqlx::query_as(TOLD)
        .bind(json_array(parts.iter().map(|part| part.0)))
        .fetch_all(c)
        .await?)
}

async fn tell(c: &mut SqliteConnection, story: StoryId, told: Vec<Told>) -> Result<()> {
    let rows = insert(TELL, told, |query, (destination, _, at, outbox)| {
        query.bind(destination).bind(story.0).bind(at).bind(outbox)
    });
    run(c, rows).await
}

/// A story that was split off is told where all its articles were in what was pushed: seen by then,
/// and of the story that was told then.
pub async fn tell_apart(
    c: &mut SqliteConnection,
    room: NewsroomId,
    before: &[Correction],
    story: StoryId,
    own: StoryId,
    articles: &[ArticleId],
) -> Result<()> {
    let seen_before = Overlay::new(before);
    let rows = told(c, &seen_before.parts(story)).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let seen = sightings::seen_by(c, room, articles).await?;
    let last = seen.values().map(|seen| seen.at).max().unwrap_or_default();
    let from = froms(c, room, own, articles).await?;
    let merges = (before.iter())
        .filter(|one| matches!(one.kind, Kind::Merge(_)) && seen_before.story(one.story) == story);
    let merged_at: Millis = sqlx::query_scalar(MERGED_AT)
        .bind(json_array(merges.map(|one| one.id)))
        .fetch_one(&mut *c)
        .await?;
    let held = rows.into_iter().filter(|(_, part, at, _)| {
        *at >= last && (*at >= merged_at || from.iter().all(|from| from.0 == *part))
    });
    tell(c, own, held.collect()).await
}

/// The parts in which the articles of a new story of the newsroom's own stood before.
async fn froms(
    c: &mut SqliteConnection,
    room: NewsroomId,
    own: StoryId,
    articles: &[ArticleId],
) -> Result<BTreeSet<StoryId>> {
    let ids = json_array(articles.iter().map(|article| article.0));
    let placed = places(c, ids.clone()).await?;
    let rows: Vec<(i64, i64)> = sqlx::query_as(overlay::CORRECTED_ROWS)
        .bind(room.0)
        .bind(ids)
        .fetch_all(c)
        .await?;
    let mut from: HashMap<ArticleId, StoryId> = placed;
    for (article, story) in rows {
        if StoryId(story) != own {
            from.insert(ArticleId(article), StoryId(story));
        }
    }
    Ok(from.into_values().collect())
}

/// A merge was taken back that stood since `since`: each of the stories that come of it counts as
/// told where a message told of all together while it already had something.
pub async fn tell_parted(
    c: &mut SqliteConnection,
    room: NewsroomId,
    before: &Overlay,
    story: StoryId,
    since: Millis,
) -> Result<()> {
    let parts = before.parts(story);
    let rows: Vec<Told> = (told(c, &parts).await?.into_iter())
        .filter(|(_, _, at, _)| *at >= since)
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let after = now(c, room).await?;
    let mut of_each: BTreeMap<StoryId, Vec<StoryId>> = BTreeMap::new();
    for part in parts {
        of_each.entry(after.story(part)).or_default().push(part);
    }
    for (name, _) in of_each {
        let members = overlay::members(c, room, &after, &[name]).await?;
        let ids: Vec<ArticleId> = members.into_iter().map(|(article, _)| article).collect();
        let seen = sightings::seen_by(c, room, &ids).await?;
        let Some(first) = seen.values().map(|seen| seen.at).min() else {
            continue;
        };
        let held = rows.iter().filter(|(_, _, at, _)| *at >= first);
        tell(c, name, held.copied().collect()).await?;
    }
    Ok(())
}
