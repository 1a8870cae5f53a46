//! The days of one seed: outlets that report events, subscriptions that want some of them, and a
//! process that is begun anew after each crash.

use super::channels::{Channels, Verdict};
use super::moderators::Fix;
use lede::clock::{Clock, DAY, HOUR, MINUTE, Millis};
use lede::config::Settings;
use lede::desk::Desk;
use lede::feed::{FetchSettings, Fetcher};
use lede::jobs::push::Broken;
use lede::jobs::{Decide, Push};
use lede::news::story::Placed;
use lede::news::subscription::{Form, Place, What, Wish};
use lede::news::zone::{Quiet, When, Zone};
use lede::news::{
    ArticleId, Destination, Entry, Feed, Newsroom, NewsroomId, Outcome, Reading, SourceId, StoryId,
    SubscriptionId, Topic,
};
use lede::store::{Added, Hand, NewSource, NewSubscription, ReadingToSave, Store, Subscribed};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Monday, 9 March 2026, 06:00 UTC.
const BEGIN: Millis = 1_773_036_000_000;
const NEWS_DAYS: Millis = 2 * DAY;
/// Faults stop here, and everything that is due has to come through until the end.
const CALM_AT: Millis = BEGIN + 3 * DAY;
const END: Millis = BEGIN + 5 * DAY;
const OUTLETS: usize = 5;
pub(super) const EVENTS: usize = 16;
const TOPICS: [&str; 3] = ["harbour", "council", "ferry"];

const PLAIN: u64 = 101;
const WAITING: u64 = 102;
const TWICE: u64 = 103;
const EVERYTHING: u64 = 104;
const CAPPED: u64 = 105;
pub(super) const BLIND: u64 = 106;
const FORUM: u64 = 107;
const LOST: u64 = 108;
/// Its messages are published to those that follow it.
pub(super) const ANNOUNCED: u64 = 109;

/// A standing wish of a channel.
pub(super) struct Standing {
    pub channel: u64,
    pub topic: Option<&'static str>,
    pub wish: Wish,
    id: SubscriptionId,
}

/// A report that is to come.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub at: Millis,
    pub event: usize,
    pub outlet: usize,
    /// The same text as that of the outlet before.
    pub is_copy: bool,
    /// Comes again under the same link with another title.
    pub is_edit: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub topic: &'static str,
    pub outlets: usize,
    pub first_at: Millis,
    /// Becomes one with this earlier event at that time.
    pub merged: Option<(usize, Millis)>,
}

pub struct Days {
    broken: Broken,
    random: fastrand::Rng,
    folder: tempfile::TempDir,
    pub(super) clock: Clock,
    pub(super) channels: Channels,
    desk: Option<Desk>,
    decide: Option<Decide>,
    push: Option<Push>,
    pub(super) room: NewsroomId,
    sources: Vec<SourceId>,
    pub(super) events: Vec<Event>,
    pub(super) reports: Vec<Report>,
    pub(super) standing: Vec<Standing>,
    pub(super) stories: HashMap<usize, StoryId>,
    /// The article of each event and outlet.
    pub(super) articles: HashMap<(usize, usize), ArticleId>,
    pub(super) fixes: Vec<Fix>,
    first_texts: HashMap<(usize, usize), ArticleId>,
    is_woken: bool,
}

pub(super) fn token(event: usize) -> String {
    format!("Qa{event}z")
}

impl Days {
    pub async fn new(seed: u64, broken: Broken) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let clock = Clock::manual(BEGIN);
        let lost_from = BEGIN + random.i64(HOUR..DAY);
        let lost = (LOST, lost_from, lost_from + random.i64(HOUR..DAY));
        let channels = Channels::new(seed, clock.clone(), CALM_AT, lost);
        let mut days = Self {
            broken,
            random,
            folder: tempfile::tempdir().expect("a folder"),
            clock,
            channels,
            desk: None,
            decide: None,
            push: None,
            room: NewsroomId(0),
            sources: Vec::new(),
            events: Vec::new(),
            reports: Vec::new(),
            standing: Vec::new(),
            stories: HashMap::new(),
            articles: HashMap::new(),
            fixes: Vec::new(),
            first_texts: HashMap::new(),
            is_woken: false,
        };
        days.begin().await;
        days.found().await;
        days.plan();
        days.plan_fixes(seed);
        days
    }

    pub(super) fn store(&self) -> &Store {
        &self.desk.as_ref().expect("begun").store
    }

    /// Begins the process, after a crash or at first.
    async fn begin(&mut self) {
        self.decide = None;
        self.push = None;
        if let Some(desk) = self.desk.take() {
            desk.store.close().await.expect("closed");
        }
        let url = format!("sqlite://{}", self.folder.path().join("lede.db").display());
        let settings = Settings::read(|_| None).expect("settings");
        let desk = Desk {
            store: Store::open(&url).await.expect("opened"),
            fetcher: Fetcher::new(&FetchSettings::default()).expect("a fetcher"),
            clock: self.clock.clone(),
            settings: Arc::new(settings),
            learned: Default::default(),
            suggested: Default::default(),
            links: Default::default(),
        };
        self.decide = Some(Decide::new(desk.clone()));
        let push = Push::new(desk.clone(), Arc::new(self.channels.clone()));
        self.push = Some(push.broken(self.broken));
        self.desk = Some(desk);
    }

    /// Newsroom, sources and subscriptions.
    async fn found(&mut self) {
        let store = self.store().clone();
        self.room = store
            .newsroom(Newsroom::Server(1), BEGIN)
            .await
            .expect("made");
        for outlet in 0..OUTLETS {
            let source = NewSource {
                newsroom: self.room,
                url: format!("https://o{outlet}.example/feed"),
                name: None,
                folder: None,
                by: 1,
                reading: reading(SourceId(0), Vec::new(), BEGIN),
                at: BEGIN,
                next_at: BEGIN + HOUR,
            };
            match store.add_source(source).await.expect("added") {
                Added::New(id) => self.sources.push(id),
                other => panic!("{other:?}"),
            }
        }
        let breaking = Wish {
            per_day: 50,
            ..Wish::of_channel(&What::Everything, 1, None)
        };
        let breaking = Wish {
            when: When::Breaking,
            ..breaking
        };
        let daily = Wish {
            when: When::parse("daily 08:00").expect("a schedule"),
            ..breaking.clone()
        };
        let wishes: [(u64, Option<&'static str>, Wish); 12] = [
            (PLAIN, Some("harbour"), breaking.clone()),
            (
                WAITING,
                Some("harbour"),
                Wish {
                    wait_for: 2,
                    quiet: Some(Quiet::NIGHT),
                    ..breaking.clone()
                },
            ),
            (TWICE, Some("harbour"), breaking.clone()),
            (TWICE, Some("council"), breaking.clone()),
            (TWICE, None, daily.clone()),
            (EVERYTHING, None, daily.clone()),
            (
                CAPPED,
                Some("ferry"),
                Wish {
                    per_day: 1,
                    mention: Some(9),
                    ..breaking.clone()
                },
            ),
            (BLIND, Some("harbour"), breaking.clone()),
            (BLIND, None, daily),
            (FORUM, Some("council"), breaking.clone()),
            (LOST, Some("council"), breaking.clone()),
            (
                ANNOUNCED,
                Some("harbour"),
                Wish {
                    crosspost: true,
                    ..breaking
                },
            ),
        ];
        for (channel, topic, wish) in wishes {
            self.subscribe(channel, topic, wish).await;
        }
    }

    async fn subscribe(&mut self, channel: u64, topic: Option<&'static str>, wish: Wish) {
        let what = match topic {
            Some(typed) => What::Topic {
                key: Topic::parse(typed).expect("a topic").key,
                shown: typed.to_owned(),
            },
            None => What::Everything,
        };
        let form = match channel {
            FORUM => Form::Forum,
            ANNOUNCED => Form::Announcement,
            _ => Form::Text,
        };
        let new = NewSubscription {
            newsroom: self.room,
            place: Place {
                destination: Destination::Channel(channel),
                form,
                name: format!("c{channel}"),
                readable: channel != BLIND,
            },
            what,
            digest_at: wish.when.next_due(&Zone::utc(), BEGIN),
            wish: wish.clone(),
            by: 1,
            at: BEGIN,
        };
        let Subscribed::New(id) = self.store().subscribe(new).await.expect("subscribed") else {
            panic!("not subscribed");
        };
        self.standing.push(Standing {
            channel,
            topic,
            wish,
            id,
        });
    }

    /// Which event is reported by whom, and when.
    fn plan(&mut self) {
        for event in 0..EVENTS {
            let first_at = BEGIN + self.random.i64(MINUTE..NEWS_DAYS);
            let outlets = [1, 1, 2, 3, 4][self.random.usize(0..5)];
            let mut at = first_at;
            for outlet in 0..outlets {
                let is_copy = outlet == 1 && outlets > 2 && self.random.u32(0..3) == 0;
                let report = Report {
                    at,
                    event,
                    outlet,
                    is_copy,
                    is_edit: false,
                };
                if self.random.u32(0..4) == 0 {
                    self.reports.push(Report {
                        at: at + self.random.i64(MINUTE..3 * HOUR),
                        is_edit: true,
                        ..report.clone()
                    });
                }
                self.reports.push(report);
                at += self.random.i64(MINUTE..4 * HOUR);
            }
            let merged = (event > 0 && self.random.u32(0..6) == 0).then(|| {
                let other = self.random.usize(0..event);
                (other, first_at + self.random.i64(0..6 * HOUR))
            });
            self.events.push(Event {
                topic: TOPICS[self.random.usize(0..TOPICS.len())],
                outlets,
                first_at,
                merged,
            });
        }
        // Only events of one topic become one, and only into one that is there.
        for event in 0..EVENTS {
            if let Some((other, at)) = self.events[event].merged {
                let into = &self.events[other];
                let fits = into.topic == self.events[event].topic
                    && into.merged.is_none()
                    && into.first_at < self.events[event].first_at
                    && !self
                        .events
                        .iter()
                        .any(|one| one.merged.is_some_and(|(to, _)| to == event));
                let at = at.max(self.events[event].first_at);
                self.events[event].merged = fits.then_some((other, at));
            }
        }
        self.reports.sort_by_key(|report| report.at);
    }

    /// From one thing that happens to the next, until the end.
    pub async fn run(mut self) -> Verdict {
        let mut next = 0;
        let mut merged: BTreeSet<usize> = BTreeSet::new();
        while self.clock.now() < END {
            let now = self.clock.now();
            while next < self.reports.len() && self.reports[next].at <= now {
                let report = self.reports[next].clone();
                self.publish(&report, now).await;
                next += 1;
            }
            for event in 0..EVENTS {
                if self.events[event].merged.is_some_and(|(_, at)| at <= now)
                    && self.stories.contains_key(&event)
                    && merged.insert(event)
                {
                    self.merge(event).await;
                }
            }
            self.wake(now).await;
            self.fix(now).await;
            self.work(now).await;
            let report = self.reports.get(next).map_or(END, |report| report.at);
            let hold = self
                .store()
                .next_decision()
                .await
                .expect("read")
                .unwrap_or(END);
            let letter = self.store().next_try().await.expect("read").unwrap_or(END);
            let fix = self.next_fix().unwrap_or(END);
            let soonest = report.min(hold).min(letter).min(fix).max(now + 1_000);
            self.clock.move_to(soonest.min(now + 2 * HOUR));
        }
        self.judge().await
    }

    /// Decides and sends until a crash or until all is done.
    async fn work(&mut self, now: Millis) {
        let decide = self.decide.as_ref().expect("begun");
        decide.tick(now).await.expect("decided");
        let push = self.push.as_ref().expect("begun");
        let crashed = {
            let state = Arc::clone(&self.channels.state);
            let tick = push.tick();
            tokio::pin!(tick);
            // Polls until it ends or stands still because the process crashed.
            std::future::poll_fn(|context| {
                let polled = tick.as_mut().poll(context);
                if state.lock().expect("no panic").crashed {
                    return std::task::Poll::Ready(true);
                }
                polled.map(|sent| {
                    sent.expect("sent");
                    false
                })
            })
            .await
        };
        if crashed {
            self.channels.state.lock().expect("no panic").crashed = false;
            // What is down for a while comes back later.
            let down = [0, 0, 30_000, 10 * MINUTE][self.random.usize(0..4)];
            self.clock.move_to(self.clock.now() + down);
            self.begin().await;
        }
    }

    /// A moderator mends the channel that was lost, an hour after it may be written in again.
    async fn wake(&mut self, now: Millis) {
        let (_, _, until) = self.channels.lost;
        if self.is_woken || now < until + HOUR {
            return;
        }
        self.is_woken = true;
        let standing = self.standing.iter().find(|one| one.channel == LOST);
        let hand = Hand {
            newsroom: self.room,
            by: 1,
            at: now,
        };
        let id = standing.expect("one").id;
        let woken = self.store().pause_subscription(hand, id, None, None).await;
        assert!(woken.expect("woken"));
    }

    async fn publish(&mut self, report: &Report, now: Millis) {
        let topic = self.events[report.event].topic;
        let token = token(report.event);
        let (title, text_of) = if report.is_copy {
            (format!("{token} at the {topic}"), report.outlet - 1)
        } else if report.is_edit {
            (format!("{token} at the {topic}, edited"), report.outlet)
        } else {
            (format!("{token} at the {topic}"), report.outlet)
        };
        let event = report.event;
        let text = format!(
            "{token} was seen at the {topic} by number {text_of} on Monday. \
             The keeper counted {} of them before the tide number{text_of}{event} turned.",
            10 + text_of
        );
        let entry = Entry {
            guid: Some(format!("{event}-{}", report.outlet)),
            link: Some(format!("https://o{}.example/{event}", report.outlet)),
            title,
            text,
            published: Some(report.at),
            language: Some("en".to_owned()),
            ..Entry::default()
        };
        let save = ReadingToSave {
            reading: reading(self.sources[report.outlet], vec![entry], now),
            next_at: now + HOUR,
            interval_ms: HOUR,
        };
        self.store().save_readings(vec![save]).await.expect("saved");
        for one in self.store().unplaced(10).await.expect("read") {
            let story = *self.stories.entry(event).or_insert(StoryId(one.id.0));
            self.articles.insert((event, report.outlet), one.id);
            let first = self.first_texts.entry((event, text_of)).or_insert(one.id);
            let placed = Placed {
                story,
                score: None,
                neighbours: Vec::new(),
                same_text: *first,
                carried: None,
                merged: Vec::new(),
                moved: Vec::new(),
            };
            self.store()
                .place(vec![(one.id, placed)], now)
                .await
                .expect("placed");
        }
    }

    /// The grouping finds that two stories are one: an article comes that says so.
    async fn merge(&mut self, event: usize) {
        let (into, at) = self.events[event].merged.expect("planned");
        let (Some(elder), Some(younger)) = (self.stories.get(&into), self.stories.get(&event))
        else {
            return;
        };
        let (elder, younger) = (*elder, *younger);
        if younger < elder {
            return;
        }
        let report = Report {
            at,
            event: into,
            outlet: OUTLETS - 1,
            is_copy: false,
            is_edit: false,
        };
        let now = self.clock.now();
        let token = token(into);
        let topic = self.events[into].topic;
        let entry = Entry {
            guid: Some(format!("merge-{event}")),
            link: Some(format!("https://o{}.example/m{event}", report.outlet)),
            title: format!("{token} at the {topic} is one"),
            text: format!(
                "{token} and the other at the {topic} turned out to be one, number {event}."
            ),
            published: Some(now),
            language: Some("en".to_owned()),
            ..Entry::default()
        };
        let save = ReadingToSave {
            reading: reading(self.sources[report.outlet], vec![entry], now),
            next_at: now + HOUR,
            interval_ms: HOUR,
        };
        self.store().save_readings(vec![save]).await.expect("saved");
        for one in self.store().unplaced(10).await.expect("read") {
            let placed = Placed {
                story: elder,
                score: None,
                neighbours: Vec::new(),
                same_text: one.id,
                carried: None,
                merged: vec![(younger, elder)],
                moved: Vec::new(),
            };
            self.store()
                .place(vec![(one.id, placed)], now)
                .await
                .expect("placed");
        }
        self.stories.insert(event, elder);
    }
}

fn reading(source: SourceId, entries: Vec<Entry>, at: Millis) -> Reading {
    let feed = Feed {
        title: "Outlet".to_owned(),
        entries,
        ..Feed::default()
    };
    Reading {
        source,
        at,
        outcome: Outcome::Read(Box::new(feed)),
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 0,
        wait_ms: None,
    }
}
