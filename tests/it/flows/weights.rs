//! What the weight of a source changes, and that a muted one is never shown: not quoted, not
//! leading, not as a headline, not found. Where it is counted, it still makes a story wider.

use crate::flows::bot::Bot;
use crate::flows::pushes::{MOLE, MOLE_TOO, hours, rss, texts, world as bot_world};
use crate::world::{World, article};
use lede::news::Newsroom;
use lede::news::source::Weight;
use lede::store::SourceEdit;

const FOURTEEN: &str = "The ferry Marika sank off Lisgar in a storm on Saturday.\n\
    The sinking of the ferry off Lisgar killed 14 people, the coast guard of Carthage said.\n\
    The Marika was on her way from Lower Fenn with cattle and passengers when water broke into the car deck.";
const SIXTEEN: &str = "A ferry has sunk off Lisgar with passengers and cattle from Lower Fenn on board.\n\
    At least 16 people were killed when the ferry sank off Lisgar, the coast guard of Carthage said.\n\
    Fishermen from Lisgar pulled survivors of the Marika out of the storm until midnight.";
const ALONE: &str =
    "The lighthouse of Sund was painted green on Monday. Nobody of the town had asked for it.";

/// Two outlets with one story, and the Curlew alone with another.
async fn ferry() -> World {
    let world = World::new().await;
    let (heron, curlew) = (
        world.outlet("heron.example"),
        world.outlet("curlew.example"),
    );
    let wide = "Ferry Marika sinks off Lisgar in storm";
    heron.publishes(article(wide).text(FOURTEEN).at(world.minutes_ago(30)));
    let piece = article("Ferry Marika sinks off Lisgar");
    curlew.publishes(piece.text(SIXTEEN).link("orla").at(world.minutes_ago(40)));
    let alone = article("Lighthouse of Sund painted green");
    curlew.publishes(alone.text(ALONE).link("light").at(world.minutes_ago(50)));
    for host in ["heron.example", "curlew.example"] {
        world.adds(host).await;
    }
    world.minutes(1).await;
    world
}

/// Every answer in which articles can stand.
const ASKED: &[&str] = &[
    "/brief lisgar",
    "/brief ferry",
    "/brief",
    "/brief sund",
    "/headlines",
    "/headlines lisgar",
    "/headlines lighthouse",
    "/headlines source:curlew",
    "/headlines topic:ferry source:curlew",
    "/search lisgar",
    "/search lighthouse",
    "/search words:ferry source:curlew",
    "/story ferry marika lisgar",
    "/story lighthouse sund",
    "/story http://curlew.example/orla",
    "/story http://curlew.example/light",
    "/related http://curlew.example/orla",
    "/related http://curlew.example/light",
    "/summarise http://curlew.example/orla",
    "/summarise http://curlew.example/light",
];

/// Words that only the Curlew wrote, its headlines and its links.
const CURLEW: &[&str] = &[
    "16 people",
    "curlew.example",
    "A ferry has sunk",
    "Lighthouse of Sund",
    "painted green",
];

async fn weighs(world: &World, word: &str) {
    let line = format!("/sources edit which:curlew weight:{word}");
    let said = world.types(&line).await;
    assert!(said.contains(&format!("- **Weight**: {word}")), "{said}");
}

async fn never_shown(world: &World, word: &str) {
    for line in ASKED {
        let said = world.types(line).await;
        for words in CURLEW {
            let asked_by_link = line.contains(words);
            assert!(
                asked_by_link || !said.contains(words),
                "{word}: {line}\n{said}"
            );
        }
    }
}

#[tokio::test]
async fn heard_it_stands_everywhere() {
    let world = ferry().await;
    let all = {
        let mut all = String::new();
        for line in ASKED {
            all += &world.types(line).await;
        }
        all
    };
    for words in CURLEW {
        assert!(all.contains(words), "the test looks for {words}");
    }
    let card = world.types("/story ferry marika lisgar").await;
    assert!(
        card.contains("2 outlets") && card.contains("Outlets differ"),
        "{card}"
    );
}

#[tokio::test]
async fn muted_it_is_not_shown_and_does_not_count() {
    let world = ferry().await;
    weighs(&world, "muted").await;
    never_shown(&world, "muted").await;
    let card = world.types("/story ferry marika lisgar").await;
    assert!(card.contains("Only The Heron so far"), "{card}");
    assert!(
        !card.contains("Curlew") && !card.contains("differ"),
        "{card}"
    );
    insta::assert_snapshot!(world.types("/headlines source:curlew").await, @"REFUSED: The Curlew is muted here, so nothing of it is shown. Leave the source out, or ask a moderator to hear it again with /sources edit.");
    insta::assert_snapshot!(world.types("/story http://curlew.example/light").await, @"REFUSED: The Curlew is muted here, so Lede does not quote it. Open the link itself, or see who else reports it.");
    weighs(&world, "normal").await;
    let card = world.types("/story ferry marika lisgar").await;
    assert!(card.contains("2 outlets"), "{card}");
}

#[tokio::test]
async fn counted_it_is_not_shown_and_counts() {
    let world = ferry().await;
    weighs(&world, "counted").await;
    never_shown(&world, "counted").await;
    insta::assert_snapshot!(world.types("/story ferry marika lisgar").await, @r"
    ## [Ferry Marika sinks off Lisgar in storm](http://heron.example/ferry-marika-sinks-off-lisgar-in-storm)
    -# 2 outlets · newest 31 min ago · first 31 min ago
    > The ferry Marika sank off Lisgar in a storm on Saturday. — [The Heron](http://heron.example/ferry-marika-sinks-off-lisgar-in-storm)
    > The sinking of the ferry off Lisgar killed 14 people, the coast guard of Carthage said. — [The Heron](http://heron.example/ferry-marika-sinks-off-lisgar-in-storm)
    > The Marika was on her way from Lower Fenn with cattle and passengers when water broke into the car deck. — [The Heron](http://heron.example/ferry-marika-sinks-off-lisgar-in-storm)
    ---
    **Sources**
    - The Heron: [Ferry Marika sinks off Lisgar in storm](http://heron.example/ferry-marika-sinks-off-lisgar-in-storm) · 31 min ago
    - The Curlew: muted here, counted all the same · 41 min ago
    -# #Lisgar #Marika #Carthage #LowerFenn
    [Show here] [Wrong?]
    ");
    for line in ["/brief lisgar", "/headlines lisgar"] {
        let said = world.types(line).await;
        assert!(said.contains("2 outlets"), "{line}: {said}");
    }
    // It is so in a list that goes out and comes in again.
    world.types("/sources export").await;
    let (_, opml) = world.file().expect("an export");
    assert!(opml.contains("counted"), "{opml}");
    let list = world.types("/sources list muted").await;
    assert!(list.contains("**The Curlew**, counted: fine"), "{list}");
    world.types("/sources edit which:curlew weight:more").await;
    world.presses("Undo").await;
    let back = world.types("/sources edit curlew").await;
    assert!(
        back.contains("- **Weight**: counted, its articles are not shown"),
        "{back}"
    );
}

#[tokio::test]
async fn a_wider_story_stands_before_others_by_what_only_counts() {
    let world = ferry().await;
    let heron = world.outlet("heron.example");
    let other = article("Mill of Orren burns down").link("mill");
    let text = "The mill of Orren burnt down at dawn. The miller was in town and unhurt.";
    heron.publishes(other.text(text).at(world.minutes_ago(5)));
    world.minutes(30).await;
    weighs(&world, "muted").await;
    let first = |page: &str| page.find("Mill of Orren") < page.find("Ferry Marika");
    let page = world.types("/headlines").await;
    assert!(first(&page), "the newest comes first: {page}");
    weighs(&world, "counted").await;
    let page = world.types("/headlines").await;
    assert!(!first(&page), "two outlets report it: {page}");
}

#[tokio::test]
async fn more_and_less_change_the_order_the_lead_and_the_quotes() {
    let world = ferry().await;
    let leads = |page: &str| page.contains("Ferry Marika sinks off Lisgar](");
    weighs(&world, "less").await;
    let card = world.types("/story ferry marika lisgar").await;
    assert!(!leads(card.lines().next().unwrap_or_default()), "{card}");
    let less = world.types("/headlines").await;
    weighs(&world, "more").await;
    let card = world.types("/story ferry marika lisgar").await;
    assert!(leads(card.lines().next().unwrap_or_default()), "{card}");
    let more = world.types("/headlines").await;
    let score = |page: &str| page.find("Lighthouse of Sund").expect("it is there");
    assert!(score(&less) >= score(&more), "{less}\n{more}");
}

/// Subscribes to the harbour, once so many outlets report.
async fn waits_for(bot: &Bot, channel: u64, outlets: &str) {
    let mia = bot.discord.moderator("Mia");
    let id = channel.to_string();
    let options = [("what", "harbour"), ("channel", id.as_str())];
    let mut card = bot.types(mia, "subscriptions add", &options).await;
    for value in ["wait-for", outlets] {
        let (select, _) = card.select().expect("there is a select");
        card = bot.discord.choose(mia, card.id, &select, value).await;
    }
    let done = bot.discord.press_label(mia, card.id, "Confirm").await;
    assert!(done.text().contains("next new story"), "{}", done.text());
}

/// The Wren's report of a story, then the Tern's; what is pushed.
async fn pushed(weight: Weight, wait_for: &str) -> (Bot, u64) {
    let (bot, feeds, channel) = bot_world().await;
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot.desk.store.newsroom(server, bot.clock.now()).await;
    let room = room.expect("the store answers");
    let sources = bot
        .desk
        .store
        .sources(room)
        .await
        .expect("the store answers");
    let wren = sources.iter().find(|one| one.name == "wren").expect("wren");
    let edit = SourceEdit {
        weight: Some(weight),
        ..SourceEdit::default()
    };
    let done = bot.desk.store.edit_source(room, wren.source.id, edit, 0, 0);
    done.await.expect("the store answers");
    waits_for(&bot, channel, wait_for).await;
    hours(&bot, 1).await;
    for (outlet, title, text) in [
        ("wren", "Avel closes outer mole", MOLE_TOO),
        ("tern", "Storm closes the harbour of Avel", MOLE),
    ] {
        let at = bot.clock.now();
        feeds.set(outlet, rss(outlet, &[(title, text, "9")], at));
        hours(&bot, 4).await;
        if outlet == "wren" && weight != Weight::Normal {
            assert_eq!(
                texts(&bot, channel),
                Vec::<String>::new(),
                "{weight:?} {wait_for}"
            );
        }
    }
    (bot, channel)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_source_is_neither_pushed_nor_waited_for() {
    let (bot, channel) = pushed(Weight::Muted, "2").await;
    assert_eq!(
        texts(&bot, channel),
        Vec::<String>::new(),
        "one outlet is not two"
    );
    bot.stop().await;
    let (bot, channel) = pushed(Weight::Muted, "1").await;
    let told = texts(&bot, channel);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].contains("Storm closes the harbour") && !told[0].contains("wren"),
        "{told:#?}"
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counted_source_is_waited_for_and_not_pushed() {
    let (bot, channel) = pushed(Weight::Counted, "2").await;
    let told = texts(&bot, channel);
    assert_eq!(told.len(), 1, "{told:#?}");
    let text = &told[0];
    assert!(text.contains("Storm closes the harbour"), "{text}");
    assert!(
        !text.contains("wren") && !text.contains("Avel closes outer"),
        "{text}"
    );
    assert!(text.contains("2 outlets"), "{text}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_counts_completes_a_story_that_waits() {
    let (bot, feeds, channel) = bot_world().await;
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot.desk.store.newsroom(server, bot.clock.now()).await;
    let room = room.expect("the store answers");
    let sources = bot
        .desk
        .store
        .sources(room)
        .await
        .expect("the store answers");
    let wren = sources.iter().find(|one| one.name == "wren").expect("wren");
    let edit = SourceEdit {
        weight: Some(Weight::Counted),
        ..SourceEdit::default()
    };
    let done = bot.desk.store.edit_source(room, wren.source.id, edit, 0, 0);
    done.await.expect("the store answers");
    waits_for(&bot, channel, "2").await;
    let story = |outlet: &str, title: &str, at| {
        let text = if outlet == "tern" { MOLE } else { MOLE_TOO };
        rss(outlet, &[(title, text, "9")], at)
    };
    hours(&bot, 1).await;
    feeds.set(
        "tern",
        story("tern", "Storm closes the harbour of Avel", bot.clock.now()),
    );
    hours(&bot, 2).await;
    assert_eq!(texts(&bot, channel), Vec::<String>::new(), "it waits");
    feeds.set(
        "wren",
        story("wren", "Avel closes outer mole", bot.clock.now()),
    );
    hours(&bot, 2).await;
    let told = texts(&bot, channel);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(!told[0].contains("Avel closes outer mole"), "{told:#?}");
    bot.stop().await;
}
