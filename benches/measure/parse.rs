//! Parsing alone, a document at a time: from its bytes to clean entries.

use super::cpu::percentile;
use super::outlets;
use super::table::Table;
use crate::generate::Words;
use lede::feed;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Times that each document is read; the quickest counts, as all that slows it is the machine.
const READ_TIMES: usize = 9;
/// Where a document is said to come from.
const BASE_URL: &str = "https://outlet.example/feed";

pub fn measure(table: &Table) {
    let documents = match std::env::var_os("LEDE_SHARED") {
        Some(shared) => stored(&Path::new(&shared).join("feeds/raw/parse")),
        None => {
            println!("LEDE_SHARED is not set: generated feeds are parsed");
            let words = Words::new();
            let feeds = (0..outlets::FEEDS).map(|feed| outlets::rss(&words, feed, 0).into_bytes());
            feeds.collect()
        }
    };
    let mut micros: Vec<f64> = documents.iter().map(|document| best(document)).collect();
    let bytes: usize = documents.iter().map(Vec::len).sum();
    let all: f64 = micros.iter().sum();
    let of = format!("parsing, {} documents", documents.len());
    for (name, share, wanted) in [("p50", 0.5, "<= 30"), ("p95", 0.95, "")] {
        let figure = percentile(&mut micros, share);
        table.line(&format!("{of}, {name}"), figure, "us a document", wanted);
    }
    table.line(&of, bytes as f64 / all, "MB a second", "");
}

/// Microseconds of the quickest reading.
fn best(document: &[u8]) -> f64 {
    let once = |_| {
        let began = Instant::now();
        // What is no feed is a document too: that is found out as fast.
        let _ = std::hint::black_box(feed::read_bytes(document, None, BASE_URL));
        began.elapsed().as_secs_f64() * 1e6
    };
    (0..READ_TIMES).map(once).fold(f64::MAX, f64::min)
}

/// The files of a folder and those below it, in the order of their names.
fn stored(folder: &Path) -> Vec<Vec<u8>> {
    let listed = std::fs::read_dir(folder).expect("a folder of feeds");
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.expect("listed").path()).collect();
    paths.sort();
    let mut documents = Vec::new();
    for path in paths {
        if path.is_dir() {
            documents.extend(stored(&path));
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            let unpacked = Command::new("gzip").arg("-dc").arg(&path).output();
            documents.push(unpacked.expect("gzip is there").stdout);
        } else {
            documents.push(std::fs::read(&path).expect("a file"));
        }
    }
    documents
}
