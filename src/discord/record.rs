//! Remembers in order which servers Lede is in, and has the commands registered once a session
//! began: apart from the events, so that a slow store holds up no answer.

use super::Bot;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Longest wait before the commands are registered once more.
const AGAIN_SECONDS_MAX: u64 = 600;

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
    // Ends with this task.
    let mut registering = JoinSet::new();
    let mut began = false;
    while let Some(change) = changes.recv().await {
        let desk = &bot.desk;
        let done = match change {
            Change::All(servers) => desk.servers_now(&servers).await,
            Change::Joined(server) => desk.server_joined(server).await,
            Change::Left(server) => desk.server_left(server).await,
            Change::Application(application) => {
                if !began {
                    began = true;
                    registering.spawn(register(Arc::clone(&bot), application));
                }
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::error!("which servers Lede is in was not remembered: {error:#}");
        }
    }
}

/// Has the commands registered; tries until that is done.
async fn register(bot: Arc<Bot>, application: u64) {
    for tries in 1.. {
        if bot.register(application).await {
            return;
        }
        sleep(wait(tries)).await;
    }
}

/// How long to wait after so many tries: twice as long each time.
fn wait(tries: u32) -> Duration {
    let seconds = 1_u64.checked_shl(tries.saturating_sub(1).min(32));
    Duration::from_secs(seconds.unwrap_or(u64::MAX).min(AGAIN_SECONDS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_up_to_ten_minutes() {
        let seconds: Vec<u64> = (1..=4).map(|tries| wait(tries).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8]);
        assert_eq!(wait(11).as_secs(), AGAIN_SECONDS_MAX);
        assert_eq!(wait(u32::MAX).as_secs(), AGAIN_SECONDS_MAX);
    }
}
