//! What `cargo bench` measures, as one table. Figures are CPU time of all threads, because wall time
//! on a shared machine says little. Stores are made once, under `target/bench-stores`.
//!
//! `cargo bench` measures everything with a store of 100,000 articles; `cargo bench -- brief hunt`
//! only these parts (`parse`, `read`, `page`, `keyphrases`, `quotes`, `store`, `hunt`, `brief`,
//! `differ`, `match`, `memory`); `cargo bench -- brief 1000000` on a store of a million articles (its making takes
//! minutes).

mod generate;
mod measure;

// The tests' Discord; the benches say few of its words.
#[allow(dead_code, unused_imports)]
#[path = "../tests/it/world/discord/mod.rs"]
mod discord;

use measure::table::Table;
use std::path::{Path, PathBuf};

const ARTICLES: usize = 100_000;
const PARTS: [&str; 11] = [
    "parse",
    "read",
    "page",
    "keyphrases",
    "quotes",
    "store",
    "hunt",
    "brief",
    "differ",
    "match",
    "memory",
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == measure::outlets::SERVE)
    {
        return measure::outlets::serve().await;
    }
    let named = |part: &str| arguments.iter().any(|argument| argument == part);
    let all = !PARTS.iter().any(|part| named(part));
    let wanted = |part: &str| all || named(part);
    let sizes: Vec<usize> = arguments
        .iter()
        .filter_map(|size| size.parse().ok())
        .collect();
    let articles = sizes.first().copied().unwrap_or(ARTICLES);
    let folder = folder();
    let table = Table::begin();
    if wanted("parse") {
        measure::parse::measure(&table);
    }
    if wanted("read") {
        measure::read::measure(&table).await;
    }
    if wanted("quotes") {
        measure::quotes::measure(&table);
    }
    if wanted("page") {
        measure::page::measure(&table);
    }
    if wanted("store") {
        measure::save::measure(&table, &folder).await;
    }
    if wanted("hunt") || wanted("brief") {
        let store = generate::store(&folder, articles).await;
        if wanted("hunt") {
            measure::hunt::measure(&table, &store, articles).await;
        }
        if wanted("brief") {
            measure::brief::measure(&table, &store, articles).await;
        }
        store.close().await.expect("closed");
    }
    if wanted("differ") {
        measure::differ::measure(&table);
    }
    if wanted("keyphrases") {
        measure::keyphrases::measure(&table);
    }
    if wanted("match") {
        measure::matching::measure(&table);
    }
    if wanted("memory") {
        measure::memory::measure(&table).await;
    }
}

/// Where generated stores are kept from one run to the next.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-stores");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}
