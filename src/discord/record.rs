//! Remembers in order which servers Lede is in, and has the commands registered once a session
//! began: apart from the events, so that a slow store holds up no answer.

use super::Bot;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// What changed.
pub enum Change {
    /// The servers that Lede is in: all of them.
    All(Vec<u64>),
    Joined(u64),
    Left(u64),
    /// A session began for this application.
    Application(u64),
}

impl Bot {
    /// Hands a change to [`record`].
    pub fn changed(&self, change: Change) {
        if self.changes.try_send(change).is_err() {
            tracing::error!("a change of the servers was not remembered: too many are waiting");
        }
    }
}

/// Works off the changes until nobody can tell of more.
pub async fn record(bot: Arc<Bot>, mut changes: mpsc::Receiver<Change>) {
    while let Some(change) = changes.recv().await {
        let desk = &bot.desk;
        let done = match change {
            Change::All(servers) => desk.servers_now(&servers).await,
            Change::Joined(server) => desk.server_joined(server).await,
            Change::Left(server) => desk.server_left(server).await,
            Change::Application(application) => {
                if !bot.registering.swap(true, Ordering::SeqCst) {
                    let bot = Arc::clone(&bot);
                    tokio::spawn(async move {
                        let registered = bot.register(application).await;
                        // What failed is tried again when the next session begins.
                        bot.registering.store(registered, Ordering::SeqCst);
                    });
                }
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::error!("which servers Lede is in was not remembered: {error:#}");
        }
    }
}
