//! What one person gets: letters that come again once the door is open, and a file of their data.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, MOLE, hours, rss, texts, world};
use crate::world::discord::Person;
use lede::news::Newsroom;
use lede::news::source::Weight;
use lede::store::Unread;

/// `/follow harbour`, as it breaks, by a new member.
pub async fn follows(bot: &Bot) -> Person {
    let ann = bot.discord.person("Ann");
    let options = [("what", "harbour"), ("when", "as it breaks")];
    let card = bot.types(ann, "follow", &options).await;
    let done = bot.discord.press_label(ann, card.id, "Confirm").await;
    assert!(done.private, "{}", done.text());
    bot.waits(1_000).await;
    ann
}

/// The story of the mole, told by the first outlet at this moment.
pub fn breaks(bot: &Bot, feeds: &Feeds) {
    let story = ("Storm closes the outer mole of Avel harbour", MOLE, "1");
    feeds.set("tern", rss("tern", &[story], bot.clock.now()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_met_a_closed_door_comes_once_after_the_next_command() {
    let (bot, feeds, _) = world().await;
    let ann = follows(&bot).await;
    let direct = bot.discord.direct(ann);
    assert_eq!(texts(&bot, direct).len(), 1, "the hello");
    bot.discord.close_direct(ann, true);
    breaks(&bot, &feeds);
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, direct).len(), 1, "it was refused");
    let panel = bot.types(ann, "following", &[]).await;
    assert!(
        panel
            .text()
            .contains("direct messages from Lede are closed"),
        "{}",
        panel.text()
    );
    // She looked, which is a command, but the door is still closed.
    hours(&bot, 1).await;
    let panel = bot.types(ann, "following", &[]).await;
    assert!(
        panel
            .text()
            .contains("direct messages from Lede are closed"),
        "{}",
        panel.text()
    );
    hours(&bot, 1).await;
    bot.discord.close_direct(ann, false);
    hours(&bot, 1).await;
    assert_eq!(texts(&bot, direct).len(), 1, "nothing was asked since");
    bot.types(ann, "help", &[]).await;
    hours(&bot, 2).await;
    let told = texts(&bot, direct);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[1].contains("Storm closes the outer mole"),
        "{}",
        told[1]
    );
    let panel = bot.types(ann, "following", &[]).await;
    assert!(!panel.text().contains("are closed;"), "{}", panel.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn export_gives_a_file_with_what_is_stored_of_a_person() {
    let (bot, ..) = world().await;
    let ann = follows(&bot).await;
    bot.types(ann, "brief", &[("topic", "ferries")]).await;
    let overview = bot.types(ann, "privacy", &[]).await;
    let export = bot.discord.press_label(ann, overview.id, "Export").await;
    assert!(export.private && export.text().contains("Your data"));
    let shown = export.message["components"].as_array().expect("they are");
    let shown = shown.iter().find(|one| one["type"] == 13).expect("a file");
    assert_eq!(shown["file"]["url"], "attachment://lede-about-me.json");
    let file = bot.discord.uploaded("lede-about-me.json");
    let file: serde_json::Value =
        serde_json::from_str(&file.expect("it was sent")).expect("it is JSON");
    assert_eq!(file["follows"][0]["what"]["Topic"]["shown"], "harbour");
    assert_eq!(file["asked"][0]["topic"], "ferries");
    bot.stop().await;
}

/// The sources are read on, whoever removes Lede.
async fn another_server_reads_the_same(bot: &Bot) {
    let (store, now) = (&bot.desk.store, bot.clock.now());
    let other = bot.discord.add_guild("Port Orren");
    let room = |server| store.newsroom(Newsroom::Server(server), now);
    let of_first = room(bot.discord.guild()).await.expect("the store answers");
    let of_other = room(other).await.expect("the store answers");
    let sources = store.sources(of_first).await.expect("the store answers");
    let unread = sources.into_iter().map(|one| Unread {
        url: one.source.url,
        name: None,
        folder: None,
        weight: Weight::default(),
    });
    let added = store.add_unread(of_other, unread.collect(), 0, now).await;
    assert_eq!(added.expect("the store answers").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_followed_in_a_server_that_removed_lede_is_told_and_can_be_kept() {
    let (bot, feeds, _) = world().await;
    let ann = follows(&bot).await;
    let direct = bot.discord.direct(ann);
    another_server_reads_the_same(&bot).await;
    bot.discord.remove_guild(bot.discord.guild(), false);
    // What the gateway told before is heard before this is answered.
    let bob = bot.discord.person("Bob");
    let his = bot.discord.direct(bob);
    bot.discord.slash(bob, his, "help", &[]).await;
    hours(&bot, 1).await;
    let told = texts(&bot, direct);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[1].contains("from whose sources you follow Harbour: nothing of it comes now."),
        "{}",
        told[1]
    );
    breaks(&bot, &feeds);
    hours(&bot, 2).await;
    assert_eq!(
        texts(&bot, direct).len(),
        2,
        "nothing comes, and it is told once"
    );
    let panel = bot.discord.slash(ann, direct, "following", &[]).await;
    let text = panel.text();
    assert!(
        text.contains("nothing comes, as Lede was removed from its server"),
        "{text}"
    );
    crate::flows::suggestions::keeps(&bot, "rests", &panel.message, Some("/following"));
    let kept = bot.discord.press_label(ann, panel.id, "Keep").await;
    crate::flows::suggestions::keeps(&bot, "kept", &kept.message, None);
    let last = bot
        .discord
        .messages(direct, None)
        .pop()
        .expect("it is there");
    crate::flows::suggestions::keeps(&bot, "rests-told", &last, None);
    let text = kept.text();
    assert!(text.contains("## 1 follow is your own now"), "{text}");
    assert!(text.contains("2 new sources came along"), "{text}");
    let panel = bot.discord.slash(ann, direct, "following", &[]).await;
    assert!(!panel.text().contains("nothing comes"), "{}", panel.text());
    assert!(!panel.buttons().contains(&"Keep".to_owned()));
    hours(&bot, 1).await;
    assert_eq!(
        texts(&bot, direct).len(),
        2,
        "what came out meanwhile is not sent"
    );
    let text = "The council ordered three cranes from a yard in Tarn. They lift forty tons each and come in May.";
    let story = ("Three cranes for Lindholm harbour", text, "2");
    feeds.set("tern", rss("tern", &[story], bot.clock.now()));
    hours(&bot, 2).await;
    let told = texts(&bot, direct);
    assert_eq!(told.len(), 3, "{told:#?}");
    let new = told[2].contains("https://tern.example/2");
    assert!(new, "what comes out from then on is: {}", told[2]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_direct_messages_is_told_above_their_next_answer_that_a_server_is_gone() {
    let (bot, ..) = world().await;
    let ann = follows(&bot).await;
    bot.discord.close_direct(ann, true);
    let other = bot.discord.add_guild("Port Orren");
    let there = bot.discord.add_channel(other, "news", 0);
    bot.discord.remove_guild(bot.discord.guild(), false);
    let bob = bot.discord.person("Bob");
    bot.discord.slash(bob, there, "help", &[]).await;
    hours(&bot, 1).await;
    let help = bot.discord.slash(ann, there, "help", &[]).await;
    let text = help.text();
    assert!(
        text.contains("**For you:** Lede was removed from a server"),
        "{text}"
    );
    let again = bot.discord.slash(ann, there, "help", &[]).await;
    assert!(!again.text().contains("For you"), "{}", again.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_host_serves_some_servers_only_what_rests_cannot_be_kept() {
    let (bot, ..) = world().await;
    let ann = follows(&bot).await;
    let other = bot.discord.add_guild("Port Orren");
    let there = bot.discord.add_channel(other, "news", 0);
    let served = [bot.discord.guild(), other];
    let serve = bot.desk.store.serve_only(&served);
    serve.await.expect("the store answers");
    bot.discord.remove_guild(bot.discord.guild(), false);
    let bob = bot.discord.person("Bob");
    bot.discord.slash(bob, there, "help", &[]).await;
    hours(&bot, 1).await;
    let told = texts(&bot, bot.discord.direct(ann));
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[1].contains("then it is gone."), "{}", told[1]);
    assert!(!told[1].contains("To keep it"), "{}", told[1]);
    let panel = bot.discord.slash(ann, there, "following", &[]).await;
    assert!(panel.text().contains("nothing comes"), "{}", panel.text());
    assert!(!panel.buttons().contains(&"Keep".to_owned()));
    assert!(!panel.text().contains("Keep takes"), "{}", panel.text());
    bot.stop().await;
}
