//! `/following`: all that a person follows, with what waits for them, their quiet hours and zone.

use crate::desk::command::{Answer, Asked, Command, No, Who, boxed};
use crate::desk::preferences::{OFF, QUIET, ZONE};
use crate::desk::subscriptions::Room;
use crate::desk::subscriptions::draft::unreadable;
use crate::desk::subscriptions::manage::Known;
use crate::desk::subscriptions::what::Scope;
use crate::desk::zones::{self, Read};
use crate::desk::{Asker, Desk};
use crate::news::source::{NewsroomSource, Weight};
use crate::news::subscription::What;
use crate::news::zone::Quiet;
use crate::news::{Newsroom, NewsroomId};
use crate::page::following::{Panel, kept, panel};
use crate::page::subscriptions::manage::Entry;
use crate::page::{Ask, Refusal};
use crate::store::{Added, Unread};
use std::collections::BTreeSet;

pub const COMMAND: Command = Command {
    name: "following",
    description: "What you follow: pause, change or stop it, quiet hours, time zone",
    who: Who::Everyone,
    options: &[],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// What waits for a person and is told at once.
const NOTICES_MAX: u32 = 5;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let here = Room {
        desk,
        asker,
        room,
        scope: Scope::of_person(asker, room),
    };
    let ask = &asked.ask;
    match ask.get("do") {
        Some("edit") => here.edit(asked).await,
        Some("pause") => here.pause(ask).await,
        Some("preview") => here.preview(ask).await,
        Some("remove") => here.remove(asked).await,
        Some("undo") => here.take_back(ask).await,
        Some("keep") if asked.confirmed => keep_resting(here).await,
        Some(_) => Err(Refusal::new("That cannot be done with what you follow.")
            .can("Type /following to see what can.")
            .into()),
        None => own(here, ask).await,
    }
}

/// The panel; with a zone or quiet hours said, these are kept first.
async fn own(here: Room<'_>, ask: &Ask) -> Answer {
    let (desk, asker) = (here.desk, here.asker);
    let mut changed = None;
    if let Some(typed) = ask.get(ZONE) {
        match zones::read(typed, desk.now(), &Ask::new("following")) {
            Read::Zone(zone) => {
                let name = zone.name().to_owned();
                changed = Some(format!("Your time zone is {name} now."));
                keep(here, ZONE, name).await?;
                move_digests(here).await?;
            }
            Read::Ask(page) => return Ok(page),
        }
    }
    if let Some(typed) = ask.get(QUIET) {
        let quiet = Quiet::parse(typed).map_err(|no| unreadable(typed, &no))?;
        let value = quiet.map_or_else(|| OFF.to_owned(), |quiet| quiet.to_string());
        changed = Some(match quiet {
            Some(quiet) => format!("Your quiet hours are {quiet} now."),
            None => "You have no quiet hours now.".to_owned(),
        });
        keep(here, QUIET, value).await?;
    }
    let known = here.known(here.scope.all(desk).await?).await?;
    let entries: Vec<Entry<'_>> = known.iter().map(Known::entry).collect();
    let notices = match asker.newsroom {
        Newsroom::Terminal => Vec::new(),
        _ => {
            desk.store
                .notices_of_person(asker.person, NOTICES_MAX)
                .await?
        }
    };
    let ids: Vec<i64> = notices.iter().map(|notice| notice.id).collect();
    desk.store.notices_told(&ids, desk.now()).await?;
    let preferences = here.preferences(here.room).await?;
    Ok(panel(&Panel {
        entries: &entries,
        elsewhere: known
            .iter()
            .filter(|one| one.subscription.newsroom != here.room)
            .count(),
        notices: notices
            .into_iter()
            .map(|notice| (notice.text, notice.made_at))
            .collect(),
        zone: preferences.zone.name(),
        zone_chosen: preferences.zone_chosen,
        quiet: match here.scope {
            Scope::Person(_) if !preferences.quiet_is_own => Some(Quiet::NIGHT),
            _ => preferences.quiet,
        },
        changed,
        whose: here.whose(),
    }))
}

/// What rests, as Lede was removed from its server, is taken over into the person's own newsroom, with
/// the sources that it comes from.
async fn keep_resting(here: Room<'_>) -> Answer {
    let (store, now, person) = (&here.desk.store, here.desk.now(), here.asker.person);
    let all = here.scope.all(here.desk).await?;
    let newsrooms: Vec<NewsroomId> = all.iter().map(|one| one.newsroom).collect();
    let left: BTreeSet<NewsroomId> = store.left_at(&newsrooms).await?.into_keys().collect();
    if left.is_empty() {
        return Err(Refusal::new("Nothing that you follow rests any more.")
            .will("Nothing was changed.")
            .can("Type /following to see how it is.")
            .into());
    }
    if !store.serves_persons().await? {
        return Err(Refusal::new("Here Lede reads sources of servers only.")
            .will("What rests is kept for its server's return.")
            .can("Type /follow in a server that has Lede.")
            .into());
    }
    let own = store.newsroom(Newsroom::Person(person), now).await?;
    let zone = here.preferences(own).await?.zone;
    let (mut follows, mut sources, mut left_out) = (0, 0, None);
    for room in left {
        let of_room = || all.iter().filter(|one| one.newsroom == room);
        let whats: Vec<&What> = of_room().map(|one| &one.what).collect();
        let known = store.sources(room).await?.into_iter();
        let wanted = known.filter(|source| whats.iter().any(|what| comes_from(what, source)));
        let unread = wanted.map(|source| Unread {
            url: source.source.url,
            name: Some(source.name),
            folder: source.folder,
            weight: source.weight,
        });
        // They stand before the follows move: pressed again after a crash, it goes on.
        for added in store.add_unread(own, unread.collect(), person, now).await? {
            match added {
                Added::New(_) => sources += 1,
                Added::AlreadyThere(_) => {}
                Added::Full { max } => {
                    left_out = Some((left_out.map_or(0, |(n, _)| n) + 1, max));
                }
            }
        }
        let due = of_room().filter_map(|one| Some((one.id, one.wish.when.next_due(&zone, now)?)));
        follows += store.move_follows(person, room, due.collect(), now).await?;
    }
    Ok(kept(follows, sources, left_out))
}

/// Whether a source is one of those that something followed comes from.
fn comes_from(what: &What, source: &NewsroomSource) -> bool {
    match what {
        What::Source(id) => source.source.id == *id,
        What::Folder(folder) => source.folder.as_ref() == Some(folder),
        What::Topic { .. } | What::Everything => source.weight != Weight::Muted,
    }
}

/// The person's own settings are kept with their own newsroom; the host's with the terminal's.
async fn keep(here: Room<'_>, name: &'static str, value: String) -> Result<(), No> {
    let (store, now) = (&here.desk.store, here.desk.now());
    let own: NewsroomId = match here.scope {
        Scope::Person(person) => store.newsroom(Newsroom::Person(person), now).await?,
        Scope::Channels(room) | Scope::Terminal(room) => room,
    };
    let by = here.asker.person;
    store.set_setting(own, name, Some(value), by, now).await?;
    Ok(())
}

/// Digests keep to the wall clock of the new zone.
async fn move_digests(here: Room<'_>) -> Result<(), No> {
    zones::move_digests(here, here.scope.all(here.desk).await?).await
}
