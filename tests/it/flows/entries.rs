//! Feeds whose bytes and entries are odd: each article is there once, under its own title and time,
//! whatever the feed does from reading to reading.

use crate::world::{Fault, MORNING, Outlet, World, article};
use lede::clock::{DAY, HOUR, Millis};
use lede::news::Feed;
use std::fmt::Write as _;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";
const BRIDGE: &str = "Engineers closed the Orren bridge to lorries on Monday because two of its cables had rusted. \
    Repairs will take until autumn and cost four million crowns, according to the county council.";
const TRAM: &str = "Tram drivers in Velmora will stop work for a day on Friday to protest against split shifts. \
    The city advises commuters to walk or to use the three night bus lines that still run.";
/// Entries of one reading that are kept.
const ENTRIES_MAX: usize = 500;

/// An RSS document around these elements.
fn rss(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The Tern</title>{inside}</channel></rss>"
    )
}

fn serve(outlet: &Outlet, inside: &str) {
    let document = rss(inside).into_bytes();
    outlet.answers(Fault::Document("application/rss+xml", document));
}

fn read(bytes: &[u8]) -> Feed {
    let read = lede::feed::read_bytes(bytes, None, "https://tern.example/feed");
    read.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

#[test]
fn whatever_the_bytes_are_called_they_decide() {
    let feed = rss("<item><title>Café \u{201e}Möwe\u{201c} opens</title></item>");
    let wide: Vec<u8> = format!("\u{feff}{feed}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut nul = feed.clone().into_bytes();
    nul.splice(60..60, [0, 0]);
    let bodies = [
        feed.clone().into_bytes(),
        wide,
        nul,
        format!("\u{feff}{feed}").into_bytes(),
        format!("\n \t{feed}").into_bytes(),
        format!("{feed}\n<!-- made by hand -->\nand more").into_bytes(),
    ];
    let kinds = [
        None,
        Some("text/plain"),
        Some("application/octet-stream"),
        Some("text/html"),
        Some("image/png"),
        Some("text/xml; charset=nonsense"),
        Some(";;;"),
    ];
    for (n, body) in bodies.iter().enumerate() {
        for kind in kinds {
            let read = lede::feed::read_bytes(body, kind, "https://tern.example/feed");
            let title = read.map(|feed| feed.entries[0].title.clone());
            assert_eq!(
                title.as_deref(),
                Ok("Café „Möwe“ opens"),
                "body {n} as {kind:?}"
            );
        }
    }
}

#[test]
fn entities_that_grow_or_read_files_stay_what_they_are() {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), "the keeper's secret").expect("written");
    let mut laughs = String::from("<!DOCTYPE rss [<!ENTITY a0 \"ha ha ha\">");
    for n in 1..30 {
        let ten = format!("&a{};", n - 1).repeat(10);
        let _ = write!(laughs, "<!ENTITY a{n} \"{ten}\">");
    }
    let quadratic = format!(
        "<!DOCTYPE rss [<!ENTITY a \"{}\">",
        "many words ".repeat(10_000)
    );
    let outside = format!(
        "<!DOCTYPE rss [<!ENTITY a29 SYSTEM \"file://{}\"><!ENTITY % p SYSTEM \"http://127.0.0.1:9/x\"> %p;",
        secret.path().display()
    );
    let uses = [
        (laughs, "&a29;".to_owned()),
        (quadratic, "&a;".repeat(10_000)),
        (outside, "&a29;".to_owned()),
    ];
    for (head, used) in uses {
        let document = format!(
            "<?xml version=\"1.0\"?>{head}]><rss version=\"2.0\"><channel><title>T</title>\
             <item><title>Ferry sails</title><description>Before {used} after</description></item></channel></rss>"
        );
        let feed = read(document.as_bytes());
        assert_eq!(feed.entries.len(), 1);
        let entry = &feed.entries[0];
        assert_eq!(entry.title, "Ferry sails");
        assert!(entry.text.len() < 210_000, "{} bytes", entry.text.len());
        assert!(
            !entry.text.contains("secret") && !entry.text.contains("ha ha"),
            "{}",
            &entry.text[..80]
        );
    }
}

#[tokio::test]
async fn of_ten_thousand_entries_the_newest_are_the_baseline() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..10_000 {
        let at = MORNING - (10_000 - n) * 60_000;
        tern.publishes(article(&format!("Report {n}")).at(at));
    }
    world.adds("tern.example").await;
    let articles = world.articles().await;
    assert_eq!(articles.len(), ENTRIES_MAX);
    let newest: Vec<_> = articles.iter().map(|one| &one.article.title).collect();
    assert!(newest.contains(&&"Report 9999".to_owned()));
    assert!(!newest.contains(&&"Report 9000".to_owned()));
    assert!(
        articles.iter().all(|one| one.seen == world.now()),
        "one baseline"
    );
    tern.publishes(article("Ferry sails again").text(HARBOUR));
    world.hours(3).await;
    let later: Vec<_> = world.articles().await;
    let new: Vec<_> = later.iter().filter(|one| one.seen > MORNING).collect();
    assert_eq!(new.len(), 1, "{:?}", new.len());
    assert_eq!(new[0].article.title, "Ferry sails again");
}

#[tokio::test]
async fn five_articles_with_one_guid_are_five() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..5 {
        let piece = article(&format!("Report {n} from the regatta"))
            .text(&format!("Boat {n} came in before the others of its class."))
            .guid("same");
        tern.publishes(piece);
    }
    world.adds("tern.example").await;
    world.hours(12).await;
    assert_eq!(world.titles().await.len(), 5);
}

#[tokio::test]
async fn entries_are_kept_by_what_there_is_and_bare_ones_are_dropped() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let date = "<pubDate>Mon, 09 Mar 2026 09:00:00 GMT</pubDate>";
    let entries = [
        format!(
            "<item><title>No guid</title><link>http://tern.example/1</link>{date}<description>{HARBOUR}</description></item>"
        ),
        format!(
            "<item><title>No link</title><guid isPermaLink=\"false\">g2</guid>{date}<description>{BRIDGE}</description></item>"
        ),
        format!(
            "<item><link>http://tern.example/3</link>{date}<description>{TRAM}</description></item>"
        ),
        "<item><title>No date</title><link>http://tern.example/4</link></item>".to_owned(),
        "<item></item><item><guid>bare</guid></item><item><title> </title><description/></item>"
            .to_owned(),
    ];
    serve(&tern, &entries.concat());
    world.adds("tern.example").await;
    world.hours(24).await;
    let articles = world.articles().await;
    let told: Vec<_> = articles
        .iter()
        .map(|one| (one.article.title.as_str(), one.article.at()))
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for (title, at) in told {
        let undated = title == "No date";
        let expected: Millis = if undated { MORNING } else { MORNING - DAY };
        assert_eq!(at, expected, "{title}");
        assert!(!title.is_empty(), "an untitled article is told by its text");
    }
}

#[tokio::test]
async fn an_article_that_changes_its_guid_title_date_or_link_at_each_reading_stays_one() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for (name, text) in [("guid", HARBOUR), ("title", BRIDGE), ("date", TRAM)] {
        let piece = article(&format!("The report on the {name} of things"))
            .text(text)
            .link(&format!("/{name}"));
        tern.publishes(piece.guid(name));
    }
    world.adds("tern.example").await;
    for n in 0..12 {
        let now = world.now();
        tern.with(|state| {
            for piece in &mut state.pieces {
                let link = piece.link.clone().unwrap_or_default();
                match &link[..5] {
                    "/guid" => piece.guid = Some(format!("guid-{n}")),
                    "/titl" => piece.title = format!("The report on the title of things ({n})"),
                    _ => piece.at = Some(now),
                }
                let path = link.split('?').next().unwrap_or_default();
                piece.link = Some(format!("{path}?sessionid={n}&utm_campaign=r{n}"));
            }
            let turned = n % state.pieces.len();
            state.pieces.rotate_left(turned);
        });
        world.hours(4).await;
    }
    let articles = world.articles().await;
    let titles: Vec<_> = articles.iter().map(|one| &one.article.title).collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
    assert!(
        articles.iter().all(|one| one.seen == MORNING),
        "none is news again"
    );
}

#[tokio::test]
async fn an_article_a_reading_comes_once_each_while_the_feed_shrinks_and_shuffles() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    world.adds("tern.example").await;
    let mut random = fastrand::Rng::with_seed(9);
    let mut published = Vec::new();
    for n in 0..30 {
        let title = format!("Boat {n} comes in");
        tern.publishes(article(&title).text(&format!("{HARBOUR} Boat {n} came in.")));
        published.push(title);
        let waited = world.now();
        world.hours(1).await;
        let seen = world.articles().await;
        let newest = seen
            .iter()
            .find(|one| Some(&one.article.title) == published.last());
        assert!(
            newest.is_some_and(|one| one.seen - waited <= HOUR),
            "boat {n} is late"
        );
        tern.with(|state| {
            random.shuffle(&mut state.pieces);
            state.pieces.truncate(20);
        });
    }
    let mut titles = world.titles().await;
    titles.sort();
    published.sort();
    assert_eq!(titles, published);
}

#[tokio::test]
async fn dates_that_are_none_or_cannot_be_are_the_time_of_seeing() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let dates = [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 10 Mar 2026 12:00:00 GMT",
        "Tue, 10 Mar 2026 09:10:00 GMT",
        "null",
        "0000-00-00T00:00:00Z",
        "Tue, 99 Xyz 2026 45:99:99 GMT",
        "9999999999999999999999",
        "-1",
        "yesterday",
        "2026-02-30",
        "\u{661}\u{662}",
    ];
    let entries: String = dates
        .iter()
        .enumerate()
        .map(|(n, date)| {
            format!("<item><title>Report {n}</title><link>http://tern.example/{n}</link><pubDate>{date}</pubDate></item>")
        })
        .collect();
    serve(&tern, &entries);
    world.adds("tern.example").await;
    for one in world.articles().await {
        // Ten minutes ahead is a clock that is a little fast.
        let at = one.article.at();
        assert!(
            (0..=10 * 60_000).contains(&(at - MORNING)),
            "{}: {}",
            one.article.title,
            at - MORNING
        );
    }
    assert_eq!(world.titles().await.len(), dates.len());
}

#[tokio::test]
async fn one_event_fifty_times_is_one_story() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    for n in 0..50 {
        let piece = article("Harbour of Tarn reopens after nine weeks")
            .text(HARBOUR)
            .link(&format!("/harbour/{n}"))
            .guid(&format!("h{n}"));
        tern.publishes(piece);
    }
    world.adds("tern.example").await;
    world.hours(1).await;
    let stories = world.stories().await;
    assert_eq!(stories.len(), 1, "{} stories", stories.len());
    let drawn = world.types("/headlines").await;
    let shown = drawn.matches("- [Harbour of Tarn reopens").count();
    assert_eq!(shown, 1, "{drawn}");
}

#[tokio::test]
async fn an_endless_title_is_cut_and_an_endless_link_is_none() {
    let world = World::new().await;
    let tern = world.outlet("tern.example");
    let family = "👩\u{200d}👩\u{200d}👧 é ";
    let long = family.repeat(1_000_000 / family.len());
    tern.publishes(article(&long).text(HARBOUR).link("/long"));
    let link = format!("/{}", "x".repeat(9_000));
    tern.publishes(article("Bridge closed").text(BRIDGE).link(&link));
    world.adds("tern.example").await;
    let articles = world.articles().await;
    assert_eq!(articles.len(), 2);
    for one in &articles {
        let title = &one.article.title;
        assert!(title.chars().count() <= 300, "{}", title.len());
        match title.strip_suffix('…') {
            Some(kept) => {
                let whole = kept
                    .replace("👩\u{200d}👩\u{200d}👧", "")
                    .replace(['é', ' '], "");
                assert_eq!(whole, "", "it is cut between letters: {title}");
            }
            None => assert_eq!(one.article.link, None, "no link of 9,000 letters is kept"),
        }
    }
    let drawn = world.types("/headlines").await;
    assert!(
        drawn.contains("Bridge closed") && drawn.len() < 4_000,
        "{drawn}"
    );
}

#[tokio::test]
async fn a_flood_of_new_articles_is_told_and_drowns_nobody() {
    let world = World::new().await;
    let (tern, wren) = (world.outlet("tern.example"), world.outlet("wren.example"));
    let mut random = fastrand::Rng::with_seed(5);
    let mut word = || -> String { (0..7).map(|_| random.lowercase()).collect() };
    for n in 0..120 {
        tern.publishes(article(&format!("Old report {n}")).at(MORNING - DAY));
    }
    world.adds("tern.example").await;
    world.adds("wren.example").await;
    let quiet = world.types("/sources test The Tern").await;
    assert!(
        !quiet.contains("at once"),
        "a first reading is none: {quiet}"
    );
    for n in 0..300 {
        let text: Vec<String> = (0..40).map(|_| word()).collect();
        let title = format!("Win {} {} {n}", word(), word());
        tern.publishes(article(&title).text(&format!("Buy {}.", text.join(" "))));
    }
    wren.publishes(article("Bridge closed to lorries").text(BRIDGE));
    world.hours(2).await;
    let told = world.types("/sources test The Tern").await;
    assert!(
        told.contains("One reading brought 300 new articles at once"),
        "{told}"
    );
    let brief = world.types("/brief top stories").await;
    assert!(
        brief.contains("Engineers closed the Orren bridge"),
        "{brief}"
    );
}
