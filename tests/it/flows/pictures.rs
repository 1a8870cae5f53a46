//! Writes what Lede sends and shows, as Discord got it, into the folder that `LEDE_PICTURES` names:
//! one little story of some days, to be drawn and looked at.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, busy, subscribes};
use crate::flows::still;
use crate::world::discord::people::text_of;
use crate::world::discord::places::{HISTORY, SEND};
use crate::world::discord::{Fault, Person, Seen};
use lede::clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
use lede::desk::Asker;
use lede::news::Newsroom;
use lede::page::{Action, Ask};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Outlets of the town: the name of the feed and the outlet's.
const OUTLETS: [(&str, &str); 5] = [
    ("avel-courier", "Avel Courier"),
    ("lindholm-post", "Lindholm Post"),
    ("coast-radio", "Coast Radio"),
    ("basin-weekly", "Basin Weekly"),
    ("norvia-ledger", "Norvia Ledger"),
];

/// What an outlet has: headline and text.
struct Report(&'static str, &'static str);

const MOLE: Report = Report(
    "Storm closes the outer mole of Avel harbour",
    "The harbour master of Avel closed the outer mole at noon on Tuesday after waves had passed over the light. \
     Two ferries turned back and wait in Lindholm for the wind to drop. \
     A gust of 121 kilometres an hour was measured at the mole, the weather service said. \
     Nobody was hurt.",
);
const MOLE_TOO: Report = Report(
    "Outer mole of Avel harbour closed by storm, ferries wait in Lindholm",
    "Avel's outer mole has been closed since noon on Tuesday, the harbour master said, as waves passed over its light. \
     About 340 passengers of two ferries wait in Lindholm until the wind drops. \
     The town has opened a school for those who have nowhere to sleep.",
);
const MOLE_THREE: Report = Report(
    "Storm: harbour master closes Avel's outer mole after waves pass over the light",
    "The outer mole of Avel harbour is closed because of the storm, and two ferries have turned back to Lindholm. \
     A gust of 128 kilometres an hour was measured at the mole, the weather service said. \
     The harbour office expects to open the mole on Wednesday at six in the morning.",
);
const MOLE_OPENS: Report = Report(
    "Outer mole of Avel harbour opens again after storm, light is broken",
    "The harbour master of Avel opened the outer mole again on Tuesday evening after the storm had turned north. \
     The lamp of the light was broken by a wave and will be replaced within a week, the harbour office said. \
     Both ferries left Lindholm at nine in the evening.",
);
const BEFORE: [Report; 3] = [
    Report(
        "Pilot boat Alcedo gets an electric engine",
        "The pilot boat Alcedo will have an electric engine from May, its builders in Vesk announced. \
         Its batteries weigh four tonnes and last for six trips from the harbour to the anchorage. \
         The old diesel will be sold to a school for mechanics.",
    ),
    Report(
        "Court lets the dredging of the north basin begin",
        "Judges in Kestrin allowed the dredging of the north basin on Monday after fishers had sued over eelgrass. \
         Excavators may remove 90,000 cubic metres of mud from the harbour, but none during the spawning of herring. \
         Lawyers of the fishing cooperative said they would appeal.",
    ),
    Report(
        "Museum buys the lightship Orle for one crown",
        "Curators bought the lightship Orle for one crown from a scrap dealer in Vesk. \
         Volunteers want to paint her red again; she will lie in the old harbour. \
         Visitors may climb her mast from June, said director Ines Falk.",
    ),
];
/// What else happens, by different outlets.
const DAY_TWO: [Report; 9] = [
    Report(
        "Norvia's parliament sets the election for March 29",
        "Norvia votes on March 29, the speaker of parliament Nadia Ferrow said after a debate of eleven hours. Nine parties have handed in their lists. The last early election was held 19 years ago.",
    ),
    Report(
        "Early election in Norvia on March 29, speaker says",
        "Speaker Nadia Ferrow set Norvia's early election for March 29 after parliament had debated for eleven hours. Nine parties handed in lists of candidates. Ballots by post can be asked for until Friday.",
    ),
    Report(
        "Barn owls nest in the clock of Kestrin town hall",
        "A pair of barn owls nests behind the dial of the town hall in Kestrin, warden Lotte Brandt found. The clock stands still at twenty past seven until June, so that the hands do not frighten the birds.",
    ),
    Report(
        "St. Orm's hospital finds eleven nurses for the night",
        "St. Orm's hospital has hired eleven nurses and will open its emergency room at night again from April, medical director Helga Prenn told the staff. Patients had been flown to the city since February.",
    ),
    Report(
        "Teacher paddles from Sorland to Vesk in four days",
        "Kayaker Jon Ask paddled 310 kilometres from Sorland to Vesk in four days and nine hours, faster than anybody before him. He slept in a tent on rocks and ate dried apples.",
    ),
    Report(
        "Battery maker plans a plant with 600 jobs in Marrak",
        "The company Voltara wants to build a factory for batteries in Marrak and to hire 600 people by autumn, its founder told the town council. The town would have to widen a road and lay a cable.",
    ),
    Report(
        "Rovers win the cup on penalties",
        "Goalkeeper Tom Ried stopped two penalties and the Rovers won the cup for the first time since 1974. The final had ended 1-1 after extra time before 14,200 spectators.",
    ),
    Report(
        "Railway tunnel to Orle Mouth costs 90 million crowns more",
        "The railway tunnel to Orle Mouth will cost 90 million crowns more than planned and open a year later, transport minister Karl Odd admitted. Drills had met harder granite than the survey had promised.",
    ),
    Report(
        "Cod quota is cut by a fifth",
        "Trawlers may land a fifth less cod this season, the quota council decided after biologists had counted few young fish. Skippers protested with horns outside the council's office.",
    ),
];
const SHORT: [&str; 26] = [
    "Library of Avel lends umbrellas",
    "Baker of Orren retires after 51 years",
    "Tram line 4 runs to the university again",
    "Glass works of Vesk light a second furnace",
    "Seal pups close a beach on Sorland",
    "Students measure the age of a lime tree",
    "Bridge at Pellan is painted red",
    "Choir from Marrak sings in a quarry",
    "Snow keeps the Kestrin pass shut",
    "Wind farm off Cape Pellan delivers its first power",
    "Police find a stolen church bell",
    "Swimming bath in Lindholm opens on Sundays",
    "Beekeepers count more hives than ever",
    "Post office tries parcels by bicycle",
    "Volcano on Malva smokes for a third day",
    "School kitchens buy fish from small boats",
    "Castle roof gets 9,000 new slates",
    "Teachers agree on shorter summer holidays",
    "Ice hockey hall loses its roof insurance",
    "Farmers test a potato that likes salt",
    "Telescope on Harrow sees a comet",
    "Night train to Vesk has beds again",
    "Judge frees the goat of Mill Street",
    "Orchestra plays for passengers of a late train",
    "River Basin carries less water than last year",
    "Old mint sells its presses",
];

/// What is written, and what is needed to draw it.
struct Album {
    folder: PathBuf,
    names: BTreeMap<u64, String>,
    role: u64,
}

impl Album {
    /// Keeps a message with the names of what it mentions.
    fn keep(&self, bot: &Bot, name: &str, message: &Value, used: Option<&str>) {
        let mut drawn = message.clone();
        let channels: BTreeMap<String, &String> = self
            .names
            .iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect();
        drawn["_preview"] = json!({
            "now": bot.clock.now() / SECOND, "channels": channels,
            "roles": { self.role.to_string(): "Harbour readers" },
        });
        if let Some(used) = used {
            drawn["_preview"]["user"] = "Mia".into();
            drawn["_preview"]["command"] = used.into();
        }
        let text = serde_json::to_string_pretty(&drawn).expect("it is JSON");
        let path = self.folder.join(format!("{name}.json"));
        std::fs::write(path, text).expect("it is written");
    }

    /// Keeps the last message of a channel.
    fn keep_last(&self, bot: &Bot, name: &str, channel: u64) {
        let all = bot.discord.messages(channel, None);
        let last = all.last();
        self.keep(bot, name, last.expect("a message came"), None);
    }

    fn keep_answer(&self, bot: &Bot, name: &str, used: &str, seen: &Seen) {
        self.keep(bot, name, &seen.message, Some(used));
    }

    fn channel(&mut self, bot: &Bot, name: &str, kind: u8) -> u64 {
        let id = bot.discord.add_channel(bot.discord.guild(), name, kind);
        self.names.insert(id, name.to_owned());
        id
    }
}

/// A feed with these reports, each with its time and maybe an image.
fn feed(outlet: usize, reports: &[(&Report, Millis)]) -> String {
    let (host, title) = OUTLETS[outlet];
    let mut items = String::new();
    for (Report(headline, text), at) in reports {
        let path = headline.to_lowercase().replace([' ', ':', '\'', ','], "-");
        let image = format!("https://{host}.example/images/{}.jpg", &path[..12]);
        write!(
            items,
            "<item><title>{headline}</title><link>https://{host}.example/{path}</link><guid>{host}-{path}</guid>\
             <description>{text}</description><enclosure url=\"{image}\" type=\"image/jpeg\" length=\"1\"/>\
             <pubDate>{}</pubDate></item>",
            still::rfc2822(*at)
        )
        .expect("a text takes it");
    }
    format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><link>https://{host}.example/</link>\
         <description>News</description><language>en</language>{items}</channel></rss>"
    )
}

async fn passes(bot: &Bot, time: Millis) {
    let end = bot.clock.now() + time;
    while bot.clock.now() < end {
        bot.waits((10 * MINUTE).min(end - bot.clock.now())).await;
    }
}

fn moderator(bot: &Bot) -> Asker {
    Asker {
        person: bot.discord.moderator("Mia"),
        newsroom: Newsroom::Server(bot.discord.guild()),
        channel: Some(bot.discord.channel()),
        moderator: true,
        may_post: true,
        public: false,
        terminal: false,
    }
}

/// Subscribes a channel with wishes that are behind Change.
async fn wishes(bot: &Bot, what: &str, channel: u64, name: &str, more: &[(&str, &str)]) {
    let ask = Ask::new("subscriptions")
        .subcommand("add")
        .value("what", what)
        .value("channel", channel.to_string())
        .value("channel_name", name);
    let ask = more
        .iter()
        .fold(ask, |ask, (key, value)| ask.value(key, *value));
    let done = bot
        .desk
        .press(&moderator(bot), &Action::Confirm(ask), &[])
        .await;
    assert!(done.is_ok(), "{what}");
}

/// Sets one of the server's settings.
async fn sets(bot: &Bot, option: &str, value: &str) {
    let action = Action::Choose {
        ask: Ask::new("settings"),
        option: option.to_owned(),
    };
    let chosen = [(option.to_owned(), value.to_owned())];
    let done = bot.desk.press(&moderator(bot), &action, &chosen).await;
    assert!(done.is_ok(), "{option}");
}

/// Chooses a value in the first select of an answer.
async fn chooses(bot: &Bot, person: Person, seen: &Seen, value: &str) -> Seen {
    let (id, _) = seen.select().expect("there is a select");
    bot.discord.choose(person, seen.id, &id, value).await
}

/// A server with five outlets, of which one reported on the harbour before.
async fn town(folder: PathBuf) -> (Bot, Feeds, Album) {
    let clock = Clock::manual(crate::world::MORNING);
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    let at = clock.now();
    for (n, (host, title)) in OUTLETS.iter().enumerate() {
        let reports: Vec<(&Report, Millis)> = BEFORE
            .iter()
            .enumerate()
            .map(|(back, report)| (report, at - (7 + 11 * back as i64) * HOUR))
            .collect();
        let before = feed(n, &reports);
        let items = &before[before.find("<item>").unwrap_or(0)..];
        let named = format!("<title>{host}</title>");
        let text = busy(host, at).replacen(&named, &format!("<title>{title}</title>"), 1);
        let text = match n {
            0 => text.replace("</channel></rss>", items),
            _ => text,
        };
        feeds.set(host, text);
    }
    let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
    for (host, _) in OUTLETS {
        bot.adds(&format!("http://{site}/{host}")).await;
    }
    bot.waits(MINUTE).await;
    let role = bot
        .discord
        .add_role(bot.discord.guild(), "Harbour readers", true);
    bot.discord.may_ping(role);
    let names = BTreeMap::new();
    let album = Album {
        folder,
        names,
        role,
    };
    (bot, feeds, album)
}

/// The panels and cards, before anything is sent.
async fn panels(bot: &Bot, album: &Album, news: u64, notices: u64) {
    let mia = bot.discord.moderator("Mia");
    let seen = bot.types(mia, "settings", &[]).await;
    album.keep_answer(bot, "settings-fresh", "/settings", &seen);
    let asked = chooses(bot, mia, &seen, "quiet").await;
    album.keep_answer(bot, "settings-quiet", "/settings", &asked);
    sets(bot, "zone", "Europe/Berlin").await;
    sets(bot, "notices_channel", &notices.to_string()).await;
    sets(bot, "news_channels", &news.to_string()).await;
    let mia = bot.discord.moderator("Mia");
    let seen = bot.types(mia, "settings", &[]).await;
    album.keep_answer(bot, "settings", "/settings", &seen);
    let id = news.to_string();
    let role = album.role.to_string();
    let options = [("what", "harbour"), ("channel", id.as_str())];
    let card = bot.types(mia, "subscriptions add", &options).await;
    album.keep_answer(bot, "card", "/subscriptions add", &card);
    let never = chooses(bot, mia, &card, "wait-for").await;
    let never = chooses(bot, mia, &never, "3").await;
    album.keep_answer(bot, "card-never", "/subscriptions add", &never);
    let mia = bot.discord.moderator("Mia");
    let options = [
        ("what", "harbour"),
        ("channel", id.as_str()),
        ("mention", role.as_str()),
    ];
    let card = bot.types(mia, "subscriptions add", &options).await;
    album.keep_answer(bot, "card-mention", "/subscriptions add", &card);
    let done = bot.discord.press_label(mia, card.id, "Cancel").await;
    album.keep_answer(bot, "card-cancelled", "/subscriptions add", &done);
}

/// What a member follows, and the first message about it.
async fn follows(bot: &Bot, album: &Album) -> Person {
    let (ann, ben) = (bot.discord.person("Ann"), bot.discord.person("Ben"));
    let seen = bot.types(ben, "following", &[]).await;
    album.keep_answer(bot, "following-none", "/following", &seen);
    let asker = Asker {
        person: ann,
        moderator: false,
        ..moderator(bot)
    };
    for (what, when) in [
        ("source Coast Radio", "as it breaks"),
        ("harbour", "weekly monday 08:00"),
    ] {
        let ask = Ask::new("follow").value("what", what).value("when", when);
        let done = bot.desk.press(&asker, &Action::Confirm(ask), &[]).await;
        assert!(done.is_ok(), "{what}");
    }
    let options = [("what", "election"), ("when", "daily 08:00")];
    let card = bot.types(ann, "follow", &options).await;
    album.keep_answer(bot, "follow-card", "/follow", &card);
    let done = bot.discord.press_label(ann, card.id, "Confirm").await;
    album.keep_answer(bot, "follow-done", "/follow", &done);
    bot.waits(MINUTE).await;
    album.keep_last(bot, "hello", bot.discord.direct(ann));
    let seen = bot.types(ann, "following", &[]).await;
    album.keep_answer(bot, "following", "/following", &seen);
    let value = seen.select().expect("there is a select").1[0].1.clone();
    let one = chooses(bot, ann, &seen, &value).await;
    album.keep_answer(bot, "following-one", "/following", &one);
    ann
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes messages to look at"]
async fn a_story_in_pictures() {
    let folder = std::env::var("LEDE_PICTURES").expect("LEDE_PICTURES names a folder");
    let (bot, feeds, mut album) = town(folder.into()).await;
    let guild = bot.discord.guild();
    let news = album.channel(&bot, "news", 0);
    let notices = album.channel(&bot, "moderators", 0);
    let alerts = album.channel(&bot, "alerts", 5);
    let plain = album.channel(&bot, "plain", 0);
    let closed = album.channel(&bot, "closed", 0);
    let daily = album.channel(&bot, "daily", 0);
    let weekly = album.channel(&bot, "weekly", 0);
    let other = album.channel(&bot, "sea-talk", 0);
    let (forum, tags) = bot.discord.add_forum(guild, "stories", &["Sea", "Land"]);
    album.names.insert(forum, "stories".to_owned());
    bot.discord.take_rights(daily, HISTORY);
    panels(&bot, &album, news, notices).await;
    let ann = follows(&bot, &album).await;

    subscribes(&bot, "harbour", news, &[]).await;
    subscribes(&bot, "mole", news, &[]).await;
    subscribes(&bot, "ferries", plain, &[]).await;
    subscribes(&bot, "mole", closed, &[]).await;
    subscribes(&bot, "everything", daily, &[]).await;
    subscribes(&bot, "glacier", weekly, &[("when", "weekly monday 08:00")]).await;
    let role = album.role.to_string();
    let mention = [("mention", role.as_str()), ("mention_mentionable", "yes")];
    wishes(&bot, "harbour", alerts, "alerts", &mention).await;
    let tag = tags[0].to_string();
    let post = [("channel_form", "forum"), ("tags", tag.as_str())];
    wishes(&bot, "mole", forum, "stories", &post).await;
    let why: [(&str, &[(&str, &str)]); 6] = [
        ("harbour", &[("wait-for", "5")]),
        ("mole -ferries", &[]),
        ("ferries", &[("quiet", "9-23")]),
        ("light", &[("when", "daily 18:00")]),
        ("bakery", &[]),
        ("waves", &[]),
    ];
    for (what, more) in why {
        wishes(&bot, what, other, "sea-talk", more).await;
    }
    bot.waits(MINUTE).await;
    let mia = bot.discord.moderator("Mia");
    let pause = [("which", "waves")];
    let paused = bot.types(mia, "subscriptions pause", &pause).await;
    album.keep_answer(&bot, "paused", "/subscriptions pause", &paused);
    bot.discord.take_rights(closed, SEND);
    let refused = Fault::on(&format!("POST /channels/{plain}/messages"));
    bot.discord
        .fault(refused.code(400, 50_035, "Invalid Form Body"));

    feeds.set(OUTLETS[0].0, feed(0, &[(&MOLE, bot.clock.now())]));
    passes(&bot, 30 * MINUTE).await;
    album.keep_last(&bot, "push", news);
    album.keep_last(&bot, "push-plain", plain);
    album.keep_last(&bot, "notice", notices);
    let posts = bot.discord.threads(forum);
    album.keep_last(&bot, "forum-post", posts.last().expect("a post").0);
    println!("the forum's posts: {posts:?}");
    let now = bot.clock.now();
    feeds.set(OUTLETS[1].0, feed(1, &[(&MOLE_TOO, now)]));
    feeds.set(OUTLETS[2].0, feed(2, &[(&MOLE_THREE, now)]));
    passes(&bot, 30 * MINUTE).await;
    album.keep_last(&bot, "push-edited", news);
    album.keep_last(&bot, "push-mention", alerts);
    album.keep_last(&bot, "push-direct", bot.discord.direct(ann));

    members(&bot, &album).await;
    corrections(&bot, &album, notices).await;
    subscribes(&bot, "storm", other, &[]).await;
    let all = bot.discord.messages(news, None);
    let pushed = all.last().expect("a push")["id"].as_str();
    let pushed: u64 = pushed.and_then(|id| id.parse().ok()).expect("an id");
    for (name, label) in [
        ("why-push", "Why?"),
        ("sources", "Sources"),
        ("discuss", "Discuss"),
        ("push-follow", "Follow"),
    ] {
        let cay = bot.discord.person("Cay");
        let seen = bot.discord.press_label(cay, pushed, label).await;
        album.keep_answer(&bot, name, "", &seen);
        bot.waits(MINUTE).await;
    }
    let mia = bot.discord.moderator("Mia");
    let link = [("link", "outer mole")];
    let seen = bot.types(mia, "subscriptions why", &link).await;
    album.keep_answer(&bot, "why", "/subscriptions why", &seen);
    println!("{}", seen.text());
    let link = [("link", "https://avel-courier.example/never-seen")];
    let seen = bot.types(mia, "subscriptions why", &link).await;
    album.keep_answer(&bot, "why-unseen", "/subscriptions why", &seen);
    let seen = bot.types(mia, "subscriptions list", &[]).await;
    album.keep_answer(&bot, "list", "/subscriptions list", &seen);

    passes(&bot, 3 * HOUR).await;
    feeds.set(OUTLETS[0].0, feed(0, &[(&MOLE_OPENS, bot.clock.now())]));
    passes(&bot, 3 * HOUR).await;
    let threads = bot.discord.threads(news);
    let thread = threads.last().expect("it").0;
    album.keep_last(&bot, "thread-new-facts", thread);
    println!(
        "in the thread: {:#?}",
        bot.discord
            .messages(thread, None)
            .iter()
            .map(text_of)
            .collect::<Vec<_>>()
    );

    let now = bot.clock.now();
    for (n, _) in OUTLETS.iter().enumerate() {
        let own = DAY_TWO.iter().enumerate().filter(|(at, _)| at % 5 == n);
        let own: Vec<(&Report, Millis)> = own.map(|(_, one)| (one, now)).collect();
        feeds.set(OUTLETS[n].0, feed(n, &own));
    }
    let to_nine = DAY + crate::world::MORNING + 10 * MINUTE - now;
    passes(&bot, to_nine).await;
    album.keep_last(&bot, "digest", daily);
    let mia = bot.discord.moderator("Mia");
    let seen = bot
        .types(mia, "subscriptions preview", &[("which", "everything")])
        .await;
    album.keep_answer(&bot, "preview", "/subscriptions preview", &seen);
    rest(&bot, &feeds, &album, daily, weekly).await;
    bot.stop().await;
}

/// Options of a command and their values.
type Options = &'static [(&'static str, &'static str)];

/// What members type, few requests each, and a moderator where it looks otherwise.
async fn members(bot: &Bot, album: &Album) {
    const TOPIC: (&str, &str) = ("topic", "mole");
    let [bea, bo, bix] = ["Bea", "Bo", "Bix"].map(|name| bot.discord.person(name));
    let asked: [(Person, &str, &str, Options); 8] = [
        (bea, "member-brief", "brief", &[TOPIC]),
        (bea, "member-since", "brief", &[TOPIC, ("period", "since")]),
        (bea, "member-privacy", "privacy", &[]),
        (bo, "member-help", "help", &[]),
        (bo, "member-topic", "help", &[TOPIC]),
        (bo, "member-headlines", "headlines", &[]),
        (bix, "member-nothing", "brief", &[("topic", "glacier")]),
        (bix, "member-search", "search", &[("words", "harbour")]),
    ];
    for (who, name, command, options) in asked {
        let seen = bot.types(who, command, options).await;
        album.keep_answer(bot, name, &format!("/{command}"), &seen);
        bot.waits(MINUTE).await;
    }
    let mia = bot.discord.moderator("Mia");
    for (name, command) in [("mod-help", "help"), ("mod-packs", "sources packs")] {
        let seen = bot.types(mia, command, &[]).await;
        album.keep_answer(bot, name, &format!("/{command}"), &seen);
        bot.waits(MINUTE).await;
    }
}

/// A member says that a story is wrong, and moderators deal with it.
async fn corrections(bot: &Bot, album: &Album, notices: u64) {
    let bea = bot.discord.person("Bridie");
    let find = [("find", "lightship")];
    let story = bot.types(bea, "story", &find).await;
    album.keep_answer(bot, "wrong-story", "/story", &story);
    let question = bot.discord.press_label(bea, story.id, "Wrong?").await;
    album.keep_answer(bot, "wrong-question", "", &question);
    let thanks = chooses(bot, bea, &question, "place").await;
    album.keep_answer(bot, "wrong-thanks", "", &thanks);
    passes(bot, 10 * MINUTE).await;
    album.keep_last(bot, "wrong-report", notices);
    let all = bot.discord.messages(notices, None);
    let report = all.last().expect("a report")["id"].as_str();
    let report = report.and_then(|id| id.parse().ok()).expect("an id");
    let mia = bot.discord.moderator("Mia");
    let panel = bot.discord.press_label(mia, report, "Fix this story").await;
    album.keep_answer(bot, "wrong-panel", "", &panel);
    let hidden = bot.discord.press_label(mia, panel.id, "Hide here").await;
    album.keep_answer(bot, "wrong-hidden", "", &hidden);
    passes(bot, 10 * MINUTE).await;
    let dealt = bot.discord.message(report).expect("it stands there");
    album.keep(bot, "wrong-dealt", &dealt, None);
    album.keep_last(bot, "wrong-change", notices);
    let told = bot.types(bea, "help", &[]).await;
    album.keep_answer(bot, "wrong-told", "/help", &told);
    let settings = bot.types(mia, "settings", &[]).await;
    let label = "Last changes";
    let changes = bot.discord.press_label(mia, settings.id, label).await;
    album.keep_answer(bot, "last-changes", "", &changes);
}

/// A digest with everything that one can have, and a weekly one with nothing.
async fn rest(bot: &Bot, feeds: &Feeds, album: &Album, daily: u64, weekly: u64) {
    subscribes(bot, "owls", daily, &[]).await;
    let lost = format!("POST /channels/{daily}/messages");
    bot.discord.fault(Fault::on(&lost).lost());
    let owls = Report(
        "Owls' eggs are found in a bakery of Orren",
        "Baker Mina Holt found three eggs of owls in a flour sack and will not bake before they hatch. Customers in Orren buy bread from a van.",
    );
    feeds.set(OUTLETS[3].0, feed(3, &[(&owls, bot.clock.now())]));
    passes(bot, 2 * HOUR).await;
    let now = bot.clock.now();
    let short: Vec<Report> = SHORT
        .iter()
        .map(|headline| {
            let text: &'static str = format!("{headline}.").leak();
            Report(headline, text)
        })
        .collect();
    let short: Vec<(&Report, Millis)> = short.iter().map(|one| (one, now)).collect();
    feeds.set(OUTLETS[4].0, feed(4, &short));
    let cup = Report(
        "Rovers' cup stolen from a shop window",
        "Thieves stole the cup of the Rovers from a shop window on Mill Street, inspector Ada Finch said. Goalkeeper Tom Ried offered his gloves as a reward.",
    );
    let votes = Report(
        "Early election in Norvia on March 29: two candidates change sides",
        "Two candidates changed to another party before Norvia's early election on March 29, speaker Nadia Ferrow said. Nine parties have handed in their lists. A court will decide by Monday whether they may stand.",
    );
    feeds.set(OUTLETS[0].0, feed(0, &[(&cup, now), (&votes, now)]));
    passes(bot, 12 * HOUR).await;
    // An outage over the time of the digest.
    let morning = 2 * DAY + crate::world::MORNING + HOUR;
    bot.waits(morning - bot.clock.now()).await;
    bot.waits(MINUTE).await;
    album.keep_last(bot, "digest-full", daily);
    let monday = 6 * DAY + crate::world::MORNING;
    while bot.clock.now() < monday {
        bot.waits(HOUR).await;
    }
    album.keep_last(bot, "weekly-empty", weekly);
}
