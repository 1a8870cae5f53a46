//! Key phrases of one article, and the hashtags of a story of several.

use super::cpu::Cpu;
use super::table::Table;
use lede::news::hashtag;
use lede::text::keyphrases::{self, Outline};

const ROUNDS: usize = 200;
/// Sentences of one article: about 400 words.
const SENTENCES: usize = 20;
const KEYS: usize = 10;
const ARTICLES: usize = 10;

pub fn measure(table: &Table) {
    let texts: Vec<String> = (0..ARTICLES).map(report).collect();
    // One takes less than what the clock of CPU time can tell apart.
    let began = Cpu::now();
    for round in 0..ROUNDS {
        let outline = Outline::of(&texts[round % texts.len()], Some("en"), &|_| false);
        let phrases = outline.phrases(Some(&|_| 0.5));
        std::hint::black_box(keyphrases::pick(&phrases, KEYS));
    }
    let each = began.micros() / ROUNDS as f64 / 1_000.0;
    let words = texts[0].split_whitespace().count();
    let what = format!("key phrases, an article of {words} words");
    table.line(&what, each, "ms CPU", "<= 0.3");
    let articles: Vec<(&str, &str, Option<&str>)> = texts
        .iter()
        .map(|text| ("Ferry sinks off Avel", text.as_str(), Some("en")))
        .collect();
    let began = Cpu::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(hashtag::hashtags(&articles, &["Norvia Press"]));
    }
    let each = began.micros() / ROUNDS as f64 / 1_000.0;
    let what = format!("hashtags, a story of {ARTICLES} articles");
    table.line(&what, each, "ms CPU", "");
}

fn report(outlet: usize) -> String {
    let sentence = |n: usize| {
        format!(
            "The coast guard of Norvia said that harbour town {} of Port Lind lost old fishing boat {} when minister Holt{} opened the bridge. ",
            n % 7,
            (outlet * 7 + n) % 50,
            (outlet * 5 + n) % 12,
        )
    };
    (0..SENTENCES).map(sentence).collect()
}
