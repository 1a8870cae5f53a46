//! The real program, killed at random moments while it reads and places: nothing is lost, nothing
//! is doubled, and the file stays sound.

use crate::flows::shell::Lede;
use crate::world::{self, MORNING, Outlet, article};
use lede::clock::{Clock, HOUR, MINUTE, Millis};
use lede::config::Settings;
use lede::desk::{Asker, Desk, Pressed};
use lede::news::{ArticleId, Newsroom};
use lede::page::{Ask, note};
use lede::store::{Hunt, Store};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const KILLS: u32 = 20;
/// As a kill that falls between does not count, so many are tried at most.
const KILLS_MAX: u32 = 60;
const OUTLETS: usize = 4;
const ARTICLES_EACH: u32 = 5;
/// Kills that fall inside of a fetch, a parse or a transaction, at least.
const INSIDE_MIN: usize = 15;
/// The longest that a process lives before it is killed, where it does not come to the chosen step:
/// enough to start, read, place and idle on a machine that is busy with the other tests.
const LIFE_MS_MAX: u64 = 4_000;
/// The step with which a process is killed: that of opening the store, then a fetch and a parse for
/// each outlet; or one of the transactions that save and place.
const STEPS_READING: std::ops::RangeInclusive<u32> = 1..=1 + 2 * OUTLETS as u32;
const STEPS_SAVING: std::ops::RangeInclusive<u32> = 2 + 2 * OUTLETS as u32..=3 + 2 * OUTLETS as u32;
/// Microseconds that it then lives on, at most.
const AFTER_US_MAX: u64 = 400;

/// A folder with a store and the file that holds the program's time.
struct Host {
    lede: Lede,
    clock_file: PathBuf,
}

impl Host {
    fn sets(&self, now: Millis) {
        let next = self.clock_file.with_extension("next");
        std::fs::write(&next, now.to_string()).expect("the clock's file can be written");
        std::fs::rename(&next, &self.clock_file).expect("the clock's file can be replaced");
    }

    fn command(&self, words: &[&str]) -> std::process::Command {
        let mut command = self.lede.command(words);
        command.env("LEDE_CLOCK", &self.clock_file);
        command.stdout(std::process::Stdio::null());
        command
    }

    /// Runs `lede read` and kills it once it has begun some steps, or when its time is up; gives
    /// what it was in the middle of.
    fn reads_and_dies(&self, random: &mut fastrand::Rng, saving: bool) -> Open {
        let mut command = self.command(&["read"]);
        command.env("RUST_LOG", "lede=debug").stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let lines = lines_of(&mut child);
        let mut steps = random.u32(if saving { STEPS_SAVING } else { STEPS_READING });
        let born = Instant::now();
        let mut open = Open::default();
        let life = Duration::from_millis(LIFE_MS_MAX);
        while steps > 0 {
            let left = life.saturating_sub(born.elapsed());
            let Ok(line) = lines.recv_timeout(left) else {
                break;
            };
            open.hears(&line);
            steps -= u32::from(line.contains(" begins"));
        }
        std::thread::sleep(Duration::from_micros(random.u64(0..AFTER_US_MAX)));
        child.kill().expect("it still runs");
        child.wait().expect("it ends");
        lines.iter().for_each(|line| open.hears(&line));
        open
    }

    async fn reads_once(&self) {
        let mut command = self.command(&["read", "--once"]);
        let run = tokio::task::spawn_blocking(move || command.status().expect("the program runs"));
        assert!(run.await.expect("no panic").success());
    }
}

/// The lines of a process's log, as they come.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let log = child.stderr.take().expect("it is piped");
    let (told, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            let _ = told.send(line);
        }
    });
    lines
}

/// How many fetches, parses and transactions a process had begun and not ended.
#[derive(Default)]
struct Open(BTreeMap<&'static str, i32>);

impl Open {
    fn hears(&mut self, line: &str) {
        for step in ["fetch", "parse", "transaction"] {
            let count = self.0.entry(step).or_default();
            *count += i32::from(line.contains(&format!("a {step} begins")));
            *count -= i32::from(line.contains(&format!("a {step} ends")));
        }
    }

    /// The innermost of what it was in the middle of; a fetch goes on while its answer is parsed.
    fn place(&self) -> &'static str {
        let inside = |step: &&str| self.0.get(step).is_some_and(|count| *count > 0);
        let steps = ["transaction", "parse", "fetch"];
        steps.into_iter().find(inside).unwrap_or("idle")
    }
}

/// Six sentences that have little in common with any other text.
fn text(random: &mut fastrand::Rng) -> String {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(4..10))
            .map(|_| random.lowercase())
            .collect()
    };
    let sentence = |random: &mut fastrand::Rng| -> String {
        let words: Vec<_> = (0..12).map(|_| word(random)).collect();
        format!("The {}.", words.join(" "))
    };
    (0..6)
        .map(|_| sentence(random))
        .collect::<Vec<_>>()
        .join(" ")
}

async fn desk(lede: &Lede, outlets: &[Outlet], clock: &Clock) -> Desk {
    let url = format!("sqlite://{}", lede.store().display());
    let allowed: Vec<_> = outlets.iter().map(Outlet::authority).collect();
    let allowed = allowed.join(",");
    let settings = Settings::read(|name| match name {
        "DATABASE_URL" => Some(url.clone()),
        "LEDE_ALLOW_PRIVATE" => Some(allowed.clone()),
        _ => None,
    });
    let settings = Arc::new(settings.expect("the settings are valid"));
    Desk::open(settings, clock.clone())
        .await
        .expect("the store opens")
}

/// The key of a button that was drawn before anything was killed.
async fn a_button(desk: &Desk) -> String {
    let page = note::expired(Ask::new("headlines"));
    let kept = desk.keep(&Asker::terminal(), &page).await;
    kept.expect("it is kept").remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_it_loses_nothing_and_doubles_nothing() {
    let seed = std::env::var("LEDE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("LEDE_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let clock = Clock::manual(MORNING);
    let mut outlets = Vec::new();
    for _ in 0..OUTLETS {
        outlets.push(Outlet::alone(clock.clone()).await);
    }
    let allowed: Vec<_> = outlets.iter().map(Outlet::authority).collect();
    let allowed: Vec<_> = allowed.iter().map(String::as_str).collect();
    let lede = Lede::new(&allowed);
    let clock_file = lede.store().with_file_name("clock");
    let host = Host { lede, clock_file };

    let desk = desk(&host.lede, &outlets, &clock).await;
    let newsroom = desk
        .store
        .newsroom(Newsroom::Terminal, MORNING)
        .await
        .expect("a newsroom");
    for outlet in &outlets {
        world::add_source(&desk, newsroom, &outlet.feed()).await;
    }
    let key = a_button(&desk).await;
    desk.close().await.expect("the store closes");

    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut published = Vec::new();
    let mut kills = 0;
    let inside = |places: &BTreeMap<&str, usize>| -> usize {
        places
            .iter()
            .filter(|(place, _)| **place != "idle")
            .map(|(_, times)| times)
            .sum()
    };
    while kills < KILLS || (inside(&places) < INSIDE_MIN && kills < KILLS_MAX) {
        let kill = kills;
        kills += 1;
        clock.move_to(clock.now() + HOUR);
        host.sets(clock.now());
        for outlet in &outlets {
            for n in 0..ARTICLES_EACH {
                let title = format!("Report {kill}.{n} of {}", outlet.authority());
                outlet.publishes(article(&title).text(&text(&mut random)));
                published.push(title);
            }
        }
        let open = tokio::task::block_in_place(|| host.reads_and_dies(&mut random, kill % 2 == 1));
        println!("kill {kill}: {} {:?}", open.place(), open.0);
        *places.entry(open.place()).or_default() += 1;
    }
    println!("where the {kills} kills fell: {places:?}");
    assert!(inside(&places) >= INSIDE_MIN, "too many fell between");
    for _ in 0..4 {
        clock.move_to(clock.now() + 7 * HOUR);
        host.sets(clock.now());
        host.reads_once().await;
    }

    let url = format!("sqlite://{}", host.lede.store().display());
    let store = Store::open(&url).await.expect("the store opens");
    assert_eq!(
        store.check().await.expect("it can be checked"),
        Vec::<String>::new()
    );
    let hunt = Hunt {
        newsroom,
        topic: None,
        source: None,
        from: ArticleId(0),
        until: ArticleId(i64::MAX),
        newest: 10_000,
    };
    let found = store.hunt(&hunt).await.expect("the store answers");
    assert!(
        found.iter().all(|one| one.story.is_some()),
        "everything is placed"
    );
    let early = MORNING + i64::from(kills) * HOUR + MINUTE;
    let before_the_end = found.iter().filter(|one| one.seen <= early).count();
    println!(
        "{before_the_end} of {} articles were saved by processes that were killed",
        found.len()
    );
    assert!(
        before_the_end > 0,
        "no process lived long enough to save anything"
    );
    let mut titles: Vec<_> = found.into_iter().map(|one| one.article.title).collect();
    titles.sort();
    published.sort();
    assert_eq!(titles, published);
    store.close().await.expect("the store closes");

    let desk = self::desk(&host.lede, &outlets, &clock).await;
    let kept = desk.kept(&Asker::terminal(), &key).await.expect("readable");
    let Pressed::Live(action) = kept else {
        panic!("a button of before is gone: {kept:?}");
    };
    let pressed = desk.press(&Asker::terminal(), &action, &[]).await;
    assert!(pressed.is_ok_and(|page| !page.blocks.is_empty()));
}
