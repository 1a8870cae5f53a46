//! A broad session: every command, button and select over long links, long headlines and many
//! stories. Whatever the bot sends keeps to Discord's limits and description, and pings nobody.

use crate::flows::bot::{Bot, chosen, pressed};
use crate::world::discord::people::text_of;
use crate::world::discord::{Fault, Request, Seen};
use crate::world::{MORNING, Outlet, article};
use lede::clock::{Clock, MINUTE};
use serde_json::Value;
use std::collections::BTreeSet;

const LINK_CHARS: usize = 160;
const STORIES: usize = 40;
/// More than one page of `/sources list`.
const OUTLETS: usize = 18;
/// Presses of one answer's Next before it is held to go in circles.
const PAGES_MAX: usize = 40;

/// How a form is answered.
const FORM: u8 = 9;

/// Words that have little in common with other words of other numbers.
fn word(n: usize) -> String {
    let mut random = fastrand::Rng::with_seed(n as u64);
    (0..7).map(|_| random.lowercase()).collect()
}

/// A story of its own about the harbour, with everything as long and as odd as outlets have it.
fn publish(outlet: &Outlet, n: usize) {
    let words: Vec<String> = (n * 40..n * 40 + 40).map(word).collect();
    let title = format!(
        "@everyone Harbour *{}* [{}](http://x.example) <@&1> `{}` — {}",
        words[0],
        words[1],
        words[2],
        words[3..30].join(" ")
    );
    let path = format!("/harbour/{n}/{}", "long-".repeat(40));
    let room = LINK_CHARS - format!("http://{}", outlet.authority()).len();
    let text = format!(
        "The harbour of Tarn takes in {} after {} left {} on Tuesday, the port office told {} @here.\n\
         Pilot {} saw {} beside {} and || {} || with **{}** at noon, and wrote ~~{}~~ into the book.\n\
         A crew of {} now waits for {} near {}, and <#123> names no {} before winter.",
        words[3],
        words[4],
        words[5],
        words[6],
        words[7],
        words[8],
        words[9],
        words[10],
        words[11],
        words[12],
        words[13],
        words[14],
        words[15],
        words[16]
    );
    outlet.publishes(
        article(&title)
            .link(&path[..room])
            .text(&text)
            .at(MORNING - (n as i64 + 1) * 20 * MINUTE),
    );
}

/// The link of the outlet's newest article.
fn link_of(outlet: &Outlet) -> String {
    let mut link = String::new();
    outlet.with(|state| link = state.link_of(&state.pieces[0]));
    assert_eq!(link.len(), LINK_CHARS);
    link
}

/// Presses each button and chooses from each select of an answer; Next as far as it goes.
async fn explore(bot: &Bot, command: &str, answer: &Seen, pressed_labels: &mut BTreeSet<String>) {
    // Before the buttons, one of which may take away what is chosen of.
    if let Some((id, options)) = answer.select() {
        for (_, value) in [options.first(), options.last()].into_iter().flatten() {
            let somebody = bot.discord.moderator("Somebody");
            let data = chosen(&id, value);
            let card = bot.discord.forge(somebody, answer.id, data).await;
            assert_sound(&card);
            // Where there is more than one, the first select is meant.
            let (label, says) = match command {
                "sources list" => ("Open a source", "**Weight**"),
                "sources edit" => ("Weight", "**Weight**"),
                "sources packs" => ("Choose a pack", "Pack: "),
                "settings" => ("Change", "now: "),
                _ => ("Open a story", "**Sources**"),
            };
            assert!(card.text().contains(says), "{}", card.text());
            pressed_labels.insert(label.to_owned());
        }
    }
    for label in answer.buttons() {
        let mut page = answer.clone();
        for turn in 0.. {
            assert!(turn < PAGES_MAX, "{label} goes in circles");
            let Some(id) = page.button(&label) else { break };
            let somebody = bot.discord.moderator("Somebody");
            page = bot.discord.forge(somebody, answer.id, pressed(&id)).await;
            if id.starts_with('f') {
                assert_eq!(page.callback, FORM, "{label} opens a form");
                break;
            }
            assert_sound(&page);
            pressed_labels.insert(label.clone());
            if label != "Next" {
                break;
            }
        }
    }
}

fn assert_sound(seen: &Seen) {
    let text = seen.text();
    assert!(!text.is_empty());
    assert!(!text.contains("failed inside"), "{text}");
    assert!(!text.contains("does not know this button"), "{text}");
}

/// The bodies of all messages that the bot sent.
fn messages(requests: &[Request]) -> Vec<Value> {
    let bodies = requests.iter().filter_map(|one| {
        let body = one.body.as_ref()?;
        if one.path.ends_with("/callback") {
            // 4 a message, 7 an update: the others bring no text.
            let brings = [4, 7].contains(&body["type"].as_u64()?);
            return brings.then(|| body["data"].clone());
        }
        let writes = one.path.contains("/messages") || one.path.starts_with("/webhooks");
        writes.then(|| body.clone())
    });
    bodies.collect()
}

async fn served() -> (Bot, Vec<Outlet>) {
    let clock = Clock::manual(MORNING);
    let mut outlets = Vec::new();
    for n in 0..OUTLETS {
        let outlet = Outlet::alone(clock.clone()).await;
        let long = format!("Outlet {n} of the harbour @everyone {}", word(n).repeat(12));
        outlet.with(|state| state.title = long);
        for story in (n..STORIES).step_by(OUTLETS) {
            publish(&outlet, story);
        }
        outlets.push(outlet);
    }
    let allow: Vec<String> = outlets.iter().map(Outlet::authority).collect();
    let bot = Bot::start(clock, &allow).await;
    for outlet in &outlets[1..] {
        bot.adds(&outlet.feed()).await;
    }
    bot.waits(MINUTE).await;
    (bot, outlets)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broad_session_keeps_to_the_limits_and_pings_nobody() {
    let (bot, outlets) = served().await;
    let news = &outlets[0].feed();
    let link = link_of(&outlets[3]);
    let name = format!("Outlet 3 of the harbour @everyone {}", word(3).repeat(12));
    let other = format!("Outlet 4 of the harbour @everyone {}", word(4).repeat(12));
    let first_word = word(40 * 5 + 3);
    let asked: [(&str, &[(&str, &str)]); 29] = [
        ("help", &[]),
        ("brief", &[("topic", "harbour")]),
        ("brief", &[("topic", "harbour"), ("length", "short")]),
        ("brief", &[("topic", "harbour"), ("length", "deep")]),
        (
            "brief",
            &[
                ("topic", "Top stories"),
                ("length", "deep"),
                ("period", "30d"),
            ],
        ),
        ("brief", &[("topic", "Tarn -noon"), ("period", "7d")]),
        ("brief", &[("topic", "\"port office\"")]),
        ("brief", &[("topic", "zeppelin")]),
        ("brief", &[("topic", "-zeppelin")]),
        ("brief", &[("topic", &link)]),
        ("headlines", &[]),
        ("headlines", &[("topic", "harbour"), ("period", "7d")]),
        ("headlines", &[("source", &name)]),
        ("headlines", &[("topic", "zeppelin")]),
        ("search", &[("words", "harbour")]),
        ("search", &[("words", &first_word), ("period", "30d")]),
        ("search", &[("words", "zeppelin"), ("source", &name)]),
        ("story", &[("find", &link)]),
        ("story", &[("find", &first_word)]),
        ("story", &[("find", "zeppelin")]),
        ("sources list", &[]),
        ("sources list", &[("filter", "unread")]),
        ("sources packs", &[]),
        ("settings", &[]),
        ("sources test", &[("which", &name)]),
        ("sources add", &[("link", news), ("name", "One @everyone")]),
        ("sources add", &[("link", "http://10.0.0.1/")]),
        ("sources remove", &[("which", &name)]),
        ("sources edit", &[("which", &other), ("weight", "less")]),
    ];
    let mut labels = BTreeSet::new();
    for (command, options) in asked {
        let person = bot.discord.moderator("Somebody");
        let seen = bot.types(person, command, options).await;
        assert_sound(&seen);
        explore(&bot, command, &seen, &mut labels).await;
    }
    for (command, typed) in [
        ("brief", ("topic", "har")),
        ("brief", ("topic", "")),
        ("headlines", ("source", "out")),
        ("story", ("find", "harbour")),
        ("sources remove", ("which", "")),
    ] {
        let person = bot.discord.moderator("Somebody");
        let channel = bot.discord.channel();
        let options = [typed];
        let seen = bot.discord.autocomplete(person, channel, command, &options);
        assert!(!seen.await.choices().is_empty(), "{command} {typed:?}");
    }
    a_late_answer(&bot).await;

    for wanted in [
        "Next",
        "Show here",
        "Confirm",
        "Undo",
        "Open a story",
        "Open a source",
    ] {
        assert!(labels.contains(wanted), "{labels:?}");
    }
    let sent = messages(&bot.discord.requests());
    let links = |body| text_of(body).matches("](http").count();
    let shown: usize = sent.iter().map(links).sum();
    assert!(shown > 500, "{shown} links");
    let loud = sent
        .iter()
        .find(|body| body["allowed_mentions"]["parse"] != serde_json::json!([]));
    assert!(loud.is_none(), "{loud:#?}");
    println!(
        "a broad session: {} messages with {shown} links, each without mentions; buttons: {labels:?}",
        sent.len()
    );
    let (limits, _) = bot.stop().await;
    assert!(limits > 150);
}

/// Discord asks for a rest while an answer is given: it comes in the end, and the limit is kept.
async fn a_late_answer(bot: &Bot) {
    let ann = bot.discord.person("Ann");
    let late = Fault::on("/callback").too_many(0.05);
    bot.discord.fault(late);
    let seen = bot.types(ann, "brief", &[("topic", "harbour")]).await;
    assert_sound(&seen);
}
