//! Four outlets of one day, added by their sites: the report names what they share, and the list
//! that goes out comes in again whole. With real articles where they are at hand (`LEDE_SHARED`),
//! and always with an invented day of the same shape.

use crate::flows::seed::{self, AS_OF_MS};
use crate::flows::still;
use crate::world::{Fault, MORNING, World};
use lede::clock::{HOUR, MINUTE, Millis};
use lede::desk::Asker;
use lede::news::Newsroom;

const SITES: [&str; 4] = [
    "tern.example",
    "wren.example",
    "heron.example",
    "curlew.example",
];

/// Four feeds, the second and fourth with one story, dated around [`MORNING`].
async fn plays(feeds: &[(&str, String)]) {
    let mut world = World::new().await;
    for (site, (name, text)) in SITES.iter().zip(feeds) {
        let outlet = world.outlet(site);
        let document = Fault::Document("application/rss+xml", text.clone().into_bytes());
        outlet.answers(document);
        outlet.with(|state| state.title = format!("Site of {name}"));
        // The site's page is ours, and names the feed.
        let report = world.types(&format!("/sources add http://{site}/")).await;
        println!("{report}\n");
        assert!(report.starts_with("## Add "), "{name}: {report}");
        let asked: Vec<String> = outlet.requests().into_iter().map(|one| one.path).collect();
        assert_eq!(asked[..2], ["/", "/feed"], "by its site's page");
        let overlap = report.lines().find(|line| line.contains(" of it is "));
        match *name {
            "yahoo" => {
                let overlap = overlap.expect("both have the French story");
                assert!(overlap.starts_with("100 % of it"), "{report}");
                let bloomberg = title_of(&feeds[1].1);
                assert!(
                    report.contains(&bloomberg),
                    "it is named: {bloomberg}\n{report}"
                );
            }
            "bbc" => assert_eq!(overlap, None, "there is nothing to compare with"),
            _ => assert!(
                overlap.is_some_and(|line| line.starts_with("None of it")),
                "{report}"
            ),
        }
        let done = world.presses("Confirm").await;
        assert!(done.contains("is a source now"), "{done}");
        let again = world.types(&format!("/sources add http://{site}/")).await;
        assert!(again.contains("is a source here already"), "{again}");
        world.minutes(1).await;
    }
    world
        .types(
            "/sources edit which:~2 name:The \"Second\" & last folder:Ports & capitals weight:more",
        )
        .await;
    world
        .types("/sources edit which:~3 weight:counted folder:Überblick")
        .await;
    let out = exported(&world).await;
    for site in SITES {
        assert!(out.contains(&format!("http://{site}/feed")), "{out}");
    }
    world.asker = Asker {
        newsroom: Newsroom::Server(101),
        ..world.asker
    };
    let courier = world.outlet("plover.example");
    courier.answers(Fault::Document(
        "application/octet-stream",
        out.clone().into_bytes(),
    ));
    let taken = world
        .types("/sources import file:http://plover.example/feed/list.opml")
        .await;
    assert!(taken.starts_with("## 4 sources added"), "{taken}");
    assert_eq!(exported(&world).await, out, "nothing is lost");
}

async fn exported(world: &World) -> String {
    world.types("/sources export").await;
    let (_, text) = world.file().expect("a file");
    // The time of writing differs, and nothing else may.
    let lines = text.lines().filter(|line| !line.contains("dateCreated"));
    lines.collect::<Vec<_>>().join("\n")
}

fn title_of(feed: &str) -> String {
    let item = feed.split("<item>").nth(1).expect("an article");
    let title = item.split("<title>").nth(1).expect("a title");
    let title = title.split("</title>").next().unwrap_or_default();
    let title = title
        .trim_start_matches("<![CDATA[")
        .trim_end_matches("]]>");
    title
        .trim()
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
}

#[tokio::test]
async fn the_seed_feeds_are_added_by_their_sites_and_exported_and_imported_whole() {
    let Some(feeds) = seed::feeds() else { return };
    let moved = MORNING - 30 * MINUTE - AS_OF_MS;
    let feeds: Vec<(&str, String)> = feeds
        .into_iter()
        .map(|(name, text)| (name, still::shift_dates(&text, moved)))
        .collect();
    plays(&feeds).await;
}

fn feed(title: &str, host: &str, headline: &str, text: &str, at: Millis) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title>\
         <link>https://{host}.example/</link><description>News</description><language>en</language>\
         <item><title>{headline}</title><link>https://{host}.example/1</link><guid>{host}-1</guid>\
         <description>{text}</description><pubDate>{}</pubDate></item></channel></rss>",
        still::rfc2822(at)
    )
}

#[tokio::test]
async fn an_invented_day_is_added_by_its_sites_and_exported_and_imported_whole() {
    let at = MORNING - HOUR;
    let feeds = [
        (
            "bbc",
            feed(
                "Basin Courier",
                "basin",
                "Envoy of Morn meets the council of Skarn",
                "The envoy of Morn met the council of Skarn in its summer residence on Sunday. They spoke of grain and of the border.",
                at,
            ),
        ),
        (
            "bloomberg",
            feed(
                "Ledger of Avel",
                "ledger",
                "Lindholm to raise lighthouse budget to 64 million crowns",
                "Lindholm will raise its budget for lighthouses to 64 million crowns by 2027, its chancellor Ortrud Fenn said on Sunday evening before the keepers' parade.",
                at,
            ),
        ),
        (
            "cnn",
            feed(
                "Orren Daily",
                "orren",
                "Parliament of Sund debates a tariff on salt",
                "A tariff of five crowns on every barrel of salt is debated in the parliament of Sund this week, two members said.",
                at,
            ),
        ),
        (
            "yahoo",
            feed(
                "Portal News",
                "portal",
                "Chancellor Fenn lifts Lindholm's lighthouse budget to 64 million crowns",
                "Lindholm's chancellor Ortrud Fenn said on Sunday that the budget for lighthouses will be lifted to 64 million crowns by 2027. She spoke on the eve of the keepers' parade.",
                at,
            ),
        ),
    ];
    plays(&feeds).await;
}
