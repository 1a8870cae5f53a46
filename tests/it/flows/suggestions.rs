//! A member suggests a source, moderators decide, and the member is told; once, whoever presses, and
//! within limits told in words.

use crate::flows::bot::{Bot, pressed};
use crate::flows::direct::follows;
use crate::flows::pushes::{Feeds, MOLE, rss, texts};
use crate::world::discord::people::text_of;
use crate::world::discord::{Person, Seen};
use crate::world::{MORNING, World, article};
use lede::clock::{Clock, DAY, HOUR, MINUTE};
use lede::news::Newsroom;

/// The bot, an outlet's address that nobody reads yet, and the channel for notices.
async fn started() -> (Bot, String, u64) {
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    let clock = Clock::manual(MORNING);
    for outlet in ["tern", "wren", "heron", "dipper", "plover", "osprey"] {
        let story = ("Storm closes the outer mole of Avel harbour", MOLE, "1");
        feeds.set(outlet, rss(outlet, &[story], clock.now() - HOUR));
    }
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot
        .desk
        .store
        .newsroom(server, 0)
        .await
        .expect("a newsroom");
    let set = bot
        .desk
        .store
        .set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    // What was set is told and out of the way.
    bot.waits(10 * MINUTE).await;
    (bot, site, desk)
}

async fn suggests(bot: &Bot, member: Person, link: &str, why: &[(&str, &str)]) -> Seen {
    let mut options = vec![("link", link)];
    options.extend(why);
    let seen = bot.types(member, "suggest-source", &options).await;
    assert!(seen.private, "{}", seen.text());
    bot.waits(1_000).await;
    seen
}

/// The last message of a channel.
fn last(bot: &Bot, channel: u64) -> (u64, String) {
    let all = bot.discord.messages(channel, None);
    let last = all.last().unwrap_or_else(|| panic!("{channel} is empty"));
    let id = last["id"].as_str().and_then(|id| id.parse().ok());
    (id.expect("an id"), text_of(last))
}

async fn sources(bot: &Bot) -> Vec<String> {
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot
        .desk
        .store
        .newsroom(server, 0)
        .await
        .expect("a newsroom");
    let all = bot
        .desk
        .store
        .sources(room)
        .await
        .expect("the store answers");
    all.into_iter().map(|source| source.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_is_shown_with_its_test_approved_and_its_member_told() {
    let (mut bot, site, desk) = started().await;
    let ann = bot.discord.person("Ann");
    let why = [("why", "They have a *reporter* @everyone in the harbour")];
    let link = format!("http://{site}/tern");
    let sent = suggests(&bot, ann, &link, &why).await;
    assert!(
        sent.text().contains("## tern is suggested"),
        "{}",
        sent.text()
    );
    assert!(
        sent.text().contains("The moderators decide."),
        "{}",
        sent.text()
    );
    let (card, text) = last(&bot, desk);
    assert!(text.contains("**tern is suggested as a source**"), "{text}");
    assert!(
        text.contains(&format!("By <@{ann}>: “They have a \\*reporter\\*")),
        "{text}"
    );
    assert!(
        text.contains("1 article") && text.contains("Storm closes"),
        "{text}"
    );
    assert!(bot.discord.pings().is_empty());
    let no = bot.discord.press_label(ann, card, "Approve").await;
    assert!(
        no.private && no.text().contains("Only moderators"),
        "{}",
        no.text()
    );
    assert!(sources(&bot).await.is_empty());

    bot.restarts().await;
    let mia = bot.discord.moderator("Mia");
    let yes = bot.discord.press_label(mia, card, "Approve").await;
    assert!(
        yes.private && yes.text().contains("## tern is a source now"),
        "{}",
        yes.text()
    );
    assert_eq!(sources(&bot).await, ["tern"]);
    let noa = bot.discord.moderator("Noa");
    let late = bot.discord.press_label(noa, card, "Decline").await;
    let said = late.text();
    assert!(said.contains(&format!("by <@{mia}>: Approve.")), "{said}");

    bot.waits(1_000).await;
    let card = bot.discord.message(card).expect("it is there");
    let shown = text_of(&card);
    assert!(shown.contains("1 article"), "{shown}");
    assert!(shown.contains(&format!("by <@{mia}>: Approve")), "{shown}");

    let own = bot.types(ann, "help", &[]).await;
    let text = own.text();
    assert!(
        text.starts_with("**For you:** Your suggestion “tern” is a source now."),
        "{text}"
    );
    let again = bot.types(ann, "help", &[]).await;
    assert!(
        !again.text().contains("Your suggestion"),
        "{}",
        again.text()
    );
    // What is there at its approval is no news; the change can be taken back where it is told.
    bot.waits(3 * MINUTE).await;
    let (change, text) = last(&bot, desk);
    assert!(text.contains(&format!("<@{mia}> added tern")), "{text}");
    let undone = bot.discord.press_label(noa, change, "Undo").await;
    assert!(undone.text().contains("Taken back"), "{}", undone.text());
    assert!(sources(&bot).await.is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_reaches_the_member_by_direct_message_where_they_follow() {
    let (bot, site, desk) = started().await;
    bot.adds(&format!("http://{site}/wren")).await;
    let ann = follows(&bot).await;
    suggests(&bot, ann, &format!("http://{site}/tern"), &[]).await;
    let (card, _) = last(&bot, desk);
    let mia = bot.discord.moderator("Mia");
    let drawn = bot.discord.message(card).expect("it is there");
    let decline = drawn["components"][0]["components"][1].clone();
    assert_eq!(decline["label"], "Decline");
    let form = bot.discord.press_label(mia, card, "Decline").await;
    let reason = [("reason", "It is *all* sport")];
    let done = bot.discord.submit(mia, &form, &reason).await;
    let text = done.text();
    assert!(
        done.private && text.contains("## tern is declined"),
        "{text}"
    );
    assert!(text.contains("“It is \\*all\\* sport”"), "{text}");
    bot.waits(1_000).await;
    let (_, told) = last(&bot, bot.discord.direct(ann));
    assert!(
        told.contains("**Your suggestion “tern” was declined.**"),
        "{told}"
    );
    assert!(told.contains("“It is \\*all\\* sport”"), "{told}");
    // Its buttons are gone by now; somebody may still see them.
    let drawn = bot.discord.message(card).expect("it is there");
    assert_eq!(drawn["components"], serde_json::json!([]));
    let late = pressed(decline["custom_id"].as_str().expect("an id"));
    let form = bot.discord.forge(mia, card, late).await;
    assert!(
        form.text().contains("This was dealt with"),
        "{}",
        form.text()
    );
    assert_eq!(sources(&bot).await, ["wren"]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moderators_at_once_decide_once_and_a_right_withdrawn_decides_nothing() {
    let (bot, site, desk) = started().await;
    let ann = bot.discord.person("Ann");
    suggests(&bot, ann, &format!("http://{site}/tern"), &[]).await;
    let (card, _) = last(&bot, desk);
    let (mia, noa) = (bot.discord.moderator("Mia"), bot.discord.moderator("Noa"));
    let form = bot.discord.press_label(noa, card, "Decline").await;
    bot.discord.withdraw(noa, 1 << 5);
    let no = bot.discord.submit(noa, &form, &[("reason", "No")]).await;
    assert!(no.text().contains("Only moderators"), "{}", no.text());
    let zoe = bot.discord.moderator("Zoe");
    let (first, second) = tokio::join!(
        bot.discord.press_label(mia, card, "Approve"),
        bot.discord.press_label(zoe, card, "Approve"),
    );
    let both = format!("{}\n{}", first.text(), second.text());
    assert_eq!(both.matches("is a source now").count(), 1, "{both}");
    assert_eq!(sources(&bot).await, ["tern"]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_listed_and_decided_there_and_the_card_says_so() {
    let (bot, site, desk) = started().await;
    let ann = bot.discord.person("Ann");
    for outlet in ["tern", "wren"] {
        suggests(&bot, ann, &format!("http://{site}/{outlet}"), &[]).await;
    }
    let (card_of_wren, _) = last(&bot, desk);
    let mia = bot.discord.moderator("Mia");
    let list = bot.types(mia, "sources pending", &[]).await;
    let text = list.text();
    assert!(
        text.contains("## 1 of 2 suggested sources\n### tern"),
        "{text}"
    );
    let next = bot.discord.press_label(mia, list.id, "Next").await;
    assert!(
        next.text()
            .contains("## 2 of 2 suggested sources\n### wren"),
        "{}",
        next.text()
    );
    let done = bot.discord.press_label(mia, next.id, "Approve").await;
    assert!(
        done.text().contains("wren is a source now"),
        "{}",
        done.text()
    );
    let noa = bot.discord.moderator("Noa");
    let late = bot.discord.press_label(noa, card_of_wren, "Approve").await;
    assert!(
        late.text().contains(&format!("by <@{mia}>: Approve.")),
        "{}",
        late.text()
    );
    let mia = bot.discord.moderator("Mia");
    let list = bot.types(mia, "sources pending", &[]).await;
    assert!(
        list.text().contains("## 1 suggested source\n### tern"),
        "{}",
        list.text()
    );
    let form = bot.discord.press_label(mia, list.id, "Decline").await;
    let done = bot.discord.submit(mia, &form, &[]).await;
    assert!(
        done.text().contains("told so, without a reason"),
        "{}",
        done.text()
    );
    let list = bot.types(mia, "sources pending", &[]).await;
    assert!(list.text().contains("Nothing waits"), "{}", list.text());
    assert!(texts(&bot, desk).len() >= 2);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_for_notices_the_card_leads_a_moderators_answer() {
    let (bot, site, desk) = started().await;
    bot.discord.delete_channel(desk);
    let ann = bot.discord.person("Ann");
    suggests(
        &bot,
        ann,
        &format!("http://{site}/tern"),
        &[("why", "It is near")],
    )
    .await;
    let mia = bot.discord.moderator("Mia");
    let help = bot.types(mia, "help", &[]).await;
    let text = help.text();
    assert!(
        text.contains("**For moderators:** tern is suggested as a source"),
        "{text}"
    );
    assert!(text.contains("“It is near”"), "{text}");
    let done = bot.discord.press_label(mia, help.id, "Approve").await;
    assert!(
        done.text().contains("tern is a source now"),
        "{}",
        done.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn what_cannot_be_suggested_is_refused_in_words() {
    let mut world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Harbour opens").at(MORNING - HOUR));
    world.adds("tern.example").await;
    world.asker.moderator = false;
    let suggest =
        async |world: &World, link: &str| world.types(&format!("/suggest-source {link}")).await;
    let known = suggest(&world, "http://tern.example/feed").await;
    assert!(
        known.starts_with("REFUSED: “The Tern” is a source here already."),
        "{known}"
    );
    let private = suggest(&world, "http://192.168.0.1/feed").await;
    assert!(private.contains("that address is private"), "{private}");
    let nothing = suggest(&world, "http://curlew.example/feed").await;
    assert!(
        nothing.starts_with("REFUSED: It cannot be read"),
        "{nothing}"
    );
    let long = format!("http://wren.example/feed why:{}", "x".repeat(301));
    let long = suggest(&world, &long).await;
    assert!(
        long.starts_with("REFUSED: That is over 300 characters long."),
        "{long}"
    );
    let birds = ["wren", "heron", "dipper", "plover", "osprey", "kestrel"];
    for bird in birds {
        world.outlet(&format!("{bird}.example"));
    }
    let first = suggest(&world, "http://wren.example/feed").await;
    insta::assert_snapshot!(first, @r"
    ## The Wren is suggested
    The moderators decide. You are told: by direct message where you follow something, else above your next private answer.
    -# 0 articles · language en
    -# http://wren.example/feed
    **Note:** there is nothing in it at the moment.
    ");
    world.asker.person = 8;
    let again = suggest(&world, "http://wren.example/feed").await;
    assert!(
        again.starts_with("REFUSED: “The Wren” is suggested already."),
        "{again}"
    );
    world.asker.person = 7;
    for bird in &birds[1..5] {
        let link = format!("http://{bird}.example/feed");
        let sent = suggest(&world, &link).await;
        assert!(sent.contains("is suggested\n"), "{sent}");
    }
    let sixth = suggest(&world, "http://kestrel.example/feed").await;
    assert!(
        sixth.starts_with("REFUSED: You have suggested 5 sources within a day"),
        "{sixth}"
    );
    world.clock.move_to(world.now() + DAY);
    let next_day = suggest(&world, "http://kestrel.example/feed").await;
    assert!(next_day.contains("is suggested\n"), "{next_day}");
    world.asker.newsroom = Newsroom::Person(7);
    let own = suggest(&world, "http://osprey.example/feed").await;
    assert!(
        own.starts_with("REFUSED: Here the sources are your own."),
        "{own}"
    );
}

#[tokio::test]
async fn the_page_of_one_that_waits_says_what_its_test_found() {
    let world = World::new().await;
    let wren = world.outlet("wren.example");
    wren.publishes(article("Harbour opens").at(MORNING - HOUR));
    let line = "/suggest-source link:http://wren.example/feed why:They are near";
    world.types(line).await;
    insta::assert_snapshot!(world.types("/sources pending").await, @r"
    ## 1 suggested source
    ### The Wren
    -# number 1 · now
    By <@7>: “They are near”
    -# 1 article · teasers only · language en
    -# http://wren.example/feed
    - [Harbour opens](http://wren.example/harbour-opens) · 1 h ago
    [Approve] [Decline]
    ");
    insta::assert_snapshot!(world.fills("Decline", "Too far").await, @r"
    ## The Wren is declined
    The member is told: “Too far”
    ");
    let again = world.types("/sources pending").await;
    assert!(again.contains("Nothing waits"), "{again}");
    world.types(line).await;
    world.types("/sources pending").await;
    let added = world.presses("Approve").await;
    assert!(added.starts_with("## The Wren is a source now"), "{added}");
    // What it held at its approval is its baseline, and the change stands in the audit.
    let changes = world.types("/audit").await;
    assert!(changes.contains("<@7> added The Wren"), "{changes}");
}

#[tokio::test]
async fn forgetting_a_member_withdraws_what_they_suggested_and_the_card_with_it() {
    let world = World::new().await;
    world.outlet("wren.example");
    world
        .types("/suggest-source http://wren.example/feed")
        .await;
    let stored = world.store().stored_of(7).await.expect("the store answers");
    assert_eq!(stored.suggestions.len(), 1);
    assert_eq!(stored.suggestions[0].outcome, "waiting");
    world.types("/sources pending").await;
    let approve = world.action("Approve");
    let forget = world.store().forget_person(7, world.now());
    forget.await.expect("the store answers");
    let stored = world.store().stored_of(7).await.expect("the store answers");
    assert!(stored.suggestions.is_empty());
    let room = world.newsroom().await;
    let told = world.store().notices(room, 9).await;
    assert!(told.expect("the store answers").is_empty());
    let late = world.presses_action(&approve).await;
    assert!(late.contains("It was withdrawn"), "{late}");
    let list = world.types("/sources pending").await;
    assert!(list.contains("Nothing waits"), "{list}");
}

/// Writes a message to be drawn and looked at, where `LEDE_PICTURES` names a folder.
pub fn keeps(bot: &Bot, name: &str, message: &serde_json::Value, used: Option<&str>) {
    let Ok(folder) = std::env::var("LEDE_PICTURES") else {
        return;
    };
    let mut drawn = message.clone();
    drawn["_preview"] = serde_json::json!({ "now": bot.clock.now() / 1_000 });
    drawn["allowed_mentions"] = serde_json::json!({ "parse": [] });
    if let Some(used) = used {
        drawn["_preview"]["user"] = "Ann".into();
        drawn["_preview"]["command"] = used.into();
    }
    let path = std::path::PathBuf::from(folder).join(format!("{name}.json"));
    std::fs::write(path, drawn.to_string()).expect("it is written");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes messages to look at"]
async fn a_suggestion_in_pictures() {
    let (bot, site, desk) = started().await;
    let ann = bot.discord.person("Ann");
    let link = format!("http://{site}/tern");
    let why = [(
        "why",
        "They have a reporter in the harbour, and nobody else does",
    )];
    let sent = suggests(&bot, ann, &link, &why).await;
    keeps(&bot, "suggest-sent", &sent.message, Some("/suggest-source"));
    let all = bot.discord.messages(desk, None);
    keeps(&bot, "suggest-card", all.last().expect("a card"), None);
    suggests(&bot, ann, &format!("http://{site}/wren"), &[]).await;
    let mia = bot.discord.moderator("Mia");
    let list = bot.types(mia, "sources pending", &[]).await;
    keeps(
        &bot,
        "suggest-pending",
        &list.message,
        Some("/sources pending"),
    );
    let done = bot.discord.press_label(mia, list.id, "Approve").await;
    keeps(
        &bot,
        "suggest-approved",
        &done.message,
        Some("/sources pending"),
    );
    let help = bot.types(ann, "help", &[]).await;
    keeps(&bot, "suggest-told", &help.message, Some("/help"));
    bot.waits(5 * MINUTE).await;
    let (change, _) = last(&bot, desk);
    let all = bot.discord.messages(desk, None);
    let dealt = all.iter().find(|one| text_of(one).contains("Dealt with"));
    keeps(&bot, "suggest-dealt", dealt.expect("it says so"), None);
    let all = bot.discord.messages(desk, None);
    keeps(&bot, "change", all.last().expect("a change"), None);
    let mia = bot.discord.moderator("Mia");
    bot.discord.press_label(mia, change, "Undo").await;
    let late = bot.discord.press_label(mia, change, "Undo").await;
    keeps(&bot, "change-late", &late.message, None);
    bot.discord.delete_channel(desk);
    suggests(&bot, ann, &format!("http://{site}/heron"), &why).await;
    let help = bot.types(mia, "headlines", &[]).await;
    keeps(&bot, "suggest-leads", &help.message, Some("/headlines"));
    bot.stop().await;
}

#[tokio::test]
async fn what_is_here_under_another_address_is_not_suggested_and_its_own_is_not_told() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for title in ["Harbour opens", "Ferry stops", "Mill burns"] {
        tern.publishes(article(title).text("It happened."));
    }
    let keyed = "http://tern.example/feed?token=8f2c11d09ab4";
    world.adds_url(keyed).await;
    world.minutes(1).await;
    let member = lede::desk::Asker {
        moderator: false,
        ..world.asker.clone()
    };
    let says = async |line: &str| {
        let asked = lede::desk::parse_line(line).expect("it is a line");
        match world.desk.answer(&member, &asked).await {
            Ok(page) => crate::world::look(&page, world.now()),
            Err(lede::desk::No::Refused(no)) => no.cause,
            Err(lede::desk::No::Failed(error)) => panic!("{error:#}"),
        }
    };
    let same = says("/suggest-source http://tern.example/feed/?token=8f2c11d09ab4").await;
    assert_eq!(
        same,
        "“The Tern” is a source here already, under another address."
    );
    let other = says("/suggest-source http://tern.example/feed").await;
    assert!(
        other.contains("“The Tern” is a source here and brings the same articles"),
        "{other}"
    );
    assert!(!other.contains("8f2c11d09ab4"), "{other}");
}

#[tokio::test]
async fn what_was_added_meanwhile_under_another_address_is_not_added_twice() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Harbour opens").text("It happened."));
    world
        .types("/suggest-source http://tern.example/feed")
        .await;
    world.adds_url("http://tern.example/feed/").await;
    world.types("/sources pending").await;
    let said = world.presses("Approve").await;
    assert!(
        said.contains("is a source here already, under another address"),
        "{said}"
    );
    let sources = world.store().sources(world.newsroom().await).await;
    assert_eq!(sources.expect("they are read").len(), 1);
}
