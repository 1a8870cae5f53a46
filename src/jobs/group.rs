//! Places articles into stories, in the order in which they were saved.
//!
//! The window in memory never says what the store does not: it counts as loaded only while the
//! last batch is known to be saved, and is loaded anew otherwise.

use crate::clock::Millis;
use crate::news::story::{Placed, Window};
use crate::news::{ArticleId, StoryId};
use crate::store::{PlacedArticle, Store, Unplaced};
use tokio::sync::Mutex;

/// Articles over which new ones are placed.
pub const WINDOW_ARTICLES_MAX: u32 = 50_000;
/// Articles placed and saved in one transaction.
pub const BATCH_ARTICLES_MAX: u32 = 1_000;

/// Articles of the window that are read from the store at once.
const LOADED_AT_ONCE: u32 = 500;

/// The job that places.
pub struct Group {
    store: Store,
    /// None until loaded, and after a batch whose saving is not known to have succeeded.
    window: Mutex<Option<Window>>,
    articles_max: u32,
    placing: Placing,
}

/// Places one article over the window; another one in tests.
type Placing = fn(&mut Window, Unplaced) -> Placed;

impl Group {
    pub fn new(store: Store) -> Self {
        Self::with_window(store, WINDOW_ARTICLES_MAX)
    }

    /// With a window of another size, for tests.
    pub fn with_window(store: Store, articles_max: u32) -> Self {
        Self {
            store,
            window: Mutex::new(None),
            articles_max,
            placing: |window, one| window.place(one.id, one.at, one.vector),
        }
    }

    /// Loads the window from the store unless it is loaded.
    pub async fn load(&self) -> anyhow::Result<()> {
        let mut held = self.window.lock().await;
        if held.is_none() {
            *held = Some(self.loaded().await?);
        }
        Ok(())
    }

    /// Places what is not yet placed and says how many articles that were. A batch that fails is
    /// placed article by article, so that none of them keeps the others waiting.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<u32> {
        let mut held = self.window.lock().await;
        let mut placed = 0;
        loop {
            let batch = self.store.unplaced(BATCH_ARTICLES_MAX).await?;
            if batch.is_empty() {
                return Ok(placed);
            }
            placed += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            if let Err(error) = self.place(&mut held, batch.clone(), now).await {
                tracing::warn!("a batch could not be placed and is placed one by one: {error:#}");
                for article in batch {
                    self.place_one(&mut held, article, now).await?;
                }
            }
        }
    }

    async fn place(
        &self,
        held: &mut Option<Window>,
        batch: Vec<Unplaced>,
        now: Millis,
    ) -> anyhow::Result<()> {
        let window = match held.take() {
            Some(window) => window,
            None => self.loaded().await?,
        };
        let (window, placements) = place_all(window, batch, self.placing).await?;
        self.store.place(placements, now).await?;
        *held = Some(window);
        Ok(())
    }

    /// Places one article, in a story of its own where nothing else succeeds. Fails where even that
    /// cannot be saved: then the store is at fault, not the article.
    async fn place_one(
        &self,
        held: &mut Option<Window>,
        article: Unplaced,
        now: Millis,
    ) -> anyhow::Result<()> {
        let id = article.id;
        let Err(error) = self.place(held, vec![article], now).await else {
            return Ok(());
        };
        let alone = Placed {
            story: StoryId(id.0),
            score: None,
            neighbours: Vec::new(),
            same_text: id,
            carried: None,
            merged: Vec::new(),
            moved: Vec::new(),
        };
        self.store.place(vec![(id, alone)], now).await?;
        tracing::error!(
            article = id.0,
            "article {} could not be placed and has a story of its own: {error:#}",
            id.0
        );
        Ok(())
    }

    /// Rough bytes of the window and its number of articles, once loaded.
    pub async fn size(&self) -> Option<(usize, usize)> {
        let held = self.window.lock().await;
        held.as_ref().map(|window| (window.bytes(), window.len()))
    }

    async fn loaded(&self) -> anyhow::Result<Window> {
        let mut window = Window::new(self.articles_max as usize);
        let mut after = self.store.last_before(self.articles_max).await?;
        loop {
            let placed = self.store.placed(after, LOADED_AT_ONCE).await?;
            let Some(last) = placed.last() else {
                return Ok(window);
            };
            after = last.sequence;
            window = restored(window, placed).await?;
        }
    }
}

/// Takes articles into the window that were placed before, on a thread for long work.
async fn restored(mut window: Window, placed: Vec<PlacedArticle>) -> anyhow::Result<Window> {
    let all = apart(move || {
        for one in placed {
            let Unplaced { id, at, vector, .. } = one.article;
            window.restore(id, at, vector, one.story, one.neighbours, one.same_text);
        }
        window
    });
    all.await
}

/// Places a batch on a thread for long work.
async fn place_all(
    mut window: Window,
    batch: Vec<Unplaced>,
    placing: Placing,
) -> anyhow::Result<(Window, Vec<(ArticleId, Placed)>)> {
    let all = apart(move || {
        let placements = batch
            .into_iter()
            .map(|one| (one.id, placing(&mut window, one)))
            .collect();
        (window, placements)
    });
    all.await
}

/// Runs `work` off the threads that serve answers; its panic is an error here.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    Ok(tokio::task::spawn_blocking(work).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, HOUR, MINUTE};
    use crate::news::{Entry, Feed, Newsroom, NewsroomId, Outcome, Reading, SourceId};
    use crate::store::{Added, Hunt, NewSource, ReadingToSave};

    const NOON: Millis = 20_000 * DAY + DAY / 2;
    const EVENTS: u32 = 12;

    /// An article on one of a few invented events: some words of the event, some of its own.
    fn entry(random: &mut fastrand::Rng, n: u32) -> Entry {
        let event = random.u32(0..EVENTS);
        let mut words = Vec::new();
        for _ in 0..30 {
            words.push(format!("Zor{}vel", event * 100 + random.u32(0..14)));
        }
        for _ in 0..12 {
            words.push(format!("kan{}dor", random.u32(0..3_000)));
        }
        random.shuffle(&mut words);
        Entry {
            link: Some(format!("https://tern.example/{n}")),
            title: format!("{} {} {}", words[0], words[1], words[2]),
            text: words.join(" "),
            language: Some("en".to_owned()),
            ..Entry::default()
        }
    }

    fn reading(source: SourceId, entries: Vec<Entry>, at: Millis) -> Reading {
        let feed = Feed {
            title: "Tern".to_owned(),
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

    async fn fresh() -> (Store, NewsroomId, SourceId) {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Terminal, NOON).await.unwrap();
        let source = NewSource {
            newsroom,
            url: "https://tern.example/feed".to_owned(),
            name: None,
            folder: None,
            by: 0,
            reading: reading(SourceId(0), Vec::new(), NOON),
            at: NOON,
            next_at: NOON + HOUR,
        };
        match store.add_source(source).await.unwrap() {
            Added::New(id) => (store, newsroom, id),
            other => panic!("{other:?}"),
        }
    }

    /// Article titles with the story of each, after `batches` of ten; `fresh_each` times the job
    /// begins anew before a batch.
    async fn stories(
        batches: u32,
        window: u32,
        fresh_each: bool,
    ) -> Vec<(String, Option<StoryId>)> {
        let (store, newsroom, source) = fresh().await;
        let mut random = fastrand::Rng::with_seed(11);
        let mut group = Group::with_window(store.clone(), window);
        for batch in 0..batches {
            let at = NOON + i64::from(batch) * 20 * MINUTE;
            let entries = (0..10)
                .map(|n| entry(&mut random, batch * 10 + n))
                .collect();
            let save = ReadingToSave {
                reading: reading(source, entries, at),
                next_at: at + HOUR,
                interval_ms: HOUR,
            };
            store.save_readings(vec![save]).await.unwrap();
            if fresh_each {
                group = Group::with_window(store.clone(), window);
            }
            assert_eq!(group.tick(at).await.unwrap(), 10);
            assert_eq!(group.tick(at).await.unwrap(), 0);
        }
        let hunt = Hunt {
            newsroom,
            topic: None,
            source: None,
            from: ArticleId(0),
            until: ArticleId(i64::MAX),
            newest: 10_000,
        };
        let mut found: Vec<_> = store
            .hunt(&hunt)
            .await
            .unwrap()
            .into_iter()
            .map(|one| (one.article.title, one.story))
            .collect();
        found.sort();
        found
    }

    #[tokio::test]
    async fn stories_do_not_depend_on_when_the_program_was_started() {
        let through = stories(20, 50_000, false).await;
        let anew = stories(20, 50_000, true).await;
        assert_eq!(through, anew);
        let number: std::collections::BTreeSet<_> =
            through.iter().map(|(_, story)| story).collect();
        assert!(!number.contains(&None));
        assert!(
            number.len() < 100,
            "{} stories of 200 articles",
            number.len()
        );
    }

    #[tokio::test]
    async fn stories_are_the_same_when_the_window_is_full() {
        assert_eq!(stories(20, 60, false).await, stories(20, 60, true).await);
    }

    #[tokio::test]
    async fn a_window_whose_batch_was_not_saved_is_loaded_again() {
        let (store, _, source) = fresh().await;
        let group = Group::new(store.clone());
        group.load().await.unwrap();
        let mut random = fastrand::Rng::with_seed(3);
        let entries = (0..5).map(|n| entry(&mut random, n)).collect();
        let save = ReadingToSave {
            reading: reading(source, entries, NOON),
            next_at: NOON + HOUR,
            interval_ms: HOUR,
        };
        store.save_readings(vec![save]).await.unwrap();
        // Dropped while it works: whether the batch was saved is unknown.
        let mut tick = Box::pin(group.tick(NOON));
        for _ in 0..3 {
            let _ = futures_util::FutureExt::now_or_never(&mut tick);
            tokio::task::yield_now().await;
        }
        drop(tick);
        group.tick(NOON).await.unwrap();
        group.load().await.unwrap();
        assert_eq!(group.size().await.map(|(_, articles)| articles), Some(5));
        assert!(store.unplaced(10).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_article_that_cannot_be_placed_has_a_story_of_its_own() {
        let (store, newsroom, source) = fresh().await;
        let mut group = Group::new(store.clone());
        group.placing = |window, one| {
            // The number of the article within its moment.
            assert!(one.id.0 & 0xf != 5, "stumbles over the last");
            window.place(one.id, one.at, one.vector)
        };
        let mut same = entry(&mut fastrand::Rng::with_seed(5), 0);
        let entries: Vec<Entry> = (0..6)
            .map(|n| {
                same.link = Some(format!("https://tern{n}.example/"));
                same.clone()
            })
            .collect();
        let save = ReadingToSave {
            reading: reading(source, entries, NOON),
            next_at: NOON + HOUR,
            interval_ms: HOUR,
        };
        store.save_readings(vec![save]).await.unwrap();
        assert_eq!(group.tick(NOON).await.unwrap(), 6);
        assert!(store.unplaced(10).await.unwrap().is_empty());
        let ids: Vec<ArticleId> = (0..6)
            .map(|n| ArticleId(ArticleId::first_at(NOON).0 + n))
            .collect();
        let stories: Vec<i64> = store
            .by_article(newsroom, &ids)
            .await
            .unwrap()
            .iter()
            .map(|sighting| sighting.story.unwrap().0 - ids[0].0)
            .collect();
        assert_eq!(stories, [0, 0, 0, 0, 0, 5]);
        group.load().await.unwrap();
        assert_eq!(group.size().await.map(|(_, articles)| articles), Some(6));
    }
}
