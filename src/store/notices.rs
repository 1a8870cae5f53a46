//! What somebody still has to be told, and places that take no messages.

use super::statements::{json_array, statements};
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::NewsroomId;
use crate::news::push::Lost;
use crate::news::subscription::DestinationId;
use sqlx::SqliteConnection;
use std::collections::HashMap;

statements! {
    OPEN = "SELECT id, text, made_at FROM notice
        WHERE newsroom = $1 AND person = $2 AND told_at IS NULL ORDER BY id LIMIT $3";
    /// A person's in whatever newsroom.
    OPEN_OF_PERSON = "SELECT id, text, made_at FROM notice
        WHERE person = $1 AND told_at IS NULL ORDER BY id LIMIT $2";
    TOLD = "UPDATE notice SET told_at = $2
        WHERE told_at IS NULL AND id IN (SELECT value FROM json_each($1))";
    LOST = "SELECT id, lost FROM destination
        WHERE id IN (SELECT value FROM json_each($1)) AND lost_at IS NOT NULL";
    FOUND = "UPDATE destination SET lost_at = NULL, lost = NULL WHERE id = $1";
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

    /// They were told.
    pub async fn notices_told(&self, ids: &[i64], at: Millis) -> Result<()> {
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

    /// Somebody says that a place takes messages again: it is tried anew.
    pub async fn place_found(&self, place: DestinationId) -> Result<()> {
        self.urgent(move |c| Box::pin(found(c, place))).await
    }
}

fn notices(rows: Vec<(i64, String, i64)>) -> Vec<Notice> {
    let notice = |(id, text, made_at)| Notice { id, text, made_at };
    rows.into_iter().map(notice).collect()
}

async fn told(c: &mut SqliteConnection, ids: String, at: Millis) -> Result<()> {
    sqlx::query(TOLD).bind(ids).bind(at).execute(c).await?;
    Ok(())
}

async fn found(c: &mut SqliteConnection, place: DestinationId) -> Result<()> {
    sqlx::query(FOUND).bind(place.0).execute(c).await?;
    Ok(())
}
