//! `/subscriptions add` with channels of all kinds and roles, and who may press a moderator's panel.

use crate::flows::bot::{Bot, pressed};
use crate::flows::direct::breaks;
use crate::flows::pushes::{hours, texts, world};
use crate::world::discord::places::{EMBED, HISTORY, MAKE_THREADS, SEND, SEND_IN_THREADS, VIEW};
use crate::world::discord::{Person, Seen};
use lede::news::Newsroom;

async fn adds(bot: &Bot, mia: Person, channel: u64, more: &[(&str, &str)]) -> Seen {
    let channel = channel.to_string();
    let mut options = vec![("what", "harbour"), ("channel", channel.as_str())];
    options.extend(more);
    bot.types(mia, "subscriptions add", &options).await
}

/// The value with this label in the select of an answer, chosen.
async fn chooses(bot: &Bot, person: Person, seen: &Seen, label: &str) -> Seen {
    let (id, options) = seen.select().unwrap_or_else(|| panic!("{}", seen.text()));
    let value = options.iter().find(|(known, _)| known == label);
    let (_, value) = value.unwrap_or_else(|| panic!("{label}: {options:?}"));
    bot.discord.choose(person, seen.id, &id, value).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rights_that_lede_lacks_are_named_before_anything_is_saved() {
    let (bot, ..) = world().await;
    let guild = bot.discord.guild();
    let channel = |name: &str, kind: u8, lacks: u64| {
        let id = bot.discord.add_channel(guild, name, kind);
        bot.discord.take_rights(id, lacks);
        id
    };
    let refused = [
        (channel("hidden", 0, VIEW), "View Channel"),
        (channel("mute", 0, SEND), "Send Messages"),
        (channel("mute-news", 5, SEND), "Send Messages"),
        (channel("posts", 15, SEND), "Create Posts"),
    ];
    for (id, right) in refused {
        let mia = bot.discord.moderator("Mia");
        let no = adds(&bot, mia, id, &[]).await;
        assert!(
            no.private && no.text().contains(right),
            "{right}: {}",
            no.text()
        );
        assert!(no.buttons().is_empty(), "{:?}", no.buttons());
    }
    let thread = bot.discord.add_thread(bot.discord.channel(), "old thread");
    bot.discord
        .take_rights(bot.discord.channel(), SEND_IN_THREADS);
    let mia = bot.discord.moderator("Mia");
    let no = adds(&bot, mia, thread, &[]).await;
    assert!(
        no.text().contains("Send Messages in Threads"),
        "{}",
        no.text()
    );
    let warned = [
        (channel("no-history", 0, HISTORY), "Read Message History"),
        (channel("bare", 0, EMBED), "Embed Links"),
        (channel("no-threads", 0, MAKE_THREADS), "To expect"),
    ];
    for (id, right) in warned {
        let mia = bot.discord.moderator("Mia");
        let card = adds(&bot, mia, id, &[]).await;
        assert!(card.text().contains(right), "{right}: {}", card.text());
        assert!(card.buttons().contains(&"Confirm".to_owned()));
    }
    let room = Newsroom::Server(guild);
    let room = bot.desk.store.newsroom(room, 0).await.expect("a newsroom");
    let saved = bot.desk.store.subscriptions(room).await;
    assert!(saved.expect("the store answers").is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_role_that_may_be_mentioned_is_and_only_that_one() {
    let (bot, feeds, channel) = world().await;
    let guild = bot.discord.guild();
    let closed = bot.discord.add_role(guild, "Captains", false).to_string();
    let open = bot.discord.add_role(guild, "Sailors", true);
    let mia = bot.discord.moderator("Mia");
    let no = adds(&bot, mia, channel, &[("mention", &closed)]).await;
    assert!(
        no.text().contains("may not mention “Captains”"),
        "{}",
        no.text()
    );
    let role = open.to_string();
    let card = adds(&bot, mia, channel, &[("mention", &role)]).await;
    assert!(
        card.text().contains(&format!("<@&{role}>")),
        "{}",
        card.text()
    );
    // Waits for two outlets by itself; one is enough here.
    let change = chooses(&bot, mia, &card, "How many outlets to wait for").await;
    let card = chooses(&bot, mia, &change, "1 outlet").await;
    bot.discord.may_ping(open);
    bot.discord.press_label(mia, card.id, "Confirm").await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, channel).len(), 1);
    let pinged: Vec<u64> = bot.discord.pings().iter().map(|(_, role)| *role).collect();
    assert_eq!(pinged, [open]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_gets_a_post_with_its_tags_and_an_announcement_is_published() {
    let (bot, feeds, _) = world().await;
    let guild = bot.discord.guild();
    let (forum, tags) = bot.discord.add_forum(guild, "stories", &["Sea", "Land"]);
    let mia = bot.discord.moderator("Mia");
    let card = adds(&bot, mia, forum, &[]).await;
    let change = chooses(&bot, mia, &card, "Tags of the posts").await;
    let card = chooses(&bot, mia, &change, "Land").await;
    assert!(card.text().contains("**Tags**: 1 tag"), "{}", card.text());
    bot.discord.press_label(mia, card.id, "Confirm").await;
    let announcements = bot.discord.add_channel(guild, "announcements", 5);
    let mia = bot.discord.moderator("Mia");
    let card = adds(&bot, mia, announcements, &[]).await;
    let change = chooses(&bot, mia, &card, "Publishing to channels that follow").await;
    let (_, options) = change.select().expect("a select");
    let yes = options
        .iter()
        .find(|(_, value)| value == "yes")
        .expect("yes")
        .0
        .clone();
    let card = chooses(&bot, mia, &change, &yes).await;
    bot.discord.press_label(mia, card.id, "Confirm").await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let posts = bot.discord.threads(forum);
    let [(post, name)] = posts.as_slice() else {
        panic!("{posts:?}")
    };
    assert_eq!(name, "Storm closes the outer mole of Avel harbour");
    assert_eq!(bot.discord.tags(*post), [tags[1]]);
    let message = &bot.discord.messages(announcements, None)[0];
    let flags = message["flags"].as_u64().expect("flags");
    assert_eq!(flags & 1, 1, "it is published");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newsroom_role_counts_at_the_moment_of_the_press() {
    let (bot, _, channel) = world().await;
    let guild = bot.discord.guild();
    let role = bot.discord.add_role(guild, "Newsroom", false);
    let mia = bot.discord.moderator("Mia");
    let panel = bot.types(mia, "settings", &[]).await;
    let question = chooses(&bot, mia, &panel, "Newsroom role").await;
    let rows = question.message["components"].as_array().expect("rows");
    let pick = rows.iter().map(|row| &row["components"][0]);
    let pick = pick
        .into_iter()
        .find(|one| one["type"] == 6)
        .expect("a role is picked");
    let id = pick["custom_id"].as_str().expect("an id").to_owned();
    let set = bot.discord.pick(mia, question.id, &id, role).await;
    assert!(set.text().contains(&role.to_string()), "{}", set.text());
    let mia = bot.discord.moderator("Mia");
    let card = adds(&bot, mia, channel, &[]).await;
    let id = card.button("Confirm").expect("it has an id");
    let ann = bot.discord.person("Ann");
    let press = async || bot.discord.forge(ann, card.id, pressed(&id)).await;
    let no = press().await;
    assert!(
        no.private && no.text().contains("Only moderators"),
        "{}",
        no.text()
    );
    bot.discord.give_role(ann, role);
    let yes = press().await;
    assert!(yes.text().contains("now"), "{}", yes.text());
    let open = yes.button("Open").expect("it has an id");
    bot.discord.take_role(ann, role);
    let no = bot.discord.forge(ann, yes.id, pressed(&open)).await;
    assert!(no.text().contains("Only moderators"), "{}", no.text());
    bot.stop().await;
}
