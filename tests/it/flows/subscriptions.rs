//! Moderators subscribe channels, members follow: cards, changes, panels, settings, since, privacy.

use crate::world::{Outlet, World, article, look};
use insta::assert_snapshot;
use lede::desk::No;
use lede::news::Newsroom;
use lede::page::Ask;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";
const DREDGER: &str = "A dredger ran aground in the harbour of Tarn on Monday night, the coast guard said. \
    Divers found no leak in its hull, and two tugs are to pull it free at high water.";
const BAKERY: &str = "The oldest bakery of Orren closes its doors in May, its owner said on Tuesday. \
    Her sons work as electricians and do not want to take it over.";

/// A server with two sources, one of which reports on the harbour twice; both on the reopening.
async fn world() -> (World, Outlet, Outlet) {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let wren = world.outlet("wren.example");
    let reopens = "Tarn harbour reopens after nine weeks";
    for (outlet, minutes) in [(&tern, 40), (&wren, 30)] {
        let piece = article(reopens).text(HARBOUR);
        outlet.publishes(piece.at(world.minutes_ago(minutes)));
    }
    let dredger = article("Dredger aground in Tarn harbour").text(DREDGER);
    tern.publishes(dredger.at(world.hours_ago(9)));
    let bakery = article("Orren loses its oldest bakery").text(BAKERY);
    wren.publishes(bakery.at(world.hours_ago(3)));
    world.adds("tern.example").await;
    world.adds("wren.example").await;
    world.minutes(1).await;
    (world, tern, wren)
}

/// As Discord's front end asks: with what it knows of the channel.
fn add(what: &str, facts: &[(&str, &str)]) -> Ask {
    let ask = Ask::new("subscriptions")
        .subcommand("add")
        .value("what", what)
        .value("channel", "300")
        .value("channel_name", "news");
    facts
        .iter()
        .fold(ask, |ask, (name, value)| ask.value(name, *value))
}

#[tokio::test]
async fn a_channel_is_subscribed_changed_paused_removed_and_taken_back() {
    let (world, ..) = world().await;
    assert_snapshot!(world.asks(add("harbour", &[])).await, @"");
    assert_snapshot!(world.chooses("Change", "When it is sent").await, @"");
    assert_snapshot!(world.fills("Type it", "whenever").await, @"");
    assert_snapshot!(world.fills("Type it", "daily 7:30").await, @"");
    world
        .chooses("Change", "How many outlets to wait for")
        .await;
    assert_snapshot!(world.chooses("How many outlets to wait for", "2 outlets").await, @"");
    let confirm = world.action("Confirm");
    assert_snapshot!(world.presses("Confirm").await, @"");
    assert_snapshot!(world.presses_action(&confirm).await, @"");
    world.asks(add("Harbour", &[])).await;
    let again = world.asks(add(" HARBOUR ", &[])).await;
    assert!(again.contains("is there already"), "{again}");

    assert_snapshot!(world.types("/subscriptions list").await, @"");
    assert_snapshot!(world.chooses("Open one", "Harbour · #news").await, @"");
    assert_snapshot!(world.presses("Pause").await, @"");
    assert_snapshot!(world.types("/subscriptions list").await, @"");
    assert_snapshot!(world.types("/subscriptions edit harbour").await, @"");
    assert_snapshot!(world.presses("Wake").await, @"");
    world.presses("Open").await;
    world.chooses("Change", "When it is sent").await;
    assert_snapshot!(world.chooses("When it is sent", "As it breaks").await, @"");
    assert_snapshot!(world.presses("Save").await, @"");
    assert_snapshot!(world.types("/subscriptions remove harbour").await, @"");
    assert_snapshot!(world.types("/subscriptions list").await, @"");
}

#[tokio::test]
async fn undo_brings_a_removed_subscription_back() {
    let (world, ..) = world().await;
    world.asks(add("harbour", &[])).await;
    world.presses("Confirm").await;
    world.types("/subscriptions remove ~1").await;
    let undo = world.action("Undo");
    assert_snapshot!(world.presses("Undo").await, @"");
    assert_snapshot!(world.presses_action(&undo).await, @"");
    assert_snapshot!(world.types("/subscriptions remove bakery").await, @"");
}

#[tokio::test]
async fn the_card_says_what_a_channel_a_role_and_waiting_come_to() {
    let (world, ..) = world().await;
    let facts = [
        ("channel_form", "announcement"),
        ("channel_lacks", "history,embed"),
        ("mention", "31"),
        ("mention_name", "Readers"),
        ("mention_mentionable", "yes"),
    ];
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @"");
    let facts = [("channel_lacks", "send")];
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @"");
    let facts = [
        ("mention", "31"),
        ("mention_name", "Readers"),
        ("mention_mentionable", "no"),
    ];
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @"");
    let forum = [
        ("channel_form", "forum"),
        ("channel_tags", "5:Sea\n6:Land"),
        ("wait-for", "3"),
    ];
    assert_snapshot!(world.asks(add("everything", &forum)).await, @"");
    world.chooses("Change", "Tags of the posts").await;
    world.chooses("Tags of the posts", "Sea").await;
    assert_snapshot!(world.chooses("Change", "Tags of the posts").await, @"");
    assert_snapshot!(world.presses("Back").await, @"");
    assert_snapshot!(world.presses("Cancel").await, @"");
    assert_snapshot!(world.asks(add("source tern", &[])).await, @"");
    assert_snapshot!(world.asks(add("folder ports", &[])).await, @"");
}

#[tokio::test]
async fn only_moderators_subscribe_channels() {
    let (mut world, ..) = world().await;
    world.asks(add("harbour", &[])).await;
    let confirm = world.action("Confirm");
    world.asker.moderator = false;
    let refused = world.desk.press(&world.asker, &confirm, &[]).await;
    assert!(matches!(refused, Err(No::Refused(_))));
    assert_snapshot!(world.asks(add("harbour", &[])).await, @"");
    let room = world.newsroom().await;
    let there = world
        .store()
        .subscriptions(room)
        .await
        .expect("the store answers");
    assert!(there.is_empty());
}

#[tokio::test]
async fn a_button_of_what_was_removed_says_so() {
    let (world, ..) = world().await;
    world.asks(add("harbour", &[])).await;
    world.presses("Confirm").await;
    world.presses("Open").await;
    let pause = world.action("Pause");
    world.types("/subscriptions remove harbour").await;
    assert_snapshot!(world.presses_action(&pause).await, @"");
}

#[tokio::test]
async fn a_member_follows_by_direct_message() {
    let (mut world, ..) = world().await;
    world.asker.moderator = false;
    assert_snapshot!(world.types("/follow harbour").await, @"");
    assert_snapshot!(world.presses("Confirm").await, @"");
    assert_snapshot!(world.types("/following").await, @"");
    assert_snapshot!(world.fills("Time zone", "Berlin").await, @"");
    assert_snapshot!(world.fills("Quiet hours", "off").await, @"");
    assert_snapshot!(world.fills("Time zone", "Atlantis").await, @"");
    world.types("/following").await;
    assert_snapshot!(world.chooses("Open one", "Harbour").await, @"");
    assert_snapshot!(world.presses("Stop").await, @"");
    assert_snapshot!(world.presses("Undo").await, @"");
    let mine = world.types("/following").await;
    assert!(mine.contains("Harbour"), "{mine}");

    // A moderator's list does not show what members follow; nor can others touch it.
    world.asker.moderator = true;
    let list = world.types("/subscriptions list").await;
    assert!(list.contains("No subscriptions yet"), "{list}");
    world.asker.person = 8;
    let other = world.types("/following").await;
    assert!(other.contains("You follow nothing yet"), "{other}");
    let ask = Ask::new("following")
        .value("do", "remove")
        .value("which", "~1");
    let refused = world.asks(ask).await;
    assert!(refused.contains("REFUSED"), "{refused}");
}

#[tokio::test]
async fn settings_are_shown_in_words_and_changed_one_by_one() {
    let (world, ..) = world().await;
    assert_snapshot!(world.types("/settings").await, @"");
    assert_snapshot!(world.chooses("Change", "Quiet hours").await, @"");
    assert_snapshot!(world.chooses("Quiet hours", "22:00 to 08:00").await, @"");
    world.chooses("Change", "News channels").await;
    let added = world.chooses("News channels", "Add this channel").await;
    assert!(added.contains("<#200> is a news channel now."), "{added}");
    world.chooses("Change", "Newsroom role").await;
    let role = world.fills("Type it", "<@&31>").await;
    assert!(role.contains("<@&31>"), "{role}");
    world.chooses("Change", "Time zone").await;
    assert_snapshot!(world.fills("Type it", "Kathmandu").await, @"");
    let rights = world
        .desk
        .rights(&world.asker, &[31])
        .await
        .expect("rights");
    assert!(rights.public && rights.moderator);
    // A subscription made now keeps the quiet hours of the newsroom.
    let card = world.asks(add("harbour", &[])).await;
    assert!(card.contains("22:00–08:00, as /settings has it"), "{card}");
}

#[tokio::test]
async fn a_brief_goes_on_since_the_last_time() {
    let (world, tern, _) = world().await;
    assert_snapshot!(world.types("/brief harbour since").await, @"");
    world.minutes(30).await;
    assert_snapshot!(world.types("/brief harbour period:since").await, @"");
    // Published before the last time, and seen only after it.
    let late = article("Tugs free the dredger of Tarn harbour").text(
        "Two tugs freed the dredger that blocked the harbour of Tarn, the coast guard said on Tuesday. \
         Its captain is questioned by the port office.",
    );
    tern.publishes(late.at(world.minutes_ago(45)));
    world.minutes(60).await;
    assert_snapshot!(world.types("/brief harbour period:since").await, @"");
}

#[tokio::test]
async fn a_person_sees_exports_and_deletes_what_is_stored() {
    let (world, ..) = world().await;
    world.types("/follow harbour").await;
    world.presses("Confirm").await;
    world.types("/brief ferry").await;
    assert_snapshot!(world.types("/privacy").await, @"");
    let export = world.presses("Export").await;
    assert!(export.contains("lede-about-me.json"), "{export}");
    world.types("/privacy").await;
    assert_snapshot!(world.presses("Delete").await, @"");
    assert_snapshot!(world.presses("Delete it all").await, @"");
    let left = world.store().stored_of(world.asker.person).await;
    let left = left.expect("the store answers");
    assert!(left.follows.is_empty() && left.asked.is_empty());
}

#[tokio::test]
async fn why_tells_what_became_of_an_article() {
    let (world, tern, _) = world().await;
    world.asks(add("harbour", &[])).await;
    world.presses("Confirm").await;
    world.asks(add("bakery", &[])).await;
    world.presses("Confirm").await;
    assert_snapshot!(world.types("/subscriptions why dredger aground").await, @"");
    let link = tern.feed().replace("/feed", "/nothing");
    assert_snapshot!(world.types(&format!("/subscriptions why {link}")).await, @"");
}

#[tokio::test]
async fn the_host_subscribes_the_terminal() {
    let (mut world, ..) = world().await;
    let room = world
        .store()
        .newsroom(Newsroom::Terminal, world.now())
        .await;
    let room = room.expect("the store answers");
    for host in ["tern.example", "wren.example"] {
        let url = format!("http://{host}/feed");
        crate::world::add_source(&world.desk, room, &url).await;
    }
    world.asker = lede::desk::Asker::terminal();
    assert_snapshot!(world.types("subscriptions add harbour").await, @"");
    let answer = lede::desk::parse_line("subscriptions add harbour --yes").expect("read");
    let page = world
        .desk
        .answer(&world.asker, &answer)
        .await
        .expect("saved");
    assert_snapshot!(look(&page, world.now()), @"");
    assert_snapshot!(world.types("following").await, @"");
}
