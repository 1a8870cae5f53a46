//! Hosts that asked to be left alone, between the fetcher, which minds them, and the store, which
//! keeps them across a restart: the two are strangers.

use crate::desk::Desk;
use crate::feed::Fetcher;
use crate::store::Store;

impl Desk {
    /// Tells the fetcher which hosts the store knows to be at rest.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn know_rests(&self) -> anyhow::Result<()> {
        if let Some(hosts) = self.fetcher.hosts() {
            for (host, until) in self.store.resting_hosts(self.now()).await? {
                hosts.rest(&host, until);
            }
        }
        Ok(())
    }
}

/// Keeps what hosts asked for since this was called last.
///
/// # Errors
/// Failures of the store.
pub async fn keep_rests(store: &Store, fetcher: &Fetcher) -> anyhow::Result<()> {
    if let Some(hosts) = fetcher.hosts() {
        for (host, until) in hosts.unsaved_rests() {
            store.set_host_next(&host, until).await?;
        }
    }
    Ok(())
}
