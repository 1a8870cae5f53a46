//! An answer that is made from the newest articles alone, as there are very many, says so.

use crate::world::{World, article};

#[tokio::test]
async fn an_answer_from_the_newest_alone_says_so() {
    let world = World::new().await;
    let names = ["tern.example", "wren.example", "heron.example"];
    let outlets = names.map(|name| world.outlet(name));
    for (n, outlet) in outlets.iter().enumerate() {
        for i in 0..180 {
            let word = |k: usize| format!("{}{}", ["kal", "mor", "tis", "ven"][k % 4], n * 180 + i);
            let title = format!("Harbour {} {} {}", word(0), word(1), word(2));
            let text = format!("The {} of the harbour saw {} on Monday.", word(3), word(1));
            let at = world.minutes_ago(2 + 2 * i as i64);
            outlet.publishes(article(&title).text(&text).at(at));
        }
    }
    for name in names {
        world.adds(name).await;
    }
    let headlines = world.types("/headlines").await;
    assert!(
        headlines
            .contains("the 60 strongest stories · of the newest 500 articles, the oldest 5 h ago"),
        "{headlines}"
    );
    let brief = world.types("/brief harbour").await;
    assert!(brief.contains("of the newest 500 articles"), "{brief}");
    let few = world.types("/headlines period:6h source:tern").await;
    assert!(!few.contains("of the newest"), "{few}");
    let search = world.types("/search harbour").await;
    assert!(search.contains("\n-# the newest 80 articles\n"), "{search}");
}
