//! Storing and placing articles while the window holds few and many.

use super::cpu::Cpu;
use super::table::Table;
use crate::generate::{self, Words};
use lede::clock::MINUTE;
use lede::jobs::Group;
use lede::news::{Newsroom, NewsroomId, SourceId};
use lede::store::{Added, ReadingToSave, Store};
use std::path::Path;

const WINDOWS: [usize; 2] = [5_000, 50_000];
/// Articles that are measured.
const MEASURED: usize = 2_000;
const ENTRIES: usize = 20;
/// Readings of one transaction while the window is filled, as the job saves them.
const READINGS: usize = 10;
const SOURCES: usize = 200;

struct Bench<'a> {
    store: &'a Store,
    words: Words,
    sources: Vec<SourceId>,
    readings: usize,
}

pub async fn measure(table: &Table, folder: &Path) {
    for window in WINDOWS {
        // On the disk as in earnest, where each transaction waits for it.
        let folder = tempfile::tempdir_in(folder).expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("lede.db").display());
        let store = Store::open(&url).await.expect("a store");
        let mut bench = Bench {
            store: &store,
            words: Words::new(),
            sources: sources(&store).await,
            readings: 0,
        };
        let group = Group::new(store.clone());
        while bench.readings * ENTRIES < window {
            bench.save(READINGS).await;
            group.tick(generate::END).await.expect("placed");
        }
        for (readings, name) in [(1, "a reading at a time"), (READINGS, "ten at a time")] {
            let (mut saving, mut placing) = (0.0, 0.0);
            for _ in 0..MEASURED / (ENTRIES * readings) {
                saving += bench.save(readings).await;
                let began = Cpu::now();
                group.tick(generate::END).await.expect("placed");
                placing += began.micros();
            }
            let of = format!("of {ENTRIES} entries, {window} articles in the window");
            let each = |micros: f64| micros / MEASURED as f64;
            let wanted = "<= 200 all in";
            table.line(
                &format!("storing, {name} {of}"),
                each(saving),
                "us CPU an article",
                wanted,
            );
            table.line(
                &format!("placing, {name} {of}"),
                each(placing),
                "us CPU an article",
                "",
            );
        }
        store.close().await.expect("closed");
    }
}

impl Bench<'_> {
    /// Saves readings of new articles in one transaction; CPU time in microseconds.
    async fn save(&mut self, readings: usize) -> f64 {
        let readings: Vec<ReadingToSave> = (0..readings).map(|_| self.reading()).collect();
        let began = Cpu::now();
        self.store.save_readings(readings).await.expect("saved");
        began.micros()
    }

    fn reading(&mut self) -> ReadingToSave {
        let number = self.readings;
        self.readings += 1;
        let at = generate::END + number as i64 * MINUTE / 10;
        let source = number % SOURCES;
        let entry = |entry: usize| {
            let number = number * ENTRIES + entry;
            lede::news::Entry {
                guid: Some(format!("{number}")),
                link: Some(format!("https://s{source}.example/news/{number}")),
                published: Some(at - entry as i64 * MINUTE),
                ..generate::entry(&self.words, number as u64)
            }
        };
        generate::full_reading(
            self.sources[source],
            source,
            (0..ENTRIES).map(entry).collect(),
            at,
        )
    }
}

async fn sources(store: &Store) -> Vec<SourceId> {
    let newsroom = store.newsroom(Newsroom::Terminal, generate::END).await;
    let newsroom: NewsroomId = newsroom.expect("a newsroom");
    let mut ids = Vec::with_capacity(SOURCES);
    for number in 0..SOURCES {
        let url = format!("https://s{number}.example/feed");
        let source = generate::new_source(newsroom, url, generate::END);
        match store.add_source(source).await.expect("added") {
            Added::New(id) => ids.push(id),
            other => panic!("{other:?}"),
        }
    }
    ids
}
