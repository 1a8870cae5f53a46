//! Real articles of one Sunday, where they are at hand (`LEDE_SHARED`): what a reader expects of them.

use crate::flows::quotes::{self, RawEntry};
use crate::flows::shell::{Lede, message_text};
use crate::flows::still;

/// The moment of which the expectations speak: 2025-07-13T19:00Z.
const AS_OF_MS: i64 = 1_752_433_200_000;

const FEEDS: [&str; 4] = ["bbc", "bloomberg", "cnn", "yahoo"];

/// The four feeds with their dates moved to now, served on loopback and added with Confirm.
async fn edition() -> Option<(Lede, Vec<RawEntry>)> {
    let Some(shared) = std::env::var_os("LEDE_SHARED") else {
        println!("skipped: LEDE_SHARED is not set");
        return None;
    };
    let folder = std::path::Path::new(&shared).join("seed/feeds");
    let moved = still::now_ms() - AS_OF_MS;
    let mut pages = Vec::new();
    let mut raw = Vec::new();
    for name in FEEDS {
        let text =
            std::fs::read_to_string(folder.join(format!("{name}.xml"))).expect("the feed is there");
        raw.extend(quotes::raw_entries(text.as_bytes()));
        pages.push((format!("/{name}.xml"), still::shift_dates(&text, moved)));
    }
    let site = still::serve(pages).await;
    let lede = Lede::new(&[&site]);
    for name in FEEDS {
        let url = format!("http://{site}/{name}.xml");
        let report = lede.run(&["sources", "add", &url]).await;
        assert_eq!(
            report.status, 1,
            "without --yes nothing is saved: {}",
            report.out
        );
        let added = lede.run(&["sources", "add", &url, "--yes"]).await;
        assert_eq!(added.status, 0, "{}{}", added.out, added.err);
    }
    Some((lede, raw))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_what_that_sunday_brought() {
    let Some((lede, raw)) = edition().await else {
        return;
    };

    let ukraine = lede.message(&["brief", "ukraine"]).await;
    let text = message_text(&ukraine);
    let headings: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("### "))
        .collect();
    assert!(headings.len() >= 2, "{text}");
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words} is missing:\n{text}"))
    };
    let (lavrov, sanctions) = (place("bbc.example"), place("cnn.example"));
    if let Some(french) = text
        .find("bloomberg.example")
        .or(text.find("yahoo.example"))
    {
        assert!(
            french > lavrov.max(sanctions),
            "the French budget is no Ukraine story:\n{text}"
        );
    }

    for asked in ["france", "macron"] {
        let text = message_text(&lede.message(&["brief", asked]).await);
        assert_eq!(text.matches("### ").count(), 1, "one story:\n{text}");
        assert!(text.contains("2 outlets"), "{text}");
        assert!(
            text.matches("64 billion").count() + text.matches("64-billion").count() <= 1,
            "{text}"
        );
        assert!(
            !text.contains("Error in retrieving data") && !text.contains("Sign in to access"),
            "{text}"
        );
    }

    let link = raw
        .iter()
        .find_map(|entry| {
            entry
                .link
                .clone()
                .filter(|link| link.contains("bbc.example"))
        })
        .expect("a link");
    let card = message_text(&lede.message(&["story", &link]).await);
    let related = card
        .split("**Related**")
        .nth(1)
        .unwrap_or_else(|| panic!("related stories:\n{card}"));
    let first = related
        .lines()
        .find(|line| line.starts_with("- "))
        .expect("a related story");
    assert!(
        first.contains("cnn.example"),
        "the CNN article comes first: {first}"
    );
    let tags = card
        .lines()
        .rev()
        .find(|line| line.contains('#'))
        .unwrap_or_else(|| panic!("hashtags:\n{card}"));
    let known = [
        "NorthKorea",
        "Russia",
        "Ukraine",
        "Lavrov",
        "SergeiLavrov",
        "KimJongUn",
        "Kim",
        "Putin",
        "VladimirPutin",
        "Pyongyang",
    ];
    let shown: Vec<&str> = tags
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .collect();
    assert!(shown.iter().any(|tag| known.contains(tag)), "{tags}");
    assert!(
        !shown
            .iter()
            .any(|tag| ["Said", "The", "And", "Says"].contains(tag)),
        "{tags}"
    );

    let mut counted = quotes::Counted::default();
    for asked in ["ukraine", "france", "macron", "russia", "trump", "defence"] {
        counted.check(
            &message_text(&lede.message(&["brief", asked, "--length", "deep"]).await),
            &raw,
        );
    }
    for link in raw.iter().filter_map(|entry| entry.link.clone()) {
        counted.check(&message_text(&lede.message(&["story", &link]).await), &raw);
    }
    counted.print("the real articles");
    assert!(counted.quotes > 10);
}
