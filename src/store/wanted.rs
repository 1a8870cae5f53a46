//! Whether a message is wanted still when it is to be sent: its subscription may be gone, and its story
//! told or hidden.

use super::nouns::Letterbox;
use super::outbox::{by_id, drop_row, untell};
use super::resting::rests;
use super::statements::{json_array, statements};
use super::subscriptions::json;
use super::{Result, overlay};
use crate::clock::Millis;
use crate::news::SubscriptionId;
use crate::news::push::{Reason, Told};
use sqlx::SqliteConnection;

statements! {
    IS_ALIVE = concat!("SELECT count(*) FROM subscription
        WHERE id = $1 AND removed_at IS NULL AND paused IS NULL AND NOT ",
        rests!("subscription.newsroom"));
    /// Any of these stories.
    WAS_TOLD = "SELECT t.at, o.subscription FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN told AS t ON t.story = s.id
        LEFT JOIN outbox AS o ON o.id = t.outbox
        WHERE t.destination = $2 LIMIT 1";
    SKIP = "UPDATE decision SET verdict = 2, reason = $3, until = NULL
        WHERE subscription = $1 AND outbox = $2";
}

/// Whether its subscription is awake, its story was not told meanwhile, and Lede was not removed from its server; else the row is dropped.
pub(super) async fn is_wanted(c: &mut SqliteConnection, row: &Letterbox) -> Result<bool> {
    // A hello may be for one that sleeps by now.
    if let Some(subscription) = row.subscription.filter(|_| row.kind <= 2) {
        let alive: i64 = sqlx::query_scalar(IS_ALIVE)
            .bind(subscription.0)
            .fetch_one(&mut *c)
            .await?;
        if alive == 0 {
            drop_row(
                c,
                row.id,
                "the subscription was paused, taken away or rests",
            )
            .await?;
            return Ok(false);
        }
    }
    let Some(story) = row.story.filter(|_| row.kind == 0) else {
        return Ok(true);
    };
    let overlay = match row.newsroom {
        Some(room) => overlay::of(c, room).await?,
        None => None,
    };
    if overlay.as_ref().is_some_and(|one| one.is_hidden(story)) {
        skip(c, row, Reason::Hidden).await?;
        return Ok(false);
    }
    let parts = overlay::parts_of(overlay.as_ref(), story);
    let told: Option<(Millis, Option<i64>)> = sqlx::query_as(WAS_TOLD)
        .bind(json_array(parts.into_iter().map(|part| part.0)))
        .bind(row.destination.0)
        .fetch_optional(&mut *c)
        .await?;
    let Some((at, by)) = told else {
        return Ok(true);
    };
    let by = by.map(SubscriptionId);
    skip(c, row, Reason::AlreadyTold(Told { at, by })).await?;
    Ok(false)
}

/// Whether a row of which nothing stands may be sent after all: not where its subscription was taken
/// away or its story hidden meanwhile. What it marked as told is untold then.
pub(super) async fn is_wanted_still(c: &mut SqliteConnection, id: i64) -> Result<bool> {
    let Some(row) = by_id(c, id).await? else {
        return Ok(false);
    };
    if row.kind != 0 {
        return Ok(true);
    }
    let unwanted = Letterbox {
        story: None,
        ..row.clone()
    };
    let is_hidden = match (row.newsroom, row.story) {
        (Some(room), Some(story)) => overlay::of(c, room)
            .await?
            .is_some_and(|one| one.is_hidden(story)),
        _ => false,
    };
    if is_hidden {
        skip(c, &row, Reason::Hidden).await?;
    } else if is_wanted(c, &unwanted).await? {
        return Ok(true);
    }
    untell(c, id).await?;
    Ok(false)
}

async fn skip(c: &mut SqliteConnection, row: &Letterbox, reason: Reason) -> Result<()> {
    let why = match reason {
        Reason::Hidden => "moderators hid its story",
        _ => "already told",
    };
    drop_row(c, row.id, why).await?;
    if let Some(subscription) = row.subscription {
        sqlx::query(SKIP)
            .bind(subscription.0)
            .bind(row.id)
            .bind(json(&reason)?)
            .execute(c)
            .await?;
    }
    Ok(())
}
