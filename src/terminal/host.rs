//! The frame of the bot: the run lock, the jobs, the end on a signal within seconds.

use crate::config::Settings;
use crate::desk::Desk;
use crate::terminal::stand_in::Jobs;
use crate::terminal::stop::asked_to_stop;
use crate::terminal::{Exit, NO_TOKEN, answer, clean, screen};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a `lede brief` that is just reading may hold up the start of the bot.
const LOCK_TRIES_MAX: u32 = 10;
const LOCK_TRY_MS: u64 = 200;
/// For the bot and the jobs to come to an end; then the store is closed.
const STOP_MS_MAX: u64 = 3_000;
const CLOSE_MS_MAX: u64 = 1_500;

/// What ended first.
enum First {
    Signal,
    Bot(anyhow::Result<Option<String>>),
    Jobs(anyhow::Result<()>),
}

/// Runs jobs and bot until a signal, a refusal of Discord, or a failure.
pub async fn run<B, F>(settings: Arc<Settings>, bot: B) -> Exit
where
    B: FnOnce(Arc<Settings>, Desk, watch::Receiver<bool>) -> F,
    F: Future<Output = anyhow::Result<Option<String>>> + Send + 'static,
{
    if settings.discord_token.is_none() {
        screen::note(NO_TOKEN);
        return Exit::Settings;
    }
    let desk = match super::open(&settings).await {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    let exit = match take_lock(&desk).await {
        Ok(()) => run_locked(settings, &desk, bot).await,
        Err(exit) => exit,
    };
    match tokio::time::timeout(Duration::from_millis(CLOSE_MS_MAX), desk.close()).await {
        Ok(Ok(())) => exit,
        Ok(Err(error)) => answer::failed(&error),
        Err(_) => {
            tracing::warn!(
                "the store was still busy at the end; it will be tidied at the next start"
            );
            exit
        }
    }
}

/// Takes the run lock, or says that another holds it.
pub async fn take_lock(desk: &Desk) -> Result<(), Exit> {
    for turn in 1..=LOCK_TRIES_MAX {
        match desk.try_run_lock() {
            Ok(true) => return Ok(()),
            Ok(false) if turn < LOCK_TRIES_MAX => {
                tokio::time::sleep(Duration::from_millis(LOCK_TRY_MS)).await
            }
            Ok(false) => {}
            Err(error) => return Err(answer::failed(&error)),
        }
    }
    screen::note(
        "Another lede runs on this store already; DATABASE_URL wants a file of its own for each.",
    );
    Err(Exit::Settings)
}

async fn run_locked<B, F>(settings: Arc<Settings>, desk: &Desk, bot: B) -> Exit
where
    B: FnOnce(Arc<Settings>, Desk, watch::Receiver<bool>) -> F,
    F: Future<Output = anyhow::Result<Option<String>>> + Send + 'static,
{
    let (stop, stopped) = watch::channel(false);
    let jobs = Jobs::of(desk);
    let mut jobs_end = stopped.clone();
    let mut jobs_task = tokio::spawn(async move {
        jobs.run(async move {
            let _ = jobs_end.wait_for(|stop| *stop).await;
        })
        .await
    });
    let mut bot_task = tokio::spawn(bot(settings, desk.clone(), stopped));
    let first = tokio::select! {
        () = asked_to_stop() => First::Signal,
        ended = &mut bot_task => First::Bot(flat(ended)),
        ended = &mut jobs_task => First::Jobs(flat(ended)),
    };
    tracing::info!("stopping");
    // Nobody may be listening any more.
    let _ = stop.send(true);
    let deadline = tokio::time::Instant::now() + Duration::from_millis(STOP_MS_MAX);
    if !matches!(first, First::Bot(_)) {
        finish(&mut bot_task, deadline).await;
    }
    if !matches!(first, First::Jobs(_)) {
        finish(&mut jobs_task, deadline).await;
    }
    match first {
        First::Signal | First::Bot(Ok(None)) | First::Jobs(Ok(())) => Exit::Answer,
        First::Bot(Ok(Some(why))) => {
            screen::note(&clean::text(&why));
            Exit::Settings
        }
        First::Bot(Err(error)) | First::Jobs(Err(error)) => answer::failed(&error),
    }
}

async fn finish<T>(task: &mut JoinHandle<T>, deadline: tokio::time::Instant) {
    if tokio::time::timeout_at(deadline, &mut *task).await.is_err() {
        task.abort();
    }
}

fn flat<T>(ended: Result<anyhow::Result<T>, tokio::task::JoinError>) -> anyhow::Result<T> {
    ended.unwrap_or_else(|error| {
        Err(anyhow::Error::new(error).context("a part of Lede broke down; the log says where"))
    })
}
