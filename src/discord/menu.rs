//! Commands of the menu of messages: what a message that somebody chose gives to ask about. Discord
//! sends its text with the request; Lede reads no other messages but its own.

use super::Bot;
use super::limit::Call;
use super::waits::Repeat;
use crate::news::link;
use crate::page::Refusal;
use crate::page::link::none_in_message;
use serde_json::Value;
use serenity::all::{ApplicationId, ChannelId, CommandData, Embed, Message, MessageId};
use serenity::http::{LightMethod, Route};
use std::time::Duration;
use tokio::time::Instant;

/// Nobody waits longer for Lede to look at its own message.
const OWN_SECONDS_MAX: u64 = 5;

/// The first link of the message: in what was written, in its previews, in what it forwards.
///
/// # Errors
/// A refusal where there is none.
pub fn first_link(from: &CommandData, application: ApplicationId) -> Result<String, Refusal> {
    let chosen = from.target_id.map(|id| id.to_message_id());
    let message = chosen.and_then(|id| from.resolved.messages.get(&id));
    message.and_then(link_of).ok_or_else(|| {
        let own = message.is_some_and(|one| one.author.id.get() == application.get());
        none_in_message(own)
    })
}

/// Channel and message where somebody chose one of Lede's own, whose components serenity does not keep.
pub fn own(from: &CommandData, application: ApplicationId) -> Option<(ChannelId, MessageId)> {
    let chosen = from.target_id?.to_message_id();
    let message = from.resolved.messages.get(&chosen)?;
    (message.author.id.get() == application.get()).then_some((message.channel_id, chosen))
}

impl Bot {
    /// The first link in one of Lede's own messages, which is asked for once more.
    ///
    /// # Errors
    /// A refusal where it holds none, or where nobody can see it again: a private answer.
    pub async fn link_in_own(
        &self,
        (channel, message): (ChannelId, MessageId),
    ) -> Result<String, Refusal> {
        let call = Call {
            method: LightMethod::Get,
            route: Route::ChannelMessage {
                channel_id: channel,
                message_id: message,
            },
            body: None,
            repeat: Repeat::Safe,
            deadline: Instant::now() + Duration::from_secs(OWN_SECONDS_MAX),
        };
        match self.out.rest.send(call).await {
            Ok(message) => link_in_components(&message).ok_or_else(|| none_in_message(false)),
            Err(trouble) => {
                tracing::debug!("an answer of Lede's own was not looked at again: {trouble}");
                Err(none_in_message(true))
            }
        }
    }
}

/// The first link in the texts of a message's components, as Discord gives them.
fn link_in_components(message: &Value) -> Option<String> {
    let inner = message["components"].as_array()?;
    inner.iter().find_map(|one| {
        let said = one["content"].as_str().and_then(link::first_in);
        said.or_else(|| link_in_components(one))
    })
}

fn link_of(message: &Message) -> Option<String> {
    let own = link::first_in(&message.content).or_else(|| link_in(&message.embeds));
    own.or_else(|| {
        let forwarded = message.message_snapshots.iter();
        forwarded
            .filter_map(|one| link::first_in(&one.content).or_else(|| link_in(&one.embeds)))
            .next()
    })
}

fn link_in(embeds: &[Embed]) -> Option<String> {
    embeds.iter().find_map(|embed| {
        let fields = embed.fields.iter().map(|field| field.value.as_str());
        [&embed.url, &embed.title, &embed.description]
            .into_iter()
            .filter_map(Option::as_deref)
            .chain(fields)
            .find_map(link::first_in)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(content: &str, more: Value) -> Value {
        let mut message = json!({"id": "9", "channel_id": "5", "content": content,
            "author": {"id": "7", "username": "ann", "discriminator": "0", "avatar": null},
            "timestamp": "2031-05-04T06:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": false, "type": 0});
        for (key, value) in more.as_object().expect("keys") {
            message[key] = value.clone();
        }
        message
    }

    fn link(chosen: &str, message: Value) -> Result<String, Refusal> {
        let told = json!({"id": "1", "name": "Related coverage", "type": 3, "target_id": chosen,
            "resolved": {"messages": {"9": message}}});
        let data: CommandData = serde_json::from_value(told).expect("a command");
        first_link(&data, ApplicationId::new(3))
    }

    #[test]
    fn what_was_written_goes_before_previews_and_those_before_what_is_forwarded() {
        let embeds = json!([{"type": "rich"}, {"type": "link", "url": "https://avel.example/b"}]);
        let forwarded = json!([{"message": message("see https://avel.example/c", json!({}))}]);
        let all = json!({"embeds": embeds, "message_snapshots": forwarded});
        let found = |content, more| link("9", message(content, more)).expect("there is a link");
        assert_eq!(
            found("https://avel.example/a", all.clone()),
            "https://avel.example/a"
        );
        assert_eq!(found("no link", all), "https://avel.example/b");
        let only = json!({"message_snapshots": forwarded});
        assert_eq!(found("", only), "https://avel.example/c");
        let described = json!({"embeds": [{"description": "[Ferry](<https://avel.example/d>)"}]});
        assert_eq!(found("", described), "https://avel.example/d");
    }

    #[test]
    fn a_message_without_a_link_or_none_at_all_is_refused_in_words() {
        let refused = link("9", message("ferry", json!({}))).expect_err("no link");
        assert_eq!(refused, none_in_message(false));
        assert!(link("8", message("https://avel.example/a", json!({}))).is_err());
        let own = json!({"author": {"id": "3", "username": "Lede", "discriminator": "0", "avatar": null}});
        assert_eq!(link("9", message("", own)), Err(none_in_message(true)));
    }

    #[test]
    fn own_answers_are_known_and_their_texts_searched_in_order() {
        let told = |author: &str| {
            let by = json!({"author": {"id": author, "username": "Lede", "discriminator": "0", "avatar": null}});
            let told = json!({"id": "1", "name": "Fix this story", "type": 3, "target_id": "9",
                "resolved": {"messages": {"9": message("", by)}}});
            serde_json::from_value::<CommandData>(told).expect("a command")
        };
        let place = Some((ChannelId::new(5), MessageId::new(9)));
        assert_eq!(own(&told("3"), ApplicationId::new(3)), place);
        assert_eq!(own(&told("7"), ApplicationId::new(3)), None);
        let text = |content: &str| json!({"type": 10, "content": content});
        let answer = json!({"components": [text("## Harbour"), {"type": 17, "components": [
            text("### [Ferry](<https://avel.example/a>)"), text("[Mole](https://avel.example/b)")]}]});
        let found = link_in_components(&answer);
        assert_eq!(found.as_deref(), Some("https://avel.example/a"));
        assert_eq!(link_in_components(&json!({"components": []})), None);
        assert_eq!(link_in_components(&json!({})), None);
    }
}
