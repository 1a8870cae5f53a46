//! Actions: what a button, a choice or a form of a page asks for. They are kept in the store and
//! named by short keys, so that a press survives a restart.

use crate::clock::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request to one command: what was typed, and where in its answer to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Name in `desk::ALL`: "brief".
    pub command: String,
    /// Subcommand: "add".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Option name → value as typed (already normalised to text).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The answer's stories or articles in their order, when a page was drawn from them before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<i64>,
    /// Outlets of the whole answer, kept with it.
    #[serde(default)]
    pub outlets: usize,
    /// Position in `kept` at which this page begins.
    #[serde(default)]
    pub from: usize,
    /// The moment that the answer speaks of; none = now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Millis>,
}

impl Ask {
    pub fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            ..Self::default()
        }
    }

    pub fn subcommand(mut self, sub: &str) -> Self {
        self.sub = Some(sub.to_owned());
        self
    }

    pub fn value(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// What a press asks for. Which acknowledgement Discord needs follows from it (see [`Press`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// A new private answer. With a select, the chosen value goes into the option named `chosen`.
    Open { ask: Ask, chosen: Option<String> },
    /// This message becomes another page of the same answer (Next, a wider period).
    Turn(Ask),
    /// As `Turn`, with the value chosen in a select in the option named `option`.
    Choose { ask: Ask, option: String },
    /// The answer is posted to the channel for all.
    ShowHere(Ask),
    /// A change that was shown and is now wanted: `ask` is answered with `confirmed` set.
    Confirm(Ask),
    /// Text fields first, then `Open` with their values.
    Fill { form: Form, ask: Ask },
}

/// The letter in front of a key, which alone decides the acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// `f`: opens a form.
    Form,
    /// `n`: a new private answer.
    New,
    /// `u`: an update of this message.
    Update,
}

impl Press {
    pub fn letter(self) -> char {
        match self {
            Press::Form => 'f',
            Press::New => 'n',
            Press::Update => 'u',
        }
    }

    pub fn of_letter(letter: char) -> Option<Self> {
        [Press::Form, Press::New, Press::Update]
            .into_iter()
            .find(|press| press.letter() == letter)
    }
}

impl Action {
    /// A press on a public page never changes it: what would turn the page is a new private answer.
    pub fn press(&self, public: bool) -> Press {
        match self {
            Action::Fill { .. } => Press::Form,
            Action::Open { .. } => Press::New,
            Action::Turn(_) | Action::Choose { .. } | Action::Confirm(_) if public => Press::New,
            Action::Turn(_) | Action::Choose { .. } | Action::Confirm(_) | Action::ShowHere(_) => {
                Press::Update
            }
        }
    }

    /// The option that the value chosen in a select goes into.
    pub fn takes(&self) -> Option<&str> {
        match self {
            Action::Open { chosen, .. } => chosen.as_deref(),
            Action::Choose { option, .. } => Some(option),
            _ => None,
        }
    }

    pub fn ask(&self) -> &Ask {
        match self {
            Action::Open { ask, .. } | Action::Fill { ask, .. } => ask,
            Action::Choose { ask, .. } => ask,
            Action::Turn(ask) | Action::ShowHere(ask) | Action::Confirm(ask) => ask,
        }
    }

    pub fn ask_mut(&mut self) -> &mut Ask {
        match self {
            Action::Open { ask, .. } | Action::Fill { ask, .. } => ask,
            Action::Choose { ask, .. } => ask,
            Action::Turn(ask) | Action::ShowHere(ask) | Action::Confirm(ask) => ask,
        }
    }
}

/// Text fields only: a modal in Discord, prompts in the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub title: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name of the option that it fills.
    pub name: String,
    pub label: String,
    pub value: String,
    pub required: bool,
    pub long: bool,
}

/// One row under a page: up to five buttons, or one select.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Buttons(Vec<Button>),
    Select(Select),
    /// A select of which several can be chosen at once: the option gets their values with commas.
    Several(Select),
    /// A select of what the server has: its value is Discord's id. The action takes it as that of a
    /// [`Select`] does.
    Pick {
        placeholder: String,
        kind: Pick,
        action: Action,
    },
}

/// What is picked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A channel, thread or forum that messages can be sent to.
    Channel,
    Role,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub action: Action,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    #[default]
    Plain,
    /// What most people want next.
    Main,
    /// Takes something away.
    Danger,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    pub placeholder: String,
    /// `Action::Open` or `Action::Choose`, which name the option that the value fills.
    pub action: Action,
    /// At most 25.
    pub choices: Vec<Choice>,
}

/// One of several: in a select, or offered while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub value: String,
    pub description: Option<String>,
}
