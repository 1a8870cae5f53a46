//! The real bot, killed while it pushes to a fake Discord: every destination gets every story once.

use crate::flows::pushes::{Feeds, rss};
use crate::world::discord::people::text_of;
use crate::world::discord::{FakeDiscord, Fault};
use crate::world::{self, MORNING};
use lede::clock::{Clock, DAY, HOUR, Millis};
use lede::config::Settings;
use lede::desk::Desk;
use lede::news::subscription::{Form, Place, What, Wish};
use lede::news::zone::When;
use lede::news::{Destination, Newsroom, Topic};
use lede::store::NewSubscription;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const KILLS: usize = 100;
/// Kills between a claim and its recorded answer, at least.
const INSIDE_MIN: usize = 60;
const CHANNELS: usize = 3;
const OUTLETS: usize = 2;
/// A process that pushes nothing is killed after so long (real time).
const LIFE_MS_MAX: u64 = 4_000;

struct Host {
    folder: tempfile::TempDir,
    discord: FakeDiscord,
    clock: Clock,
    site: String,
}

impl Host {
    fn clock_file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("lede.db").display())
    }

    fn moves(&self, time: Millis) {
        self.clock.move_to(self.clock.now() + time);
        let next = self.folder.path().join("clock.next");
        std::fs::write(&next, self.clock.now().to_string()).expect("written");
        std::fs::rename(&next, self.clock_file()).expect("renamed");
    }

    fn starts(&self) -> (Child, Receiver<String>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lede"))
            .arg("run")
            .current_dir(self.folder.path())
            .env("DATABASE_URL", self.url())
            .env("LEDE_DISCORD_API", self.discord.api())
            .env("DISCORD_TOKEN", self.discord.token())
            .env("LEDE_ALLOW_PRIVATE", &self.site)
            .env("LEDE_CLOCK", self.clock_file())
            .env("RUST_LOG", "lede=debug")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = child.stderr.take().expect("it is piped");
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                let _ = told.send(line);
            }
        });
        (child, lines)
    }

    /// Runs the program, moving the clock, and kills it `after_us` after it has begun some pushes.
    fn runs_and_dies(&self, mut pushes: u32, after_us: u64) -> &'static str {
        let (mut child, lines) = self.starts();
        let born = Instant::now();
        let (mut begun, mut ended) = (0_i64, 0_i64);
        while pushes > 0 && born.elapsed() < Duration::from_millis(LIFE_MS_MAX) {
            match lines.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => {
                    if line.contains("a push begins") {
                        begun += 1;
                        pushes -= 1;
                    }
                    ended += i64::from(line.contains("a push ends"));
                }
                Err(_) => self.moves(5_000),
            }
        }
        std::thread::sleep(Duration::from_micros(after_us));
        child.kill().expect("it still runs");
        child.wait().expect("it ends");
        for line in lines.iter() {
            begun += i64::from(line.contains("a push begins"));
            ended += i64::from(line.contains("a push ends"));
        }
        match (begun, begun > ended) {
            (0, _) => "before any claim",
            (_, true) => "between claim and recorded answer",
            (_, false) => "after the recorded answer",
        }
    }
}

fn words(random: &mut fastrand::Rng, count: usize) -> String {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(5..11))
            .map(|_| random.lowercase())
            .collect()
    };
    (0..count)
        .map(|_| word(random))
        .collect::<Vec<_>>()
        .join(" ")
}

async fn subscribed(host: &Host, feeds: &[String]) -> Vec<u64> {
    let url = host.url();
    let settings = Settings::read(|name| match name {
        "DATABASE_URL" => Some(url.clone()),
        "LEDE_ALLOW_PRIVATE" => Some(host.site.clone()),
        _ => None,
    });
    let settings = Arc::new(settings.expect("they are valid"));
    let desk = Desk::open(settings, host.clock.clone())
        .await
        .expect("opened");
    let guild = host.discord.guild();
    let now = host.clock.now();
    desk.store.server_joined(guild, now).await.expect("joined");
    let room = desk
        .store
        .newsroom(Newsroom::Server(guild), now)
        .await
        .expect("made");
    for url in feeds {
        world::add_source(&desk, room, url).await;
    }
    let mut channels = Vec::new();
    for n in 0..CHANNELS {
        let channel = host.discord.add_channel(guild, &format!("news-{n}"), 0);
        let topic = Topic::parse("harbour").expect("a topic");
        let what = What::Topic {
            key: topic.key,
            shown: "harbour".to_owned(),
        };
        let wish = Wish {
            when: When::Breaking,
            wait_for: 1,
            per_day: 200,
            ..Wish::of_channel(&what, 1, None)
        };
        let new = NewSubscription {
            newsroom: room,
            place: Place {
                destination: Destination::Channel(channel),
                form: Form::Text,
                name: format!("news-{n}"),
                readable: true,
            },
            what,
            wish,
            by: 1,
            at: now,
            digest_at: None,
        };
        desk.store.subscribe(new).await.expect("subscribed");
        channels.push(channel);
    }
    desk.close().await.expect("closed");
    channels
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_pushes_every_channel_gets_every_story_once() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let clock = Clock::manual(MORNING);
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    let names: Vec<String> = (0..OUTLETS).map(|n| format!("o{n}")).collect();
    for name in &names {
        feeds.set(name, rss(name, &[], MORNING));
    }
    let host = Host {
        folder: tempfile::tempdir().expect("a folder"),
        discord: FakeDiscord::start_at(clock.clone()).await,
        clock,
        site,
    };
    host.moves(0);
    let urls: Vec<String> = names
        .iter()
        .map(|name| format!("http://{}/{name}", host.site))
        .collect();
    let channels = subscribed(&host, &urls).await;
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut published: Vec<String> = Vec::new();
    for kill in 0..KILLS {
        host.moves(HOUR);
        let mut items = Vec::new();
        for name in &names {
            let token = format!("Qa{kill}{name}z");
            let title = format!("{token} {} harbour", words(&mut random, 4));
            let text = format!(
                "The {}. A {}.",
                words(&mut random, 14),
                words(&mut random, 12)
            );
            items.push((name.clone(), token, title, text));
        }
        for (name, token, title, text) in items {
            let path = token.clone();
            feeds.set(
                &name,
                rss(&name, &[(&title, &text, &path)], host.clock.now()),
            );
            published.push(token);
        }
        // Half of the answers take their time, so that kills fall in between.
        if kill % 2 == 0 {
            let slow = Fault::on("POST /channels").delay(Duration::from_millis(random.u64(1..60)));
            host.discord.fault(slow.done().times(4));
        }
        let pushes = random.u32(1..4);
        let after = random.u64(0..3_000);
        let place = tokio::task::block_in_place(|| host.runs_and_dies(pushes, after));
        host.discord.heal();
        *places.entry(place).or_default() += 1;
    }
    println!("where the {KILLS} kills fell: {places:?}");
    // Then it is left alone until all is sent.
    let (mut child, lines) = host.starts();
    tokio::task::block_in_place(|| {
        for _ in 0..150 {
            host.moves(20 * 60_000);
            std::thread::sleep(Duration::from_millis(40));
            lines.try_iter().for_each(drop);
        }
    });
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
    assert!(
        150 * 20 * 60_000 > 2 * DAY,
        "long enough for a digest of what came too late"
    );
    let mut wrong = Vec::new();
    let mut told = 0;
    for channel in channels {
        let texts: Vec<String> = host
            .discord
            .messages(channel, None)
            .iter()
            .map(text_of)
            .collect();
        for token in &published {
            let times = texts
                .iter()
                .filter(|text| text.contains(token.as_str()))
                .count();
            told += times;
            if times != 1 {
                wrong.push(format!("{token} is {times} times in {channel}"));
            }
        }
    }
    println!(
        "{} stories in {CHANNELS} channels: {told} told, wrong: {}",
        published.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(host.discord.doubled().is_empty());
    let inside = places
        .get("between claim and recorded answer")
        .copied()
        .unwrap_or(0);
    assert!(
        inside >= INSIDE_MIN,
        "only {inside} kills fell between claim and recorded answer"
    );
}
