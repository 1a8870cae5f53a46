//! The grammar of commands: names, option kinds, who may, and what answers.

use crate::desk::{Asker, Desk};
use crate::page::period::PERIODS;
use crate::page::{Ask, Page, Refusal};
use crate::store::StoreError;
use std::future::Future;
use std::pin::Pin;

pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A page, or why not.
pub type Answer = Result<Page, No>;

/// Refused with a reason for the person who asked, or failed with one for the log.
#[derive(Debug)]
pub enum No {
    Refused(Box<Refusal>),
    Failed(anyhow::Error),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        No::Refused(Box::new(refusal))
    }
}

impl From<anyhow::Error> for No {
    fn from(error: anyhow::Error) -> Self {
        No::Failed(error)
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        No::Failed(error.into())
    }
}

/// A slash command or one of the menu of messages, a subcommand in the shell, a line at the prompt.
pub struct Command {
    /// As typed: lower case, no blanks.
    pub name: &'static str,
    pub description: &'static str,
    pub who: Who,
    /// Options of a command without subcommands; the first required one takes bare words.
    pub options: &'static [Opt],
    pub subs: &'static [Sub],
    /// False for what only makes sense in a terminal (read, import).
    pub in_discord: bool,
    /// Whether the answer is for all to see at once in a news channel.
    pub public_in_news: bool,
    pub answer: for<'a> fn(&'a Desk, &'a Asker, &'a Asked) -> Boxed<'a, Answer>,
}

impl Command {
    /// Its name in the menu of messages; none where it is typed.
    pub fn menu(&self) -> Option<&'static str> {
        self.options.iter().find_map(|option| match option.kind {
            Kind::OfMessage(name) => Some(name),
            _ => None,
        })
    }

    /// Channels are a server's, and so is a command that cannot do without one: all others a person
    /// can use for their own newsroom, of which they are the moderator.
    pub fn is_of_servers(&self) -> bool {
        let subs = self.subs.iter().flat_map(|sub| sub.options);
        let mut options = self.options.iter().chain(subs);
        options.any(|option| option.kind == Kind::Channel && option.required)
    }
}

pub struct Sub {
    pub name: &'static str,
    pub description: &'static str,
    pub options: &'static [Opt],
    /// False for what only makes sense in a terminal.
    pub in_discord: bool,
}

pub struct Opt {
    pub name: &'static str,
    pub description: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Offers live data while typing.
    pub complete: bool,
}

/// How far an answer looks back.
pub const PERIOD: Opt = Opt {
    name: "period",
    description: "How far to look back",
    kind: Kind::Choice(PERIODS),
    required: false,
    complete: false,
};

/// One of the newsroom's sources.
pub const SOURCE: Opt = Opt {
    name: "source",
    description: "Only this source",
    kind: Kind::Source,
    required: false,
    complete: true,
};

/// What an option holds. Discord sees strings, choices, channels and roles; the desk sees text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Topic,
    Words,
    Link,
    /// A link, in Discord the first one of a message: there the command is not typed but stands
    /// under this name in the menu of messages.
    OfMessage(&'static str),
    /// One of these (value, label).
    Choice(&'static [(&'static str, &'static str)]),
    /// A source of this newsroom, by name or `~ID`.
    Source,
    /// A headline, a link or `~ID`.
    Story,
    /// What can be subscribed to: a topic, a source, a folder, everything.
    What,
    /// When it is sent: as it breaks, hourly, daily 07:30.
    When,
    /// A subscription of this newsroom, by its words or `~ID`.
    Subscription,
    File,
    Channel,
    Role,
    /// A switch that only the terminal has (`--yes`).
    Flag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everyone,
    Moderators,
}

/// A parsed request and how it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub ask: Ask,
    /// What was shown is wanted: a Confirm press, or `--yes`.
    pub confirmed: bool,
}

/// Wraps an async function as the function pointer that the table holds.
pub fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> Boxed<'a, T> {
    Box::pin(future)
}
