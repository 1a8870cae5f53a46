//! Sources that are put off because their host must not be asked yet.

use super::statements::statements;
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::SourceId;
use crate::news::schedule::Overdue;

statements! {
    OVERDUE = "SELECT id, next_at, interval_ms FROM source WHERE wanted = 1 AND next_at <= $1";
    POSTPONE = "UPDATE source SET next_at = max(next_at, $2) WHERE id = $1";
}

impl Store {
    /// Every source that is due at `now`.
    pub async fn overdue(&self, now: Millis) -> Result<Vec<Overdue>> {
        let due = sqlx::query_as(OVERDUE).bind(now);
        let due: Vec<(i64, Millis, Millis)> = due.fetch_all(&mut *self.reader().await?).await?;
        let due = due.into_iter().map(|(id, next_at, interval_ms)| Overdue {
            source: SourceId(id),
            next_at,
            interval_ms,
        });
        Ok(due.collect())
    }

    /// Makes sources due no sooner than the given moments.
    pub async fn postpone(&self, sources: Vec<(SourceId, Millis)>) -> Result<()> {
        let work = self.batch(move |c| {
            Box::pin(async move {
                for (source, at) in sources {
                    let update = sqlx::query(POSTPONE).bind(source.0).bind(at);
                    update.execute(&mut *c).await?;
                }
                Ok(())
            })
        });
        work.await
    }
}

#[cfg(test)]
mod tests {
    use super::super::Added;
    use super::super::test::{NOON, TestFile, entry, feed, new_source};
    use crate::clock::MINUTE;
    use crate::news::Newsroom;

    #[tokio::test]
    async fn a_source_is_put_off_but_never_brought_forward() {
        let file = TestFile::new();
        let store = file.open().await;
        let newsroom = store.newsroom(Newsroom::Terminal, NOON).await.unwrap();
        let read = feed(
            "Tern",
            &[entry("https://tern.example/1", "One", "Two ships came in.")],
        );
        let source = new_source(newsroom, "https://tern.example/feed", read, NOON);
        let Added::New(id) = store.add_source(source).await.unwrap() else {
            panic!("it is new")
        };
        store
            .postpone(vec![(id, NOON + 30 * MINUTE)])
            .await
            .unwrap();
        store.postpone(vec![(id, NOON)]).await.unwrap();
        assert_eq!(store.next_due().await.unwrap(), Some(NOON + 30 * MINUTE));
        assert_eq!(store.overdue(NOON + 29 * MINUTE).await.unwrap(), []);
        let due = store.overdue(NOON + 30 * MINUTE).await.unwrap();
        assert_eq!((due.len(), due[0].source), (1, id));
    }
}
