//! Choosing the quotes of one story, and what its sources repeat being known.

use super::cpu::Cpu;
use super::table::Table;
use crate::generate;
use lede::news::quote::{self, Material, Wanted};
use lede::text::refrain::{Memory, Trace};

const STORIES: usize = 100;
const ARTICLES: usize = 10;
const TEXT_CHARS: usize = 3_500;
const QUOTES: usize = 3;
const CALL: &str = "Our Tuesday letter brings the best of the harbour to you.";
/// What is wanted of ten articles, in milliseconds.
const WANTED: &str = "<= 1";

pub fn measure(table: &Table) {
    let words = generate::Words::new();
    let outlets: Vec<String> = (0..ARTICLES).map(|n| format!("n{n}.example")).collect();
    // Each takes less than what the clock of CPU time can tell apart.
    let (mut learning, mut choosing) = (0.0, 0.0);
    let mut memory = Memory::default();
    for story in 0..STORIES {
        let texts = generate::texts(&words, story as u64, ARTICLES, TEXT_CHARS);
        let texts: Vec<(String, String)> = texts
            .into_iter()
            .map(|(title, text)| (title, format!("{text}\n{CALL}")))
            .collect();
        let began = Cpu::now();
        for (title, text) in &texts {
            memory.take(Trace::of(title, text, Some("en")));
        }
        learning += began.micros();
        let articles = texts
            .iter()
            .enumerate()
            .map(|(number, (title, text))| Material {
                article: number,
                outlet: &outlets[number],
                same_text: number as i64,
                title,
                text,
                language: Some("en"),
                refrains: memory.refrains(),
                at: generate::END,
                weight: 1.0,
            });
        let articles: Vec<Material> = articles.collect();
        let began = Cpu::now();
        let quotes = quote::select(&articles, Wanted::Sentences(QUOTES));
        choosing += began.micros();
        assert_eq!(quotes.len(), QUOTES);
    }
    let what = format!("{QUOTES} quotes of {ARTICLES} articles");
    let stories = STORIES as f64;
    table.line(&what, choosing / stories / 1_000.0, "ms CPU", WANTED);
    let each = learning / stories / ARTICLES as f64;
    table.line("an article remembered for refrains", each, "us CPU", "");
}
