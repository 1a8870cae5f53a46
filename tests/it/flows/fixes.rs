//! ▸ Fix this story and Wrong?: what moderators correct holds for their newsroom from then on, and for
//! no other, until they take it back.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, MOLE, MOLE_TOO, hours, rss, subscribes, texts, world};
use crate::world::discord::{Person, Seen};
use crate::world::{World, article, look};
use lede::desk::{Asker, parse_line};
use lede::news::Newsroom;
use lede::store::Hand;
use serde_json::json;

const MOLE_LATER: &str = "Avel's outer mole stays closed until Wednesday, the harbour master said, as waves still pass over its light. \
    The ferries to Sorland wait in Lindholm until the wind drops.";

/// Of the same, in other words.
const MOLE_OTHER: &str = "A storm from the west shut the outer mole of Avel harbour at noon. Captain Ines Holt of the ferry Orla \
    said that her passengers sleep in a school in Lindholm. The port authority expects to mend the light within a week.";

/// Both outlets tell the story at this moment.
fn breaks(bot: &Bot, feeds: &Feeds) {
    let at = bot.clock.now();
    let tern = ("Storm closes the outer mole of Avel harbour", MOLE, "1");
    let wren = ("Outer mole of Avel harbour closed by storm", MOLE_TOO, "1");
    feeds.set("tern", rss("tern", &[tern], at));
    feeds.set("wren", rss("wren", &[wren], at));
}

/// Another server that has the same sources, and a channel of it.
async fn neighbour(bot: &Bot) -> u64 {
    let guild = bot.discord.add_guild("Port Orren");
    let there = bot.discord.add_channel(guild, "news", 0);
    let store = &bot.desk.store;
    let room = |server| store.newsroom(Newsroom::Server(server), bot.clock.now());
    let here = room(bot.discord.guild()).await.expect("it is there");
    for source in store.sources(here).await.expect("they are read") {
        let mia = bot.discord.moderator("Mia");
        let link = [("link", source.source.url.as_str())];
        let report = bot.discord.slash(mia, there, "sources add", &link).await;
        let added = bot.discord.press_label(mia, report.id, "Confirm").await;
        assert!(added.text().contains("is a source now"), "{}", added.text());
    }
    there
}

async fn card(bot: &Bot, channel: u64, link: &str) -> Seen {
    let ann = bot.discord.person("Ann");
    bot.discord
        .slash(ann, channel, "story", &[("find", link)])
        .await
}

/// Lines of the card's list of sources.
pub fn sources(card: &Seen) -> Vec<String> {
    let text = card.text();
    let lines = text
        .lines()
        .skip_while(|line| !line.contains("**Sources**"))
        .skip(1);
    let lines = lines.take_while(|line| line.starts_with("- "));
    lines.map(str::to_owned).collect()
}

/// Chooses Fix this story in the menu of a message.
async fn fixes(bot: &Bot, message: u64) -> (Person, Seen) {
    let mia = bot.discord.moderator("Mia");
    let panel = bot.discord.menu(mia, message, "Fix this story").await;
    assert!(panel.private, "{}", panel.text());
    (mia, panel)
}

pub async fn chooses(bot: &Bot, mia: Person, page: &Seen, words: &str) -> Seen {
    let (id, choices) = page.select().expect("a select");
    let choice = choices.iter().find(|(label, _)| label.contains(words));
    let (_, value) = choice.unwrap_or_else(|| panic!("{words} is none of {choices:?}"));
    bot.discord.choose(mia, page.id, &id, value).await
}

pub fn id_of(message: &serde_json::Value) -> u64 {
    let id = message["id"].as_str().and_then(|id| id.parse().ok());
    id.expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_story_is_split_goes_on_split_and_is_whole_again_after_undo() {
    let (mut bot, feeds, channel) = world().await;
    let there = neighbour(&bot).await;
    subscribes(&bot, "harbour", channel, &[]).await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let pushed = bot.discord.messages(channel, None);
    assert_eq!(pushed.len(), 1, "{:#?}", texts(&bot, channel));
    let (mia, panel) = fixes(&bot, id_of(&pushed[0])).await;
    assert!(panel.text().contains("nowhere else"), "{}", panel.text());
    let page = bot.discord.press_label(mia, panel.id, "Split out…").await;
    let page = chooses(&bot, mia, &page, "Outer mole of Avel harbour closed").await;
    let label = "Split out 1 article";
    let done = bot.discord.press_label(mia, page.id, label).await;
    assert!(
        done.text().contains("is a story of its own here"),
        "{}",
        done.text()
    );
    bot.restarts().await;
    let (tern, wren) = ("https://tern.example/1", "https://wren.example/1");
    hours(&bot, 1).await;
    assert_eq!(sources(&card(&bot, channel, wren).await).len(), 1);
    // What comes later goes to what it is nearest to, and is told of as that.
    let later = ("Mole of Avel stays closed until Wednesday", MOLE_LATER, "2");
    feeds.set("tern", rss("tern", &[later], bot.clock.now()));
    hours(&bot, 2).await;
    let split_off = sources(&card(&bot, channel, wren).await);
    assert_eq!(split_off.len(), 2, "{split_off:#?}");
    assert!(split_off[1].contains("until Wednesday"), "{split_off:#?}");
    assert_eq!(sources(&card(&bot, channel, tern).await).len(), 1);
    for link in [tern, wren] {
        let elsewhere = sources(&card(&bot, there, link).await);
        assert_eq!(
            elsewhere.len(),
            3,
            "another server sees one story: {elsewhere:#?}"
        );
    }
    let undone = bot.discord.press_label(mia, done.id, "Undo").await;
    assert!(undone.text().contains("Taken back"), "{}", undone.text());
    assert!(undone.text().contains("1 article"), "{}", undone.text());
    hours(&bot, 2).await;
    for link in [tern, wren] {
        assert_eq!(sources(&card(&bot, channel, link).await).len(), 3);
    }
    let pushes = texts(&bot, channel);
    let pushes = pushes.iter().filter(|text| !text.contains("New on"));
    assert_eq!(
        pushes.count(),
        1,
        "nothing is pushed twice: {:#?}",
        texts(&bot, channel)
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_of_a_brief_that_was_shown_leads_to_its_first_story() {
    let (bot, feeds, _) = world().await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let ann = bot.discord.person("Ann");
    let brief = bot.types(ann, "brief", &[("topic", "mole")]).await;
    let shown = bot.discord.press_label(ann, brief.id, "Show here").await;
    let shown = *shown.follow_ups.first().expect("it is shown");
    let (_, panel) = fixes(&bot, shown).await;
    assert!(
        panel.text().contains("## Fix this story"),
        "{}",
        panel.text()
    );
    assert!(
        panel.text().contains("mole of Avel harbour"),
        "{}",
        panel.text()
    );
    // One that everybody sees and that holds no link is not called private.
    let server = Newsroom::Server(bot.discord.guild());
    let store = &bot.desk.store;
    let room = store.newsroom(server, 0).await.expect("it is there");
    let here = Some(bot.discord.channel().to_string());
    let set = store.set_setting(room, "news_channels", here, 0, 0);
    set.await.expect("it is kept");
    let empty = bot.types(ann, "brief", &[("topic", "glacier")]).await;
    assert!(!empty.private, "{}", empty.text());
    let refused = bot.discord.menu(ann, empty.id, "Related coverage").await;
    let said = refused.text();
    assert!(said.contains("There is no link in that message"), "{said}");
    // Nobody sees a private answer again, Lede neither.
    let refused = bot.discord.menu(ann, brief.id, "Related coverage").await;
    assert!(
        refused.text().contains("its own answers that only you see"),
        "{}",
        refused.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_story_is_in_no_digest_and_nowhere_else_until_undo() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "everything", channel, &[]).await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let link = "https://tern.example/1";
    let ann = bot.discord.person("Ann");
    let said = bot
        .discord
        .says_with(ann, channel, json!({"content": format!("see {link}")}));
    let (mia, panel) = fixes(&bot, said).await;
    let done = bot.discord.press_label(mia, panel.id, "Hide here").await;
    assert!(done.text().contains("is hidden here"), "{}", done.text());
    hours(&bot, 24).await;
    let talk = |text: &String| !text.contains("see https");
    let told: Vec<String> = texts(&bot, channel).into_iter().filter(talk).collect();
    assert!(told.iter().all(|text| !text.contains("mole")), "{told:#?}");
    // Whoever asks by its link is told so, and shown nothing of it.
    let ann = bot.discord.person("Ann");
    for asked in [
        card(&bot, channel, link).await,
        bot.discord.menu(ann, said, "Related coverage").await,
        bot.discord.menu(ann, said, "Summarise link").await,
    ] {
        let text = asked.text();
        assert!(text.contains("Moderators hid that story here"), "{text}");
        assert!(!text.contains("mole"), "{text}");
    }
    let mia = bot.discord.moderator("Mia");
    let why = bot.types(mia, "subscriptions why", &[("link", link)]).await;
    assert!(
        why.text().contains("as moderators hid the story here"),
        "{}",
        why.text()
    );
    // The panel knows it, and takes it back however old it is.
    let (mia, panel) = fixes(&bot, said).await;
    assert!(
        panel.text().contains("Moderators hid this story"),
        "{}",
        panel.text()
    );
    let back = chooses(&bot, mia, &panel, "hidden here").await;
    assert!(back.text().contains("Taken back"), "{}", back.text());
    assert_eq!(sources(&card(&bot, channel, link).await).len(), 2);
    bot.stop().await;
}

/// A channel's subscription to a topic that waits for two outlets.
async fn waits_for_two(bot: &Bot, channel: u64) {
    subscribes(bot, "harbour", channel, &[]).await;
    let store = &bot.desk.store;
    let server = Newsroom::Server(bot.discord.guild());
    let room = store.newsroom(server, 0).await.expect("it is there");
    let all = store.subscriptions(room).await.expect("they are read");
    let mut wish = all[0].wish.clone();
    wish.wait_for = 2;
    let hand = Hand {
        newsroom: room,
        by: 0,
        at: bot.clock.now(),
    };
    let edited = store.edit_subscription(hand, all[0].id, wish, None).await;
    let edited = edited.expect("it is kept");
    assert!(matches!(edited, lede::store::Edited::Done(_)), "{edited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_again_after_long_is_no_breaking_news() {
    // After a night it comes with the digest of the next morning, after days not at all.
    for (hidden, comes) in [(1, "push"), (9, "digest"), (74, "never")] {
        let (bot, feeds, channel) = world().await;
        waits_for_two(&bot, channel).await;
        let at = bot.clock.now();
        let tern = ("Storm closes the outer mole of Avel harbour", MOLE, "1");
        feeds.set("tern", rss("tern", &[tern], at));
        hours(&bot, 1).await;
        let ann = bot.discord.person("Ann");
        let link = json!({"content": "see https://tern.example/1"});
        let said = bot.discord.says_with(ann, bot.discord.channel(), link);
        let (mia, panel) = fixes(&bot, said).await;
        bot.discord.press_label(mia, panel.id, "Hide here").await;
        let wren = (
            "Avel harbour shuts its outer mole in a storm",
            MOLE_OTHER,
            "1",
        );
        feeds.set("wren", rss("wren", &[wren], at));
        hours(&bot, hidden).await;
        assert!(texts(&bot, channel).is_empty(), "it is hidden");
        let (mia, panel) = fixes(&bot, said).await;
        let back = chooses(&bot, mia, &panel, "hidden here").await;
        assert!(back.text().contains("Taken back"), "{}", back.text());
        hours(&bot, 1).await;
        let soon = texts(&bot, channel);
        assert_eq!(soon.len(), usize::from(comes == "push"), "{soon:#?}");
        hours(&bot, 24).await;
        let told = texts(&bot, channel);
        let digest = |text: &String| text.contains("held back") && text.contains("mole");
        assert_eq!(told.iter().any(digest), comes == "digest", "{told:#?}");
        assert_eq!(told.len(), usize::from(comes != "never"), "{told:#?}");
        bot.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_story_that_is_right_is_put_aside_and_answered() {
    let (bot, feeds, channel) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    let store = &bot.desk.store;
    let server = Newsroom::Server(bot.discord.guild());
    let room = store.newsroom(server, 0).await.expect("it is there");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("it is kept");
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let ann = bot.discord.person("Ann");
    let says = async |what: &str| {
        let find = [("find", "https://wren.example/1")];
        let story = bot.types(ann, "story", &find).await;
        let question = bot.discord.press_label(ann, story.id, "Wrong?").await;
        chooses(&bot, ann, &question, what).await.text()
    };
    let thanks = says("not about its topic").await;
    assert!(thanks.contains("The moderators are told"), "{thanks}");
    hours(&bot, 1).await;
    let notice = id_of(bot.discord.messages(desk, None).last().expect("a notice"));
    let bob = bot.discord.person("Bob");
    let label = "Nothing is wrong";
    let refused = bot.discord.press_label(bob, notice, label).await;
    assert!(refused.text().contains("moderators"), "{}", refused.text());
    let mia = bot.discord.moderator("Mia");
    let done = bot.discord.press_label(mia, notice, label).await;
    assert!(done.text().contains("stays as it is"), "{}", done.text());
    bot.waits(1_000).await;
    let shown = bot.discord.message(notice).expect("it stands there");
    let shown = crate::world::discord::people::text_of(&shown);
    assert!(shown.contains(&format!("<@{mia}>: {label}")), "{shown}");
    let next = bot.types(ann, "help", &[]).await.text();
    assert!(next.contains("left the story as it is"), "{next}");
    // It can be said again of the same story.
    let again = says("should not be here").await;
    assert!(again.contains("The moderators are told"), "{again}");
    assert_eq!(
        sources(&card(&bot, channel, "https://wren.example/1").await).len(),
        2
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_reports_is_fixed_from_the_notice_and_answered() {
    let (bot, feeds, channel) = world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let room = Newsroom::Server(guild);
    let room = bot
        .desk
        .store
        .newsroom(room, bot.clock.now())
        .await
        .expect("it is there");
    let set = bot
        .desk
        .store
        .set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("it is kept");
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let ann = bot.discord.person("Ann");
    let find = [("find", "https://wren.example/1")];
    let story = bot.types(ann, "story", &find).await;
    let question = bot.discord.press_label(ann, story.id, "Wrong?").await;
    assert!(question.private, "{}", question.text());
    assert!(!question.buttons().contains(&"Fix this story".to_owned()));
    let thanks = chooses(&bot, ann, &question, "should not be here").await;
    assert!(
        thanks.text().contains("The moderators are told"),
        "{}",
        thanks.text()
    );
    hours(&bot, 1).await;
    let notices = bot.discord.messages(desk, None);
    let told = texts(&bot, desk);
    let says = |text: &String| text.contains("A member says that a story is wrong");
    let at: Vec<usize> = (0..told.len()).filter(|at| says(&told[*at])).collect();
    assert_eq!(at.len(), 1, "{told:#?}");
    assert!(told[at[0]].contains("It should not be here."), "{told:#?}");
    let notice = id_of(&notices[at[0]]);
    // Only a moderator may, at the moment of the press.
    let bob = bot.discord.person("Bob");
    let refused = bot.discord.press_label(bob, notice, "Fix this story").await;
    assert!(refused.text().contains("moderators"), "{}", refused.text());
    let mia = bot.discord.moderator("Mia");
    let panel = bot.discord.press_label(mia, notice, "Fix this story").await;
    let done = bot.discord.press_label(mia, panel.id, "Hide here").await;
    assert!(done.text().contains("is hidden here"), "{}", done.text());
    hours(&bot, 1).await;
    let told = texts(&bot, desk);
    let says = |text: &String| text.contains("hid a story");
    assert_eq!(
        told.iter().filter(|text| says(text)).count(),
        1,
        "{told:#?}"
    );
    // The report says who dealt with it, and has no button any more.
    let report = bot.discord.message(notice).expect("it is there");
    assert_eq!(report["components"], serde_json::json!([]));
    let by = format!("by <@{mia}>: Fix this story");
    assert!(told[at[0]].contains(&by), "{told:#?}");
    let next = bot.types(ann, "help", &[]).await;
    assert!(
        next.text().contains("Moderators dealt with what you said"),
        "{}",
        next.text()
    );
    let after = bot.types(ann, "help", &[]).await;
    assert!(!after.text().contains("dealt with"), "{}", after.text());
    assert!(texts(&bot, channel).is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_what_waits_is_named_once_a_day_and_found_until_it_is_dealt_with() {
    let (bot, feeds, _) = world().await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let ann = bot.discord.person("Ann");
    let find = [("find", "https://wren.example/1")];
    let story = bot.types(ann, "story", &find).await;
    let question = bot.discord.press_label(ann, story.id, "Wrong?").await;
    chooses(&bot, ann, &question, "should not be here").await;
    let mia = bot.discord.moderator("Mia");
    let first = bot.types(mia, "help", &[]).await.text();
    assert!(
        first.contains("A member says that a story is wrong"),
        "{first}"
    );
    const LINE: &str = "For moderators: 1 report of a story waits: ";
    let second = bot.types(mia, "help", &[]).await.text();
    assert!(!second.contains("For moderators:"), "{second}");
    hours(&bot, 1).await;
    let member = bot.types(ann, "help", &[]).await.text();
    assert!(!member.contains("For moderators:"), "{member}");
    let (mia, noa) = (bot.discord.moderator("Mia"), bot.discord.moderator("Noa"));
    let third = bot.types(mia, "help", &[]).await.text();
    assert!(third.starts_with(&format!("-# {LINE}")), "{third}");
    assert!(third.contains("</sources pending:"), "{third}");
    let other = bot.types(noa, "help", &[]).await.text();
    assert!(!other.contains("For moderators:"), "once a day: {other}");
    hours(&bot, 24).await;
    let noa = bot.discord.moderator("Noa");
    let list = bot.types(noa, "sources pending", &[]).await;
    let text = list.text();
    assert!(text.contains(LINE), "{text}");
    assert!(text.contains("## 1 report of a story"), "{text}");
    assert!(text.contains("It should not be here."), "{text}");
    assert_eq!(list.buttons(), ["Fix this story", "Nothing is wrong"]);
    crate::flows::suggestions::keeps(
        &bot,
        "pending-report",
        &list.message,
        Some("/sources pending"),
    );
    let aside = bot
        .discord
        .press_label(noa, list.id, "Nothing is wrong")
        .await;
    assert!(aside.text().contains("stays as it is"), "{}", aside.text());
    hours(&bot, 25).await;
    let list = bot.types(noa, "sources pending", &[]).await.text();
    assert!(list.contains("Nothing waits"), "{list}");
    assert!(!list.contains("For moderators:"), "{list}");
    bot.stop().await;
}

#[tokio::test]
async fn sources_and_stories_that_wait_are_one_list() {
    let mut world = skarn().await;
    world.types("/story http://tern.example/orla").await;
    world.presses("Wrong?").await;
    world
        .chooses("What is wrong", "It is not about its topic")
        .await;
    let heron = world.outlet("heron.example");
    heron.publishes(article("Harbour opens").text("It happened."));
    world.asker.terminal = false;
    world
        .types("/suggest-source http://heron.example/feed")
        .await;
    let first = world.types("/sources pending").await;
    assert!(first.starts_with("## 1 of 2 things that wait"), "{first}");
    assert!(first.contains("### The Heron"), "{first}");
    insta::assert_snapshot!(world.presses("Next").await, @r"
    ## 2 of 2 things that wait
    ### [Ferry Orla aground off Skarn](http://tern.example/orla)
    -# said by 1 member · now
    It is not about its topic.
    [Fix this story] [Nothing is wrong] [Next]
    ");
    // The newsroom loses the story: what was said of it can still be put aside.
    let aside = world.action("Nothing is wrong");
    world.types("/sources remove tern").await;
    let gone = world.types("/sources pending").await;
    assert!(gone.starts_with("## 1 of 2"), "{gone}");
    insta::assert_snapshot!(world.presses("Next").await, @r"
    ## 2 of 2 things that wait
    ### A story that is gone here by now
    -# said by 1 member · now
    It is not about its topic.
    [Nothing is wrong] [Next]
    ");
    insta::assert_snapshot!(world.presses_action(&aside).await, @r"
    ## Nothing is wrong
    The story is gone here by now.
    -# Whoever said that something is wrong with it is told so.
    ");
    let left = world.types("/sources pending").await;
    assert!(left.starts_with("## 1 suggested source"), "{left}");
}

const FERRY: &str = "The ferry Orla ran aground off Skarn island on Tuesday morning with 140 people on board, the coast guard said. \
    All passengers were taken to Skarn harbour by fishing boats before noon, and nobody was hurt.";
const HULL: &str = "Divers found a crack of four metres in the hull of the passenger ship that stranded this week. \
    The shipyard of Norrbo expects the repair to take three weeks.";

async fn skarn() -> World {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    let ferry = article("Ferry Orla aground off Skarn")
        .text(FERRY)
        .link("/orla");
    tern.publishes(ferry.at(world.minutes_ago(40)));
    let hull = article("Divers find crack in stranded ship")
        .text(HULL)
        .link("/hull");
    wren.publishes(hull.at(world.minutes_ago(10)));
    world.adds("tern.example").await;
    world.adds("wren.example").await;
    world.minutes(1).await;
    world
}

#[tokio::test]
async fn the_panel_says_what_each_thing_does_and_two_stories_become_one() {
    let mut world = skarn().await;
    assert_eq!(world.stories().await.len(), 2);
    insta::assert_snapshot!(world.types("/fix http://wren.example/hull").await, @r"
    ## Fix this story
    ### [Divers find crack in stranded ship](http://wren.example/hull)
    -# Only The Wren so far · 11 min ago
    - The Wren: [Divers find crack in stranded ship](http://wren.example/hull) · 11 min ago
    ---
    - **Merge with…**: this story and another one are one. What either was told is not told again.
    - **Hide here**: it is in no answer, message or digest any more.
    - **Wrong topic**: it is not about a topic, and Lede learns from that.
    -# This changes what is seen here and nowhere else. Each can be taken back.
    [Merge with…] [Hide here] [Wrong topic]
    ");
    insta::assert_snapshot!(world.presses("Merge with…").await, @r"
    ## Merge with…
    ### [Divers find crack in stranded ship](http://wren.example/hull)
    -# Only The Wren so far · 11 min ago
    No story of the last days is like it. Name one by a headline or a link.
    [Another story…] [Back]
    ");
    insta::assert_snapshot!(world.fills("Another story…", "http://tern.example/orla").await, @r"
    ## Merge with this one?
    ### [Divers find crack in stranded ship](http://wren.example/hull)
    -# Only The Wren so far · 11 min ago
    and
    ### [Ferry Orla aground off Skarn](http://tern.example/orla)
    -# Only The Tern so far · 41 min ago
    [Merge] [Another one]
    ");
    insta::assert_snapshot!(world.presses("Merge").await, @r"
    ## Fixed
    **Divers find crack in stranded ship** and **Ferry Orla aground off Skarn** are one story here.
    -# Whoever was told of either is not told again; later articles of both join it.
    [Undo] [Fix more]
    ");
    assert_eq!(world.stories().await.len(), 1, "they are one");
    insta::assert_snapshot!(world.presses("Fix more").await, @r"
    ## Fix this story
    ### [Ferry Orla aground off Skarn](http://tern.example/orla)
    -# 2 outlets · newest 11 min ago
    - The Tern: [Ferry Orla aground off Skarn](http://tern.example/orla) · 41 min ago
    - The Wren: [Divers find crack in stranded ship](http://wren.example/hull) · 11 min ago
    ---
    - **Merge with…**: this story and another one are one. What either was told is not told again.
    - **Split out…**: some of its articles are a story of their own. Later ones go to what they are nearest to.
    - **Hide here**: it is in no answer, message or digest any more.
    - **Wrong topic**: it is not about a topic, and Lede learns from that.
    -# This changes what is seen here and nowhere else. Each can be taken back.
    **Corrected before**
    - merged with another story now
    [Merge with…] [Split out…] [Hide here] [Wrong topic]
    [Take back v] merged with another story
    ");
    world.restarts().await;
    assert_eq!(world.stories().await.len(), 1, "after a restart too");
    // Another newsroom with the same sources sees two.
    let other = Asker {
        newsroom: Newsroom::Server(101),
        ..world.asker.clone()
    };
    let room = world
        .store()
        .newsroom(other.newsroom, world.now())
        .await
        .expect("a newsroom");
    for url in ["http://tern.example/feed", "http://wren.example/feed"] {
        crate::world::add_source(&world.desk, room, url).await;
    }
    let asked = parse_line("/headlines").expect("it is a line");
    let page = world.desk.answer(&other, &asked).await.expect("an answer");
    let shown = look(&page, world.now());
    assert_eq!(shown.matches("\n- ").count(), 2, "{shown}");
    insta::assert_snapshot!(world.types("/audit").await, @r"
    ## Changes
    -# the last 3 changes; sources, stories, settings and subscriptions can be taken back for a day
    - #3 · now · <@7> merged two stories: “Divers find crack in stranded ship” and “Ferry Orla aground off Skarn” → one story
    - #2 · 1 min ago · <@7> added The Wren
    - #1 · 1 min ago · <@7> added The Tern
    [Take back v] #3 merged two stories | #2 added The Wren | #1 added The Tern
    ");
    insta::assert_snapshot!(world.types("/audit undo:3").await, @r"
    ## Taken back
    merged two stories: “Divers find crack in stranded ship” and “Ferry Orla aground off Skarn” → one story.
    -# It is again as it was before.
    [Changes]
    ");
    assert_eq!(world.stories().await.len(), 2, "taken back");
}

#[tokio::test]
async fn a_story_off_a_topic_is_in_no_brief_of_it_and_in_all_others() {
    let world = skarn().await;
    assert!(world.types("/brief harbour").await.contains("Ferry Orla"));
    world.types("/fix http://tern.example/orla").await;
    insta::assert_snapshot!(world.presses("Wrong topic").await, @r"
    ## Wrong topic
    ### [Ferry Orla aground off Skarn](http://tern.example/orla)
    -# Only The Tern so far · 41 min ago
    No channel here subscribes to a topic that it meets. Name the topic that it is not about.
    [Another topic…] [Back]
    ");
    insta::assert_snapshot!(world.fills("Another topic…", "Harbour").await, @r"
    ## Fixed
    **Ferry Orla aground off Skarn** is not about **Harbour** here.
    -# It is not sent for that topic and not in its brief; Lede learns from its articles what does not belong to the topic.
    [Undo] [Fix more]
    ");
    let brief = world.types("/brief harbour").await;
    assert!(!brief.contains("Ferry Orla"), "{brief}");
    assert!(world.types("/brief ferry").await.contains("Ferry Orla"));
    assert!(world.types("/headlines").await.contains("Ferry Orla"));
    let again = world.types("/fix http://tern.example/orla").await;
    assert!(again.contains("not about harbour"), "{again}");
    world.chooses("Take back", "not about harbour").await;
    assert!(world.types("/brief harbour").await.contains("Ferry Orla"));
}

#[tokio::test]
async fn in_a_shell_a_story_is_fixed_by_what_is_typed() {
    let mut world = skarn().await;
    world.asker.terminal = true;
    let hull = "/fix http://wren.example/hull";
    // What another story is was only meant by words: it is shown, unless with a yes.
    let merge = format!("{hull} --do merge --with http://tern.example/orla");
    let shown = world.types(&merge).await;
    assert!(shown.starts_with("## Merge with this one?"), "{shown}");
    assert_eq!(world.stories().await.len(), 2);
    insta::assert_snapshot!(world.types(&format!("{merge} --yes")).await, @r"
    ## Fixed
    **Divers find crack in stranded ship** and **Ferry Orla aground off Skarn** are one story here.
    -# Whoever was told of either is not told again; later articles of both join it.
    [Undo] [Fix more]
    ");
    assert_eq!(world.stories().await.len(), 1);
    let split = format!("{hull} --do split --articles");
    insta::assert_snapshot!(world.types(&format!("{split} http://gull.example/none")).await, @"REFUSED: The story has no article at “http://gull.example/none”. Nothing was changed. Type lede fix and a link of the story to see its articles.");
    insta::assert_snapshot!(world.types(&format!("{split} http://wren.example/hull")).await, @r"
    ## Fixed
    **Divers find crack in stranded ship** is a story of its own here.
    -# Later articles go to the part that they are nearest to. Whoever was sent all of it is not told again.
    [Undo] [Fix more]
    ");
    assert_eq!(world.stories().await.len(), 2);
    let topic = format!("{hull} --do topic --topic crack");
    let off = world.types(&topic).await;
    assert!(off.contains("is not about **crack** here."), "{off}");
    let hidden = world.types(&format!("{hull} do:hide")).await;
    assert!(hidden.contains("is hidden here."), "{hidden}");
    let which = world.types(&format!("{hull} --do drown")).await;
    assert!(which.starts_with("REFUSED"), "{which}");
}

#[tokio::test]
async fn what_cannot_be_fixed_is_refused_in_words() {
    let world = skarn().await;
    insta::assert_snapshot!(world.types("/fix http://avocet.example/none").await, @r"REFUSED: None of the sources here has that article. Choose a message with a link to an article of a source here.");
    world.types("/fix http://tern.example/orla").await;
    world.presses("Merge with…").await;
    insta::assert_snapshot!(world.fills("Another story…", "http://tern.example/orla").await, @r"REFUSED: That is this very story. Choose another one.");
    world.types("/fix http://tern.example/orla").await;
    world.presses("Merge with…").await;
    insta::assert_snapshot!(world.fills("Another story…", "glacier").await, @"REFUSED: No story here has the words “glacier”. Give other words of its headline, or the link of one of its articles.");
    world.types("/fix http://tern.example/orla").await;
    let hide = world.action("Hide here");
    world.presses_action(&hide).await;
    insta::assert_snapshot!(world.presses_action(&hide).await, @r"REFUSED: That was said before. Nothing was changed a second time.");
    let member = Asker {
        moderator: false,
        ..world.asker.clone()
    };
    let refused = world.desk.press(&member, &hide, &[]).await;
    assert!(refused.is_err(), "members fix nothing");
}

#[tokio::test]
async fn what_is_wrong_is_asked_passed_on_once_and_limited() {
    let mut world = skarn().await;
    world.types("/story http://tern.example/orla").await;
    insta::assert_snapshot!(world.presses("Wrong?").await, @r"
    ## What is wrong?
    ### [Ferry Orla aground off Skarn](http://tern.example/orla)
    Moderators are told what you choose, and not who you are. You hear when they dealt with it.
    [What is wrong v] It is not one story | It is the same as another story | It is not about its topic | It should not be here
    [Fix this story]
    ");
    insta::assert_snapshot!(world.chooses("What is wrong", "It is not one story").await, @r"
    ## Thank you
    The moderators are told. You hear when they dealt with it.
    ");
    world.types("/story http://tern.example/orla").await;
    world.presses("Wrong?").await;
    insta::assert_snapshot!(world.chooses("What is wrong", "It should not be here").await, @r"
    ## Already passed on
    What you said of this story waits for the moderators. It was not passed on a second time.
    ");
    // A person's own newsroom has no moderators to hear it.
    world.asker.newsroom = Newsroom::Person(7);
    world.adds("tern.example").await;
    world.minutes(1).await;
    let own = world.types("/story http://tern.example/orla").await;
    assert!(!own.contains("Wrong?"), "{own}");
}
