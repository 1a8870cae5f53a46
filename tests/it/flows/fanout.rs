//! One story to very many channels under Discord's limit: how long it takes, and how answers fare
//! meanwhile. Measures, so it runs only when it is asked for:
//! `FANOUT=10000 cargo test --release --test it -- fanout --ignored --nocapture`.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, busy, rss};
use crate::world::{self, MORNING};
use lede::clock::{Clock, MINUTE};
use lede::news::subscription::{Form, Place, What, Wish};
use lede::news::zone::When;
use lede::news::{Destination, Newsroom, Topic};
use lede::store::NewSubscription;
use std::time::{Duration, Instant};

/// Pushes a second, which leaves the rest of Discord's fifty to answers.
const PER_SECOND: usize = 45;
const LIMIT_PER_SECOND: usize = 50;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: it measures"]
async fn one_story_reaches_every_channel_at_the_limit() {
    let wanted = std::env::var("FANOUT")
        .ok()
        .and_then(|number| number.parse().ok());
    let channels: usize = wanted.unwrap_or(10_000);
    let clock = Clock::manual(MORNING);
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    feeds.set("tern", busy("tern", MORNING));
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    let guild = bot.discord.guild();
    let url = format!("http://{site}/tern");
    bot.adds(&url).await;
    let now = bot.clock.now();
    let mut all = Vec::with_capacity(channels);
    for n in 0..channels {
        // A hundred channels a server.
        let server = 900_000_000 + (n / 100) as u64;
        if n % 100 == 0 {
            bot.desk
                .store
                .server_joined(server, now)
                .await
                .expect("joined");
            let room = bot.desk.store.newsroom(Newsroom::Server(server), now).await;
            world::add_source(&bot.desk, room.expect("made"), &url).await;
        }
        let room = bot.desk.store.newsroom(Newsroom::Server(server), now).await;
        let channel = bot.discord.add_channel(guild, &format!("news-{n}"), 0);
        let what = What::Topic {
            key: Topic::parse("harbour").expect("a topic").key,
            shown: "harbour".to_owned(),
        };
        let wish = Wish {
            when: When::Breaking,
            wait_for: 1,
            ..Wish::of_channel(&what, 1, None)
        };
        let new = NewSubscription {
            newsroom: room.expect("made"),
            place: Place {
                destination: Destination::Channel(channel),
                form: Form::Text,
                name: String::new(),
                readable: true,
            },
            what,
            wish,
            by: 1,
            at: now,
            digest_at: None,
        };
        bot.desk.store.subscribe(new).await.expect("subscribed");
        all.push(channel);
    }
    bot.waits(MINUTE).await;
    let text =
        "The harbour master closed the outer mole at noon after waves had passed over the light.";
    let item = [("Storm closes the outer mole of Avel harbour", text, "1")];
    feeds.set("tern", rss("tern", &item, bot.clock.now()));
    bot.discord.limit_per_second(LIMIT_PER_SECOND);
    let mut new = 0;
    for _ in 0..60 {
        bot.clock.move_to(bot.clock.now() + 10 * MINUTE);
        let read = bot.jobs.poll.tick(bot.clock.now()).await.expect("read");
        new += read.new_articles();
        if new > 0 {
            break;
        }
    }
    assert_eq!(new, 1, "the story was read");
    let now = bot.clock.now();
    bot.jobs.group.tick(now).await.expect("placed");
    let began = Instant::now();
    let made = bot.jobs.decide.tick(now).await.expect("decided");
    println!("decided: {made:?}");
    let decided = began.elapsed();
    let push = bot.jobs.push.clone().expect("it delivers");
    let began = Instant::now();
    let pushing = tokio::spawn(async move { push.tick().await });
    let mut answers = Vec::new();
    while !pushing.is_finished() {
        // A new person each time, as one may only ask so fast.
        let ann = bot.discord.person("Ann");
        let asked = Instant::now();
        bot.types(ann, "brief", &[("topic", "harbour")]).await;
        answers.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    assert!(!answers.is_empty(), "it was over before anybody could ask");
    let report = pushing.await.expect("no panic").expect("sent");
    let took = began.elapsed().as_secs_f64();
    answers.sort();
    let p95 = answers[answers.len() * 95 / 100];
    let posted = all
        .iter()
        .filter(|channel| bot.discord.messages(**channel, None).len() == 1)
        .count();
    println!(
        "{channels} channels: decided in {decided:.1?}; first to last message {took:.1} s, beside {:.1} s at {PER_SECOND} a second; \
         sent {}, once each {posted}, doubled {}, refused by the limit {}; /brief meanwhile: {} asked, p95 {p95:.1?}",
        channels as f64 / PER_SECOND as f64,
        report.sent,
        bot.discord.doubled().len(),
        bot.discord.limited(),
        answers.len(),
    );
    assert_eq!((posted, report.sent), (channels, channels));
    assert!(bot.discord.doubled().is_empty());
    bot.stop().await;
}
