//! What moderators have to know: in the channel for notices, and where none takes them, above a
//! private answer to a moderator; once.

use crate::flows::bot::Bot;
use crate::flows::direct::{breaks, follows};
use crate::flows::pushes::{hours, subscribes, texts, world};
use crate::world::discord::people::text_of;
use crate::world::discord::places::SEND;
use crate::world::discord::{Fault, Person, Seen};
use lede::news::{Newsroom, NewsroomId};
use lede::page::action::Style;
use lede::page::{Action, Ask, Button};
use lede::store::{Dealt, NewNotice, Whom};
use sqlx::{Connection, SqliteConnection};

const MARK: &str = "For moderators: ";

async fn room(bot: &Bot) -> NewsroomId {
    let server = Newsroom::Server(bot.discord.guild());
    let room = bot.desk.store.newsroom(server, bot.clock.now()).await;
    room.expect("the store answers")
}

async fn sets(bot: &Bot, name: &'static str, value: String) {
    let set = bot
        .desk
        .store
        .set_setting(room(bot).await, name, Some(value), 0, 0);
    set.await.expect("the store answers");
}

/// A channel that refused a push.
async fn refused() -> Bot {
    let (bot, feeds, channel) = world().await;
    subscribes(&bot, "harbour", channel, &[]).await;
    bot.discord.take_rights(channel, SEND);
    breaks(&bot, &feeds);
    hours(&bot, 2).await;
    assert!(texts(&bot, channel).is_empty());
    bot
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_for_them_they_lead_one_private_answer_to_a_moderator() {
    let bot = refused().await;
    let (ann, mia) = (bot.discord.person("Ann"), bot.discord.moderator("Mia"));
    let news = bot.discord.add_channel(bot.discord.guild(), "briefs", 0);
    sets(&bot, "news_channels", news.to_string()).await;
    let member = bot.types(ann, "help", &[]).await;
    assert!(!member.text().contains(MARK), "{}", member.text());
    let public = bot.discord.slash(mia, news, "headlines", &[]).await;
    assert!(!public.private && !public.text().contains(MARK));
    let other = bot.discord.add_guild("Port Orren");
    let elsewhere = bot.discord.add_channel(other, "news", 0);
    let elsewhere = bot.discord.slash(mia, elsewhere, "help", &[]).await;
    assert!(!elsewhere.text().contains(MARK), "{}", elsewhere.text());
    let first = bot.types(mia, "help", &[]).await;
    let text = first.text();
    let told = format!("-# {MARK}Lede may not write in #news any more.");
    assert!(first.private && text.starts_with(&told), "{text}");
    let second = bot.types(mia, "help", &[]).await;
    assert!(!second.text().contains(MARK), "{}", second.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_lead_an_answer_and_the_rest_the_next_ones() {
    let (bot, ..) = world().await;
    let room = room(&bot).await;
    let mut raw = SqliteConnection::connect(&bot.desk.settings.database_url)
        .await
        .expect("the file opens");
    for n in 1..=5 {
        let add = "INSERT INTO notice (id, newsroom, person, key, text, made_at)
            VALUES ($1, $2, 0, $3, $4, 0)";
        sqlx::query(add)
            .bind(n)
            .bind(room.0)
            .bind(format!("k{n}"))
            .bind(format!("Trouble {n} [with](http://evil.example) @everyone"))
            .execute(&mut raw)
            .await
            .expect("a notice");
    }
    raw.close().await.expect("it closes");
    let mia = bot.discord.moderator("Mia");
    let counts = |seen: &Seen| seen.text().matches(MARK).count();
    let first = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&first), 3, "{}", first.text());
    assert!(first.text().contains("… and 2 more"), "{}", first.text());
    assert!(!first.text().contains("[with](http"), "{}", first.text());
    let second = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&second), 2, "{}", second.text());
    assert!(second.text().contains("Trouble 5") && !second.text().contains("more, above"));
    let third = bot.types(mia, "help", &[]).await;
    assert_eq!(counts(&third), 0);
    bot.stop().await;
}

/// Chooses the channel for notices on the panel of `/settings`.
async fn chooses(bot: &Bot, mia: Person, channel: u64) -> Seen {
    let panel = bot.types(mia, "settings", &[]).await;
    let (change, _) = panel.select().expect("a select");
    let question = bot
        .discord
        .choose(mia, panel.id, &change, "notices_channel")
        .await;
    let found = question.message["components"].as_array().expect("rows");
    let pick = found.iter().map(|row| &row["components"][0]);
    let pick = pick.into_iter().find(|one| one["type"] == 8);
    let pick = pick.expect("a channel is picked")["custom_id"].clone();
    let id = pick.as_str().expect("an id");
    bot.discord.pick(mia, question.id, id, channel).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_for_notices_is_told_once_and_one_that_refuses_leads_back_to_the_answer() {
    let (bot, feeds, channel) = world().await;
    let guild = bot.discord.guild();
    let desk = bot.discord.add_channel(guild, "news-desk", 0);
    let mia = bot.discord.moderator("Mia");
    let chosen = chooses(&bot, mia, desk).await;
    assert!(chosen.text().contains("Notices go to"), "{}", chosen.text());
    subscribes(&bot, "harbour", channel, &[]).await;
    bot.discord.take_rights(channel, SEND);
    breaks(&bot, &feeds);
    hours(&bot, 2).await;
    let told = troubles(&bot, desk);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("Lede may not write in"), "{}", told[0]);
    let answer = bot.types(mia, "help", &[]).await;
    assert!(!answer.text().contains(MARK), "{}", answer.text());

    // Another channel refuses, and now so does the one for notices.
    bot.discord.take_rights(desk, SEND);
    let second = bot.discord.add_channel(guild, "sea", 0);
    subscribes(&bot, "mole", second, &[]).await;
    bot.discord.take_rights(second, SEND);
    let story = (
        "Mole of Lindholm opens to walkers",
        "The mole of Lindholm opened to walkers on Tuesday, the town's engineer said.",
        "9",
    );
    let at = bot.clock.now();
    feeds.set("tern", crate::flows::pushes::rss("tern", &[story], at));
    hours(&bot, 2).await;
    assert_eq!(troubles(&bot, desk).len(), 1);
    let mia = bot.discord.moderator("Mia");
    let answer = bot.types(mia, "help", &[]).await;
    let text = answer.text();
    assert!(text.contains("Lede may not write in #sea"), "{text}");
    assert!(text.contains("in the channel for notices"), "{text}");
    let again = bot.types(mia, "help", &[]).await;
    assert!(!again.text().contains(MARK), "{}", again.text());
    // Nothing of it comes a second time once the channel is chosen anew.
    bot.discord.take_rights(desk, 0);
    bot.waits(2 * 60_000).await;
    chooses(&bot, mia, desk).await;
    hours(&bot, 1).await;
    assert_eq!(troubles(&bot, desk).len(), 1, "{:#?}", troubles(&bot, desk));
    bot.stop().await;
}

/// What a channel was told of messages that did not come through, not of changes.
fn troubles(bot: &Bot, channel: u64) -> Vec<String> {
    let mut all = texts(bot, channel);
    all.retain(|text| text.contains("Lede may not"));
    all
}

/// The only source that is left counts: what the button of [`asks`] takes away.
async fn sources(bot: &Bot) -> usize {
    let all = bot.desk.store.sources(room(bot).await).await;
    all.expect("the store answers").len()
}

/// Has somebody told of a source that they may remove.
async fn asks(bot: &Bot, whom: Whom) {
    let remove = Ask::new("sources")
        .subcommand("remove")
        .value("which", "tern");
    let list = Ask::new("headlines").value("source", "tern");
    let button = |label: &str, action, style| Button {
        label: label.to_owned(),
        action,
        style,
    };
    let open = Action::Open {
        ask: list,
        chosen: None,
    };
    let notice = NewNotice {
        buttons: vec![
            button("Remove it", Action::Confirm(remove), Style::Danger),
            button("Its headlines", open, Style::Plain),
        ],
        ..NewNotice::of_words(
            room(bot).await,
            whom,
            "tern".to_owned(),
            "The tern is *odd*. Look at it.",
        )
    };
    let at = bot.clock.now();
    let told = bot.desk.store.notify(notice, at).await;
    told.expect("the store answers");
}

/// The only message of a channel with this text.
fn one(bot: &Bot, channel: u64, words: &str) -> u64 {
    let all = bot.discord.messages(channel, None);
    let mut with = all.iter().filter(|one| text_of(one).contains(words));
    let found = with
        .next()
        .unwrap_or_else(|| panic!("{:#?}", texts(bot, channel)));
    assert!(with.next().is_none(), "{:#?}", texts(bot, channel));
    let id = found["id"].as_str().and_then(|id| id.parse().ok());
    id.expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_done_stands_under_a_notice_for_moderators_once_and_after_a_restart() {
    let (mut bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    sets(&bot, "notices_channel", desk.to_string()).await;
    asks(&bot, Whom::Moderators).await;
    bot.waits(1_000).await;
    bot.waits(1_000).await;
    let message = one(&bot, desk, "The tern is");
    let ann = bot.discord.person("Ann");
    let no = bot.discord.press_label(ann, message, "Remove it").await;
    assert!(
        no.private && no.text().contains("Only moderators"),
        "{}",
        no.text()
    );
    let no = bot.discord.press_label(ann, message, "Its headlines").await;
    assert!(no.text().contains("Only moderators"), "{}", no.text());
    assert_eq!(sources(&bot).await, 2);
    bot.restarts().await;
    let (mia, noa) = (bot.discord.moderator("Mia"), bot.discord.moderator("Noa"));
    let (first, second) = tokio::join!(
        bot.discord.press_label(mia, message, "Remove it"),
        bot.discord.press_label(noa, message, "Remove it"),
    );
    let both = format!("{}\n{}", first.text(), second.text());
    assert_eq!(both.matches("is no source any more").count(), 1, "{both}");
    assert!(first.private && second.private);
    let done_by = if first.text().contains("any more") {
        mia
    } else {
        noa
    };
    assert_eq!(sources(&bot).await, 1);
    let zoe = bot.discord.moderator("Zoe");
    let late = bot.discord.press_label(zoe, message, "Remove it").await;
    let said = late.text();
    assert!(
        said.contains(&format!("by <@{done_by}>: Remove it.")),
        "{said}"
    );
    assert!(said.contains("This was dealt with <t:"), "{said}");
    let opened = bot.discord.press_label(zoe, message, "Its headlines").await;
    assert!(!opened.text().contains("dealt with"), "{}", opened.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_can_be_pressed_again() {
    let (bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    sets(&bot, "notices_channel", desk.to_string()).await;
    asks(&bot, Whom::Channel).await;
    bot.waits(1_000).await;
    let message = one(&bot, desk, "The tern is");
    let mia = bot.discord.moderator("Mia");
    let renamed = [("which", "tern"), ("name", "Swallow")];
    bot.types(mia, "sources edit", &renamed).await;
    let no = bot.discord.press_label(mia, message, "Remove it").await;
    assert!(no.text().contains("There is no source"), "{}", no.text());
    let renamed = [("which", "Swallow"), ("name", "tern")];
    bot.types(mia, "sources edit", &renamed).await;
    let yes = bot.discord.press_label(mia, message, "Remove it").await;
    assert!(
        yes.text().contains("is no source any more"),
        "{}",
        yes.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_the_buttons_stand_above_the_answer_and_what_is_for_a_channel_is_not_told()
 {
    let (bot, ..) = world().await;
    asks(&bot, Whom::Channel).await;
    let mia = bot.discord.moderator("Mia");
    let help = bot.types(mia, "help", &[]).await;
    assert!(!help.text().contains(MARK), "{}", help.text());
    let told = bot.desk.store.deal_key(
        room(&bot).await,
        "tern".to_owned(),
        Dealt {
            by: 0,
            at: 0,
            what: String::new(),
        },
    );
    told.await.expect("the store answers");
    asks(&bot, Whom::Moderators).await;
    let help = bot.types(mia, "help", &[]).await;
    let text = help.text();
    assert!(
        text.starts_with("**For moderators:** The tern is \\*odd\\*."),
        "{text}"
    );
    let kinds = help.message["components"].as_array().expect("components");
    assert_eq!(kinds[1]["type"], 1, "the buttons stand under it");
    assert_eq!(help.buttons()[..2], ["Remove it", "Its headlines"]);
    let done = bot.discord.press_label(mia, help.id, "Remove it").await;
    assert!(
        done.text().contains("is no source any more"),
        "{}",
        done.text()
    );
    let help = bot.types(mia, "help", &[]).await;
    assert!(
        !help.text().contains("**For moderators:**"),
        "{}",
        help.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_above_their_next_answer_or_by_direct_message_where_they_follow() {
    let (bot, ..) = world().await;
    let (ann, bob) = (bot.discord.person("Ann"), bot.discord.person("Bob"));
    let says = async |person: u64| {
        let whom = Whom::Person(person);
        let key = "answer".to_owned();
        let notice = NewNotice::of_words(room(&bot).await, whom, key, "Your wish is done.");
        let told = bot.desk.store.notify(notice, bot.clock.now()).await;
        told.expect("the store answers");
    };
    says(ann).await;
    bot.waits(1_000).await;
    let other = bot.types(bob, "help", &[]).await;
    assert!(!other.text().contains("Your wish"), "{}", other.text());
    let own = bot.types(ann, "help", &[]).await;
    assert!(
        own.text().starts_with("**For you:** Your wish is done."),
        "{}",
        own.text()
    );
    let again = bot.types(ann, "help", &[]).await;
    assert!(!again.text().contains("Your wish"), "{}", again.text());
    assert!(texts(&bot, bot.discord.direct(ann)).is_empty());

    let follower = follows(&bot).await;
    let direct = bot.discord.direct(follower);
    says(follower).await;
    bot.waits(1_000).await;
    let told = texts(&bot, direct);
    assert!(
        told.iter().any(|text| text.contains("Your wish is done.")),
        "{told:#?}"
    );
    let help = bot.types(follower, "help", &[]).await;
    assert!(!help.text().contains("Your wish"), "{}", help.text());
    // Closed doors: the next answer says it.
    bot.discord.close_direct(follower, true);
    says(follower).await;
    bot.waits(1_000).await;
    let help = bot.types(follower, "help", &[]).await;
    assert!(
        help.text().contains("**For you:** Your wish is done."),
        "{}",
        help.text()
    );
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_few_minutes_are_one_message_with_undo_for_the_newest() {
    let (bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    let mia = bot.discord.moderator("Mia");
    chooses(&bot, mia, desk).await;
    bot.waits(10 * 60_000).await;
    let set = texts(&bot, desk);
    assert_eq!(
        set.len(),
        1,
        "what was changed before is not told: {set:#?}"
    );
    assert!(
        set[0].contains(&format!("<@{mia}> set Notices channel: none → <#{desk}>")),
        "{}",
        set[0]
    );
    let renamed = [("which", "tern"), ("name", "Swallow")];
    bot.types(mia, "sources edit", &renamed).await;
    bot.waits(60_000).await;
    let weight = [("which", "wren"), ("weight", "less")];
    let mia = bot.discord.moderator("Mia");
    bot.types(mia, "sources edit", &weight).await;
    bot.waits(60_000).await;
    assert_eq!(texts(&bot, desk).len(), 1, "she may not be done yet");
    bot.waits(60_000).await;
    let told = texts(&bot, desk);
    assert_eq!(told.len(), 2, "{told:#?}");
    let text = &told[1];
    assert!(
        text.contains(&format!(
            "2 changes, the newest: <@{mia}> changed wren: weight normal → less"
        )),
        "{text}"
    );
    assert!(
        text.contains("changed Swallow: name none → Swallow"),
        "{text}"
    );
    let message = one(&bot, desk, "2 changes");
    let ann = bot.discord.person("Ann");
    let no = bot.discord.press_label(ann, message, "Undo").await;
    assert!(no.text().contains("Only moderators"), "{}", no.text());
    let noa = bot.discord.moderator("Noa");
    let undone = bot.discord.press_label(noa, message, "Undo").await;
    assert!(
        undone.private && undone.text().contains("## Taken back"),
        "{}",
        undone.text()
    );
    let late = bot.discord.press_label(mia, message, "Undo").await;
    assert!(
        late.text().contains(&format!("by <@{noa}>: Undo.")),
        "{}",
        late.text()
    );
    let noa = bot.discord.moderator("Noa");
    let all = bot.discord.press_label(noa, message, "Last changes").await;
    assert!(all.text().contains("## Changes"), "{}", all.text());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_taken_back_for_a_day_only() {
    let (bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    let mia = bot.discord.moderator("Mia");
    chooses(&bot, mia, desk).await;
    bot.waits(3 * 60_000).await;
    let message = one(&bot, desk, "set Notices channel");
    bot.waits(24 * 3_600_000).await;
    let mia = bot.discord.moderator("Mia");
    let late = bot.discord.press_label(mia, message, "Undo").await;
    assert!(late.text().contains("over 24 hours old"), "{}", late.text());
    bot.stop().await;
}

/// The labels under a message, and its text.
fn shown(bot: &Bot, message: u64) -> (Vec<String>, String) {
    let message = bot.discord.message(message).expect("it is there");
    let rows = message["components"].as_array().expect("rows");
    let all = rows.iter().flat_map(|row| {
        let buttons = row["components"].as_array();
        buttons.expect("buttons").clone()
    });
    let labels = all.map(|one| one["label"].as_str().unwrap_or_default().to_owned());
    (labels.collect(), text_of(&message))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dealt_with_stands_without_buttons_and_says_who_did_it() {
    let (bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    sets(&bot, "notices_channel", desk.to_string()).await;
    bot.waits(5 * 60_000).await;
    asks(&bot, Whom::Moderators).await;
    bot.waits(1_000).await;
    let message = one(&bot, desk, "The tern is");
    assert_eq!(shown(&bot, message).0, ["Remove it", "Its headlines"]);
    let mia = bot.discord.moderator("Mia");
    bot.discord.press_label(mia, message, "Its headlines").await;
    bot.waits(1_000).await;
    assert_eq!(shown(&bot, message).0.len(), 2, "a look deals with nothing");
    bot.discord.press_label(mia, message, "Remove it").await;
    bot.waits(1_000).await;
    let (labels, text) = shown(&bot, message);
    assert_eq!(labels, Vec::<String>::new(), "{text}");
    assert!(text.contains("The tern is"), "{text}");
    assert!(text.contains(&format!("by <@{mia}>: Remove it")), "{text}");

    // A change that is taken back elsewhere.
    bot.waits(5 * 60_000).await;
    let removed = one(&bot, desk, "removed tern");
    assert_eq!(shown(&bot, removed).0, ["Undo", "Last changes"]);
    let noa = bot.discord.moderator("Noa");
    let panel = bot.types(noa, "settings", &[]).await;
    let all = bot.discord.press_label(noa, panel.id, "Last changes").await;
    let (back, choices) = all.select().expect("a select");
    let undone = bot.discord.choose(noa, all.id, &back, &choices[0].1).await;
    assert!(undone.text().contains("Taken back"), "{}", undone.text());
    bot.waits(1_000).await;
    let (labels, text) = shown(&bot, removed);
    assert_eq!(labels, Vec::<String>::new(), "{text}");
    assert!(text.contains(&format!("by <@{noa}>: Undo")), "{text}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dealt_with_while_it_is_on_its_way_is_redrawn_once_it_stands() {
    let (bot, ..) = world().await;
    let desk = bot.discord.add_channel(bot.discord.guild(), "news-desk", 0);
    sets(&bot, "notices_channel", desk.to_string()).await;
    asks(&bot, Whom::Moderators).await;
    // The answer is lost: whether it stands is looked up later.
    let lost = Fault::on(&format!("POST /channels/{desk}/messages")).lost();
    bot.discord.fault(lost);
    bot.waits(1_000).await;
    let message = one(&bot, desk, "The tern is");
    let mia = bot.discord.moderator("Mia");
    let done = bot.discord.press_label(mia, message, "Remove it").await;
    assert!(
        done.text().contains("no source any more"),
        "{}",
        done.text()
    );
    for _ in 0..3 {
        bot.waits(60_000).await;
    }
    let (labels, text) = shown(&bot, message);
    assert_eq!(labels, Vec::<String>::new(), "{text}");
    assert!(text.contains(&format!("by <@{mia}>: Remove it")), "{text}");
    bot.stop().await;
}
