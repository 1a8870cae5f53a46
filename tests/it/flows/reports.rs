//! What `/sources add` says of a feed before it is saved: what speaks against it, and how sure that is.

use crate::world::{Fault, Format, World, article};

/// The lines of a report that warn.
async fn notes(world: &World, line: &str) -> String {
    let said = world.types(line).await;
    assert!(said.starts_with("## Add "), "{said}");
    let notes = said.lines().filter(|line| line.starts_with("**Note:**"));
    notes.collect::<Vec<_>>().join("\n")
}

fn rss(items: &str) -> Fault {
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>The Tern</title><link>http://tern.example/</link>\
         <description>News</description><language>en</language>{items}</channel></rss>"
    );
    Fault::Document("application/rss+xml", feed.into_bytes())
}

#[tokio::test]
async fn an_address_for_one_reader_is_named() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    tern.publishes(article("Harbour opens").text(&"The harbour opened at last. ".repeat(30)));
    let said = [
        notes(&world, "/sources add http://ann:hush@tern.example/feed").await,
        notes(
            &world,
            "/sources add http://tern.example/feed?token=8f2c11d09ab4",
        )
        .await,
        notes(&world, "/sources add http://tern.example/feed?of=harbour").await,
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    **Note:** its address holds a name or a password. Everybody here could read what it brings: add it only if you may share it.
    **Note:** its address seems to be made for one reader (“token=…”). Everybody here could read what it brings: add it only if you may share it.
    ");
    tern.answers(Fault::Status(401));
    insta::assert_snapshot!(world.types("/sources add http://tern.example/feed").await, @"REFUSED: It cannot be read: the site asks for a name and password (401). Nothing was saved. Choose a public feed; or, if you may share this one, give its address with the login: https://NAME:PASSWORD@…");
}

#[tokio::test]
async fn what_is_to_be_paid_for_is_said_with_how_sure_it_is() {
    let world = World::new().await;
    let (tern, wren, heron) = (
        world.outlet("tern.example"),
        world.outlet("wren.example"),
        world.outlet("heron.example"),
    );
    let wall = "<script type=\"application/ld+json\">{\"isAccessibleForFree\": \"False\"}</script>";
    for title in ["Harbour opens", "Ferry stops", "Mill burns"] {
        tern.publishes(article(title).text("It happened."));
        wren.publishes(article(&format!("{title} (Plus)")).text("It happened."));
        heron.publishes(article(title).text("It happened."));
    }
    tern.with(|state| state.page_head = wall.to_owned());
    let said = [
        notes(&world, "/sources add http://tern.example/feed").await,
        notes(&world, "/sources add http://wren.example/feed").await,
        notes(&world, "/sources add http://heron.example/feed").await,
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    **Note:** its articles are to be paid for, at least the newest: its page says so. Answers quote what the feed itself holds.
    **Note:** many of its articles are probably to be paid for: 3 of 3 are marked like that.
    ");
    let asked: Vec<String> = tern.requests().into_iter().map(|one| one.path).collect();
    assert_eq!(
        asked
            .iter()
            .filter(|path| !path.starts_with("/feed"))
            .count(),
        2,
        "robots.txt and one page: {asked:?}"
    );
    // A site that asks programs not to read its pages is not asked.
    let curlew = world.outlet("curlew.example");
    curlew.publishes(article("Harbour opens").text("It happened."));
    curlew.with(|state| {
        state.robots = Some((200, "User-agent: *\nDisallow: /\n".to_owned()));
        state.page_head = wall.to_owned();
    });
    let unasked = notes(&world, "/sources add http://curlew.example/feed").await;
    assert_eq!(unasked, "");
}

#[tokio::test]
async fn a_broken_feed_is_told_apart() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let long = "The harbour opened at last and everybody was there to see it. ".repeat(12);
    let item = |title: &str, date: &str| {
        format!(
            "<item><title>{title}</title><link>http://tern.example/{}</link>{date}<description>{long}</description></item>",
            title.len()
        )
    };
    let of = async |items: String| {
        tern.answers(rss(&items));
        notes(&world, "/sources add http://tern.example/feed").await
    };
    let now = "<pubDate>Tue, 10 Mar 2026 08:00:00 GMT</pubDate>";
    let ahead = "<pubDate>Tue, 10 Mar 2037 08:00:00 GMT</pubDate>";
    let old = "<pubDate>Tue, 10 Mar 2020 08:00:00 GMT</pubDate>";
    let said = [
        of(String::new()).await,
        of(item("One", "") + &item("Two!", "")).await,
        of(item("One", now) + &item("Two!", "")).await,
        of(item("One", ahead) + &item("Two!", now)).await,
        of(item("One", old)).await,
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    **Note:** there is nothing in it at the moment.
    **Note:** its articles have no dates: each counts as published when Lede sees it first.
    **Note:** 1 of 2 articles have no date: they count as published when Lede sees them first.
    **Note:** 1 of 2 articles are dated in the future: they count as published when Lede sees them first.
    **Note:** its newest article is more than a month old.
    ");
    tern.answers(rss(&format!("{}<item><title>Cut & lost", item("One", now))));
    let cut = world.types("/sources add http://tern.example/feed").await;
    assert!(
        cut.contains("not well-formed; Lede reads it all the same"),
        "{cut}"
    );
}

#[tokio::test]
async fn a_feed_that_is_there_under_another_address_is_found() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    for title in [
        "Harbour of Avel opens",
        "Ferry to Orren stops",
        "Mill of Sund burns",
    ] {
        tern.publishes(article(title).text(&format!("{title}, the town said. ").repeat(30)));
    }
    world.adds("tern.example").await;
    for address in [
        "http://tern.example/feed/",
        "http://tern.example/feed#news",
        "http://tern.example",
    ] {
        let said = world.types(&format!("/sources add {address}")).await;
        assert!(
            said.starts_with("REFUSED: “The Tern” is a source here already"),
            "{address}: {said}"
        );
    }
    // A redirect for good leads to the address that is known, one for the day to the same articles.
    wren.answers(Fault::MovedTo("http://tern.example/feed".to_owned()));
    let moved = world.types("/sources add http://wren.example/feed").await;
    assert!(
        moved.starts_with("REFUSED: “The Tern” is a source"),
        "{moved}"
    );
    wren.answers(Fault::RedirectTo("http://tern.example/feed".to_owned()));
    insta::assert_snapshot!(notes(&world, "/sources add http://wren.example/feed").await, @"**Note:** “The Tern” is a source here and brings the same articles (http://tern.example/feed): it looks like one feed under two addresses.");
    let other = world
        .types("/sources add http://tern.example/feed?format=full")
        .await;
    assert!(
        other.contains("brings the same articles (http://tern.example/feed)"),
        "{other}"
    );
    assert!(
        other.contains("100 % of it is also in your other sources (by story, 3 of 3 articles)"),
        "{other}"
    );
}

#[tokio::test]
async fn overlap_is_told_in_per_cent_with_the_stories() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    let flood = "The river Ossa flooded the lower streets of Avel on Monday night, and the town moved \
        four hundred people into the school, the mayor said.";
    let again = "Four hundred people of Avel spent the night in the school after the river Ossa flooded \
        the lower streets of the town on Monday, its mayor said.";
    tern.publishes(
        article("River Ossa floods lower Avel")
            .text(flood)
            .at(world.minutes_ago(90)),
    );
    world.adds("tern.example").await;
    world.minutes(1).await;
    wren.publishes(
        article("Ossa floods Avel, hundreds moved")
            .text(again)
            .at(world.minutes_ago(30)),
    );
    let other = "The observatory of Sund found a comet that nobody had seen before.";
    wren.publishes(
        article("Sund finds a comet")
            .text(other)
            .at(world.minutes_ago(40)),
    );
    wren.format(Format::Atom);
    insta::assert_snapshot!(world.types("/sources add wren.example").await, @r"
    ## Add The Wren?
    -# 2 articles · teasers only · language en
    -# http://wren.example/feed
    50 % of it is also in your other sources (by story, 1 of 2 articles):
    - [River Ossa floods lower Avel](http://tern.example/river-ossa-floods-lower-avel) · The Tern
    Its newest:
    - [Ossa floods Avel, hundreds moved](http://wren.example/ossa-floods-avel--hundreds-moved) · 30 min ago
    - [Sund finds a comet](http://wren.example/sund-finds-a-comet) · 40 min ago
    [Confirm]
    ");
}
