//! `/subscriptions`: moderators choose what a channel is sent: add, list, edit, pause, remove,
//! preview, why. Nothing is saved before a card showed what it would come to.

pub mod draft;
pub mod manage;
pub mod outlook;
pub mod preview;
pub mod what;

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Sub, Who, boxed};
use crate::desk::preferences::{Preferences, preferences, preferences_of_person};
use crate::desk::{Asker, Desk, setup, why};
use crate::news::source::NewsroomSource;
use crate::news::subscription::{Destination, Place, What, Wish};
use crate::news::{Newsroom, NewsroomId, Subscription};
use crate::page::subscriptions::change::{CHANGE, Part, question};
use crate::page::subscriptions::manage::{Done, Whose};
use crate::page::subscriptions::words::{Terms, place_text, what_name};
use crate::page::subscriptions::{Card, Doing, cancelled, card};
use crate::page::{Ask, Refusal};
use crate::store::{NewSubscription, Subscribed};
use what::Scope;

pub const COMMAND: Command = Command {
    name: "subscriptions",
    description: "What channels are sent by themselves",
    who: Who::Moderators,
    options: &[],
    subs: &[
        Sub {
            name: "add",
            description: "Send a topic, a source or a folder to a channel: shows a preview first",
            options: &[WHAT, CHANNEL, WHEN, MENTION, YES],
            in_discord: true,
        },
        Sub {
            name: "edit",
            description: "Change how a subscription is sent",
            options: &[WHICH, MENTION],
            in_discord: true,
        },
        Sub {
            name: "list",
            description: "All subscriptions and how they are doing",
            options: &[],
            in_discord: true,
        },
        Sub {
            name: "pause",
            description: "Pause a subscription, or wake it",
            options: &[WHICH],
            in_discord: true,
        },
        Sub {
            name: "preview",
            description: "What would be sent now, shown only to you",
            options: &[WHICH],
            in_discord: true,
        },
        Sub {
            name: "remove",
            description: "Remove a subscription (with Undo)",
            options: &[WHICH],
            in_discord: true,
        },
        Sub {
            name: "why",
            description: "Why an article was sent, held or not sent",
            options: &[Opt {
                name: "link",
                description: "Link of the article, or words of its headline",
                kind: Kind::Story,
                required: true,
                complete: true,
            }],
            in_discord: true,
        },
    ],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// What can be subscribed to and followed.
pub const WHAT: Opt = Opt {
    name: "what",
    description: "A topic, a source, a folder, or everything",
    kind: Kind::What,
    required: true,
    complete: true,
};
const CHANNEL: Opt = Opt {
    name: "channel",
    description: "Where it is sent",
    kind: Kind::Channel,
    required: true,
    complete: false,
};
/// When something is sent.
pub const WHEN: Opt = Opt {
    name: "when",
    description: "As it breaks, hourly, daily 08:00, weekly monday 08:00",
    kind: Kind::When,
    required: false,
    complete: true,
};
const MENTION: Opt = Opt {
    name: "mention",
    description: "A role that is mentioned",
    kind: Kind::Role,
    required: false,
    complete: false,
};
const WHICH: Opt = Opt {
    name: "which",
    description: "The subscription",
    kind: Kind::Subscription,
    required: true,
    complete: true,
};
/// Saves without asking, in the terminal.
pub const YES: Opt = Opt {
    name: "yes",
    description: "Save without asking",
    kind: Kind::Flag,
    required: false,
    complete: false,
};

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let ask = &asked.ask;
    let here = Room {
        desk,
        asker,
        room,
        scope: Scope::of_moderator(asker, room),
    };
    match ask.sub.as_deref() {
        Some("add") => here.add(asked).await,
        Some("edit") => here.edit(asked).await,
        Some("list") => here.list(ask).await,
        Some("pause") => here.pause(ask).await,
        Some("preview") => here.preview(ask).await,
        Some("remove") => here.remove(asked).await,
        Some("why") => why::of_newsroom(desk, room, ask.get("link").unwrap_or_default()).await,
        _ => Err(Refusal::new("Say what to do with the subscriptions.")
            .can("Choose add, list, edit, pause, remove, preview or why.")
            .into()),
    }
}

/// Somebody at work on the subscriptions of a newsroom, or on their own follows.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    pub desk: &'a Desk,
    pub asker: &'a Asker,
    pub room: NewsroomId,
    pub scope: Scope,
}

/// What is about to be saved.
pub struct Draft {
    pub doing: Doing,
    pub what: What,
    pub place: Place,
    pub wish: Wish,
    pub warnings: Vec<String>,
    pub sources: Vec<NewsroomSource>,
    pub preferences: Preferences,
    /// Whose sources it is made from.
    pub newsroom: NewsroomId,
}

impl Draft {
    pub fn name(&self) -> String {
        what_name(&self.what, &self.sources)
    }
}

impl Room<'_> {
    pub fn whose(&self) -> Whose {
        match self.scope {
            Scope::Channels(_) | Scope::Terminal(_) => Whose::Newsroom,
            Scope::Person(_) => Whose::Person,
        }
    }

    async fn add(&self, asked: &Asked) -> Answer {
        let ask = &asked.ask;
        let (desk, asker) = (self.desk, self.asker);
        let place = match asker.newsroom {
            Newsroom::Server(_) => draft::channel(ask)?,
            Newsroom::Terminal if ask.get("channel").is_some() => {
                return Err(Refusal::new("The terminal has no channels.")
                    .can("Leave the channel out: what comes is shown in the terminal.")
                    .into());
            }
            Newsroom::Terminal => draft::Channel {
                place: draft::own_place(asker),
                warnings: Vec::new(),
            },
            Newsroom::Person(_) => {
                return Err(Refusal::new("Subscriptions are for channels of a server.")
                    .can("Type /follow to get news here, by direct message.")
                    .into());
            }
        };
        let sources = desk.store.sources(self.room).await?;
        if sources.is_empty() {
            return setup::first(desk, asker).await;
        }
        let what = what::read(ask.get("what").unwrap_or_default(), &sources)?;
        let mention = draft::mention(ask, asker)?;
        let wish = Wish::of_channel(&what, sources.len(), mention);
        let draft = Draft {
            doing: Doing::Add,
            wish: draft::wished(wish, ask)?,
            what,
            place: place.place,
            warnings: place.warnings,
            sources,
            preferences: preferences(&desk.store, self.room).await?,
            newsroom: self.room,
        };
        self.go_on(draft, asked).await
    }

    /// From a draft to the card, the question that it asks, or what was saved.
    pub async fn go_on(&self, draft: Draft, asked: &Asked) -> Answer {
        let name = draft.name();
        let ask = draft::settled(&asked.ask, &draft.wish);
        if asked.ask.get("cancel").is_some() {
            return Ok(cancelled(&name));
        }
        if let Some(part) = asked.ask.get(CHANGE).and_then(Part::parse) {
            let tags = draft::known_tags(&ask);
            return Ok(question(part, &name, &draft.wish, &tags, &ask));
        }
        if draft.doing != Doing::Edit
            && let Some(there) = self.same(&draft).await?
        {
            return self.done(&Done::Already, there).await;
        }
        if asked.confirmed {
            return self.save(draft).await;
        }
        let wanted = outlook::Wanted {
            room: draft.newsroom,
            what: &draft.what,
            wait_for: draft.wish.wait_for,
            sources: &draft.sources,
        };
        let outlook = outlook::outlook(self.desk, wanted).await?;
        let bound = draft.preferences.bound(&draft.wish);
        let mut warnings = draft.warnings.clone();
        warnings.extend(what::namesake(&draft.what, &draft.sources));
        let drawn = Card {
            doing: draft.doing,
            what: &name,
            place: &draft.place,
            terms: self.terms(&draft, &bound),
            outlook: &outlook,
            warnings: &warnings,
            ask: &ask,
        };
        Ok(card(&drawn))
    }

    fn terms<'d>(&self, draft: &'d Draft, bound: &'d Wish) -> Terms<'d> {
        Terms {
            wish: &draft.wish,
            bound,
            zone: &draft.preferences.zone,
            zone_chosen: draft.preferences.zone_chosen,
            due: draft
                .wish
                .when
                .next_due(&draft.preferences.zone, self.desk.now()),
            each_article: draft.what.is_each_article(),
        }
    }

    /// The subscription that is there already for the same thing and place.
    async fn same(&self, draft: &Draft) -> Result<Option<Subscription>, No> {
        let all = self.scope.all(self.desk).await?;
        Ok(all.into_iter().find(|one| {
            one.newsroom == draft.newsroom
                && one.place.destination == draft.place.destination
                && what::is_same(&one.what, &draft.what)
        }))
    }

    async fn save(&self, draft: Draft) -> Answer {
        let (desk, now) = (self.desk, self.desk.now());
        let place = place_text(&draft.place);
        let new = NewSubscription {
            newsroom: draft.newsroom,
            digest_at: draft.wish.when.next_due(&draft.preferences.zone, now),
            place: draft.place,
            what: draft.what,
            wish: draft.wish,
            by: self.asker.person,
            at: now,
        };
        let (id, done) = match desk.store.subscribe(new).await? {
            Subscribed::New(id) => match draft.doing {
                Doing::Follow => (id, Done::Followed),
                Doing::Add | Doing::Edit => (id, Done::Added),
            },
            Subscribed::AlreadyThere(id) => (id, Done::Already),
            Subscribed::Full { max } => {
                let whose = match draft.doing {
                    Doing::Follow => "You follow",
                    Doing::Add | Doing::Edit => "This newsroom has",
                };
                return Err(Refusal::new(format!(
                    "{whose} {max} things already, as many as there may be."
                ))
                .can("Remove one that nobody reads, then add this one again.")
                .into());
            }
        };
        let Some(subscription) = desk.store.subscription(id).await? else {
            return Err(
                Refusal::new(format!("What {place} gets was removed at this moment."))
                    .can("Type the command again.")
                    .into(),
            );
        };
        if let (Done::Followed, Destination::Person(_)) = (&done, subscription.place.destination) {
            crate::desk::follow::hello(desk, &subscription).await?;
        }
        self.done(&done, subscription).await
    }

    /// The newsroom's settings, for a person's follow with their own before them.
    pub async fn preferences(&self, newsroom: NewsroomId) -> Result<Preferences, No> {
        Ok(match self.scope {
            Scope::Person(person) => {
                preferences_of_person(&self.desk.store, newsroom, person).await?
            }
            Scope::Channels(_) | Scope::Terminal(_) => {
                preferences(&self.desk.store, newsroom).await?
            }
        })
    }
}

/// The request for one subscription.
pub fn which(ask: &Ask) -> &str {
    ask.get("which").unwrap_or_default()
}
