//! A source that stays down is told once, and once when it is back; one that comes and goes is not.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, busy, hours, texts, world as bot_world};
use crate::world::discord::people::text_of;
use crate::world::{Fault, MORNING, Outlet, World, article};
use lede::clock::HOUR;
use lede::news::Newsroom;

/// Six sources, so that a failure of one is not the host's; three of them report the same.
async fn world() -> (World, Vec<Outlet>) {
    let world = World::new().await;
    let names = ["tern", "wren", "heron", "curlew", "dipper", "plover"];
    let outlets: Vec<Outlet> = names
        .iter()
        .map(|name| world.outlet(&format!("{name}.example")))
        .collect();
    for (name, outlet) in names.iter().zip(&outlets).take(3) {
        for (title, text) in [
            (
                "Harbour of Avel opens its new mole",
                "The harbour of Avel opened its new mole on Tuesday after nine years of work.",
            ),
            (
                "Ferry to Orren runs aground off Sund",
                "The night ferry to Orren ran aground off Sund with ninety people on board.",
            ),
        ] {
            outlet.publishes(
                article(title)
                    .text(&format!("{text} {name}."))
                    .at(MORNING - HOUR),
            );
        }
    }
    for name in names {
        world.adds(&format!("{name}.example")).await;
    }
    world.minutes(30).await;
    (world, outlets)
}

/// What waits to be told to the moderators, and is told by that.
async fn told(world: &World) -> Vec<String> {
    let room = world.newsroom().await;
    let store = world.store();
    let open = store.notices(room, 50).await.expect("the store answers");
    let ids: Vec<i64> = open.iter().map(|notice| notice.id).collect();
    store
        .notices_told(&ids, world.now())
        .await
        .expect("the store answers");
    open.into_iter().map(|notice| notice.text).collect()
}

#[tokio::test]
async fn a_source_that_stays_down_is_told_once_and_once_when_it_is_back() {
    let (world, outlets) = world().await;
    let wren = &outlets[1];
    wren.answers(Fault::Status(403));
    world.hours(23).await;
    assert_eq!(
        told(&world).await,
        Vec::<String>::new(),
        "not for a day yet"
    );
    world.hours(13).await;
    let first = told(&world).await;
    assert_eq!(first.len(), 1, "{first:#?}");
    insta::assert_snapshot!(first[0], @"The Wren cannot be read for 31 hours: blocked by the site (403). Two sources cover the same topics. Ask the site to allow feed readers, or choose another source. You are told once, and once more when it is back.");
    world.hours(5 * 24).await;
    assert_eq!(told(&world).await, Vec::<String>::new(), "it is told once");
    insta::assert_snapshot!(world.types("/sources list trouble").await, @r"
    ## 1 of 6 sources with trouble
    -# 1 with trouble
    - **The Wren**: blocked by the site (403), since 6 d ago; two sources cover the same topics; next try now
    [Open a source v] The Wren
    [Show v] All | With trouble
    ");
    insta::assert_snapshot!(world.types("/sources edit wren").await, @r"
    ## The Wren
    - **Weight**: normal, as others
    - **Folder**: none
    - **Health**: blocked by the site (403), since 6 d ago; two sources cover the same topics; next try now
    - **What to do**: Ask the site to allow feed readers, or choose another source.
    - **Covers the same topics**: The Tern and The Heron
    -# every 2 h · http://wren.example/feed
    [Weight v] More | Normal | Less | Counted | Muted
    [Name and folder] [Test] [Remove] [All sources]
    ");
    wren.recovers();
    world.hours(26).await;
    assert_eq!(told(&world).await, ["The Wren can be read again."]);
    world.hours(48).await;
    assert_eq!(told(&world).await, Vec::<String>::new());
    assert!(world.types("/sources list").await.contains("all fine"));
}

#[tokio::test]
async fn one_that_comes_and_goes_is_not_told() {
    let (world, outlets) = world().await;
    for _ in 0..12 {
        outlets[1].answers(Fault::Status(500));
        world.hours(9).await;
        outlets[1].recovers();
        world.hours(7).await;
    }
    assert_eq!(told(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn those_that_are_gone_for_good_are_told_after_a_day_each_once() {
    let (world, outlets) = world().await;
    for outlet in &outlets[..3] {
        outlet.answers(Fault::Status(410));
    }
    world.hours(20).await;
    assert_eq!(told(&world).await, Vec::<String>::new());
    world.hours(30).await;
    let all = told(&world).await.join(" ");
    for name in ["The Tern", "The Wren", "The Heron"] {
        assert_eq!(all.matches(name).count(), 1, "{all}");
    }
}

#[tokio::test]
async fn where_nothing_answers_no_source_is_blamed() {
    let (world, outlets) = world().await;
    for outlet in &outlets {
        outlet.answers(Fault::Status(500));
    }
    world.hours(72).await;
    assert_eq!(told(&world).await, Vec::<String>::new());
    for outlet in &outlets[1..] {
        outlet.recovers();
    }
    world.hours(30).await;
    let all = told(&world).await;
    assert_eq!(all.len(), 1, "only the one that goes on failing: {all:#?}");
    assert!(
        all[0].starts_with("The Tern cannot be read for"),
        "{}",
        all[0]
    );
}

#[tokio::test]
async fn what_is_no_alarm_comes_in_one_line_a_day() {
    let (world, outlets) = world().await;
    for day in 0..10 {
        for (at, outlet) in outlets.iter().enumerate() {
            let title = format!("Report {day} of post {at} from the northern quay");
            outlet.publishes(article(&title).link(&format!("{day}")));
        }
        world.hours(24).await;
    }
    assert_eq!(told(&world).await, Vec::<String>::new());
    outlets[5].answers(Fault::Status(404));
    for day in 10..36 {
        for outlet in &outlets[2..] {
            let title = format!("Report {day} from the southern quay of Sund");
            outlet.publishes(article(&title).link(&format!("{day}")));
        }
        world.hours(24).await;
    }
    let all = told(&world).await;
    let daily: Vec<&String> = all
        .iter()
        .filter(|one| one.starts_with("Your sources:"))
        .collect();
    let text = all.join("\n");
    assert!(daily.len() <= 2, "{text}");
    assert!(text.contains("brought nothing new for two weeks"), "{text}");
    assert!(
        text.contains("The Plover cannot be read for two weeks and seems dead"),
        "{text}"
    );
    outlets[0].publishes(article("The Tern writes again of Avel").link("again"));
    world.hours(25).await;
    let again = told(&world).await;
    assert_eq!(
        again,
        ["Your sources: The Tern publishes again. See /sources list."]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_channel_for_notices_it_stands_with_what_can_be_done() {
    let (bot, feeds, _) = bot_world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let server = Newsroom::Server(guild);
    let store = &bot.desk.store;
    let room = store.newsroom(server, bot.clock.now()).await;
    let room = room.expect("the store answers");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    feeds.set("tern", "");
    hours(&bot, 23).await;
    // The channel is told of changes too.
    let down = || -> Vec<String> {
        let mut all = texts(&bot, desk);
        all.retain(|text| text.contains("cannot be read for"));
        all
    };
    assert_eq!(down(), Vec::<String>::new());
    hours(&bot, 12).await;
    let told = down();
    assert_eq!(told.len(), 1, "{told:#?}");
    let begins = told[0].starts_with("**tern cannot be read for");
    assert!(
        begins && told[0].contains("the answer is empty"),
        "{told:#?}"
    );
    let (mia, ann) = (bot.discord.moderator("Mia"), bot.discord.person("Ann"));
    let mut messages = bot.discord.messages(desk, None).into_iter();
    let message = messages.find(|one| text_of(one).contains("cannot be read for"));
    let message = message.expect("it is there");
    let id = |of: &serde_json::Value| of.as_str().and_then(|id| id.parse::<u64>().ok());
    let at = id(&message["id"]).expect("an id");
    let no = bot.discord.press_label(ann, at, "Remove").await;
    assert!(no.text().contains("Only moderators"), "{}", no.text());
    let test = bot.discord.press_label(mia, at, "Test now").await;
    assert!(
        test.private && test.text().contains("cannot be read just now"),
        "{}",
        test.text()
    );
    let removed = bot.discord.press_label(mia, at, "Remove").await;
    assert!(
        removed.text().contains("is no source any more"),
        "{}",
        removed.text()
    );
    let left = store.sources(room).await.expect("the store answers");
    assert_eq!(left.len(), 1);
    hours(&bot, 12).await;
    assert_eq!(down().len(), 1, "nothing more is told of it");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_a_list_of_their_own_is_told_above_their_next_private_answer_once() {
    let (bot, feeds, _) = bot_world().await;
    let ann = bot.discord.person("Ann");
    let direct = bot.discord.direct(ann);
    let guild = bot.discord.guild();
    let store = &bot.desk.store;
    let server = store.newsroom(Newsroom::Server(guild), bot.clock.now());
    let server = server.await.expect("the store answers");
    let all = store.sources(server).await.expect("the store answers");
    for source in &all {
        let link = [("link", source.source.url.as_str())];
        let card = bot.discord.slash(ann, direct, "sources add", &link).await;
        bot.discord.press_label(ann, card.id, "Confirm").await;
    }
    feeds.set("tern", "");
    hours(&bot, 23).await;
    let early = bot.discord.slash(ann, direct, "help", &[]).await;
    assert!(!early.text().contains("For you:"), "{}", early.text());
    hours(&bot, 12).await;
    assert!(
        !texts(&bot, direct)
            .iter()
            .any(|text| text.contains("cannot be read")),
        "no message that nobody asked for"
    );
    let bob = bot.discord.person("Bob");
    let other = bot.types(bob, "help", &[]).await;
    assert!(!other.text().contains("cannot be read"), "{}", other.text());
    let told = bot.discord.slash(ann, direct, "help", &[]).await;
    let text = told.text();
    assert!(
        text.starts_with("**For you:** tern cannot be read for"),
        "{text}"
    );
    assert_eq!(told.buttons()[..2], ["Test now", "Remove"]);
    let again = bot.discord.slash(ann, direct, "help", &[]).await;
    assert!(!again.text().contains("For you:"), "{}", again.text());
    let removed = bot.discord.press_label(ann, told.id, "Remove").await;
    let text = removed.text();
    assert!(text.contains("is no source any more"), "{text}");
    let own = store.newsroom(Newsroom::Person(ann), bot.clock.now());
    let own = own.await.expect("the store answers");
    assert_eq!(store.sources(own).await.expect("it answers").len(), 1);
    assert_eq!(store.sources(server).await.expect("it answers").len(), 2);
    hours(&bot, 12).await;
    let last = bot.discord.slash(ann, direct, "help", &[]).await;
    assert!(!last.text().contains("For you:"), "{}", last.text());
    bot.stop().await;
}

/// The message of a channel with these words: its id, the labels of its buttons, its text.
fn standing(bot: &Bot, channel: u64, words: &str) -> (u64, Vec<String>, String) {
    let mut all = bot.discord.messages(channel, None).into_iter();
    let message = all.find(|one| text_of(one).contains(words));
    let message = message.unwrap_or_else(|| panic!("{:#?}", texts(bot, channel)));
    let rows = message["components"].as_array().cloned();
    let buttons = rows.into_iter().flatten().flat_map(|row| {
        let buttons = row["components"].as_array().cloned();
        buttons.unwrap_or_default()
    });
    let label = |one: serde_json::Value| one["label"].as_str().unwrap_or_default().to_owned();
    let id = message["id"].as_str().and_then(|id| id.parse().ok());
    let labels = buttons.map(label).collect();
    (id.expect("an id"), labels, text_of(&message))
}

/// A channel for notices, and the tern, which is empty from then on and was told there.
async fn down_in_channel() -> (Bot, Feeds, u64) {
    let (bot, feeds, _) = bot_world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let store = &bot.desk.store;
    let room = store
        .newsroom(Newsroom::Server(guild), bot.clock.now())
        .await;
    let room = room.expect("the store answers");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    feeds.set("tern", "");
    hours(&bot, 35).await;
    let (_, labels, text) = standing(&bot, desk, "cannot be read for");
    assert_eq!(labels, ["Test now", "Remove"], "{text}");
    (bot, feeds, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_says_that_its_source_is_back_and_where_it_is_recent_nothing_else_does() {
    let (bot, feeds, desk) = down_in_channel().await;
    let (message, ..) = standing(&bot, desk, "cannot be read for");
    feeds.set("tern", busy("tern", bot.clock.now()));
    hours(&bot, 12).await;
    let (same, labels, text) = standing(&bot, desk, "cannot be read for");
    assert_eq!(same, message);
    assert!(text.contains("**tern can be read again · <t:"), "{text}");
    assert_eq!(labels, Vec::<String>::new(), "nothing is left to be done");
    let drawn = bot.discord.message(message).expect("it stands");
    crate::flows::suggestions::keeps(&bot, "health-back", &drawn, None);
    let again = texts(&bot, desk);
    let again = again.iter().filter(|one| one.contains("can be read again"));
    assert_eq!(again.count(), 1, "{:#?}", texts(&bot, desk));

    // Down once more: it is told anew, and the old one stays as it is.
    feeds.set("tern", "");
    hours(&bot, 40).await;
    let down = texts(&bot, desk);
    let down = down.iter().filter(|one| one.contains("cannot be read for"));
    assert_eq!(down.count(), 2, "{:#?}", texts(&bot, desk));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_after_the_notice_a_message_says_that_its_source_is_back_and_the_notice_too() {
    let (bot, feeds, desk) = down_in_channel().await;
    hours(&bot, 48).await;
    feeds.set("tern", busy("tern", bot.clock.now()));
    hours(&bot, 12).await;
    let (_, labels, text) = standing(&bot, desk, "cannot be read for");
    assert!(text.contains("**tern can be read again · <t:"), "{text}");
    assert_eq!(labels, Vec::<String>::new());
    standing(&bot, desk, "**tern can be read again.**");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_removed_elsewhere_leaves_no_buttons_under_its_notice() {
    let (bot, _, desk) = down_in_channel().await;
    let mia = bot.discord.moderator("Mia");
    bot.types(mia, "sources remove", &[("which", "tern")]).await;
    bot.waits(1_000).await;
    let (_, labels, text) = standing(&bot, desk, "cannot be read for");
    assert_eq!(labels, Vec::<String>::new());
    assert!(text.contains(&format!("by <@{mia}>: Remove")), "{text}");
    bot.stop().await;
}

#[tokio::test]
async fn what_was_not_told_yet_is_told_with_its_end_as_one() {
    let (world, outlets) = world().await;
    outlets[1].answers(Fault::Status(403));
    world.hours(40).await;
    outlets[1].recovers();
    world.hours(26).await;
    let all = told(&world).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(
        all[0].starts_with("The Wren can be read again ·"),
        "{all:#?}"
    );
    assert!(all[0].contains("The Wren cannot be read for"), "{all:#?}");
}
