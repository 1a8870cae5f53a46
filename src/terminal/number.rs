//! Buttons and selects as numbered lines: which number presses what.

use crate::page::action::{Field, Style};
use crate::page::{Action, Block, Form, Page, Row};

/// A numbered action with what was chosen, ready to be pressed.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    pub number: usize,
    pub label: String,
    pub description: Option<String>,
    pub action: Action,
    /// Option name and value, for a choice of a select.
    pub chosen: Vec<(String, String)>,
}

/// How numbered actions are laid out.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    Row(Vec<Numbered>),
    List {
        heading: String,
        choices: Vec<Numbered>,
    },
}

/// Numbers from 1 on: buttons first, then the choices of selects. Show here has no meaning in a
/// terminal.
pub fn number(page: &Page) -> (Vec<Offer>, Vec<Numbered>) {
    let mut offers = Vec::new();
    let mut all: Vec<Numbered> = Vec::new();
    let among = page.blocks.iter().filter_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons),
        _ => None,
    });
    let below = page.rows.iter().filter_map(|row| match row {
        Row::Buttons(buttons) => Some(buttons),
        Row::Select(_) | Row::Several(_) | Row::Pick { .. } => None,
    });
    for buttons in among.chain(below) {
        let shown = buttons
            .iter()
            .filter(|button| !matches!(button.action, Action::ShowHere(_)));
        let first = all.len();
        all.extend(shown.enumerate().map(|(at, button)| Numbered {
            number: first + at + 1,
            label: button.label.clone(),
            description: None,
            action: button.action.clone(),
            chosen: Vec::new(),
        }));
        if all.len() > first {
            offers.push(Offer::Row(all[first..].to_vec()));
        }
    }
    for row in &page.rows {
        let Some(numbered) = pick(row, all.len() + 1) else {
            continue;
        };
        offers.push(Offer::Row(vec![numbered.clone()]));
        all.push(numbered);
    }
    for row in &page.rows {
        let (Row::Select(select) | Row::Several(select)) = row else {
            continue;
        };
        let option = select.action.takes().unwrap_or_default().to_owned();
        let first = all.len();
        all.extend(
            select
                .choices
                .iter()
                .enumerate()
                .map(|(at, choice)| Numbered {
                    number: first + at + 1,
                    label: choice.label.clone(),
                    description: choice.description.clone(),
                    action: select.action.clone(),
                    chosen: vec![(option.clone(), choice.value.clone())],
                }),
        );
        if all.len() > first {
            offers.push(Offer::List {
                heading: format!("{}:", select.placeholder),
                choices: all[first..].to_vec(),
            });
        }
    }
    (offers, all)
}

/// What Discord lets pick from the server is typed here: its id, in a form of one field.
fn pick(row: &Row, number: usize) -> Option<Numbered> {
    let Row::Pick {
        placeholder,
        action,
        ..
    } = row
    else {
        return None;
    };
    let option = action.takes()?;
    let field = Field {
        name: option.to_owned(),
        label: placeholder.clone(),
        value: String::new(),
        required: true,
        long: false,
    };
    let form = Form {
        title: placeholder.clone(),
        fields: vec![field],
    };
    let ask = action.ask().clone();
    Some(Numbered {
        number,
        label: placeholder.clone(),
        description: None,
        action: Action::Fill { form, ask },
        chosen: Vec::new(),
    })
}

/// True where the page waits for an answer: pressing the main button would make the change that it
/// shows, or it asks what to take.
pub fn waits_for_yes(page: &Page) -> bool {
    let confirms = |row: &Row| match row {
        Row::Buttons(buttons) => buttons.iter().any(|button| {
            button.style == Style::Main && matches!(button.action, Action::Confirm(_))
        }),
        Row::Select(select) => matches!(select.action, Action::Confirm(_)),
        // A card that asks what to take, and goes on from there.
        Row::Several(_) => true,
        Row::Pick { .. } => false,
    };
    page.rows.iter().any(confirms)
}

/// True where somebody who can type has something to press.
pub fn offers_more(page: &Page) -> bool {
    !number(page).1.is_empty()
}

/// What to do about a page where nobody can press anything: how its change is confirmed
/// (`takes_yes`: on the command line), how it goes on, where it is changed.
pub fn hint(page: &Page, takes_yes: bool) -> Option<String> {
    let (_, all) = number(page);
    if takes_yes && waits_for_yes(page) {
        return Some("Nothing is saved yet. The same with --yes saves it.".to_owned());
    }
    let from = all.iter().find_map(|numbered| match &numbered.action {
        Action::Turn(ask) if ask.from > 0 => Some(ask.from),
        _ => None,
    });
    if let Some(from) = from {
        return Some(format!(
            "There is more. The same with --skip {from} goes on."
        ));
    }
    let changes = |numbered: &Numbered| {
        matches!(
            numbered.action,
            Action::Choose { .. } | Action::Confirm(_) | Action::Fill { .. }
        )
    };
    let told = "What can be chosen here is offered by number where you can type, in a terminal.";
    all.iter().any(changes).then(|| told.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Ask, Pick, Select};

    #[test]
    fn a_card_that_asks_what_to_take_waits_for_an_answer() {
        let select = Select {
            placeholder: "Add packs".to_owned(),
            action: Action::Choose {
                ask: Ask::new("setup"),
                option: "packs".to_owned(),
            },
            choices: Vec::new(),
        };
        let row = |row| Page {
            rows: vec![row],
            ..Page::default()
        };
        assert!(waits_for_yes(&row(Row::Several(select.clone()))));
        assert!(!waits_for_yes(&row(Row::Select(select))));
    }

    #[test]
    fn what_is_picked_in_discord_is_typed_here() {
        let action = Action::Open {
            ask: Ask::new("settings"),
            chosen: Some("notices".to_owned()),
        };
        let page = Page {
            rows: vec![Row::Pick {
                placeholder: "Channel for notices".to_owned(),
                kind: Pick::Channel,
                action,
            }],
            ..Page::default()
        };
        let (_, all) = number(&page);
        let Action::Fill { form, ask } = &all[0].action else {
            panic!("{all:?}");
        };
        assert_eq!(
            (form.fields[0].name.as_str(), ask.command.as_str()),
            ("notices", "settings")
        );
        assert!(!waits_for_yes(&page));
    }

    #[test]
    fn where_nobody_can_press_it_is_said_how_to_go_on() {
        let with = |action: Action, style: Style| {
            let button = crate::page::action::Button {
                label: "Go".to_owned(),
                action,
                style,
            };
            Page {
                rows: vec![Row::Buttons(vec![button])],
                ..Page::default()
            }
        };
        let ask = Ask::new("headlines");
        let further = Ask {
            from: 10,
            ..ask.clone()
        };
        let next = with(Action::Turn(further), Style::Main);
        assert!(hint(&next, false).expect("more").contains("--skip 10"));
        let card = with(Action::Confirm(ask.clone()), Style::Main);
        assert!(hint(&card, true).expect("unsaved").contains("--yes"));
        assert!(hint(&card, false).expect("a panel").contains("terminal"));
        let wider = with(Action::Turn(ask), Style::Plain);
        assert_eq!(hint(&wider, false), None);
        assert!(offers_more(&wider) && !offers_more(&Page::default()));
    }
}
