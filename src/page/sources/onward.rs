//! What is offered once a source is saved: a channel that gets its articles, a digest, a follow.

use crate::news::SourceId;
use crate::page::action::Style;
use crate::page::{Action, Ask, Button, Pick, Row, setup};

/// What is offered once a source is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To post each of its articles to a channel, which is picked at once.
    Channel(SourceId),
    /// To follow it.
    Follow(SourceId),
    Nothing,
}

impl Onward {
    /// The ways on, below the page.
    pub fn rows(self) -> Vec<Row> {
        let what = |ask: Ask, id: SourceId| ask.value("what", format!("~{}", id.0));
        match self {
            Onward::Channel(id) => {
                let add = Ask::new("subscriptions").subcommand("add");
                let pick = Row::Pick {
                    placeholder: "Post each article to a channel".to_owned(),
                    kind: Pick::Channel,
                    action: Action::Choose {
                        ask: what(add, id),
                        option: "channel".to_owned(),
                    },
                };
                let digest = Button {
                    label: "Daily digest".to_owned(),
                    action: Action::Turn(setup::step("place")),
                    style: Style::Plain,
                };
                vec![pick, Row::Buttons(vec![digest])]
            }
            Onward::Follow(id) => vec![Row::Buttons(vec![
                Button {
                    label: "First brief".to_owned(),
                    action: Action::Turn(setup::step("reading")),
                    style: Style::Main,
                },
                Button {
                    label: "Follow".to_owned(),
                    action: Action::Open {
                        ask: what(Ask::new("follow"), id),
                        chosen: None,
                    },
                    style: Style::Plain,
                },
            ])],
            Onward::Nothing => Vec::new(),
        }
    }
}
