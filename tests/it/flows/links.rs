//! ▸ Related coverage and ▸ Summarise link: what members learn of a link that somebody posted.

use crate::flows::bot::Bot;
use crate::world::{Fault, MORNING, Outlet, World, article};
use lede::clock::{Clock, HOUR, MINUTE};
use serde_json::json;

const FERRY: &str = "The ferry Orla ran aground off Skarn island on Tuesday morning with 140 people on board, the coast guard said. \
    All passengers were taken to Skarn harbour by fishing boats before noon, and nobody was hurt. \
    The shipping line Norrbo said that the Orla had lost power in both engines ten minutes before. \
    Divers will look at the hull on Wednesday, when the wind is expected to turn.";
const FERRY_ELSEWHERE: &str = "Fishing boats brought 140 people ashore after the ferry Orla ran aground off Skarn island on Tuesday. \
    The coast guard of Skarn said that the engines of the Orla failed shortly before. \
    The shipping line Norrbo has cancelled all crossings to Skarn until the hull has been inspected.";
const BAKERY: &str = "A bakery in Morn won the yearly prize for the best rye loaf on Tuesday. \
    The jury praised its crust and tasted eleven loaves in all. The prize is a silver spoon and a year of flour.";

/// Requests that an outlet got for a path.
fn asked(outlet: &Outlet, path: &str) -> usize {
    let requests = outlet.requests();
    requests.iter().filter(|one| one.path == path).count()
}

/// Tern is a source with a story of the ferry and one of a bakery; Wren, no source, reports on the
/// ferry too.
async fn skarn(world: &World) -> (Outlet, Outlet) {
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    tern.publishes(
        article("Ferry Orla aground off Skarn")
            .text(FERRY)
            .link("/orla")
            .at(world.minutes_ago(40)),
    );
    tern.publishes(
        article("Morn bakery wins rye prize")
            .text(BAKERY)
            .link("/rye")
            .at(world.minutes_ago(50)),
    );
    wren.publishes(
        article("Boats bring 140 ashore from stranded Orla")
            .text(FERRY_ELSEWHERE)
            .link("/stranded"),
    );
    world.adds("tern.example").await;
    world.minutes(1).await;
    (tern, wren)
}

#[tokio::test]
async fn a_known_link_is_answered_with_its_story_and_its_own_quotes() {
    let world = World::new().await;
    let (tern, wren) = skarn(&world).await;
    world.adds("wren.example").await;
    world.minutes(1).await;
    let before = (tern.requests().len(), wren.requests().len());
    let card = world
        .types("/related <http://tern.example/orla?utm_source=chat>")
        .await;
    insta::assert_snapshot!(card, @r"
    ## [Ferry Orla aground off Skarn](http://tern.example/orla)
    -# 2 outlets · newest 2 min ago · first 42 min ago
    > The ferry Orla ran aground off Skarn island on Tuesday morning with 140 people on board, the coast guard said. — [The Tern](http://tern.example/orla)
    > All passengers were taken to Skarn harbour by fishing boats before noon, and nobody was hurt. — [The Tern](http://tern.example/orla)
    > The coast guard of Skarn said that the engines of the Orla failed shortly before. — [The Wren](http://wren.example/stranded)
    > The shipping line Norrbo has cancelled all crossings to Skarn until the hull has been inspected. — [The Wren](http://wren.example/stranded)
    ---
    **Sources**
    - The Tern: [Ferry Orla aground off Skarn](http://tern.example/orla) · 42 min ago
    - The Wren: [Boats bring 140 ashore from stranded Orla](http://wren.example/stranded) · 2 min ago
    -# #Skarn #Orla #Norrbo
    [Show here] [Wrong?]
    ");
    insta::assert_snapshot!(world.types("/summarise http://wren.example/stranded").await, @r"
    ## [Boats bring 140 ashore from stranded Orla](http://wren.example/stranded)
    -# The Wren · 2 min ago
    > Fishing boats brought 140 people ashore after the ferry Orla ran aground off Skarn island on Tuesday. — [The Wren](http://wren.example/stranded)
    > The coast guard of Skarn said that the engines of the Orla failed shortly before. — [The Wren](http://wren.example/stranded)
    > The shipping line Norrbo has cancelled all crossings to Skarn until the hull has been inspected. — [The Wren](http://wren.example/stranded)
    [Related coverage] [Show here]
    ");
    assert_eq!(
        (tern.requests().len(), wren.requests().len()),
        before,
        "asked for what is known"
    );
}

#[tokio::test]
async fn an_unknown_link_is_read_once_and_kept_for_a_day() {
    let world = World::new().await;
    let (_, wren) = skarn(&world).await;
    let articles = world.titles().await;
    insta::assert_snapshot!(world.types("/related http://wren.example/stranded").await, @r"
    ## [Boats bring 140 ashore from stranded Orla](http://wren.example/stranded)
    -# wren.example
    The one source here does not have this article. 1 story is near it:
    - [Ferry Orla aground off Skarn](http://tern.example/orla) · The Tern
    [Open a story v] Ferry Orla aground off Skarn
    [Summarise link] [Show here]
    ");
    insta::assert_snapshot!(world.presses("Summarise link").await, @r"
    ## [Boats bring 140 ashore from stranded Orla](http://wren.example/stranded)
    -# wren.example · page read now
    > Fishing boats brought 140 people ashore after the ferry Orla ran aground off Skarn island on Tuesday. — [wren.example](http://wren.example/stranded)
    > The coast guard of Skarn said that the engines of the Orla failed shortly before. — [wren.example](http://wren.example/stranded)
    > The shipping line Norrbo has cancelled all crossings to Skarn until the hull has been inspected. — [wren.example](http://wren.example/stranded)
    [Related coverage] [Show here]
    ");
    world.presses("Related coverage").await;
    world.hours(23).await;
    world
        .types("/summarise http://wren.example/stranded#top")
        .await;
    assert_eq!(
        (asked(&wren, "/stranded"), asked(&wren, "/robots.txt")),
        (1, 1)
    );
    world.hours(2).await;
    world.types("/summarise http://wren.example/stranded").await;
    assert_eq!(asked(&wren, "/stranded"), 2, "a day later it is read anew");
    assert_eq!(
        world.titles().await,
        articles,
        "a page that was read is no article"
    );
}

#[tokio::test]
async fn those_who_ask_at_once_wait_for_one_reading() {
    let world = World::new().await;
    let (_, wren) = skarn(&world).await;
    let line = "/summarise http://wren.example/stranded";
    let all = futures_util::future::join_all((0..8).map(|_| world.types(line))).await;
    assert!(
        all.iter().all(|one| one.contains("Fishing boats brought")),
        "{all:?}"
    );
    assert_eq!(asked(&wren, "/stranded"), 1);
}

#[tokio::test]
async fn a_short_link_is_known_by_where_it_leads() {
    let world = World::new().await;
    let (tern, wren) = skarn(&world).await;
    wren.answers(Fault::RedirectTo("http://tern.example/orla".to_owned()));
    let card = world.types("/related http://wren.example/feed-me").await;
    assert!(
        card.contains("Sources") && card.contains("Ferry Orla aground off Skarn"),
        "{card}"
    );
    assert_eq!(asked(&tern, "/orla"), 1);
}

#[tokio::test]
async fn what_a_site_forbids_is_not_read() {
    let world = World::new().await;
    let (_, wren) = skarn(&world).await;
    wren.with(|state| state.robots = Some((200, "User-agent: *\nDisallow: /\n".to_owned())));
    let refused = "That page cannot be read: the site asks programs not to read it (robots.txt).";
    for command in ["related", "summarise"] {
        let said = world
            .types(&format!("/{command} http://wren.example/stranded"))
            .await;
        assert!(said.contains(refused), "{said}");
    }
    assert_eq!(asked(&wren, "/stranded"), 0);
}

#[tokio::test]
async fn a_private_address_gets_one_answer_whether_anybody_is_there_or_not() {
    let world = World::new().await;
    skarn(&world).await;
    let there = Outlet::alone(world.clock.clone()).await;
    there.publishes(article("Secret").text(FERRY).link("/secret"));
    let wren = world.outlet("wren.example");
    let mut told = Vec::new();
    for command in ["related", "summarise"] {
        for address in [
            format!("http://{}/secret", there.authority()),
            "http://127.0.0.1:9/secret".to_owned(),
            "http://10.1.2.3/".to_owned(),
            "http://[::1]/".to_owned(),
            "http://printer.local/".to_owned(),
        ] {
            told.push(world.types(&format!("/{command} {address}")).await);
        }
        wren.answers(Fault::RedirectTo(format!(
            "http://{}/secret",
            there.authority()
        )));
        told.push(
            world
                .types(&format!("/{command} http://wren.example/feed-{command}"))
                .await,
        );
    }
    told.dedup();
    insta::assert_snapshot!(told.join("\n"), @"REFUSED: That page cannot be read: that address is private, and only public ones are read. Use a link to a public page.");
    assert_eq!(there.requests().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_summarised_is_told_in_words() {
    let world = World::new().await;
    let (tern, wren) = skarn(&world).await;
    let html = |text: &str| Fault::Document("text/html", text.as_bytes().to_vec());
    let faults = [
        ("blocked", Fault::Status(403)),
        ("lost", Fault::Status(404)),
        (
            "wall",
            html("<h1>Orla</h1><p>The ferry ran aground. Subscribe to read on.</p>"),
        ),
        ("film", Fault::Document("video/mp4", vec![0; 4_000])),
        ("busy", Fault::RetryAfter(429, "3600")),
    ];
    let mut told = String::new();
    for (name, fault) in faults {
        wren.answers(fault);
        let link = format!("http://wren.example/feed/{name}");
        told += &format!(
            "{name}\n{}\n",
            world.types(&format!("/summarise {link}")).await
        );
        // The same again asks nobody.
        world.types(&format!("/summarise {link}")).await;
        assert_eq!(asked(&wren, &format!("/feed/{name}")), 1, "{name}");
    }
    for line in [
        "/summarise skarn",
        "/summarise ftp://wren.example/x",
        "/related",
    ] {
        told += &format!("{line}\n{}\n", world.types(line).await);
    }
    insta::assert_snapshot!(told, @r"
    blocked
    REFUSED: That page cannot be read: blocked by the site (403). Open the link itself, or search for words of its headline.
    lost
    REFUSED: That page cannot be read: there is nothing at this address (404). Check the link.
    wall
    REFUSED: That page shows too little text to quote: it may be for subscribers only, be no article, or be drawn by a program. Open the link itself, or search for words of its headline.
    film
    REFUSED: That link leads to a file, not to a page with an article. Open the link itself, or search for words of its headline.
    busy
    REFUSED: That page cannot be read: the site asks readers to wait (429). Try again later, or open the link itself.
    /summarise skarn
    REFUSED: That is not a web address. Give a whole one: it begins with http:// or https://.
    /summarise ftp://wren.example/x
    REFUSED: That is not a web address. Give a whole one: it begins with http:// or https://.
    /related
    REFUSED: “link” is missing: a link to an article. Say for instance: /related https://example.org/harbour
    ");
    let source = tern.feed();
    let list = world.types("/sources list").await;
    assert!(list.contains("1 source") && !source.is_empty(), "{list}");
}

#[tokio::test]
async fn a_teaser_gives_way_to_the_page_and_stands_where_that_cannot_be_read() {
    let world = World::new().await;
    let (tern, _) = skarn(&world).await;
    let teaser =
        "The ferry Orla ran aground off Skarn island on Tuesday morning with 140 people on board.";
    for path in ["/feed/whole", "/feed/walled"] {
        tern.publishes(article("Orla aground").text(teaser).link(path));
    }
    world.minutes(30).await;
    let page = format!(
        "<html lang=en><title>Orla aground</title><main><h1>Orla aground</h1><p>{FERRY}</p></main>"
    );
    tern.answers(Fault::Document("text/html", page.into_bytes()));
    let whole = world
        .types("/summarise http://tern.example/feed/whole")
        .await;
    assert!(
        whole.contains("page read") && whole.contains("Divers will look"),
        "{whole}"
    );
    tern.answers(Fault::Status(403));
    insta::assert_snapshot!(world.types("/summarise http://tern.example/feed/walled").await, @r"
    ## [Orla aground](http://tern.example/feed/walled)
    -# The Tern · 30 min ago · what its feed says of it
    > The ferry Orla ran aground off Skarn island on Tuesday morning with 140 people on board. — [The Tern](http://tern.example/feed/walled)
    -# That page cannot be read: blocked by the site (403).
    [Related coverage] [Show here]
    ");
}

#[tokio::test]
async fn a_hostile_page_is_quoted_as_text_and_nothing_else() {
    let discord_link = "http://evil.example/";
    let world = World::new().await;
    let (_, wren) = skarn(&world).await;
    let text = format!(
        "The [harbour]({discord_link}) of Skarn was @everyone closed on **Tuesday** after the ferry Orla ran aground, <@&1> said.\n\
         Read `all` of it at <{discord_link}> or ||never||, wrote the port office of Skarn on ~~Monday~~ Tuesday evening.\n\
         \u{202e}Divers will look at the hull\u{200b} of the Orla on Wednesday, when the wind <#123> is expected to turn."
    );
    wren.publishes(
        article("# @here [Orla](http://evil.example) \u{202e}aground")
            .text(&text)
            .link("/evil"),
    );
    insta::assert_snapshot!(world.types("/summarise http://wren.example/evil").await, @r"
    ## [# @here [Orla](http://evil.example) aground](http://wren.example/evil)
    -# wren.example · page read now
    > The [harbour](http://evil.example/) of Skarn was @everyone closed on **Tuesday** after the ferry Orla ran aground, <@&1> said. — [wren.example](http://wren.example/evil)
    > Read `all` of it at <http://evil.example/> or ||never||, wrote the port office of Skarn on ~~Monday~~ Tuesday evening. — [wren.example](http://wren.example/evil)
    > Divers will look at the hull of the Orla on Wednesday, when the wind <#123> is expected to turn. — [wren.example](http://wren.example/evil)
    [Related coverage] [Show here]
    ");
}

async fn bot() -> (Bot, Outlet, Outlet) {
    let clock = Clock::manual(MORNING);
    let (source, other) = (
        Outlet::alone(clock.clone()).await,
        Outlet::alone_at("127.0.0.2", clock.clone()).await,
    );
    source.publishes(
        article("Ferry Orla aground off Skarn")
            .text(FERRY)
            .link("/orla"),
    );
    other.publishes(
        article("Boats bring 140 ashore from stranded Orla")
            .text(FERRY_ELSEWHERE)
            .link("/stranded")
            .at(MORNING - HOUR),
    );
    let bot = Bot::start(clock, &[source.authority(), other.authority()]).await;
    bot.adds(&source.feed()).await;
    bot.waits(MINUTE).await;
    (bot, source, other)
}

#[tokio::test]
async fn a_hostile_page_pings_nobody_and_draws_no_marks_of_its_own() {
    let (bot, _, other) = bot().await;
    let text = format!(
        "The [harbour](http://evil.example/) of Skarn was @everyone closed on **Tuesday**, <@&1> said. {FERRY}"
    );
    other.publishes(
        article("@here [Orla](http://evil.example)")
            .text(&text)
            .link("/evil"),
    );
    let eve = bot.discord.person("Eve");
    let link = format!("http://{}/evil", other.authority());
    let posted = bot.discord.says(eve, bot.discord.channel(), &link);
    let summary = bot.discord.menu(eve, posted, "Summarise link").await;
    let shown = bot.discord.press_label(eve, summary.id, "Show here").await;
    for message in [summary.id, *shown.follow_ups.last().expect("it was posted")] {
        let message = bot.discord.message(message).expect("it is there");
        let drawn = crate::world::discord::people::text_of(&message);
        for escaped in [
            r"\[harbour\](http:",
            r"\@everyone",
            r"\*\*Tuesday\*\*",
            r"\<@&1>",
            r"\[Orla\]",
        ] {
            assert!(drawn.contains(escaped), "no {escaped} in {drawn}");
        }
    }
    // The fake holds each message to naming nobody who may be pinged.
    bot.stop().await;
}

#[tokio::test]
async fn a_message_is_asked_about_in_private_and_the_answer_can_be_shown() {
    let (bot, source, other) = bot().await;
    let channel = bot.discord.channel();
    let ann = bot.discord.person("Ann");
    let known = format!(
        "They say [the ferry](http://{}/orla) is stuck",
        source.authority()
    );
    let known = bot.discord.says(ann, channel, &known);
    let card = bot.discord.menu(ann, known, "Related coverage").await;
    assert!(
        card.private && card.text().contains("Ferry Orla aground"),
        "{}",
        card.text()
    );
    let url = format!("http://{}/stranded", other.authority());
    let unknown = json!({ "content": "look", "embeds": [{ "type": "link", "url": url }] });
    let unknown = bot.discord.says_with(ann, channel, unknown);
    let summary = bot.discord.menu(ann, unknown, "Summarise link").await;
    assert!(
        summary.private && summary.text().contains("Fishing boats brought"),
        "{}",
        summary.text()
    );
    let shown = bot.discord.press_label(ann, summary.id, "Show here").await;
    let posted = shown
        .follow_ups
        .last()
        .and_then(|id| bot.discord.message(*id));
    let posted = crate::world::discord::people::text_of(&posted.expect("it was posted"));
    assert!(
        posted.contains("Fishing boats brought") && posted.contains(&url),
        "{posted}"
    );
    assert_eq!(asked(&other, "/stranded"), 1);
    bot.stop().await;
}

#[tokio::test]
async fn a_message_without_a_link_is_told_so() {
    let (bot, ..) = bot().await;
    let channel = bot.discord.channel();
    let ben = bot.discord.person("Ben");
    let plain = bot
        .discord
        .says(ben, channel, "The ferry is stuck (avel.example, http://)");
    let told = bot.discord.menu(ben, plain, "Summarise link").await;
    assert!(
        told.private && told.text().contains("There is no link in that message."),
        "{}",
        told.text()
    );
    let help = bot.types(ben, "help", &[]).await;
    assert!(
        help.text().contains("menu, Apps, **Summarise link**"),
        "{}",
        help.text()
    );
    let own = bot.discord.menu(ben, help.id, "Related coverage").await;
    assert!(
        own.text().contains("its own answers that only you see"),
        "{}",
        own.text()
    );
    bot.stop().await;
}
