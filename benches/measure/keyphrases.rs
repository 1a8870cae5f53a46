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
    let mut micros: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let text = &texts[round % texts.len()];
            let began = Cpu::now();
            let outline = Outline::of(text, Some("en"), &|_| false);
            let phrases = outline.phrases(Some(&|_| 0.5));
            std::hint::black_box(keyphrases::pick(&phrases, KEYS));
            began.micros()
        })
        .collect();
    let words = texts[0].split_whitespace().count();
    table.spread(
        &format!("key phrases, an article of {words} words"),
        &mut micros,
        "<= 0.3",
    );
    let articles: Vec<(&str, &str, Option<&str>)> = texts
        .iter()
        .map(|text| ("Ferry sinks off Avel", text.as_str(), Some("en")))
        .collect();
    let mut micros: Vec<f64> = (0..ROUNDS / 4)
        .map(|_| {
            let began = Cpu::now();
            std::hint::black_box(hashtag::hashtags(&articles, &["Norvia Press"]));
            began.micros()
        })
        .collect();
    table.spread(
        &format!("hashtags, a story of {ARTICLES} articles"),
        &mut micros,
        "",
    );
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
