//! Reading the articles of web pages: real ones where `LEDE_SHARED` has them, else one that is made.

use super::cpu::percentile;
use super::table::Table;
use lede::feed::extract;
use std::path::Path;
use std::time::Instant;

/// How often each page is read; the quickest counts.
const TURNS: usize = 5;

pub fn measure(table: &Table) {
    let real = std::env::var_os("LEDE_SHARED").map(|folder| stored(Path::new(&folder)));
    let what = match &real {
        Some(pages) => format!("article of each of {} stored pages", pages.len()),
        None => "article of a made page (LEDE_SHARED is not set)".to_owned(),
    };
    let pages = real.unwrap_or_else(|| vec![made()]);
    let mut micros: Vec<f64> = pages.iter().map(|page| quickest(page)).collect();
    let median = percentile(&mut micros, 0.5);
    let slow = percentile(&mut micros, 0.95);
    table.line(&format!("{what}, p50"), median / 1_000.0, "ms", "< 3");
    table.line(&format!("{what}, p95"), slow / 1_000.0, "ms", "");
}

/// Wall time: one page takes less than what the clock of CPU time can tell apart.
fn quickest(page: &[u8]) -> f64 {
    let turns = (0..TURNS).map(|_| {
        let began = Instant::now();
        std::hint::black_box(extract::extract(page, None).ok());
        began.elapsed().as_secs_f64() * 1e6
    });
    turns.fold(f64::INFINITY, f64::min)
}

/// The pages of `feeds/raw/extract`, unpacked.
fn stored(folder: &Path) -> Vec<Vec<u8>> {
    let folder = folder.join("feeds/raw/extract");
    let files = std::fs::read_dir(&folder).expect("LEDE_SHARED has feeds/raw/extract");
    let mut paths: Vec<_> = files
        .map(|file| file.expect("the folder can be listed").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| unpacked(path)).collect()
}

fn unpacked(path: &Path) -> Vec<u8> {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return std::fs::read(path).expect("the page can be read");
    }
    let gzip = std::process::Command::new("gzip")
        .arg("-dc")
        .arg(path)
        .output();
    gzip.expect("gzip runs").stdout
}

/// A page of 200 kB: a long report between menus, teasers and readers' comments.
fn made() -> Vec<u8> {
    let sentence =
        "The ferry between the two towns stopped after a pump failed, the harbour master said. ";
    let teaser = "<article class=card><h3><a href=/x>Another headline of the day in the harbour</a></h3><p>What else happened on the quay on Monday.</p></article>";
    let comment = "<li class=comment><p>I was there, and nobody told us anything at all.</p>";
    format!(
        "<html lang=en><title>Ferry stops</title><nav>{menu}</nav><main><h1>Ferry stops</h1><div>{report}</div></main><section>{teasers}</section><ul id=comments>{comments}</ul>",
        menu = "<li><a href=/topic>A topic of the day</a>".repeat(400),
        report = format!("<p>{}</p>", sentence.repeat(5)).repeat(60),
        teasers = teaser.repeat(400),
        comments = comment.repeat(1_000),
    )
    .into_bytes()
}
