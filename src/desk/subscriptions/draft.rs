//! What is wished, read from a request: where it goes, and the defaults with what was said over
//! them. Pure but for the loading.

use crate::desk::Asker;
use crate::news::Newsroom;
use crate::news::subscription::{Destination, Form, PER_DAY_MAX, Place, WAIT_FOR_MAX, Wish};
use crate::news::zone::{Quiet, When};
use crate::page::subscriptions::change::NONE;
use crate::page::{Ask, Refusal};

/// Tags that a forum's post can have (Discord: 5).
const TAGS_MAX: usize = 5;
/// Tags of a forum that are offered (Discord: 20 a forum).
const TAGS_OFFERED_MAX: usize = 20;

/// A channel as an option of a command names it, and what Lede lacks there.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub place: Place,
    /// What is worse for want of a right, each in a sentence.
    pub warnings: Vec<String>,
}

/// Reads the option `channel` with what the front end adds to it: form, name, missing rights.
///
/// # Errors
/// A refusal where Lede could not write there at all.
pub fn channel(ask: &Ask) -> Result<Channel, Refusal> {
    let id = ask.get("channel").and_then(|id| id.trim().parse().ok());
    let Some(id) = id else {
        return Err(
            Refusal::new("That is no channel.").can("Choose one of this server's channels.")
        );
    };
    let form = match ask.get("channel_form") {
        Some("announcement") => Form::Announcement,
        Some("thread") => Form::Thread,
        Some("forum") => Form::Forum,
        _ => Form::Text,
    };
    let name = ask.get("channel_name").unwrap_or_default().to_owned();
    let lacks: Vec<&str> = ask
        .get("channel_lacks")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    let needed: Vec<&str> = lacks.iter().filter_map(|lack| needed(lack, form)).collect();
    if !needed.is_empty() {
        let named = match name.as_str() {
            "" => "that channel".to_owned(),
            name => format!("#{}", name.trim_start_matches('#')),
        };
        let refusal = Refusal::new(format!(
            "I can't write in {named}: I lack {} there.",
            needed.join(" and ")
        ));
        return Err(refusal
            .will("Nothing was saved.")
            .can("Give me that in the channel's settings, then type the command again."));
    }
    Ok(Channel {
        place: Place {
            destination: Destination::Channel(id),
            form,
            name,
            readable: !lacks.contains(&"history"),
        },
        warnings: lacks.iter().filter_map(|lack| worse(lack)).collect(),
    })
}

/// A right without which nothing can be sent, as Discord calls it.
fn needed(lack: &str, form: Form) -> Option<&'static str> {
    Some(match (lack, form) {
        ("view", _) => "View Channel",
        ("send", Form::Text | Form::Announcement) => "Send Messages",
        ("threads", Form::Thread) => "Send Messages in Threads",
        ("posts", Form::Forum) => "Create Posts",
        _ => return None,
    })
}

/// What is worse without a right.
fn worse(lack: &str) -> Option<String> {
    let text = match lack {
        "embed" => {
            "I can't embed links there (Embed Links), so messages would show headlines without quotes."
        }
        "history" => {
            "I can't read this channel's history (Read Message History), so a message that was cut off while it was sent is not sent again; the next digest names it."
        }
        "threads" => {
            "I can't open threads there (Create Public Threads), so Discuss and later facts of a story have no thread."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// Where a person's follow goes.
pub fn own_place(asker: &Asker) -> Place {
    let (destination, form) = match asker.newsroom {
        Newsroom::Terminal => (Destination::Terminal, Form::Terminal),
        _ => (Destination::Person(asker.person), Form::Direct),
    };
    Place {
        destination,
        form,
        name: String::new(),
        readable: true,
    }
}

/// The role that is to be mentioned, by the option `mention` with what the front end adds to it.
///
/// # Errors
/// A refusal where a mention would reach nobody, or everybody.
pub fn mention(ask: &Ask, asker: &Asker) -> Result<Option<u64>, Refusal> {
    let Some(typed) = ask.get("mention").filter(|typed| *typed != NONE) else {
        return Ok(None);
    };
    let Some(role) = typed.trim().parse::<u64>().ok() else {
        return Err(Refusal::new("That is no role.").can("Choose one of this server's roles."));
    };
    if asker.newsroom == Newsroom::Server(role) {
        return Err(Refusal::new("Lede never mentions everyone.")
            .can("Choose a role that members can take, such as one for news."));
    }
    if ask.get("mention_mentionable") == Some("no") {
        let name = ask.get("mention_name").unwrap_or("That role");
        let refusal = Refusal::new(format!("I may not mention “{name}”."));
        return Err(refusal.can(
            "Allow anyone to mention it in the role's settings, then type the command again; or leave the mention out.",
        ));
    }
    Ok(Some(role))
}

/// A wish with what the request says over it.
///
/// # Errors
/// A refusal that says how a value is typed.
pub fn wished(mut wish: Wish, ask: &Ask) -> Result<Wish, Refusal> {
    let said = |name: &str| ask.get(name).map(str::trim).filter(|said| !said.is_empty());
    if let Some(typed) = said("when") {
        wish.when = When::parse(typed).map_err(|no| unreadable(typed, &no))?;
    }
    if let Some(typed) = said("wait-for") {
        let n: Option<u8> = typed.parse().ok();
        wish.wait_for = n
            .filter(|n| (1..=WAIT_FOR_MAX).contains(n))
            .ok_or_else(|| {
                Refusal::new(format!("“{typed}” is no number of outlets to wait for."))
                    .can(format!("Choose a number from 1 to {WAIT_FOR_MAX}."))
            })?;
    }
    if let Some(typed) = said("per-day") {
        wish.per_day = per_day(typed)?;
    }
    if let Some(typed) = said("quiet") {
        wish.quiet = Quiet::parse(typed).map_err(|no| unreadable(typed, &no))?;
    }
    if said("mention") == Some(NONE) {
        wish.mention = None;
    }
    if let Some(typed) = said("crosspost") {
        wish.crosspost = typed == "yes";
    }
    if let Some(typed) = said("tags") {
        wish.tags = tags(typed);
    }
    match said("tag") {
        Some(NONE) => wish.tags.clear(),
        Some(typed) => toggle(&mut wish.tags, typed)?,
        None => {}
    }
    Ok(wish)
}

/// Reads messages a day.
///
/// # Errors
/// A refusal that says which numbers there are.
pub fn per_day(typed: &str) -> Result<u32, Refusal> {
    let n: Option<u32> = typed.trim().parse().ok();
    n.filter(|n| (1..=PER_DAY_MAX).contains(n)).ok_or_else(|| {
        Refusal::new(format!("“{typed}” is no number of messages a day."))
            .can(format!("Type a number from 1 to {PER_DAY_MAX}."))
    })
}

/// What was typed cannot be read; the error says how it is typed.
pub fn unreadable(typed: &str, error: &dyn std::error::Error) -> Refusal {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((what, way)) => Refusal::new(format!("“{typed}” is {what}.")).can(sentence(way)),
        None => Refusal::new(format!("“{typed}” is {text}.")),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn tags(typed: &str) -> Vec<u64> {
    let ids = typed.split(',').filter_map(|id| id.trim().parse().ok());
    ids.take(TAGS_MAX).collect()
}

fn toggle(tags: &mut Vec<u64>, typed: &str) -> Result<(), Refusal> {
    let Ok(tag) = typed.parse::<u64>() else {
        return Err(Refusal::new("That is no tag of this forum.").can("Choose one of the list."));
    };
    let before = tags.len();
    tags.retain(|one| *one != tag);
    if tags.len() < before {
        return Ok(());
    }
    if before >= TAGS_MAX {
        let refusal = Refusal::new(format!("A post can have {TAGS_MAX} tags at most."));
        return Err(refusal.can("Take one off first."));
    }
    tags.push(tag);
    Ok(())
}

/// The tags of the forum, as the front end lists them: lines `id:name`.
pub fn known_tags(ask: &Ask) -> Vec<(u64, String)> {
    let lines = ask.get("channel_tags").unwrap_or_default().lines();
    let tag = |line: &str| {
        let (id, name) = line.split_once(':')?;
        Some((id.trim().parse().ok()?, name.trim().to_owned()))
    };
    lines.filter_map(tag).take(TAGS_OFFERED_MAX).collect()
}

/// The request to go on from: what is being changed is answered, a chosen tag is among the tags.
pub fn settled(ask: &Ask, wish: &Wish) -> Ask {
    let mut settled = Ask {
        from: 0,
        ..ask.clone()
    };
    for answered in ["change", "cancel"] {
        settled.values.remove(answered);
    }
    if settled.values.remove("tag").is_some() {
        let ids: Vec<String> = wish.tags.iter().map(u64::to_string).collect();
        settled = match ids.is_empty() {
            true => settled.value("tags", NONE),
            false => settled.value("tags", ids.join(",")),
        };
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::subscription::What;

    fn ask(values: &[(&str, &str)]) -> Ask {
        let ask = Ask::new("subscriptions").subcommand("add");
        values
            .iter()
            .fold(ask, |ask, (name, value)| ask.value(name, *value))
    }

    fn topic() -> What {
        What::Topic {
            key: "harbour".into(),
            shown: "harbour".into(),
        }
    }

    #[test]
    fn a_channel_without_needed_rights_is_refused_and_others_are_warned_of() {
        let of = |form: &str, lacks: &str| {
            channel(&ask(&[
                ("channel", "44"),
                ("channel_form", form),
                ("channel_name", "news"),
                ("channel_lacks", lacks),
            ]))
        };
        let fine = of("text", "").expect("nothing lacks");
        assert!(fine.place.readable && fine.warnings.is_empty());
        assert_eq!(fine.place.destination, Destination::Channel(44));
        let no = of("text", "view,send").expect_err("it cannot write");
        assert!(no.cause.contains("#news") && no.cause.contains("View Channel and Send Messages"));
        assert!(of("forum", "send").is_ok(), "posts are another right");
        assert!(of("forum", "posts").is_err());
        assert!(of("thread", "threads").is_err());
        let blind = of("announcement", "history, threads").expect("it can write");
        assert_eq!(
            (blind.place.form, blind.place.readable),
            (Form::Announcement, false)
        );
        assert_eq!(blind.warnings.len(), 2);
        assert!(channel(&ask(&[("channel", "#news")])).is_err());
    }

    #[test]
    fn a_role_that_reaches_nobody_or_everybody_is_refused() {
        let asker = Asker {
            newsroom: Newsroom::Server(9),
            ..Asker::terminal()
        };
        let of = |values: &[(&str, &str)]| mention(&ask(values), &asker);
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[("mention", "off")]), Ok(None));
        assert_eq!(of(&[("mention", "31")]), Ok(Some(31)));
        assert!(of(&[("mention", "9")]).is_err(), "everyone");
        let closed = [("mention", "31"), ("mention_mentionable", "no")];
        assert!(of(&closed).is_err_and(|no| no.you_can.is_some()));
    }

    #[test]
    fn what_is_said_goes_over_the_defaults() {
        let of = |values: &[(&str, &str)]| {
            wished(Wish::of_channel(&topic(), 12, Some(31)), &ask(values))
        };
        let bare = of(&[]).expect("the defaults");
        assert_eq!(
            (bare.wait_for, bare.per_day, bare.quiet),
            (2, 8, Some(Quiet::NIGHT))
        );
        let said = of(&[
            ("when", "daily 7:30"),
            ("wait-for", "3"),
            ("per-day", "20"),
            ("quiet", "off"),
            ("mention", "off"),
            ("crosspost", "yes"),
        ])
        .expect("all is readable");
        assert_eq!(said.when.to_string(), "daily 07:30");
        assert_eq!((said.wait_for, said.per_day, said.quiet), (3, 20, None));
        assert!(said.mention.is_none() && said.crosspost);
        for wrong in [
            ("when", "soon"),
            ("wait-for", "9"),
            ("per-day", "0"),
            ("quiet", "night"),
            ("tag", "x"),
        ] {
            let no = of(&[wrong]).expect_err("it is not readable");
            assert!(no.you_can.is_some(), "{wrong:?} {no:?}");
        }
    }

    #[test]
    fn a_tag_is_added_and_taken_off_again() {
        let step = |ask: &Ask| {
            let wish = wished(Wish::of_channel(&topic(), 1, None), ask).expect("readable");
            (settled(ask, &wish), wish.tags)
        };
        let (ask, tags) = step(&ask(&[("tag", "5"), ("change", "tags")]));
        assert_eq!((tags, ask.get("change")), (vec![5], None));
        let (ask, tags) = step(&ask.value("tag", "6"));
        assert_eq!(tags, [5, 6]);
        let (ask, tags) = step(&ask.value("tag", "5"));
        assert_eq!(tags, [6]);
        let (ask, tags) = step(&ask.value("tag", "off"));
        assert!(tags.is_empty());
        assert!(step(&ask).1.is_empty());
        let known = known_tags(&ask.value("channel_tags", "5:Sea\nx\n6: Land "));
        assert_eq!(known, [(5, "Sea".to_owned()), (6, "Land".to_owned())]);
    }
}
