//! What Lede sends unasked: a line that a phone's alert shows, blocks under it, buttons. Front ends
//! draw it as a classic message, which alerts show the text of.

use crate::page::{Block, Choice, Line};

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
    /// Stories to open, under a select.
    pub choices: Vec<Choice>,
    /// What a forum's post or a thread is called: plain text.
    pub name: String,
    /// Tags of a forum's post (Discord's ids).
    pub tags: Vec<u64>,
}

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

/// What every drawn letter with buttons holds, by which it is found again where it stands.
pub fn mark(outbox: i64) -> String {
    format!("~{outbox}.")
}

#[cfg(test)]
mod tests {
    use super::*;

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
