//! Lede on Discord: the only place that speaks to it. Asks the desk, knows no store.
//!
//! `gateway` hears, `events` and `press` have work done, `reply` answers in time through `limit`.

mod caller;
mod deliver;
mod discuss;
mod events;
mod find;
mod gate;
mod gateway;
mod guard;
mod limit;
mod menu;
mod outcome;
mod outgoing;
mod overheard;
mod picked;
mod plan;
mod press;
mod record;
mod register;
mod reply;
mod rights;
mod waits;
mod watch;

pub use outgoing::Outgoing;

use crate::config::Settings;
use crate::desk::Desk;
use gateway::{Gateway, Heard, NoMore};
use guard::{Guard, Underway};
use outgoing::Out;
use plan::Servers;
use record::Change;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use watch::Watched;

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
    out: Arc<Out>,
    servers: Mutex<Servers>,
    guard: Mutex<Guard>,
    underway: Underway,
    watched: Watched,
    at_once: Arc<Semaphore>,
    changes: mpsc::Sender<Change>,
}

/// Serves Discord until `stop`, or until Discord will have no more of it. Letters go the same way
/// out as answers: [`Outgoing::delivery`].
///
/// # Errors
/// Failures of the store.
pub async fn run(
    settings: &Settings,
    desk: Desk,
    outgoing: &Outgoing,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Ended> {
    desk.store.serve_only(&settings.servers).await?;
    let out = Arc::clone(&outgoing.0);
    let (changes, changed) = mpsc::channel(CHANGES_MAX);
    let bot = Arc::new(Bot {
        desk,
        out: Arc::clone(&out),
        servers: Mutex::default(),
        guard: Mutex::default(),
        underway: Underway::default(),
        watched: Watched::default(),
        at_once: Arc::new(Semaphore::new(ANSWERS_MAX as usize)),
        changes,
    });
    let recording = tokio::spawn(record::record(Arc::clone(&bot), changed));
    if settings.servers.is_empty() {
        tracing::warn!("any server may use this bot: LEDE_SERVERS is empty");
    }
    let (heard, hearing) = mpsc::channel(HEARD_MAX);
    let gateway = Gateway {
        client: out.client.clone(),
        token: out.token.clone(),
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
    let mut connection = std::pin::pin!(gateway.keep(&bot.out.rest, goodbye));
    let mut stop = std::pin::pin!(stop);
    let ended = loop {
        tokio::select! {
            Some(heard) = hearing.recv() => bot.hear(heard),
            no = &mut connection => break match no {
                Some(NoMore::Refused(what)) => Ended::Refused(what),
                Some(NoMore::WrongToken) => Ended::WrongToken,
                None => Ended::Stopped,
            },
            () = bot.out.rest.token_refused() => break Ended::WrongToken,
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
        fn movable<T: Send>(_: fn(Arc<Settings>, Desk, Outgoing) -> T) {}
        movable(|settings, desk, outgoing| async move {
            run(&settings, desk, &outgoing, std::future::pending()).await
        });
    }
}
