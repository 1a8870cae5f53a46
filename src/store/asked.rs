//! When a person last asked about a topic, for "since I last asked".

use super::statements::statements;
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::NewsroomId;
use sqlx::SqliteConnection;

statements! {
    LAST = "SELECT at FROM asked WHERE newsroom = $1 AND person = $2 AND topic = $3";
    SET = "INSERT INTO asked (newsroom, person, topic, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (newsroom, person, topic) DO UPDATE SET at = max(at, excluded.at)";
}

/// When a person last asked.
impl Store {
    /// When the person (Discord's id; 0 = the host) last asked for the topic's key (empty = top
    /// stories) in this newsroom.
    pub async fn asked(
        &self,
        newsroom: NewsroomId,
        person: u64,
        topic: &str,
    ) -> Result<Option<Millis>> {
        Ok(sqlx::query_scalar(LAST)
            .bind(newsroom.0)
            .bind(person as i64)
            .bind(topic)
            .fetch_optional(&mut *self.reader().await?)
            .await?)
    }

    /// They asked at `at`.
    pub async fn set_asked(
        &self,
        newsroom: NewsroomId,
        person: u64,
        topic: &str,
        at: Millis,
    ) -> Result<()> {
        let topic = topic.to_owned();
        self.urgent(move |c| Box::pin(set(c, newsroom, person, topic, at)))
            .await
    }
}

async fn set(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    person: u64,
    topic: String,
    at: Millis,
) -> Result<()> {
    sqlx::query(SET)
        .bind(newsroom.0)
        .bind(person as i64)
        .bind(topic)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Newsroom;

    #[tokio::test]
    async fn the_last_time_is_kept_for_each_topic_person_and_newsroom() {
        let store = Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), 1).await.unwrap();
        assert_eq!(store.asked(one, 7, "harbour").await.unwrap(), None);
        for at in [50, 90, 60] {
            store.set_asked(one, 7, "harbour", at).await.unwrap();
        }
        assert_eq!(store.asked(one, 7, "harbour").await.unwrap(), Some(90));
        for (room, person, topic) in [(two, 7, "harbour"), (one, 8, "harbour"), (one, 7, "")] {
            assert_eq!(store.asked(room, person, topic).await.unwrap(), None);
        }
    }
}
