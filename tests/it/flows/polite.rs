//! How sites are treated, as their owners would see it, and what moderators are told of it.

use crate::world::{Fault, World, article};
use lede::clock::HOUR;
use lede::news::ReadingError;
use std::time::Duration;

const HARBOUR: &str = "The ferry to Skarn island stays in port until Thursday, the shipping line said. \
    A crack was found in the hull during the yearly inspection, and the yard needs two days to weld it.";

#[tokio::test]
async fn whatever_asks_a_site_asks_it_with_a_rest_between() {
    let spacing = Duration::from_millis(80);
    let world = World::with_spacing(spacing).await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Ferry stays in port").text(HARBOUR));
    let began = std::time::Instant::now();
    let report = world.types("/sources add http://tern.example/").await;
    assert!(report.contains("Ferry stays in port"), "{report}");
    world.presses("Confirm").await;
    world.types("/sources test tern").await;
    let requests = tern.requests().len();
    assert!(
        requests >= 4,
        "page, feed, feed at Confirm, feed at the test"
    );
    let least = spacing * (requests as u32 - 1);
    assert!(
        began.elapsed() >= least,
        "{requests} in {:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_redirect_to_a_resting_site_is_not_followed() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    wren.answers(Fault::RetryAfter(503, "7200"));
    world.types("/sources add http://wren.example/feed").await;
    assert_eq!(wren.requests().len(), 1);
    tern.answers(Fault::RedirectTo("http://wren.example/feed".to_owned()));
    let refused = world.types("/sources add http://tern.example/feed").await;
    assert!(
        refused.contains("the site asked to be left alone until 11:00 UTC"),
        "{refused}"
    );
    assert_eq!((tern.requests().len(), wren.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_site_that_asked_for_rest_is_left_alone_by_everybody_until_it_ends() {
    let mut world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Ferry stays in port").text(HARBOUR));
    world.adds("tern.example").await;
    tern.answers(Fault::RetryAfter(429, "Tue, 10 Mar 2026 12:30:00 GMT"));
    let told = world.types("/sources test tern").await;
    assert!(told.contains("asks readers to wait (429)"), "{told}");
    let before = tern.requests().len();
    for restart in [false, true] {
        if restart {
            world.restarts().await;
        }
        let told = world.types("/sources test tern").await;
        assert!(told.contains("left alone until 12:30 UTC"), "{told}");
        let told = world.types("/sources add tern.example/feed?of=sport").await;
        assert!(told.contains("left alone until 12:30 UTC"), "{told}");
        world.hours(1).await;
    }
    assert_eq!(tern.requests().len(), before, "it was asked all the same");
    tern.recovers();
    world.clock.move_to(world.now() + 2 * HOUR);
    let told = world.types("/sources test tern").await;
    assert!(told.contains("Read just now: 1 article"), "{told}");
}

#[tokio::test]
async fn absurd_waits_are_a_day_at_most() {
    for wait in [
        "99999999999999999999999",
        "1e300",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let world = World::new().await;
        let tern = world.outlet("tern.example");
        tern.answers(Fault::RetryAfter(503, wait));
        world.types("/sources add http://tern.example/feed").await;
        let told = world.types("/sources add http://tern.example/feed").await;
        assert!(
            told.contains("left alone until 09:00 UTC"),
            "{wait}: {told}"
        );
        world.clock.move_to(world.now() + 24 * HOUR);
        tern.recovers();
        let told = world.types("/sources add http://tern.example/feed").await;
        assert!(!told.contains("left alone"), "{wait}: {told}");
    }
}

/// Answers to requests for articles' pages at `tern.example`, and how often its robots.txt was asked.
async fn pages(
    world: &World,
    robots: Option<(u16, &str)>,
) -> (Vec<Result<(), ReadingError>>, usize) {
    let tern = world.outlet("tern.example");
    tern.with(|state| state.robots = robots.map(|(status, text)| (status, text.to_owned())));
    for link in ["/news/ferry", "/paid/ferry"] {
        let link = format!("http://tern.example{link}");
        tern.publishes(article("Ferry stays in port").text(HARBOUR).link(&link));
    }
    let mut answers = Vec::new();
    for path in ["/news/ferry", "/paid/ferry"] {
        let url = format!("http://tern.example{path}");
        let page = world.desk.fetcher.page(&url, world.now()).await;
        answers.push(page.map(|page| assert!(!page.body.is_empty())));
    }
    let asked = tern.requests();
    let asked = asked.iter().filter(|one| one.path == "/robots.txt");
    (answers, asked.count())
}

#[tokio::test]
async fn pages_are_fetched_where_robots_txt_allows_it_and_feeds_anyway() {
    let forbidden = || Err(ReadingError::Robots);
    for (robots, news, paid) in [
        (None, Ok(()), Ok(())),
        (
            Some((200, "User-agent: *\nDisallow: /paid")),
            Ok(()),
            forbidden(),
        ),
        (
            Some((
                200,
                "User-agent: *\nDisallow: /\nUser-agent: Lede\nDisallow: /paid",
            )),
            Ok(()),
            forbidden(),
        ),
        (
            Some((200, "User-agent: other\nDisallow: /")),
            Ok(()),
            Ok(()),
        ),
        (Some((500, "")), forbidden(), forbidden()),
        (Some((403, "no")), Ok(()), Ok(())),
    ] {
        let world = World::new().await;
        let (answers, asked) = pages(&world, robots).await;
        assert_eq!(answers, [news, paid], "{robots:?}");
        assert_eq!(asked, 1, "it is asked once a day");
        world.adds("tern.example").await;
        assert!(
            !world.titles().await.is_empty(),
            "a feed is meant for programs"
        );
    }
}

#[tokio::test]
async fn a_redirect_does_not_lead_to_a_page_that_its_site_forbids() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    wren.with(|state| state.robots = Some((200, "User-agent: *\nDisallow: /".to_owned())));
    tern.answers(Fault::RedirectTo("http://wren.example/news".to_owned()));
    let page = world
        .desk
        .fetcher
        .page("http://tern.example/feed", world.now());
    assert_eq!(page.await.map(|_| ()), Err(ReadingError::Robots));
    let asked = wren.requests();
    assert!(
        asked.iter().all(|one| one.path == "/robots.txt"),
        "{asked:?}"
    );
}
