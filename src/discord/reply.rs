//! How an answer gets to Discord in time: at once where the desk is quick, else acknowledged first
//! and filled in later. Whether it is private is settled before.

use super::Bot;
use super::caller::Caller;
use super::guard::Claim;
use super::limit::{Call, Trouble};
use super::waits::Repeat;
use super::watch::Live;
use crate::desk::{Answer, Asker, No, setup};
use crate::page::{Ask, Page, Refusal, note};
use crate::wire::{self, Attached, Drawing, Message};
use serde_json::{Value, json};
use serenity::http::{LightMethod, Route};
use std::time::Duration;
use tokio::task::JoinError;
use tokio::time::{Instant, timeout, timeout_at};

/// An answer that is ready so soon after the interaction came needs no acknowledgement before.
const SOON_MS: u64 = 800;
/// Discord takes a first response for three seconds; this leaves room for the way.
const RESPONSE_MS_MAX: u64 = 2_700;
/// Work on an answer ends here.
const WORK_SECONDS_MAX: u64 = 120;
/// An interaction's token lives for fifteen minutes.
const TOKEN_SECONDS_MAX: u64 = 14 * 60 + 45;
const EDIT_SECONDS_MAX: u64 = 60;

const ALREADY_ACKNOWLEDGED: u64 = 40_060;
const FLAG_EPHEMERAL: u64 = 1 << 6;

const NEW_MESSAGE: u8 = 4;
const NEW_MESSAGE_LATER: u8 = 5;
const UPDATE_LATER: u8 = 6;
const UPDATE: u8 = 7;

/// Where an answer goes; settled before any work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A new message.
    Fresh { public: bool },
    /// The message that was pressed on, which only its owner sees.
    Turn,
}

/// What came of the work.
pub enum Drawn {
    /// The answer, on the way that was settled.
    Answer(Message),
    /// An answer that goes on by itself.
    Live(Message, Box<Live>),
    /// For the asker alone, whatever the way: a refusal, a note.
    Aside(Message),
    /// For all in the channel, beside the message that was pressed on.
    Post {
        message: Message,
        ask: Ask,
        claim: Claim,
    },
}

impl Bot {
    /// Does the work and brings what comes of it to Discord. A panic in the work is a failure of
    /// this answer only. Gives what goes on afterwards, for [`Bot::watch`].
    pub async fn deliver<W>(&self, caller: &Caller, way: Way, work: W) -> Option<Live>
    where
        W: Future<Output = Drawn> + Send + 'static,
    {
        let mut work = tokio::spawn(work);
        let soon = caller.at + Duration::from_millis(SOON_MS);
        if let Ok(done) = timeout_at(soon, &mut work).await {
            let (drawn, live) = apart(self.done(done));
            self.at_once(caller, way, drawn).await;
            return live;
        }
        let later = match way {
            Way::Fresh { public } => {
                let flags = if public { 0 } else { FLAG_EPHEMERAL };
                json!({"type": NEW_MESSAGE_LATER, "data": {"flags": flags}})
            }
            Way::Turn => json!({"type": UPDATE_LATER}),
        };
        if self.respond(caller, &later).await.is_err() {
            return None;
        }
        let drawn = match timeout(Duration::from_secs(WORK_SECONDS_MAX), &mut work).await {
            Ok(done) => self.done(done),
            Err(_) => {
                work.abort();
                self.failure(&anyhow::anyhow!("an answer took too long"))
            }
        };
        let (drawn, live) = apart(drawn);
        self.later(caller, way, drawn).await;
        live
    }

    /// The page as a message with kept buttons, or why not.
    pub async fn draw(&self, asker: &Asker, answer: Answer) -> Drawn {
        match answer {
            // A newsroom is set up in private, even where answers are for all.
            Ok(page) if asker.public && setup::is_card(&page) => self.aside(asker, &page).await,
            Ok(page) => self.drawn(asker, page).await,
            Err(No::Refused(refusal)) => self.refusal(&refusal),
            Err(No::Failed(error)) => self.failure(&error),
        }
    }

    async fn drawn(&self, asker: &Asker, page: Page) -> Drawn {
        let live = Live::of(asker, &page);
        let page = match live {
            // What goes on would take the place of notices that nobody has read yet.
            Some(_) => page,
            None => self.desk.with_notices(asker, page).await,
        };
        match (self.message(asker, &page).await, live) {
            (Ok(message), Some(live)) => Drawn::Live(message, Box::new(live)),
            (Ok(message), None) => Drawn::Answer(message),
            (Err(error), _) => self.failure(&error),
        }
    }

    /// A page for the asker alone, beside whatever is there.
    pub async fn aside(&self, asker: &Asker, page: &Page) -> Drawn {
        let alone = Asker {
            public: false,
            ..asker.clone()
        };
        match self.drawn(&alone, page.clone()).await {
            Drawn::Answer(message) | Drawn::Live(message, _) => Drawn::Aside(message),
            drawn => drawn,
        }
    }

    /// A page as a message, with kept buttons.
    pub async fn message(&self, asker: &Asker, page: &Page) -> anyhow::Result<Message> {
        let keys = self.desk.keep(asker, page).await?;
        Ok(wire::message(page, &keys, &self.drawing(asker.public)))
    }

    pub fn refusal(&self, refusal: &Refusal) -> Drawn {
        Drawn::Aside(wire::refusal(refusal, &self.drawing(false)))
    }

    /// Logs what failed, once, and gives the person a code to speak of it.
    pub fn failure(&self, error: &anyhow::Error) -> Drawn {
        let code = format!("{:06x}", fastrand::u32(..1 << 24));
        tracing::error!(code, "an answer failed, code {code}: {error:#}");
        self.refusal(&note::failed(&code))
    }

    /// A no as the first response.
    pub async fn refuse(&self, caller: &Caller, refusal: &Refusal) {
        self.at_once(caller, Way::Fresh { public: false }, self.refusal(refusal))
            .await;
    }

    /// The first response to an interaction: within its time or not at all.
    pub async fn respond(&self, caller: &Caller, body: &Value) -> Result<(), Trouble> {
        self.respond_with(caller, body, &[]).await
    }

    /// As [`Self::respond`], with files beside the body.
    async fn respond_with(
        &self,
        caller: &Caller,
        body: &Value,
        files: &[Attached],
    ) -> Result<(), Trouble> {
        let call = Call {
            method: LightMethod::Post,
            route: Route::InteractionResponse {
                interaction_id: caller.interaction,
                token: &caller.token,
            },
            body: Some(body),
            // A second one is refused as already acknowledged, so sending again is safe.
            repeat: Repeat::Safe,
            deadline: caller.at + Duration::from_millis(RESPONSE_MS_MAX),
        };
        match self.out.rest.send_with(call, files).await {
            Ok(_) => Ok(()),
            // Our own first try got through, only its answer did not.
            Err(Trouble::Refused {
                code: ALREADY_ACKNOWLEDGED,
                tries: 2..,
                ..
            }) => Ok(()),
            Err(trouble) => {
                let (id, ms) = (
                    caller.interaction.get(),
                    caller.at.elapsed().as_millis() as u64,
                );
                tracing::warn!(id, ms, "interaction {id} was not answered: {trouble}");
                Err(trouble)
            }
        }
    }

    fn drawing(&self, public: bool) -> Drawing {
        Drawing {
            public,
            commands: self.out.commands(),
        }
    }

    fn done(&self, done: Result<Drawn, JoinError>) -> Drawn {
        done.unwrap_or_else(|error| self.failure(&error.into()))
    }

    /// Everything in the first response.
    pub async fn at_once(&self, caller: &Caller, way: Way, drawn: Drawn) {
        let body = match (&drawn, way) {
            (Drawn::Answer(message) | Drawn::Live(message, _), Way::Turn) => {
                json!({"type": UPDATE, "data": message})
            }
            (Drawn::Answer(message) | Drawn::Live(message, _) | Drawn::Aside(message), _) => {
                json!({"type": NEW_MESSAGE, "data": message})
            }
            (Drawn::Post { .. }, _) => json!({"type": UPDATE_LATER}),
        };
        let files = match &drawn {
            Drawn::Answer(message) | Drawn::Live(message, _) | Drawn::Aside(message) => {
                message.files.as_slice()
            }
            Drawn::Post { .. } => &[],
        };
        let sent = self.respond_with(caller, &body, files).await;
        match (sent, drawn) {
            (Ok(()), drawn @ Drawn::Post { .. }) => self.later(caller, Way::Turn, drawn).await,
            (
                Err(Trouble::Refused {
                    status: 400, code, ..
                }),
                Drawn::Answer(_),
            ) if code != ALREADY_ACKNOWLEDGED => {
                if let Drawn::Aside(message) =
                    self.failure(&anyhow::anyhow!("Discord refused an answer's body"))
                {
                    let body = json!({"type": NEW_MESSAGE, "data": message});
                    // Logged where it failed; there is nothing left to try.
                    let _ = self.respond(caller, &body).await;
                }
            }
            _ => {}
        }
    }

    /// After the acknowledgement.
    async fn later(&self, caller: &Caller, way: Way, drawn: Drawn) {
        let public = way == Way::Fresh { public: true };
        let result = match drawn {
            Drawn::Answer(message) | Drawn::Live(message, _) => self.edit(caller, &message).await,
            Drawn::Aside(message) if way == (Way::Fresh { public: false }) => {
                self.edit(caller, &message).await
            }
            Drawn::Aside(message) => {
                if public {
                    // Else the note would take the place, and the openness, of the answer.
                    self.withdraw(caller).await;
                }
                self.follow(caller, &message).await.map(|_| ())
            }
            Drawn::Post {
                message,
                ask,
                claim,
            } => {
                let posted = self.post(caller, &message, &ask).await;
                drop(claim);
                posted
            }
        };
        match result {
            Ok(()) => {}
            Err(trouble @ Trouble::Refused { status: 400, .. }) => {
                let Drawn::Aside(message) = self.failure(&trouble.into()) else {
                    return;
                };
                // The cause is logged; there is nothing left to try.
                let _ = match way {
                    Way::Fresh { .. } => self.edit(caller, &message).await,
                    Way::Turn => self.follow(caller, &message).await.map(|_| ()),
                };
            }
            Err(trouble) => {
                let id = caller.interaction.get();
                tracing::warn!(id, "interaction {id} was not answered: {trouble}");
            }
        }
    }

    pub async fn edit(&self, caller: &Caller, message: &Message) -> Result<(), Trouble> {
        let body = json!(message);
        let route = Route::WebhookOriginalInteractionResponse {
            application_id: caller.application,
            token: &caller.token,
        };
        let body = (Some(&body), message.files.as_slice());
        self.after(caller, LightMethod::Patch, route, body, Repeat::Safe)
            .await
            .map(|_| ())
    }

    async fn withdraw(&self, caller: &Caller) {
        let route = Route::WebhookOriginalInteractionResponse {
            application_id: caller.application,
            token: &caller.token,
        };
        let sent = self
            .after(
                caller,
                LightMethod::Delete,
                route,
                (None, &[]),
                Repeat::Safe,
            )
            .await;
        if let Err(trouble) = sent {
            tracing::debug!("an acknowledgement was not taken back: {trouble}");
        }
    }

    /// A further message to an interaction; its id.
    async fn follow(&self, caller: &Caller, message: &Message) -> Result<Option<u64>, Trouble> {
        let body = json!(message);
        let route = Route::WebhookFollowupMessages {
            application_id: caller.application,
            token: &caller.token,
        };
        let body = (Some(&body), message.files.as_slice());
        let made = self
            .after(caller, LightMethod::Post, route, body, Repeat::Once)
            .await?;
        Ok(made
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok()))
    }

    /// Posts for all and remembers where, so that the same is not posted again at once.
    async fn post(&self, caller: &Caller, message: &Message, ask: &Ask) -> Result<(), Trouble> {
        let Some(id) = self.follow(caller, message).await? else {
            return Ok(());
        };
        let server = caller
            .server
            .map_or("@me".to_owned(), |server| server.to_string());
        let channel = caller.asker.channel.unwrap_or_default();
        let link = format!("https://discord.com/channels/{server}/{channel}/{id}");
        if let Err(error) = self.desk.set_shown_here(&caller.asker, ask, &link).await {
            tracing::error!("what was shown in a channel was not remembered: {error:#}");
        }
        Ok(())
    }

    /// A request with an interaction's token, as long as that lives: its body, and the files beside.
    async fn after(
        &self,
        caller: &Caller,
        method: LightMethod,
        route: Route<'_>,
        (body, files): (Option<&Value>, &[Attached]),
        repeat: Repeat,
    ) -> Result<Value, Trouble> {
        let (now, end) = (
            Instant::now(),
            caller.at + Duration::from_secs(TOKEN_SECONDS_MAX),
        );
        if now >= end {
            return Err(Trouble::TooLate);
        }
        let deadline = end.min(now + Duration::from_secs(EDIT_SECONDS_MAX));
        let call = Call {
            method,
            route,
            body,
            repeat,
            deadline,
        };
        self.out.rest.send_with(call, files).await
    }
}

/// What is shown now, and what goes on afterwards.
fn apart(drawn: Drawn) -> (Drawn, Option<Live>) {
    match drawn {
        Drawn::Live(message, live) => (Drawn::Answer(message), Some(*live)),
        drawn => (drawn, None),
    }
}
