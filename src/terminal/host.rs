//! The frame of the bot: the run lock, the jobs, the end on a signal within seconds.

use crate::config::Settings;
use crate::desk::Desk;
use crate::jobs::Jobs;
use crate::terminal::stop::asked_to_stop;
use crate::terminal::{Exit, Front, MakeFront, NO_TOKEN, answer, clean, screen};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

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
pub async fn run(settings: Arc<Settings>, bot: MakeFront) -> Exit {
    if settings.discord_token.is_none() {
        screen::note(NO_TOKEN);
        return Exit::Settings;
    }
    let desk = match super::open(&settings).await {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    let exit = match take_lock(&desk).await {
        Ok(()) => match bot(settings) {
            Ok(front) => run_locked(&desk, front).await,
            Err(error) => answer::failed(&error),
        },
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

async fn run_locked(desk: &Desk, front: Front) -> Exit {
    let (stop, stopped) = watch::channel(false);
    let jobs = Jobs::of(desk).delivering(desk, front.delivery);
    let mut jobs_end = stopped.clone();
    let mut jobs_task = tokio::spawn(async move {
        jobs.run(async move {
            let _ = jobs_end.wait_for(|stop| *stop).await;
        })
        .await
    });
    let mut bot_end = pin!(AssertUnwindSafe((front.serve)(desk.clone(), stopped)).catch_unwind());
    let first = tokio::select! {
        () = asked_to_stop() => First::Signal,
        ended = &mut bot_end => First::Bot(ended.unwrap_or_else(|_| Err(broke_down()))),
        ended = &mut jobs_task => First::Jobs(ended.unwrap_or_else(|_| Err(broke_down()))),
    };
    tracing::info!("stopping");
    // Nobody may be listening any more.
    let _ = stop.send(true);
    let deadline = tokio::time::Instant::now() + Duration::from_millis(STOP_MS_MAX);
    if !matches!(first, First::Bot(_)) && tokio::time::timeout_at(deadline, bot_end).await.is_err()
    {
        tracing::warn!("the connection to Discord did not close in time");
    }
    if !matches!(first, First::Jobs(_))
        && tokio::time::timeout_at(deadline, &mut jobs_task)
            .await
            .is_err()
    {
        jobs_task.abort();
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

fn broke_down() -> anyhow::Error {
    anyhow::anyhow!("a part of Lede broke down; the log says where")
}
