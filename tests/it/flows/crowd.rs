//! The real program among sources of which three in four misbehave: are the good ones read in time,
//! is a person answered, and how much memory does it take? Run by hand, with `--release`,
//! `--ignored` and `--nocapture`.

use crate::world::discord::FakeDiscord;
use crate::world::{Fault, Outlet, article};
use lede::clock::{Clock, Millis, SECOND};
use lede::news::{Newsroom, Outcome, Reading};
use lede::store::{Added, NewSource, ReadingToSave, Store};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

const GOOD: usize = 100;
const MISBEHAVING: usize = 300;
const RUN: Duration = Duration::from_secs(120);
/// Good sources are due once each, at moments of their own within so long: the shortest interval
/// of people is longer than the run.
const DUE_MS: Millis = 90 * SECOND;
/// Until the sources are added and the program has started.
const START_MS: Millis = 10 * SECOND;
/// The shortest interval here, so that those who misbehave are tried again and again.
const INTERVAL_SECONDS: u32 = 20;
/// A tenth of the shortest interval of people (300 s): so late a reading may be.
const LATE_MS_MAX: Millis = 30 * SECOND;

fn fault(random: &mut fastrand::Rng) -> Fault {
    let to = |address: &str| Fault::RedirectTo(address.to_owned());
    match random.u32(0..19) {
        0 => Fault::Html,
        1 => Fault::Empty,
        2 => Fault::Truncated,
        3 => Fault::Status([401, 403, 404, 410, 451][random.usize(0..5)]),
        4 => Fault::Status([500, 502, 504][random.usize(0..3)]),
        5 => Fault::RetryAfter(429, "7"),
        6 => Fault::RetryAfter(503, "soon"),
        7 => Fault::Endless,
        8 => Fault::EndlessHead,
        9 => Fault::Held(Arc::new(Semaphore::new(0))),
        10 => Fault::RedirectLoop,
        11 => to("http://169.254.169.254/latest"),
        12 => Fault::EntityBomb,
        13 => Fault::WrongCharset,
        14 => Fault::GzipBomb,
        15 => Fault::BadGzip,
        16 => Fault::Reset,
        17 => Fault::Garbage,
        _ => Fault::Close,
    }
}

fn words(random: &mut fastrand::Rng, count: usize) -> String {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(4..9))
            .map(|_| random.lowercase())
            .collect()
    };
    let words: Vec<String> = (0..count).map(|_| word(random)).collect();
    words.join(" ")
}

fn publish(outlet: &Outlet, random: &mut fastrand::Rng) {
    for _ in 0..30 {
        let title = words(random, 7);
        let text = format!("The {}. It {}.", words(random, 40), words(random, 30));
        outlet.publishes(article(&title).text(&text));
    }
}

/// A store with all sources, each due at a moment of its own; gives the moments.
async fn prepare(
    file: &Path,
    servers: &[u64],
    outlets: &[Outlet],
    random: &mut fastrand::Rng,
) -> Vec<Millis> {
    let url = format!("sqlite://{}", file.display());
    let store = Store::open(&url).await.expect("the store opens");
    let now = Clock::system().now();
    let mut moments = Vec::new();
    for (n, outlet) in outlets.iter().enumerate() {
        // A newsroom has room for so many; the first one has all good sources.
        let server = servers[n / GOOD];
        store.server_joined(server, now).await.expect("joined");
        let newsroom = store.newsroom(Newsroom::Server(server), now).await;
        let newsroom = newsroom.expect("the newsroom is known");
        let mut reading = Reading {
            source: lede::news::SourceId(0),
            at: now,
            outcome: Outcome::Read(Box::default()),
            etag: None,
            last_modified: None,
            moved_to: None,
            bytes: 0,
            wait_ms: None,
        };
        let new = NewSource {
            newsroom,
            url: outlet.feed(),
            name: None,
            folder: None,
            by: 7,
            reading: reading.clone(),
            at: now,
            next_at: now,
        };
        let Ok(Added::New(id)) = store.add_source(new).await else {
            panic!("{} cannot be added", outlet.feed());
        };
        reading.source = id;
        let save = ReadingToSave {
            reading,
            next_at: now + START_MS + random.i64(0..DUE_MS),
            interval_ms: Millis::from(INTERVAL_SECONDS) * SECOND,
        };
        moments.push(save.next_at);
        store.save_readings(vec![save]).await.expect("saved");
    }
    store.close().await.expect("the store closes");
    moments
}

fn start(folder: &Path, discord: &FakeDiscord, outlets: &[Outlet]) -> Child {
    let allow: Vec<String> = outlets.iter().map(Outlet::authority).collect();
    let log = std::fs::File::create(folder.join("log")).expect("a file for the log");
    Command::new(env!("CARGO_BIN_EXE_lede"))
        .arg("run")
        .current_dir(folder)
        .env("DATABASE_URL", "sqlite://lede.db")
        .env("LEDE_DISCORD_API", discord.api())
        .env("DISCORD_TOKEN", discord.token())
        .env("LEDE_ALLOW_PRIVATE", allow.join(","))
        .env("LEDE_POLL_SECONDS_MIN", INTERVAL_SECONDS.to_string())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the program starts")
}

/// The most memory that a process had resident (KiB).
fn peak_kib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.and_then(|size| size.parse().ok())
        .expect("Linux says it")
}

/// Asks for news every second, each time as somebody else; gives the times, and how many answers
/// showed stories.
async fn ask(discord: &FakeDiscord, until: Instant) -> (Vec<Duration>, usize) {
    let (mut took, mut told) = (Vec::new(), 0);
    while Instant::now() < until {
        let began = Instant::now();
        let somebody = discord.person("Somebody");
        let topic = [("topic", "top stories")];
        let channel = discord.channel();
        let seen = discord.slash(somebody, channel, "brief", &topic).await;
        took.push(began.elapsed());
        told += usize::from(seen.text().contains("Only "));
        tokio::time::sleep(SECOND_LONG.saturating_sub(began.elapsed())).await;
    }
    took.sort();
    (took, told)
}

const SECOND_LONG: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for two minutes, and asserts nothing about time"]
async fn the_real_program_among_three_hundred_misbehaving_sources() {
    let seed = std::env::var("LEDE_SEED").ok().and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("LEDE_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut outlets = Vec::new();
    for n in 0..GOOD + MISBEHAVING {
        let number = format!("127.0.{}.{}", 1 + n / 200, 1 + n % 200);
        let outlet = Outlet::alone_at(&number, Clock::system()).await;
        publish(&outlet, &mut random);
        if n >= GOOD {
            outlet.answers(fault(&mut random));
        }
        outlets.push(outlet);
    }
    let discord = FakeDiscord::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lede.db");
    let mut servers = vec![discord.guild()];
    servers.extend((1..outlets.len() / GOOD).map(|n| discord.add_guild(&format!("Server {n}"))));
    let due = prepare(&file, &servers, &outlets, &mut random).await;
    let mut child = start(folder.path(), &discord, &outlets);
    discord.registered().await;
    let until = Instant::now() + RUN;
    let (took, told) = ask(&discord, until).await;
    let (ended, ended_ms) = (Instant::now(), Clock::system().now());
    let peak = peak_kib(&child);
    let kill = Command::new("kill").arg(child.id().to_string()).status();
    assert!(kill.expect("there is a kill").success());
    let status = child.wait().expect("it ends");
    let late: Vec<Option<Millis>> = outlets[..GOOD]
        .iter()
        .zip(&due)
        .map(|(outlet, due)| {
            let at = outlet.requests().first()?.at;
            let ago = ended.saturating_duration_since(at).as_millis() as Millis;
            Some(ended_ms - ago - due)
        })
        .collect();
    print_readings(&outlets, ended, late);
    println!(
        "/brief: {} asked, {told} with stories, median {:?}, worst {:?}",
        took.len(),
        took[took.len() / 2],
        took[took.len() - 1]
    );
    let log = std::fs::read_to_string(folder.path().join("log")).expect("it wrote one");
    println!("peak memory {:.1} MiB", peak as f64 / 1_024.0);
    println!("{} lines of log, ended with {status}", log.lines().count());
    assert_eq!(discord.problems(), Vec::<String>::new());
    assert!(status.success(), "{log}");
}

/// How late the good sources were read, and how often the others were asked.
fn print_readings(outlets: &[Outlet], ended: Instant, late: Vec<Option<Millis>>) {
    let mut read: Vec<Millis> = late.into_iter().flatten().collect();
    read.sort_unstable();
    let asked: usize = outlets[GOOD..].iter().map(|one| one.requests().len()).sum();
    println!(
        "requests in each ten seconds: {:?} of good sources, {:?} of the others ({asked} in all)",
        by_ten_seconds(&outlets[..GOOD], ended),
        by_ten_seconds(&outlets[GOOD..], ended)
    );
    let in_time = read.iter().filter(|late| **late <= LATE_MS_MAX).count();
    println!(
        "{} of {GOOD} good sources read, {in_time} at most {LATE_MS_MAX} ms late: median {} ms, p95 {} ms, worst {} ms",
        read.len(),
        read[read.len() / 2],
        read[read.len() * 95 / 100],
        read[read.len() - 1]
    );
}

/// Requests in each ten seconds before the end, the earliest first.
fn by_ten_seconds(outlets: &[Outlet], ended: Instant) -> Vec<usize> {
    let mut counts = vec![0; RUN.as_secs() as usize / 10 + 1];
    let last = counts.len() - 1;
    for request in outlets.iter().flat_map(Outlet::requests) {
        let ago = ended.saturating_duration_since(request.at).as_secs() as usize / 10;
        counts[last - ago.min(last)] += 1;
    }
    counts
}
