//! Opening and closing the store's file: the connections and the order in which they end.

use super::writer::Writer;
use super::{Result, Store, StoreError, lock, schema};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, SqlitePool};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Reading connections at once.
const READERS_MAX: u32 = 4;

pub(super) struct Inner {
    pub path: PathBuf,
    pub readers: SqlitePool,
    pub writer: Writer,
    pub run_lock: Mutex<Option<File>>,
    temporary: Option<Arc<TemporaryFile>>,
}

pub(super) async fn open(database_url: &str) -> Result<Store> {
    open_path(schema::path_of(database_url)?, None).await
}

pub(super) async fn temporary() -> Result<Store> {
    let name = format!("lede-{}.db", super::actions::random_key()?);
    let path = std::env::temp_dir().join(name);
    open_path(path.clone(), Some(Arc::new(TemporaryFile { path }))).await
}

async fn open_path(path: PathBuf, temporary: Option<Arc<TemporaryFile>>) -> Result<Store> {
    let connection = schema::open_writer(&path, temporary.is_none()).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(schema::options(&path).read_only(true));
    let writer = Writer::start(connection, temporary.clone());
    let run_lock = Mutex::new(None);
    Ok(Store {
        inner: Arc::new(Inner {
            path,
            readers,
            writer,
            run_lock,
            temporary,
        }),
    })
}

impl Inner {
    /// Readers end before the writer: while one is open, the WAL cannot be merged and cut.
    pub async fn close(&self) -> Result<()> {
        let Some(mut connection) = self.writer.finish().await else {
            return Ok(());
        };
        self.readers.close().await;
        let merged = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await;
        connection
            .close()
            .await
            .map_err(|error| schema::explain(&self.path, &error))?;
        if let Some(temporary) = &self.temporary {
            temporary.remove();
        }
        merged.map(|_| ()).map_err(StoreError::from)
    }
}

/// A file that goes with its last owner: the handles and the writer.
struct TemporaryFile {
    path: PathBuf,
}

impl TemporaryFile {
    fn remove(&self) {
        for end in ["", "-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(end);
            let _ = std::fs::remove_file(Path::new(&name));
        }
        let _ = std::fs::remove_file(lock::lock_path(&self.path));
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::TestFile;
    use super::*;

    fn beside(path: &Path) -> Vec<String> {
        let prefix = path.file_name().unwrap().to_str().unwrap().to_owned();
        std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(&prefix))
            .collect()
    }

    #[tokio::test]
    async fn closing_leaves_the_file_alone_and_no_wal() {
        let file = TestFile::new();
        let store = file.open().await;
        store.set_program_value("installation", "17").await.unwrap();
        assert_eq!(
            store
                .program_value("installation")
                .await
                .unwrap()
                .as_deref(),
            Some("17")
        );
        let other = store.clone();
        store.close().await.unwrap();
        other.close().await.unwrap();
        assert_eq!(
            beside(file.path()),
            [file.path().file_name().unwrap().to_str().unwrap()]
        );
        assert!(other.set_program_value("installation", "18").await.is_err());
        let again = file.open().await;
        assert_eq!(
            again
                .program_value("installation")
                .await
                .unwrap()
                .as_deref(),
            Some("17")
        );
    }

    #[tokio::test]
    async fn a_temporary_store_leaves_nothing_behind() {
        let store = Store::temporary().await.unwrap();
        store.set_program_value("name", "value").await.unwrap();
        assert!(store.try_run_lock().unwrap());
        let path = store.inner.path.clone();
        assert!(path.exists());
        store.close().await.unwrap();
        drop(store);
        assert!(beside(&path).is_empty(), "{:?}", beside(&path));
    }

    #[tokio::test]
    async fn a_write_is_kept_although_nobody_waits_for_it() {
        let file = TestFile::new();
        let store = file.open().await;
        {
            let write = store.set_program_value("name", "value");
            tokio::pin!(write);
            // Polled once: it is in the queue. Then the one who asked goes away.
            tokio::select! { biased; _ = &mut write => {}, () = std::future::ready(()) => {} }
        }
        store.close().await.unwrap();
        assert_eq!(
            file.open()
                .await
                .program_value("name")
                .await
                .unwrap()
                .as_deref(),
            Some("value")
        );
    }

    #[tokio::test]
    async fn two_handles_on_one_file_see_each_others_writes() {
        let file = TestFile::new();
        let (first, second) = (file.open().await, file.open().await);
        for number in 0..20 {
            let value = number.to_string();
            let (one, two) = tokio::join!(
                first.set_program_value("one", &value),
                second.set_program_value("two", &value)
            );
            one.unwrap();
            two.unwrap();
            assert_eq!(
                first.program_value("two").await.unwrap(),
                Some(value.clone())
            );
            assert_eq!(second.program_value("one").await.unwrap(), Some(value));
        }
        first.close().await.unwrap();
        second.close().await.unwrap();
    }
}
