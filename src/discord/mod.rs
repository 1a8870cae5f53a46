//! Lede on Discord: the only place that speaks to it. Asks the desk, knows no store.
//!
//! `gateway` hears, `events` and `press` have work done, `reply` answers in time through `limit`.

mod caller;
mod events;
mod gateway;
mod guard;
mod limit;
mod overheard;
mod plan;
mod press;
mod record;
mod register;
mod reply;
mod waits;

use crate::config::Settings;
use crate::desk::Desk;
use crate::page::markdown::Commands;
use anyhow::Context as _;
use gateway::{Gateway, Heard, NoMore};
use guard::{Guard, Underway};
use limit::Rest;
use plan::Servers;
use record::Change;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// Interactions that are worked on at once; more are told to come again.
const ANSWERS_MAX: u32 = 256;
/// Events of the gateway that may wait.
const HEARD_MAX: usize = 4_096;
const CHANGES_MAX: usize = 1_024;
/// Time for what is being answered when the program ends.
const FAREWELL_SECONDS_MAX: u64 = 3;

/// Why the bot ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// Discord does not take the token: trying again would not help.
    WrongToken,
    /// Discord does not take the bot as it is; what to change.
    Refused(String),
}

/// What every answer needs.
struct Bot {
    desk: Desk,
    rest: Rest,
    commands: RwLock<Commands>,
    servers: Mutex<Servers>,
    guard: Mutex<Guard>,
    underway: Underway,
    at_once: Arc<Semaphore>,
    changes: mpsc::Sender<Change>,
}

/// Serves Discord until `stop`, or until Discord will have no more of it.
///
/// # Errors
/// Without a token, and when no client can be made.
pub async fn run(
    settings: &Settings,
    desk: Desk,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Ended> {
    let token = settings
        .discord_token
        .as_deref()
        .context("there is no DISCORD_TOKEN")?;
    desk.store.serve_only(&settings.servers).await?;
    let client = limit::http_client(settings.discord_api.as_deref())?;
    let (changes, changed) = mpsc::channel(CHANGES_MAX);
    let bot = Arc::new(Bot {
        desk,
        rest: Rest::new(client.clone(), token, settings.discord_api.as_deref()),
        commands: RwLock::default(),
        servers: Mutex::default(),
        guard: Mutex::default(),
        underway: Underway::default(),
        at_once: Arc::new(Semaphore::new(ANSWERS_MAX as usize)),
        changes,
    });
    let recording = tokio::spawn(record::record(Arc::clone(&bot), changed));
    if settings.servers.is_empty() {
        tracing::warn!("any server may use this bot: LEDE_SERVERS is empty");
    }
    let (heard, hearing) = mpsc::channel(HEARD_MAX);
    let gateway = Gateway {
        client,
        token: token.to_owned(),
        api: settings.discord_api.clone(),
        heard,
    };
    let ended = serve(&bot, &gateway, hearing, stop).await;
    recording.abort();
    Ok(ended)
}

async fn serve(
    bot: &Arc<Bot>,
    gateway: &Gateway,
    mut hearing: mpsc::Receiver<Heard>,
    stop: impl Future<Output = ()>,
) -> Ended {
    let (farewell, goodbye) = oneshot::channel();
    let mut connection = std::pin::pin!(gateway.keep(&bot.rest, goodbye));
    let mut stop = std::pin::pin!(stop);
    let ended = loop {
        tokio::select! {
            Some(heard) = hearing.recv() => bot.hear(heard),
            no = &mut connection => break match no {
                Some(NoMore::Refused(what)) => Ended::Refused(what),
                Some(NoMore::WrongToken) => Ended::WrongToken,
                None => Ended::Stopped,
            },
            () = bot.rest.token_refused() => break Ended::WrongToken,
            () = &mut stop => {
                // The connection holds the other end until it has returned.
                let _ = farewell.send(());
                let answers = bot.at_once.acquire_many(ANSWERS_MAX);
                let rest = Duration::from_secs(FAREWELL_SECONDS_MAX);
                let (_, answered) = tokio::join!(timeout(rest, connection), timeout(rest, answers));
                if answered.is_err() {
                    tracing::warn!("ended with some questions unanswered");
                }
                break Ended::Stopped;
            }
        }
    };
    tracing::info!("the connection to Discord is closed");
    ended
}

impl Bot {
    fn servers(&self) -> MutexGuard<'_, Servers> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn guard(&self) -> MutexGuard<'_, Guard> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The front of the program runs the bot beside what else it does.
    #[test]
    fn the_bot_can_be_run_by_any_thread() {
        fn movable<T: Send>(_: fn(Arc<Settings>, Desk) -> T) {}
        movable(|settings, desk| async move { run(&settings, desk, std::future::pending()).await });
    }
}
