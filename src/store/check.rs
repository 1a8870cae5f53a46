//! Whether the file is sound.

use super::statements::statements;
use super::{Result, Store};

statements! {
    INTEGRITY = "PRAGMA integrity_check(20)";
    FOREIGN_KEYS = "PRAGMA foreign_key_check";
}

impl Store {
    /// What is wrong with the file, in SQLite's words; nothing when it is sound.
    pub async fn check(&self) -> Result<Vec<String>> {
        let mut reader = self.reader().await?;
        let lines: Vec<String> = sqlx::query_scalar(INTEGRITY)
            .fetch_all(&mut *reader)
            .await?;
        let mut wrong: Vec<String> = lines.into_iter().filter(|line| line != "ok").collect();
        let orphans = sqlx::query(FOREIGN_KEYS).fetch_all(&mut *reader).await?;
        if !orphans.is_empty() {
            wrong.push(format!("{} rows that point nowhere", orphans.len()));
        }
        Ok(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;

    #[tokio::test]
    async fn a_new_file_is_sound() {
        let file = TestFile::new();
        let store = file.open().await;
        assert!(store.check().await.unwrap().is_empty());
    }
}
