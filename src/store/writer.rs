//! The one task that writes: it owns the writing connection, serves small urgent writes first, and
//! wraps every write in one transaction.
//!
//! A write that was handed over is carried out even if the one who asked no longer waits. Nothing
//! is lost or doubled by a crash at any point: what a verb changes stands in one transaction, which
//! the file either holds or does not, and which is on the disk (synchronous=FULL) before the verb
//! returns.

use super::{Result, StoreError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Urgent writes that may wait in the queue; further ones wait outside.
const URGENT_QUEUE_MAX: usize = 1_024;
/// Batches that may wait in the queue.
const BATCH_QUEUE_MAX: usize = 16;
/// Times that a write waits out the busy time-out (5 s) while another process writes.
const BUSY_TRIES_MAX: u32 = 3;
/// SQLite's code for "another connection is writing".
const BUSY: &str = "5";

/// A write inside a transaction, on the writer's connection.
pub(super) type Job = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, ()> + Send>;

/// What a person waits for, or what may wait for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    Urgent,
    Batch,
}

#[derive(Clone)]
struct Queues {
    urgent: mpsc::Sender<Job>,
    batches: mpsc::Sender<Job>,
}

pub(super) struct Writer {
    /// None once closing has begun.
    queues: Mutex<Option<Queues>>,
    task: Mutex<Option<JoinHandle<SqliteConnection>>>,
}

impl Writer {
    /// Starts the task. `kept` lives as long as the connection does.
    pub fn start<K: Send + 'static>(connection: SqliteConnection, kept: Option<Arc<K>>) -> Self
    where
        Arc<K>: Send,
    {
        let (urgent, urgent_jobs) = mpsc::channel(URGENT_QUEUE_MAX);
        let (batches, batch_jobs) = mpsc::channel(BATCH_QUEUE_MAX);
        let task = tokio::spawn(async move {
            let connection = serve(connection, urgent_jobs, batch_jobs).await;
            drop(kept);
            connection
        });
        Self {
            queues: Mutex::new(Some(Queues { urgent, batches })),
            task: Mutex::new(Some(task)),
        }
    }

    /// Runs `work` in one transaction and returns what it returned once that is on the disk.
    pub async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let queues = self
            .queues
            .lock()
            .expect("no panic while held")
            .clone()
            .ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            Box::pin(async move {
                tracing::debug!("a transaction begins");
                let result = transaction(connection, work).await;
                tracing::debug!("a transaction ends");
                let _ = reply.send(result);
            })
        });
        let queue = match urgency {
            Urgency::Urgent => &queues.urgent,
            Urgency::Batch => &queues.batches,
        };
        queue.send(job).await.map_err(|_| closed())?;
        drop(queues);
        answer.await.map_err(|_| closed())?
    }

    /// Takes no more writes, finishes the queued ones and gives the connection back; none when that
    /// was done before.
    pub async fn finish(&self) -> Option<SqliteConnection> {
        self.queues.lock().expect("no panic while held").take();
        let task = self.task.lock().expect("no panic while held").take()?;
        task.await.ok()
    }
}

fn closed() -> StoreError {
    StoreError::Failed("it is closed".to_owned())
}

async fn serve(
    mut connection: SqliteConnection,
    mut urgent: mpsc::Receiver<Job>,
    mut batches: mpsc::Receiver<Job>,
) -> SqliteConnection {
    loop {
        let job = tokio::select! {
            biased;
            Some(job) = urgent.recv() => job,
            Some(job) = batches.recv() => job,
            else => return connection,
        };
        job(&mut connection).await;
    }
}

async fn transaction<T, F>(connection: &mut SqliteConnection, work: F) -> Result<T>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T>>,
{
    begin(connection).await?;
    // A panic is a mistake in the program: it must not take the writer with it.
    let result = match AssertUnwindSafe(work(connection)).catch_unwind().await {
        Ok(result) => result,
        Err(_) => Err(StoreError::Failed(
            "a write panicked and was undone".to_owned(),
        )),
    };
    let result = match result {
        Ok(value) => sqlx::query("COMMIT")
            .execute(&mut *connection)
            .await
            .map(|_| value)
            .map_err(Into::into),
        Err(error) => Err(error),
    };
    if result.is_err() {
        // After some errors (a full disk) SQLite has rolled back by itself; then this one fails.
        let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
    }
    result
}

async fn begin(connection: &mut SqliteConnection) -> Result<()> {
    let mut tries = 1;
    loop {
        match sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut *connection)
            .await
        {
            Ok(_) => return Ok(()),
            Err(error) if tries < BUSY_TRIES_MAX && is_busy(&error) => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.code())
        .is_some_and(|code| code == BUSY)
}
