//! Who asks, where, and with which rights: made by a front end, believed by the desk.

use crate::news::Newsroom;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Discord's id of the person; 0 in the terminal.
    pub person: u64,
    /// Whose sources the answer is made from: the server's where Lede is a member, else the person's.
    pub newsroom: Newsroom,
    /// Where the answer goes; none in the terminal.
    pub channel: Option<u64>,
    /// May act as a moderator here: Manage Server, the newsroom role, or the terminal's host.
    pub moderator: bool,
    /// May write in the channel, which Show here needs.
    pub may_post: bool,
    /// True where an answer is for all to see at once (a news channel).
    pub public: bool,
    /// True in a terminal: no Show here, no buttons for what a shell does better.
    pub terminal: bool,
}

impl Asker {
    /// The host at a terminal.
    pub fn terminal() -> Self {
        Self {
            person: 0,
            newsroom: Newsroom::Terminal,
            channel: None,
            moderator: true,
            may_post: false,
            public: false,
            terminal: true,
        }
    }

    /// True where a private answer can be shown to the channel.
    pub fn may_show(&self) -> bool {
        self.may_post && !self.public && self.channel.is_some()
    }
}
