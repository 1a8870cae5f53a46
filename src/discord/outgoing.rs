//! What Lede sends through, made once and shared by answers and letters: one limit, one client, one
//! token; and what is learned on the way and asked once: who Lede is, and where people are written
//! to.

use super::limit::{self, Push, Rest, Trouble};
use super::waits::Repeat;
use crate::config::Settings;
use crate::jobs::Delivery;
use crate::page::markdown::Commands;
use anyhow::Context as _;
use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::OnceCell;

/// Channels of direct messages that are remembered.
const DIRECTS_MAX: usize = 10_000;

/// Threads of whose deletion the gateway told lately.
const GONE_MAX: usize = 2_000;

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing(pub(super) Arc<Out>);

pub(super) struct Out {
    pub client: reqwest::Client,
    pub token: String,
    pub rest: Rest,
    pub commands: RwLock<Commands>,
    pub rights: super::rights::Cache,
    me: OnceCell<u64>,
    directs: Mutex<HashMap<u64, u64>>,
    /// Deleted threads behind the channels that they were in, the oldest first. Only while the program
    /// runs: what was deleted before that is not known.
    gone: Mutex<VecDeque<(u64, u64)>>,
}

impl Outgoing {
    /// # Errors
    /// Without a token, and when no client can be made.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let token = settings
            .discord_token
            .as_deref()
            .context("there is no DISCORD_TOKEN")?;
        let api = settings.discord_api.as_deref();
        let client = limit::http_client(api)?;
        Ok(Self(Arc::new(Out {
            rest: Rest::new(client.clone(), token, api),
            client,
            token: token.to_owned(),
            commands: RwLock::default(),
            rights: super::rights::Cache::default(),
            me: OnceCell::new(),
            directs: Mutex::default(),
            gone: Mutex::default(),
        })))
    }

    /// For the jobs: how letters reach channels and people.
    pub fn delivery(&self) -> Arc<dyn Delivery> {
        Arc::new(self.clone())
    }
}

impl Out {
    /// A question that changes nothing, at the pace of the gate.
    pub async fn look(
        &self,
        destination: u64,
        route: Route<'_>,
        query: &[(&'static str, String)],
    ) -> Result<Value, Trouble> {
        let push = Push {
            destination,
            method: LightMethod::Get,
            route,
            query,
            body: None,
            repeat: Repeat::Safe,
        };
        self.rest.push(push).await
    }

    /// Discord's id of Lede itself.
    pub async fn me(&self) -> Result<u64, Trouble> {
        let ask = async {
            let me = self.look(0, Route::UserMe, &[]).await?;
            id(&me["id"]).ok_or_else(|| Trouble::Lost("no id in the answer".to_owned()))
        };
        self.me.get_or_try_init(|| ask).await.copied()
    }

    /// The channel of a person's direct messages. It tells the person nothing that there is one.
    pub async fn direct(&self, person: u64) -> Result<u64, Trouble> {
        let known = self.directs().get(&person).copied();
        if let Some(channel) = known {
            return Ok(channel);
        }
        let body = json!({ "recipient_id": person.to_string() });
        let push = Push {
            destination: person,
            method: LightMethod::Post,
            route: Route::UserMeDmChannels,
            query: &[],
            body: Some(&body),
            // The second time it is the same channel.
            repeat: Repeat::Safe,
        };
        let made = self.rest.push(push).await?;
        let channel =
            id(&made["id"]).ok_or_else(|| Trouble::Lost("no id in the answer".to_owned()))?;
        let mut directs = self.directs();
        if directs.len() >= DIRECTS_MAX {
            directs.clear();
        }
        directs.insert(person, channel);
        Ok(channel)
    }

    /// The gateway tells that a thread of a channel was deleted.
    pub fn thread_gone(&self, parent: u64, thread: u64) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if gone.len() >= GONE_MAX {
            gone.pop_front();
        }
        gone.push_back((parent, thread));
    }

    /// Threads of a channel that are known to be deleted.
    pub fn gone_of(&self, parent: u64) -> Vec<u64> {
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        let of_parent = gone.iter().filter(|(of, _)| *of == parent);
        of_parent.map(|(_, thread)| *thread).collect()
    }

    fn directs(&self) -> std::sync::MutexGuard<'_, HashMap<u64, u64>> {
        self.directs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn commands(&self) -> Commands {
        let commands = self.commands.read();
        commands.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An id as Discord writes it; never 0.
pub(super) fn id(of: &Value) -> Option<u64> {
    let id = of.as_str().and_then(|id| id.parse().ok());
    id.filter(|id| *id > 0)
}
