//! Whole answers of the desk: `/brief`, `/headlines`, and what is offered while somebody types.

use super::cpu::Cpu;
use super::table::Table;
use crate::generate;
use lede::clock::Clock;
use lede::config::Settings;
use lede::desk::{Asked, Asker, Desk};
use lede::feed::{FetchSettings, Fetcher};
use lede::news::Newsroom;
use lede::page::Ask;
use lede::store::Store;
use std::sync::Arc;

const TOPICS: usize = 200;
/// Letters typed when topics are offered.
const TYPED_LETTERS: usize = 2;
/// What is wanted of an answer's p99 from a million articles.
const WANTED: &str = "<= 40 at 1,000,000";

pub async fn measure(table: &Table, store: &Store, articles: usize) {
    let settings = Settings::read(|_| None).expect("defaults");
    let desk = Desk {
        settings: Arc::new(settings),
        clock: Clock::manual(generate::END),
        store: store.clone(),
        fetcher: Fetcher::new(&FetchSettings::default()).expect("a fetcher"),
        learned: Default::default(),
        suggested: Default::default(),
        links: Default::default(),
    };
    let topics = generate::typed_topics(&generate::Words::new(), TOPICS);
    for sources in [9, 200] {
        let asker = Asker {
            person: 1,
            newsroom: Newsroom::Person(sources),
            channel: Some(1),
            may_post: true,
            terminal: false,
            ..Asker::terminal()
        };
        for (command, period, wanted) in [
            ("brief", "24h", WANTED),
            ("brief", "30d", ""),
            ("headlines", "24h", ""),
        ] {
            let asks: Vec<Ask> = topics
                .iter()
                .map(|topic| {
                    Ask::new(command)
                        .value("topic", topic)
                        .value("period", period)
                })
                .collect();
            answers(&desk, &asker, &asks).await;
            let mut micros = answers(&desk, &asker, &asks).await;
            let what = format!("/{command} {period}, {articles} articles, {sources} sources");
            table.spread(&what, &mut micros, wanted);
        }
        let top = vec![Ask::new("brief").value("topic", "Top stories"); TOPICS / 10];
        answers(&desk, &asker, &top).await;
        let what = format!("/brief Top stories, {articles} articles, {sources} sources");
        table.spread(&what, &mut answers(&desk, &asker, &top).await, "");
        offers(&desk, &asker, &topics).await;
        let what = format!("topics offered, {articles} articles, {sources} sources");
        table.spread(&what, &mut offers(&desk, &asker, &topics).await, "");
    }
}

async fn answers(desk: &Desk, asker: &Asker, asks: &[Ask]) -> Vec<f64> {
    let mut micros = Vec::with_capacity(asks.len());
    for ask in asks {
        let asked = Asked {
            ask: ask.clone(),
            confirmed: false,
        };
        let began = Cpu::now();
        desk.answer(asker, &asked).await.expect("an answer");
        micros.push(began.micros());
    }
    micros
}

async fn offers(desk: &Desk, asker: &Asker, topics: &[String]) -> Vec<f64> {
    let ask = Ask::new("brief");
    let mut micros = Vec::with_capacity(topics.len());
    for topic in topics {
        let typed = &topic[..TYPED_LETTERS];
        let began = Cpu::now();
        let offered = desk.complete(asker, &ask, "topic", typed).await;
        micros.push(began.micros());
        offered.expect("offers");
    }
    micros
}
