//! Channels of all kinds, roles and threads, and what moderators do with them and with messages.

use super::FakeDiscord;
use super::rest::Asked;
use super::state::State;
use lede::clock::{MINUTE, Millis};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Discord says "a few minutes" of how long it knows a nonce.
pub const NONCE_MS: Millis = 3 * MINUTE;

const FORUM: u8 = 15;

pub const VIEW: u64 = 1 << 10;
pub const SEND: u64 = 1 << 11;
pub const EMBED: u64 = 1 << 14;
pub const HISTORY: u64 = 1 << 16;
pub const MAKE_THREADS: u64 = 1 << 35;
pub const SEND_IN_THREADS: u64 = 1 << 38;

#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub mentionable: bool,
}

/// What a thread or a forum's post has beside a channel.
#[derive(Clone, Debug)]
pub struct Thread {
    pub parent: u64,
    pub owner: u64,
    pub tags: Vec<u64>,
    pub archived: bool,
    pub locked: bool,
}

impl FakeDiscord {
    /// A forum with tags of these names; its id and theirs.
    pub fn add_forum(&self, guild: u64, name: &str, tags: &[&str]) -> (u64, Vec<u64>) {
        self.shared.change(|state| {
            let forum = state.add_channel(Some(guild), name, 15);
            let tags: Vec<_> = tags
                .iter()
                .map(|tag| (state.id(), (*tag).to_owned()))
                .collect();
            let ids = tags.iter().map(|(id, _)| *id).collect();
            state
                .channels
                .get_mut(&forum)
                .expect("it was just made")
                .tags = tags;
            (forum, ids)
        })
    }

    /// A thread that somebody opened in a channel.
    pub fn add_thread(&self, parent: u64, name: &str) -> u64 {
        self.shared
            .change(|state| state.add_thread(parent, None, name, 1, Vec::new()))
    }

    /// A role of a server; messages may ping it from now on where it is mentionable.
    pub fn add_role(&self, guild: u64, name: &str, mentionable: bool) -> u64 {
        self.shared.change(|state| {
            let id = state.id();
            let role = Role {
                name: name.to_owned(),
                mentionable,
            };
            let guild = state.guilds.get_mut(&guild).expect("the server is there");
            guild.roles.insert(id, role);
            id
        })
    }

    /// Somebody asked for this role to be pinged: messages may do it from now on.
    pub fn may_ping(&self, role: u64) {
        self.shared.change(|state| state.may_ping.insert(role));
    }

    /// Message and role of each ping so far.
    pub fn pings(&self) -> Vec<(u64, u64)> {
        self.shared.state().pings.clone()
    }

    /// What the bot has by default, without some of it.
    pub fn take_rights(&self, channel: u64, rights: u64) {
        self.bot_rights(channel, super::state::BOT_RIGHTS & !rights);
    }

    /// The person takes no direct messages, or takes them again.
    pub fn close_direct(&self, person: u64, closed: bool) {
        self.shared.change(|state| {
            state
                .users
                .get_mut(&person)
                .expect("the person is known")
                .closed = closed;
        });
    }

    /// A channel or thread is deleted with all that stands in it; the gateway tells of a thread.
    pub fn delete_channel(&self, channel: u64) {
        self.shared.change(|state| {
            let gone = state.channels.remove(&channel);
            state.messages.retain(|_, one| one.channel != channel);
            let Some((of, thread)) = gone.and_then(|of| Some((of.clone(), of.thread?))) else {
                return;
            };
            let event = json!({
                "id": channel.to_string(), "parent_id": thread.parent.to_string(),
                "guild_id": of.guild.map(|guild| guild.to_string()), "type": of.kind,
            });
            state.gateway.dispatch("THREAD_DELETE", event);
        });
    }

    /// A thread is put away, or locked.
    pub fn put_away(&self, thread: u64, locked: bool) {
        self.shared.change(|state| {
            let channel = state.channels.get_mut(&thread).expect("it is there");
            let thread = channel.thread.as_mut().expect("it is a thread");
            (thread.archived, thread.locked) = (true, locked);
        });
    }

    /// A message is so old that it cannot be edited any more.
    pub fn no_more_edits(&self, message: u64) {
        self.shared.change(|state| state.no_edits.insert(message));
    }

    /// Threads of a channel or posts of a forum: ids and names, oldest first.
    pub fn threads(&self, parent: u64) -> Vec<(u64, String)> {
        let state = self.shared.state();
        let own = |one: &super::Channel| one.thread.as_ref().is_some_and(|t| t.parent == parent);
        let all = state.channels.iter().filter(|(_, one)| own(one));
        all.map(|(id, one)| (*id, one.name.clone())).collect()
    }

    /// The tags that a forum's post bears.
    pub fn tags(&self, thread: u64) -> Vec<u64> {
        let state = self.shared.state();
        let thread = state
            .channels
            .get(&thread)
            .and_then(|one| one.thread.as_ref());
        thread.map_or_else(Vec::new, |thread| thread.tags.clone())
    }

    /// What somebody says in a channel.
    pub fn says(&self, person: u64, channel: u64, words: &str) -> u64 {
        self.shared.change(|state| {
            let id = super::rest::post(
                state,
                channel,
                &serde_json::json!({ "content": words }),
                None,
            );
            let author = super::payload::user(state, person);
            let message = state.messages.get_mut(&id).expect("it was just made");
            message.body["author"] = author;
            id
        })
    }

    /// How often each mark was posted to each place, whatever became of the messages.
    pub fn marked(&self) -> BTreeMap<(u64, String), usize> {
        self.shared.state().marked.clone()
    }

    /// Marks that were posted to one place more than once.
    pub fn doubled(&self) -> Vec<(u64, String)> {
        let marked = self.marked();
        let twice = marked.into_iter().filter(|(_, times)| *times > 1);
        twice.map(|(at, _)| at).collect()
    }

    /// A bot may send so many requests in a second; answers to interactions do not count.
    pub fn limit_per_second(&self, most: usize) {
        self.shared.change(|state| state.per_second = Some(most));
    }

    /// Requests that were over that limit.
    pub fn limited(&self) -> usize {
        self.shared.state().limited
    }
}

impl State {
    /// A thread on a message, or by itself.
    pub fn add_thread(
        &mut self,
        parent: u64,
        message: Option<u64>,
        name: &str,
        owner: u64,
        tags: Vec<u64>,
    ) -> u64 {
        let of = self
            .channels
            .get(&parent)
            .expect("the channel is there")
            .clone();
        let made = self.add_channel(of.guild, name, if of.kind == 5 { 10 } else { 11 });
        let mut channel = self.channels.remove(&made).expect("it was just made");
        channel.thread = Some(Thread {
            parent,
            owner,
            tags,
            archived: false,
            locked: false,
        });
        let id = message.unwrap_or(made);
        self.channels.insert(id, channel);
        if of.kind == FORUM {
            self.last_threads.insert(parent, id);
        }
        id
    }

    /// Whether the bot has all of these rights in a channel; a thread has those of its parent.
    pub fn may(&self, channel: u64, rights: u64) -> bool {
        let Some(of) = self.channels.get(&channel) else {
            return false;
        };
        let parent = of
            .thread
            .as_ref()
            .and_then(|one| self.channels.get(&one.parent));
        let bits = parent.unwrap_or(of).bot_rights;
        of.guild.is_none() || bits & VIEW != 0 && bits & rights == rights
    }

    /// Seconds to wait where a request is one too many.
    pub fn over_the_limit(&mut self, asked: &Asked) -> Option<f64> {
        let most = self.per_second?;
        if matches!(asked.parts[0], "interactions" | "webhooks") {
            return None;
        }
        let second = Duration::from_secs(1);
        let now = Instant::now();
        while self.recent.front().is_some_and(|at| now - *at >= second) {
            self.recent.pop_front();
        }
        if self.recent.len() < most {
            self.recent.push_back(now);
            return None;
        }
        self.limited += 1;
        let left = second.saturating_sub(now - self.recent[0]);
        Some(left.as_secs_f64())
    }
}
