//! What can be wrong with an interaction: a token that died, options that are no words, more at once
//! than anybody types, and a right or a role that is gone when a panel is pressed.

use crate::flows::bot::{Bot, chosen, pressed};
use crate::flows::pushes::{busy, subscribes, texts, world};
use crate::world::discord::{Person, Seen};
use crate::world::{World, article};
use lede::clock::HOUR;
use lede::news::Newsroom;
use lede::news::source::{NewsroomSource, Weight};
use sqlx::{Connection, SqliteConnection};
use std::time::{Duration, Instant};

/// Discord's number of the right to manage a server.
const MANAGE_SERVER: u64 = 1 << 5;

async fn sources(bot: &Bot) -> Vec<NewsroomSource> {
    let server = Newsroom::Server(bot.discord.guild());
    let store = &bot.desk.store;
    let room = store.newsroom(server, bot.clock.now()).await;
    let all = store.sources(room.expect("the store answers")).await;
    all.expect("the store answers")
}

async fn holding(bot: &Bot) -> SqliteConnection {
    let url = &bot.desk.settings.database_url;
    let mut other = SqliteConnection::connect(url)
        .await
        .expect("the file opens");
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await;
    begun.expect("nobody writes");
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_token_died_is_tried_once_and_the_next_command_is_answered() {
    let (bot, ..) = world().await;
    let mia = bot.discord.moderator("Mia");
    let which = format!("~{}", sources(&bot).await[0].source.id.0);
    let options = [("which", which.as_str()), ("weight", "less")];
    let mut other = holding(&bot).await;
    let channel = bot.discord.channel();
    let id = bot
        .discord
        .type_slash(mia, channel, "sources edit", &options)
        .await;
    let of_token = || {
        let requests = bot.discord.requests().into_iter();
        let late = requests.filter(|one| one.path.contains("/webhooks/"));
        late.count()
    };
    let callbacks = || {
        let requests = bot.discord.requests().into_iter();
        requests
            .filter(|one| one.path.ends_with("/callback"))
            .count()
    };
    let before = callbacks();
    while callbacks() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let late = of_token();
    bot.discord.expire(id);
    sqlx::query("ROLLBACK")
        .execute(&mut other)
        .await
        .expect("it was begun");
    while of_token() == late {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ann = bot.discord.person("Ann");
    let next = bot.types(ann, "help", &[]).await;
    assert!(next.text().contains("/brief"), "{}", next.text());
    assert_eq!(of_token(), late + 1, "the dead token is asked once");
    let weight = sources(&bot).await[0].weight;
    assert_eq!(weight, Weight::Less, "what was asked for is done");
    let again = bot.types(mia, "sources edit", &options).await;
    assert!(
        again.text().contains("less"),
        "asked again it is told: {}",
        again.text()
    );
    bot.stop().await;
}

/// What people and programs type where words are asked for.
fn nasty() -> Vec<String> {
    let mut all: Vec<String> = [
        "'; DROP TABLE article; --",
        "\" OR 1=1 --",
        "harbour AND OR NOT NEAR(",
        "NEAR(harbour ferry, 5)",
        "title:harbour",
        "harbour*",
        "^harbour",
        "\"unclosed phrase",
        "- - -",
        "-\"",
        "%_%",
        "[a-z]+(.*)\\d{3}$",
        ".*",
        "(((((",
        "\u{202e}harbour\u{202c}",
        "\u{0}\u{1}\u{7}har\u{8}bour",
        "\u{200b}\u{200b}",
        "   \t\n ",
        "مرفأ شمالي",
        "~99999999999999999999",
        "~-1",
        "*",
        "{\"$ne\": 1}",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "@everyone",
    ]
    .map(str::to_owned)
    .into();
    all.push("harbour ".repeat(750));
    all.push("x".repeat(6_000));
    all.push("\"".repeat(6_000));
    all.push("a -b ".repeat(1_200));
    all
}

#[tokio::test]
async fn whatever_is_typed_is_taken_as_words_and_none_of_it_takes_long() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..60 {
        let piece = article(&format!("Harbour report {n} of the northern quay"));
        tern.publishes(piece.text("The harbour opened.").at(world.now() - n * HOUR));
    }
    world.adds("tern.example").await;
    world.minutes(5).await;
    let mut slowest = Duration::ZERO;
    for command in [
        "brief topic",
        "headlines topic",
        "search words",
        "story find",
        "sources list filter",
        "sources edit which",
        "headlines source",
        "follow what",
        "help topic",
        "brief period",
    ] {
        for typed in nasty() {
            let (name, option) = command.rsplit_once(' ').expect("an option");
            let mut words = name.split(' ');
            let mut ask = lede::page::Ask::new(words.next().expect("a command"));
            if let Some(sub) = words.next() {
                ask = ask.subcommand(sub);
            }
            let began = Instant::now();
            // What fails panics here.
            let said = world.asks(ask.value(option, typed.clone())).await;
            let took = began.elapsed();
            let shown: String = typed.chars().take(30).collect();
            assert!(!said.is_empty(), "{command} {shown:?}");
            assert!(
                !said.to_lowercase().contains("syntax"),
                "{command} {shown:?}: {said}"
            );
            slowest = slowest.max(took);
        }
    }
    println!(
        "the slowest of {} answers took {slowest:?}",
        10 * nasty().len()
    );
    // An unoptimised build beside other tests; a scan of everything would take far longer.
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert_eq!(world.titles().await.len(), 60, "nothing was dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_discord_odd_words_get_private_answers_within_the_limits() {
    let (bot, ..) = world().await;
    for (n, typed) in nasty().iter().enumerate() {
        let ann = bot.discord.person("Ann");
        let (name, option) = [("brief", "topic"), ("search", "words"), ("story", "find")][n % 3];
        let seen = bot.types(ann, name, &[(option, typed)]).await;
        assert!(
            seen.private && !seen.text().contains("failed inside"),
            "{typed:?}: {}",
            seen.text()
        );
        let escaped = seen.text().replace("\\@everyone", "");
        assert!(!escaped.contains("@everyone"), "{}", seen.text());
        let (channel, options) = (bot.discord.channel(), [("topic", typed.as_str())]);
        let offered = bot.discord.autocomplete(ann, channel, "brief", &options);
        assert_eq!(offered.await.callback, 8);
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_member_who_spams_holds_up_nobody() {
    let (bot, ..) = world().await;
    let ann = bot.discord.person("Ann");
    let channel = bot.discord.channel();
    let mut sent = Vec::new();
    for _ in 0..100 {
        let id = bot
            .discord
            .type_slash(ann, channel, "brief", &[("topic", "harbour")]);
        sent.push(id.await);
    }
    let mut acknowledged: Vec<u64> = Vec::new();
    for n in 0..20 {
        let other = bot.discord.person(&format!("Reader {n}"));
        let seen = bot.types(other, "headlines", &[]).await;
        acknowledged.push(seen.acknowledged_ms);
    }
    acknowledged.sort_unstable();
    let p95 = acknowledged[18];
    println!("others' p95 {p95} ms beside a hundred commands of one member");
    assert!(p95 <= 1_000, "{acknowledged:?}");
    let requests = bot.discord.requests().into_iter();
    let answers = requests
        .filter(|one| one.path.ends_with("/callback"))
        .count();
    assert!(
        answers < 60,
        "most of a hundred are not even answered: {answers}"
    );
    bot.stop().await;
}

/// The value with this label in the select of an answer.
fn choice(seen: &Seen, label: &str) -> (String, String) {
    let (id, options) = seen.select().unwrap_or_else(|| panic!("{}", seen.text()));
    let value = options.into_iter().find(|(known, _)| known == label);
    (id, value.unwrap_or_else(|| panic!("{label}")).1)
}

fn refused(seen: &Seen) {
    assert!(
        seen.private && seen.text().contains("Only moderators"),
        "{}",
        seen.text()
    );
}

/// A panel of a moderator's, before the press.
async fn panel(bot: &Bot, which: &str) -> (Person, Seen) {
    let mia = bot.discord.moderator("Mia");
    let seen = bot.types(mia, "sources edit", &[("which", which)]).await;
    (mia, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_withdrawn_between_panel_and_press_changes_nothing() {
    let (bot, _, channel) = world().await;
    let first = format!("~{}", sources(&bot).await[0].source.id.0);
    let before = sources(&bot).await;
    // A select.
    let (mia, seen) = panel(&bot, &first).await;
    let (select, muted) = choice(&seen, "Muted");
    bot.discord.withdraw(mia, MANAGE_SERVER);
    refused(
        &bot.discord
            .forge(mia, seen.id, chosen(&select, &muted))
            .await,
    );
    // A button that opens a form, and the form that was open already.
    let (mia, seen) = panel(&bot, &first).await;
    let fill = seen.button("Name and folder").expect("a button");
    let form = bot
        .discord
        .press_label(mia, seen.id, "Name and folder")
        .await;
    bot.discord.withdraw(mia, MANAGE_SERVER);
    refused(&bot.discord.forge(mia, seen.id, pressed(&fill)).await);
    refused(&bot.discord.submit(mia, &form, &[("name", "Stolen")]).await);
    // A question with Confirm, and Undo of what was done.
    let mia = bot.discord.moderator("Mia");
    let seen = bot
        .types(mia, "sources remove", &[("which", first.as_str())])
        .await;
    let undo = seen.button("Undo").expect("it is removed with Undo");
    bot.discord.withdraw(mia, MANAGE_SERVER);
    refused(&bot.discord.forge(mia, seen.id, pressed(&undo)).await);
    assert_eq!(sources(&bot).await.len(), before.len() - 1);
    bot.discord.grant(mia, MANAGE_SERVER);
    bot.discord.forge(mia, seen.id, pressed(&undo)).await;
    // A card of a subscription.
    let mia = bot.discord.moderator("Mia");
    let id = channel.to_string();
    let options = [("what", "harbour"), ("channel", id.as_str())];
    let card = bot.types(mia, "subscriptions add", &options).await;
    let confirm = card.button("Confirm").expect("a button");
    bot.discord.withdraw(mia, MANAGE_SERVER);
    refused(&bot.discord.forge(mia, card.id, pressed(&confirm)).await);
    let after = sources(&bot).await;
    let told = |all: &[NewsroomSource]| -> Vec<(String, Option<String>, Weight)> {
        let told = all
            .iter()
            .map(|one| (one.name.clone(), one.folder.clone(), one.weight));
        told.collect()
    };
    assert_eq!(told(&after), told(&before));
    let mia = bot.discord.moderator("Mia");
    let none = bot.types(mia, "subscriptions list", &[]).await;
    assert!(
        !none.text().to_lowercase().contains("harbour"),
        "{}",
        none.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_no_role_to_be_mentioned() {
    let (bot, feeds, channel) = world().await;
    let mia = bot.discord.moderator("Mia");
    let (id, everyone) = (channel.to_string(), bot.discord.guild().to_string());
    let options = [
        ("what", "harbour"),
        ("channel", id.as_str()),
        ("mention", everyone.as_str()),
    ];
    let no = bot.types(mia, "subscriptions add", &options).await;
    assert!(
        no.private && no.button("Confirm").is_none(),
        "{}",
        no.text()
    );
    assert!(
        no.text().contains("never mentions everyone"),
        "{}",
        no.text()
    );
    subscribes(&bot, "market", channel, &[]).await;
    feeds.set("tern", busy("tern", bot.clock.now()));
    assert_eq!(texts(&bot, channel), Vec::<String>::new());
    assert_eq!(bot.discord.pings(), []);
    bot.stop().await;
}
