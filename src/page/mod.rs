//! What an answer looks like, in blocks that any front end can draw, and the English words of it.
//!
//! A page knows nothing of Discord's message format (`wire` does) nor of how its facts were found
//! (`desk` does). One file a page; the blocks are here and in `line`.

pub mod action;
pub mod audit;
pub mod brief;
pub mod fix;
pub mod following;
pub mod health;
pub mod help;
pub mod letter;
pub mod line;
pub mod link;
pub mod list;
pub mod markdown;
pub mod note;
pub mod pack;
pub mod period;
pub mod privacy;
pub mod push;
pub mod settings;
pub mod setup;
pub mod sources;
pub mod story;
pub mod subscriptions;
pub mod suggestion;
pub mod why;
pub mod wrong;

pub use action::{Action, Ask, Button, Choice, Form, Pick, Press, Row, Select};
pub use letter::{Card, Letter, Touch};
pub use line::{Line, Span};

use serde::{Deserialize, Serialize};

/// One screen of an answer. Blocks first to last, then rows of buttons and selects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub blocks: Vec<Block>,
    pub rows: Vec<Row>,
    /// True when it says that nothing was found: the terminal's exit status is then 1.
    pub empty: bool,
}

impl Page {
    /// The actions of buttons among the blocks, then of the rows, in the order in which keys are
    /// given to them: row by row, button by button; a select counts one.
    pub fn actions(&self) -> Vec<&Action> {
        let mut actions = Vec::new();
        for block in &self.blocks {
            if let Block::Buttons(buttons) = block {
                actions.extend(buttons.iter().map(|button| &button.action));
            }
        }
        for row in &self.rows {
            match row {
                Row::Buttons(buttons) => {
                    actions.extend(buttons.iter().map(|button| &button.action))
                }
                Row::Select(select) | Row::Several(select) => actions.push(&select.action),
                Row::Pick { action, .. } => actions.push(action),
            }
        }
        actions
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// `##` in Discord, bold in a terminal. Once, at the top.
    Title(Line),
    /// `###`: the headline of a story.
    Heading(Line),
    /// `-#`: small print.
    Small(Line),
    Text(Line),
    /// A verbatim sentence and its outlet: `> Sentence. — [Outlet](url)`.
    Quote(Line),
    Bullet(Line),
    /// A line between stories.
    Divider,
    /// Buttons that belong to what stands above them, not to all of the page.
    Buttons(Vec<Button>),
    /// A file: attached to a message, printed in a terminal.
    File {
        name: String,
        text: String,
    },
}

/// A no with a way out: what the cause is, what Lede will do, what the person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub cause: String,
    pub lede_will: Option<String>,
    pub you_can: Option<String>,
}

impl Refusal {
    pub fn new(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            lede_will: None,
            you_can: None,
        }
    }

    pub fn will(mut self, lede_will: impl Into<String>) -> Self {
        self.lede_will = Some(lede_will.into());
        self
    }

    pub fn can(mut self, you_can: impl Into<String>) -> Self {
        self.you_can = Some(you_can.into());
        self
    }
}
