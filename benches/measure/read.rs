//! Reading feeds over loopback through the real job: fetch, parse, save, index.

use super::cpu::Cpu;
use super::outlets::{ENTRIES, FEEDS, Outlets};
use super::table::Table;
use crate::generate;
use lede::clock::{Clock, DAY};
use lede::config::Settings;
use lede::desk::Desk;
use lede::feed::{FetchSettings, Fetcher};
use lede::jobs::Jobs;
use lede::news::Newsroom;
use lede::store::{Added, Store};

pub async fn measure(table: &Table) {
    let mut outlets = Outlets::start();
    let store = Store::temporary().await.expect("a store");
    let clock = Clock::manual(generate::END);
    let fetcher = FetchSettings {
        resolve: Outlets::hosts().map(|host| (host, outlets.at)).collect(),
        spacing: Some(std::time::Duration::ZERO),
        clock: clock.clone(),
        ..FetchSettings::default()
    };
    let fetcher = Fetcher::new(&fetcher).expect("a fetcher");
    let settings = Settings::read(|_| None).expect("defaults");
    let desk = Desk {
        store: store.clone(),
        fetcher,
        clock: clock.clone(),
        settings: std::sync::Arc::new(settings),
        learned: Default::default(),
        suggested: Default::default(),
        links: Default::default(),
    };
    let jobs = Jobs::of(&desk);
    let newsroom = store.newsroom(Newsroom::Terminal, generate::END).await;
    let newsroom = newsroom.expect("a newsroom");
    for host in Outlets::hosts() {
        let url = format!("http://{host}:{}/feed", outlets.at.port());
        let source = generate::new_source(newsroom, url, generate::END);
        let added = store.add_source(source).await.expect("added");
        assert!(matches!(added, Added::New(_)), "{added:?}");
    }
    for (name, new) in [
        ("first read", FEEDS * ENTRIES),
        ("second read, 5 % changed", FEEDS / 20),
        ("third read, nothing changed", 0),
    ] {
        if name.starts_with("second") {
            outlets.change();
        }
        clock.move_to(clock.now() + DAY);
        let began = Cpu::now();
        let report = jobs.poll.tick(clock.now()).await.expect("read");
        let micros = began.micros();
        assert_eq!(report.sources.len(), FEEDS, "{name}");
        assert_eq!(report.new_articles() as usize, new, "{name}: {report:?}");
        let what = format!("{name}: {FEEDS} feeds of {ENTRIES} entries");
        let rate = FEEDS as f64 / (micros / 1e6);
        table.line(&what, rate, "feeds a CPU second", "");
        if new > FEEDS {
            let each = micros / new as f64;
            table.line(&format!("{name}: each article"), each, "us CPU", "");
            let began = Cpu::now();
            let placed = jobs.group.tick(clock.now()).await.expect("placed");
            let each = began.micros() / f64::from(placed);
            table.line(&format!("{name}: placing each"), each, "us CPU", "");
        }
    }
}
