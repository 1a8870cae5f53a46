//! How statements are declared: as constants of their file, each also in its list, so that a test
//! prepares every one of them on a migrated file.
//!
//! Lists of ids go into a statement as one JSON array (`json_each($1)`), where PostgreSQL would
//! take an array; `CROSS JOIN` tells SQLite to begin with the list. Rows with texts are bound as they
//! are, many to a statement: JSON would write and read each of them several times.

use super::Result;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

/// Rows that go to SQLite at once: of few sizes, as each is a statement to be kept prepared.
const ROWS_AT_ONCE: [usize; 5] = [256, 64, 16, 4, 1];
/// Rows of a statement that is written for them alone; SQLite binds at most 32,766 values.
const ROWS_AT_ONCE_MAX: usize = 1_000;

/// What stands before and behind the row in a statement that inserts one.
const VALUES: &str = "VALUES ";
const CONFLICT: &str = "ON CONFLICT";

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

/// A statement to which the values of rows are bound.
pub(super) type Bound = Query<'static, Sqlite, SqliteArguments>;

/// Inserts rows with a statement that is written for one of them, "... VALUES (?, ?) ...".
pub(super) fn insert<R>(
    sql: &'static str,
    rows: impl IntoIterator<Item = R>,
    bind: impl Fn(Bound, R) -> Bound,
) -> Vec<Bound> {
    let rows: Vec<R> = rows.into_iter().collect();
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    let mut parts = Vec::new();
    for count in ROWS_AT_ONCE {
        while left >= count {
            // Nothing but the number of rows changes in it.
            let part = sqlx::query(AssertSqlSafe(many(sql, count)));
            parts.push(rows.by_ref().take(count).fold(part, &bind));
            left -= count;
        }
    }
    parts
}

/// Inserts all rows with one statement, so far as they fit in one. For FTS5, which writes out all
/// that it gathered before any statement that inserts several rows: it is then one part a batch, and
/// SQLite's thread is asked once. Such a statement is written anew each time.
pub(super) fn insert_at_once<R>(
    sql: &'static str,
    rows: impl IntoIterator<Item = R>,
    bind: impl Fn(Bound, R) -> Bound,
) -> Vec<Bound> {
    let mut rows = rows.into_iter().peekable();
    let mut parts = Vec::new();
    while rows.peek().is_some() {
        let part: Vec<R> = rows.by_ref().take(ROWS_AT_ONCE_MAX).collect();
        let statement = sqlx::query(AssertSqlSafe(many(sql, part.len())));
        parts.push(part.into_iter().fold(statement.persistent(false), &bind));
    }
    parts
}

/// A statement that inserts a row, "... VALUES (?, ?) ...", written for so many.
fn many(sql: &str, count: usize) -> String {
    let begin = sql.find(VALUES).expect("a row of values") + VALUES.len();
    let end = sql.find(CONFLICT).unwrap_or(sql.len());
    let (head, row, tail) = (&sql[..begin], sql[begin..end].trim_end(), &sql[end..]);
    format!("{head}{} {tail}", vec![row; count].join(", "))
}

/// Runs statements, each of which goes to SQLite's thread once.
pub(super) async fn run(c: &mut SqliteConnection, statements: Vec<Bound>) -> Result<()> {
    for statement in statements {
        statement.execute(&mut *c).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::super::{
        actions, afterwards, articles, asked, audit, changes, check, corrections, deciding,
        decisions, decisions_read, deeds, erase, health, hunt, import, letters, neighbours,
        newsrooms, notices, outbox, overlay, postbox, postpone, privacy, publishing, readings,
        refrains, reports, resting, sightings, sources, stories, subscriptions, suggestions, sweep,
        told, undo, values, wanted,
    };
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

    const ALL: &[&[(&str, &str)]] = &[
        actions::STATEMENTS,
        afterwards::STATEMENTS,
        articles::STATEMENTS,
        asked::STATEMENTS,
        audit::STATEMENTS,
        changes::STATEMENTS,
        check::STATEMENTS,
        corrections::STATEMENTS,
        corrections::BELOW[0],
        corrections::BELOW[1],
        deciding::STATEMENTS,
        decisions::STATEMENTS,
        outbox::STATEMENTS,
        overlay::STATEMENTS,
        decisions_read::STATEMENTS,
        deeds::STATEMENTS,
        erase::STATEMENTS,
        health::STATEMENTS,
        hunt::STATEMENTS,
        import::STATEMENTS,
        letters::STATEMENTS,
        neighbours::STATEMENTS,
        newsrooms::STATEMENTS,
        notices::STATEMENTS,
        postbox::STATEMENTS,
        postpone::STATEMENTS,
        privacy::STATEMENTS,
        publishing::STATEMENTS,
        readings::STATEMENTS,
        refrains::STATEMENTS,
        reports::STATEMENTS,
        resting::STATEMENTS,
        sightings::STATEMENTS,
        sources::STATEMENTS,
        stories::STATEMENTS,
        subscriptions::STATEMENTS,
        suggestions::STATEMENTS,
        sweep::STATEMENTS,
        told::STATEMENTS,
        undo::STATEMENTS,
        values::STATEMENTS,
        wanted::STATEMENTS,
    ];
    /// Tables that grow with the articles and with members: no statement may read one from end to end.
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
        "notice",
        "n",
        "asked",
        "suggestion",
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
