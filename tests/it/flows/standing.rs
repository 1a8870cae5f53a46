//! Subscriptions and follows through what happens to their sources: one that is muted or removed says
//! so where they are listed, and says who stands on it.

use crate::flows::pushes::{subscribes, texts, world as bot_world};
use crate::world::{World, article};
use insta::assert_snapshot;
use lede::news::Newsroom;
use lede::page::Ask;

/// A server with two sources, of which one is subscribed to in a channel, followed by a member, and
/// in a folder that is subscribed to as well.
async fn world() -> World {
    let world = World::new().await;
    for host in ["tern.example", "wren.example"] {
        let outlet = world.outlet(host);
        let piece = article(&format!("Lock keepers of {host} meet"));
        let piece = piece.text("The lock keepers met on Monday. They spoke of the flood gates.");
        outlet.publishes(piece.at(world.hours_ago(2)));
        world.adds(host).await;
    }
    world.minutes(1).await;
    world.types("/sources edit The Tern folder:Ports").await;
    for what in ["source The Tern", "folder Ports", "lock"] {
        let ask = Ask::new("subscriptions").subcommand("add");
        let ask = ask.value("what", what).value("channel", "300");
        world.asks(ask.value("channel_name", "news")).await;
        world.presses("Confirm").await;
    }
    world.types("/follow source The Tern").await;
    world.presses("Confirm").await;
    world
}

#[tokio::test]
async fn a_muted_source_says_who_stands_on_it_and_they_say_why_nothing_comes() {
    let world = world().await;
    assert_snapshot!(world.types("/sources edit The Tern weight:muted").await, @r"
    ## The Tern
    Saved. It is so from now on:
    - **Weight**: muted, its articles are left out of answers, and not counted
    - **Folder**: Ports
    - **Health**: fine, 1 a day, last read 1 min ago
    2 subscriptions and 1 follow stand on it and get nothing now: see /subscriptions list.
    -# every 22 min · http://tern.example/feed
    [Weight v] More | Normal | Less | Counted | Muted
    [Move to a folder v] No folder | Ports
    [Undo] [Name and folder] [Test] [Remove] [All sources]
    ");
    assert_snapshot!(world.types("/subscriptions list").await, @r"
    ## 3 subscriptions
    -# 2 without a source that is heard
    - **The Tern** · <#300>: as it breaks, 20 a day at most; nothing comes, as its source is muted
    - **folder Ports** · <#300>: as it breaks, 20 a day at most; nothing comes, as all sources in it are muted
    - **Lock** · <#300>: as it breaks, 8 a day at most
    [Open one v] The Tern · #news | folder Ports · #news | Lock · #news
    ");
    assert_snapshot!(world.chooses("Open one", "The Tern · #news").await, @r"
    ## The Tern in <#300>
    -# Since now
    **Silent**: nothing comes, as its source is muted. You can give it another weight with /sources edit, or remove this subscription.
    - **When**: as it breaks, each new article
    - **At most**: 20 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **Mention**: nobody; messages make no sound
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned
    [Pause] [Preview] [Remove] [All]
    ");
    world.presses("Pause").await;
    assert_snapshot!(world.presses("Wake").await, @r"
    ## The Tern in <#300> is awake
    So far nothing comes, as its source is muted. You can give it another weight with /sources edit, or remove this subscription.
    [Open]
    ");
    assert_snapshot!(world.types("/following").await, @r"
    ## You follow 1 thing
    - **The Tern**: daily 08:00; nothing comes, as its source is muted
    -# Time zone UTC, as none was chosen · quiet hours 22:00–08:00 (nothing is sent then; it comes when they end)
    [Open one v] The Tern
    [Quiet hours] [Time zone]
    ");
    assert_snapshot!(world.chooses("Open one", "The Tern").await, @r"
    ## The Tern
    -# Since now
    **Silent**: nothing comes, as its source is muted. A moderator can give it another weight with /sources edit; Stop ends this follow.
    - **When**: daily 08:00 UTC, in one message; the next 2026-03-11T08:00:00Z
    [Change v] When it is sent | How many outlets to wait for
    [Pause] [Preview] [Stop] [All]
    ");
    // Heard again, nothing is left to say.
    let heard = world.types("/sources edit The Tern weight:normal").await;
    assert!(!heard.contains("nothing now"), "{heard}");
    let list = world.types("/subscriptions list").await;
    assert!(
        list.contains("All awake") && !list.contains("nothing comes"),
        "{list}"
    );
    // One that is only counted is shown nowhere, so it comes to nobody either.
    let counted = world.types("/sources edit The Tern weight:counted").await;
    assert!(
        counted.contains("2 subscriptions and 1 follow"),
        "{counted}"
    );
}

#[tokio::test]
async fn a_removed_source_keeps_its_name_and_says_who_stands_on_it() {
    let world = world().await;
    assert_snapshot!(world.types("/sources remove The Tern").await, @r"
    ## The Tern is no source any more
    Its articles no longer appear in answers here. Undo brings them back.
    2 subscriptions and 1 follow stand on it and get nothing now: see /subscriptions list.
    [Undo]
    ");
    let undo = world.action("Undo");
    assert_snapshot!(world.types("/subscriptions list").await, @r"
    ## 3 subscriptions
    -# 2 without a source that is heard
    - **The Tern** · <#300>: as it breaks, 20 a day at most; nothing comes, as its source was removed
    - **folder Ports** · <#300>: as it breaks, 20 a day at most; nothing comes, as no source is in that folder
    - **Lock** · <#300>: as it breaks, 8 a day at most
    [Open one v] The Tern · #news | folder Ports · #news | Lock · #news
    ");
    assert_snapshot!(world.types("/following").await, @r"
    ## You follow 1 thing
    - **The Tern**: daily 08:00; nothing comes, as its source was removed
    -# Time zone UTC, as none was chosen · quiet hours 22:00–08:00 (nothing is sent then; it comes when they end)
    [Open one v] The Tern
    [Quiet hours] [Time zone]
    ");
    assert_snapshot!(world.types("/subscriptions edit The Tern").await, @r"
    ## The Tern in <#300>
    -# Since now
    **Silent**: nothing comes, as its source was removed. You can add it again with /sources add, or remove this subscription.
    - **When**: as it breaks, each new article
    - **At most**: 20 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **Mention**: nobody; messages make no sound
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned
    [Pause] [Preview] [Remove] [All]
    ");
    // Another source in the folder is heard: what is subscribed to as a folder goes on.
    world.types("/sources edit The Wren folder:Ports").await;
    let list = world.types("/subscriptions list").await;
    assert!(list.contains("1 without a source"), "{list}");
    world.presses_action(&undo).await;
    let list = world.types("/subscriptions list").await;
    assert!(list.contains("All awake"), "{list}");
    // Nobody stands on the other one alone.
    let removed = world.types("/sources remove The Wren").await;
    assert!(!removed.contains("nothing now"), "{removed}");
}

#[tokio::test]
async fn what_stands_on_a_source_in_another_newsroom_is_not_counted() {
    let mut world = world().await;
    world.asker.newsroom = Newsroom::Server(101);
    world.adds("tern.example").await;
    let muted = world.types("/sources edit The Tern weight:muted").await;
    assert!(!muted.contains("nothing now"), "{muted}");
    world.asker.newsroom = Newsroom::Server(100);
    let list = world.types("/subscriptions list").await;
    assert!(list.contains("All awake"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_follows_is_told_to_no_moderator() {
    let (bot, _, channel) = bot_world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let store = &bot.desk.store;
    let room = store.newsroom(Newsroom::Server(guild), bot.clock.now());
    let room = room.await.expect("the store answers");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    subscribes(&bot, "harbour", channel, &[]).await;
    let ann = bot.discord.person("Ann");
    let wish = [("what", "strikes"), ("when", "hourly")];
    let card = bot.types(ann, "follow", &wish).await;
    bot.discord.press_label(ann, card.id, "Confirm").await;
    let panel = bot.types(ann, "following", &[]).await;
    let (open, choices) = panel.select().expect("a select");
    let one = bot
        .discord
        .choose(ann, panel.id, &open, &choices[0].1)
        .await;
    bot.discord.press_label(ann, one.id, "Stop").await;
    for _ in 0..3 {
        bot.waits(3 * 60_000).await;
    }
    let told = texts(&bot, desk).join("\n");
    assert!(told.contains("added subscription Harbour"), "{told}");
    let mia = bot.discord.moderator("Mia");
    let panel = bot.types(mia, "settings", &[]).await;
    let changes = bot.discord.press_label(mia, panel.id, "Last changes").await;
    assert!(changes.text().contains("Harbour"), "{}", changes.text());
    for said in [told, changes.text()] {
        let hers = said.contains(&format!("<@{ann}>")) || said.contains("trikes");
        assert!(!hers, "{said}");
    }
    // It is hers: exported with what she did, and deleted with it.
    let own = async || {
        let stored = store.stored_of(ann).await.expect("the store answers");
        let all = stored.changes.into_iter().map(|one| one.what);
        all.collect::<Vec<_>>()
    };
    assert_eq!(own().await, ["follow.remove", "follow.add"]);
    let forgotten = store.forget_person(ann, bot.clock.now()).await;
    forgotten.expect("the store answers");
    assert_eq!(own().await, Vec::<String>::new());
    bot.stop().await;
}

#[tokio::test]
async fn changes_of_subscriptions_are_taken_back_for_a_day() {
    let world = world().await;
    world.types("/subscriptions edit lock").await;
    world.chooses("Change", "When it is sent").await;
    world
        .chooses("When it is sent", "Every hour, in one message")
        .await;
    assert_snapshot!(world.presses("Save").await, @r"
    ## Lock in <#300> is changed
    The next message comes 2026-03-10T10:00:00Z, if there is news by then. What is already out is not sent.
    [Undo] [Open]
    ");
    let undo = world.action("Undo");
    assert_snapshot!(world.presses("Undo").await, @r"
    ## Taken back
    changed subscription Lock in #news: when as it breaks → hourly.
    -# It is again as it was before.
    [Changes]
    ");
    let panel = world.types("/subscriptions edit lock").await;
    assert!(panel.contains("**When**: as it breaks"), "{panel}");
    let twice = world.presses_action(&undo).await;
    assert!(
        twice.contains("REFUSED: It was taken back before."),
        "{twice}"
    );

    // One that was changed again since stays as it is; the newest change goes first.
    let change = async |option: &str, value: &str| {
        let ask = Ask::new("subscriptions")
            .subcommand("edit")
            .value("which", "lock");
        world.asks(ask.value(option, value)).await;
        world.presses("Save").await;
        world.action("Undo")
    };
    let first = change("wait-for", "3").await;
    let second = change("per-day", "20").await;
    let no = world.presses_action(&first).await;
    assert!(no.contains("REFUSED: It was changed again since"), "{no}");
    assert_snapshot!(world.presses_action(&second).await, @r"
    ## Taken back
    changed subscription Lock in #news: messages a day 8 → 20.
    -# It is again as it was before.
    [Changes]
    ");
    world.presses_action(&first).await;
    let panel = world.types("/subscriptions edit lock").await;
    assert!(panel.contains("with its first outlet"), "{panel}");
    assert!(panel.contains("8 messages a day"), "{panel}");

    // Removed and taken back, from the last changes too.
    let which = "/subscriptions remove lock";
    world.types(which).await;
    let changes = world.types("/audit").await;
    assert!(
        changes.contains("removed subscription Lock in #news"),
        "{changes}"
    );
    let list = world.types("/subscriptions list").await;
    assert!(!list.contains("Lock"), "{list}");
    world.types("/audit").await;
    let removed = changes
        .lines()
        .find(|line| line.contains("removed subscription"));
    let number = removed.and_then(|line| line.split(['#', ' ']).nth(2));
    let undo = format!("/audit undo:{}", number.expect("a number"));
    assert_snapshot!(world.types(&undo).await, @r"
    ## Taken back
    removed subscription Lock in #news.
    -# It is there again. What came out meanwhile is not sent.
    [Changes]
    ");
    let list = world.types("/subscriptions list").await;
    assert!(list.contains("Lock"), "{list}");
    // After a day it is too late.
    world.types(which).await;
    let changes = world.types("/audit").await;
    let removed = changes
        .lines()
        .find(|line| line.contains("removed subscription"));
    let number = removed.and_then(|line| line.split(['#', ' ']).nth(2));
    world.hours(25).await;
    let undo = format!("/audit undo:{}", number.expect("a number"));
    let late = world.types(&undo).await;
    assert!(late.contains("REFUSED: It is over 24 hours old"), "{late}");
}

/// Wakes the subscription to the lock.
async fn wakes(world: &World) {
    let ask = Ask::new("subscriptions").subcommand("pause");
    let ask = ask.value("which", "lock").value("wake", "yes");
    world.asks(ask).await;
}

/// The number of the newest change with these words, as the audit lists it.
async fn change_with(world: &World, words: &str) -> String {
    let changes = world.types("/audit").await;
    let line = changes.lines().find(|line| line.contains(words));
    let number = line.and_then(|line| line.split(['#', ' ']).nth(2));
    number.unwrap_or_else(|| panic!("{changes}")).to_owned()
}

#[tokio::test]
async fn pausing_and_waking_are_taken_back_for_a_day() {
    let world = world().await;
    let takes_back = async |words: &str| {
        let number = change_with(&world, words).await;
        world.types(&format!("/audit undo:{number}")).await
    };
    let list = async || world.types("/subscriptions list").await;
    world.types("/subscriptions pause lock").await;
    assert!(list().await.contains("paused by hand now"));
    world.minutes(5).await;
    assert_snapshot!(takes_back("paused subscription Lock").await, @r"
    ## Taken back
    paused subscription Lock in #news.
    -# It is awake again. What came out meanwhile is not sent.
    [Changes]
    ");
    assert!(list().await.contains("All awake"), "{}", list().await);

    // What was woken sleeps again as it slept before.
    world.types("/subscriptions pause lock").await;
    world.minutes(30).await;
    wakes(&world).await;
    assert!(list().await.contains("All awake"));
    let woke = change_with(&world, "woke subscription Lock").await;
    world.minutes(30).await;
    assert_snapshot!(takes_back("woke subscription Lock").await, @r"
    ## Taken back
    woke subscription Lock in #news.
    -# It is again as it was before.
    [Changes]
    ");
    assert!(
        list().await.contains("paused by hand 1 h ago"),
        "{}",
        list().await
    );

    // What was changed again since is left as it is.
    let twice = world.types(&format!("/audit undo:{woke}")).await;
    assert!(
        twice.contains("REFUSED: It was taken back before"),
        "{twice}"
    );
    let paused = change_with(&world, "paused subscription Lock").await;
    takes_back("paused subscription Lock").await;
    world.types("/subscriptions pause lock").await;
    let newest = change_with(&world, "paused subscription Lock").await;
    assert_ne!(paused, newest);
    wakes(&world).await;
    let no = world.types(&format!("/audit undo:{newest}")).await;
    assert!(no.contains("REFUSED: It was changed again since"), "{no}");
    world.hours(25).await;
    let late = takes_back("woke subscription Lock").await;
    assert!(late.contains("REFUSED: It is over 24 hours old"), "{late}");
}

#[tokio::test]
async fn a_member_takes_back_a_change_of_what_they_follow_and_nobody_else_does() {
    let mut world = world().await;
    world.asker.moderator = false;
    world.types("/following").await;
    world.chooses("Open one", "The Tern").await;
    world.chooses("Change", "When it is sent").await;
    world.chooses("When it is sent", "As it breaks").await;
    assert_snapshot!(world.presses("Save").await, @r"
    ## The Tern is changed
    The next new article is the first to come. What is already out is not sent.
    [Undo] [Open]
    ");
    let undo = world.action("Undo");
    world.asker.person = 8;
    let other = world.presses_action(&undo).await;
    assert!(
        other.contains("REFUSED: There is no such change of yours"),
        "{other}"
    );
    // Nor does a moderator, by its number.
    world.asker.moderator = true;
    for number in 1..20 {
        let no = world.types(&format!("/audit undo:{number}")).await;
        assert!(!no.contains("follow"), "{no}");
    }
    world.asker.person = 7;
    world.asker.moderator = false;
    let mine = world.types("/following").await;
    assert!(mine.contains("as it breaks"), "{mine}");
    assert_snapshot!(world.presses_action(&undo).await, @r"
    ## The Tern is again as it was
    The next message comes 2026-03-11T08:00:00Z, if there is news by then. What is already out is not sent.
    [Open]
    ");
    let mine = world.types("/following").await;
    assert!(mine.contains("daily 08:00"), "{mine}");
    let twice = world.presses_action(&undo).await;
    assert!(
        twice.contains("REFUSED: It was taken back before."),
        "{twice}"
    );
}
