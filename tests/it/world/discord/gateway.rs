//! The gateway: sessions, heartbeats, events, and what can go wrong with them.

use super::state::State;
use super::{FakeDiscord, Shared, payload};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Members, presences, message content: nothing that Lede may ask for.
const PRIVILEGED_INTENTS: u64 = 1 << 1 | 1 << 8 | 1 << 15;
const HEARTBEAT_MS: u64 = 41_250;

const DISPATCH: u64 = 0;
const HEARTBEAT: u64 = 1;
const IDENTIFY: u64 = 2;
const PRESENCE: u64 = 3;
const RESUME: u64 = 6;
const RECONNECT: u64 = 7;
const INVALID_SESSION: u64 = 9;
const HELLO: u64 = 10;
const HEARTBEAT_ACK: u64 = 11;

/// What a connection is told to do.
pub enum Out {
    Send(Value),
    Close(u16),
    /// The socket ends without a word.
    Drop,
}

/// What the gateway knows.
pub struct Gateway {
    pub url: String,
    pub heartbeat_ms: u64,
    pub muted: bool,
    /// What is left of the sessions of this day.
    pub remaining: u32,
    pub identifies: usize,
    pub resumes: usize,
    pub heartbeats: usize,
    pub intents: Vec<u64>,
    pub presences: Vec<Value>,
    pub session: Option<Session>,
    /// Of the session, while it is connected; the number tells connections apart.
    pub connection: Option<(u64, UnboundedSender<Out>)>,
    connections: u64,
}

/// A session outlives its connection.
pub struct Session {
    id: String,
    sequence: u64,
    /// What was sent in it, for a resume.
    sent: Vec<Value>,
}

impl Gateway {
    pub fn new(url: String) -> Self {
        Self {
            url,
            heartbeat_ms: HEARTBEAT_MS,
            muted: false,
            remaining: 1_000,
            identifies: 0,
            resumes: 0,
            heartbeats: 0,
            intents: Vec::new(),
            presences: Vec::new(),
            session: None,
            connection: None,
            connections: 0,
        }
    }

    fn tell(&mut self, out: Out) {
        if let Some((_, connection)) = &self.connection {
            // A connection that has just ended hears nothing.
            let _ = connection.send(out);
        }
    }

    /// An event of the session; kept for a resume while it is not connected.
    pub fn dispatch(&mut self, name: &str, data: Value) {
        let Some(session) = &mut self.session else {
            return;
        };
        session.sequence += 1;
        let event = json!({ "op": DISPATCH, "s": session.sequence, "t": name, "d": data });
        session.sent.push(event.clone());
        self.tell(Out::Send(event));
    }
}

impl FakeDiscord {
    /// Waits until the bot is connected and has its session.
    pub async fn connected(&self) {
        let look = |state: &mut State| state.gateway.connection.as_ref().map(|_| ());
        self.shared.until("a connected bot", look).await;
    }

    /// Waits until sessions were begun or resumed that many times.
    pub async fn until_sessions(&self, identifies: usize, resumes: usize) {
        let look = |state: &mut State| {
            let known = &state.gateway;
            (known.identifies >= identifies && known.resumes >= resumes).then_some(())
        };
        self.shared.until("sessions", look).await;
    }

    /// Identifies, resumes, heartbeats so far.
    pub fn sessions(&self) -> (usize, usize, usize) {
        let state = self.shared.state();
        (
            state.gateway.identifies,
            state.gateway.resumes,
            state.gateway.heartbeats,
        )
    }

    /// Sends any event.
    pub fn dispatch(&self, name: &str, data: Value) {
        self.shared
            .change(|state| state.gateway.dispatch(name, data));
    }

    /// The gateway closes with a code (4009, 1006 …).
    pub fn close(&self, code: u16) {
        self.shared
            .change(|state| state.gateway.tell(Out::Close(code)));
    }

    /// The socket ends without a word.
    pub fn drop_connection(&self) {
        self.shared.change(|state| state.gateway.tell(Out::Drop));
    }

    /// Asks the bot to come again.
    pub fn reconnect(&self) {
        let message = json!({ "op": RECONNECT, "d": null });
        self.shared
            .change(|state| state.gateway.tell(Out::Send(message)));
    }

    /// Tells the bot that its session is invalid.
    pub fn invalidate(&self, resumable: bool) {
        let message = json!({ "op": INVALID_SESSION, "d": resumable });
        self.shared.change(|state| {
            state.gateway.tell(Out::Send(message));
            if !resumable {
                state.gateway.session = None;
            }
        });
    }

    /// The gateway forgets the session, so that it cannot be resumed.
    pub fn forget_session(&self) {
        self.shared.change(|state| state.gateway.session = None);
    }

    /// Heartbeats are no longer acknowledged, or are again.
    pub fn mute(&self, muted: bool) {
        self.shared.change(|state| state.gateway.muted = muted);
    }

    /// For connections from now on.
    pub fn heartbeat_ms(&self, heartbeat_ms: u64) {
        self.shared
            .change(|state| state.gateway.heartbeat_ms = heartbeat_ms);
    }

    /// Sessions that may still begin today.
    pub fn sessions_left(&self, remaining: u32) {
        self.shared
            .change(|state| state.gateway.remaining = remaining);
    }
}

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else {
        return;
    };
    let (sender, mut receiver) = unbounded_channel();
    let (number, hello) = shared.change(|state| {
        state.gateway.connections += 1;
        let interval = state.gateway.heartbeat_ms;
        (
            state.gateway.connections,
            json!({ "op": HELLO, "d": { "heartbeat_interval": interval } }),
        )
    });
    let _ = sender.send(Out::Send(hello));
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(Ok(frame)) = frame else { break };
                let text = match frame {
                    Frame::Text(text) => text,
                    Frame::Close(_) => break,
                    _ => continue,
                };
                let Ok(message) = serde_json::from_str::<Value>(&text) else {
                    let _ = sender.send(Out::Close(4002));
                    continue;
                };
                shared.change(|state| hear(state, number, &sender, &message));
            }
            Some(out) = receiver.recv() => if say(&mut socket, out).await { break },
        }
    }
    shared.change(|state| {
        if state
            .gateway
            .connection
            .as_ref()
            .is_some_and(|(mine, _)| *mine == number)
        {
            state.gateway.connection = None;
        }
    });
}

/// True when the connection is over.
async fn say(socket: &mut WebSocketStream<TcpStream>, out: Out) -> bool {
    match out {
        Out::Send(message) => socket.send(Frame::Text(message.to_string())).await.is_err(),
        Out::Close(code) => {
            let reason = Cow::Borrowed("");
            let _ = socket
                .close(Some(CloseFrame {
                    code: CloseCode::from(code),
                    reason,
                }))
                .await;
            true
        }
        Out::Drop => true,
    }
}

fn hear(state: &mut State, number: u64, sender: &UnboundedSender<Out>, message: &Value) {
    let say = |message: Value| {
        let _ = sender.send(Out::Send(message));
    };
    match message["op"].as_u64() {
        Some(HEARTBEAT) => {
            state.gateway.heartbeats += 1;
            if !state.gateway.muted {
                say(json!({ "op": HEARTBEAT_ACK, "d": null }));
            }
        }
        Some(IDENTIFY) => identify(state, number, sender, &message["d"]),
        Some(RESUME) => {
            if !resume(state, number, sender, &message["d"]) {
                say(json!({ "op": INVALID_SESSION, "d": false }));
            }
        }
        Some(PRESENCE) => state.gateway.presences.push(message["d"].clone()),
        _ => state.problem(format!("the gateway heard op {}", message["op"])),
    }
}

fn identify(state: &mut State, number: u64, sender: &UnboundedSender<Out>, data: &Value) {
    let intents = data["intents"].as_u64().unwrap_or(0);
    state.gateway.identifies += 1;
    state.gateway.intents.push(intents);
    state.gateway.remaining = state.gateway.remaining.saturating_sub(1);
    state.gateway.presences.push(data["presence"].clone());
    let token = data["token"].as_str().unwrap_or_default();
    // serenity sends it with its prefix, which Discord takes as well.
    if token.trim_start_matches("Bot ") != state.token {
        let _ = sender.send(Out::Close(4004));
        return;
    }
    if intents & PRIVILEGED_INTENTS != 0 {
        state.problem(format!("a privileged intent was asked for: {intents:#b}"));
        let _ = sender.send(Out::Close(4014));
        return;
    }
    let id = format!("session-{}", state.gateway.identifies);
    state.gateway.session = Some(Session {
        id: id.clone(),
        sequence: 0,
        sent: Vec::new(),
    });
    state.gateway.connection = Some((number, sender.clone()));
    let guilds = state.guilds.keys().copied();
    let guilds: Vec<u64> = guilds.filter(|id| !state.foreign.contains(id)).collect();
    let away = |id: &u64| json!({ "id": id.to_string(), "unavailable": true });
    let ready = json!({
        "v": 10, "user": payload::bot(state), "guilds": guilds.iter().map(away).collect::<Vec<_>>(),
        "session_id": id, "resume_gateway_url": state.gateway.url, "shard": data["shard"],
        "application": { "id": state.application.to_string(), "flags": 0 },
        "session_type": "normal", "private_channels": [], "presences": [], "relationships": [],
    });
    state.gateway.dispatch("READY", ready);
    for guild in guilds {
        let event = payload::guild(state, guild);
        state.gateway.dispatch("GUILD_CREATE", event);
    }
}

/// False where there is no such session.
fn resume(state: &mut State, number: u64, sender: &UnboundedSender<Out>, data: &Value) -> bool {
    let gateway = &mut state.gateway;
    let known = gateway
        .session
        .as_ref()
        .filter(|session| data["session_id"] == session.id.as_str());
    let Some(session) = known else { return false };
    let after = data["seq"].as_u64().unwrap_or(0);
    for event in session
        .sent
        .iter()
        .filter(|event| event["s"].as_u64() > Some(after))
    {
        let _ = sender.send(Out::Send(event.clone()));
    }
    gateway.resumes += 1;
    gateway.connection = Some((number, sender.clone()));
    gateway.dispatch("RESUMED", json!({}));
    true
}

impl Gateway {
    /// What was sent under an id in this session.
    pub fn sent(&self, name: &str, id: u64) -> Option<Value> {
        let id = id.to_string();
        let sent = self.session.as_ref()?.sent.iter();
        let mut found = sent.filter(|event| event["t"] == name && event["d"]["id"] == id.as_str());
        found.next().map(|event| event["d"].clone())
    }
}
