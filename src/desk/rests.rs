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

/// Keeps what hosts asked for and was not kept yet; what fails is tried with the next ones.
///
/// # Errors
/// Failures of the store.
pub async fn keep_rests(store: &Store, fetcher: &Fetcher) -> anyhow::Result<()> {
    if let Some(hosts) = fetcher.hosts() {
        for rest in hosts.unsaved_rests() {
            store.set_host_next(&rest.0, rest.1).await?;
            hosts.rests_saved(std::slice::from_ref(&rest));
        }
    }
    Ok(())
}
