//! A topic finds what the newsroom's articles taught to belong to it, and a country its capital.

use crate::world::{World, article};

/// What a place's politics turn on, one subject every other day: so much of it, and of other things,
/// that words gain a meaning.
const SUBJECTS: [[&str; 4]; 14] = [
    ["herring quota", "nets", "trawler", "gutting"],
    ["school meals", "kitchens", "porridge", "pupils"],
    ["toll bridge", "rivets", "barriers", "drivers"],
    ["lighthouse upkeep", "lamps", "keepers", "fog"],
    ["wolf hunting", "shepherds", "lambs", "traps"],
    ["rail gauge", "sleepers", "engines", "tunnels"],
    ["peat cutting", "bogs", "spades", "briquettes"],
    ["library fines", "novels", "borrowers", "shelves"],
    ["salt duty", "pans", "barrels", "curing"],
    ["night flights", "runway", "noise", "pilots"],
    ["dental care", "clinics", "fillings", "braces"],
    ["glacier water", "pipes", "bottling", "melt"],
    ["wool prices", "shearing", "yarn", "looms"],
    ["radio licence", "antennas", "listeners", "plays"],
];

async fn world_that_read_much() -> World {
    let world = World::new().await;
    for name in ["tern.example", "wren.example"] {
        world.outlet(name);
        world.adds(name).await;
    }
    for (day, [subject, first, second, third]) in SUBJECTS.into_iter().enumerate() {
        let ago = (SUBJECTS.len() - day) as i64 * 2 * 24 * 60;
        let at = world.minutes_ago(ago);
        let tern = world.outlet("tern.example");
        tern.publishes(
            article(&match day % 3 {
                0 => format!("Norland splits over {subject}"),
                1 => format!("What changes for {subject} in Norland"),
                _ => format!("New rule on {subject}: Norland asks who pays"),
            })
            .text(&match day % 3 {
                0 => format!("Oskarsen calls {first} and {second} dear in Vesthavn; {third} wait."),
                1 => {
                    format!(
                        "Without {first}, Ravna Sol says in Vesthavn, {second} and {third} end."
                    )
                }
                _ => format!("Ravna Sol told Oskarsen that {third} and {second} need {first}."),
            })
            .at(at),
        );
        tern.publishes(
            article(&format!("Keeper saves match {day} for the Rovers"))
                .text("The striker missed twice and the coach praised the defence of his team.")
                .at(at + 60_000),
        );
        let wren = world.outlet("wren.example");
        for (number, (title, text)) in [
            (
                "Baker wins prize for rye loaf",
                "The jury tasted forty loaves in a tent by the mill.",
            ),
            (
                "Storm closes mountain pass",
                "Snow fell all night and lorries wait in the valley town.",
            ),
            (
                "Museum shows old maps",
                "Curators found the maps in a chest that held tulip bulbs.",
            ),
            (
                "Clock tower stands still",
                "Masons found a jackdaw nest between the wheels.",
            ),
            (
                "Choir sings at dawn",
                "Eighty voices met on the quay before the ferries left.",
            ),
            (
                "Bees return to the orchard",
                "Growers counted hives again after two cold springs.",
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let at = at + 60_000 * (number as i64 + 2);
            wren.publishes(article(&format!("{title}, week {day}")).text(text).at(at));
        }
    }
    world.minutes(30).await;
    world
}

#[tokio::test]
async fn an_article_that_never_says_the_topic_is_found_by_what_was_learned() {
    let world = world_that_read_much().await;
    let wren = world.outlet("wren.example");
    let now = world.now();
    wren.publishes(
        article("Oskarsen loses vote of confidence")
            .text("Vesthavn stayed awake to see it. Ravna Sol now leads the talks with Oskarsen.")
            .at(now),
    );
    wren.publishes(
        article("Keeper leaves the Rovers")
            .text("The coach praised the defence.")
            .at(now),
    );
    // It publishes every other day, so it is read a few times a day.
    world.hours(7).await;
    let page = world.types("/headlines norland source:wren").await;
    assert!(page.contains("Oskarsen loses vote"), "{page}");
    assert!(!page.contains("Keeper"), "{page}");
    let command = world.types("/help headlines").await;
    assert!(
        command.starts_with("- /headlines: Linked headlines, one a story"),
        "the command may be meant: {command}"
    );
    let words = world.types("/help norland").await;
    assert!(
        words.contains("Vesthavn") && words.contains("Oskarsen") && !words.contains("Keeper"),
        "{words}"
    );
    let search = world.types("/search norland").await;
    assert!(
        !search.contains("Oskarsen loses vote"),
        "search means words: {search}"
    );
    let without = world
        .types("/headlines norland -oskarsen source:wren")
        .await;
    assert!(!without.contains("Oskarsen loses vote"), "{without}");
    let without = world
        .types("/headlines norland -\"loses vote\" source:wren")
        .await;
    assert!(!without.contains("Oskarsen loses vote"), "{without}");
}

#[tokio::test]
async fn a_country_is_found_by_its_capital_in_a_store_that_taught_nothing() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Kite festival opens in Reykjavik").text("A hundred kites rose over the bay."),
    );
    tern.publishes(article("Kite festival opens in Avel").text("Two kites rose over the mill."));
    world.adds("tern.example").await;
    let words = world.types("/help iceland").await;
    assert!(
        words.contains("Reykjavik")
            && words.contains("too little")
            && !words.contains("says much of this"),
        "{words}"
    );
    let page = world.types("/brief iceland").await;
    assert!(
        page.contains("Reykjavik") && !page.contains("Avel"),
        "{page}"
    );
}
