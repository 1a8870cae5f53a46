//! `/follow`: what a person is sent by direct message, made from the sources of where it was typed.

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::preferences::preferences_of_person;
use crate::desk::subscriptions::what::{self, Scope};
use crate::desk::subscriptions::{Draft, Room, WHAT, WHEN, YES, draft};
use crate::desk::{Asker, Desk, setup};
use crate::news::subscription::Wish;
use crate::news::{Newsroom, Subscription};
use crate::page::subscriptions::Doing;
use crate::page::subscriptions::words::{hello_words, what_name};

pub const COMMAND: Command = Command {
    name: "follow",
    description: "Get a topic, a source or a folder by direct message: shows a preview first",
    who: Who::Everyone,
    options: &[WHAT, WHEN, WAIT_FOR, YES],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

const WAIT_FOR: Opt = Opt {
    name: "wait-for",
    description: "How many outlets should have a story first",
    kind: Kind::Choice(&[
        ("1", "1 outlet"),
        ("2", "2 outlets"),
        ("3", "3 outlets"),
        ("4", "4 outlets"),
        ("5", "5 outlets"),
    ]),
    required: false,
    complete: false,
};

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let sources = desk.store.sources(room).await?;
    if sources.is_empty() {
        return setup::first(desk, asker).await;
    }
    let what = what::read(asked.ask.get("what").unwrap_or_default(), &sources)?;
    let here = Room {
        desk,
        asker,
        room,
        scope: Scope::of_person(asker, room),
    };
    let whose = match asker.newsroom {
        Newsroom::Server(_) => {
            Some("it is made from this server's sources, wherever you read it.".to_owned())
        }
        Newsroom::Person(_) | Newsroom::Terminal => None,
    };
    let preferences = match asker.newsroom {
        Newsroom::Terminal => here.preferences(room).await?,
        _ => preferences_of_person(&desk.store, room, asker.person).await?,
    };
    let draft = Draft {
        doing: Doing::Follow,
        wish: draft::wished(Wish::of_person(), &asked.ask)?,
        what,
        place: draft::own_place(asker),
        warnings: whose.into_iter().collect(),
        sources,
        preferences,
        newsroom: room,
    };
    here.go_on(draft, asked).await
}

/// Has a first direct message sent, so that a closed door shows at once.
///
/// # Errors
/// Failures of the store.
pub async fn hello(desk: &Desk, subscription: &Subscription) -> Result<(), No> {
    let sources = desk.store.sources(subscription.newsroom).await?;
    let words = hello_words(
        &what_name(&subscription.what, &sources),
        &subscription.wish.when.to_string(),
    );
    Ok(desk
        .store
        .post_hello(subscription, words, desk.now())
        .await?)
}
