//! Sources that are put off because their host must not be asked yet.

use super::statements::statements;
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::SourceId;

statements! {
    POSTPONE = "UPDATE source SET next_at = max(next_at, $2) WHERE id = $1";
}

impl Store {
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
    }
}
