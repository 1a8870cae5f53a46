//! How the bot answers on Discord: in time, once, in private, through trouble, and to its end.

use crate::world::discord::people::text_of;
use crate::world::discord::{FakeDiscord, Fault, Seen};
use lede::clock::Clock;
use lede::config::Settings;
use lede::desk::{Asker, Desk};
use lede::discord::{self, Ended, Outgoing};
use lede::news::Newsroom;
use lede::page::action::{Action, Ask, Button, Row, Style};
use lede::page::{Block, Line, Page};
use lede::wire;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The bot beside a fake Discord.
struct Bot {
    desk: Desk,
    stop: oneshot::Sender<()>,
    running: JoinHandle<anyhow::Result<Ended>>,
    folder: TempDir,
}

impl Bot {
    async fn start(discord: &FakeDiscord) -> Self {
        Self::start_with(discord, |_| {}).await
    }

    async fn start_with(discord: &FakeDiscord, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self::start_in(folder, discord, change).await
    }

    async fn start_in(
        folder: TempDir,
        discord: &FakeDiscord,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings::read(|_| None).expect("the defaults are sound");
        settings.database_url = format!("sqlite://{}", folder.path().join("lede.db").display());
        settings.discord_token = Some(discord.token());
        settings.discord_api = Some(discord.api());
        change(&mut settings);
        let settings = Arc::new(settings);
        let desk = Desk::open(Arc::clone(&settings), Clock::system())
            .await
            .expect("a new store");
        let (stop, stopped) = oneshot::channel();
        let at_desk = desk.clone();
        let running = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            let outgoing = Outgoing::new(&settings)?;
            discord::run(&settings, at_desk, &outgoing, stopped).await
        });
        Self {
            desk,
            stop,
            running,
            folder,
        }
    }

    async fn stop(self) -> TempDir {
        self.stop.send(()).expect("the bot runs");
        let began = Instant::now();
        assert_eq!(
            self.running.await.expect("no panic").expect("no failure"),
            Ended::Stopped
        );
        assert!(began.elapsed() < Duration::from_secs(5), "it ends in time");
        self.desk.close().await.expect("the store is closed");
        self.folder
    }

    async fn ended(self) -> Ended {
        self.running.await.expect("no panic").expect("no failure")
    }

    /// The `custom_id` of an action that was kept for a member of the server.
    async fn kept(&self, discord: &FakeDiscord, action: Action, public: bool) -> String {
        let button = Button {
            label: "Go".to_owned(),
            action: action.clone(),
            style: Style::Plain,
        };
        let page = Page {
            blocks: vec![Block::Text(Line::ours("Tides"))],
            rows: vec![Row::Buttons(vec![button])],
            empty: false,
        };
        let keys = self.desk.keep(&member(discord), &page).await.expect("kept");
        wire::custom_id(&action, &keys[0], public)
    }

    /// Waits until it is remembered that help was shown in the channel.
    async fn until_shown(&self, discord: &FakeDiscord) {
        let (asker, ask) = (member(discord), help());
        while self
            .desk
            .shown_here(&asker, &ask)
            .await
            .expect("readable")
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn member(discord: &FakeDiscord) -> Asker {
    Asker {
        person: 1,
        newsroom: Newsroom::Server(discord.guild()),
        channel: Some(discord.channel()),
        moderator: false,
        may_post: true,
        public: false,
        terminal: false,
    }
}

fn help() -> Ask {
    Ask::new("help")
}

fn pressed(id: &str) -> serde_json::Value {
    json!({"component_type": 2, "custom_id": id})
}

async fn ask(discord: &FakeDiscord, person: u64) -> Seen {
    discord.registered().await;
    discord.slash(person, discord.channel(), "help", &[]).await
}

fn sound(discord: &FakeDiscord) {
    let (limits, description) = discord.checked();
    println!("checked {limits} requests ({description} of them by Discord's description)");
    assert_eq!(discord.problems(), Vec::<String>::new());
}

fn callbacks(discord: &FakeDiscord) -> usize {
    discord
        .requests()
        .iter()
        .filter(|one| one.path.ends_with("/callback"))
        .count()
}

#[tokio::test]
async fn help_is_answered_at_once_and_in_private() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let seen = ask(&discord, discord.person("Ann")).await;
    assert_eq!((seen.callback, seen.private), (4, true));
    assert!(seen.text().contains("/help"), "{}", seen.text());
    assert!(seen.acknowledged_ms < 1_000);
    let known = async {
        while !ask(&discord, discord.person("Bob"))
            .await
            .text()
            .contains("</help:")
        {}
    };
    let soon = tokio::time::timeout(Duration::from_secs(5), known).await;
    assert!(soon.is_ok(), "commands can be clicked");
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn commands_are_registered_again_only_when_they_changed() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    ask(&discord, ann).await;
    let folder = bot.stop().await;
    let bot = Bot::start_in(folder, &discord, |_| {}).await;
    discord.until_sessions(2, 0).await;
    assert!(ask(&discord, ann).await.text().contains("help"));
    let puts = discord
        .requests()
        .iter()
        .filter(|one| one.method == "PUT")
        .count();
    assert_eq!(puts, 1);
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_slow_answer_is_acknowledged_within_a_second() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let first = ask(&discord, ann).await;
    let id = bot.kept(&discord, Action::Confirm(help()), false).await;
    let file = bot.folder.path().join("lede.db");
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .expect("the file can be opened");
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("nobody writes");
    let press = discord.forge(ann, first.id, pressed(&id));
    let hold = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        sqlx::query("ROLLBACK")
            .execute(&mut other)
            .await
            .expect("it was begun");
    };
    let (seen, ()) = tokio::join!(press, hold);
    assert_eq!(seen.callback, 6);
    assert!(seen.acknowledged_ms < 1_200, "{} ms", seen.acknowledged_ms);
    assert!(seen.answered_ms >= 1_400 && seen.private);
    assert!(seen.text().contains("help"), "{}", seen.text());
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn odd_limits_of_discord_are_survived() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    ask(&discord, ann).await;
    for odd in ["-1", "1e300", "NaN"] {
        discord.fault(
            Fault::on("/callback")
                .too_many(0.1)
                .header("Retry-After", odd),
        );
        let seen = ask(&discord, ann).await;
        assert!(seen.text().contains("help"), "{odd}");
    }
    discord.fault(
        Fault::on("/callback")
            .header("X-RateLimit-Limit", "many")
            .times(2),
    );
    let before = callbacks(&discord);
    ask(&discord, ann).await;
    assert_eq!(callbacks(&discord), before + 1);
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn an_interaction_that_discord_forgot_is_not_answered_again() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    ask(&discord, ann).await;
    for (status, code) in [(404, 10_062), (400, 40_060)] {
        let before = callbacks(&discord);
        discord.fault(Fault::on("/callback").code(status, code, "no"));
        discord
            .type_slash(ann, discord.channel(), "help", &[])
            .await;
        while callbacks(&discord) == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        ask(&discord, ann).await;
        assert_eq!(callbacks(&discord), before + 2, "{code}");
    }
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn an_answer_whose_response_was_lost_is_not_given_twice() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    ask(&discord, ann).await;
    discord.fault(Fault::on("/callback").lost());
    let seen = ask(&discord, ann).await;
    assert!(seen.text().contains("help") && seen.follow_ups.is_empty());
    bot.stop().await;
}

#[tokio::test]
async fn an_interaction_that_comes_twice_is_done_once() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let seen = ask(&discord, ann).await;
    let before = callbacks(&discord);
    discord.repeat(seen.interaction);
    ask(&discord, ann).await;
    assert_eq!(callbacks(&discord), before + 1);
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_broken_connection_is_resumed_and_no_command_is_lost() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    ask(&discord, ann).await;
    discord.close(1012);
    discord.until_sessions(1, 1).await;
    ask(&discord, ann).await;
    discord.drop_connection();
    discord.until_sessions(1, 2).await;
    ask(&discord, ann).await;
    discord.reconnect();
    discord.until_sessions(1, 3).await;
    assert!(ask(&discord, ann).await.private);
    assert_eq!(discord.sessions().0, 1, "no second session was begun");
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn an_outage_of_a_server_is_not_a_farewell() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let first = ask(&discord, ann).await;
    let id = bot
        .kept(
            &discord,
            Action::Open {
                ask: help(),
                chosen: None,
            },
            false,
        )
        .await;
    discord.remove_guild(discord.guild(), true);
    let seen = discord.forge(ann, first.id, pressed(&id)).await;
    assert!(
        seen.text().contains("/help"),
        "the server is still its own: {}",
        seen.text()
    );
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn what_was_shown_in_private_can_be_shown_to_all_once() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let first = ask(&discord, ann).await;
    let id = bot.kept(&discord, Action::ShowHere(help()), false).await;
    let press = || discord.forge(ann, first.id, pressed(&id));
    let (one, two) = tokio::join!(press(), press());
    assert!(one.callback == 6 || two.callback == 6);
    let shown = discord.until_messages(discord.channel(), 1).await;
    assert!(text_of(&shown[0]).contains("help"));
    bot.until_shown(&discord).await;
    let again = press().await;
    let link = format!("/{}", shown[0]["id"].as_str().expect("an id"));
    assert!(
        again.private && again.text().contains(&link),
        "{}",
        again.text()
    );
    let public = discord.messages(discord.channel(), None);
    assert_eq!(public.len(), 1, "it is posted once");
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_failed_registration_is_tried_again_in_the_same_session() {
    let discord = FakeDiscord::start().await;
    discord.fault(Fault::on("/commands").code(400, 50_035, "Not now"));
    let bot = Bot::start(&discord).await;
    assert!(!discord.registered().await.is_empty());
    assert_eq!(discord.sessions().0, 1);
    bot.stop().await;
}

#[tokio::test]
async fn where_persons_cannot_install_lede_its_commands_are_those_of_servers() {
    let discord = FakeDiscord::start().await;
    let error = "Invalid Form Body";
    discord.fault(Fault::on("PUT /applications").code(400, 50_035, error));
    let bot = Bot::start(&discord).await;
    let all = discord.registered().await;
    assert!(all.len() > 10);
    for one in all {
        assert_eq!(one["integration_types"], json!([0]), "{}", one["name"]);
        assert_eq!(one["contexts"], json!([0, 1]), "{}", one["name"]);
    }
    let ann = discord.person("Ann");
    let seen = discord.slash(ann, discord.channel(), "help", &[]).await;
    assert!(seen.text().contains("</brief:"), "{}", seen.text());
    bot.stop().await;
}

#[tokio::test]
async fn a_double_press_on_confirm_acts_once() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let first = ask(&discord, ann).await;
    let id = bot.kept(&discord, Action::Confirm(help()), false).await;
    let seen = discord.forge(ann, first.id, pressed(&id)).await;
    assert_eq!(seen.callback, 7);
    let again = discord.forge(ann, first.id, pressed(&id)).await;
    assert!(again.private && again.callback == 4);
    assert!(
        again.text().contains("confirmed before"),
        "{}",
        again.text()
    );
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn forged_and_unknown_buttons_get_a_word_in_private() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    let first = ask(&discord, ann).await;
    let turn = bot.kept(&discord, Action::Turn(help()), false).await;
    let forged = turn.replacen('u', "n", 1);
    for id in [forged.as_str(), "unknownkey", "x", "n!"] {
        let seen = discord.forge(ann, first.id, pressed(id)).await;
        assert!(
            seen.private && seen.text().contains("does not know this button"),
            "{id}"
        );
    }
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_moderators_button_needs_the_right_when_it_is_pressed() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let mia = discord.moderator("Mia");
    let first = ask(&discord, mia).await;
    let list = Action::Open {
        ask: Ask::new("sources").subcommand("list"),
        chosen: None,
    };
    let id = bot.kept(&discord, list, false).await;
    let seen = discord.forge(mia, first.id, pressed(&id)).await;
    assert!(!seen.text().contains("Only moderators"), "{}", seen.text());
    discord.withdraw(mia, 1 << 5);
    let seen = discord.forge(mia, first.id, pressed(&id)).await;
    assert!(
        seen.private && seen.text().contains("Only moderators"),
        "{}",
        seen.text()
    );
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_command_that_discord_let_through_is_allowed() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    discord.registered().await;
    let ann = discord.person("Ann");
    discord.let_through(ann);
    let seen = discord
        .slash(ann, discord.channel(), "sources list", &[])
        .await;
    assert!(
        seen.private && !seen.text().contains("Only moderators"),
        "{}",
        seen.text()
    );
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn choices_are_offered_while_a_topic_is_typed() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    discord.registered().await;
    let ann = discord.person("Ann");
    let typed = [("topic", "top")];
    let seen = discord
        .autocomplete(ann, discord.channel(), "brief", &typed)
        .await;
    assert_eq!(seen.callback, 8);
    assert!(seen.acknowledged_ms < 1_000);
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_person_is_answered_in_direct_messages() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    discord.registered().await;
    let ann = discord.person("Ann");
    let seen = discord.slash(ann, discord.direct(ann), "help", &[]).await;
    assert!(seen.text().contains("/help"), "{}", seen.text());
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn who_asks_too_fast_is_told_and_others_are_served() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let (ann, bob) = (discord.person("Ann"), discord.person("Bob"));
    for _ in 0..5 {
        assert!(ask(&discord, ann).await.text().contains("/help"));
    }
    let seen = ask(&discord, ann).await;
    assert!(
        seen.private && seen.text().contains("a lot of requests"),
        "{}",
        seen.text()
    );
    assert!(ask(&discord, bob).await.text().contains("/help"));
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_server_that_the_host_does_not_serve_is_told_so() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start_with(&discord, |settings| settings.servers = vec![1]).await;
    let seen = ask(&discord, discord.person("Ann")).await;
    assert!(seen.private && seen.text().contains("limited it to other servers"));
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn a_wrong_token_is_the_end_and_is_asked_with_once() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start_with(&discord, |settings| {
        settings.discord_token = Some("aa.bb.cc".to_owned());
    })
    .await;
    assert_eq!(bot.ended().await, Ended::WrongToken);
    assert_eq!(discord.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_withdrawn_is_the_end() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    ask(&discord, discord.person("Ann")).await;
    discord.close(4004);
    assert_eq!(bot.ended().await, Ended::WrongToken);
}

#[tokio::test]
async fn a_stop_is_quick_while_discord_does_not_answer() {
    let discord = FakeDiscord::start().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let api = format!("http://{}", silent.local_addr().expect("an address"));
    let bot = Bot::start_with(&discord, |settings| settings.discord_api = Some(api)).await;
    let called = silent.accept().await;
    bot.stop().await;
    drop(called);
}

#[tokio::test]
async fn a_session_that_discord_ended_is_begun_anew() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    ask(&discord, discord.person("Ann")).await;
    discord.close(4009);
    discord.until_sessions(2, 0).await;
    assert!(ask(&discord, discord.person("Bob")).await.private);
    bot.stop().await;
    sound(&discord);
}

#[tokio::test]
async fn answers_are_public_at_once_in_a_news_channel_and_refusals_are_not() {
    let discord = FakeDiscord::start().await;
    let bot = Bot::start(&discord).await;
    let ann = discord.person("Ann");
    discord.registered().await;
    let (store, now) = (&bot.desk.store, bot.desk.now());
    let room = store
        .newsroom(Newsroom::Server(discord.guild()), now)
        .await
        .expect("a newsroom");
    let channel = discord.channel();
    let news = Some(channel.to_string());
    store
        .set_setting(room, "news_channels", news, 1, now)
        .await
        .expect("set");
    let seen = discord.slash(ann, channel, "headlines", &[]).await;
    assert_eq!(seen.callback, 4);
    assert!(!seen.private, "{}", seen.text());
    let refused = discord
        .slash(ann, channel, "brief", &[("topic", "-tides")])
        .await;
    assert!(refused.private, "{}", refused.text());
    let search = discord
        .slash(ann, channel, "search", &[("words", "tides")])
        .await;
    assert!(search.private, "only three commands answer in public");
    bot.stop().await;
    sound(&discord);
}
