//! What moderators have to know: in the channel for notices, and where none takes them, above a
//! private answer to a moderator; once.

use crate::flows::bot::Bot;
use crate::flows::direct::breaks;
use crate::flows::pushes::{hours, subscribes, texts, world};
use crate::world::discord::places::SEND;
use crate::world::discord::{Person, Seen};
use lede::news::{Newsroom, NewsroomId};
use sqlx::{Connection, SqliteConnection};

const MARK: &str = "For moderators: ";

async fn room(bot: &Bot) -> NewsroomId {
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot.desk.store.newsroom(server, bot.clock.now()).await;
    room.expect("the store answers")
}

async fn sets(bot: &Bot, name: &'static str, value: String) {
    let set = bot
        .desk
        .store
        .set_setting(room(bot).await, name, Some(value), 0, 0);
    set.await.expect("the store answers");
}

/// A channel that refused a push.
async fn refused() -> Bot {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    bot.discord.take_rights(channel, SEND);
    breaks(&bot, &feeds);
    hours(&bot, 2).await;
    assert!(texts(&bot, channel).is_empty());
    bot
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_for_them_they_lead_one_private_answer_to_a_moderator() {
    let bot = refused().await;
    let (ann, mia) = (bot.discord.person("Ann"), bot.discord.moderator("Mia"));
    let news = bot.discord.add_channel(bot.discord.guild(), "briefs", 0);
    sets(&bot, "news_channels", news.to_string()).await;
    let member = bot.types(ann, "help", &[]).await;
    assert!(!member.text().contains(MARK), "{}", member.text());
    let public = bot.discord.slash(mia, news, "headlines", &[]).await;
    assert!(!public.private && !public.text().contains(MARK));
    let other = bot.discord.add_guild("Port Orren");
    let elsewhere = bot.discord.add_channel(other, "news", 0);
    let elsewhere = bot.discord.slash(mia, elsewhere, "help", &[]).await;
    assert!(!elsewhere.text().contains(MARK), "{}", elsewhere.text());
    let first = bot.types(mia, "help", &[]).await;
    let text = first.text();
    let told = format!("-# {MARK}Lede may not write in #news any more.");
    assert!(first.private && text.starts_with(&told), "{text}");
    let second = bot.types(mia, "help", &[]).await;
    assert!(!second.text().contains(MARK), "{}", second.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_lead_an_answer_and_the_rest_the_next_ones() {
    let (bot, ..) = world().await;
    let room = room(&bot).await;
    let mut raw = SqliteConnection::connect(&bot.desk.settings.database_url)
        .await
        .expect("the file opens");
    for n in 1..=5 {
        let add = "INSERT INTO notice (id, newsroom, person, key, text, made_at)
            VALUES ($1, $2, 0, $3, $4, 0)";
        sqlx::query(add)
            .bind(n)
            .bind(room.0)
            .bind(format!("k{n}"))
            .bind(format!("Trouble {n} [with](http://evil.example) @everyone"))
            .execute(&mut raw)
            .await
            .expect("a notice");
    }
    raw.close().await.expect("it closes");
    let mia = bot.discord.moderator("Mia");
    let counts = |seen: &Seen| seen.text().matches(MARK).count();
    let first = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&first), 3, "{}", first.text());
    assert!(first.text().contains("… and 2 more"), "{}", first.text());
    assert!(!first.text().contains("[with](http"), "{}", first.text());
    let second = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&second), 2, "{}", second.text());
    assert!(second.text().contains("Trouble 5") && !second.text().contains("more, above"));
    let third = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&third), 0);
    bot.stop().await;
}

/// Chooses the channel for notices on the panel of `/settings`.
async fn chooses(bot: &Bot, mia: Person, channel: u64) -> Seen {
    let panel = bot.types(mia, "settings", &[]).await;
    let (change, _) = panel.select().expect("a select");
    let question = bot
        .discord
        .choose(mia, panel.id, &change, "notices_channel")
        .await;
    let found = question.message["components"].as_array().expect("rows");
    let pick = found.iter().map(|row| &row["components"][0]);
    let pick = pick.into_iter().find(|one| one["type"] == 8);
    let pick = pick.expect("a channel is picked")["custom_id"].clone();
    let id = pick.as_str().expect("an id");
    bot.discord.pick(mia, question.id, id, channel).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_for_notices_is_told_once_and_one_that_refuses_leads_back_to_the_answer() {
    let (bot, feeds, channel) = world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let mia = bot.discord.moderator("Mia");
    let chosen = chooses(&bot, mia, desk).await;
    assert!(chosen.text().contains("Notices go to"), "{}", chosen.text());
    subscribes(&bot, "harbour", channel, &[]).await;
    bot.discord.take_rights(channel, SEND);
    breaks(&bot, &feeds);
    hours(&bot, 2).await;
    let told = texts(&bot, desk);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("Lede may not write in"), "{}", told[0]);
    let answer = bot.types(mia, "help", &[]).await;
    assert!(!answer.text().contains(MARK), "{}", answer.text());

    // Another channel refuses, and now so does the one for notices.
    bot.discord.take_rights(desk, SEND);
    let second = bot.discord.add_channel(guild, "sea", 0);
    subscribes(&bot, "mole", second, &[]).await;
    bot.discord.take_rights(second, SEND);
    let story = (
        "Mole of Lindholm opens to walkers",
        "The mole of Lindholm opened to walkers on Tuesday, the town's engineer said.",
        "9",
    );
    let at = bot.clock.now();
    feeds.set("tern", crate::flows::pushes::rss("tern", &[story], at));
    hours(&bot, 2).await;
    assert_eq!(texts(&bot, desk).len(), 1);
    let mia = bot.discord.moderator("Mia");
    let answer = bot.types(mia, "help", &[]).await;
    let text = answer.text();
    assert!(text.contains("Lede may not write in #sea"), "{text}");
    assert!(text.contains("in the channel for notices"), "{text}");
    let again = bot.types(mia, "help", &[]).await;
    assert!(!again.text().contains(MARK), "{}", again.text());
    // Nothing of it comes a second time once the channel is chosen anew.
    bot.discord.take_rights(desk, 0);
    bot.waits(2 * 60_000).await;
    chooses(&bot, mia, desk).await;
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, desk).len(), 1, "{:#?}", texts(&bot, desk));
    bot.stop().await;
}
