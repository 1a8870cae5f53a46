//! What is decided for each subscription and story: the decisions with their reasons and outbox rows
//! in one transaction. What they are made from is read in `deciding`.

use super::nouns::Ruling;
use super::statements::{json_array, run, statements};
use super::subscriptions::json;
use super::{Result, corrections, overlay};
use crate::clock::Millis;
use crate::news::push::{Decision, Grounds, Reason, Told};
use crate::news::{ArticleId, NewsroomId, StoryId, SubscriptionId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

statements! {
    DECIDED = "DELETE FROM undecided WHERE article IN (SELECT value FROM json_each($1))";
    DECIDED_AGAIN = "DELETE FROM undecided_again
        WHERE newsroom = $1 AND article IN (SELECT value FROM json_each($2))";
    SAVE = "INSERT INTO decision
            (subscription, story, verdict, reason, grounds, until, decided_at, outbox)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (subscription, story) DO UPDATE SET verdict = excluded.verdict,
        reason = excluded.reason, grounds = excluded.grounds, until = excluded.until,
        decided_at = excluded.decided_at, outbox = coalesce(excluded.outbox, outbox)
        WHERE decision.verdict <> 0";
    /// What was decided about a story that became this one.
    FORGET_ALIASES = "DELETE FROM decision WHERE subscription = $1 AND verdict <> 0
        AND story IN (SELECT id FROM story WHERE alias_of = $2)";
    /// What was decided of a part, whose story goes by another name.
    FORGET_PART = "DELETE FROM decision WHERE subscription = $1 AND verdict <> 0
        AND story IN (SELECT id FROM story WHERE id = $2 OR alias_of = $2)";
    NEWSROOMS = "SELECT s.id, s.newsroom FROM json_each($1) AS w
        CROSS JOIN subscription AS s ON s.id = w.value";
    /// Nothing where the destination was told meanwhile, or is about to be.
    PUSH = "INSERT INTO outbox (id, destination, subscription, kind, story, part, cause, due_at, made_at)
        SELECT (SELECT coalesce(max(id), 0) + 1 FROM outbox), $1, $2, 0, $3, 0, $4, $5, $5
        WHERE EXISTS (SELECT 1 FROM subscription AS s
                WHERE s.id = $2 AND s.removed_at IS NULL AND s.paused IS NULL)
            AND NOT EXISTS (SELECT 1 FROM story AS s CROSS JOIN told AS t ON t.story = s.id
                WHERE (s.id = $3 OR s.alias_of = $3) AND t.destination = $1)
            AND NOT EXISTS (SELECT 1 FROM story AS s CROSS JOIN outbox AS o ON o.story = s.id
                WHERE (s.id = $3 OR s.alias_of = $3) AND o.destination = $1 AND o.kind = 0
                AND o.state <> 5)
        ON CONFLICT DO NOTHING RETURNING id";
    DIGEST = "INSERT INTO outbox
            (id, destination, subscription, kind, part, cause, due_at, made_at)
        SELECT (SELECT coalesce(max(id), 0) + 1 FROM outbox), $1, $2, 1,
            (SELECT coalesce(max(part), -1) + 1 FROM outbox
                WHERE subscription = $2 AND due_at = $4 AND kind = 1), $3, $4, $5
        WHERE EXISTS (SELECT 1 FROM subscription AS s
            WHERE s.id = $2 AND s.removed_at IS NULL AND s.paused IS NULL)
        RETURNING id";
    DIGEST_STORY = "INSERT INTO digest_story (outbox, place, story) VALUES (?, ?, ?)";
    SET_DIGEST = "UPDATE subscription SET digest_at = $2
        WHERE id = $1 AND digest_at IS NOT NULL AND digest_at <= $3";
}

/// What decisions go by beside what they are about.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// The articles that led to them, whose waiting ends.
    pub articles: Vec<ArticleId>,
    /// Where those wait for one newsroom alone, after a correction.
    pub only: Option<NewsroomId>,
    /// Corrections at which everything was read ([`Store::correction_changes`]).
    pub corrections: i64,
}

/// Decisions and what they send, and the end of waiting of the articles that led to them; false
/// where stories were corrected meanwhile and nothing was kept.
pub(super) async fn save(
    c: &mut SqliteConnection,
    basis: Basis,
    decided: Vec<Ruling>,
    now: Millis,
) -> Result<bool> {
    if corrections::changes(c).await? != basis.corrections {
        return Ok(false);
    }
    let mut rows = Vec::new();
    for one in decided {
        let mut reason = one.decision.reason();
        let (mut verdict, mut until, mut outbox) = match &one.decision {
            Decision::Send { .. } => (0, None, None),
            Decision::Hold { until, .. } => (1, *until, None),
            Decision::Skip { .. } => (2, None, None),
        };
        if verdict == 0 && one.digest.is_none() {
            outbox = sqlx::query_scalar::<_, i64>(PUSH)
                .bind(one.destination.0)
                .bind(one.subscription.0)
                .bind(one.story.0)
                .bind(json(&one.cause)?)
                .bind(now)
                .fetch_optional(&mut *c)
                .await?;
            if outbox.is_none() {
                (verdict, until) = (2, None);
                reason = Reason::AlreadyTold(Told { at: now, by: None });
            }
        }
        if let Some(digest) = one.digest {
            outbox = Some(digest);
        }
        rows.push(Row {
            subscription: one.subscription,
            story: one.story,
            verdict,
            reason: json(&reason)?,
            grounds: json::<Grounds>(&one.grounds)?,
            until,
            outbox,
        });
    }
    write(c, rows, now).await?;
    let articles = json_array(basis.articles.iter().map(|id| id.0));
    match basis.only {
        None => sqlx::query(DECIDED).bind(articles).execute(c).await?,
        Some(room) => {
            let done = sqlx::query(DECIDED_AGAIN).bind(room.0).bind(articles);
            done.execute(c).await?
        }
    };
    Ok(true)
}

struct Row {
    subscription: SubscriptionId,
    story: StoryId,
    verdict: i64,
    reason: String,
    grounds: String,
    until: Option<Millis>,
    outbox: Option<i64>,
}

async fn write(c: &mut SqliteConnection, rows: Vec<Row>, now: Millis) -> Result<()> {
    let stories = rows.iter().map(|row| (row.subscription, row.story));
    for (subscription, part) in corrected_parts(c, stories.collect()).await? {
        let forget = sqlx::query(FORGET_PART).bind(subscription.0).bind(part.0);
        forget.execute(&mut *c).await?;
    }
    for row in rows {
        let saved = sqlx::query(SAVE)
            .bind(row.subscription.0)
            .bind(row.story.0)
            .bind(row.verdict)
            .bind(row.reason)
            .bind(row.grounds)
            .bind(row.until)
            .bind(now)
            .bind(row.outbox);
        saved.execute(&mut *c).await?;
        sqlx::query(FORGET_ALIASES)
            .bind(row.subscription.0)
            .bind(row.story.0)
            .execute(&mut *c)
            .await?;
    }
    Ok(())
}

/// Other names under which something may have been decided of the stories, where they were merged by
/// moderators.
async fn corrected_parts(
    c: &mut SqliteConnection,
    stories: Vec<(SubscriptionId, StoryId)>,
) -> Result<Vec<(SubscriptionId, StoryId)>> {
    if stories.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, i64)> = sqlx::query_as(NEWSROOMS)
        .bind(json_array(stories.iter().map(|(id, _)| id.0)))
        .fetch_all(&mut *c)
        .await?;
    let rooms: HashMap<i64, NewsroomId> = rows
        .into_iter()
        .map(|(id, room)| (id, NewsroomId(room)))
        .collect();
    let overlays = overlay::of_all(c, rooms.values().copied()).await?;
    let parts = stories.into_iter().flat_map(|(subscription, story)| {
        let overlay = rooms
            .get(&subscription.0)
            .and_then(|room| overlays.get(room));
        let parts = overlay
            .map(|overlay| overlay.parts(story))
            .unwrap_or_default();
        let others = parts.into_iter().filter(move |part| *part != story);
        others.map(move |part| (subscription, part))
    });
    Ok(parts.collect())
}

/// A digest with its stories and their decisions; none when the subscription is gone or sleeps.
/// `next`: when the next one is due, for a digest that was wished.
pub(super) async fn save_digest(
    c: &mut SqliteConnection,
    digest: super::nouns::NewDigest,
    corrections: i64,
    now: Millis,
) -> Result<Option<i64>> {
    if corrections::changes(c).await? != corrections {
        return Ok(None);
    }
    if let Some(next) = digest.next {
        let moved = sqlx::query(SET_DIGEST)
            .bind(digest.subscription.0)
            .bind(next)
            .bind(now)
            .execute(&mut *c)
            .await?;
        if moved.rows_affected() == 0 {
            return Ok(None);
        }
    }
    let mut id = None;
    if digest.is_sent {
        id = sqlx::query_scalar::<_, i64>(DIGEST)
            .bind(digest.destination.0)
            .bind(digest.subscription.0)
            .bind(json(&digest.cause)?)
            .bind(digest.due_at)
            .bind(now)
            .fetch_optional(&mut *c)
            .await?;
        if let Some(id) = id {
            let listed = digest.stories.iter().enumerate();
            let rows = super::statements::insert(DIGEST_STORY, listed, |row, (place, story)| {
                row.bind(id).bind(place as i64).bind(story.0)
            });
            run(c, rows).await?;
        }
    }
    let mut decided = digest.decided;
    for one in &mut decided {
        if matches!(one.decision, Decision::Send { .. }) {
            one.digest = id;
        }
    }
    // Where the digest could not be written, nothing was decided.
    if id.is_none() {
        decided.retain(|one| !matches!(one.decision, Decision::Send { .. }));
    }
    let basis = Basis {
        corrections,
        ..Basis::default()
    };
    save(c, basis, decided, now).await?;
    Ok(id)
}
