//! What Lede sends unasked: a line that a phone's alert shows, blocks under it, buttons. Front ends
//! draw it as a classic message, which alerts show the text of.

use crate::page::{Block, Button, Choice, Line};
use serde::{Deserialize, Serialize};

/// One message that nobody asked for at that moment: push, digest, new facts, hello, notice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letter {
    /// The role that is mentioned (Discord's id), before the head.
    pub mention: Option<u64>,
    /// Makes no sound.
    pub silent: bool,
    /// What an alert shows: the headline.
    pub head: Line,
    pub blocks: Vec<Block>,
    /// Address of the lead image.
    pub image: Option<String>,
    pub touches: Vec<Touch>,
    /// What can be done about a notice, before the touches; their keys are [`act_key`]s.
    pub acts: Vec<Button>,
    /// Stories to open, under a select.
    pub choices: Vec<Choice>,
    /// What a forum's post or a thread is called: plain text.
    pub name: String,
    /// Tags of a forum's post (Discord's ids).
    pub tags: Vec<u64>,
}

/// What a notice says: a line that a phone's alert shows, and what stands under it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub head: Line,
    pub blocks: Vec<Block>,
}

impl Card {
    /// All that it says, undrawn, a blank between its parts.
    pub fn words(&self) -> String {
        self.line().words()
    }

    /// All that it says as one line.
    pub fn line(&self) -> Line {
        let below = self.blocks.iter().filter_map(|block| match block {
            Block::Title(line) | Block::Heading(line) | Block::Small(line) => Some(line),
            Block::Text(line) | Block::Quote(line) | Block::Bullet(line) => Some(line),
            Block::Divider | Block::Buttons(_) | Block::File { .. } => None,
        });
        below.fold(self.head.clone(), |all, line| {
            all.and(" ").with_all(line.clone())
        })
    }
}

/// What the keys of a notice's own buttons begin with, behind the mark of their row.
const ACT: &str = "act";

/// The buttons of letters. They name their outbox row and live as long as it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// The story with all its sources.
    Sources,
    Why,
    Follow,
    /// Opens the thread of the message.
    Discuss,
    /// Opens what is chosen in the select.
    Open,
}

impl Touch {
    pub const ALL: [Touch; 5] = [
        Touch::Sources,
        Touch::Why,
        Touch::Follow,
        Touch::Discuss,
        Touch::Open,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Touch::Sources => "Sources",
            Touch::Why => "Why?",
            Touch::Follow => "Follow",
            Touch::Discuss => "Discuss",
            Touch::Open => "Open a story",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Touch::Sources => "sources",
            Touch::Why => "why",
            Touch::Follow => "follow",
            Touch::Discuss => "discuss",
            Touch::Open => "open",
        }
    }

    /// The key that stands for it in a `custom_id`, behind the letter of the press.
    pub fn key(self, outbox: i64) -> String {
        format!("{}{}", mark(outbox), self.word())
    }

    /// Outbox row and button of such a key.
    pub fn of_key(key: &str) -> Option<(i64, Touch)> {
        let (outbox, word) = key.strip_prefix('~')?.split_once('.')?;
        let touch = Touch::ALL.into_iter().find(|touch| touch.word() == word)?;
        Some((outbox.parse().ok()?, touch))
    }
}

/// The key of a notice's own button, by its place from 0 on, behind the letter of the press.
pub fn act_key(outbox: i64, place: usize) -> String {
    format!("{}{ACT}{place}", mark(outbox))
}

/// Outbox row and place of such a key.
pub fn of_act_key(key: &str) -> Option<(i64, usize)> {
    let (outbox, word) = key.strip_prefix('~')?.split_once('.')?;
    let place = word.strip_prefix(ACT)?;
    let is_number = place.bytes().all(|byte| byte.is_ascii_digit());
    Some((outbox.parse().ok()?, place.parse().ok()?)).filter(|_| is_number)
}

/// What every drawn letter with buttons holds, by which it is found again where it stands.
pub fn mark(outbox: i64) -> String {
    format!("~{outbox}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notices_own_buttons_are_known_by_their_place() {
        for place in [0, 1, 12] {
            let key = act_key(41, place);
            assert!(key.starts_with(&mark(41)));
            assert_eq!(of_act_key(&key), Some((41, place)));
            assert_eq!(Touch::of_key(&key), None);
        }
        let none = [
            "~41.act",
            "~41.why",
            "~41.act+1",
            "~x.act0",
            "41.act0",
            "~41.act0x",
        ];
        for other in none {
            assert_eq!(of_act_key(other), None, "{other}");
        }
    }

    #[test]
    fn a_key_names_its_row_and_button() {
        for touch in Touch::ALL {
            let key = touch.key(41);
            assert!(key.starts_with(&mark(41)));
            assert_eq!(Touch::of_key(&key), Some((41, touch)));
        }
        for other in [
            "",
            "~",
            "~1",
            "~x.why",
            "1.why",
            "~1.nothing",
            "~1.why.",
            "~-.why",
        ] {
            assert_eq!(Touch::of_key(other), None, "{other}");
        }
    }
}
