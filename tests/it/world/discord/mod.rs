//! A Discord of our own: REST and gateway on 127.0.0.1, with people who type and press.
//!
//! It is strict where the real one is: each request is recorded and checked against the documented
//! limits and, where it is at hand, against Discord's own description of its API. What is wrong is
//! in [`FakeDiscord::problems`]; a test that ends well asserts that there is nothing.

pub mod faults;
pub mod gateway;
pub mod limits;
mod menu;
pub mod openapi;
pub mod payload;
pub mod people;
pub mod places;
pub mod rest;
mod rest_answers;
mod rest_places;
mod state;
mod tests;
pub mod upload;

pub use faults::Fault;
pub use people::{Person, Seen};
pub use state::{Channel, Request};

use lede::clock::Clock;
use serde_json::Value;
use state::State;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long a test waits for something that should happen.
const WAIT_SECONDS_MAX: u64 = 20;

/// A running fake. Ends when it is dropped.
pub struct FakeDiscord {
    shared: Arc<Shared>,
    rest: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

/// What the servers and the test share.
pub struct Shared {
    state: Mutex<State>,
    /// Told after each change of the state.
    changed: Notify,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes who waits for it.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.notify_waiters();
        result
    }

    /// Waits until `look` finds something.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                let found = look(&mut self.state());
                if let Some(found) = found {
                    return found;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(WAIT_SECONDS_MAX), waiting).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what}; {}", self.state().account()),
        }
    }
}

impl FakeDiscord {
    /// With one server, one channel in it, and nobody there yet.
    pub async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    /// As `start`, with ids by this clock.
    pub async fn start_at(clock: Clock) -> Self {
        let rest = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let gateway = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = rest.local_addr().expect("it is bound");
        let gateway_url = format!("ws://{}", gateway.local_addr().expect("it is bound"));
        let state = Mutex::new(State::new(gateway_url, clock));
        let shared = Arc::new(Shared {
            state,
            changed: Notify::new(),
        });
        let tasks = vec![
            tokio::spawn(rest::serve(rest, Arc::clone(&shared))),
            tokio::spawn(gateway::serve(gateway, Arc::clone(&shared))),
        ];
        Self {
            shared,
            rest: address,
            tasks,
        }
    }

    /// For `LEDE_DISCORD_API`.
    pub fn api(&self) -> String {
        format!("http://{}", self.rest)
    }

    /// For `DISCORD_TOKEN`.
    pub fn token(&self) -> String {
        self.shared.state().token.clone()
    }

    pub fn application(&self) -> u64 {
        self.shared.state().application
    }

    /// The server that is there from the beginning.
    pub fn guild(&self) -> u64 {
        *self
            .shared
            .state()
            .guilds
            .keys()
            .next()
            .expect("there is one")
    }

    /// The channel that is there from the beginning.
    pub fn channel(&self) -> u64 {
        *self
            .shared
            .state()
            .channels
            .keys()
            .next()
            .expect("there is one")
    }

    /// A new server; the bot is told when it is connected.
    pub fn add_guild(&self, name: &str) -> u64 {
        let (id, event) = self.shared.change(|state| {
            let id = state.add_guild(name);
            (id, payload::guild(state, id))
        });
        self.dispatch("GUILD_CREATE", event);
        id
    }

    /// `kind` as Discord numbers them: 0 text, 5 announcement, 11 thread, 15 forum.
    pub fn add_channel(&self, guild: u64, name: &str, kind: u8) -> u64 {
        self.shared
            .change(|state| state.add_channel(Some(guild), name, kind))
    }

    /// A channel of a server that does not have the bot: whoever uses it there brings it along.
    pub fn add_foreign_channel(&self) -> u64 {
        self.shared.change(|state| {
            let guild = state.add_guild("Lindholm");
            state.foreign.insert(guild);
            state.add_channel(Some(guild), "sea-talk", 0)
        })
    }

    /// The person uses what they installed for themselves from now on, also where the server has it.
    pub fn uses_own(&self, person: Person) {
        self.shared.change(|state| state.alone.insert(person));
    }

    /// A group of people who write to each other directly.
    pub fn add_group(&self) -> u64 {
        self.shared.change(|state| {
            let group = state.add_channel(None, "", 3);
            state.foreign.insert(group);
            group
        })
    }

    /// Waits until a message says this.
    pub async fn until_says(&self, message: u64, words: &str) -> String {
        let look = |state: &mut State| {
            let text = people::text_of(&state.messages.get(&message)?.body);
            text.contains(words).then_some(text)
        };
        self.shared
            .until(&format!("“{words}” in a message"), look)
            .await
    }

    /// The server goes away: `unavailable` is an outage, else the bot was removed.
    pub fn remove_guild(&self, guild: u64, unavailable: bool) {
        let mut event = serde_json::json!({ "id": guild.to_string() });
        if unavailable {
            event["unavailable"] = true.into();
        } else {
            self.shared.change(|state| state.guilds.remove(&guild));
        }
        self.dispatch("GUILD_DELETE", event);
    }

    /// What the bot may do in a channel.
    pub fn bot_rights(&self, channel: u64, rights: u64) {
        self.shared.change(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.bot_rights = rights;
            }
        });
    }

    /// All that was asked of it, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// The file that came with a message or an answer to an interaction, by its name.
    pub fn uploaded(&self, name: &str) -> Option<String> {
        let state = self.shared.state();
        let mut files = state.requests.iter().rev().flat_map(|one| &one.files);
        let file = files.find(|file| file.name == name)?;
        Some(String::from_utf8_lossy(&file.bytes).into_owned())
    }

    /// What was wrong with what the bot did.
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }

    /// Requests that were checked: by the limits, and by Discord's description.
    pub fn checked(&self) -> (usize, usize) {
        let state = self.shared.state();
        (state.checked_by_limits, state.checked_by_description)
    }

    /// The commands as the bot registered them.
    pub fn commands(&self) -> Vec<Value> {
        self.shared.state().commands.clone()
    }

    /// Waits until the bot has registered commands.
    pub async fn registered(&self) -> Vec<Value> {
        let look = |state: &mut State| (!state.commands.is_empty()).then(|| state.commands.clone());
        self.shared.until("registered commands", look).await
    }

    /// The messages of a channel that `person` can see, first to last.
    pub fn messages(&self, channel: u64, person: Option<u64>) -> Vec<Value> {
        let state = self.shared.state();
        let seen = state.messages.values().filter(|one| one.channel == channel);
        seen.filter(|one| one.only_for.is_none_or(|only| Some(only) == person))
            .map(|one| one.body.clone())
            .collect()
    }

    /// Waits until a channel has `count` messages that all can see.
    pub async fn until_messages(&self, channel: u64, count: usize) -> Vec<Value> {
        let look = |state: &mut State| {
            let all = state
                .messages
                .values()
                .filter(|one| one.channel == channel && one.only_for.is_none());
            let all: Vec<Value> = all.map(|one| one.body.clone()).collect();
            (all.len() >= count).then_some(all)
        };
        self.shared.until("messages in a channel", look).await
    }

    /// A message as it is now; none when it was deleted.
    pub fn message(&self, id: u64) -> Option<Value> {
        self.shared
            .state()
            .messages
            .get(&id)
            .map(|one| one.body.clone())
    }

    /// Somebody deletes a message.
    pub fn delete_message(&self, id: u64) {
        self.shared.change(|state| state.messages.remove(&id));
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.shared.state().gateway.connection = None;
    }
}
