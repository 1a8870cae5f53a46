//! What people write in channels, and the commands that they choose in a message's menu.

use super::people::{Person, Seen, fresh};
use super::state::Message;
use super::{FakeDiscord, payload};
use serde_json::{Value, json};

impl FakeDiscord {
    /// As [`FakeDiscord::says`], with embeds and more.
    pub fn says_with(&self, person: Person, channel: u64, body: Value) -> u64 {
        self.shared.change(|state| {
            let id = state.id();
            let mut body = payload::message(state, id, channel, &body, 0);
            body["author"] = payload::user(state, person);
            body["application_id"] = Value::Null;
            let message = Message {
                channel,
                body,
                only_for: None,
            };
            state.messages.insert(id, message);
            id
        })
    }

    /// Chooses a command in the menu of a message; waits for the answer.
    pub async fn menu(&self, person: Person, message: u64, name: &str) -> Seen {
        self.connected().await;
        let id = self.shared.change(|state| {
            let of = state.messages.get(&message).expect("the message is there");
            let (channel, body) = (of.channel, of.body.clone());
            let mut known = state.commands.iter();
            let command = known.find(|one| one["name"] == name && one["type"] == 3);
            let command = command.unwrap_or_else(|| panic!("{name} is in no message's menu"));
            let data = json!({
                "id": command["id"], "name": name, "type": 3, "target_id": message.to_string(),
                "resolved": { "messages": { message.to_string(): body } },
            });
            state.interact(fresh(2, person, channel), data)
        });
        self.answered(id).await
    }
}
