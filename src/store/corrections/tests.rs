//! Corrections against a model that is simple enough to be believed, and what they do to decisions,
//! messages and reports.

use super::super::test::{NOON, TestFile, entry, feed, new_source, to_save};
use super::super::{
    Added, Basis, CorrectionWish as Wish, NewReport, NewSubscription, ReportWhat, Reported, Ruling,
    Store, Subscribed, Undone,
};
use super::{Corrected, Correcting, TakenBack};
use crate::clock::{HOUR, MINUTE, Millis};
use crate::news::push::{Cause, Decision, Grounds};
use crate::news::story::{Neighbour, Placed};
use crate::news::subscription::{Destination, Form, Place, What};
use crate::news::{ArticleId, Newsroom, NewsroomId, SourceId, StoryId, SubscriptionId};
use std::collections::{BTreeMap, BTreeSet};

const SEQUENCES: u64 = 200;
const STEPS: usize = 16;
const TOPIC: &str = "harbour";

fn placed(story: i64, neighbours: &[(ArticleId, f32)]) -> Placed {
    Placed {
        story: StoryId(story),
        score: Some(0.5),
        neighbours: neighbours
            .iter()
            .map(|(article, similarity)| Neighbour {
                article: *article,
                similarity: *similarity,
            })
            .collect(),
        same_text: ArticleId(story),
        carried: None,
        merged: Vec::new(),
        moved: Vec::new(),
    }
}

fn correcting(newsroom: NewsroomId, wish: Wish, at: Millis) -> Correcting {
    Correcting {
        newsroom,
        wish,
        before: "before".to_owned(),
        after: "after".to_owned(),
        thanks: "Thank you.".to_owned(),
        dealt: "Fix this story".to_owned(),
        by: 7,
        at,
    }
}

/// A source of these newsrooms with so many articles that wait for their place.
async fn source(
    store: &Store,
    rooms: &[NewsroomId],
    name: &str,
    articles: usize,
    at: Millis,
) -> (SourceId, Vec<ArticleId>) {
    let before: BTreeSet<ArticleId> = waiting(store).await.into_iter().collect();
    let read = feed(name, &entries(name, articles, ""));
    let url = format!("https://{name}.example/feed");
    let mut id = None;
    for room in rooms {
        let new = new_source(*room, &url, read.clone(), at);
        id = match store.add_source(new).await.unwrap() {
            Added::New(id) | Added::AlreadyThere(id) => Some(id),
            Added::Full { .. } => None,
        };
    }
    let ids = waiting(store).await.into_iter();
    (id.unwrap(), ids.filter(|id| !before.contains(id)).collect())
}

fn entries(name: &str, articles: usize, edit: &str) -> Vec<crate::news::Entry> {
    let entry = |n| {
        let link = format!("https://{name}.example/{n}");
        entry(&link, &format!("Report {n} of {name}"), edit)
    };
    (0..articles).map(entry).collect()
}

async fn waiting(store: &Store) -> Vec<ArticleId> {
    let all = store.unplaced(1_000).await.unwrap();
    all.into_iter().map(|one| one.id).collect()
}

/// A correction in the model.
#[derive(Clone, Debug)]
struct Made {
    id: i64,
    change: i64,
    live: bool,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Merge(i64, i64),
    /// The story that it left and the one that it made.
    Split(i64, i64),
    Hide(i64),
    OffTopic(i64),
}

/// A newsroom in the model.
struct Room {
    id: NewsroomId,
    visible: BTreeSet<ArticleId>,
    made: Vec<Made>,
    /// Own stories of articles, by correction.
    own: BTreeMap<ArticleId, BTreeMap<i64, i64>>,
}

impl Room {
    /// Whether what a split made is in a later correction that is no split.
    fn is_changed_since(&self, split: &Made) -> bool {
        let Kind::Split(_, own) = split.kind else {
            return false;
        };
        self.made.iter().filter(|made| made.live).any(|made| {
            matches!(made.kind, Kind::Merge(one, other) if one == own || other == own)
                || matches!(made.kind, Kind::Hide(story) | Kind::OffTopic(story) if story == own)
        })
    }
}

/// All placements, and what of them each newsroom sees otherwise.
struct Model {
    machine: BTreeMap<ArticleId, i64>,
    neighbours: BTreeMap<ArticleId, Vec<(ArticleId, f32)>>,
    /// Names that went over into others, the machine's and those of splits that were taken back.
    alias: BTreeMap<i64, i64>,
    rooms: Vec<Room>,
}

fn age(story: i64) -> (bool, i64) {
    (story < 0, story.abs())
}

impl Model {
    fn living(&self, mut story: i64) -> i64 {
        while let Some(next) = self.alias.get(&story) {
            story = *next;
        }
        story
    }

    /// The name by which a story goes in a newsroom: of all that merges lead to, the eldest.
    fn name(&self, room: &Room, story: i64) -> i64 {
        let mut all = BTreeSet::from([self.living(story)]);
        loop {
            let before = all.len();
            for made in room.made.iter().filter(|made| made.live) {
                if let Kind::Merge(one, other) = made.kind {
                    let ends = [self.living(one), self.living(other)];
                    if ends.iter().any(|end| all.contains(end)) {
                        all.extend(ends);
                    }
                }
            }
            if all.len() == before {
                return *all.iter().min_by_key(|story| age(**story)).unwrap();
            }
        }
    }

    fn own(&self, room: &Room, article: ArticleId) -> Option<i64> {
        room.own
            .get(&article)?
            .last_key_value()
            .map(|(_, own)| *own)
    }

    fn story(&self, room: &Room, article: ArticleId) -> Option<i64> {
        let placed = *self.machine.get(&article)?;
        Some(self.name(room, self.own(room, article).unwrap_or(placed)))
    }

    fn is_hidden(&self, room: &Room, name: i64) -> bool {
        let hides = |made: &Made| match made.kind {
            Kind::Hide(story) => self.name(room, story) == name,
            _ => false,
        };
        room.made.iter().any(|made| made.live && hides(made))
    }

    fn is_off_topic(&self, room: &Room, name: i64) -> bool {
        let says = |made: &Made| match made.kind {
            Kind::OffTopic(story) => self.name(room, story) == name,
            _ => false,
        };
        room.made.iter().any(|made| made.live && says(made))
    }

    /// All stories that a newsroom sees something of, hidden ones too.
    fn stories(&self, room: &Room) -> BTreeMap<i64, BTreeSet<ArticleId>> {
        let mut stories: BTreeMap<i64, BTreeSet<ArticleId>> = BTreeMap::new();
        for article in &room.visible {
            if let Some(story) = self.story(room, *article) {
                stories.entry(story).or_default().insert(*article);
            }
        }
        stories
    }

    /// An article came to where the machine put it: where a newsroom split that story, it goes with
    /// what is strictly nearest of it.
    fn follow(&mut self, at: usize, article: ArticleId) {
        let room = &self.rooms[at];
        if self.own(room, article).is_some() {
            return;
        }
        let story = self.name(room, self.machine[&article]);
        let comes_from = |own: i64| {
            room.own.keys().any(|other| {
                self.own(room, *other) == Some(own) && self.name(room, self.machine[other]) == story
            })
        };
        let mut nearest = (0.0, None);
        for (other, similarity) in &self.neighbours[&article] {
            let part = match self.own(room, *other) {
                Some(own) if comes_from(own) => Some(own),
                Some(_) => continue,
                None if self.name(room, self.machine[other]) == story => None,
                None => continue,
            };
            // All similarities differ.
            if *similarity > nearest.0 {
                nearest = (*similarity, part);
            }
        }
        let mut next = nearest.1;
        while let Some(own) = next.filter(|own| *own < 0) {
            let split = (self.rooms[at].made.iter())
                .find(|made| matches!(made.kind, Kind::Split(_, made) if made == own));
            let (id, left) = match split.map(|made| (made.live, made.id, &made.kind)) {
                Some((true, id, Kind::Split(left, _))) => (id, *left),
                _ => break,
            };
            let left = self.living(left);
            let rows = self.rooms[at].own.entry(article).or_default();
            rows.insert(id, own);
            next = Some(left);
        }
    }
}

struct Play {
    file: TestFile,
    store: Store,
    model: Model,
    sources: Vec<(SourceId, &'static str, usize)>,
    unplaced: Vec<ArticleId>,
    dice: fastrand::Rng,
    now: Millis,
    log: Vec<String>,
}

impl Play {
    async fn new(seed: u64) -> Self {
        let file = TestFile::new();
        let store = file.open().await;
        let mut rooms = Vec::new();
        for server in [1, 2] {
            rooms.push(
                store
                    .newsroom(Newsroom::Server(server), NOON)
                    .await
                    .unwrap(),
            );
        }
        let mut all = Vec::new();
        let mut sources = Vec::new();
        let mut visible = [BTreeSet::new(), BTreeSet::new()];
        for (name, who, articles) in [
            ("avel", vec![0, 1], 6),
            ("basin", vec![0], 4),
            ("coast", vec![1], 3),
        ] {
            let of: Vec<NewsroomId> = who.iter().map(|at| rooms[*at]).collect();
            let (id, ids) = source(&store, &of, name, articles, NOON).await;
            assert_eq!(ids.len(), articles);
            for at in who {
                visible[at].extend(ids.iter().copied());
            }
            all.extend(ids);
            sources.push((id, name, articles));
        }
        for (room, channel) in rooms.iter().zip([300, 400]) {
            subscribe(&store, *room, channel, What::Everything).await;
        }
        let mut dice = fastrand::Rng::with_seed(seed);
        dice.shuffle(&mut all);
        let room = |(id, visible)| Room {
            id,
            visible,
            made: Vec::new(),
            own: BTreeMap::new(),
        };
        Self {
            file,
            store,
            model: Model {
                machine: BTreeMap::new(),
                neighbours: BTreeMap::new(),
                alias: BTreeMap::new(),
                rooms: rooms.into_iter().zip(visible).map(room).collect(),
            },
            sources,
            unplaced: all,
            dice,
            now: NOON + 1,
            log: vec![format!("seed {seed}")],
        }
    }

    /// The machine places an article, and may merge two stories or move an article.
    async fn places(&mut self) {
        let Some(article) = self.unplaced.pop() else {
            return;
        };
        let stories: BTreeSet<i64> = self.model.machine.values().copied().collect();
        let stories: Vec<i64> = stories.into_iter().collect();
        let story = match self.dice.u8(..4) {
            0 => None,
            _ => self.dice.choice(&stories).copied(),
        };
        let story = story.unwrap_or(article.0);
        let mut near: Vec<ArticleId> = self.model.machine.keys().copied().collect();
        self.dice.shuffle(&mut near);
        near.truncate(5);
        let neighbours: Vec<(ArticleId, f32)> = near
            .into_iter()
            .map(|other| (other, self.dice.f32()))
            .collect();
        let mut put = placed(story, &neighbours);
        self.model.machine.insert(article, story);
        self.model.neighbours.insert(article, neighbours);
        let mut moved = None;
        match self.dice.u8(..6) {
            0 if stories.len() > 1 => {
                let younger = self.dice.usize(1..stories.len());
                let elder = self.dice.usize(..younger);
                let (younger, elder) = (stories[younger], stories[elder]);
                put.merged = vec![(StoryId(younger), StoryId(elder))];
                self.model.alias.insert(younger, elder);
                for place in self.model.machine.values_mut() {
                    if *place == younger {
                        *place = elder;
                    }
                }
            }
            1 => {
                let all: Vec<ArticleId> = self.model.machine.keys().copied().collect();
                let one = *self.dice.choice(&all).unwrap();
                // To a story of its own, unless its name is taken.
                if !self.model.alias.contains_key(&one.0) {
                    put.moved = vec![(one, StoryId(one.0))];
                    self.model.machine.insert(one, one.0);
                    moved = Some(one);
                }
            }
            _ => {}
        }
        self.log.push(format!("{article:?} is placed: {put:?}"));
        self.store
            .place(vec![(article, put)], self.now)
            .await
            .unwrap();
        let mut come: Vec<ArticleId> = moved.into_iter().filter(|one| *one != article).collect();
        come.push(article);
        // In the order of placing, in which the moved one came before.
        for at in 0..self.model.rooms.len() {
            for article in &come {
                self.model.follow(at, *article);
            }
        }
    }

    async fn corrects(&mut self) {
        let at = self.dice.usize(..self.model.rooms.len());
        let room = &self.model.rooms[at];
        let stories: Vec<(i64, BTreeSet<ArticleId>)> =
            self.model.stories(room).into_iter().collect();
        let Some((story, articles)) = self.dice.choice(&stories).cloned() else {
            return;
        };
        let (wish, kind, same) = match self.dice.u8(..6) {
            0 | 1 => {
                let other = self.dice.choice(&stories).unwrap().0;
                let wish = Wish::Merge {
                    one: StoryId(story),
                    other: StoryId(other),
                };
                (wish, Kind::Merge(story, other), story == other)
            }
            2 => {
                let same = self.model.is_hidden(room, story);
                (Wish::Hide(StoryId(story)), Kind::Hide(story), same)
            }
            3 => {
                let same = self.model.is_off_topic(room, story);
                let wish = Wish::OffTopic {
                    story: StoryId(story),
                    topic: TOPIC.to_owned(),
                };
                (wish, Kind::OffTopic(story), same)
            }
            _ => {
                let mut some: Vec<ArticleId> = articles.iter().copied().collect();
                self.dice.shuffle(&mut some);
                some.truncate(self.dice.usize(1..=some.len()));
                let wish = Wish::Split {
                    story: StoryId(story),
                    articles: some,
                };
                (wish, Kind::Split(story, 0), false)
            }
        };
        let done = self
            .store
            .correct(correcting(room.id, wish.clone(), self.now));
        let done = done.await.unwrap();
        self.log.push(format!("newsroom {at}: {wish:?}: {done:?}"));
        let Corrected::Done {
            change, split_off, ..
        } = done
        else {
            let whole =
                matches!(&wish, Wish::Split { articles: some, .. } if some.len() == articles.len());
            let expected = if whole {
                Corrected::Whole
            } else {
                Corrected::Same
            };
            assert!((whole || same) && done == expected, "{:#?}", self.log);
            return;
        };
        assert!(!same, "{:#?}", self.log);
        let lines = self
            .store
            .changes(self.model.rooms[at].id, 1)
            .await
            .unwrap();
        assert_eq!(lines[0].id, change);
        let id: i64 = lines[0].subject.parse().unwrap();
        let mut made = Made {
            id,
            change,
            live: true,
            kind,
        };
        if let (Wish::Split { articles, .. }, Some(own)) = (wish, split_off) {
            let first = *articles.iter().min().unwrap();
            let room = &self.model.rooms[at];
            let left = self
                .model
                .own(room, first)
                .unwrap_or(self.model.machine[&first]);
            made.kind = Kind::Split(left, own.0);
            let name = self.model.name(room, left);
            let unseen: Vec<ArticleId> = (self.model.machine.keys().copied())
                .filter(|one| {
                    !room.visible.contains(one) && self.model.story(room, *one) == Some(name)
                })
                .collect();
            let room = &mut self.model.rooms[at];
            room.made.push(made);
            for article in articles {
                room.own.entry(article).or_default().insert(id, own.0);
            }
            let unseen = self.in_order(unseen).await;
            for article in unseen {
                self.model.follow(at, article);
            }
        } else {
            self.model.rooms[at].made.push(made);
        }
    }

    /// Articles in the order in which they were placed.
    async fn in_order(&self, articles: Vec<ArticleId>) -> Vec<ArticleId> {
        let placed = self.store.placed(0, 1_000).await.unwrap();
        let order = placed.into_iter().map(|one| one.article.id);
        order.filter(|id| articles.contains(id)).collect()
    }

    async fn undoes(&mut self) {
        let at = self.dice.usize(..self.model.rooms.len());
        let live: Vec<usize> = (0..self.model.rooms[at].made.len())
            .filter(|one| self.model.rooms[at].made[*one].live)
            .collect();
        let Some(one) = self.dice.choice(&live).copied() else {
            return;
        };
        let made = self.model.rooms[at].made[one].clone();
        let (own, other) = (self.model.rooms[at].id, self.model.rooms[1 - at].id);
        let foreign = self
            .store
            .undo(other, made.change, 8, self.now)
            .await
            .unwrap();
        assert_eq!(foreign, Undone::Unknown, "another newsroom's is not there");
        let undone = self
            .store
            .undo(own, made.change, 8, self.now)
            .await
            .unwrap();
        if self.model.rooms[at].is_changed_since(&made) {
            assert_eq!(undone, Undone::ChangedSince, "{:#?}", self.log);
            return;
        }
        assert!(matches!(undone, Undone::Done(_)), "{:#?}", self.log);
        let twice = self.store.undo_correction(own, made.id, self.now);
        assert_eq!(twice.await.unwrap(), TakenBack::Before);
        self.log.push(format!("newsroom {at} takes back {made:?}"));
        if let Kind::Split(left, own) = made.kind {
            let left = self.model.living(left);
            self.model.alias.insert(own, left);
            for rows in self.model.rooms[at].own.values_mut() {
                rows.remove(&made.id);
            }
            self.model.rooms[at].own.retain(|_, rows| !rows.is_empty());
        }
        self.model.rooms[at].made[one].live = false;
    }

    async fn restarts(&mut self) {
        self.store.close().await.unwrap();
        self.store = self.file.open().await;
        self.log.push("restart".to_owned());
    }

    /// A source is read again, with other texts.
    async fn reads_again(&mut self) {
        let (id, name, articles) = *self.dice.choice(&self.sources).unwrap();
        let read = feed(
            name,
            &entries(name, articles, &format!("Edited {}.", self.now)),
        );
        let saved = self.store.save_readings(vec![to_save(id, read, self.now)]);
        assert_eq!(saved.await.unwrap()[0].new, 0);
        self.log.push(format!("{name} is read again"));
    }

    /// Every reading verb says what the model says.
    async fn agrees(&self) {
        for room in &self.model.rooms {
            let stories = self.model.stories(room);
            let shown = |name: &i64| !self.model.is_hidden(room, *name);
            let ids: Vec<ArticleId> = room.visible.iter().copied().collect();
            let found = self.store.by_article(room.id, &ids).await.unwrap();
            let found: BTreeMap<ArticleId, Option<i64>> = (found.iter())
                .map(|one| (one.article.id, one.story.map(|story| story.0)))
                .collect();
            let expected: BTreeMap<ArticleId, Option<i64>> = (ids.iter())
                .map(|id| (*id, self.model.story(room, *id)))
                .filter(|(_, story)| story.is_none_or(|story| shown(&story)))
                .collect();
            assert_eq!(found, expected, "{:#?}", self.log);
            // Under every name that any story ever had.
            let mut names: BTreeSet<i64> = self.model.machine.values().copied().collect();
            names.extend(self.model.alias.keys());
            let own = |made: &Made| match made.kind {
                Kind::Split(_, own) => Some(own),
                _ => None,
            };
            for room in &self.model.rooms {
                names.extend(room.made.iter().filter_map(own));
            }
            let names: Vec<StoryId> = names.into_iter().map(StoryId).collect();
            let view = self.store.view(room.id, &names).await.unwrap();
            let view: BTreeMap<i64, BTreeSet<ArticleId>> = (view.into_iter())
                .map(|(story, all)| (story.0, all.iter().map(|one| one.article.id).collect()))
                .collect();
            let expected: BTreeMap<_, _> = (stories.clone().into_iter())
                .filter(|(name, _)| shown(name))
                .collect();
            assert_eq!(view, expected, "{:#?}", self.log);
            let living = self.store.living(room.id, &names).await.unwrap();
            for name in &names {
                // Another newsroom's own story is not there.
                let is_there = name.0 > 0 || room.made.iter().any(|made| own(made) == Some(name.0));
                let expected = is_there.then(|| StoryId(self.model.name(room, name.0)));
                assert_eq!(
                    living.get(name),
                    expected.as_ref(),
                    "{name:?} {:#?}",
                    self.log
                );
            }
            self.deciding_agrees(room, &stories).await;
        }
    }

    /// What decisions go by.
    async fn deciding_agrees(&self, room: &Room, stories: &BTreeMap<i64, BTreeSet<ArticleId>>) {
        let names: Vec<StoryId> = stories.keys().copied().map(StoryId).collect();
        let mut of_each: BTreeMap<i64, BTreeSet<ArticleId>> = BTreeMap::new();
        for one in self.store.story_articles(room.id, &names).await.unwrap() {
            of_each.entry(one.story.0).or_default().insert(one.article);
        }
        assert_eq!(of_each, *stories, "{:#?}", self.log);
        let all: Vec<ArticleId> = self.model.machine.keys().copied().collect();
        let mut seen: BTreeMap<i64, BTreeSet<ArticleId>> = BTreeMap::new();
        for one in self.store.seen_by(&all, Some(room.id)).await.unwrap() {
            assert_eq!(one.newsroom, room.id);
            seen.entry(one.story.0).or_default().insert(one.article);
        }
        assert_eq!(seen, *stories, "{:#?}", self.log);
        let overlay = self.store.overlay(room.id).await.unwrap();
        for name in stories.keys() {
            let (hidden, off) = (
                self.model.is_hidden(room, *name),
                self.model.is_off_topic(room, *name),
            );
            assert_eq!(overlay.is_hidden(StoryId(*name)), hidden, "{:#?}", self.log);
            assert_eq!(
                overlay.is_off_topic(StoryId(*name), TOPIC),
                off,
                "{:#?}",
                self.log
            );
        }
    }
}

async fn subscribe(store: &Store, room: NewsroomId, channel: u64, what: What) -> SubscriptionId {
    let new = NewSubscription {
        newsroom: room,
        place: Place {
            destination: Destination::Channel(channel),
            form: Form::Text,
            name: "news".into(),
            readable: true,
        },
        what,
        wish: crate::news::subscription::Wish::of_person(),
        by: 7,
        at: NOON,
        digest_at: None,
    };
    match store.subscribe(new).await.unwrap() {
        Subscribed::New(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn play(seed: u64) {
    let mut play = Play::new(seed).await;
    for _ in 0..STEPS {
        play.now += MINUTE;
        match play.dice.u8(..12) {
            0..=4 => play.places().await,
            5..=7 => play.corrects().await,
            8..=9 => play.undoes().await,
            10 => play.reads_again().await,
            _ => play.restarts().await,
        }
        play.agrees().await;
    }
}

#[test]
fn what_is_corrected_is_what_a_simple_model_says_through_200_sequences() {
    let next = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    if seed >= SEQUENCES {
                        return;
                    }
                    runtime.block_on(play(seed));
                }
            });
        }
    });
}

/// A newsroom with two stories of two articles each, and a subscription to all.
struct Scene {
    _file: TestFile,
    store: Store,
    room: NewsroomId,
    subscription: SubscriptionId,
    articles: Vec<ArticleId>,
}

const FERRY: usize = 0;
const QUAY: usize = 2;

impl Scene {
    async fn new() -> Self {
        let file = TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let (_, articles) = source(&store, &[room], "avel", 4, NOON).await;
        let subscription = subscribe(&store, room, 300, What::Everything).await;
        let put = (0..4).map(|n| {
            let story = articles[n - n % 2].0;
            (articles[n], placed(story, &[]))
        });
        store.place(put.collect(), NOON).await.unwrap();
        Self {
            _file: file,
            store,
            room,
            subscription,
            articles,
        }
    }

    fn story(&self, first: usize) -> StoryId {
        StoryId(self.articles[first].0)
    }

    /// Decides that a story is sent.
    async fn sends(&self, story: StoryId, at: Millis) {
        let ruling = Ruling {
            subscription: self.subscription,
            destination: crate::news::DestinationId(1),
            story,
            decision: Decision::Send { mention: false },
            grounds: Grounds::bare(at),
            cause: Cause::default(),
            digest: None,
        };
        let basis = Basis {
            articles: self.store.undecided(100).await.unwrap(),
            only: None,
            corrections: self.store.correction_changes().await.unwrap(),
        };
        assert!(self.store.decide(basis, vec![ruling], at).await.unwrap());
    }

    /// Claims the row that waits; gives the stories that were told, none where nothing was claimed.
    async fn claims(&self, at: Millis) -> Vec<StoryId> {
        let Some(row) = self.store.heads(at, 1).await.unwrap().pop() else {
            return Vec::new();
        };
        let stories: Vec<StoryId> = row.story.into_iter().collect();
        let claim = super::super::Claim {
            id: row.id,
            body: "{}".to_owned(),
            nonce: row.id.to_string(),
            outlets: 1,
            stories: stories.clone(),
            sentences: Vec::new(),
            now: at,
        };
        match self.store.claim(claim).await.unwrap() {
            super::super::Claimed::Begun => {
                let sent = super::super::SentRow {
                    id: row.id,
                    standing: Some((300, row.id as u64)),
                    publish: false,
                    at,
                };
                self.store.sent(sent).await.unwrap();
                stories
            }
            super::super::Claimed::Gone => Vec::new(),
        }
    }

    async fn corrects(&self, wish: Wish, at: Millis) -> (i64, Option<StoryId>) {
        let done = self.store.correct(correcting(self.room, wish, at)).await;
        match done.unwrap() {
            Corrected::Done {
                change, split_off, ..
            } => (change, split_off),
            other => panic!("{other:?}"),
        }
    }

    async fn merges(&self, at: Millis) -> i64 {
        let wish = Wish::Merge {
            one: self.story(QUAY),
            other: self.story(FERRY),
        };
        self.corrects(wish, at).await.0
    }

    async fn takes_back(&self, change: i64, at: Millis) {
        let undone = self.store.undo(self.room, change, 7, at).await.unwrap();
        assert!(matches!(undone, Undone::Done(_)), "{undone:?}");
    }

    async fn is_told(&self, story: StoryId) -> bool {
        let overlays = self.store.overlays(&[self.room]).await.unwrap();
        let parts = super::super::parts(&overlays, [(self.room, story)]);
        let told = self.store.told(&[story], &parts).await.unwrap();
        told.iter()
            .any(|(room, _, one, _)| *one == story && room.is_none_or(|room| room == self.room))
    }
}

#[tokio::test]
async fn a_story_merged_with_a_told_one_is_told_until_that_is_taken_back() {
    let scene = Scene::new().await;
    let (ferry, quay) = (scene.story(FERRY), scene.story(QUAY));
    scene.sends(quay, NOON + 1).await;
    assert_eq!(scene.claims(NOON + 2).await, [quay]);
    let change = scene.merges(NOON + 3).await;
    assert!(
        scene.is_told(ferry).await,
        "they are one, by the elder's name"
    );
    let known = scene.store.overlays(&[scene.room]).await.unwrap();
    let parts = super::super::parts(&known, [(scene.room, ferry)]);
    let known = scene.store.known_of(&[ferry], &parts).await.unwrap();
    assert!(known[0].sent && known[0].story == ferry, "{known:?}");
    scene.takes_back(change, NOON + 4).await;
    assert!(scene.is_told(quay).await);
    assert!(!scene.is_told(ferry).await, "it was in no message");
}

#[tokio::test]
async fn what_was_sent_as_one_story_is_told_when_the_merge_is_taken_back() {
    let scene = Scene::new().await;
    let (ferry, quay) = (scene.story(FERRY), scene.story(QUAY));
    let change = scene.merges(NOON + 1).await;
    scene.sends(ferry, NOON + 2).await;
    assert_eq!(scene.claims(NOON + 3).await, [ferry]);
    scene.takes_back(change, NOON + 4).await;
    assert!(scene.is_told(ferry).await && scene.is_told(quay).await);
    let waits = scene.store.undecided_again(9).await.unwrap();
    let (room, articles) = waits.expect("they are decided about again");
    assert_eq!((room, articles), (scene.room, scene.articles.clone()));
}

#[tokio::test]
async fn what_is_split_off_is_told_only_where_all_of_it_was_in_the_message() {
    for sent_at in [NOON - HOUR, NOON + 1] {
        let scene = Scene::new().await;
        let ferry = scene.story(FERRY);
        scene.sends(ferry, sent_at).await;
        assert_eq!(scene.claims(sent_at).await, [ferry]);
        let wish = Wish::Split {
            story: ferry,
            articles: vec![scene.articles[1]],
        };
        let (change, own) = scene.corrects(wish, NOON + HOUR).await;
        let own = own.expect("a story of its own");
        assert_eq!(scene.is_told(own).await, sent_at > NOON);
        if sent_at < NOON {
            // Its articles were seen after the message: it is sent, and not again as what it left.
            scene.sends(own, NOON + HOUR).await;
            assert_eq!(scene.claims(NOON + HOUR).await, [own]);
        }
        scene.takes_back(change, NOON + 2 * HOUR).await;
        let living = scene.store.living(scene.room, &[own]).await.unwrap();
        assert_eq!(living[&own], ferry, "old messages lead to what it left");
        assert!(scene.is_told(ferry).await);
        assert!(scene.claims(NOON + 3 * HOUR).await.is_empty());
    }
}

#[tokio::test]
async fn a_split_stands_while_something_was_said_of_the_part_alone() {
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    let split = Wish::Split {
        story: ferry,
        articles: vec![scene.articles[1]],
    };
    let (split, own) = scene.corrects(split, NOON + 1).await;
    let own = own.expect("a story of its own");
    let off_topic = Wish::OffTopic {
        story: own,
        topic: TOPIC.to_owned(),
    };
    let merge = Wish::Merge {
        one: scene.story(QUAY),
        other: own,
    };
    for wish in [Wish::Hide(own), off_topic, merge] {
        let (later, _) = scene.corrects(wish, NOON + 2).await;
        let undone = scene.store.undo(scene.room, split, 7, NOON + 3).await;
        assert_eq!(undone.unwrap(), Undone::ChangedSince);
        let seen = scene.store.overlay(scene.room).await.unwrap();
        assert!(!seen.is_hidden(ferry) && !seen.is_off_topic(ferry, TOPIC));
        assert_eq!(seen.parts(ferry), [ferry]);
        scene.takes_back(later, NOON + 4).await;
    }
    scene.takes_back(split, NOON + 5).await;
    let view = scene.store.view(scene.room, &[ferry]).await.unwrap();
    assert_eq!(view[0].1.len(), 2, "it is whole again");
}

#[tokio::test]
async fn of_the_messages_of_a_split_that_was_taken_back_the_first_goes_on() {
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    scene.sends(ferry, NOON - HOUR).await;
    assert_eq!(scene.claims(NOON - HOUR).await, [ferry]);
    let split = Wish::Split {
        story: ferry,
        articles: vec![scene.articles[1]],
    };
    let (split, own) = scene.corrects(split, NOON + MINUTE).await;
    let own = own.expect("a story of its own");
    scene.sends(own, NOON + MINUTE).await;
    assert_eq!(scene.claims(NOON + MINUTE).await, [own]);
    scene.takes_back(split, NOON + 2 * MINUTE).await;
    let (store, now) = (&scene.store, NOON + 3 * HOUR);
    for (row, is_later) in [(1, false), (2, true)] {
        let row = store.letterbox(row).await.unwrap().expect("it was sent");
        assert_eq!(store.has_elder(&row).await.unwrap(), is_later, "{row:?}");
    }
    let seen = vec![(scene.room, ferry)];
    assert_eq!(store.add_news(seen, now, now).await.unwrap(), 1);
    let news = store.letterbox(3).await.unwrap().expect("new facts");
    assert_eq!(news.cause.reply, Some(1));
}

#[tokio::test]
async fn a_message_that_waits_is_dropped_and_its_story_decided_about_anew() {
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    scene.sends(ferry, NOON + 1).await;
    let (change, _) = scene.corrects(Wish::Hide(ferry), NOON + 2).await;
    assert!(scene.claims(NOON + 3).await.is_empty());
    assert!(!scene.is_told(ferry).await);
    // It was decided before it was hidden, and is kept after: nothing of it goes out.
    scene.sends(ferry, NOON + 4).await;
    assert!(
        scene.claims(NOON + 5).await.is_empty(),
        "hidden at the claim"
    );
    scene.takes_back(change, NOON + 6).await;
    assert!(!scene.is_told(ferry).await);
}

#[tokio::test]
async fn a_message_that_was_dropped_does_not_stand_in_the_way_of_a_later_one() {
    // Hidden when it was to be sent, and shown again.
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    scene.sends(ferry, NOON + 1).await;
    let (change, _) = scene.corrects(Wish::Hide(ferry), NOON + 2).await;
    scene.sends(ferry, NOON + 3).await;
    assert!(scene.claims(NOON + 4).await.is_empty());
    scene.takes_back(change, NOON + 5).await;
    scene.sends(ferry, NOON + 6).await;
    assert_eq!(scene.claims(NOON + 7).await, [ferry]);
    // Too late for a message of its own, and then corrected.
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    scene.sends(ferry, NOON + 1).await;
    let row = scene.store.heads(NOON + 1, 1).await.unwrap().remove(0);
    scene.store.too_late(row.id, NOON + HOUR).await.unwrap();
    let change = scene.merges(NOON + 2).await;
    scene.takes_back(change, NOON + 3).await;
    scene.sends(ferry, NOON + 4).await;
    assert_eq!(scene.claims(NOON + 5).await, [ferry]);
}

#[tokio::test]
async fn what_provably_does_not_stand_is_not_sent_after_its_story_was_hidden() {
    let scene = Scene::new().await;
    let ferry = scene.story(FERRY);
    scene.sends(ferry, NOON + 1).await;
    let row = scene.store.heads(NOON + 1, 1).await.unwrap().remove(0);
    let claim = super::super::Claim {
        id: row.id,
        body: "{}".to_owned(),
        nonce: "n".to_owned(),
        outlets: 1,
        stories: vec![ferry],
        sentences: Vec::new(),
        now: NOON + 2,
    };
    scene.store.claim(claim).await.unwrap();
    let again = async |anew| scene.store.try_again(row.id, NOON + 3, anew).await.unwrap();
    assert!(again(false).await && again(true).await);
    let (change, _) = scene.corrects(Wish::Hide(ferry), NOON + 4).await;
    assert!(again(false).await, "it may stand: it is tried by its nonce");
    assert!(!again(true).await);
    assert!(!scene.is_told(ferry).await);
    scene.takes_back(change, NOON + 5).await;
    scene.sends(ferry, NOON + 6).await;
    assert_eq!(scene.claims(NOON + 7).await, [ferry]);
}

#[tokio::test]
async fn decisions_made_before_a_correction_are_not_kept_after_it() {
    let scene = Scene::new().await;
    let basis = Basis {
        articles: scene.store.undecided(9).await.unwrap(),
        only: None,
        corrections: scene.store.correction_changes().await.unwrap(),
    };
    scene.merges(NOON + 1).await;
    assert!(
        !scene
            .store
            .decide(basis, Vec::new(), NOON + 2)
            .await
            .unwrap()
    );
    assert_eq!(scene.store.undecided(9).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_report_is_open_once_a_person_and_closed_by_whatever_fixes_its_story() {
    let scene = Scene::new().await;
    let (ferry, quay) = (scene.story(FERRY), scene.story(QUAY));
    let report = async |story, person| {
        let new = NewReport {
            newsroom: scene.room,
            story,
            person,
            what: ReportWhat::SameAsAnother,
            card: crate::page::Card::default(),
            buttons: Vec::new(),
        };
        scene.store.report(new, NOON).await.unwrap()
    };
    assert_eq!(report(quay, 8).await, Reported::Done);
    assert_eq!(report(quay, 8).await, Reported::Before);
    assert_eq!(report(quay, 9).await, Reported::Done);
    assert_eq!(report(StoryId(1), 9).await, Reported::Gone);
    let notices = scene.store.notices(scene.room, 9).await.unwrap();
    assert_eq!(notices.len(), 1, "once of the story: {notices:?}");
    // Nor do they hear of it again while it waits, once they were told.
    let told = scene.store.notices_told(&[notices[0].id], NOON).await;
    assert_eq!(told.unwrap().len(), 1);
    assert_eq!(report(quay, 10).await, Reported::Done);
    assert!(scene.store.notices(scene.room, 9).await.unwrap().is_empty());
    scene.merges(NOON + 1).await;
    for person in [8, 9, 10] {
        let told = {
            let told = scene.store.leading_of_person(person, scene.room, 9);
            told.await.unwrap()
        };
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].text, "Thank you.");
    }
    assert_eq!(
        report(ferry, 8).await,
        Reported::Done,
        "the first one is closed"
    );
    let stored = scene.store.stored_of(8).await.unwrap();
    assert_eq!(stored.reports.len(), 2);
    scene.store.forget_person(8, NOON).await.unwrap();
    assert!(scene.store.stored_of(8).await.unwrap().reports.is_empty());
    for n in 0..5 {
        assert_ne!(report(quay, 20 + n).await, Reported::Full);
    }
}
