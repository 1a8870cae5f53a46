//! The store alone: hunts, views, lists.

use super::cpu::Cpu;
use super::table::Table;
use crate::generate;
use lede::clock::{DAY, Millis};
use lede::news::{ArticleId, NewsroomId, Topic};
use lede::store::{Hunt, Store};

/// Articles asked for by a hunt.
const NEWEST: u32 = 500;
const TOPICS: usize = 200;
/// Stories of one page and the pages after it.
const STORIES: usize = 30;

pub async fn measure(table: &Table, store: &Store, articles: usize) {
    let unchanged = generate::unchanged(store).await;
    let what = format!("a reading that brought nothing, {articles} articles");
    table.line(&what, unchanged, "us CPU", "");
    let topics = generate::topics(&generate::Words::new(), TOPICS);
    for sources in [9, 200] {
        let newsroom = generate::newsroom(store, sources).await;
        for (name, period) in [("6 h", DAY / 4), ("24 h", DAY), ("30 d", 30 * DAY)] {
            // Once unmeasured: pages that the system has not read yet are its cost, not ours.
            hunt_all(store, newsroom, &topics, period).await;
            let (mut hunts, mut views) = hunt_all(store, newsroom, &topics, period).await;
            let of = format!("{articles} articles, {sources} sources, {name}");
            table.spread(&format!("hunt, {of}"), &mut hunts, "");
            table.spread(&format!("{STORIES} stories, {of}"), &mut views, "");
        }
        let began = Cpu::now();
        let listed = store.sources(newsroom).await.expect("listed").len();
        let what = format!("the list of {listed} sources");
        table.line(&what, began.micros() / 1_000.0, "ms CPU", "");
    }
}

async fn hunt_all(
    store: &Store,
    newsroom: NewsroomId,
    topics: &[Topic],
    period: Millis,
) -> (Vec<f64>, Vec<f64>) {
    let (mut hunts, mut views) = (Vec::new(), Vec::new());
    for topic in topics.iter().map(Some).chain([None]) {
        let hunt = Hunt {
            newsroom,
            topic,
            source: None,
            from: ArticleId::first_at(generate::END - period),
            until: ArticleId(i64::MAX),
            newest: NEWEST,
        };
        let began = Cpu::now();
        let sightings = store.hunt(&hunt).await.expect("hunted");
        hunts.push(began.micros());
        let mut stories: Vec<_> = sightings
            .iter()
            .filter_map(|sighting| sighting.story)
            .collect();
        stories.dedup();
        stories.truncate(STORIES);
        let began = Cpu::now();
        store.view(newsroom, &stories).await.expect("viewed");
        views.push(began.micros());
    }
    (hunts, views)
}
