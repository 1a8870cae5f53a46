//! Outlets that misbehave: a moderator who tests such a source gets one clear sentence, and what
//! others publish arrives in the same minutes.

use crate::world::{Fault, Outlet, World, article};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";

/// Minutes within which a healthy source's article has arrived.
const ARRIVES_MINUTES_MAX: i64 = 60;

/// Each fault, and what `/sources test` says of it.
fn faults() -> Vec<(Fault, &'static str)> {
    let to = |address: &str| Fault::RedirectTo(address.to_owned());
    vec![
        (
            Fault::Html,
            "It cannot be read just now: it is a web page, not a feed, and it names no feed.",
        ),
        (
            Fault::Empty,
            "It cannot be read just now: the answer is empty.",
        ),
        (
            Fault::Truncated,
            "Read just now: 1 article in the feed. It is not well-formed, but Lede can read it.",
        ),
        (
            Fault::Status(404),
            "It cannot be read just now: there is nothing at this address (404).",
        ),
        (
            Fault::Status(410),
            "It cannot be read just now: the site says that it is gone for good (410).",
        ),
        (
            Fault::Status(403),
            "It cannot be read just now: blocked by the site (403).",
        ),
        (
            Fault::RetryAfter(429, "3600"),
            "It cannot be read just now: the site asks readers to wait (429).",
        ),
        (
            Fault::RetryAfter(503, "soon"),
            "It cannot be read just now: the site asks readers to wait (503).",
        ),
        (
            Fault::Status(500),
            "It cannot be read just now: the site answered with an error (500).",
        ),
        (
            Fault::Endless,
            "It cannot be read just now: it is larger than 10 MiB.",
        ),
        (
            Fault::EndlessHead,
            "It cannot be read just now: the site sends a header without end.",
        ),
        (
            Fault::RedirectLoop,
            "It cannot be read just now: the site sends readers round in circles.",
        ),
        (
            to("http://10.0.0.1/feed"),
            "It cannot be read just now: that address is private, and only public ones are read.",
        ),
        (
            to("http://169.254.169.254/latest/meta-data"),
            "It cannot be read just now: that address is private, and only public ones are read.",
        ),
        (
            to("http://[::1]/feed"),
            "It cannot be read just now: that address is private, and only public ones are read.",
        ),
        (
            to("file:///etc/passwd"),
            "It cannot be read just now: only addresses that begin with http:// or https:// are read.",
        ),
        (
            Fault::EntityBomb,
            "Read just now: 1 article in the feed. It is not well-formed, but Lede can read it.",
        ),
        (
            Fault::WrongCharset,
            "Read just now: 2 articles in the feed.",
        ),
        (
            Fault::GzipBomb,
            "It cannot be read just now: it is larger than 10 MiB.",
        ),
        (
            Fault::BadGzip,
            "It cannot be read just now: it is packed in a way that cannot be unpacked.",
        ),
        (
            Fault::Reset,
            "It cannot be read just now: the connection broke off in the middle.",
        ),
        (
            Fault::Close,
            "It cannot be read just now: the connection broke off in the middle.",
        ),
        (
            Fault::Garbage,
            "It cannot be read just now: what answers there is no web site.",
        ),
    ]
}

/// The outlet at `host`, which was a healthy source until this moment.
async fn spoilt(world: &World, host: &str, fault: Fault) -> Outlet {
    let outlet = world.outlet(host);
    outlet.with(|state| state.title = format!("Source {host}"));
    for age in ["Old", "Older"] {
        let title = format!("{age} news of {host}");
        outlet.publishes(article(&title).text(HARBOUR));
    }
    world.adds(host).await;
    outlet.answers(fault);
    outlet
}

/// The source that nothing is wrong with.
async fn healthy(world: &World) {
    let tern = world.outlet("tern.example");
    tern.publishes(article("Old news of Tern").text(HARBOUR));
    world.adds("tern.example").await;
}

/// How many minutes each of four articles of the healthy source needs to arrive.
async fn arrivals(world: &World) -> Vec<i64> {
    let tern = world.outlet("tern.example");
    let mut all = Vec::new();
    for n in 0..4 {
        let title = format!("Bridge number {n} is closed");
        tern.publishes(article(&title).text(&format!("{HARBOUR} It was ship {n}.")));
        let mut waited = 0;
        while !world.titles().await.contains(&title) {
            world.minutes(1).await;
            waited += 1;
            assert!(waited <= ARRIVES_MINUTES_MAX, "{title} does not arrive");
        }
        all.push(waited);
        world.minutes(10).await;
    }
    all
}

/// The sentence of `/sources test`, and all of its answer.
async fn tested(world: &World, host: &str) -> (String, String) {
    let drawn = world.types(&format!("/sources test Source {host}")).await;
    let line = drawn.lines().nth(1).unwrap_or_default().to_owned();
    (line, drawn)
}

#[tokio::test]
async fn every_fault_is_told_in_one_clear_sentence_and_others_are_read_in_the_same_minutes() {
    let alone = World::new().await;
    healthy(&alone).await;
    let without = arrivals(&alone).await;

    let world = World::new().await;
    healthy(&world).await;
    let faults = faults();
    for (n, (fault, _)) in faults.iter().enumerate() {
        spoilt(&world, &format!("n{n}.example"), fault.clone()).await;
    }
    let mut wrong = Vec::new();
    for (n, (fault, sentence)) in faults.iter().enumerate() {
        let (line, drawn) = tested(&world, &format!("n{n}.example")).await;
        if line != *sentence {
            wrong.push(format!("{fault:?}: {line:?}, not {sentence:?}"));
        }
        if line.contains("cannot be read") {
            let way_out = drawn.lines().nth(2).unwrap_or_default();
            assert!(way_out.ends_with('.'), "a way out: {drawn}");
        }
        assert!(drawn.len() < 700, "{fault:?}: {drawn}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let with = arrivals(&world).await;
    println!(
        "an article arrived after {without:?} min alone, and after {with:?} min beside {} faults",
        faults.len()
    );
    assert_eq!(with, without);
    let list = world.types("/sources list").await;
    assert!(list.contains("with trouble"), "{list}");
}

#[tokio::test]
async fn a_slow_source_is_told_to_be_slow_and_holds_up_nobody() {
    let alone = World::new().await;
    healthy(&alone).await;
    let without = arrivals(&alone).await;

    let world = World::with_patience(Some(Duration::from_millis(500))).await;
    healthy(&world).await;
    let permits = Arc::new(Semaphore::new(0));
    spoilt(&world, "wren.example", Fault::Held(permits)).await;
    let (line, _) = tested(&world, "wren.example").await;
    assert_eq!(
        line,
        "It cannot be read just now: the site did not answer in time."
    );
    assert_eq!(arrivals(&world).await, without);
}

#[tokio::test]
async fn addresses_that_may_not_be_read_are_refused_in_words_before_anything_is_saved() {
    let world = World::new().await;
    let refused = [
        ("http://8.8.8.8:9/feed", "that port is not allowed"),
        ("http://127.0.0.1:9/feed", "that address is private"),
        ("http://127.0.0.1/feed", "that address is private"),
        ("http://2130706433/feed", "that address is private"),
        ("http://[fe80::1]/feed", "that address is private"),
        ("file:///etc/passwd", "only addresses that begin with http"),
        ("http://user:word@10.1.2.3/", "that address is private"),
        ("not an address at all", "not a web address"),
    ];
    for (address, why) in refused {
        let drawn = world.types(&format!("/sources add {address}")).await;
        assert!(drawn.starts_with("REFUSED: "), "{address}: {drawn}");
        assert!(drawn.contains(why), "{address}: {drawn}");
        assert!(drawn.contains("Nothing was saved."), "{address}: {drawn}");
        assert!(!drawn.contains("word@"), "{drawn}");
    }
}
