//! How statements are declared: as constants of their file, each also in its list, so that a test
//! prepares every one of them on a migrated file.
//!
//! Lists of ids go into a statement as one JSON array (`json_each($1)`), where PostgreSQL would
//! take an array; `CROSS JOIN` tells SQLite to begin with the list.

use super::Result;
use serde_json::Value;
use sqlx::SqliteConnection;

/// Rows that go to SQLite at once.
const ROWS_AT_ONCE: usize = 100;

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        #[cfg(test)]
        pub(super) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(super) use statements;

/// Numbers as a JSON array.
pub(super) fn json_array(numbers: impl IntoIterator<Item = i64>) -> String {
    let mut json = String::from("[");
    for (index, number) in numbers.into_iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(&number.to_string());
    }
    json.push(']');
    json
}

/// Runs a statement over rows, given to it as JSON arrays of some hundred.
pub(super) async fn run(
    c: &mut SqliteConnection,
    sql: &'static str,
    rows: Vec<Value>,
) -> Result<()> {
    for rows in rows.chunks(ROWS_AT_ONCE) {
        let rows = serde_json::to_string(rows).expect("plain values");
        sqlx::query(sql).bind(rows).execute(&mut *c).await?;
    }
    Ok(())
}

/// Bytes inside of JSON: for `unhex`.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::super::{
        actions, articles, audit, check, hunt, newsrooms, postpone, readings, refrains, sightings,
        sources, stories, sweep, values,
    };
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

    const ALL: &[&[(&str, &str)]] = &[
        actions::STATEMENTS,
        articles::STATEMENTS,
        audit::STATEMENTS,
        check::STATEMENTS,
        hunt::STATEMENTS,
        newsrooms::STATEMENTS,
        postpone::STATEMENTS,
        readings::STATEMENTS,
        refrains::STATEMENTS,
        sightings::STATEMENTS,
        sources::STATEMENTS,
        stories::STATEMENTS,
        sweep::STATEMENTS,
        values::STATEMENTS,
    ];
    /// Tables that grow with the articles: no statement may read one from end to end.
    const BIG: &[&str] = &[
        "article",
        "a",
        "carried",
        "c",
        "identity",
        "i",
        "article_vector",
        "v",
        "placement",
        "p",
        "story",
        "reading",
        "action",
        "newsroom_source",
        "ns",
        "audit",
    ];

    #[tokio::test]
    async fn every_statement_is_understood_by_a_migrated_file() {
        let file = TestFile::new();
        drop(file.open().await);
        let mut raw = file.raw().await;
        for (name, sql) in ALL.iter().copied().flatten() {
            if let Err(error) = raw.prepare(AssertSqlSafe(*sql).into_sql_str()).await {
                panic!("{name}: {error}");
            }
        }
    }

    #[tokio::test]
    async fn no_statement_reads_a_big_table_from_end_to_end() {
        let file = TestFile::new();
        drop(file.open().await);
        let mut raw = file.raw().await;
        for (name, sql) in ALL.iter().copied().flatten() {
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                    .fetch_all(&mut raw)
                    .await
                    .unwrap();
            for (_, _, _, line) in plan {
                let scanned = line
                    .strip_prefix("SCAN ")
                    .and_then(|rest| rest.split(' ').next());
                let index_with_end = line.contains(" USING ") && sql.contains("LIMIT");
                // Looked for only while a violated foreign key is pending, which stays none.
                let children = sql.starts_with("INSERT INTO article ") && line == "SCAN identity";
                assert!(
                    !scanned.is_some_and(|table| BIG.contains(&table))
                        || index_with_end
                        || children,
                    "{name}: {line}"
                );
            }
        }
    }
}
