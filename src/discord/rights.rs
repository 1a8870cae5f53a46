//! What a channel is and what Lede may do in it, and what a role is: asked of Discord, computed as
//! its documentation says, and remembered for a minute.

use super::limit::{Call, Trouble};
use super::outgoing::{Out, id};
use super::waits::Repeat;
use crate::news::subscription::Form;
use serde_json::Value;
use serenity::all::{ChannelId, ChannelType, GuildId, Permissions, UserId};
use serenity::http::{LightMethod, Route};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Rights change while somebody mends them: they are asked anew soon.
const REMEMBERED: Duration = Duration::from_secs(60);
const REMEMBERED_MAX: usize = 1_000;

/// What is known of a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelFacts {
    pub id: u64,
    /// None in direct messages.
    pub server: Option<u64>,
    pub name: String,
    /// None where nothing can be sent to: a category, a voice channel.
    pub form: Option<Form>,
    /// Tags of a forum: id and name.
    pub tags: Vec<(u64, String)>,
    /// What Lede may do there.
    pub lede_may: Permissions,
    /// Nobody may write into a locked thread.
    pub locked: bool,
}

/// What is known of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleFacts {
    pub name: String,
    /// Whether a message of Lede's would ping it.
    pub mentionable: bool,
}

impl ChannelFacts {
    pub fn reads_history(&self) -> bool {
        let needed = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
        self.server.is_none() || self.lede_may.contains(needed)
    }

    /// What is missing for a subscription, as words that the desk knows: view, send, embed,
    /// history, threads, posts.
    pub fn lacks(&self) -> Vec<&'static str> {
        use Permissions as P;
        if self.server.is_none() {
            return Vec::new();
        }
        let in_threads = P::SEND_MESSAGES_IN_THREADS;
        let needed: &[(&'static str, P)] = match self.form {
            Some(Form::Thread) => &[("threads", in_threads)],
            Some(Form::Forum) => &[("posts", P::SEND_MESSAGES), ("threads", in_threads)],
            _ => &[
                ("send", P::SEND_MESSAGES),
                ("threads", P::CREATE_PUBLIC_THREADS.union(in_threads)),
            ],
        };
        let always = [
            ("view", P::VIEW_CHANNEL),
            ("embed", P::EMBED_LINKS),
            ("history", P::READ_MESSAGE_HISTORY),
        ];
        let all = always.iter().chain(needed);
        let missing = all.filter(|(_, right)| !self.lede_may.contains(*right));
        let mut words: Vec<&str> = missing.map(|(word, _)| *word).collect();
        if self.locked && !words.contains(&"threads") {
            words.push("threads");
        }
        words
    }
}

/// Who wants to know, and how fresh it has to be.
#[derive(Clone, Copy)]
enum Haste {
    /// Somebody who waits until then; what is remembered will do.
    By(Instant),
    /// Somebody who waits until then and has just mended something.
    AnewBy(Instant),
    /// Nobody waits, but what was asked before that moment proves nothing.
    Since(Instant),
}

/// Answers of Discord by what was asked for.
#[derive(Default)]
pub struct Cache {
    known: Mutex<HashMap<Asked, (Instant, Value)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    Channel(u64),
    Roles(u64),
    Own(u64),
}

impl Cache {
    /// What was asked for a moment ago, no earlier than `since`.
    fn get(&self, asked: Asked, since: Option<Instant>, now: Instant) -> Option<Value> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = known.get(&asked)?;
        let young = now.duration_since(*at) < REMEMBERED;
        (young && since.is_none_or(|since| *at >= since)).then(|| answer.clone())
    }

    fn put(&self, asked: Asked, answer: &Value, now: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, (at, _)| now.duration_since(*at) < REMEMBERED);
        }
        if known.len() < REMEMBERED_MAX {
            known.insert(asked, (now, answer.clone()));
        }
    }
}

impl Out {
    /// What a channel is, at the pace of the gate; nothing of it was asked before `since`.
    pub async fn rights_since(
        &self,
        channel: u64,
        since: Instant,
    ) -> Result<ChannelFacts, Trouble> {
        self.channel_facts(channel, Haste::Since(since)).await
    }

    /// What a channel is, for somebody who waits until `deadline`.
    pub async fn rights_by(
        &self,
        channel: u64,
        deadline: Instant,
    ) -> Result<ChannelFacts, Trouble> {
        self.channel_facts(channel, Haste::By(deadline)).await
    }

    /// As [`Self::rights_by`], with nothing of it remembered.
    pub async fn rights_anew_by(
        &self,
        channel: u64,
        deadline: Instant,
    ) -> Result<ChannelFacts, Trouble> {
        self.channel_facts(channel, Haste::AnewBy(deadline)).await
    }

    /// What a role of a server is; none where it has no such role.
    pub async fn role_by(
        &self,
        server: u64,
        role: u64,
        deadline: Instant,
    ) -> Result<Option<RoleFacts>, Trouble> {
        let roles = self.ask(Asked::Roles(server), Haste::By(deadline)).await?;
        let own = self.ask(Asked::Own(server), Haste::By(deadline)).await?;
        let found = list(&roles).iter().find(|one| id(&one["id"]) == Some(role));
        let all = of_roles(server, &roles, &own);
        Ok(found.map(|one| RoleFacts {
            name: text(&one["name"]),
            // @everyone bears the server's id, and is never pinged.
            mentionable: role != server
                && (one["mentionable"] == true || all.contains(Permissions::MENTION_EVERYONE)),
        }))
    }

    async fn channel_facts(&self, channel: u64, haste: Haste) -> Result<ChannelFacts, Trouble> {
        let about = self.ask(Asked::Channel(channel), haste).await?;
        let form = form_of(about["type"].as_u64());
        let server = id(&about["guild_id"]);
        let mut lede_may = Permissions::all();
        if let Some(server) = server {
            let roles = self.ask(Asked::Roles(server), haste).await?;
            let own = self.ask(Asked::Own(server), haste).await?;
            // A thread has the rights of the channel that it hangs on.
            let parent = match form {
                Some(Form::Thread) => id(&about["parent_id"]),
                _ => None,
            };
            let over = match parent {
                Some(parent) => self.ask(Asked::Channel(parent), haste).await?,
                None => about.clone(),
            };
            let over = &over["permission_overwrites"];
            lede_may = permissions(server, self.me().await?, &roles, &own, over);
        }
        let tags = list(&about["available_tags"]).iter();
        let locked = about["thread_metadata"]["locked"] == true
            && !lede_may.contains(Permissions::MANAGE_THREADS);
        Ok(ChannelFacts {
            id: channel,
            server,
            name: text(&about["name"]),
            form,
            tags: tags
                .filter_map(|tag| Some((id(&tag["id"])?, text(&tag["name"]))))
                .collect(),
            lede_may,
            locked,
        })
    }

    async fn ask(&self, asked: Asked, haste: Haste) -> Result<Value, Trouble> {
        let since = match haste {
            Haste::By(_) => None,
            Haste::AnewBy(_) => Some(Instant::now()),
            Haste::Since(since) => Some(since),
        };
        if let Some(known) = self.rights.get(asked, since, Instant::now()) {
            return Ok(known);
        }
        let (of, route) = match asked {
            Asked::Channel(channel) => {
                let channel_id = ChannelId::new(channel.max(1));
                (channel, Route::Channel { channel_id })
            }
            Asked::Roles(server) => {
                let guild_id = GuildId::new(server.max(1));
                (server, Route::GuildRoles { guild_id })
            }
            Asked::Own(server) => {
                let guild_id = GuildId::new(server.max(1));
                let user_id = UserId::new(self.me().await?);
                (server, Route::GuildMember { guild_id, user_id })
            }
        };
        let answer = match haste {
            Haste::Since(_) => self.look(of, route, &[]).await?,
            Haste::By(deadline) | Haste::AnewBy(deadline) => {
                let call = Call {
                    method: LightMethod::Get,
                    route,
                    body: None,
                    repeat: Repeat::Safe,
                    deadline,
                };
                self.rest.send(call).await?
            }
        };
        self.rights.put(asked, &answer, Instant::now());
        Ok(answer)
    }
}

/// What a member may do in a server: roles add up, that of @everyone bears the server's id.
fn of_roles(server: u64, roles: &Value, own: &Value) -> Permissions {
    let mine: Vec<u64> = list(&own["roles"]).iter().filter_map(id).collect();
    let has = |role: u64| role == server || mine.contains(&role);
    let own = list(roles)
        .iter()
        .filter(|role| id(&role["id"]).is_some_and(has));
    let may = own.fold(Permissions::empty(), |may, role| {
        may | bits(&role["permissions"])
    });
    if may.contains(Permissions::ADMINISTRATOR) {
        Permissions::all()
    } else {
        may
    }
}

/// What a member may do in a channel with these overwrites: an administrator may everything; else
/// overwrites of @everyone, of the roles together, and of the member change what the roles give
/// (<https://docs.discord.com/developers/topics/permissions>). Who cannot see a channel can do
/// nothing in it.
fn permissions(
    server: u64,
    me: u64,
    roles: &Value,
    own: &Value,
    overwrites: &Value,
) -> Permissions {
    let mine: Vec<u64> = list(&own["roles"]).iter().filter_map(id).collect();
    let mut may = of_roles(server, roles, own);
    if may.contains(Permissions::ADMINISTRATOR) {
        return may;
    }
    let overwrites = list(overwrites);
    let of = |wanted: &dyn Fn(u64) -> bool| {
        let mut sum = (Permissions::empty(), Permissions::empty());
        for one in overwrites {
            if id(&one["id"]).is_some_and(wanted) {
                sum.0 |= bits(&one["deny"]);
                sum.1 |= bits(&one["allow"]);
            }
        }
        sum
    };
    let everyone = of(&|id| id == server);
    let by_role = of(&|id| id != server && mine.contains(&id));
    let by_member = of(&|id| id == me);
    for (deny, allow) in [everyone, by_role, by_member] {
        may = (may - deny) | allow;
    }
    if may.contains(Permissions::VIEW_CHANNEL) {
        may
    } else {
        Permissions::empty()
    }
}

fn bits(of: &Value) -> Permissions {
    let bits = of.as_str().and_then(|bits| bits.parse().ok());
    Permissions::from_bits_truncate(bits.unwrap_or(0))
}

fn form_of(kind: Option<u64>) -> Option<Form> {
    let kind = kind.and_then(|kind| u8::try_from(kind).ok())?;
    Some(match ChannelType::from(kind) {
        ChannelType::Text => Form::Text,
        ChannelType::News => Form::Announcement,
        ChannelType::NewsThread | ChannelType::PublicThread | ChannelType::PrivateThread => {
            Form::Thread
        }
        ChannelType::Forum => Form::Forum,
        ChannelType::Private => Form::Direct,
        _ => return None,
    })
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], Vec::as_slice)
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SERVER: u64 = 1;
    const ME: u64 = 9;
    const VIEW: Permissions = Permissions::VIEW_CHANNEL;
    const SEND: Permissions = Permissions::SEND_MESSAGES;
    const EMBED: Permissions = Permissions::EMBED_LINKS;

    fn role(id: u64, permissions: Permissions) -> Value {
        json!({ "id": id.to_string(), "permissions": permissions.bits().to_string() })
    }

    fn over(id: u64, deny: Permissions, allow: Permissions) -> Value {
        let (deny, allow) = (deny.bits().to_string(), allow.bits().to_string());
        json!({ "id": id.to_string(), "deny": deny, "allow": allow })
    }

    fn may(roles: Value, overwrites: Value) -> Permissions {
        let own = json!({ "roles": ["2", "3"] });
        permissions(SERVER, ME, &roles, &own, &overwrites)
    }

    #[test]
    fn roles_add_up_and_those_of_others_do_not() {
        let none = Permissions::empty();
        let roles = json!([role(SERVER, VIEW), role(2, SEND), role(4, EMBED)]);
        assert_eq!(may(roles.clone(), json!([])), VIEW | SEND);
        assert_eq!(may(roles, json!([over(4, SEND, none)])), VIEW | SEND);
    }

    #[test]
    fn overwrites_come_in_their_order() {
        let none = Permissions::empty();
        let roles = json!([role(SERVER, VIEW | SEND), role(2, EMBED), role(3, none)]);
        let denied = json!([over(SERVER, SEND, none)]);
        assert_eq!(may(roles.clone(), denied), VIEW | EMBED);
        let role_allows = json!([over(2, none, SEND), over(SERVER, SEND, none)]);
        assert_eq!(may(roles.clone(), role_allows), VIEW | SEND | EMBED);
        let among_roles = json!([over(2, none, SEND), over(3, SEND, none)]);
        assert_eq!(
            may(roles.clone(), among_roles),
            VIEW | SEND | EMBED,
            "what one role allows, another does not deny"
        );
        let member = json!([over(ME, SEND, none), over(2, none, SEND)]);
        assert_eq!(may(roles, member), VIEW | EMBED);
    }

    #[test]
    fn an_administrator_may_everything_and_the_blind_nothing() {
        let none = Permissions::empty();
        let admin = json!([role(3, Permissions::ADMINISTRATOR)]);
        let hidden = json!([over(SERVER, VIEW, none)]);
        assert_eq!(may(admin, hidden.clone()), Permissions::all());
        let roles = json!([role(SERVER, VIEW | SEND)]);
        assert_eq!(may(roles, hidden), none);
    }

    fn facts(form: Form, lede_may: Permissions) -> ChannelFacts {
        ChannelFacts {
            id: 5,
            server: Some(SERVER),
            name: "news".to_owned(),
            form: Some(form),
            tags: Vec::new(),
            lede_may,
            locked: false,
        }
    }

    #[test]
    fn what_is_missing_depends_on_what_the_channel_is() {
        let usual = VIEW | EMBED | Permissions::READ_MESSAGE_HISTORY;
        let in_threads = Permissions::SEND_MESSAGES_IN_THREADS;
        assert_eq!(facts(Form::Text, usual).lacks(), ["send", "threads"]);
        assert_eq!(facts(Form::Forum, usual | in_threads).lacks(), ["posts"]);
        assert_eq!(facts(Form::Forum, usual | SEND).lacks(), ["threads"]);
        assert_eq!(facts(Form::Thread, usual | SEND).lacks(), ["threads"]);
        let thread = facts(Form::Thread, usual | in_threads);
        assert!(thread.lacks().is_empty() && thread.reads_history());
        let locked = ChannelFacts {
            locked: true,
            ..thread
        };
        assert_eq!(locked.lacks(), ["threads"]);
        let blind = facts(Form::Announcement, Permissions::empty());
        assert_eq!(
            blind.lacks(),
            ["view", "embed", "history", "send", "threads"]
        );
        assert!(!blind.reads_history());
    }

    #[test]
    fn a_channel_is_known_by_its_number() {
        let forms = [0, 5, 10, 11, 12, 15, 1].map(|kind| form_of(Some(kind)));
        use Form::{Announcement, Direct, Forum, Text, Thread};
        let known = [Text, Announcement, Thread, Thread, Thread, Forum, Direct];
        assert_eq!(forms, known.map(Some));
        for other in [Some(2), Some(4), Some(13), Some(999), None] {
            assert_eq!(form_of(other), None, "{other:?}");
        }
    }

    #[test]
    fn what_was_asked_is_remembered_for_a_minute() {
        let cache = Cache::default();
        let now = Instant::now();
        cache.put(Asked::Channel(5), &json!("a"), now);
        let soon = now + REMEMBERED - Duration::from_millis(1);
        let get = |asked, since, at| cache.get(asked, since, at);
        let channel = Asked::Channel(5);
        assert_eq!(get(channel, None, soon), Some(json!("a")));
        assert_eq!(get(Asked::Roles(5), None, soon), None);
        assert_eq!(get(channel, None, now + REMEMBERED), None);
        assert_eq!(get(channel, Some(now), soon), Some(json!("a")));
        assert_eq!(get(channel, Some(soon), soon), None, "asked before");
    }
}
