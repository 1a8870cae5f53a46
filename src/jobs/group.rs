//! Places articles into stories, in the order in which they were saved.
//!
//! The window in memory never says what the store does not: it counts as loaded only while the
//! last batch is known to be saved, and is loaded anew otherwise.

use crate::clock::Millis;
use crate::news::ArticleId;
use crate::news::story::{Placed, Window};
use crate::store::{Store, Unplaced};
use tokio::sync::Mutex;

/// Articles over which new ones are placed.
pub const WINDOW_ARTICLES_MAX: u32 = 50_000;
/// Articles placed and saved in one transaction.
pub const BATCH_ARTICLES_MAX: u32 = 200;

/// The job that places.
pub struct Group {
    store: Store,
    /// None until loaded, and after a batch whose saving is not known to have succeeded.
    window: Mutex<Option<Window>>,
    articles_max: u32,
}

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

    /// Places what is not yet placed and says how many articles that were.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<u32> {
        let mut held = self.window.lock().await;
        let mut placed = 0;
        loop {
            let batch = self.store.unplaced(BATCH_ARTICLES_MAX).await?;
            if batch.is_empty() {
                return Ok(placed);
            }
            let window = match held.take() {
                Some(window) => window,
                None => self.loaded().await?,
            };
            let (window, placements) = place_all(window, batch).await?;
            placed += u32::try_from(placements.len()).unwrap_or(u32::MAX);
            self.store.place(placements, now).await?;
            *held = Some(window);
        }
    }

    /// Rough bytes of the window and its number of articles, once loaded.
    pub async fn size(&self) -> Option<(usize, usize)> {
        let held = self.window.lock().await;
        held.as_ref().map(|window| (window.bytes(), window.len()))
    }

    async fn loaded(&self) -> anyhow::Result<Window> {
        let placed = self.store.placed(self.articles_max).await?;
        let articles_max = self.articles_max as usize;
        let window = apart(move || {
            let mut window = Window::new(articles_max);
            for one in placed {
                let Unplaced { id, at, vector, .. } = one.article;
                window.restore(id, at, vector, one.story, one.neighbours, one.same_text);
            }
            window
        });
        window.await
    }
}

/// Places a batch on a thread for long work.
async fn place_all(
    mut window: Window,
    batch: Vec<Unplaced>,
) -> anyhow::Result<(Window, Vec<(ArticleId, Placed)>)> {
    let placing = apart(move || {
        let placements = batch
            .into_iter()
            .map(|one| (one.id, window.place(one.id, one.at, one.vector)))
            .collect();
        (window, placements)
    });
    placing.await
}

/// Runs `work` off the threads that serve answers; its panic goes on here.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(error.into()),
    }
}
