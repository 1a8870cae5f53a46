//! Moderators subscribe channels, members follow: cards, changes, panels, settings, since, privacy.

use crate::world::{Outlet, World, article, look};
use insta::assert_snapshot;
use lede::desk::{No, Pressed};
use lede::news::Newsroom;
use lede::page::Ask;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";
const SHIPS: &str = "The grain carrier Aurelia entered the harbour of Tarn on Tuesday, the first ship in nine weeks. \
    Larger vessels have to wait until pilots know the new channel and its buoys, according to the coast guard.";
const SEALS: &str = "Seal pups stop the works at the western mole until April, wardens of the nature reserve decided. \
    Eleven of them lie on the stones of the harbour and are fed by their mothers at night.";
const BAKERY: &str = "The oldest bakery of Orren closes its doors in May, its owner said on Tuesday. \
    Her sons work as electricians and do not want to take it over.";

/// A server with two sources, one of which reports on the harbour twice; both on the reopening.
async fn world() -> (World, Outlet, Outlet) {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let wren = world.outlet("wren.example");
    let reopens = article("Tarn harbour reopens after nine weeks").text(HARBOUR);
    tern.publishes(reopens.at(world.minutes_ago(40)));
    let ships = article("First ship enters Tarn harbour in nine weeks").text(SHIPS);
    wren.publishes(ships.at(world.minutes_ago(30)));
    let seals = article("Seal pups stop works at the western mole").text(SEALS);
    tern.publishes(seals.at(world.hours_ago(9)));
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
    assert_snapshot!(world.asks(add("harbour", &[])).await, @r"
    ## Send Harbour to <#300>?
    - **When**: as it breaks, each story once, with its first outlet
    - **At most**: 8 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **Mention**: nobody; messages make no sound
    - **To expect**: about 2 stories a day.
    ---
    **The last 2 that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    - [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole) · The Tern · 9 h ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned
    ");
    assert_snapshot!(world.chooses("Change", "When it is sent").await, @r"
    ## When should it be sent?
    -# Harbour
    [When it is sent v] As it breaks | Every hour, in one message | Daily at 08:00, in one message | Daily at 18:00, in one message | Weekly, Monday at 08:00
    [Type it] [Back]
    ");
    assert_snapshot!(world.fills("Type it", "whenever").await, @r"
    REFUSED: “whenever” is not a time to send at. Type it like as it breaks, hourly, daily 07:30 or weekly Monday 8:00.
    ");
    assert_snapshot!(world.fills("Type it", "daily 7:30").await, @r"
    ## Send Harbour to <#300>?
    - **When**: daily 07:30 UTC, in one message; the next 2026-03-11T07:30:00Z
    - **Mention**: nobody; messages make no sound
    - **To expect**: about 2 stories a day. A digest tells the strongest 7 and counts the rest.
    ---
    **The last 2 that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    - [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole) · The Tern · 9 h ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned
    ");
    world
        .chooses("Change", "How many outlets to wait for")
        .await;
    assert_snapshot!(world.chooses("How many outlets to wait for", "2 outlets").await, @r"
    ## Send Harbour to <#300>?
    - **When**: daily 07:30 UTC, in one message, what 2 outlets have; the next 2026-03-11T07:30:00Z
    - **Mention**: nobody; messages make no sound
    - **To expect**: about 1 story a day. A digest tells the strongest 7 and counts the rest.
    ---
    **The last that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned
    ");
    let confirm = world.action("Confirm");
    assert_snapshot!(world.presses("Confirm").await, @r"
    ## Harbour goes to <#300> now
    The next message comes 2026-03-11T07:30:00Z, if there is news by then. What is already out is not sent.
    [Open]
    ");
    assert_snapshot!(world.presses_action(&confirm).await, @r"
    ## Harbour in <#300> is there already
    Nothing was added: one story is one message, however often it is asked for.
    [Open]
    ");
    world.asks(add("Harbour", &[])).await;
    let again = world.asks(add(" HARBOUR ", &[])).await;
    assert!(again.contains("is there already"), "{again}");

    assert_snapshot!(world.types("/subscriptions list").await, @r"
    ## 1 subscription
    -# All awake
    - **Harbour** · <#300>: daily 07:30, waits for 2 outlets
    [Open one v] Harbour · #news
    ");
    assert_snapshot!(world.chooses("Open one", "Harbour · #news").await, @r"
    ## Harbour in <#300>
    -# Since now
    - **When**: daily 07:30 UTC, in one message, what 2 outlets have; the next 2026-03-11T07:30:00Z
    - **Mention**: nobody; messages make no sound
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned
    [Pause] [Preview] [Remove] [All]
    ");
    assert_snapshot!(world.presses("Pause").await, @r"
    ## Harbour in <#300> is paused
    What comes meanwhile is not sent later. Wake begins anew.
    [Wake] [Open]
    ");
    assert_snapshot!(world.types("/subscriptions list").await, @r"
    ## 1 subscription
    -# 1 paused
    - **Harbour** · <#300>: daily 07:30, waits for 2 outlets; paused by hand now
    [Open one v] Harbour · #news
    ");
    assert_snapshot!(world.types("/subscriptions edit harbour").await, @r"
    ## Harbour in <#300>
    **Asleep**: paused by hand now.
    - **When**: daily 07:30 UTC, in one message, what 2 outlets have
    - **Mention**: nobody; messages make no sound
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned
    [Wake] [Preview] [Remove] [All]
    ");
    assert_snapshot!(world.presses("Wake").await, @r"
    ## Harbour in <#300> is awake
    The next message comes 2026-03-11T07:30:00Z, if there is news by then. What is already out is not sent.
    [Open]
    ");
    world.presses("Open").await;
    world.chooses("Change", "When it is sent").await;
    assert_snapshot!(world.chooses("When it is sent", "As it breaks").await, @r"
    ## Change Harbour?
    - **When**: as it breaks, each story once, when 2 outlets have it
    - **At most**: 8 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **Mention**: nobody; messages make no sound
    - **To expect**: about 1 story a day.
    ---
    **The last that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    [Save] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned
    ");
    assert_snapshot!(world.presses("Save").await, @r"
    ## Harbour in <#300> is changed
    The next new story is the first to come. What is already out is not sent.
    [Undo] [Open]
    ");
    assert_snapshot!(world.types("/subscriptions remove harbour").await, @r"
    ## Harbour no longer goes to <#300>
    What waited to be sent for it is dropped.
    [Undo]
    ");
    assert_snapshot!(world.types("/subscriptions list").await, @r"
    ## No subscriptions yet
    Type /subscriptions add, a topic and a channel: a preview is shown before anything is saved.
    ");
}

#[tokio::test]
async fn undo_brings_a_removed_subscription_back() {
    let (world, ..) = world().await;
    world.asks(add("harbour", &[])).await;
    world.presses("Confirm").await;
    world.types("/subscriptions remove ~1").await;
    let undo = world.action("Undo");
    assert_snapshot!(world.presses("Undo").await, @r"
    ## Harbour in <#300> is back
    The next new story is the first to come. What is already out is not sent.
    [Open]
    ");
    assert_snapshot!(world.presses_action(&undo).await, @r"
    REFUSED: It is there again already. Type /subscriptions list or /following to see it.
    ");
    assert_snapshot!(world.types("/subscriptions remove bakery").await, @r"
    REFUSED: There is no subscription “bakery” here. There are: Harbour · #news.
    ");
}

#[tokio::test]
async fn undo_after_the_digest_s_time_waits_for_the_next_one() {
    let (world, ..) = world().await;
    world.asks(add("everything", &[])).await;
    world.presses("Confirm").await;
    world.types("/subscriptions remove ~1").await;
    let undo = world.action("Undo");
    world.hours(24).await;
    let back = world.presses_action(&undo).await;
    assert!(back.contains("comes 2026-03-12T08:00:00Z"), "{back}");
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
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @r"
    ## Send Harbour to <#300>?
    - **When**: as it breaks, each story once, when 2 outlets have it
    - **At most**: 8 messages a day; what is more comes together the next morning
    - **Quiet hours**: 22:00–08:00; what comes then waits until they end
    - **Mention**: <@&31>, at most 3 times a day
    - **Publish**: no
    - **To expect**: about 1 story a day.
    **Note**: I can't read this channel's history (Read Message History), so a message that was cut off while it was sent is not sent again; the next digest names it.
    **Note**: I can't embed links there (Embed Links), so messages would show headlines without quotes.
    ---
    **The last that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned | Publishing to channels that follow
    ");
    let facts = [("channel_lacks", "send")];
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @r"
    REFUSED: I can't write in #news: I lack Send Messages there. Nothing was saved. Give me that in the channel's settings, then choose it again.
    ");
    let facts = [
        ("mention", "31"),
        ("mention_name", "Readers"),
        ("mention_mentionable", "no"),
    ];
    assert_snapshot!(world.asks(add("harbour", &facts)).await, @r"
    REFUSED: I may not mention “Readers”. Allow anyone to mention it in the role's settings, then type the command again; or leave the mention out.
    ");
    let forum = [
        ("channel_form", "forum"),
        ("channel_tags", "5:Sea\n6:Land"),
        ("wait-for", "3"),
    ];
    assert_snapshot!(world.asks(add("everything", &forum)).await, @r"
    ## Send Everything to <#300>?
    - **When**: daily 08:00 UTC, in one message, what 3 outlets have; the next 2026-03-11T08:00:00Z
    - **Mention**: nobody; messages make no sound
    - **Tags**: none
    - **To expect**: nothing in the last day would have been sent.
    **Note**: there are only 2 sources here, so hardly a story can have 3 outlets. Wait for fewer, or it sends nearly nothing.
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned | Tags of the posts
    ");
    world.chooses("Change", "Tags of the posts").await;
    world.chooses("Tags of the posts", "Sea").await;
    assert_snapshot!(world.chooses("Change", "Tags of the posts").await, @r"
    ## Which tags should the posts have? Choose one to add it or to take it off.
    -# Everything
    [Tags of the posts v] ✓ Sea | Land | No tags
    [Back]
    ");
    assert_snapshot!(world.presses("Back").await, @r"
    ## Send Everything to <#300>?
    - **When**: daily 08:00 UTC, in one message, what 3 outlets have; the next 2026-03-11T08:00:00Z
    - **Mention**: nobody; messages make no sound
    - **Tags**: 1 tag
    - **To expect**: nothing in the last day would have been sent.
    **Note**: there are only 2 sources here, so hardly a story can have 3 outlets. Wait for fewer, or it sends nearly nothing.
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | The role that is mentioned | Tags of the posts
    ");
    assert_snapshot!(world.presses("Cancel").await, @r"
    Nothing was changed about Everything.
    ");
    assert_snapshot!(world.asks(add("source tern", &[])).await, @r"
    ## Send The Tern to <#300>?
    - **When**: as it breaks, each new article
    - **At most**: 20 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **Mention**: nobody; messages make no sound
    - **To expect**: 2 articles in the last 7 days.
    ---
    **The last 2 that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    - [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole) · The Tern · 9 h ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours | The role that is mentioned
    ");
    assert_snapshot!(world.asks(add("folder ports", &[])).await, @r#"
    REFUSED: There is no folder “ports” here. /sources edit puts a source into one, and an imported list brings its own. For the topic, put it in quotes: "folder ports".
    "#);
}

#[tokio::test]
async fn only_moderators_subscribe_channels() {
    let (mut world, ..) = world().await;
    world.asks(add("harbour", &[])).await;
    let confirm = world.action("Confirm");
    world.asker.moderator = false;
    let refused = world.desk.press(&world.asker, &confirm, &[]).await;
    assert!(matches!(refused, Err(No::Refused(_))));
    assert_snapshot!(world.asks(add("harbour", &[])).await, @r"
    REFUSED: Only moderators of this server may do that. Ask somebody with the right to manage the server.
    ");
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
    assert_snapshot!(world.presses_action(&pause).await, @r"
    REFUSED: That subscription is no longer there. Type /subscriptions list or /following to see what is.
    ");
}

#[tokio::test]
async fn a_member_follows_by_direct_message() {
    let (mut world, ..) = world().await;
    world.asker.moderator = false;
    assert_snapshot!(world.types("/follow harbour").await, @r"
    ## Follow Harbour?
    - **When**: daily 08:00 UTC, in one message; the next 2026-03-11T08:00:00Z
    - **To expect**: about 2 stories a day. A digest tells the strongest 7 and counts the rest.
    **Note**: it is made from this server's sources, wherever you read it.
    ---
    **The last 2 that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    - [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole) · The Tern · 9 h ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for
    ");
    assert_snapshot!(world.presses("Confirm").await, @r"
    ## You follow Harbour
    The next message comes 2026-03-11T08:00:00Z, if there is news by then. What is already out is not sent.
    [Open]
    ");
    assert_snapshot!(world.types("/following").await, @r"
    ## You follow 1 thing
    - **Harbour**: daily 08:00
    -# Time zone UTC, as none was chosen · quiet hours 22:00–08:00 (nothing is sent then; it comes when they end)
    [Open one v] Harbour
    [Quiet hours] [Time zone]
    ");
    assert_snapshot!(world.fills("Time zone", "Berlin").await, @r"
    ## You follow 1 thing
    Your time zone is Europe/Berlin now.
    - **Harbour**: daily 08:00
    -# Time zone Europe/Berlin · quiet hours 22:00–08:00 (nothing is sent then; it comes when they end)
    [Open one v] Harbour
    [Quiet hours] [Time zone]
    ");
    assert_snapshot!(world.fills("Quiet hours", "off").await, @r"
    ## You follow 1 thing
    You have no quiet hours now.
    - **Harbour**: daily 08:00
    -# Time zone Europe/Berlin · quiet hours none
    [Open one v] Harbour
    [Quiet hours] [Time zone]
    ");
    assert_snapshot!(world.fills("Time zone", "Atlantis").await, @r"
    ## Which time zone?
    “Atlantis” is not a time zone: type a name like Europe/Berlin or America/New_York, or UTC.
    [The nearest v] Pacific/Honolulu · 23:01 | America/Los_Angeles · 02:01 | America/Denver · 03:01 | America/Chicago · 04:01 | America/New_York · 05:01 | America/Sao_Paulo · 06:01 | UTC · 09:01 | Europe/London · 09:01 | Africa/Lagos · 10:01 | Europe/Berlin · 10:01 | Europe/Paris · 10:01 | Africa/Johannesburg · 11:01 | Africa/Cairo · 11:01 | Europe/Athens · 11:01 | Europe/Kyiv · 11:01 | Europe/Istanbul · 12:01 | Africa/Nairobi · 12:01 | Asia/Dubai · 13:01 | Asia/Karachi · 14:01 | Asia/Kolkata · 14:31
    [Back]
    ");
    world.types("/following").await;
    assert_snapshot!(world.chooses("Open one", "Harbour").await, @r"
    ## Harbour
    -# Since now
    - **When**: daily 08:00 (Europe/Berlin), in one message; the next 2026-03-11T07:00:00Z
    [Change v] When it is sent | How many outlets to wait for
    [Pause] [Preview] [Stop] [All]
    ");
    assert_snapshot!(world.presses("Stop").await, @r"
    ## You no longer follow Harbour
    What waited to be sent for it is dropped.
    [Undo]
    ");
    assert_snapshot!(world.presses("Undo").await, @r"
    ## Harbour is back
    The next message comes 2026-03-11T07:00:00Z, if there is news by then. What is already out is not sent.
    [Open]
    ");
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
    assert_snapshot!(world.types("/settings").await, @r"
    ## Settings
    - **Time zone**: UTC, as none was chosen
    - **Quiet hours**: none
    - **Daily cap**: none (each subscription has its own)
    - **News channels**: none (answers are private)
    - **Notices channel**: none (notices lead the next answer to a moderator)
    - **Newsroom role**: none (moderators are those who may manage the server)
    - **Images**: on
    [Change v] Time zone | Quiet hours | Daily cap | News channels | Notices channel | Newsroom role | Images
    [Last changes]
    ");
    assert_snapshot!(world.chooses("Change", "Quiet hours").await, @r"
    ## Quiet hours
    Nothing is sent in them to subscriptions that have no quiet hours of their own; it waits until they end.
    -# Now: none
    [Quiet hours v] No quiet hours | 22:00 to 08:00 | 23:00 to 07:00 | 20:00 to 09:00
    [Type it] [Back]
    ");
    assert_snapshot!(world.chooses("Quiet hours", "22:00 to 08:00").await, @r"
    ## Settings
    The quiet hours are 22:00–08:00 now.
    - **Time zone**: UTC, as none was chosen
    - **Quiet hours**: 22:00–08:00
    - **Daily cap**: none (each subscription has its own)
    - **News channels**: none (answers are private)
    - **Notices channel**: none (notices lead the next answer to a moderator)
    - **Newsroom role**: none (moderators are those who may manage the server)
    - **Images**: on
    [Change v] Time zone | Quiet hours | Daily cap | News channels | Notices channel | Newsroom role | Images
    [Undo] [Last changes]
    ");
    world.chooses("Change", "News channels").await;
    let added = world.picks("Add a channel, or take it off", 200).await;
    assert!(added.contains("<#200> is a news channel now."), "{added}");
    world.chooses("Change", "Newsroom role").await;
    let role = world.picks("A role", 31).await;
    assert!(role.contains("<@&31>"), "{role}");
    world.chooses("Change", "Time zone").await;
    assert_snapshot!(world.fills("Type it", "Kathmandu").await, @r"
    ## Settings
    The time zone is Asia/Kathmandu now.
    - **Time zone**: Asia/Kathmandu
    - **Quiet hours**: 22:00–08:00
    - **Daily cap**: none (each subscription has its own)
    - **News channels**: <#200>
    - **Notices channel**: none (notices lead the next answer to a moderator)
    - **Newsroom role**: <@&31>
    - **Images**: on
    [Change v] Time zone | Quiet hours | Daily cap | News channels | Notices channel | Newsroom role | Images
    [Undo] [Last changes]
    ");
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
    assert_snapshot!(world.types("/brief harbour period:since").await, @r"
    ## Harbour · last 24 h
    -# 2 stories, 2 outlets · you had not asked for it before, so 24 h · sources read 1 min ago
    ### [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    -# 2 outlets · newest 31 min ago
    > The grain carrier Aurelia entered the harbour of Tarn on Tuesday, the first ship in nine weeks. — [The Wren](http://wren.example/first-ship-enters-tarn-harbour-in-nine-weeks)
    > The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. — [The Tern](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    > Larger vessels have to wait until pilots know the new channel and its buoys, according to the coast guard. — [The Wren](http://wren.example/first-ship-enters-tarn-harbour-in-nine-weeks)
    ---
    ### [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    -# Only The Tern so far · 9 h ago
    > Seal pups stop the works at the western mole until April, wardens of the nature reserve decided. — [The Tern](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    > Eleven of them lie on the stones of the harbour and are fed by their mothers at night. — [The Tern](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    [Open a story v] Tarn harbour reopens after nine weeks | Seal pups stop works at the western mole
    [Show here] [3 days]
    ");
    world.minutes(30).await;
    assert_snapshot!(world.types("/brief harbour period:since").await, @r"
    ## Nothing new on Harbour
    Nothing was seen since you asked 30 min ago.
    [24 h]
    ");
    // Published before the last time, and seen only after it.
    let late = article("Ferry Orla stays in port for repairs").text(
        "The ferry Orla stays in the harbour of Lindholm until its rudder is mended, its owner said. \
         Passengers to the islands are asked to take the night boat.",
    );
    tern.publishes(late.at(world.minutes_ago(45)));
    world.hours(4).await;
    assert_snapshot!(world.types("/brief harbour period:since").await, @r"
    ## Harbour · since the last time
    -# 1 story, 1 outlet · you asked 4 h ago · sources read 38 min ago
    ### [Ferry Orla stays in port for repairs](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    -# Only The Tern so far · 4 h ago
    > The ferry Orla stays in the harbour of Lindholm until its rudder is mended, its owner said. — [The Tern](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    > Passengers to the islands are asked to take the night boat. — [The Tern](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    [Open a story v] Ferry Orla stays in port for repairs
    [Show here] [3 days]
    ");
}

#[tokio::test]
async fn a_person_sees_exports_and_deletes_what_is_stored() {
    let (world, ..) = world().await;
    world.types("/follow harbour").await;
    world.presses("Confirm").await;
    world.types("/brief ferry").await;
    assert_snapshot!(world.types("/privacy").await, @r"
    ## What Lede knows of you
    - 1 follow, with what was decided and sent for it
    - 1 topic that you asked for, each with the last time
    - 3 changes that you made, in the audit of where you made it, for 90 days
    - 2 entries of servers that name you as who added it
    Lede reads no messages. It keeps ids and no names of people, and what you press and type only as far as it is named here.
    [Export] [Delete]
    ");
    let export = world.presses("Export").await;
    assert!(export.contains("lede-about-me.json"), "{export}");
    world.types("/privacy").await;
    assert_snapshot!(world.presses("Delete").await, @r"
    ## Delete what Lede knows of you?
    All that you follow ends, and what was sent to you, what you asked for, what you suggested, your settings and your own sources are deleted. It cannot be undone.
    What you changed as a moderator is the server's record: it names you for 90 days, and as long as what you added is there.
    [Delete it all] [Keep it]
    ");
    assert_snapshot!(world.presses("Delete it all").await, @r"
    ## Deleted
    Lede has forgotten what it knew of you.
    ");
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
    world.asks(add("mole -wardens", &[])).await;
    world.presses("Confirm").await;
    assert_snapshot!(world.types("/subscriptions why seal pups").await, @r"
    ## Why
    ### [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    -# Only The Tern so far · 9 h ago
    **Seen**: The Tern 1 min ago
    - **Harbour** · <#300>: not sent, as it was out before the subscription began now.
    - **Bakery** · <#300>: not sent, as nothing in it meets this subscription.
    - **Mole -wardens** · <#300>: not sent, as it holds “wardens”, which the topic leaves out.
    [All sources]
    ");
    let link = tern.feed().replace("/feed", "/nothing");
    assert_snapshot!(world.types(&format!("/subscriptions why {link}")).await, @r"
    ## Not seen
    -# http://tern.example/nothing
    None of the 2 sources here has carried that link, so it could not be sent. The feed may leave it out, or name it by another address: look for words of its headline.
    ");
}

#[tokio::test]
async fn a_preview_shows_what_would_go_and_why_tells_what_became_of_it() {
    let (world, tern, _) = world().await;
    world.asks(add("harbour", &[("when", "daily 08:00")])).await;
    world.presses("Confirm").await;
    world.presses("Open").await;
    assert_snapshot!(world.presses("Preview").await, @r"
    ## What Harbour would send now
    -# Nothing: all of it was out before, or was sent. This is how it would look.
    ### [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    -# 2 outlets · newest 31 min ago
    > The grain carrier Aurelia entered the harbour of Tarn on Tuesday, the first ship in nine weeks. — [The Wren](http://wren.example/first-ship-enters-tarn-harbour-in-nine-weeks)
    > The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. — [The Tern](http://tern.example/tarn-harbour-reopens-after-nine-weeks)
    > Larger vessels have to wait until pilots know the new channel and its buoys, according to the coast guard. — [The Wren](http://wren.example/first-ship-enters-tarn-harbour-in-nine-weeks)
    ---
    ### [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    -# Only The Tern so far · 9 h ago
    > Seal pups stop the works at the western mole until April, wardens of the nature reserve decided. — [The Tern](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    > Eleven of them lie on the stones of the harbour and are fed by their mothers at night. — [The Tern](http://tern.example/seal-pups-stop-works-at-the-western-mole)
    [Open]
    ");
    let ferry = article("Ferry Orla stays in port for repairs").text(
        "The ferry Orla stays in the harbour of Lindholm until its rudder is mended, its owner said. \
         Passengers to the islands are asked to take the night boat.",
    );
    tern.publishes(ferry.at(world.now()));
    world.hours(4).await;
    assert_snapshot!(world.types("/subscriptions preview harbour").await, @r"
    ## What Harbour would send now
    -# One message with 1 story. Only you see this.
    ### [Ferry Orla stays in port for repairs](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    -# Only The Tern so far · 4 h ago
    > The ferry Orla stays in the harbour of Lindholm until its rudder is mended, its owner said. — [The Tern](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    > Passengers to the islands are asked to take the night boat. — [The Tern](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    [Open]
    ");
    assert_snapshot!(world.types("/subscriptions why ferry orla").await, @r"
    ## Why
    ### [Ferry Orla stays in port for repairs](http://tern.example/ferry-orla-stays-in-port-for-repairs)
    -# Only The Tern so far · 4 h ago
    **Seen**: The Tern 3 h ago
    - **Harbour** · <#300>: held, to come with the next digest 2026-03-11T08:00:00Z. Score 0.6, needed 0.2; words: harbour.
    [All sources]
    ");
}

#[tokio::test]
async fn the_buttons_of_a_letter_ask_for_what_it_is_about() {
    let (world, ..) = world().await;
    world.types("/follow harbour").await;
    world.presses("Confirm").await;
    // Its hello is the first letter.
    let pressed = async |key: &str| {
        let pressed = world.desk.kept(&world.asker, key).await;
        pressed.expect("the store answers")
    };
    let Pressed::Live(follow) = pressed("~1.follow").await else {
        panic!("the letter is known")
    };
    assert_eq!(follow.ask().get("what"), Some("harbour"));
    let Pressed::Live(why) = pressed("~1.why").await else {
        panic!("the letter is known")
    };
    let answer = world.presses_action(&why).await;
    assert!(
        answer.contains("This message holds no story"),
        "a hello has no story: {answer}"
    );
    for unknown in ["~1.sources", "~99.why", "~99.follow"] {
        assert_eq!(pressed(unknown).await, Pressed::Unknown, "{unknown}");
    }
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
    assert_snapshot!(world.types("subscriptions add harbour").await, @r"
    ## Send Harbour to the terminal?
    - **When**: as it breaks, each story once, with its first outlet
    - **At most**: 8 messages a day; what is more comes together the next morning
    - **Quiet hours**: none
    - **To expect**: about 2 stories a day.
    ---
    **The last 2 that it would have sent**
    - [Tarn harbour reopens after nine weeks](http://tern.example/tarn-harbour-reopens-after-nine-weeks) · 2 outlets · 31 min ago
    - [Seal pups stop works at the western mole](http://tern.example/seal-pups-stop-works-at-the-western-mole) · The Tern · 9 h ago
    [Confirm] [Cancel]
    [Change v] When it is sent | How many outlets to wait for | How many a day at most | Quiet hours
    ");
    let answer = lede::desk::parse_line("subscriptions add harbour --yes").expect("read");
    let page = world
        .desk
        .answer(&world.asker, &answer)
        .await
        .expect("saved");
    assert_snapshot!(look(&page, world.now()), @r"
    ## Harbour goes to the terminal now
    The next new story is the first to come. What is already out is not sent.
    [Open]
    ");
    assert_snapshot!(world.types("following").await, @r"
    ## You follow 1 thing
    - **Harbour**: as it breaks, 8 a day at most
    -# Time zone UTC, as none was chosen · quiet hours none
    [Open one v] Harbour · the terminal
    [Quiet hours] [Time zone]
    ");
}
