//! The outbox: what is to be sent, what was begun, and how it ended. Each step is one transaction,
//! so that after a crash the row says how far it came.

use super::nouns::{Begin, Claim, Claimed, Letterbox, SentRow};
use super::statements::{insert, run, statements};
use super::subscriptions::{destination_of, form_of, json};
use super::told::tell_sentences;
use super::wanted::{is_wanted, is_wanted_still};
use super::{Result, StoreError, notices, overlay};
use crate::clock::Millis;
use crate::news::push::{Lost, Reason};
use crate::news::subscription::{DestinationId, Place};
use crate::news::{NewsroomId, Overlay, StoryId, SubscriptionId};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use std::collections::HashSet;

/// An outbox row with its place, as `Letterbox` reads it.
macro_rules! letterbox {
    () => {
        "SELECT o.id, o.destination, d.kind, d.discord, d.form, d.name, d.readable, o.subscription,
            s.newsroom, o.kind, coalesce(y.alias_of, o.story), o.part, o.cause, o.due_at, o.made_at,
            o.state, o.body, o.nonce, o.first_try, o.last_try, o.tries, o.next_try, o.channel,
            o.message, o.thread, o.outlets, o.open,
            coalesce(s.wish ->> 'crosspost', 0)
        FROM outbox AS o JOIN destination AS d ON d.id = o.destination
        LEFT JOIN subscription AS s ON s.id = o.subscription
        LEFT JOIN story AS y ON y.id = o.story"
    };
}
pub(super) use letterbox;

statements! {
    /// The first unsent row of each destination that takes messages: order is kept by sending
    /// nothing behind it.
    HEADS = concat!(letterbox!(), "
        WHERE o.id IN (SELECT min(id) FROM outbox
                WHERE state IN (0, 1) AND (state = 1 OR due_at <= $1) GROUP BY destination)
            AND d.lost_at IS NULL AND coalesce(o.next_try, 0) <= $1
        ORDER BY o.id LIMIT $2");
    /// The same without order, by which the simulation shows that it notices that.
    ANY = concat!(letterbox!(), " WHERE o.state IN (0, 1)
            AND d.lost_at IS NULL AND coalesce(o.next_try, 0) <= $1
        ORDER BY o.id LIMIT $2");
    NEXT_TRY = "SELECT min(coalesce(o.next_try, o.due_at)) FROM outbox AS o
        JOIN destination AS d ON d.id = o.destination
        WHERE o.state IN (0, 1) AND d.lost_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS p
            WHERE p.destination = o.destination AND p.id < o.id AND p.state IN (0, 1)
            AND p.due_at <= o.due_at)";
    BY_ID = concat!(letterbox!(), " WHERE o.id = $1");
    DIGEST_STORIES = "SELECT coalesce(s.alias_of, s.id), u.newsroom FROM digest_story AS g
        JOIN story AS s ON s.id = g.story JOIN outbox AS o ON o.id = g.outbox
        LEFT JOIN subscription AS u ON u.id = o.subscription
        WHERE g.outbox = $1 ORDER BY g.place";
    TELL = "INSERT INTO told (destination, story, at, outbox) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    CLAIM = "UPDATE outbox SET state = 1, body = $2, nonce = $3, outlets = $4, story = $6,
            first_try = $5, last_try = $5, tries = 1, open = 1, next_try = NULL, error = NULL
        WHERE id = $1 AND state = 0";
    /// Where another row of this kind about the elder story is there, this one keeps its name.
    CLAIM_AS_IS = "UPDATE outbox SET state = 1, body = $2, nonce = $3, outlets = $4,
            first_try = $5, last_try = $5, tries = 1, open = 1, next_try = NULL, error = NULL
        WHERE id = $1 AND state = 0";
    SAME_ROW = "SELECT count(*) FROM outbox AS o JOIN outbox AS m ON m.id = $1
        WHERE o.destination = m.destination AND o.story = $2 AND o.kind = m.kind
        AND o.part = m.part AND o.id <> m.id";
    /// A push lets go of its story, which may be decided to be sent later.
    DROP = "UPDATE outbox SET state = 5, error = $2, next_try = NULL,
            story = CASE WHEN kind = 0 THEN NULL ELSE story END
        WHERE id = $1 AND state IN (0, 1)";
    TRY_AGAIN = "UPDATE outbox SET last_try = $2, tries = tries + 1, open = open + 1,
            next_try = NULL
        WHERE id = $1 AND state = 1";
    /// Nothing of it stands there: it begins anew.
    BEGIN_AGAIN = "UPDATE outbox SET first_try = $2, last_try = $2, tries = tries + 1, open = 1,
            next_try = NULL
        WHERE id = $1 AND state = 1";
    POSTPONE = "UPDATE outbox SET next_try = $2, error = $3 WHERE id = $1 AND state IN (0, 1)";
    /// The last try surely posted nothing.
    CAME_TO_NOTHING = "UPDATE outbox SET next_try = $2, error = $3, open = max(open - 1, 0)
        WHERE id = $1 AND state = 1";
    REBODY = "UPDATE outbox SET body = $2, open = max(open - 1, 0), next_try = NULL, error = $3 WHERE id = $1 AND state = 1";
    /// A notice that somebody dealt with, or that was over, while it was on its way is redrawn: by the
    /// time at which it was put here, as its body stays the same however often it is begun anew.
    SENT = "UPDATE outbox SET state = 2, channel = $2, message = $3, sent_at = $4, next_try = NULL,
            publish_at = CASE WHEN $5 THEN $4 END, error = NULL,
            edit_at = CASE WHEN kind = 4 AND (EXISTS (SELECT 1 FROM notice AS n
                    WHERE n.id = cause ->> 'notice' AND n.dealt_at IS NOT NULL)
                OR EXISTS (SELECT 1 FROM notice_source AS s
                    WHERE s.notice = cause ->> 'notice' AND s.over_at >= made_at)) THEN $4 END
        WHERE id = $1 AND state = 1";
    REFUSED = "UPDATE outbox SET state = 3, error = $2, next_try = NULL WHERE id = $1 AND state = 1";
    UNKNOWN = "UPDATE outbox SET state = 4, error = $2, next_try = NULL WHERE id = $1 AND state = 1";
    /// It was surely not posted: it waits as if it had not been begun.
    WAIT_AGAIN = "UPDATE outbox SET state = 0, body = NULL, nonce = NULL, first_try = NULL,
            last_try = NULL, next_try = NULL, open = 0, error = $2
        WHERE id = $1 AND state = 1 AND open <= 1";
    UNTELL = "DELETE FROM told WHERE outbox = $1";
    HOLD = "UPDATE decision SET verdict = 1, reason = $3, until = $4, outbox = NULL
        WHERE subscription = $1 AND outbox = $2";
    NAME_UNKNOWN = "UPDATE outbox SET named_in = $2
        WHERE destination = $1 AND state = 4 AND named_in IS NULL";
}

impl FromRow<'_, SqliteRow> for Letterbox {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let cause: String = row.try_get(12)?;
        let broken = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        let number = |at: usize| -> sqlx::Result<Option<u64>> {
            Ok(row.try_get::<Option<i64>, _>(at)?.map(|id| id as u64))
        };
        let begun = match (row.try_get(18)?, row.try_get(19)?) {
            (Some(first_try), Some(last_try)) => Some(Begin {
                body: row.try_get::<Option<String>, _>(16)?.unwrap_or_default(),
                nonce: row.try_get::<Option<String>, _>(17)?.unwrap_or_default(),
                first_try,
                last_try,
                tries: row.try_get(20)?,
                open: row.try_get(26)?,
            }),
            _ => None,
        };
        Ok(Letterbox {
            id: row.try_get(0)?,
            destination: DestinationId(row.try_get(1)?),
            place: Place {
                destination: destination_of(row.try_get(2)?, row.try_get(3)?),
                form: form_of(row.try_get(4)?),
                name: row.try_get(5)?,
                readable: row.try_get(6)?,
            },
            subscription: row.try_get::<Option<i64>, _>(7)?.map(SubscriptionId),
            newsroom: row.try_get::<Option<i64>, _>(8)?.map(NewsroomId),
            kind: row.try_get(9)?,
            story: row.try_get::<Option<i64>, _>(10)?.map(StoryId),
            part: row.try_get(11)?,
            cause: serde_json::from_str(&cause).map_err(broken)?,
            due_at: row.try_get(13)?,
            made_at: row.try_get(14)?,
            is_begun: row.try_get::<i64, _>(15)? == 1,
            begun,
            next_try: row.try_get(21)?,
            standing: number(22)?.zip(number(23)?),
            thread: number(24)?,
            outlets: row.try_get(25)?,
            crosspost: row.try_get(27)?,
        })
    }
}

pub(super) async fn heads(
    c: &mut SqliteConnection,
    now: Millis,
    limit: u32,
    in_order: bool,
) -> Result<Vec<Letterbox>> {
    let rows = sqlx::query_as(if in_order { HEADS } else { ANY })
        .bind(now)
        .bind(limit)
        .fetch_all(&mut *c)
        .await?;
    renamed(c, rows).await
}

pub(super) async fn by_id(c: &mut SqliteConnection, id: i64) -> Result<Option<Letterbox>> {
    let row = sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(&mut *c)
        .await?;
    Ok(renamed(c, row.into_iter().collect()).await?.pop())
}

/// Rows with their stories as their newsrooms corrected them.
pub(super) async fn renamed(
    c: &mut SqliteConnection,
    mut rows: Vec<Letterbox>,
) -> Result<Vec<Letterbox>> {
    let rooms = rows.iter().filter_map(|row| row.newsroom);
    let overlays = overlay::of_all(c, rooms).await?;
    for row in &mut rows {
        let overlay = row.newsroom.and_then(|room| overlays.get(&room));
        if let (Some(overlay), Some(story)) = (overlay, row.story) {
            row.story = Some(overlay.story(story));
        }
    }
    Ok(rows)
}

/// When the next row may be tried or changed.
pub(super) async fn next_try(c: &mut SqliteConnection) -> Result<Option<Millis>> {
    let next: Option<Millis> = sqlx::query_scalar(NEXT_TRY).fetch_one(&mut *c).await?;
    let edit = super::afterwards::next_edit(c).await?;
    let publish = super::publishing::next(c).await?;
    Ok(next.into_iter().chain(edit).chain(publish).min())
}

pub(super) async fn digest_stories(c: &mut SqliteConnection, id: i64) -> Result<Vec<StoryId>> {
    let rows: Vec<(i64, Option<i64>)> = sqlx::query_as(DIGEST_STORIES)
        .bind(id)
        .fetch_all(&mut *c)
        .await?;
    let room = rows.first().and_then(|(_, room)| room.map(NewsroomId));
    let overlay = match room {
        Some(room) => overlay::of(c, room).await?.unwrap_or_default(),
        None => Overlay::default(),
    };
    let mut once = HashSet::new();
    let stories = rows
        .into_iter()
        .map(|(story, _)| overlay.story(StoryId(story)));
    Ok(stories.filter(|story| once.insert(*story)).collect())
}

/// Freezes the body, marks the stories and sentences as told, and begins the first try; or says
/// that there is nothing to send any more.
pub(super) async fn claim(c: &mut SqliteConnection, claim: Claim) -> Result<Claimed> {
    let Some(row) = by_id(c, claim.id).await? else {
        return Ok(Claimed::Gone);
    };
    if row.is_begun || !is_wanted(c, &row).await? || !begin(c, &row, &claim).await? {
        return Ok(Claimed::Gone);
    }
    let (destination, at, id) = (row.destination.0, claim.now, claim.id);
    let told = insert(TELL, claim.stories, |query, story| {
        query.bind(destination).bind(story.0).bind(at).bind(id)
    });
    run(c, told).await?;
    tell_sentences(c, row.destination, claim.sentences, at).await?;
    if row.kind == 1 {
        sqlx::query(NAME_UNKNOWN)
            .bind(destination)
            .bind(id)
            .execute(c)
            .await?;
    }
    Ok(Claimed::Begun)
}

/// False where somebody else began it.
async fn begin(c: &mut SqliteConnection, row: &Letterbox, claim: &Claim) -> Result<bool> {
    let same: i64 = match row.story {
        Some(story) => {
            sqlx::query_scalar(SAME_ROW)
                .bind(claim.id)
                .bind(story.0)
                .fetch_one(&mut *c)
                .await?
        }
        None => 1,
    };
    let story = row.story.filter(|_| same == 0);
    let query = sqlx::query(if story.is_some() { CLAIM } else { CLAIM_AS_IS })
        .bind(claim.id)
        .bind(claim.body.clone())
        .bind(claim.nonce.clone())
        .bind(claim.outlets)
        .bind(claim.now);
    let query = match story {
        Some(story) => query.bind(story.0),
        None => query,
    };
    Ok(query.execute(c).await?.rows_affected() > 0)
}

pub(super) async fn tell(
    c: &mut SqliteConnection,
    id: i64,
    stories: Vec<StoryId>,
    now: Millis,
) -> Result<()> {
    let Some(row) = by_id(c, id).await? else {
        return Ok(());
    };
    let tell = insert(TELL, stories, |query, story| {
        query
            .bind(row.destination.0)
            .bind(story.0)
            .bind(now)
            .bind(id)
    });
    run(c, tell).await
}

/// What a row marked as told was not told.
pub(super) async fn untell(c: &mut SqliteConnection, id: i64) -> Result<()> {
    sqlx::query(UNTELL).bind(id).execute(c).await?;
    Ok(())
}

pub(super) async fn drop_row(c: &mut SqliteConnection, id: i64, error: &str) -> Result<()> {
    sqlx::query(DROP).bind(id).bind(error).execute(c).await?;
    Ok(())
}

/// A row that was not sent in time: its stories come with the next digest, at `until`.
pub(super) async fn too_late(c: &mut SqliteConnection, id: i64, until: Millis) -> Result<()> {
    let Some(row) = by_id(c, id).await? else {
        return Ok(());
    };
    drop_row(c, id, "too late for a message of its own").await?;
    if let Some(subscription) = row.subscription {
        sqlx::query(HOLD)
            .bind(subscription.0)
            .bind(id)
            .bind(json(&Reason::Late)?)
            .bind(until)
            .execute(c)
            .await?;
    }
    Ok(())
}

pub(super) async fn try_again(
    c: &mut SqliteConnection,
    id: i64,
    now: Millis,
    anew: bool,
) -> Result<bool> {
    if anew && !is_wanted_still(c, id).await? {
        return Ok(false);
    }
    let sql = if anew { BEGIN_AGAIN } else { TRY_AGAIN };
    let done = sqlx::query(sql).bind(id).bind(now).execute(c).await?;
    Ok(done.rows_affected() > 0)
}

/// `posted_nothing`: whether the try that was begun surely came to nothing.
pub(super) async fn postpone(
    c: &mut SqliteConnection,
    id: i64,
    next_try: Millis,
    error: String,
    posted_nothing: bool,
) -> Result<()> {
    let sql = if posted_nothing {
        CAME_TO_NOTHING
    } else {
        POSTPONE
    };
    sqlx::query(sql)
        .bind(id)
        .bind(next_try)
        .bind(error)
        .execute(c)
        .await?;
    Ok(())
}

/// The body without its looks takes the place of one that was refused.
pub(super) async fn rebody(
    c: &mut SqliteConnection,
    id: i64,
    body: String,
    error: String,
) -> Result<()> {
    sqlx::query(REBODY)
        .bind(id)
        .bind(body)
        .bind(error)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn sent(c: &mut SqliteConnection, sent: SentRow) -> Result<()> {
    sqlx::query(SENT)
        .bind(sent.id)
        .bind(sent.standing.map(|(channel, _)| channel as i64))
        .bind(sent.standing.map(|(_, message)| message as i64))
        .bind(sent.at)
        .bind(sent.publish)
        .execute(c)
        .await?;
    Ok(())
}

/// How a row ended that did not come through, and what its newsroom is told of it.
pub(super) enum End {
    Refused,
    Unknown,
}

pub(super) async fn end(
    c: &mut SqliteConnection,
    id: i64,
    end: End,
    error: String,
    notice: String,
    now: Millis,
) -> Result<()> {
    let sql = match end {
        End::Refused => REFUSED,
        End::Unknown => UNKNOWN,
    };
    sqlx::query(sql)
        .bind(id)
        .bind(&error)
        .execute(&mut *c)
        .await?;
    let Some(row) = by_id(c, id).await? else {
        return Ok(());
    };
    if let Some(newsroom) = row.newsroom {
        let key = format!("outbox:{id}");
        notices::add(c, newsroom, &row.place, key, notice, now).await?;
    }
    Ok(())
}

/// The destination takes nothing: what was to be sent waits until it takes messages again.
pub(super) async fn lose(
    c: &mut SqliteConnection,
    id: i64,
    lost: Lost,
    notice: String,
    now: Millis,
) -> Result<()> {
    let Some(row) = by_id(c, id).await? else {
        return Ok(());
    };
    let waits = sqlx::query(WAIT_AGAIN)
        .bind(id)
        .bind(format!("{lost:?}"))
        .execute(&mut *c)
        .await?;
    // Where an earlier try may have posted it, it stays begun, and is looked for first.
    if waits.rows_affected() > 0 {
        untell(c, id).await?;
    }
    notices::lose(c, &row, &lost, &notice, now).await
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
