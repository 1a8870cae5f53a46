//! Tests of messages: how pages are drawn, and that no limit of Discord is ever broken.

use super::*;
use crate::page::{Ask, Choice, Line, Select};
use proptest::prelude::*;

fn text(text: &str) -> Block {
    Block::Text(Line::ours(text))
}

fn open() -> Action {
    Action::Open {
        ask: Ask::new("story"),
        chosen: None,
    }
}

fn plain(label: &str, action: Action) -> Button {
    Button {
        label: label.to_owned(),
        action,
        style: Style::Plain,
    }
}

fn keys(page: &Page) -> Vec<String> {
    (0..page.actions().len()).map(|n| format!("k{n}")).collect()
}

fn draw(page: &Page, public: bool) -> Value {
    let drawing = Drawing {
        public,
        commands: Commands::none(),
    };
    serde_json::to_value(message(page, &keys(page), &drawing)).unwrap()
}

#[test]
fn a_file_is_shown_above_the_rows_and_named_beside_the_body() {
    let file = Block::File {
        name: "aboutme1.json".to_owned(),
        text: "{}".to_owned(),
    };
    let page = Page {
        blocks: vec![text("All of it"), file],
        rows: vec![Row::Buttons(vec![plain("Open", open())])],
        empty: false,
    };
    let drawn = message(&page, &keys(&page), &Drawing::default());
    let kinds: Vec<&Value> = drawn.components.iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, [10, 13, 1]);
    assert_eq!(
        drawn.components[1]["file"]["url"],
        "attachment://aboutme1.json"
    );
    let named = json!([{ "id": "0", "filename": "aboutme1.json" }]);
    assert_eq!(json!(drawn.attachments), named);
    assert_eq!(drawn.files[0].text, "{}");
    let plain = draw(&Page::default(), false);
    assert!(plain.get("attachments").is_none() && plain.get("file").is_none());
}

#[test]
fn a_page_is_text_between_separators_and_rows() {
    let choice = Choice {
        label: "Tide".to_owned(),
        value: "1".to_owned(),
        description: None,
    };
    let select = Select {
        placeholder: "Open a story".to_owned(),
        action: open(),
        choices: vec![choice],
    };
    let buttons = vec![
        plain("Next", Action::Turn(Ask::new("brief"))),
        plain("Follow", open()),
    ];
    let page = Page {
        blocks: vec![
            Block::Title(Line::ours("Tides")),
            text("one"),
            Block::Divider,
            text("two"),
        ],
        rows: vec![Row::Select(select), Row::Buttons(buttons)],
        empty: false,
    };
    assert_eq!(
        draw(&page, false),
        json!({
            "flags": 32832,
            "allowed_mentions": { "parse": [] },
            "components": [
                { "type": 10, "content": "## Tides\none" },
                { "type": 14, "divider": true, "spacing": 1 },
                { "type": 10, "content": "two" },
                { "type": 1, "components": [{
                    "type": 3, "custom_id": "nk0", "placeholder": "Open a story",
                    "options": [{ "label": "Tide", "value": "1" }],
                }] },
                { "type": 1, "components": [
                    { "type": 2, "style": 2, "label": "Next", "custom_id": "uk1" },
                    { "type": 2, "style": 2, "label": "Follow", "custom_id": "nk2" },
                ] },
            ],
        })
    );
    let public = draw(&page, true);
    assert_eq!(public["flags"], 32768);
    assert_eq!(
        public["components"][4]["components"][0]["custom_id"], "nk1",
        "a public page is never turned"
    );
}

#[test]
fn an_empty_page_still_says_something() {
    assert_eq!(
        draw(&Page::default(), true)["components"][0]["content"],
        "–"
    );
}

#[test]
fn a_select_holds_only_what_discord_takes() {
    let choice = |value: String| Choice {
        label: "x".repeat(300),
        value,
        description: Some("y".repeat(300)),
    };
    let mut choices: Vec<_> = (0..40).map(|n| choice(format!("{}", n / 2))).collect();
    choices.insert(0, choice("z".repeat(101)));
    let row = select("", &choices, "n".to_owned()).unwrap();
    let options = row["components"][0]["options"].as_array().unwrap();
    assert_eq!(options.len(), 20);
    assert_eq!(options[0]["label"].as_str().unwrap().chars().count(), 100);
    assert_eq!(
        options[0]["description"].as_str().unwrap().chars().count(),
        100
    );
    assert_eq!(select("", &[], "n".to_owned()), None);
}

#[test]
fn six_buttons_take_two_rows() {
    let buttons = (0..6).map(|_| plain("Go", open())).collect();
    let page = Page {
        rows: vec![Row::Buttons(buttons)],
        ..Page::default()
    };
    assert_eq!(draw(&page, true)["components"].as_array().unwrap().len(), 3);
}

#[test]
fn buttons_among_the_blocks_stand_under_their_text_and_have_the_first_keys() {
    let said = |text: &str| Block::Text(Line::ours(text));
    let page = Page {
        blocks: vec![
            said("A change."),
            Block::Buttons(vec![plain("Undo", open())]),
            Block::Divider,
            said("The answer."),
        ],
        rows: vec![Row::Buttons(vec![plain("Next", open())])],
        empty: false,
    };
    let drawn = draw(&page, true);
    let drawn = drawn["components"].as_array().unwrap();
    let types: Vec<_> = drawn.iter().map(|one| one["type"].as_u64()).collect();
    assert_eq!(types, [10, 1, 14, 10, 1].map(Some));
    let id = |at: usize| drawn[at]["components"][0]["custom_id"].clone();
    assert_eq!((id(1), id(4)), ("nk0".into(), "nk1".into()));
}

fn part(lines: &[String]) -> Part {
    Part {
        divided: true,
        lines: lines.to_vec(),
        rows: Vec::new(),
    }
}

#[test]
fn what_does_not_fit_is_left_out_whole() {
    let parts = vec![
        part(&["a".repeat(30), "b".repeat(30)]),
        part(&["c".repeat(40)]),
        part(&["d".repeat(5)]),
    ];
    assert_eq!(within(parts.clone(), 110), parts);
    let cut = within(parts, 90);
    assert_eq!(
        cut,
        [part(&["a".repeat(30), "b".repeat(30), MORE.to_owned()])]
    );
    let none = within(vec![part(&["a".repeat(200)])], 100);
    assert_eq!(none[0].lines, [MORE]);
}

#[test]
fn more_parts_than_components_share_the_last_text() {
    let drawn = texts((0..30).map(|n| part(&[n.to_string()])).collect(), 9);
    assert_eq!(drawn.len(), 8);
    assert!(drawn[7]["content"].as_str().unwrap().ends_with("28\n29"));
}

#[test]
fn text_below_small_print_stands_apart() {
    let small = Block::Small(Line::ours("12 a day"));
    let blocks = vec![
        text("one"),
        small.clone(),
        text("two"),
        small,
        Block::Divider,
        Block::Divider,
    ];
    let page = Page {
        blocks,
        ..Page::default()
    };
    let contents = draw(&page, true)["components"].clone();
    assert_eq!(
        contents,
        json!([
            { "type": 10, "content": "one\n-# 12 a day" },
            { "type": 10, "content": "two\n-# 12 a day" },
        ])
    );
}

#[test]
fn a_refusal_says_cause_and_way_out_in_private_and_mentions_commands() {
    let no = Refusal::new("No source is called “*tide*”.")
        .will("Lede keeps the others.")
        .can("Type /brief.");
    let commands = Commands::new([("brief".to_owned(), 7)]);
    let drawn = serde_json::to_value(refusal(
        &no,
        &Drawing {
            public: true,
            commands,
        },
    ))
    .unwrap();
    assert_eq!(drawn["flags"], 32832);
    assert_eq!(
        drawn["components"][0]["content"],
        "No source is called “\\*tide\\*”.\nLede keeps the others.\nType </brief:7>."
    );
}

proptest! {
    #[test]
    fn no_cut_exceeds_its_limits(lengths in proptest::collection::vec((1usize..900, any::<bool>()), 0..60), room in 1usize..40) {
        let mut parts: Vec<Part> = Vec::new();
        for (long, divided) in lengths {
            if divided || parts.is_empty() {
                parts.push(Part { divided: divided && !parts.is_empty(), ..Part::default() });
            }
            parts.last_mut().unwrap().lines.push("ü".repeat(long));
        }
        let drawn = texts(within(parts, TEXT_UNITS_MAX), room);
        prop_assert!(drawn.len() <= room);
        let all: usize = drawn.iter().filter_map(|one| one["content"].as_str()).map(length).sum();
        prop_assert!(all <= TEXT_UNITS_MAX, "{}", all);
    }
}

#[test]
fn what_a_server_has_is_picked_in_its_own_select() {
    let pick = |kind| Row::Pick {
        placeholder: "Where".to_owned(),
        kind,
        action: open(),
    };
    let page = Page {
        rows: vec![pick(Pick::Channel), pick(Pick::Role)],
        ..Page::default()
    };
    assert_eq!(page.actions().len(), 2);
    let drawn = draw(&page, false);
    let select = |at: usize| drawn["components"][at]["components"][0].clone();
    let channels = json!({
        "type": 8, "custom_id": "nk0", "placeholder": "Where", "channel_types": [0, 5, 10, 11, 12, 15],
    });
    assert_eq!(select(1), channels);
    let roles = json!({ "type": 6, "custom_id": "nk1", "placeholder": "Where" });
    assert_eq!(select(2), roles);
}

#[test]
fn of_a_select_of_several_any_number_can_be_chosen() {
    let choice = |value: &str| Choice {
        label: value.to_owned(),
        value: value.to_owned(),
        description: None,
    };
    let page = Page {
        rows: vec![Row::Several(Select {
            placeholder: "Which".to_owned(),
            action: open(),
            choices: vec![choice("a"), choice("b"), choice("a"), choice("c")],
        })],
        ..Page::default()
    };
    let drawn = draw(&page, false);
    let select = &drawn["components"][1]["components"][0];
    assert_eq!(
        (
            &select["type"],
            &select["min_values"],
            &select["max_values"]
        ),
        (&json!(3), &json!(1), &json!(3)),
        "as many as are offered"
    );
}
