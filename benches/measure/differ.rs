//! What two or twelve outlets give differently: reports full of figures, as the worst stories are.

use super::cpu::Cpu;
use super::table::Table;
use lede::news::differ;
use lede::news::quote::Material;

const ROUNDS: usize = 100;
/// Sentences of one report.
const SENTENCES: usize = 30;
/// What a story of a brief may cost.
const WANTED: &str = "<= 10";

pub fn measure(table: &Table) {
    let texts: Vec<String> = (0..differ::ARTICLES_MAX).map(report).collect();
    let outlets: Vec<String> = (0..texts.len())
        .map(|n| format!("outlet{n}.example"))
        .collect();
    for articles in [2, differ::ARTICLES_MAX] {
        let material: Vec<Material> = (0..articles)
            .map(|n| Material {
                article: n,
                outlet: &outlets[n],
                same_text: n as i64,
                title: "Ferry sinks off Avel",
                text: &texts[n],
                language: Some("en"),
                at: 0,
                weight: 1.0,
            })
            .collect();
        let mut micros: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let began = Cpu::now();
                std::hint::black_box(differ::differences(&material));
                began.micros()
            })
            .collect();
        table.spread(
            &format!("outlets differ, {articles} articles"),
            &mut micros,
            WANTED,
        );
    }
}

fn report(outlet: usize) -> String {
    let sentence = |n: usize| {
        format!(
            "The coast guard of Norvia said that harbour {n} of Avel lost {} boats worth {} million crowns when the storm came in {}. ",
            40 + (outlet * 7 + n) % 50,
            3 + (outlet * 5 + n) % 40,
            2030 + (outlet + n) % 9,
        )
    };
    (0..SENTENCES).map(sentence).collect()
}
