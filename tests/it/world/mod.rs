//! The model world: fake outlets, a clock moved by hand, a store in a temporary file, and the real
//! desk, fetcher and jobs between them, spoken to in the product's words.
//!
//! ```ignore
//! let world = World::new().await;
//! let tern = world.outlet("tern.example");
//! tern.publishes(article("Harbour opens").text("…").at(world.minutes_ago(30)));
//! world.adds("tern.example").await;
//! world.minutes(10).await;
//! let page = world.types("/brief harbour").await;
//! ```

mod dates;
// Words for tests; no test uses them all.
#[allow(dead_code, unused_imports)]
pub mod discord;
mod fault;
mod look;
mod outlet;
mod web;

pub use fault::Fault;
pub use look::look;
pub use outlet::{Format, Outlet, Piece, article};

use lede::clock::{Clock, HOUR, MINUTE, Millis};
use lede::config::Settings;
use lede::desk::{Answer, Asked, Asker, Desk, No, parse_line};
use lede::feed::{FeedRequest, FetchSettings, Fetcher};
use lede::jobs::Jobs;
use lede::news::{Newsroom, NewsroomId, Reading, SourceId, schedule};
use lede::page::{Action, Ask, Block, Page, Row};
use lede::store::{Added, Hunt, NewSource, Sighting, Store};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use web::Web;

/// Where the clock of every world begins: Tuesday, 10 March 2026, 09:00 UTC.
pub const MORNING: Millis = 1_773_133_200_000;

/// Names that resolve to the fake web. (The fetcher learns them when it is made.)
const BIRDS: [&str; 12] = [
    "tern", "wren", "heron", "curlew", "dipper", "plover", "osprey", "kestrel", "redstart",
    "siskin", "avocet", "gannet",
];
/// Besides the birds: `n0.example` and so on.
const NUMBERED: usize = 60;

/// Steps of one stretch of time before a source that stays due for ever is suspected.
const STEPS_MAX: usize = 20_000;

/// The clock, as outlets know it.
pub type Now = Clock;

/// A world. It ends with the test.
pub struct World {
    pub clock: Clock,
    pub desk: Desk,
    pub jobs: Jobs,
    pub asker: Asker,
    /// The last page that was drawn, for presses.
    page: Mutex<Page>,
    web: Web,
    folder: tempfile::TempDir,
    patience: Option<Duration>,
    spacing: Option<Duration>,
}

impl World {
    pub async fn new() -> Self {
        Self::with_patience(None).await
    }

    /// A world whose fetcher waits no longer than this (real time) for an answer.
    pub async fn with_patience(patience: Option<Duration>) -> Self {
        Self::with(patience, Some(Duration::ZERO)).await
    }

    /// A world whose fetcher asks a host no sooner than this (real time) after it asked before.
    pub async fn with_spacing(spacing: Duration) -> Self {
        Self::with(None, Some(spacing)).await
    }

    async fn with(patience: Option<Duration>, spacing: Option<Duration>) -> Self {
        let clock = Clock::manual(MORNING);
        let web = Web::start().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (desk, jobs) = open(&clock, &web, folder.path(), patience, spacing).await;
        let asker = Asker {
            person: 7,
            newsroom: Newsroom::Server(100),
            channel: Some(200),
            moderator: true,
            may_post: true,
            public: false,
            terminal: false,
        };
        Self {
            clock,
            desk,
            jobs,
            asker,
            page: Mutex::default(),
            web,
            folder,
            patience,
            spacing,
        }
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    pub fn minutes_ago(&self, minutes: i64) -> Millis {
        self.now() - minutes * MINUTE
    }

    pub fn hours_ago(&self, hours: i64) -> Millis {
        self.now() - hours * HOUR
    }

    pub fn store(&self) -> &Store {
        &self.desk.store
    }

    /// The outlet at `host`, which is there from now on.
    pub fn outlet(&self, host: &str) -> Outlet {
        assert!(
            hosts().any(|known| known == host),
            "{host} is none of the names that the world resolves"
        );
        Outlet::new(&self.web, host, self.clock.clone())
    }

    /// The newsroom of the world's asker.
    pub async fn newsroom(&self) -> NewsroomId {
        self.store()
            .newsroom(self.asker.newsroom, self.now())
            .await
            .expect("the newsroom is known")
    }

    /// Adds the feed of `host` to the newsroom, with its first reading as the baseline.
    pub async fn adds(&self, host: &str) -> SourceId {
        self.adds_url(&format!("http://{host}/feed")).await
    }

    /// Adds the feed at an address.
    pub async fn adds_url(&self, url: &str) -> SourceId {
        add_source(&self.desk, self.newsroom().await, url).await
    }

    /// Lets time pass, running what comes due at its moment.
    pub async fn minutes(&self, minutes: i64) {
        self.until(self.now() + minutes * MINUTE).await;
    }

    pub async fn hours(&self, hours: i64) {
        self.minutes(hours * 60).await;
    }

    async fn until(&self, until: Millis) {
        for _ in 0..STEPS_MAX {
            let due = self.store().next_due().await.expect("the store answers");
            let step = due.filter(|due| *due < until).unwrap_or(until);
            self.clock.move_to(step.max(self.now()));
            self.jobs.tick_all(self.now()).await.expect("the jobs run");
            if step == until {
                return;
            }
        }
        panic!("sources stay due for ever");
    }

    /// Ends the program and begins it anew on the same store.
    pub async fn restarts(&mut self) {
        self.desk.store.close().await.expect("the store closes");
        let folder = self.folder.path();
        (self.desk, self.jobs) =
            open(&self.clock, &self.web, folder, self.patience, self.spacing).await;
    }

    /// Types a line; the answer is drawn to be read.
    pub async fn types(&self, line: &str) -> String {
        let answer = match parse_line(line) {
            Ok(asked) => self.desk.answer(&self.asker, &asked).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.draws(line, answer)
    }

    /// Presses the button with this label under the last page.
    pub async fn presses(&self, label: &str) -> String {
        let action = self.action(label);
        let answer = self.desk.press(&self.asker, &action, &[]).await;
        self.draws(label, answer)
    }

    /// Chooses from the select with this placeholder under the last page.
    pub async fn chooses(&self, placeholder: &str, label: &str) -> String {
        let (action, value) = {
            let page = self.page.lock().expect("no test panics with the page");
            let select = page.rows.iter().find_map(|row| match row {
                Row::Select(select) | Row::Several(select) if select.placeholder == placeholder => {
                    Some(select)
                }
                _ => None,
            });
            let select = select.unwrap_or_else(|| panic!("no select says “{placeholder}”"));
            let mut choices = select.choices.iter();
            let choice = choices.find(|choice| choice.label == label);
            let choice = choice.unwrap_or_else(|| panic!("“{label}” is no choice"));
            (select.action.clone(), choice.value.clone())
        };
        let chosen = [(action.takes().unwrap_or_default().to_owned(), value)];
        let answer = self.desk.press(&self.asker, &action, &chosen).await;
        self.draws(label, answer)
    }

    /// Picks what the server has, by Discord's id, from the row with this placeholder.
    pub async fn picks(&self, placeholder: &str, id: u64) -> String {
        let action = {
            let page = self.page.lock().expect("no test panics with the page");
            let picked = page.rows.iter().find_map(|row| match row {
                Row::Pick {
                    placeholder: said,
                    action,
                    ..
                } if said == placeholder => Some(action.clone()),
                _ => None,
            });
            picked.unwrap_or_else(|| panic!("nothing is picked by “{placeholder}”"))
        };
        let chosen = [(
            action.takes().unwrap_or_default().to_owned(),
            id.to_string(),
        )];
        let answer = self.desk.press(&self.asker, &action, &chosen).await;
        self.draws(placeholder, answer)
    }

    /// Opens the form of the button with this label and sends it with one text in its first field.
    pub async fn fills(&self, label: &str, text: &str) -> String {
        let action = self.action(label);
        let Action::Fill { form, .. } = &action else {
            panic!("“{label}” opens no form")
        };
        let fields = [(form.fields[0].name.clone(), text.to_owned())];
        let answer = self.desk.press(&self.asker, &action, &fields).await;
        self.draws(label, answer)
    }

    /// Asks with values that no line holds, as a front end adds them.
    pub async fn asks(&self, ask: Ask) -> String {
        let what = ask.command.clone();
        let asked = Asked {
            ask,
            confirmed: false,
        };
        let answer = self.desk.answer(&self.asker, &asked).await;
        self.draws(&what, answer)
    }

    /// What the button with this label under the last page asks for.
    pub fn action(&self, label: &str) -> Action {
        let page = self.page.lock().expect("no test panics with the page");
        let buttons = page.rows.iter().filter_map(|row| match row {
            Row::Buttons(buttons) => Some(buttons),
            Row::Select(_) | Row::Several(_) | Row::Pick { .. } => None,
        });
        let button = buttons.flatten().find(|button| button.label == label);
        let action = button.map(|button| button.action.clone());
        action.unwrap_or_else(|| panic!("no button says “{label}”"))
    }

    /// Presses what was under an earlier page.
    pub async fn presses_action(&self, action: &Action) -> String {
        let answer = self.desk.press(&self.asker, action, &[]).await;
        self.draws("an earlier button", answer)
    }

    /// The file with the last page: its name and text.
    pub fn file(&self) -> Option<(String, String)> {
        let page = self.page.lock().expect("no test panics with the page");
        page.blocks.iter().find_map(|block| match block {
            Block::File { name, text } => Some((name.clone(), text.clone())),
            _ => None,
        })
    }

    fn draws(&self, what: &str, answer: Answer) -> String {
        match answer {
            Ok(page) => {
                let drawn = look(&page, self.now());
                *self.page.lock().expect("no test panics with the page") = page;
                drawn
            }
            Err(No::Refused(refusal)) => look::refusal(&refusal),
            Err(No::Failed(error)) => panic!("“{what}” failed: {error:#}"),
        }
    }

    /// Every article that the newsroom may see, the oldest first.
    pub async fn articles(&self) -> Vec<Sighting> {
        let hunt = Hunt {
            newsroom: self.newsroom().await,
            topic: None,
            source: None,
            from: lede::news::ArticleId(0),
            until: lede::news::ArticleId(i64::MAX),
            newest: 10_000,
        };
        let mut found = self.store().hunt(&hunt).await.expect("the store answers");
        found.sort_by_key(|sighting| sighting.article.id);
        found
    }

    /// Titles of [`Self::articles`].
    pub async fn titles(&self) -> Vec<String> {
        self.articles()
            .await
            .into_iter()
            .map(|sighting| sighting.article.title)
            .collect()
    }

    /// The titles by story, oldest story and article first.
    pub async fn stories(&self) -> Vec<Vec<String>> {
        let mut stories: Vec<(Option<lede::news::StoryId>, Vec<String>)> = Vec::new();
        for sighting in self.articles().await {
            match stories
                .iter_mut()
                .find(|(story, _)| story.is_some() && *story == sighting.story)
            {
                Some((_, titles)) => titles.push(sighting.article.title),
                None => stories.push((sighting.story, vec![sighting.article.title])),
            }
        }
        stories.into_iter().map(|(_, titles)| titles).collect()
    }
}

fn hosts() -> impl Iterator<Item = String> {
    let birds = BIRDS.iter().map(|bird| format!("{bird}.example"));
    birds.chain((0..NUMBERED).map(|n| format!("n{n}.example")))
}

/// Settings as a host would have them who set nothing.
pub fn settings(database: &std::path::Path) -> Settings {
    let url = format!("sqlite://{}", database.display());
    Settings::read(|name| (name == "DATABASE_URL").then(|| url.clone()))
        .expect("the defaults are valid")
}

async fn open(
    clock: &Clock,
    web: &Web,
    folder: &std::path::Path,
    patience: Option<Duration>,
    spacing: Option<Duration>,
) -> (Desk, Jobs) {
    let settings = Arc::new(settings(&folder.join("lede.db")));
    let resolve = hosts().map(|host| (host, web.address)).collect();
    let fetcher = FetchSettings {
        resolve,
        patience,
        spacing,
        clock: clock.clone(),
        ..FetchSettings::default()
    };
    let desk = Desk {
        store: Store::open(&settings.database_url)
            .await
            .expect("the store opens"),
        fetcher: Fetcher::new(&fetcher).expect("a fetcher can be made"),
        clock: clock.clone(),
        settings,
        learned: Default::default(),
        suggested: Default::default(),
        links: Default::default(),
    };
    desk.know_rests().await.expect("the store answers");
    let jobs = Jobs::of(&desk);
    (desk, jobs)
}

/// Adds the feed at `url`, with a reading of this moment as its baseline.
pub async fn add_source(desk: &Desk, newsroom: NewsroomId, url: &str) -> SourceId {
    let now = desk.now();
    let request = FeedRequest {
        url: url.to_owned(),
        ..FeedRequest::default()
    };
    let fetched = desk.fetcher.feed(&request, now).await;
    let source = NewSource {
        newsroom,
        url: url.to_owned(),
        name: None,
        folder: None,
        by: 7,
        reading: Reading {
            source: SourceId(0),
            at: now,
            outcome: fetched.outcome,
            etag: fetched.etag,
            last_modified: fetched.last_modified,
            moved_to: fetched.moved_to,
            bytes: fetched.bytes,
            wait_ms: fetched.wait_ms,
        },
        at: now,
        next_at: schedule::first_at(now, 5 * MINUTE, 1),
    };
    let added = desk.store.add_source(source).await;
    match added.expect("the source can be added") {
        Added::New(id) | Added::AlreadyThere(id) => id,
        Added::Full { max } => panic!("the newsroom has {max} sources already"),
    }
}
