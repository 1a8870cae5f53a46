//! `/setup`: the card that a newsroom without sources meets first: what to read, where the news go
//! and when; then how the reading goes, the first brief, and the first digest. Each step is done as
//! it is pressed, by what the commands for it do; in Discord it opens by itself, and under `/help`.

mod digest;
mod place;
mod reading;
mod zone;

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::{Asker, Desk, sources};
use crate::news::{Newsroom, NewsroomId};
use crate::page::help::no_sources;
use crate::page::setup::{self as page, LOOK, STEP, Whose};
use crate::page::{Action, Ask, Page};

pub const COMMAND: Command = Command {
    name: "setup",
    description: "Choose sources, a channel and a time, step by step",
    who: Who::Moderators,
    options: &[NEWS, NOTICES, ROLE],
    subs: &[],
    // There it opens by itself.
    in_discord: false,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

const NEWS: Opt = Opt {
    name: "news",
    description: "The channel that gets the digest",
    kind: Kind::Channel,
    required: false,
    complete: false,
};
const NOTICES: Opt = Opt {
    name: "notices",
    description: "The channel that gets notices to moderators",
    ..NEWS
};
const ROLE: Opt = Opt {
    name: "role",
    description: "Whoever has it may press moderators' buttons",
    kind: Kind::Role,
    required: false,
    complete: false,
};

/// Commands that can find nothing where nothing is read.
const FROM_SOURCES: [&str; 6] = ["brief", "follow", "headlines", "related", "search", "story"];
/// The value that names the language and country of somebody, for the guess at their zone.
const LOCALE: &str = "locale";
/// What was just mended is looked at anew.
const AGAIN: &str = "again";

/// Somebody who sets up a newsroom.
#[derive(Clone, Copy)]
struct Here<'a> {
    desk: &'a Desk,
    asker: &'a Asker,
    room: NewsroomId,
}

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let here = Here { desk, asker, room };
    let ask = &asked.ask;
    match ask.get(STEP) {
        Some("packs") => here.packs(ask).await,
        Some("import") => Ok(page::import(here.whose(), ask)),
        Some("place") => here.place(ask).await,
        Some("when") => here.when(ask).await,
        Some("start") => here.start(ask).await,
        Some("reading") => here.reading(ask).await,
        Some("brief") => here.brief(ask).await,
        Some("post") => here.post(ask).await,
        Some("done") => here.done(ask).await,
        _ => here.sources().await,
    }
}

/// What a newsroom without sources is answered: whoever decides about them gets the card.
///
/// # Errors
/// Failures of the store.
pub async fn first(desk: &Desk, asker: &Asker) -> Answer {
    if !asker.moderator {
        return Ok(no_sources());
    }
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let card = Here { desk, asker, room }.sources().await?;
    // What was asked for was not found.
    Ok(Page {
        empty: true,
        ..card
    })
}

/// The answer to a command, or what a newsroom without sources is answered where that is why nothing
/// was found.
///
/// # Errors
/// Those of the answer; failures of the store.
pub async fn in_place_of(desk: &Desk, asker: &Asker, command: &Command, answer: Answer) -> Answer {
    let found = match &answer {
        Ok(page) => !page.empty || is_card(page),
        // What is wrong with a question can be said of any newsroom; a card helps more.
        Err(No::Refused(_)) => !asker.moderator,
        Err(No::Failed(_)) => true,
    };
    if found || !FROM_SOURCES.contains(&command.name) {
        return answer;
    }
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    match desk.store.sources(room).await?.is_empty() {
        true => first(desk, asker).await,
        false => answer,
    }
}

/// The request that a page makes by itself as long as it waits for readings.
pub fn goes_on(page: &Page) -> Option<Ask> {
    let watched = |action: &&Action| action.ask().get(LOOK).is_some() && is_setup(action.ask());
    let found = page.actions().into_iter().find(watched)?;
    Some(found.ask().clone())
}

/// Whether a page is the card, which is private wherever it is asked for.
pub fn is_card(page: &Page) -> bool {
    let mut steps = page.actions().into_iter().map(Action::ask);
    steps.any(|ask| is_setup(ask) && ask.get(STEP).is_some())
}

/// Puts the language and country of who presses into a step of the card.
pub fn tell_locale(ask: &mut Ask, locale: &str) {
    if is_setup(ask) {
        ask.values.insert(LOCALE.to_owned(), locale.to_owned());
    }
}

/// Whether rights are to be looked at anew, since somebody says that they mended them.
pub fn is_again(ask: &Ask) -> bool {
    is_setup(ask) && ask.get(AGAIN).is_some()
}

fn is_setup(ask: &Ask) -> bool {
    ask.command == COMMAND.name
}

impl Here<'_> {
    fn whose(&self) -> Whose {
        match self.asker.newsroom {
            Newsroom::Server(_) => Whose::Server,
            Newsroom::Person(_) => Whose::Person,
            Newsroom::Terminal => Whose::Terminal,
        }
    }

    /// Step one: what is read.
    async fn sources(&self) -> Answer {
        let known = self.desk.store.sources(self.room).await?.len();
        Ok(page::sources(&page::Sources {
            packs: &sources::packs::offers()?,
            known,
            whose: self.whose(),
        }))
    }

    /// Adds the chosen packs, each as `/sources packs` does.
    async fn packs(&self, ask: &Ask) -> Answer {
        let before = self.desk.store.sources(self.room).await?.len();
        let chosen = ask.get("packs").unwrap_or_default();
        for name in chosen.split(',').filter(|name| !name.is_empty()) {
            let add = Ask::new("sources").subcommand("packs").value("pack", name);
            self.does(&sources::COMMAND, add).await?;
        }
        let after = self.desk.store.sources(self.room).await?.len();
        let on = page::step("place").value("added", after.saturating_sub(before).to_string());
        let on = match ask.get(LOCALE) {
            Some(locale) => on.value(LOCALE, locale),
            None => on,
        };
        match self.whose() {
            Whose::Person => self.reading(&page::step("reading")).await,
            Whose::Server | Whose::Terminal => self.place(&on).await,
        }
    }

    /// What a command does with a confirmed request.
    async fn does(&self, command: &Command, ask: Ask) -> Answer {
        let asked = Asked {
            ask,
            confirmed: true,
        };
        (command.answer)(self.desk, self.asker, &asked).await
    }
}
