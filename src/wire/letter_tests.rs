//! Tests of letters: what they look like, and that hostile text neither pings, nor formats, nor
//! breaks a limit, in any shape.

use super::*;
use crate::page::Choice;
use crate::page::markdown::escape;
use proptest::prelude::*;

const HEADLINE: &str = "Storm closes the outer mole";

fn lettering(shape: Shape, plain: bool, commands: &Commands) -> Lettering<'_> {
    Lettering {
        outbox: 41,
        shape,
        plain,
        commands,
    }
}

fn drawn(of: &Letter, shape: Shape, plain: bool) -> Value {
    letter(of, &lettering(shape, plain, &Commands::none()))
}

fn quote(text: &str, outlet: &str, url: &str) -> Block {
    let line = Line::new().theirs(text).and(" — ");
    Block::Quote(line.link(outlet, Some(url)))
}

/// A push as it is when everything is well.
fn push(headline: &str) -> Letter {
    let head = Line::new().link(headline, Some("https://avel.example/mole"));
    let small = Line::ours("harbour · newest ").ago(1_789_999_000_000);
    Letter {
        head: head.and(" · 2 outlets"),
        blocks: vec![
            quote(
                "The mole was closed at noon.",
                "Avel Courier",
                "https://avel.example/mole",
            ),
            quote(
                "Two ferries turned back.",
                "Lindholm Post",
                "https://lindholm.example/f",
            ),
            Block::Small(small),
        ],
        image: Some("https://avel.example/mole.jpg".to_owned()),
        touches: vec![Touch::Sources, Touch::Follow, Touch::Discuss, Touch::Why],
        name: headline.to_owned(),
        ..Letter::default()
    }
}

#[test]
fn a_push_is_a_headline_quotes_and_buttons() {
    let letter = Letter {
        mention: Some(500),
        ..push(HEADLINE)
    };
    let drawn = drawn(&letter, Shape::Message, false);
    insta::assert_snapshot!(serde_json::to_string_pretty(&drawn).unwrap(), @r##"
    {
      "allowed_mentions": {
        "parse": [],
        "roles": [
          "500"
        ]
      },
      "components": [
        {
          "components": [
            {
              "custom_id": "n~41.sources",
              "label": "Sources",
              "style": 2,
              "type": 2
            },
            {
              "custom_id": "n~41.follow",
              "label": "Follow",
              "style": 2,
              "type": 2
            },
            {
              "custom_id": "n~41.discuss",
              "label": "Discuss",
              "style": 2,
              "type": 2
            },
            {
              "custom_id": "n~41.why",
              "label": "Why?",
              "style": 2,
              "type": 2
            }
          ],
          "type": 1
        }
      ],
      "content": "<@&500> **[Storm closes the outer mole](<https://avel.example/mole>) · 2 outlets**",
      "embeds": [
        {
          "color": 2067276,
          "description": "> The mole was closed at noon. — [Avel Courier](https://avel.example/mole)\n\n> Two ferries turned back. — [Lindholm Post](https://lindholm.example/f)\n\n-# harbour · newest <t:1789999000:R>",
          "thumbnail": {
            "url": "https://avel.example/mole.jpg"
          }
        }
      ],
      "flags": 0,
      "thread": "Storm closes the outer mole"
    }
    "##);
}

#[test]
fn without_its_looks_it_is_words_and_links() {
    let drawn = drawn(&push(HEADLINE), Shape::Message, true);
    insta::assert_snapshot!(drawn["content"].as_str().unwrap(), @r##"
    **[Storm closes the outer mole](<https://avel.example/mole>) · 2 outlets**
    > The mole was closed at noon. — [Avel Courier](<https://avel.example/mole>)

    > Two ferries turned back. — [Lindholm Post](<https://lindholm.example/f>)

    -# harbour · newest <t:1789999000:R>
    "##);
    assert_eq!(drawn["embeds"], json!([]));
    let buttons = &drawn["components"][0]["components"];
    assert_eq!(buttons.as_array().map(Vec::len), Some(1));
    assert_eq!(buttons[0]["custom_id"], "n~41.why");
    assert!(!drawn["content"].as_str().unwrap().contains("](http"));
}

#[test]
fn a_silent_letter_makes_no_sound_and_only_its_role_is_pinged() {
    let quiet = Letter {
        silent: true,
        ..push(HEADLINE)
    };
    let quiet = drawn(&quiet, Shape::Message, false);
    assert_eq!(quiet["flags"], 1 << 12);
    assert_eq!(quiet["allowed_mentions"], json!({ "parse": [] }));
    let loud = Letter {
        mention: Some(7),
        ..push(HEADLINE)
    };
    let loud = drawn(&loud, Shape::Message, false);
    assert_eq!(loud["flags"], 0);
    assert_eq!(
        loud["allowed_mentions"],
        json!({ "parse": [], "roles": ["7"] })
    );
    assert!(loud["content"].as_str().unwrap().starts_with("<@&7> **["));
}

#[test]
fn a_reply_needs_no_message_and_a_post_has_a_name_and_tags() {
    let reply = drawn(&push(HEADLINE), Shape::Reply(9), false);
    assert_eq!(
        reply["message_reference"],
        json!({ "message_id": "9", "fail_if_not_exists": false })
    );
    let tagged = Letter {
        tags: (1..9).collect(),
        ..push(HEADLINE)
    };
    let post = drawn(&tagged, Shape::Post, false);
    assert_eq!(post["name"], HEADLINE);
    assert_eq!(post["applied_tags"], json!(["1", "2", "3", "4", "5"]));
    let mut message = drawn(&tagged, Shape::Message, false);
    assert_eq!(message[THREAD_KEY].take(), HEADLINE);
    message.as_object_mut().unwrap().remove(THREAD_KEY);
    assert_eq!(post["message"], message);
}

#[test]
fn stories_are_chosen_in_a_select() {
    let choice = |n: usize| Choice {
        label: format!("Story {n}"),
        value: n.to_string(),
        description: None,
    };
    let digest = Letter {
        choices: (0..30).map(choice).collect(),
        touches: vec![Touch::Open, Touch::Why],
        ..push("Harbour · Tuesday")
    };
    let drawn = drawn(&digest, Shape::Message, false);
    let select = &drawn["components"][0]["components"][0];
    assert_eq!(select["custom_id"], "n~41.open");
    assert_eq!(select["options"].as_array().map(Vec::len), Some(25));
    let buttons = &drawn["components"][1]["components"];
    assert_eq!(buttons.as_array().map(Vec::len), Some(1));
}

#[test]
fn only_a_picture_of_the_web_is_one() {
    assert_eq!(
        image(" https://avel.example/a b.jpg").as_deref(),
        Some("https://avel.example/a%20b.jpg")
    );
    let long = format!("https://avel.example/{}", "a".repeat(2_048));
    for odd in [
        "http://avel.example/a.jpg",
        "data:image/png;base64,aa",
        "https://ann:secret@avel.example/a.jpg",
        "https://127.0.0.1/a.jpg",
        "a.jpg",
        "",
        &long,
    ] {
        assert_eq!(image(odd), None, "{odd}");
    }
}

#[test]
fn whole_blocks_are_packed_and_the_rest_is_left_out() {
    let sentence = "The harbour master spoke of the wind for a long while. ".repeat(12);
    let mut long = push(HEADLINE);
    long.blocks.clear();
    for n in 0..9 {
        let heading = Line::new().link(format!("Story {n}"), Some("https://avel.example/s"));
        long.blocks.push(Block::Heading(heading));
        long.blocks.push(quote(
            &sentence,
            "Avel Courier",
            "https://avel.example/mole",
        ));
    }
    for (plain, max) in [(false, DESCRIPTION_UNITS_MAX), (true, CONTENT_UNITS_MAX)] {
        let drawn = drawn(&long, Shape::Message, plain);
        let text = if plain {
            &drawn["content"]
        } else {
            &drawn["embeds"][0]["description"]
        };
        let text = text.as_str().unwrap();
        assert!(length(text) <= max && length(text) > max / 2);
        assert!(text.ends_with(&format!("\n{MORE}")), "{text}");
        let above = text.lines().rev().nth(1).unwrap();
        assert!(above.starts_with("> ") && above.ends_with(')'), "{above}");
    }
}

#[test]
fn parts_of_a_digest_stand_apart_and_headings_are_no_larger_than_the_head() {
    let link = |text: &str| Line::new().link(text, Some("https://avel.example/s"));
    let mut digest = push(HEADLINE);
    digest.blocks = vec![
        Block::Small(Line::ours("2 outlets")),
        quote("Wind.", "Avel", "https://avel.example/w"),
        Block::Text(Line::new().bold("Outlets differ:").and(" 3, 4")),
        Block::Heading(link("Fog")),
        Block::Small(Line::ours("Only Avel so far")),
        quote("Fog.", "Avel", "https://avel.example/f"),
        Block::Text(Line::new().bold("Also")),
        Block::Bullet(link("Ice")),
        Block::Divider,
        Block::Text(Line::new().bold("New on stories you know")),
        Block::Heading(link("Rain")),
    ];
    let drawn = drawn(&digest, Shape::Message, false);
    let text = drawn["embeds"][0]["description"].as_str().unwrap();
    insta::assert_snapshot!(text.replace('\u{200b}', "ZWSP"), @r"
    -# 2 outlets
    > Wind. — [Avel](https://avel.example/w)

    **Outlets differ:** 3, 4

    **[Fog](https://avel.example/s)**
    -# Only Avel so far
    > Fog. — [Avel](https://avel.example/f)

    **Also**
    - [Ice](https://avel.example/s)
    ZWSP
    **New on stories you know**
    **[Rain](https://avel.example/s)**
    ");
}

#[test]
fn a_block_that_fits_nowhere_is_left_out_whole() {
    let mut long = push(HEADLINE);
    long.blocks = vec![Block::Text(Line::new().theirs("wind ".repeat(2_000)))];
    let drawn = drawn(&long, Shape::Message, false);
    assert_eq!(drawn["embeds"][0]["description"], MORE);
}

#[test]
fn a_letter_always_says_something() {
    let empty = drawn(&Letter::default(), Shape::Post, false);
    assert_eq!(empty["name"], "–");
    assert_eq!(empty["message"]["content"], "**–**");
    assert_eq!(empty["message"]["embeds"], json!([]));
    let unseen = push("\u{200b}\u{2060}");
    assert!(!is_blank(
        drawn(&unseen, Shape::Message, false)["content"]
            .as_str()
            .unwrap()
    ));
    assert_ne!(thread_name(&unseen), "");
}

#[test]
fn a_threads_name_without_one_is_the_head() {
    let unnamed = Letter {
        name: " \u{200b}".to_owned(),
        ..push(HEADLINE)
    };
    assert_eq!(
        thread_name(&unnamed),
        "Storm closes the outer mole · 2 outlets"
    );
}

const HOSTILE: &[&str] = &[
    "@everyone look @here",
    "<@&500> and <@1> in <#2>",
    "x](http://evil.example) [y](http://evil.example)",
    "||hidden|| ~~gone~~ `code` ```block```",
    "**bold** *it* __under__ _it_",
    "# Heading\n> quote\n- list\n-# small",
    "\u{202e}desrever\u{202c} zero\u{200b}width\u{2066}\u{2069}",
    "<t:0:R> :smile: <:crane:12> </brief:5>",
    "discord.gg/abc https://evil.example",
    "\\",
    "**",
];

/// The text between bold marks and of the masked link in it, where all is in order.
fn headline(content: &str) -> Option<&str> {
    let link = content.strip_prefix("**[")?;
    let (text, rest) = link.rsplit_once("](<")?;
    (rest == "https://avel.example/mole>) · 2 outlets**").then_some(text)
}

#[test]
fn hostile_headlines_ping_nobody_and_format_nothing() {
    for text in HOSTILE {
        for plain in [false, true] {
            let drawn = drawn(&push(text), Shape::Post, plain);
            let content = drawn["message"]["content"].as_str().unwrap();
            let first = content.lines().next().unwrap();
            let shown = escape(&text.replace("https://", "").replace("http://", ""));
            assert_eq!(headline(first), Some(shown.trim()), "{first}");
            assert_eq!(drawn["message"]["allowed_mentions"], json!({ "parse": [] }));
            let name = drawn["name"].as_str().unwrap();
            assert!(length(name) <= 100 && !is_blank(name));
            let unseen =
                |c: char| c.is_control() || is_blank(c.encode_utf8(&mut [0; 4])) && c != ' ';
            assert!(!name.chars().any(unseen), "{name:?}");
        }
    }
}

#[test]
fn three_hundred_families_of_emoji_fit() {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦".repeat(300);
    let drawn = drawn(&push(&family), Shape::Post, false);
    let name = drawn["name"].as_str().unwrap();
    assert!(length(name) <= 100 && name.ends_with("👦…"), "{name}");
    let content = drawn["message"]["content"].as_str().unwrap();
    assert!(length(content) <= CONTENT_UNITS_MAX);
    assert!(content.ends_with("](<https://avel.example/mole>) · 2 outlets**"));
    assert!(content.contains("👦…]"), "cut between letters");
}

#[test]
fn a_link_with_brackets_and_blanks_stays_one() {
    let mut odd = push(HEADLINE);
    let address = "https://avel.example/a (b) ](https://evil.example)>";
    odd.head = Line::new().link(HEADLINE, Some(address));
    odd.blocks = vec![quote("Wind.", "Avel", address)];
    let drawn = drawn(&odd, Shape::Message, false);
    let safe = "https://avel.example/a%20%28b%29%20%5D%28https://evil.example%29%3E";
    assert_eq!(drawn["content"], format!("**[{HEADLINE}](<{safe}>)**"));
    assert_eq!(
        drawn["embeds"][0]["description"],
        format!("> Wind. — [Avel]({safe})")
    );
}

fn texts() -> impl Strategy<Value = String> {
    let odd = proptest::sample::select(HOSTILE).prop_map(|text| text.repeat(40));
    prop_oneof!["\\PC{0,80}", odd, "[*_\\[\\]()<>@a ]{0,900}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_limit_is_ever_broken(
        head in texts(), name in texts(), blocks in proptest::collection::vec(texts(), 0..12),
        url in "https://avel\\.example/\\PC{0,200}", mention in proptest::option::of(any::<u64>()), plain: bool,
    ) {
        let letter = Letter {
            mention,
            head: Line::new().link(head, Some(&url)).and(" · 3 outlets"),
            blocks: blocks.iter().map(|text| quote(text, "Avel", &url)).collect(),
            name,
            touches: Touch::ALL.to_vec(),
            ..Letter::default()
        };
        let post = drawn(&letter, Shape::Post, plain);
        let message = &post["message"];
        let content = message["content"].as_str().unwrap();
        prop_assert!(length(content) <= CONTENT_UNITS_MAX && !is_blank(content));
        let description = message["embeds"][0]["description"].as_str().unwrap_or("-");
        prop_assert!(length(description) <= DESCRIPTION_UNITS_MAX && !description.is_empty());
        prop_assert!(length(post["name"].as_str().unwrap()) <= THREAD_NAME_UNITS_MAX);
    }
}
