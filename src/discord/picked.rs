//! What Discord knows of the channels and roles that a request names, put beside them as text: the
//! desk knows no Discord. For an option `channel`: `channel_form`, `channel_name`, `channel_lacks`
//! and `channel_tags`; for an option `mention`: `mention_name` and `mention_mentionable`.

use super::Bot;
use super::limit::Trouble;
use super::rights::{ChannelFacts, RoleFacts};
use crate::desk::{self, Answer, Asked, Asker, Kind, setup};
use crate::news::Newsroom;
use crate::news::subscription::Form;
use crate::page::{Action, Ask, Pick, Refusal, note};
use std::time::Duration;
use tokio::time::Instant;

const LOOK_UP_SECONDS_MAX: u64 = 5;
/// What a channel lacks that Lede cannot see.
const UNSEEN_LACKS: &str = "view,send,embed,history,threads,posts";

impl Bot {
    /// The desk's answer to a request.
    pub async fn answer(&self, asker: &Asker, mut asked: Asked) -> Answer {
        self.look_up(asker, &mut asked.ask, None).await?;
        self.desk.answer(asker, &asked).await
    }

    /// The desk's answer to a press. `picked`: what kind of thing was chosen of the server's.
    pub async fn press(
        &self,
        asker: &Asker,
        action: &Action,
        chosen: &[(String, String)],
        picked: Option<Pick>,
    ) -> Answer {
        let mut ask = desk::filled(action, chosen);
        let option = chosen.first().map(|(option, _)| option.as_str());
        let picked = option.zip(picked);
        self.look_up(asker, &mut ask, picked).await?;
        let confirmed = matches!(action, Action::Confirm(_));
        self.desk.answer(asker, &Asked { ask, confirmed }).await
    }

    async fn look_up(
        &self,
        asker: &Asker,
        ask: &mut Ask,
        picked: Option<(&str, Pick)>,
    ) -> Result<(), Refusal> {
        let Newsroom::Server(server) = asker.newsroom else {
            return Ok(());
        };
        let deadline = Instant::now() + Duration::from_secs(LOOK_UP_SECONDS_MAX);
        for (option, kind) in named(ask, picked) {
            let id = ask.get(&option).and_then(|id| id.trim().parse().ok());
            let Some(id) = id.filter(|id| *id > 0) else {
                continue;
            };
            match kind {
                Pick::Channel => {
                    let facts = match setup::is_again(ask) {
                        true => self.out.rights_anew_by(id, deadline).await,
                        false => self.out.rights_by(id, deadline).await,
                    };
                    let facts = seen(facts)?.filter(|facts| facts.server == Some(server));
                    tell_channel(ask, &option, facts);
                }
                Pick::Role => {
                    let facts = self.out.role_by(server, id, deadline).await;
                    tell_role(ask, &option, seen(facts)?.flatten());
                }
            }
        }
        Ok(())
    }
}

/// Options of a request that hold a channel or a role.
fn named(ask: &Ask, picked: Option<(&str, Pick)>) -> Vec<(String, Pick)> {
    let command = desk::find(&ask.command);
    let options = command.map_or(&[][..], |one| desk::options(one, ask.sub.as_deref()));
    let kinds = options.iter().filter_map(|option| match option.kind {
        Kind::Channel => Some((option.name.to_owned(), Pick::Channel)),
        Kind::Role => Some((option.name.to_owned(), Pick::Role)),
        _ => None,
    });
    let mut all: Vec<(String, Pick)> = kinds.collect();
    if let Some((option, kind)) = picked
        && !all.iter().any(|(known, _)| known == option)
    {
        all.push((option.to_owned(), kind));
    }
    all
}

/// What was learned; none where Discord says that there is nothing to be seen.
fn seen<T>(facts: Result<T, Trouble>) -> Result<Option<T>, Refusal> {
    match facts {
        Ok(facts) => Ok(Some(facts)),
        Err(Trouble::Refused {
            status: 403 | 404,
            code,
            ..
        }) if code != 0 => Ok(None),
        Err(trouble) => {
            tracing::warn!("what a channel or role is was not learned: {trouble}");
            Err(note::discord_is_silent())
        }
    }
}

fn tell_channel(ask: &mut Ask, option: &str, facts: Option<ChannelFacts>) {
    let mut tell = |what: &str, value: String| {
        ask.values.insert(format!("{option}_{what}"), value);
    };
    let Some(facts) = facts else {
        tell("lacks", UNSEEN_LACKS.to_owned());
        return;
    };
    let form = match facts.form {
        Some(Form::Announcement) => "announcement",
        Some(Form::Thread) => "thread",
        Some(Form::Forum) => "forum",
        Some(_) => "text",
        None => "none",
    };
    let tags = facts
        .tags
        .iter()
        .map(|(id, name)| format!("{id}:{}", line(name)));
    tell("form", form.to_owned());
    tell("name", line(&facts.name));
    tell("lacks", facts.lacks().join(","));
    tell("tags", tags.collect::<Vec<_>>().join("\n"));
}

fn tell_role(ask: &mut Ask, option: &str, facts: Option<RoleFacts>) {
    let mentionable = facts.as_ref().is_some_and(|facts| facts.mentionable);
    let word = if mentionable { "yes" } else { "no" };
    ask.values
        .insert(format!("{option}_mentionable"), word.to_owned());
    if let Some(facts) = facts {
        ask.values
            .insert(format!("{option}_name"), line(&facts.name));
    }
}

/// A name on one line.
fn line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serenity::all::Permissions;

    #[test]
    fn the_desk_is_told_in_words_what_a_channel_is() {
        let facts = ChannelFacts {
            id: 5,
            server: Some(1),
            name: "sea\nnews".to_owned(),
            form: Some(Form::Forum),
            tags: vec![(7, "Sea".to_owned()), (8, "La\nnd".to_owned())],
            lede_may: Permissions::VIEW_CHANNEL | Permissions::EMBED_LINKS,
            locked: false,
        };
        let mut ask = Ask::new("subscriptions").value("channel", "5");
        tell_channel(&mut ask, "channel", Some(facts));
        let told = ["form", "name", "lacks", "tags"]
            .map(|what| ask.values[&format!("channel_{what}")].clone());
        assert_eq!(
            told,
            [
                "forum",
                "sea news",
                "history,posts,threads",
                "7:Sea\n8:La nd"
            ]
        );
        tell_channel(&mut ask, "notices", None);
        assert_eq!(ask.get("notices_lacks"), Some(UNSEEN_LACKS));
        assert_eq!(ask.get("notices_form"), None);
    }

    #[test]
    fn the_desk_is_told_whether_a_role_would_hear_it() {
        let mut ask = Ask::new("subscriptions");
        let role = |mentionable| RoleFacts {
            name: "Sea readers".to_owned(),
            mentionable,
        };
        tell_role(&mut ask, "mention", Some(role(true)));
        assert_eq!(ask.get("mention_mentionable"), Some("yes"));
        assert_eq!(ask.get("mention_name"), Some("Sea readers"));
        tell_role(&mut ask, "mention", Some(role(false)));
        assert_eq!(ask.get("mention_mentionable"), Some("no"));
        tell_role(&mut ask, "mention", None);
        assert_eq!(ask.get("mention_mentionable"), Some("no"));
    }

    #[test]
    fn what_cannot_be_seen_is_told_apart_from_a_silent_discord() {
        let refused = |status, code| -> Result<u8, Trouble> {
            Err(Trouble::Refused {
                status,
                code,
                message: String::new(),
                tries: 1,
            })
        };
        assert_eq!(seen(Ok(1)).unwrap(), Some(1));
        assert_eq!(seen(refused(403, 50_001)).unwrap(), None);
        assert_eq!(seen(refused(404, 10_003)).unwrap(), None);
        assert!(seen(refused(403, 0)).is_err());
        assert!(seen(refused(503, 0)).is_err());
    }

    #[test]
    fn a_picked_thing_needs_no_option_of_that_kind() {
        let ask = Ask::new("help");
        assert!(named(&ask, None).is_empty());
        let picked = named(&ask, Some(("notices", Pick::Channel)));
        assert_eq!(picked, [("notices".to_owned(), Pick::Channel)]);
    }
}
