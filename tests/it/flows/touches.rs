//! Presses on the buttons of letters: each answers the presser in private, also after a restart, and
//! nobody who could not read the letter.

use crate::flows::bot::{Bot, chosen, pressed};
use crate::flows::direct::{breaks, follows};
use crate::flows::pushes::{hours, subscribes, texts, world};
use crate::world::discord::{Person, Seen};

fn id_of(message: &serde_json::Value) -> u64 {
    let id = message["id"].as_str().and_then(|id| id.parse().ok());
    id.expect("an id")
}

/// The only message of a channel.
fn only(bot: &Bot, channel: u64) -> u64 {
    let all = bot.discord.messages(channel, None);
    assert_eq!(all.len(), 1, "{:#?}", texts(bot, channel));
    id_of(&all[0])
}

async fn answers(bot: &Bot, message: u64) {
    // One person may ask only so fast.
    let press = async |label: &str| {
        let person: Person = bot.discord.person("Ann");
        let seen = bot.discord.press_label(person, message, label).await;
        assert!(seen.private, "{label}: {}", seen.text());
        seen
    };
    let why = press("Why?").await.text();
    assert!(why.contains(": sent"), "{why}");
    assert!(why.contains("words: harbour"), "{why}");
    let sources = press("Sources").await.text();
    assert!(sources.contains("**Sources**"), "{sources}");
    let follow = press("Follow").await;
    assert!(follow.text().contains("harbour"), "{}", follow.text());
    assert!(follow.buttons().contains(&"Confirm".to_owned()));
    let discuss = press("Discuss").await.text();
    assert!(discuss.contains(&message.to_string()), "{discuss}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_a_push_answer_whoever_presses_also_after_a_restart() {
    let (mut bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let message = only(&bot, channel);
    answers(&bot, message).await;
    bot.restarts().await;
    answers(&bot, message).await;
    assert_eq!(only(&bot, channel), message, "nothing more is public");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_of_a_digest_is_opened_for_whoever_chooses_it() {
    let (mut bot, feeds, channel) = world().await;
    subscribes(&bot, "everything", channel, &[]).await;
    breaks(&bot, &feeds);
    hours(&bot, 24).await;
    let message = only(&bot, channel);
    let body = bot.discord.message(message).expect("it is there");
    let rows = body["components"].as_array().expect("rows");
    let select = rows.iter().map(|row| &row["components"][0]);
    let select = select.into_iter().find(|one| one["type"] == 3);
    let select = select.expect("a select").clone();
    let id = select["custom_id"].as_str().expect("an id");
    let value = select["options"][0]["value"].as_str().expect("a value");
    for _ in 0..2 {
        let ann = bot.discord.person("Ann");
        let open = bot.discord.forge(ann, message, chosen(id, value)).await;
        assert!(
            open.private && open.text().contains("**Sources**"),
            "{}",
            open.text()
        );
        bot.restarts().await;
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_and_foreign_buttons_are_refused_in_words() {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let message = only(&bot, channel);
    let body = bot
        .discord
        .message(message)
        .expect("it is there")
        .to_string();
    let at = body.find("n~").expect("a button");
    let outbox: String = body[at + 2..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let refused = |seen: &Seen, words: &str, id: &str| {
        let text = seen.text();
        assert!(seen.private && text.contains(words), "{id}: {text}");
        assert!(
            !text.contains("mole"),
            "{id}: nothing of it is told: {text}"
        );
    };
    let touches = ["why", "sources", "follow", "open", "discuss"];
    for touch in touches {
        let ann = bot.discord.person("Ann");
        let id = format!("n~999999.{touch}");
        let seen = bot.discord.forge(ann, message, pressed(&id)).await;
        refused(&seen, "does not know this button", &id);
    }
    let other = bot.discord.add_guild("Port Orren");
    let there = bot.discord.add_channel(other, "news", 0);
    let own = bot.discord.person("Bob");
    let own = bot.discord.slash(own, there, "help", &[]).await;
    for touch in touches {
        let bob = bot.discord.person("Bob");
        let id = format!("n~{outbox}.{touch}");
        let seen = bot.discord.forge(bob, own.id, pressed(&id)).await;
        let words = match touch {
            "discuss" => "does not know this button",
            _ => "another server",
        };
        refused(&seen, words, &id);
    }
    assert!(bot.discord.messages(there, None).is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_a_direct_message_answer_from_where_the_follow_was_made() {
    let (bot, feeds, _) = world().await;
    let ann = follows(&bot).await;
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    let direct = bot.discord.direct(ann);
    let message = id_of(&bot.discord.messages(direct, None)[1]);
    let why = bot.discord.press_label(ann, message, "Why?").await;
    assert!(why.text().contains("words: harbour"), "{}", why.text());
    let from_why = bot.discord.press_label(ann, why.id, "All sources").await;
    let sources = bot.discord.press_label(ann, message, "Sources").await;
    for seen in [from_why, sources] {
        assert!(seen.text().contains("**Sources**"), "{}", seen.text());
    }
    let body = bot
        .discord
        .message(message)
        .expect("it is there")
        .to_string();
    let at = body.find("n~").expect("a button");
    let id = body[at..].split('"').next().expect("an id").to_owned();
    let bob = bot.discord.person("Bob");
    let own = bot.types(bob, "help", &[]).await;
    let seen = bot.discord.forge(bob, own.id, pressed(&id)).await;
    assert!(
        seen.text().contains("another server or person"),
        "{}",
        seen.text()
    );
    bot.stop().await;
}
