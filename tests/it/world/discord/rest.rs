//! The REST side: every request is recorded, judged, made to fail on demand, and answered.

use super::places::VIEW;
use super::state::{Message, Request, State};
use super::{Shared, faults::Fault, limits, openapi, payload, rest_answers, rest_places, upload};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;

/// A status, and a body where there is one.
pub type Answer = (u16, Value);

/// One request, read.
pub struct Asked<'a> {
    pub method: &'a str,
    /// `["channels", "1", "messages"]`.
    pub parts: Vec<&'a str>,
    pub query: &'a str,
    pub body: Value,
    pub at: Instant,
}

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let shared = Arc::clone(&shared);
        async move { respond(&shared, &method, &uri, &headers, &body).await }
    };
    let app = axum::Router::new().fallback(answer);
    // Ends with the test, which aborts it.
    let _ = axum::serve(listener, app).await;
}

async fn respond(
    shared: &Shared,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response<Body> {
    let at = Instant::now();
    let path = uri.path().strip_prefix("/api").unwrap_or(uri.path());
    let path = path.strip_prefix("/v10").unwrap_or(path);
    let line = format!("{method} {path}");
    let fault = shared.change(|state| state.fault_of(&line));
    if let Some(fault) = &fault {
        tokio::time::sleep(fault.delay).await;
    }
    let read = (!body.is_empty()).then(|| read(headers, body));
    let (body, files) = match read {
        Some(Ok((body, files))) => (Some(body), files),
        None => (None, Vec::new()),
        Some(Err(error)) => {
            shared.change(|state| state.problem(format!("{line}: the body: {error}")));
            return drawn(
                &(400, json!({ "code": 50_109, "message": "no JSON" })),
                None,
            );
        }
    };
    let (answer, lost, limit) = shared.change(|state| {
        describe(state, method.as_str(), path, body.as_ref());
        for wrong in body.iter().flat_map(|body| upload::judge(body, &files)) {
            state.problem(format!("{line}: {wrong}"));
        }
        let failing = fault.as_ref().and_then(|fault| fault.status);
        let instead = fault.as_ref().is_some_and(|fault| !fault.done);
        let asked = Asked {
            method: method.as_str(),
            parts: path.trim_matches('/').split('/').collect(),
            query: uri.query().unwrap_or_default(),
            body: body.clone().unwrap_or_default(),
            at,
        };
        let mut limit = None;
        let answer = match failing {
            Some(status) if instead => (status, Value::Null),
            _ => {
                limit = state.over_the_limit(&asked);
                match limit {
                    Some(seconds) => (429, rest_places::too_many(seconds)),
                    None => authorised(state, headers, &asked),
                }
            }
        };
        let answer = (failing.unwrap_or(answer.0), answer.1);
        let lost = fault.as_ref().is_some_and(|fault| fault.lost);
        state.requests.push(Request {
            method: method.to_string(),
            path: path.to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body,
            files,
            status: if lost { 0 } else { answer.0 },
            at,
        });
        (answer, lost, limit)
    });
    if lost {
        // Ends the task of the connection, and with it the connection, without a word on the console.
        std::panic::resume_unwind(Box::new("the answer is lost"));
    }
    let fault = fault.or_else(|| {
        let global = Fault::on("").header("X-RateLimit-Global", "true");
        limit.map(|seconds| global.header("Retry-After", &seconds.to_string()))
    });
    drawn(&answer, fault.as_ref())
}

/// The JSON of a body, and its files.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<(Value, Vec<upload::Upload>), String> {
    let kind = headers
        .get("Content-Type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return upload::read(kind, body);
    }
    let json = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    Ok((json, Vec::new()))
}

fn drawn(answer: &Answer, fault: Option<&Fault>) -> Response<Body> {
    let (status, body) = answer;
    let text = match fault {
        Some(fault) if fault.status.is_some() => fault.body.clone(),
        _ if body.is_null() => String::new(),
        _ => body.to_string(),
    };
    let mut headers = vec![
        ("Content-Type", "application/json"),
        ("X-RateLimit-Limit", "5"),
        ("X-RateLimit-Remaining", "4"),
        ("X-RateLimit-Reset", "1940000000.0"),
        ("X-RateLimit-Reset-After", "1.0"),
        ("X-RateLimit-Bucket", "bucket"),
    ];
    let own = fault.map_or(&[][..], |fault| &fault.headers);
    headers.retain(|(name, _)| {
        !own.iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    });
    headers.extend(
        own.iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let mut response = Response::builder().status(*status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(text))
        .expect("status and headers are sound")
}

/// Discord's own description judges path, method and body.
fn describe(state: &mut State, method: &str, path: &str, body: Option<&Value>) {
    let Some(description) = openapi::Description::shared() else {
        return;
    };
    state.checked_by_description += 1;
    for error in description.check(method, path, body) {
        state.problem(format!("{method} {path}: {error}"));
    }
}

fn authorised(state: &mut State, headers: &HeaderMap, asked: &Asked) -> Answer {
    let token = headers
        .get("Authorization")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let by_token_of_interaction = matches!(asked.parts[0], "interactions" | "webhooks");
    if !by_token_of_interaction && token != format!("Bot {}", state.token) {
        return (401, json!({ "code": 0, "message": "401: Unauthorized" }));
    }
    if asked.method != "GET" && headers.get("User-Agent").is_none() {
        state.problem(format!(
            "{} {} has no user agent",
            asked.method,
            asked.parts.join("/")
        ));
    }
    answer(state, asked)
}

fn answer(state: &mut State, asked: &Asked) -> Answer {
    let application = state.application.to_string();
    match (asked.method, asked.parts.as_slice()) {
        ("GET", ["gateway"]) => (200, json!({ "url": state.gateway.url })),
        ("GET", ["gateway", "bot"]) => gateway(state),
        ("GET", ["users", "@me"]) => (200, payload::bot(state)),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            (200, payload::application(state))
        }
        ("GET", ["applications", id, "commands"]) if *id == application => {
            (200, state.commands.clone().into())
        }
        ("PUT", ["applications", id, "commands"]) if *id == application => {
            register(state, &asked.body)
        }
        ("POST", ["users", "@me", "channels"]) => open_direct(state, &asked.body),
        ("GET", ["channels", id]) => match id.parse() {
            Ok(id) if state.channels.contains_key(&id) => (200, payload::channel(state, id)),
            _ => unknown(10_003, "Unknown Channel"),
        },
        (method, ["channels", channel, "messages", rest @ ..]) => {
            let Ok(channel) = channel.parse() else {
                return unknown(10_003, "Unknown Channel");
            };
            messages(state, method, channel, rest, asked)
        }
        (_, ["guilds", ..] | ["channels", _, "threads", ..]) => rest_places::answer(state, asked),
        ("POST", ["interactions", id, token, "callback"]) => {
            rest_answers::callback(state, id, token, asked)
        }
        (method, ["webhooks", id, token, rest @ ..]) if *id == application => {
            rest_answers::webhook(state, method, token, rest, asked)
        }
        (method, parts) => {
            state.problem(format!(
                "{method} /{}: the fake does not know it",
                parts.join("/")
            ));
            unknown(0, "404: Not Found")
        }
    }
}

pub fn unknown(code: u32, message: &str) -> Answer {
    (404, json!({ "code": code, "message": message }))
}

fn gateway(state: &State) -> Answer {
    let limit = json!({
        "total": 1_000, "remaining": state.gateway.remaining, "reset_after": 14_400_000, "max_concurrency": 1,
    });
    (
        200,
        json!({ "url": state.gateway.url, "shards": 1, "session_start_limit": limit }),
    )
}

/// Notes what is wrong by the limits; true where Discord would refuse the body.
pub fn judge(state: &mut State, what: &str, wrong: Vec<String>) -> bool {
    state.checked_by_limits += 1;
    for one in &wrong {
        state.problem(format!("{what}: {one}"));
    }
    // allowed_mentions is our rule, not Discord's.
    wrong.iter().any(|one| !one.starts_with("allowed_mentions"))
}

pub fn invalid() -> Answer {
    (
        400,
        json!({ "code": 50_035, "message": "Invalid Form Body", "errors": {} }),
    )
}

/// A command keeps its id as long as its name is registered.
fn register(state: &mut State, body: &Value) -> Answer {
    if judge(state, "commands", limits::commands(body)) {
        return invalid();
    }
    let before = std::mem::take(&mut state.commands);
    let mut commands = Vec::new();
    for command in body.as_array().into_iter().flatten() {
        let known = before
            .iter()
            .find(|one| one["name"] == command["name"])
            .map(|one| one["id"].clone());
        let mut command = command.clone();
        command["id"] = known.unwrap_or_else(|| state.id().to_string().into());
        command["application_id"] = state.application.to_string().into();
        command["version"] = state.id().to_string().into();
        if let Some(rights) = command["default_member_permissions"].as_u64() {
            command["default_member_permissions"] = rights.to_string().into();
        }
        commands.push(command);
    }
    state.commands.clone_from(&commands);
    (200, commands.into())
}

fn open_direct(state: &mut State, body: &Value) -> Answer {
    let user = body["recipient_id"].as_str().and_then(|id| id.parse().ok());
    match user.filter(|id| state.users.contains_key(id)) {
        Some(user) => {
            let channel = state.direct(user);
            (200, payload::channel(state, channel))
        }
        None => unknown(10_013, "Unknown User"),
    }
}

fn messages(state: &mut State, method: &str, channel: u64, rest: &[&str], asked: &Asked) -> Answer {
    if !state.channels.contains_key(&channel) {
        return unknown(10_003, "Unknown Channel");
    }
    let id = rest.first().and_then(|id| id.parse::<u64>().ok());
    let known = id.filter(|id| {
        state
            .messages
            .get(id)
            .is_some_and(|one| one.channel == channel)
    });
    match (method, rest) {
        ("POST", []) => rest_places::create(state, channel, &asked.body),
        ("GET", _) if !state.may(channel, VIEW) => no_access(),
        ("GET", []) => rest_places::newer(state, channel, asked),
        (_, [_, "threads" | "crosspost"]) if known.is_none() => unknown(10_008, "Unknown Message"),
        ("POST", [_, "threads"]) => {
            rest_places::begin_thread(state, channel, known.expect("it is known"), &asked.body)
        }
        ("POST", [_, "crosspost"]) => rest_places::crosspost(state, known.expect("it is known")),
        (_, [_]) if known.is_none() => unknown(10_008, "Unknown Message"),
        // A private answer is in no channel.
        ("GET", [_]) if known.is_some_and(|id| state.messages[&id].only_for.is_some()) => {
            unknown(10_008, "Unknown Message")
        }
        ("GET", [_]) => (
            200,
            state.messages[&known.expect("it is known")].body.clone(),
        ),
        ("PATCH", [_]) if known.is_some_and(|id| state.no_edits.contains(&id)) => {
            let message = "Maximum number of edits to messages older than 1 hour reached";
            (429, json!({ "code": 30_046, "message": message }))
        }
        ("PATCH", [_]) => edit(state, known.expect("it is known"), &asked.body),
        ("DELETE", [_]) => {
            state.messages.remove(&known.expect("it is known"));
            (204, Value::Null)
        }
        _ => {
            state.problem(format!(
                "{method} /channels/…/messages/{}: the fake does not know it",
                rest.join("/")
            ));
            unknown(0, "404: Not Found")
        }
    }
}

pub fn no_access() -> Answer {
    (403, json!({ "code": 50_001, "message": "Missing Access" }))
}

/// Puts a message into a channel, for all or for one person.
pub fn post(state: &mut State, channel: u64, body: &Value, only_for: Option<u64>) -> u64 {
    let id = state.id();
    let own = body["flags"].as_u64().unwrap_or(0) & !limits::EPHEMERAL;
    let flags = own
        | if only_for.is_some() {
            limits::EPHEMERAL
        } else {
            0
        };
    let body = payload::message(state, id, channel, body, flags);
    state.messages.insert(
        id,
        Message {
            channel,
            body,
            only_for,
        },
    );
    id
}

/// An edit by a request of its own.
pub fn edit(state: &mut State, id: u64, body: &Value) -> Answer {
    let Some(message) = state.messages.get(&id) else {
        return unknown(10_008, "Unknown Message");
    };
    let before = message.body["flags"].as_u64().unwrap_or(0);
    if judge(
        state,
        "an edit",
        limits::message(body, before & limits::COMPONENTS_V2 != 0, true),
    ) {
        return invalid();
    }
    replace(state, id, body)
}

/// Replaces what the body names.
pub fn replace(state: &mut State, id: u64, body: &Value) -> Answer {
    let Some(message) = state.messages.get_mut(&id) else {
        return unknown(10_008, "Unknown Message");
    };
    let before = message.body["flags"].as_u64().unwrap_or(0);
    for key in ["content", "embeds", "components"] {
        if let Some(new) = body.get(key) {
            message.body[key] = new.clone();
        }
    }
    // Only this flag can be added by an edit.
    let added = body["flags"].as_u64().unwrap_or(0) & limits::COMPONENTS_V2;
    message.body["flags"] = (before | added).into();
    message.body["edited_timestamp"] = "2031-05-04T06:00:01.000000+00:00".into();
    (200, message.body.clone())
}
