//! A newsroom's first days, told through: a moderator sets Lede up, a member suggests a source, a story
//! breaks and is pushed, another member says that it is wrong, the moderator fixes it and takes that
//! back. Where `LEDE_PICTURES` names a folder, what they saw is written there, to be drawn.

use crate::flows::bot::Bot;
use crate::flows::fixes::{chooses, id_of, sources};
use crate::flows::newcomer::named;
use crate::flows::pushes::{Feeds, MOLE, MOLE_TOO, busy, hours, rss, texts};
use crate::world::discord::people::text_of;
use crate::world::discord::{Person, Seen};
use lede::clock::{Clock, MINUTE, SECOND};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A town with an empty server, two channels of it, and what its people saw.
struct Town {
    bot: Bot,
    feeds: Feeds,
    site: String,
    news: u64,
    desk: u64,
    album: Option<PathBuf>,
    pictures: usize,
}

impl Town {
    async fn begins() -> Self {
        let clock = Clock::manual(crate::world::MORNING);
        let feeds = Feeds::default();
        for outlet in ["tern", "wren"] {
            feeds.set(outlet, busy(outlet, clock.now()));
        }
        let site = feeds.serve().await;
        let bot = Bot::start(clock, std::slice::from_ref(&site)).await;
        let guild = bot.discord.guild();
        let news = bot.discord.add_channel(guild, "town-news", 0);
        let desk = bot.discord.add_channel(guild, "news-desk", 0);
        Self {
            bot,
            feeds,
            site,
            news,
            desk,
            album: std::env::var_os("LEDE_PICTURES").map(PathBuf::from),
            pictures: 0,
        }
    }

    /// Puts a message into the album, where there is one.
    fn keeps(&mut self, name: &str, message: &Value) {
        let Some(album) = &self.album else { return };
        self.pictures += 1;
        let mut drawn = message.clone();
        drawn["_preview"] = json!({
            "now": self.bot.clock.now() / SECOND,
            "channels": { self.news.to_string(): "town-news", self.desk.to_string(): "news-desk" },
        });
        let file = album.join(format!("town-{:02}-{name}.json", self.pictures));
        std::fs::write(file, drawn.to_string()).expect("the album takes it");
    }

    /// Presses a button of what somebody looks at.
    async fn presses(&mut self, who: Person, page: &Seen, label: &str) -> Seen {
        let seen = self.bot.discord.press_label(who, page.id, label).await;
        if seen.callback != 9 {
            let name = label
                .to_lowercase()
                .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            self.keeps(&name, &seen.message);
        }
        seen
    }

    /// The newest message of a channel, which says so.
    fn newest(&mut self, channel: u64, name: &str, words: &str) -> u64 {
        let all = self.bot.discord.messages(channel, None);
        let last = all
            .last()
            .unwrap_or_else(|| panic!("nothing stands there, not even {words:?}"));
        assert!(text_of(last).contains(words), "{}", text_of(last));
        self.keeps(name, last);
        id_of(last)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_members_and_a_moderator_from_the_first_command_to_an_undone_fix() {
    let mut town = Town::begins().await;
    let mia = town.bot.discord.moderator("Mia");
    let (ann, bob) = (
        town.bot.discord.person("Ann"),
        town.bot.discord.person("Bob"),
    );

    // Mia asks for news where nothing is read yet, and gives Lede its first source and two channels.
    let card = town.bot.types(mia, "brief", &[("topic", "harbour")]).await;
    assert!(
        card.private && card.text().contains("Set up Lede"),
        "{}",
        card.text()
    );
    town.keeps("set-up", &card.message);
    let form = town.presses(mia, &card, "Paste a site").await;
    let link = format!("http://{}/tern", town.site);
    let report = town
        .bot
        .discord
        .submit(mia, &form, &[("link", &link)])
        .await;
    assert!(report.text().contains("Market report"), "{}", report.text());
    town.keeps("report", &report.message);
    let added = town.presses(mia, &report, "Confirm").await;
    assert!(
        added.text().contains("tern is a source now"),
        "{}",
        added.text()
    );
    let place = town.presses(mia, &added, "Daily digest").await;
    let pick = named(&place.message, "A channel for notices to moderators");
    let place = town.bot.discord.pick(mia, place.id, &pick, town.desk).await;
    assert!(
        place.text().contains(&format!("<#{}>", town.desk)),
        "{}",
        place.text()
    );
    town.keeps("places", &place.message);

    // Ann suggests another one; Mia sees what was found there and takes it.
    let link = format!("http://{}/wren", town.site);
    let why = [
        ("link", link.as_str()),
        ("why", "They have somebody at the harbour"),
    ];
    let sent = town.bot.types(ann, "suggest-source", &why).await;
    assert!(
        sent.private && sent.text().contains("The moderators decide."),
        "{}",
        sent.text()
    );
    town.keeps("suggested", &sent.message);
    town.bot.waits(SECOND).await;
    let card = town.newest(town.desk, "suggestion", "wren is suggested as a source");
    let taken = town.bot.discord.press_label(mia, card, "Approve").await;
    assert!(
        taken.text().contains("wren is a source now"),
        "{}",
        taken.text()
    );
    let told = town.bot.types(ann, "help", &[]).await;
    assert!(
        told.text()
            .contains("Your suggestion “wren” is a source now"),
        "{}",
        told.text()
    );

    // A channel wants the harbour; a storm comes, both outlets tell of it, and one message does.
    let channel = town.news.to_string();
    let wish = [("what", "harbour"), ("channel", channel.as_str())];
    let wish = town.bot.types(mia, "subscriptions add", &wish).await;
    town.presses(mia, &wish, "Confirm").await;
    hours(&town.bot, 1).await;
    let at = town.bot.clock.now();
    let tern = ("Storm closes the outer mole of Avel harbour", MOLE, "1");
    let wren = ("Outer mole of Avel harbour closed by storm", MOLE_TOO, "1");
    town.feeds.set("tern", rss("tern", &[tern], at));
    town.feeds.set("wren", rss("wren", &[wren], at));
    hours(&town.bot, 1).await;
    let push = town.newest(town.news, "push", "uter mole of Avel harbour");
    assert_eq!(texts(&town.bot, town.news).len(), 1);

    // Bob holds that these are two things, and Mia agrees.
    let story = town.bot.discord.press_label(bob, push, "Sources").await;
    assert_eq!(sources(&story).len(), 2, "{}", story.text());
    town.keeps("story", &story.message);
    let question = town.presses(bob, &story, "Wrong?").await;
    let thanks = chooses(&town.bot, bob, &question, "not one story").await;
    assert!(
        thanks.text().contains("The moderators are told"),
        "{}",
        thanks.text()
    );
    town.bot.waits(10 * MINUTE).await;
    let notice = town.newest(town.desk, "wrong", "A member says that a story is wrong");
    let panel = town
        .bot
        .discord
        .press_label(mia, notice, "Fix this story")
        .await;
    town.keeps("fix", &panel.message);
    let page = town.presses(mia, &panel, "Split out…").await;
    let page = chooses(&town.bot, mia, &page, "Outer mole of Avel harbour closed").await;
    town.keeps("chosen", &page.message);
    let fixed = town.presses(mia, &page, "Split out 1 article").await;
    assert!(
        fixed.text().contains("is a story of its own here"),
        "{}",
        fixed.text()
    );
    let answer = town.bot.types(bob, "help", &[]).await;
    assert!(
        answer.text().contains("dealt with what you said"),
        "{}",
        answer.text()
    );
    let alone = town.bot.discord.press_label(bob, push, "Sources").await;
    assert_eq!(sources(&alone).len(), 1, "{}", alone.text());

    // On second thought it is one story; the channel hears of it no second time.
    let undone = town.presses(mia, &fixed, "Undo").await;
    assert!(undone.text().contains("Taken back"), "{}", undone.text());
    let whole = town.bot.discord.press_label(ann, push, "Sources").await;
    assert_eq!(sources(&whole).len(), 2, "{}", whole.text());
    hours(&town.bot, 2).await;
    assert_eq!(
        texts(&town.bot, town.news).len(),
        1,
        "{:#?}",
        texts(&town.bot, town.news)
    );
    town.newest(town.desk, "changes", "taken back");
    town.bot.stop().await;
}
