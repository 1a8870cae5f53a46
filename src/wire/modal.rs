//! Forms as modals of text inputs, and what is offered while somebody types.

use super::label::cut;
use super::message::{CHOICE_UNITS_MAX, CHOICES_MAX};
use crate::page::action::{Choice, Field, Form, Press};
use crate::page::markdown::length;
use serde::Serialize;
use serde_json::{Value, json};

const TITLE_UNITS_MAX: usize = 45;
const LABEL_UNITS_MAX: usize = 45;
const FIELDS_MAX: usize = 5;
/// Of what stands in a field, and of what can be typed into it.
const FIELD_UNITS_MAX: usize = 4_000;

const ACTION_ROW: u8 = 1;
const TEXT_INPUT: u8 = 4;
const ONE_LINE: u8 = 1;
const LONG: u8 = 2;

/// Text fields in a window of their own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Modal {
    pub custom_id: String,
    pub title: String,
    pub components: Vec<Value>,
}

/// What is offered while somebody types.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Autocomplete {
    pub choices: Vec<Offer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer {
    pub name: String,
    pub value: String,
}

/// A form with the key of its action. What is sent back gets a new private answer, so its letter
/// says so.
pub fn form(form: &Form, key: &str) -> Modal {
    debug_assert!(
        (1..=FIELDS_MAX).contains(&form.fields.len()),
        "a form has one to five fields"
    );
    Modal {
        custom_id: format!("{}{key}", Press::New.letter()),
        title: cut(&form.title, TITLE_UNITS_MAX),
        components: form.fields.iter().take(FIELDS_MAX).map(field).collect(),
    }
}

fn field(field: &Field) -> Value {
    let mut input = json!({
        "type": TEXT_INPUT,
        "custom_id": field.name,
        "style": if field.long { LONG } else { ONE_LINE },
        "label": cut(&field.label, LABEL_UNITS_MAX),
        "required": field.required,
        "max_length": FIELD_UNITS_MAX,
    });
    if !field.value.is_empty() {
        let whole = length(&field.value) <= FIELD_UNITS_MAX;
        let value = if whole {
            field.value.clone()
        } else {
            cut(&field.value, FIELD_UNITS_MAX)
        };
        input["value"] = value.into();
    }
    json!({ "type": ACTION_ROW, "components": [input] })
}

/// At most 25; a choice whose value Discord would not take is left out, never shortened.
pub fn choices(choices: &[Choice]) -> Autocomplete {
    let usable = choices.iter().filter(|choice| {
        !choice.label.trim().is_empty() && (1..=CHOICE_UNITS_MAX).contains(&length(&choice.value))
    });
    let offer = |choice: &Choice| {
        let name = match &choice.description {
            Some(description) => format!("{} · {description}", choice.label),
            None => choice.label.clone(),
        };
        Offer {
            name: cut(&name, CHOICE_UNITS_MAX),
            value: choice.value.clone(),
        }
    };
    Autocomplete {
        choices: usable.take(CHOICES_MAX).map(offer).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(label: &str, value: &str) -> Choice {
        Choice {
            label: label.to_owned(),
            value: value.to_owned(),
            description: None,
        }
    }

    #[test]
    fn a_form_is_rows_of_text_inputs() {
        let one = Field {
            name: "link".to_owned(),
            label: "Link ".repeat(20),
            value: "a\nb".to_owned(),
            required: true,
            long: true,
        };
        let drawn = form(
            &Form {
                title: "Add a source".to_owned(),
                fields: vec![one],
            },
            "k1",
        );
        assert_eq!(
            (drawn.custom_id.as_str(), drawn.title.as_str()),
            ("nk1", "Add a source")
        );
        let input = &drawn.components[0]["components"][0];
        assert_eq!((&input["type"], &input["style"]), (&json!(4), &json!(2)));
        assert_eq!(
            (&input["custom_id"], &input["value"]),
            (&json!("link"), &json!("a\nb"))
        );
        assert!(length(input["label"].as_str().unwrap()) <= LABEL_UNITS_MAX);
    }

    #[test]
    fn no_more_is_offered_than_discord_takes() {
        let many: Vec<_> = (0..40).map(|n| choice("Tide", &n.to_string())).collect();
        assert_eq!(choices(&many).choices.len(), CHOICES_MAX);
        let odd = [
            choice("", "a"),
            choice("b", ""),
            choice("c", &"c".repeat(101)),
            choice(&"d".repeat(200), "d"),
        ];
        let offered = choices(&odd).choices;
        assert_eq!(offered.len(), 1);
        assert_eq!(length(&offered[0].name), CHOICE_UNITS_MAX);
    }
}
