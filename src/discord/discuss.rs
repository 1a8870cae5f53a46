//! Discuss: opens the thread of a letter, once, and tells where it is.

use super::Bot;
use super::limit::{Call, Trouble};
use super::outcome::THREAD_ALREADY;
use super::outgoing::id;
use super::reply::Drawn;
use super::waits::Repeat;
use crate::desk::{Asker, LetterPlace};
use crate::news::Newsroom;
use crate::page::note;
use crate::wire::ARCHIVE_MINUTES;
use serde_json::json;
use serenity::all::{ChannelId, MessageId};
use serenity::http::{LightMethod, Route};
use std::time::Duration;
use tokio::time::Instant;

const OPEN_SECONDS_MAX: u64 = 20;

/// A message that was pressed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PressedOn {
    pub channel: u64,
    pub message: u64,
}

impl Bot {
    /// Answers a press on Discuss.
    pub async fn discuss(&self, asker: &Asker, outbox: i64, on: PressedOn) -> Drawn {
        self.desk.came(asker).await;
        let place = match self.desk.letter(outbox).await {
            Ok(place) => place,
            Err(error) => return self.failure(&error),
        };
        // A row's buttons stand on its own message and nowhere else.
        let own = place.filter(|place| (place.channel, place.message) == (on.channel, on.message));
        let Some(place) = own else {
            return self.refusal(&note::unknown_button());
        };
        let thread = match place.thread {
            Some(thread) => thread,
            None => match self.open_thread(&place).await {
                Ok(thread) => {
                    if let Err(error) = self.desk.set_thread(outbox, thread).await {
                        // It can be opened only once, so the next press finds it all the same.
                        tracing::error!("a thread was not remembered: {error:#}");
                    }
                    thread
                }
                Err(Trouble::Refused {
                    status: 400..500, ..
                }) => return self.refusal(&note::may_not_open_threads()),
                Err(trouble) => return self.failure(&trouble.into()),
            },
        };
        let server = match asker.newsroom {
            Newsroom::Server(server) => server.to_string(),
            _ => "@me".to_owned(),
        };
        let link = format!("https://discord.com/channels/{server}/{thread}");
        self.aside(asker, &note::thread_opened(&link)).await
    }

    async fn open_thread(&self, place: &LetterPlace) -> Result<u64, Trouble> {
        let body = json!({ "name": place.name, "auto_archive_duration": ARCHIVE_MINUTES });
        let call = Call {
            method: LightMethod::Post,
            route: Route::ChannelMessageThreads {
                channel_id: ChannelId::new(place.channel.max(1)),
                message_id: MessageId::new(place.message.max(1)),
            },
            body: Some(&body),
            // A message has one thread at most.
            repeat: Repeat::Safe,
            deadline: Instant::now() + Duration::from_secs(OPEN_SECONDS_MAX),
        };
        match self.out.rest.send(call).await {
            Ok(made) => Ok(id(&made["id"]).unwrap_or(place.message)),
            // A thread on a message bears the message's id.
            Err(Trouble::Refused { code, .. }) if code == THREAD_ALREADY => Ok(place.message),
            Err(trouble) => Err(trouble),
        }
    }
}
