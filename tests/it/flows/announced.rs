//! Pushes of announcement channels on their way to the channels that follow them.

use crate::flows::bot::Bot;
use crate::flows::direct::breaks;
use crate::flows::pushes::{hours, texts, world};
use crate::world::discord::Fault;
use lede::clock::{HOUR, MINUTE};
use lede::news::Newsroom;

/// A newsroom that publishes what it pushes to an announcement channel, with its notices channel.
async fn announcing() -> (Bot, crate::flows::pushes::Feeds, u64, u64) {
    let (bot, feeds, _) = world().await;
    let guild = bot.discord.guild();
    let channel = bot.discord.add_channel(guild, "announcements", 5);
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let store = &bot.desk.store;
    let room = store.newsroom(Newsroom::Server(guild), bot.clock.now());
    let room = room.await.expect("the store answers");
    let set = store.set_setting(room, "notices_channel", Some(desk.to_string()), 0, 0);
    set.await.expect("the store answers");
    let mia = bot.discord.moderator("Mia");
    let id = channel.to_string();
    let wish = [("what", "harbour"), ("channel", id.as_str())];
    let card = bot.types(mia, "subscriptions add", &wish).await;
    let (change, _) = card.select().expect("a select");
    let asked = bot.discord.choose(mia, card.id, &change, "crosspost").await;
    let (publish, _) = asked.select().expect("a select");
    let card = bot.discord.choose(mia, asked.id, &publish, "yes").await;
    assert!(card.text().contains("**Publish:** yes") || card.text().contains("Publish**: yes"));
    bot.discord.press_label(mia, card.id, "Confirm").await;
    (bot, feeds, channel, desk)
}

/// How often publishing was asked for, and whether the channel's only message is published.
fn published(bot: &Bot, channel: u64) -> (usize, bool) {
    let asked = bot.discord.requests();
    let asked = asked.iter().filter(|one| one.path.ends_with("/crosspost"));
    let all = bot.discord.messages(channel, None);
    assert_eq!(all.len(), 1, "one message, however it is published");
    let flags = all[0]["flags"].as_u64().unwrap_or(0);
    (asked.count(), flags & 1 == 1)
}

fn told(bot: &Bot, desk: u64) -> Vec<String> {
    let mut all = texts(bot, desk);
    all.retain(|text| text.contains("did not publish"));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_published_and_what_fails_is_tried_again_until_it_is() {
    let (mut bot, feeds, channel, desk) = announcing().await;
    // The first answer is lost after it was published, which nobody can know.
    bot.discord
        .fault(Fault::on("/crosspost").status(503, "").times(2));
    bot.discord.fault(Fault::on("/crosspost").lost());
    breaks(&bot, &feeds);
    while texts(&bot, channel).is_empty() {
        bot.waits(10 * MINUTE).await;
    }
    assert_eq!(published(&bot, channel), (1, false));
    bot.waits(10_000).await;
    assert_eq!(published(&bot, channel).0, 1, "not before its time");
    bot.waits(5_000).await;
    assert_eq!(published(&bot, channel), (2, false));
    // A crash forgets nothing of it.
    bot.restarts().await;
    bot.waits(MINUTE).await;
    assert_eq!(published(&bot, channel), (3, true));
    for _ in 0..12 {
        bot.waits(10 * MINUTE).await;
    }
    assert_eq!(
        published(&bot, channel),
        (4, true),
        "asked once more, done once"
    );
    assert_eq!(told(&bot, desk), Vec::<String>::new());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_waited_for_and_counts_as_no_try() {
    let (mut bot, feeds, channel, desk) = announcing().await;
    bot.discord.fault(Fault::on("/crosspost").too_many(1_800.0));
    breaks(&bot, &feeds);
    while texts(&bot, channel).is_empty() {
        bot.waits(10 * MINUTE).await;
    }
    assert_eq!(published(&bot, channel), (1, false));
    // A new process knows nothing of the limit but what was written down.
    bot.restarts().await;
    for _ in 0..2 {
        bot.waits(10 * MINUTE).await;
        assert_eq!(published(&bot, channel), (1, false));
    }
    bot.waits(11 * MINUTE).await;
    assert_eq!(published(&bot, channel), (2, true));
    assert_eq!(told(&bot, desk), Vec::<String>::new());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_told_once_and_the_message_stands() {
    let (bot, feeds, channel, desk) = announcing().await;
    bot.discord
        .fault(Fault::on("/crosspost").status(503, "").always());
    breaks(&bot, &feeds);
    hours(&bot, 4).await;
    assert_eq!(published(&bot, channel), (6, false));
    let said = told(&bot, desk);
    insta::assert_snapshot!(said.join("\n"), @r"
    **Discord did not publish “Storm closes the outer mole of Avel harbour” from #announcements to the channels that follow it.**
    Lede no longer tries. The message stands there: Publish, under it, does by hand what Lede could not.
    ");
    hours(&bot, 6).await;
    assert_eq!((published(&bot, channel).0, told(&bot, desk).len()), (6, 1));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_at_once_and_of_one_channel_once_a_day() {
    let (bot, feeds, channel, desk) = announcing().await;
    let no = Fault::on("/crosspost").code(403, 50_013, "Missing Permissions");
    bot.discord.fault(no.always());
    breaks(&bot, &feeds);
    while texts(&bot, channel).is_empty() {
        bot.waits(10 * MINUTE).await;
    }
    bot.waits(MINUTE).await;
    assert_eq!(published(&bot, channel), (1, false));
    assert_eq!(told(&bot, desk).len(), 1);
    let second = (
        "Museum of old harbour cranes names a director",
        "The museum of harbour cranes in Orren chose Tilda Moss to lead it, its board wrote.",
        "9",
    );
    let at = bot.clock.now();
    feeds.set("wren", crate::flows::pushes::rss("wren", &[second], at));
    hours(&bot, 2).await;
    assert_eq!(texts(&bot, channel).len(), 2);
    assert_eq!(told(&bot, desk).len(), 1, "{:#?}", told(&bot, desk));
    bot.clock.move_to(bot.clock.now() + 20 * HOUR);
    bot.stop().await;
}
