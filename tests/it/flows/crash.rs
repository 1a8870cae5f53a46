//! The real program, killed at random moments while it reads and places: nothing is lost, nothing
//! is doubled, and the file stays sound.

use crate::flows::shell::Lede;
use crate::world::{self, MORNING, Outlet, article};
use lede::clock::{Clock, HOUR, MINUTE, Millis};
use lede::config::Settings;
use lede::desk::Desk;
use lede::news::{ArticleId, Newsroom};
use lede::store::{Hunt, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const KILLS: u32 = 20;
const OUTLETS: usize = 4;
const ARTICLES_EACH: u32 = 5;
/// The longest that a process lives before it is killed: enough to start, read, place and idle.
const LIFE_MS_MAX: u64 = 500;

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

    /// Runs `lede read` and kills it after `life`.
    async fn reads_and_dies(&self, life: Duration) {
        let mut child = self.command(&["read"]).spawn().expect("the program starts");
        tokio::time::sleep(life).await;
        child.kill().expect("it still runs");
        child.wait().expect("it ends");
    }

    async fn reads_once(&self) {
        let mut command = self.command(&["read", "--once"]);
        let run = tokio::task::spawn_blocking(move || command.status().expect("the program runs"));
        assert!(run.await.expect("no panic").success());
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
    desk.close().await.expect("the store closes");

    let mut published = Vec::new();
    for kill in 0..KILLS {
        clock.move_to(clock.now() + HOUR);
        host.sets(clock.now());
        for outlet in &outlets {
            for n in 0..ARTICLES_EACH {
                let title = format!("Report {kill}.{n} of {}", outlet.authority());
                outlet.publishes(article(&title).text(&text(&mut random)));
                published.push(title);
            }
        }
        host.reads_and_dies(Duration::from_millis(random.u64(5..LIFE_MS_MAX)))
            .await;
    }
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
    let early = MORNING + i64::from(KILLS) * HOUR + MINUTE;
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
}
