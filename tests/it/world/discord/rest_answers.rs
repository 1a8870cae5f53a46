//! How interactions are answered: acknowledged once and in time, then filled in and followed up.

use super::rest::{Answer, Asked, edit, invalid, judge, post, replace, unknown};
use super::state::{Interaction, State};
use super::{limits, payload};
use serde_json::{Value, json};

/// Discord waits this long for the acknowledgement.
const ACKNOWLEDGE_MS_MAX: u64 = 3_000;
/// A token of an interaction lives for 15 minutes.
const TOKEN_SECONDS_MAX: u64 = 900;

const COMMAND: u8 = 2;
const COMPONENT: u8 = 3;
const AUTOCOMPLETE: u8 = 4;
const FORM: u8 = 5;

const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const UPDATE: u8 = 7;
const CHOICES: u8 = 8;
const MODAL: u8 = 9;

pub fn callback(state: &mut State, id: &str, token: &str, asked: &Asked) -> Answer {
    let id: u64 = id.parse().unwrap_or(0);
    let Some(of) = state
        .interactions
        .get(&id)
        .filter(|one| one.token == token && !one.dead)
        .cloned()
    else {
        return unknown(10_062, "Unknown interaction");
    };
    let waited = millis(asked, &of);
    if of.acknowledged.is_some() {
        state.problem("an interaction was acknowledged twice");
        return (
            400,
            json!({ "code": 40_060, "message": "Interaction has already been acknowledged." }),
        );
    }
    if waited > ACKNOWLEDGE_MS_MAX {
        state.problem(format!("an interaction was acknowledged after {waited} ms"));
        return unknown(10_062, "Unknown interaction");
    }
    let kind = asked.body["type"]
        .as_u64()
        .and_then(|kind| u8::try_from(kind).ok())
        .unwrap_or(0);
    if !fits(of.kind, kind, of.pressed.is_some()) {
        state.problem(format!(
            "a callback of type {kind} for an interaction of type {}",
            of.kind
        ));
        return invalid();
    }
    let data = &asked.body["data"];
    let before = of
        .pressed
        .and_then(|id| state.messages.get(&id))
        .map_or(0, |one| flags(&one.body));
    let wrong = match kind {
        MESSAGE => limits::message(data, false, false),
        UPDATE => limits::message(data, before & limits::COMPONENTS_V2 != 0, true),
        CHOICES => limits::choices(data),
        MODAL => limits::modal(data),
        _ => Vec::new(),
    };
    if judge(state, &format!("a callback of type {kind}"), wrong) {
        return invalid();
    }
    let mut of = of;
    of.acknowledged = Some((kind, waited));
    acknowledge(state, &mut of, kind, data, waited);
    let response = json!({
        "interaction": { "id": id.to_string(), "type": of.kind, "response_message_id": of.original.map(|id| id.to_string()) },
        "resource": { "type": kind, "message": of.original.and_then(|id| state.messages.get(&id)).map(|one| &one.body) },
    });
    state.interactions.insert(id, of);
    let wanted = asked.query.contains("with_response=true");
    if wanted {
        (200, response)
    } else {
        (204, Value::Null)
    }
}

fn acknowledge(state: &mut State, of: &mut Interaction, kind: u8, data: &Value, waited: u64) {
    let private = flags(data) & limits::EPHEMERAL != 0;
    let only_for = private.then_some(of.user);
    match kind {
        MESSAGE => {
            of.private = private;
            of.original = Some(post(state, of.channel, data, only_for));
            (of.filled, of.answer) = (Some(waited), of.original);
        }
        DEFERRED_MESSAGE => of.private = private,
        DEFERRED_UPDATE => of.original = of.pressed,
        UPDATE => {
            of.original = of.pressed;
            if let Some(pressed) = of.pressed.filter(|id| state.messages.contains_key(id)) {
                let was = flags(&state.messages[&pressed].body) & limits::EPHEMERAL != 0;
                stays_private(state, data, was);
                replace(state, pressed, data);
            }
            (of.filled, of.answer) = (Some(waited), of.original);
        }
        _ => {
            of.data = data.clone();
            of.filled = Some(waited);
        }
    }
}

/// Which callbacks Discord takes for which interaction.
fn fits(of: u8, kind: u8, has_message: bool) -> bool {
    match kind {
        MESSAGE | DEFERRED_MESSAGE => of != AUTOCOMPLETE,
        DEFERRED_UPDATE | UPDATE => has_message && matches!(of, COMPONENT | FORM),
        CHOICES => of == AUTOCOMPLETE,
        MODAL => matches!(of, COMMAND | COMPONENT),
        _ => false,
    }
}

fn flags(of: &Value) -> u64 {
    of["flags"].as_u64().unwrap_or(0)
}

fn millis(asked: &Asked, of: &Interaction) -> u64 {
    u64::try_from(asked.at.saturating_duration_since(of.began).as_millis()).unwrap_or(u64::MAX)
}

/// Who sees an answer was settled when it was begun: a body that says otherwise is mistaken.
fn stays_private(state: &mut State, body: &Value, private: bool) {
    let says = body
        .get("flags")
        .map(|_| flags(body) & limits::EPHEMERAL != 0);
    if says.is_some_and(|says| says != private) {
        state.problem(format!(
            "an edit would change who sees the answer, which is private: {private}"
        ));
    }
}

pub fn webhook(
    state: &mut State,
    method: &str,
    token: &str,
    rest: &[&str],
    asked: &Asked,
) -> Answer {
    let found = state
        .interactions
        .iter()
        .find(|(_, one)| one.token == token);
    let Some((id, of)) = found.map(|(id, of)| (*id, of.clone())) else {
        return unknown(10_015, "Unknown Webhook");
    };
    if of.dead || millis(asked, &of) > TOKEN_SECONDS_MAX * 1_000 {
        return (
            401,
            json!({ "code": 50_027, "message": "Invalid Webhook Token" }),
        );
    }
    if of.acknowledged.is_none() {
        state.problem("an interaction was followed up before it was acknowledged");
        return unknown(10_015, "Unknown Webhook");
    }
    match (method, rest) {
        ("POST", []) => follow_up(state, id, of, asked),
        ("PATCH", ["messages", "@original"]) => fill(state, id, of, asked),
        ("GET", ["messages", "@original"]) => {
            match of.original.and_then(|id| state.messages.get(&id)) {
                Some(message) => (200, message.body.clone()),
                None => unknown(10_008, "Unknown Message"),
            }
        }
        ("DELETE", ["messages", "@original"]) => {
            of.original.map(|id| state.messages.remove(&id));
            (204, Value::Null)
        }
        (_, ["messages", message]) => {
            let known = message.parse().ok().filter(|id| of.follow_ups.contains(id));
            match (method, known) {
                ("PATCH", Some(id)) => edit(state, id, &asked.body),
                ("DELETE", Some(id)) => {
                    state.messages.remove(&id);
                    (204, Value::Null)
                }
                _ => unknown(10_008, "Unknown Message"),
            }
        }
        _ => {
            state.problem(format!(
                "{method} /webhooks/…/{}: the fake does not know it",
                rest.join("/")
            ));
            unknown(0, "404: Not Found")
        }
    }
}

/// An edit of `@original`: fills the place of a deferred answer, or replaces what is there.
fn fill(state: &mut State, id: u64, mut of: Interaction, asked: &Asked) -> Answer {
    let answer = match of.original {
        Some(original) => {
            let was = state
                .messages
                .get(&original)
                .is_some_and(|one| one.only_for.is_some());
            stays_private(state, &asked.body, was);
            edit(state, original, &asked.body)
        }
        None => {
            stays_private(state, &asked.body, of.private);
            if judge(
                state,
                "an answer",
                limits::message(&asked.body, false, true),
            ) {
                return invalid();
            }
            let message = post(
                state,
                of.channel,
                &asked.body,
                of.private.then_some(of.user),
            );
            of.original = Some(message);
            (200, state.messages[&message].body.clone())
        }
    };
    if answer.0 == 200 && of.filled.is_none() {
        (of.filled, of.answer) = (Some(millis(asked, &of)), of.original);
    }
    state.interactions.insert(id, of);
    answer
}

fn follow_up(state: &mut State, id: u64, mut of: Interaction, asked: &Asked) -> Answer {
    if matches!(of.acknowledged, Some((DEFERRED_MESSAGE, _))) && of.filled.is_none() {
        state.problem(
            "the first follow-up of a deferred answer takes its place, whatever its flags say",
        );
    }
    if judge(
        state,
        "a follow-up",
        limits::message(&asked.body, false, false),
    ) {
        return invalid();
    }
    let private = flags(&asked.body) & limits::EPHEMERAL != 0;
    let message = post(state, of.channel, &asked.body, private.then_some(of.user));
    of.follow_ups.push(message);
    if of.filled.is_none() {
        (of.filled, of.answer) = (Some(millis(asked, &of)), Some(message));
    }
    state.interactions.insert(id, of);
    (200, state.messages[&message].body.clone())
}

impl State {
    /// Something that somebody did, told to the bot. Its id.
    pub fn interact(&mut self, mut of: Interaction, data: Value) -> u64 {
        let id = self.id();
        of.token = format!("interaction-token-{id}");
        of.began = std::time::Instant::now();
        let event = payload::interaction(self, id, &of, data);
        self.interactions.insert(id, of);
        self.gateway.dispatch("INTERACTION_CREATE", event);
        id
    }
}
