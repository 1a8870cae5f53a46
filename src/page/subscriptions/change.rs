//! Changing one part of a wish: the select under a card, and the question that it opens.

use crate::news::subscription::{
    Destination, Form as Takes, PER_DAY_MAX, Place, WAIT_FOR_MAX, Wish,
};
use crate::news::zone::When;
use crate::page::action::{Field, Form, Style};
use crate::page::brief::counted;
use crate::page::{Action, Ask, Block, Button, Choice, Line, Page, Row, Select};

/// The value of a request that asks for a part to be changed.
pub const CHANGE: &str = "change";
/// How nothing is said: no quiet hours, no mention, no tags.
pub const NONE: &str = "off";

/// What can be wished otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    When,
    WaitFor,
    PerDay,
    Quiet,
    Mention,
    Crosspost,
    Tags,
}

impl Part {
    const ALL: [Part; 7] = [
        Part::When,
        Part::WaitFor,
        Part::PerDay,
        Part::Quiet,
        Part::Mention,
        Part::Crosspost,
        Part::Tags,
    ];

    /// Those that mean something for this wish and place.
    pub fn of(wish: &Wish, place: &Place) -> Vec<Part> {
        let breaking = wish.when == When::Breaking;
        let channel = matches!(place.destination, Destination::Channel(_));
        let fits = |part: &Part| match part {
            Part::When | Part::WaitFor => true,
            Part::PerDay => breaking,
            // A person's quiet hours are one for all that they follow.
            Part::Quiet => breaking && !place.destination.is_direct(),
            Part::Mention => channel,
            Part::Crosspost => place.form == Takes::Announcement,
            Part::Tags => place.form == Takes::Forum,
        };
        Part::ALL.into_iter().filter(fits).collect()
    }

    /// The option of the request that holds it, by which it is also chosen.
    pub fn option(self) -> &'static str {
        match self {
            Part::When => "when",
            Part::WaitFor => "wait-for",
            Part::PerDay => "per-day",
            Part::Quiet => "quiet",
            Part::Mention => "mention",
            Part::Crosspost => "crosspost",
            Part::Tags => "tags",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Part::ALL.into_iter().find(|part| part.option() == word)
    }

    fn label(self) -> &'static str {
        match self {
            Part::When => "When it is sent",
            Part::WaitFor => "How many outlets to wait for",
            Part::PerDay => "How many a day at most",
            Part::Quiet => "Quiet hours",
            Part::Mention => "The role that is mentioned",
            Part::Crosspost => "Publishing to channels that follow",
            Part::Tags => "Tags of the posts",
        }
    }

    fn question(self) -> &'static str {
        match self {
            Part::When => "When should it be sent?",
            Part::WaitFor => "How many outlets should have a story before it is sent?",
            Part::PerDay => "How many messages a day at most?",
            Part::Quiet => "When should nothing be sent?",
            Part::Mention => "Who should be mentioned?",
            Part::Crosspost => "Should messages be published to the channels that follow this one?",
            Part::Tags => {
                "Which tags should the posts have? Choose one to add it or to take it off."
            }
        }
    }

    /// What can be chosen without typing.
    fn choices(self, known_tags: &[(u64, String)], wish: &Wish) -> Vec<Choice> {
        let pairs = |pairs: &[(&str, &str)]| {
            let choice = |(value, label): &(&str, &str)| choice(*label, *value);
            pairs.iter().map(choice).collect()
        };
        match self {
            Part::When => pairs(&[
                ("as it breaks", "As it breaks"),
                ("hourly", "Every hour, in one message"),
                ("daily 08:00", "Daily at 08:00, in one message"),
                ("daily 18:00", "Daily at 18:00, in one message"),
                ("weekly monday 08:00", "Weekly, Monday at 08:00"),
            ]),
            Part::WaitFor => (1..=WAIT_FOR_MAX)
                .map(|n| choice(counted(n.into(), "outlet", "outlets"), n.to_string()))
                .collect(),
            Part::PerDay => [3, 5, 8, 10, 20, 50]
                .iter()
                .map(|n| choice(format!("{n} a day"), n.to_string()))
                .collect(),
            Part::Quiet => pairs(&[
                (NONE, "No quiet hours"),
                ("22-8", "22:00 to 08:00"),
                ("23-7", "23:00 to 07:00"),
                ("20-9", "20:00 to 09:00"),
            ]),
            Part::Mention => pairs(&[(NONE, "Nobody")]),
            Part::Crosspost => pairs(&[("yes", "Publish"), ("no", "Do not publish")]),
            Part::Tags => known_tags
                .iter()
                .map(|(id, name)| {
                    let mark = if wish.tags.contains(id) { "✓ " } else { "" };
                    choice(format!("{mark}{name}"), id.to_string())
                })
                .chain([choice("No tags", NONE)])
                .collect(),
        }
    }

    /// The text field for what is not among the choices: its label and an example.
    fn field(self) -> Option<&'static str> {
        match self {
            Part::When => Some("Such as daily 07:30 or weekly friday 18:00"),
            Part::PerDay => Some("A number"),
            Part::Quiet => Some("Such as 22:30-07:00"),
            Part::WaitFor | Part::Mention | Part::Crosspost | Part::Tags => None,
        }
    }

    fn now(self, wish: &Wish) -> String {
        match self {
            Part::When => wish.when.to_string(),
            Part::WaitFor => wish.wait_for.to_string(),
            Part::PerDay => wish.per_day.to_string(),
            Part::Quiet => wish
                .quiet
                .map_or_else(|| NONE.to_owned(), |quiet| quiet.to_string()),
            Part::Mention | Part::Crosspost | Part::Tags => String::new(),
        }
    }
}

fn choice(label: impl Into<String>, value: impl Into<String>) -> Choice {
    Choice {
        label: label.into(),
        value: value.into(),
        description: None,
    }
}

/// "Change": which part of it.
pub fn select(parts: &[Part], ask: &Ask) -> Row {
    Row::Select(Select {
        placeholder: "Change".to_owned(),
        action: Action::Choose {
            ask: ask.clone(),
            option: CHANGE.to_owned(),
        },
        choices: parts
            .iter()
            .map(|part| choice(part.label(), part.option()))
            .collect(),
    })
}

/// The question for one part. `ask`: the request without it, to which the answer is added.
pub fn question(part: Part, what: &str, wish: &Wish, tags: &[(u64, String)], ask: &Ask) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours(part.question())),
        Block::Small(Line::new().theirs(what)),
    ];
    if part == Part::Mention {
        let way = Line::ours("A role is chosen where it is typed: the option mention of ")
            .command("subscriptions add")
            .and(" and of ")
            .command("subscriptions edit")
            .and(".");
        blocks.push(Block::Text(way));
    }
    if part == Part::PerDay {
        let most = format!("At most {PER_DAY_MAX}. What is more comes together the next morning.");
        blocks.push(Block::Text(Line::ours(most)));
    }
    let option = match part {
        Part::Tags => "tag",
        part => part.option(),
    };
    let choose = Row::Select(Select {
        placeholder: part.label().to_owned(),
        action: Action::Choose {
            ask: ask.clone(),
            option: option.to_owned(),
        },
        choices: part.choices(tags, wish),
    });
    let typed = part.field().map(|label| Button {
        label: "Type it".to_owned(),
        action: Action::Fill {
            form: form(part, label, wish),
            ask: ask.clone(),
        },
        style: Style::Plain,
    });
    let back = Button {
        label: "Back".to_owned(),
        action: Action::Turn(ask.clone()),
        style: Style::Plain,
    };
    Page {
        blocks,
        rows: vec![
            choose,
            Row::Buttons(typed.into_iter().chain([back]).collect()),
        ],
        empty: false,
    }
}

fn form(part: Part, label: &str, wish: &Wish) -> Form {
    Form {
        title: part.label().to_owned(),
        fields: vec![Field {
            name: part.option().to_owned(),
            label: label.to_owned(),
            value: part.now(wish),
            required: true,
            long: false,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::subscription::What;

    fn place(form: Takes) -> Place {
        Place {
            destination: Destination::Channel(5),
            form,
            name: "news".into(),
            readable: true,
        }
    }

    #[test]
    fn only_what_means_something_can_be_changed() {
        let topic = What::Topic {
            key: "harbour".into(),
            shown: "harbour".into(),
        };
        let breaking = Wish::of_channel(&topic, 3, None);
        let text = Part::of(&breaking, &place(Takes::Text));
        assert_eq!(
            text,
            [
                Part::When,
                Part::WaitFor,
                Part::PerDay,
                Part::Quiet,
                Part::Mention
            ]
        );
        assert!(Part::of(&breaking, &place(Takes::Forum)).contains(&Part::Tags));
        assert!(Part::of(&breaking, &place(Takes::Announcement)).contains(&Part::Crosspost));
        let direct = Place {
            destination: Destination::Person(7),
            ..place(Takes::Direct)
        };
        assert_eq!(
            Part::of(&Wish::of_person(), &direct),
            [Part::When, Part::WaitFor]
        );
        for part in Part::ALL {
            assert_eq!(Part::parse(part.option()), Some(part));
        }
    }
}
