//! Two days in which outlets publish, edit and misbehave at random and the program is begun anew at
//! random; then the faults stop, and everything published must be there once. Prints its seed;
//! `LEDE_SEED=…` repeats a run.

use crate::world::{Fault, Format, Outlet, World, article};

const OUTLETS: usize = 8;
const STEPS: u32 = 96;
const STEP_MINUTES: i64 = 30;
/// After the last fault: what seemed dead is tried again within a day and its jitter.
const CALM_HOURS: i64 = 30;

fn seed() -> u64 {
    let given = std::env::var("LEDE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    println!("LEDE_SEED={seed}");
    seed
}

fn words(random: &mut fastrand::Rng, count: usize) -> String {
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(4..9))
            .map(|_| random.lowercase())
            .collect()
    };
    (0..count)
        .map(|_| word(random))
        .collect::<Vec<_>>()
        .join(" ")
}

fn fault(random: &mut fastrand::Rng) -> Fault {
    match random.u32(0..16) {
        0 => Fault::Html,
        1 => Fault::Empty,
        2 => Fault::Truncated,
        3 => Fault::Status([401, 403, 404, 451, 500, 502][random.usize(0..6)]),
        4 => Fault::RetryAfter([429, 503][random.usize(0..2)], "1800"),
        5 => Fault::Endless,
        6 => Fault::EndlessHead,
        7 => Fault::RedirectLoop,
        8 => Fault::RedirectTo("http://169.254.169.254/latest".to_owned()),
        9 => Fault::EntityBomb,
        10 => Fault::WrongCharset,
        11 => Fault::GzipBomb,
        12 => Fault::BadGzip,
        13 => Fault::Reset,
        14 => Fault::Garbage,
        _ => Fault::Always304,
    }
}

/// One outlet's half hour.
fn lives(
    outlet: &Outlet,
    number: usize,
    step: u32,
    random: &mut fastrand::Rng,
    published: &mut Vec<String>,
) {
    if random.f32() < 0.4 {
        let title = format!("{step}.{number} {}", words(random, 5));
        outlet.publishes(article(&title).text(&format!("The {}.", words(random, 60))));
        published.push(title);
    }
    if random.f32() < 0.2 {
        let more = words(random, 6);
        let (guid, at) = (words(random, 1), random.usize(..));
        outlet.with(|outlet| {
            let count = outlet.pieces.len().max(1);
            let link = outlet
                .pieces
                .get(at % count)
                .map(|piece| outlet.link_of(piece));
            if let Some(piece) = outlet.pieces.get_mut(at % count) {
                piece.link = link;
                piece.text.push_str(&format!(" And {more}."));
                piece.guid = Some(guid);
            }
        });
    }
    if random.f32() < 0.1 {
        outlet.with(|outlet| random.shuffle(&mut outlet.pieces));
    }
    match random.f32() {
        ..0.15 => outlet.answers(fault(random)),
        0.15..0.4 => outlet.recovers(),
        _ => outlet,
    };
}

#[tokio::test]
async fn after_two_days_of_faults_everything_published_is_there_once() {
    let mut random = fastrand::Rng::with_seed(seed());
    let mut world = World::new().await;
    let formats = [Format::Rss, Format::Atom, Format::Json];
    let mut outlets = Vec::new();
    for n in 0..OUTLETS {
        let host = format!("n{n}.example");
        let outlet = world.outlet(&host);
        outlet.format(formats[n % formats.len()]);
        world.adds(&host).await;
        outlets.push(outlet);
    }
    let mut published = Vec::new();
    for step in 0..STEPS {
        for (number, outlet) in outlets.iter().enumerate() {
            lives(outlet, number, step, &mut random, &mut published);
        }
        world.minutes(STEP_MINUTES).await;
        if random.f32() < 0.1 {
            world.restarts().await;
        }
    }
    for outlet in &outlets {
        outlet.recovers();
    }
    world.hours(CALM_HOURS).await;
    let articles = world.articles().await;
    assert!(
        articles.iter().all(|one| one.story.is_some()),
        "everything is placed"
    );
    let mut titles: Vec<_> = articles.into_iter().map(|one| one.article.title).collect();
    // The bomb's own entry, where a reader that expands nothing finds one.
    titles.retain(|title| !title.starts_with("One "));
    titles.sort();
    published.sort();
    assert_eq!(titles, published);
    assert_eq!(
        world.store().check().await.expect("it can be checked"),
        Vec::<String>::new()
    );
    println!(
        "{} articles in {} readings",
        published.len(),
        outlets
            .iter()
            .map(|outlet| outlet.requests().len())
            .sum::<usize>()
    );
}
