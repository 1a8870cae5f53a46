//! The network at its worst: hosts with many feeds, feeds that move, secrets in addresses, sites
//! that come and go.

use crate::flows::shell::Lede;
use crate::world::{Fault, Outlet, World, article};
use lede::clock::{Clock, DAY, HOUR, MINUTE, Millis};
use lede::news::source::NewsroomSource;
use lede::news::{ReadingError, SourceId};
use std::collections::BTreeSet;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";

async fn source(world: &World, id: SourceId) -> NewsroomSource {
    let newsroom = world.newsroom().await;
    let sources = world.store().sources(newsroom).await;
    let mut sources = sources.expect("the store answers").into_iter();
    let found = sources.find(|known| known.source.id == id);
    found.expect("the newsroom has the source")
}

/// What `/sources list` says of the only source.
async fn health(world: &World) -> String {
    let list = world.types("/sources list").await;
    let line = list.lines().find(|line| line.starts_with("- "));
    line.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_told_in_words() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let at = closed.local_addr().expect("it is bound").to_string();
    drop(closed);
    let lede = Lede::new(&[&at]);
    let url = format!("http://{at}/feed");
    let output = lede.run(&["sources", "add", &url]).await;
    let said = format!("{}{}", output.out, output.err);
    assert!(
        said.contains("the site does not accept connections")
            && said.contains("Nothing was saved."),
        "{said}"
    );
}

#[tokio::test]
async fn fifty_feeds_of_one_host_are_asked_by_an_honest_reader_two_at_once_at_most() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..50 {
        world
            .adds_url(&format!("http://tern.example/feed?of={n}"))
            .await;
    }
    let before = tern.requests().len();
    world.hours(2).await;
    let requests = tern.requests().split_off(before);
    let asked: BTreeSet<&str> = requests.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(asked.len(), 50, "every feed has its turn");
    assert!(tern.at_once_max() <= 2, "{} at once", tern.at_once_max());
    for request in &requests {
        let agent = request.header("user-agent").unwrap_or_default();
        assert!(agent.starts_with("Lede/"), "{agent}");
    }
}

#[tokio::test]
async fn a_new_address_is_taken_when_several_readings_in_a_row_agree() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    let heron = world.outlet("heron.example");
    let id = world.adds("tern.example").await;
    wren.publishes(article("Bridge closed").text(HARBOUR));
    // Twice here, once there, a fault between: nothing to go by.
    for to in [&wren, &wren, &heron, &wren, &wren] {
        tern.answers(Fault::MovedTo(to.feed()));
        one_reading(&world, &tern).await;
        assert_eq!(source(&world, id).await.source.url, tern.feed());
    }
    tern.answers(Fault::MovedTo(wren.feed()));
    one_reading(&world, &tern).await;
    assert_eq!(source(&world, id).await.source.url, wren.feed());
    let found = Fault::RedirectTo(tern.feed());
    wren.answers(found);
    tern.recovers();
    world.hours(48).await;
    let now = source(&world, id).await.source;
    assert_eq!((now.url, now.state.error), (wren.feed(), None));
    assert_eq!(world.titles().await, ["Bridge closed"]);
}

/// Lets time pass until the outlet was asked once more.
async fn one_reading(world: &World, outlet: &Outlet) {
    let before = outlet.requests().len();
    for _ in 0..2 * 24 * 60 {
        world.minutes(1).await;
        if outlet.requests().len() > before {
            return;
        }
    }
    panic!("it is not read any more");
}

#[tokio::test]
async fn name_and_password_of_an_address_go_to_their_host_and_nowhere_else() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    tern.publishes(article("Ferry sails again").text(HARBOUR));
    wren.publishes(article("Bridge closed").text(HARBOUR));
    let url = "http://ann:hush@tern.example/feed";
    let mut said = world.types(&format!("/sources add {url}")).await;
    said += &world.presses("Confirm").await;
    assert_eq!(
        tern.requests()[0].header("authorization"),
        Some("Basic YW5uOmh1c2g=")
    );
    for fault in [
        Fault::RedirectTo(wren.feed()),
        Fault::MovedTo(wren.feed()),
        Fault::Status(401),
    ] {
        tern.answers(fault);
        said += &world.types("/sources test The Tern").await;
        said += &world.types("/sources list").await;
        world.hours(2).await;
    }
    tern.recovers();
    for line in [
        "/sources add http://ann:hush@tern.example/feed",
        "/sources add http://ann:hush@n0.example/nothing",
        "/sources test http://ann:hush@tern.example/feed",
        "/brief ferry",
        "/sources remove The Tern",
    ] {
        said += &world.types(line).await;
    }
    assert!(!wren.requests().is_empty());
    for request in wren.requests() {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("referer"), None);
    }
    assert!(!said.contains("hush"), "{said}");
}

#[tokio::test]
async fn the_log_of_the_real_program_holds_no_password() {
    let outlet = Outlet::alone(Clock::system()).await;
    outlet.publishes(article("Ferry sails again").text(HARBOUR));
    let at = outlet.authority();
    let lede = Lede::new(&[&at]);
    let url = format!("http://ann:hush@{at}/feed");
    let list = lede.store().with_file_name("feeds.opml");
    let opml = format!("<opml><body><outline xmlUrl=\"{url}\" text=\"Tern\"/></body></opml>");
    std::fs::write(&list, opml).expect("written");
    let clock = lede.store().with_file_name("clock");
    let mut all = String::new();
    for (day, (fault, words)) in [
        (None, &["sources", "add", &url][..]),
        (
            None,
            &["sources", "import", list.to_str().expect("plain letters")],
        ),
        (None, &["read", "--once"]),
        (Some(Fault::Status(401)), &["read", "--once"]),
        (Some(Fault::Close), &["read", "--once"]),
        (Some(Fault::RedirectTo(url.clone())), &["read", "--once"]),
        (Some(Fault::Status(404)), &["sources", "test", "Tern"]),
        (None, &["sources", "list"]),
        (None, &["sources", "test", "Tern"]),
    ]
    .into_iter()
    .enumerate()
    {
        outlet.with(|state| state.fault = fault);
        let now = crate::flows::still::now_ms() + day as i64 * 2 * DAY;
        std::fs::write(&clock, now.to_string()).expect("written");
        let mut command = lede.command(words);
        command
            .env("RUST_LOG", "trace,sqlx=info")
            .env("LEDE_CLOCK", &clock);
        let run = tokio::task::spawn_blocking(move || command.output().expect("it starts"));
        let output = run.await.expect("no panic");
        let text = [output.stdout, output.stderr].concat();
        all += &String::from_utf8_lossy(&text);
    }
    let asked = outlet.requests();
    assert!(asked.len() >= 8, "{} requests: {all}", asked.len());
    for secret in ["hush", "YW5uOmh1c2g"] {
        let shown = all.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None, "the log shows it");
    }
}

/// Hours between the requests that an outlet got while `hours` passed.
async fn tries(world: &World, outlet: &Outlet, hours: i64) -> usize {
    let before = outlet.requests().len();
    world.hours(hours).await;
    outlet.requests().len() - before
}

#[tokio::test]
async fn a_lost_feed_seems_dead_after_two_weeks_and_one_that_is_gone_is_left_at_once() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let id = world.adds("tern.example").await;
    tern.answers(Fault::Status(404));
    let first = tries(&world, &tern, 24).await;
    assert!((3..=10).contains(&first), "{first} tries on the first day");
    assert!(health(&world).await.contains("nothing at this address"));
    world.hours(24 * 14).await;
    let later = tries(&world, &tern, 24 * 10).await;
    assert!((8..=10).contains(&later), "{later} tries in ten days");
    let line = health(&world).await;
    assert!(line.contains("seems dead"), "{line}");
    tern.recovers()
        .publishes(article("Ferry sails again").text(HARBOUR));
    world.hours(30).await;
    assert_eq!(source(&world, id).await.source.state.error, None);
    assert_eq!(world.titles().await, ["Ferry sails again"]);

    tern.answers(Fault::Status(410));
    assert!(tries(&world, &tern, 24).await == 1);
    assert_eq!(tries(&world, &tern, 24 * 60).await, 0);
    let line = health(&world).await;
    assert!(
        line.contains("gone for good (410)") && line.contains("not tried again"),
        "{line}"
    );
}

#[tokio::test]
async fn a_site_that_asks_readers_to_wait_is_left_alone_as_long_and_a_day_at_most() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let cases: [(u16, &'static str, Millis, Millis); 6] = [
        // Longer only as far as the pause after any failure may be: six hours and their jitter.
        (429, "7200", 2 * HOUR, 7 * HOUR),
        (503, "7200", 2 * HOUR, 7 * HOUR),
        // A date a day after the morning on which every world begins; a year more is capped.
        (503, "Wed, 11 Mar 2026 09:00:00 GMT", 0, 29 * HOUR),
        (429, "Thu, 11 Mar 2027 09:00:00 GMT", 24 * HOUR, 28 * HOUR),
        (503, "99999999999999999999999999", 24 * HOUR, 28 * HOUR),
        (503, "-1", 5 * MINUTE, 12 * HOUR),
    ];
    let id = world.adds("tern.example").await;
    for (status, after, least, most) in cases {
        tern.answers(Fault::RetryAfter(status, after));
        one_reading(&world, &tern).await;
        let state = source(&world, id).await.source;
        let told = matches!(
            state.state.error,
            Some(ReadingError::Busy { status: told, .. }) if told == status
        );
        assert!(told, "{after}: {:?}", state.state.error);
        let pause = state.next_at - state.state.tried_at.expect("it was tried");
        assert!(
            (least..=most).contains(&pause),
            "{status} {after}: {pause} ms"
        );
        tern.recovers();
        one_reading(&world, &tern).await;
    }
}

#[tokio::test]
async fn a_site_that_comes_and_goes_loses_nothing_and_makes_no_noise() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let id = world.adds("tern.example").await;
    let faults = [
        Fault::Status(500),
        Fault::Status(502),
        Fault::Close,
        Fault::Status(504),
    ];
    let mut published = Vec::new();
    for (n, fault) in faults.iter().cycle().take(24).enumerate() {
        let title = format!("Count {n} of the regatta");
        tern.publishes(article(&title).text(&format!("{HARBOUR} Boat {n} came in.")));
        published.push(title);
        tern.answers(fault.clone());
        one_reading(&world, &tern).await;
        assert_eq!(source(&world, id).await.source.state.failures, 1);
        tern.recovers();
        one_reading(&world, &tern).await;
        let state = source(&world, id).await.source.state;
        assert_eq!((state.error, state.failing_since), (None, None));
    }
    let mut titles = world.titles().await;
    titles.sort();
    published.sort();
    assert_eq!(titles, published);
    let list = world.types("/sources list").await;
    assert!(list.contains("all fine"), "{list}");

    // One failure is a hiccup, which is not called fine; what stays down is trouble, and said as
    // such until it is over.
    tern.answers(Fault::Status(500));
    one_reading(&world, &tern).await;
    let list = world.types("/sources list").await;
    assert!(
        list.contains("1 not read at the last try") && !list.contains("trouble"),
        "{list}"
    );
    world.hours(12).await;
    let list = world.types("/sources list").await;
    assert!(list.contains("1 with trouble"), "{list}");
    tern.recovers();
    world.hours(24).await;
    let list = world.types("/sources list").await;
    assert!(list.contains("all fine"), "{list}");
}

#[tokio::test]
async fn the_log_of_readings_goes_back_thirty_days() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let id = world.adds("tern.example").await;
    for n in 0..40 {
        let title = format!("Day {n} of the regatta");
        tern.publishes(article(&title).text(&format!("{HARBOUR} Day {n}.")));
        world.hours(24).await;
    }
    let lines = world.store().readings(id, 10_000).await;
    let lines = lines.expect("the store answers");
    let brought = lines.iter().filter(|line| line.new > 0).count();
    assert!((29..=31).contains(&brought), "{brought} days are kept");
    let oldest = lines.iter().map(|line| line.at).min().unwrap_or_default();
    assert!(world.now() - oldest <= 31 * DAY);
}
