//! The bot on a fake Discord, with outlets on loopback, a clock moved by hand and a store that can
//! be closed and opened again.

use crate::world::discord::{FakeDiscord, Person, Seen};
use lede::clock::{Clock, Millis};
use lede::config::Settings;
use lede::desk::Desk;
use lede::discord::{self, Ended, Outgoing};
use lede::jobs::Jobs;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The bot, and the Discord that outlives it.
pub struct Bot {
    pub discord: FakeDiscord,
    pub clock: Clock,
    pub desk: Desk,
    pub jobs: Jobs,
    /// The way out that the running bot and letters share.
    pub outgoing: Outgoing,
    settings: Arc<Settings>,
    running: Option<Running>,
    _folder: TempDir,
}

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<anyhow::Result<Ended>>,
}

impl Bot {
    /// `allow`: `host:port` pairs of this machine that may be fetched.
    pub async fn start(clock: Clock, allow: &[String]) -> Self {
        let discord = FakeDiscord::start_at(clock.clone()).await;
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("lede.db");
        let allow = allow.join(",");
        let settings = Settings::read(|name| match name {
            "DATABASE_URL" => Some(format!("sqlite://{}", file.display())),
            "DISCORD_TOKEN" => Some(discord.token()),
            "LEDE_DISCORD_API" => Some(discord.api()),
            "LEDE_ALLOW_PRIVATE" => Some(allow.clone()),
            _ => None,
        });
        let settings = Arc::new(settings.expect("the settings are valid"));
        let desk = open(&settings, &clock).await;
        let jobs = Jobs::of(&desk);
        let outgoing = Outgoing::new(&settings).expect("there is a token");
        let mut bot = Self {
            discord,
            clock,
            desk,
            jobs,
            outgoing,
            settings,
            running: None,
            _folder: folder,
        };
        bot.runs().await;
        bot.jobs = bot.delivering();
        bot.discord.registered().await;
        bot
    }

    async fn runs(&mut self) {
        let (stop, stopped) = oneshot::channel();
        let (settings, desk) = (Arc::clone(&self.settings), self.desk.clone());
        self.outgoing = Outgoing::new(&settings).expect("there is a token");
        let outgoing = self.outgoing.clone();
        let before = self.discord.sessions().0;
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            discord::run(&settings, desk, &outgoing, stopped).await
        });
        self.running = Some(Running { stop, task });
        self.discord.until_sessions(before + 1, 0).await;
    }

    async fn ends(&mut self) {
        let running = self.running.take().expect("it runs");
        running.stop.send(()).expect("it runs");
        let ended = running.task.await.expect("no panic").expect("no failure");
        assert_eq!(ended, Ended::Stopped);
        self.desk.close().await.expect("the store closes");
    }

    /// Ends the bot and its store, and begins both anew on the same file.
    pub async fn restarts(&mut self) {
        self.ends().await;
        self.desk = open(&self.settings, &self.clock).await;
        self.runs().await;
        self.jobs = self.delivering();
    }

    fn delivering(&self) -> Jobs {
        Jobs::of(&self.desk).delivering(&self.desk, self.outgoing.delivery())
    }

    /// Ends the bot; Discord has nothing to complain of. Gives how many requests were checked: by
    /// the limits, and by Discord's description.
    pub async fn stop(mut self) -> (usize, usize) {
        self.ends().await;
        assert_eq!(self.discord.problems(), Vec::<String>::new());
        let (limits, description) = self.discord.checked();
        println!("checked {limits} requests ({description} of them by Discord's description)");
        (limits, description)
    }

    /// Moves the clock and does what is due.
    pub async fn waits(&self, time: Millis) {
        let now = self.clock.now() + time;
        self.clock.move_to(now);
        self.jobs.tick_all(now).await.expect("the jobs run");
    }

    /// A command in the server's channel.
    pub async fn types(&self, person: Person, name: &str, options: &[(&str, &str)]) -> Seen {
        let channel = self.discord.channel();
        self.discord.slash(person, channel, name, options).await
    }

    /// `/sources add` and Confirm, by a new moderator, since one person may only ask so fast.
    pub async fn adds(&self, url: &str) -> Seen {
        let mia = self.discord.moderator("Mia");
        let report = self.types(mia, "sources add", &[("link", url)]).await;
        assert!(
            report.buttons().contains(&"Confirm".to_owned()),
            "{}",
            report.text()
        );
        let added = self.discord.press_label(mia, report.id, "Confirm").await;
        assert!(added.text().contains("is a source now"), "{}", added.text());
        added
    }
}

async fn open(settings: &Arc<Settings>, clock: &Clock) -> Desk {
    let opened = Desk::open(Arc::clone(settings), clock.clone()).await;
    opened.expect("the store opens")
}

/// What a client sends for a press on a button.
pub fn pressed(id: &str) -> Value {
    json!({"component_type": 2, "custom_id": id})
}

/// What a client sends for a choice in a select.
pub fn chosen(id: &str, value: &str) -> Value {
    json!({"component_type": 3, "custom_id": id, "values": [value]})
}
