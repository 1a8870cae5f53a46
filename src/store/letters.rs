//! Where letters stand, for their buttons, and the threads opened on them.

use super::Result;
use super::Store;
use super::statements::statements;
use sqlx::SqliteConnection;

statements! {
    PLACE = "SELECT channel, message, thread, coalesce(body ->> '$.thread', '') FROM outbox
        WHERE id = $1 AND channel IS NOT NULL AND message IS NOT NULL";
    SET_THREAD = "UPDATE outbox SET thread = $2 WHERE id = $1";
}

/// A letter as it stands at Discord (ids).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterPlace {
    pub channel: u64,
    pub message: u64,
    /// The thread on it.
    pub thread: Option<u64>,
    /// What a thread on it is called; empty where none is meant to be opened.
    pub name: String,
}

impl Store {
    /// Where a letter stands; none where it does not (yet).
    pub async fn letter_place(&self, outbox: i64) -> Result<Option<LetterPlace>> {
        place(&mut *self.reader().await?, outbox).await
    }

    /// Remembers the thread on a letter.
    pub async fn set_thread(&self, outbox: i64, thread: u64) -> Result<()> {
        self.urgent(move |c| Box::pin(set_thread(c, outbox, thread)))
            .await
    }
}

async fn place(c: &mut SqliteConnection, outbox: i64) -> Result<Option<LetterPlace>> {
    let row: Option<(i64, i64, Option<i64>, String)> =
        sqlx::query_as(PLACE).bind(outbox).fetch_optional(c).await?;
    Ok(row.map(|(channel, message, thread, name)| LetterPlace {
        channel: channel as u64,
        message: message as u64,
        thread: thread.map(|thread| thread as u64),
        name,
    }))
}

async fn set_thread(c: &mut SqliteConnection, outbox: i64, thread: u64) -> Result<()> {
    sqlx::query(SET_THREAD)
        .bind(outbox)
        .bind(thread as i64)
        .execute(c)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::*;
    use sqlx::Executor;

    /// Three rows: one that waits, one that stands, one that stands and has no thread's name.
    const ROWS: &str = r#"
        INSERT INTO destination (id, kind, discord, form) VALUES (1, 0, 200, 0);
        INSERT INTO outbox (id, destination, kind, cause, due_at, made_at, state, body, channel, message)
        VALUES (1, 1, 4, '{}', 0, 0, 1, '{"thread": "Storm"}', NULL, NULL),
            (2, 1, 4, '{}', 0, 0, 2, '{"content": "a", "thread": "Storm"}', 200, 300),
            (3, 1, 4, '{}', 0, 0, 2, NULL, 200, 301)"#;

    #[tokio::test]
    async fn a_letter_has_a_place_once_it_stands_and_keeps_its_thread() {
        let file = TestFile::new();
        drop(file.open().await);
        file.raw().await.execute(ROWS).await.unwrap();
        let store = file.open().await;
        assert_eq!(store.letter_place(1).await.unwrap(), None);
        assert_eq!(store.letter_place(9).await.unwrap(), None);
        let mut stands = LetterPlace {
            channel: 200,
            message: 300,
            thread: None,
            name: "Storm".to_owned(),
        };
        assert_eq!(store.letter_place(2).await.unwrap(), Some(stands.clone()));
        store.set_thread(2, 300).await.unwrap();
        stands.thread = Some(300);
        assert_eq!(store.letter_place(2).await.unwrap(), Some(stands));
        let unnamed = store.letter_place(3).await.unwrap().unwrap();
        assert_eq!(unnamed.name, "");
    }
}
