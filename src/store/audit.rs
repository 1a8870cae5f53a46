//! The audit: what moderators changed, with what is needed to undo it.

use super::Result;
use super::statements::statements;
use crate::clock::Millis;
use crate::news::NewsroomId;
use sqlx::SqliteConnection;

statements! {
    /// What a person follows is told to nobody.
    ADD = "INSERT INTO audit (id, newsroom, at, by, what, subject, before, after, told_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM audit), $1, $2, $3, $4, $5, $6, $7,
            CASE WHEN $4 LIKE 'follow.%' THEN $2 END) RETURNING id";
}

/// Who changes something of a newsroom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub newsroom: NewsroomId,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
}

/// A change.
pub(super) struct Change {
    pub hand: Hand,
    pub what: &'static str,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Notes a change; gives the number of its line.
pub(super) async fn add(c: &mut SqliteConnection, change: Change) -> Result<i64> {
    Ok(sqlx::query_scalar(ADD)
        .bind(change.hand.newsroom.0)
        .bind(change.hand.at)
        .bind(change.hand.by as i64)
        .bind(change.what)
        .bind(change.subject)
        .bind(change.before)
        .bind(change.after)
        .fetch_one(c)
        .await?)
}
