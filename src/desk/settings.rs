//! `/settings`: what a newsroom's moderators choose for all of it. Each change is audited.

use crate::desk::command::{Answer, Asked, Command, No, Who, boxed};
use crate::desk::preferences::{
    DAILY_CAP, IMAGES, NEWS_CHANNELS, NEWS_CHANNELS_MAX, NEWSROOM_ROLE, NOTICES_CHANNEL, OFF,
    Preferences, QUIET, ZONE, preferences,
};
use crate::desk::subscriptions::Room;
use crate::desk::subscriptions::draft::{may_write, per_day, unreadable};
use crate::desk::subscriptions::what::Scope;
use crate::desk::zones::{self, OFFERED_MAX, Read};
use crate::desk::{Asker, Desk};
use crate::news::Newsroom;
use crate::news::subscription::Form;
use crate::news::zone::{Quiet, Zone};
use crate::page::settings::{Setting, Shown, panel, question};
use crate::page::{Ask, Page, Refusal};

pub const COMMAND: Command = Command {
    name: "settings",
    description: "Time zone, quiet hours, news channels and more, for all of this server",
    who: Who::Moderators,
    options: &[],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let here = Room {
        desk,
        asker,
        room,
        scope: Scope::of_moderator(asker, room),
    };
    let ask = &asked.ask;
    let before = preferences(&desk.store, room).await?;
    if let Some(setting) = ask.get("change").and_then(Setting::parse) {
        let zones = Zone::suggest("", now, OFFERED_MAX);
        return Ok(question(setting, &shown(here, &before, None), zones));
    }
    let said = Setting::ALL
        .into_iter()
        .find_map(|setting| Some((setting, ask.get(setting.option())?)));
    let Some((setting, typed)) = said else {
        return Ok(panel(&shown(here, &before, None)));
    };
    if setting.is_of_servers() && !matches!(asker.newsroom, Newsroom::Server(_)) {
        return Err(Refusal::new("Channels and roles are a server's.")
            .can("Type /settings in a server that has Lede.")
            .into());
    }
    let change = match read(setting, typed.trim(), &before, here, ask)? {
        Ok(change) => change,
        Err(page) => return Ok(*page),
    };
    let by = asker.person;
    let value = change.value.clone();
    let line = desk
        .store
        .set_setting(room, change.name, value, by, now)
        .await?;
    if setting == Setting::NoticesChannel
        && let Some(channel) = change.value.and_then(|id| id.parse().ok())
    {
        // Whoever chooses it says that it takes messages.
        desk.store.channel_found(channel).await?;
    }
    if setting == Setting::Zone {
        zones::move_digests(here, here.scope.all(desk).await?).await?;
    }
    let after = preferences(&desk.store, room).await?;
    let mut shown = shown(here, &after, Some(change.said));
    shown.change = line;
    Ok(panel(&shown))
}

fn shown<'p>(here: Room<'_>, of: &'p Preferences, changed: Option<String>) -> Shown<'p> {
    Shown {
        zone: of.zone.name(),
        zone_chosen: of.zone_chosen,
        quiet: of.quiet,
        daily_cap: of.daily_cap,
        news_channels: &of.news_channels,
        notices_channel: of.notices_channel,
        newsroom_role: of.newsroom_role,
        images: of.images,
        server: matches!(here.asker.newsroom, Newsroom::Server(_)),
        changed,
        change: None,
    }
}

/// A setting to be kept.
struct Change {
    name: &'static str,
    /// None forgets it.
    value: Option<String>,
    /// What is said of it.
    said: String,
}

/// Reads a value; where it is no zone, gives a page that offers the nearest.
fn read(
    setting: Setting,
    typed: &str,
    before: &Preferences,
    here: Room<'_>,
    ask: &Ask,
) -> Result<Result<Change, Box<Page>>, No> {
    let change = |name, value: Option<String>, said: String| Change { name, value, said };
    let is_off = typed.eq_ignore_ascii_case(OFF);
    Ok(Ok(match setting {
        Setting::Zone => match zones::read(typed, here.desk.now(), &Ask::new("settings")) {
            Read::Zone(zone) => {
                let name = zone.name().to_owned();
                let said = format!("The time zone is {name} now.");
                change(ZONE, Some(name), said)
            }
            Read::Ask(page) => return Ok(Err(Box::new(page))),
        },
        Setting::Quiet => {
            let quiet = Quiet::parse(typed).map_err(|no| unreadable(typed, &no))?;
            let said = match quiet {
                Some(quiet) => format!("The quiet hours are {quiet} now."),
                None => "There are no quiet hours now.".to_owned(),
            };
            change(QUIET, quiet.map(|quiet| quiet.to_string()), said)
        }
        Setting::DailyCap if is_off => change(
            DAILY_CAP,
            None,
            "Each subscription goes by its own number now.".to_owned(),
        ),
        Setting::DailyCap => {
            let cap = per_day(typed)?.to_string();
            let said = format!("No subscription sends more than {cap} a day now.");
            change(DAILY_CAP, Some(cap), said)
        }
        Setting::NewsChannels => news_channels(typed, before)?,
        Setting::NoticesChannel => {
            let channel = if is_off { None } else { Some(id(typed)?) };
            if channel.is_some() {
                writable(ask)?;
            }
            let said = match channel {
                Some(channel) => format!("Notices go to <#{channel}> now."),
                None => "Notices lead the next answer to a moderator now.".to_owned(),
            };
            change(NOTICES_CHANNEL, channel.map(|id| id.to_string()), said)
        }
        Setting::NewsroomRole => {
            let role = if is_off { None } else { Some(id(typed)?) };
            if role.is_some_and(|role| here.asker.newsroom == Newsroom::Server(role)) {
                return Err(Refusal::new("Then everyone would be a moderator.")
                    .can("Choose a role that you give to the newsroom's people.")
                    .into());
            }
            let said = match role {
                Some(role) => format!("Whoever has <@&{role}> may press moderators' buttons now."),
                None => "Only who may manage the server is a moderator now.".to_owned(),
            };
            change(NEWSROOM_ROLE, role.map(|id| id.to_string()), said)
        }
        Setting::Images => {
            let value = is_off.then(|| OFF.to_owned());
            let on = if is_off { "off" } else { "on" };
            change(IMAGES, value, format!("Images are {on} now."))
        }
    }))
}

/// Whether notices can be sent to the channel that was picked, by what the front end adds to it.
fn writable(ask: &Ask) -> Result<(), Refusal> {
    let told = |what: &str| {
        let name = format!("{NOTICES_CHANNEL}_{what}");
        ask.values.get(&name).map_or("", String::as_str)
    };
    if ["forum", "none"].contains(&told("form")) {
        return Err(
            Refusal::new("That kind of channel takes no plain messages.")
                .can("Choose a text channel that moderators read."),
        );
    }
    let form = match told("form") {
        "thread" => Form::Thread,
        _ => Form::Text,
    };
    let lacks: Vec<&str> = told("lacks").split(',').map(str::trim).collect();
    may_write(told("name"), &lacks, form)
}

/// Adds a channel to the news channels, or takes it off.
fn news_channels(typed: &str, before: &Preferences) -> Result<Change, No> {
    let mut channels = before.news_channels.clone();
    let said = if typed.eq_ignore_ascii_case(OFF) {
        channels.clear();
        "There are no news channels now.".to_owned()
    } else {
        let channel = id(typed)?;
        let count = channels.len();
        channels.retain(|one| *one != channel);
        if channels.len() < count {
            format!("<#{channel}> is no news channel any more.")
        } else if count >= NEWS_CHANNELS_MAX {
            let refusal = Refusal::new(format!("There are {NEWS_CHANNELS_MAX} news channels."));
            return Err(refusal.can("Take one off first, in that channel.").into());
        } else {
            channels.push(channel);
            format!("<#{channel}> is a news channel now.")
        }
    };
    let list: Vec<String> = channels.iter().map(u64::to_string).collect();
    Ok(Change {
        name: NEWS_CHANNELS,
        value: (!list.is_empty()).then(|| list.join(",")),
        said,
    })
}

/// Discord's id, also as a mention: `<#123>`, `<@&123>`.
fn id(typed: &str) -> Result<u64, No> {
    let bare = typed.trim_start_matches(['<', '#', '@', '&']);
    let bare = bare.trim_end_matches('>');
    bare.parse().ok().filter(|id| *id > 0).ok_or_else(|| {
        Refusal::new(format!("“{typed}” is no channel or role."))
            .can("Copy its id in Discord (Settings, Advanced, Developer Mode), or mention it.")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_bare_and_as_a_mention() {
        for typed in ["123", "<#123>", "<@&123>"] {
            assert_eq!(id(typed).ok(), Some(123), "{typed}");
        }
        for typed in ["", "news", "<#>", "0", "12 3"] {
            assert!(id(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn notices_go_only_where_lede_may_write() {
        let of = |form: &str, lacks: &str| {
            let ask = Ask::new("settings")
                .value("notices_channel_form", form)
                .value("notices_channel_lacks", lacks);
            writable(&ask)
        };
        assert_eq!(of("text", "history,embed"), Ok(()));
        assert!(of("text", "view,send").is_err(), "also of another server");
        assert!(of("forum", "").is_err());
        assert!(of("thread", "threads").is_err());
    }

    #[test]
    fn a_news_channel_is_added_and_taken_off() {
        let mut before = Preferences::default();
        let change = news_channels("<#5>", &before).expect("a channel");
        assert_eq!(change.value.as_deref(), Some("5"));
        before.news_channels = vec![5, 6];
        let change = news_channels("5", &before).expect("a channel");
        assert_eq!(change.value.as_deref(), Some("6"));
        let change = news_channels("off", &before).expect("none");
        assert_eq!(change.value, None);
        before.news_channels = (1..=NEWS_CHANNELS_MAX as u64).collect();
        assert!(news_channels("900", &before).is_err());
    }
}
