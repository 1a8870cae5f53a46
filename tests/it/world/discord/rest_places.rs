//! Messages, threads and posts as the bot makes and finds them, and the rights that it asks for.

use super::places::{EMBED, HISTORY, MAKE_THREADS, SEND, SEND_IN_THREADS, VIEW};
use super::rest::{Answer, Asked, invalid, judge, no_access, post, unknown};
use super::state::State;
use super::{limits, payload};
use serde_json::{Value, json};

const CROSSPOSTED: u64 = 1;
const ANNOUNCEMENT: u8 = 5;
const FORUM: u8 = 15;

pub fn too_many(seconds: f64) -> Value {
    json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": true })
}

fn no_right() -> Answer {
    (
        403,
        json!({ "code": 50_013, "message": "Missing Permissions" }),
    )
}

/// A number of the query.
fn number(asked: &Asked, name: &str) -> Option<u64> {
    let parts = asked.query.split('&');
    let found = parts
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| *key == name);
    found.and_then(|(_, value)| value.parse().ok())
}

/// What keeps the bot from writing into a channel.
fn closed(state: &State, channel: u64, body: &Value) -> Option<Answer> {
    let of = &state.channels[&channel];
    let person = state.users.values().find(|one| one.direct == Some(channel));
    if person.is_some_and(|one| one.closed) {
        let message = "Cannot send messages to this user";
        return Some((403, json!({ "code": 50_007, "message": message })));
    }
    if !state.may(channel, VIEW) {
        return Some(no_access());
    }
    if of.thread.as_ref().is_some_and(|one| one.locked) {
        return Some((
            403,
            json!({ "code": 160_005, "message": "Thread is locked" }),
        ));
    }
    let send = if of.thread.is_some() {
        SEND_IN_THREADS
    } else {
        SEND
    };
    let embeds = body["embeds"].as_array().is_some_and(|all| !all.is_empty());
    let needed = send | if embeds { EMBED } else { 0 };
    (!state.may(channel, needed)).then(no_right)
}

/// A message that the bot sends unasked.
pub fn create(state: &mut State, channel: u64, body: &Value) -> Answer {
    if state.channels[&channel].kind == FORUM {
        return (
            400,
            json!({ "code": 50_008, "message": "Cannot send messages in a non-text channel" }),
        );
    }
    if judge(state, "a message", limits::message(body, false, false)) {
        return invalid();
    }
    if let Some(no) = closed(state, channel, body) {
        return no;
    }
    let enforced = body["enforce_nonce"] == true;
    let nonce = body["nonce"]
        .as_str()
        .filter(|_| enforced)
        .map(str::to_owned);
    if let Some(known) = nonce.as_ref().and_then(|nonce| state.known_nonce(nonce)) {
        return match state.messages.get(&known) {
            Some(message) => (200, message.body.clone()),
            None => unknown(10_008, "Unknown Message"),
        };
    }
    let id = post(state, channel, body, None);
    if let Some(nonce) = nonce {
        let now = state.clock.now();
        state.nonces.insert(nonce, (id, now));
    }
    count(state, channel, id, body);
    // A message brings a thread back that was put away.
    if let Some(thread) = state
        .channels
        .get_mut(&channel)
        .and_then(|one| one.thread.as_mut())
    {
        thread.archived = false;
    }
    (200, state.messages[&id].body.clone())
}

/// Notes marks and pings of a message that was made.
fn count(state: &mut State, place: u64, id: u64, body: &Value) {
    if let Some(mark) = mark(&body["components"]) {
        *state.marked.entry((place, mark)).or_default() += 1;
    }
    let content = body["content"].as_str().unwrap_or_default();
    for role in body["allowed_mentions"]["roles"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let role = role.as_str().unwrap_or_default();
        let Ok(number) = role.parse::<u64>() else {
            continue;
        };
        if content.contains(&format!("<@&{role}>")) {
            state.pings.push((id, number));
        }
        if !state.may_ping.contains(&number) {
            state.problem(format!(
                "a message may ping role {role}, which nobody asked for"
            ));
        }
    }
}

/// `~41.` of the first button that has one.
fn mark(components: &Value) -> Option<String> {
    components.as_array()?.iter().find_map(|one| {
        let key = one["custom_id"].as_str().and_then(|id| id.get(1..));
        let own = key.filter(|key| key.starts_with('~'));
        let own = own.and_then(|key| Some(key[..=key.find('.')?].to_owned()));
        own.or_else(|| mark(&one["components"]))
    })
}

/// Messages of a channel, newest first: the last ones, or the first ones after an id.
pub fn newer(state: &State, channel: u64, asked: &Asked) -> Answer {
    if !state.may(channel, HISTORY) {
        return (200, json!([]));
    }
    let limit = number(asked, "limit").unwrap_or(50).min(100) as usize;
    let all = state.messages.iter();
    let all = all.filter(|(_, one)| one.channel == channel && one.only_for.is_none());
    let bodies = all.map(|(id, one)| (*id, one.body.clone()));
    let found: Vec<Value> = match number(asked, "after") {
        Some(after) => {
            let later = bodies.filter(|(id, _)| *id > after).take(limit);
            let mut later: Vec<Value> = later.map(|(_, body)| body).collect();
            later.reverse();
            later
        }
        None => bodies.rev().take(limit).map(|(_, body)| body).collect(),
    };
    (200, found.into())
}

pub fn crosspost(state: &mut State, id: u64) -> Answer {
    let channel = state.messages[&id].channel;
    if state.channels[&channel].kind != ANNOUNCEMENT {
        let message = "Cannot execute action on this channel type";
        return (400, json!({ "code": 50_024, "message": message }));
    }
    let message = state.messages.get_mut(&id).expect("it is known");
    let flags = message.body["flags"].as_u64().unwrap_or(0);
    if flags & CROSSPOSTED != 0 {
        let message = "This message has already been crossposted.";
        return (400, json!({ "code": 40_033, "message": message }));
    }
    message.body["flags"] = (flags | CROSSPOSTED).into();
    (200, message.body.clone())
}

/// A thread on a message.
pub fn begin_thread(state: &mut State, channel: u64, message: u64, body: &Value) -> Answer {
    if !state.may(channel, MAKE_THREADS) {
        return no_right();
    }
    if state.channels.contains_key(&message) {
        let text = "A thread has already been created for this message";
        return (400, json!({ "code": 160_004, "message": text }));
    }
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let owner = state.application;
    let id = state.add_thread(channel, Some(message), &name, owner, Vec::new());
    (201, payload::channel(state, id))
}

pub fn answer(state: &mut State, asked: &Asked) -> Answer {
    let id = asked.parts.get(1).and_then(|id| id.parse::<u64>().ok());
    let id = id.unwrap_or(0);
    match (asked.method, &asked.parts[2..]) {
        ("GET", ["roles"]) if state.guilds.contains_key(&id) => {
            (200, payload::roles(state, id).into())
        }
        ("GET", ["members", user]) if state.guilds.contains_key(&id) => {
            let user = user.parse().unwrap_or(0);
            let who = if user == state.application {
                payload::bot(state)
            } else {
                payload::user(state, user)
            };
            (
                200,
                json!({ "user": who, "roles": [], "joined_at": null, "deaf": false, "mute": false, "flags": 0 }),
            )
        }
        ("GET", ["threads", "active"]) if asked.parts[0] == "guilds" => {
            let threads = threads(state, |one, thread| {
                one.guild == Some(id) && !thread.archived
            });
            (200, json!({ "threads": threads, "members": [] }))
        }
        _ if asked.parts[0] == "guilds" => unknown(10_004, "Unknown Guild"),
        _ if !state.channels.contains_key(&id) => unknown(10_003, "Unknown Channel"),
        ("GET", ["threads", "archived", "public"]) => {
            if !state.may(id, HISTORY) {
                return no_access();
            }
            let threads = threads(state, |_, thread| thread.parent == id && thread.archived);
            (
                200,
                json!({ "threads": threads, "members": [], "has_more": false }),
            )
        }
        ("POST", ["threads"]) => begin_post(state, id, &asked.body),
        _ => {
            let path = asked.parts.join("/");
            state.problem(format!(
                "{} /{path}: the fake does not know it",
                asked.method
            ));
            unknown(0, "404: Not Found")
        }
    }
}

fn threads(
    state: &State,
    wanted: impl Fn(&super::Channel, &super::places::Thread) -> bool,
) -> Vec<Value> {
    let all = state.channels.iter().rev();
    let seen = all.filter(|(id, one)| {
        one.thread
            .as_ref()
            .is_some_and(|thread| wanted(one, thread))
            && state.may(**id, VIEW)
    });
    seen.map(|(id, _)| payload::channel(state, *id)).collect()
}

/// A forum's post: a thread and its first message under one id.
fn begin_post(state: &mut State, forum: u64, body: &Value) -> Answer {
    if state.channels[&forum].kind != FORUM {
        state.problem("a post was made in a channel that is no forum");
        return invalid();
    }
    let message = &body["message"];
    if judge(state, "a post", limits::message(message, false, false)) {
        return invalid();
    }
    if let Some(no) = closed(state, forum, message) {
        return no;
    }
    let known = &state.channels[&forum].tags;
    let wanted = body["applied_tags"].as_array().cloned().unwrap_or_default();
    let tags = wanted.iter().map(|tag| tag.as_str()?.parse::<u64>().ok());
    let tags: Option<Vec<u64>> = tags.collect();
    let fits = |tag: &u64| known.iter().any(|(id, _)| id == tag);
    let Some(tags) = tags.filter(|tags| tags.iter().all(fits)) else {
        return invalid();
    };
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let owner = state.application;
    let thread = state.add_thread(forum, None, &name, owner, tags);
    let made = post(state, thread, message, None);
    let mut first = state.messages.remove(&made).expect("it was just made");
    first.body["id"] = thread.to_string().into();
    let drawn = first.body.clone();
    state.messages.insert(thread, first);
    count(state, forum, thread, message);
    let mut answer = payload::channel(state, thread);
    answer["message"] = drawn;
    (201, answer)
}
