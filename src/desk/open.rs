//! Opening and closing the desk: the front ends know neither the store nor the fetcher.

use crate::clock::Clock;
use crate::config::Settings;
use crate::desk::Desk;
use crate::desk::learned::Learned;
use crate::desk::linked::Links;
use crate::desk::suggest::Suggested;
use crate::feed::{FetchSettings, Fetcher};
use crate::store::Store;
use std::sync::Arc;

/// So many due sources are counted.
const DUE_SOURCES_MAX: u32 = 1_000;

impl Desk {
    /// Opens the host's store and a fetcher for the network.
    ///
    /// # Errors
    /// Where the store cannot be used, in one sentence; where no secure connections can be made.
    pub async fn open(settings: Arc<Settings>, clock: Clock) -> anyhow::Result<Self> {
        let fetch = FetchSettings {
            allow_private: settings.allow_private.clone(),
            contact: settings.contact.clone(),
            clock: clock.clone(),
            ..FetchSettings::default()
        };
        let fetcher = Fetcher::new_behind(&fetch, &settings.proxy_hosts)?;
        let store = Store::open(&settings.database_url).await?;
        let desk = Self {
            settings,
            clock,
            store,
            fetcher,
            learned: Learned::default(),
            suggested: Suggested::default(),
            links: Links::default(),
        };
        desk.know_rests().await?;
        Ok(desk)
    }

    /// Finishes what is being written and closes the store.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn close(&self) -> anyhow::Result<()> {
        Ok(self.store.close().await?)
    }

    /// Takes the run lock; false when another process holds it.
    ///
    /// # Errors
    /// Where the lock's file cannot be opened.
    pub fn try_run_lock(&self) -> anyhow::Result<bool> {
        Ok(self.store.try_run_lock()?)
    }

    /// Gives the run lock back, for whoever waits for it.
    pub fn give_back_run_lock(&self) {
        self.store.give_back_run_lock();
    }

    /// True while some process runs on this store.
    ///
    /// # Errors
    /// Where the lock's file cannot be opened.
    pub fn run_locked(&self) -> anyhow::Result<bool> {
        Ok(self.store.run_locked()?)
    }

    /// How many sources are due now.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn due_sources(&self) -> anyhow::Result<usize> {
        Ok(self.store.due(self.now(), DUE_SOURCES_MAX).await?.len())
    }
}
