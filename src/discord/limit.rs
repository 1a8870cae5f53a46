//! Requests to Discord: sent here and nowhere else, so that limits, refusals and a refused token
//! are known for the whole program. It takes the place of serenity's limiter, which panics on odd
//! headers and waits without end. What to do next is decided in `waits`.

use super::gate::Gate;
use super::waits::{self, Next, Outcome, Repeat, Said};
use crate::wire::Attached;
use anyhow::Context as _;
use reqwest::header::HeaderMap;
use serde_json::Value;
use serenity::all::CreateAttachment;
use serenity::http::{LightMethod, Multipart, MultipartUpload, Request, Route};
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

const CONNECT_SECONDS_MAX: u64 = 5;
const REQUEST_SECONDS_MAX: u64 = 15;
/// Waits that Discord asks a push for, within one sending.
const PUSH_WAIT_SECONDS_MAX: u64 = 10;
/// A turn that comes later is not taken: Discord knows a nonce for some minutes only, and a second
/// try must be within them.
const GATE_WAIT_MAX: Duration = Duration::from_secs(30);
const RESPONSE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Routes whose state is remembered; closed ones are kept longest.
const ROUTES_MAX: usize = 4_096;
/// Refused requests (401, 403, 429) in ten minutes after which nothing is sent until the first of
/// them is ten minutes old. Discord bans an address at 10,000.
const INVALID_MAX: usize = 100;
const INVALID_SECONDS: u64 = 600;
const MESSAGE_CHARS_MAX: usize = 200;
/// Comes with 429, but is no limit of the route: that message is too old to be changed again.
const OLD_EDITS_LIMIT: u64 = 30_046;

/// Why a request did not succeed. Never holds an address or a token.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("Discord refuses the bot's token")]
    WrongToken,
    #[error("Discord answered {status}, code {code}: {message}")]
    Refused {
        status: u16,
        code: u64,
        message: String,
        tries: u32,
    },
    /// How long until the route is open, as far as is known.
    #[error("Discord asks for a longer wait than the request had: {} s", .0.as_secs())]
    Busy(Duration),
    /// It may have been done.
    #[error("no answer from Discord: {0}")]
    Lost(String),
    /// It was not done: the connection was not made.
    #[error("no connection to Discord: {0}")]
    Unsent(String),
    #[error("nothing is sent to Discord for now: too many requests were refused in ten minutes")]
    Paused,
    #[error("the interaction is too old to be answered")]
    TooLate,
    #[error("the request could not be made: {0}")]
    Unmade(String),
}

/// One request and how long it matters.
pub struct Call<'a> {
    pub method: LightMethod,
    pub route: Route<'a>,
    pub body: Option<&'a Value>,
    pub repeat: Repeat,
    pub deadline: Instant,
}

/// A request that nobody waits for at that moment: it goes at the pace of the gate, in turns with
/// other destinations.
pub struct Push<'a> {
    pub destination: u64,
    pub method: LightMethod,
    pub route: Route<'a>,
    pub query: &'a [(&'static str, String)],
    pub body: Option<&'a Value>,
    pub repeat: Repeat,
}

/// The way to Discord's REST API.
pub struct Rest {
    client: reqwest::Client,
    token: String,
    api: Option<String>,
    gate: Gate,
    state: Mutex<State>,
    refused: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    closed_until: Option<Instant>,
    routes: HashMap<String, Instant>,
    invalid: VecDeque<Instant>,
}

/// Our own HTTP client: with time-outs, the system's roots, and a proxy from the environment.
pub fn http_client(api: Option<&str>) -> anyhow::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
        .timeout(Duration::from_secs(REQUEST_SECONDS_MAX))
        .redirect(reqwest::redirect::Policy::none());
    if api.is_some() {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .context("the client for Discord cannot be made")
}

impl Rest {
    pub fn new(client: reqwest::Client, token: &str, api: Option<&str>) -> Self {
        let token = token.trim();
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        Self {
            client,
            token: format!("Bot {token}"),
            api: api.map(str::to_owned),
            gate: Gate::default(),
            state: Mutex::default(),
            refused: watch::Sender::new(false),
        }
    }

    /// Returns once Discord has refused the token.
    pub async fn token_refused(&self) {
        let mut refused = self.refused.subscribe();
        // The sender lives in self, so waiting cannot fail.
        let _ = refused.wait_for(|refused| *refused).await;
    }

    /// Sends, waits as asked, and sends again where that helps and is safe, until the deadline.
    pub async fn send(&self, call: Call<'_>) -> Result<Value, Trouble> {
        self.send_with(call, &[]).await
    }

    /// As [`Self::send`], with files beside the body.
    pub async fn send_with(&self, call: Call<'_>, files: &[Attached]) -> Result<Value, Trouble> {
        self.carry(call, Lane::Answers { files }).await
    }

    /// As [`Self::send`], at the pace of the gate and with time of its own from there on.
    pub async fn push(&self, push: Push<'_>) -> Result<Value, Trouble> {
        let lane = Lane::Pushes {
            destination: push.destination,
            query: push.query,
        };
        let call = Call {
            method: push.method,
            route: push.route,
            body: push.body,
            repeat: push.repeat,
            deadline: Instant::now() + Duration::from_secs(PUSH_WAIT_SECONDS_MAX),
        };
        self.carry(call, lane).await
    }

    async fn carry(&self, mut call: Call<'_>, lane: Lane<'_>) -> Result<Value, Trouble> {
        let path = call.route.path();
        let answer = waits::is_answer(&path);
        let bucket = waits::bucket(method_name(call.method), &path);
        let body = match call.body {
            Some(body) => {
                Some(serde_json::to_vec(body).map_err(|error| Trouble::Unmade(error.to_string()))?)
            }
            None => None,
        };
        let mut tries = 0;
        loop {
            self.wait(&bucket, answer, call.deadline).await?;
            match lane {
                Lane::Answers { .. } => self.gate.passed_by(),
                Lane::Pushes { destination, .. } => {
                    let came_at = Instant::now();
                    let turn = timeout(GATE_WAIT_MAX, self.gate.pass(destination));
                    if turn.await.is_err() {
                        return Err(Trouble::Busy(Duration::from_secs(1)));
                    }
                    call.deadline += came_at.elapsed();
                    self.wait(&bucket, answer, call.deadline).await?;
                }
            }
            tries += 1;
            let attempt = self.attempt(&call, lane, body.clone()).await;
            let (outcome, result) = self.judge(attempt, &bucket, answer, tries);
            let left = call.deadline.saturating_duration_since(Instant::now());
            match waits::next(&outcome, tries, call.repeat, answer, left) {
                Next::Take => return result,
                Next::Again(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Waits until the route is open.
    async fn wait(&self, bucket: &str, answer: bool, deadline: Instant) -> Result<(), Trouble> {
        loop {
            if *self.refused.borrow() {
                return Err(Trouble::WrongToken);
            }
            let until = self.lock().closed_until(bucket, answer, Instant::now())?;
            match until {
                None => return Ok(()),
                Some(until) if until >= deadline => {
                    return Err(Trouble::Busy(until - Instant::now()));
                }
                Some(until) => sleep_until(until).await,
            }
        }
    }

    async fn attempt(&self, call: &Call<'_>, lane: Lane<'_>, body: Option<Vec<u8>>) -> Attempt {
        let (left, query, files) = match lane {
            Lane::Answers { files } => {
                let left = call.deadline.saturating_duration_since(Instant::now());
                (left, None, files)
            }
            // An attempt that was cut short would be one of unknown outcome.
            Lane::Pushes { query, .. } => (Duration::MAX, Some(query), [].as_slice()),
        };
        let query = query.filter(|query| !query.is_empty()).map(<[_]>::to_vec);
        let parts = (!files.is_empty()).then(|| parts(files, body.as_deref().unwrap_or_default()));
        let request = Request::new(call.route, call.method).body(body);
        let request = request.multipart(parts).params(query).build(
            &self.client,
            &self.token,
            self.api.as_deref(),
        );
        let request = match request {
            Ok(request) => request.timeout(left.min(Duration::from_secs(REQUEST_SECONDS_MAX))),
            Err(error) => return Attempt::Unmade(error.to_string()),
        };
        match request.send().await {
            Ok(response) => {
                let (status, said) = (response.status().as_u16(), said(response.headers()));
                match read(response).await {
                    Ok(body) => Attempt::Answered { status, said, body },
                    Err(cause) => Attempt::Lost {
                        cause,
                        unsent: false,
                    },
                }
            }
            Err(error) => {
                let unsent = error.is_connect();
                Attempt::Lost {
                    cause: cause(error),
                    unsent,
                }
            }
        }
    }

    /// Remembers what an attempt taught, and says what became of it.
    fn judge(
        &self,
        attempt: Attempt,
        bucket: &str,
        answer: bool,
        tries: u32,
    ) -> (Outcome, Result<Value, Trouble>) {
        let (status, mut said, body) = match attempt {
            Attempt::Answered { status, said, body } => (status, said, body),
            Attempt::Unmade(cause) => return (Outcome::Settled, Err(Trouble::Unmade(cause))),
            Attempt::Lost { cause, unsent } => {
                return if unsent {
                    (Outcome::Unsent, Err(Trouble::Unsent(cause)))
                } else {
                    (Outcome::Lost, Err(Trouble::Lost(cause)))
                };
            }
        };
        let now = Instant::now();
        let mut state = self.lock();
        if waits::is_invalid(status, &said) {
            state.invalid.push_back(now);
        }
        if status == 401 && !answer {
            self.refused.send_replace(true);
            return (Outcome::Settled, Err(Trouble::WrongToken));
        }
        let old_edits = status == 429 && body["code"] == OLD_EDITS_LIMIT;
        if status == 429 && !old_edits {
            if said.retry_after.is_none() {
                said.retry_after = body.get("retry_after").map(ToString::to_string);
            }
            // A 429 that is not Discord's own JSON comes from in front of it, and is for all.
            said.global |= body
                .get("global")
                .map_or(!body.is_object(), |global| global == true);
            let wait = waits::limited(&said, tries, answer);
            state.close(bucket, said.global, now + wait);
            tracing::debug!(
                wait_ms = wait.as_millis() as u64,
                global = said.global,
                "limited"
            );
            return (Outcome::Limited(wait), Err(Trouble::Busy(wait)));
        }
        if let Some(wait) = waits::closed_for(&said) {
            state.close(bucket, false, now + wait);
        }
        if (200..300).contains(&status) {
            return (Outcome::Settled, Ok(body));
        }
        let outcome = if status >= 500 {
            Outcome::Broken
        } else {
            Outcome::Settled
        };
        (outcome, Err(refused(status, &body, tries)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    /// Until when a request may not be sent; none when it may be now.
    fn closed_until(
        &mut self,
        bucket: &str,
        answer: bool,
        now: Instant,
    ) -> Result<Option<Instant>, Trouble> {
        let window = Duration::from_secs(INVALID_SECONDS);
        while self
            .invalid
            .front()
            .is_some_and(|at| now.duration_since(*at) >= window)
        {
            self.invalid.pop_front();
        }
        if self.invalid.len() >= INVALID_MAX {
            return Err(Trouble::Paused);
        }
        let all = self.closed_until.filter(|_| !answer);
        let until = all.max(self.routes.get(bucket).copied());
        Ok(until.filter(|until| *until > now))
    }

    fn close(&mut self, bucket: &str, global: bool, until: Instant) {
        if global {
            self.closed_until = self.closed_until.max(Some(until));
            return;
        }
        if self.routes.len() >= ROUTES_MAX {
            let now = Instant::now();
            self.routes.retain(|_, until| *until > now);
        }
        if self.routes.len() < ROUTES_MAX {
            self.routes.insert(bucket.to_owned(), until);
        }
    }
}

/// Who sends: answers, or what waits at the gate.
#[derive(Clone, Copy)]
enum Lane<'a> {
    Answers {
        files: &'a [Attached],
    },
    Pushes {
        destination: u64,
        query: &'a [(&'static str, String)],
    },
}

enum Attempt {
    Answered {
        status: u16,
        said: Said,
        body: Value,
    },
    Lost {
        cause: String,
        unsent: bool,
    },
    Unmade(String),
}

/// A body of several parts: the file (serenity gives each the number 0, so that there is but one),
/// and the JSON that speaks of it by its number.
fn parts(files: &[Attached], body: &[u8]) -> Multipart {
    let part = |file: &Attached| CreateAttachment::bytes(file.text.as_bytes(), file.name.as_str());
    let numbered = files.iter().map(part);
    Multipart {
        upload: MultipartUpload::Attachments(numbered.collect()),
        fields: Vec::new(),
        payload_json: Some(String::from_utf8_lossy(body).into_owned()),
    }
}

fn said(headers: &HeaderMap) -> Said {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
    Said {
        retry_after: text("retry-after"),
        reset_after: text("x-ratelimit-reset-after"),
        remaining: text("x-ratelimit-remaining"),
        global: text("x-ratelimit-global").is_some_and(|global| global == "true")
            || text("x-ratelimit-scope").is_some_and(|scope| scope == "global"),
        shared: text("x-ratelimit-scope").is_some_and(|scope| scope == "shared"),
    }
}

/// The body as JSON, null where it is none: Discord's front answers in HTML at times.
async fn read(mut response: reqwest::Response) -> Result<Value, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(cause)? {
        if bytes.len() + chunk.len() > RESPONSE_BYTES_MAX {
            return Err("the answer is too large".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

/// What went wrong, without the address: that of an interaction holds its token.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

fn refused(status: u16, body: &Value, tries: u32) -> Trouble {
    let message = body
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or("no reason given");
    let message = message
        .chars()
        .filter(|sign| !sign.is_control())
        .take(MESSAGE_CHARS_MAX);
    Trouble::Refused {
        status,
        code: body.get("code").and_then(Value::as_u64).unwrap_or(0),
        message: message.collect(),
        tries,
    }
}

fn method_name(method: LightMethod) -> &'static str {
    match method {
        LightMethod::Delete => "DELETE",
        LightMethod::Get => "GET",
        LightMethod::Patch => "PATCH",
        LightMethod::Post => "POST",
        LightMethod::Put => "PUT",
    }
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
