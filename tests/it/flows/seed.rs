//! Real articles of one Sunday, where they are at hand (`LEDE_SHARED`): what a reader expects of
//! them, in a shell and on Discord.

use crate::flows::bot::Bot;
use crate::flows::quotes::{self, Counted, RawEntry};
use crate::flows::shell::{Lede, message_text};
use crate::flows::still;
use lede::clock::{Clock, MINUTE};

/// The moment of which the expectations speak: 2025-07-13T19:00Z.
pub const AS_OF_MS: i64 = 1_752_433_200_000;

const FEEDS: [&str; 4] = ["bbc", "bloomberg", "cnn", "yahoo"];

/// The four feeds as they are; none where they are not at hand.
pub fn feeds() -> Option<Vec<(&'static str, String)>> {
    let Some(shared) = std::env::var_os("LEDE_SHARED") else {
        println!("skipped: LEDE_SHARED is not set");
        return None;
    };
    let folder = std::path::Path::new(&shared).join("seed/feeds");
    let read = |name| std::fs::read_to_string(folder.join(format!("{name}.xml")));
    let feeds = FEEDS.map(|name| (name, read(name).expect("the feed is there")));
    Some(feeds.into())
}

fn raw_entries(feeds: &[(&str, String)]) -> Vec<RawEntry> {
    let raw = |(_, text): &(&str, String)| quotes::raw_entries(text.as_bytes());
    feeds.iter().flat_map(raw).collect()
}

/// The link of the BBC's article.
fn lavrov(raw: &[RawEntry]) -> String {
    let links = raw.iter().filter_map(|entry| entry.link.clone());
    let mut links = links.filter(|link| link.contains("bbc.example"));
    links.next().expect("a link")
}

/// Two stories, the French budget below them or absent.
fn assert_ukraine(text: &str) {
    let headings = text.lines().filter(|line| line.starts_with("### "));
    assert!(headings.count() >= 2, "{text}");
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words} is missing:\n{text}"))
    };
    let (lavrov, sanctions) = (place("bbc.example"), place("cnn.example"));
    let french = text
        .find("bloomberg.example")
        .or(text.find("yahoo.example"));
    assert!(
        french.is_none_or(|french| french > lavrov.max(sanctions)),
        "the French budget is no Ukraine story:\n{text}"
    );
}

/// One story of two outlets, its figure once, no litter.
fn assert_france(text: &str) {
    assert_eq!(text.matches("### ").count(), 1, "one story:\n{text}");
    assert!(text.contains("2 outlets"), "{text}");
    let figure = text.matches("64 billion").count() + text.matches("64-billion").count();
    assert!(figure <= 1, "{text}");
    let litter = ["Error in retrieving data", "Sign in to access"];
    assert!(!litter.iter().any(|words| text.contains(words)), "{text}");
}

/// The CNN's article is the first related one, and the hashtags are names.
fn assert_card(card: &str) {
    let related = card.split("**Related**").nth(1);
    let related = related.unwrap_or_else(|| panic!("related stories:\n{card}"));
    let first = related.lines().find(|line| line.starts_with("- "));
    let first = first.expect("a related story");
    assert!(
        first.contains("cnn.example"),
        "the CNN article comes first: {first}"
    );
    let tags = card.lines().rev().find(|line| line.contains('#'));
    let tags = tags.unwrap_or_else(|| panic!("hashtags:\n{card}"));
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
    let shown = tags.split(|c: char| !c.is_alphanumeric());
    let shown: Vec<&str> = shown.filter(|word| word.len() > 2).collect();
    assert!(shown.iter().any(|tag| known.contains(tag)), "{tags}");
    let no_names = ["Said", "The", "And", "Says"];
    assert!(!shown.iter().any(|tag| no_names.contains(tag)), "{tags}");
}

/// The feeds with their dates moved to now, served on loopback and added with Confirm.
async fn edition(feeds: &[(&str, String)]) -> Lede {
    let moved = still::now_ms() - AS_OF_MS;
    let pages = feeds
        .iter()
        .map(|(name, text)| (format!("/{name}.xml"), still::shift_dates(text, moved)));
    let site = still::serve(pages.collect()).await;
    let lede = Lede::new(&[&site]);
    for (name, _) in feeds {
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
    lede
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_what_that_sunday_brought() {
    let Some(feeds) = feeds() else { return };
    let lede = edition(&feeds).await;
    let raw = raw_entries(&feeds);
    assert_ukraine(&message_text(&lede.message(&["brief", "ukraine"]).await));
    for asked in ["france", "macron"] {
        assert_france(&message_text(&lede.message(&["brief", asked]).await));
    }
    assert_card(&message_text(
        &lede.message(&["story", &lavrov(&raw)]).await,
    ));

    let mut counted = Counted::default();
    for asked in ["ukraine", "france", "macron", "russia", "trump", "defence"] {
        let words = ["brief", asked, "--length", "deep"];
        counted.check(&message_text(&lede.message(&words).await), &raw);
    }
    for link in raw.iter().filter_map(|entry| entry.link.clone()) {
        counted.check(&message_text(&lede.message(&["story", &link]).await), &raw);
    }
    counted.print("the real articles in a shell");
    assert!(counted.quotes > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_finds_what_that_sunday_brought() {
    let Some(feeds) = feeds() else { return };
    let raw = raw_entries(&feeds);
    let pages = feeds
        .iter()
        .map(|(name, text)| (format!("/{name}.xml"), text.clone()));
    let site = still::serve(pages.collect()).await;
    let clock = Clock::manual(AS_OF_MS);
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    for (name, _) in &feeds {
        bot.adds(&format!("http://{site}/{name}.xml")).await;
    }
    bot.waits(MINUTE).await;
    let mut counted = Counted::default();
    let ann = bot.discord.person("Ann");
    let ukraine = bot.types(ann, "brief", &[("topic", "ukraine")]).await;
    assert_ukraine(&ukraine.text());
    counted.check(&ukraine.text(), &raw);
    for asked in ["france", "macron"] {
        let brief = bot.types(ann, "brief", &[("topic", asked)]).await;
        assert_france(&brief.text());
        counted.check(&brief.text(), &raw);
    }
    let find = [("find", &*lavrov(&raw))];
    let card = bot.types(ann, "story", &find).await;
    assert_card(&card.text());
    counted.check(&card.text(), &raw);
    counted.print("the real articles on Discord");
    assert!(counted.quotes > 5);
    bot.stop().await;
}
