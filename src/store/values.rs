//! Single values: of the whole program, and the hosts' next requests.

use super::Result;
use super::statements::statements;
use crate::clock::Millis;
use sqlx::SqliteConnection;

statements! {
    PROGRAM_VALUE = "SELECT value FROM program_value WHERE name = $1";
    SET_PROGRAM_VALUE = "INSERT INTO program_value (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    RESTING_HOSTS = "SELECT name, next_at FROM host WHERE next_at > $1";
    SET_HOST_NEXT = "INSERT INTO host (name, next_at) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET next_at = max(next_at, excluded.next_at)";
    COUNTED = "SELECT count FROM tally WHERE name = $1";
    COUNT = "INSERT INTO tally (name, count) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET count = count + excluded.count";
}

pub(super) async fn program_value(c: &mut SqliteConnection, name: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(PROGRAM_VALUE)
        .bind(name)
        .fetch_optional(c)
        .await?)
}

pub(super) async fn set_program_value(
    c: &mut SqliteConnection,
    name: &str,
    value: String,
) -> Result<()> {
    sqlx::query(SET_PROGRAM_VALUE)
        .bind(name)
        .bind(value)
        .execute(c)
        .await?;
    Ok(())
}

pub(super) async fn resting_hosts(
    c: &mut SqliteConnection,
    now: Millis,
) -> Result<Vec<(String, Millis)>> {
    Ok(sqlx::query_as(RESTING_HOSTS).bind(now).fetch_all(c).await?)
}

pub(super) async fn set_host_next(
    c: &mut SqliteConnection,
    host: String,
    at: Millis,
) -> Result<()> {
    sqlx::query(SET_HOST_NEXT)
        .bind(host)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

/// A counter that is kept instead of counting rows.
pub(super) async fn counted(c: &mut SqliteConnection, name: &str) -> Result<i64> {
    Ok(sqlx::query_scalar(COUNTED)
        .bind(name)
        .fetch_optional(c)
        .await?
        .unwrap_or(0))
}

pub(super) async fn count(c: &mut SqliteConnection, name: &str, more: i64) -> Result<()> {
    sqlx::query(COUNT).bind(name).bind(more).execute(c).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;

    #[tokio::test]
    async fn a_host_is_left_alone_across_a_restart() {
        let file = TestFile::new();
        let store = file.open().await;
        let name = "news.example";
        assert_eq!(store.resting_hosts(0).await.unwrap(), []);
        store.set_host_next(name, 9_000).await.unwrap();
        store.set_host_next(name, 5_000).await.unwrap();
        store.close().await.unwrap();
        let store = file.open().await;
        let resting = store.resting_hosts(8_999).await.unwrap();
        assert_eq!(resting, [(name.to_owned(), 9_000)]);
        assert_eq!(store.resting_hosts(9_000).await.unwrap(), []);
    }
}
