//! Outlets that give a figure differently: said in the brief and on the story's card while the reports
//! are of one hour, and not when the newer one may be an update.

use crate::flows::quotes::{self, Counted, RawEntry};
use crate::world::{World, article};

const FOURTEEN: &str = "The ferry Marika sank off Lisgar in a storm on Saturday.\n\
    The sinking of the ferry off Lisgar killed 14 people, the coast guard of Carthage said.\n\
    The Marika was on her way from Lower Fenn with cattle and passengers when water broke into the car deck.";
const SIXTEEN: &str = "A ferry has sunk off Lisgar with passengers and cattle from Lower Fenn on board.\n\
    At least 16 people were killed when the ferry sank off Lisgar, the coast guard of Carthage said.\n\
    Fishermen from Lisgar pulled survivors of the Marika out of the storm until midnight.";

/// Two outlets with their report of the ferry, `apart` minutes after each other.
async fn ferry(apart: i64) -> (World, Vec<RawEntry>) {
    let world = World::new().await;
    let mut raw = Vec::new();
    for (host, title, text, minutes) in [
        (
            "heron.example",
            "Ferry Marika sinks off Lisgar in storm",
            FOURTEEN,
            20 + apart,
        ),
        (
            "curlew.example",
            "Ferry Marika sinks off Lisgar",
            SIXTEEN,
            20,
        ),
    ] {
        let outlet = world.outlet(host);
        outlet.publishes(article(title).text(text).at(world.minutes_ago(minutes)));
        outlet.with(|state| raw.extend(quotes::raw_entries(state.body().as_bytes())));
        world.adds(host).await;
    }
    world.minutes(1).await;
    (world, raw)
}

#[tokio::test]
async fn two_tolls_of_the_same_hour_are_shown_with_their_outlets() {
    let (world, raw) = ferry(10).await;
    let brief = world.types("/brief lisgar").await;
    let line = brief
        .lines()
        .find(|line| line.contains("Outlets differ:"))
        .unwrap_or_else(|| panic!("{brief}"));
    assert!(line.contains("14 people ([The Heron]"), "{line}");
    assert!(line.contains("16 people ([The Curlew]"), "{line}");
    let card = world.types("/story ferry marika lisgar").await;
    let told = card
        .split("Outlets differ:")
        .nth(1)
        .expect("the card says it");
    for sentence in [
        "killed 14 people, the coast",
        "At least 16 people were killed",
    ] {
        let quoted = told
            .lines()
            .any(|line| line.starts_with("> ") && line.contains(sentence));
        assert!(quoted, "{sentence}: {card}");
    }
    let mut counted = Counted::default();
    counted.check(&brief, &raw);
    counted.check(&card, &raw);
}

#[tokio::test]
async fn a_newer_toll_is_an_update_and_nothing_is_said() {
    let (world, _) = ferry(180).await;
    for asked in ["/brief lisgar", "/story ferry marika lisgar"] {
        let text = world.types(asked).await;
        assert!(text.contains("Marika"), "{text}");
        assert!(!text.contains("Outlets differ"), "{text}");
    }
}
