//! Subscriptions from the command to the message in the channel: what is pushed, once, and what is
//! not.

use crate::flows::bot::Bot;
use crate::flows::still;
use crate::world::discord::people::text_of;
use crate::world::discord::{Fault, Person};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use lede::clock::{Clock, HOUR, MINUTE, Millis};
use lede::news::Newsroom;
use lede::news::push::Reason;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Feeds that are changed while they are served.
#[derive(Clone, Default)]
pub struct Feeds(Arc<Mutex<HashMap<String, String>>>);

impl Feeds {
    pub async fn serve(&self) -> String {
        async fn feed(State(feeds): State<Feeds>, Path(name): Path<String>) -> impl IntoResponse {
            let all = feeds.0.lock().expect("no panic");
            let text = all.get(&name).cloned().unwrap_or_default();
            ([(CONTENT_TYPE, "application/rss+xml")], text)
        }
        let router = Router::new()
            .route("/{name}", get(feed))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    pub fn set(&self, name: &str, text: impl Into<String>) {
        let mut all = self.0.lock().expect("no panic");
        all.insert(name.to_owned(), text.into());
    }
}

/// An RSS feed of items (title, text, path), all published at `at`.
pub fn rss(outlet: &str, items: &[(&str, &str, &str)], at: Millis) -> String {
    let items = items.iter().map(|(title, text, path)| {
        format!(
            "<item><title>{title}</title><link>https://{outlet}.example/{path}</link>\
             <guid>{outlet}-{path}</guid><description>{text}</description><pubDate>{}</pubDate></item>",
            still::rfc2822(at)
        )
    });
    let items: String = items.collect();
    format!(
        "<rss version=\"2.0\"><channel><title>{outlet}</title><link>https://{outlet}.example/</link>\
         <description>News</description><language>en</language>{items}</channel></rss>"
    )
}

/// `/subscriptions add` for a channel, and Confirm, by a new moderator.
pub async fn subscribes(bot: &Bot, what: &str, channel: u64, more: &[(&str, &str)]) {
    let mia = bot.discord.moderator("Mia");
    let id = channel.to_string();
    let mut options = vec![("what", what), ("channel", id.as_str())];
    options.extend(more);
    let card = bot.types(mia, "subscriptions add", &options).await;
    assert!(
        card.buttons().contains(&"Confirm".to_owned()),
        "{}",
        card.text()
    );
    let done = bot.discord.press_label(mia, card.id, "Confirm").await;
    assert!(
        done.text().to_lowercase().contains("next"),
        "{}",
        done.text()
    );
}

pub fn texts(bot: &Bot, channel: u64) -> Vec<String> {
    bot.discord
        .messages(channel, None)
        .iter()
        .map(text_of)
        .collect()
}

pub async fn hours(bot: &Bot, hours: i64) {
    for _ in 0..hours * 6 {
        bot.waits(10 * MINUTE).await;
    }
}

pub const MOLE: &str = "The harbour master of Avel closed the outer mole at noon after waves had passed over the light. \
    Two ferries turned back and wait in Lindholm for the wind to drop.";
pub const MOLE_TOO: &str = "Avel's outer mole has been closed since noon, the harbour master said, as waves passed over its light. \
    The ferries to Sorland wait in Lindholm until the wind drops.";

/// A feed of an outlet that publishes every twenty minutes, so that it is read often.
pub fn busy(outlet: &str, at: Millis) -> String {
    let items: String = (1..=36).map(|n| {
        let date = still::rfc2822(at - n * 20 * MINUTE);
        format!(
            "<item><title>Market report {n} of {outlet}</title><link>https://{outlet}.example/m{n}</link>\
             <guid>{outlet}-m{n}</guid><description>Apples cost {n} crowns.</description><pubDate>{date}</pubDate></item>"
        )
    }).collect();
    rss(outlet, &[], at).replace("</channel>", &format!("{items}</channel>"))
}

pub async fn world() -> (Bot, Feeds, u64) {
    let clock = Clock::manual(crate::world::MORNING);
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    let at = clock.now();
    for outlet in ["tern", "wren"] {
        feeds.set(outlet, busy(outlet, at));
    }
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    for outlet in ["tern", "wren"] {
        bot.adds(&format!("http://{site}/{outlet}")).await;
    }
    let guild = bot.discord.guild();
    let channel = bot.discord.add_channel(guild, "news", 0);
    bot.waits(MINUTE).await;
    (bot, feeds, channel)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_pushed_once_and_changed_when_another_outlet_joins() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    hours(&bot, 1).await;
    assert_eq!(
        texts(&bot, channel),
        Vec::<String>::new(),
        "nothing old is sent"
    );
    let at = bot.clock.now();
    feeds.set(
        "tern",
        rss(
            "tern",
            &[("Storm closes the outer mole of Avel harbour", MOLE, "1")],
            at,
        ),
    );
    hours(&bot, 1).await;
    let first = texts(&bot, channel);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(
        first[0].contains("Storm closes the outer mole"),
        "{}",
        first[0]
    );
    // A second wish of the same channel that the story meets.
    subscribes(&bot, "mole", channel, &[]).await;
    let at = bot.clock.now();
    feeds.set(
        "wren",
        rss(
            "wren",
            &[("Outer mole of Avel harbour closed by storm", MOLE_TOO, "1")],
            at,
        ),
    );
    for _ in 0..6 {
        bot.waits(MINUTE).await;
    }
    hours(&bot, 1).await;
    let both = texts(&bot, channel);
    let pushed = both
        .iter()
        .filter(|text| text.contains("outer mole") && !text.contains("New on"));
    assert_eq!(pushed.count(), 1, "one story, one message: {both:#?}");
    assert!(bot.discord.doubled().is_empty());
    // Why? and All sources answer whoever presses.
    let ann = bot.discord.person("Ann");
    let message = bot.discord.messages(channel, None)[0]["id"].clone();
    let message: u64 = message
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    let why = bot.discord.press_label(ann, message, "Why?").await;
    assert!(
        why.private && why.text().contains("harbour"),
        "{}",
        why.text()
    );
    let sources = bot.discord.press_label(ann, message, "Sources").await;
    assert!(sources.text().contains("mole"), "{}", sources.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_comes_in_the_morning_and_an_empty_day_is_silent() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "everything", channel, &[]).await;
    let at = bot.clock.now() + HOUR;
    feeds.set(
        "tern",
        rss(
            "tern",
            &[("Storm closes the outer mole of Avel harbour", MOLE, "1")],
            at,
        ),
    );
    hours(&bot, 24).await;
    let after = texts(&bot, channel);
    assert_eq!(after.len(), 1, "{after:#?}");
    assert!(after[0].contains("daily digest"), "{}", after[0]);
    hours(&bot, 24).await;
    assert_eq!(texts(&bot, channel).len(), 1, "nothing new, nothing said");
    bot.stop().await;
}

/// A digest whose looks Discord refuses comes in plain words: it was claimed and so told, which must
/// not empty the second drawing.
#[tokio::test(flavor = "multi_thread")]
async fn a_digest_whose_looks_are_refused_comes_in_plain_words() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "everything", channel, &[]).await;
    let at = bot.clock.now() + HOUR;
    let mole = [("Storm closes the outer mole of Avel harbour", MOLE, "1")];
    feeds.set("tern", rss("tern", &mole, at));
    hours(&bot, 12).await;
    let route = format!("POST /channels/{channel}/messages");
    bot.discord
        .fault(Fault::on(&route).code(400, 50_035, "Invalid Form Body"));
    hours(&bot, 12).await;
    let all = bot.discord.messages(channel, None);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["embeds"].as_array().map(Vec::len), Some(0));
    let text = text_of(&all[0]);
    assert!(
        text.contains("daily digest") && text.contains("Storm closes"),
        "{text}"
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_topic_leaves_out_is_decided_so_until_a_report_without_it_comes() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "mole -ferries", channel, &[]).await;
    let mole = [("Storm closes the outer mole of Avel harbour", MOLE, "1")];
    feeds.set("tern", rss("tern", &mole, bot.clock.now()));
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, channel), Vec::<String>::new());
    let (store, now) = (&bot.desk.store, bot.clock.now());
    let room = Newsroom::Server(bot.discord.guild());
    let room = store.newsroom(room, now).await.expect("it is there");
    let found = store.by_link(room, "https://tern.example/1").await;
    let story = found.expect("read").and_then(|one| one.story);
    let decided = store
        .known_of(&[story.expect("placed")], &[])
        .await
        .expect("read");
    let reasons: Vec<&Reason> = decided.iter().map(|one| &one.reason).collect();
    assert_eq!(reasons, [&Reason::Excluded("ferries".to_owned())]);
    let text = "The outer mole of Avel harbour was closed by the harbour master at noon, as waves passed over its light.";
    let same = [("Outer mole of Avel harbour closed by storm", text, "2")];
    feeds.set("wren", rss("wren", &same, bot.clock.now()));
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, channel).len(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_refuses_pauses_and_is_told_of_once() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    bot.discord
        .take_rights(channel, crate::world::discord::places::SEND);
    let at = bot.clock.now();
    feeds.set(
        "tern",
        rss(
            "tern",
            &[("Storm closes the outer mole of Avel harbour", MOLE, "1")],
            at,
        ),
    );
    hours(&bot, 2).await;
    assert_eq!(texts(&bot, channel).len(), 0);
    let mia: Person = bot.discord.moderator("Mia");
    let list = bot.types(mia, "subscriptions list", &[]).await;
    assert!(
        list.text().contains("write") || list.text().contains("right"),
        "{}",
        list.text()
    );
    bot.stop().await;
}

/// The four real feeds, as a reader expects them to be pushed.
#[tokio::test(flavor = "multi_thread")]
async fn the_sunday_s_stories_are_pushed_once_each() {
    let Some(real) = crate::flows::seed::feeds() else {
        return;
    };
    let clock = Clock::manual(crate::flows::seed::AS_OF_MS - 2 * HOUR);
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    for (name, text) in &real {
        // The feed before its article came.
        let (head, _) = text.split_once("<item>").expect("there is an item");
        let (_, tail) = text.rsplit_once("</item>").expect("it is closed");
        feeds.set(name, format!("{head}{tail}"));
    }
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    for (name, _) in &real {
        bot.adds(&format!("http://{site}/{name}")).await;
    }
    let channel = bot.discord.add_channel(bot.discord.guild(), "ukraine", 0);
    subscribes(&bot, "ukraine", channel, &[]).await;
    subscribes(&bot, "russia", channel, &[]).await;
    for (name, text) in &real {
        feeds.set(name, text.clone());
    }
    hours(&bot, 4).await;
    let pushed = texts(&bot, channel);
    let of = |host: &str| pushed.iter().filter(|text| text.contains(host)).count();
    println!(
        "pushed to the channel: {} messages; bbc {}, cnn {}, bloomberg {}, yahoo {}",
        pushed.len(),
        of("bbc.example"),
        of("cnn.example"),
        of("bloomberg.example"),
        of("yahoo.example")
    );
    assert_eq!(
        (of("bbc.example"), of("cnn.example")),
        (1, 1),
        "{pushed:#?}"
    );
    assert_eq!(
        (of("bloomberg.example"), of("yahoo.example")),
        (0, 0),
        "{pushed:#?}"
    );
    assert_eq!(pushed.len(), 2);
    // Added after the first read, a subscription pushes nothing old.
    let late = bot.discord.add_channel(bot.discord.guild(), "late", 0);
    subscribes(&bot, "ukraine", late, &[]).await;
    hours(&bot, 4).await;
    assert_eq!(texts(&bot, late), Vec::<String>::new());
    bot.stop().await;
}

/// A forum whose post was made without an answer, and the channel for notices.
async fn unanswered(fault: Fault) -> (Bot, u64, u64) {
    let (bot, feeds, _) = world().await;
    let guild = bot.discord.guild();
    let (forum, _) = bot.discord.add_forum(guild, "stories", &[]);
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let store = &bot.desk.store;
    let room = store.newsroom(Newsroom::Server(guild), bot.clock.now());
    let room = room.await.expect("the store answers");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    subscribes(&bot, "harbour", forum, &[]).await;
    let asked = || {
        let requests = bot.discord.requests();
        let all = requests.iter();
        let posts = all.filter(|one| one.method == "POST" && one.path.ends_with("/threads"));
        posts.count()
    };
    bot.discord.fault(fault);
    crate::flows::direct::breaks(&bot, &feeds);
    while asked() == 0 {
        bot.waits(10 * MINUTE).await;
    }
    (bot, forum, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_a_moderator_deleted_before_the_look_does_not_come_back() {
    let (bot, forum, desk) = unanswered(Fault::on("/threads").lost()).await;
    let (thread, name) = bot.discord.threads(forum)[0].clone();
    bot.discord.delete_channel(thread);
    hours(&bot, 3).await;
    assert_eq!(bot.discord.threads(forum), []);
    let told = texts(&bot, desk);
    let told: Vec<&String> = told.iter().filter(|one| one.contains("deleted")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains(&name), "{}", told[0]);
    insta::assert_snapshot!(told[0], @r"
    **Lede does not post “Storm closes the outer mole of Avel harbour” in #stories again.**
    It heard no answer to its try, and a post of that moment was deleted there before it could look.
    ");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_one_after_which_somebody_made_another_post() {
    let (bot, forum, desk) = unanswered(Fault::on("/threads").lost()).await;
    let (thread, name) = bot.discord.threads(forum)[0].clone();
    bot.discord.delete_channel(thread);
    bot.discord.add_thread(forum, "What is this forum for?");
    // What the gateway told before is heard before this is answered.
    let ann = bot.discord.person("Ann");
    bot.types(ann, "help", &[]).await;
    hours(&bot, 3).await;
    let left = bot.discord.threads(forum);
    assert!(left.iter().all(|(_, of)| *of != name), "{left:#?}");
    let told = texts(&bot, desk);
    let told: Vec<&String> = told.iter().filter(|one| one.contains("deleted")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_surely_does_not_stand_is_made_anew() {
    let (bot, forum, desk) = unanswered(Fault::on("/threads").status(503, "")).await;
    assert_eq!(bot.discord.threads(forum), []);
    bot.waits(30_000).await;
    assert_eq!(bot.discord.threads(forum).len(), 1);
    hours(&bot, 3).await;
    assert_eq!(bot.discord.threads(forum).len(), 1);
    let told = texts(&bot, desk);
    assert!(!told.iter().any(|one| one.contains("deleted")), "{told:#?}");
    bot.stop().await;
}
