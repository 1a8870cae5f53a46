//! Buttons and selects live for a week, through restarts of the bot and its store; after that they
//! offer Refresh.

use crate::flows::bot::{Bot, chosen, pressed};
use crate::world::discord::{Person, Seen};
use crate::world::{Fault, MORNING, Outlet, article};
use lede::clock::{Clock, DAY, HOUR, MINUTE};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Enough for a second page of everything.
const ARTICLES: usize = 24;

/// Invented news about the harbour, each article an event of its own.
fn news(outlet: &Outlet) {
    let things = [
        "lantern",
        "orchard",
        "piano",
        "glacier",
        "beehive",
        "turbine",
        "violin",
        "bakery",
        "comet",
        "library",
        "walrus",
        "vineyard",
        "submarine",
        "carousel",
        "telescope",
        "quarry",
        "theatre",
        "windmill",
        "aquarium",
        "monastery",
        "velodrome",
        "tannery",
        "foundry",
        "zeppelin",
    ];
    for (n, thing) in things.iter().enumerate().take(ARTICLES) {
        let title = format!("Harbour of Tarn gives room to the {thing} of street {n}");
        let text = format!(
            "The {thing} moves to the harbour of Tarn in week {n}, its owner {thing}ius Orren said. \
             A crew of {} carries every part of the {thing} along street {n} by hand. \
             Whoever wants to see the {thing} before that pays {} crowns at the {thing} gate.",
            n + 3,
            n * 7 + 2
        );
        let at = MORNING - (n as i64 + 1) * 30 * MINUTE;
        outlet.publishes(article(&title).text(&text).at(at));
    }
}

/// The bot with one source, and another outlet that is no source yet.
async fn served() -> (Bot, Outlet) {
    let clock = Clock::manual(MORNING);
    let outlet = Outlet::alone(clock.clone()).await;
    news(&outlet);
    let other = Outlet::alone(clock.clone()).await;
    other.publishes(article("The weir of Orren is mended").at(MORNING - HOUR));
    let bot = Bot::start(clock, &[outlet.authority(), other.authority()]).await;
    bot.adds(&outlet.feed()).await;
    bot.waits(MINUTE).await;
    (bot, other)
}

/// An answer, by whom it was asked for.
struct Kept {
    command: &'static str,
    person: Person,
    seen: Seen,
}

/// One answer of each kind, each asked for by a moderator of its own.
async fn answers(bot: &Bot, other: &str) -> Vec<Kept> {
    let asked: [(&str, &[(&str, &str)]); 7] = [
        ("brief", &[("topic", "harbour")]),
        ("brief", &[("topic", "Top stories"), ("length", "deep")]),
        ("headlines", &[]),
        ("search", &[("words", "harbour")]),
        ("story", &[("find", "walrus")]),
        ("sources add", &[("link", other)]),
        ("sources list", &[]),
    ];
    let mut kept = Vec::new();
    for (command, options) in asked {
        let person = bot.discord.moderator(command);
        let seen = bot.types(person, command, options).await;
        assert!(seen.private, "{}", seen.text());
        kept.push(Kept {
            command,
            person,
            seen,
        });
    }
    kept
}

/// Presses every button and chooses from every select, on each answer as it was first drawn, by
/// somebody else each time. Gives what came of it: command, label, answer.
async fn all_pressed(bot: &Bot, answers: &[Kept]) -> Vec<(&'static str, String, Seen)> {
    let mut all = Vec::new();
    for kept in answers {
        for label in kept.seen.buttons() {
            let id = kept.seen.button(&label).expect("it has an id");
            let again = bot.discord.moderator("Somebody");
            let seen = bot.discord.forge(again, kept.seen.id, pressed(&id)).await;
            all.push((kept.command, label, seen));
        }
        if let Some((id, options)) = kept.seen.select() {
            let value = &options.last().expect("something to choose").1;
            let data = chosen(&id, value);
            let seen = bot.discord.forge(kept.person, kept.seen.id, data).await;
            let label = match kept.command {
                "sources list" => "Open a source",
                _ => "Open a story",
            };
            all.push((kept.command, label.to_owned(), seen));
        }
    }
    all
}

fn assert_works(command: &str, label: &str, seen: &Seen) {
    let text = seen.text();
    let bad = ["does not know this button", "have expired", "failed inside"];
    let why = format!("/{command} [{label}]: {text}");
    assert!(!bad.iter().any(|words| text.contains(words)), "{why}");
    match label {
        "Open a story" => assert!(text.contains("**Sources**"), "{why}"),
        "Open a source" => assert!(text.contains("**Weight**"), "{why}"),
        "Wrong?" => assert!(text.contains("Moderators are told"), "{why}"),
        "Show here" => {}
        "Confirm" => assert!(text.contains("is a source now"), "{why}"),
        "Next" => assert_eq!(seen.callback, 7, "{why}"),
        "3 days" | "7 days" | "30 days" => {
            assert!(text.contains(&format!("last {label}")), "{why}");
        }
        _ => panic!("an unexpected button: {why}"),
    }
}

/// What Refresh gives is an answer of the command that the button was for, not a refusal. After
/// eight days the news of the first morning is too old for a day's briefing, which says so.
fn assert_refreshed(command: &str, label: &str, text: &str) {
    let wanted: &[&str] = match (command, label) {
        (_, "Open a story") => &["**Sources**"],
        (_, "Open a source") => &["**Weight**"],
        ("sources add", _) => &["is a source here already"],
        ("sources list", _) => &["sources"],
        ("brief", _) => &["Harbour", "harbour", "Top stories", "No news"],
        ("headlines", _) => &["Headlines", "Top stories", "No news"],
        ("search", _) => &["Harbour", "harbour"],
        ("story", "Wrong?") => &["What is wrong?"],
        ("story", _) => &["walrus"],
        _ => panic!("an unexpected command: {command}"),
    };
    let why = format!("/{command} [{label}] [Refresh]: {text}");
    assert!(wanted.iter().any(|words| text.contains(words)), "{why}");
    let bad = ["is missing", "failed inside", "Only moderators"];
    assert!(!bad.iter().any(|words| text.contains(words)), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_work_after_a_restart_for_a_week_and_then_offer_refresh() {
    let (mut bot, other) = served().await;
    let first = answers(&bot, &other.feed()).await;
    bot.waits(6 * DAY + 23 * HOUR).await;
    bot.restarts().await;
    let channel = bot.discord.channel();
    let all = all_pressed(&bot, &first).await;
    let labels: Vec<&str> = all.iter().map(|(_, label, _)| label.as_str()).collect();
    for wanted in ["Open a story", "Next", "Show here", "Confirm"] {
        assert!(labels.contains(&wanted), "{labels:?}");
    }
    assert!(
        labels.iter().any(|label| label.ends_with(" days")),
        "{labels:?}"
    );
    for (command, label, seen) in &all {
        assert_works(command, label, seen);
    }
    let shown = labels.iter().filter(|label| **label == "Show here").count();
    let public = bot.discord.until_messages(channel, shown).await;
    assert_eq!(public.len(), shown, "each was shown to all once");

    bot.waits(DAY + HOUR).await;
    bot.restarts().await;
    let mut refreshed = 0;
    for (command, label, seen) in all_pressed(&bot, &first).await {
        let text = seen.text();
        assert!(seen.private, "/{command} [{label}]: {text}");
        assert!(text.contains("expired"), "/{command} [{label}]: {text}");
        assert_eq!(seen.buttons(), ["Refresh"]);
        let id = seen.button("Refresh").expect("it has an id");
        let again = bot.discord.moderator("Somebody");
        let fresh = bot.discord.forge(again, seen.id, pressed(&id)).await;
        let text = fresh.text();
        assert!(
            fresh.private && !text.contains("expired") && !text.contains("does not know"),
            "/{command} [{label}] [Refresh]: {text}"
        );
        assert_refreshed(command, &label, &text);
        refreshed += 1;
    }
    println!(
        "{} presses after a restart and a week less an hour; {refreshed} refreshed after eight days",
        all.len()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_another_server_is_refused() {
    let (bot, _) = served().await;
    let ann = bot.discord.person("Ann");
    let seen = bot.types(ann, "brief", &[("topic", "harbour")]).await;
    let other = bot.discord.add_guild("Port Orren");
    let channel = bot.discord.add_channel(other, "news", 0);
    let bob = bot.discord.person("Bob");
    let own = bot.discord.slash(bob, channel, "help", &[]).await;
    let (select, options) = seen.select().expect("a select");
    let mut forged: Vec<_> = seen
        .buttons()
        .iter()
        .map(|label| pressed(&seen.button(label).expect("it has an id")))
        .collect();
    forged.push(chosen(&select, &options[0].1));
    assert!(forged.len() >= 3, "{:?}", seen.buttons());
    for data in forged {
        let refused = bot.discord.forge(bob, own.id, data).await;
        let text = refused.text();
        assert!(refused.private && text.contains("another server"), "{text}");
        assert!(!text.contains("Tarn"), "nothing of it is told: {text}");
    }
    assert!(bot.discord.messages(channel, None).is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn confirm_of_a_source_adds_it_once_and_undo_brings_it_back() {
    let (bot, _) = served().await;
    let mia = bot.discord.moderator("Mia");
    let list = bot.types(mia, "sources list", &[]).await;
    assert!(list.text().contains("## 1 source"), "{}", list.text());
    let which = bot.desk.store.newsroom(
        lede::news::Newsroom::Server(bot.discord.guild()),
        bot.desk.now(),
    );
    let room = which.await.expect("a newsroom");
    let source = bot
        .desk
        .store
        .sources(room)
        .await
        .expect("sources")
        .remove(0);
    let which = [("which", source.name.as_str())];
    let removed = bot.types(mia, "sources remove", &which).await;
    assert_eq!(removed.buttons(), ["Undo"], "{}", removed.text());
    let id = removed.button("Undo").expect("it has an id");
    let ann = bot.discord.moderator("Ann");
    let once = bot.discord.forge(ann, removed.id, pressed(&id)).await;
    assert!(once.text().contains("a source again"), "{}", once.text());
    let twice = bot.discord.forge(ann, removed.id, pressed(&id)).await;
    assert!(
        twice.text().contains("confirmed before"),
        "{}",
        twice.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirm_that_failed_can_be_pressed_again_and_acts_once() {
    let (bot, other) = served().await;
    let mia = bot.discord.moderator("Mia");
    let report = bot
        .types(mia, "sources add", &[("link", &other.feed())])
        .await;
    let id = report.button("Confirm").expect("it has an id");
    let press = async |name: &str| {
        let person = bot.discord.moderator(name);
        bot.discord.forge(person, report.id, pressed(&id)).await
    };
    other.answers(Fault::Status(500));
    let failed = press("Ann").await;
    assert!(
        failed.text().contains("cannot be read"),
        "{}",
        failed.text()
    );

    let held = Arc::new(Semaphore::new(0));
    other.answers(Fault::Held(Arc::clone(&held)));
    let before = other.requests().len();
    let (one, two) = tokio::join!(press("Bob"), async {
        while other.requests().len() == before {
            tokio::task::yield_now().await;
        }
        let two = press("Cid").await;
        other.recovers();
        held.add_permits(1);
        two
    });
    assert!(one.text().contains("is a source now"), "{}", one.text());
    assert!(two.text().contains("being done"), "{}", two.text());
    let late = press("Dan").await;
    assert!(late.text().contains("confirmed before"), "{}", late.text());
    bot.stop().await;
}
