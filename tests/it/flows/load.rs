//! How fast sources are read, placed and loaded again: run by hand, with `--ignored --nocapture`.

use crate::world::{World, article};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, and asserts nothing about time"]
async fn sixty_outlets_with_fifty_articles_each() {
    let mut world = World::new().await;
    let mut random = fastrand::Rng::with_seed(1);
    let mut word = || -> String { (0..7).map(|_| random.lowercase()).collect() };
    for n in 0..60 {
        world.outlet(&format!("n{n}.example"));
        world.adds(&format!("n{n}.example")).await;
    }
    for n in 0..60 {
        let outlet = world.outlet(&format!("n{n}.example"));
        for count in 0..50 {
            let words: Vec<_> = (0..150).map(|_| word()).collect();
            let text = words.join(" ");
            outlet.publishes(article(&format!("{count} of {n} {}", word())).text(&text));
        }
    }
    world.clock.move_to(world.now() + 40 * 60_000);
    let began = Instant::now();
    let report = world.jobs.poll.tick(world.now()).await.expect("it reads");
    println!(
        "read and saved {} articles of 60 sources in {:?}",
        report.new_articles(),
        began.elapsed()
    );
    let began = Instant::now();
    let placed = world.jobs.group.tick(world.now()).await.expect("it places");
    println!("placed {placed} in {:?}", began.elapsed());
    world.restarts().await;
    let began = Instant::now();
    world.jobs.group.load().await.expect("it loads");
    println!(
        "loaded in {:?}: {:?} (bytes, articles)",
        began.elapsed(),
        world.jobs.group.size().await
    );
}
