//! An outlet that ends all of its articles with one sentence is not quoted with it, nor are its
//! articles one story for it; a sentence that only one story repeats stays news.

use crate::world::{Outlet, World, article};

const CALL: &str =
    "The Wren's Tuesday letter brings the best of the harbour to more than 9,000 readers a week.";
const REPORTS: &[(&str, &str)] = &[
    (
        "Bakery of Avel wins national prize",
        "A bakery in the old town of Avel has won the prize for the best rye bread of the country.",
    ),
    (
        "Glass works hires fifty people",
        "The glass works of Lindholm hires fifty people for a third furnace, its owner announced on Monday.",
    ),
    (
        "Choir sings for the hospital",
        "Eighty singers collected 12,000 crowns for the children's hospital on Sunday evening.",
    ),
    (
        "Goats block the northern motorway",
        "A herd of goats held up the motorway to the north for two hours after a fence had fallen over.",
    ),
    (
        "Library lends out telescopes",
        "Whoever has a library card can borrow a telescope from next week on, the librarians said.",
    ),
];

fn publish(outlet: &Outlet, world: &World, reports: &[(&str, &str)]) {
    for (n, (title, report)) in reports.iter().enumerate() {
        let text = format!("{report} {CALL}");
        outlet.publishes(
            article(title)
                .text(&text)
                .at(world.minutes_ago(40 - n as i64)),
        );
    }
}

async fn all_answers(world: &World) -> String {
    let mut all = String::new();
    for asked in ["avel", "lindholm", "singers", "goats", "telescope"] {
        for line in [
            format!("/brief {asked} length:deep"),
            format!("/search {asked}"),
        ] {
            all += &world.types(&line).await;
        }
        all += &world.types(&format!("/story {asked}")).await;
    }
    all
}

#[tokio::test]
async fn what_a_first_reading_repeats_is_never_quoted() {
    let mut world = World::new().await;
    let wren = world.outlet("wren.example");
    publish(&wren, &world, REPORTS);
    world.adds("wren.example").await;
    world.minutes(1).await;
    for _ in 0..2 {
        let answers = all_answers(&world).await;
        assert!(answers.contains("held up the motorway"), "{answers}");
        assert!(!answers.contains("Tuesday letter"), "{answers}");
        assert!(!answers.contains("9,000"), "{answers}");
        world.restarts().await;
    }
    assert_eq!(world.stories().await.len(), REPORTS.len());
    let articles = world.articles().await;
    assert!(
        articles.iter().all(|one| one.article.text.ends_with(CALL)),
        "stored as it came"
    );
    let found = world.types("/search \"tuesday letter\"").await;
    assert!(
        found.contains("Goats block"),
        "searched for, it is found: {found}"
    );
}

#[tokio::test]
async fn what_an_outlet_begins_to_repeat_is_learned() {
    let world = World::new().await;
    let wren = world.outlet("wren.example");
    publish(&wren, &world, &REPORTS[..1]);
    world.adds("wren.example").await;
    for report in &REPORTS[1..] {
        publish(&wren, &world, std::slice::from_ref(report));
        world.hours(3).await;
    }
    let answers = all_answers(&world).await;
    assert!(answers.contains("rye bread"), "{answers}");
    assert!(!answers.contains("Tuesday letter"), "{answers}");
}

#[tokio::test]
async fn what_follow_ups_repeat_stays_news() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let sunk = "The ferry Aurora sank off Port Lind on Sunday night with 120 people on board.";
    let reports = [
        (
            "Ferry Aurora sinks off Port Lind",
            "Rescuers searched the sound with boats and two helicopters.",
        ),
        (
            "Port Lind: Aurora carried too many cars",
            "The ferry carried forty cars more than it was built for, the port office said.",
        ),
        (
            "Aurora of Port Lind had failed a test",
            "An inspector had found the bow doors of the ferry unsafe in spring.",
        ),
        (
            "Port Lind mourns the dead of the Aurora",
            "Hundreds lit candles for the dead of the ferry on the quay.",
        ),
    ];
    for (title, report) in reports {
        tern.publishes(article(title).text(&format!("{sunk} {report}")));
    }
    world.adds("tern.example").await;
    world.minutes(1).await;
    let answer = world.types("/brief aurora length:deep").await;
    assert!(answer.contains(sunk.trim_end_matches('.')), "{answer}");
}
