//! Commands of the menu of messages: what a message that somebody chose gives to ask about. Discord
//! sends its text with the request; Lede reads no other messages.

use crate::news::link;
use crate::page::Refusal;
use crate::page::link::none_in_message;
use serenity::all::{ApplicationId, CommandData, Embed, Message};

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
    use serde_json::{Value, json};

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
}
