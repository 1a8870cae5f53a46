//! `/settings`: the panel, the question for one setting, the nearest time zones.

use crate::news::subscription::PER_DAY_MAX;
use crate::news::zone::Quiet;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Pick, Row, Select};

/// Choices of one select (Discord: 25).
const CHOICES_MAX: usize = 25;

/// A setting, by the name of the value that sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Zone,
    Quiet,
    DailyCap,
    NewsChannels,
    NoticesChannel,
    NewsroomRole,
    Images,
}

impl Setting {
    pub const ALL: [Setting; 7] = [
        Setting::Zone,
        Setting::Quiet,
        Setting::DailyCap,
        Setting::NewsChannels,
        Setting::NoticesChannel,
        Setting::NewsroomRole,
        Setting::Images,
    ];

    /// The name of the value that sets it.
    pub fn option(self) -> &'static str {
        match self {
            Setting::Zone => "zone",
            Setting::Quiet => "quiet",
            Setting::DailyCap => "daily_cap",
            Setting::NewsChannels => "news_channels",
            Setting::NoticesChannel => "notices_channel",
            Setting::NewsroomRole => "newsroom_role",
            Setting::Images => "images",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Setting::ALL.into_iter().find(|one| one.option() == word)
    }

    /// Whether it means something only in a server.
    pub fn is_of_servers(self) -> bool {
        matches!(
            self,
            Setting::NewsChannels | Setting::NoticesChannel | Setting::NewsroomRole
        )
    }

    pub fn label(self) -> &'static str {
        match self {
            Setting::Zone => "Time zone",
            Setting::Quiet => "Quiet hours",
            Setting::DailyCap => "Daily cap",
            Setting::NewsChannels => "News channels",
            Setting::NoticesChannel => "Notices channel",
            Setting::NewsroomRole => "Newsroom role",
            Setting::Images => "Images",
        }
    }

    /// What it does.
    fn meaning(self) -> &'static str {
        match self {
            Setting::Zone => "Digests come and days begin by it.",
            Setting::Quiet => {
                "Nothing is sent in them to subscriptions that have no quiet hours of their own; it waits until they end."
            }
            Setting::DailyCap => {
                "No subscription sends more messages a day; what is more comes together the next morning."
            }
            Setting::NewsChannels => {
                "In them, answers to brief, headlines and story are for all to see at once."
            }
            Setting::NoticesChannel => {
                "Moderators are told there what they should know; without one it leads the next answer to a moderator."
            }
            Setting::NewsroomRole => {
                "Whoever has it may press moderators' buttons, as those may who manage the server."
            }
            Setting::Images => "Whether pushes carry the picture that a feed names.",
        }
    }
}

/// The settings as they are, to be shown.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    pub zone: &'a str,
    pub zone_chosen: bool,
    pub quiet: Option<Quiet>,
    pub daily_cap: Option<u32>,
    pub news_channels: &'a [u64],
    pub notices_channel: Option<u64>,
    pub newsroom_role: Option<u64>,
    pub images: bool,
    /// False elsewhere than in a server: there are no channels and roles.
    pub server: bool,
    /// What was just changed.
    pub changed: Option<String>,
    /// The number of that change, to be taken back.
    pub change: Option<i64>,
}

impl Shown<'_> {
    fn settings(&self) -> impl Iterator<Item = Setting> {
        let server = self.server;
        let all = Setting::ALL.into_iter();
        all.filter(move |one| server || !one.is_of_servers())
    }

    /// How a setting stands, in words.
    fn words(&self, setting: Setting) -> String {
        let channel = |id: &u64| format!("<#{id}>");
        match setting {
            Setting::Zone => match self.zone_chosen {
                true => self.zone.to_owned(),
                false => "UTC, as none was chosen".to_owned(),
            },
            Setting::Quiet => self
                .quiet
                .map_or("none".to_owned(), |quiet| quiet.to_string()),
            Setting::DailyCap => match self.daily_cap {
                Some(cap) => counted(cap as usize, "message", "messages"),
                None => "none (each subscription has its own)".to_owned(),
            },
            Setting::NewsChannels => match self.news_channels {
                [] => "none (answers are private)".to_owned(),
                some => some.iter().map(channel).collect::<Vec<_>>().join(", "),
            },
            Setting::NoticesChannel => {
                let none = || "none (notices lead the next answer to a moderator)".to_owned();
                self.notices_channel.as_ref().map_or_else(none, channel)
            }
            Setting::NewsroomRole => match self.newsroom_role {
                Some(role) => format!("<@&{role}>"),
                None => "none (moderators are those who may manage the server)".to_owned(),
            },
            Setting::Images => if self.images { "on" } else { "off" }.to_owned(),
        }
    }
}

/// All settings in words, and a select to change one.
pub fn panel(shown: &Shown<'_>) -> Page {
    let mut blocks = vec![Block::Title(Line::ours("Settings"))];
    blocks.extend(
        shown
            .changed
            .as_ref()
            .map(|said| Block::Text(Line::ours(said))),
    );
    blocks.extend(shown.settings().map(|one| {
        let words = format!(": {}", shown.words(one));
        Block::Bullet(Line::new().bold(one.label()).and(words))
    }));
    let choices = shown
        .settings()
        .map(|one| choice(one.label(), one.option()))
        .collect();
    let select = Select {
        placeholder: "Change".to_owned(),
        action: Action::Choose {
            ask: Ask::new("settings"),
            option: "change".to_owned(),
        },
        choices,
    };
    let undo = shown.change.map(|change| Button {
        label: "Undo".to_owned(),
        action: Action::Confirm(Ask::new("audit").value("undo", change.to_string())),
        style: Style::Plain,
    });
    let last = Button {
        label: "Last changes".to_owned(),
        action: Action::Turn(Ask::new("audit")),
        style: Style::Plain,
    };
    Page {
        blocks,
        rows: vec![
            Row::Select(select),
            Row::Buttons(undo.into_iter().chain([last]).collect()),
        ],
        empty: false,
    }
}

/// The question for one setting. `zones`: name and label of zones to choose from.
pub fn question(setting: Setting, shown: &Shown<'_>, zones: Vec<(String, String)>) -> Page {
    let blocks = vec![
        Block::Title(Line::ours(setting.label())),
        Block::Text(Line::ours(setting.meaning())),
        Block::Small(Line::ours(format!("Now: {}", shown.words(setting)))),
    ];
    let choices = choices(setting, shown, zones);
    let mut rows: Vec<Row> = pick(setting).into_iter().collect();
    if !choices.is_empty() {
        rows.push(Row::Select(Select {
            placeholder: setting.label().to_owned(),
            action: Action::Choose {
                ask: Ask::new("settings"),
                option: setting.option().to_owned(),
            },
            choices,
        }));
    }
    let typed = field(setting).map(|label| Button {
        label: "Type it".to_owned(),
        action: Action::Fill {
            form: Form {
                title: setting.label().to_owned(),
                fields: vec![Field {
                    name: setting.option().to_owned(),
                    label: label.to_owned(),
                    value: String::new(),
                    required: true,
                    long: false,
                }],
            },
            ask: Ask::new("settings"),
        },
        style: Style::Plain,
    });
    let back = Button {
        label: "Back".to_owned(),
        action: Action::Turn(Ask::new("settings")),
        style: Style::Plain,
    };
    rows.push(Row::Buttons(typed.into_iter().chain([back]).collect()));
    Page {
        blocks,
        rows,
        empty: false,
    }
}

/// What is picked of the server for a setting.
fn pick(setting: Setting) -> Option<Row> {
    let (placeholder, kind) = match setting {
        Setting::NewsChannels => ("Add a channel, or take it off", Pick::Channel),
        Setting::NoticesChannel => ("A channel", Pick::Channel),
        Setting::NewsroomRole => ("A role", Pick::Role),
        _ => return None,
    };
    Some(Row::Pick {
        placeholder: placeholder.to_owned(),
        kind,
        action: Action::Choose {
            ask: Ask::new("settings"),
            option: setting.option().to_owned(),
        },
    })
}

fn choices(setting: Setting, shown: &Shown<'_>, zones: Vec<(String, String)>) -> Vec<Choice> {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<Choice> {
        let choice = |(value, label): &(&str, &str)| choice(*label, *value);
        pairs.iter().map(choice).collect()
    };
    match setting {
        Setting::Zone => zones
            .into_iter()
            .take(CHOICES_MAX)
            .map(|(name, label)| choice(label, name))
            .collect(),
        Setting::Quiet => pairs(&[
            ("off", "No quiet hours"),
            ("22-8", "22:00 to 08:00"),
            ("23-7", "23:00 to 07:00"),
            ("20-9", "20:00 to 09:00"),
        ]),
        Setting::DailyCap => [choice("As each subscription says", "off")]
            .into_iter()
            .chain([3, 5, 8, 10, 20, 50].map(|n| choice(format!("{n} a day"), n.to_string())))
            .collect(),
        Setting::NewsChannels if shown.news_channels.is_empty() => Vec::new(),
        Setting::NewsChannels | Setting::NoticesChannel | Setting::NewsroomRole => {
            pairs(&[("off", "None")])
        }
        Setting::Images => pairs(&[("on", "On"), ("off", "Off")]),
    }
}

/// The text field for what is not among the choices.
fn field(setting: Setting) -> Option<&'static str> {
    match setting {
        Setting::Zone => Some("A city or zone, such as Europe/Berlin"),
        Setting::Quiet => Some("Such as 22:30-07:00"),
        Setting::DailyCap => {
            const { assert!(PER_DAY_MAX == 200, "the words below say it") };
            Some("A number from 1 to 200")
        }
        Setting::NewsChannels
        | Setting::NoticesChannel
        | Setting::NewsroomRole
        | Setting::Images => None,
    }
}

/// What was typed is no zone: the nearest. `option`: the value of `ask` that takes the choice.
pub fn nearest_zones(
    typed: &str,
    error: &str,
    near: Vec<(String, String)>,
    ask: &Ask,
    option: &str,
) -> Page {
    let choices = near
        .into_iter()
        .take(CHOICES_MAX)
        .map(|(name, label)| choice(label, name));
    let select = Select {
        placeholder: "The nearest".to_owned(),
        action: Action::Choose {
            ask: ask.clone(),
            option: option.to_owned(),
        },
        choices: choices.collect(),
    };
    let back = Button {
        label: "Back".to_owned(),
        action: Action::Turn(ask.clone()),
        style: Style::Plain,
    };
    Page {
        blocks: vec![
            Block::Title(Line::ours("Which time zone?")),
            Block::Text(Line::ours("“").theirs(typed).and(format!("” is {error}."))),
        ],
        rows: vec![Row::Select(select), Row::Buttons(vec![back])],
        empty: false,
    }
}

fn choice(label: impl Into<String>, value: impl Into<String>) -> Choice {
    Choice {
        label: label.into(),
        value: value.into(),
        description: None,
    }
}
