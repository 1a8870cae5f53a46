//! Hostile text on its way to Discord, judged by the bodies that arrive there: what a feed, a page
//! or a member wrote is seen as it was written, and nothing in it takes effect.

use crate::flows::bot::Bot;
use crate::world::discord::people::text_of;
use crate::world::{Fault, Format, MORNING, Outlet, article};
use lede::clock::{Clock, MINUTE};
use serde_json::Value;

const HARBOUR: &str = "The harbour of Tarn reopened on Tuesday after nine weeks of dredging, the port office said. \
    The first ship to enter was the grain carrier Aurelia, which had waited outside since Sunday morning.";
const COMPONENTS_V2: u64 = 1 << 15;

/// Titles, and how the body that Discord gets has them.
const MARKED: &[(&str, &str)] = &[
    ("@everyone and @here", "\\@everyone and \\@here"),
    (
        "<@1> <@!2> <@&3> <#4> </brief:5>",
        "\\<@1> \\<@!2> \\<@&3> \\<#4> \\</brief:5>",
    ),
    ("[win](https://bad.example)", "\\[win\\](bad.example)"),
    ("# Heading", "\\# Heading"),
    ("> Quote", "\\> Quote"),
    ("- List", "\\- List"),
    ("1. List", "1\\. List"),
    (
        "||hidden|| **bold** `code`",
        "\\|\\|hidden\\|\\| \\*\\*bold\\*\\* \\`code\\`",
    ),
    ("<t:0:R> at noon", "\\<t\\:0:R> at noon"),
    (":smile: and <:crane:12>", "\\:smile: and \\<\\:crane:12>"),
    ("join discord.gg/abc", "join discord\\.gg/abc"),
];

/// A bot with one outlet that publishes articles of these titles, each with a text of its own.
async fn told(titles: &[String]) -> (Bot, Outlet) {
    let clock = Clock::manual(MORNING);
    let outlet = Outlet::alone(clock.clone()).await;
    // Titles of RSS may be HTML; these are text.
    outlet.format(Format::Json);
    for (n, title) in titles.iter().enumerate() {
        let piece = article(title)
            .text(&format!("Ship {n} came. {HARBOUR} {}", distinct(n)))
            .link(&format!("/{n}"))
            .at(MORNING - (n as i64 + 1) * MINUTE);
        outlet.publishes(piece);
    }
    let bot = Bot::start(clock, &[outlet.authority()]).await;
    bot.adds(&outlet.feed()).await;
    bot.waits(MINUTE).await;
    (bot, outlet)
}

/// Words that no other number's words are like.
fn distinct(n: usize) -> String {
    let mut random = fastrand::Rng::with_seed(n as u64);
    let mut word = || -> String { (0..8).map(|_| random.lowercase()).collect() };
    (0..60).map(|_| word()).collect::<Vec<_>>().join(" ")
}

/// The bodies of all messages that the bot sent, in order.
fn bodies(bot: &Bot) -> Vec<Value> {
    let requests = bot.discord.requests();
    let bodies = requests.iter().filter_map(|one| {
        let body = one.body.as_ref()?;
        if one.path.ends_with("/callback") {
            let brings = [4, 7].contains(&body["type"].as_u64()?);
            return brings.then(|| body["data"].clone());
        }
        let writes = one.path.contains("/messages") || one.path.starts_with("/webhooks");
        writes.then(|| body.clone())
    });
    bodies.collect()
}

/// Every text of a body, by whatever key.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| strings(one, found)),
        Value::Object(all) => all.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

/// Asks every command that shows news.
async fn asks(bot: &Bot) -> String {
    let mut all = String::new();
    for (name, options) in [
        ("headlines", &[][..]),
        ("brief", &[("topic", "top stories")]),
        ("brief", &[("topic", "harbour")]),
        ("story", &[("find", "harbour")]),
        ("search", &[("words", "harbour")]),
        ("sources list", &[]),
    ] {
        let person = bot.discord.moderator("Mia");
        let seen = bot.types(person, name, options).await;
        let text = seen.text();
        assert!(!text.contains("failed inside"), "{name}: {text}");
        all += &format!("{text}\n");
    }
    all
}

#[tokio::test]
async fn marks_of_a_feed_are_escaped_and_no_message_may_ping() {
    let titles: Vec<String> = MARKED
        .iter()
        .map(|(title, _)| (*title).to_owned())
        .collect();
    let (bot, outlet) = told(&titles).await;
    outlet.with(|state| state.title = "@everyone *The* <@&1> Tern".to_owned());
    bot.waits(60 * MINUTE).await;
    bot.waits(60 * MINUTE).await;
    let all = asks(&bot).await;
    for (title, drawn) in MARKED {
        assert!(all.contains(drawn), "{title} is not {drawn} in {all}");
    }
    let bodies = bodies(&bot);
    assert!(bodies.len() >= 6, "{} messages", bodies.len());
    for body in &bodies {
        assert_eq!(body["allowed_mentions"]["parse"], serde_json::json!([]));
        let flags = body["flags"].as_u64().unwrap_or(0);
        assert!(flags & COMPONENTS_V2 != 0, "such messages unfold no links");
        let text = text_of(body);
        for marked in ["<@", "<#", "@everyone", "@here", "</brief:5", "<t:0:R>"] {
            for (at, _) in text.match_indices(marked) {
                assert!(text[..at].ends_with('\\'), "{marked} is live in {text}");
            }
        }
    }
    bot.stop().await;
}

#[tokio::test]
async fn links_are_encoded_or_none() {
    let clock = Clock::manual(MORNING);
    let outlet = Outlet::alone(clock.clone()).await;
    let links = [
        (
            "Round",
            "http://tern.example/a)b](c) d>e<f",
            Some("http://tern.example/a%29b%5D%28c%29%20d%3Ee%3Cf"),
        ),
        ("Script", "javascript:alert(1)", None),
        ("Bytes", "data:text/html,<b>x</b>", None),
        ("File", "file:///etc/passwd", None),
        (
            "Secret",
            "https://ann:hush@tern.example/s",
            Some("https://tern.example/s"),
        ),
        (
            "Alike",
            "https://b\u{430}nk.example/x",
            Some("https://xn--bnk-6cd.example/x"),
        ),
        ("Invitation", "https://discord.gg/abc", None),
    ];
    let entries: String = links
        .iter()
        .enumerate()
        .map(|(n, (title, link, _))| {
            let link = link.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!("<item><title>{title} report</title><link>{link}</link><description>Ship {n} came. {}</description></item>", distinct(n))
        })
        .collect();
    let feed =
        format!("<rss version=\"2.0\"><channel><title>The Tern</title>{entries}</channel></rss>");
    outlet.answers(Fault::Document("application/rss+xml", feed.into_bytes()));
    let bot = Bot::start(clock, &[outlet.authority()]).await;
    bot.adds(&outlet.feed()).await;
    bot.waits(MINUTE).await;
    let all = asks(&bot).await;
    for (title, link, drawn) in links {
        match drawn {
            Some(drawn) => {
                let wanted = format!("[{title} report]({drawn})");
                assert!(all.contains(&wanted), "{wanted} is not in {all}");
            }
            None => {
                assert!(all.contains(&format!("{title} report")), "{title}: {all}");
                assert!(!all.contains(&format!("[{title} report]")), "{link}: {all}");
            }
        }
    }
    let mut texts = Vec::new();
    bodies(&bot)
        .iter()
        .for_each(|body| strings(body, &mut texts));
    for bad in ["javascript:", "data:text", "file:", "hush", "discord.gg/"] {
        let shown = texts.iter().find(|text| text.contains(bad));
        assert_eq!(shown, None, "{bad}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn what_cannot_be_seen_is_gone_and_towers_of_marks_are_low() {
    let tower = format!("Z{}algo report", "\u{301}".repeat(40));
    let titles = [
        "Left \u{202e}thgir\u{202c} report".to_owned(),
        "Zero\u{200b}\u{200d}\u{2060}width report".to_owned(),
        "Bell\u{7} and \u{85}next report".to_owned(),
        "\u{2066}isolated\u{2069} report".to_owned(),
        tower.clone(),
    ];
    let (bot, _) = told(&titles).await;
    let mut all = asks(&bot).await;
    // Members write such things too.
    let person = bot.discord.person("Ann");
    let topic = format!("lost \u{202e}thgir\u{202c} {tower}\u{200b}");
    let seen = bot.types(person, "brief", &[("topic", &topic)]).await;
    all += &seen.text();
    let mia = bot.discord.moderator("Mia");
    let which = format!("\u{202e}{tower}");
    let seen = bot.types(mia, "sources test", &[("which", &which)]).await;
    all += &seen.text();
    assert!(all.contains("Left thgir report"), "{all}");
    assert!(all.contains("Zerowidth report"), "{all}");
    let mut texts = vec![all];
    bodies(&bot)
        .iter()
        .for_each(|body| strings(body, &mut texts));
    for text in &texts {
        let hidden = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(hidden, None, "{text:?}");
        assert!(!text.contains(&"\u{301}".repeat(4)), "{text:?}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn long_texts_are_cut_between_letters_and_outside_of_marks() {
    let family = "👩\u{200d}👩\u{200d}👧";
    let titles = [
        format!("A{}", family.repeat(200)),
        format!("B{}", "e\u{301}".repeat(600)),
        format!("C {}", "**x** ".repeat(300)),
        format!("D {}", "&amp; ".repeat(300)),
        format!("E{}", "[".repeat(900)),
    ];
    let (bot, _) = told(&titles).await;
    asks(&bot).await;
    let mut texts = Vec::new();
    bodies(&bot)
        .iter()
        .for_each(|body| strings(body, &mut texts));
    let all = texts.join("\n");
    assert!(all.contains(family), "{all}");
    for text in &texts {
        let pieces = text.split(family).collect::<Vec<_>>().concat();
        assert!(
            !pieces.contains('👩') && !pieces.contains('👧'),
            "{pieces:?}"
        );
        assert!(!text.contains("e…"), "a letter lost its mark");
        assert!(!text.contains("&a…") && !text.contains("&am…"));
        assert!(!text.contains("\\…"), "an escape lost its mark: {text}");
    }
    // Units, components and everything else: the fake holds each body to Discord's limits.
    bot.stop().await;
}

#[tokio::test]
async fn no_markup_of_a_feed_is_seen() {
    let clock = Clock::manual(MORNING);
    let outlet = Outlet::alone(clock.clone()).await;
    let text = format!(
        "<p>Ship one came.<script>steal()</script><style>p{{}}</style><!-- hush --></p>\
         <iframe src='http://bad.example'>framed</iframe><svg><text>drawn</text></svg>\
         <p onclick='x()'>{HARBOUR} Salt &amp;amp; pepper cost &amp;lt;b&amp;gt; more.</p>"
    );
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>The Tern</title><item><title>Harbour &lt;b&gt;opens&lt;/b&gt; &amp;amp; reopens</title>\
         <link>http://tern.example/1</link><description>{escaped}</description></item></channel></rss>"
    );
    outlet.answers(Fault::Document("application/rss+xml", feed.into_bytes()));
    let bot = Bot::start(clock, &[outlet.authority()]).await;
    bot.adds(&outlet.feed()).await;
    bot.waits(MINUTE).await;
    let all = asks(&bot).await;
    assert!(all.contains("Harbour opens & reopens"), "{all}");
    for hidden in [
        "steal",
        "hush",
        "framed",
        "onclick",
        "p{",
        "<script",
        "&amp;amp;",
    ] {
        assert!(!all.contains(hidden), "{hidden} is seen: {all}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn what_looks_like_a_token_is_masked_everywhere() {
    let token = "bm9ib2R5bm9ib2R5bm9ib2R5.Z0aaaa.abcdefghijklmnopqrstuvwxyz0";
    let key = "ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1w";
    let titles = [format!("Leak {token} found"), format!("Key {key} lost")];
    let (bot, _) = told(&titles).await;
    let mut all = asks(&bot).await;
    let person = bot.discord.person("Ann");
    let seen = bot.types(person, "brief", &[("topic", &titles[0])]).await;
    all += &seen.text();
    assert!(all.contains("Leak bm9i…"), "{all}");
    let mut texts = vec![all];
    bodies(&bot)
        .iter()
        .for_each(|body| strings(body, &mut texts));
    for text in texts {
        assert!(!text.contains(token) && !text.contains(key), "{text}");
    }
    bot.stop().await;
}

#[tokio::test]
async fn nothing_to_see_is_no_message_and_no_headline() {
    let unseen = [
        "\u{200b}\u{200b}",
        "\u{3164}",
        "\u{2800}\u{2800}",
        "\u{ad}\u{2060}\u{feff}",
        "&#8203;",
        " ",
    ];
    let titles: Vec<String> = unseen.iter().map(|text| (*text).to_owned()).collect();
    let (bot, _) = told(&titles).await;
    asks(&bot).await;
    for topic in unseen {
        let person = bot.discord.person("Ann");
        let seen = bot.types(person, "brief", &[("topic", topic)]).await;
        assert!(!seen.text().trim().is_empty(), "{topic:?}");
    }
    for body in bodies(&bot) {
        let text = text_of(&body);
        assert!(text.chars().any(char::is_alphanumeric), "{body}");
        assert!(!text.contains("[]("), "{text}");
    }
    bot.stop().await;
}
