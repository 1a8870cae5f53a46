//! What people do: type commands, press buttons, choose, fill in forms, and look at the answer.

use super::state::{Interaction, State};
use super::{FakeDiscord, payload};
use serde_json::{Map, Value, json};
use std::time::Instant;

const MANAGE_SERVER: u64 = 1 << 5;
const SUB_COMMAND: u64 = 1;
const STRING: u64 = 3;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;
const ATTACHMENT: u64 = 11;

/// Somebody's id.
pub type Person = u64;

/// How the bot answered, as the person sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The interaction, for [`FakeDiscord::again`].
    pub interaction: u64,
    /// Type of the callback: 4 a message, 5 deferred, 6 and 7 an update, 8 choices, 9 a form.
    pub callback: u8,
    /// The id of the message that was answered with; 0 for choices and forms.
    pub id: u64,
    /// That message as it is now.
    pub message: Value,
    pub private: bool,
    /// Choices or a form.
    pub data: Value,
    /// Messages beside the answer.
    pub follow_ups: Vec<u64>,
    pub acknowledged_ms: u64,
    pub answered_ms: u64,
}

impl Seen {
    /// All text of the message, a line end between its parts.
    pub fn text(&self) -> String {
        text_of(&self.message)
    }

    /// The labels of all buttons, in order.
    pub fn buttons(&self) -> Vec<String> {
        let found = components(&self.message);
        let buttons = found.iter().filter(|one| one["type"] == 2);
        buttons
            .filter_map(|one| one["label"].as_str().map(str::to_owned))
            .collect()
    }

    /// The `custom_id` of the button with this label.
    pub fn button(&self, label: &str) -> Option<String> {
        let found = components(&self.message);
        let button = found
            .iter()
            .find(|one| one["type"] == 2 && one["label"] == label)?;
        button["custom_id"].as_str().map(str::to_owned)
    }

    /// The first select: its `custom_id`, and labels with values.
    pub fn select(&self) -> Option<(String, Vec<(String, String)>)> {
        let found = components(&self.message);
        let select = found.iter().find(|one| one["type"] == 3)?;
        let word = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
        let options = select["options"]
            .as_array()?
            .iter()
            .map(|one| (word(one, "label"), word(one, "value")));
        Some((word(select, "custom_id"), options.collect()))
    }

    /// What was offered: names and values.
    pub fn choices(&self) -> Vec<(String, String)> {
        let word = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
        let all = self.data["choices"].as_array();
        all.into_iter()
            .flatten()
            .map(|one| (word(one, "name"), word(one, "value")))
            .collect()
    }
}

/// All text of a message: content, embeds, text displays.
pub fn text_of(message: &Value) -> String {
    let mut parts = vec![message["content"].clone()];
    for embed in message["embeds"].as_array().into_iter().flatten() {
        parts.extend([embed["title"].clone(), embed["description"].clone()]);
    }
    parts.extend(
        components(message)
            .iter()
            .filter(|one| one["type"] == 10)
            .map(|one| one["content"].clone()),
    );
    let texts = parts
        .iter()
        .filter_map(Value::as_str)
        .filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n")
}

fn components(message: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for one in message["components"].as_array().into_iter().flatten() {
        found.push(one.clone());
        found.extend(components(one));
    }
    found
}

impl FakeDiscord {
    /// A new member of all servers, with the rights that members have.
    pub fn person(&self, name: &str) -> Person {
        self.shared.change(|state| state.add_user(name))
    }

    /// A new member with Manage Server.
    pub fn moderator(&self, name: &str) -> Person {
        let id = self.person(name);
        self.grant(id, MANAGE_SERVER);
        id
    }

    pub fn grant(&self, person: Person, rights: u64) {
        self.of(person, |one| one.rights |= rights);
    }

    pub fn withdraw(&self, person: Person, rights: u64) {
        self.of(person, |one| one.rights &= !rights);
    }

    pub fn give_role(&self, person: Person, role: u64) {
        self.of(person, |one| {
            one.roles.insert(role);
        });
    }

    pub fn take_role(&self, person: Person, role: u64) {
        self.of(person, |one| {
            one.roles.remove(&role);
        });
    }

    /// The server lets the person use commands that need rights (Integrations).
    pub fn let_through(&self, person: Person) {
        self.of(person, |one| one.let_through = true);
    }

    fn of(&self, person: Person, change: impl FnOnce(&mut super::state::User)) {
        self.shared
            .change(|state| change(state.users.get_mut(&person).expect("the person is known")));
    }

    /// The channel of the person's direct messages.
    pub fn direct(&self, person: Person) -> u64 {
        self.shared.change(|state| state.direct(person))
    }

    /// `/name` or `/name sub` with its options; waits for the answer.
    pub async fn slash(
        &self,
        person: Person,
        channel: u64,
        name: &str,
        options: &[(&str, &str)],
    ) -> Seen {
        let id = self.type_slash(person, channel, name, options).await;
        self.answered(id).await
    }

    /// As `slash`, without waiting for the answer.
    pub async fn type_slash(
        &self,
        person: Person,
        channel: u64,
        name: &str,
        options: &[(&str, &str)],
    ) -> u64 {
        self.connected().await;
        self.shared.change(|state| {
            let data = command_data(state, (person, channel), name, options, None);
            state.interact(fresh(2, person, channel), data)
        })
    }

    /// While `option` (the last of `options`) is typed; waits for the choices.
    pub async fn autocomplete(
        &self,
        person: Person,
        channel: u64,
        name: &str,
        options: &[(&str, &str)],
    ) -> Seen {
        self.connected().await;
        let focused = options.last().expect("one option is typed").0;
        let id = self.shared.change(|state| {
            let data = command_data(state, (person, channel), name, options, Some(focused));
            state.interact(fresh(4, person, channel), data)
        });
        self.answered(id).await
    }

    /// Presses the button with this `custom_id`.
    pub async fn press(&self, person: Person, message: u64, custom_id: &str) -> Seen {
        let known = self.component(person, message, custom_id);
        assert_eq!(known["type"], 2, "{custom_id} is no button");
        self.forge(
            person,
            message,
            json!({ "component_type": 2, "custom_id": custom_id }),
        )
        .await
    }

    /// Presses the button with this label.
    pub async fn press_label(&self, person: Person, message: u64, label: &str) -> Seen {
        let body = self.message(message).expect("the message is there");
        let found = components(&body);
        let button = found
            .iter()
            .find(|one| one["type"] == 2 && one["label"] == label);
        let Some(id) = button.and_then(|one| one["custom_id"].as_str()) else {
            panic!("no button {label:?} in {body:#}");
        };
        self.press(person, message, id).await
    }

    /// Chooses a value of the select with this `custom_id`.
    pub async fn choose(&self, person: Person, message: u64, custom_id: &str, value: &str) -> Seen {
        let known = self.component(person, message, custom_id);
        let offered = known["options"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["value"] == value));
        assert!(offered, "{value:?} is not offered by {known:#}");
        self.forge(
            person,
            message,
            json!({ "component_type": 3, "custom_id": custom_id, "values": [value] }),
        )
        .await
    }

    /// Chooses several values of the select with this `custom_id` at once.
    pub async fn choose_all(
        &self,
        person: Person,
        message: u64,
        custom_id: &str,
        values: &[&str],
    ) -> Seen {
        let known = self.component(person, message, custom_id);
        let most = known["max_values"].as_u64().unwrap_or(1);
        assert!(
            values.len() as u64 <= most,
            "{most} can be chosen of {known:#}"
        );
        let data = json!({ "component_type": 3, "custom_id": custom_id, "values": values });
        self.forge(person, message, data).await
    }

    /// Picks a channel or a role in the select with this `custom_id`.
    pub async fn pick(&self, person: Person, message: u64, custom_id: &str, id: u64) -> Seen {
        let kind = self.component(person, message, custom_id)["type"].clone();
        let data = self.picked(custom_id, kind.as_u64().unwrap_or(0), id);
        self.forge(person, message, data).await
    }

    /// What a client sends for that; `kind`: 6 a role, 8 a channel.
    pub fn picked(&self, custom_id: &str, kind: u64, id: u64) -> Value {
        let kind_of_option = match kind {
            6 => ROLE,
            8 => CHANNEL,
            other => panic!("{custom_id} is of type {other}"),
        };
        let mut resolved = Map::new();
        self.shared.change(|state| {
            resolve(state, kind_of_option, &id.to_string(), &mut resolved);
        });
        json!({
            "component_type": kind, "custom_id": custom_id, "values": [id.to_string()], "resolved": resolved,
        })
    }

    /// A press that no client would send: any data, on a message that the person may not see.
    pub async fn forge(&self, person: Person, message: u64, data: Value) -> Seen {
        self.connected().await;
        let id = self.shared.change(|state| {
            let channel = state
                .messages
                .get(&message)
                .expect("the message is there")
                .channel;
            let mut of = fresh(3, person, channel);
            of.pressed = Some(message);
            state.interact(of, data)
        });
        self.answered(id).await
    }

    /// Fills in the form of an answer and sends it; `fields` by their `custom_id`, the rest stays.
    pub async fn submit(&self, person: Person, form: &Seen, fields: &[(&str, &str)]) -> Seen {
        assert_eq!(form.callback, 9, "there is no form");
        let inputs = components(&form.data)
            .into_iter()
            .filter(|one| one["type"] == 4);
        let rows: Vec<Value> = inputs
            .map(|input| {
                let own = input["value"].as_str().unwrap_or_default();
                let given = fields.iter().find(|(name, _)| input["custom_id"] == **name);
                let value = given.map_or(own, |(_, value)| value);
                assert!(
                    input["required"] == false || !value.is_empty(),
                    "the field {} is empty",
                    input["custom_id"]
                );
                let field = json!({ "type": 4, "custom_id": input["custom_id"], "value": value });
                json!({ "type": 1, "components": [field] })
            })
            .collect();
        let data = json!({ "custom_id": form.data["custom_id"], "components": rows });
        let id = self.shared.change(|state| {
            let opened = state
                .interactions
                .get(&form.interaction)
                .expect("it was opened")
                .clone();
            let mut of = fresh(5, person, opened.channel);
            of.pressed = opened.pressed;
            state.interact(of, data)
        });
        self.answered(id).await
    }

    /// Waits until an interaction has its answer.
    pub async fn answered(&self, interaction: u64) -> Seen {
        let look = |state: &mut State| {
            let of = state.interactions.get(&interaction)?;
            of.filled.map(|_| seen(state, interaction, of))
        };
        self.shared.until("an answer", look).await
    }

    /// The answer as it is now.
    pub fn again(&self, of: &Seen) -> Seen {
        let state = self.shared.state();
        seen(&state, of.interaction, &state.interactions[&of.interaction])
    }

    /// Delivers an interaction a second time, as a resume may.
    pub fn repeat(&self, interaction: u64) {
        self.shared.change(|state| {
            let event = state.gateway.sent("INTERACTION_CREATE", interaction);
            state
                .gateway
                .dispatch("INTERACTION_CREATE", event.expect("it was sent"));
        });
    }

    /// The token of an interaction is no longer valid.
    pub fn expire(&self, interaction: u64) {
        self.shared.change(|state| {
            state
                .interactions
                .get_mut(&interaction)
                .expect("it is known")
                .dead = true;
        });
    }

    fn component(&self, person: Person, message: u64, custom_id: &str) -> Value {
        let state = self.shared.state();
        let known = state.messages.get(&message).expect("the message is there");
        assert!(
            known.only_for.is_none_or(|only| only == person),
            "the person cannot see that message"
        );
        let found = components(&known.body)
            .into_iter()
            .find(|one| one["custom_id"] == custom_id);
        found.unwrap_or_else(|| panic!("no {custom_id} in {:#}", known.body))
    }
}

pub(super) fn fresh(kind: u8, user: Person, channel: u64) -> Interaction {
    Interaction {
        token: String::new(),
        kind,
        user,
        channel,
        began: Instant::now(),
        pressed: None,
        acknowledged: None,
        private: false,
        original: None,
        filled: None,
        answer: None,
        follow_ups: Vec::new(),
        data: Value::Null,
        dead: false,
    }
}

fn seen(state: &State, interaction: u64, of: &Interaction) -> Seen {
    let (callback, acknowledged_ms) = of.acknowledged.unwrap_or_default();
    let message = of.answer.and_then(|id| state.messages.get(&id));
    Seen {
        interaction,
        callback,
        id: of.answer.unwrap_or(0),
        message: message.map_or(Value::Null, |one| one.body.clone()),
        private: message.is_some_and(|one| one.only_for.is_some()),
        data: of.data.clone(),
        follow_ups: of.follow_ups.clone(),
        acknowledged_ms,
        answered_ms: of.filled.unwrap_or(0),
    }
}

/// The data of a command as Discord sends it. Refuses what nobody could type: an unknown command or
/// option, a value that is no choice, a required option left out, a command that needs rights or is
/// not for the place where it is typed.
fn command_data(
    state: &mut State,
    (person, channel): (Person, u64),
    name: &str,
    typed: &[(&str, &str)],
    focused: Option<&str>,
) -> Value {
    let (word, sub) = name
        .split_once(' ')
        .map_or((name, None), |(word, sub)| (word, Some(sub)));
    let found = state
        .commands
        .iter()
        .find(|one| one["name"] == word)
        .cloned();
    let command = found.unwrap_or_else(|| panic!("/{word} is not registered"));
    let user = &state.users[&person];
    let needed = command["default_member_permissions"]
        .as_str()
        .and_then(|rights| rights.parse().ok())
        .unwrap_or(0);
    // Rights are asked for in the servers that have the bot.
    let (foreign, alone) = (state.is_foreign(channel), state.is_alone(person, channel));
    let context = match state.channels[&channel].guild {
        Some(_) => 0,
        None if foreign => 2,
        None => 1,
    };
    assert!(
        context != 0 || alone || user.let_through || user.rights & needed == needed,
        "{} may not use /{word}",
        user.name
    );
    let lists = |key: &str, wanted: u64| {
        let all = command[key].as_array();
        all.is_none_or(|all| all.iter().any(|one| *one == wanted))
    };
    assert!(
        lists("contexts", context) && lists("integration_types", u64::from(alone)),
        "/{word} cannot be used there"
    );
    let known = match sub {
        None => command["options"].clone(),
        Some(sub) => {
            let subs = command["options"].as_array().into_iter().flatten();
            let found = subs
                .filter(|one| one["type"] == SUB_COMMAND)
                .find(|one| one["name"] == sub);
            found.unwrap_or_else(|| panic!("/{name} is not registered"))["options"].clone()
        }
    };
    let known = known.as_array().cloned().unwrap_or_default();
    let mut resolved = Map::new();
    let mut options = Vec::new();
    for (option, value) in typed {
        let found = known.iter().find(|one| one["name"] == *option);
        let found = found.unwrap_or_else(|| panic!("/{name} has no option {option}"));
        let focus = focused == Some(*option);
        let choices = found["choices"].as_array();
        assert!(
            focus || choices.is_none_or(|all| all.iter().any(|one| one["value"] == *value)),
            "{value} is no choice of {option}"
        );
        assert!(
            !focus || found["autocomplete"] == true,
            "{option} offers nothing while it is typed"
        );
        let kind = found["type"].as_u64().unwrap_or(STRING);
        let value = resolve(state, kind, value, &mut resolved);
        let mut drawn = json!({ "name": option, "type": kind, "value": value });
        if focus {
            drawn["focused"] = true.into();
        }
        options.push(drawn);
    }
    for one in known
        .iter()
        .filter(|one| one["required"] == true && focused.is_none())
    {
        assert!(
            typed.iter().any(|(name, _)| one["name"] == *name),
            "/{name} needs the option {}",
            one["name"]
        );
    }
    let options = match sub {
        None => options,
        Some(sub) => vec![json!({ "name": sub, "type": SUB_COMMAND, "options": options })],
    };
    let mut data = json!({ "id": command["id"], "name": word, "type": 1, "options": options });
    if !resolved.is_empty() {
        data["resolved"] = resolved.into();
    }
    data
}

/// Channels and roles are given by id, files by address.
fn resolve(state: &mut State, kind: u64, value: &str, resolved: &mut Map<String, Value>) -> String {
    let (group, id, object) = match kind {
        CHANNEL => {
            let id: u64 = value.parse().expect("a channel is given by its id");
            let mut channel = payload::channel(state, id);
            channel["permissions"] = state.channels[&id].bot_rights.to_string().into();
            ("channels", value.to_owned(), channel)
        }
        ROLE => {
            let known = state
                .guilds
                .keys()
                .flat_map(|guild| payload::roles(state, *guild));
            let role = known.into_iter().find(|one| one["id"] == value);
            let role = role.expect("a role is given by its id");
            ("roles", value.to_owned(), role)
        }
        ATTACHMENT => {
            let id = state.id().to_string();
            let name = value.rsplit('/').next().unwrap_or("file");
            let file = json!({ "id": id, "filename": name, "size": 1_000, "url": value, "proxy_url": value, "ephemeral": true });
            ("attachments", id, file)
        }
        _ => return value.to_owned(),
    };
    let all = resolved.entry(group).or_insert_with(|| json!({}));
    all[&id] = object;
    id
}
