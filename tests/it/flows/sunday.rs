//! Invented news of one Sunday: who asks for a place gets the stories about it before those that
//! only mention it, two outlets' reports of one event as one story, and no litter.

use crate::flows::quotes::{self, Counted, RawEntry};
use crate::world::{Piece, World, article};
use std::collections::BTreeSet;

const VISIT: &str = "Foreign minister Tadeus Varga of Persia met the Trojan leader Ono Pell on Saturday and thanked him for sending troops to the war in Sparta.\n\
    Mr. Varga said that Persia and Troy would go on fighting side by side in Sparta until President Irina Sall of Sparta gave up the eastern province.\n\
    Ono Pell promised unconditional support for Persia, according to the Trojan news agency.\n\
    Persia has fought in Sparta for three years, and Troy has sent it 11,000 soldiers since autumn.\n\
    Sign up for our newsletter";
const SANCTIONS: &str = "Senators of the Union drafted a bill on Friday that threatens buyers of oil and gas with tariffs of up to 400 percent while missiles fall on Sparta.\n\
    Senator Luise Brandt told reporters in the capital that merchants who filled their tanks cheaply paid for the bombs, and named eleven ports that would lose their licences.\n\
    Refineries warned that diesel, fertiliser and medicine would cost more by harvest, and the trade minister asked the senate to wait for a report of the central bank.\n\
    Sparta imports most of its electricity since Persia shelled its power stations, and its ambassador called the tariffs the first good idea of this winter.\n\
    Read more: Five things to know about tariffs";
const BUDGET_ONE: &str = "Chancellor Aurel Mistry said that Carthage would raise its defence budget to 58 billion crowns in two years, three years earlier than planned.\n\
    Mr. Mistry spoke to officers of the army in Lisgar on the eve of the national holiday.\n\
    The budget of Carthage was 29 billion crowns when Mr. Mistry took office.\n\
    Freedom on this continent had never been so threatened since the great war, the chancellor told the officers.";
const BUDGET_TWO: &str = "Carthage will double its defence budget to 58 billion crowns within two years, Chancellor Aurel Mistry said in Lisgar on the eve of the national holiday.\n\
    The chancellor told officers of the army that wars such as the one in Sparta had changed what Carthage needs.\n\
    Aurel Mistry did not say where the money for the defence budget would come from, and Carthage is deep in debt.\n\
    Error in retrieving data\n\
    Sign in to access your portfolio";
const TURNIPS: &str = "A gardener in Lower Fenn has grown a turnip that weighs more than her dog, the village council confirmed.\n\
    The turnip will be shown in the town hall until Thursday and then be made into soup for the school.";

fn pieces() -> [(&'static str, Piece); 5] {
    [
        (
            "tern.example",
            article("Persia minister thanks Troy for its troops in Sparta").text(VISIT),
        ),
        (
            "wren.example",
            article("Senate bill on behalf of Sparta threatens oil buyers with tariffs")
                .text(SANCTIONS),
        ),
        (
            "heron.example",
            article("Carthage to raise defence budget to 58 billion crowns").text(BUDGET_ONE),
        ),
        (
            "curlew.example",
            article("Chancellor Mistry doubles Carthage's defence budget").text(BUDGET_TWO),
        ),
        (
            "plover.example",
            article("Turnip outweighs gardener's dog").text(TURNIPS),
        ),
    ]
}

/// The world with its five outlets as sources, and their items as the feeds have them.
async fn sunday() -> (World, Vec<RawEntry>) {
    let world = World::new().await;
    let mut raw = Vec::new();
    for (n, (host, piece)) in pieces().into_iter().enumerate() {
        let outlet = world.outlet(host);
        outlet.publishes(piece.at(world.minutes_ago(50 + n as i64)));
        outlet.with(|state| raw.extend(quotes::raw_entries(state.body().as_bytes())));
        world.adds(host).await;
    }
    world.minutes(1).await;
    (world, raw)
}

#[tokio::test]
async fn stories_about_a_place_come_before_one_that_only_mentions_it() {
    let (world, raw) = sunday().await;
    let text = world.types("/brief sparta").await;
    let place = |host: &str| text.find(host).unwrap_or_else(|| panic!("{host}:\n{text}"));
    let about = place("tern.example").max(place("wren.example"));
    let mentions = text.find("curlew.example").or(text.find("heron.example"));
    assert!(mentions.is_none_or(|place| place > about), "{text}");
    assert!(!text.contains("plover.example"), "{text}");
    Counted::default().check(&text, &raw);
}

#[tokio::test]
async fn two_outlets_report_one_event_as_one_story_without_litter() {
    let (world, raw) = sunday().await;
    let mut counted = Counted::default();
    for asked in ["carthage", "mistry", "defence budget"] {
        let text = world.types(&format!("/brief {asked} length:deep")).await;
        let first = text.split("### ").nth(1).expect("a story");
        assert!(first.contains("2 outlets"), "{text}");
        for outlet in ["[The Heron]", "[The Curlew]"] {
            assert!(first.contains(outlet), "{outlet} is quoted: {text}");
        }
        let figure = first
            .lines()
            .filter(|line| line.starts_with("> ") && line.contains("58 billion"));
        assert_eq!(figure.count(), 1, "the figure is told once: {text}");
        counted.check(&text, &raw);
    }
    for asked in ["sparta", "persia", "carthage", "turnip"] {
        let text = world.types(&format!("/brief {asked} length:deep")).await;
        for litter in ["newsletter", "Read more", "Error in retrieving", "Sign in"] {
            assert!(!text.contains(litter), "{litter}: {text}");
        }
        counted.check(&text, &raw);
    }
    counted.print("the invented Sunday");
    assert!(counted.quotes >= 15);
}

#[tokio::test]
async fn the_nearest_story_is_the_first_related_one_and_hashtags_are_names() {
    let (world, raw) = sunday().await;
    let link = raw.iter().find_map(|entry| entry.link.clone());
    let card = world
        .types(&format!("/story {}", link.expect("a link")))
        .await;
    let related = card.split("**Related**").nth(1);
    let related = related.unwrap_or_else(|| panic!("related stories:\n{card}"));
    let first = related.lines().find(|line| line.starts_with("- "));
    assert!(
        first.is_some_and(|line| line.contains("wren.example")),
        "{card}"
    );
    assert!(!related.contains("plover.example"), "{card}");
    let tags = card.lines().find(|line| line.starts_with("-# #"));
    let tags = tags.unwrap_or_else(|| panic!("hashtags:\n{card}"));
    let tags: BTreeSet<&str> = tags["-# ".len()..].split(' ').collect();
    let names = [
        "#Persia",
        "#Sparta",
        "#Troy",
        "#Trojan",
        "#Varga",
        "#TadeusVarga",
        "#OnoPell",
        "#Pell",
        "#IrinaSall",
        "#Sall",
    ];
    let strange: Vec<_> = tags.iter().filter(|tag| !names.contains(tag)).collect();
    assert!(strange.is_empty(), "{tags:?} are not all names");
    assert!(tags.len() >= 2, "{tags:?}");
}
