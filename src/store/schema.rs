//! The schema and opening a file: what makes a file unusable is said in one sentence.

use super::{Result, StoreError};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a connection waits while another process writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache of one connection, in KiB (SQLite counts KiB as negative numbers).
const CACHE_KIB: &str = "-8000";
/// Pages of the WAL (4 KiB each) from which on it is merged into the file: a page that many readings
/// change is then written there once.
const WAL_PAGES: &str = "4000";
/// Statements that a connection keeps prepared.
const STATEMENTS_MAX: usize = 200;
/// "LEDE", as the first migration writes it.
const APPLICATION_ID: i64 = 1_279_607_877;
/// Times that migrating is tried when another process migrates the same new file.
const MIGRATE_TRIES_MAX: u32 = 3;

/// Rows that SQLite's thread may have ready: each time that it runs out, two threads take turns.
const ROW_BUFFER: usize = 500;

/// The file's mark and its number of tables, in one look: another process may be making them.
const READ_OWNER: &str = "SELECT application_id,
    (SELECT count(*) FROM sqlite_master WHERE type = 'table') FROM pragma_application_id";

/// Every migration up to that one, first to last. A merged one is never edited.
fn migrator(last: i64) -> Migrator {
    let all = [
        (1, "first", include_str!("../../migrations/0001_first.sql")),
        (
            2,
            "politeness",
            include_str!("../../migrations/0002_politeness.sql"),
        ),
        (
            3,
            "litter",
            include_str!("../../migrations/0003_litter.sql"),
        ),
        (
            4,
            "subscriptions",
            include_str!("../../migrations/0004_subscriptions.sql"),
        ),
        (
            5,
            "corrections",
            include_str!("../../migrations/0005_corrections.sql"),
        ),
        (
            6,
            "suggestions",
            include_str!("../../migrations/0006_suggestions.sql"),
        ),
        (
            8,
            "health",
            include_str!("../../migrations/0008_health.sql"),
        ),
        (
            9,
            "publishing",
            include_str!("../../migrations/0009_publishing.sql"),
        ),
        (
            10,
            "looked up",
            include_str!("../../migrations/0010_looked_up.sql"),
        ),
        (
            11,
            "arrival",
            include_str!("../../migrations/0011_arrival.sql"),
        ),
        (12, "over", include_str!("../../migrations/0012_over.sql")),
    ];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        let sql = sql.into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    let asked = all.into_iter().filter(|(version, ..)| *version <= last);
    Migrator::with_migrations(asked.map(migration).collect())
}

/// The path in `sqlite://PATH` (or `sqlite:PATH`).
pub(super) fn path_of(database_url: &str) -> Result<PathBuf> {
    let path = database_url
        .strip_prefix("sqlite://")
        .or_else(|| database_url.strip_prefix("sqlite:"))
        .and_then(|rest| rest.split('?').next())
        .filter(|path| !path.is_empty() && *path != ":memory:");
    match path {
        Some(path) => Ok(PathBuf::from(path)),
        None => Err(unusable(format!(
            "The store's address must look like sqlite://PATH, not {database_url:?}."
        ))),
    }
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("cache_size", CACHE_KIB)
        .pragma("temp_store", "memory")
        .statement_cache_capacity(STATEMENTS_MAX)
        .row_buffer_size(ROW_BUFFER)
        .disable_statement_logging()
}

/// Opens the writing connection, creating and migrating the file. A file whose loss does not
/// matter is not made to wait for the disk.
pub(super) async fn open_writer(path: &Path, lasting: bool) -> Result<SqliteConnection> {
    check_place(path)?;
    let synchronous = if lasting {
        SqliteSynchronous::Full
    } else {
        SqliteSynchronous::Off
    };
    // Looked at before anything is changed in it: the file may be another program's.
    let mut connection = options(path)
        .create_if_missing(true)
        .connect()
        .await
        .map_err(|error| explain(path, &error))?;
    check_owner(path, &mut connection).await?;
    connection
        .close()
        .await
        .map_err(|error| explain(path, &error))?;
    let mut connection = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("wal_autocheckpoint", WAL_PAGES)
        .optimize_on_close(true, 400)
        .connect()
        .await
        .map_err(|error| explain(path, &error))?;
    migrate(path, &mut connection).await?;
    Ok(connection)
}

fn check_place(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(unusable(format!(
            "{} is a folder, not the store's file.",
            path.display()
        )));
    }
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => Err(unusable(format!(
            "The folder {} for the store does not exist.",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

async fn check_owner(path: &Path, connection: &mut SqliteConnection) -> Result<()> {
    let (id, tables): (i64, i64) = sqlx::query_as(READ_OWNER)
        .fetch_one(connection)
        .await
        .map_err(|error| explain(path, &error))?;
    // A first start that was killed may have left the migrations' own table behind.
    if id != APPLICATION_ID && tables > 1 {
        return Err(unusable(format!(
            "{} is a database of another program.",
            path.display()
        )));
    }
    Ok(())
}

async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<()> {
    let migrator = migrator(i64::MAX);
    let mut tries = 1;
    loop {
        match migrator.run_direct(None, connection, false).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::VersionMissing(version)) => {
                return Err(unusable(format!(
                    "{} was written by a newer Lede (schema {version}): update Lede, or use another file.",
                    path.display()
                )));
            }
            Err(MigrateError::VersionMismatch(version)) => {
                return Err(unusable(format!(
                    "{} was written by another build of Lede (schema {version} differs).",
                    path.display()
                )));
            }
            Err(MigrateError::Execute(error)) | Err(MigrateError::ExecuteMigration(error, _))
                if tries == MIGRATE_TRIES_MAX =>
            {
                return Err(explain(path, &error));
            }
            Err(error) if tries == MIGRATE_TRIES_MAX => {
                return Err(unusable(format!(
                    "{} cannot be brought up to date: {error}.",
                    path.display()
                )));
            }
            // Two processes may have started on one new file: the second finds it done.
            Err(_) => tries += 1,
        }
    }
}

/// Why SQLite refuses the file, in one sentence.
pub(super) fn explain(path: &Path, error: &sqlx::Error) -> StoreError {
    let code = error
        .as_database_error()
        .and_then(|error| error.code())
        .and_then(|code| code.parse::<i64>().ok());
    // The low byte is the kind of an error, the rest its detail.
    let why = match code.map(|code| code & 0xff) {
        Some(5 | 6) => "is in use by another program, which did not let go of it".to_owned(),
        Some(8) => "cannot be written: it or its folder is read-only".to_owned(),
        Some(10) => format!("cannot be read or written: {error}"),
        Some(11) => "is damaged: restore a copy of it".to_owned(),
        Some(13) => "cannot grow: the disk is full".to_owned(),
        Some(14) => "cannot be opened: this user must be able to read and write it and its folder"
            .to_owned(),
        Some(26) => "is not a SQLite database".to_owned(),
        _ => format!("cannot be used: {error}"),
    };
    unusable(format!("{} {why}.", path.display()))
}

fn unusable(sentence: String) -> StoreError {
    StoreError::Unusable(sentence)
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::*;
    use crate::store::Store;

    async fn refusal(path: &Path) -> String {
        match Store::open(&format!("sqlite://{}", path.display())).await {
            Err(StoreError::Unusable(sentence)) => sentence,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("opened"),
        }
    }

    #[tokio::test]
    async fn a_missing_folder_and_a_folder_are_refused() {
        let file = TestFile::new();
        let missing = file.path().join("nowhere").join("lede.db");
        assert!(refusal(&missing).await.contains("does not exist"));
        assert!(
            refusal(file.path().parent().unwrap())
                .await
                .contains("is a folder")
        );
        assert!(Store::open("postgres://somewhere").await.is_err());
        assert!(Store::open("sqlite://").await.is_err());
    }

    #[tokio::test]
    async fn what_is_not_a_store_is_refused_and_left_as_it_was() {
        let file = TestFile::new();
        let junk = "This is a letter to the harbour master, not a database. ".repeat(100);
        std::fs::write(file.path(), &junk).unwrap();
        let sentence = refusal(file.path()).await;
        assert!(
            sentence.ends_with("is not a SQLite database."),
            "{sentence}"
        );
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), junk);
    }

    #[tokio::test]
    async fn a_database_of_another_program_is_refused() {
        let file = TestFile::new();
        let mut other = options(file.path())
            .create_if_missing(true)
            .connect()
            .await
            .unwrap();
        sqlx::raw_sql("CREATE TABLE recipe (name TEXT); CREATE TABLE shelf (name TEXT)")
            .execute(&mut other)
            .await
            .unwrap();
        other.close().await.unwrap();
        assert!(refusal(file.path()).await.contains("another program"));
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_in_one_line() {
        let file = TestFile::new();
        file.open().await.close().await.unwrap();
        let mut raw = options(file.path()).connect().await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2040-01-01', 1, x'00', 0)",
        )
        .execute(&mut raw)
        .await
        .unwrap();
        raw.close().await.unwrap();
        let sentence = refusal(file.path()).await;
        assert!(
            sentence.contains("newer Lede (schema 99)") && !sentence.contains('\n'),
            "{sentence}"
        );
    }

    /// What a store of before neighbours and vectors stood apart holds of three articles.
    const BEFORE_ARRIVAL: &str = "
        INSERT INTO outlet (id, domain) VALUES (1, 'avel.example');
        INSERT INTO source (id, url, title, added_at, next_at, interval_ms)
            VALUES (1, 'https://avel.example/feed', 'Avel', 1, 1, 1);
        INSERT INTO article (id, revision, source, worded_by, outlet, title, text, seen_at)
            VALUES (30, 1, 1, 1, 1, 'a', '', 1), (10, 1, 1, 1, 1, 'b', '', 1), (20, 1, 1, 1, 1, 'c', '', 1);
        INSERT INTO article_vector (article, terms) VALUES (30, x'0000000101000000'),
            (10, x'0000000201000000'), (20, x'0000000301000000');
        INSERT INTO story (id, made_at) VALUES (10, 1), (30, 1);
        INSERT INTO placement (article, story, placed_at, sequence, score, same_text, neighbours)
            VALUES (30, 30, 5, 1, NULL, 30, x''), (10, 10, 6, 2, NULL, 10, NULL),
            (20, 10, 7, 3, 0.5, 10, x'0a000000000000000000003f');";

    #[tokio::test]
    async fn what_was_placed_before_the_order_of_arrival_is_still_placed() {
        let file = TestFile::new();
        let mut raw = options(file.path())
            .create_if_missing(true)
            .connect()
            .await
            .unwrap();
        let before = migrator(10).run_direct(None, &mut raw, false).await;
        before.expect("the file is new");
        sqlx::raw_sql(BEFORE_ARRIVAL)
            .execute(&mut raw)
            .await
            .unwrap();
        raw.close().await.unwrap();
        let placed = file.open().await.placed(0, 9).await.unwrap();
        let told = placed.iter().map(|one| {
            let near = one
                .neighbours
                .iter()
                .map(|near| (near.article.0, near.similarity));
            let term = one.article.vector.0[0].term;
            (
                one.article.id.0,
                one.story.0,
                one.same_text.0,
                term,
                near.collect::<Vec<_>>(),
            )
        });
        let all = [
            (30, 30, 30, 1, vec![]),
            (10, 10, 10, 2, vec![]),
            (20, 10, 10, 3, vec![(10, 0.5)]),
        ];
        assert_eq!(told.collect::<Vec<_>>(), all);
    }

    #[tokio::test]
    async fn two_handles_may_open_a_new_file_at_once() {
        let file = TestFile::new();
        let (first, second) = tokio::join!(file.open(), file.open());
        assert_eq!(first.count_articles().await.unwrap(), 0);
        assert_eq!(second.count_articles().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn every_table_is_strict_and_the_file_is_sound() {
        let file = TestFile::new();
        drop(file.open().await);
        let mut raw = options(file.path()).connect().await.unwrap();
        let lax: Vec<(String,)> = sqlx::query_as(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
             AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations'",
        )
        .fetch_all(&mut raw)
        .await
        .unwrap();
        assert!(lax.is_empty(), "{lax:?}");
        let check: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut raw)
            .await
            .unwrap();
        assert_eq!(check, "ok");
    }
}
