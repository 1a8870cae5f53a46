//! Every state of a source, as it is read.

use super::*;
use crate::clock::SECOND;
use crate::news::source::{SourceId, Weight};
use crate::news::{Habits, Source};
use crate::page::Span;

const NOW: Millis = 1_773_133_200_000;

fn source(state: SourceState) -> NewsroomSource {
    NewsroomSource {
        source: Source {
            id: SourceId(3),
            url: "https://wren.example/feed".into(),
            title: "The Wren".into(),
            site: None,
            language: None,
            etag: None,
            last_modified: None,
            next_at: NOW + HOUR,
            interval_ms: 30 * MINUTE,
            habits: Habits::default(),
            state,
        },
        name: "The Wren".into(),
        folder: None,
        weight: Weight::Normal,
        added_at: NOW - 30 * DAY,
        articles_week: 287,
        newest: Some(NOW - HOUR),
        moving_to: None,
    }
}

fn good() -> SourceState {
    SourceState {
        good_at: Some(NOW - 6 * MINUTE),
        tried_at: Some(NOW - 6 * MINUTE),
        ..SourceState::default()
    }
}

/// After so many failures in so long a time.
fn bad(error: ReadingError, failures: u32, for_ms: Millis) -> SourceState {
    SourceState {
        good_at: Some(NOW - for_ms - HOUR),
        tried_at: Some(NOW),
        failures,
        failing_since: Some(NOW - for_ms),
        error: Some(error),
    }
}

fn said(line: &Line) -> String {
    let words = |span: &Span| match span {
        Span::Ours(text) | Span::Theirs(text) => text.clone(),
        Span::Bold(text) => format!("**{text}**"),
        Span::Link { text, url } => format!("[{text}]({url})"),
        Span::Ago(at) | Span::On(at) => match NOW - at {
            past @ ..0 => format!("in {}", span_of(-past)),
            past => format!("{} ago", span_of(past)),
        },
        Span::Command(name) => format!("/{name}"),
    };
    line.0.iter().map(words).collect()
}

fn span_of(ms: Millis) -> String {
    match ms {
        ..HOUR => format!("{} min", ms / MINUTE),
        HOUR..DAY => format!("{} h", ms / HOUR),
        _ => format!("{} d", ms / DAY),
    }
}

/// Every kind of error; a new one that is missing here fails to compile.
fn errors() -> Vec<ReadingError> {
    use ReadingError as E;
    let all = vec![
        E::Address(AddressError::Malformed),
        E::Address(AddressError::Scheme),
        E::Address(AddressError::Port),
        E::Address(AddressError::Private),
        E::NoSuchHost,
        E::NoConnection,
        E::Tls("the certificate has expired".into()),
        E::TimedOut,
        E::BrokeOff,
        E::NotHttp,
        E::HeaderTooLarge,
        E::TooLarge {
            limit_bytes: 10 * 1024 * 1024,
        },
        E::BadCoding,
        E::Redirects,
        E::Blocked(403),
        E::NotFound,
        E::Gone,
        E::Busy {
            status: 429,
            retry_after_ms: Some(60 * SECOND),
        },
        E::Resting { until: NOW + HOUR },
        E::Robots,
        E::Status(500),
        E::NotAFeed(NotAFeed::Empty),
        E::NotAFeed(NotAFeed::Page),
        E::NotAFeed(NotAFeed::Binary),
        E::NotAFeed(NotAFeed::Damaged),
        E::NotAFeed(NotAFeed::Other),
    ];
    for error in &all {
        match error {
            E::Address(
                AddressError::Malformed
                | AddressError::Scheme
                | AddressError::Port
                | AddressError::Private,
            )
            | E::NoSuchHost
            | E::NoConnection
            | E::Tls(_)
            | E::TimedOut
            | E::BrokeOff
            | E::NotHttp
            | E::HeaderTooLarge
            | E::TooLarge { .. }
            | E::BadCoding
            | E::Redirects
            | E::Blocked(_)
            | E::NotFound
            | E::Gone
            | E::Busy { .. }
            | E::Resting { .. }
            | E::Robots
            | E::Status(_)
            | E::NotAFeed(
                NotAFeed::Empty
                | NotAFeed::Page
                | NotAFeed::Binary
                | NotAFeed::Damaged
                | NotAFeed::Other,
            ) => {}
        }
    }
    all
}

#[test]
fn every_error_has_its_cause_and_a_way_out() {
    let drawn: Vec<String> = errors()
        .into_iter()
        .map(|error| {
            let one = source(bad(error, 5, 3 * DAY));
            let advice = advice(&one, &[]);
            format!("{}\n    {}", said(&line(&one, 0)), said(&advice[0]))
        })
        .collect();
    insta::assert_snapshot!(drawn.join("\n"), @r"
    that is not a web address, since 3 d ago; next try in 1 h
        **What to do**: Add its public address and remove this one.
    only addresses that begin with http:// or https:// are read, since 3 d ago; next try in 1 h
        **What to do**: Add its public address and remove this one.
    that port is not allowed, since 3 d ago; next try in 1 h
        **What to do**: Add its public address and remove this one.
    that address is private, and only public ones are read, since 3 d ago; next try in 1 h
        **What to do**: Add its public address and remove this one.
    there is no site by that name, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another name by now; if so, add that and remove this one.
    the site does not accept connections, since 3 d ago; next try in 1 h
        **What to do**: Nothing for now: Lede goes on trying. If it stays so, remove it.
    no secure connection comes about: the certificate has expired, since 3 d ago; next try in 1 h
        **What to do**: Tell the site: without a valid certificate nothing is read over https.
    the site did not answer in time, since 3 d ago; next try in 1 h
        **What to do**: Nothing for now: Lede goes on trying. If it stays so, remove it.
    the connection broke off in the middle, since 3 d ago; next try in 1 h
        **What to do**: Nothing for now: Lede goes on trying. If it stays so, remove it.
    what answers there is no web site, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another feed, or remove this one.
    the site sends a header without end, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another feed, or remove this one.
    it is larger than 10 MiB, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another feed, or remove this one.
    it is packed in a way that cannot be unpacked, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another feed, or remove this one.
    the site sends readers round in circles, since 3 d ago; next try in 1 h
        **What to do**: Look whether the site has another feed, or remove this one.
    blocked by the site (403), since 3 d ago; next try in 1 h
        **What to do**: Ask the site to allow feed readers, or choose another source.
    there is nothing at this address (404), since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    the site says that it is gone for good (410), since 3 d ago; not tried again
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    the site asks readers to wait (429), since 3 d ago; next try in 1 h
        **What to do**: Nothing: Lede waits as the site asks.
    the site asked to be left alone until 10:00 UTC, since 3 d ago; next try in 1 h
        **What to do**: Nothing: Lede waits as the site asks.
    the site asks programs not to read it (robots.txt), since 3 d ago; next try in 1 h
        **What to do**: Ask the site to allow feed readers, or choose another source.
    the site answered with an error (500), since 3 d ago; next try in 1 h
        **What to do**: Nothing for now: Lede goes on trying. If it stays so, remove it.
    the answer is empty, since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    it is a web page, not a feed, and it names no feed, since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    it is a binary file, not a feed, since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    the feed is damaged beyond repair, since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    it is not a feed, since 3 d ago; next try in 1 h
        **What to do**: Give the site to /sources add, which finds the feed that it has now, and remove this one.
    ");
}

#[test]
fn every_state_is_told_in_words() {
    let blocked = || bad(ReadingError::Blocked(403), 5, 3 * DAY);
    let all = [
        ("new", source(SourceState::default()), 0),
        ("fine", source(good()), 0),
        (
            "seldom",
            NewsroomSource {
                articles_week: 3,
                ..source(good())
            },
            0,
        ),
        (
            "silent",
            NewsroomSource {
                articles_week: 0,
                newest: Some(NOW - 12 * DAY),
                ..source(good())
            },
            0,
        ),
        (
            "empty",
            NewsroomSource {
                articles_week: 0,
                newest: None,
                ..source(good())
            },
            0,
        ),
        (
            "moving",
            NewsroomSource {
                moving_to: Some("https://ann:secret@wren.example/new".into()),
                ..source(good())
            },
            0,
        ),
        ("slow once", source(bad(ReadingError::TimedOut, 1, 0)), 2),
        (
            "slow for long",
            source(bad(ReadingError::TimedOut, 5, 5 * HOUR)),
            1,
        ),
        ("down", source(blocked()), 3),
        (
            "never read",
            source(SourceState {
                good_at: None,
                ..blocked()
            }),
            0,
        ),
        (
            "paused by the site",
            source(bad(
                ReadingError::Resting {
                    until: NOW + 2 * HOUR,
                },
                5,
                5 * HOUR,
            )),
            0,
        ),
        (
            "dead",
            source(bad(ReadingError::NotFound, 40, 15 * DAY)),
            12,
        ),
        ("gone", source(bad(ReadingError::Gone, 1, 0)), 0),
    ];
    let drawn = all.map(|(name, source, cover)| format!("{name}: {}", said(&line(&source, cover))));
    insta::assert_snapshot!(drawn.join("\n"), @r"
    new: not read yet
    fine: fine, 41 a day, last read 6 min ago
    seldom: fine, 3 a week, last read 6 min ago
    silent: fine, nothing new since 12 d ago, last read 6 min ago
    empty: fine, nothing this week, last read 6 min ago
    moving: fine, 41 a day, last read 6 min ago; its feed moves to https://wren.example/new
    slow once: fine, 41 a day, last read 1 h ago; then the site did not answer in time, next try in 1 h
    slow for long: the site did not answer in time, since 5 h ago; one source covers the same topics; next try in 1 h
    down: blocked by the site (403), since 3 d ago; three sources cover the same topics; next try in 1 h
    never read: blocked by the site (403), since 3 d ago; next try in 1 h
    paused by the site: the site asked to be left alone until 11:00 UTC, since 5 h ago; next try in 1 h
    dead: there is nothing at this address (404), since 15 d ago; it seems dead; 12 sources cover the same topics; next try in 1 h
    gone: the site says that it is gone for good (410), since 0 min ago; not tried again
    ");
}

fn turned(name: &str, turn: Turn) -> Told {
    Told {
        name: name.to_owned(),
        turn,
        error: Some(ReadingError::Blocked(403)),
        for_ms: 26 * HOUR,
        cover: 3,
    }
}

#[test]
fn moderators_are_told_in_a_sentence_or_two() {
    let many: Vec<Told> = (1..=7)
        .map(|n| turned(&format!("Post {n}"), Turn::Down))
        .collect();
    let names = ["The Wren".to_owned(), "The Tern".to_owned()];
    let of_day = [
        turned("The Wren", Turn::Dead),
        turned("The Tern", Turn::Silent),
        turned("The Dipper", Turn::Silent),
        turned("The Heron", Turn::Speaks),
    ];
    let moved = [(
        "The Osprey".to_owned(),
        "https://ann:secret@osprey.example/new".to_owned(),
    )];
    let drawn = [
        told(&[turned("The Wren", Turn::Down)]),
        told(&many),
        back(&names[..1]),
        back(&names),
        daily(&of_day, &moved),
        daily(&[], &moved),
    ];
    let drawn: Vec<String> = drawn.iter().map(Card::words).collect();
    insta::assert_snapshot!(drawn.join("\n"), @r"
    The Wren cannot be read for 26 hours: blocked by the site (403). Three sources cover the same topics. Ask the site to allow feed readers, or choose another source. You are told once, and once more when it is back.
    Seven sources cannot be read for a day or longer: Post 1, Post 2, Post 3, Post 4, Post 5 and 2 more. See /sources list trouble for each cause and what to do.
    The Wren can be read again.
    Two sources can be read again: The Wren and The Tern.
    Your sources: The Wren cannot be read for two weeks and seems dead; The Tern and The Dipper: each has brought nothing new for two weeks; The Heron publishes again; The Osprey has moved to https://osprey.example/new. See /sources list.
    Your sources: The Osprey has moved to https://osprey.example/new. See /sources list.
    ");
}

#[test]
fn an_alert_shows_the_whole_sentence_whatever_a_source_is_called() {
    let head = told(&[turned("The St. Wren", Turn::Down)]).head.words();
    assert!(head.starts_with("The St. Wren cannot be read"), "{head}");
}

#[test]
fn of_many_sources_that_moved_the_rest_is_counted() {
    let moved: Vec<(String, String)> = (1..=7)
        .map(|n| (format!("Post {n}"), format!("https://post{n}.example/new")))
        .collect();
    let said = daily(&[], &moved).words();
    assert!(said.contains("and 2 more have moved"), "{said}");
}

#[test]
fn what_is_over_is_said_first_of_one_source_and_below_of_several() {
    let card = |names: &[&str]| {
        let told: Vec<Told> = names.iter().map(|name| turned(name, Turn::Down)).collect();
        super::told(&told)
    };
    let words = |card: Card, nth| over(card, "The Wren", Turn::Back, NOW, nth).words();
    let one = words(card(&["The Wren"]), (1, 1));
    assert!(one.starts_with("The Wren can be read again · "), "{one}");
    assert!(one.contains("The Wren cannot be read"), "{one}");
    assert!(
        !one.contains("You are told once"),
        "nothing is left to do: {one}"
    );
    let two = words(card(&["The Wren", "The Tern"]), (1, 2));
    assert!(two.starts_with("Two sources cannot be read"), "{two}");
    assert!(two.contains("The Wren can be read again · "), "{two}");
}

#[test]
fn a_notice_of_many_sources_does_not_grow_with_each_that_is_back() {
    let names: Vec<String> = (0..200).map(|n| format!("Outlet {n}")).collect();
    let down: Vec<Told> = names.iter().map(|name| turned(name, Turn::Down)).collect();
    let mut card = told(&down);
    for (at, name) in names.iter().enumerate() {
        card = over(card, name, Turn::Back, NOW, (at + 1, names.len()));
    }
    let words = card.words();
    assert!(words.contains("Outlet 4 can be read again · "), "{words}");
    assert!(!words.contains("Outlet 5 can be"), "{words}");
    assert_eq!(words.matches("more · ").count(), 1, "{words}");
    assert!(words.contains("And 195 more · "), "{words}");
}
