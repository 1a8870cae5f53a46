//! The bundled sample edition, asked about everything in it: each quote stands verbatim in the raw
//! item that it links to, and none is litter.

use crate::flows::quotes::{self, Counted, RawEntry};
use crate::flows::shell::{Lede, message_text};
use lede::clock::{DAY, MINUTE, Millis};
use lede::config::Settings;
use lede::desk::{Asker, Desk, No, parse_words};
use lede::jobs::{Jobs, sample};
use lede::page::Page;
use lede::wire::{self, Drawing};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tuesday, 10 March 2026, 09:00 UTC.
const OPENED: Millis = 1_773_133_200_000;

/// What the edition is about, in its three languages, and things that it is not about.
const TOPICS: [&str; 46] = [
    "Top stories",
    "harbour",
    "ferry",
    "election",
    "school",
    "storm",
    "football",
    "cup",
    "energy",
    "hospital",
    "strike",
    "oil",
    "oil spill",
    "crane",
    "cranes -oil",
    "dredging",
    "eelgrass",
    "budget",
    "parliament",
    "Vasla",
    "Oduya",
    "Rural List",
    "\"Civic Shore\"",
    "poll",
    "cod",
    "fishing quota",
    "tunnel",
    "trains",
    "cable",
    "wind power",
    "owls",
    "battery",
    "kayaker",
    "lightship",
    "museum",
    "Sorland",
    "Marrak",
    "Lindholm",
    "Avel",
    "Hafen",
    "Fähre",
    "Streik",
    "puerto",
    "tormenta",
    "huelga",
    "volcano",
];

/// Words of which a reader wants none in a quote.
const LITTER: [&str; 14] = [
    "newsletter",
    "boletín",
    "read more",
    "sign in to continue",
    "error loading the player",
    "all rights reserved",
    "appeared first on",
    "share this",
    "photo:",
    "foto:",
    "printed on river-washed paper",
    "owned by its 2,300 readers",
    "lesen sie auch",
    "mehr zum thema",
];

/// The items of the bundled files that were out at `at`, read with nothing of the program's own.
fn raw_entries(at: Millis) -> Vec<RawEntry> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let files = std::fs::read_dir(folder).expect("the sample edition is there");
    let mut raw = Vec::new();
    for file in files {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let json = path.extension().is_some_and(|kind| kind == "json");
        raw.extend(quotes::raw_entries(rendered(&text, json, at).as_bytes()));
    }
    raw
}

/// The file without its `@@` lines and without the items that come later.
fn rendered(text: &str, json: bool, at: Millis) -> String {
    let mut parts = vec![String::new()];
    let mut out = true;
    let mut tail = String::new();
    let mut at_tail = false;
    for line in text.lines() {
        if let Some(mark) = line.strip_prefix("@@ ") {
            let minutes = mark.split(' ').nth(1).map(str::parse::<i64>);
            at_tail = mark == "tail";
            out = minutes.is_none_or(|minutes| {
                OPENED + minutes.expect("minutes after the opening") * MINUTE <= at
            });
            if out && !at_tail {
                parts.push(String::new());
            }
        } else if at_tail {
            tail.push_str(line);
        } else if out {
            let part = parts.last_mut().expect("the head is one");
            part.push_str(&line.replace("{{date}}", "2026-03-10T09:00:00Z"));
            part.push('\n');
        }
    }
    let head = parts.remove(0);
    head + &parts.join(if json { "," } else { "" }) + &tail
}

async fn edition() -> (Desk, Jobs) {
    let settings = Settings::read(|_| None).expect("the defaults are valid");
    let opened = sample::open_at(Arc::new(settings), OPENED).await;
    opened.expect("the edition opens")
}

/// The page and its text as Discord would get it; none where the words are refused.
async fn asked(desk: &Desk, words: &[&str]) -> Option<(Page, String)> {
    let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    let asked = match parse_words(&words) {
        Ok(asked) => asked,
        Err(refusal) => panic!("{words:?}: {refusal:?}"),
    };
    match desk.answer(&Asker::terminal(), &asked).await {
        Ok(page) => {
            let keys = vec!["key".to_owned(); page.actions().len()];
            let message = wire::message(&page, &keys, &Drawing::default());
            let message = serde_json::to_value(&message).expect("plain JSON");
            Some((page, message_text(&message)))
        }
        Err(No::Refused(_)) => None,
        Err(No::Failed(error)) => panic!("{words:?}: {error:#}"),
    }
}

/// The sentences of an answer.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("> "))
        .map(|line| line.rsplit_once(" — ").map_or(line, |(quote, _)| quote))
}

/// Opening marks without their closing ones, or the other way round.
fn is_unbalanced(quote: &str) -> bool {
    let count = |mark: char| quote.matches(mark).count();
    count('"') % 2 == 1 || count('“') != count('”') && count('„') != count('“')
}

/// What was seen in all answers together.
#[derive(Default)]
struct Tally {
    counted: Counted,
    /// The different sentences, and those of them with a lonely quotation mark.
    quotes: BTreeSet<String>,
    unbalanced: BTreeSet<String>,
}

impl Tally {
    fn check(&mut self, text: &str, raw: &[RawEntry]) {
        self.counted.check(text, raw);
        let mut here = BTreeSet::new();
        for quote in quoted(text) {
            let lower = quote.to_lowercase();
            let litter = LITTER.iter().find(|words| lower.contains(**words));
            assert!(litter.is_none(), "litter is quoted: {quote}");
            // A search lists articles, and two may hold one agency's text.
            let again = !here.insert(quote) && !text.starts_with("## Search");
            assert!(!again, "twice in one answer: {quote}\n{text}");
            if is_unbalanced(quote) {
                self.unbalanced.insert(quote.to_owned());
            }
            self.quotes.insert(quote.to_owned());
        }
    }

    async fn ask(&mut self, desk: &Desk, words: &[&str], raw: &[RawEntry]) {
        if let Some((_, text)) = asked(desk, words).await {
            self.check(&text, raw);
        }
    }
}

async fn everything_is_asked(desk: &Desk, raw: &[RawEntry]) -> Tally {
    let mut tally = Tally::default();
    for topic in TOPICS {
        for length in ["short", "normal", "deep"] {
            let words = ["brief", topic, "--period", "7d", "--length", length];
            tally.ask(desk, &words, raw).await;
        }
        tally.ask(desk, &["brief", topic], raw).await;
        tally.ask(desk, &["headlines", topic], raw).await;
        tally.ask(desk, &["search", topic], raw).await;
        tally.ask(desk, &["story", topic], raw).await;
    }
    for entry in raw {
        let link = entry.link.as_deref().expect("each item has a link");
        let card = asked(desk, &["story", link]).await;
        let (_, text) = card.unwrap_or_else(|| panic!("no card of {link}"));
        tally.check(&text, raw);
    }
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn every_quote_of_the_sample_edition_is_verbatim_and_no_litter() {
    let (desk, jobs) = edition().await;
    let raw = raw_entries(OPENED);
    let tally = everything_is_asked(&desk, &raw).await;
    tally.counted.print("the sample edition at its opening");
    let (quotes, unbalanced) = (tally.quotes.len(), tally.unbalanced.len());
    println!(
        "{quotes} different sentences, {unbalanced} of them with a lonely quotation mark: {:#?}",
        tally.unbalanced
    );
    assert!(tally.counted.quotes > 200);

    let later = OPENED + 3 * DAY;
    desk.clock.move_to(later);
    jobs.tick_all(later).await.expect("the jobs run");
    let mut raw = raw_entries(later);
    // What an article said before it was edited stands behind the same link.
    raw.extend(raw_entries(OPENED));
    let tally = everything_is_asked(&desk, &raw).await;
    tally
        .counted
        .print("the sample edition three days later, all items out");
    assert!(tally.counted.quotes > 200);
}

#[tokio::test]
async fn a_brief_on_the_harbour_tells_several_stories_in_the_words_of_several_outlets() {
    let (desk, _) = edition().await;
    let (_, text) = asked(&desk, &["brief", "harbour"]).await.expect("a brief");
    let stories: Vec<&str> = text.split("### ").skip(1).collect();
    assert!(stories.len() >= 2, "{text}");
    let broad = stories.iter().filter(|story| outlets_said(story) >= 3);
    let voices = |story: &&str| {
        let outlets = story.lines().filter(|line| line.starts_with("> "));
        let outlets = outlets.filter_map(|line| line.rsplit_once(" — [")?.1.split("](").next());
        outlets.collect::<BTreeSet<_>>().len()
    };
    assert!(broad.map(voices).max() >= Some(2), "{text}");
}

/// "5 outlets · newest …"; 0 for "Only …".
fn outlets_said(text: &str) -> usize {
    let small = text.lines().find(|line| line.contains(" outlets"));
    let words = small.and_then(|line| line.split(" outlets").next());
    let number = words.and_then(|words| words.rsplit(|c: char| !c.is_ascii_digit()).next());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

#[tokio::test]
async fn an_agencys_text_in_two_outlets_counts_once_and_both_are_named() {
    let (desk, _) = edition().await;
    let link = "https://lindholm-post.example/agency/crane-drivers-ballot";
    let (_, card) = asked(&desk, &["story", link]).await.expect("a card");
    let sources = card.split("**Sources**").nth(1).expect("sources");
    let sources = sources.split("**Related**").next().expect("sources");
    let lines: Vec<&str> = sources
        .lines()
        .filter(|line| line.starts_with("- "))
        .collect();
    let copies = lines.iter().filter(|line| line.contains("same text"));
    assert_eq!(copies.count(), 1, "{card}");
    for path in ["/agency/crane-drivers-ballot", "/agency/avel-crane-drivers"] {
        assert!(sources.contains(path), "{path} is named: {card}");
    }
    let own = lines.iter().filter(|line| !line.contains("same text"));
    let outlets: BTreeSet<&str> = own
        .filter_map(|line| line.strip_prefix("- ")?.split(": ").next())
        .collect();
    assert_eq!(outlets_said(&card), outlets.len(), "{card}");
}

#[tokio::test]
async fn the_program_itself_answers_from_the_edition_in_the_same_words() {
    let lede = Lede::new(&[]);
    let mut tally = Tally::default();
    // The program opens the edition now: the texts are the same, only their dates differ.
    let raw = raw_entries(OPENED);
    for words in [
        ["try", "brief", "harbour", "--length", "deep"].as_slice(),
        &["try", "headlines"],
        &["try", "search", "ferry"],
        &["try", "story", "kayaker"],
    ] {
        let message = lede.message(words).await;
        tally.check(&message_text(&message), &raw);
    }
    tally.counted.print("`lede try` in a shell");
    assert!(tally.counted.quotes >= 8);
}
