//! Messages that are to be published to the channels that follow an announcement channel: which, how
//! that ended, and what moderators are told where it was given up.

use super::nouns::Letterbox;
use super::outbox::{self, letterbox};
use super::statements::statements;
use super::{Result, Store, notices};
use crate::clock::{DAY, Millis};
use sqlx::{FromRow, Row, SqliteConnection};

statements! {
    DUE = concat!("SELECT b.*, p.publish_tries, p.sent_at FROM (", letterbox!(), "
            WHERE o.publish_at IS NOT NULL AND o.publish_at <= $1 AND o.state = 2) AS b
        JOIN outbox AS p ON p.id = b.id ORDER BY p.publish_at, p.id LIMIT $2");
    NEXT = "SELECT min(publish_at) FROM outbox WHERE publish_at IS NOT NULL AND state = 2";
    PUBLISHED = "UPDATE outbox SET publish_at = NULL WHERE id = $1";
    AGAIN = "UPDATE outbox SET publish_at = $2, publish_tries = $3, error = $4
        WHERE id = $1 AND publish_at IS NOT NULL";
    GIVEN_UP = "UPDATE outbox SET publish_at = NULL, error = $2
        WHERE id = $1 AND publish_at IS NOT NULL";
    TOLD = "SELECT count(*) FROM notice
        WHERE newsroom = $1 AND key = $2 AND person = 0 AND made_at > $3";
}

/// A message that stands in its channel and is to be published.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpublished {
    pub row: Letterbox,
    /// Tries that failed.
    pub tries: u32,
    pub sent_at: Millis,
}

/// What is published.
impl Store {
    /// Messages that are to be published now, those that wait longest first.
    pub async fn unpublished(&self, now: Millis, limit: u32) -> Result<Vec<Unpublished>> {
        let due = sqlx::query(DUE).bind(now).bind(limit);
        let mut reader = self.reader().await?;
        let found = due.fetch_all(&mut *reader).await?;
        let rows = found.iter().map(Letterbox::from_row);
        let rows = rows.collect::<sqlx::Result<Vec<_>>>()?;
        let rows = outbox::renamed(&mut reader, rows).await?;
        let unpublished = rows.into_iter().zip(found).map(|(row, found)| {
            Ok(Unpublished {
                row,
                tries: found.try_get("publish_tries")?,
                sent_at: found.try_get("sent_at")?,
            })
        });
        Ok(unpublished.collect::<sqlx::Result<_>>()?)
    }

    /// A message is published, or nothing is left to publish.
    pub async fn published(&self, id: i64) -> Result<()> {
        self.urgent(move |c| {
            Box::pin(async move {
                sqlx::query(PUBLISHED).bind(id).execute(c).await?;
                Ok(())
            })
        })
        .await
    }

    /// A message was not published, and is to be tried again at `at`. `tries`: those that failed.
    pub async fn publish_again(
        &self,
        id: i64,
        at: Millis,
        tries: u32,
        error: String,
    ) -> Result<()> {
        self.urgent(move |c| {
            Box::pin(async move {
                let again = sqlx::query(AGAIN).bind(id).bind(at).bind(tries);
                again.bind(error).execute(c).await?;
                Ok(())
            })
        })
        .await
    }

    /// A message will not be published. `notice`: what its newsroom is told, of one channel once a day.
    pub async fn unpublishable(
        &self,
        id: i64,
        error: String,
        notice: String,
        now: Millis,
    ) -> Result<()> {
        self.urgent(move |c| Box::pin(give_up(c, id, error, notice, now)))
            .await
    }
}

/// When the next message is to be published.
pub(super) async fn next(c: &mut SqliteConnection) -> Result<Option<Millis>> {
    Ok(sqlx::query_scalar(NEXT).fetch_one(c).await?)
}

async fn give_up(
    c: &mut SqliteConnection,
    id: i64,
    error: String,
    notice: String,
    now: Millis,
) -> Result<()> {
    let done = sqlx::query(GIVEN_UP).bind(id).bind(error);
    if done.execute(&mut *c).await?.rows_affected() == 0 {
        return Ok(());
    }
    let Some(row) = outbox::by_id(c, id).await? else {
        return Ok(());
    };
    let Some(newsroom) = row.newsroom else {
        return Ok(());
    };
    let key = format!("unpublished:{}", row.destination.0);
    let told = sqlx::query_scalar::<_, i64>(TOLD)
        .bind(newsroom.0)
        .bind(&key)
        .bind(now - DAY);
    if told.fetch_one(&mut *c).await? > 0 {
        return Ok(());
    }
    notices::add(c, newsroom, &row.place, key, notice, now).await
}
