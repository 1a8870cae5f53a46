//! A newcomer's path, press by press: from an empty server to the first posted digest, from an empty
//! server to each article of a feed in a channel, and a person who brings Lede along.

use crate::flows::bot::Bot;
use crate::flows::pushes::{Feeds, busy, hours, rss, subscribes, texts};
use crate::world::discord::people::text_of;
use crate::world::discord::places::{EMBED, SEND};
use crate::world::discord::{Person, Seen};
use lede::clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
use lede::news::article::Entry;
use lede::news::{Feed, Newsroom, NewsroomId, Outcome, Reading, ReadingError, SourceId};
use lede::store::ReadingToSave;
use lede::terminal::draw::Look;
use lede::terminal::session::{Said, Session};
use serde_json::{Value, json};

/// Presses from `/brief` in an empty server to the posted digest, at most.
const PRESSES_MAX: usize = 7;
/// Use External Apps: whoever has it may show what an app says that the server does not have.
const EXTERNAL: u64 = 1 << 50;

/// What somebody did, step by step, and the answer that they look at.
struct Path<'a> {
    bot: &'a Bot,
    person: Person,
    steps: Vec<String>,
    seen: Seen,
}

impl<'a> Path<'a> {
    /// It begins with a command that is typed.
    async fn types(
        bot: &'a Bot,
        (person, channel): (Person, u64),
        name: &str,
        options: &[(&str, &str)],
    ) -> Self {
        let words: Vec<&str> = options.iter().map(|(_, value)| *value).collect();
        Self {
            bot,
            person,
            steps: vec![format!("types  /{name} {}", words.join(" "))],
            seen: bot.discord.slash(person, channel, name, options).await,
        }
    }

    async fn presses(&mut self, label: &str) -> String {
        self.steps.push(format!("press  [{label}]"));
        let (discord, id) = (&self.bot.discord, self.seen.id);
        self.seen = discord.press_label(self.person, id, label).await;
        self.seen.text()
    }

    async fn chooses(&mut self, placeholder: &str, values: &[&str]) -> String {
        self.steps
            .push(format!("choose [{placeholder}] {}", values.join(" + ")));
        let custom_id = named(&self.seen.message, placeholder);
        let (discord, id) = (&self.bot.discord, self.seen.id);
        self.seen = discord
            .choose_all(self.person, id, &custom_id, values)
            .await;
        self.seen.text()
    }

    async fn picks(&mut self, placeholder: &str, what: u64) -> String {
        self.steps.push(format!("pick   [{placeholder}]"));
        let custom_id = named(&self.seen.message, placeholder);
        let (discord, id) = (&self.bot.discord, self.seen.id);
        self.seen = discord.pick(self.person, id, &custom_id, what).await;
        self.seen.text()
    }

    fn presses_so_far(&self) -> usize {
        self.steps
            .iter()
            .filter(|step| !step.starts_with("types"))
            .count()
    }

    fn print(&self, title: &str) {
        println!("{title}: {} presses", self.presses_so_far());
        self.steps.iter().for_each(|step| println!("  {step}"));
    }
}

/// The `custom_id` of the select with this placeholder.
pub fn named(message: &Value, placeholder: &str) -> String {
    fn find(of: &Value, placeholder: &str) -> Option<String> {
        let inner = of["components"].as_array().into_iter().flatten();
        let mut found = inner.filter_map(|one| match one["placeholder"] == placeholder {
            true => one["custom_id"].as_str().map(str::to_owned),
            false => find(one, placeholder),
        });
        found.next()
    }
    find(message, placeholder).unwrap_or_else(|| panic!("no {placeholder:?} in {message:#}"))
}

/// The bot in a server without sources, with no way to the web but `site`.
async fn empty_server(site: &[String]) -> (Bot, u64) {
    let bot = Bot::start(Clock::manual(crate::world::MORNING), site).await;
    let news = bot.discord.add_channel(bot.discord.guild(), "town-news", 0);
    (bot, news)
}

async fn room(bot: &Bot, who: Newsroom) -> NewsroomId {
    let room = bot.desk.store.newsroom(who, bot.clock.now()).await;
    room.expect("the newsroom is known")
}

async fn sources(bot: &Bot, who: Newsroom) -> Vec<SourceId> {
    let room = room(bot, who).await;
    let all = bot
        .desk
        .store
        .sources(room)
        .await
        .expect("the store answers");
    all.into_iter().map(|one| one.source.id).collect()
}

/// What happened in town, by the number of the report.
const TOWN: [(&str, &str); 3] = [
    (
        "Ferry Sorland is back after nine weeks in the dock",
        "The ferry Sorland sails again from Monday after nine weeks in the dock of Vesk. Her new propeller weighs four tonnes, the yard said.",
    ),
    (
        "Barn owls nest in the clock of Kestrin town hall",
        "A pair of barn owls nests behind the dial of the town hall in Kestrin. The clock stands still until June, the warden said.",
    ),
    (
        "Cod quota is cut by a fifth",
        "Trawlers may land a fifth less cod this season. Biologists had counted few young fish, the quota council said.",
    ),
];

/// Saves what reading a source would have brought: the packs' sites are not of this world.
async fn is_read(bot: &Bot, source: SourceId, outcome: Outcome) {
    let save = ReadingToSave {
        reading: Reading {
            source,
            at: bot.clock.now(),
            outcome,
            etag: None,
            last_modified: None,
            moved_to: None,
            bytes: 1_000,
            wait_ms: None,
        },
        next_at: bot.clock.now() + 30 * DAY,
        interval_ms: HOUR,
    };
    bot.desk
        .store
        .save_readings(vec![save])
        .await
        .expect("it is saved");
}

fn report(number: usize, at: Millis) -> Outcome {
    let (title, text) = TOWN[number % TOWN.len()];
    let entry = Entry {
        guid: Some(format!("report-{number}")),
        link: Some(format!("https://o{number}.example/{number}")),
        title: title.to_owned(),
        text: text.to_owned(),
        published: Some(at),
        language: Some("en".to_owned()),
        ..Entry::default()
    };
    Outcome::Read(Box::new(Feed {
        title: format!("Outlet {number}"),
        entries: vec![entry],
        ..Feed::default()
    }))
}

/// Lets a few seconds pass in which the jobs run and messages go on by themselves.
async fn seconds(bot: &Bot, seconds: i64) {
    bot.waits(seconds * SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_server_to_the_first_posted_digest() {
    let (bot, news) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let notices = bot
        .discord
        .add_channel(bot.discord.guild(), "moderators", 0);
    let role = bot.discord.add_role(bot.discord.guild(), "Editors", false);
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    assert!(path.seen.private && path.seen.text().contains("Set up Lede"));
    let text = path
        .chooses("Add packs, one or several", &["world", "science"])
        .await;
    let all = sources(&bot, server).await;
    assert!(
        text.contains(&format!("{} sources added", all.len())),
        "{text}"
    );
    assert!(all.len() > 10, "two packs");
    // The server says en-US, as all do at first, and so does she.
    assert!(text.contains("America/New_York"), "{text}");
    // They are read while she goes on.
    for (number, source) in all[..all.len() - 2].iter().enumerate() {
        is_read(&bot, *source, report(number, bot.clock.now() - HOUR)).await;
    }
    let blocked = Outcome::Failed(ReadingError::Blocked(403));
    is_read(&bot, all[all.len() - 2], blocked).await;

    let text = path.picks("A channel for news", news).await;
    assert!(text.contains(&format!("<#{news}>")), "{text}");
    path.picks("A channel for notices to moderators", notices)
        .await;
    let text = path.picks("A newsroom role", role).await;
    assert!(text.contains(&format!("<@&{role}>")) && text.contains(&format!("<#{notices}>")));
    let text = path.presses("Start").await;
    let count = all.len();
    let progress = format!(
        "Reading {count} sources: {} read, 1 blocked, 1 waiting",
        count - 2
    );
    assert!(text.contains(&progress), "{text}");

    let last = *all.last().expect("there are some");
    is_read(&bot, last, report(count, bot.clock.now() - HOUR)).await;
    for _ in 0..3 {
        seconds(&bot, 3).await;
    }
    let text = bot
        .discord
        .until_says(path.seen.id, "Your first brief, from")
        .await;
    assert!(text.contains("Ferry Sorland"), "{text}");
    assert_eq!(texts(&bot, news), [""; 0], "nothing is posted unasked");
    path.seen = bot.discord.again(&path.seen);
    assert_eq!(path.seen.buttons(), ["Post it now", "Change", "Done"]);
    let text = path.presses("Post it now").await;
    assert!(text.contains("The first digest goes to"), "{text}");
    seconds(&bot, 2).await;
    let posted = bot.discord.until_messages(news, 1).await;
    let posted = text_of(&posted[0]);
    assert!(
        posted.contains("All news") && posted.contains("Barn owls"),
        "{posted}"
    );
    path.print("from /brief in an empty server to the posted digest");
    assert!(path.presses_so_far() <= PRESSES_MAX);

    // What was posted does not come again the next morning; what is new does.
    let shown = bot.discord.messages(news, None);
    let id: u64 = shown[0]["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    let why = bot
        .discord
        .press_label(bot.discord.person("Ann"), id, "Why?")
        .await;
    assert!(
        why.private && why.text().contains("Everything"),
        "{}",
        why.text()
    );
    let later = Outcome::Read(Box::new(Feed {
        title: "Outlet".to_owned(),
        entries: vec![Entry {
            guid: Some("later".to_owned()),
            link: Some("https://o1.example/later".to_owned()),
            title: "Museum buys the lightship Orle for one crown".to_owned(),
            text: "Curators bought the lightship Orle for one crown from a scrap dealer."
                .to_owned(),
            published: Some(bot.clock.now() + HOUR),
            ..Entry::default()
        }],
        ..Feed::default()
    }));
    hours(&bot, 1).await;
    is_read(&bot, all[0], later).await;
    hours(&bot, 23).await;
    let all = texts(&bot, news);
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(
        all[1].contains("lightship") && !all[1].contains("Barn owls"),
        "{}",
        all[1]
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shortest_way_to_the_first_posted_digest() {
    let (bot, news) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    for (number, source) in sources(&bot, server).await.into_iter().enumerate() {
        is_read(&bot, source, report(number, bot.clock.now() - HOUR)).await;
    }
    seconds(&bot, 1).await;
    path.picks("A channel for news", news).await;
    let text = path.presses("Start").await;
    assert!(
        text.contains("Your first brief, from"),
        "all was read already: {text}"
    );
    path.presses("Post it now").await;
    seconds(&bot, 2).await;
    bot.discord.until_messages(news, 1).await;
    path.print("the shortest way from /brief in an empty server to the posted digest");
    assert_eq!(path.presses_so_far(), 4);

    // Somebody who goes the same way again posts nothing twice, and starts no second digest.
    let mo = bot.discord.moderator("Mo");
    let mut again = Path::types(&bot, (mo, bot.discord.channel()), "help", &[]).await;
    again.presses("Set up").await;
    again.presses("Skip").await;
    again.picks("A channel for news", news).await;
    again.presses("Start").await;
    let text = again.presses("Post it now").await;
    assert!(text.contains("was posted there before"), "{text}");
    seconds(&bot, 2).await;
    assert_eq!(texts(&bot, news).len(), 1);
    let room = room(&bot, server).await;
    let all = bot.desk.store.subscriptions(room).await;
    assert_eq!(all.expect("they are read").len(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_server_to_each_article_of_a_feed_in_a_channel() {
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    feeds.set("tern", busy("tern", crate::world::MORNING));
    let (bot, news) = empty_server(std::slice::from_ref(&site)).await;
    let mia = bot.discord.moderator("Mia");
    let address = format!("http://{site}/tern");
    let here = (mia, bot.discord.channel());
    let options = [("link", address.as_str())];
    let mut path = Path::types(&bot, here, "sources add", &options).await;
    path.presses("Confirm").await;
    path.picks("Post each article to a channel", news).await;
    let text = path.presses("Confirm").await;
    assert!(text.contains(&format!("goes to <#{news}> now")), "{text}");
    path.print("from an empty server to each article of a feed in a channel");
    assert_eq!(path.presses_so_far(), 3);
    let (title, text) = TOWN[0];
    feeds.set(
        "tern",
        rss("tern", &[(title, text, "new")], bot.clock.now()),
    );
    hours(&bot, 1).await;
    let all = texts(&bot, news);
    assert!(all.len() == 1 && all[0].contains(title), "{all:#?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lede_lacks_in_a_channel_is_named_and_looked_at_again() {
    let (bot, news) = empty_server(&[]).await;
    bot.discord.take_rights(news, SEND);
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "headlines", &[]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    let text = path.picks("A channel for news", news).await;
    assert!(text.contains("I lack Send Messages there"), "{text}");
    assert!(!path.seen.buttons().contains(&"Start".to_owned()));
    let text = path.presses("Try again").await;
    assert!(
        text.contains("I lack Send Messages"),
        "nothing was mended: {text}"
    );
    bot.discord.take_rights(news, EMBED);
    let text = path.presses("Try again").await;
    assert!(text.contains("I can't embed links there"), "{text}");
    assert!(path.seen.buttons().contains(&"Start".to_owned()), "{text}");
    bot.discord.take_rights(news, 0);
    let text = path.presses("Try again").await;
    assert!(!text.contains("I can't"), "{text}");
    let shut = bot.discord.add_channel(bot.discord.guild(), "shut", 0);
    bot.discord.take_rights(shut, SEND);
    let text = path
        .picks("A channel for notices to moderators", shut)
        .await;
    assert!(text.contains("I can't write in #shut"), "{text}");
    bot.discord.take_rights(shut, 0);
    let text = path.presses("Try again").await;
    assert!(
        text.contains(&format!("<#{shut}>")) && !text.contains("can't"),
        "{text}"
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_is_changed_when_somebody_goes_back() {
    let (bot, news) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let other = bot
        .discord
        .add_channel(bot.discord.guild(), "other-news", 0);
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    for (number, source) in sources(&bot, server).await.into_iter().enumerate() {
        is_read(&bot, source, report(number, bot.clock.now() - HOUR)).await;
    }
    seconds(&bot, 1).await;
    path.picks("A channel for news", news).await;
    path.presses("Start").await;
    path.presses("Change").await;
    path.presses("Time").await;
    path.chooses("Time of day", &["18:00"]).await;
    path.presses("Time").await;
    let text = path.chooses("Time zone", &["Europe/Berlin"]).await;
    assert!(text.contains("daily 18:00, Europe/Berlin"), "{text}");
    path.picks("A channel for news", other).await;
    path.presses("Start").await;
    let room = room(&bot, server).await;
    let all = bot
        .desk
        .store
        .subscriptions(room)
        .await
        .expect("they are read");
    let places: Vec<(&str, String)> = all
        .iter()
        .map(|one| (one.place.name.as_str(), one.wish.when.to_string()))
        .collect();
    assert_eq!(places, [("other-news", "daily 18:00".to_owned())]);
    let text = path.presses("Done").await;
    assert!(
        text.contains("Lede is set up") && text.contains("daily 18:00"),
        "{text}"
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_was_there_before_stays_when_the_card_goes_elsewhere() {
    let (bot, news) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let other = bot
        .discord
        .add_channel(bot.discord.guild(), "other-news", 0);
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    for (number, source) in sources(&bot, server).await.into_iter().enumerate() {
        is_read(&bot, source, report(number, bot.clock.now() - HOUR)).await;
    }
    seconds(&bot, 1).await;
    subscribes(&bot, "everything", news, &[("when", "daily 08:00")]).await;
    let places = async || -> Vec<String> {
        let room = room(&bot, server).await;
        let all = bot.desk.store.subscriptions(room).await;
        let all = all.expect("they are read").into_iter();
        all.map(|one| one.place.name).collect()
    };
    path.picks("A channel for news", news).await;
    path.presses("Start").await;
    assert_eq!(places().await, ["town-news"], "it is taken for the card's");
    path.presses("Change").await;
    path.picks("A channel for news", other).await;
    path.presses("Start").await;
    assert_eq!(places().await, ["town-news", "other-news"]);
    // What the card itself began goes with it.
    path.presses("Change").await;
    let third = bot.discord.add_channel(bot.discord.guild(), "third", 0);
    path.picks("A channel for news", third).await;
    path.presses("Start").await;
    assert_eq!(places().await, ["town-news", "third"]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_an_empty_server_are_told_whom_to_ask_and_help_opens_the_card() {
    let (bot, _) = empty_server(&[]).await;
    let ann = bot.discord.person("Ann");
    let seen = bot.types(ann, "brief", &[("topic", "ferries")]).await;
    assert!(
        seen.private && seen.text().contains("Ask a moderator"),
        "{}",
        seen.text()
    );
    let seen = bot.types(ann, "help", &[]).await;
    assert!(!seen.buttons().contains(&"Set up".to_owned()));
    assert!(!seen.text().contains("sources add"), "{}", seen.text());
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "help", &[]).await;
    let help = path.seen.text();
    assert!(
        help.contains("What this server reads: </sources add"),
        "{help}"
    );
    assert!(
        !help.contains("check-packs"),
        "the terminal's alone: {help}"
    );
    let text = path.presses("Set up").await;
    assert!(text.contains("Set up Lede"), "{text}");
    let text = path.presses("Import OPML").await;
    assert!(text.contains("sources import"), "{text}");
    path.presses("Back").await;
    path.presses("Skip").await;
    let text = path.presses("Done").await;
    assert!(text.contains("Not set up yet"), "{text}");
    // Where answers are for all at once, the card is not.
    let room = room(&bot, Newsroom::Server(bot.discord.guild())).await;
    let channel = Some(bot.discord.channel().to_string());
    let store = &bot.desk.store;
    let now = bot.clock.now();
    store
        .set_setting(room, "news_channels", channel, mia, now)
        .await
        .expect("it is set");
    let seen = bot.types(mia, "brief", &[("topic", "ferries")]).await;
    assert!(
        seen.private && seen.text().contains("Set up Lede"),
        "{}",
        seen.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_goes_on_stops_when_its_owner_turns_it() {
    let (bot, _) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    let all = sources(&bot, server).await;
    is_read(&bot, all[0], report(0, bot.clock.now() - HOUR)).await;
    let text = path.presses("Skip").await;
    assert!(text.contains("1 read"), "{text}");
    is_read(&bot, all[1], report(1, bot.clock.now() - HOUR)).await;
    bot.clock.move_to(bot.clock.now() + 3 * SECOND);
    bot.discord.until_says(path.seen.id, "2 read").await;
    path.seen = bot.discord.again(&path.seen);
    let text = path.presses("Brief now").await;
    assert!(
        text.contains("Your first brief, from") && text.contains("2 read"),
        "{text}"
    );
    assert_eq!(path.seen.buttons(), ["Choose a channel", "Done"]);
    let before = bot.discord.message(path.seen.id);
    is_read(&bot, all[2], report(2, bot.clock.now() - HOUR)).await;
    for _ in 0..10 {
        bot.clock.move_to(bot.clock.now() + 3 * SECOND);
        tokio::task::yield_now().await;
    }
    // A later command of hers comes after whatever the message might still have become.
    bot.types(mia, "help", &[]).await;
    assert_eq!(bot.discord.message(path.seen.id), before);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_on_for_two_minutes_and_then_by_its_button() {
    let (bot, _) = empty_server(&[]).await;
    let server = Newsroom::Server(bot.discord.guild());
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    path.chooses("Add packs, one or several", &["science"])
        .await;
    let all = sources(&bot, server).await;
    let text = path.presses("Skip").await;
    assert!(text.contains("0 read"), "{text}");
    is_read(&bot, all[0], report(0, bot.clock.now() - HOUR)).await;
    bot.clock.move_to(bot.clock.now() + 3 * MINUTE);
    bot.discord.until_says(path.seen.id, "1 read").await;
    is_read(&bot, all[1], report(1, bot.clock.now() - HOUR)).await;
    for _ in 0..10 {
        bot.clock.move_to(bot.clock.now() + 3 * SECOND);
        tokio::task::yield_now().await;
    }
    bot.types(mia, "help", &[]).await;
    let still = bot.discord.message(path.seen.id).expect("it stands");
    assert!(text_of(&still).contains("1 read"), "{}", text_of(&still));
    path.seen = bot.discord.again(&path.seen);
    let text = path.presses("Refresh").await;
    assert!(text.contains("2 read"), "{text}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_brings_lede_along() {
    let (bot, _) = empty_server(&[]).await;
    let ann = bot.discord.person("Ann");
    let own = Newsroom::Person(ann);
    let abroad = bot.discord.add_foreign_channel();
    let mut path = Path::types(&bot, (ann, abroad), "brief", &[("topic", "ferries")]).await;
    assert!(path.seen.private, "{}", path.seen.text());
    assert!(
        path.seen.text().contains("What do you want to read?"),
        "{}",
        path.seen.text()
    );
    let text = path
        .chooses("Add packs, one or several", &["science"])
        .await;
    assert!(
        text.contains("Reading") && text.contains("waiting"),
        "{text}"
    );
    for (number, source) in sources(&bot, own).await.into_iter().enumerate() {
        is_read(&bot, source, report(number, bot.clock.now() - HOUR)).await;
    }
    for _ in 0..3 {
        seconds(&bot, 3).await;
    }
    bot.discord
        .until_says(path.seen.id, "Your first brief, from")
        .await;
    path.seen = bot.discord.again(&path.seen);
    assert_eq!(path.seen.buttons(), ["Send it daily", "Done"]);
    path.print("a person's way to their first brief");
    let text = path.presses("Send it daily").await;
    assert!(text.contains("Everything"), "{text}");
    assert!(
        sources(&bot, Newsroom::Server(bot.discord.guild()))
            .await
            .is_empty()
    );

    // Show here only where Discord would show it.
    let seen = bot
        .discord
        .slash(ann, abroad, "brief", &[("topic", "ferry")])
        .await;
    assert!(
        seen.private && seen.text().contains("Sorland"),
        "{}",
        seen.text()
    );
    assert!(!seen.buttons().contains(&"Show here".to_owned()));
    bot.discord.grant(ann, EXTERNAL);
    let seen = bot
        .discord
        .slash(ann, abroad, "brief", &[("topic", "ferry")])
        .await;
    let shown = bot.discord.press_label(ann, seen.id, "Show here").await;
    assert_eq!(shown.follow_ups.len(), 1);
    bot.discord.until_messages(abroad, 1).await;
    let group = bot.discord.add_group();
    let seen = bot.discord.slash(ann, group, "headlines", &[]).await;
    assert!(
        seen.private && seen.text().contains("Sorland"),
        "{}",
        seen.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_looks_after_their_own_newsroom() {
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    feeds.set("tern", busy("tern", crate::world::MORNING));
    let (bot, _) = empty_server(std::slice::from_ref(&site)).await;
    let ann = bot.discord.person("Ann");
    let direct = bot.discord.direct(ann);
    let mut path = Path::types(&bot, (ann, direct), "headlines", &[]).await;
    assert!(path.seen.text().contains("What do you want to read?"));
    path.presses("Paste a site").await;
    let address = format!("http://{site}/tern");
    path.seen = bot
        .discord
        .submit(ann, &path.seen, &[("link", &address)])
        .await;
    let text = path.presses("Confirm").await;
    assert!(text.contains("is a source now"), "{text}");
    assert_eq!(path.seen.buttons(), ["First brief", "Follow"]);
    bot.waits(MINUTE).await;
    let text = path.presses("First brief").await;
    assert!(text.contains("Your first brief, from"), "{text}");
    let ben = bot.discord.person("Ben");
    let seen = bot
        .discord
        .slash(ben, bot.discord.direct(ben), "settings", &[])
        .await;
    assert!(seen.text().contains("Time zone"), "{}", seen.text());
    assert!(!seen.text().contains("News channels"), "of servers alone");
    assert_eq!(sources(&bot, Newsroom::Person(ann)).await.len(), 1);
    assert_eq!(sources(&bot, Newsroom::Person(ben)).await.len(), 0);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brings_lede_along_keeps_their_own_newsroom_where_the_server_has_it_too() {
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    feeds.set("tern", busy("tern", crate::world::MORNING));
    let (bot, _) = empty_server(std::slice::from_ref(&site)).await;
    let ann = bot.discord.person("Ann");
    bot.discord.uses_own(ann);
    let here = (ann, bot.discord.channel());
    let mut path = Path::types(&bot, here, "headlines", &[]).await;
    assert!(path.seen.text().contains("What do you want to read?"));
    path.presses("Paste a site").await;
    let address = format!("http://{site}/tern");
    path.seen = bot
        .discord
        .submit(ann, &path.seen, &[("link", &address)])
        .await;
    path.presses("Confirm").await;
    assert_eq!(sources(&bot, Newsroom::Person(ann)).await.len(), 1);
    let server = Newsroom::Server(bot.discord.guild());
    assert_eq!(sources(&bot, server).await.len(), 0);
    let help = bot.types(ann, "help", &[]).await.text();
    assert!(help.contains("For your own newsroom") && help.contains("sources add"));
    assert!(!help.contains("subscriptions"), "{help}");
    // A form of somebody else's is not taken for one's own.
    let ben = bot.discord.person("Ben");
    bot.discord.uses_own(ben);
    let mut path = Path::types(&bot, (ben, bot.discord.channel()), "headlines", &[]).await;
    path.presses("Paste a site").await;
    let mine = path.seen.clone();
    let seen = bot.discord.submit(ann, &mine, &[("link", &address)]).await;
    assert!(
        seen.text().contains("another server or person"),
        "{}",
        seen.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn whatever_is_asked_of_an_empty_newsroom_opens_the_card() {
    let mut world = crate::world::World::new().await;
    for line in [
        "/brief harbour",
        "/brief harbour period:since",
        "/brief https://tern.example/1",
        "/headlines",
        "/headlines source:tern",
        "/search harbour",
        "/search harbour source:tern",
        "/story harbour",
        "/story https://tern.example/1",
        "/story ~5",
        "/follow harbour",
        "/sources list",
        "/sources export",
    ] {
        let card = world.types(line).await;
        assert!(card.contains("Set up Lede"), "{line}: {card}");
    }
    world.asker.moderator = false;
    for line in [
        "/brief harbour",
        "/brief harbour period:since",
        "/headlines",
    ] {
        let told = world.types(line).await;
        assert!(told.contains("Ask a moderator"), "{line}: {told}");
    }
    world.asker.newsroom = Newsroom::Person(7);
    world.asker.moderator = true;
    let card = world.types("/brief harbour").await;
    assert!(card.contains("What do you want to read?"), "{card}");
}

#[tokio::test]
async fn the_card_is_numbered_in_a_terminal() {
    let world = crate::world::World::new().await;
    let look = Look::plain(world.now());
    let mut session = Session::new(world.desk.clone(), None);
    let says = async |session: &mut Session, line: &str| match session.line(line, &look).await {
        Said::Text(text) => text,
        other => panic!("{line}: {other:?}"),
    };
    let card = says(&mut session, "/brief harbour").await;
    assert!(
        card.contains("Set up Lede") && card.contains("Science"),
        "{card}"
    );
    let number = |page: &str, label: &str| {
        let before = page.split(label).next().expect("it is there");
        let number = before
            .rsplit('[')
            .next()
            .and_then(|rest| rest.split(']').next());
        number.expect("a number").to_owned()
    };
    let place = says(&mut session, &number(&card, "Science")).await;
    assert!(place.contains("daily 08:00, UTC"), "{place}");
    assert!(!place.contains("channel"), "the terminal has none: {place}");
    let reading = says(&mut session, &number(&place, "Start")).await;
    assert!(
        reading.contains("0 read") && reading.contains("lede read"),
        "{reading}"
    );
    let room = world
        .store()
        .newsroom(Newsroom::Terminal, world.now())
        .await;
    let all = world
        .store()
        .subscriptions(room.expect("it is known"))
        .await;
    assert_eq!(all.expect("they are read").len(), 1);
}

/// Writes each step of the card as Discord got it into the folder that `LEDE_PICTURES` names.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes messages to look at"]
async fn the_card_in_pictures() {
    let folder = std::env::var("LEDE_PICTURES").expect("LEDE_PICTURES names a folder");
    let feeds = Feeds::default();
    let site = feeds.serve().await;
    let at = crate::world::MORNING;
    let names = [
        "Avel Courier",
        "Lindholm Post",
        "Coast Radio",
        "Basin Weekly",
    ];
    for (number, name) in names.iter().enumerate() {
        let (title, text) = TOWN[number % TOWN.len()];
        let slug = name.to_lowercase().replace(' ', "-");
        let feed = rss(&slug, &[(title, text, "1")], at - HOUR);
        feeds.set(&slug, feed.replacen(&slug, name, 1));
    }
    let (bot, news) = empty_server(std::slice::from_ref(&site)).await;
    let notices = bot
        .discord
        .add_channel(bot.discord.guild(), "moderators", 0);
    let role = bot.discord.add_role(bot.discord.guild(), "Editors", false);
    let keep = |name: &str, used: &str, message: &Value| {
        let mut drawn = message.clone();
        drawn["_preview"] = json!({
            "now": bot.clock.now() / SECOND,
            "channels": { news.to_string(): "town-news", notices.to_string(): "moderators" },
            "roles": { role.to_string(): "Editors" },
        });
        if !used.is_empty() {
            drawn["_preview"]["user"] = "Mia".into();
            drawn["_preview"]["command"] = used.into();
        }
        let text = serde_json::to_string_pretty(&drawn).expect("it is JSON");
        std::fs::write(format!("{folder}/{name}.json"), text).expect("it is written");
    };
    let mia = bot.discord.moderator("Mia");
    let here = (mia, bot.discord.channel());
    let mut path = Path::types(&bot, here, "brief", &[("topic", "ferries")]).await;
    keep("setup-1-sources", "/brief", &path.seen.message);
    let slugs = names.map(|name| name.to_lowercase().replace(' ', "-"));
    for slug in &slugs[..3] {
        bot.adds(&format!("http://{site}/{slug}")).await;
    }
    let unread = lede::store::Unread {
        url: format!("http://{site}/basin-weekly"),
        name: Some("Basin Weekly".to_owned()),
        folder: None,
        weight: lede::news::source::Weight::Normal,
    };
    let server = Newsroom::Server(bot.discord.guild());
    let room = room(&bot, server).await;
    let added = bot
        .desk
        .store
        .add_unread(room, vec![unread], mia, bot.clock.now())
        .await;
    added.expect("it is added");
    path.presses("Skip").await;
    keep("setup-2-place", "/brief", &path.seen.message);
    bot.discord.take_rights(news, SEND);
    path.picks("A channel for news", news).await;
    keep("setup-3-lacks", "/brief", &path.seen.message);
    bot.discord.take_rights(news, 0);
    path.presses("Try again").await;
    path.picks("A channel for notices to moderators", notices)
        .await;
    path.picks("A newsroom role", role).await;
    keep("setup-4-picked", "/brief", &path.seen.message);
    path.presses("Time").await;
    keep("setup-5-when", "/brief", &path.seen.message);
    path.presses("Back").await;
    path.presses("Start").await;
    keep("setup-6-reading", "/brief", &path.seen.message);
    for _ in 0..3 {
        seconds(&bot, 3).await;
    }
    bot.discord
        .until_says(path.seen.id, "Your first brief, from")
        .await;
    path.seen = bot.discord.again(&path.seen);
    keep("setup-7-brief", "/brief", &path.seen.message);
    path.presses("Post it now").await;
    keep("setup-8-posted", "/brief", &path.seen.message);
    seconds(&bot, 2).await;
    let posted = bot.discord.until_messages(news, 1).await;
    keep("setup-9-digest", "", &posted[0]);
    let ann = bot.discord.person("Ann");
    let abroad = bot.discord.add_foreign_channel();
    let own = Path::types(&bot, (ann, abroad), "brief", &[("topic", "ferries")]).await;
    keep("setup-person", "/brief", &own.seen.message);
    let mia = bot.discord.moderator("Mia");
    let help = bot.types(mia, "help", &[]).await;
    keep("setup-help", "/help", &help.message);
    bot.stop().await;
}
