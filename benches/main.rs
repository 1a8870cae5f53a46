//! What `cargo bench` measures. Figures are CPU time of all threads, because wall time on a shared
//! machine says little. Stores are made once, under `target/bench-stores`.
//!
//! `cargo bench -- 100000` measures on a store of 100,000 articles, `cargo bench -- 1000000` on one
//! of a million (its making takes minutes).

mod generate;

use lede::clock::{DAY, Millis};
use lede::news::{ArticleId, NewsroomId, Topic};
use lede::store::{Hunt, Store};
use std::path::Path;

/// Articles asked for by a hunt.
const NEWEST: u32 = 500;
const TOPICS: usize = 200;
/// Stories of one page and the pages after it.
const STORIES: usize = 30;

/// CPU time of all threads of this process, in nanoseconds, from the scheduler's own count.
pub struct Cpu(u64);

impl Cpu {
    pub fn now() -> Self {
        let threads = std::fs::read_dir("/proc/self/task").expect("Linux");
        let spent = |thread: std::io::Result<std::fs::DirEntry>| {
            let path = thread.ok()?.path().join("schedstat");
            std::fs::read_to_string(path)
                .ok()?
                .split(' ')
                .next()?
                .parse::<u64>()
                .ok()
        };
        Self(threads.filter_map(spent).sum())
    }

    pub fn micros(&self) -> f64 {
        (Self::now().0.saturating_sub(self.0)) as f64 / 1_000.0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let articles: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let articles = if articles.is_empty() {
        vec![100_000]
    } else {
        articles
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-stores");
    for articles in articles {
        println!("store of {articles} articles");
        let store = generate::store(&folder, articles).await;
        measure(&store).await;
        store.close().await.expect("closed");
    }
}

async fn measure(store: &Store) {
    println!(
        "  a reading that brought nothing: {:.0} us",
        generate::unchanged(store).await
    );
    let words = generate::Words::new();
    let topics = generate::topics(&words, TOPICS);
    for sources in [9, 200] {
        let newsroom = generate::newsroom(store, sources).await;
        for (name, period) in [("6 h", DAY / 4), ("24 h", DAY), ("30 d", 30 * DAY)] {
            // Once unmeasured: pages that the system has not read yet are its cost, not ours.
            for measured in [false, true] {
                hunt_all(
                    store,
                    newsroom,
                    &topics,
                    period,
                    measured.then(|| format!("{sources} sources, {name}")),
                )
                .await;
            }
        }
        let began = Cpu::now();
        let listed = store.sources(newsroom).await.expect("listed").len();
        println!(
            "  sources, {listed} of them: {:.2} ms",
            began.micros() / 1_000.0
        );
    }
}

async fn hunt_all(
    store: &Store,
    newsroom: NewsroomId,
    topics: &[Topic],
    period: Millis,
    name: Option<String>,
) {
    let (mut hunts, mut views, mut found) = (Vec::new(), Vec::new(), 0);
    let (from, until) = (
        ArticleId::first_at(generate::END - period),
        ArticleId(i64::MAX),
    );
    for topic in topics.iter().map(Some).chain([None]) {
        let hunt = Hunt {
            newsroom,
            topic,
            source: None,
            from,
            until,
            newest: NEWEST,
        };
        let began = Cpu::now();
        let sightings = store.hunt(&hunt).await.expect("hunted");
        hunts.push((
            began.micros(),
            topic.map_or("everything", |topic| topic.shown.as_str()),
        ));
        found += sightings.len();
        let mut stories: Vec<_> = sightings
            .iter()
            .filter_map(|sighting| sighting.story)
            .collect();
        stories.dedup();
        stories.truncate(STORIES);
        let began = Cpu::now();
        store.view(newsroom, &stories).await.expect("viewed");
        views.push((began.micros(), ""));
    }
    let Some(name) = name else { return };
    let count = hunts.len();
    println!(
        "  hunt, {name}: {}; {} found on average",
        percentiles(hunts),
        found / count
    );
    println!(
        "  view of {STORIES} stories, {name}: {}",
        percentiles(views)
    );
}

fn percentiles(mut micros: Vec<(f64, &str)>) -> String {
    micros.sort_by(|one, other| one.0.total_cmp(&other.0));
    let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize].0 / 1_000.0;
    let (most, which) = micros[micros.len() - 1];
    format!(
        "p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms {which}",
        at(0.5),
        at(0.99),
        most / 1_000.0
    )
}
