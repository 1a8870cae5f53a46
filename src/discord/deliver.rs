//! Letters to channels, threads, forums and people: each request at most once beyond what Discord
//! recognises, so that the protocol of `news::push::course` holds. Looking is `find`, what an answer
//! means is `outcome`.

use super::limit::Push;
use super::outcome;
use super::outgoing::{Out, Outgoing};
use super::waits::Repeat;
use crate::jobs::{Delivery, Edited, Found, Parcel, Posted, Published, To};
use crate::news::Destination;
use crate::news::push::Lost;
use crate::news::subscription::{Form, Place};
use crate::page::Letter;
use crate::wire::{self, Lettering, Shape};
use serde_json::{Map, Value, json};
use serenity::all::{ChannelId, MessageId};
use serenity::http::{LightMethod, Route};
use std::future::Future;
use std::pin::Pin;
use tokio::time::Instant;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an edit may change; the rest of a body is for making a message.
const EDITABLE: [&str; 4] = ["content", "embeds", "components", "allowed_mentions"];

impl Delivery for Outgoing {
    fn draw(&self, letter: &Letter, outbox: i64, place: &Place, to: To, plain: bool) -> String {
        let commands = self.0.commands();
        let lettering = Lettering {
            outbox,
            shape: shape(place.form, to),
            plain,
            commands: &commands,
        };
        wire::letter(letter, &lettering).to_string()
    }

    fn send<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Posted> {
        Box::pin(self.0.send(parcel))
    }

    fn find<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Found> {
        Box::pin(self.0.find(parcel))
    }

    fn edit<'a>(&'a self, channel: u64, message: u64, body: &'a str) -> Boxed<'a, Edited> {
        Box::pin(self.0.edit(channel, message, body))
    }

    fn publish(&self, channel: u64, message: u64) -> Boxed<'_, Published> {
        Box::pin(self.0.publish(channel, message))
    }
}

/// What is made at a place: a forum has posts, everything else messages.
fn shape(form: Form, to: To) -> Shape {
    match to {
        To::Here if form == Form::Forum => Shape::Post,
        To::Here | To::Thread(_) => Shape::Message,
        To::Reply(message) => Shape::Reply(message),
    }
}

impl Out {
    async fn send(&self, parcel: &Parcel) -> Posted {
        let Ok(mut body) = serde_json::from_str::<Value>(&parcel.body) else {
            let error = "the body of the letter is damaged".to_owned();
            return Posted::Body {
                error,
                plain: false,
            };
        };
        if let Some(body) = body.as_object_mut() {
            body.remove(wire::THREAD_KEY);
        }
        let channel = match self.channel(parcel).await {
            Ok(channel) => channel,
            Err(posted) => return posted,
        };
        let channel_id = ChannelId::new(channel);
        let is_post = shape(parcel.place.form, parcel.to) == Shape::Post;
        let route = if is_post {
            Route::ChannelForumPosts { channel_id }
        } else {
            body["nonce"] = parcel.nonce.as_str().into();
            body["enforce_nonce"] = true.into();
            Route::ChannelMessages { channel_id }
        };
        let push = Push {
            destination: channel,
            method: LightMethod::Post,
            route,
            query: &[],
            body: Some(&body),
            repeat: Repeat::Once,
        };
        let began = Instant::now();
        let posted = outcome::posted(self.rest.push(push).await, !is_post);
        // Of a person there are no rights to be given: no server is shared any more, say.
        if let (Posted::Lost(Lost::Forbidden), Destination::Person(_)) =
            (&posted, parcel.place.destination)
        {
            return Posted::Lost(Lost::ClosedDirect);
        }
        let message = body.get("message").unwrap_or(&body);
        let has_embeds = message["embeds"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        if posted == Posted::Lost(Lost::Forbidden)
            && has_embeds
            && self.only_embeds_lack(channel, began).await
        {
            let error = "Lede has no right to embed links there".to_owned();
            return Posted::Body { error, plain: true };
        }
        posted
    }

    /// Whether a letter without its looks would be taken where one with them is not.
    async fn only_embeds_lack(&self, channel: u64, since: Instant) -> bool {
        let Ok(facts) = self.rights_since(channel, since).await else {
            return false;
        };
        let lacks = facts.lacks();
        let writing = match facts.form {
            Some(Form::Thread) => ["view", "threads"],
            Some(Form::Forum) => ["view", "posts"],
            _ => ["view", "send"],
        };
        lacks.contains(&"embed") && !writing.iter().any(|word| lacks.contains(word))
    }

    /// The channel that a parcel is posted to, or why it cannot be.
    pub async fn channel(&self, parcel: &Parcel) -> Result<u64, Posted> {
        let channel = match (parcel.to, parcel.place.destination) {
            (To::Thread(thread), _) => thread,
            (_, Destination::Channel(channel)) => channel,
            (_, Destination::Person(person)) => {
                self.direct(person).await.map_err(outcome::unposted)?
            }
            (_, Destination::Terminal) => 0,
        };
        if channel == 0 {
            let error = "it is not for Discord".to_owned();
            return Err(Posted::Body {
                error,
                plain: false,
            });
        }
        Ok(channel)
    }

    /// One try: the job that sends makes the next ones.
    async fn publish(&self, channel: u64, message: u64) -> Published {
        if channel == 0 || message == 0 {
            return Published::TakenAway;
        }
        let push = Push {
            destination: channel,
            method: LightMethod::Post,
            route: Route::ChannelMessageCrosspost {
                channel_id: ChannelId::new(channel),
                message_id: MessageId::new(message),
            },
            query: &[],
            body: None,
            repeat: Repeat::Once,
        };
        outcome::published(self.rest.push(push).await)
    }

    async fn edit(&self, channel: u64, message: u64, body: &str) -> Edited {
        let Some(body) = edit_of(body) else {
            tracing::error!(message, "the new body of message {message} is damaged");
            return Edited::Over;
        };
        if channel == 0 || message == 0 {
            return Edited::Over;
        }
        let push = Push {
            destination: channel,
            method: LightMethod::Patch,
            route: Route::ChannelMessage {
                channel_id: ChannelId::new(channel),
                message_id: MessageId::new(message),
            },
            query: &[],
            body: Some(&body),
            repeat: Repeat::Safe,
        };
        let result = self.rest.push(push).await;
        if let Err(trouble) = &result {
            tracing::info!(message, "message {message} was not edited: {trouble}");
        }
        outcome::edited(result)
    }
}

/// The part of a body that an edit takes; of a forum's post, that of its first message.
fn edit_of(body: &str) -> Option<Value> {
    let body: Value = serde_json::from_str(body).ok()?;
    let message = body.get("message").unwrap_or(&body).as_object()?;
    let kept = EDITABLE.iter().filter_map(|key| {
        let value = message.get(*key)?;
        Some(((*key).to_owned(), value.clone()))
    });
    Some(json!(kept.collect::<Map<String, Value>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forum_has_posts_and_its_threads_messages() {
        assert_eq!(shape(Form::Forum, To::Here), Shape::Post);
        assert_eq!(shape(Form::Forum, To::Thread(5)), Shape::Message);
        assert_eq!(shape(Form::Text, To::Here), Shape::Message);
        assert_eq!(shape(Form::Direct, To::Reply(5)), Shape::Reply(5));
    }

    #[test]
    fn an_edit_takes_what_can_be_changed() {
        let message = json!({ "content": "a", "embeds": [], "flags": 4096, "nonce": "n",
            "allowed_mentions": { "parse": [] }, "message_reference": { "message_id": "1" } });
        let edit = json!({ "content": "a", "embeds": [], "allowed_mentions": { "parse": [] } });
        assert_eq!(edit_of(&message.to_string()), Some(edit.clone()));
        let post = json!({ "name": "A", "message": message });
        assert_eq!(edit_of(&post.to_string()), Some(edit));
        assert_eq!(edit_of("no body"), None);
    }
}
