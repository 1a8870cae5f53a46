//! The connection to Discord's gateway: begun within the identify budget, watched, begun again.
//!
//! serenity keeps it, in a runtime of its own: tasks of a serenity client outlive the client and go
//! on connecting, and ending their runtime is the one way to end them at once.

use super::limit::{Call, Rest, Trouble};
use super::overheard::{Close, Listener};
use super::plan::{self, Allowance};
use super::waits::Repeat;
use serenity::Error;
use serenity::all::{ActivityData, ConnectionStage, Context, Event, GatewayIntents, Interaction};
use serenity::async_trait;
use serenity::client::{Client, ClientBuilder, RawEventHandler};
use serenity::gateway::{GatewayError, ShardManager};
use serenity::http::{HttpBuilder, LightMethod, Route};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tracing::Dispatch;

const STATUS: &str = "Type /brief";
const ALLOWANCE_SECONDS_MAX: u64 = 30;
/// A connection that is not up for this long is thrown away and made anew.
const DOWN_SECONDS_MAX: u64 = 60;
const LOOK_MS: u64 = 500;
/// A connection that was up for this long counts as a good one.
const GOOD_SECONDS_MIN: u64 = 60;
const FAREWELL_SECONDS_MAX: u64 = 2;
/// Threads for the gateway: one may be kept busy by a closed socket that serenity has not noticed.
const THREADS: usize = 2;

/// What the gateway tells.
pub enum Heard {
    /// A session began: the application's id, the shard, the number of shards, its servers.
    Began {
        application: u64,
        shard: u32,
        shards: u32,
        servers: Vec<u64>,
    },
    Resumed,
    Joined(u64),
    Left(u64),
    /// A thread, or a forum's post, was deleted.
    ThreadGone {
        parent: u64,
        thread: u64,
    },
    Asked {
        interaction: Box<Interaction>,
        at: Instant,
    },
}

/// Why there will be no connection any more.
#[derive(Debug, PartialEq, Eq)]
pub enum NoMore {
    WrongToken,
    Refused(String),
}

/// What is needed to connect.
pub struct Gateway {
    pub client: reqwest::Client,
    pub token: String,
    pub api: Option<String>,
    pub heard: mpsc::Sender<Heard>,
}

impl Gateway {
    /// Keeps Lede connected; returns when that cannot be. Dropping it is an end without farewell.
    pub async fn keep(&self, rest: &Rest, mut stop: oneshot::Receiver<()>) -> Option<NoMore> {
        let mut failures = 0;
        let mut too_few = 0;
        loop {
            let allowance = tokio::select! {
                allowance = allowance(rest) => allowance,
                _ = &mut stop => return None,
            };
            let began = Instant::now();
            let end = match allowance {
                Ok(allowance) if allowance.shards <= too_few => return Some(more_shards(too_few)),
                Ok(allowance) => match self.connect(allowance, &mut stop).await {
                    End::Stopped => return None,
                    end => end,
                },
                Err(Trouble::WrongToken) => return Some(NoMore::WrongToken),
                Err(trouble) => End::Failed(trouble.to_string()),
            };
            let good = began.elapsed().as_secs() >= GOOD_SECONDS_MIN + DOWN_SECONDS_MAX;
            failures = if good { 1 } else { failures + 1 };
            let wait = match end {
                End::Stopped => return None,
                End::No(no) => return Some(no),
                End::MoreShards(shards) => {
                    too_few = shards;
                    plan::back_off(failures)
                }
                End::Spent(wait) => {
                    tracing::warn!(
                        seconds = wait.as_secs(),
                        "no session may be begun for now: waiting for Discord's reset"
                    );
                    wait
                }
                End::Failed(cause) => {
                    let wait = plan::back_off(failures).mul_f32(0.75 + fastrand::f32() / 2.0);
                    tracing::warn!(
                        cause,
                        seconds = wait.as_secs(),
                        "not connected to Discord: trying again"
                    );
                    wait
                }
            };
            tokio::select! {
                () = sleep(wait) => {}
                _ = &mut stop => return None,
            }
        }
    }

    /// One connection from beginning to end.
    async fn connect(&self, allowance: Allowance, stop: &mut oneshot::Receiver<()>) -> End {
        if let Some(wait) = allowance.wait() {
            return End::Spent(wait);
        }
        let shards = allowance.shards;
        let sessions = Arc::new(AtomicU64::new(0));
        let builder = self.builder(Arc::clone(&sessions));
        let heard = Arc::new(watch::Sender::new(None));
        let mut told = heard.subscribe();
        let closed = async {
            told.wait_for(Option::is_some)
                .await
                .ok()
                .and_then(|close| *close)
        };
        let Ok(runtime) = Runtime::new(&heard) else {
            return End::Failed("no threads for the gateway".to_owned());
        };
        let (farewell, goodbye) = oneshot::channel();
        let mut link = runtime.spawn(hold(builder, allowance, sessions, goodbye));
        tokio::select! {
            // The sender is still here, so waiting cannot fail.
            close = closed => ended_by(close, shards),
            end = &mut link => end.unwrap_or_else(|error| End::Failed(error.to_string())),
            _ = stop => {
                // Nobody listens when the connection ended at the same moment.
                let _ = farewell.send(());
                let _ = timeout(Duration::from_secs(FAREWELL_SECONDS_MAX), link).await;
                End::Stopped
            }
        }
    }

    fn builder(&self, sessions: Arc<AtomicU64>) -> ClientBuilder {
        let mut http = HttpBuilder::new(&self.token)
            .client(self.client.clone())
            .ratelimiter_disabled(true);
        if let Some(api) = &self.api {
            http = http.proxy(api);
        }
        ClientBuilder::new_with_http(http.build(), GatewayIntents::GUILDS)
            .activity(ActivityData::custom(STATUS))
            .raw_event_handler(Ear {
                heard: self.heard.clone(),
                sessions,
            })
    }
}

async fn allowance(rest: &Rest) -> Result<Allowance, Trouble> {
    let call = Call {
        method: LightMethod::Get,
        route: Route::GatewayBot,
        body: None,
        repeat: Repeat::Safe,
        deadline: Instant::now() + Duration::from_secs(ALLOWANCE_SECONDS_MAX),
    };
    let answer = rest.send(call).await?;
    Allowance::read(&answer).ok_or_else(|| Trouble::Lost("no gateway in the answer".to_owned()))
}

enum End {
    Stopped,
    No(NoMore),
    /// Discord wants more shards than these.
    MoreShards(u32),
    /// No session is left; how long until the reset.
    Spent(Duration),
    Failed(String),
}

fn more_shards(shards: u32) -> NoMore {
    NoMore::Refused(format!(
        "Discord wants the bot to use more connections (4011) but names only {shards}. Start Lede again; \
         if that does not help, ask Discord's developer support."
    ))
}

fn ended_by(close: Option<Close>, shards: u32) -> End {
    match close {
        Some(Close::ShardingRequired) => End::MoreShards(shards),
        Some(Close::InvalidShard) => End::No(NoMore::Refused(
            "Discord calls the number of this connection wrong (4010). Run one Lede with this token, \
             then start it again."
                .to_owned(),
        )),
        _ => End::Failed("the gateway asks for a new session".to_owned()),
    }
}

async fn hold(
    builder: ClientBuilder,
    allowance: Allowance,
    sessions: Arc<AtomicU64>,
    goodbye: oneshot::Receiver<()>,
) -> End {
    let mut client = match builder.await {
        Ok(client) => client,
        Err(error) => return End::Failed(error.to_string()),
    };
    // serenity asked for an address by itself and would fall back to the real one.
    *client.ws_url.lock().await = allowance.url.trim_end_matches('/').to_owned();
    let shards = Arc::clone(&client.shard_manager);
    tokio::select! {
        end = start(&mut client, allowance.shards) => end,
        cause = watch(&shards, &allowance, &sessions) => End::Failed(cause.to_owned()),
        _ = goodbye => {
            shards.shutdown_all().await;
            End::Stopped
        }
    }
}

async fn start(client: &mut Client, shards: u32) -> End {
    match client.start_shards(shards).await {
        Ok(()) => End::Failed("the connection ended".to_owned()),
        Err(Error::Gateway(GatewayError::InvalidAuthentication)) => End::No(NoMore::WrongToken),
        Err(Error::Gateway(
            GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents,
        )) => End::No(NoMore::Refused(
            "Discord does not allow the events that Lede asks for (servers only, nothing \
             privileged). See the bot's page at https://discord.com/developers/applications."
                .to_owned(),
        )),
        Err(error) => End::Failed(error.to_string()),
    }
}

/// Returns once some shard was not connected for too long, or sessions begin too often.
async fn watch(shards: &ShardManager, allowance: &Allowance, sessions: &AtomicU64) -> &'static str {
    let began = Instant::now();
    let mut up = began;
    // Shards are begun five seconds after one another.
    let leave = Duration::from_secs(DOWN_SECONDS_MAX + 6 * u64::from(allowance.shards - 1));
    loop {
        sleep(Duration::from_millis(LOOK_MS)).await;
        if allowance.too_many(sessions.load(Ordering::SeqCst), began.elapsed()) {
            return "sessions end as soon as they began";
        }
        let runners = shards.runners.lock().await;
        let connected = runners
            .values()
            .filter(|one| one.stage == ConnectionStage::Connected);
        if connected.count() == allowance.shards as usize {
            up = Instant::now();
        } else if up.elapsed() > leave {
            return "the gateway does not answer";
        }
    }
}

/// A runtime that ends without waiting for what runs in it.
struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    /// Its threads tell what serenity writes of its shards.
    fn new(heard: &Arc<watch::Sender<Option<Close>>>) -> std::io::Result<Self> {
        let log = Dispatch::new(Listener::new(Arc::clone(heard)));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("gateway")
            .on_thread_start(move || {
                // For as long as the thread lives.
                std::mem::forget(tracing::dispatcher::set_default(&log));
            })
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn spawn(&self, work: impl Future<Output = End> + Send + 'static) -> JoinHandle<End> {
        self.0
            .as_ref()
            .expect("it is taken only when dropped")
            .spawn(work)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Hands on what matters of what serenity hears.
struct Ear {
    heard: mpsc::Sender<Heard>,
    sessions: Arc<AtomicU64>,
}

#[async_trait]
impl RawEventHandler for Ear {
    async fn raw_event(&self, _: Context, event: Event) {
        let at = Instant::now();
        let heard = match event {
            Event::Ready(event) => {
                self.sessions.fetch_add(1, Ordering::SeqCst);
                let (shard, shards) = event
                    .ready
                    .shard
                    .map_or((0, 1), |shard| (shard.id.0, shard.total));
                Heard::Began {
                    application: event.ready.application.id.get(),
                    shard,
                    shards,
                    servers: event
                        .ready
                        .guilds
                        .iter()
                        .map(|server| server.id.get())
                        .collect(),
                }
            }
            Event::Resumed(_) => Heard::Resumed,
            Event::GuildCreate(event) => Heard::Joined(event.guild.id.get()),
            // An outage is not a farewell.
            Event::GuildDelete(event) if event.guild.unavailable => return,
            Event::GuildDelete(event) => Heard::Left(event.guild.id.get()),
            Event::ThreadDelete(event) => Heard::ThreadGone {
                parent: event.thread.parent_id.get(),
                thread: event.thread.id.get(),
            },
            Event::InteractionCreate(event) => Heard::Asked {
                interaction: Box::new(event.interaction),
                at,
            },
            _ => return,
        };
        if self.heard.try_send(heard).is_err() {
            tracing::error!("an event of the gateway was dropped: too many are waiting");
        }
    }
}

#[cfg(test)]
#[path = "gateway_tests.rs"]
mod tests;
