//! Sources over hours: read politely, each article once, whatever outlets do.

use crate::world::{Fault, Format, World, article};
use lede::clock::{HOUR, MINUTE};
use lede::news::reading::{AddressError, NotAFeed};
use lede::news::{ReadingError, SourceId};
use std::sync::Arc;
use tokio::sync::Semaphore;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";
const BRIDGE: &str = "Engineers closed the Orren bridge to lorries on Monday because two of its cables had rusted. \
    Repairs will take until autumn and cost four million crowns, according to the county council.";
const TRAM: &str = "Tram drivers in Velmora will stop work for a day on Friday to protest against split shifts. \
    The city advises commuters to walk or to use the three night bus lines that still run.";

async fn error_of(world: &World, source: SourceId) -> Option<ReadingError> {
    let newsroom = world.newsroom().await;
    let sources = world
        .store()
        .sources(newsroom)
        .await
        .expect("the store answers");
    let source = sources.into_iter().find(|known| known.source.id == source);
    source
        .expect("the newsroom has the source")
        .source
        .state
        .error
}

#[tokio::test]
async fn articles_of_every_format_are_read_and_new_ones_come_within_the_interval() {
    let world = World::new().await;
    let outlets = [
        ("tern.example", Format::Rss),
        ("wren.example", Format::Atom),
        ("heron.example", Format::Json),
    ];
    for (host, format) in outlets {
        let outlet = world.outlet(host);
        outlet.format(format);
        outlet.publishes(
            article(&format!("First of {host}"))
                .text(HARBOUR)
                .at(world.hours_ago(2)),
        );
        world.adds(host).await;
    }
    assert_eq!(world.titles().await.len(), 3);
    for (host, _) in outlets {
        world
            .outlet(host)
            .publishes(article(&format!("Second of {host}")).text(BRIDGE));
    }
    world.hours(2).await;
    let titles = world.titles().await;
    assert_eq!(titles.len(), 6, "{titles:?}");
    assert!(titles.contains(&"Second of heron.example".to_owned()));
}

#[tokio::test]
async fn a_source_is_asked_whether_anything_changed_and_less_often_when_nothing_does() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Harbour reopens").text(HARBOUR));
    world.adds("tern.example").await;
    world.hours(24).await;
    let requests = tern.requests();
    assert!(
        requests[1..].iter().all(|request| request.status == 304),
        "{requests:?}"
    );
    assert!(
        requests[1..]
            .iter()
            .all(|request| request.header("if-modified-since").is_some())
    );
    assert!(
        (4..14).contains(&requests.len()),
        "{} readings of a quiet day",
        requests.len()
    );
    let agent = requests[0].header("user-agent").unwrap_or_default();
    assert!(agent.starts_with("Lede/"), "{agent}");
    assert_eq!(world.titles().await, ["Harbour reopens"]);
}

#[tokio::test]
async fn a_busy_source_is_read_at_the_shortest_interval() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    for n in 0..24 {
        tern.publishes(
            article(&format!("Count {n} of the regatta"))
                .text(&format!("{HARBOUR} Boat {n} came in.")),
        );
        world.minutes(10).await;
    }
    let before = tern.requests().len();
    for n in 24..36 {
        tern.publishes(
            article(&format!("Count {n} of the regatta"))
                .text(&format!("{HARBOUR} Boat {n} came in.")),
        );
        world.minutes(5).await;
    }
    let readings = tern.requests().len() - before;
    assert!(
        (9..=12).contains(&readings),
        "{readings} readings in an hour"
    );
    world.minutes(10).await;
    assert_eq!(world.titles().await.len(), 36);
}

#[tokio::test]
async fn an_edited_a_renamed_and_a_redated_article_stay_one() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Harbour reopens")
            .text(HARBOUR)
            .guid("a1")
            .at(world.hours_ago(1)),
    );
    tern.publishes(
        article("Bridge closed to lorries")
            .text(BRIDGE)
            .guid("b1")
            .at(world.hours_ago(1)),
    );
    world.adds("tern.example").await;
    tern.edits("/harbour-reopens", |piece| {
        piece.text.push_str(" Two more ships followed before noon.")
    });
    world.hours(2).await;
    tern.edits("/harbour-reopens", |piece| {
        piece.guid = Some("a2".to_owned())
    });
    world.hours(3).await;
    let now = world.now();
    tern.edits("/bridge-closed-to-lorries", |piece| piece.at = Some(now));
    world.hours(3).await;
    tern.edits("/bridge-closed-to-lorries", |piece| {
        piece.title = "Bridge closed to all lorries".to_owned()
    });
    world.hours(5).await;
    let articles = world.articles().await;
    let told: Vec<_> = articles
        .iter()
        .map(|one| (one.article.title.as_str(), one.article.revision))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        articles
            .iter()
            .any(|one| one.article.text.ends_with("before noon.") && one.article.revision > 1)
    );
    assert!(
        told.iter()
            .any(|(title, _)| *title == "Bridge closed to all lorries"),
        "{told:?}"
    );
}

#[tokio::test]
async fn articles_that_vanish_are_kept_and_those_that_return_are_no_news() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Harbour reopens")
            .text(HARBOUR)
            .at(world.hours_ago(3)),
    );
    tern.publishes(
        article("Bridge closed to lorries")
            .text(BRIDGE)
            .at(world.hours_ago(2)),
    );
    world.adds("tern.example").await;
    let before = world.articles().await;
    let harbour = tern.withdraws("/harbour-reopens");
    world.hours(3).await;
    assert_eq!(world.titles().await.len(), 2);
    tern.publishes(harbour);
    world.hours(6).await;
    let ids = |all: &[lede::store::Sighting]| {
        all.iter()
            .map(|one| (one.article.id, one.seen))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&world.articles().await), ids(&before));
}

#[tokio::test]
async fn the_first_reading_is_the_baseline() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Harbour reopens")
            .text(HARBOUR)
            .at(world.hours_ago(30)),
    );
    tern.publishes(article("Bridge closed to lorries").text(BRIDGE).undated());
    world.adds("tern.example").await;
    let began = world.now();
    world.hours(1).await;
    tern.publishes(
        article("Tram drivers stop work")
            .text(TRAM)
            .at(world.minutes_ago(1)),
    );
    world.hours(3).await;
    let seen = world.articles().await;
    assert_eq!(seen.len(), 3);
    for one in &seen {
        let late = one.article.title.starts_with("Tram");
        assert_eq!(one.seen > began, late, "{}", one.article.title);
    }
}

/// Whether an error is the one that a fault must end as.
type Expected = fn(&ReadingError) -> bool;

/// Each fault, and what the reading must end as.
fn faults() -> Vec<(Fault, Expected)> {
    use ReadingError as E;
    vec![
        (Fault::Html, |error| {
            matches!(error, E::NotAFeed(NotAFeed::Page))
        }),
        (Fault::Empty, |error| {
            matches!(error, E::NotAFeed(NotAFeed::Empty))
        }),
        (Fault::Status(404), |error| *error == E::NotFound),
        (Fault::Status(410), |error| *error == E::Gone),
        (Fault::Status(403), |error| *error == E::Blocked(403)),
        (Fault::Status(500), |error| {
            matches!(error, E::Status(500) | E::Busy { status: 500, .. })
        }),
        (Fault::RetryAfter(503, "7200"), |error| {
            *error
                == E::Busy {
                    status: 503,
                    retry_after_ms: Some(2 * HOUR),
                }
        }),
        (Fault::RetryAfter(429, "99999999999999999999"), |error| {
            matches!(error, E::Busy { status: 429, .. })
        }),
        (Fault::Endless, |error| matches!(error, E::TooLarge { .. })),
        (Fault::EndlessHead, |error| *error == E::HeaderTooLarge),
        (Fault::RedirectLoop, |error| *error == E::Redirects),
        (
            Fault::RedirectTo("http://10.0.0.1/feed".to_owned()),
            |error| *error == E::Address(AddressError::Private),
        ),
        (
            Fault::RedirectTo("file:///etc/passwd".to_owned()),
            |error| *error == E::Address(AddressError::Scheme),
        ),
        (Fault::GzipBomb, |error| matches!(error, E::TooLarge { .. })),
        (Fault::BadGzip, |error| *error == E::BadCoding),
        (Fault::Reset, |error| *error == E::BrokeOff),
        (Fault::Close, |error| {
            matches!(error, E::BrokeOff | E::NoConnection)
        }),
        (Fault::Garbage, |error| *error == E::NotHttp),
    ]
}

#[tokio::test]
async fn every_fault_ends_as_its_cause_and_keeps_nobody_else_from_being_read() {
    let world = World::new().await;
    let mut sources = Vec::new();
    for (n, (fault, expected)) in faults().into_iter().enumerate() {
        let host = format!("n{n}.example");
        let outlet = world.outlet(&host);
        outlet.publishes(article(&format!("Number {n} reports")).text(HARBOUR));
        let source = world.adds(&host).await;
        outlet.answers(fault.clone());
        sources.push((source, fault, expected));
    }
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    tern.publishes(article("Bridge closed to lorries").text(BRIDGE));
    world.minutes(40).await;
    for (source, fault, expected) in &sources {
        let error = error_of(&world, *source).await;
        assert!(
            error.as_ref().is_some_and(expected),
            "{fault:?} ended as {error:?}"
        );
    }
    let titles = world.titles().await;
    assert!(titles.contains(&"Bridge closed to lorries".to_owned()));
    assert_eq!(
        titles.len(),
        sources.len() + 1,
        "what was read before is kept"
    );
    for n in 0..sources.len() {
        world.outlet(&format!("n{n}.example")).recovers();
    }
    world.hours(30).await;
    for (source, fault, _) in &sources {
        let gone = matches!(fault, Fault::Status(410));
        assert_eq!(
            error_of(&world, *source).await.is_some(),
            gone,
            "{fault:?} is over"
        );
    }
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_feed_is_read() {
    let world = World::new().await;
    let faults = [
        ("tern.example", Fault::Truncated),
        ("wren.example", Fault::EntityBomb),
        ("heron.example", Fault::WrongCharset),
    ];
    for (host, fault) in faults {
        let outlet = world.outlet(host);
        outlet.publishes(article(&format!("Old of {host}")).text("Cut off here, nobody minds."));
        outlet.publishes(article(&format!("Café opens in {host}")).text(HARBOUR));
        outlet.answers(fault);
        world.adds(host).await;
    }
    world.hours(1).await;
    let titles = world.titles().await;
    assert!(
        titles.contains(&"Café opens in tern.example".to_owned()),
        "{titles:?}"
    );
    assert!(
        titles.contains(&"Café opens in heron.example".to_owned()),
        "{titles:?}"
    );
    assert!(
        titles.iter().all(|title| title.len() < 500),
        "no entity grew"
    );
}

#[tokio::test]
async fn an_unchanged_that_nobody_asked_for_is_no_good_reading() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.with(|outlet| outlet.conditional = false);
    let source = world.adds("tern.example").await;
    tern.publishes(article("Harbour reopens").text(HARBOUR))
        .answers(Fault::Always304);
    world.minutes(40).await;
    assert!(error_of(&world, source).await.is_some());
    tern.recovers();
    world.hours(3).await;
    assert_eq!(world.titles().await, ["Harbour reopens"]);
}

#[tokio::test]
async fn a_failing_source_is_asked_less_and_less() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    tern.answers(Fault::Status(500));
    world.hours(48).await;
    let tries = tern.requests().len() - 1;
    assert!((8..=16).contains(&tries), "{tries} tries in two days");
    tern.recovers()
        .publishes(article("Harbour reopens").text(HARBOUR));
    world.hours(8).await;
    assert_eq!(world.titles().await, ["Harbour reopens"]);
    let gone = world.outlet("wren.example");
    world.adds("wren.example").await;
    gone.answers(Fault::Status(410));
    world.hours(24 * 30).await;
    assert_eq!(
        gone.requests().len(),
        2,
        "a feed that is gone is not asked again"
    );
}

#[tokio::test]
async fn a_host_that_asks_for_rest_gets_it_for_all_its_feeds_and_across_a_restart() {
    let mut world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds_url("http://tern.example/feed").await;
    world.adds_url("http://tern.example/feed?of=sport").await;
    world.minutes(1).await;
    let before = tern.requests().len();
    tern.answers(Fault::RetryAfter(429, "21600"));
    world.minutes(45).await;
    assert_eq!(
        tern.requests().len(),
        before + 1,
        "the second feed was not asked any more"
    );
    world.restarts().await;
    world.hours(5).await;
    assert_eq!(
        tern.requests().len(),
        before + 1,
        "the restart forgot the rest"
    );
    tern.recovers();
    world.hours(3).await;
    assert!(tern.requests().len() >= before + 3);
}

#[tokio::test]
async fn a_host_with_many_feeds_is_asked_one_by_one() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..20 {
        world
            .adds_url(&format!("http://tern.example/feed?of={n}"))
            .await;
    }
    let before = tern.requests().len();
    let all = world
        .store()
        .due(world.now() + 2 * HOUR, 100)
        .await
        .expect("the store answers");
    assert_eq!(all.len(), 20);
    let permits = Arc::new(Semaphore::new(0));
    tern.answers(Fault::Held(permits.clone()));
    let reading = tokio::spawn({
        let poll = world.jobs.poll.clone();
        async move { poll.poll_sources(all, &|_| ()).await }
    });
    // Ten seconds pass, and nobody is answered: two requests are open and no third one comes.
    for _ in 0..10 {
        world.clock.move_to(world.now() + 1_000);
        settle(|| tern.requests().len() >= before + 2).await;
    }
    assert_eq!(tern.requests().len(), before + 2);
    permits.add_permits(1_000);
    while !reading.is_finished() {
        world.clock.move_to(world.now() + 100);
        tokio::task::yield_now().await;
    }
    let report = reading.await.expect("no panic").expect("no failure");
    assert_eq!(report.sources.len(), 20);
    assert_eq!(tern.at_once_max(), 2);
}

/// Lets the other tasks run until something has come about, or plainly does not.
async fn settle(done: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if done() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stories_are_the_same_with_and_without_a_restart() {
    let mut partitions = Vec::new();
    for restart in [false, true] {
        let mut world = World::new().await;
        let hosts = ["tern.example", "wren.example", "heron.example"];
        for host in hosts {
            world.outlet(host);
            world.adds(host).await;
        }
        let texts = [HARBOUR, BRIDGE, TRAM];
        for round in 0..6 {
            for (n, host) in hosts.iter().enumerate() {
                let text = texts[(round + n) % 3];
                let title = &text[..text.find(" on ").unwrap_or(30)];
                let piece = article(&format!("{title}, report {round}"))
                    .text(&format!("{text} Report {round} of {host}."));
                world.outlet(host).publishes(piece);
            }
            world.hours(1).await;
            if restart {
                world.restarts().await;
            }
        }
        world.hours(6).await;
        let mut stories = world.stories().await;
        stories.iter_mut().for_each(|titles| titles.sort());
        stories.sort();
        partitions.push(stories);
    }
    assert_eq!(partitions[0], partitions[1]);
    assert_eq!(partitions[0].iter().map(Vec::len).sum::<usize>(), 18);
    assert!(partitions[0].len() < 10, "{:#?}", partitions[0]);
}

#[tokio::test]
async fn the_jobs_run_by_themselves_and_stop_when_told() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    tern.publishes(article("Harbour reopens").text(HARBOUR));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let jobs = world.jobs.clone();
    let running = tokio::spawn(async move {
        jobs.run(async {
            let _ = stopped.await;
        })
        .await
    });
    let mut placed = false;
    while !placed {
        world.clock.move_to(world.now() + MINUTE);
        tokio::task::yield_now().await;
        placed = world.articles().await.iter().any(|one| one.story.is_some());
        assert!(
            world.now() < crate::world::MORNING + 24 * 30 * HOUR,
            "nothing was ever placed"
        );
    }
    stop.send(()).expect("the jobs still run");
    running.await.expect("no panic").expect("no failure");
}

#[tokio::test]
async fn a_source_that_hangs_holds_up_nobody_else() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    world.clock.move_to(world.now() + 90_000);
    let wren = world.outlet("wren.example");
    world.adds("wren.example").await;
    wren.publishes(article("Bridge closed to lorries").text(BRIDGE));
    let permits = Arc::new(Semaphore::new(0));
    tern.answers(Fault::Held(permits.clone()));
    let due = world.store().next_due().await.expect("the store answers");
    world.clock.move_to(due.expect("tern is due"));
    let ticking = tokio::spawn({
        let (poll, now) = (world.jobs.poll.clone(), world.now());
        async move { poll.tick(now).await }
    });
    while tern.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        world.clock.move_to(world.now() + 1_000);
        tokio::task::yield_now().await;
    }
    let mut looks = 0;
    while world.titles().await.is_empty() {
        looks += 1;
        assert!(looks < 20_000, "wren waits for tern");
    }
    assert!(!ticking.is_finished(), "tern still hangs");
    permits.add_permits(1);
    let report = ticking.await.expect("no panic").expect("no failure");
    assert_eq!(report.sources.len(), 2);
}

#[tokio::test]
async fn a_source_that_moved_for_good_is_read_at_its_new_address_in_the_end() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let wren = world.outlet("wren.example");
    let source = world.adds("tern.example").await;
    wren.publishes(article("Bridge closed to lorries").text(BRIDGE));
    tern.answers(Fault::MovedTo(wren.feed()));
    world.hours(24).await;
    assert_eq!(error_of(&world, source).await, None);
    assert_eq!(world.titles().await, ["Bridge closed to lorries"]);
    let asked = tern.requests().len();
    assert_eq!(
        asked, 4,
        "three readings agree on the new address, and then it is used"
    );
    let moved = world
        .store()
        .source_by_url(&wren.feed())
        .await
        .expect("the store answers");
    assert_eq!(moved.map(|moved| moved.id), Some(source));
}

#[tokio::test]
async fn links_with_session_numbers_and_shared_guids_do_not_confuse_articles() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for (title, text) in [
        ("Harbour reopens", HARBOUR),
        ("Bridge closed", BRIDGE),
        ("Tram strike", TRAM),
    ] {
        tern.publishes(article(title).text(text).guid("always the same"));
    }
    world.adds("tern.example").await;
    for session in 0..6 {
        tern.with(|outlet| {
            for piece in &mut outlet.pieces {
                let slug = piece.title.to_lowercase().replace(' ', "-");
                piece.link = Some(format!(
                    "/{slug}?PHPSESSID=a{session}b&utm_source=feed{session}"
                ));
            }
        });
        world.hours(4).await;
    }
    let mut titles = world.titles().await;
    titles.sort();
    assert_eq!(titles, ["Bridge closed", "Harbour reopens", "Tram strike"]);
}

#[tokio::test]
async fn dates_from_the_future_and_from_1970_count_as_the_time_of_seeing() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(
        article("Harbour reopens")
            .text(HARBOUR)
            .link("/future")
            .at(world.now() + 72 * HOUR),
    );
    tern.publishes(article("Bridge closed").text(BRIDGE).link("/past").at(0));
    world.adds("tern.example").await;
    let articles = world.articles().await;
    assert_eq!(articles.len(), 2);
    assert!(
        articles.iter().all(|one| one.article.at() == world.now()),
        "{articles:?}"
    );
}
