//! What the fake Discord knows.

use super::faults::Fault;
use super::gateway::Gateway;
use super::places::{NONCE_MS, Role, Thread};
use super::upload::Upload;
use lede::clock::{Clock, Millis};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

/// Discord's epoch in Unix milliseconds; ids begin with the milliseconds since.
const EPOCH: i64 = 1_420_070_400_000;
/// View, send, embed, read history, use commands, send in threads.
const MEMBER_RIGHTS: u64 = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 31 | 1 << 38;
/// The same, and to make threads.
pub const BOT_RIGHTS: u64 = MEMBER_RIGHTS | 1 << 35;

#[derive(Clone, Debug)]
pub struct Guild {
    pub name: String,
    pub roles: BTreeMap<u64, Role>,
}

#[derive(Clone, Debug)]
pub struct Channel {
    /// None in direct messages.
    pub guild: Option<u64>,
    pub name: String,
    pub kind: u8,
    pub bot_rights: u64,
    /// Tags of a forum: id and name.
    pub tags: Vec<(u64, String)>,
    pub thread: Option<Thread>,
}

#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    /// In every server.
    pub rights: u64,
    pub roles: BTreeSet<u64>,
    /// Discord lets the person use commands that need rights.
    pub let_through: bool,
    /// The channel of their direct messages.
    pub direct: Option<u64>,
    /// Takes no direct messages.
    pub closed: bool,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub channel: u64,
    pub body: Value,
    pub only_for: Option<u64>,
}

/// A request as it came and what was answered.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Behind the version: `/channels/1/messages`.
    pub path: String,
    pub query: String,
    pub body: Option<Value>,
    pub files: Vec<Upload>,
    /// 0 when there was no answer.
    pub status: u16,
    pub at: Instant,
}

/// One thing that somebody did and how the bot answers it.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub token: String,
    /// As Discord numbers them: 2 command, 3 component, 4 autocomplete, 5 form.
    pub kind: u8,
    pub user: u64,
    pub channel: u64,
    pub began: Instant,
    /// The message that was pressed.
    pub pressed: Option<u64>,
    /// Type of the callback and milliseconds until it came.
    pub acknowledged: Option<(u8, u64)>,
    pub private: bool,
    /// `@original`: what the callback made or updates.
    pub original: Option<u64>,
    /// The answer is there: milliseconds until it came.
    pub filled: Option<u64>,
    /// The message that is the answer.
    pub answer: Option<u64>,
    pub follow_ups: Vec<u64>,
    /// Choices or a form.
    pub data: Value,
    pub dead: bool,
}

pub struct State {
    pub token: String,
    pub application: u64,
    pub guilds: BTreeMap<u64, Guild>,
    pub channels: BTreeMap<u64, Channel>,
    pub users: BTreeMap<u64, User>,
    pub messages: BTreeMap<u64, Message>,
    pub commands: Vec<Value>,
    /// By id.
    pub interactions: BTreeMap<u64, Interaction>,
    pub requests: Vec<Request>,
    pub problems: Vec<String>,
    pub checked_by_limits: usize,
    pub checked_by_description: usize,
    pub faults: Vec<Fault>,
    pub gateway: Gateway,
    /// By which ids are given and nonces forgotten.
    pub clock: Clock,
    /// Message and time of each nonce.
    pub nonces: BTreeMap<String, (u64, Millis)>,
    /// Messages that are too old to be edited again.
    pub no_edits: BTreeSet<u64>,
    /// Roles that messages may ping.
    pub may_ping: BTreeSet<u64>,
    /// Message and role of each ping.
    pub pings: Vec<(u64, u64)>,
    /// Messages made, by place and mark, whatever became of them.
    pub marked: BTreeMap<(u64, String), usize>,
    /// Requests that a bot may send in a second, and when the last ones came.
    pub per_second: Option<usize>,
    pub recent: VecDeque<Instant>,
    pub limited: usize,
    /// Servers and groups that do not have the bot: people bring it along.
    pub foreign: BTreeSet<u64>,
    /// People who use what they installed for themselves, also where the server has it.
    pub alone: BTreeSet<u64>,
    /// The post that was made last in each forum, whether it is there or not.
    pub last_threads: BTreeMap<u64, u64>,
    last_id: u64,
}

impl State {
    pub fn new(gateway_url: String, clock: Clock) -> Self {
        let mut state = Self {
            token: "fake-bot.token.of-the-test-world".to_owned(),
            application: 0,
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            users: BTreeMap::new(),
            messages: BTreeMap::new(),
            commands: Vec::new(),
            interactions: BTreeMap::new(),
            requests: Vec::new(),
            problems: Vec::new(),
            checked_by_limits: 0,
            checked_by_description: 0,
            faults: Vec::new(),
            gateway: Gateway::new(gateway_url),
            clock,
            nonces: BTreeMap::new(),
            no_edits: BTreeSet::new(),
            may_ping: BTreeSet::new(),
            pings: Vec::new(),
            marked: BTreeMap::new(),
            per_second: None,
            recent: VecDeque::new(),
            limited: 0,
            foreign: BTreeSet::new(),
            alone: BTreeSet::new(),
            last_threads: BTreeMap::new(),
            last_id: 0,
        };
        state.application = state.id();
        let guild = state.add_guild("Port Avel");
        state.add_channel(Some(guild), "news", 0);
        state
    }

    /// A new id, later than all before.
    pub fn id(&mut self) -> u64 {
        let now = self.clock.now() - EPOCH;
        let id = u64::try_from(now).expect("it is later than 2015") << 22;
        self.last_id = id.max(self.last_id + 1);
        self.last_id
    }

    pub fn add_guild(&mut self, name: &str) -> u64 {
        let id = self.id();
        self.guilds.insert(
            id,
            Guild {
                name: name.to_owned(),
                roles: BTreeMap::new(),
            },
        );
        id
    }

    pub fn add_channel(&mut self, guild: Option<u64>, name: &str, kind: u8) -> u64 {
        let id = self.id();
        self.channels.insert(
            id,
            Channel {
                guild,
                name: name.to_owned(),
                kind,
                bot_rights: BOT_RIGHTS,
                tags: Vec::new(),
                thread: None,
            },
        );
        id
    }

    pub fn add_user(&mut self, name: &str) -> u64 {
        let id = self.id();
        let user = User {
            name: name.to_owned(),
            rights: MEMBER_RIGHTS,
            roles: BTreeSet::new(),
            let_through: false,
            direct: None,
            closed: false,
        };
        self.users.insert(id, user);
        id
    }

    /// Whether somebody uses there what they installed for themselves.
    pub fn is_alone(&self, user: u64, channel: u64) -> bool {
        self.alone.contains(&user) || self.is_foreign(channel)
    }

    /// Whether nobody but the person who asks there has the bot.
    pub fn is_foreign(&self, channel: u64) -> bool {
        let guild = self.channels.get(&channel).and_then(|one| one.guild);
        self.foreign.contains(&guild.unwrap_or(channel))
    }

    /// The channel of a person's direct messages.
    pub fn direct(&mut self, user: u64) -> u64 {
        if let Some(channel) = self.users.get(&user).and_then(|one| one.direct) {
            return channel;
        }
        let channel = self.add_channel(None, "", 1);
        if let Some(one) = self.users.get_mut(&user) {
            one.direct = Some(channel);
        }
        channel
    }

    /// The message that a nonce made a few minutes ago.
    pub fn known_nonce(&self, nonce: &str) -> Option<u64> {
        let (message, at) = self.nonces.get(nonce)?;
        (self.clock.now() - at < NONCE_MS).then_some(*message)
    }

    pub fn problem(&mut self, what: impl Into<String>) {
        let what = what.into();
        eprintln!("fake Discord: {what}");
        self.problems.push(what);
    }

    /// What happened so far, in a few lines, for a test that failed.
    pub fn account(&self) -> String {
        let last = self.requests.iter().rev().take(12).rev();
        let lines = last.map(|one| format!("{} {} → {}", one.method, one.path, one.status));
        let lines: Vec<String> = lines.collect();
        format!(
            "problems: {:?}; the last requests: {lines:#?}",
            self.problems
        )
    }
}
